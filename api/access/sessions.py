"""Sessions of browsers, API tokens, and the one-time link for the first administrator: secrets of which only the hash is kept.

Invariants (tests/unit/test_access_sessions.py holds one test a number)
1. A secret is shown once; the file holds its SHA-256 alone.
2. A session ends after `IDLE` without a request, after `LONGEST` at the latest, and when its user is locked. One that has ended, or
   that a clock set back by more than `IDLE` ended, stays so whatever the clock says next.
3. A token ends on its day, when it is revoked, and while its user is locked; it cannot be made without an end.
4. The link of the first administrator works once, for `SETUP`, only the newest one, and only while there is no administrator.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from api.access.database import Database
from api.access.errors import CredentialsRefused
from api.access.principal import Credentials, Principal, principal
from api.access.roles import ADMINISTRATOR, Roles
from api.access.users import User, Users
from graph.errors import InputError, NotFound
from graph.store.audit import moment

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
SETUP: Final = timedelta(hours=1)
MAX_TOKEN_DAYS: Final = 366
TOKEN: Final = "zeren"  # noqa: S105 - how a token begins, so that a scanner of leaked secrets knows one
_NOTED_AFTER: Final = timedelta(minutes=1)
"""A session's last request is written down at most so often."""
_REFUSED: Final = "the session or token is not known, has ended, or its user is locked"
_REFUSED_ZH: Final = "会话或者令牌不存在、已失效，或者其用户已被锁定"


