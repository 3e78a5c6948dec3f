"""The mandatory check (应查必查): one question from a counter, one answer, on record.

Invariants (tests/unit/test_api_checking.py holds one test a number)
1. What is unknown, ambiguous or shared by namesakes is said to be so, and nobody's record is shown; so it is where somebody of one
   of his names is restricted, here or elsewhere, or may be the one who is: nobody is plainly clear then, before a human has looked.
2. No answer without a row on record: who asked, why, when, for what purpose, and what was shown.
3. A recommended measure is shown as what may be considered, never as what must be done.
4. Only what binds today is shown: nothing that is proposed, paused, repaired, over or never confirmed.
5. The unit that asks is a department, or a body that is named as none: a mistyped code is no unit.
6. A check is of today: no other day is answered, and none is recorded.
7. An enterprise that has no credit code is meant by another number that it has, and the answer says which was taken.
8. While more is on record about an enterprise than was derived, nothing is said of it: neither that nothing binds, nor what may be
   void by now.
9. Of several of one name at an enterprise the id says which is meant, and so does the number by which he is shown, alone or
   behind the name, where it is that of one person there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from analytics.lifecycle.departments import departments
from analytics.lifecycle.publication import masked
from analytics.lifecycle.purposes import load_purposes, matters, purpose
from analytics.lifecycle.restrictions import BINDING, Restriction
from analytics.responsibility.catalogue import Catalogue
from api.locales import Texts
from api.use_cases import choosing
from api.use_cases.acting import Actor
from api.use_cases.case_reading import cases_about
from api.use_cases.cases import Cases
from api.use_cases.citing import basis_json
from api.use_cases.lawbook import measure_in
from api.use_cases.namesakes import restricted_namesakes
from api.use_cases.underived import behind
from api.use_cases.written import seen
from graph.codec import digest, dump, make_fact
from graph.dates import PartialDate
from graph.errors import InputError
from graph.identifiers import Flag, check_uscc, mask_name, normalise_uscc
from graph.model import Event, Identifier, Origin, appearance, appearance_name, node_parts
from graph.names import normalise_name
from graph.snapshot import Snapshot
from graph.snapshot.identity import UNSAID
from graph.snapshot.scope import snapshot_about
from graph.store.base import Store, Write

KIND = "lookup"
LOOKUPS = "event/zeren/lookup-"
"""How the keys of look-ups begin."""
_OURS = Origin("zeren")
_NUMBERS: Final = ("cn_stock", "registration")
"""Numbers by which an enterprise without a credit code is meant: nobody else bears them."""
_LOOKED_AT: Final = 20
"""Bearers of a code that are looked at: more than one is ambiguous."""


@dataclass(frozen=True, slots=True)
class Question:
    """Who is looked up, for what purpose, by which unit, and why: an enterprise by its code; a person by name at it, or by id.

    Raises
    ------
    InputError
        The unit or the reason, which are kept on record, hold something that is not to be seen.
    """

    uscc: str
    purpose: str
    unit: str
    why: str
    person: str = ""

    def __post_init__(self) -> None:
        """Refuse what nobody could read on record."""
        seen("unit_name", self.unit)
        seen("why", self.why)

    @property
    def name(self) -> str:
        """The name of the person: given itself, or by an id."""
        return appearance_name(self.person) or self.person


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whom the question means: the nodes of one party, or the code of why nobody is shown."""

    state: str
    node: str = ""
    members: tuple[str, ...] = ()
    label: str = ""
    firm: str = ""
    names: tuple[str, ...] = ()
    """Every name that a person bears or bore."""
    taken: Identifier | None = None
    """The number by which it was meant, where that is no credit code."""


