"""A few parties, decisions and findings of every kind that a format may have trouble with."""

from __future__ import annotations

from datetime import date

from graph.codec import make_fact
from graph.dates import PartialDate, Period
from graph.export.bods import UNSPECIFIED
from graph.export.extract import Extract
from graph.model import (
    Basis,
    Decision,
    Entity,
    Fact,
    Finding,
    Identifier,
    Measure,
    Name,
    Naming,
    Origin,
    Outcome,
    PartyRef,
    Payload,
    Premise,
    PremiseState,
    Relationship,
    Share,
)
from graph.snapshot.overlay import build
from graph.store.base import Store
from graph.store.mentions import STRONG
from tests.api_world import add

SECRET = "5ec3e7" * 8
A, B = "uscc:91371300MA3C0M123X", "t:B"
EVIL = '=cmd|"/c calc"!A1<b>&\x07'
TODAY = date(2026, 1, 1)


def edge(
    key: str,
    party: PartyRef,
    subject: str,
    interest: str,
    period: str = "2015-03-01/open",
    share: Share | None = None,
    amount: int | None = None,
) -> Fact[Payload]:
    """A relationship."""
    value = Relationship(party, PartyRef(subject), interest, Period.parse(period), share=share, amount_fen=amount, text="=原文")
    return make_fact(value, key, Origin("register", "f.csv", 7))


def facts() -> list[Fact[Payload]]:
    """Return the world: A is held by a person (exactly) and by B (between bounds), and has a director without a known end."""
    origin = Origin("register", "e.csv", 3)
    li = f"{A}#李示例"
    entities = [
        Entity(A, "company", (Name("甲示例有限公司"), Name("旧甲示例公司", "former")),
               (Identifier("uscc", A[5:]), Identifier("cn_stock", "600000")),
               (("founded", "2001-02-03"), (UNSPECIFIED, "subjectExemptFromDisclosure: 上市公司"))),
        Entity(B, "company", (Name(EVIL),)),
        Entity(li, "person", (Name("李示例"),), (Identifier(STRONG, SECRET),)),
        Entity("t:H", "address", (Name("示例大厦1号"),)),
        Entity("t:P", "telephone", (Name("0539-0000000"),)),
    ]  # fmt: skip
    decision = Decision(
        "d:1", "listing", ("listed_wage_arrears",), PartyRef(A), "示例局", "示例〔2020〕1号", date=PartialDate.parse("2020-05-06")
    )
    finding = Finding(
        "f1", Outcome.ESTABLISHED, "derived", "restrict", "d:1", A, li, "person", "legal_representative", "R", 1, "head",
        (Measure("m1", "示例限制", "mandatory", "market"),), (Basis("示例法", "第一条"),), date(2020, 5, 6), "2023-05-06",
        (Premise("office", PremiseState.PROVED, "office_held"),), (), (),
    )  # fmt: skip
    return [
        *(make_fact(entity, entity.id, origin) for entity in entities),
        edge("1", PartyRef(li), A, "shareholding", share=Share.exact(600_000)),
        edge("2", PartyRef(B), A, "shareholding", "2016/open", Share(100_000, 400_000)),
        edge("3", PartyRef(li), A, "legal_representative", "2015-03-01/2019-12-31"),
        edge("4", PartyRef(f"{A}#王示例"), A, "director", "2015-03-01/unknown"),
        edge("5", PartyRef(A), "t:H", "is_at"),
        edge("6", PartyRef(A), "t:P", "reached_at"),
        edge("7", PartyRef(B), A, "guarantee", amount=123_400),
        make_fact(decision, "d:1", Origin("register", "d.csv", 2)),
        make_fact(Naming("d:1", PartyRef(li), "李示例", ("legal_representative",)), "d:1/李", Origin("register", "n.csv", 2)),
        make_fact(finding, "f1", Origin("zeren")),
    ]


def world(store: Store, **more: object) -> Extract:
    """Record the world and extract all of it."""
    add(store, *facts())
    return Extract(store, build(store), **more)  # type: ignore[arg-type]
