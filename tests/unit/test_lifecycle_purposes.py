"""The invariants of `analytics.lifecycle.purposes`, by number."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.lifecycle.purposes import everywhere, load_purposes, matters, placed, unasked
from analytics.responsibility.catalogue import shipped
from analytics.responsibility.policy.document import listed_measures
from graph import strict_yaml
from graph.errors import UnknownCode

TABLE = strict_yaml.read((Path(__file__).parents[1] / "data" / "purposes.yaml").read_text(encoding="utf-8"))
SPECIAL = [code for code, wanted in load_purposes().items() if not wanted.general]
MEASURES = {measure.name.zh for _, measure in listed_measures(shipped())}


def test_1_what_no_purpose_can_place_matters_for_all():
    for measure in (measure for rule in shipped().versions for measure in rule.measures):
        places = [code for code in load_purposes() if matters(measure.name.zh, code)]
        assert "any" in places, measure.name.zh
        assert len(places) > 1, measure.name.zh
    assert {code for code in load_purposes() if matters("示例限制", code)} == set(load_purposes())


def test_1_what_can_be_placed_is_shown_where_it_matters():
    assert matters("招投标限制", "tendering")
    assert not matters("招投标限制", "travel")
    assert matters("三年内不得担任公司董事、监事、高级管理人员", "registration")
    assert matters("限制出境", "travel")


def test_2_every_measure_is_asked_for_by_somebody_or_listed_with_the_reason():
    names = {measure.name.zh for rule in shipped().versions for measure in rule.measures}
    assert {name for name in names if not placed(name)} == unasked().keys()
    assert all(reason.zh and reason.en for reason in unasked().values())


MARKET = (
    "终身市场禁入",
    "市场和行业禁入",
    "行业或者职业禁入",
    "行业和职业禁入，情节严重的终身",
    "市场准入限制",
    "限制从事互联网信息服务",
    "5年内禁止从事化妆品生产经营活动",
    "限制发起设立或参股金融机构及小额贷款、融资担保、民间融资、创业投资、互联网融资平台等",
    "第30条所列措施（市场行业限制、任职资格、荣誉、融资授信、财政资金项目、公共资源交易、飞机和高等级列车等）",
    "财政资金支持、投资项目审批、融资获取、市场准入、资质评定、评优评先等限制",
)


@pytest.mark.parametrize("measure", MARKET)
def test_2_a_ban_from_a_market_matters_where_enterprises_and_posts_are_registered(measure):
    names = {each.name.zh for rule in shipped().versions for each in rule.measures}
    assert measure in names
    assert matters(measure, "registration")
    assert matters(measure, "licensing")


def test_2_whoever_is_kept_out_of_a_market_or_an_occupation_is_so_wherever_it_is_asked():
    names = {each.name.zh for rule in shipped().versions for each in rule.measures}
    words = ("禁入", "禁止从事", "不得从事", "不得担任", "任职")
    out = {name for name in names if any(word in name for word in words)}
    missed = {(name, code) for name in out for code in ("registration", "appointment") if not matters(name, code)}
    assert missed == set()


def test_2_the_table_says_of_every_measure_which_purposes_see_it():
    assert TABLE.keys() == MEASURES
    said = {name: SPECIAL if sees == ["all"] else sees for name, sees in TABLE.items()}
    assert {name: [code for code in SPECIAL if matters(name, code)] for name in MEASURES} == said


def test_2_procurement_and_tendering_see_alike_but_for_what_is_sold_with_the_land():
    apart = {name for name in MEASURES if matters(name, "tendering") != matters(name, "procurement")}
    assert {name for name in apart if "购买" not in name} == set()
    assert matters("一至三年内禁止参加政府采购活动", "tendering")
    assert matters("招投标限制", "procurement")


def test_2_whatever_a_court_limits_as_high_consumption_is_seen_as_such():
    limits = {measure.name.zh for rule in shipped().versions if rule.id == "D3-SPEND" for measure in rule.measures}
    assert len(limits) == 9
    assert {name for name in limits if not matters(name, "consumption")} == set()


def test_2_a_school_sees_who_may_not_enrol_and_whose_children_may_not_at_what_it_costs():
    own = {name for name in MEASURES if matters(name, "schooling") and len(placed(name)) < len(SPECIAL) and placed(name)}
    assert own == {"两年内不准出境或者升学复学", "不得让子女就读高收费私立学校"}
    assert (load_purposes()["schooling"].zh, load_purposes()["schooling"].en) == ("入学、升学和复学", "admission to a school")


def test_2_joint_discipline_concerns_every_purpose():
    joint = {name for name in MEASURES if any(word in name for word in everywhere())}
    assert "通报有关部门实施监管和联合惩戒" in joint
    assert {(name, code) for name in joint for code in SPECIAL if not matters(name, code)} == set()
    assert {word for word in everywhere() if not any(word in name for name in joint)} == set()


def test_3_an_unknown_purpose_lists_what_there_is():
    with pytest.raises(UnknownCode, match="tendering"):
        matters("招投标限制", "curiosity")