def unit_that_asks(unit: str | None, name: str | None) -> str:
    """Return the unit that asks: the code of a department, or the name of a body that is none; empty where neither is given.

    Raises
    ------
    NoChoice
        There is no such department.
    InputError
        Both are given.
    """
    if unit and name:
        raise InputError("say unit or unit_name, and not both", zh="unit 与 unit_name 只能选用其一")
    if name:
        return departments().code_of(name) or name.strip()
    try:
        return choosing.unit(unit) if unit and unit.strip() else ""
    except choosing.NoneOfThese as error:
        en, zh = f"{error.reason_en} (a body that is no department: unit_name)", f"{error.reason_zh}（其他单位请用 unit_name）"
        raise choosing.NoneOfThese(error.name, en, zh) from None


def day_of_check(asked: date | None, today: date) -> date:
    """Return the day of which a check is: today.

    Raises
    ------
    InputError
        Another day is asked for: what binds then is no answer to whoever decides now, and would stand on record as if it were.
    """
    if asked not in (None, today):
        zh = f"应查必查只查当日（{today}）的状态，不能查 {asked}：其他日期的状态请用“案件”查看（zeren case list --as-of）"
        en = f"as_of: a mandatory check is of today, {today}, and not of {asked}: how it stood on another day, the cases say"
        raise InputError(f"{en} (zeren case list --as-of)", zh=zh)
    return today


def check(store: Store, catalogue: Catalogue, actor: Actor, question: Question, today: date, words: Texts) -> dict[str, Any]:
    """Answer a question, and put it on record first.

    Parameters
    ----------
    store : Store
        What is asked, and where the look-up is recorded.
    catalogue : Catalogue
        The rules.
    actor : Actor
        Who asks, and when.
    question : Question
        What is asked.
    today : date
        The day of the status.
    words : Texts
        Language of the answer.

    Raises
    ------
    InputError
        No reason or no unit is given.
    NoChoice
        There is no such purpose.
    """
    if not question.why.strip() or not question.unit.strip():
        zh = "应查必查（临政发〔2018〕3号第4项）：须写明查询单位（unit，或其他单位的名称 unit_name）和理由（why），两者均留痕"
        en = "mandatory check (临政发〔2018〕3号 item 4): it needs the unit that asks (unit, or unit_name) and the "
        en += "reason (why): both are kept on record"
        raise InputError(en, zh=zh)
    wanted = purpose(choosing.purpose(question.purpose))
    snapshot = _about(store, question)
    subject = _subject(snapshot, question)
    if subject.state == "found" and _is_behind(store, catalogue, snapshot, subject):
        subject = replace(subject, state="not_derived")
    shown: list[dict[str, Any]] = []
    paused = 0
    if subject.state == "found":
        cases = cases_about(store, catalogue, {member.partition("#")[0] for member in subject.members})
        chosen = [r for r in cases.restrictions if r.party in subject.members and matters(r.measure.name_zh, question.purpose)]
        shown = [row for r in chosen if (row := _row(cases, r, today, words)) is not None]
        paused = sum(cases.status(restriction, today).code == "paused" for restriction in chosen)
    where = frozenset[str]()
    if question.person and subject.state in ("found", "unknown_person", "same_name"):
        names, own, firm = subject.names or (question.name,), subject.members, subject.firm
        where = restricted_namesakes(store, catalogue, names, own, firm, question.purpose, today)
    answer = subject.state if subject.state != "found" else "restricted" if shown else "namesake" if where else "clear"
    lookup = _record(store, actor, question, subject, answer, shown, today)
    return {
        "lang": words.lang,
        "answer": answer,
        "answer_text": words.say("check.namesake_here" if answer == "namesake" and "here" in where else f"check.{answer}"),
        "purpose": {"code": question.purpose, "label": words.pick(wanted)},
        "on": today.isoformat(),
        "subject": {"id": subject.node, "name": subject.label} if subject.state == "found" else None,
        "restrictions": shown,
        "paused": paused,
        "taken": {"scheme": subject.taken.scheme, "value": subject.taken.value} if subject.taken else None,
        "same_name_here": "here" in where,
        "same_name_elsewhere": "elsewhere" in where,
        "lookup": lookup,
    }


