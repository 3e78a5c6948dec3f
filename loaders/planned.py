"""What becomes of rows that a load plans: what one row adds, and how far rows of the fast lane were taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from graph.store.base import Write


@dataclass(slots=True)
class Planned:
    """What a row adds: writes by key, the wordings it said, and doubts."""

    writes: dict[str, Write] = field(default_factory=dict)
    said: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)


class Stop(Enum):
    """Why not all rows were taken: they were, the transaction is full, or one words a statement otherwise than it is recorded."""

    END = "end"
    FULL = "full"
    DIFFERS = "differs"


class TookRows(NamedTuple):
    """Up to which row the plan took those of the fast lane, how many said anything new, the places of that, and why it stopped."""

    done: int
    new_rows: int
    new: Sequence[int]
    stop: Stop
