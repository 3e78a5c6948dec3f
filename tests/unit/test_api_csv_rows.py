"""The numbered invariants of `api.csv_rows`, each in a test named after its number."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.csv_rows import cell_of, csv_row
from graph.export.texts import csv_line


@pytest.mark.parametrize(
    "evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x")', "＝1+1", "＋1", "－1", "＠a"]
)
def test_1_no_cell_is_a_formula(evil: str) -> None:
    ((cell, other),) = csv.reader(io.StringIO(csv_row({"name": evil, "n": -5}, ("name", "n")), newline=""))
    assert cell.replace("'", "") == evil.replace("'", "")
    assert all(line.startswith("'") or line.strip()[:1] not in tuple("=+-@＝＋－＠") for line in cell.splitlines())
    assert other == "'-5"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=4))
def test_2_what_is_written_is_read_back(cells: list[str]) -> None:
    assert list(csv.reader(io.StringIO(csv_line(cells), newline=""))) == [cells]


def test_3_what_is_not_known_is_empty_and_several_are_told_apart() -> None:
    row = {"party": {"name": None}, "many": ["a", "b"], "no": False}
    assert [cell_of(row, path) for path in ("party.name", "party.none", "none.x", "many", "no")] == ["", "", "", "a; b", "False"]
