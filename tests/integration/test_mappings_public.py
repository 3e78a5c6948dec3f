"""The mappings of the two public layouts over the invented samples that ship with them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from analytics.responsibility.catalogue import Catalogue, shipped
from analytics.responsibility.propagation import propagate
from api.use_cases.case_reading import read_cases
from api.use_cases.publishing import judged
from graph.model import Decision, Outcome, Relationship
from graph.snapshot import Snapshot
from graph.store import open_store
from graph.store.base import Store
from loaders.base import Report
from loaders.ingest import load
from loaders.mapping_file import bundled_files, load_mapping

COURT, PUBLICITY = "cn_court_defaulters", "cn_double_publicity"
pytestmark = pytest.mark.required


def deliver(store: Store, name: str, files: list[Path] | None = None) -> Report:
    given = files or bundled_files(name)
    return load(store, load_mapping(name), given, act_by="tester", now=lambda: datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store("sqlite:///:memory:") as opened:
        yield opened


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return shipped()


def snapshot_of(store: Store) -> Snapshot:
    return Snapshot.of((recorded.fact for recorded in store.facts()), store.version())


def decisions(store: Store) -> dict[str, Decision]:
    found = [recorded.fact.value for recorded in store.facts(["decision"])]
    return {one.id.partition(":")[2]: one for one in found if isinstance(one, Decision)}


def test_the_court_list_loads_and_loads_again(store: Store):
    report = deliver(store, COURT)
    assert not report.failed
    assert {(issue.row, issue.column) for issue in report.issues} == {(8, "cardNum"), (9, "cardNum")}
    assert report.tables["defaulters"].accepted == 12
    version = store.version()
    assert deliver(store, COURT).tables["defaulters"].known == 12
    assert store.version() == version


def test_a_natural_person_is_told_apart_from_an_enterprise_and_is_no_ones_namesake(store: Store):
    deliver(store, COURT)
    snapshot, listed = snapshot_of(store), decisions(store)
    kinds = [snapshot.entity(one.respondent.entity).kind for one in listed.values()]
    assert (kinds.count("company"), kinds.count("person")) == (9, 3)
    same = [one.respondent.entity for key, one in listed.items() if key.endswith("/吴示例癸")]
    assert len(set(same)) == 2


def test_a_masked_number_is_never_an_identifier(store: Store):
    deliver(store, COURT)
    deliver(store, PUBLICITY)
    snapshot = snapshot_of(store)
    for node in snapshot.entities():
        view = snapshot.entity(node)
        assert "*" not in node
        assert not any("*" in identifier.value for identifier in view.identifiers)
        assert view.kind != "person" or not view.identifiers


def test_the_spending_limit_reaches_the_debtor_and_the_head_of_the_enterprise(store: Store, catalogue: Catalogue):
    deliver(store, COURT)
    snapshot = snapshot_of(store)
    reached = {
        (f.decision, f.party)
        for fact in snapshot.decisions()
        for f in propagate(snapshot, fact.value.id, catalogue)
        if f.rule == "D3-SPEND" and f.outcome is Outcome.ESTABLISHED
    }
    debtors = {(one.id, one.respondent.entity) for one in decisions(store).values()}
    offices = [recorded.fact.value for recorded in store.facts(["relationship"])]
    heads = {
        (one.id, office.interested_party.entity)
        for one in decisions(store).values()
        for office in offices
        if isinstance(office, Relationship) and office.subject == one.respondent
    }
    assert len(heads) == 8
    assert reached == debtors | heads


def test_nobody_is_listed_because_the_enterprise_is(store: Store, catalogue: Catalogue):
    deliver(store, COURT)
    snapshot = snapshot_of(store)
    listed = {
        f.party for fact in snapshot.decisions() for f in propagate(snapshot, fact.value.id, catalogue) if f.rule == "D3-DEFAULTER"
    }
    assert listed
    assert listed <= {one.respondent.entity for one in decisions(store).values()}


def test_the_level_of_the_authority_is_told_by_its_code_and_name_and_else_the_load_says_so(store: Store, tmp_path: Path):
    deliver(store, PUBLICITY)
    assert {one.authority_level for one in decisions(store).values()} == {"city"}
    source = next(path for path in bundled_files(PUBLICITY) if path.stem == "administrative_penalties")
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:3]
    given = [("", "示例市市场监督管理局"), ("", "临沂市兰山区应急管理局"), ("371300", "临沂市公安局")]
    for row, (code, name) in zip(rows, given, strict=True):
        row |= {"CF_CFJGDM": code, "CF_CFJG": name, "CF_WSH": f"另{row['CF_WSH']}"}
    changed = tmp_path / source.name
    with changed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    report = deliver(store, PUBLICITY, [changed])
    assert [(issue.level, issue.row, issue.column) for issue in report.issues] == [("flagged", 2, "CF_CFJG")]
    assert "not published" in report.issues[0].reason
    found = {key.partition("/")[0]: one.authority_level for key, one in decisions(store).items() if key.startswith("另")}
    assert list(found.values()) == [None, "county", "city"]
    withheld = {
        item.decision.number: item.verdict.reason
        for item in judged(snapshot_of(store), read_cases(store, shipped()), date(2024, 6, 1))
        if item.decision.number.startswith("另")
    }
    assert next(iter(withheld.values())) == "competence"
    assert "competence" not in list(withheld.values())[1:]


def test_penalties_with_their_amounts_and_permits_that_impose_nothing(store: Store, catalogue: Catalogue):
    report = deliver(store, PUBLICITY)
    assert report.total_issues == 0, report.as_text()
    assert {name: table.accepted for name, table in report.tables.items()} == {"penalties": 8, "permits": 6}
    found = {key.partition("/")[0]: one for key, one in decisions(store).items()}
    amounts = {key: {item.act: item.amount_fen for item in one.imposed} for key, one in found.items() if one.kind == "penalty"}
    assert amounts["示市监罚字〔2024〕1号"] == {"fine": 5_000_000}
    assert amounts["示市监罚字〔2024〕2号"] == {"fine": 500_000, "confiscation": 1_250_000}
    assert amounts["示市监罚字〔2024〕4号"] == {"warning": None, "fine": 200_000}
    assert found["示市监罚字〔2024〕5号"].acts == ("fine", "food_licence_revoked")
    assert found["示市监罚字〔2024〕6号"].acts == ("licence_revoked",)
    permits = [one for one in found.values() if one.kind == "permit"]
    assert len(permits) == 6
    assert {one.acts for one in permits} == {("permit_granted",)}
    assert {one.imposed for one in permits} == {()}
    assert str(found["示行审许字〔2023〕1号"].valid) == "2023-03-01/2028-03-01"
    snapshot = snapshot_of(store)
    assert [f for one in permits for f in propagate(snapshot, one.id, catalogue)] == []
    version = store.version()
    deliver(store, PUBLICITY)
    assert store.version() == version


@pytest.mark.parametrize(
    ("name", "table", "column", "text"),
    [
        (COURT, "judgment_defaulters", "partyTypeName", "外星人"),
        (COURT, "judgment_defaulters", "areaName", "火星"),
        (COURT, "judgment_defaulters", "publishDate", "2024-02-30"),
        (PUBLICITY, "administrative_penalties", "CF_CFLB", "杖责"),
        (PUBLICITY, "administrative_penalties", "CF_NR_FK", "五万"),
        (PUBLICITY, "administrative_permits", "XK_XKLB", "不详"),
    ],
)
def test_what_the_mapping_does_not_know_refuses_the_row_and_says_why(
    store: Store, tmp_path: Path, name: str, table: str, column: str, text: str
):
    source = next(path for path in bundled_files(name) if path.stem == table)
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0][column] = text
    changed = tmp_path / source.name
    with changed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    report = deliver(store, name, [changed])
    refused = [issue for issue in report.issues if issue.level == "refused"]
    assert [(issue.row, issue.column, issue.value) for issue in refused] == [(2, column, text)]
    assert refused[0].reason


def test_the_samples_load_by_their_names(zeren, tmp_path: Path):
    for name in (COURT, PUBLICITY):
        done = zeren("load", name, store=f"sqlite:///{tmp_path / 'zeren.db'}", cwd=tmp_path)
        assert done.returncode == 0, done.stderr


def test_the_samples_are_invented():
    for name in (COURT, PUBLICITY):
        for path in bundled_files(name):
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    for column, text in row.items():
                        if column in ("iname", "businessEntity", "CF_XDR_MC", "CF_FRDB", "XK_XDR_MC", "XK_FRDB") and text:
                            assert "示例" in text
                        if column.endswith("SHXYM") and text:
                            assert text[8:12] == "MAFK"
