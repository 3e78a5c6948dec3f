from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ownership.control import (
    concert_groups,
    control_groups,
    controlled,
    proof,
    ultimate_controllers,
)
from analytics.ownership.integrated import flags_above, owns
from analytics.ownership.loops import close_links, loops
from analytics.ownership.thresholds import CLOSE_LINK, CN_CONTROL, CN_LISTED_CONTROL, OFAC_50
from graph.dates import Period, Truth
from graph.errors import InputError
from graph.model import PPM
from tests import plain_graph
from tests.known_graphs import Named, bounded, least_fixpoint, ownership

rules = st.sampled_from([CN_CONTROL, CN_LISTED_CONTROL, OFAC_50])


def exact(edges):
    return [edge[:3] for edge in edges]


@given(ownership(), rules, st.sets(st.integers(0, 6), min_size=1, max_size=3))
def test_1_what_is_controlled_is_the_least_fixpoint(graph, rule, group):
    nodes, edges = graph
    group = {node for node in group if node < nodes} or {0}
    found = controlled(bounded(nodes, edges), sorted(group), rule)
    assert set(found.nodes) == least_fixpoint(exact(edges), group, rule.met)
    assert len(found.nodes) == len(set(found.nodes))
    assert found.possible == ()


@given(ownership(), rules)
def test_2_each_step_rests_on_those_before(graph, rule):
    nodes, edges = graph
    share = {edge[:2]: edge[2] for edge in edges}
    for start in range(nodes):
        found = controlled(bounded(nodes, edges), [start], rule)
        for subject in found.nodes:
            before = {start}
            steps = proof(found, subject)
            assert steps[-1].subject == subject
            for step in steps:
                assert {holder for holder, _ in step.holders} <= before
                assert [held for _, held in step.holders] == [share[holder, step.subject] for holder, _ in step.holders]
                assert step.votes_ppm == sum(held for _, held in step.holders)
                assert rule.met(step.votes_ppm)
                before.add(step.subject)


@given(ownership())
def test_3_the_head_of_a_group_controls_it_and_is_controlled_by_nobody(graph):
    nodes, edges = graph
    groups = control_groups(bounded(nodes, edges))
    reach = {node: least_fixpoint(exact(edges), {node}, CN_CONTROL.met) for node in range(nodes)}
    for node in range(nodes):
        head = int(groups.head[node])
        assert head == node or node in reach[head]
        above = {other for other in range(nodes) if node in reach[other]}
        free = {other for other in above if not any(other in reach[x] for x in range(nodes))}
        assert free <= {head}
        if head != node and head not in free:
            assert groups.circular[head]
            assert any(head in reach[other] for other in reach[head])
        assert not groups.circular[node] or head == node
    assert not groups.undecided.any()


def test_3_under_a_half_there_is_no_one_head():
    with pytest.raises(InputError, match="one half"):
        control_groups(bounded(1, []), CN_LISTED_CONTROL)


@given(ownership(), rules)
def test_3_ultimate_controllers_are_those_that_nobody_controls(graph, rule):
    nodes, edges = graph
    stakes = bounded(nodes, edges)
    reach = {node: least_fixpoint(exact(edges), {node}, rule.met) for node in range(nodes)}
    for subject in range(nodes):
        above = {other for other in range(nodes) if subject in reach[other] and other != subject}
        expected = {a for a in above if not any(a in reach[b] and b not in reach[a] for b in range(nodes) if b != a)}
        chains = ultimate_controllers(stakes, subject, rule)
        assert {chain.controllers for chain in chains} == {(a,) for a in expected}
        assert all(chain.steps[-1].subject == subject for chain in chains)


def test_3_those_who_act_in_concert_control_together():
    graph = Named([("P", "A", 300_000), ("Q", "A", 300_000), ("A", "T", 510_000), ("Z", "A", 400_000)])
    t, pair = graph.of("T"), [graph.of("P"), graph.of("Q")]
    assert {chain.controllers for chain in ultimate_controllers(graph.stakes, t)} == {(graph.of("A"),)}
    (chain,) = ultimate_controllers(graph.stakes, t, concert=[pair])
    assert chain.controllers == tuple(pair)
    assert [step.subject for step in chain.steps] == [graph.of("A"), t]


