"""Codes and names of the city's enterprises: one at a time for the planted ones, by the million for the rest.

Invariants (tests/unit/test_synthetic_names.py holds one test a number)
3. Every enterprise's name contains 示例 and stands once; every code passes both of its checks, and stands once up to 11 million.
4. One at a time and by the million they are the same codes and names.
"""

from __future__ import annotations

from itertools import permutations
from math import gcd
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.identifiers import check_organisation_code, uscc_check_character

DISTRICTS: Final = {
    "371302": "兰山区", "371311": "罗庄区", "371312": "河东区", "371321": "沂南县", "371322": "郯城县", "371323": "沂水县",
    "371324": "兰陵县", "371325": "费县", "371326": "平邑县", "371327": "莒南县", "371328": "蒙阴县", "371329": "临沭县",
}  # fmt: skip
DISTRICT_SHARES: Final = (24, 10, 10, 7, 7, 8, 8, 6, 6, 6, 4, 4)
"""Enterprises of a hundred that are in each."""
TRADES: Final = (
    "食品", "建筑工程", "劳务", "化工", "机械", "商贸", "物流", "建材", "板材", "农业科技", "纺织", "环保科技",
)  # fmt: skip

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SERIES: Final = "KLMNPQRTUWXY"
_A_SERIES: Final = len(_ALPHABET) ** 4
_DIGITS: Final = np.frombuffer(_ALPHABET.encode(), np.uint8)
_VALUES: Final = np.zeros(128, np.int64)
_VALUES[_DIGITS] = np.arange(len(_ALPHABET))
_VALUES_36: Final = np.array([int(chr(point), 36) if chr(point).isalnum() else 0 for point in range(128)])
_ORGANISATION_WEIGHTS: Final = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ORGANISATION_CHECKS: Final = np.frombuffer(b"0123456789X", np.uint8)
_WEIGHTS: Final = np.array([pow(3, place, 31) for place in range(17)])

_HEADS: Final = "千青远松白云沂蒙长晴百星春金听银映归望书海天东新嘉鸿德福泽景博和锦宏瑞昌永盛华润"
_FEET: Final = "鸟禾桥石鹭帆河山亭川野泥穗泉杏雁岳院峰林辰原源洋阳岭光翔舟扬晖月园谷湖江溪木叶路"
_BRANDS: Final = tuple(head + foot for head in _HEADS for foot in _FEET)
_SIGNS: Final = "源达丰泰和顺安宏瑞盛嘉恒新益康隆润佳信诚"
_TAILS: Final = ("", *_SIGNS, *(first + second for first, second in permutations(_SIGNS, 2)))
STEMS: Final = len(_BRANDS) * len(_TAILS)
"""So many different names without a number."""


def enterprise_code(index: int, district: str) -> str:
    """Return the credit code of the enterprise of this number; its body begins with `MAFK`, later `MAFL` and so on."""
    series, index = divmod(index, _A_SERIES)
    serial = ""
    for _ in range(4):
        index, digit = divmod(index, len(_ALPHABET))
        serial = _ALPHABET[digit] + serial
    body = f"MAF{_SERIES[series]}{serial}"
    # The expected character is empty when the guess happens to be right.
    organisation = body + (check_organisation_code(f"{body}0").expected or "0")
    first17 = f"91{district}{organisation}"
    return first17 + uscc_check_character(first17)


def enterprise_codes(indices: NDArray[np.integer], districts: NDArray[np.integer]) -> list[str]:
    """Return the codes of many enterprises; a district is given by its place in `DISTRICTS`."""
    codes = np.empty((len(indices), 18), np.uint8)
    codes[:, :2] = np.frombuffer(b"91", np.uint8)
    codes[:, 2:8] = np.array([list(code.encode()) for code in DISTRICTS], np.uint8)[districts]
    codes[:, 8:11] = np.frombuffer(b"MAF", np.uint8)
    series, rest = np.divmod(np.asarray(indices, np.int64), _A_SERIES)
    codes[:, 11] = np.frombuffer(_SERIES.encode(), np.uint8)[series]
    for place in range(15, 11, -1):
        rest, digit = np.divmod(rest, len(_ALPHABET))
        codes[:, place] = _DIGITS[digit]
    codes[:, 16] = _ORGANISATION_CHECKS[-(_VALUES_36[codes[:, 8:16]] @ _ORGANISATION_WEIGHTS) % 11]
    codes[:, 17] = _DIGITS[-(_VALUES[codes[:, :17]] @ _WEIGHTS) % 31]
    texts: list[str] = codes.view("S18").ravel().astype("U18").tolist()
    return texts


class EnterpriseNames:
    """Names such as 临沂示例千鸟源达食品有限公司, in an order that two draws from 0 to 1 decide; the number says which.

    Once all stems are used up a number stands behind them: 千鸟源达第1.
    """

    def __init__(self, offset: float, step: float) -> None:
        self._offset = int(offset * STEMS)
        self._step = int(step * STEMS) | 1
        while gcd(self._step, STEMS) > 1:
            self._step += 2

    def one(self, index: int, trade: str) -> str:
        """Return the name of the enterprise of this number."""
        series, place = divmod(index, STEMS)
        stem = (place * self._step + self._offset) % STEMS
        return _name(_BRANDS[stem // len(_TAILS)], _TAILS[stem % len(_TAILS)], series, trade)

    def many(self, indices: NDArray[np.integer], trades: NDArray[np.integer]) -> list[str]:
        """Return the names of many; a trade is given by its place in `TRADES`."""
        series, place = np.divmod(np.asarray(indices, np.int64), STEMS)
        brands, tails = np.divmod((place * self._step + self._offset) % STEMS, len(_TAILS))
        return [
            _name(_BRANDS[brand], _TAILS[tail], number, TRADES[trade])
            for brand, tail, number, trade in zip(
                brands.tolist(), tails.tolist(), series.tolist(), np.asarray(trades).tolist(), strict=True
            )
        ]


def _name(brand: str, tail: str, series: int, trade: str) -> str:
    return f"临沂示例{brand}{tail}{f'第{series}' if series else ''}{trade}有限公司"


def former_name(name: str) -> str:
    """Return the name that an enterprise of this one bore before."""
    return name.replace("示例", "示例老")
