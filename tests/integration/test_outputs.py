"""The outputs in the pages are what their commands print."""

from __future__ import annotations

import gc
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.conftest import FIRST, Demo, outputs


@pytest.fixture
def usual() -> Iterator[None]:
    """How often this process collects what nobody holds; a command that runs in it alters that."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("usual")
def test_the_outputs_in_the_pages_are_what_the_commands_print(
    demo: Demo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    pages = outputs()
    real, first = pages._in_shell, []

    def in_shell(command: str, folder: Path) -> str:
        if command != FIRST:
            return str(real(command, folder))
        first.append(command)  # it was run already, the same way, for all tests that ask the demonstration
        shutil.copytree(demo.left, folder, dirs_exist_ok=True)
        return demo.said

    monkeypatch.setattr(pages, "_in_shell", in_shell)
    monkeypatch.setattr(sys, "argv", ["make_outputs.py", "--check"])
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert pages.main() == 0, capsys.readouterr().err
    assert first == [FIRST]
