"""Numbers of documents: one spelling to compare, so that no document is counted twice.

Invariants (tests/unit/test_graph_document_numbers.py holds one test a number)
1. How a number is written does not matter: brackets, blanks, width, 第 and 号, zeros in front, numerals in Chinese.
2. What has no numeral is no number: `-`, `无`, `号`, and nothing at all.
3. Two numbers that differ in a letter, a place or a numeral stay two.
"""

from __future__ import annotations

import re
from typing import Final

from graph.names import normalise_name

_WRITTEN: Final = ("〇零", "一壹", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS: Final = {char: digit for digit, chars in enumerate(_WRITTEN) for char in chars}
_UNITS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_NUMERAL: Final = re.compile(f"[{''.join(_DIGITS)}{''.join(_UNITS)}]+")
_IDLE: Final = re.compile(r"[第号字年]|[^\w]|_")
"""What stands around the parts of a number and tells none from another."""
_RUN: Final = re.compile(r"\d+")


def document_key(text: str) -> str:
    """Return a document's number in the one spelling in which numbers are compared; empty if it is none.

    `示例〔2024〕9号`, `示例(2024)第09号` and `示例〔二〇二四〕九号` are one. Source of the form: GB/T 9704-2012 7.2.5 (发文字号:
    the year in hexagonal brackets, the serial number without 第 and without zeros in front).
    """
    western = _NUMERAL.sub(lambda found: f"/{_value(found[0])}", normalise_name(text))
    parts = "/".join(part for part in _IDLE.split(western) if part)
    key = "/".join(run for run in re.split(r"(\d+)|/", parts) if run)
    return _RUN.sub(_plain, key) if _RUN.search(key) else ""


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
