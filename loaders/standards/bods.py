"""The reader of BODS 0.4: statements as rows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from graph.dates import UNKNOWN
from graph.errors import InputError
from graph.export.rows import interest_label
from graph.export.told import REGISTRATION, STOCK, UNLIKE_OTHERS, in_scheme
from graph.identifiers import normalise_uscc
from loaders.standards.common import (
    Cells,
    Ended,
    Known,
    Lists,
    Read,
    cells,
    credit_code,
    day,
    end,
    enterprise,
    moment,
    not_kept,
    own_label,
    person,
    rows,
    storable,
)
from loaders.standards.objects import objects
from loaders.standards.shapes import (
    DETAILS,
    STATUSES,
    Details,
    EntityDetails,
    Identifier,
    Interest,
    PersonDetails,
    RelationshipDetails,
    ShareOf,
    Statement,
    Unnamed,
    shaped,
)
from loaders.text_files import Limits

_Said = tuple[Statement, Details]
_ALIAS: Final = {"former": "former", "birth": "former"}
_MOMENT: Final = 40
"""Bits of a moment as a number."""
_UNTOLD: Final = interest_label("linked_to", "zh")
"""Our word for what the words of the standard say better."""
_MILLIONTH: Final = Decimal("0.0001")
"""A millionth of a whole in percent."""
_NO_NEWS: Final = frozenset({"isComponent", "componentRecordIds"})
"""Fields that say how a file is made, and nothing of the world."""
_OF_STATEMENT: Final = frozenset({"statementId", "declaration", "declarationSubject", "source"})
"""The same, at the top of a statement: who published it, where it was read, and what it declares of whom."""


def read_bods(path: Path, limits: Limits) -> Read:
    """Yield the rows of a BODS file: JSON lines, or one array of statements."""
    known = Known()
    for number, value in objects(path, limits):
        try:
            _learn(number, *_said(value), known)
        except InputError:
            continue  # told of by the second reading
    early = known.early()
    for number, value in objects(path, limits):
        for place, (statement, details) in early.get(number, ()):
            yield from rows(number, _rows(place, statement, details, known, early=True))
        yield from rows(number, _told(number, value, known))
    yield from not_kept(known)


def _told(number: int, value: Any, known: Known) -> Iterator[tuple[Cells, Lists]]:
    yield from _rows(number, *_said(value), known)


def _said(value: Any) -> _Said:
    if isinstance(value, InputError):
        raise value
    statement = shaped(Statement, value)
    _dated(statement)
    if statement.kind not in DETAILS:
        raise InputError(f"{statement.kind!r} is none of {', '.join(DETAILS)}", column="recordType")
    if statement.status not in (None, *STATUSES):
        raise InputError(f"{statement.status!r} is none of {', '.join(STATUSES)}", column="recordStatus")
    return statement, shaped(DETAILS[statement.kind], statement.details, "recordDetails")


def _learn(number: int, statement: Statement, details: Details, known: Known) -> None:
    record, dated = statement.record, _dated(statement)
    if _only_ends(statement, details):
        if not known.end(record, Ended(dated, number, _closed(statement))):
            return
    elif not known.counts(record, dated):
        return
    known.nameless.pop(record, None)
    if isinstance(details, RelationshipDetails):
        known.speak((details.subject, details.party), number)
        known.link(record, number)
        # A party whose name was told already needs no second look.
        if isinstance(details.subject, str) and not (isinstance(details.party, str) and known.is_named(details.party)):
            party = details.party
            known.nameless[record] = details.subject, *((party, "") if isinstance(party, str) else ("", _reason(party)))
        return
    known.tell(record, number, (statement, details))
    known.uscc.pop(record, None)
    known.unnamed.pop(record, None)
    if isinstance(details, EntityDetails):
        known.enterprises.add(record)
        known.kinds[record] = details.entity_type.type
        if code := credit_code(item.id for item in details.identifiers or ()):
            known.uscc[record] = code
        return
    known.call(record, (name.full_name for name in details.names or ()))
    if not _is_named(details):
        known.unnamed[record] = _reason(details.unspecified or Unnamed(reason="unknown", description=details.person_type))


def _dated(statement: Statement) -> int:
    """Return what orders the statements of a record: their own date, then that of their publication; 0 where there is none."""
    published = statement.publication.day if statement.publication else None
    own = moment(statement.day, "statementDate")
    return (own << _MOMENT) + moment(published, "publicationDetails.publicationDate") if own else 0


def _only_ends(statement: Statement, details: Details) -> bool:
    return statement.status == "closed" and isinstance(details, RelationshipDetails) and not details.interests


def _closed(statement: Statement) -> str:
    """Return until when at most what a closed record says held."""
    own = day(statement.day, "statementDate")
    return f"..{own}" if own else str(UNKNOWN)


def _is_named(details: PersonDetails) -> bool:
    return details.person_type == "knownPerson" and bool(details.names)


def _reason(party: Unnamed) -> str:
    return f"{party.reason}: {party.description}" if party.description else party.reason


def _rows(
    number: int, statement: Statement, details: Details, known: Known, *, early: bool = False
) -> Iterator[tuple[Cells, Lists]]:
    record = statement.record
    if isinstance(details, RelationshipDetails):
        if known.stands(record, number):
            known.lose(name for name in statement.unread if name not in _OF_STATEMENT)
            yield from _interests(number, statement, details, known)
    elif early or (known.stands(record, number) and not known.moved(record)):
        known.lose(name for name in statement.unread if name not in _OF_STATEMENT)
        known.lose(name for name in details.unread if name not in _NO_NEWS)
        yield _entity(record, details, known) if isinstance(details, EntityDetails) else _person(record, details, known)


def _entity(record: str, details: EntityDetails, known: Known) -> tuple[Cells, Lists]:
    own = enterprise("", record, known)["uscc"]
    given = details.identifiers or ()
    known.lose(f"identifiers.{name}" for item in given for name in item.unread)
    known.lose(["identifiers (without a number)"] * sum(not item.id for item in given))
    numbers = [item for item in given if item.id and (not own or own not in normalise_uscc(item.id))]
    codes = [item for item in numbers if item.scheme == STOCK]
    others = [item for item in numbers if item.scheme != STOCK]
    known.lose(["identifiers (further ones)"] * (len(codes[1:]) + len(others[1:])))
    number = others[0] if others else Identifier()
    # A credit code says itself where its enterprise is registered.
    known.lose(["jurisdiction"] * bool(details.jurisdiction and not own))
    known.lose(details.entity_type.unread, "entityType.")
    made = cells(
        record="entity",
        kind=details.entity_type.type,
        form=details.entity_type.type if details.entity_type.type in UNLIKE_OTHERS else "",
        unspecified=_reason(details.unspecified) if details.unspecified else "",
        id=storable(record),
        uscc=own,
        registration=number.id or "",
        cn_stock=codes[0].id or "" if codes else "",
        scheme=in_scheme(number.scheme, number.id) if number.scheme != REGISTRATION else "",
        scheme_name=in_scheme(number.scheme_name, number.id),
        name=details.name or "",
        founded=day(details.founding_date, "recordDetails.foundingDate"),
    )
    return made, {"aliases": tuple({"name": name, "kind": "alias"} for name in details.alternate_names or ())}


def _person(record: str, details: PersonDetails, known: Known) -> tuple[Cells, Lists]:
    names = details.names or []
    if not _is_named(details):
        known.lose(["names (of persons who are said to be unnamed)"] * len(names))
        return cells(record="person_unnamed", id=storable(record)), {}
    called = next((name for name in names if name.type == "legal"), names[0])
    others = [name for name in names if name is not called and name.full_name != called.full_name]
    made = person(record, called.full_name, known)
    if made["record"] == "person_at":
        known.lose(["names (further ones, of a person known at one enterprise)"] * len(others))
        return made, {}
    return made, {"aliases": tuple({"name": name.full_name, "kind": _ALIAS.get(name.type or "", "alias")} for name in others)}


def _interests(number: int, statement: Statement, details: RelationshipDetails, known: Known) -> Iterator[tuple[Cells, Lists]]:
    subject, party, given = details.subject, details.party, details.interests or []
    if isinstance(subject, Unnamed):
        raise InputError(f"its subject is not named ({subject.reason}): nothing to attach it to", column="recordDetails.subject")
    known.lose(name for name in details.unread if name not in _NO_NEWS)
    if isinstance(party, Unnamed) or party in known.unnamed:
        known.lose(["interests (of parties who are not named: their kind, share and days)"] * len(given))
        own = _reason(party) if isinstance(party, Unnamed) else known.unnamed[party]
        said = dict.fromkeys((*known.reasons(subject), own))
        kind = known.kinds.get(subject) or "registeredEntity"
        yield cells(record="unspecified", kind=kind, **enterprise("", subject, known), unspecified=" | ".join(said)), {}
        return
    ended = known.ending(statement.record, number)
    closed = _closed(statement) if statement.status == "closed" else ended.day if ended else ""
    for place, interest in enumerate(given or [Interest()]):
        known.lose(interest.unread, "interests.")
        known.lose(["directOrIndirect (unknown)"] * (interest.direct == "unknown"), "interests.")
        yield (
            _interest(interest, f"recordDetails.interests[{place}]", closed)
            | {
                **end("party", party, known),
                **enterprise("subject", subject, known),
                "key": f"{statement.record}/{place}" if place else statement.record,
            },
            {},
        )
        known.lose(
            ["details"] * bool(interest.details and not own_label(interest.details.partition("; ")[0], "bods")), "interests."
        )


def _interest(interest: Interest, place: str, closed: str) -> Cells:
    label, _, period = (interest.details or "").partition("; ")
    own = own_label(label, "bods")
    word = "" if own == _UNTOLD else own
    # Beside our own word stands a period that the standard cannot say.
    start, _, last = period.partition("/") if own else ("", "", "")
    return cells(
        interest=word or _kind(interest),
        share=_share(interest.share, f"{place}.share"),
        start=day(interest.start, f"{place}.startDate") or start,
        end=day(interest.end, f"{place}.endDate") or last or closed,
    )


def _kind(interest: Interest) -> str:
    """Return the kind of an interest; one held through others is no holding of its own beside theirs."""
    return "indirect" if interest.direct == "indirect" else interest.type or "unknownInterest"


def _share(share: ShareOf | None, place: str) -> str:
    if share is None:
        return ""
    bounds = [each for each in (share.minimum, _next(share.above, 1)) if each is not None]
    tops = [each for each in (share.maximum, _next(share.below, -1)) if each is not None]
    least, most = max(bounds, default=None), min(tops, default=None)
    if share.exact is not None:
        if (least is not None and share.exact < least) or (most is not None and share.exact > most):
            raise InputError(f"exactly {share.exact} does not lie between its bounds", column=place)
        return f"{share.exact:f}"
    if (0 if least is None else least) > (100 if most is None else most):
        raise InputError("no share lies between its bounds", column=place)
    return (
        "" if least is None and most is None else f"{'' if least is None else f'{least:f}'}..{'' if most is None else f'{most:f}'}"
    )


def _next(bound: Decimal | None, way: int) -> Decimal | None:
    """Return the least share above a bound that does not belong to it, or the greatest below: a millionth beyond.

    Where the bound is no whole number of millionths, the share lies beyond the one next to it already.
    """
    if bound is None or bound % _MILLIONTH:
        return bound
    return bound + way * _MILLIONTH
