"""`zeren case`, `due`, `calendar`, `repair`, `check`, `push`: what a clerk types, and how each of them ends."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import publishing, session
from api.cli.acts import cases_of
from api.cli.main import app
from api.desk.outbox import Outbox, Planned
from api.desk.sender import send
from api.desk.tips import Tips, new_keys
from api.use_cases.acting import Actor
from api.use_cases.propagating import propagate
from graph.codec import make_fact
from graph.dates import PartialDate, day_in_law
from graph.errors import StoreBusy
from graph.model import Decision, Origin, PartyRef
from graph.store import open_store
from graph.store.base import Write
from graph.store.turn import turn_to_act
from tests.api_world import actor
from tests.builder import Case, shipped
from tests.case_world import clerk
from tests.notice_text import notice_text

NEVER = "市场监督管理行政处罚信息公示规定（总局令第45号）第14条"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wage listing of A, of which 王示例 was head; derived with the rules that ship."""
    folder = tmp_path_factory.mktemp("filled")
    made = Case(shipped())
    made.company("A").legal_representative("王示例", since="2019-01-01")
    made.decision("A", ["listed_wage_arrears"], date="2026-03-02", conduct="2025-05/2025-12", authority_level="city")
    with open_store(f"sqlite:///{folder / 'zeren.db'}", create=True) as opened:
        opened.append([Write(fact) for fact in made.facts], actor(8).act("test"))
        propagate(opened, shipped(), Actor("tester", clerk("x").at))
    return folder


