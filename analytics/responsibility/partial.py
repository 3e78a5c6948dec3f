"""What can be read of an entry with errors, so that one wrong field hides no other error.

A field that cannot be read is absent, and whoever asks for it gets `Unread`; a check that needs it is left out, because the field
is an error of its own.

Invariants (tests/unit/test_analytics_partial.py holds one test a number)
1. What can be read is read as it would be in an entry without errors; nothing is made up for the rest but what may be left out.
2. A check says nothing where a field that it needs could not be read.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

_UNREAD: Final = object()
T = TypeVar("T")
U = TypeVar("U")
M = TypeVar("M", bound="Model")


class Unread(AttributeError):
    """A field that could not be read."""


class Model(BaseModel):
    """What every part of a rule file is: frozen, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Tell a field that could not be read from a name that is none."""
            if name in type(self).model_fields:
                raise Unread(name)
            return super().__getattr__(name)


def holds(condition: Callable[[], object]) -> bool:
    """Say whether something is so; not where a field that it needs could not be read."""
    return bool(read(condition, otherwise=False))


def read(value: Callable[[], T], otherwise: U) -> T | U:
    """Return a value, or something else where a field that it needs could not be read."""
    try:
        return value()
    except Unread:
        return otherwise


def partly(model: type[M], content: object) -> M:
    """Return what can be read of a content as a model; its other fields are `Unread`."""
    given: Mapping[str, Any] = content if isinstance(content, dict) else {}
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key in given:
            found[name] = _part(field, given[key])
        elif isinstance(content, dict) and not field.is_required():
            found[name] = field.get_default(call_default_factory=True)
    known = {name: value for name, value in found.items() if value is not _UNREAD}
    made = cast("M", model.model_construct(**known))
    for name in model.model_fields.keys() - known.keys():
        made.__dict__.pop(name, None)
    return made


def _part(field: FieldInfo, value: object) -> Any:
    kind, many = _model_of(field.annotation)
    if kind is not None and many:
        return tuple(partly(kind, each) for each in value) if isinstance(value, list) else _UNREAD
    if kind is not None and isinstance(value, dict):
        return partly(kind, value)
    try:
        return TypeAdapter(field.rebuild_annotation()).validate_python(value)
    except ValidationError:
        return _as_far(field.annotation, value)


def _as_far(annotation: Any, value: object) -> Any:
    """Return a list of words without those that are none, and a table as it stands: their checks go item by item."""
    if get_origin(annotation) is tuple and get_args(annotation)[0] is str and isinstance(value, list):
        return tuple(each for each in value if isinstance(each, str))
    is_table = get_origin(annotation) is Mapping
    return value if is_table and isinstance(value, dict) else _UNREAD


def _model_of(annotation: Any) -> tuple[type[Model] | None, bool]:
    """Return the model that a field holds, if it does, and whether it holds a list of them."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is tuple and _is_model(inner[0]):
        return inner[0], True
    if origin in (Union, types.UnionType):
        return next((each for each in inner if _is_model(each)), None), False
    return (annotation, False) if _is_model(annotation) else (None, False)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Model)
