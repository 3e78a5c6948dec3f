"""The invariants of `api.use_cases.ways_out`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.said import Said
from api.locales import texts
from api.use_cases.propagating import stored_findings
from api.use_cases.reading import snapshot_of
from api.use_cases.ways_out import texts_of_rules, ways_out
from graph.model import Decision, Finding, PartyRef
from tests.api_world import TODAY, catalogue, stored
from tests.builder import shipped
from tests.case_world import under_wages, wages

AFTER = date(2026, 5, 1)
"""A day on which the national rules on repair are in force."""


OWN = "a text of one's own"


def out(finding: Finding, lang: str = "zh", day: date = TODAY, law=None, decision=None):
    return ways_out(law or shipped(), finding, decision, texts(lang), day)


@pytest.fixture
def wage() -> Finding:
    with wages() as store:
        return under_wages(store, "test:A#王示例")


def test_1_every_text_of_the_rules_that_ship_has_its_chinese():
    known = texts_of_rules()
    rules = shipped().versions
    assert {said.en for rule in rules for said in rule.exit} == known["ends"].keys()
    assert {rule.repair.en for rule in rules if rule.repair} == known["repair"].keys()


def test_1_a_text_that_nobody_translated_is_shown_as_it_is(wage):
    law = shipped()
    own = Catalogue([law.rules["D2-WAGE"].model_copy(update={"exit": (Said(zh=OWN, en=OWN),)})], law.instruments, "")
    assert out(wage, law=own)["ends"] == out(wage, "en", law=own)["ends"] == [OWN]


def test_1_a_text_that_somebody_writes_in_both_languages_is_told_in_the_one_asked(wage):
    law = shipped()
    both = {
        "exit": (Said(zh="期满", en="over"), Said(zh="3 years over", en="3 years over")),
        "repair": Said(zh="申请修复", en="apply"),
    }
    own = Catalogue([law.rules["D2-WAGE"].model_copy(update=both)], law.instruments, "")
    zh, en = (out(wage, lang, law=own) for lang in ("zh", "en"))
    assert (zh["ends"], zh["repair"]) == (["期满", "期满三年"], ["申请修复"])
    assert (en["ends"], en["repair"]) == (["over", "3 years over"], ["apply"])


def test_2_what_the_rule_says_goes_first(wage):
    told = out(wage)
    assert told["ends"] == ["期满三年", "提前移出", "列入决定被撤销，十个工作日内移出"]
    assert told["repair"][0].startswith("用人单位申请：已改正拖欠行为")
    assert told["basis"] == ["人社部令第45号第14条"]
    english = out(wage, "en")
    assert english["ends"] == [said.en for said in shipped().rules["D2-WAGE"].exit]
    assert english["repair"][0].startswith("The employer applies")


def test_2_else_what_holds_for_every_rule_of_its_kind():
    with stored() as store:
        found = {fact.value.party: fact.value for fact in stored_findings(store)}
        head, banned = found["test:A#王示例"], found["test:B#孙示例"]
        listing = snapshot_of(store).decision("D1").value
    assert out(banned, law=catalogue())["repair"] == ["独立的禁令到期方终止，不因修复解除"]
    general = out(head, law=catalogue(), decision=listing, day=AFTER)
    assert general["repair"][0].startswith("属于严重失信行为：公示满 12 个月后可以申请；申请前须：")
    assert "已纠正失信行为、" in general["repair"][0]
    early = out(head, law=catalogue(), decision=listing)
    assert early["repair"] == ["未读到适用的修复规定，请向作出决定的机关咨询"]
    assert early["ends"] == ["规则未载明其他终止事由；所依据的决定被撤销或者变更的，相应终止或者变更"]


def test_3_an_article_that_nobody_read_officially_says_so():
    with stored() as store:
        head = next(f.value for f in stored_findings(store) if f.value.party == "test:A#王示例")
        listing = snapshot_of(store).decision("D1").value
    (article,) = out(head, law=catalogue(), decision=listing, day=AFTER)["basis"]
    assert article.endswith("（据转载或引用，未核对官方文本）")


def test_of_a_rule_that_nobody_knows_nothing_is_told(wage):
    assert out(replace(wage, rule="NONE")) is None


@pytest.mark.parametrize(("act", "told"), [("business_licence_revoked", True), ("fine", False)])
def test_2_nobody_is_told_how_to_repair_what_is_never_repaired(wage, act, told):
    penalty = Decision("P1", "penalty", (act,), PartyRef("test:A"), "临沂市市场监督管理局")
    way = out(replace(wage, rule="LY-D2"), day=AFTER, decision=penalty)
    assert (way["repair"] == ["所受处罚属于不得提前停止公示的种类"]) == told
    assert (way["basis"] == ["市场监督管理行政处罚信息公示规定（总局令第45号）第14条"]) == told
