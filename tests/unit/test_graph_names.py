"""Names: one spelling, a key for searching, and terms under which a name is found."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.names import asked_as, company_key, is_unnamed, normalise_name, query_terms, search_terms

# Text as registers have it, not only as Unicode allows it.
pieces = st.sampled_from(
    ["临沂", "臨沂", "乾", "甯", "薴", "張示例", "（", "）", "【", "〔", "有限公司", "集团", "合作社", "分公司",
     " CO., LTD", "Ltd.", "　", "·", "•",
     "Ａｂ", "ı̇", "é", "①", "㈱", "\u200b", "\t", " ", "12"]
)  # fmt: skip
names = st.one_of(st.text(), st.lists(pieces, max_size=6).map("".join))


# Invariants


@given(names)
def test_1_normalising_twice_changes_nothing(text: str) -> None:
    """Normalising twice changes nothing."""
    once = normalise_name(text)
    assert normalise_name(once) == once


def test_1_holds_for_every_character() -> None:
    """Normalising twice changes nothing, tried on all that two planes of Unicode assign."""
    text = [chr(point) for point in range(0x30000) if unicodedata.category(chr(point)) not in {"Cn", "Co", "Cs"}]
    once = [normalise_name(ch) for ch in text]
    assert [normalise_name(ch) for ch in once] == once


@pytest.mark.parametrize(("one", "other"), [("张乾", "张干"), ("甯示例", "宁示例"), ("张昇", "张升"), ("张徵", "张征")])
def test_2_names_that_simplified_chinese_tells_apart_stay_apart(one: str, other: str) -> None:
    """Normalising never joins two names that simplified Chinese tells apart."""
    assert normalise_name(one) != normalise_name(other)
    assert company_key(one) == company_key(other)


def test_3_a_key_is_not_an_identity() -> None:
    """`company_key` is for searching and comparing only: two enterprises share one."""
    assert company_key("甲示例有限公司") == company_key("甲示例集团")
    assert normalise_name("甲示例有限公司") != normalise_name("甲示例集团")


@given(st.text(st.sampled_from("临沂市丰瑞商贸臨豐乾A1 （"), min_size=1, max_size=12), st.data())
def test_4_every_short_term_finds_its_name(name: str, data: st.DataObject) -> None:
    """A Chinese term of one or two characters finds the names that contain it."""
    chinese = [part for part in normalise_name(name) if not part.isascii()]
    if not chinese:
        return
    start = data.draw(st.integers(0, len(chinese) - 1))
    one = chinese[start]
    assert set(query_terms(one)) <= set(search_terms(name).bigrams)
    whole = normalise_name(name)
    place = whole.index(one)
    assert set(query_terms(whole[place : place + 2])) - {"A", "1", "A1", "1A"} <= set(search_terms(name).bigrams)


# Spelling


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("臨沂市豐瑞商貿有限公司", "临沂市丰瑞商贸有限公司"),
        ("Ａｂｃ（临沂）有限公司", "ABC(临沂)有限公司"),
        ("某某【临沂】〔北〕[东]", "某某(临沂)(北)(东)"),
        (" 临沂　某某 商贸 ", "临沂某某商贸"),
        ("Abc  Trading 临沂", "ABC TRADING临沂"),
        ("示例•买买提", "示例·买买提"),
        ("临\u200b沂\ufeff", "临沂"),
        ("⼭示例", "山示例"),
        ("薴", "苎"),
        ("后勤後勤", "后勤后勤"),
        ("", ""),
    ],
)
def test_spelling(text: str, spelling: str) -> None:
    assert normalise_name(text) == spelling


# Key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("临沂丰瑞商贸有限公司", "临沂丰瑞商贸"),
        ("临沂丰瑞商贸有限责任公司", "临沂丰瑞商贸"),
        ("临沂丰瑞商贸股份有限公司", "临沂丰瑞商贸"),
        ("丰瑞（临沂）集团有限公司", "丰瑞临沂"),
        ("丰瑞(集团)股份有限公司", "丰瑞"),
        ("丰瑞投资中心（有限合伙）", "丰瑞投资中心"),
        ("兰山丰瑞农民专业合作社", "兰山丰瑞"),
        ("丰瑞商贸有限公司临沂分公司", "丰瑞商贸有限公司临沂分公司"),
        ("Fengrui Trading Co., Ltd.", "FENGRUITRADING"),
        ("Fengrui Inc", "FENGRUI"),
        ("有限公司", "有限公司"),
        ("Limited", "LIMITED"),
    ],
)
def test_key(text: str, key: str) -> None:
    assert company_key(text) == key


@given(names)
def test_key_of_a_key_is_the_key(text: str) -> None:
    assert company_key(company_key(text)) == company_key(text)


# Search


def test_terms() -> None:
    terms = search_terms("臨沂豐瑞ABC12")
    assert terms.bigrams == ("临", "沂", "丰", "瑞", "临沂", "沂丰", "丰瑞", "ABC12")
    assert terms.pinyin == ("lin", "yi", "feng", "rui", "abc12")
    assert terms.initials == "lyfra"


def test_pinyin_reads_the_word_and_the_unfolded_character() -> None:
    assert search_terms("重庆").pinyin == ("chong", "qing")
    assert search_terms("乾元").initials == "qy"
    assert search_terms("吕").pinyin == ("lv",)


def test_a_query_asks_for_pairs_and_for_a_lone_character() -> None:
    assert query_terms("丰瑞商") == ("丰瑞", "瑞商")
    assert query_terms("丰") == ("丰",)
    assert query_terms("丰瑞 abc") == ("丰瑞", "ABC")
    assert query_terms("  ") == ()


@given(st.text())
def test_any_text_has_terms_without_error(text: str) -> None:
    terms = search_terms(text)
    assert len(terms.initials) == len(terms.pinyin)


# Placeholders


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "(未列名A)",
        "（未列名Ｂ）",
        "未列名",
        "未披露",
        "不详",
        "无",
        "-",
        "——",
        "***",
        "N/A",
        "null",
        "某某",
        "某甲",
        "匿名",
    ],
)
def test_placeholder(text: str) -> None:
    assert is_unnamed(text)


@pytest.mark.parametrize(
    "text",
    ["张示例", "测试甲", "张某12", "张**", "无锡示例有限公司", "未来示例有限公司", "吴", "Nil Example", "空间示例"],
)
def test_name_that_is_no_placeholder(text: str) -> None:
    assert not is_unnamed(text)


# What is typed


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("chángshēng", ("CHÁNGSHĒNG", "CHANGSHENG", "长/ZHANGSHENG")),
        ("lǚ bō", ("LǙ BŌ", "LV BO")),
        ("nüè", ("NÜÈ", "NVE")),
        ("xǔ", ("XǓ", "XU")),
        ("lu:", ("LV", "LU:")),
        ("LYU", ("LYU", "LV")),
        ("anyu", ("ANYU",)),
        ("gm077", ("GM077", "GM0 077")),
        ("zengguohua", ("ZENGGUOHUA", "曾/CENGGUOHUA")),
        ("Zēng guó", ("ZĒNG GUÓ", "ZENG GUO", "曾/CENG GUO")),
        ("shanguohua", ("SHANGUOHUA", "单/DANGUOHUA")),
        ("shangwu", ("SHANGWU",)),
        ("zhaliang", ("ZHALIANG", "查/CHALIANG")),
        ("zhangwei", ("ZHANGWEI", "长/CHANGWEI")),
        ("zhao", ("ZHAO",)),
        ("genghui", ("GENGHUI",)),
        ("qin", ("QIN", "覃/TAN")),
        ("wanghang", ("WANGHANG", "行/WANGXING")),
        ("zengchong", ("ZENGCHONG", "曾/CENGCHONG", "重/ZENGZHONG", "曾/重/CENGZHONG")),
        ("quanxian", ("QUANXIAN",)),
        ("chanxiongxin", ("CHANXIONGXIN", "单/DANXIONGXIN")),
        ("nuwa", ("NUWA", "NVWA")),
        ("luming", ("LUMING", "LVMING")),
        ("zenglue", ("ZENGLUE", "曾/CENGLUE", "ZENGLVE", "曾/CENGLVE")),
        ("nuoluan", ("NUOLUAN",)),
        ("blue", ("BLUE",)),
        ("sgh", ("SGH", "单/DGH", "行/SGX")),
        ("chang", ("CHANG", "长/ZHANG")),
        ("长*", ("长",)),
        ("长＿生%", ("长生",)),
        ("*", ("*",)),
        (" ", ()),
    ],
)
def test_5_pinyin_and_signs_are_asked_for_as_they_are_indexed(typed: str, asked: tuple[str, ...]) -> None:
    """5. Pinyin is asked for as it is indexed, however it is typed; a sign for any text parts words."""
    assert asked_as(typed) == asked


@pytest.mark.parametrize("typed", ["zgh", "zengguohua", "linyizhangtu", "wangchongyuan", "lyctysyxgs", "yinxing", "QIU LE"])
def test_7_another_reading_stands_beside_its_character(typed: str) -> None:
    """7. What is asked for in another reading has the character; a word of pinyin is not taken for initials."""
    first, *others = asked_as(typed)
    assert others
    assert all(not each.isascii() and query_terms(each)[0] in "曾单仇解区查朴盖覃翟缪员阚卜乐重行长" for each in others), others
    assert len(others) <= 24
    assert asked_as("shan") == ("SHAN", "单/DAN")
    assert asked_as("zao") == ("ZAO",)
    assert first == typed.upper()


# Cost


def test_heavy_tables_are_read_on_first_use_not_on_import() -> None:
    """Importing the module must not read the conversion and pinyin tables: every command would wait for them."""
    code = "import sys, graph.names; print([m for m in ('opencc', 'pypinyin') if m in sys.modules])"
    command = [sys.executable, "-W", "error", "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
