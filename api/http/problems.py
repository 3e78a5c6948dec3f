"""Errors as problem+json (RFC 9457): one table says what each kind of error is to whoever asked.

Invariants (tests/integration/test_http.py holds one test a number)
1. Every answer of 400 and above is application/problem+json with type, title, status, detail, instance and code.
2. `code` is stable: programs decide by it, never by the words.
3. What we did not foresee is a 500 that tells nothing of our inside; the log has the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.access import errors as access
from api.http.negotiation import preferred
from api.http.schemas import Problem
from api.locales import LANGS
from graph.errors import (
    ConfigError,
    InputError,
    NotFound,
    Refused,
    StoreBusy,
    StoreConflict,
    StoreDamaged,
    StoreError,
    UnknownCode,
    ZerenError,
    told,
)

MEDIA_TYPE = "application/problem+json"


class Kind(NamedTuple):
    """A kind of problem: status, stable code, title."""

    status: int
    code: str
    title: str


KINDS: Mapping[type[Exception], Kind] = {
    InputError: Kind(400, "invalid_input", "The request cannot be taken"),
    RequestValidationError: Kind(422, "invalid_parameter", "A parameter cannot be taken"),
    UnknownCode: Kind(400, "invalid_input", "The request cannot be taken"),
    NotFound: Kind(404, "not_found", "Nothing has that id or name"),
    Refused: Kind(409, "refused", "Not possible as things stand"),
    StoreConflict: Kind(409, "store_conflict", "It contradicts what is recorded"),
    StoreBusy: Kind(503, "store_busy", "Another process is writing; try again"),
    StoreDamaged: Kind(500, "store_damaged", "The store is damaged"),
    StoreError: Kind(503, "store_unavailable", "The store cannot be reached"),
    ConfigError: Kind(500, "misconfigured", "The installation is not in order"),
    access.LoginRequired: Kind(401, "login_required", "Log in, or send a token"),
    access.CredentialsRefused: Kind(401, "credentials_refused", "What was shown to log in is not good"),
    access.PermissionMissing: Kind(403, "permission_missing", "Whoever asks may not do this"),
    access.CsrfMissing: Kind(403, "csrf_required", "A write from a browser lacks the token of its session"),
    access.PurposeRequired: Kind(403, "purpose_required", "A natural person is shown only for a stated purpose"),
    access.TooManyRequests: Kind(429, "too_many_requests", "More requests than the limit allows"),
    ZerenError: Kind(500, "internal_error", "Something went wrong here"),
    Exception: Kind(500, "internal_error", "Something went wrong here"),
}
"""Exception type -> problem; the closest type of an exception's family decides."""

_SILENT = "The log of the service has the particulars."
TOO_LARGE = Kind(413, "body_too_large", "The body is larger than the limit")
_OF_FRAMEWORK: Mapping[int, Kind] = {
    404: Kind(404, "no_such_address", "There is nothing at this address"),
    413: TOO_LARGE,
    405: Kind(405, "method_not_allowed", "This address takes other methods"),
}
"""What the framework refuses by itself."""

DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
    }
    for status, description in (
        (400, "What was asked cannot be taken"),
        (401, "Nobody said who asks, or what was shown is not good"),
        (403, "Whoever asks may not, or a purpose, or the token of the session, is missing"),
        (404, "Nothing has that id or name"),
        (409, "Several bear the name, or the statement is sealed"),
        (413, "The body is larger than the limit"),
        (422, "A parameter cannot be taken"),
        (429, "More requests than the limit allows"),
        (503, "The store cannot be reached"),
    )
}
"""What the OpenAPI document says of errors."""


def install(app: FastAPI) -> None:
    """Answer every error with a problem."""
    for error_type in (ZerenError, Exception):
        app.add_exception_handler(error_type, _of_table)
    app.add_exception_handler(RequestValidationError, _of_parameters)
    app.add_exception_handler(HTTPException, _of_framework)


def answer(path: str, kind: Kind, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> JSONResponse:
    """Return the answer that states a problem."""
    body = {
        "type": f"urn:zeren:problem:{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": quote(path),
        "code": kind.code,
        **more,
    }
    return JSONResponse(body, kind.status, headers, MEDIA_TYPE)


def unforeseen(path: str) -> JSONResponse:
    """Return the answer to what nobody foresaw."""
    return answer(path, KINDS[Exception], _SILENT)


def _of_table(request: Request, error: Exception) -> JSONResponse:
    """Answer an error; what it says of persons is shown, and written down, as in any other answer."""
    kind = next(KINDS[each] for each in type(error).__mro__ if each in KINDS)
    if isinstance(error, access.AccessError):
        return answer(request.url.path, kind, str(error), _challenge(kind))
    lang = preferred(request.headers.get("accept-language", ""), LANGS) or "en"
    detail = told(error, lang) if isinstance(error, ZerenError) else _SILENT
    if (asking := request.scope.get("zeren.asking")) is not None:
        try:
            detail = asking.admit({"detail": detail})["detail"]
        except access.AccessError as refused:
            return _of_table(request, refused)
    return answer(request.url.path, kind, detail, {"Retry-After": "1"} if isinstance(error, StoreBusy) else None)


def _challenge(kind: Kind) -> dict[str, str] | None:
    if kind.status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    return {"Retry-After": "1"} if kind.status == HTTPStatus.TOO_MANY_REQUESTS else None


async def _of_parameters(request: Request, error: Exception) -> JSONResponse:
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    errors = [{"in": str(fault["loc"][0]), "name": str(fault["loc"][-1]), "reason": fault["msg"]} for fault in faults]
    detail = "; ".join(f"{fault['name']}: {fault['reason']}" for fault in errors)
    return answer(request.url.path, KINDS[RequestValidationError], detail, errors=errors)


async def _of_framework(request: Request, error: Exception) -> JSONResponse:
    status = HTTPStatus(error.status_code if isinstance(error, HTTPException) else 500)
    kind = _OF_FRAMEWORK.get(status, Kind(status, f"http_{status.value}", status.phrase))
    headers = error.headers if isinstance(error, HTTPException) else None
    return answer(request.url.path, kind, status.description or status.phrase, headers)
