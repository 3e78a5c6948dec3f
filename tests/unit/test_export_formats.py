"""The formats of others, each on the same small world."""

import csv
import io
import json
import re

import networkx as nx
import pandas as pd
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from graph.codec import make_fact
from graph.dates import Period
from graph.export import bods, bulk, cypher, drawing, files, ftm, graphml
from graph.export.extract import Extract
from graph.export.rows import TABLES
from graph.export.standings import Judged, Stand
from graph.export.texts import ITEM, unescaped
from graph.model import Decision, Entity, Name, Origin, PartyRef
from graph.snapshot.overlay import build
from graph.store import open_store
from graph.store._neo4j_model import PAIRS
from tests.api_world import add
from tests.conftest import REPOSITORY
from tests.export_world import EVIL, SECRET, TODAY, A, B, edge, facts, world


@pytest.fixture
def store():
    with open_store("sqlite:///:memory:") as opened:
        yield opened


def bods_errors(statements):
    """What the standard's own schema has against statements."""
    schemas = [json.loads(path.read_text()) for path in (REPOSITORY / "tests" / "data" / "bods-0.4").glob("*.json")]
    registry = Registry().with_resources([(schema["$id"], Resource.from_contents(schema)) for schema in schemas])
    whole = next(schema for schema in schemas if schema["$id"] == "urn:statement")
    return [
        error.message
        for error in Draft202012Validator(whole, registry=registry, format_checker=FormatChecker()).iter_errors(statements)
    ]


# graph/export/extract.py


def test_extract_1_every_node_and_statement_comes_once(store):
    extract = world(store)
    assert sorted(node.id for node in extract.nodes()) == sorted({A, B, f"{A}#李示例", f"{A}#王示例", "t:H", "t:P"})
    said = {(e.party, e.subject, e.value.interest) for e in extract.edges()}
    assert said == {
        (f"{A}#李示例", A, "shareholding"), (B, A, "shareholding"), (f"{A}#李示例", A, "legal_representative"),
        (f"{A}#王示例", A, "director"), (A, "t:H", "is_at"), (A, "t:P", "reached_at"), (B, A, "guarantee"),
    }  # fmt: skip
    assert len(list(extract.edges())) == 7
    assert [fact.value.id for fact in extract.decisions()] == ["d:1"]
    assert [fact.value.id for fact in extract.findings()] == ["f1"]


def test_extract_2_nobody_outside_the_selection_is_in_it(store):
    world(store)
    columns = build(store)
    extract = Extract(store, columns, [columns.node(A), columns.node(B)])
    assert {node.id for node in extract.nodes()} == {A, B}
    assert {(e.party, e.value.interest) for e in extract.edges()} == {(B, "shareholding"), (B, "guarantee")}
    assert list(extract.namings()) == []
    alone = Extract(store, columns, [columns.node(B)])
    assert list(alone.decisions()) == []
    assert list(alone.findings()) == []


def test_extract_3_of_a_day_what_certainly_did_not_hold_is_left_out(store):
    world(store)
    of_2021 = Extract(store, build(store), on=Period.parse("2021-01-01/2021-01-01").start.day)
    assert {(e.party, e.value.interest) for e in of_2021.edges() if "#" in e.party} == {
        (f"{A}#李示例", "shareholding"),
        (f"{A}#王示例", "director"),
    }


def test_extract_4_what_identifies_a_person_by_itself_is_not_in_it(store, tmp_path):
    extract = world(store)
    bods.write(extract, tmp_path / "a.json", TODAY)
    ftm.write(extract, tmp_path / "a.jsonl")
    graphml.write(extract, tmp_path / "a.graphml", TODAY)
    cypher.write(extract, tmp_path / "a.cypher", TODAY)
    files.write_csv(extract, tmp_path / "csv")
    bulk.write(extract, tmp_path / "import", TODAY)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 10
    assert all(SECRET not in path.read_text(encoding="utf-8") for path in written)


# graph/export/rows.py


