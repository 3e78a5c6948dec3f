"""Who may have a kind of job done: asked when it is ordered, and again when a worker takes it up.

Invariants (tests/integration/test_jobs.py holds one test a number)
6. What a job records, it records under the name of somebody who may: of a user who was locked or lost the role meanwhile it fails,
   until somebody who may tries it again, under whose name it then stands.
7. Whoever has not `job.run` sees and stops the own jobs alone: another's is not there for him.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.access.database import Database
from api.access.errors import PermissionMissing
from api.access.principal import Principal, check, principal
from api.access.roles import Roles
from api.access.users import Users
from api.jobs.queue import Job
from graph.errors import NotFound

ORDER: Final = "job.order"
RUN: Final = "job.run"
"""What the routes of jobs need, and what lifts that to the jobs of all, and to the kinds that stand nowhere below."""
NEEDS: Final = {
    "load": "data.load", "undo": "data.load",
    "export": "export.run", "diff": "finding.read", "quality": "report.read", "backup": "store.backup",
    "verify": "audit.read",
}  # fmt: skip
"""What a kind needs besides `job.order`."""
_READ: Final = "decision.read"


def may(asking: Principal, kind: str, asked: Mapping[str, Any]) -> None:
    """Refuse a job that needs what whoever asks has not; an export is the whole of what is kept, past the veil.

    Whether there is a decision of an id is told by deriving it alone.

    Raises
    ------
    PermissionMissing
        Whoever asks may not.
    """
    needed = NEEDS.get(kind, RUN)
    if not asking.may(needed):
        raise PermissionMissing(f"a job of the kind {kind} needs {needed}", zh=f"{kind} 类作业需要权限 {needed}")
    if kind == "propagate" and asked.get("decision") and not asking.may(_READ):
        raise PermissionMissing(f"deriving one decision alone needs {_READ}", zh=f"只推导一项决定需要权限 {_READ}")
    if kind == "export" and asking.view != "full":
        raise PermissionMissing(
            "an export shows persons in full, and you do not see them so", zh="导出含个人全部信息，您没有查看全部信息的权限"
        )


def sees(asking: Principal, job: Job) -> bool:
    """Say whether a job is there for whoever asks: the own ones, and with `job.run` all."""
    return job.by == asking.name or asking.may(RUN)


def may_still(db: Database, roles: Roles, by: str, kind: str, asked: Mapping[str, Any]) -> None:
    """Refuse what its user may no longer; whoever ordered it at the machine itself is no user, and could do it without a job.

    Raises
    ------
    PermissionMissing
        The user is locked, or has no role any more that may.
    """
    try:
        user = Users(db, roles).get(by)
    except NotFound:
        return
    if user.locked:
        raise PermissionMissing(
            f"{by} was locked before the job began: whoever may can try it again",
            zh=f"{by} 在作业开始前已被锁定：有权限的人可以重试",
        )
    asking = principal(roles, user.name, user.roles, "token")
    check(roles, asking, ORDER)
    may(asking, kind, asked)
