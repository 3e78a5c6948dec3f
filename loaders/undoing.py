"""Undoing a delivery: each statement that it recorded goes back to what it was before.

Invariants (tests/unit/test_loaders_undoing.py holds one test a number)
1. After undoing the last delivery everything current is as it was before it, for whatever sequence of deliveries.
2. What was altered since, by whatever, is never touched: undoing is refused with the list, or told to keep it and undo the rest.
3. What a later delivery still had, or may have had, is not the undone delivery's alone: it counts as said since.
4. Undoing is recorded in transactions of at most `MAX_BATCH`; cut off, it goes on; done again, it says so, and undoes only what
   was kept for the sake of a later delivery that is undone by now.
5. Afterwards the same files can be loaded again, and the delivery before is the last one.
6. Whatever the order of undoings, what is put back is what the deliveries that stand had said: nothing that one undone had.
7. A dry run is refused as the undoing would be, says what that would do, and records nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from typing import Final

from graph.delivered import Absence, DeliveredTable, Delivery, DeliveryStatus
from graph.errors import InputError, Refused
from graph.model import Fact, Operation, Payload, Recorded, Relationship
from graph.store.base import MAX_BATCH, Act, Store, Write
from graph.store.clock import see_that_it_follows
from loaders.deliveries import (
    STANDING,
    authors,
    changes,
    day_mark,
    deliveries,
    file_mark,
    find,
    value_of,
    versions,
    what_of,
    why_undone,
    write_of,
)
from loaders.references import joined

SHOWN: Final = 20
"""Statements that a refusal or a report lists at most."""


@dataclass(frozen=True, slots=True)
class Since:
    """A statement that was altered, or said again, after the delivery: by which version, and whether it was altered."""

    key: str
    version: int
    altered: bool


@dataclass(slots=True)
class Undone:
    """What an undoing did, or would do: statements retracted, put back and kept, the first of those kept, later deliveries."""

    delivery: Delivery
    retracted: int = 0
    restored: int = 0
    kept: int = 0
    since: list[Since] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    before: bool = False
    """Whether the delivery was undone before, and nothing was left that could be undone."""

    def keep(self, since: Since) -> None:
        """Take up a statement that stays as it is."""
        self.kept += 1
        if len(self.since) < SHOWN:
            self.since.append(since)


@dataclass(frozen=True, slots=True)
class Undoing:
    """Who undoes, when, why, whether what was altered since is kept, and whether it is only tried."""

    by: str
    now: Callable[[], datetime]
    reason: str
    keep_later: bool = False
    batch: int = MAX_BATCH
    dry_run: bool = False


def undo(store: Store, delivery: str, how: Undoing) -> Undone:
    """Undo a delivery as a whole.

    Raises
    ------
    InputError
        No reason is given.
    NotFound
        There is no such delivery.
    Refused
        Something was recorded on top of it; the message lists what, and says how to go on.
    """
    if not how.reason.strip():
        raise InputError("say why the delivery is undone: --reason", zh="撤回批次须说明理由：--reason")
    value = value_of(find(store, delivery))
    outlook = preview(store, delivery)
    left = outlook.retracted or outlook.restored
    if value.status is DeliveryStatus.UNDONE and not left and (how.keep_later or not outlook.kept):
        outlook.before = True
        return outlook
    if outlook.kept and not how.keep_later:
        raise Refused(_refusal(outlook), zh=_refusal_zh(outlook))
    if how.dry_run:
        see_that_it_follows(how.now(), store)
        reason = value.reason if value.status is DeliveryStatus.UNDOING else how.reason
        outlook.delivery = replace(value, status=DeliveryStatus.UNDONE, reason=reason)
        return outlook
    if value.status is not DeliveryStatus.UNDOING:
        value = replace(value, status=DeliveryStatus.UNDOING, reason=how.reason)
        store.append([write_of(store, value)], _act(how, value, "opened"))
    done = Undone(value, later=outlook.later)
    writes = _writes(store, value, done)
    while batch := list(islice(writes, how.batch)):
        store.append(batch, _act(how, value, value.reason))
    for mark in _marks(store, value):
        store.append((), _act(how, value, "marks", mark))
    done.delivery = replace(value, status=DeliveryStatus.UNDONE)
    store.append([write_of(store, done.delivery)], _act(how, value, "complete"))
    return done


def preview(store: Store, delivery: str) -> Undone:
    """Return what undoing would do, and record nothing."""
    value = value_of(find(store, delivery))
    outlook = Undone(value, later=[each.id for each in _later(store, value)])
    for _ in _writes(store, value, outlook):
        pass
    return outlook


def _act(how: Undoing, value: Delivery, text: str, progress: tuple[str, str] | None = None) -> Act:
    return Act(how.now(), how.by, what_of(value.id, text, undone=True), progress)


def _later(store: Store, value: Delivery) -> list[Delivery]:
    """Return the deliveries of the same tables that began after this one and stand, or were cut off."""
    every = [value_of(each) for each in deliveries(store, value.source)]
    after = every[[each.id for each in every].index(value.id) + 1 :]
    tables = {file.table for file in value.files}
    return [each for each in after if each.status is not DeliveryStatus.UNDONE and tables & {file.table for file in each.files}]


def _refusal(outlook: Undone) -> str:
    value, listed = outlook.delivery, [f"{each.key} (version {each.version})" for each in outlook.since]
    more = [f"… and {outlook.kept - len(listed)} more"] if outlook.kept > len(listed) else []
    way = f"undo what came later first ({', '.join(reversed(outlook.later))}), or" if outlook.later else "either accept that, or"
    return "\n".join(
        [
            f"delivery {value.id} was not undone: "
            f"{outlook.kept} of its statements were altered, or may have been said again, since",
            *listed,
            *more,
            f"{way} give --keep-later, which leaves these and undoes the rest",
        ]
    )


def _refusal_zh(outlook: Undone) -> str:
    value, listed = outlook.delivery, [f"{each.key}（版本 {each.version}）" for each in outlook.since]
    more = [f"……另有 {outlook.kept - len(listed)} 条"] if outlook.kept > len(listed) else []
    way = f"请先撤回其后的批次（{'、'.join(reversed(outlook.later))}）" if outlook.later else "请先确认无误"
    return "\n".join(
        [
            f"批次 {value.id} 未撤回：其中 {outlook.kept} 条此后已被改动，或可能又被提及",
            *listed,
            *more,
            f"{way}，或用 --keep-later：保留这些，撤回其余",
        ]
    )


# What each statement goes back to


def _state(recorded: Recorded | None) -> str | None:
    """Return the wording that is current, None where none is: retracted is as good as never said."""
    return None if recorded is None or recorded.operation is Operation.RETRACTION else recorded.fact.id


def _writes(store: Store, value: Delivery, done: Undone) -> Iterator[Write]:
    """Yield what has to be recorded, and count it; a statement that is as it was before needs nothing."""
    mine, taken_back = versions(store, value.id), versions(store, value.id, undone=True)
    confirmed, standing = _confirmed(store, value), _standing(store, value)
    for change in changes(store, value.id):
        history = store.history(change.fact.key)
        ours = [place for place, each in enumerate(history) if each.version in mine]
        if not ours or history[ours[0]].version != change.version:
            continue
        if any(each.version in taken_back for each in history[ours[-1] + 1 :]):
            continue  # it went back already; what came of it since is another's
        was, now, stand = history[ours[-1]], history[-1], standing(history)
        before = next((each for each in reversed(stand) if each.version < change.version), None)
        if _state(now) == _state(before):
            continue
        if _state(now) != _state(was) or any(each.version > was.version for each in stand):
            done.keep(Since(change.fact.key, now.version, altered=True))
        elif version := confirmed(now.fact):
            done.keep(Since(change.fact.key, version, altered=False))
        elif before is None or before.operation is Operation.RETRACTION:
            done.retracted += 1
            yield Write(now.fact, Operation.RETRACTION, why_undone(value))
        else:
            done.restored += 1
            yield Write(before.fact, Operation.CORRECTION, why_undone(value))


def _standing(store: Store, value: Delivery) -> Callable[[Sequence[Recorded]], list[Recorded]]:
    """Return what leaves, of a history, what stands without a delivery: no undoing put it back, and none undone had said it.

    What an undone one said stands if it was kept for the sake of one that stands, and came before this one.
    """
    of, every = authors(store), [value_of(each) for each in deliveries(store, value.source)]
    began = {each.id: place for place, each in enumerate(every)}
    gone = {each.id: each for each in every if each.status in (DeliveryStatus.UNDONE, DeliveryStatus.UNDOING)}
    kept: dict[str, Callable[[Fact[Payload]], int | None]] = {}

    def stands(recorded: Recorded, back: set[str]) -> bool:
        author, undone = of.get(recorded.version, ("", False))
        if undone or author not in gone:
            return not undone
        if author in back:
            return False
        if author not in kept:
            kept[author] = _confirmed(store, gone[author], [each.id for each in every[: began[value.id]]])
        return kept[author](recorded.fact) is not None

    def standing(history: Sequence[Recorded]) -> list[Recorded]:
        authored = (of.get(each.version, ("", False)) for each in history)
        back = {author for author, undone in authored if undone}
        return [each for each in history if stands(each, back)]

    return standing


def _confirmed(store: Store, value: Delivery, among: Sequence[str] | None = None) -> Callable[[Fact[Payload]], int | None]:
    """Return a test that says which version of a later delivery bears a statement out, as far as that is known.

    A later snapshot that was read whole would have ended or noted what it lacked, so what still holds was in it, and what had
    ended it did not take up again. Of what came in deliveries that are no snapshots, nobody knows whether it was among the rows
    that were known: if there were any of the table, it may have been.
    """
    whole: dict[str, int] = {}
    perhaps: dict[str, int] = {}
    for later in _later(store, value):
        if later.status in STANDING and (among is None or later.id in among):
            version = find(store, later.id).version
            perhaps |= {table.table: version for table in later.tables if table.table not in perhaps and table.known}
            if later.mode == "snapshot":
                whole |= {table.table: version for table in later.tables if table.table not in whole and table.compared}
    files = {file.name: file.table for file in value.files}

    def test(fact: Fact[Payload]) -> int | None:
        if isinstance(fact.value, Absence):
            return whole.get(fact.value.table)
        table = files.get(fact.origin.file, "")
        if isinstance(fact.value, Relationship):
            names = {*whole, *perhaps}
            table = next((name for name in names if fact.key.startswith(f"relationship/{value.source}/{joined(name)}/")), "")
        return whole.get(table, perhaps.get(table))

    return test


# Marks: how far files were loaded, and as of which day


def _marks(store: Store, value: Delivery) -> Iterator[tuple[str, str]]:
    """Yield the marks as they are without the delivery; files of later ones too, so that these can be loaded again on top."""
    for each in (value, *_later(store, value)):
        for file in each.files:
            if not file.known or each is not value:
                yield file_mark(each.source, each.mode, file.sha256, each.day), "0"
    if value.mode != "snapshot" or value.day is None:
        return
    for name in {file.table for file in value.files}:
        mark = day_mark(value.source, name)
        if store.progress(mark) == value.day.isoformat():
            yield mark, _last_day(store, value, name)


def _last_day(store: Store, value: Delivery, table: str) -> str:
    """Return the day of the last delivery of a table that stands without this one, "" if there is none."""
    every = [each for found in deliveries(store, value.source) if (each := value_of(found)).id != value.id and each.day]
    named = [(each, _table(each, table)) for each in every]
    days = {each.day for each, known in named if known and known.clean and each.status in STANDING and each.day}
    before = _table(value, table)
    if not days and before and before.previous:
        gone = {each.day for each, known in named if known and each.status is DeliveryStatus.UNDONE}
        days = {before.previous} - gone
    return max(days, default=date.min).isoformat() if days else ""


def _table(value: Delivery, name: str) -> DeliveredTable | None:
    return next((table for table in value.tables if table.table == name), None)
