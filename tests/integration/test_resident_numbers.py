"""Resident numbers come in, and only their keyed hash and masked form stay."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.codec import dump
from graph.errors import ConfigError
from graph.identifiers import hash_resident_id
from graph.model import Entity
from graph.snapshot import Snapshot
from graph.store import open_store
from graph.store.mentions import strong_token
from loaders.ingest import load
from loaders.mapping_file import parse_mapping

MAPPING = """
source: register
title: {zh: 示例登记, en: Example register}
licence: synthetic
mode: delta
tables:
  - file: people.csv
    facts:
      - entity: {kind: company, id: {column: code}, names: [{column: company}]}
      - entity: {kind: person, name: person, at: {column: code}, resident_id: number}
      - relationship:
          party: {name: person, at: {column: code}, resident_id: number}
          subject: {column: code}
          interest: {column: post, values: {法定代表人: legal_representative, 监事: supervisor}}
"""
A, B, WRONG = "999999190001010015", "999999190001010023", "999999190001010016"
ROWS = f"""code,company,person,number,post
1,示例甲公司,测试甲,{A},法定代表人
1,示例甲公司,测试甲,{B},监事
2,示例乙公司,测试甲,{A.lower()},监事
3,示例丙公司,测试乙,{WRONG},监事
"""


def loaded(folder: Path, key: bytes) -> tuple[Snapshot, str, bytes]:
    (folder / "people.csv").write_text(ROWS, encoding="utf-8")
    url = f"sqlite:///{folder}/zeren.db"
    with open_store(url) as store:
        report = load(
            store,
            parse_mapping(MAPPING, "people.yaml"),
            [folder / "people.csv"],
            act_by="test",
            now=lambda: datetime.now(UTC),
            id_key=key,
        )
        snapshot = Snapshot.of(recorded.fact for recorded in store.facts())
        assert store.search("测试甲")
        assert store.search(A) == []
    return snapshot, report.as_text(), b"".join(path.read_bytes() for path in folder.glob("zeren.db*"))


def test_two_numbers_under_one_name_are_two_people_and_one_number_at_two_enterprises_is_one(tmp_path: Path):
    snapshot, _, _ = loaded(tmp_path, b"secret")
    (lr,) = [h for h in snapshot.holders("register:1") if h.value.interest == "legal_representative"]
    (supervisor,) = [h for h in snapshot.holders("register:1") if h.value.interest == "supervisor"]
    (elsewhere,) = snapshot.holders("register:2")
    assert lr.party.id != supervisor.party.id
    assert snapshot.identity.person(lr.party.id) == snapshot.identity.person(elsewhere.party.id)
    assert snapshot.identity.person(supervisor.party.id) != snapshot.identity.person(elsewhere.party.id)


def test_the_number_is_kept_nowhere(tmp_path: Path):
    snapshot, report, file = loaded(tmp_path, b"secret")
    for number in (A, B, WRONG):
        assert number.encode() not in file
        assert number not in report
    assert dict(snapshot.entity("register:2#测试甲").attributes)["resident_id"] == "999999************"


def test_the_keyed_hash_stands_in_no_id(tmp_path: Path):
    snapshot, _, _ = loaded(tmp_path, b"secret")
    with open_store(f"sqlite:///{tmp_path}/zeren.db") as store:
        facts = [each.fact for each in store.facts()]
        about = list(store.facts(about=[strong_token(hash_resident_id(A, b"secret"))]))
    hashes = {hash_resident_id(number, b"secret") for number in (A, B)}
    said = [each.fact.value for each in about]
    assert {item.value for value in said if isinstance(value, Entity) for item in value.identifiers} <= hashes
    assert len(about) == 2
    ids = [fact.key for fact in facts] + [fact.id for fact in facts] + [held.party.id for held in snapshot.holders("register:1")]
    ids += [text for fact in facts if fact.key.startswith("relationship/") for text in (dump(fact.value),)]
    ids += [str(fact.value.bearer) for fact in facts if isinstance(fact.value, Entity)]
    assert len({held.party.id for held in snapshot.holders("register:1")}) == 2
    assert not [text for text in ids if any(hashed in text for hashed in hashes)]


def test_a_wrong_number_is_flagged_and_identifies_nobody(tmp_path: Path):
    snapshot, report, _ = loaded(tmp_path, b"secret")
    assert "row 5" in report
    assert "check digit" in report
    (holding,) = snapshot.holders("register:3")
    assert holding.party.id == "register:3#测试乙"


def test_without_a_key_nothing_is_loaded(tmp_path: Path):
    with pytest.raises(ConfigError, match="ZEREN_ID_KEY"):
        loaded(tmp_path, b"")
