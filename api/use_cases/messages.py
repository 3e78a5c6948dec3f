"""What a message to a department says: what binds whom, by what and for how long.

Invariants (tests/unit/test_api_messages.py holds one test a number)
1. A message to take a measure names every ground that binds that day, each with its decision, document and days, and no other; its
   first day is that since which the restriction has bound without a break, whichever ground carried it. List, record, check and
   message tell the same days.
2. A message to stop names the decision, the document, the grounds and the days that the unit was told in the message before, and
   how these ended; what never bound, or was not told, it never names.
3. A message of before grounds were listed has the one that it names.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

from analytics.lifecycle.departments import is_bound
from analytics.lifecycle.ground import code_of
from analytics.lifecycle.publication import leaving
from analytics.lifecycle.restrictions import BINDING, STRENGTH, Restriction, Status
from api.use_cases.cases import Cases
from api.use_cases.citing import basis_json
from graph.codec import digest
from graph.snapshot import Snapshot

BINDS: Final = ("from", "until", "decision", "document", "grounds", "basis", "must")
"""Parts of a message that say what binds, by what and for how long."""


class Taker(NamedTuple):
    """A unit that takes a restriction, how that stands, and who executes it by its rule."""

    unit: str
    restriction: Restriction
    stands: Status
    executes: str


def task_id(restriction: str, unit: str) -> str:
    """Return the id of the task of a unit on a restriction."""
    return f"task-{digest(restriction, unit)}"


def body(cases: Cases, snapshot: Snapshot, taker: Taker, told: str, day: date) -> dict[str, Any]:
    """Return what a unit is told of a restriction as it stands on a day."""
    unit, restriction, stands, executes = taker
    finding, begins = cases.finding(stands.ground), cases.since(restriction, stands, day)
    document = {
        "task": task_id(restriction.id, unit),
        "action": told,
        "unit": unit,
        "restriction": restriction.id,
        "party": {"id": restriction.party, "name": snapshot.label(restriction.party), "kind": restriction.party_kind},
        "measure": restriction.measure.name_zh,
        "must": is_bound(unit, restriction.measure.kind, executes),
        "status": stands.code,
        "from": begins.isoformat() if begins else None,
        "until": stands.until,
        "decision": _decision(cases, finding.decision),
        "document": _document(stands, stands.ground),
        "grounds": _grounds(cases, stands, day),
        "basis": [basis_json(basis) for basis in finding.basis],
        "as_of": day.isoformat(),
    }
    out: dict[str, Any] = leaving(document)
    return out


def stop(cases: Cases, snapshot: Snapshot, taker: Taker, last: dict[str, Any], day: date) -> dict[str, Any]:
    """Return what a unit is told of the end of what it was told in the message before."""
    told = {part: last[part] for part in BINDS if part in last}
    return (
        body(cases, snapshot, taker, "stop", day) | told | {"grounds": grounds_of(last), "status": ended(cases, taker, last, day)}
    )


def withdrawn(last: dict[str, Any], day: date) -> dict[str, Any]:
    """Return what a unit is told of the end of what no restriction of its own is any more."""
    said = last | {"action": "stop", "status": "withdrawn", "as_of": day.isoformat(), "grounds": grounds_of(last)}
    return {label: value for label, value in said.items() if label not in ("key", "number")}


def is_another(anew: dict[str, Any], last: dict[str, Any]) -> bool:
    """Say whether what binds, by what or for how long is another than was told; a list that was not told then is no change."""
    return any(anew[part] != last.get(part) for part in BINDS if part != "grounds" or part in last)


def ended(cases: Cases, taker: Taker, last: dict[str, Any], day: date) -> str:
    """Return how stands what a unit was told in a message: as the strongest of the grounds that this names."""
    lives, codes = taker.stands.lives, []
    decided = {ground.finding: ground.decision for ground in taker.restriction.grounds}
    for told in grounds_of(last):
        meant = [f for f, decision in decided.items() if told["finding"] in (f, None) and decision == told["decision"]["id"]]
        codes += [code_of(lives[finding], day, cases.table) for finding in meant] or ["withdrawn"]
    return min(codes, key=STRENGTH.index)


def grounds_of(said: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the grounds that a message names; one of before they were listed names its decision alone."""
    one = {"finding": None} | {part: said[part] for part in ("decision", "document", "from", "until") if part in said}
    found: list[dict[str, Any]] = said.get("grounds") or [one]
    return found


def _grounds(cases: Cases, stands: Status, day: date) -> list[dict[str, Any]]:
    """Return what makes a restriction stand as it does: every ground that binds, else those that stand alike."""
    codes = {finding: code_of(life, day, cases.table) for finding, life in stands.lives.items()}
    alike = BINDING if stands.code in BINDING else (stands.code,)
    return [
        {
            "finding": finding,
            "decision": _decision(cases, cases.finding(finding).decision),
            "document": _document(stands, finding),
            "from": life.stands_from.isoformat() if life.stands_from else None,
            "until": life.until,
        }
        for finding, life in stands.lives.items()
        if codes[finding] in alike
    ]


def _decision(cases: Cases, identifier: str) -> dict[str, str | None]:
    decision = cases.decisions.get(identifier)
    return {
        "id": identifier,
        "number": decision.number if decision else None,
        "region": decision.region if decision else None,
    }


def _document(stands: Status, finding: str) -> dict[str, str] | None:
    confirmed = stands.lives[finding].happened("decision")
    return {"number": confirmed[-1].event.number, "on": str(confirmed[-1].event.on)} if confirmed else None
