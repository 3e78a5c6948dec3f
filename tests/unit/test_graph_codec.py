"""How a fact is written as text: the bytes that ids and the log are hashes of."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from graph.codec import converter, dump, load, make_fact
from graph.dates import PartialDate
from graph.model import Event, Finding, Imposed, Naming, Origin, PartyRef, Payload
from graph.store.mentions import about_of, encoded, names_of
from graph.store.wording import text_of
from tests.api_world import case, stored

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PAIRS = st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple)


def events() -> st.SearchStrategy[Event]:
    return st.builds(Event, TEXTS, TEXTS, st.just(PartialDate.parse("2024-02")), TEXTS, TEXTS, TEXTS, TEXTS, PAIRS)


def namings() -> st.SearchStrategy[Naming]:
    imposed = st.builds(Imposed, TEXTS, TEXTS, amount_fen=st.integers(0, 2**80))
    return st.builds(
        Naming,
        TEXTS,
        st.builds(PartyRef, TEXTS),
        TEXTS,
        posts=st.lists(TEXTS, max_size=3).map(tuple),
        imposed=st.lists(imposed, max_size=2).map(tuple),
    )


def plain(value: Payload) -> str:
    return json.dumps(converter().unstructure(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@given(value=events() | namings())
def test_the_text_is_what_the_standard_library_writes_and_reads_back_as_it_was(value):
    text = dump(value)
    assert text == plain(value)
    assert load("event" if isinstance(value, Event) else "naming", text) == value


@given(value=events() | namings(), key=TEXTS.filter(bool))
def test_a_fact_that_was_written_once_is_the_fact(value, key):
    fact, written = make_fact(value, key, Origin("test")), encoded(value, key, Origin("test"))
    assert (written.id, written.key, written.text) == (fact.id, fact.key, text_of(fact))
    assert (written.names, written.about) == (names_of(fact), about_of(fact))


def test_every_kind_of_a_small_world_reads_back_as_it_was():
    with stored(case()) as store:
        facts = [recorded.fact for recorded in store.facts()]
    assert any(isinstance(fact.value, Finding) for fact in facts)
    for fact in facts:
        assert dump(fact.value) == plain(fact.value)
        assert load(fact.key.partition("/")[0], dump(fact.value)) == fact.value
