"""Roles as data: who may do what, what each sees of natural persons, and for which purposes (`roles.yaml`).

Invariants (tests/unit/test_access_roles.py holds one test a number)
1. What stands nowhere is denied; a role, permission or view that nobody defined is an error of the file.
2. Every role may do what the public may, and the public sees no natural person.
3. A role sees natural persons if, and only if, it has `person.read`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError, model_validator

from analytics.responsibility.partial import Model
from analytics.responsibility.said import Label
from graph import strict_yaml
from graph.errors import ConfigError, UnknownCode

FILE: Final = Path(__file__).parent / "roles.yaml"
PUBLIC: Final = "public"
ADMINISTRATOR: Final = "administrator"
PERSONS: Final = "person.read"
MANAGE: Final = "user.manage"
View = Literal["none", "masked", "named", "full"]


class Permission(Label):
    """A named act; `names`: its answers are of no use to whoever may not see names."""

    names: bool = False


class Role(Label):
    """What a role may, and what it sees of natural persons."""

    persons: View
    may: frozenset[str]


class PurposeKind(Label):
    """For what a person is looked at; `reference`: the number of a case or document is asked for."""

    reference: bool = False


class Roles(Model):
    """The whole file."""

    views: tuple[View, ...]
    permissions: Mapping[str, Permission]
    roles: Mapping[str, Role]
    purposes: Mapping[str, PurposeKind]

    @model_validator(mode="after")
    def _sound(self) -> Roles:
        if PUBLIC not in self.roles or self.roles[PUBLIC].persons != "none":
            raise ValueError("there must be a role `public`, and it sees no person")
        if ADMINISTRATOR not in self.roles:
            raise ValueError("there must be a role `administrator`: the first user gets it")
        for name, role in self.roles.items():
            if unknown := role.may - self.permissions.keys():
                raise ValueError(f"{name}: no permission {', '.join(sorted(unknown))}")
            if (PERSONS in role.may) != (role.persons != "none"):
                raise ValueError(f"{name}: {PERSONS} and a view of persons go together")
        return self

    def role(self, name: str) -> Role:
        """Return a role; raises `UnknownCode`."""
        if name not in self.roles:
            raise UnknownCode(
                f"no role {name!r}; there are {', '.join(self.roles)}", zh=f"没有角色 {name}；可用的角色：{'、'.join(self.roles)}"
            )
        return self.roles[name]

    def permission(self, name: str) -> Permission:
        """Return a permission; raises `UnknownCode`."""
        if name not in self.permissions:
            raise UnknownCode(f"no permission {name!r}; there are {', '.join(self.permissions)}")
        return self.permissions[name]

    def may(self, roles: Iterable[str]) -> frozenset[str]:
        """Return what several roles may together."""
        return self.roles[PUBLIC].may.union(*(self.role(name).may for name in roles))

    def view(self, roles: Iterable[str]) -> View:
        """Return the widest view of persons that several roles have."""
        return max((self.role(name).persons for name in roles), key=self.views.index, default="none")


def parse_roles(text: str, name: str = FILE.name) -> Roles:
    """Read roles.

    Raises
    ------
    ConfigError
        Something in it cannot be.
    """
    try:
        return Roles.model_validate(strict_yaml.read(text))
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise ConfigError(f"{name}: {'; '.join(faults)}") from None


@cache
def load_roles() -> Roles:
    """Return the roles that ship."""
    return parse_roles(FILE.read_text(encoding="utf-8"))
