"""What a load is given; each test quotes an invariant of loaders/given.py."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

import loaders.given
from graph.delivered import DeliveryStatus
from graph.model import Recorded
from graph.store import open_store
from graph.store.base import Store
from loaders.base import Report
from loaders.deliveries import deliveries, value_of
from loaders.given import GivenColumns
from loaders.ingest import load
from loaders.mapping_file import load_mapping
from loaders.synthetic.city import build_city, write_city

SIZE, SEED = 60, 3


class Cut(Exception):
    """Stands for a power failure."""


def columns(size: int = SIZE) -> list[GivenColumns]:
    return [GivenColumns(f"{table.name}.csv", f"city {size}", table.chunks) for table in build_city(size, SEED).register]


def loaded(store: Store, files: list[Path | GivenColumns], **options) -> Report:
    options = {"act_by": "tester", "now": lambda: datetime(2026, 2, 1, tzinfo=UTC)} | options
    return load(store, load_mapping("synthetic_city"), files, **options)


def facts(store: Store) -> list[tuple[object, ...]]:
    said: list[Recorded] = [r for r in store.facts() if r.fact.key.partition("/")[0] != "delivery"]
    return [(r.fact.id, r.fact.key, r.fact.value, r.fact.origin, r.fact.flags, r.operation) for r in said]


def test_columns_give_the_facts_that_the_file_gives(tmp_path: Path) -> None:
    """1. Columns are loaded as the file would be that holds them: the same facts, with the same rows of the same name."""
    write_city(tmp_path, SIZE, SEED)
    with open_store("sqlite:///:memory:") as one, open_store("sqlite:///:memory:") as other:
        straight, read = loaded(one, columns()), loaded(other, [tmp_path])
        assert straight.tables == read.tables
        assert facts(one) == facts(other)
        assert one.verify() is None
        assert loaded(one, [tmp_path]).tables["posts"].recorded == 0, "the files after the columns bring nothing new"


def test_a_cut_load_of_columns_goes_on() -> None:
    calls = 0

    def progress(_file: str, _row: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise Cut

    with open_store("sqlite:///:memory:") as store, open_store("sqlite:///:memory:") as whole:
        with pytest.raises(Cut):
            loaded(store, columns(), batch=40, progress=progress)
        loaded(store, columns(), batch=40)
        loaded(whole, columns(), batch=40)
        assert facts(store) == facts(whole)
        assert [value_of(each).status for each in deliveries(store)] == [DeliveryStatus.COMPLETE]


def test_columns_are_asked_for_some_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """2. Columns are asked for some rows at a time: memory does not grow with their number."""
    monkeypatch.setattr(loaders.given, "TOGETHER", 7)
    asked: list[int] = []

    def watched(given: GivenColumns) -> GivenColumns:
        def chunks(size: int):
            for chunk in given.chunks(size):
                asked.append(len(next(iter(chunk.values()))))
                yield chunk

        return GivenColumns(given.name, given.what, chunks)

    with open_store("sqlite:///:memory:") as one, open_store("sqlite:///:memory:") as other:
        loaded(one, list(map(watched, columns())))
        loaded(other, columns())
        assert facts(one) == facts(other)
    assert max(asked) == 7


def test_other_columns_are_another_delivery() -> None:
    one, same, other = columns()[0], columns()[0], columns(61)[0]
    assert one.digest() == same.digest() != other.digest()
    assert GivenColumns(one.name, "else", one.chunks).digest() != one.digest()
