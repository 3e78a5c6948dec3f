"""Findings, posts and decisions as pandas frames (`pip install zeren[notebooks]`).

Invariants (tests/unit/test_graph_export.py holds one test a number)
1. One row for each finding, relationship or decision, in the order of the snapshot; ids stand beside names.
2. What is not known is empty (NA), never a day, a zero or a word that stands for it; a partial date keeps its own spelling.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from graph.dates import UNKNOWN, PartialDate
from graph.model import PPM, Fact, Finding, Payload, Share
from graph.snapshot import Snapshot

_ORIGIN = ("source", "file", "row", "fact")
_FINDINGS = (
    "id", "outcome", "origin", "effect", "decision", "company", "company_name", "party", "party_name", "party_kind", "role", "rule",
    "clause", "measures", "from", "until",
)  # fmt: skip
_POSTS = ("party", "party_name", "company", "company_name", "interest", "from", "until", "share", *_ORIGIN)
_DECISIONS = ("id", "kind", "number", "authority", "date", "company", "company_name", "acts", "named", *_ORIGIN)


def findings_frame(findings: Iterable[Finding], snapshot: Snapshot) -> pd.DataFrame:
    """Return findings as a frame, with the names that the snapshot knows."""
    return _frame(
        (
            (
                finding.id,
                finding.outcome.value,
                finding.origin,
                finding.effect,
                finding.decision,
                finding.company,
                snapshot.label(finding.company),
                finding.party,
                snapshot.label(finding.party),
                finding.party_kind,
                finding.role,
                finding.rule,
                finding.clause,
                "; ".join(measure.name_zh for measure in finding.measures),
                finding.start.isoformat() if finding.start else None,
                finding.until,
            )
            for finding in findings
        ),
        _FINDINGS,
    )


def posts_frame(snapshot: Snapshot) -> pd.DataFrame:
    """Return who holds what in whom as a frame; `share` is a part of one, where it is known exactly."""
    return _frame(
        (
            (
                holding.party.id,
                snapshot.label(holding.party.id),
                subject,
                snapshot.label(subject),
                holding.value.interest,
                _text(holding.value.period.start),
                _text(holding.value.period.end),
                _exact(holding.value.share),
                *_origin(holding.fact),
            )
            for subject in snapshot.entities()
            for holding in snapshot.holders(subject)
        ),
        _POSTS,
    ).astype({"share": "Float64", "row": "Int64"})


def decisions_frame(snapshot: Snapshot) -> pd.DataFrame:
    """Return the decisions as a frame; `named` counts whom they name."""
    return _frame(
        (
            (
                fact.value.id,
                fact.value.kind,
                fact.value.number or None,
                fact.value.authority,
                _text(fact.value.date),
                fact.value.respondent.entity,
                snapshot.label(fact.value.respondent.entity),
                "; ".join(fact.value.acts),
                str(len(snapshot.named_by(fact.value.id))),
                *_origin(fact),
            )
            for fact in snapshot.decisions()
        ),
        _DECISIONS,
    ).astype({"named": "Int64", "row": "Int64"})


def _frame(rows: Iterable[tuple[str | None, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame.from_records(list(rows), columns=list(columns)).astype("string")


def _origin(fact: Fact[Payload]) -> tuple[str, str, str, str]:
    return fact.origin.source, fact.origin.file, str(fact.origin.row), fact.id


def _exact(share: Share | None) -> str | None:
    return str(share.minimum / PPM) if share and share.minimum == share.maximum else None


def _text(day: PartialDate) -> str | None:
    return None if day == UNKNOWN else str(day)
