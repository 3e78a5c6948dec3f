"""Writing to a store in Neo4j: what of a batch is recorded, and what indexes and the model for reading learn of it.

Every function is called in one transaction. The first statement of it takes the lock of the `Store` node, so what is read after it
is still true at the commit: writers stand in line, however many processes they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from graph.errors import NotFound, StoreDamaged
from graph.model import Fact, Operation, Origin, Payload
from graph.store import _neo4j_search as search
from graph.store._neo4j_draw import redraw
from graph.store._neo4j_rows import FIELDS, STANDING, Ask, recorded
from graph.store.audit import chained, contents_of, mark_of, moment
from graph.store.base import Act, Appended, AuditRow, Write
from graph.store.clock import in_order
from graph.store.copying import Entry, see_that_it_follows
from graph.store.mentions import about_of
from graph.store.taking import entry_of, taken_of
from graph.store.wording import Standing, decoded

_LOCK: Final = "MATCH (s:Store {id: 'zeren'}) SET s.lock = s.lock + 1"
_HEAD: Final = """
MATCH (s:Store {id: 'zeren'}) OPTIONAL MATCH (a:Audit {version: s.version})
RETURN s.version, s.last_seq, s.chain, coalesce(a.at, '')
"""
_ADVANCE: Final = "MATCH (s:Store {id: 'zeren'}) SET s.version = $version, s.last_seq = $last_seq, s.chain = $chain"
_LOG: Final = """
CREATE (:Audit {version: $version, at: $at, by: $by, what: $what, contents: $contents, sealed: $sealed, chain: $chain,
    last_seq: $last_seq})
"""
_MARK: Final = "MERGE (m:Mark {name: $name}) SET m.value = $value"
_FACTS: Final = """
UNWIND $rows AS row
CREATE (:Fact {version: $version, at: $at, seq: row[0], before: row[1], kind: row[2], key: row[3], id: row[4], operation: row[5],
    mark: row[6], value: row[7], flags: row[8], source: row[9], file: row[10], row: row[11], reason: row[12], about: row[13]})
