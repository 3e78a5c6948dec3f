"""The city policy as rows: the matrix of measures and roles, the list of measures, the items and the tasks of the annex."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from analytics.responsibility.catalogue import BasisRef, Catalogue, Rule
from analytics.responsibility.policy.document import Item, Policy, Task, list_digest, listed_measures
from analytics.responsibility.policy.matrix import Cell, Way, matrix
from analytics.responsibility.rule_measures import MeasureRule
from api.locales import Texts
from api.use_cases.citing import with_mark
from api.use_cases.lawbook import in_force


def matrix_rows(policy: Policy, catalogue: Catalogue, on: date) -> list[dict[str, Any]]:
    """Return every cell of the matrix on a day, measure by measure; none of a day before the policy was issued."""
    if not policy.stands_on(on):
        return []
    items = {measure.id: measure.item for measure in policy.measures}
    return [_cell(cell, items[cell.measure.id]) for cell in matrix(policy, catalogue, on)]


def not_yet(policy: Policy, on: date, words: Texts) -> str:
    """Return that the policy was not in force on a day, empty where it was."""
    if policy.stands_on(on):
        return ""
    return words.say("policy.not_yet", instrument=policy.instrument, issued=policy.issued, day=on)


def _cell(cell: Cell, item: int) -> dict[str, Any]:
    measure = cell.measure
    return {
        "measure": {"id": measure.id, "name": measure.name.model_dump(), "kind": measure.kind, "category": measure.category},
        "item": item,
        "role": cell.column,
        "state": cell.state,
        "articles": articles(cell.basis),
        "unverified": _unverified(cell.basis),
        "rules": sorted({way.rule.id for way in cell.giving}),
        "reached": [_reached(by_office, list(ways)) for by_office, ways in groupby(cell.giving, key=lambda way: way.by_office)],
        "ways": [_way(way) for way in cell.ways],
    }


def _reached(by_office: bool, ways: Sequence[Way]) -> dict[str, Any]:
    """Return by which articles a cell is reached: on the office alone, or where a decision names the party or is against it."""
    return {
        "by_office": by_office,
        "articles": articles(basis for way in ways for basis in way.basis),
        "rules": sorted({way.rule.id for way in ways}),
    }


def _way(way: Way) -> dict[str, Any]:
    return {
        "rule": way.rule.id,
        "version": way.rule.version,
        "clause": way.clause.id,
        "when": way.clause.when,
        "by_office": way.by_office,
        "measure": way.measure.id,
        "kind": way.measure.kind,
        "state": way.state,
        "why": way.why or None,
        "articles": articles(way.basis),
        "unverified": _unverified(way.basis),
    }


def articles(bases: Iterable[BasisRef]) -> list[str]:
    """Return instruments with their articles, each once."""
    return list(dict.fromkeys(f"{basis.instrument}{basis.article}" for basis in bases))


def _unverified(bases: Iterable[BasisRef]) -> dict[str, str]:
    """Return the articles whose text nobody read officially, and how each is known."""
    return {f"{b.instrument}{b.article}": b.evidence or "not_read" for b in bases if b.evidence != "verbatim"}


def told_articles(row: Mapping[str, Any], words: Texts) -> list[str]:
    """Return the articles of a row as a human reads them."""
    return marked(row["articles"], row["unverified"], words)


def marked(names: Iterable[str], unverified: Mapping[str, str], words: Texts) -> list[str]:
    """Return articles, each with how it is known where nobody read the official text."""
    return [with_mark(name, unverified.get(name, "verbatim"), words) for name in names]


def measure_list(policy: Policy, catalogue: Catalogue, as_of: date | None = None, **wanted: str | None) -> dict[str, Any]:
    """Return the list of measures (of rules in force on a day) with its version; `wanted` are fields that must have a value.

    `version` is null where the rules are not those that the list was issued for.
    """
    last = policy.measure_list[-1]
    current = list_digest(catalogue) == last.digest
    listed = [(rule, measure) for rule, measure in listed_measures(catalogue) if as_of is None or in_force(rule, as_of)]
    rows = [_measure(catalogue, rule, measure) for rule, measure in listed]
    return {
        "version": last.version if current else None,
        "issued": last.issued.isoformat() if current else None,
        "measures": [row for row in rows if all(value in (None, row[field]) for field, value in wanted.items())],
    }


def _measure(catalogue: Catalogue, rule: Rule, measure: MeasureRule) -> dict[str, Any]:
    carrying = catalogue.instruments.carrying(measure)
    return {
        "id": measure.id,
        "name": measure.name.model_dump(),
        "kind": measure.kind,
        "wording": measure.wording,
        "category": measure.category,
        "target": measure.target,
        "executes": measure.executes,
        "nature": measure.nature,
        "articles": articles(measure.basis),
        "unverified": _unverified(measure.basis),
        "text": measure.text or None,
        "carried": bool(carrying),
        "rule": rule.id,
        "rule_version": rule.version,
        "from": rule.in_force.start.isoformat() if rule.in_force.start else None,
        "until": rule.in_force.until.isoformat() if rule.in_force.until else None,
        "note": measure.note.model_dump() if measure.note else None,
    }


def item_rows(policy: Policy) -> list[dict[str, Any]]:
    """Return the 26 items, each with what serves it or why it is not software."""
    return [_item(item) for item in policy.items]


def _item(item: Item) -> dict[str, Any]:
    told = item.how or item.not_software
    return {
        "number": item.number,
        "title": item.title.model_dump(),
        "served_by": list(item.served_by),
        "software": bool(item.served_by),
        "how": told.model_dump() if told else None,
        "text": item.text,
    }


def task_rows(policy: Policy) -> list[dict[str, Any]]:
    """Return the 22 tasks of the annex with their responsible units, and what serves the items of each."""
    return [_task(policy, task) for task in policy.tasks]


def _task(policy: Policy, task: Task) -> dict[str, Any]:
    served = policy.served(task)
    return {
        "number": task.number,
        "task": task.task,
        "lead": list(task.lead),
        "with": list(task.others),
        "units": task.units,
        "items": list(task.items),
        "served_by": list(served),
        "software": bool(served),
    }
