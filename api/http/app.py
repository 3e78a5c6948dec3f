"""The composition root: opens the store, loads the rules, wires the routes.

A request is followed in four files: the route, the use case it calls, `service` for what both need, `problems` if it goes wrong.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from analytics.responsibility.catalogue import Catalogue, load_catalogue
from api import __version__
from api.http import problems
from api.http.desk import Desk
from api.http.guard import Guard
from api.http.routes import casework, decisions, docs, facts, findings, graph, health, page, parties
from api.http.service import Service
from api.settings import Settings
from api.use_cases.graph import folder_of
from api.use_cases.stores import open_store_of

DESCRIPTION = """
Who answers for an enterprise's listed misconduct, under which rule, and why. Everything here reads; nothing writes.

**There is no authentication yet.** The answers name natural persons, which is right for the person at this machine and for nobody
else: the service listens on 127.0.0.1 and must not be exposed, neither by another address nor by a proxy.

Lists are read page by page: pass `next` of one page as `cursor` of the following one. Errors are problem+json (RFC 9457); programs
decide by `code`.
"""


def create_app(settings: Settings, catalogue: Catalogue | None = None) -> FastAPI:
    """Return the service over an existing store, which it closes when it stops.

    Parameters
    ----------
    settings : Settings
        Store, address and language.
    catalogue : Catalogue, optional
        The rules, if not those that ship.

    Raises
    ------
    StoreError
        There is no store, or it cannot be opened.
    ConfigError
        The rules, or the URL of the store, are wrong.
    """
    rules = catalogue or load_catalogue()
    service = Service(open_store_of(settings, create=False), rules, settings.lang, folder_of(settings.store))
    desk = Desk(service, settings.desk)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        with service.store:
            yield
            desk.close()
            service.close()

    app = FastAPI(
        title="Zeren",
        version=__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=problems.DOCUMENTED,
    )
    app.state.service = service
    app.state.desk = desk
    app.add_middleware(Guard, host=settings.host)
    problems.install(app)
    for module in (health, decisions, findings, facts, graph, parties, casework, page, docs):
        app.include_router(module.router)
    app.mount("/web", docs.files())
    return app
