"""Deliveries as an office meets them: through the command line, in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.store import open_store
from tests.integration.conftest import ask_zeren

MAPPING = """
source: office
mode: snapshot
tables:
  - file: firms*.csv
    name: firms
    facts:
      - entity: {kind: company, id: {column: id}, names: [name]}
  - file: posts*.csv
    name: posts
    facts:
      - relationship:
          party: {name: person, at: &firm {column: id}}
          subject: *firm
          interest: {const: director}
          start: from
          end: {column: to, when_empty: open}
"""
ROOT = Path(__file__).resolve().parents[2]


class Office:
    """A folder, a store and the command line."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.url = folder, f"sqlite:///{folder / 'office.db'}"
        (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")

    def file(self, name: str, *rows: str, header: str = "") -> Path:
        header = header or ("id,name" if name.startswith("firms") else "id,person,from,to")
        path = self.folder / name
        path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
        return path

    def firms(self, name: str, numbers: range, header: str = "") -> Path:
        return self.file(name, *(f"F{number},示例{number}有限公司" for number in numbers), header=header)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-c", "from api.cli.main import main; main()", "--store", self.url, "--lang", "en", *arguments]

    def zeren(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return ask_zeren("--lang", "en", *arguments, store=self.url)

    def load(self, day: str, *paths: Path, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        return self.zeren("load", *map(str, paths), "--mapping", str(self.folder / "mapping.yaml"), "--delivered", day, *options)

    def deliveries(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self.zeren("deliveries", "list", "--format", "json").stdout)
        return found

    def firms_known(self) -> set[str]:
        with open_store(self.url) as store:
            return {each.fact.key.rpartition(":")[2] for each in store.facts(["entity"]) if each.operation != "retraction"}

    def version(self) -> int:
        with open_store(self.url) as store:
            assert store.verify() is None
            return store.version()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_month_after_another(office):
    firms = office.firms("firms.csv", range(10))
    assert office.load("2026-01-01", firms, office.file("posts.csv", "F1,王示例,2018,", "F2,张示例,2019,")).returncode == 0
    later = office.file("posts.csv", "F1,王示例,2018,2026-01-15", "F3,李示例,2026-01-20,")
    compared = office.load("2026-02-01", firms, later, options=("--compare",))
    assert compared.returncode == 0
    for part in (
        "changed: posts",
        '{"period": "2018/open"} → {"period": "2018/2026-01-15"}',
        "new: posts",
        "vanished: posts",
        "F2#张示例",
    ):
        assert part in compared.stdout, part
    assert "nothing was recorded" in compared.stderr
    assert len(office.deliveries()) == 1
    (source,) = {row["source"] for row in office.deliveries()}
    wrong = office.zeren("deliveries", "list", "--source", f"{source}x")
    assert f"source: no '{source}x'; there are {source}; did you mean '{source}'?" in wrong.stderr
    assert office.load("2026-02-01", firms, later).returncode == 0
    second = office.deliveries()[1]
    assert {name: second[name] for name in ("rows", "new", "changed", "known", "vanished", "delivery_status")} == {
        "rows": 12,
        "new": 1,
        "changed": 1,
        "known": 10,
        "vanished": 1,
        "delivery_status": "complete",
    }
    shown = office.zeren("deliveries", "show", str(second["id"]))
    assert f"delivery {second['id']}: office, 2026-02-01, complete" in shown.stdout
    version = office.version()
    again = office.load("2026-02-01", firms, later)
    assert again.returncode == 0
    assert "deliveries undo" not in again.stderr
    assert "nothing new was recorded" in again.stderr
    assert office.version() == version


def test_undone_as_a_whole_and_loaded_again(office):
    office.load("2026-01-01", office.firms("firms.csv", range(10)))
    wrong = office.load("2026-02-01", office.firms("firms.csv", range(2, 14)))
    assert "to undo it as a whole: zeren deliveries undo" in wrong.stderr
    assert office.firms_known() == {f"F{number}" for number in range(14)}
    wrong_id = str(office.deliveries()[1]["id"])
    assert office.zeren("deliveries", "undo", wrong_id).returncode != 0
    undone = office.zeren("deliveries", "undo", wrong_id, "--reason", "another county's file")
    assert undone.returncode == 0, undone.stderr
    assert "was undone before" in office.zeren("deliveries", "undo", wrong_id, "--reason", "once more").stderr
    assert office.firms_known() == {f"F{number}" for number in range(10)}
    assert [each["delivery_status"] for each in office.deliveries()] == ["complete", "undone"]
    assert office.load("2026-02-01", office.firms("firms.csv", range(12))).returncode == 0
    assert office.firms_known() == {f"F{number}" for number in range(12)}


def test_what_goes_back_with_others_and_whose_days_are_put_right_is_told(office):
    wang, zhang, li = "F1,王示例,2018,", "F2,张示例,2019,", "F3,李示例,2017,"
    firms = office.firms("firms.csv", range(4))
    for month, rows in enumerate(([wang, zhang, li], [wang, li], [wang], [wang, zhang]), 1):
        posts = office.file(f"posts{month}.csv", *rows)
        assert office.load(f"2026-0{month}-01", firms, posts, options=("--accept-shrinkage",)).returncode == 0
    _, second, third, fourth = (str(each["id"]) for each in office.deliveries())
    told = office.zeren("deliveries", "undo", second, "--reason", "示例").stderr
    assert "days as the deliveries that stand give them: 1 " in told
    told = office.zeren("deliveries", "undo", fourth, "--reason", "示例", "--lang", "zh").stderr
    assert "按仍有效的批次更正起止或缺失日期：1 条" in told
    dry = office.zeren("deliveries", "undo", third, "--reason", "示例", "--dry-run")
    done = office.zeren("deliveries", "undo", third, "--reason", "示例", "--format", "json")
    for told in (dry.stderr, done.stderr):
        assert f"statements of delivery {second}, undone before, that go back too: 1" in told
    assert json.loads(done.stdout)


def test_thirty_per_cent_gone_is_refused_unless_told_so(office):
    office.load("2026-01-01", office.firms("firms.csv", range(10)))
    version = office.version()
    fewer = office.firms("firms.csv", range(7))
    refused = office.load("2026-02-01", fewer)
    assert refused.returncode == 1
    assert "nothing was recorded" in refused.stderr
    assert "firms: 3 of the 10 rows that held are absent (30%)" in refused.stderr
    assert office.version() == version
    assert office.load("2026-02-01", fewer, options=("--accept-shrinkage",)).returncode == 0
    assert office.deliveries()[1]["vanished"] == 3


def test_a_renamed_column_is_named_with_what_it_may_be_now(office):
    office.load("2026-01-01", office.firms("firms.csv", range(10)))
    version = office.version()
    refused = office.load("2026-02-01", office.firms("firms.csv", range(10), header="id,names"))
    assert refused.returncode == 1
    assert "firms.csv, row 1, name: column name is missing; is 'names' the column 'name'?" in refused.stderr
    assert office.version() == version


def test_one_older_than_the_last_is_refused_unless_taken_as_older(office):
    office.load("2026-02-01", office.firms("firms.csv", range(10)))
    older = office.firms("firms.csv", range(8, 12))
    refused = office.load("2026-01-01", older)
    assert refused.returncode == 1
    assert "before the delivery of 2026-02-01 that was loaded already" in refused.stderr
    assert office.firms_known() == {f"F{number}" for number in range(10)}
    assert office.load("2026-01-01", older, options=("--older",)).returncode == 0
    assert office.firms_known() == {f"F{number}" for number in range(12)}


def test_cut_in_the_middle_of_a_row_keeps_the_whole_rows_and_ends_nothing(office):
    office.load("2026-01-01", office.firms("firms.csv", range(30)))
    path = office.firms("firms.csv", range(30))
    path.write_bytes(path.read_bytes()[:-12] + b'"')
    cut = office.load("2026-02-01", path)
    assert cut.returncode == 1
    assert "row 31" in cut.stderr
    assert "rows that are absent from it were not taken as ended" in cut.stderr
    assert office.deliveries()[1]["vanished"] == 0
    assert office.firms_known() == {f"F{number}" for number in range(30)}


def test_two_processes_at_once(office):
    firms = office.firms("firms.csv", range(4_000))
    arguments = office.command("load", str(firms), "--mapping", str(office.folder / "mapping.yaml"), "--delivered", "2026-01-01")
    both = [subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=300) for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes[0] == 0, said
    if codes[1]:
        assert any("another load, or an undoing, is running here: nothing was done" in error for _, error in said)
    assert len(office.firms_known()) == 4_000
    assert len(office.deliveries()) == 1


def test_one_that_waits_comes_after(office):
    firms, others = office.firms("firms.csv", range(3_000)), office.firms("firms-2.csv", range(3_000, 3_010))
    terms = ("--mapping", str(office.folder / "mapping.yaml"), "--wait", "120", "--delivered")
    commands = [
        office.command("load", str(firms), *terms, "2026-01-01"),
        office.command("load", str(firms), str(others), *terms, "2026-02-01"),
    ]
    first = subprocess.Popen(commands[0], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not (office.folder / "office.db-turn").exists():
        time.sleep(0.01)
    time.sleep(0.2)
    second = subprocess.run(commands[1], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert second.returncode == 0, second.stderr
    first.communicate(timeout=300)
    assert first.returncode == 0
    assert [each["day"] for each in office.deliveries()] == ["2026-01-01", "2026-02-01"]


def test_killed_it_goes_on(office):
    firms = office.firms("firms.csv", range(12_000))
    arguments = office.command("load", str(firms), "--mapping", str(office.folder / "mapping.yaml"), "--delivered", "2026-01-01")
    process = subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if (office.folder / "office.db").exists() and office.version() >= 2:
            break
        time.sleep(0.05)
    process.kill()
    process.wait()
    office.version()
    assert office.load("2026-01-01", firms).returncode == 0
    (delivery,) = office.deliveries()
    assert (delivery["delivery_status"], delivery["new"]) == ("complete", 12_000)
    assert len(office.firms_known()) == 12_000


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_a_wrong_separator_is_named(office, sign):
    wrong = office.folder / "firms.csv"
    wrong.write_text(office.firms("firms.csv", range(3)).read_text(encoding="utf-8").replace(",", sign), encoding="utf-8")
    refused = office.load("2026-01-01", wrong)
    assert refused.returncode == 1
    assert f"the columns seem to be separated by {sign!r}: say so in the mapping (`delimiter:`)" in refused.stderr
    assert "separated" not in office.load("2026-01-01", office.firms("firms.csv", range(3), header="id,title")).stderr


def test_what_a_delivery_passed_over_is_in_the_report_of_quality(office):
    firms = office.firms("firms.csv", range(3))
    office.load("2026-01-01", firms, office.file("posts.csv", "F0,王示例,2018,", "F1,不详,2018,", "F2,某某,2018,"))
    (source,) = json.loads(office.zeren("quality", "--format", "json").stdout)["sources"]
    (check,) = [each for each in source["checks"] if each["name"] == "rows.unnamed"]
    assert (check["count"], check["of"]) == (2, 6)
    assert [(each["file"], each["row"]) for each in check["examples"]] == [("posts.csv", 3), ("posts.csv", 4)]
    table = office.zeren("quality").stdout
    for part in ("row that names nobody", "(posts.csv 3)", "2026-01-01", "statements vanished"):
        assert part in table, part


def test_a_day_that_is_none_and_a_long_list_of_what_is_kept_are_told_in_the_language_asked(office):
    firms = office.firms("firms.csv", range(25))
    wrong = office.load("2026-13-01", firms, options=("--lang", "zh"))
    assert (wrong.returncode, "--delivered：2026-13-01 不是日期" in wrong.stderr) == (2, True)
    office.load("2026-01-01", firms)
    office.load("2026-02-01", firms)
    first = str(office.deliveries()[0]["id"])
    office.load("2026-02-01", office.firms("firms.csv", range(26)))
    undone = office.zeren("deliveries", "undo", first, "--reason", "示例", "--keep-later", "--dry-run", "--lang", "zh")
    assert "……另有 5 条" in undone.stderr


def test_refusals_are_in_the_language_asked(office):
    office.load("2026-02-01", office.firms("firms.csv", range(10)))
    rows = [f"F{number},示例{number}有限公司" for number in range(10)]
    for day, given, header, told in (
        ("2026-03-01", rows[:6], "", "此前有效的 10 行中有 4 行不在其中（40%）"),
        ("2026-01-01", rows[:9], "", "早于已载入的 2026-02-01 的批次"),
        ("2026-03-01", rows, "id,title", "'title' 是否就是列 'name'？如已改名，"),
        ("2026-03-01", [*rows, "F10"], "", "缺少或多了分隔符"),
    ):
        refused = office.load(day, office.file("firms.csv", *given, header=header), options=("--lang", "zh"))
        assert refused.returncode == 1, told
        assert told in refused.stderr
