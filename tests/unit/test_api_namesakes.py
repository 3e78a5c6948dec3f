"""The invariants of `api.use_cases.namesakes`, by number."""

from __future__ import annotations

from datetime import date

import pytest

from api.use_cases.namesakes import restricted_namesakes
from api.use_cases.propagating import propagate
from graph.codec import make_fact
from graph.model import Entity, Name, Relationship, Term
from graph.store.base import Store
from tests.api_world import actor, add, case, catalogue, stored
from tests.builder import Case, shipped
from tests.case_world import confirm, do, finding, under_wages, wages

DAY = date(2024, 6, 10)


def elsewhere(store: Store, name: str, *own: str, purpose: str = "any", day: date = DAY, **more: int) -> bool:
    return "elsewhere" in restricted_namesakes(store, catalogue(), [name], own, "test:Z", purpose, day, **more)


def where(store: Store, at: str, *names: str, own: str = "") -> set[str]:
    return {*restricted_namesakes(store, catalogue(), names, [own], at, "any", DAY)}


@pytest.fixture
def store():
    with stored() as made:
        yield made


def test_1_nobody_is_his_own_namesake(store):
    assert not elsewhere(store, "孙示例", "test:B#孙示例")
    assert elsewhere(store, "孙示例", "test:A#孙示例")
    assert elsewhere(store, " 孙示例 ")
    assert not elsewhere(store, "孙示")


def test_2_only_what_binds_on_the_day_counts(store):
    assert not elsewhere(store, "王示例"), "what is derived binds nobody"
    confirm(store, finding(store, "王示例"))
    assert elsewhere(store, "王示例")
    do(store, "objection", "D1", "2024-06-10")
    assert not elsewhere(store, "王示例"), "paused"
    assert not elsewhere(store, "孙示例", day=date(2022, 1, 1)), "not yet"


def test_2_only_what_matters_for_the_purpose_counts():
    with wages() as store:
        confirm(store, under_wages(store, "test:A#王示例").id, law=shipped())

        def told(purpose: str) -> bool:
            return bool(restricted_namesakes(store, shipped(), ["王示例"], (), "test:Z", purpose, DAY))

        assert (told("tendering"), told("appointment")) == (True, False)


def test_3_where_more_bear_the_name_than_are_looked_at_it_counts():
    made = case()
    made.company("A").director("冯示例")
    made.company("B").director("冯示例")
    with stored(made) as store:
        assert not elsewhere(store, "冯示例")
        assert elsewhere(store, "冯示例", most=2)


def banned_one_of_two(*, known: bool = False) -> Store:
    """C has two 吴示例; a ban for life names one of them, and with his number only if that is known."""
    made = case()
    made.company("C").person("吴示例", "1").person("吴示例", "2").director("吴示例", bearer="1").director("吴示例", bearer="2")
    made.decision("C", ["securities_market_ban"], name="D3", kind="market_ban", date="2023-03-01")
    made.names(
        "吴示例", "C", decision="D3", imposed={"securities_market_ban": Term(life=True)}, bearer="register:1" if known else None
    )
    return stored(made)


@pytest.mark.parametrize("known", [False, True])
def test_2_each_of_whom_a_ban_may_mean_is_to_be_looked_at(known):
    with banned_one_of_two(known=known) as store:
        for bearer in "12":
            me = f"test:C#吴示例@register:{bearer}"
            assert where(store, "test:C", "吴示例", own=me) == ({"here"} if not (known and bearer == "1") else set())
        assert where(store, "test:A", "吴示例") == {"elsewhere"}
        do(store, "annulment", "D3", "2024-06-03")
        assert where(store, "test:C", "吴示例") == set(), "what is void bans neither"


def test_2_so_is_whoever_is_meant_by_what_is_paused_because_of_a_namesake():
    with stored() as store:
        confirm(store, finding(store, "王示例"))
        assert where(store, "test:A", "王示例", own="test:A#王示例") == set()
        more = Case(catalogue())
        for bearer in ("5", "2"):
            more.company("A").director("王示例", since="2020-01-01", bearer=bearer, source="reg2")
        edges = [fact for fact in more.facts if isinstance(fact.value, Relationship)]
        add(store, *(make_fact(fact.value, f"more-{n}", fact.origin) for n, fact in enumerate(edges)))
        propagate(store, catalogue(), actor(store=store))
        for bearer in ("5", "2"):
            assert where(store, "test:A", "王示例", own=f"test:A#王示例@reg2:{bearer}") == {"here"}


def test_4_whoever_bears_or_bore_one_of_the_names_counts():
    made = case()
    made.company("E").director("李新名")
    made.add(Entity("test:E#李新名", "person", (Name("李新名"), Name("李旧名", "former"))), "codes")
    made.decision("E", ["securities_market_ban"], name="D5", kind="market_ban", date="2023-03-01")
    made.names("李旧名", "E", decision="D5", imposed={"securities_market_ban": Term(life=True)})
    with stored(made) as store:
        assert where(store, "test:E", "李新名", "李旧名", own="test:E#李新名") == {"here"}
        assert where(store, "test:A", "李旧名") == {"elsewhere"}


def test_5_here_and_elsewhere_are_told_apart(store):
    assert where(store, "test:B", "孙示例") == {"here"}
    assert where(store, "test:A", "孙示例") == {"elsewhere"}
