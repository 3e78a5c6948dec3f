"""Everything of access together, over one file: what the service and the commands open."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from api.access.answers import Answers
from api.access.database import Database
from api.access.principal import Authenticator, Credentials, Principal, anonymous
from api.access.recorder import Recorder
from api.access.roles import Roles, load_roles
from api.access.sessions import Sessions, Token, Tokens
from api.access.trail import Trail
from api.access.users import Users
from graph.errors import Refused


class Access:
    """Users, sessions, tokens, kept answers and the trail; use it in a `with` statement.

    Parameters
    ----------
    place : Path
        The file, made where there is none.
    roles : Roles, optional
        The roles, if not those that ship.
    others : sequence of Authenticator
        Further ways to find out who asks, asked after our own.
    dry_run : bool
        Work on copies in memory: see `Database`.
    """

    def __init__(
        self, place: Path, roles: Roles | None = None, others: Sequence[Authenticator] = (), *, dry_run: bool = False
    ) -> None:
        self.roles = roles or load_roles()
        self._open = ExitStack()
        self.db = self._open.enter_context(Database(place, dry_run=dry_run))
        self.users = Users(self.db, self.roles)
        self.sessions, self.tokens = Sessions(self.db, self.roles), Tokens(self.db, self.roles)
        self.trail, self.answers = Trail(self.db), Answers(self.db)
        self.recorder = self._open.enter_context(Recorder(Trail(self._open.enter_context(Database(place, dry_run=dry_run)))))
        self._veil = self._secret()
        self._ways: tuple[Authenticator, ...] = (self.tokens, self.sessions, *others)

    def __enter__(self) -> Self:
        """Open."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Write what waits, and close."""
        self._open.close()

    def principal(self, shown: Credentials, now: datetime) -> Principal | None:
        """Return who asks: the public where nothing is shown, None where it is shown what no way to log in knows.

        Raises
        ------
        CredentialsRefused
            What is shown is not good.
        """
        if shown == Credentials():
            return anonymous(self.roles)
        return next((found for way in self._ways if (found := way.principal(shown, now)) is not None), None)

    def called_by(self, viewer: str) -> bytes:
        """Return the key of the ids that masked persons have for a viewer: his own, and the same whoever of us answers him."""
        return hmac.new(self._veil, viewer.encode(), hashlib.sha256).digest()

    def _secret(self) -> bytes:
        while (kept := self.db.row("SELECT key FROM veil")) is None:
            self.db.change("INSERT OR IGNORE INTO veil VALUES (1, ?)", (secrets.token_hex(32),))
        return bytes.fromhex(kept[0])

    @contextmanager
    def managed(self, now: datetime) -> Iterator[None]:
        """Let an act on users or tokens be done, unless it leaves nobody who may manage them and has a way in.

        Raises
        ------
        Refused
            It would: it is undone, with the transaction that it is in.
        """
        with self.db.transaction():
            before = self.users.managers(now)
            yield
            if before and not self.users.managers(now):
                raise Refused(
                    "nobody would be left who may manage users and is let in: make another administrator first",
                    zh="这样将没有任何可登录且可管理用户的人：请先另设一名系统管理员",
                )

    def issue(self, user: str, label: str, scopes: Iterable[str] | None, days: int, now: datetime) -> tuple[Token, str]:
        """Make a token and return it with what is shown once; without scopes it may all that its user may (see `Tokens.create`)."""
        wanted = self.roles.may(self.users.get(user).roles) if scopes is None else scopes
        return self.tokens.create(user, label, wanted, days, now)
