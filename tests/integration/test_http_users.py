"""Users and tokens over HTTP: what the commands do, by whoever manages them; a real server on a free port."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from api.http import access_schemas as schemas
from api.http.once import REPLAYED
from api.http.routes import users
from graph.errors import UnknownCode
from tests.access_world import PURPOSE, now
from tests.integration.test_http import assert_problem
from tests.integration.test_http_writes import Served, serving

ADMIN = "boss"


@pytest.fixture
def served(tmp_path) -> Iterator[Served]:
    with serving(tmp_path) as made:
        made.access.users.add(ADMIN, ["administrator"], now())
        made.sent[ADMIN] = {"Authorization": f"Bearer {made.access.issue(ADMIN, 'test', None, 1, now())[1]}"}
        yield made


def post(served: Served, address: str, key: str | None = None, **body: object):
    return served.post(address, body, ADMIN, key)


def last(served: Served) -> tuple[str, str, str]:
    row = served.access.trail.page(served.access.trail.head().length - 1, 1)[0].as_json()
    return row["by"], row["what"], row["asked"]


def test_a_user_is_added_logs_in_gets_other_roles_and_is_kept_out(served: Served) -> None:
    added = post(served, "/v1/users", name="new", roles=["official"], unit="fgw", login=True)
    user = schemas.NewUser.model_validate(added.json())
    assert (user.roles, user.unit, user.has_password) == (["official"], "fgw", True)
    assert last(served) == (ADMIN, "POST /v1/users", "new")

    def logs_in(password: str | None) -> int:
        served.client.cookies.clear()
        return served.client.post("/v1/session", json={"name": "new", "password": password}).status_code

    assert logs_in(user.password) == 200
    other = schemas.NewUser.model_validate(post(served, "/v1/users/new/password").json())
    assert (logs_in(user.password), logs_in(other.password)) == (401, 200)
    changed = post(served, "/v1/users/new/role", roles=["clerk", "auditor"])
    assert schemas.OneUser.model_validate(changed.json()).roles == ["auditor", "clerk"]
    assert last(served) == (ADMIN, "POST /v1/users/{id}/role", "new: clerk auditor")
    assert post(served, "/v1/users/new/lock").json()["locked"]
    assert logs_in(other.password) == 401
    assert not post(served, "/v1/users/new/unlock").json()["locked"]
    assert logs_in(other.password) == 200
    served.client.cookies.clear()
    listed = served.get("/v1/users", ADMIN).json()
    schemas.UserPage.model_validate(listed)
    assert {row["name"] for row in listed["items"]} == {user.name for user in served.access.users.all()}


def test_a_token_is_made_shown_once_used_listed_and_taken_back(served: Served) -> None:
    made = post(served, "/v1/tokens", user="zhao", scopes=["decision.read", "person.read"], label="示例", days=3).json()
    token = schemas.NewToken.model_validate(made)
    sent = {"Authorization": f"Bearer {token.token}", **PURPOSE}
    assert served.client.get("/v1/decisions", headers=sent).status_code == 200
    assert_problem(served.client.get("/v1/findings", headers=sent), 403, "permission_missing")
    every = served.get("/v1/tokens", ADMIN, user="zhao")
    schemas.TokenPage.model_validate(every.json())
    assert [row["id"] for row in every.json()["items"]] == [each.id for each in served.access.tokens.all("zhao")]
    assert token.token not in every.text
    assert post(served, f"/v1/tokens/{token.id}/revoke").json() == {"id": token.id, "revoked": True}
    assert last(served) == (ADMIN, "POST /v1/tokens/{id}/revoke", token.id)
    assert_problem(served.client.get("/v1/decisions", headers=sent), 401, "credentials_refused")
    assert_problem(post(served, f"/v1/tokens/{token.id}/revoke"), 404, "not_found")
    assert set(post(served, "/v1/tokens", user="zhao").json()["scopes"]) == served.access.roles.may(["official"])


def test_the_same_key_makes_one_token_and_shows_its_secret_once(served: Served) -> None:
    first = post(served, "/v1/tokens", "12345678", user="zhao", label="a")
    again = post(served, "/v1/tokens", "12345678", user="zhao", label="a")
    assert again.headers[REPLAYED] == "true"
    assert again.json() == first.json() | {"token": None}
    assert len([token for token in served.access.tokens.all("zhao") if token.label == "a"]) == 1
    secret, place = first.json()["token"].split("_", 2)[2].encode(), served.access.db.place
    assert not any(secret in file.read_bytes() for file in place.parent.glob(f"{place.name}*") if file.is_file())
    assert_problem(post(served, "/v1/tokens", "12345678", user="zhao", label="b"), 409, "refused")
    added = post(served, "/v1/users", "abcdefgh", name="new", roles=["clerk"], login=True).json()
    assert post(served, "/v1/users", "abcdefgh", name="new", roles=["clerk"], login=True).json() == added | {"password": None}
    assert_problem(post(served, "/v1/users", name="new", roles=["clerk"]), 409, "refused")
    assert_problem(post(served, "/v1/tokens", "refused-1", user="nobody"), 404, "not_found")
    served.access.users.add("nobody", ["clerk"], now())
    assert post(served, "/v1/tokens", "refused-1", user="nobody").status_code == 200, "what was refused keeps no key"


def test_a_secret_that_looks_like_a_number_to_be_hidden_is_shown_as_it_is(served: Served, monkeypatch) -> None:
    monkeypatch.setattr(users, "new_password", lambda: "X-13812345678-X")
    assert post(served, "/v1/users", name="new", roles=["clerk"], login=True).json()["password"] == "X-13812345678-X"


def test_what_cannot_be_is_refused_and_nobody_else_may(served: Served) -> None:
    assert_problem(post(served, "/v1/users", name="x", roles=["king"]), 400, "invalid_input")
    assert_problem(post(served, "/v1/users", name="x", roles=[]), 422, "invalid_parameter")
    assert_problem(post(served, "/v1/users", name="а", roles=["clerk"]), 400, "invalid_input")
    assert_problem(post(served, "/v1/users/none/lock"), 404, "not_found")
    assert_problem(post(served, "/v1/tokens", user="zhao", scopes=[]), 400, "invalid_input")
    assert_problem(post(served, "/v1/tokens", user="zhao", scopes=["user.manage"]), 400, "invalid_input")
    assert_problem(served.post("/v1/users", {"name": "x", "roles": ["administrator"]}, "zhao"), 403, "permission_missing")
    assert_problem(served.get("/v1/tokens", "auditor"), 403, "permission_missing")
    said = served.client.get("/v1/users", headers=served.sent[ADMIN] | {"Accept": "application/x-ndjson"}).text.splitlines()
    assert [json.loads(line)["name"] for line in said] == sorted(user.name for user in served.access.users.all())


def test_a_unit_is_one_that_there_is_and_can_be_changed(served: Served) -> None:
    said = assert_problem(post(served, "/v1/users", name="new", roles=["department"], unit="finanse"), 422, "invalid_parameter")
    assert "finance" in said["detail"]
    with pytest.raises(UnknownCode):
        served.access.users.add("new", ["department"], now(), unit="nonsense")
    assert post(served, "/v1/users", name="new", roles=["department"], unit="市财政局").json()["unit"] == "finance"
    served.sent["new"] = {"Authorization": f"Bearer {served.access.issue('new', 'test', None, 1, now())[1]}"}
    assert post(served, "/v1/users/new/unit", unit="court").json()["unit"] == "court"
    assert served.get("/v1/session", "new").json()["unit"] == "court"
    assert_problem(post(served, "/v1/users/new/unit", unit="nonsense"), 422, "invalid_parameter")
    assert_problem(post(served, "/v1/users/nobody/unit", unit="court"), 404, "not_found")
    assert post(served, "/v1/users/new/unit", unit="").json()["unit"] == ""


def test_a_dry_run_answers_as_the_act_would_and_does_nothing(served: Served) -> None:
    post(served, "/v1/users", name="new", roles=["department"])
    token = post(served, "/v1/tokens", user="new").json()["id"]
    before = served.access.users.all(), served.access.tokens.all(), served.access.trail.head()
    acts: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("/v1/users", {"name": "newer", "roles": ["clerk"], "login": True}, {"name": "newer", "password": None}),
        ("/v1/users/new/role", {"roles": ["clerk"]}, {"roles": ["clerk"]}),
        ("/v1/users/new/unit", {"unit": "court"}, {"unit": "court"}),
        ("/v1/users/new/lock", {}, {"locked": True}),
        ("/v1/users/new/unlock", {}, {"locked": False}),
        ("/v1/users/new/password", {}, {"has_password": True, "password": None}),
        ("/v1/tokens", {"user": "new"}, {"user": "new", "token": None, "id": None}),
        (f"/v1/tokens/{token}/revoke", {}, {"revoked": True}),
    ]
    for address, asked, wanted in acts:
        answer = post(served, address, "a-key-of-mine", **asked, dry_run=True)
        assert answer.status_code == 200, answer.text
        assert wanted.items() <= answer.json().items()
    assert_problem(post(served, "/v1/users", name="new", roles=["clerk"], dry_run=True), 409, "refused")
    assert (served.access.users.all(), served.access.tokens.all(), served.access.trail.head()) == before


def managed_by(served: Served) -> set[str]:
    return set(served.access.users.managers(now()))


def test_the_last_administrator_neither_locks_himself_nor_takes_his_own_role(served: Served) -> None:
    (token,) = served.access.tokens.all(ADMIN)
    last_ways = (
        (f"/v1/users/{ADMIN}/lock", {}), (f"/v1/users/{ADMIN}/role", {"roles": ["clerk"]}), (f"/v1/tokens/{token.id}/revoke", {}),
    )  # fmt: skip
    served.access.users.add("locked", ["administrator"], now(), "a good long password")
    served.access.users.lock("locked")
    served.access.users.add("no.way.in", ["administrator"], now())
    served.access.issue("no.way.in", "ended", None, 1, now() - timedelta(days=2))
    for address, body in last_ways:
        assert "another administrator" in assert_problem(post(served, address, **body), 409, "refused")["detail"]
        assert_problem(post(served, address, dry_run=True, **body), 409, "refused")
        assert managed_by(served) == {ADMIN}
    served.sent[ADMIN]["Accept-Language"] = "zh"
    assert "另设一名系统管理员" in post(served, last_ways[0][0]).json()["detail"]
    served.access.users.add("second", ["administrator"], now(), "a good long password")
    assert post(served, f"/v1/users/{ADMIN}/role", roles=["clerk"]).status_code == 200
    assert managed_by(served) == {"second"}


def test_of_two_administrators_who_lock_each_other_at_once_one_stays(served: Served) -> None:
    last = ADMIN
    for turn in range(5):
        names = [f"admin.{turn}.{each}" for each in "ab"]
        for name in names:
            served.access.users.add(name, ["administrator"], now())
            served.sent[name] = {"Authorization": f"Bearer {served.access.issue(name, 'test', None, 1, now())[1]}"}
        served.access.users.lock(last)
        with ThreadPoolExecutor(2) as at_once:
            answers = list(at_once.map(lambda name: served.post(f"/v1/users/{name}/lock", {}, name), names))
        assert sorted(answer.status_code for answer in answers) == [200, 409], [answer.text for answer in answers]
        (last,) = managed_by(served)
