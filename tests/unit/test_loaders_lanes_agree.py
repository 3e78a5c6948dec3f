"""With the fast lane and without it a load leaves the same store, hash by hash, and the same report.

Of rows that say the same, a message about one that says otherwise names the first with the lane, and the last without it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import loaders.run
import loaders.tables
from graph.errors import Refused
from graph.identifiers import uscc_check_character
from graph.store import open_store
from loaders.comparing import Examples
from loaders.ingest import load
from loaders.mapping import Mapping
from loaders.mapping_file import parse_mapping
from loaders.vanishing import Terms

_NAMED = re.compile(r"(?<=than )row \d+|(?<=from )row \d+")
BODIES = [f"91371300MA00000{number:02}" for number in range(10, 22)]
CODES = [body + uscc_check_character(body) for body in BODIES]
MAPPING = """
source: demo
mode: {mode}
altered: {altered}
shrinkage: 0.9
tables:
  - file: firms.csv
    facts:
      - entity:
          kind: company
          id: {{scheme: uscc, column: code}}
          names: [company, {{column: former, kind: former}}]
          attributes: {{district: district}}
      - relationship:
          party: {{scheme: uscc, column: parent}}
          subject: {{scheme: uscc, column: code}}
          interest: {{const: shareholding}}
  - file: posts.csv
    facts:
      - entity: {{kind: person, name: name, at: {{scheme: uscc, column: code}}, bearer: own}}
      - relationship:
          party: {{name: name, at: {{scheme: uscc, column: code}}, bearer: own}}
          subject: {{scheme: uscc, column: code}}
          interest: {{column: post, split: "、", values: {{董事: director, 法定代表人: legal_representative, 无: []}}}}
          start: start
          end: {{column: end, when_empty: open}}
  - file: rulings.csv
    facts:
      - decision:
          id: number
          kind: {{column: kind, values: {{列入: listing, 告知: pre_notice}}}}
          acts: [{{const: fine}}]
          respondent: {{scheme: uscc, column: code}}
          authority: authority
          region: region
          date: date
          conduct: {{from: conduct, to: conduct}}
      - link:
          decision: number
          relation: {{column: relation, values: {{撤销: annuls_from_beginning, 依据: rests_on}}}}
          other: other
  - file: rulings_people.csv
    facts:
      - naming:
          decision: number
          party:
            name: name
            at: {{scheme: uscc, column: code, lookup: {{table: rulings, key: number, by: number}}}}
            bearer: own
          found_as: {{column: found, values: {{有关责任人员: responsible_person_found, "": []}}}}
          key: [name]
"""


def delivery(rng: random.Random) -> dict[str, str]:
    """Files with what is clean, doubtful, wrong, said twice and said otherwise; parents may stand after their children."""
    firms = ["code,company,former,district,parent"]
    for number in rng.sample(range(12), 10):
        parent = CODES[rng.randrange(12)] if rng.random() < 0.7 else rng.choice(["", BODIES[0] + "Z", "1#2"])
        firms.append(f"{CODES[number]},示例{number if rng.random() < 0.9 else 99}有限公司,{rng.choice(['', '旧称'])},河东,{parent}")
    posts = ["code,name,own,post,start,end"]
    for _ in range(40):
        name, own = rng.choice(["张示例", "王示例", "李示例", "不详", "a#b"]), rng.choice(["", "", "P1"])
        post, start = (
            rng.choice(["董事", "董事、法定代表人", "无", "监事"]),
            rng.choice(["2015-01-02", "2015", "2015", "2015", "2015-13"]),
        )
        posts.append(f"{rng.choice(CODES)},{name},{own},{post},{start},{rng.choice(['', '', '', '2014', '2020-01-01'])}")
    rulings = ["number,kind,code,authority,region,date,conduct,relation,other"]
    for _ in range(30):
        number, kind = f"D{rng.randrange(12)}", rng.choice(["列入", "列入", "列入", "告知"])
        date_, conduct = rng.choice(["2019-06-01", "2019-06-01", "2019", "2030", ""]), rng.choice(["", "2018", "2018", "2020"])
        other, relation = rng.choice(["", f"D{rng.randrange(14)}", f"D{rng.randrange(14)}"]), rng.choice(["撤销", "撤销", "依据"])
        at = rng.choice(["示例局", "示例局", "示例局", "示例院"])
        rulings.append(
            f"{number},{kind},{CODES[int(number[1:])]},{at},{rng.choice(['371302', '99'])},{date_},{conduct},{relation},{other}"
        )
    named = ["number,name,own,found"]
    for _ in range(30):
        name, found = rng.choice(["张示例", "王示例", "不详"]), rng.choice(["有关责任人员", "有关责任人员", ""])
        named.append(f"D{rng.randrange(13)},{name},{rng.choice(['', '', 'P1'])},{found}")
    decided = {"rulings": "\n".join([*rulings, ""]), "rulings_people": "\n".join([*named, ""])}
    return decided | {"firms": "\n".join([*firms, ""]), "posts": "\n".join([*posts, *rng.sample(posts[1:], 5), ""])}


def outcome(folder: Path, mapping: Mapping, deliveries: list[dict[str, str]]) -> Iterator[Any]:
    with open_store("sqlite:///:memory:") as store:
        for number, files in enumerate(deliveries):
            for name, text in files.items():
                (folder / f"{name}.csv").write_text(text, encoding="utf-8")
            for dry in (True, False):
                examples = Examples(store, 4) if dry else None
                try:
                    report = load(
                        store, mapping, [folder], act_by="tester", now=lambda: datetime(2026, 2, 1, tzinfo=UTC), dry_run=dry,
                        delivered=date(2020 + number % 4, 1, 1), batch=7, examples=examples, terms=Terms(older=number > 3),
                    )  # fmt: skip
                except Refused as refused:
                    yield str(refused)
                    continue
                yield (
                    report.as_dict()["tables"],
                    [_NAMED.sub("row", str(issue)) for issue in report.issues],
                    examples and examples.shown,
                )
        yield list(store.audit()), [(r.fact, r.operation, r.reason) for r in store.changes_since(0)], store.verify()


@pytest.mark.parametrize("seed", range(6))
def test_with_the_lane_and_without_it(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    first = [delivery(rng) for _ in range(3)]
    mode, altered = ("snapshot", "delta", "events")[seed % 3], ("refuse", "correction")[seed % 2]
    mapping = parse_mapping(MAPPING.format(mode=mode, altered=altered))
    deliveries = [*first, first[0], first[0], delivery(rng)]
    monkeypatch.setattr(loaders.tables, "TOGETHER", rng.choice([1, 6, 100]))
    fast = list(outcome(tmp_path, mapping, deliveries))
    monkeypatch.setattr(loaders.run, "lane_of", lambda *_: None)
    slow = list(outcome(tmp_path, mapping, deliveries))
    for one, other in zip(fast, slow, strict=True):
        assert one == other
    assert fast[-1][2] is None
