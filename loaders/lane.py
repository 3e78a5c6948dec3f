"""The fast lane of a load: rows in which nothing is doubtful, taken a column at a time.

What a cell means depends on its text alone, and registers repeat texts: so each text of a column is read and checked once, and a
row is put together from what was found. A row with anything that has to be explained (a flag, a refusal, a person nobody named) is
left to `loaders.facts`, which says what is wrong; a table whose mapping says more than entities and relationships is left to it.

Invariants (tests/unit/test_loaders_lane.py holds one test a number)
1. What the lane says of a row is, byte for byte, what `loaders.facts` says of it.
2. A row that `loaders.facts` would refuse, flag or add a doubt to is never taken.
3. Memory does not grow with the number of rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from json.encoder import encode_basestring
from typing import Any, Final, Generic, TypeVar

from graph.codec import Encoded
from graph.dates import PartialDate, Period
from graph.errors import InputError
from graph.identifiers import check_resident_id, check_uscc, normalise_uscc
from graph.model import Origin
from graph.names import is_unnamed, normalise_name
from loaders.cell_specs import Cell, DateCell
from loaders.cells import Cells, amount_of, date_of, one_of, padded, parts_of, share_of, text_of
from loaders.facts import RESIDENT_LENGTH
from loaders.known import Known
from loaders.mapping import EnterpriseSpec, FactSpec, IdentifierSpec, Mapping, PersonSpec, RelationshipSpec, Table
from loaders.reference_specs import EnterpriseRef, IdRef, PartySpec, PersonRef
from loaders.references import MASKS, escaped

T = TypeVar("T")
_REMEMBERED: Final = 1 << 17
"""Texts of one column that are remembered; then it begins anew."""


class _Left(Exception):
    """The row is left to the slow lane."""


class _Memo(dict[str, T], Generic[T]):
    """What each text of a column means; reads a text when it is first met, and forgets when there are too many."""

    def __init__(self, read: Callable[[str], T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> T:
        if len(self) >= _REMEMBERED:
            self.clear()
        try:
            found = self._read(text)
        except InputError as error:
            raise _Left from error
        self[text] = found
        return found


Said = tuple[str, str, tuple[tuple[str, str, str], ...], tuple[str, ...]]
"""Key without source, text, names and subjects of one statement."""
_Say = Callable[[Cells, "list[str]"], Iterator[Said]]


def lane_of(mapping: Mapping, table: Table, known: Known) -> Lane | None:
    """Return the lane of a table, None where its mapping says more than the lane understands."""
    if table.resident_columns or mapping.looked_up(table) or table.looking_up or mapping.by_name:
        return None
    compiled = _Compiler(mapping, table, known)
    says = [compiled.fact(fact) for fact in table.facts]
    return Lane(mapping, table, known, [say for say in says if say]) if all(says) else None


class Lane:
    """Takes the rows of one table."""

    def __init__(self, mapping: Mapping, table: Table, known: Known, says: list[_Say]) -> None:
        self._source, self._known, self._says = mapping.source, known, says
        self._columns = table.columns
        self._plain = _Memo(_not_resident)

    def take(self, cells: Cells, file: str, row: int) -> list[Encoded] | None:
        """Return what a row says, None where it has to go the slow way."""
        try:
            for column in self._columns:
                text = cells.get(column, "")
                if len(text) >= RESIDENT_LENGTH:
                    self._plain[text]
            entities: list[str] = []
            origin = Origin(self._source, file, row)
            facts = [self._encoded(said, origin) for say in self._says for said in say(cells, entities)]
        except _Left:
            return None
        self._known.add_ids(entities)
        return facts

    def _encoded(self, said: Said, origin: Origin) -> Encoded:
        own, text, names, about = said
        key = own.replace("/", f"/{self._source}/", 1)
        fact_id = hashlib.sha256(f"{key}\x1f{text}\x1f".encode()).hexdigest()[:16]
        return Encoded(fact_id, key, text, origin, (), names, about)


def _not_resident(text: str) -> bool:
    if check_resident_id(text).ok:
        raise _Left
    return True


_quoted: Callable[[str], str] = encode_basestring
"""Write a text as JSON."""


class _Compiler:
    """Turns the statements of a mapping into functions of a row."""

    def __init__(self, mapping: Mapping, table: Table, known: Known) -> None:
        self._mapping, self._table, self._known = mapping, table, known
        self._normal = _Memo(self._person_name)

    def fact(self, fact: FactSpec) -> _Say | None:
        """Return the function of one statement, None for one that the lane does not understand."""
        spec = fact.spec
        if fact.when is not None or fact.each:
            return None
        if isinstance(spec, EnterpriseSpec) and isinstance(spec.id, IdRef) and spec.kind.const:
            return self._enterprise(spec, spec.id, spec.kind.const)
        if isinstance(spec, PersonSpec) and isinstance(spec.at, IdRef):
            return self._person(spec, spec.at)
        if isinstance(spec, RelationshipSpec) and self._understood(spec):
            return self._relationship(spec)
        return None

    @staticmethod
    def _understood(spec: RelationshipSpec) -> bool:
        party = spec.party.at if isinstance(spec.party, PersonRef) else spec.party
        return isinstance(party, IdRef) and isinstance(spec.subject, IdRef) and spec.seen is None and not spec.listed

    # Cells

    def _text(self, cell: Cell | None) -> Callable[[Cells], str]:
        if cell is None:
            return lambda _: ""
        column = cell.column
        if column is None:
            const = text_of(cell, {})
            return lambda _: const
        memo = _Memo(lambda text: text_of(cell, {column: text}))
        return lambda cells: memo[cells.get(column, "")]

    def _read(self, cell: Cell | None, read: Callable[[Cells], T]) -> Callable[[Cells], T]:
        """Return a function of a row that depends on the cell alone."""
        column = cell.column if cell is not None else None
        if column is None:
            try:
                const = read({})
            except InputError:  # every row is refused for it, with its reason, by the slow lane
                return _left
            return lambda _: const
        memo = _Memo(lambda text: read({column: text}))
        return lambda cells: memo[cells.get(column, "")]

    def _number(self, ref: IdRef | IdentifierSpec) -> Callable[[Cells], str]:
        """Return the number that a reference reads, empty for an empty cell."""

        def read(text: str) -> str:
            number = padded(text, ref.pad, ref.column)
            if "#" in number or (ref.scheme and not MASKS.isdisjoint(text)):
                raise _Left
            if ref.scheme == "uscc" and number and not (check_uscc(number).ok and normalise_uscc(number) == number):
                raise _Left
            return number

        memo, column = _Memo(lambda text: read(text) if text else ""), ref.column
        return lambda cells: memo[cells.get(column, "")]

    def _enterprise_id(self, ref: EnterpriseRef | PartySpec) -> Callable[[Cells, list[str]], str]:
        """Return the id of an enterprise that is known, or that the row itself says there is."""
        assert isinstance(ref, IdRef)  # noqa: S101 - the caller looked
        number, scheme, known = self._number(ref), ref.scheme or self._mapping.source, self._known

        def find(cells: Cells, entities: list[str]) -> str:
            own = number(cells)
            found = f"{scheme}:{own}"
            if not own or not (found in entities or known.has(found)):
                raise _Left
            return found

        return find

    @staticmethod
    def _person_name(text: str) -> str:
        if is_unnamed(text) or "#" in text or "@" in text:
            raise _Left
        return normalise_name(text)

    # Statements

    def _enterprise(self, spec: EnterpriseSpec, ref: IdRef, of_kind: str) -> _Say:
        number, scheme = self._number(ref), ref.scheme or self._mapping.source
        more = [(item.scheme, self._number(item)) for item in spec.identifiers]
        names = [(cell.kind, self._text(cell)) for cell in spec.names]
        attributes = [(_quoted(name), self._read(cell, _one_of(cell))) for name, cell in sorted(spec.attributes.items())]
        identified, kind = scheme != self._mapping.source, _quoted(of_kind)

        def say(cells: Cells, entities: list[str]) -> Iterator[Said]:
            own = number(cells)
            if not own:
                raise _Left
            entity = f"{scheme}:{own}"
            numbers = dict.fromkeys(
                ([(scheme, own)] if identified else []) + [(other, value) for other, read in more if (value := read(cells))]
            )
            called = dict.fromkeys((name_kind, text) for name_kind, read in names if (text := read(cells)))
            said = [f"[{label},{_quoted(stated)}]" for label, look in attributes if (stated := look(cells))]
            parts = [f'"attributes":[{",".join(said)}]'] if said else []
            parts.append(f'"id":{_quoted(entity)}')
            if numbers:
                listed = (f'{{"scheme":{_quoted(each)},"value":{_quoted(value)}}}' for each, value in numbers)
                parts.append(f'"identifiers":[{",".join(listed)}]')
            parts.append(f'"kind":{kind}')
            if called:
                parts.append(f'"names":[{",".join(_name(each, _quoted(text)) for each, text in called)}]')
            entities.append(entity)
            yield (
                f"entity/{entity}",
                f"{{{','.join(parts)}}}",
                (*((k, t, entity) for k, t in called), *((s, v, entity) for s, v in numbers)),
                (entity,),
            )

        return say

    def _person(self, spec: PersonSpec, at: IdRef) -> _Say:
        enterprise, name, bearer = self._enterprise_id(at), self._text(spec.name), self._text(spec.bearer)
        attributes = [(_quoted(label), self._read(cell, _one_of(cell))) for label, cell in sorted(spec.attributes.items())]
        normal, source = self._normal, self._mapping.source

        def say(cells: Cells, entities: list[str]) -> Iterator[Said]:
            called = name(cells)
            base = enterprise(cells, entities)
            entity, own = f"{base}#{normal[called]}", bearer(cells)
            said = [f"[{label},{_quoted(value)}]" for label, read in attributes if (value := read(cells))]
            parts = [f'"attributes":[{",".join(said)}],'] if said else []
            key = f"entity/{entity}"
            if own:
                key += f"@{source}:{own}"
                parts.append(f'"bearer":{_quoted(f"{source}:{own}")},')
            parts.append(f'"id":{_quoted(entity)},"kind":"person","names":[{_name("full", _quoted(called))}]')
            yield key, f"{{{''.join(parts)}}}", (("full", called, entity),), (base,)

        return say

    def _relationship(self, spec: RelationshipSpec) -> _Say:
        party, subject = self._party(spec.party), self._enterprise_id(spec.subject)
        interests = self._read(spec.interest, _interests(spec.interest))
        share, amount = self._read(spec.share, _share(spec)), self._read(spec.amount, _amount(spec))
        period, registered = _Periods(self, spec.start, spec.end), None
        if spec.registered_start or spec.registered_end:
            registered = _Periods(self, spec.registered_start, spec.registered_end)
        keyed, prefix = spec.key, f"relationship/{escaped(self._table.id)}"

        def say(cells: Cells, entities: list[str]) -> Iterator[Said]:
            ref, holder, base, names = party(cells, entities)
            target = subject(cells, entities)
            own = "/".join([escaped(cells.get(each, "")) for each in keyed]) if keyed else f"{escaped(holder)}/{escaped(target)}"
            first = f'"interested_party":{{{ref}}},"period":{period(cells)}'
            if registered is not None:
                first += f',"registered":{registered(cells)}'
            last = f'{share(cells)},"subject":{{"entity":{_quoted(target)}}}'
            fen, about = amount(cells), (base, target) if base != target else (base,)
            for code, text in interests(cells):
                yield f"{prefix}/{own}/{code}", f'{{{fen}"interest":"{code}",{first}{last}{text}}}', names, about

        return say

    def _party(self, ref: PartySpec) -> Callable[[Cells, list[str]], tuple[str, str, str, tuple[tuple[str, str, str], ...]]]:
        """Return (JSON of the reference, its part of a key, base, names) of a party."""
        normal, source = self._normal, self._mapping.source
        if not isinstance(ref, PersonRef):
            enterprise = self._enterprise_id(ref)

            def find(cells: Cells, entities: list[str]) -> tuple[str, str, str, tuple[tuple[str, str, str], ...]]:
                base = enterprise(cells, entities)
                return f'"entity":{_quoted(base)}', f"{base}@", base, ()

            return find
        at, name, bearer = self._enterprise_id(ref.at), self._text(ref.name), self._text(ref.bearer)

        def find_person(cells: Cells, entities: list[str]) -> tuple[str, str, str, tuple[tuple[str, str, str], ...]]:
            called = normal[name(cells)]
            base, own = at(cells, entities), bearer(cells)
            entity = f"{base}#{called}"
            borne = f"{source}:{own}" if own else ""
            start = f'"bearer":{_quoted(borne)},' if own else ""
            return f'{start}"entity":{_quoted(entity)}', f"{entity}@{borne}", base, (("full", called, entity),)

        return find_person


class _Periods:
    """The period between two cells as JSON; few pairs of days are met again and again."""

    def __init__(self, compiler: _Compiler, start: DateCell | None, end: DateCell | None) -> None:
        self._first, self._last = (compiler._read(cell, _date(cell)) for cell in (start, end))
        self._known: dict[tuple[PartialDate, PartialDate], str] = {}

    def __call__(self, cells: Cells) -> str:
        """Return the period of a row."""
        pair = (self._first(cells), self._last(cells))
        found = self._known.get(pair)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            try:
                found = self._known[pair] = f'"{Period(*pair)}"'
            except InputError as error:
                raise _Left from error
        return found


def _left(_: Cells) -> Any:
    raise _Left


def _name(kind: str, text: str) -> str:
    return f'{{"text":{text}}}' if kind == "full" else f'{{"kind":"{kind}","text":{text}}}'


def _one_of(cell: Cell) -> Callable[[Cells], str | None]:
    return lambda cells: one_of(cell, cells)


def _date(cell: DateCell | None) -> Callable[[Cells], PartialDate]:
    return lambda cells: date_of(cell, cells)


def _interests(cell: Cell) -> Callable[[Cells], tuple[tuple[str, str], ...]]:
    """Return (code, JSON of the words) of each interest that a cell means."""

    def read(cells: Cells) -> tuple[tuple[str, str], ...]:
        texts: dict[str, list[str]] = {}
        for part in parts_of(cell, cells):
            for code in part.meant:
                texts.setdefault(code, []).append(part.text)
        shown = cell.column is not None
        return tuple(
            (code, f',"text":{_quoted("/".join(words))}' if shown and "/".join(words) else "") for code, words in texts.items()
        )

    return read


def _share(spec: RelationshipSpec) -> Callable[[Cells], str]:
    def read(cells: Cells) -> str:
        share = share_of(spec.share, cells)
        return f',"share":{{"maximum":{share.maximum},"minimum":{share.minimum}}}' if share else ""

    return read


def _amount(spec: RelationshipSpec) -> Callable[[Cells], str]:
    def read(cells: Cells) -> str:
        fen = amount_of(spec.amount, cells)
        return "" if fen is None else f'"amount_fen":{fen},'

    return read
