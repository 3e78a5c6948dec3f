"""One person alone, whatever he does and in whatever order, binds nobody and takes no confirmed measure away."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.lifecycle.table import load_table
from api.use_cases.case_acts import Act, perform
from graph.errors import InputError, NotFound, Refused
from graph.store.base import Store
from tests.api_world import stored
from tests.case_world import cases, clerk, confirm, finding

TABLE = load_table()
NEXT = {"derived": "proposal", "proposed": "notice", "notified": "statement", "heard": "decision", "decided": "service"}
BY_AN_AUTHORITY = {kind for kind, rule in TABLE.events.items() if rule.above}
"""What a document of an authority or court does, whoever here reports it."""
FIRST = date(2024, 6, 10)


@st.composite
def attempts(draw: st.DrawFn) -> list[tuple[str, bool, int, int, str, str, int, bool]]:
    one = st.tuples(
        st.sampled_from(["next", "next", "next", *TABLE.events]),
        st.booleans(),
        st.sampled_from([0, 1, 8]),
        st.sampled_from([0, 0, 1, 9]),
        st.sampled_from(["zhao", "Zhao", "ｚｈａｏ", " zhao "]),
        st.sampled_from(["", "r"]),
        st.integers(0, 20),
        st.booleans(),
    )
    return draw(st.lists(one, min_size=4, max_size=12))


def alone(store: Store, about: str, tried: list[tuple[str, bool, int, int, str, str, int, bool]], never: set[str]) -> set[str]:
    """Let one person try; return the stages at which the finding was seen, early and late, after each attempt."""
    day, known, seen = FIRST, [""], set[str]()
    for number, (wanted, reported, later, before, name, text, refers, ghost) in enumerate(tried):
        day += timedelta(days=later)
        kind = NEXT.get(stages_on(store, about, day)[0], "proposal") if wanted == "next" else wanted
        if kind in never:
            continue
        on, by = (day - timedelta(days=before), "another office" if ghost else "ZHAO") if reported else (day, name)
        act = Act(kind, about, on, by, text, f"文{number}号", known[refers % len(known)], None, reported)
        try:
            known.append(perform(store, cases(store), clerk(name, day), act, day).event.id)
        except (Refused, InputError, NotFound):
            continue
        seen |= {stage for at in (date(2024, 6, 8), day, day + timedelta(days=300)) for stage in stages_on(store, about, at)}
    return seen


def stages_on(store: Store, about: str, day: date) -> list[str]:
    """The stage of each restriction that a finding carries."""
    return [life.stage for _, life in cases(store).lives_of(about, day)]


@settings(max_examples=40)
@given(tried=attempts())
def test_one_person_alone_binds_nobody(tried):
    with stored() as store:
        stages = alone(store, finding(store, "王示例"), tried, set())
    assert not [stage for stage in stages if TABLE.stages[stage].binds]


@settings(max_examples=40)
@given(tried=attempts())
def test_one_person_alone_takes_no_confirmed_measure_away(tried):
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        stages = alone(store, head, tried, BY_AN_AUTHORITY)
    assert all(TABLE.stages[stage].binds for stage in stages)


def test_two_people_do_bind():
    steps = ("next", "next", "hearing_waiver", "next", "next", "next")
    people = ("zhao", "zhao", "zhao", "zhao", "qian", "zhao")
    chain = [(step, False, 1, 0, name, "r", 0, False) for step, name in zip(steps, people, strict=True)]
    with stored() as store:
        assert "active" in alone(store, finding(store, "王示例"), chain, set())


@pytest.mark.parametrize("kind", sorted(BY_AN_AUTHORITY))
def test_what_is_left_out_needs_the_number_of_a_document(kind):
    assert "number" in TABLE.events[kind].needs
