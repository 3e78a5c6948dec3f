"""When a share is enough: the rules of a jurisdiction as data.

Invariants (tests/unit/test_ownership_integrated.py holds one test a number)
1. A tie is decided by the rule, exactly: 25 % is enough for "25 %以上" and not for "more than 25 %".
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from graph.dates import Truth
from graph.errors import InputError
from graph.model import PPM


@dataclass(frozen=True, slots=True)
class Threshold:
    """A share that is enough.

    Parameters
    ----------
    name : str
        How reports name it.
    share_ppm : int
        The share.
    inclusive : bool
        Whether the share itself is enough.
    zh, en : str
        Where it stands, in Chinese and in English.
    """

    name: str
    share_ppm: int
    inclusive: bool
    zh: str = ""
    en: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if not 0 < self.share_ppm <= PPM:
            raise InputError(f"a threshold lies between 0 % and 100 %, not at {self.share_ppm / 10_000:g} %")

    def met(self, share_ppm: int | Fraction) -> bool:
        """Say whether a share is enough."""
        return share_ppm >= self.share_ppm if self.inclusive else share_ppm > self.share_ppm

    def answer(self, least_ppm: int | Fraction, most_ppm: int | Fraction) -> Truth:
        """Say whether a share between two bounds is enough: maybe, where it depends."""
        if self.met(least_ppm):
            return Truth.YES
        return Truth.MAYBE if self.met(most_ppm) else Truth.NO


CN_BENEFICIAL: Final = Threshold(
    "cn_beneficial",
    250_000,
    inclusive=True,
    zh="受益所有人信息管理办法（2024）：25%以上",
    en="Measures for beneficial owner information (2024): 25 % and more",
)
"""Share held directly and through others. A screening fact: neither control nor responsibility."""
CN_CONTROL: Final = Threshold(
    "cn_control",
    500_000,
    inclusive=False,
    zh="公司法：控股股东，出资额或者股份超过百分之五十",
    en="Company Law: controlling shareholder, over 50 % of capital or shares",
)
"""Votes, added up over everything that is controlled."""
CN_LISTED_CONTROL: Final = Threshold(
    "cn_listed_control",
    300_000,
    inclusive=False,
    zh="上市公司收购管理办法第八十四条：表决权超过30%",
    en="Measures for takeovers of listed companies, article 84: over 30 % of the votes",
)
"""Votes in a listed company that a party can actually dispose of."""
EU_BENEFICIAL: Final = Threshold(
    "eu_beneficial",
    250_000,
    inclusive=True,
    zh="欧盟条例 (EU) 2024/1624 第52条",
    en="Regulation (EU) 2024/1624, article 52",
)
UK_PSC: Final = Threshold(
    "uk_psc",
    250_000,
    inclusive=False,
    zh="英国2006年公司法附表1A（经由过半数持股逐层计算）",
    en="Companies Act 2006, schedule 1A (traced through majority stakes)",
)
OFAC_50: Final = Threshold(
    "ofac_50",
    500_000,
    inclusive=True,
    zh="美国财政部海外资产控制办公室问答398至402（合并计算，经由如此持有的企业逐层计算）",
    en="OFAC, FAQ 398-402 (aggregated, traced through entities so owned)",
)
CLOSE_LINK: Final = Threshold(
    "close_link",
    200_000,
    inclusive=True,
    zh="欧洲中央银行指引 (EU) 2015/510 第138条",
    en="Guideline (EU) 2015/510, article 138",
)
PRESETS: Final = {t.name: t for t in (CN_BENEFICIAL, CN_CONTROL, CN_LISTED_CONTROL, EU_BENEFICIAL, UK_PSC, OFAC_50, CLOSE_LINK)}
"""The first three are the defaults of this product; the others stand here because published answers were computed with them."""
