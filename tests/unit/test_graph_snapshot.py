from dataclasses import FrozenInstanceError

import pytest

from graph.errors import NotFound
from graph.snapshot import Snapshot
from tests.builder import Case


def chain() -> Case:
    case = Case()
    case.company("A")
    for name in ("D1", "D2", "D3"):
        case.decision("A", ["listed_wage_arrears"], name=name)
    return case


def test_1_the_order_of_statements_does_not_matter():
    case = chain()
    case.company("B").director("王示例").director("李示例")
    one, two = Snapshot.of(case.facts), Snapshot.of(reversed(case.facts))
    assert list(one.decisions()) == list(two.decisions())
    assert one.holders("test:B") == two.holders("test:B")
    assert list(one.entities()) == list(two.entities())


def test_1_what_it_hands_out_cannot_be_altered():
    case = chain()
    with pytest.raises((FrozenInstanceError, AttributeError)):
        case.snapshot.decision("D1").value.kind = "penalty"  # type: ignore[misc]


def test_2_a_statement_is_found_under_its_own_bearer_only():
    case = Case()
    case.company("A").legal_representative("王示例", bearer="1").supervisor("王示例", bearer="2")
    snapshot = case.snapshot
    (lr,) = snapshot.held("test:A#王示例@register:1")
    assert lr.value.interest == "legal_representative"
    assert snapshot.held("test:A#王示例") == ()


def test_3_an_annulled_decision_does_not_stand():
    case = chain()
    case.link("D2", "annuls_from_beginning", "D1")
    assert not case.snapshot.standing("D1").stands


def test_3_unless_the_annulment_was_annulled():
    case = chain()
    case.link("D2", "annuls_from_beginning", "D1")
    case.link("D3", "annuls_from_beginning", "D2")
    assert case.snapshot.standing("D1").stands


def test_3_what_rests_on_an_annulled_decision_falls_with_it():
    case = chain()
    case.link("D1", "rests_on", "D2")
    assert case.snapshot.standing("D1").stands
    case.link("D3", "annuls_from_beginning", "D2")
    assert not case.snapshot.standing("D1").stands


def test_3_annulled_from_now_stands_until_that_day():
    case = chain()
    case.link("D2", "annuls_from_now", "D1", since="2024-01-31")
    standing = case.snapshot.standing("D1")
    assert (standing.stands, str(standing.until)) == (True, "2024-01-31")


def test_3_a_circle_ends():
    case = chain()
    case.link("D1", "annuls_from_beginning", "D2")
    case.link("D2", "annuls_from_beginning", "D1")
    assert isinstance(case.snapshot.standing("D1").stands, bool)


def test_what_is_not_there_is_said_so():
    with pytest.raises(NotFound, match="no decision 'D9'"):
        chain().snapshot.decision("D9")
    with pytest.raises(NotFound, match="nothing is known"):
        chain().snapshot.entity("test:Z")


@pytest.mark.parametrize("kind", ["pre_notice", "permit", "discipline"])
def test_3_what_decides_nothing_ends_nothing(kind):
    case = chain()
    case.decision("A", ["order_to_correct"], name="X", kind=kind)
    case.link("X", "annuls_from_beginning", "D1")
    assert case.snapshot.standing("D1").stands


def test_3_nor_does_an_association_and_what_was_decided_before_leaves_a_doubt():
    case = chain()
    case.decision("A", ["order_to_correct"], name="X", kind="listing", authority_level="association")
    case.decision("A", ["order_to_correct"], name="Y", kind="order", date="2020-01-01")
    case.link("X", "annuls_from_beginning", "D1")
    assert (case.snapshot.standing("D1").stands, case.snapshot.standing("D1").doubts) == (True, ())
    for relation in ("annuls_from_beginning", "annuls_from_now"):
        case.link("Y", relation, "D1")
        assert (case.snapshot.standing("D1").stands, len(case.snapshot.standing("D1").doubts) > 0) == (True, True)


def test_3_an_ending_decision_that_we_do_not_have_leaves_a_doubt():
    case = chain()
    case.company("A").legal_representative("王示例", "2015", "open")
    case.link("unknown", "replaces", "D1")
    standing = case.snapshot.standing("D1")
    assert standing.stands
    assert standing.doubts
    assert {str(f.outcome) for f in case.findings(rule="D2-WAGE")} == {"lead"}
    assert case.why_not("王示例", rule="D2-WAGE").reason == "annulment_unclear"


def test_3_what_rests_on_a_ground_lasts_no_longer_than_it():
    case = chain()
    case.link("D1", "rests_on", "D2")
    case.link("D3", "annuls_from_now", "D2", since="2024")
    assert str(case.snapshot.standing("D1").until) == "2024"
    assert {f.until for f in case.findings(rule="D2-WAGE")} == {"2024-01-01"}


