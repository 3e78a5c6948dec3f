from itertools import islice

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError
from graph.snapshot.paths import neighbourhood, shortest_path, shortest_paths, ties
from graph.snapshot.steps import BOTH, IN, OUT, Steps
from tests import plain_graph
from tests.plain_graph import CODES, KINDS, Edge, Graph, distances, fact_number, holds_together

WAYS = {IN: "in", OUT: "out", BOTH: "both"}


@st.composite
def rules(draw):
    return Steps(
        frozenset(draw(st.sets(st.sampled_from(CODES), min_size=2))),
        draw(plain_graph.asked),
        frozenset(draw(st.sets(st.sampled_from(KINDS), min_size=2))),
        draw(st.sampled_from([0, 0, 300_000])),
        draw(st.sampled_from([IN, OUT, BOTH])),
        draw(st.sampled_from([3, 1_000])),
        draw(st.integers(0, 1)),
        draw(st.integers(1, 2)),
    )


def walkable(graph, steps):
    """(statements that may be walked, nodes of the wrong kind, hubs with their edges)."""
    good = {
        i
        for i, e in enumerate(graph.edges)
        if e.code in steps.codes
        and e.truth(steps.on, steps.timeline) >= steps.least
        and (e.code != "shareholding" or e.bounds[0] >= steps.share_ppm)
    }
    wrong = {n for n, kind in enumerate(graph.kinds) if kind not in steps.kinds}
    sizes = {n: sum((e.party == n) + (e.subject == n) for e in graph.edges) for n in range(len(graph.kinds))}
    return good, wrong, {n: size for n, size in sizes.items() if size > steps.hub}


def peer_of(graph, good, removed, way):
    peer = nx.DiGraph()
    peer.add_nodes_from(set(range(len(graph.kinds))) - removed)
    for i in good:
        edge = graph.edges[i]
        if edge.party not in removed and edge.subject not in removed and edge.party != edge.subject:
            if way != "out":
                peer.add_edge(edge.subject, edge.party)
            if way != "in":
                peer.add_edge(edge.party, edge.subject)
    return peer


@given(plain_graph.graphs(), rules(), st.integers(0, 4), st.data())
def test_1_2_and_3_a_neighbourhood_is_that_of_the_reference(graph, steps, hops, data):
    start = data.draw(st.integers(0, len(graph.kinds) - 1))
    columns, (good, wrong, hubs) = graph.columns(), walkable(graph, steps)
    found = neighbourhood(columns, [start], hops, steps)
    entered = {i for i in good if WAYS[steps.way] != "none"}
    reached = {start: 0}
    level = [start]
    for hop in range(1, hops + 1):
        following = []
        for node in level:
            if node in hubs and node != start:
                continue
            for other, statement in plain_graph.steps(graph, node, WAYS[steps.way]):
                if statement in entered and other not in wrong and other not in reached:
                    reached[other] = hop
                    following.append(other)
        level = following
    assert dict(zip(found.node.tolist(), found.hops.tolist(), strict=True)) == reached
    met = {n for n, hop in reached.items() if n in hubs and n != start and hop < hops}
    assert found.hubs == {n: hubs[n] for n in met}
    assert not found.cut
    for node, fact, before, hop in zip(found.node, found.fact, found.before, found.hops, strict=True):
        if hop:
            assert found.hops[before] == hop - 1
            assert holds_together(graph, [int(found.node[before]), int(node)], [fact_number(columns, fact)], good)


def test_3_what_is_too_much_is_cut_and_said():
    star = Graph(
        ("company",) * 6, tuple(Edge(n, 0, "director", plain_graph.Period.parse("2000/open"), None, None) for n in range(1, 6))
    )
    found = neighbourhood(star.columns(), [0], 2, most_nodes=3)
    assert (len(found), found.cut) == (3, True)
    around = neighbourhood(star.columns(), [1], 2, Steps(hub=4))
    assert (around.node.tolist(), around.hubs, around.cut) == ([1, 0], {0: 5}, False)


@given(plain_graph.graphs(), rules(), st.data())
def test_4_a_shortest_path_is_as_short_as_any(graph, steps, data):
    nodes = st.integers(0, len(graph.kinds) - 1)
    sources, targets = (data.draw(st.sets(nodes, min_size=1, max_size=2)) for _ in range(2))
    columns, (good, wrong, hubs) = graph.columns(), walkable(graph, steps)
    found = shortest_path(columns, sources, targets, steps)
    blocked = frozenset((wrong | set(hubs)) - sources - targets)
    far = distances(graph, sources, good, WAYS[steps.way], blocked)
    lengths = [far[t] for t in targets if t in far]
    assert [len(path) for path in found.paths] == ([min(lengths)] if lengths else [])
    assert set(found.hubs.items()) <= set(hubs.items())
    for path in found.paths:
        assert path.nodes[0] in sources
        assert path.nodes[-1] in targets
        assert holds_together(graph, list(path.nodes), [fact_number(columns, f) for f in path.facts], good)


