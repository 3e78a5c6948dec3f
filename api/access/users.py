"""Local users: names, roles, passwords, and the lock after repeated failures.

Invariants (tests/unit/test_access_users.py holds one test a number)
1. Passwords are kept as argon2 hashes alone; a short one is refused.
2. After `MAX_FAILURES` failures in a row nobody logs in as the user for `LOCKED`, with the right password neither; attempts that
   were made at the same time neither end nor shorten that.
3. An unknown name, a wrong password and a locked user are refused in the same words, after the same work.
4. A flood of logins is sent away, and keeps neither memory nor threads busy.
5. Whoever is locked, or gets another password or role, is out of every session; locked, of every token too.
"""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from threading import BoundedSemaphore
from typing import Any, Final

from pwdlib import PasswordHash

from analytics.lifecycle.departments import departments
from api.access.database import Database
from api.access.errors import CredentialsRefused, TooManyRequests
from api.access.roles import MANAGE, PUBLIC, Roles
from graph.errors import InputError, NotFound, Refused
from graph.names import user_key, user_keys
from graph.store.audit import moment

MAX_FAILURES: Final = 5
LOCKED: Final = timedelta(minutes=15)
SHORTEST: Final = 12
LONGEST: Final = 200
_NAME: Final = re.compile(r"[0-9A-Za-z_\u4e00-\u9fff][0-9A-Za-z_\u4e00-\u9fff.@-]{0,63}")
"""Latin letters and Chinese characters alone: a letter of another script can look like one of these."""
_AT_ONCE: Final = BoundedSemaphore(2)
"""Hashing takes 64 MiB of memory each: more at a time would let anybody exhaust it."""
_WAITING: Final = BoundedSemaphore(8)
"""More who wait for it would keep every thread of the service busy: they are sent away."""


@dataclass(frozen=True, slots=True)
class User:
    """A local user; `locked_until` is empty where the lock, if any, has no end."""

    name: str
    roles: tuple[str, ...]
    unit: str
    has_password: bool
    made_at: str
    locked: bool
    failures: int
    locked_until: str

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {field: list(value) if isinstance(value := getattr(self, field), tuple) else value for field in self.__slots__}


_COLUMNS: Final = "name, roles, unit, password IS NOT NULL, made_at, locked, failures, locked_until"


