"""The outbox: messages to departments, delivered at least once, each with a key by which a receiver applies it once.

Invariants (tests/unit/test_desk_outbox.py holds one test a number)
1. A message is in the outbox before anybody is told; what was not acknowledged is sent again, also after a crash.
2. Of one restriction and unit, a later message is never sent while an earlier one waits.
3. After so many failures a message is a dead letter, kept until it is replayed; nothing is dropped. One after which another of its
   restriction was delivered is superseded: sent late it would undo what came since. One that is replayed takes the later dead
   letters of its restriction and unit along, so that it is never the last thing that the unit hears.
4. The feed gives every message of a unit once, in order, from any cursor.
5. All messages of one planning are one transaction.
6. The place of a message, which is the cursor of the feed and the number that a receiver compares, only grows for a receiver, also
   after a backup was put back: it is counted from the time.
7. What a unit knows is what it acknowledged, and of its feed what lies up to a cursor that it asked with: that a page was given
   says nothing of its arrival. Nothing else is known by it.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from graph.codec import digest
from graph.errors import NotFound, StoreError
from graph.store.sqlite_file import opened

STATES: Final = ("waiting", "delivered", "dead", "superseded")
MAX_ATTEMPTS: Final = 12
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(hours=1)
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS message (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, unit TEXT NOT NULL, restriction TEXT NOT NULL,
  action TEXT NOT NULL, body TEXT NOT NULL, made_at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
  attempts INTEGER NOT NULL DEFAULT 0, next_at TEXT NOT NULL, error TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS message_pair ON message (unit, restriction, seq);
CREATE INDEX IF NOT EXISTS message_due ON message (state, next_at);
CREATE TABLE IF NOT EXISTS hook (unit TEXT PRIMARY KEY, url TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fetched (unit TEXT PRIMARY KEY, seq INTEGER NOT NULL);
"""


_DEAD: Final = """
state = 'dead' AND (? IS NULL OR EXISTS (SELECT 1 FROM message k WHERE k.key = ? AND k.state IN ('dead', 'superseded')
 AND k.unit = message.unit AND k.restriction = message.restriction AND k.seq <= message.seq))
"""
_PASSED: Final = """
EXISTS (SELECT 1 FROM message e WHERE e.unit = message.unit AND e.restriction = message.restriction AND e.seq > message.seq
 AND e.state = 'delivered')
"""
_KNOWN: Final = "state = 'delivered' OR seq <= coalesce((SELECT f.seq FROM fetched f WHERE f.unit = message.unit), 0)"


def microseconds() -> int:
    """Return the time of this machine, in microseconds: no messages are made faster, so that none has the number of another."""
    return time.time_ns() // 1_000


