"""Acts on cases over HTTP: the same use cases as the commands, once for each key, by whoever may; a real server on a free port.

The numbered invariants of `api.http.once`, `case_schemas` and `department_schemas`, each in a test named after its number.
"""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from api.access.answers import KEPT
from api.access.desk import Access
from api.desk.outbox import Outbox
from api.http import case_schemas as schemas
from api.http import department_schemas as unit_schemas
from api.http.once import REPLAYED
from api.jobs.starter import Starter
from api.locales import texts
from api.settings import Settings
from api.use_cases import dues, identity, pushing, repairs
from api.use_cases.access_report import note_begun
from api.use_cases.calendars import calendar_of
from api.use_cases.case_reading import read_cases
from api.use_cases.case_rows import history_json, restriction_json
from api.use_cases.propagating import propagate
from api.use_cases.publishing import to_publish
from api.use_cases.reading import snapshot_of
from graph.codec import make_fact
from graph.dates import PartialDate
from graph.identifiers import uscc_check_character
from graph.model import Decision, Entity, Identifier, Name, Origin, PartyRef, Relationship, Term
from graph.store import open_store
from graph.store.base import Store
from loaders.mapping_file import bundled_files
from tests.access_world import PURPOSE, access_of, now
from tests.api_world import actor, add, catalogue
from tests.builder import Case
from tests.case_world import finding
from tests.integration.test_http import SERVER, assert_problem, in_process, start, today

CODES = {name: (body := f"9137130000000000{n}") + uscc_check_character(body) for n, name in enumerate("ABC", 1)}

PEOPLE = {
    "zhao": ("official", ""),
    "qian": ("official", ""),
    "fgw": ("department", "fgw"),
    "court": ("department", "court"),
    "nowhere": ("department", ""),
    "clerk": ("clerk", ""),
    "looker": ("investigator", ""),
    "auditor": ("auditor", ""),
}


class Served:
    """A service with people who act, and its store from the other side."""

    def __init__(self, app: Any, client: httpx.Client, url: str, desk: Path) -> None:
        self.app, self.url, self.desk = app, url, desk
        self.client = client
        self.access: Access = app.state.access
        self.sent = {name: sent(self.access, name) for name in PEOPLE}
        self.store: Store = app.state.service.store

    def get(self, address: str, by: str = "zhao", **params: Any) -> httpx.Response:
        return self.client.get(address, params=params, headers=self.sent[by])

    def post(self, address: str, body: dict[str, Any] | None = None, by: str = "zhao", key: str | None = None) -> httpx.Response:
        more = {"Idempotency-Key": key} if key else {}
        return self.client.post(address, json=body or {}, headers=self.sent[by] | more)

    def act(self, word: str, about: str, by: str = "zhao", key: str | None = None, **body: Any) -> httpx.Response:
        return self.post(f"/v1/cases/{quote(about, safe='')}/{word}", body, by, key)

    def done(self, word: str, about: str, by: str = "zhao", **body: Any) -> dict[str, Any]:
        answer = self.act(word, about, by, **body)
        assert answer.status_code == 200, answer.text
        schemas.Done.model_validate(answer.json())
        return answer.json()


def sent(access: Access, name: str) -> dict[str, str]:
    role, unit = PEOPLE[name]
    if name not in {user.name for user in access.users.all()}:
        access.users.add(name, [role], now(), None, unit)
    return {"Authorization": f"Bearer {access.tokens.create(name, 'test', access.roles.may([role]), 1, now())[1]}", **PURPOSE}


def world() -> Case:
    """A listed last year, 王示例 its head; B banned in 2023; C has two 吴示例, one of them banned, nobody says which."""
    made = Case(catalogue())
    made.company("A").legal_representative("王示例", since="2021-01-01")
    made.decision("A", ["listed_wage_arrears"], date=f"{today().year - 1}-05-10")
    made.company("B").director("孙示例")
    made.decision("B", ["securities_market_ban"], name="D2", kind="market_ban", date="2023-01-02", number="示例〔2023〕1号")
    made.names("孙示例", "B", decision="D2", imposed={"securities_market_ban": Term(life=True)})
    made.company("C").post("director", "吴示例", bearer="1").post("director", "吴示例", bearer="2")
    made.decision("C", ["securities_market_ban"], name="D3", kind="market_ban", date="2023-03-01")
    made.names("吴示例", "C", decision="D3", imposed={"securities_market_ban": Term(life=True)})
    for name, code in CODES.items():
        made.add(Entity(f"test:{name}", "company", (Name(f"示例{name}公司"),), (Identifier("uscc", code),)), "codes")
    return made


def prepare(folder: Path) -> str:
    url = f"sqlite:///{folder / 'zeren.db'}"
    with open_store(url) as store:
        add(store, *world().facts)
        propagate(store, catalogue(), actor(store=store))
    return url


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    url, desk = prepare(folder), folder / "desk.db"
    with in_process(Settings(store=url, desk=str(desk), rate=0, rate_public=0)) as (app, client):
        client.headers.pop("authorization")
        client.headers.pop("zeren-purpose")
        yield Served(app, client, url, desk)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as made:
        yield made


