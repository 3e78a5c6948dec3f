"""Values that occur more than once among millions.

Invariants (tests/unit/test_quality.py holds one test a number)
1. Eight bytes a value are held, however long it is; every repeated value is found.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable

import numpy as np


def token(*parts: str) -> int:
    """Return 64 bits that stand for a value."""
    return int.from_bytes(hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).digest(), "little", signed=True)


def repeated(noted: Iterable[array[int]]) -> frozenset[int]:
    """Return the tokens that stand more than once in the arrays together."""
    every = [np.frombuffer(each, np.int64) for each in noted if each]
    if not every:
        return frozenset()
    values, counts = np.unique(np.concatenate(every), return_counts=True)
    return frozenset(values[counts > 1].tolist())
