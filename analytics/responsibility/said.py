"""What a rule says to its reader in words of its own.

Invariants (tests/unit/test_analytics_rule_format.py holds one test a number)
7. A text stands in Chinese and English, or as one text that is told in both languages; neither language is left out of a pair.
"""

from __future__ import annotations

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from analytics.responsibility.partial import Model


class Label(Model):
    """A text in Chinese and English."""

    zh: str
    """In Chinese, as the text says it where it does."""
    en: str
    """In English."""


class Said(Model):
    """A text in Chinese and English, or one text that stands for both."""

    zh: str
    """In Chinese."""
    en: str
    """In English."""

    @model_validator(mode="before")
    @classmethod
    def _as_it_stands(cls, given: object) -> object:
        if isinstance(given, str):
            return {"zh": given.strip(), "en": given.strip()}
        if not isinstance(given, dict | Said):
            raise ValueError("is neither a text nor texts in `zh` and `en`")
        return given

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return what an editor allows: the pair, or a text."""
        pair = handler.resolve_ref_schema(handler(core))
        told = {"description": pair.pop("description")} if "description" in pair else {}
        return {"anyOf": [{"type": "string"}, pair], **told}
