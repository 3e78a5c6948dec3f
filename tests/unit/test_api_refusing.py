"""The invariant of `api.use_cases.refusing`, by number, and that other refusals that a clerk meets are in his language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.access.errors import AccessError
from api.use_cases.case_acts import Act
from api.use_cases.messages import task_id
from api.use_cases.repairs import repair
from graph.codec import make_fact
from graph.errors import InputError, NoChoice, NotFound, Refused, UnknownCode, ZerenError, told
from graph.model import Operation, Origin
from tests.api_world import add, stored
from tests.builder import shipped
from tests.case_world import TODAY, cases, clerk, confirm, do, finding, under_wages, wages

CODES = re.compile(r"（[a-z-]+）|\[[a-z_]+\]|`zeren [a-z ]+`|case-[0-9a-f]+|[0-9a-f]{16}|\b[DA]\d?\b")
"""What stays as it is: commands and reasons as programs know them, and ids."""
ENGLISH = re.compile(r"[A-Za-z]{2,}")


REPOSITORY = Path(__file__).resolve().parents[2]


def _below(error: type[ZerenError]) -> Iterator[type[ZerenError]]:
    for each in error.__subclasses__():
        yield each
        yield from _below(each)


def in_chinese(error: ZerenError) -> str:
    text = told(error, "zh")
    assert not ENGLISH.search(CODES.sub("", text)), text
    return text


@pytest.mark.parametrize(
    ("before", "kind", "more", "said"),
    [
        ([], "decision", {}, "现可办理：提出拟采取（propose）"),
        (["proposal"], "service", {}, "现处阶段不允许"),
        (["proposal"], "notice", {"number": "示例〔2023〕1号"}, "（用于决定 D2）"),
        (["proposal", "notice"], "statement", {"on": "2024-06-02", "today": TODAY}, "（本案上一行为在 2024-06-03）"),
        ([], "revocation", {"on": "2023-01-01", "today": TODAY}, "的日期为 2023-05-10）"),
        ([], "notice", {}, "代码 [stage]"),
    ],
)
def test_1_a_refusal_in_chinese_is_chinese(before, kind, more, said):
    with stored() as store:
        head = finding(store, "王示例")
        for each in before:
            do(store, each, head)
        with pytest.raises(Refused) as refused:
            do(store, kind, head, **more)
    assert said in in_chinese(refused.value)
    assert ("当日可办理：无。" if more.get("today") else "；现可办理：") in told(refused.value, "zh")


def test_1_a_number_of_another_document_and_what_would_lose_its_effect_are_named_in_chinese():
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        with pytest.raises(Refused) as used:
            do(store, "revocation", head, "2024-06-10", number="示例〔2024〕9号")
        assert "的“作出决定”）" in in_chinese(used.value)
        with pytest.raises(Refused) as displaced:
            do(store, "rejection", head, "2024-06-05", today=TODAY.replace(day=11), reported=True)
        assert "将失去效力）" in in_chinese(displaced.value)


def test_1_a_refusal_in_english_names_events_and_stages_in_words():
    with stored() as store:
        head = finding(store, "王示例")
        with pytest.raises(Refused) as refused:
            do(store, "service", head)
        said = str(refused.value)
        assert said.startswith("decision served: refused [stage]: not at this stage; ")
        assert f"{head} is at the stage 'derived'; possible at it: propose" in said
        confirm(store, head)
        with pytest.raises(Refused, match=r"\(for 'decision made' of 2024-06-06 about "):
            do(store, "revocation", head, "2024-06-10", number="示例〔2024〕9号")
        with pytest.raises(Refused, match="'decision made' would have no effect any more"):
            do(store, "rejection", head, "2024-06-05", today=TODAY.replace(day=11), reported=True)


def test_1_a_repair_is_refused_in_chinese():
    with wages() as store:
        head = under_wages(store, "test:A#王示例").id
        asked = Act("repair_application", head, TODAY, "zhao")
        with pytest.raises(Refused) as refused:
            repair(store, cases(store), clerk("zhao"), asked, TODAY)
        assert "代码 [barred]" in in_chinese(refused.value)


def offered(store, kind: str, about: str, on: str, **more: object) -> list[str]:
    with pytest.raises(Refused) as refused:
        do(store, kind, about, on, **more)
    return str(refused.value).rpartition("possible at it: ")[2].split(", ")


def test_2_only_what_would_have_effect_that_day_is_offered():
    with stored() as store:
        head = finding(store, "王示例")
        for kind in ("proposal", "notice"):
            do(store, kind, head, "2024-06-03")
        first = offered(store, "service", head, "2024-06-03")
        assert {"request-hearing", "waive-hearing", "statement"} <= set(first)
        assert not {"hearing", "decide", "dismiss", "reinstate"} & set(first)
        do(store, "hearing_request", head, "2024-06-04")
        asked = offered(store, "service", head, "2024-06-04")
        assert {"hearing", "waive-hearing"} <= set(asked)
        assert "request-hearing" not in asked
        do(store, "hearing", head, "2024-06-05")
        held = offered(store, "service", head, "2024-06-05")
        assert "decide" in held
        assert not {"hearing", "request-hearing", "waive-hearing"} & set(held)
    with stored() as store:
        head = finding(store, "王示例")
        for kind in ("proposal", "notice"):
            do(store, kind, head, "2024-06-03")
        late = offered(store, "service", head, "2024-06-13")
        assert "decide" in late
        assert not {"hearing", "request-hearing", "waive-hearing"} & set(late), "the time for a hearing is over"


def test_2_what_is_offered_is_judged_on_the_day_of_the_act_and_not_today():
    with stored() as store:
        head = finding(store, "王示例")
        for kind in ("proposal", "notice"):
            do(store, kind, head, "2024-06-03")
        late = date(2024, 6, 28)
        with pytest.raises(Refused, match=r"possible at it on 2024-06-04: request-hearing, ") as refused:
            do(store, "service", head, "2024-06-04", today=late)
        assert "decide" not in str(refused.value), "the time for a statement was not over on that day"
        assert "；2024-06-04 当日可办理：申请听证（request-hearing）" in in_chinese(refused.value)
        assert {"statement", "decide"} < set(offered(store, "service", head, "2024-06-28"))
        with pytest.raises(Refused, match=r"\[clock\].*; possible at it on 2024-06-02: nothing$"):
            do(store, "statement", head, "2024-06-02", today=late)


def test_2_what_would_be_refused_for_its_evidence_or_takes_the_effect_of_another_act_is_not_offered():
    with stored() as store:
        head = finding(store, "王示例")
        do(store, "proposal", head, "2024-06-03")
        do(store, "notice", head, "2024-06-03")
        do(store, "statement", head, "2024-06-12")
        assert "decide" in offered(store, "service", head, "2024-06-12")
        changed = replace(cases(store).finding(head), evidence_hash="another")
        add(store, make_fact(changed, changed.id, Origin("zeren")), operation=Operation.CORRECTION)
        assert "decide" not in offered(store, "service", head, "2024-06-28"), "the evidence changed since the proposal"


@pytest.mark.parametrize(
    ("done", "kind", "lacks", "command"),
    [
        (["proposal"], "notice", {"number": ""}, "notice"),
        (["proposal"], "rejection", {"text": " "}, "reject"),
        (["proposal", "notice"], "objection", {"text": ""}, "object"),
        ([], "pledge", {"text": "", "number": "", "reported": True}, "pledge"),
        (["proposal", "notice"], "statement", {"text": "", "number": ""}, "statement"),
        (["proposal", "notice", "objection"], "dismissal", {"text": "", "by": "qian"}, "dismiss"),
        (["proposal", "notice", "objection"], "dismissal", {}, "dismiss"),
        (["proposal", "notice", "objection"], "dismissal", {"by": "qian", "refers": "case-0"}, "dismiss"),
        (["proposal", "notice", "objection"], "upheld", {"text": "", "number": "", "by": "qian"}, "uphold"),
        ([], "revocation", {"number": "none"}, "revoke"),
        (["revocation"], "held_void", {"number": "", "text": "", "by": "qian"}, "reinstate"),
        ([], "pledge", {"text": "", "number": ""}, "pledge"),
        ([], "public_service", {"text": "", "number": ""}, "public-service"),
        (["repair_bar"], "repair_bar_lifted", {"text": "", "number": ""}, "lift-bar"),
        (["repair_bar"], "repair_bar_lifted", {"by": "qian"}, "lift-bar"),
    ],
)
def test_2_an_act_that_lacks_only_what_can_be_given_is_possible(done, kind, lacks, command):
    with stored() as store:
        head = finding(store, "王示例")
        for each in done:
            do(store, each, head)
        assert command in offered(store, kind, head, "2024-06-03", **lacks)


def test_2_an_act_that_could_refer_to_several_is_possible():
    with stored() as store:
        head = finding(store, "王示例")
        for each in ("proposal", "notice"):
            do(store, each, head)
        for text in ("one", "other"):
            do(store, "objection", head, text=text)
        assert "dismiss" in offered(store, "dismissal", head, "2024-06-03", by="qian")


def test_2_what_can_refer_to_nothing_is_not_possible_and_other_records_are_not_told_of():
    with stored() as store:
        head = finding(store, "王示例")
        assert not {"dismiss", "pledge"} & set(offered(store, "dismissal", head, "2024-06-03", text=""))
        assert "lift-bar" not in offered(store, "repair_bar_lifted", head, "2024-06-03", text="", number="")
        do(store, "pledge", head)
        assert "pledge" not in offered(store, "pledge", head, "2024-06-03"), "it is recorded once a day"


def test_2_a_repair_that_was_applied_for_may_be_granted_or_refused():
    with wages() as store:
        law, head = shipped(), under_wages(store, "test:A")
        confirm(store, head.id, law=law)
        for kind in ("conduct_corrected", "pledge"):
            do(store, kind, head.id, "2024-06-20", law=law)
        assert "repair apply" in offered(store, "service", head.id, "2025-03-03", law=law)
        asked = Act("repair_application", head.id, date(2025, 3, 3), "zhao", "reason")
        repair(store, cases(store, law), clerk("zhao", asked.on), asked, asked.on)
        with pytest.raises(Refused, match=r"in force, repair applied for.*repair refuse, repair grant") as refused:
            do(store, "service", head.id, "2025-03-04", law=law)
        assert "不予修复（repair refuse）、准予修复（repair grant）" in told(refused.value, "zh")


def test_what_was_written_wrongly_is_told_in_chinese_too():
    with stored() as store:
        head = finding(store, "王示例")
        for more in ({"by": " "}, {"text": "a\u202eb"}, {"on": "1900-01-01", "today": TODAY}):
            with pytest.raises(InputError) as refused:
                do(store, "proposal", head, **more)
            assert told(refused.value, "zh") != str(refused.value)
            assert told(refused.value, "en") == str(refused.value)
        with pytest.raises(NotFound) as unknown:
            do(store, "proposal", task_id("a", "b"))
        assert "不是认定" in told(unknown.value, "zh")


@pytest.mark.parametrize("kind", [InputError, NoChoice, NotFound, Refused, UnknownCode])
def test_every_error_may_be_told_in_chinese(kind):
    assert (told(kind("why", zh="为何"), "zh"), told(kind("why", zh="为何"), "en"), told(kind("why"), "zh")) == (
        "为何",
        "why",
        "why",
    )


BILINGUAL = (
    "api/access/sessions.py", "api/access/users.py", "api/cli/*.py", "api/desk/*.py", "api/jobs/*.py", "api/use_cases/acts.py",
    "api/use_cases/backing_up.py", "api/use_cases/backup_file.py", "api/use_cases/calendars.py", "api/use_cases/case_acts.py",
    "api/use_cases/deliveries.py", "api/use_cases/identity.py", "api/use_cases/loading.py", "api/use_cases/publishing.py",
    "api/use_cases/pushing.py", "api/use_cases/rewarding.py", "api/use_cases/stores.py", "loaders/mapping_file.py",
    "loaders/undoing.py",
)  # fmt: skip
"""Where what a clerk does is refused: his cases, jobs, backups, mappings, deliveries, users."""
REFUSALS = {each.__name__ for each in (ZerenError, AccessError, *_below(ZerenError))}


@pytest.mark.parametrize("pattern", BILINGUAL)
def test_1_every_refusal_that_a_clerk_meets_is_in_both_languages(pattern):
    for path in sorted(REPOSITORY.glob(pattern)):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            raised = node.exc if isinstance(node, ast.Raise) else None
            if isinstance(raised, ast.Call) and isinstance(raised.func, ast.Name) and raised.func.id in REFUSALS:
                assert "zh" in {each.arg for each in raised.keywords}, f"{path.name}:{node.lineno} is in English alone"


def test_2_of_a_day_to_come_it_is_said_what_is_possible_today():
    with stored() as store:
        head = finding(store, "王示例")
        with pytest.raises(Refused, match=r"\[future\].*possible at it on 2024-06-03: propose,"):
            do(store, "proposal", head, on="2024-12-20", today=TODAY)
        with pytest.raises(Refused, match=r"\[future\]") as refused:
            do(store, "notice", head, on="2024-12-20", today=TODAY)
        assert "2024-06-03 当日可办理：提出拟采取（propose）" in in_chinese(refused.value)