def confirm(served: Served, about: str) -> None:
    """From the proposal to the service, by two people, today."""
    served.done("propose", about)
    served.done("notice", about, number="告1号")
    served.done("waive-hearing", about, text="放弃听证")
    served.done("statement", about, text="无异议")
    served.done("decide", about, "qian", number="决1号")
    served.done("serve", about, text="直接送达，签收")


def plan(served: Served) -> None:
    with Outbox(str(served.desk)) as box:
        pushing.plan(box, read_cases(served.store, catalogue()), snapshot_of(served.store), today(), datetime.now(UTC))


# --- cases


def test_a_finding_is_confirmed_by_two_people_and_the_answers_are_those_of_the_use_case(served: Served) -> None:
    head = finding(served.store, "王示例")
    served.done("propose", head)
    served.done("notice", head, number="告1号")
    served.done("waive-hearing", head, text="放弃听证")
    served.done("statement", head, text="无异议")
    assert "[four_eyes]" in assert_problem(served.act("decide", head, number="决1号"), 409, "refused")["detail"]
    assert served.get(f"/v1/cases/{head}").json()["possible"] is None
    may = served.get(f"/v1/cases/{head}", possible="true").json()["possible"]
    assert "reject" in may
    assert "request-hearing" in may  # whoever waived a hearing may still ask for one in time
    assert not {"serve", "hearing", "waive-hearing"} & set(may)
    assert "possible at it: " in assert_problem(served.act("serve", head), 409, "refused")["detail"]
    (row,) = served.done("decide", head, "qian", number="决1号")["rows"]
    assert (row["before"], row["after"], row["reason"]) == ("heard", "decided", None)
    served.done("serve", head, text="直接送达，签收")
    assert [row.by for row in served.store.audit(served.store.version() - 2)] == ["qian", "zhao"]
    page = served.get("/v1/cases", party="王示例").json()
    schemas.RestrictionPage.model_validate(page)
    known, snapshot = read_cases(served.store, catalogue()), snapshot_of(served.store)
    own = [r for r in known.restrictions if r.party == "test:A#王示例"]
    assert page["items"] == json.loads(json.dumps([restriction_json(known, snapshot, r, today()) for r in own]))
    assert {item["status"] for item in page["items"]} == {"in_force"}
    told = served.get(f"/v1/cases/{head}", lang="en").json()
    schemas.History.model_validate(told)
    assert told["events"] == json.loads(json.dumps(history_json(known, head, today(), texts("en"))))
    assert [event["kind"] for event in told["events"]] == [
        "proposal", "notice", "hearing_waiver", "statement", "decision", "service",
    ]  # fmt: skip


def test_both_times(served: Served) -> None:
    head, before = finding(served.store, "王示例"), served.store.version()
    served.done("propose", head)
    assert {i["status"] for i in served.get("/v1/cases", party="王示例", known_at=str(before)).json()["items"]} == {"derived"}
    assert {i["status"] for i in served.get("/v1/cases", party="王示例").json()["items"]} == {"proposed"}
    yesterday = str(today() - timedelta(days=1))
    assert {i["status"] for i in served.get("/v1/cases", party="王示例", as_of=yesterday).json()["items"]} == {"derived"}
    assert served.get(f"/v1/cases/{head}", known_at=str(before)).json()["events"] == []


def test_a_matter_is_found_by_a_part_of_a_name_or_of_the_number_of_its_decision(served: Served) -> None:
    def parties(text: str, **more: str) -> set[str]:
        answer = served.get("/v1/cases", q=text, **more).json()
        assert sum(answer["counts"].values()) == len(answer["items"]), "what is counted is what was found"
        return {item["party"]["id"] for item in answer["items"]}

    everybody = {item["party"]["id"] for item in served.get("/v1/cases").json()["items"]}
    assert parties("孙示") == {"test:B#孙示例"}
    assert parties("示例 (2023) 1 號") == {"test:B#孙示例"}, "however it is written"
    assert parties("示例A公司") == {party for party in everybody if party.startswith("test:A")}
    assert parties("孙示", kind="enterprise") == parties("示例B公司，孙示例") == set()
    assert served.get("/v1/cases", by="zhao", q="孙示").status_code == 200
    bare = {name: text for name, text in served.sent["zhao"].items() if name != "Zeren-Purpose"}
    assert_problem(served.client.get("/v1/cases", params={"q": "孙示"}, headers=bare), 403, "purpose_required")


