"""The invariants of `api.use_cases.reports`, by number."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import BytesIO

from openpyxl import load_workbook

from analytics.lifecycle.workdays import WorkCalendar
from api.desk.outbox import Outbox, Planned
from api.use_cases.pushing import Feedback, feedback, plan, tasks
from api.use_cases.reading import snapshot_of
from api.use_cases.reports import Period, report, workbook
from tests.api_world import actor, stored
from tests.case_world import cases, confirm, do, finding

NOW = datetime(2024, 6, 10, 9, tzinfo=UTC)
YEARS = Period(date(2023, 1, 1), date(2024, 12, 31))
BODY = {"must": False, "as_of": "2024-06-11", "party": {"name": "x"}, "measure": "m", "decision": {"region": None}}


def counted(store, box, period=YEARS) -> dict[tuple[str, str, str], int]:
    listed = tasks(store, box, WorkCalendar(), period.end)
    rows = report(cases(store), snapshot_of(store), listed, [], period)
    return {(row["section"], row["key"], row["measure_of"]): row["count"] for row in rows}


def lived(store, box) -> None:
    """王示例 is confirmed, told and executed; an objection to the ban is dismissed; a bank is asked."""
    confirm(store, finding(store, "王示例"))
    objection = do(store, "objection", "D2", "2024-06-07")
    do(store, "dismissal", "D2", "2024-06-10", refers=objection.event.id, by="qian")
    plan(box, cases(store), snapshot_of(store), date(2024, 6, 11), NOW)
    (task,) = [t for t in tasks(store, box, WorkCalendar(), date(2024, 6, 11)) if t["party"]["name"] == "王示例"]
    feedback(store, box, actor(11), Feedback("fgw", task["task"], "executed"), date(2024, 6, 11))
    box.put([Planned("bank", "r", "execute", BODY | {"task": "t"})], NOW)


def test_1_the_funnel_only_narrows():
    with stored() as store, Outbox(":memory:") as box:
        lived(store, box)
        funnel = {key[2]: count for key, count in counted(store, box).items() if key[0] == "funnel"}
        assert funnel == {
            "1 decisions": 2, "2 findings": 4, "3 restrictions": 3, "4 bound": 3, "5 told": 3, "6 executed": 1,
        }  # fmt: skip
        steps = [count for step, count in sorted(funnel.items()) if step > "3"]
        assert steps == sorted(steps, reverse=True)


def test_2_a_voluntary_body_never_counts_as_failing():
    with stored() as store, Outbox(":memory:") as box:
        lived(store, box)
        by_unit = {key[1:]: count for key, count in counted(store, box).items() if key[0] == "department"}
        assert by_unit == {
            ("bank", "tasks"): 1, ("bank", "asked only"): 1, ("fgw", "tasks"): 3, ("fgw", "executed"): 1, ("fgw", "overdue"): 2,
        }  # fmt: skip


def test_3_counted_is_what_falls_into_the_period_and_nobody_is_named():
    with stored() as store, Outbox(":memory:") as box:
        lived(store, box)
        found = counted(store, box)
        assert found["case", "objections", "filed"] == found["case", "objections", "dismissed"] == 1
        assert set(counted(store, box, Period(date(2024, 6, 8), date(2024, 6, 10))).values()) == {0}
        assert not [name for name in ("王示例", "孙示例") if name in json.dumps([list(key) for key in found], ensure_ascii=False)]


def test_a_workbook_has_a_sheet_for_each_section_and_no_formula():
    rows = [
        {"section": "refusal", "key": "fgw", "measure_of": "=1+1", "count": 1},
        {"section": "funnel", "key": "3713", "measure_of": "1 decisions", "count": 2},
    ]
    book = load_workbook(BytesIO(workbook(rows)))
    assert book.sheetnames == ["refusal", "funnel"]
    assert [cell.value for cell in book["refusal"][2]] == ["fgw", "'=1+1", 1]
    assert load_workbook(BytesIO(workbook([]))).sheetnames == ["empty"]
