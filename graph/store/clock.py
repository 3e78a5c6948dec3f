"""The times of the audit log never fall: a clock that was set back is found out, and nothing is recorded by it.

"As known at a time" is the last version that was there by then, so one row with too early a time would show what came later.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from graph.errors import Refused
from graph.store.audit import moment
from graph.store.base import Store

TOLERANCE: Final = timedelta(minutes=2)
"""The clocks of two machines differ, and a thread that waited for its turn looked at the clock before it."""


def in_order(at: datetime, last: str) -> datetime:
    """Return the time at which something is recorded after a row of the log: its own, or that of the row where that is later.

    Parameters
    ----------
    at : datetime
        When it was done, by the clock of whoever does it.
    last : str
        The time of the last row, as `moment` writes it; empty where there is none.

    Raises
    ------
    Refused
        The clock is more than `TOLERANCE` behind the log.
    InputError
        The time has no zone.
    """
    if moment(at) >= last:
        return at
    ends = datetime.fromisoformat(last)
    if ends - at > TOLERANCE:
        raise Refused(
            f"the clock is set back: it is {at.isoformat()}, and the log ends at {ends.isoformat()}: nothing was recorded",
            zh=f"系统时钟被调慢：现为 {at.isoformat()}，日志已记到 {ends.isoformat()}，未予记录",
        )
    return ends


def see_that_it_follows(at: datetime, store: Store) -> None:
    """See that something done at a time could be recorded; a dry run asks, the store itself sees to it at every write.

    Raises
    ------
    Refused
        See `in_order`.
    """
    last = next(iter(store.audit(store.version() - 1)), None)
    in_order(at, moment(last.at) if last else "")
