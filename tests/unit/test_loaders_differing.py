"""Where two wordings differ; each test quotes an invariant of loaders/differing.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.codec import load
from graph.model import Share
from loaders.differing import differing
from loaders.mapping_file import parse_mapping

TABLE = parse_mapping("""
source: demo
mode: events
tables:
  - file: rows.csv
    facts:
      - relationship:
          party: {column: owner}
          subject: {column: code}
          interest: {const: shareholding}
          share: {column: part, unit: percent}
          amount: {column: money, unit: yuan}
          start: from
          end: to
      - decision:
          id: case
          kind: {const: penalty}
          acts: [{column: what, values: {罚款: fine}}]
          respondent: {column: code}
          authority: by
          date: day
          conduct: {from: begun, to: done}
""").tables[0]
STAKE = load(
    "relationship",
    """{"interested_party":{"entity":"a"},"subject":{"entity":"b"},"interest":"shareholding",
    "period":"2015/open","share":{"minimum":10,"maximum":10}}""",
)
CASE = load(
    "decision",
    """{"id":"c","kind":"penalty","acts":["fine"],"respondent":{"entity":"b"},"authority":"x","date":"2015",
    "conduct":"2014/2014"}""",
)


@pytest.mark.parametrize(
    ("old", "change", "columns"),
    [
        (STAKE, {"share": None, "amount_fen": 5}, ["part", "money"]),
        (STAKE, {"period": replace(STAKE.period, end=STAKE.period.start)}, ["to"]),
        (STAKE, {"text": "x"}, []),
        (CASE, {"authority": "y", "acts": ()}, ["what", "by"]),
        (CASE, {"conduct": None, "date": STAKE.period.end}, ["day", "begun"]),
    ],
)
def test_what_differs_is_named_by_its_column(old, change, columns):
    """1. What differs is named by the column of the file, not by the field of the statement."""
    assert [column for column, _, _ in differing(TABLE, old, replace(old, **change))] == columns
    assert differing(TABLE, old, old) == []


def test_values_are_shown_as_they_are_written_down():
    other = replace(STAKE, period=replace(STAKE.period, end=STAKE.period.start), share=Share.exact(20))
    assert differing(TABLE, STAKE, other) == [
        ("to", "open", "2015"),
        ("part", '{"minimum": 10, "maximum": 10}', '{"minimum": 20, "maximum": 20}'),
    ]
    assert differing(TABLE, CASE, replace(CASE, acts=())) == [("what", '["fine"]', "nothing")]
