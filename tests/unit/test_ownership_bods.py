"""Ownership in the BODS 0.4 examples, as they state it themselves."""

import json

import pytest

from analytics.ownership.control import control_groups, controlled
from analytics.ownership.exact import exact_share
from analytics.ownership.integrated import all_owners, owners_of
from analytics.ownership.loops import loops
from analytics.ownership.stakes import Flag
from tests.known_graphs import Named

FIXTURES = "data/bods_examples/v04_fixtures"


def shareholdings(path):
    """(holder, held, ppm) of every direct and exact shareholding between two records."""
    edges = []
    for statement in json.loads(path.read_text(encoding="utf-8")):
        details = statement["recordDetails"]
        if statement["recordType"] == "relationship" and isinstance(details["interestedParty"], str):
            for interest in details["interests"]:
                share = interest.get("share", {}).get("exact")
                if interest["type"] == "shareholding" and share is not None:
                    edges += [(details["interestedParty"], details["subject"], round(share * 10_000))]
    return edges


@pytest.mark.required
def test_a_direct_owner_is_found_in_one_step(shared):
    graph = Named(shareholdings(shared / FIXTURES / "core" / "01-direct-ownership.json"))
    jane, acme = graph.of("rec-jane-smith-1975"), graph.of("rec-acme-holdings-ltd")
    assert exact_share(graph.stakes, jane, acme) == 750_000
    assert [(owner.node, owner.least) for owner in owners_of(graph.stakes, acme).owners] == [(jane, 750_000)]
    assert [len(step.holders) for step in controlled(graph.stakes, [jane]).steps] == [1]


@pytest.mark.required
def test_two_that_own_each_other_have_no_owner_and_are_flagged(shared):
    graph = Named(shareholdings(shared / FIXTURES / "edge-cases" / "10-circular-ownership.json"))
    table = all_owners(graph.stakes)
    assert len(table) == 0
    assert [Flag(int(flag)) for flag in table.flags] == [Flag.CLOSED, Flag.CLOSED]
    assert all(owners_of(graph.stakes, node).owners == () for node in range(2))
    assert [loop.circuits for loop in loops(graph.stakes)] == [((0, 1),)]
    assert control_groups(graph.stakes).circular.sum() == 1


@pytest.mark.required
def test_a_declared_unknown_owner_becomes_nobody(shared):
    path = shared / FIXTURES / "edge-cases" / "11-anonymous-person.json"
    assert shareholdings(path) == []
