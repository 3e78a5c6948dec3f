"""A store in a Neo4j server, where investigators' Cypher and Bloom work on the same facts; docs/neo4j.md shows the model.

The record (`Fact`, `Audit`, …) and the model for reading (`Party`, `Decision`, …) are written in one transaction. Writing is in
`_neo4j_write`, searching in `_neo4j_search`, the model in `_neo4j_model` and `_neo4j_draw`, the layout in `_neo4j_schema`.

Invariants (tests/neo4j/test_faults.py holds one test a number; tests/contract/test_store.py runs on this backend too)
1. Writers stand in line at one lock, so nothing that is read before a write is stale when it is written.
2. A transaction that the server or the network cut off is tried again, and recorded once: a batch that was committed although its
   answer was lost is recognised by its chain.
3. A read through a store sees every write through the same store (bookmarks), on a cluster too.
4. A server that cannot be reached, a wrong password and a wrong database are each one clear error that says what to do.
5. A password in a URL is refused: URLs are printed (`_neo4j_place`).
6. What no version of the audit log counts is never read, and the check tells of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from heapq import merge
from typing import Any, Final, Self, TypeVar

import neo4j
from neo4j.exceptions import AuthError, ClientError, DriverError, Neo4jError, ServiceUnavailable, SessionExpired, TransientError

from graph.dates import PartialDate
from graph.errors import NotFound, StoreAway, StoreBusy, StoreError
from graph.model import Operation, Recorded
from graph.store import _neo4j_check as check
from graph.store import _neo4j_rows as rows
from graph.store import _neo4j_search as search
from graph.store import _neo4j_turn as turns
from graph.store import _neo4j_write as writing
from graph.store._neo4j_line import Patience, committed, driver_of, session_of
from graph.store._neo4j_place import place_of, tls_of
from graph.store._neo4j_schema import prepare
from graph.store.audit import moment, verify
from graph.store.base import MAX_BATCH, Act, Appended, AuditRow, Hit, Sealed, Write, keys_of
from graph.store.copying import Entry
from graph.store.mentions import about_of
from graph.store.wording import closed, text_of

T = TypeVar("T")
WORK_SECONDS: Final = 120.0
"""Time that a transaction has, beside waiting for other writers; what a dead writer held is free after it."""
_PAGE: Final = 2_000
_ABOUT_AT_ONCE: Final = 400
_EVERYTHING: Final = 2**62


class Neo4jStore:
    """A store in one database of a Neo4j server; see `graph.store.base.Store` for what each method promises.

    Parameters
    ----------
    url : str
        `neo4j://HOST:PORT/DATABASE`; without a database the server's default one.
    user, password : str
        Who asks; both empty where the server asks nobody.
    create : bool
        Whether to make the store where there is none.
    busy_seconds : float
        How long a write waits for another writer.
    retry_seconds : float
        How long a write that was cut off is tried again; the making of the layout too, once the server has answered.
    read_seconds : float
        The same of a read.
    """

    def __init__(
        self,
        url: str,
        *,
        user: str = "",
        password: str = "",
        create: bool = True,
        busy_seconds: float = 5.0,
        retry_seconds: float = 30.0,
        read_seconds: float = 30.0,
    ) -> None:
        server, self._database = place_of(url)
        self._place, self._limit = url, busy_seconds + WORK_SECONDS
        self._write_seconds, self._read_seconds = retry_seconds, read_seconds
        with self._reported():
            self._driver = driver_of(server, user, password)
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()
        try:
            with self._reported():
                patience = Patience(retry_seconds)
                prepare(partial(self._once, patience), url, create=create)
        except BaseException:
            self._driver.close()
            raise

    def __enter__(self) -> Self:
        """Return the store, which is open already."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close the connections."""
        self._driver.close()

    # Writing

    def append(self, writes: Sequence[Write], act: Act) -> Appended:
        """Record statements in one transaction."""
        if len(writes) > MAX_BATCH:
            raise StoreError(f"{len(writes)} statements in one append; at most {MAX_BATCH}")
        given = list(writes)  # a block makes its writes anew each time that it is gone through
        texts = [text_of(write.fact) for write in given]
        tried = writing.Tried()
        return self._write(lambda ask: writing.append(ask, given, texts, act, tried))

    def close(self, key: str, end: PartialDate, act: Act) -> Appended:
        """End the validity of a relationship."""
        tried = writing.Tried()

        def work(ask: rows.Ask) -> Appended:
            writing.locked(ask)
            if tried.done is not None and writing.stands(ask, tried):
                return tried.done
            now = _get(ask, key, _EVERYTHING)
            if not isinstance(now, Recorded):
                raise NotFound(f"nothing current has the key {key}")
            fact = closed(now.fact, end)
            return writing.append(ask, [Write(fact, Operation.CHANGE)], [text_of(fact)], act, tried)

        return self._write(work)

    def seal(self, keys: str | Collection[str], article: str, act: Act) -> None:
        """Take every wording of keys out of every read; a key that is sealed stays sealed as it is."""
        self._write(lambda ask: [writing.seal(ask, key, article, act) for key in keys_of(keys)])

    # Reading

    def get(self, key: str, known_at: int | None = None) -> Recorded | Sealed | None:
        """Return the wording of `key` current at `known_at`."""
        return self._read(lambda ask: _get(ask, key, _last_seq(ask, known_at)))

    def standing(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the id current under each of the keys that were ever recorded."""
        stands, _ = self._read(lambda ask: writing.standing_of(ask, keys))
        return {key: "" if each.retracted or each.article else each.id for key, each in stands.items()}

    def by_id(self, fact_id: str) -> Recorded | Sealed | None:
        """Return the latest version that has this fact id."""
        return self._read(lambda ask: _said(ask, ask(rows.BY_ID, id=fact_id)))

    def by_ids(self, fact_ids: Collection[str]) -> dict[str, Recorded]:
        """Return the latest versions that have these fact ids."""
        return {each.fact.id: each for each in map(rows.recorded, self._ask(rows.BY_IDS, ids=sorted(set(fact_ids))))}

    def history(self, key: str) -> list[Recorded]:
        """Return every recorded version of `key`, oldest first."""
        return [rows.recorded(row) for row in self._ask(rows.HISTORY, key=key)]

    def facts(
        self,
        kinds: Iterable[str] | None = None,
        known_at: int | None = None,
        keys: str = "",
        about: Iterable[str] | None = None,
    ) -> Iterator[Recorded]:
        """Yield the wordings current at `known_at`, or at the call."""
        last = self._read(lambda ask: _last_seq(ask, known_at))
        wanted = None if kinds is None else sorted(set(kinds))
        if about is not None:
            yield from self._about(sorted(set(about)), last, wanted, keys, rows.BY_SEQ)
            return
        if wanted is None and "/" in keys:
            wanted = [keys.partition("/")[0]]
        if wanted is None:
            pages = self._pages(rows.PAGE, 0, last, keys=keys)
        else:
            each = [self._pages(rows.PAGE_OF_KIND, 0, last, keys=keys, kind=kind) for kind in wanted]
            pages = merge(*each, key=lambda row: int(row[0]))
        for row in pages:
            yield rows.recorded(row)

    def wordings(self, kinds: Iterable[str], about: Iterable[str], since: int = 0) -> Iterator[Recorded]:
        """Yield every wording that speaks of any of these, whether current or not."""
        last = self._read(lambda ask: _last_seq(ask, None))
        every = self._about(sorted(set(about)), last, sorted(set(kinds)), "", rows.EVER_BY_SEQ)
        return (recorded for recorded in every if recorded.version > since)

    def search(self, text: str, limit: int = 20) -> list[Hit]:
        """Return the entities whose present or former names match, best first."""
        return self._read(lambda ask: search.find(ask, text, limit))

    def called(self, name: str, limit: int) -> list[str]:
        """Return the entities that bear this very name or identifier."""
        return self._read(lambda ask: search.called(ask, name, limit))

    def changes_since(self, version: int) -> Iterator[Recorded]:
        """Yield what was recorded after `version`, in order."""
        first, last = self._read(lambda ask: (_last_seq(ask, version), _last_seq(ask, None)))
        for row in self._pages(rows.CHANGES, first, last):
            yield rows.recorded(row)

    def version(self, at: datetime | None = None) -> int:
        """Return the current version, or the one that was current at a moment."""
        until = "9999" if at is None else moment(at)
        return self._ask(rows.VERSION_AT, at=until)[0][0] or 0

    def audit(self, since: int = 0) -> Iterator[AuditRow]:
        """Yield the audit log after version `since`."""
        while True:
            page = self._ask(rows.AUDIT, since=since, limit=_PAGE)
            yield from map(rows.audit_row, page)
            if len(page) < _PAGE:
                return
            since = page[-1][0]

    def progress(self, name: str) -> str | None:
        """Return the value of the progress mark `name`."""
        found = self._ask("MATCH (m:Mark {name: $name}) RETURN m.value", name=name)
        return found[0][0] if found else None

    def verify(self, tell: Callable[[int], object] = int) -> int | None:
        """Return the first version that was altered behind the store's back, None if none was."""
        promised = self._ask(check.PROMISED)
        last = promised[-1][2] if promised else 0
        facts = self._pages(check.PAGE, 0, last)
        impossible = check.forged(self._ask) | check.underived(self._ask, self._pages(check.DERIVED, 0, last))
        found = [verify(self.audit()), check.first_altered(promised, facts, impossible, tell)]
        return min((version for version in found if version is not None), default=None)

    # Copying (graph.store.copying.Movable)

    def entries(self, version: int) -> list[Entry]:
        """Return everything recorded in a version, what is sealed included, in order."""
        first, last = self._read(lambda ask: (_last_seq(ask, version - 1), _last_seq(ask, version)))
        return [rows.entry(row) for row in self._ask(rows.ENTRIES, after=first, last=last)]

    def marks(self) -> dict[str, str]:
        """Return every progress mark."""
        return {str(name): str(value) for name, value in self._ask("MATCH (m:Mark) RETURN m.name, m.value ORDER BY m.name")}

    def sealings(self) -> dict[str, str]:
        """Return every key that is sealed, with the article."""
        return {str(key): str(article) for key, article in self._ask("MATCH (s:Sealed) RETURN s.key, s.article ORDER BY s.key")}

    def take(self, row: AuditRow, entries: Sequence[Entry], article: str = "") -> None:
        """Record a version as another store has it, as the next one."""
        self._write(lambda ask: writing.take(ask, row, entries, article))

    # Taking turns (graph.store.turn.KeepsTurns)

    def turn(self, name: str, wait_seconds: float) -> AbstractContextManager[None]:
        """Hold the turn of a name, across processes."""
        return turns.held(self._transact, self._place, name, wait_seconds)

    # Transactions

    def _write(self, work: Callable[[rows.Ask], T]) -> T:
        def under_turn(ask: rows.Ask) -> T:
            done = work(ask)
            turns.see_that_held(ask, self._place)
            return done

        return self._transact(under_turn)

    def _transact(self, work: Callable[[rows.Ask], T], seconds: float | None = None) -> T:
        bounded = neo4j.unit_of_work(timeout=self._limit)(lambda tx: work(_asking(tx)))
        patience = self._write_seconds if seconds is None else seconds

        def commit() -> T:
            with self._session(patience) as session:
                return session.execute_write(bounded)

        with self._reported():
            return committed(commit, patience)

    def _read(self, work: Callable[[rows.Ask], T]) -> T:
        with self._reported(), self._session(self._read_seconds) as session:
            return session.execute_read(lambda tx: work(_asking(tx)))

    def _ask(self, statement: str, **parameters: Any) -> list[list[Any]]:
        return self._read(lambda ask: ask(statement, **parameters))

    def _once(self, patience: Patience, statement: str, **parameters: Any) -> list[list[Any]]:
        """Run one statement by itself: changes of the schema, and the first word to a server."""

        def run() -> list[list[Any]]:
            with self._session(0.0) as session:
                return session.run(statement, parameters).values()

        return patience.keep(run)

    def _session(self, seconds: float) -> neo4j.Session:
        # An answer comes whole: what may be long is asked for by the page, and a second fetch costs another round trip.
        known = {"database": self._database, "bookmark_manager": self._bookmarks, "fetch_size": -1}
        return session_of(self._driver, seconds, **known)

    def _pages(self, statement: str, after: int, last: int, **parameters: Any) -> Iterator[list[Any]]:
        while after < last:
            page = self._ask(statement, after=after, last=last, limit=_PAGE, **parameters)
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def _about(self, asked: Sequence[str], last: int, kinds: Sequence[str] | None, keys: str, statement: str) -> Iterator[Recorded]:
        wanted = set(asked)
        seqs: set[int] = set()
        for start in range(0, len(asked), _ABOUT_AT_ONCE):
            query = " OR ".join(search.quoted(text) for text in asked[start : start + _ABOUT_AT_ONCE])
            seqs.update(seq for (seq,) in self._ask(rows.ABOUT, query=query, last=last))
        ordered = sorted(seqs)
        for start in range(0, len(ordered), _PAGE):
            for row in self._ask(statement, seqs=ordered[start : start + _PAGE], last=last):
                found = rows.recorded(row)
                if (
                    (kinds is None or row[3] in kinds)
                    and found.fact.key.startswith(keys)
                    and not wanted.isdisjoint(about_of(found.fact))
                ):
                    yield found

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Turn the driver's errors into ours, each saying what to do."""
        try:
            yield
        except AuthError as error:
            raise StoreAway(
                f"{self._place} refuses this user or password: set ZEREN_NEO4J_USER and ZEREN_NEO4J_PASSWORD",
                zh=f"{self._place} 不接受该用户名或口令：请设置 ZEREN_NEO4J_USER 和 ZEREN_NEO4J_PASSWORD",
            ) from error
        except (ServiceUnavailable, SessionExpired) as error:
            raise StoreAway(
                f"{self._place} cannot be reached ({_first_line(error)}): is the server running, and {tls_of(self._place)}? "
                "What was not acknowledged may be done again, it is not recorded twice",
                zh=f"无法连接 {self._place}（{_first_line(error)}）：请确认服务器已启动，{tls_of(self._place, zh=True)}。"
                "未得到确认的操作可以重做，不会重复记录",
            ) from error
        except ClientError as error:
            raise _refusal(self._place, error) from error
        except TransientError as error:
            raise StoreBusy(
                f"{self._place} is busy ({_first_line(error)}): try again",
                zh=f"{self._place} 正忙（{_first_line(error)}）：请稍后重试",
            ) from error
        except (Neo4jError, DriverError) as error:
            raise StoreError(f"{self._place}: {_first_line(error)}") from error


def _asking(tx: neo4j.ManagedTransaction) -> rows.Ask:
    return lambda statement, **parameters: tx.run(statement, parameters).values()


def _last_seq(ask: rows.Ask, version: int | None) -> int:
    found = ask(rows.LAST_SEQ, version=_EVERYTHING if version is None else version)
    return int(found[0][0]) if found else 0


def _get(ask: rows.Ask, key: str, last: int) -> Recorded | Sealed | None:
    found = ask(rows.BY_KEY, key=key, last=last)
    return None if found and found[0][11] == Operation.RETRACTION else _said(ask, found)


def _said(ask: rows.Ask, found: list[list[Any]]) -> Recorded | Sealed | None:
    if not found:
        return None
    (row,) = found
    if row[4] is not None:
        return rows.recorded(row)
    ((article, at),) = ask(rows.SEALED, key=row[2])
    return rows.sealed(row, article, at)


def _refusal(place: str, error: ClientError) -> StoreError:
    code = error.code or ""
    if code.endswith("DatabaseNotFound"):
        return StoreError(f"{place}: the server has no database of this name", zh=f"{place}：服务器上没有该名称的数据库")
    if "TransactionTimedOut" in code or code.endswith("LockClientStopped"):
        said = f"{place}: another process is writing, or the server is too slow; try again"
        return StoreBusy(said, zh=f"{place}：另一进程正在写入，或者服务器过慢；请稍后重试")
    if "too large to index" in str(error):
        return StoreError(f"{place}: a name, an id or a key is too long for the server's index: {_first_line(error)[:200]}")
    if ".Security." in code:
        said = f"{place} does not allow this user to do that: {_first_line(error)}"
        return StoreError(said, zh=f"{place} 不允许该用户执行此操作：{_first_line(error)}")
    return StoreError(f"{place}: {_first_line(error)}")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