@pytest.mark.parametrize("since", ["unknown", None])
def test_3_an_end_without_a_day_of_its_own_is_on_that_of_the_decision_that_ends(since):
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", ["listed_wage_arrears"])
    case.decision("A", ["order_to_correct"], name="D2", kind="order", date="2023-07-10")
    case.link("D2", "annuls_from_now", "D1", since=since)
    assert {(str(f.outcome), f.until) for f in case.findings(rule="D2-WAGE")} == {("established", "2023-07-10")}


@pytest.mark.parametrize("date", ["unknown", "..2024-06-30"])
def test_3_an_end_of_which_no_day_is_known_leaves_a_lead_and_never_the_whole_term(date):
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", ["listed_wage_arrears"])
    case.decision("A", ["order_to_correct"], name="D2", kind="order", date=date)
    case.link("D2", "annuls_from_now", "D1", since="unknown")
    assert {str(f.outcome) for f in case.findings(rule="D2-WAGE")} == {"lead"}
    assert case.why_not("王示例", rule="D2-WAGE").reason == "annulment_undated"


@pytest.mark.parametrize(("since", "until"), [("2024", "2024-01-01"), ("2024-03", "2024-03-01"), ("2023", "2023-05-10")])
def test_3_a_vague_end_is_the_earliest_day_that_it_may_be_and_not_before_the_decision(since, until):
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", ["listed_wage_arrears"])
    case.decision("A", ["order_to_correct"], name="D2", kind="order", date="2024-06-10")
    case.link("D2", "annuls_from_now", "D1", since=since)
    assert {(str(f.outcome), f.until) for f in case.findings(rule="D2-WAGE")} == {("established", until)}


def test_3_what_rests_on_a_ground_of_unknown_end_is_a_lead_too():
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", ["listed_wage_arrears"])
    case.decision("A", ["order_to_correct"], name="P", kind="order", date="2023-01-01")
    case.decision("A", ["order_to_correct"], name="D2", kind="order", date="unknown")
    case.link("D1", "rests_on", "P")
    case.link("D2", "annuls_from_now", "P")
    assert {str(f.outcome) for f in case.findings(rule="D2-WAGE")} == {"lead"}


def test_3_annulled_from_a_day_before_it_was_made_it_never_stood():
    case = chain()
    case.link("D2", "annuls_from_now", "D1", since="2020-01-01")
    assert not case.snapshot.standing("D1").stands


@pytest.mark.parametrize("relation", ["annuls_from_beginning", "rests_on"])
def test_3_long_chains_and_dense_circles_end(relation):
    case = Case()
    case.company("A")
    for i in range(1500):
        case.link(f"C{i:04d}", relation, f"C{i + 1:04d}")
    for i in range(14):
        for j in range(14):
            case.link(f"R{i}", "rests_on", f"R{j}")
    assert isinstance(case.snapshot.standing("C1500").stands, bool)


def test_4_an_altered_graph_is_the_one_its_statements_make_and_leaves_the_first_as_it_was():
    case = chain()
    case.company("A").legal_representative("王示例", "2015", "open").director("李示例", "2015", "open")
    before = case.snapshot
    post = before.holders("test:A")[0].fact
    without = before.altered({post.id})
    assert {fact.id for fact in without.statements()} == {fact.id for fact in case.facts} - {post.id}
    assert post.id not in {holding.fact.id for holding in without.holders("test:A")}
    assert post.id in {holding.fact.id for holding in before.holders("test:A")}
    again = without.altered(set(), [post])
    assert [h.fact.id for h in again.holders("test:A")] == [h.fact.id for h in before.holders("test:A")]


def test_3_a_ground_that_only_announces_leaves_a_doubt():
    case = chain()
    case.company("A").legal_representative("王示例", "2015", "open")
    case.decision("A", [], name="N", kind="pre_notice", date="2023-03-01")
    case.link("D1", "rests_on", "N")
    assert (case.snapshot.standing("D1").stands, len(case.snapshot.standing("D1").doubts)) == (True, 1)
    assert {str(f.outcome) for f in case.findings(rule="D2-WAGE")} == {"lead"}
    assert case.why_not("王示例", rule="D2-WAGE").reason == "ground_decides_nothing"


def test_3_an_end_that_fell_is_among_the_evidence():
    case = Case()
    case.company("A")
    case.decision("A", ["listed_wage_arrears"])
    for name, ended in (("X", "D1"), ("Y", "X")):
        case.decision("A", [], name=name, kind="order", date="2024-01-01")
        case.link(name, "annuls_from_beginning", ended)
    snapshot = case.snapshot
    standing = snapshot.standing("D1")
    assert standing.stands
    assert set(standing.evidence) == {link.id for name in ("X", "Y") for link in snapshot.links_from(name)}
