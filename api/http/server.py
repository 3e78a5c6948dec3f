"""Serve: listen, say where, stop when told.

Invariants (tests/integration/test_http.py holds one test a number)
1. A port in use and a store that is not there are one line, before anything is served.
2. SIGINT and SIGTERM let requests finish, close the store, and are no failure.
3. While there is no administrator, a link that works once says how to become it; there is no password by default.
4. An answer is sent at once, also on a connection that is kept.
"""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import current_thread, main_thread

import uvicorn

from analytics.responsibility.catalogue import Catalogue
from api.access.roles import ADMINISTRATOR
from api.access.sessions import make_setup
from api.http.app import create_app
from api.http.guard import LOOPBACK
from api.settings import Settings
from graph.errors import ConfigError

_GRACE_SECONDS = 5
_OPEN = "warning: passwords and names of persons cross the network in the clear unless a proxy adds https (then set ZEREN_HTTPS)"
_FIRST = """There is no administrator yet. Open this link once, within an hour, to set a name and a password:
  {address}/login#{secret}
"""


class _Server(uvicorn.Server):
    """A server that says where it is once it is there, and how the first administrator gets in."""

    secret: str | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            host, port = listener.getsockname()[:2]
            address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
            sys.stderr.write(f"Zeren is at {address} (the interface is described at {address}/docs); Ctrl-C stops it\n")
            if self.secret:
                reached = address.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
                sys.stderr.write(_FIRST.format(address=reached, secret=self.secret))
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
        if settings.host.lower() not in LOOPBACK and not settings.https:
            sys.stderr.write(f"{_OPEN}\n")
        app = create_app(settings, catalogue)
        config = uvicorn.Config(
            app,
            lifespan="on",
            log_level="warning",
            access_log=False,  # addresses hold names of persons
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        server = _Server(config)
        access = app.state.access
        if not access.users.have(ADMINISTRATOR):
            server.secret = make_setup(access.db, datetime.now(UTC))
        server.run(sockets=[listener])
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
