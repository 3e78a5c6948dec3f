"""Dates on which two sources differ: the same person in the same post at the same enterprise, since or until another day.

Invariants (tests/unit/test_quality.py holds one test a number)
6. Dates contradict each other only where no day fits both, in terms that may be one: a year and a day of it agree, and so do two
   terms of which one ended before the other began.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from graph.dates import PartialDate, Period, Truth
from graph.model import Fact, Payload, Relationship

FIELDS = ("start", "end")
Said = tuple[str, str]
"""A source and the date that it has."""


def date_conflicts(group: Iterable[Fact[Payload]]) -> Iterator[tuple[str, list[Said]]]:
    """Yield (`start` or `end`, what each source says) of one person's post, of whom the sources are given in order.

    Where one source tells several of the name apart, nobody knows which of them another source means.
    """
    terms: dict[str, list[Period]] = defaultdict(list)
    bearers: dict[str, set[str]] = defaultdict(set)
    for fact in group:
        if isinstance(fact.value, Relationship):
            terms[fact.origin.source].append(fact.value.period)
            bearers[fact.origin.source].add(fact.value.interested_party.bearer or "")
    if any(len(each) > 1 for each in bearers.values()):
        return
    (first, own), *others = terms.items()
    for field in FIELDS:
        said: dict[str, str] = {}
        for source, periods in others:
            for period in periods:
                if differs := _differs(field, own, period):
                    said.setdefault(first, str(differs))
                    said.setdefault(source, str(_date(field, period)))
        if said:
            yield field, list(said.items())


def _differs(field: str, own: Sequence[Period], other: Period) -> PartialDate | None:
    """Return the date of the first term that may be the other one, where the date of none of them may be that of the other."""
    same = [_date(field, each) for each in own if each.meets(other) is not Truth.NO]
    date = _date(field, other)
    apart = all(each.latest < date.earliest or date.latest < each.earliest for each in same)
    return same[0] if same and apart else None


def _date(field: str, period: Period) -> PartialDate:
    return period.start if field == "start" else period.end
