"""A browser for tests that print a page: Chromium without a screen, where it is installed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.chromium import NAMES, place

_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


def missing() -> str:
    """What this machine lacks to print a page, "" if nothing."""
    lacking = f"no page can be printed: this machine has none of {', '.join(NAMES)} (Debian: apt-get install {NAMES[0]})"
    return "" if place() else lacking


def printed_pages(html: str, folder: Path) -> int:
    """Print a page as it prints by itself, and return on how many sheets."""
    page, pdf = folder / "page.html", folder / "page.pdf"
    page.write_text(html, encoding="utf-8")
    pdf.unlink(missing_ok=True)
    command = [
        place(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer",
        f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={pdf}", page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert pdf.is_file(), f"nothing was printed: {done.stderr[-2000:]}"
    return len(_PAGE.findall(pdf.read_bytes()))
