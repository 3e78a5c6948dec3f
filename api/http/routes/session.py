"""Logging in and out, and the first administrator."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from api.access.errors import CredentialsRefused
from api.access.principal import Credentials, Principal
from api.access.sessions import LONGEST, use_setup
from api.access.users import User
from api.http.access_schemas import Login, Setup, Whoever
from api.http.asking import Asking
from api.http.needs import COOKIE, needs
from api.http.routing import Router

router = Router(prefix="/v1", tags=["session"])
Anybody = Annotated[Asking, needs("service.use")]


@router.get("/session", responses={200: {"model": Whoever}}, summary="Who asks")
def who(asking: Anybody) -> JSONResponse:
    """Return who is logged in, what they may, and the token that a browser sends along with a write."""
    return JSONResponse(_told(asking.principal))


@router.post("/session", responses={200: {"model": Whoever}}, summary="Log in")
def log_in(asking: Anybody, request: Request, given: Login) -> JSONResponse:
    """Begin a session: sets its cookie, and returns what `GET /v1/session` does."""
    try:
        user = asking.access.users.log_in(given.name, given.password.get_secret_value(), datetime.now(UTC))
    except CredentialsRefused:
        known = asking.access.users.knows(given.name)  # what is no user's name may be a password in the wrong field
        asking.record(f"refused {given.name}" if known else "refused: no such user")
        raise
    _as(asking, user).record("logged in")
    return _begun(asking, request, user)


@router.delete("/session", status_code=204, summary="Log out")
def log_out(asking: Anybody, request: Request) -> Response:
    """End the session."""
    if asking.principal.via == "session":
        asking.access.sessions.end(request.cookies[COOKIE])
        asking.record("logged out")
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE)
    return answer


@router.post("/setup", responses={200: {"model": Whoever}}, summary="Make the first administrator")
def set_up(asking: Anybody, request: Request, given: Setup) -> JSONResponse:
    """Make the administrator with the one-time link that `zeren serve` prints while there is none, and log in."""
    access, now = asking.access, datetime.now(UTC)
    user = use_setup(access.db, access.users, given.token, given.name, given.password.get_secret_value(), now)
    _as(asking, user).record("first administrator")
    return _begun(asking, request, user)


def _as(asking: Asking, user: User) -> Asking:
    return replace(asking, principal=replace(asking.principal, name=user.name))


def _begun(asking: Asking, request: Request, user: User) -> JSONResponse:
    now = datetime.now(UTC)
    secret = asking.access.sessions.start(user.name, now)
    principal = asking.access.sessions.principal(Credentials(session=secret), now)
    if principal is None:
        raise CredentialsRefused("the session could not be begun")
    answer = JSONResponse(_told(principal))
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=int(LONGEST.total_seconds()),
        secure=request.app.state.https,
        httponly=True,
        samesite="strict",
    )
    return answer


def _told(principal: Principal) -> dict[str, object]:
    return {
        "name": principal.name,
        "roles": list(principal.roles),
        "unit": principal.unit or None,
        "permissions": sorted(principal.permissions),
        "persons": principal.view,
        "csrf": principal.csrf or None,
    }
