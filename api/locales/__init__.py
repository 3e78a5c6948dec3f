"""The words of explanations and records, in Chinese and English.

Invariants (tests/unit/test_api_locales.py holds one test a number)
1. Both languages have the same keys, and the same places to fill in each of them.
2. A code is shown by the label of its list; one without a label is shown as it is, never left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, Protocol

from graph import codes, strict_yaml
from graph.dates import OPEN, UNKNOWN, PartialDate, Period
from graph.errors import ConfigError, UnknownCode

LANGS = ("zh", "en")
_TERRITORIES = frozenset({"district", "city", "county"})
"""Attributes that may hold the code of a territory."""


class Bilingual(Protocol):
    """Has a wording in each language."""

    @property
    def zh(self) -> str:
        """The Chinese."""

    @property
    def en(self) -> str:
        """The English."""


class Texts:
    """The words of one language.

    Parameters
    ----------
    lang : str
        ``zh`` or ``en``.
    words : mapping
        Key -> text; places to fill in stand in braces.
    """

    def __init__(self, lang: str, words: Mapping[str, str]) -> None:
        self.lang, self.words = lang, words

    def pick(self, said: Bilingual) -> str:
        """Return the wording in this language of something that has one in each."""
        return said.zh if self.lang == "zh" else said.en

    def say(self, key: str, /, **values: object) -> str:
        """Return a text with its places filled in; a key that nobody wrote is an error of ours."""
        try:
            return self.words[key].format(**values)
        except KeyError as error:
            raise ConfigError(f"locales/{self.lang}.yaml: {key}: lacks {error}") from error

    def label(self, group: str, code: str) -> str:
        """Return the label of one of our own codes (`group.code` of the file), the code itself where there is none."""
        return self.words.get(f"{group}.{code}", code)

    def code(self, name: str, code: str) -> str:
        """Return the label of a code of a list, the code itself where the list does not have it."""
        try:
            return codes.load(name).label(code, self.lang)
        except UnknownCode:
            return code

    def place(self, code: str) -> str:
        """Return what a territory is called: one without a name here by where it lies, else as a region, with its code."""
        places = codes.load("divisions")
        if code in places:
            return places.label(code, self.lang)
        above = next((code[:digits] for digits in (4, 2) if code[:digits] in places), "")
        return (
            self.say("place.within", place=places.label(above, self.lang), code=code)
            if above
            else self.say("place.other", code=code)
        )

    def stated(self, name: str, value: str) -> str:
        """Return a party's attribute in words; a territory is told by its name."""
        said = self.place(value) if name in _TERRITORIES and value.isdigit() else value
        return self.say("record.stated", name=self.label("attribute", name), value=said)

    def codes(self, name: str, given: Iterable[str]) -> str:
        """Return labels, joined as a list."""
        return self.words["list.join"].join(self.code(name, code) for code in given)

    def interest(self, code: str) -> str:
        """Return the label of an office or of another interest."""
        return self.code("roles" if code in codes.load("roles") else "interests", code)

    def date(self, day: PartialDate) -> str:
        """Return a date in words."""
        if day == OPEN:
            return self.words["date.open"]
        return self.words["date.unknown"] if day == UNKNOWN else str(day)

    def period(self, period: Period) -> str:
        """Return a period in words."""
        if period.start == period.end:
            return self.date(period.start)
        if period.end == OPEN:
            return self.say("date.since", start=self.date(period.start))
        return self.say("date.period", start=self.date(period.start), end=self.date(period.end))


@cache
def texts(lang: str) -> Texts:
    """Return the words of a language.

    Raises
    ------
    ConfigError
        There is no such language.
    """
    if lang not in LANGS:
        raise ConfigError(f"no language {lang!r}; there are {', '.join(LANGS)}")
    content = strict_yaml.read(resources.files(__name__).joinpath(f"{lang}.yaml").read_text(encoding="utf-8"))
    return Texts(lang, dict(_flat(content)))


def _flat(content: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, str]]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", str(value)
