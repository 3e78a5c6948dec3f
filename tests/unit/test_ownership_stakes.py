from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ownership.stakes import Flag, stakes
from graph.dates import OPEN, UNKNOWN, Period
from graph.errors import InputError
from graph.model import PPM
from tests import plain_graph
from tests.plain_graph import Edge, Graph

ALWAYS = Period.parse("2000/open")


def held(*edges):
    """Stakes in node 1 of edges given as (holder, share bounds, source, period)."""
    rows = tuple(Edge(holder, 1, "shareholding", period, None, share, source) for holder, share, source, period in edges)
    return stakes(Graph(("company",) * 4, rows).columns())


def plain_stakes(graph, subject, asked, timeline):
    """The reference: dictionaries of (holder -> source -> list of bounds, None where no share is stated)."""
    said: dict = {}
    sure = set()
    for edge in graph.edges:
        answer = edge.truth(asked, timeline)
        if edge.subject == subject and edge.code == "shareholding" and answer:
            least, most = edge.bounds
            rows = said.setdefault(edge.party, {}).setdefault(edge.source, [])
            rows.append((least if answer == 2 else 0, most) if edge.share else None)
            if edge.share and answer == 2:
                sure.add(edge.party)
    found = {}
    for holder, sources in said.items():
        sums = []
        for rows in sources.values():
            stated = [row for row in rows if row]
            if not stated and holder in sure:
                continue
            low, high = sum(low for low, _ in stated), sum(high for _, high in stated)
            high = max(high, PPM) if None in rows else high
            sums.append((low, min(high, PPM) if low <= PPM else high))
        found[holder] = (min(low for low, _ in sums), max(high for _, high in sums))
    found = {holder: share for holder, share in found.items() if share[1]}
    total = sum(low for low, _ in found.values())
    if total <= PPM:
        found = {holder: (low, min(high, PPM - total + low)) for holder, (low, high) in found.items()}
    return found, total > PPM


@given(plain_graph.graphs(), plain_graph.asked, st.integers(0, 1), st.data())
def test_1_stakes_are_those_of_the_reference(graph, asked, timeline, data):
    sources = data.draw(st.lists(st.integers(0, 1), min_size=len(graph.edges), max_size=len(graph.edges)))
    graph = Graph(graph.kinds, tuple(replace(e, source=s) for e, s in zip(graph.edges, sources, strict=True)))
    found = stakes(graph.columns(), asked, timeline=timeline)
    for subject in range(len(graph.kinds)):
        expected, over_full = plain_stakes(graph, subject, asked, timeline)
        assert {holder: (low, high) for holder, low, high in found.row(subject)} == expected
        assert bool(found.flags[subject] & Flag.OVER_FULL) == over_full
        assert bool(found.flags[subject] & Flag.SELF_HELD) == (subject in expected)
        for holder in expected:
            assert [int(fact, 16) - 1000 for fact in found.facts(holder, subject)] == [
                i
                for i, e in enumerate(graph.edges)
                if (e.party, e.subject, e.code) == (holder, subject, "shareholding") and e.truth(asked, timeline)
            ]


def test_1_one_source_is_added_up_and_two_are_not():
    apart = (200_000, 200_000)
    assert held((0, apart, 0, ALWAYS), (0, apart, 0, ALWAYS)).row(1) == [(0, 400_000, 400_000)]
    assert held((0, apart, 0, ALWAYS), (0, apart, 1, ALWAYS)).row(1) == [(0, 200_000, 200_000)]
    differ = held((0, apart, 0, ALWAYS), (0, (300_000, 300_000), 1, ALWAYS))
    assert differ.row(1) == [(0, 200_000, 300_000)]
    assert differ.flags[1] & Flag.DISAGREED


def test_3_the_same_share_twice_in_one_source_is_counted_and_flagged():
    one, other = (200_000, 200_000), (100_000, 100_000)
    for shares, repeated in (((one, one), True), ((one, other, one), True), ((one, other), False), ((None, None), False)):
        found = held(*((0, share, 0, ALWAYS) for share in shares))
        assert bool(found.flags[1] & Flag.REPEATED) == repeated, shares
    assert not held((0, one, 0, ALWAYS), (0, one, 1, ALWAYS)).flags[1]


@pytest.mark.parametrize("node", [-1, 4, "0", True, 0.5])
def test_a_number_that_no_node_has_is_refused(node):
    found = held((0, (1, 1), 0, ALWAYS))
    for question in (found.row, found.held, lambda node: found.facts(node, 1), lambda node: found.facts(0, node)):
        with pytest.raises(InputError, match="node"):
            question(node)


def test_2_unknown_shares_are_bounded_by_what_the_others_hold():
    rows = held((0, None, 0, ALWAYS), (2, (700_000, 700_000), 0, ALWAYS)).row(1)
    assert rows == [(0, 0, 300_000), (2, 700_000, 700_000)]
    assert held((0, None, 0, ALWAYS), (0, (100_000, 100_000), 1, ALWAYS)).row(1) == [(0, 100_000, 100_000)]
    assert held((0, (100_000, 100_000), 0, Period(UNKNOWN, UNKNOWN))).row(1) == [(0, 0, 100_000)]
    assert held((0, (100_000, 100_000), 0, Period(UNKNOWN, OPEN))).row(1) == [(0, 100_000, 100_000)]


def test_2_a_share_that_is_not_stated_is_added_to_those_that_its_source_states():
    twenty = (200_000, 200_000)
    assert held((0, twenty, 0, ALWAYS), (0, None, 0, ALWAYS)).row(1) == [(0, 200_000, PPM)]
    others = (2, (300_000, 300_000), 0, ALWAYS)
    assert held((0, twenty, 0, ALWAYS), (0, None, 0, ALWAYS), others).row(1)[0] == (0, 200_000, 700_000)


def test_2_who_is_called_a_shareholder_holds_nothing_by_that_beside_what_is_stated():
    edges = [(2, 0, "shareholding", (200_000, 200_000)), (2, 0, "director", None), (1, 3, "director", None)]
    graph = Graph(("company",) * 4, tuple(Edge(a, b, code, ALWAYS, None, share) for a, b, code, share in edges))
    codes = tuple("controlling_shareholder" if code == "director" else code for code in plain_graph.CODES)
    found = stakes(replace(graph.columns(), codes=codes))
    assert (found.row(0), found.row(3)) == ([(2, 200_000, 200_000)], [(1, 0, PPM)])


def test_2_a_share_that_is_only_possible_does_not_bound_one_that_is_not_stated():
    thirty = (0, (300_000, 300_000), 0, Period(UNKNOWN, UNKNOWN))
    for source in (0, 1):
        found = held(thirty, (0, None, source, ALWAYS))
        assert found.row(1) == [(0, 0, PPM)]
        assert not found.flags[1] & Flag.DISAGREED


def test_3_more_than_the_whole_is_flagged_and_counted_as_stated():
    found = held((0, (700_000, 700_000), 0, ALWAYS), (2, (700_000, 700_000), 0, ALWAYS), (1, (1, 1), 0, ALWAYS))
    assert [least for _, least, _ in found.row(1)] == [700_000, 1, 700_000]
    assert Flag(int(found.flags[1])) == Flag.OVER_FULL | Flag.SELF_HELD


def test_3_a_hub_of_many_holders_is_added_up_too():
    edges = tuple(Edge(i % 40, 40, "shareholding", ALWAYS, None, (100, 100)) for i in range(200))
    rows = stakes(Graph(("company",) * 41, edges).columns()).row(40)
    assert rows == [(holder, 500, 500) for holder in range(40)]
