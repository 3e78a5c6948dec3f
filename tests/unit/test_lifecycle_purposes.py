"""The invariants of `analytics.lifecycle.purposes`, by number."""

from __future__ import annotations

import pytest

from analytics.lifecycle.purposes import load_purposes, matters
from analytics.responsibility.catalogue import load_catalogue
from graph.errors import UnknownCode


def test_1_what_no_purpose_can_place_matters_for_all():
    for measure in (measure for rule in load_catalogue().versions for measure in rule.measures):
        places = [code for code in load_purposes() if matters(measure.name.zh, code)]
        assert "any" in places, measure.name.zh
        assert len(places) > 1, measure.name.zh
    assert {code for code in load_purposes() if matters("示例限制", code)} == set(load_purposes())


def test_1_what_can_be_placed_is_shown_where_it_matters():
    assert matters("招投标限制", "tendering")
    assert not matters("招投标限制", "travel")
    assert matters("三年内不得担任公司董事、监事、高级管理人员", "registration")
    assert matters("限制出境", "travel")


def test_2_an_unknown_purpose_lists_what_there_is():
    with pytest.raises(UnknownCode, match="tendering"):
        matters("招投标限制", "curiosity")
