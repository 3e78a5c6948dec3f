"""The letter, printed by a browser: one page, or a complete first page and an annex.

7. It prints on one page; with an annex, its first page is complete and the annex begins on a page of its own.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analytics.responsibility.remedies import load_remedies
from api.letter_page import Sender, letter_page
from api.use_cases.letter import letter
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.reading import snapshot_of
from graph.model import Outcome
from graph.store import open_store
from tests.api_world import actor, add
from tests.browser import missing, printed_pages
from tests.builder import Case, shipped

pytestmark = [pytest.mark.required, pytest.mark.skipif(bool(missing()), reason=missing() or "a browser is there")]

ANNEX, ROOMY = '<div class="annex">', '<body class="roomy">'


@pytest.fixture(scope="module")
def letters() -> list[dict[str, Any]]:
    """Letters to everybody whom two ordinary decisions and two with all that the law adds to them reach."""
    world = Case(shipped())
    about = "临沂建筑安装工程集团有限责任公司第三分"
    firm = world.company(about)
    firm.legal_representative("欧阳示例", since="2012-01-01").director("司马示例", since="2013-01-01")
    world.decision(about, ["listed_wage_arrears"], number="临人社监罚字〔2024〕第00123号")
    world.names("司马示例", about)
    world.decision(about, ["listed_judgment_defaulter"], name="D2", kind="judgment", number="（2024）鲁1302执恢12345号之一")
    world.decision(about, ["spending_restriction_order"], name="D3", kind="judgment", number="（2024）鲁1302执12345号")
    world.names("司马示例", about, decision="D3")
    world.decision(about, ["food_licence_revoked"], name="D4", number="临市监处罚〔2024〕56号")
    with open_store("sqlite:///:memory:") as store:
        add(store, *world.facts)
        propagate(store, shipped(), actor(store=store))
        graph, found = snapshot_of(store), [fact.value for fact in stored_findings(store)]
        told = [letter(store, graph, shipped(), load_remedies(), finding, date(2024, 6, 1)) for finding in found]
        assert {Outcome.ESTABLISHED, Outcome.LEAD} <= {finding.outcome for finding in found}
    return told


def longest(letters: list[dict[str, Any]]) -> dict[str, Any]:
    return max(letters, key=lambda each: len(letter_page(each, Sender())))


def test_7_the_usual_letter_is_one_page(letters: list[dict[str, Any]], tmp_path: Path):
    usual = sorted(letters, key=lambda each: len(letter_page(each, Sender())))[len(letters) // 2]
    page = letter_page(usual, Sender())
    assert ANNEX not in page
    assert printed_pages(page, tmp_path) == 1


def test_7_a_letter_that_is_large_print_is_one_page_too(letters: list[dict[str, Any]], tmp_path: Path):
    large = [each for each in letters if ROOMY in letter_page(each, Sender())]
    assert 0 < len(large) < len(letters)
    fullest = max(large, key=lambda each: len(letter_page(each, Sender())))
    one = fullest["evidence"][0]
    filled = [letter_page(fullest | {"evidence": [*fullest["evidence"], *[one] * more]}, Sender()) for more in range(30)]
    whole = [page for page in filled if ROOMY in page and ANNEX not in page]
    assert 0 < len(whole) < len(filled)
    assert printed_pages(whole[-1], tmp_path) == 1


def test_7_the_longest_letter_that_the_law_makes_is_one_page(letters: list[dict[str, Any]], tmp_path: Path):
    page = letter_page(longest(letters), Sender())
    assert ANNEX not in page
    assert len(longest(letters)["measures"]) >= 8
    assert printed_pages(page, tmp_path) == 1


@pytest.mark.parametrize("sender", [Sender(), Sender(*["示" * 60] * 4)])
def test_12_with_the_place_of_the_sender_it_is_still_one_page(letters: list[dict[str, Any]], tmp_path: Path, sender: Sender):
    one = longest(letters)["evidence"][0]
    filled = [letter_page(longest(letters) | {"evidence": [one] * more}, sender) for more in range(30)]
    whole = [page for page in filled if ANNEX not in page]
    assert 0 < len(whole) < len(filled)
    assert printed_pages(whole[-1], tmp_path) == 1


@pytest.mark.parametrize("count", [3, 60])
def test_11_what_else_stands_fits_or_goes_to_the_annex(letters: list[dict[str, Any]], tmp_path: Path, count: int):
    told = [{"text": f"另一决定 示例〔2024〕{number}号：失信被执行人限制消费（建议，待确认）"} for number in range(count)]
    page = letter_page(longest(letters) | {"beside": told}, Sender())
    first, _, annex = page.partition(ANNEX)
    assert printed_pages(first + "</body></html>", tmp_path) == 1
    assert all(item["text"] in page for item in told)
    assert (f"共 {count} 项，全部列于附件。" in first) == (told[-1]["text"] in annex)


@pytest.mark.parametrize("count", [12, 25, 40, 400])
def test_7_more_evidence_than_fits_goes_to_an_annex(letters: list[dict[str, Any]], tmp_path: Path, count: int):
    full = longest(letters)
    one = full["evidence"][0]
    many = [one | {"text": f"{one['text']}，第 {number:04d} 项"} for number in range(count)]
    page = letter_page(full | {"evidence": many}, Sender())
    whole = printed_pages(page, tmp_path)
    assert (whole == 1) == (ANNEX not in page)
    if ANNEX in page:
        first, annex = page.split(ANNEX)
        assert printed_pages(first + "</body></html>", tmp_path) == 1
        assert whole > 1
        assert f"共 {count} 项，全部列于附件。" in first
        assert all(item["text"] in annex for item in many)
    assert all(remedy["title"] in page.split(ANNEX)[0] for remedy in full["remedies"])


def test_7_very_long_reasons_are_short_on_the_first_page_and_whole_in_the_annex(letters: list[dict[str, Any]], tmp_path: Path):
    full = longest(letters)
    compared = "（" + "、".join(f"可能是：欧阳示例{number}" for number in range(150)) + "）"
    page = letter_page(full | {"reasons": [reason + compared for reason in full["reasons"]]}, Sender())
    first, annex = page.split(ANNEX)
    assert printed_pages(first + "</body></html>", tmp_path) == 1
    assert printed_pages(page, tmp_path) > 1
    assert annex.count("欧阳示例149") == len(full["reasons"])
    assert all(f"<li>{reason}</li>" in first for reason in full["reasons_short"])
