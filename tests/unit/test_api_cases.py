"""The invariants of `api.use_cases.cases`, by number."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, timedelta

import pytest

from analytics.lifecycle.repair import sector_of
from analytics.responsibility.catalogue import parse_catalogue, split_text
from api.locales import texts
from api.use_cases.case_reading import cases_about, cases_around, read_cases
from api.use_cases.case_rows import history_json, restriction_json, told_of
from api.use_cases.cases import Cases
from api.use_cases.explaining import explain
from api.use_cases.findings import Query, find
from api.use_cases.portrait import portrait
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.reading import snapshot_of
from api.use_cases.records import record_of
from api.use_cases.showing import show
from graph.errors import Refused
from graph.model import Naming, Operation
from graph.snapshot.scope import snapshot_about
from graph.store.base import Store
from tests.api_world import actor, add, case, catalogue, stored
from tests.builder import shipped
from tests.case_world import TODAY, cases, confirm, do, finding, repaired, under_wages, wages


def test_1_at_a_past_version_only_what_was_recorded_by_then_is_known():
    with stored() as store:
        before = store.version()
        do(store, "revocation", "D2")
        codes = [
            {known.status(r, TODAY).code for r in known.restrictions if r.party == "test:B#孙示例"}
            for known in (read_cases(store, catalogue(), before), cases(store))
        ]
        assert codes == [{"in_force"}, {"revoked"}]


def test_2_a_finding_withdrawn_after_something_happened_to_it_is_shown_as_withdrawn():
    world = case()
    with stored(world) as store:
        banned = finding(store, "孙示例")
        do(store, "objection", banned)
        (naming,) = [f for f in world.facts if isinstance(f.value, Naming) and f.value.name == "孙示例"]
        add(store, naming, operation=Operation.RETRACTION)
        propagate(store, catalogue(), actor(10, store))
        known = cases(store)
        assert known.former.keys() == {banned}
        (restriction,) = [r for r in known.restrictions if r.party == "test:B#孙示例"]
        assert known.status(restriction, TODAY).code == "withdrawn"


def test_3_how_a_finding_stands_is_told_alike_everywhere():
    with stored() as store:
        head = finding(store, "王示例")
        for act, status in ((None, "derived"), (confirm, "in_force"), (lambda s, f: do(s, "objection", f, "2024-06-08"), "paused")):
            if act:
                act(store, head)
            told = told_everywhere(store, head, date(2024, 6, 10))
            assert told == dict.fromkeys(told, status)


def told_everywhere(store: Store, wanted: str, day: date) -> dict[str, str]:
    graph, words = snapshot_of(store), texts("en")
    found = next(fact.value for fact in stored_findings(store) if fact.value.id == wanted)
    party = record_of(store, graph, catalogue(), found.party, words, day)
    return {
        "list": next(f["status"] for f in find(store, catalogue(), Query(), day).as_json() if f["id"] == wanted),
        "explanation": explain(store, graph, catalogue(), found, words, day)["finding"]["status"],
        "show": show(store, graph, catalogue(), wanted, words, day)["finding"]["status"],
        "record": next(f["status"] for f in party["findings"] if f["id"] == wanted),
        "measure": party["restrictions"][0]["status"],
        "card": portrait(store, catalogue(), found.party, words, day)["findings"][0]["status"],
    }


def test_3_what_nobody_confirmed_in_its_term_lapsed_and_waits_for_nobody():
    with stored() as store:
        head = finding(store, "王示例")
        last = date.fromisoformat(str(next(f.value.until for f in stored_findings(store) if f.value.id == head)))
        for day, status in ((last, "derived"), (last + timedelta(days=1), "lapsed")):
            told = told_everywhere(store, head, day)
            assert told == dict.fromkeys(told, status)
        after = last + timedelta(days=1)
        found = next(fact.value for fact in stored_findings(store) if fact.value.id == head)
        said = explain(store, snapshot_of(store), catalogue(), found, texts("en"), after)
        assert said["is_not"] == "This does not bind: expired, never confirmed."


def test_what_did_not_stand_for_a_time_says_from_when_it_does_again():
    law = shipped()

    def shown(store, day: date) -> tuple[str | None, str | None]:
        known = cases(store, law)
        first = next(r for r in known.restrictions if any(g.finding == firm for g in r.grounds))
        row = restriction_json(known, snapshot_of(store), first, day)
        return row["from"], row["again"]

    with wages() as store:
        firm = repaired(store, law)
        assert shown(store, date(2024, 12, 11)) == ("2024-06-07", None)
        do(store, "repair_fraud", firm, "2025-03-03", law=law)
        assert shown(store, date(2025, 3, 3)) == ("2024-06-07", "2025-03-03")
        revoked = do(store, "revocation", firm, "2025-03-10", law=law).event.id
        assert shown(store, date(2025, 3, 10)) == ("2024-06-07", None)
        do(store, "held_void", firm, "2025-04-10", by="qian", refers=revoked, law=law)
        assert shown(store, date(2025, 4, 10)) == ("2024-06-07", "2025-04-10")


def test_a_restriction_and_its_history_as_plain_values():
    with stored() as store:
        objection = do(store, "objection", "D2")
        known = cases(store)
        (restriction,) = [r for r in known.restrictions if r.party == "test:B#孙示例"]
        shown = restriction_json(known, snapshot_of(store), restriction, TODAY)
        assert (shown["status"], shown["until"], shown["grounds"][0]["paused_by"]) == ("paused", "life", [objection.event.id])
        decision = known.decisions["D2"]
        told = {name: shown["grounds"][0][name] for name in ("decision", "company", "number", "date")}
        company = {"id": "test:B", "name": snapshot_of(store).label("test:B")}
        assert told == {"decision": "D2", "company": company, "number": decision.number or None, "date": str(decision.date)}
        assert snapshot_about(store, told_of(known, [restriction])).label("test:B") == company["name"] != "test:B"
        assert json.loads(json.dumps(shown)) == shown
        rows = history_json(known, restriction.id, TODAY, texts("en"))
        assert [(row["kind"], row["effect"], row["why_none"]) for row in rows] == [("objection", True, None)]
        late = history_json(known, restriction.id, TODAY.replace(day=1), texts("zh"))
        assert [(row["effect"], row["why_none"], row["why_none_text"]) for row in late] == [(False, "future", "日期在今天之后")]


def without_the_employer():
    """The rules that ship, but the wage rule reaches no employer any more."""
    files = split_text(shipped().text)
    (name,) = [name for name, text in files.items() if "id: D2-WAGE\n" in text]
    clause = re.search(r"      - id: employer.*?(?=      - id: head)", files[name], re.DOTALL).group()
    anchors = {f"*{anchor}": f"&{anchor} {value}" for anchor, value in re.findall(r"&(\w+) (\[.*?\]|\{.*?\})", clause)}
    rest = files[name].replace(clause, "")
    for used, defined in anchors.items():
        rest = rest.replace(used, defined, 1)
    return parse_catalogue(files | {name: rest})


def test_3_what_ended_with_a_withdrawn_finding_on_the_enterprise_is_over_wherever_it_is_asked():
    with wages() as store:
        firm, head = under_wages(store, "test:A"), under_wages(store, "test:A#王示例")
        confirm(store, firm.id, head.id, law=shipped())
        law = without_the_employer()
        propagate(store, law, actor(13, store))
        day, now = date(2024, 7, 1), under_wages(store, "test:A#王示例")
        whole = read_cases(store, law)
        scoped = (cases_about(store, law, ["test:A"]), cases_around(store, snapshot_of(store), law, [now]))
        expected = Counter((r.party, whole.status(r, day).code) for r in whole.restrictions)
        assert {code for party, code in expected if party == now.party} == {"ended_with_listing"}
        for some in scoped:
            assert Counter((r.party, some.status(r, day).code) for r in some.restrictions) == expected
            assert some.standing(now, day) == "ended_with_listing"


def test_3_how_all_stand_is_worked_out_once_for_the_days_asked_about_last_and_anew_when_something_happened(monkeypatch):
    asked = []
    status = Cases.status
    monkeypatch.setattr(Cases, "status", lambda self, r, day: asked.append(day) or status(self, r, day))
    with stored() as store:
        known = cases(store)
        days = [TODAY - timedelta(days=back) for back in range(6)]
        for day in (*days, days[-1]):
            assert [known.codes(r, day) for r in known.restrictions] == [{status(known, r, day).code} for r in known.restrictions]
        assert len(asked) == len(days) * len(known.restrictions)
        assert len(known._codes) <= 4
        do(store, "revocation", "D2")
        assert {"revoked"} in [cases(store).codes(r, TODAY) for r in cases(store).restrictions]


@pytest.mark.parametrize("kind", ["objection", "review_filed", "suit_filed", "suspension_order"])
def test_4_a_decision_of_which_nothing_was_confirmed_is_objected_to_reviewed_and_suspended(kind):
    law = shipped()
    with wages() as store:
        firm = under_wages(store, "test:A").id
        done = do(store, kind, "D1", "2024-06-03", law=law)
        pauses = kind in ("objection", "suspension_order")
        assert [row["party"] for row in done.rows if row["effect"] and not row["finding"]] == ["test:A"]
        assert {row["effect"] for row in done.rows if row["finding"]} == {pauses}
        assert bool(cases(store, law).decision_life("D1", TODAY).paused) is pauses
        do(store, "proposal", firm, "2024-06-04", law=law)
        do(store, "notice", firm, "2024-06-05", law=law)
        do(store, "statement", firm, "2024-06-06", law=law)
        if pauses:
            with pytest.raises(Refused, match="no_open_objection"):
                do(store, "decision", firm, "2024-06-07", by="qian", law=law)
            answer = "dismissal" if kind == "objection" else "order_lifted"
            do(store, answer, "D1", "2024-06-11", by="li", law=law)
        do(store, "decision", firm, "2024-06-12", by="qian", law=law)
        do(store, "service", firm, "2024-06-13", law=law)
        known = cases(store, law)
        assert known.standing(known.finding(firm), date(2024, 6, 13)) == "in_force"


def test_4_an_order_that_suspends_a_decision_pauses_what_was_confirmed_elsewhere_meanwhile():
    law = shipped()
    with wages() as store:
        firm = under_wages(store, "test:A").id
        order = do(store, "suspension_order", "D1", "2024-05-06", law=law).event.id
        for kind, on, by in (("proposal", "07", "zhao"), ("notice", "08", "zhao"), ("statement", "09", "zhao")):
            do(store, kind, firm, f"2024-05-{on}", by=by, law=law)
        do(store, "decision", firm, "2024-05-10", by="qian", law=law, reported=True)
        do(store, "service", firm, "2024-05-11", law=law, reported=True)
        known = cases(store, law)
        carried = known.restrictions_on(firm)
        assert {known.status(each, TODAY).code for each in carried} == {"paused"}
        assert {life.paused for _, life in known.lives_of(firm, TODAY)} == {(order,)}
        do(store, "order_lifted", "D1", "2024-06-03", by="li", law=law)
        known = cases(store, law)
        assert {known.status(each, TODAY).code for each in carried} == {"in_force"}


def test_4_a_decision_is_repaired_by_the_rule_of_its_sector():
    with wages() as store:
        bare = cases(store, shipped()).bare("D1")
    assert (bare.rule, bare.class_, bare.start, bare.listed) == ("D2-WAGE", "serious", date(2024, 2, 10), True)
    assert (sector_of(["D3-SPEND", "D2-WAGE", "D1-FOOD"]), sector_of(["D1-FOOD"])) == ("D3-SPEND", "")
