"""The invariants of `loaders.facts`, one test a number."""

from datetime import date as day

import pytest

from graph.errors import InputError
from graph.model import Entity, Naming, PartyRef, Relationship
from graph.store import open_store
from loaders.facts import statements
from loaders.known import Known
from loaders.mapping_file import parse_mapping
from loaders.rows import Row

MAPPING = parse_mapping("""
source: src
mode: delta
tables:
  - file: people.csv
    facts:
      - entity: {kind: person, name: person, at: &firm {column: firm}, bearer: pid}
      - relationship:
          party: {name: person, at: *firm, bearer: pid}
          subject: *firm
          interest: {column: posts, split: "/", values: {董事长: chairman, 董事: director, 执行董事长: chairman}}
  - file: named.csv
    facts:
      - decision:
          id: case
          kind: {const: penalty}
          acts: [{const: fine}]
          authority: {const: 示例机关}
          respondent:
            choose: whom
            cases: {itself: *firm, subsidiary: {by_name: name, otherwise: create}, other: {by_name: name}}
      - naming: {decision: case, party: {name: person, at: *firm}}
  - file: codes.csv
    facts:
      - entity: {kind: company, id: {scheme: uscc, column: code}}
""")
PERSON = {"person": "张示例", "firm": "A", "pid": "P1", "posts": "董事长/董事/执行董事长"}
NAMED = {"case": "1", "whom": "itself", "name": "", "person": "张示例", "firm": "A"}


@pytest.fixture
def read():
    with open_store("sqlite:///:memory:") as store:
        known = Known(store, "src")
        known.add([Entity("src:A", "company")])

        def read(table, cells):
            return [fact.value for fact in statements(MAPPING, MAPPING.tables[table], "f.csv", Row(2, cells), known).facts]

        yield read


def test_invariant_1_a_row_is_taken_whole_or_not_at_all(read):
    """1. A row is taken whole or not at all: one wrong cell refuses all its statements."""
    person, *offices = read(0, PERSON)
    assert person == Entity("src:A#张示例", "person", person.names, bearer="src:P1")
    assert [(office.interest, office.text) for office in offices] == [("chairman", "董事长/执行董事长"), ("director", "董事")]
    assert offices[0].interested_party == PartyRef("src:A#张示例", "src:P1")
    with pytest.raises(InputError) as caught:
        read(0, PERSON | {"posts": "董事长/监事"})
    assert caught.value.column == "posts"


@pytest.mark.parametrize("cells", [{"firm": "B"}, {"whom": "other", "name": "不在册有限公司"}, {"whom": "somebody"}])
def test_invariant_2_an_enterprise_nobody_told_of_is_refused(read, cells):
    """2. A statement on an enterprise that nobody has told us of is refused."""
    with pytest.raises(InputError, match=r"unknown company|does not say"):
        read(1, NAMED | cells)


def test_enterprise_known_by_name_only_is_created_where_the_mapping_says_so(read):
    made, decision, naming = read(1, NAMED | {"whom": "subsidiary", "name": "子公司示例有限公司"})
    assert made.id == decision.respondent.entity == "src:子公司示例有限公司"
    assert naming.party == PartyRef("src:A#张示例")


@pytest.mark.parametrize("name", ["(未列名A)", "", "不详"])
def test_invariant_3_a_name_not_read_is_nobody(read, name):
    """3. A name that could not be read is nobody: it is merged with no person and makes no person."""
    naming = read(1, NAMED | {"person": name})[-1]
    assert isinstance(naming, Naming)
    assert (naming.party, naming.name, naming.responsible) == (None, name, None)
    assert not any(isinstance(value, Entity | Relationship) for value in read(0, PERSON | {"person": name}))


def test_invariant_4_a_failed_check_digit_is_a_flag(read):
    """4. A code that fails its check digit is kept with the flag `bad_check`."""
    (entity,) = read(2, {"code": "91370000ma0000000 0"})
    assert entity.id == "uscc:91370000MA00000000"


def test_invariant_5_a_resident_number_is_never_taken_in_plain(read):
    """5. A resident number is never taken in plain, in whatever column it stands."""
    for column in PERSON:
        with pytest.raises(InputError, match="resident number") as caught:
            read(0, PERSON | {column: "11010519491231002X"})
        assert "11010519" not in str(caught.value)


def test_invariant_5_a_resident_number_inside_a_text_is_kept_masked_with_a_doubt():
    said = "本人（身份证号１１０１０５１９４９１２３１００２Ｘ）与11010519491231002X，电话不详，账号123456789012345678"
    found = placed(0, place="", conduct=said)
    (fact,) = found.facts
    assert "1949" not in fact.value.conduct_text
    assert "１９４９" not in fact.value.conduct_text
    assert "123456789012345678" in fact.value.conduct_text, "which is no resident number"
    assert [(flag.code, flag.column) for flag in found.flags] == [("masked", "conduct")]


def test_invariant_3_several_names_in_one_are_nobody(read):
    for several in ("张示例、李示例", "张示例，李示例", "张示例; 李示例"):
        assert read(0, PERSON | {"person": several}) == []
    (entity, *_) = read(0, PERSON | {"person": "买买提·艾力"})
    assert entity.kind == "person"


