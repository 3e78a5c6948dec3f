"""What goes in and comes out where somebody logs in, and where the trail is read."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from api.http.paging import MAX_LIMIT
from api.http.schemas import Model, Parameters, Party


class Login(Parameters):
    """Name and password."""

    name: str = Field(max_length=64)
    password: SecretStr = Field(max_length=1_000)


class Setup(Login):
    """What the first administrator is made of."""

    token: str = Field(max_length=200, description="The end of the one-time link, after `#`.")


class Whoever(Model):
    """Who asks."""

    name: str
    roles: list[str]
    unit: str | None = Field(description="The department that the user belongs to.")
    permissions: list[str]
    persons: Literal["none", "masked", "named", "full"] = Field(description="What is shown of natural persons.")
    csrf: str | None = Field(description="Send it as `X-CSRF-Token` with every write of this session; null without a session.")


class TrailParameters(Parameters):
    """Which rows of the trail are wanted."""

    after: int = Field(0, ge=0, le=2**62, description="`next` of the page before; 0 for the first page.")
    limit: int = Field(100, ge=1, le=MAX_LIMIT, description="Rows at most.")


class TrailRow(Model):
    """Who looked at whom; `chain` is a hash over this row and the one before."""

    seq: int
    at: str
    by: str
    via: str
    what: str = Field(description="The address as it is declared, or the command.")
    asked: str
    version: int = Field(description="Version of the store.")
    purpose: str
    reference: str
    request: str = Field(description="`X-Request-ID` of the answer.")
    people: list[str] = Field(description="Ids of the natural persons who were shown.")
    chain: str


class TrailPage(Model):
    """A page of the trail."""

    items: list[TrailRow]
    next: int | None = Field(description="`after` of the next page; null on the last.")


class AccessRow(Model):
    """One look at a person, or search for the name."""

    seq: int
    at: str
    by: str
    via: str
    what: str
    how: Literal["shown", "searched"]
    purpose: str | None
    reference: str | None
    version: int


class AccessReport(Model):
    """Who looked at a person."""

    person: Party
    rows: list[AccessRow]
