"""Articles as they are cited: whoever cites one says when its text was not checked against the official one.

Invariants (tests/unit/test_api_citing.py holds one test a number)
1. An article read in the official text is cited as it is; any other with how it is known, wherever a human reads it.
2. A program is told in the same answer: the article stands among what is unverified, or bears its mark.
3. A term, a role, a measure or a day of a rule that nobody read in the official text is told with how it is known, and a term with
   what its note says of it (another province's rule, say): whatever the mark, if it is not `verbatim`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from analytics.responsibility.catalogue import Catalogue
from api.locales import Texts
from graph.model import Finding


class Cited(Protocol):
    """What an article is to whoever cites it: of a rule, or of a finding."""

    @property
    def instrument(self) -> str:
        """Name of the instrument."""

    @property
    def article(self) -> str:
        """The article in it."""

    @property
    def evidence(self) -> str | None:
        """How its text is known; None: nobody said."""


def name_of(basis: Cited) -> str:
    """Return instrument and article as one name."""
    return f"{basis.instrument} {basis.article}"


def unread(bases: Iterable[Cited]) -> dict[str, str]:
    """Return the articles that nobody read in the official text, and how each is known, in the order given."""
    return {name_of(basis): basis.evidence or "not_read" for basis in bases if basis.evidence != "verbatim"}


def with_mark(article: str, evidence: str | None, words: Texts) -> str:
    """Return an article as a human reads it."""
    return article if evidence == "verbatim" else article + words.say(f"article_mark.{evidence or 'not_read'}")


def fields_unread(catalogue: Catalogue, finding: Finding, words: Texts) -> dict[str, str]:
    """Return the fields of its rule that a finding rests on and nobody read in the official text, each as a human reads it."""
    rule = catalogue.version_or_last(finding.rule, finding.rule_version)
    clause = next((each for each in rule.clauses if each.id == finding.clause), None) if rule else None
    told = {field: words.label("unverified", field) for field in finding.unverified}
    if rule is None or clause is None:
        return told
    note = rule.term_of(clause).note
    if "term" in told and note is not None:
        told["term"] = words.say("unverified_note", field=told["term"], note=note.zh if words.lang == "zh" else note.en)
    known = rule.known(clause)
    return {field: with_mark(label, known.get(field, "not_read"), words) for field, label in told.items()}


def basis_json(basis: Cited) -> dict[str, Any]:
    """Return an article as plain values."""
    return {"instrument": basis.instrument, "article": basis.article, "evidence": basis.evidence or "not_read"}


def listed(articles: Iterable[Mapping[str, Any]], unverified: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the articles of an explanation as a human reads them, each once: with the label of what is unverified of them."""
    labels = {item["field"]: item["label"] for item in unverified}
    names = dict.fromkeys(f"{item['instrument']} {item['article']}" for item in articles)
    return [labels.get(name, name) for name in names]
