"""What may be asked of a job when it is ordered, over HTTP or at the machine: what is wrong is told at once, and is in no job.

Invariants (tests/unit/test_jobs_ordering.py holds one test a number)
1. What goes with another kind of job is refused, and what a kind cannot do without is named.
2. What is no office, kind of party, share or anchor is refused: it may be a name, and would stand in the job.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from api.access.trail import anchor_of
from api.use_cases import choosing
from api.use_cases.graph import ppm
from graph.errors import InputError

PARTICULARS: Final = {
    "load": {"what", "delivered", "accept_shrinkage", "older", "dry_run", "compare", "examples"},
    "propagate": {"full", "decision", "dry_run"},
    "snapshot": set[str](),
    "export": {
        *("to", "around", "hops", "decision", "whole", "as_of", "known_at"),
        *("role", "kind_of_party", "share", "hub", "certain"),
    },
    "diff": {"old", "new", "rules", "as_of", "known_at"},
    "quality": {"source", "as_of", "known_at"},
    "undo": {"delivery", "reason", "keep_later", "dry_run"},
    "status": {"known_at"},
    "backup": set[str](),
    "verify": {"anchor"},
}
"""What goes with a job of each kind."""
_BOUNDS: Final = ("hops", "role", "kind_of_party", "share", "hub", "certain")


def see_sound(kind: str, asked: Mapping[str, Any]) -> None:
    """See that the particulars of a job go together.

    Raises
    ------
    InputError
        They do not, or one of them is nothing that there is.
    """
    if wrong := sorted(asked.keys() - PARTICULARS[kind]):
        raise InputError(
            f"{', '.join(wrong)}: no particular of a job of the kind {kind}", zh=f"{'、'.join(wrong)}：{kind} 任务没有此项"
        )
    if kind == "export":
        _see_export(asked)
    if kind == "diff" and (not asked.get("old") or ("new" in asked) == ("rules" in asked)):
        raise InputError("a diff needs `old`, and one of `new` and `rules`", zh="比较规则须给出 `old`，以及 `new` 或 `rules` 之一")
    if kind == "undo" and not asked.get("delivery"):
        raise InputError("an undoing needs `delivery`", zh="撤回批次须给出 `delivery`")
    for anchor in asked.get("anchor", ()):
        anchor_of(anchor)


def _see_export(asked: Mapping[str, Any]) -> None:
    if not asked.get("to") or (bool(asked.get("around")) + bool(asked.get("decision")) + bool(asked.get("whole"))) != 1:
        raise InputError(
            "an export needs `to`, and one of `around`, `decision` and `whole`",
            zh="导出须给出 `to`，以及 `around`、`decision`、`whole` 之一",
        )
    bounds = [name for name in _BOUNDS if name in asked]
    if bounds and not asked.get("around"):
        raise InputError(
            f"{', '.join(bounds)}: bounds a search around a party, and means nothing without `around`",
            zh=f"{'、'.join(bounds)} 只用于限定某一主体周围的范围，须与 `around` 同用",
        )
    _see_bounds(asked.get("role", ()), asked.get("kind_of_party", ()), asked.get("share", "0"))


def _see_bounds(roles: Iterable[str], kinds: Iterable[str], share: str) -> None:
    for each in roles:
        choosing.interest(each, "role")
    for each in kinds:
        choosing.kind_of_entity(each, "kind_of_party")
    ppm(share)


def are_bounds(asked: Mapping[str, Any]) -> bool:
    """Say whether what bounds an export is what there is; a job of before this was checked may have anything."""
    try:
        _see_bounds(asked.get("role", ()), asked.get("kind_of_party", ()), asked.get("share", "0"))
    except InputError:
        return False
    return True
