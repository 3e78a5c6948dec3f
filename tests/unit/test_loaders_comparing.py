"""The invariants of `loaders.comparing`, one test a number."""

import pytest

from graph.store import open_store
from loaders.comparing import Examples, differences
from tests.delivery_desk import DAYS, Desk


@pytest.fixture
def desk(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        yield Desk(store, tmp_path)


def test_1_the_first_examples_of_each_kind_are_kept_and_no_more(desk):
    """1. At most so many examples a table and kind are kept, the first ones."""
    rows = [f"F{number},示例{number}有限公司," for number in range(40)]
    desk.load(DAYS[0], firms=" ".join(rows))
    examples = Examples(desk.store, 3)
    version = desk.store.version()
    changed = [f"{row}建筑" for row in rows[:10]]
    added = [f"N{number},新示例{number}有限公司," for number in range(10)]
    desk.load(DAYS[1], firms=" ".join([*changed, *rows[10:30], *added]), dry_run=True, examples=examples)
    assert [(each.kind, each.row) for each in examples.shown] == [
        *(("changed", number) for number in (2, 3, 4)),
        *(("new", number) for number in (32, 33, 34)),
        *(("vanished", number) for number in (32, 33, 34)),
    ]
    assert desk.store.version() == version


def test_2_an_altered_statement_is_shown_by_the_fields_that_differ(desk):
    """2. An altered statement is shown by the fields that differ, as they are and as they would be."""
    desk.load(DAYS[0], firms="A,示例甲有限公司,", posts="A,王示例,2018,")
    examples = Examples(desk.store, 5)
    desk.load(DAYS[1], firms="A,示例甲有限公司,", posts="A,王示例,2018,2020-05-01", dry_run=True, examples=examples)
    (example,) = examples.shown
    assert (example.table, example.kind, example.row) == ("posts", "changed", 2)
    assert example.old == {"period": "2018/open"}
    assert example.new == {"period": "2018/2020-05-01"}


def test_a_new_statement_is_shown_whole(desk):
    desk.load(DAYS[0], firms="A,示例甲有限公司,")
    (recorded,) = desk.store.facts(["entity"])
    before, after = differences(None, recorded.fact)
    assert before == {}
    assert after["names"] == [{"text": "示例甲有限公司"}]
