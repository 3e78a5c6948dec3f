"""The numbered invariants of `analytics.responsibility.settling`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analytics.responsibility.catalogue import parse_catalogue
from analytics.responsibility.settling import SETTLED_BY, settled_by
from api.locales import LANGS, texts
from graph.model import Finding, Outcome, Premise, PremiseState, Term
from tests.api_world import INSTRUMENTS, RULES
from tests.builder import Case, shipped

ROOM = Path(__file__).resolve().parents[2] / "analytics" / "responsibility"
WAGE = "listed_wage_arrears"
BAN = "securities_market_ban"
BEFORE: Any = {"date": "2010-05-10", "conduct": "2009-01-01/2009-12-31"}
"""A ban of a day on which the law of 2019 was none."""


def test_1_every_reason_for_a_missing_premise_says_what_settles_it():
    modules = ("premises.py", "premises_office.py", "selection.py", "either.py", "terms.py", "readings.py")
    text = "".join((ROOM / name).read_text(encoding="utf-8") for name in modules)
    said = set(re.findall(r'MISSING, "(\w+)"', text)) | set(re.findall(r'\(MISSING, "(\w+)"\)', text))
    said |= {"correction_ended_between"} if '(PremiseState.MISSING, "correction_ended_between")' in text else set()
    said |= set(re.findall(r'^(?:IN_DOUBT|ORDER_OPEN) = "(\w+)"', text, re.MULTILINE))
    said |= {"in_force_uncertain", "cited_out_of_force"} if "PremiseState.MISSING" in text else set()
    assert said == SETTLED_BY.keys()
    for lang in LANGS:
        assert [reason for reason in SETTLED_BY if f"settle.{reason}" not in texts(lang).words] == []


def vague_office() -> Case:
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "unknown")
    case.decision("A", [WAGE])
    return case


def unread_finding() -> Case:
    case = Case()
    case.company("A")
    case.decision("A", [WAGE])
    case.names("王示例", "A", posts=("director",))
    return case


def unread_ban() -> Case:
    case = Case()
    case.company("A")
    case.decision("A", ["cosmetics_unlicensed", "fine"], kind="penalty")
    case.names("王示例", "A", posts=("legal_representative",), responsible=True)
    return case


def conflict() -> Case:
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2020-01-01")
    case.decision("A", [WAGE])
    case.names("王示例", "A", posts=("legal_representative",))
    return case


def disputed() -> Case:
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2022-02-28").legal_representative("王示例", "2015", source="other")
    case.decision("A", [WAGE])
    return case


def two_offices() -> Case:
    case = Case()
    case.company("A").legal_representative("李示例", "2015").principal("王示例", "2015")
    case.decision("A", [WAGE])
    return case


def two_heads() -> Case:
    case = Case()
    case.company("A").legal_representative("李示例", "2015")
    case.decision("A", [WAGE])
    case.names("王示例", "A", posts=("legal_representative",))
    return case


def two_things() -> Case:
    case = Case()
    case.company("A")
    case.decision("A", ["safety_duty_removal", "major_accident_responsibility"], kind="penalty")
    case.names("王示例", "A", posts=("principal_responsible_person",), responsible=True, imposed={"safety_duty_removal": Term()})
    case.names("李示例", "A", posts=("principal_responsible_person",), responsible=True)
    return case


def unsaid_office() -> Case:
    case = Case()
    case.company("A").principal("王示例", "2015")
    case.decision("A", ["safety_duty_removal"], kind="penalty")
    case.names("王示例", "A", responsible=True, imposed={"safety_duty_removal": Term()})
    return case


def unsure() -> Case:
    case = Case()
    case.company("A").legal_representative("王示例", "2015", bearer="1").supervisor("王示例", "2015", bearer="2")
    case.decision("A", [WAGE])
    case.names("王示例", "A", found_as=("other_directly_responsible",), responsible=True)
    return case


def no_region() -> Case:
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2023-12-31")
    case.decision("A", [WAGE], region=None)
    return case


def unknown_annulment() -> Case:
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2023-12-31")
    case.decision("A", [WAGE])
    case.link("D9", "replaces", "D1")
    return case


def undated_annulment() -> Case:
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2023-12-31")
    case.decision("A", [WAGE])
    case.link("D9", "annuls_from_now", "D1")
    case.decision("A", [], name="D9", kind="order", date="unknown")
    return case


def rests_on_notice() -> Case:
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2023-12-31")
    case.decision("A", [WAGE])
    case.link("D1", "rests_on", "N1")
    case.decision("A", [WAGE], name="N1", kind="pre_notice")
    return case


def unknown_correction() -> Case:
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2023-12-31")
    case.decision("A", [WAGE])
    case.link("D1", "corrects", "D0")
    return case


def unheard() -> Case:
    text = RULES.replace("measures: [m1]}\n      - {id: found", "measures: [m1], needs: [heard]}\n      - {id: found")
    case = Case(parse_catalogue({"instruments.yaml": INSTRUMENTS, "made_up.yaml": text}))
    case.company("A").legal_representative("王示例", "2015", "2023-12-31")
    case.decision("A", [WAGE])
    case.link("N1", "notice_of", "D1")
    return case


def misquoted() -> Case:
    case = Case()
    case.company("A")
    case.decision("A", [BAN], kind="market_ban", cites=("证券法",), **BEFORE)
    case.names("王示例", "A", imposed={BAN: Term(5)})
    return case


def corrected(ended: str | None) -> Case:
    """A correction that makes a ban of five years one of a month, and ended on a day or perhaps."""
    case = Case()
    case.company("A")
    for name, day, term in (("D1", "2018-12-06", Term(5)), ("C", "2019-03-01", Term(months=1))):
        case.decision("A", [BAN], name=name, kind="market_ban", date=day, conduct="2015/2017")
        case.names("王示例", "A", decision=name, imposed={BAN: term})
    case.link("C", "corrects", "D1")
    if ended:
        case.decision("A", [], name="X", kind="order", date=ended)
    case.link("X", "annuls_from_now" if ended else "annuls_from_beginning", "C")
    return case


def never_ended(case: Case) -> None:
    case.link("Y", "annuls_from_beginning", "X")
    case.decision("A", [], name="Y", kind="order", date="2020-01-31")


def two_in_documents() -> Case:
    """A decision on the conduct of one day that states two holders of one office."""
    case = Case()
    case.company("A")
    case.decision("A", [WAGE], conduct="2023-03-01/2023-03-01")
    for name in ("王示例", "李示例"):
        case.names(name, "A", posts=("legal_representative",))
    return case


def replaced_and_corrected() -> Case:
    """A document that replaces a decision and says that it corrects it; one that annuls it is not on record yet."""
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", [WAGE], name="D0")
    case.decision("A", [WAGE], date="2024-06-01")
    for relation in ("corrects", "replaces"):
        case.link("D1", relation, "D0")
    return case


def annulled(case: Case) -> None:
    case.link("Y", "annuls_from_beginning", "D1")
    case.decision("A", [], name="Y", kind="order", date="2024-07-01")


def missing(case: Case, reason: str) -> list[tuple[Finding, Premise]]:
    return [(f, p) for f in case.findings() for p in f.premises if p.state is PremiseState.MISSING and p.reason == reason]


def late_office() -> Case:
    """Who heads the enterprise when it is listed by a text that was law no more when he took office."""
    case = Case()
    case.company("A").legal_representative("王示例", "2024-05-01")
    case.decision("A", ["listed_serious_violation_2014"], date="2024-06-10", conduct="2023-01-01/2024-03-31")
    return case


def two_corrections() -> Case:
    """Two corrections of one day move the conduct to the days of two heads; a third document, not on record yet, corrects both."""
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2022-05-31").legal_representative("李示例", "2022-06-01")
    case.decision("A", [WAGE])
    for name, conduct in (("C1", "2022-03-01/2022-04-01"), ("C2", "2022-08-01/2022-09-01")):
        case.decision("A", [WAGE], name=name, date="2024-06-01", conduct=conduct)
        case.link(name, "corrects", "D1")
        case.link("C3", "corrects", name)
    return case


@pytest.mark.parametrize(
    ("world", "reason", "settle"),
    [
        (vague_office, "office_date_uncertain", lambda c: c.company("A").legal_representative("王示例", "2015", "2023-12-31")),
        (
            unread_finding,
            "finding_not_read",
            lambda c: c.names(
                "王示例", "A", found_as=("directly_responsible_supervisor", "other_directly_responsible"), responsible=True
            ),
        ),
        (unread_ban, "penalty_not_read", lambda c: c.names("王示例", "A", imposed={"industry_ban": Term(5)})),
        (conflict, "statements_conflict", lambda c: c.company("A").legal_representative("王示例", "2021", "2023-12-31")),
        (disputed, "registers_conflict", lambda c: c.company("A").legal_representative("王示例", "2022-03-01", source="file")),
        (two_heads, "decision_and_register_differ", lambda c: c.company("A").legal_representative("王示例", "2023-01-15", "2024")),
        (
            two_things,
            "act_of_somebody_else",
            lambda c: c.names("王示例", "A", responsible=True, imposed={"major_accident_responsibility": Term()}),
        ),
        (
            unsaid_office,
            "office_not_stated",
            lambda c: c.names("王示例", "A", posts=("principal_responsible_person",), responsible=True),
        ),
        (late_office, "office_after_rule", lambda c: c.company("A").legal_representative("王示例", "2020")),
        (two_offices, "other_office_answers", lambda c: c.names("王示例", "A", posts=("principal_responsible_person",))),
        (unsure, "identity_uncertain", lambda c: c.rule_on("test:A#王示例@?D1", "test:A#王示例@register:2", "accepted")),
        (unheard, "notice_not_read", lambda c: c.decision("A#王示例", [WAGE], name="N1", kind="pre_notice")),
        (rests_on_notice, "ground_decides_nothing", lambda c: c.decision("A", [WAGE], name="N1", kind="penalty")),
        (unknown_correction, "corrected_not_read", lambda c: c.decision("A", [WAGE], name="D0")),
        (lambda: corrected(None), "correction_in_doubt", lambda c: c.decision("A", [], name="X", kind="order", date="2020-01-31")),
        (lambda: corrected("2019-12-06"), "correction_ended_between", never_ended),
        (
            two_corrections,
            "correction_order_open",
            lambda c: c.decision("A", [WAGE], name="C3", date="2024-07-01", conduct="2022-08-01/2022-09-01"),
        ),
        (two_in_documents, "documents_state_two", lambda c: c.company("A").legal_representative("王示例", "2015", "2023-12-31")),
        (replaced_and_corrected, "replaces_and_corrects", annulled),
        (unknown_annulment, "annulment_unclear", lambda c: c.decision("A", [], name="D9", kind="order")),
    ],
)
def test_2_a_fact_of_that_kind_settles_the_premise(world: Callable[[], Case], reason: str, settle: Callable[[Case], object]):
    case = world()
    found = missing(case, reason)
    assert found
    wanted = settled_by(*found[0])
    assert wanted is not None
    assert wanted.kind == SETTLED_BY[reason]
    assert wanted.about
    before = len(case.facts)
    settle(case)
    assert [fact.key.split("/", 1)[0] for fact in case.facts[before:]][-1] == wanted.kind
    assert found[0][0].id not in {finding.id for finding, _ in missing(case, reason)}


def test_2_dates_that_agree_settle_a_decision_older_than_its_conduct():
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2023-12-31")
    case.decision("A", [WAGE], date="2022-05-10", conduct="2022-01-01/2022-12-31")
    (finding, premise), *_ = missing(case, "conduct_after_decision")
    wanted = settled_by(finding, premise)
    assert wanted is not None
    assert (wanted.kind, wanted.about) == ("decision", ("D1",))
    case.facts = [fact for fact in case.facts if not fact.key.startswith("decision/")]
    case.decision("A", [WAGE], date="2023-05-10", conduct="2022-01-01/2022-12-31")
    assert missing(case, "conduct_after_decision") == []


def test_2_the_day_settles_a_decision_without_one():
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2023-12-31")
    case.decision("A", [WAGE], date="unknown")
    (finding, premise), *_ = missing(case, "decision_day_unknown")
    wanted = settled_by(finding, premise)
    assert wanted is not None
    assert (wanted.kind, wanted.about) == ("decision", ("D1",))
    case.facts = [fact for fact in case.facts if not fact.key.startswith("decision/")]
    case.decision("A", [WAGE])
    assert missing(case, "decision_day_unknown") == []


def test_2_the_right_level_settles_a_decision_of_too_low_an_authority():
    case = Case()
    case.company("A")
    case.decision("A", [BAN], kind="market_ban", authority_level="county")
    case.names("王示例", "A", imposed={BAN: Term(5)})
    ((finding, premise),) = missing(case, "authority_too_low")
    wanted = settled_by(finding, premise)
    assert wanted is not None
    assert (wanted.kind, wanted.about) == ("decision", ("D1",))
    case.facts = [fact for fact in case.facts if not fact.key.startswith("decision/")]
    case.decision("A", [BAN], kind="market_ban", authority_level="national")
    assert missing(case, "authority_too_low") == []


@pytest.mark.parametrize("level", ["national", "court"])
def test_2_the_right_level_settles_an_end_by_who_cannot_end_it(level: str):
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2023-12-31")
    case.decision("A", [WAGE], authority_level="national")
    case.link("D9", "replaces", "D1")
    case.decision("A", [], name="D9", kind="order", date="2024-01-31", authority_level="county")
    (finding, premise), *_ = missing(case, "annulment_beyond_power")
    wanted = settled_by(finding, premise)
    assert wanted is not None
    assert wanted.kind == "decision"
    assert case.facts[-1].id in wanted.about
    case.facts.pop()
    case.decision("A", [], name="D9", kind="order", date="2024-01-31", authority_level=level)
    assert case.findings() == []


def test_2_the_day_settles_a_revocation_without_one():
    case = undated_annulment()
    (finding, premise), *_ = missing(case, "annulment_undated")
    wanted = settled_by(finding, premise)
    assert wanted is not None
    (link,) = case.snapshot.links_to("D1")
    assert (wanted.kind, wanted.about) == ("decision", (link.id,))
    case.facts.pop()
    case.decision("A", [], name="D9", kind="order", date="2024-01-31")
    assert missing(case, "annulment_undated") == []


def test_2_one_term_settles_a_decision_that_states_two():
    case = Case()
    case.company("A")
    case.decision("A", [BAN], kind="market_ban")
    for years in (3, 5):
        case.names("王示例", "A", imposed={BAN: Term(years)})
    ((finding, premise),) = missing(case, "terms_differ")
    wanted = settled_by(finding, premise)
    assert wanted is not None
    assert (wanted.kind, wanted.about) == ("naming", ("D1", finding.party))
    case.facts.pop()
    assert missing(case, "terms_differ") == []


def test_2_a_decision_read_again_settles_what_it_cites():
    case = misquoted()
    ((finding, premise),) = missing(case, "cited_out_of_force")
    wanted = settled_by(finding, premise)
    assert wanted is not None
    assert (wanted.kind, wanted.about) == ("decision", ("D1",))
    case.facts = [fact for fact in case.facts if not fact.key.startswith("decision/")]
    case.decision("A", [BAN], kind="market_ban", cites=("证券法（2005年修订）",), **BEFORE)
    assert missing(case, "cited_out_of_force") == []


def test_2_where_no_fact_helps_an_article_is_named_as_what_is_missing():
    leads = [f for f in vague_office().findings() + no_region().findings() if f.outcome is Outcome.LEAD]
    answers = {p.reason: settled_by(f, p) for f in leads for p in f.premises if p.state is PremiseState.MISSING}
    city = answers["basis_missing"]
    assert city is not None
    assert city.kind == "rule"
    assert city.about[0] in shipped().rules
    region = answers["jurisdiction_unknown"]
    assert region is not None
    assert (region.kind, region.about) == ("decision", ("D1",))


def test_a_premise_that_is_proved_needs_nothing():
    finding = no_region().findings()[0]
    assert {settled_by(finding, p) for p in finding.premises if p.state is not PremiseState.MISSING} == {None}
