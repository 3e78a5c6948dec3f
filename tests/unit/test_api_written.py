"""The invariants of `api.use_cases.written`, by number."""

from __future__ import annotations

import pytest

from api.use_cases.written import seen, shown
from graph.errors import InputError


@pytest.mark.parametrize("hidden", ["\u200b", "\u2060", "\u202e", "\ufeff", "\x00", "\ue000", "\u3164", "\u2800", "\u2028"])
def test_1_what_is_not_seen_is_refused_and_named(hidden):
    with pytest.raises(InputError, match=rf"why: has a character that is not seen \(U\+{ord(hidden):04X}\)"):
        seen("why", f"招标{hidden}1号")


def test_1_lines_and_tabs_are_seen():
    seen("why", "招标\t1号\r\n第二行")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("示例\u202e司公", "示例[U+202E]司公"),
        ("示例\x1b[31m", "示例[U+001B][31m"),
        ("甲\u200b乙\ue000", "甲[U+200B]乙[U+E000]"),
        ("壬\u00ad\u3164\u115f\ufe0f某", "壬[U+00AD][U+3164][U+115F][U+FE0F]某"),
        ("壬\u3164某", "壬[U+3164]某"),
        ("甲\r乙", "甲[U+000D]乙"),
        ("第一行\r\n\t第二行\u3000李示例 🐼", "第一行\n\t第二行\u3000李示例 🐼"),
    ],
)
def test_2_what_is_not_seen_is_shown_with_its_number(text, told):
    assert shown(text) == told
