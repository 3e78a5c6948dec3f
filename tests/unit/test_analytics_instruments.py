"""The numbered invariants of `analytics.responsibility.instruments`, and what is refused at once with them."""

from __future__ import annotations

import pytest
import yaml

from analytics.responsibility.catalogue import parse_catalogue, shipped
from analytics.responsibility.instruments import problems_in, problems_of
from graph.model import PremiseState
from tests.builder import Case
from tests.unit.test_analytics_catalogue import CITY, INSTRUMENTS, LAW, basis, clause, files, measure, parsed, problems, rule


def with_superior(superior: dict[str, list[str]], *rules: dict[str, object]) -> dict[str, str]:
    text = yaml.safe_dump(INSTRUMENTS | {"superior": superior}, allow_unicode=True, sort_keys=False)
    return files(*(rules or (rule(),))) | {"instruments.yaml": text}


@pytest.mark.parametrize(("bases", "carried"), [([CITY], 0), ([LAW], 1), ([CITY, LAW], 1)])
def test_1_a_measure_is_carried_by_an_instrument_whose_level_may_carry_its_nature(bases, carried):
    cited = [entry for name in bases for entry in basis(name)]
    catalogue = parsed(rule(measures=[measure(basis=cited)]))
    found = catalogue.instruments.carrying(catalogue.rules["T-1"].measures[0])
    assert [item.instrument for item in found] == [LAW] * carried


@pytest.mark.parametrize(("named_by", "outcome"), [([CITY], "lead"), ([LAW], "established"), ([CITY, LAW], "established")])
def test_1_the_article_that_names_the_role_is_of_an_instrument_that_may_carry_something(named_by, outcome):
    cited = [entry for name in named_by for entry in basis(name)]
    case = Case(parsed(rule(clauses=[clause(basis=cited)])))
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", ["listed_wage_arrears"])
    (found,) = case.findings("王示例", rule="T-1")
    assert str(found.outcome) == outcome
    if outcome == "lead":
        (gate,) = (premise for premise in found.premises if premise.state is not PremiseState.PROVED)
        assert (gate.name, gate.reason) == ("superior_basis", "basis_missing")
        assert (CITY, "第1条") in gate.compared


def test_1_what_stands_above_carries_nothing_that_is_not_cited():
    catalogue = shipped()
    assert "山东省社会信用条例" in catalogue.instruments.superior["临政发〔2018〕3号"]
    own = [m for m in catalogue.rules["LY-D1"].measures if {b.instrument for b in m.basis} == {"临政发〔2018〕3号"}]
    assert own
    assert not any(map(catalogue.instruments.carrying, own))


@pytest.mark.parametrize(
    ("mark", "gap"), [("verbatim", ""), ("secondary", ""), ("memory", "basis_unread"), ("not_read", "basis_unread")]
)
def test_4_an_article_that_nobody_read_may_carry_and_shows_nothing(mark, gap):
    catalogue = parsed(rule(measures=[measure(basis=[basis(LAW)[0] | {"evidence": mark}])]))
    (given,) = catalogue.rules["T-1"].measures
    assert len(catalogue.instruments.carrying(given)) == 1
    assert len(catalogue.instruments.read(given)) == (0 if gap else 1)
    assert catalogue.instruments.gap(catalogue.rules["T-1"].clauses[0], [given]) == gap


@pytest.mark.parametrize(
    ("superior", "reason"),
    [
        ({CITY: ["未知法"]}, f"superior.{CITY}: no instrument '未知法'"),
        ({"未知法": [LAW]}, "superior.未知法: no instrument '未知法'"),
        ({LAW: [CITY]}, f"superior.{LAW}: {CITY} is of a lower level"),
        ({LAW: [LAW]}, f"superior: {LAW} -> {LAW} is a cycle"),
    ],
)
def test_2_what_stands_above_is_a_known_instrument_of_no_lower_level(superior, reason):
    assert problems(with_superior(superior)) == [f"instruments.yaml: {reason}"]


