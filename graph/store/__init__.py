"""Where facts are kept: one Protocol (`base`), the backends beside it, and `open_store`, which chooses one by URL."""

from __future__ import annotations

from graph.errors import ConfigError
from graph.store.base import Store
from graph.store.sqlite import SqliteStore

__all__ = ["open_store"]

_SQLITE = "sqlite:///"


def open_store(url: str, *, create: bool = True, busy_seconds: float = 5.0) -> Store:
    """Open the store at `url`; use it in a `with` statement, which closes it.

    Parameters
    ----------
    url : str
        `sqlite:///FILE` (relative), `sqlite:////absolute/FILE`, or `sqlite:///:memory:`.
    create : bool
        Whether to make the store where there is none.
    busy_seconds : float
        How long a write waits for another process that is writing.

    Raises
    ------
    ConfigError
        No backend has this scheme, or the URL names no file.
    StoreError
        There is no store and none is to be made.
    StoreDamaged
        The file is not a store, is torn, or is of a later version.
    """
    if not url.startswith(_SQLITE):
        raise ConfigError(f"{url!r} is not the URL of a store: expected sqlite:///FILE")
    place = url.removeprefix(_SQLITE)
    if not place:
        raise ConfigError(f"{url!r} names no file: expected sqlite:///FILE or sqlite:///:memory:")
    return SqliteStore(place, create=create, busy_seconds=busy_seconds)
