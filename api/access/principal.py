"""Who asks and what for: what a request is judged by, and the port through which another way to log in can be added.

Invariants (tests/unit/test_access_principal.py holds one test a number)
1. A token may do what its scopes and the roles of its user both allow, never more; where its scopes alone lack a
   permission, the refusal names it.
2. A purpose is a code of the list; a reference is there where the code asks for one. Text that is not ASCII is percent-encoded.
   A number or an illness that somebody writes into it is not kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from urllib.parse import unquote

from analytics.lifecycle.masking import leaving
from api.access.errors import PermissionMissing, PurposeRequired
from api.access.roles import PERSONS, PUBLIC, Roles, View

MAX_REFERENCE = 200
Via = Literal["public", "session", "token"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks: name for the trail, what they may, what they see of persons, and how they came in.

    `unit` is the department that a user belongs to; `csrf` the token that a browser must send along with a write; `token` the id of
    the token that was shown.
    """

    name: str
    roles: tuple[str, ...]
    permissions: frozenset[str]
    view: View
    via: Via
    unit: str = ""
    csrf: str = ""
    token: str = ""

    def may(self, permission: str) -> bool:
        """Say whether this is allowed."""
        return permission in self.permissions


def principal(
    known: Roles,
    name: str,
    roles: Iterable[str],
    via: Via,
    *,
    unit: str = "",
    csrf: str = "",
    token: str = "",
    scopes: Iterable[str] | None = None,
) -> Principal:
    """Return who asks, with what the roles allow; `scopes` narrow it."""
    held = tuple(roles)
    permissions = known.may(held)
    if scopes is not None:
        permissions &= frozenset(scopes) | known.roles[PUBLIC].may
    view = known.view(held) if PERSONS in permissions else "none"
    return Principal(name, held, permissions, view, via, unit, csrf, token)


def anonymous(known: Roles) -> Principal:
    """Return the public."""
    return principal(known, PUBLIC, (PUBLIC,), "public")


def check(known: Roles, asking: Principal, permission: str) -> None:
    """Refuse what is not allowed.

    Raises
    ------
    PermissionMissing
        It is not, or its answers name persons and whoever asks may not see names.
    """
    if not asking.may(permission):
        needed = f"需要权限“{known.permission(permission).zh}”（{permission}），"
        if asking.token and permission in known.may(asking.roles):
            raise PermissionMissing(
                f"this needs the permission {permission}, which {asking.name} has and the token {asking.token} does not: "
                f"make a new one (`zeren token create {asking.name}`)",
                zh=f"{needed}{asking.name} 有而令牌 {asking.token} 没有：请新建令牌（`zeren token create {asking.name}`）",
            )
        zh = f"{needed}{asking.name} 没有"
        raise PermissionMissing(f"this needs the permission {permission}, which {asking.name} does not have", zh=zh)
    if known.permission(permission).names and known.views.index(asking.view) < known.views.index("named"):
        zh = f"“{known.permission(permission).zh}”的答复含有姓名，{asking.name} 无权查看姓名"
        raise PermissionMissing(f"the answers of {permission} name persons, and {asking.name} may not see names", zh=zh)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a person is looked at for: a code of the list, and the case, document or reason."""

    code: str
    reference: str = ""


def purpose_of(known: Roles, header: str | None) -> Purpose | None:
    """Read `CODE` or `CODE; reference`, the reference percent-encoded where it is not ASCII, or UTF-8 as it is; None for nothing.

    Raises
    ------
    PurposeRequired
        The code is not in the list, or the reference that it needs is missing, no text or too long.
    """
    if header is None or not header.strip():
        return None
    code, _, rest = (part.strip() for part in _as_sent(header).partition(";"))  # bytes of a sign may look like a blank
    reference = "".join(ch for ch in unquote(rest) if ch.isprintable())
    if code not in known.purposes:
        raise purpose_wanted(known, f"{code[:40]!r} is no purpose", f"“{code[:40]}”不是事由")
    if known.purposes[code].reference and not reference:
        zh = f"事由 {code} 须写明案号或文号：{code}; 编号（UTF-8 百分号编码）"
        raise PurposeRequired(
            f"the purpose {code} needs the number of a case or document: {code}; NUMBER (percent-encoded UTF-8)", zh=zh
        )
    if "\ufffd" in reference:  # what stands in place of bytes that are no text
        raise PurposeRequired(
            "the reference is no text: send it as percent-encoded UTF-8", zh="案号或文号不是文字：请用 UTF-8 百分号编码"
        )
    if len(reference) > MAX_REFERENCE:
        raise PurposeRequired(
            f"the reference is longer than {MAX_REFERENCE} characters", zh=f"案号或文号超过 {MAX_REFERENCE} 个字符"
        )
    return Purpose(code, leaving(reference))


def purpose_wanted(known: Roles, why: str, zh: str) -> PurposeRequired:
    """Return the refusal of what shows a person: why, and what a client must send to see one."""
    en_codes, zh_codes = (
        [f"{code}; {number}" if kind.reference else code for code, kind in known.purposes.items()] for number in ("NUMBER", "编号")
    )
    return PurposeRequired(
        f"{why}; send the header Zeren-Purpose with one of: {', '.join(en_codes)}",
        zh=f"{zh}；请发送请求头 Zeren-Purpose，取值之一：{'、'.join(zh_codes)}",
    )


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request shows of who sends it: a bearer token, the cookie of a session, or nothing."""

    bearer: str | None = None
    session: str | None = None


class Authenticator(Protocol):
    """One way to find out who asks; OIDC would be another."""

    def principal(self, shown: Credentials, now: datetime) -> Principal | None:
        """Return who asks, None where these are not credentials of this kind.

        Raises
        ------
        CredentialsRefused
            They are of this kind, and not good.
        """


def _as_sent(text: str) -> str:
    """Return what was sent as UTF-8; the bytes of a header are handed on as if each were a character."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:  # percent-encoded, from a link, or no text at all
        return text
