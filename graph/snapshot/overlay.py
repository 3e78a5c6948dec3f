"""Changes since the columns were built: rows are written anew beside the old ones, and folded in later.

Invariants (tests/unit/test_snapshot_overlay.py holds one test a number)
1. After any sequence of changes, columns and overlay answer as a fresh build does.
2. Columns that were given out before stay as they were.
4. Folded columns answer as those they were folded from, and can be saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from graph.model import Entity, Fact, Operation, PartyRef, Recorded, Relationship
from graph.snapshot.columns import DESCRIBED, Columns, EdgeTable, Side, share_of, words
from graph.snapshot.edges import EdgeRows, key_hash
from graph.snapshot.gather import from_facts, kind_of, mentions, strong_numbers
from graph.snapshot.resolving import NeedsBuild, Resolver
from graph.snapshot.rows import EDGE, UNCERTAIN, UNSURE
from graph.snapshot.strings import Strings, frozen
from graph.store.base import Store

KINDS = ("entity", "relationship", "naming", "decision", "ruling")
"""Kinds of statement that the graph is made of."""


def build(store: Store) -> Columns:
    """Return the columns of a store's current version."""
    version = store.version()
    return from_facts((recorded.fact for recorded in store.facts(KINDS, version)), version)


@dataclass(frozen=True, slots=True)
class Line:
    """A relationship and the nodes of its two ends."""

    fact: Fact[Relationship]
    party: str
    subject: str
    unsure: bool


def _concerns(change: Recorded) -> bool:
    return change.fact.key.split("/", 1)[0] in KINDS


