"""The law as data: the rules, checked on loading.

One YAML file an instrument under `rules/`; `instruments.yaml` beside it has the level of each instrument and what a level may
carry. Code never names an article.

Invariants (tests/unit/test_analytics_catalogue.py holds one test a number)
1. Every error of every file is reported at once, each with file, entry, field and reason; nothing wrong is loaded in part. An
   entry without an id is named by its place, counted from 1: `rules[3]`.
2. A clause whose role or condition is known only from memory is disabled, with the reason; so is a rule with an unknown start.
3. A date or term from memory leaves a rule enabled and is listed as unverified.
4. A measure is carried by an instrument whose level may carry its nature: a city document alone carries nothing.
5. What financial institutions, associations or credit services execute is recommended, never mandatory.
6. The hash of a catalogue is the hash of its text: the same rules give the same hash.
7. The measures of one clause fare alike at the gate, and are all of its effect: a clause that records restricts nobody.
8. Every rule says how it is known (marks for roles, measures, term and start), and no measure is left without a clause.
9. A rule that rests on nothing but instruments of a disabled level (memoranda) is refused unless it is disabled itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple, Self, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from graph import codes, strict_yaml
from graph.errors import ConfigError

RULES = Path(__file__).parent / "rules"
RESPONDENT = "respondent"
"""Role of the party that a decision is against."""

MARKED = ("roles", "measures", "term", "in_force_from")
"""What a rule must say how it is known."""

FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Between these a rule came into force or ends; anything else is a slip."""

Mark = Literal["verbatim", "secondary", "memory"]
Nature = Literal["restriction", "own_list", "court_measure", "record"]
VOLUNTARY = frozenset({"financial_institution", "association", "credit_service", "public"})
"""Who may be asked and never bound."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


M = TypeVar("M", bound=_Model)


class Label(_Model):
    """A text in Chinese and English."""

    zh: str
    en: str


class BasisRef(_Model):
    """Instrument and article; the instrument must stand in `instruments.yaml`."""

    instrument: str
    article: str


def _written_day(value: object) -> object:
    """Refuse a bare number: `from: 2022` would be read as seconds since 1970."""
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) != len("2022-01-01"):
        raise ValueError(f"{value!r} is not a day: write YYYY-MM-DD")
    return value


def _real_year(value: date | None) -> date | None:
    if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"{value} is no year of a rule: it lies between {FIRST_YEAR} and {LAST_YEAR}")
    return value


Day = Annotated[date | None, BeforeValidator(_written_day), AfterValidator(_real_year)]


class InForce(_Model):
    """First and last day of a rule; no `from` disables the rule, no `until` means still in force."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    start: Day = Field(alias="from")
    until: Day = None


class TermRule(_Model):
    """How long the measures last unless the decision states a term, which always governs."""

    type: Literal["fixed", "by_decision", "open", "cap", "by_source_rule"]
    years: int | None = Field(default=None, ge=1, le=100, strict=True)
    starts: Literal["decision", "conduct_end"] = "decision"
    note: str = ""


class MeasureRule(_Model):
    """One measure: what it is, whether it must or may be taken, who takes it, and what carries it.

    `imposed_by` lists the coded acts by which a decision itself imposes this measure on a person it names.
    """

    id: str
    name: Label
    kind: Literal["mandatory", "recommended"]
    category: Literal["administrative", "market", "industry", "social"]
    target: Literal["enterprise", "person", "both"]
    nature: Nature = "restriction"
    executes: str = "competent_authority"
    basis: tuple[BasisRef, ...] = Field(min_length=1)
    imposed_by: tuple[str, ...] = ()
    note: str = ""


