"""The invariants of `api.access.users`, by number."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from api.access.errors import CredentialsRefused, TooManyRequests
from api.access.principal import Credentials
from api.access.users import LOCKED, MAX_FAILURES
from graph.errors import InputError, NotFound, Refused, UnknownCode
from tests.access_world import PASSWORD, fresh, now, token


@pytest.fixture
def strong(tmp_path):
    """An empty file of access."""
    with fresh(tmp_path) as made:
        yield made


@pytest.fixture
def access(strong, monkeypatch):
    """The same with hashes that take little work: for what is not about their strength."""
    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    monkeypatch.setattr("api.access.users._hasher", lambda: weak)
    monkeypatch.setattr("api.access.users._nobodys", lambda: weak.hash("nobody's password, which opens nothing"))
    return strong


def refused(access, name, password, at=None):
    with pytest.raises(CredentialsRefused) as said:
        access.users.log_in(name, password, at or now())
    return str(said.value)


def test_1_passwords_are_argon2_hashes_and_short_ones_are_refused(strong):
    access = strong
    access.users.add("a", ["clerk"], now(), PASSWORD)
    (kept,) = access.db.row("SELECT password FROM users")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in kept
    for bad in ("short", "x" * 201, ""):
        with pytest.raises(InputError, match="12 to 200 characters"):
            access.users.add("b", ["clerk"], now(), bad)


def test_1_a_password_is_the_same_from_every_keyboard(access):
    access.users.add("a", ["clerk"], now(), "密码很长很长很长１２３４５")
    assert access.users.log_in("a", "密码很长很长很长12345", now()).name == "a"


def test_2_failures_lock_even_the_right_password_out_for_a_time(access):
    access.users.add("a", ["clerk"], now(), PASSWORD)
    start = now()
    for _ in range(MAX_FAILURES - 1):
        refused(access, "a", "wrong", start)
    assert access.users.log_in("a", PASSWORD, start).failures == 0
    for _ in range(MAX_FAILURES):
        refused(access, "a", "wrong", start)
    refused(access, "a", PASSWORD, start + LOCKED - timedelta(seconds=1))
    assert access.users.log_in("a", PASSWORD, start + LOCKED + timedelta(seconds=1)).locked_until == ""


def wrong_at_once(access, name, number):
    """Fail so often that each attempt was let in before any of the others failed."""
    together = Barrier(number)

    def verified(_password, _hashed):
        together.wait(10)
        return False

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(number) as pool:
        patch.setattr("api.access.users._verified", verified)
        list(pool.map(lambda _: refused(access, name, "wrong"), range(number)))


def test_2_failures_at_the_same_time_do_not_undo_the_lock(access):
    access.users.add("a", ["clerk"], now(), PASSWORD)
    wrong_at_once(access, "a", MAX_FAILURES + 3)
    assert access.users.get("a").locked_until > now().isoformat()
    refused(access, "a", PASSWORD)
    later = now() + LOCKED
    assert access.users.log_in("a", PASSWORD, later + timedelta(seconds=1)).failures == 0


def test_2_who_is_locked_while_the_password_is_looked_at_is_not_let_in(access, monkeypatch):
    access.users.add("a", ["clerk"], now(), PASSWORD)

    def verified(_password, _hashed):
        monkeypatch.undo()
        for _ in range(MAX_FAILURES):
            refused(access, "a", "wrong")
        return True

    monkeypatch.setattr("api.access.users._verified", verified)
    refused(access, "a", PASSWORD)
    assert access.users.get("a").locked_until > now().isoformat()


def test_2_unlocking_ends_it(access):
    access.users.add("a", ["clerk"], now(), PASSWORD)
    for _ in range(MAX_FAILURES):
        refused(access, "a", "wrong")
    refused(access, "a", PASSWORD)
    access.users.unlock("a")
    assert access.users.log_in("a", PASSWORD, now()).name == "a"


def test_3_nobody_and_wrong_and_locked_are_refused_in_the_same_words_after_the_same_work(access, monkeypatch):
    work = []
    monkeypatch.setattr(
        "api.access.users._verified", lambda password, hashed: bool(work.append(hashed[:9])) or password == PASSWORD
    )
    access.users.add("a", ["clerk"], now(), PASSWORD)
    access.users.add("locked", ["clerk"], now(), PASSWORD)
    access.users.lock("locked")
    access.users.add("program", ["clerk"], now())
    said = {refused(access, "nobody", PASSWORD), refused(access, "a", "wrong"), refused(access, "locked", PASSWORD)}
    said.add(refused(access, "program", PASSWORD))
    assert len(said) == 1
    assert work == ["$argon2id"] * 4


def test_4_a_flood_of_logins_is_sent_away(strong):
    access = strong
    access.users.add("a", ["clerk"], now(), PASSWORD)

    def attempt(_):
        try:
            return access.users.log_in("a", PASSWORD, now()).name
        except TooManyRequests:
            return "sent away"

    with ThreadPoolExecutor(40) as pool:
        said = list(pool.map(attempt, range(40)))
    assert set(said) == {"a", "sent away"}
    assert access.users.log_in("a", PASSWORD, now()).name == "a"


@pytest.mark.parametrize("act", ["lock", "password", "roles"])
def test_5_what_changes_a_user_ends_its_sessions(access, act):
    access.users.add("a-clerk", ["clerk"], now(), PASSWORD)
    session, key = access.sessions.start("a-clerk", now()), token(access, "clerk")
    assert access.principal(Credentials(session=session), now()).name == "a-clerk"
    {
        "lock": lambda: access.users.lock("a-clerk"),
        "password": lambda: access.users.set_password("a-clerk", PASSWORD + "!"),
        "roles": lambda: access.users.set_roles("a-clerk", ["auditor"]),
    }[act]()
    with pytest.raises(CredentialsRefused):
        access.principal(Credentials(session=session), now())
    if act == "lock":
        with pytest.raises(CredentialsRefused):
            access.principal(Credentials(bearer=key), now())
    else:
        assert access.principal(Credentials(bearer=key), now()).name == "a-clerk"


@pytest.mark.parametrize("name", ["", "public", "a b", "-a", "a\n", "x" * 65, "<b>"])
def test_names_that_cannot_be_are_refused(access, name):
    with pytest.raises(InputError, match="no name of a user"):
        access.users.add(name, ["clerk"], now())


def test_what_cannot_be_is_refused(access):
    access.users.add("张三", ["clerk"], now())
    with pytest.raises(Refused, match="already"):
        access.users.add("张三", ["clerk"], now())
    access.users.add("zhao", ["clerk"], now())
    for spelt in ("Zhao", "ZHAO"):
        assert access.users.knows(spelt)
        with pytest.raises(Refused, match="already"):
            access.users.add(spelt, ["clerk"], now())
    assert access.users.knows("ｚｈａｏ")
    assert access.users.knows("某局（zhao）")
    assert access.users.knows("qian、zhao")
    assert not access.users.knows("某局（qian）")
    with pytest.raises(UnknownCode):
        access.users.add("b", ["emperor"], now())
    with pytest.raises(InputError, match="needs a role"):
        access.users.add("b", [], now())
    for act in (access.users.lock, access.users.unlock, access.users.get):
        with pytest.raises(NotFound):
            act("nobody")
    assert [user.name for user in access.users.all()] == ["zhao", "张三"]
