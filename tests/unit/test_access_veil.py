"""The invariants of `api.access.veil`, by number."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.lifecycle.publication import leaving
from api.access.people import people_in
from api.access.roles import load_roles
from api.access.veil import veiled
from graph.codec import converter
from graph.model import Entity, Identifier, Name

WANG = {"id": "A#王示例", "name": "王示例", "kind": "person"}
LI = {"id": "B#李示例@s:1", "name": "李示例", "kind": "person"}
FIRM = {"id": "A", "name": "示例公司", "kind": "company"}
NUMBER = "370902198001011234"
LEAF = {"party": FIRM, "children": []}
VIEWS = load_roles().views
DOCUMENT = {
    "title": "谁控制示例公司：王示例",
    "parties": [FIRM],
    "notes": ["王示例 and 李示例 hold the same post"],
    "tree": [{"party": FIRM, "children": [{"party": WANG, "children": [LEAF]}, LEAF]}],
    "rows": [
        {"hops": 1, "party": WANG, "edge": {"id": "0123456789012345"}, "from": FIRM},
        {"hops": 1, "party": FIRM, "edge": {"id": "138123456789abcd"}, "from": FIRM},
        {"hops": 2, "party": FIRM, "edge": {"id": "abcdef0123456789"}, "from": LI},
    ],
    "control": [{"controllers": [WANG], "votes": 1}, {"controllers": [FIRM, LI], "votes": 2}],
    "finding": {"party": LI, "company": FIRM, "path": ["0123456789abcdef"]},
}  # fmt: skip
PERSON = converter().unstructure(
    Entity(
        "A#王示例",
        "person",
        (Name("王示例"), Name("王小示例", "former")),
        (Identifier("resident_id_hmac", "ab" * 32), Identifier("staff", "7")),
        (("resident_id", "370902************"), ("birth_year", "1980"), ("address", "示例路1号"), ("post", "董事")),
    )
)


BIRTHS = {"birth", "birth_date", "birth_year", "birthday", "born", "age", "sex", "gender", "nationality"}
"""Fields that `full` alone shows, whoever a document speaks of."""


def shown(document, view):
    return veiled(document, people_in(document, lambda _: None), view)


@pytest.mark.parametrize("view", ["none", "masked"])
def test_what_is_listed_by_id_names_nobody(view):
    marks = {"A#王示例": [{"finding": "0123456789abcdef", "status": "in_force"}], "A": [{"finding": "f"}]}
    for document in ({"items": [], "marks": marks}, {"items": [{"party": WANG}], "marks": marks}):
        seen = shown(document, view)
        assert "王示例" not in json.dumps(seen, ensure_ascii=False)
        assert list(seen["marks"]) == (["A"] if view == "none" else ["person-1", "A"])


def test_1_none_leaves_nothing_that_speaks_of_a_person():
    seen = shown(DOCUMENT, "none")
    text = json.dumps(seen, ensure_ascii=False)
    for secret in ("王", "李", "A#", "B#", "person"):
        assert secret not in text
    assert [row["party"] for row in seen["rows"]] == [FIRM]
    assert seen["tree"] == [{"party": FIRM, "children": [{"party": FIRM, "children": []}]}]
    assert seen["control"] == [{"controllers": [FIRM], "votes": 2}]
    assert seen["notes"] == []
    assert seen["finding"]["party"] is None


def test_2_masked_shows_the_first_character_and_the_same_number_for_the_same_person():
    seen = shown(DOCUMENT, "masked")
    text = json.dumps(seen, ensure_ascii=False)
    for secret in ("王示例", "李示例", "A#", "B#"):
        assert secret not in text
    assert seen["title"] == "谁控制示例公司：王**"
    people = [row["party"] for row in seen["rows"] if row["party"]["kind"] == "person"] + [seen["control"][0]["controllers"][0]]
    assert people == [{"id": "person-1", "name": "王**", "kind": "person"}] * 2
    assert seen["finding"]["party"]["id"] == seen["rows"][2]["from"]["id"] == "person-2"


def test_2_with_a_key_the_same_person_has_the_same_in_every_document_and_no_two_have_one():
    crowd = [{"id": f"A#王{number}", "name": f"王{number}", "kind": "person"} for number in range(300)]
    first, second = {"rows": [WANG, LI, *crowd]}, {"rows": [*reversed(crowd), LI, WANG]}

    def ids(document, key):
        rows = veiled(document, people_in(document, lambda _: None), "masked", key)["rows"]
        return {given["id"]: seen["id"] for given, seen in zip(document["rows"], rows, strict=True)}

    mine = ids(first, b"mine")
    assert mine == ids(second, b"mine")
    assert len(set(mine.values())) == 302
    assert not set(mine.values()) & set(ids(first, b"another").values())
    assert not any("王" in each or "#" in each for each in mine.values())


@pytest.mark.parametrize(("view", "named", "numbered"), [("none", 0, 0), ("masked", 0, 0), ("named", 1, 0), ("full", 1, 1)])
def test_2_a_name_is_found_in_the_label_of_a_text_too(view, named, numbered):
    document = {"party": WANG, "details": {f"王示例 {NUMBER}": "是"}}
    labels = " ".join(shown(document, view)["details"])
    assert ("王示例" in labels, "370902" in labels) == (bool(named), bool(numbered))
    assert [*shown(document, view)["details"].values()] == ["是"]


@pytest.mark.parametrize(("view", "kept"), [("none", False), ("masked", False), ("named", False), ("full", True)])
def test_3_addresses_numbers_and_births_leave_in_full_alone(view, kept):
    document = {"value": PERSON, "attributes": dict(PERSON["attributes"]), "text": f"王示例，住示例路1号，{NUMBER}"}
    text = json.dumps(shown(document, view), ensure_ascii=False)
    for secret in ("370902", "1980", "示例路1号"):
        assert (secret in text) is kept
    assert "董事" in text
    assert ("王小示例" in text) is (view in ("named", "full"))


@pytest.mark.parametrize("spelling", ["王 示例", "王-示-例", "王\u200b示例", "王示\u3000例"])
def test_2_a_name_in_a_text_is_masked_however_it_is_spelled(spelling):
    document = {"party": WANG, "text": f"对{spelling}的处罚", "notes": [f"对{spelling}的处罚", "对A的处罚"]}
    assert shown(document, "masked")["text"] == "对王**的处罚"
    assert shown(document, "none")["notes"] == ["对A的处罚"]


@pytest.mark.parametrize("view", VIEWS)
def test_4_the_hash_of_a_resident_number_is_in_no_view(view):
    text = json.dumps(shown({"value": PERSON, "identifiers": PERSON["identifiers"]}, view))
    assert "ab" * 32 not in text
    assert "resident_id_hmac" not in text
    assert '"7"' in text or view == "none"


def test_6_masked_shows_no_id_of_ours_by_which_a_guess_of_the_name_could_be_proved():
    line = "王示例 [0123456789abcdef]"
    more = {"notes": [line], "claims": [{"id": "claim-0123456789abcdef", "party": WANG}], "marks": {"0123456789abcdef": 1}}
    seen = shown({**DOCUMENT, **more}, "masked")
    assert not re.search("[0-9a-f]{16}", json.dumps(seen))
    own = seen["finding"]["path"][0]
    assert own.startswith("statement-")
    assert seen["notes"] == [f"王** [{own}]"]
    assert list(seen["marks"]) == [own]
    assert seen["claims"][0]["id"] != own
    assert len({row["edge"]["id"] for row in seen["rows"]}) == 3, "each has its own"
    for view in ("named", "full"):
        assert shown({**DOCUMENT, **more}, view)["finding"]["path"] == ["0123456789abcdef"]
    firms = {"rows": [{"party": FIRM, "edge": {"id": "0123456789abcdef"}}]}
    assert shown(firms, "masked") == firms, "of enterprises nothing has to be guessed"
    numbers = {"party": WANG, "numbers": [{"scheme": "x", "value": "1234567890123456"}]}
    assert shown(numbers, "masked")["numbers"][0]["value"] == "1234567890123456"


def test_6_masked_shows_no_file_and_row_by_which_one_is_found_again_among_others():
    place = {"source": "register", "file": "posts.csv", "row": 244}
    edge = {"id": "0123456789abcdef", **place}
    seen = shown({"parties": [FIRM], "rows": [{"party": WANG, "edge": edge}, {"party": FIRM, "edge": edge}]}, "masked")
    assert [(row["edge"]["source"], row["edge"]["file"], row["edge"]["row"]) for row in seen["rows"]] == [("register", "", 0)] * 2
    assert shown({"rows": [{"party": FIRM, "edge": edge}]}, "masked")["rows"][0]["edge"]["row"] == 244
    assert shown({"rows": [{"party": WANG, "edge": edge}]}, "named")["rows"][0]["edge"] == edge


def test_5_ids_of_ours_stay_whole_whatever_they_look_like():
    for view in set(VIEWS) - {"masked"}:
        ids = [row["edge"]["id"] for row in shown(DOCUMENT, view)["rows"]]
        assert set(ids) <= {"0123456789012345", "138123456789abcd", "abcdef0123456789"}


@given(
    st.recursive(
        st.text(max_size=20) | st.integers() | st.none(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8).filter(lambda key: key not in BIRTHS), inner),
    )
)
def test_5_what_speaks_of_no_person_is_the_same_in_every_view(document):
    people = people_in(document, lambda _: None)
    if not people:
        assert veiled(document, people, "none") == veiled(document, people, "masked") == veiled(document, people, "named")
        assert veiled(document, people, "named") == leaving(veiled(document, people, "full"))


def test_a_name_of_one_character_and_one_that_is_a_field_are_masked_without_harm():
    document = {"party": {"id": "A#王", "name": "王", "kind": "person"}, "from": {"id": "A#kind", "name": "kind", "kind": "person"}}
    seen = shown(document, "masked")
    assert seen["party"] == {"id": "person-1", "name": "王**", "kind": "person"}
    assert seen["from"]["name"] == "K**"
    assert shown(document, "named") == document


@pytest.mark.parametrize("name", ["gender", "age"])
def test_3_of_what_was_compared_the_result_stays_and_no_value(name):
    feature = {"name": name, "result": "agrees", "first": "63", "second": "63", "text": "about the same (63 / 63)"}
    post = {**feature, "name": "post"}
    document = {"items": [{"first": WANG, "second": LI, "features": [feature, post]}]}
    for view in VIEWS[1:]:
        told, kept = shown(document, view)["items"][0]["features"]
        assert kept == post
        assert told == (feature if view == "full" else {**feature, "first": "", "second": "", "text": ""})
    spoken = {**feature, "text": "about the same"}
    assert shown({"features": [spoken]}, "named")["features"] == [{**spoken, "first": "", "second": ""}]
