"""The invariants of `api.use_cases.checking`, by number."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from api.locales import texts
from api.use_cases.checking import Question, check, coverage, day_of_check, lookups, unit_that_asks
from api.use_cases.propagating import propagate
from api.use_cases.reading import snapshot_of
from graph.errors import InputError, NoChoice
from graph.identifiers import uscc_check_character
from graph.model import Entity, Identifier, Name, Term
from tests.api_world import actor, add, case, catalogue, stored
from tests.builder import Case, shipped
from tests.case_world import TODAY, cases, confirm, do, finding

CODES = {name: (body := f"9137130000000000{n}") + uscc_check_character(body) for n, name in enumerate("ABC", 1)}


def world() -> Case:
    """The small world, its enterprises with codes; C has two of one name, and B's code is given to another enterprise too."""
    made = case()
    made.company("C").person("吴示例", "1").person("吴示例", "2")
    for name, code in CODES.items():
        made.add(Entity(f"test:{name}", "company", (Name(f"示例{name}公司"),), (Identifier("uscc", code),)), "codes")
    return made


def asked(store, firm: str = "A", person: str = "", **more: str):
    given = {"purpose": "any", "unit": "示例局", "why": "事项1"} | more
    question = Question(CODES.get(firm, firm), person=person, **given)
    return check(store, catalogue(), actor(10, store), question, TODAY, texts("en"))


@pytest.mark.parametrize(
    ("firm", "person", "answer"),
    [
        ("913713000000000099", "", "bad_code"),
        ((body := "91371300000000009") + uscc_check_character(body), "", "unknown"),
        ("A", "孙示例", "unknown_person"),
        ("C", "吴示例", "same_name"),
        ("A", "", "clear"),
        ("", "", "bad_code"),
    ],
)
def test_1_what_cannot_be_answered_is_said_to_be_so(firm, person, answer):
    with stored(world()) as store:
        document = asked(store, firm, person)
        assert (document["answer"], document["restrictions"]) == (answer, [])
        assert (document["subject"] is None) == (answer != "clear")


def test_1_of_several_of_one_name_at_an_enterprise_the_id_says_which():
    with stored(world()) as store:
        ids = [node for node in snapshot_of(store).entities() if node.startswith("test:C#吴示例@")]
        assert len(ids) == 2
        for each in ids:
            document = asked(store, "C", each)
            assert (document["answer"], document["subject"]["id"]) == ("clear", each)
        for each in ("test:C#吴示例", "test:A#吴示例@1", "test:C#吴示例@9"):
            assert asked(store, "C", each)["answer"] in ("same_name", "unknown_person"), each
            assert asked(store, "C", each)["subject"] is None
        assert all("吴示例" not in row["asked"] for row in lookups(store))


def test_1_a_code_that_two_enterprises_have_shows_nobody():
    made = world()
    made.add(Entity("test:Z", "company", (Name("示例Z公司"),), (Identifier("uscc", CODES["B"]),)), "codes")
    with stored(made) as store:
        assert asked(store, "B", "孙示例")["answer"] == "ambiguous"


def test_2_every_look_up_is_on_record_with_who_why_when_and_what_was_shown():
    with stored(world()) as store:
        first, second = asked(store, "B", "孙示例"), asked(store, "nothing")
        rows = lookups(store)
        assert [row["id"] for row in rows] == [first["lookup"], second["lookup"]]
        assert rows[0]["shown"] == first["restrictions"][0]["restriction"]
        assert (rows[0]["by"], rows[0]["why"], rows[0]["purpose"], rows[0]["unit"]) == ("tester", "事项1", "any", "示例局")
        assert rows[0]["at"] == actor(10).at.isoformat()
        assert "孙示例" not in rows[0]["asked"]
        assert lookups(store, unit="另一局") == []
        assert [(r["unit"], r["purpose"], r["lookups"], r["restricted"]) for r in coverage(rows, ["另一局"])] == [
            ("示例局", "any", 2, 1),
            ("另一局", None, 0, 0),
        ]


