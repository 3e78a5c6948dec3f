"""The numbered invariants of `analytics.responsibility.rule_sense`, one test a number, on small rule files."""

from __future__ import annotations

from typing import Any

import pytest

from analytics.responsibility.catalogue import as_recorded, join_text
from analytics.responsibility.rule_sense import PROVINCES
from graph.model import Term
from tests.builder import Case, shipped
from tests.unit.test_analytics_catalogue import INSTRUMENTS, LAW, basis, clause, files, measure, parsed, problems, rule

UNSEEN = ["\u200b", "\u00a0", "\u3000", "\ufeff\u2060", "\u202e", "\u3164", "\u0007", "\u00ad"]


def told(*rules: dict[str, Any]) -> list[str]:
    return [line.removeprefix("test.yaml: T-1: ") for line in problems(files(*rules))]


@pytest.mark.parametrize("text", ["", *UNSEEN])
@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("authority", lambda text: {"authority": text}),
        ("source", lambda text: {"source": text}),
        ("title.zh", lambda text: {"title": {"zh": text, "en": "x"}}),
        ("measures.M1.name.en", lambda text: {"measures": [measure() | {"name": {"zh": "示例", "en": text}}]}),
        ("basis[1].article", lambda text: {"basis": [{"instrument": LAW, "article": text}]}),
        ("exit[2]", lambda text: {"exit": ["over", text]}),
        ("family", lambda text: {"family": text}),
        ("left_out.X", lambda text: {"left_out": {"X": text}}),
    ],
)
def test_1_a_text_that_must_be_there_shows_something(field, change, text):
    (line,) = told(rule(**change(text)))
    assert line.startswith(f"{field}: ")


@pytest.mark.parametrize("text", UNSEEN)
@pytest.mark.parametrize("field", ["notes", "disabled", "repair", "objection"])
def test_1_a_text_that_may_be_left_out_is_left_out_or_shows_something(field, text):
    assert told(rule(**{field: text})) == [f"{field}: is blank: nobody sees anything in it"]
    assert parsed(rule(**{field: ""}))


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200b", "\u0000", "\u001b", "\u007f", "\u2028", "\u200f"])
@pytest.mark.parametrize("field", ["notes", "authority", "source"])
def test_1_no_text_has_a_character_that_nobody_sees(field, sign):
    assert told(rule(**{field: f"示例{sign}局"})) == [f"{field}: has characters that nobody sees: U+{ord(sign):04X}"]


def test_1_nor_has_the_name_of_an_instrument():
    names = INSTRUMENTS["instruments"] | {"坏\u202e法": "law", "\u00a0": "law"}
    assert set(problems(files(rule(), **{"instruments.yaml": INSTRUMENTS | {"instruments": names}}))) == {
        "instruments.yaml: instruments: the name '坏\\u202e法' has characters that nobody sees: U+202E",
        "instruments.yaml: instruments: the name '\\xa0' is blank",
    }


def test_1_a_text_of_several_lines_and_every_script_is_a_text():
    assert parsed(rule(notes="一行\n二行 — “é” 𠮷 №5", title={"zh": "（示例）", "en": "example"}))


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("acts", {"acts": ["listed_wage_arrears"] * 2}),
        ("domains", {"domains": ["D2", "D1", "D2"]}),
        ("cited_as", {"cited_as": ["甲", "甲"]}),
        ("measures.M1.imposed_by", {"measures": [measure(imposed_by=["fine", "fine"])]}),
        ("clauses.head.roles", {"clauses": [clause(roles=["legal_representative"] * 2)]}),
        ("clauses.head.measures", {"clauses": [clause(measures=["M1", "M1"])]}),
        ("clauses.head.penalised_by", {"clauses": [clause(penalised_by=["fine", "fine"])]}),
        ("clauses.head.needs", {"clauses": [clause(needs=["heard", "heard"])]}),
    ],
)
def test_2_no_list_has_one_code_twice(field, change):
    (line,) = told(rule(**change))
    assert line.startswith(f"{field}: '")
    assert line.endswith("' stands twice")


@pytest.mark.parametrize("code", ["３７", "371", "37131", "٣٧", "37131201"])
def test_3_a_territory_has_two_four_or_six_digits(code):
    (line,) = told(rule(jurisdiction=code))
    assert line.startswith("jurisdiction: String should match pattern")


