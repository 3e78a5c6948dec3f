from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from hypothesis import given

from analytics.ownership.exact import exact_share
from analytics.ownership.integrated import all_owners, owners_of, owns
from analytics.ownership.stakes import Flag
from analytics.ownership.thresholds import CN_BENEFICIAL, OFAC_50, PRESETS, UK_PSC, Threshold
from graph.dates import Truth
from graph.errors import InputError
from graph.model import PPM
from tests.known_graphs import Named, bounded, integrated, ownership

ANY = Threshold("any", 1, inclusive=True)


def test_1_a_tie_is_decided_by_the_rule():
    graph = Named([("P", "A", 500_000), ("A", "T", 500_000)])
    p, t = graph.of("P"), graph.of("T")
    assert owns(graph.stakes, p, t, CN_BENEFICIAL) is Truth.YES
    assert owns(graph.stakes, p, t, UK_PSC) is Truth.NO
    assert [t in all_owners(graph.stakes, rule).subject.tolist() for rule in (CN_BENEFICIAL, UK_PSC)] == [True, False]


def test_1_presets_are_known_by_name_and_a_threshold_is_a_share():
    assert all(PRESETS[name].name == name for name in PRESETS)
    with pytest.raises(InputError, match="0 %"):
        Threshold("none", 0, inclusive=True)


@given(ownership())
def test_2_the_full_table_is_the_sum_over_all_walks(graph):
    nodes, edges = graph
    expected = integrated(nodes, [edge[:3] for edge in edges])
    table = all_owners(bounded(nodes, edges), ANY)
    found = {(o, s): (low, high) for s, o, low, high in zip(table.subject, table.owner, table.least, table.most, strict=True)}
    wanted = {(o, s): expected[o][s] for o in range(nodes) for s in range(nodes) if expected[o][s]}
    assert set(found) == {pair for pair, value in wanted.items() if value >= 1}
    for pair, (low, high) in found.items():
        assert abs(Fraction(low) - wanted[pair]) <= table.slack[pair[1]]
        assert low == high
    assert table.sure.all()


@given(ownership())
def test_2_fractions_are_the_sum_over_all_walks(graph):
    nodes, edges = graph
    stakes, expected = bounded(nodes, edges), integrated(nodes, [edge[:3] for edge in edges])
    held = {edge[1] for edge in edges}
    closed = {n for n in range(nodes) if owners_of(stakes, n).flags & Flag.UNSOLVED}
    for owner in set(range(nodes)) - held:
        for subject in held - closed:
            assert exact_share(stakes, owner, subject) == expected[owner][subject]


def test_2_many_owners_over_several_ways_are_added_up():
    owners, middle = range(3, 43), (0, 1)
    edges = [(owner, node, 25_000, 25_000) for owner in owners for node in middle]
    edges += [(0, 2, 400_000, 400_000), (1, 2, 300_000, 300_000), (3, 2, 300_000, 300_000)]
    expected = integrated(43, [edge[:3] for edge in edges])
    table = all_owners(bounded(43, edges), ANY)
    found = {(int(o), int(s)): Fraction(low) for s, o, low in zip(table.subject, table.owner, table.least, strict=True)}
    assert found == {(o, s): expected[o][s] for o in owners for s in (0, 1, 2)}


def test_3_a_closed_loop_has_no_owner_and_is_flagged_below_too():
    graph = Named([("A", "B", PPM), ("B", "A", PPM), ("B", "C", 500_000), ("P", "C", 500_000)])
    table = all_owners(graph.stakes)
    assert [(graph.names[s], graph.names[o]) for s, o in zip(table.subject, table.owner, strict=True)] == [("C", "P")]
    assert all(Flag(int(table.flags[graph.of(name)])) & Flag.CLOSED for name in "ABC")
    assert np.isfinite(table.least).all()
    assert owners_of(graph.stakes, graph.of("A")).owners == ()
    assert owners_of(graph.stakes, graph.of("A")).flags == Flag.CLOSED


def test_3_what_runs_into_a_closed_loop_is_nobodys_and_bounds_stay_exact():
    graph = Named([("X", "Y", PPM), ("Y", "X", PPM), ("X", "T", 600_000), ("P", "T", 400_000)])
    found = owners_of(graph.stakes, graph.of("T"))
    assert [(graph.names[owner.node], owner.least) for owner in found.owners] == [("P", 400_000)]
    assert found.owners[0].most == pytest.approx(400_000, abs=1e-6)
    assert found.flags == Flag.CLOSED
    assert found.left < 1e-6


