"""What the figures of a report are called: whose they are, and what is counted."""

from __future__ import annotations

from datetime import date
from typing import Any

from analytics.lifecycle.departments import departments
from analytics.lifecycle.purposes import load_purposes
from api.locales import Bilingual, Texts
from api.use_cases.reports import Period


def key_text(key: str, words: Texts) -> str:
    """Return in words whose figure it is: a department, a place, a matter."""
    units = departments().units
    if key.isdigit():
        return words.place(key)
    return words.pick(units[key]) if key in units else words.label("report_key", key)


def row_told(row: dict[str, Any], words: Texts) -> dict[str, Any]:
    """Return a figure of a report with what its codes are called."""
    return {
        **row,
        "section_text": words.label("report_section", row["section"]),
        "key_text": key_text(row["key"], words),
        "measure_of_text": counted_text(row["measure_of"], words),
    }


def title_of(period: Period, made: date, words: Texts) -> str:
    """Return what a report is on, and of which day it is: later rulings may change its figures."""
    return words.say("report.title", since=period.start, until=period.end, made=made)


def counted_text(counted: str, words: Texts) -> str:
    """Return in words what is counted."""
    named: Bilingual | None = load_purposes().get(counted) or departments().refusals.get(counted)
    return words.pick(named) if named else words.label("report_counted", counted)


def field_text(name: str, words: Texts) -> str:
    """Return what a conflict is about in words: an attribute by its name, the start or end of a post with the post."""
    kind, _, of = name.partition(".")
    if kind == "attribute":
        return words.label("attribute", of)
    return words.say(f"quality.{kind}", post=words.interest(of)) if of else words.label("quality_field", name)
