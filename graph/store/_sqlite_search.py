"""The search index inside a store's SQLite file.

A text that is a name or an identifier of something current stands in `texts` once, with the terms it is found by in `terms`,
and in `names` once for every statement that says it. Pinyin is indexed from every syllable on, as one word (`zhangshili`, `shili`,
`li`), and initials likewise, so that one prefix query answers what begins at any syllable.

Invariants (tests/contract/test_store.py, number 8)
1. The index holds what is current and nothing else; a text that nobody says any more leaves it.
2. Nothing that is typed is ever query syntax.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate

from graph.model import Entity, Fact, Naming, PartyRef, Payload, Relationship, appearance_parts
from graph.names import normalise_name, query_terms, search_terms
from graph.store.base import Hit

_NOT_TYPED = "resident_id_hmac"
_LONGEST = 48
"""Characters of one indexed run of syllables: nobody types more of a name in pinyin."""
_RANKED = """
SELECT id, CASE WHEN text = :text THEN 0
                WHEN substr(text, 1, length(:text)) = :text THEN 1
                WHEN instr(text, :text) THEN 2
                ELSE 3 END AS rank, length(text) AS size
FROM texts
WHERE id IN (SELECT id FROM texts WHERE text >= :text AND text < :text || char(1114111)
             UNION SELECT rowid FROM terms WHERE terms MATCH :terms)
ORDER BY rank, size, text
"""
# Beside min(), SQLite takes the other columns from the row that has the least.
_BEARERS = "SELECT entity, name, min(kind) FROM names WHERE text_id = ? GROUP BY entity LIMIT ?"


def names_of(fact: Fact[Payload]) -> Iterator[tuple[str, str, str]]:
    """Yield (kind of name, name, entity) of everything that `fact` gives a name to.

    An office or a decision names the person it speaks of, so a person is found even where no source describes him further.
    """
    value = fact.value
    if isinstance(value, Entity):
        for name in value.names:
            yield name.kind, name.text, value.id
        for identifier in value.identifiers:
            if identifier.scheme != _NOT_TYPED:
                yield identifier.scheme, identifier.value, value.id
    elif isinstance(value, Relationship):
        yield from _named(value.interested_party)
    elif isinstance(value, Naming) and value.party is not None:
        yield from _named(value.party)


def _named(party: PartyRef) -> Iterator[tuple[str, str, str]]:
    parts = appearance_parts(party.entity)
    if parts is not None:
        yield "full", parts[1], party.entity


def reindex(db: sqlite3.Connection, altered: Mapping[int, Fact[Payload] | None], former: Iterable[int] = ()) -> None:
    """Make the index say what is current now.

    Parameters
    ----------
    db : sqlite3.Connection
        In a transaction.
    altered : Mapping[int, Fact or None]
        Number of a key -> its current wording, None if there is none any more.
    former : Iterable[int]
        Those of the keys that may be in the index already.
    """
    stale = json.dumps(list(former))
    gone = {
        row[0]
        for row in db.execute("SELECT DISTINCT text_id FROM names WHERE key_id IN (SELECT value FROM json_each(?))", (stale,))
    }
    db.execute("DELETE FROM names WHERE key_id IN (SELECT value FROM json_each(?))", (stale,))
    said = [
        (key, normalised(name), kind, name, entity)
        for key, fact in altered.items()
        if fact is not None
        for kind, name, entity in names_of(fact)
    ]
    if said:
        numbers = _numbered(db, dict.fromkeys(row[1] for row in said))
        db.executemany(
            "INSERT OR IGNORE INTO names (key_id, text_id, kind, name, entity) VALUES (?, ?, ?, ?, ?)",
            [(key, numbers[text], kind, name, entity) for key, text, kind, name, entity in said],
        )
    if gone:
        unsaid = db.execute(
            "SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM names WHERE text_id = value)",
            (json.dumps(sorted(gone)),),
        ).fetchall()
        db.executemany("DELETE FROM terms WHERE rowid = ?", unsaid)
        db.executemany("DELETE FROM texts WHERE id = ?", unsaid)


def _numbered(db: sqlite3.Connection, texts: Iterable[str]) -> dict[str, int]:
    """Return the number of each text, giving one to those that are new, with the terms they are found by."""
    wanted = list(texts)
    numbers: dict[str, int] = dict(
        db.execute("SELECT text, id FROM texts WHERE text IN (SELECT value FROM json_each(?))", (json.dumps(wanted),)).fetchall()
    )
    new = [text for text in wanted if text not in numbers]
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM texts").fetchone()
    numbers |= {text: last + step for step, text in enumerate(new, 1)}
    db.executemany("INSERT INTO texts (id, text) VALUES (?, ?)", [(numbers[text], text) for text in new])
    db.executemany("INSERT INTO terms (rowid, words) VALUES (?, ?)", [(numbers[text], _terms(text)) for text in new])
    return numbers


@lru_cache(maxsize=65_536)
def normalised(name: str) -> str:
    """Return `normalise_name(name)`; one name is said by many statements."""
    return normalise_name(name)


@lru_cache(maxsize=65_536)
def _terms(text: str) -> str:
    found = search_terms(text)
    return " ".join(dict.fromkeys((*found.bigrams, *_tails(found.pinyin), *_tails(found.initials))))


def _tails(parts: Iterable[str]) -> Iterator[str]:
    """Yield every tail of the parts as one word: zhang shi li -> li, shili, zhangshili."""
    backwards = list(parts)[::-1]
    return (tail[:_LONGEST] for tail in accumulate(backwards, lambda tail, part: part + tail))


def find(db: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    """Return the best name of each entity that `text` finds, best first."""
    typed = normalise_name(text)
    if not typed or limit < 1:
        return []
    best: dict[str, Hit] = {}
    terms = " AND ".join(_quoted(term) for term in query_terms(typed)) or '""'
    for number, rank, size in db.execute(_RANKED, {"text": typed, "terms": terms}):
        for entity, name, kind in db.execute(_BEARERS, (number, limit)):
            best.setdefault(entity, Hit(entity, name, kind, rank + min(size, 999) / 1000))
        if len(best) >= limit:
            break
    return list(best.values())[:limit]


def _quoted(term: str) -> str:
    """Write a term as an FTS5 string; what is not Chinese (pinyin, a number, a word) may go on after what was typed."""
    escaped = term.replace('"', '""')
    return f'"{escaped}"*' if term[0].isascii() else f'"{escaped}"'
