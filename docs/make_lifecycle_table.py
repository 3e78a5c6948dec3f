"""Write docs/lifecycle-table.md from the transition table, the deadlines and the other data of `analytics/lifecycle`.

Run `.venv/bin/python docs/make_lifecycle_table.py` after one of these files changed; tests/unit/test_docs.py says when it was
forgotten.
"""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from pathlib import Path

from analytics.lifecycle.bars import bars
from analytics.lifecycle.deadlines import load_deadlines
from analytics.lifecycle.departments import departments
from analytics.lifecycle.ground import LAPSED
from analytics.lifecycle.purposes import everywhere, load_purposes
from analytics.lifecycle.repair import repair_rules
from analytics.lifecycle.restrictions import STRENGTH
from analytics.lifecycle.table import EventRule, Table, load_table
from api.locales import texts

PAGE = Path(__file__).resolve().parent / "lifecycle-table.md"
HEAD = """\
# The life of a restriction, as data

Written by `docs/make_lifecycle_table.py` from the files in `analytics/lifecycle`: change these, not this page. What it means:
[The life of a restriction](lifecycle.md).
"""
_SHOWN = {
    "own": "the decision itself",
    "again": "a later decision for conduct since",
    "since": "a decision since the conduct began",
    "listed": "a decision that enters it on a list",
}
_KNOWN = {"V": "read", "S": "copy read", "M": "from memory, unverified"}


def page() -> str:
    """Return the page as it should be now."""
    parts = (_diagram, _events, _deadlines, _repair, _units, _purposes)
    return "\n".join([HEAD, *(line for part in parts for line in part(load_table())), ""])


def _diagram(table: Table) -> Iterator[str]:
    yield "## Stages\n\n```mermaid\nstateDiagram-v2"
    yield "    [*] --> derived: derived by a rule\n    [*] --> active: imposed by the decision itself"
    arrows: dict[tuple[str, str], list[str]] = {}
    for kind, rule in table.events.items():
        for stage in rule.starts:
            if rule.to and rule.to != stage:
                arrows.setdefault((stage, rule.to), []).append(kind)
    for (stage, to), kinds in arrows.items():
        yield f"    {stage} --> {to}: {', '.join(kinds)}"
    yield "    active --> expired: the last day is over\n    repair_pending --> expired: the last day is over"
    yield "    active --> ended_with_listing: the listing of the enterprise ended, if accessory to it"
    yield "    active --> withdrawn: the finding is no longer derived"
    for kind, rule in table.events.items():
        ends = dict.fromkeys(table.events[each].to for each in rule.undoes)
        yield from (f"    {to} --> active: {kind}, back to what stood before" for to in ends if to and table.stages[to].ended)
    pausing = {kind: [other for other, rule in table.events.items() if rule.closes == kind] for kind in _opening(table)}
    yield "    note right of active\n        In force, unless paused:"
    yield from (f"        {kind} pauses until {', '.join(answers)}" for kind, answers in pausing.items())
    yield "    end note\n```\n"
    yield "| stage | 阶段 | in words | binds | over |\n|---|---|---|---|---|"
    for name, stage in table.stages.items():
        over = "the measure, not the listing" if stage.listing_stays else "yes" if stage.ended else ""
        yield f"| {name} | {stage.zh} | {stage.en} | {'yes' if stage.binds else ''} | {over} |"
    yield "\nA stage that binds, and one that waits for people, is told as it stands on the day asked:\n"
    yield "| told as | 状态 | in words | of |\n|---|---|---|---|"
    for code in (code for code in STRENGTH if code not in table.stages):
        of = "a stage that is not over, after its last day" if code == LAPSED else "a stage that binds"
        yield f"| {code} | {texts('zh').label('status', code)} | {texts('en').label('status', code)} | {of} |"
    yield ""


def _opening(table: Table) -> list[str]:
    return [kind for kind, rule in table.events.items() if rule.opens]


def _events(table: Table) -> Iterator[str]:
    yield "## Events\n\nIn the order in which those of one day are judged.\n"
    yield "| event | 事件 | in words | command | about | from | to | needs |\n|---|---|---|---|---|---|---|---|"
    for kind, rule in table.events.items():
        command = f"`zeren case {rule.command}`" if rule.command else "`zeren repair`"
        needs = [*rule.needs, *_more(rule)]
        yield (
            f"| {kind} | {rule.zh} | {rule.en} | {command} | {', '.join(rule.scope)} | {', '.join(rule.starts)} "
            f"| {rule.to or '(stays)'} | {', '.join(needs)} |"
        )
    yield "\nBeside the life, moving no stage:\n\n| record | 记录 | in words | command | needs |\n|---|---|---|---|---|"
    for kind, note in table.records.items():
        needs = [*note.needs, *(["once a day"] if note.once else [])]
        yield f"| {kind} | {note.zh} | {note.en} | `zeren case {note.command}` | {', '.join(needs)} |"
    yield "\nWhy an event has no effect, or an act is refused:\n\n| code | 原因 | reason |\n|---|---|---|"
    yield from (f"| {code} | {label.zh} | {label.en} |" for code, label in table.reasons.items())
    yield ""


