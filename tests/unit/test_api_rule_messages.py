"""The invariants of `api.use_cases.rule_messages`, by number."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.responsibility.catalogue import parse_catalogue
from api.locales import texts
from api.use_cases.rule_messages import issue_lines, kind_of_cells, told_of_cells, told_of_load, told_of_rules
from graph.errors import ConfigError
from loaders.base import Issue, Level
from loaders.ingest import ShrunkDelivery
from loaders.vanishing import Shrunk
from tests.api_world import INSTRUMENTS, RULES
from tests.builder import shipped

LAW = Path(__file__).resolve().parents[2] / "analytics" / "responsibility"
CHECKS = ("rule_files", "rule_sense", "rule_format", "rule_measures", "rule_terms", "said", "instruments")
COMPOSED = {
    "X and X differ in imposed_by; X": "M-1 and M-2 differ in imposed_by; "
    "what a decision imposes of one would be told of the other: split the clause",
    "the name X X": "the name 'x' is blank",
    "X: X: in_force: X are in force on the same days (X)X": "in_force: versions 1 and 2 are in force on the same days (a, b)",
}
"""Reasons that are put together of others -> an example."""


@pytest.mark.parametrize(
    ("line", "zh"),
    [
        (
            "wage_arrears.yaml: D2-WAGE: acts: 'no_such_act' is not in codes/acts.yaml",
            "wage_arrears.yaml: D2-WAGE: acts: 'no_such_act' 不是 codes/acts.yaml 中的行为代码",
        ),
        ("D2: stands more than once: a.yaml rules[1], b.yaml rules[2]", "D2: 出现不止一次：a.yaml rules[1], b.yaml rules[2]"),
        ("a.yaml: D1: title: Field required", "a.yaml: D1: title: 必须填写"),
        ("known from memory only: role, measures", "仅凭记忆、未核对原文：主体、措施"),
        (
            "order.yaml: EX-ORDER: measures.EX-ORDER-02.kind: 可以 is no duty: recommended",
            "order.yaml: EX-ORDER: measures.EX-ORDER-02.kind: “可以”不是强制用语：应为 recommended",
        ),
        ("a.yaml: R: domains[1]: Input should be 'D1', 'D2' or 'D3'", "a.yaml: R: domains[1]: 只能是 'D1'、'D2' 或 'D3'"),
        (
            "a.yaml: R: in_force.from: '2022-13-41' is no day or time: month must be in 1..12",
            "a.yaml: R: in_force.from: '2022-13-41' 不是日期或时间：没有这一天，应写作 YYYY-MM-DD",
        ),
        (
            "a.yaml: R: in_force: versions 1 and 9 are in force on the same days (a.yaml rules[1], a.yaml rules[9])",
            "a.yaml: R: in_force: 版本 1 与 9 的施行日期重叠（a.yaml rules[1], a.yaml rules[9]）",
        ),
        (
            "a.yaml: R: in_force: versions 1 and 9 are in force on the same days (a.yaml rules[1], a.yaml rules[9]), "
            "and 7 more overlap 9",
            "a.yaml: R: in_force: 版本 1 与 9 的施行日期重叠（a.yaml rules[1], a.yaml rules[9]），与 9 重叠的另有 7 处",
        ),
        ("'a: b' is not a day: write YYYY-MM-DD", "'a: b' 不是日期：写作 YYYY-MM-DD"),
    ],
)
def test_1_codes_and_places_stay_and_the_reason_is_told_in_the_language_asked(line, zh):
    assert told_of_rules(line, "zh") == zh
    place = line[: line.rindex(": ") + 2] if "title" in line else ""
    assert told_of_rules(line, "en").startswith(place)


def test_1_what_is_jargon_is_told_plainly_in_english_too():
    told = told_of_rules("a.yaml: R: clauses.head: measures of one clause differ at the gate: split the clause", "en")
    assert "gate" not in told
    assert told.startswith("a.yaml: R: clauses.head: some measures of the clause rest on")


def test_2_a_reason_that_nobody_translated_is_told_as_it_was_said():
    assert [told_of_rules("a.yaml: R: something new", lang) for lang in ("zh", "en")] == ["a.yaml: R: something new"] * 2


def sayings(name: str) -> Iterator[str]:
    """Yield what a module can say of a rule: the texts that it yields, raises or appends."""
    tree = ast.parse((LAW / f"{name}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        said = []
        if isinstance(node, ast.Yield) and node.value is not None:
            said = [node.value]
        elif isinstance(node, ast.YieldFrom) and isinstance(node.value, ast.GeneratorExp):
            said = [node.value.elt]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("Flaw", "ValueError", "problems.append", "told.append"):
            said = node.args[-1:]
        for each in said:
            inside = each.args[-1] if isinstance(each, ast.Call) and ast.unparse(each.func) == "Flaw" else each
            text = "".join(
                "X" if isinstance(part, ast.FormattedValue) else str(part.value)
                for part in (inside.values if isinstance(inside, ast.JoinedStr) else [inside])
                if isinstance(part, ast.FormattedValue | ast.Constant)
            )
            if re.search("[a-z]{2,} [a-z]{2,}", text):
                yield text


@pytest.mark.parametrize("name", CHECKS)
def test_3_every_reason_that_the_check_knows_has_its_chinese(name):
    every = [COMPOSED.get(text, text) for text in sayings(name)]
    assert every
    assert [text for text in every if told_of_rules(text, "zh") == text] == []


def test_3_so_has_every_reason_why_a_rule_is_not_in_use():
    why = {told_of_rules(rule.why_disabled(clause), "zh") for rule in shipped().versions for clause in rule.clauses}
    assert {text for text in why if re.search("[a-z]{2,} [a-z]{2,}", text)} == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("authority: 示例局", ""),
        ("authority: 示例局", "authority: []"),
        ("years: 3", "years: '3'"),
        ("years: 3", "years: 0"),
        ("years: 3", "years: 101"),
        ("domains: [D2]", "domains: [D9]"),
        ("domains: [D2]", "domains: []"),
        ("domains: [D2]", "domains: D2"),
        ("source: made up", "source: made up\n    strange: 1"),
        ("from: 2020-01-01", "from: 2022"),
        ("T-OFFICE", "T OFFICE"),
        ("title: {zh: 示例列名, en: example listing}", "title: x"),
        ("source: made up", "source: {zh: 示例}"),
        ("source: made up", "source: {zh: 示例, en: ' '}"),
        ("source: made up", "source: [made up]"),
        ("source: made up", "source: made up\n    notes: 3"),
        ("source: made up", "source: made up\n    notes: {zh: 示例, en: made up, fr: fait}"),
        ("source: made up", "source: made up\n    not_reached: {zh: 示例, en: made up}"),
        ("source: made up", "source: made up\n    left_out: {X-1: {zh: 示例}}"),
        ("source: made up", "source: made up\n    left_out: {X-1: ''}"),
        ("source: made up", "source: made up\n    left_out: {X-1: [made up]}"),
        ("source: made up", "source: made up\n    left_out: made up"),
        ("years: 3", "years: 3, note: 3"),
        ("years: 3", "years: 3, note: {en: made up}"),
    ],
)
def test_3_what_is_said_of_a_field_is_told_in_chinese(old, new):
    with pytest.raises(ConfigError) as refused:
        parse_catalogue({"instruments.yaml": INSTRUMENTS, "made_up.yaml": RULES.replace(old, new, 1)})
    for line in str(refused.value).splitlines():
        reason = re.sub(r"\(须符合 .*|（须符合 .*|'[^']*'|YYYY-MM-DD|[a-z_]+\.yaml|rules\[\d\]", "", told_of_rules(line, "zh"))
        assert not re.search(r"[a-z]{2,} [a-z]{2,}", reason.replace(" or ", "")), (line, reason)


def reasons() -> Iterator[str]:
    """Yield what a load can say of a cell or a row, with X in the places of values."""
    root = LAW.parents[1]
    for name in (*(f"loaders/{each}" for each in READERS), "graph/dates"):
        tree = ast.parse((root / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("InputError", "UnreadLine", "Flag", "Beside"):
                place = -1 if node.func.id in ("Flag", "Beside") else 0  # type: ignore[attr-defined]
                yield from ("".join(parts) for parts in [_pieces(node.args[place])] if parts)


def _pieces(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.JoinedStr):
        return ["X" if isinstance(part, ast.FormattedValue) else str(part.value) for part in node.values]  # type: ignore[attr-defined]
    return []


READERS = ("cells", "references", "workbooks", "merged_cells", "tables", "record_files", "text_files", "facts", "plan", "altered")
_OVER = "cell X is part of the merged cell X, over X: unmerge it, and give each cell its value"
WRAPPED = ("X; paste it as a value", "cell XX is X", "the start X is X", "X. Refused: X", "XX", _OVER)
"""Reasons that are made of another one, or of the words in a list."""


def test_3_every_reason_for_a_cell_has_its_chinese():
    """3. Every reason that the check knows has its Chinese, and so has every one that a load has for a cell."""
    said = [
        f"cell A2 is {one}" if one.startswith(("a number of", "the number", "X, a yes", "a text that", "a date whose")) else one
        for one in reasons()
    ]
    said = [one for one in said if one not in WRAPPED]
    assert len(said) > 60
    assert [one for one in said if told_of_cells(one, "zh") == one] == []
    assert (
        told_of_cells("'9137' has the wrong length; kept with flag bad_length", "zh") == "'9137' 长度不对；已收入并标为 bad_length"
    )
    assert told_of_cells("something new", "zh") == "something new"
    mixed = "is in two encodings: row 1 is UTF-8, row 12 is not; save all of it as UTF-8"
    assert told_of_cells(mixed, "zh") == "文件混用两种编码：第 1 行是 UTF-8，第 12 行不是；请全部另存为 UTF-8"
    assert told_of_cells("column a is missing; the file has b", "zh") == "缺少列 a；文件中有 b"
    hint = "is 'b' the column 'a'? is 'd' the column 'c'? If it was renamed, rename it in the file or in the mapping; "
    assert told_of_cells(f"column a, c is missing; {hint}the file has b, d", "zh") == (
        "缺少列 a, c；'b' 是否就是列 'a'？'d' 是否就是列 'c'？如已改名，请在文件或映射中改回；文件中有 b, d"
    )


def test_3_why_a_delivery_is_refused_is_told_in_chinese_line_by_line():
    gone = (
        "3 of the 10 rows that held are absent (30%); more than 20% is taken for a damaged delivery, which is refused as a whole."
    )
    gone += " If they are gone indeed, give --accept-shrinkage, or say `shrinkage:` in the mapping"
    held = "relationship/reg/posts/A: the period 2018/open cannot change into 2019/open; if the old wording was wrong, this is a "
    held += "correction. Refused: an altered past value is a correction only if the source says so"
    issues = [
        Issue(Level.REFUSED, "a.csv", 3, "from", "'2019-02-30' is not a day that exists"),
        Issue(Level.REFUSED, "a.csv", 4, None, held),
    ]
    refused = ShrunkDelivery(issues, [Shrunk("firms", gone)], ["… and 2 more refusals; --dry-run shows them"])
    assert str(refused).splitlines()[1] == "refused: a.csv, row 3, from: '2019-02-30' is not a day that exists"
    assert told_of_load(refused, "zh").splitlines() == [
        "未作任何记录",
        "拒绝：a.csv，第 3 行，from：没有 '2019-02-30' 这一天",
        "拒绝：a.csv，第 4 行：relationship/reg/posts/A：期间 2018/open 不能变为 2019/open；过去的记载只有来源方声明更正时才能改动",
        "firms：此前有效的 10 行中有 3 行不在其中（30%）；超过 20% 视为文件损坏，整批拒绝。"
        "如果确已不在，请用 --accept-shrinkage，或在映射中写明 `shrinkage:`",
        "……另有 2 处被拒绝；--dry-run 可全部列出",
    ]


@pytest.mark.parametrize(
    ("reason", "zh"),
    [
        (
            "says otherwise than row 2 of p.csv, which is about the same (to: 2020 there, open here, share: nothing there, 5 here)"
            "; if they are two statements, add the column that tells them apart to `key`",
            "与 p.csv 第 2 行说的是同一件事，但内容不同（to：彼处为 2020，此处为 未终止；share：彼处为 无，此处为 5）",
        ),
        (
            "was recorded in another wording (row 2 of p.csv) (to: 2020 there, 2021 here); events are only added to, never altered",
            "此前已收入，但内容不同（p.csv 第 2 行）（to：彼处为 2020，此处为 2021）；此来源只能增加，不能改动",
        ),
        (
            "was recorded in another wording (row 2 of p.csv); events are only added to, never altered",
            "此前已收入，但内容不同（p.csv 第 2 行）；此来源只能增加，不能改动",
        ),
        ("industry of uscc:A differ from row 2 of f.csv", "与 f.csv 第 2 行不同：uscc:A 的 industry"),
        (
            "name_conflict: uscc:A is called '甲' here and '乙' there (row 2 of f.csv)",
            "名称冲突：uscc:A 在此叫 '甲'，在 f.csv 第 2 行叫 '乙'",
        ),
        (
            "name_conflict: uscc:A is called '甲' here and '乙' there (recorded before)",
            "名称冲突：uscc:A 在此叫 '甲'，此前收入时叫 '乙'",
        ),
        (
            "uscc:A is of kind company here, and was of kind authority (row 2 of f.csv)",
            "uscc:A 在此是 company，在 f.csv 第 2 行是 authority",
        ),
        ("has 3 rows; the mapping expects at least 5", "有 3 行，映射预期至少 5 行"),
    ],
)
def test_3_the_parts_of_a_reason_are_chinese_too(reason, zh):
    assert told_of_cells(reason, "zh") == zh


def test_4_the_kind_of_a_reason_has_nothing_of_its_cell():
    """4. The kind of a reason has nothing of the cell that it was said of."""
    assert kind_of_cells("'9137' has the wrong length; kept with flag bad_length") == "… has the wrong length; kept with flag …"
    assert kind_of_cells("the file is empty") == "the file is empty"
    assert kind_of_cells("something new about 9137") == "is not as it should be"
    assert [one for one in reasons() if "§" in kind_of_cells(one.replace("X", "§"))] == []


def test_5_many_flags_of_one_column_with_one_reason_are_told_once():
    """5. Many flags of one column with one reason are told once, with their number; whatever is refused is told row by row."""
    nobody = "nobody is named here; the interest is not recorded"
    issues = [
        *(Issue(Level.FLAGGED, "a.csv", row, "name", nobody) for row in range(2, 6)),
        *(Issue(Level.REFUSED, "a.csv", row, "name", "must not be empty") for row in range(6, 10)),
        *(Issue(Level.FLAGGED, "a.csv", row, "post", nobody) for row in (2, 3)),
    ]
    assert list(issue_lines(issues, texts("en"))) == [
        f"flagged: a.csv, name: {nobody} (4 rows: 2, 3, 4, …)",
        *(f"refused: a.csv, row {row}, name: must not be empty" for row in range(6, 10)),
        *(f"flagged: a.csv, row {row}, post: {nobody}" for row in (2, 3)),
    ]
    assert next(issue_lines(issues, texts("zh"))).endswith("（4 行：2、3、4……）")
