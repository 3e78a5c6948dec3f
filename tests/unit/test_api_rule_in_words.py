"""The invariants of `api.use_cases.rule_in_words`, by number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from analytics.responsibility.catalogue import parse_catalogue
from api.locales import texts
from api.use_cases.lawbook import rule_json
from api.use_cases.rule_in_words import rule_in_words
from tests.api_world import INSTRUMENTS, RULES
from tests.builder import shipped

PROSE = {"说明", "阅读出处", "未收录的措施", "主管机关"}
"""Texts that whoever wrote the rule wrote as they stand."""
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
    same = ("id", "in_force", "acts", "basis", "term", "exit", "evidence", "source", "unverified")
    assert {field: told[field] for field in same} == {field: document[field] for field in same}


SAID = {"objection": "异议", "notes": "其他说明", "not_reached": "不涉及"}
"""What a rule says in words of its own, by the field of its file."""


@pytest.mark.parametrize("rule", sorted(shipped().rules))
def test_3_what_a_rule_says_is_told_in_the_language_asked(rule):
    document = rule_json(shipped(), rule)
    zh, en = (rule_in_words(document, texts(lang)) for lang in ("zh", "en"))
    for field, name in SAID.items():
        said = document[field] if isinstance(document[field], list) else [document[field]]
        for each in filter(None, said):
            assert re.search("[\u4e00-\u9fff]", each["zh"])
            assert not re.search("[a-z]{3,}", each["zh"]), each
            assert re.search("[a-z]{4,} ?", each["en"]), each
            assert each["zh"] in str(zh[name])
            assert each["en"] in (en[field] if isinstance(en[field], list) else [en[field]])


def test_3_one_text_is_told_in_both():
    text = RULES.replace("    source: made up", "    source: made up\n    notes: 看原文\n    not_reached: [anybody]", 1)
    made = parse_catalogue({"instruments.yaml": INSTRUMENTS, "made_up.yaml": text})
    rule = next(each for each in made.versions if each.notes)
    told = {lang: rule_in_words(rule_json(made, rule.id), texts(lang)) for lang in ("zh", "en")}
    assert told["zh"]["其他说明"] == told["en"]["notes"] == "看原文"
    assert told["zh"]["不涉及"] == told["en"]["not_reached"] == ["anybody"]
