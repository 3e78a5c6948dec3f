"""`zeren export` as somebody would use it, on the demonstration."""

import gc
import json
import re
import shutil
import tracemalloc
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import openpyxl
import pandas
import pytest

from analytics.lifecycle.restrictions import restriction_id
from analytics.responsibility.catalogue import shipped
from api.cli.exporting import counted
from api.locales import LANGS, texts
from api.use_cases import exporting
from api.use_cases.exporting import Format, Wanted, export, extract_of
from api.use_cases.graph import Filters, Graph
from api.use_cases.workbook import write_workbook
from graph.codec import make_fact
from graph.dates import PartialDate
from graph.errors import ConfigError, InputError, NotFound
from graph.export import ftm
from graph.model import Decision, Entity, Event, Finding, Measure, Name, Naming, Operation, Origin, PartyRef, Relationship
from graph.snapshot.overlay import build
from graph.store import open_store
from graph.store._sqlite_rows import recorded_again
from loaders.mapping_file import load_mapping, names
from tests.api_world import add
from tests.export_world import EVIL, TODAY, A, edge, facts

DECISION = "cn_listed_demo:CS-2"
MOST_BYTES_A_PARTY = 30
"""Buffers are not equally full at two peaks; the entries of the index alone would take 50, and a set of ids 120."""


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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no device that is always full")
def test_1_a_full_disk_is_one_error(graph):
    with pytest.raises(OSError, match="No space left"):
        write_workbook(extract_of(graph, Wanted(whole=True)), Path("/dev/full"), graph.words)
    gc.collect()  # what is left behind would complain here


def town(enterprises):
    """Enterprises, each at an address of its own, every tenth with a decision."""
    origin, made = Origin("register", "e.csv", 1), []
    for number in range(enterprises):
        own, at = f"t:enterprise-{number}", f"t:address-{number}"
        made.append(make_fact(Entity(own, "company", (Name(f"示例{number}有限公司"),)), f"entity/{own}", origin))
        made.append(make_fact(Entity(at, "address", (Name(f"示例路{number}号"),)), f"entity/{at}", origin))
        made.append(edge(f"relationship/{number}", PartyRef(own), at, "is_at"))
        if number % 10 == 0:
            value = Decision(
                f"d:{number}", "listing", ("listed_work_safety",), PartyRef(own), "示例局", date=PartialDate.parse("2020-01-01")
            )
            made.append(make_fact(value, f"decision/{number}", origin))
    return made


def short_of_memory(patch):
    """What is read and kept at once is little, so that few parties are many."""
    patch.setattr("graph.export.extract._BLOCK", 50)
    patch.setattr("graph.export.remembered._TOGETHER", 50)
    patch.setattr("graph.export.standings._BLOCK", 10)
    patch.setattr("graph.export.files._PART", 50)
    for name, value in (("LARGE", 1_000), ("_PAGE", 16), ("_GAP", 1), ("_COPIED", 64)):
        patch.setattr(f"graph.store._sqlite_runs.{name}", value)
    patch.setattr("graph.store.sqlite._PAGE", 50)
    patch.setattr("graph.store.sqlite.recorded_again", lru_cache(maxsize=10)(recorded_again.__wrapped__))  # some thousands else
    patch.setattr("graph.store._sqlite_index._REMEMBERED", 10)
    patch.setattr("graph.export.cypher._TOGETHER", 50)


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    """Stores of towns of three sizes, filled once: an export only reads them."""
    folder = tmp_path_factory.mktemp("towns")
    with pytest.MonkeyPatch.context() as patch:
        short_of_memory(patch)
        for name, enterprises in (("first", 100), ("small", 800), ("large", 1_600)):
            with open_store(f"sqlite:///{folder / name}.db") as store:
                add(store, *town(enterprises))  # in one batch: as many runs of the index, whatever their size
    return folder


def peak_of_export(place, to, out):
    """Bytes that an export holds at once beside what was there before."""
    with open_store(f"sqlite:///{place}.db") as store:
        graph = Graph(store, build(store), texts("zh"))
        gc.collect()
        gc.freeze()  # what was there before is not gone through again at each of thousands of collections
        usual = gc.get_threshold()
        gc.set_threshold(500, 1, 1)  # what nobody holds is no more than waits for the collector
        tracemalloc.start()
        try:
            export(graph, Wanted(whole=True), to, out, TODAY)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            gc.set_threshold(*usual)
            gc.unfreeze()


