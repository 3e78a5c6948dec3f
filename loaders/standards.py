"""Files of the Beneficial Ownership Data Standard 0.4 and of FollowTheMoney as rows, which a mapping reads like any other's.

A file holds records that refer to each other, in any order: it is read twice, first for what its records are, then row by row. A
row is a party, or one interest of one party in another; the mappings `bods` and `ftm` say what it means. An id that one of our own
exports made of a person (`enterprise#name`) is read as that person at that enterprise.

Sources: https://standard.openownership.org/en/0.4.0/, https://followthemoney.tech/explorer/.

Invariants (tests/unit/test_loaders_standards.py holds one test a number)
1. Every party and every interest of the file is a row, numbered by the statement that says it; a later statement of a record takes
   the place of an earlier one.
2. What cannot be read is an error with its number, and the rest of the file is still read.
3. An owner whom nobody names is a reason on the enterprise, never a person.
4. What is no party and no interest is passed over and named, never guessed; kinship is never read.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from graph import codes
from graph.errors import InputError
from graph.export.ftm import entity_id
from graph.export.rows import interest_label
from graph.identifiers import check_uscc, normalise_uscc
from loaders.text_files import Limits, TooLong, bounded_lines, open_text

Cells = dict[str, str]
Lists = dict[str, tuple[Cells, ...]]
Found = tuple[int, Cells, Lists]
_Reader = Callable[[int, Any, "_Known"], Iterator[tuple[Cells, Lists]]]
COLUMNS: Final = (
    "record", "kind", "id", "uscc", "registration", "name", "founded", "unspecified", "at", "at_uscc", "party", "party_uscc",
    "person", "person_at", "person_at_uscc", "subject", "subject_uscc", "interest", "share", "start", "end", "key", "authority",
    "number", "date", "reason", "aliases.name", "aliases.kind",
)  # fmt: skip
"""Columns of the rows, whatever a file holds."""


@dataclass(slots=True)
class _Known:
    """What the first reading learnt of a file.

    The credit code of each party that has one, its kind, the kind of each person who has no name, which of our people an id means,
    the number of the statement that stands of each record, and where a party is first told or spoken of: what stands of it is a row
    there.
    """

    uscc: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    unnamed: dict[str, str] = field(default_factory=dict)
    ours: dict[str, str] = field(default_factory=dict)
    native: dict[str, str] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    late: dict[str, Any] = field(default_factory=dict)

    def speak(self, parties: Iterable[object], number: int) -> None:
        """Take note that a statement speaks of parties."""
        for party in parties:
            if isinstance(party, str):
                self.first.setdefault(party, number)

    def tell(self, record: str, number: int, said: Any) -> None:
        """Take note of what tells a party."""
        self.last[record] = number
        if self.first.setdefault(record, number) != number:
            self.late[record] = said

    def stands(self, record: str, number: int, said: Any) -> bool:
        """Whether a row is made here of what is said of a record."""
        return said is self.late[record] if record in self.late else self.last.get(record) == number

    def early(self) -> dict[int, list[Any]]:
        """Return what is to be told before its place, by the number of the statement where it is."""
        found: dict[int, list[Any]] = defaultdict(list)
        for record, said in self.late.items():
            found[self.first[record]].append(said)
        return found


def read_bods(path: Path, limits: Limits) -> Generator[Found | InputError, None, None]:
    """Yield the rows of a BODS file: JSON lines, or one array of statements."""
    known = _Known()
    for number, statement in _objects(path, limits):
        if isinstance(statement, dict) and isinstance(details := statement.get("recordDetails"), dict):
            _learn_bods(number, str(statement.get("recordId", "")), statement, details, known)
    early = known.early()
    for number, statement in _objects(path, limits):
        yield from _rows(number, (*early.get(number, ()), statement), known, _bods)


def _learn_bods(number: int, record: str, statement: Any, details: Mapping[str, Any], known: _Known) -> None:
    if statement.get("recordType") == "relationship":
        known.speak((details.get("subject"), details.get("interestedParty")), number)
        known.last[record] = number
        return
    known.tell(record, number, statement)
    known.kinds[record] = str((details.get("entityType") or {}).get("type") or "")
    if code := _credit_code(details.get("identifiers")):
        known.uscc[record] = code
    if statement.get("recordType") == "person" and not _names(details):
        known.unnamed[record] = str(details.get("personType") or "unknownPerson")


def read_ftm(path: Path, limits: Limits) -> Generator[Found | InputError, None, None]:
    """Yield the rows of a file of FollowTheMoney entities: JSON lines, or one array."""
    known, passed, last = _Known(), Counter[str](), 0
    for number, entity in _objects(path, limits):
        if isinstance(entity, dict) and isinstance(said := entity.get("properties"), dict):
            _learn_ftm(number, str(entity.get("id")), entity, said, known)
    early = known.early()
    for number, entity in _objects(path, limits):
        last = number
        schema = str(entity.get("schema") or "") if isinstance(entity, dict) else ""
        if schema == "Family":
            continue
        if schema and schema not in _PARTIES and schema not in _EDGES and schema != "Sanction":
            passed[schema] += 1
            continue
        yield from _rows(number, (*early.get(number, ()), entity), known, _ftm)
    if passed:
        named = ", ".join(f"{count} {schema}" for schema, count in sorted(passed.items()))
        yield InputError(f"holds what is neither a party nor an interest, and was passed over: {named}", row=last)


def _learn_ftm(number: int, own: str, entity: Any, said: Mapping[str, Any], known: _Known) -> None:
    schema = entity.get("schema")
    if schema in _EDGES or schema == "Sanction":
        ends = _EDGES.get(str(schema), ("entity", "entity"))
        known.speak((text for end in ends for text in _texts(said, end)), number)
        return
    known.tell(own, number, entity)
    if code := _credit_code([{"id": text} for text in _texts(said, "uscCode")]):
        known.uscc[own] = code
    for note in _texts(said, "notes"):
        if own == entity_id(note) and "#" in note:
            known.ours[own] = note
        elif own == entity_id(note):
            known.native[note] = own


def _rows(number: int, told: Iterable[Any], known: _Known, rows: _Reader) -> Iterator[Found | InputError]:
    """Yield the rows of what is told at a place."""
    for said in told:
        try:
            if isinstance(said, InputError):
                raise said
            yield from ((number, cells, lists) for cells, lists in rows(number, said, known))
        except InputError as error:
            yield InputError(error.reason, row=number, column=error.column)


# BODS


def _bods(number: int, statement: Any, known: _Known) -> Iterator[tuple[Cells, Lists]]:
    kind, record = str(_needed(statement, "recordType")), str(_needed(statement, "recordId"))
    details = _needed(statement, "recordDetails")
    if not isinstance(details, dict):
        raise InputError("is no object", column="recordDetails")
    if not known.stands(record, number, statement):
        return
    if kind == "entity":
        yield _bods_entity(record, details, known)
    elif kind == "person":
        yield _bods_person(record, details, known)
    elif kind == "relationship":
        yield from _bods_interests(record, statement, details, known)
    else:
        raise InputError(f"{kind!r} is none of entity, person, relationship", column="recordType")


def _bods_entity(record: str, details: Mapping[str, Any], known: _Known) -> tuple[Cells, Lists]:
    numbers = [item for item in details.get("identifiers") or () if isinstance(item, dict)]
    others = [f"{item.get('scheme') or item.get('schemeName') or ''} {item.get('id') or ''}".strip() for item in numbers]
    own = known.uscc.get(record, "")
    cells = _cells(
        record="entity",
        kind=str((details.get("entityType") or {}).get("type") or ""),
        id=record,
        uscc=own,
        registration=next((text for text in others if not own or own not in text), ""),
        name=str(details.get("name") or ""),
        founded=str(details.get("foundingDate") or ""),
    )
    return cells, {"aliases": tuple({"name": str(name), "kind": "alias"} for name in details.get("alternateNames") or ())}


def _bods_person(record: str, details: Mapping[str, Any], known: _Known) -> tuple[Cells, Lists]:
    names = _names(details)
    if not names:
        return _cells(record="person_unnamed", id=record), {}
    called = next((name for name in names if name.get("type") == "legal"), names[0])
    others = [name for name in names if name is not called]
    aliases = tuple({"name": str(name["fullName"]), "kind": _ALIAS.get(str(name.get("type")), "alias")} for name in others)
    return _person(record, str(called["fullName"]), known), {"aliases": aliases}


def _names(details: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the names of a person who is named."""
    if details.get("personType") != "knownPerson":
        return []
    return [name for name in details.get("names") or () if isinstance(name, dict) and name.get("fullName")]


