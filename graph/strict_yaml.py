"""YAML as people write it here: a key written twice is an error, where the plain reader would silently keep the second.

Whatever is wrong with a text is a `yaml.YAMLError`, so that one bad value (a day that does not exist) is an error of the file
among its others and never a crash. `read_on` goes on after such a value, for whoever wants all errors at once.

Invariants (tests/unit/test_graph_strict_yaml.py holds one test a number)
1. `read_on` tells of every value that is none and of every key written twice, with the place, and reads the rest as `read` would.
2. What is no YAML at all is refused by both.
3. A whole number is written in decimal digits, as everybody reads it: `010` is not 8, nor `1:30` 90. What was taken before is
   read on as it was (`decimal=False`).
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import yaml

_Base: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BAD_VALUE: Final = (ValueError, ArithmeticError, TypeError, LookupError, AttributeError)
"""What the readers of dates, numbers and booleans raise on a text that is none."""
_MAX_DEPTH: Final = 100
"""Nothing that people write nests deeper, and the reader's own recursion would take the process down with it."""

_MAX_PARTS: Final = 200_000
"""So much may aliases stand for: a few lines of aliases of aliases can stand for billions."""


class _StrictLoader(_Base):  # type: ignore[valid-type, misc]
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise yaml.constructor.ConstructorError(None, None, f"written twice: {', '.join(twice)}", node.start_mark)
        return dict(super().construct_mapping(node, deep=deep))

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        if reason := _other_number(node):
            raise yaml.constructor.ConstructorError(None, None, reason, node.start_mark)
        try:
            return super().construct_object(node, deep=deep)
        except _BAD_VALUE as error:
            reason = f"cannot be read as {str(node.tag).rpartition(':')[2]}: {error}"
            raise yaml.constructor.ConstructorError(None, None, reason, node.start_mark) from error


_DECIMAL: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_WHOLE: Final = "tag:yaml.org,2002:int"


def _other_number(node: yaml.Node) -> str:
    """Return why a whole number is not read as it is written (octal, base 60, with a separator), empty where it is."""
    if not isinstance(node, yaml.ScalarNode) or node.tag != _WHOLE or _DECIMAL.fullmatch(node.value):
        return ""
    try:
        value = _Base.yaml_constructors[_WHOLE](_Base(""), node)
    except _BAD_VALUE:
        return ""
    return f"{node.value[:_SHOWN]!r} would be read as {value}: write it in decimal digits, or in quotes if it is a text"


def read(text: str) -> Any:
    """Read one document.

    Raises
    ------
    yaml.YAMLError
        It is no YAML, writes a key twice, nests too deep, holds itself, stands for too much by aliases, or holds a value that is
        none, or a number in other than decimal digits; the message has line and column where there is one.
    """
    try:
        _refuse_size(text)
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - built on the safe loader
    except (*_BAD_VALUE, RecursionError) as error:
        raise yaml.YAMLError(f"cannot be read: {error}") from error


TWICE: Final = "written twice"


class Flaw(NamedTuple):
    """Something in a text that cannot be taken as it stands: where (keys, and places in lists counted from 0), and what."""

    path: tuple[str | int, ...]
    reason: str


def read_on(text: str, *, decimal: bool = True) -> tuple[Any, list[Flaw]]:
    """Read one document as far as it can be read: a value that is none is taken as it is written, and a key's last value counts.

    Raises
    ------
    yaml.YAMLError
        It is no YAML at all, or nests too deep, holds itself, or stands for too much by aliases.
    """
    try:
        return read(text), []
    except yaml.YAMLError:
        _refuse_size(text)
    loader = _Base(text)
    try:
        node = loader.get_single_node()
        flaws = list(_mended(loader, node, (), set(), decimal)) if node is not None else []
        return (loader.construct_document(node) if node is not None else None), flaws
    except (*_BAD_VALUE, RecursionError) as error:
        raise yaml.YAMLError(f"cannot be read: {error}") from error
    finally:
        loader.dispose()


def _mended(loader: Any, node: yaml.Node, path: tuple[str | int, ...], seen: set[int], decimal: bool) -> Iterator[Flaw]:
    """Yield what is wrong below a node, and make plain text of each value that is none, so that the rest can be read."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        yield from (Flaw((*path, key), TWICE) for key in dict.fromkeys(keys) if keys.count(key) > 1)
        for key, value in node.value:
            if decimal and (reason := _other_number(key)):
                key.tag = _TEXT
                yield Flaw((*path, key.value), reason)
            yield from _mended(loader, value, (*path, key.value if isinstance(key, yaml.ScalarNode) else "?"), seen, decimal)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _mended(loader, value, (*path, place), seen, decimal)
    elif (why := _why_no_value(loader, node, decimal)) is not None:
        node.tag = _TEXT
        yield Flaw(path, why)


def _why_no_value(loader: Any, node: yaml.Node, decimal: bool) -> str | None:
    """Return why a scalar cannot be read as what it looks like, None where it can."""
    kind = str(node.tag).rpartition(":")[2]
    make = loader.yaml_constructors.get(node.tag)
    if make is None:
        return f"{node.value[:_SHOWN]!r} has the tag {node.tag}, which means nothing here"
    try:
        make(loader, node)
    except _BAD_VALUE as error:
        return f"{node.value[:_SHOWN]!r} is no {_PLAIN.get(kind, kind)}: {error}"
    return (_other_number(node) if decimal else "") or None


_SHOWN: Final = 40
"""Characters of a value that a message repeats."""
_TEXT: Final = "tag:yaml.org,2002:str"
_PLAIN: Final = {"timestamp": "day or time", "int": "whole number", "float": "number", "bool": "yes or no"}


def _refuse_size(text: str) -> None:
    """Refuse what nests too deep, what holds itself, and aliases that together stand for too much."""
    open_, sizes = [_Part("")], dict[str, int]()
    for event in yaml.parse(text, Loader=_Base):
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise yaml.YAMLError(f"*{event.anchor} stands inside itself; {event.start_mark}".replace("  in ", "in "))
            open_[-1].size += sizes[event.anchor]
            open_[-1].copied += sizes[event.anchor]
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
            open_[-1].copied += part.copied
            sizes |= {part.anchor: part.size} if part.anchor else {}
        if open_[-1].copied > _MAX_PARTS:
            what = f"its aliases stand for more than {_MAX_PARTS:,} parts; {event.start_mark}"
            raise yaml.YAMLError(what.replace("  in ", "in "))


@dataclass(slots=True)
class _Part:
    """A list or mapping that is being read: its anchor, its parts with aliases written out, and how many are by these."""

    anchor: str
    size: int = 1
    copied: int = 0


def told(error: yaml.YAMLError) -> str:
    """Return what is wrong as one line, so that it can stand in a list of errors."""
    return " ".join(str(error).split())
