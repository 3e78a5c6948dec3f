"""Which natural persons the graph knows by a name that stands in a text about an enterprise.

A name hidden in a text identifies nobody, so that every bearer of it counts, and so does a name that is only like one.

Invariants (tests/unit/test_api_people_told.py holds one test a number)
1. Whoever holds something in the enterprise is told by his name, wherever it stands.
2. Anybody else the graph knows is told by a name of three characters or more; by one of two only where it stands apart.
3. The name of an enterprise, a place or an office is nobody's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Final
from weakref import WeakKeyDictionary

from graph.model import Decision, appearance_name
from graph.reading import HAN, close, han_key, plain
from graph.snapshot import Snapshot

_RUN: Final = re.compile(f"[{HAN}]+")
_LONGEST: Final = 8
_SHORT: Final = 2
_SPOKEN_OF: Final = re.compile("(?:对|给|向|与|人|者|东|董事|经理)$")
_SPOKEN_WITH: Final = re.compile("(?:的|等|和|与|案|某|先生|女士|作出|所)")
_PEOPLE: Final[WeakKeyDictionary[Snapshot, frozenset[str]]] = WeakKeyDictionary()
"""How people are called, by snapshot: a snapshot never changes."""


Known = Callable[[Collection[str]], Collection[str]]
"""Returns those of some keys of names that a person goes by (`graph.snapshot.people.People.known`)."""


def people_told(snapshot: Snapshot, decision: Decision, text: str | None, known: Known | None = None) -> frozenset[str]:
    """Return the names of natural persons that may stand in a text of a decision: in its number, or in its authority.

    Parameters
    ----------
    snapshot : Snapshot
        The graph about the decision; whoever is in it counts.
    decision : Decision
        The decision.
    text : str, optional
        The text.
    known : callable, optional
        Tells of all people, where the snapshot is only a part of the graph.
    """
    near = {han_key(name) for name in _near(snapshot, decision)} - {""}
    said = frozenset(_parts(text or ""))
    if snapshot not in _PEOPLE:
        _PEOPLE[snapshot] = frozenset(map(han_key, _everybody(snapshot)))
    return frozenset(said & _PEOPLE[snapshot]) | near | frozenset(known(said) if known and said else ())


def named_in(snapshot: Snapshot, decision: Decision) -> set[str]:
    """Return the names of whom a decision names."""
    return {named.value.name for named in snapshot.named_by(decision.id)}


def _near(snapshot: Snapshot, decision: Decision) -> Iterator[str]:
    node = snapshot.identity.resolve(decision.respondent, decision.id).id
    for holding in snapshot.holders(node):
        if snapshot.kind(holding.party.id) == "person":
            yield snapshot.label(holding.party.id)


def _everybody(snapshot: Snapshot) -> Iterator[str]:
    for node in snapshot.entities():
        if snapshot.kind(node) == "person":
            yield appearance_name(node) or snapshot.label(node)


def _parts(text: str) -> Iterator[str]:
    """Yield every part of a text that may be a name."""
    for run in _RUN.finditer(close(plain(text)).text):
        whole = run[0]
        for start in range(len(whole)):
            for end in range(start + _SHORT, min(start + _LONGEST, len(whole)) + 1):
                if end - start > _SHORT or _stands_apart(whole, start, end):
                    yield whole[start:end]


def _stands_apart(text: str, start: int, end: int) -> bool:
    before = start == 0 or _SPOKEN_OF.search(text[:start]) is not None
    return before and (end == len(text) or _SPOKEN_WITH.match(text, end) is not None)