@pytest.fixture(autouse=True)
def store(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same in a folder of its own, where the commands work."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    url = f"sqlite:///{tmp_path / 'zeren.db'}"
    for name, value in (("STORE", url), ("DESK", str(tmp_path / "desk.db")), ("USER", "zhao"), ("HOOK_KEY", "secret")):
        monkeypatch.setenv(f"ZEREN_{name}", value)
    return tmp_path


def run(*args: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(args), catch_exceptions=False)
    assert result.exit_code == code, (args, result.output)
    return result


def rows(*args: str, code: int = 0) -> Any:
    return json.loads(run(*args, "--format", "json", code=code).stdout)


def head() -> str:
    """The finding on the head under the wage rule."""
    found = [g for r in rows("case", "list", "--party", "王示例") for g in r["grounds"] if g["rule"] == "D2-WAGE"]
    return found[0]["finding"]


def test_sealing_is_judged_and_done_while_nobody_else_acts(store, monkeypatch):
    """An objection that comes meanwhile waits, or sealing waits for it: it is never recorded on what is being sealed."""
    url = f"sqlite:///{store / 'zeren.db'}"
    seen = []

    def judged(here, opened):
        with pytest.raises(StoreBusy), turn_to_act(url, 0):
            pass
        seen.append(opened)
        return cases_of(here, opened)

    monkeypatch.setattr(publishing, "cases_of", judged)
    run("publish", "seal")
    assert len(seen) == 1
    monkeypatch.setattr(session, "turn_to_act", partial(turn_to_act, wait_seconds=0))
    with turn_to_act(url):
        run("publish", "seal", code=1)
        monkeypatch.setattr(publishing, "cases_of", cases_of)
        run("publish", "seal", "--dry-run")
    assert len(seen) == 1


def test_a_derived_finding_is_confirmed_by_two_people(monkeypatch):
    finding = head()
    (answer,) = rows("case", "propose", finding, "--dry-run")
    assert (answer["before"], answer["after"]) == ("derived", "proposed")
    assert {r["status"] for r in rows("case", "list", "--party", "王示例")} == {"derived"}
    run("case", "propose", finding)
    run("case", "notice", finding, "--number", "告〔2026〕1号")
    assert "[hearing_told]" in run("case", "waive-hearing", finding, "--text", "放弃听证", code=1).stderr
    run("case", "statement", finding, "--text", "无异议")
    refused = run("case", "decide", finding, "--number", "决〔2026〕1号", code=1)
    assert "[four_eyes]" in refused.stderr
    assert "现可办理：" in refused.stderr
    told = run("case", "decide", finding, "--number", "决〔2026〕1号", "--lang", "en", code=1).stderr
    assert "possible at it: decide, reject, object, " in told, "by another person"
    monkeypatch.setenv("ZEREN_USER", "qian")
    run("case", "decide", finding, "--number", "决〔2026〕1号")
    run("case", "serve", finding, "--text", "直接送达，签收")
    assert "in_force" in {r["status"] for r in rows("case", "list", "--party", "王示例")}
    kinds = ["proposal", "notice", "statement", "decision", "service"]
    assert [row["kind"] for row in rows("case", "show", finding)] == kinds
    assert "[stage]" in run("case", "decide", finding, "--number", "决〔2026〕2号", code=1).stderr


def test_what_is_reported_is_recorded_without_effect_and_what_is_not_may_not_name_another():
    finding = head()
    told = run("case", "serve", finding, "--reported", "--by", "另一局", "--on", "2026-04-01")
    assert "已登记；所需条件具备之前没有效力" in told.stderr
    assert run("case", "serve", finding, "--by", "另一局", code=2).exit_code == 2
    assert "不是日期" in run("case", "propose", finding, "--on", "yesterday", code=1).stderr
    assert "not a day" in run("case", "propose", finding, "--on", "yesterday", "--lang", "en", code=1).stderr
    assert "LABEL=VALUE" in run("case", "propose", finding, "--detail", "x", code=1).stderr
    assert "no finding" in run("case", "propose", "nothing", "--lang", "en", code=1).stderr


def test_deadlines_are_listed_and_a_year_without_a_calendar_fails_until_its_notice_is_entered(store):
    finding = head()
    run("case", "object", finding, "--reported", "--on", "2026-04-01", "--text", "x")
    assert rows("due") == []
    run("case", "propose", finding)
    run("case", "notice", finding, "--number", "告〔2026〕1号")
    (due, *_) = rows("due")
    assert (due["state"], due["basis"]) == ("open", "人社部令第45号第6条")
    notice = store / "notice.yaml"
    notice.write_text(notice_text(2031), encoding="utf-8")
    dry = rows("calendar", "enter", "2031", "--file", str(notice), "--number", "国办〔2030〕1号", "--dry-run")
    assert dry == {"year": 2031, "number": "国办〔2030〕1号", "holidays": 23, "workdays": 0, "dry_run": True}
    run("calendar", "enter", "2031", "--file", str(notice), "--number", "国办〔2030〕1号")
    astray = store / "astray.yaml"
    astray.write_text("holidays: [2031-13-01]\n", encoding="utf-8")
    told = run("calendar", "enter", "2031", "--file", str(astray), "--number", "x", code=1).stderr
    assert f"{astray}：“2031-13-01”不是日期" in told
    again = run("calendar", "enter", "2031", "--file", str(notice), "--number", "国办〔2030〕1号", "--dry-run")
    assert "放假23天，调休上班0天" in again.stdout
    assert "未作任何登记" in again.stdout
    assert "没有这样的停发推送" in run("push", "replay", code=1).stderr
    assert "不能读取" in run("calendar", "enter", "2031", "--file", str(store / "no"), "--number", "x", code=1).stderr


def test_a_repair_is_planned_and_refused_before_it_is_time():
    plan = rows("repair", "plan", "王示例")
    assert {row.get("bar") for row in plan if row["rule"] == "D2-WAGE"} == {"not_in_force"}
    assert "[barred]" in run("repair", "apply", head(), code=1).stderr


def never_early(store: Path) -> None:
    """Load a market supervision penalty on A that is never taken off publication early."""
    penalty = Decision(
        "P1", "penalty", ("business_licence_revoked",), PartyRef("test:A"), "临沂市市场监督管理局", "临市监罚〔2026〕1号", "city",
        date=PartialDate.parse("2026-03-02"),
    )  # fmt: skip
    with open_store(f"sqlite:///{store / 'zeren.db'}") as opened:
        opened.append([Write(make_fact(penalty, "P1", Origin("decisions")))], actor(store=opened).act("test"))


def test_what_the_law_of_the_matter_bars_is_told_by_the_plan_and_the_refusal(store):
    never_early(store)
    (told,) = [row for row in rows("repair", "plan", "test:A") if row["decision"] == "P1"]
    assert (told["bar"], told["bar_by"], told["bar_basis"]) == ("never_early", ["P1"], NEVER)
    assert "所受处罚属于不得提前停止公示的种类" in run("repair", "plan", "test:A", "--format", "markdown").stdout
    version = rows("audit", "verify")
    for kind in ("apply", "grant"):
        refused = run("repair", kind, "P1", "--number", "修〔2026〕1号", code=1).stderr
        assert f"所受处罚属于不得提前停止公示的种类（P1 临市监罚〔2026〕1号 2026-03-02；{NEVER}）" in refused
        refused = run("--lang", "en", "repair", kind, "P1", "--number", "修〔2026〕1号", code=1).stderr
        assert f"never taken off publication early (P1 临市监罚〔2026〕1号 2026-03-02; {NEVER})" in refused
    assert rows("audit", "verify") == version
    (told,) = rows("repair", "apply", "P1", "--number", "修〔2026〕1号", "--reported", "--on", "2026-09-01")
    assert (told["effect"], told["reason"]) == (False, "law_bars")


def test_the_check_answers_and_is_on_record():
    answer = rows("check", "--uscc", "91371300MA3C0YRJ4T", "--purpose", "tendering", "--unit-name", "市局", "--why", "招标1号")
    assert answer["answer"] in ("unknown", "bad_code")
    assert [row["id"] for row in rows("lookups")] == [answer["lookup"]]
    assert run("check", "--uscc", "x", "--purpose", "tendering", "--unit-name", "市局", code=2).exit_code == 2
    assert (
        "可选：招标投标和公共资源交易（tendering）"
        in run("check", "--uscc", "x", "--purpose", "y", "--unit-name", "u", "--why", "w", code=1).stderr
    )
    asked = ("check", "--uscc", "x", "--purpose", "tendering", "--unit-name", "市局", "--why", "w", "--as-of", "2010-01-01")
    assert "不能查 2010-01-01" in run(*asked, code=1).stderr
    told = run("check", "--uscc", "x", "--purpose", "any", "--unit", "finanse", "--why", "w", code=1).stderr
    assert "是否指“finance”？（其他单位请用 unit_name）" in told
    assert len(rows("lookups")) == 1


def in_force(finding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Confirm a finding, by two people, today."""
    words = [
        ("propose", []),
        ("notice", ["--number", "告1号"]),
        ("statement", ["--text", "无"]),
    ]
    for word, more in words:
        run("case", word, finding, *more)
    monkeypatch.setenv("ZEREN_USER", "qian")
    run("case", "decide", finding, "--number", "决1号")
    run("case", "serve", finding, "--text", "直接送达，签收")


def test_nobody_is_told_what_was_so_on_a_past_day_or_what_is_not_derived(store, monkeypatch):
    in_force(head(), monkeypatch)
    yesterday = (day_in_law(datetime.now(UTC)) - timedelta(days=1)).isoformat()
    assert "通知只按当日" in run("push", "plan", "--as-of", yesterday, code=1).stderr
    run("push", "plan", "--as-of", yesterday, "--dry-run")
    assert rows("push", "list") == []
    more = Case(shipped())
    more.decision("A", ["fine"], name="D9", kind="penalty", date="2026-03-05")
    with open_store(f"sqlite:///{store / 'zeren.db'}") as opened:
        fact = next(fact for fact in more.facts if type(fact.value).__name__ == "Decision")
        opened.append([Write(make_fact(fact.value, "more", fact.origin))], actor(9, opened).act("test"))
    assert "尚未全部推导" in run("push", "plan", code=1).stderr
    for reads in (("case", "list"), ("repair", "plan", "王示例"), ("tasks",), ("publish", "list")):
        told = run(*reads).stderr
        assert ("尚未全部推导" in told) == (reads != ("tasks",)), reads
    run("propagate")
    assert rows("push", "plan")["messages"] > 0


def test_departments_are_told_and_answer_for_themselves_alone(store, monkeypatch):
    in_force(head(), monkeypatch)
    assert rows("push", "plan")["messages"] > 0
    assert rows("push", "plan") == {"messages": 0}
    lacking = run("push", "send").stdout
    assert "没有设置任何接收地址，未发送" in lacking
    assert "zeren push hook" in lacking
    assert rows("push", "send") == {
        "delivered": 0,
        "failed": 0,
        "dead": 0,
        "receivers": 0,
        "waiting": 0,
        "without_receiver": len(rows("push", "list")),
    }
    run("push", "hook", "court", "http://127.0.0.1:9/")
    assert "没有接收地址（" in run("push", "send").stdout
    assert "端口有误" in run("push", "hook", "court", "http://court.example:x/", code=1).stderr
    (task, *_) = [row for row in rows("tasks") if row["unit"] == "finance"]
    refused = run("feedback", task["task"], "--unit", "court", "--outcome", "executed", code=1)
    assert "[not_your_task]：该任务属于市财政局，市中级人民法院只能反馈本单位的任务" in refused.stderr
    unknown = run("feedback", task["task"], "--unit", "finance", "--outcome", "executed", code=1).stderr
    assert "[not_told]：本单位尚未确认收到" in unknown
    fed = rows("feed", "--unit", "finance")
    assert task["message"] in [row["key"] for row in fed]
    assert "[not_told]" in run("feedback", task["task"], "--unit", "finance", "--outcome", "executed", code=1).stderr
    rows("feed", "--unit", "finance", "--since", str(fed[-1]["cursor"]))
    for day, rule in (("2026-03-01", "before_task"), ("2099-01-01", "future")):
        told = run("feedback", task["task"], "--unit", "finance", "--outcome", "executed", "--on", day, code=1).stderr
        assert f"[{rule}]" in told
    run("feedback", task["task"], "--unit", "finance", "--outcome", "executed", "--dry-run")
    run("feedback", task["task"], "--unit", "finance", "--outcome", "executed")
    assert [row["state"] for row in rows("tasks", "--unit", "finance") if row["task"] == task["task"]] == ["executed"]
    first = rows("feed", "--unit", "finance", "--limit", "1")
    after = rows("feed", "--unit", "finance", "--since", str(first[0]["cursor"]))
    assert first[0]["cursor"] not in [row["cursor"] for row in after]
    assert "unit：没有“moon”；可选：市发改委（fgw）" in run("feed", "--unit", "moon", code=1).stderr
    assert "did you mean 'finance'" in run("tasks", "--unit", "finanse", "--lang", "en", code=1).stderr
    assert "是否指“open”" in run("tasks", "--state", "opne", code=1).stderr
    assert "是否指“waiting”" in run("push", "list", "--state", "waitin", code=1).stderr
    assert "是否指“finance”" in run("push", "list", "--unit", "finanse", code=1).stderr
    assert "是否指“in_force”" in run("case", "list", "--status", "inforce", code=1).stderr
    assert "是否指“tendering”" in run("lookups", "--purpose", "tender", code=1).stderr
    assert "是否指“failed”" in run("jobs", "list", "--state", "failde", code=1).stderr
    assert "没有“decision”；可选" in run("deliveries", "list", "--source", "decision", code=1).stderr
    assert {row["unit"] for row in rows("tasks", "--unit", "市财政局")} == {"finance"}
    funnel = {row["measure_of"]: row["count"] for row in rows("report", "--since", "2020-01-01") if row["section"] == "funnel"}
    book = store / "report.xlsx"
    assert rows("report", "--since", "2020-01-01", "--excel", str(book)) == rows("report", "--since", "2020-01-01")
    assert "办理情况" in openpyxl.load_workbook(book).sheetnames
    assert all(row["since"] == "2020-01-01" and row["made"] == row["until"] for row in rows("report", "--since", "2020-01-01"))
    for kind in ("table", "markdown", "html"):
        told = run("report", "--since", "2020-01-01", "--until", "2020-02-01", "--format", kind).stdout
        assert "2020-01-01至2020-02-01的统计" in "".join(told.split())
    assert "只能统计到今天" in run("report", "--since", "2020-01-01", "--until", "2999-01-01", code=1).stderr
    assert "首日不能晚于最后一日" in run("report", "--since", "2020-02-01", "--as-of", "2020-01-01", code=1).stderr
    assert funnel["6 executed"] >= 1


def test_sending_sends_all_that_is_due_and_says_what_waits_for_a_later_attempt(store, monkeypatch):
    told = [Planned("court", f"r{at // 2}", "execute" if at % 2 else "stop", {"task": f"t{at}"}) for at in range(250)]
    with Outbox(str(store / "desk.db")) as outbox:
        outbox.hook("court", "http://receiver/x")
        outbox.put(told, datetime(2026, 3, 1, tzinfo=UTC))
    monkeypatch.setattr("api.cli.departments.send_all", partial(send, transport=lambda *_: 200))
    assert rows("push", "send", "--dry-run")["would_send"] == 250
    done = rows("push", "send")
    assert (done["delivered"], done["waiting"]) == (250, 0)
    with Outbox(str(store / "desk.db")) as outbox:
        outbox.put(told[:9], datetime(2026, 3, 1, tzinfo=UTC))
    monkeypatch.setattr("api.cli.departments.send_all", partial(send, transport=lambda *_: 500))
    assert "9 条推送等待下次发送" in run("push", "send").stdout


def test_sending_says_whom_it_waits_for_and_until_when_and_stops_when_the_time_is_over(monkeypatch):
    in_force(head(), monkeypatch)
    run("push", "plan")
    run("push", "hook", "finance", "http://127.0.0.1:9/")
    waiting = len([row for row in rows("push", "list") if row["unit"] == "finance"])
    done = run("push", "send", "--until-empty", "--wait", "0.1", "--most", "1.5")
    assert f"等待市财政局（finance）：{waiting} 条推送未送达，" in done.stderr
    assert "Connection refused" in done.stderr
    assert f"不再等待；{waiting} 条推送仍在等待" in done.stderr
    assert len(done.stderr.splitlines()) <= 4, "the same is said again only once the time that was said is over"


def test_what_is_published_of_a_void_listing_is_overdue_until_it_is_withdrawn():
    run("case", "annul", "D1", "--number", "撤〔2026〕1号", "--on", "2026-03-05")
    (due,) = [row for row in rows("due", "--overdue", "--as-of", "2026-06-01") if row["basis"] == "人社部令第45号第17条"]
    assert (due["about"], due["state"], due["due"]) == ("D1", "overdue", "2026-03-19")
    run("case", "withdrawn", "D1", "--on", "2026-03-06")
    assert not [row for row in rows("due", "--overdue", "--as-of", "2026-06-01") if row["basis"] == "人社部令第45号第17条"]


def test_what_stands_against_an_incentive_is_named_on_the_screen(monkeypatch):
    finding = head()
    in_force(finding, monkeypatch)
    told = run("incentive", "show", "王示例").stdout
    assert "现有有效限制" in told
    assert "红名单：未列入" in told
    assert "连续无不良记录：" in told
    assert f"[D1]；认定 {finding}（规则 D2-WAGE）" in told


def test_a_report_in_confidence_is_about_an_enterprise_and_names_no_person_in_its_lists(monkeypatch):
    monkeypatch.setenv("ZEREN_TIP_KEY", new_keys()[1])
    refused = CliRunner().invoke(app, ["tip", "file", "--about", "test:A#王示例", "--text", "拖欠工资"], input="姓名：王示例\n")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "自然人" in refused.stderr
    assert rows("tip", "list") == []


def test_reports_in_confidence_are_masked_anew_by_command_and_on_record(store, monkeypatch):
    _, public = new_keys()
    with monkeypatch.context() as before, Tips(str(store / "desk.db")) as tips:
        before.setattr("api.desk.tips.without", lambda text, _identity: text)
        tip = tips.file("test:A", "他患有糖尿病", "李示例", public, clerk("x").at)
    (shown,) = rows("tip", "remask", "--dry-run")
    assert (shown["id"], "糖尿病" in shown["text"], rows("tip", "list", "--maskings")) == (tip.id, False, [])
    assert shown.pop("dry_run") is True
    assert rows("tip", "remask") == [shown]
    assert [(row["tip"], row["who"]) for row in rows("tip", "list", "--maskings")] == [(tip.id, "zhao")]
    assert [row["text"] for row in rows("tip", "list")] == [shown["text"]]


def test_a_whole_life_on_one_screen():
    shown = run("case", "life", "--lang", "en").stdout
    assert "void" in shown
    assert "✓" in shown


def cells(*args: str) -> list[dict[str, str]]:
    """The rows of a table as a person reads them, by their headings, of which no two are alike; deadlines may lack a calendar."""
    shown = CliRunner().invoke(app, [*args, "--format", "markdown"], catch_exceptions=False)
    assert shown.exit_code == 0 or args[0] == "due", (args, shown.output)
    lines = [line for line in shown.stdout.splitlines() if line.startswith("|")]
    parts = [[cell.strip().replace("\\", "") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    assert len(parts[0]) == len(set(parts[0])), (args, parts[0])
    return [dict(zip(parts[0], row, strict=True)) for row in parts[2:]] or [dict.fromkeys(parts[0], "")]


def test_every_table_of_the_casework_is_in_chinese(monkeypatch):
    finding = head()
    for word, more in (("propose", []), ("notice", ["--number", "告1号"])):
        (done, *_) = cells("case", word, finding, *more)
        assert (done["当事人"], done["主体编号"]) == ("王示例", "test:A#王示例")
    run("case", "statement", finding, "--text", "无")
    monkeypatch.setenv("ZEREN_USER", "qian")
    run("case", "decide", finding, "--number", "决1号")
    run("case", "serve", finding, "--text", "签收")
    run("push", "plan")
    run("check", "--uscc", "91371300MA3C0YRJ4T", "--purpose", "tendering", "--unit", "finance", "--why", "招标1号")
    run("user", "add", "wang", "--role", "official", "--no-password")
    run("jobs", "add", "propagate")
    tables = {
        name: cells(*name.split())
        for name in (
            "case list", f"case show {finding}", "due --publication",
            "tasks", "push list", "feed --unit finance", "publish list",
            "publish list --withheld", "lookups", "lookups --coverage", "report --since 2020-01-01", "repair plan 王示例",
            "rules list", "findings", "identity list", "user list", "token list", "jobs list", "tip list", "deliveries list",

        )
    }  # fmt: skip
    assert {
        heading for rows_ in tables.values() for row in rows_ for heading in row if not re.search("[\u4e00-\u9fff]", heading)
    } == set()
    kept = ("编号", "代码", "来源", "经办", "用户", "名称", "权限")
    codes = {
        (name, heading, cell)
        for name, rows_ in tables.items()
        for row in rows_
        for heading, cell in row.items()
        if re.fullmatch("[A-Za-z_]{3,}", cell) and not heading.endswith(kept)
    }
    assert codes == set()
    (due, *_) = [row for row in tables["due --publication"] if row["期限代码"] == "O3-suit"]
    assert (due["当事人"], due["主体编号"]) == ("王示例", "test:A#王示例")
    (task, *_) = tables["tasks"]
    assert (task["当事人"], task["主体编号"], task["动作"], task["状态"]) == ("王示例", "test:A#王示例", "执行", "待办")
    assert task["任务编号"].startswith("task-")
    assert not re.search("[A-Za-z]{3,}", run("case", "life", "--lang", "zh").stdout.partition("步骤见")[0])


def test_departments_are_told_nothing_by_a_clock_that_was_set_back(monkeypatch):
    early = datetime(2020, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(Actor, "now", classmethod(lambda cls, name: cls(name, early)))
    for more in ((), ("--dry-run",)):
        assert "clock" in run("push", "plan", "--lang", "en", *more, code=1).stderr
