"""The demonstration: real decisions and a made-up city, loaded and derived, and what is worth looking at first.

Invariants (tests/integration/test_cli.py holds one test a number)
1. Done once: on a store that holds the demonstration it changes nothing. Cut off, it goes on where it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.why_not import why_not
from api.use_cases.acting import Actor
from api.use_cases.findings import Answer
from api.use_cases.loading import CITY, Progress, ignore, load
from api.use_cases.reading import concerned
from api.use_cases.starting import DEMO
from graph.model import Finding, Outcome
from graph.snapshot import Snapshot
from graph.store.base import Store
from loaders.base import Report
from loaders.synthetic.city import write_city

LISTED = "cn_listed_demo"
CITY_ENTERPRISES = 1_000
CITY_SEED = 7
"""Progress mark of a store that holds the demonstration, findings included."""
_TELLING = ("not_in_office_at_conduct", "not_in_office_at_listing", "role_needs_naming")


def load_demo(store: Store, actor: Actor, progress: Progress = ignore) -> list[Report]:
    """Load both sources; the city is written to a temporary folder first."""
    listed = load(store, actor, [LISTED], progress=progress)
    with TemporaryDirectory(prefix="zeren-city-") as folder:
        write_city(Path(folder), CITY_ENTERPRISES, CITY_SEED)
        city = load(store, actor, [folder], mapping=CITY, progress=progress)
    return [listed, city]


def finish(store: Store, actor: Actor) -> None:
    """Note that the demonstration is in."""
    store.append([], actor.act("demo", (DEMO, actor.at.isoformat())))


def loaded_rows(reports: Iterable[Report]) -> list[dict[str, Any]]:
    """Return what was loaded, a row for each table."""
    return [
        {
            "source": report.source,
            "table": name,
            "rows": counts.rows,
            "accepted": counts.accepted,
            "known": counts.known,
            "refused": counts.refused,
            "recorded": counts.recorded,
        }
        for report in reports
        for name, counts in report.tables.items()
    ]


def finding_counts(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return how many findings there are of each outcome, origin and effect."""
    counts = Counter((finding.outcome.value, finding.origin, finding.effect) for finding in findings)
    return [
        {"outcome": outcome, "origin": origin, "effect": effect, "count": count}
        for (outcome, origin, effect), count in sorted(counts.items())
    ]


def bans(answer: Answer) -> list[dict[str, Any]]:
    """Return who answers for the market bans of the listed companies."""
    decisions = {fact.value.id for fact in answer.snapshot.decisions() if fact.value.kind == "market_ban"}
    wanted = [f for f in answer.findings if f.decision in decisions and f.effect == "restrict" and f.party_kind == "person"]
    return replace(answer, findings=tuple(f for f in wanted if f.outcome is Outcome.ESTABLISHED)).as_json()


def telling_case(snapshot: Snapshot, catalogue: Catalogue) -> tuple[str, str] | None:
    """Return a decision and somebody close to it who does not answer for it, for a reason worth seeing; the best there is."""
    best: dict[str, tuple[str, str]] = {}
    for decision in (fact.value.id for fact in snapshot.decisions() if fact.origin.source == CITY):
        for party in sorted(concerned(snapshot, decision)):
            if snapshot.kind(party) == "person":
                best.setdefault(why_not(snapshot, decision, party, catalogue).reason, (decision, party))
        if _TELLING[0] in best:
            break
    return next((best[reason] for reason in _TELLING if reason in best), None)


def next_steps(store: str, ban: dict[str, Any] | None, case: tuple[str, str] | None) -> list[str]:
    """Return what to type next, against this store."""
    at = "" if store in ("sqlite:///./zeren.db", "sqlite:///zeren.db") else f" --store {store}"
    steps = [f"zeren findings{at} --outcome lead", f"zeren rules list{at}", f"zeren identity list{at}", f"zeren serve{at}"]
    if case:
        steps.insert(0, f"zeren explain{at} --decision '{case[0]}' --party '{case[1]}'")
    if ban:
        steps[:0] = [f"zeren explain{at} {ban['id']} --lang en", f"zeren record{at} '{ban['party']['id']}'"]
    return steps
