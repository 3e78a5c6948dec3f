"""Everything that can go wrong, as one tree.

::

    ZerenError
    ├── InputError          a record from outside cannot be taken (names row, column, reason)
    │   └── NoChoice        none of what there is to choose from (names what there is)
    ├── ConfigError         a mapping, a rule or a code list is wrong
    │   └── UnknownCode     a code that no list has
    ├── StoreError          the store cannot do what was asked
    │   ├── StoreConflict   the write contradicts what is recorded (a "change" that alters the past)
    │   ├── StoreBusy       another process holds the writer's place; trying again may help
    │   └── StoreDamaged    the file is not a store, is torn, or is of a later version
    ├── NotFound            nothing has that id
    └── Refused             the act is not allowed now, and the reason says what would be
"""

from __future__ import annotations


class ZerenError(Exception):
    """Base of every error that Zeren raises on purpose.

    Parameters
    ----------
    reason : str
        What is wrong and what to do.
    zh : str
        The same in Chinese, where it is for a clerk to read.
    """

    def __init__(self, reason: str = "", *, zh: str = "") -> None:
        self.zh = zh
        super().__init__(reason)


class InputError(ZerenError):
    """A record from outside cannot be taken.

    Parameters
    ----------
    reason : str
        What is wrong and what to do.
    row : int, optional
        Row as a person counts it in the file (the header is row 1).
    column : str, optional
        Column name as the file has it.
    zh : str
        The reason in Chinese, where it is for a clerk to read.
    """

    def __init__(self, reason: str, *, row: int | None = None, column: str | None = None, zh: str = "") -> None:
        self.reason, self.row, self.column = reason, row, column
        place = ", ".join(part for part in (f"row {row}" if row else "", column or "") if part)
        super().__init__(f"{place}: {reason}" if place else reason, zh=zh)


class NoChoice(InputError):
    """Something else was given than what there is to choose from; the message names that, and what is closest."""


class ConfigError(ZerenError):
    """A mapping, a rule or a code list is wrong; the message names file, entry, field and reason."""


class UnknownCode(ConfigError):
    """A code that no list has."""


class StoreError(ZerenError):
    """The store cannot do what was asked."""


class StoreAway(StoreError):
    """The server of the store does not answer, or lets nobody in; the message says where it is, and nothing of what it holds."""


class StoreMoved(StoreError):
    """Another file stands where the store was opened, or none."""


class StoreConflict(StoreError):
    """The write contradicts what is recorded."""


class StoreBusy(StoreError):
    """Another process holds the writer's place."""


class StoreDamaged(StoreError):
    """The file is not a store, is torn, or belongs to a later version of the program."""


class NotFound(ZerenError):
    """Nothing has that id."""


class Refused(ZerenError):
    """The act is not allowed now; the message says why and what would be."""


def told(error: ZerenError, lang: str) -> str:
    """Return what an error says, in Chinese where that is wanted and there."""
    return (lang == "zh" and error.zh) or str(error)
