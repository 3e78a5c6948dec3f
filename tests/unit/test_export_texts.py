"""Each test quotes an invariant of graph/export/texts.py."""

import csv
import io
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graph.export.texts import csv_line, for_file, for_name, for_xml, harmless, unescaped

ANY = st.text(st.characters(exclude_categories=()), max_size=30) | st.text("_x0A1\x01\ufffe\r\ud800甲", max_size=12)


@given(ANY, ANY)
@example("ctl\x01id", "ctlid")
@example("a_x0001_", "a\x01")
def test_1_different_texts_stay_different(first, second):
    for made in (for_xml, for_file, for_name):
        assert unescaped(made(first)) == first
        assert (made(first) == made(second)) == (first == second)


@given(ANY)
@example("\ufffe\uffff\ud800\x00\r")
def test_2_what_is_escaped_can_be_held(text):
    for_file(text).encode()
    assert (ElementTree.fromstring(f"<a>{escape(for_xml(text))}</a>").text or "") == for_xml(text)


@pytest.mark.parametrize("unseen", ["", " ", "\t", "\r", "\n", "\x01", "\ufeff", "\u200b", "甲\n", "甲\r", "甲\r\n", "甲\u2028 "])
@pytest.mark.parametrize("sign", list("=+-@|＝＋－＠｜"))
def test_3_no_cell_is_a_formula(unseen, sign):
    cell = harmless(f"{unseen}{sign}1+1")
    for line in cell.splitlines():
        assert line.strip(" \t\x01\ufeff\u200b")[:1] != sign
    assert cell.replace("'", "") == f"{unseen}{sign}1+1"
    assert harmless("甲=1-1公司") == "甲=1-1公司"


@given(st.lists(ANY.map(for_file), min_size=1, max_size=4))
@example(["甲\r=1", "乙"])
@example(["甲\u2028乙", "丙"])
def test_4_a_row_is_one_row_to_every_reader(cells):
    line = csv_line(cells)
    if cells != [""]:
        assert list(csv.reader(io.StringIO(line, newline=""))) == [cells]
    outside = "".join(part for place, part in enumerate(line.split('"')) if place % 2 == 0)
    assert len(outside.splitlines()) == 1


def test_4_what_is_not_known_is_not_quoted():
    assert csv_line(["a", "", "b"]) == "a,,b\n"
