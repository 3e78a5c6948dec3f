import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError, NotFound
from graph.snapshot.columns import Columns, EdgeTable, Side
from graph.snapshot.jit import kernel
from graph.snapshot.rows import bounds, truth
from graph.snapshot.strings import Strings
from tests import plain_graph


@kernel
def truth_of(edges, place, graph, timeline, asked):
    return truth(edges[place], graph, timeline, asked)


@kernel
def bounds_of(edges, place, graph):
    return bounds(edges[place], graph)


def one_edge(**changed) -> Columns:
    columns = {"party": [0], "subject": [1], "code": [0], "start": [1], "end": [9], "share": [5]} | changed
    side = columns.pop("side", Side())
    arrays = {name: np.array(column) for name, column in columns.items()}
    return Columns.build(["p", "c"], np.array([1, 1]), ("", "company"), ("shareholding",), EdgeTable(**arrays, side=side))


@given(st.lists(st.text(max_size=4), unique=True))
def test_1_every_text_is_found_under_its_number(texts):
    strings = Strings.of(texts)
    assert list(strings) == texts
    assert [strings.find(text) for text in texts] == list(range(len(texts)))
    assert strings.find("x" * 5) == -1


@given(plain_graph.graphs(), plain_graph.asked, st.integers(0, 1))
def test_2_an_edge_held_as_its_period_says(graph, asked, timeline):
    columns = graph.columns()
    for place, edge in enumerate(columns.arrays.in_edges):
        plain = graph.edges[plain_graph.fact_number(columns, edge["fact"])]
        answer = truth_of(columns.arrays.in_edges, place, columns.arrays, timeline, plain_graph.asked_window(asked))
        assert answer == plain.truth(asked, timeline)
        assert bounds_of(columns.arrays.in_edges, place, columns.arrays) == plain.bounds


def test_3_no_array_can_be_written_to():
    columns = one_edge()
    for array in (*columns.arrays, columns.fact_ids, columns.nodes.blob):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@given(plain_graph.graphs())
def test_4_every_edge_stands_in_both_rows_in_the_order_of_statements(graph):
    columns, arrays = graph.columns(), graph.columns().arrays
    for direction, far, near in (("in", "party", "subject"), ("out", "subject", "party")):
        begin, end, edges = (getattr(arrays, f"{direction}_{part}") for part in ("begin", "end", "edges"))
        for node in range(len(graph.kinds)):
            row = [(plain_graph.fact_number(columns, e["fact"]), int(e["other"])) for e in edges[begin[node] : end[node]]]
            assert row == [(i, getattr(e, far)) for i, e in enumerate(graph.edges) if getattr(e, near) == node]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"share": [-2]}, "share_ppm is -2"),
        ({"share": [1_000_001]}, "share_ppm is 1000001"),
        ({"party": [2]}, "party is 2"),
        ({"subject": [-1]}, "subject is -1"),
        ({"code": [1]}, "code is 1"),
        ({"end": [70_000]}, "end is 70000"),
        ({"start": [1, 2]}, "2 entries for 1 edges"),
        ({"side": Side(np.array([0]), np.zeros((1, 8)), np.array([[5, 4]]), np.array([False]))}, "cross"),
    ],
)
def test_5_what_no_edge_can_have_is_refused(changed, said):
    with pytest.raises(InputError, match=said):
        one_edge(**changed)


def test_5_two_edges_on_one_statement_are_refused():
    table = EdgeTable(*(np.array([0, 0]) for _ in range(5)), fact=np.array([7, 7], np.uint64))
    with pytest.raises(InputError, match="same statement"):
        Columns.build(["a"], np.array([0]), ("",), ("x",), table)


def test_an_empty_graph_is_a_graph():
    empty = np.zeros(0, np.int64)
    columns = Columns.build([], empty, ("",), (), EdgeTable(empty, empty, empty, empty, empty))
    assert (len(columns), columns.edge_count) == (0, 0)
    with pytest.raises(NotFound):
        columns.node("a")
