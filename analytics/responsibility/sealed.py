"""A finding with the hash of what it says.

Invariants (tests/unit/test_analytics_sealed.py holds one test a number)
1. The hash is of all that the finding says but the hash itself, and the text of a sealed finding is that of the whole.
"""

from __future__ import annotations

from dataclasses import replace

from graph.codec import as_plain, as_text, digest, dump
from graph.model import Finding


def sealed(finding: Finding) -> Finding:
    """Return a finding, which has no hash yet, with that of what it says."""
    return replace(finding, evidence_hash=digest(dump(finding)))


def sealed_text(finding: Finding) -> tuple[str, str]:
    """Return the hash of a finding that has none yet, and the text of it with that hash, without making the one from the other."""
    plain = as_plain(finding)
    seal = digest(as_text(plain))
    return seal, as_text(plain | {"evidence_hash": seal})
