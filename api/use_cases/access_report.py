"""Who looked at a person: the report that the person may ask for.

Invariants (tests/unit/test_api_access_report.py holds one test a number)
1. It has every look at any of the appearances that are this person, and every search for the name, in order; of an export of all
   each download, if the person was on record then.
2. Of others who were shown in the same answer it says nothing.
3. A store that was cut off is told by the trail: answers were given from a version that it has no more.
4. A trail that was taken away as a whole is told by the store, which knows that one was begun; telling makes no file.
5. Whoever is not on record is told who searched for his name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from api.access.database import Database
from api.access.people import people_in
from api.access.trail import EVERYBODY, Anchor, Row, Trail, looked_for
from api.use_cases.reading import whom
from api.use_cases.status import verify
from graph.codec import converter
from graph.errors import NotFound, StoreError
from graph.model import appearance_name, node_parts
from graph.store.audit import moment
from graph.store.base import Act, Store
from graph.store.mentions import base_of

_REPORT: Final = "GET /v1/audit/of/"
"""Whoever asks for this report has not searched for the person."""
_BEGUN: Final = "access/trail"
"""The mark of the store that says so."""


def access_report(trail: Trail, store: Store, person: str) -> dict[str, Any]:
    """Return who looked at a person, when, and what for.

    Raises
    ------
    NotFound
        Nobody is meant, and nobody searched for that name.
    Refused
        Several bear the name.
    """
    try:
        node, snapshot = whom(store, person, kind="person")
    except NotFound:
        rows = trail.of([], [person])
        searched = [row for row in rows if looked_for(row.look) and not row.look.what.startswith(_REPORT)]
        if not searched:
            raise
        return {"person": {"id": person, "name": person, "kind": "person"}, "rows": [_row(row, []) for row in searched]}
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
    """Return whether the trail is whole, and how many versions the store lacks that somebody was answered from.

    `gone` says that the file is not there; it is not made.
    """
    gone = not place.exists()
    with Database(place, dry_run=gone) as db:
        trail = Trail(db)
        verdict = trail.verify(*kept, tell=tell).as_json()
        missing = max(0, trail.last_version() - version)
        return {**verdict, "whole": verdict["whole"] and not gone, "versions_missing": missing, "gone": gone}


def verify_logs(
    store: Store, place: Path, kept: Sequence[Anchor] = (), tell: Callable[[str], object] = lambda _: None
) -> dict[str, Any]:
    """Return whether the log of the store, the statements under it, and the trail at `place` are as they were written.

    `tell` hears how far it is, and may raise to stop it.
    """
    document = verify(store, lambda version: tell(f"version {version}"))
    return {**document, "trail": verify_trail(place, document["version"], kept, lambda row: tell(f"row {row} of the trail"))}


def note_begun(store: Store, now: datetime) -> None:
    """Let the store know that a trail is kept beside it, so that one that is taken away is missed."""
    with suppress(StoreError):  # while another writes it is noted at the next start
        if store.progress(_BEGUN) is None:
            store.append([], Act(now, "service", "a trail is begun", (_BEGUN, moment(now))))


def was_begun(store: Store, place: Path) -> bool:
    """Say whether a trail was ever kept there, as the store or what lies beside the place knows."""
    beside = (Path(f"{place}{end}") for end in (".anchor", ".jobs", ".jobs-lock", "-wal"))
    return store.progress(_BEGUN) is not None or any(each.exists() for each in (place, *beside))


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
