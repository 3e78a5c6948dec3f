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
