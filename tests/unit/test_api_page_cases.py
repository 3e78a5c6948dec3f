"""What the page asks: marks, ties kind by kind, suggestions, cards, pictures of decisions, and the first case.

The numbered invariants of `standing`, `neighbours`, `suggesting`, `portrait`, `picture`, `starting`: a test a number.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from api.http.paging import page
from api.locales import texts
from api.use_cases.case_acts import Act, perform
from api.use_cases.case_reading import cases_about, read_cases
from api.use_cases.graph import Filters, Graph
from api.use_cases.neighbours import graph_then, neighbours, neighbours_json, nobody_tied
from api.use_cases.picture import ROOM, picture_of
from api.use_cases.portrait import Sight, portrait
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.reading import snapshot_of
from api.use_cases.records import record_of
from api.use_cases.standing import marks
from api.use_cases.starting import start_of
from api.use_cases.suggesting import suggest
from graph.codec import make_fact
from graph.errors import InputError, NotFound, Refused
from graph.model import Entity, Identifier, Name, Operation, Origin, Term
from graph.snapshot.gather import from_facts
from graph.store import open_store
from graph.store.base import Store
from tests.api_world import TODAY, actor, add, case, catalogue, stored
from tests.builder import Case, shipped
from tests.case_world import confirm, finding
from tests.case_world import do as revoke
from tests.graph_world import edge, facts

WORDS = texts("en")


def graph_of(store: Store) -> Graph:
    return Graph(store, from_facts(snapshot_of(store).statements(), store.version()), WORDS)


def holdings() -> Store:
    store = open_store("sqlite:///:memory:")
    add(store, *facts(), *(edge(f"s{i}", f"t:C#持股人{i:02}", "t:C", share=str(i)) for i in range(1, 31)))
    add(store, edge("head", "t:C#持股人07", "t:C", "legal_representative"))
    return store


def test_1_a_party_is_marked_by_findings_on_itself_alone() -> None:
    store = stored()
    parties = {fact.value.party for fact in stored_findings(store)}
    colleague = "test:A#赵示例"
    found = marks(cases_about(store, catalogue(), ["test:A", "test:B"]), snapshot_of(store), parties | {colleague}, TODAY)
    assert set(found) == parties
    assert colleague not in found
    for party, items in found.items():
        assert {item["finding"] for item in items} == {f.value.id for f in stored_findings(store) if f.value.party == party}


def test_2_how_a_finding_stands_follows_its_life() -> None:
    store = stored()
    known = [fact.value for fact in stored_findings(store)]
    derived = next(f for f in known if f.outcome.value == "established" and f.origin == "derived" and f.effect == "restrict")

    def status() -> str:
        found = marks(read_cases(store, catalogue()), snapshot_of(store), {derived.party}, TODAY)[derived.party]
        return next(item["status"] for item in found if item["finding"] == derived.id)

    assert status() == "derived"
    perform(
        store, read_cases(store, catalogue()), actor(), Act("proposal", derived.id, TODAY, "tester", "why", "示例1号", ""), TODAY
    )
    assert status() == "proposed"


@pytest.mark.parametrize("limit", [1, 7, 150])
def test_3_every_kind_of_tie_is_counted_whole_and_going_on_gives_the_rest_once(limit: int) -> None:
    graph = graph_of(holdings())
    found = neighbours(graph, "t:C", Filters())
    counts = {item["group"]: item["count"] for item in found.groups_json()}
    assert counts == {"up.legal_representative": 1, "up.shareholding": 31, "down.is_at": 1}
    seen: list[int] = []
    cursor = None
    while True:
        some, cursor = page(found.group("up.shareholding"), lambda item: (item[0],), "q", cursor, limit)
        seen += [node for _, node in some]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 31
    shares = [max(e["share_most_percent"] for e in row["edges"] if e["share_most_percent"]) for row in found.rows(seen)]
    assert shares == sorted(shares, reverse=True)
    with pytest.raises(InputError, match="there are up"):
        found.group("up.emperor")


def test_3_filters_work_before_anything_is_counted() -> None:
    graph = graph_of(holdings())
    assert neighbours(graph, "t:C", Filters(share="29")).groups_json()[-1]["count"] >= 1
    held = {g["group"]: g["count"] for g in neighbours(graph, "t:C", Filters(roles=("shareholding",), share="29")).groups_json()}
    assert held == {"up.shareholding": 3}
    assert "up.director" not in {g["group"] for g in neighbours(graph, "t:C", Filters()).groups_json()}
    assert "up.director" in {g["group"] for g in neighbours(graph, "t:C", Filters(), ever=True).groups_json()}
    assert "up.director" in {g["group"] for g in neighbours(graph, "t:C", Filters(as_of=date(2012, 1, 1))).groups_json()}


def test_4_two_that_several_statements_tie_are_one_row() -> None:
    graph = graph_of(holdings())
    found = neighbours(graph, "t:C", Filters())
    node = graph.columns.node("t:C#持股人07")
    answer = neighbours_json(found, [node, node], None)
    assert len(answer["items"]) == 1
    assert {item["interest"] for item in answer["items"][0]["edges"]} == {"shareholding", "legal_representative"}
    assert answer["count"] == found.count == 32


def test_4_the_ties_of_a_past_version_are_those_known_then() -> None:
    store = holdings()
    before = store.version()
    add(store, edge("late", "t:E", "t:C", share="1"), hour=9)
    now = neighbours(graph_of(store), "t:C", Filters())
    nodes = [node for group in now.groups.values() for _, node in group]
    names = {row["party"]["id"] for row in neighbours_json(now, nodes, None)["items"]}
    assert "t:E" in names
    then = graph_then(graph_of(store), "t:C", before)
    assert then.columns.node("t:C")
    assert neighbours(then, "t:C", Filters()).count == 32
    with pytest.raises(NotFound, match="version"):
        graph_then(graph_of(store), "t:nobody", before)


def test_14_without_persons_no_count_and_no_filter_tells_of_any() -> None:
    blind = replace(graph_of(holdings()), blind=True)
    for filters in (Filters(), Filters(share="5"), Filters(kinds=("person",)), Filters(roles=("legal_representative",))):
        found = neighbours(blind, "t:C", filters, ever=True)
        assert all(blind.kind(node) != "person" for group in found.groups.values() for _, node in group)
        assert found.count == len({node for group in found.groups.values() for _, node in group})
    every = neighbours(replace(blind, blind=False), "t:C", Filters(), ever=True)
    assert neighbours(blind, "t:C", Filters(), ever=True).count < every.count


def test_5_namesakes_are_rows_of_their_own_with_what_tells_them_apart() -> None:
    store = holdings()
    rows = suggest(store, graph_of(store).columns, WORDS, "李示例")
    assert [row["id"] for row in rows] == ["t:A#李示例", "t:B#李示例"]
    assert [row["namesakes"] for row in rows] == [2, 2]
    assert [row["enterprise"]["name"] for row in rows] == ["甲示例公司", "乙示例公司"]
    assert rows[0]["posts"] == ["holds shares in"]
    assert suggest(store, None, WORDS, "李示例")[0]["posts"] == [], "nobody who types waits for the graph"
    assert suggest(store, None, WORDS, "  ") == []


def parted() -> Case:
    """Two of one name at one enterprise, a decision that says no more than the name, and one of that name elsewhere."""
    world = Case(shipped())
    world.company("A").legal_representative("王示例", "2015", bearer="1").supervisor("王示例", "2016", bearer="2")
    world.company("B").director("王示例", "2017")
    world.decision("A", ["listed_wage_arrears"])
    world.names("王示例", "A", found_as=("other_directly_responsible",), responsible=True)
    return world


@pytest.mark.parametrize("graph", [True, False])
def test_16_several_of_one_name_at_one_enterprise_are_rows_of_their_own(graph: bool) -> None:
    with open_store("sqlite:///:memory:") as store:
        add(store, *parted().facts)
        rows = suggest(store, graph_of(store).columns if graph else None, WORDS, "王示例")
        at_a = {row["id"]: row["decisions"] for row in rows if row["enterprise"]["id"] == "test:A"}
        assert {node.partition("@")[2]: told for node, told in at_a.items()} == {
            "register:1": [],
            "register:2": [],
            "?D1": ["D1"],
        }
        assert [row["enterprise"]["id"] for row in rows].count("test:B") == 1
        assert {row["namesakes"] for row in rows} == {4}
        if graph:
            assert sorted(post for row in rows for post in row["posts"]) == [
                "director",
                "legal representative",
                "supervisor",
            ]


@pytest.mark.parametrize("graph", [True, False])
def test_16_who_is_ruled_to_be_one_person_is_one_row_with_every_enterprise(graph: bool) -> None:
    world = parted()
    world.rule_on("test:A#王示例@register:1", "test:B#王示例", "accepted")
    with open_store("sqlite:///:memory:") as store:
        add(store, *world.facts)
        rows = suggest(store, graph_of(store).columns if graph else None, WORDS, "王示例")
        (one,) = [row for row in rows if row["elsewhere"]]
        assert {one["enterprise"]["id"], *(place["id"] for place in one["elsewhere"])} == {"test:A", "test:B"}
        assert (len(rows), {row["namesakes"] for row in rows}) == (3, {3})


def test_6_what_matched_is_shown_beside_the_name_of_now() -> None:
    store = open_store("sqlite:///:memory:")
    names = (Name("新名公司"), Name("旧名商行", "former"))
    add(
        store, make_fact(Entity("t:R", "company", names, (Identifier("uscc", "91371302MAFK000U83"),)), "r", Origin("x", "x.csv", 2))
    )
    by_name, by_number = suggest(store, None, WORDS, "旧名")[0], suggest(store, None, WORDS, "91371302")[0]
    assert (by_name["name"], by_name["matched"]) == ("新名公司", {"text": "旧名商行", "kind": "former"})
    assert by_number["matched"]["kind"] == "uscc"
    assert by_number["numbers"] == [{"scheme": "uscc", "value": "91371302MAFK000U83"}]


@pytest.mark.parametrize("party", ["test:A", "test:A#王示例", "test:B#孙示例", "test:A#赵示例"])
def test_7_a_card_says_what_the_record_on_the_whole_graph_says(party: str) -> None:
    store = stored()
    whole = record_of(store, snapshot_of(store), catalogue(), party, WORDS, TODAY)
    card = portrait(store, catalogue(), party, WORDS, TODAY)
    assert {key: card[key] for key in ("party", "names", "posts", "findings", "restrictions", "warnings", "members")} == {
        key: whole[key] for key in ("party", "names", "posts", "findings", "restrictions", "warnings", "members")
    }
    assert [item["id"] for item in card["decisions"]] == [item["id"] for item in whole["decisions"]]


@pytest.mark.parametrize("relation", ["annuls_from_now", "annuls_from_beginning", "same_conduct"])
def test_7_also_of_what_another_decision_ends_or_clears(relation: str) -> None:
    world = Case(shipped())
    world.company("A")
    world.decision("A", ["fake_vaccines"], kind="penalty")
    found = {"found_as": ("directly_responsible",), "responsible": True}
    world.names("王示例", "A", imposed={"industry_ban": Term(years=10)}, **found)
    world.decision("A", [], name="D2", kind="order", date="2024-01-01")
    world.names("王示例", "A", decision="D2", responsible=False)
    world.link("D2", relation, "D1")
    with open_store("sqlite:///:memory:") as store:
        add(store, *world.facts)
        propagate(store, shipped(), actor(store=store))
        party, version = "test:A#王示例", store.version()
        whole = record_of(store, snapshot_of(store), shipped(), party, WORDS, TODAY)
        card, then = (portrait(store, shipped(), party, WORDS, TODAY, at) for at in (None, version))
        assert [card[key] for key in ("findings", "warnings")] == [whole[key] for key in ("findings", "warnings")]
        codes = {"annuls_from_now": [], "annuls_from_beginning": [], "same_conduct": ["below_minimum", "cleared_later"]}
        assert sorted(each["code"] for each in card["warnings"]) == codes[relation]
        world.company("Z")
        add(store, world.facts[-1], hour=11)
        past = portrait(store, shipped(), party, WORDS, TODAY, version)
        assert [past[key] for key in ("findings", "warnings")] == [then[key] for key in ("findings", "warnings")]
        assert len(past["findings"]) == (0 if relation == "annuls_from_beginning" else 1)


def test_8_the_card_of_an_enterprise_lists_holders_and_who_answers() -> None:
    store = stored()
    card = portrait(store, catalogue(), "test:A", WORDS, TODAY)
    assert card["holders_count"] == len(card["holders"]) == 3
    expected = {f.value.id for f in stored_findings(store) if f.value.company == "test:A" and f.value.party != "test:A"}
    assert {item["id"] for item in card["answers"]} == expected != set()
    assert card["decisions"][0]["fact"]
    sunk = portrait(store, catalogue(), "test:B#孙示例", WORDS, TODAY)
    assert sunk["measures"][0]["status"] == "in_force"
    assert sunk["namings"][0]["imposed_text"]


def test_9_a_card_of_a_past_version_says_what_was_known_then() -> None:
    store = stored()
    before = store.version()
    parties = ("test:A", "test:A#王示例")
    cards = [portrait(store, catalogue(), party, WORDS, TODAY) for party in parties]
    world = case()
    world.decision("A", ["listed_wage_arrears"], name="D9", date="2024-02-02")
    add(store, *world.facts, hour=10)
    propagate(store, catalogue(), actor(11, store))
    now, then = (portrait(store, catalogue(), "test:A", WORDS, TODAY, version) for version in (None, before))
    assert {item["id"] for item in now["decisions"]} - {item["id"] for item in then["decisions"]} == {"D9"}
    assert then["version"] == before
    for party, card in zip(parties, cards, strict=True):
        past = portrait(store, catalogue(), party, WORDS, TODAY, before)
        assert all(past[part] == card[part] for part in ("measures", "answers", "events"))
    assert cards[0]["answers"]
    assert cards[1]["measures"]
    with pytest.raises(NotFound):
        portrait(store, catalogue(), "test:nobody", WORDS, TODAY)


@pytest.mark.parametrize("party", ["test:A", "test:A#王示例", "test:B#孙示例"])
def test_9_and_all_of_it(party: str) -> None:
    store = stored()
    confirm(store, finding(store, "王示例"))
    day, version = date(2024, 6, 10), store.version()
    told = portrait(store, catalogue(), party, WORDS, day)
    assert told["measures"] or told["answers"]
    revoke(store, "revocation", "D1" if party.startswith("test:A") else "D2", "2024-06-09")
    assert portrait(store, catalogue(), party, WORDS, day)["courses"] != told["courses"]
    assert portrait(store, catalogue(), party, WORDS, day, version) == told


@pytest.mark.parametrize("decision", ["D1", "D2"])
def test_10_every_edge_is_a_statement_and_every_path_is_in_the_picture(decision: str) -> None:
    store = stored()
    drawn = picture_of(store, catalogue(), decision, WORDS, TODAY)
    ids = {item["id"] for item in drawn["edges"]}
    assert all(store.by_id(each) is not None for each in ids)
    for fact in stored_findings(store):
        if fact.value.decision == decision:
            assert set(fact.value.path) <= ids
            assert fact.value.party in {edge_[end]["id"] for edge_ in drawn["edges"] for end in ("from", "to")}
    with pytest.raises(NotFound):
        picture_of(store, catalogue(), "nothing", WORDS, TODAY)


def test_11_what_has_no_room_is_counted_and_findings_always_have_room() -> None:
    world = case()
    a = world.company("A")
    for number in range(ROOM + 20):
        a.director(f"董事{number:03}", since="2015-01-01")
    store = stored(world)
    drawn = picture_of(store, catalogue(), "D1", WORDS, TODAY)
    shown = {edge_[end]["id"] for edge_ in drawn["edges"] for end in ("from", "to")}
    assert drawn["left_out"] >= 20
    assert {f.value.party for f in stored_findings(store) if f.value.decision == "D1"} <= shown


def test_12_nothing_is_made_up() -> None:
    empty = open_store("sqlite:///:memory:")
    assert start_of(empty, catalogue()) == {"version": 0, "empty": True, "case": None}
    assert start_of(stored(), catalogue())["case"] is None


def test_12_a_retracted_enterprise_is_not_counted() -> None:
    store = open_store("sqlite:///:memory:")
    fact = facts()[0]
    add(store, fact)
    add(store, fact, operation=Operation.RETRACTION, hour=9)
    assert start_of(store, catalogue())["empty"] is True


def test_15_a_card_has_no_more_than_whoever_asks_may_see() -> None:
    store = stored()
    whole = portrait(store, catalogue(), "test:A", WORDS, TODAY)
    assert whole["answers"]
    assert whole["decisions"]
    neither = portrait(store, catalogue(), "test:A", WORDS, TODAY, sight=Sight(findings=False, decisions=False))
    kept = {"findings", "restrictions", "measures", "answers", "warnings", "events", "decisions", "namings", "courses"}
    assert {name for name in whole if neither[name] != whole[name]} <= kept
    assert not any(neither[name] for name in kept)


def test_16_an_entry_that_stands_for_several_people_has_no_card() -> None:
    with open_store("sqlite:///:memory:") as store:
        add(store, *parted().facts)
        with pytest.raises(Refused, match="3 bear the name") as refused:
            portrait(store, shipped(), "test:A#王示例", WORDS, TODAY)
        assert all(f"test:A#王示例@{bearer}" in str(refused.value) for bearer in ("register:1", "register:2", "?D1"))
        card = portrait(store, shipped(), "test:A#王示例@register:1", WORDS, TODAY)
        assert [post["interest"] for post in card["posts"]] == ["legal_representative"]
        namesakes = ["test:A#王示例@?D1", "test:A#王示例@register:2", "test:B#王示例"]
        assert (card["namesakes"]["count"], [each["id"] for each in card["namesakes"]["items"]]) == (3, namesakes)


def test_17_who_is_named_by_a_decision_alone_has_no_ties_and_is_there() -> None:
    with open_store("sqlite:///:memory:") as store:
        add(store, *parted().facts)
        alone = nobody_tied(store, "test:A#王示例@?D1", None)
        assert alone["party"] == {"id": "test:A#王示例@?D1", "name": "王示例", "kind": "person"}
        assert (alone["count"], alone["groups"], alone["items"]) == (0, [], [])
        with pytest.raises(NotFound):
            nobody_tied(store, "test:A#无此人", None)
        with pytest.raises(Refused):
            nobody_tied(store, "test:A#王示例", None)


def test_19_a_picture_of_a_past_version_marks_nobody_by_what_was_recorded_since() -> None:
    store = stored()
    before = store.version()
    derived = finding(store, "王示例")
    confirm(store, derived)

    def status(version: int | None) -> str:
        drawn = picture_of(store, catalogue(), "D1", WORDS, date(2024, 6, 10), version)
        return next(mark["status"] for mark in drawn["marks"]["test:A#王示例"] if mark["finding"] == derived)

    assert (status(None), status(before)) == ("in_force", "derived")
