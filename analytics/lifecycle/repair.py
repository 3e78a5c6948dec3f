"""Repair: whether a restriction may be repaired, from when, and by which steps.

Invariants (tests/unit/test_lifecycle_repair.py holds one test a number)
1. The earliest day is never before what the sector's rule, else the national class, asks; nobody repairs before it.
2. A sector's own rule goes before the national classes, and these hold only from their first day on.
3. Who obtained a repair by fraud begins anew: the months are counted from the day on which the measure was restored.
4. An independent ban is not repaired, unless its own rule asks for that; what is accessory to an enterprise is repaired with it.
5. A bar that is recorded stands until its last day, for good if it has none, or until it is lifted.
6. The gravest act of a decision gives its class: a mere warning is minor, one beside a fine or a listing changes nothing. A list
   of no serious dishonesty has no class, whatever kind of decision enters somebody on it.
7. An application that was refused is no step that is done: the step is open again, and a second application has its own day.
8. What the law of the matter bars (bars.py) is not repaired, wherever it was granted; the plan names the decision that shows it,
   and asks what no decision shows.
9. The time since a correction counts from the last one. New conduct makes corrections and pledges of before its end stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from analytics.lifecycle.bars import Shown, bars, questions, stale_before, standing
from analytics.lifecycle.ground import Dated, Ground, Life, day_said, people_of
from analytics.responsibility.partial import Model
from analytics.responsibility.said import Label
from graph import strict_yaml
from graph.codes import load as codes
from graph.dates import add_months
from graph.model import Decision, Event

FILE: Final = Path(__file__).parent / "repair.yaml"
ASKED: Final = ("repair_application", "repair")
"""Kinds of event that the plan must allow: asked for, and granted."""
Months = Annotated[int, Field(ge=0, strict=True)]
Evidence = Literal["V", "S", "M"]


class RepairClass(Label):
    """A class of conduct: how long it is published at least and at most."""

    least_months: Months
    longest_months: Months


class ClassOf(Model):
    """Which class a decision is of."""

    acts: Mapping[str, str]
    none: tuple[str, ...]
    milder_kinds: tuple[str, ...]
    kinds: Mapping[str, str]


class National(Model):
    """The national classes."""

    start: date = Field(alias="from")
    basis: str
    evidence: Evidence
    classes: Mapping[str, RepairClass]
    class_of: ClassOf


class SectorRule(Model):
    """What a sector's rule asks."""

    wait_months: Months
    wait_from: Literal["start", "correction", "both"]
    steps: tuple[str, ...]
    basis: str
    evidence: Evidence


class City(Model):
    """What the city policy says of repair."""

    basis: str
    evidence: Evidence


class RepairRules(Model):
    """Everything about repair that is data."""

    national: National
    city: City
    steps: tuple[str, ...]
    though_independent: tuple[str, ...]
    rules: Mapping[str, SectorRule]
    bars: Mapping[str, Label]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a kind of event, when it was done or may be done at the earliest, on which basis; `optional` is offered only."""

    kind: str
    done: date | None
    earliest: date | None
    basis: str
    evidence: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """How one ground may be repaired; `bar` is a code where it may not, `through` the finding that must be repaired instead.

    Of a bar `against` are the events that make it, those that bar or that pause, or `shown` the decisions that do; `until` is its
    last day, where it has one. `asked` are the bars that a human must ask about, each with the decisions that may show it.
    """

    finding: str
    class_: str
    steps: tuple[Step, ...]
    earliest: date | None
    bar: str = ""
    through: str = ""
    against: tuple[str, ...] = ()
    until: str | None = None
    shown: tuple[Shown, ...] = ()
    asked: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def missing(self) -> tuple[str, ...]:
        """Return the steps that must still be done before an application."""
        return tuple(
            step.kind for step in self.steps if step.done is None and not step.optional and step.kind != "repair_application"
        )


@cache
def repair_rules() -> RepairRules:
    """Return what ships."""
    return RepairRules.model_validate(strict_yaml.read(FILE.read_text(encoding="utf-8")))


def class_of(decision: Decision | None) -> str:
    """Return the national class of a decision, that of its gravest act; empty where nothing says it, or nothing is sanctioned."""
    return _class(decision.kind, decision.acts) if decision else ""


@cache
def _class(kind: str, given: tuple[str, ...]) -> str:
    national = repair_rules().national
    known = national.class_of
    own = known.kinds.get(kind, "")
    if not own:
        return ""
    listing, acts = known.kinds["listing"], codes("acts")
    if kind == "listing" and not set(known.none).isdisjoint(given):
        kind, own = "penalty", known.kinds["penalty"]  # what else such a decision does is no listing either
    milder = known.acts if kind in known.milder_kinds else {}
    classed = [act for act in done_by(given) if act not in known.none]
    classes = [listing if act in acts and acts.get(act).listing else milder.get(act, own) for act in classed]
    if given and not classes:
        return ""
    return max(classes or [own], key=lambda cls: national.classes[cls].longest_months)


def done_by(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the acts of a decision that it does, without what it only finds; all of them where it says only what it finds."""
    acts = codes("acts")
    done = tuple(act for act in given if act not in acts or not acts.get(act).finds)
    return done or given


