"""Whom a row speaks of: ids, names and choices become the ids of enterprises and people.

Invariants (tests/unit/test_loaders_references.py holds one test a number)
1. A masked number identifies nobody: it is passed over with the flag `masked`.
2. A credit code that only passes its check once its letters are capitals is kept as the code it must be, with the flag `bad_check`.
3. Where a mapping gives several references, the first that says whom counts; one whose number is empty, masked or has the wrong
   length or characters does not.
4. An id made of several columns needs all of them, and its parts never run into each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from graph.codec import make_fact
from graph.errors import InputError
from graph.identifiers import Check, check_resident_id, check_uscc, hash_resident_id, normalise_uscc
from graph.identifiers import Flag as CheckFlag
from graph.model import Entity, Fact, Name, Origin, PartyRef, Payload, appearance
from graph.names import is_of_body, is_unnamed, names_several
from graph.names import normalise_name as _normalise
from graph.snapshot.identity import bearer_of
from graph.store.lengths import see_that_it_fits
from loaders.cell_specs import Cell
from loaders.cells import Cells, looked_up, padded, required, text_of, unknown
from loaders.fact_specs import IdentifierSpec, PersonSpec
from loaders.known import Known
from loaders.mapping import Mapping
from loaders.reference_specs import ChooseRef, EnterpriseRef, FirstRef, IdRef, NameRef, OwnRef, PartySpec, PersonRef

normalise_name = lru_cache(1 << 16)(_normalise)
MASKED: Final = "masked"
MASKS: Final = frozenset("*＊")
_MALFORMED: Final = frozenset({CheckFlag.BAD_LENGTH, CheckFlag.BAD_CHARACTER})


@dataclass(frozen=True, slots=True)
class Flag:
    """A doubt about a cell of a row that is kept."""

    code: str
    column: str
    reason: str


@dataclass(slots=True)
class Statements:
    """What a row says.

    Its facts, the doubts about it, the decisions that its links go `from` and `to`, and the keys of the relationships whose start
    follows from the deliveries that list them.
    """

    facts: list[Fact[Payload]] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)

    @property
    def entities(self) -> list[Entity]:
        """The entities that the row says there are."""
        return [fact.value for fact in self.facts if isinstance(fact.value, Entity)]


@dataclass(frozen=True, slots=True)
class Number:
    """What a reference reads: a number in a scheme, and the flags of its check."""

    scheme: str
    text: str
    flags: tuple[str, ...] = ()


def joined(*parts: str) -> str:
    """Join parts into a key; a slash inside a part is escaped, so that different parts never give one key."""
    return "/".join(map(escaped, parts))


def escaped(part: str) -> str:
    """Return a part of a key as it stands between slashes."""
    return part.replace("%", "%25").replace("/", "%2F") if "%" in part or "/" in part else part


class References:
    """Reads the references of one row."""

    def __init__(self, mapping: Mapping, origin: Origin, cells: Cells, known: Known, id_key: bytes) -> None:
        self._mapping, self._origin, self._cells, self._known, self._id_key = mapping, origin, cells, known, id_key
        self._out = Statements()

    def _say(self, value: Payload, key: str, flags: tuple[str, ...] = ()) -> Fact[Payload]:
        fact: Fact[Payload] = make_fact(value, key, self._origin, flags)
        try:
            see_that_it_fits(fact)
        except InputError as error:
            longest = max(self._cells, key=lambda column: len(self._cells[column]), default=None)
            raise InputError(error.reason, column=longest) from error
        self._out.facts.append(fact)
        return fact

    def _doubt(self, flag: Flag) -> None:
        if flag not in self._out.flags:
            self._out.flags.append(flag)

    # Numbers

    def _number(self, ref: IdRef | OwnRef | IdentifierSpec) -> Number:
        """Return what a reference reads; the number is empty where the row gives none, or a masked one."""
        if isinstance(ref, OwnRef):
            return self._own(ref.own)
        lookup = ref.lookup if isinstance(ref, IdRef) else None
        column = ref.place if isinstance(ref, IdRef) else ref.column
        text = looked_up(lookup, ref.column, self._cells) if lookup else self._cells.get(column, "")
        scheme = ref.scheme or self._mapping.source
        if not text:
            return Number(scheme, "")
        if ref.scheme and not MASKS.isdisjoint(text):
            self._doubt(Flag(MASKED, column, "is masked; a masked number identifies nobody"))
            return Number(scheme, "", (MASKED,))
        text = padded(text, ref.pad, column)
        if "#" in text:
            raise InputError("an id cannot hold #", column=column)
        if ref.scheme != "uscc":
            return Number(scheme, text)
        return self._credit_code(text, column)

    def _own(self, columns: Iterable[str]) -> Number:
        parts = [(column, self._cells.get(column, "")) for column in columns]
        for column, text in parts:
            if not text:
                raise InputError("is empty; an id is made of it", column=column)
            if "#" in text:
                raise InputError("an id cannot hold #", column=column)
        return Number(self._mapping.source, joined(*(text for _, text in parts)))

    def _credit_code(self, text: str, column: str) -> Number:
        check, code = _checked(text)
        flag = check.flag if not check.ok else CheckFlag.BAD_CHECK if code != text else None
        if flag is None:
            return Number("uscc", code)
        reason = check.message if not check.ok else _spelling(check)
        self._doubt(Flag(flag.value, column, f"{reason}; kept with flag {flag.value}"))
        return Number("uscc", code, (flag.value,))

    # Enterprises

    def _first(self, ref: FirstRef) -> IdRef | NameRef:
        """Return the reference that says whom; the last where none does, so that its error is told."""
        for one in ref.first[:-1]:
            if isinstance(one, NameRef):
                if text_of(one.by_name, self._cells):
                    return one
            elif self._says(one):
                return one
        return ref.first[-1]

    def _says(self, ref: IdRef) -> bool:
        text = self._cells.get(ref.column, "") if ref.lookup is None else looked_up(ref.lookup, ref.column, self._cells)
        if ref.scheme == "uscc" and text and MASKS.isdisjoint(text):
            check = check_uscc(text)
            if check.flag in _MALFORMED:
                self._doubt(Flag(check.flag.value, ref.place, f"{check.message}; passed over"))
                return False
        return bool(text) and bool(self._number(ref).text)

    def _at(self, ref: EnterpriseRef) -> str:
        """Return the id of an enterprise that is known, one that this row says there is included."""
        if isinstance(ref, ChooseRef):
            case = self._cells.get(ref.choose, "")
            if case not in ref.cases:
                raise InputError(unknown(case, ref.cases), column=ref.choose)
            return self._at(ref.cases[case])
        if isinstance(ref, FirstRef):
            return self._at(self._first(ref))
        if isinstance(ref, NameRef):
            return self._named(ref)
        number = self._number(ref)
        if not number.text:
            why = "is masked" if MASKED in number.flags else "is empty"
            raise InputError(f"{why}; the enterprise is needed", column=ref.place)
        found = f"{number.scheme}:{number.text}"
        self._see_known(found, ref.place)
        return found

    def _see_known(self, enterprise: str, place: str | None) -> None:
        if not any(entity.id == enterprise for entity in self._out.entities) and not self._known.has(enterprise):
            raise InputError(
                f"{enterprise} is an unknown company: no delivery has told us of it; load the companies first", column=place
            )

    def _named(self, ref: NameRef) -> str:
        name = required(ref.by_name, self._cells, "a name")
        try:
            found = self._known.named(name)
        except InputError as error:
            raise InputError(error.reason, column=ref.place) from error
        if found is None and ref.otherwise == "refuse":
            raise InputError(f"{name!r} is an unknown company: no delivery has told us of it", column=ref.place)
        own = f"{self._mapping.source}:{normalise_name(name)}"
        if (found is None or found == own) and not any(entity.id == own for entity in self._out.entities):
            if "#" in own:
                raise InputError("a name cannot hold #", column=ref.place)
            self._say(Entity(own, ref.kind, (Name(name),)), own)
        return found or own

    # People

    def _party(self, ref: PartySpec | PersonSpec) -> PartyRef | None:
        if not isinstance(ref, PersonRef):
            return PartyRef(self._at(ref))
        name = text_of(ref.name, self._cells)
        enterprise = self._at(ref.at)
        if is_unnamed(name):
            return None
        if names_several(name):
            self._doubt(Flag("several_names", ref.name.place or "", "names several people: nobody is taken for them all"))
            return None
        if "#" in name or "@" in name:
            raise InputError("a name cannot hold # or @", column=ref.place)
        if is_of_body(name):
            self._doubt(Flag("name_of_body", ref.name.place or "", "ends as the name of a company does, in the place of a person"))
        return PartyRef(appearance(enterprise, normalise_name(name)), self._bearer(ref))

    def _bearer(self, ref: PersonRef) -> str | None:
        """Return the strong id where a valid resident number gives one, else the source's own."""
        if hashed := self._resident(ref):
            return bearer_of(hashed)
        own = text_of(ref.bearer, self._cells)
        return f"{self._mapping.source}:{own}" if own else None

    def _resident(self, ref: PersonRef) -> str | None:
        """Return the keyed hash of a resident number; one that fails its check is flagged, and identifies nobody."""
        text = text_of(ref.resident_id, self._cells)
        if not text or ref.resident_id is None:
            return None
        check = check_resident_id(text)
        if not check.ok:
            column = ref.resident_id.column or ""
            self._doubt(Flag(check.flag.value, column, f"{check.message}; the person is kept without it"))
            return None
        return hash_resident_id(text, self._id_key)

    def _decision_id(self, cells: tuple[Cell, ...]) -> str:
        return f"{self._mapping.source}:{joined_id([required(cell, self._cells, 'the id of a decision') for cell in cells])}"


@lru_cache(1 << 12)
def _checked(text: str) -> tuple[Check, str]:
    """Check a credit code and normalise it; a row reads its own several times."""
    return check_uscc(text), normalise_uscc(text)


def joined_id(parts: list[str]) -> str:
    """Return the id of one part as it is, of several joined."""
    return parts[0] if len(parts) == 1 else joined(*parts)


def _spelling(check: Check) -> str:
    return f"'{check.shown}' fails its check as it is written, and passes it in capitals without spaces"