def _about(store: Store, question: Question) -> Snapshot:
    """Return the part of the graph about the enterprises that have the code."""
    code = normalise_uscc(question.uscc)
    return snapshot_about(store, store.called(code, _LOOKED_AT) if code else ())


def _subject(snapshot: Snapshot, question: Question) -> _Subject:
    code = normalise_uscc(question.uscc)
    flag = check_uscc(code).flag
    found = _bearers(snapshot, code, ("uscc",))
    if not found and flag is Flag.OK:
        return _Subject("unknown")
    numbered = {} if found else _bearers(snapshot, code, _NUMBERS)
    if len(found | numbered) != 1:
        return _Subject("ambiguous" if found or numbered else "bad_code")
    ((firm, number),) = (found | numbered).items()
    if numbered and any(item.scheme == "uscc" for item in snapshot.entity(firm).identifiers):
        return _Subject("has_code")
    taken = number if numbered else None
    if not question.person:
        return _Subject("found", firm, tuple(snapshot.identity.members(firm)), snapshot.label(firm), taken=taken)
    return replace(_person(snapshot, firm, question.person), taken=taken)


def _is_behind(store: Store, catalogue: Catalogue, snapshot: Snapshot, subject: _Subject) -> bool:
    """Say whether more is on record about whom a question means, and the decisions around, than was derived."""
    decisions = {fact.value.id for fact in snapshot.decisions()}
    return behind(store, catalogue, decisions | {member.partition("#")[0] for member in subject.members})


def _bearers(snapshot: Snapshot, code: str, schemes: Collection[str]) -> dict[str, Identifier]:
    """Return the enterprises that have a number of one of these schemes, each with that number."""
    return {
        node: item
        for node in snapshot.entities()
        if snapshot.kind(node) == "enterprise"
        for item in snapshot.entity(node).identifiers
        if item.scheme in schemes and normalise_uscc(item.value) == code
    }


def _person(snapshot: Snapshot, firm: str, asked: str) -> _Subject:
    """Return the person of a name at an enterprise; of two of one name only an id says which."""
    wanted = appearance(firm, normalise_name(appearance_name(asked) or asked))
    nodes = [node for node in snapshot.entities() if node == wanted or node.startswith(f"{wanted}@")]
    split = snapshot.identity.is_split(wanted)
    if "#" in asked:  # an id: of one of them, and not of all that bear the name
        nodes, split = [node for node in nodes if node == asked], split and asked == wanted
    elif not nodes:
        nodes = _numbered(snapshot, firm, asked)
    if len(nodes) > 1 or split:
        return _Subject("same_name", firm=firm)
    if not nodes:
        return _Subject("unknown_person", firm=firm)
    (node,) = nodes
    members = tuple(snapshot.identity.members(node))
    told = set(snapshot.entities())
    borne = (name.text for each in members if each in told for name in snapshot.entity(each).names)
    names = tuple(dict.fromkeys((*map(appearance_name, members), *borne)))
    return _Subject("found", node, members, snapshot.label(node), firm, names)


def _numbered(snapshot: Snapshot, firm: str, asked: str) -> list[str]:
    """Return the people at an enterprise who are shown by a number, alone or behind the name."""
    wanted, found = normalise_name(asked).casefold(), []
    for node in snapshot.entities():
        name, bearer = appearance_name(node), node_parts(node)[1]
        number = bearer.rpartition(":")[2]
        if node.startswith(f"{firm}#") and bearer and not bearer.startswith(UNSAID):
            shown = (number, f"{name}〔{number}〕")
            found += [node] if wanted in {normalise_name(each).casefold() for each in shown} else []
    return found


