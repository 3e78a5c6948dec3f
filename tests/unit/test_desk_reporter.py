"""The invariants of `api.desk.reporter`, by number."""

from __future__ import annotations

import pytest

from api.desk.reporter import known_by


def test_1_every_word_and_number_but_what_it_is_called():
    known = known_by("姓名：郑举报，男\n电话 0539-8312345 手机13812345678\nsome.one@example.com\n身份证号11010119900307447X")
    assert {"郑举报", "0539-8312345", "13812345678", "some.one@example.com", "some.one", "11010119900307447X"} <= known
    assert not known & {"姓名", "男", "电话", "手机", "身份证号", "姓名：郑举报"}


def test_1_nobody_is_known_by_nothing():
    assert known_by("  \n ") == known_by("") == frozenset()


@pytest.mark.parametrize(
    ("identity", "names"),
    [
        ("郑举报", {"举报", "郑女士", "小郑", "zhengjubao", "jubaozheng", "zjb", "jbz", "zhengjb"}),
        ("郑 举 报", {"郑举报", "举报", "zhengjubao"}),
        ("鄭舉報", {"郑举报", "举报"}),
        ("欧阳示例", {"示例", "欧阳先生", "老欧阳", "ouyangshili", "shiliouyang"}),
        ("吕示", {"吕先生", "lvshi", "lushi", "lyushi"}),
        ("Jubao Zheng", {"Jubao", "Zheng", "ZhengJubao"}),
    ],
)
def test_2_without_the_surname_with_a_title_and_in_pinyin(identity, names):
    assert names <= known_by(identity)


def test_2_a_given_name_of_one_character_is_no_name():
    assert "示" not in known_by("王示")


@pytest.mark.parametrize(
    ("identity", "numbers"),
    [
        ("郑举报 +86 138 1234 5678", {"13812345678", "12345678", "2345678", "5678"}),
        ("郑举报 （0539）8312345", {"05398312345", "8312345", "2345"}),
        ("郑举报 １３８－１２３４－５６７８", {"13812345678"}),
    ],
)
def test_3_a_number_without_its_prefix_and_its_last_figures(identity, numbers):
    assert numbers <= known_by(identity)
