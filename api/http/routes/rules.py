"""The rules in use, and what is published under them: open to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from api.http import law_schemas as schemas
from api.http.asking import Asking, Document
from api.http.case_schemas import Moment
from api.http.listing import JSON, Listing, form_of, in_bulk, listed, listed_as
from api.http.needs import allow, needs
from api.http.negotiation import words_of
from api.http.routing import Router
from api.http.schemas import Id
from api.use_cases import publishing
from api.use_cases.lawbook import Filter, list_rules, rule_json

router = Router(prefix="/v1", tags=["rules"])
COLUMNS = ("id", "version", "title.zh", "title.en", "acts", "from", "until", "clauses", "enabled", "disabled")
Reading = Annotated[Asking, needs("rules.read")]
KEPT_BACK = "decision.read"
"""What it takes to be told of decisions that are not published."""


@router.get("/rules", responses=listed_as(schemas.RuleList), summary="Rules")
def rules(asking: Reading, request: Request, asked: Annotated[schemas.RuleParameters, Query()]) -> Response:
    """Return every version of every rule: when in force, what triggers it, which clauses are in use."""
    with asking.service.known(asked.known_at) as known:
        wanted = Filter(asked.role, asked.act, asked.domain, asked.disabled, asked.as_of)
        items = list_rules(known.catalogue, wanted)
        if (form := form_of(request)) != JSON:
            return in_bulk(asking, form, iter([items]), COLUMNS, known.store.version(), of_persons=False)
        return asking.json({"items": items, "catalogue": known.catalogue.hash})


@router.get("/rules/{id}", responses={200: {"model": schemas.WholeRule}}, summary="One rule")
def one_rule(asking: Reading, id: Id, asked: Annotated[Moment, Query()]) -> Response:
    """Return a rule whole: clauses, measures, articles and evidence marks; of a day the version that was in force."""
    with asking.service.known(asked.known_at) as known:
        return asking.json(rule_json(known.catalogue, id, asked.as_of))


@router.get("/publication", responses=listed_as(schemas.PublicationPage), summary="What is published")
def publication(
    asking: Annotated[Asking, needs("publication.read")],
    request: Request,
    asked: Annotated[schemas.PublicationParameters, Query()],
) -> Response:
    """Return what may be published on a day: permits, penalties and lists of enterprises, never natural persons.

    With `withheld` what is not, and why: for whoever may read decisions.
    """
    if asked.withheld:
        allow(asking.access, asking.principal, KEPT_BACK)
    service, day = asking.service, asked.as_of or asking.service.today
    words = words_of(request, asked.lang, service.lang)
    with service.known(asked.known_at) as known:
        judged = publishing.judged(known.snapshot, known.cases, day, known.people)
        ordered = sorted((item for item in judged if item.verdict.publish is not asked.withheld), key=_order)
        question = f"{'withheld' if asked.withheld else 'publication'} {words.lang} {day} {asked.known_at}"
        told = publishing.withheld if asked.withheld else publishing.published

        def render(found: Sequence[publishing.Judged]) -> list[Document]:
            return [told(known.snapshot, item, words, known.people) for item in found]

        rows = Listing(ordered, _order, question, render, known.store.version())
        return listed(asking, request, asked, rows, publishing.WITHHELD_COLUMNS if asked.withheld else publishing.COLUMNS, words)


def _order(item: publishing.Judged) -> tuple[str, ...]:
    return (item.decision.id,)
