"""The invariants of `graph.divisions`, by number."""

import pytest

from graph import codes
from graph.divisions import division_of, holding, is_division


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("371302", "371302"), ("37", "37"), ("00", "00"), ("US", "US"), ("兰山区", "371302"), ("临沂市", "3713"), ("山东省", "37"),
        ("山东省临沂市兰山区", "371302"), ("临沂市 兰山区", "371302"), ("山东省兰山区", "371302"), ("410000", "410000"),
    ],
)  # fmt: skip
def test_1_a_code_and_a_name_are_read(said, code):
    assert division_of(said) == code


@pytest.mark.parametrize(
    "said", ["兰山区（举报人测试乙）", "测试乙", "", "济南市兰山区", "兰山", "1", "3713021", "usa", "37 山东省", "0000", "01"]
)
def test_2_whatever_else_is_no_place(said):
    assert division_of(said) is None


def test_1_every_place_is_found_by_its_name():
    for place in codes.load("divisions"):
        assert is_division(place.code)
        assert division_of(place.zh) == place.code


@pytest.mark.parametrize(
    ("code", "begins"), [("37", "37"), ("370000", "37"), ("371300", "3713"), ("00", ""), ("CN", ""), ("US", "US")]
)
def test_the_places_in_a_place_begin_with_its_figures(code, begins):
    assert holding(code) == begins
