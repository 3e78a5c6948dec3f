"""What `graph/store/base.py` promises, on every backend; each test quotes the invariant it stands for."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.codec import make_fact
from graph.dates import OPEN, UNKNOWN, PartialDate, Period
from graph.errors import InputError, NotFound, Refused, StoreConflict, StoreError
from graph.model import (
    ClaimRuling,
    Entity,
    Fact,
    Identifier,
    Name,
    Naming,
    Operation,
    Origin,
    PartyRef,
    Payload,
    Recorded,
    Relationship,
    appearance,
)
from graph.store import open_store
from graph.store.audit import chained, contents_of, verify
from graph.store.base import MAX_BATCH, Act, AuditRow, Sealed, Store, Write
from graph.store.block import Block
from graph.store.clock import TOLERANCE
from graph.store.listing import Listed, listed

BACKENDS: list[tuple[str, Callable[[pytest.FixtureRequest], Callable[[Path], str]]]] = [
    ("sqlite", lambda _: lambda folder: f"sqlite:///{folder / 'facts.db'}"),
    ("neo4j", lambda request: lambda _: request.getfixturevalue("neo4j_server").empty()),
]
"""(name, what returns, given a test's fixtures, what returns the URL of an empty store, given an empty folder)."""

START = datetime(2024, 1, 1, tzinfo=UTC)
ORIGIN = Origin("demo", "list.csv", 2)
NEW, CHANGE, CORRECTION, RETRACTION = (
    Operation.NEW,
    Operation.CHANGE,
    Operation.CORRECTION,
    Operation.RETRACTION,
)


@pytest.fixture(scope="session", params=[pytest.param(make, id=name, marks=pytest.mark.required) for name, make in BACKENDS])
def backend(request: pytest.FixtureRequest) -> Callable[[Path], str]:
    made: Callable[[Path], str] = request.param(request)
    return made


@pytest.fixture
def url(backend: Callable[[Path], str], tmp_path: Path) -> str:
    return backend(tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened


def act(hours: int = 0, progress: tuple[str, str] | None = None) -> Act:
    return Act(START + timedelta(hours=hours), "测试甲", "load list.csv", progress)


def office(key: str = "1", start: str = "2015", end: str = "open", text: str = "", **more: Any) -> Fact[Payload]:
    period = Period(PartialDate.parse(start), PartialDate.parse(end))
    value = Relationship(PartyRef(appearance("demo:A", "张示例")), PartyRef("demo:A"), "director", period, text=text, **more)
    return make_fact(value, key, ORIGIN)


def company(key: str, *names: str | Name, identifiers: tuple[str, ...] = (), **more: Any) -> Fact[Payload]:
    said = tuple(Name(name) if isinstance(name, str) else name for name in names)
    numbers = tuple(Identifier("uscc", value) for value in identifiers)
    return make_fact(Entity(f"demo:{key}", "company", said, numbers, **more), key, ORIGIN)


def put(store: Store, *facts: Fact[Payload], operation: Operation = NEW, reason: str = "", hours: int = 0) -> int:
    ends = max((row.at for row in store.audit(store.version() - 1)), default=START)
    return store.append(
        [Write(fact, operation, reason) for fact in facts], replace(act(hours), at=max(act(hours).at, ends))
    ).version


def block(fact: Fact[Payload]) -> Block:
    made = Block(fact.origin.source, fact.origin.file)
    assert made.add([Write(fact)])
    return made


def said(store: Store, known_at: int | None = None) -> dict[str, str]:
    return {recorded.fact.key: recorded.fact.id for recorded in store.facts(known_at=known_at)}


def found(store: Store, text: str, limit: int = 20) -> list[str]:
    return [hit.name for hit in store.search(text, limit)]


class TestAppended:
    """1. Facts are appended; nothing recorded is altered or lost. `get(…, known_at=v)` answers today as it answered then."""

    def test_past_answers_stay(self, store: Store) -> None:
        first, second = office(text="董事"), office(text="执行董事")
        put(store, first)
        put(store, second, operation=CORRECTION, reason="misread")
        then, now = store.get(first.key, 1), store.get(first.key)
        assert isinstance(then, Recorded)
        assert isinstance(now, Recorded)
        assert (then.fact, now.fact, now.operation, now.reason) == (first, second, CORRECTION, "misread")
        assert store.get(first.key, 0) is None
        assert [past.fact for past in store.history(first.key)] == [first, second]
        assert store.get("relationship/demo/none") is None
        assert store.history("relationship/demo/none") == []

    def test_fact_comes_back_as_it_was_given(self, store: Store) -> None:
        fact = replace(office(), origin=Origin("demo", "清单.xlsx", 118))
        flagged = make_fact(fact.value, "flagged", fact.origin, ("bad_check", "no_date"))
        put(store, fact, flagged)
        assert [recorded.fact for recorded in store.facts()] == [fact, flagged]
        assert store.by_id(flagged.id) == store.get(flagged.key)
        assert store.by_id("none") is None
        several = [fact.id, flagged.id, *(f"none{number}" for number in range(5))]
        assert store.by_ids(several) == {each.id: store.by_id(each.id) for each in (fact, flagged)}
        assert store.by_ids([]) == {}

    def test_moment_is_kept_whatever_its_zone(self, store: Store) -> None:
        at = datetime(2024, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
        store.append([Write(office())], Act(at, "a", "b"))
        recorded = store.get(office().key)
        assert isinstance(recorded, Recorded)
        assert recorded.recorded_at == START == next(store.audit()).at

    @pytest.mark.parametrize("others", [0, 600])
    def test_standing(self, store: Store, others: int) -> None:
        gone, hidden = office("gone"), office("hidden")
        put(store, office("1"), gone, hidden, *(office(f"x{number}") for number in range(others)))
        put(store, office("1", text="x"), operation=CORRECTION)
        put(store, gone, operation=RETRACTION)
        store.seal(hidden.key, "art. 7", act())
        keys = [office("1").key, gone.key, hidden.key, "relationship/demo/none"]
        assert store.standing(keys) == {keys[0]: office("1", text="x").id, keys[1]: "", keys[2]: ""}
        assert store.standing([]) == {}

    def test_facts_by_kind_by_prefix_in_the_order_recorded(self, store: Store) -> None:
        one, other, entity = office("12"), office("2"), company("A", "示例甲")
        put(store, other, entity)
        put(store, one)
        assert [recorded.fact for recorded in store.facts()] == [other, entity, one]
        assert [recorded.fact for recorded in store.facts(["relationship"])] == [other, one]
        assert [recorded.fact for recorded in store.facts(["entity", "naming"])] == [entity]
        assert [recorded.fact for recorded in store.facts(keys="relationship/demo/1")] == [one]
        assert list(store.facts([])) == []

    def test_a_reader_sees_one_version_while_others_write(self, store: Store) -> None:
        put(store, *(office(str(number)) for number in range(4500)))
        reading = store.facts()
        next(reading)
        put(store, *(office(str(number), text="x") for number in range(4500)), operation=CORRECTION)
        rest = list(reading)
        assert len(rest) == 4499
        assert {recorded.version for recorded in rest} == {1}

    def test_version_at_a_moment(self, store: Store) -> None:
        assert store.version() == 0
        put(store, office("1"), hours=1)
        put(store, office("2"), hours=3)
        assert [store.version(START + timedelta(hours=hour)) for hour in range(5)] == [0, 1, 1, 2, 2]
        with pytest.raises(InputError, match="time zone"):
            store.version(datetime(2024, 1, 1))  # noqa: DTZ001 - that is the mistake


class TestOneTransaction:
    """2. One `append` is one transaction: facts, audit row, new version and progress mark, or none of them."""

    def test_all_of_it(self, store: Store) -> None:
        done = store.append([Write(office("1")), Write(office("2"))], act(progress=("load", "row 3")))
        assert (done.version, done.recorded, store.version()) == (1, 2, 1)
        assert store.progress("load") == "row 3"
        (row,) = store.audit()
        assert (row.version, row.at, row.by, row.what, row.sealed) == (1, START, "测试甲", "load list.csv", None)
        assert {recorded.version for recorded in store.facts()} == {1}

    def test_none_of_it(self, store: Store) -> None:
        put(store, office("1"))
        before = (said(store), list(store.audit()))
        conflict = [Write(office("2")), Write(office("1", text="other"))]
        with pytest.raises(StoreConflict, match="change or a correction"):
            store.append(conflict, act(progress=("load", "row 9")))
        assert (said(store), list(store.audit())) == before
        assert store.progress("load") is None
        assert store.search("张示例") != []
        put(store, office("2"))

    def test_refused_before_it_begins(self, store: Store) -> None:
        with pytest.raises(StoreError, match="at most 5000"):
            store.append([Write(office())] * (MAX_BATCH + 1), act())
        with pytest.raises(InputError, match="not the hash"):
            put(store, replace(office(), id="0123456789abcdef"))
        with pytest.raises(InputError, match="should start with"):
            put(store, replace(office(), key="entity/demo/1"))
        with pytest.raises(InputError, match="time zone"):
            store.append([Write(office())], Act(START.replace(tzinfo=None), "a", "b"))
        assert store.version() == 0

    def test_audit_is_a_chain(self, store: Store) -> None:
        for number in range(4):
            put(store, office(str(number)))
        rows = list(store.audit())
        assert verify(rows) is None
        assert verify(store.audit(2), before=rows[1].chain) is None
        assert verify([rows[0], replace(rows[1], by="someone else"), *rows[2:]]) == 2
        assert verify([rows[0], *rows[2:]]) == 2
        assert verify(rows[1:]) == 1
        assert store.verify() is None

    def test_nobody_waits_for_the_check_and_it_can_be_stopped(self, store: Store) -> None:
        for number in range(3):
            put(store, office(str(number)))
        heard: list[tuple[int, bool]] = []

        def tell(version: int) -> None:
            other = Thread(target=lambda: put(store, office(f"meanwhile {version}")))
            other.start()
            other.join(20)
            heard.append((version, other.is_alive()))

        assert store.verify(tell) is None
        assert heard[:3] == [(1, False), (2, False), (3, False)]
        with pytest.raises(ZeroDivisionError):
            store.verify(lambda version: 1 / (version - 2))

    def test_threads_share_a_store(self, store: Store) -> None:
        def work(name: int) -> None:
            for number in range(20):
                put(store, office(f"{name}-{number}"))
                assert len(list(store.facts())) >= number

        threads = [Thread(target=work, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert store.version() == len(said(store)) == 80
        assert store.verify() is None

    def test_what_was_acknowledged_is_there_after_reopening(self, url: str) -> None:
        with open_store(url) as store:
            put(store, office("1"), company("A", "示例甲"))
            before = (said(store), list(store.audit()))
        with open_store(url, create=False) as store:
            assert (said(store), list(store.audit())) == before
            assert found(store, "示例甲") == ["示例甲"]


class TestNoOp:
    """3. A statement already recorded as it stands is not recorded again: a batch of no-ops leaves the version where it was."""

    @pytest.mark.parametrize("operation", [NEW, CORRECTION, CHANGE])
    def test_known_already(self, store: Store, operation: Operation) -> None:
        put(store, office())
        again = replace(office(), origin=Origin("demo", "next delivery.csv", 77))
        done = store.append([Write(again, operation)], act(progress=("load", "done")))
        assert (done.version, done.recorded, store.version()) == (1, 0, 1)
        assert len(list(store.audit())) == 1
        assert store.progress("load") == "done"

    def test_only_the_new_is_recorded(self, store: Store) -> None:
        put(store, office("1"))
        done = store.append([Write(office("1")), Write(office("2")), Write(office("2"))], act())
        assert (done.version, done.recorded) == (2, 1)
        assert store.append([], act()).version == 2


ENDED = "2018-03-05"


class TestCorrectionAndChange:
    """4. A correction replaces what a statement says. A change may only end what was open or unknown, or add to it."""

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (office(), office(end=ENDED)),
            (office(), office(end="2018..2019")),
            (office(), office(end="unknown")),
            (office(end="unknown"), office(end="2018")),
            (office(end="2018"), office(end=ENDED)),
            (
                office(registered=Period(UNKNOWN, OPEN)),
                office(end=ENDED, registered=Period(UNKNOWN, PartialDate.parse("2019"))),
            ),
            (company("A", "示例甲"), company("A", "示例甲", "示例乙", identifiers=("911",))),
            (
                company("A", "示例甲"),
                company("A", Name("示例甲", period=Period(UNKNOWN, PartialDate.parse(ENDED))), Name("示例乙")),
            ),
            (company("A", "示例甲"), company("A", "示例甲", attributes=(("region", "110000"),))),
        ],
    )
    def test_what_ends_or_adds_is_a_change(self, store: Store, before: Fact[Payload], after: Fact[Payload]) -> None:
        put(store, before)
        put(store, after, operation=CHANGE)
        recorded = store.get(before.key)
        assert isinstance(recorded, Recorded)
        assert (recorded.fact, recorded.operation) == (after, CHANGE)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (office(end=ENDED), office()),
            (office(end=ENDED), office(end="2018-03-06")),
            (office(end="2018"), office(end="2019-01-01")),
            (office(end="2018"), office()),
            (office(), office(start="2016", end=ENDED)),
            (office(), office(end=ENDED, text="监事")),
            (office(), office(end=ENDED, registered=Period())),
            (office(registered=Period(UNKNOWN, PartialDate.parse("2017"))), office(registered=Period())),
            (company("A", "示例甲"), company("A", "示例乙")),
            (company("A", Name("示例甲", period=Period(UNKNOWN, PartialDate.parse(ENDED)))), company("A", "示例甲")),
            (company("A", "示例甲", identifiers=("911",)), company("A", "示例甲", identifiers=("912",))),
            (company("A", attributes=(("region", "1"),)), company("A", attributes=(("region", "2"),))),
            (make_fact(office().value, "1", ORIGIN, ("bad_date",)), office(end=ENDED)),
            (
                make_fact(Naming("d", None, "张示例"), "n", ORIGIN),
                make_fact(Naming("d", None, "张示例", responsible=True), "n", ORIGIN),
            ),
        ],
    )
    def test_what_alters_the_past_is_not(self, store: Store, before: Fact[Payload], after: Fact[Payload]) -> None:
        put(store, before)
        with pytest.raises(StoreConflict, match="correction"):
            put(store, after, operation=CHANGE)
        put(store, after, operation=CORRECTION)
        assert said(store) == {after.key: after.id}

    def test_a_ruling_changes_by_nature(self, store: Store) -> None:
        accepted = ClaimRuling("c", "a", "b", "accepted", "测试甲")
        put(store, make_fact(accepted, "c", ORIGIN))
        undone = make_fact(replace(accepted, ruling="undone"), "c", ORIGIN)
        put(store, undone, operation=CHANGE)
        assert said(store) == {undone.key: undone.id}

    def test_nothing_to_change_or_correct(self, store: Store) -> None:
        for operation in (CHANGE, CORRECTION):
            with pytest.raises(StoreConflict, match="nothing"):
                put(store, office(), operation=operation)
        put(store, office())
        put(store, office(), operation=RETRACTION)
        with pytest.raises(StoreConflict, match="retracted"):
            put(store, office(end=ENDED), operation=CHANGE)

    def test_a_change_sees_what_the_batch_said_before_it(self, store: Store) -> None:
        store.append([Write(office()), Write(office(end=ENDED), CHANGE)], act())
        assert said(store) == {office().key: office(end=ENDED).id}
        with pytest.raises(StoreConflict, match="period"):
            store.append([Write(office("2", end=ENDED)), Write(office("2"), CHANGE)], act())

    def test_close(self, store: Store) -> None:
        put(store, office(), company("A", "示例甲"))
        done = store.close(office().key, PartialDate.parse(ENDED), act())
        assert (done.version, done.recorded) == (2, 1)
        recorded = store.get(office().key)
        assert isinstance(recorded, Recorded)
        assert (recorded.fact, recorded.operation) == (office(end=ENDED), CHANGE)
        for key, end, reason in [
            (office().key, "2019", "ended already"),
            (company("A").key, "2019", "no relationship"),
        ]:
            with pytest.raises(StoreConflict, match=reason):
                store.close(key, PartialDate.parse(end), act())
        put(store, office("2"))
        with pytest.raises(StoreConflict, match="before the start"):
            store.close(office("2").key, PartialDate.parse("2014"), act())
        with pytest.raises(NotFound):
            store.close("relationship/demo/none", PartialDate.parse("2014"), act())


class TestRetraction:
    """5. A retracted statement is not current, and can be replayed. Saying it again later makes it current again."""

    def test_retracted_and_said_again(self, store: Store) -> None:
        put(store, office())
        put(store, office(), operation=RETRACTION, reason="wrong person")
        assert store.get(office().key) is None
        assert said(store) == {}
        assert store.search("张示例") == []
        assert said(store, 1) == {office().key: office().id}
        assert [(past.operation, past.reason) for past in store.history(office().key)] == [
            (NEW, ""),
            (RETRACTION, "wrong person"),
        ]
        assert put(store, office(), operation=RETRACTION) == 2
        assert put(store, office()) == 3
        assert said(store) == {office().key: office().id}
        assert found(store, "张示例") == ["张示例"]
        latest = store.by_id(office().id)
        assert isinstance(latest, Recorded)
        assert latest.version == 3
        assert store.by_ids([office().id]) == {office().id: latest}

    def test_another_wording_after_it_is_a_correction(self, store: Store) -> None:
        put(store, office())
        put(store, office(), operation=RETRACTION)
        put(store, office(text="监事"))
        assert [past.operation for past in store.history(office().key)] == [NEW, RETRACTION, CORRECTION]

    def test_names_the_current_wording(self, store: Store) -> None:
        with pytest.raises(StoreConflict, match="nothing to retract"):
            put(store, office(), operation=RETRACTION)
        put(store, office())
        with pytest.raises(StoreConflict, match="current wording"):
            put(store, office(text="监事"), operation=RETRACTION)


class TestSealed:
    """6. A sealed statement leaves every read, index and export, at every `known_at`; its hash, date and article stay."""

    def test_sealed(self, store: Store) -> None:
        old, other = company("A", "示例甲", "被忘企业"), company("B", "示例乙")
        put(store, old, other)
        new = company("A", "示例甲", "被忘企业", "被忘又名")
        put(store, new, operation=CHANGE)
        store.seal(old.key, "art. 7", act(5))
        sealed = Sealed(new.id, old.key, "art. 7", START + timedelta(hours=5))
        assert store.get(old.key) == store.get(old.key, 2) == sealed
        assert store.get(old.key, 1) == replace(sealed, id=old.id)
        assert store.get(old.key, 0) is None
        assert [store.by_id(old.id), store.by_id(new.id)] == [replace(sealed, id=old.id), sealed]
        assert store.by_ids([old.id, new.id, other.id]) == {other.id: store.by_id(other.id)}
        assert store.history(old.key) == []
        assert [said(store, version) for version in range(4)] == [{}] + [{other.key: other.id}] * 3
        assert [recorded.fact for recorded in store.changes_since(0)] == [other]
        assert list(store.facts(keys=old.key)) == []
        assert (found(store, "被忘"), found(store, "beiwang"), found(store, "示例")) == ([], [], ["示例乙"])

    def test_is_an_act(self, store: Store) -> None:
        put(store, office())
        store.seal(office().key, "art. 7", act(5))
        assert [(row.version, row.sealed) for row in store.audit()] == [(1, None), (2, office().key)]
        store.seal(office().key, "art. 8", act(6))
        sealed = store.get(office().key)
        assert isinstance(sealed, Sealed)
        assert (sealed.article, store.version(), store.verify()) == ("art. 7", 2, None)
        with pytest.raises(NotFound):
            store.seal("relationship/demo/none", "art. 7", act())

    def test_what_stands_beside_every_question_is_as_of_its_version(self, store: Store) -> None:
        def rulings(known_at: int | None = None) -> list[Fact[Payload]]:
            return [recorded.fact for recorded in store.facts(["ruling"], known_at)]

        first, second = (make_fact(ClaimRuling(key, "a", "b", "accepted", "测试甲"), key, ORIGIN) for key in ("c", "d"))
        assert rulings() == []
        put(store, first)
        assert rulings() == rulings(1) == rulings(99) == [first]
        put(store, company("A", "示例甲"))
        put(store, second)
        assert rulings() == rulings(3) == [first, second]
        assert (rulings(0), rulings(1), rulings(2)) == ([], [first], [first])
        put(store, first, operation=Operation.RETRACTION)
        assert rulings() == [second]
        assert rulings(3) == [first, second]
        store.seal(second.key, "art. 7", act())
        assert rulings() == []
        assert rulings(3) == [first]
        assert rulings(99) == []

    def test_several_are_sealed_together_or_not_at_all(self, store: Store) -> None:
        put(store, company("A"), company("B"), office())
        keys = [company("A").key, office().key]
        with pytest.raises(NotFound):
            store.seal([*keys, "relationship/demo/none"], "art. 7", act(5))
        assert (store.version(), [isinstance(store.get(key), Sealed) for key in keys]) == (1, [False, False])
        store.seal([*keys, keys[0]], "art. 7", act(6))
        assert [(row.version, row.sealed) for row in store.audit(1)] == [(2, keys[0]), (3, keys[1])]
        assert ([recorded.fact for recorded in store.facts()], store.verify()) == ([company("B")], None)
        store.seal(keys, "art. 8", act(7))
        assert store.version() == 3

    def test_nothing_follows(self, store: Store) -> None:
        put(store, office())
        store.seal(office().key, "art. 7", act())
        assert put(store, office()) == 2
        for operation in (NEW, CHANGE, CORRECTION):
            with pytest.raises(StoreConflict, match=r"sealed under art\. 7"):
                put(store, office(end=ENDED), operation=operation)
        with pytest.raises(StoreConflict, match="sealed"):
            put(store, office(), operation=RETRACTION)
        with pytest.raises(NotFound):
            store.close(office().key, PartialDate.parse(ENDED), act())


class TestChanges:
    """7. `changes_since(v)` gives every version after v, in order, once."""

    def test_changes(self, store: Store) -> None:
        put(store, office("1"), office("2"))
        put(store, office("1", end=ENDED), operation=CHANGE)
        put(store, office("2"), operation=RETRACTION)
        feed = [(each.version, each.fact, each.operation) for each in store.changes_since(0)]
        assert feed == [
            (1, office("1"), NEW),
            (1, office("2"), NEW),
            (2, office("1", end=ENDED), CHANGE),
            (3, office("2"), RETRACTION),
        ]
        for version in range(5):
            assert [each.version for each in store.changes_since(version)] == [n for n, *_ in feed if n > version]

    def test_many(self, store: Store) -> None:
        put(store, *(office(str(number)) for number in range(4200)))
        put(store, *(office(str(number)) for number in range(4200, 6000)))
        keys = [each.fact.key for each in store.changes_since(0)]
        assert len(keys) == len(set(keys)) == 6000
        assert len(list(store.changes_since(1))) == 1800


class TestSearch:
    """8. Search finds Chinese names by two characters, by pinyin and by initials, former names included."""

    @pytest.fixture
    def filled(self, store: Store) -> Store:
        put(
            store,
            company("A", "示例科技有限公司", Name("旧称实业有限公司", "former"), identifiers=("91110000MA01234567",)),
            company("B", "示例", identifiers=("91990000MA01234567",)),
            company("C", "北京示例有限公司"),
            company("D", "Acme (China) Ltd"),
            make_fact(Naming("d", PartyRef(appearance("demo:A", "测试甲")), "测试甲"), "n", ORIGIN),
            office(),
        )
        return store

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("示例", ["示例", "示例科技有限公司", "张示例", "北京示例有限公司"]),
            ("旧称", ["旧称实业有限公司"]),
            ("科技", ["示例科技有限公司"]),
            ("张", ["张示例"]),
            ("張示例", ["张示例"]),
            ("zhangshili", ["张示例"]),
            ("zhang shi", ["张示例"]),
            ("ZSL", ["张示例"]),
            ("csj", ["测试甲"]),
            ("beijingsh", ["北京示例有限公司"]),
            ("bjsl", ["北京示例有限公司"]),
            ("北京 示例", ["北京示例有限公司"]),
            ("acm", ["Acme (China) Ltd"]),
            ("911100", ["91110000MA01234567"]),
            ("91110000ma01234567", ["91110000MA01234567"]),
            ("0000MA", []),
            ("没有", []),
            ("", []),
            ("  ", []),
            ("(", []),
        ],
    )
    def test_finds(self, filled: Store, text: str, names: list[str]) -> None:
        """Exact before prefix before contained, then the shorter first."""
        assert found(filled, text) == names

    @pytest.mark.parametrize(
        "text", ['"', '示例" OR "', "示例*", "NOT 示例", "a AND", "words:x", "(x", "'", "%", "_", "-", "NEAR(示 例)", "\x00"]
    )
    def test_is_never_syntax(self, filled: Store, text: str) -> None:
        assert len(filled.search(text)) <= 6

    def test_hit(self, filled: Store) -> None:
        (hit,) = filled.search("旧称")
        assert (hit.entity, hit.kind) == ("demo:A", "former")
        (number,) = filled.search("911100")
        assert (number.entity, number.kind) == ("demo:A", "uscc")
        (person,) = filled.search("张示例")
        assert person.entity == appearance("demo:A", "张示例")
        scores = [each.score for each in filled.search("示例")]
        assert scores == sorted(scores)
        assert (found(filled, "示例", 2), found(filled, "示例", 0)) == (["示例", "示例科技有限公司"], [])

    def test_called(self, store: Store) -> None:
        """The very name alone, whatever else contains it; former names and numbers too; gone once nothing says it."""
        put(store, company("A", "示例甲", "示例甲科技"), company("B", "示例甲"), company("C", "示例甲有限公司"))
        assert (store.called("示例甲", 9), store.called(" 示例甲 ", 1), store.called("示例甲", 0)) == (
            ["demo:A", "demo:B"],
            ["demo:A"],
            [],
        )
        assert (store.called("示例甲科技", 9), store.called("示例", 9), store.called("", 9)) == (["demo:A"], [], [])
        put(store, company("B", "改后"), operation=CORRECTION)
        assert store.called("示例甲", 9) == ["demo:A"]

    def test_only_what_is_current(self, filled: Store) -> None:
        put(filled, company("B", "改后"), operation=CORRECTION)
        put(filled, company("C", "北京示例有限公司"), operation=RETRACTION)
        assert found(filled, "示例") == ["示例科技有限公司", "张示例"]
        assert found(filled, "gaihou") == ["改后"]
        assert found(filled, "9199") == []

    def test_an_entity_once_by_its_best_name(self, store: Store) -> None:
        put(store, company("A", "示例甲", "示例甲科技"), company("B", "示例甲"), company("C", "示例甲"))
        put(store, make_fact(company("A", "示例甲").value, "A", Origin("other")))
        assert [hit.entity for hit in store.search("示例甲")] == ["demo:A", "demo:B", "demo:C"]
        assert [hit.entity for hit in store.search("示例甲", 2)] == ["demo:A", "demo:B"]

    def test_characters_newer_than_the_tables(self, store: Store) -> None:
        put(store, company("A", "\U0002cb4e\U0002cb4e示"), company("B", "\U000300f1\U000300f2示"))
        assert [hit.entity for hit in store.search("\U0002cb4e示")] == ["demo:A"]
        assert [hit.entity for hit in store.search("\U000300f2")] == ["demo:B"]


