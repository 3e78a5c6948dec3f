"""The worked example of docs/mapping.md is extracted and loaded as a user would."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.model import Decision, Naming, Relationship, Term
from graph.store import open_store
from loaders.ingest import load
from loaders.mapping_file import load_mapping

PAGE = Path(__file__).resolve().parents[2] / "docs" / "mapping.md"
EXAMPLE = re.compile(r"<!-- example: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)


@pytest.fixture
def example(tmp_path):
    for name, text in EXAMPLE.findall(PAGE.read_text(encoding="utf-8")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.required
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_example_of_the_page_loads_as_it_says(example, encoding):
    for path in example.glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8"), encoding=encoding)
    with open_store("sqlite:///:memory:") as store:
        report = load(
            store,
            load_mapping(example / "mapping.yaml"),
            [example / "wages.csv", example / "register.csv"],
            act_by="tester",
            now=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        )
        values = [recorded.fact.value for recorded in store.facts()]
    assert not report.failed, report.as_text()
    assert report.total_issues == 0, report.as_text()
    assert sum(type(value).__name__ == "Entity" for value in values) == 2
    offices = [value for value in values if isinstance(value, Relationship)]
    assert {str(office.period) for office in offices} == {"2019-03-01/open", "2018-05/2021-06-29", "2021-07-01/open"}
    (decision,) = [value for value in values if isinstance(value, Decision)]
    assert (decision.acts, decision.region, str(decision.conduct)) == (("listed_wage_arrears",), "3713", "2020-11/2021-05")
    assert decision.imposed[0].term == Term(months=36)
    (naming,) = [value for value in values if isinstance(value, Naming)]
    assert naming.party is not None
    assert naming.party.entity == "uscc:91370000MA0000001T#测试甲"
    assert (naming.found_as, naming.responsible) == (("directly_responsible_supervisor",), True)
