"""The mappings of sources that are not copied, over their real files: counts, flags, refusals, and what follows from them.

The files are the material's; where it is absent every test here skips, and says so.
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from analytics.responsibility.catalogue import Catalogue, shipped
from analytics.responsibility.propagation import propagate
from api.use_cases.quality import quality_report
from graph.dates import PartialDate, Truth
from graph.model import Decision, Entity, Fact, Outcome, Payload, Relationship
from graph.snapshot import Snapshot
from graph.store import open_store
from graph.store.base import Store
from loaders.base import Level, Report
from loaders.ingest import load
from loaders.mapping import Mapping
from loaders.mapping_file import load_mapping

pytestmark = [pytest.mark.required, pytest.mark.slow]
DAYS = tuple(map(date.fromisoformat, ("2002-05-01", "2004-01-01", "2006-01-01", "2008-01-01", "2009-08-01", "2011-08-01")))
LISTED = date(2023, 12, 31)
ENTERPRISES = "enterprises.csv"


def deliver(store: Store, shared: Path, name: str, day: date | None = None) -> Report:
    """Load a source's folder of the material."""
    folder = shared / "data" / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is missing: the mapping {name} is not tested")
    return loaded(store, load_mapping(name), folder, day)


def loaded(store: Store, mapping: Mapping, folder: Path, day: date | None = None) -> Report:
    return load(store, mapping, [folder], act_by="tester", now=lambda: datetime(2026, 1, 1, tzinfo=UTC), delivered=day)


