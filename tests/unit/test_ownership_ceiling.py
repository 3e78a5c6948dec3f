"""The most that somebody can have; the numbers are those of the invariants in the module."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations, product

import networkx as nx
from hypothesis import given

from analytics.ownership.ceiling import Above
from analytics.ownership.integrated import owners_of, owns
from analytics.ownership.thresholds import CN_CONTROL, UK_PSC
from graph.dates import Truth
from graph.model import PPM
from tests.known_graphs import bounded, integrated, ownership


@given(ownership(exact=False, most=4))
def test_1_no_choice_gives_more_and_without_loops_one_gives_as_much(graph):
    nodes, edges = graph
    stakes = bounded(nodes, edges)
    loops = not nx.is_directed_acyclic_graph(nx.DiGraph([(a, b) for a, b, _, _ in edges]))
    found = [integrated(nodes, choice) for choice in choices(edges)]
    held = {subject for _, subject, _, _ in edges}
    for subject, owner in product(range(nodes), repeat=2):
        if owner != subject and owner not in held:
            most, ceiling = max(each[owner][subject] for each in found), Above(stakes, subject).ceiling(owner)
            assert most <= ceiling
            assert loops or most == ceiling


def choices(edges):
    """Every way to give what is free in each enterprise to its holders, one after another."""
    rows = {}
    for edge in edges:
        rows.setdefault(edge[1], []).append(edge)
    for ordered in product(*[permutations(row) for row in rows.values()]):
        chosen = []
        for row in ordered:
            free = PPM - sum(least for _, _, least, _ in row)
            for holder, subject, least, most in row:
                more = min(free, most - least)
                free -= more
                chosen.append((holder, subject, least + more))
        yield chosen


def test_1_what_another_certainly_has_is_nobody_elses_whoever_is_behind_it():
    a, b, x, subject, h, d = range(6)
    unstated = [(a, subject, 0, PPM), (b, subject, 0, PPM), (h, a, PPM, PPM), (h, b, PPM, PPM)]
    stakes = bounded(6, [*unstated, (x, subject, 760_000, 760_000), (d, x, 100_000, 100_000)])
    shares = {owner.node: (owner.least, owner.most) for owner in owners_of(stakes, subject).owners}
    assert shares[h] == (0, 240_000)
    stakes = bounded(6, [*unstated, (d, subject, 500_000, 500_000)])
    assert owns(stakes, h, subject, CN_CONTROL) is Truth.NO
    stakes = bounded(6, [*unstated, (d, subject, 750_000, 750_000)])
    assert owns(stakes, h, subject, UK_PSC) is Truth.NO


def test_2_of_what_a_loop_holds_all_at_most():
    z, loop, subject, other = range(4)
    held = [(z, loop, 10_000, 10_000), (loop, loop, PPM, PPM), (loop, subject, 100, 100), (other, subject, 999_900, 999_900)]
    stakes = bounded(4, held)
    assert Above(stakes, subject).ceiling(z) == Fraction(100)
    assert {owner.node: owner.most for owner in owners_of(stakes, subject).owners}[z] == 100
    assert owns(stakes, z, subject) is Truth.NO
