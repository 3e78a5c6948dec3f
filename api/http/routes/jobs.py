"""Jobs: ordered, listed, followed, cancelled, tried again; and rows sent to be loaded."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache, partial
from time import monotonic
from typing import Annotated, Any, Final

from fastapi import Query, Request
from fastapi.responses import FileResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from analytics.lifecycle.publication import HIDDEN
from api.access.cells import error_without_cells
from api.access.errors import CredentialsRefused
from api.access.trail import EVERYBODY
from api.http import job_schemas as schemas
from api.http.access_schemas import Trying
from api.http.asking import Asking, Document
from api.http.listing import Listing, listed, listed_as
from api.http.needs import needs
from api.http.negotiation import WHO, respond, words_of
from api.http.once import Key, write_access
from api.http.patience import STOPPING
from api.http.routing import Router
from api.http.schemas import Id, WordsParameters
from api.http.upload import loaded, ordered, see_examples
from api.jobs.allowing import ORDER, may, sees
from api.jobs.ordering import are_bounds, see_sound
from api.jobs.queue import EXPORTED, Job, Queue, called, missing
from api.locales import Texts
from api.use_cases import impact
from api.use_cases.reading import version_of
from api.use_cases.rule_messages import errors_told, job_told
from graph.errors import ConfigError, InputError, NotFound, Refused
from graph.model import Decision
from loaders.deliveries import value_of
from loaders.mapping_file import bundled, load_mapping, names

router = Router(prefix="/v1", tags=["jobs"])
Ordering = Annotated[Asking, needs(ORDER)]
ONE: Final[dict[int | str, dict[str, Any]]] = {200: {"model": schemas.Job}}
MADE: Final[dict[int | str, dict[str, Any]]] = {202: {"model": schemas.Job}}
COLUMNS: Final = ("id", "kind", "by", "made_at", "state", "attempts", "progress", "error", "error_code", "changed_at")
_FILES: Final = frozenset({"what", "mapping", "upload"})
"""Particulars that are files, whose names stand in what the job says too."""
_RULES: Final = "rules.yaml"
"""What rules that are sent are called, in their errors too."""
_LOOK_SECONDS: Final = 0.3
_LONGEST_SECONDS: Final = 600
_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {form: {"schema": {"type": "string"}} for form in ("text/csv", "application/x-ndjson")},
    }
}


@router.post("/jobs", status_code=202, responses=MADE, summary="Order a job")
def order(asking: Ordering, request: Request, given: schemas.Ordering, key: Key = None) -> Response:
    """Put a job into the queue and answer at once; the same key again is the same job."""
    asked = given.model_dump(mode="json", exclude={"kind"}, exclude_defaults=True)
    may(asking.principal, given.kind, asked)
    see_sound(given.kind, asked)
    if given.kind == "load" and given.what not in bundled():
        raise InputError(
            f"what: one of {', '.join(bundled())}; rows of your own go to POST /v1/loads",
            zh=f"what：可用 {'、'.join(bundled())}；自有数据请用 POST /v1/loads",
        )
    see_examples(given)
    if given.known_at is not None:
        version_of(asking.service.store, given.known_at)
    files = _compared(asking, given, asked) if given.kind == "diff" else {}
    asking.looks_for(given.around)
    unknown = _naming(asking, asked)
    for name in unknown - {"around"}:
        asking.looks_for(asked[name])
    apart = {"reason", *unknown}  # of which a row of its own tells, or none
    spoken = {name: value for name, value in asked.items() if name not in apart}
    asking.record(f"{given.kind} {json.dumps(spoken, ensure_ascii=False)}")
    return ordered(asking, request, key, given.kind, asked, files)


def _compared(asking: Asking, given: schemas.Ordering, asked: dict[str, Any]) -> dict[str, str]:
    """Check both sides of a diff, so that what is wrong is told at once; return the rules that were sent, as a file of the job."""
    for side in (given.old, given.new):
        if side is not None:
            impact.recorded_catalogue(asking.service.store, side)
    if given.rules is None:
        return {}
    try:
        impact.side_of_text(given.rules, _RULES)
    except ConfigError as error:  # the rules that ship are sound: what is wrong is in what was sent
        en, zh = ("\n".join(errors_told(error, lang)) for lang in ("en", "zh"))
        raise InputError(en, zh=zh) from error
    del asked["rules"]
    asked |= {"upload": _RULES, "sha256": hashlib.sha256(given.rules.encode()).hexdigest()}
    return {_RULES: given.rules}


@router.get("/jobs", responses=listed_as(schemas.JobPage), summary="Jobs")
def list_jobs(asking: Ordering, request: Request, asked: Annotated[schemas.JobParameters, Query()]) -> Response:
    """Return the jobs, the latest first: the own ones, and all for whoever has `job.run`."""
    queue: Queue = request.app.state.jobs
    found = [job for job in queue.all(asked.state) if sees(asking.principal, job)]
    lang = words_of(request, asked.lang, asking.service.lang).lang
    rows = Listing(found, _order, f"jobs {asked.state}", partial(_told, asking, lang=lang), asking.service.store.version())
    return listed(asking, request, asked, rows, COLUMNS, told=partial(job_told, lang=lang))


def _seen(asking: Asking, request: Request, id: str) -> Job:
    """Return a job that is there for whoever asks; raises `NotFound`."""
    queue: Queue = request.app.state.jobs
    job = queue.get(id)
    if not sees(asking.principal, job):
        raise missing(id)
    return job


def _order(job: Job) -> tuple[str, ...]:
    return (f"{10**15 - job.seq:016d}",)


@router.get("/jobs/{id}", responses=ONE, summary="One job")
def one_job(asking: Ordering, request: Request, id: Id, asked: Annotated[WordsParameters, Query()]) -> Response:
    """Return a job as it stands, with its answer once it is done."""
    words = words_of(request, asked.lang, asking.service.lang)
    return respond(request, _admitted(asking, words, _seen(asking, request, id)), words)


@router.get(
    "/jobs/{id}/events",
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    response_class=StreamingResponse,
    summary="Follow a job",
)
def follow(asking: Ordering, request: Request, id: Id, asked: Annotated[WordsParameters, Query()]) -> Response:
    """Send the job whenever it changes, as server-sent events, until it has ended (`event: end`) or for ten minutes.

    A service that stops sends nothing more. Whoever is locked meanwhile is sent nothing more.
    """
    queue: Queue = request.app.state.jobs
    first = _seen(asking, request, id)
    words = words_of(request, asked.lang, asking.service.lang)
    shown = _admitted(asking, words, first)

    async def events() -> AsyncIterator[str]:
        last, said = first, shown
        until = monotonic() + _LONGEST_SECONDS
        while True:
            yield f"event: {'end' if last.ended else 'job'}\ndata: {json.dumps(said, ensure_ascii=False)}\n\n"
            while not last.ended and (now := await run_in_threadpool(queue.get, id)) == last:
                if monotonic() > until or STOPPING in request.scope or await request.is_disconnected():
                    return
                await asyncio.sleep(_LOOK_SECONDS)
            if last.ended:
                return
            last = now
            try:
                said = await run_in_threadpool(_still, asking, words, last)
            except CredentialsRefused:
                return  # asked again, it is a 401

    return StreamingResponse(
        events(), media_type="text/event-stream; charset=utf-8", headers={"Vary": WHO, "Cache-Control": "no-store"}
    )


def _still(asking: Asking, words: Texts, job: Job) -> Document:
    """Return a job as it stands now, for whoever may still follow it."""
    asking.still()
    return _admitted(asking, words, job)


@router.get(
    "/jobs/{id}/file",
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
    response_class=FileResponse,
    summary="The file of an export",
)
def file(asking: Annotated[Asking, needs("export.run")], request: Request, id: Id) -> Response:
    """Return what an export wrote, as it was written: for whoever sees everything of persons, and says what for."""
    queue: Queue = request.app.state.jobs
    job = _seen(asking, request, id)
    may(asking.principal, "export", {})
    place = queue.folder / job.id / str((job.answer or {}).get("file", ""))
    if job.kind != "export" or job.state != "done" or not place.is_file():
        raise NotFound(
            f"{id} has no file: it is a {job.kind} that is {job.state}", zh=f"{id} 没有文件：它是 {job.kind}，状态为 {job.state}"
        )
    asking.in_bulk()
    whom = (job.answer or {}).get(EXPORTED) or {"people": [EVERYBODY], "version": None}  # of an export made before that was kept
    if any(row.sealed for row in asking.service.store.audit(whom["version"] or 0)):
        place.unlink(missing_ok=True)  # what is sealed leaves by no way
        raise Refused(
            f"{id}: something was sealed since this file was written, and the file is gone: order the export again",
            zh=f"{id}：该文件生成之后有内容被封存，文件已删除：请重新导出",
        )
    asking.record(f"file of {id}", whom["people"], whom["version"])
    asking.admitted = True
    return FileResponse(place, media_type="application/octet-stream", filename=place.name, headers={"Vary": WHO})


@router.post("/jobs/{id}/cancel", responses=ONE, summary="Cancel a job")
def cancel(asking: Ordering, request: Request, id: Id, given: Trying | None = None, key: Key = None) -> Response:
    """Cancel a job: at once if it waits, at its next sign of progress if it runs; 409 if it has ended."""
    return _change(asking, request, id, "cancel", given, key)


@router.post("/jobs/{id}/retry", responses=ONE, summary="Try a job again")
def retry(asking: Ordering, request: Request, id: Id, given: Trying | None = None, key: Key = None) -> Response:
    """Let a job that failed or was cancelled wait again, now under the name of whoever asks; 409 otherwise.

    It is his from then on (`by`): whoever ordered it sees it no more, unless by `job.run`.
    """
    answer = _change(asking, request, id, "retry", given, key)
    request.app.state.starter.wake()
    return answer


def _change(asking: Asking, request: Request, id: str, how: str, given: Trying | None, key: str | None) -> Response:
    queue: Queue = request.app.state.jobs
    job = _seen(asking, request, id)
    if how == "retry":  # it is done under his name then; to stop one it is enough to see it
        may(asking.principal, job.kind, job.asked)
    lang, store = words_of(request, None, asking.service.lang).lang, called(asking.service.store)
    asking.admit(_told(asking, [job], lang)[0])  # what may not be answered is not done

    def do() -> Document:
        now = datetime.now(UTC)
        return asdict(queue.cancel(id, now) if how == "cancel" else queue.retry(id, asking.principal.name, now, store))

    return write_access(asking, request, key, given, do, f"{how} {id}", told=lambda kept: _told(asking, [Job(**kept)], lang)[0])


def _told(asking: Asking, jobs: Iterable[Job], lang: str) -> list[Document]:
    """Return jobs as plain values; whoever sees no persons gets every one, in a list too, without what was typed for it."""
    asking.about = {}
    return [_without_typed(asking, job, lang) if asking.blind else _with_typed(asking, job, lang) for job in jobs]


def _with_typed(asking: Asking, job: Job, lang: str) -> Document:
    """Return a job, and let the veil know of whom speaks what was typed for it.

    A reason is free text, which may name anybody: who sees persons in full says what he reads it for, others do not get it.
    """
    row = _row(asking, job, lang)
    for name in _unknown(asking, job):
        asking.about |= asking.meant(str(job.asked[name]))
    if job.asked.get("reason") and asking.principal.view == "full":
        asking.purposed("a reason that somebody typed may speak of natural persons", "所填理由可能涉及自然人")
        asking.record(f"reason of {job.id}")
        return row
    return row | {"asked": _without_reason(job.asked)}


def _without_typed(asking: Asking, job: Job, lang: str) -> Document:
    """Return a job through the veil without what was typed for it, which may stand in any spelling in what it says.

    By itself: a list leaves out what speaks of a person. What was typed may be a word that has a meaning in the row.
    """
    row, unknown = _row(asking, job, lang), _unknown(asking, job)
    for text in {str(job.asked[name]) for name in unknown}:
        asking.about |= {node: names for node, names in asking.meant(text).items() if node != text}
    row["asked"] = _without_reason(job.asked) | dict.fromkeys(unknown)
    if unknown and row["error"]:
        row["error"] = HIDDEN
    if unknown & _FILES:
        row["progress"], row["answer"] = row["progress"] and HIDDEN, _without_files(row["answer"])
    shown, asking.about = asking.admit(row), {}
    return shown


def _row(asking: Asking, job: Job, lang: str) -> Document:
    """Return a job as plain values; what a load quotes of rows, where it went wrong, is for whoever sees cells."""
    row = job.as_json(lang)
    if row["error"] and job.kind == "load" and not asking.sees_cells:
        row["error"] = error_without_cells(row["error"], lang)
    return row


def _without_reason(asked: Mapping[str, Any]) -> Document:
    return {**asked, "reason": None} if asked.get("reason") else dict(asked)


def _without_files(answer: Any) -> Any:
    """Return the answer of a load without the names of its files."""
    if isinstance(answer, dict):
        return {name: HIDDEN if name == "file" and value else _without_files(value) for name, value in answer.items()}
    return [_without_files(each) for each in answer] if isinstance(answer, list) else answer


def _unknown(asking: Asking, job: Job) -> set[str]:
    """Return which particulars of a job may name somebody; what it found, it has found under an id of ours."""
    sure = {"delivery", "source"} if job.state == "done" else set()
    return _naming(asking, {name: value for name, value in job.asked.items() if name not in sure})


def _naming(asking: Asking, asked: Mapping[str, Any]) -> set[str]:
    """Return which particulars may name somebody: a party, a file, and what is on record under no such id.

    So may the id of a decision on a person.
    """
    store = asking.service.store
    known: dict[str, Callable[[str], bool]] = {
        "around": lambda _: False,
        "delivery": lambda text: any(value_of(each).id == text for each in store.facts(["delivery"])),
        "decision": lambda text: _is_of_no_person(asking, text),
        "source": lambda text: any(True for _ in store.facts(["delivery"], None, f"delivery/{text}/")),
        **dict.fromkeys(("role", "kind_of_party", "share"), lambda _: are_bounds(asked)),
        "what": lambda text: text in names(),
        "mapping": lambda text: text in names(),
        "upload": lambda text: text == _RULES or _plain(str(asked.get("mapping"))).fullmatch(text) is not None,
    }
    return {name for name, is_known in known.items() if asked.get(name) and not is_known(str(asked[name]))}


@cache
def _plain(mapping: str) -> re.Pattern[str]:
    """Return what the names of files of a mapping are like that say which table they are, and when, and nothing else."""
    stems = [table.pattern(None).rpartition(".")[0] for table in load_mapping(mapping).tables] if mapping in names() else []
    told = ["[0-9_.-]*".join(map(re.escape, stem.split("*"))) for stem in stems]
    return re.compile(rf"(?:{'|'.join(told)})\.[a-z]{{1,8}}" if told else "(?!)")


def _is_of_no_person(asking: Asking, decision: str) -> bool:
    """Say whether a decision of an id is on record, and its respondent is no natural person, whose name the id may hold."""
    values = (each.fact.value for each in asking.service.store.facts(["decision"], about=[decision]))
    respondents = {value.respondent.entity for value in values if isinstance(value, Decision) and value.id == decision}
    return bool(respondents) and not asking.service.natural.which(respondents)


def _admitted(asking: Asking, words: Texts, job: Job) -> Document:
    """Return a job as whoever asks may see it, what a load says of its rows in a language."""
    return job_told(asking.admit(_told(asking, [job], words.lang)[0]), words.lang)


@router.post(
    "/loads",
    responses={200: {"model": schemas.LoadReport}, 202: {"model": schemas.Job}},
    openapi_extra=_BODY,
    summary="Load rows",
)
async def load(
    asking: Annotated[Asking, needs("data.load")],
    request: Request,
    asked: Annotated[schemas.LoadParameters, Query()],
    key: Key = None,
) -> Response:
    """Load rows, CSV or NDJSON as the body, with a mapping that ships; answers what became of every row."""
    return await loaded(asking, request, asked, key)
