"""Which of several sources is believed where they contradict each other.

Invariants (tests/unit/test_graph_preference.py holds one test a number)
1. A higher `precedence` in the mapping wins; between equals the source that delivered last; else the order of fact ids, so that the
   answer is the same on every store.
2. What was preferred can always be said with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar, cast

from graph.delivered import Delivery, DeliveryStatus
from graph.model import Fact, Payload, Recorded

P = TypeVar("P", bound=Payload)
_GONE: Final = frozenset({DeliveryStatus.UNDONE, DeliveryStatus.UNDOING})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a source stands: the precedence that its mapping gives it, and the version in which it delivered last."""

    precedence: int = 0
    delivered: int = 0


Preference = Mapping[str, Standing]
"""Source -> where it stands; one that is not there stands last."""
NO_PREFERENCE: Final[Preference] = {}
_NOWHERE: Final = Standing()


def preference_of(deliveries: Iterable[Recorded]) -> Preference:
    """Return where each source stands, by the deliveries on record."""
    found: dict[str, Standing] = {}
    for recorded in deliveries:
        value = cast("Delivery", recorded.fact.value)
        before = found.get(value.source)
        if value.status not in _GONE and (before is None or before.delivered < recorded.version):
            found[value.source] = Standing(value.precedence, recorded.version)
    return found


def ranking(preference: Preference) -> Callable[[Fact[P]], tuple[int, int, str]]:
    """Return what orders statements: those of the preferred source first."""

    def order(fact: Fact[P]) -> tuple[int, int, str]:
        standing = preference.get(fact.origin.source, _NOWHERE)
        return -standing.precedence, -standing.delivered, fact.id

    return order


def ranked(facts: Iterable[Fact[P]], preference: Preference) -> list[Fact[P]]:
    """Return statements with those of the preferred source first."""
    return sorted(facts, key=ranking(preference))


def why(first: str, second: str, preference: Preference) -> str:
    """Return why one source is preferred to another: `precedence`, `delivered_last` or `order_of_ids`."""
    one, other = preference.get(first, Standing()), preference.get(second, Standing())
    if one.precedence != other.precedence:
        return "precedence"
    return "delivered_last" if one.delivered != other.delivered else "order_of_ids"