class TestAbout:
    """9. What is asked about an enterprise, a decision or a strong identifier is answered with every fact that speaks of it."""

    @pytest.mark.parametrize("others", [0, 600])
    def test_about(self, store: Store, others: int) -> None:
        held, named = office(), make_fact(Naming("d", PartyRef(appearance("demo:A", "测试甲")), "测试甲"), "n", ORIGIN)
        rest = [company(f"X{number}", f"示例{number}") for number in range(others)]
        put(store, held, named, company("A", "示例甲"), company("B", "示例乙"), *rest)

        def about(*wanted: str, **more: Any) -> list[Fact[Payload]]:
            return [recorded.fact for recorded in store.facts(about=wanted, **more)]

        assert about("demo:A") == [held, named, company("A", "示例甲")]
        assert about("d") == [named]
        assert about("d", "demo:B") == [named, company("B", "示例乙")]
        assert about("demo:A", kinds=["entity"]) == [company("A", "示例甲")]
        assert about("demo:A", kinds=[]) == about("demo:C") == about() == []
        put(store, office(end=ENDED), operation=CHANGE)
        assert about("demo:A", kinds=["relationship"]) == [office(end=ENDED)]
        assert about("demo:A", kinds=["relationship"], known_at=1) == [held]
        ever = [recorded.fact for recorded in store.wordings(["relationship", "naming"], ["demo:A"])]
        assert ever == [held, named, office(end=ENDED)]
        since = [recorded.fact for recorded in store.wordings(["relationship", "naming"], ["demo:A"], 1)]
        assert since == [office(end=ENDED)]
        assert list(store.wordings(["relationship", "naming"], ["demo:A"], 2)) == []
        assert list(store.wordings(["relationship"], ["demo:B"])) == list(store.wordings([], ["demo:A"])) == []
        put(store, office(end=ENDED), operation=Operation.RETRACTION)
        assert about("demo:A", kinds=["relationship"]) == []
        assert [each.operation for each in store.wordings(["relationship"], ["demo:A"])][-1] is Operation.RETRACTION
        store.seal(named.key, "art. 7", act())
        assert about("d") == list(store.wordings(["naming"], ["d"])) == []

    @pytest.mark.parametrize("decision", ["AND", "OR", "NOT", "a AND b", 'x"', "\\", "*", "a\\", "[a TO b]"])
    def test_an_id_is_never_syntax(self, store: Store, decision: str) -> None:
        named = make_fact(Naming(decision, PartyRef(appearance("demo:A", "测试甲")), "测试甲"), "n", ORIGIN)
        put(store, named, company("B", "示例乙"))
        assert [each.fact for each in store.facts(about=[decision])] == [named]
        assert [each.fact for each in store.facts(about=["", decision, "demo:C"])] == [named]
        assert list(store.facts(about=[""])) == []


