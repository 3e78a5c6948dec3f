"""A letter to the party of a finding, in Chinese: why, under which articles, on what evidence, and how to object, by when.

Invariants (tests/unit/test_api_letter.py holds one test a number)
1. A letter says what the finding says and no more: outcome, reasons and articles are those of the explanation.
2. Every statement it rests on is listed once, with where it was read.
3. It lists every remedy that is open, with the article; deadlines come from the data, and run from the service of the document
   that made a derived measure binding, or from the notice of what is intended: before it there is no last day. Where no remedy was
   read it says so, and where a last day cannot be computed, or it is not certain which version of a law applied, it says that.
6. Every article in it whose text nobody read officially says so: those of the rule, of the hierarchy gate and of the remedies.
7. Of a lead, or of what does not hold, it says plainly that nothing follows from this clause, and names the measures as none that
   are taken under it. It is headed as a notice only where it tells of a measure that is proposed or in force, else as a statement
   of the position. Of what is blocked it tells what blocks it, and nothing that is merely not known beside it.
8. Of what is over, however it ended, it says that it has no effect any more, and affirms nothing.
9. It names people and documents as the law does: on its page stands no id of ours but the reference number of the case.
10. It tells the ordinary ways out of what binds or may: what ends the measure, how it is repaired, and under which article.
11. Where it says that nothing follows, or nothing any more, it names what else stands on the same person here, and leaves to other
    authorities what they recorded. Its matter is called established nowhere: it says how far it is.
13. What it says is of one day, and says so: of another day than that on which it is made, or as known then, it says both, and when
   it was made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from analytics.lifecycle.ground import Life
from analytics.lifecycle.workdays import NoCalendar, WorkCalendar
from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.remedies import Against, Offered, Remedies, Remedy, Stage
from api.locales import texts
from api.use_cases.beside import beside
from api.use_cases.calendars import calendar_of
from api.use_cases.case_reading import cases_around
from api.use_cases.cases import Cases
from api.use_cases.citing import fields_unread, listed, name_of, with_mark
from api.use_cases.describing import evidence, source_text
from api.use_cases.explaining import explain, footing_of, no_law
from api.use_cases.findings import decision_of
from graph.dates import PartialDate
from graph.model import Decision, Finding, Outcome, PremiseState
from graph.snapshot import Snapshot
from graph.store.base import Store


def letter(
    store: Store,
    snapshot: Snapshot,
    catalogue: Catalogue,
    remedies: Remedies,
    finding: Finding,
    today: date,
    made: date | None = None,
    known_at: str | None = None,
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
        The day of the status: what it says is of that day.
    made : date, optional
        The day on which it is made, where that is another.
    known_at : str, optional
        As known when it speaks, where that is not now.

    Raises
    ------
    NotFound
        The decision of the finding is not known any more.
    """
    words = texts("zh")
    told = explain(store, snapshot, catalogue, finding, words, today)
    decision = snapshot.decision(finding.decision).value
    against = _against(snapshot, catalogue, finding, told, today)
    cases = cases_around(store, snapshot, catalogue, [finding])
    began = _began(against, cases.life_of(finding, today))
    stands, ends_here = _stands(snapshot, cases, finding, today), not _binds(snapshot, finding)
    calendar = calendar_of(store)
    named = partial(_as_the_law_names, _ids(snapshot, finding))
    reasons = [premise for premise in told["premises"] if _matters(finding, premise)]
    statements = dict.fromkeys((*finding.path, *(fact for premise in finding.premises for fact in premise.evidence)))
    return {
        "finding": finding.id,
        "date": today.isoformat(),
        "made": (made or today).isoformat(),
        "then": _then(today, made or today, known_at),
        "to": snapshot.label(finding.party),
        "case": _case(decision, finding),
        "title": words.label("letter.title", "notice" if _tells_of_a_measure(told) else "statement"),
        "about": words.say("letter.about", rule=_title(catalogue, finding), stands=words.label("letter_stands", stands)),
        "summary": named(told["summary"]),
        "is_not": told["is_not"],
        "confirmed": told["confirmed"],
        "nothing_follows": words.say("letter.nothing_follows") if ends_here else None,
        "over": words.say("letter.over") if told["over"] else None,
        "beside": beside(store, snapshot, catalogue, finding, words, today) if ends_here or told["over"] else [],
        "reasons": [named(_reason(premise)) for premise in reasons],
        "reasons_short": [named(_reason(premise | {"compared": []})) for premise in reasons],
        "articles": listed(told["articles"], told["unverified"]),
        "measures": [item["name"] for item in told["measures"]],
        "measures_stand": _measures_stand(finding, against, told),
        "unverified": [*fields_unread(catalogue, finding, words).values()],
        "evidence": [
            item | {"text": named(item["text"])}
            for item in (_evidence(evidence(store, snapshot, fact, words)) for fact in statements)
        ],
        "ways_out": told["ways_out"],
        "remedies": [_remedy(offered, against, began, calendar) for offered in remedies.open_to(against)],
    }


