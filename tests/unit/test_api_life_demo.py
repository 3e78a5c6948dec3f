"""The invariants of `api.use_cases.life_demo`, by number."""

from __future__ import annotations

from api.locales import texts
from api.use_cases.life_demo import whole_life
from tests.builder import shipped


def test_1_and_2_the_case_lives_its_whole_life_through_the_same_doors():
    rows = whole_life(shipped(), texts("en"))
    refused = [(row["on"], row["outcome"]) for row in rows if row["outcome"] != "✓"]
    assert [(on, text.split("[")[1].split("]")[0]) for on, text in refused] == [("2024-07-08", "steps"), ("2025-06-04", "steps")]
    on = {(row["on"], row["what"]): (row["enterprise"], row["head"], row["published"]) for row in rows}
    assert on["2024-06-11", "Propose a derived finding to be confirmed (enterprise)"] == ("proposed", "derived", True)
    last = {day: state for (day, _), state in on.items()}
    assert last["2024-06-19"] == ("in_force", "in_force", True)
    assert last["2024-07-01"] == ("paused", "paused", True)
    assert last["2024-07-03"] == ("in_force", "in_force", True)
    assert last["2025-02-20"] == ("repaired", "ended_with_listing", False)
    assert last["2025-06-03"] == ("in_force", "in_force", True)
    assert last["2025-09-01"] == ("annulled", "annulled", False)
    assert sum(row["told"] for row in rows) > 0
