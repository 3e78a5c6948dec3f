"""The invariants of `api.use_cases.findings`, by number, and the filters."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from api.locales import texts
from api.use_cases.cases import Cases
from api.use_cases.explaining import explain
from api.use_cases.findings import Query, as_json, as_of, find, find_one
from api.use_cases.impact import of_statement
from api.use_cases.previewing import preview
from api.use_cases.propagating import stored_findings
from api.use_cases.reading import snapshot_of, version_of
from api.use_cases.records import record_of
from api.use_cases.showing import show
from api.use_cases.underived import MARK
from graph.errors import InputError, NoChoice, NotFound, Refused
from graph.model import Entity, Finding, Identifier, Name, Outcome
from graph.snapshot.scope import snapshot_about
from graph.store.base import Store
from tests.api_world import TODAY, case, catalogue, stored
from tests.builder import Case
from tests.case_world import confirm


def wanted(store: Store, **query: object) -> list[Finding]:
    return list(find(store, catalogue(), Query(**query), TODAY).findings)  # type: ignore[arg-type]


def of(store: Store, name: str) -> Finding:
    return next(f.value for f in stored_findings(store) if f"#{name}" in f.value.party)


def test_1_known_at_is_derived_and_never_read_back():
    with stored(derive=False) as store:
        assert wanted(store) == []
        derived = wanted(store, known_at=store.version())
        assert {f.party.split("#")[1] for f in derived} == {"王示例", "钱示例", "孙示例", "周示例"}
        assert store.progress(MARK) is None
        assert wanted(store, known_at=0) == []


def status_of(finding: Finding, day: date) -> str:
    return Cases({finding.id: finding}, {}, (), catalogue(), {}).standing(finding, day)


def test_2_what_is_imposed_is_in_force_to_its_last_day_and_what_is_derived_once_it_was_decided_and_served():
    with stored() as store:
        banned, head, named = of(store, "孙示例"), of(store, "王示例"), of(store, "钱示例")
        assert (banned.origin, banned.until, status_of(banned, TODAY)) == ("imposed", "life", "in_force")
        assert status_of(banned, date(2023, 1, 1)) == "not_yet"
        assert status_of(banned, date(2023, 1, 2)) == "in_force"
        ended = replace(banned, until="2024-01-02")
        assert [status_of(ended, day) for day in (date(2024, 1, 2), date(2024, 1, 3))] == ["in_force", "expired"]
        assert (head.origin, status_of(head, TODAY)) == ("derived", "derived")
        assert (named.outcome, status_of(named, TODAY)) == (Outcome.LEAD, "to_review")
        assert status_of(replace(named, outcome=Outcome.BLOCKED), TODAY) == "blocked"
        before = store.version()
        confirm(store, head.id)
        told = [
            find(store, catalogue(), Query(person="王示例", effect="restrict", **query), date(2024, 6, 10)).as_json()[0]["status"]
            for query in ({}, {"as_of": date(2024, 6, 6)}, {"known_at": before})
        ]
        assert told == ["in_force", "decided", "derived"]


def test_3_a_term_that_was_not_read_is_null():
    with stored() as store:
        unread = of(store, "周示例")
        answer = find(store, catalogue(), Query(), TODAY)
        shown = as_json(answer.snapshot, unread, answer.cases.standing(unread, TODAY))
        assert (shown["until"], shown["status"]) == (None, "end_unknown")


def told_later() -> Case:
    """The small world with what came after the listing: a correction that names 赵示例, and a judgment that clears 王示例."""
    world = case()
    world.decision("A", ["listed_wage_arrears"], name="C", date="2023-08-10", conduct=None)
    world.link("C", "corrects", "D1")
    world.names("赵示例", "A", decision="C", found_as=("directly_responsible_supervisor",), responsible=True)
    world.decision("A", ["order_to_correct"], name="J", kind="judgment", date="2023-09-10")
    world.link("J", "same_conduct", "D1")
    world.names("王示例", "A", decision="J", responsible=False)
    return world


BEFORE, AFTER = date(2023, 6, 1), date(2023, 10, 1)


def outcomes(found: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(f.party.split("#")[1], str(f.outcome)) for f in found if f.decision == "D1"}


@pytest.mark.parametrize("known_at", [False, True])
def test_4_what_came_later_makes_and_unmakes_no_finding_of_the_day(known_at):
    with stored(told_later()) as store:
        version = {"known_at": store.version()} if known_at else {}
        then = [("王示例", "established"), ("钱示例", "lead")]
        now = [("王示例", "lead"), ("钱示例", "lead"), ("赵示例", "established")]
        assert outcomes(wanted(store, **version)) == outcomes(wanted(store, as_of=AFTER, **version)) == set(now)
        assert outcomes(wanted(store, as_of=BEFORE, **version)) == set(then)
        assert outcomes(wanted(store, as_of=BEFORE, decision="D1", **version)) == set(then)
        assert outcomes(wanted(store, as_of=BEFORE, person="王示例", outcome="established", **version)) == {then[0]}
        assert wanted(store, as_of=BEFORE, decision="J", **version) == []


def test_4_one_finding_is_that_of_the_day_and_none_that_rests_on_what_came_later():
    with stored(told_later()) as store:
        head, named = of(store, "王示例"), of(store, "赵示例")
        graph = snapshot_about(store, [head.decision, head.party])
        assert as_of(head, graph, catalogue(), None)[0].outcome is Outcome.LEAD
        found, then = as_of(head, graph, catalogue(), BEFORE)
        assert (found.id, found.outcome, then.day) == (head.id, Outcome.ESTABLISHED, BEFORE)
        with pytest.raises(NotFound, match="rests on what came later"):
            as_of(named, graph, catalogue(), BEFORE)
        shown = show(store, graph, catalogue(), head.id, texts("en"), BEFORE, as_of=BEFORE)
        assert (shown["finding"]["outcome"], shown["finding"]["status"]) == ("established", "derived")


def test_4_record_preview_explanation_and_impact_are_those_of_the_day():
    with stored(told_later()) as store:
        head = of(store, "王示例")
        words, whole = texts("en"), snapshot_of(store)
        record = record_of(store, whole, catalogue(), head.party, words, BEFORE, as_of=BEFORE)
        assert [f["outcome"] for f in record["findings"]] == ["established"]
        assert [d["id"] for d in record["decisions"]] == []
        assert preview(store, catalogue(), "王示例", words, BEFORE)["findings"] == [head.id]
        assert preview(store, catalogue(), "王示例", words, AFTER)["findings"] == []
        found, then = as_of(head, whole, catalogue(), BEFORE)
        document = explain(store, then, catalogue(), found, words, BEFORE)
        assert {d["id"] for d in document["documents"]} == {"D1"}
        assert all(lifting["changes"] for lifting in document["lifts"]["sets"])
        post = next(r.fact for r in store.facts(["relationship"]) if "王示例" in r.fact.value.interested_party.entity)  # type: ignore[union-attr]
        gone = of_statement(store, catalogue(), post.id, {}, as_of=BEFORE).impact
        assert [each.before.outcome for each in gone.effects if each.before] == [Outcome.ESTABLISHED]


def test_the_contract_of_a_finding():
    with stored() as store:
        (shown,) = find(store, catalogue(), Query(person="孙示例"), TODAY).as_json()
    assert list(shown) == [
        "id", "outcome", "origin", "effect", "status", "decision", "company", "party", "role", "rule", "clause", "measures",
        "basis", "from", "until", "premises", "path", "unverified",
    ]  # fmt: skip
    assert shown["decision"] == {"id": "D2", "number": "示例〔2023〕1号", "kind": "market_ban", "date": "2023-01-02"}
    assert shown["company"] == {"id": "test:B", "name": "示例B公司"}
    assert shown["party"] == {"id": "test:B#孙示例", "name": "孙示例", "kind": "person"}
    assert shown["rule"] == {"id": "T-BAN", "version": 1}
    assert shown["measures"] == [{"id": "m1", "name_zh": "示例限制", "kind": "mandatory", "category": "market"}]
    assert {"instrument": "示例法", "article": "第二条"} in shown["basis"]
    assert (shown["from"], shown["until"]) == ("2023-01-02", "life")
    assert all(set(p) == {"name", "state", "evidence"} for p in shown["premises"])
    assert json.loads(json.dumps(shown)) == shown


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"decision": "D1"}, {"王示例", "钱示例"}),
        ({"person": "王示例"}, {"王示例"}),
        ({"person": "test:B#孙示例"}, {"孙示例"}),
        ({"company": "示例B公司"}, {"孙示例", "周示例"}),
        ({"company": "test:A"}, {"王示例", "钱示例"}),
        ({"rule": "T-OFFICE", "known_at": 1}, {"王示例", "钱示例"}),
        ({"outcome": "lead"}, {"钱示例"}),
        ({"effect": "record"}, set()),
        ({"rule": "T-BAN"}, {"孙示例", "周示例"}),
        ({"as_of": date(2023, 1, 2)}, {"孙示例", "周示例"}),
        ({"as_of": date(2022, 1, 2)}, set()),
    ],
)
def test_filters(query, names):
    with stored() as store:
        assert {f.party.split("#")[1] for f in wanted(store, **query)} == names


def test_what_nobody_knows_is_refused():
    with stored() as store:
        for query in (
            {"decision": "D7"},
            {"person": "无此人"},
            {"company": "无此公司"},
        ):
            with pytest.raises(NotFound):
                wanted(store, **query)
        for query in ({"rule": "foo"}, {"rule": "foo", "known_at": 1}):
            with pytest.raises(NoChoice, match="there are T-BAN, T-OFFICE"):
                wanted(store, **query)
        with pytest.raises(NotFound):
            find_one(store, "nothing")


def test_a_company_is_found_by_its_number():
    world = case()
    world.add(Entity("test:B", "company", (Name("示例B公司"),), (Identifier("uscc", "91370000MA0000001T"),)), "numbers")
    with stored(world) as store:
        for number in ("91370000MA0000001T", " 91370000ma0000001t"):
            assert {f.party.split("#")[1] for f in wanted(store, company=number)} == {"孙示例", "周示例"}
        with pytest.raises(NotFound, match="number"):
            wanted(store, company="9137")


def test_a_name_that_several_bear_lists_them():
    world = case()
    world.company("C").director("孙示例")
    with stored(world) as store, pytest.raises(Refused, match="test:B#孙示例; test:C#孙示例"):
        wanted(store, person="孙示例")


def test_a_version_is_given_as_a_number_or_as_a_time():
    with stored() as store:
        current = store.version()
        assert version_of(store, str(current)) == current
        assert version_of(store, "2024-01-01T08:30+00:00") == 1
        assert version_of(store, "2023-12-30") == 0
        assert version_of(store, "2024-01-02") == current
        for text in (str(current + 1), "yesterday"):
            with pytest.raises(InputError):
                version_of(store, text)
