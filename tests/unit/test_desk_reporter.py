"""The invariants of `api.desk.reporter`, by number."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.desk.reporter import known_by, reporter, without
from graph.errors import InputError
from tests.spellings import read

TITLES = (
    "女士",
    "大姐",
    "姐",
    "妹",
    "总监",
    "班长",
    "队长",
    "组长",
    "厂长",
    "老板",
    "出纳",
    "保安",
    "小姐",
    "氏",
    "同学",
    "女",
    "阿姨",
    "工",
    "工程师",
    "伯",
    "婶",
    "车间主任",
    "副总经理",
    "会计",
    "某某",
    "**",
    "X报",
    "某",
)


def hidden(identity: str, said: str) -> bool:
    return read(said) not in read(without(f"听{said}，厂里欠薪", identity))


def test_1_every_word_and_number_but_what_it_is_called():
    known = {
        each.upper()
        for each in known_by(
            "姓名：郑举报，男\n电话 0539-8312345 手机13812345678\nsome.one@example.com\n身份证号11010119900307447X"
        )
    }
    assert {"郑举报", "05398312345", "13812345678", "SOME.ONE@EXAMPLE.COM", "SOME.ONE", "11010119900307447X"} <= known
    assert not known & {"姓名", "男", "电话", "手机", "身份证号"}


def test_1_nobody_is_known_by_nothing():
    assert known_by("  \n ") == known_by("") == frozenset()


@pytest.mark.parametrize(
    "identity",
    [
        "郑举报\n13800138000",
        "13800138000\n郑举报",
        "电话13800138000\n郑举报",
        "姓名:郑 举报 电话:138 0013 8000",
        "姓名：郑举报",
        "我叫郑举报，是车间会计",
        "举报人：郑举报（女，回族）",
        "郑 举 报",
        "鄭舉報",
        "沂蒙路88号，郑举报",
        "会计郑举报",
        "王大明 | 郑举报（丈夫）",
        "我是示例厂的郑举报",
    ],
)
@pytest.mark.parametrize("said", ["郑举报", "举报", "郑女士", "郑班长", "Zheng Jubao", "Z.J.B.", "小郑"])
def test_2_a_name_counts_on_whatever_line_it_stands(identity, said):
    assert hidden(identity, said)


@pytest.mark.parametrize(
    "address",
    [
        "地址：沂蒙路88号",
        "住址:沂蒙路88号",
        "地址 沂蒙路88号",
        "沂蒙路88号",
        "地址：临沂沂蒙路88号",
        "地址：兰山区沂蒙路88号",
        "家庭住址沂蒙路",
    ],
)
def test_2_his_road_is_hidden_however_the_address_is_written(address):
    assert without("沂蒙路的邻居，在示例厂", f"姓名：郑小红\n{address}").startswith("█的邻居")


@pytest.mark.parametrize(
    ("said", "kept"), [("03/07", False), ("03-07进厂", False), ("2021-03-07", True), ("1/03/07", True), ("3.7万", True)]
)
def test_2_his_birthday_is_hidden_in_figures_alone_and_other_days_stay(said, kept):
    assert (said[:5] in without(f"于{said}", "姓名：郑小红\n出生：1990年3月7日")) is kept


@pytest.mark.parametrize("title", TITLES)
def test_2_with_any_title_and_with_signs_in_place_of_a_character(title):
    assert without(f"听郑{title}说，厂里欠薪", "郑举报").startswith("听█")
    assert "郑" not in without(f"听郑{title}说，厂里欠薪", "郑举报")


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        (
            "郑举报",
            (
                "举报",
                "zhengjubao",
                "jubao zheng",
                "zjb",
                "Z.J.B.",
                "Z. J. B.",
                "jbz",
                "Zheng J.B.",
                "J. B. Zheng",
                "zhèng jǔbào",
                "郑 j b",
                "Ms Zheng",
            ),
        ),
        ("郑举报", ("阿郑", "姓郑", "举报姐", "报报", "Z女士")),
        ("欧阳示例", ("示例", "欧阳先生", "老欧阳", "Ouyang Shili", "shili ouyang", "Ou Yang Shi-li", "欧阳")),
        ("吕示", ("吕先生", "lv shi", "lu shi", "lyu shi")),
        ("郑丽", ("Li Zheng", "Z.L.", "丽姐", "阿丽", "丽丽")),
        ("Jubao Zheng", ("Jubao", "Zheng", "ZhengJubao", "J. Zheng", "Zheng J.")),
        ("买买提·艾力\n13800138000", ("买买提", "艾力", "买买提艾力", "Maimaiti", "艾力·买买提")),
        ("郑举报 | 王大明（丈夫）", ("王大明", "大明", "Daming Wang", "王先生")),
        ("员工编号A0735 郑举报 车牌鲁Q12345", ("A0735", "鲁Q12345", "鲁Q·12345")),
        ("老郑\n13800138000", ("郑师傅", "老郑")),
        ("缑示", ("缑示", "缑女士")),
        ("曾示例", ("zengshili", "Shili Zeng", "Zeng S.L.", "zsl", "ceng shili", "csl", "Ms Zeng", "Z先生")),
    ],
)
def test_2_without_the_surname_in_pinyin_and_by_initials(identity, said):
    reporter(identity)
    assert [each for each in said if not hidden(identity, each)] == []


@given(
    st.sampled_from("王李张刘陈杨赵黄周吴郑孙马朱胡郭何高林罗"),
    st.text("举国华东云丽军乐爱", min_size=1, max_size=2),
    st.sampled_from(
        ["{}\n13800138000", "13800138000\n{}", "电话：13800138000，姓名：{}", "工人{}，住示例村", "1990年3月7日生，{}（男）"]
    ),
    st.sampled_from(TITLES[:-4]),
)
def test_2_any_name_at_any_place_is_read(surname, given_name, written, title):
    identity = written.format(surname + given_name)
    reporter(identity)
    assert surname not in without(f"听{surname}{title}说", identity)
    assert given_name not in without(f"听{surname}{given_name}说", identity)


def test_2_what_is_not_his_stays():
    told = "示例A公司自2025年3月起拖欠工资三个月，车间主任克扣工资，王经理、李总知情，高级工程师可作证，安全员没有到岗"
    for identity in ("金鑫\n13800138000", "高安\n13800138000", "安保国", "万一"):
        assert without(told, identity) == told


def test_2_a_given_name_of_one_character_is_no_name():
    assert "示" not in known_by("王示")


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        (
            "郑举报 +86 138 1234 5678",
            ("13812345678", "12345678", "2345678", "5678", "1381234", "138****5678", "138xxxx5678", "尾号5678"),
        ),
        ("郑举报 （0539）8312345", ("05398312345", "8312345", "2345")),
        ("郑举报 １３８－１２３４－５６７８", ("13812345678",)),
        ("郑举报 一三八一二三四五六七八", ("13812345678", "345678", "尾号五六七八")),
        ("郑举报 138：1234：5678", ("13812345678", "1381234")),
        ("郑举报 13812345678，15900001111", ("15900001111", "尾号1111", "尾号5678")),
        ("郑举报，1985年3月2日生", ("1985年3月2日", "1985-03-02", "1985.3.2", "19850302")),
        ("郑举报 身份证11010119900307447X", ("1990年3月7日", "110101", "447X")),
    ],
)
def test_3_a_number_in_parts_and_in_any_spelling_and_a_day_of_birth(identity, said):
    assert [each for each in said if not hidden(identity, each)] == []


@pytest.mark.parametrize(
    "identity", ["13800138000", "沂蒙路88号\n13800138000", "举报人", "某厂职工", "热心群众", "女工", "zhangsan@example.com"]
)
def test_4_what_cannot_be_read_as_a_name_is_refused_with_what_to_write(identity):
    with pytest.raises(InputError, match=r"姓名：张示例.*姓名：匿名") as refused:
        reporter(identity)
    assert "姓名：匿名" in refused.value.zh


@pytest.mark.parametrize("identity", ["匿名", "姓名：匿名\n13800138000", "Name: anonymous"])
def test_4_whoever_gives_no_name_says_so(identity):
    assert reporter(identity).names == ()


PHONE = "姓名：郑举报\n手机：13812345678"
BORN = (f"{PHONE}\n出生日期：1985年5月12日", f"{PHONE}\n身份证：371302198505121234")
BORN_ALSO = ("姓名：郑举报\n生日：一九八五年五月十二日", "姓名：郑举报\n出生 19850512", "姓名：郑举报\n85年5月12日生")


@pytest.mark.parametrize("identity", [*BORN, *BORN_ALSO])
@pytest.mark.parametrize(
    "said",
    [
        "1985年5月12日", "1985.5.12", "1985-05-12", "19850512", "85年5月12日", "八五年五月十二日", "85.5.12", "850512",
        "5月12日", "五月十二", "5月12号", "一九八五年五月十二日", "05月12日", "８５年５月１２日",
    ],
)  # fmt: skip
def test_3_a_day_of_birth_is_found_in_any_spelling_with_a_short_year_or_none(identity, said):
    assert without(f"我{said}过生日，厂里欠薪", identity) == "我█过生日，厂里欠薪"


@pytest.mark.parametrize("said", ["生日是5.12", "生日5-12", "05.12出生", "5.12是我生日"])
def test_3_a_day_in_figures_alone_is_one_of_birth_where_birth_is_spoken_of(said):
    assert not re.search("[0-9]", without(said, BORN[0]))


@pytest.mark.parametrize(
    "said", ["2024年5月12日发薪", "5月13日发薪", "每天5.12元", "2024-05-12", "欠薪5月12万元", "15月12日", "十五月十二日"]
)
def test_3_other_days_and_figures_stay(said):
    assert without(said, BORN[0]) == said


@pytest.mark.parametrize("identity", [PHONE, BORN[0]])
@pytest.mark.parametrize(
    "said", ["5 6 7 8", "5-6-7-8", "56 78", "5、6、7、8", "五、六、七、八", "5678", "45678", "4 5 6 7 8", "５，６，７，８"]
)
def test_3_the_last_figures_of_a_number_are_found_parted_by_signs(identity, said):
    assert without(f"我尾号{said}，厂里欠薪", identity) == "我尾号█，厂里欠薪"


@pytest.mark.parametrize("said", ["老欧", "欧姐", "小欧", "欧女士", "欧师傅", "老欧阳"])
def test_2_a_surname_of_two_characters_is_found_by_its_first(said):
    assert without(f"我是{said}，厂里欠薪", "姓名：欧阳建国") == "我是█，厂里欠薪"
    assert without("欧洲的订单", "姓名：欧阳建国") == "欧洲的订单"


@pytest.mark.parametrize("said", ["小东", "晓dong", "xiao东", "晓 Dong", "出纳", "财务科的出纳", "出 納"])
def test_1_and_2_by_his_post_by_a_familiar_name_and_half_in_pinyin(said):
    identity = "姓名：郑晓东\n单位：示例A公司财务科出纳"
    assert read(said)[-2:] not in read(without(f"听{said}说，厂里欠薪", identity))


def test_1_a_post_that_everybody_has_tells_nobody():
    assert without("员工都没有拿到工资", "姓名：郑晓东\n单位：示例A公司员工") == "员工都没有拿到工资"
