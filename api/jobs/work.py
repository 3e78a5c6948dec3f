"""What each kind of job does: a use case, over the settings and what was asked.

Every one of them may be begun again after a cut: a load goes on where it was, deriving looks for what is left, an export or
a backup is written anew, a diff, a report of quality and a check of the logs record nothing.

Invariants (tests/integration/test_jobs.py holds one test a number)
1. A job records and answers what the command of the same name does.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analytics.responsibility.catalogue import Catalogue
from api.access.database import place_of
from api.access.trail import EVERYBODY, anchor_of
from api.jobs.queue import EXPORTED, called, sent_in
from api.locales import texts
from api.settings import Settings
from api.use_cases import backing_up, impact, loading, propagating
from api.use_cases.access_report import verify_logs
from api.use_cases.acting import Actor, today
from api.use_cases.deliveries import undo_delivery
from api.use_cases.graph import Graph, folder_of
from api.use_cases.past import Past
from api.use_cases.quality import quality_report
from api.use_cases.reading import catalogue_at, version_of
from api.use_cases.status import status as status_of
from api.use_cases.stores import open_store_of
from graph.errors import InputError, Refused, StoreMoved
from graph.store.base import Store
from graph.store.in_use import file_at
from graph.store.turn import turn
from loaders.comparing import Examples
from loaders.vanishing import Terms

if TYPE_CHECKING:
    from api.use_cases.exporting import Wanted

_SHOWN: Final = 1_000
"""Findings of a diff that an answer has; their number it has always."""
Answer = dict[str, Any]


@dataclass(frozen=True)
class Desk:
    """What a job works with: `tell` notes how far it is, and raises where it is to stop; a load waits so long for its turn.

    Whether a load makes the store where there is none: not where it is one that a service has open, which `file` tells.
    `ordered_for` is what the store is called (see `api.jobs.queue.called`) that the job was ordered for, empty for any.
    """

    settings: Settings
    catalogue: Catalogue
    actor: Actor
    folder: Path
    tell: Callable[[str], None]
    turn_seconds: float = 3_600.0
    makes_store: bool = True
    file: str = ""
    ordered_for: str = ""

    def sent(self, asked: dict[str, Any]) -> Path:
        """Return the folder of what was sent for the job: that of the very hash, where a request is not answered at once."""
        place = sent_in(self.folder, asked["sha256"])
        return place if place.exists() else self.folder

    def store(self, *, create: bool = False) -> Store:
        """Open the store.

        Raises
        ------
        StoreMoved
            Another file stands there than the one that the job is of.
        Refused
            It is another store than the one that the job was ordered for.
        """
        self.see_store()
        store = open_store_of(self.settings, create=create and not self.ordered_for)
        with ExitStack() as opened:
            opened.enter_context(store)
            self.see_store()  # what was opened may be what came in between
            if self.ordered_for and called(store) != self.ordered_for:
                raise Refused(
                    "the job was ordered for another store than the one that stands here now: nothing was done here. Try it again "
                    "to have it done here, or order it anew once that store is back",
                    zh="该任务是为另一个存储提交的，不是现在此处的存储：未在此处作任何处理。如要在现有存储中执行，请重试该任务；"
                    "否则请放回原存储后重新提交",
                )
            opened.pop_all()
        return store

    def see_store(self) -> None:
        """See that the file that the job is of stands there; raises `StoreMoved`."""
        if self.file and file_at(Path(self.settings.store.removeprefix("sqlite:///"))) != self.file:
            raise StoreMoved(
                "the store was moved away or replaced meanwhile: nothing was done. Put that file back and do the same again "
                "(with the same Idempotency-Key), or start the service anew over what stands there now",
                zh="存储在此期间已被移走或替换：未作任何处理。请放回该文件，再做一次（用同一个 Idempotency-Key）；"
                "如要使用现在原处的存储，请重新启动服务",
            )

    @property
    def today(self) -> date:
        """The day of a status."""
        return today()


def load(desk: Desk, asked: dict[str, Any]) -> Answer:
    """Load a source that ships, or a file; whoever loads elsewhere goes first."""
    given = asked.get("upload")
    what = str(desk.sent(asked) / given) if given else _text(asked, "what")
    day = asked.get("delivered")
    desk.tell("waiting for the turn to load")
    with desk.store(create=desk.makes_store) as store, turn(desk.settings.store, desk.turn_seconds, store=store):
        shown = Examples(store, int(asked.get("examples") or loading.EXAMPLES)) if asked.get("compare") else None
        report = loading.load(
            store,
            desk.actor,
            [what],
            mapping=asked.get("mapping"),
            delivered=date.fromisoformat(day) if day else None,
            dry_run=bool(asked.get("dry_run")) or shown is not None,
            examples=shown,
            id_key=desk.settings.id_key.get_secret_value(),
            terms=Terms(accept_shrinkage=bool(asked.get("accept_shrinkage")), older=bool(asked.get("older"))),
            progress=lambda file, row: desk.tell(f"{file}: row {row}"),
        )
    return report.as_dict() | ({} if shown is None else {"examples": [*map(loading.example_json, shown.shown)]})


def propagate(desk: Desk, asked: dict[str, Any]) -> Answer:
    """Derive what follows from what came."""
    desk.tell("deriving")
    with desk.store() as store:
        full, dry_run = bool(asked.get("full")), bool(asked.get("dry_run"))
        done = propagating.propagate(
            store, desk.catalogue, desk.actor, decision=asked.get("decision") or None, full=full, dry_run=dry_run
        )
        return asdict(done) | _tried(dry_run=dry_run)


def snapshot(desk: Desk, asked: dict[str, Any]) -> Answer:
    """Bring the columns of the graph up to date and save them, so that what opens the store next starts from there."""
    from graph.snapshot.kept import Kept  # the compiler takes longer to import than most jobs to run

    del asked
    desk.tell("building")
    with desk.store() as store:
        kept = Kept(store, folder_of(desk.settings.store))
        columns = kept.columns()
        desk.tell("saving")
        kept.fold()
        said = [remark.en for remark in kept.said]
        return {"version": columns.version, "nodes": len(columns), "edges": columns.edge_count, "said": said}


def export(desk: Desk, asked: dict[str, Any]) -> Answer:
    """Write an export into the folder of the job, one file; a folder becomes a zip archive."""
    from api.use_cases import exporting, placing  # as above
    from graph.snapshot.kept import Kept
    from graph.snapshot.overlay import build

    try:
        to = exporting.Format(_text(asked, "to"))
    except ValueError:
        raise InputError(
            f"{asked['to']!r} is none of {', '.join(exporting.Format)}",
            zh=f"“{asked['to']}”不可用；可选：{'、'.join(exporting.Format)}",
        ) from None
    wanted = _wanted(asked)
    wanted.check()
    desk.tell("writing")
    desk.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    placing.sweep(desk.folder)
    out = desk.folder / f"export.{to.value}"
    words = texts(asked.get("lang") or desk.settings.lang)
    with desk.store() as store, ExitStack() as open_:
        version, rules = store.version(), desk.catalogue
        if asked.get("known_at"):
            then = open_.enter_context(Past(store, version_of(store, asked["known_at"])))
            graph, rules = Graph(then, build(then), words), catalogue_at(store, then.at, rules)
        else:
            graph = Graph(store, Kept(store, folder_of(desk.settings.store)).columns(), words)
        counts = exporting.export(graph, wanted, to, out, desk.today, force=True, catalogue=rules)
        persons = exporting.persons_in(graph, wanted)
        exported = {"people": [EVERYBODY] if persons is None else persons, "version": version}
    if out.is_dir():
        desk.tell("packing")
        packed = Path(shutil.make_archive(str(out), "zip", out))
        shutil.rmtree(out)
        out = packed
    return {"file": out.name, "bytes": out.stat().st_size, "counts": counts, EXPORTED: exported}


def _wanted(asked: dict[str, Any]) -> Wanted:
    """Return what an export is of; a job does not name what it leaves at its default."""
    from api.use_cases.exporting import Wanted  # as above
    from api.use_cases.graph import Filters

    day = date.fromisoformat(asked["as_of"]) if asked.get("as_of") else None
    roles, kinds = tuple(asked.get("role", ())), tuple(asked.get("kind_of_party", ()))
    filters = Filters(day, roles, kinds, asked.get("share", "0"), asked.get("hub", 200), bool(asked.get("certain")))
    return Wanted(asked.get("around", ""), asked.get("hops"), asked.get("decision", ""), bool(asked.get("whole")), filters)


def diff(desk: Desk, asked: dict[str, Any]) -> Answer:
    """Derive what is loaded with two catalogues, and return what differs."""
    desk.tell("reading the rules")
    day = asked.get("as_of")
    with desk.store() as store:
        old = _side(store, _text(asked, "old"))
        upload = asked.get("upload")
        text = (desk.sent(asked) / upload).read_text(encoding="utf-8") if upload else None
        new = _side(store, _text(asked, "new")) if text is None else impact.side_of_text(text, str(upload))
        version = version_of(store, asked["known_at"]) if asked.get("known_at") else None
        foreseen = impact.of_rules(
            store,
            old.catalogue,
            new.catalogue,
            version,
            date.fromisoformat(day) if day else None,
            lambda done, of: desk.tell(f"decision {done} of {of}"),
        )
        document = impact.rules_json(old, new, foreseen, texts(asked.get("lang") or desk.settings.lang))
    findings = document["findings"]
    return {**document, "findings": findings[:_SHOWN], "findings_count": len(findings)}


def _side(store: Store, text: str) -> impact.Side:
    """Return what a text means on one side of a diff; no file: the text may come from anywhere."""
    return impact.Side(impact.recorded_catalogue(store, text), text)


def quality(desk: Desk, asked: dict[str, Any]) -> Answer:
    """Say what is doubtful in what the sources delivered."""
    desk.tell("reading everything")
    day = asked.get("as_of")
    with desk.store() as store:
        known_at = asked.get("known_at")
        version = None if known_at is None else version_of(store, known_at)
        return quality_report(store, date.fromisoformat(day) if day else desk.today, asked.get("source"), version)


def undo(desk: Desk, asked: dict[str, Any]) -> Answer:
    """Undo a delivery as a whole; whoever loads elsewhere goes first."""
    desk.tell("waiting for the turn to load")
    with desk.store() as store, turn(desk.settings.store, desk.turn_seconds, store=store):
        delivery, reason = _text(asked, "delivery"), str(asked.get("reason", ""))
        later, dry_run = bool(asked.get("keep_later")), bool(asked.get("dry_run"))
        done = undo_delivery(store, desk.actor, delivery, reason, keep_later=later, dry_run=dry_run)
        return done | {"delivery_status": done["status"]} | _tried(dry_run=dry_run)


def status(desk: Desk, asked: dict[str, Any]) -> Answer:
    """Count what the store holds, and what is still to be derived."""
    desk.tell("counting")
    with desk.store() as store:
        if not asked.get("known_at"):
            return status_of(store, desk.catalogue)
        with Past(store, version_of(store, asked["known_at"])) as then:
            return status_of(then, catalogue_at(store, then.at, desk.catalogue))


def verify(desk: Desk, asked: dict[str, Any]) -> Answer:
    """Check both logs and what is under them."""
    desk.tell("reading the log")
    place = place_of(desk.settings.store, desk.settings.access)
    with desk.store() as store:
        return verify_logs(store, place, [anchor_of(text) for text in asked.get("anchor", ())], desk.tell)


def backup(desk: Desk, asked: dict[str, Any]) -> Answer:
    """Write a backup of the installation into the folder of the job, and verify it."""
    del asked
    with desk.store():
        pass
    shutil.rmtree(desk.folder, ignore_errors=True)  # what an attempt left that was killed
    desk.folder.mkdir(mode=0o700, parents=True)
    places = backing_up.places_of(desk.settings, desk.settings.store)
    return backing_up.backup(places, desk.folder / "zeren.backup", datetime.now(UTC), desk.tell)


def _tried(*, dry_run: bool) -> dict[str, bool]:
    return {"dry_run": True} if dry_run else {}


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not value:
        raise InputError(f"the job needs {name!r}", zh=f"该任务须写明“{name}”")
    return value


KINDS: Final[dict[str, Callable[[Desk, dict[str, Any]], Answer]]] = {
    "load": load,
    "propagate": propagate,
    "snapshot": snapshot,
    "export": export,
    "diff": diff,
    "quality": quality,
    "undo": undo,
    "status": status,
    "backup": backup,
    "verify": verify,
}
LEAVES: Final = frozenset({"export", "backup"})
"""Kinds that leave a file in the folder of the job."""
