"""What the full-text index is asked for: the test quotes an invariant of graph/store/_sqlite_search.py."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.codec import make_fact
from graph.model import Entity, Name, Origin
from graph.names import normalise_name
from graph.store import _sqlite_search, open_store
from graph.store._sqlite_search import Search
from graph.store.base import Act, Store, Write
from graph.store.terms import Wanted, terms_of, wanted

ORIGIN = Origin("reg", "f.csv", 1)
NAMES = (
    "临沂示例德原恒和第1食品有限公司",
    "临沂示例德原恒和第12食品有限公司",
    "临沂示例德原恒和食品有限公司",
    "德原恒和示例食品（临沂）有限公司第1分店",
    "德原恒和第1示例店",
    "临沂A示例公司",
    "临沂示例公司AB",
    "临沂3M公司",
    "临沂市示例路96号",
    *(f"临沂示例{number}号食品有限公司" for number in range(300)),
)


@pytest.fixture(scope="module")
def store():
    with open_store("sqlite:///:memory:") as store:
        writes = [Write(make_fact(Entity(f"reg:{n}", "company", (Name(name),)), str(n), ORIGIN)) for n, name in enumerate(NAMES)]
        store.append(writes, Act(datetime(2026, 1, 1, tzinfo=UTC), "tester", "load"))
        yield store


def found(store: Store, typed: str) -> list[str]:
    return [hit.name for hit in store.search(typed, 400)]


def has_all(name: str, typed: str) -> bool:
    terms = terms_of(normalise_name(name))
    words, _ = wanted(normalise_name(typed))
    return all(any(term.startswith(word.term) if word.open else term == word.term for term in terms) for word in words)


@pytest.mark.parametrize(
    ("typed", "most"),
    [
        (NAMES[0], 2),
        ("第1食品", 3),
        ("德原恒和第1", 4),
        ("德原恒和示例食品a", 0),
        ("临沂示例公司a", 1),
        ("示例7号食品", 40),
        ("7号食品有限公司", 40),
        ("示例a", 2),
        ("临沂3M", 1),
        ("路96号", 1),
        ("3M示例", 0),
        ("A示例公司", 2),
    ],
)
@pytest.mark.parametrize("common", [1, 1_000])
def test_what_is_found_has_the_terms_that_were_not_asked_for_too(
    store: Store, typed: str, most: int, common: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """3. Of many terms the rarest are asked for, and what is found has the others too."""
    monkeypatch.setattr(_sqlite_search, "_COMMON", common)
    expected, seen = {name for name in NAMES if has_all(name, typed)}, set(found(store, typed))
    assert len(expected) <= most
    assert expected <= seen
    assert all(typed in name for name in seen - expected)


def test_of_many_terms_the_rarest_are_asked_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """3. Of many terms the rarest are asked for: nothing with which too many begin, and nothing that most names have."""
    asked: list[list[Wanted]] = []
    plain = Search._matching
    monkeypatch.setattr(Search, "_matching", lambda self, words, most: asked.append(list(words)) or plain(self, words, most))
    monkeypatch.setattr(_sqlite_search, "_COMMON", 100)
    assert found(store, NAMES[0])[0] == NAMES[0]
    together = [each for each in asked if len(each) > 1]
    assert together
    assert all(Wanted("1", open=True) not in each for each in together)
    assert all(not {"示例", "食品", "公司"} & {word.term for word in each} for each in together)