def test_restrictions_and_deadlines_come_in_pages(served: Served) -> None:
    confirm(served, finding(served.store, "王示例"))
    for address, model, params in (
        ("/v1/cases", schemas.RestrictionPage, {}),
        ("/v1/dues", schemas.DuePage, {"publication": "true", "lang": "en"}),
    ):
        whole = served.get(address, **params).json()
        model.model_validate(whole)
        assert len(whole["items"]) > 1
        walked, cursor = [], None
        while True:
            page = served.get(address, **params, limit=1, **({"cursor": cursor} if cursor else {})).json()
            walked += page["items"]
            cursor = page["next"]
            if cursor is None:
                break
        assert walked == whole["items"]
    known, graph = read_cases(served.store, catalogue()), snapshot_of(served.store)
    shown = to_publish(graph, known, today())
    found = dues.dues(known, calendar_of(served.store), today(), publication=shown)
    pairs = [pair for pair in found if pair[0].state in ("open", "overdue", "no_calendar")]
    unmet = [dues.due_json(graph, due, of, today(), texts("en")) for due, of in pairs]
    key = lambda due: (due["deadline"], due["about"], due["began"])  # noqa: E731
    assert sorted(whole["items"], key=key) == sorted(unmet, key=key)


def test_what_is_reported_is_recorded_without_effect_and_what_is_not_may_not_name_another(served: Served) -> None:
    head = finding(served.store, "王示例")
    told = served.post(f"/v1/cases/{head}/serve", {"reported": True, "by": "另一局"}).json()
    assert (told["recorded"], told["effective"]) == (True, False)
    (event,) = served.get(f"/v1/cases/{head}").json()["events"]
    assert (event["by"], event["details"]) == ("另一局", {"entered_by": "zhao"})
    for by in ("qian", " Qian "):
        assert_problem(served.post(f"/v1/cases/{head}/serve", {"reported": True, "by": by}), 400, "invalid_input")
    assert_problem(served.post(f"/v1/cases/{head}/serve", {"reported": True, "details": {"entered_by": "x"}}), 400, "invalid_input")
    assert_problem(served.post(f"/v1/cases/{head}/serve", {"reported": True, "on": "2999-01-01"}), 409, "refused")
    assert_problem(served.post(f"/v1/cases/{head}/serve", {"by": "另一局"}), 400, "invalid_input")


def test_an_objection_pauses_and_its_dismissal_resumes(served: Served) -> None:
    head = finding(served.store, "王示例")
    confirm(served, head)
    objection = served.done("object", head, text="身份有误")
    assert served.get("/v1/cases", party="王示例").json()["items"][0]["status"] == "paused"
    assert_problem(served.act("dismiss", head, number="复1号", text="x"), 409, "refused")
    served.done("dismiss", head, "qian", number="复1号", text="查无误", refers=objection["event"])
    assert served.get("/v1/cases", party="王示例").json()["items"][0]["status"] == "in_force"


def test_a_department_objects_to_what_it_executes_and_to_nothing_else(served: Served) -> None:
    head = finding(served.store, "王示例")
    confirm(served, head)
    zh = {"Accept-Language": "zh"}
    answer = served.client.post(f"/v1/cases/{head}/object", json={"text": "x"}, headers=served.sent["court"] | zh)
    assert "只能对本单位执行的限制提出异议" in answer.json()["detail"]
    for by, status in (("court", 403), ("nowhere", 409)):
        assert served.post(f"/v1/cases/{head}/object", {"text": "身份有误"}, by).status_code == status
    assert_problem(served.post(f"/v1/cases/{head}/review", {"text": "x"}, "fgw"), 403, "permission_missing")
    assert served.get("/v1/cases", party="王示例").json()["items"][0]["status"] == "in_force"
    done = served.post(f"/v1/cases/{head}/object", {"text": "身份有误"}, "fgw")
    schemas.Done.model_validate(done.json())
    assert served.get("/v1/cases", party="王示例").json()["items"][0]["status"] == "paused"


def test_a_revocation_of_the_decision_reaches_the_finding(served: Served) -> None:
    head = finding(served.store, "王示例")
    confirm(served, head)
    rows = served.done("revoke", "D1", number="撤1号", text="依据不成立")["rows"]
    assert (head, "in_force", "revoked") in {(row["finding"], row["before"], row["after"]) for row in rows}


def test_a_repair_is_planned_and_refused_before_its_day(served: Served) -> None:
    head = finding(served.store, "王示例")
    confirm(served, head)
    planned = served.get("/v1/repairs", party="王示例", lang="en").json()
    schemas.RepairPlan.model_validate(planned)
    known = read_cases(served.store, catalogue())
    made = repairs.plans(known, {"test:A#王示例"}, today())
    assert planned["rows"] == [row for of, item in made for row in repairs.plan_rows(known, of, item, texts("en"))]
    version = served.store.version()
    for word in ("apply", "grant", "refuse", "fraud"):
        assert_problem(served.post(f"/v1/repairs/{head}/{word}", {"text": "x"}), 409, "refused")
        assert_problem(served.post(f"/v1/repairs/nothing/{word}"), 404, "not_found")
        assert_problem(served.post(f"/v1/repairs/{head}/{word}", by="looker"), 403, "permission_missing")
    assert served.store.version() == version


