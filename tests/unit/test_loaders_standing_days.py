"""The invariants of `loaders.standing_days`, one test a number, and undoing compared with a store that got only what stands."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph.codec import make_fact
from graph.dates import OPEN, PartialDate, Period
from graph.errors import Refused
from graph.model import Operation, Origin, PartyRef, Recorded, Relationship
from graph.store import open_store
from graph.store.base import Act, Write
from loaders.deliveries import ABSENT, is_redated
from loaders.mapping_file import parse_mapping
from loaders.standing_days import Snapshot, begun, had, lost
from loaders.vanishing import Terms
from tests.delivery_desk import MAPPING, Desk, now

DAYS = [date(2020, month, 5) for month in range(1, 7)]
DAY = timedelta(days=1)
FIRMS = "A,示例甲有限公司,建筑 B,示例乙有限公司,食品"
MORE = ("C,示例丙有限公司,", "D,示例丁有限公司,")
WANG, ZHANG, LI = POOL = ("A,王示例,2018,", "A,张示例,2019,", "B,李示例,2017,")
STATED = MAPPING.format(mode="snapshot", shrinkage=1.0)
LISTED = STATED.replace("start: from", "start: {const: listed}").replace("name: posts\n", "name: posts\n    ignore: [from]\n")
KEYED = STATED.rstrip() + "\n          key: [id, person, from]\n"
ZHANG_KEY = "relationship/reg/posts/reg:A#张示例@/reg:A/director"


def desk_of(store, folder, mapping, altered="correction"):
    desk = Desk(store, Path(folder))
    desk.mapping = parse_mapping(mapping).model_copy(update={"altered": altered})
    desk.load(DAYS[0], firms=FIRMS)
    return desk


@pytest.fixture
def desk(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        yield desk_of(store, tmp_path, STATED)


def delivered(desk, *snapshots):
    """Deliver posts, a month after the other; return the ids."""
    return [
        desk.load(day, firms=FIRMS, posts=" ".join(sorted(each))).delivery for day, each in zip(DAYS[1:], snapshots, strict=False)
    ]


def period(desk, key=ZHANG_KEY):
    return desk.store.get(key).fact.value.period


# Pure


def wording(version, end=OPEN, operation=Operation.CHANGE, reason=""):
    party, subject = PartyRef(entity="reg:A#张示例"), PartyRef(entity="reg:A")
    value = Relationship(party, subject, "director", Period(PartialDate.parse("2018"), end))
    return Recorded(make_fact(value, "posts/x", Origin("reg")), version, datetime(2026, 1, 1, tzinfo=UTC), operation, reason)


def snapshots(*versions, refused=False):
    return [Snapshot(DAYS[place], frozenset([each]), each, refused) for place, each in enumerate(versions)]


def test_1_what_stood_in_a_snapshot_follows_from_the_history_alone():
    """1. Pure: what stood in which snapshot follows from the history of a statement alone; else nothing is altered."""
    inferred = wording(3, PartialDate(DAYS[1], DAYS[2]), reason=ABSENT)
    one, two, three, four = snapshots(1, 2, 3, 4)
    history = [wording(2, operation=Operation.NEW), inferred]
    assert [had(history, [], each) for each in (one, two, three, four)] == [False, True, False, False]
    stated = [wording(2, operation=Operation.NEW), wording(3, PartialDate.on(DAYS[1]))]
    assert [had(stated, [], each) for each in (two, three, four)] == [True, True, None]
    assert had(history, [], four._replace(refused=True)) is None
    assert lost(stated, [], [two, three, four]) is None


def test_2_the_days_are_those_of_the_snapshots_around():
    """2. Something ended between the last standing snapshot that had it and the next one; a listed term began likewise."""
    one, two, three, four = snapshots(1, 2, 3, 4)
    history = [wording(2, operation=Operation.NEW), wording(4, PartialDate(DAYS[2], DAYS[3]), reason=ABSENT)]
    assert lost(history, [], [one, two, three, four]) == (DAYS[2], DAYS[3])
    assert lost(history, [], [one, two, four]) == (DAYS[1], DAYS[3])
    assert begun(history, [], [one, two, three, four]) == PartialDate(DAYS[0] + DAY, DAYS[1])
    assert begun(history, [], [three, four]) == PartialDate(date.min, DAYS[2])
    assert lost(history, [], [one, two]) is None


def test_3_what_a_source_stated_or_a_human_altered_stays(desk):
    """3. What a source stated, or a human altered, is no day that deliveries gave, and stays."""
    stated = ZHANG + DAYS[2].isoformat()
    _, second, _ = delivered(desk, {WANG, ZHANG, LI}, {WANG, stated, LI}, {WANG, stated})
    by_hand = desk.store.get("relationship/reg/posts/reg:B#李示例@/reg:B/director").fact
    later = replace(by_hand.value, period=replace(by_hand.value.period, end=PartialDate(DAYS[2], DAYS[4])))
    fact = make_fact(later, by_hand.key.removeprefix("relationship/reg/"), by_hand.origin)
    desk.store.append([Write(fact, Operation.CORRECTION, "looked up")], Act(now(), "official", "by hand"))
    current = desk.current()
    assert desk.undo(second, keep_later=True).days == 0
    assert desk.current() == current


# In a store


def test_the_end_that_a_delivery_in_the_middle_narrowed_is_as_wide_as_what_stands_says(desk):
    _, second, _ = delivered(desk, {WANG, ZHANG, LI}, {WANG, ZHANG}, {WANG, LI})
    assert period(desk).end == PartialDate(DAYS[2], DAYS[3])
    tried = desk.undo(second, dry_run=True)
    done = desk.undo(second)
    assert (done, done.days) == (tried, 1)
    assert period(desk).end == PartialDate(DAYS[1], DAYS[3])
    last = desk.store.get(ZHANG_KEY)
    assert (last.operation, is_redated(last)) == (Operation.CORRECTION, True)
    assert last.reason.endswith(": damaged")
    assert desk.undo(second).before


def test_a_row_that_is_listed_again_after_its_days_were_put_right_was_no_end(desk):
    desk.mapping = desk.mapping.model_copy(update={"altered": "refuse"})
    _, second, _ = delivered(desk, {WANG, ZHANG, LI}, {WANG, ZHANG}, {WANG, LI})
    desk.undo(second)
    assert not desk.load(DAYS[4], firms=FIRMS, posts=f"{WANG} {ZHANG}").failed
    assert period(desk).end == OPEN


def test_the_start_of_a_listed_term_is_as_wide_as_what_stands_says(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        desk = desk_of(store, tmp_path, LISTED)
        _, second, _ = delivered(desk, {WANG}, {WANG}, {WANG, ZHANG})
        assert period(desk).start == PartialDate(DAYS[2] + DAY, DAYS[3])
        assert desk.undo(second).days == 1
        assert period(desk).start == PartialDate(DAYS[1] + DAY, DAYS[3])


def test_days_of_a_table_that_got_an_older_delivery_stay(desk):
    _, second, _ = delivered(desk, {WANG, ZHANG, LI}, {WANG, ZHANG}, {WANG, LI})
    desk.load(DAYS[1].replace(day=9), firms=FIRMS, posts="B,赵示例,2016,", terms=Terms(older=True))
    assert desk.undo(second).days == 0
    assert period(desk).end == PartialDate(DAYS[2], DAYS[3])


snapshot = st.tuples(st.sets(st.sampled_from(MORE)), st.sets(st.sampled_from(POOL), min_size=1))
histories = st.lists(snapshot, min_size=3, max_size=5)
orders = st.permutations([0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
NONE = frozenset()


@given(histories, orders, st.sampled_from((STATED, LISTED, KEYED)), st.sampled_from(("correction", "refuse")))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([(NONE, set(POOL)), (NONE, {WANG, LI}), (NONE, {WANG}), (NONE, {WANG, ZHANG})], [1, 3, 2, 0], KEYED, "correction")
@example([(NONE, set(POOL)), (NONE, {WANG, ZHANG}), (NONE, {WANG, LI})], [1, 0, 2], LISTED, "refuse")
@example([(NONE, {WANG}), ({MORE[0]}, {WANG}), ({MORE[0]}, {WANG, ZHANG})], [1, 2, 0], LISTED, "correction")
@example([({MORE[0]}, {WANG}), ({*MORE}, {WANG}), (NONE, {WANG})], [1, 0, 2], STATED, "correction")
def test_in_whatever_order_they_are_undone_what_stands_has_its_words_and_days(history, order, mapping, altered):
    """What is current is what a store has that got only the deliveries that stand, days included; a dry run says the same."""
    said = [{"firms": " ".join([FIRMS, *sorted(firms)]), "posts": " ".join(sorted(posts))} for firms, posts in history]
    clean: dict[tuple[int, ...], dict[str, tuple[str, ...]]] = {}

    def straight(folder, stand):
        if stand not in clean:
            with open_store("sqlite:///:memory:") as store:
                desk = desk_of(store, folder, mapping, altered)
                for place in stand:
                    desk.load(DAYS[place + 1], **said[place])
                clean[stand] = desk.current()
        return clean[stand]

    with TemporaryDirectory() as folder, open_store("sqlite:///:memory:") as store:
        desk = desk_of(store, folder, mapping, altered)
        loaded = {place: desk.load(DAYS[place + 1], **each).delivery for place, each in enumerate(said)}
        stand = {place: delivery for place, delivery in loaded.items() if delivery}
        for place in order:
            with suppress(Refused):
                if place in stand:
                    tried = desk.undo(stand[place], dry_run=True)
                    assert desk.undo(stand.pop(place)) == tried
                    assert desk.current() == straight(folder, tuple(stand))
        assert store.verify() is None
