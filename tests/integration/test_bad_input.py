"""Whatever arrives: a clear error with row, column and reason, the rest of the batch kept, nothing half written."""

import json
from datetime import UTC, datetime

import openpyxl
import pytest

from graph.errors import ConfigError
from graph.model import Recorded
from graph.store import open_store
from loaders.base import Level
from loaders.ingest import load
from loaders.mapping_file import parse_mapping
from loaders.text_files import Limits
from tests.integration.conftest import ask_zeren

MAPPING = """
source: bad
mode: delta
tables:
  - file: firms.*
    facts:
      - entity:
          kind: company
          id: {scheme: uscc, column: code}
          names: [name]
  - file: holders.*
    facts:
      - relationship:
          party: {name: person, at: &firm {scheme: uscc, column: code}}
          subject: *firm
          interest: {const: shareholder}
          start: from
          end: {column: to, when_empty: open}
          share: {column: share, unit: percent}
  - file: decisions.*
    facts:
      - decision:
          id: case
          kind: {const: penalty}
          acts: [{column: act, values: {罚款: fine}}]
          respondent: *firm
          authority: {const: 示例机关}
"""
GOOD, SECOND = "91370000MA0000000P", "91370000MA0000001T"
FIRMS = f"code,name\n{GOOD},示例甲有限公司\n{SECOND},示例乙有限公司\n"
HOLDERS = "code,person,from,to,share\n"


class Desk:
    """A store and a folder to deliver files to."""

    def __init__(self, store, folder):
        self.store, self.folder = store, folder
        self.report = None

    def deliver(self, limits=None, mapping=MAPPING, **files):
        paths = []
        for name, content in files.items():
            path = self.folder / name.replace("_", ".")
            if isinstance(content, openpyxl.Workbook):
                content.save(path)
            else:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
            paths.append(path)
        before = self.store.version()
        self.report = load(
            self.store,
            parse_mapping(mapping),
            paths,
            act_by="tester",
            now=lambda: datetime(2026, 1, 1, tzinfo=UTC),
            limits=limits,
        )
        assert (self.store.version() > before) == any(counts.recorded for counts in self.report.tables.values())
        for counts in self.report.tables.values():
            assert counts.rows == counts.accepted + counts.known + counts.refused
        return self

    def firms(self):
        return {r.fact.value.id.removeprefix("uscc:") for r in self.store.facts(["entity"])}

    def relationships(self):
        return [r.fact.value for r in self.store.facts(["relationship"])]

    def only(self, level=Level.REFUSED):
        others = {issue.reason for issue in self.report.issues if issue.level is not level}
        assert all("does not end with a line end" in reason for reason in others), self.report.as_text()
        (issue,) = (issue for issue in self.report.issues if issue.level is level)
        return issue


