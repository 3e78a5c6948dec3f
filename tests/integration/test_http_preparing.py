"""Building the graph in a process of its own: each test quotes an invariant of api/http/preparing.py."""

from __future__ import annotations

from threading import Thread
from time import monotonic, sleep

import pytest

from api.http.preparing import Preparing
from api.settings import Settings
from api.use_cases.graph import folder_of
from graph.snapshot.file import load
from graph.snapshot.kept import history
from graph.store import open_store
from tests.graph_world import make_store


@pytest.fixture
def url(tmp_path):
    return make_store(str(tmp_path / "zeren.db"))


def test_1_what_another_process_builds_is_in_the_folder_beside_the_store(url, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert Preparing(Settings(store=url))()
    folder = folder_of(url)
    with open_store(url) as store:
        columns = load(folder, store=history(store, store.version()))
        assert columns.version == store.version()
        assert columns.edge_count > 0


def test_1_a_store_that_is_broken_says_that_it_could_not(url, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zeren.db").write_bytes(b"no store at all, but long enough to be looked at" * 100)
    assert not Preparing(Settings(store=url))()


def test_2_it_ends_when_the_service_does(url, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    preparing, said = Preparing(Settings(store=url)), []
    building = Thread(target=lambda: said.append(preparing()))
    building.start()
    sleep(0.3)
    begun = monotonic()
    preparing.close()
    building.join(10)
    assert said == [False]
    assert monotonic() - begun < 5
