"""How long the status of a million restrictions takes, and a revocation that reaches ten thousand findings.

Run `python -m bench.lifecycle [RESTRICTIONS [FINDINGS]]`. One process, one thread; the store is a file of its own. Seconds are told
by the clock and of the processor, since a machine that does other work tells little by its clock.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from analytics.lifecycle.ground import Dated, Ground
from analytics.lifecycle.restrictions import Events, Restriction, status
from analytics.lifecycle.table import load_table
from analytics.responsibility.catalogue import load_catalogue
from api.desk.outbox import Outbox
from api.use_cases.acting import Actor, record
from api.use_cases.case_acts import Act, perform
from api.use_cases.case_reading import read_cases
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.pushing import plan
from api.use_cases.reading import snapshot_of
from graph.codec import make_fact
from graph.dates import PartialDate, Period
from graph.model import Decision, Entity, Event, Imposed, Measure, Name, Naming, Origin, PartyRef, Payload, Term, appearance
from graph.store import open_store
from graph.store.base import Write

DAY = date(2024, 6, 3)


class Watch:
    """Seconds since it was started, by the clock and of the processor."""

    def __init__(self) -> None:
        self.clock, self.processor = time.perf_counter(), time.process_time()

    def __str__(self) -> str:
        """Say how many seconds it has been."""
        clock, processor = time.perf_counter() - self.clock, time.process_time() - self.processor
        return f"{clock:.2f} s by the clock, {processor:.2f} s of the processor"


def statuses(count: int) -> str:
    """Return the time that the status of so many restrictions takes, one in ten of them with two events."""
    table, measure = load_table(), Measure("m", "限制", "mandatory", "market")
    grounds = [Ground(f"f{n}", f"d{n}", True, True, date(2023, 1, 1), "2026-01-01") for n in range(count)]
    restrictions = [Restriction(f"r{n}", f"p{n}", "person", measure, (ground,)) for n, ground in enumerate(grounds)]
    happened = []
    for n in range(0, count, 10):
        happened.append(Dated(f"o{n}", Event("objection", f"f{n}", PartialDate.on(date(2024, 1, 8)), "x", "x")))
        happened.append(Dated(f"a{n}", Event("dismissal", f"f{n}", PartialDate.on(date(2024, 1, 9)), "y", "x", "", f"o{n}")))
    events = Events(happened)
    watch = Watch()
    codes = [status(restriction, events, DAY, table).code for restriction in restrictions]
    took = str(watch)
    assert set(codes) == {"in_force"}
    return took


def cascade(count: int) -> dict[str, str]:
    """Return the time of a revocation that reaches so many findings, and of telling every department."""
    catalogue, actor = load_catalogue(), Actor("bench", datetime(2024, 6, 3, tzinfo=UTC))
    with (
        TemporaryDirectory(prefix="zeren-bench-") as folder,
        open_store(f"sqlite:///{Path(folder) / 'zeren.db'}", create=True) as store,
        Outbox(str(Path(folder) / "desk.db")) as outbox,
    ):
        record(store, actor, "bench", [Write(make_fact(value, key, Origin("bench"))) for key, value in banned(count)])
        propagate(store, catalogue, actor)
        assert len(stored_findings(store)) >= count
        cases, snapshot = read_cases(store, catalogue), snapshot_of(store)
        assert plan(outbox, cases, snapshot, DAY, actor.at) >= count
        before, later = store.version(), replace(actor, at=datetime(2024, 6, 4, tzinfo=UTC))
        watch = Watch()
        done = perform(store, cases, later, Act("revocation", "D", DAY, "bench", "", "撤1号"), DAY)
        revoked = str(watch)
        assert store.version() == before + 1
        assert all(row["after"] == "revoked" for row in done.rows)
        watch = Watch()
        messages = plan(outbox, read_cases(store, catalogue), snapshot, DAY, later.at)
        planned = str(watch)
    return {f"revocation of {len(done.rows):,}": revoked, f"{messages:,} messages": planned}


def banned(count: int) -> Iterator[tuple[str, Payload]]:
    """Yield an enterprise, a decision on it, and so many people whom it bans."""
    yield "A", Entity("b:A", "company", (Name("示例A公司"),))
    date_ = PartialDate.parse("2023-01-02")
    acts = ("securities_market_ban",)
    conduct = Period.parse("2022-01-01/2022-06-30")
    yield "D", Decision("D", "market_ban", acts, PartyRef("b:A"), "示例会", "示例1号", "national", date=date_, conduct=conduct)
    life = (Imposed("securities_market_ban", term=Term(life=True)),)
    for n in range(count):
        party = PartyRef(appearance("b:A", f"示例{n}"))
        yield f"n{n}", Naming("D", party, f"示例{n}", found_as=("directly_responsible",), responsible=True, imposed=life)


if __name__ == "__main__":
    restrictions = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    findings = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    print(f"status of {restrictions:,} restrictions: {statuses(restrictions)}")
    print("\n".join(f"{what}: {took}" for what, took in cascade(findings).items()))
