"""A write over HTTP: judged, written down, answered for, and then done, once for each `Idempotency-Key`.

The use case runs over a store that holds back what it appends; the answer goes through the veil, the answer is kept under the key
(`api.access.answers`), and only then is everything appended, with a mark of the key in the transaction of the effect itself. So
the mark alone says whether it was done, and whoever asks again gets the answer that was kept before.

Invariants (tests/integration/test_http_writes.py holds one test a number)
1. The same key and body again gives the same answer and does nothing; the same key with another body, or for another kind of
   write, is a 409 that leaves the first answer as it is.
2. A process that is killed at any moment leaves the effect with its key, or neither.
3. What may not be answered (no purpose, no permission to see it) is not done.
4. A dry run answers as the write would, and does nothing, not even with the key.
5. Of several requests at once with one key, one is done and all get its answer; of two kinds of writes, one is done.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, cast

from fastapi import Header, Request
from fastapi.responses import Response
from pydantic import BaseModel

from api.access.answers import used
from api.http import negotiation
from api.http.access_schemas import Trying
from api.http.asking import Asking, Document
from api.http.turns import aside
from api.jobs.queue import Queue
from api.use_cases.acting import Actor
from graph.codec import digest
from graph.errors import Refused, ZerenError
from graph.store.base import Act, Appended, Store, Write

REPLAYED: Final = "Idempotency-Replayed"
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Of your choice, another for each act: sent again, the act is done once and answered alike.",
    ),
]
Do = Callable[[Store, Actor], Document]
Kept = Literal["store", "access", "queue"]
"""Where it is noted that something was done under a key."""


@dataclass
class Held:
    """A store that answers as the one behind it, and holds back the one thing that is appended until `commit`."""

    store: Store
    _waiting: tuple[Sequence[Write], Act] | None = None

    def append(self, writes: Sequence[Write], act: Act) -> Appended:
        """Hold back what is to be recorded."""
        if self._waiting is not None:
            raise RuntimeError("a write over HTTP is one transaction, and this would be the second")
        self._waiting = (writes, act)
        return Appended(self.store.version() + 1, len(writes))

    def commit(self, mark: tuple[str, str] | None) -> None:
        """Record it, with a mark."""
        if self._waiting is not None:
            writes, act = self._waiting
            with aside():
                self.store.append(writes, replace(act, progress=mark))

    def __getattr__(self, name: str) -> Any:
        """Answer every read from the store behind."""
        return getattr(self.store, name)


def write(
    asking: Asking,
    request: Request,
    key: str | None,
    given: BaseModel,
    do: Do,
    about: str,
    *,
    dry_run: bool = False,
    judged: bool = True,
) -> Response:
    """Do something once, and answer.

    Parameters
    ----------
    asking : Asking
        Who asks.
    request : Request
        The request; its address is part of what the key stands for.
    key : str, optional
        The key; without one it is done each time.
    given : BaseModel
        The body.
    do : callable
        The use case, over the store and actor that it gets.
    about : str
        What it is done to, for the trail.
    dry_run : bool
        Answer, and do nothing.
    judged : bool
        What is done depends on what others do: it waits for its turn. What only records something does so no longer than its key
        asks for.

    Raises
    ------
    Refused
        The key was used for something else, or so long ago that its answer is no longer kept.
    """
    service = asking.service
    with service.acting() if judged or key else nullcontext():
        held = Held(service.store)
        if dry_run:
            return _answer(asking.admit(do(cast("Store", held), asking.actor())))
        mark = mark_of(asking, key)
        wanted = digest(request.method, request.url.path, given.model_dump_json()) if mark else ""
        see_unused(asking, request, key, "store")
        if mark and (done := service.store.progress(mark)) is not None:
            return again(asking, mark, done, wanted)
        document = do(cast("Store", held), asking.actor())
        asking.record(about)
        shown = asking.admit(document)
        if not mark:
            held.commit(None)
            return _answer(shown)
        held.commit(kept(asking, request, key, wanted, document))
        return _answer(shown)


def write_access(
    asking: Asking,
    request: Request,
    key: str | None,
    given: Trying | None,
    do: Callable[[], Document],
    about: str,
    shown_once: Sequence[str] = (),
    *,
    nameless: Sequence[str] = (),
    told: Callable[[Document], Document] = lambda document: document,
) -> Response:
    """Do something to users or tokens once, and answer; it is in the trail before it is done.

    Parameters
    ----------
    asking, request, key
        As in `write`.
    given : BaseModel, optional
        The body, where there is one; a dry run answers as the act would, without what is secret, and undoes it.
    do : callable
        The use case, over the file of access.
    about : str
        What it is done to, for the trail.
    shown_once : sequence of str
        Fields of the answer that are shown once: whoever asks again with the key gets null there.
    nameless : sequence of str
        Further fields that are null in a dry run: what they name is not there afterwards.
    told : callable
        Makes what is answered of what was done, and of what was kept under the key.

    Raises
    ------
    Refused
        The key was used for something else.
    """
    if given and given.dry_run:
        tried = asking.access.answers.tried(do)
        return _answer(asking.admit(told(tried | dict.fromkeys((*shown_once, *nameless)))))
    see_unused(asking, request, key, "access")
    asking.record(about)
    asked = digest(request.method, request.url.path, given.model_dump_json(exclude={"dry_run"}) if given else "{}")
    mark = mark_of(asking, key)
    with claimed(asking, request, key, "access"):
        document, replayed = asking.access.answers.once(mark, asked, do, frozenset(shown_once), datetime.now(UTC))
    return _answer(asking.admit(told(document)), {REPLAYED: "true"} if replayed else None)


def mark_of(asking: Asking, key: str | None) -> str:
    """Return the mark that stands in the store for what was done under a key, empty without one."""
    return f"http/{digest(asking.principal.name, key)}" if key else ""


def job_of(asking: Asking, key: str) -> str:
    """Return the id of the job that is ordered under a key, so that the same request is the same job."""
    return digest("job", asking.principal.name, key)


def see_unused(asking: Asking, request: Request, key: str | None, kept_in: Kept) -> None:
    """Refuse a key that was used, or is being used, for a write of another kind than what is kept there; raises `Refused`."""
    if key is None:
        return
    mark, queue, answers = mark_of(asking, key), cast("Queue", request.app.state.jobs), asking.access.answers
    stands: dict[Kept, Callable[[], bool]] = {
        "store": lambda: answers.began(mark) or asking.service.store.progress(mark) is not None,
        "access": lambda: answers.did(mark),
        "queue": lambda: queue.has(job_of(asking, key)),
    }
    if any(was_used() for place, was_used in stands.items() if place != kept_in):
        raise used()


@contextmanager
def claimed(asking: Asking, request: Request, key: str | None, kept_in: Kept) -> Iterator[None]:
    """Note a use of a key in a transaction of the file of access: of two kinds of writes at once, one; raises `Refused`."""
    with asking.access.db.transaction():
        see_unused(asking, request, key, kept_in)
        yield


def kept(asking: Asking, request: Request, key: str | None, wanted: str, document: Document) -> tuple[str, str]:
    """Keep an answer, and return the mark that is to be recorded with what was done; raises `Refused`."""
    mark, attempt = mark_of(asking, key), f"{wanted} {secrets.token_hex(8)}"
    with claimed(asking, request, key, "store"):
        asking.access.answers.keep(mark, attempt, document, datetime.now(UTC))
    return mark, attempt


@contextmanager
def taking(asking: Asking, request: Request, key: str | None, wanted: str) -> Iterator[None]:
    """Take a key before what is done in several transactions; what is refused leaves it free."""
    if key is None:
        yield
        return
    begun = kept(asking, request, key, wanted, {})
    try:
        yield
    except ZerenError:
        asking.access.answers.drop(*begun)
        raise


def again(
    asking: Asking, mark: str, done: str, wanted: str, told: Callable[[Document], Document] = lambda document: document
) -> Response:
    """Answer as the first time, in the words that `told` puts it into.

    Raises
    ------
    Refused
        The key was used for something else, or so long ago that its answer is no longer kept.
    """
    if done.partition(" ")[0] != wanted:
        raise used()
    answer = asking.access.answers.of(mark, done)
    if answer is None:
        raise Refused("this was done already, and its answer is no longer kept: nothing was done again")
    return _answer(told(asking.admit(answer)), {REPLAYED: "true"})


def _answer(document: Document, headers: dict[str, str] | None = None) -> Response:
    return negotiation.Json(document, headers={"Vary": negotiation.WHO, **(headers or {})})
