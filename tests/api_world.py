"""A small world in a store, with a small law of its own, for what asks and records through the use cases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

from analytics.responsibility.catalogue import Catalogue, parse_catalogue
from api.use_cases.acting import Actor
from api.use_cases.propagating import propagate
from graph.model import Fact, Operation, Payload, Term
from graph.store import open_store
from graph.store.base import Store, Write
from tests.builder import Case

INSTRUMENTS = """
levels:
  law: {carries: [restriction, record], label: {zh: 法律, en: law}}
instruments: {示例法: law}
"""
RULES = """
instrument: 示例法
rules:
  - id: T-OFFICE
    title: {zh: 示例列名, en: example listing}
    authority: 示例局
    domains: [D2]
    in_force: {from: 2020-01-01}
    acts: [listed_wage_arrears]
    basis: [{instrument: 示例法, article: 第一条}]
    relation: accessory
    term: {type: fixed, years: 3}
    evidence: {roles: verbatim, measures: verbatim, term: memory, in_force_from: verbatim}
    measures:
      - &measure
        id: m1
        name: {zh: 示例限制, en: example limit}
        kind: mandatory
        category: market
        target: both
        basis: [{instrument: 示例法, article: 第二条}]
        imposed_by: [securities_market_ban]
        bars: {offices: [legal_representative, director]}
    clauses:
      - {id: head, roles: [legal_representative], when: office_at_conduct, effect: restrict, measures: [m1]}
      - {id: found, roles: [directly_responsible_supervisor], when: named, effect: restrict, measures: [m1]}
    source: made up
  - id: T-BAN
    title: {zh: 示例禁入, en: example ban}
    authority: 示例会
    domains: [D2]
    in_force: {from: 2006-01-01}
    acts: [securities_market_ban]
    basis: [{instrument: 示例法, article: 第三条}]
    relation: independent
    term: {type: by_decision}
    evidence: {roles: verbatim, measures: verbatim, term: verbatim, in_force_from: verbatim}
    measures: [*measure]
    clauses:
      - {id: banned, roles: [responsible_person_found], when: named, effect: restrict, measures: [m1]}
    source: made up
"""
TODAY = date(2024, 6, 1)


@cache
def catalogue(years: int = 3) -> Catalogue:
    """The small law; another term makes another version of it."""
    return parse_catalogue({"instruments.yaml": INSTRUMENTS, "made_up.yaml": RULES.replace("years: 3", f"years: {years}")})


def actor(hour: int = 9, store: Store | None = None) -> Actor:
    """Somebody at an hour of the first day, or after the last row of the log where that is later: its times never fall."""
    at = datetime(2024, 1, 1, hour, tzinfo=UTC)
    return Actor("tester", at if store is None else not_before(store, at))


def not_before(store: Store, at: datetime) -> datetime:
    """The time, or that of the last row of the log where that is later."""
    return max([at, *(row.at for row in store.audit(store.version() - 1))])


def case() -> Case:
    """A: 王示例 is head, 李示例 was until 2020, 赵示例 came after; 钱示例 is named. B: 孙示例 is banned for life."""
    world = Case(catalogue())
    a = world.company("A")
    a.legal_representative("王示例", since="2021-01-01").legal_representative("李示例", "2015-01-01", "2020-12-31")
    a.director("赵示例", since="2015-01-01")
    world.decision("A", ["listed_wage_arrears"])
    world.names("钱示例", "A")
    world.company("B").director("孙示例")
    world.decision("B", ["securities_market_ban"], name="D2", kind="market_ban", date="2023-01-02", number="示例〔2023〕1号")
    world.names("孙示例", "B", decision="D2", imposed={"securities_market_ban": Term(life=True)})
    world.names("周示例", "B", decision="D2", imposed={"securities_market_ban": Term()})
    return world


def stored(world: Case | None = None, *, derive: bool = True, place: str = ":memory:") -> Store:
    """The world in a store, in memory unless it has a place, derived."""
    store = open_store(f"sqlite:///{place}")
    add(store, *(world or case()).facts)
    if derive:
        propagate(store, catalogue(), actor(store=store))
    return store


def add(store: Store, *facts: Fact[Payload], operation: Operation = Operation.NEW, hour: int = 8) -> None:
    store.append([Write(fact, operation) for fact in facts], actor(hour, store).act("test"))
