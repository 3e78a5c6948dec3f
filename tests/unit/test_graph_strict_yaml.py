from datetime import date

import pytest
import yaml

from graph import strict_yaml


@pytest.mark.parametrize("text", ["a: 1\na: 2", "x: [{b: 1, b: 1}]", "{a: 1, c: 2, a: 3}"])
def test_a_key_written_twice_is_an_error_with_its_line(text):
    with pytest.raises(yaml.YAMLError, match=r"written twice: [ab][\s\S]*line 1"):
        strict_yaml.read(text)


def test_a_merge_is_no_repetition():
    assert strict_yaml.read("a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}") == {"a": {"k": 1, "l": 2}, "b": {"k": 3, "l": 2}}


def test_nothing_but_plain_values_is_made():
    with pytest.raises(yaml.YAMLError):
        strict_yaml.read("!!python/object/apply:os.getcwd []")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: 1\nb: 2020-13-01", r"(?s)cannot be read as timestamp: month must be.*line 2"),
        ("a: !!int 0x_", "cannot be read as int"),
        ("a: " + "9" * 5000, "cannot be read as int"),
        ("a: !!int ''", "cannot be read as int"),
        ("a: !!bool x", "cannot be read as bool"),
        ("a: !!timestamp x", "cannot be read as timestamp"),
        ("a: \ud800", "cannot be read"),
        ("[" * 20_000 + "]" * 20_000, "nests deeper than 100 levels"),
    ],
)
def test_a_value_that_is_none_is_an_error_of_the_text(text: str, reason: str) -> None:
    with pytest.raises(yaml.YAMLError, match=reason) as caught:
        strict_yaml.read(text)
    assert "\n" not in strict_yaml.told(caught.value)


def test_what_holds_itself_is_refused():
    for text in ("a: &x [*x]", "a: &x {b: {c: *x}}", "&x [1, *x]"):
        with pytest.raises(yaml.YAMLError, match=r"\*x stands inside itself; in"):
            strict_yaml.read(text)


def test_aliases_that_stand_for_billions_are_refused_and_a_few_are_not():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    with pytest.raises(yaml.YAMLError, match="aliases stand for more than 200,000 parts"):
        strict_yaml.read("\n".join(lines))
    assert strict_yaml.read("a: &x {b: 1}\nc: *x\nd: [*x, *x]")["d"] == [{"b": 1}, {"b": 1}]


def test_a_long_text_without_aliases_is_read_however_long():
    content = strict_yaml.read("a:\n" + "- [1, 2]\n" * 70_000)  # more parts than aliases may stand for
    assert len(content["a"]) == 70_000


def test_1_read_on_tells_of_every_bad_value_and_reads_the_rest():
    text = "a: 2018-02-30\nb: [1, !!int x, {c: 1, c: 2}]\nd: &x {e: 2020-13-01}\nf: *x\ng: 2020-01-01\nh: !odd z"
    content, flaws = strict_yaml.read_on(text)
    assert content == {
        "a": "2018-02-30", "b": [1, "x", {"c": 2}], "d": {"e": "2020-13-01"}, "f": {"e": "2020-13-01"},
        "g": date(2020, 1, 1), "h": "z",
    }  # fmt: skip
    assert [flaw.path for flaw in flaws] == [("a",), ("b", 1), ("b", 2, "c"), ("d", "e"), ("h",)]
    assert flaws[0].reason == "'2018-02-30' is no day or time: day is out of range for month"
    assert flaws[2].reason == strict_yaml.TWICE
    assert strict_yaml.read_on("a: 1") == ({"a": 1}, [])


@pytest.mark.parametrize("text", ["rules: [", "!!python/object/apply:os.getcwd []", "&x [*x]", "[" * 200 + "]" * 200])
def test_2_what_is_no_yaml_is_refused_by_both(text: str):
    for reader in (strict_yaml.read, strict_yaml.read_on):
        with pytest.raises(yaml.YAMLError):
            reader(text)


@pytest.mark.parametrize(
    ("written", "value"),
    [("010", 8), ("1:30", 90), ("1_0", 10), ("0x10", 16), ("0b11", 3), ("-07", -7), ("00", 0)],
)
def test_3_a_whole_number_is_written_in_decimal_digits(written, value):
    reason = f"'{written}' would be read as {value}: write it in decimal digits, or in quotes if it is a text"
    with pytest.raises(yaml.YAMLError, match=reason):
        strict_yaml.read(f"a: {written}")
    assert strict_yaml.read_on(f"a: {written}\nb: [{written}]") == (
        {"a": written, "b": [written]},
        [strict_yaml.Flaw(("a",), reason), strict_yaml.Flaw(("b", 0), reason)],
    )
    assert strict_yaml.read_on(f"a: {written}", decimal=False) == ({"a": value}, [])
    assert strict_yaml.read(f"a: '{written}'") == {"a": written}


def test_3_also_as_a_key_and_everything_else_is_read_as_before():
    assert [flaw.path for flaw in strict_yaml.read_on("010: 1")[1]] == [("010",)]
    assert strict_yaml.read_on("010: 1", decimal=False) == ({8: 1}, [])
    assert strict_yaml.read("a: [0, -3, +4, 12, 1.5, 2020-01-01, 08]") == {"a": [0, -3, 4, 12, 1.5, date(2020, 1, 1), "08"]}
