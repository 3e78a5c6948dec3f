"""The invariants of `analytics.lifecycle.table`, by number."""

from __future__ import annotations

import re

import pytest

from analytics.lifecycle.table import FILE, load_table, parse_table
from graph.errors import ConfigError, UnknownCode

TEXT = FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("to: notified", "to: told", "events.notice: no stage 'told'"),
        ("needs: [premises,", "needs: [premisses,", "events.proposal: no reason 'premisses'"),
        ("closes: suspension_order", "closes: order", "events.order_lifted: no event 'order'"),
        ("scope: [decision]", "scope: [person]", "events.listing_ended.scope"),
        ("stages:", "stages:\n  derived: {zh: x, en: x}", "written twice: derived"),
    ],
)
def test_1_a_table_that_contradicts_itself_is_refused(old, new, told):
    assert old in TEXT
    with pytest.raises(ConfigError) as caught:
        parse_table(TEXT.replace(old, new, 1))
    assert told in str(caught.value)


def test_1_every_fault_is_told_at_once():
    with pytest.raises(ConfigError) as caught:
        parse_table(TEXT.replace("to: notified", "to: told", 1).replace("needs: [premises,", "needs: [premisses,", 1))
    assert "told" in str(caught.value)
    assert "premisses" in str(caught.value)


def test_2_a_stage_that_nothing_leads_to_or_that_binds_after_its_end_is_refused():
    with pytest.raises(ConfigError, match=r"stages\.lost: nothing leads to it"):
        parse_table(TEXT.replace("stages:\n", "stages:\n  lost: {zh: x, en: x}\n", 1))
    with pytest.raises(ConfigError, match=r"stages\.expired: over, and yet it binds"):
        parse_table(TEXT.replace("en: term over, ended: true", "en: term over, ended: true, binds: true", 1))


@pytest.mark.parametrize(
    ("kind", "stage"),
    [
        *(("listing_ended", stage) for stage in ("rejected", "repaired")),
        *(("revocation", stage) for stage in ("rejected", "repaired")),
        *(("annulment", stage) for stage in ("rejected", "repaired")),
        *(
            (kind, "repaired")
            for kind in ("release", "suspension_order", "order_lifted", "objection", "correction", "dismissal", "upheld")
        ),
    ],
)
def test_3_what_would_be_lost_at_a_stage_that_is_over_for_now_is_refused(kind, stage):
    head, mark, tail = TEXT.partition(f"\n  {kind}:")
    assert mark
    with pytest.raises(ConfigError, match=f"events\\.{kind}: lost at '{stage}', from which it may bind again"):
        parse_table(head + mark + tail.replace(f", {stage}", "", 1))


def test_an_unknown_kind_of_event_lists_what_there_is():
    with pytest.raises(UnknownCode, match="objection"):
        load_table().event("objections")


def test_every_event_that_pauses_can_be_ended():
    events = load_table().events
    closed = {rule.closes for rule in events.values()}
    assert {kind for kind, rule in events.items() if rule.opens} == closed - {""}


def test_the_name_of_an_event_says_what_happened_and_its_command_what_to_do():
    """No name is an order or a help text: what is told of the past, in lists, letters and refusals, reads as that."""
    table = load_table()
    every = {**table.events, **table.records}
    orders = {rule.does.split()[0].lower().rstrip(":") for rule in every.values()}
    for kind, rule in every.items():
        assert rule.en[0].islower(), kind
        assert not re.search(r"[:;.]", rule.en), kind
        assert rule.en.split()[0] not in orders, kind
        assert rule.does[0].isupper(), kind
    assert len({rule.en for rule in every.values()}) == len(every), "no two events are called alike"
