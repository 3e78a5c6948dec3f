"""What a route needs: one permission, declared as its dependency. A route that declares none is closed.

    def route(asking: Annotated[Asking, needs("finding.read")]) -> Response: ...

This module keeps its annotations as types: the framework cannot look up the names in those of an object that is called.

Invariants (tests/integration/test_http_access.py holds one test a number)
4. Every route × role is as the table in docs/service.md says, and a route that declares nothing does not start.
5. A write from a browser's session without its CSRF token, or from another origin, is refused.
6. Nobody asks faster than the limit, each principal for itself and the public by its address.
12. What an address says that its route does not ask for, or says twice that is no list, is refused, whatever the method, and
   nothing is done.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hmac import compare_digest
from typing import Any, cast
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts

from api.access.desk import Access
from api.access.errors import CredentialsRefused, CsrfMissing, LoginRequired, PermissionMissing
from api.access.principal import Credentials, Principal, anonymous, check, purpose_of
from api.http.asking import Asking
from api.http.limits import Rates
from api.http.routing import Route, apart
from api.http.service import Service
from graph.errors import ConfigError, InputError

COOKIE = "zeren_session"
USE = "service.use"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HERE = frozenset({"127.0.0.1", "::1"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_UNKNOWN = {"type": "extra_forbidden", "msg": "Extra inputs are not permitted"}
_TWICE = {"type": "repeated", "msg": "Given more than once"}
OPEN = frozenset({"/openapi.json", "/web"})
"""What declares nothing and is open: the description of the service, and the files of its pages."""


@dataclass(frozen=True, eq=False)
class Needs:
    """The dependency: finds out who asks, and refuses who may not.

    Parameters
    ----------
    permission : str
        What the route needs (`api/access/roles.yaml`).
    loopback : bool
        Whoever asks from this machine itself, through no proxy, needs nothing.
    """

    permission: str
    loopback: bool = False

    async def __call__(self, request: Request) -> Asking:
        """Return the request of whoever asks."""
        return await apart(partial(self._asking, request))

    def _asking(self, request: Request) -> Asking:
        access = cast(Access, request.app.state.access)
        principal, shown = self._principal(access, request)
        if principal.via != "public":
            request.scope["zeren.principal"] = principal.name  # also of a refusal: whoever reads it sees whom it was given to
        cast(Rates, request.app.state.rates).take(principal, request.client.host if request.client else "")
        if not (self.loopback and _from_here(request)):
            allow(access, principal, self.permission)
        if request.method not in _SAFE:
            _ours(principal, request)
        _see_that_asked(request)
        asking = Asking(
            cast(Service, request.app.state.service),
            access,
            principal,
            purpose_of(access.roles, _stated(request)),
            self.permission,
            f"{request.method} {request.scope['route'].path_format}",
            request.scope.get("zeren.request", ""),
            shown,
        )
        request.scope["zeren.asking"] = asking
        return asking

    def _principal(self, access: Access, request: Request) -> tuple[Principal, Credentials]:
        """Return who asks, and what told it."""
        shown = shown_by(request)
        try:
            found = access.principal(shown, datetime.now(UTC))
        except CredentialsRefused:
            if shown.bearer is not None or self.permission != USE:
                raise
            found, shown = anonymous(access.roles), Credentials()  # an old cookie keeps nobody from logging in
        if found is None:
            raise CredentialsRefused("no way to log in knows what was shown")
        return found, shown


def needs(permission: str, *, loopback: bool = False) -> Any:
    """Declare what a route needs."""
    return Depends(Needs(permission, loopback))


async def closed(request: Request) -> None:
    """Refuse a route that declares nothing; a dependency of the whole service."""
    if need_of(request.scope["route"]) is None:
        raise PermissionMissing("this address declares no permission, and is closed", zh="该地址未声明权限，不开放")


def need_of(route: Any) -> Needs | None:
    """Return what a route declares, None where that is nothing."""
    dependant = getattr(route, "dependant", None)
    found = [each.call for each in dependant.dependencies if isinstance(each.call, Needs)] if dependant else []
    return found[0] if len(found) == 1 else None


def declared(app: FastAPI) -> Iterator[tuple[str, str, Needs]]:
    """Yield method, address and need of every route.

    Raises
    ------
    ConfigError
        A route declares none, or one that no role can have.
    """
    known = cast(Access, app.state.access).roles
    for route in iter_route_contexts(app.routes):
        need = need_of(route)
        if need is not None and need.permission in known.permissions:
            yield from ((method, str(route.path_format), need) for method in sorted(route.methods or ()))
        elif route.path not in OPEN:
            raise ConfigError(f"{route.path} declares no permission, or one that is not in roles.yaml")


def shown_by(request: Request) -> Credentials:
    """Return what a request shows of who sends it, a token before a cookie; raises `InputError` where it is two things."""
    if len(request.headers.getlist("authorization")) > 1:
        raise InputError("send one header Authorization", zh="请只发送一个 Authorization 头")
    given = request.headers.get("authorization")
    if given is not None:
        scheme, _, rest = given.partition(" ")
        if scheme.lower() != "bearer" or not rest.strip():
            raise CredentialsRefused("send `Authorization: Bearer TOKEN`")
        return Credentials(bearer=rest.strip())
    return Credentials(session=request.cookies.get(COOKIE) or None)


def _stated(request: Request) -> str | None:
    """Return what the look is said to be for: a link that a browser follows sends no header, and says it in its address."""
    stated = request.headers.get("zeren-purpose")
    return request.query_params.get("purpose") if stated is None and request.method in _SAFE else stated


def allow(access: Access, principal: Principal, permission: str) -> None:
    """Refuse what whoever asks may not; raises `PermissionMissing`, `LoginRequired` for the public."""
    try:
        check(access.roles, principal, permission)
    except PermissionMissing:
        if principal.via == "public":
            raise LoginRequired(
                f"this needs the permission {permission}: log in, or send a token", zh=f"需要权限 {permission}：请登录，或使用令牌"
            ) from None
        raise


def _ours(principal: Principal, request: Request) -> None:
    """Refuse a write that a page from elsewhere makes a browser send."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise CsrfMissing("a page from elsewhere may not write here", zh="其他网站的页面不能在此写入")
    if principal.via == "session" and not compare_digest(request.headers.get("x-csrf-token", "").encode(), principal.csrf.encode()):
        raise CsrfMissing(
            "send the header X-CSRF-Token with `csrf` of GET /v1/session", zh="请在 X-CSRF-Token 中带上 GET /v1/session 的 csrf"
        )


def _see_that_asked(request: Request) -> None:
    """Refuse what the route does not ask for, or asks for once and gets twice: whoever sent it took it to change what is done."""
    route, given = cast(Route, request.scope["route"]), request.query_params
    if not route.include_in_schema:  # the address of a page says what it shows
        return
    known = route.parameters | ({"lang", "purpose"} if request.method in _SAFE else {"lang"})  # a refusal is in the language asked
    unknown = [name for name in given if name not in known]
    twice = [name for name in given if name in known - route.lists and len(given.getlist(name)) > 1]
    faults = [(_UNKNOWN, name) for name in unknown] + [(_TWICE, name) for name in twice]
    if faults:
        raise RequestValidationError([{**what, "loc": ("query", name), "input": given[name]} for what, name in faults])


def _from_here(request: Request) -> bool:
    here = request.client is not None and request.client.host in _HERE
    return here and not any(name in request.headers for name in _FORWARDED)
