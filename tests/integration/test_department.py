"""The example of a department's system, as a process of its own against a real service; and the client that it uses.

The numbered invariants of `api.client`, each in a test named after its number.
"""

from __future__ import annotations

import json
import os
import runpy
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from api.cli.main import app
from api.client import FRESH, ApiError, Client, Forged, verified
from api.desk.outbox import Message, Outbox
from api.desk.sender import send, signature, unit_key
from api.use_cases import pushing
from api.use_cases.backing_up import Places, backup, restore
from api.use_cases.case_reading import read_cases
from api.use_cases.reading import snapshot_of
from graph.store import open_store
from graph.store.base import Store
from tests.api_world import catalogue, stored
from tests.case_world import confirm as confirm_by_two
from tests.case_world import do, finding
from tests.integration.test_http_writes import Served, confirm, plan, serving

ROOT = Path(__file__).resolve().parents[2]
HOOK_KEY = b"of the installation"
UNIT = "fgw"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as made:
        confirm(made, finding(made.store, "王示例"))
        plan(made)
        yield made


def token(served: Served, by: str = UNIT) -> str:
    return served.sent[by]["Authorization"].removeprefix("Bearer ")


def client(served: Served, by: str = UNIT, purpose: str = "execution") -> Client:
    return Client(str(served.client.base_url), token(served, by), purpose)


