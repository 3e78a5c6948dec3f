"""Invariant 2 of `graph.store.lengths`."""

from datetime import UTC, datetime

import pytest

from graph.store import open_store
from graph.store.lengths import MOST
from loaders.ingest import load
from loaders.mapping import Mapping

COMPANIES = {
    "source": "demo",
    "mode": "events",
    "tables": [{"file": "a.csv", "facts": [{"entity": {"kind": "company", "id": {"column": "编号"}, "names": ["名称"]}}]}],
}


@pytest.mark.parametrize(("code", "name", "column"), [("a", "长" * (MOST // 3 + 1), "名称"), ("i" * (MOST + 1), "甲", "编号")])
def test_2_a_load_refuses_the_row_with_its_column(tmp_path, code, name, column):
    """2. A load refuses the row, with its column, and records the rows around it."""
    path = tmp_path / "a.csv"
    longest = "长" * (MOST // 3)
    path.write_text(f"编号,名称\nx,{longest}\n{code},{name}\ny,乙\n", encoding="utf-8")
    with open_store("sqlite:///:memory:") as store:
        report = load(store, Mapping.model_validate(COMPANIES), [path], act_by="t", now=lambda: datetime(2024, 1, 1, tzinfo=UTC))
        (issue,) = report.issues
        assert (issue.row, issue.column) == (3, column)
        assert "bytes long, and may be 2,000" in issue.reason
        assert [each.fact.value.id for each in store.facts(["entity"])] == ["demo:x", "demo:y"]
