"""One request of one principal: what may be answered, what of persons is shown, and what is written down before it leaves.

Invariants (tests/integration/test_http_access.py holds one test a number)
1. A natural person is shown only for a stated purpose, and the row in the trail is durable before the answer leaves. So is
   looking for one, found or not: what is typed and means no enterprise.
2. An answer of a route that may name persons leaves through `admit` alone; one that did not is a 500.
3. Whoever may not see persons cannot tell a person from nobody: asking about one is asking about nothing.
10. A stream ends with what let it in: no part leaves after the user was locked, the session ended or the token revoked.
11. Whom a viewer sees masked has one id in all his answers about enterprises, and another in those of every other viewer. Where the
    question itself may name somebody he is numbered anew: nobody finds out by asking for a name who stands in another answer.
13. The text of a cell of a delivery may name anybody: who is not let see it (`api.access.cells`) gets the rest, and who is is in
    the trail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from fastapi import Request
from fastapi.responses import Response

from api.access.cells import cells_told, sees_rows
from api.access.desk import Access
from api.access.errors import CredentialsRefused, PermissionMissing
from api.access.people import People, people_in
from api.access.principal import Credentials, Principal, Purpose, purpose_wanted
from api.access.roles import MANAGE
from api.access.trail import Look
from api.access.veil import is_somebody, veiled
from api.http import negotiation
from api.http.service import Service
from api.http.turns import aside
from api.locales import Texts, texts
from api.use_cases.acting import Actor
from api.use_cases.reading import whom
from api.use_cases.searching import Hidden
from graph.errors import InputError, NotFound, Refused
from graph.identifiers import check_resident_id
from graph.store.audit import moment
from graph.store.base import Store

Document = dict[str, Any]
ANY_UNIT = "unit.any"
_OF_NO_PARTY = frozenset({MANAGE, "rules.read"})
"""What speaks of users, or of the law as it ships, and of no party of the store: a pattern or a word in it is nothing to hide."""

_NUMBER: Final = re.compile("[0-9][0-9A-Za-z]*")
"""A number of an enterprise, or the beginning of one."""
_BEARERS: Final = 1_000
"""Of one name, who are looked at to see whether any is a person."""


def nobody() -> NotFound:
    """Return what is said of a person to whoever may see none: the same as of nobody."""
    return NotFound("no enterprise has that id, number or name", zh="没有该编号、代码或名称的企业")


@dataclass(slots=True)
class Asking:
    """Who asks, what for, and by which permission; a route gets one by declaring what it needs (`api.http.needs`).

    `what` is the address as the route declares it, `request` the id of the request, `shown` what told who asks, `admitted` whether
    an answer went through, `about` whom the next answer speaks of besides those who are known by it: names that somebody typed.
    """

    service: Service
    access: Access
    principal: Principal
    purpose: Purpose | None
    permission: str
    what: str
    request: str
    shown: Credentials
    admitted: bool = field(default=False)
    about: People = field(default_factory=dict)

    @property
    def blind(self) -> bool:
        """Whether whoever asks may see no person: then nothing that is counted or filtered tells of any."""
        return self.principal.view == "none"

    @property
    def hidden(self) -> Hidden | None:
        """Tell which parties may not be told of, None where all may."""
        return self.service.natural.which if self.blind else None

    @property
    def sees_cells(self) -> bool:
        """Whether what a load says of a cell is told (see `api.access.cells`)."""
        return sees_rows(self.principal.view, purpose=self.purpose is not None)

    def looks_for(self, person: str | None) -> None:
        """Note for whom the question asks, in its own words: looking for somebody is looking at him, found or not.

        Raises
        ------
        PurposeRequired
            No purpose was given.
        NotFound
            Whoever asks may see no person.
        """
        if person is None:
            return
        if self.principal.view == "none":
            raise nobody()
        self.purposed("the question is about a natural person", "所问涉及自然人")
        self.record(person)

    def meant(self, text: str) -> People:
        """Return whom something that was typed means, under what was typed too; nobody where it means an enterprise."""
        own = {text: frozenset({text})}
        try:
            found, near = whom(self.service.store, text)
        except (NotFound, Refused):
            return own
        return own | {found: frozenset({near.label(found)})} if self.service.natural.which([found]) else {}

    def members(self, store: Store, text: str) -> frozenset[str]:
        """Return the nodes of the party that a text means; unless that is an enterprise, it is looking for somebody."""
        with self.discreet(text):
            found, near = whom(store, text)
        if near.kind(found) != "enterprise":
            self.looks_for(text)
        return frozenset(near.identity.members(found))

    def sought(self, *typed: str | None) -> None:
        """Note of what was typed, and answered with nobody, that it looks for somebody wherever it means no enterprise.

        Raises
        ------
        PurposeRequired
            No purpose was given: else a refusal would tell who is on record.
        """
        for text in typed:
            if text and not self.blind and not self._means_enterprise(text):
                self.looks_for(text)

    def searched(self, typed: str) -> None:
        """Note of what was typed to search, and found nothing, that it looks for somebody; the number of an enterprise does not.

        Raises
        ------
        PurposeRequired
            No purpose was given.
        """
        text = typed.strip()
        if text and not self.blind and (not _NUMBER.fullmatch(text) or check_resident_id(text).ok):
            self.looks_for(text)

    def _means_enterprise(self, text: str) -> bool:
        """Say whether a text means an enterprise, or several and nobody else."""
        store = self.service.store
        try:
            found, near = whom(store, text)
        except NotFound:
            return False
        except Refused:
            bearers = store.called(text, _BEARERS)
            return bool(bearers) and not self.service.natural.which(bearers)
        return near.kind(found) == "enterprise"

    def unit(self, wanted: str | None) -> str | None:
        """Return for which unit is asked: the own one, or the one that is named; None for all.

        Raises
        ------
        PermissionMissing
            It is another's, and whoever asks may not ask for others.
        Refused
            Whoever asks belongs to no unit.
        """
        own = self.principal.unit
        if wanted in (None, own) and own:
            return own
        if self.principal.may(ANY_UNIT):
            return wanted
        if own:
            raise self._of_another(own)
        name = self.principal.name
        raise Refused(
            f"{name} belongs to no unit: `zeren user add --unit` says to which",
            zh=f"{name} 不属于任何单位：请用 `zeren user add --unit` 指明",
        )

    def unit_said(self, wanted: str | None) -> str:
        """Return the unit that asks: the own one; who belongs to none says for which."""
        own = self.principal.unit
        if own and wanted not in (None, own):
            raise self._of_another(own)
        return own or wanted or ""

    def _of_another(self, own: str) -> PermissionMissing:
        """Return why nothing is answered for the unit of others."""
        name = self.principal.name
        return PermissionMissing(
            f"{name} belongs to {own!r}, and asks for its own unit only", zh=f"{name} 属于 {own}，只能查询本单位"
        )

    def admit(self, document: Document) -> Document:
        """Return a document as whoever asks may see it; what it shows of persons is in the trail when this returns.

        Every answer goes through here, a stream part by part.

        Parameters
        ----------
        document : dict
            What the use case answered; whom it is about stands in it as `party` or `parties`.

        Raises
        ------
        PurposeRequired
            It shows a natural person, and no purpose was given.
        NotFound
            It is about a natural person, and whoever asks may see none.
        """
        if self.permission in _OF_NO_PARTY:
            self.admitted = True
            return document
        document, cells = cells_told(document, self.principal.view, purpose=self.purpose is not None)
        if cells:
            self.record(f"rows of {', '.join(cells)}")
        people = people_in(document, self.service.store.by_id, self.service.natural.among) | self.about
        if self.blind:
            if any(is_somebody(node, people) for node in (document.get("party"), *document.get("parties", ()))):
                raise nobody()
        elif people:
            self.purposed("the answer shows natural persons", "答复含有自然人")
            self.record(people=people)
        self.admitted = True
        shown: Document = veiled(document, people, self.principal.view, self._called_by(document, people))
        if self.blind and "notes" in shown and "lang" in shown:  # whether anybody was left out is not told
            shown["notes"].append(texts(shown["lang"]).say("access.left_out"))
        return shown

    def _called_by(self, document: Document, people: People) -> bytes | None:
        """Return the key of the ids of masked persons in answers about enterprises; None where they are numbered."""
        asked_about = [node for node in (document.get("party"), *document.get("parties", ())) if node is not None]
        if self.principal.view != "masked" or not asked_about or any(is_somebody(node, people) for node in asked_about):
            return None
        return self.access.called_by(self.principal.name)

    def still(self) -> None:
        """Ask again who asks, before each further part of a stream.

        Raises
        ------
        CredentialsRefused
            What was shown is no longer good, or lets in to something else than when the stream began.
        """
        if self.access.principal(self.shown, datetime.now(UTC)) != self.principal:
            raise CredentialsRefused("whoever asked may not, or may something else by now", zh="查询人的权限已经改变")

    def in_bulk(self) -> None:
        """Refuse a list as a whole to whoever may not have it; a page is another matter.

        Raises
        ------
        PermissionMissing
            Persons are masked for whoever asks: person-1 of one part would be another in the next.
        PurposeRequired
            No purpose was given: it could be needed when half of the list has left.
        """
        if self.principal.view == "masked":
            raise PermissionMissing(
                "natural persons are masked for you, and numbered anew in each part of a list: read page by page",
                zh="自然人对您是遮盖显示的，名单的每一部分都重新编号：请逐页查看",
            )
        if self.principal.view != "none":
            self.purposed("a list as a whole may show natural persons", "整份名单可能含有自然人")

    def purposed(self, why: str, zh: str) -> None:
        """See that a purpose was given; raises `PurposeRequired`."""
        if self.purpose is None:
            raise purpose_wanted(self.access.roles, why, zh)

    def record(self, asked: str = "", people: Iterable[str] = (), version: int | None = None) -> None:
        """Write a row into the trail and wait until it is on the disk; a route that writes calls it before it answers.

        `version` is the one of what is shown, where that is not the current one.
        """
        purpose = self.purpose or Purpose("")
        look = Look(
            at=moment(datetime.now(UTC)),
            by=self.principal.name,
            via=self.principal.via,
            what=self.what,
            asked=asked,
            version=self.service.store.version() if version is None else version,
            purpose=purpose.code,
            reference=purpose.reference,
            request=self.request,
            people=tuple(sorted(people)),
        )
        with aside():
            self.access.recorder.record(look)

    def actor(self) -> Actor:
        """Return who writes, now: the name that the store's own audit log gets."""
        return Actor.now(self.principal.name)

    def json(self, document: Document) -> Response:
        """Answer with a document that has no words in it."""
        return negotiation.Json(self.admit(document), headers={"Vary": negotiation.WHO})

    def respond(
        self,
        request: Request,
        document: Document,
        words: Texts,
        lines: Callable[[Document, Texts], Iterable[str]] | None = None,
    ) -> Response:
        """Answer with a document in words, as JSON or text."""
        return negotiation.respond(request, self.admit(document), words, lines)

    @contextmanager
    def discreet(self, *typed: str | None) -> Iterator[None]:
        """Let an error tell nothing of whom what was typed means.

        Whoever may not see persons is told of nobody; for others it is looking for somebody (see `sought`).
        """
        try:
            yield
        except (NotFound, Refused):
            if self.blind:
                raise nobody() from None
            self.sought(*typed)
            raise
        except InputError:
            self.sought(*typed)
            raise
