"""Rule files, read and checked; every error of every file at once.

Invariants (tests/unit/test_analytics_catalogue.py holds one test a number)
1. Every error of every file is reported at once, each with file, entry, field and reason; nothing wrong is loaded in part. An
   entry without an id is named by its place, counted from 1: `rules[3]`.
7. The measures of one clause fare alike at the gate, and are all of its effect: a clause that records restricts nobody.
9. A rule that rests on nothing but instruments of a disabled level (memoranda) is refused unless it is disabled itself.
10. Versions of one id have days in force that do not overlap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from analytics.responsibility.instruments import Instruments
from analytics.responsibility.rule_format import InForce, Rule
from graph import strict_yaml
from graph.errors import ConfigError

INSTRUMENTS: Final = "instruments.yaml"
M = TypeVar("M", bound=BaseModel)


class Checked(NamedTuple):
    """What the files say, all of it right."""

    rules: tuple[Rule, ...]
    instruments: Instruments


class Entry(NamedTuple):
    """One entry of a list of rules as it stands in its file, right or wrong."""

    file: str
    place: int
    content: Any

    @property
    def id(self) -> str | None:
        """Its id, if it has one."""
        found = self.content.get("id") if isinstance(self.content, dict) else None
        return found if isinstance(found, str) and found else None

    @property
    def version(self) -> object:
        """Its version, as written."""
        return self.content.get("version", 1)

    @property
    def name(self) -> str:
        """Its id, else its place."""
        return self.id or f"rules[{self.place}]"


def check_files(files: Mapping[str, str], unreadable: Mapping[str, str] | None = None) -> Checked:
    """Check rule files; those that could not be read at all come with the reason.

    Raises
    ------
    ConfigError
        One message a line: file, entry, field, reason.
    """
    broken = dict(unreadable or {})
    contents = {name: content for name in sorted(files) if (content := _yaml(name, files[name], broken)) is not _NOTHING}
    if INSTRUMENTS not in {*files, *broken}:
        broken[INSTRUMENTS] = "the file is missing"
    problems = [f"{name}: {reason}" for name, reason in sorted(broken.items())]
    given = contents.pop(INSTRUMENTS, _NOTHING)
    instruments = None if given is _NOTHING else read_as(Instruments, INSTRUMENTS, "", given, problems)
    known = _instrument_names(given)
    entries = _entries(contents, known, problems)
    rules: list[Rule] = []
    for entry in entries:
        rule = read_as(Rule, entry.file, entry.name, entry.content, problems)
        unknown = [] if known is None else _unknown_instruments(entry.content, known)
        problems += [f"{entry.file}: {entry.name}: {problem}" for problem in unknown]
        if rule is not None:
            rules.append(rule)
            if instruments is not None and not unknown:
                problems += [f"{entry.file}: {rule.id}: {problem}" for problem in _gate_problems(rule, instruments)]
    problems += _id_problems(entries)
    problems += _overlaps(entries)
    if problems or instruments is None:
        raise ConfigError("\n".join(problems))
    return Checked(tuple(rules), instruments)


def _instrument_names(given: object) -> frozenset[str] | None:
    """Return the names of the instruments, even of a file with errors of its own; None where it has no such table at all."""
    names = given.get("instruments") if isinstance(given, dict) else None
    return frozenset(map(str, names)) if isinstance(names, dict) else None


def _entries(contents: Mapping[str, Any], known: Collection[str] | None, problems: list[str]) -> list[Entry]:
    entries: list[Entry] = []
    for name, content in contents.items():
        if not isinstance(content, dict) or set(content) != {"instrument", "rules"} or not isinstance(content["rules"], list):
            problems.append(f"{name}: expected `instrument:` and a list `rules:`, and nothing else")
            continue
        if known is not None and (not isinstance(content["instrument"], str) or content["instrument"] not in known):
            problems.append(f"{name}: instrument: no instrument {content['instrument']!r} in instruments.yaml")
        entries += [Entry(name, place, entry) for place, entry in enumerate(content["rules"], 1)]
    return entries


def _id_problems(entries: Iterable[Entry]) -> Iterator[str]:
    """Look at the ids of all entries, those with other errors included; versions of one id are no repetition."""
    places: dict[tuple[str, str], list[str]] = {}
    milder: list[tuple[str, object]] = []
    for entry in entries:
        if entry.id is None:
            continue
        places.setdefault((entry.id, str(entry.version)), []).append(f"{entry.file} rules[{entry.place}]")
        others = entry.content.get("milder_than")
        milder += [(entry.id, other) for other in others] if isinstance(others, list) else []
    yield from (f"{name}: stands more than once: {', '.join(found)}" for (name, _), found in places.items() if len(found) > 1)
    known = {name for name, _ in places}
    unknown = dict.fromkeys((name, other) for name, other in milder if isinstance(other, str) and other not in known)
    yield from (f"{name}.milder_than: no rule {other!r}" for name, other in unknown)
    yield from _circles({(name, other) for name, other in milder if isinstance(other, str)})


def _circles(milder: Collection[tuple[str, str]]) -> Iterator[str]:
    """Name every rule that is milder than itself, directly or through others."""
    for start in sorted({name for name, _ in milder}):
        reached, waiting = set[str](), [other for name, other in milder if name == start]
        while waiting:
            rule = waiting.pop()
            if rule not in reached:
                reached.add(rule)
                waiting += [other for name, other in milder if name == rule]
        if start in reached:
            yield f"{start}.milder_than: leads back to {start}"


def _overlaps(entries: Iterable[Entry]) -> Iterator[str]:
    """Name versions of one id that are in force on one day, whatever else is wrong with them."""
    dated = [(entry, days) for entry in entries if entry.id is not None and (days := _days(entry)) is not None]
    for (one, first), (two, second) in combinations(dated, 2):
        if one.id == two.id and one.version != two.version and max(first[0], second[0]) <= min(first[1], second[1]):
            where = f"{one.file} rules[{one.place}], {two.file} rules[{two.place}]"
            yield f"{one.id}: versions {one.version} and {two.version} are in force on the same days: {where}"


def _days(entry: Entry) -> tuple[date, date] | None:
    """Return the first and last day of an entry, None where they cannot be read (which is an error of its own)."""
    try:
        force = InForce.model_validate(entry.content.get("in_force"))
    except ValidationError:
        return None
    return force.start or date.min, force.until or date.max


def _unknown_instruments(content: object, known: Collection[str]) -> list[str]:
    """Name every `instrument:` inside an entry that is none, each once for a field."""
    found = [(field, name) for field, name in _cited(content, "") if name not in known]
    return [f"{field or 'entry'}: no instrument {name!r} in instruments.yaml" for field, name in dict.fromkeys(found)]


def _cited(content: object, field: str) -> Iterator[tuple[str, str]]:
    """Yield (field, instrument) of everything that cites one; an item of a list goes by its id where it has one."""
    if isinstance(content, dict):
        if isinstance(content.get("instrument"), str):
            yield field, content["instrument"]
        for key, value in content.items():
            yield from _cited(value, f"{field}.{key}" if field else str(key))
    elif isinstance(content, list):
        for item in content:
            own = item.get("id") if isinstance(item, dict) else None
            yield from _cited(item, f"{field}.{own}" if isinstance(own, str) else field)


def _gate_problems(rule: Rule, instruments: Instruments) -> Iterator[str]:
    for clause in rule.clauses:
        if len({bool(instruments.carrying(measure)) for measure in rule.measures_of(clause)}) > 1:
            yield f"clauses.{clause.id}: measures of one clause differ at the gate: split the clause"
    if not rule.disabled and all(instruments.level(basis).disabled for basis in rule.basis):
        yield "basis: rests on nothing but instruments of a disabled level: say why in `disabled`"


_NOTHING: Final = object()


def _yaml(name: str, text: str, broken: dict[str, str]) -> Any:
    try:
        return strict_yaml.read(text)
    except yaml.YAMLError as error:
        broken[name] = f"not YAML: {strict_yaml.told(error)}"
    return _NOTHING


def read_document(model: type[M], path: Path) -> M:
    """Read and check a file that is one document.

    Raises
    ------
    ConfigError
        One message a line: file, field, reason.
    """
    broken: dict[str, str] = {}
    content = _yaml(path.name, path.read_text(encoding="utf-8"), broken)
    problems = [f"{name}: {reason}" for name, reason in broken.items()]
    found = None if problems else read_as(model, path.name, "", content, problems)
    if found is None:
        raise ConfigError("\n".join(problems))
    return found


def read_as(model: type[M], file: str, entry: str, content: object, problems: list[str]) -> M | None:
    """Return the content as a model; None, and every reason among the problems, where it is none."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        found = error.errors()
        places = [item["loc"] for item in found]
        for item in found:
            if item["type"] == "too_short" and any(place[: len(item["loc"])] == item["loc"] != place for place in places):
                continue  # a list that is too short only because of an entry with an error of its own
            field = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in item["loc"]).lstrip(".")
            lines = item["msg"].removeprefix("Value error, ").splitlines()
            problems += [": ".join(part for part in (file, entry, field, line) if part) for line in lines]
        return None
