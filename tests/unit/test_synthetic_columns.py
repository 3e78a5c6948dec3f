"""Each test quotes an invariant of loaders/synthetic/columns.py."""

import numpy as np
import pytest

from loaders.synthetic.columns import OPEN, UNKNOWN, Table, date_text, dates, day, month_of, numbered, pooled, year_of


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 100])
def test_1_chunks_change_nothing(rows: int) -> None:
    counted = np.arange(5)
    table = Table(
        "t",
        {"n": numbered("X{:02d}", counted), "p": pooled(("a", "b"), counted % 2)},
        5,
        {"n": ["one", "two"], "p": ["c", "d"]},
        np.array([6, 0, 5, 4, 3, 2, 1]),
    )
    chunks = list(table.chunks(rows))
    assert all(len(chunk["n"]) <= rows for chunk in chunks)
    assert [text for chunk in chunks for text in chunk["n"]] == ["two", "X00", "one", "X04", "X03", "X02", "X01"]
    assert [text for chunk in chunks for text in chunk["p"]] == ["d", "a", "c", "a", "b", "a", "b"]


def test_1_a_table_without_rows_still_has_its_columns() -> None:
    assert list(Table("t", {"n": numbered("{}", np.arange(0))}, 0).chunks(10)) == [{"n": []}]


def test_2_dates_as_a_register_writes_them() -> None:
    days = np.array([day(2024, 2, 29), day(1990, 1, 1)])
    rows = np.arange(2)
    assert dates(days)(rows) == ["2024-02-29", "1990-01-01"]
    assert dates(month_of(days))(rows) == ["2024-02", "1990-01"]
    assert dates(year_of(days))(rows) == ["2024", "1990"]
    assert (date_text(UNKNOWN), date_text(OPEN)) == ("unknown", "")