@pytest.mark.parametrize("code", ["999999", "00", "3700", "370000", "371300", "38", "1300"])
def test_3_a_territory_is_a_province_or_a_place_in_one(code):
    (line,) = told(rule(jurisdiction=code))
    assert line.startswith(f"jurisdiction: {code!r} ")


@pytest.mark.parametrize("code", [*sorted(PROVINCES), "3713", "371302"])
def test_3_and_is_taken_as_such(code):
    assert parsed(rule(jurisdiction=code)).rules["T-1"].jurisdiction == code


MIXED = rule(
    measures=[measure(wording="不得"), measure("M2", wording="不得", imposed_by=["industry_ban"])],
    clauses=[clause(roles=["directly_responsible"], when="named", measures=["M1", "M2"])],
)


def test_4_the_measures_of_one_clause_are_imposed_by_the_same_acts():
    reason = "what a decision imposes of one would be told of the other: split the clause"
    assert told(MIXED) == [f"clauses.head.measures: M1 and M2 differ in imposed_by; {reason}"]
    same = [measure(imposed_by=["fine", "warning"]), measure("M2", imposed_by=["warning", "fine"])]
    assert parsed(rule(measures=same, clauses=[clause(measures=["M1", "M2"])]))


def test_4_so_that_what_a_decision_imposes_is_told_of_no_other_measure():
    split = [
        clause(roles=["directly_responsible"], when="named"),
        clause("ban", roles=["directly_responsible"], when="named", measures=["M2"]),
    ]
    case = Case(parsed(MIXED | {"clauses": split}))
    case.company("A")
    case.decision("A", ["listed_wage_arrears"], date="2023-05-10")
    case.names("王示例", "A", responsible=True, imposed={"industry_ban": Term(years=2)})
    found = {f.clause: (str(f.outcome), f.origin, [m.id for m in f.measures], f.until) for f in case.findings()}
    assert found == {
        "head": ("established", "derived", ["M1"], "2026-05-10"),
        "ban": ("established", "imposed", ["M2"], "2025-05-10"),
    }


def test_4_no_rule_that_ships_mixes_them():
    for each in shipped().versions:
        for part in each.clauses:
            assert len({frozenset(m.imposed_by) for m in each.measures_of(part)}) == 1, (each.id, part.id)


@pytest.mark.parametrize("when", ["named", "office_at_conduct", "office_at_listing"])
def test_5_the_respondent_stands_alone_among_the_roles(when):
    (line,) = told(rule(clauses=[clause(roles=["respondent", "legal_representative"], when=when)]))
    assert line.startswith("clauses.head.roles: respondent stands alone: ")


@pytest.mark.parametrize(("roles", "when"), [(["director"], "named"), (["respondent"], "respondent")])
def test_5_only_who_answers_by_office_has_a_timeline(roles, when):
    (line,) = told(rule(clauses=[clause(roles=roles, when=when, timeline="register")]))
    assert line.startswith("clauses.head.timeline: goes with an office that is held")
    assert parsed(rule(clauses=[clause(timeline="register")]))


def test_6_the_id_of_a_rule_is_in_capitals_and_a_version_has_three_digits_at_most():
    assert problems(files(rule(id="d2-wage"))) == ["test.yaml: d2-wage: id: is written in capitals: D2-WAGE"]
    assert told(rule(version=10**30)) == ["version: has 31 digits: 999 is the last"]
    assert parsed(rule(version=999))


def test_what_is_wrong_in_many_ways_is_told_of_every_way_at_once():
    lines = told(MIXED | {"jurisdiction": "38", "source": 3, "notes": "\u200b", "acts": ["listed_wage_arrears"] * 2})
    assert [line.split(":")[0] for line in lines] == ["source", "notes", "acts", "jurisdiction", "clauses.head.measures"]


def test_what_was_recorded_is_read_again_as_it_was_taken():
    text = join_text(files(MIXED | {"jurisdiction": "371300", "notes": " "}, rule(id="T-2", family="x", milder_than=["T-1"])))
    again = as_recorded(text)
    assert (again.text, list(again.rules)) == (text, ["T-1", "T-2"])


def test_an_instrument_that_is_none_is_told_once_whatever_cites_it():
    nowhere = rule(basis=basis("无"), measures=[measure(basis=basis("无"))], clauses=[clause(basis=basis("无"))])
    assert told(nowhere) == ["basis: no instrument '无' in instruments.yaml (nor for clauses.head.basis, measures.M1.basis)"]
    of_it = files(**{"test.yaml": {"instrument": "无", "rules": [nowhere]}})
    assert problems(of_it) == ["test.yaml: instrument: no instrument '无' in instruments.yaml"]


