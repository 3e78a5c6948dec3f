"""What a look-up may be for, the measures by roles, and counts of a period: nothing here names anybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from analytics.lifecycle.departments import departments
from analytics.lifecycle.purposes import load_purposes
from analytics.responsibility.policy.document import load_policy
from analytics.responsibility.policy.matrix import COLUMNS
from api.http import case_schemas, law_schemas
from api.http.asking import Asking
from api.http.needs import needs
from api.http.negotiation import words_of
from api.http.routing import Router
from api.http.schemas import WordsParameters
from api.locales import Texts
from api.use_cases import checking, reports
from api.use_cases.calendars import calendar_of
from api.use_cases.policy import matrix_rows, not_yet
from api.use_cases.pushing import told_by
from api.use_cases.report_words import row_told, title_of
from api.use_cases.rule_messages import told_of_rules
from api.use_cases.underived import pending
from graph.errors import InputError

router = Router(prefix="/v1", tags=["reports"])


@router.get("/matrix", responses={200: {"model": law_schemas.Matrix}}, summary="Measures by roles")
def matrix(
    asking: Annotated[Asking, needs("rules.read")], request: Request, asked: Annotated[case_schemas.ShowParameters, Query()]
) -> Response:
    """Return the measures of the city policy by roles, with the article behind every cell."""
    service = asking.service
    day, words, policy = asked.as_of or service.today, words_of(request, asked.lang, service.lang), load_policy()
    with service.known(asked.known_at) as known:
        cells = matrix_rows(policy, known.catalogue, day)
    for way in (each for cell in cells for each in cell["ways"]):
        way["why_text"] = told_of_rules(way["why"], words.lang) if way["why"] else None
    columns = [{"code": code, "label": _role(code, words)} for code in COLUMNS]
    document = {"on": day.isoformat(), "not_yet": not_yet(policy, day, words) or None, "columns": columns, "cells": cells}
    return asking.respond(request, document, words)


def _role(code: str, words: Texts) -> str:
    own = words.label("matrix_column", code)
    return words.code("roles", code) if own == code else own


@router.get("/report", responses={200: {"model": case_schemas.Report}}, summary="A report on a period")
def report(
    asking: Annotated[Asking, needs("report.read")],
    request: Request,
    asked: Annotated[case_schemas.ReportParameters, Query()],
) -> Response:
    """Return the funnel by county, departments, refusals, objections, repairs and look-ups of a period: counts alone."""
    service = asking.service
    words = words_of(request, asked.lang, service.lang)
    if asked.until and asked.as_of:
        raise InputError("until and as_of are the same: give one", zh="until 与 as_of 含义相同：只填一个")
    period = reports.period_of(asked.since, asked.until or asked.as_of, service.today)
    with service.known(asked.known_at) as known, service.outbox() as outbox:
        told = told_by(known.store, outbox, period.end, on_record=known.on_record(asked.known_at))
        looked, calendar = checking.lookups(known.store), calendar_of(known.store)
        late = known.now is not None and known.store.version() and pending(known.store, known.catalogue)
        rows = reports.report(known.cases, known.snapshot, told, looked, period, calendar)
    days = {"since": period.start.isoformat(), "until": period.end.isoformat(), "made": service.today.isoformat()}
    said = {"title": title_of(period, service.today, words), "not_derived": words.say("tell.not_derived") if late else None}
    return asking.respond(request, {**days, **said, "rows": [row_told(row, words) for row in rows]}, words)


@router.get("/purposes", responses={200: {"model": case_schemas.Purposes}}, summary="What a look-up may be for")
def purposes(
    asking: Annotated[Asking, needs("service.use")], request: Request, asked: Annotated[WordsParameters, Query()]
) -> Response:
    """Return the purposes of the mandatory check, the departments that ask, and their reasons to refuse."""
    words = words_of(request, asked.lang, asking.service.lang)
    known = {code: words.pick(item) for code, item in load_purposes().items()}
    units = {code: words.pick(unit) for code, unit in departments().units.items()}
    refusals = {code: words.pick(reason) for code, reason in departments().refusals.items()}
    return asking.respond(request, {"purposes": known, "units": units, "refusals": refusals}, words)
