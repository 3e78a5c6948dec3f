"""The rules in use, as rows and as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any

from analytics.responsibility.catalogue import RESPONDENT, BasisRef, Catalogue, Rule, shipped
from api.locales import Texts
from api.use_cases import choosing
from api.use_cases.citing import unread
from graph.codes.roles import roles_of
from graph.errors import NotFound


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rules are asked for; what is None asks for nothing."""

    role: str | None = None
    act: str | None = None
    domain: str | None = None
    disabled: bool = False
    as_of: date | None = None

    def takes(self, rule: Rule) -> bool:
        """Say whether a rule has a clause on the role, act and domain, was in force, and (`disabled`) has one out of use."""
        roles = self._roles()
        return (
            (roles is None or any(roles & set(clause.roles) for clause in rule.clauses))
            and (self.act is None or self.act in rule.acts)
            and (self.domain is None or self.domain in rule.domains)
            and not (self.disabled and not any(map(rule.why_disabled, rule.clauses)))
            and (self.as_of is None or in_force(rule, self.as_of))
        )

    def _roles(self) -> frozenset[str] | None:
        if self.role is None or self.role == RESPONDENT:
            return None if self.role is None else frozenset({RESPONDENT})
        return roles_of(self.role)


def measures_in_english(catalogue: Catalogue) -> dict[str, str]:
    """Return the English name of every measure of the rules, by the Chinese one, which cases and messages hold."""
    return {measure.name.zh: measure.name.en for rule in catalogue.versions for measure in rule.measures}


@cache
def shipped_in_english() -> Mapping[str, str]:
    """Return the English name of every measure of the rules that ship."""
    return measures_in_english(shipped())


def measure_in(catalogue: Catalogue, name_zh: str, words: Texts) -> str:
    """Return the name of a measure in the language asked; one that no rule has is called as it is."""
    return name_zh if words.lang == "zh" else measures_in_english(catalogue).get(name_zh, name_zh)


def in_force(rule: Rule, day: date) -> bool:
    """Say whether a rule may have been in force on a day; one whose start is unknown may have been."""
    return (rule.in_force.start or date.min) <= day <= (rule.in_force.until or date.max)


def list_rules(catalogue: Catalogue, wanted: Filter | None = None) -> list[dict[str, Any]]:
    """Return every version of every rule as a row, in the order of ids; `disabled` says why all of its clauses are out of use.

    Raises
    ------
    NoChoice
        The role or act asked for is none.
    """
    chosen = wanted or Filter()
    chosen = replace(
        chosen,
        act=choosing.act(chosen.act) if chosen.act else None,
        role=choosing.role(chosen.role) if chosen.role else None,
    )
    return [_row(rule) for rule in catalogue.versions if chosen.takes(rule)]


def _row(rule: Rule) -> dict[str, Any]:
    reasons = {clause.id: rule.why_disabled(clause) for clause in rule.clauses}
    return {
        "id": rule.id,
        "version": rule.version,
        "title": {"zh": rule.title.zh, "en": rule.title.en},
        "domains": list(rule.domains),
        "acts": list(rule.acts),
        "from": rule.in_force.start.isoformat() if rule.in_force.start else None,
        "until": rule.in_force.until.isoformat() if rule.in_force.until else None,
        "clauses": len(rule.clauses),
        "enabled": sum(not reason for reason in reasons.values()),
        "disabled": next(iter(reasons.values())) if all(reasons.values()) else None,
        "not_in_use": [f"{clause}: {reason}" for clause, reason in reasons.items() if reason],
        "unverified": [*rule.unverified, *unread(articles_of(rule))],
    }


def articles_of(rule: Rule) -> Iterator[BasisRef]:
    """Yield every article that a rule cites, each once."""
    behind = [basis for measure in rule.measures for basis in measure.basis]
    yield from dict.fromkeys([*rule.basis, *behind, *(basis for clause in rule.clauses for basis in clause.basis)])


def known_rule(catalogue: Catalogue, rule_id: str) -> Rule:
    """Return a rule by its id; `NotFound` names the ids that are near."""
    rule = catalogue.rules.get(rule_id)
    if rule is None:
        near = [known for known in sorted(catalogue.rules) if rule_id.lower() in known.lower()]
        near = near or get_close_matches(rule_id.upper(), catalogue.rules)
        hint, hint_zh = (f"; did you mean {', '.join(near)}?", f"；是否指 {'、'.join(near)}？") if near else ("", "")
        raise NotFound(f"no rule {rule_id!r}{hint}", zh=f"没有规则“{rule_id}”{hint_zh}")
    return rule


def rule_json(catalogue: Catalogue, rule_id: str, as_of: date | None = None) -> dict[str, Any]:
    """Return a rule whole, its last version or the one of a day: why a clause is not in use, and what is not verified of it.

    Every article bears its mark (`evidence`), and what was not read in the official text is listed under `unverified`.

    Raises
    ------
    NotFound
        There is no such rule, or none of its versions was in force on that day.
    """
    rule = known_rule(catalogue, rule_id)
    if as_of is not None:
        versions = [each for each in catalogue.versions if each.id == rule_id and in_force(each, as_of)]
        if not versions:
            raise NotFound(f"{rule_id} was not in force on {as_of}", zh=f"{rule_id} 在 {as_of} 未施行")
        rule = versions[-1]
    document: dict[str, Any] = rule.model_dump(mode="json", by_alias=True)
    document["unverified"] = [*rule.unverified, *unread(articles_of(rule))]
    for clause, shown in zip(rule.clauses, document["clauses"], strict=True):
        shown["why_disabled"] = rule.why_disabled(clause)
    return document
