"""Many texts in two arrays, found by halving: opened from disk without reading them.

Invariants (tests/unit/test_snapshot_columns.py holds one test a number)
1. Every text is found under its number, and its number under the text, whatever the alphabet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Strings(Sequence[str]):
    """Texts by number, with an order that finds the number of a text.

    Parameters
    ----------
    blob : uint8 array
        All texts as UTF-8, one after the other.
    offsets : int64 array
        Where each begins; one more for the end.
    order : int32 array
        Their numbers in the order of their bytes.
    """

    blob: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int64]
    order: npt.NDArray[np.int32]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Pack texts, all different, in the order given."""
        encoded = [text.encode() for text in texts]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=offsets[1:])
        order = np.fromiter(sorted(range(len(encoded)), key=encoded.__getitem__), np.int32, len(encoded))
        return cls(frozen(np.frombuffer(b"".join(encoded), np.uint8)), frozen(offsets), frozen(order))

    def __len__(self) -> int:
        """Count the texts."""
        return len(self.offsets) - 1

    def __getitem__(self, number: int) -> str:  # type: ignore[override]
        """Return the text of a number."""
        return self._bytes(number).decode()

    def __iter__(self) -> Iterator[str]:
        """Yield the texts in the order of numbers."""
        return (self[number] for number in range(len(self)))

    def _bytes(self, number: int) -> bytes:
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self.blob[self.offsets[number] : self.offsets[number + 1]].tobytes()

    def find(self, text: str) -> int:
        """Return the number of a text, -1 where there is none."""
        wanted = text.encode()
        low = self._first(wanted)
        if low < len(self) and self._bytes(number := int(self.order[low])) == wanted:
            return number
        return -1

    def starting(self, prefix: str) -> Iterator[str]:
        """Yield the texts that start with a prefix, in the order of their bytes."""
        wanted = prefix.encode()
        for place in range(self._first(wanted), len(self)):
            found = self._bytes(int(self.order[place]))
            if not found.startswith(wanted):
                return
            yield found.decode()

    def _first(self, wanted: bytes) -> int:
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(int(self.order[middle])) < wanted:
                low = middle + 1
            else:
                high = middle
        return low


def frozen(array: npt.NDArray[Any]) -> Any:
    """Return the array, closed for writing and in one piece, as every kernel expects it."""
    array = np.ascontiguousarray(array).view()
    array.flags.writeable = False
    return array
