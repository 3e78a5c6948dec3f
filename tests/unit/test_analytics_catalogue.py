"""The numbered invariants of `analytics.responsibility.catalogue`, one test a number, on small rule files."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from analytics.responsibility.catalogue import (
    RULES,
    VOLUNTARY,
    Catalogue,
    as_recorded,
    join_text,
    load_catalogue,
    parse_catalogue,
    split_text,
)
from graph.errors import ConfigError
from tests.builder import Case

LAW, CITY, MEMO = "示例法", "示例市文件", "示例备忘录"
LABEL = {"zh": "示例", "en": "example"}
INSTRUMENTS = {
    "levels": {
        "law": {"carries": ["restriction", "own_list", "court_measure", "record"], "label": LABEL},
        "normative_document": {"carries": [], "label": LABEL},
        "memorandum": {"carries": [], "disabled": True, "label": LABEL},
    },
    "instruments": {LAW: "law", CITY: "normative_document", MEMO: "memorandum"},
}


def basis(instrument: str = LAW) -> list[dict[str, str]]:
    return [{"instrument": instrument, "article": "第1条"}]


def measure(name: str = "M1", **more: Any) -> dict[str, Any]:
    about = {"kind": "mandatory", "category": "administrative", "target": "both", "basis": basis()}
    return {"id": name, "name": LABEL, **about, **more}


def clause(name: str = "head", **more: Any) -> dict[str, Any]:
    about = {"roles": ["legal_representative"], "when": "office_at_conduct", "effect": "restrict", "measures": ["M1"]}
    return {"id": name, **about, **more}


def rule(**more: Any) -> dict[str, Any]:
    return {
        "id": "T-1",
        "title": LABEL,
        "authority": "示例局",
        "domains": ["D2"],
        "in_force": {"from": "2022-01-01"},
        "acts": ["listed_wage_arrears"],
        "basis": basis(),
        "relation": "accessory",
        "term": {"type": "fixed", "years": 3},
        "evidence": {"roles": "verbatim", "measures": "verbatim", "term": "verbatim", "in_force_from": "verbatim"},
        "measures": [measure()],
        "clauses": [clause()],
        "source": "made up",
        **more,
    }


def files(*rules: dict[str, Any], **more: Any) -> dict[str, str]:
    content = {"instruments.yaml": INSTRUMENTS, "test.yaml": {"instrument": LAW, "rules": list(rules)}, **more}
    return {name: yaml.safe_dump(deepcopy(document), allow_unicode=True) for name, document in content.items()}


def parsed(*rules: dict[str, Any]) -> Catalogue:
    return parse_catalogue(files(*rules))


def outcomes(catalogue: Catalogue) -> list[tuple[str, list[str]]]:
    """What the legal representative gets under the rules, with the reasons that stand against it."""
    case = Case(catalogue)
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", ["listed_wage_arrears"])
    return [(str(f.outcome), [p.reason for p in f.premises if p.state != "proved"]) for f in case.findings()]


def test_1_every_error_of_every_file_is_reported_at_once_with_file_entry_field_and_reason():
    wrong = rule(acts=["no_such_act"], clauses=[clause(roles=["no_such_role"], measures=["M1", "M9"])])
    missing = {key: value for key, value in rule(id="T-2").items() if key != "source"} | {"authorty": "示例局"}
    unknown = rule(id="T-3", basis=basis("未知法"))
    other = {"instrument": "未知文件", "rules": [rule(id="T-4", milder_than=["T-9"]), rule(id="T-4")]}
    with pytest.raises(ConfigError) as caught:
        parse_catalogue(files(wrong, missing, unknown, **{"other.yaml": other, "third.yaml": ["no rules"]}))
    assert set(str(caught.value).splitlines()) == {
        "test.yaml: T-1: acts: 'no_such_act' is not in codes/acts.yaml",
        "test.yaml: T-1: clauses.head.measures: no measure 'M9'",
        "test.yaml: T-1: clauses.head.roles: 'no_such_role' is not in codes/roles.yaml",
        "test.yaml: T-2: source: Field required",
        "test.yaml: T-2: authorty: Extra inputs are not permitted",
        "test.yaml: T-3: basis: no instrument '未知法' in instruments.yaml",
        "other.yaml: instrument: no instrument '未知文件' in instruments.yaml",
        "T-4: stands more than once: other.yaml rules[1], other.yaml rules[2]",
        "other.yaml: T-4 rules[1]: milder_than: no rule 'T-9'",
        "third.yaml: expected `instrument:` and a list `rules:`, and nothing else",
    }


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("test.yaml", "rules: [", "test.yaml: not YAML"),
        ("instruments.yaml", "levels: {}\ninstruments: {示例法: law}", "instruments.yaml: instruments.示例法: no level 'law'"),
        ("instruments.yaml", None, "instruments.yaml: the file is missing"),
        ("instruments.yaml", "", "instruments.yaml: Input should be a valid dictionary"),
        ("instruments.yaml", "instruments: [示例法]", "instruments.yaml: instruments: Input should be a valid"),
    ],
)
def test_1_a_file_that_cannot_be_read_is_named(name, text, reason):
    given = {key: value for key, value in (files(rule()) | {name: text}).items() if value is not None}
    with pytest.raises(ConfigError, match=reason):
        parse_catalogue(given)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"clauses": [clause(evidence={"role": "memory"})]}, "known from memory only: role"),
        ({"clauses": [clause(evidence={"condition": "memory"})]}, "known from memory only: condition"),
        ({"evidence": rule()["evidence"] | {"roles": "memory"}}, "known from memory only: role"),
        ({"in_force": {"from": None}}, "the day on which the rule came into force is unknown"),
        ({"disabled": "replaced by a draft"}, "replaced by a draft"),
    ],
)
def test_2_a_clause_known_only_from_memory_is_disabled_with_the_reason_and_so_is_a_rule_of_unknown_start(change, why):
    catalogue = parsed(rule(**change))
    (loaded,) = catalogue.rules.values()
    assert [loaded.why_disabled(item) for item in loaded.clauses] == [why]
    ((outcome, reasons),) = outcomes(catalogue)
    assert outcome == "blocked"
    assert "rule_disabled" in reasons


def test_2_a_mark_of_the_clause_itself_goes_before_that_of_the_rule():
    loaded = parsed(rule(evidence=rule()["evidence"] | {"roles": "memory"}, clauses=[clause(evidence={"role": "secondary"})]))
    assert loaded.rules["T-1"].why_disabled(loaded.rules["T-1"].clauses[0]) == ""


def test_3_a_date_or_term_from_memory_leaves_a_rule_enabled_and_is_listed_as_unverified():
    marks = rule()["evidence"] | {"term": "memory", "in_force_from": "memory", "in_force_until": "memory"}
    catalogue = parsed(rule(evidence=marks))
    assert catalogue.rules["T-1"].unverified == ("in_force_from", "in_force_until", "term")
    assert outcomes(catalogue) == [("established", [])]


@pytest.mark.parametrize(
    ("bases", "nature", "carried"),
    [
        (["法释〔2015〕17号"], "court_measure", True),
        (["法释〔2015〕17号"], "restriction", False),
        (["法发〔2019〕35号"], "record", False),
        (["拖欠农民工工资失信联合惩戒对象名单管理暂行办法（人社部令第45号）"], "own_list", True),
        (["拖欠农民工工资失信联合惩戒对象名单管理暂行办法（人社部令第45号）"], "restriction", False),
        (["山东省社会信用条例"], "record", True),
        (["山东省社会信用条例"], "restriction", False),
        (["临政发〔2018〕3号"], "record", False),
        (["临政发〔2018〕3号"], "restriction", False),
        (["临政发〔2018〕3号", "食品安全法"], "restriction", True),
        (["保障农民工工资支付条例"], "restriction", True),
        (["失信企业协同监管（发改财金〔2015〕2045号）"], "record", False),
    ],
)
def test_4_a_measure_is_carried_by_an_instrument_whose_level_may_carry_its_nature(bases, nature, carried):
    instruments = load_catalogue().instruments
    given = parsed(rule()).rules["T-1"].measures[0]
    cited = tuple(given.basis[0].model_copy(update={"instrument": name}) for name in bases)
    assert bool(instruments.carrying(given.model_copy(update={"nature": nature, "basis": cited}))) is carried


def test_4_a_city_document_alone_carries_nothing():
    catalogue = parsed(rule(measures=[measure(basis=basis(CITY))]))
    assert outcomes(catalogue) == [("lead", ["basis_missing"])]


@pytest.mark.parametrize("who", sorted(VOLUNTARY))
def test_5_what_those_who_may_only_be_asked_execute_is_recommended_never_mandatory(who):
    assert parsed(rule(measures=[measure(executes=who, kind="recommended")]))
    with pytest.raises(ConfigError, match=rf"test.yaml: T-1: measures.M1.kind: {who} may be asked, never bound"):
        parsed(rule(measures=[measure(executes=who)]))


def test_6_the_same_rules_give_the_same_hash_and_the_text_gives_the_rules_again():
    shipped = load_catalogue()
    again = parse_catalogue(split_text(shipped.text))
    assert (again.hash, again.text, again.rules) == (shipped.hash, shipped.text, shipped.rules)
    assert load_catalogue(RULES).hash == shipped.hash
    changed = dict(split_text(shipped.text))
    changed["wage_arrears.yaml"] = changed["wage_arrears.yaml"].replace("years: 3", "years: 4")
    assert parse_catalogue(changed).hash != shipped.hash
    assert split_text(join_text(changed)).keys() == changed.keys()


def test_7_measures_of_one_clause_fare_alike_at_the_gate():
    measures = [measure("M1"), measure("M2", basis=basis(CITY))]
    with pytest.raises(ConfigError, match="measures of one clause differ at the gate: split the clause"):
        parsed(rule(measures=measures, clauses=[clause(measures=["M1", "M2"])]))
    assert parsed(rule(measures=measures, clauses=[clause(), clause("second", measures=["M2"])]))


@pytest.mark.parametrize(("effect", "nature"), [("record", "restriction"), ("record", "own_list"), ("restrict", "record")])
def test_7_a_clause_that_records_restricts_nobody(effect, nature):
    with pytest.raises(
        ConfigError, match=f"clauses.head.effect: M1 is of nature {nature}: to record and to restrict are different"
    ):
        parsed(rule(measures=[measure(nature=nature)], clauses=[clause(effect=effect)]))


@pytest.mark.parametrize("field", ["roles", "measures", "term", "in_force_from"])
def test_8_every_rule_says_how_it_is_known(field):
    marks = {key: mark for key, mark in rule()["evidence"].items() if key != field}
    with pytest.raises(ConfigError, match=f"T-1: evidence: no mark for {field}"):
        parsed(rule(evidence=marks))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"measures": [measure(), measure("M2")]}, "measures.M2: no clause uses it"),
        ({"measures": [measure(), measure()]}, "measures: M1 stands more than once"),
        ({"clauses": [clause(), clause()]}, "clauses: head stands more than once"),
        ({"measures": [measure(imposed_by=["no_such_act"])]}, "measures.M1.imposed_by: 'no_such_act' is not in codes/acts.yaml"),
        ({"clauses": [clause(when="respondent")]}, "clauses.head.when: `when: respondent` goes with"),
        ({"in_force": {"from": "2022-01-01", "until": "2021-12-31"}}, "in_force: ends before it starts"),
        ({"term": {"type": "fixed"}}, "term.years: goes with a fixed term or a cap"),
        ({"term": {"type": "open", "years": 3}}, "term.years: goes with a fixed term or a cap"),
        ({"jurisdiction": "Linyi"}, "jurisdiction: "),
        ({"jurisdiction": "371"}, "jurisdiction: "),
        ({"jurisdiction": "３７"}, "jurisdiction: "),
    ],
)
def test_8_no_measure_is_left_without_a_clause_and_what_contradicts_itself_is_refused(change, reason):
    with pytest.raises(ConfigError, match=f"test.yaml: T-1: {re.escape(reason)}"):
        parsed(rule(**change))


def test_9_a_rule_that_rests_on_memoranda_alone_is_refused_unless_it_is_disabled():
    memo = rule(basis=basis(MEMO), measures=[measure(basis=basis(MEMO))])
    with pytest.raises(ConfigError, match="basis: rests on nothing but instruments of a disabled level"):
        parsed(memo)
    catalogue = parsed(memo | {"disabled": "a memorandum starts nothing"})
    assert outcomes(catalogue) == [("blocked", ["rule_disabled", "basis_missing"])]


def test_rules_are_found_by_act_once_and_in_the_order_of_ids():
    catalogue = parsed(rule(id="T-2", acts=["listed_wage_arrears", "fine"]), rule(id="T-1"))
    assert [found.id for found in catalogue.triggered_by(["fine", "listed_wage_arrears"])] == ["T-1", "T-2"]
    assert [found.id for found in catalogue.triggered_by(["warning"])] == []


def problems(given: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_catalogue(given)
    return str(caught.value).splitlines()


def test_1_instruments_and_ids_are_checked_in_entries_with_other_errors_too():
    wrong = rule(source=3, basis=basis("未知法"), measures=[measure(basis=basis("另一法"))], milder_than=["T-2", "T-9"])
    nameless = {key: value for key, value in rule().items() if key != "id"}
    other = {"instrument": LAW, "rules": [rule(), rule(id="T-2", source=3), nameless, 4]}
    assert set(problems(files(wrong, **{"other.yaml": other}))) == {
        "test.yaml: T-1: source: is neither a text nor texts in `zh` and `en`",
        "test.yaml: T-1: basis: no instrument '未知法' in instruments.yaml",
        "test.yaml: T-1: measures.M1.basis: no instrument '另一法' in instruments.yaml",
        "other.yaml: T-2: source: is neither a text nor texts in `zh` and `en`",
        "other.yaml: rules[3]: id: Field required",
        "other.yaml: rules[4]: Input should be a valid dictionary or instance of Rule",
        "T-1: stands more than once: other.yaml rules[1], test.yaml rules[1]",
        "test.yaml: T-1: milder_than: no rule 'T-9'",
        "test.yaml: T-1: milder_than: T-2 is of another family, so that the two never answer one act",
    }


def test_1_an_unknown_role_a_cycle_overlapping_versions_and_an_article_without_instrument_are_named_at_once():
    more = INSTRUMENTS["instruments"] | {"甲": "law", "乙": "law", "丙": "law"}
    circle = INSTRUMENTS | {"instruments": more, "superior": {"甲": ["乙"], "乙": ["丙"], "丙": ["甲"]}}
    wrong = rule(clauses=[clause(roles=["no_such_role"])])
    nowhere = rule(id="T-3", basis=[{"article": "第1条"}])
    beside = rule(id="T-4", measures=[measure(basis=[{"instrument": "", "article": "第2条"}])])
    versions = [rule(id="T-2", in_force={"from": "2020-01-01"}), rule(id="T-2", version=2, in_force={"from": "2022-01-01"})]
    assert set(problems(files(wrong, *versions, nowhere, beside, **{"instruments.yaml": circle}))) == {
        "instruments.yaml: superior: 丙 -> 甲 -> 乙 -> 丙 is a cycle",
        "test.yaml: T-1: clauses.head.roles: 'no_such_role' is not in codes/roles.yaml",
        "test.yaml: T-2: in_force: versions 1 and 2 are in force on the same days (test.yaml rules[2], test.yaml rules[3])",
        "test.yaml: T-3: basis[1].instrument: Field required",
        "test.yaml: T-4: measures.M1.basis[1].instrument: String should have at least 1 character",
    }


def test_10_an_entry_that_overlaps_many_others_tells_one_and_their_number():
    versions = [rule(version=number, in_force={"from": f"20{number:02}-01-01"}) for number in range(1, 7)]
    told = problems(files(*versions))
    assert (
        "test.yaml: T-1: in_force: versions 3 and 4 are in force on the same days (test.yaml rules[3], test.yaml rules[4])" in told
    )
    assert told[-2:] == [
        "test.yaml: T-1: in_force: versions 1 and 5 are in force on the same days (test.yaml rules[1], test.yaml rules[5]), "
        "and 3 more overlap 5",
        "test.yaml: T-1: in_force: versions 1 and 6 are in force on the same days (test.yaml rules[1], test.yaml rules[6]), "
        "and 4 more overlap 6",
    ]
    assert len(told) == 1 + 2 + 3 + 1 + 1


def test_11_what_is_milder_than_itself_through_others_is_named_and_what_only_leads_there_is_not():
    of = {"family": "f"}
    given = [rule(id="T-1", milder_than=["T-2"], **of), rule(id="T-2", milder_than=["T-1"], **of)]
    assert problems(files(*given, rule(id="T-3", milder_than=["T-1"], **of))) == [
        "test.yaml: T-1: milder_than: leads back to T-1",
        "test.yaml: T-2: milder_than: leads back to T-2",
    ]


def test_1_a_file_with_bad_yaml_is_one_line_among_the_others():
    told = problems(files(rule(source=3)) | {"bad.yaml": "rules: ["})
    assert len(told) == 2
    assert told[0].startswith("bad.yaml: not YAML: ")
    assert told[1].startswith("test.yaml: T-1: source: ")


def test_1_a_day_that_does_not_exist_is_an_error_of_its_field_and_hides_nothing():
    text = files(rule(), rule(id="T-2", source=3, acts=["no_such_act"]))["test.yaml"].replace("'2022-01-01'", "2018-02-30", 1)
    text = text.replace("years: 3", "years: 3\n    years: 4", 1)
    assert "2018-02-30" in text
    assert set(problems(files() | {"test.yaml": text, "other.yaml": "in: 2020-13-01\nrules: []\n"})) == {
        "test.yaml: T-1: in_force.from: '2018-02-30' is no day or time: day is out of range for month",
        "test.yaml: T-1: term.years: written twice",
        "test.yaml: T-2: source: is neither a text nor texts in `zh` and `en`",
        "test.yaml: T-2: acts: 'no_such_act' is not in codes/acts.yaml",
        "other.yaml: in: '2020-13-01' is no day or time: month must be in 1..12",
        "other.yaml: expected `instrument:` and a list `rules:`, and nothing else",
        "other.yaml: rules: is empty, a file has one rule at least",
    }


WRONG_TYPES = [("title", 5), ("term", "three"), ("jurisdiction", 37), ("exit", "over"), ("evidence", 7), ("notes", ["x"])]


@pytest.mark.parametrize(("field", "value"), WRONG_TYPES)
def test_1_a_field_of_the_wrong_type_hides_no_other_error_of_the_entry(field: str, value: object):
    other = {
        "acts": ["no_such_act", 5],
        "basis": [{"instrument": MEMO, "article": "第1条"}],
        "measures": [
            measure(wording="可以", imposed_by=["nowhere"]),
            measure("M2", nature=3),
            measure("M3", executes="association"),
            measure("M4", basis=basis(CITY), text="可以公布"),
        ],
        "clauses": [
            clause(measures=["M1", "M9", "M4"], also_respondent=True, acts=["elsewhere"]),
            clause("board", roles=["director"], effect=9, term={"type": "range", "years": "x"}),
        ],
    }
    told = set(problems(files(rule(**other, **{field: value}))))
    assert {line for line in told if line.startswith(f"test.yaml: T-1: {field}")}
    expected = {
        "acts[2]: Input should be a valid string",
        "acts: 'no_such_act' is not in codes/acts.yaml",
        "measures.M1.kind: 可以 is no duty: recommended",
        "measures.M1.imposed_by: 'nowhere' is not in codes/acts.yaml",
        "measures.M2.nature: Input should be 'restriction', 'own_list', 'court_measure' or 'record'",
        "measures.M3.kind: association may be asked, never bound: recommended",
        "measures.M3: no clause uses it",
        "measures.M4.kind: the passage says 可以: recommended, or `wording` names its word of duty",
        "clauses.head.measures: no measure 'M9'",
        "clauses.head.also_respondent: goes with `when: named` and nothing else",
        "clauses.head.acts: 'elsewhere' is no act of the rule",
        "clauses.head: measures of one clause differ at the gate: split the clause",
        "clauses.board.when: director answers only where a document names and finds him: `when: named`",
        "clauses.board.effect: Input should be 'restrict' or 'record'",
        "clauses.board.term.years: Input should be a valid integer",
        "clauses.board.term.min_years: goes with a range, and with nothing else (in months: term.min_months)",
        "basis: rests on nothing but instruments of a disabled level: say why in `disabled`",
    }
    assert {f"test.yaml: T-1: {line}" for line in expected} <= told


def test_1_a_value_of_the_wrong_type_hides_nothing_in_the_instruments_file_nor_in_the_rules():
    content = {
        "levels": INSTRUMENTS["levels"] | {"broken": {"carries": "restriction", "label": LABEL}},
        "instruments": {LAW: "law", CITY: 5, MEMO: "nowhere", "甲": "law", "乙": "law"},
        "superior": {"甲": ["乙", 7], "乙": ["甲"], LAW: ["无"]},
    }
    told = set(problems(files(rule(acts=["no_such_act"]), **{"instruments.yaml": content})))
    assert told == {
        "instruments.yaml: levels.broken.carries: Input should be a valid tuple",
        f"instruments.yaml: instruments.{CITY}: Input should be a valid string",
        f"instruments.yaml: instruments.{MEMO}: no level 'nowhere' in `levels`",
        "instruments.yaml: superior.甲[2]: Input should be a valid string",
        f"instruments.yaml: superior.{LAW}: no instrument '无'",
        "instruments.yaml: superior: 乙 -> 甲 -> 乙 is a cycle",
        "test.yaml: T-1: acts: 'no_such_act' is not in codes/acts.yaml",
    }


def test_1_a_file_with_a_key_too_many_is_checked_all_the_same():
    other = {"instrument": LAW, "rules": [rule(id="T-2", acts=["no_such_act"])], "comment": "x"}
    assert set(problems(files(rule(), **{"other.yaml": other}))) == {
        "other.yaml: expected `instrument:` and a list `rules:`, and nothing else",
        "other.yaml: T-2: acts: 'no_such_act' is not in codes/acts.yaml",
    }


def test_1_what_a_lawyer_should_look_at_is_no_error():
    catalogue = parsed(rule(measures=[measure(), measure("M2", wording="应当")], clauses=[clause(measures=["M1", "M2"])]))
    assert catalogue.doubts == (
        "test.yaml: T-1: measures.M1.kind: mandatory, and no word of the text says so: read it and give `wording`",
    )


def test_1_where_a_passage_has_a_word_of_duty_and_one_of_none_a_lawyer_is_asked_which_is_meant():
    both = measure("M1", wording="应当", text="依法应当列入的，可以予以限制")
    catalogue = parsed(
        rule(measures=[both, measure("M2", wording="应当", text="应当予以限制")], clauses=[clause(measures=["M1", "M2"])])
    )
    assert catalogue.doubts == ("test.yaml: T-1: measures.M1.kind: the passage says 可以 beside 应当: see which is meant",)


@pytest.mark.parametrize("name", ["bad.yaml", "instruments.yaml"])
def test_1_a_file_that_is_not_utf_8_is_one_line_among_the_others(tmp_path, name):
    for file, text in files(rule(source=3)).items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    (tmp_path / name).write_bytes("规则: 示例".encode("gb18030"))
    with pytest.raises(ConfigError) as caught:
        load_catalogue(tmp_path)
    assert str(caught.value).splitlines() == [
        f"{name}: is not UTF-8",
        "test.yaml: T-1: source: is neither a text nor texts in `zh` and `en`",
    ]


@pytest.mark.parametrize("years", [0, -3, 101, 10**30, True])
def test_1_a_term_is_between_1_and_100_years(years):
    (told,) = problems(files(rule(term={"type": "fixed", "years": years})))
    assert told.startswith("test.yaml: T-1: term.years: ")


@pytest.mark.parametrize("day", ["0022-01-01", "3000-01-01", "1899-12-31", 2022, 0, "2022", "2022-13-01"])
@pytest.mark.parametrize("end", ["from", "until"])
def test_1_a_rule_begins_and_ends_in_a_real_year(day, end):
    (told,) = problems(files(rule(in_force={"from": "2000-01-01"} | {end: day})))
    assert told.startswith(f"test.yaml: T-1: in_force.{end}: ")


def test_6_a_comment_that_looks_like_the_head_of_a_file_changes_nothing():
    given = files(rule())
    given["test.yaml"] += "# file: x\n# a comment # file: y"
    assert split_text(join_text(given)) == given
    first = parse_catalogue(given)
    again = parse_catalogue(split_text(first.text))
    assert (again.hash, again.text, again.rules) == (first.hash, first.text, first.rules)


@pytest.mark.parametrize("text", ["# file: a.yaml\n", "[]", '{"a": 1}'])
def test_6_a_text_of_no_catalogue_is_an_error(text):
    with pytest.raises(ConfigError, match="text of the rules cannot be read"):
        split_text(text)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ([rule(measures=[measure(wording="不得", kind="recommended")])], "measures.M1.kind: 不得 is a duty: mandatory"),
        ([rule(measures=[measure(wording="可以")])], "measures.M1.kind: 可以 is no duty: recommended"),
        ([rule(basis=[{"instrument": LAW, "article": "  "}])], "basis"),
        ([rule(id="")], "id"),
        ([rule(id="<b>x</b>")], "id"),
        ([rule(milder_than=["T-1"])], "test.yaml: T-1: milder_than: leads back to T-1"),
        (
            [rule(milder_than=["T-2"]), rule(id="T-2", acts=["listed_wage_arrears"], milder_than=["T-1"])],
            "test.yaml: T-2: milder_than: leads back to T-2",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(rules: list[dict[str, Any]], told: str):
    with pytest.raises(ConfigError, match=re.escape(told)):
        parsed(*rules)


def test_a_file_that_ends_otherwise_is_not_passed_over_in_silence(tmp_path: Path):
    for name, text in files(rule()).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    load_catalogue(tmp_path)
    (tmp_path / "more.yml").write_text("rules: []", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"more\.yml: is not read: the name of a file of rules ends in \.yaml"):
        load_catalogue(tmp_path)


@pytest.mark.parametrize(("written", "meant"), [("010", 8), ("1:30", 90), ("1_0", 10)])
def test_12_a_number_that_is_read_as_another_is_refused_and_what_was_taken_is_read_as_it_was(written, meant):
    given = {name: text.replace("years: 3", f"years: {written}") for name, text in files(rule()).items()}
    (told,) = problems(given)
    assert told.startswith(f"test.yaml: T-1: term.years: '{written}' would be read as {meant}: write it in decimal digits")
    assert as_recorded(join_text(given)).rules["T-1"].term.years == meant