class Growing:
    """An array that is only ever written to behind what it has given out."""

    def __init__(self, array: npt.NDArray[Any]) -> None:
        self._array, self._size = array, len(array)

    def extend(self, rows: npt.NDArray[Any]) -> None:
        """Add rows."""
        size = self._size + len(rows)
        if size > len(self._array) or not self._array.flags.writeable:
            room = np.empty((size + size // 8 + 64, *self._array.shape[1:]), self._array.dtype)
            room[: self._size] = self._array[: self._size]
            self._array = room
        self._array[self._size : size] = rows
        self._size = size

    def __len__(self) -> int:
        """Count the rows."""
        return self._size

    @property
    def array(self) -> npt.NDArray[Any]:
        """All rows, to be read only."""
        return cast("npt.NDArray[Any]", frozen(self._array[: self._size]))


_GROWING = ("in_edges", "out_edges", "side_fact", "side_days", "side_share", "sources")


class Overlay:
    """Follows a store from some columns on.

    Parameters
    ----------
    columns : Columns
        Columns that are not an overlay's (see `fold`).

    Attributes
    ----------
    columns, base : Columns
        Those of the version that was followed to, and those that it lies on.
    followed : int
        Keys whose changes were read since the base.
    """

    def __init__(self, columns: Columns) -> None:
        if columns.added_nodes or len(columns.fact_ids) != columns.edge_count or not columns.in_one_piece:
            raise ValueError("an overlay lies on columns that were built, loaded or folded")
        self._start(columns)

    def _start(self, columns: Columns) -> None:
        self.columns = self.base = columns
        self.followed = 0
        self._resolver = Resolver(columns)
        self._grown = {name: Growing(getattr(columns.arrays, name)) for name in _GROWING}
        self._ids, self._keys = Growing(columns.fact_ids), Growing(columns.fact_keys)
        self._clamped = Growing(columns.side_clamped)
        self._ends: dict[int, tuple[int, int]] = {}
        self._late_keys: dict[int, int] = {}
        self._gone: set[int] = set()
        self._order: npt.NDArray[np.intp] | None = None

    @property
    def size(self) -> int:
        """Edges written since the columns were built: when it is a good part of them, `fold`."""
        return len(self._grown["in_edges"]) - len(self.base.arrays.in_edges)

    def follow(self, store: Store) -> Columns:
        """Return the columns of the store's current version; those given out before stay as they were.

        Raises
        ------
        NeedsBuild
            A change may alter who is who (a ruling, a bearer told apart): nothing can be followed here any more.
        """
        version = store.version()
        if version == self.columns.version:
            return self.columns
        since = self.columns.version
        last: dict[str, Recorded] = {change.fact.key: change for change in store.changes_since(since) if change.version <= version}
        sealed = [row.sealed for row in store.audit(since) if row.sealed and row.version <= version]
        self.followed += len(last)
        changes = [change for change in last.values() if _concerns(change)]
        if changes or sealed:
            self._apply(changes, sealed, store, version)
        else:
            self.columns = replace(self.columns, version=version)
        return self.columns

    def is_behind(self, store: Store, changes: int) -> bool:
        """Say whether following would take in more than so many changes."""
        return next(islice(filter(_concerns, store.changes_since(self.columns.version)), changes, None), None) is not None

    def fold(self) -> Columns:
        """Write the changes into the columns and go on from these."""
        self._start(folded(self.columns))
        return self.columns

    def _apply(self, changes: Sequence[Recorded], sealed: Iterable[str], store: Store, version: int) -> None:
        kinds: dict[str, str] = {}
        removed: set[int] = set()
        if any(key.split("/", 1)[0] in KINDS for key in sealed):
            raise NeedsBuild
        for change in changes:
            fact = change.fact
            kind = fact.key.split("/", 1)[0]
            if kind == "ruling":
                raise NeedsBuild
            self._leave(fact.key, store)
            if kind == "relationship" and (number := self._number(fact.key)) is not None:
                removed.add(number)
            if change.operation is Operation.RETRACTION:
                if kind == "entity":
                    raise NeedsBuild
                continue
            for source, ref in mentions([fact]):
                self._resolver.mention(ref, source)
            if kind == "entity":
                self._describe(cast("Fact[Entity]", fact), store, kinds)
        lines = [
            self._line(cast("Fact[Relationship]", change.fact))
            for change in changes
            if isinstance(change.fact.value, Relationship) and change.operation is not Operation.RETRACTION
        ]
        self._publish(removed, sorted(lines, key=lambda line: line.fact.id), kinds, version)

    def _leave(self, key: str, store: Store) -> None:
        """Look at what the statement said in the version that is current here."""
        for earlier in store.history(key):
            if earlier.version <= self.columns.version:
                for _, ref in mentions([earlier.fact]):
                    self._resolver.leave(ref)

    def _describe(self, fact: Fact[Entity], store: Store, kinds: dict[str, str]) -> None:
        """Take a description in; one that changes what another says of the same node needs a build."""
        for earlier in store.history(fact.key):
            if earlier.version <= self.columns.version and cast("Entity", earlier.fact.value).id != fact.value.id:
                raise NeedsBuild
        if strong_numbers(fact.value):
            raise NeedsBuild
        node = self._resolver.resolve(PartyRef(fact.value.id, fact.value.bearer), fact.origin.source).id
        number = self._find(node)
        told = number is not None and bool(self.columns.arrays.kinds[number] & DESCRIBED)
        kind = self.columns.kind(number) if told and number is not None else kinds.get(node)
        wanted = self.columns.kind_names[kind_of(node, fact.value.kind, self.columns.kind_names) & (DESCRIBED - 1)]
        if kind is not None and kind != wanted:
            raise NeedsBuild
        if not told:
            kinds[node] = wanted

    def _line(self, fact: Fact[Relationship]) -> Line:
        source = fact.origin.source
        party = self._resolver.resolve(fact.value.interested_party, source)
        subject = self._resolver.resolve(fact.value.subject, source)
        return Line(fact, party.id, subject.id, not (party.certain and subject.certain))

    def _number(self, key: str) -> int | None:
        """Return the number of the edge that a key stands for now."""
        wanted = key_hash(key)
        if (late := self._late_keys.get(wanted)) is not None:
            return late
        if self._order is None:  # sorted when the first change comes, anew after each fold
            self._order = np.argsort(self.base.fact_keys)
        order = self._order
        place = int(np.searchsorted(self.base.fact_keys, np.uint64(wanted), sorter=order))
        if place < len(order) and int(self.base.fact_keys[order[place]]) == wanted and int(order[place]) not in self._gone:
            return int(order[place])
        return None

    def _ends_of(self, number: int) -> tuple[int, int]:
        """Return party and subject of an edge; in the columns that were built, edges are numbered in the rows of subjects."""
        if number in self._ends:
            return self._ends[number]
        arrays = self.base.arrays
        subject = int(np.searchsorted(arrays.in_end, number, side="right"))
        return int(arrays.in_edges[number]["other"]), subject

    def _find(self, node: str) -> int | None:
        number = self.columns.added_nodes.get(node, -1)
        number = number if number >= 0 else self.columns.nodes.find(node)
        return number if number >= 0 else None

    def _publish(self, removed: set[int], lines: Sequence[Line], kinds: dict[str, str], version: int) -> None:
        """Make the columns of the new version."""
        added = dict(self.columns.added_nodes)
        named = dict.fromkeys([*kinds, *(end for line in lines for end in (line.party, line.subject))])
        for node in named:
            if self._find(node) is None:
                added[node] = len(self.base.nodes) + len(added)
        number = {node: added[node] if node in added else self.base.nodes.find(node) for node in named}
        sources = tuple(dict.fromkeys([*self.columns.sources, *(line.fact.origin.source for line in lines)]))
        edges = _table(lines, number, {name: place for place, name in enumerate(sources)})
        ends = [self._ends_of(old) for old in removed]
        first = self._add(edges)
        self._forget(removed, lines, first)
        nodes = len(self.base.nodes) + len(added)
        changed: dict[str, Any] = {"kinds": self._kinds(number, kinds, nodes)}
        changed |= self._rows(
            "in", {subject for _, subject in ends}, edges.subject, edges.party, edges, first, len(changed["kinds"])
        )
        changed |= self._rows("out", {party for party, _ in ends}, edges.party, edges.subject, edges, first, nodes)
        changed |= {name: grown.array for name, grown in self._grown.items()}
        self.columns = replace(
            self.columns,
            arrays=self.columns.arrays._replace(**changed),
            fact_ids=self._ids.array,
            fact_keys=self._keys.array,
            side_clamped=self._clamped.array,
            version=version,
            sources=sources,
            added_nodes=added,
            added_mentions=frozenset(self._resolver.late),
        )

    def _add(self, edges: EdgeTable) -> int:
        """Keep what does not stand in rows; return the number of the first new statement."""
        first = len(self._ids)
        for grown, rows in (
            (self._ids, edges.fact),
            (self._keys, edges.key),
            (self._grown["sources"], edges.source),
            (self._grown["side_fact"], edges.side.edge + first),
            (self._grown["side_days"], edges.side.days),
            (self._grown["side_share"], edges.side.share),
            (self._clamped, edges.side.clamped),
        ):
            grown.extend(np.asarray(rows))
        for place, pair in enumerate(zip(edges.party.tolist(), edges.subject.tolist(), strict=True)):
            self._ends[first + place] = pair
        return first

    def _forget(self, removed: set[int], lines: Sequence[Line], first: int) -> None:
        for key, number in list(self._late_keys.items()):
            if number in removed:
                del self._late_keys[key]
        self._gone |= removed
        self._late_keys |= {key_hash(line.fact.key): first + place for place, line in enumerate(lines)}

    def _kinds(self, number: dict[str, int], told: dict[str, str], nodes: int) -> npt.NDArray[np.uint8]:
        kinds = np.zeros(nodes, np.uint8)
        kinds[: len(self.columns)] = self.columns.arrays.kinds
        for node, place in number.items():
            if node in told or place >= len(self.columns):
                kinds[place] = kind_of(node, told.get(node), self.columns.kind_names)
        return cast("npt.NDArray[np.uint8]", frozen(kinds))

    def _rows(self, way: str, left: set[int], near: Any, far: Any, edges: EdgeTable, first: int, nodes: int) -> dict[str, Any]:
        """Write the rows that change in one direction, in the order of the statements' ids, behind those that were."""
        new = np.empty(len(near), EDGE)
        new["other"], new["what"], new["start"], new["end"] = far, words(edges), edges.start, edges.end
        new["fact"] = np.arange(first, first + len(near))
        grown, begin, end = self._grown[f"{way}_edges"], np.zeros(nodes, np.int32), np.zeros(nodes, np.int32)
        for bound, name in ((begin, f"{way}_begin"), (end, f"{way}_end")):
            bound[: len(self.columns)] = getattr(self.columns.arrays, name)
        by_node: dict[int, list[int]] = {node: [] for node in left}
        for place, node in enumerate(near.tolist()):
            by_node.setdefault(node, []).append(place)
        ids, old = self._ids.array, getattr(self.columns.arrays, f"{way}_edges")
        for node, places in by_node.items():
            row = old[begin[node] : end[node]]
            kept = [edge["fact"] not in self._gone for edge in row]
            row = np.concatenate([row[np.array(kept, np.bool_)], new[places]])
            row = row[np.argsort(ids[row["fact"]], kind="stable")]
            begin[node], end[node] = len(grown), len(grown) + len(row)
            grown.extend(row)
        return {f"{way}_begin": frozen(begin), f"{way}_end": frozen(end)}


def _table(lines: Iterable[Line], number: Mapping[str, int], sources: Mapping[str, int]) -> EdgeTable:
    rows = EdgeRows()
    for line in lines:
        rows.add(line.fact, number[line.party], number[line.subject], sources[line.fact.origin.source], unsure=line.unsure)
    return rows.table()


def folded(columns: Columns) -> Columns:
    """Return the columns without gaps, without what nobody speaks of any more, and with nodes in the order of their ids."""
    arrays = columns.arrays
    rows, subject = columns.rows(), columns.subjects()
    kept = np.flatnonzero(
        (arrays.kinds & DESCRIBED).astype(np.bool_) | np.bincount(subject, minlength=len(columns)).astype(np.bool_)
    )
    kept = np.union1d(kept, rows["other"])
    nodes = sorted((columns.id(node), node) for node in kept.tolist())
    number = np.full(len(columns), -1, np.int64)
    number[[node for _, node in nodes]] = np.arange(len(nodes))
    side = np.flatnonzero(rows["what"] & UNCERTAIN)
    at = np.searchsorted(arrays.side_fact, rows["fact"][side])
    edges = EdgeTable(
        number[rows["other"]],
        number[subject],
        (rows["what"] & 255).astype(np.int64),
        rows["start"],
        rows["end"],
        share_of(rows["what"]),
        columns.fact_ids[rows["fact"]],
        columns.fact_keys[rows["fact"]],
        (rows["what"] & UNSURE) != 0,
        arrays.sources[rows["fact"]],
        Side(side, arrays.side_days[at], arrays.side_share[at], columns.side_clamped[at]),
    )
    kinds = arrays.kinds[[node for _, node in nodes]]
    return Columns.build(
        [text for text, _ in nodes],
        kinds,
        columns.kind_names,
        columns.codes,
        edges,
        version=columns.version,
        sources=columns.sources,
        mentions=Strings.of(sorted({*columns.mentions, *columns.added_mentions})),
        joined=columns.joined,
    )
