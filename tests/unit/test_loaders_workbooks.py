"""The invariants of `loaders.workbooks`, one test a number."""

from datetime import UTC, datetime

import openpyxl
import pytest

from graph.errors import ConfigError, InputError
from graph.model import Relationship, Share
from graph.store import open_store
from loaders.base import Level
from loaders.ingest import load
from loaders.mapping import Mapping
from loaders.rows import Header, NotKept, Row
from loaders.tables import Form, read_table
from loaders.workbooks import Meant

HEAD = ["编号", "名称", "股东", "比例", "起"]
HOLDERS = {
    "source": "demo",
    "mode": "events",
    "tables": [
        {
            "file": "holders.xlsx",
            "facts": [
                {"entity": {"kind": "company", "id": {"column": "编号"}, "names": ["名称"]}},
                {"entity": {"kind": "person", "id": {"column": "股东"}}},
                {
                    "relationship": {
                        "party": {"column": "股东"},
                        "subject": {"column": "编号"},
                        "interest": {"const": "shareholding"},
                        "share": {"column": "比例", "unit": "percent"},
                        "start": "起",
                    }
                },
            ],
        }
    ],
}


@pytest.fixture
def book(tmp_path):
    """Write a workbook; `change` alters its sheet."""

    def write(*rows, change=None, head=HEAD):
        made = openpyxl.Workbook()
        for row in (head, *rows):
            made.active.append(row)
        if change is not None:
            change(made.active)
        path = tmp_path / "holders.xlsx"
        made.save(path)
        return path

    return write


def lines(path, **meant):
    return [line for line in read_table(path, Form(meant=Meant(**meant))) if not isinstance(line, Header)]


def cells(line):
    assert isinstance(line, Row), line
    return list(line.cells.values())


DAY = datetime(2024, 5, 1)  # noqa: DTZ001 - Excel knows no zones


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("yyyy-mm-dd", "2024-05-01"),
        ("mm-dd-yy", "2024-05-01"),
        ('yyyy"年"m"月"d"日"', "2024-05-01"),
        ("[$-804]dddd, mmmm d, yyyy;@", "2024-05-01"),
        ("yyyy-mm-dd hh:mm:ss", "2024-05-01"),
        ('yyyy"年"m"月"', "2024-05"),
        ("mmm-yy", "2024-05"),
        ("[$-409]mmm-yy;@", "2024-05"),
        ("yyyy", "2024"),
    ],
)
def test_8_a_date_is_read_as_far_as_it_is_shown(book, form, said):
    def change(sheet):
        sheet.cell(2, 5).value, sheet.cell(2, 5).number_format = DAY, form

    (line,) = lines(book(["1", "甲", "乙", "25%", ""], change=change), dates=frozenset({"起"}))
    assert cells(line)[4] == said


@pytest.mark.parametrize("form", ['m"月"d"日"', "d-mmm", "m/d"])
def test_8_a_date_without_its_year_is_refused(book, form):
    def change(sheet):
        sheet.cell(2, 5).value, sheet.cell(2, 5).number_format = DAY, form

    (line,) = lines(book(["1", "甲", "乙", "25%", ""], change=change), dates=frozenset({"起"}))
    assert "E2 is a date whose year is not shown" in str(line)


@pytest.mark.parametrize(
    ("value", "form", "said"),
    [
        (0.25, "0%", "25%"), (0.25, "0.00%", "25%"), (0.3333, "0%", "33.33%"), (0.1 + 0.2, "0%", "30%"), (1, "0%", "100%"),
        (25, "General", "25"), (0.25, "General", "0.25"), (0.5, '0.0"%"', "0.5"), (0.5, r"0.0\%", "0.5"), (1e-7, "0%", "0.00001%"),
    ],
)  # fmt: skip
def test_1_what_is_shown_in_per_cent_is_read_in_per_cent(book, value, form, said):
    """1. A number that is shown in per cent is read in per cent, except where the mapping reads a part of one."""

    def shown(sheet):
        sheet["A2"].number_format = form

    path = book([value], change=shown, head=["比例"])
    assert cells(lines(path)[0]) == [said]
    assert cells(lines(path, fractions=frozenset({"比例"}))[0]) == [
        said if form == "General" else f"{value:.15g}".replace("1e-07", "0.0000001")
    ]


