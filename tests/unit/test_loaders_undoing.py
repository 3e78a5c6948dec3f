"""The invariants of `loaders.undoing`, one test a number."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph.delivered import DeliveryStatus
from graph.errors import InputError, NotFound, Refused
from graph.model import Operation
from graph.store import open_store
from graph.store.base import Act, Write
from loaders.absent import is_open
from loaders.base import Level
from loaders.histories import Histories
from loaders.undoing import preview
from tests.delivery_desk import DAYS, Desk, now

FIRMS = "A,示例甲有限公司,建筑 B,示例乙有限公司,食品"
POSTS = "A,王示例,2018, B,张示例,2019,"


@pytest.fixture
def desk(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        yield Desk(store, tmp_path)


ids, names = st.sampled_from("ABCD"), st.sampled_from(("示例甲有限公司", "示例乙有限公司"))
industries, people = st.sampled_from(("", "建筑", "食品")), st.sampled_from(("王示例", "张示例"))
starts, ends = st.sampled_from(("2018", "2019")), st.sampled_from(("", "2019-06-01"))
firms = st.lists(st.tuples(ids, names, industries), max_size=4, unique_by=lambda row: row[0])
posts = st.lists(st.tuples(ids, people, starts, ends), max_size=4, unique_by=lambda row: row[:2])
histories = st.lists(st.tuples(firms, posts), min_size=1, max_size=4)


def rows(table):
    return " ".join(",".join(row) for row in table)


@given(histories)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_1_after_undoing_the_last_all_is_as_it_was(history):
    """1. After undoing the last delivery everything current is as it was before it, for whatever sequence of deliveries."""
    with TemporaryDirectory() as folder, open_store("sqlite:///:memory:") as store:
        desk = Desk(store, Path(folder))
        states, loaded = [desk.current()], []
        for day, (firm_rows, post_rows) in zip(DAYS, history, strict=False):
            loaded.append(desk.load(day, firms=rows(firm_rows), posts=rows(post_rows)).delivery)
            states.append(desk.current())
        for delivery, after, before in reversed(list(zip(loaded, states[1:], states[:-1], strict=True))):
            assert desk.current() == after
            if delivery is None:
                assert before == after
                continue
            undone = desk.undo(delivery)
            assert undone.kept == 0
            assert desk.current() == before
        assert store.verify() is None


def test_2_what_was_altered_since_is_never_touched(desk):
    """2. What was altered since is never touched: undoing is refused with the list, or told to keep it and undo the rest."""
    report = desk.load(DAYS[0], firms=FIRMS)
    by_hand = Act(now(), "official", "retracted by hand")
    desk.store.append([Write(desk.store.get("entity/reg/reg:A").fact, Operation.RETRACTION, "wrong")], by_hand)
    altered = desk.store.get("entity/reg/reg:B").fact
    desk.load(DAYS[1], firms="B,示例乙有限公司,零售")
    version, current = desk.store.version(), desk.current()
    with pytest.raises(Refused) as caught:
        desk.undo(report.delivery)
    assert "1 of its statements were altered, or may have been said again, since\nentity/reg/reg:B" in str(caught.value)
    assert "--keep-later" in str(caught.value)
    assert (desk.store.version(), desk.current()) == (version, current)
    undone = desk.undo(report.delivery, keep_later=True)
    assert (undone.kept, [each.key for each in undone.since]) == (1, ["entity/reg/reg:B"])
    assert desk.store.get("entity/reg/reg:B").fact.id != altered.id


def test_3_what_a_later_snapshot_still_had_counts_as_said_since(desk):
    """3. What a later delivery still had, or may have had, is not the undone delivery's alone: it counts as said since."""
    first = desk.load(DAYS[0], firms=FIRMS, posts=POSTS)
    second = desk.load(DAYS[1], firms=FIRMS, posts="A,王示例,2018,")
    outlook = preview(desk.store, first.delivery)
    assert {each.key: each.altered for each in outlook.since} == {
        "entity/reg/reg:A": False,
        "entity/reg/reg:B": False,
        "relationship/reg/posts/reg:A#王示例@/reg:A/director": False,
        "relationship/reg/posts/reg:B#张示例@/reg:B/director": True,
    }
    with pytest.raises(Refused, match=f"undo what came later first \\({second.delivery}\\)"):
        desk.undo(first.delivery)


