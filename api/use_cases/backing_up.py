"""Backup and restore of a store in a file, with everything beside it: access (users, tokens, jobs, trail with its anchor) and desk.

What refers to the store is copied before it, so that nothing in a backup speaks of a version that the backup lacks.

Invariants (tests/integration/test_backup.py holds one test a number)
1. A backup is taken while others write, and is the state of one moment of each file.
2. What is restored answers as the original did, byte for byte, and its logs verify, the anchor included.
3. A backup is verified before it has its name, a restore before anything is put in place; what fails leaves nothing behind.
4. Nothing is written over.
5. Nothing that is unreadable in the files is readable in the backup.
6. Sessions do not survive a restore.
7. What a restore that was killed left behind, readable copies and parts in place without a store, the next one clears away before
   it begins; what somebody has used since it names, with what to do. Two restores at once do not disturb each other.
8. What a backup that was killed left, readable copies too, the next one to the same folder clears away.
9. While a service or command has the store open nothing is restored to its place, also where its files were moved away.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, Any, Final

from api import __version__
from api.access.database import Database, place_of
from api.settings import Settings
from api.use_cases.access_report import verify_trail
from api.use_cases.backup_file import free, read_backup, write_backup
from graph.errors import ConfigError, Refused, StoreBusy, StoreDamaged, StoreError
from graph.store import open_store
from graph.store.file_copy import copy_file, count, fault_of, settle, sync
from graph.store.in_use import alone

_FILE: Final = "sqlite:///"
_ROOM: Final = ".backing-up"
"""How the name of a folder ends in which a backup is made."""
_BESIDE: Final = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file while it is open."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts are."""

    store: Path
    access: Path
    desk: Path

    @property
    def begun(self) -> Path:
        """Where a restore notes what it puts in place, until all of it is there."""
        return self.store.with_name(f".{self.store.name}.restoring.parts")

    @property
    def parts(self) -> dict[str, Path]:
        """The parts by the names that they have in a backup, in the order in which they are copied and put in place."""
        anchor = Path(f"{self.access}.anchor")
        return {"access.db": self.access, "access.db.anchor": anchor, "desk.db": self.desk, "store.db": self.store}


def places_of(settings: Settings, url: str) -> Places:
    """Return where the parts of an installation are.

    Raises
    ------
    ConfigError
        The store is in no file.
    """
    place = url.removeprefix(_FILE)
    if not url.startswith(_FILE) or place in ("", ":memory:"):
        raise ConfigError(
            f"{url} is in no file: back up a server with its own means, or `zeren copy` it to a file and back that up",
            zh=f"{url} 不在文件中：请用服务器自身的方式备份，或先用 `zeren copy` 复制到文件再备份",
        )
    return Places(Path(place), place_of(url, settings.access), Path(settings.desk))


def backup(places: Places, out: Path, now: datetime, say: Say) -> dict[str, Any]:
    """Write a backup and return what is in it.

    Parameters
    ----------
    places : Places
        Where the parts are; what is not there yet is left out, but for the store.
    out : Path
        The file to be written.
    now : datetime
        When, for the manifest.
    say : callable
        Told what is being done.

    Raises
    ------
    ConfigError
        There is no store, something stands at `out` already, or it cannot be written.
    Refused
        A log does not verify: a backup of it would pass for a good one.
    """
    free(out)
    if not places.store.exists():
        raise StoreError(f"there is no store at {places.store}", zh=f"{places.store} 没有存储库")
    if not out.parent.is_dir():
        raise ConfigError(f"{out.parent} is no folder", zh=f"{out.parent} 不是文件夹")
    with _room(out) as folder:
        copies = Places(folder / "store.db", folder / "access.db", folder / "desk.db")
        _copied(places, copies, say)
        say("verifying the copy")
        about = {"program": __version__, "made_at": now.isoformat(timespec="seconds"), **examined(copies)}
        say(f"writing {out}")
        parts = {name: place for name, place in copies.parts.items() if place.exists()}
        manifest = write_backup(out, about, parts, folder / "unfinished")
    return {"file": str(out), **manifest.as_json()}


