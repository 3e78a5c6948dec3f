"""The fast lane: each test quotes an invariant of loaders/lane.py."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loaders.lane_columns
from graph.codec import Encoded, dump
from graph.errors import InputError
from graph.identifiers import uscc_check_character
from graph.store import open_store
from graph.store.mentions import about_of, names_of
from loaders.facts import Statements, statements
from loaders.known import Known
from loaders.lane import Taken, lane_of
from loaders.lane_columns import Memo
from loaders.mapping import Mapping, Table
from loaders.mapping_file import load_mapping, parse_mapping
from loaders.synthetic.city import write_city
from loaders.tables import Apart, Row, Rows, read_parts

BODY = "91371300MA0000000"
CODES = [code + uscc_check_character(code) for code in (f"{BODY[:-1]}{number}" for number in range(3))]
MAPPING = """
source: demo
mode: delta
tables:
  - file: rows.csv
    facts:
      - entity:
          kind: company
          id: {scheme: uscc, column: code}
          names: [company, {column: former, kind: former}]
          identifiers: [{scheme: registration, column: number, pad: 6}]
          attributes: {founded: start, district: district}
      - entity:
          kind: person
          name: name
          at: {scheme: uscc, column: code}
          bearer: own
          attributes: {district: district}
      - relationship:
          party: {name: name, at: {scheme: uscc, column: code}, bearer: own}
          subject: {scheme: uscc, column: code}
          interest:
            column: post
            split: "、"
            values: {董事: director, 法定代表人: legal_representative, 无: []}
          start: start
          end: {column: end, when_empty: open}
          registered_start: start
          registered_end: end
          key: [code, name, start]
      - relationship:
          party: {scheme: uscc, column: owner}
          subject: {scheme: uscc, column: code}
          interest: {const: shareholding}
          share: {column: share, unit: percent}
          amount: {column: amount, unit: yuan}