def _then(day: date, made: date, known_at: str | None) -> str | None:
    """Return that a letter is of another day than that on which it is made, or of what was known once; None where it is of now."""
    if day == made and known_at is None:
        return None
    words = texts("zh")
    key = "letter.known_version" if known_at and known_at.isdigit() else "letter.known"
    known = words.say(key, known=known_at) if known_at is not None else ""
    return words.say("letter.then", day=day.isoformat(), known=known, made=made.isoformat())


def _case(decision: Decision, finding: Finding) -> str:
    """Return the reference number of the case, with the decision that it rests on as an authority cites it."""
    words = texts("zh")
    cited = " ".join(part for part in (decision.authority, decision.number) if part)
    return words.say("letter.case", id=finding.id, decision=cited, date=words.date(decision.date))


def _ids(snapshot: Snapshot, finding: Finding) -> list[tuple[str, str]]:
    """Return the ids of ours that an explanation has, each as a pattern with what the law would say in its place."""
    around = [finding.decision, *(link.value.other for link in snapshot.links_from(finding.decision))]
    around += [link.value.decision for link in snapshot.links_to(finding.decision)]
    plain = [each for each in around if not ((known := decision_of(snapshot, each)) and known.number)]
    compared = [pair for premise in finding.premises for pair in premise.compared]
    nodes = [value for name, value in compared if name in ("could_be", "other_holder")]
    rules = [value.rpartition(" ")[0] for name, value in compared if name == "cited_in_force"]
    return [
        *((rf" \({re.escape(node)}\)", "") for node in nodes),
        *((rf"{re.escape(rule)} ", "") for rule in rules),
        *((rf"(?<![\w-]){re.escape(each)}(?![\w-])", texts("zh").say("letter.no_number")) for each in dict.fromkeys(plain)),
    ]


def _as_the_law_names(ids: Sequence[tuple[str, str]], text: str) -> str:
    """Return a text without the ids of ours."""
    for pattern, said in ids:
        text = re.sub(pattern, said, text)
    return text


def _title(catalogue: Catalogue, finding: Finding) -> str:
    """Return what the law calls the list or ban: the title of the rule, without the id that it has here."""
    known = catalogue.version_or_last(finding.rule, finding.rule_version)
    return known.title.zh if known else finding.rule


def _stands(snapshot: Snapshot, cases: Cases, finding: Finding, today: date) -> str:
    """Return how far the matter is, as the party reads it; nothing is said to be established over what is not."""
    footing = footing_of(snapshot, cases, finding, today)
    return "imposed_only" if footing == "imposed" and no_law(snapshot, finding) else footing


def _binds(snapshot: Snapshot, finding: Finding) -> bool:
    """Say whether something binds, or may come to: of a lead, and of what is blocked, only what the decision itself imposes."""
    return finding.outcome is Outcome.ESTABLISHED or no_law(snapshot, finding)


