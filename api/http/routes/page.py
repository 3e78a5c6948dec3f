"""What the page begins with: itself, the labels of codes, what to show first, and a decision as a picture."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import FileResponse, Response

from analytics.lifecycle.table import load_table
from analytics.responsibility.catalogue import Catalogue
from api.http import party_schemas as schemas
from api.http.asking import Asking
from api.http.needs import needs
from api.http.negotiation import words_of
from api.http.routes.docs import WEB
from api.http.routing import Router
from api.http.schemas import Id, WordsParameters
from api.locales import Texts
from api.use_cases.lawbook import measures_in_english
from api.use_cases.picture import picture_of
from api.use_cases.reading import version_of
from graph import codes

router = Router(tags=["page"])
Enterprises = Annotated[Asking, needs("enterprise.read")]
Anybody = Annotated[Asking, needs("service.use")]
Decisions = Annotated[Asking, needs("decision.read")]
LISTS = ("roles", "interests", "entity_kinds", "decision_kinds", "acts", "divisions")
GROUPS = (
    "outcome",
    "effect",
    "origin",
    "status",
    "party",
    "premise",
    "why_not_outcome",
    "settle",
    "scheme",
    "attribute",
    "sex",
    "article_mark",
)


@router.get("/", include_in_schema=False, dependencies=[needs("service.use")])
def page() -> FileResponse:
    """Return the page."""
    return FileResponse(WEB / "index.html", media_type="text/html")


@router.get("/v1/codes", responses={200: {"model": schemas.Codes}}, summary="Labels of codes")
def labels(asking: Anybody, request: Request, asked: Annotated[WordsParameters, Query()]) -> Response:
    """Return the labels of the codes that answers hold, in one language."""
    service = asking.service
    words = words_of(request, asked.lang, service.lang)
    lists = {name: {item.code: words.code(name, item.code) for item in codes.load(name)} for name in LISTS}
    lists |= {group: _group(group, words) for group in GROUPS}
    table = load_table()
    lists["measures"] = _measures(service.catalogue, words)
    lists["rules"] = {rule.id: words.pick(rule.title) for rule in service.catalogue.rules.values()}
    lists["event"] = {kind: table.label(kind, words.lang) for kind in (*table.events, *table.records)}
    looks = [
        {"code": code, "label": words.pick(kind), "reference": kind.reference}
        for code, kind in asking.access.roles.purposes.items()
    ]
    document = {"lang": words.lang, "today": service.today.isoformat(), "logins": True, "purposes": looks, "lists": lists}
    return asking.respond(request, document, words)


def _group(group: str, words: Texts) -> dict[str, str]:
    start = f"{group}."
    return {key.removeprefix(start): text for key, text in words.words.items() if key.startswith(start)}


def _measures(catalogue: Catalogue, words: Texts) -> dict[str, str]:
    """Return what the measures are called: answers hold their Chinese names, so that in Chinese there is nothing to say."""
    return {} if words.lang == "zh" else measures_in_english(catalogue)


@router.get("/v1/start", responses={200: {"model": schemas.Start}}, summary="What to show first")
def start(asking: Enterprises) -> Response:
    """Return whether there is anything, and a worked case where the demonstration is loaded; its persons for a purpose alone."""
    asking.service.warm()
    begun, may = asking.service.start, asking.principal.may
    if begun["case"] is None:
        return asking.json(begun)
    shown = {"company": True, "decision": may("decision.read")}
    persons = may("finding.read") and asking.purpose is not None
    case = {key: value for key, value in begun["case"].items() if shown.get(key, persons)}
    return asking.json({**begun, "case": case})


@router.get("/v1/pictures/{id:path}", responses={200: {"model": schemas.Picture}}, summary="A decision as a picture")
def picture(asking: Decisions, request: Request, id: Id, asked: Annotated[schemas.CardParameters, Query()]) -> Response:
    """Return whom a decision is against, who held what there, whom it names, and how each of them stands."""
    service = asking.service
    words = words_of(request, asked.lang, service.lang)
    version = version_of(service.store, asked.known_at) if asked.known_at is not None else None
    return asking.respond(
        request, picture_of(service.store, service.catalogue, id, words, asked.as_of or service.today, version), words
    )
