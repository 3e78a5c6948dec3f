"""What facts speak of: each test quotes an invariant of graph/store/mentions.py."""

import pytest

from graph.codec import Encoded, dump, make_fact
from graph.dates import PartialDate, Period
from graph.model import (
    ClaimRuling,
    Decision,
    DecisionLink,
    Entity,
    Event,
    Identifier,
    Name,
    Naming,
    Origin,
    PartyRef,
    Payload,
    Relationship,
    appearance,
)
from graph.store.mentions import STRONG, about_of, names_of

PERSON = appearance("demo:A", "张示例")
PERIOD = Period(PartialDate.parse("2015"))
CASES: list[tuple[Payload, set[str], set[tuple[str, str, str]]]] = [
    (
        Entity("demo:A", "company", (Name("示例甲"), Name("旧称", "former")), (Identifier("uscc", "911"),)),
        {"demo:A"},
        {("full", "示例甲", "demo:A"), ("former", "旧称", "demo:A"), ("uscc", "911", "demo:A")},
    ),
    (
        Entity(PERSON, "person", (Name("张示例"),), (Identifier(STRONG, "abc"),)),
        {"demo:A", f"{STRONG}:abc"},
        {("full", "张示例", PERSON)},
    ),
    (Relationship(PartyRef(PERSON), PartyRef("demo:A"), "director", PERIOD), {"demo:A"}, {("full", "张示例", PERSON)}),
    (Relationship(PartyRef("demo:B"), PartyRef("demo:A"), "shareholding", PERIOD), {"demo:A", "demo:B"}, set()),
    (Decision("demo:D", "listing", ("x",), PartyRef("demo:A"), "某局"), {"demo:D", "demo:A"}, set()),
    (Naming("demo:D", PartyRef(PERSON), "张示例"), {"demo:D", "demo:A"}, {("full", "张示例", PERSON)}),
    (Naming("demo:D", None, "（未列名）"), {"demo:D"}, set()),
    (DecisionLink("demo:D", "replaces", "demo:E"), {"demo:D", "demo:E"}, set()),
    (ClaimRuling("c", PERSON, appearance("demo:B", "张示例"), "accepted", "甲"), {"demo:A", "demo:B"}, set()),
    (Event("notice", "demo:D", PartialDate.parse("2020")), {"demo:D"}, set()),
]


@pytest.mark.parametrize(("value", "about", "_"), CASES)
def test_about(value: Payload, about: set[str], _: object) -> None:
    """1. A fact that a question about an enterprise, a decision or a strong identifier needs is about it."""
    found = about_of(make_fact(value, "k", Origin("demo")))
    assert set(found) == about
    assert len(found) == len(set(found))


@pytest.mark.parametrize(("value", "_", "names"), CASES)
def test_names(value: Payload, _: object, names: set[tuple[str, str, str]]) -> None:
    """2. An office or a decision names the person it speaks of."""
    assert set(names_of(make_fact(value, "k", Origin("demo")))) == names


def test_an_encoded_fact_says_the_same() -> None:
    for value, _, _ in CASES:
        fact = make_fact(value, "k", Origin("demo"))
        encoded = Encoded(fact.id, fact.key, dump(value), fact.origin, fact.flags, names_of(fact), about_of(fact))
        assert (encoded.value, names_of(encoded), about_of(encoded)) == (value, names_of(fact), about_of(fact))
