"""The commands on jobs: list, show, add, cancel, retry, work."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, get_origin

import typer

from api.access.database import Database, place_of
from api.cli.output import emit_document, emit_rows
from api.cli.session import Session, session
from api.cli.today import DryRun
from api.cli.wording import worded
from api.csv_rows import cell_of
from api.jobs.queue import Job, Queue, called
from api.jobs.work import KINDS
from api.use_cases import choosing
from api.use_cases.rule_messages import job_told
from graph.errors import InputError

COLUMNS = ("id", "kind", "by", "made_at", "state", "attempts", "progress", "error")
NAMES = {"state": "job_state", "kind": "job_kind"}
JobId = Annotated[str, typer.Argument(metavar="JOB", help="Id of a job.")]


@contextmanager
def _queue(here: Session, *, dry_run: bool = False) -> Iterator[Queue]:
    with Database(place_of(here.store_url, here.settings.access), dry_run=dry_run) as db:
        yield Queue(db)


def list_(
    context: typer.Context,
    state: Annotated[str | None, typer.Option(help=f"One of {', '.join(choosing.JOB_STATES)}.")] = None,
) -> None:
    """List the jobs, the latest first."""
    here = session(context)
    wanted = choosing.job_state(state) if state else None
    with _queue(here) as queue:
        emit_rows(here, [job.as_json(here.lang) for job in queue.all(wanted)], COLUMNS, names=NAMES)


def show(context: typer.Context, job: JobId) -> None:
    """Show a job as it stands, with its answer once it is done."""
    here = session(context, document=True)
    with _queue(here) as queue:
        _emit(here, queue.get(job))


def add(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help=f"One of {', '.join(KINDS)}.")],
    particulars: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME=VALUE…", help="As `POST /v1/jobs` takes them; `what` may be a file or folder too."),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Put a job into the queue; a service over this store does it, or `zeren jobs work`."""
    here = session(context, document=True)
    if kind not in KINDS:
        raise typer.BadParameter(f"{kind!r} is none of {', '.join(KINDS)}", param_hint="KIND")
    asked = _particulars(kind, particulars or ())
    if isinstance(asked.get("what"), str) and Path(asked["what"]).exists():
        asked["what"] = str(Path(asked["what"]).resolve())
    actor, store = here.actor(), "" if dry_run else _store(here)
    with _queue(here, dry_run=dry_run) as queue:
        job, _ = queue.add(secrets.token_hex(8), kind, asked, actor.name, actor.at, store)
    if dry_run:
        emit_document(here, job.as_json() | {"id": None}, [f"{kind}: {json.dumps(asked, ensure_ascii=False)}"], dry_run=True)
    else:
        emit_document(here, job.as_json(), [job.id])


def _particulars(kind: str, given: Iterable[str]) -> dict[str, Any]:
    """Read what `POST /v1/jobs` takes, and the mapping of a file; what may be several is given several times."""
    from pydantic import ValidationError

    from api.http.job_schemas import Ordering  # the web framework takes longer to import than most commands to run
    from api.jobs.ordering import see_sound

    several: dict[str, list[str]] = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign or not name:
            raise typer.BadParameter(f"{each!r} is not NAME=VALUE", param_hint="NAME=VALUE")
        several.setdefault(name, []).append(value)
    own = {"mapping": several.pop("mapping")[-1]} if kind == "load" and "mapping" in several else {}
    lists = {name for name, field in Ordering.model_fields.items() if get_origin(field.annotation) is list}
    if twice := sorted(name for name, values in several.items() if len(values) > 1 and name not in lists):
        raise InputError(f"{', '.join(twice)}: given twice", zh=f"{'、'.join(twice)}：重复给出")
    try:
        ordering = Ordering.model_validate({"kind": kind} | {n: v if n in lists else v[0] for n, v in several.items()})
    except ValidationError as error:
        wrong = error.errors()
        zh = "；".join(f"{each['loc'][0]}：取值不可用" for each in wrong)
        raise InputError("; ".join(f"{each['loc'][0]}: {each['msg']}" for each in wrong), zh=zh) from error
    asked = ordering.model_dump(mode="json", exclude={"kind"}, exclude_defaults=True)
    if "rules" in asked:
        zh = "rules：请用 POST /v1/jobs；在本机请用 `zeren rules diff`"
        raise InputError("rules: goes to POST /v1/jobs; here `zeren rules diff` takes a file", zh=zh)
    see_sound(kind, asked)
    return asked | own


def cancel(context: typer.Context, job: JobId, dry_run: DryRun = False) -> None:
    """Cancel a job: at once if it waits, at its next sign of progress if it runs."""
    here = session(context, document=True)
    with _queue(here, dry_run=dry_run) as queue:
        _emit(here, queue.cancel(job, datetime.now(UTC)), dry_run=dry_run)


def retry(context: typer.Context, job: JobId, dry_run: DryRun = False) -> None:
    """Let a job that failed or was cancelled wait again, under your name."""
    here = session(context, document=True)
    actor, store = here.actor(), "" if dry_run else _store(here)
    with _queue(here, dry_run=dry_run) as queue:
        before = queue.get(job).by
        _emit(here, queue.retry(job, actor.name, actor.at, store), dry_run=dry_run)
    if before != actor.name:
        here.tell(here.words.say("tell.job_passed", by=before, now=actor.name))


def work(context: typer.Context) -> None:
    """Do what waits, one job after another, unless another process does; end when nothing waits."""
    from api.jobs.worker import work as do

    here = session(context)
    settings = here.settings.model_copy(update={"store": here.store_url, "lang": here.lang})
    typer.echo(here.words.say("tell.jobs_ended", number=do(settings, here.catalogue)))


def _emit(here: Session, job: Job, *, dry_run: bool = False) -> None:
    document = job_told(job.as_json(here.lang), here.lang)
    lines = [_line(here, name, value) for name, value in document.items() if name not in ("asked", "answer") and value is not None]
    told = [json.dumps(part, ensure_ascii=False) for part in (job.asked, document["answer"]) if part]
    emit_document(here, document, [*lines, *told], dry_run=dry_run)


def _line(here: Session, name: str, value: object) -> str:
    column = NAMES.get(name, name)
    return f"{here.words.label('column', column)}: {worded(here.words, column, cell_of({name: value}, name))}"


def _store(here: Session) -> str:
    """Return what tells the store from others (see `called`), empty where none stands there yet."""
    if not here.has_store:
        return ""
    with here.open() as store:
        return called(store)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    family = typer.Typer(help="Work that outlives a request.", no_args_is_help=True, epilog="Example: zeren jobs list")
    family.command("list", epilog="Example: zeren jobs list --state failed")(list_)
    family.command("show", epilog="Example: zeren jobs show 0123456789abcdef")(show)
    family.command("add", epilog="Example: zeren jobs add propagate full=true")(add)
    family.command("cancel", epilog="Example: zeren jobs cancel 0123456789abcdef")(cancel)
    family.command("retry", epilog="Example: zeren jobs retry 0123456789abcdef")(retry)
    family.command("work", epilog="Example: zeren jobs work")(work)
    app.add_typer(family, name="jobs")
