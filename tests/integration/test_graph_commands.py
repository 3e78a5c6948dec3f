"""The commands on the graph as somebody at a terminal meets them.

The numbered invariants of `api.use_cases.exploring` (1, 2) and `api.use_cases.owning` (3, 4), and of `graph.snapshot.kept` where
the file beside the store is seen from outside.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli.main import app
from graph.dates import day_in_law
from graph.model import Operation
from graph.store import open_store
from tests.api_world import actor, add
from tests.graph_world import edge, make_store


@pytest.fixture
def url(tmp_path: Path) -> str:
    return make_store(str(tmp_path / "zeren.db"))


def run(url: str, *args: str) -> Result:
    return CliRunner().invoke(app, [*args, "--store", url, "--lang", "en"])


def answer(url: str, *args: str) -> dict:
    done = run(url, *args, "--format", "json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def names(rows: list[dict]) -> list[str]:
    return [row["party"]["name"] for row in rows]


def test_owners_are_those_behind_every_chain(url):
    found = answer(url, "owners", "丙示例公司")
    assert [(row["party"]["id"], round(row["share_least_percent"], 4), row["answer"]) for row in found["rows"]] == [
        ("t:A#王示例", 23.1, "no"),
        ("t:B#李示例", 16.5, "no"),
        ("t:A#李示例", 15.4, "no"),
    ]
    lines = run(url, "owners", "丙示例公司", "--tree").stdout.splitlines()
    assert lines[1:5] == [
        "丙示例公司 [t:C]",
        "└─ 乙示例公司 [t:B] · 55 %",
        "   ├─ 甲示例公司 [t:A] · 70 %",
        "   │  ├─ 王示例 [t:A#王示例] · 60 %",
    ]


def test_3_a_share_between_bounds_depends_and_a_loop_is_drawn_once(url):
    found = answer(url, "owners", "t:D")
    by_id = {row["party"]["id"]: row["answer"] for row in found["rows"]}
    assert by_id == {"t:A#王示例": "depends", "t:A#李示例": "no", "t:B#李示例": "no"}
    tree = run(url, "owners", "t:D", "--tree").stdout
    assert "丁示例公司 [t:D] · 100 % · (loop: stands above already)" in tree


def test_3_a_closed_loop_stands_in_the_notes_and_leaves_the_others_their_exact_share(tmp_path):
    shares = (("t:X", "t:Y", "100"), ("t:Y", "t:X", "100"), ("t:X", "t:T", "60"), ("t:T#王示例", "t:T", "40"))
    url = f"sqlite:///{tmp_path / 'loop.db'}"
    with open_store(url) as store:
        add(store, *(edge(str(i), holder, held, share=share) for i, (holder, held, share) in enumerate(shares)))
    found = answer(url, "owners", "t:T", "--threshold", "ofac_50")
    (row,) = found["rows"]
    assert row["party"]["id"] == "t:T#王示例"
    assert (row["share_least_percent"], row["share_most_percent"], row["answer"]) == (40, 40, "no")
    assert found["notes"] == ["a closed loop of enterprises that own each other whole, with no owner outside"]


def test_controls_names_the_one_at_the_top_with_the_chain(url):
    found = answer(url, "controls", "t:C")
    assert [[party["name"] for party in row["controllers"]] for row in found["rows"]] == [["王示例"]]
    assert names(found["rows"][0]["steps"]) == ["甲示例公司", "乙示例公司", "丙示例公司"]
    assert [row["answer"] for row in found["rows"]] == ["yes"]
    assert "nobody is known to control it" in run(url, "controls", "t:D").stderr


def test_3_whoever_controls_only_if_a_share_is_large_is_named_as_such(url):
    found = answer(url, "controls", "t:D")
    assert [([party["name"] for party in row["controllers"]], row["answer"], row["steps"]) for row in found["rows"]] == [
        (["王示例"], "depends", [])
    ]
    assert "depends" in run(url, "controls", "t:D").stdout
    assert "王示例 [t:A#王示例] · (may control it: depends" in run(url, "controls", "t:D", "--tree").stdout


def test_3_what_is_flagged_above_an_enterprise_stands_in_the_notes_of_who_controls_it(tmp_path):
    shares = (("t:A", "t:X", "70"), ("t:B", "t:X", "60"), ("t:X", "t:S", "100"), ("t:Y", "t:Z", "100"), ("t:Z", "t:Y", "100"))
    url = f"sqlite:///{tmp_path / 'flagged.db'}"
    with open_store(url) as store:
        add(store, *(edge(str(i), holder, held, share=share) for i, (holder, held, share) in enumerate(shares)))
    assert any("100 %" in note for note in answer(url, "controls", "t:S")["notes"])
    assert any("closed loop" in note for note in answer(url, "controls", "t:Y")["notes"])


def test_controlled_and_group_agree(url):
    found = answer(url, "controlled", "王示例")
    certain = [row["party"]["id"] for row in found["rows"] if row["answer"] == "yes"]
    assert certain == ["t:A", "t:B", "t:C"]
    assert [row["party"]["id"] for row in found["rows"] if row["answer"] == "depends"] == ["t:D", "t:E"]
    group = answer(url, "group", "t:C")
    assert group["head"]["name"] == "王示例"
    assert [row["party"]["id"] for row in group["rows"] if row["answer"] == "yes"] == certain
    assert names(answer(url, "controlled", "t:A", "t:E")["rows"])[0] == "乙示例公司"


def test_votes_are_all_that_the_group_has(url):
    with open_store(url) as store:
        add(store, edge("20", "t:A", "t:C", share="20"))
    row = next(row for row in answer(url, "controlled", "王示例")["rows"] if row["party"]["id"] == "t:C")
    assert (row["votes_percent"], names(row["through"])) == (75, ["甲示例公司", "乙示例公司"])
    assert answer(url, "controls", "t:C")["rows"][0]["votes_percent"] == 75
    said = run(url, "controlled", "王示例").stdout
    assert "through" in said
    assert "repaired" not in said


def test_1_filters_work_during_the_search(url):
    near = answer(url, "paths", "t:A", "t:C")
    assert {row["party"]["id"] for row in near["rows"] if row["step"] == 1} == {"t:B", "t:H"}
    longer = answer(url, "paths", "t:A", "t:C", "--role", "shareholding", "--share", "50")
    assert [row["party"]["id"] for row in longer["rows"]] == ["t:B", "t:C"]
    assert [row["edge"]["way"] for row in longer["rows"]] == ["down", "down"]
    assert answer(url, "paths", "t:A", "t:C", "--role", "shareholding", "--share", "60")["rows"] == []
    assert answer(url, "paths", "t:A", "t:C", "--kind", "enterprise", "--most", "1")["rows"][0]["party"]["id"] == "t:B"
    director = ("network", "t:C", "--hops", "1", "--role", "董事")
    assert answer(url, *director)["rows"] == []
    assert names(answer(url, *director, "--as-of", "2012-01-01")["rows"]) == ["赵示例"]


def test_2_what_is_left_out_is_counted(url):
    found = answer(url, "network", "t:A", "--hub", "3", "--hops", "2")
    left_out = {item["party"]["name"]: item["edges"] for item in found["left_out"]}
    assert left_out == {"乙示例公司": 5, "丁示例公司": 4, "示例大厦": 4}
    assert "示例大厦 has 4 relationships and was not walked through" in found["notes"]
    few = run(url, "network", "t:A", "--limit", "2")
    assert "more are not shown" in few.stderr
    assert len(answer(url, "network", "t:A", "--limit", "2")["rows"]) == 2


def test_tables_csv_and_trees(url):
    rows = list(csv.reader(io.StringIO(run(url, "owners", "t:C", "--format", "csv").stdout)))
    assert rows[0] == ["party.id", "party.name", "party.kind", "share", "answer"]
    assert {row[2] for row in rows[1:]} == {"person"}
    assert run(url, "network", "t:C", "--tree", "--format", "json").exit_code == 2
    assert "王示例" in run(url, "network", "t:C", "--hops", "3", "--tree").stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("owners", "没有这家"), "nothing has the id"),
        (("owners", "李示例"), "2 bear the name"),
        (("network", "t:A", "--share", "120"), "no share"),
        (("network", "t:A", "--share", "-1"), "no share"),
        (("network", "t:A", "--share", "nan"), "no share"),
        (("network", "t:A", "--role", "emperor"), "role: no 'emperor'"),
        (("network", "t:A", "--kind", "dragon"), "kind: no 'dragon'"),
        (("owners", "t:A", "--as-of", "1850-01-01"), "days from 1900-01-01 to 2079-06-04"),
        (("owners", "t:A", "--as-of", "2079-06-05"), "days from 1900-01-01 to 2079-06-04"),
        (("owners", "t:A", "--threshold", "most"), "no 'most'; there are cn_beneficial"),
        (("group", "t:A", "--threshold", "cn_beneficial"), "over one half"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(url, args, said):
    done = run(url, *args)
    assert done.exit_code == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) <= 2


def test_the_file_beside_the_store_is_kept_and_follows_changes(url, tmp_path):
    assert answer(url, "owners", "t:B")["version"] == 1
    header = tmp_path / "zeren.db.graph" / "header.json"
    written = header.read_bytes()
    with open_store(url) as store:
        add(store, edge("3", "t:A", "t:B", share="20"), operation=Operation.CORRECTION)
        add(store, edge("20", "t:E", "t:B", share="50"))
    found = answer(url, "owners", "t:B")
    assert found["version"] == 3
    assert header.read_bytes() == written
    shutil.rmtree(header.parent)
    assert answer(url, "owners", "t:B")["rows"] == found["rows"]
    assert header.read_bytes() != written


@pytest.mark.parametrize("harm", ["cut", "format", "other", "history", "no header"])
def test_a_file_that_cannot_stand_for_the_store_is_built_anew(url, tmp_path, harm):
    expected = answer(url, "owners", "t:D")
    folder = tmp_path / "zeren.db.graph"
    header = folder / "header.json"
    if harm == "cut":
        column = folder / "in_edges.npy"
        column.write_bytes(column.read_bytes()[:-5])
    elif harm == "format":
        header.write_text(json.dumps(json.loads(header.read_text()) | {"format": 0}))
    elif harm == "no header":
        header.unlink()
    elif harm == "history":
        header.write_text(json.dumps(json.loads(header.read_text()) | {"version": 7}))
    else:
        (tmp_path / "other").mkdir()
        other = make_store(str(tmp_path / "other" / "zeren.db"))
        with open_store(other) as store:
            add(store, edge("99", "t:A", "t:E", share="1"))
            store.seal("relationship/register/99", "art. 1", actor().act("test"))
        shutil.rmtree(folder)
        answer(other, "owners", "t:D")
        shutil.copytree(tmp_path / "other" / "zeren.db.graph", folder)
    done = run(url, "owners", "t:D", "--format", "json")
    assert json.loads(done.stdout) == expected
    assert "built anew" in done.stderr
    assert run(url, "owners", "t:D").stderr.count("build") == 0


def test_a_folder_that_cannot_be_written_costs_no_answer(url, tmp_path):
    (tmp_path / "zeren.db.graph").write_text("in the way")
    done = run(url, "owners", "t:D", "--format", "json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["rows"]


def test_a_store_in_memory_and_an_empty_one(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/empty.db"):
        pass
    done = run(f"sqlite:///{tmp_path}/empty.db", "owners", "t:A")
    assert (done.exit_code, done.stderr.count("nothing has the id")) == (1, 1)


def test_without_a_day_the_question_is_about_today(tmp_path):
    url, today = f"sqlite:///{tmp_path / 'days.db'}", day_in_law(datetime.now(UTC))
    later, before = (str(today + timedelta(days=days)) for days in (400, -400))
    periods = {"t:now": f"{before}/{later}", "t:then": f"{later}/open", "t:past": f"2010-01-01/{before}"}
    with open_store(url) as store:
        add(store, *(edge(holder, holder, "t:T", share="60", period=period) for holder, period in periods.items()))
    assert [row["party"]["id"] for row in answer(url, "owners", "t:T")["rows"]] == ["t:now"]
    assert [row["controllers"][0]["id"] for row in answer(url, "controls", "t:T")["rows"]] == ["t:now"]
    assert [row["party"]["id"] for row in answer(url, "network", "t:T")["rows"]] == ["t:now"]
    assert answer(url, "paths", "t:T", "t:then")["rows"] == []


def test_an_empty_answer_says_why(tmp_path):
    url = f"sqlite:///{tmp_path / 'alone.db'}"
    with open_store(url) as store:
        add(store, edge("1", "t:A", "t:B", share="60", period="2010/2012"))
    assert answer(url, "network", "t:A")["notes"] == ["nothing within these steps is allowed by the filters"]
    assert answer(url, "paths", "t:A", "t:A")["notes"] == ["both ends are the same party"]


def test_who_may_control_only_together_stands_in_one_tree(tmp_path):
    url = f"sqlite:///{tmp_path / 'joint.db'}"
    held = [edge("1", "t:A", "t:S", share="30"), edge("2", "t:B", "t:S", share="10-30"), edge("3", "t:X", "t:S")]
    with open_store(url) as store:
        add(store, *held, edge("4", "t:A", "t:B", "acting_in_concert"))
    found = answer(url, "controls", "t:S")
    assert [[party["id"] for party in row["controllers"]] for row in found["rows"]] == [["t:A", "t:B"], ["t:X"]]
    assert [[child["party"]["id"] for child in tree["children"]] for tree in found["tree"]] == [["t:A", "t:B"], ["t:X"]]


def test_a_group_over_an_over_full_enterprise_says_so_and_counts_its_own_rows(tmp_path):
    url = f"sqlite:///{tmp_path / 'full.db'}"
    shares = (("t:X", "t:A", "60"), ("t:A", "t:S", "60"), ("t:B", "t:S", "60"))
    with open_store(url) as store:
        add(store, *(edge(str(i), holder, held, share=share) for i, (holder, held, share) in enumerate(shares)))
    notes = answer(url, "group", "t:B")["notes"]
    assert any("2 in the group" in note for note in notes)
    assert any("sum over 100 %" in note for note in notes)
    assert answer(url, "controlled", "t:B")["notes"] == ["shares sum over 100 %"]
