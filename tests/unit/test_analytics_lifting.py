"""The numbered invariants of `analytics.responsibility.lifting`."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.responsibility.lifting import Change, Lifts, what_lifts
from analytics.responsibility.propagation import propagate
from graph.codec import make_fact
from graph.model import (
    Decision,
    DecisionLink,
    Fact,
    Finding,
    Naming,
    Origin,
    Outcome,
    PartyRef,
    Payload,
    Relationship,
    Term,
    node_parts,
)
from graph.snapshot import Snapshot
from tests.builder import Case, shipped

STRENGTH = [Outcome.BLOCKED, Outcome.LEAD, Outcome.ESTABLISHED]
ELSEWHERE = Origin("court")


def world() -> Case:
    case = Case()
    a = case.company("A").legal_representative("王示例", "2015", "2023-08-01").principal("李示例", "2022-06", "unknown")
    a.legal_representative("王示例", "2016", "2023-08-01", source="second register").director("李示例", "2010")
    a.principal("王示例", "2015", "2023", source="third register")
    case.company("B").legal_representative("周示例", "2015", "open", bearer="1").director("周示例", bearer="2")
    case.decision("A", ["listed_wage_arrears"], name="D1")
    case.decision("A", ["food_licence_revoked"], name="D2", kind="penalty")
    case.decision("B", ["securities_market_ban"], name="D3", kind="market_ban", conduct="2021/2022")
    case.decision("A", ["order_to_correct"], name="D4", kind="order")
    case.names("王示例", "A", decision="D1", posts=("legal_representative",))
    case.names("李示例", "A", decision="D1", found_as=("other_directly_responsible",), responsible=True)
    case.names("王示例", "A", decision="D2", found_as=("directly_responsible",), responsible=True)
    case.names("赵示例", "B", decision="D3", imposed={"securities_market_ban": Term(5)})
    case.names("周示例", "B", decision="D3", imposed={"securities_market_ban": Term(life=True)})
    case.link("D1", "rests_on", "D4")
    return case


FACTS = world().facts


def hostile() -> Case:
    """Facts that contradict each other, namesakes, ends to come or without power, corrections in doubt, two ways to one finding."""
    case = Case()
    a = case.company("A").legal_representative("王示例", "2015", "2022-03-01", bearer="1").supervisor("王示例", "2015", bearer="2")
    a.legal_representative("王示例", "2016", "open", source="second register", bearer="1").principal("王示例", "2030-01-01")
    a.legal_representative("李示例", "2021", "2023", source="second register").principal("李示例", "2022-06", "unknown")
    a.actual_controller("赵示例", "2010").director("赵示例", "2010").legal_representative("赵示例", "2022-01", "2022-12")
    case.company("B").legal_representative("王示例", "2015", "open", bearer="1").person("王示例", "1", "f00d")
    case.decision("A", ["listed_wage_arrears", "food_licence_revoked"], name="D1", authority_level="city")
    case.decision("A", ["listed_wage_arrears"], name="C1", date="2023-06-10", conduct="2022-02/2022-04", authority_level="city")
    case.decision("A", ["listed_wage_arrears"], name="C2", date="2023-07-10", conduct=None, authority_level="county")
    case.decision("A", ["fine"], name="R1", kind="order", date="2023-08-01", authority_level="province")
    case.decision("A", [], name="X1", kind="order", date="2023-09-01", authority_level="city")
    case.decision("A", [], name="X2", kind="order", date="2099-01-01", authority_level="city")
    case.decision("A", [], name="X3", kind="order", date="2023-09-01", authority_level="county")
    for link in (("C1", "corrects", "D1"), ("C2", "corrects", "D1"), ("R1", "same_conduct", "D1"), ("D1", "rests_on", "R1")):
        case.link(*link)
    for link in (("X1", "annuls_from_now", "C1"), ("X2", "annuls_from_now", "D1"), ("X3", "annuls_from_beginning", "D1")):
        case.link(*link)
    for link in (("X1", "annuls_from_beginning", "X3"), ("unknown", "replaces", "C1"), ("X2", "annuls_from_beginning", "R1")):
        case.link(*link)
    fault: dict[str, Any] = {"found_as": ("other_directly_responsible",), "responsible": True}
    case.names("王示例", "A", decision="D1", **fault)
    case.names("王示例", "A", decision="D1", responsible=False, bearer="register:2")
    case.names("王示例", "A", decision="C1", posts=("legal_representative",), **fault)
    case.names("赵示例", "A", decision="D1", posts=("legal_representative",))
    case.names("赵示例", "A", decision="C1", **fault)
    case.names("赵示例", "A", decision="R1", responsible=False)
    case.names("李示例", "A", decision="D1", imposed={"industry_ban": Term(5)}, **fault)
    case.names("李示例", "A", decision="C1", imposed={"industry_ban": Term(10)})
    case.names("李示例", "A", decision="R1", responsible=False)
    case.rule_on("test:A#王示例@?D1", "test:A#王示例@register:2", "accepted")
    case.rule_on("test:A#王示例@?D1", "test:A#王示例@register:1", "rejected")
    return case


HOSTILE = hostile().facts


def still_there(finding: Finding, before: list[Finding], facts: list[Fact[Payload]]) -> bool:
    """Whether the same, or something as strong under the same clause, is derived on the person; written apart from the module."""
    known = {f.id for f in before}
    for f in propagate(Snapshot.of(facts), finding.decision, shipped()):
        if f.id != finding.id and (f.id in known or node_parts(f.party)[0] != node_parts(finding.party)[0]):
            continue
        if (f.rule, f.clause, f.effect) == (finding.rule, finding.clause, finding.effect):
            return STRENGTH.index(f.outcome) >= STRENGTH.index(finding.outcome)
    return False


def after(facts: list[Fact[Payload]], finding: Finding, changes: tuple[Change, ...]) -> list[Fact[Payload]]:
    """The statements as they would be, made without the module."""
    withdrawn = {change.fact for change in changes if change.way == "withdrawn"}
    made = [fact for fact in facts if fact.id not in withdrawn]
    for change in changes:
        decision = next((f.value for f in facts if f.id == change.fact and isinstance(f.value, Decision)), None)
        if change.way == "annulled" and decision is not None:
            made.append(
                make_fact(Decision("X", "judgment", (), decision.respondent, "示例法院", date=decision.date), "x", ELSEWHERE)
            )
            made.append(make_fact(DecisionLink("X", "annuls_from_beginning", decision.id), "x", ELSEWHERE))
        if change.way == "exonerated" and decision is not None:
            person, bearer = node_parts(finding.party)
            known = bearer if bearer and not bearer.startswith("?") else None
            naming = Naming(decision.id, PartyRef(person, known), "", responsible=False)
            made.append(make_fact(naming, "x", ELSEWHERE))
    return made


def drawn(data: st.DataObject, known: list[Fact[Payload]], most: int | None = None) -> tuple[list[Fact[Payload]], list[Finding]]:
    """Return all decisions with some of what else is known, and what follows from them."""
    decisions = [fact for fact in known if isinstance(fact.value, Decision)]
    others = [fact for fact in known if not isinstance(fact.value, Decision)]
    some = st.lists(st.sampled_from(others), unique_by=lambda fact: fact.id, min_size=6, max_size=most)
    facts = decisions + data.draw(some)
    snapshot = Snapshot.of(facts)
    return facts, [f for fact in snapshot.decisions() for f in propagate(snapshot, fact.value.id, shipped())]


def are_least(facts: list[Fact[Payload]], before: list[Finding], finding: Finding, found: Lifts) -> bool:
    """Whether each set lifts the finding and no proper subset of it does."""
    for lifting in found.sets:
        subsets = (some for size in range(len(lifting.changes)) for some in combinations(lifting.changes, size))
        if still_there(finding, before, after(facts, finding, lifting.changes)):
            return False
        if not all(still_there(finding, before, after(facts, finding, some)) for some in subsets):
            return False
    return bool(found.sets)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_1_each_set_lifts_the_finding_and_no_proper_subset_does(data):
    facts, findings = drawn(data, FACTS)
    if findings:
        finding = data.draw(st.sampled_from(findings))
        before = [f for f in findings if f.decision == finding.decision]
        assert are_least(facts, before, finding, what_lifts(Snapshot.of(facts), finding, shipped()))


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_1_5_so_does_it_where_facts_contradict_each_other_and_no_single_change_is_missed(data):
    facts, findings = drawn(data, HOSTILE, most=13)
    if not findings:
        return
    finding = data.draw(st.sampled_from(findings))
    before = [f for f in findings if f.decision == finding.decision]
    found = what_lifts(Snapshot.of(facts), finding, shipped(), tries=100)
    assert are_least(facts, before, finding, found)
    if found.complete:
        told = {lifting.changes for lifting in found.sets}
        single = [Change("annulled" if isinstance(fact.value, Decision) else "withdrawn", fact.id) for fact in facts]
        assert [c for c in single if (c,) not in told and not still_there(finding, before, after(facts, finding, (c,)))] == []


def lifts(case: Case, person: str, rule: str = "D2-WAGE") -> tuple[Lifts, dict[str, Payload]]:
    finding = next(f for f in case.findings(person, rule=rule) if f.effect == "restrict")
    return what_lifts(case.snapshot, finding, case.catalogue), {fact.id: fact.value for fact in case.facts}


def test_1_two_registers_that_say_the_same_must_both_be_corrected():
    case = Case()
    case.company("A").legal_representative("王示例", "2015").legal_representative("王示例", "2016", source="second register")
    case.decision("A", ["listed_wage_arrears"])
    found, _ = lifts(case, "王示例")
    sets = [tuple(change.way for change in lifting.changes) for lifting in found.sets]
    assert sets == [("annulled",), ("exonerated",), ("withdrawn", "withdrawn")]
    assert found.complete


def test_1_a_link_that_chooses_the_version_of_the_law_may_be_withdrawn():
    case = Case()
    case.company("A")
    case.decision("A", ["securities_market_ban"], kind="market_ban", date="2022-04-12", conduct="2018/unknown")
    case.names("王示例", "A", imposed={"securities_market_ban": Term(5)})
    case.decision("A", ["securities_market_ban"], name="D2", kind="market_ban", cites=("证券法（2005年修订）",))
    case.link("D1", "same_conduct", "D2")
    (finding,) = case.findings("王示例")
    assert finding.rule == "D2-SECURITIES-2006"
    found = what_lifts(case.snapshot, finding, case.catalogue)
    (link,) = case.snapshot.links_from("D1")
    assert (Change("withdrawn", link.id),) in {lifting.changes for lifting in found.sets}


def test_1_a_ground_that_falls_takes_what_rests_on_it():
    case = world()
    found, values = lifts(case, "王示例")
    annulled = {values[c.fact].id for lifting in found.sets for c in lifting.changes if c.way == "annulled"}  # type: ignore[union-attr]
    assert annulled == {"D1", "D4"}


def reached_by_a_correction() -> Case:
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", ["listed_wage_arrears"])
    case.decision("A", ["listed_wage_arrears"], name="C", date="2023-06-10", conduct=None)
    case.link("C", "corrects", "D1")
    case.names("赵示例", "A", decision="C", found_as=("other_directly_responsible",), responsible=True)
    return case


def told_sets(case: Case, person: str) -> set[frozenset[str]]:
    """The sets, each change as its way and the decision it is about."""
    found, values = lifts(case, person)
    assert found.complete
    about = {fact: getattr(value, "decision", getattr(value, "id", "")) for fact, value in values.items()}
    return {frozenset(f"{change.way} {about[change.fact]}" for change in lifting.changes) for lifting in found.sets}


def test_1_a_correction_that_alone_reaches_somebody_may_be_annulled():
    sets = told_sets(reached_by_a_correction(), "赵示例")
    assert {frozenset({"annulled C"}), frozenset({"annulled D1"})} <= sets


def test_1_what_the_correction_rests_on_may_be_annulled():
    case = reached_by_a_correction()
    case.decision("A", ["order_to_correct"], name="G", kind="order", date="2023-06-01")
    case.link("C", "rests_on", "G")
    assert frozenset({"annulled G"}) in told_sets(case, "赵示例")


def test_1_an_annulment_that_does_not_suffice_is_tried_with_other_changes():
    case = reached_by_a_correction()
    case.names("赵示例", "A", found_as=("other_directly_responsible",), responsible=True)
    sets = told_sets(case, "赵示例")
    assert frozenset({"annulled C"}) not in sets
    assert frozenset({"annulled C", "withdrawn D1"}) in sets


def test_1_a_decision_that_chooses_the_version_of_the_law_may_be_annulled():
    case = Case()
    case.company("A")
    case.decision("A", ["securities_market_ban"], kind="market_ban", date="2022-04-12", conduct="2018/unknown")
    case.names("王示例", "A", imposed={"securities_market_ban": Term(5)})
    case.decision("A", ["securities_market_ban"], name="D2", kind="market_ban", cites=("证券法（2005年修订）",))
    case.link("D1", "same_conduct", "D2")
    (finding,) = case.findings("王示例")
    found = what_lifts(case.snapshot, finding, case.catalogue)
    assert (Change("annulled", case.snapshot.decision("D2").id),) in {lifting.changes for lifting in found.sets}


def test_2_what_else_then_reaches_the_party_is_told():
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", ["listed_wage_arrears"])
    case.names("王示例", "A", found_as=("other_directly_responsible",), responsible=True)
    by_office = next(f for f in case.findings("王示例", rule="D2-WAGE") if f.role == "legal_representative")
    found = what_lifts(case.snapshot, by_office, case.catalogue)
    register = next(s for s in found.sets if s.changes[0].way == "withdrawn")
    assert register.leaves == ""
    assert ("D2-WAGE", Outcome.ESTABLISHED) in {(f.rule, f.outcome) for f in register.others}
    exonerated = next(s for s in found.sets if s.changes[0].way == "exonerated")
    assert exonerated.leaves == "blocked"
    assert {f.outcome for f in exonerated.others} == {Outcome.BLOCKED}


def test_2_what_reaches_a_namesake_is_not_told_of_him():
    case = Case()
    case.company("A").director("王示例", "2015", bearer="1").legal_representative("王示例", "2015", bearer="2")
    case.decision("A", ["listed_wage_arrears"])
    case.names("王示例", "A", bearer="1", found_as=("other_directly_responsible",), responsible=True)
    every = case.findings("王示例", rule="D2-WAGE")
    his = next(f for f in every if f.role != "legal_representative")
    namesakes = {f.party for f in every} - {his.party}
    assert namesakes
    found = what_lifts(case.snapshot, his, case.catalogue)
    assert found.sets
    assert not [f for lifting in found.sets for f in lifting.others if f.party in namesakes]


def test_3_what_is_not_derived_any_more_is_lifted_by_the_empty_set():
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", ["listed_wage_arrears"])
    finding = case.findings("王示例", rule="D2-WAGE")[0]
    case.names("王示例", "A", responsible=False)
    found = what_lifts(case.snapshot, finding, case.catalogue)
    assert [(lifting.changes, lifting.leaves) for lifting in found.sets] == [((), "blocked")]
    assert found.complete


def test_4_an_answer_that_was_cut_off_says_so():
    case = Case()
    company = case.company("A")
    for register in range(5):
        company.legal_representative("王示例", "2015", source=f"register {register}")
    case.decision("A", ["listed_wage_arrears"])
    finding = next(f for f in case.findings("王示例", rule="D2-WAGE"))
    short = what_lifts(case.snapshot, finding, case.catalogue)
    assert not short.complete
    assert all(len(lifting.changes) == 1 for lifting in short.sets)
    whole = what_lifts(case.snapshot, finding, case.catalogue, most=5)
    assert whole.complete
    assert [len(lifting.changes) for lifting in whole.sets] == [1, 1, 5]
    assert not what_lifts(case.snapshot, finding, case.catalogue, tries=2).complete


def fallen(way: str) -> Case:
    """A finding that holds because something that spoke against it fell."""
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", ["listed_wage_arrears"])
    case.decision("A", [], name="X", kind="order", date="2023-06-01")
    case.link("X", *{"reinstated": ("annuls_from_beginning", "D1"), "review": ("same_conduct", "D1")}.get(way, ("corrects", "D1")))
    if way != "reinstated":
        case.names("王示例", "A", decision="X", responsible=False)
    for name in ("Y", "Z") if way == "twice" else ("Y",):
        case.decision("A", [], name=name, kind="order", date="2023-07-01")
        case.link(name, "annuls_from_beginning", "X")
    return case


@pytest.mark.parametrize(
    ("way", "sets"),
    [
        ("reinstated", [{"withdrawn Y"}, {"annulled Y"}]),
        ("review", [{"withdrawn Y"}, {"annulled Y"}]),
        ("correction", [{"withdrawn Y"}, {"annulled Y"}]),
        ("twice", [{"withdrawn Y", "withdrawn Z"}, {"annulled Y", "annulled Z"}, {"annulled Y", "withdrawn Z"}]),
    ],
)
def test_5_what_made_fall_that_which_spoke_against_the_finding_is_told(way, sets):
    found = told_sets(fallen(way), "王示例")
    assert {frozenset(each) for each in sets} <= found


def test_5_so_is_a_citation_that_fell():
    case = Case()
    case.company("A")
    for name, cites in (("D1", ()), ("D2", ("证券法",)), ("D3", ("证券法（2005年修订）",))):
        kind = {"D1": "market_ban"}.get(name, "penalty")
        acts = ["securities_market_ban"] if name == "D1" else ["fine"]
        case.decision("A", acts, name=name, kind=kind, conduct="2016/2019", date="2022-04-12", cites=cites)
    case.link("D1", "same_conduct", "D2")
    case.link("D1", "same_conduct", "D3")
    case.decision("A", [], name="Z", kind="order", date="2022-07-01")
    case.link("Z", "annuls_from_beginning", "D3")
    case.names("王示例", "A", imposed={"securities_market_ban": Term(5)})
    (finding,) = case.findings("王示例", rule="D2-SECURITIES")
    found = what_lifts(case.snapshot, finding, case.catalogue)
    (link,) = case.snapshot.links_from("Z")
    assert {(Change("withdrawn", link.id),), (Change("annulled", case.snapshot.decision("Z").id),)} <= {
        s.changes for s in found.sets
    }


def successor() -> Case:
    """The decision states who came after the conduct; the register explains it, so that it says nothing against his predecessor."""
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2022-12-31").legal_representative("李示例", "2023-01-01")
    case.decision("A", ["listed_wage_arrears"], conduct="2022-01/2022-06")
    case.names("李示例", "A", posts=("legal_representative",))
    return case


def test_5_a_statement_that_no_premise_shows_is_tried():
    case = successor()
    finding = next(f for f in case.findings("王示例", rule="D2-WAGE") if str(f.outcome) == "established")
    (post,) = [fact.id for fact in case.facts if isinstance(fact.value, Relationship) and "李示例" in str(fact.value)]
    assert post not in {fact for premise in finding.premises for fact in premise.evidence}
    found = what_lifts(case.snapshot, finding, case.catalogue)
    assert found.complete
    assert (Change("withdrawn", post),) in {each.changes for each in found.sets}


def test_5_where_too_much_is_near_to_try_it_all_the_answer_is_not_complete():
    case = successor()
    finding = next(f for f in case.findings("王示例", rule="D2-WAGE") if str(f.outcome) == "established")
    assert not what_lifts(case.snapshot, finding, case.catalogue, tries=4).complete
    for number in range(110):
        case.company("A").director(f"董示例{number}", "2015")
    assert not what_lifts(case.snapshot, finding, case.catalogue).complete
