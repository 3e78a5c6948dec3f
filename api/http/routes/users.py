"""Who may log in, and with what programs ask: users and tokens, for whoever manages them. What is secret is shown once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from api.access.sessions import Token
from api.access.users import User, new_password
from api.http import access_schemas as schemas
from api.http.asking import Asking, Document
from api.http.listing import Listing, listed, listed_as
from api.http.needs import needs
from api.http.once import Key, write_access
from api.http.routing import Router
from api.http.schemas import Id
from api.use_cases import choosing

router = Router(prefix="/v1", tags=["users"])
Managing = Annotated[Asking, needs("user.manage")]
Tried = schemas.Trying | None
USER_COLUMNS = ("name", "roles", "unit", "has_password", "locked", "locked_until", "made_at")
TOKEN_COLUMNS = ("id", "user", "label", "scopes", "made_at", "until", "revoked_at")


@router.get("/users", responses=listed_as(schemas.UserPage), summary="Users")
def users(asking: Managing, request: Request, asked: Annotated[schemas.UserParameters, Query()]) -> Response:
    """Return who may log in or has tokens, by name."""
    version = asking.service.store.version()
    rows = Listing(asking.access.users.all(), _by_name, "users", lambda some: [user.as_json() for user in some], version)
    return listed(asking, request, asked, rows, USER_COLUMNS)


def _by_name(user: User) -> tuple[str, ...]:
    return (user.name,)


@router.post("/users", responses={200: {"model": schemas.NewUser}}, summary="Add a user")
def add(asking: Managing, request: Request, given: schemas.Adding, key: Key = None) -> Response:
    """Add a user; the password is made here and shown once, and who has none is let in by tokens alone."""
    users, unit = asking.access.users, choosing.unit(given.unit) if given.unit else ""

    def do() -> Document:
        password = new_password() if given.login else None
        return {**users.add(given.name, given.roles, datetime.now(UTC), password, unit).as_json(), "password": password}

    return write_access(asking, request, key, given, do, given.name, ("password",))


@router.post("/users/{id}/lock", responses={200: {"model": schemas.OneUser}}, summary="Lock a user")
def lock(asking: Managing, request: Request, id: Id, given: Tried = None, key: Key = None) -> Response:
    """Keep a user and its tokens out, and end its sessions; 409 for the last who may manage users and is let in."""

    def do() -> Document:
        with asking.access.managed(datetime.now(UTC)):
            asking.access.users.lock(id)
        return asking.access.users.get(id).as_json()

    return write_access(asking, request, key, given, do, id)


@router.post("/users/{id}/unlock", responses={200: {"model": schemas.OneUser}}, summary="Unlock a user")
def unlock(asking: Managing, request: Request, id: Id, given: Tried = None, key: Key = None) -> Response:
    """Let a user in again, whatever it was locked for."""

    def do() -> Document:
        asking.access.users.unlock(id)
        return asking.access.users.get(id).as_json()

    return write_access(asking, request, key, given, do, id)


@router.post("/users/{id}/role", responses={200: {"model": schemas.OneUser}}, summary="Give a user other roles")
def role(asking: Managing, request: Request, id: Id, given: schemas.Roles, key: Key = None) -> Response:
    """Give a user the roles that it has from now on, which ends its sessions; 409 if nobody may manage users then."""

    def do() -> Document:
        with asking.access.managed(datetime.now(UTC)):
            asking.access.users.set_roles(id, given.roles)
        return asking.access.users.get(id).as_json()

    return write_access(asking, request, key, given, do, f"{id}: {' '.join(given.roles)}")


@router.post("/users/{id}/unit", responses={200: {"model": schemas.OneUser}}, summary="Let a user belong to another department")
def unit(asking: Managing, request: Request, id: Id, given: schemas.Belonging, key: Key = None) -> Response:
    """Let a user belong to another department, or to none, which ends its sessions."""
    belongs = choosing.unit(given.unit) if given.unit else ""

    def do() -> Document:
        asking.access.users.set_unit(id, belongs)
        return asking.access.users.get(id).as_json()

    return write_access(asking, request, key, given, do, f"{id}: {belongs}")


@router.post("/users/{id}/password", responses={200: {"model": schemas.NewUser}}, summary="Give a user another password")
def password(asking: Managing, request: Request, id: Id, given: Tried = None, key: Key = None) -> Response:
    """Give a user another password, made here and shown once, which ends its sessions and a lock for failures."""

    def do() -> Document:
        made = new_password()
        asking.access.users.set_password(id, made)
        return {**asking.access.users.get(id).as_json(), "password": made}

    return write_access(asking, request, key, given, do, id, ("password",))


@router.get("/tokens", responses=listed_as(schemas.TokenPage), summary="Tokens")
def tokens(asking: Managing, request: Request, asked: Annotated[schemas.TokenParameters, Query()]) -> Response:
    """Return the tokens without their secrets, oldest first."""
    found, version = asking.access.tokens.all(asked.user), asking.service.store.version()
    rows = Listing(found, _by_age, f"tokens {asked.user}", lambda some: [token.as_json() for token in some], version)
    return listed(asking, request, asked, rows, TOKEN_COLUMNS)


def _by_age(token: Token) -> tuple[str, ...]:
    return token.made_at, token.id


@router.post("/tokens", responses={200: {"model": schemas.NewToken}}, summary="Make a token")
def create(asking: Managing, request: Request, given: schemas.Issuing, key: Key = None) -> Response:
    """Make a token of a user; it is shown once."""

    def do() -> Document:
        token, secret = asking.access.issue(given.user, given.label, given.scopes, given.days, datetime.now(UTC))
        return {**token.as_json(), "token": secret}

    return write_access(asking, request, key, given, do, f"of {given.user}", ("token",), nameless=("id",))


@router.post("/tokens/{id}/revoke", responses={200: {"model": schemas.RevokedToken}}, summary="Take a token back")
def revoke(asking: Managing, request: Request, id: Id, given: Tried = None, key: Key = None) -> Response:
    """Take a token back, at once and for ever; 409 for the last that lets in whoever may manage users."""

    def do() -> Document:
        now = datetime.now(UTC)
        with asking.access.managed(now):
            asking.access.tokens.revoke(id, now)
        return {"id": id, "revoked": True}

    return write_access(asking, request, key, given, do, id)
