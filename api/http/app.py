"""The composition root: opens the store, loads the rules, wires the routes.

A request is followed in five files: the route, the use case it calls, `needs` for who may ask, `asking` for what is shown and
written down, `problems` if it goes wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from fastapi import Depends, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute

from analytics.responsibility.catalogue import Catalogue, shipped
from api import __version__
from api.access.database import place_of
from api.access.desk import Access
from api.http import problems
from api.http.describing import describe
from api.http.guard import Guard
from api.http.limits import BodyLimit, Rates
from api.http.needs import closed
from api.http.preparing import Preparing
from api.http.routes import (
    audit,
    cases,
    checks,
    decisions,
    departments,
    docs,
    facts,
    findings,
    graph,
    health,
    identity,
    jobs,
    office,
    page,
    parties,
    previews,
    records,
    repairs,
    reports,
    rules,
    session,
    users,
)
from api.http.service import Service
from api.http.turns import Threads
from api.http.upload import clear
from api.http.watch import Metrics, Watch
from api.jobs.queue import Queue
from api.jobs.starter import Starter
from api.settings import Settings
from api.use_cases.access_report import note_begun
from api.use_cases.graph import folder_of
from api.use_cases.stores import open_store_of
from graph.errors import StoreError
from graph.store.in_use import stands_of

_READ_SECONDS = 5.0
"""How long a read is tried on a server that does not answer: whoever asks a service waits for its answer."""
_SWEEP_SECONDS = 3_600.0
_EVERY_ROUTE: Final[dict[str, Any]] = {"responses": problems.DOCUMENTED, "dependencies": [Depends(closed)]}
"""What holds of every route, also of one that is added to a service that is made."""
DESCRIPTION = """
Who answers for an enterprise's listed misconduct, under which rule, and why.

**Who asks.** Log in (`POST /v1/session`, the cookie follows by itself) or send a token (`Authorization: Bearer zeren_…`). Without
either the public's rights hold: facts on enterprises, with whatever speaks of natural persons left out. The header
`Zeren-Principal` of an answer says to whom it was given (the name of the user, percent-encoded UTF-8); an answer to the public has
none.

**What for.** To see a natural person say why: `Zeren-Purpose: CODE; reference`, the reference percent-encoded where it is not
ASCII. Every look is written down before the answer leaves.

Lists are read page by page: pass `next` of one page as `cursor` of the following one. With `Accept: application/x-ndjson` or
`text/csv` a list is answered as a whole, streamed. Errors are problem+json (RFC 9457); programs
decide by `code`.
"""


async def _sweep(access: Access, queue: Queue) -> None:
    """Delete kept answers when their time is over, also where nobody writes any more, and what killed requests left."""
    while True:
        await run_in_threadpool(clear, queue)
        with suppress(StoreError):  # a file that takes nothing now does at a later look; whoever asks is told
            await run_in_threadpool(access.answers.sweep, datetime.now(UTC))
        await asyncio.sleep(_SWEEP_SECONDS)


@cache
def made_routes() -> list[BaseRoute]:
    """Return every route, worked out once a process: it is most of what making a service takes, and is the same in each."""
    every = FastAPI(openapi_url=None, **_EVERY_ROUTE)
    reads, acts = (
        (decisions, findings, facts, records, parties, rules, reports, previews),
        (cases, repairs, departments, identity, jobs, office),
    )
    for module in (checks, graph, health, session, users, *reads, *acts, audit, page, docs):  # looked through in this order
        every.include_router(module.router)
    every.include_router(cases.due_router)
    every.mount("/web", docs.files())
    return every.routes


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
        The rules, or the URL of the store, are wrong, or a route declares no permission.
    """
    law = catalogue or shipped()
    store, folder = open_store_of(settings, create=False, read_seconds=_READ_SECONDS), folder_of(settings.store)
    preparing = Preparing(settings)
    service = Service(store, law, settings.lang, folder, settings.store, settings.desk, preparing)
    access = Access(place_of(settings.store, settings.access))
    queue = Queue(access.db)
    starter = Starter(queue, settings, stands_of(store))
    metrics = Metrics(several=settings.workers > 1)
    access.recorder.counted = metrics.trail
    note_begun(store, datetime.now(UTC))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        with service.store, access, starter, Threads() as app.state.threads:
            sweeping = asyncio.create_task(_sweep(access, queue))
            yield
            sweeping.cancel()
            service.stop()
            preparing.close()
            service.close()

    app = FastAPI(
        title="Zeren",
        version=__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        **_EVERY_ROUTE,
    )
    app.state.service, app.state.access, app.state.metrics = service, access, metrics
    app.state.settings, app.state.jobs, app.state.starter = settings, queue, starter
    app.state.rates, app.state.https = Rates(settings.rate, settings.rate_public), settings.https
    app.add_middleware(BodyLimit, most=settings.body_bytes, others={"/v1/loads": settings.load_bytes})
    app.add_middleware(Watch, metrics=metrics, level=settings.log)
    app.add_middleware(Guard, host=settings.host, https=settings.https)
    problems.install(app)
    app.router.routes.extend(made_routes())
    describe(app)
    return app
