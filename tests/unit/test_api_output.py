"""The invariants of `api.cli.output`, by number."""

from __future__ import annotations

import ast
import csv
import io
import json
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand

import api.cli
from api.cli.formats import Format
from api.cli.output import emit_document, emit_rows
from api.cli.session import Session, session
from api.settings import Settings

ROWS = [
    {"id": "a", "party": {"name": "张示例, 甲"}, "acts": ["x", "y"], "until": None},
    {"id": "b", "party": {"name": "李示例"}, "acts": [], "until": "life"},
]
COLUMNS = ("id", "party.name", "acts", "until")
CLI = Path(api.cli.__file__).parent


def called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def output(form: Format, capsys: pytest.CaptureFixture[str], lang: str = "en") -> str:
    emit_rows(Session(Settings(), "", lang, form), ROWS, COLUMNS)
    return capsys.readouterr().out


def test_1_the_formats_show_the_same_rows(capsys):
    assert json.loads(output(Format.JSON, capsys)) == ROWS
    read = list(csv.reader(io.StringIO(output(Format.CSV, capsys))))
    assert read == [list(COLUMNS), ["a", "张示例, 甲", "x; y", ""], ["b", "李示例", "", "life"]]
    for form in (Format.TABLE, Format.MARKDOWN, Format.HTML):
        shown = output(form, capsys)
        assert all(text in shown for text in ("张示例, 甲", "李示例", "x, y", "life")), form
        assert "None" not in shown


def test_1_csv_and_json_do_not_depend_on_the_language(capsys):
    for form in (Format.CSV, Format.JSON):
        assert output(form, capsys, "en") == output(form, capsys, "zh")


def test_2_what_is_not_known_is_an_empty_cell(capsys):
    assert "None" not in output(Format.CSV, capsys) + output(Format.TABLE, capsys)
    assert json.loads(output(Format.JSON, capsys))[0]["until"] is None


def test_3_no_cell_of_csv_is_a_formula(capsys):
    hostile = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")
    rows = [{"id": text} for text in (*hostile, "a=1", "")]
    emit_rows(Session(Settings(), "", "en", Format.CSV), rows, ("id",))
    read = list(csv.reader(io.StringIO(capsys.readouterr().out, newline="")))
    assert [row[0] if row else "" for row in read[1:]] == [*(f"'{text}" for text in hostile[:-1]), "'\r'=1", "a=1", ""]
    emit_rows(Session(Settings(), "", "en", Format.JSON), rows, ("id",))
    assert json.loads(capsys.readouterr().out) == rows


def test_a_table_says_codes_in_words(capsys):
    rows = [{"until": "life", "role": "respondent", "effect": "record", "state": "open"}]
    emit_rows(Session(Settings(), "", "zh", Format.TABLE), rows, tuple(rows[0]))
    said = capsys.readouterr().out
    assert all(word in said for word in ("终身", "相对人", "标明或记录", "未裁定"))


def test_2_a_document_has_no_rows(capsys):
    for form in (Format.CSV, Format.MARKDOWN, Format.HTML):
        context = typer.Context(TyperCommand("status"), obj=Session(Settings(), "", "en", form))
        with pytest.raises(typer.BadParameter, match="rows"):
            session(context, document=True)
        assert session(context).format is form
    emit_document(Session(Settings(), "", "en", Format.TABLE), {}, ["one", "two"])
    assert capsys.readouterr().out == "one\ntwo\n"


def test_2_a_command_that_shows_a_document_refuses_other_formats_before_it_does_anything():
    asked: dict[str, bool] = {}
    for path in sorted(CLI.glob("*.py")):
        functions = [part for part in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(part, ast.FunctionDef)]
        calls = {each.name: [part for part in ast.walk(each) if isinstance(part, ast.Call)] for each in functions}
        shows = {"emit_document"}
        while more := {name for name, made in calls.items() if shows & {called(call) for call in made}} - shows:
            shows |= more
        for name, made in calls.items():
            if opened := [call for call in made if called(call) == "session"]:
                asked[f"{path.stem}.{name}"] = any(word.arg == "document" for word in opened[0].keywords)
                assert asked[f"{path.stem}.{name}"] == (name in shows), f"{path.stem}.{name}"
    assert sum(asked.values()) > 25


@pytest.mark.parametrize("form", Format)
def test_4_what_a_dry_run_shows_says_so_in_every_format(form, capsys):
    emit_rows(Session(Settings(), "", "en", form), ROWS, COLUMNS, dry_run=True)
    shown = capsys.readouterr().out
    if form is Format.JSON:
        assert json.loads(shown) == [row | {"dry_run": True} for row in ROWS]
    elif form is Format.CSV:
        assert [row["dry_run"] for row in csv.DictReader(io.StringIO(shown))] == ["True", "True"]
    else:
        assert "dry run: nothing was recorded" in shown
    if form in (Format.TABLE, Format.JSON):
        emit_document(Session(Settings(), "", "en", form), {"id": "a"}, ["a"], dry_run=True)
        told = capsys.readouterr().out
        assert told == "dry run: nothing was recorded\na\n" or json.loads(told) == {"id": "a", "dry_run": True}


@pytest.mark.parametrize("form", [Format.TABLE, Format.MARKDOWN, Format.HTML])
def test_5_no_character_is_one_that_nobody_sees_and_nothing_is_markup(form, capsys):
    hostile = "示例\x1b]0;other\x07\u202e司公[bold]x[/bold]"
    here = Session(Settings(), "", "en", form)
    emit_rows(here, [{"id": hostile}], ("id",), hostile)
    if form is Format.TABLE:
        emit_document(here, {}, [hostile])
    told = capsys.readouterr().out.replace("\\", "")
    assert told.count("示例[U+001B]]0;other[U+0007][U+202E]司公[bold]x[/bold]") >= 2
    assert not {"\x1b", "\x07", "\u202e"} & set(told)
