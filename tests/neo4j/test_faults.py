"""What goes wrong between a store and its server: each test quotes an invariant of graph/store/neo4j.py."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from neo4j.exceptions import ClientError, ServiceUnavailable, SessionExpired, TransientError

from graph.codec import make_fact
from graph.delivered import Delivery
from graph.errors import ConfigError, StoreBusy, StoreDamaged, StoreError
from graph.model import Entity, Fact, Name, Operation, Origin, Payload
from graph.snapshot.scope import GRAPH
from graph.store import neo4j as backend
from graph.store import open_store
from graph.store._neo4j_place import place_of
from graph.store.base import Act, Appended, Write
from graph.store.neo4j import Neo4jStore
from loaders.ingest import load
from loaders.mapping_file import load_mapping
from loaders.synthetic.city import write_city
from tests.conftest import REPOSITORY
from tests.integration.conftest import run_zeren
from tests.neo4j_server import Server

pytestmark = pytest.mark.required
PASSWORD = "vorgarten-7"
ACT = Act(datetime(2024, 1, 1, tzinfo=UTC), "测试甲", "test")
LOAD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from graph.store.neo4j import Neo4jStore
from loaders.ingest import load
from loaders.mapping_file import load_mapping
url, password, folder = sys.argv[1:]
with Neo4jStore(url, user="neo4j", password=password, retry_seconds=1) as store:
    load(store, load_mapping("synthetic_city"), [Path(folder)], act_by="crash", now=lambda: datetime(2024, 1, 1, tzinfo=UTC),
         progress=lambda file, row: print(store.version(), flush=True), batch=40)
"""


def company(number: object, *names: str) -> Fact[Payload]:
    said = tuple(Name(name) for name in names or (f"示例{number}",))
    return make_fact(Entity(f"demo:{number}", "company", said), str(number), Origin("demo"))


