"""Who reports: what he says of himself is read strictly, and whatever may tell who he is goes out of a text.

An identity is lines of `姓名：…`, `电话：…`, `地址：…`; labels may be left out, and stand in any order. Every part
of it that may be a name counts, whatever the line; an identity in which nothing can be read as a name is refused. How a name is
spelled (width, blanks, separators, traditional characters) is looked past where it is hidden (`masked`); here are the names that
differ in their letters. What is a name, a title or a label is data (reporter.yaml).

Invariants (tests/unit/test_desk_reporter.py holds one test a number)
1. Every word and number of the identity is one of his names, but for what it is called (电话, 男); so is the post that he has in
   a body or a unit.
2. Each name, on any line, is found without the surname, with a title or a sign in place of a character, in pinyin in either order
   and in each reading of a character that has two, and by initials, with dots or without.
3. A number is found without its prefix, by six figures of it in a row, by its last four or five figures where they stand alone,
   also parted by signs, and with signs in place of some; it may be given and written in any spelling. So is a day of birth, also
   with a year of two figures, or without a year.
4. Where nothing can be read as a name, and nobody says that he gives none (匿名), the identity is refused, and what to write is
   said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from analytics.lifecycle.masking import HIDDEN, masked
from analytics.responsibility.partial import Model
from api.desk.birthdays import days_in, patterns_of_day
from api.desk.naming import Name, forms_of, patterns_of
from graph import strict_yaml
from graph.errors import InputError
from graph.reading import HAN, covered, figures, plain, tight

FILE: Final = Path(__file__).parent / "reporter.yaml"
_BETWEEN: Final = re.compile(r"[\s,，;；:：、|/()（）。=\[\]【】<>]+")
_DOTS: Final = "·•・‧∙"
_NUMBER: Final = re.compile(r"[0-9](?:[ ().:=,、/_+-]{0,3}[0-9]){4,}X?")
_PART_OF_IT: Final = re.compile(r"[0-9](?:[ ().-]{0,2}[0-9]){4,}X?")
_WITHIN: Final = re.compile(r"(?=(1[3-9][0-9]{9}|[1-9][0-9]{16}[0-9X]))")
_TOKEN: Final = re.compile("[A-Z0-9](?:[·_@.-]?[A-Z0-9])*")
_ROAD: Final = re.compile(f"(?:[省市区县镇乡]|街道|^)((?:(?![省市区县镇乡])[{HAN}]){{2,6}}?(?:路|街|巷|村|小区|花园|公寓|胡同))")
_ROAD_AT_LEAST: Final = 3
_HAN_WORD: Final = re.compile(f"[{HAN}{_DOTS}]+")
_LATIN: Final = re.compile("(?<![A-Z0-9@._-])[A-Z]{2,}(?![A-Z0-9@_-])")
_PREFIXES: Final = ("0086", "86")
_LAST: Final = (11, 10, 8, 7, 4)
"""How many of the last figures of a number tell whose it is."""
_TAILS: Final = (4, 5)
"""How many of the last figures tell whose a number is where they stand alone."""
_PARTING: Final = "[ ,.:、/_+-]"
_IN_A_ROW: Final = 6
_TELLING: Final = 4
"""A mark with a figure in it (A0735) that is no shorter tells whose it is."""
_SIGNS: Final = "*X×○□█#?"


class Words(Model):
    """What the file has."""

    labels: str
    handles: str
    unnamed: str
    titles: str
    ranks: str
    kin: str
    familiar: str
    before_given: str
    of_many: str
    hiding: str
    no_name: str
    surnames: str
    compound: str


@cache
def words() -> Words:
    """Return what ships."""
    return Words.model_validate(strict_yaml.read(FILE.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports: his names, his numbers, the days that he gives, and every other word that he says of himself."""

    names: tuple[Name, ...]
    numbers: tuple[str, ...]
    days: tuple[tuple[str, str, str], ...]
    others: frozenset[str]
    unnamed: bool

    @property
    def named(self) -> bool:
        """Whether there is a name, or the word that there is none."""
        return bool(self.names) or self.unnamed


def reporter(identity: str) -> Reporter:
    """Return who reports.

    Raises
    ------
    InputError
        Nothing can be read as a name.
    """
    who = _read(identity)
    if not who.named:
        raise InputError(
            "who reports: nothing in it can be read as a name; write it on a line of its own as 姓名：张示例 (or Name: …), "
            "and below 电话：…, 地址：…; whoever gives no name writes 姓名：匿名",
            zh="举报人身份：读不出姓名；请单独一行写“姓名：张示例”，其下写“电话：…”“地址：…”；不愿具名的写“姓名：匿名”",
        )
    return who


