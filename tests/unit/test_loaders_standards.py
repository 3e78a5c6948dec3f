"""Files of BODS and FollowTheMoney as rows, and what the mappings make of them."""

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime

import pytest

from graph.codec import make_fact
from graph.errors import InputError
from graph.export import bods, ftm
from graph.export.extract import Extract
from graph.model import Decision, Entity, Origin, PartyRef, Relationship
from graph.snapshot.overlay import build
from graph.store import open_store
from loaders.base import Level
from loaders.ingest import load
from loaders.mapping_file import load_mapping
from loaders.rows import Header, Row
from loaders.synthetic.city import write_city
from loaders.tables import Form, read_table
from tests.api_world import add
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


def refused(report):
    """What the load kept out, or did not expect."""
    return [issue for issue in report.issues if issue.level is not Level.FLAGGED]


def written(tmp_path, *objects, name="some.json"):
    path = tmp_path / name
    path.write_text(json.dumps(objects), encoding="utf-8")
    return path


def not_kept(report):
    (told,) = [issue.reason for issue in report.issues if issue.level is Level.FLAGGED]
    return told.partition("was not kept: ")[2]


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
    assert said == [(1, "entity", "A anew"), (1, "entity", "b Ltd"), (5, "interest", "25..49.9999")]


def test_1_every_interest_is_a_row_and_one_held_through_others_is_no_holding(tmp_path):
    both = statement("relationship", "r", subject="b", interestedParty="a", interests=[
        {"type": "shareholding", "share": {"exact": 75}},
        {"type": "votingRights"},
        {"type": "shareholding", "directOrIndirect": "indirect"},
    ])  # fmt: skip
    path = tmp_path / "some.json"
    path.write_text(json.dumps([company("a"), company("b"), both]), encoding="utf-8")
    store, report = loaded("bods", path)
    assert not refused(report)
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


RELATION = {"subject": "a", "interestedParty": "b"}


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (statement("entity", "x", entityType="registeredEntity", name="X"), "recordDetails.entityType"),
        (statement("entity", "x", entityType=["x"]), "recordDetails.entityType"),
        (company("x", identifiers=5), "recordDetails.identifiers"),
        (company("x", identifiers=[{"id": 7}]), "recordDetails.identifiers[0].id"),
        (company("x", alternateNames=5), "recordDetails.alternateNames"),
        (company("x", alternateNames="abc"), "recordDetails.alternateNames"),
        (company("x", alternateNames=[None]), "recordDetails.alternateNames[0]"),
        (company("x", foundingDate="abcdefghij"), "recordDetails.foundingDate"),
        (company("x", foundingDate="2020-13-45"), "recordDetails.foundingDate"),
        (company("x", foundingDate="unknown"), "recordDetails.foundingDate"),
        (company("x\0y"), "recordId"),
        (company("x") | {"recordId": 7}, "recordId"),
        (company("x") | {"recordType": ["entity"]}, "recordType"),
        (company("x") | {"recordDetails": None}, "recordDetails"),
        (company("x") | {"recordStatus": 5}, "recordStatus"),
        (statement("person", "x", personType="knownPerson", names=5), "recordDetails.names"),
        (statement("person", "x", personType="knownPerson", names=[{"fullName": {"a": 1}}]), "recordDetails.names[0].fullName"),
        (statement("person", "x", personType="knownPerson", names=[{"fullName": "\ud800"}]), "recordDetails.names[0].fullName"),
        (statement("relationship", "r", **RELATION, interests=[None]), "recordDetails.interests[0]"),
        (statement("relationship", "r", **RELATION, interests="shareholding"), "recordDetails.interests"),
        (statement("relationship", "r", **RELATION, interests={"type": "shareholding"}), "recordDetails.interests"),
        (statement("relationship", "r", interestedParty="b"), "recordDetails.subject"),
        (statement("relationship", "r", subject=None, interestedParty="b"), "recordDetails.subject"),
        (statement("relationship", "r", subject="a", interestedParty={}), "recordDetails.interestedParty.reason"),
        (statement("relationship", "r", subject="a", interestedParty=["b"]), "recordDetails.interestedParty"),
        (holds("r", "b", "a", share=25), "recordDetails.interests[0].share"),
        (holds("r", "b", "a", share={"exact": "2,5"}), "recordDetails.interests[0].share.exact"),
        (holds("r", "b", "a", share={"exact": 150}), "recordDetails.interests[0].share.exact"),
        (holds("r", "b", "a", share={"exact": 60, "maximum": 50}), "recordDetails.interests[0].share"),
        (holds("r", "b", "a", startDate="2020-01-01garbage"), "recordDetails.interests[0].startDate"),
        (holds("r", "b", "a", startDate=2020), "recordDetails.interests[0].startDate"),
    ],
)
def test_2_a_statement_of_another_shape_is_an_error_that_names_its_field(tmp_path, wrong, column):
    store, report = loaded("bods", written(tmp_path, company("a"), wrong, company("b")))
    assert [(issue.row, issue.column) for issue in report.issues] == [(2, column)], report.issues
    assert {r.fact.value.id for r in store.facts(["entity"])} == {"bods:a", "bods:b"}