def test_3_what_a_closed_loop_holds_is_nobodys_either():
    loop = [("X", "X", PPM), ("X", "Y", 300_000), ("Z", "Y", 700_000), ("Y", "Z", PPM)]
    graph = Named([*loop, ("Z", "T", 600_000), ("P", "T", 400_000)])
    found = owners_of(graph.stakes, graph.of("T"))
    assert [graph.names[owner.node] for owner in found.owners] == ["P"]
    assert found.flags == Flag.CLOSED | Flag.SELF_HELD
    assert found.left < 1e-6


def test_3_a_closed_loop_that_somebody_may_enter_is_not_solved():
    graph = Named([("A", "B", PPM), ("B", "A", PPM), ("P", "A", 100_000), ("A", "T", 500_000), ("Q", "T", 500_000)])
    found = owners_of(graph.stakes, graph.of("T"))
    assert found.flags & Flag.UNSOLVED
    assert [(owner.least, owner.most) for owner in found.owners if owner.node == graph.of("P")] == [(0, 500_000)]
    assert [round(owner.most) for owner in found.owners if owner.node == graph.of("Q")] == [500_000]


def test_3_a_loop_over_100_percent_is_never_solved():
    graph = Named([("A", "B", PPM), ("B", "A", PPM), ("P", "A", 100_000)])
    table = all_owners(graph.stakes)
    assert not table.sure.any()
    assert all(table.flags[graph.of(name)] & (Flag.CLOSED | Flag.UNSOLVED) for name in "AB")
    assert table.flags[graph.of("A")] & Flag.OVER_FULL
    assert owns(graph.stakes, graph.of("P"), graph.of("B")) is Truth.MAYBE


def test_3_a_loop_too_large_for_the_table_is_flagged_and_answered_one_by_one():
    graph = Named([("A", "B", 900_000), ("B", "A", 900_000), ("P", "A", 100_000), ("P", "B", 100_000)])
    table = all_owners(graph.stakes, largest_loop=1)
    assert table.flags[graph.of("A")] & Flag.UNSOLVED
    assert not table.sure.any()
    assert owns(graph.stakes, graph.of("P"), graph.of("A")) is Truth.YES


@given(ownership())
def test_4_one_enterprise_is_answered_within_its_bound(graph):
    nodes, edges = graph
    stakes, expected = bounded(nodes, edges), integrated(nodes, [edge[:3] for edge in edges])
    for subject in {edge[1] for edge in edges}:
        for residual in (1e-3, 1e-12):
            found = owners_of(stakes, subject, residual=residual)
            mine = {owner.node: owner for owner in found.owners}
            for owner in range(nodes):
                share = expected[owner][subject]
                low, high = (mine[owner].least, mine[owner].most) if owner in mine else (0, 0)
                assert Fraction(low) - Fraction(found.left) <= share <= Fraction(high) + Fraction(found.left)
                if share >= 250_000 + found.left:
                    assert owner in mine


@given(ownership(exact=False))
def test_5_bounds_contain_every_choice_of_shares(graph):
    nodes, edges = graph
    stakes = bounded(nodes, edges)
    table = all_owners(stakes, CN_BENEFICIAL)
    sure = {(int(o), int(s)): bool(y) for s, o, y in zip(table.subject, table.owner, table.sure, strict=True)}
    choice = [(a, b, least) for a, b, least, _ in edges]
    raised = list(choice)
    for i, (a, b, least, most) in enumerate(edges):
        free = PPM - sum(share for _, subject, share in raised if subject == b)
        raised[i] = (a, b, min(most, least + free))
    pairs = [(owner, subject) for owner in range(nodes) for subject in range(nodes) if owner != subject]
    with pytest.MonkeyPatch.context() as patch:  # whoever is asked about, the owners of one enterprise are found once
        once = cache(lambda subject: owners_of(stakes, subject))
        patch.setattr("analytics.ownership.integrated.owners_of", lambda _, subject: once(subject))
        one_by_one = {pair: owns(stakes, *pair) for pair in pairs}
    for shares in (choice, raised):
        expected = integrated(nodes, shares)
        for owner in range(nodes):
            for subject in range(nodes):
                met = CN_BENEFICIAL.met(expected[owner][subject])
                answer = sure.get((owner, subject))
                assert met if answer else (answer is False or not met)
                single = one_by_one.get((owner, subject), Truth.MAYBE)
                assert single is Truth.MAYBE or (single is Truth.YES) == met