KEYS = ("1", "2", "3")
ENDS = ("open", "2018", "2018-03-05", "2019-01-01")
STEPS = st.tuples(st.sampled_from(list(Operation)), st.sampled_from(KEYS), st.sampled_from(("", "监事")), st.sampled_from(ENDS))


class Model:
    """What a store should say, as dictionaries: per key the latest (text, end), and whether it is current."""

    def __init__(self) -> None:
        self.latest: dict[str, tuple[str, str]] = {}
        self.current: dict[str, tuple[str, str]] = {}

    def apply(self, operation: Operation, key: str, text: str, end: str) -> bool:
        """Apply a step and say whether it is to be recorded; ValueError stands for a refusal."""
        wording, current, latest = (text, end), self.current.get(key), self.latest.get(key)
        if operation is RETRACTION:
            if wording != (current or latest):
                raise ValueError
            return self.current.pop(key, None) is not None
        if wording == current:
            return False
        fine = {
            NEW: current is None,
            CORRECTION: latest is not None,
            CHANGE: current is not None
            and current[0] == text
            and (current[1] == "open" or (current[1] == "2018" and end == "2018-03-05")),
        }
        if not fine[operation]:
            raise ValueError
        self.current[key] = self.latest[key] = wording
        return True


@given(batches=st.lists(st.lists(STEPS, min_size=1, max_size=3), max_size=12))
def test_any_history_replays_as_a_dictionary_remembers_it(
    backend: Callable[[Path], str],
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[list[tuple[Operation, str, str, str]]],
) -> None:
    with open_store(backend(tmp_path_factory.mktemp("history"))) as store:
        model, recorded = Model(), 0
        versions: list[dict[str, str]] = [{}]
        for batch in batches:
            writes = [Write(office(key, text=text, end=end), operation) for operation, key, text, end in batch]
            trial = Model()
            trial.latest, trial.current = dict(model.latest), dict(model.current)
            try:
                count = sum([trial.apply(*step) for step in batch])
            except ValueError:
                with pytest.raises(StoreConflict):
                    store.append(writes, act())
            else:
                assert store.append(writes, act()).recorded == count
                model, recorded = trial, recorded + count
                if count:
                    versions.append(
                        {office(key).key: office(key, text=text, end=end).id for key, (text, end) in model.current.items()}
                    )
            assert store.version() == len(versions) - 1
        for version, expected in enumerate(versions):
            assert said(store, version) == expected
            for key in KEYS:
                now = store.get(office(key).key, version)
                assert (now.fact.id if isinstance(now, Recorded) else None) == expected.get(office(key).key)
        assert len(list(store.changes_since(0))) == recorded
        assert bool(store.search("张示例")) == bool(versions[-1])
        assert store.verify() is None


