"""Putting what was written under its name, whole, and in nobody's way.

Invariants (tests/unit/test_api_placing.py holds one test a number)
1. Nothing is under the name before it is whole, and nothing stays of what was not finished.
2. What appeared under the name in the meantime stays as it is unless it may be replaced, and two who write to one place never
   write into each other.
3. What is replaced is moved aside and looked at there; what may not be replaced goes back.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from graph.errors import ConfigError

T = TypeVar("T")
_THERE: Final = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR, errno.EISDIR)
_ROOM: Final = (".zeren-", ".unfinished")
"""How the folder is called in which something is written."""
_TRIES: Final = 10
"""How often somebody else may be quicker before we give up."""


def placed(out: Path, make: Callable[[Path], T], see: Callable[[Path], None] | None = None) -> T:
    """Let something be written, give it its name, and return what the writer returned.

    Parameters
    ----------
    out : Path
        Its name: a file or a folder.
    make : callable
        Writes it to a path of the same ending.
    see : callable, optional
        Raises an error if what stands there may not be replaced. Without it nothing is.

    Raises
    ------
    ConfigError
        Something stands there that may not be replaced.
    """
    room = Path(tempfile.mkdtemp(prefix=_ROOM[0], suffix=_ROOM[1], dir=out.parent))
    made, before = room / out.name, room / f"before-{out.name}"
    try:
        result = make(made)
        if see is None:
            _name(made, out)
        else:
            _replace(made, out, before, see)
        return result
    finally:
        remove(made)
        if not any(room.iterdir()):
            room.rmdir()


def sweep(folder: Path) -> None:
    """Remove what was not finished in a folder in which nobody writes now: somebody was killed."""
    for room in folder.glob(f"{_ROOM[0]}*{_ROOM[1]}"):
        remove(room)


def _name(made: Path, out: Path) -> None:
    """Give what was made its name, if nothing has it."""
    if os.path.lexists(out):
        raise _there(out)
    try:
        if made.is_dir():
            made.rename(out)  # onto a folder that appeared just now and has something in it this fails
        else:
            _link(made, out)
    except OSError as error:
        if error.errno in _THERE:
            raise _there(out) from error
        raise


def _link(made: Path, out: Path) -> None:
    try:
        os.link(made, out)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK):
            raise
        # A disk without links: the name is taken by an empty file, which the whole one then replaces.
        os.close(os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        made.replace(out)


def _replace(made: Path, out: Path, before: Path, see: Callable[[Path], None]) -> None:
    for _ in range(_TRIES):
        aside = _moved_aside(out, before)
        try:
            if aside:
                see(before)
            _name(made, out)
        except _There:
            remove(before)
        except BaseException:
            if aside:
                _back(before, out)
            raise
        else:
            remove(before)
            return
    raise _there(out)


def _moved_aside(out: Path, before: Path) -> bool:
    if not os.path.lexists(out):
        return False
    try:
        out.rename(before)
    except FileNotFoundError:
        return False
    return True


def _back(before: Path, out: Path) -> None:
    """Give what was moved aside its name again."""
    try:
        _name(before, out)
    except ConfigError as error:
        raise ConfigError(f"{out}: something else took its place in the meantime; what stood there is kept as {before}") from error
    if not before.is_dir():
        remove(before)


class _There(ConfigError):
    """Something has the name already."""


def _there(out: Path) -> _There:
    return _There(f"{out} is there already; give --force to write over it")


def remove(path: Path) -> None:
    """Remove a file or folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
