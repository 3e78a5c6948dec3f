"""The trail of who looked at whom, for auditors, and the report that a person can ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Annotated, Final

from fastapi import Path, Query, Request
from fastapi.responses import Response

from api.access.trail import Row, anchor_of, looked_for
from api.http import access_schemas
from api.http.asking import Asking, Document
from api.http.listing import JSON, form_of, in_bulk, listed_as
from api.http.needs import needs
from api.http.routing import Router
from api.http.schemas import LONGEST
from api.use_cases.access_report import access_report, verify_logs
from graph.errors import Refused

router = Router(prefix="/v1/audit", tags=["audit"])
COLUMNS = ("seq", "at", "by", "via", "what", "asked", "version", "purpose", "reference", "request", "people", "chain")
_SECONDS: Final = 10.0
"""How long somebody waits for a check; what takes longer is a job."""
_ROWS: Final = 10_000
"""Rows of the trail from which on putting them together alone takes too long."""
Auditor = Annotated[Asking, needs("audit.read")]


@router.get("", responses=listed_as(access_schemas.TrailPage), summary="Who looked at whom")
def trail(asking: Auditor, request: Request, asked: Annotated[access_schemas.TrailParameters, Query()]) -> Response:
    """Return rows of the trail, oldest first; reading them is itself a row, and no part of the whole."""
    if (form := form_of(request)) != JSON:
        return in_bulk(asking, form, _parts(asking, asked), COLUMNS, asking.service.store.version())
    rows = asking.access.trail.page(asked.after, asked.limit)
    following = rows[-1].seq if len(rows) == asked.limit else None
    return asking.json({"items": _told(asking, rows), "next": following})


def _told(asking: Asking, rows: Iterable[Row]) -> list[Document]:
    """Return rows as plain values; whoever reads for whom somebody looked reads of a person, found or not."""
    found = list(rows)
    asking.about = {name: frozenset({name}) for row in found if (name := looked_for(row.look))}
    return [row.as_json() for row in found]


def _parts(asking: Asking, asked: access_schemas.TrailParameters) -> Iterator[list[Document]]:
    """Yield the rows up to the last that there is now: those that reading adds would never end."""
    trail = asking.access.trail
    after, end = asked.after, trail.head().length
    while after < end and (rows := trail.page(after, min(asked.limit, end - after))):
        yield _told(asking, rows)
        after = rows[-1].seq


@router.get("/verify", responses={200: {"model": access_schemas.Verdict}}, summary="Whether the logs are whole")
def verify(asking: Auditor, asked: Annotated[access_schemas.VerifyParameters, Query()]) -> Response:
    """Return whether the audit log of the store, the statements under it and the trail are as they were written.

    Of long logs a job of the kind `verify` does.
    """
    kept, trail = [anchor_of(text) for text in asked.anchor], asking.access.trail
    until = monotonic() + (_SECONDS if trail.head().length <= _ROWS else 0)

    def in_time(_: str) -> None:
        if monotonic() > until:
            raise Refused(
                "the logs are too long to be read while you wait: order a job of the kind verify",
                zh="日志过长，不能即时核验：请提交 verify 任务",
            )

    in_time("")
    return asking.json(verify_logs(asking.service.store, asking.access.db.place, kept, in_time))


@router.get("/of/{person:path}", responses={200: {"model": access_schemas.AccessReport}}, summary="Who looked at a person")
def report(
    asking: Auditor, person: Annotated[str, Path(description="Id, or a name that only one bears.", max_length=LONGEST)]
) -> Response:
    """Return every look at a person, and every search for the name, oldest first."""
    asking.looks_for(person)
    return asking.json(access_report(asking.access.trail, asking.service.store, person))
