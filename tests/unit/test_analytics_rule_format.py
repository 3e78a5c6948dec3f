"""The numbered invariants of `analytics.responsibility.rule_format`, one test a number."""

from __future__ import annotations

import re

import pytest

from analytics.responsibility.rule_format import BY_OFFICE
from analytics.responsibility.rule_measures import MAY
from graph import codes
from graph.errors import ConfigError
from tests.unit.test_analytics_catalogue import LAW, clause, files, measure, parsed, problems, rule


def refused(given: dict[str, object], reason: str) -> None:
    with pytest.raises(ConfigError, match=f"test.yaml: T-1: {re.escape(reason)}"):
        parsed(given)


@pytest.mark.parametrize("word", sorted(MAY))
def test_1_a_measure_is_mandatory_only_where_the_text_says_so(word):
    refused(rule(measures=[measure(wording=word)]), f"measures.M1.kind: {word} is no duty: recommended")
    assert parsed(rule(measures=[measure(wording=word, kind="recommended")]))


@pytest.mark.parametrize("word", ["应当", "不得", "禁止", "责令"])
def test_1_and_may_be_so_where_it_does(word):
    assert parsed(rule(measures=[measure(wording=word)]))


@pytest.mark.parametrize("role", sorted({role.code for role in codes.load("roles")} - BY_OFFICE))
@pytest.mark.parametrize("when", ["office_at_conduct", "office_at_listing"])
def test_2_by_office_answer_only_those_whom_a_text_may_name_without_a_word_of_fault(role, when):
    reason = f"clauses.head.when: {role} answers only where a document names and finds him: `when: named`"
    refused(rule(clauses=[clause(roles=[role], when=when)]), reason)
    assert parsed(rule(clauses=[clause(roles=[role], when="named")]))


@pytest.mark.parametrize("field", ["circumstances", "penalised_by"])
def test_3_what_a_clause_asks_a_decision_to_contain_is_a_coded_act(field):
    refused(rule(clauses=[clause(**{field: ["no_such_act"]})]), f"clauses.head.{field}: 'no_such_act' is not in codes/acts.yaml")
    assert parsed(rule(clauses=[clause(**{field: ["fine"]})]))


def test_3_and_a_clause_answers_only_acts_of_its_rule():
    refused(rule(clauses=[clause(acts=["fine"])]), "clauses.head.acts: 'fine' is no act of the rule")


@pytest.mark.parametrize(
    ("term", "reason"),
    [
        ({"type": "range", "max_years": 3}, "term.min_years: goes with a range"),
        ({"type": "range", "min_years": 1, "min_months": 3, "max_years": 3}, "term.min_months: takes the place of term.min_years"),
        ({"type": "range", "min_months": 13, "max_years": 1}, "term.max_years: is less than the least"),
        ({"type": "by_decision", "min_months": 3}, "term.min_years: goes with a range"),
        ({"type": "range", "min_years": 1}, "term.max_years: a range has an end"),
        ({"type": "range", "min_years": 5, "max_years": 3}, "term.max_years: is less than the least"),
        ({"type": "fixed", "years": 5, "min_years": 1}, "term.min_years: goes with a range"),
        ({"type": "cap"}, "term.years: goes with a fixed term or a cap"),
        ({"type": "life", "years": 5}, "term.years: goes with a fixed term or a cap"),
        ({"type": "open", "max_years": 5}, "term.max_years: goes with a range, a fixed term or a term by decision"),
    ],
)
def test_4_a_term_is_what_its_type_says(term, reason):
    refused(rule(term=term), reason)
    refused(rule(clauses=[clause(term=term)]), f"clauses.head.{reason}")


@pytest.mark.parametrize("mark", ["memory", "not_read"])
@pytest.mark.parametrize("field", ["role", "condition", "measures"])
def test_5_what_nobody_saw_in_a_text_disables_a_clause(mark, field):
    loaded = parsed(rule(clauses=[clause(evidence={field: mark})])).rules["T-1"]
    assert loaded.why_disabled(loaded.clauses[0]).endswith(f": {field}")


def test_a_decision_against_the_person_himself_goes_with_naming_alone():
    refused(rule(clauses=[clause(also_respondent=True)]), "clauses.head.also_respondent: goes with `when: named`")


def test_one_of_two_offices_needs_two_of_them():
    refused(rule(clauses=[clause(either=True)]), "clauses.head.either: goes with two or more offices, by office")


