"""The invariants of `loaders.deliveries`, one test a number."""

import pytest

from api.use_cases.deliveries import list_deliveries
from graph.delivered import Delivery, DeliveryStatus
from graph.errors import NotFound
from graph.store import open_store
from loaders.deliveries import changes, day_mark, find, versions
from tests.delivery_desk import DAYS, Desk

FIRMS = "A,示例甲有限公司,建筑 B,示例乙有限公司,食品"
POSTS = "A,王示例,2018, B,张示例,2019,"


@pytest.fixture
def desk(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        yield Desk(store, tmp_path)


class Cut(Exception):
    """Stands for a power failure."""


def cut(_file, row):
    if row >= 2:
        raise Cut


def test_1_every_version_of_a_load_names_its_delivery_and_no_other_does(desk):
    """1. Every version that a load writes names its delivery in the audit log, and no other version does."""
    first = desk.load(DAYS[0], firms=FIRMS, posts=POSTS)
    between = desk.store.version()
    second = desk.load(DAYS[1], firms=FIRMS, posts="A,王示例,2018,2020-06-01")
    undone = desk.undo(second.delivery)
    assert versions(desk.store, first.delivery) == set(range(1, between + 1))
    mine, taken_back = versions(desk.store, second.delivery), versions(desk.store, second.delivery, undone=True)
    assert mine | taken_back == set(range(between + 1, desk.store.version() + 1))
    assert not mine & taken_back
    assert undone.delivery.status is DeliveryStatus.UNDONE


def test_2_the_same_files_of_the_same_day_are_the_same_delivery(desk):
    """2. The same files as of the same day are the same delivery: cut off, it goes on; whole, it is known; undone, a new one."""
    rows = " ".join(f"F{number},示例{number}有限公司," for number in range(10))
    with pytest.raises(Cut):
        desk.load(DAYS[0], firms=rows, progress=cut, batch=2)
    (begun,) = desk.deliveries()
    assert begun.status is DeliveryStatus.OPEN
    (listed,) = list_deliveries(desk.store)
    assert (listed["rows"], listed["new"]) == (2, 2)  # what it brought until it was cut off
    whole = desk.load(DAYS[0], firms=rows)
    assert [(each.id, each.status) for each in desk.deliveries()] == [(begun.id, DeliveryStatus.COMPLETE)]
    version = desk.store.version()
    again = desk.load(DAYS[0], firms=rows)
    assert (again.delivery, desk.store.version()) == (whole.delivery, version)
    desk.undo(begun.id)
    anew = desk.load(DAYS[0], firms=rows)
    assert anew.delivery == f"{begun.id}-2"
    assert [each.status for each in desk.deliveries()] == [DeliveryStatus.UNDONE, DeliveryStatus.COMPLETE]


def test_3_a_delivery_counts_what_all_of_its_runs_brought(desk, tmp_path):
    """3. A delivery counts what all of its runs brought, however often it was cut off."""
    rows = " ".join(f"F{number},示例{number}有限公司," for number in range(10))
    posts = " ".join(f"F{number},王示例,2018," for number in range(10))

    def killer(*at):
        def told(file, row):
            if (file.partition("-")[0], row) == at:
                raise Cut

        return told

    for table, at in (("firms", 3), ("firms", 7), ("posts", 3), ("posts", 7)):
        with pytest.raises(Cut):
            desk.load(DAYS[0], firms=rows, posts=posts, progress=killer(table, at), batch=2)
    desk.load(DAYS[0], firms=rows, posts=posts, batch=2)
    (cut_off,) = desk.deliveries()
    with open_store("sqlite:///:memory:") as other:
        smooth = Desk(other, tmp_path)
        smooth.load(DAYS[0], firms=rows, posts=posts)
        assert [(t.table, t.rows, t.new) for t in cut_off.tables] == [("firms", 10, 10), ("posts", 10, 10)]
        assert smooth.deliveries() == [cut_off]
    desk.undo(cut_off.id)
    assert [desk.store.progress(day_mark("reg", name)) or "" for name in ("firms", "posts")] == ["", ""]


def test_new_changed_corrected_known_and_vanished_rows_are_told_apart(desk):
    desk.load(DAYS[0], firms=FIRMS + " C,示例丙有限公司,", posts=POSTS + " B,李示例,2017, B,赵示例,2016,")
    report = desk.load(
        DAYS[1],
        firms="A,示例甲有限公司,建筑 B,示例乙有限公司,零售 D,示例丁有限公司,",
        posts="A,王示例,2018, B,张示例,2019,2020-12-01 B,李示例,2015, B,钱示例,2020-03-01,",
    )
    firms, posts = report.tables["firms"], report.tables["posts"]
    assert (firms.new, firms.changed, firms.corrected, firms.known, firms.vanished, firms.ended) == (1, 0, 1, 1, 1, 0)
    assert (posts.new, posts.changed, posts.corrected, posts.known, posts.vanished, posts.ended) == (1, 1, 1, 1, 1, 1)
    delivered = desk.deliveries()[-1]
    assert [(t.table, t.new, t.changed, t.corrected, t.known, t.vanished) for t in delivered.tables] == [
        ("firms", 1, 0, 1, 1, 1),
        ("posts", 1, 1, 1, 1, 1),
    ]


def test_a_load_that_records_nothing_leaves_no_trace(desk):
    desk.load(DAYS[0], posts="X,王示例,2018,")
    assert desk.deliveries() == []
    assert desk.store.version() == 0


def test_what_a_delivery_recorded_can_be_listed_and_an_unknown_one_is_not_found(desk):
    report = desk.load(DAYS[0], firms=FIRMS)
    listed = list(changes(desk.store, report.delivery))
    assert [each.fact.key for each in listed] == ["entity/reg/reg:A", "entity/reg/reg:B"]
    assert not any(isinstance(each.fact.value, Delivery) for each in listed)
    with pytest.raises(NotFound, match="no delivery 'x'"):
        find(desk.store, "x")
