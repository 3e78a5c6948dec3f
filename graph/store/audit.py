"""The audit log's hash chain: no row of it, and no statement under it, is altered unnoticed.

Each row's `chain` is a hash over the row before and this row; `contents` in it is a hash over what the version recorded. Rows cut
off at the end leave a chain that is whole: who must notice that too keeps the last `chain` somewhere else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from graph.errors import InputError
from graph.model import Operation, Origin
from graph.store.base import AuditRow


def moment(at: datetime) -> str:
    """Return an aware time as UTC text of one length, so that texts sort as moments do.

    Raises
    ------
    InputError
        The time has no zone: nobody could say later which moment it was.
    """
    if at.utcoffset() is None:
        raise InputError(f"the time {at.isoformat()} has no time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def mark_of(fact_id: str, operation: Operation, reason: str, origin: Origin, before: int = 0) -> str:
    """Return the hash of one recording; the fact id in it stands for the payload, so a mark outlives sealing.

    `before` is the number of the recording whose place it takes, where a backend numbers them.
    """
    return _sha(f"{fact_id}\x1f{operation.value}\x1f{reason}\x1f{origin.source}\x1f{origin.file}\x1f{origin.row}\x1f{before}")


def marks_of_new(ids: Sequence[str], source: str, file: str, rows: Sequence[int]) -> list[str]:
    """Return `mark_of` each of the statements of one file that are told for the first time."""
    said, sha = f"\x1f{Operation.NEW.value}\x1f\x1f{source}\x1f{file}\x1f", hashlib.sha256
    return [sha(f"{own}{said}{row}\x1f0".encode()).hexdigest() for own, row in zip(ids, rows, strict=True)]


def contents_of(marks: Iterable[str]) -> str:
    """Return the hash over the marks of everything a version recorded, in order."""
    return _sha("\n".join(marks))


def chained(before: str, row: AuditRow) -> str:
    """Return the chain of `row` (whose own `chain` is not looked at), `before` being the chain of the row before."""
    said = [row.version, moment(row.at), row.by, row.what, row.contents, row.sealed]
    return _sha(before + "\n" + json.dumps(said, ensure_ascii=False, separators=(",", ":")))


def verify(rows: Iterable[AuditRow], before: str = "") -> int | None:
    """Return the first version whose row is altered, missing or out of place, None if the chain is whole.

    Parameters
    ----------
    rows : Iterable[AuditRow]
        The log from its start, or from after a row whose chain is given.
    before : str
        Chain of the row before the first one given.
    """
    expected: int | None = None if before else 1
    for row in rows:
        if expected not in (None, row.version):
            return expected
        if row.chain != chained(before, row):
            return row.version
        before, expected = row.chain, row.version + 1
    return None


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
