"""How long a connection may stand open without a request, and how large the head of one may be: nobody keeps others out.

Invariants (tests/integration/test_http_patience.py holds one test a number)
1. A connection on which no whole head comes within `HEAD_SECONDS` is closed at the second look; one that is answered is not.
2. A head of more than `HEAD_BYTES` is refused while it comes, and its connection closed; a body has limits of its own.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_SECONDS: Final = 10.0
HEAD_BYTES: Final = 65_536


class Impatient(HttpToolsProtocol):
    """The protocol of a connection, which looks from time to time whether anything was asked."""

    _next_look: asyncio.TimerHandle | None = None
    _begun, _head = False, 0

    def connection_made(self, transport: Any) -> None:
        """Begin to look."""
        super().connection_made(transport)
        self._look_later(self.cycle)

    def connection_lost(self, exc: Exception | None) -> None:
        """Look no more."""
        if self._next_look is not None:
            self._next_look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came, unless the head of the request is too large."""
        super().data_received(data)
        if not self._begun:
            return
        self._head += len(data)
        if self._head > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._begun, self._head = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Count no more."""
        self._begun = False
        super().on_headers_complete()

    def _look_later(self, seen: RequestResponseCycle | None) -> None:
        self._next_look = self.loop.call_later(HEAD_SECONDS, self._look, seen)

    def _look(self, seen: RequestResponseCycle | None) -> None:
        """Close the connection where no request came since the last look, and none is being answered."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is seen and (cycle is None or cycle.response_complete):
            self.transport.close()
        else:
            self._look_later(cycle)
