"""Whom a statement speaks of, told from the columns of a graph: the node of the one person, as its edges stand on it.

Invariants (tests/unit/test_export_references.py holds one test a number)
1. A reference stands on the node that `Identity` resolves it to: bearers apart, persons joined by a claim on the one of both.
"""

from __future__ import annotations

from graph.model import PartyRef
from graph.snapshot.columns import Columns
from graph.snapshot.gather import BEARER_END
from graph.snapshot.identity import UNSAID
from graph.snapshot.resolving import is_split


class Whom:
    """Resolves the references of statements that are no edges of the columns."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def node(self, ref: PartyRef, said_by: str) -> str:
        """Return the node of a reference that a source, or a decision, makes."""
        if not is_split(set(self._columns.mentions.starting(ref.entity + BEARER_END))):
            return self.person(ref.entity)
        return self.person(f"{ref.entity}@{ref.bearer or f'{UNSAID}{said_by}'}")

    def person(self, node: str) -> str:
        """Return the node that stands for a person, of whom another may be known to be the same."""
        found = next(self._columns.joined.starting(node + BEARER_END), None)
        return found.split(BEARER_END)[1] if found else node
