"""The invariants of `analytics.lifecycle.masking`, by number."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from analytics.lifecycle.masking import HIDDEN, leaving, masked, masking, suspect
from graph.identifiers import uscc_check_character
from tests.spellings import numbers_spelled, read, words_spelled

AROUND = (("", ""), ("当事人（", "）。"), ("2024年查明，", "，罚款10,000.00元"), ("依据第13条，", "；"))
NUMBERS = (
    "13812345678", "１３８１２３４５６７８", "138 1234 5678", "139-1234-5678", "138.1234.5678", "138—1234—5678",
    "(138)12345678", "+86 138-1234-5678", "8613812345678", "0086 13812345678", "⑬⑧12345678", "①③⑧①②③④⑤⑥⑦⑧",
    "一三八一二三四五六七八", "幺三八 一二三四 五六七八", "壹叁捌12345678", "1 3 8 1 2 3 4 5 6 7 8", "1\u200b3812345678",
    "1️⃣3️⃣8️⃣12345678", "138１２３４五六七八", "13812345678元旦后", "138·1234·5678", "𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖", "0539-8312345",
    "0539 8312345", "（0539）8312345", "０５３９－８３１２３４５", "010-62345678", "021 6234 5678", "0539-8312345-801",
    "〇五三九八三一二三四五", "+86 0539 8312345", "电话8312345", "座机：8312345", "电话（831）2345", "110101199003074477",
    "11010119900307447X", "11010119900307447x", "110101 19900307 4477", "110101-1990-03-07-4477",
    "１１０１０１１９９００３０７４４７７", "1101 0119 9003 0744 77", "11010119900307447Ｘ",
    "一一〇一〇一一九九〇〇三〇七四四七七", "110101900307447", "110101 900307 447", "身份证号：110101199003074477",
    "E12345678", "EA1234567", "Ｇ１２３４５６７８", "e 1234 5678", "护照号码：P1234567", "C12345678", "W12345678",
    "H12345678", "H1234567801", "M12345678", "手机１３８ー１２３４ー５６７８", "138~1234~5678", "138，1234，5678",
    "wx：lisi99", "q号123456", "abc[at]163.com", "abc#163.com", "abc艾特163点com", "台胞证12345678", "台胞证号码：0123456701",
    "通行证T12345678", "L12345678", "A123456(7)", "回乡证：H 1234 5678", "6222021234567890123", "6222 0212 3456 7890 123",
    "6217001234567890", "4111111111111111", "5500 0000 0000 0004", "卡号：12345678901", "银行账号 3701 2345 6789 01",
    "微信号：zheng_jb1", "微信zhengjb1", "ＷｅＣｈａｔ：zhengjb1", "微 信 号：zhengjb-1", "VX:zhengjb1", "QQ号1234567",
    "QQ：１２３４５６７", "扣扣 1234567", "someone@example.com", "some one @ example.com", "ｓｏｍｅｏｎｅ＠example．com",
    "s.o-m_e@mail.example.com.cn",
)  # fmt: skip
MISTYPED = (  # the last figure is wrong, and the check digit of an enterprise's code right
    "371311199510213022", "身份证号371311199510213022", "371311，19951021，3022", "371311、19951021、3023", "371311,19951021,3023",
    "138:1234:5678", "138=1234=5678", "手机138，1234，5678", "0539:8312345", "电话：八三一二三四五", "座机八三一二三四五",
    "八三一二三四五",
    "电话八三一二三四五六", "传真：捌叁壹贰叁肆伍",
)  # fmt: skip
PRIVATE = (
    "患有糖尿病", "糖尿病", "患 有 糖 尿 病", "患有高血壓", "高血压", "肺癌", "肝癌晚期", "慢性肾炎", "抑郁", "重度抑鬱",
    "残疾", "殘疾人證", "艾滋", "二级残", "智力残疾", "新冠阳性", "小儿麻痹", "孕妇", "做礼拜", "维吾尔", "五组18户",
    "沂蒙路中段", "家在小王庄", "HIV阳性", "ＨＩＶ", "自闭症", "精神分裂症", "尿毒症", "冠心病", "类风湿关节炎", "心梗",
    "患职业病", "怀孕", "有精神障碍", "白血病", "癫痫", "患有传染病", "确诊新冠", "诊断为甲亢", "信佛", "信 佛", "信教",
    "信仰伊斯兰教", "伊斯兰", "基督徒", "佛教徒", "信奉天主教", "穆斯林", "道教", "信主多年", "法轮功", "去教堂受洗", "回族",
    "维吾尔族", "藏族", "土家族", "汉族", "满 族", "滿族", "蒙古族", "民族：回", "临沂市兰山区沂蒙路88号2单元301室",
    "臨沂市蘭山區沂蒙路88號", "沂蒙路 88 号", "沂蒙路八十八号", "沂蒙路８８号", "小王庄村3组12号", "向城镇小王庄村三组",
    "阳光小区3号楼2单元301", "阳光花园12-3-401", "阳光小区12－3－401室", "3号楼2单元301室", "2单元301室",
    "住兰陵县向城镇小王庄村", "家住小王庄村东头", "户籍地：山东省兰陵县", "籍贯山东省兰陵县", "兰陵县向城镇小王庄村村民",
)  # fmt: skip
STAYS = (
    "91110000100003962T", "临市监罚〔2024〕9号", "临市监罚〔2024〕13012345678号", "鲁临兰罚字[2024]第37130220240001号",
    "（2023）鲁1302执异12号", "(1998)鲁13民终1234567号", "兰山街道罚〔2024〕9号", "SDPR-2023-0010001", "市监总局令第13号",
    "第13条第2款", "第13、14、15、16、17条", "第一百三十八条", "第13-19条", "2024-06-03", "2024年6月3日",
    "2024-01-01至2024-12-31", "2024.06.03 2025.06.03", "1998-2003 123", "二〇二四年六月三日", "二〇二四年十二月三十一日",
    "20240603", "2024-06-03T09:00:00", "13,812,345,678.00元", "138,000,000.00元", "罚款13800000000元", "13812345678.50元",
    "人民币13812345678", "¥13812345678", "13812345678万元", "0.13812345", "《中华人民共和国传染病防治法》第38条",
    "《职业病防治法》", "违反《艾滋病防治条例》", "未组织职业病健康检查", "未告知职业病危害", "疾病预防控制中心",
    "残疾人联合会", "民族宗教事务局", "宗教事务条例", "精神病医院", "肿瘤医院", "存在安全隐患", "未按规定书写病历",
    "病死猪肉", "其中风险", "总结核查", "失信主体名单", "守信主体", "诚信教育", "渠道教育", "街道教育", "接受洗钱调查",
    "计算机病毒", "畜牧师资", "佛山市", "对症下药", "医患纠纷", "炎黄公司", "抗癌协会", "收回教育经费", "新疆维吾尔自治区",
    "哈萨克斯坦", "示例支行沂蒙路北段分理处", "少数民族", "回族自治县", "水族馆", "贵族", "家族企业", "上班族", "回民区",
    "民族团结", "住房和城乡建设局", "住院", "住所或者经营场所无法联系", "村镇银行", "村民委员会", "开发区公路建设",
    "道路运输经营许可证", "交通运输局", "临沂市兰山区市场监督管理局", "地铁3号线", "涉农村的项目", "企业内部信息", "QQ浏览器",
    "微信支付", "微信公众号", "tip-0123456789abcdef", "138123456789abcd", "fine", "有限公司（自然人独资）", "示例A公司",
    "1:30", "v1.2.3", "GB 11643-1999", "123 456", "国药准字S20120016", "狂犬病疫苗", "供销社碑住门市部",
    "Bjørn Christian Eide",
)  # fmt: skip


@pytest.mark.parametrize("secret", NUMBERS)
def test_1_a_number_is_hidden_however_it_is_written(secret):
    for around in AROUND:
        shown = masked(secret.join(around))
        assert HIDDEN in shown, around
        assert not re.search(r"\d{5}|[0-9](?:[ -][0-9]){4}", shown.removeprefix(around[0])), shown
        assert shown.startswith(around[0].rstrip("（")), shown


@pytest.mark.parametrize("secret", MISTYPED)
def test_1_a_mistyped_or_parted_number_is_hidden(secret):
    digits = read(secret.lstrip("身份证号手机电话座传真：:"))
    for around in AROUND:
        shown = masked(secret.join(around))
        assert HIDDEN in shown, around
        assert not any(digits[at : at + 4] in read(shown) for at in range(len(digits) - 3)), shown


@given(
    st.from_regex("3713[0-2][1-9]19[4-9][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9])[0-9]{3}[0-9X]", fullmatch=True).filter(str.isascii)
)
def test_1_what_has_the_form_of_a_resident_number_is_one_whatever_its_last_digit(number):
    assume(number.isascii())
    assert masked(f"身份证号{number}") == f"身份证号{HIDDEN}"


@given(numbers_spelled(), st.sampled_from(AROUND))
def test_1_a_number_in_any_spelling_is_hidden(planted, around):
    number, spelling = planted
    assert read(number) not in read(masked(spelling.join(around)))


@pytest.mark.parametrize("secret", PRIVATE)
def test_2_home_health_religion_and_people_are_hidden(secret):
    for around in AROUND:
        shown = masked(secret.join(around))
        assert HIDDEN in shown, around
        assert read(secret) not in read(shown), shown
        assert shown.endswith(around[1].lstrip("）")), f"the next clause stays: {shown}"


@given(words_spelled(), st.sampled_from(AROUND))
def test_2_a_word_in_any_spelling_is_hidden(planted, around):
    word, spelling = planted
    assert read(word) not in read(masked(spelling.join(around)))


@pytest.mark.parametrize("text", STAYS)
def test_3_what_tells_of_nobody_stays(text):
    for around in (("", ""), ("依据", "，"), ("（", "）")):
        whole = text.join(around)
        assert masked(whole) == whole


@pytest.mark.parametrize("text", ["二〇二四〇六〇三", "一九九九〇一〇一", "第二三四五六七八条", "二十三万四千五百六十七元"])
def test_3_chinese_numerals_that_are_no_telephone_stay(text):
    assert masked(text) == text


@pytest.mark.parametrize(
    "name", ["临沂穆斯林饮食有限公司", "临沂抑郁症康复中心", "临沂沂蒙路123号宾馆有限公司", "山东佛教用品有限公司"]
)
def test_3_the_name_of_an_enterprise_that_is_known_stays(name):
    party = {"id": "test:A", "name": name, "kind": "enterprise"}
    assert leaving({"party": party}) == {"party": party}
    assert leaving(name, known=[name]) == name
    assert leaving(f"{name}的李某患有糖尿病，信佛", known=[name]) == f"{HIDDEN}，{HIDDEN}"
    assert leaving(name) != name
    assert leaving({"name": name, "kind": "person"})["name"] != name


def test_3_a_number_in_the_name_of_an_enterprise_is_hidden():
    name = "临沂穆斯林饮食13812345678有限公司"
    assert leaving(name, known=[name]) == f"临沂穆斯林饮食{HIDDEN}有限公司"


def test_3_an_id_of_sixteen_figures_stays_where_ids_stand():
    assert leaving({"id": "4111111111111111", "note": "4111111111111111"}) == {"id": "4111111111111111", "note": HIDDEN}


@pytest.mark.parametrize("token", ["req-13800138000-abc", "13800138000", "0f8a13800138000c4e5d6a7b8c9d0e1f", "4111111111111111"])
def test_3_the_id_of_a_request_stays_where_it_stands(token):
    assert leaving({"request": token})["request"] == token
    assert leaving({"request": f"电话 {token}", "note": "13800138000"}) == {"request": leaving(f"电话 {token}"), "note": HIDDEN}


@pytest.mark.parametrize("people", masking().peoples.split())
def test_2_each_of_the_peoples_is_hidden(people):
    assert masked(f"王某，男，{people}族，经理") == f"王某，男，{HIDDEN}，经理"


def test_2_there_are_the_56_peoples():
    assert len(set(masking().peoples.split())) == 56


@pytest.mark.parametrize(
    "text",
    ["对王示例的", "对王 示 例的", "对王-示-例的", "对王·示例的", "对王示\u200b例的", "对王\n示例的"],
)
def test_4_a_name_is_hidden_however_it_is_spelled(text):
    assert masked(text, ["王示例"]) == f"对{HIDDEN}的"


def test_4_traditional_and_simplified_are_one_and_a_short_name_is_a_word():
    assert masked("對張國華、张国华、Zhang，Li、lithium", ["张国华", "Li"]) == f"對{HIDDEN}、{HIDDEN}、Zhang，{HIDDEN}、lithium"


@given(st.text(max_size=20), st.sampled_from((*NUMBERS, *PRIVATE)), st.text(max_size=20))
@example("", "HIV", "")
@example("", "QQ：zheng_jb", "")
def test_5_the_quick_look_passes_over_nothing(before, secret, after):
    text = before + secret + after
    if not suspect(text):
        assert masked(text + "患糖尿病").startswith(text)


@given(st.data())
def test_5_whatever_a_pattern_or_word_hides_is_suspect(data):
    rules = masking()
    sections = (rules.identities, rules.numbers, rules.checked, rules.spoken, rules.named, rules.passages, rules.telling)
    written = [pattern.pattern for section in sections for pattern in rules.patterns(section)]
    bare = [re.sub(r"\(\?<?[!=][^()]*(?:\([^()]*\)[^()]*)*\)", "", pattern) for pattern in written]
    hidden = st.one_of(st.sampled_from(rules.words.split()), *map(st.from_regex, bare))
    text = data.draw(hidden)
    assert suspect(text) or masked(text, ["示例名"]) == text, "with a name the quick look is left out"


def test_6_keys_are_hidden_as_texts_are_and_fields_stay():
    said = {
        "details": {"王示例患有糖尿病": "1", "电话１３８００１３８０００": "2", "电话13900139000": "3", "another_unit": "yes"},
        "id_card": "x",
    }
    left = leaving(said, ["王示例"])
    assert [*left["details"].values()] == ["1", "2", "3", "yes"]
    text = " ".join(left["details"])
    for secret in ("王示例", "糖尿病", "13800138000", "１３８", "139"):
        assert secret not in text
    assert "another_unit" in left["details"]
    assert len(left["details"]) == 4, "what is hidden alike stays apart"


@given(st.text())
def test_masking_what_is_masked_changes_nothing_that_is_hidden(text):
    assert leaving({"note": text}).keys() == {"note"}


@pytest.mark.parametrize("part", ["1", "1 ", "路", "一", "路1", "a", "a.", "a@", "住址省", "病", "第1、", "1,111", "《法", "微信a"])
def test_a_long_text_is_read_in_a_time_that_grows_as_it_does(part):
    def taken(length: int) -> float:
        started = time.thread_time()  # other threads of the process do not count
        masked(part * length)
        return time.thread_time() - started

    once = taken(5_000)
    assert min(taken(20_000), taken(20_000)) < max(12 * once, 1)


SURELY_A_CODE = f"91371300000000001{uscc_check_character('91371300000000001')}"


@pytest.mark.parametrize(
    ("code", "left"), [(SURELY_A_CODE, SURELY_A_CODE), ("371302199003070069", HIDDEN), ("371302199003070157", HIDDEN)]
)
def test_3_a_code_that_passes_as_a_resident_number_is_hidden_where_a_code_stands(code, left):
    assert leaving({"uscc": code}) == {"uscc": left}
