"""The graph as columns: what every kernel walks on.

Invariants (tests/unit/test_snapshot_columns.py holds one test a number)
3. Immutable: no array of it can be written to.
4. Every edge stands in the row of its subject and in the row of its party, and a row is in the order of its statements' ids.
5. A share outside 0-100 %, a number of a node or code that does not exist, and bounds that cross are refused with the place.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt

from graph.errors import InputError, NotFound
from graph.model import PPM
from graph.snapshot.build import counted, placed
from graph.snapshot.handle import handle_of
from graph.snapshot.rows import EDGE, NO_SHARE, SHARE_AT, UNCERTAIN, UNSURE, Arrays, Edges
from graph.snapshot.strings import Strings, frozen

T = TypeVar("T")
Ints = npt.NDArray[Any]
_KEPT = 1_000
KIND, DESCRIBED = (1 << 7) - 1, 1 << 7
"""The part of a node's kind that is its number, and the mark that a statement describes the node (others stand in edges only)."""


@dataclass(frozen=True, slots=True)
class Side:
    """What few edges have, by position in the table of edges.

    `days` are eight numbers: the extent on the legal timeline, then on the register's. `share` are the bounds in ppm, `clamped`
    says that a stated day lies outside the range.
    """

    edge: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    days: Ints = field(default_factory=lambda: np.zeros((0, 8), np.uint16))
    share: Ints = field(default_factory=lambda: np.zeros((0, 2), np.int32))
    clamped: Ints = field(default_factory=lambda: np.zeros(0, np.bool_))


@dataclass(frozen=True, slots=True)
class EdgeTable:
    """Edges in any order, one place a column: what `Columns.build` takes.

    Parameters
    ----------
    party, subject : int arrays
        Numbers of nodes.
    code : int array
        Numbers in `codes`.
    start, end : int arrays
        First and last day on which the edge possibly held (see `graph.snapshot.days`).
    share : int array, optional
        In ppm; -1 where none is stated.
    fact : uint64 array, optional
        Id of each statement as a number, different ones; the position where not given.
    key : uint64 array, optional
        What stays the same when the statement is corrected.
    unsure : bool array, optional
        An end could be one of several people.
    source : int array, optional
        Number of the source of each statement: what two sources say of one holding is not added up.
    side : Side
        What does not fit into a row.
    """

    party: Ints
    subject: Ints
    code: Ints
    start: Ints
    end: Ints
    share: Ints | None = None
    fact: Ints | None = None
    key: Ints | None = None
    unsure: Ints | None = None
    source: Ints | None = None
    side: Side = field(default_factory=Side)


