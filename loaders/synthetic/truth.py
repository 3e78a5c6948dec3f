"""The planted truth: scenarios with a known answer, made before the city is built around them.

Invariants (tests/unit/test_loaders_synthetic.py holds one test a number)
3. It shares nothing with what derives findings: it imports no analytics and reads no rule.
4. Each kind of hard case is at least a twentieth of the planted decisions.
5. No two answers contradict each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from loaders.synthetic import court_scenarios as court
from loaders.synthetic import office_scenarios as office
from loaders.synthetic.desk import Registry
from loaders.synthetic.records import Case

Scenario = Callable[[Registry, int], Case]

ROUND: Final[tuple[Scenario, ...]] = (
    office.plain,
    office.left_before, office.left_before,
    office.first_and_last_day, office.first_and_last_day,
    office.register_lag, office.register_lag,
    office.partial_dates, office.partial_dates,
    office.unknown_end, office.unknown_end,
    office.before_the_law,
    office.named, office.named,
    office.namesakes_inside, office.namesakes_inside, office.namesakes_inside,
    office.elsewhere, office.elsewhere,
    office.annulled,
    office.annulment_annulled,
    office.notice, office.notice,
    office.outside,
    office.revoked, office.revoked, office.revoked, office.revoked,
    court.court_plain,
    court.court_register, court.court_register,
    court.court_imposed, court.court_imposed,
    court.court_before_the_marking,
    court.tax,
)  # fmt: skip
"""The scenarios of one round, the rarer kinds more than once."""
ENTERPRISES_A_ROUND: Final = len(ROUND) + 2 * ROUND.count(office.elsewhere)


def plant(registry: Registry, rounds: int) -> list[Case]:
    """Write down `rounds` rounds of scenarios; a scenario varies from one time to the next."""
    turns: Counter[Scenario] = Counter()
    cases: list[Case] = []
    for _ in range(rounds):
        for scenario in ROUND:
            cases.append(scenario(registry, turns[scenario]))
            turns[scenario] += 1
    return cases


def shares(cases: Iterable[Case]) -> dict[str, float]:
    """Return the part of the planted decisions that each kind of hard case has, by kind."""
    counts: Counter[str] = Counter()
    total = 0
    for case in cases:
        total += len(case.rulings)
        for kind in case.kinds:
            counts[kind] += len(case.rulings)
    return {kind: count / total for kind, count in sorted(counts.items())}
