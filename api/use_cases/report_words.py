"""What the figures of a report are called: whose they are, and what is counted."""

from __future__ import annotations

from analytics.lifecycle.departments import departments
from analytics.lifecycle.purposes import load_purposes
from api.locales import Bilingual, Texts


def key_text(key: str, words: Texts) -> str:
    """Return in words whose figure it is: a department, a place, a matter."""
    units = departments().units
    if key.isdigit():
        return words.place(key)
    return words.pick(units[key]) if key in units else words.label("report_key", key)


def counted_text(counted: str, words: Texts) -> str:
    """Return in words what is counted."""
    named: Bilingual | None = load_purposes().get(counted) or departments().refusals.get(counted)
    return words.pick(named) if named else words.label("report_counted", counted)
