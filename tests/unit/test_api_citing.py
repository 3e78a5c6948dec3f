"""The invariants of `api.use_cases.citing`, by number: no article is cited as if it had been read when it was not."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest

from analytics.responsibility.catalogue import Catalogue, parse_catalogue
from analytics.responsibility.policy.document import load_policy
from analytics.responsibility.remedies import load_remedies
from api.letter_page import Sender, letter_page
from api.locales import LANGS, texts
from api.rendering import explanation
from api.use_cases.citing import fields_unread
from api.use_cases.explaining import explain
from api.use_cases.findings import as_json
from api.use_cases.lawbook import list_rules, rule_json
from api.use_cases.letter import letter
from api.use_cases.policy import matrix_rows, measure_list, told_articles
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.reading import snapshot_of
from graph.model import Finding
from graph.store import open_store
from graph.store.base import Store
from tests.api_world import INSTRUMENTS, RULES, TODAY, actor, add, case
from tests.builder import shipped

MARKS = {"secondary": "据转载", "memory": "凭记忆", "not_read": "未读到"}
ARTICLE = "证券法（2005年修订）第233条"


def rules(mark: str) -> Catalogue:
    """The small law, of which 第二条 (behind every measure) is known as given."""
    text = RULES.replace("article: 第二条}", f"article: 第二条, evidence: {mark}}}")
    return parse_catalogue({"instruments.yaml": INSTRUMENTS, "made_up.yaml": text})


def world(catalogue: Catalogue) -> Store:
    store = open_store("sqlite:///:memory:")
    add(store, *case().facts)
    propagate(store, catalogue, actor(store=store))
    return store


@pytest.mark.parametrize("mark", ["verbatim", *MARKS])
def test_1_a_human_reads_how_each_article_is_known_in_explanation_and_letter(mark: str):
    catalogue = rules(mark)
    with world(catalogue) as store:
        graph = snapshot_of(store)
        for finding in [fact.value for fact in stored_findings(store)]:
            told = {lang: explain(store, graph, catalogue, finding, texts(lang), TODAY) for lang in LANGS}
            page = letter_page(letter(store, graph, catalogue, load_remedies(), finding, TODAY), Sender())
            for lang, document in told.items():
                marked = "示例法 第二条" + ("" if mark == "verbatim" else texts(lang).say(f"article_mark.{mark}"))
                lines = list(explanation(document, texts(lang)))
                assert f"  {marked}" in lines
                gate = next(pair for p in document["premises"] if p["name"] == "superior_basis" for pair in p["compared"])
                assert f"{gate['label']} {gate['value']}" == marked
            assert page.count("第二条" + MARKS.get(mark, "<")) + page.count("第二条（" + MARKS.get(mark, "-")) == (
                1 if mark == "verbatim" else 2
            )


@pytest.mark.parametrize("mark", list(MARKS))
def test_2_a_program_is_told_in_the_finding_and_in_its_explanation(mark: str):
    catalogue = rules(mark)
    with world(catalogue) as store:
        graph = snapshot_of(store)
        for finding in [fact.value for fact in stored_findings(store)]:
            assert "示例法 第二条" in as_json(graph, finding, TODAY)["unverified"]
            assert "示例法 第二条" in [
                item["field"] for item in explain(store, graph, catalogue, finding, texts("zh"), TODAY)["unverified"]
            ]
    row = next(row for row in list_rules(catalogue) if row["id"] == "T-OFFICE")
    shown = rule_json(catalogue, "T-OFFICE")
    assert row["unverified"] == shown["unverified"] == ["term", "示例法 第二条"]
    assert shown["measures"][0]["basis"] == [{"instrument": "示例法", "article": "第二条", "evidence": mark}]
    assert shown["basis"][0]["evidence"] == "verbatim"


def test_1_the_matrix_and_the_list_of_measures_mark_what_ships_from_memory():
    rows = matrix_rows(load_policy(), shipped(), TODAY.replace(year=2018))
    cells = [row for row in rows if ARTICLE in row["articles"]]
    assert cells
    listed = [row for row in measure_list(load_policy(), shipped())["measures"] if ARTICLE in row["articles"]]
    assert [row["id"] for row in listed] == ["D2-SEC06-01"]
    for row in (*cells, *listed):
        assert row["unverified"][ARTICLE] == "memory"
        assert f"{ARTICLE}（凭记忆，未核对原文）" in told_articles(row, texts("zh"))
        assert f"{ARTICLE} (from memory; text not checked)" in told_articles(row, texts("en"))
        assert json.loads(json.dumps(row)) == row


def test_1_a_remedy_that_was_not_read_officially_says_so_with_each_of_its_articles():
    given = [remedy for remedy in load_remedies().remedies if remedy.evidence != "verbatim"]
    assert [remedy.id for remedy in given] == ["list_correction"] or given
    world_ = case()
    world_.decision("A", ["listed_judgment_defaulter"], name="D9", kind="judgment")
    with open_store("sqlite:///:memory:") as store:
        add(store, *world_.facts)
        propagate(store, shipped(), actor(store=store))
        finding = next(fact.value for fact in stored_findings(store) if fact.value.decision == "D9")
        document = letter(store, snapshot_of(store), shipped(), load_remedies(), finding, TODAY)
    weak = [basis for remedy in document["remedies"] if remedy["unverified"] for basis in remedy["basis"]]
    assert weak
    assert all(basis.endswith(("（据转载或引用，未核对官方文本）", "（凭记忆，未核对原文）")) for basis in weak)


def test_3_whatever_mark_of_a_rule_is_not_verbatim_is_among_what_is_unverified_with_how_it_is_known():
    catalogue, words = shipped(), texts("zh")
    seen = set()
    for rule in catalogue.versions:
        told = {row["id"]: row["unverified"] for row in list_rules(catalogue) if row["version"] == rule.version}[rule.id]
        for clause in rule.clauses:
            marks = {field: mark for field, mark in rule.evidence.items() if mark != "verbatim"}
            own = {"role": "roles", "measures": "measures"}
            marks |= {own[field]: mark for field, mark in clause.evidence.items() if field in own}
            weak = {field: mark for field, mark in marks.items() if mark != "verbatim"}
            finding = _finding(rule.id, rule.version, clause.id, rule.unverified_in(clause))
            labels = fields_unread(catalogue, finding, words)
            assert labels.keys() == weak.keys() <= {*told}
            for field, mark in weak.items():
                seen.add((field, mark))
                assert labels[field].startswith(words.label("unverified", field))
                assert labels[field].endswith(words.say(f"article_mark.{mark}"))
    assert {("term", "secondary"), ("roles", "secondary"), ("in_force_from", "secondary"), ("term", "memory")} <= seen


@pytest.mark.parametrize(("lang", "whose"), [("zh", "依山西省的实施细则"), ("en", "from the implementing rule of Shanxi")])
def test_3_a_term_from_the_rule_of_another_province_is_told_as_such(lang: str, whose: str):
    clause = next(each for each in shipped().rules["D1-SAFETY-LIST"].clauses if each.id == "responsible_persons")
    finding = _finding("D1-SAFETY-LIST", 1, clause.id, ("term",))
    assert whose in fields_unread(shipped(), finding, texts(lang))["term"]


def _finding(rule: str, version: int, clause: str, unverified: tuple[str, ...]) -> Finding:
    return replace(_some(), rule=rule, rule_version=version, clause=clause, unverified=unverified)


@cache
def _some() -> Finding:
    with world(rules("verbatim")) as store:
        return next(iter(stored_findings(store))).value
