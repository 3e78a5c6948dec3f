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
