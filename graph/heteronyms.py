"""Characters with two readings: what is typed in one of them is looked for in the other too, in which it may be indexed.

A name is indexed in one reading of each character: 曾 is `ceng`, although as a surname it is `zeng`. What is typed is therefore
asked for once more with a syllable, or an initial, changed, and beside it the character itself, so that nobody is found whose name
does not have it: `zengguohua` is `曾/CENGGUOHUA` too, and `zgh` is `曾/CGH`. The ü of 女 and 吕, indexed as v, is often typed
as u: `nuwa` is `NVWA` too.

Invariants (tests/unit/test_graph_names.py holds one test a number)
6. A name with such a character is found by either reading of it, wherever the character stands, in pinyin and in initials.
7. What is asked for in another reading has the character; a word of pinyin is not taken for initials.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, islice, product
from typing import Final, NamedTuple

_SURNAMES: Final = {
    "曾": ("ZENG", "CENG"), "单": ("SHAN", "CHAN", "DAN"), "仇": ("QIU", "CHOU"), "解": ("XIE", "JIE"), "区": ("OU", "QU"),
    "查": ("ZHA", "CHA"), "朴": ("PIAO", "PU"), "盖": ("GE", "GAI"), "覃": ("QIN", "TAN"), "翟": ("ZHAI", "DI"),
    "缪": ("MIAO", "MOU"), "员": ("YUN", "YUAN"), "阚": ("KAN", "HAN"), "卜": ("BU", "BO"),
}  # fmt: skip
"""Character -> how it is read in surnames, and at last how it is indexed."""
_EITHER: Final = {"乐": ("YUE", "LE"), "重": ("CHONG", "ZHONG"), "行": ("HANG", "XING"), "长": ("ZHANG", "CHANG")}
"""Character -> its two readings, of which either may be indexed, as the word has it."""
_UMLAUTS: Final = {"NU": "NV", "LU": "LV", "NUE": "NVE", "LUE": "LVE"}
"""How syllables with ü are typed, and how they are indexed."""
_MOST: Final = 8
"""Other readings of one text that are asked for."""


class _Other(NamedTuple):
    """Another reading of a syllable, and the character that has both; none where it is only typed otherwise."""

    read: str
    character: str


def _others() -> dict[str, list[_Other]]:
    found: dict[str, list[_Other]] = defaultdict(list)
    for character, (*read, indexed) in (_SURNAMES | _EITHER).items():
        for one in read:
            found[one].append(_Other(indexed, character))
        if character in _EITHER:
            found[indexed].append(_Other(read[0], character))
    for syllable, indexed in _UMLAUTS.items():
        found[syllable].append(_Other(indexed, ""))
    return dict(found)


_OTHERS: Final = _others()
_LONGER: Final = "NG|[NG][^AEIOUVY]|[INOU](?![AEIOUV])|[NG]$|(?<=[IU])[AEO]"
_SYLLABLE: Final = re.compile(f"(?:(?<![A-Z])|(?<=[AEIOUVNGR]))(?:{'|'.join(sorted(_OTHERS, key=len, reverse=True))})(?!{_LONGER})")
"""A syllable with another reading: what stands before it ends a syllable, and it is not the beginning of a longer one."""
_LETTERS: Final = re.compile("[A-HJ-TW-Z]{2,16}")
"""What may be initials: no syllable begins with I, U or V."""
_PINYIN: Final = re.compile(
    "(?:(?:[ZCS]H?|[BPMFDTNLGKHJQXRYW])?(?:I?ANG|UANG|ENG|ING|I?ONG|[IUV]?AN|I?AO|U?AI|[IUV]N|[IUV]E|IA|IU|OU|UA|UI|UO|E[INR]?|[AIOUV]))+"
)


def readings_of(character: str, indexed: str) -> tuple[str, ...]:
    """Return every reading of a character, in small letters: the one in which it is indexed, and the others."""
    both = _SURNAMES.get(character) or _EITHER.get(character) or ()
    return tuple(dict.fromkeys((indexed, *map(str.lower, both))))


def read_otherwise(typed: str) -> Iterator[str]:
    """Yield what a normalised text may be in another reading of one or two of its characters, each beside these."""
    return islice(_changed(typed), _MOST) if typed.isascii() else iter(())


def _changed(typed: str) -> Iterator[str]:
    syllables = list(_SYLLABLE.finditer(typed))
    for number in (1, 2):
        for some in combinations(syllables, number):
            for others in product(*(_OTHERS[each[0]] for each in some)):
                yield _beside(
                    typed, [(*each.span(), other.read, other.character) for each, other in zip(some, others, strict=True)]
                )
    if _LETTERS.fullmatch(typed) and not _PINYIN.fullmatch(typed):
        for place, letter in enumerate(typed):
            for other in _INITIAL.get(letter, ()):
                yield _beside(typed, [(place, place + 1, other.read[0], other.character)])


def _initials() -> dict[str, list[_Other]]:
    found: dict[str, list[_Other]] = defaultdict(list)
    for read, others in _OTHERS.items():
        found[read[0]] += [other for other in others if other.read[0] != read[0]]
    return dict(found)


_INITIAL: Final = _initials()


def _beside(typed: str, changes: list[tuple[int, int, str, str]]) -> str:
    """Return a text with some parts changed, behind the characters that are read so; a sign parts them, for none is in a term."""
    for start, end, read, _ in reversed(changes):
        typed = typed[:start] + read + typed[end:]
    return "/".join([*(character for *_, character in changes if character), typed])