@pytest.mark.parametrize("to", [each for each in Format if each is not Format.EXCEL])  # tracing each cell takes minutes
def test_3_of_a_further_party_nothing_is_held(to, towns, tmp_path, monkeypatch):
    short_of_memory(monkeypatch)
    peak_of_export(towns / "first", to, tmp_path / "first")  # code lists are read once
    small, large = (peak_of_export(towns / name, to, tmp_path / name) for name in ("small", "large"))
    further = 2 * 800
    assert (large - small) / further < MOST_BYTES_A_PARTY, f"{(large - small) / further:.0f} bytes a party"


def test_2_nothing_is_written_over_unless_told_to(graph, tmp_path):
    out = tmp_path / "mine.json"
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="is there already; give --force"):
        export(graph, Wanted(whole=True), Format.BODS, out, TODAY)
    assert out.read_text(encoding="utf-8") == "mine"
    export(graph, Wanted(whole=True), Format.BODS, out, TODAY, force=True)
    assert json.loads(out.read_text(encoding="utf-8"))


@pytest.mark.parametrize("to", [Format.CSV, Format.IMPORT, Format.PARQUET])
def test_2_a_folder_is_replaced_only_where_an_export_wrote_all_of_it(graph, tmp_path, to):
    out = tmp_path / "folder"
    export(graph, Wanted(whole=True), Format.CSV, out, TODAY)
    export(graph, Wanted(whole=True), to, out, TODAY, force=True)
    (out / "thesis.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"holds 'thesis.txt', which no export writes"):
        export(graph, Wanted(whole=True), to, out, TODAY, force=True)
    (out / "thesis.txt").rename(out / "parties.csv.old")
    (out / "nodes.csv").mkdir()
    with pytest.raises(ConfigError, match="which no export writes"):
        export(graph, Wanted(whole=True), to, out, TODAY, force=True)
    assert (out / "parties.csv.old").read_text(encoding="utf-8") == "precious"


def test_2_neither_takes_the_place_of_the_other_nor_of_a_store(graph, tmp_path):
    folder, file, link = tmp_path / "folder", tmp_path / "file", tmp_path / "link"
    folder.mkdir()
    file.write_text("mine", encoding="utf-8")
    link.symlink_to(folder)
    store = tmp_path / "zeren.db"
    open_store(f"sqlite:///{store}").__exit__(None, None, None)
    for out, to, why in (
        (folder, Format.GRAPHML, "is a folder, and graphml is a file"),
        (file, Format.CSV, "is a file, and csv is a folder"),
        (link, Format.CSV, "is a link"),
        (store, Format.BODS, "is a store"),
        (Path(), Format.BODS, "is no name of a file"),
        (Path("/"), Format.CSV, "is no name of a folder"),
        (tmp_path / "..", Format.CSV, "is no name of a folder"),
    ):
        with pytest.raises(ConfigError, match=why):
            export(graph, Wanted(whole=True), to, out, TODAY, force=True)
    assert file.read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder", "link", "zeren.db"]


def test_6_what_is_left_out_is_counted(graph, tmp_path):
    add(graph.store, make_fact(Event("notice", "d:1", PartialDate.parse("2022")), "e", Origin("register")))
    counts = export(graph, Wanted(whole=True), Format.CSV, tmp_path / "a", TODAY)
    assert counts["decisions"] == counts["namings"] == counts["findings"] == 1
    assert "without event" not in counts  # recorded after the version that is exported
    later = Graph(graph.store, build(graph.store), graph.words)
    for to in Format:
        assert export(later, Wanted(whole=True), to, tmp_path / f"b.{to.value}", TODAY)["without event"] == 1


@pytest.mark.parametrize("wanted", [Wanted(decision="d:1"), Wanted(around=A), Wanted(whole=True)])
def test_6_what_happened_to_a_finding_and_to_its_restriction_is_counted(graph, tmp_path, wanted):
    (found,) = [fact.value for fact in facts() if isinstance(fact.value, Finding)]
    for about in (found.id, restriction_id(found.party, found.measures[0].name_zh)):
        add(graph.store, make_fact(Event("annulment", about, PartialDate.parse("2022")), about, Origin("register")))
    later = Graph(graph.store, build(graph.store), graph.words)
    assert export(later, wanted, Format.EXCEL, tmp_path / "a.xlsx", TODAY)["without event"] == 2


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (Wanted(around=A, whole=True), "--around and --all cannot be given together"),
        (Wanted(decision="d:1", whole=True), "--decision and --all cannot be given together"),
        (Wanted(whole=True, hops=3), "--hops: bounds a search around a party, and means nothing with --all"),
        (Wanted(decision="d:1", filters=Filters(certain=True, roles=("director",))), "--role, --certain: bounds"),
    ],
)
def test_what_does_not_go_together_is_said(graph, tmp_path, wanted, why):
    with pytest.raises(InputError, match=why):
        export(graph, wanted, Format.FTM, tmp_path / "a", TODAY)


