"""Who can have decided what, by the lists of acts, of kinds of decision and of levels.

An act that only a court does, and a decision that no court makes, contradict each other; so do an act that a law keeps for
authorities of some level, and a lower one.
"""

from __future__ import annotations

from graph import codes
from graph.deciding import rank_of
from graph.model import Decision


def by_court(decision: Decision) -> bool | None:
    """Say whether a court decided, by the level of the authority, else by the kind of the decision; None where neither says so."""
    if decision.authority_level:
        return decision.authority_level == "court"
    maker = codes.load("decision_kinds").get(decision.kind).maker
    return None if not maker else maker == "court"


def of_court(decision: Decision) -> bool:
    """Say whether anything says that a court decided: its level, the kind of the decision, or an act that only a court does."""
    maker = codes.load("decision_kinds").get(decision.kind).maker
    acts = codes.load("acts")
    return decision.authority_level == "court" or maker == "court" or any(acts.get(act).maker == "court" for act in decision.acts)


def foreign_acts(decision: Decision) -> tuple[str, ...]:
    """Return the acts that whoever decided cannot have done: a court's by an authority, an authority's listing by a court."""
    court = by_court(decision)
    maker = codes.load("decision_kinds").get(decision.kind).maker
    acts = {act: codes.load("acts").get(act) for act in decision.acts}
    never = {act for act, code in acts.items() if code.maker == "court" and (court is False or maker == "authority")}
    own = {act for act, code in acts.items() if code.maker == "authority" or (code.listing and code.maker != "court")}
    never |= own if court is True or maker == "court" else set()
    return tuple(act for act in decision.acts if act in never)


def acts_above(decision: Decision) -> tuple[str, ...]:
    """Return the acts that an authority of this level cannot have done; none where no level is on record."""
    levels = codes.load("authority_levels")
    rank = rank_of(decision)
    lowest = {act: codes.load("acts").get(act).lowest for act in decision.acts}
    return tuple(act for act, level in lowest.items() if level and 0 < rank < levels.get(level).rank)


def beneath(decision: Decision, other: Decision) -> bool:
    """Say whether a decision is certainly of a lower authority than another, or a court made one of both and no court the other."""
    one, two = by_court(decision), by_court(other)
    if one is not None and two is not None and one is not two:
        return True
    return 0 < rank_of(decision) < rank_of(other)
