"""A rule as a clerk reads it: its fields by their Chinese names, its codes in words, and nothing that is empty.

In English a rule is shown with the fields of its file, which are English words, and with the English of its texts.

Invariants (tests/unit/test_api_rule_in_words.py holds one test a number)
1. No field and no code that has a Chinese name is shown without it, in any rule that ships.
2. Nothing is left out but what is empty or says nothing: every text of the rule, every article and its mark stand there.
3. A text that stands in both languages is told in the one that is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from analytics.responsibility.said import Said
from api import locales
from api.locales import Texts
from api.use_cases.citing import with_mark
from api.use_cases.rule_messages import told_of_rules
from api.use_cases.ways_out import said_of_rule
from graph import strict_yaml

_EMPTY: Final[tuple[object, ...]] = (None, "", [], {}, False)
_LISTS: Final = {
    "acts": "acts", "imposed_by": "acts", "circumstances": "acts", "penalised_by": "acts", "roles": "roles", "offices": "roles",
}  # fmt: skip
"""Fields of codes -> the list that they are of."""
_OUT: Final = {"exit": "ends", "repair": "repair"}
"""Fields that say how a measure ends -> the part of their Chinese, where a rule that ships has one text."""
_GROUPS: Final = {
    "kind": "measure_kind", "category": "measure_category", "target": "measure_target", "executes": "measure_executes",
}  # fmt: skip
"""Fields of codes -> the group of their words."""


def rule_in_words(document: Mapping[str, Any], words: Texts) -> dict[str, Any]:
    """Return a rule (see `api.use_cases.lawbook.rule_json`) in words; the fields of its file where English is asked for."""
    if words.lang != "zh":
        return {key: _picked(value, words.lang) for key, value in document.items()}
    return _mapping(document, "", words)


def _picked(value: Any, lang: str) -> Any:
    """Return a value with each of its texts in a language."""
    if isinstance(value, Mapping):
        return value[lang] if _both(value) else {key: _picked(each, lang) for key, each in value.items()}
    return [_picked(each, lang) for each in value] if isinstance(value, list | tuple) else value


def _both(value: Mapping[str, Any]) -> bool:
    return value.keys() == {"zh", "en"}


def _mapping(content: Mapping[str, Any], field: str, words: Texts) -> dict[str, Any]:
    known = content.items() if field != "evidence" else ((key, {"mark": value}) for key, value in content.items())
    shown = {key: _value(key, value, words) for key, value in known if value not in _EMPTY or key == "until"}
    return {_names()["fields"].get(key, key): value for key, value in shown.items() if value not in _EMPTY}


def _value(field: str, value: Any, words: Texts) -> Any:
    """Return what stands in a field in words."""
    if isinstance(value, Mapping):
        if value.keys() == {"mark"}:
            return _names()["values"]["evidence"].get(value["mark"], value["mark"])
        if _both(value) and field in _OUT:
            return said_of_rule(_OUT[field], Said(**value), words)
        return value[words.lang] if _both(value) else _mapping(value, field, words)
    if isinstance(value, list | tuple):
        return [_value(field, item, words) if not _cites(item) else _article(item, words) for item in value]
    if value is True:
        return words.label("yes_no", "True")
    if value is None and field == "until":
        return words.say("date.open")
    return _code(field, value, words) if isinstance(value, str) else value


def _cites(item: object) -> bool:
    return isinstance(item, Mapping) and {"instrument", "article"} <= item.keys()


def _article(item: Mapping[str, Any], words: Texts) -> str:
    return with_mark(f"{item['instrument']} {item['article']}", item.get("evidence"), words)


def _code(field: str, value: str, words: Texts) -> str:
    if field in _LISTS:
        return words.label("party", value) if value == "respondent" else words.code(_LISTS[field], value)
    if field in _GROUPS:
        return words.label(_GROUPS[field], value)
    if field in ("disabled", "why_disabled"):
        return told_of_rules(value, words.lang)
    if field == "unverified":
        return words.label("unverified", value)
    named: str = _names()["values"].get(field, {}).get(value, value)
    return named


@cache
def _names() -> Mapping[str, Any]:
    content: Mapping[str, Any] = strict_yaml.read(resources.files(locales).joinpath("rule_fields.yaml").read_text(encoding="utf-8"))
    return content
