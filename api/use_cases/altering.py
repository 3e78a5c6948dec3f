"""One statement said otherwise: what may be changed in it, and why what cannot be held is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from cattrs.errors import BaseValidationError, StructureHandlerNotFoundError

from graph import codes
from graph.codec import KINDS, converter, kind_of, make_fact
from graph.dates import PartialDate, Period
from graph.errors import InputError, NotFound, Refused, ZerenError
from graph.model import Fact, Payload, Recorded
from graph.snapshot.scope import GRAPH
from graph.store.base import Store


def changes_of(given: Sequence[str]) -> dict[str, str]:
    """Return the changes that texts of the form FIELD=VALUE mean; raises `InputError`."""
    changes: dict[str, str] = {}
    for text in given:
        field, sign, value = text.partition("=")
        if not sign or not field:
            raise InputError(f"{text!r} is not FIELD=VALUE", zh=f"“{text}” 不是 FIELD=VALUE 的形式")
        if field in changes:
            raise InputError(f"given twice: {field}", zh=f"重复给出：{field}")
        changes[field] = value
    return changes


def current(store: Store, statement: str) -> Fact[Payload]:
    """Return a statement that stands, by its id, its key, or the id of a decision; see `of_statement` for what is refused."""
    found = store.by_id(statement) or store.get(statement)
    if found is None:
        decisions = store.facts(["decision"], about=[statement])
        found = next((each for each in decisions if getattr(each.fact.value, "id", "") == statement), None)
    if not isinstance(found, Recorded):
        raise NotFound(
            f"no statement {statement!r}: give its id, its key, or the id of a decision",
            zh=f"没有记录“{statement}”：请给出记录编号、记录键或决定编号",
        )
    if found.fact.key.split("/", 1)[0] not in GRAPH:
        raise Refused(
            f"{statement!r} is {found.fact.key}: nothing is derived from it",
            zh=f"“{statement}”是 {found.fact.key}：没有由它得出的内容",
        )
    if store.standing([found.fact.key]).get(found.fact.key) != found.fact.id:
        raise Refused(
            f"{statement!r} is not current any more: it was corrected or retracted",
            zh=f"“{statement}”已被更正或撤回，不再是现行记录",
        )
    return found.fact


_CODED: Final[Mapping[str, Mapping[str, Any]]] = {
    "decision": {"acts": "acts", "kind": "decision_kinds", "authority_level": "authority_levels"},
    "naming": {"posts": "roles", "found_as": "roles"},
    "relationship": {"interest": "interests"},
    "entity": {"kind": "entity_kinds"},
    "link": {"relation": "decision_links"},
}
"""Fields that hold codes -> the list they are of."""


def corrected(fact: Fact[Payload], changes: Mapping[str, str]) -> Fact[Payload]:
    """Return a statement with some fields said otherwise; see `of_statement` for what is refused."""
    kind = kind_of(fact.value)
    known = KINDS[kind].__dataclass_fields__
    unknown = [name for name in changes if name not in known]
    if unknown:
        raise InputError(f"a {kind} has no field {', '.join(unknown)}; it has {', '.join(known)}")
    try:
        value = _with(fact, changes)
    except _UNFIT as error:
        wrong = [reason for name in changes if (reason := _why_unfit(fact, name, changes[name]))]
        raise InputError("; ".join(wrong) or f"{', '.join(changes)}: these values do not go together") from error
    for field, list_of in _CODED.get(kind, {}).items():
        given = getattr(value, field) if field in changes else ()
        texts = (given,) if isinstance(given, str) else given or ()
        if strange := [text for text in texts if text not in codes.load(list_of).codes]:
            raise InputError(f"{field}: no code {', '.join(strange)} in {list_of}")
    return make_fact(value, fact.key.split("/", 2)[2], fact.origin, fact.flags)


_UNFIT: Final = (BaseValidationError, StructureHandlerNotFoundError, ZerenError, TypeError, ValueError)
"""What comes of a value that a field cannot hold."""


def _with(fact: Fact[Payload], changes: Mapping[str, str]) -> Payload:
    given = {name: _value(text) for name, text in changes.items()}
    hints = get_type_hints(type(fact.value))
    if misfits := [name for name, new in given.items() if not _of_kind(hints[name], new)]:
        raise TypeError(f"{', '.join(misfits)}: a value of another kind")
    said = dict(converter().unstructure(fact.value)) | given
    value: Payload = converter().structure(said, KINDS[kind_of(fact.value)])
    return value


def _of_kind(hint: Any, value: object) -> bool:
    """Say whether a value is of a kind that the field takes, before the reader makes text of a number or a list of letters."""
    kinds = [get_origin(each) or each for each in (get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,))]
    plain = {str: str, bool: bool, tuple: list}
    if value is None or not set(kinds) <= {*plain, NoneType}:
        return value is not None or NoneType in kinds
    return any(kind in plain and isinstance(value, plain[kind]) for kind in kinds)


def _why_unfit(fact: Fact[Payload], name: str, text: str) -> str | None:
    """Return why a field cannot hold a value, None where it can: our own words of it, else the form that it has now."""
    try:
        _with(fact, {name: text})
    except _UNFIT as error:
        if own := _own_words(error):
            return f"{name}: {own}"
        now = converter().unstructure(getattr(fact.value, name))
        held = f"; now it has {json.dumps(now, ensure_ascii=False)}" if now not in (None, "", [], {}) else ""
        return f"{name}: cannot hold {text!r}{_form(get_type_hints(type(fact.value))[name])}{held}"
    return None


def _form(hint: Any) -> str:
    """Return what a field with parts takes, empty for one that has none."""
    parts = next((each for each in (hint, *get_args(hint)) if is_dataclass(each) and each not in (PartialDate, Period)), None)
    if get_origin(hint) is tuple and parts is None:
        return ': it takes a list, written as ["…", "…"]'
    if bool in (hint, *get_args(hint)):
        return ": it takes true or false"
    listed = " a list of" if get_origin(hint) is tuple else ""
    return f": it takes{listed} JSON with {', '.join(each.name for each in fields(parts))}" if parts is not None else ""


def _own_words(error: BaseException) -> str:
    """Return what our own errors say, however deep they lie; the words of what reads the values are for nobody."""
    inner: Sequence[BaseException] = getattr(error, "exceptions", ())
    own = [str(error)] if isinstance(error, ZerenError) else [text for each in inner if (text := _own_words(each))]
    return "; ".join(own)


def _value(text: str) -> Any:
    """Return a value as written: JSON where it is an object, a list or null, else the text itself."""
    return json.loads(text) if text.startswith(("[", "{")) or text in ("null", "true", "false") else text
