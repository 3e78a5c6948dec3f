"""Who looked at a person: the report that the person may ask for.

Invariants (tests/unit/test_api_access_report.py holds one test a number)
1. It has every look at any of the appearances that are this person, and every search for the name, in order.
2. Of others who were shown in the same answer it says nothing.
3. A store that was cut off is told by the trail: answers were given from a version that it has no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api.access.database import Database
from api.access.trail import Anchor, Row, Trail
from api.use_cases.reading import whom
from graph.model import appearance_name
from graph.store.base import Store


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
    names = sorted({appearance_name(member) for member in members} | set(members))
    rows = trail.of(members, names)
    return {"person": {"id": node, "name": snapshot.label(node), "kind": "person"}, "rows": [_row(row, members) for row in rows]}


def verify_trail(place: Path, version: int, kept: Sequence[Anchor] = ()) -> dict[str, Any]:
    """Return whether the trail is whole, and how many versions the store lacks that somebody was answered from."""
    with Database(place) as db:
        trail = Trail(db)
        return {**trail.verify(*kept).as_json(), "versions_missing": max(0, trail.last_version() - version)}


def _row(row: Row, members: list[str]) -> dict[str, Any]:
    look = row.look
    shown = [member for member in members for other in look.people if other == member or other.startswith(f"{member}@")]
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
