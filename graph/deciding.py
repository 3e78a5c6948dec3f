"""Which documents decide something for those whom they are about, and whose decision may end whose."""

from __future__ import annotations

from graph import codes
from graph.model import Decision


def decides(decision: Decision) -> bool:
    """Say whether a decision may end, change or clear what another imposed: it decides, and an authority or court made it."""
    kind, level = codes.load("decision_kinds").get(decision.kind), decision.authority_level
    return kind.final and kind.ends and not (level and codes.load("authority_levels").get(level).self_regulatory)


def may_end(decision: Decision, other: Decision) -> bool:
    """Say whether whoever made a decision may have the power to end another.

    A court may end what an authority or court did, a higher authority what a lower one did, and an authority what one of its own
    level did. A lower authority certainly cannot, nor an authority what a court did. Where it is not known who decided, it may.
    """
    if _by_court(decision) is not False:
        return True
    if _by_court(other):
        return False
    rank, above = rank_of(decision), rank_of(other)
    return not 0 < rank < above


def _by_court(decision: Decision) -> bool | None:
    """Say whether a court decided, by the level, the kind and the acts; None where nothing or not all of it says so."""
    acts = codes.load("acts")
    makers = {codes.load("decision_kinds").get(decision.kind).maker, *(acts.get(act).maker for act in decision.acts)}
    signs = {maker == "court" for maker in makers if maker}
    if decision.authority_level:
        signs.add(decision.authority_level == "court")
    return signs.pop() if len(signs) == 1 else None


def rank_of(decision: Decision) -> int:
    """Return how high whoever decided stands among the authorities above each other, from 1; 0 beside them, or unknown."""
    return codes.load("authority_levels").get(decision.authority_level).rank if decision.authority_level else 0
