"""Look before a change goes live: what another catalogue, or a correction of one statement, would do to the findings.

Invariants (tests/unit/test_api_impact.py holds one test a number)
1. Nothing is recorded by asking.
2. What is foreseen of a correction or retraction is what happens once it is recorded and derived.
3. What is foreseen of another catalogue is what happens once everything is derived with it.
4. A statement that is not current, a field that it does not have and a value that it cannot hold are refused.
5. What differs between two catalogues is told, also an instrument of another level that nothing loaded shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from analytics.responsibility.catalogue import Catalogue, as_recorded, shipped
from analytics.responsibility.impact import Effect, Impact, changed_instruments, changed_rules, compare
from analytics.responsibility.laying import Laid, lay, lay_text
from analytics.responsibility.propagation import propagate as derive
from api.locales import Texts
from api.use_cases.altering import corrected, current
from api.use_cases.describing import line, origin
from api.use_cases.findings import dated_by, decision_json
from api.use_cases.propagating import all_decisions, touched_by
from api.use_cases.reading import CATALOGUE, StillToCome, catalogue_at, version_of
from graph.errors import InputError, NotFound
from graph.model import CatalogueVersion, Fact, Finding, Payload, Recorded
from graph.snapshot import Snapshot
from graph.snapshot.scope import snapshot_about
from graph.snapshot.then import on_day
from graph.store.base import Store
from graph.store.mentions import spoken_of

SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: the catalogue, what was given for it, and how files and folders were laid (else None)."""

    catalogue: Catalogue
    given: str
    laid: Laid | None = None


def side_of(store: Store, given: Sequence[str], *, whole: bool = False) -> Side:
    """Return the catalogue that some texts mean.

    Parameters
    ----------
    store : Store
        Where catalogues were recorded.
    given : sequence of str
        One text as `catalogue_of` takes it; or several files and folders of rules, laid over those that ship.
    whole : bool
        Take a folder by itself, though it lacks rules that ship.

    Raises
    ------
    NotFound, ConfigError
        See `catalogue_of`; of several texts one is neither a file nor a folder.
    """
    paths = [Path(text) for text in given if text != SHIPPED and Path(text).exists()]
    if len(paths) == len(given):
        return _laid(paths, given, whole=whole)
    if len(given) > 1:
        missing = next(text for text in given if text == SHIPPED or not Path(text).exists())
        zh = f"“{missing}”不是文件，也不是文件夹：给出几个时，每一个都须是"
        raise NotFound(f"{missing!r} is no file and no folder: of several, each has to be one", zh=zh)
    if whole:
        raise NotFound(f"{given[0]!r} is no folder", zh=f"“{given[0]}”不是文件夹")
    return Side(catalogue_of(store, given[0]), given[0])


def _laid(paths: Sequence[Path], given: Sequence[str], *, whole: bool) -> Side:
    laid = lay(paths, whole=whole)
    return Side(laid.catalogue, ", ".join(given), laid)


def side_of_text(text: str, name: str) -> Side:
    """Return the catalogue that one text of rules makes of those that ship; raises `ConfigError` with every error of it."""
    laid = lay_text(text, name)
    return Side(laid.catalogue, name, laid)


def taken(side: Side, words: Texts) -> str:
    """Return how what was given for a side was taken, for whoever asks to see."""
    if side.laid is None:
        return words.label("diff_side", side.given)
    if side.laid.alone:
        return words.say("diff.alone", given=side.given, count=len(side.catalogue.rules))
    join = words.words["list.join"].join
    laid = side.laid
    how = (("diff.replaced", laid.replaced), ("diff.added", laid.added), ("diff.gate", laid.gate))
    said = [words.say(key, rules=join(rules)) for key, rules in how if rules]
    return words.say("diff.laid", given=side.given, how=join(said) or words.say("diff.same"))


def catalogue_of(store: Store, text: str) -> Catalogue:
    """Return the catalogue that a text means.

    Parameters
    ----------
    store : Store
        Where catalogues were recorded.
    text : str
        `shipped`; a file or folder of rules, laid over those that ship unless the folder holds them all; the beginning of the hash
        of a recorded catalogue; or a version or time (see `version_of`) whose catalogue is meant.

    Raises
    ------
    NotFound
        Nothing was derived by that version.
    ConfigError
        The rules have errors.
    """
    if text != SHIPPED and (path := Path(text)).exists():
        return lay([path]).catalogue
    return recorded_catalogue(store, text)


def recorded_catalogue(store: Store, text: str) -> Catalogue:
    """Return the catalogue that a text means, as `catalogue_of`, and never look at a file: the text may come from anywhere."""
    if text == SHIPPED:
        return shipped()
    recorded = [each.fact.value for each in store.history(CATALOGUE) if isinstance(each.fact.value, CatalogueVersion)]
    named = {value.hash: value for value in recorded if len(text) > _SHORT and value.hash.startswith(text)}
    if len(named) == 1:
        return as_recorded(next(iter(named.values())).text)
    try:
        version = version_of(store, text)
    except StillToCome:
        raise
    except InputError:
        told = f"{text!r} is no file or folder here, no recorded catalogue (its hash) and no version or time"
        zh = f"“{text}”不是这里的文件或文件夹，不是在案的规则目录（其哈希值），也不是版本或时间"
        raise NotFound(told, zh=zh) from None
    if not isinstance(store.get(CATALOGUE, version), Recorded):
        zh = f"版本 {version} 时尚未推导，没有在案的规则目录"
        raise NotFound(f"nothing had been derived at version {version}, so that no catalogue was recorded", zh=zh)
    return catalogue_at(store, version, shipped())


