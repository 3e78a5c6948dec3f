"""The small world of `tests.api_world`, with people who act on its cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from api.use_cases.acting import Actor
from api.use_cases.case_acts import Act, Done, perform
from api.use_cases.cases import Cases, read_cases
from api.use_cases.propagating import stored_findings
from graph.store.base import Store
from tests.api_world import catalogue

TODAY = date(2024, 6, 3)
"""A Monday."""


def cases(store: Store) -> Cases:
    return read_cases(store, catalogue())


def finding(store: Store, name: str) -> str:
    """The id of the finding on somebody."""
    (found,) = [fact.value.id for fact in stored_findings(store) if f"#{name}" in fact.value.party]
    return found


def clerk(name: str, day: date = TODAY) -> Actor:
    return Actor(name, datetime.combine(day, time(9), UTC))


def do(store: Store, kind: str, about: str, on: str = "2024-06-03", by: str = "zhao", **more: object) -> Done:
    """Do something on the day on which it is dated; `today` lets it be another."""
    day = date.fromisoformat(on)
    today, dry_run = more.pop("today", day), more.pop("dry_run", False)
    given: dict[str, object] = {"text": "reason", "number": f"文{kind}{on}"} | more
    act = Act(kind, about, day, by, **given)  # type: ignore[arg-type]
    return perform(store, cases(store), clerk(by, today), act, today, dry_run=bool(dry_run))  # type: ignore[arg-type]


def confirm(store: Store, about: str) -> None:
    """From the proposal to the service, on five days of June 2024, by two people; the party asks for no hearing."""
    do(store, "proposal", about, "2024-06-03")
    do(store, "notice", about, "2024-06-04")
    do(store, "hearing_waiver", about, "2024-06-05")
    do(store, "statement", about, "2024-06-05")
    do(store, "decision", about, "2024-06-06", by="qian", number="示例〔2024〕9号")
    do(store, "service", about, "2024-06-07")
