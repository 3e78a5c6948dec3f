"""Where a store in Neo4j is: its URL, taken apart, and what in it may not fit the server."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from graph.errors import ConfigError

SCHEMES: Final = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")


def place_of(url: str) -> tuple[str, str | None]:
    """Return (server, database) of a URL, None standing for the server's default database.

    Raises
    ------
    ConfigError
        It is no URL of a Neo4j server, or has a password in it.
    """
    form = f"the URL of a store in Neo4j is neo4j://HOST:PORT/DATABASE, with one of {', '.join(SCHEMES)}"
    try:
        parts = urlsplit(url)
        sound = parts.scheme in SCHEMES and parts.hostname and parts.port != 0 and not parts.query and not parts.fragment
    except ValueError as error:
        raise ConfigError(f"{form}: {error}") from error
    database = parts.path.strip("/")
    if not sound:
        raise ConfigError(form)
    if parts.username is not None or parts.password is not None:
        raise ConfigError("a URL is printed and logged: give user and password in ZEREN_NEO4J_USER and ZEREN_NEO4J_PASSWORD")
    if database and not re.fullmatch(r"[A-Za-z][A-Za-z0-9.-]{2,62}", database):
        raise ConfigError(f"{database!r} is no name of a database")
    if database.lower() == "system":
        raise ConfigError("system is the database in which the server keeps its users; give one for the store")
    return f"{parts.scheme}://{parts.netloc}", database or None


def tls_of(place: str) -> str:
    """Return the question whether the scheme fits the server: a wrong one looks like no server."""
    scheme = place.partition(":")[0]
    if "+" in scheme:
        return f"does it speak TLS (else the scheme is {scheme.partition('+')[0]})"
    return f"does it speak without TLS (else the scheme is {scheme}+s)"
