"""The invariants of `graph.reading`, by number."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.reading import close, covered, figures, plain, tight


@given(st.text())
def test_1_a_view_knows_its_places(text):
    whole = plain(text)
    for view in (whole, figures(whole), close(whole), tight(whole)):
        assert len(view) == len(view.places)
        assert list(view.places) == sorted(view.places)
        assert all(0 <= place < len(text) for place in view.places)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("１３８ＡＢ", "138AB"), ("⑬❶1️⃣", "1311"), ("𝟏𝟑٣", "133"), ("Zhèng", "ZHENG"), ("張\u200b乾", "张干"),
        ("《法》〔1〕", "《法》(1)"), ("a\u3000—b", "A -B"), ("二〇", "二〇"), ("½", "1/2"),
    ],
)  # fmt: skip
def test_2_the_spelling_of_a_character_makes_no_difference(text, read):
    assert plain(text).text.replace("\u2044", "/") == read


def test_3_tight_is_letters_and_figures_alone():
    assert tight(plain("郑 舉-报，一三 八·⑨")).text == "郑举报1389"


@pytest.mark.parametrize(
    ("text", "joined"),
    [("患 有-糖尿病", "患有糖尿病"), ("a b 病 c d", "A B病C D"), ("路 88 号", "路88号"), ("1-2", "1-2"), ("病，癌", "病,癌")],
)
def test_4_close_joins_chinese_alone(text, joined):
    assert close(plain(text)).text == joined


def test_1_what_is_found_is_covered_in_the_text_itself():
    text = "电话：１ ３８。"
    assert covered(text, list(tight(plain(text)).found(re.compile("138"))), "█") == "电话：█。"
    assert list(plain("号A1").found(re.compile("号(?P<it>A1)"))) == [(1, 3)]
    assert covered("abcd", [(0, 2), (1, 3)], "█") == "█d"
    assert covered("abcd", [(0, 2), (2, 3)], "█") == "██d"
