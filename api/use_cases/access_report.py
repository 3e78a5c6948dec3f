"""Who looked at a person: the report that the person may ask for.

Invariants (tests/unit/test_api_access_report.py holds one test a number)
1. It has every look at any of the appearances that are this person, and every search for the name, in order; of an export of all
   each download, if the person was on record then.
2. Of others who were shown in the same answer it says nothing.
3. A store that was cut off is told by the trail: answers were given from a version that it has no more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from api.access.database import Database
from api.access.people import people_in
from api.access.trail import EVERYBODY, Anchor, Row, Trail
from api.use_cases.reading import whom
from api.use_cases.status import verify
from graph.codec import converter
from graph.model import appearance_name, node_parts
from graph.store.base import Store
from graph.store.mentions import base_of


def access_report(trail: Trail, store: Store, person: str) -> dict[str, Any]:
    """Return who looked at a person, when, and what for.

    Raises
    ------
    NotFound
        Nobody is meant.
    Refused
        Several bear the name.
    """
    node, snapshot = whom(store, person, kind="person")
    members = sorted({node, *snapshot.identity.members(node)})
    borne = {name.text for name in snapshot.entity(node).names}
    names = sorted(({appearance_name(member) for member in members} | borne | set(members)) - {""})
    of_all = [row for row in trail.of([EVERYBODY]) if _on_record(store, members, row.look.version)]
    rows = sorted((*trail.of({*members, *names}, names), *of_all), key=lambda row: row.seq)
    return {"person": {"id": node, "name": snapshot.label(node), "kind": "person"}, "rows": [_row(row, members) for row in rows]}


def _on_record(store: Store, members: Iterable[str], version: int) -> bool:
    """Say whether a statement spoke of a person at a version."""
    own = {node_parts(member)[0] if appearance_name(member) else member for member in members}

    def among(ids: Collection[str]) -> dict[str, frozenset[str]]:
        return {each: frozenset() for each in own.intersection(ids)}

    for recorded in store.facts(["entity", "relationship", "naming", "decision"], version, about=set(map(base_of, own))):
        people = people_in(converter().unstructure(recorded.fact.value), lambda _: None, among)
        if not own.isdisjoint(person.partition("@")[0] if appearance_name(person) else person for person in people):
            return True
    return False


def verify_trail(place: Path, version: int, kept: Sequence[Anchor] = (), tell: Callable[[int], object] = int) -> dict[str, Any]:
    """Return whether the trail is whole, and how many versions the store lacks that somebody was answered from."""
    with Database(place) as db:
        trail = Trail(db)
        return {**trail.verify(*kept, tell=tell).as_json(), "versions_missing": max(0, trail.last_version() - version)}


def verify_logs(
    store: Store, place: Path, kept: Sequence[Anchor] = (), tell: Callable[[str], object] = lambda _: None
) -> dict[str, Any]:
    """Return whether the log of the store, the statements under it, and the trail at `place` are as they were written.

    `tell` hears how far it is, and may raise to stop it.
    """
    document = verify(store, lambda version: tell(f"version {version}"))
    return {**document, "trail": verify_trail(place, document["version"], kept, lambda row: tell(f"row {row} of the trail"))}


def _row(row: Row, members: list[str]) -> dict[str, Any]:
    look = row.look
    shown = [member for member in members for other in look.people if other == member or other.startswith(f"{member}@")]
    shown += [EVERYBODY] if EVERYBODY in look.people else []
    return {
        "seq": row.seq,
        "at": look.at,
        "by": look.by,
        "via": look.via,
        "what": look.what,
        "how": "shown" if shown else "searched",
        "purpose": look.purpose or None,
        "reference": look.reference or None,
        "version": look.version,
    }
