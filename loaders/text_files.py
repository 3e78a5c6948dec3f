"""Lines of a text file whose encoding nobody told us, in bounded memory.

Invariants (tests/unit/test_loaders_tables.py holds one test a number)
1. A file without a declared encoding is read by its byte-order mark, else as UTF-8, else as GB18030, else not at all.
2. A UTF-8 file with a few broken bytes is a damaged UTF-8 file, never a GB18030 file full of wrong characters; one in two
   encodings is refused with the rows that say so.
3. No line is held in memory beyond the limit, however long it is.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from graph.errors import InputError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NULS: Final = 4
"""So many zero bytes, all at even or all at odd places, are the ASCII characters of UTF-16."""
_BROKEN: Final = re.compile("[\udc80-\udcff]")
_BLOCK: Final = 1 << 20
_CERTAIN: Final = 6
_DAMAGED_SHARE: Final = 20
"""One broken byte in this many wide characters still leaves a file UTF-8; Chinese GB18030 read as UTF-8 breaks nearly all."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file may be held at once.

    Parameters
    ----------
    line : int
        Characters in a line (and in a quoted cell that runs over several).
    unpacked : int
        Bytes that the parts of an Excel file may unpack to.
    """

    line: int = 1_000_000
    unpacked: int = 2 << 30


@dataclass(frozen=True, slots=True)
class TooLong:
    """Stands for a line beyond the limit, which was skipped."""


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file.

    Raises
    ------
    InputError
        It is none that we know.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    nuls = (head[0::2].count(0), head[1::2].count(0))
    if sum(nuls) >= _NULS and not all(nuls):
        raise InputError("looks like UTF-16 without a byte-order mark; save it as UTF-8, or say `encoding:` in the mapping")
    broken, wide = _broken_bytes(path, "utf-8")
    if broken * _DAMAGED_SHARE <= wide:
        return "utf-8"
    certain, strange = _first_line(path, _is_certainly_utf8), _first_line(path, lambda line: not _fits(line, "utf-8"))
    if certain is not None:
        raise InputError(f"is in two encodings: row {certain} is UTF-8, row {strange} is not; save all of it as UTF-8", row=strange)
    if _broken_bytes(path, "gb18030")[0] == 0:
        return "gb18030"
    other = _first_line(path, lambda line: not _fits(line, "gb18030"))
    raise InputError(
        f"is neither UTF-8 (row {strange} is the first that is not) nor GB18030 (row {other}); "
        "say `encoding:` in the mapping, or save it as UTF-8",
        row=strange,
    )


def _first_line(path: Path, fits: Callable[[bytes], bool]) -> int | None:
    """Return the number of the first line that fits, None if none does; of a line of many blocks the last is looked at."""
    held, number = b"", 1
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            whole, end, rest = (held + block).rpartition(b"\n")
            for line in whole.split(b"\n") if end else ():
                if fits(line):
                    return number
                number += 1
            held = rest[-_BLOCK:]
    return number if fits(held) else None


def _fits(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_certainly_utf8(line: bytes) -> bool:
    """Whether a line is UTF-8 with so many wide characters that it is no GB18030 that happens to look like it."""
    return not line.isascii() and _fits(line, "utf-8") and sum(ch >= "\u0800" for ch in line.decode()) >= _CERTAIN


def _broken_bytes(path: Path, encoding: str) -> tuple[int, int]:
    """Count the bytes that do not belong to the encoding, and the characters that are not ASCII."""
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    broken = wide = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            text = decoder.decode(block)
            if not text.isascii():
                escaped = len(_BROKEN.findall(text))
                broken += escaped
                wide += len(text) - len(text.encode("ascii", "ignore")) - escaped
    # What is left in the decoder is a character cut off by the end of the file: the last row is refused for it, no other.
    return broken, wide


def open_text(path: Path, encoding: str | None) -> TextIO:
    """Open a text file so that a byte that is not of the encoding stays visible in its own row."""
    name = encoding or encoding_of(path)
    try:
        codecs.lookup(name)
    except LookupError as error:
        raise InputError(f"no encoding is called {name!r}") from error
    return path.open(encoding="utf-8-sig" if name.lower() == "utf-8" else name, errors="surrogateescape", newline="")


def bounded_lines(file: TextIO, limit: int) -> Iterator[str | TooLong]:
    """Yield the lines, ends included; of one beyond the limit nothing is kept.

    Raises
    ------
    InputError
        The bytes cannot be read in the encoding.
    """
    while True:
        try:
            line = file.readline(limit + 1)
            if len(line) > limit and not line.endswith("\n"):
                while (rest := file.readline(_BLOCK)) and not rest.endswith("\n"):
                    pass
                yield TooLong()
                continue
        except UnicodeError as error:
            raise InputError(f"cannot be read as {file.encoding}: {error}; from here on it was not read") from error
        if not line:
            return
        yield line


def has_broken_bytes(text: str) -> bool:
    """Whether the text holds bytes that were not of the file's encoding."""
    return not text.isascii() and _BROKEN.search(text) is not None