def flat(pages: Iterator[list[Listed]]) -> list[Listed]:
    return [each for page in pages for each in page]


class TestClock:
    """10. The times of the log never fall. What is dated more than the tolerance before its last row is refused …"""

    def test_what_is_dated_before_the_last_row_is_refused(self, store: Store) -> None:
        put(store, office(), company("A", "示例甲"), hours=6)
        early = act(5)
        for write in (
            lambda: store.append([Write(office("2"))], early),
            lambda: store.append(block(company("B", "示例乙")), early),
            lambda: store.close(office().key, PartialDate.parse(ENDED), early),
            lambda: store.seal(office().key, "art. 7", early),
        ):
            with pytest.raises(
                Refused, match=r"the clock is set back: it is 2024-01-01T05:00.*log ends at 2024-01-01T06:00"
            ) as error:
                write()
            assert "系统时钟被调慢：现为 2024-01-01T05:00:00+00:00，日志已记到 2024-01-01T06:00:00+00:00" in error.value.zh
        assert (store.version(), store.version(act(5).at), store.version(act(6).at)) == (1, 0, 1)
        assert store.append([Write(office())], early).recorded == 0
        assert store.verify() is None

    def test_within_the_tolerance_it_is_recorded_at_the_time_of_the_row(self, store: Store) -> None:
        put(store, office(), office("2"), office("3"))
        late = replace(act(), at=START - TOLERANCE)
        store.append([Write(company("A", "示例甲"))], late)
        store.append(block(company("B", "示例乙")), late)
        store.close(office("2").key, PartialDate.parse(ENDED), late)
        store.seal(office("3").key, "art. 7", late)
        assert [row.at for row in store.audit()] == [START] * 5
        assert (store.version(START), store.version(START - timedelta(seconds=1))) == (5, 0)
        assert store.verify() is None

    def test_a_log_whose_times_fall_is_copied_and_shows_nothing_that_came_later(self, store: Store) -> None:
        """… also where the log is of former days: a version was there when nothing up to it is of later."""
        put(store, office(), hours=1)
        late = AuditRow(2, act(5).at, "x", "load", "", contents_of(()))
        rows = [
            late,
            AuditRow(3, act(3).at, "x", "load", "", contents_of(())),
            AuditRow(4, act(7).at, "x", "load", "", contents_of(())),
        ]
        chain = next(iter(store.audit())).chain
        for row in rows:
            chain = chained(chain, row)
            store.take(replace(row, chain=chain), ())  # type: ignore[attr-defined]
        assert [store.version(act(hour).at) for hour in (0, 1, 3, 4, 5, 7)] == [0, 1, 1, 1, 3, 4]


