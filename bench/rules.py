"""What the whole catalogue costs: deriving every decision of a synthetic city with all rules, and with the first thirteen alone.

    python bench/rules.py [ENTERPRISES]

Prints one table. Both sides derive on the same graph, in turns, and the best of three runs counts, in seconds of processor time:
other processes on the machine would only blur the ratio. Findings of the first rules must be the same on both sides before any
figure is printed. The expectation is a ratio of at most 3.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from analytics.responsibility.catalogue import Catalogue, load_catalogue
from analytics.responsibility.propagation import propagate
from api.use_cases.propagating import all_decisions
from graph.model import Finding
from graph.snapshot import Snapshot
from graph.snapshot.scope import snapshot_about
from graph.store import open_store
from loaders.ingest import load
from loaders.mapping_file import load_mapping
from loaders.synthetic.city import write_city

FIRST = frozenset(
    {
        "D1-FOOD", "D1-SAFETY-LIST", "D2-REVOKED-LR", "D2-SECURITIES", "D2-SECURITIES-2006", "D2-WAGE", "D3-DEFAULTER", "D3-SPEND",
        "LY-D1", "LY-D2", "LY-D3", "LY-D4", "SD-31",
    }
)  # fmt: skip
"""The rules that the system began with."""
RUNS = 3


def graph_of(enterprises: int) -> Snapshot:
    """Return the graph about all decisions of a city."""
    with tempfile.TemporaryDirectory() as folder:
        city = Path(folder, "city")
        write_city(city, enterprises, 7)
        files = [path for path in sorted(city.glob("*.csv")) if path.name not in ("truth.csv", "networks.csv")]
        with open_store(f"sqlite:///{folder}/bench.db", create=True) as store:
            load(store, load_mapping("synthetic_city"), files, act_by="bench", now=lambda: datetime.now(UTC))
            return snapshot_about(store, all_decisions(store, store.version()))


def derive(snapshot: Snapshot, decisions: list[str], catalogue: Catalogue) -> tuple[float, list[Finding]]:
    """Return how much processor time it took to derive all decisions, and what came out."""
    start = time.process_time()
    found = [finding for decision in decisions for finding in propagate(snapshot, decision, catalogue)]
    return time.process_time() - start, found


def main(enterprises: int) -> None:
    """Derive with both catalogues in turns and print the table."""
    whole = load_catalogue()
    first = Catalogue([rule for rule in whole.versions if rule.id in FIRST], whole.instruments, whole.text)
    assert set(first.rules) == FIRST, "a rule of the first thirteen is gone"
    snapshot = graph_of(enterprises)
    decisions = [fact.value.id for fact in snapshot.decisions()]
    best: dict[str, float] = {}
    found: dict[str, list[Finding]] = {}
    for _ in range(RUNS):
        for name, catalogue in (("first rules", first), ("whole catalogue", whole)):
            seconds, found[name] = derive(snapshot, decisions, catalogue)
            best[name] = min(seconds, best.get(name, seconds))
    same = [finding for finding in found["whole catalogue"] if finding.rule in FIRST]
    assert same == found["first rules"], "the first rules find something else in the whole catalogue"
    print(f"{enterprises:,} enterprises, {len(decisions):,} decisions, best of {RUNS} runs")
    print(f"{'catalogue':<16} {'rules':>6} {'findings':>9} {'seconds':>8} {'µs a decision':>14} {'µs a finding':>13}")
    for name, catalogue in (("first rules", first), ("whole catalogue", whole)):
        seconds, count = best[name], len(found[name])
        each = f"{seconds / len(decisions) * 1e6:>14.0f} {seconds / count * 1e6:>13.0f}"
        print(f"{name:<16} {len(catalogue.versions):>6} {count:>9,} {seconds:>8.2f} {each}")
    print(f"ratio of the times: {best['whole catalogue'] / best['first rules']:.2f} (expected: at most 3)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
