"""Events and grounds for tests of the life of a restriction, short to write."""

from __future__ import annotations

from datetime import date

from analytics.lifecycle.ground import Dated, Ground
from graph.codec import digest, dump
from graph.dates import PartialDate
from graph.model import Event

DERIVED = Ground("f1", "D1", imposed=False, proved=True, start=date(2024, 1, 10), until="2027-01-10")
IMPOSED = Ground("f2", "D2", imposed=True, proved=True, start=date(2024, 1, 10), until="2027-01-10", own_clock=True)


def happened(kind: str, on: str, about: str = "f1", **more: object) -> Dated:
    """An event with an id that depends on what it says; it has a number and a reason unless the test takes them away."""
    given: dict[str, object] = {"by": "chen", "text": "reason", "number": f"文〔2024〕{kind}{on}"} | more
    event = Event(kind, about, PartialDate.parse(on), **given)  # type: ignore[arg-type]
    return Dated(digest(dump(event)), event)


def confirmed(day: str = "2024-03-0") -> list[Dated]:
    """A derived finding proposed, told, heard, decided and served, from 1 to 5 March."""
    return [
        happened("proposal", f"{day}1", by="zhao"),
        happened("notice", f"{day}2", details=(("until", "2024-03-11"), ("hearing", "2024-03-11"))),
        happened("statement", f"{day}3"),
        happened("decision", f"{day}4", by="qian"),
        happened("service", f"{day}5"),
    ]
