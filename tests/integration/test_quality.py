"""The quality report through the command line."""

from __future__ import annotations

import json
from pathlib import Path


def test_table_json_and_a_page(demo, tmp_path: Path):
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
    assert "nothing is on record of the source 'nobody'" in unknown.stderr


def test_before_anything_was_known_there_is_nothing(demo):
    assert json.loads(demo.run("quality", "--format", "json", "--known-at", "0").stdout)["sources"] == []
