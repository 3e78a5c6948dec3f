"""Names of enterprises and people: one spelling to compare, and the terms under which they are found.

Invariants (tests/unit/test_graph_names.py holds one test a number)
1. Normalising twice changes nothing.
2. Normalising never joins two names that simplified Chinese tells apart: 乾 is not 干, 昇 is not 升.
3. `company_key` is for searching and comparing only, never for identity: 甲有限公司 and 甲集团 share a key and are two
   enterprises.
4. A Chinese term of one or two characters finds the names that contain it.
5. Pinyin is asked for as it is indexed, however it is typed: `lǚ`, `lü` and `lu:` are `lv`, and a character that is read in two
   ways is found by either, in pinyin and in initials (see `graph.heteronyms`). A sign that other programs take for any text (`*`,
   `%`, `_`) parts words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import chain, count
from operator import add
from typing import TYPE_CHECKING, Final

from graph.heteronyms import read_otherwise

if TYPE_CHECKING:
    from collections.abc import Callable

# Characters that a conversion table takes for traditional although names in simplified Chinese keep them as well.
_KEPT: Final = frozenset("乾徵甯於昇陞甦氾俬麴夥摺吒薹榘")
_BRACKETS: Final = dict.fromkeys(map(ord, "[{【〔〖〈《「『⟨⦅"), "(") | dict.fromkeys(map(ord, "]}】〕〗〉》」』⟩⦆"), ")")
# One separator is written in many ways in the names of Uygurs, Kazakhs and others.
_MIDDLE_DOTS: Final = dict.fromkeys(map(ord, "•‧∙⋅・ᐧ⸱"), "·")
_HAN: Final = r"\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUNS: Final = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<word>[^\W_{_HAN}]+)")
_PLAIN_HAN: Final = re.compile(rf"[{_HAN}]+")
# A space means something only between two words of a script that uses spaces.
_IDLE_SPACE: Final = re.compile(rf"(?<=[{_HAN}()·]) | (?=[{_HAN}()·])")

_LEGAL_FORMS: Final = (
    "股份有限公司", "有限责任公司", "有限公司", "股份公司", "集团公司", "总公司", "公司", "集团", "股份",
    "特殊普通合伙", "普通合伙", "有限合伙", "合伙企业", "个人独资企业",
    "农民专业合作社", "专业合作社", "合作社", "个体工商户",
)  # fmt: skip
_LATIN_FORM: Final = re.compile(
    r"(?<=[\w)])[\s,.]+(?:CO\b[\s,.]*|COMPANY\b[\s,.]*)?(?:LTD|LIMITED|LLC|INC|INCORPORATED|CORP|CORPORATION|PLC|GMBH)\.?$"
)
_NOT_KEY: Final = re.compile(r"[\W_]+")
_BRANCH: Final = "分公司"

_USER: Final = re.compile(rf"[0-9A-Za-z{_HAN}_.@ -]{{1,64}}")
_PLACEHOLDER: Final = re.compile(
    r"(?:未(?:列名|具名|署名|公开|披露|知|提供|登记|填写|填报)|不详|不明|无|暂无|无名氏|佚名|匿名|某|某某|某人|空|N/?A|NULL|NONE|NIL|UNKNOWN|UNNAMED)"
    r"[A-Z0-9甲乙丙丁戊己庚辛壬癸]{0,4}"
)


class _Characters(dict[int, str]):
    """Table for `str.translate` that fills itself, so that a character is looked up once in a run."""

    def __init__(self, convert: Callable[[str], str]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, point: int) -> str:
        self[point] = self._convert(chr(point))
        return self[point]


@cache
def _simplifier() -> Callable[[str], str]:
    """Return the traditional-to-simplified conversion of one character; its tables are read on first use."""
    from opencc import OpenCC

    table = OpenCC("t2s")

    def convert(character: str) -> str:
        # A few characters are simplified in two steps (薴 苧 苎); stopping half way would make a second pass differ.
        while (simpler := str(table.convert(character))) != character:
            character = simpler
        return character

    return convert


@cache
def _spelling() -> _Characters:
    simplify = _simplifier()

    def convert(character: str) -> str:
        upper = character.upper()
        if len(upper) == 1 and unicodedata.name(character, "").startswith("LATIN"):
            return upper
        return character if character.isascii() or character in _KEPT else simplify(character)

    return _Characters(convert)


@cache
def _folding() -> _Characters:
    return _Characters(_simplifier())


def normalise_name(text: str) -> str:
    """Return the one spelling in which names are stored and compared.

    Half width, one kind of bracket and of middle dot, traditional characters simplified one by one, Latin in capitals,
    no space where Chinese has none. Characters are not converted by phrase: a name is not a sentence, and a converter
    that guesses from neighbours would turn 张乾 into 张干 in one place and not in another.
    """
    if _PLAIN.issuperset(text):
        return text
    found = _normalised(text)
    _PLAIN.update(character for character in found if _is_plain(character))
    return found


def _normalised(text: str) -> str:
    text = _tidy(unicodedata.normalize("NFKC", text))
    # Changing a character may let it combine with its neighbour, or leave a space idle.
    return _tidy(unicodedata.normalize("NFKC", text.translate(_spelling())))


_PLAIN: Final[set[str]] = set()
"""Characters met so far that are spelled as they are, whatever stands beside them: a text of these alone is normalised already."""
_ALONE: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff0-9A-Z]")


def _is_plain(character: str) -> bool:
    return _ALONE.fullmatch(character) is not None and character.translate(_spelling()) == character


def _tidy(text: str) -> str:
    visible = "".join(ch for ch in text if ch.isspace() or unicodedata.category(ch) not in {"Cf", "Cc", "Cs"})
    spaced = " ".join(visible.translate(_BRACKETS).translate(_MIDDLE_DOTS).split())
    return _IDLE_SPACE.sub("", spaced)


_BESIDE: Final = re.compile(rf"[、,;/()\[\]【】〔〕&+|:]|(?<=[{_HAN}])(?:[和与及]|\s+)|(?:[和与及]|\s+)(?=[{_HAN}])")
"""What stands between the names of several, or of a person and a body."""
_OF_A_BODY: Final = re.compile(rf"^[{_HAN}]*(?:局|委|会|院|厅|部|办|室|中心|公司|政府|队|所|处|科|股|行|署|站|员|长)")
_SHORTEST: Final = 2


def user_key(text: str) -> str:
    """Return the one spelling of the name under which somebody works, in which two users are compared.

    Letters and numerals alone, without case and without marks on letters: `zháo-` is `ZHAO`.
    """
    bare = unicodedata.normalize("NFKD", normalise_name(text))
    return "".join(char for char in bare if char.isalnum())


@lru_cache(1 << 12)
def user_keys(text: str) -> frozenset[str]:
    """Return whoever a text about who did something may name: the whole in one spelling, and each person in it.

    Several may stand beside each other, or one beside or behind the body that he works for (`某局（张示例）`, `某局张示例`). A body
    is nobody, unless nothing else is said.
    """
    parts = [part.strip() for part in _BESIDE.split(unicodedata.normalize("NFKC", text))]
    people = {user_key(_OF_A_BODY.sub("", part)) for part in parts}
    return frozenset({user_key(text), *(key for key in people if len(key) >= _SHORTEST)} - {""})


def is_user_name(text: str) -> bool:
    """Say whether somebody may work under a name: a letter of another script than Latin or Chinese can look like one of these."""
    return bool(user_key(text)) and _USER.fullmatch(text) is not None


def folded_name(text: str) -> str:
    """Return a name with every traditional character simplified, those too that names keep: to hide it, never to identify."""
    return normalise_name(text).translate(_folding())


def company_key(text: str) -> str:
    """Return what is left of an enterprise's name without legal form, brackets and punctuation.

    Only for searching and for proposing candidates. Never identity: enterprises of one group differ in nothing else.
    A branch keeps the word, for it is not its head company; a name that is nothing but a legal form is kept.
    """
    name = folded_name(text)
    key = _NOT_KEY.sub("", _LATIN_FORM.sub("", name))
    whole = key
    while key and not key.endswith(_BRANCH):
        form = next((form for form in _LEGAL_FORMS if key.endswith(form)), None)
        if form is None:
            return key
        key = key.removesuffix(form)
    return key or whole


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What a name is found by.

    Parameters
    ----------
    bigrams : tuple[str, ...]
        Every single Chinese character and every pair of neighbours, and Latin words and numbers whole.
    pinyin : tuple[str, ...]
        The syllables in order, without tones (ü is v, as it is typed); a Latin word stands as it is.
    initials : str
        First letters of the syllables.
    """

    bigrams: tuple[str, ...]
    pinyin: tuple[str, ...]
    initials: str


