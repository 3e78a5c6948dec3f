"""Write the JSON Schema of rule files beside the rules.

Run `.venv/bin/python docs/make_schema.py` after the format, a role or an act changed; tests/unit/test_analytics_rule_schema.py says
when it was forgotten.
"""

from __future__ import annotations

from analytics.responsibility.catalogue import RULES
from analytics.responsibility.rule_schema import NAME, schema_text

if __name__ == "__main__":
    (RULES / NAME).write_text(schema_text(), encoding="utf-8")
