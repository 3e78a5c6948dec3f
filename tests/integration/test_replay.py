"""Replay: `--as-of` and `--known-at` on every listing command, and answers of a version that never change again.

1. Every command that lists or shows what the store or the rules hold has both options.
2. The JSON of a finding at a version is the same, byte for byte, after later loads, corrections, retractions and rule changes.
3. What the command line prints at a version is the same later.
4. On a day nothing is listed that certainly came later.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from analytics.lifecycle.table import load_table
from analytics.responsibility.catalogue import Catalogue
from api.cli.main import app
from api.locales import texts
from api.use_cases.altering import corrected
from api.use_cases.explaining import explain
from api.use_cases.findings import Query, find, find_one
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.reading import catalogue_at, recorded_at, snapshot_of
from api.use_cases.records import record_of
from graph.codec import make_fact
from graph.model import Decision, Fact, Operation, Origin, Payload, Relationship
from graph.store import open_store
from graph.store.base import Store, Write
from tests.api_world import TODAY, actor, case, catalogue
from tests.builder import Case

OTHERS = {
    "zeren demo", "zeren load", "zeren synth", "zeren propagate", "zeren serve", "zeren audit verify",
    "zeren identity accept", "zeren identity reject", "zeren identity undo", "zeren copy", "zeren prepare", "zeren deliveries undo",
    "zeren feedback", "zeren calendar enter", "zeren publish seal", "zeren incentive recognise", "zeren incentive take-off",
    "zeren repair apply", "zeren repair grant", "zeren repair refuse", "zeren repair fraud", "zeren case life",
    "zeren user add", "zeren user lock", "zeren user unlock", "zeren user password", "zeren user role",
    "zeren user unit", "zeren token create",
    "zeren token revoke", "zeren push plan", "zeren push send", "zeren push hook", "zeren push replay", "zeren tip keys",
    "zeren tip file", "zeren backup", "zeren restore", "zeren push key", "zeren jobs add", "zeren jobs cancel", "zeren jobs retry",
    "zeren jobs work", "zeren tip remask",
}  # fmt: skip
"""Commands that do something, and list nothing."""
NOT_PAST = {
    "zeren status": "takes --known-at; counts what is recorded, which has no other day",
    "zeren rules check": "files that are given",
    "zeren rules schema": "the format that ships",
    "zeren check": "takes --as-of; a counter asks what binds by what is known now, and its look-up is put on record",
    "zeren template": "the columns of a mapping that ships",
    "zeren user list": "who may ask now; what they did is in the trail",
    "zeren token list": "which tokens hold now",
    "zeren audit export": "the trail itself, row by row with its times",
    "zeren audit of": "the trail itself, row by row with its times",
    "zeren jobs list": "work that waits, runs or was done; each with its times",
    "zeren jobs show": "the same",
    "zeren tip reveal": "opens one report with a key, and is put on record",
}
"""Commands that show something of which there is no past, and why."""


def commands() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}

    def walk(command: Any, path: str) -> None:
        children = getattr(command, "commands", {})
        if not children:
            found[path] = {option for parameter in command.params for option in parameter.opts}
        for name, child in children.items():
            walk(child, f"{path} {name}")

    walk(typer.main.get_command(app), "zeren")
    return found


def test_1_every_listing_command_takes_both_times():
    known = commands()
    assert OTHERS | NOT_PAST.keys() <= known.keys()
    acts = {f"zeren case {word}" for word in load_table().commands}
    listing = {name: options for name, options in known.items() if name not in OTHERS | acts and name not in NOT_PAST}
    assert {"zeren findings", "zeren record", "zeren search", "zeren identity list", "zeren rules list"} <= listing.keys()
    assert {name: options for name, options in listing.items() if not {"--as-of", "--known-at"} <= options} == {}


def test_1_the_page_names_every_command_without_both_times_and_what_it_takes():
    known = commands()
    text = (Path(__file__).resolve().parents[2] / "docs" / "questions.md").read_text(encoding="utf-8")
    page = text.split("These do not take both times:")[1]
    takes = {}
    for commands_, told in re.findall(r"^\| (`.+`) \| (.+?) \|", page, flags=re.MULTILINE):
        takes |= {name: set(re.findall("--[a-z-]+", told)) for name in re.findall("`([^`]+)`", commands_)}
    assert {f"zeren {name}" for name in takes} == NOT_PAST.keys() | {"zeren audit verify", "zeren case life"}
    assert takes == {name: {"--as-of", "--known-at"} & known[f"zeren {name}"] for name in takes}


def answers(store: Store, rules: Catalogue, version: int) -> str:
    """Everything that is said of every finding of a version, as JSON."""
    found = find(store, rules, Query(known_at=version), TODAY)
    law = catalogue_at(store, version, rules)
    told = [
        [
            explain(store, found.snapshot, law, find_one(store, finding.id, rules, version), texts("zh"), TODAY),
            record_of(store, found.snapshot, law, finding.party, texts("zh"), TODAY, replay=True),
        ]
        for finding in found.findings
    ]
    return json.dumps([found.as_json(), told], ensure_ascii=False)


def changed(store: Store, fact: Fact[Payload], how: str, hour: int) -> None:
    if store.standing([fact.key]).get(fact.key) != fact.id:
        return
    if how == "retract":
        store.append([Write(fact, Operation.RETRACTION, "wrong")], actor(hour).act("test"))
    elif isinstance(fact.value, Relationship):
        other = corrected(fact, {"period": "2016/2022-03"})
        store.append([Write(other, Operation.CORRECTION, "wrong")], actor(hour).act("test"))
    elif isinstance(fact.value, Decision):
        other = corrected(fact, {"date": "2023-06"})
        store.append([Write(other, Operation.CORRECTION, "wrong")], actor(hour).act("test"))


def newcomers(number: int) -> list[Fact[Payload]]:
    """Return a load of which nothing was there before, but for the name of somebody and a link to a decision that was."""
    later = Case()
    company = f"N{number}"
    later.company(company).legal_representative("王示例", "2015").director("新示例", "2016", source="second register")
    later.decision(company, ["listed_wage_arrears"], name=f"DN{number}")
    later.names("新示例", company, decision=f"DN{number}", found_as=("other_directly_responsible",), responsible=True)
    later.link(f"DN{number}", "same_conduct", "D1")
    return [make_fact(fact.value, fact.id, Origin(f"new {number}", "new.csv", row)) for row, fact in enumerate(later.facts, 2)]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("new"), st.integers(1, 3)),
        st.tuples(st.just("load"), st.integers(1, 4)),
        st.tuples(st.sampled_from(["retract", "correct"]), st.integers(0, len(case().facts) - 1)),
        st.tuples(st.just("rules"), st.integers(2, 5)),
        st.tuples(st.just("derive"), st.just(0)),
    ),
    min_size=2,
    max_size=7,
)


@given(first=st.integers(6, len(case().facts)), steps=STEPS)
@settings(max_examples=15, deadline=None)
def test_2_the_json_of_a_version_is_the_same_after_whatever_comes_later(first: int, steps: list[tuple[str, int]]):
    facts, rules = case().facts, catalogue()
    waiting = list(facts[first:])
    with open_store("sqlite:///:memory:") as store:
        store.append([Write(fact) for fact in facts[:first]], actor(1).act("test"))
        propagate(store, rules, actor(2, store))
        said = {store.version(): answers(store, rules, store.version())}
        for hour, (what, number) in enumerate(steps, 3):
            if what == "load" and waiting:
                batch, waiting = waiting[:number], waiting[number:]
                store.append([Write(fact) for fact in batch], actor(hour).act("test"))
            elif what in ("retract", "correct"):
                changed(store, facts[number], what, hour)
            elif what == "new":
                store.append([Write(fact) for fact in newcomers(number)], actor(hour).act("test"))
            elif what == "rules":
                rules = catalogue(number)
                propagate(store, rules, actor(hour))
            else:
                propagate(store, rules, actor(hour))
            for version, text in said.items():
                assert answers(store, rules, version) == text
            propagate(store, rules, actor(hour))
            if store.version() not in said:
                said[store.version()] = answers(store, rules, store.version())


def test_2_a_version_before_the_first_derivation_has_the_first_rules_that_were_recorded():
    with open_store("sqlite:///:memory:") as store:
        store.append([Write(fact) for fact in case().facts], actor(1).act("test"))
        loaded = store.version()
        assert recorded_at(store, loaded) is None
        propagate(store, catalogue(), actor(2, store))
        said = answers(store, catalogue(), loaded)
        assert "2026-05-10" in said
        propagate(store, catalogue(5), actor(3, store))
        assert recorded_at(store, loaded) is None
        assert answers(store, catalogue(5), loaded) == said
        assert catalogue_at(store, loaded, catalogue(5)).hash == catalogue().hash


@pytest.mark.parametrize("args", [("findings",), ("record", "test:A#王示例"), ("rules", "list"), ("impact", "D1")])
def test_2_the_command_line_says_that_no_rules_were_on_record(tmp_path: Path, args: tuple[str, ...]):
    file = tmp_path / "zeren.db"
    with open_store(f"sqlite:///{file}", create=True) as store:
        store.append([Write(fact) for fact in case().facts], actor(1).act("test"))
        propagate(store, catalogue(), actor(2, store))
        version = store.version()
    told = [
        CliRunner().invoke(app, ["--store", f"sqlite:///{file}", *args, "--lang", lang, "--known-at", each]).stderr
        for lang, each in (("en", "1"), ("en", str(version)), ("zh", "1"))
    ]
    said = f"nothing had been derived at version 1, so that no rules are on record for it: those of {catalogue().hash} answer"
    assert [said in each for each in told] == [True, False, False]
    assert f"版本 1 时尚未推导，没有在案的规则：以规则目录 {catalogue().hash} 作答" in told[2]


def run(file: Path, *args: str) -> str:
    result = CliRunner().invoke(app, ["--store", f"sqlite:///{file}", *args], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_3_what_the_command_line_prints_at_a_version_is_the_same_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ZEREN_DESK", str(tmp_path / "desk.db"))
    file = tmp_path / "zeren.db"
    facts = case().facts
    with open_store(f"sqlite:///{file}", create=True) as store:
        store.append([Write(fact) for fact in facts], actor(1).act("test"))
        propagate(store, catalogue(), actor(2, store))
        version = str(store.version())
        finding = next(f.value for f in stored_findings(store) if "王示例" in f.value.party)
    asked = (
        ("findings",),
        ("explain", finding.id),
        ("explain", "--decision", "D1", "--party", "李示例"),
        ("letter", finding.id),
        ("record", finding.party),
        ("preview", finding.party),
        ("preview", finding.id),
        ("search", "示例"),
        ("show", finding.id),
        ("show", finding.party),
        ("show", "D1"),
        ("identity", "list"),
        ("rules", "list"),
        ("rules", "show", "T-OFFICE"),
        ("rules", "measures"),
        ("rules", "policy"),
        ("rules", "diff", "shipped", "shipped"),
        ("impact", "D1"),
        ("case", "list"),
        ("case", "show", "D1"),
        ("due", "--publication"),
        ("repair", "plan", finding.party),
        ("publish", "list"),
        ("publish", "list", "--withheld"),
        ("incentive", "show", "test:A"),
        ("lookups",),
        ("tasks",),
        ("feed", "--unit", "finance"),
        ("push", "list"),
        ("tip", "list"),
        ("report", "--since", "2023-01-01"),
        ("quality",),
        ("deliveries", "list"),
        ("owners", "test:A"),
        ("controls", "test:A"),
        ("controlled", finding.party),
        ("group", "test:A"),
        ("paths", "test:A", finding.party),
        ("network", "test:A"),
        ("rules", "matrix"),
    )
    before = [run(file, *args, "--known-at", version, "--as-of", "2024-06-01", "--format", "json") for args in asked]
    with open_store(f"sqlite:///{file}") as store:
        for hour, fact in enumerate(facts[2:6], 3):
            store.append([Write(fact, Operation.RETRACTION, "wrong")], actor(hour).act("test"))
        propagate(store, catalogue(5), actor(12, store))
    after = [run(file, *args, "--known-at", version, "--as-of", "2024-06-01", "--format", "json") for args in asked]
    assert [args for args, one, two in zip(asked, before, after, strict=True) if one != two] == []
    assert run(file, "findings", "--format", "json") != before[0]


@pytest.mark.parametrize(("day", "decisions"), [("2023-01-01", 0), ("2023-01-02", 1), ("2023-05-10", 2)])
def test_4_on_a_day_nothing_is_listed_that_came_later(tmp_path: Path, day: str, decisions: int):
    file = tmp_path / "zeren.db"
    with open_store(f"sqlite:///{file}", create=True) as store:
        store.append([Write(fact) for fact in case().facts], actor(1).act("test"))
        propagate(store, catalogue(), actor(2, store))
        assert snapshot_of(store).decision("D1")
    listed = json.loads(run(file, "findings", "--as-of", day, "--format", "json"))
    assert len({row["decision"]["id"] for row in listed}) == decisions
    record = json.loads(run(file, "record", "test:B#孙示例", "--as-of", day, "--format", "json"))
    assert len(record["findings"]) == len(record["namings"]) == (1 if day >= "2023-01-02" else 0)
    rules = json.loads(run(file, "rules", "list", "--as-of", "2019-06-01", "--format", "json"))
    assert all(row["from"] is None or row["from"] <= "2019-06-01" for row in rules)
    posts = json.loads(run(file, "show", "test:A", "--as-of", "2020-06-01", "--format", "json"))["holders"]
    assert [post["text"] for post in posts if "王示例" in post["text"]] == []
    assert [post["text"] for post in posts if "李示例" in post["text"]]


def test_a_day_before_the_decision_has_neither_finding_nor_letter_nor_reason(demo):
    found = "e31694d448bbd8e3"
    for args in (
        ["explain", found, "--as-of", "2010-01-01"],
        ["letter", found, "--as-of", "2010-01-01"],
        ["show", found, "--as-of", "2010-01-01"],
        ["explain", "--decision", "cn_listed_demo:CS-2", "--party", "高某077", "--as-of", "2010-01-01"],
    ):
        answer = demo.run(*args)
        assert (answer.returncode, answer.stdout) == (1, ""), args
        assert "在 2010-01-01 之后才作出" in answer.stderr
    assert demo.run("explain", found, "--as-of", "2020-01-01").returncode == 0
    unset = demo.run("findings", "--known-at", "")
    assert unset.returncode == 1
    assert "既不是版本号，也不是时间" in unset.stderr


LISTING = (
    ("findings",), ("search", "示例"), ("rules", "list"), ("rules", "policy"), ("rules", "matrix"), ("case", "list"), ("tasks",),
    ("push", "list"), ("deliveries", "list"), ("quality",), ("status",), ("lookups",), ("due",),
)  # fmt: skip


@pytest.mark.parametrize("then", ["2999-01-01", "2999-01-01T09:00", "999999"])
def test_a_version_that_is_not_yet_is_refused(tmp_path: Path, then: str):
    file = tmp_path / "zeren.db"
    with open_store(f"sqlite:///{file}", create=True) as store:
        store.append([Write(fact) for fact in case().facts], actor(1).act("test"))
    asked = [*((*args, "--known-at", then) for args in LISTING), ("rules", "diff", "shipped", then)]
    for args in asked:
        for lang, told in (
            ("en", ("is still to come", "there is no version 999999 yet")),
            ("zh", ("尚未到来", "还没有版本 999999")),
        ):
            result = CliRunner().invoke(app, ["--store", f"sqlite:///{file}", "--lang", lang, *args])
            assert (result.exit_code, result.stdout) == (1, ""), args
            assert any(said in result.stderr for said in told), (args, result.stderr)


@pytest.mark.parametrize("then", ["2000-01-01", "0"])
def test_a_time_before_the_first_load_is_noted_alike_everywhere(tmp_path: Path, then: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ZEREN_DESK", str(tmp_path / "desk.db"))
    file = tmp_path / "zeren.db"
    with open_store(f"sqlite:///{file}", create=True) as store:
        store.append([Write(fact) for fact in case().facts], actor(1).act("test"))
    for args in (*LISTING, ("rules", "measures"), ("rules", "show", "D2-WAGE"), ("rules", "diff", "shipped", "shipped")):
        result = CliRunner().invoke(app, ["--store", f"sqlite:///{file}", *args, "--known-at", then])
        assert result.exit_code == 0, (args, result.output)
        assert result.stderr.count("版本 0：当时尚无任何数据（首次载入之前）") == 1, (args, result.stderr)
