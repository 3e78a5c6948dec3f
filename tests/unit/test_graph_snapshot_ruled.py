"""Invariant 4 of `graph.snapshot.view` and of `analytics.detection.identity`, over random rulings."""

from __future__ import annotations

from itertools import combinations

from hypothesis import example, given
from hypothesis import strategies as st

from analytics.detection.identity import claim_of, claims, claims_ruled
from graph.codec import make_fact
from graph.model import ClaimRuling, Fact, Origin
from graph.snapshot import Snapshot
from tests.builder import Case

A, B, C = "test:A#王示例", "test:B#王示例", "test:C#王示例"
NODES = [
    f"{A}@?D1",
    f"{A}@?register",
    f"{A}@register:1",
    f"{A}@register:2",
    f"{A}@register:3",
    B,
    f"{B}@register:9",
    C,
]
RULINGS = st.dictionaries(
    st.sampled_from(list(combinations(NODES, 2))), st.sampled_from(["accepted", "rejected", "undone"]), max_size=6
)


def world(numbered: bool, parted: bool) -> Case:
    """Bearers of a name whom a register lists, posts and a naming that could be any of them, and the name elsewhere."""
    case = Case()
    a = case.company("A").director("王示例", bearer="1").supervisor("王示例", bearer="2").legal_representative("王示例")
    a.person("王示例", "1", "aa" if numbered else "").person("王示例", "3", "bb" if numbered else "")
    b = case.company("B").director("王示例", bearer="1").person("王示例", "1", "aa" if numbered else "")
    if parted:
        b.supervisor("王示例", bearer="9").shareholder("王示例")
    case.company("C").director("王示例").shareholder("王示例", bearer="3")
    case.decision("A", ["listed_wage_arrears"])
    case.names("王示例", "A", posts=("supervisor",))
    case.names("王示例", "B", posts=("director",))
    return case


def ruling_facts(ruled: dict[tuple[str, str], str]) -> list[Fact[ClaimRuling]]:
    said = ((claim_of(*pair), pair, ruling) for pair, ruling in ruled.items())
    return [make_fact(ClaimRuling(claim, *pair, ruling, "clerk"), claim, Origin("zeren")) for claim, pair, ruling in said]  # type: ignore[misc, arg-type]


def content(graph: Snapshot) -> object:
    nodes, decisions = [*graph.entities(), *NODES, A, "test:A", "test:B", "test:C"], [each.value.id for each in graph.decisions()]
    return (
        graph.version,
        {each.id for each in graph.rulings},
        {each.id for each in graph.statements()},
        list(graph.entities()),
        [(graph.held(node), graph.holders(node), graph.named_in(node)) for node in nodes],
        [(graph.named_by(each), graph.standing(each), graph.standing(each, lists=False)) for each in decisions],
        [(graph.identity.members(node), graph.identity.evidence(node), graph.identity.claimed(node)) for node in nodes],
        graph.identity.refused,
        graph.narrowed(graph.decision("D1").value.date.earliest, ()).held(A),
    )


CHAIN = {(f"{A}@?register", B): "accepted", (f"{A}@register:1", C): "accepted"}
"""What one more ruling, on B and C alone, makes one person of two nodes at A."""


@example(numbered=False, parted=False, steps=[CHAIN, {**CHAIN, (B, C): "accepted"}, CHAIN])
@given(st.booleans(), st.booleans(), st.lists(RULINGS, min_size=1, max_size=4))
def test_4_by_other_rulings_it_is_the_graph_that_its_statements_make_and_so_are_the_claims(numbered, parted, steps):
    case = world(numbered, parted)
    graph = first = Snapshot.of(case.facts)
    before, made = content(first), claims(first)
    for version, ruled in enumerate(steps, 1):
        rulings = ruling_facts(ruled)
        then, graph = graph, graph.ruled(rulings, version)
        made = claims_ruled(made, then, graph)
        fresh = Snapshot.of([*case.facts, *rulings], version)
        assert content(graph) == content(fresh)
        assert made == claims(fresh)
    assert content(first) == before
