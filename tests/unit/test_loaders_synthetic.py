"""Each test quotes the invariant of loaders/synthetic that it holds."""

import ast
import csv
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path

import pytest

import loaders.synthetic
from graph.errors import InputError
from graph.identifiers import check_nested_organisation_code, check_uscc
from graph.model import Decision
from graph.store.sqlite import SqliteStore
from loaders.base import Level
from loaders.ingest import load
from loaders.mapping_file import load_mapping
from loaders.synthetic.city import build_city, city_columns, write_city
from loaders.synthetic.desk import years_after
from loaders.synthetic.records import Answer, Case, Post, Ruling
from loaders.synthetic.truth import ENTERPRISES_A_ROUND, shares
from tests.synthetic_rows import Read

FOLDER = Path(loaders.synthetic.__file__).parent


@pytest.fixture(scope="module")
def city() -> Read:
    return Read(build_city(1000, 7))


def party(answer: Answer) -> tuple[str, str, str]:
    return answer.uscc, answer.person, answer.bearer


def answers_of(city: Read, scenario: str) -> list[tuple[Case, Answer]]:
    return [(case, answer) for case in city.cases if case.scenario == scenario for answer in case.answers]


def test_1_every_enterprise_says_that_it_is_an_example_and_has_a_valid_code_of_its_own(city: Read) -> None:
    names = [row.企业名称 for row in city.enterprises]
    codes = [row.统一社会信用代码 for row in city.enterprises]
    assert len(names) == len(set(names)) == len(set(codes)) == 1000
    assert all("示例" in name for name in names)
    assert all(check_uscc(code).ok and check_nested_organisation_code(code).ok for code in codes)
    assert all(code.startswith("913713") and code[8:12] == "MAFK" for code in codes)


def test_2_people_bear_one_name_about_as_often_as_in_life(city: Read) -> None:
    people = {(row.人员编号, row.姓名) for row in city.posts}
    names = Counter(name for _, name in people)
    surnames = Counter(name[0] for _, name in people)
    top = [surname for surname, _ in surnames.most_common(5)]
    assert set(top) == set("王李张刘陈")
    assert all(0.035 < surnames[surname] / len(people) < 0.09 for surname in top)
    assert 0.0003 < max(names.values()) / len(people) < 0.003
    assert 0.85 < len(names) / len(people) < 0.98


def test_3_the_truth_shares_nothing_with_what_derives_findings() -> None:
    allowed = {"graph.errors", "graph.identifiers"}
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            imported += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for module in imported:
                assert not module.startswith(("analytics", "api", "yaml")), path.name
                assert not module.startswith("graph") or module in allowed, path.name
                assert not module.startswith("loaders") or module.startswith("loaders.synthetic"), path.name


@pytest.mark.parametrize("size", [160, 1000])
def test_4_each_kind_of_hard_case_is_at_least_a_twentieth_of_the_planted_decisions(size: int) -> None:
    cases = build_city(size, 3).cases
    found = shares(cases)
    assert len(found) >= 20
    assert {kind: share for kind, share in found.items() if share < 0.05 and size == 1000} == {}
    assert sum(len(case.rulings) for case in cases) >= size // 5


def test_5_no_two_answers_contradict_each_other(city: Read) -> None:
    said: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for answer in city.answers:
        said[answer.decision_id, party(answer), answer.rule, answer.effect].add(answer.outcome)
    assert {key: outcomes for key, outcomes in said.items() if len(outcomes) > 1} == {}
    assert len(said) == len(city.answers)


