"""What an investigator sees in Neo4j: each test quotes an invariant of graph/store/_neo4j_model.py."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from graph.codec import make_fact
from graph.codes import load
from graph.dates import PartialDate, Period
from graph.model import (
    ClaimRuling,
    Decision,
    DecisionLink,
    Entity,
    Event,
    Fact,
    Identifier,
    Name,
    Naming,
    Origin,
    PartyRef,
    Payload,
    Relationship,
    Share,
    appearance,
)
from graph.store._neo4j_model import LABELS, PAIRS, Edge, described, edges, event, node, stub
from graph.store.mentions import STRONG

ON = date(2024, 1, 1)
ORIGIN = Origin("demo", "list.csv", 7)
PERSON = appearance("demo:A", "张示例")


def only(value: Payload, key: str = "1") -> Edge:
    (edge,) = edges(make_fact(value, key, ORIGIN), ON)
    return edge


def held(period: str, **more: Any) -> Relationship:
    return Relationship(PartyRef(PERSON), PartyRef("demo:A"), "director", Period.parse(period), **more)


@pytest.mark.parametrize(
    ("period", "type_"),
    [
        ("2015/open", "DIRECTOR"),
        ("unknown/open", "DIRECTOR"),
        ("2015/2030-05-01", "DIRECTOR"),
        ("2015/2024-01-01", "DIRECTOR"),
        ("2015/2023-12-31", "WAS_DIRECTOR"),
        ("2015/2018..2019", "WAS_DIRECTOR"),
        ("2015/unknown", "PERHAPS_DIRECTOR"),
        ("2015/2023..2025", "PERHAPS_DIRECTOR"),
    ],
)
def test_what_holds_what_ended_and_what_may_have(period: str, type_: str):
    """1. What still holds, what has ended and what may have ended are three relationship types."""
    assert only(held(period)).type == type_


def test_dates_are_dates_only_where_the_day_is_known():
    """2. A date is a Neo4j date only where the day is known; the bounds stand beside it, and the words in `period`."""
    exact = only(held("2015-03-02/2018-05-06")).properties
    assert (exact["since"], exact["until"]) == (date(2015, 3, 2), date(2018, 5, 6))
    partial = only(held("2015/2018-05..")).properties
    assert "since" not in partial
    assert "until" not in partial
    assert (partial["since_earliest"], partial["since_latest"]) == (date(2015, 1, 1), date(2015, 12, 31))
    assert partial["until_earliest"] == date(2018, 5, 1)
    assert "until_latest" not in partial
    assert partial["period"] == "2015/2018-05-01.."
    assert not {name for name in only(held("unknown/open")).properties if name.startswith(("since", "until"))}


def test_shares_and_where_it_was_read():
    said = only(held("2015/open", share=Share(250_000, 500_000), amount_fen=5)).properties
    assert (said["share_minimum"], said["share_maximum"], said["amount_fen"]) == (25.0, 50.0, 5)
    assert "share" not in said
    assert only(held("2015/open", share=Share.exact(51_000))).properties["share"] == 5.1
    assert (said["source"], said["file"], said["row"], said["key"]) == ("demo", "list.csv", 7, "relationship/demo/1")


def test_a_node_is_the_sum_of_what_is_said():
    """3. A node that several sources describe is the sum of what they say."""
    strong = Identifier(STRONG, "secret")
    one = Entity("demo:A", "company", (Name("旧称", "former"), Name("示例甲")), (Identifier("uscc", "911"), strong))
    other = Entity("demo:A", "company", (Name("示例甲公司"),), attributes=(("id", "forged"), ("district", "3713")))
    made = node("Party", "demo:A", [one, other])
    assert made["labels"] == ["Company"]
    assert made["properties"]["names"] == ["旧称", "示例甲", "示例甲公司"]
    assert (made["properties"]["name"], made["properties"]["former_names"]) == ("示例甲公司", ["旧称"])
    assert (made["properties"]["uscc"], made["properties"]["district"], made["properties"]["id"]) == ("911", "3713", "demo:A")
    assert "secret" not in str(made)
    assert node("Party", PERSON, []) == stub("Party", PERSON)
    assert stub("Party", PERSON)["labels"] == ["Person"]
    assert stub("Party", "demo:A") == {"id": "demo:A", "labels": [], "properties": {"id": "demo:A"}}


def test_an_unread_name_is_nobody_else():
    """4. A name that could not be read is a person of its own, joined with nobody."""
    one, other = (only(Naming("d", None, "王某"), key) for key in ("1", "2"))
    assert one.end != other.end
    assert stub(*one.end, "王某") == {
        "id": "unread:naming/demo/1",
        "labels": ["Person"],
        "properties": {"id": "unread:naming/demo/1", "name": "王某", "names": ["王某"]},
    }


def test_every_kind_of_fact_has_its_place():
    decision = Decision("d", "listing", ("listed_wage_arrears",), PartyRef("demo:A"), "示例局", date=PartialDate.parse("2023-01"))
    assert (only(decision).type, only(decision).end) == ("AGAINST", ("Party", "demo:A"))
    assert described(decision) == ("Decision", "d")
    assert node("Decision", "d", [decision])["properties"]["kind_zh"] == load("decision_kinds").label("listing", "zh")
    link = only(DecisionLink("d", "notice_of", "e", PartialDate.parse("2023-01-02")))
    assert (link.type, link.properties["since"]) == ("NOTICE_OF", date(2023, 1, 2))
    bearer = f"{PERSON}@p1"
    same = only(ClaimRuling("c", bearer, "demo:B#张示例", "accepted", "测试甲"))
    assert (same.type, same.start, same.properties["first"]) == ("SAME_PERSON", ("Party", PERSON), bearer)
    assert only(ClaimRuling("c", bearer, "demo:B#张示例", "rejected", "测试甲")).type == "NOT_SAME_PERSON"
    undone: Fact[Payload] = make_fact(ClaimRuling("c", bearer, "demo:B#张示例", "undone", "测试甲"), "c", ORIGIN)
    assert edges(undone, ON) == []
    happened = event(make_fact(Event("notice", "d", PartialDate.parse("2023-01-02")), "e", ORIGIN))
    assert happened is not None
    assert (happened["properties"]["on"], happened["properties"]["about"]) == (date(2023, 1, 2), "d")
    assert event(undone) is None
    assert all((edge.start[0], edge.end[0]) in PAIRS for edge in (only(decision), link, same, only(held("2015/open"))))


def test_every_kind_of_entity_has_a_label():
    assert LABELS.keys() == {kind.code for kind in load("entity_kinds")}
