"""The columns as a folder: one `.npy` file a column and a header, opened in milliseconds without reading them.

Invariants (tests/unit/test_snapshot_file.py holds one test a number)
1. What is loaded answers as what was saved.
2. A folder that is cut short, of another format, of another store, or of no store at all raises `SnapshotUnusable`: build anew.
3. A folder is replaced as a whole: a reader finds the old one, the new one, or for a moment none; never a half of one.
4. What is let go takes no memory until it is looked at again, and answers then as before.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from graph.errors import StoreError
from graph.snapshot.columns import Columns
from graph.snapshot.rows import EDGE, Arrays
from graph.snapshot.strings import Strings

FORMAT: Final = 2
"""Changes whenever a column that is read is added or means something else."""
_HEADER: Final = "header.json"
_STRINGS: Final = ("nodes", "mentions", "joined")
_FACTS: Final = ("fact_ids", "fact_keys", "side_clamped")


class SnapshotUnusable(StoreError):
    """The file cannot stand for the store; the message says why. Build the columns anew from the store."""


def _none(folder: Path, error: Exception) -> SnapshotUnusable:
    """Return what is said of a folder in which something is missing, or is not what it should be."""
    what = f"it has no {error}" if isinstance(error, KeyError) else str(error)
    return SnapshotUnusable(f"{folder} is no snapshot: {what}", zh=f"{folder} 不是图谱快照")


def save(columns: Columns, folder: Path, *, store: str) -> None:
    """Write columns to `folder`, in place of what is there.

    Parameters
    ----------
    columns : Columns
        The columns; an overlay's must be folded first.
    folder : Path
        Where; its parent must exist.
    store : str
        What tells the store and its history from every other (see `graph.snapshot.kept.history`); `load` asks for the same.

    Raises
    ------
    ValueError
        The columns are those of an overlay.
    """
    if columns.added_nodes or not columns.in_one_piece:
        raise ValueError("the columns of an overlay are not saved: fold it first")
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        sizes = {}
        for name, array in _arrays(columns):
            np.save(draft / f"{name}.npy", array, allow_pickle=False)
            sizes[name] = [(draft / f"{name}.npy").stat().st_size, _sum(draft / f"{name}.npy")]
        header = {
            "format": FORMAT,
            "edge": EDGE.descr,
            "store": store,
            "version": columns.version,
            "kinds": columns.kind_names,
            "codes": columns.codes,
            "sources": columns.sources,
            "files": sizes,
        }
        (draft / _HEADER).write_text(json.dumps(header, ensure_ascii=False, indent=1), encoding="utf-8")
        _sync(draft)
        _replace(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def load(folder: Path, *, store: str, check: bool = False) -> Columns:
    """Open a folder that `save` wrote.

    Parameters
    ----------
    folder : Path
        The folder.
    store : str
        As given to `save`.
    check : bool
        Read every byte and compare its checksum; without it only sizes are compared.

    Raises
    ------
    SnapshotUnusable
        Build the columns anew.
    """
    header = _header(folder, store)
    for name, (size, checksum) in header["files"].items():
        path = folder / f"{name}.npy"
        if not path.is_file() or path.stat().st_size != size:
            raise SnapshotUnusable(f"{path} is missing or cut short", zh=f"{path} 缺失或不完整")
        if check and _sum(path) != checksum:
            raise SnapshotUnusable(f"{path} was altered", zh=f"{path} 被改动过")
    try:
        return _columns(header, {name: _open(folder / f"{name}.npy") for name in header["files"]})
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise _none(folder, error) from error


def let_go(columns: Columns) -> None:
    """Give back the memory of what was read of mapped files so far; what is looked at again is read again."""
    for array in (*columns.arrays, *(getattr(columns, name) for name in _FACTS), *_parts(columns)):
        base: Any = array
        while isinstance(base, np.ndarray):
            base = base.base
        if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):  # the mapping is shared and cannot be written to
            base.madvise(mmap.MADV_DONTNEED)


def _parts(columns: Columns) -> Iterator[npt.NDArray[Any]]:
    for name in _STRINGS:
        strings: Strings = getattr(columns, name)
        yield from (strings.blob, strings.offsets, strings.order)


def saved_version(folder: Path) -> int:
    """Return the version of the store that a folder says it is of.

    Raises
    ------
    SnapshotUnusable
        It is no snapshot.
    """
    try:
        return int(json.loads((folder / _HEADER).read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _none(folder, error) from error


def _columns(header: dict[str, Any], read: dict[str, Any]) -> Columns:
    strings = {name: Strings(*(read[f"{name}_{part}"] for part in ("blob", "offsets", "order"))) for name in _STRINGS}
    rows = {f"{way}_begin": read[f"{way}_bounds"][:-1] for way in ("in", "out")}
    rows |= {f"{way}_end": read[f"{way}_bounds"][1:] for way in ("in", "out")}
    rows |= {name: read[name] for name in Arrays._fields if name not in rows}
    return Columns(
        strings["nodes"],
        tuple(header["kinds"]),
        tuple(header["codes"]),
        Arrays(**rows),
        **{name: read[name] for name in _FACTS},
        version=int(header["version"]),
        sources=tuple(header["sources"]),
        mentions=strings["mentions"],
        joined=strings["joined"],
    )


def _header(folder: Path, store: str) -> dict[str, Any]:
    try:
        header: dict[str, Any] = json.loads((folder / _HEADER).read_text(encoding="utf-8"))
        found = header["format"], header["edge"], header["store"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _none(folder, error) from error
    if found[0] != FORMAT or found[1] != [list(item) for item in EDGE.descr]:
        raise SnapshotUnusable(
            f"{folder} is of format {found[0]}, this program reads {FORMAT}",
            zh=f"{folder} 的格式为 {found[0]}，本程序只读 {FORMAT}",
        )
    if found[2] != store:
        raise SnapshotUnusable(
            f"{folder} is of another store, or of another history of this one", zh=f"{folder} 属于另一个库，或本库的另一段历史"
        )
    return header


def _arrays(columns: Columns) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    arrays = columns.arrays
    for direction, begin in (("in", arrays.in_begin), ("out", arrays.out_begin)):
        end = getattr(arrays, f"{direction}_end")
        yield f"{direction}_bounds", np.append(begin, end[-1:] if len(end) else np.zeros(1, np.int32))
        yield f"{direction}_edges", getattr(arrays, f"{direction}_edges")
    yield from ((name, getattr(arrays, name)) for name in Arrays._fields[6:])
    yield from ((name, getattr(columns, name)) for name in _FACTS)
    for name in _STRINGS:
        strings: Strings = getattr(columns, name)
        yield from ((f"{name}_{part}", getattr(strings, part)) for part in ("blob", "offsets", "order"))


def _open(path: Path) -> npt.NDArray[Any]:
    if path.stat().st_size <= 128 or not (stored := np.load(path, mmap_mode="r", allow_pickle=False)).size:
        stored = np.load(path, allow_pickle=False)  # nothing can be mapped of an empty column
    array: npt.NDArray[Any] = np.asarray(stored)  # a plain array over the mapping, its edges aligned: as kernels are compiled for
    if array.dtype.names:
        array = array.view(EDGE)
    array.flags.writeable = False
    return array


def _sum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            checksum = zlib.crc32(block, checksum)
    return checksum


def _sync(folder: Path) -> None:
    for path in (*folder.iterdir(), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _replace(draft: Path, folder: Path) -> None:
    """Put the draft in the folder's place; a reader between the two renames finds none, which `load` reports as such."""
    old = folder.with_name(f".{folder.name}.old")
    _remove(old)
    if folder.exists():
        folder.rename(old)
    draft.rename(folder)
    _remove(old)


def _remove(place: Path) -> None:
    """Remove what lies at a place, folder or file."""
    with suppress(OSError):
        place.unlink() if place.is_file() else shutil.rmtree(place)
