"""What comes back as it was: schemes of numbers, the words for a role, tenders."""

import json

import pytest

from graph import codes
from graph.codec import make_fact
from graph.export import bods, ftm
from graph.export.extract import Extract
from graph.export.rows import interest_label
from graph.model import Entity, Identifier, Name, Origin
from graph.snapshot.overlay import build
from graph.store import open_store
from tests.api_world import add
from tests.export_world import TODAY, world
from tests.unit.test_loaders_standards import again, company, entity, holds, loaded, not_kept, numbers, refused, written


def identifiers(statements):
    return [each["recordDetails"]["identifiers"] for each in statements if "identifiers" in each["recordDetails"]]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ([{"scheme": "GB-COH", "id": "01234567"}], ("registration", "01234567")),
        ([{"schemeName": "Register of Nowhere: 2", "id": "NW 34"}], ("registration", "NW 34")),
        ([{"scheme": "GB-COH", "schemeName": "Companies House", "id": "OC3: 4"}], ("registration", "OC3: 4")),
        ([{"scheme": "registration", "id": "5"}], ("registration", "5")),
        ([{"scheme": "cn_stock", "id": "000001"}], ("cn_stock", "000001")),
        ([{"scheme": "resident_id_hmac", "id": "6"}], ("registration", "6")),
    ],
)
def test_a_number_comes_back_in_its_scheme_and_unaltered(tmp_path, given, stored):
    store, report = loaded("bods", written(tmp_path, company("a", identifiers=given)))
    assert not report.issues
    with store:
        assert numbers(store) == [stored]
        once, lost, back = again(tmp_path, store, "once.json")
    with back:
        assert numbers(back) == [stored]
        twice, _, last = again(tmp_path, back, "twice.json")
    with last:
        assert numbers(last) == [stored]
    assert identifiers(once) == identifiers(twice) == [given]
    assert not any("number" in name and count for name, count in lost.items())


def test_a_stock_code_and_a_number_of_a_register_are_kept_side_by_side_and_others_counted(tmp_path):
    given = [{"scheme": scheme, "id": str(n)} for n, scheme in enumerate(("GB-COH", "cn_stock", "XI-LEI", "cn_stock"))]
    _, report = loaded(
        "bods", written(tmp_path, company("a", identifiers=[*given, {"scheme": "US-DOS", "uri": "http://example.org"}]))
    )
    assert not_kept(report) == "2 identifiers (further ones), 1 identifiers (without a number), 1 identifiers.uri"


def test_the_scheme_of_a_number_is_counted_where_it_is_not_said(tmp_path):
    store, _ = loaded("bods", written(tmp_path, company("a", identifiers=[{"scheme": "GB-COH", "id": "01234567"}])))
    with store:
        assert ftm.write(Extract(store, build(store)), tmp_path / "out.ftm")["without kind_of_number"] == 1
        told = Entity("x:a", "company", (Name("A"),), (Identifier("registration", "7"),), (("number_scheme", "GB-COH: 8"),))
    with open_store("sqlite:///:memory:") as store:
        add(store, make_fact(told, "x:a", Origin("x")))
        assert bods.write(Extract(store, build(store)), tmp_path / "out.json", TODAY)["without kind_of_number"] == 1


def roles(tmp_path, store, name):
    """Take out as FollowTheMoney what a store holds, and load that: schema and role of each edge, and the store."""
    lost = ftm.write(Extract(store, build(store)), tmp_path / name)
    told = [json.loads(line) for line in (tmp_path / name).read_text("utf-8").splitlines()]
    back, report = loaded("ftm", tmp_path / name)
    assert not refused(report), report.issues
    edges = [(each["schema"], *each["properties"].get("role", [])) for each in told if each["schema"] not in ("Company", "Person")]
    return sorted(edges), lost.get("without wording", 0), back


