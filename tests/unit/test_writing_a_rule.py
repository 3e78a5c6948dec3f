"""The rule that docs/writing-a-rule.md writes: its blocks, and nothing else, make a catalogue whose findings are those it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from analytics.responsibility.catalogue import RULES, parse_catalogue, read_folder
from api.cli.main import app
from graph.errors import ConfigError
from graph.store import open_store
from tests.golden.cases import match, said, told, wanted

PAGE = Path(__file__).resolve().parents[2] / "docs" / "writing-a-rule.md"
INSTRUMENT, RULE, CASES = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)


def files(rule: str = RULE) -> dict[str, str]:
    """The rules that ship, with the two blocks added as the page says."""
    shipped, _ = read_folder(RULES)
    instruments = yaml.safe_load(shipped["instruments.yaml"])
    instruments["instruments"] |= yaml.safe_load(INSTRUMENT)["instruments"]
    return shipped | {"instruments.yaml": yaml.safe_dump(instruments, allow_unicode=True, sort_keys=False), "order.yaml": rule}


@pytest.mark.parametrize("case", yaml.safe_load(CASES), ids=lambda case: case["case"])
def test_the_rule_of_the_page_gives_the_findings_of_the_page(case):
    world = told(case, parse_catalogue(files()))
    findings = [said(finding) for finding in world.findings(rule=case["rule"])]
    assert match([wanted(item, case["rule"], "甲") for item in case["findings"]], findings) == ([], [])
    for person, reason in case.get("why_not", {}).items():
        assert world.why_not(person, "甲", rule=case["rule"]).reason == reason


def test_the_page_shows_every_kind_of_case():
    shown = {kind for case in yaml.safe_load(CASES) for kind in case["shows"]}
    assert shown == {"positive", "negative", "boundary", "out_of_force"}


def test_the_check_accepts_the_rule_as_a_file_among_those_that_ship(tmp_path):
    for name in ("instruments.yaml", "order.yaml"):
        (tmp_path / name).write_text(files()[name], encoding="utf-8")
    run = CliRunner().invoke(app, ["rules", "check", str(tmp_path / "order.yaml"), str(tmp_path / "instruments.yaml")])
    assert (run.exit_code, run.stderr) == (0, "")


def test_the_errors_that_the_page_shows_are_those_of_the_check():
    wrong = RULE.replace("when: named", "when: office_at_listing").replace("kind: recommended", "kind: mandatory")
    with pytest.raises(ConfigError) as caught:
        parse_catalogue(files(wrong))
    shown = re.findall(r"^    (order\.yaml: .+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(str(caught.value).splitlines()) == sorted(shown)


def test_the_commands_of_the_page_work_with_what_it_writes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = ["--store", "sqlite:///zeren.db", "--lang", "en"]
    with open_store("sqlite:///zeren.db", create=True):
        pass
    (tmp_path / "my-rules").mkdir()
    for folder in (tmp_path, tmp_path / "my-rules"):
        for name in ("instruments.yaml", "order.yaml"):
            (folder / name).write_text(files()[name], encoding="utf-8")
    shown = re.findall(r"^    zeren (rules (?:check|diff) .+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(shown) == 4
    for line in shown:
        run = CliRunner().invoke(app, [*store, *line.split()])
        assert run.exit_code == 0, (line, run.output)
        assert ("added EX-ORDER v1" in run.stderr) is ("diff" in line), line
