"""The invariants of `loaders.standards.shapes`, one test a number."""

from decimal import Decimal

import pytest

from graph.errors import InputError
from loaders.standards.shapes import Interest, Properties, RelationshipDetails, Thing, shaped


@pytest.mark.parametrize(
    ("shape", "value", "column", "reason"),
    [
        (Thing, 5, None, "is no JSON object"),
        (Thing, {"id": "a", "schema": True, "properties": {}}, "schema", "is no text"),
        (Thing, {"id": None, "schema": "x", "properties": {}}, "id", "is missing"),
        (Thing, {"id": " ", "schema": "x", "properties": {}}, "id", "is missing"),
        (Thing, {"properties": []}, "id", "is missing (and 2 more of its fields are wrong)"),
        (Interest, {"share": {"exact": True}}, "share.exact", "is no number"),
        (Interest, {"share": {"minimum": Decimal("-0.1")}}, "share.minimum", "lies below 0 %"),
        (Interest, {"share": {"exclusiveMaximum": Decimal("1e999")}}, "share.exclusiveMaximum", "lies above 100 %"),
        (RelationshipDetails, {"subject": 1, "interestedParty": "b"}, "subject", "is no text"),
        (RelationshipDetails, {"subject": {"reason": 5}, "interestedParty": "b"}, "subject.reason", "is no text"),
        (Properties, {"properties": {"name": ["a", 5]}}, "properties.name[1]", "is no text"),
    ],
)
def test_1_a_value_of_a_wrong_type_is_an_error_that_names_its_field(shape, value, column, reason):
    """1. A value of a wrong type is an error that names its field, wherever it stands."""
    with pytest.raises(InputError) as caught:
        shaped(shape, value)
    assert (caught.value.column, caught.value.reason) == (column, reason)


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_2_a_text_holds_no_nul_and_nothing_that_is_no_character(text):
    """2. A text holds no NUL, and nothing that is no character."""
    with pytest.raises(InputError, match="holds a NUL, or what is no character"):
        shaped(Properties, {"properties": {"name": ["fine", text]}})


def test_what_is_not_read_may_have_any_shape():
    read = shaped(Interest, {"type": None, "other": [{"x": 5}], "empty": [], "none": None})
    assert (read.type, read.unread) == (None, ["other"])


def test_a_property_without_a_value_is_an_empty_list():
    assert shaped(Properties, {"properties": {"b": None, "c": ["", "y"]}}).properties == {"b": [], "c": ["y"]}
