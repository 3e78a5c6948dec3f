"""Excel in: templates that load as they are, and marked copies. The tests quote api/use_cases/templates.py and marking.py."""

import csv
from datetime import UTC, datetime

import openpyxl
import pytest

from api.locales import texts
from api.use_cases.marking import write_marked
from api.use_cases.templates import write_templates
from graph.errors import ConfigError, InputError
from graph.store import open_store
from loaders.base import Level, Report
from loaders.ingest import load
from loaders.mapping_file import bundled_files, load_mapping, names
from tests.integration.conftest import ask_zeren

AT = datetime(2026, 11, 1, tzinfo=UTC)
SHEETS = [name for name in names() if name not in ("bods", "ftm", "cn_dishonesty_records")]


@pytest.mark.parametrize("name", SHEETS)
def test_1_every_column_that_the_mapping_reads_is_in_it_and_explained(name, tmp_path):
    mapping = load_mapping(name)
    written = write_templates(mapping, tmp_path, texts("zh"))
    assert [path.stem for path in written] == [table.id for table in mapping.tables]
    for path, table in zip(written, mapping.tables, strict=True):
        book = openpyxl.load_workbook(path)
        data, told, lists = book.worksheets
        assert lists.sheet_state == "hidden"
        columns = [cell.value for cell in data[1]]
        assert columns
        assert set(table.columns) <= set(columns)
        explained = {row[0].value: row[1].value for row in told.iter_rows(min_row=2) if row[1].value}
        assert set(table.columns) <= set(explained)
        assert not [text for text in explained.values() if any("a" <= ch <= "z" for ch in text)], "a code, not a word"
        told_of_day = any("--delivered" in str(row[0].value) for row in told.iter_rows())
        assert told_of_day == (mapping.mode == "snapshot" and mapping.delivered is None)
    with pytest.raises(ConfigError, match="is there already"):
        write_templates(mapping, tmp_path, texts("zh"))


def test_a_table_without_columns_among_others_is_told_of(tmp_path):
    done = ask_zeren("template", "cn_dishonesty_records", "--out", str(tmp_path), "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["consumption_restrictions.xlsx"]
    assert "no template for credit_reports" in done.stderr


def test_a_table_without_columns_has_no_template(tmp_path):
    with pytest.raises(ConfigError, match="has no columns of a sheet"):
        write_templates(load_mapping("bods"), tmp_path, texts("en"))


@pytest.fixture
def filled(tmp_path):
    """The enterprises of the synthetic city, filled in by hand: one right, one with a wrong digit, one with an impossible date."""
    done = ask_zeren("template", "synthetic_city", "--out", str(tmp_path / "forms"), "--lang", "zh")
    assert done.returncode == 0, done.stderr
    path = tmp_path / "forms" / "enterprises.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row, (code, name, founded) in enumerate(
        [("91371300MA3C0M123X", "甲示例有限公司", "2001-02-03"), ("91371300MA3C0M1231", "乙示例有限公司", "2001-02-03"),
         ("91371300MA3C0M123X", "甲示例有限公司", "2018-02-30"), ("", "丁示例有限公司", "2001-02-03")], 2
    ):  # fmt: skip
        for head, value in (("统一社会信用代码", code), ("企业名称", name), ("成立日期", founded)):
            sheet.cell(row, heads[head]).value = value
    book.save(path)
    return path


def test_1_a_template_that_is_filled_in_loads(filled, tmp_path):
    store = f"sqlite:///{tmp_path / 'z.db'}"
    done = ask_zeren("load", str(filled), "--mapping", "synthetic_city", "--format", "csv", store=store)
    assert "第 5 行，统一社会信用代码" in done.stderr
    assert done.stdout.splitlines()[1].startswith("enterprises,4,")
    found = ask_zeren("search", "甲示例", "--format", "csv", store=store)
    assert "甲示例有限公司" in found.stdout


