"""The command `zeren`: the root of all commands, and how each of them ends.

Exit codes: 0 done, 1 refused input or a check that fails, 2 wrong usage. Data go to standard output, progress and errors to
standard error.

Invariants (tests/integration/test_cli.py holds one test a number)
2. An error of the tree is one clear line on standard error, never a traceback.
3. `--store`, `--lang` and `--format` are taken before and after the command.
4. Every command has a help text with an example.
"""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Sequence
from copy import copy
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api import __version__
from api.cli.commands import Commands, listed
from api.cli.formats import Format
from api.use_cases.written import shown
from graph.errors import ZerenError, told

_ANYWHERE = ("--store", "--lang", "--format")
_NO_DAY = re.compile("""(?P<quote>['"])(?P<value>.*)(?P=quote) does not match the format""", re.DOTALL)
"""What is said of an option that takes a day and was given none."""


class Root(TyperGroup):
    """The group of all commands: takes the global options anywhere, and turns errors into one line and exit code 1.

    A command is found by its name, and its module imported then.
    """

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.commands: Any = Commands()

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """List the commands in the words of the table."""
        listing = copy(self)
        listing.commands = listed()
        super(Root, listing).format_help(ctx, formatter)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options of the root."""
        return super().parse_args(ctx, hoisted(args))

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except ZerenError as error:
            lang = ctx.obj.lang if ctx.obj else "en"
            typer.echo(f"zeren: {shown('; '.join(told(error, lang).splitlines()))}", err=True)
            raise typer.Exit(1) from None
        except typer.BadParameter as error:
            found = _NO_DAY.search(error.message)
            if found is None or error.param is None or not ctx.obj:
                raise
            option, value = error.param.opts[0], found["value"]
            typer.echo(f"zeren: {ctx.obj.words.say('tell.no_day', option=option, value=shown(value))}", err=True)
            raise typer.Exit(2) from None
        except BrokenPipeError:
            # Whoever reads has seen enough; without this the interpreter would complain when it closes the pipe.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        return result


def hoisted(args: Sequence[str]) -> list[str]:
    """Return the arguments with the global options first, wherever they stood before a `--`."""
    first: list[str] = []
    rest: list[str] = []
    waiting = list(args)
    while waiting:
        arg = waiting.pop(0)
        if arg == "--":
            rest += [arg, *waiting]
            break
        if arg in _ANYWHERE and waiting:
            first += [arg, waiting.pop(0)]
        elif arg.split("=", 1)[0] in _ANYWHERE:
            first.append(arg)
        else:
            rest.append(arg)
    return first + rest


app = typer.Typer(
    cls=Root,
    name="zeren",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog="Example: zeren demo",
    help="Who answers for an enterprise's listed misconduct, under which rule, and why.",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"zeren {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    store: Annotated[
        str | None,
        typer.Option("--store", help="URL: sqlite:///FILE or neo4j://HOST:PORT/DATABASE. Default: ZEREN_STORE, else ./zeren.db."),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How rows come out.")] = Format.TABLE,
    lang: Annotated[
        str | None, typer.Option("--lang", help="Language of explanations: zh or en. Default: ZEREN_LANG, else zh.")
    ] = None,
    _show_version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Take the options that every command shares; they may also stand after the command."""
    # Here, so that whoever asks for the version or for help alone waits for neither the rules nor the store.
    from api.cli.session import Session
    from api.locales import LANGS
    from api.settings import read_settings

    if lang is not None and lang not in LANGS:
        raise typer.BadParameter(f"{lang!r} is none of {', '.join(LANGS)}", param_hint="--lang")
    settings = read_settings()
    context.obj = Session(settings, store or settings.store, lang or settings.lang, format_)


def main() -> None:
    """Run the command line."""
    gc.set_threshold(200_000, 20, 100)  # a graph is built of millions of objects that live until the end
    app()
