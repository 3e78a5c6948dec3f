"""The trail: who looked at whom, when, what for; a hash chain in the file of access.

Each row's `chain` is a hash over the row before and this row, so that a row altered, missing or out of place breaks it. Rows cut
off at the end leave a chain that is whole: an anchor (length and last chain, kept in a second file and wherever else somebody
writes it down) tells that too.

Invariants (tests/unit/test_access_trail.py holds one test a number)
1. An altered, missing, added or re-ordered row is found, and which is the first; so is a person taken out of a row or of the index.
2. A trail cut off at its end is found by the anchor, the one beside the file or one given; also after more was written to it. The
   one beside the file is there before the first row, so that rows without it are a fault, and writing makes no new one.
3. Several processes write one chain.
4. A row is durable before `append` returns.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from api.access.database import Database
from graph.errors import InputError, StoreDamaged
from graph.store.file_copy import sync

EVERYBODY: Final = "*"
"""In a row, instead of ids: whoever was on record at its version, for an export of all would fill the trail with them."""
_COLUMNS: Final = "at, by, via, what, asked, version, purpose, reference, request, people, chain"
_AT_ONCE: Final = 1_000
_WHOLE: Final = f"""
SELECT t.seq, {", ".join(f"t.{name}" for name in _COLUMNS.split(", "))}, coalesce(s.people, '[]') FROM trail t
LEFT JOIN (SELECT seq, json_group_array(person) AS people FROM seen GROUP BY seq) s ON s.seq = t.seq ORDER BY t.seq
"""  # noqa: S608 - columns of our own
"""Every row, and whom the index has under it. The index is read once: it has no order by row, and each look would read it all."""
_QUESTION: Final = re.compile(r"GET |POST /v1/(?:check|jobs)$")
"""Routes that note for whom they are asked."""
_NO_QUESTION: Final = re.compile(r"(?:file|reason|rows) of |[a-z]+ \{")
_ANCHOR: Final = re.compile("0:|[1-9][0-9]{0,17}:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Look:
    """One row of the trail, before it is in it.

    `what` is a route or command, `asked` what was asked for in its own words, `version` that of the store, `people` the ids of the
    natural persons who were shown, or names that were.
    """

    at: str
    by: str
    via: str
    what: str
    asked: str = ""
    version: int = 0
    purpose: str = ""
    reference: str = ""
    request: str = ""
    people: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the trail."""

    seq: int
    look: Look
    chain: str

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        look = {name: getattr(self.look, name) for name in Look.__slots__}
        return {"seq": self.seq, **look, "people": list(self.look.people), "chain": self.chain}


@dataclass(frozen=True, slots=True)
class Anchor:
    """How long the trail was, and its last chain; written `LENGTH:CHAIN`."""

    length: int = 0
    chain: str = ""

    def __str__(self) -> str:
        """Return what is written down."""
        return f"{self.length}:{self.chain}"


