"""The invariants of `api.use_cases.comparing`, by number, and how codes and periods are told there."""

from __future__ import annotations

from api.locales import texts
from api.rendering import reasons
from api.use_cases.comparing import compared_in_words
from api.use_cases.describing import imposed_text
from api.use_cases.explaining import why_not
from api.use_cases.reading import snapshot_of
from graph.model import Imposed, Term
from tests.api_world import TODAY, case, catalogue, stored


def test_1_a_rule_that_was_not_in_force_is_told_with_its_days():
    world = case()
    world.decision("A", ["listed_wage_arrears"], name="D9", date="2015-05-10", conduct="2014-05/2014-12")
    with stored(world) as store:
        told = why_not(store, snapshot_of(store), catalogue(), "D9", "test:A#王示例", texts("zh"), TODAY)
    (clause,) = [item for item in told["clauses"] if item["reason"] == "out_of_force"]
    assert [(pair["label"], pair["value"]) for pair in clause["compared"]] == [
        ("规则施行", "2020-01-01 至今"), ("行为期间", "2014-05 至 2014-12"), ("决定日期", "2015-05-10"),
    ]  # fmt: skip
    assert "      规则施行: 2020-01-01 至今" in list(reasons(told, texts("zh")))


def test_2_a_decision_that_states_something_is_named_by_its_number():
    world = case()
    world.decision("A", ["listed_wage_arrears"], name="D8", number="示例〔2023〕8号")
    with stored(world) as store:
        graph = snapshot_of(store)
        told = [compared_in_words(graph, [("stated_in", name)], texts("zh")) for name in ("D8", "D1", "unknown")]
    assert [pair["value"] for (pair,) in told] == ["示例〔2023〕8号", "D1", "unknown"]


def test_3_a_territory_is_told_by_its_name_and_what_is_not_stated_is_no_date():
    with stored(case()) as store:
        graph, compared = (
            snapshot_of(store),
            [("jurisdiction", "3713"), ("region", "371302"), ("region", "3799"), ("region", "99"), ("region", "")],
        )
        for lang, told in (
            ("zh", ["临沂市", "兰山区", "山东省（3799）", "地区 99", "不详", "不详"]),
            ("en", ["Linyi", "Lanshan District", "Shandong (3799)", "region 99", "unknown", "unknown"]),
        ):
            pairs = compared_in_words(graph, [*compared, ("authority_level", "")], texts(lang))
            assert [pair["value"] for pair in pairs] == told


def test_an_act_is_told_by_its_name_also_where_the_source_wrote_the_code():
    for text in ("", "industry_ban"):
        imposed = (Imposed("industry_ban", text, Term(months=72)),)
        assert imposed_text(imposed, texts("zh")) == "禁止从事相关行业或职业（72 个月）"
    assert imposed_text((Imposed("fine", "罚款5万元"),), texts("zh")) == "罚款5万元"
