"""What somebody wants to do to a case, and how it was done: see `api.use_cases.case_acts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics.lifecycle.ground import Dated, Ground, Life


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants to do: see `graph.model.Event`; `reported` says that it was done elsewhere."""

    kind: str
    about: str
    on: date
    by: str
    text: str = ""
    number: str = ""
    refers: str = ""
    details: Mapping[str, str] | None = None
    reported: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """An event as it was recorded, or would be: how each finding that it reaches stood before and stands now, and why not.

    `reached` are the grounds that it reaches, each with its restriction and its life today, without it.
    """

    event: Dated
    rows: tuple[Mapping[str, Any], ...]
    recorded: bool
    today: date
    reached: tuple[tuple[Ground, str, Life], ...] = ()

    @property
    def effective(self) -> bool:
        """Whether it has effect on anything."""
        return any(row["effect"] for row in self.rows)
