"""What an extract yields: parties, what they hold in each other, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from graph.model import Entity, Fact, Identifier, Name, Payload, Recorded, Relationship

UNREAD: Final = "unread:"
"""Begins the id of whom a decision names in a way that nobody could read."""
UNLIKE_OTHERS: Final = frozenset(("arrangement", "anonymousEntity", "unknownEntity", "state"))
"""Types of entities of BODS for which there is no kind of ours."""
STOCK: Final = "cn_stock"
REGISTRATION: Final = "registration"
"""Scheme of the numbers of registers, whichever register that is."""
SCHEMES: Final[Mapping[str, str]] = {"number_scheme": "scheme", "number_scheme_name": "schemeName"}
"""Attributes that say what the scheme of a number is and is called, each with the field of BODS."""
P = TypeVar("P", bound=Payload, covariant=True)


@dataclass(frozen=True, slots=True)
class Node:
    """A party, or what parties share: what all sources together say of it."""

    id: str
    kind: str
    label: str
    names: tuple[Name, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    facts: tuple[Fact[Entity], ...] = ()

    @property
    def unread(self) -> bool:
        """Whether this is somebody whom a decision names in a way that nobody could read."""
        return self.id.startswith(UNREAD)


def in_scheme(scheme: str | None, number: str | None) -> str:
    """Return the value of an attribute that says of which scheme a number is; empty where there is no scheme or no number."""
    return f"{scheme}: {number}" if scheme and number else ""


def schemes_of(node: Node, number: str) -> dict[str, str]:
    """Return what the attributes of a party say of the scheme of a number, by the field of BODS."""
    end = f": {number}"
    return {SCHEMES[name]: said.removesuffix(end) for name, said in node.attributes if name in SCHEMES and said.endswith(end)}


def schemes_unsaid(node: Node) -> int:
    """Return how many attributes say of which scheme a number is that is none of the party's."""
    ends = [f": {number.value}" for number in node.identifiers if number.scheme == REGISTRATION]
    return sum(name in SCHEMES and not any(map(said.endswith, ends)) for name, said in node.attributes)


@dataclass(frozen=True, slots=True)
class Edge:
    """A relationship between two nodes; `sure` is False where one of its ends could be one of several people."""

    party: str
    subject: str
    recorded: Recorded
    fact: Fact[Relationship]
    sure: bool
    kinds: tuple[str, str]
    """The kinds of party and subject."""

    @property
    def value(self) -> Relationship:
        """What the statement says."""
        return self.fact.value


@dataclass(frozen=True, slots=True)
class Said(Generic[P]):
    """A decision, naming or finding, and the node of the party that it speaks of."""

    fact: Fact[P]
    party: str

    @property
    def value(self) -> P:
        """What the statement says."""
        return self.fact.value
