"""The invariants of `api.use_cases.telling`, by number."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.lifecycle.ground import Dated, code_of
from analytics.lifecycle.restrictions import BINDING, STRENGTH
from api.client import told_before
from api.desk.outbox import Outbox
from api.http import department_schemas as schemas
from api.use_cases.cases import Cases
from api.use_cases.reading import snapshot_of
from api.use_cases.telling import last_word, to_say, whole, word
from graph.snapshot import Snapshot
from tests.api_world import stored
from tests.case_world import cases, confirm, do
from tests.lifecycle_world import happened
from tests.unit.test_api_messages import WHO, decisions, known_on, of, tell, world

STEPS = ("proposal", "notice", "hearing_waiver", "statement", "decision", "service")


def said(body: dict) -> tuple:
    """The action, what is named, and what is told of each ground."""
    every = {ground["decision"]["id"]: ground["status"] for ground in (*body["grounds"], *body["told_before"])}
    return body["action"], decisions(body), every


def paused_from_its_first_day(store) -> Dated:
    """The derived ground is decided, and objected to before it is served, so that it never binds; return the objection."""
    found = of(store, "D1")
    for day, kind in zip((3, 4, 5, 5, 6), STEPS, strict=False):
        do(store, kind, found, f"2024-06-0{day}", by="qian" if kind == "decision" else "zhao", number=f"文{kind}1号")
    objection = do(store, "objection", found, "2024-06-07", by="zhao")
    do(store, "service", found, "2024-06-08", by="zhao", number="文9号")
    return objection.event


def test_2_a_ground_that_never_bound_is_not_named_and_the_end_of_the_one_that_did_is_told():
    with stored(world()) as store, Outbox(":memory:") as box:
        tell(cases(store), snapshot_of(store), box, "2024-06-03")
        objection = paused_from_its_first_day(store)
        assert tell(cases(store), snapshot_of(store), box, "2024-06-08") == []
        do(store, "revocation", "D3", "2024-06-09")
        (over,) = tell(cases(store), snapshot_of(store), box, "2024-06-09")
        assert (said(over), over["status"]) == (("stop", ["D3"], {"D3": "revoked"}), "revoked")
        do(store, "dismissal", of(store, "D1"), "2024-06-10", by="qian", refers=objection.id)
        (binds,) = tell(cases(store), snapshot_of(store), box, "2024-06-10")
        assert said(binds) == ("execute", ["D1"], {"D1": "in_force", "D3": "revoked"})


def test_1_of_two_grounds_that_bound_the_end_of_one_is_told_while_the_other_is_paused():
    with stored(world()) as store, Outbox(":memory:") as box:
        confirm(store, of(store, "D1"))
        (both,) = tell(cases(store), snapshot_of(store), box, "2024-06-09")
        objection = do(store, "objection", of(store, "D1"), "2024-06-10", by="zhao")
        (one,) = tell(cases(store), snapshot_of(store), box, "2024-06-10")
        assert said(one) == ("execute", ["D3"], {"D1": "paused", "D3": "in_force"})
        do(store, "revocation", "D3", "2024-06-11")
        (paused,) = tell(cases(store), snapshot_of(store), box, "2024-06-11")
        assert said(paused) == ("pause", ["D1"], {"D1": "paused", "D3": "revoked"})
        named = next(ground for ground in both["grounds"] if ground["decision"]["id"] == "D1")
        assert paused["grounds"] == [named | {"status": "paused"}]
        for part in ("decision", "document", "from", "until"):
            assert paused[part] == named[part]
        schemas.Message.model_validate({"cursor": 1, "key": "k", "number": 1, **paused})
        assert [ground["decision"]["id"] for ground in told_before(paused)] == ["D3"]
        do(store, "dismissal", of(store, "D1"), "2024-06-12", by="qian", refers=objection.event.id)
        (again,) = tell(cases(store), snapshot_of(store), box, "2024-06-12")
        assert said(again) == ("resume", ["D1"], {"D1": "in_force", "D3": "revoked"})


@pytest.mark.parametrize(("kind", "status"), [("annulment", "annulled"), ("revocation", "revoked")])
def test_1_what_was_told_to_be_over_is_told_to_be_undone_though_another_ground_was_told_since(kind, status):
    with stored(world()) as store, Outbox(":memory:") as box:
        tell(cases(store), snapshot_of(store), box, "2024-06-03")
        do(store, "release", of(store, "D3"), "2024-06-04", number="解1号")
        (over,) = tell(cases(store), snapshot_of(store), box, "2024-06-04")
        assert said(over) == ("stop", ["D3"], {"D3": "released"})
        confirm(store, of(store, "D1"))
        (binds,) = tell(cases(store), snapshot_of(store), box, "2024-06-14")
        assert said(binds) == ("execute", ["D1"], {"D1": "in_force", "D3": "released"})
        do(store, kind, "D3", "2024-06-15")
        (undone,) = tell(cases(store), snapshot_of(store), box, "2024-06-15")
        assert said(undone) == ("execute", ["D1"], {"D1": "in_force", "D3": status})
        assert tell(cases(store), snapshot_of(store), box, "2024-06-16") == []


def test_3_a_message_of_before_both_lists_were_kept_is_read_as_what_it_said():
    old = {"action": "stop", "status": "expired", "decision": {"id": "D"}, "document": None, "from": "2024-01-01", "until": None}
    assert [(ground["finding"], ground["status"]) for ground in whole(old)["grounds"]] == [(None, "expired")]
    assert whole(old)["told_before"] == []
    assert to_say(old, [], lambda _: "ended_with_listing").action == "", "over is over"
    assert to_say(old, [], lambda _: "annulled").action == "stop"


@cache
def two_grounds() -> tuple[Cases, Snapshot]:
    """His restriction with the ban that binds and the ground that is only derived."""
    with stored(world()) as store:
        return cases(store), snapshot_of(store)


FIRST = date(2024, 6, 3)
KINDS = ("revocation", "annulment", "release", "objection", "suspension_order", "listing_ended")
ANSWERS = {
    "objection": ("dismissal", "upheld"),
    "suspension_order": ("order_lifted",),
    "revocation": ("held_void",),
    "release": ("held_void",),
}


@st.composite
def histories(draw) -> list[Dated]:
    """The derived ground is confirmed or not, and anything happens to either, some of it answered or undone."""
    known, _ = two_grounds()
    mine = {found.decision: found.id for found in known.findings.values() if found.party == WHO}
    made: list[Dated] = []
    if draw(st.booleans()):
        on = FIRST
        for kind in STEPS:
            on += timedelta(draw(st.integers(1, 4)))
            last = str(on + timedelta(5))  # by which to state one's case and to ask for a hearing
            more = {"details": (("until", last), ("hearing", last))} if kind == "notice" else {}
            by = "qian" if kind == "decision" else "zhao"
            made.append(happened(kind, str(on), mine["D1"], by=by, number=f"文{kind}1号", **more))
    for number in range(draw(st.integers(0, 6))):
        decision, kind = draw(st.sampled_from(sorted(mine))), draw(st.sampled_from(KINDS))
        about = decision if kind in ("revocation", "annulment", "listing_ended") else mine[decision]
        on = FIRST + timedelta(draw(st.integers(1, 70)))
        made.append(happened(kind, str(on), about, number=f"号{number}"))
        if kind in ANSWERS and draw(st.booleans()):
            later, answer = on + timedelta(draw(st.integers(1, 14))), draw(st.sampled_from(ANSWERS[kind]))
            made.append(happened(answer, str(later), about, refers=made[-1].id, by="li", number=f"复{number}号"))
    return made


@settings(max_examples=60, deadline=None)
@given(histories())
def test_1_2_and_3_the_last_word_of_every_ground_is_true_and_no_other_is_named(events):
    base, snapshot = two_grounds()
    (mine,) = [r for r in base.restrictions if r.party == WHO]
    bound: set[str] = set()
    last: dict = {}
    with Outbox(":memory:") as box:
        for day in sorted({FIRST, date(2024, 8, 2), *(item.event.on.latest for item in events)}):
            known = known_on(base, events, day)
            new = tell(known, snapshot, box, day)
            assert len(new) <= 1
            codes = {finding: code_of(life, day, known.table) for finding, life in known.status(mine, day).lives.items()}
            if new:
                bare = ("as_of", "key", "number")
                assert {k: v for k, v in new[0].items() if k not in bare} != {k: v for k, v in last.items() if k not in bare}
                last = new[0]
            if last and last["action"] in ("execute", "resume"):
                bound |= {ground["finding"] for ground in last["grounds"]}
            told = {g["finding"]: g["status"] for g in (*last["grounds"], *last["told_before"])} if last else {}
            assert told.keys() == bound
            assert {finding: word(status) for finding, status in told.items()} == {each: word(codes[each]) for each in bound}
            assert {each for each, code in codes.items() if word(code) == "binds"} <= bound
            if last:
                assert (last["action"] in ("execute", "resume")) == any(word(code) == "binds" for code in codes.values())
                assert last["decision"]["id"] in decisions(last)
                wanted = {"pause": {"paused"}, "stop": set(STRENGTH) - set(BINDING)}.get(last["action"], set(BINDING))
                assert {ground["status"] for ground in last["grounds"]} <= wanted
        assert tell(known, snapshot, box, day) == new, "a second plan of the day adds nothing"


@pytest.mark.parametrize("code", ["derived", "proposed", "notified", "heard", "decided", "rejected", "lapsed"])
def test_1_what_is_not_confirmed_any_more_is_withdrawn_and_no_proposal_is_told(code):
    assert [last_word(code, told) for told in ("in_force", "paused", "not_yet")] == ["withdrawn", "withdrawn", "not_yet"]
    assert [last_word(code, told) for told in ("withdrawn", "revoked", "expired")] == ["withdrawn", "revoked", "expired"]
    assert [last_word(each, "withdrawn") for each in ("in_force", "revoked", "annulled")] == ["in_force", "revoked", "annulled"]
