"""Claims that two nodes are one person, with the reasons for and against, for a human to accept or reject.

Nothing here joins anybody: `graph.snapshot.identity` reads only what a human accepted.

Invariants (tests/unit/test_analytics_identity.py holds one test a number)
1. A claim is made only where a source's own person id, or a statement that could be one of two bearers, asks the question, or
   where somebody ruled on two bearers whom a source tells apart; the same name at two enterprises is never a claim by itself.
2. Every claim says how many people bear the name in the data, and lists each feature for and against.
3. The id of a claim depends on the two nodes alone, so that a ruling finds its claim again after any later load.
4. Claims that were kept and brought up to other rulings are those that would be made from scratch.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, pairwise

from graph import codes
from graph.codec import digest
from graph.codes.roles import roles_of
from graph.errors import NotFound
from graph.model import appearance_name, node_parts
from graph.snapshot import EntityView, Party, Snapshot
from graph.snapshot.identity import UNSAID

WEIGHTS = {
    ("same_source_id", "yes"): 0.5,
    ("gender", "agrees"): 0.05,
    ("gender", "differs"): -0.5,
    ("age", "agrees"): 0.15,
    ("age", "differs"): -0.4,
    ("post", "agrees"): 0.4,
    ("post", "differs"): -0.1,
    ("name", "differs"): -0.6,
}
"""What each feature adds to the score of a claim; a name borne by few adds up to `RARE_NAME` more."""
RARE_NAME = 0.25


@dataclass(frozen=True, slots=True)
class Feature:
    """One reason for or against, with the two values that were compared."""

    name: str
    result: str
    first: str = ""
    second: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """The statement that two nodes are one person; the score (0 to 1) orders a human's work and decides nothing."""

    id: str
    first: str
    second: str
    source: str
    score: float
    features: tuple[Feature, ...]
    name_count: int
    state: str
    in_conflict: bool


_Pair = tuple[str, str, str]
"""Two nodes, and the source that asks whether they are one; none where somebody ruled on them."""
Bearers = Callable[[str], int]
"""Counts the people who go by a name: at each enterprise one, or the bearers that are told apart there."""


def claims(snapshot: Snapshot, bearers: Bearers | None = None, on: Collection[str] | None = None) -> list[Claim]:
    """Return every claim, the most convincing first.

    Parameters
    ----------
    snapshot : Snapshot
        Where they are made.
    bearers : callable, optional
        Counts who goes by a name, where the snapshot is only a part of the graph.
    on : collection of str, optional
        Only claims on any of these nodes.
    """
    asked = dict.fromkeys((*_by_source_id(snapshot), *_by_doubt(snapshot), *_ruled_apart(snapshot)))
    wanted = [each for each in asked if on is None or each[0] in on or each[1] in on]
    counted, ruled = bearers or (_counts(snapshot) if wanted else Counter()).__getitem__, _Ruled(snapshot)
    return _in_order(_claim(snapshot, *each, _name_count(each, counted), ruled) for each in wanted)


def claims_ruled(made: Sequence[Claim], before: Snapshot, after: Snapshot) -> list[Claim]:
    """Return every claim of a graph by other rulings (`Snapshot.ruled`) from those `made` before.

    Only claims on those of whom the rulings speak are made anew.
    """
    touched = _touched(before, after)
    known: dict[_Pair, int | None] = {(claim.first, claim.second, claim.source): claim.name_count for claim in made}
    asked = [each for each in known if each[2]] + list(_ruled_apart(after))
    again = dict.fromkeys(each for each in asked if not touched.isdisjoint(node_parts(node)[0] for node in each[:2]))
    kept = [claim for claim in made if touched.isdisjoint(node_parts(node)[0] for node in (claim.first, claim.second))]
    counts = {} if all(each in known for each in again) else _counts(after)
    ruled = _Ruled(after)
    anew = (_claim(after, *each, known.get(each) or _name_count(each, counts.__getitem__), ruled) for each in again)
    return _in_order((*kept, *anew))


