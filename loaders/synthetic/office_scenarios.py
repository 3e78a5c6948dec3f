"""Scenarios of duties that reach the holder of an office at the time of the conduct, and those whom a decision names and finds.

Each function writes one scenario: the register, the decision, and who answers for it. `turn` varies it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from loaders.synthetic.desk import (
    ELSEWHERE,
    ESTABLISHED,
    REST_OF_SHANDONG,
    Desk,
    Registry,
    Times,
    blocked,
    lead,
    none,
)
from loaders.synthetic.matters import (
    CONTROLLER,
    FOOD,
    LEGAL,
    OFFICE_DUTIES,
    PRINCIPAL,
    REVOKED,
    SAFETY,
    WAGE,
    Duty,
    both,
    never,
    restrict,
)
from loaders.synthetic.records import Case, Enterprise

DAY = timedelta(days=1)
TOO_EARLY = none("not_in_office_at_conduct")
GONE = none("not_in_office_at_listing")
UNCERTAIN = lead("office_date_uncertain")


def _duty(turn: int) -> Duty:
    return OFFICE_DUTIES[turn % 3]


def _open(registry: Registry, name: str, duty: Duty, *kinds: str) -> tuple[Desk, Enterprise, Times]:
    """Begin a scenario: an enterprise, and when it happened."""
    desk = Desk(registry, name, kinds + (("food_licence",) if duty is FOOD else ()))
    return desk, desk.enterprise(duty.matter.trade), desk.times(duty.matter.earliest)


def plain(registry: Registry, turn: int) -> Case:
    """Everybody is there; each answers, or not, for what he is."""
    duty = _duty(turn)
    desk, firm, times = _open(registry, "plain", duty, "role_not_reached")
    board = desk.board(firm)
    legal = desk.officer(firm, "执行董事、法定代表人")
    principal = desk.officer(firm, PRINCIPAL)
    controller = desk.officer(firm, CONTROLLER)
    region = "" if turn % 2 else tuple(REST_OF_SHANDONG)[turn % 4 // 2]
    ruling = desk.decide(duty.matter, firm, times, region)
    unreached = none("role_not_reached")
    restrict(desk, ruling, duty, None)
    both(desk, ruling, duty, legal, unreached if duty is SAFETY else ESTABLISHED)
    # 法定代表人或者主要负责人: of the two one answers, and the decision names neither.
    other = lead("other_office_answers")
    both(desk, ruling, duty, principal, {FOOD.rule: unreached, WAGE.rule: other}.get(duty.rule, ESTABLISHED), other)
    both(desk, ruling, duty, controller, unreached)
    never(desk, ruling, duty, board)
    return desk.case


def left_before(registry: Registry, turn: int) -> Case:
    """One left the day before the conduct began, one was in office throughout, one came the day after it ended."""
    duty = _duty(turn)
    desk, firm, times = _open(registry, "left_before", duty, "left_before", "came_after")
    gap = turn % 2 * 40 * DAY
    before = desk.officer(firm, duty.office, end=times.start - DAY - gap)
    during = desk.officer(firm, duty.office, times.start - gap, times.end + gap / 4)
    after = desk.officer(firm, duty.office, times.end + gap / 4 + DAY)
    ruling = desk.decide(duty.matter, firm, times)
    restrict(desk, ruling, duty, None)
    both(desk, ruling, duty, before, TOO_EARLY, GONE)
    both(desk, ruling, duty, during, ESTABLISHED, GONE)
    both(desk, ruling, duty, after, TOO_EARLY)
    never(desk, ruling, duty, desk.board(firm))
    return desk.case


def first_and_last_day(registry: Registry, turn: int) -> Case:
    """Let the first day of the conduct be the last in office of one, or its last day the first of another: both answer."""
    duty = _duty(turn)
    desk, firm, times = _open(registry, "boundary", duty, "boundary_day")
    change = times.start if turn % 2 else times.end - DAY
    earlier = desk.officer(firm, duty.office, end=change)
    later = desk.officer(firm, duty.office, change + DAY)
    ruling = desk.decide(duty.matter, firm, times)
    restrict(desk, ruling, duty, None)
    both(desk, ruling, duty, earlier, ESTABLISHED, GONE)
    both(desk, ruling, duty, later, ESTABLISHED)
    return desk.case


def register_lag(registry: Registry, turn: int) -> Case:
    """He had resigned before the conduct, and the register went on to show him until it was over."""
    duty = _duty(turn)
    desk, firm, times = _open(registry, "register_lag", duty, "register_lag")
    resigned, shown = times.start - 30 * DAY, times.end + 10 * DAY
    former = desk.officer(firm, duty.office, end=resigned, registered=(date(2014, 1, 10), shown))
    successor = desk.officer(firm, duty.office, resigned + DAY, registered=(shown + DAY, ""))
    ruling = desk.decide(duty.matter, firm, times)
    restrict(desk, ruling, duty, None)
    both(desk, ruling, duty, former, blocked("register_lag"), GONE)
    both(desk, ruling, duty, successor, ESTABLISHED)
    never(desk, ruling, duty, desk.board(firm))
    return desk.case


def partial_dates(registry: Registry, turn: int) -> Case:
    """Let the change of office be known to the year or the month, and the conduct lies across it."""
    duty = _duty(turn)
    desk, firm, _ = _open(registry, "partial_dates", duty, "partial_dates")
    year = 2024 if duty is SAFETY else registry.rng.randint(2022, 2024)
    times = Times(date(year, 4, 10), date(year, 5, 20), date(year + 1, 2, registry.rng.randint(1, 28)))
    left, came = (f"{year}", f"{year}") if turn % 2 else (f"{year}-04", f"{year}-05")
    former = desk.officer(firm, duty.office, end=left)
    successor = desk.officer(firm, duty.office, came)
    ruling = desk.decide(duty.matter, firm, times)
    restrict(desk, ruling, duty, None)
    both(desk, ruling, duty, former, UNCERTAIN, GONE)
    both(desk, ruling, duty, successor, UNCERTAIN)
    return desk.case


def unknown_end(registry: Registry, turn: int) -> Case:
    """He left at a time that nobody knows."""
    duty = _duty(turn)
    desk, firm, times = _open(registry, "unknown_end", duty, "unknown_end")
    person = desk.officer(firm, duty.office, end="unknown")
    ruling = desk.decide(duty.matter, firm, times)
    restrict(desk, ruling, duty, None)
    both(desk, ruling, duty, person, UNCERTAIN, UNCERTAIN)
    never(desk, ruling, duty, desk.board(firm))
    return desk.case


def before_the_law(registry: Registry, turn: int) -> Case:
    """Let the conduct be over before the rule began, though the decision came after: the rule reaches nobody."""
    duty = _duty(turn)
    desk, firm, _ = _open(registry, "before_the_law", duty, "out_of_force")
    year = {WAGE.rule: 2021, FOOD.rule: 2015, SAFETY.rule: 2023}[duty.rule]
    start, end = date(year, 3, registry.rng.randint(1, 28)), date(year, 8, registry.rng.randint(1, 28))
    person = desk.officer(firm, duty.office)
    ruling = desk.decide(duty.matter, firm, Times(start, end, date(year + 1, 2, registry.rng.randint(1, 28))))
    restrict(desk, ruling, duty, None, none("out_of_force"))
    both(desk, ruling, duty, person, none("out_of_force"))
    return desk.case


def named(registry: Registry, turn: int) -> Case:
    """Let the decision name three: one found responsible, one of whom it says nothing, and one found not responsible."""
    duty = _duty(turn)
    desk, firm, times = _open(registry, "named", duty, "named_and_found", "finding_not_read", "exonerated")
    leaves = times.end + 5 * DAY
    innocent = desk.officer(firm, duty.office, end=leaves)
    successor = desk.officer(firm, duty.office, leaves + DAY)
    found = desk.officer(firm, "副总经理")
    unread = desk.officer(firm, "财务负责人")
    ruling = desk.decide(duty.matter, firm, times)
    desk.name(ruling, innocent, duty.office, says="不负责任")
    desk.name(ruling, found, "副总经理", duty.found, "负有责任")
    desk.name(ruling, unread, "财务负责人")
    restrict(desk, ruling, duty, None)
    both(desk, ruling, duty, innocent, blocked("exonerated"), GONE)
    both(desk, ruling, duty, successor, TOO_EARLY)
    both(desk, ruling, duty, found, ESTABLISHED, none("role_not_reached"))
    both(desk, ruling, duty, unread, lead("finding_not_read"), none("role_not_reached"))
    return desk.case


def namesakes_inside(registry: Registry, turn: int) -> Case:
    """Two of one name work there. His own post reaches the officer; the name alone tells nothing of the two."""
    duty = _duty(turn)
    with_number = turn % 3 == 2
    kinds = ("namesakes_inside",) + (() if with_number else ("identity_uncertain",))
    desk, firm, times = _open(registry, "namesakes_inside", duty, *kinds)
    officer = desk.officer(firm, duty.office)
    namesake = desk.person(firm, like=officer)
    desk.post(firm, namesake, "监事")
    ruling = desk.decide(duty.matter, firm, times)
    desk.name(ruling, namesake, "", duty.found, "负有责任", number=namesake.number if with_number else "")
    restrict(desk, ruling, duty, None)
    both(desk, ruling, duty, officer, ESTABLISHED, bearer=officer.number)
    if with_number:
        both(desk, ruling, duty, namesake, ESTABLISHED, none("role_not_reached"), bearer=namesake.number)
    else:
        restrict(desk, ruling, duty, officer, blocked("identity_uncertain"))
        both(desk, ruling, duty, namesake, none("role_not_reached"), none("role_not_reached"), bearer=namesake.number)
    return desk.case


def elsewhere(registry: Registry, turn: int) -> Case:
    """Let a namesake run another enterprise, and he himself (says a number of the register) a third: nothing follows there."""
    duty = _duty(turn)
    desk, firm, times = _open(registry, "elsewhere", duty, "namesakes_across", "posts_elsewhere")
    officer = desk.officer(firm, duty.office)
    ruling = desk.decide(duty.matter, firm, times)
    restrict(desk, ruling, duty, None)
    both(desk, ruling, duty, officer, ESTABLISHED)
    for number in ("", officer.number):
        other = desk.enterprise(duty.matter.trade)
        same_name = desk.person(other, like=officer, number=number)
        desk.post(other, same_name, duty.office)
        code = other.统一社会信用代码
        desk.answer(ruling, same_name, duty.rule, "restrict", none("not_connected"), at=code)
        desk.answer(ruling, None, duty.rule, "restrict", none("not_connected"), at=code)
    return desk.case


def annulled(registry: Registry, turn: int) -> Case:
    """Annul the decision from the beginning: nothing of it is left."""
    duty = _duty(turn)
    desk, firm, times = _open(registry, "annulled", duty, "annulled")
    officer = desk.officer(firm, duty.office)
    ruling = desk.decide(duty.matter, firm, times)
    desk.undo(ruling, 90)
    void = none("decision_annulled")
    restrict(desk, ruling, duty, None, void)
    both(desk, ruling, duty, officer, void, void)
    return desk.case


def annulment_annulled(registry: Registry, turn: int) -> Case:
    """Annul what annulled the decision: the decision stands again."""
    duty = _duty(turn)
    desk, firm, times = _open(registry, "annulment_annulled", duty, "annulment_annulled")
    officer = desk.officer(firm, duty.office)
    ruling = desk.decide(duty.matter, firm, times)
    desk.undo(desk.undo(ruling, 90), 60)
    restrict(desk, ruling, duty, None)
    both(desk, ruling, duty, officer, ESTABLISHED)
    return desk.case


def notice(registry: Registry, turn: int) -> Case:
    """Give notice of what is intended: it imposes nothing, whether or not the decision follows."""
    duty = (WAGE, FOOD)[turn % 2]
    desk, firm, times = _open(registry, "notice", duty, "notice")
    officer = desk.officer(firm, duty.office)
    told = Times(times.start, times.end, times.end + 20 * DAY)
    intended = {WAGE.rule: "拟列入拖欠农民工工资名单", FOOD.rule: "拟吊销食品经营许可证"}[duty.rule]
    ruling = desk.decide(replace(duty.matter, text=intended, kind="告知书"), firm, told)
    nothing = none("notice_imposes_nothing")
    restrict(desk, ruling, duty, None, nothing)
    both(desk, ruling, duty, officer, nothing, nothing)
    if turn % 3 == 0:
        final = desk.decide(duty.matter, firm, times)
        desk.link(ruling, "事先告知", final)
        restrict(desk, final, duty, None)
        both(desk, final, duty, officer, ESTABLISHED)
    return desk.case


def outside(registry: Registry, turn: int) -> Case:
    """Let an authority outside Shandong list an enterprise of the city: the duty holds, Shandong's marking does not."""
    duty = (WAGE, SAFETY)[turn % 2]
    desk, firm, times = _open(registry, "outside", duty, "outside_jurisdiction")
    officer = desk.officer(firm, duty.office)
    ruling = desk.decide(duty.matter, firm, times, tuple(ELSEWHERE)[turn % 3])
    restrict(desk, ruling, duty, None)
    both(desk, ruling, duty, officer, ESTABLISHED)
    return desk.case