def search_terms(text: str) -> SearchTerms:
    """Return the terms to index a name under."""
    terms, syllables = spelled(normalise_name(text))
    return SearchTerms(tuple(dict.fromkeys(terms)), tuple(syllables), "".join([part[0] for part in syllables]))


def spelled(name: str) -> tuple[list[str], list[str]]:
    """Return `bigrams`, each as often as it occurs, and `pinyin` of the search terms of a normalised name."""
    if _PLAIN_HAN.fullmatch(name) and _KEPT.isdisjoint(name):
        pairs = _pairs(name)
        return [*name, *pairs], _read_aloud(name, pairs)
    syllables: list[str] = []
    terms: list[str] = []
    for run in _RUNS.finditer(name):
        han, word = run.groups()
        if word:
            syllables.append(word.lower())
            terms.append(word.translate(_folding()))
            continue
        # Read aloud before folding: 乾元 is qian yuan, not gan yuan. Normalising has simplified the others already.
        pairs = _pairs(han)
        syllables += _read_aloud(han, pairs)
        folded = han if _KEPT.isdisjoint(han) else han.translate(_folding())
        terms += folded
        terms += pairs if folded is han else _pairs(folded)
    return terms, syllables


def _read_aloud(run: str, pairs: list[str]) -> list[str]:
    """Return the syllables of a run of Chinese characters: each as it is read alone, unless a phrase may change that."""
    if next(_READ) > _WORTH_A_TABLE and _changing_phrases().isdisjoint(pairs):
        return list(chain.from_iterable(map(_SYLLABLES.__getitem__, run)))
    from pypinyin import lazy_pinyin

    return list(lazy_pinyin(run, errors="ignore"))


