"""What a change of the law or of a statement would do to the findings, before it goes live.

Invariants (tests/unit/test_analytics_impact.py holds one test a number)
1. Every finding of either side is accounted for once: it appears, vanishes, changes, or stays as it is.
2. A change names the fields that differ; a finding that rests on other statements alone has changed in these and in nothing else.
3. What the summary counts by rule and role is what the list holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Final, Literal

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.updates import difference
from graph.model import Finding

How = Literal["appears", "vanishes", "changes"]
HOWS: Final[tuple[How, ...]] = ("appears", "vanishes", "changes")


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
