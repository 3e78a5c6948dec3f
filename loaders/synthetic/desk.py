"""Tools to write a scenario down: enterprises, posts, decisions and answers, with everything that is the same in all of them.

It knows no rule. What a decision means for a party is said by the scenario that plants it, in so many words.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from loaders.synthetic.labels import DISTRICTS, EnterpriseNames, enterprise_code, former_name
from loaders.synthetic.names import person_name
from loaders.synthetic.records import Answer, Case, Enterprise, Holding, Link, Named, Post, Ruling

LAST_CONDUCT: Final = date(2025, 6, 30)
LONG_AGO: Final = date(2014, 1, 10)
PERSON_NUMBER: Final = "R{:06d}"
ELSEWHERE: Final = {"220102": "南关区", "320102": "玄武区", "410102": "中原区"}
REST_OF_SHANDONG: Final = {"370102": "历下区", "370202": "市南区"}


@dataclass(frozen=True)
class Person:
    """Somebody at one enterprise, with the register's number."""

    name: str
    number: str


@dataclass(frozen=True)
class Matter:
    """What a decision is about, as it is written."""

    text: str
    kind: str
    trade: str
    authority: str
    level: str
    basis: str
    earliest: date


@dataclass(frozen=True)
class Verdict:
    """What is right for one party."""

    outcome: str
    reason: str = ""
    origin: str = "derived"


ESTABLISHED: Final = Verdict("established")
IMPOSED: Final = Verdict("established", origin="imposed")


def none(reason: str) -> Verdict:
    """Say that a rule does not reach the party."""
    return Verdict("none", reason, "")


def lead(reason: str) -> Verdict:
    """Say that somebody should look."""
    return Verdict("lead", reason)


def blocked(reason: str) -> Verdict:
    """Say that something stands against it."""
    return Verdict("blocked", reason)


