"""The invariants of `api.use_cases.publishing`, by number."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.responsibility.catalogue import Catalogue, parse_catalogue
from api.locales import texts
from api.use_cases.case_acts import Act
from api.use_cases.case_rows import history_json
from api.use_cases.propagating import propagate
from api.use_cases.publishing import Judged, judged, published, seal_on, to_publish, to_seal, withheld
from api.use_cases.reading import snapshot_of
from api.use_cases.repairs import repair
from api.use_cases.sealing import seal
from graph.codec import make_fact
from graph.errors import Refused
from graph.model import Decision, Entity, Identifier, Name, Operation, Origin, Term
from graph.store.base import Store
from tests.api_world import INSTRUMENTS, RULES, actor, add, catalogue, stored
from tests.builder import Case, Company, shipped
from tests.case_world import cases, clerk, confirm, do, finding, under_wages, wages
from tests.spellings import numbers_spelled, read, spelled, words_spelled

DAY = date(2024, 6, 10)


def world() -> Case:
    """A penalty on A that names somebody and says too much; a list without a standard; a ban; a list of an association."""
    made = Case(catalogue())
    a = made.company("A")
    a.legal_representative("王示例", since="2021-01-01")
    more = {
        "authority_level": "city",
        "number": "罚王示例13812345678号",
        "conduct_text": "住沂蒙路88号，患有疾病",
        "conduct": "2023-01-01/2023-02-01",
    }
    made.decision("A", ["fine"], name="P", kind="penalty", date="2023-05-10", **more)
    made.names("王示例", "A", decision="P")
    made.decision("A", ["listed_wage_arrears"], name="L", authority_level="city")
    made.decision("A", ["listed_wage_arrears"], name="S", authority_level="association")
    made.decision(
        "A", ["fine"], name="OLD", kind="penalty", date="2017-05-10", conduct="2017-01-01/2017-02-01", authority_level="city"
    )
    return made


def reasons(store, day: date = DAY) -> dict[str, str]:
    return {item.decision.id: item.verdict.reason for item in judged(snapshot_of(store), cases(store), day)}


def test_1_only_coded_fields_leave_and_nobody_who_is_named():
    with stored(world()) as store:
        snapshot = snapshot_of(store)
        items = {item.decision.id: item for item in judged(snapshot, cases(store), DAY)}
        out = published(snapshot, items["P"], texts("zh"))
        told = json.dumps(out, ensure_ascii=False)
        assert (out["respondent"], out["number"]) == ("示例A公司", "罚██号")
        assert not [secret for secret in ("王示例", "13812345678", "沂蒙路", "患有") if secret in told]
        assert reasons(store) == {"P": "published", "L": "published", "S": "reference_only", "OLD": "capped"}
        assert withheld(snapshot, items["S"], texts("zh"))["reason_text"] == "群团、金融、协会等名单仅供参考"


@pytest.mark.parametrize("name", ["临沂穆斯林饮食有限公司", "临沂抑郁症康复中心", "临沂沂蒙路123号宾馆有限公司"])
def test_1_the_names_of_enterprises_and_bodies_stay(name):
    made = Case(catalogue())
    made.add(Entity("test:A", "company", (Name(name),)))
    made.decision("A", ["fine"], name="P", kind="penalty", authority_level="city")
    with stored(made) as store:
        snapshot = snapshot_of(store)
        (item,) = judged(snapshot, cases(store), DAY)
        body = "临沂市基督教三自爱国运动委员会"
        out = published(snapshot, Judged(replace(item.decision, authority=body, number=f"{body}，信佛"), item.verdict), texts("zh"))
        assert (out["respondent"], out["authority"]) == (name, body)
        assert "信佛" not in out["number"]


def test_1_a_name_known_to_the_graph_is_in_nothing_that_is_published():
    made = Case(catalogue())
    made.company("A").director("李示范", since="2020-01-01").director("周文", since="2020-01-01")
    made.company("B").director("吴示众", since="2020-01-01").director("高新", since="2020-01-01")
    more = {"authority_level": "city"}
    numbers = ("罚周文吴 示-众〔2024〕1号", "高新罚〔2024〕2号", "对高新的处罚〔2024〕3号")
    for place, number in enumerate(numbers):
        made.decision("A", ["fine"], name=f"P{place}", kind="penalty", date="2024-05-10", number=number, **more)
    with stored(made) as store:
        snapshot = snapshot_of(store)
        items = [item for item in judged(snapshot, cases(store), DAY) if item.verdict.publish]
        said = [Judged(replace(item.decision, authority="高新区监管局（李 示 範）"), item.verdict) for item in items]
        out = [published(snapshot, item, texts("zh")) for item in said]
    assert [row["number"] for row in out] == ["罚██〔2024〕1号", "高新罚〔2024〕2号", "对█的处罚〔2024〕3号"]
    assert {row["authority"] for row in out} == {"高新区监管局（█）"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("示例A公司", "published"), ("王示例馒头店", "published"), ("临沂市肿瘤医院", "published"),
        ("示例A公司（王 示-例）", "name_person"), ("示例A公司（李示范）", "name_person"), ("示例A公司（钱示例）", "name_person"),
        ("示例A公司（王示例，乙肝）", "name_health"), ("示例A公司住兰山区金雀山路10号", "name_address"),
        ("示例A公司（经营者：吴某）", "name_unclear"), ("Wang Shili", "name_unclear"), ("Shili Trading Ltd", "published"),
    ],
)  # fmt: skip
def test_1_a_name_that_says_more_than_that_of_an_enterprise_waits_for_a_human(name, reason):
    made = Case(catalogue())
    made.company("A").legal_representative("王示例", since="2021-01-01")
    made.facts.pop(0)
    made.add(Entity("test:A", "company", (Name(name),)), "codes")
    made.company("B").director("李示范", since="2020-01-01")
    made.decision("A", ["fine"], name="P", kind="penalty", date="2024-05-10", authority_level="city")
    made.names("钱示例", "A", decision="P")
    with stored(made, derive=False) as store:
        snapshot, known = snapshot_of(store), cases(store)
        (item,) = judged(snapshot, known, DAY)
        assert item.verdict.reason == reason
        assert withheld(snapshot, item, texts("en"))["reason_text"]
        assert to_publish(snapshot, known, DAY) == {"P"}, "its day of publication goes on"


def test_1_a_code_that_passes_as_a_resident_number_waits_for_a_human_and_is_told_nowhere():
    made = Case(catalogue())
    made.add(Entity("test:A", "company", (Name("示例A商行"),), (Identifier("uscc", "371302199003070069"),)), "codes")
    made.decision("A", ["fine"], name="P", kind="penalty", date="2024-05-10", authority_level="city")
    with stored(made, derive=False) as store:
        snapshot = snapshot_of(store)
        (item,) = judged(snapshot, cases(store), DAY)
        assert item.verdict.reason == "code_person"
        assert published(snapshot, item, texts("zh"))["uscc"] == "█"


def test_1_an_id_with_a_name_becomes_a_mark_in_what_is_published_and_in_what_is_not():
    made = Case(catalogue())
    made.company("A").legal_representative("王示例", since="2021-01-01")
    made.company("B").director("李示范", since="2020-01-01")
    for name, level in (("王示例-13800138000", "city"), ("李示范-2024-1", "association"), ("对李示范-2", "city"), ("D-3", "city")):
        made.decision("A", ["fine"], name=name, kind="penalty", date="2024-05-10", authority_level=level)
    with stored(made, derive=False) as store:
        snapshot = snapshot_of(store)
        items = list(judged(snapshot, cases(store), DAY))
        shown = [published(snapshot, item, texts("zh"))["decision"] for item in items if item.verdict.publish]
        hidden = [withheld(snapshot, item, texts("zh"))["decision"] for item in items if not item.verdict.publish]
    assert (sorted(shown), hidden) == (["D-3", "█-█", "对█-2"], ["█-2024-1"])


def test_1_a_secret_in_any_spelling_is_in_nothing_that_is_published():
    people = st.sampled_from(("王示例", "李示范")).flatmap(lambda name: st.tuples(st.just(name), spelled(name)))
    made = world()
    made.company("A").director("李示范", since="2020-01-01")
    with stored(made) as store:
        snapshot = snapshot_of(store)
        item = next(item for item in judged(snapshot, cases(store), DAY) if item.decision.id == "P")

        @given(
            people | numbers_spelled() | words_spelled(),
            st.sampled_from(["", "罚〔2024〕1号，", "对"]),
            st.sampled_from(["", "，罚款1,000元"]),
        )
        def planted(secret, before, after):
            text = f"{before}{secret[1]}{after}"
            said = Judged(replace(item.decision, number=text, authority=text, conduct_text=text), item.verdict)
            told = json.dumps(published(snapshot, said, texts("zh")), ensure_ascii=False)
            assert read(secret[0]) not in read(told)

        planted()


def test_2_publication_ends_with_a_revocation_and_returns_when_that_is_void():
    with stored(world()) as store:
        revocation = do(store, "revocation", "L", "2024-06-03")
        assert reasons(store, date(2024, 6, 2))["L"] == "published"
        assert reasons(store)["L"] == "withdrawn"
        do(store, "held_void", "L", "2024-06-07", refers=revocation.event.id, by="qian")
        assert reasons(store)["L"] == "published"
        for kind in ("conduct_corrected", "pledge", "repair_application"):
            do(store, kind, "L", "2024-06-08", reported=True)
        do(store, "repair", "L", "2024-06-09", by="qian", reported=True)
        assert (reasons(store, date(2024, 6, 8))["L"], reasons(store)["L"]) == ("published", "repaired")


def test_2_an_objection_upheld_after_the_term_ends_publication():
    law = shipped()

    def verdict_on(store, day: date) -> str:
        return next(item.verdict.reason for item in judged(snapshot_of(store), cases(store, law), day))

    with wages() as store:
        own = replace(under_wages(store, "test:A"), until="2024-06-20")
        add(store, make_fact(own, own.id, Origin("zeren")), operation=Operation.CORRECTION)
        confirm(store, own.id, law=law)
        do(store, "objection", own.id, "2024-06-20", law=law)
        assert verdict_on(store, date(2024, 6, 21)) == "published"
        do(store, "upheld", own.id, "2024-06-24", by="qian", law=law)
        assert (verdict_on(store, date(2024, 6, 23)), verdict_on(store, date(2024, 6, 24))) == ("published", "withdrawn")


def standing_alone() -> Store:
    """A penalty on A on which no finding rests."""
    made = Case(catalogue())
    made.company("A")
    made.decision("A", ["fine"], name="P", kind="penalty", date="2024-02-10", conduct=None, authority_level="city")
    return stored(made)


@pytest.mark.parametrize("kind", ["revocation", "annulment"])
def test_2_a_published_decision_that_no_finding_rests_on_can_be_revoked_and_annulled(kind):
    with standing_alone() as store:
        assert reasons(store)["P"] == "published"
        done = do(store, kind, "P", "2024-06-03")
        assert [(row["finding"], row["party"], row["effect"]) for row in done.rows] == [("", "test:A", True)]
        assert reasons(store)["P"] == "withdrawn"
        do(store, "held_void", "P", "2024-06-07", refers=done.event.id, by="qian")
        assert reasons(store)["P"] == "published"


def test_2_an_objection_to_such_a_decision_leaves_it_published_until_it_is_upheld():
    with standing_alone() as store:
        objection = do(store, "objection", "P", "2024-06-03").event.id
        assert reasons(store)["P"] == "published"
        with pytest.raises(Refused, match="number"):
            do(store, "upheld", "P", "2024-06-04", by="qian", refers=objection, number="")
        assert do(store, "upheld", "P", "2024-06-04", by="qian", refers=objection, dry_run=True).effective
        do(store, "correction", "P", "2024-06-04", by="qian", refers=objection)
        assert [row["kind"] for row in history_json(cases(store), "P", DAY, texts("zh"))] == ["objection", "correction"]


def test_2_such_a_decision_is_repaired_by_its_own_class_and_its_day():
    made = Case(catalogue())
    made.company("A")
    made.decision("A", ["fine"], name="P", kind="penalty", date="2026-05-11", conduct=None, authority_level="city")

    def repaired(store, kind: str, on: str, by: str = "zhao"):
        day = date.fromisoformat(on)
        return repair(store, cases(store), clerk(by, day), Act(kind, "P", day, by, "…", f"修{kind}{on}号"), day)

    with stored(made) as store:
        for kind in ("conduct_corrected", "pledge"):
            do(store, kind, "P", "2026-06-01")
        with pytest.raises(Refused, match="too_early"):
            repaired(store, "repair_application", "2026-08-10")
        repaired(store, "repair_application", "2026-08-11")
        repaired(store, "repair", "2026-08-12", by="qian")
        assert (reasons(store, date(2026, 8, 11))["P"], reasons(store, date(2026, 8, 12))["P"]) == ("published", "repaired")


FOR_THE_FIRM = "test:A"
FOR_THE_HEAD = "test:A#王示例"


def verdict_on(store, day: date) -> str:
    return next(item.verdict.reason for item in judged(snapshot_of(store), cases(store, shipped()), day))


def stage_of(store, party: str, day: date) -> str:
    known = cases(store, shipped())
    return known.standing(known.finding(under_wages(store, party).id), day)


def asked(store, kind: str, about: str, on: str, by: str = "zhao", **more: object):
    """What `zeren repair` does."""
    day = date.fromisoformat(on)
    act = Act(kind, about, day, by, "…", f"修{kind}{on}号", **more)  # type: ignore[arg-type]
    return repair(store, cases(store, shipped()), clerk(by, day), act, day)


def steps_done(store) -> None:
    for kind in ("conduct_corrected", "pledge"):
        do(store, kind, "D1", "2024-07-01", law=shipped())


def test_2_an_upheld_objection_to_a_listing_ends_it_and_nothing_derived_is_confirmed_on_it_any_more():
    law = shipped()
    with wages() as store:  # only the head was confirmed
        firm, head = (under_wages(store, party).id for party in (FOR_THE_FIRM, FOR_THE_HEAD))
        confirm(store, head, law=law)
        do(store, "objection", "D1", "2024-06-10", law=law)
        assert verdict_on(store, date(2024, 6, 11)) == "published"
        do(store, "upheld", "D1", "2024-06-12", by="qian", law=law)
        assert (verdict_on(store, date(2024, 6, 11)), verdict_on(store, date(2024, 6, 12))) == ("published", "withdrawn")
        assert {stage_of(store, party, date(2024, 6, 12)) for party in (FOR_THE_FIRM, FOR_THE_HEAD)} == {"revoked"}
        with pytest.raises(Refused, match=r"\[stage\]"):
            do(store, "proposal", firm, "2024-06-17", law=law)


def test_2_a_listing_of_which_nothing_was_confirmed_is_repaired_by_its_sectors_rule_and_no_more_a_ground():
    law = shipped()
    with wages() as store:
        steps_done(store)
        with pytest.raises(Refused, match=r"\[too_early\].*2025-01-01.*人社部令第45号第14条"):
            asked(store, "repair_application", "D1", "2024-12-30")
        asked(store, "repair_application", "D1", "2025-01-02")
        asked(store, "repair", "D1", "2025-01-06", by="qian")
        assert (verdict_on(store, date(2025, 1, 5)), verdict_on(store, date(2025, 1, 6))) == ("published", "repaired")
        with pytest.raises(Refused, match=r"\[stage\]"):
            do(store, "proposal", under_wages(store, FOR_THE_FIRM).id, "2025-01-07", law=law)
        asked(store, "repair_fraud", "D1", "2025-03-03", by="sun")
        assert verdict_on(store, date(2025, 3, 3)) == "published"
        do(store, "proposal", under_wages(store, FOR_THE_FIRM).id, "2025-03-04", law=law)


def test_2_who_was_repaired_is_not_published_again_for_having_been_released_too():
    with wages() as store:
        law, firm = shipped(), under_wages(store, "test:A").id
        confirm(store, firm, law=law)
        for kind in ("conduct_corrected", "pledge"):
            do(store, kind, firm, "2024-07-01", law=law)
        do(store, "repair_application", firm, "2025-01-06", law=law)
        do(store, "repair", firm, "2025-01-10", by="qian", law=law)
        do(store, "release", firm, "2025-01-13", by="sun", law=law)
        assert stage_of(store, "test:A", date(2025, 1, 13)) == "released"
        assert [verdict_on(store, date(2025, 1, day)) for day in (9, 10, 13)] == ["published", "repaired", "repaired"]


@pytest.mark.parametrize("stands_against", ["repair_bar", "objection", "suspension_order"])
def test_6_no_repair_of_a_decision_goes_around_what_stands_against_that_of_the_enterprise(stands_against):
    law = shipped()
    with wages() as store:
        firm, head = (under_wages(store, party).id for party in (FOR_THE_FIRM, FOR_THE_HEAD))
        confirm(store, firm, head, law=law)
        do(store, stands_against, firm, "2024-06-20", by="sun", law=law)
        steps_done(store)
        before = stage_of(store, FOR_THE_HEAD, date(2025, 1, 8))
        for about in (firm, "D1"):
            with pytest.raises(Refused, match=r"credit restoration applied for: refused \[barred\]"):
                asked(store, "repair_application", about, "2025-01-06")
        asked(store, "repair_application", "D1", "2025-01-06", reported=True)
        assert not asked(store, "repair", "D1", "2025-01-07", by="qian", reported=True).effective
        assert stage_of(store, FOR_THE_HEAD, date(2025, 1, 8)) == before in ("in_force", "paused")
        assert verdict_on(store, date(2025, 1, 8)) == "published"


def test_6_a_repair_of_a_decision_before_the_day_of_the_sectors_rule_ends_no_publication():
    with wages() as store:
        confirm(store, under_wages(store, FOR_THE_FIRM).id, law=shipped())
        for kind in ("conduct_corrected", "pledge"):
            do(store, kind, "D1", "2024-06-10", law=shipped())
        asked(store, "repair_application", "D1", "2024-06-11", reported=True)
        asked(store, "repair", "D1", "2024-06-12", by="qian", reported=True)
        assert (stage_of(store, FOR_THE_FIRM, date(2024, 6, 13)), verdict_on(store, date(2024, 6, 13))) == ("in_force", "published")


def test_2_a_fraud_told_of_the_enterprise_alone_restores_what_a_repair_of_the_decision_ended():
    law = shipped()
    with wages() as store:
        firm = under_wages(store, FOR_THE_FIRM).id
        confirm(store, firm, law=law)
        steps_done(store)
        asked(store, "repair_application", "D1", "2025-01-06")
        asked(store, "repair", "D1", "2025-01-07", by="qian")
        assert verdict_on(store, date(2025, 1, 7)) == "repaired"
        asked(store, "repair_fraud", firm, "2025-03-03", by="sun")
        assert (stage_of(store, FOR_THE_FIRM, date(2025, 3, 3)), verdict_on(store, date(2025, 3, 3))) == ("in_force", "published")


def test_6_an_application_of_before_the_confirmation_does_not_carry_a_repair_past_what_binds_since():
    law = shipped()
    with wages() as store:
        firm = under_wages(store, FOR_THE_FIRM).id
        for kind in ("conduct_corrected", "pledge"):
            do(store, kind, "D1", "2024-03-01", law=law)
        asked(store, "repair_application", "D1", "2024-09-02")
        for place, kind in enumerate(("proposal", "notice", "statement", "decision", "service")):
            do(store, kind, firm, f"2024-09-0{3 + place}", by="qian" if kind == "decision" else "zhao", law=law)
        bar = do(store, "repair_bar", firm, "2024-09-09", by="sun", law=law).event.id
        with pytest.raises(Refused, match=r"credit restoration granted: refused \[barred\].*a bar against repair is recorded"):
            asked(store, "repair", "D1", "2024-09-10", by="qian")
        assert not asked(store, "repair", "D1", "2024-09-10", by="qian", reported=True).effective
        assert (stage_of(store, FOR_THE_FIRM, date(2025, 1, 8)), verdict_on(store, date(2025, 1, 8))) == ("in_force", "published")
        do(store, "repair_bar_lifted", firm, "2025-03-03", by="li", refers=bar, law=law)
        asked(store, "repair_application", "D1", "2025-03-10")
        asked(store, "repair", "D1", "2025-03-11", by="qian")
        assert (stage_of(store, FOR_THE_FIRM, date(2025, 3, 11)), verdict_on(store, date(2025, 3, 11))) == ("repaired", "repaired")


def test_6_where_the_enterprise_was_never_confirmed_its_head_is_repaired_with_the_decision():
    with wages() as store:
        confirm(store, under_wages(store, FOR_THE_HEAD).id, law=shipped())
        steps_done(store)
        asked(store, "repair_application", "D1", "2025-01-06")
        asked(store, "repair", "D1", "2025-01-07", by="qian")
        assert (stage_of(store, FOR_THE_HEAD, date(2025, 1, 7)), verdict_on(store, date(2025, 1, 7))) == ("repaired", "repaired")


def test_4_whom_the_graph_does_not_know_is_withheld_and_the_others_are_listed():
    made = world()
    made.decision("ZZ", ["listed_wage_arrears"], name="D2", authority_level="city")
    with stored(made) as store:
        snapshot = snapshot_of(store)
        items = list(judged(snapshot, cases(store), DAY))
        shown = [published(snapshot, item, texts("zh"))["decision"] for item in items if item.verdict.publish]
        assert shown == ["L", "P"]
        assert reasons(store)["D2"] == "respondent_unknown"
        assert withheld(snapshot_of(store), next(i for i in items if i.decision.id == "D2"), texts("zh"))["reason_text"].startswith(
            "当事人未载入"
        )


@pytest.mark.parametrize("name", ["赵铁柱", "王示例（个体）", "Zhao Tiezhu"])
def test_1_a_sole_trader_by_his_own_name_is_not_published(name):
    made = Case(catalogue())
    made.add(Entity("test:I", "company", (Name(name),)))
    Company(made, "I").legal_representative(name, since="2010-01-01")
    made.decision("I", ["fine"], name="P", kind="penalty", authority_level="city")
    with stored(made) as store:
        assert reasons(store) == {"P": "sole_trader"}


@cache
def old_law() -> Catalogue:
    """The small law as it might have been in force long before, for ten years."""
    rules = RULES.replace("years: 3", "years: 10").replace("from: 2020-01-01", "from: 2010-01-01")
    return parse_catalogue({"instruments.yaml": INSTRUMENTS, "made_up.yaml": rules})


def old_ban() -> Store:
    """A listing of 2022 for what ended in 2019: beyond the cap in 2024, and the term of its measure is not over."""
    made = Case(old_law())
    a = made.company("A")
    a.legal_representative("王示例", since="2015-01-01")
    made.decision("A", ["listed_wage_arrears"], date="2022-05-10", conduct="2018-05/2019-05", authority_level="city")
    store = stored(made, derive=False)
    propagate(store, old_law(), actor(store=store))
    return store


@pytest.mark.parametrize("kind", ["objection", "suspension_order", "review_filed", "suit_filed"])
def test_3_what_may_bind_again_is_not_sealed(kind):
    law = old_law()
    with old_ban() as store:
        head = finding(store, "王示例")
        assert to_seal(snapshot_of(store), cases(store, law), DAY) == ["D1"], "only derived"
        confirm(store, head, law=law)
        assert to_seal(snapshot_of(store), cases(store, law), DAY) == []
        filed = do(store, kind, head, "2024-06-10", law=law)
        assert to_seal(snapshot_of(store), cases(store, law), DAY) == []
        do(store, "release", head, "2024-06-11", law=law)
        waits = kind != "suspension_order"
        assert to_seal(snapshot_of(store), cases(store, law), date(2024, 6, 12)) == ([] if waits else ["D1"])
        if kind == "objection":
            do(store, "dismissal", head, "2024-06-12", by="qian", refers=filed.event.id, law=law)
        elif waits:
            do(store, "proceedings_ended", head, "2024-06-12", refers=filed.event.id, law=law)
        assert to_seal(snapshot_of(store), cases(store, law), date(2024, 6, 12)) == ["D1"]


@pytest.mark.parametrize("steps", [1, 2, 4, 5])
def test_3_what_is_proposed_notified_heard_or_decided_is_not_sealed(steps):
    law = old_law()
    procedure = [("proposal", "zhao"), ("notice", "zhao"), ("hearing_waiver", "zhao"), ("statement", "zhao"), ("decision", "qian")]
    with old_ban() as store:
        for place, (kind, by) in enumerate(procedure[:steps]):
            do(store, kind, finding(store, "王示例"), f"2024-06-0{3 + place}", by=by, law=law)
        assert to_seal(snapshot_of(store), cases(store, law), DAY) == []


def test_3_an_objection_to_the_decision_alone_spares_it():
    with stored(world()) as store:
        assert to_seal(snapshot_of(store), cases(store), DAY) == ["OLD"]
        do(store, "objection", "OLD", "2024-06-10")
        assert to_seal(snapshot_of(store), cases(store), DAY) == []


def test_5_nothing_is_sealed_before_its_day_and_a_dry_run_may_look_ahead():
    later = date(2030, 1, 1)
    with stored(world()) as store:
        known = (store, snapshot_of(store), cases(store), actor(11), later, DAY)
        with pytest.raises(Refused, match="2030-01-01 is after today"):
            seal_on(*known)
        assert seal_on(*known, dry_run=True) == (["L", "OLD", "P", "S"], 0)
        assert "OLD" in reasons(store)


def test_5_what_binds_today_is_not_sealed_for_what_was_so_on_a_past_day():
    with stored(world()) as store:
        do(store, "objection", "OLD", "2024-06-10")
        past = date(2024, 6, 1)
        assert to_seal(snapshot_of(store), cases(store), past) == ["OLD"]
        assert seal_on(store, snapshot_of(store), cases(store), actor(11), past, DAY) == ([], 0)


def test_3_what_is_beyond_the_cap_is_sealed_unless_something_that_binds_rests_on_it():
    made = world()
    made.company("B").director("孙示例")
    made.decision("B", ["securities_market_ban"], name="BAN", kind="market_ban", date="2017-01-02", conduct="2016-01-01/2016-02-01")
    made.names("孙示例", "B", decision="BAN", imposed={"securities_market_ban": Term(life=True)})
    with stored(made) as store:
        decisions = to_seal(snapshot_of(store), cases(store), DAY)
        assert decisions == ["OLD"]
        (key,) = seal(store, snapshot_of(store), cases(store), decisions, actor(11))
        propagate(store, catalogue(), actor(12, store))
        assert "OLD" not in reasons(store)
        assert store.get(key).article == "山东省社会信用条例第38条"
        assert not any(isinstance(r.fact.value, Decision) and r.fact.value.id == "OLD" for r in store.facts(["decision"]))


def test_2_a_decision_that_corrects_another_is_published_and_sealed_with_that():
    made = world()
    made.decision("A", ["listed_wage_arrears"], name="C", date="2024-06-01", authority_level="city", conduct=None)
    made.link("C", "corrects", "L")
    with stored(made) as store:
        assert reasons(store)["L"] == "published"
        assert reasons(store)["C"] == "corrects"
        assert "C" not in to_publish(snapshot_of(store), cases(store), DAY)
        assert {"L", "C"} <= set(to_seal(snapshot_of(store), cases(store), date(2028, 2, 1)))


def test_3_a_penalty_is_not_sealed_while_a_listing_that_rests_on_it_binds():
    made = world()
    made.decision("A", ["listed_wage_arrears"], name="N", date="2023-05-11", authority_level="city")
    made.link("N", "rests_on", "OLD")
    with stored(made) as store:
        (head,) = [f.id for f in cases(store).findings.values() if f.decision == "N" and "王示例" in f.party]
        assert "OLD" in to_seal(snapshot_of(store), cases(store), DAY)
        confirm(store, head)
        assert "OLD" not in to_seal(snapshot_of(store), cases(store), DAY)
