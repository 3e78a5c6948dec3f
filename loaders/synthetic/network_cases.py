"""Planted networks around a decision: somebody put in front before it, and the same people again after it.

What the decision means for each party is planted as in any scenario. The networks are told in networks.csv, and no answer rests on
them: to suspect is not to know.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from loaders.synthetic.desk import ESTABLISHED, Desk, Person, Registry, none
from loaders.synthetic.matters import FOOD, LEGAL, WAGE, both, restrict
from loaders.synthetic.records import Case, Enterprise, Member

DAY = timedelta(days=1)
TOO_EARLY = none("not_in_office_at_conduct")
GONE = none("not_in_office_at_listing")


@dataclass
class Followed:
    """Cases of networks, their members, and for each re-emerged enterprise the places of the old and the new one."""

    cases: list[Case] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    again: list[tuple[int, int]] = field(default_factory=list)


def plant_networks(registry: Registry, swaps: int, returns: int) -> Followed:
    """Write down so many swapped representatives and re-emerged enterprises."""
    done = Followed()
    for turn in range(swaps):
        case, members = swapped(registry, f"SW{turn + 1:04d}")
        done.cases.append(case)
        done.members += members
    for turn in range(returns):
        case, members = re_emerged(registry, f"RE{turn + 1:04d}", turn)
        done.cases.append(case)
        done.members += members
        done.again.append((len(registry.enterprises) - 2, len(registry.enterprises) - 1))
    return done


def company_id(enterprise: Enterprise) -> str:
    """Return the id under which Zeren knows an enterprise."""
    return f"uscc:{enterprise.统一社会信用代码}"


def _company(network: str, kind: str, enterprise: Enterprise, role: str, since: date) -> Member:
    return Member(network, kind, company_id(enterprise), "", role, since.isoformat())


def _person(network: str, kind: str, enterprise: Enterprise, person: Person, role: str, since: date) -> Member:
    member = f"{company_id(enterprise)}#{person.name}"
    return Member(network, kind, member, person.number, role, since.isoformat())


def swapped(registry: Registry, network: str) -> tuple[Case, list[Member]]:
    """Swap the legal representative some weeks before the listing; he who steps back goes on holding nearly all of it.

    Others who leave before a listing are planted elsewhere: they hold nothing, or somebody else does.
    """
    desk = Desk(registry, "swapped", ("left_before", "came_after"))
    firm, times = desk.enterprise(WAGE.matter.trade), desk.times(WAGE.matter.earliest)
    left = times.decided - registry.rng.randint(10, 35) * DAY
    former = desk.officer(firm, LEGAL, end=left)
    front = desk.officer(firm, LEGAL, left + DAY)
    desk.hold(firm, former, registry.rng.choice((80, 85, 90)))
    ruling = desk.decide(WAGE.matter, firm, times)
    restrict(desk, ruling, WAGE, None)
    both(desk, ruling, WAGE, former, ESTABLISHED, GONE)
    both(desk, ruling, WAGE, front, TOO_EARLY)
    members = [
        _company(network, "representative_swapped", firm, "listed_company", left + DAY),
        _person(network, "representative_swapped", firm, former, "former_representative", left + DAY),
        _person(network, "representative_swapped", firm, front, "front", left + DAY),
    ]
    return desk.case, members


def re_emerged(registry: Registry, network: str, turn: int) -> tuple[Case, list[Member]]:
    """Let the people of an enterprise that lost its licence or was listed found another in its rooms, their offices exchanged."""
    duty = (FOOD, WAGE)[turn % 2]
    desk = Desk(registry, "re_emerged", ("posts_elsewhere",))
    old, times = desk.enterprise(duty.matter.trade), desk.times(duty.matter.earliest)
    legal = desk.officer(old, LEGAL)
    partner = desk.officer(old, "监事")
    desk.hold(old, legal, 60)
    desk.hold(old, partner, 30)
    ruling = desk.decide(duty.matter, old, times)
    founded = times.decided + registry.rng.randint(15, 60) * DAY
    new = desk.enterprise(duty.matter.trade, founded)
    for person, title, percent in ((partner, LEGAL, 60), (legal, "监事", 30)):
        desk.person(new, like=person, number=person.number)
        desk.post(new, person, title, founded)
        desk.hold(new, person, percent, founded)
    restrict(desk, ruling, duty, None)
    both(desk, ruling, duty, legal, ESTABLISHED)
    both(desk, ruling, duty, partner, none("role_not_reached"), none("role_not_reached"))
    code = new.统一社会信用代码
    for party in (legal, partner, None):
        desk.answer(ruling, party, duty.rule, "restrict", none("not_connected"), at=code)
    members = [
        _company(network, "re_emerged", old, "old_company", founded),
        _company(network, "re_emerged", new, "new_company", founded),
        *(
            _person(network, "re_emerged", firm, person, "person_behind", founded)
            for firm in (old, new)
            for person in (legal, partner)
        ),
    ]
    return desk.case, members
