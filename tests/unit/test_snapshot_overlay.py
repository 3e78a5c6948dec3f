from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.codec import make_fact
from graph.dates import PartialDate, Period
from graph.errors import StoreConflict
from graph.model import ClaimRuling, Entity, Event, Identifier, Name, Operation, Origin, PartyRef, Relationship, Share, appearance
from graph.snapshot.columns import DESCRIBED
from graph.snapshot.file import load, save
from graph.snapshot.overlay import Overlay, build
from graph.snapshot.resolving import NeedsBuild
from graph.snapshot.walk import as_of
from graph.store import open_store
from graph.store.base import Act, Write

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
COMPANIES = ("t:A", "t:B", "t:C")
PERIODS = ("unknown/open", "2010/2012", "2012-06-10/open", "2015/unknown", "1850/open")


def content(columns):
    """Everything that the columns say, by ids: nodes with kinds, and both rows of each node in order."""
    arrays = columns.arrays
    said = {}
    for node in range(len(columns)):
        if columns.known(node):
            rows = [
                [row_of(columns, edge) for edge in edges[begin[node] : end[node]]]
                for begin, end, edges in (
                    (arrays.in_begin, arrays.in_end, arrays.in_edges),
                    (arrays.out_begin, arrays.out_end, arrays.out_edges),
                )
            ]
            said[columns.id(node)] = (columns.kind(node), bool(arrays.kinds[node] & DESCRIBED), *rows)
    return said


def row_of(columns, edge):
    arrays, number = columns.arrays, int(edge["fact"])
    aside = ()
    if edge["what"] & 256:
        at = int(np.searchsorted(arrays.side_fact, number))
        assert arrays.side_fact[at] == number
        aside = (arrays.side_days[at].tolist(), arrays.side_share[at].tolist(), bool(columns.side_clamped[at]))
    source = columns.sources[arrays.sources[number]]
    word = (int(edge["what"]), int(edge["start"]), int(edge["end"]))
    return columns.fact(number), int(columns.fact_keys[number]), columns.id(int(edge["other"])), source, word, aside


people = st.builds(
    lambda at, name, bearer: PartyRef(appearance(at, name), bearer),
    st.sampled_from(COMPANIES),
    st.sampled_from(["王示例", "李示例"]),
    st.sampled_from([None, None, None, "s:1", "s:2"]),
)
companies = st.sampled_from(COMPANIES).map(PartyRef)
relationships = st.builds(
    Relationship,
    st.one_of(people, companies),
    companies,
    st.sampled_from(["shareholding", "director"]),
    st.sampled_from(PERIODS).map(Period.parse),
    share=st.sampled_from([None, Share.exact(250_000), Share(100_000, 500_000)]),
)
entities = st.one_of(
    st.builds(lambda at: Entity(at, "company", (Name(at),)), st.sampled_from(COMPANIES)),
    st.builds(
        lambda ref, number: Entity(ref.entity, "person", identifiers=number, bearer=ref.bearer),
        people,
        st.sampled_from([(), (), (Identifier("resident_id_hmac", "x"),)]),
    ),
)
rulings = st.builds(
    lambda a, b, ruling: ClaimRuling("c" + a + b, a, b, ruling, "clerk"),
    people.map(lambda ref: ref.entity),
    people.map(lambda ref: ref.entity),
    st.sampled_from(["accepted", "rejected", "undone"]),
)
changes = st.tuples(
    st.one_of(relationships, relationships, relationships, entities, rulings),
    st.sampled_from(["1", "2", "3", "4"]),
    st.sampled_from(["register", "other"]),
    st.sampled_from([Operation.NEW, Operation.NEW, Operation.CORRECTION, Operation.RETRACTION, "seal"]),
)


def record(store, change):
    """Append one change; what the store refuses is no change."""
    value, key, source, operation = change
    fact = make_fact(value, key, Origin(source, "f.csv", 2))
    current = store.get(fact.key)
    act = Act(WHEN, "clerk", "test")
    if operation == "seal":
        if current is not None and hasattr(current, "fact") and key == "4":
            store.seal(fact.key, "art. 1", act)
        return
    if operation is Operation.RETRACTION:
        if current is None or not hasattr(current, "fact") or current.operation is Operation.RETRACTION:
            return
        fact = current.fact
    try:
        store.append([Write(fact, operation)], act)
    except StoreConflict:
        return


def followed(overlay, store):
    """Follow, or begin anew where nothing can be followed."""
    try:
        return overlay, overlay.follow(store)
    except NeedsBuild:
        overlay = Overlay(build(store))
        return overlay, overlay.columns


