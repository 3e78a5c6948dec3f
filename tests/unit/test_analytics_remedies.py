"""The numbered invariants of `analytics.responsibility.remedies`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analytics.lifecycle.deadlines import deadline, last_day, load_deadlines
from analytics.lifecycle.workdays import NoCalendar, WorkCalendar
from analytics.responsibility.remedies import FILE, Against, Remedy, chinese_number, load_remedies
from graph import codes
from graph.dates import UNKNOWN, PartialDate
from graph.deciding import bodies
from graph.errors import ConfigError
from graph.model import Decision, Finding, Outcome, Term
from tests.builder import Case, shipped

TODAY = date(2024, 6, 3)


def reached(kind: str = "listing", acts: tuple[str, ...] = ("listed_wage_arrears",)) -> tuple[Decision, Finding]:
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2023-12-31")
    case.decision("A", ["listed_wage_arrears"])
    finding = next(f for f in case.findings("王示例", rule="D2-WAGE"))
    return replace(case.snapshot.decision("D1").value, kind=kind, acts=acts), finding


def against(decision: Decision, finding: Finding, **more: Any) -> Against:
    """What was derived and is taken on the day of the letter, where nothing else is said."""
    rule = shipped().version_or_last(finding.rule, finding.rule_version)
    told = {"stage": "taken", "own": False, "day": PartialDate.on(TODAY), "asked": TODAY} | more
    return Against(decision, finding, rule, **told)


def open_ids(decision: Decision, finding: Finding, **more: Any) -> set[str]:
    return {offered.remedy.id for offered in load_remedies().open_to(against(decision, finding, **more))}


def current(name: str) -> Remedy:
    """The version of a remedy that is law now."""
    return next(remedy for remedy in load_remedies().remedies if remedy.id == name and remedy.in_force.until is None)


@pytest.mark.parametrize("kind", [kind.code for kind in codes.load("decision_kinds") if kind.starts])
@pytest.mark.parametrize("region", ["3713", "3701", "00", None])
@pytest.mark.parametrize("party", ["person", "enterprise"])
def test_1_whoever_an_authority_reaches_has_a_remedy(kind, region, party):
    decision, finding = reached(kind)
    decision, finding = replace(decision, region=region), replace(finding, party_kind=party)
    assert {"review", "suit"} <= open_ids(decision, finding), "what is derived under a rule of the authorities, they take"
    imposed = open_ids(decision, finding, own=True)
    assert {"review", "suit"} <= imposed if True not in bodies(decision) else imposed <= {"automated"}


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
        ("3713", "court", "judgment", {"accuracy"}),
        ("37", "court", "judgment", {"accuracy_province"}),
        ("1101", "court", "judgment", set()),
    ],
)
def test_4_what_a_territory_provides_is_offered_only_against_its_own_decisions(region, level, kind, ids):
    decision, finding = reached(kind)
    decision = replace(decision, region=region, authority_level=level)
    assert {name for name in open_ids(decision, finding) if name.startswith("accuracy")} == ids
    if level == "court":
        own = open_ids(decision, finding, own=True)
        assert not {name for name in own if name.startswith("accuracy")}, "not against what the court itself imposes"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ('areas: ["3713"]', "for.areas[1]: String should match"),
        ("levels: [city, county, court]", "for.levels: 'village' is not in codes/authority_levels.yaml"),
        ('not_areas: ["3713"]', "for.not_areas: 1101 is in none of `areas`"),
    ],
)
def test_4_a_territory_or_level_that_is_none_is_refused(tmp_path: Path, given, told):
    wrong = {
        'areas: ["3713"]': "areas: [临沂]",
        "levels: [city, county, court]": "levels: [village]",
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
    told = load_remedies().open_to(against(case.snapshot.decision("D1").value, finding))
    found = {offered.remedy.id: offered.remedy for offered in told}
    assert ("credit_reporting" in found) is offered
    if offered:
        assert "二十日" in found["credit_reporting"].deadline_text("zh")
        assert [basis.article for basis in found["credit_reporting"].basis] == ["第25条"]


def test_5_every_measure_that_a_remedy_is_against_is_one_of_the_rules_that_ship():
    known = {measure.id for rule in shipped().versions for measure in rule.measures}
    assert {measure for remedy in load_remedies().remedies for measure in remedy.fits.measures} <= known


def derived(act: str, party: str, rule: str, clause: str, **more: Any) -> tuple[Decision, Finding]:
    """A finding under a rule that ships, on a firm or its head, of a decision that a court made."""
    case = Case(shipped())
    case.company("A").legal_representative("王示例", since="2015-01-01")
    case.decision("A", [act], kind="judgment", authority_level="court", **more)
    (found,) = [f for f in case.findings() if (f.party, f.rule, f.clause) == (party, rule, clause)]
    return case.snapshot.decision("D1").value, found


HEAD, FIRM = "test:A#王示例", "test:A"
LISTED, LIMITED = "listed_judgment_defaulter", "spending_restriction_order"


@pytest.mark.parametrize(
    ("act", "party", "rule", "clause", "ids"),
    [
        (LIMITED, HEAD, "D3-SPEND", "legal_representative", {"court_spending", "automated"}),
        (LIMITED, FIRM, "D3-SPEND", "debtor", {"court_spending"}),
        (LISTED, HEAD, "D3-SPEND", "legal_representative", {"court_spending", "automated"}),
        (LISTED, FIRM, "D3-SPEND", "debtor", {"court_spending", "court_list"}),
        (LISTED, FIRM, "D3-DEFAULTER", "debtor_recorded", {"court_list", "credit_reporting"}),
        (LISTED, HEAD, "SD-31", "head", {"accuracy", "review", "suit", "automated"}),
    ],
)
def test_2_a_remedy_is_against_whoever_takes_the_measure(act, party, rule, clause, ids):
    decision, finding = derived(act, party, rule, clause)
    assert finding.outcome is Outcome.ESTABLISHED
    assert open_ids(decision, finding) == ids


def test_2_what_an_authority_does_after_a_courts_list_is_objected_to_before_that_authority():
    decision, finding = derived(LISTED, FIRM, "LY-D3", "enterprise")
    taken = {"accuracy", "review", "suit", "court_list"}
    assert open_ids(decision, finding) == taken
    assert open_ids(decision, finding, stage="none") == {"accuracy", "court_list"}, "as it is today: a lead"
    _, head = derived(LISTED, HEAD, "LY-D3", "legal_representative")
    assert open_ids(decision, head) == taken - {"court_list"} | {"automated"}, "he is not on the list"


def test_2_what_a_court_itself_imposes_has_the_remedies_of_the_court():
    case = Case(shipped())
    case.company("A").legal_representative("王示例", since="2015-01-01")
    case.decision("A", ["exit_restriction_order"], kind="order", authority_level="court")
    case.names("王示例", "A", imposed={"exit_restriction_order": Term()})
    (finding,) = [f for f in case.findings("王示例", rule="D3-EXIT") if f.clause == "head"]
    assert finding.origin == "imposed"
    decision = case.snapshot.decision("D1").value
    assert open_ids(decision, finding, own=True) == {"court_exit", "automated"}
    assert open_ids(decision, finding, own=True, stage="none") == {"automated"}


def test_2_every_measure_of_the_courts_own_is_one_of_the_rules_that_ship():
    known = {measure.id for rule in shipped().versions for measure in rule.measures}
    assert set(load_remedies().courts_own.measures) <= known


@pytest.mark.parametrize("kind", ["listing", "judgment"])
def test_2_of_a_rule_that_is_not_known_any_more_it_is_whoever_decided(kind):
    decision, finding = reached(kind)
    unknown = replace(against(decision, finding), rule=None)
    ids = {offered.remedy.id for offered in load_remedies().open_to(unknown)}
    assert ("review" in ids) is (kind == "listing")


@pytest.mark.parametrize("stage", ["none", "intended", "taken"])
def test_6_nobody_sues_against_what_is_not_taken(stage):
    ids = open_ids(*reached(), stage=stage)
    assert ({"review", "suit"} <= ids) is (stage != "none")
    assert {"review", "suit"}.isdisjoint(ids) is (stage == "none")


@pytest.mark.parametrize(("stage", "intended"), [("none", False), ("intended", True), ("taken", False)])
def test_8_the_objection_that_stops_an_intended_listing_takes_the_place_of_that_to_a_record(stage, intended):
    decision, finding = reached()
    ids = open_ids(replace(decision, authority_level="city"), finding, stage=stage)
    assert ("wage_intended" in ids, "accuracy" in ids) == (intended, not intended)
    other = replace(finding, rule="D2-TAX")
    assert "wage_intended" not in open_ids(replace(decision, authority_level="city"), other, stage=stage)


def test_7_the_numbers_in_a_deadline_are_those_of_the_deadlines():
    told = current("wage_intended")
    assert (deadline("O2-object").days, deadline("O2-verify").days) == (5, 5)
    assert told.deadline_text("zh") == "自收到拟列入告知之日起五个工作日内；异议在五个工作日内核实"
    assert told.deadline_text("en") == "within 5 working days of the notice; verified within 5 working days"
    for remedy in load_remedies().remedies:
        assert not any(figure in remedy.deadline.zh + remedy.deadline.en for figure in "二三四五六七八九十0123456789")


def test_7_every_period_that_a_remedy_counts_is_known():
    assert {remedy.last for remedy in load_remedies().remedies} <= {item.id for item in load_deadlines()} | {""}


@pytest.mark.parametrize(
    ("count", "text"), [(3, "三"), (10, "十"), (15, "十五"), (20, "二十"), (60, "六十"), (45, "四十五"), (120, "120")]
)
def test_7_a_number_is_written_as_a_law_writes_it(count, text):
    assert chinese_number(count) == text


@pytest.mark.parametrize(
    ("day", "articles", "evidence"),
    [
        ("2024-01-01", "第20、42条", "verbatim"),
        ("2023-12-31", "第9、21条", "memory"),
        ("2021-07-14", "第9、21条", "memory"),
        ("1999-10-01", "第9、21条", "memory"),
        ("1999-09-30", None, None),
    ],
)
def test_9_a_review_is_that_of_the_law_of_the_day(day, articles, evidence):
    offered = load_remedies().open_to(against(*reached(), day=PartialDate.parse(day)))
    found = [(each.remedy.basis[0].article, each.remedy.evidence) for each in offered if each.remedy.id == "review"]
    assert found == ([(articles, evidence)] if articles else [])
    assert all(each.certain for each in offered)


@pytest.mark.parametrize(("day", "old"), [("2015-05-01", False), ("2015-04-30", True), ("1995", True)])
def test_9_of_a_suit_before_the_law_of_2014_no_term_is_told(day, old):
    offered = load_remedies().open_to(against(*reached(), day=PartialDate.parse(day)))
    (suit,) = [each.remedy for each in offered if each.remedy.id == "suit"]
    assert ("六个月" not in suit.deadline_text("zh"), suit.runs is None, suit.evidence == "memory") == (old, old, old)
    assert ("未核对原文" in suit.deadline_text("zh")) is old
    assert suit.last_day(date(2015, 3, 2), WorkCalendar()) is None or not old


@pytest.mark.parametrize("day", [UNKNOWN, PartialDate.parse("2015"), PartialDate.parse("2014..2016")])
def test_9_where_it_is_not_certain_which_version_was_law_that_is_said(day):
    offered = load_remedies().open_to(against(*reached(), day=day))
    (suit,) = [each for each in offered if each.remedy.id == "suit"]
    assert not suit.certain
    assert suit.remedy == current("suit")


def test_9_an_objection_to_a_record_is_that_of_the_day_of_the_letter():
    decision, finding = reached()
    decision, old = replace(decision, authority_level="city"), PartialDate.parse("2017-01-01")
    by_day = {
        asked: next(
            o.remedy for o in load_remedies().open_to(against(decision, finding, day=old, asked=asked)) if o.remedy.id == "accuracy"
        )
        for asked in (date(2019, 6, 3), TODAY)
    }
    assert [len(remedy.basis) for remedy in by_day.values()] == [1, 2]
    assert "accuracy" not in {o.remedy.id for o in load_remedies().open_to(against(decision, finding, asked=date(2018, 2, 10)))}


def test_3_a_last_day_only_where_the_day_of_learning_is_known():
    learnt = date(2023, 5, 10)
    calendar = WorkCalendar()
    assert current("suit").last_day(learnt, calendar) == date(2023, 11, 10)
    assert current("accuracy").last_day(learnt, calendar) is None
    assert current("review").last_day(None, calendar) is None


@pytest.mark.parametrize(
    ("learnt", "review", "suit"),
    [
        ("2023-05-10", "2023-07-10", "2023-11-10"),  # 60 days end on a Sunday
        ("2023-08-02", "2023-10-07", "2024-02-02"),  # ... in the holidays of October, whose last Saturday is worked
        ("2023-03-29", "2023-05-29", "2023-10-07"),  # six months end on a day of the holidays
    ],
)
def test_3_a_last_day_is_put_off_to_a_working_day_as_the_deadlines_are(learnt, review, suit):
    began = date.fromisoformat(learnt)
    assert current("review").last_day(began, WorkCalendar()) == date.fromisoformat(review)
    assert current("suit").last_day(began, WorkCalendar()) == date.fromisoformat(suit)
    for remedy, item in (("review", "O3-review"), ("suit", "O3-suit")):
        assert current(remedy).last_day(began, WorkCalendar()) == last_day(deadline(item), began, WorkCalendar())


@pytest.mark.parametrize("learnt", [date(1999, 5, 10), date(2099, 5, 10)])
def test_3_a_year_without_a_calendar_has_no_last_day(learnt):
    with pytest.raises(NoCalendar):
        current("review").last_day(learnt, WorkCalendar())


@pytest.mark.parametrize(
    ("given", "wrong", "told"),
    [
        ("listed_judgment_defaulter", "no_such_act", "remedies.court_list.for.acts"),
        ("id: suit", "id: review", "remedies.review: two versions are law on one day"),
        ("{from: 2015-05-01}", "{from: 2015-04-30}", "remedies.suit: two versions are law on one day"),
        ("until: 2015-04-30", "until: 1980-01-01", "in_force: ends before it starts"),
        ("last: O3-suit", "last: O3-nothing", "remedies.suit.last: 'O3-nothing' is no deadline of lifecycle/deadlines.yaml"),
        ("{days: O3-review}", "{days: O9}", "remedies.review.counts.days: 'O9' is no deadline"),
        ("O1/another_unit", "O1/another_thing", "remedies.accuracy.counts.help: 'O1/another_thing' is no deadline"),
        ("之日起{days}日内", "之日起六十日内", "remedies.review.deadline.zh: its places are not those of `counts`"),
        ("[accuracy, accuracy_province]", "[accurate]", "remedies.wage_intended.in_place_of: there is no remedy 'accurate'"),
    ],
)
def test_every_mistake_of_the_file_is_named(tmp_path: Path, given, wrong, told):
    text = FILE.read_text(encoding="utf-8")
    assert given in text
    (tmp_path / "remedies.yaml").write_text(text.replace(given, wrong), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_remedies(tmp_path / "remedies.yaml")
    assert told in str(refused.value)


def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path):
    (tmp_path / "remedies.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(ConfigError, match="not YAML"):
        load_remedies(tmp_path / "remedies.yaml")
