"""What is doubtful in what one source said: flags, dates, orphans, and how many bear one name.

Invariants (tests/unit/test_quality.py holds one test a number)
2. Every check says how many there are of how many looked at; a check of something the source does not have is left out.
3. At most `MOST` examples a check are kept, each with file and row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Final

from analytics.quality.repeats import token
from graph import codes
from graph.codec import kind_of
from graph.dates import EARLY, UNKNOWN, PartialDate
from graph.delivered import DeliveredTable
from graph.model import (
    Decision,
    DecisionLink,
    Entity,
    Fact,
    Naming,
    PartyRef,
    Payload,
    Relationship,
    appearance_parts,
)

MOST: Final = 10
"""Examples of one check."""
LOOKED_AT: Final = {
    "dates.start_unknown": "relationship",
    "dates.shared_start_unknown": "sharing",
    "dates.end_unknown": "tie",
    "dates.day_unknown": "tie",
    "dates.start_between": "tie",
    "dates.before_1900": "tie",
    "dates.in_future": "tie",
    "dates.registered_later": "tie",
    "dates.decision_undated": "decision",
    "dates.conduct_unknown": "decision",
    "orphans.respondent": "decision",
    "orphans.naming": "naming",
    "orphans.unnamed": "naming",
    "orphans.link": "link",
    "duplicates.identifier": "body",
    "duplicates.name": "body",
    "duplicates.relationship": "tie",
    "duplicates.legal_representative": "body",
    "names.shared": "appearance",
    "names.within_enterprise": "appearance",
}
"""Check -> what it looks at: a body is an enterprise, an authority or another organisation; a tie is any relationship."""
OF_NUMBERS: Final = frozenset({"bad_check", "bad_length", "bad_character"})
"""Flags of a number: of how many statements that bear one."""
NAMED: Final = {"company": "enterprise"}
"""Kind of entity -> what its statements are counted as; every other kind bears its own name."""


@cache
def bodies() -> frozenset[str]:
    """Return the kinds of entity that can hold rights and duties and are no people."""
    return frozenset(kind.code for kind in codes.load("entity_kinds") if kind.party and kind.code != "person")


@cache
def _shared() -> frozenset[str]:
    """Return the kinds of relationship with what parties share: an address, a telephone, a tender."""
    sharing = {kind.code for kind in codes.load("entity_kinds") if not kind.party}
    return frozenset(each.code for each in codes.load("interests") if sharing.issuperset(each.subject))


@dataclass(frozen=True, slots=True)
class Example:
    """One statement, or value, that a check found."""

    text: str
    file: str = ""
    row: int = 0


@dataclass(slots=True)
class Check:
    """How often a check found something, among how many, with the first examples."""

    name: str
    count: int = 0
    of: int = 0
    examples: list[Example] = field(default_factory=list)

    def found(self, example: Callable[[], Example]) -> None:
        """Count one, and keep it if it is among the first."""
        self.count += 1
        if len(self.examples) < MOST:
            self.examples.append(example())


class People:
    """How many appearances of people there are, and how many bear one name; people are held as numbers."""

    def __init__(self) -> None:
        self._appearances: set[int] = set()
        self._borne: set[int] = set()
        self._pairs: set[int] = set()
        self._several: set[int] = set()
        self.names: Counter[str] = Counter()

    def note(self, ref: PartyRef) -> None:
        """Take up how a statement speaks of somebody."""
        parts = appearance_parts(ref.entity)
        if parts is None:
            return
        here = token(ref.entity)
        if here not in self._appearances:
            self._appearances.add(here)
            self.names[parts[1]] += 1
        if ref.bearer is not None and (pair := token(ref.entity, ref.bearer)) not in self._pairs:
            self._pairs.add(pair)
            if here in self._borne:
                self._several.add(here)
            self._borne.add(here)

    def __len__(self) -> int:
        """Return how many appearances there are."""
        return len(self._appearances)

    @property
    def within_enterprise(self) -> int:
        """How many appearances have several bearers: namesakes at one enterprise."""
        return len(self._several)


class Checks:
    """Takes up the statements of one source."""

    def __init__(self, source: str, today: date) -> None:
        self.source, self._today = source, today
        self.statements: Counter[str] = Counter()
        self.people = People()
        self._checks = {name: Check(name) for name in LOOKED_AT}
        self._flags: dict[str, Check] = {}
        self._rows: dict[str, Check] = {}
        self._delivered = self._numbered = 0

    def check(self, name: str) -> Check:
        """Return a check by its name."""
        return self._checks[name]

    def take(self, fact: Fact[Payload]) -> None:
        """Take up a statement."""
        value = fact.value
        self.statements[_counted_as(fact)] += 1
        self._numbered += (isinstance(value, Entity) and bool(value.identifiers)) or not OF_NUMBERS.isdisjoint(fact.flags)
        for flag in fact.flags:
            self._flags.setdefault(flag, Check(f"flags.{flag}")).found(lambda: shown(fact))
        if isinstance(value, Entity):
            self.people.note(PartyRef(value.id, value.bearer))
        elif isinstance(value, Relationship):
            self.people.note(value.interested_party)
            self._found(self._relationship(value), fact)
        elif isinstance(value, Decision):
            self._found((("dates.decision_undated", value.date == UNKNOWN), ("dates.conduct_unknown", value.conduct is None)), fact)
        elif isinstance(value, Naming):
            if value.party is not None:
                self.people.note(value.party)
            self._found((("orphans.unnamed", value.party is None),), fact)

    def take_rows(self, table: DeliveredTable) -> None:
        """Take up what a delivery says of the rows of a table, of which no statement says it."""
        self._delivered += table.rows
        for doubts in table.doubts:
            check = self._rows.setdefault(doubts.code, Check(f"rows.{doubts.code}"))
            check.count += doubts.count
            check.examples += [Example("", place.file, place.row) for place in doubts.places[: MOST - len(check.examples)]]

    def _relationship(self, value: Relationship) -> tuple[tuple[str, bool], ...]:
        start, end, registered = value.period.start, value.period.end, value.registered
        vague = _vagueness(start)
        later = registered is not None and UNKNOWN not in (registered.start, start)
        return (
            ("dates.shared_start_unknown" if value.interest in _shared() else "dates.start_unknown", vague == "unknown"),
            ("dates.end_unknown", _vagueness(end) == "unknown"),
            ("dates.day_unknown", vague == "day_unknown"),
            ("dates.start_between", vague == "between"),
            ("dates.before_1900", start.latest < EARLY),
            ("dates.in_future", start.earliest > self._today),
            ("dates.registered_later", later and registered is not None and registered.start.earliest > start.latest),
        )

    def _found(self, answers: tuple[tuple[str, bool], ...], fact: Fact[Payload]) -> None:
        for name, yes in answers:
            if yes:
                self._checks[name].found(lambda: shown(fact))

    def results(self) -> Iterator[Check]:
        """Yield every check of something that the source has."""
        shared = self._checks["names.shared"]
        borne = [(name, count) for name, count in self.people.names.most_common() if count > 1]
        shared.count = sum(count for _, count in borne)
        shared.examples = [Example(f"{name} × {count}") for name, count in borne[:MOST]]
        self._checks["names.within_enterprise"].count = self.people.within_enterprise
        said = self.statements
        body = sum(said[NAMED.get(kind, kind)] for kind in bodies())
        tie = said["relationship"] + said["sharing"]
        looked_at = said | Counter({"appearance": len(self.people), "body": body, "tie": tie})
        for name, check in self._checks.items():
            check.of = looked_at[LOOKED_AT[name]]
            if check.of:
                yield check
        for code in sorted(self._rows):
            self._rows[code].of = self._delivered
            yield self._rows[code]
        for flag in sorted(self._flags):
            self._flags[flag].of = self._numbered if flag in OF_NUMBERS else said.total()
            yield self._flags[flag]


def _counted_as(fact: Fact[Payload]) -> str:
    """Return the one key under which a statement is counted."""
    value = fact.value
    if isinstance(value, Entity):
        return NAMED.get(value.kind, value.kind)
    return "sharing" if isinstance(value, Relationship) and value.interest in _shared() else kind_of(value)


def _vagueness(date: PartialDate) -> str:
    """Say how a date is vague: it may be any day up to or from another, one between two days, or one of a year or month."""
    if date.day is not None:
        return ""
    if date.earliest == UNKNOWN.earliest or date.latest == UNKNOWN.latest:
        return "unknown"
    return "between" if ".." in str(date) else "day_unknown"


def shown(fact: Fact[Payload]) -> Example:
    """Return a statement as an example."""
    value = fact.value
    text = value.id if isinstance(value, Entity | Decision) else fact.key.partition("/")[2].partition("/")[2]
    if isinstance(value, Relationship):
        text = f"{value.interested_party.entity} → {value.subject.entity} {value.interest} {value.period}"
    elif isinstance(value, DecisionLink):
        text = f"{value.decision} {value.relation} {value.other}"
    return Example(text, fact.origin.file, fact.origin.row)
