"""Cases that a lawyer can read: facts, a decision, and exactly the findings that follow under one rule (`*.yaml` beside this).

A case speaks of the company 甲 unless it says otherwise (个人: a natural person). `findings` are all findings of the rule under
test; each names the party (`person`, `enterprise`, or `respondent: true`), and what it leaves out is `derived`, with every premise
proved.
`also` lists findings of other rules that matter for the case, `never` rules that must not reach anybody in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from analytics.responsibility.catalogue import Catalogue
from graph.dates import Period
from graph.model import Entity, Finding, Imposed, Name, PartyRef, Premise, PremiseState, Relationship, Share, Term, appearance
from tests.builder import Case

FOLDER = Path(__file__).parent
KEYS = {"case", "rule", "article", "shows", "company", "posts", "owners", "decision", "findings", "also", "never", "why_not"}
SHOWN = {"positive", "negative", "boundary", "out_of_force", "disabled", *(f"hard line {n}" for n in range(1, 9))}


@cache
def cases() -> list[dict[str, Any]]:
    """Every case of every file."""
    return [case for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]


def told(case: dict[str, Any], catalogue: Catalogue | None = None) -> Case:
    """Turn the words of a case into statements."""
    assert set(case) <= KEYS, f"unknown keys {set(case) - KEYS}"
    world = Case(catalogue)
    respondent = case.get("company", "甲")
    names = {
        respondent,
        *(post.get("at", respondent) for post in case.get("posts", ())),
        *(o["of"] for o in case.get("owners", ())),
    }
    companies = {name: world.company(name) for name in sorted(names) if name != "个人"}
    if respondent == "个人":
        world.add(Entity("test:个人", "person", (Name("丁示例"),)))
    for post in case.get("posts", ()):
        dates = {key: str(post[key]) for key in ("from", "until", "registered") if key in post}
        companies[post.get("at", respondent)].post(
            post["role"],
            post["person"],
            dates.get("from", "unknown"),
            dates.get("until", "open"),
            dates.get("registered"),
            source=post.get("source", "register"),
        )
    for owner in case.get("owners", ()):
        party = appearance(f"test:{owner['of']}", owner["person"]) if "person" in owner else f"test:{owner['company']}"
        share = Share.exact(round(owner["percent"] * 10_000))
        world.add(Relationship(PartyRef(party), PartyRef(f"test:{owner['of']}"), "shareholder", Period(), share=share))
    decide(world, respondent, dict(case["decision"]))
    return world


def decide(world: Case, respondent: str, decision: dict[str, Any]) -> None:
    """Add the decision, the people it names and what annuls it."""
    names, annulled = decision.pop("names", ()), decision.pop("annulled", None)
    conduct, region = decision.pop("conduct", None), decision.pop("region", "3713")
    cites, acts = tuple(decision.pop("cites", ())), decision.pop("acts")
    imposed = tuple(Imposed(act, term=term) for act, term in terms(decision.pop("imposed", ())).items())
    world.decision(
        respondent,
        acts,
        kind=decision.pop("kind", "listing"),
        date=str(decision.pop("date")),
        conduct=str(conduct) if conduct else None,
        region=region,
        cites=cites,
        imposed=imposed,
        **decision,
    )
    for given in names:
        naming = dict(given)
        world.names(
            naming.pop("person"),
            naming.pop("at", respondent),
            posts=tuple(naming.pop("posts", ())),
            found_as=tuple(naming.pop("found_as", ())),
            responsible=naming.pop("responsible", None),
            imposed=terms(naming.pop("imposed", ())),
        )
        assert not naming, f"unknown keys {set(naming)}"
    if annulled:
        day, kind = str(annulled["date"]), annulled.get("kind", "order")
        level = annulled.get("authority_level")
        world.decision(respondent, ["order_to_correct"], name="A1", kind=kind, date=day, region=region, authority_level=level)
        how = "annuls_from_now" if annulled.get("from_now") else "annuls_from_beginning"
        world.link("A1", how, "D1", since=str(annulled["date"]) if annulled.get("from_now") else None)


def terms(imposed: Iterable[dict[str, Any]]) -> dict[str, Term]:
    """Return what was imposed, each act with its term."""
    return {i["act"]: Term(years=i.get("years"), life=i.get("life", False)) for i in imposed}


def party_of(expected: dict[str, Any], respondent: str) -> str:
    if expected.get("respondent"):
        return f"test:{respondent}"
    if "enterprise" in expected:
        return f"test:{expected['enterprise']}"
    return appearance(f"test:{expected.get('at', respondent)}", expected["person"])


def wanted(expected: dict[str, Any], rule: str, respondent: str) -> dict[str, Any]:
    """Return an expectation in the words of a finding, with what is left out filled in."""
    rest = {k: v for k, v in expected.items() if k not in {"respondent", "enterprise", "person", "at"}}
    words = {key: rest[key] if isinstance(rest[key], list) else str(rest[key]) for key in rest}
    full = {"rule": rule, "effect": "restrict", "origin": "derived", "missing": [], "refuted": []}
    return {**full, **words, "party": party_of(expected, respondent)}


def said(finding: Finding) -> dict[str, Any]:
    """Return a finding in the words of a case."""
    return {
        "party": finding.party,
        "rule": finding.rule,
        "clause": finding.clause,
        "effect": finding.effect,
        "outcome": str(finding.outcome),
        "origin": finding.origin,
        "role": finding.role,
        "from": str(finding.start),
        "until": str(finding.until or "none"),
        "measures": [measure.id for measure in finding.measures],
        "articles": [f"{basis.instrument}{basis.article}" for basis in finding.basis],
        "kinds": sorted({measure.kind for measure in finding.measures}),
        "missing": _reasons(finding.premises, PremiseState.MISSING),
        "refuted": _reasons(finding.premises, PremiseState.REFUTED),
        "unverified": list(finding.unverified),
    }


def _reasons(premises: Iterable[Premise], state: PremiseState) -> list[str]:
    return [premise.reason for premise in premises if premise.state is state]


def match(expected: list[dict[str, Any]], found: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Pair expectations with findings; return what is left of both."""
    missing, extra = [], list(found)
    for want in sorted(expected, key=len, reverse=True):
        hit = next((have for have in extra if all(have.get(key) == value for key, value in want.items())), None)
        if hit is None:
            missing.append(want)
        else:
            extra.remove(hit)
    return missing, extra
