"""Settings: the only reader of the environment (`ZEREN_STORE`, `ZEREN_LANG`, …).

Invariants (tests/unit/test_api_settings.py holds one test a number)
1. A setting that cannot be is refused by the name of its variable, and its value is not printed.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.errors import ConfigError

Lang = Literal["zh", "en"]
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""What this machine calls itself."""


def _addresses(text: str) -> str:
    for each in filter(None, map(str.strip, text.split(","))):
        ip_network(each)
    return text


class Settings(BaseSettings):
    """What an installation sets, each by an environment variable with the prefix `ZEREN_`."""

    model_config = SettingsConfigDict(env_prefix="ZEREN_", frozen=True)

    store: str = "sqlite:///./zeren.db"
    """URL of the store: `sqlite:///FILE`, or `neo4j://HOST:PORT/DATABASE` (also `bolt`, and with `+s` or `+ssc`)."""
    neo4j_user: str = "neo4j"
    """User of a store in Neo4j."""
    neo4j_password: SecretStr = SecretStr("")
    """Password of a store in Neo4j; empty for a server that asks nobody. A password in the URL is refused, for URLs are printed."""
    lang: Lang = "zh"
    """Language of explanations and records."""
    host: str = "127.0.0.1"
    """Address that `serve` listens on."""
    port: int = Field(default=8787, ge=0, le=65_535)
    """Port that `serve` listens on."""
    id_key: SecretStr = SecretStr("")
    """Key under which resident numbers are hashed; keep it secret and never change it: under another key everybody is another."""
    desk: str = "./zeren-desk.db"
    """File of the operational state: outbox, receivers, reports in confidence."""
    hook_key: SecretStr = SecretStr("")
    """Key from which the signatures of messages to departments are made; a unit gets its own, made of this and its code."""
    tip_key: str = ""
    """Public key that seals who reports misconduct; the private one is kept elsewhere, by the one role that may read it."""
    kernels: str = ""
    """Folder for the compiled graph engine; empty means beside the program, or in the user's cache where that is read-only."""
    access: str = ""
    """File of users, tokens, sessions and the trail of who looked at whom; empty means beside the store."""
    https: bool = False
    """Whether the service is reached through https (a proxy adds it): then cookies are sent over https alone."""
    workers: int = Field(default=1, ge=1, le=64)
    """Processes that `serve` answers from: one a core where one is not quick enough; each holds a graph of its own in memory."""
    grace: int = Field(default=30, ge=0, le=3_600)
    """Seconds that requests get to end in when `serve` is told to stop; what is not answered by then is cut off (503)."""
    proxies: Annotated[str, AfterValidator(_addresses)] = ""
    """Addresses or networks (`10.0.0.5, 10.1.0.0/16`) of proxies whose `X-Forwarded-For` says who asks; empty believes nobody."""
    rate: int = Field(default=500, ge=0)
    """Requests a second that one user or token may make of one process; 0 for no limit."""
    rate_public: int = Field(default=50, ge=0)
    """Requests a second that one address may make of one process without logging in; 0 for no limit."""
    body_bytes: int = Field(default=10_000_000, ge=1)
    """Bytes that the body of a request may have."""
    load_bytes: int = Field(default=2_000_000_000, ge=1)
    """Bytes that rows sent to be loaded may have in one request; they go to the disk as they come."""
    log: Literal["debug", "info", "warning", "error"] = "warning"
    """From which level on the service writes its log (JSON lines on standard error); from `info` on a line for each request."""
    user: str = ""
    """Name that the audit log gives to whoever writes from the command line; empty means the operating system's."""
    letter_unit: str = Field(default="", max_length=60)
    """Unit that signs letters, printed where its seal belongs; empty leaves a line to fill in, as with the three that follow."""
    letter_contact: str = Field(default="", max_length=60)
    """Who is to be asked about a letter."""
    letter_telephone: str = Field(default="", max_length=60)
    """Telephone that stands in a letter."""
    letter_address: str = Field(default="", max_length=60)
    """Address that stands in a letter, where an objection can be handed in."""


def read_settings() -> Settings:
    """Read the environment.

    Raises
    ------
    ConfigError
        A variable has a value that cannot be.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = [f"ZEREN_{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}" for fault in error.errors()]
        raise ConfigError("; ".join(faults)) from None