def entity(own, schema, **properties):
    return {"id": own, "schema": schema, "properties": properties}


OWNED = {"owner": ["a"], "asset": ["b"]}


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (entity("x", "Company", name=[None]), "properties.name[0]"),
        (entity("x", "Company", name=[{"a": 1}]), "properties.name[0]"),
        (entity("x", "Company", name=5), "properties.name"),
        (entity("x", "Company", name=["\ud800"]), "properties.name[0]"),
        (entity("x", "Company", name=["a\0b"]), "properties.name[0]"),
        (entity("x", "Company", incorporationDate=["2020-13-45"]), "properties.incorporationDate"),
        (entity("x", ["Company"], name=["x"]), "schema"),
        (entity("x", {"a": 1}, name=["x"]), "schema"),
        (entity(7, "Company", name=["x"]), "id"),
        ({"id": "x", "schema": "Company", "properties": []}, "properties"),
        (entity("x", "Ownership", owner=["a"]), "properties.asset"),
        (entity("x", "Ownership", owner=[], asset=["b"]), "properties.owner"),
        (entity("x", "Sanction", authority=["x"]), "properties.entity"),
        (entity("x", "Ownership", **OWNED, percentage=["25%%"]), "share"),
        (entity("x", "Ownership", **OWNED, percentage=["2,5"]), "share"),
        (entity("x", "Ownership", **OWNED, percentage=["25", "majority"]), "properties.percentage"),
        (entity("x", "Ownership", **OWNED, startDate=["2020-01-01garbage"]), "properties.startDate"),
    ],
)
def test_2_an_entity_of_another_shape_is_an_error_that_names_its_field(tmp_path, wrong, column):
    path = written(tmp_path, entity("a", "Company", name=["A"]), wrong, entity("b", "Company", name=["B"]))
    store, report = loaded("ftm", path)
    assert [(issue.row, issue.column) for issue in report.issues] == [(2, column)], report.issues
    assert {r.fact.value.id for r in store.facts(["entity"])} == {"ftm:a", "ftm:b"}


def test_3_an_owner_whom_nobody_names_is_a_reason_on_the_enterprise(tmp_path):
    inline = statement("relationship", "r", subject="a", interestedParty={"reason": "noBeneficialOwners", "description": "because"})
    unnamed = statement("person", "p", personType="anonymousPerson")
    path = tmp_path / "some.json"
    path.write_text(json.dumps([company("a"), company("b"), inline, unnamed, holds("q", "p", "b")]), encoding="utf-8")
    store, report = loaded("bods", path)
    assert not refused(report)
    said = {r.fact.value.id: dict(r.fact.value.attributes) for r in store.facts(["entity"]) if isinstance(r.fact.value, Entity)}
    assert said == {
        "bods:a": {"unspecified_owner": "noBeneficialOwners: because"},
        "bods:b": {"unspecified_owner": "unknown: anonymousPerson"},
    }


