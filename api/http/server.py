"""Serve: listen, say where, stop when told.

Invariants (tests/integration/test_http.py holds one test a number)
1. A port in use and a store that is not there are one line, before anything is served.
2. SIGINT and SIGTERM let requests finish, close the store, and are no failure.
3. An answer is sent at once, also on a connection that is kept.
"""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread

import uvicorn

from analytics.responsibility.catalogue import Catalogue
from api.http.app import create_app
from api.http.guard import LOOPBACK
from api.settings import Settings
from graph.errors import ConfigError

_GRACE_SECONDS = 5
_OPEN = "warning: there is no authentication: whoever reaches this address reads everything, the names of persons included"


class _Server(uvicorn.Server):
    """A server that says where it is once it is there."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            host, port = listener.getsockname()[:2]
            address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
            sys.stderr.write(f"Zeren is at {address} (the interface is described at {address}/docs); Ctrl-C stops it\n")
            sys.stderr.flush()


def serve(settings: Settings, catalogue: Catalogue | None = None) -> None:
    """Serve until told to stop.

    Parameters
    ----------
    settings : Settings
        Store, address and port; port 0 takes any free one.
    catalogue : Catalogue, optional
        The rules, if not those that ship.

    Raises
    ------
    ConfigError
        The address cannot be listened on.
    StoreError
        There is no store, or it cannot be opened.
    """
    with _stoppable(), _listen(settings) as listener:
        if settings.host.lower() not in LOOPBACK:
            sys.stderr.write(f"{_OPEN}\n")
        config = uvicorn.Config(
            create_app(settings, catalogue),
            lifespan="on",
            log_level="warning",
            access_log=False,  # addresses hold names of persons
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        _Server(config).run(sockets=[listener])
    sys.stderr.write("stopped\n")


@contextmanager
def _stoppable() -> Iterator[None]:
    """End the block quietly at SIGINT or SIGTERM; uvicorn raises them again once it has stopped."""
    if current_thread() is not main_thread():  # signals come to the main thread alone
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror}; "
            "choose another with ZEREN_HOST and ZEREN_PORT, 0 for any free port"
        ) from error
    # asyncio turns Nagle's algorithm off only where a socket says it speaks TCP; else a kept connection waits 40 ms an answer.
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=listener.detach())
