"""In which language and form somebody wants an answer.

Invariants (tests/integration/test_http.py holds one test a number)
1. `lang` of the address comes before Accept-Language, and that before the setting of the installation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import orjson
from fastapi import Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from api.locales import LANGS, Texts, texts

Document = dict[str, Any]
WHO = "Authorization, Cookie"
_FORMS = ("application/json", "text/plain")


class Json(JSONResponse):
    """An answer as JSON, written at once where that can be."""

    def render(self, content: Any) -> bytes:
        """Return the bytes."""
        try:
            return orjson.dumps(content)
        except TypeError:  # a number beyond 64 bits, or a key that is no text
            return super().render(content)


def words_of(request: Request, lang: str | None, otherwise: str) -> Texts:
    """Return the words of the language that is wanted."""
    return texts(lang or preferred(request.headers.get("accept-language", ""), LANGS) or otherwise)


def respond(
    request: Request, document: Document, words: Texts, lines: Callable[[Document, Texts], Iterable[str]] | None = None
) -> Response:
    """Answer with a document in words: as JSON, or as lines of text where there are any and the client prefers them."""
    headers = {"Vary": f"Accept, Accept-Language, {WHO}", "Content-Language": words.lang}
    if lines is not None and preferred(request.headers.get("accept", ""), _FORMS) == "text/plain":
        return PlainTextResponse("".join(f"{line}\n" for line in lines(document, words)), headers=headers)
    return Json(document, headers=headers)


def preferred(header: str, offered: Sequence[str]) -> str | None:
    """Return the offer that a header of the Accept family wants most, None where it wants none of them.

    An offer meets itself, a narrower wish (`zh` meets `zh-CN`), and `*/*`, `text/*` or `*`; of equal wishes the more exact one
    wins, then the order of the offers.
    """
    best: tuple[float, int, int] | None = None
    chosen = None
    for wish, weight in _wishes(header):
        for place, offer in enumerate(offered):
            exact = _exactness(wish, offer)
            rank = (weight, exact, -place)
            if exact and weight > 0 and (best is None or rank > best):
                best, chosen = rank, offer
    return chosen


def _wishes(header: str) -> list[tuple[str, float]]:
    wishes = []
    for part in header.lower().split(","):
        wish, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        try:
            wishes.append((wish, float(weight)))
        except ValueError:
            wishes.append((wish, 0.0))
    return wishes


def _exactness(wish: str, offer: str) -> int:
    if wish in ("*", "*/*"):
        return 1
    if wish.endswith("/*"):
        return 2 if offer.startswith(wish[:-1]) else 0
    return 3 if wish == offer or wish.startswith(f"{offer}-") else 0
