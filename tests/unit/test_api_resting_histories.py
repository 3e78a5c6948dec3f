"""Whatever comes of the evidence and whenever people act: a finding binds by what was confirmed on something that still proves it.

A model that knows only which rows prove it and what was proposed on which is compared with the whole way through store, derivation,
cases and outbox. It holds invariant 13 of `analytics.lifecycle.life` and those of `api.use_cases.resting`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.lifecycle.restrictions import BINDING
from api.desk.outbox import Outbox
from api.use_cases.propagating import propagate, stored_findings
from graph.errors import Refused
from graph.model import Fact, Operation, Payload
from tests.api_world import actor, catalogue
from tests.case_world import do
from tests.evidence_world import WHO, about, alter, known, office, row, told, world

FIRST = date(2024, 6, 3)
STEPS = ("proposal", "notice", "hearing_waiver", "statement", "decision", "service")
BY = {"decision": "qian"}
ROWS = ("register", "9", "8")
"""Two rows that prove it, of two sources, and one that is too vague to; the first may be corrected."""
Move = tuple[str, str]
MOVES = st.one_of(
    st.tuples(st.sampled_from(("state", "gone", "vague", "exact")), st.sampled_from(ROWS)),
    st.tuples(st.sampled_from(("step", "confirm", "reject", "pass")), st.just("")),
)


@dataclass
class Procedure:
    """What was proposed on which rows, how far it came, and since when it has bound without a break."""

    rows: frozenset[str]
    stage: str = "proposed"
    since: date | None = None


@dataclass
class Model:
    """Which rows there are and prove it, and every procedure."""

    rows: dict[str, bool] = field(default_factory=dict)
    done: list[Procedure] = field(default_factory=list)

    def proves(self) -> set[str]:
        return {each for each, proof in self.rows.items() if proof}

    def in_hand(self) -> Procedure | None:
        """The last procedure on something that proves it still."""
        return next((each for each in reversed(self.done) if each.rows & self.proves()), None)

    def code(self) -> str:
        if not self.proves():
            return "withdrawn" if self.done else ""
        mine = self.in_hand()
        return mine.stage if mine else "derived"


def wording(key: str, *, exact: bool, first: Fact[Payload]) -> Fact[Payload]:
    made = office(key, "2021-01-01" if exact else "2022", "open" if exact else "2022", source="other")
    if key != "register":
        return made
    return office(first.key.split("/", 2)[2], "2021-01-01" if exact else "2022", "open" if exact else "2022", source="register")


class Run:
    """The moves of a history, each on a day of its own, on the model and on a store."""

    def __init__(self) -> None:
        self.store, self.outbox, self.model, self.day = world(), Outbox(":memory:"), Model({"register": True}), FIRST
        self.first = row(self.store)
        self.taken: list[tuple[date, int, str]] = []
        """What stood at the end of each day, with the version then."""

    def play(self, moves: list[Move]) -> None:
        for move, key in moves:
            if move == "confirm":
                for _ in STEPS:
                    self._step()
            elif move == "step":
                self._step()
            elif move == "reject":
                self._act("rejection", "rejected")
            elif move != "pass":
                self._row(move, key)
            self._end()

    def _row(self, move: str, key: str) -> None:
        there, proves = key in self.model.rows, self.model.rows.get(key)
        if move == "state" and not there:
            exact = key != "8"
            alter(self.store, str(self.day), wording(key, exact=exact, first=self.first))
            self.model.rows[key] = exact
        elif move == "gone" and there:
            now = wording(key, exact=bool(proves), first=self.first)
            alter(self.store, str(self.day), now, operation=Operation.RETRACTION)
            del self.model.rows[key]
        elif move in ("vague", "exact") and there and key != "8" and proves is (move == "vague"):
            now = wording(key, exact=not proves, first=self.first)
            alter(self.store, str(self.day), now, operation=Operation.CORRECTION)
            self.model.rows[key] = not proves

    def _step(self) -> None:
        mine = self.model.in_hand()
        if not self.model.proves() or (mine and mine.stage == "active"):
            return
        if mine is None or mine.stage == "rejected":
            self._act("proposal", "proposed", anew=True)
            return
        then = {"proposed": "notified", "notified": "heard", "heard": "decided", "decided": "active"}[mine.stage]
        kind = {"notified": "notice", "heard": "statement", "decided": "decision", "active": "service"}[then]
        if kind == "statement":
            self._act("hearing_waiver", "notified")
        try:
            self._act(kind, then)
        except Refused as refused:
            if "[evidence]" not in str(refused):
                raise
            self._act("rejection", "rejected")

    def _act(self, kind: str, then: str, *, anew: bool = False) -> None:
        mine = self.model.in_hand()
        open_ = mine is not None and mine.stage in ("proposed", "notified", "heard")
        if kind == "rejection" and not (open_ and self.model.proves()):
            return
        do(self.store, kind, about(self.store), str(self.day), by=BY.get(kind, "zhao"))
        if anew:
            mine = Procedure(frozenset(self.model.rows))
            self.model.done.append(mine)
        assert mine is not None
        mine.stage = then
        if then == "active":
            mine.since = self.day
        if kind != "hearing_waiver":
            self._end()

    def _end(self) -> None:
        """Let the day end: what stands, what was told, and what binds since when."""
        self._compare()
        binds = self.model.code() == "active"
        for each in self.model.done:
            if each is not self.model.in_hand() and not each.rows & self.model.proves():
                each.since = None
            elif each.stage == "active":
                each.since = each.since or self.day
        before = [message.action for message in self.outbox.messages()]
        told(self.store, self.outbox, str(self.day))
        actions = [message.action for message in self.outbox.messages()]
        assert ("execute" in actions[-1:]) is binds, "the last word is that it binds, if it does"
        assert len(actions) - len(before) <= 1
        self.taken.append((self.day, self.store.version(), self._stands(self.day)[0]))
        self.day += timedelta(days=1)

    def _stands(self, day: date, version: int | None = None) -> tuple[str, date | None]:
        cases = known(self.store, version)
        mine = [each for each in cases.restrictions if WHO in each.party]
        if not mine:
            return "", None
        status = cases.status(mine[0], day)
        return status.code, cases.since(mine[0], status, day)

    def _compare(self) -> None:
        code, since = self._stands(self.day)
        expected = self.model.code()
        assert code == ("in_force" if expected == "active" else expected), (self.day, self.model)
        mine = self.model.in_hand()
        if code == "in_force":
            assert mine is not None
            assert since == (mine.since or self.day), (self.day, self.model)


@settings(max_examples=20, deadline=None)
@given(st.lists(MOVES, min_size=3, max_size=12))
def test_13_a_finding_binds_by_what_was_confirmed_on_something_that_still_proves_it(moves):
    run = Run()
    run.play([("confirm", ""), *moves])
    for day, version, code in run.taken:
        assert run._stands(day, version)[0] == code, "what was known then is answered as it was"
        if run._stands(day)[0] in BINDING:
            assert code in BINDING, "what did not bind is not told as if it had"
    before = stored_findings(run.store)
    propagate(run.store, catalogue(), actor(store=run.store), full=True)
    assert stored_findings(run.store) == before
