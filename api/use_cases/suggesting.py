"""Who may be meant by what is being typed, with what tells namesakes apart and how many there are.

Invariants (tests/unit/test_api_page_cases.py holds one test a number)
5. Namesakes are rows of their own; each says at which enterprise, in which posts, and how many bear the name.
6. A former name, a number or a pinyin that matched is shown beside the name that is borne now.
16. Several people of one name at one enterprise are rows of their own, never the entry that stands for none of them; who is known
    to be one person is one row, whatever he is entered as, with every enterprise.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.locales import Texts
from api.use_cases.describing import numbers_of
from api.use_cases.findings import decision_of
from api.use_cases.searching import Hidden, hits, hits_at
from graph.calling import called, former_names
from graph.errors import NotFound
from graph.model import Entity, appearance_parts, node_parts
from graph.names import normalise_name
from graph.snapshot import Snapshot
from graph.snapshot.columns import Columns
from graph.snapshot.resolving import stands_alone
from graph.snapshot.scope import snapshot_about
from graph.store.base import Hit, Store
from graph.store.mentions import base_of

COUNTED = 200
"""Namesakes that are counted at most; more are said to be so."""


def suggest(
    store: Store,
    columns: Columns | None,
    words: Texts,
    text: str,
    limit: int = 12,
    *,
    as_of: date | None = None,
    hidden: Hidden | None = None,
) -> list[dict[str, Any]]:
    """Return who matches, best first, each once.

    Parameters
    ----------
    store : Store
        What is searched.
    columns : Columns, optional
        The graph, once it is there: without it nobody's posts are told, and nobody who types waits for it.
    words : Texts
        Language of the posts.
    text : str
        What has been typed.
    limit : int
        Answers at most.
    as_of : date, optional
        Leave out names that were certainly not in use on this day.
    hidden : callable, optional
        Who is not to be told of, nor counted (see `hits`): the namesakes and ties of the others are those that are left.
    """
    typed = text.strip()
    if not typed:
        return []
    matching = hits(store, typed, 2 * limit, as_of, hidden)
    found = matching or hits_at(store, typed, limit, as_of, hidden)
    asked = [hit.entity for hit in found[:limit]]
    people = _people(store, columns, asked)
    said = _said(store, [*asked, *(place for told in people.values() for person in told for place in person.places)])
    rows: dict[str, dict[str, Any]] = {}
    more: Counter[str] = Counter()
    for hit in found[:limit]:
        row = _row(hit, said)
        told = people.get(hit.entity, [_Person(hit.entity)])
        new = [person for person in told if person.node not in rows]
        rows |= {person.node: row | person.told(said) for person in new}
        more[row["name"]] += len(new) - 1
    counts = _counts(store, matching, {row["name"] for row in rows.values()}, hidden)
    listed = list(rows.values())[:limit]
    return [
        row | {"namesakes": counts[row["name"]] + more[row["name"]], **_ties(columns, row["id"], words, hidden)} for row in listed
    ]


@dataclass(frozen=True, slots=True)
class _Person:
    """Who stands behind an entry: his node, where else he is entered, and the decisions that alone tell of him."""

    node: str
    places: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()

    def told(self, said: Mapping[str, Sequence[Entity]]) -> dict[str, Any]:
        """Return what his row says of him beside his name."""
        elsewhere = [_enterprise(place, said) for place in self.places]
        return {"id": self.node, "elsewhere": [place for place in elsewhere if place], "decisions": list(self.decisions)}


def _people(store: Store, columns: Columns | None, entities: Sequence[str]) -> dict[str, list[_Person]]:
    """Return who stands behind the entries of persons: several where one source tells several apart, one where two are ruled one.

    The graph says at once which entries stand for somebody else than themselves; without it all are looked at.
    """
    persons = [each for each in entities if appearance_parts(each) and not (columns and stands_alone(columns, each))]
    if not persons:
        return {}
    near = snapshot_about(store, persons)
    known = sorted(near.entities())
    found: dict[str, list[_Person]] = {}
    for entity in persons:
        nodes = [node for node in known if node == entity or node.startswith(f"{entity}@")]
        nodes.sort(key=lambda node: not near.held(node))
        found[entity] = [_person(near, node) for node in dict.fromkeys(map(near.identity.person, nodes or [entity]))]
    return found


def _person(near: Snapshot, node: str) -> _Person:
    own = node_parts(node)[0]
    places = dict.fromkeys(place for each in near.identity.members(node) if (place := node_parts(each)[0]) != own)
    if near.held(node):
        return _Person(node, tuple(places))
    found = (decision_of(near, named.value.decision) for named in near.named_in(node))
    return _Person(node, tuple(places), tuple(dict.fromkeys(each.number or each.id for each in found if each)))


def with_enterprises(store: Store, parties: Sequence[str]) -> list[dict[str, Any]]:
    """Return parties, each with the enterprise where a person appears: what tells namesakes apart."""
    said = _said(store, parties)
    return [{"id": party, "enterprise": _enterprise(party, said)} for party in parties]


def _said(store: Store, parties: Iterable[str]) -> Mapping[str, Sequence[Entity]]:
    """Return what is said of parties, and of the enterprises where persons appear, in one question to the store."""
    said: dict[str, list[Entity]] = defaultdict(list)
    for recorded in store.facts(["entity"], about=sorted(set(map(base_of, parties)))):
        if isinstance(recorded.fact.value, Entity):
            said[recorded.fact.value.id].append(recorded.fact.value)
    return said


def _row(hit: Hit, said: Mapping[str, Sequence[Entity]]) -> dict[str, Any]:
    parts = appearance_parts(hit.entity)
    own = said.get(hit.entity, ())
    name = _label(own) or (parts[1].partition("@")[0] if parts else hit.name)
    return {
        "id": hit.entity,
        "name": name,
        "kind": "person" if parts else (own[0].kind if own else "company"),
        "matched": None if normalise_name(hit.name) == normalise_name(name) else {"text": hit.name, "kind": hit.kind},
        "enterprise": _enterprise(hit.entity, said),
        "numbers": numbers_of(item for value in own for item in value.identifiers)[:2],
        "former": list(former_names([name for value in own for name in value.names])),
    }


def _enterprise(party: str, said: Mapping[str, Sequence[Entity]]) -> dict[str, str] | None:
    parts = appearance_parts(party)
    return {"id": parts[0], "name": _label(said.get(parts[0], ())) or parts[0]} if parts else None


def _label(said: Sequence[Entity]) -> str:
    return called([name for value in said for name in value.names])


def _counts(store: Store, found: Sequence[Hit], names: Iterable[str], hidden: Hidden | None) -> dict[str, int]:
    """Count the bearers of names, up to `COUNTED`.

    A search gives those of one name together, so only a name that it may have cut is asked for.
    """
    last = found[-1].name if found else ""
    whole = Counter(hit.name for hit in found if hit.name != last)

    def bearers(name: str) -> int:
        called_so = store.called(name, COUNTED)
        return len(set(called_so) - hidden(called_so)) if hidden else len(called_so)

    return {name: whole[name] or bearers(name) for name in names}


def _ties(columns: Columns | None, node: str, words: Texts, hidden: Hidden | None) -> dict[str, Any]:
    """Return the offices of a person in words, whenever held, and how many relationships there are."""
    try:
        number = columns.node(node) if columns else -1
    except NotFound:
        number = -1
    if columns is None or number < 0:
        return {"posts": [], "ties": None}
    arrays = columns.arrays
    out = arrays.out_edges[arrays.out_begin[number] : arrays.out_end[number]]
    held = out["what"] & 255
    posts = [columns.codes[code] for code in dict.fromkeys(held.tolist())] if appearance_parts(node) else []
    others = [*out["other"].tolist(), *arrays.in_edges[arrays.in_begin[number] : arrays.in_end[number]]["other"].tolist()]
    count = sum(columns.kind(other) != "person" for other in others) if hidden else len(others)
    return {"posts": [words.interest(code) for code in posts], "ties": count}
