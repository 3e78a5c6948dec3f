"""Every command that writes has a dry run, which answers as the command does and leaves every file as it is.

A new command is either in one of the tables here or fails the first test: give it `--dry-run` and an example in `WRITE`, or say in
`READ` how it is asked, or in `WITHOUT` why it can have none.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from analytics.lifecycle.table import load_table
from api.cli.main import app
from api.desk.outbox import MAX_ATTEMPTS, Outbox
from api.desk.tips import Tips, new_keys
from api.use_cases.acting import Actor
from api.use_cases.propagating import propagate
from graph.model import Term
from graph.store import open_store
from graph.store.base import Write
from tests.access_world import PASSWORD
from tests.api_world import actor
from tests.builder import Case, shipped
from tests.case_world import clerk
from tests.notice_text import notice_text

MAPPING = """
source: office
mode: snapshot
tables:
  - file: firms*.csv
    name: firms
    facts:
      - entity: {kind: company, id: {column: id}, names: [name]}
"""
WORDS = load_table().commands
ACT = ("--reported", "--by", "另一局", "--text", "另一局所作", "--number", "另〔2026〕77号")

WRITE: Mapping[str, Sequence[str]] = {
    "calendar enter": ("2031", "--file", "{folder}/notice.yaml", "--number", "国办〔2030〕1号"),
    "deliveries undo": ("{delivery}", "--reason", "文件有误"),
    "feedback": ("{task}", "--unit", "finance", "--outcome", "executed", "--message", "{message}"),
    "identity accept": ("{claim}", "--reason", "同一证件"),
    "identity reject": ("{claim}", "--reason", "不是一人"),
    "identity undo": ("{ruled}", "--reason", "看错了"),
    "incentive recognise": ("test:B", "--recogniser", "市局", "--level", "city", "--number", "红〔2026〕2号"),
    "incentive take-off": ("{entry}", "--text", "新的处罚"),
    "jobs add": ("propagate", "full=true"),
    "jobs cancel": ("{job}",),
    "jobs retry": ("{cancelled}",),
    "load": ("{folder}/firms-2.csv", "--mapping", "{folder}/mapping.yaml", "--delivered", "2026-02-01"),
    "propagate": ("--full",),
    "publish seal": (),
    "push hook": ("court", "http://127.0.0.1:9/"),
    "push plan": (),
    "push replay": (),
    "push send": (),
    "restore": ("{folder}/a.backup", "--store", "sqlite:///{folder}/restored.db"),
    "tip file": ("--about", "test:A", "--text", "拖欠工资"),
    "tip remask": (),
    "token create": ("wang",),
    "token revoke": ("{token}",),
    "user add": ("li", "--role", "clerk", "--no-password"),
    "user lock": ("wang",),
    "user password": ("wang", "--password-stdin"),
    "user role": ("wang", "--to", "auditor"),
    "user unit": ("wang", "--to", "tax"),
    "user unlock": ("locked",),
    **{f"repair {word}": ("{finding}", *ACT) for word in ("apply", "grant", "refuse", "fraud")},
    **{
        f"case {word}": ("{finding}" if "finding" in load_table().event(kind).scope else "D1", *ACT) for word, kind in WORDS.items()
    },
    "case lift-bar": ("{finding}", *ACT, "--refers", "{bar}"),
    "case end-proceedings": ("{finding}", *ACT, "--refers", "{review}"),
}
"""How each command that has a dry run is asked for something that it does."""

READ: Mapping[str, Sequence[str]] = {
    "audit verify": (),
    "case life": (),
    "case list": (),
    "case show": ("{finding}",),
    "controlled": ("test:A",),
    "controls": ("test:A",),
    "deliveries list": (),
    "deliveries show": ("{delivery}",),
    "due": ("--as-of", "2026-06-01"),
    "explain": ("{finding}",),
    "export": ("--to", "csv", "--out", "{out}/all", "--all"),
    "findings": (),
    "group": ("test:A",),
    "identity list": (),
    "impact": ("D1",),
    "incentive show": ("test:A",),
    "jobs list": (),
    "jobs show": ("{job}",),
    "letter": ("{finding}", "--out", "{out}/letter.html"),
    "lookups": (),
    "network": ("test:A",),
    "owners": ("test:A",),
    "paths": ("test:A", "test:B"),
    "preview": ("test:A#王示例",),
    "publish list": (),
    "push key": ("finance",),
    "push list": (),
    "quality": (),
    "record": ("test:A#王示例",),
    "repair plan": ("test:A",),
    "report": ("--since", "2026-01-01"),
    "rules check": (),
    "rules diff": ("shipped", "shipped"),
    "rules list": (),
    "rules matrix": (),
    "rules measures": (),
    "rules policy": (),
    "rules schema": (),
    "rules show": ("D2-WAGE",),
    "search": ("test:A",),
    "show": ("test:A",),
    "status": (),
    "tasks": (),
    "template": ("synthetic_city", "--out", "{out}"),
    "tip keys": ("--out", "{out}/tip.key"),
    "tip list": (),
    "token list": (),
    "user list": (),
}
"""Commands that write nothing but a file that is named to them, and how each is asked."""

WITHOUT: Mapping[str, str] = {
    "audit export": "who read the log is on record: there is no reading off the record",
    "audit of": "who read the log is on record: there is no reading off the record",
    "backup": "changes nothing of what it saves, and writes one file where none may stand; that it was made is on record",
    "check": "a look-up that is not on record would be one that nobody can account for",
    "copy": "changes nothing of the original, and writes to an empty store alone, or to one that a copy was cut off in",
    "demo": "made up, for a new store; it does nothing the second time",
    "feed": "the cursor with which a unit asks says what it has; `--as-of` and `--known-at` look and say nothing",
    "jobs work": "does what was put into the queue, which `jobs list` shows; each job has a dry run of its own",
    "prepare": "makes what can be made of the store again at any time, and alters no answer",
    "serve": "a service does what it is asked, and each request that writes has a dry run of its own",
    "synth": "made up, for trying; what it loads is a delivery, which can be undone",
    "tip reveal": "who reads an identity is on record before it is shown",
}
"""Commands that write and can have no dry run, each with the reason."""


class Office(NamedTuple):
    """A folder with a store, a desk and a file of access in which everything waits to be done, and the ids of it."""

    folder: Path
    ids: Mapping[str, str]

    def args(self, given: Sequence[str], out: Path | None = None) -> list[str]:
        """What is typed, with the ids and places filled in."""
        return [each.format(**self.ids, folder=self.folder, out=out) for each in given]

    def files(self) -> dict[str, str]:
        """Every file with the hash of what is in it.

        An empty log of SQLite is none, and its index holds nothing of ours; the folder of the graph is made of the store again.
        """
        found = sorted(each for each in self.folder.iterdir() if each.is_file() and not each.name.endswith("-shm"))
        every = [each for each in found if not each.name.endswith("-wal") or each.stat().st_size]
        return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in every}


def settle(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Let the commands work in a folder."""
    names = {"STORE": f"sqlite:///{folder / 'zeren.db'}", "DESK": str(folder / "desk.db"), "USER": "zhao", "HOOK_KEY": "secret"}
    for name, value in names.items():
        patch.setenv(f"ZEREN_{name}", value)