@contextmanager
def department(served: Served, file: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and where it takes messages."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "ZEREN_ADDRESS": str(served.client.base_url),
        "ZEREN_TOKEN": token(served),
        "DEPARTMENT_KEY": unit_key(HOOK_KEY, UNIT).hex(),
    }
    command = [sys.executable, str(ROOT / "examples" / "department.py"), "0", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        try:
            assert process.stdout
            yield process, f"http://127.0.0.1:{process.stdout.readline().strip()}/"
        finally:
            process.kill()


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def states(served: Served) -> set[str]:
    return {item["state"] for item in served.get("/v1/tasks", UNIT).json()["items"]}


def reported(file: Path) -> int:
    """How many messages the department has noted as answered; it does so after the answer was given."""
    with closing(sqlite3.connect(file)) as db:
        return int(db.execute("SELECT COUNT(*) FROM message WHERE reported").fetchone()[0])


def test_it_acts_once_on_each_message_and_feeds_back_also_after_it_was_killed(served: Served, tmp_path: Path) -> None:
    file = tmp_path / "register.db"
    with Outbox(str(served.desk)) as outbox:
        told = [message for message in outbox.messages() if message.unit == UNIT]
        assert told
        with department(served, file) as (process, url):
            outbox.hook(UNIT, url)
            assert send(outbox, HOOK_KEY, lambda: datetime.now(UTC)).delivered == len(told)
            process.kill()  # what it had acknowledged is on its disk
        with department(served, file) as (_, url):
            until(lambda: states(served) == {"executed"} and reported(file) == len(told))
            again = {post(url, message.key, outbox_body(message)) for message in told}  # as after a lost acknowledgement
            assert again == {200}
            assert post(url, told[0].key, outbox_body(told[0]), unit_key(HOOK_KEY, "court")) == 401, "another unit's key"
            assert post(url, told[0].key, b"{}", at=None) == 401
    with closing(sqlite3.connect(file)) as db:
        rows = db.execute("SELECT restriction, stands, acts FROM register ORDER BY restriction").fetchall()
        assert rows == sorted({(message.restriction, 1, 1) for message in told})
        assert reported(file) == len(told)
        noted = db.execute("SELECT restriction, decision, document, first, last FROM ground ORDER BY 1, 2").fetchall()
        assert noted == sorted(
            (m.restriction, g["decision"]["id"], (g["document"] or {}).get("number"), g["from"], g["until"])
            for m in told
            for g in m.body["grounds"]
        )
    assert {row.by for row in served.store.audit() if row.what.startswith("feedback")} == {UNIT}


def outbox_body(message: Message) -> bytes:
    return json.dumps(message.body, ensure_ascii=False, sort_keys=True).encode()


def post(url: str, key: str, body: bytes, signed_with: bytes | None = None, at: datetime | None = None) -> int:
    """Send a message as the service would; unsigned where no key is given and the body is not one."""
    moment = (at or datetime.now(UTC)).isoformat()
    own = signed_with or unit_key(HOOK_KEY, UNIT)
    mark = signature(own, moment, key, body) if body != b"{}" else "0" * 64
    headers = {"Idempotency-Key": key, "X-Zeren-Time": moment, "X-Zeren-Signature": mark}
    return httpx.post(url, content=body, headers=headers, trust_env=False).status_code


def test_1_only_what_is_signed_fresh_and_unaltered_is_taken() -> None:
    own, now, body = unit_key(HOOK_KEY, UNIT), datetime.now(UTC), b'{"key": "k-1", "action": "execute"}'

    def message(**other: str) -> dict[str, str]:
        at = other.pop("at", now.isoformat())
        return {"x-zeren-time": at, "IDEMPOTENCY-KEY": "k-1", "X-Zeren-Signature": signature(own, at, "k-1", body)} | other

    assert verified(own, message(), body)["action"] == "execute"
    old = (now - FRESH - timedelta(seconds=1)).isoformat()
    for key, headers, said, why in (
        (own, message(), body.replace(b"execute", b"stop   "), "signature"),
        (own, {**message(), "IDEMPOTENCY-KEY": "k-2"}, body, "signature"),
        (own, {**message(), "X-Zeren-Signature": ""}, body, "signature"),
        (own, {}, body, "signature"),
        (unit_key(HOOK_KEY, "court"), message(), body, "signature"),
        (own, message(at=old), body, "too old"),
    ):
        with pytest.raises(Forged, match=why):
            verified(key, headers, said)
    other = b'{"key": "k-2"}'
    at = now.isoformat()
    with pytest.raises(Forged, match="another"):
        verified(own, {"x-zeren-time": at, "idempotency-key": "k-1", "x-zeren-signature": signature(own, at, "k-1", other)}, other)


def test_2_a_refusal_has_its_code_and_an_act_is_done_once(served: Served) -> None:
    with client(served) as own:
        given = next(own.items("/v1/tasks"))
        task, message = given["task"], given["message"]
        first = own.feedback(task, "executed", key="report-0001", message=message)
        assert own.feedback(task, "executed", key="report-0001", message=message) == first
        with pytest.raises(ApiError) as refused:
            own.feedback(task, "executed", key="report-0002", message=message)
        assert (refused.value.status, refused.value.code) == (409, "refused")
        with pytest.raises(ApiError, match="not_found"):
            own.get("/v1/findings/none")
    with client(served, purpose="") as blind, pytest.raises(ApiError, match="purpose_required"):
        list(blind.stream("/v1/findings"))


def test_3_lists_are_read_to_their_end(served: Served) -> None:
    with client(served) as own:
        pages = list(own.items("/v1/findings", limit=1))
        assert len(pages) > 1
        assert list(own.stream("/v1/findings", limit=1)) == pages
        every = [message["key"] for message in own.get("/v1/feed", limit=500)["items"]]
        task = next(own.items("/v1/tasks"))["task"]
        with pytest.raises(ApiError, match="not_told"):
            own.feedback(task, "executed")
        assert [message["key"] for message in own.feed()] == every
        own.feedback(task, "executed")


def test_after_a_backup_was_put_back_a_stop_is_obeyed(tmp_path: Path) -> None:
    """The drill: execute, backup, four messages more, restore, stop."""
    example = runpy.run_path(str(ROOT / "examples" / "department.py"))
    register = tmp_path / "register.db"
    told = example["Department"](str(register), unit_key(HOOK_KEY, UNIT))
    before, after = (
        Places(folder / "store.db", folder / "access.db", folder / "desk.db")
        for folder in (tmp_path / "before", tmp_path / "after")
    )

    def tell(store: Store, places: Places, day: str) -> list[str]:
        """Plan and send; return what was sent."""
        with Outbox(str(places.desk)) as outbox:
            outbox.hook(UNIT, "http://unit.example/")
            on = date.fromisoformat(day)
            pushing.plan(outbox, read_cases(store, catalogue()), snapshot_of(store), on, datetime.now(UTC))
            waiting = [message.action for message in outbox.messages("waiting")]
            send(outbox, HOOK_KEY, lambda: datetime.now(UTC), lambda _url, body, headers: told.take(headers, body) or 200)
        return waiting

    def stands() -> bool:
        with closing(sqlite3.connect(register)) as db:
            (standing,) = db.execute("SELECT stands FROM register WHERE party LIKE '%王示例'").fetchone()
        return bool(standing)

    before.store.parent.mkdir()
    with stored(place=str(before.store)) as store:
        head = finding(store, "王示例")
        confirm_by_two(store, head)
        tell(store, before, "2024-06-11")
        backup(before, tmp_path / "kept.backup", datetime.now(UTC), str)
        for day, (objected, dismissed) in enumerate((("12", "13"), ("14", "15"))):
            objection = do(store, "objection", head, f"2024-06-{objected}")
            assert tell(store, before, f"2024-06-{objected}") == ["pause"]
            do(store, "dismissal", head, f"2024-06-{dismissed}", refers=objection.event.id, by="qian", number=f"复{day}号")
            assert tell(store, before, f"2024-06-{dismissed}") == ["resume"]
    assert stands()
    after.store.parent.mkdir()
    restore(tmp_path / "kept.backup", after, str)
    with open_store(f"sqlite:///{after.store}") as store:
        do(store, "revocation", "D1", "2024-06-17")
        assert tell(store, after, "2024-06-17") == ["stop"]
    assert not stands()


def test_the_key_of_a_unit_is_printed_for_its_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZEREN_HOOK_KEY", HOOK_KEY.decode())
    assert CliRunner().invoke(app, ["push", "key", UNIT]).output.strip() == unit_key(HOOK_KEY, UNIT).hex()
    monkeypatch.setenv("ZEREN_HOOK_KEY", "")
    assert CliRunner().invoke(app, ["push", "key", UNIT]).exit_code == 1