@pytest.fixture
def desk(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        yield Desk(store, tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le-bom"])
def test_every_usual_encoding_is_read(desk, encoding):
    content = b"\xff\xfe" + FIRMS.encode("utf-16-le") if encoding == "utf-16-le-bom" else FIRMS.encode(encoding)
    desk.deliver(firms_csv=content)
    assert desk.report.total_issues == 0
    assert {n.text for r in desk.store.facts(["entity"]) for n in r.fact.value.names} == {"示例甲有限公司", "示例乙有限公司"}


def test_utf16_without_a_mark_is_a_clear_error(desk):
    desk.deliver(firms_csv=FIRMS.encode("utf-16-le"))
    assert "UTF-16 without a byte-order mark" in desk.only().reason
    assert desk.store.version() == 0


def test_bytes_of_no_encoding_are_a_clear_error(desk):
    desk.deliver(firms_csv=FIRMS.encode("gb18030") + b"\xff\xff\xff,\xff\n" * 3)
    issue = desk.only()
    assert issue.row == 2
    assert issue.reason.startswith("is neither UTF-8 (row 2 is the first that is not) nor GB18030 (row 4)")


def test_one_broken_byte_refuses_its_row_alone(desk):
    desk.deliver(
        firms_csv=FIRMS.encode() + b"91370000MA0000002X,\xe7\xa4\n" + b"91370000MA00000035," + "示例丙".encode() * 10 + b"\n"
    )
    issue = next(issue for issue in desk.report.issues if issue.level is Level.REFUSED)
    assert (issue.row, issue.column) == (4, "name")
    assert "not of the file's encoding" in issue.reason
    assert len(desk.firms()) == 3


def test_file_cut_inside_a_character(desk):
    desk.deliver(firms_csv=FIRMS.encode()[:-3])
    issue = desk.only()
    assert (issue.row, issue.column) == (3, "name")
    assert desk.firms() == {GOOD}


def test_file_cut_inside_a_row(desk):
    desk.deliver(firms_csv=FIRMS + "91370000MA00")
    issue = desk.only()
    assert issue.row == 4
    assert "1 cells where the header has 2" in issue.reason
    assert desk.firms() == {GOOD, SECOND}


def test_file_cut_inside_a_quoted_cell(desk):
    desk.deliver(firms_csv=FIRMS + '91370000MA0000002X,"示例')
    assert desk.only().row == 4
    assert "never closed" in desk.only().reason
    assert desk.firms() == {GOOD, SECOND}


def test_fewer_rows_than_expected_is_a_signal(desk):
    desk.deliver(firms_csv=FIRMS, mapping=MAPPING.replace("- file: firms.*", "- file: firms.*\n    expect: {rows: 3}"))
    assert "expects exactly 3" in desk.only(Level.SIGNAL).reason
    assert len(desk.firms()) == 2


def test_workbook_cut_off(desk):
    book = openpyxl.Workbook()
    book.active.append(["code", "name"])
    book.save(desk.folder / "whole.xlsx")
    desk.deliver(firms_xlsx=(desk.folder / "whole.xlsx").read_bytes()[:-400])
    assert "cut off" in desk.only().reason


def test_wrong_check_digit_is_flagged_and_kept(desk):
    desk.deliver(firms_csv=f"code,name\n{GOOD[:-1]}0,示例\n")
    issue = desk.only(Level.FLAGGED)
    assert (issue.row, issue.column) == (2, "code")
    assert "expected P" in issue.reason
    (recorded,) = desk.store.facts(["entity"])
    assert recorded.fact.flags == ("bad_check",)
    assert not desk.report.failed


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (f"{GOOD},张示例,2018-02-30,,5", "from", "not a day that exists"),
        (f"{GOOD},张示例,last year,,5", "from", "is not a date"),
        (f"{GOOD},张示例,2018-03-01,2018-02-01,5", "to", "before the start"),
        (f"{GOOD},张示例,2018,,120", "share", "between 0 % and 100 %"),
        (f"{GOOD},张示例,2018,,-1", "share", "between 0 % and 100 %"),
        (f"{GOOD},张示例,2018,,half", "share", "not a number"),
        (f"{GOOD},张示例,2018,,1e999999999", "share", "is not a number"),
        ("91370000MA0000005J,张示例,2018,,5", "code", "unknown company"),
        (",张示例,2018,,5", "code", "is empty"),
        (f"{GOOD},张#示例,2018,,5", "person", "cannot hold #"),
        (f"{GOOD},张示例,2018,,\0", "share", "NUL"),
        (f"{GOOD},张示例,2018", None, "3 cells where the header has 5"),
        (f"{GOOD},张示例,2018,,5,6", None, "6 cells where the header has 5"),
        (f'{GOOD},"张"示例,2018,,5', None, "quotes are wrong"),
        (f"{GOOD},11010519491231002X,2018,,5", "person", "resident number"),
    ],
)
def test_one_bad_row_is_refused_and_its_neighbours_kept(desk, row, column, reason):
    desk.deliver(firms_csv=FIRMS, holders_csv=f"{HOLDERS}{GOOD},测试甲,2018,,5\n{row}\n{SECOND},测试乙,2018,,5\n")
    issue = next(issue for issue in desk.report.issues if issue.level is Level.REFUSED)
    assert (issue.file, issue.row, issue.column) == ("holders.csv", 3, column)
    assert reason in issue.reason
    assert "11010519491231002X" not in desk.report.as_text()
    assert len(desk.relationships()) == 2