def test_a_statement_is_made_only_if_a_column_holds_something_and_another_means_yes():
    mapping = parse_mapping("""
source: src
mode: delta
tables:
  - file: f.csv
    facts:
      - when: {given: head, only: {column: kind, values: {人: false, 企业: true}}}
        relationship: {party: {name: head, at: &firm {column: firm}}, subject: *firm, interest: {const: legal_representative}}
""")
    with open_store("sqlite:///:memory:") as store:
        known = Known(store, "src")
        known.add([Entity("src:A", "company")])

        def made(**cells: str) -> int:
            return len(statements(mapping, mapping.tables[0], "f.csv", Row(2, {"firm": "A", **cells}), known).facts)

        assert [made(head=head, kind=kind) for head, kind in (("甲示例", "企业"), ("甲示例", "人"), ("", "企业"))] == [1, 0, 0]
    assert set(mapping.tables[0].columns) == {"head", "kind", "firm"}


KEYED = parse_mapping("""
source: src
mode: delta
tables:
  - file: held.csv
    name: a/b
    facts:
      - relationship:
          party: {name: person, at: &firm {column: firm}}
          subject: *firm
          interest: {const: shareholder}
          key: [first, second]
  - file: named.csv
    facts:
      - decision: {id: case, kind: {const: penalty}, acts: [{const: fine}], authority: {const: 示例机关}, respondent: *firm}
      - naming: {decision: case, party: {name: person, at: *firm}, key: [first]}
      - link: {decision: case, relation: {const: same_conduct}, other: second}
""")


def test_invariant_6_parts_of_a_key_never_run_into_each_other():
    """6. Parts of a key never run into each other."""
    with open_store("sqlite:///:memory:") as store:
        known = Known(store, "src")
        known.add([Entity("src:A", "company")])

        def keys(table, **cells):
            given = {"firm": "A", "person": "张示例"} | cells
            return {f.key for f in statements(KEYED, KEYED.tables[table], "f.csv", Row(2, given), known).facts}

        assert keys(0, first="x/y", second="z") == {"relationship/src/a%2Fb/x%2Fy/z/shareholder"}
        assert not keys(0, first="x/y", second="z") & keys(0, first="x", second="y/z")
        assert not keys(0, first="x/y", second="z") & keys(0, first="x%2Fy", second="z")
        assert not keys(1, case="C1", first="a/张三", second="b/C") & keys(1, case="C1/a", first="张三", second="C")


DATED = parse_mapping("""
source: src
mode: delta
tables:
  - file: decisions.csv
    facts:
      - decision:
          id: case
          kind: {const: penalty}
          acts: [{const: fine}]
          authority: {const: 示例机关}
          respondent: {column: firm}
          date: {column: date, when_empty: unknown}
          conduct: {from: begun, to: {column: ended, when_empty: open}}
""")


PLACED = parse_mapping("""
source: src
mode: delta
region: "37"
tables:
  - file: decisions.csv
    facts:
      - decision:
          id: case
          kind: {const: penalty}
          acts: [{const: fine}]
          authority: {const: 示例机关}
          respondent: {column: firm}
          region: place
          conduct_text: conduct
  - file: others.csv
    facts:
      - decision: {id: case, kind: {const: penalty}, acts: [{const: fine}], authority: {const: 机关}, respondent: {column: firm}}
""")


def placed(table, **cells):
    """What a decision on A says, whose place and conduct are given."""
    with open_store("sqlite:///:memory:") as store:
        known = Known(store, "src")
        known.add([Entity("src:A", "company")])
        return statements(PLACED, PLACED.tables[table], "f.csv", Row(2, {"case": "C1", "firm": "A"} | cells), known)


@pytest.mark.parametrize(
    ("table", "place", "code"),
    [
        (0, "371302", "371302"),
        (0, "山东省临沂市兰山区", "371302"),
        (0, "兰山区（举报人测试乙）", None),
        (0, "", None),
        (1, "", "37"),
    ],
)
def test_8_a_place_that_is_none_is_left_out_with_a_flag(table, place, code):
    found = placed(table, place=place)
    (fact,) = found.facts
    assert fact.value.region == code
    assert (fact.flags, [flag.column for flag in found.flags]) == (
        (("region_unknown",), ["place"]) if place and not code else ((), [])
    )


