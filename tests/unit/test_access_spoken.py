"""The invariants of `api.access.spoken`, by number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.access.spoken import Spoken
from tests.spellings import read, spelled

NAME = "张示国"
SPOKEN = Spoken({NAME: "张**", "A#张示国": "person-1", "kind": "K**"})


@pytest.mark.parametrize(
    "text", ["张示国", "張示國", "张 示 国", "张-示-国", "张·示国", "张.示.国", "张_示国", "张\u200b示国", "张\u3000示国"]
)
def test_1_a_name_is_found_however_it_is_spelled(text):
    assert SPOKEN.renamed(f"对{text}的处罚") == "对张**的处罚"
    assert SPOKEN.found_in(f"对{text}的处罚")


@given(spelled(NAME), st.sampled_from(["", "对", "A公司的 "]), st.sampled_from(["", "的", "，经理"]))
def test_1_in_any_spelling(spelling, before, after):
    assert read(NAME) not in read(SPOKEN.renamed(before + spelling + after))


def test_1_an_id_is_found_as_it_is_written():
    assert SPOKEN.renamed("见 A#张示国 和 kind") == "见 person-1 和 K**"


@given(st.text(alphabet="张国王 -公司一1１A，", max_size=12))
def test_2_what_speaks_of_nobody_is_left(text):
    assert SPOKEN.renamed(text) == text
    assert not SPOKEN.found_in(text)
