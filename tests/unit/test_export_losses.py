"""What is loaded is written or counted, and what is written is valid: graph/export/losses.py and ftm.py, invariant 1."""

import json

import pytest

from graph.codec import make_fact
from graph.dates import PartialDate, Period
from graph.export import bods, ftm, losses
from graph.export.extract import Extract
from graph.model import Decision, Entity, Identifier, Name, Naming, Origin, PartyRef, Relationship, Share
from graph.snapshot.overlay import build
from graph.store import open_store
from tests.api_world import add
from tests.export_world import TODAY, A
from tests.unit.test_export_formats import bods_errors, entities

ORIGIN = Origin("register", "e.csv", 3)
LONG, LONG_NAME = "长" * 2_000, "长" * 660
NUMBERS = Identifier("registration", LONG_NAME), Identifier("uscc", "N2X")
OLD = PartialDate.parse("0001-01-01")
DAYS = ("2020-05-01", "2020-05", "2020", "2020/05/01", "abcdefghij", "2020-13-45", "0000-00-00", "0001-01-01", "9999-12-31")


@pytest.fixture
def extract():
    """What a source may give and one of the two models has no room for."""
    told = [
        Entity(f"t:{day}", "company", (Name(f"{day}公司"),), attributes=(("founded", day), ("district", "兰山区"))) for day in DAYS
    ] + [
        Entity("t:long", "company", (Name(LONG_NAME), Name("短", "former")), NUMBERS),
        Entity("t:quote", "company", (Name('"'),), (Identifier("uscc", "91371300MA3C0M1230"),)),
        Entity("t:H", "address", (Name(LONG_NAME),), attributes=(("district", "兰山区"),)),
        Entity("t:T", "tender", (Name("示例项目"),)),
        Entity("t:V", "vessel", (Name("示例轮"),), attributes=(("founded", "2020"),)),
        Entity("t:L#李示例", "person", (Name("李示例"),), attributes=(("founded", "2020"), ("age", "41"))),
        Decision("d:1", "listing", (), PartyRef("t:long"), LONG, LONG, basis=(LONG, "示例法"), date=OLD),
        Naming("d:1", None, "某某"),
        Naming("d:gone", PartyRef("t:L#赵示例"), "赵示例"),
    ]  # fmt: skip
    periods = ["0001-01-01/open", "0001-01-01/0002-01-01", "2999-01-01/open", "2020-02/2021", "9999-12-30/9999-12-30", "0999/2020"]
    more = {"share": Share(250_000, 500_000), "text": LONG, "registered": Period.parse("2020/open")}
    held = [Relationship(PartyRef("t:L#李示例"), PartyRef(A), "shareholding", Period.parse(period), **more) for period in periods]
    with open_store("sqlite:///:memory:") as store:
        add(store, *(make_fact(value, str(place), ORIGIN) for place, value in enumerate([*told, *held])))
        yield Extract(store, build(store))


def lost(counts):
    return {name.removeprefix("without "): count for name, count in counts.items() if name.startswith("without ") and count}


@pytest.mark.required
def test_ftm_1_every_entity_is_valid_whatever_was_loaded(extract, tmp_path):
    model = pytest.importorskip("followthemoney", reason="the package of FollowTheMoney is not installed (do.py says why)").model
    counts = ftm.write(extract, tmp_path / "a.ftm")
    for entity in entities(tmp_path / "a.ftm"):
        model.get(entity["schema"]).validate(entity)
        proxy = model.get_proxy(entity, cleaned=False)
        assert {name: sorted(texts) for name, texts in entity["properties"].items()} == {
            name: sorted(proxy.get(name)) for name in entity["properties"]
        }
    found = lost(counts)
    assert found["provisions"] == found["authority"] == found["recordId"] == found["full"] == 1
    assert found["name"] == 2
    assert found["district"] == len(DAYS) + 1
    assert found["founded"] == 5 + 2
    assert found["own_id"] == 2
    assert found["decision"] == 1
    assert found["naming"] == 2
    assert found["unread_name"] == 1
    assert found["registered"] == 6


def test_bods_1_every_statement_is_valid_and_losses_1_the_rest_is_counted(extract, tmp_path):
    counts = bods.write(extract, tmp_path / "a.json", TODAY)
    statements = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert bods_errors(statements) == []
    days = {each["recordDetails"].get("foundingDate") for each in statements}
    assert days == {None, "2020-05-01"}
    starts = {interest.get("startDate") for each in statements for interest in each["recordDetails"].get("interests", ())}
    assert starts == {None, "2999-01-01"}
    found = lost(counts)
    assert found["district"] == len(DAYS)
    assert found["that_a_name_is_former"] == 1
    assert found["decision"] == found["naming"] == 2
    assert found["unread_name"] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [("2020-05-01", "2020-05-01"), ("2020/5/1", "2020-05-01"), ("2020", "2020"), ("2020-13", ""), ("0999", ""), ("9999-12-31", ""),
     ("2020..2021", ""), ("open", ""), ("unknown", ""), ("x", "")],
)  # fmt: skip
def test_what_both_models_take_for_a_date(text, said):
    assert losses.sayable(text) == said
