"""What somebody chooses from: a filter that is none of what there is is refused, and never answered with an empty list.

Invariants (tests/unit/test_api_choosing.py holds one test a number)
1. Whoever mistypes is told what there is, in the language asked, and what is closest to what was typed.
2. A name in either language is as good as the code that it stands for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from analytics.lifecycle.departments import departments
from analytics.lifecycle.purposes import load_purposes
from analytics.lifecycle.restrictions import APPLIED, STRENGTH
from analytics.responsibility.catalogue import RESPONDENT, Catalogue
from api.desk.outbox import STATES as MESSAGE_STATES
from api.locales import LANGS, Bilingual, texts
from graph import codes
from graph.errors import NoChoice

TASK_STATES: Final = ("open", "overdue", "no_calendar", "executed", "refused", "not_applicable")
JOB_STATES: Final = ("waiting", "running", "done", "failed", "cancelled")
_MOST: Final = 24
"""What there is to choose from is named whole up to so many; of more, what is close."""
Names = Mapping[str, tuple[str, ...]]
"""Code -> its names, the Chinese one first."""


class NoneOfThese(NoChoice):
    """What was given for a filter is none of what there is; `name` says for which, the reasons what there is.

    The message is the name and the reason.
    """

    def __init__(self, name: str, en: str, zh: str) -> None:
        self.name, self.reason_en, self.reason_zh = name, en, zh
        super().__init__(f"{name}: {en}", zh=f"{name}：{zh}")

    def reason_in(self, lang: str) -> str:
        """Return the reason in a language."""
        return self.reason_zh if lang == "zh" else self.reason_en


def unit(given: str, others: Iterable[str] = ()) -> str:
    """Return the code of a unit that is meant by its code or its name, or one of other bodies that are there; raises `NoChoice`."""
    if code := departments().code_of(given):
        return code
    return one_of("unit", given, {**_named(departments().units), **dict.fromkeys(others, ())})


def refusal(given: str) -> str:
    """Return the code of a reason for which a unit does not execute; raises `NoChoice`."""
    return one_of("reason", given, _named(departments().refusals))


def purpose(given: str) -> str:
    """Return the code of a purpose that is meant by its code or its name; raises `NoChoice`."""
    return one_of("purpose", given, _named(load_purposes()))


def task_state(given: str) -> str:
    """Return a state of a task; raises `NoChoice`."""
    return one_of("state", given, _labelled("task_state", TASK_STATES))


def message_state(given: str) -> str:
    """Return a state of a message; raises `NoChoice`."""
    return one_of("state", given, _labelled("message_state", MESSAGE_STATES))


def job_state(given: str) -> str:
    """Return a state of a job; raises `NoChoice`."""
    return one_of("state", given, _labelled("job_state", JOB_STATES))


def status(given: str) -> str:
    """Return how a restriction may stand, or what it may wait for; raises `NoChoice`."""
    return one_of("status", given, _labelled("status", (*STRENGTH, APPLIED)))


def act(given: str) -> str:
    """Return a coded act; raises `NoChoice`."""
    return one_of("act", given, _of_list("acts"))


def role(given: str) -> str:
    """Return a role that rules speak of, or the respondent; raises `NoChoice`."""
    return one_of("role", given, {RESPONDENT: tuple(texts(lang).label("party", RESPONDENT) for lang in LANGS), **_of_list("roles")})


def interest(given: str, name: str = "interest") -> str:
    """Return an office or another interest; raises `NoChoice`."""
    return one_of(name, given, {**_of_list("interests"), **_of_list("roles")})


def kind_of_entity(given: str, name: str = "kind") -> str:
    """Return a kind of entity; raises `NoChoice`."""
    return one_of(name, given, _of_list("entity_kinds"))


def rule(given: str, catalogue: Catalogue, found: Iterable[str] = ()) -> str:
    """Return the id of a rule of a catalogue, or of one that something found rests on; raises `NoChoice`."""
    return one_of("rule", given, dict.fromkeys((*catalogue.rules, *found), ()))


def one_of(name: str, given: str, known: Names | Collection[str]) -> str:
    """Return which of what there is somebody means.

    Parameters
    ----------
    name : str
        What is chosen, as the option or the parameter is called.
    given : str
        What was typed.
    known : mapping or collection of str
        The codes, with their names where they have any.

    Raises
    ------
    NoneOfThese
        It is none of them.
    """
    names: Names = known if isinstance(known, Mapping) else dict.fromkeys(known, ())
    if given in names:
        return given
    text = given.strip()
    meant = [code for code, called in names.items() if text in (code, *called)]
    if meant:
        return meant[0]
    near = _near(text, names)
    listed = list(names) if len(names) <= _MOST or not near else near
    hint, hint_zh = (f"; did you mean {near[0]!r}?", f"；是否指“{near[0]}”？") if near else ("", "")
    told_zh = "、".join(f"{names[code][0]}（{code}）" if names[code] else code for code in listed)
    there = "there are" if len(listed) == len(names) else f"of {len(names)} the closest are"
    there_zh = "可选" if len(listed) == len(names) else f"共 {len(names)} 项，相近的有"
    en = f"no {given!r}; {there} {', '.join(listed)}{hint}"
    raise NoneOfThese(name, en, f"没有“{given}”；{there_zh}：{told_zh}{hint_zh}")


def _near(text: str, names: Names) -> list[str]:
    """Return the codes that are close to a text, by themselves or by a name, the closest first."""
    of = {spelled.lower(): code for code, called in names.items() for spelled in (*called, code)}
    return list(dict.fromkeys(of[found] for found in get_close_matches(text.lower(), of, n=5, cutoff=0.6)))


def _named(known: Mapping[str, Bilingual]) -> Names:
    return {code: (item.zh, item.en) for code, item in known.items()}


def _labelled(group: str, known: Iterable[str]) -> Names:
    return {code: tuple(texts(lang).label(group, code) for lang in LANGS) for code in known}


def _of_list(name: str) -> Names:
    return {code: tuple(texts(lang).code(name, code) for lang in LANGS) for code in codes.load(name).codes}
