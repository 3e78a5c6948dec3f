"""What a message to a department says: what binds whom, by what and for how long.

Invariants (tests/unit/test_api_messages.py holds one test a number)
1. A message to take a measure names every ground that binds that day, each with its decision, document and days, and no other; its
   first day is that since which the restriction has bound without a break, whichever ground carried it. List, record, check and
   message tell the same days.
2. A message to pause or to stop names the decision, the document, the grounds and the days that the unit was told, and how each
   of these stands now; what never bound, or was not told, it never names. Every ground that a unit was told of and that a message
   does not name is listed beside these (`told_before`), with how it stands (see also `api.use_cases.telling`).
3. A message of before grounds were listed has the one that it names.
4. It names the enterprise with its numbers, whatever a source calls it. Who executes against a name or a number that was corrected
   is told anew.
5. A voluntary body is told the name of no natural person, wherever a source wrote it: into a number, or an id.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

from analytics.lifecycle.departments import departments, is_bound
from analytics.lifecycle.ground import code_of
from analytics.lifecycle.publication import leaving
from analytics.lifecycle.restrictions import BINDING, STRENGTH, Restriction, Status
from api.use_cases.cases import Cases
from api.use_cases.citing import basis_json
from api.use_cases.describing import numbers_of
from api.use_cases.people_told import Known, named_in, people_told
from api.use_cases.reading import is_known
from api.use_cases.telling import Named, Said, before_of, grounds_of, is_meant, last_word, strongest, to_say
from graph.codec import digest
from graph.snapshot import Snapshot

BINDS: Final = ("from", "until", "decision", "document", "basis", "must")
"""Parts of a message that say what binds, by what and for how long, besides the grounds."""
UNDONE: Final = ("revoked", "annulled")
"""What stays true of a ground whose restriction is no more."""


class Taker(NamedTuple):
    """A unit that takes a restriction, how that stands, and who executes it by its rule."""

    unit: str
    restriction: Restriction
    stands: Status
    executes: str


def task_id(restriction: str, unit: str) -> str:
    """Return the id of the task of a unit on a restriction."""
    return f"task-{digest(restriction, unit)}"


def said_of(cases: Cases, taker: Taker, last: dict[str, Any] | None, day: date) -> Said | None:
    """Return what a unit is to be told of a restriction on a day, the message before being `last`."""
    stands = taker.stands
    codes = {finding: code_of(life, day, cases.table) for finding, life in stands.lives.items()}
    binds = [_ground(cases, stands, finding, codes[finding]) for finding in stands.lives if codes[finding] in BINDING]

    def how(told: Named) -> str:
        meant = [codes[g.finding] for g in taker.restriction.grounds if is_meant(told, g.finding, g.decision)]
        if not meant:
            return fallen(cases, told["decision"]["id"], day)
        return last_word(min(meant, key=STRENGTH.index), told["status"])

    return to_say(last, binds, how)


def body(
    cases: Cases,
    snapshot: Snapshot,
    taker: Taker,
    said: Said,
    last: dict[str, Any] | None,
    day: date,
    known: Known | None = None,
) -> dict[str, Any]:
    """Return the message: what binds as it stands on a day, else what the unit was told, and how that stands.

    `known` tells of all people, where the snapshot is only the part of the graph about the cases.
    """
    unit, restriction, stands, executes = taker
    told = said.action or "execute"
    binding = stands.code in BINDING
    document = {
        "task": task_id(restriction.id, unit),
        "action": told,
        "unit": unit,
        "restriction": restriction.id,
        "party": {"id": restriction.party, "name": snapshot.label(restriction.party), "kind": restriction.party_kind},
        "enterprise": _enterprise(snapshot, cases.finding(restriction.grounds[0].finding).company),
        "measure": restriction.measure.name_zh,
        "must": is_bound(unit, restriction.measure.kind, executes),
        "status": said.status,
        **(_binds(cases, taker, day) if binding or last is None else _told(cases, said, last)),
        "grounds": said.named,
        "told_before": said.before,
        "as_of": day.isoformat(),
    }
    named, own = set[str](), list[str]()
    if departments().unit(unit).voluntary:
        named = _people(cases, snapshot, document, known)
        own = [document["party"]["name"], document["enterprise"]["name"]]
    out: dict[str, Any] = leaving(document, named, known=own)
    return out


def _people(cases: Cases, snapshot: Snapshot, document: dict[str, Any], known: Known | None) -> set[str]:
    """Return the names of people that may stand in what a message says of decisions and documents."""
    said = [document, *document["grounds"], *document["told_before"]]
    numbers = " ".join(each["document"]["number"] or "" for each in said if each.get("document"))
    names: set[str] = set()
    for told in {each["decision"]["id"]: each["decision"] for each in said}.values():
        if decision := cases.decisions.get(told["id"]):
            names |= named_in(snapshot, decision) | people_told(
                snapshot, decision, " ".join((*filter(None, told.values()), numbers)), known
            )
    return names


def _enterprise(snapshot: Snapshot, node: str) -> dict[str, Any]:
    """Return at which enterprise it is, with the numbers by which a unit knows it: a name is not enough to find anybody."""
    known = snapshot.entity(node).identifiers if is_known(snapshot, node) else ()
    return {"id": node, "name": snapshot.label(node), "numbers": numbers_of(known)}


def withdrawn(cases: Cases, last: dict[str, Any], day: date) -> dict[str, Any]:
    """Return what a unit is told of the end of what no restriction of its own is any more."""
    ended = {
        part: [
            each if each["status"] in UNDONE else each | {"status": fallen(cases, each["decision"].get("id", ""), day)}
            for each in told
        ]
        for part, told in (("grounds", grounds_of(last)), ("told_before", before_of(last)))
    }
    said = last | {"action": "stop", "status": strongest(ended["grounds"]), "as_of": day.isoformat()} | ended
    return {label: value for label, value in said.items() if label not in ("key", "number")}


def fallen(cases: Cases, decision: str, day: date) -> str:
    """Return how stands what is derived no more: as its decision, if that is revoked or void."""
    stage = cases.decision_stage(decision, day)
    return stage if stage in UNDONE else "withdrawn"


def is_another(anew: dict[str, Any], last: dict[str, Any]) -> bool:
    """Say whether what binds, by what or for how long is another than was told; a list that was not told then is no change."""
    if "grounds" in last and _plain(anew["grounds"]) != _plain(last["grounds"]):
        return True
    if any(part in last and _who(anew[part]) != _who(last[part]) for part in ("party", "enterprise")):
        return True
    return any(anew[part] != last.get(part) for part in BINDS)


def _who(party: Any) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return by what a unit knows a party: its name and its numbers, in whatever order these are told."""
    return party["name"], tuple(sorted((number["scheme"], number["value"]) for number in party.get("numbers", ())))


