"""The fast lane: each test quotes an invariant of loaders/lane.py."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loaders.lane_memo
from graph.codec import Encoded, dump
from graph.errors import InputError
from graph.identifiers import uscc_check_character
from graph.model import Decision
from graph.store import open_store
from graph.store.mentions import about_of, names_of
from loaders.facts import Statements, statements
from loaders.known import Known
from loaders.lane import Taken, lane_of
from loaders.lane_memo import Memo
from loaders.mapping import Mapping, Table
from loaders.mapping_file import load_mapping, parse_mapping
from loaders.rows import Apart, Row, Rows
from loaders.synthetic.city import write_city
from loaders.tables import read_parts

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
TODAY = date(2026, 1, 1)
CELLS = {
    "code": [*CODES, CODES[0].lower(), f"{BODY}X", "", "1#2"],
    "company": ["示例甲有限公司", '示例"乙"公司', "示例\\丙", ""],
    "former": ["", "旧称示例", "示例甲有限公司"],
    "number": ["", "12", "1234567", "x"],
    "district": ["", "河东区", "a/b"],
    "start": [
        "2015-01-02",
        "2015",
        "2015-13",
        "",
        "unknown",
        "2020年3月5日",
        "open",
        "1899-12-31",
        "2031-01-01",
        "２０１５－０１－０２",
    ],
    "end": ["", "2014", "2021-02-03", "open", "x"],
    "name": ["张示例", "張示例", "王·示例", "不详", "", "a#b", "李 示例", "示例一有限公司"],
    "own": ["", "P1", "a/b"],
    "post": ["董事", "董事、法定代表人", "监事", "", "无", "董事、无"],
    "owner": [*CODES, "", f"{BODY}X"],
    "share": ["", "12.5", "33.3333", "120", "5%", "x"],
    "amount": ["", "1000000", "0.1", "-1"],
}
DECISIONS = """
source: demo
mode: delta
tables:
  - file: firms.csv
    facts:
      - entity: {kind: company, id: {scheme: uscc, column: code}, names: [company]}
  - file: rows.csv
    facts:
      - decision:
          id: number
          kind: {column: kind, values: {列入: listing, 处罚: penalty, 告知: pre_notice}}
          acts:
            - {column: act, split: "、", values: {罚款: fine, 吊销: licence_revoked, 无: []}}
            - {column: also, values: {警告: warning, "": []}}
          respondent: {name: name, at: &firm {scheme: uscc, column: code}, bearer: own}
          authority: authority
          authority_level: {column: level, values: {县级: county, 市级: city}}
          region: {column: region, pad: 6}
          number: case
          date: date
          date_basis: {column: basis, values: {印发: issued, "": []}}
          conduct: {from: conduct, to: {column: ended, when_empty: open}}
          conduct_text: text
          valid: {from: valid, to: until}
          basis: {column: law, split: ";"}
          cites: text
          imposed: {column: act, split: "、", values: {罚款: fine, 吊销: licence_revoked, 无: []}}
          term: {column: years, unit: years, applies_to: [licence_revoked]}
          amounts: [{column: amount, unit: yuan, applies_to: [fine]}]
          parties_complete: {column: blame, values: {负责: true, 不负责: false, 未载明: []}}
      - naming:
          decision: number
          party: {name: name, at: *firm, bearer: own}
          posts: {column: post, split: "、", values: {董事: director, 法定代表人: legal_representative, 无: []}}
          post_text: post
          found_as: {column: found, values: {有关责任人员: responsible_person_found, "": []}}
          responsible: {column: blame, values: {负责: true, 不负责: false, 未载明: []}}
          imposed: {column: act, split: "、", values: {罚款: fine, 吊销: licence_revoked, 无: []}}
          key: [name, own]
      - link:
          decision: number
          relation: {column: relation, values: {撤销: annuls_from_beginning, 告知: notice_of, 依据: rests_on, 起: annuls_from_now}}
          other: [other, case]
          since: date
  - file: people.csv
    facts:
      - naming:
          decision: number
          party: {name: name, at: {scheme: uscc, column: code, lookup: {table: firms, key: code, by: code}}}
          text: text
