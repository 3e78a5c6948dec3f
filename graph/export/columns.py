"""The graph of the columns in the formats of networkx, pandas and scipy (`pip install zeren[notebooks]` for the first two).

Invariants (tests/unit/test_export_columns.py holds one test a number)
1. Every edge is in each of them, parallel ones apart, with the statement that it rests on; networkx attributes are texts or whole
   numbers, so that each of its writers takes them.
2. What is not known is empty: a bound of a share or a day that nobody states is never a number.
"""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from graph.model import PPM
from graph.snapshot.columns import Columns
from graph.snapshot.days import FIRST_DAY, LAST_DAY
from graph.snapshot.rows import UNCERTAIN, UNSURE
from graph.snapshot.shape import links
from graph.snapshot.steps import Steps

_ZERO = np.datetime64("1899-12-31", "D")


def edges_frame(columns: Columns) -> pd.DataFrame:
    """Return one row an edge: who, in whom, as what, from and until when at the widest, and the bounds of the share in ppm.

    `exact` is False where dates or share are only known between bounds, `sure` where the party could be one of several people, and
    `clamped` True where a day is stated that lies outside the range of days, 1900-01-01 to 2079-06-03, and so is not told here.
    """
    rows, subject = columns.rows(), columns.subjects()
    low, high = _shares(columns, rows)
    ids = np.array([columns.id(node) for node in range(len(columns))], dtype=object)
    return pd.DataFrame(
        {
            "party": pd.array(ids[rows["other"]], "string"),
            "subject": pd.array(ids[subject], "string"),
            "interest": pd.array(np.array([*columns.codes, ""], dtype=object)[rows["what"] & 255], "string"),
            "from": _days(rows["start"]),
            "until": _days(rows["end"]),
            "share_least_ppm": low,
            "share_most_ppm": high,
            "exact": (rows["what"] & UNCERTAIN) == 0,
            "sure": (rows["what"] & UNSURE) == 0,
            "clamped": _clamped(columns, rows),
            "fact": pd.array([columns.fact(int(number)) for number in rows["fact"]], "string"),
        }
    )


def nodes_frame(columns: Columns) -> pd.DataFrame:
    """Return one row a node that something is known of, with its kind."""
    known = [node for node in range(len(columns)) if columns.known(node)]
    frame = pd.DataFrame({"id": [columns.id(node) for node in known], "kind": [columns.kind(node) or None for node in known]})
    return frame.astype("string")


def to_networkx(columns: Columns) -> nx.MultiDiGraph:
    """Return the graph with party -> subject edges keyed by their statements."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from((columns.id(node), {"kind": columns.kind(node)}) for node in range(len(columns)) if columns.known(node))
    for said in edges_frame(columns).astype(object).to_dict("records"):
        given = {str(name): value for name, value in said.items() if not pd.isna(value)}
        kept: dict[str, str | int] = {"interest": given["interest"]}
        kept |= {name: str(given[name].date()) for name in ("from", "until") if name in given}
        kept |= {name: int(given[name]) for name in ("share_least_ppm", "share_most_ppm") if name in given}
        if given["clamped"]:
            kept["clamped"] = 1
        graph.add_edge(given["party"], given["subject"], key=given["fact"], **kept)
    return graph


def to_scipy(columns: Columns, steps: Steps | None = None, *, symmetric: bool = False) -> sparse.csr_array:
    """Return how many edges run from each node (rows) to each (columns); `columns.id` gives the names of their numbers.

    All edges, whenever they held; with `steps` those that a search may walk.
    """
    if steps is not None:
        return links(columns, steps, symmetric=symmetric)
    rows, size = columns.rows(), len(columns)
    found = sparse.csr_array((np.ones(len(rows)), (rows["other"], columns.subjects())), shape=(size, size))
    return found + found.T if symmetric else found


def _days(numbers: npt.NDArray[Any]) -> pd.Series:
    days = pd.Series((_ZERO + numbers.astype(np.int64)).astype("datetime64[s]"))
    return days.where((numbers >= FIRST_DAY) & (numbers <= LAST_DAY))


def _clamped(columns: Columns, rows: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Return at which edges a day is stated that no number stands for."""
    found = np.zeros(len(rows), np.bool_)
    side = np.flatnonzero(rows["what"] & UNCERTAIN)
    found[side] = columns.side_clamped[np.searchsorted(columns.arrays.side_fact, rows["fact"][side])]
    return found


def _shares(columns: Columns, rows: npt.NDArray[Any]) -> tuple[pd.Series, pd.Series]:
    """Return the bounds of stated shares; a share of nothing to all of it is none that anybody states."""
    low = (rows["what"] >> 12).astype(np.int64)
    high = low.copy()
    arrays = columns.arrays
    side = np.flatnonzero(rows["what"] & UNCERTAIN)
    at = np.searchsorted(arrays.side_fact, rows["fact"][side])
    low[side], high[side] = arrays.side_share[at].T
    stated = (rows["what"] >> 12 <= PPM) & ~((low == 0) & (high == PPM))
    return pd.Series(low).astype("Int64").where(stated), pd.Series(high).astype("Int64").where(stated)
