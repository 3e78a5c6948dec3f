"""The columns of a store, kept in a folder beside it and brought up to date with what was recorded since.

Invariants (tests/unit/test_snapshot_kept.py holds one test a number)
1. Whatever lies in the folder, `columns` answers for the store's current version; what is cut short, of another format, of another
   store or of another history of this one is built anew, and `said` tells why.
2. A folder that cannot be written costs time, never an answer.
3. Folding may take its time beside others who ask; none of them sees half of it.
4. Where a large graph has to be built anew and another process can do it, whoever asks meanwhile is answered from the last version;
   so is who asks while many changes are taken into it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock, Thread
from typing import Final, NamedTuple

from graph.errors import StoreError
from graph.snapshot.columns import Columns
from graph.snapshot.file import SnapshotUnusable, load, save, saved_version
from graph.snapshot.overlay import Overlay, build, folded
from graph.snapshot.resolving import NeedsBuild
from graph.store.base import Store

MANY_CHANGES: Final = 2_000
"""Statements read since the columns were saved at which it is time to `fold`."""
LARGE: Final = 200_000
"""Relationships from which on building takes so long (about six seconds) that nobody should wait for it."""
MANY_AT_ONCE: Final = 100
"""Changes that whoever asks waits for; more are taken in beside, where the graph is large."""


class Remark(NamedTuple):
    """What is to be said of the columns that were kept, in both languages."""

    en: str
    zh: str


class Kept:
    """The graph of a store.

    Parameters
    ----------
    store : Store
        Whose statements the graph is made of; used by as many threads as this.
    folder : Path, optional
        Where the columns are kept; None keeps them in memory alone.
    elsewhere : callable, optional
        Builds the columns anew in another process and saves them in the folder; says whether it could.
    large : int
        Relationships from which on they are built elsewhere.

    Attributes
    ----------
    said : list of str
        What somebody who waits should be told: why the graph was built anew, or could not be saved.
    """

    def __init__(self, store: Store, folder: Path | None, elsewhere: Callable[[], bool] | None = None, large: int = LARGE) -> None:
        self._store, self._folder = store, folder
        self._elsewhere, self._large = elsewhere if folder is not None else None, large
        self._awaiting: Thread | None = None
        self._stopped = False
        self._asking, self._folding = Lock(), Lock()
        self._overlay: Overlay | None = None
        self._saved: Columns | None = None
        self._refused = False
        self.said: list[Remark] = []

    def columns(self) -> Columns:
        """Return the columns of the store's current version, of the last one where a large graph is being brought up to it.

        Those given out before stay as they were.
        """
        with self._asking:
            if self._overlay is None:
                self._overlay = Overlay(self._opened())
            if self._awaiting is not None:
                return self._overlay.columns
            last = self._overlay.columns
            apart = self._elsewhere is not None and len(last.arrays.in_edges) >= self._large
            if apart and self._overlay.is_behind(self._store, MANY_AT_ONCE):
                return self._catch_up(self._overlay, last)
            try:
                return self._overlay.follow(self._store)
            except NeedsBuild:
                if apart:
                    return self._catch_up(None, last)
                self._overlay = Overlay(build(self._store))
                return self._overlay.columns

    def _catch_up(self, overlay: Overlay | None, last: Columns) -> Columns:
        """Begin to follow, or to build where there is nothing to follow from; return what answers meanwhile."""
        self._awaiting = Thread(target=self._await, args=(overlay,), name="catch up", daemon=True)
        self._awaiting.start()
        return last

    def _await(self, overlay: Overlay | None) -> None:
        """Follow; what has to be built anew is built elsewhere, or here if it cannot be done there."""
        ready: Overlay | None = None
        try:
            while not self._stopped and (overlay is None or not self._followed(overlay)):
                done = self._elsewhere is not None and self._elsewhere()
                if not self._stopped:
                    overlay = Overlay(self._opened() if done else build(self._store))
            ready = overlay
        except (StoreError, OSError) as error:
            self.said.append(Remark(str(error), getattr(error, "zh", "") or str(error)))
        finally:  # where it did not come so far, whoever asks next begins again with what is in the folder
            with self._asking:
                self._overlay, self._awaiting = ready, None

    def stop(self) -> None:
        """Begin no building any more; `wait` for what was begun."""
        self._stopped = True

    def wait(self) -> None:
        """Wait until nothing is brought up to date beside whoever asks."""
        if (awaiting := self._awaiting) is not None:
            awaiting.join()

    def _followed(self, overlay: Overlay) -> bool:
        try:
            overlay.follow(self._store)
        except NeedsBuild:
            return False
        return True

    @property
    def due(self) -> bool:
        """Whether what is in the folder is far enough behind to `fold`; never after it could not be written."""
        overlay = self._overlay
        if overlay is None or self._folder is None or self._refused or self._awaiting is not None:
            return False
        return overlay.base is not self._saved or overlay.followed > MANY_CHANGES

    def fold(self) -> None:
        """Write the changes into the columns, save them, and go on from these."""
        with self._folding:
            with self._asking:
                if self._overlay is None:
                    return
                columns = self._overlay.columns
                whole = columns if columns is self._overlay.base else None
            whole = whole or folded(columns)
            self._save(whole)
            following = Overlay(whole)
            if not self._followed(following):
                return  # whoever asks next finds it too
            with self._asking:
                if self._awaiting is None:
                    self._overlay = following

    def _opened(self) -> Columns:
        if self._folder is not None and self._folder.exists():
            try:
                self._saved = load(self._folder, store=history(self._store, saved_version(self._folder)))
                return self._saved
            except SnapshotUnusable as error:
                self.said.append(Remark(f"{error}: the graph is built anew", f"{error.zh}：将重新生成图谱"))
        return build(self._store)

    def _save(self, columns: Columns) -> None:
        if self._folder is None:
            return
        try:
            save(columns, self._folder, store=history(self._store, columns.version))
            self._saved = columns
        except OSError as error:
            self._refused = True
            text = f"{self._folder}: the graph cannot be kept there ({error.strerror}), so it is built anew each time"
            self.said.append(Remark(text, f"{self._folder}：图谱无法保存于此（{error.strerror}），每次都须重新生成"))


def history(store: Store, version: int) -> str:
    """Return what tells a store, and what was recorded in it up to a version, from every other: the link of its audit chain."""
    row = next(store.audit(version - 1), None) if version > 0 else None
    return row.chain if row is not None and row.version == version else f"nothing at version {version}"
