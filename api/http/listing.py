"""Lists: a page of one as JSON, or the whole of it as NDJSON or CSV, streamed part by part.

`Accept: application/x-ndjson` or `text/csv` asks for the whole list from `cursor` on; `limit` is then how many items are read,
let through the veil and written into the trail at once.

Invariants (tests/integration/test_http_bulk.py holds one test a number)
1. The lines are the items of the pages, in the same order, seen through the same veil.
2. Memory does not grow with the length of a list: a part is made when the one before it has been taken.
3. No part leaves before what it shows of persons is in the trail; who may not be shown persons by name gets no masked bulk.
4. A list that breaks off is an answer that breaks off, never one that looks whole; so is one that whoever asked may read no more.
5. No cell of CSV is a formula.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Generic, TypeVar

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from api.csv_rows import csv_row
from api.http.asking import Asking, Document
from api.http.negotiation import WHO, Json, preferred, respond
from api.http.paging import Key, after, page, read_cursor, write_cursor
from api.http.schemas import PageParameters
from api.locales import Texts
from graph.export.texts import csv_line

T = TypeVar("T")
JSON, NDJSON, CSV = "application/json", "application/x-ndjson", "text/csv"
VERSION: Final = "Zeren-Version"
Rows = list[Document]
Told = Callable[[Document], Document]


def _as_it_is(item: Document) -> Document:
    return item


def listed_as(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """Return what the OpenAPI document says of a list."""
    text = {"schema": {"type": "string"}}
    return {200: {"model": model, "content": {NDJSON: text, CSV: text}}}


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A list that is in memory: everything in order, what orders it, what was asked, and how items become plain values."""

    chosen: Sequence[T]
    key: Callable[[T], Key]
    question: str
    render: Callable[[Sequence[T]], Rows]
    version: int
    more: Document = field(default_factory=dict)

    def page(self, asked: PageParameters) -> Document:
        """Return a page."""
        found, following = page(self.chosen, self.key, self.question, asked.cursor, asked.limit)
        return {"items": self.render(found), "next": following, "version": self.version, **self.more}

    def parts(self, asked: PageParameters) -> Iterator[Rows]:
        """Yield everything from the cursor on, as plain values."""
        start = after(self.chosen, self.key, self.question, asked.cursor)
        return (self.render(self.chosen[at : at + asked.limit]) for at in range(start, len(self.chosen), asked.limit))


@dataclass(frozen=True, slots=True)
class Running:
    """A list that is read as it is given: what follows an item (from the start without one), each with what tells it apart."""

    following: Callable[[Key | None], Iterator[tuple[Key, Document]]]
    question: str
    version: int

    def page(self, asked: PageParameters) -> Document:
        """Return a page."""
        found = list(islice(self._from(asked), asked.limit + 1))
        more = len(found) > asked.limit
        following = write_cursor(self.question, found[asked.limit - 1][0]) if more else None
        return {"items": [item for _, item in found[: asked.limit]], "next": following, "version": self.version}

    def parts(self, asked: PageParameters) -> Iterator[Rows]:
        """Yield everything from the cursor on, as plain values."""
        rest = self._from(asked)
        while some := [item for _, item in islice(rest, asked.limit)]:
            yield some

    def _from(self, asked: PageParameters) -> Iterator[tuple[Key, Document]]:
        return self.following(read_cursor(self.question, asked.cursor) if asked.cursor is not None else None)


def listed(
    asking: Asking,
    request: Request,
    asked: PageParameters,
    listing: Listing[Any] | Running,
    columns: Sequence[str],
    words: Texts | None = None,
    *,
    told: Told = _as_it_is,
) -> Response:
    """Answer with a list in the form that is wanted.

    Parameters
    ----------
    asking, request : Asking, Request
        Who asks, and what.
    asked : PageParameters
        Cursor and limit.
    listing : Listing or Running
        What is listed.
    columns : sequence of str
        What CSV shows, as paths into an item.
    words : Texts, optional
        The language, where items have words.
    told : callable
        What is done to an item that who asks may see, to put it into words.
    """
    form = form_of(request)
    if form != JSON:
        return in_bulk(asking, form, listing.parts(asked), columns, listing.version, told=told)
    document = asking.admit(listing.page(asked))
    document["items"] = [told(item) for item in document["items"]]
    return respond(request, document, words) if words else Json(document, headers={"Vary": WHO})


def form_of(request: Request) -> str:
    """Return in which form a list is wanted."""
    return preferred(request.headers.get("accept", ""), (JSON, NDJSON, CSV)) or JSON


def in_bulk(
    asking: Asking,
    form: str,
    parts: Iterator[Rows],
    columns: Sequence[str],
    version: int,
    *,
    of_persons: bool = True,
    told: Told = _as_it_is,
) -> Response:
    """Answer with a whole list, each part through the veil when its turn comes; one that can speak of nobody needs no purpose."""
    if of_persons:
        asking.in_bulk()
    first = asking.admit({"items": next(parts, [])})["items"]  # what is refused is refused before anything leaves
    lines = _lines(asking, form, first, parts, columns, told)
    headers = {"Vary": f"Accept, Accept-Language, {WHO}", VERSION: str(version)}
    return StreamingResponse(lines, media_type=f"{form}; charset=utf-8", headers=headers)


def _lines(asking: Asking, form: str, first: Rows, parts: Iterator[Rows], columns: Sequence[str], told: Told) -> Iterator[str]:
    if form == CSV:
        yield csv_line(columns)
    try:
        yield _written(form, map(told, first), columns)
        for part in parts:
            asking.still()
            yield _written(form, map(told, asking.admit({"items": part})["items"]), columns)
    except Exception as error:
        raise RuntimeError(f"a list was cut off: {type(error).__name__}") from None  # the words of the error may hold a name


def _written(form: str, rows: Iterable[Document], columns: Sequence[str]) -> str:
    if form == CSV:
        return "".join(csv_row(row, columns) for row in rows)
    return "".join(f"{json.dumps(row, ensure_ascii=False, separators=(',', ':'))}\n" for row in rows)
