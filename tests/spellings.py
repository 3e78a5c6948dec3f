"""Secrets in random spellings, and a reader who looks past the spelling; it shares no code with what hides them."""

from __future__ import annotations

import unicodedata
from typing import Final

from hypothesis import strategies as st
from opencc import OpenCC

from graph.identifiers import resident_id_check_character

_SEPARATORS: Final = ("", "", "", " ", "\u3000", "-", "－", "—", ".", "·", "_", "\u200b", "  ", " - ")
_CHINESE: Final = "〇一二三四五六七八九"
_FORMAL: Final = "零壹贰叁肆伍陆柒捌玖"
_CIRCLED: Final = "⓪①②③④⑤⑥⑦⑧⑨"
_NUMERALS: Final = {char: str(digit) for chars in (_CHINESE, _FORMAL, _CIRCLED) for digit, char in enumerate(chars)}
_TRADITIONAL: Final = OpenCC("s2t")
_SIMPLE: Final = OpenCC("t2s")
_WORDS: Final = ("糖尿病", "高血压", "抑郁症", "残疾", "艾滋病", "肺癌", "信佛", "伊斯兰教", "基督教", "维吾尔族", "满族", "癫痫")


def read(text: str) -> str:
    """Return the letters and figures of a text: half width, simplified, numerals as figures, everything else passed over."""
    plain = unicodedata.normalize("NFKC", "".join(_NUMERALS.get(char, char) for char in text))
    return "".join(_NUMERALS.get(char, char) for char in _SIMPLE.convert(plain).upper() if char.isalnum())


def _ways(char: str) -> tuple[str, ...]:
    """Return the ways to write a character."""
    if char.isdigit():
        digit = int(char)
        wide = chr(0xFF10 + digit)
        return char, char, wide, wide, _CHINESE[digit], _CIRCLED[digit], _FORMAL[digit]
    if char.isascii() and char.isalpha():
        return char, char.lower(), chr(ord(char) + 0xFEE0)
    return char, _TRADITIONAL.convert(char)


@st.composite
def spelled(draw: st.DrawFn, secret: str) -> str:
    """Draw a spelling of a secret."""
    gap = draw(st.sampled_from(_SEPARATORS))
    between = st.sampled_from(("", gap))
    parts = [draw(st.sampled_from(_ways(char))) + draw(between) for char in secret]
    return "".join(parts).strip(gap)


@st.composite
def numbers_spelled(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a telephone or the number of a person, and a spelling of it."""
    mobile = st.from_regex("1[3-8][0-9]{9}", fullmatch=True)
    landline = st.from_regex("0(?:10|2[0-9]|[3-9][0-9]{2})[2-9][0-9]{6}", fullmatch=True)
    born = "(?:11|37|44)[0-9]{4}19[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9])[0-9]{3}"
    resident = st.from_regex(born, fullmatch=True).filter(str.isascii).map(lambda body: body + resident_id_check_character(body))
    card = st.from_regex("622[0-9]{13}", fullmatch=True)
    number = draw(st.one_of(mobile, landline, resident, card).filter(str.isascii))
    return number, draw(spelled(number))


@st.composite
def words_spelled(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a word of health, religion or people, and a spelling of it."""
    word = draw(st.sampled_from(_WORDS))
    return word, draw(spelled(word))


@st.composite
def reporters(draw: st.DrawFn) -> tuple[str, str, str]:
    """Draw who reports, one thing that he is known by, and a spelling of it."""
    name = draw(st.sampled_from("郑张刘龙陈赵钱")) + draw(st.text("举国华东云丽军乐爱", min_size=1, max_size=2))
    mobile = draw(st.from_regex("1[3-9][0-9]{9}", fullmatch=True).filter(str.isascii))
    messenger = draw(st.from_regex("[a-z]{4}[0-9]{4}", fullmatch=True).filter(str.isascii))
    secret = draw(st.sampled_from((name, mobile, messenger)))
    return f"{name}\n{mobile}\n微信：{messenger}", secret, draw(spelled(secret))
