"""What the OpenAPI document says of access: ways to log in, what each address needs, and the header for the purpose.

Invariants (tests/integration/test_http_access.py holds one test a number)
9. The document says of every address which permission it needs, and that the public needs none where that is so.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api.access.desk import Access
from api.access.roles import PUBLIC
from api.http.needs import COOKIE, declared

_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "An API token: `zeren token create`."},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Set by `POST /v1/session`."},
}
_CSRF = {
    "name": "X-CSRF-Token",
    "in": "header",
    "required": False,
    "description": "With a session: `csrf` of `GET /v1/session`.",
    "schema": {"type": "string", "maxLength": 64},
}


def describe(app: FastAPI) -> None:
    """Check that every route declares what it needs, and let the document say so.

    Raises
    ------
    ConfigError
        A route declares none, or one that no role can have.
    """
    access: Access = app.state.access
    needed = {(method.lower(), address): need.permission for method, address, need in declared(app)}
    plain = app.openapi
    purpose = _purpose(access)

    def document() -> dict[str, Any]:
        made = plain()
        if "securitySchemes" in made.get("components", {}):
            return made
        made["components"]["securitySchemes"] = _SCHEMES
        for address, methods in made["paths"].items():
            for method, operation in methods.items():
                permission = needed[method, address]
                anybody: list[dict[str, Any]] = [{}] if permission in access.roles.roles[PUBLIC].may else []
                operation["security"] = [{"token": []}, {"session": []}, *anybody]
                operation["x-permission"] = permission
                more = [purpose] if permission not in ("service.use", "user.manage") else []
                more += [] if method == "get" else [_CSRF]
                operation["parameters"] = [*operation.get("parameters", []), *more]
        return made

    app.openapi = document  # type: ignore[method-assign]


def _purpose(access: Access) -> dict[str, Any]:
    codes = ", ".join(f"`{code}`{' (with a reference)' if kind.reference else ''}" for code, kind in access.roles.purposes.items())
    return {
        "name": "Zeren-Purpose",
        "in": "header",
        "required": False,
        "description": f"Needed to see natural persons: a code, perhaps with `; reference`, percent-encoded UTF-8. Codes: {codes}.",
        "schema": {"type": "string", "maxLength": 1_000},
    }