@contextmanager
def _room(out: Path) -> Iterator[Path]:
    """Give a folder beside a backup, for its owner alone; first take away those whose backup was killed."""
    for left in out.parent.glob(f".*{_ROOM}"):
        with suppress(OSError), _held(left):  # one that is held is of a backup that is still written
            shutil.rmtree(left)
    new = Path(mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    with _held(new):
        folder = new.rename(f"{new}{_ROOM}")  # it has this name while it is held alone: no other takes it away
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder; raises `BlockingIOError` where another does."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(opened)


def _copied(places: Places, copies: Places, say: Say) -> None:
    anchor = places.parts["access.db.anchor"]
    kept = anchor.read_bytes() if anchor.exists() else b""  # before the trail: it may lag behind it, and is never ahead
    for name, place in places.parts.items():
        if name == "access.db.anchor":
            if kept:
                copies.parts[name].write_bytes(kept)
        elif place.exists():
            say(f"copying {place}")
            copy_file(place, copies.parts[name])


def examined(places: Places) -> dict[str, Any]:
    """Verify files that nobody else has open, and return what is in them.

    Raises
    ------
    Refused
        A page is damaged, or a log was altered or cut off.
    StoreDamaged
        A file is none of ours, or of a later version of the program.
    """
    for name, place in places.parts.items():
        if place.exists() and place.suffix != ".anchor" and (fault := fault_of(place)):
            raise Refused(f"{name} is damaged: {fault}", zh=f"{name} 已损坏：{fault}")
    with open_store(f"{_FILE}{places.store}", create=False) as store:
        version, altered = store.version(), store.verify()
        chain = next((row.chain for row in store.audit(version - 1)), "") if version else ""
    if altered is not None:
        raise Refused(
            f"the store was altered at version {altered}: see `zeren audit verify`",
            zh=f"存储库在版本 {altered} 处被改动：见 `zeren audit verify`",
        )
    about: dict[str, Any] = {"version": version, "chain": chain, "statements": count(places.store, "facts")}
    if places.access.exists():
        about |= _trail(places, version)
    if places.desk.exists():
        about |= {"messages": count(places.desk, "message"), "reports": count(places.desk, "tip")}
    for place in (places.store, places.access, places.desk):
        if place.exists():
            settle(place)
    return about


def _fault(verdict: dict[str, Any]) -> tuple[str, str]:
    """Return what is wrong with a trail, in both languages."""
    if row := verdict["first_altered"]:
        return f"altered at row {row}", f"第{row}行被改动"
    if rows := verdict["missing"]:
        return f"{rows} rows cut off", f"末尾缺{rows}行"
    return "its anchor file is gone", "锚文件不见了"


def _trail(places: Places, version: int) -> dict[str, Any]:
    verdict = verify_trail(places.access, version)
    if not verdict["whole"]:
        en, zh = _fault(verdict)
        raise Refused(
            f"the trail of who looked at whom is not whole ({en}): see `zeren audit verify`",
            zh=f"查询留痕不完整（{zh}）：见 `zeren audit verify`",
        )
    if verdict["versions_missing"]:
        raise Refused(
            f"the store lacks {verdict['versions_missing']} versions from which somebody was answered",
            zh=f"存储库缺少 {verdict['versions_missing']} 个曾据以答复的版本",
        )
    users, tokens = (count(places.access, table) for table in ("users", "tokens"))
    return {"trail": verdict["rows"], "anchor": verdict["anchor"], "users": users, "tokens": tokens}


def restore(file: Path, places: Places, say: Say, *, dry_run: bool = False) -> dict[str, Any]:
    """Check a backup whole, put its parts where they belong, and return what was in it.

    Parameters
    ----------
    file : Path
        The backup.
    places : Places
        Where to; nothing may stand there.
    say : callable
        Told what is being done.
    dry_run : bool
        Check everything and put nothing in place.

    Raises
    ------
    ConfigError
        Something stands there already.
    StoreBusy
        Another restore is running there.
    StoreDamaged, Refused
        The backup is cut off, altered, or of a later version of the program; nothing was put in place.
    """
    with ExitStack() as held:
        waiting = held.enter_context(_unfinished(places))
        if not dry_run:
            held.enter_context(alone(places.store))
            _clear(places, say)
            free(*(Path(f"{place}{end}") for place in places.parts.values() for end in ("", *_BESIDE)))
        say(f"reading {file}")
        manifest = read_backup(file, lambda name: _opened(file, waiting, name))
        say("verifying what it holds")
        _agree(file, manifest.about, examined(waiting))
        if waiting.access.exists():
            with Database(waiting.access) as db:
                db.change("DELETE FROM sessions")
                db.change("UPDATE jobs SET state = 'cancelled' WHERE kind = 'backup' AND state = 'running'")  # this one: it is done
            settle(waiting.access)
        if not dry_run:
            _put(waiting, places)
    return {"file": str(file), "restored": not dry_run, **manifest.as_json()}


@contextmanager
def _unfinished(places: Places) -> Iterator[Places]:
    """Give places beside those where the parts belong, on the same disk, to one restore at a time, and leave nothing there.

    What lies there already is what a restore left that was killed.
    """
    for place in places.parts.values():
        if not place.parent.is_dir():
            raise ConfigError(f"{place.parent} is no folder", zh=f"{place.parent} 不是文件夹")
    waiting = Places(*(place.with_name(f".{place.name}.restoring") for place in (places.store, places.access, places.desk)))
    with _alone(places.store.parent):
        try:
            _remove(waiting)
            yield waiting
        finally:
            _remove(waiting)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a folder against other restores; the operating system gives it back when the process ends, killed or not."""
    with ExitStack() as held:
        try:
            opened = os.open(folder, os.O_RDONLY)
            held.callback(os.close, opened)
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreBusy(
                f"another restore is running in {folder}: nothing was done; wait until it has ended",
                zh=f"{folder} 中正在进行另一次恢复：未作任何处理，请待其结束",
            ) from error
        except OSError as error:
            raise ConfigError(
                f"{folder}: cannot be held against other restores: {error.strerror}",
                zh=f"{folder}：无法防止其他恢复同时进行：{error.strerror}",
            ) from error
        yield


def _remove(waiting: Places) -> None:
    for place in waiting.parts.values():
        for end in ("", *_BESIDE):
            Path(f"{place}{end}").unlink(missing_ok=True)


def _clear(places: Places, say: Say) -> None:
    """Take away what a restore that was killed had put in place, as it put it there.

    Raises
    ------
    ConfigError
        Some of it is no longer as it was put there.
    """
    if not places.begun.exists():
        return
    try:
        put: dict[str, list[int]] = json.loads(places.begun.read_text(encoding="utf-8"))
    except ValueError:  # it was killed while it noted this: nothing was in place yet
        put = {}
    there = [place for place in places.parts.values() if place.exists()] if not places.store.exists() else []
    used = [place for place in there if put.get(str(place.absolute())) != _marks(place) or _in_use(place)]
    if used:
        raise ConfigError(
            f"a restore was cut off here, and what it had put in place was used since: {', '.join(map(str, used))}. There is no"
            f" store with it: move {', '.join(map(str, there))} and {places.begun} away, with what lies beside them"
            f" ({', '.join(_BESIDE)}), and restore again",
            zh=f"此处有一次中断的恢复，其放置的文件此后已被使用：{'、'.join(map(str, used))}。没有相应的存储库："
            f"请将 {'、'.join(map(str, there))} 和 {places.begun} 连同旁边的文件（{'、'.join(_BESIDE)}）移走后再恢复",
        )
    for place in there:
        say(f"removing {place}, which a restore that was cut off had put there")
        place.unlink()
    places.begun.unlink()


def _marks(place: Path) -> list[int]:
    """Return what tells a file that was put somewhere, and not touched since; renaming leaves it as it is."""
    known = place.stat()
    return [known.st_ino, known.st_size, known.st_mtime_ns]


def _in_use(place: Path) -> bool:
    return any(Path(f"{place}{end}").exists() for end in _BESIDE)


def _opened(file: Path, waiting: Places, name: str) -> IO[bytes]:
    place = waiting.parts.get(name)
    if place is None:
        raise StoreDamaged(
            f"{file.name} has a part {name!r} that this program does not know", zh=f"{file.name} 含有本程序不认识的部分“{name}”"
        )
    try:
        opened = place.open("xb")
    except OSError as error:
        raise ConfigError(f"{place}: cannot be written: {error.strerror}", zh=f"{place}：不能写入：{error.strerror}") from error
    place.chmod(0o600)
    return opened


def _agree(file: Path, told: dict[str, Any], found: dict[str, Any]) -> None:
    if wrong := sorted(name for name in found if told.get(name) != found[name]):
        raise StoreDamaged(
            f"{file.name}: what it says of {', '.join(wrong)} is not what is in it",
            zh=f"{file.name}：所记 {'、'.join(wrong)} 与内容不符",
        )


def _put(waiting: Places, places: Places) -> None:
    """Rename the parts into place, the store last: without it nothing is served. Until it is there, what was begun is noted."""
    done: list[Path] = []
    parts = {target: source for source, target in zip(waiting.parts.values(), places.parts.values(), strict=True)}
    told = {str(target.absolute()): _marks(source) for target, source in parts.items() if source.exists()}
    try:
        places.begun.write_text(json.dumps(told), encoding="utf-8")
        sync(places.begun)
        sync(places.begun.parent)
        for target, source in parts.items():
            if source.exists():
                free(target)
                sync(source)
                source.rename(target)
                done.append(target)
                sync(target.parent)
    except BaseException:
        for target in (*done, places.begun):
            target.unlink(missing_ok=True)
        raise
    places.begun.unlink()
