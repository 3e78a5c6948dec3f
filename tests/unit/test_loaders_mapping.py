"""The invariants of `loaders.mapping`, one test a number, and the mappings that ship with Zeren."""

import pytest

from graph.errors import ConfigError, NotFound
from loaders.mapping_file import bundled_files, load_mapping, names, parse_mapping

WRONG = """
source: has space
mode: snapshots
tables:
  - file: a.csv
    facts:
      - entity: {kind: compny, id: {scheme: uscx, column: a}, nams: [b]}
      - relationship:
          party: {name: n, at: {column: c, schem: x}}
          subject: {column: d}
          interest: {column: e, values: {董事长: chaiman}}
      - decision:
          {id: i, kind: {const: penalti}, acts: [], respondent: {column: a}, authority: b,
           parties_complete: {column: c, values: {a: perhaps}}}
      - {}
  - file: b.csv
    facts: []
"""


def test_invariant_1_all_errors_at_once():
    """1. All errors of a mapping are reported at once, each with file, entry, field and reason."""
    with pytest.raises(ConfigError) as caught:
        parse_mapping(WRONG, "mine.yaml")
    lines = str(caught.value).splitlines()
    assert all(line.startswith("mine.yaml: ") for line in lines)
    for part in (
        "source: String should match",
        "mode: Input should be",
        "table a.csv, facts, 1, entity, kind: no code compny in entity_kinds",
        "table a.csv, facts, 1, entity, id, scheme: Input should be",
        "table a.csv, facts, 1, entity, nams: Extra inputs",
        "table a.csv, facts, 2, relationship, party, at, schem: Extra inputs",
        "interest: no code chaiman in roles or interests",
        "kind: no code penalti in decision_kinds",
        "parties_complete: its values must be true, false or []",
        "facts, 4: give exactly one of",
        "table b.csv, facts: must not be empty",
    ):
        assert any(part in line for line in lines), (part, lines)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "valid dictionary"),
        ("a: [", "mine.yaml: while parsing"),
        ("source: a\nsource: b\n", "written twice: source"),
        ("source: a\ndelivered: 2020-13-01\n", "cannot be read as timestamp: month must be"),
        ("source: a\nmode: delta\ntables: !!set {3}\n", "tables"),
        (
            "source: a\nmode: delta\ntables: [{file: a.csv, facts: [{naming: {decision: d, responsible:"
            " {column: r, values: {yes: 'true', no: 'false'}}, party: {name: n, at: {column: c}}}}]}]",
            "responsible, values: quote yes/no",
        ),
        ("source: a\nmode: delta\ntables: [3]\n", "tables, 1"),
    ],
)
def test_what_is_no_mapping_is_an_error(text, reason):
    with pytest.raises(ConfigError, match=r"(?s).*") as caught:
        parse_mapping(text, "mine.yaml")
    assert reason in str(caught.value)


TABLE = "  - file: {0}.csv\n    facts: [{{entity: {{kind: company, id: {{column: a{1}}}}}}}]\n"


def test_invariant_2_unknown_words_codes_and_tables_are_errors():
    """2. A word that the language does not have is an error, and so is a code that no code list has."""
    head = "source: a\nmode: delta\ntables:\n"
    parse_mapping(head + TABLE.format("a", "") + TABLE.format("b", ", lookup: {table: a, key: k, by: b}"))
    with pytest.raises(ConfigError, match="'c', which is no table before it"):
        parse_mapping(head + TABLE.format("a", "") + TABLE.format("b", ", lookup: {table: c, key: k, by: b}"))
    with pytest.raises(ConfigError, match="a stands more than once"):
        parse_mapping(head + TABLE.format("a", "") * 2)
    with pytest.raises(ConfigError, match="either `column` or `const`"):
        parse_mapping(head + "  - {file: a.csv, facts: [{entity: {kind: person, name: {}, at: {column: a}}}]}\n")
    with pytest.raises(ConfigError, match="`values` or `contains`, not both"):
        parse_mapping(
            head
            + "  - {file: a.csv, facts: [{entity: {kind: person, name: {column: a, values: {}, contains: {}}, at: {column: a}}}]}\n"
        )


