"""In which order events are judged, what a report answers that names nothing, and what a ruling holds void."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from analytics.lifecycle.basis import FROM
from analytics.lifecycle.ground import ENTERED_BY, Dated, Ground
from analytics.lifecycle.needs import other_people
from analytics.lifecycle.table import Table
from graph.document_numbers import document_key
from graph.model import Event


def in_order(events: Iterable[Dated], table: Table) -> list[Dated]:
    """Return the events that move a stage, in the order in which they are judged: by day, as in the table, reports last, by id.

    What is reported as an answer and names nothing is one to the only event before it that it can be an answer to.
    """
    order = sorted(
        (item for item in events if item.event.kind in table.rank),
        key=lambda item: (item.event.on, table.rank[item.event.kind], ENTERED_BY in dict(item.event.details), item.id),
    )
    if all(item.event.refers or not _answers(item.event, table) for item in order):
        return order
    named: list[Dated] = []
    for item in order:
        refers = item.event.refers or _meant(item.event, named, table)
        named.append(item._replace(event=replace(item.event, refers=refers)))
    return named


def _answers(event: Event, table: Table) -> tuple[str, ...]:
    """Return the kinds of events that a report may answer, or hold void."""
    rule = table.events[event.kind]
    reported = ENTERED_BY in dict(event.details)
    return (*rule.undoes, *([rule.closes] if rule.closes else [])) if reported else ()


def _meant(event: Event, before: Sequence[Dated], table: Table) -> str:
    """Return the only event that a report can be an answer to, empty where there are several or none.

    What is passed on from one decision answers nothing that came from another.
    What unmade another event (a repair, for fraud) is named by whoever holds it void: who leaves it out may mean either.
    """
    kinds = _answers(event, table)
    answered = {item.event.refers for item in before}
    same = [i for i in before if i.event.about == event.about and _came_from(event) in ("", _came_from(i.event))]
    open_ = [i for i in same if i.event.kind in kinds and i.id not in answered]
    return open_[0].id if len(open_) == 1 and not table.events[open_[0].event.kind].unmakes else ""


def _came_from(event: Event) -> str:
    """Return the decision that an event is passed on from, empty where it is none."""
    return dict(event.details).get(FROM, "")


def undone(ground: Ground, known: list[Dated], table: Table) -> dict[str, str]:
    """Return the events that a ruling holds void, each with the first ruling that does: a second one changes nothing.

    What was unmade already, as a repair that was obtained by fraud, is not undone once more, unless that was held void before.
    What happened to a decision is held void by a ruling on the decision: one on a single finding leaves it as it is.
    """
    place = {item.id: (number, item.event) for number, item in enumerate(known)}
    undone: dict[str, str] = {}
    for number, item in enumerate(known):
        before, target = place.get(item.event.refers, (number, item.event))
        rule = table.events[item.event.kind]
        answers = before < number and target.kind in rule.undoes and document_key(item.event.number)
        on_it = target.about != ground.decision or item.event.about == ground.decision
        if answers and on_it and other_people(target, item.event) and item.event.refers not in undone:
            since = (each for each in known[before + 1 : number] if each.id not in undone)
            if not any(_unmakes(each.event, target, table) for each in since):
                undone[item.event.refers] = item.id
    return undone


def _unmakes(event: Event, before: Event, table: Table) -> bool:
    """Say whether an event undoes one before it and puts something else in its place."""
    return table.events[event.kind].unmakes == before.kind and bool(document_key(event.number)) and other_people(before, event)
