"""What neither BODS nor FollowTheMoney has a word for, counted alike for both.

Invariants (tests/unit/test_export_losses.py holds one test a number)
1. Every attribute of a party, every decision, naming and finding, and what a relationship says besides is written or counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from graph.dates import PartialDate
from graph.errors import InputError
from graph.export.extract import Extract
from graph.export.told import Edge, Node

FOUNDED = "founded"
"""Attribute of the day on which an enterprise was founded."""


def of_node(node: Node, said: Collection[str]) -> Counter[str]:
    """Count the attributes of a party but those that are said."""
    return Counter(f"without {name}" for name, _ in node.attributes if name not in said)


def of_edge(edge: Edge, *, worded: bool = False) -> Counter[str]:
    """Count what a relationship says in the words of its source, unless these are written, and of the register's own dates."""
    value = edge.value
    return Counter({"without wording": bool(value.text) and not worded, "without registered": value.registered is not None})


def of_cases(extract: Extract, decisions: int = 0) -> Counter[str]:
    """Count decisions but those that are written, namings and findings."""
    told = sum(1 for _ in extract.decisions()) + sum(1 for _ in extract.undescribed())
    namings, findings = sum(1 for _ in extract.namings()), sum(1 for _ in extract.findings())
    return Counter({"without decision": told - decisions, "without naming": namings, "without finding": findings})


def founded(node: Node) -> Sequence[str]:
    """Return when an enterprise was founded, as far as these are days, months or years that both models take for such."""
    return [day for name, text in node.attributes if name == FOUNDED and (day := sayable(text))]


def sayable(text: str) -> str:
    """Return a day, month or year as both models write it, nothing for any other text, or a year beyond what they take for one."""
    try:
        day = str(PartialDate.parse(text))
    except InputError:
        return ""
    return day if day[0] in "12" and ".." not in day else ""
