"""The worked example of docs/mapping.md is extracted and loaded as a user would."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analytics.responsibility.catalogue import shipped
from analytics.responsibility.propagation import propagate
from analytics.responsibility.why_not import why_not
from api.use_cases.loading import mapping_of
from graph.errors import ConfigError
from graph.model import Decision, Naming, Relationship, Term
from graph.snapshot import Snapshot
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
    assert (decision.acts, decision.region, str(decision.conduct)) == (("listed_wage_arrears",), "3713", "2022-02/2022-05")
    assert decision.imposed[0].term == Term(months=36)
    (naming,) = [value for value in values if isinstance(value, Naming)]
    assert naming.party is not None
    assert naming.party.entity == "uscc:91370000MA0000001T#测试丙"
    assert (naming.posts, naming.found_as, naming.responsible) == (("project_leader",), ("other_directly_responsible",), True)


def test_what_is_wrong_with_a_mapping_is_said_in_the_language_asked(tmp_path):
    text = (
        "source: a\nmode: delta\ntables:\n  - file: a.csv\n    facts:\n      - {entity: {kind: compny}}\n"
        "      - decision: {id: i, kind: {const: penalty}, acts: {const: fine}, respondent: {column: a}, authority: b}\n"
    )
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        mapping_of(tmp_path / "mine.yaml")
    assert "facts, 2, decision, acts: must be a list" in str(refused.value)
    assert refused.value.zh.splitlines() == [
        "映射有 3 处错误：",
        "mine.yaml: table a.csv, facts, 1, entity, kind: compny 不是 entity_kinds 中的代码",
        "mine.yaml: table a.csv, facts, 1, entity, id: 必须填写",
        "mine.yaml: table a.csv, facts, 2, decision, acts: 须为列表",
    ]


@pytest.mark.required
def test_example_of_the_page_reaches_whom_it_says(example):
    with open_store("sqlite:///:memory:") as store:
        load(
            store,
            load_mapping(example / "mapping.yaml"),
            [example / "wages.csv", example / "register.csv"],
            act_by="tester",
            now=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        )
        graph = Snapshot.of(recorded.fact for recorded in store.facts())
    catalogue = shipped()
    (decision,) = [fact.value.id for fact in graph.decisions()]
    found = {graph.label(f.party): f for f in propagate(graph, decision, catalogue) if f.rule == "D2-WAGE"}
    assert {name: (str(f.outcome), f.role) for name, f in found.items()} == {
        "样本劳务有限公司": ("established", "respondent"),
        "测试乙": ("established", "legal_representative"),
        "测试丙": ("established", "other_directly_responsible"),
    }
    answer = why_not(graph, decision, "uscc:91370000MA0000001T#测试甲", catalogue)
    assert answer.reason == "not_in_office_at_conduct"
    page = PAGE.read_text(encoding="utf-8")
    assert all(finding.id in page for finding in found.values())
