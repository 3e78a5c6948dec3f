"""Put real output under the commands of README.md and docs/tour.md.

Every block marked `console` is run again: each line that begins with `$ `, one after the other, in one empty folder a page, so that
a block sees what the ones before it did. What the commands print (standard output and error) replaces what stood there. A comment
`<!-- lines: 3-12 -->` above a block keeps these lines of each output. Moments of time and folders are left out.

The first command of a page runs in a shell, and so does whatever is more than a plain `zeren …`; the others run in this process,
which spares the start of one. A page that begins as an earlier one did starts from a copy of the folder that its command left.

Run `.venv/bin/python docs/make_outputs.py`; with `--check` nothing is written, and the exit code is 1 if anything differs. Either
way the lines that differ are shown.
"""

from __future__ import annotations

import contextlib
import difflib
import gc
import re
import shlex
import shutil
import subprocess
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", ROOT / "docs" / "tour.md")
BLOCK = re.compile(r"(?:<!-- lines: (?P<first>\d+)-(?P<last>\d+) -->\n)?```console\n(?P<body>.*?)```\n", re.DOTALL)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:\+\d\d:\d\d|Z)?")
WIDTH = 240
_BESIDE = shlex.quote(str(Path(sys.executable).parent))
ENVIRONMENT = f"""\
unset ZEREN_STORE ZEREN_LANG
export PATH={_BESIDE}:"$PATH" PYTHONPATH={shlex.quote(str(ROOT))} PYTHONUTF8=1 ZEREN_USER=reader"""
"""The commands are those of this tree, whatever tree the environment was installed from; ours in this process as well."""


@dataclass(frozen=True)
class Page:
    """A page whose commands are run.

    Parameters
    ----------
    folder : Path
        Where they run; empty at first.
    begun : dict of str to (str, Path)
        By a page's first command: what it printed, and a copy of the folder that it left.
    kept : Path
        Where these copies are.
    """

    folder: Path
    begun: dict[str, tuple[str, Path]]
    kept: Path

    def renewed(self, text: str) -> str:
        """Return the page with the output that its commands give now."""
        return BLOCK.sub(self._block, text)

    def _block(self, block: re.Match[str]) -> str:
        commands = [line for line in block["body"].splitlines() if line.startswith("$ ")]
        kept = slice(int(block["first"]) - 1, int(block["last"])) if block["first"] else slice(None)
        parts = [f"{command}\n{_shortened(self._output(command[2:]), kept)}" for command in commands]
        return block[0].split("```console\n", 1)[0] + "```console\n" + "".join(parts) + "```\n"

    def _output(self, command: str) -> str:
        if not any(self.folder.iterdir()):
            said = self._first(command)
        elif plain := _plain(command):
            said = _asked(plain, self.folder)
        else:
            said = _in_shell(command, self.folder)
        return MOMENT.sub("<time>", said).replace(f"{self.folder}", ".")

    def _first(self, command: str) -> str:
        if command in self.begun:
            printed, left = self.begun[command]
            shutil.copytree(left, self.folder, dirs_exist_ok=True)
            return printed
        printed = _in_shell(command, self.folder).replace(f"{self.folder}", ".")
        self.begun[command] = printed, self.kept / f"{len(self.begun)}"
        shutil.copytree(self.folder, self.begun[command][1])
        return printed


def _plain(command: str) -> list[str]:
    """Return the words of a command of ours that a shell would do nothing else to, or none."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    name, *words = lexer
    special = "$`\\" in command or any(word and set(word) <= set("();<>|&") for word in words)
    return words if name == "zeren" and not special else []


def _asked(words: list[str], folder: Path) -> str:
    """Return what a command of ours prints."""
    sys.path[:1] = [str(ROOT)]  # the commands are those of this tree here too
    from typer.testing import CliRunner

    from api.cli.main import app

    gc.set_threshold(200_000, 20, 100)  # as the program does
    environment = {"ZEREN_STORE": None, "ZEREN_LANG": None, "ZEREN_USER": "reader"}
    with contextlib.chdir(folder):
        return CliRunner().invoke(app, words, env=environment, catch_exceptions=False).output


def _in_shell(command: str, folder: Path) -> str:
    script = f"{ENVIRONMENT}\n{command}"
    return subprocess.run(  # noqa: S603 - commands of our own pages
        ["/bin/sh", "-c", script], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    ).stdout


def _shortened(text: str, kept: slice) -> str:
    every = [line.rstrip() for line in text.splitlines()]
    lines = [line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…" for line in every[kept]]
    before, after = ["…"] if every[: kept.start or 0] else [], ["…"] if kept.stop and every[kept.stop :] else []
    return "".join(f"{line}\n" for line in [*before, *lines, *after])


def _renewed(kept: Path) -> Iterator[tuple[Path, str]]:
    begun: dict[str, tuple[str, Path]] = {}
    for page in PAGES:
        with TemporaryDirectory(prefix="zeren-outputs-") as folder:
            yield page, Page(Path(folder), begun, kept).renewed(page.read_text(encoding="utf-8"))


def main() -> int:
    """Renew the pages, or say which of them are no longer true."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if anything differs")
    check = parser.parse_args().check
    differing = []
    with TemporaryDirectory(prefix="zeren-outputs-") as kept:
        pages = dict(_renewed(Path(kept)))
    for page, now in pages.items():
        written = page.read_text(encoding="utf-8")
        if now != written:
            differing.append(name := page.relative_to(ROOT).as_posix())
            lines = difflib.unified_diff(written.splitlines(), now.splitlines(), name, f"{name} now", n=0, lineterm="")
            sys.stderr.writelines(f"{line}\n" for line in lines)
            if not check:
                page.write_text(now, encoding="utf-8")
    if check and differing:
        sys.stderr.write(f"no longer what the commands print: {', '.join(differing)}; run docs/make_outputs.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
