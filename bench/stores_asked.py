"""The questions of `bench.stores`, and their answers: as Zeren answers over a store, and in Cypher on the picture in Neo4j.

Both walk whatever relationship possibly held on the day, in any office or interest, either way, through any number of edges (no hub
is left out). Today's relationships are told by their type in Cypher (`DIRECTOR` and `PERHAPS_DIRECTOR`, not `WAS_DIRECTOR`), those
of another day by their dates, as in query 3 of docs/neo4j.md.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from datetime import date
from itertools import islice
from typing import Any

from graph.errors import NotFound
from graph.model import Entity, appearance_parts, node_parts
from graph.snapshot.columns import Columns
from graph.snapshot.edges import code_names
from graph.snapshot.kept import Kept
from graph.snapshot.paths import neighbourhood, shortest_path
from graph.snapshot.steps import Steps
from graph.store.base import Store

TODAY, EARLIER = date(2026, 11, 1), date(2019, 6, 30)
HOPS, FAR, SHOWN = 3, 8, 20
PARTIES, PAIRS, TEXTS = 200, 100, 200
WARM = 3
"""Times that everything is asked before it is measured."""
UNCAPPED = 2**31 - 1
PATIENCE = 60.0
"""Seconds after which a question in Cypher is given up."""
Asked = dict[str, Any]
Answer = Any
KINDS = ("near", "near then", "way", "way then", "search")


def draw(store: Store, columns: Columns, seed: int) -> Asked:
    """Draw what is asked: parties with a relationship today, pairs of them near and far, and names."""
    rng = random.Random(seed)  # noqa: S311 - a sample
    numbers = list(range(len(columns)))
    rng.shuffle(numbers)
    there = (n for n in numbers if columns.kind(n) in ("company", "person") and len(_near(columns, n, 1, TODAY)) > 1)
    some = [next(there) for _ in range(PARTIES + PAIRS // 2)]
    pairs = []
    for place, first in enumerate(some[:PAIRS]):
        near = sorted(_near(columns, first, 6, TODAY) - {columns.id(first)})
        second = columns.id(some[place + PAIRS // 2]) if place % 2 else rng.choice(near)
        pairs.append((columns.id(first), second))
    ids = [columns.id(n) for n in numbers]
    people = [parts[1] for node in ids if "@" not in node and (parts := appearance_parts(node))]
    firms = (_name(store, node) for node in ids if node.startswith("uscc:") and "#" not in node)
    names = list(islice((name for name in firms if len(name) >= 8), TEXTS // 2))
    short = list(dict.fromkeys(name for name in people if len(name) == 2))[: TEXTS // 4]
    pieces = [name[4:6] for name in names[: TEXTS // 2 - len(short)]]
    return {"parties": [columns.id(n) for n in some[:PARTIES]], "pairs": pairs, "texts": [*short, *pieces, *names]}


def _name(store: Store, node: str) -> str:
    said = (recorded.fact.value for recorded in store.facts(["entity"], about=[node]))
    return next((value.names[0].text for value in said if isinstance(value, Entity) and value.id == node and value.names), "")


def _near(columns: Columns, number: int, hops: int, day: date) -> set[str]:
    near = neighbourhood(columns, [number], hops, Steps(on=day, hub=UNCAPPED), most_nodes=2_000_000)
    return {columns.id(node) for node in near.node.tolist()}


class Zeren:
    """Answers as the service does: the graph in memory, brought up to date before each answer, and the store's search."""

    def __init__(self, store: Store, kept: Kept) -> None:
        self._store, self._kept = store, kept

    def near(self, party: str, day: date) -> set[str]:
        """Return who is within three steps."""
        columns = self._kept.columns()
        return _near(columns, columns.node(party), HOPS, day)

    def way(self, pair: tuple[str, str], day: date) -> int | None:
        """Return how long the shortest way is."""
        columns = self._kept.columns()
        try:
            ends = [columns.node(each) for each in pair]
        except NotFound:
            return None
        found = shortest_path(columns, ends[:1], ends[1:], Steps(on=day, hub=UNCAPPED), hops=FAR)
        return len(found.paths[0]) if found.paths else None

    def search(self, text: str) -> list[str]:
        """Return who is found."""
        return [hit.entity for hit in self._store.search(text, SHOWN)]


