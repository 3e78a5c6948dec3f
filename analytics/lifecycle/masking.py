"""Hiding: what of a text must not leave, however it is spelled. What is hidden is data (masking.yaml).

Invariants (tests/unit/test_lifecycle_masking.py holds one test a number)
1. Telephones, numbers of persons, of their documents and cards, messengers and e-mail are hidden: full width, blanks, separators,
   circled figures and Chinese numerals make no difference.
2. Addresses of homes, health, religion and ethnicity are hidden, traditional characters and blanks make no difference.
3. Numbers of documents, articles and enterprises, money, dates and names of laws and bodies stay; so does the name of an enterprise
   or a body that is known, but for a number in it, where it is a name and says no more. A code that passes as a resident number is
   hidden also where a code stands.
4. A name that is to be hidden is, however it is spelled; a short name in Latin letters only where it is a word.
5. The quick look passes over nothing that is to be hidden.
6. The keys of a document are hidden as its texts are; the names of its fields stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from typing import Any, Final

from analytics.responsibility.partial import Model
from graph import strict_yaml
from graph.identifiers import Flag, check_resident_id, check_uscc
from graph.reading import HAN, Span, View, close, covered, figures, plain, tight

FILE: Final = Path(__file__).parent / "masking.yaml"
HIDDEN: Final = "█"
CODE_FIELDS: Final = frozenset({"uscc"})
"""Fields whose eighteen characters are an enterprise's code, checked as one, and no resident number."""
_ID_FIELDS: Final = frozenset({"id"})
"""Fields in which sixteen figures are an id of ours, and no card."""
_TOKEN_FIELDS: Final = frozenset({"request"})
"""Fields of the id of a request: it is ours, or what a program chose, and its figures are no telephone."""
_TOKEN: Final = re.compile("[0-9A-Za-z-]{8,64}")
_KINDS_OF_FIELD: Final = CODE_FIELDS | _ID_FIELDS | _TOKEN_FIELDS
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?\+00:00")
"""As everything is dated by the second."""
_OURS: Final = re.compile("[0-9a-f]{16}")
_ID: Final = re.compile("(?<![0-9A-Za-z])(?=[0-9]*[a-f])(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{16})(?![0-9A-Za-z])")
"""An id of ours, or of a request: some hold eleven digits in a row, and are no telephone."""
_CODE: Final = re.compile("(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
_KEPT: Final = "\0"
"""Stands in a view for what is kept, and matches nothing."""
_FIELD: Final = re.compile("[a-z][a-z_]*")
_CLAUSE: Final = re.compile("[^,。;!?()\n]+")
_WORD: Final = 4
"""Latin names and numbers shorter than this are hidden only where they stand as a word."""
_FIGURES_AT_LEAST: Final = 5
_NAME: Final = 4
"""No shorter name of an enterprise or a body is kept for its own sake."""
_FEW: Final = re.compile(rf"(?:[0-9](?:[^0-9]{{0,9}})){{{_FIGURES_AT_LEAST}}}|[@#]|[(\[]AT[)\]]", re.IGNORECASE)


class Masking(Model):
    """What is hidden, as data."""

    never: tuple[str, ...]
    idle: str
    numeral: str
    unit: str
    between: str
    identities: Mapping[str, str]
    kept: Mapping[str, str]
    numbers: Mapping[str, str]
    checked: Mapping[str, str]
    spoken: Mapping[str, str]
    named: Mapping[str, str]
    passages: Mapping[str, str]
    harmless: Mapping[str, str]
    telling: Mapping[str, str]
    words: str
    marks: str
    peoples: str
    people_places: str

    def patterns(self, section: Mapping[str, str]) -> tuple[re.Pattern[str], ...]:
        """Return the patterns of a section, with what their short signs stand for."""
        signs = {
            "~": self.idle,
            "N": f"(?:{self.numeral})",
            "U": self.unit,
            "G": self.between,
            "H": f"[{HAN}]",
            "P": f"(?:{'|'.join(self.peoples.split())})",
            "F": f"(?:{'|'.join(self.people_places.split())})",
        }
        return tuple(re.compile(_written(pattern, signs)) for pattern in section.values())


def _written(pattern: str, signs: Mapping[str, str]) -> str:
    return re.sub(r"~|<[NUHPFG]>", lambda sign: signs[sign[0].strip("<>")], pattern.replace("\n", ""))


@cache
def masking() -> Masking:
    """Return what ships."""
    return Masking.model_validate(strict_yaml.read(FILE.read_text(encoding="utf-8")))


def leaving(value: Any, names: Iterable[str] = (), field: str = "", known: Iterable[str] = ()) -> Any:
    """Return a document fit to leave: fields that never leave are gone, and telling passages of every text are hidden.

    Parameters
    ----------
    value : Any
        Plain values, nested.
    names : iterable of str
        Names of natural persons that are hidden too.
    field : str
        Name of the field that holds the value.
    known : iterable of str
        Names of enterprises and bodies: what they say of health, religion and places stays. So does the name of a party that the
        document itself says to be an enterprise, where it says no more (`enterprise_names.is_whole`).
    """
    return _leaving(value, tuple(sorted(filter(None, names), key=len, reverse=True)), field, tuple(known))


def _leaving(value: Any, hidden: tuple[str, ...], field: str, known: tuple[str, ...]) -> Any:
    if isinstance(value, str):  # most of a document: first
        return masked(value, hidden, field, known)
    if isinstance(value, Mapping):
        if value.get("kind") == "enterprise" and isinstance(value.get("name"), str) and _is_whole(value["name"]):
            known = (*known, value["name"])
        left = [(key, _leaving(item, hidden, key, known)) for key, item in value.items() if key not in masking().never]
        return keyed(left, lambda key: masked(key, hidden, "", known))
    if isinstance(value, list | tuple):
        return [_leaving(item, hidden, field, known) for item in value if not _never_leaves(item)]
    return value


def _is_whole(name: str) -> bool:
    from analytics.lifecycle.enterprise_names import is_whole  # which looks for what is hidden, here

    return is_whole(name)


def keyed(items: Iterable[tuple[Any, Any]], hide: Callable[[str], str]) -> dict[Any, Any]:
    """Return a mapping with its keys hidden too: a label may be anybody's text. What is hidden alike stays apart by a number."""
    found: dict[Any, Any] = {}
    for key, item in items:
        own = key if not isinstance(key, str) or _is_field(key) else hide(key)
        found[own if own not in found else next(each for n in count(2) if (each := f"{own} {n}") not in found)] = item
    return found


@lru_cache(maxsize=10_000)
def _is_field(key: str) -> bool:
    """Say whether a key is the name of a field: small Latin letters in which nothing is to be hidden."""
    return _FIELD.fullmatch(key) is not None and not suspect(key)


def _never_leaves(item: Any) -> bool:
    """Say whether an item is an attribute, (name, value), that never leaves."""
    return isinstance(item, list | tuple) and len(item) == 2 and item[0] in masking().never


def masked(text: str, names: Iterable[str] = (), field: str = "", known: tuple[str, ...] = ()) -> str:
    """Return a text with what must not leave hidden; see `leaving`."""
    if not names and not suspect(text):
        return text
    bodies = tuple(name for name in known if len(name) >= _NAME and name in text)
    return _masked(text, tuple(names), field if field in _KINDS_OF_FIELD else "", bodies)


@lru_cache(maxsize=50_000)
def _masked(text: str, names: tuple[str, ...], field: str, known: tuple[str, ...]) -> str:
    """Hide; the same names of measures, articles and authorities leave again and again."""
    if field in CODE_FIELDS and check_uscc(text).flag is Flag.OK and not passes_as_a_person(text):
        return text
    if field in _ID_FIELDS and _OURS.fullmatch(text):
        return text
    if field in _TOKEN_FIELDS and _TOKEN.fullmatch(text):
        return text
    if _MOMENT.fullmatch(text):  # its figures may look like those of a telephone
        return text
    view = plain(text)
    return covered(text, [*_telling(text, view, known), *spelled(view, names)], HIDDEN)


def spelled(view: View, names: Iterable[str]) -> Iterator[Span]:
    """Yield where names or numbers stand in a text, however they are spelled."""
    letters = tight(view)
    for name in names:
        key = tight(plain(name)).text
        if len(key) < 2:
            continue
        if key.isascii() and len(key) < (_FIGURES_AT_LEAST if key.isdigit() else _WORD):
            yield from view.found(re.compile(f"(?<![0-9A-Z]){re.escape(key)}(?![0-9A-Z])"))
        else:
            yield from letters.found(re.compile(re.escape(key)))


def _telling(text: str, view: View, known: tuple[str, ...]) -> Iterator[Span]:
    """Yield what must not leave, whoever it is about."""
    ours = [match.span() for match in _ID.finditer(text)]
    codes = [view.span(*match.span()) for match in _CODE.finditer(view.text) if _is_code(match[0])]
    bare = _without(view, [*ours, *codes])
    if _FEW.search(figures(bare).text):
        yield from _numbers(bare)
    bodies = [match.span() for name in known for match in re.finditer(re.escape(name), text)]
    joined = close(_without(bare, bodies))
    for seen in (joined, figures(joined)):
        yield from _found(seen, "named")
    yield from _found(joined, "passages")
    said = _without(joined, [span for pattern in _patterns("harmless") for span in joined.found(pattern)])
    for pattern in _patterns("telling"):
        for match in pattern.finditer(said.text):
            yield said.span(*_clause(said.text, *match.span()))


def passages_in(text: str) -> frozenset[str]:
    """Return what is told in a text beside numbers: the names that its passages and telling patterns have in the file."""
    view = close(plain(text))
    said = _without(view, [span for pattern in _patterns("harmless") for span in view.found(pattern)])
    looked_for = (("named", (view, figures(view))), ("passages", (view,)), ("telling", (said,)))
    return frozenset(
        name
        for section, views in looked_for
        for name, pattern in zip((*getattr(masking(), section), "words"), _patterns(section), strict=False)
        if any(pattern.search(seen.text) for seen in views)
    )


def _numbers(view: View) -> Iterator[Span]:
    """Yield the numbers of people, in western figures and in Chinese ones."""
    for seen in (view, figures(view)):
        yield from _found(seen, "identities")
    rest = _without(view, [span for pattern in _patterns("kept") for span in view.found(pattern)])
    yield from _found(rest, "spoken")
    for seen in (rest, figures(rest)):
        yield from _found(seen, "numbers")
        yield from (seen.span(*m.span()) for p in _patterns("checked") for m in p.finditer(seen.text) if _luhn(m[0]))


def _found(view: View, section: str) -> Iterator[Span]:
    for pattern in _patterns(section):
        yield from view.found(pattern)


@cache
def _patterns(section: str) -> tuple[re.Pattern[str], ...]:
    found = masking().patterns(getattr(masking(), section))
    return (*found, re.compile("|".join(masking().words.split()))) if section == "telling" else found


def _without(view: View, spans: list[Span]) -> View:
    """Return a view in which what stands in these parts of the text matches nothing."""
    if not spans:
        return view
    gone = {place for start, end in spans for place in range(start, end)}
    return View(
        "".join(_KEPT if place in gone else letter for letter, place in zip(view.text, view.places, strict=True)), view.places
    )


def _is_code(text: str) -> bool:
    """Say whether a text is an enterprise's code: what has the form of a resident number is one, whatever its last digit."""
    return check_uscc(text).ok and not any(pattern.fullmatch(text) for pattern in _patterns("identities"))


def passes_as_a_person(code: str) -> bool:
    """Say whether a code is by form and check digit a resident number too, so that nobody can tell which of the two it is."""
    return check_resident_id(code).ok and any(pattern.fullmatch(code) for pattern in _patterns("identities"))


def _clause(text: str, start: int, end: int) -> Span:
    """Return the clause around a part of a text."""
    inside = [clause.span() for clause in _CLAUSE.finditer(text) if clause.end() > start and clause.start() < end]
    return min(first for first, _ in inside), max(last for _, last in inside)


def _luhn(number: str) -> bool:
    """Say whether the last digit is the check digit of a bank card (ISO/IEC 7812-1)."""
    digits = [int(digit) for digit in reversed(number) if digit.isdigit()]
    return sum(digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits)) % 10 == 0


def suspect(text: str) -> bool:
    """Say whether anything may have to be hidden; most texts have nothing, and the look is cheap."""
    if _INNOCENT.issuperset(text):
        return False
    if text.isascii():
        return _FEW.search(text) is not None or _latin().search(text.upper()) is not None
    _INNOCENT.update(letter for letter in text if _says_nothing(letter))
    return not _INNOCENT.issuperset(text)


_INNOCENT: Final[set[str]] = set()
"""Characters met so far that are in nothing that is hidden."""


def _says_nothing(letter: str) -> bool:
    read = plain(letter)
    return not any((sign.isascii() and sign.isalnum()) or sign in _signs() for sign in f"{read.text}{figures(read).text}")


@cache
def _signs() -> frozenset[str]:
    """Return the signs of which whatever is hidden has one, but for figures and Latin letters."""
    return frozenset((*masking().marks, *(word[0] for word in masking().words.split()), "@"))


@cache
def _latin() -> re.Pattern[str]:
    """Return what is hidden in Latin letters without a figure."""
    rules = masking()
    both = {"messenger": rules.passages["messenger"], "in_english": rules.telling["in_english"]}
    return re.compile("|".join(pattern.pattern for pattern in rules.patterns(both)))
