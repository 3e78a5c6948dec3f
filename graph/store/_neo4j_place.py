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
    form_zh = f"Neo4j 存储的地址格式为 neo4j://主机:端口/数据库，协议为 {'、'.join(SCHEMES)} 之一"
    form = f"the URL of a store in Neo4j is neo4j://HOST:PORT/DATABASE, with one of {', '.join(SCHEMES)}"
    try:
        parts = urlsplit(url)
        sound = parts.scheme in SCHEMES and parts.hostname and parts.port != 0 and not parts.query and not parts.fragment
    except ValueError as error:
        raise ConfigError(f"{form}: {error}", zh=f"{form_zh}：{error}") from error
    database = parts.path.strip("/")
    if not sound:
        raise ConfigError(form, zh=form_zh)
    if parts.username is not None or parts.password is not None:
        raise ConfigError(
            "a URL is printed and logged: give user and password in ZEREN_NEO4J_USER and ZEREN_NEO4J_PASSWORD",
            zh="地址会被显示和记入日志：用户名和口令请写在 ZEREN_NEO4J_USER 和 ZEREN_NEO4J_PASSWORD 中",
        )
    if database and not re.fullmatch(r"[A-Za-z][A-Za-z0-9.-]{2,62}", database):
        raise ConfigError(f"{database!r} is no name of a database", zh=f"“{database}”不能作为数据库名称")
    if database.lower() == "system":
        raise ConfigError(
            "system is the database in which the server keeps its users; give one for the store",
            zh="system 是服务器保存用户的数据库；请另给一个存放数据的数据库",
        )
    return f"{parts.scheme}://{parts.netloc}", database or None


def tls_of(place: str, *, zh: bool = False) -> str:
    """Return the question whether the scheme fits the server: a wrong one looks like no server."""
    scheme = place.partition(":")[0]
    if "+" in scheme:
        other = scheme.partition("+")[0]
        return f"并使用 TLS（否则协议应为 {other}）" if zh else f"does it speak TLS (else the scheme is {other})"
    return f"并不使用 TLS（否则协议应为 {scheme}+s）" if zh else f"does it speak without TLS (else the scheme is {scheme}+s)"