def test_invariant_3_every_column_used_can_be_listed():
    """3. Every column that a mapping uses can be listed."""
    mapping = load_mapping("cn_listed_demo")
    companies, posts, decisions, people = mapping.tables
    assert companies.columns == ("stock_code", "full_name", "short_name", "industry")
    assert set(posts.columns) == {"person_id", "person_name", "gender", "age", "stock_code", "posts"}
    assert {"respondent_is", "respondent_name", "same_conduct_as", "conduct_to"} <= set(decisions.columns)
    assert "stock_code" not in people.columns
    assert mapping.looked_up(decisions) == [("case_id", "stock_code")]


def test_mappings_that_ship_are_found_by_name():
    assert "cn_listed_demo" in names()
    assert {path.name for path in bundled_files("cn_listed_demo")} >= {"companies.csv", "posts.csv"}
    for name in names():
        assert load_mapping(name).source == name
    with pytest.raises(NotFound, match="cn_listed_demo"):
        load_mapping("nothing")
    with pytest.raises(NotFound):
        bundled_files("nothing")


def test_a_mapping_that_is_not_utf_8_is_an_error(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_bytes("title: 示例".encode("gb18030"))
    with pytest.raises(ConfigError, match=r"^mine\.yaml: is not UTF-8$"):
        load_mapping(path)


def test_a_mapping_whose_files_do_not_ship_says_how_to_make_them():
    with pytest.raises(NotFound, match=r"only the mapping.*`zeren synth FOLDER`.*`zeren load FOLDER --mapping synthetic_city`"):
        bundled_files("synthetic_city")


HEAD = "source: a\nmode: delta\ntables:\n"
EDGE = "facts: [{{relationship: {{party: {{column: p}}, subject: {{column: s}}, interest: {{const: branch}}, {0}}}}}]}}\n"


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("{file: a.csv, " + EDGE.format("start: {const: listed}"), "in mode snapshot only"),
        ("{file: a.csv, " + EDGE.format("seen: d, end: e"), "`seen`, or `start` and `end`, not both"),
        ("{file: a.csv, looked_up_only: false}\n", "facts: must not be empty"),
        ("{file: a.csv, delimiter: ab, looked_up_only: true}\n", "delimiter: String should have at most 1"),
        (
            "{file: a.csv, facts: [{when: {given: a, column: b}, entity: {kind: company, id: {column: a}}}]}\n",
            "column: Extra inputs",
        ),
        (
            "{file: a.csv, facts: [{when: {column: b, values: {x: maybe}}, entity: {kind: company, id: {column: a}}}]}\n",
            "true, false",
        ),
        ("{file: a.csv, facts: [{when: {given: a}}]}\n", "give exactly one of"),
        ("{file: a.csv, facts: [{entity: {kind: company, id: {first: [{column: a}]}}}]}\n", "at least 2 items"),
        ("{file: a.csv, facts: [{entity: {kind: {column: k, values: {x: ship}}, id: {column: a}}}]}\n", "no code ship"),
        (
            "{file: a.csv, facts: [{entity: {kind: person, name: {const: n, lookup: {table: b, key: k, by: c}}, "
            "at: {column: a}}}]}\n",
            "`lookup` reads a `column`",
        ),
    ],
)
def test_words_that_contradict_each_other_are_errors(table, reason):
    with pytest.raises(ConfigError) as caught:
        parse_mapping(HEAD + "  - " + table)
    assert reason in str(caught.value)


def test_invariant_3_columns_of_conditions_lists_lookups_and_made_ids_are_listed():
    """3. Every column that a mapping uses can be listed, those of conditions, lists, lookups and made ids included."""
    boards = load_mapping("no_boards").tables
    assert boards[2].columns == ("person", "company")
    assert load_mapping("no_boards").looked_up(boards[1]) == [("id", "name"), ("id", "gender")]
    (court,) = load_mapping("cn_court_defaulters").tables
    assert {"partyTypeName", "cardNum", "iname", "caseCode", "businessEntity"} <= set(court.columns)
    report = load_mapping("cn_dishonesty_records").tables[1]
    assert report.lists == {"行政许可", "黑名单"}
    assert report.accounts_for("守信红名单.评价年度")
    assert not report.accounts_for("行政处罚.处罚机关")