def test_3_the_reasons_of_an_unnamed_owner_are_kept_all_of_them_and_what_he_holds_is_counted(tmp_path):
    exempt = {"reason": "interestedPartyExemptFromDisclosure", "description": "a minor"}
    path = written(
        tmp_path,
        company("a"),
        statement("relationship", "r", subject="a", interestedParty={"reason": "subjectExemptFromDisclosure"}),
        holds("q", "p", "a", share={"exact": 30}, startDate="2020-01-01"),
        statement("person", "p", personType="anonymousPerson", unspecifiedPersonDetails=exempt),
        company("b"),
        holds("s", "p", "b"),
    )
    store, report = loaded("bods", path)
    assert not refused(report), report.issues
    said = {r.fact.value.id: dict(r.fact.value.attributes) for r in store.facts(["entity"]) if isinstance(r.fact.value, Entity)}
    alone = "interestedPartyExemptFromDisclosure: a minor"
    assert said == {
        "bods:a": {"unspecified_owner": f"subjectExemptFromDisclosure | {alone}"},
        "bods:b": {"unspecified_owner": alone},
    }
    assert not_kept(report) == "2 interests (of parties who are not named: their kind, share and days)"


def test_4_what_is_neither_party_nor_interest_is_named_and_kinship_is_not_read(tmp_path):
    article = {"id": "d", "schema": "Article", "properties": {"title": ["x"]}}
    kin = {"id": "k", "schema": "Family", "properties": {"person": ["a"], "relative": ["b"]}}
    (passed,) = rows(tmp_path, "ftm", article, kin, article)
    assert isinstance(passed, InputError)
    assert "2 Article" in passed.reason
    assert "Family" not in passed.reason


@pytest.mark.parametrize("form", ["bods", "ftm"])
def test_5_two_persons_of_one_name_at_one_enterprise_stay_two_over_a_round_trip(tmp_path, form):
    city = load_mapping("synthetic_city")
    write_city(tmp_path / "city", 40, 7)
    with open_store("sqlite:///:memory:") as store:
        load(store, city, [tmp_path / "city"], act_by="tester", now=lambda: datetime(2026, 6, 1, tzinfo=UTC))
        extract = Extract(store, build(store))
        before = people(extract)
        path = tmp_path / "out.jsonl"
        bods.write(extract, path, TODAY) if form == "bods" else ftm.write(extract, path)
    assert max(Counter(person for person, *_ in before.elements()).values()) > 1
    again, report = loaded(form, path)
    assert not refused(report), report.issues[:3]
    with again:
        assert people(Extract(again, build(again))) == before


def people(extract):
    """The persons by name and enterprise, each with the interests that both standards have a word for."""
    held = defaultdict(list)
    for edge in extract.edges():
        if edge.value.interest in ("shareholding", "legal_representative", "director"):
            held[edge.party].append((edge.subject, edge.value.interest, str(edge.value.period)))
    return Counter((node.id.partition("@")[0], *sorted(held[node.id])) for node in extract.nodes() if node.kind == "person")


def test_6_what_has_no_word_here_is_counted_and_told_of(tmp_path):
    born = statement(
        "person", "p", personType="knownPerson", names=[{"fullName": "示例"}], birthDate="1980", nationalities=[{"code": "CN"}]
    )
    seated = company("a", addresses=[{"address": "示例路"}], isComponent=False, jurisdiction={"name": "X"})
    _, report = loaded("bods", written(tmp_path, born, born | {"recordId": "q"}, seated))
    assert not refused(report)
    assert not_kept(report) == "1 addresses, 2 birthDate, 1 jurisdiction, 2 nationalities"


def test_6_what_an_entity_says_beside_what_is_read_is_counted(tmp_path):
    _, report = loaded("ftm", written(tmp_path, entity("p", "Person", name=["示例"], birthDate=["1980"], topics=["poi"])))
    assert not_kept(report) == "1 birthDate, 1 topics"


def test_6_what_stands_at_the_top_of_a_statement_is_counted_but_what_tells_how_the_file_was_made(tmp_path):
    more = {"extra": {"x": 1}, "annotations": [{"motivation": "commenting"}], "publicationDetails": {"bodsVersion": "0.4"}}
    held = holds("r", "a", "b") | {"extra": "y"}
    _, report = loaded("bods", written(tmp_path, company("a") | more, company("b"), held))
    assert not_kept(report) == "1 annotations, 2 extra"


def test_6_what_is_counted_is_told_of_the_whole_file(tmp_path):
    _, report = loaded(
        "ftm", written(tmp_path, entity("p", "Person", name=["示例"], topics=["poi"]), entity("q", "Person", name=["乙"]))
    )
    assert [issue.row for issue in report.issues] == [None]