def _plain(named: list[Named]) -> list[Named]:
    return [{part: value for part, value in ground.items() if part != "status"} for ground in named]


def _binds(cases: Cases, taker: Taker, day: date) -> dict[str, Any]:
    """Return by what and for how long a restriction binds: by the ground that makes it stand as it does."""
    stands = taker.stands
    finding, begins = cases.finding(stands.ground), cases.since(taker.restriction, stands, day)
    return {
        "from": begins.isoformat() if begins else None,
        "until": stands.until,
        "decision": _decision(cases, finding.decision),
        "document": _document(stands, stands.ground),
        "basis": [basis_json(basis) for basis in finding.basis],
    }


def _told(cases: Cases, said: Said, last: dict[str, Any]) -> dict[str, Any]:
    """Return by what and for how long a unit was told that it bound; where that is not named any more, by what is."""
    told: dict[str, Any] = {part: last[part] for part in BINDS if part in last}
    if any(each["decision"]["id"] == last["decision"]["id"] for each in said.named):
        return told
    first = said.named[0]
    basis = [basis_json(basis) for basis in cases.finding(first["finding"]).basis]
    return told | {part: first[part] for part in ("from", "until", "decision", "document")} | {"basis": basis}


def _ground(cases: Cases, stands: Status, finding: str, status: str) -> Named:
    """Return a ground as a message names it."""
    life = stands.lives[finding]
    return {
        "finding": finding,
        "decision": _decision(cases, cases.finding(finding).decision),
        "document": _document(stands, finding),
        "from": life.stands_from.isoformat() if life.stands_from else None,
        "until": life.until,
        "status": status,
    }


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