def test_6_the_same_seed_and_size_give_the_same_bytes(tmp_path: Path) -> None:
    first, again, other = (write_city(tmp_path / name, 200, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    assert first.rows == again.rows
    for name in first.rows:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert (tmp_path / "a" / "posts.csv").read_bytes() != (tmp_path / "c" / "posts.csv").read_bytes()
    assert other.folder == tmp_path / "c"


def test_8_the_files_say_exactly_what_the_columns_say(tmp_path: Path) -> None:
    write_city(tmp_path, 200, 5)
    said: dict[str, list[list[str]]] = defaultdict(list)
    for table, chunk in city_columns(200, 5, chunk_rows=37):
        said[table] = said[table] or [list(chunk)]
        said[table] += [list(row) for row in zip(*chunk.values(), strict=True)]
    assert list(said) == [table.name or table.id for table in load_mapping("synthetic_city").tables]
    for table, rows in said.items():
        with (tmp_path / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            assert list(csv.reader(file)) == rows


def test_7_the_background_touches_no_planted_answer(city: Read) -> None:
    planted = {row.统一社会信用代码 for case in city.cases for row in case.enterprises}
    assert Counter(row for row in city.posts if row.信用代码 in planted) == Counter(
        row for case in city.cases for row in case.posts
    )
    background = {row.人员编号 for row in city.posts if row.信用代码 not in planted}
    assert background.isdisjoint(row.人员编号 for row in city.posts if row.信用代码 in planted)
    assert {row.信用代码 for row in city.rulings} <= planted


def test_every_answer_but_established_has_a_reason_and_every_party_is_in_the_register(city: Read) -> None:
    known = {row.统一社会信用代码 for row in city.enterprises}
    people = {(row.信用代码, row.姓名) for row in city.posts} | {(row.信用代码, row.股东名称) for row in city.holdings}
    decisions = {row.决定编号 for row in city.rulings}
    for answer in city.answers:
        assert bool(answer.reason) == (answer.outcome != "established")
        assert bool(answer.start) == (answer.outcome == "established")
        assert answer.decision_id in decisions
        assert answer.uscc in known
        assert not answer.person or (answer.uscc, answer.person) in people
    assert not any(answer.rule.startswith("LY") for answer in city.answers)


def test_a_bearer_is_given_exactly_where_two_bear_the_name_at_the_enterprise(city: Read) -> None:
    bearers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in city.posts:
        bearers[row.信用代码, row.姓名].add(row.人员编号)
    twice = {key for key, numbers in bearers.items() if len(numbers) > 1}
    for answer in city.answers:
        two = (answer.uscc, answer.person) in twice
        assert bool(answer.bearer) == (two and answer.reason != "identity_uncertain")
        assert not answer.bearer or answer.bearer in bearers[answer.uscc, answer.person]


def test_the_first_and_the_last_day_of_the_conduct_count(city: Read) -> None:
    for case in (case for case in city.cases if case.scenario == "boundary"):
        ruling = case.rulings[0]
        ends = {post.离任日期 for post in case.posts}
        starts = {post.任职日期 for post in case.posts}
        assert ruling.行为开始 in ends or ruling.行为结束 in starts
        restricted = [a for a in case.answers if a.effect == "restrict" and a.person and a.rule != "D2-REVOKED-LR"]
        assert [a.outcome for a in restricted] == ["established", "established"]


def test_a_lagging_register_blocks_a_duty_and_carries_an_order(city: Read) -> None:
    lagging = [a for _, a in answers_of(city, "register_lag") if a.reason == "register_lag"]
    assert {a.outcome for a in lagging} == {"blocked"}
    orders = [a for _, a in answers_of(city, "court_register") if a.rule == "D3-SPEND" and a.person]
    assert Counter(a.outcome for a in orders)["established"] * 2 == Counter(a.outcome for a in orders)["none"]


DUTIES = {
    "拖欠农民工工资名单": ("D2-WAGE", {"法定代表人", "主要负责人"}, "2022-01-01"),
    "吊销食品经营许可证": ("D1-FOOD", {"法定代表人"}, "2015-10-01"),
    "安全生产严重失信名单": ("D1-SAFETY-LIST", {"主要负责人"}, "2023-10-01"),
}


EITHER = {"D2-WAGE", "SD-31"}
"""法定代表人或者主要负责人: where another person is legal representative, the principal is a lead."""


def certainly(start: str, end: str) -> tuple[str, str]:
    """Return the part of a term of office that is beyond doubt: from the last possible start to the first possible end."""
    first = start + "-12-31"[len(start) - 10 :] if len(start) < 10 else start
    if end == "unknown":
        return first, start
    return first, end + "-01-01"[len(end) - 10 :] if 0 < len(end) < 10 else end or "9999-12-31"


def by_office(ruling: Ruling, post: Post, cleared: bool) -> set[str]:
    """Say under which rules a post alone reaches its holder, read off the register; no scenario is used."""
    titles, day = set(post.职务.split("、")), ruling.决定日期
    legal, shown = certainly(post.任职日期, post.离任日期), certainly(post.登记日期, post.登记变更日期)
    rule, offices, since = DUTIES.get(ruling.事项, ("", set(), ""))
    at_conduct = legal[0] <= ruling.行为结束 and ruling.行为开始 <= legal[1] and legal[0] <= legal[1]
    marks = ruling.类型 == "列入决定" and ruling.区划.startswith("37") and ruling.行为结束 >= "2020-10-01"
    orders = ruling.事项 in ("限制消费令", "失信被执行人")
    reached = {
        rule: bool(titles & offices) and at_conduct and since <= ruling.行为结束 and not cleared,
        "SD-31": marks and legal[0] <= day <= legal[1] and bool(titles & {"法定代表人", "主要负责人", "实际控制人"}),
        "D3-SPEND": orders and shown[0] <= day <= shown[1] and bool(titles & {"法定代表人", "主要负责人"}),
    }
    return {name for name, yes in reached.items() if yes}


def reached_by_office(city: Read) -> set[tuple[str, str, str]]:
    """Return (decision, person's number, rule) of everybody whom a post reaches."""
    undone = {link.决定编号: link.相关决定编号 for link in city.links if link.关系 == "自始撤销"}
    void = {other for annulling, other in undone.items() if annulling not in undone.values()}
    cleared = {(row.决定编号, row.姓名) for row in city.named if row.认定结论 == "不负责任"}
    posts: dict[str, list[Post]] = defaultdict(list)
    for post in city.posts:
        posts[post.信用代码].append(post)
    reached = [
        (ruling.决定编号, post, rule)
        for ruling in city.rulings
        if ruling.决定编号 not in void and ruling.类型 != "告知书"
        for post in posts[ruling.信用代码]
        for rule in by_office(ruling, post, (ruling.决定编号, post.姓名) in cleared)
    ]
    headed = {(decision, rule) for decision, post, rule in reached if "法定代表人" in post.职务.split("、")}
    return {
        (decision, post.人员编号, rule)
        for decision, post, rule in reached
        if not (rule in EITHER and post.职务 == "主要负责人" and (decision, rule) in headed)
    }


def test_whom_the_register_shows_in_office_is_planted_and_nobody_is_forgotten(city: Read) -> None:
    number = {(row.信用代码, row.姓名): row.人员编号 for row in city.posts}
    named = {(row.决定编号, row.姓名) for row in city.named if row.认定结论 in ("负有责任", "负有个人责任")}
    planted = {
        (a.decision_id, a.bearer or number[a.uscc, a.person], a.rule)
        for a in city.answers
        if a.person and a.outcome == "established"
    }
    by_finding = {
        (a.decision_id, a.bearer or number[a.uscc, a.person], a.rule) for a in city.answers if (a.decision_id, a.person) in named
    }
    shown = reached_by_office(city)
    assert shown - planted == set()
    assert planted - shown - by_finding == set()


def test_two_people_of_one_name_at_one_enterprise_are_always_planted(city: Read) -> None:
    planted = {row.统一社会信用代码 for case in city.cases for row in case.enterprises}
    rows = [(row.信用代码, row.姓名, row.人员编号) for row in city.posts]
    at: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for code, name, number in rows:
        at[code].add((name, number))
    for code, people in at.items():
        if any(first[0] == second[0] for first, second in combinations(people, 2)):
            assert code in planted


def test_the_mapping_uses_every_column_of_every_file(tmp_path: Path) -> None:
    report = write_city(tmp_path, 100, 0)
    mapping = load_mapping("synthetic_city")
    assert {table.file for table in mapping.tables} == set(report.rows) - {"truth.csv", "networks.csv"}
    for table in mapping.tables:
        header = (tmp_path / table.file).read_text(encoding="utf-8").split("\n", 1)[0].split(",")
        assert set(header) == {*table.columns, *table.ignore}


def test_the_city_loads_without_a_word_of_complaint(tmp_path: Path) -> None:
    rows = write_city(tmp_path / "city", ENTERPRISES_A_ROUND, 0).rows
    with SqliteStore(str(tmp_path / "city.db")) as store:
        mapping = load_mapping("synthetic_city")
        report = load(store, mapping, [tmp_path / "city"], act_by="test", now=lambda: datetime(2026, 1, 31, tzinfo=UTC))
        assert [issue for issue in report.issues if issue.level is not Level.FLAGGED] == []
        decisions = [row.fact.value for row in store.facts(["decision"])]
    assert len(decisions) == rows["decisions.csv"]
    assert all(isinstance(decision, Decision) and decision.id.startswith("synthetic_city:D") for decision in decisions)


def test_a_city_too_small_for_the_scenarios_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"{ENTERPRISES_A_ROUND} or more"):
        write_city(tmp_path, ENTERPRISES_A_ROUND - 1, 0)


def test_a_term_that_begins_on_a_leap_day_ends_on_the_last_of_february() -> None:
    assert years_after(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)