def without(text: str, identity: str) -> str:
    """Return a text in which nothing tells who reports, nor anything else that must not leave."""
    who = _read(identity)
    days = [pattern for day in who.days for pattern in patterns_of_day(day)]
    clean = masked(_covered(text, days), sorted(known_by(identity)))  # days first: a year alone is a number of his too
    return _covered(clean, [*(p for name in who.names for p in patterns_of(name, words())), *days, *_masked_numbers(who)])


def _covered(text: str, patterns: list[re.Pattern[str]]) -> str:
    view = plain(text)
    return covered(text, [span for seen in (view, figures(view)) for p in patterns for span in seen.found(p)], HIDDEN)


def known_by(identity: str) -> frozenset[str]:
    """Return what a reporter may be known by, as texts that `masked` looks for in any spelling."""
    who = _read(identity)
    known = {*who.others, *(form for name in who.names for form in forms_of(name, words()))}
    for number in who.numbers:
        known.update(_parts_of_number(number))
    return frozenset(name for name in known if len(tight(plain(name)).text) > 1)


def _read(identity: str) -> Reporter:
    lines = [line for line in map(_half, identity.splitlines()) if line.strip()]
    labels = words().labels.split()
    others = {piece for line in lines for word in (line, *_BETWEEN.split(line)) if len(piece := _bare(word)) > 1}
    others |= {road for piece in (*others, *lines) for road in _roads(piece)}
    others |= {token for line in lines for token in _TOKEN.findall(line) if len(token) >= _TELLING and re.search("[0-9@]", token)}
    others |= {token.partition("@")[0] for token in others if "@" in token}
    others |= {post for piece in others if (post := _post(piece))}
    return Reporter(
        tuple(dict.fromkeys(name for place, line in enumerate(lines) for name in _names(line, first=place == 0))),
        tuple(dict.fromkeys(number for line in lines for number in _numbers(line))),
        tuple(dict.fromkeys(day for line in lines for day in days_in(line))),
        frozenset(others - {*labels}),
        any(word in line for word in words().unnamed.split() for line in lines),
    )


def _roads(text: str) -> Iterator[str]:
    """Yield the roads and villages that an address names, also without what stands before them (临沂沂蒙路: 沂蒙路)."""
    for road in _ROAD.findall(text):
        yield from (road[start:] for start in range(len(road) - _ROAD_AT_LEAST + 1))


def _half(line: str) -> str:
    """Return a line as it is read, its digits in Chinese left as they are: they may be part of a name."""
    return plain(line).text


@cache
def _called() -> re.Pattern[str]:
    every = sorted((*words().labels.split(), *words().handles.split()), key=len, reverse=True)
    written = (f"{label}(?![A-Z])" if label.isascii() else label for label in every)
    return re.compile(f"^(?:{'|'.join(written)})+")


def _bare(word: str) -> str:
    """Return a word without what it is called."""
    return _called().sub("", word.strip(" .-")).strip(" :,.-")


def _numbers(line: str) -> Iterator[str]:
    read = figures(plain(line)).text
    for pattern in (_NUMBER, _PART_OF_IT):
        for found in pattern.finditer(read):
            number = tight(plain(found[0])).text
            yield number
            yield from _WITHIN.findall(number)


def _parts_of_number(number: str) -> Iterator[str]:
    yield number
    for prefix in _PREFIXES:
        yield number.removeprefix(prefix)
    yield from (number[-length:] for length in _LAST if length < len(number))
    yield from (number[at : at + _IN_A_ROW] for at in range(len(number) - _IN_A_ROW + 1))


def _masked_numbers(who: Reporter) -> Iterator[re.Pattern[str]]:
    """Yield the numbers with signs in place of some figures, and their last figures alone, also parted by signs."""
    for number in who.numbers:
        yield re.compile(f"(?<![0-9]){number[:3]}[0-9]{{0,4}}[ {re.escape(_SIGNS)}]{{2,14}}[0-9X]{{0,4}}(?![0-9])")
        for last in (number[-length:] for length in _TAILS):
            yield re.compile(f"(?<![0-9]){last}(?![0-9])")
            yield re.compile(f"(?<![0-9])(?<![0-9]{_PARTING}){f'{_PARTING}{{0,3}}'.join(last)}(?!{_PARTING}?[0-9])")


