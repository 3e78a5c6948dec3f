"""A small client for systems that ask the service, and the check of the messages that it sends: one file, to be copied as it is.

It needs `httpx` and nothing else of Zeren.

Invariants (tests/integration/test_department.py holds one test a number)
1. A message is taken only if it is signed with the unit's own key, unaltered, and not older than a few minutes.
2. A refusal of the service is an `ApiError` with the stable code; an act that is sent again under its key is done once.
3. Lists are read to their end, page by page or as a stream, and one that breaks off raises.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

FRESH = timedelta(minutes=5)
"""How old a message may be: its time is in what is signed, and is that of the attempt to send it."""
_AGAIN = (429, 503)
"""What to try again: the service is busy, and has done nothing."""


class ApiError(Exception):
    """The service refused; programs decide by `code`."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code, self.detail = status, code, detail


class Forged(Exception):
    """A message that is not the service's, was altered, or is too old."""


def verified(key: bytes, headers: Mapping[str, str], body: bytes, now: datetime | None = None) -> dict[str, Any]:
    """Return what a message says, if it is the service's.

    Parameters
    ----------
    key : bytes
        The unit's own, as `zeren push key UNIT` prints it (hexadecimal there).
    headers : mapping
        Of the request; any spelling of their names.
    body : bytes
        As it came.
    now : datetime, optional
        The clock.

    Raises
    ------
    Forged
        It is not.
    """
    sent = {name.lower(): value for name, value in headers.items()}
    at, message, given = (sent.get(name, "") for name in ("x-zeren-time", "idempotency-key", "x-zeren-signature"))
    expected = hmac.new(key, b"\n".join((at.encode(), message.encode(), body)), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise Forged("the signature is not that of the service")
    if abs((now or datetime.now(UTC)) - datetime.fromisoformat(at)) > FRESH:
        raise Forged("the message is too old, or the clocks differ")
    said: dict[str, Any] = json.loads(body)
    if said.get("key") != message:
        raise Forged("the message is another's")
    return said


def grounds(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a message rests on, each with `decision`, `document`, `from`, `until` and `status`.

    To execute or resume, this is all that binds; to pause or stop, what was told before and binds no more. A message of before
    grounds were listed names one.
    """
    one = {"finding": None} | {part: said.get(part) for part in ("decision", "document", "from", "until")}
    return [{"status": said.get("status")} | each for each in said.get("grounds") or [one]]


def told_before(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every other ground that the unit was told of: its `status` says whether it is paused, over, revoked or void."""
    return list(said.get("told_before", ()))


class Client:
    """The service, under one token; use it in a `with` statement.

    Parameters
    ----------
    address : str
        Of the service: `https://zeren.example`.
    token : str
        As `zeren token create` printed it.
    purpose : str
        What natural persons are looked at for: `execution`, or `case_handling; 案2026-1`.
    attempts : int
        How often what the service was too busy for is sent.
    """

    def __init__(self, address: str, token: str, purpose: str = "", attempts: int = 5) -> None:
        headers = {"Authorization": f"Bearer {token}"} | ({"Zeren-Purpose": quote(purpose, safe=";= ")} if purpose else {})
        self._http = httpx.Client(base_url=address, headers=headers, timeout=60, trust_env=False)
        self._attempts = attempts

    def __enter__(self) -> Self:
        """Open."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close."""
        self._http.close()

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """Return a document."""
        return self._asked("GET", path, params=params)

    def items(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Yield a list, page by page."""
        following: str | None = ""
        while following is not None:
            page = self.get(path, **params, **({"cursor": following} if following else {}))
            yield from page["items"]
            following = page["next"]

    def stream(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Yield a list as a whole, line by line, in constant memory."""
        with self._http.stream("GET", path, params=params, headers={"Accept": "application/x-ndjson"}) as answer:
            if answer.status_code != httpx.codes.OK:
                answer.read()
                raise _error(answer)
            for line in answer.iter_lines():
                yield json.loads(line)

    def post(self, path: str, body: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        """Act; with a key of your choice it is safe to send again."""
        return self._asked("POST", path, json=body, headers={"Idempotency-Key": key} if key else {})

    def feed(self, since: int = 0) -> Iterator[dict[str, Any]]:
        """Yield the messages of the own unit after a cursor, for systems that fetch instead of being sent to.

        Each page is asked for with the cursor of the one before, which says that it has arrived; so does the last, empty one. What
        was not read to its end is not known by the unit: keep the cursor of what was worked through, and begin with it.
        """
        while page := self.get("/v1/feed", since=since)["items"]:
            yield from page
            since = page[-1]["cursor"]

    def feedback(self, task: str, outcome: str, text: str = "", key: str | None = None, **more: str) -> dict[str, Any]:
        """Say what was done with a task: `executed`, `refused` or `not_applicable`, the latter two with a reason.

        Name the `message` that is answered by its key; also `reason` (a code) and `on` (the day).
        """
        return self.post(f"/v1/tasks/{quote(task, safe='')}/feedback", {"outcome": outcome, "text": text, **more}, key)

    def _asked(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        for attempt in range(self._attempts):
            answer = self._http.request(method, path, **given)
            if answer.status_code not in _AGAIN or attempt == self._attempts - 1:
                break
            time.sleep(float(answer.headers.get("Retry-After", "1")))
        if answer.is_success:
            document: dict[str, Any] = answer.json()
            return document
        raise _error(answer)


def _error(answer: httpx.Response) -> ApiError:
    try:
        problem = answer.json()
        return ApiError(answer.status_code, problem["code"], problem["detail"])
    except (ValueError, KeyError, TypeError):
        return ApiError(answer.status_code, f"http_{answer.status_code}", answer.text[:200])
