"""Who acts, and at what moment: everything that writes takes one of these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from time import monotonic
from typing import Self

from graph.dates import day_in_law
from graph.store.base import MAX_BATCH, Act, Store, Write
from graph.store.clock import see_that_it_follows


def today() -> date:
    """Return the day on which an answer is given that states no other."""
    return day_in_law(datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Actor:
    """Name for the audit log, and the time (with a zone) at which it acts.

    `since` is what `time.monotonic` said at that time: what takes long is then written at the time at which it is written, for the
    times of the log never fall. Without it everything is written at `at`.
    """

    name: str
    at: datetime
    since: float | None = None

    @classmethod
    def now(cls, name: str) -> Self:
        """Return somebody who begins to act now."""
        return cls(name, datetime.now(UTC), monotonic())

    @property
    def writes_at(self) -> datetime:
        """When what is written at this moment is written."""
        return self.at if self.since is None else self.at + timedelta(seconds=monotonic() - self.since)

    def act(self, what: str, progress: tuple[str, str] | None = None) -> Act:
        """Return the audit row of a write."""
        return Act(self.writes_at, self.name, what, progress)


def record(
    store: Store,
    actor: Actor,
    what: str,
    writes: Sequence[Write],
    mark: tuple[str, str] | None = None,
    *,
    dry_run: bool = False,
) -> int:
    """Write in batches, the progress mark with the last one, and return how many statements were recorded.

    A dry run is refused where the write would be for its time, and records nothing.
    """
    if not writes and mark is None:
        return 0
    if dry_run:
        see_that_it_follows(actor.writes_at, store)
        return 0
    recorded = 0
    for start in range(0, max(len(writes), 1), MAX_BATCH):
        last = start + MAX_BATCH >= len(writes)
        recorded += store.append(writes[start : start + MAX_BATCH], actor.act(what, mark if last else None)).recorded
    return recorded
