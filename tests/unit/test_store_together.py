"""The invariants of `graph.store.together`, by number."""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event, RLock
from time import sleep

import pytest

from graph.codec import make_fact
from graph.errors import StoreConflict
from graph.model import Entity, Fact, Name, Origin
from graph.store import open_store
from graph.store.base import Store, Write
from graph.store.sqlite import SqliteStore
from graph.store.together import Together
from tests.api_world import actor

MANY = 12


def company(number: int) -> Fact[Entity]:
    value = Entity(f"test:C{number % 20}", "company", (Name(f"示例{number}"),))
    return make_fact(value, f"C{number % 20}", Origin("test"))


class Book:
    """A table that many write to, and what it remembers in memory."""

    def __init__(self, place: Path) -> None:
        self.db = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
        self.db.execute("CREATE TABLE said (text UNIQUE)")
        self.undone = 0
        self.lock = RLock()
        self.together = Together(self.db, self.lock, self.forget)

    def forget(self) -> None:
        self.undone += 1

    def say(self, text: str, begun: Event | None = None, go: Event | None = None) -> str:
        def work() -> str:
            self.db.execute("INSERT INTO said VALUES (?)", (text,))
            if begun and go:
                begun.set()
                assert go.wait(30)
            return f"said {text}"

        return self.together.do(work, 1)

    def all(self) -> list[str]:
        return [text for (text,) in self.db.execute("SELECT text FROM said ORDER BY text")]


def waiting(book: Book, texts: list[str]) -> tuple[ThreadPoolExecutor, Future[str], list[Future[str]], Event]:
    """One write under way, that `go` lets go on, and others that wait for it."""
    begun, go = Event(), Event()
    pool = ThreadPoolExecutor(len(texts) + 2)
    first = pool.submit(book.say, "first", begun, go)
    assert begun.wait(30)
    others = [pool.submit(book.say, text) for text in texts]
    while len(book.together._queue) < len(texts):
        sleep(0.001)
    return pool, first, others, go


def test_1_what_was_asked_for_is_there_when_it_returns(tmp_path):
    book = Book(tmp_path / "book.db")
    assert book.say("a") == "said a"
    with sqlite3.connect(tmp_path / "book.db") as other:
        assert other.execute("SELECT text FROM said").fetchall() == [("a",)]
    assert not book.db.in_transaction


def test_2_one_that_is_refused_takes_nothing_from_the_others(tmp_path):
    book = Book(tmp_path / "book.db")
    pool, first, others, go = waiting(book, ["a", "first", "b"])
    with pool:
        go.set()
        assert (first.result(), others[0].result(), others[2].result()) == ("said first", "said a", "said b")
        with pytest.raises(sqlite3.IntegrityError):
            others[1].result()
    assert (book.all(), book.undone) == (["a", "b", "first"], 1)
    with pytest.raises(sqlite3.IntegrityError):
        book.say("a")


def test_2_where_the_commit_fails_each_of_them_hears_of_it(tmp_path):
    book = Book(tmp_path / "book.db")
    book.db.execute("PRAGMA foreign_keys = ON")
    book.db.execute("CREATE TABLE later (of REFERENCES said (text) DEFERRABLE INITIALLY DEFERRED)")
    pool, first, others, go = waiting(book, ["a", "b"])
    with pool:
        bad = pool.submit(book.together.do, lambda: book.db.execute("INSERT INTO later VALUES ('nobody')"), 1)
        while len(book.together._queue) < 3:
            sleep(0.001)
        go.set()
        assert first.result() == "said first"
        for each in (*others, bad):
            with pytest.raises(sqlite3.IntegrityError):
                each.result()
    assert book.all() == ["first"]
    assert book.say("a") == "said a"


def test_3_those_who_wait_share_one_commit(tmp_path):
    book = Book(tmp_path / "book.db")
    texts = [f"t{number:02}" for number in range(MANY)]
    pool, _, others, go = waiting(book, texts)
    with pool:
        go.set()
        assert [each.result() for each in others] == [f"said {text}" for text in texts]
    assert (book.all(), book.together.commits) == (["first", *texts], 2)


def test_a_store_keeps_its_promises_when_many_write_at_once(tmp_path):
    """Each append is a version of its own, refused ones leave nothing, and the log is whole."""

    def write(store: Store, number: int) -> int:
        try:
            return store.append([Write(company(number))], actor().act(f"write {number}")).version
        except StoreConflict:
            return 0

    with open_store(f"sqlite:///{tmp_path}/zeren.db", create=True) as store, ThreadPoolExecutor(8) as pool:
        versions = list(pool.map(lambda number: write(store, number), range(60)))
        assert sorted(version for version in versions if version) == list(range(1, 21))
        assert (store.version(), store.verify()) == (20, None)
        assert len(list(store.facts())) == 20
        assert len([store.called(f"示例{number}", 5) for number in range(60) if store.called(f"示例{number}", 5)]) == 20
        assert isinstance(store, SqliteStore)
        assert store._together.commits <= 60