def _more(rule: EventRule) -> Iterator[str]:
    if rule.closes:
        yield f"answers {rule.closes}"
    if rule.undoes:
        yield f"undoes one of {', '.join(rule.undoes)}"
    if rule.unmakes:
        yield f"ends {rule.unmakes}, which is not undone while it stands"
    if rule.void:
        yield "reaches back to the first day"
    if rule.restarts:
        yield "the term begins again"


def _deadlines(_: Table) -> Iterator[str]:
    yield "## Deadlines\n\nThe first day is not counted.\n"
    yield "| id | 期限 | from | until | how long | who | basis | known |\n|---|---|---|---|---|---|---|---|"
    for item in load_deadlines():
        unit = item.unit if item.unit == "months" else f"{item.unit} days"
        long = "at once" if item.unit == "promptly" else f"{item.days} {unit}"
        long += "".join(f"; {days} with {detail}" for detail, days in item.longer.items())
        offered = f"where the notice offers a {item.told}" if item.told else ""
        intended = f"from {item.within[0]} to {' or '.join(item.within[1:])}" if item.within else ""
        yields = f"unless {' or '.join(item.yields_to)} runs" if item.yields_to else ""
        area = item.areas and f"region {', '.join(item.areas)}"
        told = (area, item.authority and f"authority {item.authority}", item.if_only, offered, intended, yields)
        only = [*item.rules, *filter(None, told)]
        scope = f" ({', '.join(only)})" if only else ""
        yield (
            f"| {item.id} | {item.title.zh}{scope} | {', '.join(item.starts)} | {', '.join(item.until)} | {long} | {item.who} "
            f"| {item.basis} | {_KNOWN[item.evidence]} |"
        )
    yield ""


def _repair(_: Table) -> Iterator[str]:
    rules = repair_rules()
    national = rules.national
    yield f"## Repair\n\nNational classes, from {national.start}: {national.basis} ({_KNOWN[national.evidence]}).\n"
    yield "| class | 类别 | least | longest |\n|---|---|---|---|"
    for code, cls in rules.national.classes.items():
        yield f"| {code} | {cls.zh} | {cls.least_months} months | {cls.longest_months} months |"
    yield "\n| rule | waits | counted from | steps | basis | known |\n|---|---|---|---|---|---|"
    for code, rule in rules.rules.items():
        known = f"{rule.basis} | {_KNOWN[rule.evidence]}"
        yield f"| {code} | {rule.wait_months} months | {rule.wait_from} | {', '.join(rule.steps)} | {known} |"
    yield "\nWhat bars a repair by the law of the matter:\n"
    yield "| bar | 情形 | in words | of | shown by | from | basis | known | asked |\n|---|---|---|---|---|---|---|---|---|"
    for code, bar in bars().bars.items():
        of = ", ".join(bar.rules) or f"{bar.authority}: {', '.join(bar.kinds)}"
        by = f"{_SHOWN[bar.shown]}: {', '.join((*bar.acts, *bar.lists)) or 'the same finding'}"
        asked = bar.ask.en if bar.ask else ""
        yield f"| {code} | {bar.zh} | {bar.en} | {of} | {by} | {bar.start} | {bar.basis} | {_KNOWN[bar.evidence]} | {asked} |"
    yield f"\nIndependent bans that their rule lets be repaired, by the national classes: {', '.join(rules.though_independent)}.\n"


def _units(_: Table) -> Iterator[str]:
    yield "## Departments\n\n| unit | 单位 | in the annex | executes | and of | with these words | bound |"
    yield "|---|---|---|---|---|---|---|"
    for code, unit in departments().units.items():
        bound = "asked only" if unit.voluntary else "yes"
        words = "、".join(unit.words) + (f" (but not {'、'.join(unit.but)})" if unit.but else "")
        annex, own, shared = "、".join(unit.annex), ", ".join(unit.executes), ", ".join(unit.shares)
        yield f"| {code} | {unit.zh} | {annex} | {own} | {shared} | {words} | {bound} |"
    yield ""


def _purposes(_: Table) -> Iterator[str]:
    yield "## Purposes of a check\n\n| purpose | 事项 | words in the name of a measure |\n|---|---|---|"
    yield from (f"| {code} | {item.zh} | {'、'.join(item.words)} |" for code, item in load_purposes().items())
    yield f"\nOf every purpose: {'、'.join(everywhere())}; and whatever has a word of none."


if __name__ == "__main__":
    ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter).parse_args()
    PAGE.write_text(page(), encoding="utf-8")
