"""Where facts are kept: one Protocol (`base`), the backends beside it, and `open_store`, which chooses one by URL."""

from __future__ import annotations

from graph.errors import ConfigError
from graph.store.copying import Movable

__all__ = ["is_local", "open_store"]

_SQLITE = "sqlite:///"
_NEO4J = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")


def open_store(
    url: str,
    *,
    create: bool = True,
    busy_seconds: float = 5.0,
    user: str = "",
    password: str = "",
    read_seconds: float = 30.0,
    held: bool = False,
) -> Movable:
    """Open the store at `url`; use it in a `with` statement, which closes it.

    Parameters
    ----------
    url : str
        `sqlite:///FILE` (relative), `sqlite:////absolute/FILE`, `sqlite:///:memory:`, or `neo4j://HOST:PORT/DATABASE` (also `bolt`,
        and each with `+s` for TLS or `+ssc` for TLS with a self-signed certificate).
    create : bool
        Whether to make the store where there is none.
    busy_seconds : float
        How long a write waits for another process that is writing.
    user, password : str
        Who asks a server; a password in the URL is refused.
    read_seconds : float
        How long a read that a server did not answer is tried again.
    held : bool
        Keep the place of a file from being restored to while it is open (`graph.store.in_use`).

    Raises
    ------
    ConfigError
        No backend has this scheme, the URL names no file or server, or the backend is not installed.
    StoreError
        There is no store and none is to be made, or the server cannot be reached or refuses.
    StoreDamaged
        What is there is not a store, is torn, or is of a later version.
    """
    if url.partition("://")[0] in _NEO4J:
        try:
            from graph.store.neo4j import Neo4jStore
        except ModuleNotFoundError as error:
            if error.name != "neo4j":
                raise
            raise ConfigError(
                f"{url}: the driver is not installed; install the extra neo4j: pip install -c constraints.txt -e '.[neo4j]'"
            ) from error
        return Neo4jStore(url, user=user, password=password, create=create, busy_seconds=busy_seconds, read_seconds=read_seconds)
    if not url.startswith(_SQLITE):
        raise ConfigError(f"{url!r} is not the URL of a store: expected sqlite:///FILE or neo4j://HOST:PORT/DATABASE")
    place = url.removeprefix(_SQLITE)
    if not place:
        raise ConfigError(f"{url!r} names no file: expected sqlite:///FILE or sqlite:///:memory:")
    from graph.store.sqlite import SqliteStore  # here as above: whoever opens no store waits for none, nor for its arrays

    return SqliteStore(place, create=create, busy_seconds=busy_seconds, held=held)


def is_local(url: str) -> bool:
    """Say whether a URL names a file of this machine."""
    return url.startswith(_SQLITE)
