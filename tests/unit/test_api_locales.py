"""The invariants of `api.locales`, by number, and that every code we show has its words."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from analytics.lifecycle.table import load_table
from api.locales import LANGS, texts
from graph.dates import OPEN, UNKNOWN, PartialDate, Period
from graph.errors import ConfigError
from graph.model import Outcome, PremiseState

API = Path(__file__).resolve().parent.parent.parent / "api"


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_1_both_languages_have_the_same_keys_and_places():
    zh, en = texts("zh").words, texts("en").words
    assert zh.keys() == en.keys()
    assert {key: places(text) for key, text in zh.items()} == {key: places(text) for key, text in en.items()}


def test_1_a_key_that_nobody_wrote_is_refused():
    with pytest.raises(ConfigError, match="no\\.such"):
        texts("zh").say("no.such")
    with pytest.raises(ConfigError, match="fr"):
        texts("fr")


@pytest.mark.parametrize("lang", LANGS)
def test_2_a_code_without_a_label_is_shown_as_it_is(lang):
    words = texts(lang)
    assert words.code("roles", "no_such_role") == "no_such_role"
    assert words.label("compared", "no_such_thing") == "no_such_thing"
    assert words.code("roles", "director") != "director" or lang == "en"
    assert words.interest("shareholder") == words.code("roles", "shareholder")


@pytest.mark.parametrize("lang", LANGS)
def test_every_key_that_the_code_asks_for_is_there(lang):
    words = texts(lang).words
    for path in API.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say":
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    assert first.value in words, (path.name, first.value)
    wanted = [f"outcome.{o}" for o in Outcome] + [f"state.{s}" for s in PremiseState] + [f"mark.{s}" for s in PremiseState]
    assert not [key for key in wanted if key not in words]


@pytest.mark.parametrize("lang", LANGS)
def test_every_premise_and_every_comparison_has_words(lang):
    folder = API.parent / "analytics" / "responsibility"
    text = "".join((folder / f"{module}.py").read_text() for module in ("premises", "premises_office", "selection"))
    names = set(re.findall(r'Premise\("(\w+)"', text)) | {
        "office_at_conduct",
        "office_at_listing",
        "correction_stands",
        "correction_order",
    }
    compared = {
        "counted",
        "asked",
        "held",
        "registered",
        "timeline",
        "found_as",
        "posts",
        "could_be",
        "in_force",
        "conduct_end",
        "cites",
    }
    words = texts(lang).words
    assert not [name for name in names if f"premise.{name}" not in words]
    assert not [name for name in compared if f"compared.{name}" not in words]


@pytest.mark.parametrize("lang", LANGS)
def test_every_stage_of_a_restriction_has_words(lang):
    assert {f"status.{stage}" for stage in load_table().stages} <= texts(lang).words.keys()


def test_dates_in_words():
    words = texts("en")
    assert words.date(OPEN) == "open"
    assert words.date(UNKNOWN) == "unknown date"
    assert words.period(Period(PartialDate.parse("2020"), OPEN)) == "since 2020"
    assert words.period(Period.parse("2020-01-02")) == "2020-01-02"


def test_a_warning_of_accumulation_is_one_short_sentence():
    for lang in LANGS:
        text = texts(lang).words["warned.accumulation"]
        assert "{measures}" not in text
        assert len(text) < 132
