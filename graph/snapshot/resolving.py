"""Who a new statement speaks of, told from the columns alone; or that only a fresh build can tell.

Invariants (tests/unit/test_snapshot_overlay.py holds one test a number)
3. A reference is resolved as `Identity` resolves it over all statements, or not at all: where a statement may change who is who,
   `NeedsBuild` is raised.
"""

from __future__ import annotations

from collections import defaultdict

from graph.model import PartyRef
from graph.snapshot.columns import Columns
from graph.snapshot.gather import BEARER_END, told_apart
from graph.snapshot.identity import STRONG, UNSAID, Party


class NeedsBuild(Exception):
    """A change may alter who is who: only a fresh build tells."""


class Resolver:
    """Resolves references by what is told apart and joined in some columns, and what was said since."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self.late: set[str] = set()

    def mention(self, ref: PartyRef, source: str) -> None:
        """Take note that a source speaks of somebody.

        Raises
        ------
        NeedsBuild
            It tells a bearer apart in a way that changes on whom other statements stand.
        """
        if ref.bearer is None:
            return
        mark = told_apart(ref.entity, source, ref.bearer)
        known = self._marks(ref.entity)
        if mark in known:
            return
        if is_split(known | {mark}):
            raise NeedsBuild
        self.late.add(mark)

    def resolve(self, ref: PartyRef, source: str) -> Party:
        """Return whom a reference speaks of, as the person's node.

        Raises
        ------
        NeedsBuild
            Accepted claims would have to be read to tell.
        """
        if not is_split(self._marks(ref.entity)):
            return Party(self._person(ref.entity))
        if ref.bearer is not None:
            return Party(self._person(f"{ref.entity}@{ref.bearer}"))
        node = f"{ref.entity}@{UNSAID}{source}"
        if self._person(node) != node or any(self._columns.joined.starting(node + BEARER_END)):
            raise NeedsBuild
        return Party(node, certain=False)

    def leave(self, ref: PartyRef) -> None:
        """Take note that a statement about somebody is gone.

        Raises
        ------
        NeedsBuild
            It may have been the one that told a bearer apart.
        """
        if is_split(self._marks(ref.entity)):
            raise NeedsBuild

    def _marks(self, entity: str) -> set[str]:
        prefix = entity + BEARER_END
        return {*self._columns.mentions.starting(prefix), *(mark for mark in self.late if mark.startswith(prefix))}

    def _person(self, node: str) -> str:
        found = next(self._columns.joined.starting(node + BEARER_END), None)
        return found.split(BEARER_END)[1] if found else node


def stands_alone(columns: Columns, appearance: str) -> bool:
    """Say whether an appearance is one person, and no other is known to be the same."""
    before = appearance + BEARER_END
    late = (mark for mark in columns.added_mentions if mark.startswith(before))
    return not is_split({*columns.mentions.starting(before), *late}) and next(columns.joined.starting(before), None) is None


def is_split(marks: set[str]) -> bool:
    """Say whether an appearance stands for several people: one source has two bearers of it, or it has two strong numbers."""
    bearers: dict[str, set[str]] = defaultdict(set)
    numbers = set()
    for mark in marks:
        _, source, bearer = mark.split(BEARER_END)
        if source:
            bearers[source].add(bearer)
        if bearer.startswith(f"{STRONG}:"):
            numbers.add(bearer)
    return len(numbers) > 1 or any(len(found) > 1 for found in bearers.values())
