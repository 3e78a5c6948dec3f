"""The quality report as plain values, and its parts for a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from analytics.quality.report import SourceQuality, quality
from api.locales import Texts
from api.tables import Section
from api.use_cases.deliveries import list_deliveries
from api.use_cases.report_words import field_text
from graph.dates import PartialDate
from graph.errors import NotFound
from graph.model import Fact, Payload
from graph.preference import preference_of
from graph.store.base import Store
from loaders.deliveries import STANDING, deliveries, value_of

OVER_TIME = ("day", "delivery_status", "rows", "new", "changed", "corrected", "known", "vanished", "flagged", "refused")

_TIE = re.compile(r"(?P<ends>.+ → .+) (?P<interest>[a-z0-9_]+) (?P<period>[^ /]+/[^ /]+)")
"""A relationship as an example has it."""
COLUMNS = {"share": "share_of_checked", "vanished": "statements_vanished", "ended": "statements_ended"}
"""Columns that are called otherwise here than elsewhere: what vanished is counted in statements, beside rows."""


def quality_report(store: Store, today: date, source: str | None = None, known_at: int | None = None) -> dict[str, Any]:
    """Return the quality of every source, or of one, and of its deliveries over time.

    Raises
    ------
    NotFound
        Nothing is on record of the source.
    """
    version = store.version() if known_at is None else known_at

    def read(kinds: Iterable[str]) -> Iterator[Fact[Payload]]:
        return (recorded.fact for recorded in store.facts(kinds, version))

    delivered = deliveries(store, known_at=version)
    stand = [value for value in map(value_of, delivered) if value.status in STANDING]
    found = quality(read, preference_of(delivered), today, source, stand)
    if source is not None and not found.sources:
        raise NotFound(f"nothing is on record of the source {source!r}", zh=f"没有来源“{source}”的记录")
    return {
        "version": version,
        "day": today.isoformat(),
        "sources": [_source(each, store, version) for each in found.sources],
        "conflicts": [_conflict(each) for each in (asdict(conflict) for conflict in found.conflicts)],
        "conflict_count": found.conflict_count,
    }


def _source(found: SourceQuality, store: Store, version: int) -> dict[str, Any]:
    delivered = list_deliveries(store, found.source, version)
    checks = [asdict(check) | {"share": round(check.count / check.of, 6)} for check in found.checks]
    return {
        "source": found.source,
        "statements": found.statements,
        "appearances": found.appearances,
        "names": found.names,
        "deliveries": [{"id": each["id"], **{name: each[name] for name in OVER_TIME}} for each in delivered],
        "checks": checks,
    }


def _conflict(found: dict[str, Any]) -> dict[str, Any]:
    values = [{"source": source, "value": value} for source, value in found["values"]]
    return {"entity": found["entity"], "field": found["field"], "shown": values[0], "others": values[1:], "why": found["why"]}


def check_rows(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one row a source and check, with the first examples as text."""
    return [
        {"source": each["source"], "check": check["name"], "count": check["count"], "of": check["of"], "share": check["share"],
         "examples": "; ".join(map(example_text, check["examples"][:3]))}
        for each in report["sources"]
        for check in each["checks"]
    ]  # fmt: skip


def example_text(example: dict[str, Any]) -> str:
    """Return an example as text, with file and row where it has one."""
    place = f"({example['file']} {example['row']})" if example["file"] else ""
    return " ".join(filter(None, (example["text"], place)))


def conflict_rows(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one row a conflict."""
    return [
        {"entity": each["entity"], "field": each["field"], "shown": _said(each["shown"]),
         "others": "; ".join(map(_said, each["others"])), "because": each["why"]}
        for each in report["conflicts"]
    ]  # fmt: skip


def delivery_rows(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one row a delivery, over time."""
    return [{"source": each["source"], **delivery} for each in report["sources"] for delivery in each["deliveries"]]


def flat_rows(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of both kinds in one table: a conflict is the check `conflict` of the source that is shown."""
    found = [{"source": each["shown"]["source"], "check": "conflict"} for each in report["conflicts"]]
    conflicts = [of | row for of, row in zip(found, conflict_rows(report), strict=True)]
    return [*check_rows(report), *conflicts]


def _said(value: dict[str, str]) -> str:
    return f"{value['value']} [{value['source']}]"


def sections(report: dict[str, Any], words: Texts) -> Iterator[Section]:
    """Yield the parts of the page: for each source what it holds, its deliveries, its checks; then the conflicts."""
    for each in report["sources"]:
        held = [(_kind(words, kind), f"{number:,}") for kind, number in each["statements"].items()]
        held += [(words.say("quality.appearances"), f"{each['appearances']:,}"), (words.say("quality.names"), f"{each['names']:,}")]
        yield Section(each["source"], words.say("quality.held"), (words.say("quality.what"), words.label("column", "count")), held)
        yield Section(
            "",
            words.say("quality.over_time"),
            [words.label("column", COLUMNS.get(name, name)) for name in OVER_TIME],
            [[_delivered(words, name, delivery[name]) for name in OVER_TIME] for delivery in each["deliveries"]],
        )
        headers = [words.label("column", COLUMNS.get(name, name)) for name in ("check", "count", "of", "share", "examples")]
        yield Section("", words.say("quality.checked"), headers, [_check(words, check) for check in each["checks"]])
    headers = [words.label("column", name) for name in ("entity", "field", "shown", "others", "because")]
    rows = [
        [row["entity"], field_text(row["field"], words), row["shown"], row["others"], words.label("quality_why", row["because"])]
        for row in conflict_rows(report)
    ]
    yield Section(
        words.say("quality.conflicts"), words.say("quality.conflict_count", count=report["conflict_count"]), headers, rows
    )


def _kind(words: Texts, kind: str) -> str:
    """Return what is counted, in words: a kind of statement, or of entity."""
    said = words.label("statement_kind", kind)
    return words.code("entity_kinds", kind) if said == kind else said


def _delivered(words: Texts, name: str, value: object) -> str:
    if name == "delivery_status":
        return words.label("delivery_status", str(value))
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _check(words: Texts, check: dict[str, Any]) -> list[str]:
    examples = "\n".join(example_text(each | {"text": _in_words(each["text"], words)}) for each in check["examples"])
    return [
        words.label("quality_check", check["name"]),
        f"{check['count']:,}",
        f"{check['of']:,}",
        f"{check['share']:.2%}",
        examples,
    ]


def _in_words(text: str, words: Texts) -> str:
    """Return an example with the interest and the days of a relationship in words; any other as it is."""
    found = _TIE.fullmatch(text)
    if found is None:
        return text
    start, end = (_day(words, each) for each in found["period"].split("/"))
    period = words.say("date.since", start=start) if found["period"].endswith("/open") else None
    return f"{found['ends']} {words.interest(found['interest'])} {period or words.say('date.period', start=start, end=end)}"


def _day(words: Texts, text: str) -> str:
    """Return a day in words, also one that is known to lie before, after or between others."""
    first, between, last = text.partition("..")
    if not between:
        return words.date(PartialDate.parse(text))
    known = "between" if first and last else "after" if first else "before"
    return words.say(f"quality.{known}", first=first, last=last)
