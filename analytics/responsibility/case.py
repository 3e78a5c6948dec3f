"""One decision on one snapshot: what every clause asks of it is found once.

Invariants (tests/unit/test_analytics_case.py holds one test a number)
1. What is found once is of this case alone: one that is read in another way, or stands otherwise, finds its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

from analytics.responsibility.clearing import related
from analytics.responsibility.competence import acts_above, foreign_acts
from analytics.responsibility.conduct import conduct_end, conduct_of, some_day_before
from analytics.responsibility.correcting import Correction, first_told, names
from graph import codes
from graph.codes.roles import roles_of
from graph.dates import PartialDate, Period
from graph.model import Decision, Fact, Premise
from graph.snapshot.identity import Party
from graph.snapshot.standing import Standing
from graph.snapshot.view import Holding, Named, Snapshot

if TYPE_CHECKING:
    from analytics.responsibility.candidates import Candidate

R = TypeVar("R", Holding, Named)
End = PartialDate | Literal["life"] | None
"""Between which days a term ends; None where it has no length or no beginning."""


@dataclass(frozen=True)
class Case:
    """One decision on one snapshot, and whether it stands.

    `lists`: a removal from a list ends what is asked about (see `Snapshot.standing`).
    """

    snapshot: Snapshot
    decision: Fact[Decision]
    standing: Standing
    corrections: tuple[Correction, ...] = ()
    lists: bool = True

    @cached_property
    def named(self) -> Sequence[Named]:
        """Whom the decision names, as it was corrected."""
        said = names(self.snapshot, self.decision.value.id, self.corrections)
        return [self._of_one(named) for named in said]

    @cached_property
    def begins(self) -> PartialDate:
        """The day from which terms run that state no other: the decision's own, or of what it corrects that is against another."""
        return first_told(self.snapshot, self.decision)

    @property
    def correcting(self) -> tuple[str, ...]:
        """The statements by which the decision was corrected."""
        return tuple(fact for correction in self.corrections for fact in (correction.link, correction.fact.id))

    @cached_property
    def respondent(self) -> Party:
        """The party the decision is against."""
        return self.snapshot.identity.resolve(self.decision.value.respondent, self.decision.value.id)

    @cached_property
    def conduct(self) -> Period:
        """The period of the conduct; where it is unknown it lay some time before the decision."""
        return conduct_of(self.decision.value) or some_day_before(self.decision.value)

    @cached_property
    def held(self) -> Sequence[tuple[Holding, frozenset[str]]]:
        """Who holds what office in the respondent, and the roles that it makes him."""
        found = ((holding, offices_of(holding)) for holding in self.snapshot.holders(self.respondent.id))
        return [(self._of_one(holding), roles) for holding, roles in found if roles]

    @cached_property
    def _nodes(self) -> frozenset[str]:
        """The respondent's node and every one that holds something in it or is named."""
        documents = (self.decision.value.id, *(correction.fact.value.id for correction in self.corrections))
        named = {named.party.id for each in documents for named in self.snapshot.named_by(each) if named.party}
        return frozenset({self.respondent.id, *named, *(held.party.id for held in self.snapshot.holders(self.respondent.id))})

    def _of_one(self, said: R) -> R:
        """Return what is said of somebody as said of him under the node that stands for him here."""
        party = said.party and self._one(said.party)
        return said if party is said.party else replace(said, party=party)

    def _one(self, party: Party) -> Party:
        """Return a party under the node that stands for him here, with what says that he is the same (`candidates`, 7)."""
        party = (identity := self.snapshot.identity).settled(party)
        members, one = identity.members(party.id), {party.id}
        if not party.certain or len(members) == 1 or (here := self._nodes.intersection(members) or one) == one:
            return party
        own = f"{self.decision.value.respondent.entity}#"
        node = min(here, key=lambda each: (each != self.respondent.id, not each.startswith(own), each))
        return replace(party, id=node, evidence=(*party.evidence, *identity.evidence(node)))

    @cached_property
    def namings(self) -> Mapping[str, Sequence[Named]]:
        """What the decision says of each party that it names."""
        found: dict[str, list[Named]] = {}
        for named in self.named:
            if named.party is not None:
                found.setdefault(named.party.id, []).append(named)
        return found

    @cached_property
    def reached(self) -> dict[tuple[str, tuple[str, ...], str], Sequence[Candidate]]:
        """Whom its clauses may reach beside the respondent, as `candidates` keeps it."""
        return {}

    @cached_property
    def called(self) -> dict[str, frozenset[str]]:
        """The names that somebody bears now, by his node, as `candidates` keeps them."""
        return {}

    @cached_property
    def ends(self) -> dict[tuple[str, int | None, str], End]:
        """When what it does not impose itself ends, by type, years and start of a term, as `terms` keeps it."""
        return {}

    @cached_property
    def asked(self) -> list[Premise]:
        """The premises that are of the decision itself, as `premises` keeps them."""
        return []

    @cached_property
    def acts(self) -> frozenset[str]:
        """What the decision does."""
        return frozenset(self.decision.value.acts)

    @cached_property
    def decided(self) -> Period:
        """The day of the decision, as a period."""
        return Period(self.decision.value.date, self.decision.value.date)

    @cached_property
    def conduct_end(self) -> PartialDate | None:
        """The last day of the conduct as far as it was told, None where it was not."""
        return conduct_end(self.decision.value)

    @cached_property
    def foreign(self) -> frozenset[str]:
        """The acts that whoever decided cannot have done."""
        return frozenset(foreign_acts(self.decision.value))

    @cached_property
    def above(self) -> frozenset[str]:
        """The acts that whoever decided stands too low for."""
        return frozenset(acts_above(self.decision.value))

    @cached_property
    def clearing(self) -> Sequence[Named]:
        """The namings by which the decision finds somebody not responsible."""
        return [named for named in self.named if named.value.responsible is False]

    @cached_property
    def related(self) -> Sequence[tuple[tuple[str, ...], str]]:
        """The decisions that may clear somebody as well, each after the links that lead to it."""
        return related(self.snapshot, self.decision.value.id)


def offices_of(holding: Holding) -> frozenset[str]:
    """Return the roles that a relationship makes its holder; none for what is no office (a guarantee, an address)."""
    return _offices(holding.value.interest)


@cache
def _offices(interest: str) -> frozenset[str]:
    return roles_of(interest) if interest in codes.load("roles") else frozenset()
