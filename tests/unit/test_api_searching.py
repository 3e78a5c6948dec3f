"""The invariants of `api.use_cases.searching`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from api.use_cases.searching import hits_at, search
from graph.codec import make_fact
from graph.dates import Period
from graph.errors import InputError
from graph.model import Entity, Identifier, Name, Operation, Origin, appearance_parts
from graph.store import open_store
from tests.api_world import add, case, stored


def test_1_a_past_version_answers_as_it_answered_then():
    with stored(derive=False) as store:
        asked = ("示例A", "孙示", "shili", "sl", "示例")
        before, version = {text: search(store, text) for text in asked}, store.version()
        old = next(f for f in case().facts if isinstance(f.value, Entity) and f.value.id == "test:A")
        renamed = replace(old.value, names=(Name("改名公司"),))
        add(store, make_fact(renamed, old.key.rsplit("/", 1)[1], old.origin), operation=Operation.CORRECTION, hour=10)
        assert [row["id"] for row in search(store, "改名")] == ["test:A"]
        assert "test:A" not in {row["id"] for row in search(store, "示例A")}
        assert {text: search(store, text, known_at=version) for text in asked} == before
        assert search(store, "改名", known_at=version) == []
        assert search(store, "示例", known_at=0) == []


@pytest.mark.parametrize(("day", "found"), [("2018-12-31", True), ("2019-12-31", True), ("2020-01-01", False)])
def test_2_on_a_day_only_names_that_may_have_been_in_use(day, found):
    names = (Name("旧名公司", "former", Period.parse("2010/2019")), Name("新名公司"))
    with open_store("sqlite:///:memory:") as store:
        add(store, make_fact(Entity("test:Z", "company", names), "z", case().facts[0].origin))
        assert [row["id"] for row in search(store, "旧名")] == ["test:Z"]
        assert bool(search(store, "旧名", as_of=date.fromisoformat(day))) is found
        assert search(store, "新名", as_of=date.fromisoformat(day))


def test_2_what_is_left_out_makes_room_for_others():
    with open_store("sqlite:///:memory:") as store:
        for number in range(30):
            period = Period.parse("2010/2011") if number < 25 else Period.parse("2010/open")
            entity = Entity(f"test:{number:02d}", "company", (Name(f"同名{'多' * number}公司", "former", period),))
            add(store, make_fact(entity, str(number), case().facts[0].origin))
        assert len(search(store, "同名", 4, as_of=date(2020, 1, 1))) == 4
        assert len(search(store, "同名", 20, as_of=date(2020, 1, 1))) == 5


def test_3_a_name_and_that_of_an_enterprise_find_whoever_bears_it_there():
    with stored(derive=False) as store:
        (person, *_) = (row for row in search(store, "孙示") if row["kind"] == "person")
        (place, name) = appearance_parts(person["id"])
        firm = next(row["name"] for row in search(store, "示例", 99) if row["id"] == place)
        for text in (f"{name} {firm}", f"{firm} {name}", f"{name}  {firm[:3]}", f"{name[:2]} {firm}"):
            assert person["id"] in {hit.entity for hit in hits_at(store, text, 12, None)}, text
        everybody = {hit.entity for hit in hits_at(store, f"{name} {firm}", 12, None)}
        assert {appearance_parts(each)[0] for each in everybody} == {place}
        assert hits_at(store, f"{name} 别处", 12, None) == hits_at(store, name, 12, None) == []
        assert hits_at(store, f"{name} {firm}", 12, None, lambda some: {each for each in some if "#" in each}) == []


def test_a_person_without_an_enterprise_is_told_as_a_person():
    with stored() as store:
        people = [Entity("src:c1/王五", "person", (Name("王五示例"),)), Entity("src:王五", "company", (Name("王五示例公司"),))]
        add(store, *(make_fact(each, each.id, Origin("src")) for each in people))
        kinds = {row["id"]: row["kind"] for row in search(store, "王五示例", 10)}
    assert kinds == {"src:c1/王五": "person", "src:王五": "enterprise"}


def test_4_a_former_name_or_a_number_stands_beside_what_its_bearer_is_called_now():
    names = (Name("旧名公司", "former"), Name("新名公司"))
    entity = Entity("uscc:91371300MA00000017", "company", names, (Identifier("uscc", "91371300MA00000017"),))
    with open_store("sqlite:///:memory:") as store:
        add(store, make_fact(entity, "z", case().facts[0].origin))
        found = {text: (row["name"], row["called"]) for text in ("旧名", "新名", "9137") for row in search(store, text)}
    assert found == {"旧名": ("旧名公司", "新名公司"), "新名": ("新名公司", None), "9137": ("91371300MA00000017", "新名公司")}


@pytest.mark.parametrize(
    ("kind", "told"), [("telephone", "telephone"), ("address", "address"), ("company", "enterprise"), ("vessel", "vessel")]
)
def test_5_what_is_found_is_said_to_be_what_it_is(kind, told):
    with open_store("sqlite:///:memory:") as store:
        add(store, make_fact(Entity("src:10001335958", kind, (Name("10001335958"),)), "z", case().facts[0].origin))
        assert [row["kind"] for row in search(store, "10001335958")] == [told]


@pytest.mark.parametrize("text", ["", "  ", "\u200b"])
def test_nothing_to_look_for_is_said(text):
    with open_store("sqlite:///:memory:") as store, pytest.raises(InputError) as error:
        search(store, text)
    assert "首字母" in error.value.zh