def anchor_of(text: str) -> Anchor:
    """Read an anchor; raises `InputError`."""
    if not _ANCHOR.fullmatch(text.strip()):
        raise InputError(
            "an anchor is LENGTH:CHAIN, as `zeren audit verify` prints it",
            zh="锚点应写作 长度:哈希值，与 `zeren audit verify` 的输出相同",
        )
    length, _, chain = text.strip().partition(":")
    return Anchor(int(length), chain)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the trail is whole.

    `first_altered` is a row, `missing` how many rows of an anchor are gone, `anchor_gone` whether the anchor beside the file is.
    """

    head: Anchor
    first_altered: int | None
    missing: int
    anchor_gone: bool

    @property
    def whole(self) -> bool:
        """Say so in a word."""
        return self.first_altered is None and not self.missing and not self.anchor_gone

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "rows": self.head.length,
            "anchor": str(self.head),
            "whole": self.whole,
            "first_altered": self.first_altered,
            "missing": self.missing,
            "anchor_gone": self.anchor_gone,
        }


def _told(look: Look) -> tuple[Any, ...]:
    return tuple(getattr(look, name) for name in Look.__slots__)


def chained(before: str, seq: int, look: Look) -> str:
    """Return the chain of a row, `before` being that of the row before."""
    said = json.dumps([seq, *_told(look)], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{said}".encode()).hexdigest()


def looked_for(look: Look) -> str:
    """Return for whom a row asks in its own words, nothing where what was asked is no question for anybody."""
    return look.asked if _QUESTION.match(look.what) and not _NO_QUESTION.match(look.asked) else ""


class Trail:
    """The trail of an access file.

    Parameters
    ----------
    db : Database
        The file; the anchor is beside it, with `.anchor` at the end of its name.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self.anchor_file = Path(f"{db.place}.anchor")

    def append(self, looks: Sequence[Look]) -> None:
        """Write rows in one transaction; when this returns they are on the disk."""
        if not looks:
            return
        if self._db.dry_run:
            self._write(looks, self.anchor())
            return
        self._db.see_in_place()  # else a second file would be made where the first is no more
        with self._locked(os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX) as place:  # who waits here is woken, and need not look again
            anchor = self._write(looks, self._read(place) or self._begin(place))
            if anchor is not None:
                os.pwrite(place, f"{anchor}\n".encode("ascii"), 0)

    def _begin(self, place: int) -> Anchor | None:
        """Put the anchor of a trail without a row on the disk; None where there are rows, whose anchor somebody took away."""
        if self.head() != Anchor():
            return None
        os.pwrite(place, f"{Anchor()}\n".encode("ascii"), 0)
        os.fsync(place)
        sync(self.anchor_file.parent)
        return Anchor()

    def _write(self, looks: Sequence[Look], known: Anchor | None) -> Anchor | None:
        """Write rows, and return their anchor; None where the trail contradicts the one known, which stays as the witness of it."""
        with self._db.transaction() as db:
            seq, chain = db.execute("SELECT seq, chain FROM trail ORDER BY seq DESC LIMIT 1").fetchone() or (0, "")
            trusted = known is not None and (known == Anchor(seq, chain) or self._agrees(known, seq))
            for look in looks:
                seq += 1
                chain = chained(chain, seq, look)
                values = (*_told(look)[:-1], json.dumps(look.people, ensure_ascii=False), chain)
                db.execute(f"INSERT INTO trail (seq, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (seq, *values))  # noqa: S608
                db.executemany("INSERT INTO seen VALUES (?, ?)", [(person, seq) for person in sorted(set(look.people))])
        return Anchor(seq, chain) if trusted else None

    def _agrees(self, anchor: Anchor, length: int) -> bool:
        """Say whether the trail still has the row of an anchor."""
        row = self._db.row("SELECT chain FROM trail WHERE seq = ?", (anchor.length,)) or ("",)
        return anchor.length <= length and bool(row[0] == anchor.chain)

    def rows(self, after: int = 0) -> Iterator[Row]:
        """Yield the rows after one, in order."""
        while found := self.page(after, _AT_ONCE):
            yield from found
            after = found[-1].seq

    def page(self, after: int, limit: int) -> list[Row]:
        """Return the next rows after one."""
        found = self._db.rows(f"SELECT seq, {_COLUMNS} FROM trail WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))  # noqa: S608
        return [_row(row) for row in found]

    def of(self, people: Iterable[str], names: Iterable[str] = ()) -> list[Row]:
        """Return the rows that show any of these persons or a part of one (`@bearer`), or that asked for one of these names."""
        found: dict[int, Row] = {}
        for person in people:
            rows = self._db.rows(
                f"SELECT seq, {_COLUMNS} FROM trail WHERE seq IN (SELECT seq FROM seen WHERE person = ? OR person GLOB ?)",  # noqa: S608
                (person, f"{_literally(person)}@*"),
            )
            found.update((row[0], _row(row)) for row in rows)
        for name in names:
            rows = self._db.rows(f"SELECT seq, {_COLUMNS} FROM trail WHERE asked = ?", (name,))  # noqa: S608
            found.update((row[0], _row(row)) for row in rows)
        return [found[seq] for seq in sorted(found)]

    def last_version(self) -> int:
        """Return the newest version of the store that anybody was answered from."""
        return int((self._db.row("SELECT MAX(version) FROM trail") or (0,))[0] or 0)

    def head(self) -> Anchor:
        """Return the anchor of the trail as it is now."""
        return Anchor(*(self._db.row("SELECT seq, chain FROM trail ORDER BY seq DESC LIMIT 1") or (0, "")))

    def anchor(self) -> Anchor | None:
        """Return the anchor in the second file, None where there is none."""
        if not self.anchor_file.exists():
            return None
        with self._locked(os.O_RDONLY, fcntl.LOCK_SH) as place:
            return self._read(place)

    def verify(self, *given: Anchor, tell: Callable[[int], object] = int) -> Verdict:
        """Walk the whole trail and compare it with its anchor, and with others that somebody kept.

        `tell` hears from time to time of the row that was reached, and may raise to stop the walk.
        """
        begun = self.head() != Anchor()  # asked before the anchor, which is there before the first row
        beside = self.anchor()
        anchors = [beside or Anchor(), *given]
        head, altered = Anchor(), None
        for *values, people in self._db.each(_WHOLE):
            row, shown = _row(tuple(values)), set(json.loads(people))
            if row.seq % _AT_ONCE == 0:
                tell(row.seq)
            linked = row.seq == head.length + 1 and row.chain == chained(head.chain, row.seq, row.look)
            anchored = all(anchor.chain == row.chain for anchor in anchors if anchor.length == row.seq)
            if altered is None and not (linked and anchored and shown == set(row.look.people)):
                altered = head.length + 1
            head = Anchor(row.seq, row.chain)
        missing = max(0, max(anchor.length for anchor in anchors) - head.length)
        return Verdict(head, altered, missing, begun and beside is None)

    @contextmanager
    def _locked(self, flags: int, how: int) -> Iterator[int]:
        """Hold the second file, so that nobody reads it while it is written."""
        place = os.open(self.anchor_file, flags, 0o600)
        try:
            fcntl.flock(place, how)
            yield place
        finally:
            os.close(place)

    def _read(self, place: int) -> Anchor | None:
        """Return what the second file holds; it is empty until its first anchor is written."""
        try:
            text = os.pread(place, 200, 0).decode("ascii")
            return anchor_of(text) if text else None
        except (InputError, UnicodeError):
            raise StoreDamaged(f"{self.anchor_file.name} holds no anchor: somebody altered it") from None


def _row(values: tuple[Any, ...]) -> Row:
    seq, *said, people, chain = values
    fields = dict(zip(Look.__slots__, [*said, tuple(json.loads(people))], strict=True))
    return Row(seq, Look(**fields), chain)


def _literally(text: str) -> str:
    """Return a text as a pattern that matches itself alone."""
    return "".join(f"[{ch}]" if ch in "*?[" else ch for ch in text)
