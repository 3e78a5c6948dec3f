"""What the OpenAPI document allows and forbids, thrown at a real server: no 5xx, no status that is not documented."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from api.http.problems import MEDIA_TYPE
from api.jobs.starter import Starter
from tests.integration.test_http_writes import serving
from tests.openapi_fuzz import fault_of, fuzz


def test_no_request_gets_what_the_document_does_not_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Starter, "_run", lambda _: None)  # what is ordered need not be done here
    with serving(tmp_path) as served:
        found = fuzz(served, examples=2)
    assert found.faults == []
    asked = {address for address, _ in found.answers}
    assert len(asked) > 80, "every address was asked"
    assert sum(count for (_, status), count in found.answers.items() if status == 200) > 20, "and some answered"


def test_what_must_not_be_answered_is_told() -> None:
    def answer(status: int, form: str = MEDIA_TYPE) -> httpx.Response:
        return httpx.Response(status, headers={"content-type": form}, request=httpx.Request("GET", "http://127.0.0.1/"))

    documented = {"200", "404", "503"}
    assert fault_of(answer(200), documented) is None
    assert fault_of(answer(404), documented) is None
    assert fault_of(answer(503), documented) == "a 503"
    assert fault_of(answer(409), documented) == "an undocumented 409"
    assert fault_of(answer(404, "text/html"), documented) == "a 404 that is no problem+json"
