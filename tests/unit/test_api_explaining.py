"""The invariants of `api.use_cases.explaining`, by number."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from api.locales import LANGS, texts
from api.rendering import explanation, reasons
from api.use_cases.explaining import explain, why_not
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.reading import snapshot_of
from graph.errors import NotFound, Refused
from graph.model import Term
from graph.store.base import Store
from tests.api_world import TODAY, actor, case, catalogue, stored
from tests.builder import Case, shipped
from tests.case_world import cases, confirm, do, under_wages, wages


def explained(name: str, lang: str = "en", world: Case | None = None) -> dict[str, Any]:
    with stored(world) as store:
        finding = next(f.value for f in stored_findings(store) if f"#{name}" in f.value.party)
        return explain(store, snapshot_of(store), catalogue(), finding, texts(lang), TODAY)


def against(name: str, decision: str = "D1", lang: str = "en", world: Case | None = None) -> dict[str, Any]:
    with stored(world) as store:
        return why_not(store, snapshot_of(store), catalogue(), decision, name, texts(lang), TODAY)


@pytest.mark.parametrize("name", ["王示例", "钱示例", "孙示例", "周示例"])
def test_1_every_statement_is_shown_with_source_file_and_row(name):
    document = explained(name)
    shown = [*document["path"], *(e for p in document["premises"] for e in p["evidence"])]
    assert len(shown) > len(document["premises"])
    assert all(e["source"] in ("register", "decisions") and e["file"] == "case.csv" and e["row"] > 1 and e["text"] for e in shown)


@pytest.mark.parametrize("lang", LANGS)
def test_2_an_explanation_says_what_the_finding_is_not(lang):
    said = {name: explained(name, lang)["is_not"] for name in ("王示例", "钱示例", "孙示例")}
    assert len(set(said.values())) == 3
    if lang == "en":
        assert "not a restriction" in said["王示例"]
        assert "neither a restriction" in said["钱示例"]


def test_2_missing_premises_and_unverified_fields_are_listed():
    document = explained("钱示例")
    assert [p["reason"] for p in document["missing"]] == ["finding_not_read"]
    assert document["against"] == []
    assert [item["field"] for item in document["unverified"]] == ["term"]
    assert explained("孙示例")["missing"] == []


def test_3_a_name_that_several_bear_is_refused_with_the_choices():
    world = case()
    a = world.company("C")
    a.post("director", "吴示例", bearer="1").post("director", "吴示例", bearer="2")
    world.decision("C", ["listed_wage_arrears"], name="D3")
    with stored(world) as store, pytest.raises(Refused, match="test:C#吴示例@register:1; test:C#吴示例@register:2"):
        why_not(store, snapshot_of(store), catalogue(), "D3", "吴示例", texts("zh"), TODAY)


def test_3_of_namesakes_the_one_whom_the_decision_concerns_is_meant():
    world = case()
    world.company("C").director("赵示例")
    with stored(world) as store:
        document = why_not(store, snapshot_of(store), catalogue(), "D1", "赵示例", texts("zh"), TODAY)
    assert document["party"]["id"] == "test:A#赵示例"


def test_why_not_gives_the_closest_reason_and_every_clause():
    document = against("李示例")
    assert document["reason"] == "not_in_office_at_conduct"
    head = next(c for c in document["clauses"] if c["clause"] == "head")
    assert {"label": "held", "value": "2015-01-01 to 2020-12-31"} in head["compared"]
    assert head["evidence"][0]["file"] == "case.csv"
    assert json.loads(json.dumps(document)) == document


def test_why_not_of_one_who_answers_names_his_finding():
    document = against("王示例")
    assert (document["reason"], len(document["findings"])) == ("finding_reached", 1)


def exonerating() -> Case:
    world = case()
    world.names("王示例", "A", posts=("legal_representative",), responsible=False)
    return world


@pytest.mark.parametrize(
    ("lang", "plain"), [("zh", "不负责任，因此其不为此负责"), ("en", "not responsible, so this party does not answer")]
)
def test_whom_the_document_finds_not_responsible_does_not_answer(lang, plain):
    document = explained("王示例", lang, exonerating())
    assert document["finding"]["outcome"] == "blocked"
    assert plain in document["summary"]
    assert not any(hedge in document["summary"] for hedge in ("无法认定", "cannot be told"))


@pytest.mark.parametrize(
    ("name", "world", "outcome", "title"),
    [
        ("王示例", case, "answers", "王示例 answers for"),
        ("钱示例", case, "may_answer", "钱示例 may answer for"),
        ("李示例", case, "does_not_answer", "Why 李示例 does not answer for"),
        ("王示例", exonerating, "does_not_answer", "Why 王示例 does not answer for"),
    ],
)
def test_4_title_and_summary_follow_the_findings(name, world, outcome, title):
    document = against(name, world=world())
    assert (document["outcome"], document["title"].startswith(title)) == (outcome, True)
    assert all(finding in document["summary"] for finding in document["findings"])
    assert bool(document["findings"]) == (outcome in ("answers", "may_answer"))
    assert ("does not answer" in document["summary"]) == (outcome == "does_not_answer")


@pytest.mark.parametrize(
    ("lang", "over", "hedge"), [("zh", "现已没有效力", "已有成立的认定"), ("en", "no effect any more", "there is an established")]
)
def test_4_of_whom_something_was_found_that_is_over_it_is_not_said_that_it_is_established(lang, over, hedge):
    world = Case()
    world.company("A").legal_representative("王示例", since="2015-01-01")
    world.decision("A", ["listed_wage_arrears"])
    with stored(world, derive=False) as store:
        propagate(store, shipped(), actor(store=store))
        graph = snapshot_of(store)
        document = why_not(store, graph, shipped(), "D1", "test:A", texts(lang), date(2026, 6, 1))
        then = why_not(store, graph, shipped(), "D1", "test:A", texts(lang), date(2024, 6, 1))
    assert (document["outcome"], then["outcome"]) == ("may_answer", "answers")
    assert over in document["title"]
    assert over in document["summary"]
    assert hedge not in document["summary"]
    assert document["reason"] not in ("finding_reached", then["reason"])


@pytest.mark.parametrize(("day", "ahead"), [(date(2023, 5, 9), True), (date(2023, 5, 10), False)])
def test_2_a_decision_of_a_day_still_to_come_is_doubted(day, ahead):
    with stored() as store:
        finding = next(f.value for f in stored_findings(store) if "王示例" in f.value.party)
        told = explain(store, snapshot_of(store), catalogue(), finding, texts("en"), day)
    assert ("still to come (2023-05-10; asked on 2023-05-09)" in told["summary"]) is ahead


def old_ban(*, cites: tuple[str, ...] = (), imposed: bool = True, kind: str = "market_ban") -> Case:
    world = Case()
    world.company("A")
    world.decision("A", ["securities_market_ban"], kind=kind, date="2000-05-10", conduct="1999", cites=cites)
    world.names("王示例", "A", responsible=True, imposed={"securities_market_ban": Term(5)} if imposed else {})
    return world


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("world", "outcome"),
    [
        (old_ban(), "imposed_only"),
        (old_ban(cites=("证券法（2005年修订）",)), "imposed_only"),
        (old_ban(imposed=False), "does_not_answer"),
        (old_ban(kind="pre_notice"), "does_not_answer"),
    ],
)
def test_4_what_a_decision_imposes_without_a_rule_of_its_day_is_said(lang, world, outcome):
    words = texts(lang)
    with stored(world, derive=False) as store:
        graph = snapshot_of(store)
        document = why_not(store, graph, shipped(), "D1", "test:A#王示例", words, TODAY)
        for finding in world.findings("王示例"):
            told = explain(store, graph, shipped(), finding, words, TODAY)
            assert (words.code("acts", "securities_market_ban") in told["summary"]) is (outcome == "imposed_only")
            assert told["is_not"] == words.say("explain.not_imposed")
    assert document["outcome"] == outcome
    assert (words.code("acts", "securities_market_ban") in document["summary"]) is (outcome == "imposed_only")
    assert ({"en": "does not answer", "zh": "不因此负责"}[lang] in document["summary"]) is (outcome == "does_not_answer")


@pytest.mark.parametrize(
    ("lang", "not_said"), [("zh", "不表示其对行为负责"), ("en", "does not say that this party is responsible")]
)
def test_a_mark_is_no_sanction_and_says_nothing_of_responsibility(lang, not_said):
    world = Case()
    world.company("A").legal_representative("王示例", since="2021-01-01")
    world.decision("A", ["listed_wage_arrears"], conduct="2022-02/2022-05", date="2023-01-20", region="3713")
    with stored(world, derive=False) as store:
        propagate(store, shipped(), actor(store=store))
        graph = snapshot_of(store)
        mark = next(f.value for f in stored_findings(store) if f.value.rule == "SD-31" and "王示例" in f.value.party)
        said = explain(store, graph, shipped(), mark, texts(lang), TODAY)["summary"]
    assert not_said in said
    assert "全部要件" not in said
    assert "every premise" not in said


@pytest.mark.parametrize("lang", LANGS)
def test_5_a_missing_premise_says_which_fact_would_settle_it(lang):
    document = explained("钱示例", lang)
    (missing,) = document["missing"]
    assert (missing["settled_by"]["kind"], missing["settled_by"]["about"]) == ("naming", ["D1", "test:A#钱示例"])
    assert missing["settled_by"]["text"] in "\n".join(explanation(document, texts(lang)))
    assert {premise["settled_by"] for premise in document["premises"] if premise["state"] != "missing"} == {None}


@pytest.mark.parametrize("lang", LANGS)
def test_5_of_what_is_blocked_only_what_blocks_it_is_told(lang):
    world = case()
    world.names("王示例", "A", responsible=False)
    document = explained("王示例", lang, world)
    assert document["finding"]["outcome"] == "blocked"
    assert [(item["reason"], item["settled_by"]["kind"]) for item in document["against"]] == [("exonerated", "naming")]
    assert (document["missing"], document["lifts"], document["ways_out"]) == ([], {"sets": [], "complete": True}, None)
    words = texts(lang)
    text = list(explanation(document, words))
    assert words.say("explain.blocked_by") in text
    assert words.say("settle.exonerated") in " ".join(text)
    assert not {words.say("explain.missing"), words.say("explain.lifts")} & set(text)


@pytest.mark.parametrize("lang", LANGS)
def test_the_ordinary_ways_out_stand_in_the_text(lang):
    with wages() as store:
        finding = under_wages(store, "test:A#王示例")
        document = explain(store, snapshot_of(store), shipped(), finding, texts(lang), TODAY)
    text = "\n".join(explanation(document, texts(lang)))
    assert texts(lang).say("ways_out.title") in text
    assert all(told in text for told in (*document["ways_out"]["ends"], *document["ways_out"]["repair"], "人社部令第45号第14条"))


def test_5_why_not_says_so_too():
    document = against("钱示例")
    found = next(item for item in document["clauses"] if item["reason"] == "finding_not_read")
    assert found["settled_by"] == texts("en").words["settle.finding_not_read"]
    assert found["settled_by"] in "\n".join(reasons(document, texts("en")))
    assert {item["settled_by"] for item in against("李示例")["clauses"]} == {None}


def told_of(store: Store, day: date, lang: str = "zh") -> dict[str, Any]:
    return explain(store, snapshot_of(store), shipped(), under_wages(store, "test:A#王示例"), texts(lang), day)


def test_6_each_measure_says_how_it_stands_where_it_stands_otherwise():
    with wages() as store:
        head = told_of(store, TODAY)["finding"]["id"]
        confirm(store, head)
        bound = told_of(store, date(2024, 6, 10))
        names = [measure["name"] for measure in bound["measures"]]
        plain = [name.removesuffix("（推荐性）") for name in names]
        assert plain != names, "what is only recommended says so"
        carried = {r.measure.name_zh: r.id for r in cases(store).restrictions_on(head)}
        assert len(names) > 2
        do(store, "release", carried[names[0]], "2024-06-11", number="解1号")
        do(store, "suspension_order", carried[names[1]], "2024-06-11", number="停1号")
        after = told_of(store, date(2024, 6, 12))
        assert [m["name"] for m in after["measures"]] == [f"{names[0]}（已解除）", f"{names[1]}（暂停执行）", *names[2:]]
        assert (after["finding"]["status"], after["over"], bound["finding"]["status"]) == ("in_force", False, "in_force")
        assert f"{names[0]}（已解除）" in after["summary"]
        for name in plain[1:]:
            do(store, "release", carried[name], "2024-06-13", number="解2号")
        assert (told_of(store, date(2024, 6, 14))["over"], told_of(store, date(2024, 6, 12))["over"]) == (True, False)


def test_2_an_objection_before_a_decision_pauses_nothing_that_is_executed():
    with wages() as store:
        head = told_of(store, TODAY)["finding"]["id"]
        for kind in ("proposal", "notice", "statement"):
            do(store, kind, head, "2024-06-04")
        do(store, "objection", head, "2024-06-05")
        told = told_of(store, date(2024, 6, 6))
        assert "建议" in told["is_not"]
        assert "暂停" not in told["is_not"]


@pytest.mark.parametrize(("day", "title"), [("2018-07-15", "经营异常名录"), ("2025-07-15", "经营异常名录（2024年5月1日起）")])
def test_7_a_finding_bears_the_title_of_its_version(day, title):
    world = Case(shipped())
    world.company("A").legal_representative("王示例")
    world.decision("A", ["abnormal_operation"], date=day, conduct=None)
    with stored(world, derive=False) as store:
        propagate(store, shipped(), actor(store=store))
        graph, words = snapshot_of(store), texts("zh")
        found = next(fact.value for fact in stored_findings(store) if fact.value.rule == "D2-ABNORMAL")
        told = explain(store, graph, shipped(), found, words, TODAY)["title"]
        asked = why_not(store, graph, shipped(), "D1", "王示例", words, TODAY)["clauses"]
    assert f" {title} [D2-ABNORMAL] " in told
    assert {item["rule_title"] for item in asked if item["clause"]} == {f"{title} [D2-ABNORMAL]"}


def test_measures_of_the_spending_limit_read_as_prohibitions():
    measures = shipped().rules["D3-SPEND"].measures
    assert measures
    assert all(measure.name.zh.startswith("不得") for measure in measures)


def test_why_not_of_nobody_is_refused():
    for name, decision in (("无此人", "D1"), ("王示例", "D7")):
        with pytest.raises(NotFound):
            against(name, decision)


@pytest.mark.parametrize("lang", LANGS)
def test_the_text_has_every_part(lang):
    words = texts(lang)
    text = "\n".join(explanation(explained("王示例", lang), words))
    for part in (words.say("explain.articles"), "示例法 第二条", words.label("premise", "office_at_conduct"), "✓", "case.csv"):
        assert part in text
    assert "{" not in text
    why = "\n".join(reasons(against("李示例", lang=lang), words))
    assert words.say("why_not.clauses") in why
    assert "2020-12-31" in why


def test_a_term_that_was_over_is_told_with_what_could_overcome_it():
    world = Case()
    world.company("A").legal_representative("王示例", since="2010")
    world.decision("A", ["listed_work_safety"], date="2022-05-10", conduct="2015-01-01/2015-12-31", region="3713")
    with stored(world, derive=False) as store:
        propagate(store, shipped(), actor(store=store))
        mark = next(f.value for f in stored_findings(store) if f.value.rule == "SD-31" and "#王示例" in f.value.party)
        said = explain(store, snapshot_of(store), shipped(), mark, texts("en"), TODAY)
    (premise,) = [p for p in said["premises"] if p["name"] == "in_term"]
    assert (premise["state"], premise["reason"], premise["settled_by"]["kind"]) == ("refuted", "term_over", "decision")
    assert "end of the conduct" in premise["settled_by"]["text"]
    assert "2020-12-31" in json.dumps(premise["compared"])
