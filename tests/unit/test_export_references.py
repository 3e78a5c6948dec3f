"""Nothing in an export points to what is not in it: invariants 3 and 5 of graph/export/extract.py, and graph/export/whom.py."""

import csv
import json
from dataclasses import replace
from datetime import date

import networkx as nx
import openpyxl
import pandas as pd
import pytest

from api.locales import texts
from api.use_cases.workbook import write_workbook
from graph.codec import make_fact
from graph.dates import PartialDate
from graph.export import bods, bulk, drawing, files, ftm, graphml
from graph.export.extract import Extract
from graph.export.whom import Whom
from graph.model import ClaimRuling, Decision, DecisionLink, Event, Naming, Origin, PartyRef, Relationship
from graph.snapshot import Snapshot
from graph.snapshot.overlay import build
from graph.store import open_store
from graph.store._neo4j_model import PAIRS
from tests.api_world import add
from tests.export_world import TODAY, A, B, edge, facts

ORIGIN = Origin("register", "n.csv", 9)
C = "t:C"


@pytest.fixture
def store():
    """The world, and decisions that name people and enterprises of whom nothing else is known."""
    with open_store("sqlite:///:memory:") as opened:
        add(opened, *facts(), *cases())
        yield opened


def cases():
    finding = next(fact.value for fact in facts() if fact.key.startswith("finding/"))
    values = {
        "n2": Naming("d:1", PartyRef(f"{A}#赵示例"), "赵示例", ("director",)),
        "n3": Naming("d:1", None, "某某"),
        "n4": Naming("d:gone", PartyRef(f"{C}#孙示例"), "孙示例"),
        "d:2": Decision("d:2", "penalty", (), PartyRef(C), "示例局", date=PartialDate.parse("2022-02-03")),
        "n5": Naming("d:2", PartyRef(f"{C}#周示例"), "周示例"),
        "f2": replace(finding, id="f2", decision="d:2", company=C, party=f"{C}#吴示例", start=date(2022, 2, 3)),
        "f3": replace(finding, id="f3", party=f"{A}#王示例", start=date(2023, 1, 1)),
        "l1": DecisionLink("d:2", "rests_on", "d:1"),
        "l2": DecisionLink("d:2", "rests_on", "d:nowhere"),
        "e1": Event("notice", "d:2", PartialDate.parse("2022-02-04")),
    }  # fmt: skip
    return [make_fact(value, key, ORIGIN) for key, value in values.items()]


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


SELECTIONS = {
    "all": {},
    "decision": {"decision": "d:1"},
    "another": {"decision": "d:2"},
    "around": {"selected": [A, B]},
    "person": {"selected": [f"{A}#王示例"]},
    "day": {"on": date(2021, 1, 1)},
}


def extract_of(store, selected=None, **more):
    columns = build(store)
    if selected is None and "decision" in more:
        selected = [A] if more["decision"] == "d:1" else []
    return Extract(store, columns, selected and [columns.node(each) for each in selected] if selected != [] else [], **more)


