"""A case in a few words: companies, posts, decisions, and the findings that follow.

>>> case = Case()
>>> a = case.company("A").legal_representative("王示例", since="2015-01-01", until="2016-03-01")
>>> case.decision("A", acts=["listed_wage_arrears"], conduct="2022-05/2022-12", date="2023-05-10")
"""

from __future__ import annotations

from functools import partialmethod
from typing import Any

from analytics.responsibility.catalogue import Catalogue, shipped
from analytics.responsibility.propagation import propagate
from analytics.responsibility.why_not import WhyNot, why_not
from graph.codec import make_fact
from graph.dates import PartialDate, Period
from graph.model import (
    ClaimRuling,
    Decision,
    DecisionLink,
    Entity,
    Fact,
    Finding,
    Identifier,
    Imposed,
    Name,
    Naming,
    Origin,
    PartyRef,
    Payload,
    Relationship,
    Term,
    appearance,
)
from graph.snapshot import Snapshot


class Company:
    """One enterprise of a case; each method adds a statement and returns the company."""

    def __init__(self, case: Case, name: str) -> None:
        self.case, self.id = case, f"test:{name}"

    def post(
        self,
        role: str,
        person: str,
        since: str = "unknown",
        until: str = "open",
        registered: str | None = None,
        bearer: str | None = None,
        source: str = "register",
    ) -> Company:
        edge = Relationship(
            PartyRef(appearance(self.id, person), f"{source}:{bearer}" if bearer else None),
            PartyRef(self.id),
            role,
            Period(PartialDate.parse(since), PartialDate.parse(until)),
            Period.parse(registered) if registered else None,
        )
        self.case.add(edge, source)
        return self

    legal_representative = partialmethod(post, "legal_representative")
    principal = partialmethod(post, "principal_responsible_person")
    director = partialmethod(post, "director")
    supervisor = partialmethod(post, "supervisor")
    senior_manager = partialmethod(post, "senior_manager")
    shareholder = partialmethod(post, "shareholder")
    actual_controller = partialmethod(post, "actual_controller")

    def person(self, name: str, bearer: str, resident_id_hmac: str = "", source: str = "register") -> Company:
        identifiers = (Identifier("resident_id_hmac", resident_id_hmac),) if resident_id_hmac else ()
        entity = Entity(appearance(self.id, name), "person", (Name(name),), identifiers, (), f"{source}:{bearer}")
        self.case.add(entity, source)
        return self


class Case:
    """Statements of a small world; `findings()` and `why_not()` ask it."""

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        self.facts: list[Fact[Payload]] = []
        self._catalogue = catalogue

    def add(self, value: Payload, source: str = "register") -> Fact[Payload]:
        fact: Fact[Payload] = make_fact(value, str(len(self.facts)), Origin(source, "case.csv", len(self.facts) + 2))
        self.facts.append(fact)
        return fact

    def company(self, name: str) -> Company:
        company = Company(self, name)
        self.add(Entity(company.id, "company", (Name(f"示例{name}公司"),)))
        return company

    def decision(
        self,
        respondent: str,
        acts: list[str],
        *,
        name: str = "D1",
        kind: str = "listing",
        date: str = "2023-05-10",
        conduct: str | None = "2022-05/2022-12",
        region: str | None = "3713",
        **more: Any,
    ) -> str:
        decision = Decision(
            id=name,
            kind=kind,
            acts=tuple(acts),
            respondent=PartyRef(f"test:{respondent}"),
            authority="示例局",
            region=region,
            date=PartialDate.parse(date),
            conduct=Period.parse(conduct) if conduct else None,
            **more,
        )
        self.add(decision, "decisions")
        return name

    def names(
        self,
        person: str,
        at: str,
        *,
        decision: str = "D1",
        posts: tuple[str, ...] = (),
        found_as: tuple[str, ...] = (),
        responsible: bool | None = None,
        imposed: dict[str, Term] | None = None,
        bearer: str | None = None,
    ) -> None:
        self.add(
            Naming(
                decision,
                PartyRef(appearance(f"test:{at}", person), bearer),
                person,
                posts=posts,
                found_as=found_as,
                responsible=responsible,
                imposed=tuple(Imposed(act, term=term) for act, term in (imposed or {}).items()),
            ),
            "decisions",
        )

    def link(self, decision: str, relation: str, other: str, since: str | None = None) -> None:
        self.add(DecisionLink(decision, relation, other, PartialDate.parse(since) if since else None), "decisions")

    def rule_on(self, first: str, second: str, ruling: str) -> None:
        from graph.codec import digest

        claim = f"claim-{digest(*sorted((first, second)))}"
        self.add(ClaimRuling(claim, first, second, ruling, "clerk"), "zeren")

    @property
    def catalogue(self) -> Catalogue:
        return self._catalogue or shipped()

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot.of(self.facts)

    def findings(self, person: str | None = None, *, decision: str = "D1", rule: str | None = None) -> list[Finding]:
        """Findings of a decision; of one person (by name, at any enterprise) and one rule."""
        found = propagate(self.snapshot, decision, self.catalogue)
        return [
            f
            for f in found
            if (rule is None or f.rule == rule) and (person is None or f"#{person}" in f"{f.party.partition('@')[0]}")
        ]

    def outcomes(self, person: str, *, rule: str, effect: str = "restrict") -> list[str]:
        return [str(f.outcome) for f in self.findings(person, rule=rule) if f.effect == effect]

    def why_not(self, person: str, at: str = "A", *, decision: str = "D1", rule: str | None = None) -> WhyNot:
        return why_not(self.snapshot, decision, appearance(f"test:{at}", person), self.catalogue, rule)
