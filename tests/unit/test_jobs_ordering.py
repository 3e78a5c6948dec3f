"""What may be asked of a job: each test quotes an invariant of api/jobs/ordering.py."""

from __future__ import annotations

from typing import Any

import pytest

from api.jobs.ordering import PARTICULARS, are_bounds, see_sound
from api.jobs.work import KINDS
from graph.errors import InputError

AROUND = {"to": "csv", "around": "reg:A"}
NO_SHARES = ("赵钱孙李", "1_0", "٢٥", "1e1", "101")


def test_every_kind_has_its_particulars() -> None:
    assert PARTICULARS.keys() == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "asked", "said"),
    [
        ("propagate", {"source": "x"}, "source: no particular of a job of the kind propagate"),
        ("export", {"to": "csv"}, "one of `around`, `decision` and `whole`"),
        ("export", {"whole": True}, "needs `to`"),
        ("export", {"to": "csv", "whole": True, "share": "30"}, "share: bounds a search around a party"),
        ("diff", {"new": "shipped"}, "needs `old`"),
        ("diff", {"old": "shipped", "new": "shipped", "rules": "x"}, "one of `new` and `rules`"),
        ("undo", {}, "needs `delivery`"),
    ],
)
def test_1_what_goes_with_another_kind_is_refused_and_what_is_needed_is_named(kind: str, asked: dict[str, Any], said: str) -> None:
    """1. What goes with another kind of job is refused, and what a kind cannot do without is named."""
    with pytest.raises(InputError) as refused:
        see_sound(kind, asked)
    assert said in str(refused.value)
    assert refused.value.zh


@pytest.mark.parametrize(
    "more", [{"role": ["赵钱孙李"]}, {"kind_of_party": ["赵钱孙李"]}, *({"share": each} for each in NO_SHARES)]
)
def test_2_what_is_no_office_kind_or_share_is_refused(more: dict[str, Any]) -> None:
    """2. What is no office, kind of party, share or anchor is refused."""
    with pytest.raises(InputError):
        see_sound("export", AROUND | more)
    assert not are_bounds(more)


def test_2_what_is_no_anchor_is_refused() -> None:
    """2. What is no office, kind of party, share or anchor is refused."""
    with pytest.raises(InputError):
        see_sound("verify", {"anchor": ["赵钱孙李"]})


def test_what_is_sound_is_taken() -> None:
    sound = {"role": ["director"], "kind_of_party": ["company"], "share": "12.5 %", "hops": 2}
    see_sound("export", AROUND | sound)
    assert are_bounds(sound)
    see_sound("diff", {"old": "shipped", "rules": "x"})
