"""What the bundled data must give: the 21 market bans of real decisions, and every planted answer of the synthetic city."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from analytics.responsibility.catalogue import Catalogue, shipped
from analytics.responsibility.why_not import why_not
from api.locales import texts
from api.use_cases.findings import Query, find
from api.use_cases.propagating import propagate
from api.use_cases.reading import snapshot_of
from api.use_cases.records import record_of
from graph.model import Finding, Outcome, appearance
from graph.snapshot import Snapshot
from graph.store import open_store
from graph.store.base import Store
from loaders.synthetic.city import write_city
from tests.api_world import TODAY, actor

DATA = Path(__file__).resolve().parent.parent.parent / "loaders" / "data" / "cn_listed_demo"


@dataclass
class World:
    """The demonstration's store, its graph and findings."""

    store: Store
    catalogue: Catalogue

    @cached_property
    def snapshot(self) -> Snapshot:
        return snapshot_of(self.store)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return find(self.store, self.catalogue, Query(), TODAY, self.snapshot).findings

    def of_source(self, source: str) -> list[Finding]:
        return [f for f in self.findings if f.decision.startswith(f"{source}:")]

    @cached_property
    def restricted(self) -> list[Finding]:
        """Findings that restrict a person, on the listed companies."""
        listed = self.of_source("cn_listed_demo")
        return [f for f in listed if f.effect == "restrict" and f.party_kind == "person"]


@pytest.fixture(scope="module")
def world(demo) -> Iterator[World]:
    with open_store(demo.url, create=False) as store:
        yield World(store, shipped())


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(name: str) -> list[dict[str, str]]:
    return rows(DATA / f"{name}.csv")


def person_of(finding: Finding) -> str:
    return finding.party.partition("#")[2].partition("@")[0]


def test_exactly_the_21_bans_restrict_a_person(world: World):
    expected = {
        (row["case_id"], row["person_name"]): (row["from"], row["until"] or None, set(row["rule"].split(" or ")))
        for row in table("expected_measures")
    }
    established = [f for f in world.restricted if f.outcome is Outcome.ESTABLISHED]
    found = {
        (f.decision.removeprefix("cn_listed_demo:"), person_of(f)): (f.start.isoformat() if f.start else None, f.until, f.rule)
        for f in established
    }
    assert len(established) == len(found) == len(expected) == 21
    assert found.keys() == expected.keys()
    for key, (start, until, rules) in expected.items():
        assert found[key][:2] == (start, until), key
        assert found[key][2] in rules, key
    assert {f.origin for f in established} == {"imposed"}


def test_no_other_decision_restricts_a_person(world: World):
    kinds = {f"cn_listed_demo:{row['case_id']}": row["kind"] for row in table("decisions")}
    assert {kinds[f.decision] for f in world.restricted} <= {"market_ban"}


def test_nobody_else_of_the_nine_companies_is_restricted(world: World):
    banned = {(row["case_id"], row["person_name"]) for row in table("expected_measures")}
    others = [f for f in world.restricted if (f.decision.removeprefix("cn_listed_demo:"), person_of(f)) not in banned]
    assert [f for f in others if f.outcome is Outcome.ESTABLISHED] == []


def test_nobody_of_a_board_of_today_that_was_not_there_then(world: World):
    board = {row["person_name"] for row in table("posts") if row["stock_code"] == "300372"}
    reached = {person_of(f) for f in world.findings if f.company == "cn_stock:300372"}
    assert board
    assert not board & reached


def test_one_person_named_in_two_decisions_is_one_appearance(world: World):
    named = [
        {n.party.id for n in world.snapshot.named_by(f"cn_listed_demo:{case}") if n.party and n.value.name == "温某009"}
        for case in ("XT-1", "XT-2")
    ]
    assert named == [{"cn_stock:300372#温某009"}, {"cn_stock:300372#温某009"}]


def test_what_was_imposed_is_on_record_for_penalties_too(world: World):
    nodes = [node for node in world.snapshot.entities() if node.endswith("#高某077")]
    cases = {"cn_listed_demo:CS-1", "cn_listed_demo:CS-3"}
    imposed = {}
    for node in nodes:
        document = record_of(world.store, world.snapshot, world.catalogue, node, texts("zh"), TODAY)
        for naming in document["namings"]:
            imposed[naming["decision"]["id"]] = (naming["imposed_text"], naming["file"], naming["row"])
    assert cases <= imposed.keys()
    for case in cases:
        text, file, row = imposed[case]
        assert text
        assert (file, row > 1) == ("named_people.csv", True)


def test_propagating_again_changes_nothing(world: World):
    version = world.store.version()
    done = propagate(world.store, world.catalogue, actor())
    assert (done.new, done.changed, done.withdrawn, world.store.version()) == (0, 0, 0, version)
    done = propagate(world.store, world.catalogue, actor(), full=True)
    assert (done.new, done.changed, done.withdrawn, world.store.version()) == (0, 0, 0, version)


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    folder = tmp_path_factory.mktemp("city")
    write_city(folder, 1_000, 7)
    return rows(folder / "truth.csv")


def party_of(row: dict[str, str]) -> str:
    company = f"uscc:{row['uscc']}"
    if not row["person"]:
        return company
    bearer = f"@synthetic_city:{row['bearer']}" if row["bearer"] else ""
    return appearance(company, row["person"]) + bearer


def test_the_city_has_no_false_and_no_missed_finding(world: World, truth: list[dict[str, str]]):
    planted = {
        (f"synthetic_city:{row['decision_id']}", party_of(row), row["rule"], row["effect"]): row["until"]
        for row in truth
        if row["outcome"] == "established"
    }
    found = {
        (f.decision, f.party, f.rule, f.effect): f.until or ""
        for f in world.of_source("synthetic_city")
        if f.outcome is Outcome.ESTABLISHED
    }
    assert sorted(found.keys() - planted.keys()) == [], "precision below 1.0"
    assert sorted(planted.keys() - found.keys()) == [], "recall below 1.0"
    assert {key: until for key, until in found.items() if planted[key] and until != planted[key]} == {}


def test_every_planted_reason_is_the_reason_given(world: World, truth: list[dict[str, str]]):
    wrong = []
    for row in truth:
        if row["outcome"] == "established":
            continue
        party = doubtful(world, row) if row["reason"] == "identity_uncertain" else party_of(row)
        decision = f"synthetic_city:{row['decision_id']}"
        given = why_not(world.snapshot, decision, party, world.catalogue, row["rule"], row["effect"]).reason
        if given != row["reason"]:
            wrong.append((row["decision_id"], party, row["rule"], row["reason"], given))
    assert wrong == []


def doubtful(world: World, row: dict[str, str]) -> str:
    """The name as the decision has it, which is neither of the two who bear it."""
    named = world.snapshot.named_by(f"synthetic_city:{row['decision_id']}")
    return next(n.party.id for n in named if n.party and n.value.name == row["person"] and not n.party.certain)


def test_the_leads_and_blocks_of_the_city_are_the_planted_ones(world: World, truth: list[dict[str, str]]):
    weakest_first = sorted(
        world.of_source("synthetic_city"), key=lambda f: ["blocked", "lead", "established"].index(f.outcome.value)
    )
    outcomes = {(f.decision, f.party, f.rule, f.effect): f.outcome.value for f in weakest_first}
    for row in truth:
        if row["outcome"] in ("lead", "blocked"):
            party = doubtful(world, row) if row["reason"] == "identity_uncertain" else party_of(row)
            key = (f"synthetic_city:{row['decision_id']}", party, row["rule"], row["effect"])
            assert outcomes.get(key) == row["outcome"], (key, row["scenario"])
