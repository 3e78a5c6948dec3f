"""The reader of FollowTheMoney: entities as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from graph.dates import PartialDate
from graph.errors import InputError
from graph.export.ftm import entity_id
from graph.export.posts import in_words, post_of
from graph.export.rows import interest_label
from graph.identifiers import normalise_uscc
from loaders.standards.common import (
    Cells,
    Known,
    Lists,
    Read,
    cells,
    credit_code,
    day,
    end,
    enterprise,
    not_kept,
    own_label,
    person,
    rows,
    storable,
)
from loaders.standards.objects import objects
from loaders.standards.shapes import Properties, Thing, shaped
from loaders.text_files import Limits

_PARTIES: Final = frozenset((
    "Company", "Organization", "LegalEntity", "PublicBody", "Person", "Vessel", "Airplane", "Address",
    "CallForTenders",
))  # fmt: skip
_EDGES: Final = {
    "Ownership": ("owner", "asset"),
    "Directorship": ("director", "organization"),
    "Employment": ("employee", "employer"),
    "Representation": ("agent", "client"),
    "Membership": ("member", "organization"),
    "UnknownLink": ("subject", "object"),
}
_OF_PARTIES: Final = frozenset((
    "name", "full", "alias", "weakAlias", "previousName", "uscCode", "registrationNumber", "ogrnCode", "innCode",
    "incorporationDate", "notes",
))  # fmt: skip
_TITLED: Final = {"CallForTenders": ("title",)}
"""What has a title instead of a name; elsewhere that word is one before a name."""
_OF_EDGES: Final = frozenset(("role", "summary", "percentage", "startDate", "endDate", "recordId"))
_OF_SANCTIONS: Final = frozenset((
    "entity", "authority", "country", "program", "recordId", "unscId", "authorityId", "listingDate", "startDate", "date",
    "provisions", "reason",
))  # fmt: skip

_DATES: Final = ("listingDate", "startDate", "date")
"""Properties that say when somebody was listed, the best first."""
SEVERAL: Final = "\x1f"
"""Stands between the articles that one sanction names, in their one cell."""


@dataclass(frozen=True, slots=True)
class _Entity:
    """An entity of a schema that is read, with the properties that are read; the names of the others."""

    id: str
    schema: str
    said: Mapping[str, list[str]]
    unread: tuple[str, ...]

    def texts(self, *names: str) -> list[str]:
        """Return the values of the first of these properties that has any."""
        return next((found for name in names if (found := self.said.get(name))), [])

    def needed(self, name: str) -> list[str]:
        """Return the values of a property that must have one."""
        if not self.texts(name):
            raise InputError("is missing", column=f"properties.{name}")
        return self.texts(name)

    def between(self, *names: str) -> str:
        """Return a day; of several the days between which all of them lie."""
        found = dict.fromkeys(day(text, f"properties.{names[0]}") for text in self.texts(*names))
        if len(found) < 2:
            return "".join(found)
        days = [PartialDate.parse(text) for text in found]
        return str(PartialDate(min(one.earliest for one in days), max(one.latest for one in days)))


@dataclass(slots=True)
class _Passed:
    """What is passed over: how many entities of each schema there are, and where the first stands."""

    count: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)

    def take(self, schema: str, number: int) -> None:
        """Pass one over."""
        self.count[schema] += 1
        self.first.setdefault(schema, number)


def read_ftm(path: Path, limits: Limits) -> Read:
    """Yield the rows of a file of FollowTheMoney entities: JSON lines, or one array."""
    known, passed = Known(), _Passed()
    for number, value in objects(path, limits):
        try:
            entity = _read(value)
        except InputError:
            continue  # told of by the second reading
        if entity is not None:
            _learn(number, entity, known)
    early = known.early()
    for number, value in objects(path, limits):
        for _, said in early.get(number, ()):
            yield from rows(number, _party(said, known))
        yield from rows(number, _told(number, value, known, passed))
    for schema, first in sorted(passed.first.items(), key=lambda each: each[1]):
        told = f"{passed.count[schema]} {schema}"
        yield InputError(f"holds what is neither a party nor an interest, and was passed over: {told}", row=first)
    yield from not_kept(known)


def _read(value: Any) -> _Entity | None:
    """Return an entity, None if it is of a schema that is not read."""
    if isinstance(value, InputError):
        raise value
    thing = shaped(Thing, value)
    if thing.of in _EDGES:
        used = {*_OF_EDGES, *_EDGES[thing.of]}
    elif thing.of in _PARTIES or thing.of == "Sanction":
        used = {*(_OF_SANCTIONS if thing.of == "Sanction" else _OF_PARTIES), *_TITLED.get(thing.of, ())}
    else:
        return None
    read = {name: texts for name, texts in thing.properties.items() if name in used}
    said = shaped(Properties, {"properties": read}).properties
    unread = tuple(name for name, texts in thing.properties.items() if texts and name not in used)
    return _Entity(thing.id, thing.of, said, unread)


def _learn(number: int, entity: _Entity, known: Known) -> None:
    if entity.schema not in _PARTIES:
        known.speak((text for name in _EDGES.get(entity.schema, ("entity",)) for text in entity.texts(name)), number)
        known.link(entity.id, number)
        return
    known.tell(entity.id, number, entity)
    known.uscc.pop(entity.id, None)
    if entity.schema == "Person":
        known.call(entity.id, entity.texts("name", "full"))
    else:
        known.enterprises.add(entity.id)
    if code := credit_code(entity.texts("uscCode")):
        known.uscc[entity.id] = code
    for note in entity.texts("notes"):
        if entity.id == entity_id(note) and "#" in note:
            known.ours[entity.id] = note
        elif entity.id == entity_id(note):
            known.native[note] = entity.id


def _told(number: int, value: Any, known: Known, passed: _Passed) -> Iterator[tuple[Cells, Lists]]:
    entity = _read(value)
    if entity is None:
        if (schema := value["schema"].strip()) != "Family":
            passed.take(schema, number)
    elif known.stands(entity.id, number) and not known.moved(entity.id):
        made = _party if entity.schema in _PARTIES else _sanction if entity.schema == "Sanction" else _edge
        yield from made(entity, known)


def _party(entity: _Entity, known: Known) -> Iterator[tuple[Cells, Lists]]:
    known.lose(entity.unread)
    known.lose(["notes"] * any(entity.id != entity_id(note) for note in entity.texts("notes")))
    name, *others = entity.texts("name", "full", *_TITLED.get(entity.schema, ())) or [""]
    known_as = dict.fromkeys([*others, *entity.texts("alias"), *entity.texts("weakAlias")])
    aliases = [{"name": text, "kind": "alias"} for text in known_as]
    aliases += [{"name": text, "kind": "former"} for text in entity.texts("previousName")]
    if entity.schema == "Person":
        made = person(entity.id, name, known)
        if made["record"] == "person_at":
            known.lose(["names (further ones, of a person known at one enterprise)"] * len(aliases))
            aliases = []
        yield made, {"aliases": tuple(aliases)}
        return
    uscc = enterprise("", entity.id, known)["uscc"]
    given = [text for name in ("registrationNumber", "ogrnCode", "innCode", "uscCode") for text in entity.texts(name)]
    numbers = list(dict.fromkeys(text for text in given if not uscc or normalise_uscc(text) != uscc))
    known.lose(["registrationNumber (further ones)"] * len(numbers[1:]))
    made = cells(
        record="entity", kind=entity.schema, id=storable(entity.id), uscc=uscc, name=name,
        registration=numbers[0] if numbers else "", founded=entity.between("incorporationDate"),
    )  # fmt: skip
    yield made, {"aliases": tuple(aliases)}


def _sanction(entity: _Entity, known: Known) -> Iterator[tuple[Cells, Lists]]:
    known.lose(entity.unread)
    targets = entity.needed("entity")
    known.lose([name for name in _DATES if entity.texts(name)][1:])
    for target in targets:
        made = cells(
            **end("party", target, known) | {"record": "decision"},
            key=entity.id,
            authority=_first(entity, known, "authority", "country", "program"),
            number=_first(entity, known, "recordId", "unscId", "authorityId"),
            date=entity.between(*_DATES),
            reason=_reason(entity, known),
        )
        yield made, {}


def _reason(entity: _Entity, known: Known) -> str:
    """Return on what a sanction rests: the articles that it names, else the programme or the reason."""
    articles = entity.texts("provisions")
    if not articles:
        return _first(entity, known, "program", "reason")
    known.lose(name for name in ("program", "reason") if entity.texts(name))
    return SEVERAL.join(articles)


def _first(entity: _Entity, known: Known, *names: str) -> str:
    """Return the first value of the first of these properties that has any; the others are counted as lost.

    A programme may be what a sanction rests on: it is counted there.
    """
    name, *others = [name for name in names if entity.texts(name)] or names[:1]
    known.lose(other for other in others if other != "program")
    found = entity.texts(name) or [""]
    known.lose([f"{name} (further ones)"] * len(found[1:]))
    return found[0]


def _edge(entity: _Entity, known: Known) -> Iterator[tuple[Cells, Lists]]:
    first, second = _EDGES[entity.schema]
    pairs = [(party, subject) for party in entity.needed(first) for subject in entity.needed(second)]
    known.lose(entity.unread)
    told = [(text, own_label(text, "ftm")) for text in dict.fromkeys(entity.texts("role"))]
    roles = [_role(text, own, entity.schema) for text, own in told]
    # Beside our own word stands a period that the model cannot say.
    period = next((text for text in entity.texts("summary") if "/" in text), "") if any(own for _, own in told) else ""
    start, _, last = period.partition("/")
    known.lose(["summary"] * (len(entity.texts("summary")) - bool(period)))
    made = cells(
        share=_share(entity.texts("percentage")),
        start=entity.between("startDate") or start,
        end=entity.between("endDate") or last,
    )
    ways = [(party, subject, role) for party, subject in pairs for role in roles or [(entity.schema, "")]]
    for place, (party, subject, (word, words)) in enumerate(ways):
        yield (
            made
            | {
                **end("party", party, known),
                **enterprise("subject", subject, known),
                "interest": word,
                "words": words,
                "key": f"{entity.id}/{place}" if place else entity.id,
            },
            {},
        )


def _role(text: str, own: str, schema: str) -> tuple[str, str]:
    """Return the word for a role that the mapping knows, and the words of the source where they are others."""
    if own:
        return own, ""
    code = post_of(text) if schema == "Directorship" else ""
    return (interest_label(code, "zh"), text) if code else (schema, in_words(schema, text))


def _share(texts: list[str]) -> str:
    """Return a share in percent; of several the bounds between which all of them lie.

    Raises
    ------
    InputError
        There are several, and one of them is no plain number.
    """
    if len(set(texts)) < 2:
        return texts[0] if texts else ""
    try:
        shares = sorted((Decimal(text.removesuffix("%")), text) for text in texts)
    except InvalidOperation as error:
        raise InputError(
            f"has several values, and not all of them are numbers: {', '.join(texts)}", column="properties.percentage"
        ) from error
    return f"{shares[0][1].removesuffix('%')}..{shares[-1][1].removesuffix('%')}"
