"""How the decisions and findings of an export stand on its day: what the caller judges, block by block, remembered on the disk.

Invariants (tests/unit/test_export_standings.py holds one test a number)
1. A decision is asked of once, in blocks, whatever number of findings rests on it; what was not judged has no answer.
2. A decision that is void from the beginning is told apart from one that ended.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Final

from graph.export.remembered import Remembered

_BLOCK: Final = 500
"""Decisions that are judged at once."""
STANDS: Final = "stands"
IN_DOUBT: Final = "in_doubt"
ENDED: Final = "ended"
REPLACED: Final = "replaced"
ANNULLED: Final = "annulled"
PAUSED: Final = "paused"
_VOID: Final = frozenset((ANNULLED, REPLACED))
_HELD: Final = frozenset((STANDS, IN_DOUBT, PAUSED))


@dataclass(frozen=True, slots=True)
class Stand:
    """How a decision stands: a code, and by which decision or document, and on which day, it came to that."""

    code: str
    by: str = ""
    number: str = ""
    on: str = ""

    @property
    def void(self) -> bool:
        """Whether it never had effect."""
        return self.code in _VOID

    @property
    def over(self) -> bool:
        """Whether it had effect and has none any more."""
        return not self.void and self.code not in _HELD


@dataclass(frozen=True, slots=True)
class Judged:
    """How decisions stand, and the status of each finding that rests on them."""

    decisions: Mapping[str, Stand] = field(default_factory=dict)
    findings: Mapping[str, str] = field(default_factory=dict)


Judge = Callable[[Sequence[str]], Judged]
"""Judges a block of decisions."""


class Standings:
    """What a judge says of decisions, and of what rests on them."""

    def __init__(self, judge: Judge, decisions: Iterator[str]) -> None:
        self._decisions, self._findings = Remembered(), Remembered()
        while part := list(islice(decisions, _BLOCK)):
            judged = judge(part)
            for own, stand in judged.decisions.items():
                self._decisions.put(own, json.dumps(asdict(stand)))
            for own, status in judged.findings.items():
                self._findings.put(own, status)

    def decision(self, own: str) -> Stand | None:
        """Return how a decision stands, None where nobody judged it."""
        said = self._decisions.get(own)
        return None if said is None else Stand(**json.loads(said))

    def finding(self, own: str) -> str | None:
        """Return the status of a finding, None where nobody judged it."""
        return self._findings.get(own)
