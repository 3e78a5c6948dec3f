"""The invariants of `api.cli.output`, by number."""

from __future__ import annotations

import csv
import io
import json

import pytest
import typer

from api.cli.output import emit_document, emit_rows
from api.cli.session import Format, Session
from api.settings import Settings

ROWS = [
    {"id": "a", "party": {"name": "张示例, 甲"}, "acts": ["x", "y"], "until": None},
    {"id": "b", "party": {"name": "李示例"}, "acts": [], "until": "life"},
]
COLUMNS = ("id", "party.name", "acts", "until")


def output(form: Format, capsys: pytest.CaptureFixture[str], lang: str = "en") -> str:
    emit_rows(Session(Settings(), "", lang, form), ROWS, COLUMNS)
    return capsys.readouterr().out


def test_1_three_formats_show_the_same_rows(capsys):
    assert json.loads(output(Format.JSON, capsys)) == ROWS
    read = list(csv.reader(io.StringIO(output(Format.CSV, capsys))))
    assert read == [list(COLUMNS), ["a", "张示例, 甲", "x; y", ""], ["b", "李示例", "", "life"]]
    table = output(Format.TABLE, capsys)
    assert all(text in table for text in ("张示例, 甲", "李示例", "x; y", "life"))


def test_1_csv_and_json_do_not_depend_on_the_language(capsys):
    for form in (Format.CSV, Format.JSON):
        assert output(form, capsys, "en") == output(form, capsys, "zh")


def test_2_what_is_not_known_is_an_empty_cell(capsys):
    assert "None" not in output(Format.CSV, capsys) + output(Format.TABLE, capsys)
    assert json.loads(output(Format.JSON, capsys))[0]["until"] is None


def test_2_a_document_has_no_rows(capsys):
    with pytest.raises(typer.BadParameter, match="rows"):
        emit_document(Session(Settings(), "", "en", Format.CSV), {}, [])
    emit_document(Session(Settings(), "", "en", Format.TABLE), {}, ["one", "two"])
    assert capsys.readouterr().out == "one\ntwo\n"
