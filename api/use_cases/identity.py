"""Claims that two nodes are one person: listed for a human, accepted, rejected, and undone if that was wrong.

Invariants (tests/unit/test_api_identity.py holds one test a number)
1. A ruling is recorded with who made it and why; an undone claim is open again, and its history stays.
2. A claim that already stands as asked is refused: nothing is recorded.
3. Of two rulings at once one stands: what was ruled after the graph was read is refused like what was ruled before.
4. A dry run is refused as the ruling would be, and records nothing.
5. A claim is not accepted that, with what was accepted before, would join two whom a source or their numbers tell apart, or a pair
   that was rejected.
6. Claims that were kept are, after whatever was recorded since, those that would be made from scratch.
7. Neither a ruling nor what no claim is made of makes them anew (6 and 7: tests/unit/test_api_identity_kept.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from itertools import chain
from typing import Any, Final, Literal, NamedTuple, Protocol, cast

from analytics.detection.identity import Bearers, Claim, claim_of, claims, claims_ruled, find_claim
from api.locales import texts
from api.use_cases.acting import Actor, record
from api.use_cases.findings import decision_of
from api.use_cases.reading import seeds_of, snapshot_of
from api.use_cases.written import seen
from graph.codec import make_fact
from graph.dates import PartialDate, Truth, not_after
from graph.errors import InputError, NotFound, Refused, StoreConflict
from graph.model import (
    ClaimRuling,
    Fact,
    Finding,
    Operation,
    Origin,
    Payload,
    Recorded,
    appearance_name,
    appearance_parts,
    node_parts,
)
from graph.snapshot import Snapshot
from graph.snapshot.scope import GRAPH, snapshot_about
from graph.store.base import Store, Write
from graph.store.mentions import base_of

Answer = Literal["accepted", "rejected", "undone"]
_RULINGS = Origin("zeren")


class Elsewhere(Protocol):
    """Where else people are told of (`graph.snapshot.people.Elsewhere`)."""

    def __call__(self, enterprises: Iterable[str]) -> Collection[str]:
        """Return these enterprises, and every other where a bearer is told who is told at one of them."""

    def bearers(self, appearance: str) -> int:
        """Count the people that an appearance stands for."""


_MADE_OF: Final = {*GRAPH, "delivery"} - {"ruling"}
"""Kinds of statements that claims are made of, apart from rulings; a delivery says which source is preferred."""
_MOST: Final = 1_000
"""Appearances under one name that are counted."""


def bearers_in(store: Store, elsewhere: Elsewhere) -> Bearers:
    """Return what counts who goes by a name in a store, at `_MOST` enterprises at most."""
    return lambda name: sum(elsewhere.bearers(each) for each in store.called(name, _MOST) if appearance_name(each))


class Claimed(NamedTuple):
    """A graph and the claims in it, the most convincing first."""

    graph: Snapshot
    claims: Sequence[Claim]


def claimed(store: Store, elsewhere: Elsewhere, party: str | None = None, *, large: bool = False) -> Claimed:
    """Return the claims, or those on one party.

    Parameters
    ----------
    store : Store
        Where the statements are.
    elsewhere : callable
        Returns where else a bearer is told.
    party : str, optional
        An id or a name, or a part of one.
    large : bool
        The graph is too large for memory with every statement of it: then, without a party, the claims are those around whoever
        has a finding and may be one of several, and a part of a name means nobody.

    Raises
    ------
    NotFound
        Nobody is meant.
    Refused
        So many bear the name that it means nobody.
    """
    if party is not None:
        try:
            return claims_about(store, elsewhere, party)
        except NotFound:
            if large:
                raise
    elif large:
        found = (recorded.fact.value for recorded in store.facts(["finding"]))
        waiting = {base_of(each.party) for each in found if isinstance(each, Finding) and node_parts(each.party)[1]}
        return _around(store, elsewhere, waiting)
    return every_claim(store)


def every_claim(store: Store, known_at: int | None = None) -> Claimed:
    """Return every claim of the whole graph, as known at a version."""
    whole = snapshot_of(store, known_at)
    return Claimed(whole, claims(whole))


def claimed_since(store: Store, last: Claimed) -> Claimed | None:
    """Return every claim of the whole graph now from those of a former version, None where more than rulings may change them."""
    version, since = store.version(), last.graph.version
    keys = chain((each.fact.key for each in store.changes_since(since)), (row.sealed for row in store.audit(since) if row.sealed))
    if any(key.split("/", 1)[0] in _MADE_OF for key in keys):
        return None
    rulings = [cast("Fact[ClaimRuling]", each.fact) for each in store.facts(["ruling"], version)]
    graph = last.graph.ruled(rulings, version)
    return Claimed(graph, claims_ruled(last.claims, last.graph, graph))


def claims_about(store: Store, elsewhere: Elsewhere, text: str) -> Claimed:
    """Return the claims around whoever has an id or bears a name; where nobody is meant it raises as `claimed` does."""
    seeds = {base_of(each) for each in seeds_of(store, text)}
    if not seeds:
        raise NotFound(f"nothing has the id, the number or the name {text!r}", zh=f"没有编号、代码或名称为“{text}”的主体")
    return _around(store, elsewhere, seeds)


def _around(store: Store, elsewhere: Elsewhere, seeds: Iterable[str]) -> Claimed:
    snapshot = snapshot_about(store, elsewhere(seeds))
    return Claimed(snapshot, claims(snapshot, bearers_in(store, elsewhere)))


def list_claims(
    snapshot: Snapshot,
    state: str | None = None,
    party: str | None = None,
    as_of: date | None = None,
    made: Sequence[Claim] | None = None,
) -> list[dict[str, Any]]:
    """Return the claims, the most convincing first.

    Parameters
    ----------
    snapshot : Snapshot
        Where they are made.
    state : str, optional
        Only those that stand so.
    party : str, optional
        Only those on nodes (or at enterprises) whose id or name has this text.
    as_of : date, optional
        Leave out those of which one side certainly appears only later.
    made : sequence of Claim, optional
        The claims of the snapshot, where they were made already.
    """
    ruled = ruled_in(snapshot)
    return [
        claim_json(claim, snapshot, ruled)
        for claim in (claims(snapshot) if made is None else made)
        if state in (None, claim.state) and (party is None or _concerns(snapshot, claim, party))
        if as_of is None or all(_appears(snapshot, node, as_of) for node in (claim.first, claim.second))
    ]


def _appears(snapshot: Snapshot, node: str, day: date) -> bool:
    """Say whether somebody may have appeared by a day: whoever has neither post nor naming has no date at all."""
    dates = [held.value.period.start for held in snapshot.held(node)]
    dates += [decision.date for named in snapshot.named_in(node) if (decision := decision_of(snapshot, named.value.decision))]
    return not dates or any(not_after(each, PartialDate.on(day)) is not Truth.NO for each in dates)


def _concerns(snapshot: Snapshot, claim: Claim, text: str) -> bool:
    enterprises = [parts[0] for node in (claim.first, claim.second) if (parts := appearance_parts(node))]
    return any(text in shown for node in (claim.first, claim.second, *enterprises) for shown in (node, snapshot.label(node)))


def ruled_in(snapshot: Snapshot) -> Mapping[str, dict[str, str]]:
    """Return the last ruling on each claim, also one that was undone: who ruled how, and why."""
    rulings = (fact.value for fact in reversed(snapshot.rulings))
    return {each.claim: {"ruling": each.ruling, "by": each.by, "reason": each.reason} for each in rulings}


def claim_json(claim: Claim, snapshot: Snapshot, ruled: Mapping[str, dict[str, str]] | None = None) -> dict[str, Any]:
    """Return a claim as plain values; `ruled` is what `ruled_in` returns, where it is known already."""
    return {
        "id": claim.id,
        "state": claim.state,
        "in_conflict": claim.in_conflict,
        "score": claim.score,
        "first": {"id": claim.first, "name": snapshot.label(claim.first)},
        "second": {"id": claim.second, "name": snapshot.label(claim.second)},
        "source": claim.source,
        "name_count": claim.name_count,
        "features": [asdict(feature) for feature in claim.features],
        "ruled": (ruled_in(snapshot) if ruled is None else ruled).get(claim.id),
    }


def rule_on(
    store: Store,
    snapshot: Snapshot,
    actor: Actor,
    claim_id: str,
    ruling: Answer,
    reason: str,
    *,
    dry_run: bool = False,
    made: Sequence[Claim] | None = None,
) -> ClaimRuling:
    """Record a human's answer to a claim.

    Parameters
    ----------
    store : Store
        Where the ruling goes.
    snapshot : Snapshot
        The current graph.
    actor : Actor
        Who rules, and when.
    claim_id : str
        The claim.
    ruling : str
        `accepted`, `rejected` or `undone`.
    reason : str
        Why; whoever is told apart or taken together may ask.
    dry_run : bool
        Answer as the ruling would, and record nothing.
    made : sequence of Claim, optional
        The claims of the snapshot, where they were made already.

    Raises
    ------
    InputError
        No reason is given.
    NotFound
        There is no such claim.
    Refused
        The claim stands so already, there is no ruling to undo, or it would join whom something tells apart.
    """
    reason = reason.strip()
    if not reason:
        raise InputError(f"{claim_id}: a ruling needs a reason", zh=f"{claim_id}：裁定须说明理由")
    seen("reason", reason)
    claim = find_claim(snapshot, claim_id, made)
    value = ClaimRuling(claim.id, claim.first, claim.second, ruling, actor.name, reason)
    fact = make_fact(value, claim.id, _RULINGS)
    known = store.get(fact.key)
    stands = _state_of(known.fact.value) if isinstance(known, Recorded) else claim.state
    zh = texts("zh").label("claim_state", stands)
    if stands == ruling or (ruling == "undone" and stands == "open"):
        raise Refused(f"{claim_id} is {stands} already; nothing was recorded", zh=f"{claim_id} {zh}，未予记录")
    if ruling != "undone" and stands != "open":
        raise Refused(f"{claim_id} is {stands}: undo that first", zh=f"{claim_id} {zh}：请先撤回该裁定")
    if ruling == "accepted":
        _see_that_it_joins(store, snapshot, fact)
    try:
        write = Write(fact, Operation.CHANGE if known else Operation.NEW)
        record(store, actor, f"identity {ruling} {claim_id}", [write], dry_run=dry_run)
    except StoreConflict as error:
        raise Refused(
            f"{claim_id} was ruled on by somebody else meanwhile; nothing was recorded: look at it again",
            zh=f"{claim_id} 刚由他人作出裁定，未予记录：请重新查看后再办",
        ) from error
    return value


def _see_that_it_joins(store: Store, snapshot: Snapshot, accepted: Fact[ClaimRuling]) -> None:
    """Refuse what would, with all that is ruled by now, make one person of two who are told apart."""
    others = [recorded.fact for recorded in store.facts(["ruling"]) if recorded.fact.key != accepted.key]
    before, identity = (
        snapshot.identity.with_rulings(cast("list[Fact[ClaimRuling]]", rulings)) for rulings in (others, [*others, accepted])
    )
    pair = next((pair for each, pair in sorted(identity.refused.items()) if each not in before.refused), None)
    if pair is None:
        return
    claim_id, (first, second), between = accepted.value.claim, sorted(pair), claim_of(*pair)
    if frozenset(pair) in identity.rejected:
        en = f"{claim_id} would make one person of {first} and {second}, who are two by the ruling on {between}"
        zh = f"{claim_id} 会使 {first} 与 {second} 成为同一人，而对 {between} 的裁定认定二者不是同一人"
        hint, zh_hint = "undo that, or what was accepted before, first", "请先撤回该裁定，或者撤回此前接受的裁定"
    else:
        en = f"{claim_id} would make one person of {first} and {second}, whom a source or their numbers tell apart"
        zh = f"{claim_id} 会使 {first} 与 {second} 成为同一人，而数据源或者其证件号码表明二者不是同一人"
        hint = f"undo what was accepted before; if they are one all the same, accept {between} first"
        zh_hint = f"请先撤回此前接受的裁定；二者确为同一人的，请先接受 {between}"
    raise Refused(f"{en}; nothing was recorded: {hint}", zh=f"{zh}，未予记录：{zh_hint}")


def _state_of(value: Payload) -> str:
    return {"undone": "open"}.get(value.ruling, value.ruling) if isinstance(value, ClaimRuling) else "open"