@pytest.mark.parametrize("number", [371302199001011234, 3.71302199001011e17, 10**15])
def test_2_a_number_of_more_than_15_digits_is_refused_with_its_cell(book, number):
    """2. A number of more than 15 digits is refused with its cell: Excel keeps 15 of them and puts zeros for the others."""
    wrong, right = lines(book([None, None, number], [None, None, 10**15 - 1]))
    assert isinstance(wrong, InputError)
    assert (wrong.row, wrong.column) == (2, "股东")
    assert "cell C2 is a number of more than 15 digits" in wrong.reason
    assert "format the column as text" in wrong.reason
    assert cells(right)[2] == "999999999999999"


def test_3_a_number_with_a_fraction_is_no_date(book):
    """3. A number with a fraction is no date: 2020.1 may have been typed as 2020.10."""
    path = book(["a", "b", "c", 5, 2020.1], ["a", "b", "c", 2020.1, "2020.1"], ["a", "b", "c", 5, 20200105])
    wrong, text, whole = lines(path, dates=frozenset({"起"}))
    assert isinstance(wrong, InputError)
    assert (wrong.row, wrong.column) == (2, "起")
    assert "cell E2 is the number 2020.1, which is no date" in wrong.reason
    assert cells(text)[3:] == ["2020.1", "2020.1"]
    assert cells(whole)[4] == "20200105"


def test_4_what_is_hidden_is_read_and_told_of(book):
    """4. Hidden sheets, rows and columns are read like others, and told of."""

    def hide(sheet):
        for row in (3, 5):
            sheet.row_dimensions[row].hidden = True
        sheet.column_dimensions["D"].hidden = True
        sheet.parent.create_sheet("second")
        sheet.sheet_state = "hidden"

    found = lines(book(*[[str(number)] for number in range(5)], change=hide))
    assert [line.number for line in found if isinstance(line, Row)] == [2, 3, 4, 5, 6]
    told = [line for line in found if isinstance(line, NotKept)]
    assert [line.row for line in told] == [1, 3, 1]
    assert [
        "is hidden" in told[0].reason,
        "2 rows are hidden (3, 5)" in told[1].reason,
        "columns are hidden (D)" in told[2].reason,
    ] == [True] * 3
    assert not [line for line in lines(book(["a"])) if isinstance(line, NotKept)]


