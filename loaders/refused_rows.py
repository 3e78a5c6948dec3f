"""Which statements the refused rows of a table are about: what stands in a delivery is not absent from it.

Invariants (tests/unit/test_loaders_refused_rows.py holds one test a number)
1. A refused row whose key can be read counts as present: nothing of it ends. A key that hangs on a wrong cell cannot be read.
2. A row whose key cannot be read may be any row that is absent, unless it stood, word for word, in the delivery before beside that
   row: the same words are the same row. So nobody's post ends because a row became unreadable, and one that stands in every
   delivery keeps nobody's from ending.
3. Rows that are equal word for word are told apart by how many of them there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Final

from graph.errors import InputError
from graph.model import Origin, PartyRef
from loaders.cells import Cells, one_of, parts_of, required, text_of
from loaders.fact_specs import DecisionSpec, EnterpriseSpec, FactSpec, LinkSpec, NamingSpec, PersonSpec, RelationshipSpec
from loaders.facts import Reader
from loaders.known import Known
from loaders.mapping import Mapping, Table
from loaders.plan import Plan
from loaders.reference_specs import FirstRef, NameRef
from loaders.references import Statements, joined, joined_id
from loaders.rows import Row, UnreadLine
from loaders.workbooks import UnreadRow

_MOST_KEY: Final = 64
"""Bytes of a key that the hash takes."""


@dataclass(slots=True)
class About:
    """The keys of what a row says, those of them whose start follows from the deliveries, and whether these are all."""

    keys: list[str] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)
    complete: bool = True


class RefusedRows:
    """Gathers what the refused rows of one table after another are about.

    Parameters
    ----------
    load : str
        What is the same for two loads of one delivery, and for no other.
    """

    def __init__(self, mapping: Mapping, known: Known, id_key: bytes, plan: Plan, load: str) -> None:
        self._mapping, self._known, self._id_key, self._plan, self._load = mapping, known, id_key, plan, load
        self._unread: Counter[str] = Counter()

    def begin(self) -> None:
        """Begin a table."""
        self._unread.clear()

    def take(self, table: Table, file: str, line: Row | InputError, said: Statements | None, wrong: set[str | None]) -> None:
        """Take note of a refused row: what it says if it could be read, else the columns that are wrong."""
        if self._mapping.mode != "snapshot":
            return
        number = line.number if isinstance(line, Row) else line.row or 0
        row = Row(number, dict(line.cells)) if isinstance(line, UnreadRow) else line
        if said is not None:
            about = About([fact.key for fact in said.facts], said.listed)
        elif isinstance(row, Row) and None not in wrong:
            about = self._keys(table, file, row).of(wrong)
        else:
            about = About(complete=False)
        self._plan.notice(about.keys, about.listed)
        if not about.complete:
            self._unread[self._text(table, row, f"{self._load}\x1f{file}\x1f{number}")] += 1

    def unread(self) -> frozenset[str]:
        """Return a mark for each row of the table whose key could not be read: the same for the same row in another delivery."""
        return frozenset(self._mark(f"{text}\x1f{each}") for text, times in self._unread.items() for each in range(times))

    def _keys(self, table: Table, file: str, row: Row) -> _Keys:
        origin = Origin(self._mapping.source, file, row.number)
        return _Keys(self._mapping, table, origin, row, self._known, self._id_key, date.max)

    def _text(self, table: Table, row: Row | InputError, only: str) -> str:
        """Return what a row says word for word; of one that is lost, what no other row of any delivery has."""
        if isinstance(row, Row):
            columns = [*table.columns] or [*row.cells]
            return repr((sorted((column, row.cells.get(column, "")) for column in columns), row.lists))
        return row.text if isinstance(row, UnreadLine) else only

    def _mark(self, text: str) -> str:
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, key=self._id_key[:_MOST_KEY]).hexdigest()


class _Sound(dict[str, str]):
    """Cells of which those that are wrong cannot be read."""

    def __init__(self, cells: Cells, wrong: Iterable[str | None]) -> None:
        super().__init__(cells)
        self._wrong = frozenset(wrong)

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override]
        if key in self._wrong:
            raise InputError("is wrong", column=key)
        return super().get(key, default)


class _Keys(Reader):
    """Reads of a row that was refused only the keys of what it says."""

    def of(self, wrong: Iterable[str | None]) -> About:
        """Return the keys that can be read without the columns that are wrong."""
        about = About()
        try:
            self._cells = _Sound(self._with_lookups(_Sound(self._masked(self._row.cells), wrong)), wrong)
        except InputError:
            return About(complete=False)
        for fact in self._table.facts:
            try:
                if fact.each:
                    about.complete = False  # of a list only the first thing that is wrong is known
                elif self._is_said(fact):
                    self._add(fact, about)
            except InputError:
                about.complete = False
        return about

    def _add(self, fact: FactSpec, about: About) -> None:
        spec = fact.spec
        match spec:
            case EnterpriseSpec():
                kind, own = "entity", [self._own_id(spec)]
            case PersonSpec():
                party = self._party(spec)
                kind, own = "entity", [self._person_key(party)] if party else []
            case RelationshipSpec():
                party = self._party(spec.party)
                kind, own = "relationship", self._relationship_keys(spec, party) if party else []
            case DecisionSpec():
                kind, own = "decision", [self._decision_id(spec.id)]
            case NamingSpec():
                kind, own = (
                    "naming",
                    [self._naming_key(spec, self._decision_id(spec.decision), text_of(spec.party.name, self._cells))],
                )
            case LinkSpec():
                kind, own = "link", self._link_keys(spec)
        keys = [f"{kind}/{self._mapping.source}/{key}" for key in own]
        about.keys += keys
        if isinstance(spec, RelationshipSpec) and spec.listed:
            about.listed.update(keys)

    def _relationship_keys(self, spec: RelationshipSpec, party: PartyRef) -> list[str]:
        subject = self._at(spec.subject)
        codes = dict.fromkeys(code for part in parts_of(spec.interest, self._cells) for code in part.meant)
        return [self._relationship_key(spec, party, subject, code) for code in codes]

    def _link_keys(self, spec: LinkSpec) -> list[str]:
        parts = [one_of(cell, self._cells) for cell in spec.other]
        if not all(parts):
            return []
        other = joined_id([part for part in parts if part])
        return [joined(self._decision_id(spec.decision), required(spec.relation, self._cells, "a relation"), other)]

    def _own_id(self, spec: EnterpriseSpec) -> str:
        ref = self._first(spec.id) if isinstance(spec.id, FirstRef) else spec.id
        if isinstance(ref, NameRef):
            return self._named(ref)
        number = self._number(ref)
        if not number.text:
            raise InputError("is empty", column=ref.place)
        return f"{number.scheme}:{number.text}"

    def _see_known(self, enterprise: str, place: str | None) -> None:
        """Take any enterprise: one that nobody has told of is refused for its own cell, which is wrong then."""
