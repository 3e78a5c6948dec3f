"""The invariants of `api.use_cases.publishing`, by number."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from api.locales import texts
from api.use_cases.propagating import propagate
from api.use_cases.publishing import Judged, judged, published, seal, to_seal, withheld
from api.use_cases.reading import snapshot_of
from graph.codec import make_fact
from graph.model import Decision, Operation, Origin, Term
from tests.api_world import actor, add, catalogue, stored
from tests.builder import Case, shipped
from tests.case_world import cases, confirm, do, under_wages, wages
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
        assert withheld(items["S"], texts("zh"))["reason_text"] == "群团、金融、协会等名单仅供参考"


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


def test_3_what_is_beyond_the_cap_is_sealed_unless_something_that_binds_rests_on_it():
    made = world()
    made.company("B").director("孙示例")
    made.decision("B", ["securities_market_ban"], name="BAN", kind="market_ban", date="2017-01-02", conduct="2016-01-01/2016-02-01")
    made.names("孙示例", "B", decision="BAN", imposed={"securities_market_ban": Term(life=True)})
    with stored(made) as store:
        decisions = to_seal(snapshot_of(store), cases(store), DAY)
        assert decisions == ["OLD"]
        (key,) = seal(store, snapshot_of(store), decisions, actor(11))
        propagate(store, catalogue(), actor(12))
        assert "OLD" not in reasons(store)
        assert store.get(key).article == "山东省社会信用条例第38条"
        assert not any(isinstance(r.fact.value, Decision) and r.fact.value.id == "OLD" for r in store.facts(["decision"]))
