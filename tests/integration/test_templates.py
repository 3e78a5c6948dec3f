"""Excel in: templates that load as they are, and marked copies. Tests 1 and 2 quote api/use_cases/templates.py."""

import openpyxl
import pytest

from api.locales import texts
from api.use_cases.templates import write_templates
from graph.errors import ConfigError
from loaders.mapping_file import load_mapping, names
from tests.integration.conftest import run_zeren

SHEETS = [name for name in names() if name not in ("bods", "ftm", "cn_dishonesty_records")]


@pytest.mark.parametrize("name", SHEETS)
def test_1_every_column_that_the_mapping_reads_is_in_it_and_explained(name, tmp_path):
    mapping = load_mapping(name)
    written = write_templates(mapping, tmp_path, texts("zh"))
    assert [path.stem for path in written] == [table.id for table in mapping.tables]
    for path, table in zip(written, mapping.tables, strict=True):
        book = openpyxl.load_workbook(path)
        data, told = book.worksheets
        columns = [cell.value for cell in data[1]]
        assert columns
        assert set(table.columns) <= set(columns)
        explained = {row[0].value: row[1].value for row in told.iter_rows(min_row=2) if row[1].value}
        assert set(table.columns) <= set(explained)
    with pytest.raises(ConfigError, match="is there already"):
        write_templates(mapping, tmp_path, texts("zh"))


def test_a_table_without_columns_has_no_template(tmp_path):
    with pytest.raises(ConfigError, match="has no columns of a sheet"):
        write_templates(load_mapping("bods"), tmp_path, texts("en"))


@pytest.fixture
def filled(tmp_path):
    """The enterprises of the synthetic city, filled in by hand: one right, one with a wrong digit, one with an impossible date."""
    done = run_zeren("template", "synthetic_city", "--out", str(tmp_path / "forms"), "--lang", "zh")
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
    done = run_zeren("load", str(filled), "--mapping", "synthetic_city", "--format", "csv", store=store)
    assert "row 5, 统一社会信用代码" in done.stderr
    assert done.stdout.splitlines()[1].startswith("enterprises,4,")
    found = run_zeren("search", "甲示例", "--format", "csv", store=store)
    assert "甲示例有限公司" in found.stdout


@pytest.mark.parametrize(("lang", "sheet", "weight"), [("zh", "问题", "未收入"), ("en", "Problems", "not taken")])
def test_2_a_marked_copy_has_every_issue_at_its_cell_and_in_a_list(filled, tmp_path, lang, sheet, weight):
    before = filled.read_bytes()
    out = tmp_path / "marked.xlsx"
    done = run_zeren(
        "load", str(filled), "--mapping", "synthetic_city", "--dry-run", "--marked", str(out), "--lang", lang,
        store=f"sqlite:///{tmp_path / 'z.db'}",
    )  # fmt: skip
    assert done.returncode == 1
    assert filled.read_bytes() == before
    book = openpyxl.load_workbook(out)
    listed = [[cell.value for cell in row] for row in book[sheet].iter_rows(min_row=2)]
    assert {(row, column) for row, column, *_ in listed} >= {(3, "统一社会信用代码"), (5, "统一社会信用代码")}
    assert weight in {row[2] for row in listed}
    marked = {
        (c.row, book.worksheets[0].cell(1, c.column).value) for row in book.worksheets[0].iter_rows() for c in row if c.comment
    }
    assert marked == {(row, column or "统一社会信用代码") for row, column, *_ in listed if row}


def test_a_marked_copy_never_takes_the_place_of_the_original(filled, tmp_path):
    store = f"sqlite:///{tmp_path / 'z.db'}"
    done = run_zeren("load", str(filled), "--mapping", "synthetic_city", "--dry-run", "--marked", str(filled), store=store)
    assert "is the workbook itself" in done.stderr
    done = run_zeren("load", str(tmp_path), "--mapping", "synthetic_city", "--dry-run", "--marked", "x.xlsx", store=store)
    assert done.returncode == 2
