"""Opening a store as the settings say, and copying one to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.settings import Settings
from graph.errors import ConfigError
from graph.store import open_store
from graph.store.copying import Movable, copy


def open_store_of(settings: Settings, url: str | None = None, *, create: bool = False, read_seconds: float = 30.0) -> Movable:
    """Open the store at `url`, by default the settings' own, as the user that the settings name; its place is held meanwhile."""
    password = settings.neo4j_password.get_secret_value()
    place, user = url or settings.store, settings.neo4j_user
    return open_store(place, create=create, user=user, password=password, read_seconds=read_seconds, held=True)


def copy_store(settings: Settings, source: str, target: str, progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Copy a store to another, verify the copy, and return what was done as plain values.

    Raises
    ------
    ConfigError
        Both are the same.
    StoreError
        One cannot be opened, the target holds something else, or the copy is not what the original is.
    """
    if source == target:
        raise ConfigError("a store cannot be copied to itself", zh="存储库不能复制到自身")
    with open_store_of(settings, source) as original, open_store_of(settings, target, create=True) as made:
        done = copy(original, made, progress)
    return {
        "from": source,
        "to": target,
        "version": done.version,
        "versions_copied": done.versions,
        "statements_copied": done.recordings,
        "chain": done.chain,
        "verified": True,
    }