def test_what_the_law_of_the_matter_bars_is_refused_in_the_language_asked(served: Served) -> None:
    penalty = Decision(
        "P1", "penalty", ("business_licence_revoked",), PartyRef("test:A"), "临沂市市场监督管理局", "临市监罚〔2026〕1号", "city",
        date=PartialDate.parse("2026-03-02"),
    )  # fmt: skip
    add(served.store, make_fact(penalty, "P1", Origin("decisions")))
    article = "市场监督管理行政处罚信息公示规定（总局令第45号）第14条"
    planned = served.get("/v1/repairs", party="test:A", lang="en").json()
    schemas.RepairPlan.model_validate(planned)
    (told,) = [row for row in planned["rows"] if row["decision"] == "P1"]
    assert (told["bar"], told["bar_by"], told["bar_basis"]) == ("never_early", ["P1"], article)
    version = served.store.version()
    for word in ("apply", "grant"):
        for lang, text in (
            ("en", f"never taken off publication early (P1 临市监罚〔2026〕1号 2026-03-02; {article})"),
            ("zh", f"所受处罚属于不得提前停止公示的种类（P1 临市监罚〔2026〕1号 2026-03-02；{article}）"),
        ):
            refused = served.post(f"/v1/repairs/P1/{word}?lang={lang}", {"text": "x", "number": "修〔2026〕1号"})
            assert_problem(refused, 409, "refused")
            assert text in refused.json()["detail"]
    assert served.store.version() == version


# --- 1 to 5: once for each key


def test_1_the_same_key_gives_the_same_answer_and_does_nothing_twice(served: Served) -> None:
    head = finding(served.store, "王示例")
    first = served.act("propose", head, key="key-00001", text="拟采取")
    version = served.store.version()
    again = served.act("propose", head, key="key-00001", text="拟采取")
    assert (again.status_code, again.json(), again.headers[REPLAYED]) == (200, first.json(), "true")
    assert REPLAYED not in first.headers
    assert served.store.version() == version
    for other in (
        served.act("propose", head, key="key-00001", text="另"),
        served.act("reject", head, key="key-00001", text="拟采取"),
        served.post("/v1/check", {"uscc": "x", "purpose": "any", "why": "1", "unit_name": "u"}, key="key-00001"),
    ):
        assert "take a new key" in assert_problem(other, 409, "refused")["detail"]
    assert served.store.version() == version
    mine = served.act("notice", head, "qian", key="key-00001", number="告1号")
    assert mine.status_code == 200, "a key is its sender's own"
    for bad in ("short", "has a space in it", "x" * 201):
        assert_problem(served.act("propose", head, key=bad), 422, "invalid_parameter")


def test_1_a_key_of_one_kind_of_write_is_refused_for_every_other_and_its_answer_stays(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Starter, "wake", lambda _: None)
    waiting = served.post("/v1/jobs", {"kind": "status"}, "zhao").json()["id"]
    firm, rows = {"uscc": "x", "purpose": "any", "why": "1", "unit_name": "u"}, {"mapping": "cn_court_defaulters", "file": "x.csv"}

    def load(key: str, **more: Any) -> httpx.Response:
        headers = served.sent["zhao"] | {"Content-Type": "text/csv", "Idempotency-Key": key}
        return served.client.post("/v1/loads", params=rows | more, content="x\n1\n", headers=headers)

    kinds: dict[str, Callable[[str], httpx.Response]] = {
        "check": lambda key: served.post("/v1/check", firm, "zhao", key),
        "cancel": lambda key: served.post(f"/v1/jobs/{waiting}/cancel", {}, "zhao", key),
        "order": lambda key: served.post("/v1/jobs", {"kind": "status"}, "zhao", key),
        "load later": lambda key: load(key, later="true"),
    }
    for first, do in kinds.items():
        key = f"key-{first.replace(' ', '-')}"
        made = do(key)
        assert made.is_success, (first, made.text)
        for other, do_other in {**kinds, "load": load}.items():
            if other == first or {first, other} == {"order", "load later"}:
                continue
            version, jobs = served.store.version(), len(served.app.state.jobs.all(None))
            assert "take a new key" in assert_problem(do_other(key), 409, "refused")["detail"], (first, other)
            assert (served.store.version(), len(served.app.state.jobs.all(None))) == (version, jobs), (first, other)
        again = do(key)
        assert (again.status_code, again.json(), again.headers[REPLAYED]) == (made.status_code, made.json(), "true"), first


def test_1_an_answer_that_is_no_longer_kept_is_said_to_be_so_and_nothing_is_done(served: Served) -> None:
    head = finding(served.store, "王示例")
    served.act("propose", head, key="key-00001")
    version = served.store.version()
    served.access.answers.keep("later", "a", {}, now() + KEPT + timedelta(minutes=1))
    told = assert_problem(served.act("propose", head, key="key-00001"), 409, "refused")
    assert "done already" in told["detail"]
    assert served.store.version() == version


def test_1_what_was_refused_keeps_no_key(served: Served) -> None:
    head = finding(served.store, "王示例")
    assert_problem(served.act("notice", head, key="key-00001", number="告1号"), 409, "refused")
    served.done("propose", head)
    assert served.act("notice", head, key="key-00001", number="告1号").status_code == 200


