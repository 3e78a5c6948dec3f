"""What a cell of a table says to a person: codes by their names, units by theirs, yes and no.

A code that is typed back in another command (a unit, a role) is shown beside its name.

Invariants (tests/unit/test_api_wording.py holds one test a number)
1. No code that has a name in the language asked is shown without it, in any table of any command.
2. A cell that is no code is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from analytics.lifecycle.departments import departments
from analytics.lifecycle.purposes import load_purposes
from analytics.lifecycle.table import load_table
from api.access.roles import load_roles
from api.locales import Bilingual, Texts
from api.use_cases.lawbook import shipped_in_english
from api.use_cases.report_words import counted_text, field_text, key_text

_LABELLED: Final = {
    "state": "claim_state",
    "answer": "graph_answer",
    "before.outcome": "outcome",
    "after.outcome": "outcome",
    "change": "impact_change",
    "check": "quality_check",
    "because": "quality_why",
    "status_before": "status",
    "status_after": "status",
    "task_outcome": "task_state",
    "evidence": "evidence_of_text",
    "measure.kind": "measure_kind",
    "party_kind": "party",
    "section": "report_section",
    "action": "task_action",
}
"""Columns of codes -> the kind of code, where the two are called differently."""
_SAME: Final = frozenset(
    {
        "outcome", "origin", "effect", "status", "delivery_status", "due_state", "who_acts", "task_state", "message_state",
        "job_state", "job_kind", "name_kind", "via", "how", "check_answer", "act_reaches",
    }
)  # fmt: skip
"""Columns of codes that are called as the kind of code."""
_OF_LIST: Final = {"party.kind": "entity_kinds", "decision_kind": "decision_kinds", "acts": "acts"}
"""Columns of codes -> the list that they are of."""
_YES_NO: Final = frozenset({"True", "False"})


def worded(words: Texts, column: str, cell: str) -> str:
    """Return a cell of a column in words; CSV and JSON keep the code."""
    if cell in _YES_NO:
        return words.label("yes_no", cell)
    if column in _SAME or column in _LABELLED:
        return words.label(_LABELLED.get(column, column), cell)
    if column in _OF_LIST:
        return words.words["list.join"].join(words.code(_OF_LIST[column], code) for code in cell.split("; "))
    if column in ("until", "bar_until", "before.until", "after.until") and cell == "life":
        return words.say("date.life")
    if column == "field":
        return field_text(cell, words)
    if column == "kind_of_found":
        return words.label("party", cell) if cell in ("person", "enterprise") else words.code("entity_kinds", cell)
    if column == "role":
        return words.label("party", cell) if cell == "respondent" else words.code("roles", cell)
    if column == "fields":
        return words.words["list.join"].join(words.label("impact_field", field) for field in cell.split("; ") if field)
    return _of_data(words, column, cell)


def _of_data(words: Texts, column: str, cell: str) -> str:
    """Return the name of a code that stands in the data of the program: a unit, a purpose, a reason, a role of access."""
    if column == "unit":
        return _named(words, departments().units, cell)
    if column in ("purpose", "look_purpose"):
        return _name(words, load_purposes(), cell) or _name(words, load_roles().purposes, cell) or cell
    if column == "report_key":
        return key_text(cell, words)
    if column == "measure_of":
        return counted_text(cell, words)
    if column in ("measure.name_zh", "measure") and words.lang != "zh":
        return shipped_in_english().get(cell, cell)
    if column == "unit_by_name":
        return words.pick(departments().unit(code)) if (code := departments().code_of(cell)) else cell
    if column == "act_reason":
        return _name(words, load_table().reasons, cell) or cell
    if column == "access_roles":
        return words.words["list.join"].join(_named(words, load_roles().roles, role) for role in cell.split())
    return cell


def _name(words: Texts, known: Mapping[str, Bilingual], code: str) -> str:
    return words.pick(known[code]) if code in known else ""


def _named(words: Texts, known: Mapping[str, Bilingual], code: str) -> str:
    """Return a name with the code by which it is typed."""
    name = _name(words, known, code)
    return words.say("list.named", name=name, code=code) if name else code