def test_decision_on_an_unknown_company(desk):
    desk.deliver(firms_csv=FIRMS, decisions_csv=f"case,code,act\n1,91370000MA0000005J,罚款\n2,{GOOD},罚款\n3,{GOOD},警告\n")
    first, second = [issue for issue in desk.report.issues if issue.level is Level.REFUSED]
    assert (first.row, first.column) == (2, "code")
    assert "unknown company" in first.reason
    assert (second.row, second.column, second.value) == (4, "act", "警告")
    assert isinstance(desk.store.get("decision/bad/bad:2"), Recorded)
    assert desk.store.get("decision/bad/bad:3") is None


def test_one_id_with_two_names(desk):
    desk.deliver(firms_csv=FIRMS + f"{GOOD},另一家有限公司\n")
    issue = desk.only()
    assert issue.row == 4
    assert "name_conflict" in issue.reason
    assert "row 2 of firms.csv" in issue.reason


def test_formula_in_a_workbook(desk):
    book = openpyxl.Workbook()
    for row in (["code", "name"], [GOOD, "示例甲"], ['="9137"&"0000"', "示例乙"], [SECOND, "示例丙"]):
        book.active.append(row)
    desk.deliver(firms_xlsx=book)
    issue = desk.only()
    assert (issue.row, issue.column) == (3, "code")
    assert "cell A3 is a formula" in issue.reason
    assert desk.firms() == {GOOD, SECOND}


def test_line_without_an_end_is_not_held_in_memory(desk):
    path = desk.folder / "firms.csv"
    with path.open("wb") as file:
        file.write(b"code,name\n" + b"x" * 50)
        file.truncate(200_000_000)
        file.seek(0, 2)
        file.write(f"\n{GOOD},示例\n".encode())
    desk.report = load(
        desk.store, parse_mapping(MAPPING.replace("file: firms.*", "file: firms.*\n    encoding: utf-8")), [path],
        act_by="tester", now=lambda: datetime(2026, 1, 1, tzinfo=UTC), limits=Limits(line=10_000),
    )  # fmt: skip
    issue = desk.only()
    assert issue.row == 2
    assert "longer than 10,000 characters" in issue.reason
    assert desk.firms() == {GOOD}


def test_quote_that_is_never_closed_is_bounded(desk):
    desk.deliver(Limits(line=1_000), firms_csv=FIRMS + '1,"' + "x\n" * 100_000)
    assert desk.only().row == 4
    assert "never closed" in desk.only().reason
    assert len(desk.firms()) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "the file is empty"),
        ("\n\n", "the first row is empty"),
        ("code,name,code\n", "more than once"),
        ("code,,name\n", "column 2 has no name"),
        ("name\n示例\n", "column code is missing"),
        ("code,full name\n1,示例\n", "is 'full name' the column 'name'?"),
        ("co\0de,name\n", "NUL"),
    ],
)
def test_file_that_cannot_be_a_table_is_refused_and_the_others_kept(desk, content, reason):
    desk.deliver(firms_csv=content, decisions_csv="case,code,act\n")
    assert reason in desk.only().reason
    assert desk.store.version() == 0
    desk.deliver(firms_csv=FIRMS)
    desk.deliver(holders_csv=content, decisions_csv=f"case,code,act\n1,{GOOD},罚款\n")
    assert len(list(desk.store.facts(["decision"]))) == 1


def test_column_neither_used_nor_ignored_is_a_signal(desk):
    desk.deliver(firms_csv=FIRMS.replace("name\n", "name,note\n").replace("公司\n", "公司,x\n"))
    assert "note is neither used nor ignored" in desk.only(Level.SIGNAL).reason
    assert len(desk.firms()) == 2


