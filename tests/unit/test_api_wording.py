"""The invariants of `api.cli.wording`, by number; tests/integration/test_cli_cases.py looks at the tables of the commands."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from analytics.lifecycle.departments import departments
from api.cli.wording import worded
from api.locales import LANGS, texts

CLI = Path(__file__).resolve().parents[2] / "api" / "cli"
COLUMNS = ("_LISTED", "_TABLE", "_UNDONE", "_CHECKS", "_CONFLICTS", "_EACH", "_SUMMARY", "_LOADED", "_COUNTS", "_BANS", "_EXAMPLES")
"""Names of lists of columns that do not end as the others do."""
NO_TABLES = {("backing_up", "_COUNTS"), ("policy", "COLUMNS")}
"""Lists of what is counted in a line, and of the roles of the matrix."""
OF_CSV_ALONE = {
    "measure.id", "articles", "articles_by_office", "unverified", "state", "role", "rules",  # the matrix has a grid of its own
    "table", "change", "file", "row", "key", "old", "new",  # what a load compares is told line by line
}  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cell", "zh"),
    [
        ("unit", "finance", "市财政局（finance）"),
        ("action", "execute", "执行"),
        ("task_state", "open", "待办"),
        ("message_state", "dead", "多次失败，已停发"),
        ("measure.kind", "mandatory", "强制性"),
        ("must", "True", "是"),
        ("acts", "fine; warning", "罚款、警告"),
        ("purpose", "procurement", "政府采购"),
        ("act_reason", "stage", "现处阶段不允许"),
        ("access_roles", "official auditor", "承办人员（official）、审计人员（auditor）"),
        ("report_key", "finance", "市财政局"),
        ("report_key", "objections", "异议"),
        ("measure_of", "6 executed", "6 已执行"),
        ("measure_of", "tendering", "招标投标和公共资源交易"),
        ("role", "respondent", "相对人"),
        ("until", "life", "终身"),
        ("fields", "outcome; premises", "结论、要件"),
    ],
)
def test_1_a_code_is_shown_by_its_name(column, cell, zh):
    assert worded(texts("zh"), column, cell) == zh
    assert worded(texts("en"), column, cell) != zh


@pytest.mark.parametrize("lang", LANGS)
def test_1_every_column_of_every_table_has_a_heading(lang):
    words, lists = texts(lang).words, 0
    for path in sorted(CLI.glob("*.py")):
        module = importlib.import_module(f"api.cli.{path.stem}")
        names = getattr(module, "NAMES", {}) | getattr(module, "TASK_NAMES", {})
        for name, columns in vars(module).items():
            if (name.endswith("COLUMNS") or name in COLUMNS) and (path.stem, name) not in NO_TABLES:
                lists += 1
                lacking = [each for each in columns if f"column.{names.get(each, each)}" not in words and each not in OF_CSV_ALONE]
                assert lacking == [], (path.name, name)
    assert lists > 20


def test_2_what_is_no_code_is_shown_as_it_is():
    for column in ("unit", "purpose", "text", "acts", "task_state", "report_key", "access_roles", "name"):
        assert worded(texts("zh"), column, "某某") == "某某"


def test_1_measures_and_units_that_are_kept_by_their_chinese_names_have_english_ones():
    for column in ("measure", "measure.name_zh"):
        assert worded(texts("en"), column, "终身不予注册") != "终身不予注册"
        assert worded(texts("zh"), column, "终身不予注册") == "终身不予注册"
    assert worded(texts("en"), "unit_by_name", "市财政局") == departments().units["finance"].en
    assert worded(texts("zh"), "unit_by_name", "市财政局") == "市财政局"
    assert worded(texts("en"), "unit_by_name", "示例窗口") == "示例窗口"