@pytest.mark.parametrize(
    ("date", "begun", "ended", "column"),
    [
        ("2024-06-02", "", "", "date"),
        ("2025", "", "", "date"),
        ("open", "", "", "date"),
        ("2020-01-01", "2020-01-02", "2021", "begun"),
        ("2020", "2021", "", "begun"),
        ("", "2024-06-02", "", "begun"),
        ("2024-06-01", "2019", "2020", None),
        ("2024", "2024", "2024", None),
        ("unknown", "2020", "2030", None),
        ("2020-03", "2019", "2020-03-31", None),
        ("2020-03", "2019", "2020-04", "flag"),
        ("2020-03", "2019", "", "flag"),
    ],
)
def test_invariant_7_no_decision_of_tomorrow_or_of_a_conduct_after_it(date, begun, ended, column):
    """7. No decision is dated after the day of loading, and no conduct begins after the decision on it."""
    cells = {"case": "1", "firm": "A", "date": date, "begun": begun, "ended": ended}
    with open_store("sqlite:///:memory:") as store:
        known = Known(store, "src")
        known.add([Entity("src:A", "company")])

        def read():
            return statements(DATED, DATED.tables[0], "f.csv", Row(2, cells), known, today=day(2024, 6, 1))

        if column not in (None, "flag"):
            with pytest.raises(InputError, match=r"after today|begins after") as caught:
                read()
            assert caught.value.column == column
            return
        said = read()
        expected = ("conduct_after_decision",) if column else ()
        assert said.facts[0].flags == expected
        assert [(flag.code, flag.column) for flag in said.flags] == [(code, "ended") for code in expected]


LINKED = parse_mapping("""
source: src
mode: delta
tables:
  - file: decisions.csv
    facts:
      - decision:
          id: case
          kind: {column: kind, values: {处罚: penalty, 告知: pre_notice, 解除: order}}
          acts: [{const: fine}]
          respondent: {column: firm}
          authority: {const: 示例局}
          date: {column: date, when_empty: unknown}
      - link: {decision: case, relation: {column: how, values: {依据: rests_on, 解除: annuls_from_now}}, other: other, since: since}
""")


@pytest.mark.parametrize(
    ("kind", "date", "how", "since", "column"),
    [
        ("处罚", "2023-05-10", "解除", "2023-05-09", "since"),
        ("处罚", "2023-05", "解除", "2023-04-30", "since"),
        ("处罚", "2023-05-10", "解除", "2023-05-10", None),
        ("处罚", "2023-05", "解除", "2023-05-02", None),
        ("处罚", "", "解除", "2023-04-30", None),
        ("告知", "2023-05-10", "依据", "", "other"),
        ("处罚", "2023-05-10", "依据", "", None),
    ],
)
def test_invariant_8_what_a_link_says_against_what_is_known_of_the_other_decision(kind, date, how, since, column):
    """8. What is known to be decided later is not annulled from a day before, and what only announces is no ground."""
    with open_store("sqlite:///:memory:") as store:
        known = Known(store, "src")
        known.add([Entity("src:A", "company")])

        def read(number: int, **cells: str):
            row = Row(number, {"firm": "A", "how": "", "other": "", "since": "", **cells})
            return statements(LINKED, LINKED.tables[0], "f.csv", row, known, today=day(2024, 6, 1)).facts

        for fact in read(2, case="1", kind=kind, date=date):
            known.add_decision(fact.value)
        second = {"case": "2", "kind": "解除", "date": "2023-12-01", "how": how, "other": "1", "since": since}
        if column is None:
            assert len(read(3, **second)) == 2
            return
        with pytest.raises(InputError, match=r"cannot be annulled from|is no ground") as caught:
            read(3, **second)
        assert caught.value.column == column


STARTING = parse_mapping("""
source: src
mode: delta
tables:
  - file: people.csv
    facts:
      - relationship:
          party: {name: person, at: &firm {column: firm}}
          subject: *firm
          interest: {const: director}
          start: since
""")


def starting(person, since):
    with open_store("sqlite:///:memory:") as store:
        known = Known(store, "src")
        known.add([Entity("src:A", "company")])
        cells = Row(2, {"firm": "A", "person": person, "since": since})
        said = statements(STARTING, STARTING.tables[0], "f.csv", cells, known, delivered=day(2024, 6, 1))
    (fact,) = said.facts
    assert fact.flags == ()
    return str(fact.value.period.start), [(flag.code, flag.column) for flag in said.flags]


@pytest.mark.parametrize(
    ("since", "flags"),
    [
        ("0001-01-01", ["start_early"]),
        ("1899", ["start_early"]),
        ("1900-01-01", []),
        ("2024-06-01", []),
        ("2024", []),
        ("2024-06-02", ["start_ahead"]),
        ("2031", ["start_ahead"]),
        ("unknown", []),
    ],
)
def test_invariant_10_a_doubtful_start_is_kept_and_the_row_flagged(since, flags):
    """10. A post that begins before 1900, or after the day of the delivery, is kept as it is told, and the row is flagged."""
    assert starting("张示例", since) == (since, [(flag, "since") for flag in flags])


@pytest.mark.parametrize(("person", "flagged"), [("示例甲有限公司", True), ("张公司", False), ("张示例", False)])
def test_invariant_11_a_company_in_the_place_of_a_person_is_flagged(person, flagged):
    """11. A person's name that ends as that of a company does is kept, and the row is flagged."""
    assert starting(person, "2020-01-02")[1] == ([("name_of_body", "person")] if flagged else [])


@pytest.mark.parametrize("written", ["２０２０－０１－０２", "２０２０／１／２", "２０２０年１月２日", "2020．01．02"])
def test_full_width_digits_of_a_date_are_digits(written):
    assert starting("张示例", written) == ("2020-01-02", [])
