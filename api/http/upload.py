"""Rows sent to be loaded: streamed to the disk, loaded as a file would be, once for each key.

A load goes on where it was cut off and records nothing twice, so that the key needs no transaction of its own: after a crash the
same request loads the rest, and its report calls the rows known that were recorded before.

Invariants (tests/integration/test_http_loads.py holds one test a number)
1. What is answered is the report of the load, with row, column and reason of whatever was refused.
2. The same key and rows again get the same answer, also at the same moment; with other rows it is a 409, and nothing of these is
   loaded, now or later.
3. Rows go to the disk as they come; more than the limit are refused, and nothing of a request is left on the disk.
4. Mapping and file name are of those that ship, and choose no other place.
5. A disk that is full is a 503, and nothing of the request is left on it.
6. What a process that was killed left of a request goes when the service starts; what another process is taking stays.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from api.access.cells import error_without_cells
from api.http.asking import Asking, Document
from api.http.job_schemas import LoadParameters, Ordering
from api.http.negotiation import WHO, respond, words_of
from api.http.once import REPLAYED, again, claimed, job_of, kept, mark_of, see_unused, taking
from api.jobs.queue import Queue, called, sent_in
from api.settings import Settings
from api.use_cases.rule_messages import report_told
from graph.codec import digest
from graph.errors import ConfigError, InputError, NotFound, Refused, StoreBusy, StoreError, StoreMoved
from graph.store.in_use import file_of
from graph.store.turn import turn
from loaders.mapping_file import names

_TURN_SECONDS = 10.0
_UPLOAD = "upload-"


async def loaded(asking: Asking, request: Request, asked: LoadParameters, key: str | None) -> Response:
    """Take rows, and load them now or later."""
    see_examples(asked)
    if asked.mapping not in names():
        raise NotFound(
            f"no mapping {asked.mapping!r}; those that ship are {', '.join(names())}",
            zh=f"没有映射 {asked.mapping}；随本系统提供的有 {'、'.join(names())}",
        )
    queue: Queue = request.app.state.jobs
    whole, held = _made(queue)
    place = whole / asked.file
    try:
        sha256 = await _taken(request, place)
        answer: Response = await run_in_threadpool(_answered, asking, request, asked, key, place, sha256)
    finally:
        await run_in_threadpool(shutil.rmtree, whole, ignore_errors=True)
        os.close(held)
    return answer


def see_examples(asked: LoadParameters | Ordering) -> None:
    """Refuse a number of examples where nothing is compared; raises `InputError`."""
    if asked.examples is not None and not asked.compare:
        raise InputError("examples: goes with compare=true alone", zh="examples 须与 compare=true 同用")


def clear(queue: Queue) -> None:
    """Remove what requests left whose process was killed; what another process is taking stays, for it holds it."""
    for folder in queue.folder.glob(f"{_UPLOAD}*"):
        with suppress(OSError):
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(held)


def _made(queue: Queue) -> tuple[Path, int]:
    """Make a folder for what is sent; give it, and what holds it until that is closed."""
    folder = queue.folder / f"{_UPLOAD}{secrets.token_hex(8)}"
    with _on_disk():
        folder.mkdir(mode=0o700, parents=True)
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(held, fcntl.LOCK_EX)
    return folder, held


@contextmanager
def _on_disk() -> Iterator[None]:
    """Say it where the disk takes nothing more: that is no fault of whoever sent it."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"what was sent cannot be kept on the disk: {error.strerror}; nothing was done",
            zh=f"收到的内容不能写入磁盘（{error.strerror}），未作任何处理",
        ) from error


async def _taken(request: Request, place: Path) -> str:
    hashed = hashlib.sha256()
    with _on_disk(), place.open("xb") as file:
        async for block in request.stream():
            hashed.update(block)
            file.write(block)
    return hashed.hexdigest()


def _answered(asking: Asking, request: Request, asked: LoadParameters, key: str | None, place: Path, sha256: str) -> Response:
    settings: Settings = request.app.state.settings
    asking.service.see_writable()  # else the rows would go into whatever stands in its place now
    left_out = {"file", "later", "lang"} | (set() if asked.compare else {"compare", "examples"})
    said = asked.model_dump(mode="json", exclude=left_out) | {"upload": asked.file, "sha256": sha256}
    if asked.later:
        return _later(asking, request, said, key, place)
    mark = "" if asked.dry_run or asked.compare else mark_of(asking, key)
    see_unused(asking, request, key if mark else None, "store")
    # Whoever sends a key again while its first request is under way waits for it, and gets its answer.
    new = mark and asking.service.store.progress(mark) is None
    with _keyed(asking, settings) if new else nullcontext():
        return _now(asking, request, asked, said, place, key if mark else None)


