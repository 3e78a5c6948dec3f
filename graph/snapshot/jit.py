"""How the kernels are compiled: once for a machine, kept on disk, released from Python's lock.

Invariants (tests/unit/test_snapshot_jit.py holds one test a number)
1. A machine where nothing can be kept on disk compiles anew in each process; it never fails to import.
2. A folder chosen with `keep_compiled_in` is used by every kernel that is imported afterwards.
3. Whoever waits for a kernel to be compiled is told once, and nobody who finds all of them on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core import event

F = TypeVar("F", bound=Callable[..., Any])


def keep_compiled_in(folder: Path) -> None:
    """Keep compiled kernels in `folder`, where the installation itself may not be written to.

    Call it before a module with kernels is imported. Without it they are kept beside the modules or, where these are read-only, in
    the cache folder of the user.
    """
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]


class _Compiling(event.Listener):
    """Tells of the first kernel that is compiled."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell: Callable[[], None] | None = tell

    def on_start(self, event: Any) -> None:  # noqa: ARG002 - the signature of numba's listeners
        if self._tell is not None:
            tell, self._tell = self._tell, None
            tell()

    def on_end(self, event: Any) -> None:
        """Nothing is told in the end."""


def when_compiling(tell: Callable[[], None]) -> None:
    """Call `tell` once in this process, when the first kernel has to be compiled rather than read from disk."""
    event.register("numba:compile", _Compiling(tell))  # type: ignore[no-untyped-call]


_LEAF: Mapping[str, Any] = {"_nrt": False}
"""An option of numba's compiler that `njit` passes on: no references are counted, so that nothing can be allocated either."""
_INNER: Mapping[str, Any] = {**_LEAF, "forceinline": True}


def kernel(function: F) -> F:
    """Compile a function with numba on first use, keeping the result for the next process where that is possible."""
    return _compiled(function, {})


def leaf(function: F) -> F:
    """Compile a function that makes no array and is called for every edge.

    It counts no references: handing it the graph costs nothing, where a `kernel` would count all of its arrays up and down.
    """
    return _compiled(function, _LEAF)


def inner(function: F) -> F:
    """Compile a leaf into each place that calls it: what is called for every node takes longer to be handed the graph than to run.

    It takes longer to compile, the more so the more places there are.
    """
    return _compiled(function, _INNER)


def _compiled(function: F, options: Mapping[str, Any]) -> F:
    try:
        return cast("F", numba.njit(cache=True, nogil=True, **options)(function))
    except RuntimeError:  # numba: no place to keep it
        return cast("F", numba.njit(nogil=True, **options)(function))
