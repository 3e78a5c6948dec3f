"""Files of BODS and FollowTheMoney as rows, and what the mappings make of them."""

import json
from datetime import UTC, datetime

import pytest

from graph.errors import InputError
from graph.export import bods, ftm
from graph.export.extract import Extract
from graph.model import Entity, Relationship
from graph.snapshot.overlay import build
from graph.store import open_store
from loaders.ingest import load
from loaders.mapping_file import load_mapping
from loaders.tables import Form, Header, Row, read_table
from tests.export_world import TODAY, A, B, world


def statement(kind, record, number=0, **details):
    return {"statementId": f"{record:0>32}{number}", "recordId": record, "recordType": kind, "recordDetails": details,
            "declarationSubject": "x", "statementDate": "2020-01-01"}  # fmt: skip


def company(record, **details):
    return statement("entity", record, entityType={"type": "registeredEntity"}, name=f"{record} Ltd", **details)


def holds(record, party, subject, **interest):
    return statement(
        "relationship", record, subject=subject, interestedParty=party, interests=[{"type": "shareholding"} | interest]
    )


def rows(tmp_path, form, *objects):
    path = tmp_path / "some.json"
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in objects), encoding="utf-8")
    head, *found = read_table(path, Form(form))
    assert isinstance(head, Header)
    return found


def loaded(mapping, path, today=datetime(2026, 6, 1, tzinfo=UTC)):
    store = open_store("sqlite:///:memory:")
    report = load(store, load_mapping(mapping), [path], act_by="tester", now=lambda: today)
    return store, report


def shapes(extract):
    """What both sides can express of the edges."""
    return sorted(
        (e.party.partition(":")[2] if "#" not in e.party else e.party, e.subject, e.value.interest, str(e.value.period),
         (e.value.share.minimum, e.value.share.maximum) if e.value.share else None)
        for e in extract.edges()
    )  # fmt: skip


def test_1_a_later_statement_of_a_record_takes_the_place_of_an_earlier_one(tmp_path):
    found = rows(
        tmp_path,
        "bods",
        holds("r", "a", "b", share={"exact": 10}),
        company("a"),
        company("b"),
        company("a") | {"recordDetails": {"entityType": {"type": "stateBody"}, "name": "A anew"}},
        holds("r", "a", "b", share={"minimum": 25, "exclusiveMaximum": 50}),
    )
    assert all(isinstance(row, Row) for row in found)
    said = [(row.number, row.cells["record"], row.cells["name"] or row.cells["share"]) for row in found]
    # What a statement is the first to speak of is told before it.
    assert said == [(1, "entity", "A anew"), (1, "entity", "b Ltd"), (5, "interest", "25..50")]


def test_1_every_interest_is_a_row_and_one_held_through_others_is_no_holding(tmp_path):
    both = statement("relationship", "r", subject="b", interestedParty="a", interests=[
        {"type": "shareholding", "share": {"exact": 75}},
        {"type": "votingRights"},
        {"type": "shareholding", "directOrIndirect": "indirect"},
    ])  # fmt: skip
    path = tmp_path / "some.json"
    path.write_text(json.dumps([company("a"), company("b"), both]), encoding="utf-8")
    store, report = loaded("bods", path)
    assert not report.issues
    edges = [r.fact.value for r in store.facts(["relationship"]) if isinstance(r.fact.value, Relationship)]
    assert [(e.interest, e.text) for e in edges] == [
        ("shareholding", "shareholding"), ("linked_to", "votingRights"), ("linked_to", "indirect"),
    ]  # fmt: skip


def test_2_what_cannot_be_read_is_an_error_with_its_number_and_the_rest_is_read(tmp_path):
    found = rows(
        tmp_path, "bods", company("a"), "{broken", '["x"]', {"recordType": "entity"}, statement("ship", "s"), company("b")
    )  # fmt: skip
    assert [row.number if isinstance(row, Row) else (row.row, row.column) for row in found] == [
        1, (2, None), (3, None), (4, "recordId"), (5, "recordType"), 6,
    ]  # fmt: skip
    cut = tmp_path / "cut.json"
    cut.write_text('[{"recordId": "a"', encoding="utf-8")
    with pytest.raises(InputError, match="not JSON, or was cut off"):
        list(read_table(cut, Form("bods")))
    (missing,) = rows(tmp_path, "ftm", {"id": "x", "properties": {}})
    assert (missing.row, missing.column) == (1, "schema")


