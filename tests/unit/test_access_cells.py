"""The invariants of `api.access.cells`, by number."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.access.cells import cells_told, error_without_cells
from api.access.roles import load_roles
from loaders.base import Level, Report

NAME = "钱密密"
VIEWS = load_roles().views


def report() -> dict[str, Any]:
    made = Report("cn_court_defaulters")
    bad = f"'{NAME}' is not a date (expected YYYY, YYYY-MM or YYYY-MM-DD)"
    made.note(Level.REFUSED, "defaulters.csv", bad, row=2, column="publishDate", value=NAME)
    made.note(Level.FLAGGED, "defaulters.csv", f"{bad}; kept with flag bad_date", row=3, column="publishDate", value=NAME)
    made.note(Level.REFUSED, "defaulters.csv", f"column {NAME} stands more than once in the header", row=1, column=NAME)
    made.note(Level.REFUSED, "defaulters.csv", f"something new about {NAME}", row=4, column="iname", value=NAME)
    return made.as_dict()


def job(kind: str, answer: dict[str, Any] | None, error: str | None = None) -> dict[str, Any]:
    return {"id": "j1", "kind": kind, "answer": answer, "error": error}


def quality() -> dict[str, Any]:
    check = {"name": "names.shared", "count": 3, "of": 9, "examples": [{"text": f"{NAME} × 3", "file": "a.csv", "row": 4}]}
    conflict = {
        "entity": "a:1",
        "field": "attribute.contact",
        "shown": {"source": "a", "value": NAME},
        "others": [],
        "why": "order",
    }
    return {"version": 1, "sources": [{"source": "a", "checks": [check]}], "conflicts": [conflict], "conflict_count": 1}


def plain(document: dict[str, Any]) -> dict[str, Any]:
    shown, told = cells_told(document, "none", purpose=False)
    assert told == []
    assert NAME not in json.dumps(shown, ensure_ascii=False)
    assert NAME in json.dumps(document, ensure_ascii=False), "it is not altered"
    return shown


def test_1_an_issue_without_its_cell_has_its_place_and_the_kind_of_the_problem():
    first, second, third, fourth = plain(report())["issues"]
    kind = "… is not a date (expected YYYY, YYYY-MM or YYYY-MM-DD)"
    assert first == {
        "level": "refused", "file": "defaulters.csv", "row": 2, "column": "publishDate", "reason": kind, "value": "",
    }  # fmt: skip
    assert second["reason"] == f"{kind}; kept with flag …"
    assert third["reason"] == "column … stands more than once in the header"
    assert fourth["reason"] == "is not as it should be"


def test_2_a_column_is_named_where_a_mapping_reads_it():
    assert [issue["column"] for issue in plain(report())["issues"]] == ["publishDate", "publishDate", None, "iname"]
    assert plain({**report(), "source": "own"})["issues"][0]["column"] is None


def test_3_of_the_error_of_a_load_the_first_line_is_left():
    error = f"nothing was recorded\nrefused: a.csv, row 2: '{NAME}' is not a number"
    told = plain(job("load", None, error))["error"]
    assert told == error_without_cells(error)
    assert told.startswith("nothing was recorded: ")
    assert error_without_cells(error, "zh").startswith("nothing was recorded: 涉及的行")
    assert plain(job("load", report(), "busy"))["error"] == "busy"


def test_4_an_example_without_its_cells_has_its_place_and_conflicts_are_counted():
    shown = plain(job("quality", quality()))["answer"]
    assert shown["sources"][0]["checks"][0]["examples"] == [{"text": "", "file": "a.csv", "row": 4}]
    assert (shown["conflicts"], shown["conflict_count"]) == ([], 1)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("purpose", [True, False])
def test_5_cells_are_told_for_a_purpose_to_whoever_sees_names(view, purpose):
    for document, seeing, of in (
        (report(), {"full"}, ["cn_court_defaulters"]),
        ({**report(), "delivery": "d1"}, {"full"}, ["d1"]),
        (job("load", report()), {"full"}, ["j1"]),
        (job("load", None, f"nothing was recorded\n{NAME}"), {"full"}, ["j1"]),
        (quality(), {"named", "full"}, ["quality"]),
        ({"items": [job("load", report()), job("status", {}), job("quality", quality())]}, {"full"}, ["j1", "j1"]),
    ):
        shown, told = cells_told(document, view, purpose=purpose)
        if purpose and view in seeing:
            assert (shown, told) == (document, of)
        elif "items" not in document:
            assert told == []
            assert NAME not in json.dumps(shown, ensure_ascii=False)
    for other in ({"items": [1]}, {"issues": ["a"]}, {"detail": "a\nb", "error": "a\nb", "kind": "undo"}):
        assert cells_told(other, view, purpose=purpose) == (other, [])


def test_4_without_its_cells_an_example_of_a_load_has_its_place_and_what_would_become_of_it():
    change = {
        "table": "t",
        "change": "changed",
        "file": "a.csv",
        "row": 4,
        "key": f"a/{NAME}",
        "old": {"name": NAME},
        "new": {"x": NAME},
    }
    compared = Report("cn_court_defaulters").as_dict() | {"examples": [change]}
    for document in (compared, job("load", compared)):
        shown = plain(document)
        (bare,) = (shown.get("answer") or shown)["examples"]
        assert bare == {"table": "t", "change": "changed", "file": "a.csv", "row": 4, "key": "…", "old": {}, "new": {}}
        assert cells_told(document, "named", purpose=True)[1] == []
        shown, told = cells_told(document, "full", purpose=True)
        assert (shown, told) == (document, [str(document.get("id") or "cn_court_defaulters")])
