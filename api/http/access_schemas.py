"""What goes in and comes out where somebody logs in, and where the trail is read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, SecretStr

from api.access.sessions import MAX_TOKEN_DAYS
from api.http.paging import MAX_LIMIT
from api.http.schemas import Filter, Model, Page, PageParameters, Parameters, Party, WordsParameters


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


class TrailParameters(WordsParameters):
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


class VerifyParameters(WordsParameters):
    """What was kept elsewhere."""

    anchor: list[Annotated[str, Field(max_length=100)]] = Field(
        [], max_length=50, description="LENGTH:CHAIN, as this answered before; repeat for several."
    )


class TrailVerdict(Model):
    """Whether the trail is whole."""

    rows: int
    anchor: str = Field(description="Note it somewhere else: it proves the trail up to here later.")
    whole: bool
    first_altered: int | None
    missing: int = Field(description="Rows that were cut off.")
    anchor_gone: bool = Field(description="There are rows, and the anchor beside the file is gone.")
    gone: bool = Field(description="The file of access is not there.")
    versions_missing: int = Field(description="Versions of the store that somebody was answered from, and that it lacks.")


class Verdict(Model):
    """Whether the logs are whole: they are where `whole` and `trail.whole` are true."""

    version: int
    whole: bool = Field(description="The audit log of the store, and the statements under it, alone: see `trail.whole` too.")
    first_altered: int | None
    trail: TrailVerdict


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


RoleNames = Annotated[list[str], Field(min_length=1, max_length=20, description="Roles of `docs/service.md`.")]


class UserParameters(PageParameters):
    """Which page of users is wanted."""


class OneUser(Model):
    """A user."""

    name: str
    roles: list[str]
    unit: str
    has_password: bool = Field(description="Without one only tokens let it in.")
    made_at: str
    locked: bool
    failures: int
    locked_until: str = Field(description="Empty unless it is locked for failures.")


class UserPage(Page):
    """A page of users."""

    items: list[OneUser]


class NewUser(OneUser):
    """A user with a password that is shown once."""

    password: str | None = Field(description="Null where it has none, in a dry run, and where this key was sent before.")


class Trying(Parameters):
    """Whether it is only tried."""

    dry_run: bool = Field(False, description="Answer as the act would, and do nothing.")


class Adding(Trying):
    """A user that is wanted."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "tax-system", "roles": ["department"], "unit": "tax"}]}
    )
    name: str = Field(max_length=64)
    roles: RoleNames
    unit: str = Field("", max_length=100, description="The department that it belongs to: its code or name.")
    login: bool = Field(False, description="Whether somebody logs in with it: then a password is made and shown once.")


class Roles(Trying):
    """The roles that a user has from now on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"roles": ["official", "auditor"]}]})
    roles: RoleNames


class Belonging(Trying):
    """The department that a user belongs to from now on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"unit": "tax"}]})
    unit: str = Field(max_length=100, description="Its code or name; empty for none.")


class TokenParameters(PageParameters):
    """Which tokens are wanted."""

    user: Filter = Field(None, description="Those of this user alone.")


class OneToken(Model):
    """A token, without its secret."""

    id: str
    user: str
    label: str
    scopes: list[str]
    made_at: str
    until: str
    revoked_at: str = Field(description="Empty unless it was taken back.")


class TokenPage(Page):
    """A page of tokens, oldest first."""

    items: list[OneToken]


class NewToken(OneToken):
    """A token as it is made."""

    id: str | None = Field(description="Null in a dry run.")  # type: ignore[assignment]
    token: str | None = Field(description="Shown once; null in a dry run, and where this key was sent before: make another.")


class Issuing(Trying):
    """A token that is wanted."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"user": "tax-system", "scopes": ["person.read", "check.ask"]}]}
    )
    user: str = Field(max_length=64)
    scopes: list[str] | None = Field(None, max_length=50, description="What it may; without any all that its user may.")
    days: int = Field(90, ge=1, le=MAX_TOKEN_DAYS, description="Days until it ends.")
    label: str = Field("", max_length=200, description="What it is for.")


class RevokedToken(Model):
    """A token that was taken back."""

    id: str
    revoked: Literal[True]
