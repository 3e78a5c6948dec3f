"""Errors as problem+json (RFC 9457): one table says what each kind of error is to whoever asked.

Invariants (tests/integration/test_http.py holds one test a number)
1. Every answer of 400 and above is application/problem+json with type, title, status, detail, instance and code.
2. `code` is stable: programs decide by it, never by the words. Title and detail are in the language asked.
3. What we did not foresee is a 500 that tells nothing of our inside; the log has the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from api.access import errors as access
from api.http.negotiation import preferred
from api.http.schemas import Problem
from api.locales import LANGS, Texts, texts
from api.problem_kinds import KINDS as OURS
from api.problem_kinds import Kind, kind_of
from api.use_cases.choosing import NoneOfThese
from graph.errors import InputError, NoChoice, StoreBusy, StoreError, ZerenError, told

MEDIA_TYPE = "application/problem+json"


KINDS: Final[Mapping[type[Exception], Kind]] = {**OURS, RequestValidationError: OURS[NoChoice]}
"""Exception type -> problem: ours, and that of a request that is malformed."""


class Said(HTTPException):
    """What a layer refuses before there is a route, in words for whoever asks."""


TOO_LARGE = Kind(413, "body_too_large")
TOO_SLOW = Kind(408, "body_too_slow")
_STOPPING = Kind(503, "stopping")
_OF_FRAMEWORK: Mapping[int, Kind] = {
    400: KINDS[InputError],
    404: Kind(404, "no_such_address"),
    408: TOO_SLOW,
    413: TOO_LARGE,
    405: Kind(405, "method_not_allowed"),
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
        (408, "The body comes too slowly"),
        (409, "Several bear the name, or the statement is sealed"),
        (413, "The body is larger than the limit"),
        (422, "A parameter cannot be taken"),
        (429, "More requests than the limit allows"),
        (503, "The store cannot be reached, or the service stops"),
    )
}
"""What the OpenAPI document says of errors."""


def install(app: FastAPI) -> None:
    """Answer every error with a problem."""
    for error_type in (ZerenError, Exception):
        app.add_exception_handler(error_type, _of_table)
    app.add_exception_handler(RequestValidationError, _of_parameters)
    app.add_exception_handler(HTTPException, _of_framework)


def answer(
    path: str, kind: Kind, detail: str, headers: Mapping[str, str] | None = None, *, words: Texts | None = None, **more: Any
) -> JSONResponse:
    """Return the answer that states a problem, its title in the language of the words (English without any)."""
    spoken = words or texts("en")
    body = {
        "type": f"urn:zeren:problem:{kind.code}",
        "title": title_of(kind, spoken),
        "status": kind.status,
        "detail": detail,
        "instance": quote(path),
        "code": kind.code,
        **more,
    }
    return JSONResponse(body, kind.status, {"Content-Language": spoken.lang, **(headers or {})}, MEDIA_TYPE)


def title_of(kind: Kind, words: Texts) -> str:
    """Return what a kind of problem is called; one that only HTTP knows is called as there."""
    title = words.label("problem", kind.code)
    return HTTPStatus(kind.status).phrase if title == kind.code else title


def spoken_in(scope: Mapping[str, Any]) -> Texts:
    """Return the words in which somebody asks: `lang` of the address, then Accept-Language, else English."""
    wanted = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [""])[0]
    heard = preferred(Headers(scope=dict(scope)).get("accept-language", ""), LANGS)
    return texts(wanted if wanted in LANGS else heard or "en")


def unforeseen(scope: Mapping[str, Any]) -> JSONResponse:
    """Return the answer to what nobody foresaw."""
    words = spoken_in(scope)
    return answer(scope["path"], KINDS[Exception], words.say("problem_detail.silent"), words=words)


def stopping(scope: Mapping[str, Any]) -> JSONResponse:
    """Return the answer to what was not through when the service stopped."""
    words = spoken_in(scope)
    return answer(scope["path"], _STOPPING, words.say("problem_detail.stopping"), {"Connection": "close"}, words=words)


def _of_table(request: Request, error: Exception) -> JSONResponse:
    """Answer an error; what it says of persons is shown, and written down, as in any other answer."""
    kind, words = kind_of(error), spoken_in(request.scope)
    if kind.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        request.scope["zeren.failed"] = error  # for the log
    detail = told(error, words.lang) if isinstance(error, ZerenError) else words.say("problem_detail.silent")
    if isinstance(error, access.AccessError):
        return answer(request.scope["path"], kind, detail, _challenge(kind), words=words)
    more = {"errors": [_chosen(request, error, words)]} if isinstance(error, NoneOfThese) else {}
    if (asking := request.scope.get("zeren.asking")) is not None:
        try:
            shown = asking.admit({"detail": detail, **more})
            detail, more = shown["detail"], {name: shown[name] for name in more}
        except access.AccessError as refused:
            return _of_table(request, refused)
        except StoreError:  # whom it speaks of cannot be asked: the store is what failed
            detail, more = words.say("problem_detail.silent"), {}
    headers = {"Retry-After": "1"} if isinstance(error, StoreBusy) else None
    return answer(request.scope["path"], kind, detail, headers, words=words, **more)


def _chosen(request: Request, error: NoneOfThese, words: Texts) -> dict[str, str]:
    """Return of which parameter something was given that there is not, and what there is."""
    asked = error.name in getattr(request.scope.get("route"), "parameters", ())
    return {"in": "query" if asked else "body", "name": error.name, "reason": error.reason_in(words.lang)}


def _challenge(kind: Kind) -> dict[str, str] | None:
    if kind.status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    return {"Retry-After": "1"} if kind.status == HTTPStatus.TOO_MANY_REQUESTS else None


async def _of_parameters(request: Request, error: Exception) -> JSONResponse:
    words = spoken_in(request.scope)
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    errors = [
        {
            "in": str(fault["loc"][0]),
            "name": str(fault["loc"][-1]),
            "reason": words.say("problem_detail.not_said_json") if _is_of_form(request, fault) else _reason(fault, words),
        }
        for fault in faults
    ]
    detail = words.words["list.clause"].join(f"{fault['name']}: {fault['reason']}" for fault in errors)
    return answer(request.scope["path"], KINDS[RequestValidationError], detail, words=words, errors=errors)


def _is_of_form(request: Request, fault: Mapping[str, Any]) -> bool:
    """Say whether a body was not read as JSON because nothing says that it is."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return tuple(fault["loc"]) == ("body",) and fault["type"] != "missing" and not kind.endswith(("/json", "+json"))


