"""What every command gets: settings, the store's URL, language and format, the time, and who asks."""

from __future__ import annotations

import getpass
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import cast

import typer

from analytics.responsibility.catalogue import Catalogue, shipped
from api.cli.formats import Format
from api.locales import Texts, texts
from api.settings import Settings
from api.use_cases.acting import Actor, today
from api.use_cases.stores import open_store_of
from api.use_cases.written import shown
from graph.errors import InputError
from graph.names import is_user_name
from graph.store import is_local, open_store
from graph.store.base import Store
from graph.store.turn import turn, turn_to_act


@dataclass(frozen=True)
class Session:
    """One run of the command line."""

    settings: Settings
    store_url: str
    lang: str
    format: Format

    @cached_property
    def words(self) -> Texts:
        """The words of the language asked for."""
        return texts(self.lang)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The rules that ship."""
        return shipped()

    @property
    def today(self) -> date:
        """The day of a status."""
        return today()

    def open(self, *, create: bool = False) -> Store:
        """Open the store; only what loads makes one where there is none."""
        return open_store_of(self.settings, self.store_url, create=create)

    def rehearse(self) -> Store:
        """Open the store for a dry run: an empty one in memory stands in where there is none, so that no file is made."""
        return self.open() if self.has_store else open_store("sqlite:///:memory:")

    @property
    def has_store(self) -> bool:
        """Whether there is a store to open; one on a server is taken to be there."""
        place = self.store_url.removeprefix("sqlite:///")
        return not is_local(self.store_url) or place == ":memory:" or Path(place).exists()

    def turn(self, store: Store, wait: float, *, dry_run: bool = False) -> AbstractContextManager[None]:
        """Hold the turn of the store: one load or undoing at a time; what records nothing needs none."""
        return nullcontext() if dry_run else turn(self.store_url, wait, store=store)

    def acting(self, store: Store, *, dry_run: bool = False) -> AbstractContextManager[None]:
        """Hold the turn to act on cases: one is judged and recorded at a time; what records nothing needs none."""
        return nullcontext() if dry_run else turn_to_act(self.store_url, store=store)

    def keep_kernels(self) -> None:
        """Say where compiled kernels are kept; call it before any of them is imported."""
        from graph.snapshot.jit import keep_compiled_in  # the compiler takes longer to import than most commands to run

        if self.settings.kernels:
            keep_compiled_in(Path(self.settings.kernels))

    def actor(self) -> Actor:
        """Return who asks, now."""
        name = self.settings.user or getpass.getuser()
        if not is_user_name(name):
            zh = f"ZEREN_USER：“{name}”不能作为经办人姓名：限字母、汉字、数字和 . _ @ -"
            raise InputError(f"ZEREN_USER: {name!r} is no name to work under: Latin or Chinese letters, digits, . _ @ -", zh=zh)
        return Actor.now(name)

    def tell(self, text: str) -> None:
        """Say how far it is, beside the data."""
        typer.echo(shown(text), err=True)

    def progress(self, file: str, row: int) -> None:
        """Show how far a load is, on a terminal."""
        if sys.stderr.isatty():
            line = self.words.say("issue.bare", level=shown(file), reason=self.words.say("issue.row", row=row))
            typer.echo(f"\r{line}\x1b[K", err=True, nl=False)

    def copied(self, version: int, last: int) -> None:
        """Show how far a copy is, on a terminal."""
        if sys.stderr.isatty():
            typer.echo(f"\rversion {version} of {last}\x1b[K", err=True, nl=version == last)


def session(context: typer.Context, *, document: bool = False) -> Session:
    """Return the session of a command.

    Parameters
    ----------
    context : Context
        The call.
    document : bool
        The command shows one document, which has no rows: another format than table and JSON is refused before anything is done.
    """
    here = cast("Session", context.find_object(Session))
    if document and here.format not in (Format.TABLE, Format.JSON):
        raise typer.BadParameter("this command shows a document, not rows: use table or json", param_hint="--format")
    return here