def test_3_an_owner_of_one_of_those_in_concert_puts_them_aside_only_where_he_controls_it_too():
    held = [("P", "A", 1_000_000), ("A", "S", 300_000), ("Q", "S", 300_000)]
    for own, expected in ((0, {("A", "Q")}), (210_000, {("P",)})):
        graph = Named([*held, ("P", "S", own)] if own else held)
        chains = ultimate_controllers(graph.stakes, graph.of("S"), concert=[[graph.of("A"), graph.of("Q")]])
        assert {chain.controllers for chain in chains} == {tuple(graph.of(name) for name in names) for names in expected}


def test_3_a_chain_says_all_the_votes_that_its_controller_has():
    graph = Named([("A", "S", 510_000), ("A", "B", 1_000_000), ("B", "S", 300_000)])
    (chain,) = ultimate_controllers(graph.stakes, graph.of("S"))
    assert (chain.votes_ppm, chain.steps[-1].votes_ppm) == (810_000, 510_000)


def test_3_concert_is_read_from_what_certainly_held():
    always, once = Period.parse("2005/open"), Period.parse("2010/2012")
    edges = [
        plain_graph.Edge(a, b, "acting_in_concert", p, None, None) for a, b, p in ((0, 1, always), (1, 2, always), (3, 4, once))
    ]
    columns = plain_graph.Graph(("person",) * 5, tuple(edges)).columns()
    assert concert_groups(columns) == [[0, 1, 2]]
    assert concert_groups(columns, Period.parse("2011-01-01/2011-01-01").start) == [[0, 1, 2], [3, 4]]


@given(ownership())
def test_4_circuits_are_those_of_networkx(graph):
    nodes, edges = graph
    peer = nx.DiGraph()
    peer.add_nodes_from(range(nodes))
    peer.add_edges_from((a, b) for a, b, *_ in edges)
    expected = {tuple(c[c.index(min(c)) :] + c[: c.index(min(c))]) for c in nx.simple_cycles(peer)}
    found = loops(bounded(nodes, edges), most_circuits=10_000)
    circuits = [circuit for loop in found for circuit in loop.circuits]
    mine = {c for c in circuits if len(c) > 1}
    assert len(circuits) == len(set(circuits))
    assert not any(loop.left_out for loop in found)
    assert mine == {c for c in expected if len(c) > 1}
    held = {edge[:2] for edge in edges}
    assert all(pair in held for c in mine for pair in pairwise([*c, c[0]]))
    assert {n for loop in found for n in loop.nodes} == {n for c in expected for n in c}


def test_4_a_limit_says_that_it_left_something_out():
    names = "abcd"
    complete = Named([(a, b, 200_000) for a in names for b in names if a != b])
    (all_of_them,) = loops(complete.stakes)
    assert (len(all_of_them.circuits), all_of_them.left_out) == (20, False)
    (some,) = loops(complete.stakes, most_circuits=7)
    assert (len(some.circuits), some.left_out) == (7, True)


def test_4_a_chain_that_holds_its_own_head_is_circular():
    graph = Named([("A", "B", 600_000), ("B", "A", 600_000), ("B", "C", 700_000)])
    groups = control_groups(graph.stakes)
    heads = {int(head) for head in groups.head}
    assert len(heads) == 1
    assert groups.circular[heads.pop()]


def test_5_what_hangs_on_unknown_shares_is_only_possible():
    stakes = bounded(3, [(0, 1, 0, PPM), (1, 2, 600_000, 600_000)])
    found = controlled(stakes, [0])
    assert (found.nodes, found.possible) == ((), (1, 2))


