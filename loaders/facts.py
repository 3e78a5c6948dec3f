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
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

from graph.codec import make_fact
from graph.dates import OPEN, PartialDate, Period
from graph.errors import InputError
from graph.identifiers import check_resident_id, check_uscc, hash_resident_id, mask_resident_id, normalise_uscc
from graph.model import (
    Decision,
    DecisionLink,
    Entity,
    Fact,
    Identifier,
    Name,
    Naming,
    Origin,
    PartyRef,
    Payload,
    Relationship,
    appearance,
)
from graph.names import is_unnamed
from graph.names import normalise_name as _normalise
from graph.snapshot.identity import STRONG
from loaders.cell_specs import Cell
from loaders.cells import (
    Cells,
    amount_of,
    date_of,
    flag_of,
    imposed_of,
    meant_by,
    one_of,
    padded,
    parts_of,
    period_of,
    required,
    share_of,
    span_of,
    text_of,
)
from loaders.known import Known
from loaders.mapping import (
    ChooseRef,
    DecisionSpec,
    EnterpriseRef,
    EnterpriseSpec,
    IdentifierSpec,
    IdRef,
    LinkSpec,
    Mapping,
    NameRef,
    NamingSpec,
    PartySpec,
    PersonRef,
    PersonSpec,
    RelationshipSpec,
    Table,
)
from loaders.tables import Row

normalise_name = lru_cache(1 << 16)(_normalise)
CONDUCT_AFTER_DECISION: Final = "conduct_after_decision"
RESIDENT_LENGTH: Final = 15
"""A resident number has this many digits at least."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A doubt about a cell of a row that is kept."""

    code: str
    column: str
    reason: str


@dataclass(slots=True)
class Statements:
    """What a row says: its facts, the doubts about it, and the decisions that its links go `from` and `to`."""

    facts: list[Fact[Payload]] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)

    @property
    def entities(self) -> list[Entity]:
        """The entities that the row says there are."""
        return [fact.value for fact in self.facts if isinstance(fact.value, Entity)]


def joined(*parts: str) -> str:
    """Join parts into a key; a slash inside a part is escaped, so that different parts never give one key."""
    return "/".join(map(escaped, parts))


def escaped(part: str) -> str:
    """Return a part of a key as it stands between slashes."""
    return part.replace("%", "%25").replace("/", "%2F") if "%" in part or "/" in part else part


def statements(
    mapping: Mapping, table: Table, file: str, row: Row, known: Known, id_key: bytes = b"", today: date = date.max
) -> Statements:
    """Return what a row says; `id_key` hashes resident numbers, and no decision is dated after `today`.

    Raises
    ------
    InputError
        It cannot be taken; the error names the column.
    """
    return _Reader(mapping, table, Origin(mapping.source, file, row.number), row.cells, known, id_key, today).read()


