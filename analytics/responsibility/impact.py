"""What a change of the law or of a statement would do to the findings, before it goes live.

Invariants (tests/unit/test_analytics_impact.py holds one test a number)
1. Every finding of either side is accounted for once: it appears, vanishes, changes, or stays as it is.
2. A change names the fields that differ; a finding that rests on other statements alone has changed in these and in nothing else.
3. What the summary counts by rule and role is what the list holds.
4. An instrument that the hierarchy gate holds otherwise is told, with what differs and the rules that cite it, whatever is loaded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Final, Literal

from analytics.responsibility.catalogue import Catalogue, Instruments
from analytics.responsibility.updates import difference
from graph.model import Finding

How = Literal["appears", "vanishes", "changes"]
HOWS: Final[tuple[How, ...]] = ("appears", "vanishes", "changes")
GATE: Final = ("level", "carries", "disabled", "since", "superior")
"""What the hierarchy gate knows of an instrument."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to one finding: before (None where it appears), after (None where it vanishes), and the fields that differ."""

    how: How
    before: Finding | None
    after: Finding | None
    fields: tuple[str, ...] = ()

    @property
    def finding(self) -> Finding:
        """The finding as it would be, or as it was where it vanishes."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one of both is there
        return found


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything that changes, in the order of decision, party, rule and clause; and how many findings stay as they are."""

    effects: tuple[Effect, ...]
    same: int

    def by_rule_and_role(self) -> dict[tuple[str, str], dict[How, int]]:
        """Return how many findings appear, vanish and change, by rule and role."""
        counted: Counter[tuple[tuple[str, str], How]] = Counter(
            ((each.finding.rule, each.finding.role), each.how) for each in self.effects
        )
        groups = sorted({group for group, _ in counted})
        return {group: {how: counted[group, how] for how in HOWS} for group in groups}


def compare(before: Iterable[Finding], after: Iterable[Finding]) -> Impact:
    """Compare two derivations of the same decisions."""
    old = {finding.id: finding for finding in before}
    new = list(after)
    found = difference(old, new)
    effects = [Effect("appears", None, finding) for finding in found.new]
    effects += [Effect("vanishes", finding, None) for finding in found.gone]
    effects += [Effect("changes", old[f.id], f, differing(old[f.id], f)) for f in found.changed]
    return Impact(tuple(sorted(effects, key=_order)), found.untouched)


def differing(one: Finding, other: Finding) -> tuple[str, ...]:
    """Return the fields in which two wordings of a finding differ."""
    names = [field.name for field in fields(Finding) if field.name != "evidence_hash"]
    return tuple(name for name in names if getattr(one, name) != getattr(other, name))


def _order(effect: Effect) -> tuple[str, ...]:
    finding = effect.finding
    return finding.decision, finding.party, finding.rule, finding.clause, finding.id


def changed_rules(old: Catalogue, new: Catalogue) -> Mapping[How, list[str]]:
    """Return which versions of rules (`id v1`) appear, vanish or are written otherwise."""
    sides = [{f"{rule.id} v{rule.version}": rule for rule in side.versions} for side in (old, new)]
    before, after = sides
    return {
        "appears": sorted(after.keys() - before.keys()),
        "vanishes": sorted(before.keys() - after.keys()),
        "changes": sorted(name for name in before.keys() & after.keys() if before[name] != after[name]),
    }


@dataclass(frozen=True, slots=True)
class ChangedInstrument:
    """An instrument that appears, vanishes or is held otherwise: what differs (field, before, after), and what rules cite it."""

    instrument: str
    how: How
    fields: tuple[tuple[str, str, str], ...]
    rules: tuple[str, ...]


def changed_instruments(old: Catalogue, new: Catalogue) -> list[ChangedInstrument]:
    """Return the instruments whose level, what that may carry, first day or superior differs, in the order of their names."""
    before, after = (_held(side.instruments) for side in (old, new))
    cited = [_citing(side) for side in (old, new)]
    found = []
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name, {}), after.get(name, {})
        differ = tuple((field, one.get(field, ""), other.get(field, "")) for field in GATE if one.get(field) != other.get(field))
        if differ:
            how: How = "changes" if one and other else "appears" if other else "vanishes"
            found.append(
                ChangedInstrument(name, how, differ, tuple(sorted({rule for side in cited for rule in side.get(name, ())})))
            )
    return found


def _held(known: Instruments) -> dict[str, dict[str, str]]:
    """Return what the gate knows of every instrument, in words; what its level may carry is known of it too."""
    told: dict[str, dict[str, str]] = {}
    for name, level in known.instruments.items():
        rank = known.levels[level]
        day = known.since.get(name)
        told[name] = {
            "level": level,
            "carries": ", ".join(sorted(rank.carries)),
            "disabled": str(rank.disabled).lower(),
            "since": day.isoformat() if day else "",
            "superior": ", ".join(known.superior.get(name, ())),
        }
    return told


def _citing(catalogue: Catalogue) -> dict[str, set[str]]:
    """Return the rules (`id v1`) that cite each instrument, anywhere in them."""
    found: dict[str, set[str]] = defaultdict(set)
    for rule in catalogue.versions:
        parts = (rule.basis, *(clause.basis for clause in rule.clauses), *(measure.basis for measure in rule.measures))
        for basis in (each for part in parts for each in part):
            found[basis.instrument].add(f"{rule.id} v{rule.version}")
    return found