_ALIAS: Final = {"former": "former", "birth": "former"}


def _bods_interests(
    record: str, statement: Mapping[str, Any], details: Mapping[str, Any], known: _Known
) -> Iterator[tuple[Cells, Lists]]:
    subject, party = details.get("subject"), _needed(details, "interestedParty")
    if isinstance(subject, dict):
        raise InputError(f"its subject is not named ({subject.get('reason')}): nothing to attach it to", column="subject")
    if str(party) in known.unnamed:
        party = {"reason": "unknown", "description": known.unnamed[str(party)]}
    if isinstance(party, dict):
        said = ": ".join(text for text in (str(party.get("reason") or "unknown"), str(party.get("description") or "")) if text)
        kind = known.kinds.get(str(subject)) or "registeredEntity"
        yield _cells(record="unspecified", kind=kind, **_enterprise("", str(subject), known), unspecified=said), {}
        return
    closed = str(statement.get("statementDate") or "")[:10] if statement.get("recordStatus") == "closed" else ""
    for place, interest in enumerate(details.get("interests") or [{"type": "unknownInterest"}]):
        kind, _, period = str(interest.get("details") or "").partition("; ")
        start, _, end = period.partition("/")
        end = str(interest.get("endDate") or "") or end or (f"..{closed}" if closed else "")
        cells = _cells(
            **_end("party", str(party), known),
            **_enterprise("subject", str(subject), known),
            interest=_own_label(kind) or _interest(interest),
            share=_bods_share(interest.get("share")),
            start=str(interest.get("startDate") or "") or (start if "/" in period else ""),
            end=end,
            key=f"{record}/{place}" if place else record,
        )
        yield cells, {}


