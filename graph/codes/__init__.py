"""The code lists: one YAML file a list, read once, strictly.

Invariants (tests/unit/test_graph_codes.py holds one test a number)
1. Every code has a Chinese and an English label.
2. A field that the list does not know, a key written twice or a wrong type is a `ConfigError` that names file, code
   and field.
3. A code that the list does not have is `UnknownCode`, which lists what it has; nothing falls back to "other".
4. What is loaded cannot be altered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final, Generic, Literal, TypeVar, get_type_hints, overload

import yaml

from graph import strict_yaml
from graph.errors import ConfigError, UnknownCode

__all__ = [
    "NAMES",
    "Act",
    "AuthorityLevel",
    "Code",
    "CodeList",
    "DecisionKind",
    "DecisionLink",
    "EntityKind",
    "InterestKind",
    "Role",
    "load",
    "parse",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code, its labels, and its name in BODS 0.4 and FollowTheMoney 4.11 (empty where they have no word for it)."""

    code: str
    zh: str
    en: str
    bods: str = ""
    ftm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Code):
    """A role of `roles.yaml`.

    `includes` are the roles that it also is, `needs_document` that no register proves it, `single` that a body has one holder of it
    at a time.
    """

    kind: Literal["office", "holding", "found"]
    includes: tuple[str, ...] = ()
    found_only: bool = False
    needs_document: bool = False
    single: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestKind(Code):
    """A kind of relationship; `party` and `subject` are the entity kinds at its two ends."""

    party: tuple[str, ...]
    subject: tuple[str, ...]
    symmetric: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityKind(Code):
    """A kind of entity; `party` says that it can hold rights and duties, and is not merely shared by those who can."""

    party: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionKind(Code):
    """A kind of decision.

    `final`: it decides; `starts`: responsibility may follow from it; `ends`: it can annul another; `maker`: only a court makes
    it, or no court does.
    """

    final: bool
    starts: bool
    ends: bool = False
    only_lists: bool = False
    maker: Literal["", "court", "authority"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Code):
    """A coded act; a listing says in which of the four domains of the policy it falls.

    `maker`: only a court does it, or no court does; `lowest`: no authority below this level does it, where a law says so;
    `finds`: a decision finds it, and does something else about it.
    """

    listing: bool = False
    lowest: Literal["", "national", "province", "city"] = ""
    finds: bool = False
    maker: Literal["", "court", "authority"] = ""
    domain: Literal["", "D1", "D2", "D3", "D4"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityLevel(Code):
    """A level of authority; a self-regulatory body is not a public authority, and its lists start nothing.

    `rank` orders those that stand above each other, the lowest first; 0 for a body that stands beside them.
    """

    self_regulatory: bool
    rank: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLink(Code):
    """How one decision relates to another: the later to the earlier, unless `symmetric`."""

    symmetric: bool = False


C_co = TypeVar("C_co", bound=Code, covariant=True)


@dataclass(frozen=True, slots=True)
class CodeList(Generic[C_co]):
    """The codes of one list, in the order of its file; `texts` are the list's own tables of source texts."""

    name: str
    codes: Mapping[str, C_co]
    texts: Mapping[str, Mapping[str, tuple[str, ...]]]

    def get(self, code: str) -> C_co:
        """Return the entry; an unknown code raises `UnknownCode`."""
        try:
            return self.codes[code]
        except KeyError:
            msg = f"{self.name}: no code {code!r}; it has {', '.join(self.codes)}"
            raise UnknownCode(msg) from None

    def label(self, code: str, lang: str) -> str:
        """Return the label of a code in ``zh`` or ``en``."""
        entry = self.get(code)
        if lang not in ("zh", "en"):
            msg = f"{self.name}: no labels in language {lang!r}; there are zh and en"
            raise ConfigError(msg)
        return entry.zh if lang == "zh" else entry.en

    def __contains__(self, code: object) -> bool:
        """Whether the list has the code."""
        return code in self.codes

    def __iter__(self) -> Iterator[C_co]:
        """Iterate over the entries, not only their codes."""
        return iter(self.codes.values())

    def __len__(self) -> int:
        """Count the codes."""
        return len(self.codes)


_KINDS: Final[Mapping[str, type[Code]]] = MappingProxyType(
    {
        "roles": Role,
        "interests": InterestKind,
        "entity_kinds": EntityKind,
        "decision_kinds": DecisionKind,
        "acts": Act,
        "authority_levels": AuthorityLevel,
        "decision_links": DecisionLink,
        "divisions": Code,
        "reasons": Code,
    }
)
NAMES: Final = tuple(_KINDS)
"""The lists there are."""

# `is` is the word in the file, and a keyword here.
_FIELD_OF: Final = {"is": "includes"}


@overload
def load(name: Literal["roles"]) -> CodeList[Role]: ...
@overload
def load(name: Literal["interests"]) -> CodeList[InterestKind]: ...
@overload
def load(name: Literal["entity_kinds"]) -> CodeList[EntityKind]: ...
@overload
def load(name: Literal["decision_kinds"]) -> CodeList[DecisionKind]: ...
@overload
def load(name: Literal["acts"]) -> CodeList[Act]: ...
@overload
def load(name: Literal["authority_levels"]) -> CodeList[AuthorityLevel]: ...
@overload
def load(name: Literal["decision_links"]) -> CodeList[DecisionLink]: ...
@overload
def load(name: str) -> CodeList[Code]: ...
def load(name: str) -> CodeList[Code]:
    """Return a code list by name; it is read once.

    Raises
    ------
    UnknownCode
        There is no list of that name.
    ConfigError
        The list's file is wrong.
    """
    return _load(name)


@cache
def _load(name: str) -> CodeList[Code]:
    if name not in _KINDS:
        msg = f"no code list {name!r}; there are {', '.join(_KINDS)}"
        raise UnknownCode(msg)
    return parse(name, resources.files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8"))


def parse(name: str, text: str) -> CodeList[Code]:
    """Return the code list that the text of a file defines (`load` is this on the file of that name)."""
    try:
        document = strict_yaml.read(text)
    except yaml.YAMLError as error:
        msg = f"{name}.yaml: {error}"
        raise ConfigError(msg) from error
    if not isinstance(document, dict) or not isinstance(document.get("codes"), dict):
        msg = f"{name}.yaml: must be a mapping with a mapping 'codes'"
        raise ConfigError(msg)
    codes = {str(code): _entry(name, str(code), given) for code, given in document.pop("codes").items()}
    texts = {str(table): _texts(name, str(table), given, codes) for table, given in document.items()}
    _check_includes(name, codes)
    return CodeList(name, MappingProxyType(codes), MappingProxyType(texts))


@cache
def _hints(name: str) -> Mapping[str, Any]:
    """Return the types of the fields of a list: told once, not for each of its codes."""
    return get_type_hints(_KINDS[name])


def _entry(name: str, code: str, given: object) -> Code:
    place, kind = f"{name}.yaml, {code}", _KINDS[name]
    if not isinstance(given, dict):
        msg = f"{place}: must be a mapping"
        raise ConfigError(msg)
    values: dict[str, Any] = {
        _FIELD_OF.get(str(key), str(key)): tuple(value) if isinstance(value, list) else value for key, value in given.items()
    }
    hints = _hints(name)
    known = {field.name: field for field in fields(kind) if field.name != "code"}
    for field in values:
        if field not in known:
            msg = f"{place}: unknown field {field!r}; the list has {', '.join(known)}"
            raise ConfigError(msg)
        if not _fits(values[field], hints[field]):
            msg = f"{place}: {field} cannot be {values[field]!r}"
            raise ConfigError(msg)
    if missing := [field for field, spec in known.items() if spec.default is MISSING and not _given(values.get(field))]:
        msg = f"{place}: lacks {', '.join(missing)}"
        raise ConfigError(msg)
    return kind(code=code, **values)


def _fits(value: object, hint: Any) -> bool:
    if hint == tuple[str, ...]:
        return isinstance(value, tuple) and all(isinstance(part, str) for part in value)
    return value in hint.__args__ if hasattr(hint, "__args__") else isinstance(value, hint)


def _given(value: object) -> bool:
    return value is False or bool(value)


def _texts(name: str, table: str, given: object, codes: Mapping[str, Code]) -> Mapping[str, tuple[str, ...]]:
    place = f"{name}.yaml, {table}"
    if not isinstance(given, dict):
        msg = f"{place}: must be a mapping of text to codes"
        raise ConfigError(msg)
    for text, meant in given.items():
        if not isinstance(meant, list) or not meant or any(code not in codes for code in meant):
            msg = f"{place}, {text!r}: must name codes of the list, not {meant!r}"
            raise ConfigError(msg)
    return MappingProxyType({str(text): tuple(meant) for text, meant in given.items()})


def _check_includes(name: str, codes: Mapping[str, Code]) -> None:
    """Refuse a post that would make its holder something that only a document can find, or something unknown."""
    for role in codes.values():
        for other in role.includes if isinstance(role, Role) else ():
            target = codes.get(other)
            if not isinstance(target, Role) or target.found_only or target.needs_document or target.includes:
                msg = f"{name}.yaml, {role.code}: 'is' names {other!r}, which is no role that a register can prove"
                raise ConfigError(msg)
