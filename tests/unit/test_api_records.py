"""The invariants of `api.use_cases.records`, by number, and what `show` shows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.locales import LANGS, texts
from api.rendering import record, shown
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.reading import snapshot_of
from api.use_cases.records import record_of
from api.use_cases.searching import search
from api.use_cases.showing import show
from api.use_cases.status import status, verify
from graph.codec import make_fact
from graph.dates import PartialDate
from graph.errors import NotFound, Refused
from graph.model import Decision, Origin, PartyRef, Term
from graph.store.base import Write
from tests.api_world import TODAY, actor, case, catalogue, stored
from tests.builder import Case, shipped


def of(name: str, world: Case | None = None, lang: str = "en") -> dict[str, Any]:
    with stored(world) as store:
        return record_of(store, snapshot_of(store), catalogue(), f"test:{name}", texts(lang), TODAY)


def test_1_a_namesake_has_nothing_on_record():
    world = case()
    world.company("C").director("孙示例")
    mine, other = of("B#孙示例", world), of("C#孙示例", world)
    assert (len(mine["namings"]), len(mine["findings"]), len(mine["posts"])) == (1, 1, 1)
    assert (other["namings"], other["findings"], other["restrictions"]) == ([], [], [])
    assert [post["company"]["id"] for post in other["posts"]] == ["test:C"]


def test_2_one_measure_on_one_party_is_one_restriction_on_several_findings():
    world = case()
    world.decision("B", ["securities_market_ban"], name="D4", kind="market_ban", date="2024-02-01")
    world.names("孙示例", "B", decision="D4", imposed={"securities_market_ban": Term(years=5)})
    (restriction,) = of("B#孙示例", world)["restrictions"]
    assert len(restriction["findings"]) == 2
    assert (restriction["status"], restriction["until"]) == ("in_force", "life")


def test_3_every_line_says_where_it_was_read():
    document = of("B#孙示例")
    for line in (*document["posts"], *document["namings"]):
        assert (line["file"], line["row"] > 1) == ("case.csv", True)
    assert document["namings"][0]["imposed"][0]["life"] is True


def test_4_what_lapsed_unconfirmed_weighs_nothing_and_carries_no_restriction():
    world = Case(shipped())
    world.company("A").legal_representative("王示例", since="2015-01-01")
    given = {"authority_level": "city", "kind": "listing"}
    for name, on in (("D1", "2022-03-01"), ("D2", "2025-01-10")):
        world.decision("A", ["listed_wage_arrears"], name=name, date=on, conduct="2021-06/2022-02", number=name, **given)
    with stored(world, derive=False) as store:
        propagate(store, shipped(), actor(store=store))

        def record(day: date) -> dict[str, Any]:
            return record_of(store, snapshot_of(store), shipped(), "test:A#王示例", texts("en"), day)

        late, early = record(date(2026, 11, 1)), record(date(2025, 2, 1))
        second = {f["id"] for f in late["findings"] if f["decision"]["id"] == "D2" and f["status"] == "derived"}
    codes = {day: {each["code"] for each in told["warnings"]} for day, told in (("late", late), ("early", early))}
    assert {"rests_on_several", "overlap"} <= codes["early"]
    assert not {"rests_on_several", "overlap", "beyond_maximum"} & codes["late"]
    assert all(
        second.issuperset(each["findings"]) for each in late["restrictions"] if each["until"] and each["until"] > "2026-11-01"
    )


@pytest.mark.parametrize("lang", LANGS)
def test_4_what_is_to_be_weighed_is_listed_with_its_findings(lang):
    assert of("B#孙示例")["warnings"] == []
    world = case()
    world.decision("B", ["securities_market_ban"], name="D4", kind="market_ban", date="2024-02-01", conduct="2023")
    world.names("孙示例", "B", decision="D4", imposed={"securities_market_ban": Term(years=5)})
    document = of("B#孙示例", world, lang)
    (restriction,) = document["restrictions"]
    said = {item["code"]: item for item in document["warnings"]}
    assert set(said) == {"overlap", "rests_on_several"}
    assert said["rests_on_several"]["findings"] == restriction["findings"]
    text = "\n".join(record(document, texts(lang)))
    assert all(item["text"] in text for item in document["warnings"])


@pytest.mark.parametrize(("lang", "plain"), [("zh", "认定：不负责任"), ("en", "found: not responsible")])
def test_whom_a_document_finds_not_responsible_is_said_to_be_so(lang, plain):
    world = case()
    world.names("郑示例", "A", responsible=False)
    world.names("冯示例", "A", responsible=True)
    world.names("陈示例", "A")
    words = texts(lang)
    text = "\n".join(record(of("A#郑示例", world, lang), words))
    assert plain in text
    assert words.say("record.found", found=words.say("fact.none")) not in text
    assert words.say("record.found", found=words.say("fact.responsible")) in "\n".join(record(of("A#冯示例", world, lang), words))
    assert words.say("record.found", found=words.say("fact.none")) in "\n".join(record(of("A#陈示例", world, lang), words))


@pytest.mark.parametrize("lang", LANGS)
def test_the_text_of_a_record(lang):
    text = "\n".join(record(of("B#孙示例", lang=lang), texts(lang)))
    for part in ("孙示例", "case.csv", "示例〔2023〕1号", texts(lang).say("record.restrictions"), texts(lang).say("date.life")):
        assert part in text


def test_show_finds_what_an_id_stands_for():
    with stored() as store:
        graph = snapshot_of(store)
        finding = stored_findings(store)[0].value
        for given, kind in ((finding.id, "finding"), (finding.path[0], None), ("D1", "decision"), ("test:A", "entity")):
            document = show(store, graph, catalogue(), given, texts("en"), TODAY)
            assert kind in (None, document["kind"])
            assert document["history"]
            assert document["history"][-1]["value"]
            assert "\n".join(shown(document, texts("en")))
        with pytest.raises(NotFound):
            show(store, graph, catalogue(), "nothing", texts("en"), TODAY)


def test_show_of_what_is_sealed_says_so():
    with stored() as store:
        naming = next(store.facts(["naming"])).fact
        store.seal(naming.key, "示例法第九条", actor(10).act("seal"))
        with pytest.raises(Refused, match="示例法第九条"):
            show(store, snapshot_of(store), catalogue(), naming.id, texts("zh"), TODAY)


def test_show_of_a_sealed_decision_by_the_id_of_its_source_says_so():
    world = case()
    known = Decision(
        "court:7", "listing", ("listed_wage_arrears",), PartyRef("test:A"), "示例局", date=PartialDate.parse("2015-01-02")
    )
    with stored(world, derive=False) as store:
        store.append([Write(make_fact(known, known.id, Origin("court")))], actor(10).act("load"))
        assert show(store, snapshot_of(store), catalogue(), known.id, texts("zh"), TODAY)
        store.seal(f"decision/court/{known.id}", "示例法第九条", actor(11).act("seal"))
        with pytest.raises(Refused, match="示例法第九条"):
            show(store, snapshot_of(store), catalogue(), known.id, texts("zh"), TODAY)


def test_search_and_status():
    with stored() as store:
        assert [row["id"] for row in search(store, "孙示")] == ["test:B#孙示例"]
        assert search(store, "示例A")[0]["kind"] == "enterprise"
        document = status(store, catalogue())
        assert document["statements"]["finding"] == 4
        assert document["pending"] == 0
        assert verify(store)["whole"] is True
    with stored(derive=False) as store:
        assert status(store, catalogue())["pending"] == "all"