def _interest(interest: Mapping[str, Any]) -> str:
    """Return the kind of an interest; one held through others is no holding of its own beside theirs."""
    kind = str(interest.get("type") or "unknownInterest")
    return "indirect" if interest.get("directOrIndirect") == "indirect" else kind


def _bods_share(share: Any) -> str:
    if not isinstance(share, dict):
        return ""
    if share.get("exact") is not None:
        return f"{share['exact']}"
    least = share.get("minimum", share.get("exclusiveMinimum"))
    most = share.get("maximum", share.get("exclusiveMaximum"))
    return "" if least is None and most is None else f"{'' if least is None else least}..{'' if most is None else most}"


# FollowTheMoney

_PARTIES: Final = frozenset(("Company", "Organization", "LegalEntity", "PublicBody", "Person", "Vessel", "Airplane", "Address"))
_EDGES: Final = {
    "Ownership": ("owner", "asset"),
    "Directorship": ("director", "organization"),
    "Employment": ("employee", "employer"),
    "Representation": ("agent", "client"),
    "Membership": ("member", "organization"),
    "UnknownLink": ("subject", "object"),
}


def _ftm(number: int, entity: Any, known: _Known) -> Iterator[tuple[Cells, Lists]]:
    schema, own, said = str(_needed(entity, "schema")), str(_needed(entity, "id")), _needed(entity, "properties")
    if not isinstance(said, dict):
        raise InputError("is no object", column="properties")
    if schema in _PARTIES and not known.stands(own, number, entity):
        return
    if schema in _PARTIES:
        yield _ftm_party(schema, own, said, known)
    elif schema == "Sanction":
        for target in _texts(said, "entity"):
            yield (
                _cells(
                    **_end("party", target, known) | {"record": "decision"},
                    key=own,
                    authority=_first(said, "authority", "country", "program"),
                    number=_first(said, "recordId", "unscId", "authorityId"),
                    date=_first(said, "listingDate", "startDate", "date")[:10],
                    reason=_first(said, "program", "reason"),
                ),
                {},
            )
    else:
        first, second = _EDGES[schema]
        for place, (party, subject) in enumerate((a, b) for a in _texts(said, first) for b in _texts(said, second)):
            role = _first(said, "role")
            start, _, end = _first(said, "summary").partition("/")
            exact = "/" not in _first(said, "summary") or not _own_label(role)
            cells = _cells(
                **_end("party", party, known),
                **_enterprise("subject", subject, known),
                interest=_own_label(role) or schema,
                share=_first(said, "percentage").removesuffix("%"),
                start=_first(said, "startDate")[:10] or ("" if exact else start),
                end=_first(said, "endDate")[:10] or ("" if exact else end),
                key=f"{own}/{place}" if place else own,
            )
            yield cells, {}


