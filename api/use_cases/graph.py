"""What every question to the graph works with: the columns, whom a text means, and nodes and statements as others read them.

Invariants (tests/unit/test_api_graph.py holds one test a number)
1. A name that several bear is refused with the list of them; persons and enterprises are named as every other command names them.
2. A share, day, office or kind that cannot be is refused, never taken for "all".
3. Without persons, none is walked to or counted, and no filter tells how many there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from api.locales import Texts
from api.use_cases import choosing
from api.use_cases.acting import today
from api.use_cases.describing import origin
from api.use_cases.reading import only
from graph.calling import called
from graph.errors import InputError, NotFound
from graph.model import PPM, Entity, Fact, Recorded, Relationship, appearance_parts
from graph.snapshot.columns import Columns
from graph.snapshot.gather import BEARER_END
from graph.snapshot.steps import Steps
from graph.store.base import Store
from graph.store.mentions import base_of

Document = dict[str, Any]
_LOOKED_AT = 200
"""Answers of the search among which a name is looked for."""
_FILE = "sqlite:///"
PERSON = "person"


def folder_of(url: str) -> Path | None:
    """Return the folder that keeps the graph of a store: beside its file, None for one in memory or on a server."""
    place = url.removeprefix(_FILE)
    return Path(f"{place}.graph") if url.startswith(_FILE) and place != ":memory:" else None


def ppm(percent: str) -> int:
    """Return a share given in percent.

    Raises
    ------
    InputError
        It is no number from 0 to 100, or finer than a millionth of the whole.
    """
    share = Decimal(found[1]) * (PPM // 100) if (found := _PERCENT.fullmatch(percent.strip())) else Decimal(-1)
    if not 0 <= share <= PPM:
        raise InputError(
            f"{percent!r} is no share: expected a percentage from 0 to 100 with at most four decimals",
            zh=f"“{percent}”不是持股比例：应为 0 至 100 的百分数，最多四位小数",
        )
    return int(share)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search may walk, as somebody asked for it."""

    as_of: date | None = None
    roles: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    share: str = "0"
    hub: int = 200
    certain: bool = False

    def steps(self) -> Steps:
        """Return it as the search takes it.

        Raises
        ------
        InputError
            An office, kind, share or day that cannot be.
        """
        roles = frozenset(choosing.interest(given, "role") for given in self.roles)
        kinds = frozenset(choosing.kind_of_entity(given) for given in self.kinds)
        return Steps(
            codes=roles or None,
            on=self.as_of or today(),
            kinds=kinds or None,
            share_ppm=ppm(self.share),
            hub=self.hub,
            least=2 if self.certain else 1,
        )


_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?) ?%?")
_LABELS = 50_000
"""Names that are remembered."""


