"""Write docs/rules-coverage.md from the catalogue and the golden cases.

Run `.venv/bin/python -m docs.make_rules_coverage` after a rule or a case changed; tests/unit/test_docs.py says when it was
forgotten.
"""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from pathlib import Path

from tests.builder import shipped
from tests.golden.cases import cases
from tests.golden.coverage import KINDS, clauses, kinds_of

PAGE = Path(__file__).resolve().parent / "rules-coverage.md"
HEAD = """\
# What the cases exercise

Written by `docs/make_rules_coverage.py` from the rules and the cases in [tests/golden](../tests/golden), which a lawyer can read:
the facts, the decision, and exactly the findings that follow. [The rules](rules.md)

A test keeps this complete: every rule has at least four cases (whom it reaches, whom it does not, the boundary day, the day out of
force), every clause in use is shown by a positive case, and every clause that is not in use by one that shows it refused. A rule
that is not in use reaches nobody; of one whose first day nobody read, no day before it can be shown.
"""


def page() -> str:
    """Return the page as it should be now."""
    return "\n".join([HEAD, *_summary(), *_rules(), *_clauses(), ""])


def _summary() -> Iterator[str]:
    used = [item for item in clauses() if not item.disabled]
    yield f"- {len(shipped().versions)} rules with {len(clauses())} clauses, {len(used)} of them in use."
    yield f"- {sum(item.lead_only for item in used)} of those in use give a lead at most: no instrument cited carries the measure."
    yield f"- {len(cases())} cases.\n"


def _rules() -> Iterator[str]:
    yield "## Rules\n"
    yield f"| rule | cases | {' | '.join(kind.replace('_', ' ') for kind in KINDS)} |"
    yield f"|---|---|{'---|' * len(KINDS)}"
    for rule in shipped().versions:
        shown = kinds_of(rule.id)
        total = sum(case["rule"] == rule.id for case in cases())
        yield f"| {rule.id} | {total} | {' | '.join(str(shown[kind] or '') for kind in KINDS)} |"
    yield ""


def _clauses() -> Iterator[str]:
    yield "## Clauses\n"
    yield "| rule | clause | state | cases that show it | for example |\n|---|---|---|---|---|"
    for item in clauses():
        state = f"not in use: {item.disabled}" if item.disabled else "in use" + (", a lead at most" if item.lead_only else "")
        example = item.cases[0] if item.cases else ""
        yield f"| {item.rule.id} | {item.clause.id} | {state} | {len(item.cases)} | {example} |"


if __name__ == "__main__":
    ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter).parse_args()
    PAGE.write_text(page(), encoding="utf-8")
