"""The invariants of `graph.calling`, by number."""

from __future__ import annotations

from datetime import date

import pytest

from graph.calling import called, current_names, former_names
from graph.dates import Period
from graph.model import Entity, Name
from tests.builder import Case


def name(text: str, period: str = "unknown/open", kind: str = "full") -> Name:
    return Name(text, kind, Period.parse(period))


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ((name("甲", "unknown/unknown"), name("乙")), "乙"),
        ((name("乙"), name("甲", "unknown/unknown")), "乙"),
        ((name("甲", "unknown/unknown"), name("乙", "unknown/unknown"), name("丙")), "丙"),
        ((name("甲", "2015/2019-12-31"), name("乙", "2020-01-01/2021-12-31")), "乙"),
        ((name("甲", "unknown/unknown"),), "甲"),
        ((name("简", kind="short"), name("甲", "unknown/unknown"), name("乙")), "乙"),
        ((name("旧", kind="former"), name("简", kind="short")), "简"),
        ((name("旧", kind="former"),), "旧"),
        ((), ""),
    ],
)
def test_1_a_name_that_another_followed_is_not_shown(names, shown):
    assert called(names) == shown
    assert shown not in former_names(names)


def test_1_what_is_no_longer_borne_is_a_former_name():
    names = (name("甲", "unknown/unknown"), name("旧", kind="former"), name("乙"), name("简", kind="short"))
    assert former_names(names) == ("甲", "旧")
    assert former_names((name("甲", "unknown/unknown"), name("乙", "unknown/unknown"), name("甲"))) == ("乙",)


@pytest.mark.parametrize(
    ("day", "shown"), [(date(2019, 12, 31), "甲"), (date(2020, 1, 1), "乙"), (date(2010, 1, 1), "甲"), (None, "乙")]
)
def test_2_on_a_day_in_the_past_the_name_of_that_day_is_shown(day, shown):
    assert called((name("甲", "unknown/2019-12-31"), name("乙", "2020-01-01/open")), day) == shown


def test_2_where_the_days_do_not_tell_the_current_name_is_shown():
    assert called((name("甲", "unknown/unknown"), name("乙")), date(2015, 1, 1)) == "乙"
    assert called((name("甲", "2016/open"),), date(2015, 1, 1)) == "甲"


def test_2_the_graph_as_of_a_day_calls_a_party_as_it_was_called_then():
    case = Case()
    case.add(Entity("test:A", "company", (name("甲", "unknown/2019-12-31"), name("乙", "2020-01-01/open"))))
    graph = case.snapshot
    assert (graph.label("test:A"), graph.narrowed(date(2019, 6, 1), ()).label("test:A")) == ("乙", "甲")


def test_3_several_that_are_borne_at_one_time_are_all_current():
    names = (name("甲"), name("乙", "2020/open"), name("旧", "unknown/2019"))
    assert [each.text for each in current_names(names)] == ["甲", "乙"]
    assert called(names) == "甲"
