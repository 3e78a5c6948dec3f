"""The fast lane of a load: rows in which nothing is doubtful, taken a column at a time.

What a cell means depends on its text alone, and registers repeat texts: so each text of a column is read and checked once, and the
statements of some thousand rows are put together from what was found. A row with anything that has to be explained (a flag, a
refusal, a person nobody named) is left to `loaders.facts`, which says what is wrong; a table whose mapping says more than this
understands is left to it whole. How a column is read is in `loaders.lane_columns`, what is said of decisions in
`loaders.lane_decisions`.

Invariants (tests/unit/test_loaders_lane.py holds one test a number)
1. What the lane says of a row is, byte for byte, what `loaders.facts` says of it.
2. A row that `loaders.facts` would refuse, flag or add a doubt to is never taken.
3. Memory does not grow with the number of rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

import numpy as np

from graph.identifiers import cannot_be_resident_id, check_resident_id, masked_within, may_hold_resident_ids
from graph.names import names_several
from graph.store.block import Block, Names
from loaders.cell_specs import Cell, LevelOf
from loaders.fact_specs import DecisionSpec, EnterpriseSpec, FactSpec, LinkSpec, NamingSpec, PersonSpec, RelationshipSpec
from loaders.facts import RESIDENT_LENGTH
from loaders.known import Known
from loaders.lane_columns import Columns, Read, Readers, Said, Say
from loaders.lane_decisions import Decisions, Party
from loaders.lane_memo import Left
from loaders.lane_texts import each_once, escaped_all, labelled, long, named, quoted
from loaders.mapping import Mapping, Table, reading
from loaders.reference_specs import IdRef, PartySpec, PersonRef
from loaders.references import escaped
from loaders.rows import Rows


@dataclass(frozen=True, slots=True)
class Taken:
    """What the lane took of some rows.

    The places and numbers of the rows, their statements, where those of each row start (and, last, where they end), and what each
    row says there is, as `Columns` has it.
    """

    places: Sequence[int]
    numbers: Sequence[int]
    block: Block
    starts: list[int]
    entities: list[list[str]]
    decided: list[tuple[list[str], list[str]]]
    linked: list[tuple[list[str], list[str]]]

    def told(self, first: int, last: int) -> list[str]:
        """Return the enterprises of some rows."""
        return [entity for said in self.entities for entity in said[first:last]]

    def decisions(self, first: int, last: int) -> list[tuple[str, str]]:
        """Return the decisions of some rows, with their texts."""
        return [pair for ids, texts in self.decided for pair in zip(ids[first:last], texts[first:last], strict=True)]

    def links(self, first: int, last: int) -> list[tuple[int, str, str]]:
        """Return (number of the row, from, to) of the links of some rows."""
        here = slice(first, last)
        return [each for ones, others in self.linked for each in zip(self.numbers[here], ones[here], others[here], strict=True)]


def lane_of(mapping: Mapping, table: Table, known: Known, today: date = date.max, delivered: date = date.max) -> Lane | None:
    """Return the lane of a table, None where its mapping says more than the lane understands.

    No decision is after `today`, and no post begins after the day as of which it is `delivered`.
    """
    if table.resident_columns or mapping.by_name or not table.facts:
        return None
    if any(isinstance(cell, Cell) and cell.lookup for cell in reading(table.facts)):
        return None
    compiled = _Compiler(mapping, table, Readers(mapping.source, known), known, today, delivered)
    says = [compiled.fact(fact) for fact in table.facts]
    return Lane(mapping, table, [say for say in says if say]) if all(says) else None


class Lane:
    """Takes the rows of one table."""

    def __init__(self, mapping: Mapping, table: Table, says: list[Say]) -> None:
        self._source, self._says = mapping.source, says
        self._columns, self._names = table.columns, table.name_columns

    def take(self, rows: Rows, file: str) -> Taken:
        """Return what the rows say, without those that have to go the slow way."""
        places: Sequence[int] = range(len(rows))
        texts = map(rows.column, self._columns)
        left = {place for column in texts for place in (*_residents(column), *long(column))}
        left |= {place for column in self._names for place, text in enumerate(rows.column(column)) if names_several(text)}
        while True:
            if left:
                kept = [place for place in range(len(places)) if place not in left]
                rows, places = rows.at(kept), [places[place] for place in kept]
            columns = Columns(rows)
            try:
                said = [say(columns) for say in self._says]
            except Left as found:
                left = found.places
                continue
            return self._taken(places, rows.numbers, said, columns, file)

    def _taken(self, places: Sequence[int], numbers: Sequence[int], said: list[Said], columns: Columns, file: str) -> Taken:
        at, keys, texts, names, about = said[0] if len(said) == 1 else _woven(said)
        sha = hashlib.sha256
        ids = [sha(f"{key}\x1f{text}\x1f".encode()).hexdigest()[:16] for key, text in zip(keys, texts, strict=True)]
        rows = [numbers[place] for place in at]
        starts = np.searchsorted(np.asarray(at, np.int64), np.arange(len(numbers) + 1)).tolist()
        block = Block(self._source, file, ids, keys, texts, rows, [()] * len(ids), names, about)
        return Taken(places, numbers, block, starts, columns.entities, columns.decided, columns.linked)


def _woven(said: list[Said]) -> Said:
    """Put the statements of several kinds into the order of the rows, and of the mapping within a row."""
    at = np.concatenate([np.array(each.at, np.int64) for each in said])
    order = np.argsort(at, kind="stable")
    pick = order.tolist()
    columns = []
    for number in range(1, 5):
        together = list(chain.from_iterable(each[number] for each in said))
        columns.append([together[place] for place in pick])
    return Said(at[order].tolist(), *columns)


def _residents(texts: list[str]) -> list[int]:
    """Return the places of resident numbers, and of texts that hold one."""
    if max(map(len, texts), default=0) < RESIDENT_LENGTH:
        return []
    long = [place for place, text in enumerate(texts) if len(text) >= RESIDENT_LENGTH]
    if not may_hold_resident_ids([texts[place] for place in long]):
        return []
    return [place for place in long if _is_resident(texts[place])]


def _is_resident(text: str) -> bool:
    return masked_within(text) != text if cannot_be_resident_id(text) else check_resident_id(text).ok


class _Compiler:
    """Turns the statements of a mapping into functions of columns."""

    def __init__(self, mapping: Mapping, table: Table, readers: Readers, known: Known, today: date, delivered: date) -> None:
        self._source, self._table, self._read, self._delivered = mapping.source, table, readers, delivered
        self._decisions = Decisions(mapping, readers, known, today)

    def fact(self, fact: FactSpec) -> Say | None:
        """Return the function of one statement, None for one that the lane does not understand."""
        spec = fact.spec
        if fact.when is not None or fact.each:
            return None
        if isinstance(spec, EnterpriseSpec) and isinstance(spec.id, IdRef) and spec.id.lookup is None and spec.kind.const:
            return self._enterprise(spec, spec.id, spec.kind.const)
        if isinstance(spec, PersonSpec) and isinstance(spec.at, IdRef):
            return self._person(spec, spec.at)
        if isinstance(spec, RelationshipSpec) and self._understood(spec):
            return self._relationship(spec)
        if isinstance(spec, DecisionSpec) and _is_numbered(spec.respondent) and not isinstance(spec.authority_level, LevelOf):
            return self._decisions.decision(spec, self._party(spec.respondent))
        if isinstance(spec, NamingSpec) and _is_numbered(spec.party):
            return self._decisions.naming(spec, self._party(spec.party))
        return self._decisions.link(spec) if isinstance(spec, LinkSpec) else None

    @staticmethod
    def _understood(spec: RelationshipSpec) -> bool:
        return (
            _is_numbered(spec.party)
            and isinstance(spec.subject, IdRef)
            and spec.seen is None
            and spec.text is None
            and not spec.listed
        )

    def _enterprise(self, spec: EnterpriseSpec, ref: IdRef, of_kind: str) -> Say:
        read, source, scheme = self._read, self._source, ref.scheme or self._source
        number = read.number(ref)
        others = [(item.scheme, read.number(item)) for item in spec.identifiers]
        names = [(cell.kind, read.text(cell)) for cell in spec.names]
        attributes, kind = read.attributes(spec.attributes), quoted(of_kind)

        def say(columns: Columns) -> Said:
            own = number(columns)
            columns.leave(place for place, text in enumerate(own) if not text)
            entities = [f"{scheme}:{text}" for text in own]
            numbers = ([(scheme, own)] if scheme != source else []) + [(other, find(columns)) for other, find in others]
            called: list[tuple[str, list[str]]] = [(name, find(columns)) for name, find in names]
            listed = labelled(numbers, lambda name, text: f'{{"scheme":"{name}","value":{quoted(text)}}}', "identifiers", len(own))
            named_as = labelled(called, named, "names", len(own))
            shown = zip(attributes(columns), map(quoted, entities), listed, named_as, strict=True)
            texts = [f'{{{said}"id":{own_id}{numbered},"kind":{kind}{known_as}}}' for said, own_id, numbered, known_as in shown]
            columns.entities.append(entities)
            keys = [f"entity/{source}/{entity}" for entity in entities]
            return Said(columns.all, keys, texts, _mentioned([*called, *numbers], entities), [(entity,) for entity in entities])

        return say

    def _person(self, spec: PersonSpec, at: IdRef) -> Say:
        read, source = self._read, self._source
        enterprise, name, normal, bearer = read.enterprise(at), read.text(spec.name), read.person(spec.name), read.text(spec.bearer)
        attributes = read.attributes(spec.attributes)

        def say(columns: Columns) -> Said:
            called, bases, own = name(columns), enterprise(columns), bearer(columns)
            entities = [f"{base}#{text}" for base, text in zip(bases, normal(columns), strict=True)]
            begins = attributes(columns)
            if any(own):
                ends = [f"@{source}:{text}" if text else "" for text in own]
                keys = [f"entity/{source}/{entity}{end}" for entity, end in zip(entities, ends, strict=True)]
                begins = [
                    f'{begin}"bearer":{quoted(f"{source}:{text}")},' if text else begin
                    for begin, text in zip(begins, own, strict=True)
                ]
            else:
                keys = [f"entity/{source}/{entity}" for entity in entities]
            texts = [
                f'{{{begin}"id":{own_id},"kind":"person","names":[{{"text":{text}}}]}}'
                for begin, own_id, text in zip(begins, map(quoted, entities), map(quoted, called), strict=True)
            ]
            names: list[Names] = [(("full", text, entity),) for text, entity in zip(called, entities, strict=True)]
            return Said(columns.all, keys, texts, names, [(base,) for base in bases])

        return say

    def _relationship(self, spec: RelationshipSpec) -> Say:
        read, keyed, prefix = self._read, spec.key, f"relationship/{self._source}/{escaped(self._table.id)}"
        party, subject = self._party(spec.party), read.enterprise(spec.subject)
        interests, share, amount = read.interests(spec.interest), read.share(spec.share), read.amount(spec.amount)
        period, registered = read.period(spec.start, spec.end, self._delivered if spec.start else None), None
        if spec.registered_start or spec.registered_end:
            registered = read.period(spec.registered_start, spec.registered_end)

        def say(columns: Columns) -> Said:
            refs, holders, bases, names = party(columns)
            targets = subject(columns)
            own = list(map("/".join, zip(*(escaped_all(columns.column(each)) for each in keyed), strict=True)))
            if not keyed:
                own = list(map("/".join, zip(escaped_all(holders), escaped_all(targets), strict=True)))
            periods = period(columns)
            if registered is not None:
                periods = [f'{first},"registered":{second}' for first, second in zip(periods, registered(columns), strict=True)]
            shown = zip(refs, periods, share(columns), map(quoted, targets), strict=True)
            ends = [
                f',"interested_party":{{{ref}}},"period":{held}{part},"subject":{{"entity":{target}}}'
                for ref, held, part, target in shown
            ]
            meant = interests(columns)
            each = list(zip(own, amount(columns), ends, meant, strict=True))
            keys = [f"{prefix}/{key}/{code}" for key, _, _, pairs in each for code, _ in pairs]
            texts = [f'{{{fen}"interest":"{code}"{end}{text}}}' for _, fen, end, pairs in each for code, text in pairs]
            about = each_once(bases, targets)
            if all(len(pairs) == 1 for pairs in meant):
                return Said(columns.all, keys, texts, names, about)
            at = [place for place, pairs in enumerate(meant) for _ in pairs]
            return Said(at, keys, texts, [names[place] for place in at], [about[place] for place in at])

        return say

    def _party(self, ref: PartySpec) -> Party:
        """Return (JSON of the reference, its part of a key, base, names) of the parties."""
        read, source = self._read, self._source
        if not isinstance(ref, PersonRef):
            enterprise: Read[str] = read.enterprise(ref)

            def find(columns: Columns) -> tuple[list[str], list[str], list[str], list[Names]]:
                bases = enterprise(columns)
                return [f'"entity":{text}' for text in map(quoted, bases)], [f"{base}@" for base in bases], bases, [()] * len(bases)

            return find
        at, normal, bearer = read.enterprise(ref.at), read.person(ref.name), read.text(ref.bearer)

        def find_person(columns: Columns) -> tuple[list[str], list[str], list[str], list[Names]]:
            bases, called, own = at(columns), normal(columns), bearer(columns)
            entities = [f"{base}#{text}" for base, text in zip(bases, called, strict=True)]
            borne = [f"{source}:{text}" if text else "" for text in own]
            refs = [
                f'"bearer":{quoted(bearer)},"entity":{quoted(entity)}' if bearer else f'"entity":{quoted(entity)}'
                for bearer, entity in zip(borne, entities, strict=True)
            ]
            parts = list(map("@".join, zip(entities, borne, strict=True)))
            return refs, parts, bases, [(("full", text, entity),) for text, entity in zip(called, entities, strict=True)]

        return find_person


def _is_numbered(ref: PartySpec) -> bool:
    """Whether a party is, or is at, an enterprise known by a number."""
    return isinstance(ref.at if isinstance(ref, PersonRef) else ref, IdRef)


def _mentioned(columns: list[tuple[str, list[str]]], entities: list[str]) -> list[Names]:
    """Return (kind, text, entity) of the names and numbers of each row, each once."""
    if not columns:
        return [()] * len(entities)
    if len(columns) == 1:
        kind, texts = columns[0]
        return [((kind, text, entity),) if text else () for text, entity in zip(texts, entities, strict=True)]
    kinds = [kind for kind, _ in columns]
    rows = zip(zip(*(texts for _, texts in columns), strict=True), entities, strict=True)
    return [tuple({(kind, text, entity): None for kind, text in zip(kinds, row, strict=True) if text}) for row, entity in rows]
