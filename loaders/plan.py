"""What a load is about to record: each row's statements beside what is recorded already.

Invariants (tests/unit/test_loaders_ingest.py holds one test a number)
8. Two rows of one load that word one statement differently are not both taken: the later is refused, naming both.
9. A relationship known only from the deliveries that list it began between the last one without it and the first one with it; one
   that comes back after a delivery without it is a new term, and the first stays ended.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fnmatch import fnmatchcase
from itertools import count, takewhile
from operator import lt
from pathlib import Path
from typing import Final

from graph.codec import kind_of, make_fact
from graph.dates import OPEN, UNKNOWN, PartialDate, Period
from graph.errors import InputError, StoreConflict
from graph.model import Entity, Fact, Operation, Payload, Recorded, Relationship
from graph.store.base import Sealed, Store, Write
from graph.store.wording import decoded
from loaders.altered import PAST, follow, merged, reworded
from loaders.deliveries import heaviest, is_inferred
from loaders.differing import differing
from loaders.given import Given, GivenFile
from loaders.lane import Taken
from loaders.mapping import Mapping
from loaders.pending import Pending
from loaders.planned import Planned, Stop, TookRows
from loaders.references import Statements

_SINCE: Final = "was loaded before, or is older than what is recorded, which words it otherwise; nothing was altered"


class Plan:
    """Compares rows with the store and gathers the writes of one transaction."""

    rehearsing = False
    """Whether it only hears what a load says, before anything of it is recorded."""

    def __init__(self, store: Store, mapping: Mapping, day: date | None, batch: int, *, dry_run: bool) -> None:
        self._store, self._mapping, self._day = store, mapping, day
        self.batch, self.dry_run = batch, dry_run
        self.previous: date | None = None
        self.on_its_way: Callable[[], dict[str, str]] = dict
        self._pending = Pending(mapping.source, "")
        self._given: Given = GivenFile(Path())
        self._kept: dict[str, Write] = {}
        self._said: dict[str, tuple[str, str, int]] = {}
        # What the fast lane said, by hash: there are millions of them, and where each was read stands in the store.
        self._said_clean: set[int] = set()
        # What refused rows are about: it is not absent, and was not said either.
        self._present: set[int] = set()
        # The id that is current under a key of the rows that are being looked at, what is about to be recorded included.
        self._now: dict[str, str] = {}
        # What the store has under the keys of the row that is being planned: a listed statement asks for each several times.
        self._got: dict[str, Recorded | Sealed | None] = {}
        # An empty store needs no look-up for each row.
        self.fresh = store.version() == 0

    def open(self, given: Given) -> None:
        """Begin a file."""
        self._given, self._pending = given, Pending(self._mapping.source, given.name)

    def full(self, planned: Planned) -> bool:
        """Whether the row would make the transaction too large."""
        return len(self._pending) + len(planned.writes) > self.batch and len(self._pending) > 0

    def kind(self, planned: Planned) -> Operation:
        """Return what a row that is to be taken is to what was recorded before this load: new, a change or a correction."""
        return heaviest(write.operation for key, write in planned.writes.items() if not self.said(key))

    def take(self, planned: Planned) -> None:
        """Add a row to the transaction."""
        if len(planned.writes) > self.batch:
            raise StoreConflict(f"one row makes {len(planned.writes)} statements; a transaction holds {self.batch}")
        self._pending.add(planned.writes)
        self._now |= {key: write.fact.id for key, write in planned.writes.items()}
        self._said |= planned.said

    def rehearsed(self, prefix: str) -> list[Fact[Payload]]:
        """Return what a dry run would have recorded under keys with a beginning."""
        return [decoded(write.fact) for key, write in (self._kept | self._pending.by_key()).items() if key.startswith(prefix)]

    def close(self) -> Sequence[Write]:
        """Return the writes of the transaction, and begin the next."""
        writes = self._pending.writes()
        if self.dry_run:
            self._kept |= self._pending.by_key()
        self._pending = Pending(self._mapping.source, self._given.name)
        return writes

    # Rows of the fast lane

    def compare(self, keys: Sequence[str]) -> None:
        """Look up what is current under the keys of rows of the fast lane; ask before `take_rows` of them."""
        sent = self.on_its_way()
        asked = keys
        if self.fresh and not self._said and self._said_clean.isdisjoint(map(hash, keys)):
            asked = ()
        elif self.fresh:
            asked = [key for key in keys if hash(key) in self._said_clean or key in self._said]
        asked = [key for key in asked if key not in sent] if sent else asked
        self._now = self._store.standing(asked) if asked else {}
        self._now |= sent
        if self._kept:
            self._now |= {key: self._kept[key].fact.id for key in keys if key in self._kept}
        self._now |= self._pending.ids()

    def take_rows(self, taken: Taken, first: int, last: int, replayed: int) -> TookRows:
        """Add rows of the fast lane to the transaction, as many as are clean and as it has room for.

        Parameters
        ----------
        taken : Taken
            What the lane took.
        first, last : int
            From which of its rows to which (not included).
        replayed : int
            The number of the last row that was loaded before.
        """
        if (took := self._take_new(taken, first, last, replayed)) is not None:
            return took
        block, starts, now = taken.block, taken.starts, self._now
        keys, ids, room = block.keys, block.ids, self.batch - len(self._pending)
        told: list[int] = []
        new_rows = 0
        stop = Stop.END
        row = first
        for row in range(first, last):
            begin, end = starts[row], starts[row + 1]
            new = []
            for place in range(begin, end):
                key = keys[place]
                current = now.get(key)
                if current is None and taken.numbers[row] > replayed:
                    now[key] = ids[place]
                    new.append(place)
                elif current != ids[place]:
                    stop = Stop.DIFFERS
                    break
            if stop is Stop.END and len(new) > room:
                stop = Stop.FULL if len(self._pending) or told else Stop.DIFFERS
            if stop is not Stop.END:
                for place in new:
                    del now[keys[place]]
                break
            told += new
            room -= len(new)
            new_rows += bool(new)
        else:
            row = last
        self.hear(keys[starts[first] : starts[row]])
        self._pending.take(block.at(told))
        return TookRows(row, new_rows, told, stop)

    def _take_new(self, taken: Taken, first: int, last: int, replayed: int) -> TookRows | None:
        """Take rows all of whose statements are new, which most are, without a look at each; None where that does not do."""
        starts, begin, room = taken.starts, taken.starts[first], self.batch - len(self._pending)
        keys = taken.block.keys[begin : starts[last]]
        if taken.numbers[first] <= replayed or not self._now.keys().isdisjoint(keys) or len(set(keys)) < len(keys):
            return None
        row = min(bisect_right(starts, begin + room) - 1, last)
        end = starts[row]
        if row < last and end == begin and not len(self._pending):
            return None  # one row that is too large
        new = taken.block.at(range(begin, end))
        self._now.update(zip(new.keys, new.ids, strict=True))
        self.hear(new.keys)
        self._pending.take(new)
        said = sum(map(lt, starts[first:row], starts[first + 1 : row + 1]))
        return TookRows(row, said, range(begin, end), Stop.END if row == last else Stop.FULL)

    def hear(self, keys: Iterable[str]) -> None:
        """Remember that clean rows said these."""
        self._said_clean.update(map(hash, keys))

    def remember(self, keys: set[int], said: dict[str, tuple[str, str, int]]) -> None:
        """Count statements, by the hashes of their keys, as said by clean rows, and know of some which row it was."""
        self._said_clean, self._said = keys, said

    def said(self, key: str) -> bool:
        """Whether the load has said the statement."""
        return key in self._said or hash(key) in self._said_clean

    def said_all(self, keys: Sequence[str]) -> list[bool]:
        """Say of each of many statements whether the load has said it, or has a row of it."""
        clean, others, present = self._said_clean, self._said, self._present
        return [hash(key) in clean or key in others or hash(key) in present for key in keys]

    def notice(self, keys: Iterable[str], listed: Container[str]) -> None:
        """Count statements, and every term of those that are `listed`, as present, though their row was refused."""
        for key in keys:
            self._present.add(hash(key))
            if key in listed:
                self._present.update(map(hash, takewhile(self._store.get, (f"{key}/{number}" for number in count(2)))))

    def _earlier(self, key: str, planned: Planned) -> tuple[str, str, int] | None:
        """Return the wording that an earlier row of this load has, with file and row."""
        found = planned.said.get(key) or self._said.get(key)
        if found or hash(key) not in self._said_clean:
            return found
        fact, _ = self._current(key, planned)
        return (fact.id, fact.origin.file, fact.origin.row) if fact else None

    def row(self, statements: Statements, file: str, number: int, *, replayed: bool) -> Planned:
        """Plan a row.

        Raises
        ------
        InputError
            It contradicts what is recorded or what an earlier row of this load says; nothing of it is planned.
        """
        planned = Planned()
        stands = self._look_up(statements)
        for said in statements.facts:
            fact = self.term(said, planned, replayed=replayed) if said.key in statements.listed else said
            known = stands.get(fact.key) == fact.id and not self._is_coming(fact.key, planned)
            write = None if known else self._write(fact, planned, replayed=replayed)
            if write is not None:
                planned.writes[fact.key] = write
            planned.said[fact.key] = (fact.id, file, number)
        return planned

    def _look_up(self, said: Statements) -> dict[str, str]:
        """Ask the store once what stands under the keys of a row, and under those of the terms that may follow listed ones."""
        self._got.clear()
        if self.fresh:
            return {}
        keys = [fact.key for fact in said.facts]
        keys += [f"{key}/2" for key in keys if key in said.listed]
        stands = self._store.standing(keys)
        self._got |= dict.fromkeys(key for key in keys if key not in stands)
        return stands

    def _is_coming(self, key: str, planned: Planned) -> bool:
        """Whether another wording than what stands is about to be recorded, by this row or one before it."""
        return key in planned.writes or key in self._kept or self._pending.get(key) is not None

    def _current(self, key: str, planned: Planned) -> tuple[Fact[Payload] | None, Operation | None]:
        """Return the wording that would be current before this statement, and how it is about to be recorded, if it is."""
        write = planned.writes.get(key) or self._pending.get(key)
        if write is not None:
            return decoded(write.fact), write.operation
        if key in self._kept:
            return decoded(self._kept[key].fact), None
        if self.fresh and not self.said(key):
            return None, None
        recorded = self._recorded(key)
        if isinstance(recorded, Sealed):
            raise InputError(f"{key} is sealed under {recorded.article}; nothing can follow it")
        return (recorded.fact if recorded is not None else None), None

    def _recorded(self, key: str) -> Recorded | Sealed | None:
        """Return what the store has under a key, as it stood when the row was first compared with it."""
        if key not in self._got:
            self._got[key] = self._store.get(key)
        return self._got[key]

    def term(self, fact: Fact[Payload], planned: Planned, *, replayed: bool) -> Fact[Payload]:
        """Return a statement whose start is as listed as the term that it belongs to.

        It is the last term that is recorded, with the start that is recorded; one that was ended because an earlier delivery lacked
        it is followed by a new term, and the first, like a new one, began after the delivery before this one.
        """
        own = fact.key.removeprefix(f"{kind_of(fact.value)}/{fact.origin.source}/")
        term, held, last = fact, fact, None
        for number in count(2):
            current, _ = self._current(term.key, planned)
            if current is None:
                break
            held, last = term, current
            term = make_fact(fact.value, f"{own}/{number}", fact.origin, fact.flags)
        assert isinstance(fact.value, Relationship)  # noqa: S101 - only relationships are listed
        if last is not None and (replayed or not self._came_back(last)):
            assert isinstance(last.value, Relationship)  # noqa: S101 - the keys are of relationships
            if replayed:
                return last
            return reworded(held, replace(fact.value, period=Period(last.value.period.start, fact.value.period.end)), fact.flags)
        day, before = self._day or date.max, self.previous
        start = PartialDate(before + timedelta(days=1) if before and before < day else date.min, day)
        return reworded(term, replace(fact.value, period=Period(start, fact.value.period.end)), fact.flags)

    def _came_back(self, last: Fact[Payload]) -> bool:
        """Whether a term ended before this delivery, as far as we inferred from an earlier one that lacked it."""
        recorded = self._recorded(last.key)
        ended = isinstance(recorded, Recorded) and recorded.fact.id == last.id and is_inferred(self._store, recorded)
        return ended and isinstance(last.value, Relationship) and last.value.period.end.latest < (self._day or date.max)

    def _write(self, fact: Fact[Payload], planned: Planned, *, replayed: bool) -> Write | None:
        current, operation = self._current(fact.key, planned)
        if current is None:
            return None if replayed and self._store.history(fact.key) else Write(fact)
        if current.id == fact.id:
            return None
        earlier = self._earlier(fact.key, planned)
        if isinstance(fact.value, Entity) and isinstance(current.value, Entity):
            return self._entity(fact, current, earlier, operation, planned if replayed else None)
        if earlier is not None:
            if earlier[0] == fact.id:
                return None
            where, column = self._differs(current, fact)
            raise InputError(
                f"says otherwise than row {earlier[2]} of {earlier[1]}, which is about the same{where}; "
                "if they are two statements, add the column that tells them apart to `key`",
                column=column,
            )
        if replayed:
            planned.doubts.append(_SINCE)
            return None
        if self._mapping.mode == "events":
            where, column = self._differs(current, fact)
            raise InputError(
                f"was recorded in another wording (row {current.origin.row} of {current.origin.file}){where}; "
                "events are only added to, never altered",
                column=column,
            )
        if self._listed_again(current, fact):
            return Write(fact, Operation.CORRECTION, "listed again: its absence was no end")
        return follow(current, fact, correction=self._mapping.altered == "correction")

    def _differs(self, old: Fact[Payload], new: Fact[Payload]) -> tuple[str, str | None]:
        """Return what of a statement differs, as it is said to a reader, and the first column that it was read in."""
        tables = [table for table in self._mapping.tables if fnmatchcase(self._given.name, table.pattern(self._day))]
        found = differing(tables[0], old.value, new.value) if tables else []
        said = ", ".join(f"{column}: {before} there, {after} here" for column, before, after in found)
        return (f" ({said})" if said else ""), found[0][0] if found else None

    def _listed_again(self, old: Fact[Payload], new: Fact[Payload]) -> bool:
        """Whether the only difference is an end that the source never stated: we inferred it when the row was absent."""
        before, after = old.value, new.value
        if not (isinstance(before, Relationship) and isinstance(after, Relationship)):
            return False
        if after.period.end not in (OPEN, UNKNOWN) or replace(before, period=after.period) != after:
            return False
        recorded = self._recorded(old.key)
        return before.period.start == after.period.start and isinstance(recorded, Recorded) and is_inferred(self._store, recorded)

    def _entity(
        self,
        fact: Fact[Payload],
        current: Fact[Payload],
        earlier: tuple[str, str, int] | None,
        operation: Operation | None,
        replayed: Planned | None,
    ) -> Write | None:
        """Compare what a row says of an entity with what is recorded; `replayed` takes the doubts of a row that alters nothing."""
        old, new = current.value, fact.value
        assert isinstance(old, Entity)  # noqa: S101 - the caller looked
        assert isinstance(new, Entity)  # noqa: S101 - the caller looked
        between = PartialDate(self.previous or date.min, max(self._day or date.max, self.previous or date.min))
        try:
            both, altered = merged(old, new, None if earlier or self._mapping.mode == "events" else between)
        except InputError as error:
            if replayed is not None and earlier is None:
                replayed.doubts.append(_SINCE)
                return None
            there = f" (row {earlier[2]} of {earlier[1]})" if earlier else " (recorded before)"
            raise InputError(error.reason + there) from error
        if altered:
            if replayed is not None and earlier is None:
                replayed.doubts.append(_SINCE)
                return None
            what = f"{', '.join(altered)} of {new.id} differ"
            if earlier is not None:
                raise InputError(f"{what} from row {earlier[2]} of {earlier[1]}")
            if self._mapping.altered != "correction":
                raise InputError(f"{what} from what is recorded. Refused: {PAST}")
        flags = tuple(dict.fromkeys((*current.flags, *fact.flags)))
        if (both, flags) == (old, current.flags):
            return None
        if replayed is not None and earlier is None and both.names != old.names:
            replayed.doubts.append(_SINCE)
            return None
        follows = Operation.CORRECTION if altered else Operation.CHANGE
        reason = "the source altered it" if altered else ""
        return Write(reworded(fact, both, flags), operation or follows, reason)
