"""Which commands there are, where each stands, and what it says of itself: so that none is imported before it is asked for.

Invariants (tests/integration/test_cli.py holds one test a number)
5. Every command of every module stands here, in the words of its own help, and nothing else does.
6. A command imports what it needs and no more: none of what is heavy is there to print a help text or the version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperCommand
from typer.main import get_group


class Known(NamedTuple):
    """The module of `api.cli` that a command or a family of commands stands in, and the first paragraph of its help."""

    module: str
    help: str


COMMANDS: Final = {
    "demo": Known(
        "demo",
        "Load real decisions and a made-up city, derive who answers, and show why and why not. Does nothing the second time.",
    ),
    "load": Known(
        "data",
        "Load a source that ships with Zeren, or files with a mapping, as one delivery. Exit code 1 if something was refused.",
    ),
    "synth": Known(
        "data",
        "Make a synthetic city: its files, with planted answers in truth.csv and networks.csv, or its facts in the store, or both.",
    ),
    "template": Known("data", "Write an Excel template for each table of a mapping, with a sheet that explains its columns."),
    "status": Known("data", "Show the store's version, what it holds, and what is still to be derived."),
    "copy": Known(
        "data", "Copy a store to another, with every version of it, and verify the copy. Exit code 1 if it is not the same."
    ),
    "quality": Known(
        "quality",
        "Show what is doubtful in what the sources delivered: duplicates, check digits, dates, orphans, namesakes, conflicts.",
    ),
    "propagate": Known("findings", "Derive the findings that follow from what came since the last time, and record what changed."),
    "findings": Known("findings", "List findings."),
    "explain": Known("findings", "Say why a party answers (FINDING), or whether and why not (--decision with --party)."),
    "letter": Known(
        "findings",
        "Write the letter to the party of a finding as a printable page in Chinese: reasons, articles, evidence, how to object.",
    ),
    "impact": Known(
        "impact", "Preview what the retraction of a statement, or with --set its correction, would change. Nothing is recorded."
    ),
    "search": Known("looking", "Find people and enterprises by name, former name, pinyin, initials or number."),
    "show": Known(
        "looking", "Show a finding, statement, decision or entity with every wording recorded of it: source, file, row and values."
    ),
    "record": Known(
        "looking",
        "Show somebody's credit record: identity, posts, namings, restrictions and findings, each with where it was read.",
    ),
    "preview": Known(
        "looking",
        "Preview what the measures on a person would do to the companies that he represents or directs. No finding on them.",
    ),
    "owners": Known(
        "graph",
        "List the ultimate owners of an enterprise, through chains and loops, and whether each holds enough: yes, no, or depends.",
    ),
    "controls": Known(
        "graph",
        "Say who ultimately controls an enterprise, alone or in concert, with the chain that proves it; who only may, `depends`.",
    ),
    "controlled": Known("graph", "List what a party controls, its votes added up over everything that it controls already."),
    "group": Known("graph", "List the group that a party belongs to: everything under the control of whoever stands at its top."),
    "paths": Known(
        "graph",
        "Show the shortest ways between two parties, every step valid on the day. A way is a lead for a human, no responsibility.",
    ),
    "network": Known("graph", "Show what is near a party, nearest first. Nearness is a lead for a human, no responsibility."),
    "export": Known(
        "exporting", "Export a part of the graph, or all of it, in a format of others: what it cannot say is counted and told."
    ),
    "due": Known(
        "cases", "List deadlines: until when, who, on which basis; overdue ones are marked. Exits 1 where a calendar is missing."
    ),
    "check": Known(
        "checking",
        "Check whom a counter must check: what binds today for this purpose, what to do, until when, on which basis. On record.",
    ),
    "lookups": Known("checking", "List who looked up whom, when, why, for what, and what was shown."),
    "feed": Known(
        "departments", "Give a unit its messages after a cursor, in order: for units that fetch instead of being sent to."
    ),
    "tasks": Known("departments", "List what departments have to do, until when, and what they answered."),
    "feedback": Known(
        "departments",
        "Record what a unit did with its task; refused for another's, for what it was not told, twice, and for a day before it.",
    ),
    "report": Known("supervision", "Report on a period: funnel by county, departments, refusals, objections, repairs, look-ups."),
    "backup": Known(
        "backing_up",
        "Write store, access (users, tokens, trail, jobs) and desk into one file, while others go on writing, and verify it.",
    ),
    "restore": Known(
        "backing_up",
        "Put a backup back where the settings say. Refused where anything stands there, and if any of the backup was altered.",
    ),
    "prepare": Known(
        "service",
        "Compile the graph engine for this machine, and build the graph of the store, so that no later command waits for it.",
    ),
    "serve": Known("service", "Serve the HTTP interface until interrupted."),
    "deliveries": Known("deliveries", "What was delivered, and undoing it."),
    "rules": Known("rules", "The law as data."),
    "identity": Known("identity", "Who is the same person."),
    "case": Known("cases", "The life of restrictions: from the proposal to the last day."),
    "calendar": Known("cases", "Working days."),
    "repair": Known("repairs", "The way back: repair."),
    "publish": Known("publishing", "Publication and its firewall."),
    "push": Known("departments", "The outbox: what departments are told."),
    "incentive": Known("supervision", "Incentives for good faith."),
    "tip": Known("supervision", "Reports in confidence."),
    "audit": Known("auditing", "The audit log, and who looked at whom."),
    "user": Known("access", "Who may log in to the service."),
    "token": Known("access", "With what programs ask the service."),
    "jobs": Known("jobs", "Work that outlives a request."),
}
"""Commands and families by name, in the order in which the help lists them."""


class Commands(Mapping[str, Any]):
    """The commands by name; the module of one is imported when it is taken out."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:  # noqa: D105
        if name not in self._made:
            self._made |= made_by(COMMANDS[name].module)
        return self._made[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a command, `default` where nothing is called so; an error of its module is not taken for that."""
        return default if name not in COMMANDS else self[name]

    def __contains__(self, name: object) -> bool:  # noqa: D105
        return name in COMMANDS

    def __iter__(self) -> Iterator[str]:  # noqa: D105
        return iter(COMMANDS)

    def __len__(self) -> int:  # noqa: D105
        return len(COMMANDS)


def made_by(module: str) -> dict[str, Any]:
    """Import a module of commands and return these by name."""
    family = typer.Typer()
    import_module(f"api.cli.{module}").register(family)
    return dict(get_group(family).commands)


def listed() -> dict[str, Any]:
    """Return what the help lists: the name and the help of each command, and nothing that runs."""
    return {name: TyperCommand(name, help=known.help) for name, known in COMMANDS.items()}
