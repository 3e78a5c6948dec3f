"""A day of birth: how it is read in what somebody says of himself, and in how many ways it is said.

The invariant is the third of `api.desk.reporter`, which asks here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from graph.reading import figures, plain, tight

Day = tuple[str, str, str]
"""Year of four figures, month and day without zeros in front."""
_MONTH, _OF_MONTH = "(1[0-2]|0?[1-9])", "(3[01]|[12][0-9]|0?[1-9])"
_DAY: Final = re.compile(f"((?:19|20)[0-9]{{2}})[年./ -]{{1,2}}{_MONTH}[月./ -]{{1,2}}{_OF_MONTH}(?![0-9])")
_SHORT: Final = re.compile(f"(?<![0-9])([0-9]{{2}})年{_MONTH}月{_OF_MONTH}(?![0-9])")
_COMPACT: Final = re.compile("(?<![0-9])((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])(?![0-9])")
_BORN: Final = re.compile(r"[1-9][0-9]{5}((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])[0-9]{3}[0-9X]")
_TEN: Final = re.compile("([0-9]?)十([0-9]?)")
_FIRST_YEAR: Final = 30
"""A year of two figures from here on is of the last century, a smaller one of this."""
_HAN_DIGITS: Final = " 一二三四五六七八九"
_TEENS: Final = 20
_NO_DAY: Final = "(?![0-9]|万|亿|元|人|个|%)"
"""What does not follow a day: 5月12万元 is none."""


def days_in(line: str) -> Iterator[Day]:
    """Yield the days that a line of an identity gives, those in resident numbers included."""
    read = _TEN.sub(lambda ten: str(int(ten[1] or 1) * 10 + int(ten[2] or 0)), figures(plain(line)).text)
    found = [*_DAY.findall(read), *_COMPACT.findall(read), *_BORN.findall(tight(plain(line)).text)]
    found += [(f"{19 if int(year) >= _FIRST_YEAR else 20}{year}", month, day) for year, month, day in _SHORT.findall(read)]
    for year, month, day in found:
        yield year, month.lstrip("0"), day.lstrip("0")


def patterns_of_day(day: Day) -> Iterator[re.Pattern[str]]:
    """Yield the patterns of a day, for a text in half width: in full, with a year of two figures, and without a year."""
    year, month, of_month = day[0], _said(day[1]), _said(day[2])
    yield re.compile(f"(?<![0-9]){year}[年./ -]{{0,2}}{month}[月./ -]{{0,2}}{of_month}(?![0-9])[日号]?")
    yield re.compile(f"(?<![0-9]){year[2:]} ?[年./-] ?{month} ?[月./-] ?{of_month}(?![0-9])[日号]?")
    yield re.compile(f"(?<![0-9]){year[2:]}{day[1]:0>2}{day[2]:0>2}(?![0-9])")
    yield re.compile(f"(?<![0-9十年])(?<!年 ){month} ?月 ?{of_month}(?:[日号]|{_NO_DAY})")
    yield re.compile(f"(?<![0-9./-]){day[1]:0>2} ?[/-] ?{day[2]:0>2}(?![0-9/-])")
    short = f"{month} ?[./-] ?{of_month}"
    yield re.compile(f"(?<![0-9.])(?P<it>{short})(?![0-9]).{{0,4}}生")
    yield re.compile(f"生.{{0,4}}?(?<![0-9.])(?P<it>{short})(?![0-9])")


def _said(number: str) -> str:
    """Return how a month or a day of it is written: in figures, or in Chinese numerals, which may have been read as figures."""
    tens, ones = divmod(int(number), 10)
    if not tens:
        written = [_HAN_DIGITS[ones], f"初{_HAN_DIGITS[ones]}"]
    else:
        last = _HAN_DIGITS[ones].strip()
        written = [f"{_HAN_DIGITS[tens]}十{last}", *([f"十{last}"] if int(number) < _TEENS else [])]
        written += [f"廿{last}"] if tens == _TEENS // 10 else []
    every = dict.fromkeys(each for text in written for each in (text, figures(plain(text)).text))
    return f"(?:0?{number}|{'|'.join(every)})"
