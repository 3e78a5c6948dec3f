"""The invariants of `api.use_cases.life_demo`, by number."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from api.cli.formats import Format
from api.cli.output import emit_grid
from api.cli.session import Session
from api.locales import texts
from api.settings import read_settings
from api.use_cases.life_demo import on_a_screen, whole_life
from tests.builder import shipped


def test_1_and_2_the_case_lives_its_whole_life_through_the_same_doors():
    rows = whole_life(shipped(), texts("en"))
    refused = [(row["on"], row["outcome"]) for row in rows if row["outcome"] != "✓"]
    assert [(on, text.split("[")[1].split("]")[0]) for on, text in refused] == [("2024-07-08", "steps"), ("2025-06-04", "steps")]
    on = {(row["on"], row["what"]): (row["enterprise"], row["head"], row["published"]) for row in rows}
    assert on["2024-06-11", "finding proposed for confirmation (enterprise)"] == ("proposed", "derived", True)
    last = {day: state for (day, _), state in on.items()}
    assert last["2024-06-19"] == ("in_force", "in_force", True)
    assert last["2024-07-01"] == ("paused", "paused", True)
    assert last["2024-07-03"] == ("in_force", "in_force", True)
    assert last["2025-02-20"] == ("repaired", "ended_with_listing", False)
    assert last["2025-06-03"] == ("in_force", "in_force", True)
    assert last["2025-09-01"] == ("annulled", "annulled", False)
    assert sum(row["told"] for row in rows) > 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_2_it_fits_a_screen_of_80_columns_and_says_below_why_something_was_refused(lang, capsys):
    rows, words = whole_life(shipped(), texts(lang)), texts(lang)
    for text in (row["outcome"] for row in rows if row["outcome"] != "✓"):
        assert text.count("（") + text.count("(") == text.count("）") + text.count(")"), text
        assert text[-1] in "）)"
    headers, lines, notes = on_a_screen(rows, words)
    here = Session(read_settings(), "", lang, Format.TABLE)
    emit_grid(here, headers, lines, notes=notes, ruled=False)
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == 1 + len(rows) + len(notes) <= 24
    assert max(cell_len(line.rstrip()) for line in shown[: 1 + len(rows)]) <= 80
    assert [note.split()[0] for note in notes[1:]] == ["2024-07-08", "2025-06-04"]
    unnamed = {cell for line in lines for cell in line} & {row[key] for row in rows for key in ("kind", "enterprise", "head")}
    assert unnamed <= {"derived", "proposed", "notified", "heard", "decided", "paused", "repaired"}
