"""What people do to a case: acts are refused at the door where they are not allowed, reports from outside are always recorded.

Invariants (tests/unit/test_api_case_acts.py holds one test a number)
1. An act that would have no effect, or was recorded already, is refused with the rule that refuses it and what would be allowed;
   nothing is recorded.
2. What is reported from elsewhere is recorded, judged in the order of its days, and without effect until what it needs has come; it
   says who entered it, is not dated in the future, and answers for no one who could have done it here himself.
3. A document number is that of one document: what confirms or gives notice to one party, and what orders, releases, revokes or
   restores on one day. Used for anything else, or as the number of what it undoes, it is refused, however it is spelled.
4. The clock goes forward: an act dated before what was done in the case, or written before the last row of the log (a report too),
   is refused.
5. A dry run answers as the act would, and records nothing.
6. What was proposed on other evidence than there is now is not confirmed, here or elsewhere; a decision covers the measures that
   the finding had then, and no longer term.
7. The prior notice says until when the party may speak, and where an occupation is restricted until when it may ask for a hearing:
   never earlier than the law has it, also where the notice is reported.
8. An act or a report takes the effect of none that was done before it, except of the kinds that stand above what is done here.
9. Nothing is dated before the decision that it is about.
10. What somebody writes is to be seen: no character in it is invisible or turns the writing round. Somebody is named who acts.
11. A bar against repair says why, its last day is a day, and only others lift it than those who recorded it.
12. What a deadline asks is answered with yes or no, in either language, and kept in one spelling. A detail has one of the labels
    that something reads, and no text of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from analytics.lifecycle.deadlines import Deadline, asked_details, deadline, last_day, load_deadlines
from analytics.lifecycle.evidence import EVIDENCE
from analytics.lifecycle.ground import (
    ENTERED_BY,
    LAST_DAY,
    MEASURES,
    Dated,
    Ground,
    Life,
    answer_said,
    people_of,
)
from analytics.lifecycle.life import GONE
from analytics.lifecycle.table import EventRule, Note
from analytics.lifecycle.workdays import NoCalendar, WorkCalendar, surely_over
from api.use_cases.acting import Actor
from api.use_cases.acts import Act, Done
from api.use_cases.calendars import calendar_of
from api.use_cases.cases import Cases
from api.use_cases.document_use import CONFIRMING, used_by
from api.use_cases.effects import Reach, effect_row, happens_as
from api.use_cases.refusing import Why, name_of, possible, refusal, still_open, targets
from api.use_cases.written import seen
from graph.codec import digest, dump, make_fact
from graph.dates import PartialDate, day_in_law
from graph.document_numbers import document_key
from graph.errors import InputError
from graph.model import Decision, Event, Fact, Finding, Origin
from graph.names import normalise_name
from graph.store.base import Store, Write
from graph.store.clock import see_that_it_follows

__all__ = ["Act", "Done", "fact_of", "perform", "possible_on", "possible_to", "tried"]
HERE, REPORTED = Origin("zeren"), Origin("reported")
_WRITTEN: Final = frozenset({ENTERED_BY, EVIDENCE, MEASURES, LAST_DAY})
"""Labels, among the details, of what the program writes and nobody who acts."""
_TOLD: Final = frozenset({"hearing", "until"})
"""Labels, among the details, of the last days that somebody was told."""
_Lives = list[tuple[str, Life, Life, Life]]
"""Findings that an event reaches, each with its lives today and on the day without it, and today with it."""
_FIRST_YEAR: Final = 1949


def perform(store: Store, cases: Cases, actor: Actor, act: Act, today: date, *, dry_run: bool = False) -> Done:
    """Do something to a case, or record that it was done elsewhere.

    Parameters
    ----------
    store : Store
        Where the event goes.
    cases : Cases
        The cases as they stand.
    actor : Actor
        Who asks, and when.
    act : Act
        What is to be done.
    today : date
        No act is dated after it.
    dry_run : bool
        Answer and record nothing.

    Raises
    ------
    Refused
        The act is not allowed now; the message says why and what would be.
    NotFound, UnknownCode
        It is about nothing that is known, or of no kind that is.
    InputError
        Its particulars are not for whoever acts to write.
    """
    fact, done, lives = _tried(store, cases, actor, act, today)
    if against := _against(store, cases, act, today, done, lives):
        raise refusal(cases, act, *against, done, possible_to(store, cases, actor, act, today))
    if dry_run:
        see_that_it_follows(actor.at, store)
    else:
        store.append([Write(fact)], actor.act(f"case {act.kind} {act.about}"))
    return replace(done, recorded=not dry_run)


def possible_to(store: Store, cases: Cases, actor: Actor, act: Act, today: date) -> list[str]:
    """Return the commands that would be allowed, and have effect, on the day of an act about the same, whoever may do them."""
    reached = cases.kinds_reached(act.about)

    def allowed(other: Act) -> bool:
        try:
            _, done, lives = _tried(store, cases, replace(actor, name=other.by), other, today, reached)
        except NoCalendar:  # its last day is not known: it is refused until the calendar is entered
            return False
        return _against(store, cases, other, today, done, lives) is None and done.effective

    return possible(cases, act, min(act.on, today), allowed)


def possible_on(store: Store, cases: Cases, actor: Actor, about: str, day: date) -> list[str]:
    """Return the commands that would be allowed, and have effect, on a day, whoever may do them."""
    return possible_to(store, cases, actor, Act("", about, day, ""), day)


def _against(store: Store, cases: Cases, act: Act, today: date, done: Done, lives: _Lives) -> tuple[str, Why | None] | None:
    """Return the reason of the table why an act is refused (empty: that of what it reaches), and more of it; None if it is not."""
    event = done.event.event
    if act.on > today:
        return "future", None
    if not act.reported and _recorded_already(cases, done.event):
        return "recorded_already", None
    if used := used_by(store, cases, event, today):
        return "number_used", used
    if reason := _note_against(cases, event):
        return reason, None
    if begun := _later_decision(store, cases, act):
        return "before_decision", begun
    if not act.reported and (refused := _not_admitted(cases, act, done)):
        return refused
    if displaced := _displaced(cases, done.event, lives):
        starts = getattr(cases.table.event(act.kind), "starts", ())
        here = "same_day" if any(row["stage_before"] in starts for row in done.rows) else "stage"
        return ("displaced" if act.reported else here), displaced
    return None


def tried(store: Store, cases: Cases, actor: Actor, act: Act, today: date) -> Done:
    """Return what an act would do, whether it is allowed or not; nothing is recorded."""
    return _tried(store, cases, actor, act, today)[1]


def _tried(
    store: Store, cases: Cases, actor: Actor, act: Act, today: date, among: Sequence[tuple[Ground, str]] | None = None
) -> tuple[Fact[Event], Done, _Lives]:
    """Return the event of an act as a fact, what it would do, and the lives that it reaches (among some alone)."""
    reached, day = [*cases.reached(act.about), *cases.reached_below(act.about)] if among is None else among, min(act.on, today)
    then = [cases.life(ground, day, restriction) for ground, restriction in reached]
    fact = fact_of(store, cases, actor, act, then)
    event = Dated(fact.key.rpartition("/")[2], fact.value)
    lives = _lives(cases, event, today, list(zip(reached, then, strict=True)))
    after = cases.with_event(event)
    decides = cases.scope_of(act.about) == "decision"
    itself = {ground.decision: not decides or _befalls(after, event, ground.decision, today) for ground, _ in reached}
    told = (
        effect_row(cases, Reach(event, after, itself[ground.decision], restriction), today, ground, (before, on, now))
        for (ground, restriction), (_, before, on, now) in zip(reached, lives, strict=True)
    )
    rows = {tuple(row.items()): row for row in told}
    known = tuple((*each, before) for each, (_, before, _, _) in zip(reached, lives, strict=True))
    return fact, Done(event, tuple(rows.values()), recorded=False, today=today, reached=known), lives


def _befalls(after: Cases, event: Dated, decision: str, day: date) -> bool:
    """Say whether an event has effect on a decision itself, that which it is about or one that rests on it."""
    its = happens_as(after, event, decision)
    return any(item.id == its and not item.reason for item in after.decision_life(decision, day).judged)


def _recorded_already(cases: Cases, event: Dated) -> bool:
    """Say whether an act was recorded already, or one of a kind that happens once a day about the same."""
    done, once = event.event, getattr(cases.table.event(event.event.kind), "once", False)
    return any(
        item.id == event.id or (once and (item.event.kind, item.event.about, item.event.on) == (done.kind, done.about, done.on))
        for item in cases.events
    )


def fact_of(store: Store, cases: Cases, actor: Actor, act: Act, lives: Sequence[Life]) -> Fact[Event]:
    """Return the event of an act on these lives as a fact, its deadlines computed; a report says who entered it."""
    details = dict(act.details or {})
    for label, text in {"by": act.by, "number": act.number, "refers": act.refers, "text": act.text, **details}.items():
        seen(label, text)
    _labelled(details)
    if act.on.year < _FIRST_YEAR:
        raise InputError(
            f"on: {act.on} is before anything that is judged here", zh=f"日期 {act.on} 过早，不可能属于本系统所办的事项"
        )
    details |= _answers(details)
    if act.kind == "repair_bar" and (until := details.get("until")):
        _a_day("until", until)
    if act.reported:
        details[ENTERED_BY] = actor.name
    if act.kind == "notice" and act.about in cases.findings:
        details |= _notice_details(cases, act, details, calendar_of(store))
    if act.kind in ("proposal", CONFIRMING) and act.about in cases.findings:
        details |= _confirmed(store, cases, act)
    by, number, refers = (" ".join(each.split()) for each in (act.by, act.number, act.refers or _only_one(cases, act, lives)))
    event = Event(act.kind, act.about, PartialDate.on(act.on), by, act.text.strip(), number, refers, tuple(sorted(details.items())))
    if not people_of(event):
        raise InputError("by: nobody is named who acts", zh="未写明经办人")
    return make_fact(event, f"case-{digest(dump(event))}", REPORTED if act.reported else HERE)


def _labelled(details: Mapping[str, str]) -> None:
    """Refuse labels that are not for whoever acts to write, or that nothing reads: a label is no place for free text."""
    if written := sorted(details.keys() & _WRITTEN):
        zh = f"{'、'.join(written)} 由系统填写，不能由经办人填写"
        raise InputError(f"details: {', '.join(written)} is written by the program, not by whoever acts", zh=zh)
    if details.keys() - (asked := _TOLD | asked_details()):
        labels = ", ".join(sorted(asked))
        zh = f"明细只能使用下列名称：{labels}；其他内容请写入理由"
        raise InputError(f"details: a label is one of {labels}; what else there is to say goes into the text", zh=zh)


def _answers(details: Mapping[str, str]) -> dict[str, str]:
    """Return what is answered with yes or no, in one spelling."""
    found = {}
    for label in sorted(details.keys() & asked_details()):
        answer = answer_said(details[label])
        if answer is None:
            zh = f"{label}：“{details[label]}”既不是“是”（yes）也不是“否”（no）"
            raise InputError(f"details: {label}: {details[label]!r} is neither yes (是) nor no (否)", zh=zh)
        found[label] = "yes" if answer else "no"
    return found


def _only_one(cases: Cases, act: Act, lives: Sequence[Life]) -> str:
    """Return the one event about the same that an act can answer or undo, empty where there are several or none.

    What unmade another event (a repair, for fraud) is named by whoever undoes it: who leaves it out may mean either.
    """
    rule = cases.table.event(act.kind)
    if not isinstance(rule, EventRule):
        return ""
    known = {item.id: item.event for life in lives for item in life.judged}
    found = [each for each in targets(rule, lives) if each and known[each].about == act.about]
    if len(found) != 1 or (rule.undoes and cases.table.events[known[found[0]].kind].unmakes):
        return ""
    return found[0]


def _confirmed(store: Store, cases: Cases, act: Act) -> dict[str, str]:
    """Return what a proposal proposes, or a decision confirms: on which evidence, which measures, until when.

    That is what the finding was on the day of the act, as far as it was known here then.
    """
    then = [r.fact.value for r in store.history(f"finding/zeren/{act.about}") if day_in_law(r.recorded_at) <= act.on]
    finding = then[-1] if then and isinstance(then[-1], Finding) else cases.finding(act.about)
    details = {EVIDENCE: finding.evidence_hash, MEASURES: "\n".join(sorted(measure.name_zh for measure in finding.measures))}
    return details | ({LAST_DAY: finding.until} if act.kind == CONFIRMING and finding.until else {})


def _lives(cases: Cases, event: Dated, today: date, reached: Sequence[tuple[tuple[Ground, str], Life]]) -> _Lives:
    """Return the findings that an event reaches, once for each restriction, each with three lives; a decision alone has none.

    The first two are without the event, today and on its day, the third is with it.
    """
    after = cases.with_event(event)
    return [
        (ground.finding, cases.life(ground, today, restriction), then, after.life(ground, today, restriction))
        for (ground, restriction), then in reached
    ]


def _notice_details(cases: Cases, act: Act, told: Mapping[str, str], calendar: WorkCalendar) -> dict[str, str]:
    """Return until when the party may speak and, where an occupation is restricted, ask for a hearing.

    A notice given elsewhere offered a hearing only if its report says so. A later day than the law's may be told, no earlier one.
    One that is reported is recorded also where no calendar says the law's day yet: then no day counts as told before one by which
    it is certainly over.
    """
    finding = cases.finding(act.about)
    item = next(d for d in load_deadlines() if "notice" in d.starts and "statement" in d.until and d.applies(finding.rule, "", {}))
    asked = {"until": item}
    if "hearing" in told or (any(ground.occupation for ground, _ in cases.grounds(act.about)) and not act.reported):
        asked["hearing"] = deadline("hearing_request")
    return {label: _told_day(label, told.get(label, ""), each, act, calendar).isoformat() for label, each in asked.items()}


def _told_day(label: str, told: str, item: Deadline, act: Act, calendar: WorkCalendar) -> date:
    try:
        return _no_earlier(label, told, last_day(item, act.on, calendar))
    except NoCalendar:
        if not act.reported:
            raise
        over = surely_over(act.on, item.days)
        return max(_a_day(label, told), over) if told else over


def _no_earlier(label: str, told: str, law: date) -> date:
    if not told:
        return law
    day = _a_day(label, told)
    if day < law:
        zh = f"{label}：{told} 早于法定的最后一日 {law}"
        raise InputError(f"details: {label}: {told} is earlier than {law}, the last day by law", zh=zh)
    return day


def _a_day(label: str, told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError as error:
        zh = f"{label}：“{told}”不是日期（写作 2024-05-31）"
        raise InputError(f"details: {label}: {told!r} is no day as 2024-05-31", zh=zh) from error


def _later_decision(store: Store, cases: Cases, act: Act) -> Why | None:
    """Return which decision that it is about is of a later day than an act, None if none is."""
    about = {ground.decision for ground, _ in cases.reached(act.about)}
    for recorded in store.facts(["decision"], about=about):
        value = recorded.fact.value
        if isinstance(value, Decision) and value.id in about and act.on < value.date.earliest:
            return f"{value.id} is of {value.date}", f"{value.number or value.id} 的日期为 {value.date}"
    return None


def _not_admitted(cases: Cases, act: Act, done: Done) -> tuple[str, Why | None] | None:
    """Return why an act that is done here is not allowed, None if it is."""
    if (last := _last_day_here(cases, act.about)) and act.on < last:
        return "clock", (f"the last act here is of {last}", f"本案上一行为在 {last}")
    needs = getattr(cases.table.event(act.kind), "needs", ())
    if "premises" in needs and act.about in cases.findings and all(ground.gone for ground, _ in cases.reached(act.about)):
        return "premises", None  # what was done earlier on this day may have had them
    waits = "no_open_objection" in needs
    if waits and any(row["paused_before"] for row in done.rows):
        return "no_open_objection", None
    return None if done.effective else ("", None)


def _displaced(cases: Cases, event: Dated, lives: _Lives) -> Why | None:
    """Return which event would lose its effect to one that does not stand above it; None if none would."""
    if getattr(cases.table.event(event.event.kind), "above", False):
        return None
    for _, before, _, now in lives:
        reasons = {item.id: item.reason for item in now.judged}
        for item in before.judged:
            if not item.reason and reasons.get(item.id):
                kind = item.event.kind
                en = f"{name_of(cases, kind, 'en')!r} would have no effect any more"
                return en, f"“{name_of(cases, kind)}”将失去效力"
    return None


def _note_against(cases: Cases, event: Event) -> str:
    """Return what a record beside the life lacks, which nothing judges later; empty if nothing."""
    rule = cases.table.event(event.kind)
    if not isinstance(rule, Note):
        return ""
    before = [item for item in cases.events if item.event != event]
    open_ = still_open(before, rule)
    answered = [item.event for item in before if item.id == event.refers and item.id in open_]
    about = {each for ground, carried in cases.reached(event.about) for each in (ground.finding, ground.decision, carried)}
    holds = {
        "told": bool(document_key(event.number) or normalise_name(event.text)),
        "refers": any(each.about in about and each.on.earliest <= event.on.earliest for each in answered),
        "person": any(cases.party_kind(ground.finding) == "person" for ground, _ in cases.reached(event.about)),
        "two_people": all(people_of(each).isdisjoint(people_of(event)) for each in answered),
    }
    return next((need for need in rule.needs if not holds[need]), "")


def _last_day_here(cases: Cases, about: str) -> date | None:
    """Return the day of the last event with effect on any finding that is reached, also of one whose evidence is gone since."""
    days = [
        item.event.on.earliest
        for ground, restriction in cases.kinds_reached(about)
        for item in cases.life(ground, date.max, restriction).judged
        if item.reason in ("", GONE)
    ]
    return max(days, default=None)