def read_alone(character: str) -> str:
    """Return how a plain Chinese character is read, nothing where it is none, or is read in no way or in several letters' worth."""
    if not _PLAIN_HAN.fullmatch(character) or character in _KEPT:
        return ""
    read = _SYLLABLES[character]
    return read[0] if len(read) == 1 and read[0].isascii() and read[0].isalpha() else ""


def changing_pairs() -> frozenset[str]:
    """Return the first two characters of every phrase in which some character is not read as it is alone."""
    return _changing_phrases()


_READ: Final = count()
_WORTH_A_TABLE: Final = 500
"""So many runs are read one by one before the table of phrases is made, which takes a quarter of a second."""


class _Syllables(dict[str, tuple[str, ...]]):
    """The first reading of a character, nothing for one that has none."""

    def __missing__(self, character: str) -> tuple[str, ...]:
        from pypinyin import lazy_pinyin

        self[character] = tuple(lazy_pinyin(character, errors="ignore"))
        return self[character]


_SYLLABLES: Final = _Syllables()


@cache
def _changing_phrases() -> frozenset[str]:
    """Return the first two characters of every phrase in which a character is not read as it is alone (重庆 is not zhong qing)."""
    from pypinyin import Style
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
    from pypinyin.style import convert

    alone = cache(lambda character: PINYIN_DICT.get(ord(character), "").partition(",")[0])
    plain = cache(partial(convert, style=Style.NORMAL, strict=True))
    # Most phrases read every character as it is alone, tones included: only the others are worth a closer look.
    changed = ((phrase, [each[0] for each in read]) for phrase, read in PHRASES_DICT.items())
    return frozenset(
        phrase[:2]
        for phrase, read in changed
        if read != list(map(alone, phrase))
        and list(map(plain, read)) != [syllable for character in phrase for syllable in _SYLLABLES[character]]
    )


