"""Commands that bring data in, and that look after the store: load, synth, status, audit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.formats import Format
from api.cli.moment import KnownAt, opened, rules_of
from api.cli.output import emit_document, emit_json, emit_rows, say
from api.cli.session import Session, session
from api.use_cases import loading, status, stores
from api.use_cases.rule_messages import issue_lines, report_told
from loaders.base import Report
from loaders.comparing import Example, Examples
from loaders.synthetic.city import write_city
from loaders.vanishing import Terms

_COUNTS = (
    "table", "rows", "accepted", "new", "changed", "corrected", "known", "vanished", "ended", "flagged", "refused", "recorded",
)  # fmt: skip
_WOULD = {"recorded": "would_record", "ended": "would_end"}
"""What a dry run calls its counts in a table: it records nothing."""
_EXAMPLES = ("table", "change", "file", "row", "key", "old", "new")


def load(
    context: typer.Context,
    what: Annotated[list[str], typer.Argument(metavar="NAME|FILE…", help="A source that ships, or files and folders.")],
    mapping: Annotated[str | None, typer.Option(help="Mapping of the files: a file, or the name of one that ships.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and record nothing.")] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Show what would be new, changed, corrected and gone; record nothing.")
    ] = False,
    examples: Annotated[
        int, typer.Option(min=1, help="With --compare: so many examples of each kind and table.")
    ] = loading.EXAMPLES,
    delivered: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day as of which the files are.")] = None,
    accept_shrinkage: Annotated[
        bool, typer.Option("--accept-shrinkage", help="Take a snapshot that lacks more rows than its mapping allows.")
    ] = False,
    older: Annotated[
        bool, typer.Option("--older", help="Take a delivery older than the last one: it adds, and alters nothing.")
    ] = False,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait while another load or undoing is running.")] = 0,
    marked: Annotated[
        Path | None, typer.Option("--marked", help="Of one Excel workbook: write a copy with what was wrong marked in its cells.")
    ] = None,
) -> None:
    """Load a source that ships with Zeren, or files with a mapping, as one delivery. Exit code 1 if something was refused."""
    here = session(context)
    rehearsed = dry_run or compare
    if marked is not None:
        _see_that_it_can_be_marked(what, marked)
    with here.rehearse() if rehearsed else here.open(create=True) as store, nullcontext() if rehearsed else here.turn(store, wait):
        shown = Examples(store, examples) if compare else None
        report = loading.load(
            store,
            here.actor(),
            what,
            mapping=mapping,
            delivered=delivered.date() if delivered else None,
            dry_run=rehearsed,
            id_key=here.settings.id_key.get_secret_value(),
            terms=Terms(accept_shrinkage=accept_shrinkage, older=older),
            examples=shown,
            progress=here.progress,
        )
    _emit_report(here, report, shown.shown if shown else None, rehearsed=rehearsed)
    if rehearsed:
        here.tell(here.words.say("tell.compared" if compare else "tell.dry_run"))
    elif any(counts.recorded or counts.ended for counts in report.tables.values()):
        here.tell(here.words.say("tell.propagate"))
    if report.delivery and not rehearsed:
        did = any(counts.recorded or counts.vanished for counts in report.tables.values())
        here.tell(here.words.say("delivery.undo" if did else "delivery.nothing_new", id=report.delivery))
    if marked is not None:
        from api.use_cases.marking import write_marked  # few loads mark a workbook

        count, more = write_marked(Path(what[0]), report, marked, here.words, loading.sheet_of(what[0], mapping))
        here.tell(here.words.say("template.marked", count=count, file=marked))
        if more:
            here.tell(here.words.say("template.more", count=more))
    if report.failed:
        raise typer.Exit(1)


def template(
    context: typer.Context,
    mapping: Annotated[str, typer.Argument(help="A mapping: a file, or the name of one that ships.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the workbooks; made if it is not there.")] = Path(),
) -> None:
    """Write an Excel template for each table of a mapping, with a sheet that explains its columns."""
    from api.use_cases.templates import without_template, write_templates

    here, loaded = session(context), loading.mapping_of(mapping)
    for path in write_templates(loaded, out, here.words):
        typer.echo(str(path))
    if tables := without_template(loaded):
        here.tell(here.words.say("tell.no_template", tables=", ".join(tables)))


def _see_that_it_can_be_marked(what: Sequence[str], marked: Path) -> None:
    from api.use_cases.marking import see_place  # few loads mark a workbook
    from loaders.workbooks import other_format

    if not (len(what) == 1 and what[0].lower().endswith(".xlsx")):
        why = other_format(Path(what[0]).name) if len(what) == 1 else None
        raise typer.BadParameter(why or "a marked copy is made of one Excel workbook", param_hint="--marked")
    see_place(Path(what[0]), marked)


def _emit_report(here: Session, report: Report, examples: Sequence[Example] | None, *, rehearsed: bool) -> None:
    shown = None if examples is None else [*map(loading.example_json, examples)]
    if here.format is Format.JSON:
        emit_json(report_told(report.as_dict(), here.lang) | ({} if shown is None else {"examples": shown}))
        return
    if here.format is Format.CSV and shown is not None:
        emit_rows(here, [each | {"old": _text(each["old"]), "new": _text(each["new"])} for each in shown], _EXAMPLES)
        return
    counts = report.as_dict()["tables"]
    called = _WOULD if rehearsed else {}
    rows = [{"table": name, **{called.get(key, key): value for key, value in row.items()}} for name, row in counts.items()]
    emit_rows(here, rows, [called.get(key, key) for key in _COUNTS], report.source)
    for each in shown or ():
        change = here.words.label("difference", each["change"])
        place = here.words.say("issue.join").join((each["file"], here.words.say("issue.row", row=each["row"])))
        say(f"{change}: {each['table']} · {place} · {each['key']}")
        say(f"    {_text(each['old'])} → {_text(each['new'])}")
    for line in issue_lines(report.issues, here.words):
        here.tell(line)
    if more := report.total_issues - len(report.issues):
        here.tell(here.words.say("tell.more_issues", count=more))


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else "–"


def synth(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Folder for the files; made if it is not there.")] = None,
    enterprises: Annotated[int, typer.Option(min=1, help="Number of enterprises.")] = 1_000,
    seed: Annotated[int, typer.Option(help="The same seed writes the same city.")] = 7,
    straight: Annotated[bool, typer.Option("--load", help="Load the city straight into the store, without files.")] = False,
    wait: Annotated[float, typer.Option(min=0, help="With --load: seconds to wait while another load is running.")] = 0,
) -> None:
    """Make a synthetic city: its files, with planted answers in truth.csv and networks.csv, or its facts in the store, or both."""
    here = session(context)
    if folder is None and not straight:
        raise typer.BadParameter("give a FOLDER for the files, or --load, or both")
    if folder is not None:
        for name in write_city(folder, enterprises, seed, progress=here.progress).rows:
            typer.echo(str(folder / name))
    if straight:
        with here.open(create=True) as store, here.turn(store, wait):
            report = loading.load_city(store, here.actor(), enterprises, seed, progress=here.progress)
        _emit_report(here, report, None, rehearsed=False)


def show_status(context: typer.Context, known_at: KnownAt = None) -> None:
    """Show the store's version, what it holds, and what is still to be derived."""
    here = session(context, document=True)
    with opened(here, known_at) as store:
        document = status.status(store, rules_of(here, store))
    words, rules = here.words, document["catalogue"]
    waiting = words.label("status_pending", str(document["pending"] or "nothing"))
    lines = [
        words.say("store.url", url=here.store_url),
        words.say("store.version", version=document["version"], at=document["last_write"] or words.say("explain.nothing")),
        *(f"  {words.label('fact_kind', kind)}: {count}" for kind, count in document["statements"].items()),
        words.say("store.rules", count=rules["rules"], hash=rules["hash"]),
        words.say("store.propagated", mark=document["propagated"] or words.label("status_pending", "never")),
        words.say("store.pending", pending=waiting),
    ]
    emit_document(here, document, lines)


def copy(
    context: typer.Context,
    target: Annotated[str, typer.Option("--to", help="URL of the copy: an empty store, or one that a copy was cut off in.")],
    source: Annotated[str | None, typer.Option("--from", help="URL of the original. Default: the store.")] = None,
) -> None:
    """Copy a store to another, with every version of it, and verify the copy. Exit code 1 if it is not the same."""
    here = session(context, document=True)
    document = stores.copy_store(here.settings, source or here.store_url, target, here.copied)
    lines = [
        f"copied {document['versions_copied']} versions with {document['statements_copied']} statements",
        f"verified: both are at version {document['version']}, chain {document['chain'] or 'empty'}",
    ]
    emit_document(here, document, lines)


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("load", epilog="Example: zeren load register.csv --mapping register.yaml --dry-run")(load)
    app.command("synth", epilog="Example: zeren synth ./city --enterprises 1000 --seed 7")(synth)
    app.command("template", epilog="Example: zeren template cn_court_defaulters --out ./forms")(template)
    app.command("status", epilog="Example: zeren status --format json")(show_status)
    app.command("copy", epilog="Example: zeren copy --from sqlite:///./zeren.db --to neo4j://localhost:7687")(copy)
