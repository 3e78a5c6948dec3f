"""The invariants of `graph.document_numbers`, by number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.document_numbers import document_key

ONE = (
    "示例〔2024〕9号", "示例[2024]9号", "示例（2024）９号", "示例〔2024〕09号", "示例〔2024〕第9号", "示例〔2024〕九号",
    "示例2024-9号", " 示例 〔 2024 〕 9 号 ", "示例〔二〇二四〕9号", "示例〔2024〕9号。", "示例〔2024年〕9号",
    "示例〔2024〕9", "示例«2024»玖号", "示例〔2024〕No.9", "示例〔2024〕№9号", "示例〔2024〕Nr. 9", "示例〔2024〕ＮＯ：９",
    "示例〔2024〕9号文", "示例〔2024〕9号文件", "示例〔24〕9号", "示例(24)第9号", "示例〔24年〕9号", "示例〔二四〕九号",
    "示例[24]No.9",
    "示例〔2024〕Ⅸ号", "示例〔2024〕ⅸ号", "示例〔2024〕IX号", "示例〔2024〕ＩＸ号", "示例〔2024〕第⑨号", "示例〔2024〕9號",
)  # fmt: skip


def test_1_however_it_is_written_it_is_one_number():
    assert {document_key(text) for text in ONE} == {"示例/2024/9"}


@pytest.mark.parametrize(
    ("text", "value"),
    [("十", 10), ("十二", 12), ("二十", 20), ("二十三", 23), ("一百零九", 109), ("一百十", 110), ("二千零五", 2005), ("〇〇七", 7)],
)
def test_1_a_numeral_in_chinese_is_the_numeral(text, value):
    assert document_key(f"第{text}号") == str(value)


@given(st.integers(0, 10**9), st.integers(0, 3))
def test_1_zeros_in_front_and_other_digits_change_nothing(number, zeros):
    arabic = str(number).translate({ord("0") + digit: 0x0660 + digit for digit in range(10)})
    assert document_key(f"甲{'0' * zeros}{number}号") == document_key(f"甲{number}号") == document_key(f"甲{arabic}号")


@pytest.mark.parametrize(
    ("text", "value"), [("Ⅰ", 1), ("Ⅳ", 4), ("ⅹⅸ", 19), ("ⅬⅩ", 60), ("Ⅻ", 12), ("XXIV", 24), ("Ｖ", 5), ("ⅯⅭⅯ", 1900)]
)
def test_1_a_roman_numeral_is_the_numeral(text, value):
    assert document_key(f"示例{text}号") == document_key(f"示例{value}号")


def test_1_a_year_of_two_figures_is_a_year_where_a_number_follows():
    assert document_key("(24)鲁1302执12号") == document_key("(2024)鲁1302执12号")
    assert document_key("国发〔89〕12号") == document_key("国发〔1989〕12号")
    assert document_key("示例(24)号") == document_key("示例24号") != document_key("示例2024号")


@pytest.mark.parametrize("text", ["", " \t", "-", "无", "\u200b", "号", "第号", "N/A", "示例"])
def test_2_what_has_no_numeral_is_no_number(text):
    assert document_key(text) == ""


def test_3_two_numbers_stay_two():
    apart = [
        "示例〔2024〕9号",
        "示例〔2024〕90号",
        "示例〔2023〕9号",
        "示范〔2024〕9号",
        "示例20249号",
        "(2023)鲁1302执异12号",
        "(2023)鲁1302执12号",
        "示例〔2024〕9号之一",
        "示例〔2024〕9号之二",
        "示例〔2024〕9号-2",
        "示例〔2024〕9-3号",
        "示例IT〔2024〕9号",
        "示例C〔2024〕9号",
        "示例CI号9",
        "示例C号9",
        "示例KANO9号",
        "示例〔98〕9号",
        "示例〔9〕9号",
        "示例24-9号",
        "示例文〔2024〕9号",
        "示例〔2024〕9号文2",
        "示例KA9号",
    ]
    assert len({document_key(text) for text in apart}) == len(apart)


@pytest.mark.parametrize(
    "written",
    [
        "{}（副本）",
        "{}副本",
        "（正本）{}",
        "{} 复印件",
        "{}[影印件]",
        "{}（抄送：示例市局、示例县局2份）",
        "{}之",
        "{}（副本）（复印件）",
        "{}之。",
    ],
)
@pytest.mark.parametrize("number", ["示例〔2024〕9号", "1号", "示例〔2024〕9号之一", "(2023)鲁1302执12号"])
def test_4_a_copy_has_the_number_of_what_it_copies(written, number):
    assert document_key(written.format(number)) == document_key(number)


@given(
    st.text(max_size=5) | st.sampled_from(ONE),
    st.sampled_from(["副本", "正本", "复印件", "抄送", "之", "No.", "№", "Ⅸ", "IX号", "一"]),
    st.text(max_size=5),
)
def test_a_key_is_its_own_key_whatever_marks_it_has(before, mark, after):
    assert document_key(document_key(before + mark + after)) == document_key(before + mark + after)


@given(st.text(max_size=30))
def test_any_text_has_a_key_or_none(text):
    assert document_key(document_key(text)) == document_key(text)