RECORDS = next(path for path in bundled_files("cn_court_defaulters") if path.suffix == ".csv")
KILL = """
import os, signal
from graph.store import sqlite
from api.access import answers
moment, after = os.environ["MOMENT"], os.environ["AFTER"] == "yes"
where, name = (answers.Answers, "keep") if moment == "keep" else (sqlite.SqliteStore, "append")
real = getattr(where, name)
def dying(*args, **more):
    if after:
        real(*args, **more)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(where, name, dying)
"""


@pytest.mark.parametrize(
    ("moment", "after", "happened"),
    [("keep", "no", False), ("keep", "yes", False), ("append", "no", False), ("append", "yes", True)],
)
def test_2_a_process_that_is_killed_leaves_the_effect_with_its_key_or_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, after: str, happened: bool
) -> None:
    url = prepare(tmp_path)
    with access_of(url) as access:
        headers = sent(access, "zhao") | {"Idempotency-Key": "key-00001"}
    with open_store(url, create=False) as store:
        note_begun(store, now())  # else the service records it at its start, and is killed at that
        head, before = finding(store, "王示例"), store.version()
    asked: dict[str, Any] = {"url": f"/v1/cases/{head}/propose", "json": {"text": "拟采取"}, "headers": headers}
    monkeypatch.setattr("tests.integration.test_http.SERVER", KILL + SERVER)
    process = start(url, MOMENT=moment, AFTER=after, ZEREN_DESK=str(tmp_path / "desk.db"))
    assert process.stderr
    address = next(found[0] for line in process.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client, closing(process.stderr):
        with pytest.raises(httpx.TransportError):
            client.post(**asked)
        assert process.wait(20) == -signal.SIGKILL
    with open_store(url, create=False) as store:
        assert store.version() == before + happened
    with in_process(Settings(store=url, desk=str(tmp_path / "desk.db"))) as (_, client):  # the next one over the same files
        answer = client.post(**asked)
        assert (answer.status_code, answer.headers.get(REPLAYED)) == (200, "true" if happened else None)
        assert answer.json()["rows"][0]["after"] == "proposed"
    with open_store(url, create=False) as store:
        assert store.version() == before + 1
        assert [each.kind for each in (dated.event for dated in read_cases(store, catalogue()).events)] == ["proposal"]


def test_3_what_may_not_be_answered_is_not_done(served: Served) -> None:
    head, version = finding(served.store, "王示例"), served.store.version()
    for sent_ in (
        {"Authorization": served.sent["zhao"]["Authorization"]},
        served.sent["zhao"] | {"Zeren-Purpose": "curiosity"},
    ):
        answer = served.client.post(f"/v1/cases/{head}/propose", json={}, headers=sent_ | {"Idempotency-Key": "key-00001"})
        assert_problem(answer, 403, "purpose_required")
    for by in ("fgw", "clerk", "looker", "auditor"):
        assert_problem(served.act("propose", head, by), 403, "permission_missing")
    assert_problem(served.client.post(f"/v1/cases/{head}/propose", json={}), 401, "login_required")
    assert served.store.version() == version
    served.done("propose", head)
    written = served.access.trail.page(served.access.trail.head().length - 2, 2)
    assert {(row.look.by, row.look.what) for row in written} == {("zhao", "POST /v1/cases/{id}/propose")}
    assert ("test:A#王示例",) in {row.look.people for row in written}


def test_4_a_dry_run_does_nothing_not_even_with_the_key(served: Served) -> None:
    head, version = finding(served.store, "王示例"), served.store.version()
    dry = served.act("propose", head, key="key-00001", dry_run=True)
    assert (dry.json()["recorded"], dry.json()["rows"][0]["after"]) == (False, "proposed")
    assert served.store.version() == version
    assert served.act("propose", head, key="key-00001").json()["recorded"] is True


def test_5_of_many_at_once_one_is_done_and_all_get_its_answer(served: Served) -> None:
    head, version = finding(served.store, "王示例"), served.store.version()
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: served.act("propose", head, key="key-00001"), range(24)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert sum(REPLAYED not in answer.headers for answer in answers) == 1
    assert served.store.version() == version + 1


def test_5_of_two_kinds_of_writes_at_once_with_one_key_one_is_done(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Starter, "wake", lambda _: None)
    rows = {"mapping": "cn_court_defaulters", "file": "defaulters.csv"}
    firm, sample = {"uscc": "x", "purpose": "any", "why": "1", "unit_name": "u"}, RECORDS.read_bytes()

    def load(key: str) -> httpx.Response:
        headers = served.sent["zhao"] | {"Content-Type": "text/csv", "Idempotency-Key": key}
        return served.client.post("/v1/loads", params=rows, content=sample, headers=headers)

    kinds: list[Callable[[str], httpx.Response]] = [
        load,
        lambda key: served.post("/v1/check", firm, "zhao", key),
        lambda key: served.post("/v1/jobs", {"kind": "status"}, "zhao", key),
    ]
    with ThreadPoolExecutor(2) as pool:
        for number, (one, other) in enumerate(list(product(kinds, kinds)) * 2):
            key = f"at-once-{number}"
            answers = list(pool.map(lambda do, key=key: do(key), (one, other)))
            done = [each.is_success for each in answers]
            if one is other:
                assert done == [True, True], [each.text for each in answers]
                continue
            assert sorted(done) == [False, True], [each.text for each in answers]
            assert "take a new key" in assert_problem(answers[done.index(False)], 409, "refused")["detail"]
            assert (one, other)[done.index(True)](key).headers[REPLAYED] == "true", "whoever did it gets the answer again"


def test_5_of_acts_at_once_without_a_key_one_is_done_and_the_others_are_refused(served: Served) -> None:
    head, version = finding(served.store, "王示例"), served.store.version()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: served.act("propose", head, text="拟采取"), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert served.store.version() == version + 1


def test_6_a_field_that_we_do_not_know_is_refused(served: Served) -> None:
    head = finding(served.store, "王示例")
    assert_problem(served.act("propose", head, nubmer="1"), 422, "invalid_parameter")
    assert_problem(served.act("propose", head, on="2024-02-30"), 422, "invalid_parameter")
    assert_problem(served.act("propose", head, details={"a": 1}), 422, "invalid_parameter")
    assert_problem(served.get("/v1/cases", staus="x"), 422, "invalid_parameter")


# --- departments


def test_a_department_fetches_its_messages_and_feeds_back_on_its_own_tasks_once(served: Served) -> None:
    confirm(served, finding(served.store, "王示例"))
    plan(served)
    feed = served.get("/v1/feed", "fgw").json()
    unit_schemas.Feed.model_validate(feed)
    assert [item["cursor"] for item in feed["items"]] == sorted(item["cursor"] for item in feed["items"])
    one = served.get("/v1/feed", "fgw", limit=1).json()
    rest = served.get("/v1/feed", "fgw", since=one["cursor"]).json()
    assert one["items"] + rest["items"] == feed["items"]
    assert served.get("/v1/feed", "fgw", since=feed["cursor"]).json() == {"items": [], "cursor": feed["cursor"]}
    page = served.get("/v1/tasks", "fgw").json()
    unit_schemas.TaskPage.model_validate(page)
    assert {task["unit"] for task in page["items"]} == {"fgw"}
    task = next(task["task"] for task in page["items"] if task["party"]["name"] == "王示例")
    address = f"/v1/tasks/{task}/feedback"
    told = assert_problem(served.post(address, {"outcome": "executed"}, "court"), 409, "refused")
    assert "its own tasks only" in told["detail"]
    assert_problem(served.post(address, {"outcome": "refused"}, "fgw"), 400, "invalid_input")
    assert_problem(served.post("/v1/tasks/task-none/feedback", {"outcome": "executed"}, "fgw"), 404, "not_found")
    assert_problem(served.post(address, {"outcome": "executed"}, "zhao"), 403, "permission_missing")
    assert_problem(served.post(address, {"outcome": "executed", "on": "2024-01-01"}, "fgw"), 409, "refused")
    assert_problem(served.post(address, {"outcome": "executed", "on": "yesterday"}, "fgw"), 422, "invalid_parameter")
    assert_problem(served.post(address, {"outcome": "executed", "message": "none"}, "fgw"), 404, "not_found")
    no_reason = served.post(address, {"outcome": "refused", "text": "x", "reason": "no_meens"}, "fgw")
    assert "did you mean 'no_means'" in assert_problem(no_reason, 422, "invalid_parameter")["detail"]
    dry = served.post(address, {"outcome": "executed", "on": today().isoformat(), "dry_run": True}, "fgw").json()
    assert dry["on"] == today().isoformat()
    first = served.post(address, {"outcome": "executed"}, "fgw", key="key-00001")
    unit_schemas.Fed.model_validate(first.json())
    assert served.post(address, {"outcome": "executed"}, "fgw", key="key-00001").json() == first.json()
    assert_problem(served.post(address, {"outcome": "executed"}, "fgw", key="key-00002"), 409, "refused")
    assert [task["state"] for task in served.get("/v1/tasks", "fgw", state="executed").json()["items"]] == ["executed"]


def test_what_a_unit_has_not_fetched_is_not_answered_and_a_look_of_others_is_no_fetch(served: Served) -> None:
    plan(served)
    task = served.get("/v1/tasks", "fgw").json()["items"][0]
    address = f"/v1/tasks/{task['task']}/feedback"
    served.get("/v1/feed", "zhao", unit="fgw")
    told = assert_problem(served.post(address, {"outcome": "executed"}, "fgw"), 409, "refused")
    assert "[not_told]" in told["detail"]
    named = served.post(address, {"outcome": "executed", "message": task["message"], "dry_run": True}, "fgw")
    assert named.status_code == 200
    blind = {name: value for name, value in served.sent["fgw"].items() if name != "Zeren-Purpose"}
    assert_problem(served.client.get("/v1/feed", headers=blind), 403, "purpose_required")
    page = served.get("/v1/feed", "fgw").json()
    told = assert_problem(served.post(address, {"outcome": "executed"}, "fgw"), 409, "refused")
    assert "[not_told]" in told["detail"], "that a page was made says nothing of its arrival"
    served.get("/v1/feed", "zhao", unit="fgw", since=page["cursor"])
    assert_problem(served.post(address, {"outcome": "executed"}, "fgw"), 409, "refused")
    served.get("/v1/feed", "fgw", since=page["cursor"])
    assert served.post(address, {"outcome": "executed"}, "fgw").status_code == 200


def test_feedback_and_look_ups_are_read_by_their_id_by_whoever_reads_them_in_their_lists(served: Served) -> None:
    plan(served)
    task = served.get("/v1/tasks", "fgw").json()["items"][0]
    answer = {"outcome": "refused", "text": "账户已销", "message": task["message"]}
    assert served.post(f"/v1/tasks/{task['task']}/feedback", answer, "fgw").status_code == 200
    body = {"uscc": CODES["A"], "purpose": "any", "why": "招标1号", "unit_name": "窗口"}
    assert served.post("/v1/check", body, "clerk").status_code == 200
    fed, looked = (next(served.store.facts(["event"], keys=f"event/zeren/{kind}-")).fact.id for kind in ("feedback", "lookup"))
    for by, address, status in (
        ("fgw", fed, 200), ("zhao", fed, 200), ("court", fed, 403), ("nowhere", fed, 409),
        ("looker", fed, 403), ("fgw", looked, 403), ("court", looked, 403), ("zhao", looked, 403),
    ):  # fmt: skip
        told = served.get(f"/v1/facts/{address}", by)
        assert told.status_code == status, (by, told.text)
        assert [text for text in ("账户已销", "招标1号") if text in told.text] == (["账户已销"] if status == 200 else [])


@pytest.mark.parametrize("address", ["/v1/feed", "/v1/tasks"])
def test_a_department_sees_its_own_unit_only(served: Served, address: str) -> None:
    plan(served)
    assert_problem(served.get(address, "court", unit="fgw"), 403, "permission_missing")
    assert_problem(served.get(address, "nowhere"), 409, "refused")
    assert_problem(served.get(address, "nowhere", unit="fgw"), 409, "refused")
    assert served.get(address, "zhao", unit="fgw").json()["items"] == served.get(address, "fgw").json()["items"]
    assert_problem(served.get(address, "zhao", unit="none"), 422, "invalid_parameter")
    for wrong, near in (({"unit": "finanse"}, "finance"), ({"state": "opne"}, "open")):
        refused = assert_problem(served.get("/v1/tasks", "zhao", **wrong), 422, "invalid_parameter")
        assert f"did you mean '{near}'" in refused["detail"]


# --- the check, and claims


def test_a_check_without_a_reason_names_the_rule_that_asks_for_one(served: Served) -> None:
    body = {"uscc": CODES["A"], "purpose": "any", "why": " ", "unit_name": "窗口", "lang": "zh"}
    for why in (" ", ""):
        answer = served.post("/v1/check", body | {"why": why}, "clerk")
        assert "第4项" in assert_problem(answer, 400, "invalid_input")["detail"] or "item 4" in answer.json()["detail"]


def test_a_check_is_on_record_with_who_why_and_what_was_shown(served: Served) -> None:
    confirm(served, finding(served.store, "王示例"))
    body = {"uscc": CODES["A"], "purpose": "any", "why": "招标1号", "unit_name": "窗口", "person": "王示例"}
    bare = {"Authorization": served.sent["clerk"]["Authorization"], "Idempotency-Key": "key-00001"}
    answer = served.client.post("/v1/check", json=body, headers=bare)
    unit_schemas.Checked.model_validate(answer.json())
    assert (answer.json()["answer"], answer.json()["subject"]) == ("restricted", {"id": "person-1", "name": "王**"})
    assert served.client.post("/v1/check", json=body, headers=bare).json() == answer.json()
    looks = served.access.trail.page(served.access.trail.head().length - 1, 1)
    assert [(row.look.purpose, row.look.reference, row.look.people) for row in looks] == [
        ("mandatory_check", "招标1号", ("test:A#王示例",))
    ]
    page = served.get("/v1/lookups", "auditor").json()
    unit_schemas.LookupPage.model_validate(page)
    (row,) = page["items"]
    assert (row["id"], row["by"], row["why"], row["unit"]) == (answer.json()["lookup"], "clerk", "招标1号", "窗口")
    assert row["shown"] in {restriction.id for restriction in read_cases(served.store, catalogue()).restrictions}
    assert answer.json()["restrictions"][0]["restriction"] != row["shown"], "whoever sees masked names sees a mark of it"
    assert_problem(served.get("/v1/lookups", "clerk"), 403, "permission_missing")
    for other in ("2010-01-01", "2100-01-01"):
        problem = assert_problem(served.post("/v1/check", body | {"as_of": other}, "clerk"), 400, "invalid_input")
        assert f"and not of {other}" in problem["detail"] or f"不能查 {other}" in problem["detail"]
    assert len(served.get("/v1/lookups", "auditor").json()["items"]) == 1


def test_a_check_of_somebody_whose_namesake_is_restricted_says_so_and_shows_nobody(served: Served) -> None:
    confirm(served, finding(served.store, "王示例"))
    with_namesake = Case(catalogue())
    with_namesake.company("B").director("王示例", since="2015-01-01")
    (office,) = [fact.value for fact in with_namesake.facts if isinstance(fact.value, Relationship)]
    add(served.store, make_fact(office, "namesake", Origin("hr")))
    body = {"uscc": CODES["B"], "purpose": "any", "why": "招标1号", "person": "王示例", "lang": "zh"}
    early = served.post("/v1/check", body, "fgw").json()
    assert (early["answer"], early["restrictions"]) == ("not_derived", []), "more is on record than was derived"
    propagate(served.store, catalogue(), actor(store=served.store))
    answer = served.post("/v1/check", body, "fgw").json()
    unit_schemas.Checked.model_validate(answer)
    assert (answer["answer"], answer["same_name_elsewhere"], answer["restrictions"]) == ("namesake", True, [])
    assert "请先由人工核实身份" in answer["answer_text"]
    assert "test:A" not in json.dumps(answer)


def test_a_check_is_asked_for_the_own_unit_and_says_what_it_cannot_tell(served: Served) -> None:
    body = {"uscc": CODES["C"], "purpose": "any", "why": "招标1号", "person": "吴示例"}
    told = served.post("/v1/check", body, "fgw").json()
    assert (told["answer"], told["subject"], told["restrictions"]) == ("same_name", None, [])
    assert served.get("/v1/lookups", "auditor", unit="fgw").json()["items"][0]["by"] == "fgw"
    assert_problem(served.post("/v1/check", body | {"unit": "court"}, "fgw"), 403, "permission_missing")
    assert_problem(served.post("/v1/check", body | {"unit_name": "窗口"}, "fgw"), 403, "permission_missing")
    assert_problem(served.post("/v1/check", body, "clerk"), 400, "invalid_input")
    assert_problem(served.post("/v1/check", body | {"unit": "fgw", "unit_name": "窗口"}, "clerk"), 400, "invalid_input")
    mistyped = assert_problem(served.post("/v1/check", body | {"unit": "finanse"}, "clerk"), 422, "invalid_parameter")
    assert "did you mean 'finance'" in mistyped["detail"]
    assert_problem(served.post("/v1/check", body | {"purpose": "none"}, "fgw"), 422, "invalid_parameter")
    assert_problem(served.client.post("/v1/check", json=body), 401, "login_required")
    assert len(served.get("/v1/lookups", "auditor").json()["items"]) == 1


def test_a_claim_is_ruled_on_once_and_the_ruling_undone(served: Served) -> None:
    page = served.get("/v1/identity", state="open").json()
    schemas.ClaimPage.model_validate(page)
    bare = [
        {
            **item,
            **{side: {k: v for k, v in item[side].items() if k != "enterprise"} for side in ("first", "second")},
            "features": [{k: v for k, v in f.items() if k != "text"} for f in item["features"]],
        }
        for item in page["items"]
    ]
    assert bare == json.loads(json.dumps(identity.list_claims(snapshot_of(served.store), "open")))
    assert all(f["text"] for item in page["items"] for f in item["features"])
    assert len(page["items"]) > 1
    first = served.get("/v1/identity", state="open", limit=1).json()
    following = served.get("/v1/identity", state="open", limit=1, cursor=first["next"]).json()
    assert first["items"] + following["items"] == page["items"][:2]
    claim = f"/v1/identity/{page['items'][0]['id']}"
    tried = served.post(f"{claim}/accept", {"reason": "同一人", "dry_run": True}).json()
    assert (tried["state"], served.get("/v1/identity", state="accepted").json()["items"]) == ("accepted", [])
    ruled = served.post(f"{claim}/accept", {"reason": "同一证件"}, key="key-00001")
    schemas.Ruled.model_validate(ruled.json())
    assert served.post(f"{claim}/accept", {"reason": "同一证件"}, key="key-00001").json() == ruled.json()
    assert_problem(served.post(f"{claim}/reject", {"reason": "x"}), 409, "refused")
    assert_problem(served.post(f"{claim}/undo", {"reason": " "}), 400, "invalid_input")
    assert [item["state"] for item in served.get("/v1/identity", state="accepted").json()["items"]] == ["accepted"]
    assert served.post(f"{claim}/undo", {"reason": "他人"}).json()["state"] == "undone"
    assert served.get("/v1/identity", state="accepted").json()["items"] == []
    assert_problem(served.post("/v1/identity/none/accept", {"reason": "x"}), 404, "not_found")
    assert_problem(served.post(f"{claim}/accept", {"reason": "x"}, "looker"), 403, "permission_missing")