@pytest.mark.parametrize("mode", ["snapshot", "delta"])
def test_3_what_had_ended_and_may_have_been_said_again_is_not_put_back(tmp_path, mode):
    with open_store("sqlite:///:memory:") as store:
        desk = Desk(store, tmp_path, mode)
        ended = "A,王示例,2018,2020-06-01"
        desk.load(DAYS[0], firms=FIRMS, posts="A,王示例,2018,")
        second = desk.load(DAYS[1], firms=FIRMS, posts=ended)
        third = desk.load(DAYS[2], firms=FIRMS, posts=ended + " B,张示例,2019,")
        with pytest.raises(Refused, match=f"undo what came later first \\({third.delivery}\\)"):
            desk.undo(second.delivery)
        desk.undo(third.delivery)
        assert desk.undo(second.delivery).restored == 1


A, FOOD, BUILD = "A,示例甲有限公司,建筑", "B,示例乙有限公司,食品", "B,示例乙有限公司,建筑"


@pytest.mark.parametrize(
    ("said", "undone"),
    [
        ((FOOD, BUILD, "", FOOD), (1, 3)),  # corrected, absent, corrected back
        ((FOOD, BUILD, ""), (1,)),
        (("", FOOD, ""), (1,)),  # what nobody says any more is not absent either
        (("", FOOD, "", FOOD), (3, 1)),
        ((FOOD, "", BUILD), (0, 2)),
    ],
)
def test_3_a_snapshot_that_lacks_a_statement_bears_out_nothing_of_it(desk, tmp_path, said, undone):
    loads = [(day, f"{A} {firm}") for day, firm in zip(DAYS, said, strict=False)]
    ids = [desk.load(day, firms=each).delivery for day, each in loads]
    for place in undone:
        tried = desk.undo(ids[place], keep_later=place == 0, dry_run=True)
        assert desk.undo(ids[place], keep_later=place == 0) == tried
        assert bool(tried.kept) is (place == 0)
    with open_store("sqlite:///:memory:") as store:
        clean = Desk(store, tmp_path)
        for place, (day, each) in enumerate(loads):
            if place not in undone:
                clean.load(day, firms=each)
        expected = clean.current()
    if 0 in undone:
        expected["entity/reg/reg:A"] = desk.current()["entity/reg/reg:A"]
    assert desk.current() == expected


class Cut(Exception):
    """Stands for a power failure."""


def test_4_cut_off_it_goes_on_and_done_again_it_does_nothing(desk, monkeypatch):
    """4. Undoing is recorded in transactions; cut off, it goes on; done again, it does nothing."""
    many = " ".join(f"F{number},示例{number}有限公司," for number in range(20))
    before = desk.current()
    report = desk.load(DAYS[0], firms=many)
    append, left = type(desk.store).append, [4]

    def cutting(store, writes, act):
        if not left[0]:
            raise Cut
        left[0] -= 1
        return append(store, writes, act)

    monkeypatch.setattr(type(desk.store), "append", cutting)
    with pytest.raises(Cut):
        desk.undo(report.delivery, batch=5)
    left[0] = 10**9
    assert desk.deliveries()[0].status is DeliveryStatus.UNDOING
    assert 0 < len(desk.current()) < 20
    with pytest.raises(Refused, match="is being undone; finish that first"):
        desk.load(DAYS[0], firms=many)
    desk.undo(report.delivery, batch=5)
    assert desk.current() == before
    version = desk.store.version()
    assert desk.undo(report.delivery).retracted == 0
    assert desk.store.version() == version


