"""The command to begin with: demo."""

from __future__ import annotations

from typing import Any

import typer

from api.cli.formats import Format
from api.cli.output import emit_document, emit_table, say
from api.cli.session import Session, session
from api.rendering import explanation, reasons
from api.use_cases import demo, explaining, starting
from api.use_cases.findings import Query, find, find_one
from api.use_cases.propagating import propagate
from graph.store.base import Store

_LOADED = ("source", "table", "rows", "accepted", "known", "refused", "recorded")
_COUNTS = ("outcome", "origin", "effect", "count")
_BANS = ("decision.id", "decision.number", "company.name", "party.name", "rule.id", "from", "until", "status", "id")


def run(context: typer.Context) -> None:
    """Load real decisions and a made-up city, derive who answers, and show why and why not. Does nothing the second time."""
    here = session(context, document=True)
    with here.open(create=True) as store:
        loaded = _load(here, store)
        document = _findings(here, store, loaded)
    if here.format is not Format.TABLE:
        emit_document(here, document, ())
        return
    words = here.words
    if loaded:
        emit_table(words, loaded, _LOADED, words.say("demo.loaded"))
    emit_table(words, document["findings"], _COUNTS, words.say("demo.findings"))
    emit_table(words, document["bans"], _BANS, words.say("demo.bans"))
    if document["why"]:
        _print(words.say("demo.why"), explanation(document["why"], words))
    if document["why_not"]:
        _print(words.say("demo.why_not"), reasons(document["why_not"], words))
    _print(words.say("demo.next"), (f"  {step}" for step in document["next"]))


def _load(here: Session, store: Store) -> list[dict[str, Any]]:
    if starting.is_done(store):
        here.tell(here.words.say("demo.already"))
        return []
    here.tell(here.words.say("demo.loading"))
    reports = demo.load_demo(store, here.actor(), here.progress)
    for report in reports:
        if report.failed:
            here.tell(report.as_text())
    propagate(store, here.catalogue, here.actor())
    demo.finish(store, here.actor())
    return demo.loaded_rows(reports)


def _findings(here: Session, store: Store, loaded: list[dict[str, Any]]) -> dict[str, Any]:
    answer = find(store, here.catalogue, Query(), here.today)
    bans, graph = demo.bans(answer), answer.snapshot
    case = demo.telling_case(graph, here.catalogue)
    first = find_one(store, bans[0]["id"]) if bans else None
    return {
        "loaded": loaded,
        "findings": demo.finding_counts(answer.findings),
        "bans": bans,
        "why": explaining.explain(store, graph, here.catalogue, first, here.words, here.today) if first else None,
        "why_not": _closest(explaining.why_not(store, graph, here.catalogue, *case, here.words, here.today)) if case else None,
        "next": demo.next_steps(here.store_url, bans[0] if bans else None, case),
    }


def _closest(document: dict[str, Any]) -> dict[str, Any]:
    """Leave only the clauses that came closest: `zeren explain` has them all."""
    return document | {"clauses": [item for item in document["clauses"] if item["reason"] == document["reason"]][:1]}


def _print(title: str, lines: Any) -> None:
    typer.echo(f"\n== {title}")
    for line in lines:
        say(line)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", epilog="Example: zeren demo --store sqlite:///./zeren.db --lang en")(run)