def revoked(registry: Registry, turn: int) -> Case:
    """Revoke a business licence: its legal representative answers where the decision finds him personally responsible."""
    variant = ("found", "not_named", "named_only", "not_responsible")[turn % 4]
    kinds = {"found": "named_and_found", "not_responsible": "exonerated"}
    desk = Desk(registry, f"revoked_{variant}", ("business_licence", kinds.get(variant, "fault_not_found")))
    firm, times = desk.enterprise(REVOKED.trade), desk.times(REVOKED.earliest)
    legal = desk.officer(firm, LEGAL)
    board = desk.board(firm)
    ruling = desk.decide(REVOKED, firm, times)
    says = {"found": "负有个人责任", "named_only": "未载明", "not_responsible": "不负责任"}.get(variant)
    if says:
        desk.name(ruling, legal, LEGAL, says=says)
    verdict = {"found": ESTABLISHED, "not_responsible": blocked("exonerated")}.get(variant, lead("fault_not_found"))
    until = date.fromisoformat(ruling.决定日期)
    desk.answer(ruling, legal, "D2-REVOKED-LR", "restrict", verdict, until.replace(year=until.year + 3))
    desk.answer(ruling, legal, "D1-FOOD", "restrict", none("no_rule_for_act"))
    desk.answer(ruling, None, "D2-REVOKED-LR", "restrict", none("role_not_reached"))
    for person in board:
        desk.answer(ruling, person, "D2-REVOKED-LR", "restrict", none("role_not_reached"))
    return desk.case
