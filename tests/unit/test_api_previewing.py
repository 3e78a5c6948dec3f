"""The invariants of `api.use_cases.previewing`, by number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from analytics.responsibility.catalogue import parse_catalogue
from api.locales import LANGS, texts
from api.rendering import preview as lines
from api.use_cases.previewing import preview
from api.use_cases.propagating import propagate, stored_findings
from graph.errors import NotFound, Refused
from graph.model import Term
from graph.store.base import Store
from tests.api_world import INSTRUMENTS, RULES, TODAY, actor, case, catalogue, stored
from tests.builder import Case


def world() -> Case:
    made = case()
    made.company("C").legal_representative("孙示例", "2019", bearer="1").person("孙示例", "1", "f00d")
    made.company("B").person("孙示例", "1", "f00d")
    made.company("E").director("孙示例", "2019")
    return made


def of(given: str, store: Store, lang: str = "en", **more: Any) -> dict[str, Any]:
    return preview(store, catalogue(), given, texts(lang), TODAY, **more)


def test_1_nothing_is_recorded_and_the_answer_says_that_it_is_no_finding():
    with stored(world()) as store:
        before = (store.version(), [fact.id for fact in stored_findings(store)])
        document = of("test:B#孙示例", store)
        assert (store.version(), [fact.id for fact in stored_findings(store)]) == before
    assert "no finding" in document["is_not"]
    assert not [f for f in document["companies"] if f["id"] == "test:C" and f["respondent"]]


def test_2_every_post_is_shown_with_where_it_was_read():
    with stored(world()) as store:
        document = of("test:B#孙示例", store)
    assert {company["id"] for company in document["companies"]} == {"test:B", "test:C"}
    for post in (post for company in document["companies"] for post in company["posts"]):
        assert (post["file"], post["row"] > 1) == ("case.csv", True)
        assert post["text"]


def test_a_finding_gives_its_own_measures_and_a_person_all_that_are_established():
    with stored(world()) as store:
        finding = next(f.value for f in stored_findings(store) if "孙示例" in f.value.party)
        by_finding, by_person = of(finding.id, store), of("test:B#孙示例", store)
        lead = next(f.value for f in stored_findings(store) if "钱示例" in f.value.party)
        assert of(lead.id, store)["findings"] == [lead.id]
        assert of("test:A#钱示例", store)["findings"] == []
        then = of(finding.id, store, known_at=store.version())
    assert by_finding["findings"] == by_person["findings"] == [finding.id]
    assert by_finding["measures"] == ["example limit"]
    assert by_finding["companies"] == by_person["companies"] == then["companies"]


def test_3_an_enterprise_and_nobody_are_refused():
    with stored(world()) as store:
        with pytest.raises(Refused, match="enterprise"):
            of("test:A", store)
        with pytest.raises(NotFound):
            of("无此人", store)


def test_4_what_is_not_ruled_on_is_counted_and_not_taken_for_his():
    made = case()
    for name in "CD":
        made.company(name).director("郑示例", "2019", bearer="9").person("郑示例", "9")
    made.decision("C", ["securities_market_ban"], name="D3", kind="market_ban", date="2023-03-01")
    made.names("郑示例", "C", decision="D3", imposed={"securities_market_ban": Term(life=True)})
    with stored(made) as store:
        document = of("test:C#郑示例", store)
    assert [company["id"] for company in document["companies"]] == ["test:C"]
    assert document["open_claims"] == 1


@pytest.mark.parametrize("lang", LANGS)
def test_the_text_has_every_company_and_post(lang):
    with stored(world()) as store:
        document = of("test:B#孙示例", store, lang)
    text = "\n".join(lines(document, texts(lang)))
    assert document["is_not"] in text
    for company in document["companies"]:
        assert company["name"] in text
        assert all(post["text"] in text for post in company["posts"])


@pytest.mark.parametrize(
    ("bars", "companies"),
    [
        ("", set()),
        ("        bars: {offices: [supervisor]}\n", set()),
        (
            "        bars: {offices: [legal_representative, director], of: {zh: 示例单位, en: example units}}\n",
            {"test:B", "test:C"},
        ),
        ("        bars: {offices: [legal_representative, director], others: true}\n", {"test:C"}),
    ],
)
def test_5_only_posts_that_a_measure_bars_from_are_listed(bars, companies):
    text = RULES.replace("        bars: {offices: [legal_representative, director]}\n", bars)
    rules = parse_catalogue({"instruments.yaml": INSTRUMENTS, "made_up.yaml": text})
    with stored(world(), derive=False) as store:
        propagate(store, rules, actor(store=store))
        document = preview(store, rules, "test:B#孙示例", texts("en"), TODAY)
    assert document["measures"] == ["example limit"]
    assert {company["id"] for company in document["companies"]} == companies
    assert (document["no_bar"] is None) is bool(bars)
    assert ("example units" in "".join(document["bars"])) is ("example units" in bars)


def test_6_a_measure_bars_on_its_last_day_and_not_after_it():
    made = case()
    made.company("C").director("郑示例", "2019", bearer="9").person("郑示例", "9")
    made.decision("C", ["securities_market_ban"], name="D3", kind="market_ban", date="2023-03-01")
    made.names("郑示例", "C", decision="D3", imposed={"securities_market_ban": Term(2)}, bearer="register:9")
    with stored(made) as store:
        (finding,) = [f.value for f in stored_findings(store) if "郑示例" in f.value.party and f.value.outcome == "established"]
        last = date.fromisoformat(str(finding.until))
        on, after = (preview(store, catalogue(), finding.id, texts("en"), last + timedelta(days=n)) for n in (0, 1))
    assert (on["findings"], after["findings"], after["measures"], after["companies"]) == ([finding.id], [], [], [])
    assert (on["ended"], [(each["finding"], each["until"]) for each in after["ended"]]) == ([], [(finding.id, finding.until)])
    text = "\n".join(lines(after, texts("en")))
    assert f"the term was over on {finding.until}" in text
    assert "None of the measures" not in text, "there is none"


def test_it_is_said_how_many_may_hold_a_post_beside_him():
    made = world()
    made.company("C").legal_representative("赵示例", "2019", "unknown")
    with stored(made) as store:
        document = of("test:B#孙示例", store)
    (post,) = [each for company in document["companies"] if company["id"] == "test:C" for each in company["posts"]]
    assert (post["others"], post["possible"], post["consequence"]) == (0, 1, "perhaps_vacant")
    assert "nobody else certainly holds this post; 1 more may" in post["text"]


def test_a_day_before_the_decision_has_no_measures_of_it():
    with stored(world()) as store:
        finding = next(f.value for f in stored_findings(store) if "孙示例" in f.value.party)
        rules, words = catalogue(), texts("en")
        before, on = (preview(store, rules, "test:B#孙示例", words, day) for day in (date(2023, 1, 1), date(2023, 1, 2)))
        with pytest.raises(NotFound, match="came after 2023-01-01"):
            preview(store, rules, finding.id, words, date(2023, 1, 1))
    assert (before["findings"], before["measures"], before["companies"]) == ([], [], [])
    assert on["findings"] == [finding.id]
    assert on["companies"]