@pytest.mark.parametrize(("lang", "sheet", "weight"), [("zh", "问题", "未收入"), ("en", "Problems", "not taken")])
def test_2_a_marked_copy_has_every_issue_at_its_cell_and_in_a_list(filled, tmp_path, lang, sheet, weight):
    before = filled.read_bytes()
    out = tmp_path / "marked.xlsx"
    done = ask_zeren(
        "load", str(filled), "--mapping", "synthetic_city", "--dry-run", "--marked", str(out), "--lang", lang,
        store=f"sqlite:///{tmp_path / 'z.db'}",
    )  # fmt: skip
    assert done.returncode == 1
    said = {
        "zh": "存疑：enterprises.xlsx，第 3 行，统一社会信用代码：",
        "en": "flagged: enterprises.xlsx, row 3, 统一社会信用代码: ",
    }
    assert said[lang] in done.stderr
    assert filled.read_bytes() == before
    book = openpyxl.load_workbook(out)
    listed = [[cell.value for cell in row] for row in book[sheet].iter_rows(min_row=2)]
    assert {(row, column) for row, column, *_ in listed} >= {(3, "统一社会信用代码"), (5, "统一社会信用代码")}
    assert weight in {row[2] for row in listed}
    marked = {
        (c.row, book.worksheets[0].cell(1, c.column).value) for row in book.worksheets[0].iter_rows() for c in row if c.comment
    }
    assert marked == {(row, column or "统一社会信用代码") for row, column, *_ in listed if row}


def test_7_a_marked_copy_takes_the_place_of_nothing_but_a_marked_copy(filled, tmp_path):
    other, out, store = tmp_path / "other.db", tmp_path / "marked.xlsx", tmp_path / "z.db"
    asked = ("load", str(filled), "--mapping", "synthetic_city", "--marked")
    for content in (b"SQLite format 3\x00", filled.read_bytes()):
        other.write_bytes(content)
        done = ask_zeren(*asked, str(other), store=f"sqlite:///{store}")
        assert (done.returncode, other.read_bytes(), store.exists()) == (1, content, False)
        assert "已存在，且不是标注过的副本" in done.stderr
    for _ in range(2):
        assert ask_zeren(*asked, str(out), "--dry-run", store=f"sqlite:///{store}").returncode == 1
        assert "问题" in openpyxl.load_workbook(out).sheetnames
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".zeren")) == []


def test_a_marked_copy_never_takes_the_place_of_the_original(filled, tmp_path):
    store = f"sqlite:///{tmp_path / 'z.db'}"
    done = ask_zeren("load", str(filled), "--mapping", "synthetic_city", "--dry-run", "--marked", str(filled), store=store)
    assert "就是该工作簿本身" in done.stderr
    done = ask_zeren("load", str(tmp_path), "--mapping", "synthetic_city", "--dry-run", "--marked", "x.xlsx", store=store)
    assert done.returncode == 2
    done = ask_zeren("load", "a.xlsm", "--mapping", "synthetic_city", "--dry-run", "--marked", "x.xlsx", store=store)
    assert done.returncode == 2
    assert "save it as" in done.stderr


def test_3_a_column_without_which_a_row_is_refused_is_said_to_be_required(filled, tmp_path):
    """3. A column without which a row is refused is said to be required."""
    book = openpyxl.load_workbook(filled)
    said = {row[0].value: row[2].value for row in book.worksheets[1].iter_rows(min_row=2) if row[1].value}
    assert said["统一社会信用代码"] == "是"
    assert said["成立日期"] is None
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    sheet.delete_rows(3, 3)
    for column in heads:
        kept, sheet.cell(2, heads[column]).value = sheet.cell(2, heads[column]).value, None
        book.save(tmp_path / "enterprises.xlsx")
        sheet.cell(2, heads[column]).value = kept
        with open_store("sqlite:///:memory:") as store:
            report = load(
                store, load_mapping("synthetic_city"), [tmp_path / "enterprises.xlsx"], act_by="t", now=lambda: AT, dry_run=True
            )
        assert bool(report.totals[Level.REFUSED]) == (said.get(column) == "是"), column


@pytest.mark.parametrize("name", ["cn_court_defaulters", "cn_double_publicity"])
def test_3_also_where_an_id_is_made_of_several_columns(tmp_path, name):
    """3. A column without which a row is refused is said to be required, also one of several of which an id is made."""
    mapping = load_mapping(name)
    write_templates(mapping, tmp_path / "forms", texts("zh"))
    for path, table in zip(bundled_files(name), mapping.tables, strict=True):
        header, *lines = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
        told = openpyxl.load_workbook(tmp_path / "forms" / f"{table.id}.xlsx").worksheets[1]
        required = {row[0].value for row in told.iter_rows(min_row=2) if row[1].value and row[2].value}
        for column in required:
            row = [text if head != column else "" for head, text in zip(header, lines[0], strict=True)]
            with (tmp_path / path.name).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([header, row])
            with open_store("sqlite:///:memory:") as store:
                report = load(store, mapping, [tmp_path / path.name], act_by="t", now=lambda: AT, dry_run=True)
            assert report.totals[Level.REFUSED], column
        own = {cell.column for fact in table.facts if fact.decision and fact.when is None for cell in fact.decision.id}
        assert own <= required
        assert own


