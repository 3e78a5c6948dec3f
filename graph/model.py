"""The nouns: what a fact can say.

Everything that Zeren knows is a `Fact`: one statement by one source, with the row it came from. Directions follow BODS and
FollowTheMoney: an edge runs interested party -> subject (person -> company, owner -> owned).

Invariants (tests/unit/test_graph_model.py holds one test a number)
1. The id of a fact is a hash of what it says and who says it: the same row delivered again is the same fact.
2. A person without a strong identifier is an appearance, that is (enterprise, name); `appearance()` is the only way to name one.
3. Shares are whole millionths between 0 and 1,000,000; ten holders of 5 % hold exactly one half.
4. What a fact says survives the codec: decode(encode(x)) == x.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from graph.dates import OPEN, UNKNOWN, PartialDate, Period, add_months, add_years
from graph.delivered import Absence, Delivery
from graph.errors import InputError

ALWAYS = Period(UNKNOWN, OPEN)
"""Holds, since nobody says when."""
PPM = 1_000_000
"""Parts in a whole share."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a statement was read: source, file and row (the header is row 1)."""

    source: str
    file: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """A name, of one kind (`full`, `short`, `former`, `alias`), for a time."""

    text: str
    kind: str = "full"
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number in a scheme: `uscc`, `cn_stock`, `registration`, `resident_id_hmac` (only ever the keyed hash)."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class PartyRef:
    """How a statement speaks of a party.

    Parameters
    ----------
    entity : str
        Id of the enterprise, authority or thing; for a person the id of the appearance.
    bearer : str, optional
        The source's own id of the person (`cn_listed_demo:P03199`), or `resident_id_hmac:` and a digest of the hash. Two bearers of
        one name at one enterprise in one source are two people; the snapshot keeps them apart.
    """

    entity: str
    bearer: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Part of a whole in millionths, known exactly or as bounds (`exact`: both are equal)."""

    minimum: int
    maximum: int

    def __post_init__(self) -> None:
        """Refuse a share outside the whole."""
        if not 0 <= self.minimum <= self.maximum <= PPM:
            raise InputError(f"a share lies between 0 % and 100 %, not {self.minimum / 10_000:g} % to {self.maximum / 10_000:g} %")

    @classmethod
    def exact(cls, ppm: int) -> Share:
        """Return a share known exactly."""
        return cls(ppm, ppm)


@dataclass(frozen=True, slots=True)
class Entity:
    """A company, person or authority, or what parties share: an address, a telephone, a tender (`codes/entity_kinds.yaml`)."""

    id: str
    kind: str
    names: tuple[Name, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    bearer: str | None = None


@dataclass(frozen=True, slots=True)
class Relationship:
    """A dated edge with one interest code: an office of `codes/roles.yaml`, or a code of `codes/interests.yaml`.

    `period` is the legal timeline; `registered` the register's, where a source gives both and they differ.
    """

    interested_party: PartyRef
    subject: PartyRef
    interest: str
    period: Period
    registered: Period | None = None
    share: Share | None = None
    amount_fen: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """How long something imposed lasts: years and months, or life; all empty means not read."""

    years: int | None = None
    months: int | None = None
    life: bool = False

    @property
    def known(self) -> bool:
        """Whether the term was read at all: not read is never life."""
        return self.life or self.years is not None or self.months is not None

    def after(self, start: date) -> date:
        """Return the day on which it is over that begins on a day; one for life, or that was not read, has no such day."""
        end = add_years(start, self.years) if self.years else start
        return add_months(end, self.months) if self.months else end


NOT_READ = Term()
"""The term of what a decision imposed without our having read for how long."""


@dataclass(frozen=True, slots=True)
class Imposed:
    """What a decision imposed on one party: a coded act, the words, the term, the first day if not the decision's, the amount."""

    act: str
    text: str = ""
    term: Term = NOT_READ
    start: PartialDate | None = None
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """What a decision says of one person it names.

    `party` is None where the name could not be read: such a one is merged with nobody. `found_as` holds the
    found-only roles; `responsible` is None where the document says nothing of it (unknown, not innocent).
    """

    decision: str
    party: PartyRef | None
    name: str
    posts: tuple[str, ...] = ()
    post_text: str = ""
    found_as: tuple[str, ...] = ()
    found_text: str = ""
    responsible: bool | None = None
    imposed: tuple[Imposed, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """An authority's act on a respondent (`codes/decision_kinds.yaml`), with what it does as coded acts (`codes/acts.yaml`).

    `valid`: from when and until when what it grants is valid.
    """

    id: str
    kind: str
    acts: tuple[str, ...]
    respondent: PartyRef
    authority: str
    number: str = ""
    authority_level: str | None = None
    region: str | None = None
    date: PartialDate = UNKNOWN
    date_basis: str | None = None
    conduct: Period | None = None
    conduct_text: str = ""
    basis: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    imposed: tuple[Imposed, ...] = ()
    parties_complete: bool | None = None
    valid: Period | None = None


@dataclass(frozen=True, slots=True)
class DecisionLink:
    """`decision` stands in a relation (`codes/decision_links.yaml`) to `other`, from a day on where the relation has one."""

    decision: str
    relation: str
    other: str
    since: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class ClaimRuling:
    """A human's answer to "these two are one person": accepted, rejected or undone, with who and why."""

    claim: str
    first: str
    second: str
    ruling: str
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a decision, finding or restriction, to a task, or to what is kept about work itself.

    `number` is that of the document that says so, `refers` the event that this one answers or undoes, `details` what else the
    kind asks for, as (label, value).
    """

    kind: str
    about: str
    on: PartialDate
    by: str = ""
    text: str = ""
    number: str = ""
    refers: str = ""
    details: tuple[tuple[str, str], ...] = ()


class Outcome(StrEnum):
    """What a finding amounts to."""

    ESTABLISHED = "established"
    LEAD = "lead"
    BLOCKED = "blocked"


class PremiseState(StrEnum):
    """Answer to one legal premise."""

    PROVED = "proved"
    MISSING = "missing"
    REFUTED = "refuted"


@dataclass(frozen=True, slots=True)
class Premise:
    """One premise of a clause and its answer.

    `reason` is a code of `codes/reasons.yaml`; `compared` holds what was compared, as (label, value), for the explanation.
    """

    name: str
    state: PremiseState
    reason: str
    evidence: tuple[str, ...] = ()
    compared: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure as a rule states it."""

    id: str
    name_zh: str
    kind: str
    category: str


@dataclass(frozen=True, slots=True)
class Basis:
    """Instrument and article, and how its text is known: `verbatim`, `secondary` (a copy or quotation), `memory` or `not_read`."""

    instrument: str
    article: str
    evidence: str = "verbatim"


@dataclass(frozen=True, slots=True)
class Finding:
    """Say that one party answers, or may answer, for a decision under a clause. Derived, never typed in.

    `until` is an ISO date, `life`, or None for not known. `id` is a hash of decision, clause, party and effect.
    """

    id: str
    outcome: Outcome
    origin: str
    effect: str
    decision: str
    company: str
    party: str
    party_kind: str
    role: str
    rule: str
    rule_version: int
    clause: str
    measures: tuple[Measure, ...]
    basis: tuple[Basis, ...]
    start: date | None
    until: str | None
    premises: tuple[Premise, ...]
    path: tuple[str, ...]
    unverified: tuple[str, ...] = ()
    evidence_hash: str = ""


@dataclass(frozen=True, slots=True)
class CatalogueVersion:
    """Which catalogue findings were derived with: its hash, and the rules as text, so that a past answer can be derived again."""

    hash: str
    text: str


Payload = (
    Entity | Relationship | Decision | Naming | DecisionLink | ClaimRuling | Event | Finding | CatalogueVersion | Delivery | Absence
)


P = TypeVar("P", bound=Payload, covariant=True)


@dataclass(frozen=True, slots=True)
class Fact(Generic[P]):
    """One statement by one source.

    `key` stays the same when the statement is corrected or changes; `id` names this wording of it (see `graph.codec.fact_id`).
    """

    id: str
    key: str
    value: P
    origin: Origin
    flags: tuple[str, ...] = ()


class Operation(StrEnum):
    """How a version of a fact came to be recorded."""

    NEW = "new"
    CHANGE = "change"
    CORRECTION = "correction"
    RETRACTION = "retraction"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A version of a fact in the store: from `version` (recorded at `recorded_at`) until the next one of the same key."""

    fact: Fact[Payload]
    version: int
    recorded_at: datetime
    operation: Operation
    reason: str = ""


def appearance(enterprise: str, name: str) -> str:
    """Return the id of "the person of this name at this enterprise"; the name must be normalised already.

    Raises
    ------
    InputError
        The name has a character that separates the parts of ids (`#`, `@`).
    """
    if "#" in name or "@" in name:
        raise InputError(f"{name!r} is no person's name: it contains # or @")
    return f"{enterprise}#{name}"


def node_parts(node: str) -> tuple[str, str]:
    """Return (appearance, bearer) of a person's node; the bearer is empty for an appearance that is not split."""
    enterprise, _, rest = node.partition("#")
    name, _, bearer = rest.partition("@")
    return f"{enterprise}#{name}", bearer


def appearance_parts(entity: str) -> tuple[str, str] | None:
    """Return (enterprise, name) of an appearance or of one bearer of it, None for any other entity."""
    enterprise, separator, name = entity.partition("#")
    return (enterprise, name.split("@", 1)[0]) if separator else None


def appearance_name(entity: str) -> str:
    """Return the name in the id of an appearance or of one bearer of it, nothing for any other entity."""
    parts = appearance_parts(entity)
    return parts[1] if parts else ""
