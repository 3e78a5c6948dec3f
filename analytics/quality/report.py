"""The quality report: every check of every source, and where sources contradict each other.

The statements are read twice: first to note, in eight bytes each, what might be told twice; then for the few that are.

Invariants (tests/unit/test_quality.py holds one test a number)
4. Same name is not same person: people are counted by name and never called duplicates.
5. A conflict names both values, their sources, which one is shown and why.
7. Of rows whose statements bear no flag the deliveries tell: of a snapshot the last, else all of them.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import combinations
from typing import Final, cast

from analytics.quality.checks import Check, Checks, Example, bodies, shown
from analytics.quality.repeats import repeated, token
from analytics.quality.terms import date_conflicts
from graph.dates import OPEN, Truth
from graph.delivered import Delivery
from graph.model import Decision, DecisionLink, Entity, Fact, Naming, Payload, Relationship, appearance_parts
from graph.names import normalise_name
from graph.preference import Preference, ranked, why

GRAPH: Final = ("entity", "relationship", "decision", "naming", "link")
MOST_CONFLICTS: Final = 1_000
_REPRESENTATIVE: Final = "legal_representative"
Read = Callable[[Iterable[str]], Iterator[Fact[Payload]]]
"""Reads the current statements of some kinds; it is called several times."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Several sources say different things of one field of an entity; the first value is the one that is shown."""

    entity: str
    field: str
    values: tuple[tuple[str, str], ...]
    why: str


@dataclass(frozen=True, slots=True)
class SourceQuality:
    """What one source holds, and what the checks found in it; each statement is counted under one key."""

    source: str
    statements: dict[str, int]
    appearances: int
    names: int
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """The report; `conflict_count` counts those beyond the first `MOST_CONFLICTS` too."""

    sources: tuple[SourceQuality, ...]
    conflicts: tuple[Conflict, ...]
    conflict_count: int


def quality(
    read: Read, preference: Preference, today: date, source: str | None = None, deliveries: Sequence[Delivery] = ()
) -> Quality:
    """Check everything that is on record.

    Parameters
    ----------
    read : callable
        Reads the current statements of some kinds.
    preference : mapping
        Which source is shown where several contradict each other.
    today : date
        What begins later is doubtful.
    source : str, optional
        Report this source alone; conflicts are those that it takes part in.
    deliveries : sequence of Delivery, optional
        The deliveries that stand, in order: what they say of rows whose statements bear no flag.
    """
    found = _Gathering(today)
    for fact in read(GRAPH):
        found.first(fact)
    found.turn()
    for kind in GRAPH:
        for fact in read((kind,)):
            found.second(fact)
    found.count_duplicates()
    found.count_doubts(deliveries)
    conflicts = list(found.conflicts(preference))
    if source is not None:
        conflicts = [each for each in conflicts if any(said_by == source for said_by, _ in each.values)]
    reported = [checks for name, checks in sorted(found.sources.items()) if source in (None, name)]
    return Quality(tuple(map(_source, reported)), tuple(conflicts[:MOST_CONFLICTS]), len(conflicts))


def _source(checks: Checks) -> SourceQuality:
    return SourceQuality(
        checks.source,
        dict(sorted(checks.statements.items())),
        len(checks.people),
        len(checks.people.names),
        tuple(checks.results()),
    )


