"""Rule files, read and checked; every error of every file at once.

Invariants (tests/unit/test_analytics_catalogue.py holds one test a number)
1. Every error of every file is reported at once, each with file, entry, field and reason; nothing wrong is loaded in part. An
   entry without an id is named by its place, counted from 1: `rules[3]`.
7. The measures of one clause fare alike at the gate, and are all of its effect: a clause that records restricts nobody.
9. A rule that rests on nothing but instruments of a disabled level (memoranda) is refused unless it is disabled itself.
10. Versions of one id have days in force that do not overlap.
11. A rule is milder than earlier ones of its own family, and not than itself.
12. What was recorded is read again as it was taken: what is asked of rules since (`rule_sense`, 11) refuses no past catalogue.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from analytics.responsibility.instruments import Instruments, late, problems_in
from analytics.responsibility.instruments import partly as partly_instruments
from analytics.responsibility.partial import holds, partly, read
from analytics.responsibility.rule_doubts import doubts_of, shared_ids
from analytics.responsibility.rule_format import Clause, Rule
from analytics.responsibility.rule_measures import ID, BasisRef
from analytics.responsibility.rule_sense import senseless, unseen
from analytics.responsibility.rule_terms import InForce
from analytics.responsibility.rule_versions import Span, circles, overlaps
from graph import strict_yaml
from graph.errors import ConfigError
from graph.strict_yaml import Flaw

INSTRUMENTS: Final = "instruments.yaml"
M = TypeVar("M", bound=BaseModel)


class Checked(NamedTuple):
    """What the files say, all of it right, and what a lawyer should look at all the same."""

    rules: tuple[Rule, ...]
    instruments: Instruments
    doubts: tuple[str, ...] = ()


class Document(NamedTuple):
    """What a file holds, and what in its text could not be taken as it stands."""

    content: Any
    flaws: Sequence[Flaw]


class Entry(NamedTuple):
    """One entry of a list of rules as it stands in its file, right or wrong."""

    file: str
    place: int
    content: Any
    flaws: tuple[Flaw, ...] = ()
    twin: bool = False
    """Whether another entry of the file bears the same id, so that the id alone does not say which of them is meant."""
    instrument: object = None
    """What the file says its instrument is."""

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
    def family(self) -> str:
        """The family of which it is a version, its own id where it names none."""
        found = self.content.get("family")
        return found if isinstance(found, str) else f"={self.id}"

    @property
    def milder_than(self) -> list[str]:
        """The ids of which it says that it is milder."""
        others = self.content.get("milder_than")
        return [other for other in others if isinstance(other, str)] if isinstance(others, list) else []

    @property
    def name(self) -> str:
        """Its id, with its place where that is not enough; its place alone where it has none that can stand in a line."""
        place = f"rules[{self.place}]"
        if self.id is None or not self.id.isprintable():
            return place
        return f"{self.id} {place}" if self.twin else self.id


def check_files(files: Mapping[str, str], unreadable: Mapping[str, str] | None = None, *, recorded: bool = False) -> Checked:
    """Check rule files; those that could not be read at all come with the reason, and those that were taken before are `recorded`.

    Raises
    ------
    ConfigError
        One message a line: file, entry, field, reason.
    """
    broken = dict(unreadable or {})
    texts = sorted(files.items())
    documents = {name: found for name, text in texts if (found := _yaml(name, text, broken, recorded=recorded)) is not None}
    if INSTRUMENTS not in {*files, *broken}:
        broken[INSTRUMENTS] = "the file is missing"
    problems = [f"{name}: {reason}" for name, reason in sorted(broken.items())]
    given = documents.pop(INSTRUMENTS, None)
    instruments = None if given is None else _instruments(given, problems, recorded=recorded)
    known = None if given is None else _instrument_names(given.content)
    entries = _entries(documents, known, problems)
    rules: list[Rule] = []
    for entry in entries:
        rule = _rule(entry, known, instruments, problems, recorded=recorded)
        rules += [rule] if rule is not None else []
    problems += _id_problems(entries)
    problems += _milder_problems(entries, recorded=recorded)
    problems += _overlaps(entries)
    if problems or instruments is None:
        raise ConfigError("\n".join(problems))
    doubts = [f"{e.file}: {r.id}: {doubt}" for e, r in zip(entries, rules, strict=True) for doubt in doubts_of(r, instruments)]
    doubts += shared_ids(zip((entry.file for entry in entries), rules, strict=True))
    return Checked(tuple(rule.marked() for rule in rules), instruments, tuple(doubts))


def _instruments(given: Document, problems: list[str], *, recorded: bool) -> Instruments:
    """Return the instruments, as far as they could be read."""
    hidden = [] if recorded else [*unseen(given.content)]
    problems += [f"{INSTRUMENTS}: {_field(flaw.path)}: {flaw.reason}" for flaw in hidden]
    found = read_as(Instruments, INSTRUMENTS, "", given.content, problems, given.flaws)
    if found is not None and not given.flaws:
        return found
    content = given.content if isinstance(given.content, dict) else {}
    told = set(problems)
    problems += [line for line in (f"{INSTRUMENTS}: {problem}" for problem in problems_in(content)) if line not in told]
    return partly_instruments(content)


def _rule(
    entry: Entry, known: Collection[str] | None, instruments: Instruments | None, problems: list[str], *, recorded: bool
) -> Rule | None:
    """Check one entry in every way, whatever is wrong with it; return the rule if nothing is."""
    before = len(problems)
    rule = read_as(Rule, entry.file, entry.name, entry.content, problems, entry.flaws, by_id=True)
    seen = rule if rule is not None else partly(Rule, entry.content)
    wrong = list(seen.problems()) if rule is None else []
    senses = [] if recorded else [*senseless(entry.content, seen)]
    wrong += [f"{_field(flaw.path, entry.content) or 'entry'}: {flaw.reason}" for flaw in senses]
    wrong += [] if known is None else _unknown_instruments(entry, known)
    wrong += [] if instruments is None else _gate_problems(seen, instruments, recorded=recorded)
    lines = [f"{entry.file}: {entry.name}: {problem}" for problem in wrong]
    problems += [line for line in dict.fromkeys(lines) if line not in problems[before:]]
    return rule if len(problems) == before else None


def _instrument_names(given: object) -> frozenset[str] | None:
    """Return the names of the instruments, even of a file with errors of its own; None where it has no such table at all."""
    names = given.get("instruments") if isinstance(given, dict) else None
    return frozenset(map(str, names)) if isinstance(names, dict) else None


def _entries(documents: Mapping[str, Document], known: Collection[str] | None, problems: list[str]) -> list[Entry]:
    entries: list[Entry] = []
    for name, (content, flaws) in documents.items():
        own = [flaw for flaw in flaws if not (flaw.path[:1] == ("rules",) and len(flaw.path) > 1)]
        problems += [f"{name}: {_field(flaw.path)}: {flaw.reason}" for flaw in own]
        if not isinstance(content, dict) or not isinstance(content.get("rules"), list) or set(content) != {"instrument", "rules"}:
            problems.append(f"{name}: expected `instrument:` and a list `rules:`, and nothing else")
        if not isinstance(content, dict):
            continue
        cited = content.get("instrument")
        if isinstance(cited, str) and not cited.strip():
            problems.append(f"{name}: instrument: is empty")
        elif "instrument" in content and known is not None and (not isinstance(cited, str) or cited not in known):
            problems.append(f"{name}: instrument: no instrument {cited!r} in instruments.yaml")
        rules = content.get("rules")
        if rules == []:
            problems.append(f"{name}: rules: is empty, a file has one rule at least")
        inside: dict[str | int, list[Flaw]] = {}
        for flaw in flaws:
            if flaw.path[:1] == ("rules",) and len(flaw.path) > 1:
                inside.setdefault(flaw.path[1], []).append(Flaw(flaw.path[2:], flaw.reason))
        for place, entry in enumerate(rules if isinstance(rules, list) else ()):
            entries.append(Entry(name, place + 1, entry, tuple(inside.get(place, ())), instrument=cited))
    bearers = Counter((entry.file, entry.id) for entry in entries)
    return [entry._replace(twin=entry.id is not None and bearers[entry.file, entry.id] > 1) for entry in entries]


def _id_problems(entries: Iterable[Entry]) -> Iterator[str]:
    """Look at the ids of all entries, those with other errors included; versions of one id are no repetition."""
    places: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        if entry.id is not None:
            places.setdefault((entry.id, str(entry.version)), []).append(f"{entry.file} rules[{entry.place}]")
    yield from (f"{name}: stands more than once: {', '.join(found)}" for (name, _), found in places.items() if len(found) > 1)


def _milder_problems(entries: Iterable[Entry], *, recorded: bool) -> Iterator[str]:
    """Look at what is milder than what: a rule that there is, of the same family, and in the end never itself."""
    named = [entry for entry in entries if entry.id is not None]
    families: dict[str | None, set[str]] = {}
    for entry in named:
        families.setdefault(entry.id, set()).add(entry.family)
    milder: dict[str, set[str]] = {}
    for entry in named:
        milder.setdefault(str(entry.id), set()).update(entry.milder_than)
    circular = circles(milder)
    told: dict[str, None] = {}
    for entry in named:
        place = f"{entry.file}: {entry.name}: milder_than"
        for other in entry.milder_than:
            if other not in families:
                told[f"{place}: no rule {other!r}"] = None
            elif entry.family not in families[other] and not recorded:
                told[f"{place}: {other} is of another family, so that the two never answer one act"] = None
        if entry.milder_than and entry.id in circular:
            told[f"{place}: leads back to {entry.id}"] = None
    yield from told


def _overlaps(entries: Iterable[Entry]) -> Iterator[str]:
    """Name versions of one id that are in force on one day, whatever else is wrong with them."""
    dated: dict[str, list[tuple[Entry, Span]]] = {}
    for entry in entries:
        if entry.id is not None and (days := _days(entry)) is not None:
            dated.setdefault(entry.id, []).append((entry, Span(str(entry.version), *days)))
    for name, found in dated.items():
        for earlier, later, more in overlaps([span for _, span in found]):
            (one, first), (two, last) = found[earlier], found[later]
            where = f"{one.file} rules[{one.place}], {two.file} rules[{two.place}]"
            versions = f"versions {first.version} and {last.version}"
            others = f", and {more} more overlap {last.version}" if more else ""
            yield f"{two.file}: {name}: in_force: {versions} are in force on the same days ({where}){others}"


def _days(entry: Entry) -> tuple[date, date] | None:
    """Return the first and last day of an entry, None where they cannot be read (which is an error of its own)."""
    try:
        force = InForce.model_validate(entry.content.get("in_force"))
    except ValidationError:
        return None
    return force.start or date.min, force.until or date.max


def _unknown_instruments(entry: Entry, known: Collection[str]) -> Iterator[str]:
    """Name every `instrument:` inside an entry that is none, once, with the fields that cite it; the file's own is told of it."""
    fields: dict[str, dict[str, None]] = {}
    for field, name in _cited(entry.content, ""):
        if name.strip() and name not in known and name != entry.instrument:
            fields.setdefault(name, {})[field or "entry"] = None
    for name, (first, *others) in fields.items():
        yield f"{first}: no instrument {name!r} in instruments.yaml" + (f" (nor for {', '.join(others)})" if others else "")


