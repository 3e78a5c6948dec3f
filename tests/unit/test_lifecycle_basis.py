"""The invariants of `analytics.lifecycle.basis`, by number."""

from __future__ import annotations

import pytest

from analytics.lifecycle.basis import Own, Stands, below

TWO = {"L": ("P", "Q")}
CHAIN = {"L": ("P", "Q"), "P": ("I",)}
OBJECTED, ORDERED = Own(paused=("o",)), Own(paused=("s",))
REVOKED, VOID = Own("revoked"), Own("annulled")


@pytest.mark.parametrize(
    ("bases", "happened", "stands"),
    [
        (TWO, {}, Stands()),
        (TWO, {"P": REVOKED}, Stands()),
        (TWO, {"P": OBJECTED}, Stands()),
        (TWO, {"P": REVOKED, "Q": OBJECTED}, Stands(2, frozenset("o"))),
        (TWO, {"P": REVOKED, "Q": REVOKED}, Stands(1)),
        (TWO, {"P": REVOKED, "Q": VOID}, Stands(1)),
        (TWO, {"P": VOID, "Q": VOID}, Stands(0)),
        (CHAIN, {"I": VOID}, Stands()),
        (CHAIN, {"I": VOID, "Q": REVOKED}, Stands(1)),
        (CHAIN, {"I": OBJECTED, "P": REVOKED, "Q": REVOKED}, Stands(1)),
    ],
)
def test_1_it_stands_as_the_best_of_what_it_rests_on(bases, happened, stands):
    assert below("L", bases, happened) == stands


def test_2_what_rests_on_itself_is_no_basis_of_itself():
    assert below("L", {"L": ("P",), "P": ("L",)}, {"L": REVOKED}) == Stands()
    assert below("L", {"L": ("P",), "P": ("L",)}, {"P": REVOKED}) == Stands(1)


def test_3_the_pauses_are_those_of_the_best():
    assert below("L", TWO, {"P": OBJECTED, "Q": ORDERED}).paused == frozenset("os")
    assert below("L", CHAIN, {"I": ORDERED, "P": OBJECTED, "Q": VOID}).paused == frozenset("os")