def _row(cases: Cases, restriction: Restriction, today: date, words: Texts) -> dict[str, Any] | None:
    stands = cases.status(restriction, today)
    if stands.code not in BINDING:
        return None
    finding, measure = cases.finding(stands.ground), restriction.measure
    since = cases.since(restriction, stands, today)
    decision = cases.decisions.get(finding.decision)
    must = measure.kind == "mandatory"
    return {
        "restriction": restriction.id,
        "measure": {"id": measure.id, "name_zh": measure.name_zh, "kind": measure.kind, "category": measure.category},
        "do": words.say("check.must" if must else "check.may", measure=measure_in(cases.catalogue, measure.name_zh, words)),
        "must": must,
        "from": since.isoformat() if since else None,
        "until": stands.until,
        "basis": [basis_json(basis) for basis in finding.basis],
        "decision": finding.decision,
        "number": decision.number if decision else "",
        "authority": decision.authority if decision else "",
    }


def _record(
    store: Store, actor: Actor, question: Question, subject: _Subject, answer: str, shown: list[dict[str, Any]], today: date
) -> str:
    """Put a look-up on record and return its id; a person is named as far as the answer may name him."""
    asked = f"{masked(normalise_uscc(question.uscc), field='uscc')}{f' {mask_name(question.name)}' if question.person else ''}"
    details = (
        ("answer", answer),
        ("asked", asked),
        ("at", actor.at.isoformat()),
        ("purpose", question.purpose),
        ("shown", " ".join(row["restriction"] for row in shown)),
        ("unit", question.unit),
    )
    event = Event(KIND, subject.node or "nobody", PartialDate.on(today), actor.name, question.why, details=details)
    key = f"lookup-{digest(dump(event), str(store.version()))}"
    store.append([Write(make_fact(event, key, _OURS))], actor.act(f"check {question.purpose}"))
    return key


def lookups(store: Store, unit: str | None = None, purpose_code: str | None = None, by: str | None = None) -> list[dict[str, Any]]:
    """Return the look-ups on record, the latest last; a unit is meant by its code or by its name."""
    rows, wanted = [], departments().name_of(unit) if unit else None
    for recorded in store.facts(["event"], keys=LOOKUPS):
        value = recorded.fact.value
        assert isinstance(value, Event)  # noqa: S101 - only events are asked for
        row = {
            "id": recorded.fact.key.rpartition("/")[2],
            "by": value.by,
            "why": value.text,
            "subject": value.about,
            **dict(value.details),
        }
        asked = departments().name_of(row["unit"]) if unit else None
        if (wanted, purpose_code, by) == (asked, *(w and row[k] for w, k in ((purpose_code, "purpose"), (by, "by")))):
            rows.append(row)
    return rows


def unit_on_record(store: Store, given: str) -> str:
    """Return a department, or another body that has look-ups on record; raises `NoChoice`."""
    return choosing.unit(given, (row["unit"] for row in lookups(store)))


def units_counted(unit: str | None) -> list[str]:
    """Return the names of the units whose look-ups are counted where they made none too: this one, or every one that must look."""
    return [departments().name_of(unit)] if unit else [each.zh for each in departments().units.values() if not each.voluntary]


def coverage(rows: list[dict[str, Any]], units: list[str]) -> list[dict[str, Any]]:
    """Return how many look-ups each unit made for each purpose; a unit that made none is shown with none."""
    named = [(departments().name_of(row["unit"]), row["purpose"], row["shown"]) for row in rows]
    counts = Counter((unit, code) for unit, code, _ in named)
    shown = Counter((unit, code) for unit, code, restricted in named if restricted)
    made = [
        {"unit": unit, "purpose": code, "lookups": counts[unit, code], "restricted": shown[unit, code]}
        for unit in sorted({*units, *(unit for unit, _ in counts)})
        for code in load_purposes()
        if counts[unit, code]
    ]
    silent = [unit for unit in units if not any(row["unit"] == unit for row in made)]
    return [*made, *({"unit": unit, "purpose": None, "lookups": 0, "restricted": 0} for unit in silent)]
