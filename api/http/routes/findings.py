"""Findings: listed, one, and explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.remedies import load_remedies
from api.http import schemas
from api.http.asking import Asking, Document
from api.http.law_schemas import Letter
from api.http.listing import Listing, listed, listed_as
from api.http.needs import needs
from api.http.negotiation import WHO, preferred, words_of
from api.http.routing import Router
from api.http.service import Service
from api.letter_page import letter_page, letter_policy, sender_of
from api.rendering import explanation
from api.use_cases import findings as use_case
from api.use_cases.explaining import explain
from api.use_cases.letter import letter
from api.use_cases.reading import catalogue_at, version_of
from graph.model import Finding
from graph.snapshot import Snapshot
from graph.snapshot.scope import snapshot_about

router = Router(prefix="/v1/findings", tags=["findings"])
Findings = Annotated[Asking, needs("finding.read")]
COLUMNS = (
    "id", "outcome", "effect", "status", "decision.id", "decision.date", "company.id", "company.name", "party.id", "party.name",
    "party.kind", "role", "rule.id", "rule.version", "clause", "from", "until",
)  # fmt: skip


@router.get("", responses=listed_as(schemas.FindingPage), summary="Findings")
def list_findings(asking: Findings, request: Request, asked: Annotated[schemas.FindingParameters, Query()]) -> Response:
    """Return the findings that the filters leave, in the order of decision, company, party and rule."""
    asking.looks_for(asked.person)
    service = asking.service
    version = service.store.version()
    filters = asked.model_dump(exclude={"cursor", "limit", "lang", "known_at"})
    known_at = version_of(service.store, asked.known_at) if asked.known_at else None
    with asking.discreet(asked.company):
        answer = service.find(use_case.Query(**filters, known_at=known_at))
    if not answer.findings:
        asking.sought(asked.company)
    question = asked.model_dump_json(exclude={"cursor", "limit", "lang"})

    def render(found: Sequence[Finding]) -> list[Document]:
        return replace(answer, findings=tuple(found)).as_json()

    return listed(asking, request, asked, Listing(answer.findings, _order, f"findings {question}", render, version), COLUMNS)


def _order(finding: Finding) -> tuple[str, ...]:
    """Return the order in which the use case answers."""
    return finding.decision, finding.company, finding.party, finding.rule, finding.clause, finding.id


@router.get(
    "/{id}/explanation",
    responses={200: {"model": schemas.Explanation, "content": {"text/plain": {"schema": {"type": "string"}}}}},
    summary="Why the party answers",
)
def explain_finding(asking: Findings, request: Request, id: schemas.Id, asked: Annotated[schemas.ThenInWords, Query()]) -> Response:
    """Return premises, dates, articles and documents with source, file and row; as text where text/plain is preferred."""
    service = asking.service
    words = words_of(request, asked.lang, service.lang)
    document = explain(service.store, *_found(service, id, asked), words, asked.as_of or service.today)
    return asking.respond(request, document, words, explanation)


@router.get(
    "/{id}/letter",
    responses={200: {"model": Letter, "content": {"text/html": {"schema": {"type": "string"}}}}},
    summary="The letter to the party",
)
def letter_of(asking: Findings, request: Request, id: schemas.Id, asked: Annotated[schemas.LetterParameters, Query()]) -> Response:
    """Return the letter about a finding, in Chinese: as a page to print where text/html is preferred."""
    service = asking.service
    near, rules, found = _found(service, id, asked)
    today, known_at = service.today, None if asked.known_at is None else str(asked.known_at)
    written = letter(service.store, near, rules, load_remedies(), found, asked.as_of or today, today, known_at)
    document = asking.admit(written)
    told = {"Vary": f"Accept, {WHO}"}
    if preferred(request.headers.get("accept", ""), ("application/json", "text/html")) == "text/html":
        page = letter_page(document, sender_of(request.app.state.settings))
        return HTMLResponse(page, headers={**told, "Content-Security-Policy": letter_policy()})
    return JSONResponse(document, headers=told)


@router.get("/{id}", responses={200: {"model": schemas.Finding}}, summary="One finding")
def one_finding(asking: Findings, id: schemas.Id, asked: Annotated[schemas.ThenParameters, Query()]) -> Response:
    """Return a finding with its status: a current one, or one of a past version, derived again."""
    service = asking.service
    found = _found(service, id, asked)
    return asking.json(use_case.finding_json(service.store, *found, asked.as_of or service.today))


def _found(service: Service, id: str, asked: schemas.ThenParameters) -> tuple[Snapshot, Catalogue, Finding]:
    """Return the part of the graph that a finding rests on, for the whole would take minutes for a city; the rules; the finding."""
    store = service.store
    version = version_of(store, asked.known_at) if asked.known_at else None
    rules = service.catalogue if version is None else catalogue_at(store, version, service.catalogue)
    found = use_case.find_one(store, id, service.catalogue, version, asked.as_of)
    near = snapshot_about(store, (found.decision, found.party), version)
    found, near = use_case.as_of(found, near, rules, asked.as_of)
    return near, rules, found