_SHORT = 5
"""Up to so many characters a text is a version and not the beginning of a hash."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What changes, and the graph before and after; of a correction also the statement, and as corrected (None: retracted)."""

    impact: Impact
    before: Snapshot
    after: Snapshot
    statement: Fact[Payload] | None = None
    corrected: Fact[Payload] | None = None


def of_rules(
    store: Store,
    old: Catalogue,
    new: Catalogue,
    known_at: int | None = None,
    as_of: date | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Foreseen:
    """Derive everything that is loaded with both catalogues, and return what differs; on a day, of no later decision.

    `tell` is called with the number of decisions done, and of how many; it may raise to stop.
    """
    version = store.version() if known_at is None else known_at
    snapshot = on_day(snapshot_about(store, all_decisions(store, version), version), as_of)
    decisions = [fact.value.id for fact in snapshot.decisions() if dated_by(snapshot, fact.value.id, as_of)]
    sides: list[list[Finding]] = [[], []]
    for number, each in enumerate(decisions, 1):
        for side, catalogue in zip(sides, (old, new), strict=True):
            side += derive(snapshot, each, catalogue)
        if tell is not None:
            tell(number, len(decisions))
    return Foreseen(compare(*sides), snapshot, snapshot)


def of_statement(
    store: Store, catalogue: Catalogue, statement: str, changes: Mapping[str, str], as_of: date | None = None
) -> Foreseen:
    """Derive what one statement touches, without it or with it corrected.

    Parameters
    ----------
    store : Store
        Where it is recorded.
    catalogue : Catalogue
        The rules.
    statement : str
        Id or key of a statement, or id of a decision.
    changes : mapping
        Field -> new value as text (`null` for none); JSON where the field is no word. Empty: the statement is retracted.
    as_of : date, optional
        Leave out findings of decisions that certainly came later, before and after.

    Raises
    ------
    NotFound
        There is no such statement.
    Refused
        It is not current, or nothing is derived from its kind.
    InputError
        It has no such field, or the field cannot hold the value.
    """
    fact = current(store, statement)
    other = corrected(fact, changes) if changes else None
    version = store.version()
    wordings = [fact.value, *([other.value] if other else [])]
    decisions = touched_by(store, version, wordings)
    seeds = decisions | {each for value in wordings for each in spoken_of(value)}
    before = snapshot_about(store, seeds, version)
    after = before.altered({fact.id}, [other] if other else [])
    found = compare(_findings(before, decisions, catalogue, as_of), _findings(after, decisions, catalogue, as_of))
    return Foreseen(found, before, after, fact, other)


def _findings(snapshot: Snapshot, decisions: set[str], catalogue: Catalogue, as_of: date | None) -> list[Finding]:
    then = on_day(snapshot, as_of)
    known = [fact.value.id for fact in then.decisions() if fact.value.id in decisions]
    return [finding for each in known if dated_by(then, each, as_of) for finding in derive(then, each, catalogue)]


def as_json(foreseen: Foreseen) -> dict[str, Any]:
    """Return an impact as plain values: by rule and role, and finding by finding."""
    impact = foreseen.impact
    return {
        "summary": [{"rule": {"id": rule}, "role": role, **counts} for (rule, role), counts in impact.by_rule_and_role().items()],
        "findings": [_effect(each, foreseen.after if each.after else foreseen.before) for each in impact.effects],
        "unchanged": impact.same,
    }


def _effect(effect: Effect, snapshot: Snapshot) -> dict[str, Any]:
    finding = effect.finding
    return {
        "change": effect.how,
        "id": finding.id,
        "decision": decision_json(snapshot, finding.decision),
        "company": {"id": finding.company, "name": snapshot.label(finding.company)},
        "party": {"id": finding.party, "name": snapshot.label(finding.party), "kind": finding.party_kind},
        "role": finding.role,
        "effect": finding.effect,
        "rule": {"id": finding.rule, "version": finding.rule_version},
        "clause": finding.clause,
        "before": _side(effect.before),
        "after": _side(effect.after),
        "fields": list(effect.fields),
    }


def _side(finding: Finding | None) -> dict[str, Any] | None:
    if finding is None:
        return None
    return {
        "outcome": finding.outcome.value,
        "origin": finding.origin,
        "rule_version": finding.rule_version,
        "measures": [measure.id for measure in finding.measures],
        "from": finding.start.isoformat() if finding.start else None,
        "until": finding.until,
        "open": [premise.reason for premise in finding.premises if premise.state.value != "proved"],
    }


def rules_json(old: Side, new: Side, foreseen: Foreseen, words: Texts) -> dict[str, Any]:
    """Return what differs between two catalogues: how each was taken, their rules, and the findings."""
    before, after = old.catalogue, new.catalogue
    return {
        "old": before.hash,
        "new": after.hash,
        "taken": {"old": taken(old, words), "new": taken(new, words)},
        "rules": dict(changed_rules(before, after)),
        "instruments": [
            {
                "name": each.instrument,
                "change": each.how,
                "fields": [{"field": field, "old": one, "new": other} for field, one, other in each.fields],
                "rules": list(each.rules),
            }
            for each in changed_instruments(before, after)
        ],
        **as_json(foreseen),
    }


def statement_json(foreseen: Foreseen, words: Texts) -> dict[str, Any]:
    """Return what a correction or retraction of one statement would change."""
    said, other = foreseen.statement, foreseen.corrected
    return {
        "statement": {"id": said.id, "key": said.key, "text": line(said, foreseen.before, words), **origin(said)} if said else None,
        "corrected": {"id": other.id, "text": line(other, foreseen.after, words)} if other else None,
        **as_json(foreseen),
    }
