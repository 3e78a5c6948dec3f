"""Facts as JSON text and back, and the id that is a hash of that text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache, partial
from typing import Any, TypeVar, get_args, get_origin

import cattrs
import orjson

from graph.dates import PartialDate, Period
from graph.delivered import Absence, Delivery
from graph.model import (
    CatalogueVersion,
    ClaimRuling,
    Decision,
    DecisionLink,
    Entity,
    Event,
    Fact,
    Finding,
    Naming,
    Origin,
    Payload,
    Relationship,
)

T = TypeVar("T")
V = TypeVar("V", bound=Payload)

KINDS: dict[str, type[Payload]] = {
    "entity": Entity,
    "relationship": Relationship,
    "decision": Decision,
    "naming": Naming,
    "link": DecisionLink,
    "ruling": ClaimRuling,
    "event": Event,
    "finding": Finding,
    "catalogue": CatalogueVersion,
    "delivery": Delivery,
    "absence": Absence,
}
"""Kind of fact -> what it says. The first part of a fact's key is its kind."""
_KIND_OF = {cls: kind for kind, cls in KINDS.items()}


_AMOUNT = '"amount_fen"'
"""What may be a number beyond 64 bits, of which the faster reader would make another."""
Texts = tuple[str, ...]
Pairs = tuple[tuple[str, str], ...]


@cache
def converter() -> cattrs.Converter:
    """Return the converter: dates as text, everything else as plain JSON, values that are defaults left out."""
    return _converter(list, lambda pairs: [list(pair) for pair in pairs])


@cache
def _own() -> cattrs.Converter:
    """Return the converter of what is written at once: tuples of texts stay as they are, which JSON has no other word for.

    It also reads what `dump` wrote, which needs no account of every field that does not fit.
    """
    return _converter(_same, _same, detailed=False)


def _same(value: T) -> T:
    return value


def _converter(texts: Callable[[Texts], Any], pairs: Callable[[Pairs], Any], *, detailed: bool = True) -> cattrs.Converter:
    made = cattrs.Converter(omit_if_default=True, detailed_validation=detailed)
    made.register_unstructure_hook(PartialDate, str)
    made.register_structure_hook(PartialDate, lambda text, _: _date(text))
    made.register_unstructure_hook(Period, str)
    made.register_structure_hook(Period, lambda text, _: _period(text))
    made.register_unstructure_hook(date, date.isoformat)
    made.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    # As they are: a look at every text in them would be most of the work.
    made.register_unstructure_hook_func(lambda kind: kind == Texts, texts)
    made.register_unstructure_hook_func(lambda kind: kind == Pairs, pairs)
    made.register_structure_hook_func(_is_plain, lambda given, to: tuple(given if to == Texts else map(tuple, given)))
    # What a sequence is of is looked up once, not at each of its members.
    made.register_unstructure_hook_factory(_is_sequence, partial(_taken_apart, made))
    made.register_structure_hook_factory(_is_sequence, partial(_put_together, made))
    return made


def _is_sequence(kind: Any) -> bool:
    return get_origin(kind) is tuple and get_args(kind)[1:] == (...,) and not _is_plain(kind)


def _taken_apart(made: cattrs.Converter, kind: Any) -> Callable[[Iterable[Any]], list[Any]]:
    one = made.get_unstructure_hook(get_args(kind)[0])
    return lambda values: [one(value) for value in values]


def _put_together(made: cattrs.Converter, kind: Any) -> Callable[[Iterable[Any], Any], tuple[Any, ...]]:
    of = get_args(kind)[0]
    one = made.get_structure_hook(of)
    return lambda given, _: tuple([one(each, of) for each in given])


def _is_plain(kind: Any) -> bool:
    return kind in (Texts, Pairs)


_date = lru_cache(maxsize=20_000)(PartialDate.parse)
_period = lru_cache(maxsize=20_000)(Period.parse)
"""Registers repeat the same days and periods; both are immutable. There are so many days in fifty years; they take some ten MB."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A fact of which only the text is at hand: what a bulk load makes by the million, and reads back only where it must.

    Parameters
    ----------
    id, key, origin, flags
        As of a `Fact`.
    text : str
        What it says, as `dump` writes it.
    names, about : tuple
        What `graph.store.mentions` would say of it.
    """

    id: str
    key: str
    text: str
    origin: Origin
    flags: tuple[str, ...]
    names: tuple[tuple[str, str, str], ...]
    about: tuple[str, ...]

    @property
    def value(self) -> Payload:
        """What the fact says."""
        return load(self.key.partition("/")[0], self.text)


def kind_of(value: Payload) -> str:
    """Return the kind of fact that says `value`."""
    return _KIND_OF[type(value)]


def dump(value: Any) -> str:
    """Return canonical JSON: the same value gives the same text, byte for byte."""
    return as_text(as_plain(value))


def as_plain(value: Any) -> Any:
    """Return a value as plain JSON has it."""
    return _own().unstructure(value)


def as_text(plain: Any) -> str:
    """Return plain JSON as the text that `dump` writes."""
    try:
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # a number beyond 64 bits: slower, and the same bytes
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load(kind: str, text: str) -> Payload:
    """Read back what `dump` wrote."""
    return _load_again(kind, text) if kind == "delivery" else _load(kind, text)  # the few deliveries stand beside whatever is asked


def _load(kind: str, text: str) -> Payload:
    plain = json.loads(text) if _AMOUNT in text else orjson.loads(text)
    value: Payload = _reader(kind)(plain, KINDS[kind])
    return value


_load_again = lru_cache(maxsize=256)(_load)
"""No value is ever altered."""


@cache
def _reader(kind: str) -> Callable[[Any, Any], Any]:
    """Return what makes a payload of plain JSON, looked up once a kind."""
    return _own().get_structure_hook(KINDS[kind])


def digest(*parts: str) -> str:
    """Return 16 hexadecimal digits that stand for the parts."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def make_fact(value: V, key: str, origin: Origin, flags: tuple[str, ...] = ()) -> Fact[V]:
    """Wrap a value as a fact.

    Parameters
    ----------
    value : Payload
        What is said.
    key : str
        What stays the same when the statement is corrected, unique within source and kind (a row's own id); the full key is
        `kind/source/key`.
    origin : Origin
        Where it was read; file and row are not part of the id, so the same statement from another file is the same fact.
    flags : tuple of str
        Data-quality flags (`bad_check`, …).
    """
    kind = kind_of(value)
    full = f"{kind}/{origin.source}/{key}"
    return Fact(id=digest(full, dump(value), ",".join(flags)), key=full, value=value, origin=origin, flags=flags)
