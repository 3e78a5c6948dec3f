"""Undoing a delivery: each statement that it recorded goes back to what it was before.

Invariants (tests/unit/test_loaders_undoing.py holds one test a number)
1. After undoing the last delivery everything current is as it was before it, for whatever sequence of deliveries.
2. What was altered since, by whatever, is never touched: undoing is refused with the list, or told to keep it and undo the rest.
3. What a later delivery still had, or may have had, is not the undone delivery's alone: it counts as said since.
   What is noted as absent from it, it had not.
4. Undoing is recorded in transactions of at most `MAX_BATCH`; cut off, it goes on; done again, it says so, and undoes only what
   was kept for the sake of a later delivery that is undone by now.
5. Afterwards the same files can be loaded again, and the delivery before is the last one.
6. Whatever the order of undoings, what is put back is what the deliveries that stand had said: nothing that one undone had.
7. A dry run is refused as the undoing would be, says what that would do, and records nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from itertools import islice
from typing import Final

from graph.delivered import Absence, DeliveredTable, Delivery, DeliveryStatus
from graph.errors import InputError, Refused
from graph.model import Fact, Operation, Payload, Recorded, Relationship
from graph.store.base import MAX_BATCH, Act, Store, Write
from graph.store.clock import see_that_it_follows
from loaders.deliveries import (
    DAYS,
    STANDING,
    day_mark,
    file_mark,
    find,
    value_of,
    what_of,
    why_undone,
    write_of,
)
from loaders.histories import GONE, Histories, notes_last, plainly, stood
from loaders.references import joined
from loaders.standing_days import days_to_put_right

SHOWN: Final = 20
"""Statements that a refusal or a report lists at most."""
_MANY: Final = 1_000
"""Statements that are looked up at once."""


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
    also: dict[str, int] = field(default_factory=dict)
    """Other undone deliveries -> how many of their statements, left until now, went back too."""
    days: int = 0
    """Statements whose days, which the delivery had narrowed, became those that the deliveries that stand give."""
    in_the_way: list[str] = field(default_factory=list)
    """Undone deliveries whose wording is current still, so that this one's cannot go back."""

    @property
    def does(self) -> bool:
        """Whether anything goes back."""
        return bool(self.retracted or self.restored or self.also or self.days)

    def keep(self, since: Since, author: str = "") -> None:
        """Take up a statement that stays as it is, and the undone delivery whose wording is current."""
        self.kept += 1
        if author and author not in self.in_the_way:
            self.in_the_way.append(author)
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
    was = value.status
    reason = value.reason if was is DeliveryStatus.UNDOING else how.reason
    how = replace(how, reason=reason)
    seen, outlook = Histories(store, value.source), Undone(value)
    if how.dry_run or was is DeliveryStatus.UNDONE:
        outlook = _all(seen.trial(), value, how)
    elif not how.keep_later:
        for _ in _writes(seen, value, outlook):
            pass
        outlook.later = [each.id for each in seen.after(value)]
    if was is DeliveryStatus.UNDONE and not outlook.does and (how.keep_later or not outlook.kept):
        outlook.before = True
        return outlook
    if outlook.kept and not how.keep_later:
        raise Refused(_refusal(outlook), zh=_refusal_zh(outlook))
    if how.dry_run:
        see_that_it_follows(how.now(), store)
        outlook.delivery = replace(value, status=DeliveryStatus.UNDONE, reason=reason)
        return outlook
    if was is not DeliveryStatus.UNDOING:
        value = replace(value, status=DeliveryStatus.UNDOING, reason=reason)
        store.append([write_of(store, value)], _act(how, what_of(value.id, "opened", undone=True)))
    done = _all(seen, value, how)
    for mark in _marks(seen, value):
        store.append((), _act(how, what_of(value.id, "marks", undone=True), mark))
    done.delivery = replace(value, status=DeliveryStatus.UNDONE)
    store.append([write_of(store, done.delivery)], _act(how, what_of(value.id, "complete", undone=True)))
    return done


def preview(store: Store, delivery: str) -> Undone:
    """Return what undoing would do, and record nothing."""
    found = find(store, delivery)
    value = value_of(found)
    return _all(Histories(store, value.source).trial(), value, Undoing("", lambda: found.recorded_at, value.reason))


def _all(seen: Histories, value: Delivery, how: Undoing) -> Undone:
    """Undo a delivery, then what others that are undone had left for its sake, then put right the days that it had narrowed."""
    done = Undone(value, later=[each.id for each in seen.after(value)])
    mine = replace(value, reason=how.reason)
    seen.begin(mine)
    _record(seen, _writes(seen, mine, done), how, what_of(mine.id, mine.reason, undone=True))
    others = seen.undone(value)
    redated = seen.redated() if others else set()
    left = {each.id: Left(seen, each, redated) for each in others}
    went_on = True
    while went_on:
        went_on = False
        for each in others:
            what = what_of(each.id, each.reason, undone=True)
            if count := _record(seen, _writes(seen, each, Undone(each), left[each.id]), how, what):
                done.also[each.id] = done.also.get(each.id, 0) + count
                went_on = True
    done.days = _record(seen, days_to_put_right(seen, mine), how, what_of(mine.id, DAYS, undone=True))
    return done


