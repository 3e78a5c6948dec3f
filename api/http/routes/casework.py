"""Casework: what waits for whom, the claims on identity, the matrix, and reports. Everything here reads."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from analytics.lifecycle.departments import departments
from analytics.lifecycle.publication import leaving
from analytics.lifecycle.purposes import load_purposes
from analytics.lifecycle.restrictions import Restriction
from analytics.responsibility.policy.document import load_policy
from analytics.responsibility.policy.matrix import COLUMNS
from api.http import casework_schemas as schemas
from api.http.asking import Asking
from api.http.desk import AtDesk
from api.http.needs import needs
from api.http.negotiation import words_of
from api.http.paging import page
from api.http.schemas import WordsParameters
from api.locales import Texts
from api.use_cases import checking, dues, reports
from api.use_cases.calendars import calendar_of
from api.use_cases.cases import restriction_json
from api.use_cases.describing import feature_text
from api.use_cases.identity import claim_json
from api.use_cases.policy import matrix_rows
from api.use_cases.reading import catalogue_at, version_of
from graph.snapshot.scope import snapshot_about

router = APIRouter(prefix="/v1", tags=["casework"])
Findings = Annotated[Asking, needs("finding.read")]
Tasks_ = Annotated[Asking, needs("task.read")]
Rules = Annotated[Asking, needs("rules.read")]
Reports = Annotated[Asking, needs("report.read")]
Anybody = Annotated[Asking, needs("service.use")]


@router.get("/restrictions", responses={200: {"model": schemas.QueuePage}}, summary="Restrictions, and how each stands")
def queue(asking: Findings, desk: AtDesk, asked: Annotated[schemas.QueueParameters, Query()]) -> Response:
    """Return the restrictions that the filters leave, in the order of party and measure, with how many stand how."""
    service = asking.service
    cases, day = desk.cases, asked.as_of or service.today
    wanted = [r for r in cases.restrictions if asked.kind in (None, r.party_kind) and _rests_on(desk, r, asked.rule)]
    codes = {r.id: cases.status(r, day).code for r in wanted}
    chosen = sorted((r for r in wanted if not asked.status or codes[r.id] in asked.status), key=_order)
    question = f"restrictions {day} {asked.model_dump_json(exclude={'cursor', 'limit'})}"
    found, following = page(chosen, _order, question, asked.cursor, asked.limit)
    near = snapshot_about(service.store, {r.party for r in found})
    items = [restriction_json(cases, near, r, day) for r in found]
    return asking.json(
        {"items": items, "next": following, "version": service.store.version(), "counts": dict(Counter(codes.values()))}
    )


def _order(restriction: Restriction) -> tuple[str, ...]:
    return restriction.party, restriction.measure.name_zh, restriction.id


def _rests_on(desk: AtDesk, restriction: Restriction, rule: str | None) -> bool:
    return rule is None or any(desk.cases.finding(ground.finding).rule == rule for ground in restriction.grounds)


@router.get("/dues", responses={200: {"model": schemas.Deadlines}}, summary="Deadlines")
def deadlines(
    asking: Findings,
    desk: AtDesk,
    request: Request,
    asked: Annotated[schemas.DueParameters, Query()],
) -> Response:
    """Return the deadlines that run or ran, the most urgent first."""
    service = asking.service
    day, words = asked.as_of or service.today, words_of(request, asked.lang, service.lang)
    found = dues.dues(service.store, desk.cases, calendar_of(service.store), day, publication=asked.publication)
    wanted = ("open", "overdue", "no_calendar", *(("done", "done_late") if asked.every else ()))
    kept = [(due, finding) for due, finding in found if due.state in wanted]
    near = snapshot_about(service.store, {finding.party for _, finding in kept})
    items = [
        {
            **dues.due_json(due, finding, day, words),
            "party": {"id": finding.party, "name": near.label(finding.party), "kind": finding.party_kind},
            "finding": finding.id,
        }
        for due, finding in kept
    ]
    return asking.respond(request, {"version": service.store.version(), "items": items}, words)


@router.get("/tasks", responses={200: {"model": schemas.Tasks}}, summary="Tasks of departments")
def task_list(asking: Tasks_, desk: AtDesk, request: Request, asked: Annotated[schemas.TaskParameters, Query()]) -> Response:
    """Return what departments have to do, until when, and what they answered."""
    service = asking.service
    words = words_of(request, asked.lang, service.lang)
    rows = desk.tasks(asked.as_of or service.today, asked.unit)
    items = leaving([row for row in rows if asked.state in (None, row["state"])])
    return asking.respond(request, {"version": service.store.version(), "units": _units(words), "items": items}, words)


def _units(words: Texts) -> dict[str, str]:
    return {code: unit.zh if words.lang == "zh" else unit.en for code, unit in departments().units.items()}


@router.get("/claims", responses={200: {"model": schemas.ClaimPage}}, summary="Claims that two are one person")
def claim_list(
    asking: Findings,
    desk: AtDesk,
    request: Request,
    asked: Annotated[schemas.ClaimParameters, Query()],
) -> Response:
    """Return the claims, the most convincing first, each with its reasons and how many bear the name."""
    service = asking.service
    words = words_of(request, asked.lang, service.lang)
    snapshot = service.snapshot
    members = set(snapshot.identity.members(asked.party)) if asked.party else None
    known = [claim for claim in desk.claims if members is None or members & {claim.first, claim.second}]
    chosen = [claim for claim in known if asked.state in (None, claim.state)]
    question = f"claims {asked.model_dump_json(exclude={'cursor', 'limit', 'lang'})}"
    found, following = page(chosen, lambda claim: (f"{1 - claim.score:.9f}", claim.id), question, asked.cursor, asked.limit)
    items = [_claim({**claim_json(claim, snapshot), "features": [asdict(f) for f in claim.features]}, words) for claim in found]
    counts = dict(Counter(claim.state for claim in known))
    return asking.respond(request, {"items": items, "next": following, "version": snapshot.version, "counts": counts}, words)


def _claim(claim: dict[str, Any], words: Texts) -> dict[str, Any]:
    return {**claim, "features": [{**feature, "text": feature_text(feature, words)} for feature in claim["features"]]}


@router.get("/matrix", responses={200: {"model": schemas.Matrix}}, summary="Measures by roles")
def matrix(asking: Rules, request: Request, asked: Annotated[schemas.MatrixParameters, Query()]) -> Response:
    """Return the measures of the city policy by roles, with the article behind every cell."""
    service = asking.service
    day, words, store = asked.as_of or service.today, words_of(request, asked.lang, service.lang), service.store
    rules = service.catalogue
    if asked.known_at is not None:
        rules = catalogue_at(store, version_of(store, asked.known_at), rules)
    cells = matrix_rows(load_policy(), rules, day)
    columns = [{"code": code, "label": _role(code, words)} for code in COLUMNS]
    return asking.respond(request, {"on": day.isoformat(), "columns": columns, "cells": cells}, words)


def _role(code: str, words: Texts) -> str:
    own = words.label("matrix_column", code)
    return words.code("roles", code) if own == code else own


@router.get("/report", responses={200: {"model": schemas.Report}}, summary="A report on a period")
def report(
    asking: Reports,
    desk: AtDesk,
    request: Request,
    asked: Annotated[schemas.ReportParameters, Query()],
) -> Response:
    """Return the funnel by county, departments, refusals, objections, repairs and look-ups of a period: counts alone."""
    service = asking.service
    words = words_of(request, asked.lang, service.lang)
    period = reports.Period(asked.since, asked.until or service.today)
    told, lookups = desk.tasks(period.end), checking.lookups(service.store)
    rows = reports.report(desk.cases, service.snapshot, told, lookups, period)
    return asking.respond(request, {"since": period.start.isoformat(), "until": period.end.isoformat(), "rows": rows}, words)


@router.get("/purposes", responses={200: {"model": schemas.Purposes}}, summary="What a look-up may be for")
def purposes(asking: Anybody, request: Request, asked: Annotated[WordsParameters, Query()]) -> Response:
    """Return the purposes of the mandatory check, and the departments that ask."""
    service = asking.service
    words = words_of(request, asked.lang, service.lang)
    known = {code: item.zh if words.lang == "zh" else item.en for code, item in load_purposes().items()}
    return asking.respond(request, {"purposes": known, "units": _units(words)}, words)
