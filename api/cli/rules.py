"""Commands on the rules: list, show, check, schema, diff; those on the city policy are in `policy`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from analytics.responsibility.catalogue import RULES, Catalogue, laid_over, load_catalogue
from analytics.responsibility.rule_schema import schema_text
from api.cli import impact, policy
from api.cli.formats import Format
from api.cli.moment import AsOf, KnownAt, day_of, rules_at
from api.cli.output import PAGE, emit_document, emit_json, emit_rows, written_to
from api.cli.session import session
from api.use_cases.lawbook import Filter, list_rules, rule_json
from api.use_cases.rule_in_words import rule_in_words
from api.use_cases.rule_messages import errors_told, told_of_rules
from graph.errors import ConfigError


class Domain(StrEnum):
    """The four domains of the city policy."""

    D1 = "D1"
    D2 = "D2"
    D3 = "D3"
    D4 = "D4"


def list_(
    context: typer.Context,
    role: Annotated[str | None, typer.Option("--role", help="Only rules that speak of this role; or `respondent`.")] = None,
    act: Annotated[str | None, typer.Option("--act", help="Only rules that this coded act triggers.")] = None,
    domain: Annotated[Domain | None, typer.Option("--domain", help="Only rules of this domain of the city policy.")] = None,
    disabled: Annotated[bool, typer.Option("--disabled", help="Only rules with a clause that is not in use, and why.")] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """List the rules: when in force, what triggers them, and how many of their clauses are in use."""
    here = session(context)
    why = "not_in_use" if disabled else "disabled"
    columns = ("id", "version", f"title.{here.lang}", "acts", "from", "until", "clauses", "enabled", why)
    rows = list_rules(rules_at(here, known_at), Filter(role, act, domain, disabled, day_of(as_of)))
    if here.format.for_reading:
        rows = [_in_words(row, here.lang) for row in rows]
    emit_rows(here, rows, columns, width=PAGE)


def _in_words(row: dict[str, Any], lang: str) -> dict[str, Any]:
    """Return a rule as a person reads it: why it, or a clause of it, is not in use."""
    why = told_of_rules(row["disabled"], lang) if row["disabled"] else None
    return row | {"disabled": why, "not_in_use": [told_of_rules(reason, lang) for reason in row["not_in_use"]]}


def show(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Id of a rule.")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Show a rule whole: clauses, measures, articles and evidence marks."""
    here = session(context, document=True)
    document = rule_json(rules_at(here, known_at), rule, day_of(as_of))
    told = rule_in_words(document, here.words)
    emit_document(here, document, yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=120).splitlines())


def check(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[FOLDER | FILE...]", help="A folder of rules, or files of rules.")
    ] = None,
) -> None:
    """Check rules, and name every error with file, entry, field and reason. Exit code 1 if there is one.

    What is no error, and what a lawyer should look at all the same, is told as a warning: a duty without its word in the text.

    A folder is checked by itself; files as they would stand among the rules that ship, in the place of those of the same name.
    Without either, the rules that ship.
    """
    here = session(context, document=True)
    try:
        catalogue = _checked(paths or [RULES])
    except ConfigError as error:
        told = errors_told(error, here.lang)
        if here.format is Format.JSON:
            emit_json({"rules": None, "hash": None, "errors": told, "warnings": []})
        for line in told:
            here.tell(line)
        raise typer.Exit(1) from None
    given = tuple(f"{path.name}: " for path in paths or () if path.is_file())
    doubts = [told_of_rules(line, here.lang) for line in catalogue.doubts if not given or line.startswith(given)]
    for line in doubts:
        here.tell(here.words.say("rules.warning", line=line))
    document = {"rules": len(catalogue.rules), "hash": catalogue.hash, "errors": [], "warnings": doubts}
    count, versions = len(catalogue.rules), len(catalogue.versions)
    key = "rules.right_versions" if versions > count else "rules.right_one" if count == 1 else "rules.right"
    emit_document(here, document, [here.words.say(key, count=count, versions=versions, hash=catalogue.hash)])


def _checked(paths: list[Path]) -> Catalogue:
    folders = [path for path in paths if path.is_dir()]
    if not folders:
        return laid_over(paths)
    if len(paths) > 1:
        raise typer.BadParameter("one folder, or files: not both, nor several folders")
    return load_catalogue(folders[0])


def schema(
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of standard output.")] = None,
) -> None:
    """Print the JSON Schema of rule files, which lets an editor complete and explain the fields and underline a mistake."""
    with written_to(out):
        typer.echo(schema_text(), nl=False)


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    family = typer.Typer(help="The law as data.", no_args_is_help=True, epilog="Example: zeren rules list")
    family.command("list", epilog="Example: zeren rules list --role director --format csv")(list_)
    family.command("show", epilog="Example: zeren rules show D2-SECURITIES-2006")(show)
    family.command("check", epilog="Example: zeren rules check ./my-rules")(check)
    family.command("schema", epilog="Example: zeren rules schema --out rule.schema.json")(schema)
    family.command("diff", epilog="Example: zeren rules diff shipped ./my-rules --each")(impact.of_rules)
    policy.add_to(family)
    app.add_typer(family, name="rules")