def _names(line: str, *, first: bool) -> Iterator[Name]:
    """Yield what may be a name in a line."""
    for field in _fields(line):
        parts = field.split(" ")
        for place, part in enumerate(parts):
            yield from _han_names(part)
            if _surname(part) == part:  # 郑 举报, 郑 举 报
                joined = part
                for more in parts[place + 1 : place + 3]:
                    joined += more
                    if len(part) < len(joined) <= len(part) + 2:
                        yield Name(part, joined[len(part) :])
    found = [
        word[0] for word in _LATIN.finditer(_no_handles(line)) if word[0] not in {*words().labels.split(), *words().unnamed.split()}
    ]
    labelled = re.match("(?:姓名|名字|NAME|举报人|我是|我叫)[ :]", line) or line.strip() in found
    if len(found) > 1 or (found and labelled):
        yield Name("", "", tuple(found))
    if first and not any(True for field in _fields(line) for part in field.split(" ") for _ in _han_names(part)):
        yield from _unlisted(line)


def _no_handles(line: str) -> str:
    handles = "|".join(sorted(words().handles.split(), key=len, reverse=True))
    return re.sub(f"(?:{handles})[号是为 :]{{0,3}}[A-Z0-9_-]+", " ", line)


@cache
def _split_at() -> re.Pattern[str]:
    every = sorted((label for label in words().labels.split() if not label.isascii() and len(label) > 1), key=len, reverse=True)
    return re.compile(f"{'|'.join(every)}|[^{HAN}{_DOTS} ]+")


def _fields(line: str) -> Iterator[str]:
    """Yield the runs of Chinese words of a line, with a blank between the words."""
    for field in _split_at().split(_no_handles(line)):
        kept = " ".join(word for word in (_bare(each) for each in field.split()) if word and _HAN_WORD.fullmatch(word))
        if kept:
            yield kept


def _surname(word: str) -> str:
    """Return the surname with which a word begins, empty if none that is known."""
    known = words()
    if word[:2] in known.compound.split():
        return word[:2]
    return word[:1] if word[:1] in known.surnames and word[:1].strip() else ""


def _han_names(word: str) -> Iterator[Name]:
    """Yield what may be a name in a word: the word itself, one with a dot, with a title, or at either end of a longer one."""
    if any(dot in word for dot in _DOTS):
        parts = tuple(part for part in re.split(f"[{_DOTS}]", word) if part)
        if len("".join(parts)) > 1:
            yield Name("", "", parts)
        return
    for part in dict.fromkeys((word, *re.split("[是的叫为]", word))):
        bare = _untitled(part)
        surname = _surname(bare)
        if surname and len(bare) <= len(surname) + 2 and (bare != part or len(bare) > len(surname)):
            yield Name(surname, bare[len(surname) :])
        elif len(bare) > len(surname) + 2:
            for piece in (bare[:3], bare[:2], bare[-3:], bare[-2:], bare[:4], bare[-4:]):
                own = _surname(piece)
                if own and len(own) < len(piece) <= len(own) + 2 and not _is_no_name(piece):
                    yield Name(own, piece[len(own) :])


def _untitled(word: str) -> str:
    """Return a word without the title that it begins or ends with, if something is left."""
    for title in sorted((*words().titles.split(), *words().ranks.split()), key=len, reverse=True):
        if len(title) > 1 and len(word) > len(title) and (word.startswith(title) or word.endswith(title)):
            return _untitled(word.removeprefix(title) if word.startswith(title) else word.removesuffix(title))
    if word[:1] in words().familiar.split() and len(word) == 2 and _surname(word[1:]):
        return word[1:]
    return word


def _post(piece: str) -> str:
    """Return the post that is told of a body or a unit (…公司财务科出纳), empty if none: one colleague has it, and it tells who."""
    posts = (title for title in words().titles.split() if len(title) > 1 and title not in words().of_many.split())
    told = max((post for post in posts if piece.endswith(post)), key=len, default="")
    return told if told and _is_no_name(piece.removesuffix(told)) else ""


def _is_no_name(word: str) -> bool:
    return any(each in word for each in words().no_name.split())


def _unlisted(line: str) -> Iterator[Name]:
    """Yield a first line that is nothing but two to four characters as a name with a surname that is in no list."""
    bare = _bare(line).replace(" ", "")
    if re.fullmatch(f"[{HAN}]{{2,4}}", bare) and not _is_no_name(bare) and bare not in words().unnamed.split():
        yield Name(bare[:1], bare[1:])