@given(plain_graph.graphs(6), rules(), st.data())
def test_4_k_shortest_paths_are_those_of_networkx(graph, steps, data):
    nodes = st.integers(0, len(graph.kinds) - 1)
    source, target = data.draw(nodes), data.draw(nodes)
    columns, (good, wrong, hubs) = graph.columns(), walkable(graph, steps)
    peer = peer_of(graph, good, (wrong | set(hubs)) - {source, target}, WAYS[steps.way])
    found = shortest_paths(columns, [source], [target], 6, steps)
    if source == target:
        assert [path.nodes for path in found.paths] == [(source,)]
        return
    everything = list(nx.all_simple_paths(peer, source, target))
    expected = sorted(len(path) - 1 for path in everything)[:6]
    assert [len(path) for path in found.paths] == expected
    assert len({path.nodes for path in found.paths}) == len(found.paths)
    assert {path.nodes for path in found.paths} <= {tuple(path) for path in everything}
    assert all(holds_together(graph, list(p.nodes), [fact_number(columns, f) for f in p.facts], good) for p in found.paths)
    if everything:
        assert len(found.paths[0]) == len(next(islice(nx.shortest_simple_paths(peer, source, target), 1))) - 1


@given(plain_graph.graphs(6), st.data())
def test_4_k_shortest_paths_between_sets_are_all_of_them(graph, data):
    nodes = st.integers(0, len(graph.kinds) - 1)
    sources, targets = (data.draw(st.sets(nodes, min_size=1, max_size=2)) for _ in range(2))
    steps = Steps(frozenset(CODES), plain_graph.Period.parse("2012-06-10/2012-06-10"), frozenset(KINDS))
    good, *_ = walkable(graph, steps)
    expected = {(node,) for node in sources & targets}
    for source in sources - targets:
        for target in targets - sources:
            peer = peer_of(graph, good, (sources | targets) - {source, target}, "both")
            expected |= {tuple(path) for path in nx.all_simple_paths(peer, source, target)}
    found = shortest_paths(graph.columns(), sources - targets or sources, targets, 1_000, steps)
    mine = {path.nodes for path in found.paths}
    if not sources & targets:
        assert mine == expected


def test_a_direction_is_one_of_three():
    with pytest.raises(InputError, match="IN, OUT or BOTH"):
        Steps(way=0)


@given(plain_graph.graphs(), rules(), st.data())
def test_5_the_ties_of_a_node_are_all_its_edges_that_may_be_walked(graph, steps, data):
    node = data.draw(st.integers(0, len(graph.kinds) - 1))
    columns = graph.columns()
    good, wrong, _ = walkable(graph, steps)
    expected = set()
    for i in good:
        edge = graph.edges[i]
        if edge.subject == node and edge.party not in wrong and steps.way & IN:
            expected.add((edge.party, i, True, edge.code))
        if edge.party == node and edge.subject not in wrong and steps.way & OUT:
            expected.add((edge.subject, i, False, edge.code))
    found = ties(columns, node, steps)
    assert {(tie.node, fact_number(columns, tie.fact), tie.up, tie.code) for tie in found} == expected
    assert len(found) == len(expected)
    for tie in found:
        edge = graph.edges[fact_number(columns, tie.fact)]
        assert tie.share_ppm == (edge.share[0] if edge.share else 0)


@pytest.mark.parametrize("missing", [-1, 2, 10**6])
def test_6_a_number_that_no_node_has_is_refused(missing):
    columns = Graph(("company", "company"), ()).columns()
    questions = (
        lambda: neighbourhood(columns, [0, missing], 2),
        lambda: shortest_path(columns, [missing], [0]),
        lambda: shortest_paths(columns, [0], [missing], 3),
        lambda: ties(columns, missing),
    )
    for question in questions:
        with pytest.raises(InputError, match=f"no node {missing}"):
            question()
    for unfit in (1.5, "0", None):
        with pytest.raises(InputError, match="whole numbers"):
            neighbourhood(columns, [unfit], 2)
    with pytest.raises(InputError, match="the graph has 0"):
        neighbourhood(Graph((), ()).columns(), [0], 2)
