"""Bring records in: a source that ships with Zeren by its name, or files with a mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Mapping_
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

from api.use_cases.acting import Actor
from api.use_cases.rule_messages import errors_told, told_of_load
from graph.errors import InputError, Refused, StoreMoved
from graph.store.base import Store
from loaders import ingest
from loaders.absent import table_of
from loaders.base import Report
from loaders.comparing import Example, Examples
from loaders.given import GivenColumns
from loaders.mapping import Mapping
from loaders.mapping_file import WrongMapping, bundled, bundled_files, load_mapping, names
from loaders.synthetic.city import build_city
from loaders.vanishing import Terms

CITY = "synthetic_city"
EXAMPLES: Final = 5
"""Examples of each kind and table that a comparison shows, if nobody says how many."""
Progress = Callable[[str, int], None]


def ignore(_file: str, _row: int) -> None:
    """Be told of progress and say nothing."""


def load(
    store: Store,
    actor: Actor,
    what: Sequence[str],
    *,
    mapping: str | None = None,
    delivered: date | None = None,
    dry_run: bool = False,
    id_key: str = "",
    terms: Terms | None = None,
    examples: Examples | None = None,
    progress: Progress = ignore,
) -> Report:
    """Load a source by its name, or files with a mapping.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        Who loads, and when.
    what : sequence of str
        One name of a source that ships with Zeren, or files and folders.
    mapping : str, optional
        Name or path of the mapping; files need one.
    delivered : date, optional
        The day as of which the files are.
    dry_run : bool
        Check everything and record nothing.
    id_key : str
        Key under which resident numbers are hashed; needed where the mapping has any.
    terms : Terms, optional
        What the delivery is allowed: to lack many rows, to be older than the last one.
    examples : Examples, optional
        Shown what is new, altered and absent; meant for a dry run.
    progress : callable
        Told the file and the last row after each transaction.

    Raises
    ------
    InputError
        Files without a mapping, or one that does not exist.
    ConfigError, NotFound, Refused, StoreError
        See `loaders.mapping_file.load_mapping` and `loaders.ingest.load`.
    """
    files, name = _files(what, mapping)
    recorded: dict[str, int] = {}

    def told(file: str, row: int) -> None:
        recorded[file] = row
        progress(file, row)

    try:
        with _refused_in_chinese():
            return ingest.load(
                store,
                mapping_of(name),
                files,
                act_by=actor.name,
                now=lambda: actor.writes_at,
                delivered=delivered,
                dry_run=dry_run,
                progress=told,
                id_key=id_key.encode(),
                terms=terms,
                examples=examples,
            )
    except StoreMoved as error:
        if dry_run or not recorded:
            raise
        raise moved_away(recorded) from error


@contextmanager
def _refused_in_chinese() -> Iterator[None]:
    """Let a load that is refused say so in Chinese too."""
    try:
        yield
    except ingest.ShrunkDelivery as error:
        raise Refused(str(error), zh=told_of_load(error, "zh")) from error


def moved_away(recorded: Mapping_[str, int]) -> StoreMoved:
    """Return what is said of a load whose store was moved away meanwhile: what is on record, by file up to a row (0: whole)."""
    en = "; ".join(f"{file} {f'to row {row}' if row else 'whole'}" for file, row in recorded.items())
    zh = "；".join(f"{file} {f'至第 {row} 行' if row else '全部'}" for file, row in recorded.items())
    return StoreMoved(
        f"the store was moved away or replaced while this was being loaded. In the file that was moved away is on record: {en}; "
        "nothing of it is in what stands in its place. Put that file back and load the same again (over HTTP with the same "
        "Idempotency-Key): it goes on from there",
        zh=f"载入期间存储被移走或替换。被移走的文件中已记录：{zh}；现在原处的文件中没有此次的任何内容。请放回该文件，再次载入同样的内容"
        "（通过 HTTP 时用同一个 Idempotency-Key），即从该处继续",
    )


def example_json(example: Example) -> dict[str, Any]:
    """Return an example of what a load would change as plain values."""
    found = asdict(example)
    return {"table": found.pop("table"), "change": found.pop("kind"), **found}


def mapping_of(given: str | Path) -> Mapping:
    """Return a mapping; what is wrong with one is said in both languages (see `load_mapping`)."""
    try:
        return load_mapping(given)
    except WrongMapping as error:
        en, zh = (errors_told(error, lang) for lang in ("en", "zh"))
        raise WrongMapping("\n".join(en), zh="\n".join([f"映射有 {len(zh)} 处错误：", *zh])) from error


def sheet_of(file: str, mapping: str | None) -> str | None:
    """Return the sheet of a workbook that a mapping reads, None for the first."""
    loaded = mapping_of(mapping) if mapping else None
    table = table_of(loaded, Path(file).name) if loaded else None
    return table.sheet if table else None


def load_city(store: Store, actor: Actor, enterprises: int, seed: int, *, progress: Progress = ignore) -> Report:
    """Load a synthetic city straight from its columns; the facts are those that the files of the same size and seed give.

    Cut off, the same call goes on.

    Raises
    ------
    InputError
        Too few enterprises for one round of scenarios.
    """
    given = city_given(enterprises, seed)
    with _refused_in_chinese():
        return ingest.load(store, load_mapping(CITY), given, act_by=actor.name, now=lambda: actor.writes_at, progress=progress)


def city_given(enterprises: int, seed: int) -> list[GivenColumns]:
    """Return the tables of a synthetic city in columns, under the names of the files that they would be; raises `InputError`."""
    return [
        GivenColumns(f"{table.name}.csv", f"{CITY}, {enterprises} enterprises, seed {seed}, {table.rows} rows", table.chunks)
        for table in build_city(enterprises, seed).register
    ]


def _files(what: Sequence[str], mapping: str | None) -> tuple[list[Path], str]:
    if len(what) == 1 and what[0] in names() and not Path(what[0]).exists():
        return bundled_files(what[0]), mapping or what[0]
    missing = [given for given in what if not Path(given).exists()]
    if missing:
        raise InputError(
            f"no file and no shipped source {', '.join(missing)}; sources that ship are {', '.join(bundled())}",
            zh=f"没有文件或自带来源：{'、'.join(missing)}；自带来源有 {'、'.join(bundled())}",
        )
    if mapping is None:
        raise InputError(
            "files need a mapping that says what their columns mean: give --mapping FILE",
            zh="文件须有说明各栏含义的映射：请用 --mapping FILE",
        )
    return [Path(given) for given in what], mapping
