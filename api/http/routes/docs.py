"""The description of the interface as a page, from our own files: nothing is fetched from elsewhere."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles

from api.http.needs import needs

WEB = Path(__file__).resolve().parents[2] / "web"

router = APIRouter(include_in_schema=False)


@router.get("/", dependencies=[needs("service.use")])
def home() -> RedirectResponse:
    """Lead whoever opens the bare address to the page."""
    return RedirectResponse("/docs", 307)


@router.get("/docs", dependencies=[needs("service.use")])
def docs() -> FileResponse:
    """Return the page."""
    return FileResponse(WEB / "docs.html", media_type="text/html")


@router.get("/login", dependencies=[needs("service.use")])
def login() -> FileResponse:
    """Return the page to log in, and for the first administrator."""
    return FileResponse(WEB / "login.html", media_type="text/html")


def files() -> StaticFiles:
    """Return what the pages load."""
    return StaticFiles(directory=WEB)