"""
DECIDED = {
    "number": ["D1", "D2", "D/3", ""],
    "kind": ["列入", "处罚", "告知", "其他"],
    "act": ["罚款", "罚款、吊销", "无", "x"],
    "also": ["", "警告"],
    "name": ["张示例", "張示例", "不详", "张示例、李示例"],
    "code": [*CODES, ""],
    "own": ["", "P1"],
    "authority": ["示例局", '示例"二"局', ""],
    "level": ["县级", "市级"],
    "region": ["371302", "", "99", "x"],
    "case": ["〔2020〕1号", ""],
    "date": ["2020-06-01", "2020", "", "open", "2030-01-01", "2026-01-01"],
    "basis": ["", "印发"],
    "conduct": ["2019-01-01", "2019", "", "2020-07-01", "open"],
    "ended": ["2020-01-01", "2019", "", "2021", "open"],
    "text": ["示例\\n", "", "x"],
    "valid": ["", "2020-01-01", "open"],
    "until": ["", "2019-01-01", "2021"],
    "law": ["", "a;b", "a;a"],
    "years": ["", "5", "x", "101"],
    "amount": ["", "100", "-1"],
    "blame": ["负责", "不负责", "未载明", "x"],
    "post": ["", "董事", "董事、法定代表人", "监事"],
    "found": ["", "有关责任人员"],
    "relation": ["撤销", "告知", "依据", "起", ""],
    "other": ["D1", "a/b", "", "D9"],
}


def slow(mapping: Mapping, table: Table, row: Row, known: Known) -> Statements | None:
    """What the slow lane says of a row, None if it refuses it or has a doubt."""
    try:
        said = statements(mapping, table, "rows.csv", row, known, today=TODAY, delivered=TODAY)
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


def hear(known: Known, fast: Taken) -> None:
    """Take in what the lane says there is."""
    known.add_ids(fast.told(0, len(fast.places)))
    known.add_decisions(fast.decisions(0, len(fast.places)))


def hear_row(known: Known, said: Statements) -> None:
    known.add(said.entities)
    for fact in said.facts:
        if isinstance(fact.value, Decision):
            known.add_decision(fact.value)


def links(fast: Taken) -> dict[int, list[tuple[str, str]]]:
    """The ends of the links of each row that the lane took, by its number."""
    found: dict[int, list[tuple[str, str]]] = {}
    for number, one, other in fast.links(0, len(fast.places)):
        found.setdefault(number, []).extend([("from", one), ("to", other)])
    return found


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
        lane = lane_of(mapping, mapping.tables[0], known, TODAY, TODAY)
        assert lane is not None
        for begin in range(0, len(rows), size):
            some = Apart([Row(number, cells) for number, cells in enumerate(rows[begin : begin + size], begin + 2)])
            found = lane.take(some, "rows.csv")
            hear(known, found)
            fast = taken(found)
            for place in range(len(some)):
                said = slow(mapping, mapping.tables[0], some.row(place), other)
                if said is not None:
                    hear_row(other, said)
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
        lane = lane_of(mapping, mapping.tables[0], known, TODAY, TODAY)
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


@given(
    rows=st.lists(
        st.lists(st.sampled_from([(name, text) for name, texts in DECIDED.items() for text in texts]), max_size=6).map(
            lambda altered: {name: texts[0] for name, texts in DECIDED.items()} | dict(altered)
        ),
        max_size=8,
    ),
    size=st.integers(1, 8),
    complete=st.booleans(),
)
def test_decisions_as_the_slow_lane_says_them(rows: list[dict[str, str]], size: int, complete: bool) -> None:
    """1. 2. Of decisions, whom they name and what they relate to, in one row or in two tables."""
    mapping = parse_mapping(DECISIONS if complete else DECISIONS.replace("responsible: {column: blame", "text: {column: blame"))
    firms = Rows([2, 3], {"code": CODES[:2], "company": ["示例甲", "示例乙"], "authority": ["示例局", "示例局"]})
    with open_store("sqlite:///:memory:") as store:
        known, other = Known(store, "demo"), Known(store, "demo")
        for each in (known, other):
            each.remember("firms", mapping.looked_up(mapping.tables[0]), firms)
            each.add_ids(f"uscc:{code}" for code in CODES[:2])
        for table in mapping.tables[1:]:
            lane = lane_of(mapping, table, known, TODAY, TODAY)
            assert lane is not None
            for begin in range(0, len(rows), size):
                some = Apart([Row(number, cells) for number, cells in enumerate(rows[begin : begin + size], begin + 2)])
                found = lane.take(some, "rows.csv")
                hear(known, found)
                fast, linked = taken(found), links(found)
                for place in range(len(some)):
                    said = slow(mapping, table, some.row(place), other)
                    if said is not None:
                        hear_row(other, said)
                        if place not in fast:
                            hear_row(known, said)
                    assert place not in fast or said is not None
                    if place in fast and said is not None:
                        same(fast[place], said)
                        assert linked.get(some.numbers[place], []) == said.links


def test_clean_decisions_are_taken() -> None:
    """1. A decision, whom it names and what it relates to, in which nothing is doubtful: no row goes the slow way."""
    mapping = parse_mapping(DECISIONS)
    firms = Rows([2], {"code": CODES[:1], "company": ["示例甲"], "authority": ["示例局"]})
    cells = {name: texts[0] for name, texts in DECIDED.items()}
    rows = together([cells, {**cells, "number": "D2", "act": "罚款、吊销", "years": "3", "conduct": "", "ended": "", "level": ""}])
    with open_store("sqlite:///:memory:") as store:
        known = Known(store, "demo")
        known.add_ids([f"uscc:{CODES[0]}"])
        known.remember("firms", mapping.looked_up(mapping.tables[0]), firms)
        for table, statements_each in zip(mapping.tables[1:], (3, 1), strict=True):
            lane = lane_of(mapping, table, known, TODAY, TODAY)
            assert lane is not None
            found = lane.take(rows, "rows.csv")
            hear(known, found)
            assert {place: len(facts) for place, facts in taken(found).items()} == dict.fromkeys(range(2), statements_each)


def test_a_person_whom_an_unknown_decision_names_is_left() -> None:
    """2. A row that names a person in a decision that only a row beside it tells of is left; with a later row it is known."""
    mapping = parse_mapping(DECISIONS)
    cells = {name: texts[0] for name, texts in DECIDED.items()}
    with open_store("sqlite:///:memory:") as store:
        known = Known(store, "demo")
        known.add_ids([f"uscc:{CODES[0]}"])
        known.remember("firms", mapping.looked_up(mapping.tables[0]), Rows([2], {"code": CODES[:1]}))
        lane = lane_of(mapping, mapping.tables[2], known)
        assert lane is not None
        assert lane.take(together([cells]), "rows.csv").places == []
        known.add_decisions([("demo:D1", "{}")])
        assert list(lane.take(together([cells, {**cells, "number": "D2"}]), "rows.csv").places) == [0]


@pytest.mark.parametrize("name", ["synthetic_city"])
def test_a_whole_city(name: str, tmp_path: Path) -> None:
    """1. Byte for byte, over every table of a city that the lane understands."""
    write_city(tmp_path, 200, 3)
    mapping = load_mapping(name)
    with open_store("sqlite:///:memory:") as store:
        known, other = Known(store, mapping.source), Known(store, mapping.source)
        tables: dict[str, int] = {}
        for table in mapping.tables:
            lane = lane_of(mapping, table, known)
            for part in read_parts(tmp_path / table.file) if lane else ():
                if isinstance(part, Rows):
                    assert lane is not None
                    for each in (known, other):
                        each.remember(table.id, mapping.looked_up(table), part)
                    found = lane.take(part, "rows.csv")
                    hear(known, found)
                    fast = taken(found)
                    for place in range(len(part)):
                        said = slow(mapping, table, part.row(place), other)
                        assert said is not None
                        hear_row(other, said)
                        same(fast[place], said)
                    tables[table.id] = tables.get(table.id, 0) + len(part)
        assert tables.keys() == {table.id for table in mapping.tables}
        assert sum(tables.values()) > 1_000


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """3. Memory does not grow with the number of rows: what is remembered of a column is forgotten when it is too much."""
    monkeypatch.setattr(loaders.lane_memo, "_REMEMBERED", 5)
    read: list[str] = []
    memo = Memo(lambda text: read.append(text) or text)
    for number in range(12):
        assert memo.of([str(number)]) == [str(number)]
        assert len(memo) <= 5
    assert len(read) == 12


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("authority_level: {column: level, values: {县级: county, 市级: city}}", "authority_level: {name: authority}"),
        ("authority: authority", "authority: {column: authority, lookup: {table: firms, key: code, by: code}}"),
        ("respondent: {name: name, at: &firm {scheme: uscc, column: code}, bearer: own}", "respondent: {by_name: name}"),
        ("- link:", "- when: {column: own, values: {P1: true}, otherwise: ignore}\n        link:"),
    ],
)
def test_what_the_lane_does_not_understand_is_left_whole(old: str, new: str) -> None:
    assert old in DECISIONS
    text = DECISIONS.replace(old, new).replace("*firm", "{scheme: uscc, column: code}")
    for mapping, understood in ((parse_mapping(DECISIONS), True), (parse_mapping(text), False)):
        with open_store("sqlite:///:memory:") as store:
            lanes = {table.id: lane_of(mapping, table, Known(store, mapping.source)) for table in mapping.tables}
        assert (lanes["rows"] is not None) == understood
