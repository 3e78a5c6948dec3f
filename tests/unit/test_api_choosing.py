"""The invariants of `api.use_cases.choosing`, by number."""

from __future__ import annotations

from typing import get_args

import pytest

from api.http.job_schemas import State
from api.jobs.queue import ENDED
from api.use_cases import choosing
from graph.errors import NoChoice, told
from tests.builder import shipped

MISTYPED = {
    choosing.unit: ("finanse", "finance", "市财政局（finance）"),
    choosing.purpose: ("tender", "tendering", "招标投标和公共资源交易（tendering）"),
    choosing.task_state: ("opne", "open", "待办（open）"),
    choosing.message_state: ("deliverd", "delivered", "已送达（delivered）"),
    choosing.job_state: ("failde", "failed", "失败（failed）"),
    choosing.status: ("inforce", "in_force", "有效（in_force）"),
    choosing.act: ("listed_wage_arears", "listed_wage_arrears", "（listed_wage_arrears）"),
    choosing.role: ("directer", "director", "董事（director）"),
    choosing.interest: ("sharehold", "shareholder", "股东（shareholder）"),
    choosing.kind_of_entity: ("compny", "company", "（company）"),
}


@pytest.mark.parametrize("choose", MISTYPED, ids=lambda each: each.__name__)
def test_1_whoever_mistypes_is_told_what_there_is_and_what_is_closest(choose):
    typed, closest, listed = MISTYPED[choose]
    with pytest.raises(NoChoice) as refused:
        choose(typed)
    zh, en = (told(refused.value, lang) for lang in ("zh", "en"))
    assert f"did you mean '{closest}'?" in en
    assert f"是否指“{closest}”？" in zh
    assert listed in zh
    assert choose(closest) == closest


def test_1_of_what_is_close_to_nothing_all_are_named():
    with pytest.raises(NoChoice, match=r"state: no 'q'; there are open, overdue, no_calendar, executed, refused, not_applicable$"):
        choosing.task_state("q")


def test_1_the_states_of_jobs_are_those_that_the_queue_knows():
    assert set(choosing.JOB_STATES) == set(get_args(State)) > ENDED


def test_1_a_rule_is_one_of_the_catalogue_or_of_what_was_found():
    with pytest.raises(NoChoice, match="did you mean 'D2-WAGE'"):
        choosing.rule("D2-WAGES", shipped())
    assert choosing.rule("D2-WAGE", shipped()) == "D2-WAGE"
    assert choosing.rule("OLD", shipped(), ["OLD"]) == "OLD"


def test_2_a_name_is_as_good_as_its_code():
    assert (choosing.unit(" 市财政局 "), choosing.unit("Finance Bureau")) == ("finance", "finance")
    assert (choosing.task_state("已逾期"), choosing.purpose("政府采购")) == ("overdue", "procurement")
