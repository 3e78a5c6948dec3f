"""Frames and networks; needs the extra `notebooks`."""

from __future__ import annotations

from io import BytesIO

import pytest

pd = pytest.importorskip("pandas")
nx = pytest.importorskip("networkx")

from graph.dates import Period  # noqa: E402
from graph.export.frames import decisions_frame, findings_frame, posts_frame  # noqa: E402
from graph.export.network import case_network  # noqa: E402
from graph.model import PartyRef, Relationship, Share  # noqa: E402
from tests.builder import Case  # noqa: E402


@pytest.fixture
def case() -> Case:
    case = Case()
    company = case.company("A")
    company.legal_representative("法示例", "2020-01", "open").director("董示例").director("友示例", "2019-05-06", "2021-02-03")
    case.add(Relationship(PartyRef("test:B"), PartyRef("test:A"), "shareholder", Period(), share=Share.exact(510_000)))
    case.add(Relationship(PartyRef("test:C"), PartyRef("test:A"), "shareholder", Period(), share=Share(0, 50_000)))
    case.company("Z").director("法示例", "2020-01-01")
    case.decision("A", ["listed_wage_arrears"], number="〔2023〕1号")
    case.names("董示例", "A", found_as=("directly_responsible_supervisor",), responsible=True)
    return case


def test_frames_1_one_row_each_in_order_with_ids_beside_names(case):
    findings = findings_frame(case.findings(), case.snapshot)
    assert list(findings["id"]) == [finding.id for finding in case.findings()]
    assert set(findings.loc[findings["party"] == "test:A#法示例", "party_name"]) == {"法示例"}
    posts = posts_frame(case.snapshot)
    assert len(posts) == 6
    assert list(posts["company"]) == ["test:A"] * 5 + ["test:Z"]
    assert set(posts["file"]) == {"case.csv"}
    decisions = decisions_frame(case.snapshot)
    assert decisions.loc[0, ["id", "number", "company_name", "named"]].tolist() == ["D1", "〔2023〕1号", "示例A公司", 1]


def test_frames_2_what_is_not_known_is_empty_and_a_partial_date_keeps_its_spelling(case):
    posts = posts_frame(case.snapshot).set_index(["party", "company"])
    assert posts.loc[("test:A#法示例", "test:A"), "from"] == "2020-01"
    assert posts.loc[("test:A#法示例", "test:A"), "until"] == "open"
    assert pd.isna(posts.loc[("test:A#董示例", "test:A"), "from"])
    assert posts.loc[("test:B", "test:A"), "share"] == 0.51
    assert pd.isna(posts.loc[("test:C", "test:A"), "share"])


def test_frames_of_nothing_have_their_columns():
    empty = Case()
    assert "outcome" in findings_frame([], empty.snapshot).columns
    assert "share" in posts_frame(empty.snapshot).columns
    assert len(decisions_frame(empty.snapshot)) == 0


def test_network_1_only_a_party_with_a_finding_carries_an_outcome(case):
    graph = case_network(case.snapshot, "D1", case.findings())
    marked = {node for node, outcome in graph.nodes(data="outcome") if outcome}
    assert marked == {finding.party for finding in case.findings()}
    assert "test:A#友示例" in graph
    assert "test:A#友示例" not in marked


def test_network_1_the_outcome_is_the_strongest_of_the_findings_of_this_decision(case):
    graph = case_network(case.snapshot, "D1", reversed(case.findings()))
    assert graph.nodes["test:A#法示例"]["outcome"] == "established"
    other = [finding for finding in case.findings() if finding.decision != "D1"]
    assert not any("outcome" in data for _, data in case_network(case.snapshot, "D1", other).nodes(data=True))


def test_network_2_every_writer_of_networkx_takes_it(case):
    graph = case_network(case.snapshot, "D1", case.findings())
    values = [value for _, data in graph.nodes(data=True) for value in data.values()]
    values += [value for _, _, data in graph.edges(data=True) for value in data.values()]
    assert {type(value) for value in values} == {str}
    for write in (nx.write_graphml, nx.write_gexf):
        out = BytesIO()
        write(graph, out)
        assert "董示例" in out.getvalue().decode()


def test_network_3_nobodys_other_enterprises_are_in_it(case):
    assert "test:Z" not in case_network(case.snapshot, "D1", case.findings())