@pytest.mark.parametrize("missing", ["why", "unit"])
def test_2_without_a_reason_and_a_unit_there_is_no_answer(missing):
    with stored(world()) as store:
        before = store.version()
        with pytest.raises(InputError, match=r"reason \(why\)"):
            asked(store, **{missing: " "})
        with pytest.raises(NoChoice, match="there are tendering"):
            asked(store, purpose="curiosity")
        assert store.version() == before


@pytest.mark.parametrize("hidden", ["\u200b", "\u2060"])
@pytest.mark.parametrize("label", ["why", "unit_name"])
def test_2_a_reason_or_a_unit_that_nobody_can_see_is_none(label, hidden):
    given = {"uscc": CODES["A"], "purpose": "any", "unit": "示例局", "why": "事项"}
    given["unit" if label == "unit_name" else label] = hidden
    with pytest.raises(InputError, match=rf"{label}: has a character that is not seen"):
        Question(**given)


def test_3_what_must_and_what_may_be_done_are_told_apart():
    with stored(world()) as store:
        (row,) = asked(store, "B", "孙示例")["restrictions"]
        assert (row["must"], row["until"]) == (True, "life")
        assert row["do"].startswith("must be executed")
        assert row["do"] == "must be executed: example limit", "a measure is named in the language asked"
        assert {"instrument": "示例法", "article": "第二条", "evidence": "verbatim"} in row["basis"]


def test_4_only_what_binds_today_is_shown():
    with stored(world()) as store:
        head = finding(store, "王示例")
        assert asked(store, "A", "王示例")["answer"] == "clear"
        confirm(store, head)
        assert cases(store).by_id
        question = Question(CODES["A"], "any", "示例局", "事项", "王示例")
        day = TODAY.replace(day=10)
        assert check(store, catalogue(), actor(11, store), question, day, texts("zh"))["answer"] == "restricted"
        do(store, "objection", head, "2024-06-10")
        assert check(store, catalogue(), actor(12, store), question, day, texts("zh"))["answer"] == "clear"


def test_1_nobody_is_plainly_clear_while_a_namesake_is_restricted_elsewhere():
    made = world()
    made.company("A").director("孙示例")
    with stored(made) as store:
        document = asked(store, "A", "孙示例")
        assert (document["answer"], document["same_name_elsewhere"], document["restrictions"]) == ("namesake", True, [])
        assert document["subject"]["id"] == "test:A#孙示例"
        assert "a human must tell them apart" in document["answer_text"]
        assert lookups(store)[0]["answer"] == "namesake"
        assert lookups(store)[0]["shown"] == ""
        at_home = asked(store, "B", "孙示例")
        assert (at_home["answer"], at_home["same_name_elsewhere"]) == ("restricted", False)
        unknown = asked(store, "C", "孙示例")
        assert (unknown["answer"], unknown["same_name_elsewhere"], unknown["subject"]) == ("unknown_person", True, None)
        assert asked(store, "A")["same_name_elsewhere"] is False


@pytest.mark.parametrize("purpose", ["tendering", "procurement"])
def test_4_a_ban_from_government_procurement_is_shown_where_public_resources_are_traded(purpose):
    made = Case(shipped())
    made.company("A")
    made.add(Entity("test:A", "company", (Name("示例A公司"),), (Identifier("uscc", CODES["A"]),)), "codes")
    made.decision("A", ["procurement_ban"], date="2024-02-10", kind="penalty", authority_level="city")
    with stored(made, derive=False) as store:
        propagate(store, shipped(), actor(store=store))
        question = Question(CODES["A"], purpose, "市公共资源交易中心", "招标2026-9号")
        document = check(store, shipped(), actor(10, store), question, TODAY, texts("en"))
        shown = [bound["measure"]["name_zh"] for bound in document["restrictions"]]
        assert (document["answer"], shown) == ("restricted", ["一至三年内禁止参加政府采购活动"])


