"""Looking before an act: whom a measure would touch, what a correction would change, what is doubtful. Nothing is recorded."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from api.http import preview_schemas as schemas
from api.http.asking import Asking
from api.http.needs import needs
from api.http.negotiation import words_of
from api.http.routing import Router
from api.http.schemas import Id
from api.rendering import preview as lines
from api.use_cases import altering, impact, previewing
from api.use_cases.quality import quality_report
from api.use_cases.reading import version_of
from graph.errors import Refused

router = Router(prefix="/v1", tags=["previews"])
Finding = Annotated[Asking, needs("finding.read")]


@router.get("/preview", responses={200: {"model": schemas.Preview}}, summary="Third parties of a ban")
def third_parties(asking: Finding, request: Request, asked: Annotated[schemas.PreviewParameters, Query()]) -> Response:
    """Return what the measures on a person would do to the enterprises that he represents or directs: no finding on them."""
    asking.looks_for(asked.of)
    service, words = asking.service, words_of(request, asked.lang, asking.service.lang)
    day, version = asked.as_of or service.today, None
    if asked.known_at is not None:
        service.see_that_small()
        version = version_of(service.store, asked.known_at)
    elsewhere = service.elsewhere if version is None else None
    with service.known(asked.known_at) as known:
        document = previewing.preview(service.store, known.catalogue, asked.of, words, day, version, elsewhere)
    return asking.respond(request, document, words, lines)


@router.get("/facts/{id}/impact", responses={200: {"model": schemas.StatementImpact}}, summary="Impact of a correction")
def of_statement(asking: Finding, request: Request, id: Id, asked: Annotated[schemas.ImpactParameters, Query()]) -> Response:
    """Return what the retraction of a statement, or with `set` its correction, would change in the findings."""
    words, changes = words_of(request, asked.lang, asking.service.lang), altering.changes_of(asked.set)
    with asking.service.known(asked.known_at) as known:
        foreseen = impact.of_statement(known.store, known.catalogue, id, changes, asked.as_of)
        document = impact.statement_json(foreseen, words)
    return asking.respond(request, document, words)


@router.get("/quality", responses={200: {"model": schemas.Quality}}, summary="Quality of what was delivered")
def quality(asking: Annotated[Asking, needs("report.read")], asked: Annotated[schemas.QualityParameters, Query()]) -> Response:
    """Return what is doubtful in what the sources delivered; of a large graph a job of the kind `quality` does."""
    service = asking.service
    if service.is_large:
        raise Refused(
            "the graph is too large to be read as a whole while you wait: order a job of the kind quality",
            zh="图谱过大，不能即时通读：请提交 quality 任务",
        )
    version = None if asked.known_at is None else version_of(service.store, asked.known_at)
    return asking.json(quality_report(service.store, asked.as_of or service.today, asked.source, version))