def test_json_lines_with_all_their_faults(desk):
    lines = [
        f'{{"code": "{GOOD}", "name": "示例甲"}}',
        "{",
        "[1]",
        f'{{"code": "{SECOND}", "name": ["示例"]}}',
        f'{{"code": "{SECOND}", "code": "1", "name": "示例"}}',
        f'{{"code": "{SECOND}", "name": "示例乙"}}',
    ]
    desk.deliver(firms_jsonl="\n".join(lines))
    assert [issue.row for issue in desk.report.issues] == [2, 3, 4, 5]
    assert desk.firms() == {GOOD, SECOND}


def test_file_that_fits_no_table_is_refused_before_anything_is_read(desk):
    with pytest.raises(ConfigError, match=r"other\.csv fits no table of bad"):
        desk.deliver(firms_csv=FIRMS, other_csv="a\n")
    assert desk.store.version() == 0


def test_json_that_is_no_json_refuses_its_row_alone(desk):
    rows = [
        f'{{"code": "{GOOD}", "name": "示例甲有限公司"}}',
        '{"code": NaN, "name": "示例丙"}',
        '{"code": "x", "name": -Infinity}',
        '{"code": "x", "name": "\\ud800"}',
        '{"code": "x", "\\udc00": "y", "\\udc00": "z"}',
        '{"code": "x", "name": "\\udc80"}',
        f'{{"code": "{SECOND}", "name": "示例乙\\ud83d\\ude00"}}',
    ]
    desk.deliver(firms_jsonl="\n".join(rows))
    refused = [(issue.row, issue.column) for issue in desk.report.issues if issue.level is Level.REFUSED]
    assert refused == [(2, None), (3, None), (4, "name"), (5, None), (6, "name")]
    assert desk.firms() == {GOOD, SECOND}
    assert desk.report.as_text().encode()


LINKED = """
source: bad
mode: delta
tables:
  - file: links.csv
    facts:
      - link: {decision: case, relation: {const: same_conduct}, other: other}
"""


def test_a_link_from_or_to_an_unknown_decision_is_a_signal(desk):
    desk.deliver(mapping=LINKED, links_csv="case,other\n1,2\n")
    assert [(issue.level, issue.row, issue.reason) for issue in desk.report.issues] == [
        (Level.SIGNAL, 2, "links from bad:1, which no delivery has told us of"),
        (Level.SIGNAL, 2, "links to bad:2, which no delivery has told us of"),
    ]


def test_a_decision_of_tomorrow_is_refused_by_row_and_column(desk):
    mapping = MAPPING.replace("authority: {const: 示例机关}", "authority: {const: 示例机关}\n          date: date")
    rows = f"case,act,code,date\n1,罚款,{GOOD},2026-01-02\n2,罚款,{GOOD},2026-01-01\n3,罚款,{GOOD},open\n"
    desk.deliver(mapping=mapping, firms_csv=FIRMS, decisions_csv=rows)
    refused = [(issue.row, issue.column, issue.reason) for issue in desk.report.issues]
    assert refused == [(row, "date", "a decision cannot be dated after today") for row in (2, 4)]


@pytest.mark.parametrize(("lang", "said"), [("en", "… and {} more problems"), ("zh", "……另有 {} 个问题")])
def test_a_report_says_how_many_problems_it_does_not_name(tmp_path, lang, said):
    path = tmp_path / "statements.jsonl"
    path.write_text("no JSON\n" * 1_004, encoding="utf-8")
    asked = ("load", str(path), "--mapping", "bods", "--dry-run", "--lang", lang)
    store = f"sqlite:///{tmp_path / 'z.db'}"
    report = json.loads(ask_zeren(*asked, "--format", "json", store=store).stdout)
    more = report["total_issues"] - len(report["issues"])
    assert more >= 4
    assert said.format(more) in ask_zeren(*asked, store=store).stderr
