"""The two times of every listing command: `--as-of` (when it was true) and `--known-at` (when we knew)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from analytics.responsibility.catalogue import Catalogue
from api.cli.session import Session
from api.use_cases.reading import catalogue_at, version_of
from graph.store.base import Store

AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], metavar="DATE", help="As it was on this day: what came later is left out."),
]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", metavar="VERSION|TIME", help="As it was known then: everything is derived again.")
]


def day_of(as_of: datetime | None) -> date | None:
    """Return the day that was asked for."""
    return as_of.date() if as_of else None


def version_at(store: Store, known_at: str | None) -> int | None:
    """Return the version that was asked for, None for the latest."""
    return None if known_at is None else version_of(store, known_at)


def rules_at(here: Session, known_at: str | None) -> Catalogue:
    """Return the rules in use at a version; only then is a store needed."""
    if known_at is None:
        return here.catalogue
    with here.open() as store:
        return catalogue_at(store, version_of(store, known_at), here.catalogue)