def sector_of(rules: Iterable[str]) -> str:
    """Return which of some rules says itself how it is repaired, of several the one that asks for the shortest wait; or nothing."""
    sectors = repair_rules().rules
    return min((rule for rule in rules if rule in sectors), key=lambda rule: (sectors[rule].wait_months, rule), default="")


def plan(ground: Ground, life: Life, code: str, records: Iterable[Dated], today: date) -> Plan:
    """Return how a ground may be repaired.

    Parameters
    ----------
    ground, life : Ground, Life
        The finding, and its life up to today.
    code : str
        How it stands today (`analytics.lifecycle.restrictions.code_of`).
    records : iterable of Dated
        What was recorded beside the life: corrections, pledges, public service, bars.
    today : date
        The day.
    """
    given = [item for item in records if item.event.on.day and item.event.on.day <= today]
    if bar := _bar(ground, code, given, today):
        recorded = _standing(given, today) if bar == "bar_recorded" else []
        shown = tuple(item for item in standing(ground.bars, today) if item.bar == bar)
        against = tuple(item.id for item in recorded) or (life.paused if bar == "paused" else ())
        ends = [dict(item.event.details).get("until") for item in recorded] or [str(each.last or "") for each in shown]
        until = life.until if bar == "independent_ban" else max(filter(None, ends)) if ends and all(map(day_said, ends)) else None
        return Plan(ground.finding, ground.class_, (), None, bar, against=against, until=until, shown=shown)
    if ground.principal:
        return Plan(ground.finding, ground.class_, _offered(ground.kind, given, today), None, through=ground.principal)
    return _planned(ground, life, given, today)


def against(ground: Ground, life: Life, code: str, records: Iterable[Dated], event: Event) -> str:
    """Return what stands against an application for a repair, or against granting one, on the day of the event.

    `law_bars`, `barred`, `steps` (one is missing), `too_early`, or nothing. What is granted for a decision reaches also what is
    accessory, once the same steps and days hold for it.
    """
    day = event.on.earliest
    if ground.principal and event.about == ground.decision:
        ground = replace(ground, principal="")
    made = plan(ground, life, code, records, day)
    if made.shown:
        return "law_bars"
    if made.bar and not (event.kind == "repair" and made.bar == "not_in_force"):
        return "barred"
    if made.bar or made.through:
        return "barred" if made.through else ""
    if made.missing():
        return "steps"
    return "too_early" if made.earliest is not None and day < made.earliest else ""


def _planned(ground: Ground, life: Life, given: list[Dated], today: date) -> Plan:
    rules, cls = repair_rules(), ground.class_
    since = max(filter(None, (_restored(life), stale_before(ground.bars, today))), default=None)
    sector = rules.rules.get(ground.rule)
    wanted = sector.steps if sector else rules.steps
    basis, evidence = _basis(sector, today)
    done = {step: _last(step, given, since) for step in wanted}
    steps = [Step(step, done[step], None if done[step] else today, basis, evidence) for step in wanted]
    begins = max([_from(life, sector, cls, done.get("conduct_corrected"), today), today])
    apply = _applied(life, _restored(life))
    steps.append(Step("repair_application", apply, None if apply else begins, basis, evidence))
    asked = tuple(questions(ground.bars, today).items())
    return Plan(ground.finding, cls, (*steps, *_offered(ground.kind, given, today)), begins, asked=asked)


