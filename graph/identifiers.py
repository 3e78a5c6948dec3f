"""Numbers that identify enterprises and people: cleaned, checked, hashed, masked.

Unified social credit code (GB 32100-2015), the organisation code inside it (GB 11714-1997), resident identity number
(GB 11643-1999).

Invariants (tests/unit/test_graph_identifiers.py holds one test a number)
1. A failed check is a flag on the record, never an exception: real codes fail theirs, and a row is not lost for it.
2. A `Check` never carries a resident number, not even in its repr: only the masked form.
3. The old 15-digit form and its 18-digit form have one hash.
4. A number that fails its check has no hash: an identity never rests on it.
5. Upper and lower case, full width and spaces make no difference.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import mul
from typing import Final

from graph.errors import ConfigError, InputError

_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_VALUES: Final = {character: value for value, character in enumerate(_USCC_ALPHABET)}
"""Character -> its value in the check of a code."""
USCC_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
"""What each of the first 17 characters weighs in it."""
_USCC_SHAPE: Final = re.compile(rf"[{_USCC_ALPHABET}]{{2}}[0-9]{{6}}[{_USCC_ALPHABET}]{{10}}")
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_SHAPE: Final = re.compile(r"[0-9A-Z]{8}[0-9X]")
_RESIDENT_WEIGHTS: Final = tuple(pow(2, 17 - place, 11) for place in range(17))
_RESIDENT_CHECKS: Final = "10X98765432"
_RESIDENT_SHAPE: Final = re.compile(r"[0-9]{17}[0-9X]")
_NEVER: Final = "!-/:-@A-WYZ\\[-`a-wyz{-~\u4e00-\u9fff"
"""Characters that cleaning keeps, or makes another of that is no numeral either."""
_NO_RESIDENT: Final = re.compile(f"[{_NEVER}]")
_ONLY_OTHERS: Final = re.compile(f"^[^\n{_NEVER}]+$", re.MULTILINE)
_WITHIN: Final = re.compile(r"(?<!\d)[1-9１-９]\d{16}[\dXxＸｘ](?![0-9A-Za-z])")
_LEGACY_SHAPE: Final = re.compile(r"[0-9]{15}")


class Flag(StrEnum):
    """Outcome of a check."""

    OK = "ok"
    BAD_LENGTH = "bad_length"
    BAD_CHARACTER = "bad_character"
    BAD_DATE = "bad_date"
    BAD_CHECK = "bad_check"


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found.

    Parameters
    ----------
    flag : Flag
        The outcome; anything but ``ok`` is kept beside the record as its data-quality flag.
    shown : str
        The code as a message may show it: shortened, or masked for a resident number.
    expected : str
        For ``bad_check``, the check character that the rest of the code asks for.
    """

    flag: Flag
    shown: str
    expected: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.flag is Flag.OK

    @property
    def message(self) -> str:
        """One sentence for a report; it names the flag's meaning, not its code."""
        says = {
            Flag.OK: "passes its check",
            Flag.BAD_LENGTH: "has the wrong length",
            Flag.BAD_CHARACTER: "has a character that is not allowed at its place",
            Flag.BAD_DATE: "contains a birth date that does not exist",
            Flag.BAD_CHECK: f"fails its check digit (expected {self.expected})",
        }
        return f"'{self.shown}' {says[self.flag]}"


class MaskStyle(StrEnum):
    """How much of a resident number a masked form still shows.

    With the last four digits shown and the birth year known from elsewhere, the check digit leaves about 33 candidate
    days, so every style but `PUBLIC` is for readers who are entitled to more.
    """

    PUBLIC = "public"
    BIRTH_HIDDEN = "birth_hidden"
    MONTH_DAY_HIDDEN = "month_day_hidden"


_HIDDEN: Final = {MaskStyle.PUBLIC: (6, 18), MaskStyle.BIRTH_HIDDEN: (6, 14), MaskStyle.MONTH_DAY_HIDDEN: (10, 14)}


def _clean(text: str) -> str:
    """Half width, upper case, without white space and invisible characters."""
    if text.isascii() and text.isalnum():
        return text.upper()
    narrow = unicodedata.normalize("NFKC", text).upper()
    return "".join(ch for ch in narrow if not ch.isspace() and unicodedata.category(ch) not in {"Cf", "Cc"})


def _short(code: str) -> str:
    return code if len(code) <= 5 else f"{code[:4]}…{code[-1]}"


# Enterprises


def normalise_uscc(text: str) -> str:
    """Return the code as it is compared: half width, upper case, no spaces."""
    return _clean(text)


def uscc_check_character(first17: str) -> str:
    """Return the 18th character that GB 32100-2015 asks for after these 17."""
    total = sum(map(mul, map(USCC_VALUES.__getitem__, first17), USCC_WEIGHTS))
    return _USCC_ALPHABET[-total % 31]


def check_uscc(text: str) -> Check:
    """Check a unified social credit code: length, characters, check character.

    The organisation code inside has a check of its own (`check_nested_organisation_code`), kept apart because it fails
    independently.
    """
    code = normalise_uscc(text)
    if len(code) != 18:
        return Check(Flag.BAD_LENGTH, _short(code))
    if not _USCC_SHAPE.fullmatch(code):
        return Check(Flag.BAD_CHARACTER, _short(code))
    expected = uscc_check_character(code[:17])
    return Check(Flag.OK, _short(code)) if code[17] == expected else Check(Flag.BAD_CHECK, _short(code), expected)


