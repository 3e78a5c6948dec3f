"""Write docs/rules-open.md, what a lawyer would have to settle, from the catalogue.

Run `.venv/bin/python -m docs.make_rules_open` after a rule changed; tests/unit/test_docs.py says when it was forgotten.
"""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from analytics.responsibility.catalogue import BasisRef, Catalogue, Clause, Rule, load_catalogue
from analytics.responsibility.instruments import late
from docs.make_rules import anchor
from graph import codes

PAGE = Path(__file__).resolve().parent / "rules-open.md"
HEAD = """\
# What a lawyer would have to settle

Written by `docs/make_rules_open.py` from the catalogue: each line goes once the rule says so, with the text that was read.
[The rules](rules.md) · [how to write one](writing-a-rule.md) ·
[what the law leaves open in a case](decisions/0012-what-the-law-leaves-open.md)
"""
_UNREAD: Final = ("memory", "not_read")
_CHOSEN: Final = {
    "silent": "the text is silent",
    "case_law": "from what courts decided",
    "design_choice": "chosen here",
    "memory": "from memory",
}


def page() -> str:
    """Return the page as it should be now."""
    catalogue = load_catalogue()
    parts = [
        _section("Clauses that are not in use", "Nobody is reached by them until the text is read.", _unused(catalogue)),
        _section(
            "Clauses that give a lead at most",
            "No instrument that is cited may carry the measure: is there one of a higher level that does?",
            _held(catalogue, "basis_missing"),
        ),
        _section(
            "Articles to be read before a lead becomes more",
            "An instrument of the level it takes is cited, and its text is known from memory only.",
            _held(catalogue, "basis_unread"),
        ),
        _section(
            "Articles that are younger than their rule",
            "An older decision is a lead: did an earlier text say the same?",
            (
                f"{_link(rule)}: {field}: {day}"
                for rule in catalogue.versions
                for field, day, _ in late(rule, catalogue.instruments)
            ),
        ),
        _section("Days and terms that nobody checked", "They are shown as unverified.", _known(catalogue, _UNREAD)),
        _section(
            "Days, terms, roles and measures known from a copy or quotation",
            "They are shown as unverified: does the official text say the same?",
            _known(catalogue, ("secondary",)),
        ),
        _section(
            "On which day the office must be held",
            "Whoever held it on another day is not reached: a choice in each of these clauses.",
            _days(catalogue),
        ),
        _section(
            "Lists judged by the law at the end of the conduct",
            "A listing of conduct that ended before the rule was law gives nothing by it: is the law of the day of the list meant"
            " (`law_of: decision`)?",
            _of_conduct(catalogue),
        ),
        _section(
            "Measures called mandatory where the word of duty is not certain",
            "可以 is not 应当: the word of the text decides, and it was not read, or words of both kinds stand in it.",
            _wordless(catalogue),
        ),
        _section("Measures without the passage of their article", "By instrument.", _textless(catalogue)),
        _section(
            "Whether a ban ends with the listing",
            "`relation: unclear`: it ends with the listing, because a limit of rights in doubt ends earlier.",
            (_link(rule) for rule in catalogue.versions if rule.relation == "unclear"),
        ),
        _section(
            "Measures of the source that are left out",
            "Each with the reason.",
            (f"{_link(rule)}: {name}: {why.en}" for rule in catalogue.versions for name, why in rule.left_out.items()),
        ),
    ]
    return "\n".join([HEAD, *parts])


def _section(title: str, what: str, lines: Iterable[str]) -> str:
    found = [*dict.fromkeys(lines)]
    listed = "\n".join(f"- {line}" for line in found) or "None now."
    return f"## {title}\n\n{what}\n\n{listed}\n"


def _unused(catalogue: Catalogue) -> Iterator[str]:
    yield from _told((rule, clause, rule.why_disabled(clause)) for rule, clause in _clauses(catalogue))


def _held(catalogue: Catalogue, gap: str) -> Iterator[str]:
    def cited(rule: Rule, clause: Clause) -> str:
        measures = rule.measures_of(clause)
        if rule.why_disabled(clause) or catalogue.instruments.gap(clause, measures) != gap:
            return ""
        return _cited(basis for measure in measures for basis in catalogue.instruments.carrying(measure) or measure.basis)

    yield from _told((rule, clause, cited(rule, clause)) for rule, clause in _clauses(catalogue))


def _known(catalogue: Catalogue, marks: Collection[str]) -> Iterator[str]:
    """Yield what of each rule is known in one of some ways, in the whole or in a clause; a term with what its note says of it."""
    for rule in catalogue.versions:
        found: dict[str, None] = {}
        for clause in rule.clauses:
            note = rule.term_of(clause).note
            told = {"term": f"term ({note.en})"} if note else {}
            found |= dict.fromkeys(told.get(field, field) for field, mark in rule.known(clause).items() if mark in marks)
        if found:
            yield f"{_link(rule)}: {', '.join(found)}"


def _days(catalogue: Catalogue) -> Iterator[str]:
    def chosen(clause: Clause) -> str:
        if not clause.when.startswith("office") or clause.temporal_source not in _CHOSEN:
            return ""
        day = "of the conduct" if clause.when == "office_at_conduct" else "of the decision"
        return f"the day {day} ({_CHOSEN[clause.temporal_source]})"

    yield from _told((rule, clause, chosen(clause)) for rule, clause in _clauses(catalogue))


def _of_conduct(catalogue: Catalogue) -> Iterator[str]:
    listings = {act.code for act in codes.load("acts") if act.listing}
    for rule in catalogue.versions:
        if rule.law_of == "conduct" and listings.issuperset(rule.acts) and rule.in_force.start:
            yield f"{_link(rule)}: law since {rule.in_force.start}"


def _wordless(catalogue: Catalogue) -> Iterator[str]:
    for rule in catalogue.versions:
        yield from (f"{_link(rule)}: {measure.id}: {measure.name.zh}" for measure in rule.measures if [*measure.doubts()])


def _textless(catalogue: Catalogue) -> Iterator[str]:
    lacking: dict[str, dict[str, None]] = {}
    for rule in catalogue.versions:
        for measure in rule.measures:
            if not measure.text:
                lacking.setdefault(_cited(measure.basis), {})[measure.id] = None
    yield from (f"{cited}: {', '.join(ids)}" for cited, ids in lacking.items())


def _told(clauses: Iterable[tuple[Rule, Clause, str]]) -> Iterator[str]:
    """Yield one line a rule and text, with the clauses that it is true of; an empty text is none."""
    alike: dict[tuple[str, str], list[str]] = {}
    for rule, clause, text in clauses:
        if text:
            alike.setdefault((_link(rule), text), []).append(clause.id)
    yield from (f"{link}, {', '.join(names)}: {text}" for (link, text), names in alike.items())


def _clauses(catalogue: Catalogue) -> Iterator[tuple[Rule, Clause]]:
    return ((rule, clause) for rule in catalogue.versions for clause in rule.clauses)


def _cited(bases: Iterable[BasisRef]) -> str:
    return "; ".join(dict.fromkeys(f"{basis.instrument} {basis.article}" for basis in bases))


def _link(rule: Rule) -> str:
    return f"[{rule.id}](rules.md#{anchor(rule)})"


if __name__ == "__main__":
    ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter).parse_args()
    PAGE.write_text(page(), encoding="utf-8")
