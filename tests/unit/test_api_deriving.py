"""Deriving by two processes: each test quotes an invariant of api/use_cases/deriving.py."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from analytics.responsibility.catalogue import shipped
from analytics.responsibility.propagation import propagate as derive
from api.use_cases import deriving
from api.use_cases.acting import Actor
from api.use_cases.loading import load_city
from api.use_cases.propagating import all_decisions, propagate
from graph.beside import Failed, Second
from graph.snapshot.scope import snapshot_about
from graph.store import ahead, open_store

ACTOR = Actor("tester", datetime(2026, 11, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('city') / 'city.db'}"
    with open_store(url) as store:
        load_city(store, ACTOR, 200, 3)
    return url


@pytest.fixture
def asked(monkeypatch):
    found = []

    class Heard(Second):
        def ask(self, work, *given):
            found.append(given[1])
            return super().ask(work, *given)

    monkeypatch.setattr(deriving, "Second", Heard)
    monkeypatch.setattr(deriving, "_WORTH_SECOND", 10)
    monkeypatch.setattr(deriving, "_PIECE", 7)
    monkeypatch.setattr(ahead, "cores", lambda: 2)
    return found


def pieces_of(decisions):
    wanted = sorted(decisions)
    return [wanted[start : start + 7] for start in range(0, len(wanted), 7)]


def test_in_pieces_the_findings_are_those_of_the_whole(city, asked, monkeypatch):
    """1. In pieces the findings are those of the whole, byte for byte."""
    catalogue = shipped()
    with open_store(city) as store:
        decisions, version = all_decisions(store, store.version()), store.version()
        two = deriving.derived_of(store, decisions, version, catalogue)
        assert asked == pieces_of(decisions)[::-1]
        monkeypatch.setattr(ahead, "cores", lambda: 1)
        assert deriving.derived_of(store, decisions, version, catalogue) == two
        assert len(asked) == len(pieces_of(decisions))
        whole = snapshot_about(store, decisions, version)
        assert deriving.derived_on(whole, sorted(decisions), catalogue) == two
        found = [finding for decision in sorted(decisions) for finding in derive(whole, decision, catalogue)]
        assert [(each.id, each.evidence_hash, each.fact.value) for each in two] == [(f.id, f.evidence_hash, f) for f in found]
        assert len(two) > 100


@pytest.mark.usefixtures("asked")
def test_each_piece_is_derived_once(city, monkeypatch):
    """3. This process begins at the first piece and the second one at the last, until they meet."""
    here, derive_here = [], deriving._here

    def noted(store, piece, version, catalogue):
        here.append(piece)
        return derive_here(store, piece, version, catalogue)

    monkeypatch.setattr(deriving, "_here", noted)
    with open_store(city) as store:
        decisions = all_decisions(store, store.version())
        found = deriving.derived_of(store, decisions, store.version(), shipped())
    assert here == pieces_of(decisions)[: len(here)]
    assert len({each.id for each in found}) == len(found)


@pytest.mark.usefixtures("asked")
def test_where_the_second_process_fails_everything_is_derived_here(city, monkeypatch):
    """2. Where there is no second process, or it fails, everything is derived here."""
    catalogue = shipped()
    with open_store(city) as store:
        decisions = all_decisions(store, store.version())
        two = deriving.derived_of(store, decisions, store.version(), catalogue)
        monkeypatch.setattr(deriving, "_in_file", deriving._unpacked)
        with Second() as second, pytest.raises(Failed):
            second.ask(deriving._unpacked, "", (), 0, catalogue).result()
        assert deriving.derived_of(store, decisions, store.version(), catalogue) == two
        done = propagate(store, catalogue, ACTOR)
        assert (done.new, done.full) == (len({each.id for each in two}), True)
        assert not propagate(store, catalogue, ACTOR).new
        assert store.verify() is None
