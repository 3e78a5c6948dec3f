"""The invariants of `analytics.lifecycle.publication`, by number."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.lifecycle.masking import masking
from analytics.lifecycle.publication import HIDDEN, Item, Verdict, is_body, is_trade_name, leaving, masked, verdict
from graph.dates import PartialDate, Period, add_years
from graph.model import Decision, Imposed, PartyRef, Term

PENALTY = Decision(
    "D1", "penalty", ("fine",), PartyRef("A"), "示例局", authority_level="city",
    date=PartialDate.parse("2026-05-04"), conduct=Period.parse("2025-01-01/2025-06-30"),
)  # fmt: skip
DAY = date(2026, 6, 1)


def of(day: date = DAY, party: str = "enterprise", *, item: dict | None = None, **change: object) -> tuple[bool, str]:
    answer = verdict(Item(replace(PENALTY, **change), party, **(item or {})), day)
    return answer.publish, answer.reason


@given(
    kind=st.sampled_from(["permit", "penalty", "listing", "market_ban"]),
    level=st.sampled_from(["national", "city", "association", None]),
    standard=st.booleans(),
    day=st.dates(date(2020, 1, 1), date(2035, 1, 1)),
)
def test_1_nothing_on_a_natural_person_is_published(kind, level, standard, day):
    assert not of(day, "person", kind=kind, authority_level=level, item={"standard": standard})[0]


@pytest.mark.parametrize(
    ("known", "last"), [("2010", date(2010, 12, 31)), ("2010-03", date(2010, 3, 31)), ("2010-03-01", date(2010, 3, 1))]
)
def test_3_a_decision_of_a_month_or_year_is_sealed_after_the_latest_day_that_it_can_be_of(known, last):
    capped = add_years(last, 5)
    item = Item(replace(PENALTY, date=PartialDate.parse(known), conduct=None), "enterprise")
    assert [verdict(item, day).sealed for day in (capped, capped + timedelta(days=1))] == [False, True]


def test_3_a_decision_of_no_known_day_is_never_sealed_by_a_day_that_nobody_knows():
    item = Item(replace(PENALTY, date=PartialDate.parse("unknown"), conduct=None), "enterprise")
    assert verdict(item, date(9000, 1, 1)) == Verdict(False, "date_unknown")


@pytest.mark.parametrize(("party", "reason"), [("unknown", "respondent_unknown"), ("sole_trader", "sole_trader")])
def test_1_neither_whom_nobody_knows_nor_a_sole_trader_by_his_own_name(party, reason):
    assert of(party=party) == (False, reason)


@pytest.mark.parametrize(
    ("name", "trade"),
    [
        ("赵铁柱", False), ("赵 铁 柱", False), ("王示例（个体）", False), ("赵铁柱个体工商户", False), ("买买提·艾力", False),
        ("欧阳示例", False), ("李金城", False), ("张书院", False), ("临沂市兰山区赵铁柱", False), ("示例A公司", True),
        ("临沂市兰山区王示例馒头店", True), ("张三小吃店", True), ("临沂华联超市", True), ("Bright Ltd", True),
        ("临沂示例远桥宏诚板材有限公司", True), ("王五酒楼", True),
    ],
)  # fmt: skip
def test_1_a_name_that_does_not_say_that_it_is_an_enterprise_may_be_that_of_a_person(name, trade):
    assert is_trade_name(name) is trade


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, "published"),
        ({"kind": "judgment"}, "kind"),
        ({"kind": "pre_notice"}, "kind"),
        ({"acts": ("warning",)}, "warning_only"),
        ({"acts": ("environmental_violation", "warning")}, "warning_only"),
        ({"authority_level": "association"}, "reference_only"),
        ({"authority_level": "financial_institution"}, "reference_only"),
        ({"authority_level": None}, "competence"),
        ({"kind": "listing", "item": {"standard": False}}, "standard"),
        ({"kind": "listing"}, "published"),
        ({"date": PartialDate.parse("2026")}, "date_unknown"),
        ({"item": {"stands": False}}, "withdrawn"),
        ({"item": {"repaired": True}}, "repaired"),
        ({"item": {"doubt": "name_person"}}, "name_person"),
        ({"item": {"doubt": "name_person", "stands": False}}, "withdrawn"),
    ],
)
def test_2_5_and_6_what_is_published_and_what_is_not(change, reason):
    assert of(**change) == (reason == "published", reason)


@pytest.mark.parametrize(
    ("change", "last"),
    [
        ({}, date(2027, 5, 4)),  # general: one year
        ({"kind": "listing"}, date(2029, 5, 4)),  # serious: three years
        ({"kind": "listing", "conduct": Period.parse("2022-01-01/2022-06-30")}, date(2027, 6, 30)),  # the cap is shorter
        ({"kind": "listing", "conduct": Period.parse("2022-01/2022-06")}, date(2027, 6, 30)),  # also from the end of a month
        ({"kind": "listing", "conduct": Period.parse("2022-01-01/unknown")}, date(2029, 5, 4)),
    ],
)
def test_3_disclosure_ends_at_the_shortest(change, last):
    assert of(last, **change) == (True, "published")
    assert of(date.fromordinal(last.toordinal() + 1), **change)[0] is False


@pytest.mark.parametrize(("acts", "last"), [(("fine",), date(2026, 3, 31)), (("public_criticism",), date(2025, 8, 4))])
def test_3_a_sector_discloses_no_longer_than_its_own_rule_says(acts, last):
    decision = {"authority": "示例市市场监督管理局", "date": PartialDate.parse("2025-05-04"), "acts": acts}
    assert of(last, **decision) == (True, "published")
    if acts == ("public_criticism",):
        assert of(date(2025, 8, 5), **decision) == (False, "over")
    else:
        assert verdict(Item(replace(PENALTY, **decision), "enterprise"), last).until == date(2028, 5, 4)


def test_3_a_list_is_disclosed_no_longer_than_somebody_is_on_it():
    listed, month = {"kind": "listing", "date": PartialDate.parse("2026-05-04"), "conduct": None}, Term(months=24)
    court = Imposed("listed_judgment_defaulter", term=month)
    one = listed | {"acts": (court.act,), "imposed": (court,)}
    assert of(date(2028, 5, 4), **one) == (True, "published")
    assert of(date(2028, 5, 5), **one) == (False, "over")
    later = replace(court, start=PartialDate.parse("2026-06-01"))
    assert of(date(2028, 6, 1), **one | {"imposed": (later,)}) == (True, "published")
    both = one | {"acts": (court.act, "listed_wage_arrears")}
    assert of(date(2028, 5, 5), **both) == (True, "published"), "of the other list no term is stated"
    for term in (Term(life=True), Term()):
        assert of(date(2028, 5, 5), **one | {"imposed": (replace(court, term=term),)}) == (True, "published")


def test_3_a_permit_finds_no_misconduct_and_stays_until_it_is_withdrawn():
    permit = replace(PENALTY, kind="permit", acts=("permit_granted",), conduct=None, date=PartialDate.parse("2021-01-04"))
    for made in (permit, replace(permit, conduct=Period.parse("2010-01-01/2010-06-30"))):
        answer = verdict(Item(made, "enterprise"), date(2031, 1, 4))
        assert (answer.publish, answer.until, answer.sealed) == (True, None, False)
        assert verdict(Item(made, "enterprise", stands=False), date(2031, 1, 4)).reason == "withdrawn"


@pytest.mark.parametrize(
    ("valid", "until"),
    [("2021-01-04/2026-01-03", date(2026, 1, 3)), ("2021-01-04/2026-01", date(2026, 1, 31)), ("2021-01-04/open", None)],
)
def test_3_a_permit_is_disclosed_to_its_last_valid_day_where_one_is_known(valid, until):
    granted = replace(PENALTY, kind="permit", acts=("permit_granted",), date=PartialDate.parse("2021-01-04"))
    made = replace(granted, valid=Period.parse(valid))
    assert verdict(Item(made, "enterprise"), until or date(2031, 1, 4)) == Verdict(True, "published", until)
    if until:
        assert verdict(Item(made, "enterprise"), until + timedelta(days=1)) == Verdict(False, "run_out", until)


def test_3_a_warning_beside_a_listing_or_a_fine_shortens_nothing():
    assert of(date(2027, 5, 4), acts=("fine", "warning")) == of(date(2027, 5, 4), acts=("warning", "fine")) == (True, "published")
    assert of(date(2029, 5, 4), kind="listing", acts=("listed_wage_arrears", "warning")) == (True, "published")


def test_3_beyond_the_cap_of_the_province_it_is_sealed_and_before_2026_the_cap_alone_holds():
    old = replace(PENALTY, date=PartialDate.parse("2018-05-04"), conduct=Period.parse("2018-01-01/2018-02-01"))
    assert verdict(Item(old, "enterprise"), date(2023, 2, 1)).publish
    answer = verdict(Item(old, "enterprise"), date(2023, 2, 2))
    assert (answer.publish, answer.reason, answer.sealed) == (False, "capped", True)
    assert answer.until == add_years(date(2018, 2, 1), 5)


@pytest.mark.parametrize(
    "secret",
    [
        "110101199003074477", "11010119900307447X", "110101900307447", "13812345678", "+86 138-1234-5678", "0539-8312345",
        "临沂市兰山区沂蒙路88号2单元301室", "someone@example.com", "患有糖尿病", "信仰伊斯兰教",
    ],
)  # fmt: skip
def test_4_no_secret_is_left_in_any_text(secret):
    document = {"note": f"当事人（{secret}）", "list": [{"deep": secret}], "number": secret, "uscc": secret, "address": "x"}
    out = json.dumps(leaving(document), ensure_ascii=False)
    assert secret not in out
    assert "address" not in out
    assert HIDDEN in out


def test_4_fields_that_never_leave_are_gone_and_names_are_hidden():
    document = dict.fromkeys(masking().never, "x") | {"number": "对王示例的处罚", "count": 3}
    assert leaving(document, ["王示例"]) == {"number": f"对{HIDDEN}的处罚", "count": 3}


def test_4_a_code_and_a_document_number_stay_readable():
    assert masked("91110000100003962T", field="uscc") == "91110000100003962T"
    assert masked("临市监罚〔2024〕12号") == "临市监罚〔2024〕12号"
    assert masked("2024-06-03") == "2024-06-03"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("临沂市基督教三自爱国运动委员会", True), ("临沂市艾滋病防治中心", True), ("临沂市疾病预防控制中心", True),
        ("国家宗教事务局", True),
        ("临沂市信访局", True), ("临沂市住房和城乡建设局", True), ("示例局", False), ("临沂市李某患糖尿病局", False),
        ("临沂市王示例信佛委员会", False), ("临沂市兰山区公安局，患糖尿病", False),
    ],
)  # fmt: skip
def test_4_a_text_is_the_name_of_a_body_as_a_whole_or_not(text, whole):
    assert is_body(text) is whole


def test_4_ids_of_ours_and_attributes_as_pairs():
    assert masked("138123456789abcd") == "138123456789abcd"
    assert masked("9d13812345678a8ad26a10c4902dca9f") == "9d13812345678a8ad26a10c4902dca9f", "the id of a request"
    assert leaving({"attributes": [["address", "x"], ["post", "董事"]]}) == {"attributes": [["post", "董事"]]}


@pytest.mark.parametrize("second", range(60))
def test_4_a_moment_leaves_whole_though_its_figures_may_look_like_a_telephone(second):
    for moment in (f"2026-11-27T18:26:{second:02}.026804+00:00", f"2026-11-27T18:26:{second:02}+00:00"):
        assert leaving({"at": moment, "why": f"电话 0532-{second:02}123456"})["at"] == moment
    assert HIDDEN in leaving("2026-11-27T18:26 02.123456+00")
