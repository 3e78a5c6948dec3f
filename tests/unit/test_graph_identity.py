from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.snapshot import Snapshot
from graph.snapshot.identity import bearer_of
from tests.builder import Case

A, B = "test:A#王示例", "test:B#王示例"


def two_bearers() -> Case:
    case = Case()
    case.company("A").legal_representative("王示例", bearer="1").supervisor("王示例", bearer="2")
    case.decision("A", ["listed_wage_arrears"])
    case.names("王示例", "A", found_as=("other_directly_responsible",), responsible=True)
    return case


def test_1_no_name_alone_ever_joins_two_enterprises():
    case = Case()
    for name in "AB":
        case.company(name).legal_representative("王示例").director("王示例")
    identity = case.snapshot.identity
    assert identity.members(A) == (A,)
    assert identity.members(B) == (B,)


def test_1_nor_does_a_source_id_by_itself():
    case = Case()
    for name in "AB":
        case.company(name).legal_representative("王示例", bearer="1")
    assert case.snapshot.identity.members(A) == (A,)


def test_a_strong_identifier_joins():
    case = Case()
    for name in "AB":
        case.company(name).person("王示例", "1", resident_id_hmac="f00d")
    assert case.snapshot.identity.members(A) == (A, B)


@given(st.permutations(range(6)))
def test_2_the_order_of_statements_does_not_matter(order):
    case = two_bearers()
    case.rule_on(f"{A}@?D1", f"{A}@register:1", "accepted")
    shuffled = Snapshot.of([case.facts[i] for i in order if i < len(case.facts)])
    plain = Snapshot.of([fact for i, fact in enumerate(case.facts) if i in order])
    assert [n.party for n in shuffled.named_by("D1")] == [n.party for n in plain.named_by("D1")]


def test_3_a_reference_that_could_be_two_people_is_uncertain_until_a_claim_is_accepted():
    case = two_bearers()
    (named,) = case.snapshot.named_by("D1")
    assert named.party is not None
    assert not named.party.certain
    assert named.party.candidates == (f"{A}@register:1", f"{A}@register:2")
    case.rule_on(f"{A}@?D1", f"{A}@register:2", "accepted")
    (named,) = case.snapshot.named_by("D1")
    assert named.party is not None
    assert (named.party.id, named.party.certain) == (f"{A}@register:2", True)
    case.facts.pop()
    case.rule_on(f"{A}@?D1", f"{A}@register:2", "undone")
    (named,) = case.snapshot.named_by("D1")
    assert named.party is not None
    assert not named.party.certain


def test_4_a_rejected_pair_is_not_joined_through_a_third():
    case = Case()
    for name in "ABC":
        case.company(name).director("王示例")
    nodes = [f"test:{name}#王示例" for name in "ABC"]
    case.rule_on(nodes[0], nodes[2], "rejected")
    case.rule_on(nodes[0], nodes[1], "accepted")
    case.rule_on(nodes[1], nodes[2], "accepted")
    identity = case.snapshot.identity
    assert [identity.members(node) for node in nodes] == [(node,) for node in nodes], "which of the two is wrong, nobody knows"
    assert set(identity.refused.values()) == {(nodes[0], nodes[2])}


def test_two_strong_identifiers_under_one_name_are_two_people_even_from_two_sources():
    case = Case()
    case.company("A").person("王示例", "1", resident_id_hmac="aa", source="one")
    case.company("A").person("王示例", "9", resident_id_hmac="bb", source="two")
    identity = case.snapshot.identity
    assert identity.bearers(A) == (f"{A}@one:1", f"{A}@two:9")
    assert identity.members(f"{A}@one:1") == (f"{A}@one:1",)


def test_6_no_id_holds_a_strong_identifier():
    case = Case()
    scheme, _, own = bearer_of("aa" * 32).partition(":")
    for bearer in (own, bearer_of("bb" * 32).partition(":")[2]):
        case.company("A").legal_representative("王示例", bearer=bearer, source=scheme)
    case.company("A").person("王示例", own, resident_id_hmac="aa" * 32, source=scheme)
    identity = case.snapshot.identity
    assert len(identity.bearers(A)) == 2
    assert not [node for node in identity.bearers(A) if "aaaa" in node or "bbbb" in node]