class Users:
    """The users of an access file."""

    def __init__(self, db: Database, roles: Roles) -> None:
        self._db, self._roles = db, roles

    def all(self) -> list[User]:
        """Return the users by name."""
        return [_user(row) for row in self._db.rows(f"SELECT {_COLUMNS} FROM users ORDER BY name")]  # noqa: S608

    def get(self, name: str) -> User:
        """Return a user; raises `NotFound`."""
        row = self._db.row(f"SELECT {_COLUMNS} FROM users WHERE name = ?", (name,))  # noqa: S608
        if row is None:
            raise NotFound(f"no user {name!r}", zh=f"没有用户“{name}”")
        return _user(row)

    def knows(self, name: str) -> bool:
        """Say whether there is a user of this name, or of one that stands in it beside others, however it is spelled."""
        return not user_keys(name).isdisjoint(user_key(user.name) for user in self.all())

    def set_unit(self, name: str, unit: str) -> None:
        """Let a user belong to another department, or with nothing to none, which ends the sessions."""
        self.get(name)
        _see_that_unit(unit)
        with self._db.transaction() as db:
            db.execute("UPDATE users SET unit = ? WHERE name = ?", (unit, name))
            db.execute("DELETE FROM sessions WHERE user = ?", (name,))

    def add(self, name: str, roles: Iterable[str], now: datetime, password: str | None = None, unit: str = "") -> User:
        """Add a user; without a password only tokens let it in.

        Raises
        ------
        InputError
            The name or the password cannot be taken.
        UnknownCode
            There is no such role, or no such unit.
        Refused
            There is a user of that name.
        """
        if not _NAME.fullmatch(name) or name == PUBLIC:
            raise InputError(
                f"{name!r} is no name of a user: Latin letters, Chinese characters, digits and . _ @ - up to 64",
                zh=f"“{name}”不能作用户名：限字母、汉字、数字和 . _ @ -，至多64个",
            )
        held = self._known(roles)
        _see_that_unit(unit)
        hashed = None if password is None else _hashed(password)
        with self._db.transaction() as db:
            same = next((known for (known,) in db.execute("SELECT name FROM users") if user_key(known) == user_key(name)), None)
            if same is not None:
                raise Refused(f"there is a user {same!r} already", zh=f"已有用户“{same}”")
            db.execute(
                "INSERT INTO users (name, roles, unit, password, made_at) VALUES (?, ?, ?, ?, ?)",
                (name, held, unit, hashed, moment(now)),
            )
        return self.get(name)

    def set_password(self, name: str, password: str) -> None:
        """Give a user another password, which ends the sessions and a lock for failures."""
        self.get(name)
        hashed = _hashed(password)
        with self._db.transaction() as db:
            db.execute("UPDATE users SET password = ?, failures = 0, locked_until = '' WHERE name = ?", (hashed, name))
            db.execute("DELETE FROM sessions WHERE user = ?", (name,))

    def set_roles(self, name: str, roles: Iterable[str]) -> None:
        """Give a user other roles, which ends the sessions."""
        self.get(name)
        held = self._known(roles)
        with self._db.transaction() as db:
            db.execute("UPDATE users SET roles = ? WHERE name = ?", (held, name))
            db.execute("DELETE FROM sessions WHERE user = ?", (name,))

    def lock(self, name: str) -> None:
        """Keep a user out until it is unlocked."""
        self.get(name)
        with self._db.transaction() as db:
            db.execute("UPDATE users SET locked = 1 WHERE name = ?", (name,))
            db.execute("DELETE FROM sessions WHERE user = ?", (name,))

    def unlock(self, name: str) -> None:
        """Let a user in again, whatever it was locked for."""
        self.get(name)
        self._db.change("UPDATE users SET locked = 0, failures = 0, locked_until = '' WHERE name = ?", (name,))

    def managers(self, now: datetime) -> frozenset[str]:
        """Return who may manage users and has a way in: not locked for good, and with a password or a token that lets them."""
        live = self._db.rows("SELECT user, scopes FROM tokens WHERE revoked_at = '' AND until > ?", (moment(now),))
        by_token = {user for user, scopes in live if MANAGE in json.loads(scopes)}
        ready = (user for user in self.all() if not user.locked and (user.has_password or user.name in by_token))
        return frozenset(user.name for user in ready if MANAGE in self._roles.may(user.roles))

    def have(self, role: str) -> bool:
        """Say whether a user with the role exists who is not locked."""
        return any(role in user.roles and not user.locked for user in self.all())

    def log_in(self, name: str, password: str, now: datetime) -> User:
        """Return the user whose password this is.

        Raises
        ------
        CredentialsRefused
            It is not, there is no such user, or it is locked.
        """
        row = self._db.row("SELECT password, locked, locked_until FROM users WHERE name = ?", (name,))
        hashed, locked, until = row or (None, 0, "")
        good = _verified(password, hashed or _nobodys())
        if hashed is None or locked or until > moment(now):
            raise CredentialsRefused(
                "the name or the password is wrong, or the user is locked", zh="用户名或口令有误，或者用户已锁定"
            )
        if not good:
            self._failed(name, now)
            raise CredentialsRefused(
                "the name or the password is wrong, or the user is locked", zh="用户名或口令有误，或者用户已锁定"
            )
        self._succeeded(name, now)
        return self.get(name)

    def _succeeded(self, name: str, now: datetime) -> None:
        """Begin the count again, unless the user was locked while the password was looked at."""
        with self._db.transaction() as db:
            free = "UPDATE users SET failures = 0, locked_until = '' WHERE name = ? AND locked = 0 AND locked_until <= ?"
            if not db.execute(free, (name, moment(now))).rowcount:
                raise CredentialsRefused(
                    "the name or the password is wrong, or the user is locked", zh="用户名或口令有误，或者用户已锁定"
                )

    def _failed(self, name: str, now: datetime) -> None:
        """Count a failure; the last one that is allowed locks, and the count begins again when the lock ends."""
        with self._db.transaction() as db:
            counted = "UPDATE users SET failures = failures + 1, locked_until = '' WHERE name = ? AND locked_until <= ?"
            db.execute(counted, (name, moment(now)))
            locks = "UPDATE users SET failures = 0, locked_until = ? WHERE name = ? AND failures >= ?"
            db.execute(locks, (moment(now + LOCKED), name, MAX_FAILURES))

    def _known(self, roles: Iterable[str]) -> str:
        held = sorted(set(roles))
        if not held:
            raise InputError("a user needs a role", zh="用户须有角色")
        for role in held:
            self._roles.role(role)
        return json.dumps(held)


def _see_that_unit(unit: str) -> None:
    """Refuse a unit that there is not: whoever belonged to it could read nothing; raises `UnknownCode`."""
    if unit:
        departments().unit(unit)


def _user(row: tuple[Any, ...]) -> User:
    name, roles, unit, has_password, made_at, locked, failures, until = row
    return User(name, tuple(json.loads(roles)), unit, bool(has_password), made_at, bool(locked), failures, until)


def new_password() -> str:
    """Return a password that nobody has chosen, for whoever is to be told it once."""
    return secrets.token_urlsafe(18)


def normal(password: str) -> str:
    """Return a password in one spelling, so that it is the same from every keyboard."""
    return unicodedata.normalize("NFKC", password)


def _hashed(password: str) -> str:
    if not SHORTEST <= len(normal(password)) <= LONGEST:
        raise InputError(f"a password has {SHORTEST} to {LONGEST} characters", zh=f"口令须有 {SHORTEST} 至 {LONGEST} 个字符")
    with _AT_ONCE:
        return _hasher().hash(normal(password))


def _verified(password: str, hashed: str) -> bool:
    if not _WAITING.acquire(blocking=False):
        raise TooManyRequests("too many log in at this moment: try again", zh="此刻登录的人过多，请稍后再试")
    try:
        with _AT_ONCE:
            return _hasher().verify(normal(password)[: LONGEST + 1], hashed)
    finally:
        _WAITING.release()


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys() -> str:
    """Return the hash against which the password of an unknown user is verified, so that the time tells nothing."""
    return _hasher().hash("nobody's password, which opens nothing")