def asked(*args: str, given: str = "", code: int | None = 0) -> Result:
    result = CliRunner().invoke(app, list(args), input=given, catch_exceptions=False)
    assert code is None or result.exit_code == code, (args, result.output)
    return result


def rows(*args: str, given: str = "") -> Any:
    return json.loads(asked(*args, "--format", "json", given=given).stdout)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        settle(folder, patch)
        _, public = new_keys()
        patch.setenv("ZEREN_TIP_KEY", public)
        yield Office(folder, _filled(folder, public, patch))


def _filled(folder: Path, public: str, patch: pytest.MonkeyPatch) -> dict[str, str]:
    """Fill a folder so that there is something to do for every command, and return the ids of it."""
    made = Case(shipped())
    for company in "ABC":
        made.company(company).legal_representative("王示例", since="2013-01-01")
    wages = {"A": "2026-03-02", "B": "2026-03-03", "C": "2016-03-01"}
    for place, (company, date) in enumerate(wages.items(), 1):
        conduct = f"{int(date[:4]) - 1}-05/{int(date[:4]) - 1}-12"
        name, level = f"D{place}", "city"
        made.decision(company, ["listed_wage_arrears"], name=name, date=date, conduct=conduct, authority_level=level)
    made.company("E").post("director", "吴示例", bearer="1").post("director", "吴示例", bearer="2")
    made.decision("E", ["securities_market_ban"], name="D4", kind="market_ban", date="2026-03-01")
    made.names("吴示例", "E", decision="D4", imposed={"securities_market_ban": Term(life=True)})
    with open_store(f"sqlite:///{folder / 'zeren.db'}", create=True) as store:
        store.append([Write(fact) for fact in made.facts], actor(8).act("test"))
        propagate(store, shipped(), Actor("tester", clerk("x").at), decision="D1")  # the others wait to be derived
    texts = {"mapping.yaml": MAPPING, "notice.yaml": notice_text(2031)}
    texts |= {"firms.csv": "id,name\nF1,示例甲有限公司\n", "firms-2.csv": "id,name\nF1,示例乙有限公司\n"}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    asked("load", f"{folder}/firms.csv", "--mapping", f"{folder}/mapping.yaml", "--delivered", "2026-01-01")
    ids = _casework(patch) | _identities() | _desk(folder, public, patch) | _access()
    ids["delivery"] = rows("deliveries", "list")[0]["id"]
    asked("backup", str(folder / "a.backup"))
    return ids


