"""The invariants of `analytics.lifecycle.incentives`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.lifecycle.incentives import RedListing, eligibility, honour, incentives, is_clean, is_young
from graph.dates import PartialDate

DAY = date(2024, 6, 3)
ENTRY = RedListing("示例局", "city", "A级纳税人", date(2024, 1, 1), None)


def given_to(red=(), *, clean=False, conflict=False) -> set[str]:
    return {answer.benefit for answer in eligibility(red, clean=clean, conflict=conflict, day=DAY) if answer.may}


@pytest.mark.parametrize(
    ("day", "kind", "clean"),
    [
        ("2021-06-03", "penalty", True),
        ("2021-06-04", "penalty", False),
        ("2024-06-03", "listing", False),
        ("2024-06-04", "listing", True),
        ("2021", "penalty", False),
        ("unknown", "penalty", False),
        ("2023-01-01", "permit", True),
        ("2023-01-01", "pre_notice", True),
    ],
)
def test_1_three_clean_years_are_whole(day, kind, clean):
    assert is_clean([(kind, PartialDate.parse(day))], DAY) is clean


@pytest.mark.parametrize(("founded", "young"), [("2021-06-03", False), ("2021-06-04", True), ("2021", False), ("2022", True)])
def test_1_whoever_is_surely_younger_than_the_clean_years_has_none(founded, young):
    assert is_young(PartialDate.parse(founded), DAY) is young


def test_1_without_any_record_the_years_are_clean():
    assert is_clean([], DAY)


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ({}, True),
        ({"level": "association"}, False),
        ({"standard": ""}, False),
        ({"standard": " \u3000"}, False),
        ({"start": date(2024, 6, 4)}, False),
        ({"until": DAY}, True),
        ({"until": date(2024, 6, 2)}, False),
    ],
)
def test_2_a_red_list_counts_with_a_competent_recogniser_and_a_standard(change, counts):
    entry = replace(ENTRY, **change)
    assert entry.counts(DAY) is counts
    assert bool(given_to([entry])) is counts


def test_2_what_each_ground_is_enough_for():
    assert given_to(clean=True) == {"green_channel", "incomplete_file", "cheaper_credit"}
    assert given_to([ENTRY]) == {"green_channel", "incomplete_file", "priority", "cheaper_credit"}
    assert given_to([ENTRY], clean=True) == set(incentives().benefits)
    assert given_to() == set()


@given(clean=st.booleans(), listed=st.booleans())
def test_3_an_active_serious_finding_stands_against_every_benefit(clean, listed):
    assert given_to([ENTRY] if listed else [], clean=clean, conflict=True) == set()


def test_4_an_honour_is_blocked_by_what_binds_and_reviewed_for_what_is_only_a_lead():
    assert honour(["评优评先限制"], []) == "blocked"
    assert honour(["招投标限制"], ["撤销荣誉称号、取消参加评先评优资格"]) == "review"
    assert honour(["招投标限制"], ["市场和行业禁入"]) == "free"
