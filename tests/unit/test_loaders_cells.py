"""The invariants of `loaders.cells`, one test a number, and value maps, padding and multi-valued cells."""

import pytest

from graph.dates import OPEN, UNKNOWN
from graph.errors import InputError
from graph.model import Share, Term
from loaders.cell_specs import ActCell, AmountCell, Cell, DateCell, FlagCell, ImposedAmountCell, RoleCell, ShareCell, TermCell
from loaders.cells import amount_of, date_of, flag_of, imposed_of, meant_by, one_of, period_of, share_of, term_of, text_of

POSTS = RoleCell(
    column="posts", split="/;", values={"董事长": ("chairman",), "董事": ("director",), "名誉": (), "兼": ("chairman", "director")}
)


def test_invariant_1_a_text_that_is_not_listed_refuses_the_row():
    """1. A text that a value map does not have refuses the row, naming column and value."""
    with pytest.raises(InputError, match="'监事'") as caught:
        meant_by(POSTS, {"posts": "董事长/监事"})
    assert caught.value.column == "posts"
    assert str(caught.value).endswith("means; it takes 董事长, 董事, 名誉, 兼")
    many = RoleCell(column="posts", values={f"v{number}": ("director",) for number in range(14)})
    with pytest.raises(InputError, match=r"means; it takes v0, .*v11 and 2 more$"):
        meant_by(many, {"posts": "x"})
    ignoring = POSTS.model_copy(update={"otherwise": "ignore"})
    assert meant_by(ignoring, {"posts": "董事长/监事"}) == ("chairman",)


def test_invariant_2_shares_and_amounts_are_decimals():
    """2. Shares and amounts are computed in decimals."""
    share = ShareCell(column="c", unit="percent")
    assert share_of(share, {"c": "33.3333"}) == Share.exact(333_333)
    assert share_of(share, {"c": "5%"}) == Share.exact(50_000)
    assert share_of(ShareCell(column="c", unit="fraction", bound="minimum"), {"c": "0.25"}) == Share(250_000, 1_000_000)
    assert amount_of(AmountCell(column="c", unit="yuan"), {"c": "0.1"}) == 10
    assert amount_of(AmountCell(column="c", unit="10k_yuan"), {"c": "1,203.5"}) == 1_203_500_000
    assert share_of(share, {"c": ""}) is None
    assert amount_of(AmountCell(column="c", unit="yuan"), {"c": ""}) is None
    with pytest.raises(InputError, match="percent sign"):
        share_of(ShareCell(column="c", unit="fraction"), {"c": "5%"})


@pytest.mark.parametrize(
    ("text", "unit", "between"),
    [
        ("49.99996", "percent", (499_999, 500_000)),
        ("0.00004", "percent", (0, 1)),
        ("99.99999999", "percent", (999_999, 1_000_000)),
        ("0.33333333", "fraction", (333_333, 333_334)),
        ("24.99996..50.00004", "percent", (249_999, 500_001)),
        ("49.9999999999999999999999999", "percent", (499_999, 500_000)),
        ("50.0000", "percent", (500_000, 500_000)),
        ("5e-1", "fraction", (500_000, 500_000)),
    ],
)
def test_invariant_2_a_share_that_is_no_whole_number_of_millionths_lies_between_two(text, unit, between):
    """2. A share that is no whole number of millionths lies between the two next to it, and is never rounded."""
    assert share_of(ShareCell(column="c", unit=unit), {"c": text}) == Share(*between)


def test_invariant_2_a_bound_that_is_no_whole_number_of_millionths_is_no_tighter_than_it_was_given():
    assert share_of(ShareCell(column="c", unit="percent", bound="minimum"), {"c": "49.99996"}) == Share(499_999, 1_000_000)
    assert share_of(ShareCell(column="c", unit="percent", bound="maximum"), {"c": "49.99996"}) == Share(0, 500_000)


@pytest.mark.parametrize(
    "text",
    ["2,5", "25,55", "1,2345", ",5", "1_0", "25%%", "NaN", "Infinity", "1e99", "9" * 5000, ".", "-1", "e5", "49." + "9" * 40],
)
def test_what_is_no_plain_number_is_no_share(text):
    with pytest.raises(InputError) as caught:
        share_of(ShareCell(column="c", unit="percent"), {"c": text})
    assert caught.value.column == "c"
    assert len(caught.value.reason) < 300


@pytest.mark.parametrize("text", ["2,5", "1,20", "12,34,567", "5%"])
def test_what_is_no_plain_number_is_no_amount(text):
    with pytest.raises(InputError, match="is not a number") as caught:
        amount_of(AmountCell(column="c", unit="yuan"), {"c": text})
    assert caught.value.column == "c"


def test_invariant_3_a_term_not_read_is_unknown():
    """3. A term that was not read is unknown, never life."""
    cell = TermCell(column="c", life="life", applies_to=("securities_market_ban",))
    assert term_of(cell, {"c": ""}) == Term()
    assert not term_of(cell, {"c": ""}).known
    assert term_of(cell, {"c": "life"}) == Term(life=True)
    assert term_of(cell, {"c": "5"}) == Term(years=5)
    with pytest.raises(InputError, match="not a number of years"):
        term_of(cell, {"c": "long"})