def _cited(content: object, field: str) -> Iterator[tuple[str, str]]:
    """Yield (field, instrument) of everything that cites one; an item of a list goes by its id where it has one."""
    if isinstance(content, dict):
        if isinstance(content.get("instrument"), str):
            yield field, content["instrument"]
        for key, value in content.items():
            yield from _cited(value, f"{field}.{key}" if field else str(key))
    elif isinstance(content, list):
        for place, item in enumerate(content):
            own = _id_in(item)
            cites = isinstance(item, dict) and "instrument" in item
            yield from _cited(item, f"{field}.{own}" if own else field if cites else f"{field}[{place + 1}]")


def _gate_problems(rule: Rule, instruments: Instruments, *, recorded: bool) -> Iterator[str]:
    """Look at the hierarchy gate, as far as the entry and the instruments could be read."""
    fields = [] if recorded else read(lambda: [*late(rule, instruments)], [])
    yield from (f"{field}: is in force since {day}, when the rule had ended" for field, day, never in fields if never)
    for clause in read(lambda: rule.clauses, ()):
        if holds(lambda clause=clause: _differ(rule, clause, instruments)):  # type: ignore[misc]
            yield f"clauses.{clause.id}: measures of one clause differ at the gate: split the clause"
    if holds(lambda: not rule.disabled and rule.basis and _all_disabled(rule.basis, instruments)):
        yield "basis: rests on nothing but instruments of a disabled level: say why in `disabled`"