def test_2_a_cycle_is_named_once_whatever_the_detour():
    levels = {"instruments": {"甲法": "law", "乙法": "law", "丙法": "law", LAW: "law"}}
    text = yaml.safe_dump(
        INSTRUMENTS | levels | {"superior": {"甲法": ["乙法"], "乙法": ["丙法"], "丙法": ["甲法"]}}, allow_unicode=True
    )
    (told,) = problems(files(rule()) | {"instruments.yaml": text})
    assert told == "instruments.yaml: superior: 丙法 -> 甲法 -> 乙法 -> 丙法 is a cycle"


@pytest.mark.parametrize("back", [False, True])
def test_2_a_dense_table_is_walked_in_no_time(back):
    names = [f"i{place:03d}" for place in range(300)]
    above = {name: names[place + 1 :] for place, name in enumerate(names)}
    above[names[-1]] = [names[0]] if back else []
    told = list(problems_of(["law"], dict.fromkeys(names, "law"), above))
    assert told == (["superior: i000 -> i299 -> i000 is a cycle"] if back else [])


@pytest.mark.parametrize(
    ("superior", "cycles"),
    [
        ({"a": ["a"]}, ["a -> a"]),
        ({"a": ["b"], "b": ["c"], "c": ["a", "b"]}, ["a -> b -> c -> a"]),
        ({"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"], "e": ["a"]}, ["a -> b -> a", "c -> d -> c"]),
        ({"z": ["a"], "a": ["b"], "b": []}, []),
        ({"a": ["x"], "x": ["c"], "c": ["x"]}, ["c -> x -> c"]),
    ],
)
def test_2_one_cycle_of_every_knot_is_named(superior, cycles):
    assert list(problems_of(["law"], dict.fromkeys("abcdexz", "law"), superior)) == [
        f"superior: {cycle} is a cycle" for cycle in cycles
    ]


NEW = "示例新法"


def with_since(days: dict[str, str | None], *rules: dict[str, object]) -> dict[str, str]:
    content = INSTRUMENTS | {"instruments": INSTRUMENTS["instruments"] | {NEW: "law"}, "since": days}
    return files(*rules) | {"instruments.yaml": yaml.safe_dump(content, allow_unicode=True, sort_keys=False)}


def derived(days: dict[str, str | None], decided: str, bases: list[str], own: list[str]) -> list[tuple[str, list[str], list[str]]]:
    """Outcome, what is missing, and the articles of what a decision of a day gives under one rule."""
    cited = {"measures": [measure(basis=[one for name in bases for one in basis(name)])]}
    made = [clause(basis=[one for name in own for one in basis(name)])]
    case = Case(parse_catalogue(with_since(days, rule(**cited, clauses=made))))
    case.company("A").legal_representative("王示例", since="2015")
    case.decision("A", ["listed_wage_arrears"], date=decided)
    return [
        (str(f.outcome), [p.reason for p in f.premises if p.state is PremiseState.MISSING], [b.instrument for b in f.basis])
        for f in case.findings("王示例")
    ]


@pytest.mark.parametrize(
    ("decided", "bases", "own", "expected"),
    [
        ("2023-05-31", [NEW], [], ("lead", ["basis_not_in_force"], [NEW])),
        ("2023-06-01", [NEW], [], ("established", [], [NEW])),
        # Of two that carry it the older one is enough, and the younger is not shown as if it had been law.
        ("2023-05-31", [LAW, NEW], [], ("established", [], [LAW])),
        ("2023-06-01", [LAW, NEW], [], ("established", [], [LAW, NEW])),
        # Who is meant must have stood in an article of that day too.
        ("2023-05-31", [LAW], [NEW], ("lead", ["basis_not_in_force"], [LAW])),
        ("2023-06-01", [LAW], [NEW], ("established", [], [NEW, LAW])),
        # A month within which it came into force is not certainly after it.
        ("2023-06", [NEW], [], ("established", [], [NEW])),
        ("2023", [NEW], [], ("lead", ["basis_not_in_force"], [NEW])),
    ],
)
def test_5_an_article_carries_nothing_before_its_instrument_was_in_force(decided, bases, own, expected):
    (found,) = derived({NEW: "2023-06-01"}, decided, bases, own)
    outcome, missing, cited = expected
    day = {"decision_day_unknown"}  # a term cannot be counted from a vague day, which is told besides
    assert (found[0], [reason for reason in found[1] if reason not in day], found[2]) == (
        "lead" if day & set(found[1]) else outcome,
        missing,
        cited,
    )