class _Reader:
    """Reads one row."""

    def __init__(
        self, mapping: Mapping, table: Table, origin: Origin, cells: Cells, known: Known, id_key: bytes, today: date
    ) -> None:
        self._mapping, self._table, self._origin, self._cells, self._known = mapping, table, origin, cells, known
        self._id_key, self._today = id_key, today
        self._out = Statements()

    def read(self) -> Statements:
        for column in self._table.columns:
            if column in self._table.resident_columns:
                continue
            text = self._cells.get(column, "")
            if len(text) >= RESIDENT_LENGTH and check_resident_id(text).ok:
                raise InputError(
                    "is a resident number in plain; map the column as `resident_id`, which keeps a keyed hash", column=column
                )
        for entry in self._table.facts:
            spec = entry.spec
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
        return self._out

    def _say(self, value: Payload, key: str, flags: tuple[str, ...] = ()) -> None:
        self._out.facts.append(make_fact(value, key, self._origin, flags))

    # References

    def _id(self, ref: IdRef | IdentifierSpec) -> tuple[str, str, tuple[str, ...]]:
        """Return scheme, number and flags of what a reference reads."""
        if isinstance(ref, IdRef) and ref.lookup:
            column = ref.lookup.by
            value = self._cells.get(column, "")
            found = self._known.look_up(ref.lookup.table, ref.lookup.key, ref.column, value)
            if found is None:
                raise InputError(f"no row of {ref.lookup.table} has {value!r} in {ref.lookup.key}", column=column)
            text = found
        else:
            column = ref.column
            text = self._cells.get(column, "")
        if not text:
            return ref.scheme or self._mapping.source, "", ()
        text = padded(text, ref.pad, column)
        if "#" in text:
            raise InputError("an id cannot hold #", column=column)
        if ref.scheme != "uscc":
            return ref.scheme or self._mapping.source, text, ()
        check = check_uscc(text)
        if not check.ok:
            self._doubt(Flag(check.flag.value, column, f"{check.message}; kept with flag {check.flag.value}"))
        return "uscc", normalise_uscc(text), () if check.ok else (check.flag.value,)

    def _doubt(self, flag: Flag) -> None:
        if flag not in self._out.flags:
            self._out.flags.append(flag)

    def _column(self, ref: EnterpriseRef | PersonRef) -> str | None:
        if isinstance(ref, PersonRef):
            return ref.name.column
        if isinstance(ref, ChooseRef):
            return ref.choose
        if isinstance(ref, NameRef):
            return ref.by_name.column
        return ref.lookup.by if ref.lookup else ref.column

    def _at(self, ref: EnterpriseRef) -> str:
        """Return the id of an enterprise that is known, one that this row says there is included."""
        if isinstance(ref, ChooseRef):
            case = self._cells.get(ref.choose, "")
            if case not in ref.cases:
                raise InputError(f"the mapping does not say what {case!r} means", column=ref.choose)
            return self._at(ref.cases[case])
        if isinstance(ref, NameRef):
            return self._named(ref)
        scheme, number, _ = self._id(ref)
        column = self._column(ref)
        if not number:
            raise InputError("is empty; the enterprise is needed", column=column)
        found = f"{scheme}:{number}"
        if not any(entity.id == found for entity in self._out.entities) and not self._known.has(found):
            raise InputError(
                f"{found} is an unknown company: no delivery has told us of it; load the companies first", column=column
            )
        return found

    def _named(self, ref: NameRef) -> str:
        name = required(ref.by_name, self._cells, "a name")
        column = ref.by_name.column
        try:
            found = self._known.named(name)
        except InputError as error:
            raise InputError(error.reason, column=column) from error
        if found is None and ref.otherwise == "refuse":
            raise InputError(f"{name!r} is an unknown company: no delivery has told us of it", column=column)
        own = f"{self._mapping.source}:{normalise_name(name)}"
        if (found is None or found == own) and not any(entity.id == own for entity in self._out.entities):
            if "#" in own:
                raise InputError("a name cannot hold #", column=column)
            self._say(Entity(own, ref.kind, (Name(name),)), own)
        return found or own

    def _party(self, ref: PartySpec) -> PartyRef | None:
        if not isinstance(ref, PersonRef):
            return PartyRef(self._at(ref))
        name = text_of(ref.name, self._cells)
        enterprise = self._at(ref.at)
        if is_unnamed(name):
            return None
        if "#" in name or "@" in name:
            raise InputError("a name cannot hold # or @", column=ref.name.column)
        return PartyRef(appearance(enterprise, normalise_name(name)), self._bearer(ref))

    def _bearer(self, ref: PersonRef) -> str | None:
        """Return the strong id where a valid resident number gives one, else the source's own."""
        if hashed := self._resident(ref):
            return f"{STRONG}:{hashed}"
        own = text_of(ref.bearer, self._cells)
        return f"{self._mapping.source}:{own}" if own else None

    def _resident(self, ref: PersonRef) -> str | None:
        """Return the keyed hash of a resident number; one that fails its check is flagged, and identifies nobody."""
        text = text_of(ref.resident_id, self._cells)
        if not text or ref.resident_id is None:
            return None
        check = check_resident_id(text)
        if not check.ok:
            column = ref.resident_id.column or ""
            self._doubt(Flag(check.flag.value, column, f"{check.message}; the person is kept without it"))
            return None
        return hash_resident_id(text, self._id_key)

    def _key(self, columns: tuple[str, ...]) -> list[str]:
        return [self._cells.get(column, "") for column in columns]

    # Entities

    def _enterprise(self, spec: EnterpriseSpec) -> None:
        scheme, number, flags = self._id(spec.id)
        if not number:
            raise InputError("is empty; an id is needed", column=spec.id.column)
        identifiers = [Identifier(scheme, number)] if spec.id.scheme else []
        for more in spec.identifiers:
            other, value, doubts = self._id(more)
            flags += doubts
            if value:
                identifiers.append(Identifier(other, value))
        names = {Name(text, cell.kind): None for cell in spec.names if (text := text_of(cell, self._cells))}
        own = f"{scheme}:{number}"
        self._say(
            Entity(own, spec.kind, tuple(names), tuple(dict.fromkeys(identifiers)), self._attributes(spec.attributes)),
            own,
            tuple(dict.fromkeys(flags)),
        )

    def _attributes(self, cells: dict[str, Cell]) -> tuple[tuple[str, str], ...]:
        found = ((name, one_of(cell, self._cells)) for name, cell in sorted(cells.items()))
        return tuple((name, value) for name, value in found if value)

    def _person(self, spec: PersonSpec) -> None:
        party = self._party(spec)
        if party is None:
            return
        name = Name(text_of(spec.name, self._cells))
        key = f"{party.entity}@{party.bearer}" if party.bearer else party.entity
        attributes = self._attributes(spec.attributes)
        hashed = self._resident(spec)
        identifiers = (Identifier(STRONG, hashed),) if hashed else ()
        if hashed:
            attributes = (*attributes, ("resident_id", mask_resident_id(text_of(spec.resident_id, self._cells))))
        self._say(Entity(party.entity, "person", (name,), identifiers, attributes, party.bearer), key)

    # Statements

    def _relationship(self, spec: RelationshipSpec) -> None:
        party = self._party(spec.party)
        if party is None:
            self._doubt(Flag("unnamed", self._column(spec.party) or "", "nobody is named here; the interest is not recorded"))
            return
        subject = PartyRef(self._at(spec.subject))
        period = period_of(spec.start, spec.end, self._cells)
        registered = None
        if spec.registered_start or spec.registered_end:
            registered = period_of(spec.registered_start, spec.registered_end, self._cells)
        texts: dict[str, list[str]] = {}
        for part in parts_of(spec.interest, self._cells):
            for code in part.meant:
                texts.setdefault(code, []).append(part.text)
        own = self._key(spec.key) if spec.key else [f"{party.entity}@{party.bearer or ''}", subject.entity]
        for code, words in texts.items():
            value = Relationship(
                party,
                subject,
                code,
                period,
                registered,
                share_of(spec.share, self._cells),
                amount_of(spec.amount, self._cells),
                "" if spec.interest.column is None else "/".join(words),
            )
            self._say(value, joined(self._table.id, *own, code))

    def _decision_id(self, cell: Cell) -> str:
        return f"{self._mapping.source}:{required(cell, self._cells, 'the id of a decision')}"

    def _decision(self, spec: DecisionSpec) -> None:
        cells, own = self._cells, self._decision_id(spec.id)
        respondent = self._party(spec.respondent)
        if respondent is None:
            raise InputError("names nobody; a decision needs a respondent", column=self._column(spec.respondent))
        decided, conduct = date_of(spec.date, cells), span_of(spec.conduct, cells)
        flags = self._dated(spec, decided, conduct)
        acts = dict.fromkeys(act for cell in spec.acts for act in meant_by(cell, cells))
        value = Decision(
            id=own,
            kind=required(spec.kind, cells, "the kind of decision"),
            acts=tuple(acts),
            respondent=respondent,
            authority=required(spec.authority, cells, "the authority"),
            number=text_of(spec.number, cells),
            authority_level=one_of(spec.authority_level, cells),
            region=one_of(spec.region, cells) if spec.region else self._mapping.region,
            date=decided,
            date_basis=one_of(spec.date_basis, cells),
            conduct=conduct,
            conduct_text=text_of(spec.conduct_text, cells),
            basis=meant_by(spec.basis, cells),
            cites=meant_by(spec.cites, cells),
            imposed=imposed_of(spec.imposed, spec.term, cells),
            parties_complete=flag_of(spec.parties_complete, cells),
        )
        self._say(value, own, flags)

    def _dated(self, spec: DecisionSpec, decided: PartialDate, conduct: Period | None) -> tuple[str, ...]:
        """Refuse a decision of tomorrow or of a conduct that came after it; return the flag of one that went on after it."""
        if decided == OPEN or decided.earliest > self._today:
            raise InputError("a decision cannot be dated after today", column=spec.date.column if spec.date else None)
        if conduct is None or spec.conduct is None:
            return ()
        start, end = (cell.column if cell else None for cell in (spec.conduct.start, spec.conduct.end))
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
            raise InputError(f"{decision} is an unknown decision; load the decisions first", column=spec.decision.column)
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
            imposed=imposed_of(spec.imposed, spec.term, cells),
            text=text_of(spec.text, cells),
        )
        self._say(value, joined(decision, *(self._key(spec.key) if spec.key else [normalise_name(name)])))

    def _known_decision(self, decision: str) -> bool:
        said = any(isinstance(fact.value, Decision) and fact.value.id == decision for fact in self._out.facts)
        return said or self._known.has_decision(decision)

    def _link(self, spec: LinkSpec) -> None:
        other = one_of(spec.other, self._cells)
        if not other:
            return
        decision, there = self._decision_id(spec.decision), f"{self._mapping.source}:{other}"
        relation = required(spec.relation, self._cells, "a relation")
        since = date_of(spec.since, self._cells) if spec.since else None
        self._say(DecisionLink(decision, relation, there, since), joined(decision, relation, other))
        self._out.links += [("from", decision), ("to", there)]
