"""The invariants of `loaders.references`, one test a number, and what a row says under a condition or once a record."""

import pytest

from graph.errors import InputError
from graph.model import Decision, Entity, Relationship
from graph.store import open_store
from loaders.facts import statements
from loaders.known import Known
from loaders.mapping_file import parse_mapping
from loaders.rows import Row, Rows

CODE = "91370000MA0000000P"
BOTH = "911101190002110009"
"""Passes the checks of a credit code and, by accident, that of a resident number."""
MAPPING = parse_mapping("""
source: src
mode: delta
tables:
  - {file: people.csv, looked_up_only: true}
  - file: list.csv
    facts:
      - when: {column: kind, values: {firm: true, man: false}}
        entity:
          kind: company
          id: &firm {first: [{scheme: uscc, column: code}, {by_name: name, otherwise: create}]}
          names: [name]
      - when: {column: kind, values: {firm: false, man: true}}
        entity: {kind: person, id: &man {own: [case, name]}, names: [name]}
      - decision:
          id: [case, name]
          kind: {const: listing}
          acts: [{const: listed_judgment_defaulter}]
          authority: {const: 示例法院}
          respondent: {choose: kind, cases: {firm: *firm, man: *man}}
      - when: {given: head}
        relationship:
          party: {name: {column: called, lookup: {table: people, key: id, by: head}}, at: *firm}
          subject: *firm
          interest: {const: legal_representative}
          seen: day
  - file: numbers.csv
    facts: [{entity: {kind: {column: kind}, id: {scheme: uscc, column: code}, names: [name]}}]
  - file: reports.jsonl
    facts:
      - entity: {kind: company, id: &own {column: id}}
      - each: cases
        decision:
          {id: cases.no, kind: {const: penalty}, acts: [{const: fine}], authority: cases.by, respondent: *own,
           date: {column: cases.on, order: dmy}}
""")
ROW = {"kind": "firm", "code": CODE, "name": "示例有限公司", "case": "1", "head": "", "day": "2024-05-06"}


@pytest.fixture
def read():
    with open_store("sqlite:///:memory:") as store:
        known = Known(store, "src")
        known.remember("people", [("id", "called")], Rows([2], {"id": ["7"], "called": ["张示例"]}))

        def read(table, cells, lists=None):
            return statements(MAPPING, MAPPING.tables[table], "f.csv", Row(2, cells, lists or {}), known)

        yield read


def values(said):
    return [fact.value for fact in said.facts]


@pytest.mark.parametrize("masked", ["9137**********000P", "9137＊＊＊＊＊＊＊＊＊＊000P", "******"])
def test_invariant_1_a_masked_number_identifies_nobody(read, masked):
    """1. A masked number identifies nobody: it is passed over with the flag `masked`."""
    said = read(1, ROW | {"code": masked})
    assert [flag.code for flag in said.flags] == ["masked"]
    entity, decision = values(said)
    assert entity.id == decision.respondent.entity == "src:示例有限公司"
    assert entity.identifiers == ()
    with pytest.raises(InputError, match="is masked; an id is needed"):
        read(2, {"kind": "company", "code": masked, "name": "示例有限公司"})


@pytest.mark.parametrize("written", [CODE.lower(), CODE[:8] + " " + CODE[8:]])
def test_invariant_2_a_code_that_passes_only_in_capitals_is_flagged(read, written):
    """2. A credit code that only passes its check once its letters are capitals is kept, with the flag `bad_check`."""
    said = read(2, {"kind": "company", "code": written, "name": ""})
    (flag,) = said.flags
    assert (flag.code, flag.column) == ("bad_check", "code")
    assert "in capitals" in flag.reason
    assert [(fact.value.id, fact.flags) for fact in said.facts] == [(f"uscc:{CODE}", ("bad_check",))]


@pytest.mark.parametrize(
    ("code", "meant", "flags"),
    [
        (CODE, f"uscc:{CODE}", []),
        (CODE[:-1] + "0", f"uscc:{CODE[:-1]}0", ["bad_check"]),
        ("", "src:示例有限公司", []),
        ("MA000000-0", "src:示例有限公司", ["bad_length"]),
        ("91370000MA000000IO", "src:示例有限公司", ["bad_character"]),
    ],
)
def test_invariant_3_the_first_reference_that_says_whom_counts(read, code, meant, flags):
    """3. The first that says whom counts; one whose number is empty, masked or malformed does not."""
    said = read(1, ROW | {"code": code})
    assert values(said)[-1].respondent.entity == meant
    assert [flag.code for flag in said.flags] == flags


def test_invariant_4_an_id_of_several_columns_needs_all_of_them(read):
    """4. An id made of several columns needs all of them, and its parts never run into each other."""
    person, decision = values(read(1, ROW | {"kind": "man", "name": "张示例", "code": "3713**********0012"}))
    assert (person.id, person.kind, decision.respondent.entity) == ("src:1/张示例", "person", "src:1/张示例")
    assert decision.id == "src:1/张示例"
    ids = {values(read(1, ROW | {"kind": "man", "case": case, "name": name}))[0].id for case, name in [("1/2", "3"), ("1", "2/3")]}
    assert len(ids) == 2
    with pytest.raises(InputError, match="an id is made of it") as caught:
        read(1, ROW | {"kind": "man", "case": ""})
    assert caught.value.column == "case"


def test_a_fact_is_said_only_when_the_row_says_so(read):
    assert [type(value) for value in values(read(1, ROW))] == [Entity, Decision]
    *_, office = values(read(1, ROW | {"head": "7"}))
    assert isinstance(office, Relationship)
    assert office.interested_party.entity == f"uscc:{CODE}#张示例"
    with pytest.raises(InputError, match="does not say what 'ship' means"):
        read(1, ROW | {"kind": "ship"})


def test_what_was_seen_on_a_day_held_on_it_and_nobody_knows_since_when(read):
    *_, office = values(read(1, ROW | {"head": "7"}))
    assert str(office.period) == "..2024-05-06/2024-05-06.."
    *_, office = values(read(1, ROW | {"head": "7", "day": "2024-05"}))
    assert str(office.period) == "..2024-05-31/2024-05-01.."


def test_a_name_that_is_looked_up_must_be_there(read):
    with pytest.raises(InputError, match="no row of people has '8' in id") as caught:
        read(1, ROW | {"head": "8"})
    assert caught.value.column == "head"


def test_a_list_inside_a_row_says_a_fact_a_record(read):
    records = ({"no": "1", "by": "甲局", "on": "31/12/2018"}, {"no": "2", "by": "乙局", "on": ""})
    company, *decisions = values(read(3, {"id": "A"}, {"cases": records}))
    assert company.id == "src:A"
    assert [(one.id, one.authority, str(one.date)) for one in decisions] == [
        ("src:1", "甲局", "2018-12-31"),
        ("src:2", "乙局", "unknown"),
    ]
    assert len(values(read(3, {"id": "A"}))) == 1
    with pytest.raises(InputError, match="resident number in plain"):
        read(3, {"id": "A"}, {"cases": ({"no": "1", "by": "11010519491231002X", "on": ""},)})


def test_a_credit_code_that_passes_as_a_resident_number_is_a_code_where_codes_stand(read):
    (entity,) = values(read(2, {"kind": "company", "code": BOTH, "name": ""}))
    assert entity.id == f"uscc:{BOTH}"
    with pytest.raises(InputError, match="resident number in plain"):
        read(2, {"kind": "company", "code": CODE, "name": BOTH})
    with pytest.raises(InputError, match="resident number in plain"):
        read(2, {"kind": "company", "code": "11010519491231002X", "name": ""})
