"""The invariants of `analytics.lifecycle.enterprise_names`, by number."""

from __future__ import annotations

import pytest

from analytics.lifecycle.enterprise_names import DOUBTS, doubt, is_whole, rules
from analytics.lifecycle.masking import HIDDEN, leaving, masking
from analytics.lifecycle.publication import publication

PEOPLE = ("王示例",)


@pytest.mark.parametrize(
    "name",
    [
        "临沂市肿瘤医院", "兰山区解放路小吃店", "临沂穆斯林饮食有限公司", "临沂抑郁症康复中心", "临沂市皮肤病防治院",
        "临沂市残疾人联合会", "兰山区清真食品店", "临沂市兰山区回民小吃店", "张庄村卫生室",
        "临沂市罗庄区盛庄街道沈泉庄社区卫生服务站", "临沂第三人民医院", "开元里小区物业服务中心",
        "临沂市兰山区三和街社区居民委员会", "沂水县马站镇一村卫生室", "老王家烧烤", "示例牙科",
        "Example (China) Co., Ltd.", "王示例馒头店", "临沂市兰山区王示例食品经营部",
    ],
)  # fmt: skip
def test_1_names_of_places_illnesses_faiths_and_operators_are_part_of_a_name(name):
    assert doubt(name, PEOPLE) == ""


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("临沂沂蒙路123号宾馆有限公司", ""), ("解放路一号店", ""), ("沂蒙路88号小吃店", "name_address"),
        ("示例A公司住兰山区金雀山路10号", "name_address"), ("示例A公司（兰山区金雀山路１０号）", "name_address"),
        ("示例超市沂蒙路88号2单元301室", "name_address"), ("沂蒙路88号2单元301室示例有限公司", "name_address"),
        ("示例花园3-2-301店", "name_address"), ("示例商店家住张庄", "name_address"),
    ],
)  # fmt: skip
def test_2_an_address_has_a_number_of_a_house_or_a_room(name, why):
    assert doubt(name) == why


@pytest.mark.parametrize(
    "name",
    [
        "示例A公司（王示例，乙肝）", "王示例糖尿病诊所", "示例A公司王示例患糖尿病食品店", "示例商店（乙肝）",
        "示例A公司患 有糖尿 病", "示例A公司（信佛）", "王示例穆斯林食品店",
    ],
)  # fmt: skip
def test_3_an_illness_or_a_faith_is_somebodys_where_a_person_is(name):
    assert doubt(name, PEOPLE) == "name_health"


@pytest.mark.parametrize(
    "name",
    [
        "示例A公司（王示例）",
        "示例A公司【王 示-例】",
        "示例A公司王示例",
        "示例（王示例）商店",
        "示例店王示例",
        "王示例（示例A公司）",
        "示例A公司王示例店",
    ],
)
def test_4_a_person_who_is_known_stands_outside_the_trade_name(name):
    assert doubt(name, PEOPLE) == "name_person"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("示例（山东）科技有限公司", ""), ("示例（集团）有限公司", ""), ("示例中心（有限合伙）", ""),
        ("示例超市（兰山店）", ""), ("示例公司第一分公司", ""), ("示例酒店（个体工商户）", ""),
        ("山东示例（集团）股份有限公司临沂分公司", ""), ("示例A公司(吴五)", "name_unclear"),
        ("示例A公司吴五", "name_unclear"), ("示例A公司（经营者：吴五）", "name_unclear"),
        ("示例A公司/吴五", "name_unclear"), ("吴五，示例A公司", "name_unclear"),
        ("示例A公司微信abc12345", "name_unclear"), ("示例A公司（电話8312345）", "name_unclear"),
        ("示例（李金城）商店", "name_unclear"),
        ("Wang Shili", "name_unclear"), ("WANG SHILI", "name_unclear"), ("John Smith", "name_unclear"),
        ("ｗａｎｇ ｓｈｉｌｉ", "name_unclear"),
        ("Wáng Shìlì", "name_unclear"), ("冯shili", "name_unclear"), ("Иван Петров", "name_unclear"),
        ("买买提吐尔逊", "name_unclear"),
        ("Bright Ltd", ""), ("Shili Trading Co., Ltd.", ""), ("ABC工厂", ""), ("临沂示例大学", ""),
    ],
)  # fmt: skip
def test_5_what_cannot_be_told_from_a_name_is_not_taken_for_one(name, why):
    assert doubt(name, PEOPLE) == why


def test_5_every_reason_is_told_and_every_passage_of_the_masks_is_placed_or_makes_a_name_unclear():
    assert set(publication().reasons) >= DOUBTS
    placed = [*rules().addresses, *rules().of_one, *rules().of_bodies]
    assert len(placed) == len(set(placed))
    assert {*masking().passages, *masking().telling, *masking().named, "words"} - {*placed} == {
        "messenger", "email", "called", "document", "account",
    }  # fmt: skip
    assert set(placed) <= {*masking().passages, *masking().telling, "words"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("临沂市肿瘤医院", "临沂市肿瘤医院"), ("沂蒙路88号小吃店", "沂蒙路88号小吃店"),
        ("示例A公司（王示例，乙肝）", f"示例A公司（王示例，{HIDDEN}）"),
        ("示例A公司住沂蒙路88号", HIDDEN),
    ],
)  # fmt: skip
def test_2_and_3_inside_too_what_more_a_name_says_is_hidden_but_for_the_number_of_a_shop(name, shown):
    assert is_whole(name) is (name == shown)
    assert leaving({"kind": "enterprise", "name": name})["name"] == shown