def test_5_nobody_owns_what_the_others_certainly_do():
    held = [(0, 3, 600_000, 600_000), (1, 3, 0, 400_000), (2, 3, 0, 400_000), (1, 2, PPM, PPM)]
    shares = {owner.node: (owner.least, owner.most) for owner in owners_of(bounded(4, held), 3).owners}
    assert shares[0][0] == 600_000
    assert shares[1] == (0, pytest.approx(400_000, abs=1e-3))
    assert owns(bounded(4, held), 1, 3, OFAC_50) is Truth.NO


def test_3_what_goes_round_an_over_full_loop_is_no_share():
    stakes = bounded(3, [(1, 0, PPM, PPM), (0, 1, PPM, PPM), (2, 0, 200_000, 200_000)])
    found = owners_of(stakes, 0)
    assert [(owner.node, owner.least, owner.most) for owner in found.owners] == [(2, 0, PPM)]
    assert found.flags & (Flag.OVER_FULL | Flag.UNSOLVED) == Flag.OVER_FULL | Flag.UNSOLVED
    assert owns(stakes, 2, 0) is Truth.MAYBE
    beside = [(1, 0, PPM, PPM), (0, 1, PPM, PPM), (2, 0, 200_000, 200_000), (1, 3, 500_000, 500_000), (4, 3, 500_000, 500_000)]
    shares = {owner.node: (owner.least, owner.most) for owner in owners_of(bounded(5, beside), 3).owners}
    assert shares == {2: (0, 500_000), 4: (500_000, pytest.approx(500_000, abs=0.01))}, "who is not behind it has his own"


def test_5_a_loop_of_unknown_shares_leaves_those_who_are_not_behind_it_their_own():
    held = [(1, 0, 0, PPM), (0, 1, 0, PPM), (2, 0, 0, PPM), (0, 3, 600_000, 600_000), (4, 3, 400_000, 400_000)]
    shares = {owner.node: (owner.least, owner.most) for owner in owners_of(bounded(5, held), 3).owners}
    assert shares[4] == (400_000, pytest.approx(400_000, abs=0.01))
    assert shares[2] == (0, pytest.approx(600_000, abs=0.01))


def test_5_nobody_is_lost_where_a_loop_grows_without_end():
    c1, c2, c3, p = range(4)
    unstated = [(c1, c2, 0, PPM), (c3, c2, 0, PPM), (p, c1, 0, 0), (c1, c3, 0, 400_000), (c2, c3, 0, 400_000)]
    stakes = bounded(4, [(c2, c1, PPM, PPM), *unstated, (p, c3, 600_000, 600_000)])
    (owner,) = owners_of(stakes, c3).owners
    assert (owner.node, owner.least, owner.most) == (p, 600_000, PPM)
    assert owns(stakes, p, c3) is Truth.YES
    assert owns(stakes, p, c1) is Truth.MAYBE


def test_6_what_the_others_leave_decides_at_the_threshold_too():
    subject, certain, other = range(3)
    for share, rule, answer in (
        (750_001, CN_BENEFICIAL, Truth.NO),
        (750_000, CN_BENEFICIAL, Truth.MAYBE),
        (750_000, UK_PSC, Truth.NO),
        (500_000, OFAC_50, Truth.MAYBE),
        (500_001, OFAC_50, Truth.NO),
    ):
        stakes = bounded(
            3, [(subject, subject, 0, PPM - share), (certain, subject, share, share), (other, subject, 0, PPM - share)]
        )
        assert owns(stakes, other, subject, rule) is answer, (share, rule.name)


def test_6_what_floats_cannot_say_is_said_in_fractions():
    thirds = [("A", 333_333), ("B", 333_333), ("C", 333_334)]
    graph = Named([("P", name, 250_000) for name, _ in thirds] + [(name, "T", share) for name, share in thirds])
    for rule, answer in ((CN_BENEFICIAL, Truth.YES), (UK_PSC, Truth.NO)):
        assert owns(graph.stakes, graph.of("P"), graph.of("T"), rule) is answer
        table = all_owners(graph.stakes, rule)
        assert (graph.of("T") in table.subject.tolist()) == (answer is Truth.YES)


def test_an_empty_graph_has_no_owners():
    assert len(all_owners(bounded(0, []))) == 0


@pytest.mark.parametrize("missing", [-1, 2, 10**6])
def test_a_number_that_no_node_has_is_refused(missing):
    with pytest.raises(InputError, match=f"no node {missing}"):
        owners_of(bounded(2, [(0, 1, PPM, PPM)]), missing)
