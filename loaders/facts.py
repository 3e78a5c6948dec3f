"""A row and what the mapping says of it become statements.

Invariants (tests/unit/test_loaders_facts.py holds one test a number)
1. A row is taken whole or not at all: one wrong cell refuses all its statements.
2. A statement on an enterprise that nobody has told us of is refused.
3. A name that could not be read is nobody: it is merged with no person and makes no person.
4. A code that fails its check digit is kept with the flag `bad_check`.
5. A resident number is kept only as a keyed hash and in its masked form, and only from a column mapped as one.
6. Parts of a key never run into each other: `C1` and `a/b` give another key than `C1/a` and `b`.
7. No decision is dated after the day of loading, and no conduct begins after the decision on it; one that ends after it is
   kept with the flag `conduct_after_decision`.
8. An authority whose level is to be told by its code and name, and is not, is kept with the flag `level_unknown`; so is a decision
   whose place is none, with the flag `region_unknown` and without it.
9. What is known to be decided later is not annulled from a day before, and what only announces is no ground.
10. A post that begins before 1900, or after the day of the delivery, is kept as it is told, and the row is flagged.
11. A person's name that ends as that of a company does is kept, and the row is flagged: two columns may be exchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from graph import codes
from graph.dates import EARLY, OPEN, PartialDate, Period, Truth, not_after
from graph.divisions import division_of
from graph.errors import InputError
from graph.identifiers import (
    cannot_be_resident_id,
    check_nested_organisation_code,
    check_resident_id,
    check_uscc,
    mask_resident_id,
    masked_within,
)
from graph.model import Decision, DecisionLink, Entity, Identifier, Name, Naming, Origin, PartyRef, Relationship
from graph.snapshot.identity import STRONG
from loaders.authority_levels import level_of
from loaders.cell_specs import Cell, LevelOf
from loaders.cells import (
    Cells,
    amount_of,
    date_of,
    flag_of,
    imposed_of,
    meant_by,
    one_of,
    parts_of,
    period_of,
    required,
    share_of,
    span_of,
    text_of,
)
from loaders.fact_specs import (
    DecisionSpec,
    EnterpriseSpec,
    FactSpec,
    Given,
    LinkSpec,
    NamingSpec,
    PersonSpec,
    RelationshipSpec,
    When,
)
from loaders.known import Known
from loaders.mapping import Mapping, Table
from loaders.reference_specs import FirstRef, NameRef
from loaders.references import Flag, References, Statements, joined, joined_id, normalise_name
from loaders.rows import Row

CONDUCT_AFTER_DECISION: Final = "conduct_after_decision"
LEVEL_UNKNOWN: Final = "level_unknown"
REGION_UNKNOWN: Final = "region_unknown"
START_EARLY: Final = "start_early"
START_AHEAD: Final = "start_ahead"
_DOUBTFUL: Final = {START_EARLY: "before 1900", START_AHEAD: "after the day of the delivery"}
RESIDENT_LENGTH: Final = 15
"""A resident number has this many digits at least."""


def statements(
    mapping: Mapping,
    table: Table,
    file: str,
    row: Row,
    known: Known,
    id_key: bytes = b"",
    today: date = date.max,
    delivered: date = date.max,
) -> Statements:
    """Return what a row says; `id_key` hashes resident numbers, and no decision is dated after `today`.

    What begins after the day as of which it is `delivered` is doubtful.

    Raises
    ------
    InputError
        It cannot be taken; the error names the column.
    """
    return Reader(mapping, table, Origin(mapping.source, file, row.number), row, known, id_key, today, delivered).read()


def says_so(when: When, cells: Cells) -> bool:
    """Say whether a row makes a statement."""
    if isinstance(when, Given):
        return bool(cells.get(when.given, "")) and (when.only is None or flag_of(when.only, cells) is True)
    return flag_of(when, cells) is True


class Reader(References):
    """Reads one row."""

    def __init__(
        self,
        mapping: Mapping,
        table: Table,
        origin: Origin,
        row: Row,
        known: Known,
        id_key: bytes,
        today: date,
        delivered: date = date.max,
    ) -> None:
        super().__init__(mapping, origin, row.cells, known, id_key)
        self._table, self._row, self._today, self._delivered = table, row, today, delivered

    def read(self) -> Statements:
        """Return what the row says."""
        self._refuse_plain(self._row.cells)
        own = self._masked(self._row.cells)
        whole = self._with_lookups(own)
        for fact in self._table.facts:
            for cells in self._records(fact.each, own) if fact.each else (whole,):
                self._cells = cells
                if self._is_said(fact):
                    self._fact(fact)
        return self._out

    def _records(self, each: str, own: Cells) -> Iterator[Cells]:
        """Yield the row's own cells with those of each record of a list inside it."""
        for record in self._row.lists.get(each, ()):
            inside = {f"{each}.{column}": text for column, text in record.items()}
            self._refuse_plain(inside)
            yield self._with_lookups({**own, **self._masked(inside)})

    def _refuse_plain(self, cells: Cells) -> None:
        """Refuse a resident number in any column that is not mapped as one.

        One credit code in about a thousand happens to pass the check of a resident number too: in a column of codes, one that
        passes both of its own checks is a code.
        """
        for column in self._table.columns:
            text = cells.get(column, "")
            if len(text) < RESIDENT_LENGTH or cannot_be_resident_id(text):
                continue
            if column in self._table.resident_columns or not check_resident_id(text).ok:
                continue
            if column not in self._table.credit_columns or not _is_credit_code(text):
                raise InputError(
                    "is a resident number in plain; map the column as `resident_id`, which keeps a keyed hash", column=column
                )

    def _masked(self, cells: Cells) -> Cells:
        """Return the cells with every resident number inside a text masked, and a doubt for each."""
        columns = [column for column in self._table.columns if column not in self._table.resident_columns]
        found = {column: clean for column in columns if (clean := masked_within(text := cells.get(column, ""))) != text}
        for column in found:
            self._doubt(Flag("masked", column, "holds a resident number, which is kept masked"))
        return {**cells, **found} if found else cells

    def _with_lookups(self, cells: Cells) -> Cells:
        if not self._table.looking_up:
            return cells
        found = {
            lookup.cell(column): self._known.look_up(lookup.table, lookup.key, column, cells.get(lookup.by, ""))
            for lookup, column in self._table.looking_up
        }
        return {**cells, **{place: text for place, text in found.items() if text is not None}}

    def _is_said(self, fact: FactSpec) -> bool:
        return fact.when is None or says_so(fact.when, self._cells)

    def _fact(self, fact: FactSpec) -> None:
        spec = fact.spec
        if isinstance(spec, EnterpriseSpec):
            self._enterprise(spec)
        elif isinstance(spec, PersonSpec):
            self._person(spec)
        elif isinstance(spec, RelationshipSpec):
            self._relationship(spec)
        elif isinstance(spec, DecisionSpec):
            self._decision(spec)
        elif isinstance(spec, NamingSpec):
            self._naming(spec)
        elif isinstance(spec, LinkSpec):
            self._link(spec)

    def _key(self, columns: tuple[str, ...]) -> list[str]:
        return [self._cells.get(column, "") for column in columns]

    # Entities

    def _enterprise(self, spec: EnterpriseSpec) -> None:
        ref = self._first(spec.id) if isinstance(spec.id, FirstRef) else spec.id
        if isinstance(ref, NameRef):
            self._named(ref)
            return
        number = self._number(ref)
        if not number.text:
            raise InputError(f"is {'masked' if number.flags else 'empty'}; an id is needed", column=ref.place)
        flags = number.flags
        identifiers = [Identifier(number.scheme, number.text)] if number.scheme != self._mapping.source else []
        for more in spec.identifiers:
            other = self._number(more)
            flags += other.flags
            if other.text:
                identifiers.append(Identifier(other.scheme, other.text))
        names = {Name(text, cell.kind): None for cell in spec.names if (text := text_of(cell, self._cells))}
        own = f"{number.scheme}:{number.text}"
        kind = required(spec.kind, self._cells, "the kind of entity")
        attributes = self._attributes(spec.attributes)
        self._say(Entity(own, kind, tuple(names), tuple(dict.fromkeys(identifiers)), attributes), own, tuple(dict.fromkeys(flags)))

    def _attributes(self, cells: dict[str, Cell]) -> tuple[tuple[str, str], ...]:
        found = ((name, one_of(cell, self._cells)) for name, cell in sorted(cells.items()))
        return tuple((name, value) for name, value in found if value)

    def _person(self, spec: PersonSpec) -> None:
        party = self._party(spec)
        if party is None:
            return
        name = Name(text_of(spec.name, self._cells))
        key = self._person_key(party)
        attributes = self._attributes(spec.attributes)
        hashed = self._resident(spec)
        identifiers = (Identifier(STRONG, hashed),) if hashed else ()
        if hashed:
            attributes = (*attributes, ("resident_id", mask_resident_id(text_of(spec.resident_id, self._cells))))
        self._say(Entity(party.entity, "person", (name,), identifiers, attributes, party.bearer), key)

    @staticmethod
    def _person_key(party: PartyRef) -> str:
        return f"{party.entity}@{party.bearer}" if party.bearer else party.entity

    # Statements

    def _relationship_key(self, spec: RelationshipSpec, party: PartyRef, subject: str, code: str) -> str:
        own = self._key(spec.key) if spec.key else [f"{party.entity}@{party.bearer or ''}", subject]
        return joined(self._table.id, *own, code)

    def _relationship(self, spec: RelationshipSpec) -> None:
        party = self._party(spec.party)
        if party is None:
            self._doubt(Flag("unnamed", spec.party.place or "", "nobody is named here; the interest is not recorded"))
            return
        subject = PartyRef(self._at(spec.subject))
        period = self._period(spec)
        if spec.start and (doubt := doubtful_start(period.start.earliest, period.start.latest, self._delivered)):
            self._doubt(Flag(doubt, spec.start.place or "", f"the start {period.start} is {_DOUBTFUL[doubt]}"))
        registered = None
        if spec.registered_start or spec.registered_end:
            registered = period_of(spec.registered_start, spec.registered_end, self._cells)
        texts: dict[str, list[str]] = {}
        for part in parts_of(spec.interest, self._cells):
            for code in part.meant:
                texts.setdefault(code, []).append(part.text)
        for code, words in texts.items():
            value = Relationship(
                party,
                subject,
                code,
                period,
                registered,
                share_of(spec.share, self._cells),
                amount_of(spec.amount, self._cells),
                text_of(spec.text, self._cells) or ("" if spec.interest.column is None else "/".join(words)),
            )
            fact = self._say(value, self._relationship_key(spec, party, subject.entity, code))
            if spec.listed:
                self._out.listed.add(fact.key)

    def _period(self, spec: RelationshipSpec) -> Period:
        if spec.seen is None:
            return period_of(None if spec.listed else spec.start, spec.end, self._cells)
        day = date_of(spec.seen, self._cells)
        return Period(PartialDate(date.min, day.latest), PartialDate(day.earliest, date.max))

    def _decision(self, spec: DecisionSpec) -> None:
        cells, own = self._cells, self._decision_id(spec.id)
        respondent = self._party(spec.respondent)
        if respondent is None:
            raise InputError("names nobody; a decision needs a respondent", column=spec.respondent.place)
        decided, conduct = date_of(spec.date, cells), span_of(spec.conduct, cells)
        flags = self._dated(spec, decided, conduct)
        level, doubtful = self._level(spec)
        region, unread = self._region(spec)
        acts = dict.fromkeys(act for cell in spec.acts for act in meant_by(cell, cells))
        value = Decision(
            id=own,
            kind=required(spec.kind, cells, "the kind of decision"),
            acts=tuple(acts),
            respondent=respondent,
            authority=required(spec.authority, cells, "the authority"),
            number=text_of(spec.number, cells),
            authority_level=level,
            region=region,
            date=decided,
            date_basis=one_of(spec.date_basis, cells),
            conduct=conduct,
            conduct_text=text_of(spec.conduct_text, cells),
            basis=meant_by(spec.basis, cells),
            cites=meant_by(spec.cites, cells),
            imposed=imposed_of(spec.imposed, spec.term, cells, spec.amounts),
            parties_complete=flag_of(spec.parties_complete, cells),
            valid=span_of(spec.valid, cells),
        )
        self._say(value, own, (*flags, *doubtful, *unread))

    def _region(self, spec: DecisionSpec) -> tuple[str | None, tuple[str, ...]]:
        """Return the code of the place, with a flag where the cell names none: a text that is no place is not kept as one."""
        said = one_of(spec.region, self._cells) if spec.region else self._mapping.region
        if said is None or (code := division_of(said)):
            return code if said else None, ()
        reason = f"is no code or name of a place (GB/T 2260); the decision is kept without it, with flag {REGION_UNKNOWN}"
        self._doubt(Flag(REGION_UNKNOWN, (spec.region.place if spec.region else None) or "", reason))
        return None, (REGION_UNKNOWN,)

    def _level(self, spec: DecisionSpec) -> tuple[str | None, tuple[str, ...]]:
        """Return the level of the authority, with a flag where neither its code nor its name tells it."""
        told = spec.authority_level
        if not isinstance(told, LevelOf):
            return one_of(told, self._cells), ()
        if level := level_of(text_of(told.code, self._cells), text_of(told.name, self._cells)):
            return level, ()
        reason = f"code and name of the authority do not tell its level; kept with flag {LEVEL_UNKNOWN}, and not published"
        self._doubt(Flag(LEVEL_UNKNOWN, spec.authority.place or "", reason))
        return None, (LEVEL_UNKNOWN,)

    def _dated(self, spec: DecisionSpec, decided: PartialDate, conduct: Period | None) -> tuple[str, ...]:
        """Refuse a decision of tomorrow or of a conduct that came after it; return the flag of one that went on after it."""
        if decided == OPEN or decided.earliest > self._today:
            raise InputError("a decision cannot be dated after today", column=spec.date.place if spec.date else None)
        if conduct is None or spec.conduct is None:
            return ()
        start, end = (cell.place if cell else None for cell in (spec.conduct.start, spec.conduct.end))
        if conduct.start.earliest > min(decided.latest, self._today):
            raise InputError("the conduct begins after the decision on it", column=start or end)
        if conduct.end.earliest <= decided.latest or decided.latest == date.max:
            return ()
        reason = f"the conduct ends ({conduct.end}) after the decision ({decided}); kept with flag {CONDUCT_AFTER_DECISION}"
        self._doubt(Flag(CONDUCT_AFTER_DECISION, end or start or "", reason))
        return (CONDUCT_AFTER_DECISION,)

    def _naming(self, spec: NamingSpec) -> None:
        cells, decision = self._cells, self._decision_id(spec.decision)
        if not self._known_decision(decision):
            raise InputError(f"{decision} is an unknown decision; load the decisions first", column=spec.decision[0].place)
        name, found = text_of(spec.party.name, cells), meant_by(spec.found_as, cells)
        value = Naming(
            decision=decision,
            party=self._party(spec.party),
            name=name,
            posts=meant_by(spec.posts, cells),
            post_text=text_of(spec.post_text, cells),
            found_as=found,
            found_text=text_of(spec.found_as, cells),
            responsible=flag_of(spec.responsible, cells) if spec.responsible else True if found else None,
            imposed=imposed_of(spec.imposed, spec.term, cells, spec.amounts),
            text=text_of(spec.text, cells),
        )
        self._say(value, self._naming_key(spec, decision, name))

    def _naming_key(self, spec: NamingSpec, decision: str, name: str) -> str:
        return joined(decision, *(self._key(spec.key) if spec.key else [normalise_name(name)]))

    def _known_decision(self, decision: str) -> bool:
        said = any(isinstance(fact.value, Decision) and fact.value.id == decision for fact in self._out.facts)
        return said or self._known.has_decision(decision)

    def _link(self, spec: LinkSpec) -> None:
        parts = [one_of(cell, self._cells) for cell in spec.other]
        if not all(parts):
            return
        other = joined_id([part for part in parts if part])
        decision, there = self._decision_id(spec.decision), f"{self._mapping.source}:{other}"
        relation = required(spec.relation, self._cells, "a relation")
        since = date_of(spec.since, self._cells) if spec.since else None
        self._fits(spec, relation, there, since)
        self._say(DecisionLink(decision, relation, there, since), joined(decision, relation, other))
        self._out.links += [("from", decision), ("to", there)]

    def _fits(self, spec: LinkSpec, relation: str, there: str, since: PartialDate | None) -> None:
        """Refuse an end that lies before what it ends was decided, and a ground that decides nothing, where that one is known."""
        said = (fact.value for fact in self._out.facts if isinstance(fact.value, Decision) and fact.value.id == there)
        other = next(said, None) or self._known.decision(there)
        if other is None:
            return
        if relation == "annuls_from_now" and since and not_after(other.date, since) is Truth.NO:
            reason = f"{there} was decided on {other.date}, and cannot be annulled from {since} on"
            raise InputError(reason, column=spec.since.place if spec.since else None)
        if relation == "rests_on" and not codes.load("decision_kinds").get(other.kind).final:
            raise InputError(f"{there} only announces (kind {other.kind}), and is no ground to rest on", column=spec.other[0].place)


def doubtful_start(earliest: date, latest: date, delivered: date) -> str:
    """Return the flag of a start between two days that is certainly too early, or after the day of the delivery."""
    return START_EARLY if latest < EARLY else START_AHEAD if earliest > delivered else ""


def _is_credit_code(text: str) -> bool:
    return check_uscc(text).ok and check_nested_organisation_code(text).ok