def test_5_whoever_controls_only_if_unknown_shares_are_large_is_named_after_those_who_do():
    stakes = bounded(4, [(0, 1, 0, PPM), (1, 2, 600_000, 600_000), (3, 2, 100_000, 100_000)])
    sure, may = ultimate_controllers(stakes, 2)
    assert (sure.controllers, sure.certain, sure.votes_ppm) == ((1,), True, 600_000)
    assert (may.controllers, may.certain, may.steps, may.votes_ppm) == ((0,), False, (), 0)
    assert [(chain.controllers, chain.certain) for chain in ultimate_controllers(stakes, 1)] == [((0,), False)]


@given(ownership(exact=False), rules)
def test_5_who_controls_by_any_choice_of_shares_is_named_and_who_certainly_does_controls_by_each(graph, rule):
    nodes, edges = graph
    stakes = bounded(nodes, edges)
    raised = [(holder, subject, least) for holder, subject, least, _ in edges]
    for i, (holder, subject, least, most) in enumerate(edges):
        free = PPM - sum(share for _, other, share in raised if other == subject)
        raised[i] = (holder, subject, min(most, least + free))
    choices = [exact(edges), raised]
    for group in range(nodes):
        found = controlled(stakes, [group], rule)
        for choice in choices:
            reached = least_fixpoint(choice, {group}, rule.met)
            assert set(found.nodes) <= reached <= {*found.nodes, *found.possible}


def test_5_what_others_certainly_have_is_left_for_nobody_alone_or_together():
    held = [(0, 3, 600_000, 600_000), (1, 3, 0, 400_000), (2, 3, 0, 400_000), (1, 2, PPM, PPM)]
    stakes = bounded(4, held)
    assert [chain.controllers for chain in ultimate_controllers(stakes, 3)] == [(0,)]
    assert (controlled(stakes, [1]).nodes, controlled(stakes, [1]).possible) == ((2,), ())
    half = bounded(4, [(0, 3, 500_000, 500_000), *((a, b, low, 500_000 if b == 3 else high) for a, b, low, high in held[1:])])
    assert controlled(half, [1]).possible == ()
    assert controlled(half, [1], OFAC_50).possible == (3,)


def test_3_what_acts_in_concert_with_its_parent_is_controlled_by_it():
    graph = Named([("A", "S", 600_000), ("Q", "S", 100_000)])
    for pact in (["A", "S"], ["A", "S", "Q"]):
        (chain,) = ultimate_controllers(graph.stakes, graph.of("S"), concert=[[graph.of(name) for name in pact]])
        assert chain.controllers == tuple(graph.of(name) for name in pact if name != "S")


def test_5_those_who_only_may_act_in_concert_only_may_control():
    graph = Named([("A", "S", 300_000), ("B", "S", 300_000)])
    pact = [[graph.of("A"), graph.of("B")]]
    (chain,) = ultimate_controllers(graph.stakes, graph.of("S"), maybe_concert=pact)
    assert (chain.controllers, chain.certain, chain.votes_ppm) == (tuple(pact[0]), False, 600_000)
    (chain,) = ultimate_controllers(graph.stakes, graph.of("S"), concert=pact, maybe_concert=pact)
    assert chain.certain


def test_5_a_pact_takes_no_answer_away_from_whoever_has_it_without():
    held = [(0, 2, 0, PPM), (1, 2, 0, PPM), (2, 3, 600_000, 600_000)]
    expected = {((2,), True), ((0,), False), ((1,), False)}
    for maybe in ([], [[1, 2]]):
        found = ultimate_controllers(bounded(4, held), 3, maybe_concert=maybe)
        assert {(chain.controllers, chain.certain) for chain in found} == expected
    graph = Named([("P", "K", 500_000), ("Q", "K", 400_000), ("K", "S", 400_000)])
    for pact in ([], [[graph.of("K"), graph.of("Q")]]):
        found = ultimate_controllers(graph.stakes, graph.of("S"), CN_LISTED_CONTROL, concert=pact)
        assert {chain.controllers for chain in found} == {(graph.of("P"),), (graph.of("Q"),)}


