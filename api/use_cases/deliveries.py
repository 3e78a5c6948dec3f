"""Deliveries as plain values: listed, shown, undone."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from api.use_cases import choosing
from api.use_cases.acting import Actor
from api.use_cases.describing import recorded_json
from graph.dates import day_in_law
from graph.delivered import DeliveredTable, Delivery, DeliveryStatus
from graph.errors import NotFound
from graph.model import Recorded
from graph.store.base import Store
from loaders import deliveries, undoing
from loaders.undoing import Undone

_COUNTS = ("rows", "new", "changed", "corrected", "known", "flagged", "refused", "vanished", "ended")


def list_deliveries(
    store: Store, source: str | None = None, known_at: int | None = None, as_of: date | None = None
) -> list[dict[str, Any]]:
    """Return the deliveries in the order in which they began, each with its counts over all tables; on a day, no later ones."""
    rows = [_row(store, each, _value(store, each)) for each in deliveries.deliveries(store, source, known_at)]
    return [row for row in rows if as_of is None or _day(row) <= as_of]


def delivering(store: Store, source: str, known_at: int | None = None) -> str:
    """Return a source of which something was delivered; raises `NoChoice`."""
    return choosing.one_of(
        "source", source, {deliveries.value_of(each).source for each in deliveries.deliveries(store, None, known_at)}
    )


def _day(row: dict[str, Any]) -> date:
    """Return the day of a delivery: its own, else that on which it came."""
    return date.fromisoformat(row["day"]) if row["day"] else day_in_law(datetime.fromisoformat(row["at"]))


def show_delivery(store: Store, delivery: str, as_of: date | None = None, most: int = 10) -> dict[str, Any]:
    """Return a delivery with its files, its tables, how often it was recorded, and the first statements of it.

    Raises
    ------
    NotFound
        There is none, or it came after the day.
    """
    found = deliveries.find(store, delivery, store.version())
    value = _value(store, found)
    row = _row(store, found, value)
    if as_of is not None and _day(row) > as_of:
        raise NotFound(f"the delivery {value.id} came after {as_of}", zh=f"批次 {value.id} 在 {as_of} 之后才送达")
    operations: Counter[str] = Counter()
    first = [recorded_json(each) for each in islice(deliveries.changes(store, delivery), most)]
    operations.update(each.operation.value for each in deliveries.changes(store, delivery))
    written = sorted(deliveries.versions(store, delivery))
    return {
        **row,
        "precedence": value.precedence,
        "mapping": value.mapping or None,
        "mapping_changed": _mapping_changed(store, value),
        "files": [asdict(file) for file in value.files],
        "tables": [_table(table) for table in value.tables],
        "versions": {"first": written[0], "last": written[-1], "count": len(written)},
        "statements": dict(sorted(operations.items())),
        "first_statements": first,
    }


def _mapping_changed(store: Store, value: Delivery) -> bool | None:
    """Say whether the delivery before this one, of those of the source that stand, was read by another mapping, if known."""
    every = [deliveries.value_of(each) for each in deliveries.deliveries(store, value.source, store.version())]
    earlier = every[: [each.id for each in every].index(value.id)]
    before = next((each.mapping for each in reversed(earlier) if each.status in deliveries.STANDING), "")
    return before != value.mapping if before and value.mapping else None


def _table(table: DeliveredTable) -> dict[str, Any]:
    counts = {name: count for name, count in asdict(table).items() if name != "doubts"}  # the report of quality has them
    return counts | {"previous": table.previous.isoformat() if table.previous else None, "unread": len(table.unread)}


def undo_delivery(
    store: Store, actor: Actor, delivery: str, reason: str, *, keep_later: bool = False, dry_run: bool = False
) -> dict[str, Any]:
    """Undo a delivery, and return what that did, or would do.

    Raises
    ------
    InputError, NotFound, Refused
        See `loaders.undoing.undo`.
    """
    how = undoing.Undoing(actor.name, lambda: actor.writes_at, reason, keep_later, dry_run=dry_run)
    return _undone(undoing.undo(store, delivery, how))


def _undone(done: Undone) -> dict[str, Any]:
    return {
        "id": done.delivery.id,
        "source": done.delivery.source,
        "status": done.delivery.status.value,
        "retracted": done.retracted,
        "restored": done.restored,
        "kept": done.kept,
        "since": [asdict(each) for each in done.since],
        "later": done.later,
        "undone_before": done.before,
        "also": [{"id": each, "statements": count} for each, count in done.also.items()],
        "days": done.days,
    }


def _value(store: Store, found: Recorded) -> Delivery:
    """Return a delivery; one that was cut off, or is being loaded, with its counts so far, which are written at its end."""
    value = deliveries.value_of(found)
    return replace(value, tables=deliveries.so_far(store, value)) if value.status is DeliveryStatus.OPEN else value


def _row(store: Store, found: Recorded, value: Delivery) -> dict[str, Any]:
    began = store.history(found.fact.key)[0]
    return {
        "id": value.id,
        "source": value.source,
        "day": value.day.isoformat() if value.day else None,
        "mode": value.mode,
        "delivery_status": value.status.value,
        "by": value.by,
        "at": began.recorded_at.isoformat(timespec="seconds"),
        "version": began.version,
        **totals(value),
        "reason": value.reason,
    }


def totals(value: Delivery) -> dict[str, int]:
    """Return the counts of a delivery over all its tables."""
    return {name: sum(getattr(table, name) for table in value.tables) for name in _COUNTS}