class TestListed:
    """1. What is listed is what `Store.facts` yields, in the same order (graph/store/listing.py)."""

    def test_what_is_listed_is_what_facts_yields(self, store: Store) -> None:
        first = make_fact(office("2").value, "2", Origin("demo", "other.csv", 7), ("bad_check",))
        put(store, company("A", "示例甲"), office(), first, office("3"), hours=1)
        put(store, office(end="2020"), operation=CHANGE)
        put(store, office("3"), operation=RETRACTION)
        store.seal(first.key, "article 1", act(1))
        put(store, office("4"))
        for kind in ("entity", "relationship", "naming"):
            found = flat(listed(store, kind, f"{kind}/demo/"))
            assert [(each.fact(), each.version) for each in found] == [(r.fact, r.version) for r in store.facts([kind])]
            assert all(each.kind == kind for each in found)
        assert [each.key for each in flat(listed(store, "relationship", "relationship/demo/4"))] == [office("4").key]
        assert flat(listed(store, "relationship", "relationship/demo/", lambda file: file == "other.csv")) == []
        assert [each.key for each in flat(listed(store, "entity", "", lambda file: file == "list.csv"))] == [company("A").key]


def test_what_is_too_long_is_refused_alike(url: str):
    """graph/store/lengths.py, 1. What is longer is refused before anything of the batch is recorded, on every backend alike."""
    fits = make_fact(Entity("demo:" + "i" * 1_995, "company", (Name("长" * 666),)), "fits", ORIGIN)
    with open_store(url) as store:
        for ident, name, key in (("demo:x", "长" * 667, "x"), ("demo:" + "i" * 1_996, "甲", "x"), ("demo:x", "甲", "k" * 6_000)):
            with pytest.raises(InputError, match="bytes long"):
                store.append([Write(fits), Write(make_fact(Entity(ident, "company", (Name(name),)), key, ORIGIN))], act())
            assert store.version() == 0
        store.append([Write(fits)], act())
        assert [hit.entity for hit in store.search("长" * 666)] == ["demo:" + "i" * 1_995]
        store.append([Write(make_fact(Entity("demo:k", "company", (Name("甲"),)), "k" * 5_900, ORIGIN))], act())
        assert store.verify() is None
