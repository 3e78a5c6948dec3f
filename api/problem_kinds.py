"""What each kind of error is to whoever asked: a status of HTTP, and a stable code by which programs decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from api.access import errors as access
from graph.errors import (
    ConfigError,
    InputError,
    NoChoice,
    NotFound,
    Refused,
    StoreBusy,
    StoreConflict,
    StoreDamaged,
    StoreError,
    UnknownCode,
    ZerenError,
)


class Kind(NamedTuple):
    """A kind of problem: status, and stable code, whose title stands among the words (`problem`)."""

    status: int
    code: str


KINDS: Final[Mapping[type[Exception], Kind]] = {
    InputError: Kind(400, "invalid_input"),
    NoChoice: Kind(422, "invalid_parameter"),
    UnknownCode: Kind(400, "invalid_input"),
    NotFound: Kind(404, "not_found"),
    Refused: Kind(409, "refused"),
    StoreConflict: Kind(409, "store_conflict"),
    StoreBusy: Kind(503, "store_busy"),
    StoreDamaged: Kind(500, "store_damaged"),
    StoreError: Kind(503, "store_unavailable"),
    ConfigError: Kind(500, "misconfigured"),
    access.LoginRequired: Kind(401, "login_required"),
    access.CredentialsRefused: Kind(401, "credentials_refused"),
    access.PermissionMissing: Kind(403, "permission_missing"),
    access.CsrfMissing: Kind(403, "csrf_required"),
    access.PurposeRequired: Kind(403, "purpose_required"),
    access.TooManyRequests: Kind(429, "too_many_requests"),
    ZerenError: Kind(500, "internal_error"),
    Exception: Kind(500, "internal_error"),
}
"""Exception type -> problem; the closest type of an exception's family decides."""


def kind_of(error: Exception) -> Kind:
    """Return the kind of an error."""
    return next(KINDS[each] for each in type(error).__mro__ if each in KINDS)
