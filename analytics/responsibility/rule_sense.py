"""What an entry says and nobody can mean: texts that nobody sees, codes written twice, what relates to nothing.

It is asked of every rule that is taken now. A catalogue that was recorded is read again as it was taken (`catalogue.as_recorded`).

Invariants (tests/unit/test_analytics_rule_sense.py holds one test a number)
1. A text that must be there shows something; no text has a character that nobody sees or that turns what follows it round.
2. No list has one code twice.
3. A territory is a province or a place in one: two, four or six digits 0 to 9, and no more of them than it takes.
4. The measures of one clause are imposed by the same acts, so that what a decision imposes is told of no other measure.
5. The respondent stands alone among the roles of a clause, and only who answers by office has a timeline.
6. The id of a rule is in capitals, and a version has three digits at most.
7. What bars from an office or a trade is a restriction, whatever it is called; a record or a list of its own takes nothing away.
8. A measure aimed at enterprises alone stands in no clause that reaches people alone, nor one on persons in one on enterprises.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from analytics.responsibility.partial import read
from analytics.responsibility.rule_format import RESPONDENT, Clause, Rule
from analytics.responsibility.rule_measures import MeasureRule
from graph import codes
from graph.strict_yaml import Flaw

_PROVINCES = (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82)
PROVINCES: Final = frozenset(map(str, _PROVINCES))
"""The first two digits of an administrative division (GB/T 2260)."""

LAST_VERSION: Final = 999
"""No law was amended as often; more digits are a slip."""

_REQUIRED: Final = frozenset({"zh", "en", "authority", "source", "family", "instrument", "article"})
"""Fields that are texts and may not be empty where they are given."""
_TOLD_ELSEWHERE: Final = frozenset({"id", "instrument", "article"})
"""Fields whose own form refuses what is empty or only blanks."""
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that are not seen: controls, marks of direction, joiners, separators of lines."""
_LOOK_EMPTY: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that are drawn as nothing."""

_BARS: Final = re.compile(r"(不得|禁止|不准|不能|限制)[^，。；]{0,16}?(担任|任职|从事|出任)|(任职|从业)(限制|禁止|资格)|禁入")
"""Words by which a measure bars from an office or a trade."""
_TAKES: Final = frozenset({"不得", "禁止", "责令", "处", "处以", "取消", "撤销", "不适用"})
"""Words of duty that take a right away or put a burden on somebody."""

_UNITS_OR_PEOPLE: Final = frozenset({RESPONDENT, "responsible_person_found"})
"""Roles of enterprises and of people, besides whoever holds an interest: 有关责任人员 may be 单位."""

_Path = tuple[str | int, ...]


def senseless(content: object, rule: Rule) -> Iterator[Flaw]:
    """Yield what cannot be meant in an entry as it is written, and in what could be read of it."""
    yield from unseen(content)
    yield from _twice(content, ())
    yield from _names(rule)
    territory = read(lambda: rule.jurisdiction, None)
    if territory is not None and (reason := _no_territory(territory)):
        yield Flaw(("jurisdiction",), reason)
    for place, measure in enumerate(read(lambda: rule.measures, ())):
        yield from (Flaw(("measures", place, "nature"), reason) for reason in _mislabelled(measure))
    for place, clause in enumerate(read(lambda: rule.clauses, ())):
        yield from (Flaw(("clauses", place, *flaw.path), flaw.reason) for flaw in _of_clause(clause, rule))


def unseen(content: object, path: _Path = ()) -> Iterator[Flaw]:
    """Yield every text below a path that shows nothing where it has to, or hides something."""
    if isinstance(content, dict):
        for key, value in content.items():
            if isinstance(key, str) and (reason := _hides(key) if _shows(key) else "is blank"):
                yield Flaw(path, f"the name {key!r} {reason}")
            yield from unseen(value, (*path, str(key)))
    elif isinstance(content, list):
        for place, value in enumerate(content):
            yield from unseen(value, (*path, place))
    elif isinstance(content, str) and (reason := _wrong_text(content, path)):
        yield Flaw(path, reason)


def _wrong_text(text: str, path: _Path) -> str:
    fields = [part for part in path if isinstance(part, str)]
    last = fields[-1] if fields else ""
    if not _shows(text):
        told = not text.strip() and not _TOLD_ELSEWHERE.isdisjoint({last, *fields[:1]})
        needed = bool(text) or last in _REQUIRED or fields[:1] == ["left_out"] or isinstance(path[-1], int)
        return "is blank: nobody sees anything in it" if needed and not told else ""
    return _hides(text)


def _shows(text: str) -> bool:
    """Say whether anything is seen of a text."""
    return any(not (sign.isspace() or sign in _LOOK_EMPTY or unicodedata.category(sign) in {*_HIDDEN, "Mn", "Me"}) for sign in text)


def _hides(text: str) -> str:
    """Return which characters of a text nobody sees, empty where there are none; a new line is seen."""
    if text.isprintable():  # most texts: none of the hidden characters is
        return ""
    found = dict.fromkeys(sign for sign in text if sign != "\n" and unicodedata.category(sign) in _HIDDEN)
    return f"has characters that nobody sees: {', '.join(f'U+{ord(sign):04X}' for sign in found)}" if found else ""


def _twice(content: object, path: _Path) -> Iterator[Flaw]:
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _twice(value, (*path, str(key)))
    elif isinstance(content, list):
        words = [item for item in content if isinstance(item, str)]
        yield from (Flaw(path, f"{word!r} stands twice") for word in dict.fromkeys(words) if words.count(word) > 1)
        for place, value in enumerate(content):
            yield from _twice(value, (*path, place))


def _names(rule: Rule) -> Iterator[Flaw]:
    if (version := read(lambda: rule.version, 1)) > LAST_VERSION:
        yield Flaw(("version",), f"has {len(str(version))} digits: {LAST_VERSION} is the last")
    name = read(lambda: rule.id, "")
    if name != name.upper():
        yield Flaw(("id",), f"is written in capitals: {name.upper()}")


def _mislabelled(measure: MeasureRule) -> Iterator[str]:
    """Yield why a measure is a restriction though it is called something else, which less may carry."""
    nature = read(lambda: measure.nature, "restriction")
    if nature == "restriction":
        return
    said = f"{read(lambda: measure.name.zh, '')}。{read(lambda: measure.text, '')}"
    word = read(lambda: measure.wording, None)
    if read(lambda: measure.bars, None) is not None:
        yield f"{nature}: what bars from an office is a restriction"
    elif bars := _BARS.search(said):
        yield f"{nature}: {bars.group()} bars from an office or a trade: restriction"
    elif word in _TAKES and nature != "court_measure":
        yield f"{nature}: {word} takes something away: restriction"


def _no_territory(code: str) -> str:
    """Return why a code of two, four or six digits is none of a territory, empty where it is one."""
    if code[:2] not in PROVINCES:
        return f"{code!r} is no code of a territory: no province has {code[:2]}"
    short = code
    while short.endswith("00"):
        short = short[:-2]
    return "" if short == code else f"{code!r} has more digits than it takes: write {short!r}, with which every place in it begins"


def _of_clause(clause: Clause, rule: Rule) -> Iterator[Flaw]:
    roles = read(lambda: clause.roles, ())
    if RESPONDENT in roles and set(roles) != {RESPONDENT} and read(lambda: clause.when, "") != RESPONDENT:
        yield Flaw(("roles",), "respondent stands alone: whoever holds an office answers by a clause of his own")
    if not read(lambda: clause.when, "office").startswith("office") and _given(clause, "timeline"):
        yield Flaw(("timeline",), "goes with an office that is held, and nobody answers here by one")
    acts = read(lambda: {m.id: frozenset(m.imposed_by) for m in rule.measures}, dict[str, frozenset[str]]())
    used = [name for name in read(lambda: clause.measures, ()) if name in acts]
    other = next((name for name in used if acts[name] != acts[used[0]]), None)
    if other is not None:
        reason = "what a decision imposes of one would be told of the other: split the clause"
        yield Flaw(("measures",), f"{used[0]} and {other} differ in imposed_by; {reason}")
    targets = read(lambda: {m.id: read(lambda m=m: m.target, "both") for m in rule.measures}, dict[str, str]())  # type: ignore[misc]
    for name in used:
        if missed := next((role for role in roles if targets[name] not in ("both", *_kinds(role))), None):
            reason = f"the target of {name} is {targets[name]}, which {missed} is not: it would reach nobody"
            yield Flaw(("measures",), reason)


def _kinds(role: str) -> tuple[str, ...]:
    """Return what a role can be: an enterprise, a person, or either."""
    if role == "branch_of":
        return ("enterprise",)
    known = codes.load("roles")
    either = role in _UNITS_OR_PEOPLE or role not in known or known.get(role).kind == "holding"
    return ("enterprise", "person") if either else ("person",)


def _given(clause: Clause, field: str) -> bool:
    """Say whether a clause has something else in a field than what is taken where it says nothing."""
    return read(lambda: getattr(clause, field) != Clause.model_fields[field].default, otherwise=False)
