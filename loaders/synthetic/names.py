"""Names and codes of the synthetic city: enterprises that all say 示例, people named as often as real people are.

Invariants (tests/unit/test_loaders_synthetic.py holds one test a number)
1. Every enterprise's name contains 示例 and stands once; every code passes both of its checks.
2. People bear one name about as often as in life: a name alone does not tell who somebody is.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from itertools import permutations, product
from typing import Final

from graph.identifiers import check_organisation_code, uscc_check_character

DISTRICTS: Final = {
    "371302": "兰山区", "371311": "罗庄区", "371312": "河东区", "371321": "沂南县", "371322": "郯城县", "371323": "沂水县",
    "371324": "兰陵县", "371325": "费县", "371326": "平邑县", "371327": "莒南县", "371328": "蒙阴县", "371329": "临沭县",
}  # fmt: skip

# Per mille of the population, rounded; the rarer ones share alike in what is left.
_SURNAMES: Final = {
    "王": 72, "李": 71, "张": 68, "刘": 54, "陈": 45, "杨": 31, "黄": 22, "赵": 22, "吴": 20, "周": 19, "徐": 15, "孙": 14,
    "马": 13, "朱": 12, "胡": 12, "郭": 11, "何": 11, "林": 11, "高": 10, "罗": 10, "郑": 9, "梁": 9, "谢": 8, "宋": 8, "唐": 8,
    "许": 8, "韩": 8, "邓": 7, "冯": 7, "曹": 7, "彭": 6, "曾": 6, "肖": 6, "田": 6, "董": 6, "潘": 5, "袁": 5, "蔡": 5, "蒋": 5,
    "余": 5, "于": 5, "杜": 5, "叶": 5, "程": 5, "魏": 5, "苏": 5, "吕": 5, "丁": 5, "任": 5, "卢": 4, "姚": 4, "沈": 4, "钟": 4,
    "姜": 4, "崔": 4, "谭": 4, "陆": 4, "范": 4, "汪": 4, "廖": 4, "石": 4, "金": 4, "韦": 3, "贾": 3, "夏": 3, "付": 3, "方": 3,
    "邹": 3, "熊": 3, "白": 3, "孟": 3, "秦": 3, "邱": 3, "侯": 3, "江": 3, "尹": 3, "薛": 3, "闫": 3, "段": 3, "雷": 3, "龙": 2,
    "黎": 2, "史": 2, "陶": 2, "贺": 2, "毛": 2, "郝": 2, "顾": 2, "龚": 2, "邵": 2, "万": 2, "覃": 2, "武": 2, "钱": 2, "戴": 2,
    "严": 2, "莫": 2, "孔": 2, "向": 2, "常": 2, "欧阳": 1, "诸葛": 1,
} | dict.fromkeys(
    "赖康洪尤施牛温芦季俞章鲁葛伍柯翁甄骆庞管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧项曲成游"
    "阳裴席卫查屈鲍位霍翟隋柳甘景单包司柏宁柴焦车房边辛吉饶瞿解臧晏", 1.4,
)  # fmt: skip
_ONE: Final = "伟芳敏静丽强磊军洋勇艳杰娟涛超明霞平刚辉玲红鹏波斌飞浩亮健峰华林颖倩帅宁旭晨凯鑫雷丹琳萍建梅慧"
_FIRST: Final = "建国志文晓秀玉桂海春永德金明小红云丽俊子雪凤淑庆立家振学新成光世东兴宝少天嘉思雨一梓佳美艳"
_SECOND: Final = "华英兰平军明杰玲芳强伟红霞辉林峰生梅云珍荣国民东波涛龙飞刚祥福琴琳涵轩宇然怡欣萍燕清新成文海"
_SHARE_OF_ONE: Final = 0.13

_BRANDS: Final = ("千鸟", "青禾", "远桥", "松石", "白鹭", "云帆", "沂河", "蒙山", "长亭", "晴川", "百川", "星野", "春泥", "金穗",
                  "听泉", "银杏", "映山", "归雁", "望岳", "书院")  # fmt: skip
_TAILS: Final = "源达丰泰和顺安宏瑞盛嘉恒新益康隆润佳信诚"
TRADES: Final = (
    "食品", "建筑工程", "劳务", "化工", "机械", "商贸", "物流", "建材", "板材", "农业科技", "纺织", "环保科技",
)  # fmt: skip
_CODE_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def person_name(rng: random.Random, but: Collection[str] = ()) -> str:
    """Draw a name; never one of `but`, so that a namesake inside an enterprise is planted and not an accident."""
    while True:
        surname = rng.choices(tuple(_SURNAMES), tuple(_SURNAMES.values()))[0]
        short = rng.random() < _SHARE_OF_ONE
        given = _skewed(rng, _ONE) if short else _skewed(rng, _FIRST) + _skewed(rng, _SECOND)
        if surname + given not in but:
            return surname + given


def _skewed(rng: random.Random, characters: str) -> str:
    """Take the earlier characters more often."""
    return characters[int(len(characters) * rng.random() ** 1.2)]


def enterprise_names(rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yield (stem, number of the series) endlessly and without repeating; `enterprise_name` makes a name of it."""
    tails = ["", *_TAILS, *(first + second for first, second in permutations(_TAILS, 2))]
    stems = [brand + tail for brand, tail in product(_BRANDS, tails)]
    rng.shuffle(stems)
    series = 0
    while True:
        for stem in stems:
            yield stem, "" if not series else f"第{series}"
        series += 1


def enterprise_name(stem: tuple[str, str], trade: str) -> str:
    """Return a full name such as 临沂示例千鸟食品有限公司."""
    return f"临沂示例{stem[0]}{stem[1]}{trade}有限公司"


def enterprise_code(index: int, district: str) -> str:
    """Return the unified social credit code of the enterprise of this number; its body begins with `MAFK`."""
    serial = ""
    for _ in range(4):
        index, digit = divmod(index, len(_CODE_ALPHABET))
        serial = _CODE_ALPHABET[digit] + serial
    body = f"MAFK{serial}"
    # The expected character is empty when the guess happens to be right.
    organisation = body + (check_organisation_code(f"{body}0").expected or "0")
    first17 = f"91{district}{organisation}"
    return first17 + uscc_check_character(first17)
