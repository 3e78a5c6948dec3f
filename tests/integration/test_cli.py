"""The command line as scripts use it: exit codes, standard output and error, formats, and the invariants by number."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from api.cli.commands import COMMANDS, made_by
from api.cli.main import app, hoisted
from graph.store import open_store
from graph.store.turn import turn_to_act
from loaders.mapping_file import bundled_files
from tests.api_world import add, case

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "questions.md"
HEAVY = {"numba", "scipy", "openpyxl", "fastapi", "uvicorn", "cryptography", "loaders.synthetic.city"}
LONGEST_DEMO_SECONDS = 120


@pytest.fixture
def small(tmp_path: Path) -> str:
    """A small store, not derived yet."""
    url = f"sqlite:///{tmp_path / 'small.db'}"
    with open_store(url) as store:
        add(store, *case().facts)
    return url


def test_demo_says_what_it_did(demo):
    assert demo.seconds < LONGEST_DEMO_SECONDS
    for part in (
        "What was loaded",
        "24775",
        "Securities market bans",
        "高某077",
        "Why (an example)",
        "Why not (an example)",
        "zeren explain",
    ):
        assert part in demo.said


def test_1_demo_again_changes_nothing(demo):
    before = json.loads(demo.run("status", "--format", "json").stdout)
    again = demo.run("demo", "--format", "json", "--lang", "en")
    assert again.returncode == 0
    assert "already" in again.stderr
    document = json.loads(again.stdout)
    assert len(document["bans"]) == 21
    assert document["loaded"] == []
    assert json.loads(demo.run("status", "--format", "json").stdout) == before


@pytest.mark.slow
def test_what_the_page_of_questions_shows_answers_something_on_the_demonstration(demo):
    shown = r"^    zeren ((?:findings|record|preview|impact|explain) .+)$"
    lines = re.findall(shown, PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(lines) == 8
    for line in lines:
        done = demo.run(*shlex.split(line), "--format", "json")
        assert done.returncode == 0, (line, done.stderr)
        answer = json.loads(done.stdout)
        assert answer, line
        assert answer["findings"] if line.startswith("impact") else True, line


def test_what_demo_says_to_type_next_works(demo):
    import shlex

    for line in json.loads(demo.run("demo", "--format", "json").stdout)["next"]:
        program, *args = shlex.split(line)
        assert program == "zeren"
        if args[0] != "serve":
            assert demo.run(*args).returncode == 0, line


def test_2_an_error_is_one_line_and_no_traceback(zeren, program, small, tmp_path):
    for number, args in enumerate((
        ["status", "--store", f"sqlite:///{tmp_path / 'none.db'}"],
        ["load", "nowhere.csv", "--mapping", "cn_listed_demo"],
        ["load", __file__],
        ["show", "nothing", "--store", small],
        ["findings", "--decision", "D7", "--store", small],
        ["findings", "--known-at", "99", "--store", small],
        ["findings", "--rule", "foo", "--store", small],
        ["explain", "nothing", "--store", small],
        ["record", "无此人", "--store", small],
        ["rules", "show", "NO-SUCH-RULE"],
        ["identity", "accept", "claim-none", "--reason", "x", "--store", small],
        ["status", "--store", "mysql://x"],
    )):  # fmt: skip
        done = (zeren if number else program)(*args, cwd=tmp_path)
        assert done.returncode == 1, args
        assert done.stdout == "", args
        assert done.stderr.startswith("zeren: "), args
        assert len(done.stderr.splitlines()) == 1, args


def test_wrong_usage_is_2(zeren, small, tmp_path):
    for args in (
        ["nonsense"],
        ["findings", "--format", "xml"],
        ["findings", "--lang", "fr"],
        ["findings", "--effect", "both"],
        ["findings", "--outcome", "maybe"],
        ["findings", "--as-of", "yesterday"],
        ["explain"],
        ["explain", "--decision", "D1"],
        ["status", "--format", "csv", "--store", small],
        ["load"],
    ):
        done = zeren(*args, cwd=tmp_path)
        assert done.returncode == 2, (args, done.stderr)
        assert "Traceback" not in done.stderr


def test_a_setting_that_cannot_be_is_1(small, monkeypatch):
    monkeypatch.setenv("ZEREN_PORT", "many")
    done = CliRunner().invoke(app, ["status", "--store", small])
    assert done.exit_code == 1
    assert "ZEREN_PORT" in done.stderr


def test_3_global_options_stand_anywhere(zeren, small):
    after = zeren("status", "--format", "json", "--store", small)
    before = zeren("--format=json", "--store", small, "status")
    assert json.loads(after.stdout) == json.loads(before.stdout)
    assert hoisted(["search", "--", "--lang"]) == ["search", "--", "--lang"]
    assert hoisted(["a", "--lang", "en", "--x", "--store=s"]) == ["--lang", "en", "--store=s", "a", "--x"]


def commands() -> list[list[str]]:
    """Every command and every command of a family, whether somebody remembered to list it or not."""
    families = get_command(app).commands  # type: ignore[attr-defined]
    inner = [[name, each] for name, family in families.items() for each in getattr(family, "commands", ())]
    return [[name] for name in families] + inner


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_4_every_command_has_help_and_an_example(command):
    done = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "200"})
    assert done.exit_code == 0
    assert f"Example: zeren {command[0]}" in done.stdout


def test_5_the_table_of_commands_has_every_command_in_the_words_of_its_help():
    files = (REPOSITORY / "api" / "cli").glob("*.py")
    modules = {file.stem for file in files if "def register(" in file.read_text(encoding="utf-8")}
    made = {(name, module): command.help for module in modules for name, command in made_by(module).items()}
    first = {key: " ".join(text.split("\n\n")[0].split()) for key, text in made.items()}
    assert first == {(name, known.module): known.help for name, known in COMMANDS.items()}


def test_5_the_help_lists_the_table_and_what_is_no_command_is_refused():
    listed = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).stdout
    places = [
        re.search(rf"^│ {re.escape(name)} +{re.escape(known.help)}", listed, flags=re.MULTILINE) for name, known in COMMANDS.items()
    ]
    assert all(places)
    assert [place.start() for place in places] == sorted(place.start() for place in places)
    done = CliRunner().invoke(app, ["finding"])
    assert done.exit_code == 2
    assert "'findings'" in done.stderr


@pytest.mark.parametrize("command", [["--version"], ["--help"], ["check", "--help"], ["rules", "list"]], ids=" ".join)
def test_6_a_command_imports_nothing_heavy_that_it_does_not_need(command):
    said = (
        "import sys; from api.cli.main import app; app(sys.argv[1:], standalone_mode=False); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", said, *command], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    imported = set(done.stderr.split())
    assert done.stdout
    assert "api.cli.main" in imported
    assert not imported & HEAVY
    assert "--help" not in command or "numpy" not in imported
    if command in (["--version"], ["--help"]):
        assert not imported & {"pydantic", "yaml", "graph.store"}


def test_findings_come_out_in_three_formats(demo):
    wanted = ("findings", "--decision", "cn_listed_demo:CS-2", "--effect", "restrict")
    found = json.loads(demo.run(*wanted, "--format", "json").stdout)
    read = list(csv.DictReader(io.StringIO(demo.run(*wanted, "--format", "csv").stdout)))
    table = demo.run(*wanted).stdout
    assert len(found) == len(read) == 7
    assert [row["id"] for row in read] == [finding["id"] for finding in found]
    assert all(finding["party"]["name"] in table for finding in found)
    assert {finding["status"] for finding in found if finding["until"] == "life"} == {"in_force"}


def test_findings_of_the_past_are_derived_again(demo):
    now = demo.run("findings", "--decision", "cn_listed_demo:CS-2", "--format", "json")
    version = json.loads(demo.run("status", "--format", "json").stdout)["version"]
    then = demo.run("findings", "--decision", "cn_listed_demo:CS-2", "--format", "json", "--known-at", str(version))
    assert json.loads(now.stdout) == json.loads(then.stdout)
    assert demo.run("findings", "--known-at", "0", "--format", "csv").stdout.count("\n") == 1


def test_explain_in_both_languages(demo):
    finding = json.loads(demo.run("findings", "--decision", "cn_listed_demo:CS-2", "--format", "json").stdout)[0]["id"]
    zh, en = demo.run("explain", finding, "--lang", "zh").stdout, demo.run("explain", finding, "--lang", "en").stdout
    assert "依据" in zh
    assert "Articles" in en
    for text in (zh, en):
        assert "named_people.csv" in text
        assert "✓" in text
    document = json.loads(demo.run("explain", finding, "--format", "json").stdout)
    assert document["finding"]["id"] == finding
    assert all(e["file"] for premise in document["premises"] for e in premise["evidence"])


def test_explain_why_not_by_name(demo):
    board = demo.run("explain", "--decision", "cn_listed_demo:CS-1", "--party", "无此人")
    assert board.returncode == 1
    by_code = json.loads(demo.run("findings", "--company", "002680", "--format", "json").stdout)
    assert {finding["company"]["id"] for finding in by_code} == {"cn_stock:002680"}
    done = demo.run("explain", "--decision", "cn_listed_demo:CS-4", "--party", "长春长生生物科技有限责任公司", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["reason"]


def test_why_not_shows_what_several_clauses_share_once(demo):
    asked = ("explain", "--decision", "synthetic_city:D00002", "--party", "李永民", "--lang", "en")
    clauses = json.loads(demo.run(*asked, "--format", "json").stdout)["clauses"]
    closest = [item for item in clauses if item["reason"] == clauses[0]["reason"] and item["evidence"]]
    assert len(closest) > 1
    lines = demo.run(*asked).stdout.splitlines()
    assert sum(closest[0]["evidence"][0]["id"] in line for line in lines) == 1
    assert sum(closest[0]["reason_text"] in line for line in lines) > len(closest)


def test_record_show_and_search(demo):
    record = json.loads(demo.run("record", "cn_stock:002680#高某077", "--format", "json").stdout)
    assert {naming["decision"]["id"] for naming in record["namings"]} >= {"cn_listed_demo:CS-1", "cn_listed_demo:CS-2"}
    assert record["restrictions"][0]["until"] == "life"
    shown = demo.run("show", record["namings"][0]["id"])
    assert "named_people.csv" in shown.stdout
    hits = json.loads(demo.run("search", "高某077", "--format", "json").stdout)
    assert "cn_stock:002680#高某077" in {hit["id"] for hit in hits}


def test_load_dry_run_records_nothing(zeren, tmp_path):
    url = f"sqlite:///{tmp_path / 'dry.db'}"
    done = zeren("load", "cn_court_defaulters", "--dry-run", "--format", "json", "--store", url)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["dry_run"] is True
    assert "试运行：未作任何登记" in done.stderr
    assert "propagate" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_what_is_not_derived_yet_is_said_on_standard_error(zeren, small):
    done = zeren("findings", "--format", "json", "--store", small)
    assert json.loads(done.stdout) == []
    assert "zeren propagate" in done.stderr
    assert zeren("propagate", "--store", small).returncode == 0
    assert zeren("findings", "--store", small).stderr == ""
    before = zeren("findings", "--known-at", "1", "--lang", "en", "--store", small)
    assert "nothing had been derived at version 1, so that no rules are on record for it" in before.stderr
    assert "zeren propagate" not in before.stderr
    version = str(json.loads(zeren("status", "--format", "json", "--store", small).stdout)["version"])
    assert zeren("findings", "--known-at", version, "--store", small).stderr == ""


def test_an_export_of_what_is_not_derived_yet_says_so_on_standard_error(zeren, small, tmp_path):
    def export(name, *more):
        done = zeren("export", "--to", "csv", "--all", "--out", str(tmp_path / name), "--store", small, *more)
        assert done.returncode == 0, done.stderr
        return "zeren propagate" in done.stderr

    assert export("before")
    assert not export("then", "--known-at", "1"), "what was not derived then cannot be now"
    assert zeren("propagate", "--store", small).returncode == 0
    assert not export("after")


def test_a_dry_run_reads_the_store_that_is_there(zeren, small):
    version = json.loads(zeren("status", "--format", "json", "--store", small).stdout)["version"]
    done = zeren("load", "cn_court_defaulters", "--dry-run", "--lang", "en", "--store", small)
    assert (done.returncode, "would record" in done.stdout) == (0, True)
    assert json.loads(zeren("status", "--format", "json", "--store", small).stdout)["version"] == version


def test_a_refused_row_is_1_and_named_on_standard_error(zeren, tmp_path):
    (tmp_path / "people.csv").write_text("code,name\nX1,示例甲公司\n,示例乙公司\n", encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(
        "source: own\ntitle: {zh: 自有, en: own}\nlicence: none\nmode: delta\ntables:\n"
        "  - file: people.csv\n    facts:\n"
        "      - entity: {kind: company, id: {scheme: registration, column: code}, names: [name]}\n",
        encoding="utf-8",
    )
    url = f"sqlite:///{tmp_path / 'own.db'}"
    done = zeren("load", "people.csv", "--mapping", "mapping.yaml", "--store", url, "--format", "csv", cwd=tmp_path)
    assert done.returncode == 1
    assert "第 3 行" in done.stderr
    assert "zeren propagate" in done.stderr
    assert done.stdout.startswith("table,rows,")


def test_a_claim_of_the_demonstration_is_listed_with_its_reason(demo):
    listed = demo.run("identity", "list", "--limit", "1", "--lang", "en")
    assert "the source gives both one person id" in listed.stdout


def test_identity_is_ruled_and_undone(zeren, program, tmp_path):
    url = f"sqlite:///{tmp_path / 'zeren.db'}"
    world = case()
    for name in ("A", "C"):
        world.company(name).director("高示例", bearer="P1").person("高示例", "P1")
    with open_store(url) as store:
        add(store, *world.facts)
    claim = json.loads(zeren("identity", "list", "--format", "json", "--limit", "1", "--store", url).stdout)[0]["id"]
    for command, state in (("accept", "accepted"), ("undo", "undone"), ("reject", "rejected")):
        done = zeren("identity", command, claim, "--reason", "test", "--format", "json", "--store", url)
        assert json.loads(done.stdout)[0]["state"] == state
    assert zeren("identity", "reject", claim, "--reason", "test", "--store", url).returncode == 1
    with turn_to_act(url):
        waits = program("identity", "undo", claim, "--reason", "x", "--store", url)
    assert (waits.returncode, "others are acting here" in waits.stderr) == (1, True)
    assert zeren("identity", "undo", claim, "--reason", " ", "--store", url).returncode == 1
    shown = zeren("show", claim, "--lang", "en", "--store", url).stdout
    for part in (
        claim,
        "are one person",
        "bear the name",
        "the source gives both one person id",
        "accepted test",
        "undone test",
        "rejected test",
    ):
        assert part in shown
    assert zeren("propagate", "--store", url).returncode == 0
    assert zeren("audit", "verify", "--store", url).returncode == 0


def test_the_reasons_of_a_load_are_in_the_language_asked_for_in_json_too(zeren, tmp_path):
    sample = next(path for path in bundled_files("cn_court_defaulters") if path.suffix == ".csv")
    row = next(csv.DictReader(io.StringIO(sample.read_text("utf-8-sig"), newline=""))) | {"publishDate": "2024-13-40"}
    (tmp_path / "defaulters.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    asked = ("load", "defaulters.jsonl", "--mapping", "cn_court_defaulters", "--dry-run", "--format", "json", "--lang")
    said = {lang: zeren(*asked, lang, store=f"sqlite:///{tmp_path / 'z.db'}", cwd=tmp_path).stdout for lang in ("zh", "en")}
    reasons = {lang: [each["reason"] for each in json.loads(text)["issues"]] for lang, text in said.items()}
    assert reasons == {"zh": ["没有 '2024-13-40' 这一天"], "en": ["'2024-13-40' is not a day that exists"]}


def test_audit_verify_finds_what_was_altered(zeren, small, tmp_path):
    import sqlite3

    assert zeren("audit", "verify", "--store", small).returncode == 0
    db = sqlite3.connect(tmp_path / "small.db")
    for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {trigger}")
    db.execute("UPDATE audit SET by = 'somebody' WHERE version = 1")
    db.commit()
    db.close()
    done = zeren("audit", "verify", "--store", small, "--format", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["first_altered"] == 1


def test_rules_list_show_and_check(zeren, tmp_path):
    listed = json.loads(zeren("rules", "list", "--format", "json").stdout)
    assert len(listed) > 10
    assert "clauses:" in zeren("rules", "show", "D2-SECURITIES-2006", "--lang", "en").stdout
    assert "条款:" in zeren("rules", "show", "D2-SECURITIES-2006").stdout
    assert zeren("rules", "check").returncode == 0
    (tmp_path / "instruments.yaml").write_text("levels: {}\ninstruments: {}\n", encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("instrument: 示例法\nrules:\n  - id: X\n", encoding="utf-8")
    bad = zeren("rules", "check", str(tmp_path))
    assert bad.returncode == 1
    assert "bad.yaml: X: title" in bad.stderr


def test_synth_writes_the_same_city_twice(zeren, tmp_path):
    for name in ("one", "two"):
        assert zeren("synth", str(tmp_path / name), "--enterprises", "60", "--seed", "3").returncode == 0
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert "truth.csv" in files
    assert all((tmp_path / "one" / f).read_bytes() == (tmp_path / "two" / f).read_bytes() for f in files)


def test_synth_loads_a_city_as_its_files_would(zeren, tmp_path):
    assert zeren("synth").returncode == 2
    size = ("--enterprises", "60", "--seed", "3")
    straight, files = (("--store", f"sqlite:///{tmp_path / name}.db") for name in ("straight", "files"))
    first = zeren("synth", "--load", *size, *straight, "--format", "json")
    assert first.returncode == 0
    again = json.loads(zeren("synth", "--load", *size, *straight, "--format", "json").stdout)
    assert sum(table["recorded"] for table in again["tables"].values()) == 0
    assert zeren("synth", str(tmp_path / "city"), *size).returncode == 0
    loaded = zeren("load", str(tmp_path / "city"), "--mapping", "synthetic_city", *files, "--format", "json")
    assert json.loads(first.stdout)["tables"] == json.loads(loaded.stdout)["tables"]


def test_a_reader_that_has_seen_enough_is_no_error(demo):
    import os

    repository = Path(__file__).resolve().parent.parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", "from api.cli.main import main; main()", "findings", "--format", "json", "--store", demo.url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(repository), "PYTHONUTF8": "1"},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        errors = process.stderr.read()
        assert process.wait() == 0
    assert errors == b""
