"""The invariants of `loaders.standards.objects`, one test a number."""

import json
from decimal import Decimal

import pytest

from graph.errors import InputError
from loaders.standards import objects as module
from loaders.standards.objects import objects
from loaders.text_files import Limits

PARTS = [{"a": 'x"[{,\\'}, {"b": [1, {"c": "\\\\"}], "d": "甲\u2028乙"}, {}, [], "text", 2.50, None]


def read(tmp_path, text, limit=1_000_000):
    path = tmp_path / "some.json"
    path.write_text(text, encoding="utf-8", newline="")
    return [(number, value.reason if isinstance(value, InputError) else value) for number, value in objects(path, Limits(limit))]


@pytest.mark.parametrize("indent", [None, 0, 2])
@pytest.mark.parametrize("block", [1, 2, 3, 7, 1 << 16])
def test_1_an_array_gives_what_its_parts_give_as_lines_however_it_is_broken_into_lines(tmp_path, monkeypatch, indent, block):
    """1. An array gives what its parts give as lines, however it is broken into lines."""
    monkeypatch.setattr(module, "_BLOCK", block)
    lines = read(tmp_path, "\n".join(json.dumps(part) for part in PARTS))
    assert [value for _, value in lines] == PARTS
    for ascii_only in (True, False):
        assert read(tmp_path, json.dumps(PARTS, indent=indent, ensure_ascii=ascii_only)) == lines
    assert read(tmp_path, "\ufeff \n\n[ ]\n") == []


def test_1_an_array_on_one_line_is_as_long_as_it_is(tmp_path):
    many = [{"name": f"示例{number}"} for number in range(80_000)]
    text = json.dumps(many, ensure_ascii=False)
    assert len(text) > 1_000_000
    assert [value for _, value in read(tmp_path, text)] == many


@pytest.mark.parametrize("between", [",", ",\n"])
def test_2_a_part_that_cannot_be_read_is_an_error_with_its_number_and_shifts_no_other(tmp_path, between):
    """2. A part that is no JSON or beyond the limit is an error with its number, and shifts no number after it."""
    parts = ["1", '{"x": "' + "[" * 200 + '"}', "2", "{bad}", "", "NaN", "1e99999999999999999999", "3", '{"y": 1}']
    found = dict(read(tmp_path, f"[{between.join(parts)}]", 100))
    assert {number: found[number] for number in (1, 3, 8, 9)} == {1: 1, 3: 2, 8: 3, 9: {"y": 1}}
    assert found[2] == "is longer than 100 characters"
    assert all("is not JSON" in found[number] for number in (4, 5, 6, 7))


def test_2_a_line_that_is_too_long_is_an_error_with_its_number(tmp_path):
    assert read(tmp_path, '{"a": 1}\n"' + "x" * 200 + '"\n\n{"b": 2}\n', 100) == [
        (1, {"a": 1}), (2, "is longer than 100 characters"), (4, {"b": 2}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[{"a": 1}, {"b"', "does not end"),
        ('[{"a": "x', "does not end"),
        ("[" * 100_000, "does not end"),
        ('[{"a": 1}] [2]', "goes on"),
        ("[1] x", "goes on"),
        ("[1}], 2]", "goes on"),
    ],
)
def test_3_an_array_that_does_not_end_or_goes_on_is_an_error_of_the_whole_file(tmp_path, text, why):
    """3. An array that does not end, or goes on after its end, is an error of the whole file."""
    with pytest.raises(InputError, match=f"not JSON, or was cut off .it.*{why}"):
        read(tmp_path, text)


def test_a_part_that_ends_with_a_comma_is_followed_by_one(tmp_path):
    assert [number for number, value in read(tmp_path, "[1,]") if "not JSON" in str(value)] == [2]


def test_numbers_stay_as_they_are_written(tmp_path):
    ((_, value),) = read(tmp_path, "[[0.1, 49.99996, " + "9" * 5000 + "]]")
    assert value == [Decimal("0.1"), Decimal("49.99996"), Decimal("9" * 5000)]


def test_4_a_key_that_stands_twice_is_an_error_with_its_number(tmp_path):
    """4. A key that stands twice in one object is an error with its number: nobody knows which value was meant."""
    parts = ['{"a": 1}', '{"a": 1, "b": 2, "a": 3}', '{"x": [{"y": {"z": 1, "z": 1}}]}', '{"b": {"a": 1}, "a": 2}']
    found = read(tmp_path, "\n".join(parts))
    assert found == read(tmp_path, f"[{', '.join(parts)}]")
    assert [number for number, value in found if isinstance(value, dict)] == [1, 4]
    assert found[1:3] == [(2, "key a stands more than once in an object"), (3, "key z stands more than once in an object")]
