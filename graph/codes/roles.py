"""What a post makes its holder, and which roles a source's text means.

Invariants (tests/unit/test_graph_codes.py holds one test a number)
5. A post is never a role that only a document can find.
6. An honorary post is no role: a 名誉董事长 is not a director.
7. A text that is not in the list raises `UnknownCode`; no part of a compound text is left out.
"""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from graph.codes import load
from graph.errors import UnknownCode
from graph.names import normalise_name

if TYPE_CHECKING:
    from collections.abc import Mapping

_JOINS: Final = re.compile(r"[、,;/]|兼任?")


@cache
def roles_of(code: str) -> frozenset[str]:
    """Return the code itself and every role that it also is: a chairman is a director."""
    role = load("roles").get(code)
    return frozenset((role.code, *role.includes))


@cache
def found_only() -> frozenset[str]:
    """Return the roles that exist only as a finding in a document and are never derived from a register."""
    return frozenset(role.code for role in load("roles") if role.found_only)


@cache
def single() -> frozenset[str]:
    """Return the roles that a body has one holder of at a time."""
    return frozenset(role.code for role in load("roles") if role.single)


def resolve(text_zh: str) -> tuple[str, ...]:
    """Return the codes that a source's text for a post or role means.

    The text as a whole comes first: 控股股东、实际控制人 is an entry of its own. Otherwise it is split
    (执行董事兼总经理), and every part must be known.
    """
    text = normalise_name(text_zh)
    if known := _meanings().get(text):
        return known
    codes: list[str] = []
    for part in _JOINS.split(text):
        if part not in _meanings():
            msg = f"roles: no role is called {text_zh!r}" + (f" (part {part!r})" if part != text else "")
            raise UnknownCode(msg)
        codes += _meanings()[part]
    return tuple(dict.fromkeys(codes))


@cache
def _meanings() -> Mapping[str, tuple[str, ...]]:
    roles = load("roles")
    meanings: dict[str, tuple[str, ...]] = {normalise_name(text): (role.code,) for role in roles for text in (role.zh, *role.also)}
    for table in roles.texts.values():
        meanings |= {normalise_name(text): codes for text, codes in table.items()}
    return MappingProxyType(meanings)
