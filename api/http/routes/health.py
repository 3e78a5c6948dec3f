"""Whether the service is alive, whether it can answer, and what it counts."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api import __version__
from api.http.asking import Asking
from api.http.needs import needs
from api.http.routing import Router
from api.http.schemas import Health, Ready
from api.http.watch import Metrics

router = Router(tags=["service"])
Anybody = Annotated[Asking, needs("service.use")]


@router.get("/health", responses={200: {"model": Health}}, summary="Whether the service is alive")
def health(asking: Anybody) -> JSONResponse:
    """Return the versions of program and store, and the hash of the rules; 503 if the store cannot be reached."""
    service = asking.service
    catalogue = service.catalogue
    return JSONResponse(
        {
            "status": "ok",
            "version": __version__,
            "store": {"version": service.store.version()},
            "catalogue": {"hash": catalogue.hash, "rules": len(catalogue.rules)},
        }
    )


@router.get("/ready", responses={200: {"model": Ready}}, summary="Whether it can answer now")
def ready(asking: Anybody) -> JSONResponse:
    """Return that store, graph and the file of access can be read, stand at their places and have room to be written; else 503.

    The graph is loaded by asking.
    """
    asking.access.trail.head()
    asking.access.db.see_writable()
    asking.service.see_writable()
    version = asking.service.graph.columns().version
    return JSONResponse({"status": "ready", "store": {"version": version}})


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request, _asking: Annotated[Asking, needs("metrics.read", loopback=True)]) -> Response:
    """Return what is counted, for Prometheus; from this machine itself without a login."""
    return Response(cast("Metrics", request.app.state.metrics).said(), media_type=CONTENT_TYPE_LATEST)
