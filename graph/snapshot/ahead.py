"""Asking for memory before it is needed.

A graph is many times larger than what the processor keeps at hand, and what one party is joined to lies anywhere in it: nearly each
look waits for memory, unless it was asked for a while before.

Invariants (tests/unit/test_snapshot_ahead.py holds one test a number)
1. Asking for any place of an array, one that it does not have too, alters nothing and raises nothing.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

_READ, _KEEP, _DATA = 0, 3, 1
"""What LLVM's `prefetch` is told: it will be read, is wanted close by, and is no code."""


def _fetch(typing_context: Any, array: Any, place: Any) -> Any:  # noqa: ARG001 - the signature of numba's intrinsics
    """Ask for a place of an array that lies in one piece."""

    def generated(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = context.make_array(signature.args[0])(context, builder, arguments[0])
        item = builder.gep(found.data, [arguments[1]])
        number, byte = ir.IntType(32), ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        asking = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        builder.call(asking, [builder.bitcast(item, byte), number(_READ), number(_KEEP), number(_DATA)])
        return context.get_dummy_value()

    return types.void(array, types.intp), generated


fetch: Any = intrinsic(_fetch)
