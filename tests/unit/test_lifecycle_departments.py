"""The invariants of `analytics.lifecycle.departments`, by number."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.lifecycle.departments import action, departments, is_bound, units_for
from analytics.lifecycle.restrictions import STRENGTH
from analytics.responsibility.catalogue import shipped
from analytics.responsibility.policy.document import load_policy
from graph.errors import UnknownCode

MEASURES = [measure for rule in shipped().versions for measure in rule.measures]


def test_1_every_measure_has_a_unit_and_what_nobody_takes_goes_to_the_one_that_assigns():
    assert all(units_for(measure.executes, measure.name.zh) for measure in MEASURES)
    assert units_for("competent_authority", "没有单位认领的措施") == (departments().fallback,)
    assert units_for("court", "不得旅游、度假") == ("court",)


@pytest.mark.parametrize(
    ("executes", "measure", "units"),
    [
        ("licensing_authority", "行业和职业禁入，情节严重的终身", ("safety",)),
        ("competent_authority", "行业或者职业禁入", ("safety",)),
        ("competent_authority", "加大执法检查频次、暂停项目审批、上调有关保险费率等联合惩戒", ("approval", "safety")),
        ("registration_authority", "不适用简易注销", ("market",)),
        ("registration_authority", "不得申请简易注销", ("market",)),
        ("registration_authority", "通过公示系统公示", ("market",)),
    ],
)
def test_1_a_measure_goes_to_the_unit_of_its_matter_in_any_wording_of_the_rules(executes, measure, units):
    assert (executes, measure) in {(each.executes, each.name.zh) for each in MEASURES}
    assert units_for(executes, measure) == units


def test_1_what_a_register_takes_is_left_to_nobody_else():
    assert {units_for(each.executes, each.name.zh) for each in MEASURES if each.executes == "registration_authority"} == {
        ("market",)
    }


def test_1_the_units_are_those_of_the_annex():
    tasks = load_policy().tasks
    annex = {name for task in tasks for name in (*task.lead, *task.others)}
    assert {name for unit in departments().units.values() for name in unit.annex} <= annex
    with pytest.raises(UnknownCode, match="finance"):
        departments().unit("moon")


def test_2_banks_and_associations_are_asked_and_never_bound():
    for measure in MEASURES:
        for unit in units_for(measure.executes, measure.name.zh):
            if departments().unit(unit).voluntary:
                assert not is_bound(unit, measure.kind, measure.executes), measure.id
    assert not is_bound("bank", "mandatory", "competent_authority")
    assert is_bound("court", "mandatory", "court")


@given(codes=st.lists(st.sampled_from(STRENGTH), max_size=20))
def test_3_a_unit_is_told_only_what_changed(codes):
    told: list[str] = []
    for code in codes:
        said = action(told[-1] if told else "", code)
        if said:
            told.append(said)
    assert all(first != second for first, second in pairwise(told))
    assert not told or told[0] == "execute"
    binding = bool(told) and told[-1] in ("execute", "resume")
    if codes:
        assert binding == (codes[-1] in ("in_force", "end_unknown"))
