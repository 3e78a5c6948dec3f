"""Scenarios of courts and tax authorities: who is in office, in the register's eyes, on the day of the order or listing."""

from __future__ import annotations

from datetime import date, timedelta

from loaders.synthetic.desk import ELSEWHERE, ESTABLISHED, IMPOSED, Desk, Registry, Times, lead, none
from loaders.synthetic.matters import CONTROLLER, DEFAULTER, LEGAL, PRINCIPAL, SPENDING, TAX, court_person, court_unit, mark
from loaders.synthetic.records import Case

DAY = timedelta(days=1)
GONE = none("not_in_office_at_listing")


def court_plain(registry: Registry, turn: int) -> Case:
    """Let a court order or list: the legal representative and the principal are reached, nobody goes on the list himself."""
    matter = (DEFAULTER, SPENDING)[turn % 2]
    desk = Desk(registry, "court_plain", ("role_not_reached",))
    firm, times = desk.enterprise(matter.trade), desk.times(matter.earliest)
    board = desk.board(firm)
    legal = desk.officer(firm, "法定代表人、经理")
    principal = desk.officer(firm, PRINCIPAL)
    controller = desk.officer(firm, CONTROLLER)
    ruling = desk.decide(matter, firm, times)
    court_unit(desk, ruling)
    court_person(desk, ruling, legal, ESTABLISHED)
    court_person(desk, ruling, principal, ESTABLISHED, lead("other_office_answers"))
    court_person(desk, ruling, controller, none("role_needs_naming"))
    for person in board:
        court_person(desk, ruling, person, none("role_not_reached"), none("role_not_reached"))
    return desk.case


def court_register(registry: Registry, turn: int) -> Case:
    """On the day of the order the register still shows one who has resigned, and not yet the one who came after him.

    The listings among these are of courts elsewhere: whether Shandong marks the one or the other is nothing that the text settles.
    """
    matter = (SPENDING, DEFAULTER)[turn % 2]
    desk = Desk(registry, "court_register", ("register_timeline", *(("outside_jurisdiction",) if matter is DEFAULTER else ())))
    firm, times = desk.enterprise(matter.trade), desk.times(matter.earliest)
    resigned, shown, long_gone = times.decided - 60 * DAY, times.decided + 30 * DAY, times.start + 5 * DAY
    first = desk.officer(firm, LEGAL, end=long_gone)
    former = desk.officer(firm, LEGAL, long_gone + DAY, resigned, registered=(long_gone + DAY, shown))
    successor = desk.officer(firm, LEGAL, resigned + DAY, registered=(shown + DAY, ""))
    ruling = desk.decide(matter, firm, times, tuple(ELSEWHERE)[turn % 3] if matter is DEFAULTER else "")
    court_unit(desk, ruling)
    court_person(desk, ruling, first, GONE)
    court_person(desk, ruling, former, ESTABLISHED)
    court_person(desk, ruling, successor, GONE)
    return desk.case


def court_imposed(registry: Registry, turn: int) -> Case:
    """Let the order itself bind the legal representative, and find the actual controller or the manager directly responsible."""
    desk = Desk(registry, "court_imposed", ("imposed", "named_and_found"))
    firm, times = desk.enterprise(SPENDING.trade), desk.times(SPENDING.earliest)
    legal = desk.officer(firm, LEGAL)
    controller = desk.officer(firm, CONTROLLER)
    manager = desk.officer(firm, "总经理")
    ruling = desk.decide(SPENDING, firm, times)
    desk.name(ruling, legal, LEGAL, imposed="限制消费")
    found, other = (controller, manager) if turn % 2 else (manager, controller)
    desk.name(ruling, found, CONTROLLER if found is controller else "总经理", "影响债务履行的直接责任人员", "负有责任")
    court_unit(desk, ruling)
    court_person(desk, ruling, legal, IMPOSED)
    court_person(desk, ruling, found, ESTABLISHED)
    court_person(desk, ruling, other, none("role_needs_naming" if other is controller else "role_not_reached"))
    return desk.case


def court_before_the_marking(registry: Registry, turn: int) -> Case:
    """List a defaulter before Shandong's regulation: the court's rules reach, the marking does not."""
    desk = Desk(registry, "court_before_the_marking", ("out_of_force",))
    firm = desk.enterprise(DEFAULTER.trade)
    year = 2017 + turn % 3
    times = Times(date(year, 3, registry.rng.randint(1, 28)), date(year, 8, registry.rng.randint(1, 28)), date(year, 11, 5))
    legal = desk.officer(firm, LEGAL)
    ruling = desk.decide(DEFAULTER, firm, times)
    court_unit(desk, ruling)
    court_person(desk, ruling, legal, ESTABLISHED, none("out_of_force"))
    return desk.case


def tax(registry: Registry, turn: int) -> Case:
    """List for tax: the enterprise is a lead, others nothing; but in Shandong the record shows who is in office on the day."""
    outside = turn % 2 == 1
    desk = Desk(registry, "tax", ("role_not_reached", *(("outside_jurisdiction",) if outside else ())))
    firm, times = desk.enterprise(TAX.trade), desk.times(TAX.earliest)
    board = desk.board(firm)
    former = desk.officer(firm, LEGAL, end=times.end + 10 * DAY)
    legal = desk.officer(firm, LEGAL, times.end + 11 * DAY)
    unsure = desk.officer(firm, CONTROLLER, end="unknown")
    ruling = desk.decide(TAX, firm, times, tuple(ELSEWHERE)[turn % 3] if outside else "")
    desk.answer(ruling, None, "D2-TAX", "restrict", lead("basis_unread"))
    mark(desk, ruling, former, GONE)
    mark(desk, ruling, legal)
    mark(desk, ruling, unsure, lead("office_date_uncertain"))
    for person in board:
        mark(desk, ruling, person, none("role_not_reached"))
    return desk.case