def _casework(patch: pytest.MonkeyPatch) -> dict[str, str]:
    found = [g for r in rows("case", "list", "--party", "test:A#王示例") for g in r["grounds"] if g["rule"] == "D2-WAGE"]
    finding = found[0]["finding"]
    for word, *more in (("propose",), ("notice", "--number", "告〔2026〕1号"), ("statement", "--text", "无")):
        asked("case", word, finding, *more)
    patch.setenv("ZEREN_USER", "qian")
    asked("case", "decide", finding, "--number", "决〔2026〕1号")
    asked("case", "serve", finding, "--text", "签收")
    entry = rows("incentive", "recognise", "test:A", "--recogniser", "市局", "--level", "city", "--number", "红〔2026〕1号")[
        "entry"
    ]
    patch.setenv("ZEREN_USER", "sun")
    bar, review = (rows("case", word, finding, "--text", "立案")[0]["event"] for word in ("bar-repair", "review"))
    patch.setenv("ZEREN_USER", "zhao")
    return {"finding": finding, "entry": entry, "bar": bar, "review": review}


def _identities() -> dict[str, str]:
    first, second, *_ = rows("identity", "list")
    asked("identity", "reject", second["id"], "--reason", "另有其人")
    return {"claim": first["id"], "ruled": second["id"]}


def _desk(folder: Path, public: str, patch: pytest.MonkeyPatch) -> dict[str, str]:
    """Messages of which one is a dead letter and others are due, one still to be planned, and a report to be masked anew."""
    asked("propagate")
    asked("push", "plan")
    asked("push", "hook", "finance", "http://127.0.0.1:9/")
    with Outbox(str(folder / "desk.db")) as outbox:
        for attempts in range(MAX_ATTEMPTS):
            first, *others = outbox.messages(unit="finance")
            outbox.failed(first, f"failure {attempts}", datetime(2026, 3, 10, tzinfo=UTC))
    assert others, "there is one that waits"
    finding = rows("case", "list", "--status", "in_force")[0]["grounds"][0]["finding"]
    asked("case", "object", finding, "--text", "不实")
    with patch.context() as before, Tips(str(folder / "desk.db")) as tips:
        before.setattr("api.desk.tips.without", lambda text, _identity: text)
        tips.file("test:A", "他患有糖尿病", "李示例", public, clerk("x").at)
    return {"task": others[0].body["task"], "message": others[0].key}


def _access() -> dict[str, str]:
    for name in ("wang", "locked"):
        asked("user", "add", name, "--role", "official", "--no-password")
    asked("user", "lock", "locked")
    made = rows("token", "create", "wang")["id"]
    job, cancelled = (rows("jobs", "add", "propagate")["id"] for _ in range(2))
    asked("jobs", "cancel", cancelled)
    return {"token": made, "job": job, "cancelled": cancelled}


def given_to(name: str) -> str:
    """What a command reads from standard input."""
    return {"user password": f"{PASSWORD}\n", "tip file": "姓名：李示例\n电话：13800000000\n"}.get(name, "")


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command that a person can type, with what it takes."""
    for name, each in group.commands.items():
        if hasattr(each, "commands"):
            yield from commands(each, (*path, name))
        else:
            yield " ".join((*path, name)), each


def test_every_command_has_a_dry_run_or_a_reason_to_have_none():
    every = dict(commands(typer.main.get_command(app)))
    dry = {name for name, each in every.items() if any("--dry-run" in option.opts for option in each.params)}
    assert dry == WRITE.keys()
    assert sorted([*WRITE, *READ, *WITHOUT]) == sorted(every), "each is in one table, and in one alone"
    assert all(reason.strip() for reason in WITHOUT.values())


@pytest.mark.parametrize("name", WRITE)
def test_a_dry_run_says_what_would_be_done_and_leaves_every_file_as_it_is(office: Office, name: str, tmp_path: Path):
    before = office.files()
    args = [*name.split(), *office.args(WRITE[name])]
    dry = asked(*args, "--dry-run", given=given_to(name), code=None)
    marked = asked(*args, "--dry-run", "--format", "json", given=given_to(name), code=None)
    assert office.files() == before
    assert "未作任何登记" in dry.output
    assert "未作任何登记" in marked.stderr or '"dry_run": true' in marked.stdout
    with pytest.MonkeyPatch.context() as patch:
        shutil.copytree(office.folder, tmp_path / "office")
        there = Office(tmp_path / "office", office.ids)
        settle(there.folder, patch)
        if name == "restore":  # only a dry run of it may be held beside what runs
            patch.setenv("ZEREN_DESK", str(there.folder / "restored-desk.db"))
        done = asked(*name.split(), *there.args(WRITE[name]), given=given_to(name), code=None)
        assert done.exit_code == dry.exit_code == marked.exit_code, done.output
        assert there.files() != before, "it does something, so that a dry run that did it would be seen"


@pytest.mark.parametrize("name", READ)
def test_what_only_reads_leaves_every_file_as_it_is(office: Office, name: str, tmp_path: Path):
    before = office.files()
    asked(*name.split(), *office.args(READ[name], tmp_path))
    assert office.files() == before
