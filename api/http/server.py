"""Serve: listen, say where, stop when told.

Invariants (tests/integration/test_http.py holds one test a number)
1. A port in use and a store that is not there are one line, before anything is served.
2. SIGINT and SIGTERM let requests finish, close the store, and are no failure. What is not through when the time is over is a 503,
   or ends where it is; whoever follows a job holds nothing up.
3. While there is no administrator, a link that works once says how to become it; there is no password by default.
4. An answer is sent at once, also on a connection that is kept.
5. Several processes answer at one address where that is set: one that dies is replaced, all stop together, and what they count is
   one sum.

The routes take longer to import than all else. The process that starts others answers nothing, and imports none of them; those
that answer are copies of one that has imported them (`api.http.template`), so that this is done, and kept in memory, once.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from multiprocessing.forkserver import ensure_running
from tempfile import TemporaryDirectory
from threading import Thread, current_thread, main_thread
from typing import TYPE_CHECKING

import uvicorn
from uvicorn import _subprocess
from uvicorn.supervisors import Multiprocess

from analytics.responsibility.catalogue import Catalogue, shipped
from api.access.database import place_of
from api.access.desk import Access
from api.access.roles import ADMINISTRATOR
from api.access.sessions import end_setup, make_setup
from api.http.log_lines import LOGGED
from api.http.patience import HEAD_BYTES, REST_SECONDS, Impatient
from api.settings import LOOPBACK, Settings
from api.use_cases.stores import open_store_of
from graph.errors import ConfigError

if TYPE_CHECKING:
    from fastapi import FastAPI

_START_SECONDS = 60.0
_HEALTHY_SECONDS = 30
"""A process that does not answer its parent for so long is replaced; one that holds the interpreter for a while is not."""
_OPEN = "warning: passwords and names of persons cross the network in the clear unless a proxy adds https (then set ZEREN_HTTPS)"
_FIRST = """There is no administrator yet. Open this link once, within an hour, to set a name and a password:
尚无管理员：请在一小时内打开此链接（仅可用一次），设置用户名和密码：
  {address}/login#{secret}
"""


class _Server(uvicorn.Server):
    """A server that says where it is once it is there, and how the first administrator gets in."""

    secret: str | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            _say(listener, self.secret)


class _Servers(Multiprocess):
    """Several servers at one address; says where once all of them are there."""

    secret: str | None = None

    def init_processes(self) -> None:
        super().init_processes()
        ready = [process.wait_until_ready(_START_SECONDS) for process in self.processes]
        if all(ready):
            for listener in self.sockets:
                _say(listener, self.secret)


def _say(listener: socket.socket, secret: str | None) -> None:
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    sys.stderr.write(f"Zeren is at {address} (the interface is described at {address}/docs); Ctrl-C stops it\n")
    if secret:
        reached = address.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
        sys.stderr.write(_FIRST.format(address=reached, secret=secret))
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
        if settings.workers > 1:
            _serve_together(settings, listener)
        else:
            from api.http.app import create_app

            app = create_app(settings, catalogue)
            _settled()
            server = _Server(_config(app, settings))
            server.secret = _first(app.state.access)
            server.run(sockets=[listener])
    sys.stderr.write("stopped\n")


def _config(app: FastAPI | Callable[[], FastAPI], settings: Settings, *, factory: bool = False) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=factory,
        workers=settings.workers,
        lifespan="on",
        loop="auto",  # uvloop where there is one
        http=Impatient,
        h11_max_incomplete_event_size=HEAD_BYTES,
        ws="none",
        proxy_headers=bool(settings.proxies),  # else whoever asks from this machine would say which address is counted
        forwarded_allow_ips=settings.proxies,
        log_level="warning",
        log_config=LOGGED,
        access_log=False,  # addresses hold names of persons
        server_header=False,
        timeout_keep_alive=REST_SECONDS,
        timeout_graceful_shutdown=settings.grace,
        timeout_worker_healthcheck=_HEALTHY_SECONDS,
    )


def _serve_together(settings: Settings, listener: socket.socket) -> None:
    """Answer from several processes; what one of them could not do (no store, wrong rules) is said before they start."""
    with TemporaryDirectory(prefix="zeren-metrics-") as counted:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = counted  # read by prometheus_client in the processes
        with open_store_of(settings, create=False):
            _begin_template()
            shipped()
        one = partial(_one_of_several, settings)
        servers = _Servers(_config(one, settings, factory=True), [listener])
        with Access(place_of(settings.store, settings.access)) as access:
            servers.secret = _first(access)
        servers.run()


def _begin_template() -> None:
    """Start the process that those which answer are copies of."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["api.http.template"])
    _subprocess.spawn = context  # type: ignore[assignment]  # there is no other way to say how processes are started
    ensure_running()


def _one_of_several(settings: Settings) -> FastAPI:
    """Return the service in one of several processes, which ends when the one that started it is gone."""
    from api.http.app import create_app

    Thread(target=_end_with_parent, name="parent", daemon=True).start()
    app = create_app(settings)
    _settled()
    return app


def _settled() -> None:
    """Let the collector leave aside what stays until the end: a walk over all of it is a pause that whoever asks would feel."""
    gc.collect()
    gc.freeze()


def _end_with_parent() -> None:
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _first(access: Access) -> str | None:
    """Return the secret of the link for the first administrator; where there is one, None, and no older link works."""
    if not access.users.have(ADMINISTRATOR):
        return make_setup(access.db, datetime.now(UTC))
    end_setup(access.db)
    return None


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
