"""A finding with the hash of what it says.

Invariants (tests/unit/test_analytics_sealed.py holds one test a number)
1. The hash is of all that the finding says but the hash itself, and the text of a sealed finding is that of the whole.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from graph.codec import as_plain, as_text, digest, dump
from graph.model import Finding

_HASH: Final = "evidence_hash"


def sealed(finding: Finding) -> Finding:
    """Return a finding, which has no hash yet, with that of what it says."""
    return replace(finding, evidence_hash=digest(dump(finding)))


def sealed_text(finding: Finding) -> tuple[str, str]:
    """Return the hash of a finding that has none yet, and the text of it with that hash, each part of it written once."""
    plain = as_plain(finding)
    # Names stand in their order in a text: the hash has its place between these two parts.
    before = as_text({name: value for name, value in plain.items() if name < _HASH})[:-1]
    after = as_text({name: value for name, value in plain.items() if name > _HASH})[1:]
    seal = digest(f"{before},{after}")
    return seal, f'{before},"{_HASH}":"{seal}",{after}'
