"""The invariants of `api.desk.outbox`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from api.desk.outbox import MAX_ATTEMPTS, Outbox, Planned
from graph.errors import NotFound, StoreError
from graph.store.file_copy import copy_file

NOW = datetime(2024, 6, 3, 9, tzinfo=UTC)


def filled(place: str = ":memory:", count: int = 3) -> Outbox:
    box = Outbox(place)
    box.hook("court", "http://127.0.0.1:1/x")
    box.put([Planned("court", f"r{n}", "execute", {"task": f"t{n}"}) for n in range(count)], NOW)
    return box


def test_1_what_was_not_acknowledged_is_there_after_a_crash(tmp_path):
    place = str(tmp_path / "desk.db")
    with filled(place) as box:
        box.delivered([box.due(NOW)[0].seq])
    with Outbox(place) as again:
        assert [message.restriction for message in again.due(NOW)] == ["r1", "r2"]


def test_2_a_later_message_waits_for_the_earlier_of_its_restriction():
    with filled(count=1) as box:
        box.put([Planned("court", "r0", "stop", {"task": "t0"}), Planned("court", "r9", "execute", {"task": "t9"})], NOW)
        assert [(m.restriction, m.action) for m in box.due(NOW)] == [("r0", "execute"), ("r9", "execute")]
        box.failed(box.due(NOW)[0], "no answer", NOW)
        assert [m.restriction for m in box.due(NOW)] == ["r9"]
        box.delivered([box.messages()[0].seq])
        assert [(m.restriction, m.action) for m in box.due(NOW)] == [("r0", "stop"), ("r9", "execute")]


def test_3_after_so_many_failures_it_is_a_dead_letter_that_can_be_replayed():
    at = NOW
    with filled(count=1) as box:
        states = []
        for _ in range(MAX_ATTEMPTS):
            (message,) = box.due(at)
            states.append(box.failed(message, "no answer", at))
            assert box.due(at) == []
            at += timedelta(hours=1)
        assert states == ["waiting"] * (MAX_ATTEMPTS - 1) + ["dead"]
        assert box.due(at + timedelta(days=9)) == []
        (dead,) = box.messages("dead")
        with pytest.raises(NotFound):
            box.replay("no-such-key", at)
        assert box.replay(dead.key, at) == 1
        assert [message.key for message in box.due(at)] == [dead.key]


def test_3_a_dead_letter_after_which_another_was_delivered_is_superseded_and_never_sent():
    with Outbox(":memory:") as box:
        box.hook("court", "http://127.0.0.1:9")
        box.put([Planned("court", "r0", "execute", {"task": "t"})], NOW)
        (first,) = box.messages()
        for _ in range(MAX_ATTEMPTS):
            (first,) = box.messages()
            box.failed(first, "no answer", NOW)
        box.put([Planned("court", "r0", "stop", {"task": "t"})], NOW)
        box.delivered([message.seq for message in box.messages("waiting")])
        assert box.replay(None, NOW) == 0
        assert [message.state for message in box.messages()] == ["superseded", "delivered"]
        assert box.due(NOW) == []


def test_3_a_dead_letter_takes_the_later_ones_of_its_restriction_and_unit_along():
    with Outbox(":memory:") as box:
        box.hook("court", "http://127.0.0.1:9")
        for unit, action in (("court", "pause"), ("court", "execute"), ("tax", "stop"), ("court", "stop")):
            box.put([Planned(unit, "r0", action, {"task": "t"})], NOW)
        box.put([Planned("court", "r1", "execute", {"task": "t1"})], NOW)
        for message in box.messages():
            for attempts in range(MAX_ATTEMPTS):
                box.failed(replace(message, attempts=attempts), "no answer", NOW)
        assert {message.state for message in box.messages()} == {"dead"}
        assert box.replay(box.messages()[1].key, NOW) == 2
        sent = []
        while due := box.due(NOW):
            sent += [message.action for message in due]
            box.delivered([message.seq for message in due])
        assert sent == ["execute", "stop"]
        assert [(m.unit, m.action) for m in box.messages("dead")] == [("court", "pause"), ("tax", "stop"), ("court", "execute")]


def test_3_of_a_superseded_letter_what_came_after_it_and_is_dead_is_sent():
    with Outbox(":memory:") as box:
        box.hook("court", "http://127.0.0.1:9")
        for action in ("execute", "pause", "stop"):
            box.put([Planned("court", "r0", action, {"task": "t"})], NOW)
        first, second, third = box.messages()
        for each in (first, third):
            for attempts in range(MAX_ATTEMPTS):
                box.failed(replace(each, attempts=attempts), "no answer", NOW)
        box.delivered([second.seq])
        assert box.replay(first.key, NOW) == 1
        assert [message.state for message in box.messages()] == ["superseded", "delivered", "waiting"]


def test_4_the_feed_gives_every_message_of_a_unit_once_in_order():
    with filled(count=5) as box:
        box.put([Planned("tax", "r0", "execute", {"task": "x"})], NOW)
        seen, cursor = [], 0
        while page := box.feed("court", cursor, 2):
            seen += [message.restriction for message in page]
            cursor = page[-1].seq
        assert seen == ["r0", "r1", "r2", "r3", "r4"]
        assert len({message.key for message in box.messages()}) == 6


def test_5_a_planning_that_fails_half_way_leaves_nothing():
    def broken():
        yield Planned("court", "r8", "execute", {"task": "t8"})
        raise RuntimeError("half way")

    with filled(count=1) as box:
        with pytest.raises(RuntimeError):
            box.put(broken(), NOW)
        assert len(box.messages()) == 1
        assert [(m.restriction, m.unit, m.action) for m in box.latest()] == [("r0", "court", "execute")]


def test_a_file_that_is_no_outbox_is_refused(tmp_path):
    place = tmp_path / "desk.db"
    place.write_text("no database, but long enough to be taken for one" * 50)
    with pytest.raises(StoreError, match="cannot be opened"):
        Outbox(str(place))


def test_6_the_place_of_a_message_only_grows_also_after_a_backup_was_put_back(tmp_path):
    """A receiver compares the numbers, and one that fetches goes on from its cursor: what comes after the backup is above both."""
    place, kept = tmp_path / "desk.db", tmp_path / "kept.db"

    def told(*actions: str) -> list[int]:
        with Outbox(str(place)) as box:
            for action in actions:
                box.put([Planned("court", "r0", action, {"task": "t"})], NOW)
            return [message.body["number"] for message in box.messages()][-len(actions) :]

    before = told("execute")
    copy_file(place, kept)
    before += told("pause", "resume", "pause", "resume")
    place.write_bytes(kept.read_bytes())
    after = told("stop")
    assert before == sorted(set(before))
    assert after[0] > before[-1]
    with Outbox(str(place)) as box:
        assert [message.action for message in box.feed("court", before[-1])] == ["stop"]


def test_6_a_clock_that_is_set_back_does_not_set_back_the_numbers():
    times = iter((5_000_000, 1_000_000))
    with Outbox(":memory:", lambda: next(times)) as box:
        for action in ("execute", "stop"):
            box.put([Planned("court", "r0", action, {"task": "t"})], NOW)
        assert [message.seq for message in box.messages()] == [5_000_000, 5_000_001]


def test_7_a_unit_knows_what_it_acknowledged_or_fetched():
    with filled(count=3) as box:
        box.put([Planned("tax", "r0", "execute", {"task": "x"})], NOW)
        first, second, _, _ = box.messages()
        box.delivered([second.seq])
        assert [message.known for message in box.messages()] == [False, True, False, False]
        box.feed("court")
        assert [message.known for message in box.messages()] == [False, True, False, False], "that it was given says nothing"
        box.fetched("court", first.seq)
        box.fetched("court", 0)
        assert [message.known for message in box.messages()] == [True, True, False, False]
        for nobodys in (2**62, first.seq + 1_000_000, box.messages(unit="tax")[0].seq):
            box.fetched("court", nobodys)
        assert [message.known for message in box.messages()] == [True, True, False, False], "a cursor that was never given"


def test_what_waits_says_for_whom_and_until_when():
    with filled(count=2) as box:
        box.put([Planned("tax", "r0", "execute", {"task": "x"})], NOW)
        box.failed(box.due(NOW)[0], "no answer", NOW)
        (waiting,) = box.waited_for()
        assert (waiting.unit, waiting.count, waiting.next_at, waiting.error) == ("court", 2, NOW, "")
        box.failed(box.due(NOW)[0], "no answer", NOW)
        (waiting,) = box.waited_for()
        assert (waiting.next_at, waiting.error) == (NOW + timedelta(seconds=1), "no answer")
