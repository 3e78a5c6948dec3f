"""Cases: restrictions and how they stand, what happened to them, what is due, and every act on them.

The acts come from the transition table, as the commands of `zeren case` do: a new act needs no code here, but its permission is
`case.confirm` unless it stands below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

from fastapi import Query, Request
from fastapi.responses import Response

from analytics.lifecycle.deadlines import Due
from analytics.lifecycle.publication import leaving
from analytics.lifecycle.restrictions import Restriction
from analytics.lifecycle.table import load_table
from api.access.errors import PermissionMissing
from api.http import case_schemas as schemas
from api.http.asking import ANY_UNIT, Asking, Document
from api.http.listing import Listing, listed, listed_as
from api.http.needs import needs
from api.http.negotiation import words_of
from api.http.once import Key, write
from api.http.routing import Router
from api.http.schemas import Id
from api.use_cases import calendars, case_acts, choosing, dues, publishing, pushing
from api.use_cases.acting import Actor
from api.use_cases.case_rows import called_so, history_json, restriction_json, told_of
from api.use_cases.cases import Cases
from api.use_cases.withdrawn import withdrawal
from graph.errors import InputError
from graph.snapshot.scope import snapshot_about
from graph.store.base import Store

router = Router(prefix="/v1/cases", tags=["cases"])
due_router = Router(prefix="/v1/dues", tags=["cases"])
Cases_ = Annotated[Asking, needs("finding.read")]
COLUMNS = (
    "id", "status", "party.id", "party.name", "party.kind", "measure.id", "measure.name_zh", "measure.kind", "from", "until",
)  # fmt: skip
DUE_COLUMNS = (*dues.COLUMNS[:5], "party.id", "party.name", "party.kind", *dues.COLUMNS[7:], "finding")
_OBJECTING: Final = frozenset({"objection", "review_filed", "suit_filed"})
_UNMET: Final = frozenset({"open", "overdue", "no_calendar"})
_MET: Final = frozenset({"done", "done_late", "lapsed"})
Perform = Callable[..., case_acts.Done]


@router.get("", responses=listed_as(schemas.RestrictionPage), summary="Restrictions")
def list_cases(asking: Cases_, request: Request, asked: Annotated[schemas.CaseParameters, Query()]) -> Response:
    """Return restrictions, how each stands on a day and how many stand how, in the order of party and measure."""
    service, day = asking.service, asked.as_of or asking.service.today
    statuses = set(map(choosing.status, asked.status))
    with service.known(asked.known_at) as known:
        cases = known.cases
        if asked.rule is not None:
            choosing.rule(asked.rule, known.catalogue, (finding.rule for finding in cases.findings.values()))
        wanted = asking.members(known.store, asked.party) if asked.party else None
        meant = [r for r in cases.restrictions if asked.kind in (None, r.party_kind) and _rests_on(cases, r, asked.rule)]
        if wanted is not None:
            meant = [r for r in meant if r.party in wanted]
        if asked.q:
            asking.looks_for(asked.q)
            meant = list(called_so(cases, known.snapshot, meant, asked.q))
        codes = {r.id: cases.codes(r, day) for r in meant}
        chosen = [r for r in meant if not statuses or codes[r.id] & statuses]
        question = f"cases {asked.model_dump_json(exclude={'cursor', 'limit', 'lang'})}"

        def render(found: Sequence[Restriction]) -> list[Document]:
            near = snapshot_about(known.store, told_of(cases, found))
            rows = [restriction_json(cases, near, r, day) for r in found]
            if not _for_a_unit(asking):
                return rows
            told = pushing.objectable(service.cases, asking.principal.unit, service.today)
            return [row | {"objects": told(r)} for r, row in zip(found, rows, strict=True)]

        counts = {"counts": dict(Counter(code for each in codes.values() for code in sorted(each)))}
        rows = Listing(sorted(chosen, key=_order), _order, question, render, known.store.version(), counts)
        return listed(asking, request, asked, rows, COLUMNS)


def _for_a_unit(asking: Asking) -> bool:
    """Say whether whoever asks objects for one unit alone, to what that executes."""
    return asking.principal.may("case.object") and not asking.principal.may(ANY_UNIT)


def _order(restriction: Restriction) -> tuple[str, ...]:
    return restriction.party, restriction.measure.name_zh, restriction.id


def _rests_on(cases: Cases, restriction: Restriction, rule: str | None) -> bool:
    return rule is None or any(cases.finding(ground.finding).rule == rule for ground in restriction.grounds)


@router.get("/{id:path}", responses={200: {"model": schemas.History}}, summary="What happened to a case")
def one_case(asking: Cases_, request: Request, id: Id, asked: Annotated[schemas.HistoryParameters, Query()]) -> Response:
    """Return what happened to a finding, a decision or a restriction, with the effect of each event or why it has none."""
    service = asking.service
    words = words_of(request, asked.lang, service.lang)
    day = asked.as_of or service.today
    with service.known(asked.known_at) as known:
        rows = history_json(known.cases, id, day, words)
        may = case_acts.possible_on(known.store, known.cases, asking.actor(), id, day) if asked.possible else None
        gone = withdrawal(known.store, id, known.catalogue)
        told = {"withdrawn": gone.as_json() if gone else None, "events": leaving(rows), "possible": may}
        return asking.respond(request, {"lang": words.lang, "about": id, **told}, words)


@due_router.get("", responses=listed_as(schemas.DuePage), summary="Deadlines")
def list_dues(asking: Cases_, request: Request, asked: Annotated[schemas.DueParameters, Query()]) -> Response:
    """Return deadlines: until when, who, on which basis; the most urgent first."""
    service, day = asking.service, asked.as_of or asking.service.today
    words = words_of(request, asked.lang, service.lang)
    with service.known(asked.known_at) as known:
        calendar = calendars.calendar_of(known.store)
        shown = publishing.to_publish(known.snapshot, known.cases, day) if asked.publication else frozenset()
        every = dues.dues(known.cases, calendar, day, publication=shown)
        wanted = {asked.state} if asked.state else _UNMET | _MET if asked.every else _UNMET
        chosen = sorted((pair for pair in every if pair[0].state in wanted), key=_urgency)
        question = f"dues {words.lang} {asked.model_dump_json(exclude={'cursor', 'limit', 'lang'})}"

        def render(found: Sequence[tuple[Due, dues.Concerned]]) -> list[Document]:
            near = snapshot_about(known.store, {dues.party_of(*pair) for pair in found})
            return [dues.due_json(near, due, finding, day, words) for due, finding in found]

        rows = Listing(chosen, _urgency, question, render, known.store.version())
        return listed(asking, request, asked, rows, DUE_COLUMNS, words)


def _urgency(pair: tuple[Due, Any]) -> tuple[str, ...]:
    due = pair[0]
    return due.day.isoformat() if due.day else "9999", due.deadline.id, due.about, due.started_by


def acting(
    asking: Asking, request: Request, key: str | None, kind: str, about: str, given: schemas.Acting, do: Perform = case_acts.perform
) -> Response:
    """Do one kind of act once, and answer how each finding that it reaches stood before and stands now."""
    if given.by is not None and not given.reported:
        raise InputError("`by` goes with `reported`: who acts here is who asks")
    service = asking.service
    if kind in _OBJECTING and _for_a_unit(asking):
        _for_own_unit(asking, kind, about)
    by = " ".join((given.by or "").split())
    if by not in ("", asking.principal.name) and asking.access.users.knows(by):
        raise InputError(f"`by`: {by} has an account here and acts under it himself")

    def act(store: Store, actor: Actor) -> Document:
        on, who = given.on or service.today, by or actor.name
        wanted = case_acts.Act(kind, about, on, who, given.text, given.number, given.refers, given.details, given.reported)
        done = do(store, service.cases, actor, wanted, service.today, dry_run=given.dry_run)
        return {
            "event": done.event.id,
            "recorded": done.recorded,
            "effective": done.effective,
            "rows": [dict(row) for row in done.rows],
        }

    return write(asking, request, key, given, act, about, dry_run=given.dry_run)


def _for_own_unit(asking: Asking, kind: str, about: str) -> None:
    """Let a department object, and only to what it executes; reviews and suits are the party's.

    Raises
    ------
    PermissionMissing
        It is something else.
    """
    unit, service = asking.unit(None), asking.service
    if kind != "objection" or unit not in pushing.taken_by(service.cases, about, service.today):
        raise PermissionMissing(
            f"{asking.principal.name} belongs to {unit!r}, and may object to what that unit executes alone: to that restriction",
            zh=f"{asking.principal.name} 属于 {unit}，只能对本单位执行的限制提出异议（针对该项限制）",
        )


def _route(kind: str) -> Callable[..., Response]:
    permission = "case.object" if kind in _OBJECTING else "case.confirm"

    def act_on_case(
        asking: Annotated[Asking, needs(permission)], request: Request, id: Id, given: schemas.Acting, key: Key = None
    ) -> Response:
        return acting(asking, request, key, kind, id, given)

    act_on_case.__annotations__["asking"] = Annotated[Asking, needs(permission)]
    return act_on_case


def _declare() -> None:
    table = load_table()
    for word, kind in table.commands.items():
        router.add_api_route(
            f"/{{id:path}}/{word}",
            _route(kind),
            methods=["POST"],
            responses={200: {"model": schemas.Done}},
            summary=table.event(kind).does,
            description="Refused (409) where it would have no effect, with the reason and what would be possible.",
            operation_id=f"case_{kind}",
        )


_declare()
