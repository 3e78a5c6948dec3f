"""The firewall of publication: what may leave, until when, and with what hidden. One function decides.

Invariants (tests/unit/test_lifecycle_publication.py holds one test a number)
1. Nothing on a natural person is published, whatever else is true: neither on somebody of whom nothing is known, nor on a sole
   trader whose only name is his own.
2. Only permits, penalties and lists, of a competent body, under a national or provincial standard where it is a list.
3. Disclosure of a misconduct ends at the shortest of the national class, the sector's own, the province's cap and, of a list, the
   term that the decision states for it; unknown is not forever. A permit finds no misconduct: it is disclosed while it is
   valid, and never sealed.
4. Whatever leaves goes through `leaving` (analytics/lifecycle/masking.py says what it hides).
5. What was revoked, annulled or repaired leaves no more.
6. Where the respondent's name says more than the name of an enterprise (enterprise_names.py), a human must look: it is withheld.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from analytics.lifecycle.enterprise_names import Doubt, is_trade_name
from analytics.lifecycle.masking import HIDDEN, leaving, masked
from analytics.lifecycle.repair import class_of, done_by, repair_rules
from analytics.responsibility.partial import Model
from analytics.responsibility.said import Label
from graph import strict_yaml
from graph.codes import load as codes
from graph.dates import add_months, add_years
from graph.model import Decision, Imposed

FILE: Final = Path(__file__).parent / "publication.yaml"
_TELLS: Final = re.compile("患|[病症癌](?![防预院控])|染|瘾|信[教佛主奉仰]|住(?![房宅建])|某|女士|先生")
"""No name of a body has these: somebody is spoken of."""
__all__ = [
    "HIDDEN", "Cap", "Item", "Publication", "Sector", "Verdict", "disclosed_until", "is_body", "is_trade_name", "leaving", "masked",
    "publication", "verdict",
]  # fmt: skip


class Cap(Model):
    """Beyond which nothing is disclosed."""

    years: int
    basis: str


class Sector(Model):
    """How long a sector discloses by its own rule."""

    authority: str
    months: int
    minor_acts: tuple[str, ...]
    minor_months: int
    basis: str

    def months_for(self, decision: Decision) -> int:
        """Return the months for a decision of the sector."""
        return self.minor_months if decision.acts and set(decision.acts) <= set(self.minor_acts) else self.months


class Publication(Model):
    """What the firewall knows, as data."""

    kinds: tuple[str, ...]
    levels: tuple[str, ...]
    unpublished_acts: tuple[str, ...]
    blameless: tuple[str, ...]
    bodies: str
    cap: Cap
    sectors: tuple[Sector, ...]
    reasons: Mapping[str, Label]


@dataclass(frozen=True, slots=True)
class Item:
    """What may be published: a decision, whom it is against, and what became of it.

    `respondent_kind`: `enterprise`, `person`, `sole_trader` (whose name is his own), or `unknown`. `standard`: a list has a
    national or provincial standard; `stands`: nothing revoked or annulled it; `repaired`: the party was; `doubt`: why a human must
    look at the name of the respondent.
    """

    decision: Decision
    respondent_kind: str
    standard: bool = True
    stands: bool = True
    repaired: bool = False
    doubt: Doubt = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an item may be published on a day, why (not), and the last day on which it may."""

    publish: bool
    reason: str
    until: date | None = None
    sealed: bool = False


@cache
def publication() -> Publication:
    """Return what ships."""
    return Publication.model_validate(strict_yaml.read(FILE.read_text(encoding="utf-8")))


def verdict(item: Item, day: date) -> Verdict:
    """Decide whether an item may be published on a day."""
    reason = _never(item) or _not_competent(item)
    if reason:
        return Verdict(False, reason, sealed=_capped(item.decision, day))
    decided = item.decision.date.day
    if decided is None:
        return Verdict(False, "date_unknown", sealed=_capped(item.decision, day))
    last = disclosed_until(item.decision, decided, day)
    if _capped(item.decision, day):
        return Verdict(False, "capped", last, sealed=True)
    for code, so in (
        ("not_yet", day < decided),
        ("withdrawn", not item.stands),
        ("repaired", item.repaired),
        ("run_out" if item.decision.kind in publication().blameless else "over", last is not None and day > last),
    ):
        if so:
            return Verdict(False, code, last)
    if item.doubt:
        return Verdict(False, item.doubt, last)
    return Verdict(True, "published", last)


_NOBODY_ELSE: Final = {"unknown": "respondent_unknown", "sole_trader": "sole_trader"}


def _never(item: Item) -> str:
    known, decision = publication(), item.decision
    if item.respondent_kind != "enterprise":
        return _NOBODY_ELSE.get(item.respondent_kind, "natural_person")
    if decision.kind not in known.kinds:
        return "kind"
    if decision.acts and set(done_by(decision.acts)) <= set(known.unpublished_acts):
        return "warning_only"
    return ""


def _not_competent(item: Item) -> str:
    level = item.decision.authority_level
    if level and codes("authority_levels").get(level).self_regulatory:
        return "reference_only"
    if level not in publication().levels:
        return "competence"
    return "standard" if item.decision.kind == "listing" and not item.standard else ""


def disclosed_until(decision: Decision, decided: date, day: date) -> date | None:
    """Return the last day of disclosure: the shortest of those that hold on `day`, None where nothing but a revocation ends it.

    A permit's is the last on which it is valid, where that is known.
    """
    if decision.kind in publication().blameless:
        end = decision.valid.end.latest if decision.valid else date.max
        return end if end != date.max else None
    national = repair_rules().national
    cls = class_of(decision) or "general"
    ends = [add_years(_conduct_end(decision) or decided, publication().cap.years)]
    sectors = [sector for sector in publication().sectors if sector.authority in decision.authority]
    ends += [add_months(decided, sector.months_for(decision)) for sector in sectors if decision.kind == "penalty"]
    if day >= national.start:
        ends.append(add_months(decided, national.classes[cls].longest_months))
    listed = _listed_until(decision, decided)
    return min(ends) if listed is None else min(*ends, listed)


def _listed_until(decision: Decision, decided: date) -> date | None:
    """Return the day on which a party has left every list of a decision, None where that does not say for each how long."""
    acts = codes("acts")
    lists = [act for act in decision.acts if act in acts and acts.get(act).listing] if decision.kind == "listing" else []
    stated = {item.act: item for item in decision.imposed if item.term.known and not item.term.life}
    if not lists or not stated.keys() >= set(lists):
        return None
    return max(_ends(stated[act], decided) for act in lists)


def _ends(item: Imposed, decided: date) -> date:
    start = item.start.latest if item.start and item.start.latest != date.max else decided
    return item.term.after(start)


def is_body(name: str) -> bool:
    """Say whether a text is the whole name of a public body, and nothing else."""
    return re.fullmatch(publication().bodies.replace("\n", ""), name) is not None and not _TELLS.search(name)


def _conduct_end(decision: Decision) -> date | None:
    """Return the last day on which the misconduct may have ended, of a month its last; None where nothing tells the end."""
    end = decision.conduct.end.latest if decision.conduct else date.max
    return end if end != date.max else None


def _capped(decision: Decision, day: date) -> bool:
    """Say whether the cap of the province is over, counted from the end of the misconduct, else from the decision.

    Of a day that is known by month or year alone the latest that it can be counts: nothing is sealed before its day.
    """
    if decision.kind in publication().blameless:
        return False
    end = _conduct_end(decision) or decision.date.latest
    return end != date.max and day > add_years(end, publication().cap.years)
