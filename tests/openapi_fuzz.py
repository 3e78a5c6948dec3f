"""Throw at a service what its own OpenAPI document allows, and what it forbids, and say what it answered that it must not.

By hand, for longer: `python -m tests.openapi_fuzz 200` throws so many requests of each kind at each address.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode

from api.http.problems import MEDIA_TYPE
from api.jobs.starter import Starter
from tests.case_world import finding
from tests.integration.test_http_writes import Served, serving

OURS = ("authorization", "cookie")
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@dataclass
class Found:
    """What was answered, by address and status, and what must not be."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@dataclass
class Asker:
    """Who asks next, and about what."""

    known: dict[str, list[str]]
    sent: list[dict[str, str]]
    turn: Iterator[int]

    def headers(self, case: Case) -> dict[str, str]:
        """Return what the next one sends; every other request is about what is there."""
        number = next(self.turn)
        for name in case.path_parameters if number % 2 else ():
            if name in self.known:
                case.path_parameters[name] = self.known[name][number // 2 % len(self.known[name])]
        return self.sent[number % len(self.sent)]


def fuzz(served: Served, examples: int, number: int = 1) -> Found:
    """Throw `examples` requests of each kind at each address, in turn as each of those who ask."""
    client, sent = served.client, [served.sent["zhao"], served.sent["zhao"], served.sent["fgw"], served.sent["looker"], {}]
    known = {"party": ["test:A", "test:A#王示例"], "person": ["王示例"], "id": ["D1", finding(served.store, "王示例"), "T-BAN"]}
    document = client.get("/openapi.json").json()
    found, turn = Found(), iter(range(10**9))
    for operation in operations(document):
        documented = set(document["paths"][operation.path][operation.method.lower()]["responses"])
        throw = _thrower(found, client, operation, documented, Asker(known, sent, turn))
        for mode in MODES:
            run(throw, operation.as_strategy(generation_mode=mode), examples, number)
    return found


def _thrower(found: Found, client: httpx.Client, operation: Any, documented: set[str], asker: Asker) -> Callable[[Case], None]:
    def throw(case: Case) -> None:
        answer = asked(client, case, asker.headers(case))
        found.answers[f"{operation.method.upper()} {operation.path}", answer.status_code] += 1
        if fault := fault_of(answer, documented):
            found.faults.append(f"{fault}: {case.method} {answer.request.url} {case.body!r} -> {answer.text[:300]}")

    return throw


def operations(document: dict[str, Any]) -> Iterator[Any]:
    """Every operation of a document."""
    schema = schemathesis.openapi.from_dict(document)
    for result in schema.get_all_operations():
        yield result.ok()


def run(throw: Callable[[Case], None], strategy: Any, examples: int, number: int) -> None:
    """Let Hypothesis make the requests; the same number makes the same ones."""
    checks = list(HealthCheck)
    made = settings(max_examples=examples, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=checks)
    with suppress(Unsatisfiable):  # an address without anything to be said can be asked in no wrong way
        seed(number)(made(given(strategy)(throw)))()


def asked(client: httpx.Client, case: Case, headers: dict[str, str]) -> httpx.Response:
    """Send a request as it was made, under the name of whoever asks."""
    made = case.as_transport_kwargs(base_url=str(client.base_url))
    own = {name: value for name, value in dict(made.get("headers") or {}).items() if name.lower() not in OURS} | headers
    content = made.get("data")
    body: dict[str, Any] = {"json": made["json"]} if "json" in made else {}
    body |= {"content": content} if isinstance(content, bytes | str) else {}
    encoded = {name: value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value for name, value in own.items()}
    try:
        return client.request(made["method"], made["url"], params=made.get("params"), headers=encoded, **body)
    except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError):
        return httpx.Response(422, request=httpx.Request("GET", "http://unsendable/"), headers={"content-type": MEDIA_TYPE})


def fault_of(answer: httpx.Response, documented: set[str]) -> str | None:
    """What is wrong with an answer."""
    if answer.status_code >= 500:
        return f"a {answer.status_code}"
    if answer.request.url.host == "unsendable" or answer.status_code in (405, 421):
        return None  # not of this address: another method of it, another name of the machine
    if str(answer.status_code) not in documented:
        return f"an undocumented {answer.status_code}"
    if answer.status_code >= 400 and answer.headers["content-type"] != MEDIA_TYPE:
        return f"a {answer.status_code} that is no problem+json"
    return None


def main(examples: int, number: int) -> int:
    """Serve a small world, and throw."""
    Starter._run = lambda _: None  # type: ignore[method-assign] # what is ordered need not be done here
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as served:
        found = fuzz(served, examples, number)
    statuses = Counter(status for (_, status), count in found.answers.items() for _ in range(count))
    sys.stdout.write(f"{found.answers.total()} requests: {dict(sorted(statuses.items()))}\n")
    sys.stdout.writelines(f"{fault}\n" for fault in found.faults)
    return bool(found.faults)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
