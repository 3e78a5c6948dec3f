"""The invariants of `loaders.merged_cells`, one test a number."""

from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from loaders.merged_cells import Area, areas_in
from loaders.rows import Header, Row
from loaders.tables import read_table


@pytest.fixture
def read(tmp_path):
    """Write a workbook with merged cells and read it."""

    def rows(*given, merge, left=()):
        book = openpyxl.Workbook()
        for row in given:
            book.active.append(row)
        for area in merge:
            book.active.merge_cells(area)
        for place, value in left:  # as other programs leave something in the cells that are covered
            column, row = openpyxl.utils.cell.coordinate_from_string(place)
            covered = openpyxl.cell.cell.Cell(book.active, row, openpyxl.utils.column_index_from_string(column), value)
            book.active._cells[row, covered.column] = covered
        book.save(tmp_path / "a.xlsx")
        head, *found = read_table(tmp_path / "a.xlsx")
        assert isinstance(head, Header)
        return {
            row.number if isinstance(row, Row) else row.row: list(row.cells.values())
            if isinstance(row, Row)
            else (row.column, row.reason)
            for row in found
        }

    return rows


HEAD = ["企业", "姓名", "职务"]


def test_1_cells_of_one_column_have_what_the_first_says(read):
    """1. Cells of one column that are merged have, in each of their rows, what the first of them says ..."""
    found = read(
        HEAD, ["甲", "a", 0.25], [None, "b"], [None, "c", "x"], ["乙", "d"], [None, "e"],
        merge=["A2:A4", "C2:C3", "A5:A6"], left=[("A3", "丙")],
    )  # fmt: skip
    assert found == {
        2: ["甲", "a", "0.25"], 3: ["甲", "b", "0.25"], 4: ["甲", "c", "x"], 5: ["乙", "d", ""], 6: ["乙", "e", ""],
    }  # fmt: skip
    assert read(HEAD, ["甲", "a"], [None, "b"], merge=["C2:E3"]) == {2: ["甲", "a", ""], 3: ["", "b", ""]}
    assert read(HEAD, ["甲", "a", "x"], [None, "b"], merge=["C2:E3"])[3] == ["", "b", "x"]


def test_2_what_is_merged_over_several_columns_or_with_the_header_is_refused(read):
    """2. What is merged over several columns, or with the header, is refused in each of its rows."""
    found = read(HEAD, ["甲", "a", "x"], ["乙", None, "y"], ["丙", None, "z"], merge=["A2:A2", "A3:B4", "C1:C2"])
    assert {row: column for row, (column, _) in found.items()} == {2: "职务", 3: "企业", 4: "企业"}
    assert "cell C2 is part of the merged cell C1:C2, over the header" in found[2][1]
    assert "cell A4 is part of the merged cell A3:B4, over several columns: unmerge it" in found[4][1]


def test_3_where_the_first_cell_cannot_be_read_none_of_the_rows_can(read):
    """3. Where the first cell cannot be read, none of the rows that it covers can."""
    found = read(HEAD, ["=1+1", "a"], [None, "b"], ["乙", "c"], merge=["A2:A3"])
    assert "cell A2 is a formula" in found[2][1]
    assert found[3] == ("企业", "cell A3 is part of the merged cell A2:A3, which cannot be read")
    assert found[4] == ["乙", "c", ""]


def test_4_a_row_in_which_nothing_else_stands_is_none(read):
    """4. A row in which nothing stands but what is merged with the row above is no row of its own."""
    assert read(HEAD, ["甲", "a", "x"], [], ["乙", "b", "y"], merge=["A2:A3", "B2:B3", "C2:C3"]) == {
        2: ["甲", "a", "x"], 4: ["乙", "b", "y"],
    }  # fmt: skip


def test_merged_cells_are_found_as_a_workbook_writes_them():
    book = openpyxl.Workbook()
    for area in ("A2:A3", "B4:AA12"):
        book.active.merge_cells(area)
    made = BytesIO()
    book.save(made)
    with ZipFile(made) as parts:
        text = parts.read("xl/worksheets/sheet1.xml")
    assert sorted(areas_in(text)) == [Area(2, 1, 3, 1), Area(4, 2, 12, 27)]
