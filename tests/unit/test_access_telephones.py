"""Invariants 1 and 2 of api/access/telephones.py."""

from __future__ import annotations

import json

from api.access.people import People
from api.access.veil import veiled

DOCUMENT = {
    "party": {"id": "uscc:91371300MA00000000", "name": "示例公司", "kind": "company"},
    "posts": [{"company": {"id": "s:10123456789", "name": "10123456789"}, "interest": "reached_at"}],
    "items": [
        {"party": {"id": "s:10123456789", "name": "10123456789", "kind": "telephone"}, "edges": [{"to": "s:10123456789"}]},
        {"party": {"id": "s:0539-8100-1", "name": "0539-8100-1", "kind": "telephone"}, "text": "联系电话0539-8100-1。"},
        {"party": {"id": "s:110123456789", "name": "第110123456789号", "kind": "tender"}},
    ],
}


def test_1_a_telephone_is_in_no_field_however_it_is_written() -> None:
    nobody: People = {}
    for view in ("none", "masked"):
        shown = json.dumps(veiled(DOCUMENT, nobody, view), ensure_ascii=False)  # type: ignore[arg-type]
        assert '10123456789"' not in shown.replace("110123456789", "")
        assert "0539-8100-1" not in shown
        assert "示例公司" in shown
        assert "第110123456789号" in shown, "what only holds the same figures is something else"
    assert "0539-8100-1" in json.dumps(veiled(DOCUMENT, nobody, "full"))


def test_2_one_telephone_is_one_thing_and_two_are_two() -> None:
    shown = veiled(DOCUMENT, {}, "none")
    first, second = shown["items"][0]["party"]["id"], shown["items"][1]["party"]["id"]
    assert first == shown["posts"][0]["company"]["id"] == shown["items"][0]["edges"][0]["to"]
    assert first != second
    for number in range(200):  # figures in a mark would be taken for a number again
        node = {"id": f"s:0539-81{number:05}", "name": f"0539-81{number:05}", "kind": "telephone"}
        mark = veiled({"items": [{"party": node}]}, {}, "none")["items"][0]["party"]["id"]
        assert mark.removeprefix("telephone-").isalpha()
