"""Which documents decide something for those whom they are about."""

from __future__ import annotations

from graph import codes
from graph.model import Decision


def decides(decision: Decision) -> bool:
    """Say whether a decision may end, change or clear what another imposed: it decides, and an authority or court made it."""
    kind, level = codes.load("decision_kinds").get(decision.kind), decision.authority_level
    return kind.final and kind.ends and not (level and codes.load("authority_levels").get(level).self_regulatory)
