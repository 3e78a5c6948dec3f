"""The invariants of `loaders.absent`, one test a number."""

import pytest

from graph.delivered import Absence
from graph.errors import Refused
from graph.model import Operation
from graph.store import open_store
from loaders.ingest import load
from loaders.vanishing import Terms
from tests.delivery_desk import DAYS, Desk, now

TEN = " ".join(f"F{number},示例{number}有限公司," for number in range(10))
SIX = " ".join(TEN.split()[:6])


@pytest.fixture
def desk(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        yield Desk(store, tmp_path, shrinkage=0.3)


def absences(desk):
    return {
        each.fact.value.about: str(each.fact.value.between)
        for each in desk.store.facts(["absence"])
        if isinstance(each.fact.value, Absence) and each.operation is not Operation.RETRACTION
    }


def test_1_what_vanished_once_is_not_counted_again(desk):
    """1. A statement held until a delivery if no earlier one missed it already: what vanished once is not counted again."""
    desk.load(DAYS[0], firms=TEN)
    lacking = " ".join(TEN.split()[2:])
    assert desk.load(DAYS[1], firms=lacking).tables["firms"].vanished == 2
    assert desk.load(DAYS[2], firms=lacking).tables["firms"].vanished == 0
    assert absences(desk) == {"entity/reg/reg:F0": "2020-01-31..2021-01-31", "entity/reg/reg:F1": "2020-01-31..2021-01-31"}
    # Two of ten are gone already: of the eight that held, three more are too many.
    with pytest.raises(Refused, match="firms: 3 of the 8 rows that held are absent"):
        desk.load(DAYS[3], firms=" ".join(TEN.split()[5:]))


def test_2_too_much_is_refused_whole_before_anything_is_recorded(desk):
    """2. A snapshot that lacks more than the mapping's `shrinkage` is refused whole, before anything is recorded."""
    desk.load(DAYS[0], firms=TEN, posts="F0,王示例,2018,")
    version, current = desk.store.version(), desk.current()
    with pytest.raises(Refused) as caught:
        desk.load(DAYS[1], firms=SIX + " NEW,新示例有限公司,", posts="F0,王示例,2018, F1,新示例,2020,")
    text = str(caught.value)
    assert text.startswith("nothing was recorded\nfirms: 4 of the 10 rows that held are absent (40%); more than 30%")
    assert "--accept-shrinkage" in text
    assert caught.value.zh.startswith("未作任何记录\nfirms：此前有效的 10 行中有 4 行不在其中（40%）")
    assert (desk.store.version(), desk.current()) == (version, current)
    assert desk.load(DAYS[1], firms=SIX, dry_run=True).failed
    report = desk.load(DAYS[1], firms=SIX, terms=Terms(accept_shrinkage=True))
    assert report.tables["firms"].vanished == 4
    assert not report.failed


def test_3_what_is_listed_again_is_no_longer_absent(desk):
    """3. What is listed again is no longer absent."""
    desk.load(DAYS[0], firms=TEN)
    desk.load(DAYS[1], firms=" ".join(TEN.split()[1:]))
    assert set(absences(desk)) == {"entity/reg/reg:F0"}
    desk.load(DAYS[2], firms=TEN)
    assert absences(desk) == {}


def test_4_what_may_stand_in_an_unread_row_is_noted_and_does_not_end(desk):
    """4. What may stand in a row that cannot be read is noted, and does not end until no such row can be its own."""
    desk.load(DAYS[0], firms="A,示例甲有限公司,", posts="A,王示例,2018,")
    key = "relationship/reg/posts/reg:A#王示例@/reg:A/director"
    desk.load(DAYS[1], posts="A,张示例,2018, B,王示例,2018,")
    assert absences(desk) == {key: "2020-01-31..2021-01-31"}
    assert str(desk.store.get(key).fact.value.period.end) == "open"
    desk.load(DAYS[2], posts="A,张示例,2018,")
    assert absences(desk) == {}
    assert str(desk.store.get(key).fact.value.period.end) == "2020-01-31..2022-01-31"


def test_a_file_that_was_not_read_is_to_be_corrected_and_not_accepted(desk):
    desk.load(DAYS[0], posts=None, firms=TEN)
    path = desk.folder / "firms-bad.csv"
    path.write_text("id,firm,industry\nF0,示例0有限公司,\n", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        load(desk.store, desk.mapping, [path], act_by="tester", now=now, delivered=DAYS[1])
    assert "correct the file, and load it again" in str(caught.value)
    assert "--accept-shrinkage" not in str(caught.value)
    assert ":\n" not in str(caught.value)


def test_a_few_rows_of_a_small_table_are_never_too_many(desk):
    desk.load(DAYS[0], firms="A,示例甲有限公司, B,示例乙有限公司, C,示例丙有限公司,")
    assert desk.load(DAYS[1], firms="A,示例甲有限公司,").tables["firms"].vanished == 2
