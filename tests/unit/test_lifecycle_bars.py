"""The invariants of `analytics.lifecycle.bars`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.lifecycle.bars import Time, bars, may_show, of_rule, own_bar, questions, shown, stale_before, standing
from analytics.responsibility.catalogue import shipped
from graph.codes import load as codes
from graph.dates import PartialDate, Period
from graph.model import Decision, Imposed, PartyRef, Term

WAGE = ("D2-WAGE",)
LISTING = Decision(
    "D1", "listing", ("listed_wage_arrears",), PartyRef("A"), "示例市人力资源和社会保障局",
    authority_level="city", date=PartialDate.parse("2024-02-10"), conduct=Period.parse("2023-05/2023-12"),
)  # fmt: skip
AGAIN = replace(LISTING, id="D9", date=PartialDate.parse("2024-09-10"), conduct=Period.parse("2024-07/2024-08"))
PENALTY = replace(LISTING, id="P1", kind="penalty", acts=("fine", "fake_drugs"), authority="临沂市市场监督管理局")
CRIME = replace(
    AGAIN,
    id="C1",
    kind="criminal",
    acts=("wage_refusal_crime", "imprisonment"),
    authority="示例市人民法院",
    authority_level="court",
)


def always(_decision: str, _listed: bool):
    return [Time(date.min)]


def known(decision: Decision, *others: Decision, rules=WAGE, days=always):
    return shown(decision, rules, others, days)


def barred(decision: Decision, *others: Decision, day: str = "2024-12-11", **more) -> list[tuple[str, str]]:
    return [(item.bar, item.decision) for item in standing(known(decision, *others, **more), date.fromisoformat(day))]


def asked(decision: Decision, *others: Decision, day: str = "2024-12-11", **more) -> dict[str, tuple[str, ...]]:
    return questions(known(decision, *others, **more), date.fromisoformat(day))


def test_1_new_arrears_bar_from_the_day_of_the_decision_that_found_them():
    assert barred(LISTING, AGAIN, day="2024-09-09") == []
    assert barred(LISTING, AGAIN, day="2024-09-10") == [("new_arrears", "D9")]
    assert barred(AGAIN, LISTING) == [], "the first listing is no new conduct under the second"


def test_1_a_decision_bars_on_the_days_on_which_it_stands():
    until = [Time(date.min, date(2024, 10, 1))]
    assert barred(LISTING, AGAIN, day="2024-10-01", days=lambda *_: until) == [("new_arrears", "D9")]
    assert barred(LISTING, AGAIN, day="2024-10-02", days=lambda *_: until) == []
    assert barred(LISTING, AGAIN, days=lambda *_: []) == []


def test_1_of_a_decision_that_may_not_stand_somebody_must_look():
    doubtful = {"days": lambda *_: [Time(date.min, sure=False)]}
    assert (barred(LISTING, AGAIN, **doubtful), asked(LISTING, AGAIN, **doubtful)["new_arrears"]) == ([], ("D9",))
    assert stale_before(known(LISTING, AGAIN, **doubtful), date(2024, 12, 11)) is None


def test_1_what_only_announces_or_comes_from_an_association_bars_nothing():
    for other in (replace(AGAIN, kind="pre_notice"), replace(AGAIN, authority_level="association")):
        assert barred(LISTING, other) == []
        assert not may_show(LISTING, WAGE, other)


def test_1_a_conviction_bars_whatever_conduct_it_is_for_unless_it_was_before_all_that():
    assert barred(LISTING, CRIME) == [("wage_crime", "C1")]
    assert barred(LISTING, replace(CRIME, date=PartialDate.parse("2023-06-01"), conduct=None)) == [("wage_crime", "C1")]
    assert barred(LISTING, replace(CRIME, date=PartialDate.parse("2021-06-01"), conduct=None)) == []
    assert barred(LISTING, replace(CRIME, kind="judgment")) == []
    assert barred(LISTING, replace(CRIME, acts=("conviction",))) == []


@pytest.mark.parametrize(
    ("conduct", "certain"),
    [
        ("2024-01/2024-03", True),
        ("2024-02", None),
        (None, None),
        ("2023-01/2023-11", False),
        ("2024-02-10", False),
        ("2024-03/open", True),
    ],
)
def test_2_new_conduct_lasted_into_the_time_after_the_first_decision_and_what_may_have_is_a_question(conduct, certain):
    other = replace(AGAIN, conduct=Period.parse(conduct) if conduct else None)
    assert barred(LISTING, other) == ([("new_arrears", "D9")] if certain else [])
    assert asked(LISTING, other)["new_arrears"] == (("D9",) if certain is None else ())


def test_2_what_is_for_the_same_conduct_finds_no_new_one_but_may_be_the_conviction_for_it():
    given = shown(LISTING, WAGE, [AGAIN, CRIME], always, same={"D9", "C1"})
    assert [item.decision for item in standing(given, date(2024, 12, 11))] == ["C1"]


def test_2_of_a_decision_without_a_day_somebody_must_look():
    undated = replace(AGAIN, date=PartialDate(date.min, date.max))
    assert (barred(LISTING, undated), asked(LISTING, undated)["new_arrears"]) == ([], ("D9",))
    listed = replace(AGAIN, id="L1", acts=("listed_market_supervision",), date=PartialDate(date.min, date.max))
    assert (barred(PENALTY, listed), asked(PENALTY, listed)["on_a_list"]) == ([], ("L1",))


DAYS = st.dates(date(2023, 1, 1), date(2026, 1, 1))


@given(first=DAYS, conduct=st.tuples(DAYS, DAYS), decided=DAYS, asked_on=DAYS)
def test_2_nothing_bars_before_it_was_decided_nor_for_conduct_of_before(first, conduct, decided, asked_on):
    begun, ended = sorted(conduct)
    one = replace(LISTING, date=PartialDate.on(first))
    other = replace(AGAIN, date=PartialDate.on(decided), conduct=Period(PartialDate.on(begun), PartialDate.on(ended)))
    expected = asked_on >= decided > first and ended > first
    assert bool(barred(one, other, day=asked_on.isoformat())) == expected


def test_3_what_no_decision_shows_is_asked_of_the_rule_or_the_sector_and_of_nothing_else():
    assert asked(LISTING) == {"new_arrears": (), "wage_crime": ()}
    assert asked(PENALTY, rules=()) == {"penalised_again": (), "on_a_list": ()}
    assert asked(replace(PENALTY, authority="示例市应急管理局"), rules=("D1-SAFETY-LIST",)) == {}
    assert all(bar.ask for bar in bars().bars.values() if bar.shown != "own")


def test_3_penalties_that_say_nothing_of_what_was_done_may_be_for_the_same():
    again = replace(PENALTY, id="P2", date=PartialDate.parse("2024-09-10"), conduct=Period.parse("2024-07/2024-08"))
    assert barred(PENALTY, again) == [("penalised_again", "P2")]
    assert barred(PENALTY, replace(again, acts=("fine", "device_unlicensed"))) == []
    assert asked(PENALTY, replace(again, acts=("fine",)))["penalised_again"] == ("P2",)
    assert barred(PENALTY, replace(again, authority="临沂市应急管理局")) == [], "another sector's penalty is none of this one's"


def test_4_new_conduct_makes_what_was_corrected_before_its_end_stale_also_after_its_decision_ended():
    day = date(2024, 12, 11)
    assert stale_before(known(LISTING, AGAIN), day) == date(2024, 8, 1)
    assert stale_before(known(LISTING, AGAIN, days=lambda *_: [Time(date.min, date(2024, 10, 1))]), day) == date(2024, 8, 1)
    assert stale_before(known(LISTING, AGAIN), date(2024, 9, 9)) is None
    assert stale_before(known(LISTING, AGAIN, days=lambda *_: []), day) is None
    assert stale_before(known(LISTING, CRIME), day) is None
    assert stale_before(known(LISTING, replace(AGAIN, conduct=None)), day) is None


def test_5_a_bar_holds_from_the_day_on_which_its_text_is_law_and_for_its_rule():
    early = replace(LISTING, date=PartialDate.parse("2020-02-10"), conduct=Period.parse("2019-05/2019-12"))
    again = replace(AGAIN, date=PartialDate.parse("2020-09-10"), conduct=Period.parse("2020-07/2020-08"))
    assert barred(early, again, day="2021-12-31") == []
    assert barred(early, again, day="2022-01-01") == [("new_arrears", "D9")]
    assert barred(LISTING, AGAIN, rules=("LY-D2",)) == []
    both = known(LISTING, AGAIN, rules=("D2-WAGE", "LY-D2"))
    assert of_rule(both, "LY-D2") == ()
    assert of_rule(both, "D2-WAGE") == both


@pytest.mark.parametrize(
    "act",
    ["ordered_to_suspend", "ordered_to_close", "industry_ban", "qualification_downgraded", "business_licence_revoked",
     "food_licence_revoked", "drug_licence_revoked", "licence_revoked"],
)  # fmt: skip
def test_5_a_market_supervision_penalty_that_ends_or_stops_a_business_is_never_taken_off_early(act):
    penalty = replace(PENALTY, acts=("fine", act))
    assert barred(penalty) == [("never_early", "P1")]
    assert own_bar(penalty, date(2024, 12, 11)) is bars().bars["never_early"]
    assert own_bar(penalty, date(2021, 8, 31)) is None
    assert barred(replace(penalty, authority="临沂市应急管理局")) == []
    assert barred(replace(penalty, kind="listing")) == []


@pytest.mark.parametrize(
    "acts", [("fine",), ("fine", "confiscation"), ("public_criticism",), ("licence_suspended",), ("activity_limited",)]
)
def test_5_any_other_market_supervision_penalty_may_be(acts):
    assert barred(replace(PENALTY, acts=acts)) == []
    assert own_bar(replace(PENALTY, acts=acts), date(2024, 12, 11)) is None


def test_5_who_is_on_a_list_waits_until_he_has_left_it():
    entered = replace(AGAIN, id="L1", acts=("abnormal_operation",), conduct=None)
    assert barred(PENALTY, entered, day="2024-09-09") == []
    assert barred(PENALTY, entered, day="2040-01-01") == [("on_a_list", "L1")], "nothing says that it was taken off"
    serious = replace(entered, acts=("listed_market_supervision",))
    assert barred(PENALTY, serious, day="2027-09-10") == [("on_a_list", "L1")]
    assert barred(PENALTY, serious, day="2027-09-11") == []
    stated = replace(serious, imposed=(Imposed("listed_market_supervision", term=Term(years=1)),))
    assert barred(PENALTY, stated, day="2025-09-11") == []


def test_5_every_code_of_the_data_exists():
    acts, kinds, rules = codes("acts"), codes("decision_kinds"), {rule.id for rule in shipped().versions}
    assert [act for act in bars().sanctions if act not in acts] == []
    for bar in bars().bars.values():
        assert [act for act in (*bar.acts, *bar.lists) if act not in acts] == []
        assert [kind for kind in (*bar.kinds, *bar.by.kinds) if kind not in kinds] == []
        assert set(bar.rules) <= rules
        assert bool(bar.rules) != bool(bar.authority), "a bar is of rules or of a sector"