@dataclass(frozen=True)
class Columns:
    """The graph of one version. Make it with `build`, `from_facts`, `graph.snapshot.file.load` or an overlay's `columns`."""

    nodes: Strings
    kind_names: tuple[str, ...]
    codes: tuple[str, ...]
    arrays: Arrays
    fact_ids: npt.NDArray[np.uint64]
    fact_keys: npt.NDArray[np.uint64]
    side_clamped: npt.NDArray[np.bool_]
    version: int = 0
    sources: tuple[str, ...] = ("",)
    mentions: Strings = field(default_factory=lambda: Strings.of(()))
    joined: Strings = field(default_factory=lambda: Strings.of(()))
    added_nodes: Mapping[str, int] = field(default_factory=dict)
    added_mentions: frozenset[str] = frozenset()

    @classmethod
    def build(
        cls,
        nodes: Sequence[str] | Strings,
        kinds: Ints,
        kind_names: Sequence[str],
        codes: Sequence[str],
        edges: EdgeTable,
        *,
        version: int = 0,
        sources: Sequence[str] = ("",),
        mentions: Strings | None = None,
        joined: Strings | None = None,
    ) -> Self:
        """Build both directions.

        Parameters
        ----------
        nodes : sequence of str
            Ids, all different.
        kinds : int array
            For each node its number in `kind_names`, plus `DESCRIBED` where a statement describes it.
        kind_names, codes : sequences of str
            What the numbers of kinds and codes stand for; at most 127 and 256.
        edges : EdgeTable
            The edges.
        version : int
            Version of the store.
        sources : sequence of str
            What the numbers of sources stand for; at most 65,536.
        mentions, joined : Strings, optional
            Who has been told apart by what, and who is one person (see `graph.snapshot.gather`).

        Raises
        ------
        InputError
            A value that no edge can have, with its place.
        """
        strings = nodes if isinstance(nodes, Strings) else Strings.of(nodes)
        _check(edges, len(strings), len(codes), len(kind_names), kinds)
        arrays, ids, keys, clamped = _arranged(edges, len(strings), kinds)
        return cls(
            strings,
            tuple(kind_names),
            tuple(codes),
            arrays,
            ids,
            keys,
            clamped,
            version,
            tuple(sources),
            mentions or Strings.of(()),
            joined or Strings.of(()),
        )

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self.arrays.in_begin)

    @property
    def edge_count(self) -> int:
        """Count the edges."""
        return int(np.sum(self.arrays.in_end - self.arrays.in_begin, dtype=np.int64))

    @property
    def in_one_piece(self) -> bool:
        """Say whether the rows of subjects follow each other without gaps; after a change in an overlay they do not."""
        arrays = self.arrays
        return len(arrays.in_edges) == self.edge_count and np.array_equal(arrays.in_begin[1:], arrays.in_end[:-1])

    @property
    def nbytes(self) -> int:
        """Bytes of the two directions, side table and node ids left aside."""
        arrays = self.arrays
        bounds = ((arrays.in_begin, arrays.in_end), (arrays.out_begin, arrays.out_end))
        shared = sum(begin.nbytes for begin, end in bounds if np.may_share_memory(begin, end))
        return sum(int(getattr(arrays, name).nbytes) for name in Arrays._fields[:6]) - shared

    @cached_property
    def handle(self) -> npt.NDArray[np.int64]:
        """The arrays as kernels take them for a small question."""
        return handle_of(self.arrays)

    @cached_property
    def spans(self) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16], npt.NDArray[np.intp]]:
        """First and last days of the edges side by side, and the places of those that have more in the side table.

        They are gathered by the first question for a whole day; the next is read from them in milliseconds.
        """
        edges = self.arrays.in_edges
        beside = np.flatnonzero(edges["what"] & np.uint32(UNCERTAIN))
        return np.ascontiguousarray(edges["start"]), np.ascontiguousarray(edges["end"]), beside

    @cached_property
    def _asked_before(self) -> dict[Hashable, Any]:
        """What small questions were made into for kernels."""
        return {}

    def remembered(self, question: Hashable, make: Callable[[], T]) -> T:
        """Return what a question is made into for kernels, as it was made when it was asked before; a thousand are kept."""
        found: T | None = self._asked_before.get(question)
        if found is None:
            if len(self._asked_before) >= _KEPT:
                self._asked_before.clear()
            found = self._asked_before[question] = make()
        return found

    @cached_property
    def _wanted(self) -> dict[frozenset[str] | None, npt.NDArray[np.bool_]]:
        """Tables of `wanted` that were asked for: one small question costs less than its table."""
        return {}

    @cached_property
    def _of_kind(self) -> dict[frozenset[str] | None, npt.NDArray[np.bool_]]:
        """Tables of `of_kind` that were asked for."""
        return {}

    @cached_property
    def _late_ids(self) -> dict[int, str]:
        return {number: text for text, number in self.added_nodes.items()}

    def node(self, entity: str) -> int:
        """Return the number of a node.

        Raises
        ------
        NotFound
            Nothing is known of it.
        """
        number = self.added_nodes.get(entity, -1)
        if number < 0:
            number = self.nodes.find(entity)
        if number < 0 or not self.known(number):
            raise NotFound(f"nothing is known of {entity!r}", zh=f"没有关于“{entity}”的记录")
        return number

    def known(self, node: int) -> bool:
        """Say whether a statement describes the node or an edge speaks of it."""
        arrays = self.arrays
        degree = arrays.in_end[node] - arrays.in_begin[node] + arrays.out_end[node] - arrays.out_begin[node]
        return bool(arrays.kinds[node] & DESCRIBED) or bool(degree)

    def all_known(self, of: slice = slice(None)) -> npt.NDArray[np.bool_]:
        """Say of each node, or each of some, whether it is `known`."""
        arrays = self.arrays
        described = (arrays.kinds[of] & DESCRIBED).astype(np.bool_)
        return described | (arrays.in_end[of] > arrays.in_begin[of]) | (arrays.out_end[of] > arrays.out_begin[of])

    def id(self, node: int) -> str:
        """Return the id of a node."""
        return self.nodes[node] if node < len(self.nodes) else self._late_ids[int(node)]

    def kind(self, node: int) -> str:
        """Return the kind of a node; empty where nothing says it."""
        return self.kind_names[int(self.arrays.kinds[node]) & KIND]

    def fact(self, number: int) -> str:
        """Return the id of the statement that an edge rests on."""
        return f"{int(self.fact_ids[number]):016x}"

    def wanted(self, codes: Sequence[str] | frozenset[str] | None) -> npt.NDArray[np.bool_]:
        """Return which of the codes are in question, as kernels take it; None means all, an unknown code means nothing here."""
        key = None if codes is None else frozenset(codes)
        if key not in self._wanted:
            table = np.zeros(256, np.bool_)
            table[: len(self.codes)] = [key is None or code in key for code in self.codes]
            self._wanted[key] = table
        return self._wanted[key]

    def of_kind(self, kinds: Sequence[str] | frozenset[str] | None) -> npt.NDArray[np.bool_]:
        """Return which of the kinds are in question, as kernels take it; None means all."""
        key = None if kinds is None else frozenset(kinds)
        if key not in self._of_kind:
            table = np.zeros(256, np.bool_)
            chosen = [key is None or kind in key for kind in self.kind_names]
            table[: len(chosen)] = table[DESCRIBED : DESCRIBED + len(chosen)] = chosen
            self._of_kind[key] = table
        return self._of_kind[key]

    def rows(self) -> Edges:
        """Return the edges in the rows of their subjects, one after the other, without gaps."""
        arrays = self.arrays
        if self.in_one_piece:
            return arrays.in_edges
        sizes = (arrays.in_end - arrays.in_begin).astype(np.int64)
        before = np.cumsum(sizes) - sizes
        return arrays.in_edges[np.repeat(arrays.in_begin - before, sizes) + np.arange(self.edge_count)]

    def subjects(self) -> npt.NDArray[np.int32]:
        """Return the subject of each of `rows`."""
        return np.repeat(np.arange(len(self), dtype=np.int32), self.arrays.in_end - self.arrays.in_begin)


