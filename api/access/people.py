"""Which natural persons a document speaks of, whatever document it is.

A person is known by the id of an appearance (`enterprise#name`, perhaps `@bearer`), by a node of kind `person`, or by the name
that a decision gives somebody it names. A line of text with the id of a statement speaks of whom the statement speaks of.

Invariants (tests/unit/test_access_people.py holds one test a number)
1. Every person of every kind of answer is found: in ids, in nodes, in what was recorded, in lines of text.
2. A document that speaks of enterprises alone speaks of nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from graph.codec import converter
from graph.model import Recorded, appearance_parts
from graph.store.base import Sealed

LookUp = Callable[[str], Recorded | Sealed | None]
"""Statement by id, as `Store.by_id`."""
People = dict[str, frozenset[str]]
"""Id of a person -> the names under which the document may speak of him."""
_STATEMENT: Final = re.compile("[0-9a-f]{16}")
_IN_TEXT: Final = re.compile(r"[^\s\[\]()（）【】,，;；：。、'\"#]+#[^\s\[\]()（）【】,，;；：。、'\"#]+")
_WORDS: Final = frozenset({"text", "title", "summary", "detail", "reason", "reason_text", "value", "label", "notes", "settled_by"})
"""Fields of running text, in which an id is one word among others."""
_PLACES: Final = frozenset({"file", "source", "rule_title"})
"""Fields that speak of no party, whatever stands in them."""


def people_in(document: Any, look_up: LookUp) -> People:
    """Return the natural persons that a document speaks of."""
    found: dict[str, set[str]] = {}
    for person, name in _people(document, "", look_up, set()):
        found.setdefault(person, set()).update({name} if name else ())
    return {person: frozenset(names) for person, names in found.items()}


def is_person(node: Any) -> bool:
    """Say whether a mapping is a node or statement of a natural person."""
    return isinstance(node, Mapping) and (node.get("kind") == "person" or "#" in str(node.get("id", "")))


def name_of(person: str) -> str:
    """Return the name in the id of an appearance, nothing for another id."""
    parts = appearance_parts(person)
    return parts[1] if parts else ""


def _people(value: Any, field: str, look_up: LookUp, asked: set[str]) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from _of_mapping(value, look_up, asked)
        for key, item in value.items():
            yield from _people(item, key, look_up, asked)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _people(item, field, look_up, asked)
    elif isinstance(value, str) and "#" in value and field not in _PLACES:
        for person in _IN_TEXT.findall(value) if field in _WORDS else [value]:
            yield person, name_of(person)


def _of_mapping(value: Mapping[str, Any], look_up: LookUp, asked: set[str]) -> Iterator[tuple[str, str]]:
    own = value.get("id")
    if isinstance(own, str) and is_person(value):
        yield own, str(value.get("name") or name_of(own))
        for name in value.get("names", ()):
            yield own, name["text"] if isinstance(name, Mapping) else str(name)
    if "decision" in value and isinstance(value.get("name"), str) and "kind" not in value:  # a naming
        party = value.get("party")
        yield (party["entity"] if isinstance(party, Mapping) else f"{value['decision']}#{value['name']}"), value["name"]
    if "text" in value:
        yield from _said(own, look_up, asked)


def _said(statement: Any, look_up: LookUp, asked: set[str]) -> Iterator[tuple[str, str]]:
    """Yield whom a statement speaks of whose id stands beside a text; each is looked up once."""
    if not isinstance(statement, str) or not _STATEMENT.fullmatch(statement) or statement in asked:
        return
    asked.add(statement)
    found = look_up(statement)
    if isinstance(found, Recorded):
        yield from _people(converter().unstructure(found.fact.value), "", look_up, asked)
