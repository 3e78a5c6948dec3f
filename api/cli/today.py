"""The day of a status, and the dry run: what many commands take."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from graph.errors import InputError

DryRun = Annotated[bool, typer.Option("--dry-run", help="Answer as the act would, and record nothing.")]
AsOf = Annotated[str | None, typer.Option(help="Day of the status. Default: today.")]


def day_of(text: str | None, otherwise: date) -> date:
    """Return the day that a text means; raises `InputError`."""
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError as error:
        zh = f"“{text}”不是日期（写作 YYYY-MM-DD）"
        raise InputError(f"{text!r} is not a day (expected YYYY-MM-DD)", zh=zh) from error
