"""Principals of every role for a service that a test starts, and what they send."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from api.access.database import place_of
from api.access.desk import Access

PASSWORD = "correct horse battery"
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""What a client of plain HTTP needs of them; to read those of the machine takes it longer than many a question."""
PURPOSE = {"Zeren-Purpose": "case_handling; %E7%A4%BA%E4%BE%8B1"}
"""Purpose, and the reference 示例1."""


def now() -> datetime:
    return datetime.now(UTC)


def access_of(url: str) -> Access:
    """The file of access of a store."""
    return Access(place_of(url))


def token(access: Access, role: str, scopes: Iterable[str] | None = None, days: int = 1) -> str:
    """A token of a user with a role, made with the user where there is none."""
    name = f"a-{role}"
    if name not in {user.name for user in access.users.all()}:
        access.users.add(name, [role], now())
    wanted = access.roles.may([role]) if scopes is None else scopes
    return access.tokens.create(name, "test", wanted, days, now())[1]


def headers(access: Access, role: str, *, purpose: bool = True) -> dict[str, str]:
    """What a client of a role sends."""
    return {"Authorization": f"Bearer {token(access, role)}", **(PURPOSE if purpose else {})}


def headers_for(url: str, role: str = "investigator", *, purpose: bool = True) -> dict[str, str]:
    """The same, for a store whose file of access is not open yet."""
    with access_of(url) as access:
        return headers(access, role, purpose=purpose)


def fresh(folder: Path) -> Access:
    """An empty file of access."""
    return Access(folder / "access.db")
