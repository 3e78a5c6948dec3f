"""What the texts of a column mean, each read once, and which rows are left to the slow lane.

Invariants: 2 and 3 of `loaders.lane`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Final, Generic, TypeVar

from graph.errors import InputError

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
_REMEMBERED: Final = 1 << 17
"""Texts of one column that are remembered; then it begins anew."""


class Left(Exception):
    """Rows, by their places, that are left to the slow lane."""

    def __init__(self, places: set[int]) -> None:
        super().__init__()
        self.places = places


class Memo(dict[K, T | None], Generic[K, T]):
    """What each text of a column, or of several, means, None where its row is left; reads a text when it is first met."""

    def __init__(self, read: Callable[[K], T | None]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: K) -> T | None:
        """Read a text that was not met before."""
        try:
            found = self._read(text)
        except InputError:
            found = None
        self[text] = found
        return found

    def of(self, texts: Iterable[K]) -> list[T]:
        """Return what each of some texts means; forget before, if too much is remembered.

        Raises
        ------
        Left
            Some of the rows are left.
        """
        if len(self) >= _REMEMBERED:
            self.clear()
        return whole(list(map(self.__getitem__, texts)))


def whole(found: list[T | None]) -> list[T]:
    """Return what was read in all rows; raises `Left` where it is None in some."""
    if None in found:
        raise Left({place for place, value in enumerate(found) if value is None})
    return found  # type: ignore[return-value] # nothing in it is None
