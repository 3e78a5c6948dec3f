"""What nobody should deliver, and somebody will: a clear error or a flagged result, never a wrong number.

Files that are cut short, of another format or of another store: tests/unit/test_snapshot_file.py, tests/unit/test_snapshot_kept.py,
tests/integration/test_graph_commands.py.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from analytics.ownership.control import control_groups, controlled
from analytics.ownership.integrated import all_owners, owners_of
from analytics.ownership.loops import loops
from analytics.ownership.stakes import Flag, stakes
from graph.errors import InputError
from graph.model import Share
from graph.snapshot.columns import DESCRIBED, Columns, EdgeTable
from graph.snapshot.days import STILL
from graph.snapshot.edges import code_names
from graph.snapshot.gather import from_facts, kind_names
from graph.snapshot.paths import neighbourhood, shortest_paths
from graph.snapshot.shape import connected_groups
from graph.snapshot.steps import Steps
from graph.snapshot.walk import as_of, holders
from tests.graph_world import edge

SHARE = code_names().index("shareholding")
AT = code_names().index("is_at")


def columns_of(nodes: int, party: list[int], subject: list[int], **more: object) -> Columns:
    count = len(party)
    given = {"code": np.full(count, SHARE), "start": np.full(count, 1), "end": np.full(count, STILL)} | more
    table = EdgeTable(np.array(party, np.int64), np.array(subject, np.int64), **given)
    return Columns.build(
        [f"n{i:09d}" for i in range(nodes)], np.full(nodes, 1 | DESCRIBED, np.uint8), kind_names(), code_names(), table
    )


def test_a_holding_in_oneself_is_flagged_and_its_loop_named():
    held = stakes(from_facts([edge("1", "t:A", "t:A", share="10"), edge("2", "t:B", "t:A", share="90")]))
    assert Flag(int(held.flags[0])) == Flag.SELF_HELD
    assert [loop.nodes for loop in loops(held)] == [(0,)]
    (owner,) = owners_of(held, 0).owners
    assert (owner.node, round(owner.least, 3)) == (1, 1_000_000)


def test_one_that_holds_itself_whole_has_no_owner():
    held = stakes(from_facts([edge("1", "t:A", "t:A", share="100")]))
    assert owners_of(held, 0).owners == ()
    assert len(all_owners(held)) == 0
    assert Flag.CLOSED in Flag(int(all_owners(held).flags[0]))


def test_the_same_statement_twice_is_refused_and_two_statements_are_two():
    twice = np.array([7, 7], np.uint64)
    with pytest.raises(InputError, match="same statement"):
        columns_of(2, [0, 0], [1, 1], share=np.array([1, 1]), fact=twice)
    held = stakes(columns_of(2, [0, 0], [1, 1], share=np.array([300_000, 300_000])))
    assert held.row(1) == [(0, 600_000, 600_000)]


@pytest.mark.parametrize("share", [-2, -500_000, 1_000_001, 2_000_000_000])
def test_a_share_that_cannot_be_is_refused_with_its_place(share):
    with pytest.raises(InputError, match=rf"share_ppm is {share}, not within") as raised:
        columns_of(2, [0, 0], [1, 1], share=np.array([500_000, share]))
    assert raised.value.row == 1
    with pytest.raises(InputError):
        Share.exact(share)


def test_shares_over_the_whole_are_flagged_and_nobody_is_cut():
    held = stakes(columns_of(3, [0, 1], [2, 2], share=np.array([800_000, 700_000])))
    assert Flag(int(held.flags[2])) == Flag.OVER_FULL
    assert [row[1] for row in held.row(2)] == [800_000, 700_000]
    assert control_groups(held).undecided[2]


@pytest.mark.parametrize("period", ["1850/1860", "1850/open", "2079-06-05/2100", "2010/2100"])
def test_a_day_outside_the_range_is_marked_and_no_question_is_asked_about_one(period):
    columns = from_facts([edge("1", "t:B", "t:A", share="10", period=period)])
    assert columns.side_clamped.tolist() == [True]
    for day in (date(1899, 12, 31), date(2079, 6, 5)):
        for ask in (lambda day=day: as_of(columns, day), lambda day=day: stakes(columns, day)):
            with pytest.raises(InputError, match="days from 1900-01-01 to 2079-06-04"):
                ask()


@pytest.mark.parametrize("column", ["start", "end"])
@pytest.mark.parametrize("day", [-1, 65_536])
def test_a_day_that_does_not_fit_is_refused(column, day):
    with pytest.raises(InputError, match=rf"{column} is {day}"):
        columns_of(2, [0], [1], **{column: np.array([day])})


@pytest.mark.parametrize(("party", "subject"), [(-1, 0), (2, 0), (0, 2)])
def test_an_end_that_does_not_exist_is_refused(party, subject):
    with pytest.raises(InputError, match="not within 0 to 1"):
        columns_of(2, [party], [subject])


def test_an_empty_graph_answers_everything_with_nothing():
    columns = from_facts([])
    held = stakes(columns)
    assert (len(columns), len(all_owners(held)), len(control_groups(held).head), loops(held)) == (0, 0, 0, [])
    assert len(connected_groups(columns)) == as_of(columns, None).edge_count == 0
    assert len(holders(columns, np.zeros(0, np.int32), [])) == 0
    alone = columns_of(1, [], [])
    assert owners_of(stakes(alone), 0).owners == ()
    assert controlled(stakes(alone), [0]).steps == ()
    assert len(neighbourhood(alone, [0], 3)) == 1
    assert shortest_paths(alone, [0], [0], 1).paths[0].nodes == (0,)


@pytest.mark.slow
def test_a_hub_of_ten_million_is_named_with_its_count_and_not_walked_through():
    count = 10_000_000
    party = np.tile(np.array([1, 2, 3, 4]), count // 4)
    days, codes = np.full(count, 1), np.full(count, AT)
    table = EdgeTable(party, np.zeros(count, np.int64), codes, days, np.full(count, STILL))
    columns = Columns.build([f"n{i}" for i in range(5)], np.full(5, DESCRIBED, np.uint8), kind_names(), code_names(), table)
    near = neighbourhood(columns, [1], 3, Steps(hub=count // 2))
    assert near.node.tolist() == [1, 0]
    assert near.hubs == {0: count}
    assert shortest_paths(columns, [1], [2], 1, Steps(hub=count // 2)).paths == ()
