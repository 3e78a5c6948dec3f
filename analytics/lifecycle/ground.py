"""What the life of a restriction is told of: the finding that it rests on, dated events, and where it stands on a day.

Invariants (tests/unit/test_lifecycle_ground.py holds one test a number)
1. How a ground stands is one code: the stage, and of one that binds whether it is paused, not yet begun, or in force. What never
   came to bind and whose last day has passed is `lapsed`: nobody can confirm it any more.
2. One person in two spellings is one, so is one who is named beside another or a body; whoever entered a report stands behind it,
   and a blank name is nobody.
3. A text that is no day says none, and only yes or 是 says yes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from analytics.lifecycle.bars import Shown
from analytics.lifecycle.basis import Bases
from analytics.lifecycle.evidence import Course, is_away, was_away
from analytics.lifecycle.table import Table
from graph.model import Event
from graph.names import normalise_name, user_keys

ENTERED_BY: Final = "entered_by"
"""Label, among the details of a report, of who entered it."""
EXPIRED: Final = "expired"
"""The stage of what bound until its last day."""
IDENTITY: Final = "identity"
"""What pauses what binds somebody of whom it is doubtful by now who he is, in the place of an event."""
LAPSED: Final = "lapsed"
"""How stands what was never confirmed, and cannot be any more: its last day has passed."""
MEASURES, LAST_DAY = "measures", "last_day"
"""Labels, among the details of a proposal and a decision, of what is proposed or confirmed besides the evidence: the measures (a
line each), and the last day of the term."""


_ANSWERS: Final = {"yes": True, "是": True, "no": False, "否": False}


class Dated(NamedTuple):
    """An event with its id.

    `held`: it followed somebody, and had effect under the id by which he was known when it happened.
    """

    id: str
    event: Event
    held: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """One finding that a restriction rests on, as far as its life depends on it.

    `proved`: every premise is, and it is certain who is meant. `own_clock`: a ban that ends with its own term, on a person or
    an enterprise. `listed`: whether the decision puts somebody on a list, None where it is not known. `occupation`: the measure
    restricts what somebody may do for a living. `gone`: the finding is no longer derived. `principal`: the finding on the
    enterprise itself that this one is accessory to. `measure`: name of the measure, empty where the finding carries none.
    `rule`, `kind` (`person` or `enterprise`) and `class_` (of the conduct) say how it may be repaired, `bars` what decisions show
    against that. `course`: what it rested on since when, where it was proposed and its evidence has changed since. `doubted`: it is
    derived no more for the sole reason that it is doubtful by now whom it means. `bases`: what its decision rests on, where that,
    or one of those above it, rests on several.
    """

    finding: str
    decision: str
    imposed: bool
    proved: bool
    start: date | None
    until: str | None
    own_clock: bool = False
    occupation: bool = False
    gone: bool = False
    principal: str = ""
    measure: str = ""
    rule: str = ""
    kind: str = ""
    class_: str = ""
    listed: bool | None = None
    bars: tuple[Shown, ...] = ()
    course: Course = ()
    doubted: bool = False
    bases: Bases = ()

    def is_gone(self, day: date | None) -> bool:
        """Say whether nothing derives the finding, with its measure, at the end of a day."""
        return is_away(self.course, self.measure, day) if self.course and day else self.gone

    def was_gone(self, day: date | None) -> bool:
        """Say whether nothing derived the finding, with its measure, at any time of a day."""
        return was_away(self.course, self.measure, day) if self.course and day else self.gone


@dataclass(frozen=True, slots=True)
class Judged:
    """An event and whether it has effect; `reason` is a code of the table where it has none.

    `stood`: it was held void since, and had effect until then.
    """

    id: str
    event: Event
    reason: str = ""
    stood: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """Where a ground stands on a day: stage, term, open pauses, and every event with how it was judged.

    `start` is the first day on which it binds, `counted` the day from which its term is counted: of what was derived often an
    earlier one, as that of a listing. `again` is the day from which it stands again, where what had ended it was undone, and
    `first` the first day of the time before, where its term began anew then.
    """

    stage: str
    start: date | None
    until: str | None
    paused: tuple[str, ...] = ()
    judged: tuple[Judged, ...] = ()
    counted: date | None = None
    again: date | None = None
    first: date | None = None

    @property
    def stands_from(self) -> date | None:
        """The first day of the time for which it binds now: its start, or the day from which it stands again."""
        return max(self.start, self.again) if self.start and self.again else self.again or self.start

    def happened(self, kind: str) -> list[Judged]:
        """Return the events of a kind that have effect, in order."""
        return [item for item in self.judged if item.event.kind == kind and not item.reason]


def day_said(text: str | None) -> date | None:
    """Return the day that a text says, None where it says none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def answer_said(text: str) -> bool | None:
    """Return whether a text says yes or no, None where it says neither."""
    return _ANSWERS.get(normalise_name(text).casefold())


def is_over(until: str | None, day: date) -> bool:
    """Say whether a last day, where one is known, has passed."""
    return until not in (None, "life") and day > date.fromisoformat(str(until))


def people_of(event: Event) -> set[str]:
    """Return who stands behind an event, in one spelling: each who did it, and who entered it where it was done elsewhere."""
    return {*user_keys(event.by), *user_keys(dict(event.details).get(ENTERED_BY, ""))}


def code_of(life: Life, day: date, table: Table) -> str:
    """Return how a ground stands as one code: the stage, and of one that binds whether it does so today.

    A proposal whose last day has passed keeps its stage, for what happens to it later; on the day it has lapsed.
    """
    stage = table.stages[life.stage]
    if not stage.binds:
        return LAPSED if not stage.ended and is_over(life.until, day) else life.stage
    if life.paused:
        return "paused"
    if life.start is not None and day < life.start:
        return "not_yet"
    return "end_unknown" if life.until is None else "in_force"
