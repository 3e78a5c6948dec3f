"""The invariants of `loaders.absent`, one test a number."""

import json

import pytest

from api.use_cases.deliveries import show_delivery
from api.use_cases.rule_messages import told_of_load
from graph.codec import dump
from graph.delivered import Absence
from graph.errors import Refused
from graph.model import Operation
from graph.store import open_store
from loaders.ingest import load
from loaders.mapping import Mapping
from loaders.mapping_file import parse_mapping
from loaders.vanishing import Terms
from tests.delivery_desk import DAYS, MAPPING, Desk, now

TEN = " ".join(f"F{number},示例{number}有限公司," for number in range(10))
SIX = " ".join(TEN.split()[:6])


@pytest.fixture
def desk(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        yield Desk(store, tmp_path, shrinkage=0.3)


def mapped(column="id"):
    """The mapping of the desk, by which an enterprise has its id in this column."""
    text = MAPPING.format(mode="snapshot", shrinkage=0.3)
    return parse_mapping(text.replace("id: {column: id}, names", f"id: {{column: {column}}}, names"))


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
    assert told_of_load(caught.value, "zh").startswith("未作任何记录\nfirms：此前有效的 10 行中有 4 行不在其中（40%）")
    assert (desk.store.version(), desk.current()) == (version, current)
    assert desk.load(DAYS[1], firms=SIX, dry_run=True).failed
    report = desk.load(DAYS[1], firms=SIX, terms=Terms(accept_shrinkage=True))
    assert report.tables["firms"].vanished == 4
    assert not report.failed


def test_2_another_mapping_makes_the_same_bytes_another_delivery(desk):
    """2. ... also where the files are those of before, byte for byte, and another mapping makes less of them; that is told."""
    first = desk.load(DAYS[0], firms=TEN).delivery
    assert not desk.load(DAYS[1], firms=TEN).issues
    version = desk.store.version()
    desk.mapping = mapped(column="name")
    for terms in (None, Terms(accept_shrinkage=True)):
        tried = desk.load(DAYS[2], firms=TEN, dry_run=True, terms=terms)
        assert [each.reason for each in tried.issues if "another mapping" in each.reason] == [
            f"delivery {desk.deliveries()[-1].id} (2021-01-31) was read by another mapping: "
            "what is new, altered or absent may come of that, and not of the files"
        ]
    with pytest.raises(Refused, match=r"(?s)10 of the 10 rows that held are absent.*was read by another mapping") as caught:
        desk.load(DAYS[2], firms=TEN)
    assert "是按另一映射读入的" in told_of_load(caught.value, "zh")
    assert desk.store.version() == version
    taken = desk.load(DAYS[2], firms=TEN, terms=Terms(accept_shrinkage=True))
    assert taken.tables["firms"].vanished == 10
    shown = [show_delivery(desk.store, each.id) for each in desk.deliveries()]
    assert [each["mapping_changed"] for each in shown] == [None, False, True]
    assert [each["mapping"] for each in shown][1:] == [shown[0]["mapping"], desk.mapping.digest]
    assert shown[0]["id"] == first


def test_2_a_delivery_of_before_has_no_mapping_and_the_bar_is_asked(desk, monkeypatch):
    """2. ... where nobody knows by which mapping the delivery before was read, the bar is asked and nothing is told."""
    monkeypatch.setattr(Mapping, "digest", "")
    desk.load(DAYS[0], firms=TEN)
    monkeypatch.undo()
    (former,) = desk.deliveries()
    assert "mapping" not in json.loads(dump(former))
    assert show_delivery(desk.store, former.id)["mapping"] is None
    desk.mapping = mapped(column="name")
    with pytest.raises(Refused, match="10 of the 10") as caught:
        desk.load(DAYS[1], firms=TEN)
    assert "another mapping" not in str(caught.value)
    desk.mapping = mapped()
    assert not desk.load(DAYS[1], firms=TEN).issues
    assert [show_delivery(desk.store, each.id)["mapping_changed"] for each in desk.deliveries()] == [None, None]


def test_a_title_is_no_other_mapping():
    """What does not decide what the rows say makes no other mapping."""
    text = MAPPING.format(mode="snapshot", shrinkage=0.3)
    own = parse_mapping(text).digest
    for same in ("title: {en: Register}\n", "licence: none\n", "precedence: 3\n", "delivered: 2020-01-31\n"):
        assert parse_mapping(same + text).digest == own
    for other in ("altered: refuse", "region: '371300'\naltered: correction"):
        assert parse_mapping(text.replace("altered: correction", other)).digest != own


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