@pytest.mark.parametrize("selection", SELECTIONS)
def test_5_no_reference_dangles_in_any_format(store, tmp_path, selection):
    extract = extract_of(store, **SELECTIONS[selection])
    files.write_csv(extract, tmp_path / "csv")
    tables = {path.stem: rows(path) for path in (tmp_path / "csv").iterdir()}
    parties = {row["id"] for row in tables["parties"]}
    decisions = {row["id"] for row in tables["decisions"]}
    assert len(parties) == len(tables["parties"])
    ends = {
        "relationships": ("party", "subject"),
        "decisions": ("respondent",),
        "namings": ("party",),
        "findings": ("party", "company"),
    }
    for table, columns in ends.items():
        assert {row[column] for row in tables[table] for column in columns if row[column]} <= parties
    assert all(row["decision"] in decisions for table in ("namings", "findings") for row in tables[table])

    files.write_parquet(extract, tmp_path / "parquet")
    assert set(pd.read_parquet(tmp_path / "parquet" / "namings.parquet")["party"]) <= parties
    write_workbook(extract, tmp_path / "a.xlsx", texts("zh"))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert {row[-1].value for row in book["主体"].iter_rows(min_row=2)} == parties
    assert {row[-2].value for row in book["决定点名"].iter_rows(min_row=2)} <= parties

    graphml.write(extract, tmp_path / "a.graphml", TODAY)
    graph = nx.read_graphml(tmp_path / "a.graphml", force_multigraph=True)
    assert all("labels" in said for _, said in graph.nodes(data=True))  # networkx makes up a node for an end that is none
    assert parties <= set(graph.nodes)

    bulk.write(extract, tmp_path / "pairs", TODAY)
    ids = {label: {row[f"id:ID({label})"] for row in rows(tmp_path / "pairs" / f"{label.lower()}.csv")}
           for label in ("Party", "Decision", "Finding")}  # fmt: skip
    assert ids["Party"] == parties
    assert ids["Decision"] == decisions
    for start, end in PAIRS:
        for row in rows(tmp_path / "pairs" / f"{start.lower()}_to_{end.lower()}.csv"):
            assert row[f":START_ID({start})"] in ids[start]
            assert row[f":END_ID({end})"] in ids[end]

    bods.write(extract, tmp_path / "a.json", TODAY)
    statements = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    records = {each["recordId"] for each in statements if each["recordType"] != "relationship"}
    said = [each["recordDetails"] for each in statements if each["recordType"] == "relationship"]
    assert {end for each in said for end in (each["subject"], each["interestedParty"]) if isinstance(end, str)} <= records

    ftm.write(extract, tmp_path / "a.ftm")
    entities = [json.loads(line) for line in (tmp_path / "a.ftm").read_text(encoding="utf-8").splitlines()]
    held = {each["id"] for each in entities}
    pointing = ("owner", "asset", "director", "organization", "employee", "employer", "subject", "object", "entity")
    assert {end for each in entities for name in pointing for end in each["properties"].get(name, ())} <= held


def test_2_a_decision_is_described_or_only_spoken_of_and_known_where_it_is_described_twice(store):
    """2. A decision is described or only spoken of, never both, and one that is described twice is known as such."""
    again = next(fact for fact in facts() if isinstance(fact.value, Decision))
    add(store, make_fact(again.value, "again", Origin("other")))
    whole = extract_of(store)
    told = whole._spoken
    assert set(told.described) == {said.value.id for said in whole.decisions()}
    assert set(told.described).isdisjoint(told.undescribed)
    assert list(told.repeated) == [again.value.id]
    assert whole.is_repeated(again.value.id)
    ((own, said),) = whole.described([again.value.id])
    assert (own, said) == (again.value.id, [again.value, again.value])
    drawn = [vertex for vertex in drawing.vertices(whole) if vertex.label == "Decision"]
    assert len({vertex.id for vertex in drawn}) == len(drawn)


def test_5_whom_a_decision_names_is_a_party_even_where_nothing_else_is_known(store):
    of_case = {node.id: node.label for node in extract_of(store, decision="d:1").nodes()}
    assert of_case == {
        A: "甲示例有限公司", f"{A}#李示例": "李示例", f"{A}#王示例": "王示例", f"{A}#赵示例": "赵示例",
        "unread:naming/register/n3": "某某", C: C,
    }, "a decision that a link joins with it is in it, with whom that is against and nobody else"  # fmt: skip
    whole = extract_of(store)
    assert {C, f"{C}#孙示例", f"{C}#周示例", f"{C}#吴示例"} <= {node.id for node in whole.nodes()}
    assert list(whole.undescribed()) == ["d:gone"]
    assert [(link.value.decision, link.value.other) for link in whole.links()] == [("d:2", "d:1")]


def test_6_what_is_recorded_of_the_selection_and_not_in_it_is_counted(store):
    """6. Counted is what happened to a decision, finding or restriction of it, who is who in it, and links that lead out of it."""
    assert extract_of(store).besides() == {"event": 1, "link": 1}, "what a link speaks of is no decision that anybody tells"
    assert extract_of(store, decision="d:1").besides() == {"event": 1, "link": 1}, "its own link is drawn, the next one is not"
    assert extract_of(store, selected=[B]).besides() == {}
    day = PartialDate.parse("2022-02-04")
    for about in ("f1", "restriction of f1", "f2", "f of nobody"):
        add(store, make_fact(Event("decision", about, day), f"e {about}", ORIGIN))
    add(store, make_fact(ClaimRuling("c", f"{A}#李示例", f"{A}#王示例", "rejected", "u"), "c", ORIGIN))
    add(store, make_fact(ClaimRuling("d", f"{C}#孙示例", "t:Z#孙示例", "rejected", "u"), "d", ORIGIN))

    def carried(finding):
        return [f"restriction of {finding.id}"]

    assert extract_of(store, decision="d:1", carried=carried).besides() == {"event": 3, "ruling": 1, "link": 1}
    assert extract_of(store, decision="d:1").besides()["event"] == 2
    assert extract_of(store, selected=[f"{A}#李示例"], carried=carried).besides() == {"event": 2, "ruling": 1, "link": 1}
    assert extract_of(store, decision="d:2", carried=carried).besides()["event"] == 2
    assert extract_of(store, carried=carried).besides() == {"event": 5, "ruling": 2, "link": 1}