def test_5_the_same_files_can_be_loaded_again_and_the_one_before_is_the_last(desk):
    """5. Afterwards the same files can be loaded again, and the delivery before is the last one."""
    desk.load(DAYS[0], firms=FIRMS, posts=POSTS)
    second = desk.load(DAYS[1], firms=FIRMS, posts="A,王示例,2018,")
    after = desk.current()
    desk.undo(second.delivery)
    # As of a day before the undone one: it follows the first, not the second.
    between = desk.load(DAYS[1].replace(month=1, day=1), firms=FIRMS, posts=POSTS)
    assert not [issue for issue in between.issues if issue.level is Level.REFUSED]
    desk.undo(between.delivery)
    desk.load(DAYS[1], firms=FIRMS, posts="A,王示例,2018,")
    assert desk.current() == after


def test_undoing_needs_a_reason_and_a_delivery(desk):
    report = desk.load(DAYS[0], firms=FIRMS)
    with pytest.raises(InputError, match="say why"):
        desk.undo(report.delivery, reason=" ")
    with pytest.raises(NotFound):
        desk.undo("000000000000")


def test_7_a_dry_run_says_what_undoing_would_do_and_records_nothing(desk):
    """7. A dry run is refused as the undoing would be, says what that would do, and records nothing."""
    first = desk.load(DAYS[0], firms=FIRMS, posts=POSTS).delivery
    desk.load(DAYS[1], firms="A,示例丙有限公司,建筑", posts=POSTS)
    version = desk.store.version()
    with pytest.raises(Refused, match="was not undone"):
        desk.undo(first, dry_run=True)
    tried = desk.undo(first, keep_later=True, dry_run=True)
    assert desk.store.version() == version
    done = desk.undo(first, keep_later=True)
    assert tried == done
    assert tried.kept
    assert tried.delivery.status is DeliveryStatus.UNDONE


def test_7_what_an_official_retracted_is_refused_alike(desk):
    desk.load(DAYS[0], firms=A, posts="A,王示例,2018, A,张示例,2019,")
    second = desk.load(DAYS[1], firms=A, posts="A,王示例,2018,2020-03-01 A,张示例,2019,").delivery
    ended = desk.store.get("relationship/reg/posts/reg:A#王示例@/reg:A/director").fact
    desk.store.append([Write(ended, Operation.RETRACTION, "wrong")], Act(now(), "official", "retracted by hand"))
    refused = []
    for dry_run in (True, False):
        with pytest.raises(Refused) as caught:
            desk.undo(second, dry_run=dry_run)
        refused.append((str(caught.value), caught.value.zh))
    assert refused[0] == refused[1]
    assert "either accept that, or give --keep-later" in refused[0][0]


def test_what_was_kept_for_a_later_delivery_is_undone_when_that_one_is(desk):
    desk.load(DAYS[0], firms=FIRMS, posts=POSTS)
    before = desk.current()
    without = {"firms": "A,示例丙有限公司,建筑", "posts": "A,王示例,2018,2020-03-01"}
    second = desk.load(DAYS[1], **without).delivery
    after = desk.current()
    third = desk.load(DAYS[2], **without).delivery
    undone = desk.undo(second, keep_later=True)
    assert undone.kept
    assert undone.days == 2  # of the post that ended and the firm that is absent: the first day is that of the first delivery
    assert desk.current().keys() == after.keys()
    with pytest.raises(Refused, match=f"undo what came later first \\({third}\\)"):
        desk.undo(second)
    tried = desk.undo(third, dry_run=True)
    undone = desk.undo(third)
    assert undone == tried
    assert undone.also == {second: 4}
    assert desk.current() == before
    version = desk.store.version()
    assert desk.undo(second).before
    assert desk.store.version() == version


ALL_THREE = "A,王示例,2018, A,张示例,2019, B,李示例,2017,"
FOUR = (ALL_THREE, "A,王示例,2018, B,李示例,2017,", "A,王示例,2018,", "A,王示例,2018, A,张示例,2019,")
ENDED_BY_SECOND = "relationship/reg/posts/reg:A#张示例@/reg:A/director"