def _touched(before: Snapshot, after: Snapshot) -> set[str]:
    """Return the appearances on which a claim may be another by other rulings: whose people they speak of, join or part."""
    ruled = {fact.id: fact.value for fact in (*before.rulings, *after.rulings)}
    differing = {fact.id for fact in before.rulings} ^ {fact.id for fact in after.rulings}
    differing |= before.identity.refused.keys() ^ after.identity.refused.keys()
    ends = {end for each in differing if each in ruled for end in (ruled[each].first, ruled[each].second)}
    return {node_parts(node)[0] for node in ends | before.identity.changed(after.identity)}


def _in_order(made: Iterable[Claim]) -> list[Claim]:
    return sorted(made, key=lambda claim: (-claim.score, claim.id, claim.source))


class _Ruled:
    """How each claim was ruled on, and on which of them the rulings join nobody."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.rulings: Mapping[str, str] = {fact.value.claim: fact.value.ruling for fact in reversed(snapshot.rulings)}
        self.refused = {fact.value.claim for fact in snapshot.rulings if fact.id in snapshot.identity.refused}


def _counts(snapshot: Snapshot) -> Counter[str]:
    """Count who goes by each name."""
    counts: Counter[str] = Counter()
    for appearance in {node_parts(node)[0] for node in _people(snapshot)}:
        if name := appearance_name(appearance):
            counts[name] += len(snapshot.identity.bearers(appearance)) or 1
    return counts


def _name_count(pair: _Pair, bearers: Bearers) -> int:
    return max(*map(bearers, {appearance_name(node) for node in pair[:2]}), 1)


def _people(snapshot: Snapshot) -> Iterator[str]:
    return (node for node in snapshot.entities() if snapshot.kind(node) == "person")


def find_claim(snapshot: Snapshot, claim_id: str, made: Iterable[Claim] | None = None) -> Claim:
    """Return one claim, also one on two bearers of an appearance, which nobody is asked; raises `NotFound`.

    One that was ruled on is found even if no statement asks the question any more. `made` are the claims of the snapshot, where
    they were made already.
    """
    for claim in chain(claims(snapshot) if made is None else made, _on_bearers(snapshot, claim_id)):
        if claim.id == claim_id:
            return claim
    for fact in snapshot.rulings:
        if fact.value.claim == claim_id:
            ruled = fact.value
            state = "open" if ruled.ruling == "undone" else ruled.ruling
            return Claim(claim_id, ruled.first, ruled.second, "", 0.0, (), 0, state, in_conflict=False)
    raise NotFound(f"no claim {claim_id!r}", zh=f"没有编号为“{claim_id}”的身份线索")


def _by_source_id(snapshot: Snapshot) -> Iterator[_Pair]:
    """Pair the nodes that one source gives one person id."""
    nodes: dict[str, set[str]] = defaultdict(set)
    for node in _people(snapshot):
        for fact in snapshot.described(node):
            if fact.value.bearer:
                nodes[fact.value.bearer].add(node)
    for bearer, found in sorted(nodes.items()):
        yield from ((first, second, bearer.split(":", 1)[0]) for first, second in pairwise(sorted(found)))


def _by_doubt(snapshot: Snapshot) -> Iterator[_Pair]:
    """Pair a statement that could mean one of several bearers with each of them."""
    for party, source in _references(snapshot):
        if party is not None and node_parts(party.id)[1]:
            entity = node_parts(party.id)[0]
            node = f"{entity}@{UNSAID}{source}"
            for bearer in snapshot.identity.bearers(entity):
                yield min(node, bearer), max(node, bearer), source


def _ruled_apart(snapshot: Snapshot) -> Iterator[_Pair]:
    """Pair bearers of one appearance on whom somebody ruled."""
    for fact in snapshot.rulings:
        first, second = fact.value.first, fact.value.second
        bearers = snapshot.identity.bearers(node_parts(first)[0])
        if fact.value.ruling != "undone" and {first, second} <= {*bearers}:
            yield min(first, second), max(first, second), ""


def _on_bearers(snapshot: Snapshot, claim_id: str) -> Iterator[Claim]:
    """Yield the claim of an id where it is on two bearers of one appearance: only a human asks whether these are one."""
    for appearance in {node_parts(node)[0] for node in _people(snapshot)}:
        bearers = snapshot.identity.bearers(appearance)
        for first, second in combinations(bearers, 2):
            if claim_of(first, second) == claim_id:
                yield _claim(snapshot, first, second, "", len(bearers), _Ruled(snapshot))


def claim_of(first: str, second: str) -> str:
    """Return the id of the claim that two nodes are one person."""
    return f"claim-{digest(*sorted((first, second)))}"


def _references(snapshot: Snapshot) -> Iterator[tuple[Party | None, str]]:
    for decision in snapshot.decisions():
        for named in snapshot.named_by(decision.value.id):
            if named.value.party and named.value.party.bearer is None:
                yield named.party, decision.value.id
    for node in snapshot.entities():
        for holding in snapshot.held(node):
            if holding.value.interested_party.bearer is None:
                yield holding.party, holding.fact.origin.source


def _claim(snapshot: Snapshot, first: str, second: str, source: str, count: int, ruled: _Ruled) -> Claim:
    claim_id = claim_of(first, second)
    features = tuple(_features(snapshot, first, second))
    score = sum(WEIGHTS.get((feature.name, feature.result), 0.0) for feature in features) + RARE_NAME / count
    ruling = ruled.rulings.get(claim_id, "open")
    return Claim(
        id=claim_id,
        first=first,
        second=second,
        source=source,
        score=round(min(max(score, 0.0), 1.0), 3),
        features=features,
        name_count=count,
        state="open" if ruling == "undone" else ruling,
        in_conflict=claim_id in ruled.refused,
    )


def _person(snapshot: Snapshot, node: str) -> EntityView | None:
    """Return who a node is; None where nothing stands on it any more, for it is known who was meant."""
    try:
        return snapshot.entity(node)
    except NotFound:
        return None


def _features(snapshot: Snapshot, first: str, second: str) -> Iterator[Feature]:
    one, two = _person(snapshot, first), _person(snapshot, second)
    if one and two:
        shared = {f.value.bearer for f in one.facts} & {f.value.bearer for f in two.facts} - {None}
        if shared:
            yield Feature("same_source_id", "yes", *(sorted(filter(None, shared))[:1] * 2))
        here, there = dict(one.attributes), dict(two.attributes)
        if here.get("gender") and there.get("gender"):
            same = here["gender"] == there["gender"]
            yield Feature("gender", "agrees" if same else "differs", here["gender"], there["gender"])
        if here.get("age", "").isdigit() and there.get("age", "").isdigit():
            close = abs(int(here["age"]) - int(there["age"])) <= 1
            yield Feature("age", "agrees" if close else "differs", here["age"], there["age"])
    if appearance_name(first) != appearance_name(second):
        yield Feature("name", "differs", appearance_name(first), appearance_name(second))
    posts = _posts(snapshot, first), _posts(snapshot, second)
    if all(posts) and node_parts(first)[0] == node_parts(second)[0]:
        agree = bool(posts[0] & posts[1])
        yield Feature("post", "agrees" if agree else "differs", ", ".join(sorted(posts[0])), ", ".join(sorted(posts[1])))


def _posts(snapshot: Snapshot, node: str) -> set[str]:
    """Return the roles that statements on this node give: of registers, and of the decision that the node stands for."""
    posts = {holding.value.interest for holding in snapshot.held(node)}
    entity, stated_in = node_parts(node)
    for named in (*snapshot.named_in(node), *snapshot.named_by(stated_in.removeprefix(UNSAID))):
        if named.value.party and named.value.party.entity == entity:
            posts |= set(named.value.posts)
    return {role for post in posts for role in _roles(post)}


def _roles(post: str) -> frozenset[str]:
    return roles_of(post) if post in codes.load("roles") else frozenset()