@pytest.fixture(scope="module")
def guarded(neo4j_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A second server, which asks for a password and may be killed."""
    assert neo4j_server.url
    server = Server(tmp_path_factory.mktemp("guarded"), PASSWORD)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def url(neo4j_server: Server) -> str:
    return neo4j_server.empty()


def made_by_another() -> ClientError:
    """What the server says where another process made an index in the same moment."""
    error = ClientError("An equivalent index already exists")
    error._neo4j_code = "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists"
    return error


def both(work: Callable[[int], None]) -> None:
    """Run something in two threads, and pass on what went wrong in either."""
    wrong: list[BaseException] = []

    def guard(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            wrong.append(error)

    threads = [Thread(target=guard, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]


class TestWriters:
    """1. Writers stand in line at one lock, so nothing that is read before a write is stale when it is written."""

    def test_two_writers_on_one_party(self, url: str):
        with open_store(url) as store:
            store.append([Write(company("A"))], ACT)

        def work(number: int) -> None:
            with open_store(url, create=False) as store:
                for turn in range(6):
                    known = company("A", "示例A", *(f"又名{step}" for step in range(turn)))
                    store.append([Write(known, Operation.CORRECTION)], ACT)
                    store.append([Write(company(f"{number}-{turn}")), Write(company(f"shared-{turn}"))], ACT)

        both(work)
        with open_store(url, create=False) as store:
            keys = [each.fact.key for each in store.facts()]
            assert len(keys) == len(set(keys)) == 1 + 12 + 6
            assert store.verify() is None
            history = store.history(company("A").key)
            assert all(one.fact.id != other.fact.id for one, other in pairwise(history))
            assert [row.version for row in store.audit()] == list(range(1, store.version() + 1))

    def test_two_first_writers_of_an_empty_server(self, url: str, neo4j_server: Server):
        for row in neo4j_server.named("SHOW CONSTRAINTS YIELD name"):
            neo4j_server.ask(f"DROP CONSTRAINT `{row['name']}`")

        def work(number: int) -> None:
            with open_store(url) as store:
                store.append([Write(company(number))], ACT)

        both(work)
        with open_store(url, create=False) as store:
            assert (store.version(), store.verify()) == (2, None)

    @pytest.mark.parametrize(
        "wrong", [TransientError("deadlock"), ServiceUnavailable("killed"), SessionExpired("restarted"), made_by_another()]
    )
    def test_who_stands_in_the_way_of_the_layout_is_waited_for(self, url: str, monkeypatch: pytest.MonkeyPatch, wrong: Exception):
        from neo4j import Session

        real, stood = Session.run, []

        def run(session: Any, statement: Any, *arguments: Any) -> Any:
            if "MERGE (s:Store" in str(statement) and not stood:
                stood.append(True)
                raise wrong
            return real(session, statement, *arguments)

        monkeypatch.setattr(Session, "run", run)
        with open_store(url) as store:
            assert store.version() == 0
        assert stood == [True]

    def test_the_same_change_by_two_is_recorded_once(self, url: str, neo4j_server: Server):
        with open_store(url) as store:
            store.append([Write(company("A"))], ACT)

        def work(_: int) -> None:
            with open_store(url, create=False) as store:
                store.append([Write(company("A", "示例A", "又名"), Operation.CHANGE)], ACT)

        both(work)
        with open_store(url, create=False) as store:
            assert store.version() == len(store.history(company("A").key)) == 2
        assert neo4j_server.ask("MATCH (p:Party {id: 'demo:A'}) RETURN p.names") == [[["示例A", "又名"]]]

    def test_a_writer_that_hangs_is_not_waited_for_forever(self, url: str, monkeypatch: pytest.MonkeyPatch):
        import neo4j

        with open_store(url) as store:
            store.append([Write(company("A"))], ACT)
        monkeypatch.setattr(backend, "WORK_SECONDS", 1.0)
        with neo4j.GraphDatabase.driver(url) as driver, driver.session() as session, session.begin_transaction() as held:
            held.run("MATCH (s:Store) SET s.lock = s.lock + 1").consume()
            with Neo4jStore(url, create=False, busy_seconds=0.5) as store, pytest.raises(StoreBusy, match="another process"):
                store.append([Write(company("B"))], ACT)
            held.rollback()
        with open_store(url, create=False) as store:
            assert store.append([Write(company("B"))], ACT) == Appended(2, 1)


class TestCutOff:
    """2. A transaction that was cut off is tried again, and recorded once."""

    def test_an_answer_that_was_lost(self, url: str, monkeypatch: pytest.MonkeyPatch):
        real, lost = backend.writing.append, []

        def answering_into_the_void(ask: Any, *arguments: Any) -> Appended:
            if not lost:
                lost.append(True)
                with store._session(0) as session:
                    session.execute_write(lambda tx: real(backend._asking(tx), *arguments))
                raise ServiceUnavailable("the line is dead")
            return real(ask, *arguments)

        monkeypatch.setattr(backend.writing, "append", answering_into_the_void)
        with Neo4jStore(url) as store:
            again = [
                Write(company("A")),
                Write(company("A", "乙"), Operation.CORRECTION),
                Write(company("A"), Operation.CORRECTION),
            ]
            assert store.append(again, ACT) == Appended(1, 3)
            assert lost == [True]
            assert len(store.history(company("A").key)) == 3
            assert store.verify() is None

    def test_a_server_that_goes_away_in_the_middle_of_a_commit(self, url: str, monkeypatch: pytest.MonkeyPatch):
        from neo4j import Session
        from neo4j.exceptions import IncompleteCommit

        real, cut = Session.execute_write, []

        def cut_off(session: Any, work: Any, *arguments: Any, **more: Any) -> Any:
            done = real(session, work, *arguments, **more)
            if len(cut) < 2:
                cut.append(done)
                raise IncompleteCommit("Failed to read from defunct connection")
            return done

        with Neo4jStore(url) as store:
            monkeypatch.setattr(Session, "execute_write", cut_off)
            assert store.append([Write(company("A"))], ACT) == Appended(1, 1)
            assert len(cut) == 2
            assert (store.version(), len(store.history(company("A").key))) == (1, 1)
            cut.clear()
            with Neo4jStore(url, retry_seconds=0) as hasty, pytest.raises(StoreError, match="cannot be reached"):
                hasty.append([Write(company("B"))], ACT)
            assert store.append([Write(company("B"))], ACT).recorded == 0, "it had been committed"

    def test_a_load_whose_server_is_killed_goes_on_and_a_service_does_not_notice(self, guarded: Server, tmp_path: Path):
        write_city(tmp_path / "city", 40, 7)
        command = [sys.executable, "-c", LOAD, guarded.url, PASSWORD, str(tmp_path / "city")]
        process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(3)][-1]
        with Neo4jStore(guarded.url, user="neo4j", password=PASSWORD, read_seconds=150, create=False) as service:
            guarded.kill()
            _, errors = process.communicate(timeout=120)
            assert process.returncode != 0
            assert "cannot be reached" in errors
            starting = Thread(target=guarded.start)
            starting.start()
            assert service.version() >= acknowledged
            assert service.verify() is None
            half = {each.fact.id for each in service.facts(GRAPH)}
            starting.join()
            subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True)
            with open_store("sqlite:///:memory:") as whole:
                mapping = load_mapping("synthetic_city")
                load(whole, mapping, [tmp_path / "city"], act_by="crash", now=lambda: datetime(2024, 1, 1, tzinfo=UTC), batch=40)
                expected = {each.fact.id for each in whole.facts(GRAPH)}
            assert half < {each.fact.id for each in service.facts(GRAPH)} == expected
            keys = [each.fact.key for each in service.changes_since(0) if not isinstance(each.fact.value, Delivery)]
            assert len(keys) == len(set(keys))
            assert service.append([Write(company("after"))], ACT).recorded == 1
            assert [hit.entity for hit in service.search("示例after")] == ["demo:after"]
            assert service.verify() is None

    def test_a_load_that_was_killed_goes_on(self, guarded: Server, tmp_path: Path):
        guarded.empty()
        write_city(tmp_path / "city", 40, 7)
        command = [sys.executable, "-c", LOAD, guarded.url, PASSWORD, str(tmp_path / "city")]
        process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(3)][-1]
        process.kill()
        process.communicate()
        with Neo4jStore(guarded.url, user="neo4j", password=PASSWORD, create=False) as store:
            assert store.version() >= acknowledged
            assert store.verify() is None
            half = {each.fact.id for each in store.facts(GRAPH)}
            subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True)
            with open_store("sqlite:///:memory:") as whole:
                mapping = load_mapping("synthetic_city")
                load(whole, mapping, [tmp_path / "city"], act_by="crash", now=lambda: datetime(2024, 1, 1, tzinfo=UTC), batch=40)
                expected = {each.fact.id for each in whole.facts(GRAPH)}
            assert half < {each.fact.id for each in store.facts(GRAPH)} == expected
            keys = [each.fact.key for each in store.changes_since(0) if not isinstance(each.fact.value, Delivery)]
            assert len(keys) == len(set(keys))
            assert store.verify() is None


def test_a_read_sees_the_write_before_it(url: str):
    """3. A read through a store sees every write through the same store: it names the write's bookmark."""
    with Neo4jStore(url) as store:
        seen = []
        for number in range(3):
            store.append([Write(company(number))], ACT)
            seen.append(frozenset(store._bookmarks.get_bookmarks()))
            assert store.get(company(number).key) is not None
        assert len(set(seen)) == 3


class TestClearErrors:
    """4. A server that cannot be reached, a wrong password and a wrong database are each one clear error."""

    def test_wrong_password(self, guarded: Server):
        for password in ("falsch-und-lang", ""):
            with pytest.raises(StoreError, match="ZEREN_NEO4J_PASSWORD"):
                open_store(guarded.url, user="neo4j", password=password)

    def test_on_the_command_line(self, guarded: Server, tmp_path: Path):
        done = run_zeren("status", store=guarded.url, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("zeren: neo4j://127.0.0.1")
        assert len(done.stderr.splitlines()) == 1

    def test_wrong_database(self, url: str):
        with pytest.raises(StoreError, match="no database of this name"):
            open_store(f"{url}/nowhere")

    def test_no_server(self):
        with pytest.raises(StoreError, match="is the server running"):
            open_store("neo4j://127.0.0.1:9")

    def test_a_scheme_that_does_not_fit_the_server(self, url: str):
        with pytest.raises(StoreError, match="does it speak TLS \\(else the scheme is bolt\\)"):
            Neo4jStore(url.replace("neo4j:", "bolt+s:"), retry_seconds=0)
        with pytest.raises(StoreError, match="else the scheme is neo4j\\+s"):
            Neo4jStore("neo4j://127.0.0.1:9", retry_seconds=0)

    @pytest.mark.parametrize("given", ["neo4j://[::1", "neo4j://localhost:abc", "neo4j://localhost:99999", "neo4j://"])
    def test_what_is_no_url(self, given: str):
        with pytest.raises(ConfigError, match="neo4j://HOST:PORT/DATABASE"):
            place_of(given)

    @pytest.mark.parametrize("name", ["system", "System"])
    def test_the_database_of_the_server_itself(self, name: str):
        with pytest.raises(ConfigError, match="in which the server keeps its users"):
            place_of(f"neo4j://localhost/{name}")

    def test_no_store(self, url: str):
        with pytest.raises(StoreError, match="there is no store"):
            open_store(url, create=False)

    def test_something_else(self, url: str, neo4j_server: Server):
        neo4j_server.ask("CREATE (:Movie {title: 'x'})")
        with pytest.raises(StoreDamaged, match="not a store"):
            open_store(url)

    def test_a_later_version(self, url: str, neo4j_server: Server):
        with open_store(url):
            pass
        neo4j_server.ask("CREATE (:Migration {number: 99, name: '0099_later.cypher', sha256: ''})")
        with pytest.raises(StoreDamaged, match="later version"):
            open_store(url)

    def test_what_was_altered_is_found(self, url: str, neo4j_server: Server):
        with open_store(url) as store:
            for number in range(3):
                store.append([Write(company(number))], ACT)
            store.append([Write(company(1, "新名"), Operation.CORRECTION)], ACT)
            for damage, version in [
                ("MATCH (f:Fact {seq: 2}) SET f.value = replace(f.value, '示例', '别的')", 2),
                ("MATCH (f:Fact {seq: 2}) REMOVE f.followed_by", 4),
                ("MATCH (f:Fact {seq: 3}) DETACH DELETE f", 3),
            ]:
                assert store.verify() is None
                kept = neo4j_server.ask("MATCH (f:Fact) RETURN properties(f)")
                neo4j_server.ask(damage)
                assert store.verify() == version
                neo4j_server.ask("UNWIND $kept AS row MERGE (f:Fact {seq: row.seq}) SET f = row", kept=[row for (row,) in kept])

    @pytest.mark.parametrize(
        ("damage", "version"),
        [
            ("MATCH (f:Fact {seq: 2}) SET f.about = []", 2),
            ("MATCH (f:Fact {seq: 2}) REMOVE f.flags", 2),
            ("MATCH (f:Fact {seq: 3})-[g:GIVES_NAME]->() DELETE g", 3),
            ("MATCH (f:Fact {seq: 3})-[g:GIVES_NAME]->() SET g.entity = 'demo:0'", 3),
            ("MATCH (:Fact {seq: 3})-[:GIVES_NAME]->(n) SET n.words = ['x']", 3),
            ("MATCH (f:Fact {seq: 1}), (n:Name) WITH f, n LIMIT 1 CREATE (f)-[:GIVES_NAME {entity: 'x', name: 'x'}]->(n)", 1),
            ("CREATE (:Name {text: '无人', words: ['无人']})", 4),
        ],
    )
    def test_what_a_statement_is_found_by_is_derived_anew(self, url: str, neo4j_server: Server, damage: str, version: int):
        with open_store(url) as store:
            for number in range(3):
                store.append([Write(company(number))], ACT)
            store.append([Write(company(0, "新名"), Operation.CORRECTION)], ACT)
            assert store.verify() is None
            neo4j_server.ask(damage)
            assert store.verify() == version


@pytest.mark.parametrize(("seq", "version"), [(0, 2), (0, None), (0, "x"), (-3, 2), (None, 2), ("2", 2), (99, 2)])
def test_a_statement_without_a_number_of_the_log(url: str, neo4j_server: Server, seq: object, version: object):
    """6. What no version of the log counts is never read, and the check tells of it."""
    forged = "demo:forged"
    with open_store(url) as store:
        for number in range(3):
            store.append([Write(company(number))], ACT)
        ((said,),) = neo4j_server.ask("MATCH (f:Fact {seq: 2}) RETURN properties(f)")
        said |= {"seq": seq, "version": version, "id": "f" * 16, "key": company("x").key, "about": [forged, "demo:1"]}
        said["value"] = said["value"].replace("demo:1", forged)
        neo4j_server.ask(
            "MATCH (:Fact {seq: 2})-[n:GIVES_NAME]->(t) CREATE (f:Fact) SET f = $said "
            "CREATE (f)-[:GIVES_NAME {entity: $forged, name: n.name, kind: n.kind, place: n.place}]->(t)",
            said=said, forged=forged,
        )  # fmt: skip
        assert store.verify() == (2 if version == 2 else 3)
        assert (store.by_id("f" * 16), store.by_ids(["f" * 16]), store.history(company("x").key)) == (None, {}, [])
        assert (store.get(company("x").key), store.standing([company("x").key])) == (None, {})
        assert [each.fact.key for each in store.facts()] == [company(number).key for number in range(3)]
        assert list(store.facts(about=[forged])) == []
        assert [each.fact.key for each in store.facts(["entity"], about=["demo:1"])] == [company(1).key]
        assert [hit.entity for hit in store.search("示例1")] == store.called("示例1", 9) == ["demo:1"]
        assert store.append([Write(company("x"))], ACT).recorded == 1


@pytest.mark.parametrize("given", ["neo4j://neo4j:geheim@localhost", "neo4j://neo4j@localhost:7687/x"])
def test_a_password_in_a_url_is_refused(given: str):
    """5. A password in a URL is refused: URLs are printed."""
    with pytest.raises(ConfigError, match="ZEREN_NEO4J_PASSWORD") as refused:
        place_of(given)
    assert "geheim" not in str(refused.value)