def _ftm_party(schema: str, own: str, said: Mapping[str, Any], known: _Known) -> tuple[Cells, Lists]:
    name, *others = _texts(said, "name") or _texts(said, "full") or [""]
    known_as = dict.fromkeys([*others, *_texts(said, "alias"), *_texts(said, "weakAlias")])
    aliases = [{"name": text, "kind": "alias"} for text in known_as]
    aliases += [{"name": text, "kind": "former"} for text in _texts(said, "previousName")]
    lists: Lists = {"aliases": tuple(aliases)}
    if schema == "Person":
        return _person(known.ours.get(own, own), name, known), lists
    uscc = known.uscc.get(own, "")
    numbers = [*_texts(said, "registrationNumber"), *_texts(said, "ogrnCode"), *_texts(said, "innCode")]
    cells = _cells(
        record="entity", kind=schema, id=own, uscc=uscc, name=name, founded=_first(said, "incorporationDate")[:10],
        registration=next((text for text in numbers if text != uscc), ""),
    )  # fmt: skip
    return cells, lists


# Both


def _person(record: str, name: str, known: _Known) -> Cells:
    """Return the row of a person: of his own record, or of the enterprise where one of our exports says that he appears."""
    at, separator, _ = record.partition("#")
    if separator:
        return _cells(record="person_at", id=record, name=name, **_enterprise("at", at, known))
    return _cells(record="person", kind="person", id=record, name=name)


def _end(prefix: str, record: str, known: _Known) -> Cells:
    """Return the cells of an interested party: an enterprise or a person of his own, or one at an enterprise."""
    at, separator, name = known.ours.get(record, record).partition("#")
    if separator:
        return {"record": "interest_of_person", "person": name.partition("@")[0], **_enterprise("person_at", at, known)}
    return {"record": "interest", **_enterprise(prefix, record, known)}


def _enterprise(prefix: str, record: str, known: _Known) -> Cells:
    record = known.native.get(record, record)
    code = known.uscc.get(record, "")
    if not code and record.startswith("uscc:"):
        code = record.removeprefix("uscc:")
    return {prefix or "id": record, f"{prefix}_uscc" if prefix else "uscc": code}


def _credit_code(numbers: Any) -> str:
    """Return the unified social credit code among identifiers, whatever their scheme is called; empty if there is none."""
    texts = [str(item.get("id") or "") for item in numbers or () if isinstance(item, dict)] if isinstance(numbers, Iterable) else []
    return next((normalise_uscc(text) for text in texts if check_uscc(text).ok), "")


def _own_label(text: str) -> str:
    """Return the Chinese label of an office or interest with which one of our exports begins, empty if there is none."""
    return next((word for word in (text.partition(" (")[0], text) if word in _labels()), "")


def _labels() -> frozenset[str]:
    named = [*(kind.code for kind in codes.load("interests")), *(role.code for role in codes.load("roles"))]
    return frozenset(interest_label(code, "zh") for code in named)


def _cells(**given: str) -> Cells:
    return {name: given.get(name, "").strip() for name in COLUMNS if not name.startswith("aliases.")}


def _texts(said: Mapping[str, Any], name: str) -> list[str]:
    found = said.get(name) or []
    return [str(text) for text in (found if isinstance(found, list) else [found])]


def _first(said: Mapping[str, Any], *names: str) -> str:
    return next((text for name in names for text in _texts(said, name)), "")


def _needed(said: Any, name: str) -> Any:
    if not isinstance(said, dict):
        raise InputError("is no JSON object")
    if said.get(name) in (None, ""):
        raise InputError("is missing", column=name)
    return said[name]


def _objects(path: Path, limits: Limits) -> Iterator[tuple[int, Any]]:
    """Yield the objects of a file, numbered from 1: the parts of an array, or the lines; an error where one is no JSON."""
    with open_text(path, "utf-8") as file:
        lines = bounded_lines(file, limits.line)
        first = next(lines, "")
        if isinstance(first, str) and first.lstrip("\ufeff \t").startswith("["):
            yield from _array(path, first, lines)
            return
        for number, line in enumerate((line for part in ((first,), lines) for line in part), 1):
            if isinstance(line, TooLong):
                yield number, InputError(f"is longer than {limits.line:,} characters", row=number)
            elif line.strip():
                try:
                    yield number, json.loads(line)
                except (ValueError, RecursionError) as error:
                    yield number, InputError(f"is not JSON ({error})", row=number)


def _array(path: Path, first: str, lines: Iterator[str | TooLong]) -> Iterator[tuple[int, Any]]:
    text = "".join([first.lstrip("\ufeff"), *(line if isinstance(line, str) else "" for line in lines)])
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path.name} is not JSON, or was cut off ({error})") from error
    yield from enumerate(parts, 1)
