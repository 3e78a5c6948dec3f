"""Write docs/commands.md from the command line itself.

Run `.venv/bin/python docs/make_commands.py` after a command or option changed; tests/unit/test_docs.py says when it was forgotten.
"""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from api.cli.main import app

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "commands.md"
HEAD = """\
# Commands

Written by `docs/make_commands.py` from the command line itself: change the help texts there, not here.

`--store`, `--format` and `--lang` may stand before or after the command. Data go to standard output, progress and errors to
standard error. Exit codes: 0 done, 1 refused input or a check that fails, 2 wrong usage.
"""


def page() -> str:
    """Return the page as it should be now."""
    root = typer.main.get_command(app)
    return "\n".join([HEAD, *_command(root, root.make_context("zeren", [], resilient_parsing=True))])


def _command(command: Any, context: Any) -> Iterator[str]:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"## `{context.command_path}`\n"
    yield f"{_plain(command.help)}\n"
    yield f"    {usage}\n"
    records = [parameter.get_help_record(context) for parameter in command.get_params(context)]
    shown = [record for record in records if record and not record[0].startswith("--help")]
    yield from (f"- `{_each(name)}`: {_plain(text)}" for name, text in shown)
    yield f"\n{_example(command.epilog)}\n" if shown else f"{_example(command.epilog)}\n"
    for name, child in sorted(getattr(command, "commands", {}).items()):
        yield from _command(child, child.make_context(name, [], parent=context, resilient_parsing=True))


def _each(names: str) -> str:
    """Return the names of an option, each as code."""
    return names.replace(", --", "`, `--")


def _plain(text: str | None) -> str:
    """Return a help text on one line; a folder that ships is shown from the root of the project."""
    return " ".join((text or "").replace(f"{ROOT}/", "").replace("  [", " [").split())


def _example(epilog: str | None) -> str:
    label, _, command = (epilog or "").partition(": ")
    return f"{label}: `{command}`" if command else ""


if __name__ == "__main__":
    ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter).parse_args()
    PAGE.write_text(page(), encoding="utf-8")
