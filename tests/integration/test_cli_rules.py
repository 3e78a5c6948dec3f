"""`zeren rules`: lists and their filters, checks of files, the schema, the matrix, the list of measures, the items and tasks."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from rich.cells import cell_len
from typer.testing import CliRunner

from analytics.responsibility.catalogue import RULES, shipped
from analytics.responsibility.policy.document import load_policy
from analytics.responsibility.policy.matrix import COLUMNS, ORDER
from analytics.responsibility.rule_schema import schema_text
from api.cli.main import app
from tests.unit.test_analytics_catalogue import files as small_files
from tests.unit.test_analytics_catalogue import rule
from tests.unit.test_writing_a_rule import files


def run(*args: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["rules", *args], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def rows(*args: str) -> Any:
    return json.loads(run(*args, "--format", "json").stdout)


def ids(*args: str) -> set[str]:
    return {row["id"] for row in rows("list", *args)}


def test_filters_of_the_list_narrow_each_other():
    everything = ids()
    assert len(everything) == 64
    assert {"D3-BANKRUPT", "LY-D1"} <= ids("--role", "director") < everything
    assert "D3-SPEND" not in ids("--role", "director")
    assert ids("--role", "chairman") >= ids("--role", "director")
    assert ids("--act", "food_licence_revoked") == {"D1-FOOD"}
    assert {row["id"] for row in rows("list") if "D4" in row["domains"]} == ids("--domain", "D4")
    assert ids("--role", "director", "--domain", "D4") == ids("--role", "director") & ids("--domain", "D4") == {"LY-D4"}


def test_the_list_of_what_is_not_in_use_says_why():
    disabled = rows("list", "--disabled")
    assert {row["id"] for row in disabled} == {
        "D2-ABNORMAL",
        "D2-SAMR",
        "D2-STAT",
        "D2-TAX",
        *(f"MOU-{x}" for x in ["FIN", "CUSTOMS", "FOODDRUG", "AIC", "TRAVEL"]),
    }
    assert all(row["not_in_use"] for row in disabled)
    assert "known from memory only" in run("list", "--disabled", "--lang", "en", "--format", "markdown").stdout


@pytest.mark.parametrize(("option", "value"), [("--role", "no_such_role"), ("--act", "no_such_act")])
def test_a_filter_by_a_code_that_is_none_is_an_error(option, value):
    assert value in run("list", option, value, code=1).stderr


def test_check_takes_nothing_a_folder_or_files(tmp_path: Path):
    assert "64 rules in 65 versions, no error" in run("check", "--lang", "en", "--lang", "en").stdout
    assert "64 rules in 65 versions, no error" in run("check", "--lang", "en", str(RULES), "--lang", "en").stdout
    text = (RULES / "wage_arrears.yaml").read_text(encoding="utf-8")
    same, wrong = tmp_path / "wage_arrears.yaml", tmp_path / "other.yaml"
    same.write_text(text, encoding="utf-8")
    assert "64 rules in 65 versions, no error" in run("check", "--lang", "en", str(same), "--lang", "en").stdout
    same.write_text(text.replace("acts: [listed_wage_arrears]", "acts: [no_such_act]"), encoding="utf-8")
    wrong.write_text(text, encoding="utf-8")
    told = run("check", "--lang", "en", str(same), str(wrong), code=1).stderr.splitlines()
    assert told == [
        "wage_arrears.yaml: D2-WAGE: acts: 'no_such_act' is not in codes/acts.yaml",
        "D2-WAGE: stands more than once: other.yaml rules[1], wage_arrears.yaml rules[1]",
    ]
    run("check", "--lang", "en", str(tmp_path), str(same), code=2)


def test_check_speaks_the_language_asked(tmp_path: Path):
    same = tmp_path / "wage_arrears.yaml"
    text = (RULES / "wage_arrears.yaml").read_text(encoding="utf-8")
    same.write_text(text.replace("acts: [listed_wage_arrears]", "acts: [no_such_act]"), encoding="utf-8")
    told = "wage_arrears.yaml: D2-WAGE: acts: 'no_such_act' 不是 codes/acts.yaml 中的行为代码"
    answer = run("check", str(same), "--format", "json", code=1)
    assert (answer.stderr, json.loads(answer.stdout)["errors"]) == (f"{told}\n", [told])
    assert "无法读取：没有这个文件" in run("check", str(tmp_path / "no.yaml"), code=1).stderr


def test_check_warns_of_a_duty_without_its_word(tmp_path: Path):
    answer = run("check", "--lang", "en", "--format", "json")
    warnings = json.loads(answer.stdout)["warnings"]
    assert answer.stderr.splitlines() == [f"warning: {line}" for line in warnings]
    assert [
        line for line in warnings if line.startswith("sme_payment.yaml: D2-SMEPAY: measures.D2-SME-01.kind: mandatory, and no word")
    ]
    spoken = (RULES / "food_safety_law.yaml").read_text(encoding="utf-8").replace("wording: 不得", "text: 可以禁止")
    (tmp_path / "food_safety_law.yaml").write_text(spoken, encoding="utf-8")
    told = run("check", "--lang", "en", str(tmp_path / "food_safety_law.yaml"), code=1).stderr
    assert "food_safety_law.yaml: D1-FOOD: measures.D1-FOOD-01.kind: the passage says 可以: recommended" in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("rules:\n", "rules: []\n", ["order.yaml: rules: is empty, a file has one rule at least"]),
        (
            "id: EX-ORDER-02",
            "id: EX-ORDER-01",
            [
                "order.yaml: EX-ORDER: measures: EX-ORDER-01 stands more than once",
                "order.yaml: EX-ORDER: clauses.directors.measures: no measure 'EX-ORDER-02'",
            ],
        ),
        ("id: directors", "id: head", ["order.yaml: EX-ORDER: clauses: head stands more than once"]),
        (
            "id: EX-ORDER\n",
            'id: "EX ORDER\\nx"\n',
            ["order.yaml: rules[1]: id: is not written as ^[A-Za-z0-9][A-Za-z0-9._-]*$ asks"],
        ),
        (
            "instrument: 示例市场秩序条例, article: 第12条}]\n    relation",
            'instrument: "", article: 第12条}]\n    relation',
            ["order.yaml: EX-ORDER: basis[1].instrument: has at least 1 character"],
        ),
        ("instrument: 示例市场秩序条例\n", 'instrument: ""\n', ["order.yaml: instrument: is empty"]),
    ],
)
def test_check_names_what_is_wrong_once_and_on_one_line(tmp_path: Path, old: str, new: str, told: list[str]):
    made = files()
    text = made["order.yaml"].replace(old, new, 1)
    made["order.yaml"] = text[: text.index(new) + len(new)] if new == "rules: []\n" else text
    for name in ("order.yaml", "instruments.yaml"):
        (tmp_path / name).write_text(made[name], encoding="utf-8")
    given = [str(tmp_path / name) for name in ("order.yaml", "instruments.yaml")]
    assert run("check", "--lang", "en", *given, code=1).stderr.splitlines() == told
    assert json.loads(run("check", "--lang", "en", *given, "--format", "json", code=1).stdout)["errors"] == told


def test_check_tells_two_entries_of_one_id_apart(tmp_path: Path):
    made = files()
    text = made["order.yaml"]
    entry = text[text.index("  - id: EX-ORDER\n") :]
    made["order.yaml"] = text + entry.replace("roles: [legal_representative]", "roles: [boss]")
    for name in ("order.yaml", "instruments.yaml"):
        (tmp_path / name).write_text(made[name], encoding="utf-8")
    told = run(
        "check", "--lang", "en", str(tmp_path / "order.yaml"), str(tmp_path / "instruments.yaml"), code=1
    ).stderr.splitlines()
    assert told == [
        "order.yaml: EX-ORDER rules[2]: clauses.head.roles: 'boss' is not in codes/roles.yaml",
        "EX-ORDER: stands more than once: order.yaml rules[1], order.yaml rules[2]",
    ]


def test_check_counts_one_rule_and_several_in_either_language(tmp_path: Path):
    for name, text in small_files(rule()).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert run("check", "--lang", "en", str(tmp_path), "--lang", "en").stdout.startswith("1 rule, no error (catalogue ")
    assert run("check", "--lang", "en", str(tmp_path), "--lang", "zh").stdout.startswith("1 条规则，没有错误（规则目录 ")
    assert run("check", "--lang", "en", "--lang", "zh").stdout.startswith("64 条规则、65 个版本，没有错误（规则目录 ")


def test_check_names_a_file_that_is_not_there_as_it_names_any_error(tmp_path: Path):
    assert (
        run("check", "--lang", "en", str(tmp_path / "no.yaml"), code=1).stderr
        == "no.yaml: cannot be read: No such file or directory\n"
    )
    told = json.loads(run("check", "--lang", "en", str(tmp_path / "no.yaml"), "--format", "json", code=1).stdout)
    assert told["errors"] == ["no.yaml: cannot be read: No such file or directory"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("command", [["list"], ["list", "--disabled"], ["policy"], ["policy", "--tasks"], ["measures"]])
def test_a_table_in_a_pipe_is_as_wide_as_a_page_and_cuts_nothing(command: list[str], lang: str):
    lines = run(*command, "--lang", lang).stdout.splitlines()
    assert max(map(cell_len, lines)) <= 132
    shown = "".join(lines)
    whole = run(*command, "--lang", lang, "--format", "markdown").stdout
    assert Counter(filter(str.isalnum, shown)) >= Counter(filter(str.isalnum, whole)) - Counter("br" * len(whole))


def test_an_id_is_not_broken_in_a_pipe_and_acts_are_told_by_their_names():
    shown = run("list").stdout
    assert [row["id"] for row in rows("list") if row["id"] not in shown] == []
    assert [act for row in rows("list") for act in row["acts"] if act in shown] == []
    assert "列入经营异常名录" in shown


def test_check_names_a_file_that_cannot_be_read(tmp_path: Path):
    (tmp_path / "bad.yaml").write_bytes("规则".encode("gb18030"))
    assert run("check", "--lang", "en", str(tmp_path / "bad.yaml"), code=1).stderr == "bad.yaml: is not UTF-8\n"


def test_schema_goes_to_standard_output_or_to_a_file(tmp_path: Path):
    assert run("schema").stdout == schema_text()
    run("schema", "--out", str(tmp_path / "s.json"))
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == schema_text()
    for lang, told in (("zh", "不能写入"), ("en", "cannot be written")):
        assert told in run("schema", "--lang", lang, "--out", str(tmp_path / "no" / "s.json"), code=1).stderr


def test_the_matrix_has_every_measure_of_the_policy_by_every_role_in_every_format(tmp_path: Path):
    found = rows("matrix", "--as-of", "2026-11-26")
    measures = list(dict.fromkeys(row["measure"]["id"] for row in found))
    assert [(row["measure"]["id"], row["role"]) for row in found] == [(m, role) for m in measures for role in COLUMNS]
    assert {row["state"] for row in found} == set(ORDER)
    assert all(row["articles"] for row in found)
    written = list(csv.DictReader(io.StringIO(run("matrix", "--as-of", "2026-11-26", "--format", "csv").stdout)))
    assert [(row["role"], row["state"]) for row in written] == [(row["role"], row["state"]) for row in found]
    for form in ("table", "markdown", "html"):
        file = tmp_path / form
        run("matrix", "--as-of", "2026-11-26", "--format", form, "--out", str(file), "--lang", "en")
        text = file.read_text(encoding="utf-8")
        assert [m for m in measures if m not in text] == []
        assert "2026-11-26" in text
        if form != "table":
            assert [a for row in found for a in row["articles"] if a not in text] == []
            assert text.count("lead only") >= sum(row["state"] == "lead" for row in found)


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_the_matrix_marks_the_articles_by_which_the_office_alone_is_enough_and_not_the_cell(form: str):
    text = run("matrix", "--as-of", "2026-11-26", "--format", form, "--lang", "zh").stdout
    (line,) = [line for line in text.splitlines() if "LY-A11 " in line]
    office = [part for part in line.replace("|", "<br>").replace("<", "><").split(">") if part.startswith("° ")]
    assert any("食品安全法第135条" in part for part in office)
    assert not any("药品管理法" in part for part in office)
    assert "可成立°" not in text
    listed = list(csv.DictReader(io.StringIO(run("matrix", "--as-of", "2026-11-26", "--format", "csv").stdout)))
    row = next(row for row in listed if (row["measure.id"], row["role"]) == ("LY-A11", "legal_representative"))
    assert "食品安全法第135条" in row["articles_by_office"]
    assert "药品管理法" in row["articles"].replace(row["articles_by_office"], "")
    assert "药品管理法" not in row["articles_by_office"]


def test_the_matrix_of_a_day_before_a_law_reaches_less():
    def established(day: str) -> int:
        return sum(row["state"] == "established" for row in rows("matrix", "--as-of", day))

    assert established("2018-02-11") < established("2022-01-01") < established("2026-11-26")


def test_before_its_issue_the_policy_is_said_not_to_be_in_force():
    for command in ("matrix", "policy"):
        answer = run(command, "--as-of", "2017-06-01", "--format", "json")
        assert json.loads(answer.stdout) == []
        assert "临政发〔2018〕3号于 2018-02-11 印发，2017-06-01 尚未施行" in answer.stderr
        assert "not yet in force" in run(command, "--as-of", "2017-06-01", "--lang", "en").stderr
        assert run(command, "--as-of", "2018-02-11").stderr == ""


def test_the_list_of_measures_has_a_version_and_its_filters():
    document = rows("measures")
    assert document["version"] == load_policy().measure_list[-1].version
    every = {(m.id, m) for rule in shipped().versions for m in rule.measures}
    assert sorted(m["id"] for m in document["measures"]) == sorted(own for own, _ in every)
    chosen = rows("measures", "--kind", "mandatory", "--category", "market", "--target", "person")["measures"]
    assert chosen
    assert {(m["kind"], m["category"], m["target"]) for m in chosen} == {("mandatory", "market", "person")}
    assert {m["kind"] for m in document["measures"] if m["wording"] in {"可以", "引导", "支持", "鼓励"}} == {"recommended"}
    assert "强制性" in run("measures", "--format", "html").stdout
    assert f"第{document['version']}版" in run("measures").stdout
    of_day = rows("measures", "--as-of", "2017-01-01")
    title = run("measures", "--as-of", "2017-01-01").stdout.splitlines()[0]
    assert title.startswith(f"2017-01-01 施行的规则所载惩戒措施：{len(of_day['measures'])} 项（选自现行清单")


def test_items_and_tasks_say_what_serves_them():
    items, tasks = rows("policy"), rows("policy", "--tasks")
    assert (len(items), len(tasks)) == (26, 22)
    assert all(bool(row["served_by"]) == row["software"] and row["how"]["zh"] for row in items)
    assert tasks[1]["lead"] == ["市发改委"]
    assert tasks[13]["served_by"] == ["zeren rules measures", "zeren rules matrix", "zeren rules check"]
    assert "not software" in run("policy", "--lang", "en").stdout
    assert "市委宣传部" in run("policy", "--tasks", "--format", "markdown").stdout
