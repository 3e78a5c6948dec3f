"""Whether a file is the one that stands at its place, and who has it open: so that nobody writes into a file that was moved away.

The lock is an empty file beside the store with another beginning to its name (`.zeren.db.lock`), which stays where it is when the
files of the store are moved. The operating system gives the lock back when a process ends, killed or not.

Invariants (tests/unit/test_store_in_use.py holds one test a number)
1. While anybody has the store open, nobody has its place to himself; many have it open together, and the last takes the lock away.
2. While somebody has the place to himself, nobody opens the store there.
3. A file that was moved away, replaced or deleted is not taken for the one at its place.
4. Where no lock can be made nothing can be put either: the store opens without one.
5. A disk that is full, or takes nothing, is found out without altering a file.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, Protocol, runtime_checkable

from graph.errors import StoreBusy, StoreError, StoreMoved

_ROOM: Final = 1 << 18
"""Bytes: a few times what one act writes."""


@runtime_checkable
class InFile(Protocol):
    """A store in a file of this machine."""

    @property
    def stands(self) -> InPlace | None:
        """Whether the file stands where it was opened; None of one in memory."""
        ...

    def see_writable(self) -> None:
        """See that the file stands where it was opened, and that its disk takes something; raises `StoreError`."""
        ...


def stands_of(store: object) -> InPlace | None:
    """Return whether the file of a store stands where it was opened; None of one that is in no file."""
    return store.stands if isinstance(store, InFile) else None


def file_of(store: object) -> str:
    """Return which file a store has open (see `file_at`); empty where it is in none."""
    stands = stands_of(store)
    return stands.file if stands is not None else ""


def lock_of(place: Path) -> Path:
    """Return the file of the lock of a place."""
    return place.with_name(f".{place.name}.lock")


def file_at(place: Path) -> str:
    """Return which file stands at a place, in a word that tells it from all others that there are; empty where none does."""
    try:
        found = place.stat()
    except OSError:
        return ""
    return f"{found.st_dev}:{found.st_ino}"


class InPlace:
    """A file that is open, and whether it still stands where it was opened; `held` also keeps its place from others.

    Raises
    ------
    StoreBusy
        Somebody has the place to himself.
    """

    def __init__(self, place: str | Path, *, held: bool = False) -> None:
        self._place = Path(os.path.abspath(place))  # noqa: PTH100 - a link that is set anew leads to another file
        self._lock = _shared(self._place) if held else None
        self.file = ""
        """Which file was opened (see `file_at`); empty before it was."""

    def note(self) -> None:
        """Note which file it is, now that it is open."""
        self.file = file_at(self._place)

    def check(self) -> None:
        """See that it stands there still.

        Raises
        ------
        StoreMoved
            Another does, or none: what is written goes where nobody looks.
        """
        if self.file:
            self._see(file_at(self._place), self.file)

    def see_that_it_is(self, file: str) -> None:
        """See that a file, which another process has open, is the one that was opened here; raises `StoreMoved`."""
        self._see(self.file, file)

    def _see(self, found: str, meant: str) -> None:
        if found != meant:
            name = self._place.name
            raise StoreMoved(
                f"{name} was moved away or replaced since it was opened: nothing was done; put it back and do the same again, "
                "or start the service or command anew to go on with what stands there",
                zh=f"{name} 打开之后已被移走或替换：未作任何处理；请放回该文件后重做，或重新启动服务或命令以使用现在该处的文件",
            )

    def see_writable(self) -> None:
        """See that it stands there still, and that its disk takes something.

        Raises
        ------
        StoreMoved
            It does not stand there.
        StoreError
            The disk takes nothing.
        """
        self.check()
        if not self.file:
            return
        try:
            with TemporaryFile(dir=self._place.parent, buffering=0) as room:
                room.write(bytes(_ROOM))
        except OSError as error:
            name = self._place.name
            raise StoreError(f"{name} cannot be written: {error.strerror}", zh=f"{name} 不能写入：{error.strerror}") from error

    def leave(self) -> None:
        """Give the place back."""
        if self._lock is not None:
            _given_back(self._place, self._lock)
            self._lock = None


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Have a place to oneself.

    Raises
    ------
    StoreBusy
        Somebody has the store there open, also if its files were moved away since.
    StoreError
        No lock can be made there.
    """
    try:
        opened = _locked(place, fcntl.LOCK_EX)
    except BlockingIOError as error:
        raise StoreBusy(
            f"a service or command has {place.name} open, also if its files were moved away since: nothing was done; stop it first",
            zh=f"有服务或命令正在使用 {place.name}（其文件即使已移走也是如此）：未作任何处理；请先将其停止",
        ) from error
    except OSError as error:
        name = lock_of(place).name
        raise StoreError(f"{name}: cannot be made: {error.strerror}", zh=f"{name}：不能写入：{error.strerror}") from error
    try:
        yield
    finally:
        _given_back(place, opened)


def _shared(place: Path) -> int | None:
    try:
        return _locked(place, fcntl.LOCK_SH)
    except BlockingIOError as error:
        raise StoreBusy(
            f"{place.name} is being restored: wait until that has ended", zh=f"{place.name} 正在恢复：请待其结束"
        ) from error
    except OSError:
        return None


def _locked(place: Path, how: int) -> int:
    """Hold the lock of a place; raises `BlockingIOError` where others do, `OSError` where it cannot be made."""
    while True:
        opened = os.open(lock_of(place), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(opened, how | fcntl.LOCK_NB)
            if _is_at(lock_of(place), opened):
                return opened
        except BaseException:
            os.close(opened)
            raise
        os.close(opened)  # whoever held it last took it away meanwhile


def _given_back(place: Path, opened: int) -> None:
    """Give the lock back; whoever is the last takes its file away."""
    with suppress(OSError):
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_at(lock_of(place), opened):
            lock_of(place).unlink()
    os.close(opened)


def _is_at(place: Path, opened: int) -> bool:
    try:
        there = place.stat()
    except FileNotFoundError:
        return False
    mine = os.fstat(opened)
    return (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino)
