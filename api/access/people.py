"""Which natural persons a document speaks of, whatever document it is.

A person is known by the id of an appearance (`enterprise#name`, perhaps `@bearer`), by a node of kind `person`, by what the store
says of an id (`api.access.natural`), or by the name that a decision gives somebody it names. A line of text with the id of a
statement speaks of whom the statement speaks of.

Invariants (tests/unit/test_access_people.py holds one test a number)
1. Every person of every kind of answer is found: in ids, also where things are listed by id, in nodes, in what was recorded, in
   lines of text.
2. A document that speaks of enterprises alone speaks of nobody.
3. A person of his own record is found as any other, by every name that the store has of him, also where nothing says what he is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from api.access.natural import PERSON, Whether
from graph.codec import converter
from graph.model import Recorded, appearance_name
from graph.store.base import Sealed

LookUp = Callable[[str], Recorded | Sealed | None]
"""Statement by id, as `Store.by_id`."""
People = dict[str, frozenset[str]]
"""Id of a person -> the names under which the document may speak of him."""
_STATEMENT: Final = re.compile("[0-9a-f]{16}")
_IN_TEXT: Final = re.compile(r"[^\s\[\]()（）【】,，;；：。、'\"#]+#[^\s\[\]()（）【】,，;；：。、'\"#]+")
_ID_IN_TEXT: Final = re.compile(r"[A-Za-z][^\s\[\]()（）【】,，;；。、'\"#]*:[^\s\[\]()（）【】,，;；：。、'\"#]+")
_PART_OF_TEXT: Final = re.compile(r"(?:; |: |；|：)")
"""Between these an error lists ids, which may hold what else ends a word."""
_WORDS: Final = frozenset(
    {"text", "title", "summary", "detail", "reason", "reason_text", "value", "label", "notes", "settled_by", "error"}
)
"""Fields of running text, in which an id is one word among others."""
_PLACES: Final = frozenset({"file", "source", "rule_title"})
"""Fields that speak of no party, whatever stands in them."""
_OTHER_IDS: Final = frozenset({"decision", "rule", "delivery"})
"""Fields with ids of what is no party."""


def people_in(document: Any, look_up: LookUp, whether: Whether = lambda _: {}) -> People:
    """Return the natural persons that a document of plain values speaks of.

    Parameters
    ----------
    document : Any
        Plain values, nested.
    look_up : callable
        The statement of an id.
    whether : callable
        Which ids are those of persons of their own record (`Natural.among`).
    """
    walk = _Walk(look_up)
    walk.value(document, "")
    for person, names in whether(walk.doubtful).items():
        walk.found.setdefault(person, set()).update(names)
    return {person: frozenset(names) for person, names in walk.found.items()}


def is_person(node: Any) -> bool:
    """Say whether a mapping is a node or statement of a natural person."""
    return isinstance(node, dict) and (node.get("kind") == PERSON or "#" in str(node.get("id", "")))


class _Walk:
    """One walk through a document; it collects, for it is the hot path of every answer."""

    def __init__(self, look_up: LookUp) -> None:
        self._look_up, self._asked = look_up, set[str]()
        self._walked: dict[int, dict[str, Any]] = {}
        """By id, what was walked: it may stand in several places. It is held, so that no other gets its id."""
        self.found: dict[str, set[str]] = {}
        self.doubtful: set[str] = set()

    def value(self, value: Any, field: str) -> None:
        """Collect whom a value speaks of."""
        if isinstance(value, str):  # most of a document: first
            if "#" in value and field not in _PLACES:
                for person in _IN_TEXT.findall(value) if field in _WORDS else [value]:
                    self._add(person, appearance_name(person))
            elif ":" in value and field not in _PLACES:
                self._doubt(value, field)
        elif isinstance(value, dict):
            if id(value) in self._walked:
                return
            self._walked[id(value)] = value
            self._mapping(value)
            for key, item in value.items():
                if "#" in key:
                    self._add(key, appearance_name(key))
                elif ":" in key:
                    self.doubtful.add(key)
                self.value(item, key)
        elif isinstance(value, list | tuple):
            for item in value:
                self.value(item, field)

    def _doubt(self, text: str, field: str) -> None:
        """Note what may be the id of somebody of his own record; an id begins with the name of its scheme."""
        if field in _WORDS:
            parts = (part for part in _PART_OF_TEXT.split(text) if ":" in part and part[0].isalpha())
            self.doubtful.update(_ID_IN_TEXT.findall(text), parts)
        elif field not in _OTHER_IDS and text[0].isalpha():
            self.doubtful.add(text)

    def _add(self, person: str, name: str) -> None:
        self.found.setdefault(person, set()).update({name} if name else ())

    def _mapping(self, value: dict[str, Any]) -> None:
        own = value.get("id")
        if isinstance(own, str) and is_person(value):
            self._add(own, str(value.get("name") or appearance_name(own)))
            for name in value.get("names", ()):
                self._add(own, name["text"] if isinstance(name, dict) else str(name))
        if "decision" in value and isinstance(value.get("name"), str) and "kind" not in value:  # a naming
            party = value.get("party")
            self._add(party["entity"] if isinstance(party, dict) else f"{value['decision']}#{value['name']}", value["name"])
        if "text" in value:
            self._said(own)

    def _said(self, statement: Any) -> None:
        """Collect whom a statement speaks of whose id stands beside a text; each is looked up once."""
        if not isinstance(statement, str) or not _STATEMENT.fullmatch(statement) or statement in self._asked:
            return
        self._asked.add(statement)
        found = self._look_up(statement)
        if isinstance(found, Recorded):
            self.value(converter().unstructure(found.fact.value), "")
