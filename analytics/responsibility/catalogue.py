"""The law as data: the rules, checked on loading.

One YAML file an instrument under `rules/`; `instruments.yaml` beside it has the level of each instrument and what a level may
carry. Code never names an article. How an entry is written: `rule_format`; how files are checked: `rule_files`.

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
10. Versions of one id have days in force that do not overlap.
11. A rule is milder than earlier ones of its own family, and not than itself.
12. What was recorded is read again as it was taken: what is asked of rules since (`rule_sense`, 11) refuses no past catalogue.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

from analytics.responsibility.instruments import Instruments, Level
from analytics.responsibility.reach import Reach
from analytics.responsibility.rule_files import check_files
from analytics.responsibility.rule_format import RESPONDENT, Clause, Rule
from analytics.responsibility.rule_measures import VOLUNTARY, BasisRef, MeasureRule
from analytics.responsibility.rule_terms import InForce, TermRule
from analytics.responsibility.said import Label
from graph.errors import ConfigError

__all__ = [
    "RESPONDENT",
    "RULES",
    "VOLUNTARY",
    "BasisRef",
    "Catalogue",
    "Clause",
    "InForce",
    "Instruments",
    "Label",
    "Level",
    "MeasureRule",
    "Rule",
    "TermRule",
    "as_recorded",
    "catalogue_from",
    "join_text",
    "laid_over",
    "load_catalogue",
    "parse_catalogue",
    "read_folder",
    "read_paths",
    "shipped",
    "split_text",
]

RULES = Path(__file__).parent / "rules"


class Catalogue:
    """The rules in use, looked up by coded act.

    Parameters
    ----------
    rules : iterable of Rule
        Several of one id are versions, which follow each other.
    instruments : Instruments
        Levels and what they carry.
    text : str
        The files it was read from, as `join_text` writes them, kept so that a past answer can be derived again.
    doubts : iterable of str
        What is no error and a lawyer should look at, one message a line: file, entry, field, reason.
    """

    def __init__(self, rules: Iterable[Rule], instruments: Instruments, text: str, doubts: Iterable[str] = ()) -> None:
        self.versions: tuple[Rule, ...] = tuple(sorted(rules, key=lambda rule: (rule.id, rule.version)))
        self.rules: Mapping[str, Rule] = {rule.id: rule for rule in self.versions}
        """The last version of each id."""
        self.instruments = instruments
        self.text = text
        self.doubts = tuple(doubts)

    @cached_property
    def hash(self) -> str:
        """Hash of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @cached_property
    def _by_act(self) -> Mapping[str, tuple[Rule, ...]]:
        table: dict[str, list[Rule]] = {}
        for rule in self.versions:
            for act in rule.acts:
                table.setdefault(act, []).append(rule)
        return {act: tuple(rules) for act, rules in table.items()}

    @cached_property
    def _by_version(self) -> Mapping[tuple[str, int], Rule]:
        return {(rule.id, rule.version): rule for rule in self.versions}

    @cached_property
    def _reaches(self) -> dict[tuple[str, int, str, str], Reach]:
        return {}

    def reach(self, rule: Rule, clause: Clause, kind: str) -> Reach:
        """Return what the rules say of a clause of one of them, for parties of a kind."""
        key = rule.id, rule.version, clause.id, kind
        if key not in self._reaches:
            self._reaches[key] = Reach(rule, clause, kind, self.instruments)
        return self._reaches[key]

    def version(self, rule: str, version: int) -> Rule | None:
        """Return one version of a rule, None where the catalogue does not have it."""
        return self._by_version.get((rule, version))

    def version_or_last(self, rule: str, version: int) -> Rule | None:
        """Return one version of a rule, the last where the catalogue does not have it, None where it has none."""
        return self.version(rule, version) or self.rules.get(rule)

    def triggered_by(self, acts: Iterable[str]) -> Iterator[Rule]:
        """Yield each rule that one of the acts triggers, once a version, in the order of ids and versions."""
        found = {(rule.id, rule.version): rule for act in acts for rule in self._by_act.get(act, ())}
        yield from (found[key] for key in sorted(found))


def load_catalogue(folder: Path = RULES) -> Catalogue:
    """Read and check every file of a folder of rules.

    Raises
    ------
    ConfigError
        One message a line: file, entry, field, reason.
    """
    files, unreadable = read_folder(folder)
    return catalogue_from(files, unreadable)


@cache
def shipped() -> Catalogue:
    """Return the rules that ship, read once: whoever asks again in this process gets the same, which nobody alters."""
    return load_catalogue()


def read_folder(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return the texts of a folder of rules by name, and why the others could not be read."""
    files, problems = read_paths(sorted(folder.glob("*.yaml")))
    return files, problems | {path.name: "is not read: the name of a file of rules ends in .yaml" for path in folder.glob("*.yml")}


def read_paths(paths: Iterable[Path]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the texts of files by name, and why the others could not be read."""
    files: dict[str, str] = {}
    problems: dict[str, str] = {}
    for path in paths:
        try:
            files[path.name] = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            problems[path.name] = "is not UTF-8"
        except OSError as error:
            problems[path.name] = f"cannot be read: {error.strerror}"
    return files, problems


def laid_over(files: Iterable[Path], folder: Path = RULES) -> Catalogue:
    """Check files as they would stand in a folder of rules: beside the others, in the place of those of the same name.

    Raises
    ------
    ConfigError
        One message a line: file, entry, field, reason.
    """
    texts, unreadable = read_folder(folder)
    given, broken = read_paths(files)
    together = {name: text for name, text in (texts | given).items() if name not in broken}
    return catalogue_from(together, unreadable | broken)


def parse_catalogue(files: Mapping[str, str]) -> Catalogue:
    """Check rule files given as text (name -> YAML); see `load_catalogue`."""
    return catalogue_from(files)


def catalogue_from(files: Mapping[str, str], unreadable: Mapping[str, str] | None = None) -> Catalogue:
    """Check rule files; those that could not be read at all come with the reason. Raises `ConfigError` as `load_catalogue` does."""
    checked = check_files(files, unreadable)
    return Catalogue(checked.rules, checked.instruments, join_text(files), checked.doubts)


def as_recorded(text: str) -> Catalogue:
    """Return the catalogue of a text that was recorded (`join_text`), as it was taken then: see `rule_files`, 12.

    Raises
    ------
    ConfigError
        The text is not of `join_text`, or is of no rules.
    """
    files = split_text(text)
    checked = check_files(files, recorded=True)
    return Catalogue(checked.rules, checked.instruments, join_text(files), checked.doubts)


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
