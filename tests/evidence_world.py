"""A case whose evidence comes and goes: 王示例 is head of A by the register, and answers for its listing by the small law."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from api.desk.outbox import Message, Outbox
from api.use_cases.acting import Actor
from api.use_cases.case_reading import read_cases
from api.use_cases.cases import Cases
from api.use_cases.propagating import propagate
from api.use_cases.pushing import plan
from graph.codec import make_fact
from graph.dates import PartialDate, Period
from graph.model import Fact, Naming, Operation, Origin, PartyRef, Payload, Relationship, appearance
from graph.snapshot.scope import snapshot_about
from graph.store.base import Store, Write
from tests.api_world import catalogue, not_before, stored
from tests.builder import Case

WHO = "王示例"


def world(**office: str) -> Store:
    """A store in which the head of A is under its listing by one row of the register, derived."""
    case = Case(catalogue())
    case.company("A").legal_representative(WHO, **{"since": "2021-01-01"} | office)
    case.decision("A", ["listed_wage_arrears"])
    return stored(case)


def about(store: Store) -> str:
    """The id of the finding on him, current or not."""
    known = (r.fact.value for r in store.wordings(["finding"], ["D1"]))
    return next(value.id for value in known if value.party.startswith(appearance("test:A", WHO)))


def row(store: Store) -> Fact[Payload]:
    """The row of the register by which he is head, as it was worded last."""
    (key,) = {r.fact.key for r in store.wordings(["relationship"], ["test:A"]) if r.fact.key.startswith("relationship/register/")}
    return store.history(key)[-1].fact


def office(
    key: str, since: str = "2021-01-01", until: str = "open", bearer: str | None = None, source: str = "other"
) -> Fact[Payload]:
    """Another row that says that he is head of A."""
    period = Period(PartialDate.parse(since), PartialDate.parse(until))
    who = PartyRef(appearance("test:A", WHO), bearer)
    return make_fact(Relationship(who, PartyRef("test:A"), "legal_representative", period), key, Origin(source, "more.csv", 2))


def naming(key: str, *found_as: str) -> Fact[Payload]:
    """A row by which the decision names him."""
    value = Naming("D1", PartyRef(appearance("test:A", WHO)), WHO, posts=("legal_representative",), found_as=found_as)
    return make_fact(value, key, Origin("more", "more.csv", 2))


def alter(store: Store, on: str, *facts: Fact[Payload], operation: Operation = Operation.NEW, derive: bool = True) -> None:
    """Record on a day what came, was corrected or is gone, and derive."""
    who = Actor("tester", datetime.combine(date.fromisoformat(on), time(1), UTC))
    who = Actor(who.name, not_before(store, who.at))
    store.append([Write(fact, operation) for fact in facts], who.act("test"))
    if derive:
        propagate(store, catalogue(), who)


def gone(store: Store, on: str, *facts: Fact[Payload]) -> None:
    alter(store, on, *facts, operation=Operation.RETRACTION)


def corrected(store: Store, on: str, *facts: Fact[Payload]) -> None:
    alter(store, on, *facts, operation=Operation.CORRECTION)


def known(store: Store, version: int | None = None) -> Cases:
    return read_cases(store, catalogue(), version)


def stands(store: Store, on: str, version: int | None = None) -> tuple[str, str]:
    """How his restriction stands on a day, and since when it binds."""
    cases, day = known(store, version), date.fromisoformat(on)
    (restriction,) = [each for each in cases.restrictions if WHO in each.party]
    status = cases.status(restriction, day)
    return status.code, str(cases.since(restriction, status, day))


def reasons(store: Store, on: str) -> dict[str, str]:
    """Why the events on him have no effect on a day, by kind and day."""
    ((_, life),) = known(store).lives_of(about(store), date.fromisoformat(on))
    return {f"{item.event.kind} {item.event.on}": item.reason for item in life.judged}


def told(store: Store, outbox: Outbox, on: str) -> list[Message]:
    """What is planned of him on a day."""
    cases, day = known(store), date.fromisoformat(on)
    before = len(outbox.messages())
    graph = snapshot_about(store, ["D1", "test:A"])
    plan(outbox, cases, graph, day, datetime.combine(day, time(3), UTC))
    return [message for message in outbox.messages()[before:] if WHO in message.body["party"]["name"]]
