"""The graph as one small array that a kernel opens: where each of its columns lies in memory.

Handing eleven arrays to a kernel takes Python longer than a small question takes the kernel. Whoever keeps a handle keeps the
arrays: `Columns.handle` lives as long as its columns do.

Invariants (tests/unit/test_snapshot_handle.py holds one test a number)
1. What a kernel opens is what was handed over, column by column, empty columns too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import carray, types  # type: ignore[attr-defined]
from numba.extending import intrinsic

from graph.errors import InputError
from graph.snapshot.jit import kernel
from graph.snapshot.rows import EDGE, Arrays


def handle_of(arrays: Arrays) -> npt.NDArray[np.int64]:
    """Return address and length of each column, two numbers a column.

    Raises
    ------
    InputError
        A column does not lie in one piece.
    """
    columns: tuple[npt.NDArray[Any], ...] = arrays
    for name, column in zip(Arrays._fields, columns, strict=True):
        if not column.flags.c_contiguous:
            raise InputError(f"the column {name} does not lie in one piece")
    return np.array([number for column in columns for number in (column.ctypes.data, len(column))], np.int64)


def _as_place(typing_context: Any, address: Any) -> Any:  # noqa: ARG001 - the signature of numba's intrinsics
    """Return a number as the place in memory that it names."""

    def generated(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return builder.inttoptr(arguments[0], context.get_value_type(types.voidptr))

    return types.voidptr(types.int64), generated


_place: Any = intrinsic(_as_place)


@kernel
def _ints(handle: Any, column: int) -> Any:
    return carray(_place(handle[2 * column]), (handle[2 * column + 1],), np.int32)


@kernel
def _edges(handle: Any, column: int) -> Any:
    return carray(_place(handle[2 * column]), (handle[2 * column + 1],), EDGE)


@kernel
def opened(handle: Any) -> Any:
    """Return the columns that a handle names, as `Arrays`."""
    days = carray(_place(handle[14]), (handle[15], 8), np.uint16)
    shares = carray(_place(handle[16]), (handle[17], 2), np.int32)
    kinds = carray(_place(handle[18]), (handle[19],), np.uint8)
    sources = carray(_place(handle[20]), (handle[21],), np.uint16)
    return Arrays(
        _ints(handle, 0),
        _ints(handle, 1),
        _edges(handle, 2),
        _ints(handle, 3),
        _ints(handle, 4),
        _edges(handle, 5),
        _ints(handle, 6),
        days,
        shares,
        kinds,
        sources,
    )
