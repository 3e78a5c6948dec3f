"""`zeren rules diff` and `zeren impact`: what would change, counted and listed, with nothing recorded."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from analytics.responsibility.catalogue import RULES, shipped
from api.cli.main import app
from api.locales import LANGS
from api.use_cases.propagating import propagate
from graph.model import Relationship
from graph.store import open_store
from graph.store.base import Write
from tests.api_world import actor, case
from tests.unit.test_writing_a_rule import PAGE, files


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'zeren.db'}"
    with open_store(url, create=True) as store:
        store.append([Write(fact) for fact in case().facts], actor(1).act("test"))
        propagate(store, shipped(), actor(2, store))
    return url


def run(url: str, *args: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["--store", url, "--lang", "en", *args], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def rows(url: str, *args: str) -> Any:
    return json.loads(run(url, *args, "--format", "json").stdout)


def office() -> str:
    posts = [fact for fact in case().facts if isinstance(fact.value, Relationship)]
    return next(fact.id for fact in posts if "王示例" in fact.value.interested_party.entity)  # type: ignore[union-attr]


def test_diff_counts_by_rule_and_role_and_lists_each(url: str, tmp_path: Path):
    file = tmp_path / "wage_arrears.yaml"
    file.write_text((RULES / file.name).read_text(encoding="utf-8").replace("years: 3", "years: 2"), encoding="utf-8")
    document = rows(url, "rules", "diff", "shipped", str(file))
    assert document["rules"] == {"appears": [], "vanishes": [], "changes": ["D2-WAGE v1"]}
    assert {(row["rule"]["id"], row["changes"] > 0, row["appears"]) for row in document["summary"]} == {("D2-WAGE", True, 0)}
    assert sum(row["changes"] for row in document["summary"]) == len(document["findings"])
    assert {(row["before"]["until"], row["after"]["until"]) for row in document["findings"]} == {("2026-05-10", "2025-05-10")}
    shown = list(csv.DictReader(io.StringIO(run(url, "rules", "diff", "shipped", str(file), "--each", "--format", "csv").stdout)))
    assert [row["id"] for row in shown] == [row["id"] for row in document["findings"]]
    assert {row["fields"] for row in shown} == {"until"}


def test_diff_of_part_of_the_rules_lays_them_over_and_says_so(url: str, tmp_path: Path):
    text = (RULES / "wage_arrears.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(text.replace("years: 3", "years: 2"), encoding="utf-8")
    (tmp_path / "instruments.yaml").write_text((RULES / "instruments.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    mine, instruments = tmp_path / "mine.yaml", tmp_path / "instruments.yaml"
    for given in ([tmp_path], [mine], [mine, instruments]):
        document = rows(url, "rules", "diff", "shipped", *map(str, given))
        assert document["rules"] == {"appears": [], "vanishes": [], "changes": ["D2-WAGE v1"]}
        assert "laid over the rules that ship (in place of D2-WAGE v1)" in document["taken"]["new"]
    whole = run(url, "rules", "diff", "shipped", str(tmp_path), "--whole")
    assert "by itself, 1 rules, none of those that ship beside it" in whole.stderr
    assert "vanishes" in whole.stderr
    assert "each has to be one" in run(url, "rules", "diff", "shipped", str(mine), "no-such", code=1).stderr


def test_diff_of_the_same_rules_is_empty_and_a_catalogue_in_use_is_found_by_version(url: str):
    same = rows(url, "rules", "diff", "shipped", str(RULES))
    assert (same["summary"], same["findings"]) == ([], [])
    assert same["unchanged"] > 0
    assert rows(url, "rules", "diff", "2", "shipped")["findings"] == []
    assert "the same rules" in run(url, "rules", "diff", "shipped", "shipped").stderr
    assert "no file or folder" in run(url, "rules", "diff", "shipped", "no-such-thing", code=1).stderr


def test_diff_of_rules_with_errors_names_them(url: str, tmp_path: Path):
    file = tmp_path / "wage_arrears.yaml"
    file.write_text((RULES / file.name).read_text(encoding="utf-8").replace("years: 3", "years: 0"), encoding="utf-8")
    assert "D2-WAGE: term.years" in run(url, "rules", "diff", "shipped", str(file), code=1).stderr


@pytest.mark.parametrize("lang", LANGS)
def test_diff_of_rules_with_errors_tells_them_one_a_line_as_the_check_does(url: str, tmp_path: Path, lang: str):
    file = tmp_path / "wage_arrears.yaml"
    text = (RULES / file.name).read_text(encoding="utf-8").replace("years: 3", "years: three").replace("[D2]", "[D9]")
    file.write_text(text, encoding="utf-8")
    checked = run(url, "rules", "check", str(file), "--lang", lang, code=1).stderr.splitlines()
    assert len(checked) > 1
    assert run(url, "rules", "diff", "shipped", str(file), "--lang", lang, code=1).stderr.splitlines() == checked


def test_impact_of_a_retraction_and_of_a_correction(url: str):
    gone = rows(url, "impact", office())
    assert gone["corrected"] is None
    assert {row["change"] for row in gone["findings"]} == {"vanishes"}
    assert {row["party"]["name"] for row in gone["findings"]} == {"王示例"}
    later = rows(url, "impact", office(), "--set", "period=2021-01-01/unknown")
    assert later["corrected"]["text"] != later["statement"]["text"]
    assert {(row["before"]["outcome"], row["after"]["outcome"]) for row in later["findings"]} >= {("established", "lead")}
    told = run(url, "impact", office(), "--each")
    assert "nothing was recorded" in told.stderr
    assert "王示例" in told.stdout


def test_what_is_told_beside_a_diff_and_an_impact_is_chinese_where_that_is_asked(url: str, tmp_path: Path):
    text = (RULES / "wage_arrears.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(text.replace("years: 3", "years: 2"), encoding="utf-8")
    for args in (["rules", "diff", "shipped", str(tmp_path / "mine.yaml"), "--each"], ["impact", office(), "--each"]):
        answer = CliRunner().invoke(app, ["--store", url, "--lang", "zh", *args], catch_exceptions=False)
        told = answer.stderr.replace(str(tmp_path / "mine.yaml"), "").replace("D2-WAGE v1", "")
        assert not re.findall(r"(?<![0-9a-f])[a-z]{3,}(?![0-9a-f])", told), told
        assert "不变" in told
    cells = run(
        url, "impact", office(), "--each", "--set", "period=2021-01-01/unknown", "--lang", "zh", "--format", "markdown"
    ).stdout
    assert "premises" not in cells
    assert "要件" in cells


def test_what_cannot_be_previewed_is_refused(url: str):
    assert "no field colour" in run(url, "impact", office(), "--set", "colour=red", code=1).stderr
    assert "no statement" in run(url, "impact", "nothing", code=1).stderr
    run(url, "impact", office(), "--set", "period", code=2)


def test_an_instrument_of_another_level_is_told_though_nothing_loaded_shows_it(url: str, tmp_path: Path):
    file = tmp_path / "instruments.yaml"
    file.write_text("levels: {}\ninstruments: {防范和处置非法集资条例: normative_document}\n", encoding="utf-8")
    told = run(url, "rules", "diff", "shipped", str(file)).stderr
    assert "the same rules" in told.splitlines()[-2]
    assert "level: administrative regulation -> " in told.splitlines()[-1]
    assert told.splitlines()[-1].endswith("cited by D2-FUNDRAISE v1")


def test_the_diff_that_the_page_on_writing_a_rule_shows_is_that_of_the_bundled_data(demo):
    for name in ("order.yaml", "instruments.yaml"):
        (demo.folder / name).write_text(files()[name], encoding="utf-8")
    trial = files()["order.yaml"].replace("listed_market_supervision", "listed_wage_arrears")
    (demo.folder / "trial.yaml").write_text(trial, encoding="utf-8")
    command = "rules diff shipped trial.yaml instruments.yaml --lang en"
    shown = PAGE.read_text(encoding="utf-8").split(f"$ zeren {command}\n", 1)[1].split("…\n", 1)[0]
    assert demo.run(*command.split()).stdout == shown
    assert "EX-ORDER" in shown
