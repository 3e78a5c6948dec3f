from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError
from graph.model import PPM
from graph.snapshot.walk import BELOW, HOLDER, OWNER, alive, as_of, between, holders, reach
from tests import plain_graph
from tests.plain_graph import CODES, fact_number

codes = st.sets(st.sampled_from(CODES))
when = {"timeline": st.integers(0, 1), "least": st.integers(1, 2)}


def questions(graph, asked):
    return np.arange(len(graph.kinds)), [asked] * len(graph.kinds)


@given(plain_graph.graphs(), plain_graph.asked, codes, st.fixed_dictionaries(when))
def test_1_holders_are_those_of_the_reference(graph, asked, codes, when):
    columns = graph.columns()
    found = holders(columns, *questions(graph, asked), codes, **when)
    for subject in range(len(graph.kinds)):
        rows = np.flatnonzero(found.question == subject)
        mine = {(int(found.node[r]), fact_number(columns, found.fact[r]), int(found.truth[r])) for r in rows}
        assert mine == plain_graph.holders(graph, subject, asked, codes, **when)
        assert len(mine) == len(rows)


def expected_reach(graph, subject, asked, codes, timeline, least):
    """The reference: sets of nodes upwards and downwards."""
    good = {i for i, e in enumerate(graph.edges) if e.truth(asked, timeline) >= least}
    majority = {i for i in good if graph.edges[i].code == "shareholding" and graph.edges[i].bounds[0] > PPM // 2}
    up = set(plain_graph.distances(graph, {subject}, majority, "in")) - {subject}
    offices = {e.party for i, e in enumerate(graph.edges) if i in good and e.subject == subject and e.code in codes}
    runs = {i for i in good if graph.edges[i].code == "legal_representative"}
    first = {graph.edges[i].subject for i in runs | majority if graph.edges[i].party in offices | up}
    stop = frozenset(up | {subject})
    below = set(plain_graph.distances(graph, first - stop, majority, "out", stop)) if first - stop else set()
    return offices, up, below


@given(plain_graph.graphs(), plain_graph.asked, codes, st.fixed_dictionaries(when))
def test_1_and_2_reach_finds_what_the_reference_finds_by_paths_that_held(graph, asked, codes, when):
    columns = graph.columns()
    found = reach(columns, *questions(graph, asked), codes, **when)
    for subject in range(len(graph.kinds)):
        rows = [r for r in range(len(found)) if found.question[r] == subject]
        mine = [{int(found.node[r]) for r in rows if found.step[r] == step} for step in (HOLDER, OWNER, BELOW)]
        assert tuple(mine) == expected_reach(graph, subject, asked, codes, **when)
        for step in (OWNER, BELOW):
            nodes = [int(found.node[r]) for r in rows if found.step[r] == step]
            assert len(nodes) == len(set(nodes))
        for row in rows:
            truths = [graph.edges[fact_number(columns, f)].truth(asked, when["timeline"]) for f in found.path(row)]
            assert min(truths) == found.truth[row] >= when["least"]


@given(plain_graph.graphs(), plain_graph.asked, st.fixed_dictionaries(when))
def test_3_as_of_keeps_the_edges_that_are_alive(graph, asked, when):
    columns = graph.columns()
    bits = alive(columns, asked, **when)
    counted = {
        int(edge["fact"]) for place, edge in enumerate(columns.arrays.in_edges) if int(bits[place // 64]) >> (place % 64) & 1
    }
    kept = as_of(columns, asked, **when)
    good = {i for i, e in enumerate(graph.edges) if e.truth(asked, when["timeline"]) >= when["least"]}
    assert {int(fact) for fact in kept.arrays.in_edges["fact"]} == counted
    assert {int(fact) for fact in kept.arrays.out_edges["fact"]} == counted
    assert {fact_number(kept, fact) for fact in counted} == good
    again = holders(kept, *questions(graph, asked), **when)
    assert {fact_number(columns, fact) for fact in again.fact} == good


@given(plain_graph.graphs(), st.lists(plain_graph.asked, min_size=2, max_size=3), st.fixed_dictionaries(when))
def test_3_one_day_after_another_is_answered_as_if_asked_alone(graph, days, when):
    columns = graph.columns()
    assert [alive(columns, day, **when).tolist() for day in days] == [alive(graph.columns(), day, **when).tolist() for day in days]


def test_2_a_self_holding_and_a_loop_end():
    a, b = (plain_graph.Edge(p, s, "shareholding", plain_graph.Period(), None, (PPM, PPM)) for p, s in ((0, 0), (0, 1)))
    c = plain_graph.Edge(1, 0, "shareholding", plain_graph.Period(), None, (PPM, PPM))
    columns = plain_graph.Graph(("company", "company"), (a, b, c)).columns()
    found = reach(columns, [0], [None])
    assert [(int(n), int(s)) for n, s in zip(found.node, found.step, strict=True)] == [(0, HOLDER), (1, HOLDER), (1, OWNER)]


def test_4_nothing_that_judges_responsibility_walks_the_columns():
    folder = Path(__file__).resolve().parents[2] / "analytics" / "responsibility"
    banned = ("graph.snapshot.walk", "graph.snapshot.columns", "analytics.ownership")
    assert [path.name for path in folder.rglob("*.py") if any(name in path.read_text(encoding="utf-8") for name in banned)] == []


@pytest.mark.parametrize("question", [holders, reach])
@pytest.mark.parametrize("missing", [-1, 2, 10**6])
def test_5_a_number_that_no_node_has_is_refused(question, missing):
    columns = plain_graph.Graph(("company", "company"), ()).columns()
    with pytest.raises(InputError, match=f"no node {missing}"):
        question(columns, np.array([0, missing], np.int32), [None, None])


@pytest.mark.parametrize("question", [holders, reach])
@pytest.mark.parametrize("given", [[2**32], np.array([2**63], np.uint64), [1.5], [True], ["0"], [10**30], [float("nan")], [None]])
def test_5_what_is_no_number_of_a_node_is_refused(question, given):
    columns = plain_graph.Graph(("company", "company"), ()).columns()
    with pytest.raises(InputError, match="node"):
        question(columns, given, [None])
    assert len(question(columns, [1], [None])) == len(question(columns, np.array([1], np.uint8), [None])) == 0


@given(plain_graph.graphs(), st.sets(st.sampled_from(["person", "company"])))
def test_6_between_keeps_the_edges_of_which_both_ends_are_of_a_kind(graph, kinds):
    columns = graph.columns()
    kept = between(columns, kinds)
    good = {i for i, edge in enumerate(graph.edges) if {graph.kinds[edge.party], graph.kinds[edge.subject]} <= kinds}
    for edges in (kept.arrays.in_edges, kept.arrays.out_edges):
        assert {fact_number(kept, int(fact)) for fact in edges["fact"]} == good
    assert len(kept) == len(columns)
