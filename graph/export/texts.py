"""Texts as files can hold them: what a format has no character for is escaped, never left out, so that no two texts become one.

The escape is Excel's own (ECMA-376, 22.9.2.19): `_x` and four hexadecimal digits and `_`; a text that has such a thing itself has
its first `_` escaped.

`ITEM`, `CELL` and `LINE` separate what stands in one text; nothing that was escaped for a file holds them.

Invariants (tests/unit/test_export_texts.py holds one test a number)
1. Different texts stay different, and `unescaped` returns each as it was.
2. What is escaped for XML is XML; what is escaped for a file can be written as UTF-8.
3. No cell of a table is a formula to a spreadsheet, on no line of it, behind no character that is not seen.
4. A row of a table is one row to every reader: what holds anything that anybody takes for the end of a line is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

ITEM: Final = "\x1d"
CELL: Final = "\x1f"
LINE: Final = "\x1e"
_LIKE_ONE: Final = "_(?=x[0-9A-Fa-f]{4}_)"
_NO_XML: Final = re.compile(f"{_LIKE_ONE}|[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_FILE: Final = re.compile(f"{_LIKE_ONE}|[\x00\x1d-\x1f\ud800-\udfff]")
_NO_NAME: Final = re.compile(f"{_LIKE_ONE}|(?![\U00010000-\U0010ffff])\\W")
_ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_BREAKS: Final = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_UNSEEN: Final = "\\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_FORMULA: Final = re.compile(f"(^|[{_BREAKS}])(?=[{_UNSEEN}]*[=+\\-@|＝＋－＠｜])|^(?=[\t\r\n])")
_QUOTED: Final = re.compile(f'[",{_BREAKS}]|^[{_UNSEEN}]|[{_UNSEEN}]$')


def for_xml(text: str) -> str:
    """Return a text without characters that XML cannot hold; a carriage return is one, for XML makes a line feed of it."""
    return _NO_XML.sub(_escape, text)


def for_file(text: str) -> str:
    """Return a text without halves of characters, which UTF-8 cannot hold, NUL, at which many programs stop, and separators."""
    return _NO_FILE.sub(_escape, text)


def for_name(text: str) -> str:
    """Return the name of a property, without anything that ends a name in a statement."""
    return _NO_NAME.sub(_escape, text)


def unescaped(text: str) -> str:
    """Return what `for_xml`, `for_file` or `for_name` was given."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def harmless(cell: str) -> str:
    """Return a cell that a spreadsheet shows as text: a quote before whatever it would calculate, on every line."""
    return _FORMULA.sub(r"\1'", cell)


def csv_line(cells: Sequence[str]) -> str:
    """Return a row of CSV. An empty cell is never quoted: to the bulk import of Neo4j it is then a value that is not known."""
    return ",".join('"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell for cell in cells) + "\n"


def _escape(match: re.Match[str]) -> str:
    return f"_x{ord(match[0]):04X}_"
