"""Write docs/rules.md from the catalogue.

Run `.venv/bin/python docs/make_rules.py` after a rule changed; tests/unit/test_docs.py says when it was forgotten.
"""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator
from pathlib import Path

from analytics.responsibility.catalogue import RESPONDENT, BasisRef, Catalogue, Clause, Rule, TermRule, load_catalogue
from analytics.responsibility.policy.document import list_digest
from api.locales import texts
from graph import codes

PAGE = Path(__file__).resolve().parent / "rules.md"
HEAD = """\
# Rules

Written by `docs/make_rules.py` from the files in [analytics/responsibility/rules](../analytics/responsibility/rules): change the
rules there, not here.

The law is data: one YAML file an instrument, and
[instruments.yaml](../analytics/responsibility/rules/instruments.yaml) with the level of each instrument and what a level may carry.
No code names an article. [How to write a rule](writing-a-rule.md) · [what the cases exercise](rules-coverage.md) ·
[what a lawyer would have to settle](rules-open.md)

    zeren rules list --lang en
    zeren rules list --role director --domain D2
    zeren rules show D2-WAGE --lang en

*by office* means that whoever held the office on the day asked for is proposed, and an official confirms; *named* that a document
must name the person and find him; *itself* that the decision is against the party. *A lead at most*: no instrument cited may carry
the measure by itself. *A lead until the article is read*: one may, and its text is known from memory only; what a decision itself
imposes stands all the same.
"""
_ZH = "zh"
_MARKS = {"verbatim": "", **{mark: texts("en").say(f"article_mark.{mark}") for mark in ("secondary", "memory", "not_read")}}
_HELD_BACK = {"": "in use", "basis_missing": "in use, a lead at most", "basis_unread": "in use, a lead until the article is read"}
HOW = {
    "respondent": "itself",
    "office_at_conduct": "by office at the conduct",
    "office_at_listing": "by office on the day of the decision",
}


def page() -> str:
    """Return the page as it should be now."""
    catalogue = load_catalogue()
    parts = [HEAD, *_index(catalogue), *(line for rule in catalogue.versions for line in _rule(rule, catalogue))]
    return "\n".join(parts).rstrip("\n") + "\n"


def _index(catalogue: Catalogue) -> Iterator[str]:
    yield "| rule | what it is about | in force | clauses in use |"
    yield "|---|---|---|---|"
    for rule in catalogue.versions:
        used = sum(not rule.why_disabled(clause) for clause in rule.clauses)
        yield f"| [{rule.id}](#{anchor(rule)}) | {rule.title.zh} | {_force(rule)} | {used} of {len(rule.clauses)} |"
    yield ""


def anchor(rule: Rule) -> str:
    """Return the anchor that a reader of Markdown gives the heading of a rule."""
    return f"{rule.id.lower()}-version-{rule.version}"


def _rule(rule: Rule, catalogue: Catalogue) -> Iterator[str]:
    yield f"## {rule.id} version {rule.version}\n"
    yield f"{rule.title.zh} — {rule.title.en}\n"
    yield f"- Basis: {_bases(rule.basis)}"
    yield f"- In force: {_force(rule)}; authority: {rule.authority.en}; domain {', '.join(rule.domains)}" + (
        f"; territory {rule.jurisdiction}" if rule.jurisdiction else ""
    )
    acts = codes.load("acts")
    yield f"- Acts: {'; '.join(f'{acts.label(act, _ZH)} (`{act}`)' for act in rule.acts)}"
    yield f"- Term: {term(rule.term)}" + (f"; ends with: {'; '.join(said.en for said in rule.exit)}" if rule.exit else "")
    yield f"- Known: {', '.join(f'{field} {mark}' for field, mark in rule.evidence.items())}; source: {rule.source.en}"
    if rule.not_reached:
        yield f"- Not reached: {'; '.join(said.en for said in rule.not_reached)}"
    yield from (f"- Left out: {name}: {reason.en}" for name, reason in rule.left_out.items())
    if rule.notes:
        yield f"- {rule.notes.en}"
    yield "\n| clause | who | how | effect | measures | state |\n|---|---|---|---|---|---|"
    yield from (_clause(rule, clause, catalogue) for clause in rule.clauses)
    yield "\n| measure | what | kind | executes | article |\n|---|---|---|---|---|"
    for measure in rule.measures:
        kind = f"{measure.kind} {measure.category}" + (f" ({measure.wording})" if measure.wording else "")
        yield f"| {measure.id} | {measure.name.zh} | {kind} | {measure.executes} | {_bases(measure.basis)} |"
    yield ""


def _clause(rule: Rule, clause: Clause, catalogue: Catalogue) -> str:
    roles = ["当事人" if role == RESPONDENT else codes.load("roles").label(role, "zh") for role in clause.roles]
    who = ("或者" if clause.either else "、").join(roles)
    how = [HOW.get(clause.when, "named and found" + (", or itself" if clause.also_respondent else ""))]
    how += ["personal fault found"] * ("personal_fault" in clause.needs)
    how += ["told beforehand"] * ("heard" in clause.needs)
    how += [f"the decision has `{'` or `'.join(clause.acts)}`"] if clause.acts else []
    how += [f"and `{'` or `'.join(clause.circumstances)}`"] if clause.circumstances else []
    how += [f"and imposes `{'` or `'.join(clause.penalised_by)}` on the party"] if clause.penalised_by else []
    measures = ", ".join(clause.measures) + (f"; {term(clause.term)}" if clause.term else "")
    return f"| {clause.id} | {who} | {'; '.join(how)} | {clause.effect} | {measures} | {state(rule, clause, catalogue)} |"


def state(rule: Rule, clause: Clause, catalogue: Catalogue) -> str:
    """Say whether a clause is in use, and if its measures can be more than a lead."""
    if reason := rule.why_disabled(clause):
        return f"not in use: {reason}"
    return _HELD_BACK[catalogue.instruments.gap(clause, rule.measures_of(clause))]


def term(given: TermRule) -> str:
    """Return a term in words."""
    length = {
        "fixed": f"{given.years} years",
        "cap": f"at most {given.years} years",
        "life": "for life",
        "range": f"{_least(given)} to {given.max_years if given.max_years == 'life' else f'{given.max_years} years'}",
        "by_decision": "as the decision says",
        "by_source_rule": "as the rule behind the listing says",
        "open": "open",
        "none": "over at once",
    }[given.type]
    counted = {"conduct_end": "from the end of the conduct", "publication": "from the publication"}
    start = counted.get(given.starts, "from the end of the sentence" if given.starts == "sentence_served" else "")
    return " ".join(part for part in (length, start) if part) + (f" ({given.note.en})" if given.note else "")


def _least(given: TermRule) -> str:
    return f"{given.min_months} months" if given.min_months else f"{given.min_years} years"


def _force(rule: Rule) -> str:
    start = rule.in_force.start.isoformat() if rule.in_force.start else "unknown"
    return f"{start} to {rule.in_force.until}" if rule.in_force.until else f"from {start}"


def _bases(bases: Iterable[BasisRef]) -> str:
    return "; ".join(dict.fromkeys(f"{basis.instrument} {basis.article}{_MARKS[basis.evidence]}" for basis in bases))


def main() -> None:
    """Write the page; with --digest print the digest of the list of measures instead."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--digest", action="store_true", help="print the digest of the list of measures, and write nothing")
    if parser.parse_args().digest:
        print(list_digest(load_catalogue()))  # noqa: T201 - asked for
    else:
        PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
