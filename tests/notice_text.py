"""A made-up official notice of days off, of any year: as days, and as the text that is entered."""

from __future__ import annotations

from datetime import date, timedelta

_STRETCHES = (("01-01", 1), ("02-05", 7), ("04-05", 1), ("05-01", 5), ("06-09", 1), ("09-15", 1), ("10-01", 7))


def days_of(year: int) -> frozenset[date]:
    """Days off of a year that has them all."""
    return frozenset(date.fromisoformat(f"{year}-{start}") + timedelta(days=n) for start, count in _STRETCHES for n in range(count))


def notice_text(year: int) -> str:
    """The same as YAML."""
    told = []
    for start, count in _STRETCHES:
        first = date.fromisoformat(f"{year}-{start}")
        told.append(f"{first}/{first + timedelta(days=count - 1)}" if count > 1 else str(first))
    return f"holidays: [{', '.join(told)}]\n"
