"""Write the JSON Schema of rule files beside the rules.

Run `.venv/bin/python docs/make_schema.py` after the format, a role or an act changed; tests/unit/test_analytics_rule_schema.py says
when it was forgotten.
"""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter

from analytics.responsibility.catalogue import RULES
from analytics.responsibility.rule_schema import NAME, schema_text

if __name__ == "__main__":
    ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter).parse_args()
    (RULES / NAME).write_text(schema_text(), encoding="utf-8")