def test_3_a_decision_that_has_the_number_of_a_bearer_is_not_that_bearer():
    case = Case()
    case.company("A").legal_representative("王示例", bearer="1").supervisor("王示例", bearer="2")
    case.company("B").director("王示例")
    case.rule_on(f"{A}@register:1", B, "accepted")
    case.decision("A", ["listed_wage_arrears"], name="register:1")
    case.names("王示例", "A", decision="register:1", found_as=("directly_responsible",), responsible=True)
    (named,) = case.snapshot.named_by("register:1")
    assert named.party is not None
    assert not named.party.certain


def two_people(**numbers: str) -> Case:
    """A has two 王示例, told apart by the register, and by their numbers if they have any; D1 names one of them."""
    case = two_bearers()
    for bearer, number in numbers.items():
        case.company("A").person("王示例", bearer[1:], resident_id_hmac=number)
    return case


@pytest.mark.parametrize("numbers", [{}, {"_1": "aa", "_2": "bb"}])
@pytest.mark.parametrize("first", ["1", "2"])
def test_5_two_claims_join_nobody_whom_a_source_tells_apart(numbers, first):
    case = two_people(**numbers)
    for bearer in (first, "21"[int(first) - 1]):
        case.rule_on(f"{A}@?D1", f"{A}@register:{bearer}", "accepted")
    (named,) = case.snapshot.named_by("D1")
    assert named.party is not None
    assert not named.party.certain
    identity = case.snapshot.identity
    assert [identity.members(f"{A}@{each}") for each in ("?D1", "register:1")] == [(f"{A}@?D1",), (f"{A}@register:1",)]
    assert len(identity.refused) == 2
    case.rule_on(f"{A}@register:1", f"{A}@register:2", "accepted")
    (named,) = case.snapshot.named_by("D1")
    assert (named.party.id, named.party.certain) == (f"{A}@register:1", True)
    assert case.snapshot.identity.refused == {}


def test_5_nor_through_others_and_what_only_hangs_on_stays():
    case = two_people()
    for other in "BCE":
        case.company(other).director("王示例")
    for one, other in ((f"{A}@register:1", B), (B, "test:C#王示例"), ("test:C#王示例", f"{A}@register:2"), (B, "test:E#王示例")):
        case.rule_on(one, other, "accepted")
    identity = case.snapshot.identity
    assert len(identity.refused) == 3
    assert identity.members(B) == (B, "test:E#王示例")
    assert set(identity.claimed(B)) >= {f"{A}@register:1", f"{A}@register:2"}


def test_5_nor_at_two_enterprises_by_their_numbers_but_by_a_claim_on_just_these_two():
    case = Case()
    case.company("A").person("王示例", "1", resident_id_hmac="aa")
    case.company("B").person("王示例", "1", resident_id_hmac="bb")
    case.company("C").director("王示例")
    case.rule_on(A, "test:C#王示例", "accepted")
    case.rule_on(B, "test:C#王示例", "accepted")
    assert case.snapshot.identity.members(A) == (A,)
    case.rule_on(A, B, "accepted")
    assert case.snapshot.identity.members(A) == (A, B, "test:C#王示例")


def test_5_a_number_in_common_makes_one_of_two_whom_a_source_lists():
    case = two_people(_1="aa", _2="aa")
    case.rule_on(f"{A}@?D1", f"{A}@register:2", "accepted")
    (named,) = case.snapshot.named_by("D1")
    assert (named.party.id, named.party.certain) == (f"{A}@register:1", True)


NODES = [f"{A}@?D1", f"{A}@register:1", f"{A}@register:2", f"{A}@register:3", B, "test:C#王示例"]


@given(st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES), st.sampled_from(["accepted", "rejected"])), max_size=9),
       st.randoms())  # fmt: skip
def test_4_5_whatever_was_ruled_in_whatever_order_nobody_is_joined_whom_nothing_may_join(ruled, chance):
    rulings = {frozenset(pair): ruling for *pair, ruling in ruled if len(set(pair)) == 2}

    def told(order) -> Case:
        case = two_bearers()
        case.company("A").director("王示例", bearer="3")
        for other in "BC":
            case.company(other).director("王示例")
        for pair in order:
            case.rule_on(*sorted(pair), rulings[pair])
        return case

    identity = told(rulings).snapshot.identity
    shuffled = list(rulings)
    chance.shuffle(shuffled)
    assert identity.joined == told(shuffled).snapshot.identity.joined
    said = [pair for pair, ruling in rulings.items() if ruling == "accepted" and identity.are_apart(*pair)]
    for one, other in combinations(NODES, 2):
        if other in identity.members(one):
            assert rulings.get(frozenset((one, other))) != "rejected"
            assert not identity.are_apart(one, other) or any(one in pair for pair in said)
