"""The invariants of `api.use_cases.lasting`, by number."""

from __future__ import annotations

from typing import Any

import pytest

from api.locales import LANGS, texts
from api.use_cases.lasting import lasts, until_text
from graph.model import Finding, Imposed, Term
from tests.builder import Case, shipped

ORDER, BAN = ["spending_restriction_order"], ["securities_market_ban"]


def found(acts: list[str], kind: str, clause: str, **naming: Any) -> Finding:
    world = Case()
    world.company("A").legal_representative("王示例", since="2015-01-01")
    world.decision("A", acts, kind=kind)
    if naming:
        world.names("王示例", "A", **naming)
    return next(f for f in world.findings() if f.clause == clause)


def told(finding: Finding, until: str | None, imposed: tuple[Imposed, ...] = (), lang: str = "zh") -> str:
    return lasts(shipped(), finding, imposed, "2022-07-15", until, texts(lang))


@pytest.mark.parametrize(
    ("acts", "kind", "clause", "zh"),
    [
        (ORDER, "order", "legal_representative", "自 2022-07-15 起，没有固定期限，至终止事由发生时为止"),
        (["recruitment_obstructed"], "penalty", "unit", "自 2022-07-15 起，一次执行完毕，没有期限"),
    ],
)
def test_1_an_open_term_and_one_that_is_over_at_once_are_no_unread_ones(acts, kind, clause, zh):
    finding = found(acts, kind, clause)
    assert finding.until is None
    assert told(finding, finding.until) == zh
    assert "not read" not in told(finding, finding.until, lang="en")


def test_1_a_term_that_the_decision_states_and_nobody_read_is_not_read():
    finding = found(BAN, "market_ban", "responsible_persons", imposed={"securities_market_ban": Term()})
    assert told(finding, finding.until) == "自 2022-07-15 起，何时届满，所据材料中未载明"


@pytest.mark.parametrize("lang", LANGS)
def test_2_a_day_that_is_known_is_told_and_a_stated_term_is_no_open_one(lang):
    finding = found(ORDER, "order", "legal_representative")
    assert "2025-07-15" in told(finding, "2025-07-15", lang=lang)
    assert until_text("life", texts(lang)) in told(finding, "life", lang=lang)
    assert told(finding, "life", lang=lang) == {"zh": "自 2022-07-15 起，终身", "en": "From 2022-07-15, for life"}[lang]
    stated = told(finding, None, (Imposed("spending_restriction_order", term=Term(years=1)),), lang)
    assert stated == texts(lang).say("explain.term_not_read", start="2022-07-15")