def test_4_a_column_that_may_hold_nothing_but_listed_values_offers_them(tmp_path):
    """4. A column that may hold nothing but listed values offers them, and takes no other."""
    write_templates(load_mapping("synthetic_city"), tmp_path, texts("zh"))
    book = openpyxl.load_workbook(tmp_path / "posts.xlsx")
    data, _, lists = book.worksheets
    heads = {cell.value: cell.column_letter for cell in data[1]}
    (rule,) = [each for each in data.data_validations.dataValidation if f"{heads['职务']}2" in each.sqref]
    assert not rule.showErrorMessage, "several posts stand in one cell"
    column = rule.formula1.split("$")[1]
    assert rule.formula1.startswith(f"'{lists.title}'!")
    offered = [cell.value for cell in lists[column] if cell.value]
    assert offered[0] == "职务"
    assert {"法定代表人", "董事长", "监事"} <= set(offered[1:])


@pytest.fixture
def marked(tmp_path):
    """Mark a workbook of one sheet with issues."""

    def mark(rows, issues, lang="zh", merge="", more=0):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        for cell in [cell for row in book.active.iter_rows() for cell in row if isinstance(cell.value, str)]:
            cell.data_type = "s"
        if merge:
            book.active.merge_cells(merge)
        book.save(tmp_path / "a.xlsx")
        report = Report("demo")
        for row, column, reason in issues:
            report.note(Level.REFUSED, "a.xlsx", reason, row=row, column=column)
        report.totals[Level.REFUSED] += more
        assert write_marked(tmp_path / "a.xlsx", report, tmp_path / "out.xlsx", texts(lang)) == (len(issues), more)
        return openpyxl.load_workbook(tmp_path / "out.xlsx")

    return mark


def test_2_all_problems_of_a_row_in_the_language_asked_and_how_many_more(marked):
    """2. ... in the language asked; how many more there are than a report holds is said."""
    issues = [
        (2, "a", "'x' is not a number"),
        (2, "b", "'2020-13' is not a day that exists"),
        (2, "a", "is empty; an id is made of it"),
    ]
    book = marked([["a", "b"], ["x", "2020-13"]], issues, more=2000)
    page, listed = book.worksheets
    assert page["A2"].comment.text.split("\n") == ["'x' 不是数字", "为空：编号由此列构成，必须填写"]
    assert page["B2"].comment.text == "没有 '2020-13' 这一天"
    assert listed["D5"].value == "另有 2000 个问题没有标明：改正以上问题后再次载入，即可看到其余的"
    book = marked([["a", "b"], ["x", "2020-13"]], issues, lang="en")
    assert book.worksheets[0]["B2"].comment.text == "'2020-13' is not a day that exists"


def test_5_no_cell_of_the_list_is_a_formula(marked):
    """5. No cell of the list is a formula, whatever the workbook says."""
    evil = '=HYPERLINK("http://x","y")'
    book = marked([[evil, "b"], ["1", "2"]], [(1, evil, f"{evil} is wrong"), (2, evil, evil)])
    assert [cell.value for cell in book.worksheets[1]["B"]][1:] == [evil, evil]
    assert not [cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_6_a_cell_of_a_merged_one_is_marked_where_it_shows(marked):
    """6. A cell that is part of a merged one is marked where the merged one shows it."""
    book = marked([["a", "b"], ["1", "2"], ["3", "4"]], [(3, "b", "is empty; a name is needed")], merge="A2:B3")
    assert book.worksheets[0]["A2"].comment.text == "为空：必须有名称"


def test_a_workbook_with_a_password_is_named(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(InputError, match=r"a\.xlsx is protected by a password"):
        write_marked(path, Report("demo"), tmp_path / "out.xlsx", texts("zh"))
