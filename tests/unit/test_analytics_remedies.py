"""The numbered invariants of `analytics.responsibility.remedies`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from analytics.responsibility.remedies import FILE, load_remedies
from graph import codes
from graph.errors import ConfigError
from graph.model import Decision, Finding
from tests.builder import Case


def reached(kind: str = "listing", acts: tuple[str, ...] = ("listed_wage_arrears",)) -> tuple[Decision, Finding]:
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2023-12-31")
    case.decision("A", ["listed_wage_arrears"])
    finding = next(f for f in case.findings("王示例", rule="D2-WAGE"))
    return replace(case.snapshot.decision("D1").value, kind=kind, acts=acts), finding


@pytest.mark.parametrize("kind", [kind.code for kind in codes.load("decision_kinds") if kind.starts])
@pytest.mark.parametrize("party", ["person", "enterprise"])
def test_1_whoever_is_reached_has_a_remedy(kind, party):
    decision, finding = reached(kind)
    assert load_remedies().open_to(decision, replace(finding, party_kind=party))


@pytest.mark.parametrize(
    ("kind", "acts", "court"),
    [
        ("listing", ("listed_wage_arrears",), False),
        ("penalty", ("fine",), False),
        ("listing", ("listed_judgment_defaulter",), True),
        ("order", ("spending_restriction_order",), True),
        ("criminal", (), True),
    ],
)
def test_2_a_courts_decision_is_not_objected_to_like_an_authoritys(kind, acts, court):
    decision, finding = reached(kind, acts)
    assert load_remedies().is_court(decision) is court
    ids = {remedy.id for remedy in load_remedies().open_to(decision, finding)}
    assert ({"review", "suit"} <= ids) is not court
    assert ("court_list" in ids) is (acts == ("listed_judgment_defaulter",))


def test_3_a_last_day_only_where_the_day_of_learning_is_known():
    learnt = date(2023, 5, 10)
    by_id = {remedy.id: remedy for remedy in load_remedies().remedies}
    assert by_id["review"].last_day(learnt) == date(2023, 7, 9)
    assert by_id["suit"].last_day(learnt) == date(2023, 11, 10)
    assert by_id["accuracy"].last_day(learnt) is None
    assert by_id["review"].last_day(None) is None


def test_every_mistake_of_the_file_is_named(tmp_path: Path):
    text = FILE.read_text(encoding="utf-8").replace("listed_judgment_defaulter", "no_such_act").replace("id: suit", "id: review")
    (tmp_path / "remedies.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_remedies(tmp_path / "remedies.yaml")
    assert "two share an id" in str(refused.value)
    assert "no_such_act" in str(refused.value)
    (tmp_path / "remedies.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(ConfigError, match="not YAML"):
        load_remedies(tmp_path / "remedies.yaml")
