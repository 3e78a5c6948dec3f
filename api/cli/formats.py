"""The formats that rows come out in."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """How rows come out."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    HTML = "html"

    @property
    def for_reading(self) -> bool:
        """Whether a person reads it, and codes come out in words."""
        return self not in (Format.JSON, Format.CSV)
