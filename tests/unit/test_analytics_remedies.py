"""The numbered invariants of `analytics.responsibility.remedies`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from analytics.lifecycle.deadlines import deadline, last_day
from analytics.lifecycle.workdays import NoCalendar, WorkCalendar
from analytics.responsibility.competence import of_court
from analytics.responsibility.remedies import FILE, load_remedies
from graph import codes
from graph.errors import ConfigError
from graph.model import Decision, Finding
from tests.builder import Case, shipped


def reached(kind: str = "listing", acts: tuple[str, ...] = ("listed_wage_arrears",)) -> tuple[Decision, Finding]:
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2023-12-31")
    case.decision("A", ["listed_wage_arrears"])
    finding = next(f for f in case.findings("王示例", rule="D2-WAGE"))
    return replace(case.snapshot.decision("D1").value, kind=kind, acts=acts), finding


@pytest.mark.parametrize("kind", [kind.code for kind in codes.load("decision_kinds") if kind.starts])
@pytest.mark.parametrize("region", ["3713", "3701", "00", None])
@pytest.mark.parametrize("party", ["person", "enterprise"])
def test_1_whoever_an_authority_reaches_has_a_remedy(kind, region, party):
    decision, finding = reached(kind)
    found = load_remedies().open_to(replace(decision, region=region), replace(finding, party_kind=party))
    court = of_court(decision)
    assert {"review", "suit"} <= {remedy.id for remedy in found} if not court else {remedy.id for remedy in found} <= {"automated"}


@pytest.mark.parametrize(
    ("region", "level", "kind", "ids"),
    [
        ("3713", "city", "listing", {"accuracy"}),
        ("3713", None, "listing", set()),
        ("371300", None, "listing", set()),
        ("3701", None, "listing", set()),
        ("371302", "county", "penalty", {"accuracy"}),
        ("3713", "national", "market_ban", set()),
        ("00", "national", "market_ban", set()),
        ("3701", "city", "listing", {"accuracy_province"}),
        ("37", "province", "listing", {"accuracy_province"}),
        ("1101", "city", "listing", set()),
        (None, "city", "listing", set()),
        ("3713", "court", "judgment", set()),
    ],
)
def test_4_what_a_territory_provides_is_offered_only_against_its_own_decisions(region, level, kind, ids):
    decision, finding = reached(kind)
    found = load_remedies().open_to(replace(decision, region=region, authority_level=level), finding)
    assert {remedy.id for remedy in found if remedy.id.startswith("accuracy")} == ids


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ('areas: ["3713"]', "for.areas[1]: String should match"),
        ("levels: [city, county]", "for.levels: 'village' is not in codes/authority_levels.yaml"),
        ('not_areas: ["3713"]', "for.not_areas: 1101 is in none of `areas`"),
    ],
)
def test_4_a_territory_or_level_that_is_none_is_refused(tmp_path: Path, given, told):
    wrong = {
        'areas: ["3713"]': "areas: [临沂]",
        "levels: [city, county]": "levels: [village]",
        'not_areas: ["3713"]': 'not_areas: ["1101"]',
    }
    text = FILE.read_text(encoding="utf-8")
    assert text.count(given) >= 1
    (tmp_path / "remedies.yaml").write_text(text.replace(given, wrong[given], 1), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_remedies(tmp_path / "remedies.yaml")
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("acts", "level", "clause", "offered"),
    [
        (["listed_judgment_defaulter"], "court", "debtor_recorded", True),
        (["listed_judgment_defaulter"], "court", "debtor_notified", False),
        (["listed_market_supervision"], "city", "enterprise_record", True),
    ],
)
def test_5_an_objection_to_a_credit_record_is_offered_where_a_credit_agency_records(acts, level, clause, offered):
    case = Case()
    case.company("A")
    case.decision("A", acts, authority_level=level)
    (finding,) = [f for f in case.findings() if f.clause == clause and f.party == "test:A"]
    found = {remedy.id: remedy for remedy in load_remedies().open_to(case.snapshot.decision("D1").value, finding)}
    assert ("credit_reporting" in found) is offered
    if offered:
        assert "二十日" in found["credit_reporting"].deadline.zh
        assert [basis.article for basis in found["credit_reporting"].basis] == ["第25条"]


def test_5_every_measure_that_a_remedy_is_against_is_one_of_the_rules_that_ship():
    known = {measure.id for rule in shipped().versions for measure in rule.measures}
    assert {measure for remedy in load_remedies().remedies for measure in remedy.fits.measures} <= known


@pytest.mark.parametrize(
    ("kind", "acts", "court"),
    [
        ("listing", ("listed_wage_arrears",), False),
        ("penalty", ("fine",), False),
        ("listing", ("listed_judgment_defaulter",), True),
        ("order", ("spending_restriction_order",), True),
        ("order", ("exit_restriction_order",), True),
        ("criminal", (), True),
    ],
)
def test_2_a_courts_decision_is_not_objected_to_like_an_authoritys(kind, acts, court):
    decision, finding = reached(kind, acts)
    assert of_court(decision) is court
    ids = {remedy.id for remedy in load_remedies().open_to(decision, finding)}
    assert ({"review", "suit"} <= ids) is not court
    assert ("court_list" in ids) is (acts == ("listed_judgment_defaulter",))
    assert ("court_spending" in ids) is (acts[:1] in {("spending_restriction_order",), ("listed_judgment_defaulter",)})
    assert ("court_exit" in ids) is (acts == ("exit_restriction_order",))


def test_3_a_last_day_only_where_the_day_of_learning_is_known():
    learnt = date(2023, 5, 10)
    by_id = {remedy.id: remedy for remedy in load_remedies().remedies}
    calendar = WorkCalendar()
    assert by_id["suit"].last_day(learnt, calendar) == date(2023, 11, 10)
    assert by_id["accuracy"].last_day(learnt, calendar) is None
    assert by_id["review"].last_day(None, calendar) is None


@pytest.mark.parametrize(
    ("learnt", "review", "suit"),
    [
        ("2023-05-10", "2023-07-10", "2023-11-10"),  # 60 days end on a Sunday
        ("2023-08-02", "2023-10-07", "2024-02-02"),  # ... in the holidays of October, whose last Saturday is worked
        ("2023-03-29", "2023-05-29", "2023-10-07"),  # six months end on a day of the holidays
    ],
)
def test_3_a_last_day_is_put_off_to_a_working_day_as_the_deadlines_are(learnt, review, suit):
    began, by_id = date.fromisoformat(learnt), {remedy.id: remedy for remedy in load_remedies().remedies}
    assert by_id["review"].last_day(began, WorkCalendar()) == date.fromisoformat(review)
    assert by_id["suit"].last_day(began, WorkCalendar()) == date.fromisoformat(suit)
    for remedy, item in (("review", "O3-review"), ("suit", "O3-suit")):
        assert by_id[remedy].last_day(began, WorkCalendar()) == last_day(deadline(item), began, WorkCalendar())


@pytest.mark.parametrize("learnt", [date(1999, 5, 10), date(2099, 5, 10)])
def test_3_a_year_without_a_calendar_has_no_last_day(learnt):
    review = next(remedy for remedy in load_remedies().remedies if remedy.id == "review")
    with pytest.raises(NoCalendar):
        review.last_day(learnt, WorkCalendar())


def test_every_mistake_of_the_file_is_named(tmp_path: Path):
    text = FILE.read_text(encoding="utf-8").replace("listed_judgment_defaulter", "no_such_act").replace("id: suit", "id: review")
    (tmp_path / "remedies.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_remedies(tmp_path / "remedies.yaml")
    assert "two share an id" in str(refused.value)
    assert "no_such_act" in str(refused.value)
    (tmp_path / "remedies.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(ConfigError, match="not YAML"):
        load_remedies(tmp_path / "remedies.yaml")