def test_a_measure_is_named_in_one_way_in_every_message():
    wrong = rule(measures=[measure(category="x", wording="可以", basis=[{"instrument": LAW}])])
    assert {line.split(": ")[0] for line in told(wrong)} == {
        "measures.M1.category",
        "measures.M1.kind",
        "measures.M1.basis[1].article",
    }


def test_a_rule_is_milder_than_one_of_its_own_family_alone():
    family = {"family": "x", "acts": ["fine"]}
    assert parsed(rule(**family), rule(id="T-2", milder_than=["T-1"], **family))
    assert problems(files(rule(**family), rule(id="T-2", milder_than=["T-1"]))) == [
        "test.yaml: T-2: milder_than: T-1 is of another family, so that the two never answer one act"
    ]
    assert problems(files(rule(milder_than=["T-1"]))) == ["test.yaml: T-1: milder_than: leads back to T-1"]


BAN = "二年内不得担任其他经营者的法定代表人"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"bars": {"offices": ["director"]}}, "what bars from an office is a restriction"),
        ({"name": {"zh": BAN, "en": "a ban"}}, "不得担任 bars from an office or a trade: restriction"),
        ({"text": f"其法定代表人自列入之日起{BAN}", "wording": "不得"}, "不得担任 bars from an office or a trade: restriction"),
        ({"name": {"zh": "证券市场禁入", "en": "a ban"}}, "禁入 bars from an office or a trade: restriction"),
        ({"name": {"zh": "终身不得再从事药品生产", "en": "a ban"}}, "不得再从事 bars from an office or a trade: restriction"),
    ],
)
@pytest.mark.parametrize("nature", ["own_list", "court_measure", "record"])
def test_7_what_bars_is_a_restriction_whatever_it_is_called(nature, more, reason):
    effect = "record" if nature == "record" else "restrict"
    given = rule(measures=[measure(nature=nature) | more], clauses=[clause(effect=effect)])
    assert told(given) == [f"measures.M1.nature: {nature}: {reason}"]
    as_restriction = rule(measures=[measure() | more])
    assert parsed(as_restriction).rules.keys() == {"T-1"}
    assert as_recorded(join_text(files(given))).rules.keys() == {"T-1"}


@pytest.mark.parametrize("word", ["不得", "禁止", "责令", "处", "处以", "取消", "撤销", "不适用"])
def test_7_a_record_or_a_list_takes_nothing_away(word):
    for nature, effect in (("own_list", "restrict"), ("record", "record")):
        given = rule(measures=[measure(nature=nature, wording=word)], clauses=[clause(effect=effect)])
        assert told(given) == [f"measures.M1.nature: {nature}: {word} takes something away: restriction"]
    courts = rule(measures=[measure(nature="court_measure", wording=word)])
    assert parsed(courts).rules.keys() == {"T-1"}


NAMED = {"when": "named"}


@pytest.mark.parametrize(
    ("roles", "target", "more"),
    [
        (["legal_representative"], "enterprise", {}),
        (["directly_responsible"], "enterprise", NAMED),
        (["shareholder", "director"], "enterprise", NAMED),
        (["branch_of"], "person", NAMED),
    ],
)
def test_8_a_measure_that_could_reach_nobody_whom_the_clause_names_is_refused(roles, target, more):
    given = rule(measures=[measure(target=target)], clauses=[clause(roles=roles, **more)])
    reason = f"the target of M1 is {target}, which {roles[-1]} is not: it would reach nobody"
    assert told(given) == [f"clauses.head.measures: {reason}"]
    assert as_recorded(join_text(files(given))).rules.keys() == {"T-1"}


@pytest.mark.parametrize("target", ["enterprise", "person"])
@pytest.mark.parametrize(
    "who",
    [
        {"roles": ["respondent"], "when": "respondent"},
        {"roles": ["shareholder"], **NAMED},
        {"roles": ["responsible_person_found"], **NAMED},
    ],
)
def test_8_who_may_be_an_enterprise_or_a_person_is_reached_by_measures_on_either(target, who):
    assert parsed(rule(measures=[measure(target=target)], clauses=[clause(**who)])).rules.keys() == {"T-1"}