@pytest.mark.parametrize("said", ["fgw", "市发改委", " fgw "])
def test_5_the_unit_that_asks_is_a_department(said):
    assert unit_that_asks(said, None) == "fgw"
    with pytest.raises(NoChoice, match=r"did you mean 'finance'\? \(a body that is no department: unit_name") as refused:
        unit_that_asks("finanse", None)
    assert "（其他单位请用 unit_name）" in refused.value.zh


def test_5_a_body_that_is_no_department_is_named():
    assert unit_that_asks(None, "市公共资源交易中心") == "市公共资源交易中心"
    assert unit_that_asks(None, "市发改委") == "fgw"
    assert unit_that_asks(None, None) == ""
    with pytest.raises(InputError, match="not both"):
        unit_that_asks("fgw", "市公共资源交易中心")


@pytest.mark.parametrize("other", [date(2010, 1, 1), TODAY - timedelta(days=1), TODAY + timedelta(days=1)])
def test_6_a_check_is_of_today(other):
    assert day_of_check(None, TODAY) == day_of_check(TODAY, TODAY) == TODAY
    with pytest.raises(InputError, match=f"of today, {TODAY}, and not of {other}") as error:
        day_of_check(other, TODAY)
    assert f"不能查 {other}" in error.value.zh


def test_7_an_enterprise_without_a_code_is_meant_by_another_number_and_the_answer_says_which():
    made = world()
    numbers = {"D": ("cn_stock", "000939"), "E": ("registration", "371300228000001"), "A": ("cn_stock", "600001")}
    for name, number in numbers.items():
        kept = (Identifier("uscc", CODES["A"]),) if name == "A" else ()
        made.add(Entity(f"test:{name}", "company", (Name(f"示例{name}公司"),), (*kept, Identifier(*number))), f"more{name}")
    made.company("D").director("郑示例")
    made.decision("D", ["securities_market_ban"], name="D7", kind="market_ban", date="2023-01-02", number="示例〔2023〕7号")
    made.names("郑示例", "D", decision="D7", imposed={"securities_market_ban": Term(life=True)})
    with stored(made) as store:
        found = asked(store, "000939", "郑示例")
        assert (found["answer"], found["taken"]) == ("restricted", {"scheme": "cn_stock", "value": "000939"})
        assert found["subject"]["name"] == "郑示例"
        assert asked(store, "371300228000001")["taken"] == {"scheme": "registration", "value": "371300228000001"}
        assert asked(store, "000939", "没有此人")["taken"] == {"scheme": "cn_stock", "value": "000939"}
        assert (asked(store, "A")["answer"], asked(store, "A")["taken"]) == ("clear", None)
        other = asked(store, "600001")
        assert (other["answer"], other["subject"], other["taken"]) == ("has_code", None, None), "it is asked for by its code"
        assert asked(store, "000938")["answer"] == "bad_code"
        assert lookups(store)[0]["answer"] == "restricted"


def test_7_a_number_that_two_bear_means_none_of_them():
    made = world()
    for name in "DE":
        made.add(Entity(f"test:{name}", "company", (Name(f"示例{name}公司"),), (Identifier("cn_stock", "000939"),)), f"more{name}")
    with stored(made) as store:
        assert (asked(store, "000939")["answer"], asked(store, "000939")["taken"]) == ("ambiguous", None)


