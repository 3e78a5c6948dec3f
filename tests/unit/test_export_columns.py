import io

import networkx as nx
import pandas as pd
from hypothesis import given

from graph.export.columns import edges_frame, nodes_frame, to_networkx, to_scipy
from graph.model import PPM
from graph.snapshot.days import extent
from graph.snapshot.steps import Steps
from tests import plain_graph
from tests.plain_graph import fact_number


def plain_rows(graph):
    """(party, subject, code, statement) of every edge."""
    return sorted((f"n{e.party}", f"n{e.subject}", e.code, f"{1000 + i:016x}") for i, e in enumerate(graph.edges))


@given(plain_graph.graphs())
def test_1_every_edge_is_in_each_of_them(graph):
    columns = graph.columns()
    frame, peer = edges_frame(columns), to_networkx(columns)
    assert sorted(frame[["party", "subject", "interest", "fact"]].itertuples(index=False, name=None)) == plain_rows(graph)
    assert sorted((a, b, said["interest"], key) for a, b, key, said in peer.edges(keys=True, data=True)) == plain_rows(graph)
    assert dict(peer.nodes(data="kind")) == {f"n{i}": kind for i, kind in enumerate(graph.kinds)}
    assert to_scipy(columns, Steps(on=plain_graph.Period.parse("2012-06-10/2012-06-10"))).sum() == sum(
        e.truth(plain_graph.Period.parse("2012-06-10/2012-06-10")) > 0 for e in graph.edges
    )
    assert to_scipy(columns).sum() == len(graph.edges)
    assert (to_scipy(columns, symmetric=True) != to_scipy(columns, symmetric=True).T).nnz == 0
    nx.write_graphml(peer, io.BytesIO())
    nx.write_gexf(peer, io.BytesIO())


@given(plain_graph.graphs())
def test_2_what_is_not_known_is_empty(graph):
    columns = graph.columns()
    frame = edges_frame(columns)
    numbers = [fact_number(columns, edge["fact"]) for edge in columns.rows()]
    for row, number in zip(frame.to_dict("records"), numbers, strict=True):
        edge = graph.edges[number]
        shares = (row["share_least_ppm"], row["share_most_ppm"])
        if edge.share is None or edge.share == (0, PPM):
            assert all(pd.isna(share) for share in shares)
        else:
            assert shares == edge.share
        ends = [extent(period) for period in (edge.period, edge.registered or edge.period)]
        assert pd.isna(row["from"]) == (min(end.start for end in ends) == 0)
        assert pd.isna(row["until"]) == (max(end.end for end in ends) == 65_535)


def test_2_a_day_that_no_number_stands_for_is_marked():
    periods = ("1850-01-01/1890-01-01", "2010-01-01/2080-01-01", "2010-01-01/open")
    edges = (plain_graph.Edge(0, 1, "director", plain_graph.Period.parse(each), None, None) for each in periods)
    columns = plain_graph.Graph(("person", "company"), tuple(edges)).columns()
    frame = edges_frame(columns)
    assert frame["clamped"].tolist() == [True, True, False]
    assert sorted(said.get("clamped", 0) for _, _, said in to_networkx(columns).edges(data=True)) == [0, 1, 1]


def test_an_empty_graph_is_exported_too():
    columns = plain_graph.Graph((), ()).columns()
    assert len(edges_frame(columns)) == len(nodes_frame(columns)) == len(to_networkx(columns)) == to_scipy(columns).nnz == 0
