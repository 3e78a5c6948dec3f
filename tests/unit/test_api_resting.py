"""The invariants of `api.use_cases.resting`, by number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.responsibility.catalogue import parse_catalogue
from api.desk.outbox import Outbox
from api.use_cases.case_reading import cases_about, read_cases
from api.use_cases.propagating import propagate
from graph.codec import make_fact
from graph.dates import PartialDate, Period
from graph.errors import Refused
from graph.model import Fact, Payload
from graph.store.base import Store
from tests.api_world import INSTRUMENTS, RULES, actor, catalogue, stored
from tests.builder import Case
from tests.case_world import confirm, do
from tests.case_world import finding as finding_on
from tests.evidence_world import WHO, about, alter, corrected, gone, known, naming, office, reasons, row, stands, told, world

STEPS = (
    ("proposal", "07-02", "zhao"),
    ("notice", "07-03", "zhao"),
    ("hearing_waiver", "07-04", "zhao"),
    ("statement", "07-04", "zhao"),
    ("decision", "07-05", "qian"),
    ("service", "07-06", "zhao"),
)


def bound(**more: str) -> Store:
    """He is confirmed as head by the row of the register, on 7 June 2024."""
    store = world(**more)
    confirm(store, about(store))
    return store


def again(store: Store) -> None:
    """He is confirmed anew, on 6 July 2024."""
    for kind, day, by in STEPS:
        do(store, kind, about(store), f"2024-{day}", by=by)


def worded(fact: Fact[Payload], **change: object) -> Fact[Payload]:
    """A row in another wording."""
    source, key = fact.key.split("/", 2)[1:]
    assert source == fact.origin.source
    return make_fact(replace(fact.value, **change), key, fact.origin)  # type: ignore[type-var]


def held(since: str, until: str = "open") -> Period:
    return Period(PartialDate.parse(since), PartialDate.parse(until))


def test_1_what_comes_back_on_other_evidence_is_derived_and_binds_nobody():
    store, outbox = bound(), Outbox(":memory:")
    assert [m.action for m in told(store, outbox, "2024-06-08")] == ["execute"]
    gone(store, "2024-06-20", row(store))
    assert stands(store, "2024-06-20")[0] == "withdrawn"
    assert [(m.action, m.body["status"]) for m in told(store, outbox, "2024-06-20")] == [("stop", "withdrawn")]
    alter(store, "2024-07-01", office("9", "2022-06-01", "2022-08-31"))
    assert stands(store, "2024-07-01")[0] == "derived"
    assert told(store, outbox, "2024-07-01") == [], "nobody is told to start, or of a proposal"
    assert set(reasons(store, "2024-07-01").values()) == {"evidence_gone"}
    again(store)
    assert stands(store, "2024-07-06") == ("in_force", "2024-07-06")
    ((message,)) = told(store, outbox, "2024-07-06")
    assert (message.action, message.body["from"], message.body["document"]["on"]) == ("execute", "2024-07-06", "2024-07-05")


def test_1_what_is_replaced_without_a_gap_is_told_to_stop():
    store, outbox = bound(), Outbox(":memory:")
    told(store, outbox, "2024-06-08")
    alter(store, "2024-06-20", office("9"), derive=False)
    gone(store, "2024-06-20", row(store))
    assert stands(store, "2024-06-20")[0] == "derived"
    assert [(m.action, m.body["status"]) for m in told(store, outbox, "2024-06-20")] == [("stop", "withdrawn")]
    assert told(store, outbox, "2024-06-21") == []


@pytest.mark.parametrize(
    "change", [{"text": "office moved"}, {"period": held("2021-03-15")}, {"period": held("2022-06-01", "2022-08-31")}]
)
def test_1_a_row_that_is_corrected_and_still_proves_it_keeps_it_confirmed(change):
    store, outbox = bound(), Outbox(":memory:")
    told(store, outbox, "2024-06-08")
    corrected(store, "2024-06-20", worded(row(store), **change))
    assert stands(store, "2024-06-20") == ("in_force", "2024-06-07")
    assert told(store, outbox, "2024-06-20") == []


def test_1_a_second_source_besides_keeps_it_and_one_instead_does_not():
    store = bound()
    alter(store, "2024-06-20", office("9"))
    assert stands(store, "2024-06-20") == ("in_force", "2024-06-07")
    gone(store, "2024-06-25", row(store))
    assert stands(store, "2024-06-25")[0] == "derived"


def test_1_of_several_proofs_that_were_proposed_one_is_enough():
    store = world()
    alter(store, "2024-05-01", office("9"))
    confirm(store, about(store))
    gone(store, "2024-06-20", row(store))
    assert stands(store, "2024-06-20") == ("in_force", "2024-06-07")
    alter(store, "2024-06-21", office("10"))
    assert stands(store, "2024-06-21") == ("in_force", "2024-06-07")
    gone(store, "2024-06-25", office("9"))
    assert stands(store, "2024-06-25")[0] == "derived"


def test_1_a_row_that_was_proposed_and_proves_nothing_keeps_nothing_confirmed():
    """The vague row went into the file with the one that proved it; left over, it proves nothing beside a new one that does."""
    store = world()
    alter(store, "2024-05-01", office("8", "2022", "2022"))
    confirm(store, about(store))
    gone(store, "2024-06-20", row(store))
    assert stands(store, "2024-06-20")[0] == "withdrawn"
    alter(store, "2024-06-25", office("9"))
    assert stands(store, "2024-06-25")[0] == "derived"


def test_1_a_row_that_is_corrected_so_that_it_proves_nothing_is_as_if_it_were_gone():
    store = bound()
    corrected(store, "2024-06-20", worded(row(store), period=held("2022", "2022")))
    assert stands(store, "2024-06-20")[0] == "withdrawn"
    alter(store, "2024-06-25", office("9"))
    assert stands(store, "2024-06-25")[0] == "derived"
    corrected(store, "2024-06-28", worded(row(store), period=held("2021-02-01")))
    assert stands(store, "2024-06-28") == ("in_force", "2024-06-28")


def test_1_whom_the_decision_names_without_finding_anything_of_him_is_not_confirmed_by_that():
    store = stored()
    alter(store, "2024-05-01", naming("1"), naming("2", "directly_responsible_supervisor"))
    found = next(f.id for f in known(store).findings.values() if f.clause == "found" and "王示例" in f.party)
    confirm(store, found)

    def stage(on: str) -> str:
        return {
            r.grounds[0].finding: known(store).status(r, PartialDate.parse(on).earliest).lives[found].stage
            for r in known(store).restrictions_on(found)
        }.popitem()[1]

    assert stage("2024-06-08") == "active"
    gone(store, "2024-06-20", naming("2", "directly_responsible_supervisor"))
    alter(store, "2024-06-21", naming("3", "directly_responsible_supervisor"))
    assert stage("2024-06-21") == "derived"


def test_1_the_decision_told_by_another_source_alone_is_not_what_was_proposed():
    store = bound()
    (decision,) = [r.fact for r in store.facts(["decision"])]
    other = make_fact(decision.value, "elsewhere", replace(decision.origin, source="elsewhere"))
    alter(store, "2024-06-20", other)
    assert stands(store, "2024-06-20") == ("in_force", "2024-06-07")
    gone(store, "2024-06-25", decision)
    assert stands(store, "2024-06-25")[0] == "derived"


def test_2_a_row_that_is_corrected_to_mean_somebody_with_another_number_confirms_nothing_of_him():
    store, outbox = bound(bearer="P-0001"), Outbox(":memory:")
    told(store, outbox, "2024-06-08")
    other = replace(row(store).value.interested_party, bearer="register:P-0002")  # type: ignore[union-attr]
    corrected(store, "2024-06-20", worded(row(store), interested_party=other))
    assert stands(store, "2024-06-20")[0] == "derived"
    assert [m.action for m in told(store, outbox, "2024-06-20")] == ["stop"]


def test_2_a_number_that_becomes_known_leaves_it_confirmed():
    store = bound()
    more = replace(row(store).value.interested_party, bearer="register:P-0001")  # type: ignore[union-attr]
    corrected(store, "2024-06-20", worded(row(store), interested_party=more))
    assert stands(store, "2024-06-20") == ("in_force", "2024-06-07")


def test_3_what_is_back_binds_from_that_day_and_bound_nobody_between():
    store, outbox = bound(), Outbox(":memory:")
    told(store, outbox, "2024-06-08")
    proof = row(store)
    gone(store, "2024-06-20", proof)
    told(store, outbox, "2024-06-20")
    alter(store, "2024-07-01", proof)
    assert stands(store, "2024-07-01") == ("in_force", "2024-07-01")
    assert [stands(store, day)[0] for day in ("2024-06-19", "2024-06-20", "2024-06-30")] == ["in_force", "withdrawn", "withdrawn"]
    ((message,)) = told(store, outbox, "2024-07-01")
    assert (message.action, message.body["from"], message.body["until"]) == ("execute", "2024-07-01", "2026-05-10")
    assert message.body["document"]["on"] == "2024-06-06"


def test_3_what_was_proposed_meanwhile_goes_before_what_is_back():
    store, outbox = bound(), Outbox(":memory:")
    told(store, outbox, "2024-06-08")
    proof = row(store)
    gone(store, "2024-06-20", proof)
    alter(store, "2024-07-01", office("9"))
    again(store)
    told(store, outbox, "2024-07-06")
    alter(store, "2024-07-20", proof)
    assert stands(store, "2024-07-20") == ("in_force", "2024-07-06")
    assert told(store, outbox, "2024-07-20") == []
    gone(store, "2024-08-01", office("9"))
    assert stands(store, "2024-08-01") == ("in_force", "2024-07-20"), "what was confirmed first rests on what is back since then"
    ((message,)) = told(store, outbox, "2024-08-01")
    assert (message.action, message.body["document"]["on"]) == ("execute", "2024-06-06")


def test_3_a_past_version_answers_as_it_did():
    store = bound()
    versions = {"2024-06-10": store.version()}
    proof = row(store)
    gone(store, "2024-06-20", proof)
    versions["2024-06-22"] = store.version()
    alter(store, "2024-07-01", office("9"))
    versions["2024-07-01"] = store.version()
    then = {day: stands(store, day, version) for day, version in versions.items()}
    assert [code for code, _ in then.values()] == ["in_force", "withdrawn", "derived"]
    again(store)
    alter(store, "2024-07-20", proof)
    gone(store, "2024-08-01", office("9"))
    assert {day: stands(store, day, version) for day, version in versions.items()} == then


def test_1_an_act_on_what_is_gone_is_refused_with_its_reason_in_both_languages():
    store = world()
    for kind, on in (("proposal", "2024-06-03"), ("notice", "2024-06-04"), ("statement", "2024-06-05")):
        do(store, kind, about(store), on)
    alter(store, "2024-06-20", office("9"), derive=False)
    gone(store, "2024-06-20", row(store))
    assert stands(store, "2024-06-20")[0] == "derived"
    with pytest.raises(Refused, match=r"\[evidence_gone\].*possible at it: propose") as refused:
        do(store, "decision", about(store), "2024-06-21", by="qian")
    assert "所依据的证据已不在" in str(refused.value.zh)
    again(store)
    assert stands(store, "2024-07-06") == ("in_force", "2024-07-06")


def test_1_the_whole_store_and_the_part_about_him_answer_alike():
    store = bound()
    gone(store, "2024-06-20", row(store))
    alter(store, "2024-07-01", office("9"))
    part = cases_about(store, catalogue(), ["test:A"])
    assert part.courses == known(store).courses
    assert [r.grounds for r in part.restrictions] == [r.grounds for r in known(store).restrictions]


def test_1_what_a_decision_imposes_rests_on_it_and_not_on_what_people_confirmed():
    store = stored()
    banned = finding_on(store, "孙示例")
    do(store, "objection", banned, "2024-06-03")
    assert banned not in known(store).courses


def test_1_a_new_procedure_does_not_begin_before_what_was_done_on_the_evidence_that_is_gone():
    store = bound()
    gone(store, "2024-06-20", row(store))
    alter(store, "2024-07-01", office("9"))
    with pytest.raises(Refused, match=r"\[(clock|evidence_gone)\]"):
        do(store, "proposal", about(store), "2024-06-06", today=PartialDate.parse("2024-07-02").earliest)
    with pytest.raises(Refused, match=r"\[clock\]"):
        do(store, "proposal", about(store), "2023-06-06", today=PartialDate.parse("2024-07-02").earliest)


def test_3_a_wording_is_judged_by_the_rules_with_which_it_was_derived():
    """The second source came when the office was asked for at the conduct: it was not needed. By the rules of today it would be."""
    store = bound(until="2023-01-15")
    alter(store, "2024-06-20", office("9"))
    corrected(store, "2024-06-25", worded(row(store), period=held("2021-01-01")))
    law = parse_catalogue(
        {"instruments.yaml": INSTRUMENTS, "made_up.yaml": RULES.replace("office_at_conduct", "office_at_listing")}
    )
    propagate(store, law, actor(store=store))
    cases = read_cases(store, law)
    (restriction,) = [each for each in cases.restrictions if WHO in each.party]
    day = PartialDate.parse("2024-06-25").earliest
    status = cases.status(restriction, day)
    assert (status.code, str(cases.since(restriction, status, day))) == ("in_force", "2024-06-07")


def document(name: str, relation: str, other: str, acts: tuple[str, ...] = (), **more: object) -> list[Fact[Payload]]:
    """A later document about an earlier one."""
    case = Case(catalogue())
    case.facts = [*range(50)]  # type: ignore[list-item]  # keys that nothing else has
    case.decision("A", [*acts], name=name, kind="order", **more)  # type: ignore[arg-type]
    case.link(name, relation, other)
    return [make_fact(f.value, f"{name}-{place}", f.origin) for place, f in enumerate(case.facts[50:])]


def test_1_a_document_by_which_alone_the_decision_reaches_him_was_not_proposed():
    """The row of the decision is corrected to other conduct, and then a document corrects the decision to what it was before."""
    store = bound(until="2022-12-31")
    (decision,) = [r.fact for r in store.facts(["decision"])]
    corrected(store, "2024-06-20", worded(decision, conduct=held("2023-01", "2023-03")))
    assert stands(store, "2024-06-20")[0] == "withdrawn"
    alter(store, "2024-06-25", *document("D9", "corrects", "D1", date="2023-06-01"))
    assert stands(store, "2024-06-25")[0] == "derived"
    corrected(store, "2024-06-28", decision)
    assert stands(store, "2024-06-28") == ("in_force", "2024-06-28")


def test_3_a_decision_that_stands_again_is_no_other_proof():
    store = bound()
    alter(store, "2024-06-20", *document("D5", "annuls_from_beginning", "D1", date="2024-06-18"))
    assert stands(store, "2024-06-20")[0] == "annulled"
    alter(store, "2024-07-01", *document("D6", "annuls_from_beginning", "D5", date="2024-06-28"))
    assert stands(store, "2024-07-01") == ("in_force", "2024-07-01")