class _Gathering:
    """What both readings gather."""

    def __init__(self, today: date) -> None:
        self._today = today
        self.sources: dict[str, Checks] = {}
        self._noted: dict[str, array[int]] = defaultdict(lambda: array("q"))
        self._wanted: dict[str, frozenset[int]] = {}
        self._decisions: set[str] = set()
        self._untold: set[str] = set()
        self._groups: dict[str, dict[tuple[str, ...], list[Fact[Payload]]]] = defaultdict(lambda: defaultdict(list))

    def first(self, fact: Fact[Payload]) -> None:
        """Check a statement by itself, and note what may be told twice."""
        source, value = fact.origin.source, fact.value
        self._checks(source).take(fact)
        if isinstance(value, Decision):
            self._decisions.add(value.id)
            self._untold.add(value.respondent.entity)
        for what, *parts in _told(fact):
            self._noted[what].append(token(*parts))

    def turn(self) -> None:
        """End the first reading."""
        self._wanted = {what: repeated([noted]) for what, noted in self._noted.items()}
        self._noted.clear()

    def second(self, fact: Fact[Payload]) -> None:
        """Gather what is told twice, and what speaks of something that nobody has told of; entities come before all else."""
        value, checks = fact.value, self.sources[fact.origin.source]
        if isinstance(value, Entity):
            self._untold.discard(value.id)
        elif isinstance(value, Naming) and value.decision not in self._decisions:
            checks.check("orphans.naming").found(lambda: shown(fact))
        elif isinstance(value, DecisionLink) and not {value.decision, value.other} <= self._decisions:
            checks.check("orphans.link").found(lambda: shown(fact))
        elif isinstance(value, Decision) and value.respondent.entity in self._untold:
            checks.check("orphans.respondent").found(lambda: shown(fact))
        for what, *parts in _told(fact):
            if token(*parts) in self._wanted.get(what, ()):
                self._groups[what][tuple(parts)].append(fact)

    def count_doubts(self, deliveries: Sequence[Delivery]) -> None:
        """Count the rows of which a delivery says that something in them was passed over: of a snapshot those of its last."""
        last = {(each.source, table.table): each.id for each in deliveries for table in each.tables}
        for each in deliveries:
            for table in each.tables:
                if each.mode != "snapshot" or last[each.source, table.table] == each.id:
                    self._checks(each.source).take_rows(table)

    def _checks(self, source: str) -> Checks:
        if source not in self.sources:
            self.sources[source] = Checks(source, self._today)
        return self.sources[source]

    def count_duplicates(self) -> None:
        """Count what one source tells twice."""
        for what in ("identifier", "name"):
            for parts, group in self._groups[what].items():
                if len({_entity(fact).id for fact in group}) > 1:
                    for source in sorted({fact.origin.source for fact in group}):
                        text = f"{' '.join(parts[-2:] if what == 'identifier' else parts[-1:])}: {_ids(group)}"
                        self.sources[source].check(f"duplicates.{what}").found(partial(Example, text))
        for group in self._groups["relationship"].values():
            for one, other in combinations(group, 2):
                if _relationship(one).period.meets(_relationship(other).period) is Truth.YES:
                    self.sources[other.origin.source].check("duplicates.relationship").found(partial(shown, other))
                    break
        for (enterprise,), group in self._groups["representative"].items():
            for source, parties in _representatives(group).items():
                if len(parties) > 1:
                    text = f"{enterprise}: {', '.join(sorted(parties))}"
                    self.sources[source].check("duplicates.legal_representative").found(partial(Example, text))

    def conflicts(self, preference: Preference) -> Iterator[Conflict]:
        """Yield where sources say different things, in the order of entities."""
        for (entity,), group in sorted(self._groups["entity"].items()):
            yield from _entity_conflicts(entity, ranked(group, preference), preference)
        for (enterprise,), group in sorted(self._groups["representative"].items()):
            said = {source: ", ".join(sorted(parties)) for source, parties in _representatives(ranked(group, preference)).items()}
            yield from _conflict(enterprise, "legal_representative", list(said.items()), preference)
        for (person, _, interest), group in sorted(self._groups["post"].items()):
            for field, dates in date_conflicts(ranked(group, preference)):
                yield from _conflict(person, f"{field}.{interest}", dates, preference)


def _told(fact: Fact[Payload]) -> Iterator[tuple[str, ...]]:
    """Yield what a statement tells that should be told once: the kind of thing, and what it is."""
    value, source = fact.value, fact.origin.source
    if isinstance(value, Entity) and value.kind != "person":
        yield "entity", value.id
        if value.kind not in bodies():
            return
        yield from (("identifier", item.scheme, item.value) for item in value.identifiers)
        yield from (("name", source, name) for name in sorted(_names(value)))
    elif isinstance(value, Relationship):
        party = value.interested_party
        yield "relationship", source, party.entity, party.bearer or "", value.subject.entity, value.interest
        if appearance_parts(party.entity):
            yield "post", party.entity, value.subject.entity, value.interest
        if value.interest == _REPRESENTATIVE and value.period.end == OPEN:
            yield "representative", value.subject.entity


def _names(value: Entity) -> set[str]:
    return {normalise_name(name.text) for name in value.names if name.kind == "full" and name.period.end == OPEN}


def _entity(fact: Fact[Payload]) -> Entity:
    return cast("Entity", fact.value)


def _relationship(fact: Fact[Payload]) -> Relationship:
    return cast("Relationship", fact.value)


def _ids(group: Iterable[Fact[Payload]]) -> str:
    return ", ".join(sorted({_entity(fact).id for fact in group}))


def _representatives(group: Iterable[Fact[Payload]]) -> dict[str, set[str]]:
    """Return source -> the persons whom it has as legal representative now."""
    found: dict[str, set[str]] = {}
    for fact in group:
        found.setdefault(fact.origin.source, set()).add(_relationship(fact).interested_party.entity)
    return found


def _entity_conflicts(entity: str, group: Iterable[Fact[Payload]], preference: Preference) -> Iterator[Conflict]:
    fields: dict[str, dict[str, str]] = defaultdict(dict)
    for fact in group:
        value, source = _entity(fact), fact.origin.source
        said = {"kind": value.kind, **{f"attribute.{name}": text for name, text in value.attributes}}
        if names := _names(value):
            said["name"] = " / ".join(sorted(names))
        for name, text in said.items():
            fields[name].setdefault(source, text)
    for name in sorted(fields):
        yield from _conflict(entity, name, list(fields[name].items()), preference)


def _conflict(entity: str, name: str, said: list[tuple[str, str]], preference: Preference) -> Iterator[Conflict]:
    """Yield the conflict between what sources say, the preferred first, if there is one."""
    if len({text for _, text in said}) < 2:
        return
    winner, text = said[0]
    other = next(source for source, different in said if different != text)
    yield Conflict(entity, name, tuple(said), why(winner, other, preference))
