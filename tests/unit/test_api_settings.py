"""The invariant of `api.settings`, by number."""

from __future__ import annotations

import pytest

from api.settings import read_settings
from graph.errors import ConfigError


def test_defaults_and_environment(monkeypatch):
    for name in ("STORE", "LANG", "PORT", "HOST", "USER"):
        monkeypatch.delenv(f"ZEREN_{name}", raising=False)
    assert (read_settings().store, read_settings().lang, read_settings().port) == ("sqlite:///./zeren.db", "zh", 8787)
    monkeypatch.setenv("ZEREN_STORE", "sqlite:///other.db")
    monkeypatch.setenv("ZEREN_LANG", "en")
    assert (read_settings().store, read_settings().lang) == ("sqlite:///other.db", "en")


def test_1_a_setting_that_cannot_be_is_named_and_its_value_is_not_printed(monkeypatch):
    monkeypatch.setenv("ZEREN_PORT", "letmein")
    with pytest.raises(ConfigError, match="ZEREN_PORT") as refused:
        read_settings()
    assert "letmein" not in str(refused.value)


def test_proxies_are_addresses_or_networks_and_nobody_by_default(monkeypatch):
    monkeypatch.delenv("ZEREN_PROXIES", raising=False)
    assert read_settings().proxies == ""
    monkeypatch.setenv("ZEREN_PROXIES", "10.0.0.5, 10.1.0.0/16,::1")
    assert read_settings().proxies == "10.0.0.5, 10.1.0.0/16,::1"
    for wrong in ("*", "proxy.example", "10.0.0.5;10.0.0.6", "10.0.0.1/8"):
        monkeypatch.setenv("ZEREN_PROXIES", wrong)
        with pytest.raises(ConfigError, match="ZEREN_PROXIES"):
            read_settings()
