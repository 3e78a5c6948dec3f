"""What a decision that rests on several others has of what happens to these: it falls with the last of them that stands.

Invariants (tests/unit/test_lifecycle_basis.py holds one test a number)
1. It stands as long as one of those that it rests on does, is paused while the best of them is paused, and is over once all are:
   revoked, or void where all are void. One that itself rests on others stands no better than these.
2. What rests on itself by way of others is no basis of itself.
3. The ids of the pauses are those by which the best of them are paused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

Bases = tuple[tuple[str, tuple[str, ...]], ...]
"""A decision and each of those above it, with what it rests on directly."""
FROM: Final = "ground"
"""Label, among the details, of the decision that an event is passed on from."""
OVER: Final = ("annulled", "revoked")
"""The stages at which a decision carries nothing any more, the worse first."""
_PAUSED, _PLAIN = 2, 3


class Stands(NamedTuple):
    """How well something stands: 3 plainly, 2 paused (by which events), 1 revoked, 0 void."""

    how: int = _PLAIN
    paused: frozenset[str] = frozenset()

    @property
    def over(self) -> str:
        """The stage at which it is over, empty where it is not."""
        return OVER[self.how] if self.how < _PAUSED else ""


@dataclass(frozen=True, slots=True)
class Own:
    """What happened to one decision itself: the stage at which it is over, if it is, and the pauses that are open."""

    over: str = ""
    paused: tuple[str, ...] = ()

    @property
    def stands(self) -> Stands:
        """How it stands by that alone."""
        if self.over:
            return Stands(OVER.index(self.over))
        return Stands(_PAUSED, frozenset(self.paused)) if self.paused else Stands()


_NOTHING: Final = Own()


def below(decision: str, bases: Mapping[str, tuple[str, ...]], happened: Mapping[str, Own]) -> Stands:
    """Return how a decision stands by what it rests on.

    Parameters
    ----------
    decision : str
        The decision.
    bases : mapping of decision to decisions
        What it, and each of those above it, rests on.
    happened : mapping of decision to Own
        What happened to each of those above it; nothing where it is not told.
    """

    def by_bases(each: str, path: frozenset[str]) -> Stands:
        others = [other for other in bases.get(each, ()) if other not in path]
        return _best(whole(other, path | {other}) for other in others) if others else Stands()

    def whole(each: str, path: frozenset[str]) -> Stands:
        own, above = happened.get(each, _NOTHING).stands, by_bases(each, path)
        if own.how == above.how == _PAUSED:
            return Stands(_PAUSED, own.paused | above.paused)
        return min(own, above, key=lambda stands: stands.how)

    return by_bases(decision, frozenset([decision]))


def _best(several: Iterable[Stands]) -> Stands:
    known = list(several)
    how = max(stands.how for stands in known)
    return Stands(how, frozenset().union(*(stands.paused for stands in known if stands.how == how)))
