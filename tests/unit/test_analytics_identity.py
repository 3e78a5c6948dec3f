"""The numbered invariants of `analytics.detection.identity`."""

from __future__ import annotations

import pytest

from analytics.detection.identity import claims, find_claim
from graph.errors import NotFound
from graph.model import Entity, Name
from tests.builder import Case


def one_id_at_two() -> Case:
    case = Case()
    for name in "AB":
        case.company(name).legal_representative("王示例", "2015", bearer="7").person("王示例", "7")
    case.company("C").director("王示例", "2015")
    return case


def test_1_the_same_name_at_two_enterprises_is_never_a_claim_by_itself():
    case = Case()
    for name in "AB":
        case.company(name).legal_representative("王示例", "2015")
    assert claims(case.snapshot) == []


def test_1_a_sources_own_id_asks_the_question():
    (claim,) = claims(one_id_at_two().snapshot)
    assert {claim.first, claim.second} == {"test:A#王示例", "test:B#王示例"}
    assert (claim.source, claim.state) == ("register", "open")


def test_1_so_does_a_statement_that_could_be_one_of_two():
    case = Case()
    case.company("A").legal_representative("王示例", "2015", bearer="1").supervisor("王示例", "2015", bearer="2")
    case.decision("A", ["listed_wage_arrears"])
    case.names("王示例", "A", posts=("supervisor",))
    best, other = claims(case.snapshot)
    assert {best.first, best.second} == {"test:A#王示例@?D1", "test:A#王示例@register:2"}
    assert {(feature.name, feature.result) for feature in best.features} == {("post", "agrees")}
    assert best.score > other.score


def test_2_every_claim_counts_the_bearers_of_the_name_and_lists_each_feature():
    (claim,) = claims(one_id_at_two().snapshot)
    assert claim.name_count == 3
    assert {(f.name, f.result) for f in claim.features} == {("same_source_id", "yes")}


def test_2_claims_on_somebody_are_those_of_all_that_are_on_him():
    case = one_id_at_two()
    case.company("D").legal_representative("李示例", bearer="8").person("李示例", "8")
    case.company("E").person("李示例", "8")
    every = claims(case.snapshot)
    assert len(every) == 2
    for node in case.snapshot.entities():
        assert claims(case.snapshot, on=(node,)) == [claim for claim in every if node in (claim.first, claim.second)]


def test_2_features_can_speak_against():
    case = Case()
    for name, gender in (("A", "male"), ("B", "female")):
        company = case.company(name).legal_representative("王示例", "2015", bearer="7")
        case.add(Entity(f"{company.id}#王示例", "person", (Name("王示例"),), (), (("gender", gender),), "register:7"))
    (claim,) = claims(case.snapshot)
    assert ("gender", "differs") in {(f.name, f.result) for f in claim.features}
    assert claim.score < 0.2


def test_3_a_ruling_finds_its_claim_again_after_any_later_load():
    case = one_id_at_two()
    (claim,) = claims(case.snapshot)
    case.rule_on(claim.first, claim.second, "accepted")
    case.company("D").legal_representative("王示例", "2015", bearer="7").person("王示例", "7")
    assert find_claim(case.snapshot, claim.id).state == "accepted"


def test_3_even_when_no_statement_asks_any_more():
    case = Case()
    case.company("A")
    case.rule_on("test:A#王示例", "test:B#王示例", "rejected")
    (fact,) = case.snapshot.rulings
    assert find_claim(case.snapshot, fact.value.claim).state == "rejected"
    with pytest.raises(NotFound):
        find_claim(case.snapshot, "claim-0")
