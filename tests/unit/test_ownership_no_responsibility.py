"""Ownership never becomes responsibility: shareholdings come and go, and no finding changes."""

from hypothesis import given
from hypothesis import strategies as st

from graph.dates import Period
from graph.model import PPM, PartyRef, Relationship, Share, appearance
from tests.builder import Case

COMPANIES = ("A", "B")
PEOPLE = ("王示例", "李示例", "赵示例")


def base() -> Case:
    """A listed enterprise with officers, one of whom the decision names, and another enterprise."""
    case = Case()
    a = case.company("A").legal_representative("王示例", since="2015-01-01").director("李示例", since="2015-01-01")
    a.principal("赵示例", since="2015-01-01")
    case.company("B").legal_representative("李示例", since="2015-01-01")
    case.decision("A", acts=["listed_wage_arrears"])
    case.decision("B", acts=["listed_tax"], name="D2")
    case.names("李示例", "A", found_as=("directly_responsible_supervisor",), responsible=True)
    return case


holdings = st.lists(
    st.tuples(
        st.sampled_from([appearance(f"test:{at}", name) for at in COMPANIES for name in PEOPLE] + ["test:A", "test:B"]),
        st.sampled_from(COMPANIES),
        st.sampled_from(["unknown/open", "2010/2012", "2015-01-01/open"]),
        st.one_of(st.none(), st.integers(1, PPM).map(Share.exact)),
    ),
    max_size=6,
)


@given(holdings, holdings)
def test_no_finding_changes_when_only_shareholdings_do(some, others):
    found = []
    for shares in (some, others):
        case = base()
        for party, subject, period, share in shares:
            edge = Relationship(PartyRef(party), PartyRef(f"test:{subject}"), "shareholding", Period.parse(period), share=share)
            case.add(edge, "register")
        found.append([finding for decision in ("D1", "D2") for finding in case.findings(decision=decision)])
    assert found[0] == found[1]
    assert found[0]


def test_only_a_rule_that_names_shareholders_reaches_one():
    """A shareholder of 100 % whom no document names is reached by no clause, whatever he holds."""
    case = base()
    party = appearance("test:A", "孙示例")
    case.add(Relationship(PartyRef(party), PartyRef("test:A"), "shareholding", Period.parse("2010/open"), share=Share.exact(PPM)))
    assert case.findings("孙示例") == []