_HELD = "coalesce(r.since, r.since_earliest, $day) <= $day AND coalesce(r.until, r.until_latest, $day) >= $day"
_FIND = """
CALL db.index.fulltext.queryNodes('names', $text) YIELD node, score
WHERE node:Party
RETURN node.id ORDER BY score DESC LIMIT $limit
"""


class Cypher:
    """Answers on the picture."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.given_up = 0
        kinds = {row[0] for row in session.run("CALL db.relationshipTypes()").values()}
        names = [code.upper() for code in code_names()]
        now = [each for name in names for each in (name, f"PERHAPS_{name}") if each in kinds]
        ever = [*now, *(f"WAS_{name}" for name in names if f"WAS_{name}" in kinds)]
        held = f"WHERE all(r IN relationships(path) WHERE {_HELD})"
        self._near, self._way = {}, {}
        for day, types, where in ((TODAY, now, ""), (EARLIER, ever, held)):
            step = "|".join(types)
            self._near[day] = f"MATCH path = (:Party {{id: $id}})-[:{step}*1..{HOPS}]-(n) {where} RETURN DISTINCT n.id"
            self._way[day] = (
                f"MATCH (a:Party {{id: $a}}), (b:Party {{id: $b}}) MATCH path = shortestPath((a)-[:{step}*..{FAR}]-(b)) {where} "
                "RETURN length(path)"
            )

    def near(self, party: str, day: date) -> set[str]:
        """Return who is within three steps."""
        return {party, *self._ask(self._near[day], id=appearance(party), day=day)}

    def way(self, pair: tuple[str, str], day: date) -> int | None:
        """Return how long the shortest way is."""
        first, second = (appearance(each) for each in pair)
        return next(iter(self._ask(self._way[day], a=first, b=second, day=day)), None)

    def search(self, text: str) -> list[str]:
        """Return who is found: the text as it stands, which is a phrase to the index."""
        return self._ask(_FIND, text=f'"{text}"', limit=SHOWN)

    def _ask(self, statement: str, **given: Any) -> list[Any]:
        import neo4j
        from neo4j.exceptions import ClientError

        try:
            return [row[0] for row in self._session.run(neo4j.Query(statement, timeout=PATIENCE), given).values()]
        except ClientError as error:
            if "TransactionTimedOut" not in (error.code or ""):
                raise
            self.given_up += 1
            return []


def appearance(node: str) -> str:
    """Return a party without the bearer of its name: in the picture the bearer stands on the relationship."""
    return node_parts(node)[0] if "#" in node else node


def answer(side: Zeren | Cypher, asked: Asked) -> tuple[dict[str, list[float]], dict[str, list[Answer]]]:
    """Ask everything several times, measuring the last; return seconds and answers by kind of question."""
    pairs = [(first, second) for first, second in asked["pairs"]]
    kinds: dict[str, tuple[Callable[[Any], Answer], Iterable[Any]]] = {
        "near": (lambda party: side.near(party, TODAY), asked["parties"]),
        "near then": (lambda party: side.near(party, EARLIER), asked["parties"]),
        "way": (lambda pair: side.way(pair, TODAY), pairs),
        "way then": (lambda pair: side.way(pair, EARLIER), pairs),
        "search": (side.search, asked["texts"]),
    }
    took: dict[str, list[float]] = {}
    said: dict[str, list[Answer]] = {}
    for kind, (ask, given) in kinds.items():
        for each in [*given] * WARM:
            ask(each)
        took[kind], said[kind] = [], []
        for each in given:
            began = time.perf_counter()
            found = ask(each)
            took[kind].append(time.perf_counter() - began)
            said[kind].append(sorted({appearance(node) for node in found}) if isinstance(found, set) else found)
    return took, said
