"""The numbered invariants of `analytics.responsibility.rule_versions`, against the plain comparison of every pair."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from analytics.responsibility.rule_versions import TOLD, Overlap, Span, circles, overlaps

FIRST: Final = date(2000, 1, 1)


def span(version: str, first: int, last: int) -> Span:
    return Span(version, FIRST + timedelta(days=first), FIRST + timedelta(days=last))


DAYS = st.integers(0, 12)
SPANS = st.lists(st.builds(span, st.sampled_from("123456"), DAYS, DAYS), max_size=14)
"""Some end before they begin, some are the same version again."""
NAMES = "abcdef"
MILDER = st.dictionaries(st.sampled_from(NAMES), st.sets(st.sampled_from(NAMES + "z")), max_size=6)


def pairs(spans: list[Span]) -> dict[int, set[int]]:
    """Each entry with all others that begin no later, every pair compared."""
    found: dict[int, set[int]] = {}
    for one, other in combinations(range(len(spans)), 2):
        earlier, later = sorted((one, other), key=lambda place: (spans[place].first, place))
        both = max(spans[one].first, spans[other].first) <= min(spans[one].last, spans[other].last)
        if both and spans[one].version != spans[other].version:
            found.setdefault(later, set()).add(earlier)
    return found


@given(SPANS)
def test_1_every_two_versions_with_a_day_in_common_are_found_once_at_the_one_that_begins_later(spans: list[Span]) -> None:
    expected = pairs(spans)
    found = overlaps(spans)
    assert {overlap.later for overlap in found} == set(expected)
    for later, others in expected.items():
        told = [overlap for overlap in found if overlap.later == later]
        assert {overlap.earlier for overlap in told} <= others
        assert len(told) + sum(overlap.more for overlap in told) == len(others)


@given(SPANS)
def test_2_up_to_three_others_are_told_one_by_one_and_of_more_one_and_their_number(spans: list[Span]) -> None:
    expected = pairs(spans)
    for later, others in expected.items():
        told = [overlap for overlap in overlaps(spans) if overlap.later == later]
        if len(others) <= TOLD:
            assert told == [Overlap(earlier, later) for earlier in sorted(others)]
        else:
            assert [overlap.more for overlap in told] == [len(others) - 1]


def test_2_what_is_told_of_three_thousand_entries_is_no_more_than_three_lines_each() -> None:
    spans = [span(str(place), place % 7, 99) for place in range(3000)]
    found = overlaps(spans)
    assert len(found) <= TOLD * len(spans)
    assert sum(1 + overlap.more for overlap in found) == 3000 * 2999 // 2


@given(MILDER)
def test_3_milder_than_itself_is_whatever_leads_back_to_itself_and_nothing_else(milder: dict[str, set[str]]) -> None:
    def leads_back(start: str) -> bool:
        reached, waiting = set[str](), [*milder.get(start, ())]
        while waiting:
            name = waiting.pop()
            waiting += [] if name in reached else milder.get(name, ())
            reached.add(name)
        return start in reached

    assert circles(milder) == {name for name in NAMES + "z" if leads_back(name)}


def test_3_a_long_way_round_is_found() -> None:
    round_ = {str(place): [str((place + 1) % 5000)] for place in range(5000)}
    assert circles(round_) == set(round_)
    assert circles(round_ | {"0": []}) == set()
