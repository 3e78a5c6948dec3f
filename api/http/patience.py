"""How long a connection may stand open without a request: whoever sends the head of one byte by byte keeps nobody else out.

Invariants (tests/integration/test_http_patience.py holds one test a number)
1. A connection on which no whole head comes within `HEAD_SECONDS` is closed at the second look; one that is answered is not.
2. One on which an answer was given may rest for `REST_SECONDS`: longer than proxies and programs keep theirs, so that none is
   closed just when it is used again.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, cast

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_SECONDS: Final = 10.0
HEAD_BYTES: Final = 65_536
"""Bytes of the head of a request at most."""
REST_SECONDS: Final = 75
STOPPING: Final = "zeren.stopping"
"""Stands in the scope of a request that is answered while the service stops."""


class Impatient(H11Protocol):
    """The protocol of a connection, which looks from time to time whether anything was asked."""

    _next_look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to look."""
        super().connection_made(transport)
        self._look_later(self.cycle)

    def connection_lost(self, exc: Exception | None) -> None:
        """Look no more."""
        if self._next_look is not None:
            self._next_look.cancel()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Let what is being answered know that the service stops."""
        if self.cycle is not None:
            cast("dict[str, Any]", self.cycle.scope)[STOPPING] = True
        super().shutdown()

    def _look_later(self, seen: RequestResponseCycle | None) -> None:
        self._next_look = self.loop.call_later(HEAD_SECONDS, self._look, seen)

    def _look(self, seen: RequestResponseCycle | None) -> None:
        """Close the connection where a request was begun and did not come since the last look, or none ever was."""
        cycle: RequestResponseCycle | None = self.cycle
        begun = cycle is None or (cycle.response_complete and bool(self.conn.trailing_data[0]))
        if cycle is seen and begun:
            self.transport.close()
        else:
            self._look_later(cycle)
