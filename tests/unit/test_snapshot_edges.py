import numpy as np
import pytest

from graph.codec import make_fact
from graph.dates import Period
from graph.errors import InputError
from graph.model import Fact, Origin, PartyRef, Relationship, Share
from graph.snapshot.days import number
from graph.snapshot.edges import EdgeRows


def relationship(period="2015-01-01/2016-01-01", registered=None, share=None, interest="shareholding"):
    other = Period.parse(registered) if registered else None
    return Relationship(PartyRef("p"), PartyRef("c"), interest, Period.parse(period), other, share)


def table(*values):
    rows = EdgeRows()
    for place, value in enumerate(values):
        rows.add(make_fact(value, str(place), Origin("register", "case.csv", place + 2)), place, place + 1, 0, unsure=place == 1)
    return rows.table()


def test_what_fits_into_a_row_stands_there():
    period = Period.parse("2015-01-01/2016-01-01")
    edges = table(relationship(share=Share(5, 5)), relationship())
    assert edges.share.tolist() == [5, -1]
    assert edges.unsure.tolist() == [False, True]
    assert (edges.party.tolist(), edges.subject.tolist()) == ([0, 1], [1, 2])
    assert edges.start.tolist() == [number(period.start.earliest)] * 2
    assert edges.end.tolist() == [number(period.end.latest)] * 2
    assert len(edges.side.edge) == 0
    assert table().side.days.shape == (0, 8)


@pytest.mark.parametrize(
    "aside",
    [
        relationship("2015/2016-01-01"),
        relationship(registered="2015-02-01/2016-01-01"),
        relationship(share=Share(4, 6)),
        relationship("1850-01-01/2016-01-01"),
    ],
)
def test_1_what_does_not_fit_into_a_row_stands_in_the_side_table(aside):
    edges = table(relationship(), aside)
    assert edges.side.edge.tolist() == [1]
    share = aside.share or Share(0, 1_000_000)
    assert edges.side.share.tolist() == [[share.minimum, share.maximum]]
    assert edges.side.clamped.tolist() == [str(aside.period).startswith("1850")]
    assert edges.side.days.dtype == np.uint16


def test_2_what_has_no_hash_or_an_unknown_interest_is_refused():
    fact = make_fact(relationship(interest="friend"), "1", Origin("register", "case.csv", 2))
    with pytest.raises(InputError, match=rf"{fact.key}: no list has the interest 'friend'"):
        EdgeRows().add(fact, 0, 1, 0)
    with pytest.raises(InputError, match="'1' is no id"):
        EdgeRows().add(Fact("1", "relationship/1", relationship(), Origin("register", "case.csv", 2)), 0, 1, 0)
