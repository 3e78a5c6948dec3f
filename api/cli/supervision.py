"""Commands for supervision: incentives, reports, and reports in confidence."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from analytics.lifecycle.incentives import RedListing
from api.cli.acts import cases_of
from api.cli.departments import desk
from api.cli.moment import AsOf as DayOf
from api.cli.moment import KnownAt, log_of, opened
from api.cli.output import emit_document, emit_rows
from api.cli.session import session
from api.cli.today import AsOf, DryRun, day_of
from api.desk.tips import Tips, new_keys
from api.use_cases import checking, pushing, report_workbook, reports, rewarding
from api.use_cases.calendars import calendar_of
from api.use_cases.case_reading import graph_of
from api.use_cases.past import recorded_by
from api.use_cases.reading import whom
from api.use_cases.report_words import title_of
from graph.errors import ConfigError, InputError

TIP_COLUMNS = ("at", "id", "about", "text")
READING_COLUMNS = ("at", "tip", "who", "why")
Party = Annotated[str, typer.Argument(metavar="PARTY", help="Person or enterprise: an id, a number or a name.")]


def show(context: typer.Context, party: Party, as_of: AsOf = None, known_at: KnownAt = None) -> None:
    """Show what may be given to a party: red list, clean years, benefits, honours, and what stands against them."""
    here = session(context, document=True)
    with opened(here, known_at) as store:
        node, snapshot = whom(store, party)
        document = rewarding.incentives_json(store, cases_of(here, store), snapshot, node, day_of(as_of, here.today), here.words)
    words = here.words
    lines = list(rewarding.ground_lines(document, words))
    lines += [
        words.say(
            "incentive.row",
            benefit=row["label"],
            may=words.label("mark", "proved" if row["may"] else "refuted"),
            reason=words.label("incentive_reason", row["reason"]),
            basis=row["basis"],
        )
        for row in document["benefits"]
    ]
    lines += [rewarding.conflict_text(conflict, words) for conflict in document["conflicts"]]
    honours = words.say("incentive.honours", honours=words.label("incentive_honours", document["honours"]))
    emit_document(here, document, [f"{document['party']['name']}  {document['on']}", *lines, honours])


def recognise(
    context: typer.Context,
    party: Party,
    recogniser: Annotated[str, typer.Option(help="Body that recognises.")],
    level: Annotated[str, typer.Option(help="Its level, e.g. city (codes of authority_levels.yaml).")],
    number: Annotated[str, typer.Option(help="Number of the document.")],
    standard: Annotated[str, typer.Option(help="National or provincial standard; without one the entry is for reference.")] = "",
    since: Annotated[str | None, typer.Option(help="First day. Default: today.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day, if it has one.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Record an entry of a red list."""
    here = session(context, document=True)
    entry = RedListing(recogniser, level, standard, day_of(since, here.today), day_of(until, date.max) if until else None)
    with here.open() as store:
        node, _ = whom(store, party)
        key = rewarding.recognise(store, here.actor(), node, entry, number, dry_run=dry_run)
    emit_document(here, {"entry": key, "counts": entry.counts(here.today)}, [key], dry_run=dry_run)


def take_off(
    context: typer.Context,
    entry: Annotated[str, typer.Argument(help="Id of the entry.")],
    text: Annotated[str, typer.Option(help="Reason.")] = "",
    dry_run: DryRun = False,
) -> None:
    """Take an entry off a red list, with the reason."""
    here = session(context)
    with here.open() as store:
        rewarding.take_off(store, here.actor(), entry, text, dry_run=dry_run)
    here.tell(here.words.say("tell.dry_run") if dry_run else here.words.say("incentive.taken_off", entry=entry))


def report(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="First day of the period.")],
    until: Annotated[
        str | None, typer.Option("--until", "--as-of", help="Last day of the period, today at the latest. Default: today.")
    ] = None,
    known_at: KnownAt = None,
    excel: Annotated[Path | None, typer.Option(help="Also write an Excel workbook to this file.")] = None,
) -> None:
    """Report on a period: funnel by county, departments, refusals, objections, repairs, look-ups."""
    here = session(context)
    period = reports.period_of(day_of(since, here.today), day_of(until, here.today) if until else None, here.today)
    with opened(here, known_at) as store, desk(here) as outbox:
        told = pushing.told_by(store, outbox, period.end, on_record=recorded_by(store, known_at))
        looked = checking.lookups(store)
        cases = cases_of(here, store)
        rows = reports.report(cases, graph_of(store, cases), told, looked, period, calendar_of(store))
    title = title_of(period, here.today, here.words)
    if excel is not None:
        try:
            excel.write_bytes(report_workbook.workbook(rows, title, here.words))
        except OSError as error:
            zh = f"{excel}：不能写入：{error.strerror}"
            raise ConfigError(f"{excel}: cannot be written: {error.strerror}", zh=zh) from error
    columns = reports.COLUMNS if here.format.for_reading else reports.DATED
    emit_rows(here, reports.dated(rows, period, here.today), columns, title, names={"key": "report_key"})


def keys(context: typer.Context, out: Annotated[Path, typer.Option(help="File for the private key; it must not exist.")]) -> None:
    """Make a pair of keys: the private one into a file for the one role that may read, the public one is printed."""
    here = session(context, document=True)
    private, public = new_keys()
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(private + "\n")
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror}", zh=f"{out}：不能写入：{error.strerror}") from error
    emit_document(here, {"public": public}, [f"ZEREN_TIP_KEY={public}"])