class Clause(_Model):
    """Who is reached, under what condition, by which measures."""

    id: str
    roles: tuple[str, ...] = Field(min_length=1)
    when: Literal["respondent", "office_at_conduct", "office_at_listing", "named"]
    timeline: Literal["legal", "register"] = "legal"
    needs: tuple[Literal["personal_fault"], ...] = ()
    effect: Literal["restrict", "record"]
    measures: tuple[str, ...] = Field(min_length=1)
    basis: tuple[BasisRef, ...] = ()
    evidence: Mapping[Literal["role", "condition"], Mark] = {}
    temporal_source: str = ""
    note: str = ""
    disabled: str = ""
    """Reason why this clause never reaches anybody; empty for one that is in use."""


class Rule(_Model):
    """One dated legal duty."""

    id: str
    version: int = 1
    title: Label
    authority: str
    domains: tuple[Literal["D1", "D2", "D3", "D4"], ...]
    in_force: InForce
    jurisdiction: Annotated[str, Field(pattern=r"^\d{2,6}$")] | None = None
    acts: tuple[str, ...] = Field(min_length=1)
    family: str | None = None
    cited_as: tuple[str, ...] = ()
    milder_than: tuple[str, ...] = ()
    basis: tuple[BasisRef, ...] = Field(min_length=1)
    relation: Literal["accessory", "independent", "none", "unclear"]
    term: TermRule
    exit: tuple[str, ...] = ()
    repair: str = ""
    objection: str = ""
    not_reached: tuple[str, ...] = ()
    evidence: Mapping[Literal["roles", "measures", "term", "in_force_from", "in_force_until"], Mark]
    measures: tuple[MeasureRule, ...] = Field(min_length=1)
    clauses: tuple[Clause, ...] = Field(min_length=1)
    source: str
    notes: str = ""
    disabled: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [*self._own_problems(), *self._measure_problems(), *self._clause_problems()]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _own_problems(self) -> Iterator[str]:
        yield from (f"acts: {act!r} is not in codes/acts.yaml" for act in self.acts if act not in codes.load("acts"))
        yield from (f"evidence: no mark for {field}" for field in MARKED if field not in self.evidence)
        if self.in_force.start and self.in_force.until and self.in_force.until < self.in_force.start:
            yield "in_force: ends before it starts"
        if (self.term.type in ("fixed", "cap")) != (self.term.years is not None):
            yield "term.years: goes with a fixed term or a cap, and with nothing else"

    def _measure_problems(self) -> Iterator[str]:
        if len({measure.id for measure in self.measures}) != len(self.measures):
            yield "measures: two share an id"
        used = {measure for clause in self.clauses for measure in clause.measures}
        for measure in self.measures:
            if measure.executes in VOLUNTARY and measure.kind == "mandatory":
                yield f"measures.{measure.id}.kind: {measure.executes} may be asked, never bound: recommended"
            if measure.id not in used:
                yield f"measures.{measure.id}: no clause uses it"
            for act in measure.imposed_by:
                if act not in codes.load("acts"):
                    yield f"measures.{measure.id}.imposed_by: {act!r} is not in codes/acts.yaml"

    def _clause_problems(self) -> Iterator[str]:
        if len({clause.id for clause in self.clauses}) != len(self.clauses):
            yield "clauses: two share an id"
        natures = {measure.id: measure.nature for measure in self.measures}
        for clause in self.clauses:
            place = f"clauses.{clause.id}"
            yield from (f"{place}.measures: no measure {m!r}" for m in clause.measures if m not in natures)
            for role in clause.roles:
                if role != RESPONDENT and role not in codes.load("roles"):
                    yield f"{place}.roles: {role!r} is not in codes/roles.yaml"
            if (clause.when == "respondent") != (clause.roles == (RESPONDENT,)):
                yield f"{place}.when: `when: respondent` goes with `roles: [respondent]` and nothing else"
            for m in clause.measures:
                if m in natures and (natures[m] == "record") != (clause.effect == "record"):
                    yield f"{place}.effect: {m} is of nature {natures[m]}: to record and to restrict are different effects"

    @property
    def unverified(self) -> tuple[str, ...]:
        """Fields that are known from memory only."""
        return tuple(sorted(field for field, mark in self.evidence.items() if mark == "memory"))

    def measures_of(self, clause: Clause) -> list[MeasureRule]:
        """Return the measures of a clause, in its order."""
        known = {measure.id: measure for measure in self.measures}
        return [known[m] for m in clause.measures]

    def why_disabled(self, clause: Clause) -> str:
        """Return why a clause is not in use, empty where it is."""
        if self.disabled or clause.disabled:
            return self.disabled or clause.disabled
        if self.in_force.start is None:
            return "the day on which the rule came into force is unknown"
        role_mark = clause.evidence.get("role", self.evidence.get("roles"))
        memory = [name for name, mark in (("role", role_mark), ("condition", clause.evidence.get("condition"))) if mark == "memory"]
        return f"known from memory only: {', '.join(memory)}" if memory else ""


