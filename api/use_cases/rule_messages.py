"""What the check of rules says, and what a load says of cells, in the language of whoever reads it.

Both say everything in English, one message a line: the check with file, entry, field and reason, a load with the reason alone.
Their reasons are closed lists.

Invariants (tests/unit/test_api_rule_messages.py holds one test a number)
1. File, entry, field, codes and values stay as they are; the reason is told in the language asked.
2. A reason that nobody has translated is told as it was said.
3. Every reason that the check knows has its Chinese, and so has every one that a load has for a cell.
4. The kind of a reason has nothing of the cell that it was said of.
5. Many flags of one column with one reason are told once, with their number; whatever is refused is told row by row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from api import locales
from graph import strict_yaml
from graph.errors import ConfigError
from loaders.base import Issue, Level

if TYPE_CHECKING:  # few of those who ask load anything
    from loaders.ingest import ShrunkDelivery

_PLACE = re.compile(r"\{(\w+)\}")
_RULES, _CELLS = "rule_messages.yaml", "cell_messages.yaml"
_NESTED = ("reason", "what", "why")
"""Places of a message that take another one."""
_DIFFERS = re.compile(r"(.+?): (.+?) there, (.+?) here(?:, |$)")
_FEW = 3
"""Flags of one column and reason that are told row by row; of more, so many rows are named."""
_OTHER = "issue.other"
"""What is said of a cell instead of a reason that is no known kind."""


class _Message(NamedTuple):
    """A reason as the check says it, as a pattern too, and what is said instead by language."""

    said: str
    pattern: re.Pattern[str]
    told: Mapping[str, str]


def told_of_rules(line: str, lang: str) -> str:
    """Return a message of the check in a language.

    Parameters
    ----------
    line : str
        File, entry, field and reason; or a reason alone.
    lang : str
        ``zh`` or ``en``.
    """
    starts = (0, *(found.end() for found in re.finditer(": ", line)))
    for bare in (True, False):  # what stands at the head of a reason is no file, entry or field, unless it is read in no other way
        for start in starts:
            place, reason = line[:start], line[start:]
            if (told := _told(reason, lang, _RULES, bare=bare)) is not None:
                return place + told
    return line


def errors_told(error: ConfigError, lang: str) -> list[str]:
    """Return what is wrong with some rules, one message a line, in a language."""
    return [told_of_rules(line, lang) for line in str(error).splitlines()]


def told_of_cells(reason: str, lang: str) -> str:
    """Return what a load says of a cell or a row, in a language."""
    if reason == locales.texts("en").say(_OTHER):
        return locales.texts(lang).say(_OTHER)
    told = _told(reason, lang, _CELLS)
    return reason if told is None else told


def told_of_load(refused: ShrunkDelivery, lang: str) -> str:
    """Return why a load was refused as a whole, in a language, a line each."""
    words = locales.texts(lang)
    gone = (words.say("issue.bare", level=each.table, reason=told_of_cells(each.why, lang)) for each in refused.shrunk)
    others = [issue_line(each, words) for each in refused.issues]
    return "\n".join([told_of_cells(refused.head, lang), *others, *gone, *(told_of_cells(each, lang) for each in refused.more)])


def report_told(report: dict[str, Any], lang: str) -> dict[str, Any]:
    """Return the report of a load, as plain values, with its reasons in a language."""
    return {**report, "issues": [{**issue, "reason": told_of_cells(issue["reason"], lang)} for issue in report["issues"]]}


def job_told(job: dict[str, Any], lang: str) -> dict[str, Any]:
    """Return a job, as plain values, with the reasons of its answer in a language."""
    return {**job, "answer": report_told(job["answer"], lang)} if job["kind"] == "load" and job["answer"] else job


def kind_of_cells(reason: str) -> str:
    """Return what kind of problem a load has with a cell or a row: what it says of every such one, and … for the rest."""
    for message in _messages(_CELLS):
        if said := message.pattern.fullmatch(reason):
            told = {name: kind_of_cells(value) if name == "reason" else "…" for name, value in said.groupdict().items()}
            return message.said.format(**told)
    return locales.texts("en").say(_OTHER)


def issue_line(issue: Issue, words: locales.Texts) -> str:
    """Return an issue of a load as one line: how much it weighs, where it is, and why."""
    row = words.say("issue.row", row=issue.row) if issue.row else ""
    place = words.say("issue.join").join(part for part in (issue.file, row, issue.column or "") if part)
    level = words.label("issue_level", issue.level)
    return words.say(
        "issue.line" if place else "issue.bare", level=level, place=place, reason=told_of_cells(issue.reason, words.lang)
    )


def issue_lines(issues: Iterable[Issue], words: locales.Texts) -> Iterator[str]:
    """Yield the lines of the issues of a load; many flags of one column with one reason are one line, where the first stands."""
    found: dict[tuple[object, ...], list[Issue]] = {}
    for number, issue in enumerate(issues):
        alike = issue.level is Level.FLAGGED and issue.row is not None
        found.setdefault((issue.file, issue.column, issue.reason) if alike else (number,), []).append(issue)
    for same in found.values():
        if len(same) <= _FEW:
            yield from (issue_line(each, words) for each in same)
            continue
        rows = words.say("issue.list").join(str(each.row) for each in same[:_FEW])
        told = told_of_cells(same[0].reason, words.lang)
        reason = words.say("issue.alike", reason=told, count=f"{len(same):,}", rows=rows)
        place = words.say("issue.join").join(filter(None, (same[0].file, same[0].column)))
        yield words.say("issue.line", level=words.label("issue_level", Level.FLAGGED), place=place, reason=reason)


def _told(reason: str, lang: str, file: str, *, bare: bool = False) -> str | None:
    for message in _messages(file):
        said = message.pattern.fullmatch(reason)
        if said and lang in message.told and not (bare and said.re.groups and said.start(1) == 0 and ": " in said[1]):
            values = _values(said, lang)
            values |= {name: _told(values[name], lang, file) or values[name] for name in _NESTED if name in values}
            return message.told[lang].format(**values)
    return None


def _values(said: re.Match[str], lang: str) -> dict[str, str]:
    """Return what stands in the places of a message; the parts of a clause have names of their own."""
    values = said.groupdict()
    if lang == "zh" and "parts" in values:
        known = _file(_RULES)["parts"]
        values["parts"] = "、".join(known.get(part, part) for part in values["parts"].split(", "))
    if lang == "zh" and "hints" in values:
        hints = (f"{hint}?" for hint in values["hints"].rstrip("?").split("? "))
        values["hints"] = "".join(_told(hint, lang, _CELLS) or hint for hint in hints)
    if lang == "zh" and "where" in values:
        values["where"] = _where(values["where"])
    if lang == "zh" and "choices" in values:
        values["choices"] = values["choices"].replace(", ", "、").replace(" or ", " 或 ")
    return values


def _where(said: str) -> str:
    """Return in Chinese in what two wordings differ, column by column."""
    words = _file(_CELLS)["words"]
    found = [[words.get(part, part) for part in each.groups()] for each in _DIFFERS.finditer(said.strip()[1:-1])]
    return f"（{'；'.join(f'{column}：彼处为 {there}，此处为 {here}' for column, there, here in found)}）" if found else said


@cache
def _messages(file: str) -> tuple[_Message, ...]:
    items = _file(file)["messages"]
    return tuple(
        _Message(item["said"], _compiled(item["said"]), {lang: item[lang] for lang in locales.LANGS if lang in item})
        for item in items
    )


def _compiled(said: str) -> re.Pattern[str]:
    """Return a message as a pattern: a place in braces takes any text, `where` none as well."""
    parts = _PLACE.split(said)
    taken = (f"(?P<{part}>.{'*' if part == 'where' else '+'}?)" if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
    return re.compile("".join(taken), re.DOTALL)


@cache
def _file(name: str) -> Mapping[str, Any]:
    text = resources.files(locales).joinpath(name).read_text(encoding="utf-8")
    content: Mapping[str, Any] = strict_yaml.read(text)
    return content