def query_terms(text: str) -> tuple[str, ...]:
    """Return the terms that a name must all have to be found by `text`: pairs, or a character that stands alone."""
    terms: list[str] = []
    for run in _RUNS.finditer(normalise_name(text).translate(_folding())):
        terms += (_pairs(run["han"]) or [run["han"]]) if run["han"] else [run["word"]]
    return tuple(dict.fromkeys(terms))


_ANY_TEXT: Final = re.compile("[*%_]+")
_TONE: Final = re.compile("(?<=[AEIOUMN\u0302\u0308])[\u0300\u0301\u0304\u030c]")
_COLON: Final = re.compile("([LN])U:")
_UMLAUT: Final = re.compile("([LN])U\u0308|(?<![A-Z])([LN])YU")
"""How the sound that is indexed as v is typed; a passport has YU for it."""
_MARKED: Final = re.compile("U\u0308|E\u0302")
_INITIALS: Final = re.compile("([A-Z]{1,8})([0-9])([0-9]+)")


def asked_as(text: str) -> tuple[str, ...]:
    """Return the normalised texts that are looked for, in this order, where `text` was typed.

    What is typed itself, without the signs that would stand for any text; as pinyin without tones; initials before a number, of
    which the index of initials has the first digit; and what is typed with a character in another of its readings, as it may be
    indexed, beside that character.
    """
    typed = normalise_name(text)
    bare = (normalise_name(_ANY_TEXT.sub(" ", typed)) or typed) if _ANY_TEXT.search(typed) else typed
    plain = _toneless(_COLON.sub(r"\1V", bare))
    forms = [plain, bare] if _COLON.search(bare) else [bare, plain]
    if found := _INITIALS.fullmatch(bare):
        letters, digit, digits = found.groups()
        forms.append(f"{letters}{digit} {digit}{digits}")
    forms += read_otherwise(plain)
    return tuple(filter(None, dict.fromkeys(forms)))


def _toneless(name: str) -> str:
    if name.isascii() and "YU" not in name:
        return name
    bare = _TONE.sub("", unicodedata.normalize("NFD", name))
    bare = _UMLAUT.sub(lambda found: f"{found[1] or found[2]}V", bare)
    return normalise_name(_MARKED.sub(lambda found: found[0][0], bare))


def _pairs(run: str) -> list[str]:
    return list(map(add, run, run[1:]))


_SEVERAL: Final = re.compile(f"[{_HAN}]{{2}} *[、，,；;/／] *[{_HAN}]{{2}}")


def names_several(text: str) -> bool:
    """Whether a text that stands for one person's name names several, as `张示例、李示例` does."""
    return _SEVERAL.search(text) is not None


def is_of_body(text: str) -> bool:
    """Whether a name ends as that of a company does, as no person's does."""
    name = text if _PLAIN.issuperset(text) else normalise_name(text)
    return len(name) > _LONGEST_FORMLESS and name.rstrip(")").endswith(_LEGAL_FORMS)


_LONGEST_FORMLESS: Final = 4
"""Characters of a name that may be a person's, whatever it ends in."""


def is_unnamed(text: str) -> bool:
    """Whether a name is only a placeholder, such as ``(未列名A)``, ``不详``, stars, or nothing.

    Two placeholders are never the same person, however alike they are written.
    """
    if text and _PLAIN.issuperset(text):  # letters and numerals alone, spelled as they are
        return _PLACEHOLDER.fullmatch(text) is not None
    bare = normalise_name(text).strip("()").strip()
    return not any(ch.isalnum() for ch in bare) or _PLACEHOLDER.fullmatch(bare) is not None