"""
_FOLLOW: Final = "UNWIND $rows AS row MATCH (f:Fact {seq: row.before}) USING INDEX SEEK f:Fact(seq) SET f.followed_by = row.seq"
_WORDINGS: Final = (
    f"UNWIND $seqs AS seq MATCH (f:Fact {{seq: seq}}) USING INDEX SEEK f:Fact(seq) WHERE f.value IS NOT NULL RETURN {FIELDS}"
)
_OF_KEY: Final = f"MATCH (f:Fact {{key: $key}}) RETURN {FIELDS}, f.before ORDER BY f.seq"
_CHAIN: Final = "MATCH (a:Audit {version: $version}) RETURN a.chain"
_IS_SEALED: Final = "MATCH (s:Sealed {key: $key}) RETURN s.key"
_SEAL: Final = "CREATE (:Sealed {key: $key, article: $article, version: $version, at: $at})"
_BLANK: Final = """
UNWIND $rows AS row
MATCH (f:Fact {seq: row.seq}) USING INDEX SEEK f:Fact(seq)
SET f.mark = row.mark
REMOVE f.value, f.flags, f.source, f.file, f.row, f.reason, f.about
"""
_NAMED: Final = frozenset({"entity", "relationship", "naming"})


@dataclass(frozen=True, slots=True)
class Head:
    """Where a store stands: its version, the number of its last recording, chain and time of the last row of its audit log."""

    version: int
    last_seq: int
    chain: str
    at: str


def locked(ask: Ask) -> Head:
    """Take the writers' place and return where the store stands.

    Raises
    ------
    StoreDamaged
        The store is gone.
    """
    ask(_LOCK)
    found = ask(_HEAD)
    if not found:
        raise StoreDamaged("the store was deleted while it was open")
    return Head(*found[0])


@dataclass(slots=True)
class Tried:
    """What an earlier try of the same append would have committed: its answer may have been lost on the way."""

    chain: str = ""
    done: Appended | None = None


def append(ask: Ask, writes: Sequence[Write], texts: Sequence[str], act: Act, tried: Tried) -> Appended:
    """Record what is not recorded already, and the progress mark."""
    head = locked(ask)
    if tried.done is not None and stands(ask, tried):
        return tried.done
    first = head.last_seq + 1
    standing, places = standing_of(ask, [write.fact.key for write in writes])
    taken = taken_of(writes, texts, standing, places, first, lambda seq: _wording(ask, seq))
    if act.progress is not None:
        ask(_MARK, name=act.progress[0], value=act.progress[1])
    if not taken:
        moment(act.at)
        return Appended(head.version, 0)
    entries = [entry_of(each, seq) for seq, each in enumerate(taken, first)]
    at = in_order(act.at, head.at)
    row = AuditRow(head.version + 1, at, act.by, act.what, "", contents_of([entry.mark for entry in entries]))
    tried.chain = _record(ask, head, row, entries)
    tried.done = Appended(row.version, len(taken))
    return tried.done


def stands(ask: Ask, tried: Tried) -> bool:
    """Say whether an earlier try was committed after all: its chain is a hash over all that came before."""
    return tried.done is not None and ask(_CHAIN, version=tried.done.version) == [[tried.chain]]


def standing_of(ask: Ask, keys: Sequence[str]) -> tuple[dict[str, Standing], dict[str, int]]:
    """Return what is recorded last under each key, and its number."""
    standing, places = {}, {}
    for key, seq, fact_id, operation, article in ask(STANDING, keys=list(dict.fromkeys(keys))) if keys else ():
        standing[key] = Standing(fact_id, operation == Operation.RETRACTION, article)
        places[key] = seq
    return standing, places


def _record(ask: Ask, head: Head, row: AuditRow, entries: Sequence[Entry]) -> str:
    """Write a version: its audit row, its recordings, and what follows from them; return the chain."""
    last_seq = entries[-1].seq if entries else head.last_seq
    chain, at = chained(head.chain, row), moment(row.at)
    ask(
        _LOG,
        version=row.version,
        at=at,
        by=row.by,
        what=row.what,
        contents=row.contents,
        sealed=row.sealed,
        chain=chain,
        last_seq=last_seq,
    )
    ask(_ADVANCE, version=row.version, last_seq=last_seq, chain=chain)
    if entries:
        ask(_FACTS, version=row.version, at=at, rows=[_columns(entry) for entry in entries])
        if following := [{"before": entry.before, "seq": entry.seq} for entry in entries if entry.before]:
            ask(_FOLLOW, rows=following)
        _learn(ask, entries, row.at)
    return chain


def seal(ask: Ask, key: str, article: str, act: Act) -> bool:
    """Blank every wording of a key, keeping its marks; say whether it was not sealed before."""
    head = locked(ask)
    if ask(_IS_SEALED, key=key):
        return False
    if not ask(_OF_KEY, key=key):
        raise NotFound(f"nothing has the key {key}")
    row = AuditRow(head.version + 1, in_order(act.at, head.at), act.by, act.what, "", contents_of(()), key)
    _seal(ask, head, row, article)
    return True


def take(ask: Ask, row: AuditRow, entries: Sequence[Entry], article: str) -> None:
    """Record a version as another store has it, unless it is there."""
    head = locked(ask)
    if ask(_CHAIN, version=row.version) == [[row.chain]]:
        return
    see_that_it_follows(row, entries, head.version, head.chain)
    if row.sealed is None:
        _record(ask, head, row, entries)
    else:
        _seal(ask, head, row, article)


def _seal(ask: Ask, head: Head, row: AuditRow, article: str) -> None:
    said = [(each[0], recorded(each[:-1]), each[-1]) for each in ask(_OF_KEY, key=row.sealed) if each[4] is not None]
    search.forget(ask, [seq for seq, _, _ in said])
    redraw(ask, [], [(seq, each.fact) for seq, each, _ in said], row.at.astimezone(UTC).date())
    marks = [
        {"seq": seq, "mark": mark_of(each.fact.id, each.operation, each.reason, each.fact.origin, before)}
        for seq, each, before in said
    ]
    ask(_BLANK, rows=marks)
    _record(ask, head, row, ())
    ask(_SEAL, key=row.sealed, article=article, version=row.version, at=moment(row.at))


def _wording(ask: Ask, seq: int) -> Fact[Payload] | None:
    found = ask(_WORDINGS, seqs=[seq])
    return recorded(found[0]).fact if found and found[0][11] != Operation.RETRACTION else None


def _columns(entry: Entry) -> list[Any]:
    """Return what `_FACTS` writes of a recording: of a sealed one its mark, of any other what it says."""
    kind = entry.key.partition("/")[0]
    first = [entry.seq, entry.before, kind, entry.key, entry.id, entry.operation.value]
    fact = entry.fact
    if fact is None:
        return [*first, entry.mark, *[None] * 7]
    origin: Origin = fact.origin
    said = [entry.text, list(fact.flags), origin.source, origin.file, origin.row, entry.reason, list(about_of(fact))]
    return [*first, None, *said]


def _learn(ask: Ask, entries: Sequence[Entry], at: datetime) -> None:
    """Tell the search index and the model for reading what is current now, and what is not any more."""
    followed = {entry.before for entry in entries if entry.before}
    stay = [
        (entry.seq, entry.fact)
        for entry in entries
        if entry.fact is not None and entry.operation is not Operation.RETRACTION and entry.seq not in followed
    ]
    first = entries[0].seq
    former = sorted(seq for seq in followed if seq < first)
    search.learn(ask, stay)
    rows = ask(_WORDINGS, seqs=former) if former else []
    search.forget(ask, [row[0] for row in rows if row[3] in _NAMED])
    gone = [(row[0], recorded(row).fact) for row in rows if row[11] != Operation.RETRACTION]
    redraw(ask, [(seq, decoded(fact)) for seq, fact in stay], gone, at.astimezone(UTC).date())
