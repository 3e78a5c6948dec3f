"""The numbered invariants of `analytics.responsibility.sealed`."""

from __future__ import annotations

from dataclasses import replace

from analytics.responsibility.propagation import unsealed
from analytics.responsibility.sealed import sealed, sealed_text
from graph.codec import digest, dump
from tests.builder import Case


def test_1_the_hash_is_of_all_that_a_finding_says():
    """1. … and the text of a sealed finding is that of the whole."""
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "open")
    case.decision("A", ["listed_wage_arrears"])
    found = unsealed(case.snapshot, "D1", case.catalogue)
    assert found
    for finding in found:
        assert finding.evidence_hash == ""
        whole = sealed(finding)
        assert whole == replace(finding, evidence_hash=digest(dump(finding)))
        assert sealed_text(finding) == (whole.evidence_hash, dump(whole))
        for name, other in {"party": "made up", "until": "life", "path": (), "premises": finding.premises[1:]}.items():
            assert sealed(replace(finding, **{name: other})).evidence_hash != whole.evidence_hash
