"""The search index inside a store in Neo4j.

A text that is a name or an identifier of something current is one `Name` node with the terms it is found by; each current fact
that gives it points to it. The analyzer of the index takes each term as it is: a term is matched whole or by its beginning, never
cut.

Invariants (tests/contract/test_store.py, number 8)
1. The index finds what is current and nothing else; a text that nobody says any more leaves it.
2. Nothing that is typed is ever query syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from graph.codec import Encoded
from graph.model import Fact, Payload
from graph.names import asked_as, normalise_name
from graph.store._neo4j_rows import COUNTS, STORE, Ask
from graph.store.base import Hit
from graph.store.mentions import names_of
from graph.store.terms import Wanted, normalised, terms_of, wanted

_LOOKED_AT: Final = 300
"""Texts that are ranked, of those that begin as typed and of the others, where no more are asked for."""
_LEARN: Final = """
UNWIND $rows AS row
MERGE (n:Name {text: row[0]}) ON CREATE SET n.words = row[1]
WITH n, row UNWIND row[2] AS said
MATCH (f:Fact {seq: said[0]}) USING INDEX SEEK f:Fact(seq)
CREATE (f)-[:GIVES_NAME {entity: said[1], name: said[2], kind: said[3], place: said[4]}]->(n)
"""
_UNPOINT: Final = """
UNWIND $seqs AS seq
MATCH (f:Fact {seq: seq}) USING INDEX SEEK f:Fact(seq)
WITH f MATCH (f)-[g:GIVES_NAME]->(n)
DELETE g
RETURN DISTINCT n.text
"""
_FORGET: Final = """
UNWIND $texts AS text
MATCH (n:Name {text: text}) USING INDEX SEEK n:Name(text)
WHERE NOT EXISTS { (n)<-[:GIVES_NAME]-() } DELETE n
"""
_EXACT: Final = "MATCH (n:Name {text: $text}) RETURN n.text"
_MATCHING: Final = "CALL db.index.fulltext.queryNodes('zeren_words', $query, {limit: $limit}) YIELD node RETURN node.text"
_BEARERS: Final = f"""
{STORE} UNWIND range(0, size($texts) - 1) AS rank
CALL (s, rank) {{
    MATCH (f:Fact)-[g:GIVES_NAME]->(n:Name {{text: $texts[rank]}}) USING INDEX SEEK n:Name(text)
    WHERE {COUNTS}
    WITH g, f.seq AS seq ORDER BY seq, g.place
    WITH g.entity AS entity, collect([seq, g.place, g.name, g.kind])[0] AS said
    RETURN entity, said ORDER BY said[0], said[1] LIMIT $limit
}}
RETURN rank, entity, said[2], said[3] ORDER BY rank, said[0], said[1]
"""
_SYNTAX: Final = re.compile(r"(\W)")
_QUOTES: Final = re.compile(r'(["\\])')
_ESCAPED: Final = r"\\\1"


def learn(ask: Ask, said: Iterable[tuple[int, Fact[Payload] | Encoded]]) -> None:
    """Take in the names that facts (with their numbers) give."""
    given: dict[str, list[list[Any]]] = {}
    for seq, fact in said:
        for place, (kind, name, entity) in enumerate(names_of(fact)):
            given.setdefault(normalised(name), []).append([seq, entity, name, kind, place])
    if given:
        ask(_LEARN, rows=[[text, words_of(text), some] for text, some in sorted(given.items())])


def forget(ask: Ask, seqs: Sequence[int]) -> None:
    """Take out the names that these facts gave, as far as nothing current gives them."""
    texts = [text for (text,) in ask(_UNPOINT, seqs=list(seqs))] if seqs else []
    if texts:
        ask(_FORGET, texts=texts)


def words_of(text: str) -> list[str]:
    """Return the terms of a normalised text."""
    return list(terms_of(text))


def find(ask: Ask, text: str, limit: int) -> list[Hit]:
    """Return the best name of each entity that `text` finds, best first."""
    best: dict[str, Hit] = {}
    for ranked in _forms(ask, normalise_name(text), asked_as(text), max(limit, _LOOKED_AT)) if limit > 0 else ():
        for start in range(0, len(ranked), limit):
            some = ranked[start : start + limit]
            for place, entity, name, kind in ask(_BEARERS, texts=[found for _, _, found in some], limit=limit):
                rank, size, _ = some[place]
                best.setdefault(entity, Hit(entity, name, kind, rank + min(size, 999) / 1000))
                if len(best) >= limit:
                    return list(best.values())
    return list(best.values())


def _forms(ask: Ask, exact: str, forms: Sequence[str], most: int) -> Iterator[Sequence[tuple[int, int, str]]]:
    """Yield what each form finds, best first: before all others the very text, as a sign that is no letter may stand in it."""
    if exact and exact not in forms:
        yield [(0, len(exact), exact)]
    for typed in forms:
        yield sorted(_ranked(ask, typed, most))


def called(ask: Ask, name: str, limit: int) -> list[str]:
    """Return the entities that bear this very name, as recorded first."""
    typed = normalise_name(name)
    return [entity for _, entity, _, _ in ask(_BEARERS, texts=[typed], limit=limit)] if typed and limit > 0 else []


def _ranked(ask: Ask, typed: str, most: int) -> Iterator[tuple[int, int, str]]:
    """Yield (rank, length, text) of the texts that are found: the same, beginning so, containing it, others."""
    texts = dict.fromkeys(text for (text,) in ask(_EXACT, text=typed))
    words, beginning = wanted(typed)
    texts |= dict.fromkeys(_matching(ask, beginning, most))
    texts |= dict.fromkeys(_matching(ask, words, most))
    for text in texts:
        at = text.find(typed)
        rank = 3 if at < 0 else 0 if text == typed else 1 if at == 0 else 2
        if rank < 3 or words:
            yield rank, len(text), text


def _matching(ask: Ask, words: Sequence[Wanted], most: int) -> list[str]:
    if not words:
        return []
    return [text for (text,) in ask(_MATCHING, query=" ".join(map(_needed, words)), limit=most)]


def _needed(word: Wanted) -> str:
    return f"+{_SYNTAX.sub(_ESCAPED, word.term)}*" if word.open else f"+{quoted(word.term)}"


def quoted(text: str) -> str:
    """Return a whole term so that nothing in it is syntax of the index, and it is none itself, as `AND` would be."""
    return f'"{_QUOTES.sub(_ESCAPED, text)}"'
