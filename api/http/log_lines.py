"""What the server itself and the loop under it log, as JSON lines like all else; a message of theirs may hold what somebody sent.

Invariants (tests/unit/test_http_log_lines.py holds one test a number)
1. A record is one line of JSON: the first line of what it says, and of an error its kind and where it happened, no value.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any, Final


class Lines(logging.Formatter):
    """Writes a record as one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        said: dict[str, Any] = {"event": record.getMessage().strip().partition("\n")[0], "logger": record.name}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            frames = traceback.extract_tb(error.__traceback__)[-5:]
            said |= {"error": type(error).__name__, "at": [f"{each.filename.rpartition('/')[2]}:{each.lineno}" for each in frames]}
        at = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        return json.dumps({**said, "level": record.levelname.lower(), "timestamp": at}, ensure_ascii=False)


_OURS: Final = {"handlers": ["lines"], "level": "WARNING", "propagate": False}
LOGGED: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": Lines}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}},
    "loggers": {"uvicorn": _OURS, "asyncio": _OURS},
}
"""As `logging.config.dictConfig` takes it."""
