"""The commands for users, tokens and the audit."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.access.principal import Credentials
from api.cli.main import app
from api.use_cases.access_report import note_begun
from graph.store import open_store
from tests.access_world import PASSWORD, access_of, now
from tests.integration.test_http import make_store


@pytest.fixture
def zeren(tmp_path: Path):
    url = make_store(tmp_path / "zeren.db")

    def run(*args: str, given: str = "", code: int = 0) -> str:
        environment = {"ZEREN_STORE": url, "ZEREN_USER": "operator", "ZEREN_LANG": "en"}
        done = CliRunner().invoke(app, args, input=given, env=environment, catch_exceptions=False)
        assert done.exit_code == code, done.stderr
        return done.stdout if code == 0 or done.stdout else done.stderr

    run.url = url  # type: ignore[attr-defined]
    return run


def test_a_user_from_beginning_to_end(zeren):
    made = json.loads(
        zeren("user", "add", "王主管", "--role", "official", "--password-stdin", "--format", "json", given=PASSWORD + "\n")
    )
    assert (made["name"], made["roles"], made["has_password"]) == ("王主管", ["official"], True)
    with access_of(zeren.url) as access:
        assert access.users.log_in("王主管", PASSWORD, now()).name == "王主管"
    assert "already" in zeren("user", "add", "王主管", "--role", "clerk", "--no-password", code=1)
    assert "no role 'emperor'" in zeren("user", "add", "b", "--role", "emperor", "--no-password", code=1)
    assert "12 to 200" in zeren("user", "add", "b", "--role", "clerk", "--password-stdin", given="short\n", code=1)
    assert "locked: yes" in zeren("user", "lock", "王主管")
    assert "locked: no" in zeren("user", "unlock", "王主管")
    zeren("user", "password", "王主管", "--password-stdin", given="another good password\n")
    zeren("user", "role", "王主管", "--to", "auditor", "--to", "clerk")
    (row,) = json.loads(zeren("user", "list", "--format", "json"))
    assert row["roles"] == ["auditor", "clerk"]
    assert "auditor clerk" in zeren("user", "list", "--format", "csv")
    with access_of(zeren.url) as access:
        assert access.users.log_in("王主管", "another good password", now()).name == "王主管"
        acts = [(row.look.by, row.look.what, row.look.via) for row in access.trail.rows()]
    assert acts == [("operator", f"user {act}", "command") for act in ("add", "lock", "unlock", "password", "role")]


def test_a_unit_is_one_that_there_is_and_can_be_changed(zeren):
    asked = ("user", "add", "tax-system", "--role", "department", "--no-password")
    assert "taxi" in zeren(*asked, "--unit", "taxi", code=1)
    assert json.loads(zeren("user", "list", "--format", "json")) == []
    zeren(*asked, "--unit", "市财政局")
    assert "taxi" in zeren("user", "unit", "tax-system", "--to", "taxi", code=1)
    assert json.loads(zeren("user", "unit", "tax-system", "--to", "tax", "--format", "json"))["unit"] == "tax"
    (row,) = json.loads(zeren("user", "list", "--format", "json"))
    assert row["unit"] == "tax"


def test_a_token_from_beginning_to_end(zeren):
    zeren("user", "add", "tax-system", "--role", "department", "--unit", "tax", "--no-password")
    made = json.loads(zeren("token", "create", "tax-system", "--scope", "check.ask", "--days", "7", "--format", "json"))
    with access_of(zeren.url) as access:
        who = access.principal(Credentials(bearer=made["token"]), now())
        assert (who.unit, who.may("check.ask"), who.may("finding.read")) == ("tax", True, False)
    assert "some of what its user may" in zeren("token", "create", "tax-system", "--scope", "case.confirm", code=1)
    shown = zeren("token", "list", "--format", "json")
    assert made["id"] in shown
    assert made["token"] not in shown
    assert "not the token" in zeren("token", "revoke", made["token"], code=1)
    zeren("token", "revoke", made["id"])
    assert "no token" in zeren("token", "revoke", made["id"], code=1)
    assert zeren("token", "create", "tax-system").startswith("zeren_")


def test_the_audit_from_beginning_to_end(zeren):
    assert json.loads(zeren("audit", "verify", "--format", "json"))["trail"] is None
    assert not (Path(zeren.url.removeprefix("sqlite:///") + ".access.db")).exists(), "looking makes no file"
    zeren("user", "add", "a", "--role", "clerk", "--no-password")
    zeren("audit", "of", "王示例")
    rows = [json.loads(line) for line in zeren("audit", "export").splitlines()]
    assert [row["what"] for row in rows] == ["user add", "audit of", "audit export"]
    (report,) = json.loads(zeren("audit", "of", "王示例", "--format", "json"))[-1:]
    assert (report["by"], report["how"], report["what"]) == ("operator", "searched", "audit of")
    headed = zeren("audit", "of", "王示例", "--lang", "zh", "--format", "markdown")
    assert (headed.count("事项"), headed.count("目的")) == (1, 1)
    checked = json.loads(zeren("audit", "verify", "--format", "json"))
    assert (checked["whole"], checked["trail"]["whole"], checked["trail"]["rows"]) == (True, True, 5)
    assert f"5 rows, anchor {checked['trail']['anchor']}" in zeren("audit", "verify", "--anchor", checked["trail"]["anchor"])
    assert not re.findall("[a-z]{3,}", zeren("audit", "verify", "--lang", "zh").replace(checked["trail"]["anchor"], ""))
    with sqlite3.connect(zeren.url.removeprefix("sqlite:///") + ".access.db") as db:
        db.executescript("DROP TRIGGER trail_kept; DELETE FROM seen WHERE seq = 5; DELETE FROM trail WHERE seq = 5;")
    db.close()
    assert "1 rows were cut off" in zeren("audit", "verify", code=1)
    assert "LENGTH:CHAIN" in zeren("audit", "verify", "--anchor", "x", code=1)


def test_a_trail_that_was_taken_away_is_missed(zeren):
    assert "trail: none" in zeren("audit", "verify")
    zeren("user", "add", "wang", "--role", "clerk", "--no-password")
    place = Path(zeren.url.removeprefix("sqlite:///") + ".access.db")
    with open_store(zeren.url) as store:
        note_begun(store, now())
    for each in place.parent.glob(f"{place.name}*"):
        each.unlink()
    assert "its file is gone" in zeren("audit", "verify", code=1)
    assert not list(place.parent.glob(f"{place.name}*"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_user_is_told_in_the_language_asked(zeren, lang):
    added = zeren("user", "add", "王五", "--role", "official", "--unit", "tax", "--no-password", "--lang", lang)
    locked = zeren("user", "lock", "王五", "--lang", lang)
    wanted = {
        "zh": ("名称：王五", "承办人员（official）", "有密码：否", "已锁定：是"),
        "en": ("name: 王五", "(official)", "has password: no", "locked: yes"),
    }[lang]
    assert all(each in added + locked for each in wanted), added + locked
    assert not any(code in added + locked for code in ("has_password", "locked_until", "True", "False"))


@pytest.mark.parametrize(("lang", "said"), [("zh", "已没有可登录且可管理用户的人"), ("en", "nobody is left who may manage users")])
def test_the_last_administrator_is_locked_at_the_machine_alone_and_it_is_said(zeren, lang, said):
    run = CliRunner()
    environment = {"ZEREN_STORE": zeren.url, "ZEREN_USER": "operator", "ZEREN_LANG": lang}
    for name in ("root", "second"):
        zeren("user", "add", name, "--role", "administrator", "--password-stdin", given=PASSWORD + "\n")
    heard = [run.invoke(app, ["user", *act], env=environment) for act in (["lock", "second"], ["role", "root", "--to", "clerk"])]
    assert [(done.exit_code, said in done.stderr) for done in heard] == [(0, False), (0, True)]
    assert said not in run.invoke(app, ["user", "lock", "root"], env=environment).stderr, "there was none before"
