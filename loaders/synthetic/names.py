"""Names of people, drawn about as often as they are borne; one distribution for the planted few and for a whole city.

A name is a surname and a given name in the taste of a generation and sex (`_STYLES`), because given names go with one another:
秀英 is borne far more often than 秀 and 英 are by chance. Figures that the shares were set by: the reports on names of the Ministry
of Public Security's research centre for household administration (全国姓名报告): the five commonest surnames are 30.8 % of the
population, the hundred commonest 85.9 %, 欧阳 1.1 million people (2019, 2020); 伟 alone 3.2 million, 秀英 2.2 million (2021); 张伟,
the commonest name of all, about 0.29 million.

Invariants (tests/unit/test_synthetic_names.py holds one test a number)
1. People bear one name about as often as in life: a name alone does not tell who somebody is.
2. A name drawn singly and names drawn by the million come from one distribution.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Per mille of the population, rounded.
_SURNAMES: Final = {
    "王": 72, "李": 71, "张": 67, "刘": 53, "陈": 45, "杨": 31, "黄": 22, "赵": 22, "吴": 20, "周": 19, "徐": 15, "孙": 14,
    "马": 13, "朱": 12, "胡": 12, "郭": 11, "何": 11, "林": 11, "高": 10, "罗": 10, "郑": 9, "梁": 9, "谢": 8, "宋": 8, "唐": 8,
    "许": 8, "韩": 8, "邓": 7, "冯": 7, "曹": 7, "彭": 6, "曾": 6, "肖": 6, "田": 6, "董": 6, "潘": 5, "袁": 5, "蔡": 5, "蒋": 5,
    "余": 5, "于": 5, "杜": 5, "叶": 5, "程": 5, "魏": 5, "苏": 5, "吕": 5, "丁": 5, "任": 5, "卢": 4, "姚": 4, "沈": 4, "钟": 4,
    "姜": 4, "崔": 4, "谭": 4, "陆": 4, "范": 4, "汪": 4, "廖": 4, "石": 4, "金": 4, "韦": 3, "贾": 3, "夏": 3, "付": 3, "方": 3,
    "邹": 3, "熊": 3, "白": 3, "孟": 3, "秦": 3, "邱": 3, "侯": 3, "江": 3, "尹": 3, "薛": 3, "闫": 3, "段": 3, "雷": 3, "龙": 2,
    "黎": 2, "史": 2, "陶": 2, "贺": 2, "毛": 2, "郝": 2, "顾": 2, "龚": 2, "邵": 2, "万": 2, "覃": 2, "武": 2, "钱": 2, "戴": 2,
    "严": 2, "莫": 2, "孔": 2, "向": 2, "常": 2,
} | dict.fromkeys(
    "赖康洪尤施牛温芦季俞章鲁葛伍柯翁甄骆庞管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧项曲成游"
    "阳裴席卫查屈鲍位霍翟隋柳甘景单包司柏宁柴焦车房边辛吉饶瞿解臧晏", 1.3,
) | dict.fromkeys(
    "古邢桑苟习应池阮褚符申沙麦蓝容来巩党仇丛艾简谈米柳商郎安鞠冀尚农佟屠荆封沃刁宫佘班滕敖浦娄储战宿干窦计宗门慕巫宣迟官"
    "狄国荀", 0.5,
) | {"欧阳": 0.8, "上官": 0.06, "皇甫": 0.05, "令狐": 0.04, "诸葛": 0.03, "司徒": 0.03}  # fmt: skip

_TAIL: Final = (
    "安邦宾炳昌朝辰诚传存达道鼎恩凡方丰刚功冠广贵涵航和恒衡弘厚虎桓焕晖惠基吉纪季济嘉坚江锦京景靖久钧均俊康克坤乐磊礼力利联良"
    "烈霖凌陆伦茂懋铭牧南能念培沛品齐启千谦钦琴勤清泉群仁日荣如润若森善尚绍申升圣盛石时士世守书淑树硕思嵩泰堂棠廷庭同桐彤望"
    "维卫蔚武希锡熙贤显宪祥晓孝欣信星行幸修旭绪轩延彦燕阳尧耀业晔怡宜义艺益毅银引印迎映颖友有佑余瑜宇禹育昱裕豫元园苑源远月"
    "悦跃越允韵增展章兆真正之芝知智中仲舟洲珠祝卓滋紫自宗尊左佐晨曦蕊薇菲茜琦璇瑾瑜璐妍媛婉嫣娅妮娇婕沁汐沫漫灵翎羽翔骏骁腾"
    "驰骥岩岳峻崇巍川溪湘沅淼浦浚涌渊深湛澄潇澜"
)
_TWO: Final = (2.8, 1.27)
_ALONE: Final = (6.0, 1.1)
"""Start and slope: the character of rank r is taken in proportion to (r + start) ** -slope."""


class Weighted:
    """Characters in the order of how often they are taken, and how much more often the earlier ones are."""

    def __init__(self, characters: str, law: tuple[float, float]) -> None:
        self.characters = "".join(dict.fromkeys(characters))
        weights = (np.arange(len(self.characters)) + law[0]) ** -law[1]
        self.cumulative = np.cumsum(weights) / weights.sum()
        self.cumulative[-1] = 1.0
        self._bounds: list[float] = self.cumulative.tolist()
        self._points = np.array([ord(character) for character in self.characters], dtype=np.uint16)

    def one(self, chance: float) -> str:
        """Return the character that a chance from 0 to 1 falls on."""
        return self.characters[bisect_right(self._bounds, chance)]

    def many(self, chances: NDArray[np.float64]) -> NDArray[np.uint16]:
        """Return the code points that the chances fall on."""
        return self._points[np.searchsorted(self.cumulative, chances, side="right")]


@dataclass(frozen=True)
class _Style:
    """Given names of one generation and sex: how many people, how many of one character, and the characters."""

    share: float
    of_one: float
    alone: Weighted
    first: Weighted
    second: Weighted


def _style(share: float, of_one: float, alone: str, first: str, second: str) -> _Style:
    return _Style(
        share,
        of_one,
        Weighted(alone + second + _TAIL, _ALONE),
        Weighted(first + second + _TAIL, _TWO),
        Weighted(second + first + _TAIL, _TWO),
    )


_STYLES: Final = (
    _style(0.17, 0.07, "英芳兰敏芬萍琴华霞云玲珍平梅红",
           "秀桂玉淑凤美素翠春爱兰月金香珍文红莲菊云瑞连彩惠荣宝丽庆景雪学成永明德清",
           "英兰珍华芳云梅荣花香芝莲琴芬霞清玲娥美凤芹菊平连娟萍真敏仙爱娣珠环勤贞"),
    _style(0.17, 0.10, "军平明华刚林勇斌强辉",
           "建国志文永德明金玉世成福长振学庆新光树春清洪兴正宝家立忠海继万广天士少元祥贵",
           "国军华明平生林民祥成荣忠德福义才发贵良臣海春山友江东新峰龙亮武胜云昌富业"),
    _style(0.17, 0.22, "丽敏静艳娟燕芳霞红玲娜莉萍慧颖洁琳倩丹梅婷琴晶青",
           "丽晓海小红艳春玉雪秀美燕慧文爱金亚淑晶冬立彦翠永秋建利志俊佳雅静婷",
           "娟丽燕红梅霞玲艳萍芳英敏静琴娜华云平荣莉慧洁芹玉妮青辉花香杰凤"),
    _style(0.19, 0.27, "伟勇军强涛磊杰刚斌波辉超鹏峰飞明亮健鑫林洋浩凯平宇",
           "志建海永晓文国小立俊世新明洪春金卫玉东红宏庆学向少振兴德光长继亚家传树佳",
           "强军伟华明杰峰涛辉勇刚波东平林生国飞斌龙民鹏亮超文海祥新江"),
    _style(0.14, 0.15, "婷倩静雪颖莹丹琳悦蕾敏佳璐瑶欣",
           "佳思雨欣梦雅诗嘉子晓文慧婷心怡静紫若瑞悦美语馨依艺可宇梓",
           "怡涵雨欣琪婷颖雪悦慧静瑶彤佳莹文玉菲洁琳莉娜然宁萱雯"),
    _style(0.16, 0.17, "浩鑫杰超凯磊鹏宇帅旭涛龙博健阳洋俊翔晨",
           "子浩宇俊志文嘉家天佳博泽明晓思晨鑫一瑞永雨海国建少世振昊梓",
           "豪杰宇轩浩然文鑫伟龙涛鹏博辉阳强凯超飞航泽宁明林峰源瑞"),
)  # fmt: skip
_SURNAME_TEXTS: Final = tuple(_SURNAMES)
_SURNAME_BOUNDS: Final = np.cumsum(list(_SURNAMES.values())) / sum(_SURNAMES.values())
_STYLE_BOUNDS: Final = np.cumsum([style.share for style in _STYLES]) / sum(style.share for style in _STYLES)
_SURNAME_LIST: Final[list[float]] = [*_SURNAME_BOUNDS.tolist()[:-1], 1.0]
_STYLE_LIST: Final[list[float]] = [*_STYLE_BOUNDS.tolist()[:-1], 1.0]
_SURNAME_POINTS: Final = np.array([[ord(ch) for ch in text.ljust(2, "\0")] for text in _SURNAME_TEXTS], dtype=np.uint32)


def person_name(rng: random.Random, but: Collection[str] = ()) -> str:
    """Draw a name; never one of `but`, so that a namesake inside an enterprise is planted and not an accident."""
    while True:
        surname = _SURNAME_TEXTS[bisect_right(_SURNAME_LIST, rng.random())]
        style = _STYLES[bisect_right(_STYLE_LIST, rng.random())]
        if rng.random() < style.of_one:
            given = style.alone.one(rng.random())
        else:
            given = style.first.one(rng.random()) + style.second.one(rng.random())
        if surname + given not in but:
            return surname + given


@dataclass(frozen=True)
class Names:
    """Names by the million: number of the surname and the code points of the given name (0: it has one character)."""

    surname: NDArray[np.uint16]
    first: NDArray[np.uint16]
    second: NDArray[np.uint16]

    @classmethod
    def draw(cls, rng: np.random.Generator, count: int) -> Names:
        """Draw so many names."""
        surname = np.searchsorted(_SURNAME_LIST, rng.random(count), side="right").astype(np.uint16)
        style = np.searchsorted(_STYLE_LIST, rng.random(count), side="right")
        alone, chances, others = rng.random(count), rng.random(count), rng.random(count)
        first, second = np.zeros(count, np.uint16), np.zeros(count, np.uint16)
        for number, taste in enumerate(_STYLES):
            of_one = (style == number) & (alone < taste.of_one)
            of_two = (style == number) & (alone >= taste.of_one)
            first[of_one] = taste.alone.many(chances[of_one])
            first[of_two] = taste.first.many(chances[of_two])
            second[of_two] = taste.second.many(others[of_two])
        return cls(surname, first, second)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.surname)

    def and_more(self, more: Names) -> Names:
        """Return these names and then others."""
        return Names(
            np.concatenate([self.surname, more.surname]),
            np.concatenate([self.first, more.first]),
            np.concatenate([self.second, more.second]),
        )

    def keys(self) -> NDArray[np.int64]:
        """Return a number for each, the same where the whole name is written the same (欧 阳明 is written as 欧阳 明)."""
        points = self._points(np.arange(len(self))).astype(np.int64)
        keys: NDArray[np.int64] = points[:, 0] << 48 | points[:, 1] << 32 | points[:, 2] << 16 | points[:, 3]
        return keys

    def texts(self, which: NDArray[np.integer]) -> list[str]:
        """Write some of them out."""
        texts: list[str] = self._points(which).view("<U4").ravel().tolist()
        return texts

    def _points(self, which: NDArray[np.integer]) -> NDArray[np.uint32]:
        points = np.zeros((len(which), 4), np.uint32)
        surname = _SURNAME_POINTS[self.surname[which]]
        points[:, :2] = surname
        length = 1 + (surname[:, 1] > 0)
        rows = np.arange(len(which))
        points[rows, length] = self.first[which]
        points[rows, length + 1] = self.second[which]
        return points