def normalise_organisation_code(text: str) -> str:
    """Return the 9 characters of an organisation code without the hyphen before its check character."""
    return _clean(text).replace("-", "")


def check_organisation_code(text: str) -> Check:
    """Check a 9-character organisation code (GB 11714-1997)."""
    code = normalise_organisation_code(text)
    if len(code) != 9:
        return Check(Flag.BAD_LENGTH, _short(code))
    if not _ORGANISATION_SHAPE.fullmatch(code):
        return Check(Flag.BAD_CHARACTER, _short(code))
    total = sum(int(ch, 36) * weight for ch, weight in zip(code[:8], _ORGANISATION_WEIGHTS, strict=True))
    expected = "0123456789X"[-total % 11]
    return Check(Flag.OK, _short(code)) if code[8] == expected else Check(Flag.BAD_CHECK, _short(code), expected)


def nested_organisation_code(text: str) -> str:
    """Return characters 9 to 17 of a unified social credit code, which are the enterprise's organisation code."""
    return normalise_uscc(text)[8:17]


def check_nested_organisation_code(text: str) -> Check:
    """Check the organisation code inside a unified social credit code."""
    return check_organisation_code(nested_organisation_code(text))


# People


def normalise_resident_id(text: str) -> str:
    """Return the 18-character form: half width, upper-case X, no spaces, a 15-digit number converted.

    Whatever is not 15 digits comes back only cleaned; whether it is a number at all is for `check_resident_id` to say.
    """
    number = _clean(text)
    if not _LEGACY_SHAPE.fullmatch(number):
        return number
    # The 15-digit form was abolished before anyone born from 2000 on could hold one, so the century is certain.
    first17 = f"{number[:6]}19{number[6:]}"
    return first17 + resident_id_check_character(first17)


def resident_id_check_character(first17: str) -> str:
    """Return the 18th character that GB 11643-1999 asks for after these 17 digits."""
    return _RESIDENT_CHECKS[sum(int(ch) * weight for ch, weight in zip(first17, _RESIDENT_WEIGHTS, strict=True)) % 11]


def check_resident_id(text: str) -> Check:
    """Check a resident number: length, characters, a birth date that exists, check digit.

    The area code is not looked up: divisions come and go, and a number outlives the one that issued it.
    """
    number = normalise_resident_id(text)
    shown = mask_resident_id(number)
    if len(number) != 18:
        # Fifteen characters that are not all digits were meant as the old form: the character is what is wrong.
        return Check(Flag.BAD_CHARACTER if len(number) == 15 else Flag.BAD_LENGTH, shown)
    if not _RESIDENT_SHAPE.fullmatch(number):
        return Check(Flag.BAD_CHARACTER, shown)
    if resident_id_birth_date(number) is None:
        return Check(Flag.BAD_DATE, shown)
    expected = resident_id_check_character(number[:17])
    return Check(Flag.OK, shown) if number[17] == expected else Check(Flag.BAD_CHECK, shown, expected)


def masked_within(text: str) -> str:
    """Return a text with every resident number in it masked; one that holds none, or nothing but one, as it is."""
    if _WITHIN.search(text) is None or not cannot_be_resident_id(text):
        return text
    return _WITHIN.sub(lambda found: mask_resident_id(found[0]) if check_resident_id(found[0]).ok else found[0], text)


def may_hold_resident_ids(texts: Iterable[str]) -> bool:
    """Whether any of many texts may be a resident number or hold one; where it says no, none is."""
    together = "\n".join(texts)
    return _ONLY_OTHERS.search(together) is not None or _WITHIN.search(together) is not None


def cannot_be_resident_id(text: str) -> bool:
    """Whether a text holds something that no spelling of a resident number has; much quicker than `check_resident_id`."""
    return _NO_RESIDENT.search(text) is not None


def resident_id_birth_date(text: str) -> date | None:
    """Return the birth date that a resident number contains, or None when there is no such day."""
    number = normalise_resident_id(text)
    if not _RESIDENT_SHAPE.fullmatch(number):
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def hash_resident_id(text: str, key: bytes) -> str:
    """Return the keyed hash (HMAC-SHA256, hex) under which a resident number is stored and compared.

    Raises
    ------
    ConfigError
        The key is empty: without one, all numbers could be tried in minutes.
    InputError
        The number fails its check; keep the masked form with the flag, and no hash.
    """
    if not key:
        msg = "the key for hashing resident numbers is empty; set one before loading people"
        raise ConfigError(msg)
    check = check_resident_id(text)
    if not check.ok:
        msg = f"{check.message}; kept with flag {check.flag}, without a hash"
        raise InputError(msg)
    return hmac.new(key, normalise_resident_id(text).encode("ascii"), hashlib.sha256).hexdigest()


def mask_resident_id(text: str, style: MaskStyle = MaskStyle.PUBLIC) -> str:
    """Return a resident number with its telling part hidden.

    What does not have the shape of a resident number is hidden whole: it may be a passport or telephone number in the
    wrong column.
    """
    number = normalise_resident_id(text)
    if not _RESIDENT_SHAPE.fullmatch(number):
        return "*" * len(number)
    start, end = _HIDDEN[style]
    return number[:start] + "*" * (end - start) + number[end:]


def mask_name(name: str) -> str:
    """Return the first character and two stars, whatever the name's length, so that the length tells nothing.

    Of a compound surname only the first character shows. For internal previews: no statute prescribes a form that makes
    a person's name fit to publish.
    """
    clean = _clean(name)
    return f"{clean[0]}**" if clean else ""
