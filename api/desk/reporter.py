"""What a reporter may be known by: every name and number in what he says of himself, and the ways in which he may write them.

How a name is spelled (width, blanks, separators, traditional characters) is looked past where it is hidden (`masked`); here are the
names that differ in their letters: the given name alone, 郑女士, 小郑, Jubao Zheng, the last figures of a telephone.

Invariants (tests/unit/test_desk_reporter.py holds one test a number)
1. Every word and number of the identity is one of his names, but for what it is called (电话, 男).
2. His name is found without the surname, with a title, in pinyin in either order, and by three initials.
3. A number is found without its prefix, and by its last four figures where they stand alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from graph.names import search_terms
from graph.reading import HAN, plain, tight

_CALLED: Final = re.compile(
    "^(?:我是|我叫|本人|举报人|姓名|名字|联系人|联系方式|联系电话|电话号码|电话|手机号码|手机号|手机|座机|家庭住址|住址|地址|微信号|微信|QQ号|QQ|"
    "邮箱|电子邮件|EMAIL|身份证号码|身份证号|身份证|性别|单位|职务|男|女|先生|女士|TEL|NAME|PHONE|号码|号|是|为)+",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"[\s,，;；:：、|/()（）。]+")
_NUMBER: Final = re.compile(r"[0-9](?:[ ().-]{0,2}[0-9]){6,}X?")
_ROAD: Final = re.compile(f"(?:[省市区县镇乡]|街道|^)((?:(?![省市区县镇乡])[{HAN}]){{2,6}}?(?:路|街|巷|村|小区|花园|公寓|胡同))")
_HAN_NAME: Final = re.compile(f"[{HAN}]{{2,6}}")
_COMPOUND: Final = re.compile(
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|司徒|夏侯|南宫|轩辕|端木|独孤|拓跋|申屠|太史|闻人|澹台|呼延"
)
_TITLES: Final = (
    "先生", "女士", "小姐", "师傅", "工", "老师", "经理", "主任", "科长", "处长", "局长", "总", "哥", "姐", "叔", "姨", "大哥",
    "大姐", "大爷", "大妈", "阿姨", "某", "会计", "医生", "同志", "同学", "律师", "书记",
)  # fmt: skip
_FAMILIAR: Final = ("老", "小", "大", "阿", "姓")
_PREFIXES: Final = ("0086", "86")
_LAST: Final = (11, 10, 8, 7, 4)
"""How many of the last figures of a number tell whose it is."""
_INITIALS: Final = 3


def known_by(identity: str) -> frozenset[str]:
    """Return what a reporter may be known by, from what he says of himself: his name first, how to reach him below."""
    lines = [line for line in identity.splitlines() if line.strip()]
    words = [_bare(word) for line in lines for word in (line, *_BETWEEN.split(line))]
    known = {word for word in words if len(tight(plain(word)).text) > 1}
    known.update(word.partition("@")[0] for word in words if "@" in plain(word).text)
    for line in lines:
        known.update(_numbers(line))
        known.update(_ROAD.findall(plain(line).text))
    if lines:
        known.update(_names(_bare(lines[0])))
    return frozenset(name for name in known if len(tight(plain(name)).text) > 1)


def _bare(word: str) -> str:
    """Return a word without what it is called."""
    return _CALLED.sub("", word.strip()).strip(" :：,，")


def _numbers(line: str) -> Iterator[str]:
    for found in _NUMBER.finditer(plain(line).text):
        number = tight(plain(found[0])).text
        yield number
        for prefix in _PREFIXES:
            yield number.removeprefix(prefix)
        yield from (number[-length:] for length in _LAST if length < len(number))


def _names(line: str) -> Iterator[str]:
    """Yield the forms of a name, which is the first line or what it begins with."""
    parts = [word for word in _BETWEEN.split(line) if word]
    written = {tight(plain(name)).text for name in (line, *parts[:1])}
    for name in written:
        if _HAN_NAME.fullmatch(name):
            yield from _chinese(name)
    yield "".join(reversed([part for part in parts if plain(part).text.isascii()]))


def _chinese(name: str) -> Iterator[str]:
    length = 2 if len(name) > 2 and _COMPOUND.match(name) else 1
    surname, given = name[:length], name[length:]
    yield name
    if len(given) > 1:
        yield given
    yield from (surname + title for title in _TITLES)
    yield from (word + surname for word in _FAMILIAR)
    terms = search_terms(name)
    for vowel in ("v", "u", "yu"):
        read = [syllable.replace("v", vowel) for syllable in terms.pinyin]
        last, first = "".join(read[:length]), "".join(read[length:])
        yield from (last + first, first + last)
        if len(given) > 1:
            yield first
    initials = terms.initials
    if len(initials) >= _INITIALS:
        yield from (initials, initials[length:] + initials[:length])
        yield from ("".join(terms.pinyin[:length]) + initials[length:], initials[length:] + "".join(terms.pinyin[:length]))