def test_4_what_is_passed_over_is_told_where_its_schema_stands_first(tmp_path):
    path = written(tmp_path, entity("n", "Thing"), entity("p", "Person", name=["示例"]), *(entity(i, "Event") for i in "vw"))
    _, report = loaded("ftm", path)
    told = [(issue.row, issue.reason.partition("passed over: ")[2]) for issue in report.issues]
    assert told == [(1, "1 Thing"), (3, "2 Event")]


def test_2_a_lone_text_is_no_list_of_texts(tmp_path):
    path = written(tmp_path, entity("p", "Person", name="示例"), entity("q", "Person", name=["乙示例"], topics=None))
    store, report = loaded("ftm", path)
    assert [(issue.row, issue.column, issue.reason) for issue in report.issues] == [(1, "properties.name", "is no list")]
    assert [r.fact.value.id for r in store.facts(["entity"])] == ["ftm:q"]


def test_the_articles_of_a_sanction_come_back(tmp_path):
    articles = ("甲; 第一条", "乙第二条；")
    fined = Decision("d:9", "penalty", ("listed_work_safety",), PartyRef(A), "示例局", basis=articles)
    with open_store("sqlite:///:memory:") as store:
        add(store, make_fact(fined, "decision/9", Origin("register")))
        ftm.write(world(store), tmp_path / "out.ftm")
    again, report = loaded("ftm", tmp_path / "out.ftm")
    assert articles in [r.fact.value.basis for r in again.facts(["decision"])]
    assert "provisions" not in not_kept(report)


def test_7_of_several_values_none_is_taken_for_the_others(tmp_path):
    stake = entity("o", "Ownership", **OWNED, percentage=["50", "25"], startDate=["2020-03-01", "2019"], role=["股东", "董事"])
    path = written(tmp_path, entity("a", "Company", name=["A"]), entity("b", "Company", name=["B"]), stake)
    store, report = loaded("ftm", path)
    assert not report.issues
    edges = [r.fact.value for r in store.facts(["relationship"])]
    assert [edge.interest for edge in edges] == ["shareholder", "director"]
    assert {(edge.share.minimum, edge.share.maximum) for edge in edges} == {(250_000, 500_000)}
    assert {str(edge.period) for edge in edges} == {"2019-01-01..2020-03-01/open"}


def test_1_a_later_statement_of_an_edge_takes_the_place_of_an_earlier_one(tmp_path):
    stakes = [entity("o", "Ownership", **OWNED, percentage=[share]) for share in ("10", "20")]
    lists = [entity("s", "Sanction", entity=["a"], authority=[who], listingDate=["2020-01-01"]) for who in ("X", "Y")]
    path = written(tmp_path, entity("a", "Company", name=["A"]), entity("b", "Company", name=["B"]), *stakes, *lists)
    store, report = loaded("ftm", path)
    assert not report.issues
    assert [r.fact.value.share.minimum for r in store.facts(["relationship"])] == [200_000]
    assert [r.fact.value.authority for r in store.facts(["decision"])] == ["Y"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("2020-05-01", "2020-05-01"), ("2020/05/01", "2020-05-01"), ("2020-05", "2020-05"), ("2020-05-01T00:00:00Z", "2020-05-01")],
)
def test_a_day_of_foundation_is_written_in_one_way(tmp_path, given, kept):
    (found,) = rows(tmp_path, "bods", company("a", foundingDate=given))
    assert found.cells["founded"] == kept


def test_a_share_stays_as_it_is_written(tmp_path):
    path = written(tmp_path, company("a"), company("b"), holds("r", "a", "b", share={"exact": 49.99996}))
    store, report = loaded("bods", path)
    assert not report.issues
    (edge,) = [r.fact.value for r in store.facts(["relationship"])]
    assert (edge.share.minimum, edge.share.maximum) == (499_999, 500_000)


@pytest.mark.parametrize("form", ["bods", "ftm"])
def test_a_round_trip_keeps_what_both_sides_can_express(tmp_path, form):
    with open_store("sqlite:///:memory:") as store:
        extract = world(store)
        path = tmp_path / "out.jsonl"
        bods.write(extract, path, TODAY) if form == "bods" else ftm.write(extract, path)
        kept = {"shareholding", "legal_representative", "director"} | ({"guarantee", "is_at"} if form == "ftm" else set())
        before = [shape for shape in shapes(extract) if shape[2] in kept]
    again, report = loaded(form, path)
    assert not refused(report), report.issues
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