def share_of(what: Ints) -> npt.NDArray[np.int32]:
    """Return the share in a packed word in ppm; -1 where none is stated."""
    share = (what >> SHARE_AT).astype(np.int32)
    return np.where(share == NO_SHARE, np.int32(-1), share)


def _check(edges: EdgeTable, nodes: int, codes: int, kinds: int, kind_of: Ints) -> None:
    count = len(edges.party)
    if codes > 256 or kinds > DESCRIBED:
        raise InputError(f"{codes} codes and {kinds} kinds: there is room for 256 and {DESCRIBED}")
    if len(kind_of) != nodes or (len(kind_of) and int(np.max(np.asarray(kind_of) & KIND)) >= kinds):
        raise InputError("a kind is needed for each node, and each must be in the list of kinds")
    for item in fields(edges):
        column = getattr(edges, item.name)
        if item.name != "side" and column is not None and len(column) != count:
            raise InputError(f"{item.name} has {len(column)} entries for {count} edges")
    ranges = [("party", edges.party, nodes - 1), ("subject", edges.subject, nodes - 1), ("code", edges.code, codes - 1)]
    if edges.source is not None:
        ranges.append(("source", edges.source, 65_535))
    ranges += [("start", edges.start, 65_535), ("end", edges.end, 65_535), ("edge of the side table", edges.side.edge, count - 1)]
    for name, column, most in ranges:
        _within(name, np.asarray(column), 0, most)
    if edges.share is not None:
        _within("share_ppm", np.asarray(edges.share), -1, PPM)
    _within("share_ppm in the side table", np.asarray(edges.side.share).ravel(), 0, PPM)
    if np.any(np.asarray(edges.side.share)[:, 0] > np.asarray(edges.side.share)[:, 1]):
        raise InputError("the bounds of a share cross")