def basis_of(rule: str, day: date) -> tuple[str, str]:
    """Return on what a repair is based under a rule on a day, and how that was read: the sector, else the nation or the city."""
    return _basis(repair_rules().rules.get(rule), day)


def _basis(sector: SectorRule | None, today: date) -> tuple[str, str]:
    rules = repair_rules()
    if sector:
        return sector.basis, sector.evidence
    if today >= rules.national.start:
        return rules.national.basis, rules.national.evidence
    return rules.city.basis, rules.city.evidence


def _from(life: Life, sector: SectorRule | None, cls: str, corrected: date | None, today: date) -> date:
    """Return the first day on which an application may be made, if the conduct is corrected today where it was not before."""
    national = repair_rules().national
    start, correction = life.counted or today, corrected or today
    if sector:
        counted = {"start": start, "correction": correction, "both": max(start, correction)}[sector.wait_from]
        return max(add_months(counted, sector.wait_months), correction)
    least = national.classes[cls].least_months if cls and today >= national.start else 0
    return max(add_months(start, least), correction)


def _restored(life: Life) -> date | None:
    """Return the day on which the measure was restored for fraud, None if it never was."""
    return max((item.event.on.earliest for item in life.happened("repair_fraud")), default=None)


def _applied(life: Life, since: date | None) -> date | None:
    """Return the day of the last application, None if none was made since, or it was refused."""
    given = [item.event for item in life.judged if not item.reason and item.event.kind in ("repair_application", "repair_refusal")]
    last = given[-1] if given else None
    if last is None or last.kind == "repair_refusal" or (since and last.on.earliest < since):
        return None
    return last.on.day


def _last(kind: str, given: list[Dated], since: date | None) -> date | None:
    """Return the last day on which a step was done, none of before a day: what was put right again was not right before."""
    days = [
        item.event.on.earliest for item in given if item.event.kind == kind and (since is None or item.event.on.earliest >= since)
    ]
    return max(days, default=None)


def _bar(ground: Ground, code: str, given: list[Dated], today: date) -> str:
    if ground.own_clock and ground.rule not in repair_rules().though_independent:
        return "independent_ban"
    if code == "paused":
        return "paused"
    if code not in ("in_force", "end_unknown"):
        return "not_in_force"
    if by_law := standing(ground.bars, today):
        return by_law[0].bar
    return "bar_recorded" if _standing(given, today) else ""


def bar_label(code: str) -> Label:
    """Return what a bar is called, whether people record it or decisions show it."""
    return repair_rules().bars.get(code) or bars().bars[code]


def _standing(given: list[Dated], today: date) -> list[Dated]:
    """Return the bars on record that stand."""
    return [item for item in unlifted(given) if _stands(dict(item.event.details).get("until", ""), today)]


def unlifted(given: Iterable[Dated]) -> list[Dated]:
    """Return the bars on record that nobody lifted."""
    given = list(given)
    lifts = [item.event for item in given if item.event.kind == "repair_bar_lifted"]
    return [item for item in given if item.event.kind == "repair_bar" and not any(_lifts(lift, item) for lift in lifts)]


def _lifts(lift: Event, bar: Dated) -> bool:
    """Say whether a bar is lifted by an event, which others than those who recorded it did."""
    later = lift.on.earliest >= bar.event.on.earliest
    return lift.refers == bar.id and later and people_of(lift).isdisjoint(people_of(bar.event))


def _stands(until: str, today: date) -> bool:
    """Say whether a bar stands: one whose last day cannot be read stands for good."""
    last = day_said(until)
    return last is None or today <= last


def _offered(kind: str, given: list[Dated], today: date) -> tuple[Step, ...]:
    """Return what is offered to individuals beside everything else."""
    if kind != "person":
        return ()
    city = repair_rules().city
    done = _last("public_service", given, None)
    return (Step("public_service", done, None if done else today, city.basis, city.evidence, optional=True),)