@dataclass(frozen=True, slots=True)
class Planned:
    """A message to be put into the outbox."""

    unit: str
    restriction: str
    action: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """A message in the outbox; `known`: its unit has acknowledged it, or asked its feed with a cursor that lies no earlier."""

    seq: int
    key: str
    unit: str
    restriction: str
    action: str
    body: dict[str, Any]
    made_at: str
    state: str
    attempts: int
    error: str
    known: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a unit with a receiver: how many messages, when the next is sent at the earliest, what went wrong with it."""

    unit: str
    count: int
    next_at: datetime
    error: str


class Outbox:
    """The outbox in its file; use it in a `with` statement.

    Parameters
    ----------
    place : str
        Path of the file, or `:memory:`.
    clock : callable
        Returns the time in microseconds, from which messages are numbered.
    dry_run : bool
        Work on a copy in memory: the file stays as it is, and is not made where there is none.

    Raises
    ------
    StoreError
        The file cannot be opened or is none of ours.
    """

    def __init__(self, place: str, clock: Callable[[], int] = microseconds, *, dry_run: bool = False) -> None:
        self._clock = clock
        try:
            self._db = opened(place, dry_run=dry_run)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise StoreError(
                f"{Path(place).name}: the outbox cannot be opened: {error}", zh=f"{Path(place).name}：推送箱不能打开：{error}"
            ) from error

    def __enter__(self) -> Self:
        """Open."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self._db.close()

    def latest(self) -> list[Message]:
        """Return what each unit was told last of each restriction."""
        return self._read("WHERE seq IN (SELECT MAX(seq) FROM message GROUP BY restriction, unit) ORDER BY seq", ())

    def put(self, planned: Iterable[Planned], at: datetime) -> int:
        """Put messages into the outbox in one transaction, and return how many."""
        count = 0
        self._db.execute("BEGIN IMMEDIATE")
        try:
            (last,) = self._db.execute("SELECT coalesce(MAX(seq), 0) FROM message").fetchone()
            for seq, item in enumerate(planned, max(last + 1, self._clock())):
                key = digest(item.restriction, item.unit, item.action, str(seq), _text(at))
                body = json.dumps(item.body | {"key": key, "number": seq}, ensure_ascii=False, sort_keys=True)
                self._db.execute(
                    "INSERT INTO message (seq, key, unit, restriction, action, body, made_at, next_at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (seq, key, item.unit, item.restriction, item.action, body, _text(at), _text(at)),
                )
                count += 1
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        return count

    def feed(self, unit: str, since: int = 0, limit: int = 100) -> list[Message]:
        """Return the messages of a unit after a cursor, in order."""
        return self._read("WHERE unit = ? AND seq > ? ORDER BY seq LIMIT ?", (unit, since, limit))

    def fetched(self, unit: str, cursor: int) -> None:
        """Note that a unit asks with a cursor, and so has its messages up to it; what is the place of none of them says nothing."""
        self._db.execute(
            "INSERT INTO fetched SELECT unit, seq FROM message WHERE unit = ? AND seq = ?"
            " ON CONFLICT (unit) DO UPDATE SET seq = MAX(seq, excluded.seq)",
            (unit, cursor),
        )

    def messages(self, state: str | None = None, unit: str | None = None) -> list[Message]:
        """Return the messages in a state and of a unit, in order."""
        return self._read("WHERE (? IS NULL OR state = ?) AND (? IS NULL OR unit = ?) ORDER BY seq", (state, state, unit, unit))

    def due(self, at: datetime, limit: int = 100) -> list[Message]:
        """Return what may be sent now, so many of each unit that has a receiver, and nothing before what must go first."""
        return self._read(
            "WHERE seq IN (SELECT seq FROM (SELECT seq, ROW_NUMBER() OVER (PARTITION BY unit ORDER BY seq) AS place FROM message"
            " WHERE state = 'waiting' AND next_at <= ? AND unit IN (SELECT unit FROM hook) AND NOT EXISTS (SELECT 1 FROM message e"
            " WHERE e.unit = message.unit AND e.restriction = message.restriction AND e.seq < message.seq AND e.state = 'waiting'))"
            " WHERE place <= ?) ORDER BY seq",
            (_text(at), limit),
        )

    def sendable(self, at: datetime) -> list[str]:
        """Return the unit of each message that can be sent in rounds until nothing of this time is due."""
        rows = self._db.execute(
            "SELECT unit FROM message WHERE state = 'waiting' AND next_at <= ? AND unit IN (SELECT unit FROM hook) AND NOT EXISTS"
            " (SELECT 1 FROM message e WHERE e.unit = message.unit AND e.restriction = message.restriction AND e.seq < message.seq"
            " AND e.state = 'waiting' AND e.next_at > ?)",
            (_text(at), _text(at)),
        )
        return [unit for (unit,) in rows]

    def waited_for(self) -> list[Waiting]:
        """Return what waits for units with a receiver, in the order in which it is sent."""
        rows = self._db.execute(
            "SELECT unit, COUNT(*), MIN(next_at), error FROM message WHERE state = 'waiting' AND unit IN (SELECT unit FROM hook)"
            " GROUP BY unit ORDER BY MIN(next_at), unit"
        ).fetchall()
        return [Waiting(unit, count, datetime.fromisoformat(at), error) for unit, count, at, error in rows]

    def delivered(self, seqs: Sequence[int]) -> None:
        """Note that receivers have acknowledged these."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("UPDATE message SET state = 'delivered', error = '' WHERE seq = ?", [(seq,) for seq in seqs])
        self._db.execute("COMMIT")

    def failed(self, message: Message, error: str, at: datetime) -> str:
        """Note a failure, and return the state that the message is in now."""
        attempts = message.attempts + 1
        state = "dead" if attempts >= MAX_ATTEMPTS else "waiting"
        wait = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
        self._db.execute(
            "UPDATE message SET state = ?, attempts = ?, error = ?, next_at = ? WHERE seq = ? AND state = 'waiting'",
            (state, attempts, error[:200], _text(at + wait), message.seq),
        )
        return state

    def keep_back(self, message: Message) -> None:
        """Let everything that waits for the unit of a message wait as long as that does."""
        self._db.execute(
            "UPDATE message SET next_at = m.next_at FROM (SELECT unit, next_at FROM message WHERE seq = ?) AS m"
            " WHERE message.unit = m.unit AND message.state = 'waiting' AND message.next_at < m.next_at",
            (message.seq,),
        )

    def replay(self, key: str | None, at: datetime) -> int:
        """Let dead letters be sent again and return how many: all, or one with the later ones of its restriction and unit.

        Raises
        ------
        NotFound
            None has the key.
        """
        self._db.execute("BEGIN IMMEDIATE")
        late = self._db.execute(f"UPDATE message SET state = 'superseded' WHERE {_DEAD} AND {_PASSED}", (key, key)).rowcount  # noqa: S608
        changed = self._db.execute(
            f"UPDATE message SET state = 'waiting', attempts = 0, next_at = ? WHERE {_DEAD}",  # noqa: S608 - texts of our own
            (_text(at), key, key),
        ).rowcount
        self._db.execute("COMMIT")
        if key is not None and not changed and not late:
            raise NotFound(f"no dead letter {key!r}", zh=f"没有编号为“{key}”的停发推送")
        return changed

    def hook(self, unit: str, url: str) -> None:
        """Set where the messages of a unit are sent."""
        self._db.execute("INSERT INTO hook VALUES (?, ?) ON CONFLICT (unit) DO UPDATE SET url = excluded.url", (unit, url))

    def hooks(self) -> dict[str, str]:
        """Return the receivers by unit."""
        return dict(self._db.execute("SELECT unit, url FROM hook ORDER BY unit").fetchall())

    def _read(self, where: str, values: tuple[object, ...]) -> list[Message]:
        columns = "seq, key, unit, restriction, action, body, made_at, state, attempts, error"
        rows = self._db.execute(f"SELECT {columns}, {_KNOWN} FROM message {where}", values)  # noqa: S608 - texts of our own
        fields = [*columns.split(", "), "known"]
        return [
            Message(**{**dict(zip(fields, row, strict=True)), "body": json.loads(row[5]), "known": bool(row[-1])}) for row in rows
        ]


def _text(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