def _record(seen: Histories, writes: Iterator[Write], how: Undoing, what: str) -> int:
    count = 0
    while batch := list(islice(writes, how.batch)):
        count += seen.record(batch, _act(how, what))
    return count


def _act(how: Undoing, what: str, progress: tuple[str, str] | None = None) -> Act:
    return Act(how.now(), how.by, what, progress)


def _refusal(outlook: Undone) -> str:
    value, listed = outlook.delivery, [f"{each.key} (version {each.version})" for each in outlook.since]
    more = [f"… and {outlook.kept - len(listed)} more"] if outlook.kept > len(listed) else []
    way = "either accept that, or"
    if outlook.later:
        way = f"undo what came later first ({', '.join(reversed(outlook.later))}), or"
    elif outlook.in_the_way:
        again = ", ".join(f"zeren deliveries undo {each} --reason …" for each in outlook.in_the_way)
        way = f"the wording of {', '.join(outlook.in_the_way)}, which is undone, is current still: undo that again ({again}), or"
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
    way = "请先确认无误"
    if outlook.later:
        way = f"请先撤回其后的批次（{'、'.join(reversed(outlook.later))}）"
    elif outlook.in_the_way:
        again = "、".join(f"zeren deliveries undo {each} --reason …" for each in outlook.in_the_way)
        way = f"已撤回的批次 {'、'.join(outlook.in_the_way)} 的内容仍然有效：请再次撤回该批次（{again}）"
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


