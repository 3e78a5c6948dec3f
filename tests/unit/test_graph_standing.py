"""Which decisions stand, whoever ends them and whatever they are called."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.snapshot.standing import STANDS, Standing
from tests.builder import Case

ENDS = ("annuls_from_beginning", "annuls_from_now", "replaces")
WAGE = "listed_wage_arrears"
DEBT = "listed_judgment_defaulter"


def ended(
    first: dict[str, Any], second: dict[str, Any], relation: str = "annuls_from_beginning", *, kind: str = "order", act: str = WAGE
) -> Standing:
    """Return the standing of a listing after one decision that ends it."""
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", [act], **first)
    case.decision("A", [], name="X", kind=kind, date="2023-08-01", **second)
    case.link("X", relation, "D1")
    return case.snapshot.standing("D1")


def level(code: str | None) -> dict[str, Any]:
    return {"authority_level": code}


@pytest.mark.parametrize("relation", ENDS)
@pytest.mark.parametrize(
    ("first", "second"), [("national", "county"), ("province", "city"), ("court", "county"), ("court", "national")]
)
def test_2_who_cannot_end_a_decision_leaves_it_in_doubt(first, second, relation):
    standing = ended(level(first), level(second), relation)
    assert (standing.stands, standing.until, len(standing.doubts)) == (True, None, 1)
    assert standing.unable == standing.doubts


@pytest.mark.parametrize("relation", ENDS)
@pytest.mark.parametrize(
    ("first", "second"),
    [
        *[("county", each) for each in ("county", "city", "province", "national", "court", None)],
        *[("national", each) for each in ("national", "court", None)],
        *[("court", each) for each in ("court", None)],
        *[(None, each) for each in ("county", "court", None)],
    ],
)
def test_1_a_court_one_above_the_same_level_and_whoever_is_not_known_ends_it(first, second, relation):
    standing = ended(level(first), level(second), relation)
    assert standing.doubts == ()
    assert standing.stands is (relation == "annuls_from_now")
    assert str(standing.until) == ("2023-08-01" if relation == "annuls_from_now" else "None")


def test_2_the_kind_and_the_act_tell_a_court_where_no_level_does():
    assert ended({}, level("county"), act=DEBT).unable
    assert ended({}, {}, kind="penalty", act=DEBT).unable
    assert not ended(level("national"), {}, kind="judgment").stands
    assert not ended({}, {}, act=DEBT).stands


def test_1_a_judgment_weighs_no_less_for_the_level_that_somebody_wrote_beside_it():
    assert not ended(level("province"), level("county"), kind="judgment").stands


def test_2_what_rests_on_a_decision_in_doubt_is_so_too_and_shows_who_tried():
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", [WAGE])
    case.decision("A", [], name="P", kind="penalty", date="2023-01-01", authority_level="province")
    case.decision("A", [], name="X", kind="order", date="2023-08-01", authority_level="county")
    case.link("D1", "rests_on", "P")
    case.link("X", "annuls_from_beginning", "P")
    (finding,) = case.findings("王示例", rule="D2-WAGE")
    (premise,) = [each for each in finding.premises if each.reason == "annulment_beyond_power"]
    assert str(finding.outcome) == "lead"
    assert {case.snapshot.decision("X").id, *(link.id for link in case.snapshot.links_from("X"))} <= set(premise.evidence)


def test_2_an_attempt_that_was_annulled_leaves_no_doubt():
    case = Case()
    case.company("A")
    case.decision("A", [WAGE], authority_level="national")
    case.decision("A", [], name="X", kind="order", date="2023-08-01", authority_level="county")
    case.decision("A", [], name="Y", kind="order", date="2023-09-01", authority_level="city")
    case.link("X", "annuls_from_beginning", "D1")
    case.link("Y", "annuls_from_beginning", "X")
    standing = case.snapshot.standing("D1")
    assert (standing.stands, standing.doubts) == (True, ())


def test_2_a_court_and_a_county_that_end_each_other_are_no_circle():
    case = Case()
    case.company("A")
    case.decision("A", [WAGE], authority_level="court")
    case.decision("A", [], name="X", kind="order", authority_level="county")
    case.link("X", "annuls_from_beginning", "D1")
    case.link("D1", "annuls_from_beginning", "X")
    snapshot = case.snapshot
    assert (snapshot.standing("D1").stands, snapshot.standing("D1").doubts, snapshot.standing("X").stands) == (True, (), False)


@pytest.mark.parametrize("relation", ENDS)
@pytest.mark.parametrize("name", ["A", "X"])
def test_3_two_that_end_each_other_on_one_day_leave_both_in_doubt(name, relation):
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", [WAGE])
    case.decision("A", [], name=name, kind="order")
    case.link(name, relation, "D1")
    case.link("D1", relation, name)
    for each in ("D1", name):
        standing = case.snapshot.standing(each)
        assert (standing.stands, standing.until) == (True, None)
        assert standing.doubts == tuple(link.id for link in case.snapshot.links_to(each))
    assert case.outcomes("王示例", rule="D2-WAGE") == ["lead"]
    assert case.why_not("王示例", rule="D2-WAGE").reason == "annulment_unclear"


def test_3_a_circle_is_broken_from_outside():
    case = Case()
    case.company("A")
    for name in ("D1", "A", "X"):
        case.decision("A", [WAGE], name=name)
    case.link("A", "annuls_from_beginning", "D1")
    case.link("D1", "annuls_from_beginning", "A")
    case.link("X", "annuls_from_beginning", "A")
    snapshot = case.snapshot
    assert (snapshot.standing("A").stands, snapshot.standing("D1").stands, snapshot.standing("D1").doubts) == (False, True, ())


def test_3_what_a_member_of_a_circle_ends_is_in_doubt_and_what_rests_on_one_too():
    case = Case()
    case.company("A")
    for name in ("D1", "A", "B", "C"):
        case.decision("A", [WAGE], name=name)
    case.link("A", "annuls_from_beginning", "D1")
    case.link("D1", "annuls_from_beginning", "A")
    case.link("A", "replaces", "B")
    case.link("C", "rests_on", "D1")
    for name in ("B", "C"):
        standing = case.snapshot.standing(name)
        assert (standing.stands, len(standing.doubts)) == (True, 1)


@pytest.mark.parametrize(("one", "other"), [("A", "B"), ("B", "A")])
def test_4_of_two_that_rest_on_each_other_both_fall_and_both_end_whatever_they_are_called(one, other):
    for relation, stands, until in (("annuls_from_beginning", False, "None"), ("annuls_from_now", True, "2024-01-31")):
        case = Case()
        case.company("A")
        for name in (one, other, "X"):
            case.decision("A", [WAGE], name=name)
        case.link(one, "rests_on", other)
        case.link(other, "rests_on", one)
        case.link("X", relation, one, since="2024-01-31")
        for name in (one, other):
            standing = case.snapshot.standing(name)
            assert (standing.stands, str(standing.until)) == (stands, until)


LEVELS = (None, "county", "city", "national", "court", "association")
KINDS = ("listing", "order", "penalty", "delisting", "judgment", "pre_notice")
DAYS = ("unknown", "2023", "2023-05-10", "2023-06-10")
COUNT = 5
PLACES = st.integers(0, COUNT - 1)
MADE = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from(LEVELS), st.sampled_from(DAYS)), min_size=COUNT - 1, max_size=COUNT - 1
)
LINKED = st.sets(st.tuples(PLACES, st.sampled_from((*ENDS, "rests_on")), PLACES), max_size=9)


def told(made: list[tuple[str, str | None, str]], linked: set[tuple[int, str, int]], names: list[str], *, lists: bool) -> list[Any]:
    """Return what is told of each decision, in words that do not depend on what it is called; the last one is not on record."""
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    for name, (kind, rank, day) in zip(names, made, strict=False):
        case.decision("A", [WAGE] if kind == "listing" else [], name=name, kind=kind, date=day, authority_level=rank)
    for source, relation, other in sorted(linked):
        case.link(names[source], relation, names[other])
    place = {name: number for number, name in enumerate(names)}
    snapshot = case.snapshot
    words = {
        link.id: (place[link.value.decision], link.value.relation, place[link.value.other])
        for name in names
        for link in snapshot.links_from(name)
    }

    def said(name: str) -> tuple[Any, ...]:
        found = snapshot.standing(name, lists=lists)
        groups = (found.doubts, found.undated, found.unable)
        return (found.stands, found.until, *({words[each] for each in group} for group in groups))

    outcomes = [sorted((f.rule, f.clause, f.party, str(f.outcome)) for f in case.findings(decision=name)) for name in names[:-1]]
    return [[said(name) for name in names], outcomes]


@given(MADE, LINKED, st.permutations(["A", "B", "C", "D", "E"]), st.booleans())
def test_4_another_name_never_changes_who_is_bound(made, linked, names, lists):
    linked = {(source, relation, other) for source, relation, other in linked if source != other}
    assert told(made, linked, sorted(names), lists=lists) == told(made, linked, names, lists=lists)


@pytest.mark.parametrize("last", ["2023-07-15", "2024-01-01"])
@pytest.mark.parametrize(
    ("made", "level_of", "fallen", "restated"),
    [
        ("2023-08-01", "county", False, True),
        ("2023-06-01", "county", False, False),
        ("2023-07", "county", False, False),
        ("2023-08-01", "county", True, False),
    ],
)
def test_5_a_removal_that_is_corrected_ends_when_the_correction_says(last, made, level_of, fallen, restated):
    for first, second in (("X", "Y"), ("Y", "X")):
        case = Case()
        case.company("A")
        case.decision("A", [WAGE])
        case.decision("A", [], name=first, kind="delisting", date="2023-07-01", conduct=None)
        case.link(first, "annuls_from_now", "D1")
        case.decision("A", [], name=second, kind="delisting", date=made, conduct=None, **level(level_of))
        case.link(second, "corrects", first)
        assert str(case.snapshot.standing("D1").until) == "2023-07-01"
        case.link(second, "annuls_from_now", "D1", since=last)
        if fallen:
            case.decision("A", [], name="Z", kind="order", date="2023-09-01", conduct=None)
            case.link("Z", "annuls_from_beginning", second)
        assert str(case.snapshot.standing("D1").until) == (last if restated else "2023-07-01")


def resting_on(*bases: str) -> Case:
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", [WAGE], authority_level="city")
    for base in bases:
        case.decision("A", [], name=base, kind="penalty", date="2023-01-01", authority_level="city")
        case.link("D1", "rests_on", base)
    return case


def test_1_what_rests_on_several_falls_with_the_last_of_them():
    case = resting_on("P", "Q")
    case.decision("A", [], name="X", kind="order", date="2023-08-01", authority_level="city")
    case.link("X", "annuls_from_beginning", "P")
    assert case.snapshot.standing("D1") == STANDS
    case.link("X", "annuls_from_now", "Q")
    standing = case.snapshot.standing("D1")
    assert (standing.stands, str(standing.until)) == (True, "2023-08-01"), "what carried it last says until when"
    case.link("X", "annuls_from_beginning", "Q")
    fell = case.snapshot.standing("D1")
    assert (fell.stands, len(fell.evidence)) == (False, 4), "each of them with what ended it"


def test_1_it_is_in_doubt_only_where_no_other_carries_it_without_doubt():
    case = resting_on("P", "Q")
    case.decision("A", [], name="X", kind="order", date="2023-08-01", authority_level="county")
    case.link("X", "annuls_from_beginning", "P")
    assert case.snapshot.standing("D1").doubts == ()
    case.link("X", "annuls_from_beginning", "Q")
    assert len(case.snapshot.standing("D1").doubts) == 2


def test_1_what_rests_on_it_carries_nothing_beside_another():
    case = resting_on("P", "R")
    case.link("R", "rests_on", "D1")
    case.link("D1", "rests_on", "D1")
    assert case.snapshot.standing("D1") == STANDS
    case.decision("A", [], name="X", kind="order", date="2023-08-01", authority_level="city")
    case.link("X", "annuls_from_beginning", "P")
    assert [case.snapshot.standing(each).stands for each in ("D1", "R")] == [False, False]
