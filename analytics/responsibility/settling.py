"""Which fact would settle a premise that is missing: the kind of statement to look for, and what it has to speak of.

Invariants (tests/unit/test_analytics_settling.py holds one test a number)
1. Every reason with which a premise can be missing says what would settle it, and every such answer is about something.
2. A fact of that kind, once it is there, settles the premise: it is then proved, or the finding is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from graph.model import Finding, Premise, PremiseState

Kind = Literal["relationship", "naming", "decision", "ruling", "rule"]

SETTLED_BY: Final[Mapping[str, Kind]] = {
    "annulment_beyond_power": "decision",
    "annulment_unclear": "decision",
    "annulment_undated": "decision",
    "act_of_another_authority": "decision",
    "act_of_somebody_else": "naming",
    "authority_too_low": "decision",
    "basis_missing": "rule",
    "basis_not_in_force": "rule",
    "basis_unread": "rule",
    "cited_out_of_force": "decision",
    "circumstance_not_read": "decision",
    "conduct_after_decision": "decision",
    "corrected_not_read": "decision",
    "correction_ended_between": "decision",
    "correction_in_doubt": "decision",
    "correction_order_open": "decision",
    "replaces_and_corrects": "decision",
    "decision_and_register_differ": "relationship",
    "documents_state_two": "relationship",
    "decision_day_unknown": "decision",
    "ended_before_it_began_perhaps": "decision",
    "term_over_perhaps": "decision",
    "exonerated_elsewhere": "naming",
    "exoneration_unclear": "ruling",
    "fault_not_found": "naming",
    "finding_not_read": "naming",
    "ground_decides_nothing": "decision",
    "identity_uncertain": "ruling",
    "in_force_uncertain": "decision",
    "jurisdiction_unknown": "decision",
    "jurisdiction_wider": "decision",
    "notice_not_read": "decision",
    "office_after_rule": "relationship",
    "office_contested": "relationship",
    "office_date_uncertain": "relationship",
    "office_not_stated": "naming",
    "other_office_answers": "naming",
    "penalty_not_read": "naming",
    "registers_conflict": "relationship",
    "statements_conflict": "relationship",
    "terms_differ": "naming",
}
"""Reason of a missing premise -> the kind of fact that settles it; `rule`: no fact does, an article of sufficient level has to."""


@dataclass(frozen=True, slots=True)
class Settling:
    """What to look for: the kind of statement, and the party, decision or statements that it has to speak of."""

    kind: Kind
    about: tuple[str, ...]


def settled_by(finding: Finding, premise: Premise) -> Settling | None:
    """Return what would settle a premise, None for one that is proved or refuted."""
    if premise.state is not PremiseState.MISSING:
        return None
    kind = SETTLED_BY[premise.reason]
    about = {
        "relationship": (finding.party, finding.company),
        "naming": (finding.decision, finding.party),
        "decision": (finding.decision,),
        "ruling": (finding.party, *(value for label, value in premise.compared if label == "could_be")),
        "rule": (finding.rule, finding.clause),
    }[kind]
    if premise.reason.startswith(("annulment_", "corrected_", "correction_", "replaces_")):
        return Settling(kind, premise.evidence[1:])
    if premise.reason in ("penalty_not_read", "terms_differ") and finding.party == finding.company:
        return Settling("decision", (finding.decision,))
    return Settling(kind, about)
