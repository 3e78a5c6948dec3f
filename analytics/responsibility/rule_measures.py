"""How a measure of a rule is written: what it is, whether it must or may be taken, and the articles that carry it.

Invariants (tests/unit/test_analytics_rule_format.py holds one test a number)
1. A measure is mandatory only where the text says so: 可以, 鼓励, 引导, 支持 and 参考 go with `recommended` alone, also where only
   the quoted passage has them; a mandatory one without any word of the text is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from analytics.responsibility.partial import Model, holds, read
from analytics.responsibility.said import Label, Said
from graph import codes

Mark = Literal["verbatim", "secondary", "memory", "not_read"]
MARKS: Final[tuple[Mark, ...]] = get_args(Mark)
"""How something is known, the best first: read in the official text, in a copy or quotation only, from memory, not at all."""
WEAK: Final = frozenset({"memory", "not_read"})
"""Marks of what nobody has seen in a text."""
Nature = Literal["restriction", "own_list", "court_measure", "record"]
Executes = Literal[
    "competent_authority", "court", "border_authority", "registration_authority", "licensing_authority", "tax_authority",
    "police", "civil_service_authority", "appointing_body",
    "financial_institution", "association", "credit_service", "public",
]  # fmt: skip
VOLUNTARY: Final = frozenset({"financial_institution", "association", "credit_service", "public"})
"""Who may be asked and never bound."""
Wording = Literal[
    "应当", "要", "不得", "禁止", "责令", "处", "处以", "取消", "撤销", "实行", "不适用", "可以", "鼓励", "引导", "支持", "参考"
]

MAY: Final = ("可以", "鼓励", "引导", "支持", "参考")
"""Words of a text that make no duty."""

_WRITTEN: Final = r"\S"
"""Something is written, not only blanks."""


ID: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
"""The form of an id."""
Id = Annotated[str, Field(pattern=ID)]
"""Letters, digits, dots, hyphens and underscores, on one line: it stands in messages, commands and names of files."""


class BasisRef(Model):
    """Instrument and article; the instrument must stand in `instruments.yaml`."""

    instrument: Annotated[str, Field(min_length=1, pattern=_WRITTEN)]
    """Name of the instrument, as it stands in `instruments.yaml`."""
    article: Annotated[str, Field(min_length=1, pattern=_WRITTEN)]
    """Article, paragraph and item, as the text counts them: 第12条第2款第4项."""
    evidence: Mark | None = None
    """How the text of this article is known, where not as the marks of the rule say; whoever cites it says so."""


class Bars(Model):
    """The offices that a measure bars from, where the text names some, or the running of a trade."""

    offices: tuple[str, ...] = Field(min_length=1)
    """Codes of `graph/codes/roles.yaml`; whoever also is one by another post is barred from that."""
    of: Label | None = None
    """Which enterprises, where not any: nobody can see from a register alone whether one is such."""
    others: bool = False
    """Only in other enterprises than the one of the decision."""

    def problems(self, place: str) -> Iterator[str]:
        """Yield the offices that are none."""
        roles = codes.load("roles")
        wrong = [name for name in read(lambda: self.offices, ()) if name not in roles or roles.get(name).kind != "office"]
        yield from (f"{place}.offices: {name!r} is no office in codes/roles.yaml" for name in wrong)


class MeasureRule(Model):
    """One measure: what it is, whether it must or may be taken, who takes it, and what carries it."""

    id: Id
    """Id of the measure; the same id in several rules is the same measure."""
    name: Label
    """What is done, in Chinese and English."""
    kind: Literal["mandatory", "recommended"]
    """强制性 (must be executed by law) or 推荐性: follows the text, 可以 is not 应当."""
    category: Literal["administrative", "market", "industry", "social"]
    """Of items 11 to 14 of the city policy: administrative, market, industry, or by society."""
    target: Literal["enterprise", "person", "both"]
    """Whom it is aimed at: whoever it is not aimed at is not reached by it."""
    nature: Nature = "restriction"
    """What it is at the hierarchy gate: see `instruments.yaml`."""
    executes: Executes = "competent_authority"
    """Who carries it out; financial institutions, associations, credit services and the public are asked, never bound."""
    wording: Wording | None = None
    """The word of the text that makes it mandatory or recommended, where the text was read."""
    text: str = ""
    """The passage of the article, word for word, where it was read."""
    basis: tuple[BasisRef, ...] = Field(min_length=1)
    """The articles that carry the measure; one of them at least has to be of a level that may (`instruments.yaml`)."""
    imposed_by: tuple[str, ...] = ()
    """Coded acts by which a decision itself imposes this measure on a party; on its respondent where they are acts of the rule."""
    bars: Bars | None = None
    """The offices that it bars a person from; absent for a measure that bars from none."""
    note: Said | None = None
    """What a reader should know of this measure."""

    def problems(self, place: str) -> Iterator[str]:
        """Yield what contradicts itself."""
        bars = read(lambda: self.bars, None)
        yield from bars.problems(f"{place}.bars") if bars else ()
        if holds(lambda: self.bars is not None and self.target == "enterprise"):
            yield f"{place}.bars: a measure on enterprises bars nobody from an office"
        if holds(lambda: self.executes in VOLUNTARY and self.kind == "mandatory"):
            yield f"{place}.kind: {self.executes} may be asked, never bound: recommended"
        if holds(lambda: self.wording in MAY and self.kind == "mandatory"):
            yield f"{place}.kind: {self.wording} is no duty: recommended"
        if holds(self._bound_and_recommended):
            yield f"{place}.kind: {self.wording} is a duty: mandatory"
        if holds(lambda: self.wording is not None and self.text and self.wording not in self.text):
            yield f"{place}.wording: {self.wording} does not stand in `text`"
        if holds(lambda: self.kind == "mandatory" and self.wording is None and self._allowed):
            yield f"{place}.kind: the passage says {self._allowed}: recommended, or `wording` names its word of duty"
        yield from unknown_acts(read(lambda: self.imposed_by, ()), f"{place}.imposed_by")

    def _bound_and_recommended(self) -> bool:
        duty = self.wording is not None and self.wording not in MAY
        return duty and self.kind == "recommended" and self.executes not in VOLUNTARY

    @property
    def _allowed(self) -> str:
        """The first word of the passage that makes no duty, empty where it has none."""
        return next((word for word in MAY if word in self.text), "")

    def doubts(self) -> Iterator[str]:
        """Yield what is no error, and what a lawyer should look at."""
        if self.kind == "mandatory" and self.wording is None:
            yield f"measures.{self.id}.kind: mandatory, and no word of the text says so: read it and give `wording`"
        elif self.kind == "mandatory" and self._allowed:
            yield f"measures.{self.id}.kind: the passage says {self._allowed} beside {self.wording}: see which is meant"


def unknown_acts(acts: tuple[str, ...], place: str) -> Iterator[str]:
    """Name the acts that are none."""
    yield from (f"{place}: {act!r} is not in codes/acts.yaml" for act in acts if act not in codes.load("acts"))
