"""The numbered invariants of `analytics.responsibility.policy`, one test a number, and that the data are the document's."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.policy.document import FILE, Policy, list_digest, listed_measures, load_policy, unknown_measures
from analytics.responsibility.policy.matrix import COLUMNS, ENTERPRISE, INDIVIDUAL, Cell, matrix
from analytics.responsibility.said import Said
from api.use_cases.policy import matrix_rows
from graph.codec import digest
from graph.errors import ConfigError
from graph.model import Outcome
from tests.builder import shipped
from tests.golden.cases import cases, told
from tests.unit.test_docs import commands

POLICY = load_policy()
TODAY = date(2026, 11, 26)


def cells(on: date = TODAY, policy: Policy = POLICY) -> dict[tuple[str, str], Cell]:
    return {(cell.measure.id, cell.column): cell for cell in matrix(policy, shipped(), on)}


@cache
def today() -> dict[tuple[str, str], Cell]:
    """The matrix that most tests read, made once; nothing in it can be altered."""
    return cells()


def changed(tmp_path: Path, **more: object) -> list[str]:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8")) | more
    file = tmp_path / "policy.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_policy(file)
    return str(caught.value).splitlines()


def content() -> dict[str, list[dict[str, object]]]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def test_1_items_and_tasks_are_numbered_and_every_item_is_one_of_some_task(tmp_path):
    assert [item.number for item in POLICY.items] == [*range(1, 27)]
    assert [task.number for task in POLICY.tasks] == [*range(1, 23)]
    told = changed(tmp_path, items=content()["items"][:-1], tasks=content()["tasks"][1:])
    assert told == [
        "policy.yaml: items: are not numbered 1 to 26",
        "policy.yaml: tasks: are not numbered 1 to 22",
        "policy.yaml: tasks.items: every item is one of some task, each once",
    ]


def test_2_an_item_is_served_by_commands_that_exist_or_is_not_software(tmp_path):
    served = {command for item in POLICY.items for command in item.served_by}
    assert served <= commands().keys()
    assert {item.number for item in POLICY.items if item.served_by} >= {10, 11, 15, 18, 20}
    items = content()["items"]
    items[0] |= {"not_software": {"zh": "无", "en": "none"}}
    assert changed(tmp_path, items=items) == ["policy.yaml: items.1: either `served_by` with `how`, or `not_software`"]


def test_3_every_measure_of_the_city_is_in_the_table_and_what_carries_it_out_is_a_measure():
    assert unknown_measures(POLICY, shipped()) == []
    short = POLICY.model_copy(update={"measures": POLICY.measures[1:]})
    assert unknown_measures(short, shipped()) == ["measures: LY-A01 is missing"]
    wrong = POLICY.measures[0].model_copy(update={"carried_by": ("NO-SUCH",)})
    assert unknown_measures(POLICY.model_copy(update={"measures": (wrong, *POLICY.measures[1:])}), shipped()) == [
        "measures.NO-SUCH: no rule has it"
    ]


def test_4_whoever_changes_a_measure_raises_the_version_of_the_list(tmp_path):
    assert POLICY.measure_list[-1].digest == list_digest(shipped()), "raise measure_list in policy/linyi_2018_3.yaml"
    rule = shipped().rules["D2-WAGE"]
    other = rule.model_copy(update={"measures": (rule.measures[0].model_copy(update={"kind": "recommended"}), *rule.measures[1:])})
    rest = [each for each in shipped().versions if each.id != rule.id]
    assert list_digest(Catalogue([*rest, other], shipped().instruments, "")) != list_digest(shipped())
    assert changed(tmp_path, measure_list=[{"version": 2, "issued": "2026-01-01", "digest": "x"}]) == [
        "policy.yaml: measure_list: versions are numbered from 1"
    ]


@pytest.mark.parametrize(
    ("note", "before"), [(None, ""), (Said.model_validate("只能建议"), "只能建议")], ids=["no note", "a note of one text"]
)
def test_4_a_list_issued_before_a_field_came_or_notes_had_two_languages_keeps_its_digest(note, before):
    def noted(note: Said | None) -> Catalogue:
        rules = [
            each.model_copy(
                update={"measures": tuple(m.model_copy(update={"bars": None, "note": note}) for m in each.measures)},
            )
            for each in shipped().versions
        ]
        return Catalogue(rules, shipped().instruments, "")

    silent = [f"{r.id} {m.model_dump_json(exclude={'bars'})}" for r, m in listed_measures(noted(None))]
    assert list_digest(noted(note)) == digest(*(text.replace('"note":null', f'"note":"{before}"') for text in silent))
    assert list_digest(noted(note)) != list_digest(noted(Said(zh="只能建议", en="only asked")))
    assert list_digest(noted(note)) != list_digest(shipped())


def test_5_a_cell_is_established_only_through_a_clause_in_use_that_an_instrument_carries():
    for cell in today().values():
        for way in cell.ways:
            carried = bool(shipped().instruments.read(way.measure))
            disabled = bool(way.rule.why_disabled(way.clause))
            assert way.state == ("disabled" if disabled else "established" if carried else "lead")
            assert (way.rule.in_force.start or date.min) <= TODAY <= (way.rule.in_force.until or date.max)
        assert cell.state != "established" or any(way.state == "established" for way in cell.ways)


def test_5_before_a_law_was_in_force_its_cells_are_not_reached():
    assert today()["LY-A10", "legal_representative"].state == "established"
    assert cells(date(2021, 12, 31))["LY-A10", "legal_representative"].state == "never"


def test_5_an_article_that_is_younger_than_its_rule_carries_nothing_before():
    def bankrupt(day: date):
        ways = cells(day)["LY-A11", "legal_representative"].ways
        return [(way.state, way.why, [b.instrument for b in way.basis]) for way in ways if way.measure.id == "D3-BK-02"]

    assert bankrupt(date(2022, 2, 28)) == [("lead", "basis_not_in_force", ["市场主体登记管理条例"])]
    assert bankrupt(date(2022, 3, 1)) == [("established", "", ["市场主体登记管理条例"])]


def test_5_the_city_alone_gives_leads_and_nothing_more():
    alone = POLICY.model_copy(update={"measures": tuple(m.model_copy(update={"carried_by": ()}) for m in POLICY.measures)})
    assert {cell.state for cell in cells(policy=alone).values()} == {"lead", "never"}


@pytest.mark.parametrize(
    ("measure", "column", "state", "article"),
    [
        ("LY-A11", "legal_representative", "established", "食品安全法第135条第1款"),
        ("LY-A11", "supervisor", "established", "企业破产法第125条"),
        ("LY-A12", "senior_manager", "lead", "临政发〔2018〕3号第11项"),
        ("LY-A12", "supervisor", "never", "临政发〔2018〕3号第11项"),
        ("LY-A14", INDIVIDUAL, "lead", "临政发〔2018〕3号第11项"),
        ("LY-A14", "legal_representative", "never", "临政发〔2018〕3号第11项"),
        ("LY-K01", "legal_representative", "disabled", "重大税收违法失信主体信息公布管理办法（税务总局令第54号）第10条"),
        ("LY-K02", "actual_controller", "never", "临政发〔2018〕3号第12项"),
        ("LY-K03", "legal_representative", "established", "保障农民工工资支付条例第48条"),
        ("LY-R01", "actual_controller", "established", "山东省社会信用条例第31条"),
        ("LY-H02", ENTERPRISE, "lead", "临政发〔2018〕3号第13项"),
    ],
)
def test_6_a_cell_names_the_article_behind_it(measure, column, state, article):
    cell = today()[measure, column]
    assert cell.state == state
    assert article in {f"{basis.instrument}{basis.article}" for basis in cell.basis}


def test_6_what_the_office_alone_is_enough_for_is_told_apart_from_what_asks_for_a_document_that_names():
    cell = today()["LY-A11", "legal_representative"]
    by_office = {basis.instrument for way in cell.giving if way.by_office for basis in way.basis}
    by_name = {basis.instrument for way in cell.giving if not way.by_office for basis in way.basis}
    assert {"食品安全法", "保障农民工工资支付条例"} <= by_office
    assert "药品管理法" in by_name - by_office
    assert [way.by_office for way in cell.giving] == sorted((way.by_office for way in cell.giving), reverse=True)
    (row,) = [
        row
        for row in matrix_rows(POLICY, shipped(), TODAY)
        if (row["measure"]["id"], row["role"]) == ("LY-A11", "legal_representative")
    ]
    assert [group["by_office"] for group in row["reached"]] == [True, False]
    assert {name for group in row["reached"] for name in group["articles"]} == set(row["articles"])
    assert not any("药品管理法" in name for name in row["reached"][0]["articles"])


def test_6_every_measure_has_a_cell_for_every_role_and_every_cell_an_article():
    assert len(today()) == len(COLUMNS) * len(POLICY.measures)
    assert all(cell.basis for cell in today().values())


def test_7_no_role_is_reached_in_a_case_and_never_in_the_matrix():
    table = {measure.id: {measure.id, *measure.carried_by} for measure in POLICY.measures}
    reached = 0
    for case in cases():
        for finding in told(case).findings():
            if finding.outcome is Outcome.ESTABLISHED and shipped().rules[finding.rule].in_force.until is None:
                kind = INDIVIDUAL if finding.party_kind == "person" else ENTERPRISE
                column = kind if finding.role == "respondent" else finding.role
                for name in (name for name, done in table.items() if done & {m.id for m in finding.measures}):
                    reached += 1
                    assert column not in COLUMNS or today()[name, column].state == "established", (case["case"], name, column)
    assert reached > 100


def test_the_items_are_the_words_of_the_document(shared):
    text = re.sub(r"\s", "", (shared / "law" / "000_0f471ad25501c661.txt").read_text(encoding="utf-8"))
    for item in POLICY.items:
        assert f"{item.number}.{item.title.zh}。{item.text.strip()}" in text, item.number
    for task in POLICY.tasks:
        assert f"{task.number}{task.task}{task.units}" in text, task.number
        assert all(unit in task.units for unit in (*task.lead, *task.others)), task.number
        assert bool(task.lead) == ("牵头" in task.units), task.number


def test_the_passages_of_the_city_measures_are_the_words_of_the_document(shared):
    text = re.sub(r"\s", "", (shared / "law" / "000_0f471ad25501c661.txt").read_text(encoding="utf-8"))
    own = [measure for _, measure in listed_measures(shipped()) if measure.id.startswith("LY-")]
    assert [measure.id for measure in own if not measure.text or measure.text not in text] == []
    begin = [m.id for m in own if m.wording and m.kind == "recommended" and not m.text.startswith(m.wording)]
    assert begin == []
    assert [m.id for m in own if m.wording and m.wording not in m.text] == []