def again(tmp_path, store, name):
    """Take out as BODS what a store holds, and load that: the statements, what was lost on the way out, and the store."""
    lost = bods.write(Extract(store, build(store)), tmp_path / name, TODAY)
    back, report = loaded("bods", tmp_path / name)
    assert not refused(report), report.issues
    return json.loads((tmp_path / name).read_text("utf-8")), lost, back


def test_a_round_trip_keeps_every_kind_of_interest_and_of_entity_of_the_standard(tmp_path):
    words = sorted(bods.CODELIST)
    given = [company("e"), *(company(f"p{number}") for number in range(len(words)))]
    given += [holds(f"r{number}", f"p{number}", "e", type=word, share={"exact": 75}) for number, word in enumerate(words)]
    reason = {"reason": "subjectExemptFromDisclosure", "description": "listed abroad"}
    for kind in ("arrangement", "anonymousEntity", "unknownEntity", "legalEntity", "registeredEntity", "state"):
        given.append(
            statement(
                "entity", kind, entityType={"type": kind}, **({"unspecifiedEntityDetails": reason} if kind[0] in "au" else {})
            )
        )
    store, report = loaded("bods", written(tmp_path, *given))
    assert not refused(report), report.issues
    with store:
        once, lost, back = again(tmp_path, store, "once.json")
    with back:
        twice, _, last = again(tmp_path, back, "twice.json")
    with last:
        assert last.verify() is None
    assert not any("entity" in name for name in lost)
    for statements in (once, twice):
        details = [each["recordDetails"] for each in statements]
        interests = [interest for each in details for interest in each.get("interests", ())]
        assert sorted(interest["type"] for interest in interests) == words
        assert {interest["share"]["exact"] for interest in interests} == {75}
        told = {each["entityType"]["type"]: each for each in details if "entityType" in each and not each.get("name")}
        assert set(told) == {"arrangement", "anonymousEntity", "unknownEntity", "legalEntity", "registeredEntity", "state"}
        assert [told[kind].get("unspecifiedEntityDetails") for kind in ("anonymousEntity", "legalEntity")] == [reason, None]
        assert {kind for each in statements for kind in each.get("source", {}).get("type", ())} == {"thirdParty"}


def test_an_office_or_a_link_of_which_no_more_is_known_comes_back_as_what_it_was(tmp_path):
    edges = ftm._ENDS.items() - {("Ownership", ("owner", "asset"))}
    given = [entity("a", "Company", name=["a"]), entity("b", "Company", name=["b"])]
    given += [entity(name, name, **{one: ["a"], other: ["b"]}, role=["Chief bottle washer"]) for name, (one, other) in edges]
    for path in (written(tmp_path, *given), tmp_path / "once.json", tmp_path / "twice.json"):
        store, report = loaded("ftm", path)
        assert not refused(report), report.issues
        with store:
            ftm.write(Extract(store, build(store)), tmp_path / ("once.json" if path.name == "some.json" else "twice.json"))
        told = [json.loads(line) for line in (tmp_path / "once.json").read_text("utf-8").splitlines()]
        assert sorted(each["schema"] for each in told if each["schema"] != "Company") == sorted(dict(edges))


def test_6_whether_an_interest_is_beneficial_or_direct_is_counted(tmp_path):
    given = [company("a"), company("b"), holds("r", "a", "b", directOrIndirect="unknown", beneficialOwnershipOrControl=True)]
    store, report = loaded("bods", written(tmp_path, *given))
    with store:
        assert len(list(store.facts(["relationship"]))) == 1
    assert not_kept(report) == "1 interests.beneficialOwnershipOrControl, 1 interests.directOrIndirect (unknown)"


def numbers(store):
    return sorted((n.scheme, n.value) for r in store.facts(["entity"]) for n in r.fact.value.identifiers)