class Level(_Model):
    """What instruments of one level may carry; `disabled` levels start nothing at all."""

    carries: tuple[Nature, ...] = ()
    disabled: bool = False
    label: Label
    note: str = ""


class Instruments(_Model):
    """Levels of instruments and the instruments themselves (name -> level)."""

    levels: Mapping[str, Level]
    instruments: Mapping[str, str]

    @model_validator(mode="after")
    def _known_levels(self) -> Self:
        unknown = {f"{name}: {level}" for name, level in self.instruments.items() if level not in self.levels}
        if unknown:
            raise ValueError(f"instruments of unknown level: {sorted(unknown)}")
        return self

    def level(self, basis: BasisRef) -> Level:
        """Return the level of the instrument of a basis."""
        return self.levels[self.instruments[basis.instrument]]

    def carrying(self, measure: MeasureRule) -> list[BasisRef]:
        """Return the bases of a measure whose level may carry its nature."""
        return [basis for basis in measure.basis if measure.nature in self.level(basis).carries]


class Catalogue:
    """The rules in use, looked up by coded act.

    Parameters
    ----------
    rules : iterable of Rule
        Ids must be unique.
    instruments : Instruments
        Levels and what they carry.
    text : str
        The files it was read from, as `join_text` writes them, kept so that a past answer can be derived again.
    """

    def __init__(self, rules: Iterable[Rule], instruments: Instruments, text: str) -> None:
        self.rules: Mapping[str, Rule] = {rule.id: rule for rule in rules}
        self.instruments = instruments
        self.text = text

    @cached_property
    def hash(self) -> str:
        """Hash of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @cached_property
    def _by_act(self) -> Mapping[str, tuple[Rule, ...]]:
        table: dict[str, list[Rule]] = {}
        for rule in self.rules.values():
            for act in rule.acts:
                table.setdefault(act, []).append(rule)
        return {act: tuple(rules) for act, rules in table.items()}

    def triggered_by(self, acts: Iterable[str]) -> Iterator[Rule]:
        """Yield each rule that one of the acts triggers, once, in the order of ids."""
        found = {rule.id: rule for act in acts for rule in self._by_act.get(act, ())}
        yield from (found[rule_id] for rule_id in sorted(found))


def load_catalogue(folder: Path = RULES) -> Catalogue:
    """Read and check every file of a folder of rules.

    Raises
    ------
    ConfigError
        One message a line: file, entry, field, reason.
    """
    files: dict[str, str] = {}
    problems: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            files[path.name] = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            problems[path.name] = "is not UTF-8"
        except OSError as error:
            problems[path.name] = f"cannot be read: {error.strerror}"
    return _parsed(files, problems)


def join_text(files: Mapping[str, str]) -> str:
    """Return all files as one text (what a `CatalogueVersion` keeps); `split_text` takes it apart again."""
    return json.dumps(dict(files), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def split_text(text: str) -> dict[str, str]:
    """Undo `join_text`.

    Raises
    ------
    ConfigError
        The text is not of `join_text`.
    """
    try:
        files = json.loads(text)
    except ValueError as error:
        raise ConfigError(f"the text of the rules cannot be read: {error}") from error
    if not isinstance(files, dict) or not all(isinstance(content, str) for content in files.values()):
        raise ConfigError("the text of the rules cannot be read: it is no object of files")
    return files


def parse_catalogue(files: Mapping[str, str]) -> Catalogue:
    """Check rule files given as text (name -> YAML); see `load_catalogue`."""
    return _parsed(files, {})


def _parsed(files: Mapping[str, str], unreadable: Mapping[str, str]) -> Catalogue:
    """Check rule files; those that could not be read at all come with the reason."""
    broken = dict(unreadable)
    contents = {name: content for name in sorted(files) if (content := _yaml(name, files[name], broken)) is not _NOTHING}
    if "instruments.yaml" not in {*files, *broken}:
        broken["instruments.yaml"] = "the file is missing"
    problems = [f"{name}: {reason}" for name, reason in sorted(broken.items())]
    instruments = None
    if "instruments.yaml" in contents:
        instruments = _read(Instruments, "instruments.yaml", "", contents.pop("instruments.yaml"), problems)
    known = None if instruments is None else instruments.instruments
    entries: list[_Entry] = []
    for name, content in contents.items():
        if not isinstance(content, dict) or set(content) != {"instrument", "rules"} or not isinstance(content["rules"], list):
            problems.append(f"{name}: expected `instrument:` and a list `rules:`, and nothing else")
            continue
        if known is not None and (not isinstance(content["instrument"], str) or content["instrument"] not in known):
            problems.append(f"{name}: instrument: no instrument {content['instrument']!r} in instruments.yaml")
        entries += [_Entry(name, place, entry) for place, entry in enumerate(content["rules"], 1)]
    rules: list[Rule] = []
    for entry in entries:
        rule = _read(Rule, entry.file, entry.name, entry.content, problems)
        unknown = [] if known is None else _unknown_instruments(entry.content, known)
        problems += [f"{entry.file}: {entry.name}: {problem}" for problem in unknown]
        if rule is not None:
            rules.append(rule)
            if instruments is not None and not unknown:
                problems += [f"{entry.file}: {rule.id}: {problem}" for problem in _gate_problems(rule, instruments)]
    problems += _id_problems(entries)
    if problems or instruments is None:
        raise ConfigError("\n".join(problems))
    return Catalogue(rules, instruments, join_text(files))


class _Entry(NamedTuple):
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
    def name(self) -> str:
        """Its id, else its place."""
        return self.id or f"rules[{self.place}]"


def _id_problems(entries: Iterable[_Entry]) -> Iterator[str]:
    """Look at the ids of all entries, those with other errors included."""
    places: dict[str, list[str]] = {}
    milder: list[tuple[str, object]] = []
    for entry in entries:
        if entry.id is None:
            continue
        places.setdefault(entry.id, []).append(f"{entry.file} rules[{entry.place}]")
        others = entry.content.get("milder_than")
        milder += [(entry.id, other) for other in others] if isinstance(others, list) else []
    yield from (f"{name}: stands more than once: {', '.join(found)}" for name, found in places.items() if len(found) > 1)
    unknown = dict.fromkeys((name, other) for name, other in milder if isinstance(other, str) and other not in places)
    yield from (f"{name}.milder_than: no rule {other!r}" for name, other in unknown)


def _unknown_instruments(content: object, known: Mapping[str, str]) -> list[str]:
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


def _read(model: type[M], file: str, entry: str, content: object, problems: list[str]) -> M | None:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        for item in error.errors():
            field = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in item["loc"]).lstrip(".")
            lines = item["msg"].removeprefix("Value error, ").splitlines()
            problems += [": ".join(part for part in (file, entry, field, line) if part) for line in lines]
        return None
