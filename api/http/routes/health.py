"""Whether the service can answer."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api import __version__
from api.http.schemas import Health
from api.http.service import Served

router = APIRouter(tags=["service"])


@router.get("/health", responses={200: {"model": Health}}, summary="Whether the service can answer")
def health(service: Served) -> JSONResponse:
    """Return the versions of program and store, and the hash of the rules; 503 if the store cannot be reached."""
    catalogue = service.catalogue
    return JSONResponse(
        {
            "status": "ok",
            "version": __version__,
            "store": {"version": service.store.version()},
            "catalogue": {"hash": catalogue.hash, "rules": len(catalogue.rules)},
        }
    )
