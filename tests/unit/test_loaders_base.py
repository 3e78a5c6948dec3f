"""The invariants of `loaders.base`, one test a number."""

import json

from loaders.base import MAX_ISSUES, Level, Report


def test_invariant_1_issues_are_capped_and_their_number_is_not():
    """1. The list of issues is capped, their number is not."""
    report = Report("example")
    for row in range(MAX_ISSUES + 5):
        report.note(Level.REFUSED, "a.csv", "is wrong", row=row)
    assert len(report.issues) == MAX_ISSUES
    assert report.total_issues == json.loads(json.dumps(report.as_dict()))["total_issues"] == MAX_ISSUES + 5
    assert "5 more issues" in report.as_text()


def test_invariant_2_a_flag_does_not_fail_a_load():
    """2. A flag does not fail a load; a refusal or a signal does."""
    failed = {}
    for level in Level:
        report = Report("example")
        report.note(level, "a.csv", "is odd")
        failed[level] = report.failed
    assert failed == {Level.FLAGGED: False, Level.REFUSED: True, Level.SIGNAL: True}


def test_invariant_3_an_issue_repeats_no_resident_number():
    """3. An issue never repeats a resident number, and shortens a long value."""
    report = Report("example")
    report.note(Level.FLAGGED, "a.csv", "is odd", value="11010519491231002X")
    report.note(Level.FLAGGED, "a.csv", "is odd", value="x" * 1000)
    assert report.issues[0].value == "110105************"
    assert len(report.issues[1].value) < 70