def _differ(rule: Rule, clause: Clause, instruments: Instruments) -> bool:
    """Say whether some measures of a clause are carried, or from a day on, and others not; unknown instruments do not count."""
    known = {measure.id: measure for measure in rule.measures}
    used = [known[name] for name in clause.measures if name in known]
    start = rule.in_force.start or date.min
    fare = {max(instruments.carried_from(measure), start) for measure in used if instruments.knows(measure.basis)}
    return len(fare) > 1 and bool(clause.id)


def _all_disabled(bases: Collection[BasisRef], instruments: Instruments) -> bool:
    return instruments.knows(bases) and all(instruments.level(basis).disabled for basis in bases)


def _yaml(name: str, text: str, broken: dict[str, str], *, recorded: bool = False) -> Document | None:
    try:
        return Document(*strict_yaml.read_on(text, decimal=not recorded))
    except yaml.YAMLError as error:
        broken[name] = f"not YAML: {strict_yaml.told(error)}"
    return None


def _field(path: Iterable[str | int], content: object = None) -> str:
    """Return a path as the name of a field: `measures[2].kind`, or `measures.M-2.kind` where the content has an id there."""
    told, here = "", content
    for part in path:
        here = _inside(here, part)
        own = _id_in(here) if isinstance(part, int) else None
        told += f".{own}" if own else f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return told.lstrip(".")


