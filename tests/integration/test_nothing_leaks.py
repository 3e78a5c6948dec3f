"""Secrets planted in every place that takes text: none of them comes out of any command that shows cases or lets anything leave."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from api.cli.main import app
from api.desk.tips import new_keys
from api.use_cases.acting import Actor
from api.use_cases.propagating import propagate
from graph.identifiers import uscc_check_character
from graph.model import Entity, Identifier, Name, Term
from graph.store import open_store
from graph.store.base import Write
from tests.api_world import actor
from tests.builder import Case, shipped
from tests.case_world import clerk
from tests.spellings import read

RESIDENT, MOBILE, ADDRESS, HEALTH, FAITH = "110101199003074477", "13812345678", "沂蒙路88号2单元301室", "患有糖尿病", "信仰伊斯兰教"
SECRETS = (RESIDENT, MOBILE, ADDRESS, HEALTH, FAITH, "someone@example.com")
REPORTER = "郑举报"
PEOPLE = ("王示例", "孙示例")
DISGUISED = (
    "１１０１０１ 19900307 4477，138-1234-5678，⑬81234⑤678，一三八一二三四五六七八，患 有糖尿 病，信仰伊斯蘭教，"
    "沂蒙路 ８８号2单元301室"
)
SAID = f"{DISGUISED}，当事人{RESIDENT}，电话{MOBILE}，住{ADDRESS}，someone@example.com，{HEALTH}，{FAITH}"
BODY = "91371300000000001"
CODE = BODY + uscc_check_character(BODY)
FORMATS = ("table", "json", "csv", "markdown", "html")
PUBLIC = (["publish", "list"], ["publish", "list", "--withheld"], ["report", "--since", "2020-01-01"])
INSIDE = (
    ["case", "list"], ["case", "show", "BAN"], ["due", "--all", "--publication"], ["push", "list"],
    ["feed", "--unit", "market"], ["tasks"], ["lookups"], ["lookups", "--coverage"], ["tip", "list"], ["tip", "list", "--readings"],
    ["repair", "plan", "示例A公司"],
)  # fmt: skip
DOCUMENTS = (
    ["check", "--uscc", CODE, "--purpose", "any", "--unit-name", "市监局", "--why", SAID],
    ["check", "--uscc", RESIDENT, "--purpose", "any", "--unit-name", f"市监局 {SAID}", "--why", SAID],
    ["incentive", "show", "示例A公司"],
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with secrets in every text, a desk with a report in confidence, and cases that somebody has worked on."""
    made = Case(shipped())
    made.company("A").legal_representative("王示例", since="2021-01-01")
    attributes = (("address", ADDRESS), ("telephone", MOBILE))
    firm = Entity("test:A", "company", (Name("示例A公司"),), (Identifier("uscc", CODE),), attributes)
    made.add(firm, "codes")
    more = {"authority_level": "city", "conduct_text": SAID, "number": f"罚〔2024〕1号 {RESIDENT} 138 1234 5678"}
    made.decision("A", ["fine"], name="P", kind="penalty", date="2026-05-11", **more)
    made.names("王示例", "A", decision="P")
    for place, more_than_a_name in enumerate((f"（王示例，{HEALTH}）", f"住{ADDRESS}", "（经办：孙示例）", f"，{FAITH}")):
        party = f"test:N{place}"
        made.add(Entity(party, "company", (Name(f"示例{place}公司{more_than_a_name}"),)), "codes")
        made.decision(f"N{place}", ["fine"], name=f"N{place}", kind="penalty", date="2026-05-12", authority_level="city")
    made.decision("A", ["fine"], name=f"王示例-{MOBILE}", kind="penalty", date="2026-05-13", authority_level="city")
    made.decision("A", ["fine"], name=f"孙示例-{RESIDENT}", kind="penalty", date="2026-05-13", authority_level="association")
    made.company("B").director("孙示例")
    made.decision("B", ["securities_market_ban"], name="BAN", kind="market_ban", date="2023-01-02", authority_level="national")
    made.names(
        "孙示例",
        "B",
        decision="BAN",
        found_as=("directly_responsible",),
        responsible=True,
        imposed={"securities_market_ban": Term(life=True)},
    )
    private, public = new_keys()
    (tmp_path / "key").write_text(private)
    for name, value in (
        ("STORE", f"sqlite:///{tmp_path / 'zeren.db'}"), ("DESK", str(tmp_path / "desk.db")), ("TIP_KEY", public),
        ("HOOK_KEY", "secret"), ("USER", "tester"),
    ):  # fmt: skip
        monkeypatch.setenv(f"ZEREN_{name}", value)
    with open_store(f"sqlite:///{tmp_path / 'zeren.db'}", create=True) as store:
        store.append([Write(fact) for fact in made.facts], actor(8).act("test"))
        propagate(store, shipped(), Actor("tester", clerk("x").at))
    told = run("tip", "file", "--about", "示例A公司", "--text", f"我是{REPORTER}，郑 舉-報，{SAID}", said=f"{REPORTER}\n{MOBILE}\n")
    assert REPORTER not in told
    run("case", "object", "BAN", "--text", SAID)
    run("case", "review", "BAN", "--text", SAID)
    run("push", "plan")
    return tmp_path