def test_rows_1_what_is_not_known_is_none(store):
    rows = {row["interest"] + row["party"]: row for row in TABLES["relationships"][1](world(store))}
    director = rows[f"director{A}#王示例"]
    assert (director["until"], director["until_earliest"], director["until_latest"]) == (None, None, None)
    assert (director["share_least_percent"], director["amount_yuan"]) == (None, None)
    bounded = rows[f"shareholding{B}"]
    assert (bounded["share_least_percent"], bounded["share_most_percent"]) == (10.0, 40.0)
    assert (bounded["from"], str(bounded["from_earliest"]), str(bounded["from_latest"])) == ("2016", "2016-01-01", "2016-12-31")
    assert (bounded["until"], bounded["until_latest"]) == ("open", None)
    assert rows[f"guarantee{B}"]["amount_yuan"] == 1234.0


def test_rows_2_the_columns_are_the_same_in_every_row(store):
    extract = world(store)
    for columns, rows in TABLES.values():
        found = list(rows(extract))
        assert found
        assert all(tuple(row) == columns for row in found)


# graph/export/graphml.py


def test_graphml_1_networkx_reads_back_every_node_and_edge(store, tmp_path):
    add(store, edge("8", PartyRef(B), A, "guarantee", "2018-01-01/open"))
    extract = world(store)
    counts = {"parties": 6, "relationships": 8, "decisions": 1, "namings": 1, "findings": 1}
    assert graphml.write(extract, tmp_path / "a.graphml", TODAY) == counts
    graph = nx.read_graphml(tmp_path / "a.graphml", force_multigraph=True)
    assert graph.number_of_edges(B, A) == 3
    assert graph.nodes[A]["label"] == "甲示例有限公司"
    assert graph.nodes["Decision/d:1"]["number"] == "示例〔2020〕1号"
    assert sorted(said["type"] for *_, said in graph.edges("Finding/f1", data=True)) == ["ANSWERS_FOR", "REACHES"]
    (held,) = [said for *_, said in graph.edges(f"{A}#李示例", data=True) if said["type"] == "SHAREHOLDING"]
    assert (held["share"], held["since"], held["label"], held["row"]) == (60.0, "2015-03-01", "持股", 7)
    labels = {said["type"]: said["label"] for *_, said in graph.edges(data=True)}
    assert (labels["WAS_LEGAL_REPRESENTATIVE"], labels["PERHAPS_DIRECTOR"]) == ("法定代表人（曾）", "董事（可能已止）")
    of_decisions = {said["type"]: said["label"] for *_, said in graph.edges(data=True) if not said["label"].isascii()}
    assert of_decisions.items() >= {("ANSWERS_FOR", "所依决定"), ("REACHES", "及于"), ("AGAINST", "相对人"), ("NAMES", "点名")}
    assert len(of_decisions) == len({said["type"] for *_, said in graph.edges(data=True)}), (
        "every kind of edge has a label in Chinese"
    )
    assert graph.nodes["Finding/f1"]["label"].split()[0] in ("成立", "线索", "阻断")


def test_graphml_2_what_xml_cannot_hold_is_escaped(store, tmp_path):
    names = {"t:ctl\x01id": "甲\ufffe", "t:ctlid": "甲", "t:ctl\rid": "甲\r", "t:ctl\nid": "甲\n"}
    add(store, *(make_fact(Entity(own, "company", (Name(name),)), own, Origin("register")) for own, name in names.items()))
    graphml.write(world(store), tmp_path / "a.graphml", TODAY)
    graph = nx.read_graphml(tmp_path / "a.graphml", force_multigraph=True)
    assert graph.nodes[B]["label"] == EVIL.replace("\x07", "_x0007_")
    assert "former_names" not in graph.nodes[B]
    read = {unescaped(node): unescaped(said["label"]) for node, said in graph.nodes(data=True)}
    assert names.items() <= read.items()


# graph/export/files.py


