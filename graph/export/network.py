"""One case as a networkx graph (`pip install zeren[notebooks]`): the decision, its respondent, who holds what in it, whom it names.

Invariants (tests/unit/test_graph_export.py holds one test a number)
1. Only a party with a finding carries an outcome; whoever stands beside one, in the same board or the same document, does not.
2. Every attribute is a text, so that each of the writers of networkx takes the graph as it is.
3. Nobody's other enterprises are in it: a case ends at the people of its respondent.
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

from graph.dates import Period
from graph.model import Finding, Outcome
from graph.snapshot import Snapshot

_STRONGEST = (Outcome.ESTABLISHED, Outcome.BLOCKED, Outcome.LEAD)


def case_network(snapshot: Snapshot, decision: str, findings: Iterable[Finding]) -> nx.MultiDiGraph:
    """Return a decision and the parties around it.

    Parameters
    ----------
    snapshot : Snapshot
        The graph.
    decision : str
        Id of the decision.
    findings : iterable of Finding
        Those of other decisions are left aside.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes have `label`, `kind` and, with a finding, `outcome` (`established` before `blocked` before `lead`). Edges run from
        the interested party to the subject and from the decision to whom it is about, with `kind`, `period` and `fact`.

    Raises
    ------
    NotFound
        There is no such decision.
    """
    fact = snapshot.decision(decision)
    respondent = snapshot.identity.resolve(fact.value.respondent, decision).id
    graph = nx.MultiDiGraph()
    graph.add_node(decision, label=fact.value.number or decision, kind="decision")
    graph.add_node(respondent, label=snapshot.label(respondent), kind=snapshot.kind(respondent))
    graph.add_edge(decision, respondent, kind="respondent", period="", fact=fact.id)
    for holding in snapshot.holders(respondent):
        _add_party(graph, snapshot, holding.party.id)
        period = _text(holding.value.period)
        graph.add_edge(holding.party.id, respondent, kind=holding.value.interest, period=period, fact=holding.fact.id)
    for named in snapshot.named_by(decision):
        if named.party is not None:
            _add_party(graph, snapshot, named.party.id)
            graph.add_edge(decision, named.party.id, kind="names", period="", fact=named.fact.id)
    for finding in findings:
        if finding.decision == decision and finding.party in graph:
            node = graph.nodes[finding.party]
            node["outcome"] = min((Outcome(node.get("outcome", finding.outcome)), finding.outcome), key=_STRONGEST.index).value
    return graph


def _add_party(graph: nx.MultiDiGraph, snapshot: Snapshot, party: str) -> None:
    graph.add_node(party, label=snapshot.label(party), kind=snapshot.kind(party))


def _text(period: Period) -> str:
    return f"{period.start}/{period.end}"