def test_4_sheets_with_the_same_columns_that_are_not_read_are_told_of(book):
    def more(sheet):
        for title, head in (("二月", HEAD), ("说明", ["列", "含义"]), ("三月", [*HEAD, None])):
            sheet.parent.create_sheet(title).append(head)

    found = lines(book(["a"], change=more))
    (told,) = [line for line in found if isinstance(line, NotKept)]
    assert "2 sheets with the same columns were not read (二月, 三月)" in told.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"\0" * (1 << 20) + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"Workbook", "old format"),
    ],
)
def test_5_a_workbook_with_a_password_is_told_from_a_damaged_one(tmp_path, content, reason):
    """5. A workbook that is protected by a password is told from one that is damaged."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + content)
    with pytest.raises(InputError, match=reason):
        lines(path)
    path.write_bytes(b"PK\3\4 and no more")
    with pytest.raises(InputError, match="cut off"):
        lines(path)


def test_2_all_cells_of_a_row_that_cannot_be_read_are_told_of_at_once(book):
    """2. ... All cells of a row that cannot be read are told of at once, and what is wrong in the others."""
    path = book(["c", "甲公司", 371302199001011234, 120, 2020.1], ["c", "甲公司", "q", 5, 2020])
    with open_store("sqlite:///:memory:") as store:
        report = load(store, Mapping.model_validate(HOLDERS), [path], act_by="t", now=lambda: datetime(2024, 1, 1, tzinfo=UTC))
    assert {(issue.level, issue.row) for issue in report.issues} == {(Level.REFUSED, 2)}
    assert [issue.column for issue in report.issues] == ["股东", "起", "比例"]
    (counts,) = report.tables.values()
    assert (counts.rows, counts.refused, counts.accepted) == (2, 1, 1)


@pytest.mark.parametrize("name", ["shares.xlsx", "shares.XLSX"])
def test_a_workbook_that_fits_no_table_is_told_what_workbooks_are_called(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"PK")
    with open_store("sqlite:///:memory:") as store, pytest.raises(ConfigError) as refused:
        load(store, Mapping.model_validate(HOLDERS), [path], act_by="t", now=lambda: datetime(2024, 1, 1, tzinfo=UTC))
    assert str(refused.value).endswith("a workbook of it is called holders.xlsx")
    assert refused.value.zh.endswith("工作簿的名称应为：holders.xlsx")


@pytest.mark.parametrize("ending", [".xls", ".xlsm", ".XLSB", ".ods"])
def test_5_a_workbook_of_another_format_is_named(tmp_path, ending):
    """5. ... and one of another format is named, by itself and in a folder."""
    path = tmp_path / f"holders{ending}"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    for given in (path, tmp_path):
        with open_store("sqlite:///:memory:") as store, pytest.raises(ConfigError, match=r"holders.* format .*; save it as \.xlsx"):
            load(store, Mapping.model_validate(HOLDERS), [given], act_by="t", now=lambda: datetime(2024, 1, 1, tzinfo=UTC))


def test_6_a_character_that_excel_wrote_as_an_escape_is_that_character(book):
    """6. A character that Excel wrote as `_x0001_` is that character."""
    found = lines(book(["c", "甲_x0001_公司_x000A_乙", "_x005F_x0001_", "_X0001_ x0001_", "_x000d_2020"]))
    assert cells(found[0])[1:] == ["甲\x01公司\n乙", "_x0001_", "_X0001_ x0001_", "2020"]
    nul, half = lines(book(["c", "_x0000_"], ["c", "_xD800_"]))
    assert [(nul.row, nul.column), (half.row, half.column)] == [(2, "名称"), (3, "名称")]
    assert "half a character" in half.reason
    (header, *_) = read_table(book(["c"], head=["编_x000A_号"]))
    assert header.columns == ("编\n号",)


def test_7_a_yes_or_no_is_read_where_the_mapping_asks_for_one(book):
    """7. A yes or no of Excel is read where the mapping asks for one, and refused in any other column that it reads."""
    wrong, right = lines(book(["c", True], [None, None, None, None, False]), flags=frozenset({"起"}))
    assert (wrong.row, wrong.column) == (2, "名称")
    assert "cell B2 is TRUE, a yes or no of Excel" in wrong.reason
    assert cells(right)[4] == "false"


def test_7_the_mapping_says_where_one_may_stand():
    """7. ... where the mapping asks for one, or passes the column over."""
    table = {**HOLDERS["tables"][0], "ignore": ["其他"]}
    flag = {"when": {"column": "在册", "values": {"true": True, "false": False}}, **table["facts"][1]}
    mapping = Mapping.model_validate({**HOLDERS, "tables": [{**table, "facts": [*table["facts"], flag]}]})
    assert mapping.tables[0].form.meant.flags == {"在册", "其他"}


def test_a_workbook_is_recorded_as_it_is_seen(book):
    def change(sheet):
        sheet["D2"].number_format = "0%"
        sheet.row_dimensions[2].hidden = True

    path = book(
        ["c", "甲公司", "p", 0.25, 2020],
        ["c", "甲公司", "q", 25, 2020.1],
        ["c", "甲公司", 371302199001011234, 1, 2020],
        change=change,
    )
    with open_store("sqlite:///:memory:") as store:
        report = load(store, Mapping.model_validate(HOLDERS), [path], act_by="t", now=lambda: datetime(2024, 1, 1, tzinfo=UTC))
        found = [each.fact.value for each in store.facts(["relationship"])]
    assert [value.share for value in found if isinstance(value, Relationship)] == [Share.exact(250_000)]
    assert [(issue.level, issue.row, issue.column) for issue in report.issues] == [
        (Level.FLAGGED, 2, None), (Level.REFUSED, 3, "起"), (Level.REFUSED, 4, "股东"),
    ]  # fmt: skip
