"""The numbered invariants of `analytics.responsibility.propagation`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.responsibility.catalogue import parse_catalogue
from analytics.responsibility.propagation import propagate
from graph.codec import dump
from graph.model import Outcome, Term
from graph.snapshot import Snapshot
from tests.api_world import INSTRUMENTS, RULES
from tests.builder import Case

WAGE = "listed_wage_arrears"


def wage_case() -> Case:
    case = Case()
    company = case.company("A")
    company.legal_representative("王示例", "2015-01-01", "2023-12-31").director("李示例", "2015", "2023-12-31")
    company.shareholder("赵示例", "2015", "2023-12-31").supervisor("钱示例", "2015", "2023-12-31")
    case.decision("A", [WAGE])
    return case


@given(st.randoms(use_true_random=False))
def test_1_pure_the_same_facts_give_the_same_findings_byte_for_byte(random):
    case = wage_case()
    shuffled = list(case.facts)
    random.shuffle(shuffled)
    one = propagate(case.snapshot, "D1", case.catalogue)
    two = propagate(Snapshot.of(shuffled), "D1", case.catalogue)
    assert [dump(finding) for finding in one] == [dump(finding) for finding in two]


@pytest.mark.parametrize("person", ["李示例", "赵示例"])
def test_2_a_director_or_shareholder_is_never_established_without_a_document_that_names_and_finds_him(person):
    case = wage_case()
    assert case.findings(person) == []
    case.names(person, "A", posts=("director", "shareholder"))
    assert Outcome.ESTABLISHED not in {f.outcome for f in case.findings(person)}
    case.names(person, "A", found_as=("other_directly_responsible",), responsible=True)
    assert case.outcomes(person, rule="D2-WAGE") == ["established"]


def test_3_the_path_was_valid_on_the_date_the_rule_asks_about():
    case = wage_case()
    case.company("A").legal_representative("孙示例", "2023-01-01", "open")
    (reached,) = case.findings("王示例", rule="D2-WAGE")
    edge = next(fact for fact in case.facts if fact.id == reached.path[0])
    assert str(edge.value.period) == "2015-01-01/2023-12-31"  # type: ignore[union-attr]
    assert case.outcomes("孙示例", rule="D2-WAGE") == []


def test_4_nothing_goes_on_to_other_enterprises_owners_or_subsidiaries():
    case = wage_case()
    case.company("B").legal_representative("王示例", "2015", "2023-12-31").director("周示例", "2015", "2023-12-31")
    assert {f.company for f in case.findings()} == {"test:A"}
    assert not [f for f in case.findings() if f.party.startswith("test:B")]


@pytest.mark.parametrize("kind", ["pre_notice", "discipline"])
def test_5_a_notice_or_discipline_yields_nothing(kind):
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2023-12-31")
    case.decision("A", [WAGE], kind=kind)
    case.names("王示例", "A", responsible=True, imposed={"securities_market_ban": Term(life=True)})
    assert case.findings() == []


def test_5_neither_does_a_decision_that_does_not_stand():
    case = wage_case()
    case.decision("A", ["order_to_correct"], name="D2", kind="order")
    case.link("D2", "annuls_from_beginning", "D1")
    assert case.findings() == []
    assert case.why_not("王示例").reason == "decision_annulled"


def test_6_one_finding_per_decision_clause_party_and_effect():
    case = wage_case()
    case.company("A").legal_representative("王示例", "2015-01-01", "2023-12-31", source="second register")
    findings = case.findings()
    assert len({(f.decision, f.rule, f.clause, f.party, f.effect) for f in findings}) == len(findings)
    assert len({f.id for f in findings}) == len(findings)


def ban(term: Term) -> Case:
    case = Case()
    case.company("A")
    case.decision("A", ["securities_market_ban"], kind="market_ban", date="2018-12-06", conduct="2015/2018-07")
    case.names("王示例", "A", posts=("director",), imposed={"securities_market_ban": term})
    return case


def test_7_what_a_final_decision_imposes_is_imposed_and_everything_else_a_proposal():
    (finding,) = ban(Term(5)).findings("王示例")
    assert (finding.outcome, finding.origin) == (Outcome.ESTABLISHED, "imposed")
    assert {f.origin for f in wage_case().findings()} == {"derived"}


@pytest.mark.parametrize(
    ("term", "until"), [(Term(5), "2023-12-06"), (Term(life=True), "life"), (Term(), None), (Term(months=6), "2019-06-06")]
)
def test_8_the_stated_term_governs_and_a_term_not_read_is_never_life(term, until):
    (finding,) = ban(term).findings("王示例")
    assert finding.until == until


def test_8_but_nothing_lasts_longer_than_the_decision_stands():
    case = ban(Term(life=True))
    case.decision("A", ["order_to_correct"], name="D2", kind="order")
    case.link("D2", "annuls_from_now", "D1", since="2020-01-31")
    (finding,) = case.findings("王示例")
    assert finding.until == "2020-01-31"


@pytest.mark.parametrize(
    ("conduct_end", "rules", "outcome"),
    [
        ("2020-02-29", {"D2-SECURITIES-2006"}, "established"),
        ("2020-03-01", {"D2-SECURITIES"}, "established"),
        ("2020-01..2020-02", {"D2-SECURITIES-2006"}, "established"),
        ("2020", {"D2-SECURITIES"}, "lead"),
        ("2005", set(), ""),
    ],
)
def test_one_act_is_never_answered_by_two_versions(conduct_end, rules, outcome):
    case = Case()
    case.company("A")
    case.decision("A", ["securities_market_ban"], kind="market_ban", date="2022-01-10", conduct=f"2004/{conduct_end}")
    case.names("王示例", "A", posts=("director",), imposed={"securities_market_ban": Term(5)})
    found = case.findings("王示例")
    assert {f.rule for f in found} == rules
    assert {str(f.outcome) for f in found} == ({outcome} if outcome else set())


@pytest.mark.parametrize(
    ("own", "beside", "rule", "reason"),
    [
        ((), ("证券法",), "D2-SECURITIES", "cited_beside"),
        ((), ("证券法（2005年修订）",), "D2-SECURITIES-2006", "cited_beside"),
        (("证券法（2005年修订）",), ("证券法",), "D2-SECURITIES-2006", "cited_by_decision"),
        ((), ("证券法", "证券法（2005年修订）"), "D2-SECURITIES-2006", "in_force_at_conduct"),
        ((), ("行政处罚法",), "D2-SECURITIES-2006", "in_force_at_conduct"),
    ],
)
def test_a_decision_that_cites_no_version_takes_that_of_a_decision_on_the_same_conduct(own, beside, rule, reason):
    case = Case()
    case.company("A")
    about = {"date": "2022-04-12", "conduct": "2016/2019"}
    case.decision("A", ["securities_market_ban"], kind="market_ban", cites=own, **about)
    case.names("王示例", "A", posts=("director",), imposed={"securities_market_ban": Term(5)})
    case.decision("A", ["fine"], name="D2", kind="penalty", cites=beside, **about)
    case.link("D1", "same_conduct", "D2")
    (finding,) = case.findings("王示例")
    premise = next(p for p in finding.premises if p.name == "rule_in_force")
    assert (finding.rule, premise.reason, str(finding.outcome)) == (rule, reason, "established")
    assert (case.snapshot.decision("D2").id in premise.evidence) is (reason == "cited_beside")
    other = ({"D2-SECURITIES", "D2-SECURITIES-2006"} - {rule}).pop()
    assert {item.code for item in case.why_not("王示例", rule=other).clauses} == {"another_version_applies"}


@pytest.mark.parametrize("change", ["notice", "annulled", "other_link"])
def test_only_a_final_decision_on_the_same_conduct_that_stands_says_which_law(change):
    case = Case()
    case.company("A")
    about = {"date": "2022-04-12", "conduct": "2016/2019"}
    case.decision("A", ["securities_market_ban"], kind="market_ban", **about)
    case.names("王示例", "A", posts=("director",), imposed={"securities_market_ban": Term(5)})
    case.decision("A", ["fine"], name="D2", kind="pre_notice" if change == "notice" else "penalty", cites=("证券法",), **about)
    case.link("D2", "notice_of" if change == "other_link" else "same_conduct", "D1")
    if change == "annulled":
        case.decision("A", ["order_to_correct"], name="D3", kind="order")
        case.link("D3", "annuls_from_beginning", "D2")
    assert [finding.rule for finding in case.findings("王示例")] == ["D2-SECURITIES-2006"]


@pytest.mark.parametrize(
    ("respondent", "named", "outcome"), [("A", None, "lead"), ("A", "李示例", "lead"), ("A", "王示例", "established")]
)
def test_where_the_clause_asks_for_it_only_a_notice_to_the_person_himself_shows_that_he_could_be_heard(respondent, named, outcome):
    text = RULES.replace("measures: [m1]}\n      - {id: found", "measures: [m1], needs: [heard]}\n      - {id: found")
    case = Case(parse_catalogue({"instruments.yaml": INSTRUMENTS, "made_up.yaml": text}))
    case.company("A").legal_representative("王示例", "2015", "2023-12-31").director("李示例", "2015")
    case.decision("A", [WAGE])
    case.decision(respondent, [WAGE], name="N1", kind="pre_notice", date="2023-03-01")
    case.link("N1", "notice_of", "D1")
    if named:
        case.names(named, "A", decision="N1")
    (finding,) = [f for f in case.findings("王示例") if f.clause == "head"]
    assert str(finding.outcome) == outcome
    assert ("heard" in {p.name for p in finding.premises if p.state == "proved"}) is (outcome == "established")


@pytest.mark.parametrize(
    ("day", "annulled", "outcome"),
    [
        ("2023-03-01", None, "established"),
        ("2023-05-11", None, "lead"),
        ("2023", None, "lead"),
        ("unknown", None, "lead"),
        ("2023-03-01", "annuls_from_beginning", "lead"),
        ("2023-03-01", "annuls_from_now", "lead"),
    ],
)
def test_a_notice_of_after_the_decision_or_one_that_was_annulled_shows_no_hearing(day, annulled, outcome):
    text = RULES.replace("measures: [m1]}\n      - {id: found", "measures: [m1], needs: [heard]}\n      - {id: found")
    case = Case(parse_catalogue({"instruments.yaml": INSTRUMENTS, "made_up.yaml": text}))
    case.company("A").legal_representative("王示例", "2015", "2023-12-31")
    case.decision("A", [WAGE])
    case.decision("A", [WAGE], name="N1", kind="pre_notice", date=day)
    case.link("N1", "notice_of", "D1")
    case.names("王示例", "A", decision="N1")
    if annulled:
        case.decision("A", [], name="X1", kind="order", date="2023-04-20")
        case.link("X1", annulled, "N1")
    (finding,) = [f for f in case.findings("王示例") if f.clause == "head"]
    assert str(finding.outcome) == outcome
