"""Write the tables of docs/service.md on access from `api/access/roles.yaml` and from what the routes declare.

Run `.venv/bin/python docs/make_service.py` after a role or a route changed; tests/unit/test_docs.py says when it was forgotten.
"""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api.access.errors import PermissionMissing
from api.access.principal import check, principal
from api.access.roles import Roles, load_roles
from api.http.app import create_app
from api.http.needs import declared
from api.settings import Settings
from graph.store import open_store

PAGE = Path(__file__).resolve().parent / "service.md"
BEGIN, END = "<!-- written by docs/make_service.py: begin -->\n", "<!-- end -->\n"


def page() -> str:
    """Return the page as it should be now."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    known = load_roles()
    parts = (_roles(known), _routes(known), _purposes(known))
    return before + BEGIN + "\n".join(line for part in parts for line in part) + END + after


def addresses() -> list[tuple[str, str, str]]:
    """Return method, address and permission of every route, in the order in which they are declared."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/zeren.db"
        with open_store(url) as store:
            assert store.version() == 0  # noqa: S101 - it has to be there, and may be empty
        app = create_app(Settings(store=url))
        found = [(method, address, need.permission) for method, address, need in declared(app)]
        with app.state.service.store, app.state.access:
            return found


def described() -> dict[str, Any]:
    """Return the OpenAPI document."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/zeren.db"
        with open_store(url) as store:
            assert store.version() == 0  # noqa: S101 - as above
        app = create_app(Settings(store=url))
        with app.state.service.store, app.state.access:
            return app.openapi()


def allowed(known: Roles, role: str, permission: str) -> str:
    """Return what a role gets by a permission: `–` for nothing, else what it sees of persons."""
    who = principal(known, role, [role], "token")
    try:
        check(known, who, permission)
    except PermissionMissing:
        return "–"
    return who.view


def _routes(known: Roles) -> Iterator[str]:
    yield "**Routes.** A route declares one permission; `–` is denied, else the word says what is shown of persons.\n"
    yield f"| route | needs | {' | '.join(known.roles)} |"
    yield f"|---|---|{'---|' * len(known.roles)}"
    for method, address, permission in addresses():
        cells = " | ".join(allowed(known, role, permission) for role in known.roles)
        yield f"| `{method} {address}` | {permission} | {cells} |"
    yield ""


def _roles(known: Roles) -> Iterator[str]:
    yield "| role | 角色 | sees of persons | may, beside what the public may |\n|---|---|---|---|"
    public = known.roles["public"].may
    for name, role in known.roles.items():
        own = role.may if name == "public" else role.may - public
        yield f"| {name} | {role.zh} | {role.persons} | {', '.join(each for each in known.permissions if each in own)} |"
    yield ""


def _purposes(known: Roles) -> Iterator[str]:
    yield "**Purposes.** `Zeren-Purpose: CODE` or `CODE; reference`; the link to a letter sends no header and says `?purpose=`:\n"
    yield "| code | 目的 | in words | reference |\n|---|---|---|---|"
    for code, kind in known.purposes.items():
        yield f"| `{code}` | {kind.zh} | {kind.en} | {'needed' if kind.reference else 'as you like'} |"
    yield ""


if __name__ == "__main__":
    ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter).parse_args()
    PAGE.write_text(page(), encoding="utf-8")