def test_5_a_pact_that_only_may_hold_takes_the_place_of_none_that_does():
    a, b, d, subject = range(4)
    stakes = bounded(
        4, [(a, d, 300_000, 300_000), (b, d, 300_000, 300_000), (a, subject, 100_000, 400_000), (d, subject, 400_000, 400_000)]
    )
    found = ultimate_controllers(stakes, subject, concert=[[a, b]], maybe_concert=[[a, b, d]])
    assert [(chain.controllers, chain.certain) for chain in found] == [((a, b), False)]  # who control D, whatever D has agreed to


def test_5_who_may_control_one_of_several_takes_the_place_of_none_of_them():
    a, d, x, subject = range(4)
    owned = (x, d, PPM, PPM)
    stakes = bounded(4, [(a, subject, 300_000, 300_000), (d, subject, 100_000, 100_000), (x, subject, 0, 600_000), owned])
    found = ultimate_controllers(stakes, subject, concert=[[a, d, x]])
    assert {chain.controllers for chain in found} == {(a, d, x)}
    stakes = bounded(4, [(a, subject, 300_000, 300_000), (d, subject, 0, 700_000), owned])
    found = ultimate_controllers(stakes, subject, concert=[[a, d]])
    assert {chain.controllers for chain in found} == {(a, d), (x,)}


def test_5_whoever_only_may_act_in_concert_may_control_alone_too():
    a, b, subject = range(3)
    stakes = bounded(3, [(a, subject, 300_000, 700_000), (b, subject, 100_000, 100_000)])
    found = ultimate_controllers(stakes, subject, maybe_concert=[[a, b]])
    assert {chain.controllers for chain in found} == {(a, b), (a,)}


@pytest.mark.parametrize("missing", [-1, 2, 10**6])
def test_a_number_that_no_node_has_is_refused(missing):
    stakes = bounded(2, [(0, 1, PPM, PPM)])
    for question in (
        lambda: controlled(stakes, [missing]),
        lambda: close_links(stakes, missing),
        lambda: owns(stakes, missing, 1),
        lambda: flags_above(stakes, missing),
        lambda: ultimate_controllers(stakes, missing),
    ):
        with pytest.raises(InputError, match=f"no node {missing}"):
            question()
    for unfit in (0.5, "0", None):
        with pytest.raises(InputError, match="whole number"):
            controlled(stakes, [unfit])


@given(ownership(most=6))
def test_close_links_are_the_sum_over_simple_paths(graph):
    nodes, edges = graph
    stakes = bounded(nodes, edges)
    peer = nx.DiGraph()
    peer.add_nodes_from(range(nodes))
    peer.add_weighted_edges_from((a, b, s / PPM) for a, b, s, _ in edges if a != b)
    for start in range(nodes):
        found = {link.subject: link for link in close_links(stakes, start).found}
        short = close_links(stakes, start, cut_ppm=300_000)
        most = {link.subject: link.most for link in short.found}
        for other in set(range(nodes)) - {start}:
            paths = nx.all_simple_edge_paths(peer, start, other)
            total = sum(np.prod([peer.edges[edge]["weight"] for edge in path]) for path in paths) * PPM
            if other in found:
                assert abs(float(found[other].least) - total) < 1e-3
                assert found[other].answer is Truth.YES
                assert CLOSE_LINK.met(found[other].least)
                assert found[other].least <= most.get(other, short.left)
            else:
                assert total < 200_000 + 1e-3


def test_too_many_above_an_enterprise_are_refused_in_both_languages_with_what_can_be_asked_instead():
    with pytest.raises(InputError, match="its owners, its group") as refused:
        ultimate_controllers(bounded(4, [(1, 0, 30, 30), (2, 0, 30, 30), (3, 0, 30, 30)]), 0, most_candidates=2)
    assert "所有人" in refused.value.zh