@settings(max_examples=60)
@given(st.lists(changes, max_size=6), st.lists(st.lists(changes, min_size=1, max_size=3), max_size=5), st.booleans())
def test_1_2_3_and_4_columns_and_overlay_are_a_fresh_build(before, batches, fold):
    with TemporaryDirectory() as folder, open_store("sqlite:///:memory:") as store:
        for change in before:
            record(store, change)
        overlay = Overlay(build(store))
        given_out = []
        for batch in batches:
            for change in batch:
                record(store, change)
            overlay, columns = followed(overlay, store)
            assert columns.version == store.version()
            assert content(columns) == content(build(store))
            given_out.append((columns, content(columns)))
            if fold:
                columns = overlay.fold()
                assert content(columns) == given_out[-1][1]
                save(columns, Path(folder) / "snapshot", store="one")
                assert content(load(Path(folder) / "snapshot", store="one")) == given_out[-1][1]
        for columns, said in given_out:
            assert content(columns) == said


def test_1_changes_that_leave_identity_alone_are_written_beside(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/s.db") as store:
        first = Relationship(PartyRef("t:A#王示例"), PartyRef("t:A"), "director", Period.parse("2010/open"))
        record(store, (first, "1", "register", Operation.NEW))
        overlay = Overlay(build(store))
        base = overlay.columns
        ended = Relationship(first.interested_party, first.subject, "director", Period.parse("2010/2012"))
        record(store, (ended, "1", "register", Operation.CORRECTION))
        second = Relationship(PartyRef("t:B"), PartyRef("t:A"), "shareholding", Period.parse("2010/open"), share=Share.exact(1))
        record(store, (second, "2", "register", Operation.NEW))
        columns = overlay.follow(store)
        assert overlay.size == 2
        assert columns.nodes is base.nodes
        assert content(columns) == content(build(store))
        assert overlay.follow(store) is columns
        overlay.fold()
        assert overlay.size == 0


def test_1_what_is_no_part_of_the_graph_changes_nothing_but_the_version():
    with open_store("sqlite:///:memory:") as store:
        first = Relationship(PartyRef("t:B"), PartyRef("t:A"), "shareholding", Period.parse("2010/2012"))
        record(store, (first, "1", "register", Operation.NEW))
        overlay = Overlay(build(store))
        before = overlay.columns
        event = Event("lookup", "t:A", PartialDate.parse("2024-01-01"), "tester")
        record(store, (event, "2", "register", Operation.NEW))
        columns = overlay.follow(store)
        assert columns.version == store.version() > before.version
        assert columns.arrays is before.arrays


def test_4_an_overlay_lies_on_nothing_but_whole_columns(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/s.db") as store:
        edge = Relationship(PartyRef("t:B"), PartyRef("t:A"), "shareholding", Period.parse("2010/2012"))
        record(store, (edge, "1", "register", Operation.NEW))
        with pytest.raises(ValueError, match="built, loaded or folded"):
            Overlay(as_of(build(store), datetime(2020, 1, 1, tzinfo=UTC).date()))


def test_4_a_later_row_may_stand_before_an_earlier_one_without_a_gap(tmp_path):
    """As many edges as places, yet not in the order of rows: neither saved as it is nor folded into the wrong rows."""
    with open_store("sqlite:///:memory:") as store:
        record(store, (Entity("t:A", "company", (Name("t:A"),)), "1", "register", Operation.NEW))
        edge = Relationship(PartyRef("t:C"), PartyRef("t:B"), "shareholding", Period.parse("2010/open"), share=Share.exact(1))
        record(store, (edge, "2", "register", Operation.NEW))
        overlay = Overlay(build(store))
        later = Relationship(PartyRef("t:C"), PartyRef("t:A"), "shareholding", Period.parse("2010/open"), share=Share.exact(2))
        record(store, (later, "3", "register", Operation.NEW))
        columns = overlay.follow(store)
        assert (len(columns.arrays.in_edges), columns.edge_count, columns.added_nodes) == (2, 2, {})
        with pytest.raises(ValueError, match="fold it first"):
            save(columns, tmp_path / "snapshot", store="one")
        assert content(overlay.fold()) == content(build(store))


def test_1_a_correction_after_a_fold_finds_the_edge_that_it_corrects():
    """The order of keys is that of the columns it was made for: after a fold it is made anew."""
    with open_store("sqlite:///:memory:") as store:
        edges = {
            key: Relationship(PartyRef(f"t:{key}"), PartyRef("t:A"), "shareholding", Period.parse("2010/open")) for key in "BCDE"
        }
        record(store, (edges["B"], "B", "register", Operation.NEW))
        record(store, (edges["C"], "C", "register", Operation.NEW))
        overlay = Overlay(build(store))
        for key in "DE":
            record(store, (edges[key], key, "register", Operation.NEW))
            record(store, (edges["B"], "B", "register", Operation.RETRACTION))
            overlay.follow(store)
            overlay.fold()
        for key in "CDE":
            record(store, (edges[key], key, "register", Operation.RETRACTION))
            assert content(overlay.follow(store)) == content(build(store))
