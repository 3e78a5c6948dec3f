"""Which enterprises are known while a load runs: those in the store, and those that the load brought itself.

Invariants (tests/unit/test_loaders_ingest.py holds one test a number)
1. An enterprise is found by its full name only if exactly one bears it.
"""

from __future__ import annotations

from collections.abc import Iterable

from graph.codec import load
from graph.errors import InputError
from graph.model import Decision, Entity, Recorded, appearance_parts
from graph.names import normalise_name
from graph.store.base import Store
from loaders.rows import Rows


class Known:
    """Looks enterprises up by id and name, and rows of earlier tables by key; the store is read through when first needed."""

    def __init__(self, store: Store, source: str) -> None:
        self._store, self._source = store, source
        self._ids: set[str] = set()
        self._names: dict[str, set[str]] = {}
        self._decisions: dict[str, Decision | str] = {}
        self._read = False
        self._rows: dict[tuple[str, str, str], dict[str, str]] = {}

    def add(self, entities: Iterable[Entity]) -> None:
        """Take in what a row brought."""
        for entity in entities:
            if appearance_parts(entity.id) is not None:
                continue
            self._ids.add(entity.id)
            for name in entity.names:
                if name.kind == "full":
                    self._names.setdefault(normalise_name(name.text), set()).add(entity.id)

    def add_ids(self, enterprises: Iterable[str]) -> None:
        """Take in enterprises that nobody will look up by name."""
        self._ids.update(enterprises)

    def add_decision(self, decision: Decision) -> None:
        """Take in a decision that a row brought."""
        self._decisions[decision.id] = decision

    def add_decisions(self, written: Iterable[tuple[str, str]]) -> None:
        """Take in decisions by their ids, as they are written in the store."""
        self._decisions.update(written)

    def has_decision(self, decision: str) -> bool:
        """Whether the source has told us of the decision."""
        return decision in self._decisions or self.decision(decision) is not None

    def untold(self, decisions: Iterable[str]) -> set[str]:
        """Return those of many decisions that the load has not brought itself."""
        return set(decisions) - self._decisions.keys()

    def decision(self, decision: str) -> Decision | None:
        """Return a decision that the source has told us of."""
        known = self._decisions.get(decision)
        if known is not None:
            said = load("decision", known) if isinstance(known, str) else known
            assert isinstance(said, Decision)  # noqa: S101 - the text is of one
            return said
        found = self._store.get(f"decision/{self._source}/{decision}")
        return found.fact.value if isinstance(found, Recorded) and isinstance(found.fact.value, Decision) else None

    def has(self, enterprise: str) -> bool:
        """Whether some source has told us of the enterprise."""
        if enterprise in self._ids:
            return True
        said = self._store.facts(["entity"], about=[enterprise])
        if any(isinstance(recorded.fact.value, Entity) and recorded.fact.value.id == enterprise for recorded in said):
            self._ids.add(enterprise)
            return True
        return False

    def unheard(self, enterprises: Iterable[str]) -> set[str]:
        """Return those of many enterprises that are not known without asking the store."""
        return set(enterprises) - self._ids

    def missing(self, enterprises: Iterable[str]) -> set[str]:
        """Return those of many enterprises of which no source has told us."""
        unknown = self.unheard(enterprises)
        if unknown and self._store.version():
            said = self._store.facts(["entity"], about=unknown)
            found = {recorded.fact.value.id for recorded in said if isinstance(recorded.fact.value, Entity)} & unknown
            self._ids |= found
            unknown -= found
        return unknown

    def named(self, name: str) -> str | None:
        """Return the id of the enterprise that bears a full name, None if none does.

        Raises
        ------
        InputError
            Several do.
        """
        self._read_store()
        found = self._names.get(normalise_name(name), set())
        if len(found) > 1:
            raise InputError(f"several enterprises are called {name!r}: {', '.join(sorted(found))}; give a number")
        return next(iter(found), None)

    def _read_store(self) -> None:
        if not self._read:
            self._read = True
            self.add(r.fact.value for r in self._store.facts(["entity"]) if isinstance(r.fact.value, Entity))

    def remember(self, table: str, wanted: Iterable[tuple[str, str]], rows: Rows) -> None:
        """Keep of rows what tables after them look up: (key column, column) pairs."""
        for key, column in wanted:
            self._rows.setdefault((table, key, column), {}).update(zip(rows.column(key), rows.column(column), strict=True))

    def look_up(self, table: str, key: str, column: str, value: str) -> str | None:
        """Return what the row of a table that has `value` in `key` has in `column`, None if there is no such row."""
        return self._rows.get((table, key, column), {}).get(value)