@pytest.mark.parametrize("form", ["bods", "ftm"])
def test_a_number_is_as_long_after_a_round_trip_as_before_it(tmp_path, form):
    path = tmp_path / "out.jsonl"
    store, _ = loaded("bods", written(tmp_path, company("a", identifiers=[{"scheme": "GB-COH", "id": "079054"}])))
    with store:
        before = numbers(store)
        extract = Extract(store, build(store))
        bods.write(extract, path, TODAY) if form == "bods" else ftm.write(extract, path)
    again, report = loaded(form, path)
    assert not refused(report), report.issues
    with again:
        assert numbers(again) == before == [("registration", "079054")]


def test_7_a_second_credit_code_is_kept_as_a_number_or_counted(tmp_path):
    one, other = "91371300MA3C0KQW0K", "91371300MA3D1KQW0X"
    both = entity("a", "Company", name=["示例有限公司"], uscCode=[one, other])
    store, report = loaded("ftm", written(tmp_path, both))
    assert not refused(report)
    with store:
        assert numbers(store) == [("registration", other), ("uscc", one)]
    _, report = loaded("ftm", written(tmp_path, both | {"properties": both["properties"] | {"registrationNumber": ["77"]}}))
    assert not_kept(report) == "1 registrationNumber (further ones)"


@pytest.mark.parametrize("name", ["core/01-direct-ownership", "edge-cases/10-circular-ownership", "edge-cases/11-anonymous-person"])
def test_the_fixtures_of_the_standard_load(shared, name):
    path = shared / "data" / "bods_examples" / "v04_fixtures" / f"{name}.json"
    store, report = loaded("bods", path)
    assert not refused(report)
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
        assert not refused(report), (path.name, report.issues)


def test_entities_around_a_sanctioned_company_load(shared):
    store, report = loaded("ftm", shared / "data" / "ftm_zala" / "entities.ftm.json")
    assert not refused(report)
    kinds = [r.fact.key.partition("/")[0] for r in store.facts()]
    assert {kind: kinds.count(kind) for kind in ("entity", "relationship", "decision")} == {
        "entity": 17, "relationship": 17, "decision": 41,
    }  # fmt: skip
    # Two stakes of the same owner in the same company, of different dates and sizes, stay two statements.
    shares = [str(r.fact.value.share.minimum) for r in store.facts(["relationship"]) if r.fact.value.share]
    assert len(shares) == 10


@pytest.mark.parametrize("form", ["bods", "ftm"])
def test_8_an_id_with_a_hash_that_no_export_made_is_an_id_like_any_other(tmp_path, form):
    """8. An id with a `#` that no export of ours made is an id like any other, with `%23` in its place."""
    at, own = "https://example.org/e", "https://example.org/e#p1"
    if form == "bods":
        given = [
            company(at),
            company("NK-2#x"),
            statement("person", own, personType="knownPerson", names=[{"fullName": "张三"}]),
            statement("person", "NK-1#y", personType="knownPerson", names=[{"fullName": "李四"}]),
            holds("r1", own, at),
            holds("r2", "NK-1#y", at),
            holds("r3", "NK-2#x", at),
        ]
    else:
        given = [
            entity(at, "Company", name=["e"]),
            entity("NK-2#x", "Company", name=["x"]),
            entity(own, "Person", name=["张三"]),
            entity("NK-1#y", "Person", name=["李四"]),
            *(entity(f"r{n}", "Ownership", owner=[party], asset=[at]) for n, party in enumerate((own, "NK-1#y", "NK-2#x"), 1)),
        ]
    for ordered in (given, given[::-1]):
        store, report = loaded(form, written(tmp_path, *ordered))
        assert not refused(report), report.issues
        with store:
            entities = {r.fact.value.id: r.fact.value.kind for r in store.facts(["entity"])}
            holders = {r.fact.value.interested_party.entity for r in store.facts(["relationship"])}
        assert {own for own, kind in entities.items() if kind == "person"} == {f"{form}:{at}%23p1", f"{form}:NK-1%23y"}
        assert holders == {f"{form}:{at}%23p1", f"{form}:NK-1%23y", f"{form}:NK-2%23x"}
        assert holders <= set(entities)


