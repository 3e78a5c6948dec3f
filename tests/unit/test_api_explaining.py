"""The invariants of `api.use_cases.explaining`, by number."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.locales import LANGS, texts
from api.rendering import explanation, reasons
from api.use_cases.explaining import explain, why_not
from api.use_cases.propagating import stored_findings
from api.use_cases.reading import snapshot_of
from graph.errors import NotFound, Refused
from tests.api_world import TODAY, case, catalogue, stored


def explained(name: str, lang: str = "en") -> dict[str, Any]:
    with stored() as store:
        finding = next(f.value for f in stored_findings(store) if f"#{name}" in f.value.party)
        return explain(store, snapshot_of(store), catalogue(), finding, texts(lang), TODAY)


def against(name: str, decision: str = "D1", lang: str = "en") -> dict[str, Any]:
    with stored() as store:
        return why_not(store, snapshot_of(store), catalogue(), decision, name, texts(lang))


@pytest.mark.parametrize("name", ["王示例", "钱示例", "孙示例", "周示例"])
def test_1_every_statement_is_shown_with_source_file_and_row(name):
    document = explained(name)
    shown = [*document["path"], *(e for p in document["premises"] for e in p["evidence"])]
    assert len(shown) > len(document["premises"])
    assert all(e["source"] in ("register", "decisions") and e["file"] == "case.csv" and e["row"] > 1 and e["text"] for e in shown)


@pytest.mark.parametrize("lang", LANGS)
def test_2_an_explanation_says_what_the_finding_is_not(lang):
    said = {name: explained(name, lang)["is_not"] for name in ("王示例", "钱示例", "孙示例")}
    assert len(set(said.values())) == 3
    if lang == "en":
        assert "not a restriction" in said["王示例"]
        assert "neither a restriction" in said["钱示例"]


def test_2_missing_premises_and_unverified_fields_are_listed():
    document = explained("钱示例")
    assert [p["reason"] for p in document["missing"]] == ["finding_not_read"]
    assert document["against"] == []
    assert [item["field"] for item in document["unverified"]] == ["term"]
    assert explained("孙示例")["missing"] == []


def test_3_a_name_that_several_bear_is_refused_with_the_choices():
    world = case()
    a = world.company("C")
    a.post("director", "吴示例", bearer="1").post("director", "吴示例", bearer="2")
    world.decision("C", ["listed_wage_arrears"], name="D3")
    with stored(world) as store, pytest.raises(Refused, match="test:C#吴示例@register:1; test:C#吴示例@register:2"):
        why_not(store, snapshot_of(store), catalogue(), "D3", "吴示例", texts("zh"))


def test_3_of_namesakes_the_one_whom_the_decision_concerns_is_meant():
    world = case()
    world.company("C").director("赵示例")
    with stored(world) as store:
        document = why_not(store, snapshot_of(store), catalogue(), "D1", "赵示例", texts("zh"))
    assert document["party"]["id"] == "test:A#赵示例"


def test_why_not_gives_the_closest_reason_and_every_clause():
    document = against("李示例")
    assert document["reason"] == "not_in_office_at_conduct"
    head = next(c for c in document["clauses"] if c["clause"] == "head")
    assert {"label": "held", "value": "2015-01-01 to 2020-12-31"} in head["compared"]
    assert head["evidence"][0]["file"] == "case.csv"
    assert json.loads(json.dumps(document)) == document


def test_why_not_of_one_who_answers_names_his_finding():
    document = against("王示例")
    assert (document["reason"], len(document["findings"])) == ("finding_reached", 1)


def test_why_not_of_nobody_is_refused():
    for name, decision in (("无此人", "D1"), ("王示例", "D7")):
        with pytest.raises(NotFound):
            against(name, decision)


@pytest.mark.parametrize("lang", LANGS)
def test_the_text_has_every_part(lang):
    words = texts(lang)
    text = "\n".join(explanation(explained("王示例", lang), words))
    for part in (words.say("explain.articles"), "示例法 第二条", words.label("premise", "office_at_conduct"), "✓", "case.csv"):
        assert part in text
    assert "{" not in text
    why = "\n".join(reasons(against("李示例", lang=lang), words))
    assert words.say("why_not.clauses") in why
    assert "2020-12-31" in why
