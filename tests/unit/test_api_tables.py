"""The numbered invariants of `api.tables`."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from api.tables import html_page, markdown_table, widths

NASTY = ["<script>alert(1)</script>", "a|b", "*a* _b_ `c` [d](e)", "&amp;", 'x" onload="y', "\\|"]


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("cell", NASTY)
def test_1_nothing_in_a_cell_becomes_markup_of_a_page(cell):
    reader = Reader()
    reader.feed(html_page([cell], [[cell]], cell, [cell]))
    assert set(reader.tags) <= {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "h1",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "ul",
        "li",
    }
    assert "".join(reader.text).count(cell) == 5


@pytest.mark.parametrize("cell", NASTY)
def test_1_nothing_in_a_cell_becomes_markup_of_markdown(cell):
    line = markdown_table(["h"], [[cell]]).splitlines()[-1].removeprefix("| ").removesuffix(" |")
    assert "<" not in line
    plain = line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    for sign in "|*_`[\\":
        plain = plain.replace(f"\\{sign}", "\x00" if sign == "\\" else sign)
    assert plain.replace("\x00", "\\") == cell


def test_2_a_line_break_within_a_cell_stays_one_and_rows_keep_their_cells():
    assert markdown_table(["a", "b"], [["1\n2", "3"]], "T", ["n"]) == "# T\n\n| a | b |\n|---|---|\n| 1<br>2 | 3 |\n\n- n\n"
    assert '<tr><th scope="row">1<br>2</th><td>3</td></tr>' in html_page(["a", "b"], [["1\n2", "3"]])


@pytest.mark.parametrize("page", [60, 80, 132, 500])
def test_3_the_columns_of_a_page_never_take_more_than_it_and_none_more_than_it_needs(page):
    columns = [["id", "D2-SECURITIES-2006"], ["名称", "措施" * 40], ["acts", "construction_professional_fault"], ["n", "1"]]
    found = widths(columns, page)
    assert sum(found) + 3 * len(found) + 1 <= page
    assert all(wide <= need for wide, need in zip(found, [18, 160, 31, 1], strict=True))
    assert (found[0], found[2]) == (18, 31) or page == 60
    assert sum(found) + 3 * len(found) + 1 == page or found == [18, 160, 31, 1]
