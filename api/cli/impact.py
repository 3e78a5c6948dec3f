"""Commands that look before a change goes live: impact, and `rules diff`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from api.cli.formats import Format
from api.cli.moment import AsOf, KnownAt, day_of, opened, rules_of, version_at
from api.cli.output import emit_json, emit_rows
from api.cli.session import Session, session
from api.locales import Texts
from api.use_cases import impact as use_case
from api.use_cases.altering import changes_of
from api.use_cases.rule_messages import errors_told
from graph.errors import ConfigError, InputError
from graph.store.base import Store

_SUMMARY = ("rule.id", "role", "appears", "vanishes", "changes")
_EACH = (
    "change", "id", "decision.id", "company.name", "party.name", "role", "rule.id", "clause", "before.outcome", "after.outcome",
    "before.until", "after.until", "fields",
)  # fmt: skip
Each = Annotated[bool, typer.Option("--each", help="Every finding, not only how many by rule and role.")]


def of_statement(
    context: typer.Context,
    statement: Annotated[str, typer.Argument(metavar="STATEMENT", help="Id of a statement or decision, or key of a statement.")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Correct this field (as `zeren show` has it); again for more."),
    ] = None,
    each: Each = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Preview what the retraction of a statement, or with --set its correction, would change. Nothing is recorded."""
    here = session(context)
    changes = _changes(set_ or ())
    with opened(here, known_at) as store:
        foreseen = use_case.of_statement(store, rules_of(here, store), statement, changes, day_of(as_of))
        document = use_case.statement_json(foreseen, here.words)
    _emit(here, document, each=each)
    here.tell(here.words.say("diff.preview"))


def _changes(given: Sequence[str]) -> dict[str, str]:
    try:
        return changes_of(given)
    except InputError as error:
        raise typer.BadParameter(str(error), param_hint="--set") from error


def of_rules(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", help="shipped, a folder, a file, a hash, or a version or time.")],
    new: Annotated[list[str], typer.Argument(metavar="NEW...", help="The same; or several files and folders together.")],
    whole: Annotated[
        bool, typer.Option("--whole", help="Take a folder by itself, though it lacks rules that ship: these then vanish.")
    ] = False,
    each: Each = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Derive what is loaded with two catalogues, and show which findings appear, vanish and change. Nothing is recorded.

    A catalogue is `shipped`, files and folders of rules, the hash of one that findings were derived with, or a version or time at
    which it was in use. Files and folders are laid over the rules that ship, each rule in the place of the one of its id and
    version, and the answer says which; a folder that holds every id that ships, and any folder with --whole, stands by itself.
    """
    here = session(context)
    with here.open() as store:
        before, after = _side(here, store, [old]), _side(here, store, new, whole=whole)
        version = version_at(here, store, known_at)
        foreseen = use_case.of_rules(store, before.catalogue, after.catalogue, version, day_of(as_of))
        document = use_case.rules_json(before, after, foreseen, here.words)
    _emit(here, document, each=each)
    words, join = here.words, here.words.words["list.join"].join
    here.tell(words.say("diff.old", taken=document["taken"]["old"]))
    here.tell(words.say("diff.new", taken=document["taken"]["new"]))
    how = [f"{words.label('impact_change', each)} {join(names)}" for each, names in document["rules"].items() if names]
    here.tell(words.say("diff.rules", old=document["old"], new=document["new"], how="; ".join(how) or words.say("diff.same")))
    for changed in document["instruments"]:
        here.tell(_instrument(changed, words))


def _side(here: Session, store: Store, given: Sequence[str], *, whole: bool = False) -> use_case.Side:
    """Return a side; where its rules are wrong, tell every error as `rules check` does."""
    try:
        return use_case.side_of(store, given, whole=whole)
    except ConfigError as error:
        for line in errors_told(error, here.lang):
            here.tell(line)
        raise typer.Exit(1) from None


def _instrument(changed: dict[str, Any], words: Texts) -> str:
    """Say what of an instrument differs, and which rules cite it."""
    join = words.words["list.join"].join
    none = words.say("diff.none")

    def value(text: str) -> str:
        return join(words.label("gate_value", each) for each in text.split(", ")) if text else none

    fields = [
        words.say("diff.field", field=words.label("gate_field", each["field"]), old=value(each["old"]), new=value(each["new"]))
        for each in changed["fields"]
    ]
    change = words.label("impact_change", changed["change"])
    rules = join(changed["rules"]) or none
    return words.say("diff.instrument", name=changed["name"], change=change, how="; ".join(fields), rules=rules)


def _emit(here: Session, document: dict[str, Any], *, each: bool) -> None:
    if here.format is Format.JSON:
        emit_json(document)
    elif each:
        emit_rows(here, document["findings"], _EACH)
    else:
        emit_rows(here, document["summary"], _SUMMARY)
    here.tell(here.words.say("diff.unchanged", count=document["unchanged"]))


def register(app: typer.Typer) -> None:
    """Add the command that looks at one statement."""
    app.command("impact", epilog="Example: zeren impact 92492475431de43d --set period=2014-01-10/2023-12-31 --each")(of_statement)
