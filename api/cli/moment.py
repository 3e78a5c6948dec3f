"""The two times of every listing command: `--as-of` (when it was true) and `--known-at` (when we knew)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated

import typer

from analytics.responsibility.catalogue import Catalogue
from api.cli.session import Session
from api.use_cases.past import Past, by_day, recorded_by
from api.use_cases.reading import catalogue_at, recorded_at, version_of
from graph.store.base import Store

AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], metavar="DATE", help="As it was on this day: what came later is left out."),
]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", metavar="VERSION|TIME", help="As it was known then: everything is derived again.")
]


@contextmanager
def opened(here: Session, known_at: str | None) -> Iterator[Store]:
    """Open the store as it was known then; as it is where no version is asked for."""
    with here.open() as store:
        version = version_at(here, store, known_at)
        if version is None:
            yield store
        else:
            with Past(store, version) as past:
                yield past


def rules_of(here: Session, store: Store) -> Catalogue:
    """Return the rules in use where the store stands: those of its day where it is a past one."""
    return rules_then(here, store.store, store.at) if isinstance(store, Past) else here.catalogue


def rules_then(here: Session, store: Store, version: int | None) -> Catalogue:
    """Return the rules in use at a version, and tell where none were on record yet; those of today where none is asked for."""
    if version is None:
        return here.catalogue
    rules = catalogue_at(store, version, here.catalogue)
    if recorded_at(store, version) is None:
        here.tell(here.words.say("tell.no_rules_then", version=version, hash=rules.hash))
    return rules


def log_of(here: Session, as_of: datetime | None, known_at: str | None) -> Callable[[str], bool]:
    """Return the test of a log, which only grows: whether an entry made at a time was on record on the day and at the version."""
    day = day_of(as_of)
    if known_at is None:
        return lambda at: by_day(at, day)
    with opened(here, known_at) as store:
        known = recorded_by(store, known_at)
    return lambda at: by_day(at, day) and known(at)


def day_of(as_of: datetime | None) -> date | None:
    """Return the day that was asked for."""
    return as_of.date() if as_of else None


def version_at(here: Session, store: Store, known_at: str | None) -> int | None:
    """Return the version that was asked for, None for the latest; tell where it was before the first load."""
    if known_at is None:
        return None
    version = version_of(store, known_at)
    if version == 0:
        here.tell(here.words.say("tell.nothing_known"))
    return version


def rules_at(here: Session, known_at: str | None) -> Catalogue:
    """Return the rules in use at a version; only then is a store needed."""
    if known_at is None:
        return here.catalogue
    with here.open() as store:
        return rules_then(here, store, version_at(here, store, known_at))
