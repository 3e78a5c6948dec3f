"""The ordinary ways out of a measure: what ends it by its rule, how it is repaired, and under which article.

Invariants (tests/unit/test_api_ways_out.py holds one test a number)
1. Every text of the rules that ship has its Chinese; of a rule that does not ship the text is shown as it stands there.
2. What the rule says goes before what holds for every rule of its kind; a way that was not read is said not to have been read.
   Nobody is told how to repair what the law of the matter never lets be repaired.
3. An article whose text nobody read officially says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from analytics.lifecycle.bars import own_bar
from analytics.lifecycle.repair import class_of, repair_rules
from analytics.lifecycle.table import load_table
from analytics.responsibility.catalogue import Catalogue, Rule
from analytics.responsibility.said import Said
from api import locales
from api.locales import Texts
from api.use_cases.citing import name_of, with_mark
from graph import strict_yaml
from graph.model import Decision, Finding

_EVIDENCE = {"V": "verbatim", "S": "secondary", "M": "memory"}


class _Way(NamedTuple):
    """How a measure is repaired, and the articles."""

    texts: list[str]
    basis: list[str]


def ways_out(catalogue: Catalogue, finding: Finding, decision: Decision | None, words: Texts, day: date) -> dict[str, Any] | None:
    """Return what ends the measures of a finding by its rule, and how they are repaired; None where the rule is not known.

    Parameters
    ----------
    catalogue : Catalogue
        The rules.
    finding : Finding
        What binds, or may come to.
    decision : Decision, optional
        The decision that it rests on: its kind says of which class the conduct is.
    words : Texts
        The language.
    day : date
        The day on which it is asked: general rules on repair hold from their own.
    """
    rule = catalogue.version_or_last(finding.rule, finding.rule_version)
    if rule is None:
        return None
    way = _repair(rule, decision, words, day)
    ends = [said_of_rule("ends", text, words) for text in rule.exit] or [words.say("ways_out.ends_unknown")]
    return {"ends": ends, "repair": way.texts, "basis": way.basis}


def _repair(rule: Rule, decision: Decision | None, words: Texts, day: date) -> _Way:
    known = repair_rules()
    if rule.relation != "independent" and decision and (never := own_bar(decision, day)):
        return _Way([words.pick(never)], [with_mark(never.basis, _EVIDENCE[never.evidence], words)])
    if sector := known.rules.get(rule.id):
        told = said_of_rule("repair", rule.repair, words) if rule.repair else _conditions(sector.wait_months, sector.steps, words)
        return _Way([told], [with_mark(sector.basis, _EVIDENCE[sector.evidence], words)])
    if rule.repair:
        return _Way([said_of_rule("repair", rule.repair, words)], list(_articles(rule, words)))
    if rule.relation == "independent":
        return _Way([words.pick(known.bars["independent_ban"])], [])
    national, cls = known.national, class_of(decision)
    if cls in national.classes and day >= national.start:
        least = national.classes[cls].least_months
        told = words.say(
            "ways_out.class", name=words.pick(national.classes[cls]), conditions=_conditions(least, known.steps, words)
        )
        return _Way([told], [with_mark(national.basis, _EVIDENCE[national.evidence], words)])
    return _Way([words.say("ways_out.repair_unknown")], [])


def _conditions(months: int, steps: tuple[str, ...], words: Texts) -> str:
    """Return for how long a party waits, and what must have happened."""
    told = words.words["list.join"].join(load_table().label(step, words.lang) for step in steps)
    return words.say("ways_out.conditions" if months else "ways_out.conditions_at_once", months=months, steps=told)


def _articles(rule: Rule, words: Texts) -> Iterator[str]:
    for basis in rule.basis:
        yield with_mark(name_of(basis), basis.evidence, words)


def said_of_rule(part: str, said: Said, words: Texts) -> str:
    """Return a text of a rule in the language asked; one text that stands for both, as it is if nobody translated it."""
    text = said.zh if words.lang == "zh" else said.en
    return texts_of_rules()[part].get(text, text) if words.lang == "zh" and said.zh == said.en else text


@cache
def texts_of_rules() -> Mapping[str, Mapping[str, str]]:
    """Return the Chinese of the rules' texts: part of the rule -> its text -> Chinese."""
    content = strict_yaml.read(resources.files(locales).joinpath("ways_out.yaml").read_text(encoding="utf-8"))
    return {part: {item["rule"]: item["zh"] for item in items} for part, items in content.items()}
