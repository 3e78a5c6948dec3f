"""What a body says: JSON in which no key stands twice, or words on why it is none.

Invariants (tests/integration/test_http.py holds one test a number)
1. A body that is no JSON, or says one thing twice, is a 400 that tells so, in the language asked, and nothing is done.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request

from api.http.problems import Said, spoken_in
from api.problem_kinds import KINDS
from graph.errors import InputError


class Asked(Request):
    """A request whose JSON is read strictly."""

    async def json(self) -> Any:
        """Return what the body says.

        Raises
        ------
        Said
            It is no JSON, or has a key twice in one object.
        """
        if not hasattr(self, "_json"):
            self._json = self._read(await self.body())
        return self._json

    def _read(self, body: bytes) -> Any:
        try:
            return json.loads(body, object_pairs_hook=_object)
        except json.JSONDecodeError as error:
            raise self._refused("not_json", line=error.lineno, column=error.colno) from None
        except UnicodeDecodeError:
            raise self._refused("not_text") from None
        except RecursionError:
            raise self._refused("too_deep") from None
        except _KeyTwice:
            raise self._refused("key_twice") from None
        except ValueError:  # the one that is left: an integer of more digits than Python reads
            raise self._refused("too_long_number") from None

    def _refused(self, why: str, **said: int) -> Said:
        return Said(KINDS[InputError].status, spoken_in(self.scope).say(f"problem_detail.{why}", **said))


class _KeyTwice(Exception):
    """One of two values would be taken, and nobody said which."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _KeyTwice
    return found
