"""Put real output under the commands of README.md and docs/tour.md.

Every block marked `console` is run again: each line that begins with `$ ` in a shell, one after the other, in one empty folder a
page, so that a block sees what the ones before it did. What the commands print (standard output and error) replaces what stood
there. A comment `<!-- lines: 3-12 -->` above a block keeps these lines of each output. Moments of time and folders are left out.

Run `.venv/bin/python docs/make_outputs.py`; with `--check` nothing is written, and the exit code is 1 if anything differs. Either
way the lines that differ are shown.
"""

from __future__ import annotations

import difflib
import re
import shlex
import subprocess
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
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
"""The commands are those of this tree, whatever tree the environment was installed from."""


def renewed(text: str, folder: Path) -> str:
    """Return a page with the output that its commands give now."""
    return BLOCK.sub(lambda block: _block(block, folder), text)


def _block(block: re.Match[str], folder: Path) -> str:
    commands = [line for line in block["body"].splitlines() if line.startswith("$ ")]
    kept = slice(int(block["first"]) - 1, int(block["last"])) if block["first"] else slice(None)
    parts = [f"{command}\n{_shortened(_output(command[2:], folder), kept)}" for command in commands]
    return block[0].split("```console\n", 1)[0] + "```console\n" + "".join(parts) + "```\n"


def _output(command: str, folder: Path) -> str:
    script = f"{ENVIRONMENT}\n{command}"
    run = subprocess.run(  # noqa: S603 - commands of our own pages
        ["/bin/sh", "-c", script], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return MOMENT.sub("<time>", run.stdout).replace(f"{folder}", ".")


def _shortened(text: str, kept: slice) -> str:
    every = [line.rstrip() for line in text.splitlines()]
    lines = [line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…" for line in every[kept]]
    before, after = ["…"] if every[: kept.start or 0] else [], ["…"] if kept.stop and every[kept.stop :] else []
    return "".join(f"{line}\n" for line in [*before, *lines, *after])


def main() -> int:
    """Renew the pages, or say which of them are no longer true."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if anything differs")
    check = parser.parse_args().check
    differing = []
    for page in PAGES:
        written = page.read_text(encoding="utf-8")
        with TemporaryDirectory(prefix="zeren-outputs-") as folder:
            now = renewed(written, Path(folder))
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
