"""A delivery that is heard first; each test quotes an invariant of loaders/heard.py."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import loaders.ingest
import loaders.tables
from graph.errors import Refused
from graph.identifiers import uscc_check_character
from graph.store import open_store
from loaders.given import Given
from loaders.heard import Heard
from loaders.ingest import load
from loaders.mapping import Mapping
from loaders.mapping_file import parse_mapping

BODIES = [f"91371300MA00000{number:02}" for number in range(10, 40)]
CODES = [body + uscc_check_character(body) for body in BODIES]
MAPPING = """
source: demo
mode: snapshot
altered: {altered}
tables:
  - file: firms.csv
    facts: [{{entity: {{kind: company, id: {{scheme: uscc, column: code}}, names: [company]}}}}]
  - file: posts*.csv
    name: posts
    facts:
      - entity: {{kind: person, name: name, at: {{scheme: uscc, column: code}}, attributes: {{born: born}}}}
      - relationship:
          party: {{name: name, at: {{scheme: uscc, column: code}}}}
          subject: {{scheme: uscc, column: code}}
          interest: {{column: post, values: {{董事: director, 监事: supervisor}}}}
          start: {start}
          end: {{column: end, when_empty: open}}
"""
FIRMS = "\n".join(["code,company", *(f"{code},示例{code[-4:]}有限公司" for code in CODES), ""])
POSTS = [(code, name, "", post, "2015", "") for code in CODES for name in ("张示例", "王示例") for post in ("董事", "监事")]


def text(rows: list[tuple[str, ...]]) -> str:
    return "\n".join(["code,name,born,post,start,end", *map(",".join, rows), ""])


def altered(rng: random.Random, rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The same with a few rows ended, wrong, gone, doubled, said otherwise twice, and people of whom more is told."""
    found = []
    for row in rows:
        code, name, born, post, start, end = row
        kind = rng.randrange(40)
        if kind == 0:
            end = "2020"
        elif kind == 1:
            start = rng.choice(["2016", "2015-13"])
        elif kind == 2:
            born = "1980"
        elif kind == 3:
            continue
        elif kind == 4:
            found.append(rng.choice([row, (code, name, born, post, start, "2021")]))
        found.append((code, name, born, post, start, end))
    return found if rng.random() < 0.5 else rng.sample(found, len(found))


def outcome(folder: Path, mapping: Mapping, deliveries: list[dict[str, str]]) -> Iterator[Any]:
    with open_store("sqlite:///:memory:") as store:
        for number, files in enumerate(deliveries):
            for name, said in files.items():
                (folder / f"{name}.csv").write_text(said, encoding="utf-8")
            day, now = date(2020 + number, 1, 1), datetime(2026, 2, 1, tzinfo=UTC)
            report = load(store, mapping, [folder], act_by="tester", now=lambda now=now: now, delivered=day, batch=17)
            yield report.as_dict(), [str(issue) for issue in report.issues]
        yield list(store.audit()), [(r.fact, r.operation, r.reason) for r in store.changes_since(0)], store.verify()


@pytest.mark.parametrize("seed", range(8))
def test_a_hearing_changes_nothing(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """1. What is loaded after a hearing is what would have been loaded without one."""
    rng = random.Random(seed)
    start = ("start", "{const: listed}")[seed // 2 % 2]
    mapping = parse_mapping(MAPPING.format(altered=("refuse", "correction")[seed % 2], start=start))
    monkeypatch.setattr(loaders.tables, "TOGETHER", rng.choice([3, 20, 1000]))
    rows = [POSTS, altered(rng, POSTS), altered(rng, POSTS), POSTS]
    deliveries = [{"firms": FIRMS, "posts1": text(each[:50]), "posts2": text(each[50:])} for each in rows]
    heard = list(outcome(tmp_path, mapping, deliveries))
    monkeypatch.setattr(loaders.ingest, "may_shrink", lambda *_: False)
    unheard = list(outcome(tmp_path, mapping, deliveries))
    for one, other in zip(heard, unheard, strict=True):
        assert one == other
    assert heard[-1][2] is None


def test_only_rows_that_stand_as_they_say_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """2. A row is passed over only if every statement of it stands, and no row before it says one of them otherwise."""
    mapping = parse_mapping(MAPPING.format(altered="refuse", start="start"))
    passed: dict[str, list[int]] = {}
    original = Heard.known_rows

    def known_rows(self: Heard, file: Given, numbers: list[int]) -> Any:
        found = original(self, file, numbers)
        passed[file.name] = [number for number, known in zip(numbers, found.tolist(), strict=True) if known]
        return found

    monkeypatch.setattr(Heard, "known_rows", known_rows)
    first, ended = POSTS[0], (*POSTS[0][:5], "2020")
    more, bad = (*POSTS[5][:2], "1980", *POSTS[5][3:]), (*POSTS[6][:4], "2015-13", "")
    second = [ended, first, POSTS[1], POSTS[4], more, bad, *POSTS[7:], POSTS[4], POSTS[8]]
    list(outcome(tmp_path, mapping, [{"firms": FIRMS, "posts": text(POSTS)}, {"firms": FIRMS, "posts": text(second)}]))
    assert passed["firms.csv"] == list(range(2, 32))
    # Not: ended, the same as it was (said otherwise just before), the person of whom more is told, the wrong row, and what
    # comes after it of the same person.
    numbers = {row: number for number, row in enumerate(second, 2)}
    kept = [numbers[ended], numbers[first], numbers[more], numbers[bad], len(second)]
    assert passed["posts.csv"] == [number for number in range(2, len(second) + 2) if number not in kept]


def test_so_are_rows_whose_start_is_as_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """2. Also where a statement is a term that earlier deliveries began: one that goes on, not one that comes back."""
    mapping = parse_mapping(MAPPING.format(altered="refuse", start="{const: listed}"))
    passed: list[list[int]] = []
    original = Heard.known_rows

    def known_rows(self: Heard, file: Given, numbers: list[int]) -> Any:
        found = original(self, file, numbers)
        if file.name == "posts.csv":
            passed.append([number for number, known in zip(numbers, found.tolist(), strict=True) if known])
        return found

    monkeypatch.setattr(Heard, "known_rows", known_rows)
    ended = (*POSTS[2][:5], "2020")
    deliveries = [POSTS, POSTS[1:], POSTS, [POSTS[0], POSTS[1], ended, POSTS[2], *POSTS[3:]]]
    list(outcome(tmp_path, mapping, [{"firms": FIRMS, "posts": text(each)} for each in deliveries]))
    assert passed == [
        list(range(2, len(POSTS) + 1)),
        list(range(4, len(POSTS) + 2)),  # not: one that comes back, and the same person's other post
        [2, 3, *range(7, len(POSTS) + 3)],  # not: one that is ended, the same as it was, and that person's other post
    ]


def test_what_lacks_too_much_is_refused_before_anything_is_recorded(tmp_path: Path) -> None:
    mapping = parse_mapping(MAPPING.format(altered="refuse", start="start"))
    files = [{"firms": FIRMS, "posts": text(POSTS)}, {"firms": FIRMS, "posts": text(POSTS[:60])}]
    loads = outcome(tmp_path, mapping, files)
    assert not next(loads)[0]["failed"]
    with pytest.raises(Refused, match="60 of the 120 rows"):
        next(loads)
