"""A letter to the party of a finding, in Chinese: why, under which articles, on what evidence, and how to object, by when.

Invariants (tests/unit/test_api_letter.py holds one test a number)
1. A letter says what the finding says and no more: outcome, reasons and articles are those of the explanation.
2. Every statement it rests on is listed once, with where it was read.
3. It lists every remedy that fits the decision and the party, with the article; deadlines come from the data, and run from the
   service of the document that made a derived measure binding: before it there is no last day. Where no remedy was read it says
   so, and where a last day cannot be computed it says that.
6. Every article in it whose text nobody read officially says so: those of the rule, of the hierarchy gate and of the remedies.
7. Of a lead, or of what does not hold, it says plainly that nothing follows, and names the measures as none that are taken.
8. Of what is over, however it ended, it says that it has no effect any more, and affirms nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from analytics.lifecycle.workdays import NoCalendar, WorkCalendar
from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.remedies import Remedies, Remedy
from api.locales import texts
from api.use_cases.calendars import calendar_of
from api.use_cases.citing import listed, name_of, with_mark
from api.use_cases.describing import evidence, source_text
from api.use_cases.explaining import explain, no_law
from graph.model import Decision, Finding, Outcome
from graph.snapshot import Snapshot
from graph.store.base import Store


def letter(
    store: Store, snapshot: Snapshot, catalogue: Catalogue, remedies: Remedies, finding: Finding, today: date
) -> dict[str, Any]:
    """Return the parts of a letter about a finding.

    Parameters
    ----------
    store, snapshot, catalogue
        See `api.use_cases.explaining.explain`.
    remedies : Remedies
        How somebody may object.
    finding : Finding
        What the letter is about.
    today : date
        Its date, and the day of the status.

    Raises
    ------
    NotFound
        The decision of the finding is not known any more.
    """
    words = texts("zh")
    told = explain(store, snapshot, catalogue, finding, words, today)
    decision = snapshot.decision(finding.decision).value
    since, calendar = _learnt(decision, finding, told["confirmed"]), calendar_of(store)
    statements = dict.fromkeys((*finding.path, *(fact for premise in finding.premises for fact in premise.evidence)))
    return {
        "finding": finding.id,
        "date": today.isoformat(),
        "to": snapshot.label(finding.party),
        "title": words.say("letter.title"),
        "about": told["title"],
        "summary": told["summary"],
        "is_not": told["is_not"],
        "confirmed": told["confirmed"],
        "nothing_follows": None if _binds(snapshot, finding) else words.say("letter.nothing_follows"),
        "over": words.say("letter.over") if told["over"] else None,
        "reasons": [_reason(premise) for premise in told["premises"]],
        "reasons_short": [_reason(premise | {"compared": []}) for premise in told["premises"]],
        "articles": listed(told["articles"], told["unverified"]),
        "measures": [item["name"] for item in told["measures"]],
        "unverified": [words.label("unverified", field) for field in finding.unverified],
        "evidence": [_evidence(evidence(store, snapshot, fact, words)) for fact in statements],
        "remedies": [_remedy(remedy, since, calendar) for remedy in remedies.open_to(decision, finding)],
    }


def _binds(snapshot: Snapshot, finding: Finding) -> bool:
    """Say whether something binds, or may come to: of a lead, and of what is blocked, only what the decision itself imposes."""
    return finding.outcome is Outcome.ESTABLISHED or no_law(snapshot, finding)


def _reason(premise: dict[str, Any]) -> str:
    words = texts("zh")
    compared = words.words["list.join"].join(
        words.say("letter.compared", label=pair["label"], value=pair["value"]) for pair in premise["compared"]
    )
    text = f"{premise['mark']} {premise['label']}：{premise['reason_text']}"
    return f"{text}（{compared}）" if compared else text


def _evidence(item: dict[str, Any]) -> dict[str, str]:
    return {"id": item["id"], "text": item["text"], "source": source_text(item, texts("zh"))}


def _learnt(decision: Decision, finding: Finding, confirmed: dict[str, str] | None) -> date | None:
    """Return the day on which the party can have learnt of what it may object to: of what was derived, the service."""
    if finding.origin == "imposed":
        return decision.date.day
    return date.fromisoformat(confirmed["served"]) if confirmed and confirmed["served"] else None


def _remedy(remedy: Remedy, learnt: date | None, calendar: WorkCalendar) -> dict[str, Any]:
    last, no_day = _last_day(remedy, learnt, calendar)
    return {
        "id": remedy.id,
        "title": remedy.title.zh,
        "to": remedy.to.zh,
        "deadline": remedy.deadline.zh,
        "earliest_last_day": last.isoformat() if last else None,
        "no_last_day": no_day,
        "effect": remedy.effect.zh,
        "basis": [with_mark(name_of(basis), remedy.evidence, texts("zh")) for basis in remedy.basis],
        "unverified": remedy.evidence != "verbatim",
    }


def _last_day(remedy: Remedy, learnt: date | None, calendar: WorkCalendar) -> tuple[date | None, str | None]:
    """Return the earliest last day, or why it cannot be told where that is for want of a calendar."""
    try:
        return remedy.last_day(learnt, calendar), None
    except NoCalendar:
        return None, texts("zh").say("letter.no_calendar")
