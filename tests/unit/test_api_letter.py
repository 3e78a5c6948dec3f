"""The invariants of `api.use_cases.letter` and `api.letter_page`, by number."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import date, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from analytics.responsibility.remedies import load_remedies
from api.letter_page import Sender, letter_page, sender_of
from api.locales import texts
from api.settings import Settings
from api.use_cases.explaining import explain
from api.use_cases.letter import letter
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.reading import snapshot_of
from graph.model import Outcome, Term
from graph.store import open_store
from tests.api_world import TODAY, actor, add, case, catalogue, stored
from tests.builder import Case, shipped
from tests.case_world import confirm, do, finding, under_wages, wages

NASTY = "<script>alert(1)</script>\"'&<b onload=x>"


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def written(name: str, world: Case | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    with stored(world) as store:
        finding = next(f.value for f in stored_findings(store) if f"#{name}" in f.value.party)
        graph = snapshot_of(store)
        document = letter(store, graph, catalogue(), load_remedies(), finding, TODAY)
        return document, explain(store, graph, catalogue(), finding, texts("zh"), TODAY)


@pytest.mark.parametrize("name", ["王示例", "钱示例", "孙示例"])
def test_1_a_letter_says_what_the_explanation_says(name):
    document, told = written(name)
    assert (document["summary"], document["is_not"]) == (told["summary"], told["is_not"])
    how_far = {"王示例": "建议，待确认", "钱示例": "线索，有待核查", "孙示例": "由该决定本身作出"}
    assert document["about"].endswith(f"（{how_far[name]}）")
    assert len(document["reasons"]) == len(told["premises"])
    assert {f"{item['instrument']} {item['article']}" for item in told["articles"]} == set(document["articles"])
    page = letter_page(document, Sender())
    assert told["is_not"] in page
    assert (told["finding"]["outcome"] == Outcome.ESTABLISHED) == ("✓" in page and "<li>?" not in page)


def test_2_every_statement_is_listed_once_with_where_it_was_read():
    document, told = written("王示例")
    ids = [item["id"] for item in document["evidence"]]
    assert len(ids) == len(set(ids))
    assert set(ids) == {e["id"] for p in told["premises"] for e in p["evidence"]} | {e["id"] for e in told["path"]}
    assert all("case.csv" in item["source"] for item in document["evidence"])


def test_3_every_remedy_that_fits_is_listed_with_its_article_and_deadline():
    document, _ = written("王示例")
    assert [item["id"] for item in document["remedies"]] == ["review", "suit", "automated"]
    assert {item["earliest_last_day"] for item in document["remedies"]} == {None}
    banned, _ = written("孙示例")
    days = {item["id"]: item["earliest_last_day"] for item in banned["remedies"]}
    assert (days["review"], days["suit"]) == ("2023-03-03", "2023-07-03")
    page = letter_page(document, Sender())
    for item in document["remedies"]:
        assert all(text in page for text in (item["title"], item["to"], item["deadline"], item["effect"], *item["basis"]))


def test_3_the_letter_on_what_was_confirmed_names_the_document_and_its_last_days_run_from_the_service():
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        found = next(f.value for f in stored_findings(store) if f.value.id == head)
        graph, days = snapshot_of(store), (date(2024, 6, 5), date(2024, 6, 6), date(2024, 6, 10))
        heard, decided, served = (letter(store, graph, catalogue(), load_remedies(), found, day) for day in days)
    assert heard["confirmed"] is None
    assert "这只是建议" in heard["is_not"]
    assert decided["confirmed"] == {"number": "示例〔2024〕9号", "on": "2024-06-06", "served": None}
    assert "尚未送达" in decided["is_not"]
    assert served["confirmed"] == {"number": "示例〔2024〕9号", "on": "2024-06-06", "served": "2024-06-07"}
    page = letter_page(served, Sender())
    assert "示例〔2024〕9号" in page
    assert "有效" in page
    assert "建议" not in page
    last = [{item["id"]: item["earliest_last_day"] for item in each["remedies"]} for each in (heard, decided, served)]
    assert [(each["review"], each["suit"]) for each in last] == [(None, None), (None, None), ("2024-08-06", "2024-12-09")]


@pytest.mark.parametrize(("day", "unknown"), [("2023-05-10", False), ("2090-05-10", True)])
def test_3_a_last_day_that_no_calendar_gives_is_said_to_be_unknown(day, unknown):
    world = case()
    world.decision("A", ["securities_market_ban"], name="D8", kind="market_ban", date=day, conduct=f"{day}/{day}")
    world.names("王示例", "A", decision="D8", imposed={"securities_market_ban": Term(life=True)})
    with stored(world) as store:
        found = next(f.value for f in stored_findings(store) if f.value.decision == "D8" and "王示例" in f.value.party)
        document = letter(store, snapshot_of(store), catalogue(), load_remedies(), found, TODAY)
    review = next(item for item in document["remedies"] if item["id"] == "review")
    assert (review["no_last_day"] is not None) is unknown
    assert (review["earliest_last_day"] is None) is unknown
    assert ("最后一日无法计算" in letter_page(document, Sender())) is unknown


def test_9_people_and_documents_are_named_as_the_law_does():
    for name in ("王示例", "钱示例", "孙示例"):
        document, told = written(name)
        page = letter_page(document, Sender())
        ids = [item["id"] for item in document["evidence"]] + [told["finding"]["party"]["id"], told["finding"]["company"]["id"]]
        assert [each for each in (*ids, told["finding"]["rule"]["id"]) if each in page] == []
        assert f"案件编号：{document['finding']}；所依据的决定：" in page
        assert document["to"] == name
    assert "D1" not in letter_page(written("王示例")[0], Sender()), "a decision without a number"
    assert "示例〔2023〕1号" in letter_page(written("孙示例")[0], Sender())


def test_10_the_ordinary_ways_out_are_told_of_what_binds_or_may():
    with wages() as store:
        head = under_wages(store, "test:A#王示例")
        document = letter(store, snapshot_of(store), shipped(), load_remedies(), head, TODAY)
    page = letter_page(document, Sender())
    assert all(text in page for text in ("终止与修复", "期满三年", "用人单位申请：已改正拖欠行为", "人社部令第45号第14条"))
    lead, _ = written("钱示例")
    assert lead["ways_out"] is None
    assert "终止与修复" not in letter_page(lead, Sender())


def written_under_shipped(world: Case, party: str, rule: str, today: date = TODAY, clause: str | None = None) -> dict[str, Any]:
    """The letter to a party under a rule that ships."""
    with open_store("sqlite:///:memory:") as store:
        add(store, *world.facts)
        propagate(store, shipped(), actor(store=store))
        stated = [fact.value for fact in stored_findings(store) if (fact.value.party, fact.value.rule) == (party, rule)]
        found = next(each for each in stated if clause in (None, each.clause))
        return letter(store, snapshot_of(store), shipped(), load_remedies(), found, today)


@pytest.mark.parametrize(("number", "said"), [("（2023）示例罚7号", "（2023）示例罚7号"), ("", "（无文号）")])
def test_9_a_decision_that_states_an_office_is_named_by_its_number(number, said):
    world = Case(shipped())
    world.company("A")
    world.decision("A", ["food_licence_revoked"], name="adv:B1", kind="penalty", authority_level="city", number=number)
    world.names("王示例", "A", decision="adv:B1", posts=("legal_representative",))
    document = written_under_shipped(world, "test:A#王示例", "D1-FOOD")
    page = letter_page(document, Sender())
    assert f"（载于：{said}）" in page
    assert "adv:B1" not in page


def test_1_of_a_limit_without_a_fixed_term_the_letter_does_not_say_that_it_was_not_read():
    world = Case(shipped())
    world.company("A").legal_representative("王示例", since="2015-01-01")
    world.decision("A", ["spending_restriction_order"], kind="order", authority_level="court")
    page = letter_page(written_under_shipped(world, "test:A#王示例", "D3-SPEND"), Sender())
    assert "没有固定期限，至终止事由发生时为止" in page
    assert "何时届满" not in page


def test_10_a_list_of_no_serious_dishonesty_is_called_none():
    world = Case(shipped())
    world.company("A")
    world.decision("A", ["abnormal_operation"], date="2025-07-15", conduct=None, authority_level="county")
    document = written_under_shipped(world, "test:A", "D2-ABNORMAL", date(2026, 5, 1))
    assert document["ways_out"] == {
        "ends": ["已履行义务"],
        "repair": ["未读到适用的修复规定，请向作出决定的机关咨询"],
        "basis": [],
    }
    assert "严重" not in letter_page(document, Sender())


def test_3_where_no_way_to_object_was_read_the_letter_says_so():
    document, _ = written("王示例")
    assert "未读到对该决定提出异议的规定" in letter_page(document | {"remedies": []}, Sender())
    assert "未读到对该决定提出异议的规定" not in letter_page(document, Sender())


@pytest.mark.parametrize(("name", "follows"), [("王示例", True), ("孙示例", True), ("钱示例", False)])
def test_7_of_a_lead_the_letter_says_plainly_that_nothing_follows(name, follows):
    document, told = written(name)
    assert (told["finding"]["outcome"] == "established") is follows
    page = letter_page(document, Sender())
    assert ("不对您产生任何后果" in page) is not follows
    assert ("均未据此采取" in page) is not follows


def test_7_of_what_is_blocked_too_and_what_is_merely_not_known_beside_is_no_reason():
    world = case()
    world.names("王示例", "A", posts=("legal_representative",), responsible=False)
    document, told = written("王示例", world)
    assert told["finding"]["outcome"] == "blocked"
    assert "不对您产生任何后果" in letter_page(document, Sender())
    world = Case(shipped())
    world.company("A")
    world.decision("A", ["listed_wage_arrears"], authority_level="city")
    world.names("王示例", "A", responsible=False)
    document = written_under_shipped(world, "test:A#王示例", "D2-WAGE")
    assert (document["title"], document["measures_stand"]) == ("情况说明", "not_taken")
    assert "（未成立）" in document["about"]
    assert [reason for reason in document["reasons"] if reason.startswith("✗")]
    assert not [reason for reason in document["reasons"] if reason.startswith("?")]


@pytest.mark.parametrize(
    ("day", "title", "measures"),
    [
        ("2024-06-02", "情况说明", "可以采取的措施（尚未决定）："),
        ("2024-06-03", "告知书", "可以采取的措施（尚未决定）："),
        ("2024-06-04", "告知书", "可以采取的措施（尚未决定）："),
        ("2024-06-06", "告知书", "<p>措施："),
        ("2024-06-10", "告知书", "<p>措施："),
        ("2024-06-12", "情况说明", "所列措施（均已没有效力）："),
    ],
)
def test_7_only_what_tells_of_a_measure_proposed_or_in_force_is_headed_as_a_notice(day, title, measures):
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        do(store, "release", head, "2024-06-12", number="示例〔2024〕77号")
        found = next(f.value for f in stored_findings(store) if f.value.id == head)
        document = letter(store, snapshot_of(store), catalogue(), load_remedies(), found, date.fromisoformat(day))
    assert document["title"] == title
    page = letter_page(document, Sender())
    assert f"<h1>{title}</h1>" in page
    assert measures in page


@pytest.mark.parametrize(("name", "title"), [("孙示例", "告知书"), ("钱示例", "情况说明")])
def test_7_what_a_decision_imposes_is_a_notice_and_a_lead_is_none(name, title):
    assert written(name)[0]["title"] == title


def test_3_what_a_decision_imposed_before_any_rule_of_its_day_is_still_objected_to():
    world = Case(shipped())
    world.company("A").director("王示例")
    told = {"date": "2000-05-10", "conduct": "1999", "cites": ("证券法（2005年修订）",)}
    world.decision("A", ["securities_market_ban"], kind="market_ban", **told)
    world.names("王示例", "A", imposed={"securities_market_ban": Term(life=True)})
    found = next(f for f in world.findings("王示例") if f.outcome is Outcome.BLOCKED)
    with stored(world, derive=False) as store:
        document = letter(store, snapshot_of(store), shipped(), load_remedies(), found, TODAY)
    assert (document["title"], document["measures_stand"], document["nothing_follows"]) == ("情况说明", "not_derived", None)
    articles = {item["id"]: item["basis"][0] for item in document["remedies"]}
    assert ("1999年" in articles["review"], "1989年" in articles["suit"]) == (True, True)
    assert "以该决定本身为准" in letter_page(document, Sender())


def test_1_measures_are_parted_by_what_stands_in_none_of_their_names():
    world = listed_by_a_court()
    document = written_under_shipped(world, "test:A#王示例", "D3-SPEND")
    page = letter_page(document, Sender())
    assert "不得旅游、度假；不得让子女就读高收费私立学校；" in document["summary"]
    assert "：" + "；".join(document["measures"]) in page
    assert not any("；" in measure for measure in document["measures"])


def test_1_a_ban_for_life_has_no_last_day_in_words():
    document, _ = written("孙示例")
    assert "自 2023-01-02 起，终身。" in document["summary"]
    assert "至 终身" not in letter_page(document, Sender())


def test_4_nothing_becomes_markup():
    document, _ = written("王示例")
    nasty = {
        key: [NASTY] if isinstance(value, list) and key not in ("evidence", "remedies", "beside") else value
        for key, value in document.items()
    }
    for key in ("to", "title", "about", "summary", "is_not", "date", "finding"):
        nasty[key] = NASTY
    nasty["evidence"] = [{"id": NASTY, "text": NASTY, "source": NASTY}]
    nasty["remedies"] = [
        {k: NASTY if isinstance(v, str) else [NASTY] if isinstance(v, list) else v for k, v in document["remedies"][0].items()}
    ]
    reader = Reader()
    nasty["beside"] = [{"text": NASTY}]
    reader.feed(letter_page(nasty, Sender(NASTY, NASTY, NASTY, NASTY)))
    assert "script" not in reader.tags
    assert "b" not in reader.tags
    assert "".join(reader.text).count("<script>") >= 12


def test_12_there_is_a_place_for_who_sends_it_and_what_is_not_set_is_a_line_to_fill_in():
    document, _ = written("王示例")
    blank = letter_page(document, Sender())
    assert all(f'{label}：</span><span class="line">' in blank for label in ("落款（单位、印章）", "联系人", "联系电话", "地址"))
    settings = Settings(letter_unit="示例市信用中心", letter_telephone="0539-0000000")
    page = letter_page(document, sender_of(settings))
    assert "落款（单位、印章）：</span><span>示例市信用中心</span>" in page
    assert "联系电话：</span><span>0539-0000000</span>" in page
    assert page.count('<span class="line">') == 2


def two_clauses_on_one_head(world: Case | None = None) -> Case:
    """A listing that binds the head by one clause, and leaves a lead on him under another; what he answers for elsewhere."""
    world = world or Case(shipped())
    world.company("A").legal_representative("王示例", since="2015-01-01")
    world.decision("A", ["listed_judgment_defaulter"], kind="judgment", authority_level="court", number="（2023）示例执1号")
    return world


def test_11_a_lead_names_what_else_stands_on_the_same_person_and_claims_nothing_of_others():
    with stored(two_clauses_on_one_head(), derive=False) as store:
        propagate(store, shipped(), actor(store=store))
        own = [fact.value for fact in stored_findings(store) if fact.value.party == "test:A#王示例"]
        graph = snapshot_of(store)
        lead = next(each for each in own if each.outcome is Outcome.LEAD)
        document = letter(store, graph, shipped(), load_remedies(), lead, TODAY)
        proposed = next(each for each in own if each.outcome is Outcome.ESTABLISHED)
        about_it = letter(store, graph, shipped(), load_remedies(), proposed, TODAY)
    assert {item["finding"] for item in document["beside"]} == {each.id for each in own if each.outcome is Outcome.ESTABLISHED}
    assert all(item["same_decision"] and item["text"].startswith("同一决定：") for item in document["beside"])
    page = letter_page(document, Sender())
    assert "本系统中与您有关、不在本函之内的其他事项" in page
    assert all(item["text"] in page for item in document["beside"])
    assert "（建议，待确认）" in page
    assert "未采取任何措施" not in page
    assert "作出决定的机关或者其他机关另行作出的处理或者记录，以其文书为准" in page
    assert about_it["beside"] == []
    assert "（成立）" not in letter_page(about_it, Sender())


def test_5_the_page_runs_nothing_and_allows_only_its_own_style():
    page = letter_page(written("王示例")[0], Sender())
    (style,) = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{allowed}'" in page
    assert not re.search(r"<script|style=|https?://|@import|url\(", page)
    assert 'lang="zh"' in page
    assert "@page { size: A4" in page


def listed_by_a_court() -> Case:
    world = Case(shipped())
    world.company("A").legal_representative("王示例", since="2015-01-01")
    world.decision("A", ["listed_judgment_defaulter"], kind="judgment", authority_level="court", number="（2023）示例执1号")
    return world


@pytest.mark.parametrize(
    ("party", "rule", "clause", "ids"),
    [
        ("test:A", "D3-SPEND", "debtor", ["court_list", "court_spending"]),
        ("test:A#王示例", "D3-SPEND", "legal_representative", ["court_spending", "automated"]),
        ("test:A#王示例", "SD-31", "head", ["accuracy", "review", "suit", "automated"]),
        ("test:A", "LY-D3", "enterprise", ["accuracy", "court_list"]),
    ],
)
def test_3_the_remedies_are_those_against_whoever_takes_the_measure(party, rule, clause, ids):
    document = written_under_shipped(listed_by_a_court(), party, rule, clause=clause)
    assert [item["id"] for item in document["remedies"]] == ids


def test_3_of_an_intended_wage_listing_the_objection_that_stops_it_is_told_until_it_is_decided():
    with wages() as store:
        head = under_wages(store, "test:A#王示例")

        def told(day: str) -> dict[str, dict[str, Any]]:
            document = letter(store, snapshot_of(store), shipped(), load_remedies(), head, date.fromisoformat(day))
            return {item["id"]: item for item in document["remedies"]} | {"page": {"text": letter_page(document, Sender())}}

        before = told("2024-06-03")
        assert before["wage_intended"]["earliest_last_day"] is None
        assert "accuracy" not in before
        confirm(store, head.id, law=shipped())
        noticed, decided = told("2024-06-04"), told("2024-06-06")
    intended = noticed["wage_intended"]
    assert (intended["earliest_last_day"], intended["counted_from"]) == ("2024-06-12", "notice"), "over the holiday of 10 June"
    assert intended["effect"] == "异议核实完毕前，不作出列入决定"
    page = noticed["page"]["text"]
    assert "五个工作日内；异议在五个工作日内核实（自告知之日起算，至 2024-06-12 止" in page
    assert "人社部令第45号） 第6条" in page
    assert page.count("决定尚未作出；作出并送达后起算") == 2
    assert ("wage_intended" in decided, "accuracy" in decided) == (False, True)
    assert "决定尚未作出" not in decided["page"]["text"]


@pytest.mark.parametrize(("name", "open_"), [("王示例", True), ("钱示例", False)])
def test_3_nobody_sues_against_a_lead(name, open_):
    ids = {item["id"] for item in written(name)[0]["remedies"]}
    assert ({"review", "suit"} <= ids) is open_
    assert {"review", "suit"}.isdisjoint(ids) is not open_


@pytest.mark.parametrize(
    ("day", "term", "article"),
    [
        ("2023-01-02", "之日起六个月内（若决定之日即知悉，至 2023-07-03 止", "行政诉讼法 第46、56条<"),
        ("2014-03-05", "期限未核对原文，请向人民法院核实<", "行政诉讼法（1989年） 第39、44条（凭记忆，未核对原文）"),
        ("2015", "之日起六个月内（日期不确定，适用哪一版本的条文有待核实）<", "行政诉讼法 第46、56条<"),
    ],
)
def test_3_the_articles_and_the_term_are_those_of_the_law_of_the_day(day, term, article):
    world = case()
    world.decision("B", ["securities_market_ban"], name="D8", kind="market_ban", date=day, conduct="2013-01-01/2013-01-01")
    world.names("孙示例", "B", decision="D8", imposed={"securities_market_ban": Term(life=True)})
    with stored(world) as store:
        found = next(f.value for f in stored_findings(store) if f.value.decision == "D8" and "孙示例" in f.value.party)
        document = letter(store, snapshot_of(store), catalogue(), load_remedies(), found, TODAY)
    page = letter_page(document, Sender())
    assert "suit" in [item["id"] for item in document["remedies"]]
    assert term in page
    assert article in page


@pytest.mark.parametrize(("kind", "text"), [("revocation", "已撤销"), ("annulment", "自始无效"), ("release", "已解除")])
def test_8_of_what_is_over_the_letter_affirms_nothing(kind, text):
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        do(store, kind, head, "2024-06-10", number="示例〔2024〕77号")
        found = next(f.value for f in stored_findings(store) if f.value.id == head)
        graph = snapshot_of(store)
        before, after = (letter(store, graph, catalogue(), load_remedies(), found, date(2024, 6, day)) for day in (9, 10))
    if kind != "annulment":
        assert before["over"] is None
        assert "符合本条款的全部要件" in before["summary"]
    assert "符合本条款的全部要件" not in after["summary"]
    assert all(text in after[part] for part in ("summary", "is_not"))
    page = letter_page(after, Sender())
    assert after["over"] in page
    assert after["about"].endswith("（已失效）")
    assert "均已没有效力" in page


def test_3_a_measure_that_follows_from_a_listing_has_no_last_day_before_it_was_served():
    world = Case(shipped())
    world.company("A").legal_representative("王示例", since="2015-01-01")
    world.decision("A", ["listed_wage_arrears"])
    with open_store("sqlite:///:memory:") as store:
        add(store, *world.facts)
        propagate(store, shipped(), actor(store=store))
        graph = snapshot_of(store)
        own = [f.value for f in stored_findings(store) if f.value.role == "respondent" and f.value.effect == "restrict"]
        letters = [letter(store, graph, shipped(), load_remedies(), each, date(2023, 6, 1)) for each in own]
    assert own
    assert {remedy["earliest_last_day"] for each in letters for remedy in each["remedies"]} == {None}


def test_8_a_term_that_has_passed_affirms_nothing_either():
    with stored() as store:
        head = finding(store, "王示例")
        found = next(f.value for f in stored_findings(store) if f.value.id == head)
        graph, last = snapshot_of(store), date.fromisoformat(str(found.until))
        on_it, after = (letter(store, graph, catalogue(), load_remedies(), found, day) for day in (last, last + timedelta(days=1)))
    assert (on_it["over"], "可对其采取的措施" in on_it["summary"]) == (None, True)
    assert after["over"]
    assert "可对其采取的措施" not in after["summary"]


def test_13_a_letter_of_another_day_says_so_and_when_it_was_made():
    with stored() as store:
        head = next(f.value for f in stored_findings(store) if "#王示例" in f.value.party)
        given = (store, snapshot_of(store), catalogue(), load_remedies(), head, TODAY)
        now, later = letter(*given), letter(*given, date(2026, 11, 28), "12")
        known = letter(*given, TODAY, "2024-05-01")
    assert (now["then"], now["made"]) == (None, TODAY.isoformat())
    assert TODAY.isoformat() in later["then"]
    assert "第 12 版" in later["then"]
    assert "2024-05-01 时的系统记录" in known["then"]
    page = letter_page(later, Sender())
    assert f'<p class="not">{later["then"]}</p>' in page
    assert "2026-11-28 · 案件编号" in page, "it is dated on the day on which it is made"
    assert "目前" not in page
