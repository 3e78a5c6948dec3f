"""The quality report through the command line."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from api.cli import quality


def test_table_json_and_a_page(demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    report, opened = quality.quality_report, []

    @cache  # table, JSON and page show one report, which takes seconds
    def once(*asked: Any) -> dict[str, Any]:
        return report(opened[-1], *asked)

    monkeypatch.setattr(quality, "quality_report", lambda store, *asked: (opened.append(store), once(*asked))[1])
    table = demo.run("quality", "--lang", "en")
    assert table.returncode == 0, table.stderr
    assert "namesakes at one enterprise" in table.stdout
    document = json.loads(demo.run("quality", "--format", "json").stdout)
    city = next(each for each in document["sources"] if each["source"] == "synthetic_city")
    checks = {check["name"]: check for check in city["checks"]}
    assert checks["names.within_enterprise"]["count"] > 0
    assert checks["dates.end_unknown"]["examples"][0]["file"] == "posts.csv"
    assert [each["delivery_status"] for each in city["deliveries"]] == ["complete"]
    only = json.loads(demo.run("quality", "--format", "json", "--source", "synthetic_city").stdout)
    assert only["sources"] == [city]
    page = tmp_path / "quality.html"
    assert demo.run("quality", "--format", "html", "--out", str(page), "--lang", "zh").returncode == 0
    text = page.read_text(encoding="utf-8")
    for part in ("<h1>数据质量报告", "<h2>synthetic_city</h2>", "同一企业内同名", "各批次", "已完成", "来源之间的矛盾"):
        assert part in text
    assert "http" not in text
    assert "<script" not in text
    unknown = demo.run("quality", "--source", "nobody")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "没有来源“nobody”的记录" in unknown.stderr


def test_csv_has_the_conflicts_too(zeren, tmp_path: Path):
    entity = "{entity: {kind: company, id: {scheme: uscc, column: code}, names: [name]}}"
    mapping = f"mode: delta\ntables: [{{file: firms.csv, facts: [{entity}]}}]\n"
    store = ("--store", f"sqlite:///{tmp_path / 'z.db'}")
    for source, name in (("first", "示例甲有限公司"), ("second", "示例乙有限公司")):
        (tmp_path / "firms.csv").write_text(f"code,name\n91371300MA00000017,{name}\n", encoding="utf-8")
        (tmp_path / f"{source}.yaml").write_text(f"source: {source}\n{mapping}", encoding="utf-8")
        zeren("load", str(tmp_path / "firms.csv"), "--mapping", str(tmp_path / f"{source}.yaml"), *store)
    rows = list(csv.DictReader(io.StringIO(zeren("quality", "--format", "csv", *store).stdout)))
    (conflict,) = [row for row in rows if row["check"] == "conflict"]
    assert {conflict["shown"], conflict["others"]} == {"示例甲有限公司 [first]", "示例乙有限公司 [second]"}
    assert conflict["entity"] == "uscc:91371300MA00000017"
    assert conflict["field"]
    assert any(row["count"] for row in rows)


def test_before_anything_was_known_there_is_nothing(demo):
    assert json.loads(demo.run("quality", "--format", "json", "--known-at", "0").stdout)["sources"] == []