class Left:
    """Keeps, of what an undone delivery had recorded, what may be current still: looked up by many, not one by one."""

    def __init__(self, seen: Histories, value: Delivery, redated: Container[str]) -> None:
        self._seen, self._redated = seen, redated
        self._said: dict[str, tuple[int, str]] = {}
        """Key -> the version in which the delivery first recorded it, and the id of what it said last."""
        for each in seen.changes(value.id):
            first, _ = self._said.get(each.fact.key, (each.version, ""))
            self._said[each.fact.key] = first, "" if each.operation is Operation.RETRACTION else each.fact.id

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Yield keys, and the versions in which the delivery first recorded them."""
        keys = iter(self._said)
        while some := list(islice(keys, _MANY)):
            now = self._seen.current(some)
            for key in some:
                first, said = self._said[key]
                if key in self._redated or (said and now.get(key) == said):
                    yield key, first


def _writes(seen: Histories, value: Delivery, done: Undone, left: Iterable[tuple[str, int]] | None = None) -> Iterator[Write]:
    """Yield what has to be recorded, and count it; a statement that is as it was before needs nothing.

    With what nobody says any more go the notes that it is absent: they come last, and none of them is put back.
    """
    mine, taken_back = seen.versions(value.id), seen.versions(value.id, undone=True)
    confirmed, standing, noted = _confirmed(seen, value), _standing(seen, value), cache(seen.noted)
    gone: set[str] = set()
    for key, first in notes_last(((each.fact.key, each.version) for each in seen.changes(value.id)) if left is None else left):
        every = seen.history(key)
        history = plainly(every)
        ours = [place for place, each in enumerate(history) if each.version in mine]
        if key in gone or not ours or history[ours[0]].version != first:
            continue
        if any(each.version in taken_back for each in history[ours[-1] + 1 :]):
            continue  # it went back already; what came of it since is another's
        was, now, stand = history[ours[-1]], history[-1], standing(history)
        before = next((each for each in reversed(stand) if each.version < first), None)
        about = now.fact.value.about if isinstance(now.fact.value, Absence) else ""
        if about and (about in gone or not stood(seen.history(about))):
            before = None
        if _state(before) in (_state(now), _state(every[-1])):
            continue
        if _state(now) != _state(was) or any(each.version > was.version for each in stand):
            done.keep(Since(key, now.version, altered=True), _author(seen, value, history))
        elif version := confirmed(now.fact):
            done.keep(Since(key, version, altered=False))
        elif before is None or before.operation is Operation.RETRACTION:
            notes = (stood(seen.history(each)) for each in noted().get(key, ()))
            away = [every[-1], *(each for each in notes if each and each.version not in mine)]
            gone.update(each.fact.key for each in away)
            done.retracted += len(away)
            yield from (Write(each.fact, Operation.RETRACTION, why_undone(value)) for each in away)
        else:
            done.restored += 1
            yield Write(before.fact, Operation.CORRECTION, why_undone(value))


def _author(seen: Histories, value: Delivery, history: Sequence[Recorded]) -> str:
    """Return the other undone delivery whose wording is current, "" if it is that of none."""
    if history[-1].operation is Operation.RETRACTION:
        return ""
    said = (seen.authors.get(each.version) for each in reversed(history) if each.fact.id == history[-1].fact.id)
    author = next((each[0] for each in said if each and not each[1]), "")
    return author if any(each.id == author != value.id and each.status in GONE for each in seen.every) else ""


def _standing(seen: Histories, value: Delivery) -> Callable[[Sequence[Recorded]], list[Recorded]]:
    """Return what leaves, of a history, what stands without a delivery: no undoing put it back, and none undone had said it.

    What an undone one said stands if it was kept for the sake of one that stands, and came before this one.
    """
    of, order = seen.authors, [each.id for each in seen.every]
    earlier = order[: order.index(value.id)]
    gone = {each.id: each for each in seen.every if each.status in GONE}
    kept: dict[str, Callable[[Fact[Payload]], int | None]] = {}

    def stands(recorded: Recorded, back: set[str]) -> bool:
        author, undone = of.get(recorded.version, ("", False))
        if undone or author not in gone:
            return not undone
        if author in back:
            return False
        if author not in kept:
            kept[author] = _confirmed(seen, gone[author], earlier)
        return kept[author](recorded.fact) is not None

    def standing(history: Sequence[Recorded]) -> list[Recorded]:
        authored = (of.get(each.version, ("", False)) for each in history)
        back = {author for author, undone in authored if undone}
        return [each for each in history if stands(each, back)]

    return standing


def _confirmed(seen: Histories, value: Delivery, among: Sequence[str] | None = None) -> Callable[[Fact[Payload]], int | None]:
    """Return a test that says which version of a later delivery bears a statement out, as far as that is known.

    A later snapshot that was read whole would have ended or noted what it lacked, so what still holds and is not noted was in it,
    and what had ended it did not take up again. Of what came in deliveries that are no snapshots, nobody knows whether it was
    among the rows that were known: if there were any of the table, it may have been.
    """
    whole: dict[str, list[int]] = {}
    perhaps: dict[str, int] = {}
    for later in seen.after(value):
        if later.status in STANDING and (among is None or later.id in among):
            version = seen.at[later.id]
            read = {table.table for table in later.tables if later.mode == "snapshot" and table.compared}
            perhaps |= {t.table: version for t in later.tables if t.known and t.table not in perhaps and t.table not in read}
            for name in read:
                whole.setdefault(name, []).append(version)
    files = {file.name: file.table for file in value.files}

    def test(fact: Fact[Payload]) -> int | None:
        if isinstance(fact.value, Absence):
            return next(iter(whole.get(fact.value.table, ())), None)
        table = files.get(fact.origin.file, "")
        if isinstance(fact.value, Relationship):
            names = {*whole, *perhaps}
            table = next((name for name in names if fact.key.startswith(f"relationship/{value.source}/{joined(name)}/")), "")
            return next(iter(whole.get(table, ())), perhaps.get(table))
        notes = seen.notes(table, fact.key) if table in whole else []
        return next((each for each in whole.get(table, ()) if not stood(notes, each)), perhaps.get(table))

    return test


# Marks: how far files were loaded, and as of which day


def _marks(seen: Histories, value: Delivery) -> Iterator[tuple[str, str]]:
    """Yield the marks as they are without the delivery; files of later ones too, so that these can be loaded again on top."""
    for each in (value, *seen.after(value)):
        for file in each.files:
            if not file.known or each is not value:
                yield file_mark(each.source, each.mode, file.sha256, each.day), "0"
    if value.mode != "snapshot" or value.day is None:
        return
    for name in {file.table for file in value.files}:
        mark = day_mark(value.source, name)
        if seen.store.progress(mark) == value.day.isoformat():
            yield mark, _last_day(seen, value, name)


def _last_day(seen: Histories, value: Delivery, table: str) -> str:
    """Return the day of the last delivery of a table that stands without this one, "" if there is none."""
    every = [each for each in seen.every if each.id != value.id and each.day]
    named = [(each, _table(each, table)) for each in every]
    days = {each.day for each, known in named if known and known.clean and each.status in STANDING and each.day}
    before = _table(value, table)
    if not days and before and before.previous:
        gone = {each.day for each, known in named if known and each.status is DeliveryStatus.UNDONE}
        days = {before.previous} - gone
    return max(days, default=date.min).isoformat() if days else ""


def _table(value: Delivery, name: str) -> DeliveredTable | None:
    return next((table for table in value.tables if table.table == name), None)
