"""What every question starts from: the graph as known at a version, the catalogue of that day, and who a text means.

Invariants (tests/unit/test_api_reading.py holds one test a number)
1. Whom a text means is the same in the part of the graph that `whom` reads and in all of it; so is who is one person with him.
2. Whoever a decision concerns comes before everybody else of the name.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time

from analytics.responsibility.catalogue import Catalogue, as_recorded
from graph.dates import CHINA
from graph.errors import InputError, NotFound, Refused
from graph.model import CatalogueVersion, Recorded, appearance_parts
from graph.names import normalise_name
from graph.preference import preference_of
from graph.snapshot import Snapshot
from graph.snapshot.scope import GRAPH, snapshot_about
from graph.store.base import Store
from graph.store.mentions import base_of
from graph.uncollected import uncollected

CATALOGUE = "catalogue/zeren/current"
"""Key of the fact that keeps which catalogue findings were derived with."""
_SHOWN_CHOICES = 12
_MOST_BEARERS = 1_000
"""Of one name, whose surroundings are read to tell them apart: a name that more bear means nobody in particular."""
_A_DAY = len("2026-03-01")


@uncollected()
def snapshot_of(store: Store, known_at: int | None = None) -> Snapshot:
    """Return the graph as known at a version, the latest by default."""
    version = store.version() if known_at is None else known_at
    preference = preference_of(store.facts(["delivery"], version))
    return Snapshot.of((recorded.fact for recorded in store.facts(GRAPH, version)), version, preference)


class StillToCome(InputError):
    """A version or a time that is not yet: nothing can be known at it."""


def version_of(store: Store, known_at: str, now: datetime | None = None) -> int:
    """Return the version that a text means: a number, a day (its end), or a time; without a zone it is China's (`day_in_law`).

    Raises
    ------
    StillToCome
        It is a version that is not yet, a day after today or a time after `now` (the clock's, where none is given).
    InputError
        It is none of these.
    """
    current = store.version()
    if known_at.isdecimal() and known_at.isascii():
        if int(known_at) > current:
            zh = f"还没有版本 {known_at}：现为版本 {current}"
            raise StillToCome(f"there is no version {known_at} yet; the store is at {current}", zh=zh)
        return int(known_at)
    wanted = moment_of(known_at)
    if wanted is None:
        zh = f"“{known_at}”既不是版本号，也不是时间（写作 2026-03-01T09:00）"
        raise InputError(f"{known_at!r} is neither a version (a number) nor a time such as 2026-03-01T09:00", zh=zh)
    here = (now or datetime.now(UTC)).astimezone(CHINA)
    ends = datetime.combine(here.date(), time.max, CHINA) if len(known_at) <= _A_DAY else here
    if wanted > ends:
        zh = f"{known_at} 尚未到来，届时所知无从答复：现在是 {here:%Y-%m-%dT%H:%M}"
        told = f"{known_at} is still to come: what will be known then cannot be told; it is {here:%Y-%m-%dT%H:%M}"
        raise StillToCome(told, zh=zh)
    return store.version(wanted)


def moment_of(known_at: str) -> datetime | None:
    """Return the moment that a text means, None where it is no day (its end) and no time; without a zone it is China's."""
    if known_at.isdecimal():
        return None
    try:
        moment = datetime.fromisoformat(known_at)
        if len(known_at) <= _A_DAY:
            moment = datetime.combine(moment.date(), time.max)
        return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def catalogue_at(store: Store, known_at: int, otherwise: Catalogue) -> Catalogue:
    """Return the catalogue in use at a version.

    Where nothing had been derived by then, none was recorded (`recorded_at`): the first that was answers, so that what is said of
    that version stays the same, and `otherwise` where there is none yet.
    """
    found = recorded_at(store, known_at) or _first_recorded(store)
    if found is None or found.hash == otherwise.hash:
        return otherwise
    return as_recorded(found.text)


def recorded_at(store: Store, known_at: int) -> CatalogueVersion | None:
    """Return the catalogue on record at a version, None where nothing had been derived by then."""
    found = store.get(CATALOGUE, known_at)
    return found.fact.value if isinstance(found, Recorded) and isinstance(found.fact.value, CatalogueVersion) else None


def _first_recorded(store: Store) -> CatalogueVersion | None:
    return next((each.fact.value for each in store.history(CATALOGUE) if isinstance(each.fact.value, CatalogueVersion)), None)


def is_known(snapshot: Snapshot, node: str) -> bool:
    """Whether some statement speaks of the node."""
    try:
        snapshot.entity(node)
    except NotFound:
        return False
    return True


def party_of(snapshot: Snapshot, text: str, *, kind: str | None = None, decision: str | None = None) -> str:
    """Return the node that an id, a number of an enterprise or a name means; an entry that stands for several people means none.

    Parameters
    ----------
    snapshot : Snapshot
        Where to look.
    text : str
        An id; a stock code, credit code or registration number of an enterprise; or a name.
    kind : str, optional
        `person` or `enterprise`, if only one is meant.
    decision : str, optional
        A decision that the name is about: whoever it concerns comes before everybody else of the name.

    Raises
    ------
    Refused
        Several bear the name; the message lists them.
    NotFound
        Nobody does.
    """
    see_that_one(snapshot, text)
    if is_known(snapshot, text):
        return text
    numbered = _numbered(snapshot, text) if kind != "person" else []
    if numbered:
        return only(text, numbered)
    if decision is not None:
        near = _called(snapshot, text, concerned(snapshot, decision))
        if near:
            return only(text, near)
    found = _called(snapshot, text, (n for n in snapshot.entities() if kind is None or snapshot.kind(n) == kind))
    if not found:
        raise NotFound(f"nothing has the id, the number or the name {text!r}", zh=f"没有编号、代码或名称为“{text}”的主体")
    return only(text, found)


def see_that_one(snapshot: Snapshot, node: str) -> None:
    """Refuse an entry that stands for several people; raises `Refused`, which lists them."""
    if snapshot.identity.is_split(node):
        only(node, [each for each in snapshot.entities() if each.startswith(f"{node}@")])


def whom(store: Store, text: str, *, kind: str | None = None, decision: str | None = None) -> tuple[str, Snapshot]:
    """Return the node that an id, a number or a name means as `party_of` does, and the part of the graph about it.

    Raises
    ------
    Refused, NotFound
        See `party_of`.
    """
    if decision is not None:
        near = snapshot_about(store, [decision, text])
        if is_known(near, text) or _called(near, text, concerned(near, decision)):
            return party_of(near, text, kind=kind, decision=decision), near
    near = snapshot_about(store, seeds_of(store, text) | ({decision} if decision else set()))
    return party_of(near, text, kind=kind, decision=decision), near


def members_of(store: Store, text: str) -> frozenset[str]:
    """Return every node that is the party that a text means; raises as `party_of` does."""
    node, near = whom(store, text)
    return frozenset(near.identity.members(node))


def seeds_of(store: Store, text: str) -> set[str]:
    """Return what a text may mean: the graph about these holds everybody who bears it.

    Raises
    ------
    Refused
        So many bear the name that it means nobody.
    """
    called = set(store.called(text, _MOST_BEARERS))
    known = next(iter(store.facts(GRAPH, about=[base_of(text)])), None) is not None
    if known:
        return {text, *called}
    if len(called) >= _MOST_BEARERS:
        raise Refused(
            f"{len(called)} or more bear the name or number {text!r}: give the id of one of them",
            zh=f"有 {len(called)} 个以上的主体的名称或代码为“{text}”：请给出其中一个的编号",
        )
    return called


def concerned(snapshot: Snapshot, decision: str) -> set[str]:
    """Return whom a decision concerns: its respondent, whoever holds something in it, and whom it names."""
    value = snapshot.decision(decision).value
    respondent = snapshot.identity.resolve(value.respondent, decision).id
    named = {named.party.id for named in snapshot.named_by(decision) if named.party}
    return {respondent, *named, *(holding.party.id for holding in snapshot.holders(respondent))}


def _numbered(snapshot: Snapshot, text: str) -> list[str]:
    """Return the enterprises that have a number, in whatever scheme."""
    wanted = text.strip().upper()
    return sorted(
        node
        for node in snapshot.entities()
        if snapshot.kind(node) == "enterprise" and is_known(snapshot, node)
        if wanted in {item.value.upper() for item in snapshot.entity(node).identifiers}
    )


def _called(snapshot: Snapshot, name: str, nodes: Iterable[str]) -> list[str]:
    wanted = normalise_name(name)
    return sorted(node for node in nodes if wanted in _names(snapshot, node))


def _names(snapshot: Snapshot, node: str) -> set[str]:
    """Return the names of a node, spelled alike; those of appearances are so already."""
    parts = appearance_parts(node)
    if parts is not None:
        return {parts[1]}
    return {normalise_name(name.text) for name in snapshot.entity(node).names} if is_known(snapshot, node) else set()


def only(name: str, found: list[str]) -> str:
    """Return the one that bears a name or number; several are refused, the first of them named."""
    if len(found) == 1:
        return found[0]
    shown = "; ".join(found[:_SHOWN_CHOICES])
    more = f"; and {len(found) - _SHOWN_CHOICES} more" if len(found) > _SHOWN_CHOICES else ""
    more_zh = f"，另有 {len(found) - _SHOWN_CHOICES} 个" if more else ""
    raise Refused(
        f"{len(found)} bear the name or number {name!r}: give the id of one of them: {shown}{more}",
        zh=f"有 {len(found)} 个主体的名称或代码为“{name}”：请给出其中一个的编号：{shown}{more_zh}",
    )
