"""The invariants of `api.use_cases.written`, by number."""

from __future__ import annotations

import pytest

from api.use_cases.written import seen
from graph.errors import InputError


@pytest.mark.parametrize("hidden", ["\u200b", "\u2060", "\u202e", "\ufeff", "\x00", "\ue000"])
def test_1_what_is_not_seen_is_refused_and_named(hidden):
    with pytest.raises(InputError, match=rf"why: has a character that is not seen \(U\+{ord(hidden):04X}\)"):
        seen("why", f"招标{hidden}1号")


def test_1_lines_and_tabs_are_seen():
    seen("why", "招标\t1号\r\n第二行")
