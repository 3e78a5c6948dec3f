"""Compile every kernel that a question to the graph runs, so that nobody who asks waits for it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analytics.ownership.control import control_groups, controlled, ultimate_controllers
from analytics.ownership.integrated import all_owners, owners_of
from analytics.ownership.stakes import stakes
from graph.snapshot.columns import DESCRIBED, Columns, EdgeTable
from graph.snapshot.days import STILL
from graph.snapshot.edges import code_names
from graph.snapshot.gather import kind_names
from graph.snapshot.paths import neighbourhood, shortest_paths, ties
from graph.snapshot.walk import alive, as_of, between, holders, reach


def warm() -> Iterator[str]:
    """Ask every question of a graph of three nodes; yield what is ready as it gets ready."""
    columns = _three_nodes()
    held = stakes(columns)
    owners_of(held, 2)
    yield "owners"
    controlled(held, [0])
    ultimate_controllers(held, 2)
    yield "controls, controlled"
    control_groups(held)
    yield "group"
    shortest_paths(columns, [0], [2], 1)
    yield "paths"
    neighbourhood(columns, [0], 1)
    ties(columns, 0)
    yield "network"
    all_owners(held)
    asked = np.array([2], np.int32)
    holders(columns, asked, [None])
    reach(columns, asked, [None])
    alive(columns, None)
    as_of(columns, None)
    between(columns, columns.kind_names)
    yield "whole graph"


def _three_nodes() -> Columns:
    """Return a person who holds an enterprise that holds another."""
    share = code_names().index("shareholding")
    ends, days = np.array([0, 1]), np.array([1, 1])
    edges = EdgeTable(ends, ends + 1, np.full(2, share), days, np.full(2, STILL), np.full(2, 600_000))
    return Columns.build(["a", "b", "c"], np.full(3, DESCRIBED, np.uint8), kind_names(), code_names(), edges)