def years_after(day: date, years: int) -> date:
    """Return the same day some years later, 28 February where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 2, 28)


@dataclass(frozen=True)
class Times:
    """When it happened and when it was decided."""

    start: date
    end: date
    decided: date


class Registry:
    """Hands out what stands once in the city: names, codes, numbers.

    `enterprises` and `trades` are those handed out, in order: the first has the number 1 in its code.
    """

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.names = EnterpriseNames(rng.random(), rng.random())
        self.enterprises: list[Enterprise] = []
        self.trades: list[str] = []
        self.people = self._decisions = 0

    def enterprise(self, trade: str, founded: date) -> Enterprise:
        """Return a new enterprise."""
        number = len(self.enterprises) + 1
        district = self.rng.choice(tuple(DISTRICTS))
        name = self.names.one(number, trade)
        former = former_name(name) if self.rng.random() < 0.1 else ""
        made = Enterprise(enterprise_code(number, district), name, former, founded.isoformat(), district)
        self.enterprises.append(made)
        self.trades.append(trade)
        return made

    def person_number(self) -> str:
        """Return a new number of a person."""
        self.people += 1
        return PERSON_NUMBER.format(self.people)

    def decision_number(self) -> str:
        """Return a new number of a decision."""
        self._decisions += 1
        return f"D{self._decisions:05d}"


class Desk:
    """One scenario being written."""

    def __init__(self, registry: Registry, scenario: str, kinds: tuple[str, ...]) -> None:
        self.registry, self.rng = registry, registry.rng
        self.case = Case(scenario, kinds)
        self._names: dict[str, set[str]] = {}

    # Enterprises and people

    def enterprise(self, trade: str, founded: date | None = None) -> Enterprise:
        """Found an enterprise with a board, and nobody yet in the posts that matter; long ago if no day is given."""
        founded = founded or date(self.rng.randint(2008, 2013), self.rng.randint(1, 12), 8)
        enterprise = self.registry.enterprise(trade, founded)
        self.case.enterprises.append(enterprise)
        return enterprise

    def person(self, enterprise: Enterprise, like: Person | None = None, number: str = "") -> Person:
        """Bring somebody to an enterprise: a new name there, or a namesake of `like`, or (with a number) the same person."""
        taken = self._names.setdefault(enterprise.统一社会信用代码, set())
        name = like.name if like else person_name(self.rng, taken)
        taken.add(name)
        return Person(name, number or self.registry.person_number())

    def post(
        self,
        enterprise: Enterprise,
        person: Person,
        title: str,
        start: date | str = LONG_AGO,
        end: date | str = "",
        registered: tuple[date | str, date | str] | None = None,
    ) -> None:
        """Enter a post; `registered` is the register's timeline where it differs from the legal one."""
        first, last = registered or (start, end)
        state = "在任" if not end else "不详" if end == "unknown" else "离任"
        self.case.posts.append(
            Post(enterprise.统一社会信用代码, person.name, person.number, title, str(start), str(end), str(first), str(last), state)
        )

    def officer(
        self,
        enterprise: Enterprise,
        title: str,
        start: date | str = LONG_AGO,
        end: date | str = "",
        registered: tuple[date | str, date | str] | None = None,
    ) -> Person:
        """Bring a new person in a post."""
        person = self.person(enterprise)
        self.post(enterprise, person, title, start, end, registered)
        return person

    def board(self, enterprise: Enterprise) -> list[Person]:
        """Bring those who never answer by office: a chairman who also manages, a director, a supervisor and a shareholder."""
        people = [self.officer(enterprise, title) for title in ("董事长、总经理", "董事", "监事")]
        holder = self.person(enterprise)
        for person, share in ((holder, 55), (people[0], 35)):
            self.hold(enterprise, person, share)
        return [*people, holder]

    def hold(self, enterprise: Enterprise, person: Person, percent: int, since: date = LONG_AGO) -> None:
        """Enter a shareholding that goes on."""
        row = (enterprise.统一社会信用代码, person.name, person.number, str(percent), since.isoformat(), "")
        self.case.holdings.append(Holding(*row))

    # Decisions

    def times(self, earliest: date, last: date = LAST_CONDUCT) -> Times:
        """Draw a conduct between two days, and a decision some weeks after it."""
        span = (last - earliest).days
        end = self._plain(earliest + timedelta(days=self.rng.randint(min(130, span), span)))
        start = self._plain(end - timedelta(days=self.rng.randint(60, 110)))
        return Times(max(start, earliest), end, self._plain(end + timedelta(days=self.rng.randint(45, 120))))

    def _plain(self, day: date) -> date:
        return day.replace(day=min(day.day, 28))

    def decide(self, matter: Matter, enterprise: Enterprise, times: Times, region: str = "") -> Ruling:
        """Write a decision down."""
        region = region or enterprise.县区
        place = DISTRICTS.get(region) or ELSEWHERE.get(region) or REST_OF_SHANDONG[region]
        own = self.registry.decision_number()
        ruling = Ruling(
            own, f"（{times.decided.year}）示例{matter.authority[-1]}字第{int(own[1:])}号", matter.kind, matter.text,
            enterprise.统一社会信用代码, f"{place}{matter.authority}（示例）", matter.level, region, times.decided.isoformat(),
            times.start.isoformat(), times.end.isoformat(), matter.basis,
        )  # fmt: skip
        self.case.rulings.append(ruling)
        return ruling

    def undo(self, ruling: Ruling, after_days: int) -> Ruling:
        """Write down a judgment that annuls a decision from the beginning."""
        day = self._plain(date.fromisoformat(ruling.决定日期) + timedelta(days=after_days))
        own = self.registry.decision_number()
        undone = Ruling(
            own, f"（{day.year}）示例行初{int(own[1:])}号", "行政裁判", "撤销原决定", ruling.信用代码, "中级人民法院（示例）",
            "人民法院", ruling.区划, day.isoformat(), "", "", "《行政诉讼法》第七十条",
        )  # fmt: skip
        self.case.rulings.append(undone)
        self.link(undone, "自始撤销", ruling)
        return undone

    def link(self, ruling: Ruling, relation: str, other: Ruling) -> None:
        """Relate one decision to another."""
        self.case.links.append(Link(ruling.决定编号, relation, other.决定编号))

    def name(
        self, ruling: Ruling, person: Person, title: str, found: str = "", says: str = "未载明", imposed: str = "", number: str = ""
    ) -> None:
        """Let a decision name somebody; it seldom gives the register's number."""
        self.case.named.append(Named(ruling.决定编号, person.name, number, title, found, says, imposed, ""))

    # Answers

    def answer(
        self,
        ruling: Ruling,
        person: Person | None,
        rule: str,
        effect: str,
        verdict: Verdict,
        until: date | str = "",
        *,
        bearer: str = "",
        at: str = "",
    ) -> None:
        """Plant what is right for a person (None: the enterprise itself) under one rule; `at` is another enterprise."""
        stands = verdict.outcome == "established"
        self.case.answers.append(
            Answer(
                ruling.决定编号,
                at or ruling.信用代码,
                person.name if person else "",
                bearer,
                rule,
                effect,
                verdict.outcome,
                verdict.origin,
                verdict.reason,
                ruling.决定日期 if stands else "",
                str(until) if stands else "",
                self.case.scenario,
            )
        )
