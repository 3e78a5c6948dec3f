"""What every route works with: the store, the rules, and the graph of the store's current version.

Invariants (tests/integration/test_http.py holds one test a number)
1. The graph is built once a version, and again as soon as the store has another one.
2. The columns follow the store, and are folded in the background; who asks meanwhile does not wait for it. A large graph that has
   to be built anew is built by another process, and answers are of the last version until it is there: each says of which.
3. Cases, claims and the first case are read once a version, and not again because somebody looked; cases at an earlier version with
   the rules of then.
4. Asking makes no file: where no unit was ever told anything, there are no tasks (tests/integration/test_page_http.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache, partial
from pathlib import Path
from threading import Lock, Thread
from typing import Annotated, Any, TypeVar, cast

from fastapi import Depends, Request

from analytics.ownership.stakes import Stakes, stakes
from analytics.responsibility.catalogue import Catalogue
from api.access.natural import Natural
from api.desk.outbox import Outbox
from api.http.turns import aside
from api.use_cases.acting import today
from api.use_cases.case_reading import graph_of, read_cases
from api.use_cases.cases import Cases
from api.use_cases.checking import LOOKUPS
from api.use_cases.findings import Answer, Query, find
from api.use_cases.graph import PERSON
from api.use_cases.identity import Claimed, claimed, claimed_since, every_claim
from api.use_cases.past import Past, recorded_by
from api.use_cases.reading import catalogue_at, version_of
from api.use_cases.starting import start_of
from graph.errors import Refused
from graph.snapshot import Snapshot
from graph.snapshot.columns import Columns
from graph.snapshot.kept import LARGE, Kept
from graph.snapshot.overlay import build
from graph.snapshot.paths import ties
from graph.snapshot.people import Elsewhere, People
from graph.snapshot.rows import Arrays
from graph.snapshot.walk import between
from graph.store.base import Store
from graph.store.in_use import InFile
from graph.store.turn import turn_to_act

T = TypeVar("T")
_KEPT_ANSWERS = 8
"""Answers kept, so that walking the pages of one does not search again for each page."""


@dataclass(frozen=True)
class Known:
    """The store of a service as it is, or as it was known at a version, with the rules in use then."""

    store: Store
    catalogue: Catalogue
    of: Service
    past: bool = False

    @property
    def now(self) -> Service | None:
        """The service, where the store is as it is."""
        return None if self.past else self.of

    @cached_property
    def snapshot(self) -> Snapshot:
        """The graph about every decision."""
        return self.now.snapshot if self.now else graph_of(self.store, self.cases)

    @cached_property
    def cases(self) -> Cases:
        """The cases."""
        return self.now.cases if self.now else read_cases(self.store, self.catalogue)

    @cached_property
    def columns(self) -> Columns:
        """The columns of the graph; `seen` are those of whoever may be told of it.

        Raises
        ------
        Refused
            They are of a past version, and the graph is so large that they would take minutes.
        """
        return self.now.graph.columns() if self.now else self.of.columns_then(self.store)

    @property
    def labels(self) -> dict[str, str]:
        """The names that answers from these columns have shown."""
        return self.now.labels(self.columns) if self.now else {}

    def seen(self, *, blind: bool) -> Columns:
        """Return the columns as somebody may be told of them: without what any person has part in for whoever sees none."""
        return self.of.without_persons(self.columns) if blind else self.columns

    def stakes(self, day: date | None, *, blind: bool) -> Stakes:
        """Return who holds what on a day, today where none is asked for."""
        columns, day = self.seen(blind=blind), day or self.of.today
        return self.of.stakes(columns, day, blind=blind) if self.now else stakes(columns, day)

    @cached_property
    def people(self) -> Callable[[Collection[str]], Collection[str]]:
        """Return what tells which of some keys of names a person goes by."""
        return partial((self.now.people if self.now else People()).known, self.columns)

    def claimed(self, party: str | None) -> Claimed:
        """Return the claims, of whoever has an id or bears a name those around him.

        Raises
        ------
        NotFound
            The graph is so large that a part of a name means nobody in it.
        """
        if self.now is None:
            return every_claim(self.store)
        return self.now.claimed if party is None else self.now.claimed_by(party)

    def on_record(self, known_at: str | None) -> Callable[[str], bool]:
        """Return the test of what lies beside the store: whether it was on record by then."""
        return recorded_by(self.store, known_at)


class Service:
    """One open store with its rules.

    Parameters
    ----------
    store : Store
        Where the facts are; used by several threads.
    catalogue : Catalogue
        The rules.
    lang : str
        The language of whoever does not ask for one.
    folder : Path, optional
        Where the columns of the graph are kept.
    url : str
        URL of the store.
    desk : str
        File of the outbox.
    elsewhere : callable, optional
        Builds the graph anew in another process (see `graph.snapshot.kept.Kept`).
    """

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        lang: str,
        folder: Path | None = None,
        url: str = "",
        desk: str = ":memory:",
        elsewhere: Callable[[], bool] | None = None,
    ) -> None:
        self.store, self.catalogue, self.lang, self.url, self._desk = store, catalogue, lang, url, desk
        self._kept = Kept(store, folder, elsewhere)
        self._folding: Thread | None = None
        self._stakes: dict[bool, tuple[Arrays, date, Stakes]] = {}
        self._seen: tuple[Arrays, Columns] | None = None
        self._lock = Lock()
        self.people = People()
        self.natural = Natural(store, lambda: self.columns)
        self._then: Columns | None = None
        self._made: dict[str, tuple[int, Any]] = {}
        self._every: Claimed | None = None
        self._locks = {name: Lock() for name in ("snapshot", "cases", "claims", "start", "then", "labels")}
        self._warming: Thread | None = None
        self._warm = False
        self._acting = Lock()
        self._answer = lru_cache(maxsize=_KEPT_ANSWERS)(self._find)

    @property
    def today(self) -> date:
        """The day of a status."""
        return today()

    def _keep(self, name: str, make: Callable[[int], T]) -> T:
        """Return what was made for the current version; whoever asks while it is being made waits for it."""
        with self._locks[name]:
            version = self.store.version()
            made = self._made.get(name)
            if made is None or (made[0] != version and not self._only_looked(made[0])):
                made = version, make(version)
            self._made[name] = made = version, made[1]
            return cast("T", made[1])

    def _only_looked(self, since: int) -> bool:
        """Say whether nothing but look-ups was recorded since a version."""
        if any(row.sealed for row in self.store.audit(since)):
            return False
        return all(change.fact.key.startswith(LOOKUPS) for change in self.store.changes_since(since))

    @property
    def snapshot(self) -> Snapshot:
        """The graph about every decision as known now."""
        return self._keep("snapshot", lambda _version: graph_of(self.store, self.cases))

    @property
    def cases(self) -> Cases:
        """The cases as known now."""
        return self._keep("cases", lambda version: read_cases(self.store, self.catalogue, version))

    @property
    def claimed(self) -> Claimed:
        """Every claim; of a large graph those that findings wait for (see `api.use_cases.identity.claimed`)."""
        return self._keep("claims", lambda _version: self._claims())

    def _claims(self) -> Claimed:
        """Return every claim, from those made last where only rulings came since; a ruling makes no graph larger."""
        if self._every is not None:
            self._every = claimed_since(self.store, self._every)
        if self._every is not None:
            return self._every
        large = self.is_large
        found = claimed(self.store, self.elsewhere, large=large)
        self._every = None if large else found
        return found

    def claimed_by(self, party: str) -> Claimed:
        """Return the claims on a party."""
        return claimed(self.store, self.elsewhere, party, large=self.is_large)

    @property
    def elsewhere(self) -> Elsewhere:
        """What tells where else somebody of a name may be."""
        return Elsewhere(self.people, self.graph.columns())

    def columns_then(self, past: Store) -> Columns:
        """Return the columns of a past version; the last that was asked for is kept."""
        self.see_that_small()
        with self._locks["then"]:
            version, kept = past.version(), self._then
            if kept is None or kept.version != version:
                self._then = kept = build(past)
        return kept

    @property
    def is_large(self) -> bool:
        """Whether the graph is too large for memory with every statement of it."""
        return self.graph.columns().edge_count >= LARGE

    def see_that_small(self) -> None:
        """Refuse what would read the whole of a past version of a large graph; raises `Refused`."""
        if self.is_large:
            raise Refused(
                "the graph is too large to be built anew for a past version here: ask on the command line, with --known-at",
                zh="图谱过大，不能在此重建过去版本：请在命令行使用 --known-at 查询",
            )

    @property
    def start(self) -> dict[str, Any]:
        """What somebody sees first."""
        return self._keep("start", lambda _version: start_of(self.store, self.catalogue))

    def labels(self, columns: Columns) -> dict[str, str]:
        """Return the names that answers from columns have shown, for the next ones to share; nothing recorded since alters any."""
        since, known = self._keep("labels", lambda version: (version, dict[str, str]()))
        return known if since <= columns.version else {}

    def outbox(self) -> Outbox:
        """Open what departments are told; asking makes no file where nobody was told anything."""
        return Outbox(self._desk if Path(self._desk).exists() else ":memory:")

    @contextmanager
    def known(self, known_at: str | None) -> Iterator[Known]:
        """Give the store as known at a version or time (see `version_of`), as it is where none is asked for."""
        if known_at is None:
            yield Known(self.store, self.catalogue, self)
            return
        version = version_of(self.store, known_at)
        with Past(self.store, version) as past:
            yield Known(past, catalogue_at(self.store, version, self.catalogue), self, past=True)

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Let one act be judged and recorded at a time, whichever process of this store it comes to."""
        with ExitStack() as held:
            with aside():
                held.enter_context(self._acting)
                held.enter_context(turn_to_act(self.url, store=self.store))
            yield

    @property
    def graph(self) -> Kept:
        """The columns of the graph; what they learnt is written down beside whoever asks."""
        with self._lock:
            if self._kept.due and (self._folding is None or not self._folding.is_alive()):
                self._folding = Thread(target=self._kept.fold, name="fold", daemon=True)
                self._folding.start()
        return self._kept

    def warm(self) -> None:
        """Make the graph ready in the background, so that whoever opens a party first does not wait for it."""
        with self._lock:
            if self._warming is None:
                self._warming = Thread(target=self._warm_up, name="warm", daemon=True)
                self._warming.start()

    def _warm_up(self) -> None:
        columns = self.graph.columns()
        if len(columns):
            ties(columns, 0)
        self._warm = True

    @property
    def columns(self) -> Columns | None:
        """The columns of the graph, None until they are warm."""
        return self.graph.columns() if self._warm else None

    def without_persons(self, columns: Columns) -> Columns:
        """Return the graph without what any person has part in; kept until it has other edges."""
        kept = self._seen
        if kept is None or kept[0] is not columns.arrays:
            self._seen = kept = (columns.arrays, between(columns, {*columns.kind_names} - {PERSON}))
        return replace(kept[1], version=columns.version)

    def stakes(self, columns: Columns, day: date, *, blind: bool) -> Stakes:
        """Return who holds what on a day; the last day that was asked about is kept, of who sees persons and of who sees none."""
        kept = self._stakes.get(blind)
        if kept is None or kept[0] is not columns.arrays or kept[1] != day:
            self._stakes[blind] = kept = (columns.arrays, day, stakes(columns, day))
        return kept[2]

    def see_writable(self) -> None:
        """See that what is recorded now can be kept, and is found again; raises `StoreError`."""
        if isinstance(self.store, InFile):
            self.store.see_writable()

    def stop(self) -> None:
        """Begin no building of the graph any more."""
        self._kept.stop()

    def close(self) -> None:
        """Wait until what is being read is read, and what is being written written."""
        self._kept.wait()
        if self._warming is not None:
            self._warming.join()
        if self._folding is not None:  # the warming may have begun it
            self._folding.join()

    def find(self, query: Query) -> Answer:
        """Return the findings that a query asks for (see `api.use_cases.findings.find`)."""
        return self._answer(self.store.version(), query, self.today)

    def _find(self, _version: int, query: Query, today: date) -> Answer:
        """Answer a query; with the same version and day the answer is the same."""
        about_all = not (query.person or query.company or query.decision) and query.known_at is None
        return find(self.store, self.catalogue, query, today, self.snapshot if about_all else None)


async def _service(request: Request) -> Service:
    return cast("Service", request.app.state.service)


Served = Annotated[Service, Depends(_service)]
"""The service, as a parameter of a route."""
