"""The invariant of `loaders.row_problems`."""

from datetime import UTC, datetime

from graph.store import open_store
from loaders.ingest import load
from loaders.mapping import Mapping

DECISIONS = {
    "source": "demo",
    "mode": "events",
    "tables": [
        {
            "file": "holders.csv",
            "facts": [
                {"entity": {"kind": "company", "id": {"column": "编号"}, "names": ["名称"]}},
                {
                    "relationship": {
                        "party": {"column": "编号"},
                        "subject": {"column": "编号"},
                        "interest": {"column": "关系", "values": {"持股": "shareholding"}},
                        "share": {"column": "比例", "unit": "percent"},
                        "amount": {"column": "金额", "unit": "yuan"},
                        "start": "起",
                        "end": "止",
                    }
                },
            ],
        }
    ],
}


def test_1_every_cell_that_cannot_be_read_is_told_of_once(tmp_path):
    """1. Every cell of a refused row that cannot be read by itself is told of once, with its column."""
    path = tmp_path / "holders.csv"
    path.write_text(
        "编号,名称,关系,比例,金额,起,止\na,甲,持股,5,1,2020,2021\nb,乙,控股,120,x,2020-13,2020-01-01\n", encoding="utf-8"
    )
    with open_store("sqlite:///:memory:") as store:
        report = load(store, Mapping.model_validate(DECISIONS), [path], act_by="t", now=lambda: datetime(2024, 1, 1, tzinfo=UTC))
        assert {issue.row for issue in report.issues} == {3}
        assert sorted(issue.column for issue in report.issues) == sorted(["关系", "比例", "金额", "起"])
        (counts,) = report.tables.values()
        assert (counts.rows, counts.refused, counts.accepted) == (2, 1, 1)
        assert "b" not in {each.fact.value.id.partition(":")[2] for each in store.facts(["entity"])}
