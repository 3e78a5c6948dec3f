"""Who can have decided what, by the lists of acts, of kinds of decision and of levels.

An act that only a court does, and a decision that no court makes, contradict each other; so do an act that a law keeps for
authorities of some level, and a lower one.
"""

from __future__ import annotations

from graph import codes
from graph.deciding import bodies, rank_of
from graph.model import Decision


def foreign_acts(decision: Decision) -> tuple[str, ...]:
    """Return the acts that whoever decided cannot have done: a court's by an authority, an authority's listing by a court."""
    said = bodies(decision, acts=False)
    acts = {act: codes.load("acts").get(act) for act in decision.acts}
    never = {act for act, code in acts.items() if code.maker == "court" and False in said}
    own = {act for act, code in acts.items() if code.maker == "authority" or (code.listing and code.maker != "court")}
    never |= own if True in said else set()
    return tuple(act for act in decision.acts if act in never)


def acts_above(decision: Decision) -> tuple[str, ...]:
    """Return the acts that an authority of this level cannot have done; none where no level is on record."""
    levels = codes.load("authority_levels")
    rank = rank_of(decision)
    lowest = {act: codes.load("acts").get(act).lowest for act in decision.acts}
    return tuple(act for act, level in lowest.items() if level and 0 < rank < levels.get(level).rank)