def hashed(secret: str) -> str:
    """Return what is kept of a secret: it is long and random, so that a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def csrf_of(session: str) -> str:
    """Return the token that a browser sends along with a write; it follows from the session, and is of no use without it."""
    return hmac.new(session.encode(), b"csrf", hashlib.sha256).hexdigest()


class Sessions:
    """Sessions of browsers: an `Authenticator`."""

    def __init__(self, db: Database, roles: Roles) -> None:
        self._db, self._roles = db, roles

    def start(self, user: str, now: datetime) -> str:
        """Begin a session and return its secret; what has ended is swept away."""
        secret = secrets.token_urlsafe(32)
        with self._db.transaction() as db:
            db.execute("DELETE FROM sessions WHERE until <= ? OR seen_at <= ?", (moment(now), moment(now - IDLE)))
            db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (hashed(secret), user, moment(now), moment(now + LONGEST)))
        return secret

    def end(self, secret: str) -> None:
        """End a session."""
        self._db.change("DELETE FROM sessions WHERE hash = ?", (hashed(secret),))

    def principal(self, shown: Credentials, now: datetime) -> Principal | None:
        """Return whose session it is."""
        if shown.session is None:
            return None
        key = hashed(shown.session)
        row = self._db.row(
            "SELECT u.name, u.roles, u.unit, s.seen_at, s.until > ? AND s.seen_at > ? AND s.seen_at < ?, u.locked"
            " FROM sessions s JOIN users u ON u.name = s.user WHERE s.hash = ?",
            (moment(now), moment(now - IDLE), moment(now + IDLE), key),
        )
        if row is None:
            raise CredentialsRefused(_REFUSED, zh=_REFUSED_ZH)
        name, roles, unit, seen, lasts, locked = row
        if not lasts:
            self.end(shown.session)  # what has ended stays so, whatever the clock says next
        if locked or not lasts:
            raise CredentialsRefused(_REFUSED, zh=_REFUSED_ZH)
        if seen < moment(now - _NOTED_AFTER):
            self._db.change("UPDATE sessions SET seen_at = ? WHERE hash = ?", (moment(now), key))
        return principal(self._roles, name, json.loads(roles), "session", unit=unit, csrf=csrf_of(shown.session))


@dataclass(frozen=True, slots=True)
class Token:
    """An API token, without its secret."""

    id: str
    user: str
    label: str
    scopes: tuple[str, ...]
    made_at: str
    until: str
    revoked_at: str

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {field: list(value) if isinstance(value := getattr(self, field), tuple) else value for field in self.__slots__}


class Tokens:
    """API tokens: an `Authenticator`."""

    def __init__(self, db: Database, roles: Roles) -> None:
        self._db, self._roles = db, roles

    def create(self, user: str, label: str, scopes: Iterable[str], days: int, now: datetime) -> tuple[Token, str]:
        """Make a token and return it with what is shown once.

        Raises
        ------
        NotFound
            There is no such user.
        InputError
            It would be valid too long, or have no scope, or one that the roles of its user do not have.
        """
        row = self._db.row("SELECT roles FROM users WHERE name = ?", (user,))
        if row is None:
            raise NotFound(f"no user {user!r}", zh=f"没有用户“{user}”")
        if not 1 <= days <= MAX_TOKEN_DAYS:
            raise InputError(f"a token is valid for 1 to {MAX_TOKEN_DAYS} days", zh=f"令牌有效期为 1 至 {MAX_TOKEN_DAYS} 日")
        wanted, may = sorted(set(scopes)), self._roles.may(json.loads(row[0]))
        if not wanted or not set(wanted) <= may:
            raise InputError(
                f"the scopes of a token are some of what its user may: {', '.join(sorted(may))}",
                zh=f"令牌的权限须在其用户的权限之内：{'、'.join(sorted(may))}",
            )
        token_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        self._db.change(
            "INSERT INTO tokens (id, hash, user, label, scopes, made_at, until) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (token_id, hashed(secret), user, label, json.dumps(wanted), moment(now), moment(now + timedelta(days=days))),
        )
        return self._read("WHERE id = ?", (token_id,))[0], f"{TOKEN}_{token_id}_{secret}"

    def all(self, user: str | None = None) -> list[Token]:
        """Return the tokens, of one user or of all, oldest first."""
        return self._read("WHERE (? IS NULL OR user = ?)", (user, user))

    def revoke(self, token_id: str, now: datetime) -> None:
        """Take a token back; raises `NotFound`."""
        if not self._db.change("UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at = ''", (moment(now), token_id)):
            raise NotFound(f"no token {token_id!r} that is not revoked", zh=f"没有编号为“{token_id}”且未撤销的令牌")

    def principal(self, shown: Credentials, now: datetime) -> Principal | None:
        """Return whose token it is."""
        if shown.bearer is None or not shown.bearer.startswith(f"{TOKEN}_"):
            return None
        _, _, rest = shown.bearer.partition("_")
        token_id, _, secret = rest.partition("_")
        row = self._db.row(
            "SELECT t.hash, t.scopes, u.name, u.roles, u.unit FROM tokens t JOIN users u ON u.name = t.user"
            " WHERE t.id = ? AND t.until > ? AND t.revoked_at = '' AND u.locked = 0",
            (token_id, moment(now)),
        )
        if row is None or not hmac.compare_digest(row[0], hashed(secret)):
            raise CredentialsRefused(_REFUSED, zh=_REFUSED_ZH)
        _, scopes, name, roles, unit = row
        return principal(self._roles, name, json.loads(roles), "token", unit=unit, token=token_id, scopes=json.loads(scopes))

    def _read(self, where: str, values: tuple[object, ...]) -> list[Token]:
        columns = "id, user, label, scopes, made_at, until, revoked_at"
        rows = self._db.rows(f"SELECT {columns} FROM tokens {where} ORDER BY made_at, id", values)  # noqa: S608 - texts of our own
        return [Token(row[0], row[1], row[2], tuple(json.loads(row[3])), *row[4:]) for row in rows]


def make_setup(db: Database, now: datetime) -> str:
    """Return the secret of a new link for the first administrator; an older link works no more."""
    secret = secrets.token_urlsafe(32)
    db.change("INSERT OR REPLACE INTO setup VALUES (1, ?, ?)", (hashed(secret), moment(now + SETUP)))
    return secret


def end_setup(db: Database) -> None:
    """Let no link work any more."""
    db.change("DELETE FROM setup")


def use_setup(db: Database, users: Users, secret: str, name: str, password: str, now: datetime) -> User:
    """Use the link up, and return the administrator that it makes; where none can be made of these, the link stays.

    Raises
    ------
    CredentialsRefused
        It was used, has ended, there is a newer one, or an administrator by now.
    InputError
        The name or the password cannot be taken.
    """
    with db.transaction() as once:
        if (
            users.have(ADMINISTRATOR)
            or not once.execute("DELETE FROM setup WHERE hash = ? AND until > ?", (hashed(secret), moment(now))).rowcount
        ):
            raise CredentialsRefused(
                "the link was used or has ended, or there is an administrator by now; while there is none, start the service again"
                " for another",
                zh="该链接已被使用、已失效，或者已有系统管理员：尚无系统管理员时，重新启动服务可获得新的链接",
            )
        return users.add(name, [ADMINISTRATOR], now, password)
