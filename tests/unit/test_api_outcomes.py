"""The invariants of `api.use_cases.outcomes`, by number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from api.locales import LANGS, texts
from api.use_cases.explaining import why_not
from api.use_cases.outcomes import outcome_of
from api.use_cases.propagating import stored_findings
from api.use_cases.reading import snapshot_of
from graph.model import Outcome
from graph.store.base import Store
from tests.api_world import catalogue, stored
from tests.builder import Case, shipped
from tests.case_world import confirm, do, finding, under_wages, wages


def asked(store: Store, day: date, lang: str = "zh") -> dict[str, Any]:
    return why_not(store, snapshot_of(store), catalogue(), "D1", "王示例", texts(lang), day)


@pytest.mark.parametrize("lang", LANGS)
def test_1_after_the_last_day_nobody_is_said_to_answer(lang):
    with stored() as store:
        last = date.fromisoformat(str(next(f.value.until for f in stored_findings(store) if "王示例" in f.value.party)))
        on_it, after = asked(store, last, lang), asked(store, last + timedelta(days=1), lang)
    assert (on_it["outcome"], after["outcome"]) == ("answers", "over")
    assert on_it["findings"] == after["findings"]
    assert after["findings"][0] in after["summary"]
    assert {"zh": "现已没有效力", "en": "has no effect any more"}[lang] in after["summary"]
    assert not after["title"].startswith("王示例 answers")


@pytest.mark.parametrize("lang", LANGS)
def test_1_what_is_over_is_told_beside_what_still_stands(lang):
    with wages() as store:
        head = under_wages(store, "test:A#王示例")
        after = date.fromisoformat(str(head.until)) + timedelta(days=1)
        told = why_not(store, snapshot_of(store), shipped(), "D1", "王示例", texts(lang), after)
    assert (told["outcome"], head.id in told["findings"]) == ("marked", False)
    assert head.id in told["summary"]
    assert {"zh": "另有认定现已没有效力", "en": "Beside it a finding has no effect"}[lang] in told["summary"]


def test_1_what_was_revoked_is_over_too():
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        do(store, "revocation", head, "2024-06-10", number="示例〔2024〕77号")
        told = [asked(store, date(2024, 6, day))["outcome"] for day in (9, 10)]
    assert told == ["answers", "over"]


def test_2_what_stands_goes_before_what_may_and_that_before_what_is_over():
    world = Case()
    world.company("A").legal_representative("王示例", since="2015-01-01").director("李示例")
    world.decision("A", ["listed_wage_arrears"])
    found = world.findings("王示例")
    established = {f.id for f in found if f.outcome is Outcome.ESTABLISHED}
    restricting = {f.id for f in found if f.id in established and f.effect == "restrict"}
    leads = [f for f in found if f.outcome is Outcome.LEAD]
    assert leads
    assert outcome_of(found, ()) == ("answers", sorted(restricting))
    assert outcome_of(found, restricting) == ("marked", sorted(established - restricting))
    assert outcome_of(found, established)[0] == "may_answer"
    assert outcome_of([f for f in found if f.id in established], established) == ("over", sorted(established))
    assert outcome_of(leads, [f.id for f in leads]) == ("over", sorted(f.id for f in leads)), "none may answer whose term is over"
    assert outcome_of([], ()) == ("does_not_answer", [])