def test_8_an_id_that_an_export_made_is_the_person_at_that_enterprise(tmp_path):
    """8. ... and one that an export made is read as that person at that enterprise, also where the enterprise is not told of."""
    code = "91371300MA3C0M123X"
    own = f"uscc:{code}#李四"
    person = statement("person", own, personType="knownPerson", names=[{"fullName": "李四"}])
    found = rows(tmp_path, "bods", person, holds("r1", own, "b"), company("b"))
    said = [(row.cells["record"], row.cells["at_uscc"] or row.cells.get("person_at_uscc")) for row in found]
    assert said == [("person_at", code), ("entity", ""), ("interest_of_person", code)]


@pytest.mark.parametrize("form", ["bods", "ftm"])
@pytest.mark.parametrize("code", ["91371300MA3C0M123X", "91371300MA3C0M1231"])
def test_8_an_enterprise_is_stored_where_it_is_looked_for(tmp_path, form, code):
    """8. ... an enterprise that is called by its credit code, and gives no number, is one with those who hold something of it."""
    own = f"uscc:{code}"
    given = [company(own), company("b"), holds("r", "b", own)] if form == "bods" else [
        entity(own, "Company", name=["e"]), entity("b", "Company", name=["b"]), entity("r", "Ownership", owner=["b"], asset=[own]),
    ]  # fmt: skip
    store, report = loaded(form, written(tmp_path, *given))
    assert not refused(report)
    with store:
        assert {r.fact.value.subject.entity for r in store.facts(["relationship"])} == {own}
        assert own in {r.fact.value.id for r in store.facts(["entity"])}


@pytest.mark.parametrize(
    ("share", "bounds"),
    [
        ({"exclusiveMinimum": 25}, (250_001, 1_000_000)),
        ({"exclusiveMaximum": 50}, (0, 499_999)),
        ({"exclusiveMinimum": 25, "exclusiveMaximum": 50}, (250_001, 499_999)),
        ({"exclusiveMinimum": 25, "minimum": 25, "maximum": 50}, (250_001, 500_000)),
        ({"exclusiveMinimum": 12.5}, (125_001, 1_000_000)),
        ({"exclusiveMinimum": 33.33333, "exclusiveMaximum": 66.66667}, (333_333, 666_667)),
    ],
)
def test_9_a_bound_that_does_not_belong_to_a_share_is_not_taken_for_one_that_does(tmp_path, share, bounds):
    """9. A bound that does not belong to a share is not taken for one that does, and goes out again as what it was."""
    store, report = loaded("bods", written(tmp_path, company("a"), company("b"), holds("r", "a", "b", share=share)))
    assert not refused(report)
    with store:
        (edge,) = [r.fact.value for r in store.facts(["relationship"])]
        assert (edge.share.minimum, edge.share.maximum) == bounds
        bods.write(Extract(store, build(store)), tmp_path / "again.json", TODAY)
    (again,) = [
        each["recordDetails"]["interests"][0]["share"]
        for each in json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))
        if each["recordType"] == "relationship"
    ]
    if bounds[0] % 100 != 33:
        assert {name: value for name, value in again.items() if name.startswith("exclusive")} == {
            name: value for name, value in share.items() if name.startswith("exclusive")
        }


@pytest.mark.parametrize(
    "share",
    [
        {"exclusiveMinimum": 25, "exclusiveMaximum": 25},
        {"minimum": 25, "exclusiveMaximum": 25},
        {"exclusiveMinimum": 100},
        {"exclusiveMaximum": 0},
        {"minimum": 50, "maximum": 25},
        {"exact": 25, "exclusiveMinimum": 25},
    ],
)
def test_9_bounds_between_which_no_share_lies_are_an_error(tmp_path, share):
    """9. ... bounds between which no share lies are an error."""
    *_, wrong = rows(tmp_path, "bods", company("a"), company("b"), holds("r", "a", "b", share=share))
    assert (wrong.row, wrong.column) == (3, "recordDetails.interests[0].share")
    assert "bounds" in wrong.reason


@pytest.mark.parametrize(("form", "given"), [("ftm", entity("a", "Company", name=["e"])), ("bods", company("a"))])
def test_a_file_that_is_called_as_the_standard_is_loaded(tmp_path, form, given):
    store, report = loaded(form, written(tmp_path, given, name=f"z.{form}"))
    assert not refused(report)
    with store:
        assert len(list(store.facts(["entity"]))) == 1
