"""`zeren export` as somebody would use it, on the demonstration."""

import json

import openpyxl
import pytest

from api.locales import texts
from api.use_cases.exporting import Format, Wanted, export
from api.use_cases.graph import Graph
from graph.errors import ConfigError, InputError, NotFound
from graph.snapshot.overlay import build
from graph.store import open_store
from tests.api_world import add
from tests.export_world import EVIL, TODAY, A, facts

DECISION = "cn_listed_demo:CS-2"


@pytest.fixture
def graph():
    with open_store("sqlite:///:memory:") as store:
        add(store, *facts())
        yield Graph(store, build(store), texts("zh"))


def test_1_what_is_written_is_whole_or_not_there(graph, tmp_path, monkeypatch):
    def torn(_extract, out, _today):
        out.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("graph.export.graphml.write", torn)
    with pytest.raises(ConfigError, match="cannot be written: No space left"):
        export(graph, Wanted(whole=True), Format.GRAPHML, tmp_path / "a.graphml", TODAY)
    assert list(tmp_path.iterdir()) == []


def test_2_nothing_is_written_over_unless_told_to(graph, tmp_path):
    out = tmp_path / "mine.csv"
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="is there already; give --force"):
        export(graph, Wanted(whole=True), Format.CSV, out, TODAY)
    assert out.read_text(encoding="utf-8") == "mine"
    export(graph, Wanted(whole=True), Format.CSV, out, TODAY, force=True)
    assert (out / "parties.csv").exists()


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(around=A, whole=True), Wanted(around=A, decision="d:1")])
def test_one_of_three_is_exported(graph, tmp_path, wanted):
    with pytest.raises(InputError, match="--around PARTY, --decision ID or --all"):
        export(graph, wanted, Format.FTM, tmp_path / "a", TODAY)


def test_what_is_not_there_is_said(graph, tmp_path):
    with pytest.raises(NotFound):
        export(graph, Wanted(decision="d:nope"), Format.FTM, tmp_path / "a", TODAY)
    with pytest.raises(ConfigError, match="cannot be written"):
        export(graph, Wanted(whole=True), Format.FTM, tmp_path / "no folder" / "a", TODAY)


def test_4_and_5_every_sheet_is_frozen_and_no_cell_is_a_formula(graph, tmp_path):
    """4. Every sheet has its header frozen and its columns named in the language. 5. No cell is a formula."""
    export(graph, Wanted(whole=True), Format.EXCEL, tmp_path / "a.xlsx", TODAY)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["主体", "关系", "决定", "决定点名", "认定"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(sheet.freeze_panes == "A2" for sheet in book)
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert EVIL.replace("\x07", "_x0007_") in {cell.value for cell in cells}
    found = dict(zip([c.value for c in book["认定"][1]], [c.value for c in book["认定"][2]], strict=True))
    assert (found["结论"], found["主体"], found["角色"], found["企业"]) == ("成立", "李示例", "法定代表人", "甲示例有限公司")
    assert "已证明" in found["理由"]
    assert {row[2].value for row in book["关系"].iter_rows(min_row=2)} == {"甲示例有限公司", "示例大厦1号", "0539-0000000"}


def test_a_case_of_the_demonstration_in_every_format(demo, tmp_path):
    for to in Format:
        done = demo.run("export", "--to", to.value, "--out", str(tmp_path / f"case.{to.value}"), "--decision", DECISION)
        assert done.returncode == 0, done.stderr
        assert "parties" in done.stdout
    findings = demo.run("findings", "--decision", DECISION, "--format", "json")
    reached = {each["party"]["name"] for each in json.loads(findings.stdout)}
    sheet = openpyxl.load_workbook(tmp_path / "case.xlsx")["认定"]
    assert reached
    assert {row[1].value for row in sheet.iter_rows(min_row=2)} == reached


def test_what_is_around_a_party_is_what_the_network_shows(demo, tmp_path):
    near = json.loads(demo.run("network", "300372", "--hops", "1", "--format", "json").stdout)
    done = demo.run("export", "--to", "bods", "--out", str(tmp_path / "a.json"), "--around", "300372", "--hops", "1")
    assert done.returncode == 0, done.stderr
    told = {
        each["recordId"]
        for each in json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
        if each["recordType"] != "relationship"
    }
    assert {row["party"]["id"] for row in near["rows"]} < told
    assert len(told) == len({row["party"]["id"] for row in near["rows"]}) + 1