def test_1_a_passage_that_only_allows_is_no_duty_and_a_word_stands_in_its_passage():
    def told(**more: str) -> list[str]:
        return [line.split(": ", 2)[2] for line in problems(files(rule(measures=[measure(**more)])))]

    assert told(text="可以限制") == ["measures.M1.kind: the passage says 可以: recommended, or `wording` names its word of duty"]
    for fits in ({"text": "应当限制，可以公布", "wording": "应当"}, {"text": "可以限制", "kind": "recommended"}):
        assert parsed(rule(measures=[measure(**fits)])).rules.keys() == {"T-1"}
    assert told(text="予以限制", wording="应当") == ["measures.M1.wording: 应当 does not stand in `text`"]


def test_6_every_article_bears_a_mark_its_own_or_that_of_what_it_is_cited_for():
    def cited(article: str, **more: str) -> dict[str, str]:
        return {"instrument": LAW, "article": article, **more}

    given = rule(
        basis=[cited("1"), cited("2", evidence="memory")],
        measures=[measure(basis=[cited("3"), cited("4", evidence="not_read")]), measure("M2", basis=[cited("5")])],
        clauses=[
            clause(basis=[cited("6")], measures=["M1"]),
            clause("other", basis=[cited("7")], measures=["M2"], evidence={"role": "memory", "measures": "not_read"}),
        ],
        evidence=rule()["evidence"] | {"roles": "secondary"},
    )
    (read,) = parsed(given).versions
    marks = {b.article: b.evidence for part in (read, *read.measures, *read.clauses) for b in part.basis}
    assert marks == {
        "1": "secondary", "2": "memory", "3": "verbatim", "4": "not_read", "5": "not_read", "6": "secondary", "7": "memory",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("bars", "target", "reason"),
    [
        ({"offices": ["boss"]}, "person", "measures.M1.bars.offices: 'boss' is no office in codes/roles.yaml"),
        ({"offices": ["shareholder"]}, "person", "measures.M1.bars.offices: 'shareholder' is no office in codes/roles.yaml"),
        ({"offices": ["director"]}, "enterprise", "measures.M1.bars: a measure on enterprises bars nobody from an office"),
    ],
)
def test_a_measure_bars_a_person_from_an_office_or_from_nothing(bars, target, reason):
    refused(rule(measures=[measure(bars=bars, target=target)]), reason)
    assert parsed(rule(measures=[measure(bars={"offices": ["director"]}, target="person")]))


def test_what_is_left_out_has_a_reason_and_is_no_measure_of_the_rule():
    refused(rule(left_out={"M1": "why"}), "left_out.M1: is among the measures")
    refused(rule(left_out={"M9": " "}), "left_out.M9: is blank: nobody sees anything in it")
    assert parsed(rule(left_out={"M9": "another duty"})).rules["T-1"].left_out["M9"].en == "another duty"


def test_7_a_text_stands_in_both_languages_or_as_one_that_stands_for_both():
    (made,) = parsed(rule(objection="复议\n", not_reached=["x", {"zh": "股东", "en": "shareholders"}])).versions
    assert made.objection is not None
    assert (made.objection.zh, made.objection.en) == ("复议", "复议")
    assert [(said.zh, said.en) for said in made.not_reached] == [("x", "x"), ("股东", "shareholders")]
    assert made.notes is None


def test_7_so_does_what_ends_and_what_repairs():
    both = {"zh": "申请修复", "en": "apply"}
    (made,) = parsed(rule(exit=["over", {"zh": "期满", "en": "over"}], repair=both)).versions
    assert [(said.zh, said.en) for said in made.exit] == [("over", "over"), ("期满", "over")]
    assert made.repair is not None
    assert (made.repair.zh, made.repair.en) == ("申请修复", "apply")
    refused(rule(exit=[{"zh": "期满"}]), "exit[1].en: Field required")
    refused(rule(repair={"zh": "", "en": "apply"}), "repair.zh: is blank: nobody sees anything in it")


def test_7_neither_language_is_left_out_of_a_pair():
    refused(rule(objection={"zh": "复议"}), "objection.en: Field required")
    refused(rule(notes={"zh": "复议", "en": ""}), "notes.en: is blank: nobody sees anything in it")
    refused(rule(not_reached=[{"zh": "股东", "en": "shareholders", "fr": "actionnaires"}]), "not_reached[1].fr: Extra inputs")
    refused(rule(notes=3), "notes: is neither a text nor texts in `zh` and `en`")
    refused(rule(left_out={"M9": ["x"]}), "left_out.M9: is neither a text nor texts in `zh` and `en`")
    refused(rule(measures=[measure(note={"zh": "示例"})]), "measures.M1.note.en: Field required")
    refused(rule(term=rule()["term"] | {"note": 3}), "term.note: is neither a text nor texts in `zh` and `en`")
    refused(rule(clauses=[clause(note={"zh": " ", "en": "x"})]), "clauses.head.note.zh: is blank: nobody sees anything in it")
