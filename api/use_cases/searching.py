"""Find entities by name, pinyin, initials or number.

Invariants (tests/unit/test_api_searching.py holds one test a number)
1. A search at a past version answers as it answered then: whatever was corrected since is found under its old name.
2. On a day only names are found that were not certainly another day's.
3. A name and that of an enterprise, in either order, find whoever bears it there, however many others do.
4. Beside a name that is not borne any more, or a number, stands what its bearer is called now, or on the day asked.
5. What is found is said to be what it is: a telephone or an address is no enterprise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Final

from api.use_cases.past import indexed
from graph.calling import called
from graph.dates import PartialDate, Period, Truth
from graph.errors import InputError
from graph.model import Entity, appearance_parts
from graph.names import normalise_name
from graph.store.base import Hit, Store
from graph.store.mentions import base_of

_WORDS: Final = 6
"""Words of a text of which two names are made at most."""
_PLACES: Final = 50
"""Enterprises that the name of one may mean."""
_BEARERS: Final = 5_000
_ENTERPRISES: Final = frozenset({"company", "other_organisation"})
Hidden = Callable[[Iterable[str]], set[str]]
"""Which of some entities are not to be told of."""


def search(
    store: Store, text: str, limit: int = 20, *, as_of: date | None = None, known_at: int | None = None
) -> list[dict[str, Any]]:
    """Return whose names or identifiers match, best first; `called` is the present name, where another matched.

    `enterprise` is where a person appears.

    Parameters
    ----------
    store : Store
        What to search.
    text : str
        What was typed.
    limit : int
        Answers at most.
    as_of : date, optional
        Leave out names that were certainly not in use on this day.
    known_at : int, optional
        Search what was known at this version: its statements are indexed again, in memory.

    Raises
    ------
    InputError
        There is nothing to look for.
    """
    if not normalise_name(text):
        raise InputError(
            "nothing to look for: give a part of a name, pinyin, initials or the beginning of a number",
            zh="没有要查找的内容：请输入名称的一部分、拼音、首字母或号码的开头",
        )
    if known_at is None or known_at == store.version():
        return _rows(store, hits(store, text, limit, as_of), as_of)
    with indexed(store, known_at) as past:
        return _rows(past, hits(past, text, limit, as_of), as_of)


def hits(store: Store, text: str, limit: int, day: date | None, hidden: Hidden | None = None) -> list[Hit]:
    """Return what matches, best first; on a day without names that were certainly not in use, and without whoever is hidden."""
    asked = limit
    while True:
        every = store.search(text, asked)
        left_out = hidden({hit.entity for hit in every}) if hidden else ()
        told = [hit for hit in every if hit.entity not in left_out]
        found = told if day is None else [hit for hit in told if _in_use(store, hit, day)]
        if len(found) >= limit or len(every) < asked:
            return found[:limit]
        asked *= 4


def hits_at(store: Store, text: str, limit: int, day: date | None, hidden: Hidden | None = None) -> list[Hit]:
    """Return the persons at enterprises that are meant by two names with a blank between them; which is which is tried."""
    words = text.split()
    found: dict[str, Hit] = {}
    for cut in range(1, min(len(words), _WORDS)):
        one, other = " ".join(words[:cut]), " ".join(words[cut:])
        for name, place in ((one, other), (other, one)):
            places = {hit.entity for hit in hits(store, place, _PLACES, day, hidden) if not appearance_parts(hit.entity)}
            for hit in _called(store, name, day, hidden) if places else ():
                parts = appearance_parts(hit.entity)
                if parts and parts[0] in places:
                    found.setdefault(hit.entity, hit)
    return list(found.values())[:limit]


def _called(store: Store, name: str, day: date | None, hidden: Hidden | None) -> list[Hit]:
    """Return whoever bears a name, all of them, and whom a part of it finds."""
    exact = store.called(name, _BEARERS)
    left_out = hidden(exact) if hidden else ()
    bear = [Hit(each, parts[1].partition("@")[0], "full", 1) for each in exact if (parts := appearance_parts(each))]
    told = [hit for hit in bear if hit.entity not in left_out and (day is None or _in_use(store, hit, day))]
    return told or hits(store, name, _PLACES, day, hidden)


def _in_use(store: Store, hit: Hit, day: date) -> bool:
    """Say whether a name was, for all that is known, in use on a day; a name without days always is."""
    on = Period(PartialDate.on(day), PartialDate.on(day))
    said = [each.fact.value for each in store.facts(["entity"], about=[base_of(hit.entity)])]
    names = [name for value in said if isinstance(value, Entity) and value.id == hit.entity for name in value.names]
    periods = [name.period for name in names if name.text == hit.name]
    return not periods or any(period.meets(on) is not Truth.NO for period in periods)


def _rows(store: Store, found: Sequence[Hit], day: date | None) -> list[dict[str, Any]]:
    """Return what was found as rows; an id does not say of what is no appearance of a person what it is."""
    said: dict[str, list[Entity]] = defaultdict(list)
    for each in store.facts(["entity"], about=sorted({hit.entity for hit in found if not appearance_parts(hit.entity)})):
        if isinstance(each.fact.value, Entity):
            said[each.fact.value.id].append(each.fact.value)
    return [_row(hit, said.get(hit.entity, ()), day) for hit in found]


def _row(hit: Hit, said: Sequence[Entity], day: date | None) -> dict[str, Any]:
    parts = appearance_parts(hit.entity)
    kind = "person" if parts else said[0].kind if said else "company"
    borne = called([name for value in said for name in value.names], day)
    return {
        "id": hit.entity,
        "name": hit.name,
        "name_kind": hit.kind,
        "called": borne if borne and normalise_name(borne) != normalise_name(hit.name) else None,
        "kind": "enterprise" if kind in _ENTERPRISES else kind,
        "enterprise": parts[0] if parts else None,
        "score": hit.score,
    }
