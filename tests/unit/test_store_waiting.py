"""Texts that wait for the full-text index are found as those in it; a number is that of an invariant of `_sqlite_search`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from graph.codec import make_fact
from graph.model import Entity, Fact, Name, Operation, Origin
from graph.store import open_store
from graph.store._sqlite_search import _WAITING
from graph.store.base import Store, Write
from tests.api_world import actor

NAMES = ["示例乳业有限公司", "样本建设集团", "ACME LTD", "张示例", "示例张乳业", "91370000MA0000001T"]
ASKED = ["示例", "乳", "样本", "shili", "yb", "acm", "张示", "9137", "示例乳业有限公司", "ny", "无此"]


def company(number: int, name: str) -> Fact[Entity]:
    return make_fact(Entity(f"test:C{number}", "company", (Name(name),)), f"C{number}", Origin("test"))


def named(number: int) -> str:
    return f"{NAMES[number % len(NAMES)]}{number // len(NAMES) or ''}"


def found(store: Store) -> list[list[str]]:
    return [[f"{hit.name} {hit.score:.3f}" for hit in store.search(asked, 500)] for asked in ASKED]


def in_full_text(file: Path) -> int:
    with closing(sqlite3.connect(file)) as db:
        (count,) = db.execute("SELECT count(*) FROM terms_content").fetchone()
        return int(count)


@pytest.mark.parametrize("size", [1, len(NAMES), _WAITING, _WAITING + 1, _WAITING + 10, 2 * _WAITING + 5])
def test_1_one_by_one_or_at_once_the_same_is_found(tmp_path: Path, size: int) -> None:
    """1. The index finds what is current and nothing else, whether a text waits or not, in this process and in another."""
    writes = [Write(company(number, named(number))) for number in range(size)]
    others = [Write(company(1000 + number, f"其他企业{number}")) for number in range(2 * _WAITING)]
    url, whole = f"sqlite:///{tmp_path}/one.db", f"sqlite:///{tmp_path}/all.db"
    with open_store(url, create=True) as one, open_store(url) as other, open_store(whole, create=True) as at_once:
        for number, write in enumerate(writes):
            one.append([write], actor().act("write"))
            assert other.search(named(number))[0].entity == f"test:C{number}"
        at_once.append([*writes, *others], actor().act("write"))
        assert found(one) == found(other) == found(at_once)
    assert in_full_text(tmp_path / "one.db") == size // (_WAITING + 1) * (_WAITING + 1)
    assert in_full_text(tmp_path / "all.db") == size + len(others)


def test_1_a_text_that_waits_leaves_with_the_last_who_says_it(tmp_path: Path) -> None:
    """1. A text that nobody says any more leaves the index, and what waits beside it stays."""
    with open_store(f"sqlite:///{tmp_path}/x.db", create=True) as store:
        store.append([Write(company(number, f"样本企业{number}")) for number in range(_WAITING + 1)], actor().act("write"))
        for number in range(3):
            store.append([Write(company(1000 + number, f"示例企业{number}"))], actor().act("write"))
        last = f"样本企业{_WAITING}"
        store.append([Write(company(_WAITING, last), Operation.RETRACTION, "in error")], actor().act("retract"))
        store.append([Write(company(1001, "示例企业1"), Operation.RETRACTION, "in error")], actor().act("retract"))
        store.seal("entity/test/C1002", "article", actor().act("seal"))
        assert [hit.name for hit in store.search("示例企业", 500)] == ["示例企业0"]
        assert (store.search(last), len(store.search("样本企业", 500))) == ([], _WAITING)
        store.append([Write(company(2000 + number, f"其他企业{number}")) for number in range(_WAITING + 1)], actor().act("write"))
        assert [hit.name for hit in store.search("shiliqiye", 500)] == ["示例企业0"]
    assert in_full_text(tmp_path / "x.db") == 2 * _WAITING + 2


def test_a_file_of_the_layout_before_is_taken_over(tmp_path: Path) -> None:
    """What waited in the layout of 0001 is found after its successor, and nothing is lost or altered."""
    place = tmp_path / "x.db"
    with open_store(f"sqlite:///{place}", create=True) as store:
        for number, name in enumerate(NAMES):
            store.append([Write(company(number, name))], actor().act("write"))
    with closing(sqlite3.connect(place)) as db:
        db.execute("DELETE FROM migrations WHERE number > 1")
        db.execute("ALTER TABLE recent RENAME TO rows")
        old = "space INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (space, entry)"
        db.execute(f"CREATE TABLE recent ({old}) STRICT, WITHOUT ROWID")
        entry = "SELECT each.value FROM json_each(entries) each WHERE each.key = said.key + 1"
        db.execute(
            f"INSERT INTO recent SELECT said.value, ({entry}) FROM rows, json_each(entries) said WHERE said.key % 2 = 0"  # noqa: S608
        )
        db.execute("DROP TABLE rows")
        db.commit()
        waited = db.execute("SELECT count(*) FROM recent").fetchone()[0]
    with open_store(f"sqlite:///{place}") as store:
        assert (store.version(), store.verify()) == (len(NAMES), None)
        for number, name in enumerate(NAMES):
            assert store.get(f"entity/test/C{number}") is not None
            assert store.called(name, 5) == [f"test:C{number}"]
        store.append([Write(company(99, "后来企业"))], actor().act("write"))
        assert store.called("后来企业", 5) == ["test:C99"]
    assert waited == 5 * len(NAMES)