def _inside(content: object, part: str | int) -> object:
    if isinstance(content, dict):
        return content.get(part)
    return content[part] if isinstance(content, list) and isinstance(part, int) and part < len(content) else None


def _id_in(item: object) -> str | None:
    """Return the id of an item of a list, None where it has none that can stand in a line."""
    own = item.get("id") if isinstance(item, dict) else None
    return own if isinstance(own, str) and re.fullmatch(ID, own) else None


def read_document(model: type[M], path: Path) -> M:
    """Read and check a file that is one document.

    Raises
    ------
    ConfigError
        One message a line: file, field, reason.
    """
    broken: dict[str, str] = {}
    document = _yaml(path.name, path.read_text(encoding="utf-8"), broken)
    problems = [f"{name}: {reason}" for name, reason in broken.items()]
    found = None if document is None else read_as(model, path.name, "", document.content, problems, document.flaws)
    if found is None or problems:
        raise ConfigError("\n".join(problems))
    return found


def read_as(
    model: type[M],
    file: str,
    entry: str,
    content: object,
    problems: list[str],
    flaws: Sequence[Flaw] = (),
    *,
    by_id: bool = False,
) -> M | None:
    """Return the content as a model; None, and every reason among the problems, where it is none.

    What was told of the text itself (`flaws`) is not told again of the value. `by_id`: an item of a list that has an id goes by it.
    """
    known = content if by_id else None
    values = [flaw.path for flaw in flaws if flaw.reason != strict_yaml.TWICE]
    problems += [": ".join(part for part in (file, entry, _field(flaw.path, known), flaw.reason) if part) for flaw in flaws]
    try:
        found = model.model_validate(content)
    except ValidationError as error:
        items = error.errors()
        places = [item["loc"] for item in items]
        for item in items:
            if item["type"] == "too_short" and any(place[: len(item["loc"])] == item["loc"] != place for place in places):
                continue  # a list that is too short only because of an entry with an error of its own
            if any(item["loc"][: len(path)] == path for path in values):
                continue
            lines = item["msg"].removeprefix("Value error, ").splitlines()
            problems += [": ".join(part for part in (file, entry, _field(item["loc"], known), line) if part) for line in lines]
        return None
    return None if flaws else found
