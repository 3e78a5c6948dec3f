"""A store with a few enterprises that hold each other: what the questions to the graph are asked of."""

from __future__ import annotations

from graph.codec import make_fact
from graph.dates import Period
from graph.model import Entity, Fact, Name, Origin, PartyRef, Payload, Relationship, Share
from graph.store import open_store
from tests.api_world import add

NAMES = {"A": "甲示例公司", "B": "乙示例公司", "C": "丙示例公司", "D": "丁示例公司", "E": "戊示例公司", "H": "示例大厦"}


def edge(key: str, party: str, subject: str, interest: str = "shareholding", **more: str) -> Fact[Payload]:
    """`share` in percent or as LEAST-MOST, `period` as in `Period.parse`."""
    least, _, most = more.get("share", "").partition("-")
    share = Share(int(float(least) * 10_000), int(float(most or least) * 10_000)) if least else None
    value = Relationship(PartyRef(party), PartyRef(subject), interest, Period.parse(more.get("period", "2010/open")), share=share)
    return make_fact(value, key, Origin("register", "f.csv", 2))


def facts() -> list[Fact[Payload]]:
    """王示例 60 % of A; A 70 % of B, B 55 % of C and 10-40 % of D; A holds 30 % of D; E and D hold each other; all but D at H."""
    described: list[Fact[Payload]] = [
        make_fact(Entity(f"t:{at}", "address" if at == "H" else "company", (Name(name),)), at, Origin("register", "e.csv", 1))
        for at, name in NAMES.items()
    ]
    return [
        *described,
        edge("1", "t:A#王示例", "t:A", share="60"),
        edge("2", "t:A#李示例", "t:A", share="40"),
        edge("3", "t:A", "t:B", share="70"),
        edge("4", "t:B#李示例", "t:B", share="30"),
        edge("5", "t:B", "t:C", share="55"),
        edge("6", "t:B", "t:D", share="10-40"),
        edge("7", "t:A", "t:D", share="30"),
        edge("8", "t:E", "t:D", share="5"),
        edge("9", "t:D", "t:E", share="100"),
        edge("10", "t:C#赵示例", "t:C", "director", period="2010/2015"),
        *(edge(f"h{at}", f"t:{at}", "t:H", "is_at") for at in "ABCE"),
    ]


def make_store(path: str) -> str:
    """Write the store and return its URL."""
    with open_store(f"sqlite:///{path}") as store:
        add(store, *facts())
    return f"sqlite:///{path}"
