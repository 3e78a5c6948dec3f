"""Numbers of documents: one spelling to compare, so that no document is counted twice.

Invariants (tests/unit/test_graph_document_numbers.py holds one test a number)
1. How a number is written does not matter: brackets, blanks, width, 第 and 号, 号文, `No.`, zeros in front, Chinese or Roman
   numerals, a year of two figures in brackets.
2. What has no numeral is no number: `-`, `无`, `号`, and nothing at all.
3. Two numbers that differ in a letter, a place or a numeral stay two: 9号之一 and 9号-2 are not 9号.
4. A copy has the number of what it copies: 副本, 正本, 复印件, and whom it is sent to (抄送).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from graph.names import normalise_name

_WRITTEN: Final = ("〇零", "一壹", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS: Final = {char: digit for digit, chars in enumerate(_WRITTEN) for char in chars}
_UNITS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_NUMERAL: Final = re.compile(f"[{''.join(_DIGITS)}{''.join(_UNITS)}]+")
_IDLE: Final = re.compile(r"[第号字年]|[^\w]|_")
"""What stands around the parts of a number and tells none from another."""
_RUN: Final = re.compile(r"\d+")
_ROMAN_SIGNS: Final = re.compile("[\u2160-\u2188]+")
"""Signs that are Roman numerals and nothing else (Ⅳ, ⅻ)."""
_ROMAN_LETTERS: Final = re.compile("(?<![0-9A-Z])(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})(?=号)")
"""Letters that are a Roman numeral where 号 follows them; others, and longer ones, are letters."""
_ROMAN_VALUES: Final = {"I": 1, "V": 5, "X": 10}
_ABBREVIATED: Final = re.compile(r"(?<![A-Z])(?:N[OR°]|编号|文号)[\W_]*(?=\d)")
_OF_DOCUMENT: Final = re.compile("(?<=号)(?:文件|文)(?!书|[0-9A-Z])")
"""Names after 号 what bears the number, and tells none from another."""
_SHORT_YEAR: Final = re.compile(r"(?<=\()/?([0-9]{2})年?(?=\)[^号()]*[0-9])")
"""A year of two figures in brackets, where the number of the document follows."""
_FIRST_YEAR: Final = 49
"""A year of two figures from here on is of the last century, a smaller one of this."""
_COPY: Final = re.compile("副本|(?<![修订])正本|复印件|影印件|扫描件|传真件|抄件|抄本|原件")
_SENT_TO: Final = re.compile("抄送.*")
_NOTHING_FOLLOWS: Final = "之"
"""Announces a part of a number; at the end it announces none."""


@lru_cache(maxsize=20_000)
def document_key(text: str) -> str:
    """Return a document's number in the one spelling in which numbers are compared; empty if it is none.

    `示例〔2024〕9号`, `示例(2024)第09号` and `示例〔二〇二四〕九号` are one. Source of the form: GB/T 9704-2012 7.2.5 (发文字号:
    the year in hexagonal brackets, the serial number without 第 and without zeros in front).
    """
    named = normalise_name(_ROMAN_SIGNS.sub(lambda found: f"/{_roman_signs(found[0])}/", text))
    counted = _ROMAN_LETTERS.sub(lambda found: f"/{_roman_letters(found[0])}/", named)
    numerals = _NUMERAL.sub(lambda found: f"/{_value(found[0])}", counted)
    western = _without_copies(_OF_DOCUMENT.sub("", _SHORT_YEAR.sub(_whole_year, numerals)))
    parts = "/".join(part for part in _IDLE.split(_ABBREVIATED.sub("/", western)) if part)
    runs = [run for run in re.split(r"(\d+)|/", parts) if run]
    while runs and runs[-1] == _NOTHING_FOLLOWS:
        runs.pop()
    key = "/".join(runs)
    return _RUN.sub(_plain, key) if _RUN.search(key) else ""


def _whole_year(short: re.Match[str]) -> str:
    return f"{'19' if int(short[1]) >= _FIRST_YEAR else '20'}{short[1]}"


def _without_copies(text: str) -> str:
    """Return a number without the word that it stands on a copy, and without whom the copy is sent to."""
    before = _SENT_TO.sub("", text)
    return _COPY.sub("/", before if _RUN.search(before) else text)


def _roman_signs(signs: str) -> int:
    """Return what a run of Roman signs says: a smaller one before a greater is taken away."""
    return _added([int(unicodedata.numeric(sign)) for sign in signs])


def _roman_letters(letters: str) -> int:
    return _added([_ROMAN_VALUES[letter] for letter in letters])


def _added(values: list[int]) -> int:
    return sum(-value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True))


def _plain(run: re.Match[str]) -> str:
    """Return a run of digits of any script in western ones, without zeros in front."""
    return "".join(str(int(digit)) for digit in run[0]).lstrip("0") or "0"


def _value(numeral: str) -> int:
    """Return what a Chinese numeral says: place by place (二〇二四), or with units (一百零九)."""
    if not any(char in _UNITS for char in numeral):
        return int("".join(str(_DIGITS[char]) for char in numeral))
    total, digit = 0, 0
    for place, char in enumerate(numeral):
        if char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            digit = _DIGITS[char]
            if place == len(numeral) - 1:
                total += digit
    return total