def _now(asking: Asking, request: Request, asked: LoadParameters, said: dict[str, Any], place: Path, key: str | None) -> Response:
    """Load at once, and answer; once for each key."""
    settings: Settings = request.app.state.settings
    store, words = asking.service.store, words_of(request, asked.lang, asking.service.lang)
    wanted, mark = digest("load", *(f"{name}={value}" for name, value in sorted(said.items()))), mark_of(asking, key)
    if mark and (done := store.progress(mark)) is not None:
        return again(asking, mark, done, wanted, partial(report_told, lang=words.lang))
    asking.record(f"{asked.mapping} {asked.file}")
    try:
        with taking(asking, request, key, wanted):
            document = _load(asking, settings, said, place)
    except Refused as error:  # it lists rows
        if asking.sees_cells:
            raise
        raise Refused(error_without_cells(str(error)), zh=error_without_cells(error.zh or str(error), "zh")) from None
    shown = asking.admit(document)
    if mark:
        try:
            store.append([], asking.actor().act(f"load {asked.mapping}", kept(asking, request, key, wanted, document)))
        except StoreMoved as error:  # all but this was recorded
            from api.use_cases.loading import moved_away  # as in `_load`

            raise moved_away({asked.file: 0}) from error
    return respond(request, report_told(shown, words.lang), words)


@contextmanager
def _keyed(asking: Asking, settings: Settings) -> Iterator[None]:
    """Let one load with a new key be under way at a time, whichever process of this store it comes to."""
    with ExitStack() as held:
        try:
            held.enter_context(turn(settings.store, _TURN_SECONDS, "-keyed", store=asking.service.store))
        except StoreBusy:
            raise StoreBusy(
                "another load is running: nothing was done; send this again in a moment, with the same key",
                zh="另一批数据正在载入，未作任何处理：请稍后用同一个键重新发送",
            ) from None
        yield


def _load(asking: Asking, settings: Settings, said: dict[str, Any], place: Path) -> Document:
    """Do at once what the job would do."""
    from api.jobs import work  # what loads takes a quarter of a second to import, and few answers load

    desk = work.Desk(
        settings,
        asking.service.catalogue,
        asking.actor(),
        place.parent,
        lambda _: None,
        _TURN_SECONDS,
        makes_store=False,
        file=file_of(asking.service.store),
    )
    try:
        return work.load(desk, said)
    except ConfigError as error:  # the mapping is ours: what does not fit it is what was sent
        raise InputError(str(error), zh=error.zh) from error


def _later(asking: Asking, request: Request, said: dict[str, Any], key: str | None, place: Path) -> Response:
    queue: Queue = request.app.state.jobs
    see_unused(asking, request, key, "queue")
    job = _job_id(asking, key)
    asking.record(f"load {said['mapping']} {said['upload']}")
    with _in_place(queue, job, place.parent, said["sha256"]):
        return _queued(asking, request, job, key, "load", said)


def ordered(
    asking: Asking,
    request: Request,
    key: str | None,
    kind: str,
    asked: dict[str, Any],
    files: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """Put a job into the queue, with texts that it reads as files of its folder, and answer with it."""
    queue: Queue = request.app.state.jobs
    see_unused(asking, request, key, "queue")
    job = _job_id(asking, key)
    if not files:
        return _queued(asking, request, job, key, kind, asked)
    whole, held = _made(queue)  # a folder of the job holds all of it, or is not there
    try:
        with _on_disk():
            for name, text in files.items():
                (whole / name).write_text(text, encoding="utf-8")
        with _in_place(queue, job, whole, asked["sha256"]):
            return _queued(asking, request, job, key, kind, asked)
    finally:
        shutil.rmtree(whole, ignore_errors=True)
        os.close(held)


@contextmanager
def _in_place(queue: Queue, job: str, whole: Path, sha256: str) -> Iterator[None]:
    """Make a folder the job's while it is put into the queue; what is sent again for a job that is done is not kept.

    It bears the hash of what was sent: what another request with the key left there is read by no job but its own.
    """
    folder = queue.folder / job
    place = sent_in(folder, sha256)
    if not place.exists():
        with _on_disk():
            folder.mkdir(mode=0o700, exist_ok=True)
            whole.rename(place)
    try:
        yield
    finally:
        if not queue.has(job) or queue.is_done(job):
            shutil.rmtree(folder, ignore_errors=True)


def _queued(asking: Asking, request: Request, job: str, key: str | None, kind: str, asked: dict[str, Any]) -> Response:
    asking.service.see_writable()  # a job is of the store that answers, and of none that stands in its place
    queue: Queue = request.app.state.jobs
    with claimed(asking, request, key, "queue"):
        made, new = queue.add(job, kind, asked, asking.principal.name, datetime.now(UTC), called(asking.service.store))
    request.app.state.starter.wake()
    headers = {"Vary": WHO, "Location": f"/v1/jobs/{made.id}", **({} if new else {REPLAYED: "true"})}
    lang = words_of(request, None, asking.service.lang).lang
    return JSONResponse(asking.admit(made.as_json(lang)), 202, headers)


def _job_id(asking: Asking, key: str | None) -> str:
    return job_of(asking, key) if key else secrets.token_hex(8)
