"""The invariant of `api.http.log_lines`."""

from __future__ import annotations

import json
import logging
import sys

from api.http.log_lines import Lines


def test_1_a_record_is_one_line_of_json_without_a_value():
    try:
        raise ValueError("王示例")
    except ValueError:
        error = sys.exc_info()
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "x.py", 1, "Exception in ASGI application\n%s", ("王示例",), error)
    (line,) = Lines().format(record).splitlines()
    said = json.loads(line)
    assert said.pop("timestamp").endswith("Z")
    assert said.pop("at")[0].startswith("test_http_log_lines.py:")
    assert said == {"event": "Exception in ASGI application", "logger": "uvicorn.error", "error": "ValueError", "level": "error"}
