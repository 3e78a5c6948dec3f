"""A real Chromium for tests: one of the Debian packages, or any other on the path.

The headless shell comes first: it draws the same pages without a window's own, which takes a third of the processor's time.
"""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def missing() -> str:
    """What this machine lacks for a browser, "" if nothing."""
    try:
        import playwright.sync_api  # noqa: F401 - only whether it is there
    except ModuleNotFoundError:
        return "the package playwright is not installed (extra dev)"
    return "" if place() else "no Chromium is installed: on Debian, apt-get install chromium-headless-shell"


def place() -> str:
    """The program."""
    given = os.environ.get("ZEREN_CHROMIUM", "")
    return given or next((found for name in NAMES if (found := shutil.which(name))), "")