def run(*args: str, said: str | None = None) -> str:
    result = CliRunner().invoke(app, list(args), input=said, catch_exceptions=False)
    assert result.exit_code == 0, (args, result.output)
    return result.output


def leaks(text: str, *more: str) -> list[str]:
    seen = read(text)
    return [secret for secret in (*SECRETS, REPORTER, *more) if read(secret) in seen]


@pytest.mark.slow
@pytest.mark.usefixtures("desk")
def test_no_secret_comes_out_of_any_command():
    for args in PUBLIC:
        for kind in FORMATS:
            assert leaks(run(*args, "--format", kind), *PEOPLE) == [], (args, kind)
    for args in DOCUMENTS:
        for kind in ("table", "json"):
            assert leaks(run(*args, "--format", kind)) == [], (args, kind)
    for args in INSIDE:
        for kind in ("table", "json"):
            assert leaks(run(*args, "--format", kind)) == [], (args, kind)
    shown = json.loads(run("publish", "list", "--format", "json"))
    assert [(row["decision"], row["respondent"], row["uscc"]) for row in shown] == [
        ("P", "示例A公司", CODE), ("█-█", "示例A公司", CODE),
    ]  # fmt: skip
    waits = {row["decision"]: row["reason"] for row in json.loads(run("publish", "list", "--withheld", "--format", "json"))}
    assert waits == {
        "BAN": "kind", "N0": "name_health", "N1": "name_address", "N2": "name_person", "N3": "name_health", "█-█": "reference_only",
    }  # fmt: skip
    assert len(json.loads(run("lookups", "--format", "json"))) == 4


def test_no_secret_is_in_a_workbook(desk: Path):
    run("report", "--since", "2020-01-01", "--excel", str(desk / "report.xlsx"))
    book = load_workbook(desk / "report.xlsx")
    cells = " ".join(str(cell) for sheet in book for row in sheet.values for cell in row)
    assert "办理情况" in book.sheetnames
    assert leaks(cells, *PEOPLE) == []


def test_who_reports_is_in_no_file_and_only_the_key_reads_it(desk: Path):
    for file in desk.iterdir():
        assert REPORTER not in read(file.read_bytes().decode(errors="ignore")), file.name
    (tip,) = json.loads(run("tip", "list", "--format", "json"))
    shown = run("tip", "reveal", tip["id"], "--key", str(desk / "key"), "--why", "案2026-1")
    assert REPORTER in shown
    assert json.loads(run("tip", "list", "--readings", "--format", "json"))[0]["why"] == "案2026-1"
