"""Whether a name is that of an enterprise and nothing else: what more it says is for a human to look at.

Invariants (tests/unit/test_lifecycle_enterprise_names.py holds one test a number)
1. The name of an enterprise is its place, its trade name, its trade and its form. Places, an illness, a faith or a people in it say
   nothing of anybody (临沂市肿瘤医院, 兰山区解放路小吃店), and neither does the operator's name as a trade name (王示例馒头店).
2. An address has a number of a house or a room, or a word of living. A legal person may have a house number in the midst of its
   name (沂蒙路123号宾馆有限公司), a branch may be 一号店; a room, and whatever follows the form, is an address.
3. An illness or a faith is somebody's where a person stands beside it, or where it is said of one (患, 确诊, 信奉).
4. A person who is known stands outside the trade name: in brackets, behind the form, or in a name that ends with no trade.
5. What cannot be told is not taken for a name: in brackets whatever is no form, no place and no branch; behind the form whatever is
   no branch; a sign that parts words; a word that says who somebody is; and a name, in whatever script, with no form and no trade.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, Literal, get_args

from analytics.lifecycle.masking import passages_in, spelled
from analytics.responsibility.partial import Model
from graph import strict_yaml
from graph.codes import load as codes
from graph.reading import HAN, close, plain

FILE: Final = Path(__file__).parent / "enterprise_names.yaml"
Doubt = Literal["", "code_person", "name_address", "name_health", "name_person", "name_unclear"]
DOUBTS: Final = frozenset(get_args(Doubt)) - {""}
_BRACKETED: Final = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]?")
_LATIN: Final = re.compile("[A-Z]+")
_HAN: Final = re.compile(f"[{HAN}]")
_OF_A_PLACE: Final = re.compile("(?:省|市|区|县|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")
_SOLE: Final = re.compile(r"[(（\[【〔].{0,12}?[)）\]】〕]|个体工商户|个体户")
_OF_A_PERSON: Final = re.compile(f"[{HAN}]{{0,4}}|[{HAN}]{{1,8}}(?:·[{HAN}]{{1,8}})+")
"""What a natural person may be called: up to four characters, or several parts with a dot between."""
_PLACE: Final = re.compile("^.*[省市区县镇乡村]")
_SHORT: Final = 3
"""A name of no more characters is not told from that of a person by its last character."""


class Names(Model):
    """What the file has."""

    trading: str
    trades: str
    trading_in_latin: str
    forms: str
    places: str
    branch: str
    house_number: str
    shop_number: str
    of_a_person: str
    parting: str
    addresses: frozenset[str]
    of_one: frozenset[str]
    of_bodies: frozenset[str]


@cache
def rules() -> Names:
    """Return what ships."""
    return Names.model_validate(strict_yaml.read(FILE.read_text(encoding="utf-8")))


def doubt(name: str, people: Collection[str] = ()) -> Doubt:
    """Return why a human must look at the name of an enterprise before it is published, empty if nothing is against it.

    Parameters
    ----------
    name : str
        The name.
    people : collection of str
        Names of natural persons who may stand in it.
    """
    read = plain(name)
    outside = _BRACKETED.sub("", read.text).replace(" ", "")
    aside = [text.replace(" ", "") for text in _BRACKETED.findall(read.text)]
    behind = _behind(outside)
    odd = [text for text in (*aside, behind) if not _may_stand_aside(text)]
    told, somebody = passages_in(_pattern("house_number").sub("", close(read).text)), _stands_in(name, people)
    if told & rules().addresses:
        return "name_address"
    if told & rules().of_one or (told & rules().of_bodies and (somebody or any(map(passages_in, odd)))):
        return "name_health"
    if somebody and (not _says_a_trade(outside) or any(_stands_in(text, people) for text in (*aside, behind))):
        return "name_person"
    unlike = any(_pattern(field).search(close(read).text) for field in ("of_a_person", "parting"))
    return "name_unclear" if odd or unlike or not _says_what_it_is(outside, read.text) or told - rules().of_bodies else ""


@lru_cache(maxsize=10_000)
def is_whole(name: str) -> bool:
    """Say whether a name is that of an enterprise and no more, for those who act on it: a shop keeps the number of its house."""
    return not doubt(_pattern("shop_number").sub("", plain(name).text))


def is_trade_name(name: str) -> bool:
    """Say whether the name of an enterprise says that it is one: anything else may be what a natural person is called."""
    read = plain(_SOLE.sub("", name)).text.replace(" ", "")
    if _says_a_trade(read, 1 if len(read) > _SHORT else 2):  # 李金城 is a person, 李家城 may be one
        return True
    return not _OF_A_PERSON.fullmatch(_PLACE.sub("", read))


def _says_a_trade(text: str, least: int = 1) -> bool:
    return text.endswith(tuple(word for word in rules().trading.split() if len(word) >= least))


def _says_what_it_is(outside: str, read: str) -> bool:
    """Say whether a name has a form or a trade in it; the last sign of a name of no more than three says nothing."""
    words = (*rules().trading.split(), *rules().trades.split())
    if any(word in outside for word in words if len(word) > 1) or _says_a_trade(outside, 1 if len(outside) > _SHORT else 2):
        return True
    return not set(_LATIN.findall(read)).isdisjoint(rules().trading_in_latin.split())


def _stands_in(text: str, people: Collection[str]) -> bool:
    return any(True for _ in spelled(plain(text), people))


def _behind(outside: str) -> str:
    """Return what stands behind the last word that says the form or the trade, of two characters or more."""
    ends = [outside.rfind(word) + len(word) for word in rules().trading.split() if len(word) > 1 and word in outside]
    return outside[max(ends) :] if ends else ""


def _is_branch(text: str) -> bool:
    return _pattern("branch").fullmatch(text) is not None or not _HAN.search(text) or (len(text) > _SHORT and _says_a_trade(text))


def _may_stand_aside(text: str) -> bool:
    return text in rules().forms.split() or text in _places() or _is_branch(text)


@cache
def _places() -> frozenset[str]:
    known = {place.zh for place in codes("divisions")}
    return frozenset({*rules().places.split(), *known, *(_OF_A_PLACE.sub("", place) for place in known)})


@cache
def _pattern(field: str) -> re.Pattern[str]:
    return re.compile(getattr(rules(), field))