def _reason(fault: Mapping[str, Any], words: Texts) -> str:
    """Return what is wrong with a parameter, and which of what there is comes closest to it."""
    known = fault.get("ctx", {})
    template = words.label("invalid", fault["type"])
    choices = _CHOICE.findall(str(known.get("expected", "")))
    said = {**known, "expected": words.words["list.join"].join(choices)}
    reason = fault["msg"] if words.lang == "en" or template == fault["type"] else template.format(**said)
    near = get_close_matches(str(fault.get("input")), choices, n=1)
    return reason + words.say("invalid.closest", closest=near[0]) if near else reason


_CHOICE: Final = re.compile("'([^']*)'")
"""One of the values that a parameter may have, as the message of its check lists them."""


async def _of_framework(request: Request, error: Exception) -> JSONResponse:
    status, words = HTTPStatus(error.status_code if isinstance(error, HTTPException) else 500), spoken_in(request.scope)
    kind = _OF_FRAMEWORK.get(status, Kind(status, f"http_{status.value}"))
    headers = error.headers if isinstance(error, HTTPException) else None
    detail = title_of(kind, words) if words.lang != "en" else status.description or status.phrase
    if isinstance(error, Said):
        detail = error.detail
    return answer(request.scope["path"], kind, detail, headers, words=words)
