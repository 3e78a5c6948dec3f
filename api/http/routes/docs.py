"""The description of the interface as a page, from our own files: nothing is fetched from elsewhere."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response

from api.http.needs import needs
from api.http.routing import Router

WEB = Path(__file__).resolve().parents[2] / "web"

router = Router(include_in_schema=False)


@router.get("/docs", dependencies=[needs("service.use")])
def docs() -> FileResponse:
    """Return the page."""
    return FileResponse(WEB / "docs.html", media_type="text/html")


@router.get("/login", dependencies=[needs("service.use")])
def login() -> FileResponse:
    """Return the page to log in, and for the first administrator."""
    return FileResponse(WEB / "login.html", media_type="text/html")


class Files(StaticFiles):
    """Our own files, which a browser keeps and asks after: they hold nothing about anybody."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Return a file that may be kept, or that it is unchanged."""
        answer = super().file_response(*args, **kwargs)
        answer.headers["Cache-Control"] = "no-cache"
        return answer


def files() -> StaticFiles:
    """Return what the pages load."""
    for suffix in (".js", ".mjs"):  # some machines register something else, and a browser then runs no module
        mimetypes.add_type("text/javascript", suffix)
    return Files(directory=WEB)