def test_a_case_of_a_day_is_of_that_day(graph, tmp_path):
    wanted = Wanted(decision="d:1", filters=Filters(as_of=date(2018, 1, 1)))
    counts = export(graph, wanted, Format.CYPHER, tmp_path / "a.cypher", TODAY)
    assert {"decisions", "namings", "findings"}.isdisjoint(counts)
    assert ":LEGAL_REPRESENTATIVE " in (tmp_path / "a.cypher").read_text(encoding="utf-8")
    assert ":WAS_LEGAL_REPRESENTATIVE " not in (tmp_path / "a.cypher").read_text(encoding="utf-8")


def test_4_dates_are_in_words_and_5_nothing_that_a_cell_cannot_hold_breaks_the_book(graph, tmp_path):
    odd = Entity("t:odd", "company", (Name("甲\ufffe\uffff\x01乙"),))
    add(graph.store, make_fact(odd, "odd", Origin("register")))
    add(graph.store, make_fact(Decision("d:odd", "listing", (), PartyRef("t:odd"), "丙" * 40_000), "odd", Origin("register")))
    counts = export(
        Graph(graph.store, build(graph.store), graph.words), Wanted(whole=True), Format.EXCEL, tmp_path / "a.xlsx", TODAY
    )
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    names = {row[0].value for row in book["主体"].iter_rows(min_row=2)}
    assert "甲_xFFFE__xFFFF__x0001_乙" in names
    assert counts["without end_of_long_text"] == 1
    until = [cell.value for cell in book["关系"][1]].index("止")
    words = {row[until].value for row in book["关系"].iter_rows(min_row=2)}
    assert "至今" in words
    assert "open" not in words


def test_4_measures_are_named_in_the_language_asked(graph, tmp_path, monkeypatch):
    known = next(measure.name for rule in shipped().versions for measure in rule.measures)
    monkeypatch.setattr("analytics.responsibility.catalogue.read_folder", lambda folder: pytest.fail(f"{folder}: read again"))
    (found,) = [fact for fact in facts() if isinstance(fact.value, Finding)]
    real = replace(found.value, measures=(Measure("m1", known.zh, "mandatory", "market"), *found.value.measures))
    add(graph.store, make_fact(real, "f1", Origin("zeren")), operation=Operation.CORRECTION)
    for lang, name in (("en", known.en), ("zh", known.zh)):
        out = tmp_path / f"{lang}.xlsx"
        export(Graph(graph.store, build(graph.store), texts(lang)), Wanted(whole=True), Format.EXCEL, out, TODAY)
        sheet = openpyxl.load_workbook(out)[texts(lang).label("export_table", "findings")]
        said = dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[2]], strict=True))
        assert said[texts(lang).label("export", "measures")] == f"{name}; 示例限制", "one that no rule has is called as it is"


def test_one_of_three_is_exported(graph, tmp_path):
    with pytest.raises(InputError, match="say what to export: --around PARTY, --decision ID or --all"):
        export(graph, Wanted(), Format.FTM, tmp_path / "a", TODAY)


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
    numbers = {row[-1].value: row[0].value for row in book["决定"].iter_rows(min_row=2)}
    for sheet in (book["认定"], book["决定点名"]):
        heads = [cell.value for cell in sheet[1]]
        said = {row[heads.index("决定编号")].value: row[0].value for row in sheet.iter_rows(min_row=2)}
        assert heads[0] == "文号"
        assert said == {own: numbers[own] for own in said}
    days = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, datetime)]
    assert days
    assert {cell.number_format for cell in days} == {"yyyy-mm-dd"}
    text = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert not [each for each in text if re.fullmatch(r"20\d\d-\d\d-\d\d", each)]
    assert {row[2].value for row in book["关系"].iter_rows(min_row=2)} == {"甲示例有限公司", "示例大厦1号", "0539-0000000"}


def test_a_case_of_the_demonstration_in_every_format(demo, tmp_path):
    for to in Format:
        done = demo.run("export", "--to", to.value, "--out", str(tmp_path / f"case.{to.value}"), "--decision", DECISION)
        assert done.returncode == 0, done.stderr
        assert "主体" in done.stdout
        assert "无法容纳而略去" in done.stderr
    findings = demo.run("findings", "--decision", DECISION, "--format", "json")
    reached = {each["party"]["name"] for each in json.loads(findings.stdout)}
    sheet = openpyxl.load_workbook(tmp_path / "case.xlsx")["认定"]
    assert reached
    assert {row[3].value for row in sheet.iter_rows(min_row=2)} == reached
    told = {each["status"] for each in json.loads(findings.stdout)}
    assert {row[2].value for row in sheet.iter_rows(min_row=2)} == {texts("zh").label("status", each) for each in told}
    assert all(row[0].value for row in sheet.iter_rows(min_row=2))


