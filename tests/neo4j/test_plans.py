"""Everything that a write or a page of facts looks up is found by an index, whatever the server knows of the store.

For a list of ids the server may plan to read a whole index, id by id, as long as there is little in the store; the plan is
kept, and takes the square of the time afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from api.use_cases.acting import Actor
from api.use_cases.loading import load_city
from graph.store import _neo4j_draw as draw
from graph.store import _neo4j_rows as rows
from graph.store import _neo4j_search as search
from graph.store import _neo4j_write as write
from graph.store import open_store
from graph.store._neo4j_model import NODES
from graph.store.base import Write
from tests.contract.test_store import office
from tests.neo4j.test_faults import ACT
from tests.neo4j_server import Server

pytestmark = pytest.mark.required

SCANS = {"AllNodesScan", "NodeByLabelScan", "NodeIndexScan", "DirectedRelationshipTypeScan", "DirectedAllRelationshipsScan"}


def texts() -> Iterator[str]:
    """What is asked for many nodes at once."""
    for each in (draw._LOOK, draw._DESCRIBE, draw._DESCRIBED, draw._SET, draw._LONELY):
        yield from each.values()
    yield from draw._JOIN.values()
    yield from (draw._made(label, ()) for label in NODES)
    yield from (draw._UNDESCRIBE, draw._EVENT_GONE)
    yield from (search._LEARN, search._UNPOINT, search._FORGET, search._BEARERS)
    yield from (write._FOLLOW, write._WORDINGS, write._BLANK)
    yield from (rows.STANDING, rows.BY_IDS, rows.BY_SEQ, rows.PAGE, rows.PAGE_OF_KIND, rows.CHANGES, rows.ENTRIES, rows.EVER_BY_SEQ)


def operators(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["operatorType"].partition("@")[0]
    for child in plan.get("children", ()):
        yield from operators(child)


@pytest.mark.parametrize("enterprises", [0, 300])
def test_every_look_up_goes_by_an_index(neo4j_server: Server, enterprises: int):
    with open_store(neo4j_server.empty()) as store:
        if enterprises:
            load_city(store, Actor("测试甲", datetime(2026, 11, 1, 8, tzinfo=UTC)), enterprises, 7)
    assert planned(neo4j_server, texts(), SCANS) == {}


@pytest.mark.parametrize("how_many", [3, 4000])
def test_what_is_taken_out_is_looked_for_between_its_two_ends(neo4j_server: Server, how_many: int):
    """Not among all that one end has: the server would keep each with the keys that are looked for, half a gigabyte of them."""
    with open_store(neo4j_server.empty()) as store:
        store.append([Write(office(str(number))) for number in range(how_many)], ACT)
    assert planned(neo4j_server, [draw._PART["Party", "Party"]], {*SCANS, "NodeHashJoin", "Expand(All)"}) == {}


def planned(server: Server, asked: Iterable[str], refused: set[str]) -> dict[str, set[str]]:
    """Which of the operators that are refused the server plans for each of these texts."""
    import neo4j

    found: dict[str, set[str]] = {}
    with neo4j.GraphDatabase.driver(server.url, notifications_min_severity="OFF") as driver, driver.session() as session:
        session.run("CALL db.clearQueryCaches()").consume()
        for text in asked:
            plan = session.run(f"EXPLAIN {text}").consume().plan
            assert plan is not None
            if there := refused & set(operators(plan)):
                found[text] = there
    return found
