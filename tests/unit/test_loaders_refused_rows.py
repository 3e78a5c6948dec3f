"""The invariants of `loaders.refused_rows`, one test a number, and a model of what may end and what must."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.delivered import Absence
from graph.errors import Refused
from graph.model import Relationship
from graph.store import open_store
from loaders.base import Level
from tests.delivery_desk import DAYS, Desk

FIRMS = "A,示例甲有限公司, B,示例乙有限公司,"
WANG, ZHANG, LI = "A,王示例,2018,", "B,张示例,2019,", "B,李示例,2017,"
BAD_DATE, NO_FIRM = "A,王示例,2018-02-30,", "Z,王示例,2018,"


@pytest.fixture
def desk(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        yield Desk(store, tmp_path)


def periods(desk):
    found = (each.fact.value for each in desk.store.facts(["relationship"]))
    return {value.interested_party.entity.partition("#")[2]: value.period for value in found if isinstance(value, Relationship)}


def ends(desk):
    return {person: str(period.end) for person, period in periods(desk).items()}


def noted(desk):
    return {
        each.fact.value.about.partition("#")[2].partition("@")[0]
        for each in desk.store.facts(["absence"])
        if isinstance(each.fact.value, Absence) and each.fact.value.about.startswith("relationship/")
    }


def signals(report):
    return [issue.reason for issue in report.issues if issue.level is Level.SIGNAL]


def test_1_a_refused_row_whose_key_can_be_read_counts_as_present(desk):
    """1. A refused row whose key can be read counts as present: nothing of it ends, and what is absent beside it does."""
    desk.load(DAYS[0], firms=FIRMS, posts=f"{WANG} {ZHANG} {LI}")
    report = desk.load(DAYS[1], posts=f"{BAD_DATE} {ZHANG}")
    assert (report.tables["posts"].refused, report.tables["posts"].ended, signals(report)) == (1, 1, [])
    assert ends(desk) == {"王示例": "open", "张示例": "open", "李示例": "2020-01-31..2021-01-31"}
    assert desk.load(DAYS[2], posts=ZHANG).tables["posts"].ended == 1
    assert ends(desk)["王示例"] == "2021-01-31..2022-01-31"


def test_1_a_row_that_contradicts_what_is_recorded_counts_as_present(desk):
    desk.mapping = desk.mapping.model_copy(update={"altered": "refuse"})
    desk.load(DAYS[0], firms=FIRMS, posts=f"{WANG} {ZHANG}")
    assert desk.load(DAYS[1], posts=f"A,王示例,2016, {ZHANG}").tables["posts"].refused == 1
    assert ends(desk) == {"王示例": "open", "张示例": "open"}


def test_2_a_row_whose_key_cannot_be_read_may_be_any_that_is_absent(desk):
    """2. Such a row may be any that is absent: these are noted and do not end, until it is gone; nothing else waits for it."""
    desk.load(DAYS[0], firms=FIRMS, posts=f"{WANG} {ZHANG} {LI}")
    report = desk.load(DAYS[1], posts=f"{NO_FIRM} {ZHANG} {LI}")
    assert "1 statements are absent, but may stand in the rows that could not be read (1)" in signals(report)[0]
    assert (ends(desk)["王示例"], noted(desk)) == ("open", {"王示例"})
    # The row still stands there, and was beside these: who is absent now has ended.
    assert signals(desk.load(DAYS[2], posts=f"{NO_FIRM} {LI}")) == []
    assert (ends(desk), noted(desk)) == ({"王示例": "open", "张示例": "2021-01-31..2022-01-31", "李示例": "open"}, {"王示例"})
    assert signals(desk.load(DAYS[3], posts=LI)) == []
    assert (ends(desk)["王示例"], noted(desk)) == ("2020-01-31..2023-01-31", set())


def test_2_what_is_read_again_is_no_longer_noted(desk):
    desk.load(DAYS[0], firms=FIRMS, posts=f"{WANG} {ZHANG}")
    desk.load(DAYS[1], posts=f"{NO_FIRM} {ZHANG}")
    desk.load(DAYS[2], posts=f"{WANG} {ZHANG}")
    assert (ends(desk), noted(desk)) == ({"王示例": "open", "张示例": "open"}, set())


def test_2_the_way_on_that_is_told_exists(desk):
    desk.load(DAYS[0], firms=FIRMS, posts=f"{WANG} {ZHANG}")
    assert "as of the same day" in signals(desk.load(DAYS[1], posts=f"{NO_FIRM} {ZHANG}"))[0]
    assert not desk.load(DAYS[1], posts=ZHANG).failed
    assert ends(desk)["王示例"] == "2020-01-31..2021-01-31"


@pytest.mark.parametrize("bad", [BAD_DATE.replace("王", "坏"), NO_FIRM.replace("王", "坏"), "A,坏示例"])
def test_2_refused_rows_in_the_first_delivery_or_in_every_one_blind_nobody(tmp_path, bad):
    """2. ... neither the end of what is absent nor the bar of shrinkage waits for a delivery without them."""
    with open_store("sqlite:///:memory:") as store:
        desk = Desk(store, tmp_path, shrinkage=0.3)
        rows = [f"A,示例{number},2018," for number in range(10)]
        assert desk.load(DAYS[0], firms=FIRMS, posts=" ".join([bad, *rows])).tables["posts"].refused == 1
        assert desk.load(DAYS[1], posts=" ".join([bad, *rows[1:]])).tables["posts"].ended == 1
        with pytest.raises(Refused, match="posts: 3 of the 9 rows that held are absent"):
            desk.load(DAYS[2], posts=" ".join([bad, *rows[4:]]))
        assert desk.load(DAYS[2], posts=" ".join(rows[2:])).tables["posts"].ended == 1


def test_2_undone_and_loaded_again_the_same_ends(desk):
    desk.load(DAYS[0], firms=FIRMS, posts=f"{NO_FIRM} {WANG} {ZHANG}")
    second = desk.load(DAYS[1], posts=f"{NO_FIRM} {ZHANG}").delivery
    after = desk.current()
    desk.undo(second)
    desk.load(DAYS[1], posts=f"{NO_FIRM} {ZHANG}")
    assert desk.current() == after
    assert ends(desk)["王示例"] == "2020-01-31..2021-01-31"


def test_3_equal_rows_are_told_apart_by_their_number(desk):
    """3. A second row of the same words is new, and may be any that is absent."""
    desk.load(DAYS[0], firms=FIRMS, posts=f"{NO_FIRM} {WANG} {ZHANG}")
    desk.load(DAYS[1], posts=f"{NO_FIRM} {NO_FIRM} {ZHANG}")
    assert (ends(desk)["王示例"], noted(desk)) == ("open", {"王示例"})


def test_a_dry_run_of_what_is_refused_as_a_whole_says_that_nothing_would_be_recorded(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        desk = Desk(store, tmp_path, shrinkage=0.3)
        desk.load(DAYS[0], firms=" ".join(f"F{number},示例{number}有限公司," for number in range(10)))
        counts = desk.load(DAYS[1], firms="F1,示例1有限公司, NEW,新示例有限公司,", dry_run=True).tables["firms"]
        assert (counts.rows, counts.refused, counts.accepted, counts.recorded, counts.vanished) == (2, 2, 0, 0, 0)


# A model: what stands in a delivery, and how it is written there

PEOPLE = ("A,甲示例", "A,乙示例", "B,丙示例", "B,丁示例")
FORMS = {
    "good": "{},2018,",
    "bad date": "{},2018-02-30,",
    "bad end": "{},2018,never",
    "no firm": "Z{},2018,",
    "other firm": "Y{},2018,",
    "cut": "{}",
}
UNREAD = ("no firm", "other firm", "cut")
delivered = st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from([*["good"] * 6, *FORMS]))


@given(st.lists(delivered, min_size=2, max_size=6), st.integers(0, 6))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_refused_nobody_ends_who_stands_there_and_who_is_certainly_gone_does(history, undone_at):
    with TemporaryDirectory() as folder, open_store("sqlite:///:memory:") as store:
        desk = Desk(store, Path(folder))
        desk.load(date(2019, 12, 31), firms=FIRMS)
        open_before: set[str] = set()
        last_there: dict[str, date] = {}
        read_before: set[str] = set()
        lines_before: Counter[str] | None = None
        for number, said in enumerate(history):
            day = date(2020, 1, 31) + timedelta(days=31 * number)
            rows = [FORMS[form].format(who) for who, form in said.items()]
            report = desk.load(day, posts=" ".join(rows))
            if number == undone_at and report.delivery:
                after = desk.current()
                desk.undo(report.delivery)
                desk.load(day, posts=" ".join(rows))
                assert desk.current() == after
            unread = Counter(FORMS[form].format(who) for who, form in said.items() if form in UNREAD)
            now = periods(desk)
            for who in open_before:
                person = who.partition(",")[2]
                end = now[person].end
                if who in said:
                    assert str(end) == "open", (who, end)
                elif str(end) != "open":
                    assert end.earliest <= last_there[who]
                    assert end.latest == day
                else:
                    assert unread, f"{who} is absent from a delivery of which all is known"
                    assert lines_before is None or who not in read_before or not unread <= lines_before, f"{who} was beside them"
            last_there |= dict.fromkeys(said, day)
            open_before = {who for who in PEOPLE if (p := now.get(who.partition(",")[2])) and str(p.end) == "open"}
            read_before = {who for who, form in said.items() if form not in UNREAD}
            # A delivery of which nothing was taken leaves no trace, so the next one cannot be compared with it.
            lines_before = unread if report.delivery else None
        assert store.verify() is None
