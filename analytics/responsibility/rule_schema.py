"""The JSON Schema of rule files, for an editor: fields, explanations, and the codes that may stand in them.

Made from the classes of `rule_format`; what only code can check (a measure that no clause uses, a document that a role needs) is
left to `rule_files`.

Invariants (tests/unit/test_analytics_rule_schema.py holds one test a number)
1. What ships beside the rules is what is made now, and every rule file that ships follows it.
2. Roles and acts are those of the code lists, each with its label.
"""

from __future__ import annotations

import json
from typing import Any, Final

from analytics.responsibility.rule_format import RESPONDENT, RuleFile
from graph import codes

NAME: Final = "rule.schema.json"
"""File name, beside the rules; each rule file names it in its first line."""

_ACTS: Final = {"Rule": ("acts",), "Clause": ("acts", "circumstances", "penalised_by"), "MeasureRule": ("imposed_by",)}


def schema() -> dict[str, Any]:
    """Return the schema of one rule file."""
    made = RuleFile.model_json_schema(by_alias=True)
    defs = made["$defs"]
    for part, fields in _ACTS.items():
        for field in fields:
            defs[part]["properties"][field]["items"] = {"$ref": "#/$defs/Act"}
    defs["Clause"]["properties"]["roles"]["items"] = {"$ref": "#/$defs/Role"}
    defs["Act"] = {"oneOf": [_choice(act.code, act.zh, act.en) for act in codes.load("acts")]}
    offices = [role for role in codes.load("roles") if role.kind == "office"]
    defs["Bars"]["properties"]["offices"]["items"] = {"oneOf": [_choice(role.code, role.zh, role.en) for role in offices]}
    respondent = _choice(RESPONDENT, "当事人", "the party that the decision is against")
    defs["Role"] = {"oneOf": [respondent, *(_choice(role.code, role.zh, role.en) for role in codes.load("roles"))]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Rule file", **made}


def schema_text() -> str:
    """Return the schema as the file that ships."""
    return json.dumps(schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _choice(code: str, zh: str, en: str) -> dict[str, str]:
    return {"const": code, "description": f"{zh} · {en}"}