def rows(shared: Path, *path: str) -> list[dict[str, str]]:
    with shared.joinpath("data", *path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def counts(report: Report) -> dict[str, tuple[int, int, int, int, int]]:
    """Return rows, accepted, known, flagged and refused rows of each table."""
    return {name: (c.rows, c.accepted, c.known, c.flagged, c.refused) for name, c in report.tables.items()}


def facts(store: Store, kind: str) -> list[Fact[Payload]]:
    return [recorded.fact for recorded in store.facts([kind])]


def edges(store: Store) -> list[Relationship]:
    return [fact.value for fact in facts(store, "relationship") if isinstance(fact.value, Relationship)]


def snapshot_of(store: Store) -> Snapshot:
    return Snapshot.of((recorded.fact for recorded in store.facts()), store.version())


def assert_loads_again_without_a_trace(store: Store, shared: Path, name: str, day: date | None = None) -> None:
    version = store.version()
    report = deliver(store, shared, name, day)
    assert store.version() == version
    assert {c.accepted + c.recorded + c.ended for c in report.tables.values()} == {0}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return shipped()


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store("sqlite:///:memory:") as opened:
        yield opened


# The register of Linyi


@pytest.fixture(scope="module")
def linyi(shared: Path) -> Iterator[tuple[Store, Report]]:
    with open_store("sqlite:///:memory:") as opened:
        yield opened, deliver(opened, shared, "cn_linyi_registry")


def test_the_register_is_taken_whole(linyi: tuple[Store, Report]):
    _, report = linyi
    assert counts(report) == {"enterprises": (13_312, 13_312, 0, 733, 0), "shandong_bad_uscc": (19, 19, 0, 19, 0)}
    assert report.totals == {Level.FLAGGED: 733 + 19, Level.REFUSED: 0, Level.SIGNAL: 0}


def test_the_19_codes_written_wrongly_are_kept_and_flagged(linyi: tuple[Store, Report], shared: Path):
    store, _ = linyi
    bad = {f"uscc:{row['uscc'].upper()}" for row in rows(shared, "cn_linyi_registry", "shandong_bad_uscc.csv")}
    companies = [fact for fact in facts(store, "entity") if isinstance(fact.value, Entity) and fact.value.kind == "company"]
    assert len(companies) == 13_312 + 19
    assert {fact.value.id for fact in companies if fact.flags} == bad
    assert {fact.flags for fact in companies if fact.flags} == {("bad_check",)}


def test_the_register_says_who_heads_an_enterprise_and_where_it_is(linyi: tuple[Store, Report], shared: Path):
    store, _ = linyi
    given = rows(shared, "cn_linyi_registry", "enterprises.csv")
    held = edges(store)
    assert Counter(edge.interest for edge in held) == {
        "legal_representative": sum(bool(row["legal_representative"]) for row in given),
        "is_at": sum(bool(row["address_group"]) for row in given),
    }
    assert {str(edge.period) for edge in held} == {"..2019-04-30/open"}
    at = Counter(edge.subject.entity for edge in held if edge.interest == "is_at")
    assert max(at.values()) == 19
    first = store.get(f"entity/cn_linyi_registry/uscc:{given[0]['uscc']}")
    assert first is not None
    assert dict(first.fact.value.attributes) == {  # type: ignore[union-attr]
        "county": given[0]["county"],
        "founded": given[0]["registered_on"],
        "registered_capital": given[0]["registered_capital"],
    }
    assert not any(
        key == "registered_capital" and value == "N/A"
        for fact in facts(store, "entity")
        if isinstance(fact.value, Entity)
        for key, value in fact.value.attributes
    )


def test_the_quality_report_of_the_register(linyi: tuple[Store, Report]):
    report = quality_report(linyi[0], date(2026, 1, 1))
    (source,) = report["sources"]
    checks = {check["name"]: (check["count"], check["of"]) for check in source["checks"]}
    parties = {each.fact.value.interested_party.entity for each in linyi[0].facts(["relationship"])}  # type: ignore[union-attr]
    borne = Counter(party.partition("#")[2] for party in parties if "#" in party)
    assert source["statements"]["enterprise"] == 13_331
    assert checks["flags.bad_check"] == (19, 13_331)
    assert checks["duplicates.identifier"] == (0, 13_331)
    assert checks["names.shared"] == (sum(count for count in borne.values() if count > 1), sum(borne.values()))
    assert report["conflicts"] == []


def test_two_of_one_name_at_two_enterprises_stay_two(linyi: tuple[Store, Report], shared: Path):
    store, _ = linyi
    given = Counter(row["legal_representative"] for row in rows(shared, "cn_linyi_registry", "enterprises.csv"))
    given.pop("")
    name, times = given.most_common(1)[0]
    heads = {edge.interested_party.entity for edge in edges(store) if edge.interested_party.entity.endswith(f"#{name}")}
    assert len(heads) == times > 1


def test_the_register_loads_again_without_a_trace(linyi: tuple[Store, Report], store: Store, shared: Path, tmp_path: Path):
    """Every row of which something was noted, and every fifth of the others."""
    folder, noted = shared / "data" / "cn_linyi_registry", {issue.row for issue in linyi[1].issues if issue.file == ENTERPRISES}
    lines = folder.joinpath(ENTERPRISES).read_text(encoding="utf-8").splitlines(keepends=True)
    assert (len(lines), len(noted)) == (1 + 13_312, 733)
    kept = [line for number, line in enumerate(lines, 1) if number == 1 or number in noted or not number % 5]
    tmp_path.joinpath(ENTERPRISES).write_text("".join(kept), encoding="utf-8")
    shutil.copy(folder / "shandong_bad_uscc.csv", tmp_path)
    mapping = load_mapping("cn_linyi_registry")
    tables = tuple(table.model_copy(update={"expect": None}) for table in mapping.tables)
    part = mapping.model_copy(update={"tables": tables})
    first = loaded(store, part, tmp_path)
    assert counts(first)["enterprises"] == (len(kept) - 1, len(kept) - 1, 0, 733, 0)
    assert first.totals[Level.SIGNAL] == 0
    version = store.version()
    again = loaded(store, part, tmp_path)
    assert store.version() == version
    assert {c.accepted + c.recorded + c.ended for c in again.tables.values()} == {0}


# Restriction orders and a credit report


def test_restriction_orders_reach_the_units_and_exactly_their_legal_representatives(
    store: Store, shared: Path, catalogue: Catalogue
):
    report = deliver(store, shared, "cn_dishonesty_records")
    assert report.total_issues == 0, report.as_text()
    assert counts(report) == {"consumption_restrictions": (11, 11, 0, 0, 0), "credit_reports": (1, 1, 0, 0, 0)}
    snapshot = snapshot_of(store)
    orders = rows(shared, "cn_dishonesty_records", "consumption_restrictions_lawglm.csv")
    found = set()
    for row in orders:
        findings = propagate(snapshot, f"cn_dishonesty_records:{row['case_no']}", catalogue)
        assert {(f.rule, f.effect, f.outcome) for f in findings} == {("D3-SPEND", "restrict", Outcome.ESTABLISHED)}
        assert {f.start for f in findings} == {date.fromisoformat(row["restricted_on"])}
        found |= {(row["case_no"], f.party.partition(":")[2], f.origin) for f in findings}
    units = {(row["case_no"], row["company"], "imposed") for row in orders}
    heads = {
        (row["case_no"], f"{row['company']}#{row['legal_representative']}", "derived")
        for row in orders
        if row["legal_representative"]
    }
    assert found == units | heads
    assert (len(units), len(heads)) == (11, 10)


def test_an_order_whose_court_is_not_told_is_kept(store: Store, shared: Path):
    deliver(store, shared, "cn_dishonesty_records")
    authorities = [fact.value.authority for fact in facts(store, "decision") if isinstance(fact.value, Decision)]
    assert authorities.count("法院（未载明）") == 1


def test_the_credit_report_is_a_permit_and_a_listing(store: Store, shared: Path, catalogue: Catalogue):
    deliver(store, shared, "cn_dishonesty_records")
    decisions = [fact.value for fact in facts(store, "decision") if isinstance(fact.value, Decision)]
    permit, listing = sorted((one for one in decisions if one.kind != "order"), key=lambda one: str(one.date))
    assert (permit.kind, permit.acts, str(permit.date)) == ("permit", ("permit_granted",), "2018-03-29")
    assert (listing.kind, listing.acts, str(listing.date)) == ("listing", ("listed_judgment_defaulter",), "2019-02-14")
    assert permit.respondent == listing.respondent
    snapshot = snapshot_of(store)
    assert propagate(snapshot, permit.id, catalogue) == []
    spending = [f for f in propagate(snapshot, listing.id, catalogue) if f.rule == "D3-SPEND"]
    assert {f.outcome for f in spending} == {Outcome.ESTABLISHED}
    assert {f.role for f in spending} == {"respondent", "legal_representative"}
    company = snapshot.entity(listing.respondent.entity)
    assert {identifier.scheme for identifier in company.identifiers} == {"uscc", "registration"}


def test_orders_and_report_load_again_without_a_trace(store: Store, shared: Path):
    deliver(store, shared, "cn_dishonesty_records")
    assert_loads_again_without_a_trace(store, shared, "cn_dishonesty_records")


# The sanctions list


def test_the_sanctions_list_and_what_it_links(store: Store, shared: Path, catalogue: Catalogue):
    report = deliver(store, shared, "ofac_sdn_2023", LISTED)
    assert counts(report) == {"entries": (11_443, 11_443, 0, 0, 0), "linked_to": (4_760, 4_498, 0, 0, 262)}
    assert {(issue.level, issue.column, issue.reason) for issue in report.issues} == {
        (Level.REFUSED, "linked_to_ent_num", "is empty; the enterprise is needed")
    }
    assert report.totals[Level.SIGNAL] == 0
    kinds = Counter(fact.value.kind for fact in facts(store, "entity") if isinstance(fact.value, Entity))
    assert kinds == {"other_organisation": 4_575, "person": 5_890, "vessel": 685, "aircraft": 293}
    linked = edges(store)
    assert {edge.interest for edge in linked} == {"linked_to"}
    snapshot = snapshot_of(store)
    assert {snapshot.entity(edge.interested_party.entity).kind for edge in linked} == {"other_organisation", "person"}
    assert sum(snapshot.entity(edge.subject.entity).kind in ("vessel", "aircraft") for edge in linked) == 654 + 251 + 17 + 4
    triggered = [fact.value.id for fact in snapshot.decisions() if propagate(snapshot, fact.value.id, catalogue)]
    assert triggered == []
    assert_loads_again_without_a_trace(store, shared, "ofac_sdn_2023", LISTED)


# Six dated deliveries of boards


@pytest.fixture(scope="module")
def boards(shared: Path) -> Iterator[tuple[Store, dict[date, Report]]]:
    with open_store("sqlite:///:memory:") as opened:
        yield opened, {day: deliver(opened, shared, "no_boards", day) for day in DAYS}


def sitting(shared: Path) -> dict[date, set[tuple[str, str]]]:
    """Return who sits where (company, person) on each day, as the files say."""
    folder = shared / "data" / "no_boards"
    files = {day: (folder / f"net2m_{day}.txt").read_text(encoding="utf-8").splitlines() for day in DAYS}
    return {day: {(line.split()[0], line.split()[1]) for line in lines} for day, lines in files.items()}


def expected_terms(days: list[bool]) -> list[str]:
    """Return the terms of one who sits on a board on some of the days."""
    terms: list[str] = []
    for place, here in enumerate(days):
        before = days[place - 1] if place else False
        if here and not before:
            first = f"{PartialDate(DAYS[place - 1].replace(day=2), DAYS[place])}" if place else f"..{DAYS[0]}"
            terms.append(f"{first}/open")
        elif before and not here:
            terms[-1] = terms[-1].replace("open", str(PartialDate(DAYS[place - 1], DAYS[place])))
    return terms


def test_every_term_of_every_director_follows_from_the_six_deliveries(boards: tuple[Store, dict[date, Report]], shared: Path):
    store, reports = boards
    files = sitting(shared)
    assert [report.total_issues for report in reports.values()] == [0] * 6
    assert [report.tables["boards"].rows for report in reports.values()] == [1130, 1303, 1523, 1881, 1834, 1746]
    assert [report.tables["boards"].ended for report in reports.values()] == [0, 405, 488, 724, 720, 754]
    found: dict[tuple[str, str], list[str]] = {}
    for edge in edges(store):
        person = (edge.interested_party.bearer or "").partition(":")[2]
        found.setdefault((edge.subject.entity.partition(":")[2], person), []).append(str(edge.period))
    expected = {pair: expected_terms([pair in files[day] for day in DAYS]) for pair in set().union(*files.values())}
    assert {pair: sorted(terms) for pair, terms in found.items()} == {pair: sorted(terms) for pair, terms in expected.items()}
    assert len(expected) == 4_760
    assert sum(len(terms) > 1 for terms in expected.values()) == 77


def test_one_who_comes_back_was_certainly_gone_between(boards: tuple[Store, dict[date, Report]]):
    store, _ = boards
    # Company 112, person 5226: on the board in 2002, 2004 and 2009, not in 2006, 2008 and 2011.
    terms = [
        edge.period
        for edge in edges(store)
        if edge.subject.entity == "no_boards:112" and edge.interested_party.bearer == "no_boards:5226"
    ]
    assert len(terms) == 2

    def held(day: str) -> Truth:
        return Truth.best([term.holds_on(PartialDate.on(date.fromisoformat(day))) for term in terms])

    assert [held(str(day)) for day in DAYS] == ["yes", "yes", "maybe", "no", "yes", "maybe"]
    assert [held(day) for day in ("2003-01-01", "2005-01-01", "2007-01-01", "2008-06-01", "2011-09-01")] == [
        "yes", "maybe", "no", "maybe", "no",
    ]  # fmt: skip


def test_a_delivery_of_boards_loads_again_without_a_trace(boards: tuple[Store, dict[date, Report]], shared: Path):
    assert_loads_again_without_a_trace(boards[0], shared, "no_boards", DAYS[-1])
    version = boards[0].version()
    deliver(boards[0], shared, "no_boards", DAYS[1])
    assert boards[0].version() == version