def test_6_what_stood_only_for_the_sake_of_a_delivery_goes_back_with_it(desk):
    """6. An ending by the second that only the third bore out goes back in the same command as the third, and that is said."""
    _, second, third, fourth = (desk.load(day, firms=FIRMS, posts=each).delivery for day, each in zip(DAYS, FOUR, strict=True))
    for each in (second, fourth):
        desk.undo(each)
    end = desk.store.get(ENDED_BY_SECOND).fact.value.period.end
    assert (end.earliest, end.latest) == (DAYS[0], DAYS[2])
    tried = desk.undo(third, dry_run=True)
    done = desk.undo(third)
    assert (done, done.also, done.restored) == (tried, {second: 1}, 1)
    assert is_open(desk.store.get(ENDED_BY_SECOND).fact)
    assert desk.undo(desk.deliveries()[0].id).kept == 0
    assert desk.current() == {}


@pytest.mark.parametrize("left", range(1, 8))
def test_4_cut_off_while_others_go_back_it_goes_on(desk, monkeypatch, left):
    _, second, third, fourth = (desk.load(day, firms=FIRMS, posts=each).delivery for day, each in zip(DAYS, FOUR, strict=True))
    for each in (second, fourth):
        desk.undo(each)
    append, room = type(desk.store).append, [left]

    def cutting(store, writes, act):
        if not room[0]:
            raise Cut
        room[0] -= 1
        return append(store, writes, act)

    monkeypatch.setattr(type(desk.store), "append", cutting)
    with suppress(Cut):
        desk.undo(third, batch=1)
    room[0] = 10**9
    desk.undo(third, batch=1)
    assert is_open(desk.store.get(ENDED_BY_SECOND).fact)
    assert desk.deliveries()[2].status is DeliveryStatus.UNDONE


def test_a_refusal_names_the_undone_delivery_whose_wording_is_in_the_way(desk, monkeypatch):
    first, second, third, fourth = (desk.load(day, firms=FIRMS, posts=each).delivery for day, each in zip(DAYS, FOUR, strict=True))
    with monkeypatch.context() as patch:
        patch.setattr(Histories, "undone", lambda _, __: [])  # as a store has it that was undone in before others went back too
        for each in (second, fourth, third):
            desk.undo(each)
    with pytest.raises(Refused, match=f"wording of {second}, which is undone, .* undo that again") as caught:
        desk.undo(first)
    assert f"已撤回的批次 {second} 的内容仍然有效" in caught.value.zh
    assert desk.undo(second).restored == 1
    desk.undo(first)
    assert desk.current() == {}


@pytest.mark.parametrize("mode", ["snapshot", "delta"])
def test_undoing_what_is_undone_leaves_what_was_loaded_again(tmp_path, mode):
    with open_store("sqlite:///:memory:") as store:
        desk = Desk(store, tmp_path, mode)
        first = desk.load(DAYS[0], firms=FIRMS, posts=POSTS).delivery
        desk.undo(first)
        again = desk.load(DAYS[0], firms=FIRMS, posts=POSTS).delivery
        current = desk.current()
        assert desk.undo(first).before
        assert desk.undo(first, dry_run=True).before
        assert desk.current() == current
        assert desk.undo(again).retracted == 4
        assert desk.current() == {}


POOL = ("A,王示例,2018,", "A,张示例,2019,", "B,李示例,2017,")
UNDO = "undo"
steps = st.lists(st.one_of(st.just(UNDO), st.sets(st.sampled_from(POOL), min_size=1)), min_size=3, max_size=10)


