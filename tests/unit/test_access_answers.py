"""The invariants of `api.access.answers`, by number."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

from api.access.answers import KEPT, Answers
from tests.access_world import fresh, now


def test_1_an_answer_is_on_the_disk_and_that_of_one_attempt(tmp_path):
    with fresh(tmp_path) as access:
        access.answers.keep("m", "first", {"name": "示例"}, now())
        with closing(sqlite3.connect(access.db.place)) as other:
            assert other.execute("SELECT mark, attempt FROM answers").fetchall() == [("m", "first")]
        assert access.answers.of("m", "first") == {"name": "示例"}
        assert access.answers.of("m", "second") is None
        access.answers.keep("m", "second", {"name": "2"}, now())
        assert (access.answers.of("m", "first"), access.answers.of("m", "second")) == (None, {"name": "2"})
    with fresh(tmp_path) as again:
        assert Answers(again.db).of("m", "second") == {"name": "2"}


def test_2_it_is_kept_for_a_week(tmp_path):
    with fresh(tmp_path) as access:
        access.answers.keep("old", "a", {}, now() - KEPT - timedelta(minutes=1))
        access.answers.keep("young", "a", {}, now() - KEPT + timedelta(minutes=1))
        access.answers.keep("new", "a", {}, now())
        assert [access.answers.of(mark, "a") for mark in ("old", "young", "new")] == [None, {}, {}]
