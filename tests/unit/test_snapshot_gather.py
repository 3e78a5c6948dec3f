import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from graph.codec import make_fact
from graph.dates import PartialDate, Period, Truth
from graph.model import ClaimRuling, Entity, Origin, PartyRef, Relationship, Share
from graph.snapshot.gather import from_facts, mentions
from graph.snapshot.identity import Identity
from graph.snapshot.walk import holders
from tests.builder import Case
from tests.plain_graph import periods


def answers(columns):
    found = holders(columns, range(len(columns)), [None] * len(columns))
    return sorted(
        (columns.id(q), columns.id(n), columns.fact(f), int(t))
        for q, n, f, t in zip(found.question, found.node, found.fact, found.truth, strict=True)
    )


def test_1_bearers_are_kept_apart():
    case = Case()
    case.company("A").legal_representative("王示例", bearer="1").supervisor("王示例", bearer="2")
    parties = {party for _, party, _, _ in answers(from_facts(case.facts))}
    assert parties == {"test:A#王示例@register:1", "test:A#王示例@register:2"}


def test_1_an_accepted_claim_joins_and_undoing_it_parts():
    case = Case()
    case.company("A").director("王示例")
    case.company("B").director("王示例")
    assert len({party for _, party, _, _ in answers(from_facts(case.facts))}) == 2
    case.rule_on("test:A#王示例", "test:B#王示例", "accepted")
    columns = from_facts(case.facts)
    assert {party for _, party, _, _ in answers(columns)} == {"test:A#王示例"}
    assert columns.kind(columns.node("test:A#王示例")) == "person"


def test_1_what_could_be_one_of_two_people_is_marked():
    case = Case()
    case.company("A").director("王示例", bearer="1").director("王示例", bearer="2").supervisor("王示例")
    columns = from_facts(case.facts)
    edges = columns.arrays.in_edges
    unsure = [columns.id(edge["other"]) for edge in edges if edge["what"] & (1 << 10)]
    assert unsure == ["test:A#王示例@?register"]


@given(st.randoms(use_true_random=False))
def test_2_the_order_of_facts_does_not_matter(random):
    case = Case()
    case.company("A").director("王示例", since="2015").shareholder("李示例")
    case.company("B").director("王示例").legal_representative("李示例", registered="2015-01-01/2016-01-01")
    shuffled = random.sample(case.facts, len(case.facts))
    assert answers(from_facts(shuffled)) == answers(from_facts(case.facts))
    assert list(from_facts(shuffled).nodes) == list(from_facts(case.facts).nodes)


@given(periods(), periods(), st.dates(PartialDate.parse("1949-01-01").latest, PartialDate.parse("2021-01-01").latest))
def test_3_the_columns_answer_as_the_period_does(legal, registered, day):
    case = Case()
    company = case.company("A").id
    share = Share(1, 2)
    case.add(Relationship(PartyRef("p"), PartyRef(company), "shareholding", legal, registered, share))
    columns = from_facts(case.facts)
    for timeline, period in enumerate((legal, registered)):
        found = holders(columns, [columns.node(company)], [day], timeline=timeline)
        asked = PartialDate.on(day)
        expected = {Truth.YES: [2], Truth.MAYBE: [1], Truth.NO: []}[period.meets(Period(asked, asked))]
        assert list(found.truth) == expected


@given(st.randoms(use_true_random=False))
def test_4_who_is_resolved_from_what_is_kept_is_who_is_resolved_from_all_statements(random):
    case = Case()
    names, sources = ["王示例", "李示例"], ["register", "tax"]
    for name in "AB":
        company = case.company(name)
        for _ in range(random.randrange(5)):
            who, bearer = random.choice(names), random.choice([None, "1", "2"])
            company.post(random.choice(["director", "supervisor"]), who, bearer=bearer, source=random.choice(sources))
            if bearer and random.random() < 0.5:
                company.person(who, bearer, random.choice(["", "n1", "n2"]), source=random.choice(sources))
    case.decision("A", ["listed_wage_arrears"])
    case.names(random.choice(names), "A", bearer=random.choice([None, "1", "2"]))
    if random.random() < 0.5:
        case.rule_on(f"test:A#{random.choice(names)}", f"test:B#{random.choice(names)}", "accepted")
    spoken = list(mentions(case.facts))
    people = [fact for fact in case.facts if isinstance(fact.value, Entity) and fact.value.kind == "person"]
    identity = Identity(spoken, people, [fact for fact in case.facts if isinstance(fact.value, ClaimRuling)])
    expected = set()
    for fact in case.facts:
        if isinstance(fact.value, Relationship):
            party = identity.resolve(fact.value.interested_party, fact.origin.source)
            expected.add((fact.id, identity.person(party.id), party.certain))
    columns = from_facts(case.facts)
    edges = columns.arrays.in_edges
    assert expected == {(columns.fact(e["fact"]), columns.id(e["other"]), not e["what"] & (1 << 10)) for e in edges}


def test_5_no_statement_is_kept_after_it_was_read():
    def statements(count):
        for number in range(count):
            edge = Relationship(
                PartyRef(f"p{number}"), PartyRef(f"c{number % 7}"), "director", Period.parse("2015/2016"), text="x" * 2_000
            )
            yield make_fact(edge, str(number), Origin("register", "case.csv", number + 2))

    from_facts(statements(10))
    tracemalloc.start()
    try:
        columns = from_facts(statements(4_000))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert columns.edge_count == 4_000
    assert most < 4_000 * 1_000, "each statement alone has a text of 2,000 bytes"