@pytest.mark.parametrize(("unit", "most"), [("years", 100), ("months", 1200)])
def test_a_term_above_a_hundred_years_is_a_slip(unit, most):
    cell = TermCell(column="c", unit=unit, applies_to=("securities_market_ban",))
    assert term_of(cell, {"c": f"0{most}"}) == Term(**{unit: most})
    for text in (str(most + 1), "9" * 5000):
        with pytest.raises(InputError, match="at most 100 years") as caught:
            term_of(cell, {"c": text})
        assert caught.value.column == "c"
    with pytest.raises(InputError, match="not a number"):
        term_of(cell, {"c": "0"})


def test_term_is_only_that_of_the_acts_it_applies_to():
    acts = ActCell(column="m", split=";；", contains={"拟": (), "禁入": ("securities_market_ban",), "罚款": ("fine",)})
    term = TermCell(column="y", life="life", applies_to=("securities_market_ban",))
    found = imposed_of(acts, term, {"m": "罚款5万元；5年市场禁入;拟罚款", "y": "5"})
    assert [(one.act, one.text, one.term) for one in found] == [
        ("fine", "罚款5万元", Term()),
        ("securities_market_ban", "5年市场禁入", Term(years=5)),
    ]


def test_multi_valued_cells_keep_order_and_say_nothing_twice():
    assert meant_by(POSTS, {"posts": "董事/ 兼 ;董事长/名誉"}) == ("director", "chairman")
    assert meant_by(POSTS, {"posts": ""}) == ()
    with pytest.raises(InputError, match="it must be one"):
        one_of(POSTS, {"posts": "兼"})


def test_cell_without_value_map_must_hold_a_code():
    assert meant_by(RoleCell(column="c"), {"c": "director"}) == ("director",)
    with pytest.raises(InputError, match="add `values:`"):
        meant_by(RoleCell(column="c"), {"c": "董事"})


def test_padding():
    cell = Cell(column="c", pad=6)
    assert text_of(cell, {"c": "1"}) == "000001"
    assert text_of(cell, {"c": ""}) == ""
    for wrong in ("1234567", "A1", "１"):
        with pytest.raises(InputError, match="at most 6 digits"):
            text_of(cell, {"c": wrong})


def test_dates():
    assert date_of(DateCell(column="c"), {"c": ""}) == UNKNOWN
    assert date_of(DateCell(column="c", when_empty="open"), {"c": ""}) == OPEN
    assert str(date_of(DateCell(column="c", exclusive=True), {"c": "2021-06-30"})) == "2021-06-29"
    assert str(date_of(DateCell(column="c"), {"c": "2018年5月"})) == "2018-05"


def test_flags_say_yes_no_or_nothing():
    cell = FlagCell(column="c", split=";", values={"yes": ("true",), "partial": ("false",), "x": ()})
    assert [flag_of(cell, {"c": text}) for text in ("yes", "partial", "x", "", "partial;yes")] == [True, False, None, None, True]


@pytest.mark.parametrize(
    ("order", "text", "day"),
    [
        ("mdy", "03/29/2018", "2018-03-29"),
        ("dmy", "29.3.2018", "2018-03-29"),
        ("mdy", "2018-03", "2018-03"),
        ("dmy", "", "unknown"),
    ],
)
def test_dates_whose_year_comes_last(order, text, day):
    assert str(date_of(DateCell(column="c", order=order), {"c": text})) == day


def test_a_date_in_another_order_than_announced_is_an_error():
    with pytest.raises(InputError, match="not a day that exists") as caught:
        date_of(DateCell(column="c", order="dmy"), {"c": "03/29/2018"})
    assert caught.value.column == "c"


def test_amount_is_that_of_its_act_and_counts_once():
    acts = ActCell(column="m", split=";", values={"罚款": ("fine",), "没收": ("confiscation",), "没收物": ("confiscation",)})
    amounts = (
        ImposedAmountCell(column="fine", unit="10k_yuan", applies_to=("fine",)),
        ImposedAmountCell(column="taken", unit="yuan", applies_to=("confiscation",)),
    )
    found = imposed_of(acts, None, {"m": "罚款;没收;没收物", "fine": "0.2", "taken": "12.5"}, amounts)
    assert [(one.act, one.amount_fen) for one in found] == [("fine", 200_000), ("confiscation", 1_250), ("confiscation", None)]
    assert imposed_of(acts, None, {"m": "罚款"}, amounts)[0].amount_fen is None


@pytest.mark.parametrize("start", ["9999-12-31", "open"])
def test_a_start_that_is_never_to_come_is_refused(start):
    with pytest.raises(InputError, match="never to come") as refused:
        period_of(DateCell.model_validate({"column": "a"}), None, {"a": start})
    assert refused.value.column == "a"
