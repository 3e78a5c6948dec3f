"""Rules laid over those that ship, to see what a change would do: entry by entry, whatever the files are called.

Invariants (tests/unit/test_analytics_laying.py holds one test a number)
1. An entry takes the place of the one that ships under its id and version, and of no other; what is not given stays as it ships.
2. A folder that holds every id that ships is taken by itself; anything less is laid over, and which of both it was is told.
3. Whatever is wrong with what is given is told as it is of any rules; nothing wrong is laid in part.
4. Instruments and levels that are given are added to those that ship, or take their place; which, is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from analytics.responsibility.catalogue import RULES, Catalogue, catalogue_from, load_catalogue, read_folder, read_paths
from analytics.responsibility.rule_files import INSTRUMENTS
from graph import strict_yaml
from graph.errors import ConfigError

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Laid:
    """A catalogue, whether it stands by itself, and which rules (`id v1`) were put in the place of others, or added.

    `gate` are the levels and instruments of which something else was given than what ships.
    """

    catalogue: Catalogue
    alone: bool
    replaced: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    gate: tuple[str, ...] = ()


def lay(paths: Sequence[Path], *, whole: bool = False, folder: Path = RULES) -> Laid:
    """Read files and folders of rules as they would be beside those that ship.

    Parameters
    ----------
    paths : sequence of Path
        Files, or folders of files.
    whole : bool
        Take the one folder that is given by itself, though it lacks rules that ship.
    folder : Path
        The rules that ship.

    Raises
    ------
    ConfigError
        One message a line: file, entry, field, reason.
    """
    given, broken = _read(paths)
    shipped, _ = read_folder(folder)
    keys, theirs = _keys(given), _keys(shipped)
    if len(paths) == 1 and paths[0].is_dir() and (whole or {name for name, _ in theirs} <= {name for name, _ in keys}):
        return Laid(load_catalogue(paths[0]), alone=True)
    if whole:
        raise ConfigError("only one folder can stand by itself")
    return _laid(given, broken, folder)


def lay_text(text: str, name: str, folder: Path = RULES) -> Laid:
    """Read one text of rules, as a file of this name, as `lay` does."""
    return _laid({name: text}, {}, folder)


def _laid(given: Mapping[str, str], broken: Mapping[str, str], folder: Path) -> Laid:
    shipped, unreadable = read_folder(folder)
    keys, theirs = _keys(given), _keys(shipped)
    kept = {name: rest for name, text in shipped.items() if (rest := _without(text, keys)) is not None}
    together = kept | dict(given) | _instruments(shipped, given)
    catalogue = catalogue_from({name: text for name, text in together.items() if name not in broken}, unreadable | dict(broken))
    gate = _otherwise(shipped, given)
    return Laid(catalogue, alone=False, replaced=_names(keys & theirs), added=_names(keys - theirs), gate=gate)


def _read(paths: Iterable[Path]) -> tuple[dict[str, str], dict[str, str]]:
    given: dict[str, str] = {}
    broken: dict[str, str] = {}
    for path in paths:
        files, problems = read_folder(path) if path.is_dir() else read_paths([path])
        broken |= problems | dict.fromkeys(files.keys() & given.keys(), "is given twice")
        given |= files
    return given, broken


def _content(text: str) -> Any:
    """Return what a file holds, None where it cannot be read: that is told when it is checked."""
    try:
        return strict_yaml.read_on(text)[0]
    except yaml.YAMLError:
        return None


def _key(entry: object) -> _Key | None:
    name = entry.get("id") if isinstance(entry, dict) else None
    return (name, str(entry.get("version", 1))) if isinstance(entry, dict) and isinstance(name, str) else None


def _entries(content: object) -> list[Any]:
    rules = content.get("rules") if isinstance(content, dict) else None
    return rules if isinstance(rules, list) else []


def _keys(files: Mapping[str, str]) -> frozenset[_Key]:
    return frozenset[_Key]().union(*map(_keys_of, files.values()))


@lru_cache(maxsize=128)
def _keys_of(text: str) -> frozenset[_Key]:
    """Return the keys of a file's entries; the files that ship are asked for theirs every time that something is laid."""
    return frozenset(key for entry in _entries(_content(text)) if (key := _key(entry)) is not None)


def _without(text: str, keys: frozenset[_Key]) -> str | None:
    """Return a file without some entries: as it stands where it has none of them, None where none is left."""
    if keys.isdisjoint(_keys_of(text)):
        return text
    content = _content(text)
    left = [entry for entry in _entries(content) if _key(entry) not in keys]
    return yaml.safe_dump({**content, "rules": left}, allow_unicode=True, sort_keys=False) if left else None


def _instruments(shipped: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return the instruments that ship with those that are given added; nothing where none are, or they are no table."""
    own, theirs = _content(given.get(INSTRUMENTS, "")), _content(shipped.get(INSTRUMENTS, ""))
    if not isinstance(own, dict) or not isinstance(theirs, dict):
        return {}
    tables = {name: _joined(theirs.get(name), own.get(name)) for name in dict.fromkeys([*theirs, *own])}
    return {INSTRUMENTS: yaml.safe_dump(tables, allow_unicode=True, sort_keys=False)}


def _otherwise(shipped: Mapping[str, str], given: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names in the tables of instruments that are given of which they say something else than those that ship."""
    own, theirs = _content(given.get(INSTRUMENTS, "")), _content(shipped.get(INSTRUMENTS, ""))
    if not isinstance(own, dict) or not isinstance(theirs, dict):
        return ()
    tables = [(table, theirs.get(name)) for name, table in own.items() if isinstance(table, dict)]
    pairs = [(table, known if isinstance(known, dict) else {}) for table, known in tables]
    return tuple(dict.fromkeys(str(name) for table, known in pairs for name in table if table[name] != known.get(name)))


def _joined(theirs: Any, own: Any) -> Any:
    if own is None:
        return theirs
    return {**theirs, **own} if isinstance(theirs, dict) and isinstance(own, dict) else own


def _names(keys: Iterable[_Key]) -> tuple[str, ...]:
    return tuple(f"{name} v{version}" for name, version in sorted(keys))