def _tells_of_a_measure(told: Mapping[str, Any]) -> bool:
    """Say whether somebody has proposed, decided or imposed a measure that may have effect; what was only derived is none."""
    found = told["finding"]
    return bool(found["outcome"] == Outcome.ESTABLISHED and not told["over"] and found["status"] != "derived")


def _measures_stand(finding: Finding, against: Against, told: Mapping[str, Any]) -> str:
    """Return how the measures that the clause has are named: taken, not decided, over, or none that follow from it."""
    if finding.outcome is not Outcome.ESTABLISHED:
        return "not_derived" if against.own else "not_taken"
    return "over" if told["over"] else against.stage


def _matters(finding: Finding, premise: Mapping[str, Any]) -> bool:
    """Say whether a reason is told: where something blocks, what is merely not known beside it says nothing of the party."""
    missing = premise["state"] == PremiseState.MISSING and premise["name"] != "identity"
    return not (missing and finding.outcome is Outcome.BLOCKED)


def _reason(premise: dict[str, Any]) -> str:
    words = texts("zh")
    compared = words.words["list.clause"].join(
        words.say("letter.compared", label=pair["label"], value=pair["value"]) for pair in premise["compared"]
    )
    text = f"{premise['mark']} {premise['label']}：{premise['reason_text']}"
    return f"{text}（{compared}）" if compared else text


def _evidence(item: dict[str, Any]) -> dict[str, str]:
    return {"id": item["id"], "text": item["text"], "source": source_text(item, texts("zh"))}


def _against(snapshot: Snapshot, catalogue: Catalogue, finding: Finding, told: Mapping[str, Any], today: date) -> Against:
    """Return what the party may object to, and how far it is."""
    decision, confirmed = snapshot.decision(finding.decision).value, told["confirmed"]
    own = no_law(snapshot, finding) or (finding.outcome is Outcome.ESTABLISHED and finding.origin == "imposed")
    stage: Stage = "taken" if own or confirmed else "intended"
    if not _binds(snapshot, finding) or (stage == "intended" and told["over"]):
        stage = "none"
    day = PartialDate.parse(confirmed["on"]) if confirmed else PartialDate.on(today)
    rule = catalogue.version_or_last(finding.rule, finding.rule_version)
    return Against(decision, finding, rule, stage, own, decision.date if own else day, today)


def _began(against: Against, life: Life) -> dict[str, date]:
    """Return the days from which deadlines run: of what was derived, those of the notice and of the service.

    What the decision itself imposes can have been learnt of on the day of the decision.
    """
    if against.own:
        return {"service": against.decision.date.day} if against.decision.date.day else {}
    happened = {kind: life.happened(kind) for kind in ("notice", "service")}
    return {kind: events[-1].event.on.earliest for kind, events in happened.items() if events}


def _remedy(offered: Offered, against: Against, began: Mapping[str, date], calendar: WorkCalendar) -> dict[str, Any]:
    remedy, words = offered.remedy, texts("zh")
    starts = remedy.runs.starts[0] if remedy.runs else ""
    last, no_day = _last_day(remedy, began.get(starts), calendar)
    notes = [words.say("letter.version_unsure")] if not offered.certain else []
    notes += [words.say("letter.once_decided")] if starts == "service" and against.stage == "intended" else []
    return {
        "id": remedy.id,
        "title": remedy.title.zh,
        "to": remedy.to.zh,
        "deadline": remedy.deadline_text("zh") + "".join(notes),
        "earliest_last_day": last.isoformat() if last else None,
        "counted_from": ("decision" if against.own else starts) if last else None,
        "no_last_day": no_day,
        "effect": remedy.effect.zh,
        "basis": [with_mark(name_of(basis), basis.evidence or remedy.evidence, words) for basis in remedy.basis],
        "unverified": remedy.evidence != "verbatim",
    }


def _last_day(remedy: Remedy, learnt: date | None, calendar: WorkCalendar) -> tuple[date | None, str | None]:
    """Return the earliest last day, or why it cannot be told where that is for want of a calendar."""
    try:
        return remedy.last_day(learnt, calendar), None
    except NoCalendar:
        return None, texts("zh").say("letter.no_calendar")