@pytest.mark.parametrize("to", list(Format))
def test_6_what_is_counted_is_told_in_the_language_asked(graph, tmp_path, to):
    counts = export(graph, Wanted(whole=True), to, tmp_path / f"a.{to.value}", TODAY)
    named = {name.removeprefix("without "): count for name, count in counts.items()}
    assert not re.search("[a-z]", counted(texts("zh"), named))
    assert "_" not in counted(texts("en"), named)
    assert "主体 " in counted(texts("zh"), named)


def test_6_what_the_shipped_mappings_and_the_standards_name_is_told_in_both_languages():
    """6. ... what is left out by the name of a field of ours has words in both languages."""
    named = {name for shipped in names() for name in attributes_of(load_mapping(shipped).model_dump())}
    assert {"gender", "founded", "registered_capital"} <= named
    for name in sorted({*named, *ftm_properties(), "resident_id"}):
        for lang in LANGS:
            assert texts(lang).label("exported_count", name) != name, f"{lang}.yaml: exported_count lacks {name}"


def attributes_of(spec):
    """Names of the attributes anywhere in a mapping."""
    if isinstance(spec, dict):
        yield from spec.get("attributes") or ()
    for each in spec.values() if isinstance(spec, dict) else spec if isinstance(spec, list | tuple) else ():
        yield from attributes_of(each)


def ftm_properties():
    """Names of the properties of FollowTheMoney that may be too short for a text, as the module says them."""
    return {*ftm._LONGEST, "title", "role", "recordId", "authority", "program", "provisions"}


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


@pytest.mark.parametrize("to", [Format.GRAPHML, Format.CSV])
def test_2_what_appears_while_it_is_written_is_not_written_over(graph, tmp_path, monkeypatch, to):
    """2. Nothing that ... appears there while it is written, is written over unless told to; and never ... a store."""
    out, own = tmp_path / "out", exporting._writer

    def slow(*given):
        def write(extract, made):
            if to is Format.CSV:
                out.mkdir()
            (out / "thesis.txt" if to is Format.CSV else out).write_bytes(b"SQLite format 3\x00")
            return own(*given)(extract, made)

        return write

    monkeypatch.setattr(exporting, "_writer", slow)
    for force in (False, True):
        with pytest.raises(ConfigError, match="is there already" if not force else "is a store|which no export writes"):
            export(graph, Wanted(whole=True), to, out, TODAY, force=force)
        assert (out / "thesis.txt" if to is Format.CSV else out).read_bytes() == b"SQLite format 3\x00"
        assert list(tmp_path.iterdir()) == [out]
        shutil.rmtree(out) if to is Format.CSV else out.unlink()


PRIVATE = "患乙肝，信仰伊斯兰教，住示例区示例路8号3单元201室，电话13800000000，身份证号110105194912310021"


@pytest.mark.parametrize("to", Format)
@pytest.mark.parametrize(
    "wanted", [Wanted(whole=True), Wanted(around=A), Wanted(decision="d:1")], ids=["all", "around", "decision"]
)
def test_7_what_a_source_wrote_freely_tells_nothing_private(to, wanted, tmp_path):
    with open_store("sqlite:///:memory:") as store:
        add(store, *(make_fact(_saying(fact.value), fact.key.split("/", 2)[2], fact.origin) for fact in facts()))
        out = tmp_path / ("out.xlsx" if to is Format.EXCEL else "out")
        counts = export(Graph(store, build(store), texts("zh")), wanted, to, out, TODAY)
    assert counts
    files = [out] if out.is_file() else list(out.iterdir())
    written = "".join(_texts_in(file, to) for file in files)
    assert "克扣工资" in written or to in (Format.BODS, Format.FTM, Format.CSV, Format.EXCEL, Format.PARQUET)
    for part in ("乙肝", "伊斯兰", "示例路8号", "13800000000", "110105194912310021"):
        assert part not in written, part


def _saying(value):
    names = {Decision: ("conduct_text",), Naming: ("text", "found_text", "post_text"), Relationship: ("text",)}
    return replace(value, **dict.fromkeys(names.get(type(value), ()), f"克扣工资；该职工{PRIVATE}"))


def _texts_in(file: Path, to: Format) -> str:
    if to is Format.EXCEL:
        book = openpyxl.load_workbook(file, read_only=True)
        return "".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    if to is Format.PARQUET:
        return pandas.read_parquet(file).to_json(force_ascii=False)
    return json.dumps(json.loads(file.read_text("utf-8")), ensure_ascii=False) if to is Format.BODS else file.read_text("utf-8")