@given(steps, st.sampled_from(("correction", "refuse")))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_5_however_often_undone_and_loaded_again_only_what_stands_counts(history, altered):
    """5. After any sequence of loads and undoings the state is that of a store which got only the deliveries that stand."""
    with TemporaryDirectory() as folder, open_store("sqlite:///:memory:") as store, open_store("sqlite:///:memory:") as clean:
        desk, straight = Desk(store, Path(folder)), Desk(clean, Path(folder))
        desk.mapping = straight.mapping = desk.mapping.model_copy(update={"altered": altered})
        stand = []
        for step in history:
            if step == UNDO and stand:
                _, delivery = stand.pop()
                assert desk.undo(delivery).kept == 0
            elif step != UNDO and len(stand) < len(DAYS):
                posts_now = " ".join(sorted(step))
                stand.append((posts_now, desk.load(DAYS[len(stand)], firms=FIRMS, posts=posts_now).delivery))
        for day, (posts_then, _) in zip(DAYS, stand, strict=False):
            straight.load(day, firms=FIRMS, posts=posts_then)
        assert desk.current() == straight.current()


def plainly(desk):
    """Return what is current, of a relationship only whether it holds: between which days it ended depends on who looked."""
    return {r.fact.key: is_open(r.fact) if r.fact.key.startswith("relationship/") else r.fact.id for r in desk.store.facts()
            if r.fact.key in desk.current()}  # fmt: skip


def straight(mapping, folder, stand):
    with open_store("sqlite:///:memory:") as clean:
        desk = Desk(clean, folder)
        desk.mapping = mapping
        for day, said in stand.items():
            desk.load(day, firms=FIRMS, posts=said)
        return plainly(desk), desk.current()


orders = st.lists(st.integers(0, 3), min_size=1, max_size=6)
snapshots = st.lists(st.sets(st.sampled_from(POOL), min_size=1), min_size=3, max_size=3)


@given(snapshots, orders, st.sampled_from(("correction", "refuse")))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([{POOL[0], POOL[1]}, {POOL[0]}, {POOL[0], POOL[1]}], [1, 2], "correction")
@example([{POOL[0], POOL[1]}, {POOL[0]}, {POOL[0], POOL[1]}], [1, 2], "refuse")
@example([set(POOL), {POOL[1]}, {POOL[2]}], [1], "correction")
def test_6_whatever_the_order_of_undoings_only_what_stands_counts(history, order, altered):
    """6. Whatever the order of undoings, what stands is what a store has that got only the deliveries that stand."""
    said = {day: " ".join(sorted(each)) for day, each in zip(DAYS, history, strict=False)}
    with TemporaryDirectory() as folder, open_store("sqlite:///:memory:") as store:
        desk = Desk(store, Path(folder))
        desk.mapping = desk.mapping.model_copy(update={"altered": altered})
        loaded = {day: desk.load(day, firms=FIRMS, posts=posts_then).delivery for day, posts_then in said.items()}
        stand = {day: delivery for day, delivery in loaded.items() if delivery}
        for day in (DAYS[place] for place in order if DAYS[place] in stand):
            with suppress(Refused):
                assert desk.undo(stand[day]).kept == 0
                del stand[day]
                assert plainly(desk) == straight(desk.mapping, Path(folder), {each: said[each] for each in stand})[0]
        for day in reversed(stand):
            desk.undo(stand[day])
        assert desk.current() == {}
        for day, posts_then in said.items():
            desk.load(day, firms=FIRMS, posts=posts_then)
        assert desk.current() == straight(desk.mapping, Path(folder), said)[1]


def test_a_row_that_came_back_comes_back_again_after_its_delivery_was_undone(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        desk = Desk(store, tmp_path)
        desk.mapping = desk.mapping.model_copy(update={"altered": "refuse"})
        desk.load(DAYS[0], firms=FIRMS, posts=POSTS)
        desk.load(DAYS[1], firms=FIRMS, posts="A,王示例,2018,")
        third = desk.load(DAYS[2], firms=FIRMS, posts=POSTS)
        after = desk.current()
        desk.undo(third.delivery)
        assert not desk.load(DAYS[2], firms=FIRMS, posts=POSTS).failed
        assert desk.current() == after
