"""What keeps somebody out.

::

    ZerenError
    └── AccessError
        ├── LoginRequired        nobody said who asks, and the public may not
        ├── CredentialsRefused   the password, token or session is not (or no longer) good
        ├── PermissionMissing    whoever asks is known, and may not
        ├── CsrfMissing          a browser sent a write without the token of its session
        ├── PurposeRequired      a natural person would be seen, and nobody said what for
        └── TooManyRequests      slower, please
"""

from __future__ import annotations

from graph.errors import ZerenError


class AccessError(ZerenError):
    """Somebody may not do what was asked."""


class LoginRequired(AccessError):
    """Nobody said who asks."""


class CredentialsRefused(AccessError):
    """What was shown is not good."""


class PermissionMissing(AccessError):
    """Whoever asks may not."""


class CsrfMissing(AccessError):
    """A write from a browser lacks the token of its session."""


class PurposeRequired(AccessError):
    """A natural person is seen only for a stated purpose."""


class TooManyRequests(AccessError):
    """The limit of requests is reached."""
