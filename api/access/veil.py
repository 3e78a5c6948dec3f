"""What each view shows of natural persons: the one place where they are masked.

Hiding itself (patterns, fields that never leave) is that of publication: `analytics.lifecycle.publication.leaving`.

Invariants (tests/unit/test_access_veil.py holds one test a number)
1. `none`: nothing that speaks of a person is left, neither name nor id, nor the row, edge or branch that leads to one, nor what is
   listed under an id.
2. `masked`: names are 王**, ids are person-1, person-2 in the order of the document; the same person has the same in one document.
   With a key they are digests under it, the same in every document: nobody who lacks it can say whose they are.
   In a text, and in the label of one, a name is found however it is spelled, in this view and in the first.
3. `named`: names and ids stay; addresses, telephones, resident numbers, births and the like leave in no view but `full`; of two
   births, ages or sexes that were compared the result stays.
4. The keyed hash of a resident number is in no view.
5. What speaks of no person is the same in every view, but for what publication hides too, and for telephones, which `none` and
   `masked` show as marks however they are written (`telephones.py`).
6. `masked`: in a document that speaks of persons an id of ours (of a statement, finding, claim) is a mark that tells it from
   others: it is a digest of what it stands for, so that whoever guesses the name could prove the guess by it. File and row are left
   out there: by them he who is asked for by name would be found again among those who stand in another answer.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from typing import Any, Final

from analytics.lifecycle.masking import keyed
from analytics.lifecycle.publication import HIDDEN, leaving
from api.access.people import People, is_person
from api.access.roles import View
from api.access.spoken import Spoken
from api.access.telephones import without_telephones
from graph.identifiers import mask_name
from graph.model import appearance_name
from graph.store.mentions import STRONG

_HASHES: Final = frozenset({STRONG})
_WHOSE: Final = "controllers"
"""A list that says whose its row is: a row of natural persons alone speaks of them."""
_SECRET: Final = secrets.token_bytes(32)
_OURS: Final = re.compile("(?:[a-z]+-)?[0-9a-f]{16}")
_OURS_IN_TEXT: Final = re.compile(r"(?<=\[)[0-9a-f]{16}(?=\])")
_NUMBERS: Final = frozenset({"value", "number", "lookup"})
"""Fields of numbers that others gave, which may look like an id of ours, and of the look-up that whoever asks has just made."""
_NO_PLACE: Final[dict[str, Any]] = {"file": "", "row": 0}
_BIRTH: Final = frozenset({"birth", "birth_date", "birth_year", "birthday", "born", "age", "sex", "gender", "nationality"})


def veiled(document: Any, people: People, view: View, key: bytes | None = None) -> Any:
    """Return a document as a view shows it.

    Parameters
    ----------
    document : Any
        Plain values, nested; it is not altered.
    people : People
        Whom it speaks of (see `people_in`).
    view : View
        How much is shown.
    key : bytes, optional
        What masked persons are called by, where that is to be the same in several documents.
    """
    shown = _without(document, _HASHES if view == "full" else _HASHES | _BIRTH, {})
    if view == "full":
        return shown
    if view != "named":
        shown = without_telephones(shown)
    if view != "named" and people:
        spoken = Spoken(_told(people, view, key))
        shown = _unpeopled(shown, people, spoken) if view == "none" else shown
        shown = _renamed(shown, spoken)
    if view == "masked" and people:
        shown = _marked(shown, key or _SECRET)
    return leaving(shown)


def _without(value: Any, fields: frozenset[str], done: dict[int, Any]) -> Any:
    """Leave out fields, attributes (name, value) and identifiers of these names; what stands in several places is written once."""
    if isinstance(value, str):  # most of a document: first
        return value
    if isinstance(value, dict):
        if (shown := done.get(id(value))) is None:
            plain = without_births(value) if fields >= _BIRTH else value
            done[id(value)] = shown = {key: _without(item, fields, done) for key, item in plain.items() if key not in fields}
        return shown
    if isinstance(value, list | tuple):
        return [_without(item, fields, done) for item in value if not _is_one_of(item, fields)]
    return value


def without_births(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was compared of two entries without the values, where these are births and the like; anything else as it is."""
    if "result" not in feature or not {"first", "second"} <= feature.keys() or feature.get("name") not in _BIRTH:
        return feature
    told = [value for value in (feature["first"], feature["second"]) if value]
    text = "" if any(str(value) in str(feature.get("text", "")) for value in told) else feature.get("text", "")
    return {**feature, "first": "", "second": "", **({"text": text} if "text" in feature else {})}


def _is_one_of(item: Any, fields: frozenset[str]) -> bool:
    if isinstance(item, dict):
        return item.get("scheme") in fields
    return isinstance(item, list | tuple) and len(item) == 2 and isinstance(item[0], str) and item[0] in fields


def _unpeopled(value: Any, people: People, spoken: Spoken) -> Any:
    """Leave out every item of a list that speaks of a person, what stands under the id of one, and every field that holds one."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {
            key: None if is_somebody(item, people) else _unpeopled(item, people, spoken)
            for key, item in value.items()
            if key not in people
        }
    if isinstance(value, list | tuple):
        return [_unpeopled(item, people, spoken) for item in value if not _speaks(item, people, spoken)]
    return value


def is_somebody(item: Any, people: People) -> bool:
    """Say whether a value is a person, as a node or as an id."""
    if isinstance(item, dict):
        return is_person(item) or item.get("id") in people
    return isinstance(item, str) and item in people


def _speaks(item: Any, people: People, spoken: Spoken) -> bool:
    """Say whether an item itself speaks of a person: lists in it are left aside, but for those that say whose it is."""
    if isinstance(item, dict):
        if is_somebody(item, people) or (item.get(_WHOSE) and all(is_somebody(one, people) for one in item[_WHOSE])):
            return True
        return any(_speaks(part, people, spoken) for part in item.values() if not isinstance(part, list | tuple))
    return isinstance(item, str) and (item in people or spoken.found_in(item))


def _marked(value: Any, key: bytes, field: str = "") -> Any:
    """Put a mark in place of every id of ours, the same for the same id under one key; leave out where a statement was read."""
    if isinstance(value, str):
        return _mark(value, key) if field not in _NUMBERS else value
    if isinstance(value, dict):
        known = value | _NO_PLACE if value.keys() >= _NO_PLACE.keys() else value
        return {_mark(name, key) if isinstance(name, str) else name: _marked(item, key, name) for name, item in known.items()}
    if isinstance(value, list | tuple):
        return [_marked(item, key, field) for item in value]
    return value


def _mark(text: str, key: bytes) -> str:
    if _OURS.fullmatch(text):
        return f"statement-{_digest(text, key)[:12]}"
    return _OURS_IN_TEXT.sub(lambda found: _mark(found[0], key), text) if "[" in text else text


def _digest(text: str, key: bytes) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _told(people: People, view: View, key: bytes | None) -> dict[str, str]:
    """Return what stands in place of each id and name."""
    told: dict[str, str] = {}
    for place, (person, names) in enumerate(people.items(), 1):
        for name in names | ({appearance_name(person)} - {""}):
            told[name] = HIDDEN if view == "none" else mask_name(name)
        told[person] = f"person-{_digest(person, key)[:20] if key else place}"
    return told


def _renamed(value: Any, spoken: Spoken) -> Any:
    """Put it in place in every text."""
    if isinstance(value, str):
        return spoken.renamed(value)
    if isinstance(value, dict):
        return keyed(((key, _renamed(item, spoken)) for key, item in value.items()), spoken.renamed)
    if isinstance(value, list | tuple):
        return [_renamed(item, spoken) for item in value]
    return value
