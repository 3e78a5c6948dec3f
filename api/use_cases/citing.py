"""Articles as they are cited: whoever cites one says when its text was not checked against the official one.

Invariants (tests/unit/test_api_citing.py holds one test a number)
1. An article read in the official text is cited as it is; any other with how it is known, wherever a human reads it.
2. A program is told in the same answer: the article stands among what is unverified, or bears its mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from api.locales import Texts


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


def basis_json(basis: Cited) -> dict[str, Any]:
    """Return an article as plain values."""
    return {"instrument": basis.instrument, "article": basis.article, "evidence": basis.evidence or "not_read"}


def listed(articles: Iterable[Mapping[str, Any]], unverified: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the articles of an explanation as a human reads them, each once: with the label of what is unverified of them."""
    labels = {item["field"]: item["label"] for item in unverified}
    names = dict.fromkeys(f"{item['instrument']} {item['article']}" for item in articles)
    return [labels.get(name, name) for name in names]
