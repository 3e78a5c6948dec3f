from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from analytics.ownership.value import matrix
from graph.errors import InputError
from graph.snapshot.shape import bow_tie, connected_groups, links, rank
from graph.snapshot.steps import Steps
from tests import plain_graph
from tests.known_graphs import Named

FILE = Path(__file__).parents[1] / "data" / "known_answers.yaml"
ANSWERS = {item["name"]: item for item in yaml.safe_load(FILE.read_text("utf-8"))}


def peer_of(graph, asked):
    peer = nx.MultiDiGraph()
    peer.add_nodes_from(range(len(graph.kinds)))
    peer.add_edges_from((e.party, e.subject) for e in graph.edges if e.truth(asked))
    return peer


@given(plain_graph.graphs(), plain_graph.asked)
def test_1_groups_are_those_of_networkx(graph, asked):
    label = connected_groups(graph.columns(), Steps(on=asked))
    expected = {node: min(group) for group in nx.weakly_connected_components(peer_of(graph, asked)) for node in group}
    assert dict(enumerate(label.tolist())) == expected


@given(plain_graph.graphs(), plain_graph.asked, st.data())
def test_1_ranks_are_those_of_networkx(graph, asked, data):
    peer = nx.DiGraph(peer_of(graph, asked))
    for party, subject in peer.edges:
        peer.edges[party, subject]["weight"] = sum(
            (e.party, e.subject) == (party, subject) and e.truth(asked) > 0 for e in graph.edges
        )
    seed = data.draw(st.none() | st.integers(0, len(graph.kinds) - 1))
    seeds = None if seed is None else np.eye(len(graph.kinds))[seed]
    mine = rank(links(graph.columns(), Steps(on=asked)), seeds, tolerance=1e-12, rounds=1_000)
    chosen = None if seed is None else {seed: 1}
    expected = nx.pagerank(peer, personalization=chosen, dangling=chosen, tol=1e-12, max_iter=1_000)
    assert np.allclose(mine, [expected[node] for node in range(len(graph.kinds))], atol=1e-9)


@given(plain_graph.graphs(), plain_graph.asked)
def test_1_the_core_is_a_largest_strongly_connected_part(graph, asked):
    peer = peer_of(graph, asked)
    found = bow_tie(links(graph.columns(), Steps(on=asked)))
    parts = [set(part) for part in nx.strongly_connected_components(peer)]
    core = set(found.core.tolist())
    assert core in parts
    assert len(core) == max(map(len, parts))
    one = min(core)
    assert set(found.into.tolist()) == nx.ancestors(peer, one) - core
    assert set(found.out.tolist()) == nx.descendants(peer, one) - core
    assert sorted([*found.core, *found.into, *found.out, *found.rest]) == list(range(len(graph.kinds)))


def test_1_ldbc_ranks_after_two_rounds():
    item = ANSWERS["ldbc_graphalytics_example_directed"]
    graph = Named([tuple(edge) for edge in item["edges"]])
    plain = matrix(graph.stakes)
    plain.data[:] = 1
    found = rank(plain, rounds=2, exactly=True)
    assert {name: pytest.approx(found[graph.of(name)], abs=1e-12) for name in graph.names} == item["answer"]["PR"]


def test_1_personalised_rank_of_one_edge_in_closed_form():
    answer = ANSWERS["ppr_two_node_closed_form"]["answer"]
    found = rank(sparse.csr_array(np.array([[0.0, 1.0], [1.0, 0.0]])), np.array([1.0, 0.0]), tolerance=1e-14, rounds=1_000)
    assert found.tolist() == pytest.approx([answer["u"], answer["v"]], abs=1e-12)


def test_1_a_bow_tie_of_33():
    item = ANSWERS["glattfelder_33node_bowtie_decomposition"]
    graph = Named([tuple(edge) for edge in item["edges"]])
    found = bow_tie(matrix(graph.stakes))
    mine = [sorted(int(graph.names[node]) for node in part) for part in (found.core, found.into, found.out, found.rest)]
    assert mine == [item["answer"][key] for key in ("SCC", "IN", "OUT", "TT")]


def test_2_what_has_no_rank_is_refused():
    for seeds in (np.zeros(2), np.array([1.0, np.nan]), np.array([1.0, np.inf]), np.ones(3), np.ones((2, 1))):
        with pytest.raises(InputError, match="seed"):
            rank(sparse.csr_array((2, 2)), seeds)
    with pytest.raises(InputError, match="still changes"):
        rank(sparse.csr_array(np.array([[0.0, 1.0], [1.0, 0.0]])), np.array([1.0, 0.0]), rounds=2)
    assert len(rank(sparse.csr_array((0, 0)))) == 0
