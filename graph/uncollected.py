"""Making millions of objects of which none is in a cycle: nothing looks for cycles among them meanwhile.

Python counts references, and what nobody refers to is given back at once; only what refers to itself waits for the collector. A
graph and its findings are frozen values without cycles: the collector walks all of them again and again, and finds nothing.

Invariants (tests/unit/test_graph_uncollected.py holds one test a number)
1. Afterwards the collector runs if it ran before, whatever happened within; one that was off stays off.
2. Two threads at once leave it on, whichever ends first.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let no collector run within."""
    ran = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if ran:
            gc.enable()