@dataclass(frozen=True)
class Graph:
    """The graph of a store at its current version, in the words of one language.

    `blind` is for whoever sees no persons: the columns, and what was gathered from them, are then those without (`between`).
    `labels` are names that are known already, of the version of the columns; what is looked up is added.
    """

    store: Store
    columns: Columns
    words: Texts
    blind: bool = False
    labels: dict[str, str] = field(default_factory=dict)

    def find(self, text: str) -> int:
        """Return the node that an id, a number of an enterprise or a name means.

        Raises
        ------
        Refused
            Several bear the name; the message lists them.
        NotFound
            Nobody does.
        """
        try:
            return self.columns.node(text)
        except NotFound:
            found = sorted({node for entity in self.store.called(text, _LOOKED_AT) for node in self._nodes(entity)})
            found = [node for node in found if not self.blind or self.sees(self.columns.node(node))]
        if not found:
            raise NotFound(
                f"nothing has the id, the number or the name {text!r}, or nothing is related to it",
                zh=f"没有编号、代码或名称为“{text}”的主体，或者没有任何与它相关的记录",
            )
        return self.columns.node(only(text, found))

    def _nodes(self, entity: str) -> list[str]:
        """Return the nodes of an entity: of a split appearance each of its bearers, of a joined one the person's."""
        columns = self.columns
        number = columns.nodes.find(entity)
        late = [node for node in columns.added_nodes if node == entity or node.startswith(f"{entity}@")]
        joined = [pair.split(BEARER_END)[1] for pair in columns.joined.starting(entity + BEARER_END)]
        plain = [entity] if number >= 0 and columns.known(number) else []
        return joined or plain or late or list(columns.nodes.starting(f"{entity}@"))

    def steps(self, filters: Filters) -> Steps:
        """Return what a search may walk (see `Filters.steps`); whoever may not count persons does not say what a hub is."""
        steps = filters.steps()
        if not self.blind:
            return steps
        kinds = frozenset(self.columns.kind_names) if steps.kinds is None else steps.kinds
        return replace(steps, kinds=kinds - {PERSON}, hub=Filters().hub)

    def sees(self, node: int) -> bool:
        """Say whether a node may be told of."""
        return not self.blind or self.kind(node) != PERSON

    def name(self, nodes: Iterable[int]) -> dict[int, Document]:
        """Return nodes as others read them: id, name and kind of each."""
        ids = {node: self.columns.id(node) for node in nodes}
        labels = {entity: label for entity in ids.values() if (label := self.labels.get(entity)) is not None}
        if missing := [entity for entity in ids.values() if entity not in labels]:
            found = self._labels(missing)
            if len(self.labels) + len(found) > _LABELS:
                self.labels.clear()
            self.labels.update(found)
            labels |= found
        return {node: {"id": entity, "name": labels[entity], "kind": self.kind(node)} for node, entity in ids.items()}

    def _labels(self, entities: Iterable[str]) -> dict[str, str]:
        """Return the names that are shown of entities, read from the store."""
        said: dict[str, list[Fact[Entity]]] = {base_of(entity): [] for entity in entities}
        for recorded in self.store.facts(["entity"], self.columns.version, about=sorted(said)):
            if isinstance(recorded.fact.value, Entity) and (base := base_of(recorded.fact.value.id)) in said:
                said[base].append(recorded.fact)  # type: ignore[arg-type]
        return {entity: _label(entity, said[base_of(entity)]) for entity in entities}

    def kind(self, node: int) -> str:
        """Return the kind of a node; an enterprise is one where nothing says more."""
        return self.columns.kind(node) or "company"

    def statements(self, seen: Sequence[tuple[int, int]]) -> list[Document]:
        """Return statements as edges, each seen from a node: what, which way, when, with which share, and where it was read."""
        ids = [self.columns.fact(fact) for fact, _ in seen]
        known = self.store.by_ids(set(ids))
        return [self._statement(known.get(fact_id), fact_id, *each) for fact_id, each in zip(ids, seen, strict=True)]

    def _statement(self, recorded: Recorded | None, fact_id: str, fact: int, seen_from: int) -> Document:
        if recorded is None or not isinstance(recorded.fact.value, Relationship):
            raise NotFound(
                f"the statement {fact_id} is no more in the store: ask again", zh=f"记录 {fact_id} 已不在库中：请重新查询"
            )
        value = recorded.fact.value
        share, arrays = value.share, self.columns.arrays
        row = arrays.in_edges[arrays.in_begin[seen_from] : arrays.in_end[seen_from]]
        return {
            "id": fact_id,
            "way": "up" if (row["fact"] == fact).any() else "down",
            "interest": value.interest,
            "label": self.words.interest(value.interest),
            "period": str(value.period),
            "period_text": self.words.period(value.period),
            "share_least_percent": share.minimum / 10_000 if share else None,
            "share_most_percent": share.maximum / 10_000 if share else None,
            **origin(recorded.fact),
        }

    def answer(self, question: str, asked: Sequence[int], as_of: date | None, **more: Any) -> Document:
        """Return what every answer begins with; `rows`, `tree` and the rest follow in `more`."""
        named = self.name(asked)
        parties = [named[node] for node in asked]
        day = as_of.isoformat() if as_of else None
        names = self.words.words["list.join"].join(party["name"] for party in parties)
        return {
            "question": question,
            "lang": self.words.lang,
            "title": self.words.label("graph_title", question).format(names=names, day=day or self.words.say("graph.today")),
            "version": self.columns.version,
            "as_of": day,
            "parties": parties,
            "notes": [],
            **more,
        }


def _label(node: str, described: Sequence[Fact[Entity]]) -> str:
    """Return the name that is shown: the current full name, else any, else what the id says."""
    parts = appearance_parts(node)
    entity, _, bearer = node.partition("@") if parts else (node, "", "")
    facts = sorted(described, key=lambda fact: fact.id)
    said = [f.value for f in facts if f.value.id == entity and bearer in ("", f.value.bearer or "")]
    return called([name for value in said for name in value.names]) or (entity.rpartition("#")[2] if parts else node)