def test_files_1_every_table_is_written_and_no_cell_is_a_formula(store, tmp_path):
    counts = files.write_csv(world(store), tmp_path / "csv")
    assert counts == {"parties": 6, "relationships": 7, "decisions": 1, "namings": 1, "findings": 1}
    for name, (columns, _) in TABLES.items():
        with (tmp_path / "csv" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            head, *rows = csv.reader(file)
        assert tuple(head) == columns
        assert len(rows) == counts[name]
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_files_2_parquet_keeps_types_and_what_is_not_known(store, tmp_path):
    files.write_parquet(world(store), tmp_path / "parquet")
    frame = pd.read_parquet(tmp_path / "parquet" / "relationships.parquet")
    assert frame["share_least_percent"].dtype == "float64"
    assert frame["row"].dtype == "int64"
    director = frame[frame["interest"] == "director"].iloc[0]
    assert director["from_earliest"].isoformat() == "2015-03-01"
    assert director["until_latest"] is None
    findings = pd.read_parquet(tmp_path / "parquet" / "findings.parquet").iloc[0]
    assert (findings["from"].isoformat(), findings["until_date"].isoformat()) == ("2020-05-06", "2023-05-06")
    assert pd.read_parquet(tmp_path / "parquet" / "decisions.parquet").iloc[0]["date_latest"].isoformat() == "2020-05-06"


def test_files_1_a_row_stays_one_row_whatever_it_holds(store, tmp_path):
    add(store, make_fact(Entity("t:X", "company", (Name("甲\r=1"), Name("乙\n＝1+1", "former"))), "X", Origin("register")))
    files.write_csv(world(store), tmp_path / "csv")
    text = (tmp_path / "csv" / "parties.csv").read_text(encoding="utf-8-sig")
    assert '"甲\r\'=1"' in (tmp_path / "csv" / "parties.csv").read_bytes().decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == 8


# graph/export/bulk.py


def test_bulk_1_each_node_once_and_each_relationship_between_two(store, tmp_path):
    add(store, make_fact(Entity("t:X", "company", (Name("甲\r=1"),)), "X", Origin("register")))
    counts = bulk.write(world(store), tmp_path / "pairs", TODAY)
    assert counts == {"parties": 7, "relationships": 7, "decisions": 1, "namings": 1, "findings": 1}
    folder = tmp_path / "pairs"
    assert {path.name for path in folder.iterdir()} == set(bulk.FILES)
    ids = {label: pd.read_csv(folder / f"{label.lower()}.csv")[f"id:ID({label})"] for label in ("Party", "Decision", "Finding")}
    assert all(found.is_unique for found in ids.values())
    for start, end in PAIRS:
        edges = pd.read_csv(folder / f"{start.lower()}_to_{end.lower()}.csv")
        assert set(edges[f":START_ID({start})"]) <= set(ids[start])
        assert set(edges[f":END_ID({end})"]) <= set(ids[end])
    edges = pd.read_csv(folder / "party_to_party.csv")
    assert set(edges[":TYPE"]) == {
        "SHAREHOLDING", "WAS_LEGAL_REPRESENTATIVE", "PERHAPS_DIRECTOR", "IS_AT", "REACHED_AT", "GUARANTEE",
    }  # fmt: skip
    assert {"share:double", "row:long", "since:date", "since_earliest:date", "fact:string"} <= set(edges.columns)
    parties = pd.read_csv(folder / "party.csv").set_index("id:ID(Party)")
    assert parties.loc[f"{A}#李示例", ":LABEL"].split(ITEM) == ["Party", "Person"]
    assert parties.loc[A, "names:string[]"].split(ITEM) == ["甲示例有限公司", "旧甲示例公司"]


# graph/export/cypher.py


def test_cypher_2_no_text_of_the_data_is_part_of_a_statement(store, tmp_path):
    quoted = "'\"\\}) DETACH DELETE p //"
    add(store, edge("9", PartyRef(f"{A}#{quoted}"), A, "director"))
    odd = (("x` = 1}) DETACH", "y"), ("\\u0060 = 1 DETACH", "z"))
    add(store, make_fact(Entity("t:X", "company", (Name("丙"),), attributes=odd), "X", Origin("register")))
    cypher.write(world(store), tmp_path / "a.cypher", TODAY)
    text = (tmp_path / "a.cypher").read_text(encoding="utf-8")
    assert cypher.literal(quoted) == '"\'\\"\\\\}) DETACH DELETE p //"'
    outside = [part for place, part in enumerate(text.replace("\\\\", "").replace('\\"', "").split('"')) if place % 2 == 0]
    assert not [part for part in outside if "DETACH DELETE" in part]
    assert len(outside) > 10
    names = {name.partition("`")[0] for part in outside for name in part.split("x.`")[1:]}
    assert all(re.fullmatch(r"\w+", name) for name in names)
    assert {unescaped(name) for name in names} >= {name for name, _ in odd}


# graph/export/bods.py


def test_bods_1_what_is_written_fulfils_the_schema_of_the_standard(store, tmp_path):
    extract = world(store)
    bods.write(extract, tmp_path / "a.json", TODAY)
    bods.write(extract, tmp_path / "a.jsonl", TODAY)
    statements = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert bods_errors(statements) == []
    assert [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()] == statements
    assert bods_errors([statements[0] | {"recordType": "ship"}])
    Extract(store, build(store), [])
    bods.write(Extract(store, build(store), []), tmp_path / "none.json", TODAY)
    assert json.loads((tmp_path / "none.json").read_text()) == []


def test_bods_2_shares_between_bounds_and_what_is_not_known(store, tmp_path):
    bods.write(world(store), tmp_path / "a.json", TODAY)
    interests = [
        (s["recordDetails"]["interestedParty"], interest)
        for s in json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
        if s["recordType"] == "relationship"
        for interest in s["recordDetails"].get("interests", ())
    ]
    by = {(party, interest["type"]): interest for party, interest in interests}
    assert by[B, "shareholding"]["share"] == {"minimum": 10.0, "maximum": 40.0}
    assert by[f"{A}#李示例", "shareholding"]["share"] == {"exact": 60.0}
    assert "startDate" not in by[B, "shareholding"]
    director = by[f"{A}#王示例", "boardMember"]
    assert ("endDate" in director, director["startDate"]) == (False, "2015-03-01")
    assert by[f"{A}#李示例", "seniorManagingOfficial"]["endDate"] == "2019-12-31"


def test_bods_3_what_the_standard_cannot_say_is_counted(store, tmp_path):
    counts = bods.write(world(store), tmp_path / "a.json", TODAY)
    lost = {name: count for name, count in counts.items() if name.startswith("without ") and count}
    assert lost == {
        "without address": 1, "without telephone": 1, "without is_at": 1, "without reached_at": 1, "without guarantee": 1,
        "without exact_date": 2, "without wording": 4, "without that_a_name_is_former": 1, "without decision": 1,
        "without naming": 1, "without finding": 1,
    }  # fmt: skip


def test_bods_4_an_owner_whom_nobody_names_has_a_reason_and_no_record(store, tmp_path):
    bods.write(world(store), tmp_path / "a.json", TODAY)
    statements = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    (unnamed,) = [s for s in statements if isinstance(s["recordDetails"].get("interestedParty"), dict)]
    assert unnamed["recordDetails"]["interestedParty"] == {"reason": "subjectExemptFromDisclosure", "description": "上市公司"}
    assert len([s for s in statements if s["recordType"] == "person"]) == 2


# graph/export/ftm.py


def entities(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.required
def test_ftm_1_the_package_reads_every_entity_and_leaves_nothing_out(store, tmp_path):
    model = pytest.importorskip("followthemoney", reason="the package of FollowTheMoney is not installed (do.py says why)").model
    ftm.write(world(store), tmp_path / "a.jsonl")
    found = entities(tmp_path / "a.jsonl")
    for entity in found:
        proxy = model.get_proxy(entity)
        proxy.schema.validate(proxy.to_dict())
        kept = {name: sorted(proxy.get(name)) for name in entity["properties"]}
        assert kept == {name: sorted(set(texts)) for name, texts in entity["properties"].items()}
    ids = {entity["id"] for entity in found}
    assert len(ids) == len(found)
    held = [e["properties"] for e in found if e["schema"] == "Ownership"]
    assert all(end in ids for said in held for end in (*said["owner"], *said["asset"]))


def test_ftm_2_what_the_model_cannot_say_is_counted(store, tmp_path):
    add(store, edge("8", PartyRef(B), A, "guarantee", "2018-01-01..2018-01-09/open"))
    counts = ftm.write(world(store), tmp_path / "a.jsonl")
    lost = {name: count for name, count in counts.items() if name.startswith("without ") and count}
    assert lost == {
        "without reached_at": 1, "without telephone": 1, "without bounds_of_share": 1, "without bounds_of_date": 2,
        "without finding": 1, "without naming": 1, "without wording": 7, "without amount": 1, "without own_id": 1,
        "without kind_of_number": 1, "without unspecified_owner": 1,
    }  # fmt: skip


def test_ftm_3_no_person_has_a_sanction(store, tmp_path):
    ftm.write(world(store), tmp_path / "a.jsonl")
    found = entities(tmp_path / "a.jsonl")
    people = {entity["id"] for entity in found if entity["schema"] == "Person"}
    sanctioned = {target for entity in found if entity["schema"] == "Sanction" for target in entity["properties"]["entity"]}
    assert people
    assert sanctioned == {ftm.entity_id(A)}


@pytest.mark.parametrize("kind", ["person", "company"])
def test_ftm_3_not_even_one_with_an_id_of_his_own(store, tmp_path, kind):
    """3. No natural person has a sanction from us: the decisions on one are counted as left out."""
    add(store, make_fact(Entity("t:W", kind, (Name("吴示例"),)), "t:W", Origin("register")))
    add(store, make_fact(Decision("d:W", "listing", (), PartyRef("t:W"), "示例法院"), "d:W", Origin("register")))
    counts = ftm.write(world(store), tmp_path / "a.jsonl")
    found = entities(tmp_path / "a.jsonl")
    sanctioned = {target for entity in found if entity["schema"] == "Sanction" for target in entity["properties"]["entity"]}
    assert ("Person" if kind == "person" else "Company") in {e["schema"] for e in found if e["id"] == ftm.entity_id("t:W")}
    assert (ftm.entity_id("t:W") in sanctioned, counts["without decision"]) == ((False, 1) if kind == "person" else (True, 0))


@pytest.mark.parametrize(
    ("stand", "said", "left_out"),
    [
        (Stand("stands"), {}, 0),
        (Stand("annulled", "d:9", "9号", "2021-02-03"), None, 1),
        (Stand("replaced", "d:9"), None, 1),
        (Stand("ended", "d:9", "9号", "2021-02"), {"status": ["ended"], "endDate": ["2021-02"]}, 0),
        (Stand("expired", on="2021-02-03"), {"status": ["expired"], "endDate": ["2021-02-03"]}, 0),
        (Stand("in_doubt", "d:9", "9号", "2021-02-03"), {"status": ["in_doubt"]}, 0),
    ],
)
def test_ftm_4_what_is_void_is_no_sanction_and_what_is_over_says_so(store, tmp_path, stand, said, left_out):
    """4. What is void from the beginning is no sanction, and is counted as left out; what is over says so, with its last day."""
    counts = ftm.write(world(store, judge=lambda part: Judged(dict.fromkeys(part, stand))), tmp_path / "a.jsonl")
    found = [entity["properties"] for entity in entities(tmp_path / "a.jsonl") if entity["schema"] == "Sanction"]
    assert [{name: each[name] for name in ("status", "endDate") if name in each} for each in found] == (
        [] if said is None else [said]
    )
    assert counts["without decision"] == left_out


def test_every_table_and_every_drawing_says_how_decisions_and_findings_stand(store, tmp_path):
    stand = Stand("annulled", "d:9", "9号", "2021-02-03")
    extract = world(store, judge=lambda part: Judged(dict.fromkeys(part, stand), {"f1": "annulled"}))
    said = {"standing": "annulled", "standing_by": "d:9", "standing_number": "9号", "standing_on": "2021-02-03"}
    rows = {table: list(read(extract)) for table, (_, read) in TABLES.items()}
    assert [{name: row[name] for name in said} for row in rows["decisions"]] == [said]
    assert [row["status"] for row in rows["findings"]] == ["annulled"]
    drawn = {vertex.id: vertex.properties for vertex in drawing.vertices(extract)}
    assert drawn["d:1"].items() >= said.items()
    assert drawn["f1"]["status"] == "annulled"
    graphml.write(extract, tmp_path / "a.graphml", TODAY)
    graph = nx.read_graphml(tmp_path / "a.graphml", force_multigraph=True)
    assert graph.nodes["Decision/d:1"].items() >= said.items()
    assert graph.nodes["Finding/f1"]["status"] == "annulled"


def test_the_world_is_what_it_is_said_to_be():
    assert len({fact.key for fact in facts()}) == len(facts())


def test_cypher_3_no_query_asks_for_a_property_of_a_statement_that_the_server_never_heard_of(store, tmp_path):
    cypher.write(world(store), tmp_path / "a.cypher", TODAY)
    script = (tmp_path / "a.cypher").read_text(encoding="utf-8")
    asked = set(re.findall(r"\bf\.(\w+)", (REPOSITORY / "docs" / "neo4j.md").read_text(encoding="utf-8")))
    assert {"followed_by", "operation", "version"} <= asked
    assert [name for name in asked if f"x.`{name}`" not in script and f"(n.{name})" not in script] == []
