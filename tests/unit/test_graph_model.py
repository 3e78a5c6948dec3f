from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.codec import KINDS, dump, kind_of, load, make_fact
from graph.dates import PartialDate, Period
from graph.delivered import Absence, DeliveredFile, DeliveredTable, Delivery, DeliveryStatus, Doubts, Place
from graph.errors import InputError
from graph.model import (
    PPM,
    CatalogueVersion,
    ClaimRuling,
    Decision,
    DecisionLink,
    Entity,
    Event,
    Identifier,
    Imposed,
    Name,
    Naming,
    Origin,
    PartyRef,
    Relationship,
    Share,
    Term,
    appearance,
    appearance_parts,
)
from tests.builder import Case

SAMPLES = [
    Entity(
        "test:A", "company", (Name("示例", period=Period.parse("2015/open")),), (Identifier("uscc", "1"),), (("age", "5"),), "s:1"
    ),
    Relationship(PartyRef("a", "s:1"), PartyRef("b"), "shareholder", Period.parse("2015/unknown"), share=Share(1, 5), amount_fen=7),
    Decision(
        "d",
        "penalty",
        ("fine",),
        PartyRef("b"),
        "局",
        date=PartialDate.parse("2016-03"),
        conduct=Period.parse("2015/2016-01"),
        imposed=(Imposed("fine", "罚款"),),
        parties_complete=False,
    ),
    Naming("d", None, "（未列名A）", imposed=(Imposed("securities_market_ban", term=Term(life=True)),), responsible=True),
    DecisionLink("d", "annuls_from_now", "e", PartialDate.parse("2020-01-01")),
    ClaimRuling("c", "a", "b", "accepted", "clerk", "same number"),
    Event("notice", "d", PartialDate.parse("2020")),
    CatalogueVersion("hash", "text"),
    Delivery(
        "a1",
        "s",
        "snapshot",
        DeliveryStatus.COMPLETE,
        "clerk",
        date(2020, 1, 31),
        (DeliveredFile("posts", "posts.csv", "0" * 64, known=True),),
        (
            DeliveredTable(
                "posts",
                rows=3,
                new=2,
                refused=1,
                previous=date(2019, 12, 31),
                doubts=(Doubts("masked", 1, (Place("posts.csv", 3),)),),
            ),
        ),
        precedence=2,
    ),
    Absence("entity/s/s:A", "firms", PartialDate.parse("2019-12-31..2020-01-31")),
]


def test_1_the_same_row_delivered_again_is_the_same_fact():
    value = SAMPLES[0]
    assert make_fact(value, "1", Origin("s", "a.csv", 2)).id == make_fact(value, "1", Origin("s", "b.csv", 9)).id
    assert make_fact(value, "1", Origin("s")).id != make_fact(value, "1", Origin("other")).id
    assert make_fact(value, "1", Origin("s")).id != make_fact(value, "1", Origin("s"), ("bad_check",)).id


def test_2_an_appearance_is_enterprise_and_name():
    assert appearance_parts(appearance("uscc:1", "王示例")) == ("uscc:1", "王示例")
    assert appearance_parts("uscc:1#王示例@source:7") == ("uscc:1", "王示例")
    assert appearance_parts("uscc:1") is None
    with pytest.raises(InputError):
        appearance("uscc:1", "王#示例")


def test_3_ten_holders_of_five_percent_hold_exactly_half():
    assert sum(Share.exact(50_000).minimum for _ in range(10)) * 2 == PPM
    assert sum([0.05] * 10) != 0.5


@given(st.integers(-10, PPM + 10), st.integers(-10, PPM + 10))
def test_3_a_share_lies_within_the_whole(low, high):
    if 0 <= low <= high <= PPM:
        Share(low, high)
    else:
        with pytest.raises(InputError, match="between 0 % and 100 %"):
            Share(low, high)


@pytest.mark.parametrize("value", SAMPLES, ids=lambda v: type(v).__name__)
def test_4_what_a_fact_says_survives_the_codec(value):
    assert load(kind_of(value), dump(value)) == value


def test_4_so_does_a_finding():
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2023")
    case.decision("A", ["listed_wage_arrears"])
    findings = case.findings()
    assert findings
    assert [load("finding", dump(finding)) for finding in findings] == findings


def test_every_kind_of_fact_has_a_sample():
    assert {kind_of(value) for value in SAMPLES} | {"finding"} == set(KINDS)
