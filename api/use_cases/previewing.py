"""Look at third parties before a ban is confirmed: which companies would lose whom.

Invariants (tests/unit/test_api_previewing.py holds one test a number)
1. Nothing is recorded by asking, and the answer says that it is no finding on any company.
2. Every post is shown with where it was read.
3. An enterprise is refused: what is looked at is a ban on a person.
4. What may be the person's too, and is not ruled on, is counted and not taken for his.
5. Only posts that a measure bars from are listed, and of which enterprises it does is said; where none does, it says so.
6. A measure whose term is over on the day is none: its last day is the last on which it bars; which findings are over is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from analytics.detection.identity import claims
from analytics.lifecycle.ground import is_over
from analytics.responsibility.catalogue import Catalogue, MeasureRule
from analytics.responsibility.rule_measures import Bars
from analytics.responsibility.third_party import Post, Touched, touched
from api.locales import Texts
from api.use_cases.describing import origin
from api.use_cases.explaining import measure_name
from api.use_cases.findings import as_of, dated_by, find_one, findings_on
from api.use_cases.identity import Elsewhere
from api.use_cases.propagating import stored_findings
from api.use_cases.reading import catalogue_at
from api.use_cases.records import whose
from graph.errors import NotFound, Refused
from graph.model import Finding, Outcome
from graph.snapshot import Snapshot
from graph.snapshot.then import left_out, on_day
from graph.store.base import Store


def preview(
    store: Store,
    catalogue: Catalogue,
    given: str,
    words: Texts,
    day: date,
    known_at: int | None = None,
    elsewhere: Elsewhere | None = None,
) -> dict[str, Any]:
    """Say what the measures on a person would do to the companies that he represents or directs.

    Parameters
    ----------
    store : Store
        Where the statements are.
    catalogue : Catalogue
        The rules, for the names of measures.
    given : str
        Id of a finding: its measures on its party; or id or name of a person: all that is established on him.
    words : Texts
        The language.
    day : date
        The day on which posts are looked at; measures of later decisions are left out.
    known_at : int, optional
        What was known at this version, the latest by default.
    elsewhere : callable, optional
        Returns where else a bearer is told; without it the whole graph is read.

    Raises
    ------
    NotFound
        There is no such finding or person, or the decision of the finding came later.
    Refused
        It is an enterprise, or several bear the name.
    """
    one = _finding(store, catalogue, given, known_at, day)
    person, snapshot = whose(store, one.party if one else given, known_at, elsewhere)
    if snapshot.kind(person) != "person":
        raise Refused(f"{given!r} is an enterprise: a preview is of a ban on a person")
    members = set(snapshot.identity.members(person))
    rules = catalogue if known_at is None else catalogue_at(store, known_at, catalogue)
    then = on_day(snapshot, day)
    if one:
        found = [as_of(one, snapshot, rules, day)[0]]
    elif known_at is None and not left_out(snapshot, day):
        found = [fact.value for fact in stored_findings(store) if fact.value.party in members]
    else:
        found = findings_on(then, rules, members)
    found = sorted((f for f in found if one or f.outcome is Outcome.ESTABLISHED), key=lambda f: (f.decision, f.rule, f.id))
    came = [finding for finding in found if finding.effect == "restrict" and dated_by(snapshot, finding.decision, day)]
    chosen = [finding for finding in came if not is_over(finding.until, day)]
    bars = _bars(chosen, catalogue)
    return {
        "lang": words.lang,
        "party": {"id": person, "name": snapshot.label(person)},
        "day": day.isoformat(),
        "is_not": words.say("preview.is_not"),
        "findings": [f.id for f in chosen],
        "measures": _measures(chosen, catalogue, words),
        "ended": [{"finding": f.id, "until": f.until, "text": _ended(f, words)} for f in came if is_over(f.until, day)],
        "bars": _barred(bars, words),
        "no_bar": None if bars else words.say("preview.no_bar" if chosen else "preview.no_measure"),
        "companies": [_company(snapshot, each, chosen, words) for each in touched(snapshot, person, day, _offices(bars))],
        "open_claims": sum(c.state == "open" and bool({c.first, c.second} & members) for c in claims(snapshot)),
    }


def _finding(store: Store, catalogue: Catalogue, given: str, known_at: int | None, day: date) -> Finding | None:
    """Return the finding that is meant, None where what was given is no id of one."""
    if not _ID.fullmatch(given):
        return None
    try:
        return find_one(store, given, catalogue, known_at, day)
    except NotFound:
        return None


_ID = re.compile(r"[0-9a-f]{16}")


def _ended(finding: Finding, words: Texts) -> str:
    return words.say("preview.ended", finding=finding.id, rule=finding.rule, until=finding.until)


def _measures(findings: Sequence[Finding], catalogue: Catalogue, words: Texts) -> list[str]:
    return list(dict.fromkeys(measure_name(catalogue, f, m.id, words) for f in findings for m in f.measures))


def _bars(findings: Sequence[Finding], catalogue: Catalogue) -> list[tuple[Finding, MeasureRule, Bars]]:
    """Return the measures of findings that bar from an office, each with the offices."""
    rules = {f.id: catalogue.version_or_last(f.rule, f.rule_version) for f in findings}
    known = {(f.id, m.id): m for f in findings if (rule := rules[f.id]) for m in rule.measures}
    found = [(f, known.get((f.id, m.id))) for f in findings for m in f.measures]
    return [(f, measure, measure.bars) for f, measure in found if measure is not None and measure.bars is not None]


def _offices(bars: Sequence[tuple[Finding, MeasureRule, Bars]]) -> Callable[[str], set[str]]:
    """Return which roles a company's posts may have to be barred; one of the decision itself is none of the *other* enterprises."""
    return lambda company: {o for f, _, bar in bars if not (bar.others and f.company == company) for o in bar.offices}


def _barred(bars: Sequence[tuple[Finding, MeasureRule, Bars]], words: Texts) -> list[str]:
    lines = [
        words.say(
            f"preview.bars{'_others' if bar.others else ''}",
            measure=words.pick(measure.name),
            offices=words.codes("roles", bar.offices),
            of=words.say("preview.any") if bar.of is None else words.pick(bar.of),
        )
        for _, measure, bar in bars
    ]
    return list(dict.fromkeys(lines))


def _company(snapshot: Snapshot, each: Touched, findings: Sequence[Finding], words: Texts) -> dict[str, Any]:
    return {
        "id": each.company,
        "name": snapshot.label(each.company),
        "respondent": each.company in {finding.company for finding in findings},
        "posts": [_post(post, words) for post in each.posts],
        "share_percent": each.share_ppm / 10_000 if each.share_ppm is not None else None,
    }


def _consequence(post: Post, words: Texts) -> str:
    said = words.say(
        f"preview.{post.consequence}", post=words.interest(post.holding.value.interest), others=post.others, possible=post.possible
    )
    more = post.consequence == "shared" and post.possible
    return said + (words.say("preview.possible", possible=post.possible) if more else "")


def _post(post: Post, words: Texts) -> dict[str, Any]:
    value = post.holding.value
    return {
        "id": post.holding.fact.id,
        "interest": value.interest,
        "label": words.interest(value.interest),
        "period": str(value.period),
        "others": post.others,
        "possible": post.possible,
        "consequence": post.consequence,
        "text": _consequence(post, words),
        **origin(post.holding.fact),
    }