def test_8_nothing_is_said_of_whom_more_is_on_record_than_was_derived():
    with stored(world()) as store:
        assert asked(store, "B", "孙示例")["answer"] == "restricted"
        more = Case(catalogue())
        more.decision("B", ["fine"], name="D9", kind="order", date="2024-06-01")
        more.link("D9", "annuls_from_beginning", "D2")
        add(store, *(fact for fact in more.facts if type(fact.value).__name__ in ("Decision", "DecisionLink")))
        for person in ("", "孙示例"):
            document = asked(store, "B", person)
            assert (document["answer"], document["restrictions"], document["subject"]) == ("not_derived", [], None)
        assert asked(store, "A")["answer"] == "clear", "of others nothing came"
        assert [row["answer"] for row in lookups(store, None, None, None)].count("not_derived") == 2
        propagate(store, catalogue(), actor(store=store))
        assert asked(store, "B", "孙示例")["answer"] == "clear"


def test_8_nothing_is_said_before_anything_was_derived():
    with stored(world(), derive=False) as store:
        assert asked(store, "B", "孙示例")["answer"] == "not_derived"


def numbered(*, banned: bool = True) -> Case:
    """D has two 仇示例 with numbers; the first is banned for life."""
    made = world()
    body = "91371300000000004"
    made.add(Entity("test:D", "company", (Name("示例D公司"),), (Identifier("uscc", body + uscc_check_character(body)),)), "codes")
    made.company("D").director("仇示例", bearer="R63").director("仇示例", bearer="R64").director("示例甲", bearer="R9")
    if banned:
        made.decision("D", ["securities_market_ban"], name="D4", kind="market_ban", date="2023-01-02")
        made.names("仇示例", "D", decision="D4", imposed={"securities_market_ban": Term(life=True)}, bearer="register:R63")
    return made


D = (body := "91371300000000004") + uscc_check_character(body)


@pytest.mark.parametrize("asked_as", ["仇示例〔{}〕", "{}", "仇示例({})", "test:D#仇示例@register:{}", " 仇示例 〔{}〕"])
def test_9_the_number_that_is_shown_says_which_of_several_is_meant(asked_as):
    with stored(numbered()) as store:
        first, other = (asked(store, D, asked_as.format(number)) for number in ("R63", "R64"))
        assert (first["answer"], first["subject"]["id"]) == ("restricted", "test:D#仇示例@register:R63")
        assert (other["answer"], other["subject"]["id"]) == ("namesake", "test:D#仇示例@register:R64")
        assert (other["same_name_here"], other["same_name_elsewhere"]) == (True, False)
        assert "at this enterprise" in other["answer_text"]
        assert asked(store, D, asked_as.format("R6"))["answer"] == "unknown_person"
        assert asked(store, D, "仇示例")["answer"] == "same_name"
        assert all("示例" not in row["asked"] for row in lookups(store))


def test_9_a_number_that_two_bear_there_means_neither():
    made = numbered(banned=False)
    made.company("D").director("仇另", bearer="R64").director("仇另", bearer="R65")
    with stored(made) as store:
        assert asked(store, D, "R64")["answer"] == "same_name"
        assert asked(store, D, "仇另〔R64〕")["subject"]["id"] == "test:D#仇另@register:R64"


def test_1_nobody_is_plainly_clear_whom_a_ban_may_mean_or_who_bore_another_name():
    made = numbered(banned=False)
    made.decision("D", ["securities_market_ban"], name="D4", kind="market_ban", date="2023-01-02")
    made.names("仇示例", "D", decision="D4", imposed={"securities_market_ban": Term(life=True)})
    made.add(Entity("test:D#示例甲", "person", (Name("示例甲"), Name("示例乙", "former")), (), (), "register:R9"))
    made.decision("D", ["securities_market_ban"], name="D5", kind="market_ban", date="2023-01-02", number="示例〔2023〕5号")
    made.names("示例乙", "D", decision="D5", imposed={"securities_market_ban": Term(life=True)})
    with stored(made) as store:
        for person in ("R63", "R64", "示例甲"):
            document = asked(store, D, person)
            assert (document["answer"], document["same_name_here"], document["restrictions"]) == ("namesake", True, []), person
        assert asked(store, D, "示例乙")["answer"] == "restricted"
