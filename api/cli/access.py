"""The commands for who may ask: users and API tokens. Whoever can write the file of access is its administrator."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from api.access.database import place_of
from api.access.desk import Access
from api.access.trail import Look
from api.cli.output import emit_document, emit_rows
from api.cli.session import Session, session
from api.cli.today import DryRun
from api.cli.wording import worded
from api.use_cases import choosing
from graph.errors import InputError
from graph.store.audit import moment

USER_COLUMNS = ("name", "roles", "unit", "has_password", "locked", "locked_until", "made_at")
TOKEN_COLUMNS = ("id", "user", "label", "scopes", "made_at", "until", "revoked_at")
_NAMES = {"roles": "access_roles"}
Name = Annotated[str, typer.Argument(help="Name of the user.")]
FromInput = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@contextmanager
def opened(here: Session, *, dry_run: bool = False) -> Iterator[Access]:
    """Open the file of access that belongs to the store; a dry run gets a copy in memory."""
    with Access(place_of(here.store_url, here.settings.access), dry_run=dry_run) as access:
        yield access


def noted(here: Session, access: Access, what: str, about: str) -> None:
    """Write a row into the trail: who did what from the command line."""
    actor = here.actor()
    access.recorder.record(Look(moment(actor.at), actor.name, "command", what, about))


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    given: str = typer.prompt("password", hide_input=True, confirmation_prompt=True, err=True)
    return given


def _show(here: Session, document: dict[str, Any], *, dry_run: bool) -> None:
    words = here.words
    said = (
        words.say("record.stated", name=words.label("column", name), value=worded(words, _NAMES.get(name, name), _plain(value)))
        for name, value in document.items()
        if value not in ("", None)
    )
    emit_document(here, document, [words.words["list.clause"].join(said)], dry_run=dry_run)


@contextmanager
def _told_of_managers(here: Session, access: Access) -> Iterator[None]:
    """Let an act be done, and say so where it leaves nobody who may manage users and is let in: that is mended here alone."""
    before = access.users.managers(datetime.now(UTC))
    yield
    if before and not access.users.managers(datetime.now(UTC)):
        here.tell(here.words.say("tell.no_manager"))


def _plain(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _flat(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: _plain(value) if isinstance(value, list) else value for name, value in row.items()} for row in rows]


def add(
    context: typer.Context,
    name: Name,
    role: Annotated[list[str], typer.Option(help="What it may: a role of docs/service.md; repeat for several.")],
    unit: Annotated[str, typer.Option(help="The department that it belongs to: a code or name of departments.yaml.")] = "",
    no_password: Annotated[bool, typer.Option("--no-password", help="For a program: only tokens let it in.")] = False,
    password_stdin: FromInput = False,
    dry_run: DryRun = False,
) -> None:
    """Add a user; the password is asked for, and is never an argument."""
    here = session(context, document=True)
    belongs = choosing.unit(unit) if unit else ""
    password = None if no_password else _password(password_stdin)
    with opened(here, dry_run=dry_run) as access:
        user = access.users.add(name, role, datetime.now(UTC), password, belongs)
        noted(here, access, "user add", name)
    _show(here, user.as_json(), dry_run=dry_run)


def list_users(context: typer.Context) -> None:
    """List the users."""
    here = session(context)
    with opened(here) as access:
        rows = [user.as_json() for user in access.users.all()]
    emit_rows(here, rows if here.format == "json" else _flat(rows), USER_COLUMNS, names=_NAMES)


def lock(context: typer.Context, name: Name, dry_run: DryRun = False) -> None:
    """Keep a user and its tokens out, and end its sessions."""
    _changed(context, "lock", name, dry_run=dry_run)


def unlock(context: typer.Context, name: Name, dry_run: DryRun = False) -> None:
    """Let a user in again, whatever it was locked for."""
    _changed(context, "unlock", name, dry_run=dry_run)


def _changed(context: typer.Context, act: str, name: str, *, dry_run: bool) -> None:
    here = session(context, document=True)
    with opened(here, dry_run=dry_run) as access:
        with _told_of_managers(here, access):
            (access.users.lock if act == "lock" else access.users.unlock)(name)
        noted(here, access, f"user {act}", name)
        user = access.users.get(name)
    _show(here, user.as_json(), dry_run=dry_run)


def password(context: typer.Context, name: Name, password_stdin: FromInput = False, dry_run: DryRun = False) -> None:
    """Give a user another password, which ends its sessions."""
    here = session(context, document=True)
    given = _password(password_stdin)
    with opened(here, dry_run=dry_run) as access:
        access.users.set_password(name, given)
        noted(here, access, "user password", name)
        user = access.users.get(name)
    _show(here, user.as_json(), dry_run=dry_run)


def role(
    context: typer.Context,
    name: Name,
    to: Annotated[list[str], typer.Option(help="The roles that it has from now on; repeat for several.")],
    dry_run: DryRun = False,
) -> None:
    """Give a user other roles, which ends its sessions."""
    here = session(context, document=True)
    with opened(here, dry_run=dry_run) as access:
        with _told_of_managers(here, access):
            access.users.set_roles(name, to)
        noted(here, access, "user role", f"{name}: {' '.join(to)}")
        user = access.users.get(name)
    _show(here, user.as_json(), dry_run=dry_run)


def unit(
    context: typer.Context,
    name: Name,
    to: Annotated[str, typer.Option(help="The department that it belongs to from now on: a code or name; empty for none.")],
    dry_run: DryRun = False,
) -> None:
    """Let a user belong to another department, which ends its sessions."""
    here = session(context, document=True)
    belongs = choosing.unit(to) if to else ""
    with opened(here, dry_run=dry_run) as access:
        access.users.set_unit(name, belongs)
        noted(here, access, "user unit", f"{name}: {belongs}")
        user = access.users.get(name)
    _show(here, user.as_json(), dry_run=dry_run)


def create(
    context: typer.Context,
    user: Name,
    scope: Annotated[
        list[str] | None, typer.Option(help="A permission of the token; repeat for several. Default: all that its user has.")
    ] = None,
    days: Annotated[int, typer.Option(help="Days until it ends.")] = 90,
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
    dry_run: DryRun = False,
) -> None:
    """Make an API token; it is shown once and cannot be shown again. A dry run makes none, and shows whose it would be."""
    here = session(context, document=True)
    with opened(here, dry_run=dry_run) as access:
        token, secret = access.issue(user, label, scope or None, days, datetime.now(UTC))
        noted(here, access, "token create", f"{token.id} of {user}")
    if dry_run:
        _show(here, token.as_json() | {"id": None, "token": None}, dry_run=True)
        return
    emit_document(here, {**token.as_json(), "token": secret}, [secret])
    here.tell(here.words.say("tell.token", token=token.id, user=user, until=token.until[:10]))


def list_tokens(context: typer.Context, user: Annotated[str | None, typer.Option(help="Those of this user alone.")] = None) -> None:
    """List the tokens, without their secrets."""
    here = session(context)
    with opened(here) as access:
        rows = [token.as_json() for token in access.tokens.all(user)]
    emit_rows(here, rows if here.format == "json" else _flat(rows), TOKEN_COLUMNS)


def revoke(
    context: typer.Context,
    token: Annotated[str, typer.Argument(help="Id of the token, as `token list` shows it.")],
    dry_run: DryRun = False,
) -> None:
    """Take a token back, at once and for ever."""
    here = session(context, document=True)
    if "_" in token:
        raise InputError(
            "give the id of the token, not the token: its secret does not belong on a command line",
            zh="请给出令牌的编号，而不是令牌本身：其内容不应出现在命令行上",
        )
    with opened(here, dry_run=dry_run) as access:
        with _told_of_managers(here, access):
            access.tokens.revoke(token, datetime.now(UTC))
        noted(here, access, "token revoke", token)
    emit_document(here, {"id": token, "revoked": True}, [here.words.say("tell.revoked", token=token)], dry_run=dry_run)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    users = typer.Typer(help="Who may log in to the service.", no_args_is_help=True, epilog="Example: zeren user list")
    users.command("add", epilog="Example: zeren user add wang.zhuren --role official")(add)
    users.command("list", epilog="Example: zeren user list --format json")(list_users)
    users.command("lock", epilog="Example: zeren user lock wang.zhuren")(lock)
    users.command("unlock", epilog="Example: zeren user unlock wang.zhuren")(unlock)
    users.command("password", epilog="Example: zeren user password wang.zhuren")(password)
    users.command("role", epilog="Example: zeren user role wang.zhuren --to official --to auditor")(role)
    users.command("unit", epilog="Example: zeren user unit tax-system --to tax")(unit)
    app.add_typer(users, name="user")
    tokens = typer.Typer(help="With what programs ask the service.", no_args_is_help=True, epilog="Example: zeren token list")
    tokens.command("create", epilog="Example: zeren token create tax-system --scope person.read --scope check.ask")(create)
    tokens.command("list", epilog="Example: zeren token list --user tax-system")(list_tokens)
    tokens.command("revoke", epilog="Example: zeren token revoke 1f0c5a7e9b3d")(revoke)
    app.add_typer(tokens, name="token")
