"""The service over a store on a server that goes away, and comes back while the service runs."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.store import open_store
from graph.store.base import Write
from tests.integration.test_http import start
from tests.neo4j.test_faults import ACT, company
from tests.neo4j_server import Gate

pytestmark = pytest.mark.required


def searched(client: httpx.Client) -> dict[str, Any]:
    """What a search says once the graph is in memory: the ties of a party are told from then on."""
    for _ in range(600):
        answer: dict[str, Any] = client.get("/v1/search", params={"q": "示例"}).json()
        if all(each["ties"] is not None for each in answer["items"]):
            return answer
        time.sleep(0.1)
    raise AssertionError("the graph never was in memory")


def test_a_service_outlives_its_server(gate: Gate, tmp_path: Path) -> None:
    with open_store(gate.url) as store:
        store.append([Write(company("A"))], ACT)
    process = start(gate.url, ZEREN_ACCESS=f"{tmp_path}/access.db")
    try:
        assert process.stderr is not None
        address = next(found[0] for line in process.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        with httpx.Client(base_url=address, trust_env=False, timeout=120) as client:
            before = searched(client)
            assert [each["id"] for each in before["items"]] == ["demo:A"]
            gate.shut()
            gone = client.get("/health")
            assert gone.status_code == 503
            assert "cannot be reached" in gone.text
            gate.open()
            assert client.get("/health").json()["store"] == {"version": 1}
            assert searched(client) == before
    finally:
        process.terminate()
        log = process.communicate(timeout=60)[1]
    (told,) = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert (told["error"], told["route"], told["level"]) == ("StoreAway", "/health", "error")
    assert "cannot be reached" in told["says"]
