"""Commands on the rules: list, show, check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import yaml

from analytics.responsibility.catalogue import RULES, load_catalogue
from api.cli.output import emit_document, emit_rows
from api.cli.session import session
from api.use_cases.lawbook import list_rules, rule_json
from graph.errors import ConfigError


def list_(context: typer.Context) -> None:
    """List the rules: when in force, what triggers them, and how many of their clauses are in use."""
    here = session(context)
    columns = ("id", "version", f"title.{here.lang}", "acts", "from", "until", "clauses", "enabled", "disabled")
    emit_rows(here, list_rules(here.catalogue), columns)


def show(context: typer.Context, rule: Annotated[str, typer.Argument(metavar="RULE", help="Id of a rule.")]) -> None:
    """Show a rule whole: clauses, measures, articles and evidence marks."""
    here = session(context)
    document = rule_json(here.catalogue, rule)
    emit_document(here, document, yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120).splitlines())


def check(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder of rule files.", exists=True, file_okay=False)] = RULES,
) -> None:
    """Check a folder of rules, and name every error with file, entry, field and reason. Exit code 1 if there is one."""
    here = session(context)
    try:
        catalogue = load_catalogue(folder)
    except ConfigError as error:
        for line in str(error).splitlines():
            here.tell(line)
        raise typer.Exit(1) from None
    document = {"rules": len(catalogue.rules), "hash": catalogue.hash}
    emit_document(here, document, [f"{len(catalogue.rules)} rules, no error (catalogue {catalogue.hash})"])


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    family = typer.Typer(help="The law as data.", no_args_is_help=True, epilog="Example: zeren rules list")
    family.command("list", epilog="Example: zeren rules list --format csv")(list_)
    family.command("show", epilog="Example: zeren rules show D2-SECURITIES-2006")(show)
    family.command("check", epilog="Example: zeren rules check ./my-rules")(check)
    app.add_typer(family, name="rules")
