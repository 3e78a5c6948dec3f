"""Codes of a whole column checked together: as `graph.identifiers` checks one, with arrays, which not everybody needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from graph.identifiers import USCC_VALUES, USCC_WEIGHTS

_VALUES: Final = np.array([USCC_VALUES.get(chr(point), -1) for point in range(128)])


def are_uscc(texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Say of each of many texts whether it is a code that passes its check, written exactly as it is compared."""
    found = np.zeros(len(texts), bool)
    places = [place for place, text in enumerate(texts) if len(text) == 18 and text.isascii()]
    if not places:
        return found
    together = "".join(texts if len(places) == len(texts) else [texts[place] for place in places])
    values = _VALUES[np.frombuffer(together.encode("ascii"), np.uint8)].reshape(-1, 18)
    shaped = (values >= 0).all(axis=1) & (values[:, 2:8] < 10).all(axis=1)
    found[places] = shaped & ((values[:, :17] @ np.array(USCC_WEIGHTS) + values[:, 17]) % 31 == 0)
    return found
