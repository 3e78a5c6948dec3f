"""How the kernels are compiled: once for a machine, kept on disk, released from Python's lock.

Invariants (tests/unit/test_snapshot_jit.py holds one test a number)
1. A machine where nothing can be kept on disk compiles anew in each process; it never fails to import.
2. A folder chosen with `keep_compiled_in` is used by every kernel that is imported afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def keep_compiled_in(folder: Path) -> None:
    """Keep compiled kernels in `folder`, where the installation itself may not be written to.

    Call it before a module with kernels is imported. Without it they are kept beside the modules or, where these are read-only, in
    the cache folder of the user.
    """
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]


def kernel(function: F) -> F:
    """Compile a function with numba on first use, keeping the result for the next process where that is possible."""
    try:
        return cast("F", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # numba: no place to keep it
        return cast("F", numba.njit(nogil=True)(function))
