"""YAML as people write it here: a key written twice is an error, where the plain reader would silently keep the second.

Whatever is wrong with a text is a `yaml.YAMLError`, so that one bad value (a day that does not exist) is an error of the file
among its others and never a crash.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final

import yaml

_Base: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BAD_VALUE: Final = (ValueError, ArithmeticError, TypeError, LookupError, AttributeError)
"""What the readers of dates, numbers and booleans raise on a text that is none."""
_MAX_DEPTH: Final = 100
"""Nothing that people write nests deeper, and the reader's own recursion would take the process down with it."""

_MAX_PARTS: Final = 200_000
"""The largest text that ships has some ten thousand; a few lines of aliases of aliases can stand for billions."""


class _StrictLoader(_Base):  # type: ignore[valid-type, misc]
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise yaml.constructor.ConstructorError(None, None, f"written twice: {', '.join(twice)}", node.start_mark)
        return dict(super().construct_mapping(node, deep=deep))

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except _BAD_VALUE as error:
            reason = f"cannot be read as {str(node.tag).rpartition(':')[2]}: {error}"
            raise yaml.constructor.ConstructorError(None, None, reason, node.start_mark) from error


def read(text: str) -> Any:
    """Read one document.

    Raises
    ------
    yaml.YAMLError
        It is no YAML, writes a key twice, nests too deep, holds itself, stands for too much by aliases, or holds a value that is
        none; the message has line and column where there is one.
    """
    try:
        _refuse_size(text)
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - built on the safe loader
    except (*_BAD_VALUE, RecursionError) as error:
        raise yaml.YAMLError(f"cannot be read: {error}") from error


def _refuse_size(text: str) -> None:
    """Refuse what nests too deep, what holds itself, and aliases that together stand for too much."""
    open_, sizes = [_Part("")], dict[str, int]()
    for event in yaml.parse(text, Loader=_Base):
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise yaml.YAMLError(f"*{event.anchor} stands inside itself; {event.start_mark}".replace("  in ", "in "))
            open_[-1].size += sizes[event.anchor]
        elif isinstance(event, yaml.CollectionStartEvent):
            open_.append(_Part(event.anchor or ""))
            if len(open_) > _MAX_DEPTH:
                raise yaml.YAMLError(f"nests deeper than {_MAX_DEPTH} levels; {event.start_mark}".replace("  in ", "in "))
        elif isinstance(event, yaml.ScalarEvent):
            open_[-1].size += 1
            sizes |= {event.anchor: 1} if event.anchor else {}
        elif isinstance(event, yaml.CollectionEndEvent):
            part = open_.pop()
            open_[-1].size += part.size
            sizes |= {part.anchor: part.size} if part.anchor else {}
        if open_[-1].size > _MAX_PARTS:
            what = f"its aliases stand for more than {_MAX_PARTS:,} parts; {event.start_mark}"
            raise yaml.YAMLError(what.replace("  in ", "in "))


@dataclass(slots=True)
class _Part:
    """A list or mapping that is being read: its anchor, and how many parts it has with all aliases written out."""

    anchor: str
    size: int = 1


def told(error: yaml.YAMLError) -> str:
    """Return what is wrong as one line, so that it can stand in a list of errors."""
    return " ".join(str(error).split())
