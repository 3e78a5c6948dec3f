"""What both standards share: the columns of their rows, what the first reading learnt of a file, days, and what gets lost."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Literal

from graph import codes
from graph.dates import PartialDate
from graph.errors import InputError
from graph.export.rows import interest_label
from graph.identifiers import check_uscc, normalise_uscc
from graph.names import normalise_name
from loaders.rows import NotKept

Cells = dict[str, str]
Lists = dict[str, tuple[Cells, ...]]
Found = tuple[int, Cells, Lists]
Read = Generator[Found | InputError | NotKept, None, None]
COLUMNS: Final = (
    "record", "kind", "id", "uscc", "registration", "cn_stock", "scheme", "scheme_name", "name", "founded", "form", "unspecified",
    "at", "at_uscc", "party", "party_uscc", "person", "person_at", "person_at_uscc", "bearer", "subject", "subject_uscc",
    "interest", "words", "share", "start", "end", "key", "authority", "number", "date", "reason", "aliases.name", "aliases.kind",
)  # fmt: skip
"""Columns of the rows, whatever a file holds."""
_CODED: Final = "uscc:"
"""How our id of an enterprise begins that has a credit code."""
Standard = Literal["bods", "ftm"]
_ALSO_TOLD: Final[Mapping[Standard, str]] = {"bods": "linked_to", "ftm": "is_at"}
"""What an export says in our word though its code has no edge of the standard."""
_EMPTY: Final = dict.fromkeys((name for name in COLUMNS if not name.startswith("aliases.")), "")


@dataclass(frozen=True, slots=True)
class Ended:
    """A statement that says no more than that a record is closed: its date as a number, its place, and the day that it gives."""

    dated: int
    number: int
    day: str


@dataclass(slots=True)
class Known:
    """What the first reading learnt of a file.

    The credit code of each party that has one, its kind, why each person who has no name has none, which parties are no persons,
    how those persons are called whose id could be one of ours, in which enterprise somebody without a name may have an interest,
    which of our people an id means, the number of the statement that stands of each record and its date, what ends a record,
    where a party is first told or spoken of (what stands of it is a row there), and what is not kept.
    """

    uscc: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    unnamed: dict[str, str] = field(default_factory=dict)
    enterprises: set[str] = field(default_factory=set)
    called: dict[str, frozenset[str]] = field(default_factory=dict)
    nameless: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    reasoned: dict[str, list[str]] = field(default_factory=dict)
    ours: dict[str, str] = field(default_factory=dict)
    native: dict[str, str] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    dated: dict[str, int] = field(default_factory=dict)
    ended: dict[str, Ended] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    late: dict[str, Any] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)

    def speak(self, parties: Iterable[object], number: int) -> None:
        """Take note that a statement speaks of parties."""
        for party in parties:
            if isinstance(party, str):
                self.first.setdefault(party, number)

    def link(self, record: str, number: int) -> None:
        """Take note of what tells no party."""
        self.last[record] = number
        self.late.pop(record, None)

    def tell(self, record: str, number: int, said: Any) -> None:
        """Take note of what tells a party."""
        self.last[record] = number
        if self.first.setdefault(record, number) != number:
            self.late[record] = number, said

    def counts(self, record: str, dated: int) -> bool:
        """Whether a statement counts beside those of its record that were read: the later one does; without a date, by its place.

        Parameters
        ----------
        dated : int
            What orders dates; 0 for none.
        """
        last = self.dated.get(record, 0)
        if 0 < dated < last:
            return False
        self.dated[record] = max(dated, last)
        return True

    def end(self, record: str, ended: Ended) -> bool:
        """Take note of what ends a record; whether it is all that is known of it."""
        last = self.ended.get(record)
        if last is None or not 0 < ended.dated < last.dated:
            self.ended[record] = Ended(max(ended.dated, last.dated if last else 0), ended.number, ended.day)
        return record not in self.dated and self.ended[record].number == ended.number

    def ending(self, record: str, number: int) -> Ended | None:
        """Return what ended a record after the statement that stands of it, None for nothing."""
        ended, dated = self.ended.get(record), self.dated.get(record, 0)
        if ended is None or ended.number == number:
            return None
        is_later = ended.dated > dated if ended.dated and dated and ended.dated != dated else ended.number > number
        return ended if is_later else None

    def stands(self, record: str, number: int) -> bool:
        """Whether what a statement says of a record is not replaced by a later one."""
        return self.last.get(record) == number

    def moved(self, record: str) -> bool:
        """Whether a party is told before its place."""
        return record in self.late

    def early(self) -> dict[int, list[tuple[int, Any]]]:
        """Return what is to be told before its place, by the number of the statement where it is."""
        found: dict[int, list[tuple[int, Any]]] = defaultdict(list)
        for record, told in self.late.items():
            found[self.first[record]].append(told)
        return found

    def is_named(self, party: str) -> bool:
        """Whether a party was told already, and has a name."""
        return party in self.last and party not in self.unnamed

    def reasons(self, enterprise: str) -> list[str]:
        """Return why those who are not named have no name, of all who hold something of an enterprise, each reason once."""
        if not self.reasoned:
            for subject, party, said in self.nameless.values():
                if reason := said or self.unnamed.get(party):
                    self.reasoned.setdefault(subject, []).append(reason)
        return list(dict.fromkeys(self.reasoned.get(enterprise, ())))

    def call(self, record: str, names: Iterable[str]) -> None:
        """Take note of how a person is called."""
        self.enterprises.discard(record)
        if "#" in record:
            self.called[record] = frozenset(map(normalise_name, names))

    def appearance(self, record: str) -> tuple[str, str]:
        """Return enterprise and name (with the bearer, if any) of an id that an export of ours made; nothing for any other id.

        Others write `#` as well, as in every address of a part of a page: such an id is one of ours only where the part before it
        is an enterprise, and the part behind it how the person is called.
        """
        own = self.ours.get(record)
        at, _, rest = (own or record).partition("#")
        name = rest.partition("@")[0]
        if not name or record in self.enterprises:
            return "", ""
        is_ours = own or ((at in self.enterprises or at.startswith(_CODED)) and name in self.called.get(record, (name,)))
        return (at, rest) if is_ours else ("", "")

    def lose(self, names: Iterable[str], within: str = "") -> None:
        """Count what is not kept."""
        self.lost.update(f"{within}{name}" for name in names)


def rows(number: int, made: Iterator[tuple[Cells, Lists]]) -> Iterator[Found | InputError]:
    """Yield the rows of what is told at a place; why there are none, where it cannot be read."""
    try:
        yield from ((number, cells, lists) for cells, lists in made)
    except InputError as error:
        yield InputError(error.reason, row=error.row or number, column=error.column)


def not_kept(known: Known) -> Iterator[NotKept]:
    """Yield what the file says that has no word here, wherever it stands in it."""
    if known.lost:
        told = ", ".join(f"{count} {name}" for name, count in sorted(known.lost.items()))
        yield NotKept(None, f"says what has no word here, and was not kept: {told}")


def person(record: str, name: str, known: Known) -> Cells:
    """Return the row of a person: of his own record, or of the enterprise where one of our exports says that he appears."""
    at, rest = known.appearance(record)
    if at:
        return cells(record="person_at", id=record, name=name, bearer=_bearer(rest), **enterprise("at", at, known))
    return cells(record="person", kind="person", id=storable(record), name=name)


def end(prefix: str, record: str, known: Known) -> Cells:
    """Return the cells of an interested party: an enterprise or a person of his own, or one at an enterprise."""
    at, rest = known.appearance(record)
    if at:
        name = rest.partition("@")[0]
        return {"record": "interest_of_person", "person": name, "bearer": _bearer(rest), **enterprise("person_at", at, known)}
    return {"record": "interest", **enterprise(prefix, record, known)}


def _bearer(rest: str) -> str:
    """Return by what an export of ours tells a person from others of his name there; nothing where it left open who he is."""
    bearer = rest.partition("@")[2]
    return "" if bearer.startswith("?") else bearer


def enterprise(prefix: str, record: str, known: Known) -> Cells:
    """Return the cells of an enterprise: its id in the file, and its credit code."""
    record = known.native.get(record, record)
    code = known.uscc.get(record, "")
    if not code and record.startswith(_CODED):
        code = record.removeprefix(_CODED)
    return {prefix or "id": storable(record), f"{prefix}_uscc" if prefix else "uscc": code}


def storable(record: str) -> str:
    """Return an id as it can be stored: `#` parts enterprise and person in our own, and is written as in an address in others."""
    return record.replace("#", "%23")


def credit_code(numbers: Iterable[str | None]) -> str:
    """Return the unified social credit code among numbers, whatever their scheme is called; empty if there is none."""
    return next((normalise_uscc(text) for text in numbers if text and check_uscc(text).ok), "")


def own_label(text: str, standard: Standard) -> str:
    """Return the Chinese label of an office or interest with which an export of ours begins, empty if there is none."""
    return next((word for word in (text.partition(" (")[0], text) if word in _labels(standard)), "")


@lru_cache(2)
def _labels(standard: Standard) -> frozenset[str]:
    named = [*codes.load("interests"), *codes.load("roles")]
    told = {each.code for each in named if (word := getattr(each, standard)) and ":" not in word}
    return frozenset(interest_label(code, "zh") for code in (*told, _ALSO_TOLD[standard]))


def cells(**given: str) -> Cells:
    """Return a row of these cells, the others empty."""
    return _EMPTY | {name: text.strip() for name, text in given.items()}


_DAY: Final = 86_400
"""Seconds of a day."""
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)


def moment(text: str | None, column: str) -> int:
    """Return the second at which a day or moment begins, counted from the year 1; 0 for none.

    Raises
    ------
    InputError
        It is none, or does not exist.
    """
    first = day(text, column)
    if not text or not first:
        return 0
    begins = PartialDate.parse(first).earliest.toordinal() * _DAY
    try:
        exact = datetime.fromisoformat(text)
    except ValueError:
        return begins
    away = exact.utcoffset() or timedelta()
    return begins + int(
        timedelta(hours=exact.hour, minutes=exact.minute, seconds=exact.second).total_seconds() - away.total_seconds()
    )


def day(text: str | None, column: str) -> str:
    """Return a day, month or year as we write it, empty for none; of a moment its day.

    Raises
    ------
    InputError
        It is none of them, or does not exist.
    """
    if not text:
        return ""
    moment = _MOMENT.fullmatch(text)
    plain = moment[1] if moment else text
    if not plain[:4].isdigit() or ".." in plain:
        raise InputError(f"{text!r} is not a date (expected YYYY, YYYY-MM or YYYY-MM-DD)", column=column)
    try:
        return str(PartialDate.parse(plain))
    except InputError as error:
        raise InputError(error.reason, column=column) from error