def test_the_word_for_a_role_is_the_nature_of_the_post_and_comes_back(tmp_path):
    words = ["Director", "Board Secretary", "Company Secretary", "Art director", "董事长"]
    given = [entity("b", "Company", name=["b"]), entity("p", "Person", name=["示例"])]
    given.append(entity("d", "Directorship", director=["p"], organization=["b"], role=words))
    given.append(entity("n", "Directorship", director=["p"], organization=["b"]))
    given.append(entity("m", "Membership", member=["p"], organization=["b"], role=["Patron"]))
    given.append(entity("o", "Ownership", owner=["p"], asset=["b"], role=["Gesellschafter"], percentage=["25"]))
    given.append(entity("e", "Employment", employee=["p"], employer=["b"], role=["Secretary"]))
    store, report = loaded("ftm", written(tmp_path, *given))
    assert not report.issues
    with store:
        edges = [r.fact.value for r in store.facts(["relationship"])]
        once, lost, back = roles(tmp_path, store, "once.ftm")
    assert sorted((edge.interest, edge.text) for edge in edges) == [
        ("board_secretary", "Board Secretary"), ("chairman", "董事长"), ("director", "Director"),
        ("linked_to", "Membership: Patron"), ("other_post", "Directorship"), ("other_post", "Directorship: Art director"),
        ("other_post", "Directorship: Company Secretary"), ("other_post", "Employment: Secretary"),
        ("shareholding", "Ownership: Gesellschafter"),
    ]  # fmt: skip
    with back:
        twice, _, last = roles(tmp_path, back, "twice.ftm")
    with last:
        assert last.verify() is None
    assert once == twice == sorted([
        *(("Directorship", word) for word in words), ("Directorship",), ("Membership", "Patron"), ("Ownership", "Gesellschafter"),
        ("Employment", "Secretary"),
    ])  # fmt: skip
    assert lost == 0


def test_every_post_and_interest_that_goes_out_as_an_edge_is_read_again(tmp_path):
    given = [entity("b", "Company", name=["b"]), entity("p", "Person", name=["示例"])]
    for code in (*codes.load("roles"), *codes.load("interests")):
        if (schema := code.ftm) in ftm._ENDS:
            party, subject = ftm._ENDS[schema]
            given.append(entity(code.code, schema, **{party: ["p"], subject: ["b"]}, role=[interest_label(code.code, "zh")]))
    store, report = loaded("ftm", written(tmp_path, *given))
    assert not report.issues
    with store:
        assert all(r.fact.value.interest != "other_post" or r.fact.value.text == "其他职务" for r in store.facts(["relationship"]))


def test_a_word_of_ours_that_no_export_writes_is_a_word_like_any_other(tmp_path):
    given = [entity("b", "Company", name=["b"]), entity("p", "Person", name=["示例"])]
    given.append(entity("d", "Directorship", director=["p"], organization=["b"], role=["名誉职务"]))
    store, report = loaded("ftm", written(tmp_path, *given))
    assert not report.issues
    with store:
        assert [r.fact.value.text for r in store.facts(["relationship"])] == ["Directorship: 名誉职务"]
    store, report = loaded(
        "bods", written(tmp_path, company("a"), company("b"), holds("r", "a", "b", details="名誉职务 (honorary post)"))
    )
    with store:
        assert [r.fact.value.interest for r in store.facts(["relationship"])] == ["shareholding"]
    assert not_kept(report) == "1 interests.details"


def test_a_tender_comes_back(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        add(store, make_fact(Entity("t:T", "tender", (Name("示例工程施工招标"),)), "t:T", Origin("t")))
        ftm.write(world(store), tmp_path / "out.ftm")
    store, report = loaded("ftm", tmp_path / "out.ftm")
    assert not refused(report)
    with store:
        tenders = [r.fact.value for r in store.facts(["entity"]) if r.fact.value.kind == "tender"]
    assert [name.text for tender in tenders for name in tender.names] == ["示例工程施工招标"]


def test_a_title_before_a_name_is_no_name(tmp_path):
    store, report = loaded("ftm", written(tmp_path, entity("p", "Person", title=["Dr"])))
    with store:
        assert [r.fact.value.names for r in store.facts(["entity"])] == [()]
    assert not_kept(report) == "1 title"


def test_what_a_sanction_says_beside_what_is_read_of_it_is_counted(tmp_path):
    told = {"authority": ["X"], "country": ["us"], "program": ["P"], "reason": ["R"], "listingDate": ["2020-01-01"]}
    listed = entity("s", "Sanction", entity=["a"], startDate=["2020-02-01"], recordId=["1"], unscId=["2"], **told)
    store, report = loaded("ftm", written(tmp_path, entity("a", "Company", name=["A"]), listed))
    with store:
        assert [r.fact.value.basis for r in store.facts(["decision"])] == [("P",)]
    assert not_kept(report) == "1 country, 1 reason, 1 startDate, 1 unscId"


def test_a_word_that_the_export_says_is_not_counted_as_lost(tmp_path):
    store, _ = loaded(
        "bods", written(tmp_path, company("a"), company("b"), holds("r", "a", "b"), holds("s", "a", "b", type="trustee"))
    )
    with store:
        _, lost, back = again(tmp_path, store, "once.json")
    with back:
        _, twice, last = again(tmp_path, back, "twice.json")
    with last:
        assert lost["without wording"] == twice["without wording"] == 0
