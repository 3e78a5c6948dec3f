"""A made-up case that lives a whole life: from the proposal to a repair, its fraud, and the annulment. Nothing is kept.

Invariants (tests/unit/test_api_life_demo.py holds one test a number)
1. Every step goes through the same doors as a real one; two of them are refused, and say why.
2. What is shown after each step is read from the cases, the firewall and the outbox as anybody would.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from analytics.responsibility.catalogue import Catalogue
from api.desk.outbox import Outbox
from api.locales import Texts
from api.use_cases import publishing, pushing
from api.use_cases.acting import Actor
from api.use_cases.case_acts import Act, perform
from api.use_cases.case_reading import read_cases
from api.use_cases.cases import Cases
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.reading import snapshot_of
from api.use_cases.repairs import repair
from graph.codec import make_fact
from graph.dates import OPEN, PartialDate, Period
from graph.errors import Refused, told
from graph.model import Decision, Entity, Name, Origin, PartyRef, Payload, Relationship, appearance
from graph.store import open_store
from graph.store.base import Store, Write

FIRM, DECISION, HEAD = "demo:A", "demo:D", appearance("demo:A", "王示例")
RULE = "D2-WAGE"
COLUMNS = ("on", "what", "by", "outcome", "enterprise", "head", "published", "told")
DONE = "✓"
_CLERK, _CHIEF, _OTHER = "经办人甲", "负责人乙", "监督人丙"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a kind of event on the enterprise's finding, the head's, or the decision; `refers` the kind that it answers."""

    on: str
    kind: str
    about: str
    by: str = _CLERK
    refers: str = ""


SCRIPT = (
    *(
        Step(on, kind, who, by)
        for on, kind, by in (
            ("2024-06-11", "proposal", _CLERK),
            ("2024-06-12", "notice", _CLERK),
            ("2024-06-14", "statement", _CLERK),
            ("2024-06-17", "decision", _CHIEF),
            ("2024-06-19", "service", _CLERK),
        )
        for who in ("firm", "head")
    ),
    Step("2024-07-01", "objection", "decision"),
    Step("2024-07-03", "dismissal", "decision", _CHIEF, "objection"),
    Step("2024-07-08", "repair_application", "firm"),
    Step("2024-08-01", "conduct_corrected", "firm"),
    Step("2024-08-01", "pledge", "firm"),
    Step("2025-02-05", "repair_application", "firm"),
    Step("2025-02-20", "repair", "firm", _CHIEF),
    Step("2025-06-03", "repair_fraud", "firm", _OTHER),
    Step("2025-06-04", "repair_application", "firm"),
    Step("2025-09-01", "annulment", "decision"),
)


def whole_life(catalogue: Catalogue, words: Texts) -> list[dict[str, Any]]:
    """Live the case and return what stands after each step."""
    with open_store("sqlite:///:memory:") as store, Outbox(":memory:") as outbox:
        _facts(store, catalogue)
        return list(_lived(store, outbox, catalogue, words))


def on_a_screen(rows: Iterable[dict[str, Any]], words: Texts) -> tuple[list[str], list[list[str]], list[str]]:
    """Return headers, lines and notes that fit a screen: short words, and why something was refused below."""
    lines, notes = [], []
    for row in rows:
        refused = row["outcome"] != DONE
        notes += [f"{row['on']} {row['outcome']}"] if refused else []
        what = f"{words.label('life_act', row['kind'])} ({words.label('life_whom', row['whom'])})"
        states = [words.label("life_state", row[party]) for party in ("enterprise", "head")]
        published = words.label("yes_no", str(row["published"]))
        outcome = words.say("life.refused") if refused else DONE
        lines.append([row["on"], what, row["by"][-1], outcome, *states, published, str(row["told"])])
    people = words.say("life.people", clerk=_CLERK[-1], chief=_CHIEF[-1], other=_OTHER[-1])
    return [words.label("life_column", column) for column in COLUMNS], lines, [people, *notes]


def _facts(store: Store, catalogue: Catalogue) -> None:
    actor = Actor("demo", datetime(2024, 6, 3, tzinfo=UTC))
    head = Relationship(PartyRef(HEAD), PartyRef(FIRM), "legal_representative", Period(PartialDate.parse("2019-01-01"), OPEN))
    decision = Decision(
        DECISION, "listing", ("listed_wage_arrears",), PartyRef(FIRM), "示例市人社局", "示例〔2024〕1号", "city", "3713",
        PartialDate.parse("2024-06-03"), conduct=Period.parse("2023-09-01/2024-03-31"),
    )  # fmt: skip
    values: list[tuple[str, Payload]] = [
        ("firm", Entity(FIRM, "company", (Name("示例A公司"),))),
        ("head", head),
        ("decision", decision),
    ]
    store.append([Write(make_fact(value, key, Origin("demo"))) for key, value in values], actor.act("demo"))
    propagate(store, catalogue, actor)


def _lived(store: Store, outbox: Outbox, catalogue: Catalogue, words: Texts) -> Iterator[dict[str, Any]]:
    about = {"decision": DECISION}
    for fact in stored_findings(store):
        if fact.value.rule == RULE and fact.value.effect == "restrict":
            about["firm" if fact.value.party == FIRM else "head"] = fact.value.id
    known: dict[str, str] = {}
    for step in SCRIPT:
        day = date.fromisoformat(step.on)
        actor = Actor(step.by, datetime.combine(day, time(9), UTC))
        number = f"示例〔{day.year}〕{step.kind}-{step.about}"
        act = Act(step.kind, about[step.about], day, step.by, "…", number, known.get(step.refers, ""))
        cases = read_cases(store, catalogue)
        do = repair if step.kind.startswith("repair") else perform
        try:
            known[step.kind] = do(store, cases, actor, act, day).event.id
            outcome = DONE
        except Refused as error:
            outcome = told(error, words.lang).partition(f"{words.words['list.clause']}{act.about} ")[0]
        cases = read_cases(store, catalogue)
        yield {
            "on": step.on,
            "what": f"{cases.table.label(step.kind, words.lang)} ({words.say(f'life.{step.about}')})",
            "kind": step.kind,
            "whom": step.about,
            "by": step.by,
            "outcome": outcome,
            **_standing(store, outbox, cases, day, actor),
        }


def _standing(store: Store, outbox: Outbox, cases: Cases, day: date, actor: Actor) -> dict[str, Any]:
    """Return how the two stand, whether the decision is published, and how many messages departments were sent."""
    snapshot = snapshot_of(store)
    codes = {r.party: cases.status(r, day).code for r in cases.restrictions if cases.finding(r.grounds[0].finding).rule == RULE}
    shown = any(item.verdict.publish for item in publishing.judged(snapshot, cases, day))
    return {
        "enterprise": codes.get(FIRM),
        "head": codes.get(HEAD),
        "published": shown,
        "told": pushing.plan(outbox, cases, snapshot, day, actor.at),
    }