def file(
    context: typer.Context,
    about: Annotated[str, typer.Option(help="Enterprise that is reported: an id, a number or a name.")],
    text: Annotated[str, typer.Option(help="What is reported.")],
    dry_run: DryRun = False,
) -> None:
    """File a report in confidence; who reports is read from standard input, never from the command line, and sealed.

    Write 姓名：…, 电话：…, 地址：…, a line each; whoever gives no name writes 姓名：匿名. A dry run shows the text as it would be
    kept, with what the reporter may be known by hidden.
    """
    here = session(context, document=True)
    if not here.settings.tip_key:
        raise ConfigError(
            "ZEREN_TIP_KEY is not set: without it nobody's identity could be sealed (see `zeren tip keys`)",
            zh="未设置 ZEREN_TIP_KEY：没有它就不能密封举报人身份（见 `zeren tip keys`）",
        )
    with here.open() as store:
        node, near = whom(store, about)
    if near.kind(node) == "person":  # his id would name him in every list, and whoever reports may be himself
        raise InputError(
            f"--about: {about!r} is a person: name the enterprise, and say in the text of whom it is",
            zh=f"--about：“{about}”是自然人：请写企业，涉及何人写在举报内容中",
        )
    with Tips(here.settings.desk, dry_run=dry_run) as tips:
        tip = tips.file(node, text, sys.stdin.read(), here.settings.tip_key, here.actor().at)
    if dry_run:
        emit_document(here, {"id": None, "about": tip.about, "text": tip.text}, [tip.text], dry_run=True)
    else:
        emit_document(here, {"id": tip.id, "about": tip.about}, [tip.id])


def tip_list(
    context: typer.Context,
    readings: Annotated[bool, typer.Option("--readings", help="Who read an identity, when and why.")] = False,
    maskings: Annotated[bool, typer.Option("--maskings", help="Which report was masked anew, when and by whom.")] = False,
    as_of: DayOf = None,
    known_at: KnownAt = None,
) -> None:
    """List the reports, without a word of who made them."""
    here = session(context)
    on_record = log_of(here, as_of, known_at)
    with Tips(here.settings.desk) as tips:
        if readings:
            emit_rows(here, [row for row in tips.readings() if on_record(row["at"])], READING_COLUMNS, names={"who": "by"})
        elif maskings:
            emit_rows(here, [row for row in tips.maskings() if on_record(row["at"])], ("at", "tip", "who"), names={"who": "by"})
        else:
            filed = [tip for tip in tips.filed() if on_record(tip.at)]
            rows = [{"id": tip.id, "at": tip.at, "about": tip.about, "text": tip.text} for tip in filed]
            emit_rows(here, rows, TIP_COLUMNS, names={"text": "tip_text", "about": "about_enterprise"})


def remask(context: typer.Context, dry_run: DryRun = False) -> None:
    """Mask the reports that were filed before a word was known that is hidden now; on record, and the old text is gone."""
    here = session(context)
    actor = here.actor()
    with Tips(here.settings.desk, dry_run=dry_run) as tips:
        made = tips.remask(actor.name, actor.at, dry_run=dry_run)
    rows = [{"id": tip.id, "about": tip.about, "text": tip.text} for tip in made]
    emit_rows(here, rows, ("id", "about", "text"), dry_run=dry_run)


def reveal(
    context: typer.Context,
    tip: Annotated[str, typer.Argument(help="Id of the report.")],
    key: Annotated[Path, typer.Option(help="File with the private key.")],
    why: Annotated[str, typer.Option(help="Reason; kept on record.")],
) -> None:
    """Show who made a report, to whoever has the private key; recorded with the reason."""
    here = session(context)
    actor = here.actor()
    try:
        private = key.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{key}: cannot be read", zh=f"{key}：不能读取") from error
    with Tips(here.settings.desk) as tips:
        typer.echo(tips.reveal(tip, private, actor.name, why, actor.at))


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    family = typer.Typer(help="Incentives for good faith.", no_args_is_help=True, epilog="Example: zeren incentive show 示例A公司")
    family.command("show", epilog="Example: zeren incentive show 示例A公司")(show)
    example = (
        "Example: zeren incentive recognise 示例A公司 --recogniser 示例局 --level city --standard 税务A级 --number 示例〔2026〕1号"
    )
    family.command("recognise", epilog=example)(recognise)
    family.command("take-off", epilog="Example: zeren incentive take-off red-0123456789abcdef --text 新的处罚")(take_off)
    app.add_typer(family, name="incentive")
    app.command("report", epilog="Example: zeren report --since 2026-01-01 --excel report.xlsx")(report)
    tips = typer.Typer(help="Reports in confidence.", no_args_is_help=True, epilog="Example: zeren tip list")
    tips.command("keys", epilog="Example: zeren tip keys --out tip.key")(keys)
    tips.command("file", epilog="Example: zeren tip file --about 示例A公司 --text 拖欠工资")(file)
    tips.command("list", epilog="Example: zeren tip list")(tip_list)
    tips.command("remask", epilog="Example: zeren tip remask --dry-run")(remask)
    tips.command("reveal", epilog="Example: zeren tip reveal tip-0123456789abcdef --key tip.key --why 调查2026-3号")(reveal)
    app.add_typer(tips, name="tip")
