"""The invariants of `api.access.sessions`, by number."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from api.access.errors import CredentialsRefused
from api.access.principal import Credentials
from api.access.sessions import IDLE, LONGEST, SETUP, hashed, make_setup, use_setup
from graph.errors import InputError, NotFound
from tests.access_world import PASSWORD, fresh, now

TICK = timedelta(seconds=1)


@pytest.fixture
def access(tmp_path):
    with fresh(tmp_path) as made:
        made.users.add("a", ["department"], now(), unit="tax")
        yield made


def everything(access):
    tables = ("users", "sessions", "tokens", "setup")
    return repr([access.db.rows(f"SELECT * FROM {table}") for table in tables])  # noqa: S608


def out(access, shown, at):
    with pytest.raises(CredentialsRefused):
        access.principal(shown, at)


def test_1_a_secret_is_kept_as_its_hash_alone(access):
    session = access.sessions.start("a", now())
    token, shown = access.tokens.create("a", "x", ["finding.read"], 1, now())
    link = make_setup(access.db, now())
    kept = everything(access)
    for secret in (session, shown.removeprefix(f"zeren_{token.id}_"), link):
        assert secret not in kept
        assert hashed(secret) in kept
        assert len(secret) >= 40


def test_2_a_session_ends_idle_and_at_the_latest(access):
    start = now()
    shown = Credentials(session=access.sessions.start("a", start))
    assert access.principal(shown, start + IDLE - TICK).unit == "tax"
    assert access.principal(shown, start + 2 * IDLE - 2 * TICK).via == "session"
    out(access, shown, start + 3 * IDLE)
    busy = Credentials(session=access.sessions.start("a", start))
    for minutes in range(0, int(LONGEST.total_seconds() // 60), 20):
        access.principal(busy, start + timedelta(minutes=minutes))
    out(access, busy, start + LONGEST + TICK)


@pytest.mark.parametrize("away", [IDLE, -IDLE - TICK, -timedelta(days=400)])
def test_2_what_was_refused_stays_so_when_the_clock_is_set_back(access, away):
    start = now()
    shown = Credentials(session=access.sessions.start("a", start))
    assert access.principal(shown, start - timedelta(minutes=2)).via == "session", "a clock that is corrected ends nothing"
    out(access, shown, start + away)
    out(access, shown, start)


def test_2_a_session_ends_when_told(access):
    secret = access.sessions.start("a", now())
    access.sessions.end(secret)
    out(access, Credentials(session=secret), now())
    out(access, Credentials(session="none"), now())


def test_3_a_token_ends_on_its_day_and_when_revoked(access):
    start = now()
    token, secret = access.tokens.create("a", "x", ["finding.read"], 1, start)
    shown = Credentials(bearer=secret)
    assert access.principal(shown, start).may("finding.read")
    out(access, shown, start + timedelta(days=1))
    access.tokens.revoke(token.id, start)
    out(access, shown, start)
    with pytest.raises(NotFound):
        access.tokens.revoke(token.id, start)
    assert access.tokens.all("a")[0].revoked_at


@pytest.mark.parametrize("secret", ["zeren_", "zeren_x_y", "zeren__", "zeren_{id}_", "zeren_{id}_wrong", "zeren_{id}"])
def test_3_a_wrong_token_is_refused(access, secret):
    token, _ = access.tokens.create("a", "x", ["finding.read"], 1, now())
    out(access, Credentials(bearer=secret.format(id=token.id)), now())


def test_another_kind_of_token_is_left_to_others(access):
    assert access.principal(Credentials(bearer="eyJhbGciOi.x.y"), now()) is None
    assert access.principal(Credentials(), now()).name == "public"


@pytest.mark.parametrize(("scopes", "days"), [([], 1), (["case.confirm"], 1), (["finding.read"], 0), (["finding.read"], 367)])
def test_3_a_token_without_end_or_with_more_than_its_user_is_refused(access, scopes, days):
    with pytest.raises(InputError):
        access.tokens.create("a", "x", scopes, days, now())


def test_a_token_of_nobody_is_refused(access):
    with pytest.raises(NotFound):
        access.tokens.create("nobody", "x", ["finding.read"], 1, now())


def test_4_the_link_works_once_for_an_hour_and_only_the_newest(access):
    old, start = make_setup(access.db, now()), now()
    link = make_setup(access.db, start)
    for secret, at in ((old, start), (link, start + SETUP + TICK), ("", start)):
        with pytest.raises(CredentialsRefused):
            use_setup(access.db, access.users, secret, "admin", PASSWORD, at)
    with pytest.raises(InputError):
        use_setup(access.db, access.users, link, "admin", "short", start)
    assert use_setup(access.db, access.users, link, "admin", PASSWORD, start).roles == ("administrator",)
    with pytest.raises(CredentialsRefused):
        use_setup(access.db, access.users, link, "admin2", PASSWORD, start)
    assert access.users.have("administrator")
    access.users.lock("admin")
    assert not access.users.have("administrator")


def test_4_the_link_is_of_no_use_once_there_is_an_administrator(access):
    link = make_setup(access.db, now())
    access.users.add("boss", ["administrator"], now())
    with pytest.raises(CredentialsRefused, match="an administrator by now"):
        use_setup(access.db, access.users, link, "intruder", PASSWORD, now())
    assert not access.users.knows("intruder")


def test_4_of_several_who_open_the_link_at_once_one_becomes_administrator(access):
    link = make_setup(access.db, now())

    def open_it(number):
        try:
            return use_setup(access.db, access.users, link, f"admin{number}", PASSWORD, now()).name
        except CredentialsRefused:
            return None

    with ThreadPoolExecutor(4) as pool:
        made = [name for name in pool.map(open_it, range(4)) if name]
    assert [user.name for user in access.users.all() if "administrator" in user.roles] == made
    assert len(made) == 1
