"""The numbered invariants of `analytics.responsibility.laying`."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from analytics.responsibility.catalogue import RULES
from analytics.responsibility.impact import changed_rules
from analytics.responsibility.laying import lay
from graph.errors import ConfigError
from tests.builder import shipped
from tests.unit.test_writing_a_rule import INSTRUMENT, RULE

WAGE = (RULES / "wage_arrears.yaml").read_text(encoding="utf-8")


def written(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["wage_arrears", "mine"])
def test_1_an_entry_takes_the_place_of_the_one_of_its_id_and_version_whatever_its_file_is_called(tmp_path, name):
    folder = written(tmp_path, **{name: WAGE.replace("years: 3", "years: 2")})
    for given in ([folder], [folder / f"{name}.yaml"]):
        laid = lay(given)
        assert (laid.alone, laid.replaced, laid.added) == (False, ("D2-WAGE v1",), ())
        assert changed_rules(shipped(), laid.catalogue) == {"appears": [], "vanishes": [], "changes": ["D2-WAGE v1"]}


def test_1_of_a_file_with_several_rules_only_those_that_are_given_are_replaced(tmp_path):
    content = yaml.safe_load((RULES / "linyi_2018_3.yaml").read_text(encoding="utf-8"))
    (one,) = [rule for rule in content["rules"] if rule["id"] == "LY-D4"]
    one["notes"] = "changed"
    laid = lay([written(tmp_path, one=yaml.safe_dump({**content, "rules": [one]}, allow_unicode=True)) / "one.yaml"])
    assert changed_rules(shipped(), laid.catalogue) == {"appears": [], "vanishes": [], "changes": ["LY-D4 v1"]}


def test_2_a_folder_with_every_id_stands_by_itself_and_one_with_less_only_when_asked(tmp_path):
    everything = {path.stem: path.read_text(encoding="utf-8") for path in RULES.glob("*.yaml")}
    folder = written(tmp_path / "whole", **everything)
    assert lay([folder]).alone
    small = written(tmp_path / "small", wage_arrears=WAGE, instruments=everything["instruments"])
    assert len(lay([small]).catalogue.rules) == len(shipped().rules)
    laid = lay([small], whole=True)
    assert (laid.alone, set(laid.catalogue.rules)) == (True, {"D2-WAGE"})
    with pytest.raises(ConfigError, match="only one folder"):
        lay([folder, small], whole=True)


def test_3_whatever_is_wrong_is_told_as_it_is_of_any_rules(tmp_path):
    folder = written(tmp_path, mine=WAGE.replace("acts: [listed_wage_arrears]", "acts: [none]"), other="a: [", twice=RULE)
    with pytest.raises(ConfigError) as refused:
        lay([folder, written(tmp_path / "more", twice=RULE)])
    told = str(refused.value)
    assert "mine.yaml: D2-WAGE: acts: 'none' is not in codes/acts.yaml" in told
    assert "other.yaml: not YAML" in told
    assert "twice.yaml: is given twice" in told


def test_4_instruments_that_are_given_are_added_to_those_that_ship(tmp_path):
    laid = lay([written(tmp_path, order=RULE, instruments=INSTRUMENT)])
    assert (laid.replaced, laid.added) == ((), ("EX-ORDER v1",))
    known = laid.catalogue.instruments
    assert known.instruments == {**shipped().instruments.instruments, "示例市场秩序条例": "administrative_regulation"}
    assert list(known.levels) == list(shipped().instruments.levels)


LOWERED = "levels: {}\ninstruments: {防范和处置非法集资条例: normative_document, 证券法: law}\n"


def test_4_which_instruments_are_held_otherwise_is_told(tmp_path):
    laid = lay([written(tmp_path, instruments=LOWERED)])
    assert (laid.replaced, laid.added, laid.gate) == ((), (), ("防范和处置非法集资条例",))
    whole = (RULES / "instruments.yaml").read_text(encoding="utf-8")
    assert lay([written(tmp_path / "same", instruments=whole)]).gate == ()
