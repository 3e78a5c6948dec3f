"""The layout of a store in Neo4j: constraints and indexes by numbered migrations, and what is refused at the door.

The numbered files `migrations/*.cypher` are applied in order and recorded with their hash. A change of the schema and a write
cannot share a transaction there, so each statement is one that may be run again, and a step counts as done once it is recorded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib.resources import files
from typing import Any, NamedTuple

from graph.errors import StoreDamaged, StoreError

Run = Callable[..., list[list[Any]]]
"""Runs one statement in a transaction of its own, with parameters by keyword, and returns its rows."""

OLDEST = (5, 26)
"""Neo4j before this cannot take a label or a type as a parameter."""
_THERE = """
OPTIONAL MATCH (s:Store {id: 'zeren'}) WITH count(s) AS stores
RETURN stores, EXISTS { MATCH (n) WHERE NOT n:Migration } AS filled
"""


class Step(NamedTuple):
    """One numbered step of the layout."""

    number: int
    name: str
    sha256: str
    text: str


def steps() -> list[Step]:
    """Return the steps that this version of the program knows, in order."""
    found = []
    for file in sorted(files("graph.store").joinpath("migrations").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".cypher"):
            text = file.read_text("utf-8")
            found.append(Step(int(file.name.partition("_")[0]), file.name, hashlib.sha256(text.encode()).hexdigest(), text))
    return found


def prepare(run: Run, place: str, *, create: bool) -> None:
    """Bring the layout up to date, and make the store where there is none if `create` says so.

    Raises
    ------
    StoreError
        The server is too old, or there is no store and none is to be made.
    StoreDamaged
        The database holds something else, or a store of a later version.
    """
    _check_version(run, place)
    ((stores, filled),) = run(_THERE)
    if not stores and filled:
        raise StoreDamaged(
            f"{place} is a database, but not a store: give Zeren an empty one",
            zh=f"{place} 是数据库，但不是本系统的存储：请给一个空的数据库",
        )
    if not stores and not create:
        raise StoreError(f"there is no store at {place}", zh=f"{place} 处没有存储")
    known = steps()
    done = _applied(run, place, known)
    for step in known[done:]:
        for statement in statements(step.text):
            run(statement)
        run("MERGE (m:Migration {number: $number}) SET m.name = $name, m.sha256 = $sha256", **_recorded(step))
    if known[done:]:
        run("CALL db.awaitIndexes(300)")
    if not stores:
        run("MERGE (s:Store {id: 'zeren'}) ON CREATE SET s.version = 0, s.last_seq = 0, s.chain = '', s.lock = 0")


def statements(script: str) -> list[str]:
    """Cut a script into its statements, comments left out."""
    lines = [line for line in script.splitlines() if not line.startswith("//")]
    return [statement.strip() for statement in "\n".join(lines).split(";") if statement.strip()]


def _recorded(step: Step) -> dict[str, Any]:
    return {"number": step.number, "name": step.name, "sha256": step.sha256}


def _check_version(run: Run, place: str) -> None:
    ((versions,),) = run("CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions")
    version = versions[0]
    numbers = tuple(int(part) for part in version.split("-")[0].split(".")[:2])
    if numbers < OLDEST:
        raise StoreError(f"{place} is Neo4j {version}: Zeren needs {'.'.join(map(str, OLDEST))} or newer")


def _applied(run: Run, place: str, known: list[Step]) -> int:
    rows = run("MATCH (m:Migration) RETURN m.number, m.name, m.sha256 ORDER BY m.number")
    for row, step in zip(rows, known, strict=False):
        if tuple(row) != step[:3]:
            raise StoreDamaged(f"{place} was made with another {row[1]} than this program's {step.name}")
    if len(rows) > len(known):
        raise StoreDamaged(f"{place} is of a later version (it has {rows[-1][1]}): update the program")
    return len(rows)
