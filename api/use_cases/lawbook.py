"""The rules in use, as rows and as plain values."""

from __future__ import annotations

from typing import Any

from analytics.responsibility.catalogue import Catalogue, Rule
from graph.errors import NotFound


def list_rules(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return every rule as a row, in the order of ids; `disabled` says why all of its clauses are out of use."""
    return [_row(catalogue.rules[rule_id]) for rule_id in sorted(catalogue.rules)]


def _row(rule: Rule) -> dict[str, Any]:
    reasons = [rule.why_disabled(clause) for clause in rule.clauses]
    return {
        "id": rule.id,
        "version": rule.version,
        "title": {"zh": rule.title.zh, "en": rule.title.en},
        "domains": list(rule.domains),
        "acts": list(rule.acts),
        "from": rule.in_force.start.isoformat() if rule.in_force.start else None,
        "until": rule.in_force.until.isoformat() if rule.in_force.until else None,
        "clauses": len(rule.clauses),
        "enabled": sum(not reason for reason in reasons),
        "disabled": reasons[0] if all(reasons) else None,
        "unverified": list(rule.unverified),
    }


def known_rule(catalogue: Catalogue, rule_id: str) -> Rule:
    """Return a rule by its id; `NotFound` names the ids that are near."""
    rule = catalogue.rules.get(rule_id)
    if rule is None:
        near = [known for known in sorted(catalogue.rules) if rule_id.lower() in known.lower()]
        raise NotFound(f"no rule {rule_id!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))
    return rule


def rule_json(catalogue: Catalogue, rule_id: str) -> dict[str, Any]:
    """Return a rule whole, with why each clause is not in use (empty where it is).

    Raises
    ------
    NotFound
        There is no such rule.
    """
    rule = known_rule(catalogue, rule_id)
    document: dict[str, Any] = rule.model_dump(mode="json", by_alias=True)
    for clause, shown in zip(rule.clauses, document["clauses"], strict=True):
        shown["why_disabled"] = rule.why_disabled(clause)
    return document
