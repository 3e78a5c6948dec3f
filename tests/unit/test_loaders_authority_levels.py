"""The invariants of `loaders.authority_levels`, by number."""

from __future__ import annotations

import pytest

from graph.identifiers import uscc_check_character
from loaders.authority_levels import level_of


def code(body: str) -> str:
    return body + uscc_check_character(body)


@pytest.mark.parametrize(
    ("body", "level"),
    [
        ("11100000MAFK00010", "national"),
        ("11370000MAFK00010", "province"),
        ("11371300MAFK00010", "city"),
        ("11371302MAFK00010", "county"),
        ("12371300MAFK00010", "city"),
        ("11310115MAFK00010", "county"),
        ("11310100MAFK00010", "province"),
        ("91371300MAFK00010", None),
        ("51371300MAFK00010", None),
    ],
)
def test_1_a_code_tells_by_the_place_of_its_registrar(body, level):
    assert level_of(code(body), "示例局") == level


def test_1_a_code_that_fails_its_check_tells_nothing():
    good = code("11371300MAFK00010")
    assert level_of(good[:-1] + ("0" if good[-1] != "0" else "1"), "示例局") is None
    assert level_of("013713000", "示例局") is None
    assert level_of("", "示例局") is None


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("临沂市兰山区人民法院", "court"),
        ("最高人民法院", "court"),
        ("临沂市市场监督管理局", "city"),
        ("山东省临沂市生态环境局", "city"),
        ("临沂市兰山区市场监督管理局", "county"),
        ("兰陵县人力资源和社会保障局", "county"),
        ("临沂市兰陵县应急管理局", "county"),
        ("泰安市新泰市公安局", "county"),
        ("山东省药品监督管理局", "province"),
        ("国家税务总局山东省税务局", "province"),
        ("国家税务总局临沂市税务局稽查局", "city"),
        ("北京市市场监督管理局", "province"),
        ("国家市场监督管理总局", "national"),
        ("中国证券监督管理委员会", "national"),
        ("广西壮族自治区市场监督管理局", "province"),
    ],
)
def test_2_a_name_tells_by_its_last_place(name, level):
    assert level_of("", name) == level


UNKNOWN = """
示例市市场监督管理局 新泰市公安局 市场监督管理局 兰山区银雀山街道办事处 兰陵县向城镇人民政府 临沂高新技术产业开发区管委会
临沂经济技术开发区管理委员会 示例局
"""


@pytest.mark.parametrize("name", [*UNKNOWN.split(), ""])
def test_3_what_no_name_tells_is_unknown(name):
    assert level_of("", name) is None


def test_3_what_code_and_name_tell_differently_is_unknown_and_a_code_makes_no_town_a_county():
    assert level_of(code("11371302MAFK00010"), "临沂市市场监督管理局") is None
    assert level_of(code("11371302MAFK00010"), "兰山区银雀山街道办事处") is None
    assert level_of(code("11371300MAFK00010"), "临沂市市场监督管理局") == "city"
