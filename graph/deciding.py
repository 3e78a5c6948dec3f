"""Which documents decide something for those whom they are about, who decided, and whose decision may end or correct whose.

Invariants (tests/unit/test_graph_deciding.py holds one test a number)
1. Who decided is read from the level, the kind and the acts; where these are silent or contradict each other it is not known.
2. A lower authority is beneath a higher one, and every authority beneath a court; nothing is beneath what is not known.
3. Whoever is certainly an authority ends nothing that it is beneath; whoever may be a court may end anything.
4. Nobody corrects what he is beneath, nor a court what an authority did: a slip is put right by whoever made it, or stands above.
"""

from __future__ import annotations

from graph import codes
from graph.model import Decision


def decides(decision: Decision) -> bool:
    """Say whether a decision may end, change or clear what another imposed: it decides, and an authority or court made it."""
    kind, level = codes.load("decision_kinds").get(decision.kind), decision.authority_level
    return kind.final and kind.ends and not (level and codes.load("authority_levels").get(level).self_regulatory)


def bodies(decision: Decision, *, acts: bool = True) -> frozenset[bool]:
    """Return what is said of who decided, by the level, the kind and (unless left out) the acts: True a court, False none."""
    known = codes.load("acts")
    makers = {codes.load("decision_kinds").get(decision.kind).maker}
    makers |= {known.get(act).maker for act in decision.acts} if acts else set()
    signs = {maker == "court" for maker in makers if maker}
    return frozenset(signs | {decision.authority_level == "court"} if decision.authority_level else signs)


def by_court(decision: Decision) -> bool | None:
    """Say whether a court decided; None where nothing or not all of it says so."""
    signs = bodies(decision)
    return next(iter(signs)) if len(signs) == 1 else None


def beneath(decision: Decision, other: Decision) -> bool:
    """Say whether whoever made a decision certainly stands below whoever made another."""
    if by_court(decision) is False and by_court(other):
        return True
    return 0 < rank_of(decision) < rank_of(other)


def may_end(decision: Decision, other: Decision) -> bool:
    """Say whether whoever made a decision may have the power to end another.

    A court may end what an authority or court did, a higher authority what a lower one did, and an authority what one of its own
    level did. A lower authority certainly cannot, nor an authority what a court did. Where it is not known who decided, it may.
    """
    return by_court(decision) is not False or not beneath(decision, other)


def may_correct(decision: Decision, other: Decision) -> bool:
    """Say whether whoever made a decision may put a slip in another right."""
    other_branch = by_court(decision) is True and by_court(other) is False
    return not beneath(decision, other) and not other_branch


def rank_of(decision: Decision) -> int:
    """Return how high whoever decided stands among the authorities above each other, from 1; 0 beside them, or unknown."""
    return codes.load("authority_levels").get(decision.authority_level).rank if decision.authority_level else 0
