"""Write docs/settings.md from the settings themselves.

Run `.venv/bin/python docs/make_settings.py` after a setting changed; tests/unit/test_docs.py says when it was forgotten.
"""

from __future__ import annotations

import ast
import inspect
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from api.settings import Settings

PAGE = Path(__file__).resolve().parent / "settings.md"
HEAD = """\
# Settings

Written by `docs/make_settings.py` from `api/settings.py`: change the texts there, not here.

Each setting is an environment variable. A value that cannot be is refused by the name of its variable, with exit code 1. An option
of a command comes before its setting, a setting before its default.

| variable | default | meaning |
|---|---|---|"""


def page() -> str:
    """Return the page as it should be now."""
    told = dict(_told())
    prefix = str(Settings.model_config.get("env_prefix", ""))
    rows = [f"| `{prefix}{name.upper()}` | {_default(name)} | {told[name]} |" for name in Settings.model_fields]
    return "\n".join([HEAD, *rows, ""])


def _default(name: str) -> str:
    value = str(Settings.model_fields[name].default)
    return f"`{value}`" if value else "(empty)"


def _told() -> Iterator[tuple[str, str]]:
    """Yield each setting with the text under it."""
    (settings,) = ast.parse(inspect.getsource(Settings)).body
    lines = settings.body if isinstance(settings, ast.ClassDef) else []
    for line, text in pairwise(lines):
        stated = isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and stated:
            yield line.target.id, " ".join(str(text.value.value).split())  # type: ignore[attr-defined]


if __name__ == "__main__":
    ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter).parse_args()
    PAGE.write_text(page(), encoding="utf-8")
