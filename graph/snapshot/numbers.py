"""Numbers of nodes that somebody gives: kernels check none, and would answer for another node, or end the process."""

from __future__ import annotations

from operator import index
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from graph.errors import InputError
from graph.snapshot.build import first_missing

_NUMBERED: Final = np.dtype(np.int32)


def check_node(count: int, node: int) -> None:
    """Refuse a number that none of so many nodes has: kernels check none."""
    try:
        if isinstance(node, bool):
            raise TypeError("a truth value is none")
        node = index(node)
    except TypeError as error:
        raise InputError(f"numbers of nodes are whole numbers: {error}", zh="节点编号须为整数") from error
    if not 0 <= node < count:
        raise InputError(
            f"there is no node {node}: the graph has {count}, numbered from 0",
            zh=f"没有编号为 {node} 的节点：图中共 {count} 个，从 0 起编号",
        )


def nodes_of(count: int, nodes: Any) -> npt.NDArray[np.int32]:
    """Return numbers of nodes as kernels take them; refuse what is no number, and those that none of so many nodes has."""
    given = np.asarray(nodes)
    if given.dtype is _NUMBERED:
        given = given if given.flags.c_contiguous else np.ascontiguousarray(given)
        missing = first_missing(given, count)
        if missing >= 0:
            check_node(count, int(given[missing]))
        return given
    if given.size and given.dtype.kind not in "iu":
        raise InputError(f"numbers of nodes are whole numbers of 64 bits at most, not {given.dtype}", zh="节点编号须为整数")
    for number in (given.min(), given.max()) if given.size else ():
        check_node(count, int(number))
    return np.ascontiguousarray(given, np.int32)