def test_6_a_link_that_leads_to_what_came_later_than_the_day_is_not_of_the_day(store):
    on = date(2021, 1, 1)
    assert "link" not in extract_of(store, on=on).besides(), "its one end is later, though nobody describes the other"
    assert "link" not in extract_of(store, selected=[A], on=on).besides()
    assert extract_of(store, selected=[A]).besides()["link"] == 1


def test_3_of_a_day_what_is_certainly_later_is_left_out(store):
    before = extract_of(store, on=date(2021, 1, 1))
    assert [said.value.id for said in before.decisions()] == ["d:1"]
    assert {said.value.name for said in before.namings()} == {"李示例", "赵示例", "某某", "孙示例"}
    assert [said.value.id for said in before.findings()] == ["f1"]
    assert list(before.links()) == []
    on_the_day = extract_of(store, on=date(2022, 2, 3))
    assert [said.value.id for said in on_the_day.decisions()] == ["d:1", "d:2"]
    assert [said.value.id for said in on_the_day.findings()] == ["f1", "f2"]


def test_whom_1_a_reference_stands_on_the_node_that_identity_resolves_it_to():
    """Two of one name are told apart; a claim says whom a decision means by it."""
    told = [
        edge("1", PartyRef(f"{A}#钱示例", "r:1"), A, "director"),
        edge("2", PartyRef(f"{A}#钱示例", "r:2"), A, "director"),
        make_fact(Relationship(PartyRef("t:Z#钱示例"), PartyRef("t:Z"), "director", edge("1", PartyRef(A), A, "x").value.period),
                  "z", ORIGIN),
        make_fact(Naming("d:1", PartyRef(f"{A}#钱示例"), "钱示例"), "n", ORIGIN),
        make_fact(Naming("d:2", PartyRef(f"{A}#钱示例", "r:2"), "钱示例"), "m", ORIGIN),
        make_fact(ClaimRuling("c", f"{A}#钱示例@?d:1", f"{A}#钱示例@r:1", "accepted", "u"), "c", ORIGIN),
        make_fact(ClaimRuling("d", f"{A}#钱示例@r:2", "t:Z#钱示例", "accepted", "u"), "d", ORIGIN),
    ]  # fmt: skip
    snapshot = Snapshot.of(told)
    with open_store("sqlite:///:memory:") as store:
        add(store, *told)
        whom = Whom(build(store))
    for entity in (f"{A}#钱示例", "t:Z#钱示例", A):
        for bearer in (None, "r:1", "r:2"):
            for said_by in ("d:1", "d:2", "register"):
                ref = PartyRef(entity, bearer)
                assert whom.node(ref, said_by) == snapshot.identity.person(snapshot.identity.resolve(ref, said_by).id)


def test_2_a_decision_comes_with_those_that_links_join_with_it(store):
    """2. Nobody outside the selection is in it, but whom a decision ... speaks of: of a linked one no naming or finding."""
    case = extract_of(store, decision="d:1")
    assert [said.value.id for said in case.decisions()] == ["d:1", "d:2"]
    assert [(link.value.decision, link.value.other) for link in case.links()] == [("d:2", "d:1")]
    assert {said.value.decision for told in (case.namings(), case.findings()) for said in told} == {"d:1"}
    other = extract_of(store, decision="d:2")
    assert [said.value.id for said in other.decisions()] == ["d:1", "d:2"]
    assert list(other.undescribed()) == ["d:nowhere"]
    assert len(list(other.links())) == 2
    before = extract_of(store, decision="d:1", on=date(2021, 1, 1))
    assert [said.value.id for said in before.decisions()] == ["d:1"]
