"""The small world of `tests.api_world`, with people who act on its cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from analytics.responsibility.catalogue import Catalogue
from api.use_cases.acting import Actor
from api.use_cases.case_acts import Act, Done, perform
from api.use_cases.case_reading import read_cases
from api.use_cases.cases import Cases
from api.use_cases.propagating import propagate, stored_findings
from graph.model import Finding
from graph.store.base import Store
from tests.api_world import actor, catalogue, not_before, stored
from tests.builder import Case, shipped

TODAY = date(2024, 6, 3)
"""A Monday."""


def cases(store: Store, law: Catalogue | None = None) -> Cases:
    return read_cases(store, law or catalogue())


def wages() -> Store:
    """A wage listing of A under the rules that ship: its head, 王示例, answers by several measures."""
    world = Case(shipped())
    world.company("A").legal_representative("王示例", since="2021-01-01")
    world.decision("A", ["listed_wage_arrears"], date="2024-02-10", conduct="2023-05/2023-12", authority_level="city")
    store = stored(world, derive=False)
    propagate(store, shipped(), actor(store=store))
    return store


def under_wages(store: Store, party: str) -> Finding:
    """The finding of D2-WAGE on a party that restricts it."""
    found = [fact.value for fact in stored_findings(store) if fact.value.rule == "D2-WAGE" and fact.value.effect == "restrict"]
    return next(finding for finding in found if finding.party == party)


def finding(store: Store, name: str) -> str:
    """The id of the finding on somebody."""
    (found,) = [fact.value.id for fact in stored_findings(store) if f"#{name}" in fact.value.party]
    return found


def clerk(name: str, day: date = TODAY) -> Actor:
    return Actor(name, datetime.combine(day, time(9), UTC))


def do(store: Store, kind: str, about: str, on: str = "2024-06-03", by: str = "zhao", **more: object) -> Done:
    """Do something on the day on which it is dated; `today` lets it be another."""
    day = date.fromisoformat(on)
    today, dry_run, law = more.pop("today", day), more.pop("dry_run", False), more.pop("law", None)
    given: dict[str, object] = {"text": "reason", "number": f"文{kind}{on}"} | more
    act = Act(kind, about, day, by, **given)  # type: ignore[arg-type]
    at = not_before(store, clerk(by, today).at)  # type: ignore[arg-type]
    return perform(store, cases(store, law), Actor(by, at), act, today, dry_run=bool(dry_run))  # type: ignore[arg-type]


def confirm(store: Store, *about: str, law: Catalogue | None = None) -> None:
    """From the proposal to the service, on five days of June 2024, by two people; the party asks for no hearing."""
    for kind, on, by in STEPS:
        for place, each in enumerate(about):
            if kind == "hearing_waiver" and not any(ground.occupation for ground, _ in cases(store, law).grounds(each)):
                continue  # no hearing is offered
            number = f"示例〔2024〕{9 + place}号" if kind == "decision" else f"文{kind}{place}号"
            do(store, kind, each, on, by=by, law=law, number=number)


def repaired(store: Store, law: Catalogue) -> str:
    """The firm under the wage rules, confirmed in June 2024 and repaired in December: the id of its finding."""
    firm = under_wages(store, "test:A").id
    confirm(store, firm, law=law)
    for kind in ("conduct_corrected", "pledge"):
        do(store, kind, firm, "2024-06-10", law=law)
    do(store, "repair_application", firm, "2024-12-11", law=law)
    do(store, "repair", firm, "2024-12-12", by="qian", law=law)
    return firm


STEPS = (
    ("proposal", "2024-06-03", "zhao"),
    ("notice", "2024-06-04", "zhao"),
    ("hearing_waiver", "2024-06-05", "zhao"),
    ("statement", "2024-06-05", "zhao"),
    ("decision", "2024-06-06", "qian"),
    ("service", "2024-06-07", "zhao"),
)