"""
CELLS = {
    "code": [*CODES, CODES[0].lower(), f"{BODY}X", "", "1#2"],
    "company": ["示例甲有限公司", '示例"乙"公司', "示例\\丙", ""],
    "former": ["", "旧称示例", "示例甲有限公司"],
    "number": ["", "12", "1234567", "x"],
    "district": ["", "河东区", "a/b"],
    "start": ["2015-01-02", "2015", "2015-13", "", "unknown", "2020年3月5日"],
    "end": ["", "2014", "2021-02-03", "open", "x"],
    "name": ["张示例", "張示例", "王·示例", "不详", "", "a#b", "李 示例"],
    "own": ["", "P1", "a/b"],
    "post": ["董事", "董事、法定代表人", "监事", "", "无", "董事、无"],
    "owner": [*CODES, "", f"{BODY}X"],
    "share": ["", "12.5", "33.3333", "120", "5%", "x"],
    "amount": ["", "1000000", "0.1", "-1"],
}


def slow(mapping: Mapping, table: Table, row: Row, known: Known) -> Statements | None:
    """What the slow lane says of a row, None if it refuses it or has a doubt."""
    try:
        said = statements(mapping, table, "rows.csv", row, known, today=date(2026, 1, 1))
    except InputError:
        return None
    return None if said.flags else said


def same(fast: list[Encoded], said: Statements) -> None:
    assert [(each.id, each.key, each.text, each.origin, each.flags) for each in fast] == [
        (fact.id, fact.key, dump(fact.value), fact.origin, fact.flags) for fact in said.facts
    ]
    assert [sorted(names_of(each)) for each in fast] == [sorted(names_of(fact)) for fact in said.facts]
    assert [set(about_of(each)) for each in fast] == [set(about_of(fact)) for fact in said.facts]


def taken(fast: Taken) -> dict[int, list[Encoded]]:
    """The statements of each row that the lane took, by its place."""
    ends = zip(fast.starts, fast.starts[1:], strict=False)
    return {
        place: [fast.block.fact(each) for each in range(start, end)] for place, (start, end) in zip(fast.places, ends, strict=True)
    }


def together(rows: list[dict[str, str]]) -> Apart:
    return Apart([Row(number, cells) for number, cells in enumerate(rows, 2)])


@given(
    rows=st.lists(st.fixed_dictionaries({column: st.sampled_from(texts) for column, texts in CELLS.items()}), max_size=8),
    size=st.integers(1, 8),
)
def test_the_same_as_the_slow_lane(rows: list[dict[str, str]], size: int) -> None:
    """1. Byte for byte what loaders.facts says; 2. a row that it would refuse, flag or add a doubt to is never taken."""
    mapping = parse_mapping(MAPPING)
    with open_store("sqlite:///:memory:") as store:
        known, other = Known(store, "demo"), Known(store, "demo")
        lane = lane_of(mapping, mapping.tables[0], known)
        assert lane is not None
        for begin in range(0, len(rows), size):
            some = Apart([Row(number, cells) for number, cells in enumerate(rows[begin : begin + size], begin + 2)])
            found = lane.take(some, "rows.csv")
            known.add_ids(found.told(0, len(found.places)))
            fast = taken(found)
            for place in range(len(some)):
                said = slow(mapping, mapping.tables[0], some.row(place), other)
                if said is not None:
                    other.add(said.entities)
                assert place not in fast or said is not None
                if place in fast and said is not None:
                    same(fast[place], said)


def test_clean_rows_are_taken() -> None:
    """1. What the lane says of a row: a row with nothing doubtful does not go the slow way."""
    mapping = parse_mapping(MAPPING)
    with open_store("sqlite:///:memory:") as store:
        lane = lane_of(mapping, mapping.tables[0], Known(store, "demo"))
        assert lane is not None
        cells = {column: texts[0] for column, texts in CELLS.items()}
        unheard = {**cells, "owner": CODES[1]}
        fast = taken(lane.take(together([unheard, cells, {**cells, "code": CODES[1]}, unheard]), "rows.csv"))
        assert {place: len(facts) for place, facts in fast.items()} == {1: 4, 2: 4, 3: 4}, "the first owner nobody has told us of"


def test_a_row_may_be_said_otherwise_than_its_neighbours() -> None:
    """1. Rows with one, two and no interest, with and without a number of the person, stand in one block, each as it is."""
    mapping = parse_mapping(MAPPING)
    with open_store("sqlite:///:memory:") as store:
        known, other = Known(store, "demo"), Known(store, "demo")
        lane = lane_of(mapping, mapping.tables[0], known)
        assert lane is not None
        cells = {column: texts[0] for column, texts in CELLS.items()}
        varied = [{**cells, "post": post, "own": own} for post in ("董事", "董事、法定代表人", "无") for own in ("", "P1")]
        rows = together([*varied, {**cells, "former": "旧称示例", "number": "12", "district": ""}])
        fast = taken(lane.take(rows, "rows.csv"))
        assert len(fast) == len(rows)
        for place, facts in fast.items():
            said = slow(mapping, mapping.tables[0], rows.row(place), other)
            assert said is not None
            same(facts, said)


@pytest.mark.parametrize("name", ["synthetic_city"])
def test_a_whole_city(name: str, tmp_path: Path) -> None:
    """1. Byte for byte, over every table of a city that the lane understands."""
    write_city(tmp_path, 200, 3)
    mapping = load_mapping(name)
    with open_store("sqlite:///:memory:") as store:
        known, other = Known(store, mapping.source), Known(store, mapping.source)
        count = 0
        for table in mapping.tables:
            lane = lane_of(mapping, table, known)
            for part in read_parts(tmp_path / table.file) if lane else ():
                if isinstance(part, Rows):
                    assert lane is not None
                    found = lane.take(part, "rows.csv")
                    known.add_ids(found.told(0, len(found.places)))
                    fast = taken(found)
                    for place in range(len(part)):
                        said = slow(mapping, table, part.row(place), other)
                        assert said is not None
                        other.add(said.entities)
                        same(fast[place], said)
                    count += len(part)
        assert count > 1_000


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """3. Memory does not grow with the number of rows: what is remembered of a column is forgotten when it is too much."""
    monkeypatch.setattr(loaders.lane_columns, "_REMEMBERED", 5)
    read: list[str] = []
    memo = Memo(lambda text: read.append(text) or text)
    for number in range(12):
        assert memo.of([str(number)]) == [str(number)]
        assert len(memo) <= 5
    assert len(read) == 12


def test_what_the_lane_does_not_understand_is_left_whole() -> None:
    mapping = load_mapping("synthetic_city")
    with open_store("sqlite:///:memory:") as store:
        lanes = {table.id: lane_of(mapping, table, Known(store, mapping.source)) for table in mapping.tables}
    assert lanes["decisions"] is lanes["decision_people"] is lanes["decision_links"] is None
    assert lanes["posts"] is not None