def test_3_an_owner_whom_nobody_names_is_a_reason_on_the_enterprise(tmp_path):
    inline = statement("relationship", "r", subject="a", interestedParty={"reason": "noBeneficialOwners", "description": "because"})
    unnamed = statement("person", "p", personType="anonymousPerson")
    path = tmp_path / "some.json"
    path.write_text(json.dumps([company("a"), company("b"), inline, unnamed, holds("q", "p", "b")]), encoding="utf-8")
    store, report = loaded("bods", path)
    assert not report.issues
    said = {r.fact.value.id: dict(r.fact.value.attributes) for r in store.facts(["entity"]) if isinstance(r.fact.value, Entity)}
    assert said == {
        "bods:a": {"unspecified_owner": "noBeneficialOwners: because"},
        "bods:b": {"unspecified_owner": "unknown: anonymousPerson"},
    }


def test_4_what_is_neither_party_nor_interest_is_named_and_kinship_is_not_read(tmp_path):
    article = {"id": "d", "schema": "Article", "properties": {"title": ["x"]}}
    kin = {"id": "k", "schema": "Family", "properties": {"person": ["a"], "relative": ["b"]}}
    (passed,) = rows(tmp_path, "ftm", article, kin, article)
    assert isinstance(passed, InputError)
    assert "2 Article" in passed.reason
    assert "Family" not in passed.reason


@pytest.mark.parametrize("form", ["bods", "ftm"])
def test_a_round_trip_keeps_what_both_sides_can_express(tmp_path, form):
    with open_store("sqlite:///:memory:") as store:
        extract = world(store)
        path = tmp_path / "out.jsonl"
        bods.write(extract, path, TODAY) if form == "bods" else ftm.write(extract, path)
        kept = {"shareholding", "legal_representative", "director"} | ({"guarantee", "is_at"} if form == "ftm" else set())
        before = [shape for shape in shapes(extract) if shape[2] in kept]
    again, report = loaded(form, path)
    assert not report.issues, report.issues
    with again:
        back = Extract(again, build(again))
        after = shapes(back)
        labels = {node.label for node in back.nodes()}
    renamed = {f"{form}:{B}": B, f"{form}:t:H": "t:H", f"{form}:{ftm.entity_id(B)}": B, f"{form}:{ftm.entity_id('t:H')}": "t:H"}
    plain = {key.partition(":")[2]: value.partition(":")[2] for key, value in renamed.items()}
    after = sorted((plain.get(party, party), renamed.get(subject, subject), *rest) for party, subject, *rest in after)
    if form == "ftm":  # bounds of a share have no word there
        before = [shape if shape[2] != "shareholding" or shape[4][0] == shape[4][1] else (*shape[:4], None) for shape in before]
    assert after == before
    assert {"甲示例有限公司", "李示例", "王示例"} <= labels
    assert A in {subject for _, subject, *_ in after}


@pytest.mark.parametrize("name", ["core/01-direct-ownership", "edge-cases/10-circular-ownership", "edge-cases/11-anonymous-person"])
def test_the_fixtures_of_the_standard_load(shared, name):
    path = shared / "data" / "bods_examples" / "v04_fixtures" / f"{name}.json"
    store, report = loaded("bods", path)
    assert not report.issues
    edges = [r.fact.value for r in store.facts(["relationship"]) if isinstance(r.fact.value, Relationship)]
    if "01" in name:
        assert {(e.interest, e.text, e.share.minimum, str(e.period)) for e in edges} == {
            ("shareholding", "shareholding", 750_000, "2010-01-01/open"),
            ("linked_to", "votingRights", 750_000, "2010-01-01/open"),
        }
    elif "10" in name:
        assert len(edges) == 2
    else:
        (said,) = (dict(r.fact.value.attributes) for r in store.facts(["entity"]))
        assert said["unspecified_owner"].startswith("subjectUnableToConfirmOrIdentifyBeneficialOwner: ")


def test_the_examples_of_the_standard_load(shared):
    found = sorted((shared / "data" / "bods_examples" / "data_standard").glob("*.json"))
    assert len(found) == 19
    for path in found:
        _, report = loaded("bods", path)
        assert not report.issues, (path.name, report.issues)


def test_entities_around_a_sanctioned_company_load(shared):
    store, report = loaded("ftm", shared / "data" / "ftm_zala" / "entities.ftm.json")
    assert not report.issues
    kinds = [r.fact.key.partition("/")[0] for r in store.facts()]
    assert {kind: kinds.count(kind) for kind in ("entity", "relationship", "decision")} == {
        "entity": 17, "relationship": 17, "decision": 41,
    }  # fmt: skip
    # Two stakes of the same owner in the same company, of different dates and sizes, stay two statements.
    shares = [str(r.fact.value.share.minimum) for r in store.facts(["relationship"]) if r.fact.value.share]
    assert len(shares) == 10
