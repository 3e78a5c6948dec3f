"""The invariants of `api.access.answers`, by number."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from time import monotonic, sleep

import pytest

from api.access.answers import KEPT, Answers
from api.http import app
from api.settings import Settings
from graph.errors import NotFound, Refused
from tests.access_world import access_of, fresh, now
from tests.integration.test_http import in_process, make_store


def test_1_an_answer_is_on_the_disk_and_that_of_one_attempt(tmp_path):
    with fresh(tmp_path) as access:
        access.answers.keep("m", "asked first", {"name": "示例"}, now())
        with closing(sqlite3.connect(access.db.place)) as other:
            assert other.execute("SELECT mark, attempt FROM answers").fetchall() == [("m", "asked first")]
        assert access.answers.of("m", "asked first") == {"name": "示例"}
        assert access.answers.of("m", "asked second") is None
        access.answers.keep("m", "asked second", {"name": "2"}, now())
        assert (access.answers.of("m", "asked first"), access.answers.of("m", "asked second")) == (None, {"name": "2"})
    with fresh(tmp_path) as again:
        assert Answers(again.db).of("m", "asked second") == {"name": "2"}


def test_1_an_attempt_at_something_else_is_refused_until_the_one_before_is_dropped(tmp_path):
    with fresh(tmp_path) as access:
        access.answers.keep("m", "asked first", {}, now())
        with pytest.raises(Refused, match="take a new key"):
            access.answers.keep("m", "other second", {}, now())
        access.answers.drop("m", "asked another")
        assert access.answers.began("m")
        access.answers.drop("m", "asked first")
        assert not access.answers.began("m")
        access.answers.keep("m", "other second", {"n": 1}, now())
        assert access.answers.of("m", "other second") == {"n": 1}


def test_2_it_is_kept_for_a_week(tmp_path):
    with fresh(tmp_path) as access:
        access.answers.keep("old", "a", {}, now() - KEPT - timedelta(minutes=1))
        access.answers.keep("young", "a", {}, now() - KEPT + timedelta(minutes=1))
        access.answers.keep("new", "a", {}, now())
        assert [access.answers.of(mark, "a") for mark in ("old", "young", "new")] == [None, {}, {}]


def test_2_it_is_gone_after_a_week_also_where_nothing_follows(tmp_path, monkeypatch):
    url = make_store(tmp_path / "zeren.db")
    with access_of(url) as access:
        access.answers.keep("old", "a", {"name": "示例"}, now() - KEPT + timedelta(seconds=1))
        access.answers.keep("young", "a", {}, now())
        sleep(1)
        assert access.answers.of("old", "a")
    monkeypatch.setattr(app, "_SWEEP_SECONDS", 0.1)
    with in_process(Settings(store=url)), access_of(url) as access:
        until = monotonic() + 30
        while access.answers.of("old", "a") and monotonic() < until:
            sleep(0.1)
        assert (access.answers.of("old", "a"), access.answers.of("young", "a")) == (None, {})


def test_3_what_is_done_elsewhere_replaces_no_answer_to_what_was_done_in_the_file(tmp_path):
    with fresh(tmp_path) as access:
        first = access.answers.once("m", "asked", lambda: {"n": 1}, frozenset(), now())
        assert (first, access.answers.did("m"), access.answers.did("n")) == (({"n": 1}, False), True, False)
        with pytest.raises(Refused, match="take a new key"):
            access.answers.keep("m", "attempt", {"n": 2}, now())
        assert access.answers.once("m", "asked", lambda: {"n": 3}, frozenset(), now()) == ({"n": 1}, True)
        access.answers.keep("n", "attempt", {}, now())
        assert (access.answers.did("n"), access.answers.began("n"), access.answers.began("m")) == (False, True, False)


def test_3_what_is_done_in_the_file_is_done_once_for_each_key_with_its_answer(tmp_path):
    with fresh(tmp_path) as access:

        def add() -> dict[str, str]:
            return {"name": access.users.add("new", ["clerk"], now()).name, "password": "secret"}

        def fail() -> dict[str, str]:
            add()
            raise NotFound("later")

        with pytest.raises(NotFound, match="later"):
            access.answers.once("m", "add", fail, frozenset(), now())
        assert access.users.all() == [], "both or neither"
        hidden = frozenset({"password"})
        assert access.answers.once("m", "add", add, hidden, now()) == ({"name": "new", "password": "secret"}, False)
        assert access.answers.once("m", "add", add, hidden, now()) == ({"name": "new", "password": None}, True)
        with pytest.raises(Refused, match="used for another request"):
            access.answers.once("m", "other", add, hidden, now())
        with pytest.raises(Refused, match="already"):
            access.answers.once("", "add", add, hidden, now())
