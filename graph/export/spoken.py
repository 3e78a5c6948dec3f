"""What decisions, namings and findings speak of: the decisions that are told, and parties of whom nothing else may be known.

Invariants (tests/unit/test_export_references.py holds one test a number)
2. A decision is described or only spoken of, never both, and one that is described twice is known as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from graph.export.remembered import Remembered
from graph.model import Finding, Naming


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is spoken of; parties are those beyond a selection, with a name if no more is known."""

    parties: Remembered
    described: Remembered
    undescribed: Remembered
    repeated: Remembered

    def tells(self, decision: str) -> bool:
        """Say whether a decision is told, be it that somebody only speaks of it."""
        return decision in self.described or decision in self.undescribed


def spoken(decisions: Iterable[Any], others: Iterable[Any], has: Callable[[str], bool], linked: Iterable[str] = ()) -> Spoken:
    """Return what is spoken of.

    Parameters
    ----------
    decisions : iterable of Said
        The decisions.
    others : iterable of Said
        Namings and findings.
    has : callable
        Whether a party is in the selection.
    linked : iterable of str
        Decisions that links alone speak of.
    """
    found = Spoken(Remembered(), Remembered(), Remembered(), Remembered())

    def speak(party: str, name: str = "") -> None:
        if not has(party):
            found.parties.put(party, name)

    for said in decisions:
        (found.repeated if said.value.id in found.described else found.described).put(said.value.id)
        speak(said.party)
    for said in others:
        value: Naming | Finding = said.value
        if value.decision not in found.described:
            found.undescribed.put(value.decision)
        speak(said.party, value.name if isinstance(value, Naming) and value.party is None else "")
        if isinstance(value, Finding):
            speak(value.company)
    for decision in linked:
        if decision not in found.described:
            found.undescribed.put(decision)
    return found
