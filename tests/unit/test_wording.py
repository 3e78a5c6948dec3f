"""What ships against itself: no measure of the catalogue is a duty by a text that only allows it."""

from __future__ import annotations

from analytics.responsibility.rule_measures import MAY
from tests.builder import shipped

NOT_NOTED = {
    "D2-FR2-01", "D3-DEF-NOTIFY", "D3-DEF-CREDIT", "LY-R01", "LY-A14", "D2-SAMR-01", "D2-SAMR-03", "D2-SAMR-04", "D2-SAMR-06",
    "D4-OG-02", "D4-OG-03", "D4-SV-03", "D2-SME-01", "D2-ST-01", "D2-TAX-01", "D2-TAX-02",
}  # fmt: skip
"""Mandatory measures of whose text nobody has noted the word of duty: for a lawyer to settle, and warned of by `rules check`."""


def test_what_is_mandatory_names_its_word_or_is_known_to_lack_it():
    lacking = {m.id for rule in shipped().versions for m in rule.measures if m.kind == "mandatory" and m.wording is None}
    assert lacking == NOT_NOTED
    doubted = [line for line in shipped().doubts if ".kind: " in line]
    both = {line.split("measures.")[1].split(".kind")[0] for line in doubted if "beside" in line}
    assert {line.split("measures.")[1].split(".kind")[0] for line in doubted} - both == NOT_NOTED
    assert both == {f"D2-WAGE-0{number}" for number in (1, 2, 3, 5, 6, 7, 8)}, "words of both kinds stand in their passage"


def test_no_word_that_only_allows_makes_a_duty():
    for rule in shipped().versions:
        for measure in rule.measures:
            assert not (measure.kind == "mandatory" and measure.wording in MAY), measure.id
            assert not (measure.kind == "mandatory" and measure.wording is None and any(w in measure.text for w in MAY)), measure.id
            assert not (measure.wording and measure.text and measure.wording not in measure.text), measure.id


def test_and_each_of_these_says_why_it_lacks_its_word():
    silent = {
        m.id for rule in shipped().versions for m in rule.measures if m.id in NOT_NOTED and not (m.note and "word" in m.note.en)
    }
    assert silent == set()