def _within(name: str, column: Ints, least: int, most: int) -> None:
    wrong = np.flatnonzero((column < least) | (column > most)) if len(column) else column
    if len(wrong):
        place = int(wrong[0])
        raise InputError(f"{name} is {int(column[place])}, not within {least} to {most}", row=place)


def _arranged(edges: EdgeTable, nodes: int, kinds: Ints) -> tuple[Arrays, Any, Any, Any]:
    """Put each edge into its two rows; statements are numbered in the order of the rows of subjects."""
    count = len(edges.party)
    ids = np.arange(count, dtype=np.uint64) if edges.fact is None else np.asarray(edges.fact, np.uint64)
    by_id = np.arange(count) if edges.fact is None else np.argsort(ids, kind="stable")
    if edges.fact is not None and np.any(ids[by_id][1:] == ids[by_id][:-1]):
        raise InputError("two edges rest on the same statement")
    subject, party = np.asarray(edges.subject, np.int32), np.asarray(edges.party, np.int32)
    in_bounds = counted(subject, nodes)
    order = placed(subject, in_bounds, by_id)
    packed = np.empty(count, EDGE)
    packed["other"], packed["what"] = party[order], words(edges)[order]
    packed["start"], packed["end"] = np.asarray(edges.start)[order], np.asarray(edges.end)[order]
    packed["fact"] = np.arange(count, dtype=np.int32)
    out_bounds = counted(party, nodes)
    # Rows of parties follow the ids of statements too; within one they are numbered by subject, so ids are looked up.
    back = np.empty(count, np.int64)
    back[order] = np.arange(count)
    out_order = back[placed(party, out_bounds, by_id)]
    outward = packed[out_order]
    outward["other"] = subject[order][out_order]
    rank = np.argsort(back[np.asarray(edges.side.edge, np.int64)], kind="stable")
    side_fact = back[np.asarray(edges.side.edge, np.int64)][rank].astype(np.int32)
    source = np.zeros(count, np.uint16) if edges.source is None else np.asarray(edges.source, np.uint16)
    arrays = Arrays(
        in_begin=frozen(in_bounds[:-1]),
        in_end=frozen(in_bounds[1:]),
        in_edges=frozen(packed),
        out_begin=frozen(out_bounds[:-1]),
        out_end=frozen(out_bounds[1:]),
        out_edges=frozen(outward),
        side_fact=frozen(side_fact),
        side_days=frozen(np.asarray(edges.side.days, np.uint16)[rank]),
        side_share=frozen(np.asarray(edges.side.share, np.int32)[rank]),
        kinds=frozen(np.asarray(kinds, np.uint8)),
        sources=frozen(source[order]),
    )
    keys = ids if edges.key is None else np.asarray(edges.key, np.uint64)
    return arrays, frozen(ids[order]), frozen(keys[order]), frozen(np.asarray(edges.side.clamped, np.bool_)[rank])


def words(edges: EdgeTable) -> Ints:
    """Return the word of each edge: share, marks and code."""
    share = np.full(len(edges.party), NO_SHARE, np.uint32)
    if edges.share is not None:
        stated = np.asarray(edges.share) >= 0
        share[stated] = np.asarray(edges.share)[stated].astype(np.uint32)
    what = (share << np.uint32(SHARE_AT)) | np.asarray(edges.code).astype(np.uint32)
    if edges.unsure is not None:
        what[np.asarray(edges.unsure, np.bool_)] |= np.uint32(UNSURE)
    what[np.asarray(edges.side.edge, np.int64)] |= np.uint32(UNCERTAIN)
    return what
