"""How much value a party reaches through what it holds, and the correction for value counted again on every turn of a loop.

Invariants (tests/unit/test_known_answers.py holds one test a number)
1. Access, corrected access and bow-tie access are those of Glattfelder and Battiston on their published networks.

References
----------
J. B. Glattfelder, S. Battiston, "The architecture of power: patterns of disruption and stability in the global ownership network",
2019, doi:10.2139/ssrn.3314648.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import splu

from analytics.ownership.stakes import Stakes
from graph.errors import InputError
from graph.model import PPM

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Access:
    """Value that each node reaches: as it is summed up, and without what a loop counts again (two corrections)."""

    plain: Values
    corrected: Values
    bow_tie: Values


def access(stakes: Stakes, value: Values | None = None) -> Access:
    """Return how much value each node reaches through least shares.

    Parameters
    ----------
    value : float array, optional
        Of each node; 1 where not given.

    Raises
    ------
    InputError
        A loop holds itself whole, so that nothing is determined.
    """
    own = np.ones(len(stakes)) if value is None else np.asarray(value, float)
    weight = matrix(stakes)
    try:
        factor = splu((sparse.identity(len(stakes), format="csc") - weight).tocsc())
    except RuntimeError as error:
        raise InputError(
            "a closed loop of holdings: the value behind it is not determined", zh="持股形成闭环：无法确定其背后的价值"
        ) from error
    diagonal = _diagonal(stakes, factor)
    plain = factor.solve(weight @ own)
    corrected = plain / diagonal
    return Access(plain, corrected, weight @ (corrected + own / diagonal))


def matrix(stakes: Stakes) -> sparse.csr_matrix:
    """Return the least shares as parts of one, holders in rows, subjects in columns."""
    shape = (len(stakes), len(stakes))
    return sparse.csr_matrix((stakes.least / PPM, (stakes.holder, stakes.subject)), shape)


def _diagonal(stakes: Stakes, factor: object) -> Values:
    """Return the diagonal of (I - W)^-1: one, but for members of loops."""
    diagonal = np.ones(len(stakes))
    starts, order = stakes.parts
    looped = set(np.flatnonzero(stakes.flags & 2).tolist())
    for part in np.flatnonzero(np.diff(starts) > 1).tolist():
        looped |= set(order[starts[part] : starts[part + 1]].tolist())
    for node in looped:
        unit = np.zeros(len(stakes))
        unit[node] = 1.0
        diagonal[node] = factor.solve(unit)[node]  # type: ignore[attr-defined]
    return diagonal
