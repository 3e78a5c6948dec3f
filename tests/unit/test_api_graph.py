"""The invariants of `api.use_cases.graph` and `api.trees`, by number."""

import pytest

from api.locales import texts
from api.trees import drawn
from api.use_cases.describing import line
from api.use_cases.graph import Filters, Graph, folder_of, ppm
from api.use_cases.reading import party_of, snapshot_of
from graph.errors import InputError, NotFound, Refused
from graph.snapshot.overlay import Overlay, build
from graph.store import open_store
from tests.api_world import add
from tests.graph_world import edge, facts


@pytest.fixture
def store():
    with open_store("sqlite:///:memory:") as made:
        add(made, *facts())
        yield made


def test_1_a_text_means_whom_it_means_elsewhere(store):
    graph, snapshot = Graph(store, build(store), texts("en")), snapshot_of(store)
    for text in ("t:A", "甲示例公司", "王示例", "t:A#王示例"):
        assert graph.columns.id(graph.find(text)) == party_of(snapshot, text)
    with pytest.raises(Refused, match=r"2 bear the name or number '李示例'.*t:A#李示例; t:B#李示例"):
        graph.find("李示例")
    with pytest.raises(NotFound, match="没有"):
        graph.find("没有")


def test_1_names_are_those_that_other_answers_show(store):
    graph, snapshot = Graph(store, build(store), texts("en")), snapshot_of(store)
    named = graph.name(range(len(graph.columns)))
    assert {item["id"]: item["name"] for item in named.values()} == {
        item["id"]: snapshot.label(item["id"]) for item in named.values()
    }
    (row,) = graph.statements([(0, int(graph.columns.subjects()[0]))])
    recorded = store.by_id(row["id"])
    assert row["label"] in line(recorded.fact, snapshot, texts("en"))


def test_1_somebody_who_came_since_is_found_too(store):
    overlay = Overlay(build(store))
    add(store, edge("60", "t:A#钱示例", "t:A", "supervisor"))
    graph = Graph(store, overlay.follow(store), texts("en"))
    assert graph.columns.id(graph.find("钱示例")) == "t:A#钱示例"


@pytest.mark.parametrize("given", ["-0.1", "100.1", "nan", "inf", "", "x", "0.00001"])
def test_2_a_share_that_cannot_be_is_refused(given):
    with pytest.raises(InputError, match="no share"):
        ppm(given)


def test_2_offices_and_kinds_are_taken_by_code_and_by_label():
    steps = Filters(roles=("董事", "shareholding"), kinds=("enterprise", "自然人"), share="12.5 %").steps()
    assert (steps.codes, steps.kinds) == ({"director", "shareholding"}, {"company", "person"})
    assert steps.share_ppm == 125_000
    for wrong in (Filters(roles=("emperor",)), Filters(kinds=("dragon",))):
        with pytest.raises(InputError, match="there are"):
            wrong.steps()


def test_3_without_persons_none_is_walked_to_or_counted(store):
    columns = build(store)
    seeing, blind = (Graph(store, columns, texts("en"), blind) for blind in (False, True))
    assert seeing.steps(Filters(hub=1)).hub == 1
    assert blind.steps(Filters(hub=1)).hub == Filters().hub
    assert "person" not in blind.steps(Filters()).kinds
    assert blind.steps(Filters(kinds=("person",))).kinds == set()
    enterprise, person = columns.node("t:A"), columns.node("t:A#王示例")
    assert (seeing.sees(person), blind.sees(person), blind.sees(enterprise)) == (True, False, True)


def test_the_folder_is_beside_the_file_and_none_for_memory(tmp_path):
    assert folder_of(f"sqlite:///{tmp_path}/z.db") == tmp_path / "z.db.graph"
    assert folder_of("sqlite:///:memory:") is None


def test_trees_1_every_branch_is_a_line_and_so_is_what_was_left_out():
    def node(name, *children, left_out=0):
        given = {"edge": None, "share_least_percent": None, "share_most_percent": None, "mark": None}
        return {"party": {"id": name, "name": name}, "children": list(children), "left_out": left_out, **given}

    tree = node("a", node("b", node("c")), node("d", left_out=2), left_out=1)
    lines = list(drawn({"title": "T", "tree": [tree], "notes": ["N"]}, texts("en")))
    assert lines == ["T", "a", "├─ b", "│  └─ c", "├─ d", "│  └─ 2 more", "└─ 1 more", "N"]
