"""What the planted decisions are about, and the facts about each that the scenarios speak of.

Written down by hand from the texts of the instruments; nothing here is read from the catalogue of rules, so that the two can be
compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from loaders.synthetic.desk import ESTABLISHED, Desk, Matter, Person, Verdict, lead, none, years_after
from loaders.synthetic.records import Ruling

LEGAL: Final = "法定代表人"
PRINCIPAL: Final = "主要负责人"
CONTROLLER: Final = "实际控制人"
MARKING: Final = "SD-31"
OUTSIDE: Final = "22", "32", "41"


@dataclass(frozen=True)
class Duty:
    """A matter with the duty that it brings: under which rule, for how many years, for the holder of which office.

    `listing` says that the decision enters the enterprise on a list, which Shandong marks with the names of those in office.
    """

    matter: Matter
    rule: str
    years: int
    office: str
    found: str
    listing: bool


WAGE: Final = Duty(
    Matter("拖欠农民工工资名单", "列入决定", "劳务", "人力资源和社会保障局", "县级",
           "《保障农民工工资支付条例》第四十八条", date(2022, 1, 1)),
    "D2-WAGE", 3, LEGAL, "直接负责的主管人员", True,
)  # fmt: skip
FOOD: Final = Duty(
    Matter("吊销食品经营许可证", "行政处罚决定", "食品", "市场监督管理局", "县级",
           "《食品安全法》第一百三十五条", date(2016, 1, 1)),
    "D1-FOOD", 5, LEGAL, "其他直接责任人员", False,
)  # fmt: skip
SAFETY: Final = Duty(
    Matter("安全生产严重失信名单", "列入决定", "化工", "应急管理局", "县级",
           "《安全生产严重失信主体名单管理办法》", date(2023, 10, 1)),
    "D1-SAFETY-LIST", 3, PRINCIPAL, "有关责任人员", True,
)  # fmt: skip
TAX: Final = Matter(
    "重大税收违法名单", "列入决定", "商贸", "税务局", "县级", "《重大税收违法失信主体信息公布管理办法》", date(2022, 2, 1)
)
SPENDING: Final = Matter("限制消费令", "限制消费令", "建材", "人民法院", "人民法院", "法释〔2015〕17号第三条", date(2016, 1, 1))
DEFAULTER: Final = Matter("失信被执行人", "列入决定", "机械", "人民法院", "人民法院", "法释〔2017〕7号第一条", date(2020, 10, 1))
REVOKED: Final = Matter(
    "吊销营业执照", "行政处罚决定", "商贸", "市场监督管理局", "县级", "《公司法》（2023）第二百六十条", date(2024, 7, 1)
)
OFFICE_DUTIES: Final = (WAGE, FOOD, SAFETY)


def mark(desk: Desk, ruling: Ruling, person: Person, verdict: Verdict = ESTABLISHED, bearer: str = "") -> None:
    """Plant whether Shandong's listing shows a person; authorities elsewhere are not bound by Shandong's regulation."""
    if ruling.区划.startswith(OUTSIDE):
        verdict = none("outside_jurisdiction")
    until = years_after(date.fromisoformat(ruling.行为结束), 5)
    desk.answer(ruling, person, MARKING, "record", verdict, until, bearer=bearer)


def restrict(
    desk: Desk, ruling: Ruling, duty: Duty, person: Person | None, verdict: Verdict = ESTABLISHED, bearer: str = ""
) -> None:
    """Plant whether the duty binds a person, or (None) the enterprise itself."""
    until = years_after(date.fromisoformat(ruling.决定日期), duty.years)
    desk.answer(ruling, person, duty.rule, "restrict", verdict, until, bearer=bearer)


def both(
    desk: Desk, ruling: Ruling, duty: Duty, person: Person, verdict: Verdict, marked: Verdict = ESTABLISHED, bearer: str = ""
) -> None:
    """Plant both of a person: the duty, and the marking where the decision is a listing."""
    restrict(desk, ruling, duty, person, verdict, bearer)
    if duty.listing:
        mark(desk, ruling, person, marked, bearer)
    if duty is FOOD:
        # A food licence is not the licence to trade at all.
        desk.answer(ruling, person, "D2-REVOKED-LR", "restrict", none("no_rule_for_act"), bearer=bearer)


def never(desk: Desk, ruling: Ruling, duty: Duty, people: list[Person]) -> None:
    """Plant that people of a board, and shareholders, answer for nothing by that alone."""
    for person in people:
        both(desk, ruling, duty, person, none("role_not_reached"), none("role_not_reached"))


def court_unit(desk: Desk, ruling: Ruling) -> None:
    """Plant what an order or listing of a court means for the enterprise itself."""
    desk.answer(ruling, None, "D3-SPEND", "restrict", ESTABLISHED)
    if ruling.事项 == DEFAULTER.text:
        desk.answer(ruling, None, "D3-DEFAULTER", "record", ESTABLISHED)
        # To notify other authorities binds nobody until one of them has a basis of its own.
        desk.answer(ruling, None, "D3-DEFAULTER", "restrict", lead("basis_missing"))


def court_person(desk: Desk, ruling: Ruling, person: Person, verdict: Verdict, marked: Verdict = ESTABLISHED) -> None:
    """Plant what an order or listing of a court means for a person: never the list itself."""
    desk.answer(ruling, person, "D3-SPEND", "restrict", verdict)
    if ruling.事项 == DEFAULTER.text:
        for effect in ("record", "restrict"):
            desk.answer(ruling, person, "D3-DEFAULTER", effect, none("role_not_reached"))
        mark(desk, ruling, person, marked)