def test_5_what_nothing_carries_while_it_is_in_force_is_refused_and_what_is_carried_later_is_in_doubt():
    young = rule(measures=[measure(basis=basis(NEW))], in_force={"from": "2022-01-01", "until": "2023-05-31"})
    told = "is in force since 2023-06-01, when the rule had ended"
    assert problems(with_since({NEW: "2023-06-01"}, young)) == [f"test.yaml: T-1: measures.M1.basis: {told}"]
    found = parse_catalogue(with_since({NEW: "2023-06-01"}, young | {"in_force": {"from": "2022-01-01"}}))
    (doubt,) = [line for line in found.doubts if "since" in line]
    assert doubt.startswith("test.yaml: T-1: measures.M1.basis: in force since 2023-06-01, the rule since 2022-01-01")
    assert not [line for line in parse_catalogue(with_since({NEW: "2021-06-01"}, rule())).doubts if "since" in line]


def test_5_measures_of_one_clause_are_carried_from_one_day_on():
    both = [measure("M1"), measure("M2", basis=basis(NEW))]
    mixed = rule(measures=both, clauses=[clause(measures=["M1", "M2"])])
    assert problems(with_since({NEW: "2023-06-01"}, mixed)) == [
        "test.yaml: T-1: clauses.head: measures of one clause differ at the gate: split the clause"
    ]
    assert parse_catalogue(with_since({NEW: "2021-06-01"}, mixed)).rules.keys() == {"T-1"}


def test_5_a_first_day_is_one_of_an_instrument():
    given = with_since({"未知法": "2023-06-01", NEW: None}, rule())
    assert problems(given) == [
        "instruments.yaml: since.未知法: no instrument '未知法'",
        f"instruments.yaml: since.{NEW}: has no day; leave it out where none is known",
    ]


def test_an_unknown_role_a_cycle_overlapping_versions_and_an_article_without_instrument_are_refused_at_once():
    rules = [
        rule(clauses=[clause(roles=["no_such_role"])]),
        rule(version=2, in_force={"from": "2023-01-01"}),
        rule(id="T-2", basis=[{"article": "第1条"}]),
        rule(id="T-3", measures=[measure(basis=[{"instrument": "未知法", "article": "第1条"}])]),
    ]
    assert set(problems(with_superior({LAW: [LAW]}, *rules))) == {
        f"instruments.yaml: superior: {LAW} -> {LAW} is a cycle",
        "test.yaml: T-1 rules[1]: clauses.head.roles: 'no_such_role' is not in codes/roles.yaml",
        "test.yaml: T-1: in_force: versions 1 and 2 are in force on the same days (test.yaml rules[1], test.yaml rules[2])",
        "test.yaml: T-2: basis[1].instrument: Field required",
        "test.yaml: T-3: measures.M1.basis: no instrument '未知法' in instruments.yaml",
    }


def test_versions_that_follow_each_other_are_one_rule():
    first = rule(in_force={"from": "2022-01-01", "until": "2022-12-31"})
    catalogue = parsed(first, rule(version=2, in_force={"from": "2023-01-01"}))
    assert [(item.id, item.version) for item in catalogue.versions] == [("T-1", 1), ("T-1", 2)]
    assert catalogue.rules["T-1"].version == 2


def test_3_all_of_it_is_told_at_once_whatever_else_is_wrong():
    content = {
        "levels": {"law": {}, "rule": {}},
        "instruments": {"甲": "law", "乙": "rule", "丙": "nowhere", "丁": 5},
        "superior": {"甲": ["乙", 7], "丙": ["无"], "丁": ["丁"], "戊": "甲"},
    }
    told = list(problems_in(content))
    assert told[0] == "superior: 丁 -> 丁 is a cycle", "what is of a lower level may be so because of it"
    assert set(told) == {
        "instruments.丙: no level 'nowhere' in `levels`",
        "superior.甲: 乙 is of a lower level",
        "superior.丙: no instrument '无'",
        "superior: 丁 -> 丁 is a cycle",
    }
