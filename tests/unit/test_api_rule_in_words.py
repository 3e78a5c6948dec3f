"""The invariants of `api.use_cases.rule_in_words`, by number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from analytics.responsibility.catalogue import Catalogue, Rule, parse_catalogue
from api.locales import texts
from api.use_cases.lawbook import rule_json
from api.use_cases.rule_in_words import rule_in_words
from api.use_cases.ways_out import texts_of_rules
from tests.api_world import INSTRUMENTS, RULES
from tests.builder import shipped

PROSE = {"阅读出处", "未收录的措施"}
"""Fields with addresses, or with ids of measures for names."""
NAMED = {"编号", "措施", "所属规则组", "轻于", "援引名称"}
"""Ids of rules, measures and clauses."""


def leaves(content: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Yield every field with every text in it."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield key, ""
            yield from leaves(value, key)
    elif isinstance(content, list):
        for item in content:
            yield from leaves(item, field)
    else:
        yield field, str(content)


@pytest.mark.parametrize("rule", sorted(shipped().rules))
def test_1_no_field_and_no_code_is_without_its_chinese(rule):
    told = rule_in_words(rule_json(shipped(), rule), texts("zh"))
    for field, text in leaves({key: value for key, value in told.items() if key not in PROSE}):
        if field not in PROSE:
            assert re.search("[\u4e00-\u9fff]", field), field
            assert field in NAMED or not re.fullmatch("[a-z_]{3,}", text), (field, text)


def test_2_nothing_is_left_out_but_what_is_empty():
    document = rule_json(shipped(), "D2-WAGE")
    told = rule_in_words(document, texts("zh"))
    assert told["名称"] == "拖欠农民工工资失信联合惩戒对象名单"
    assert told["施行"] == {"自": "2022-01-01", "至": "至今"}
    assert told["依据"][0] == "保障农民工工资支付条例 第48条"
    assert told["来源"]["施行日期"] == "据转载或引用"
    assert [measure["编号"] for measure in told["措施"]] == [measure["id"] for measure in document["measures"]]
    assert {measure["性质"] for measure in told["措施"]} == {"强制性", "推荐性"}
    assert "适用地域" not in told
    assert document["measures"][0]["text"] in str(told)


def test_2_in_english_a_rule_has_the_fields_of_its_file():
    document = rule_json(shipped(), "D2-WAGE")
    told = rule_in_words(document, texts("en"))
    assert told.keys() == document.keys()
    assert told["title"] == document["title"]["en"]
    assert [measure["name"] for measure in told["measures"]] == [measure["name"]["en"] for measure in document["measures"]]
    same = ("id", "in_force", "acts", "basis", "term", "evidence", "unverified")
    assert {field: told[field] for field in same} == {field: document[field] for field in same}
    assert told["exit"] == [said["en"] for said in document["exit"]]


NOT_PROSE = {"text", "wording", "instrument", "article", "cited_as", "unverified"}
"""The words of the law itself, and the names by which it is cited: they are Chinese in every language."""
LAW = re.compile(
    "“[^”]*”"  # words of a text, quoted
    "|第[0-9、-]+[条项款](第[0-9、-]+[项款])*"
    "|[\u4e00-\u9fff]+(法|条例|规定|办法)|[\u4e00-\u9fff]*(令第[0-9]+号|〔[0-9]{4}〕[0-9]+号)"
)
"""What stands in Chinese in an English text: quoted words of the law, its articles, and names and numbers of instruments."""


ADDRESS = re.compile(r"[A-Za-z_]+/[A-Za-z_]+ \(GitHub, [0-9a-f]+(, [0-9-]+)?\)|([A-Za-z0-9-]+\.)+(cn|com|net|biz)[a-z/-]*")
"""Where a text was read, which is the same in both languages."""


def said(content: Any) -> Iterator[tuple[str, str]]:
    """Yield every text that stands in both languages, or whose Chinese stands beside the rules that ship."""
    beside = {text: chinese for part in texts_of_rules().values() for text, chinese in part.items()}
    if isinstance(content, dict) and content.keys() == {"zh", "en"}:
        yield beside.get(content["zh"], content["zh"]), content["en"]
    elif isinstance(content, dict):
        yield from (pair for value in content.values() for pair in said(value))
    elif isinstance(content, list):
        yield from (pair for item in content for pair in said(item))


def told_in(lang: str, rule: Rule) -> list[tuple[str, str]]:
    """Return every field of a version of a rule with every text in it, as it is told in a language."""
    alone = Catalogue([rule], shipped().instruments, "")
    return [*leaves(rule_in_words(rule_json(alone, rule.id), texts(lang)))]


@pytest.mark.parametrize("rule", shipped().versions, ids=lambda rule: f"{rule.id}-{rule.version}")
def test_3_what_a_rule_says_is_told_in_the_language_asked(rule):
    pairs = [*said(rule.model_dump(mode="json", by_alias=True))]
    zh, en = ({text for _, text in told_in(lang, rule)} for lang in ("zh", "en"))
    assert len(pairs) > len(rule.measures)
    for chinese, english in pairs:
        assert chinese in zh
        assert english in en
        assert not re.search("[a-z]{3,}", ADDRESS.sub("", chinese)), chinese
        if chinese == english:
            assert not re.search("[a-z]{3,}|[\u4e00-\u9fff]", LAW.sub("", ADDRESS.sub("", english))), english
        else:
            assert re.search("[\u4e00-\u9fff]", chinese)
            assert re.search("[a-z]{3,}", english)


@pytest.mark.parametrize("rule", shipped().versions, ids=lambda rule: f"{rule.id}-{rule.version}")
def test_3_in_no_language_is_anything_told_in_the_other(rule):
    for field, text in told_in("zh", rule):
        words = re.sub(r"\b[A-Z0-9-]+\b", "", ADDRESS.sub("", text))
        assert field in NAMED or not re.search("[A-Za-z]{3,}", words), (field, text)
    for field, text in told_in("en", rule):
        assert field in NOT_PROSE | {"instrument", "article", "authority"} or not re.search("[\u4e00-\u9fff]", LAW.sub("", text)), (
            field,
            text,
        )


def test_3_one_text_is_told_in_both():
    text = RULES.replace("    source: made up", "    source: made up\n    notes: 看原文\n    not_reached: [anybody]", 1)
    made = parse_catalogue({"instruments.yaml": INSTRUMENTS, "made_up.yaml": text})
    rule = next(each for each in made.versions if each.notes)
    told = {lang: rule_in_words(rule_json(made, rule.id), texts(lang)) for lang in ("zh", "en")}
    assert told["zh"]["其他说明"] == told["en"]["notes"] == "看原文"
    assert told["zh"]["不涉及"] == told["en"]["not_reached"] == ["anybody"]
