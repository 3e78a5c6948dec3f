"""The invariants of `loaders.text_files`, `loaders.tables` and `loaders.record_files`, one test a number."""

import io
from datetime import date, datetime

import openpyxl
import pytest

import loaders.tables
from graph.errors import InputError
from loaders.rows import Header, Row, Rows, Unended, UnreadLine
from loaders.tables import Form, read_parts, read_table
from loaders.text_files import Limits, TooLong, bounded_lines, encoding_of


@pytest.fixture
def file(tmp_path):
    def write(content, name="a.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def rows(path, limits=None, **options):
    return [line for line in read_table(path, Form(**options), limits) if not isinstance(line, Header)]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("名称,a\n".encode(name), found)
        for name, found in (("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("utf-16", "utf-16"))
    ],
)
def test_invariant_1_encodings_are_tried_in_order(file, content, encoding):
    """1. A file without a declared encoding is read by its byte-order mark, else as UTF-8, else as GB18030, else not at all."""
    assert encoding_of(file(content)) == encoding
    with pytest.raises(InputError, match="neither"):
        encoding_of(file(b"\x80\xff,\xff\n"))


def test_invariant_2_a_file_in_two_encodings_is_refused_with_the_rows(file):
    """2. ... one in two encodings is refused with the rows that say so."""
    head, line = "名称,地址\n", "示例有限公司,临沂市示例路\n"
    content = head.encode() + line.encode() * 3 + line.encode("gb18030") * 5 + line.encode() * 2
    with pytest.raises(InputError, match="row 2 is UTF-8, row 5 is not; save all of it") as caught:
        encoding_of(file(content))
    assert caught.value.row == 5
    with pytest.raises(InputError, match=r"neither UTF-8 \(row 2 is the first that is not\) nor GB18030 \(row 3\)") as caught:
        encoding_of(file(b"a,b\n" + line.encode("gb18030") + b"\x80\xff,\xff\n"))
    assert caught.value.row == 2
    assert encoding_of(file((head + line * 30).encode("gb18030"))) == "gb18030"


def test_invariant_2_a_damaged_utf8_file_is_not_gb18030(file):
    """2. A UTF-8 file with a few broken bytes is a damaged UTF-8 file, never a GB18030 file full of wrong characters."""
    assert encoding_of(file("示例".encode() * 50 + b"\xe7,\n")) == "utf-8"


def test_invariant_3_no_line_is_held_beyond_the_limit():
    """3. No line is held in memory beyond the limit, however long it is."""

    class Counting(io.StringIO):
        longest = 0

        def readline(self, size=-1, /):
            line = super().readline(size)
            self.longest = max(self.longest, len(line))
            return line

    text = Counting("a\n" + "x" * 5_000_000 + "\nb\n")
    assert list(bounded_lines(text, 100)) == ["a\n", TooLong(), "b\n"]
    assert text.longest <= 1 << 20


def test_invariant_4_rows_after_a_bad_one_are_still_read(file):
    """4. A row that cannot be read is reported by number and reason, and the rows after it are still read."""
    good, bad, last = rows(file("a,b\n1,2\n3\n4,5\n"))
    assert (good, last) == (Row(2, {"a": "1", "b": "2"}), Row(4, {"a": "4", "b": "5"}))
    assert isinstance(bad, InputError)
    assert bad.row == 3


def test_invariant_5_rows_are_numbered_as_a_person_counts(file):
    """5. Row numbers are those that a person sees: the header is row 1 and empty rows count."""
    assert [line.number for line in rows(file('a,b\n\n"x\ny",2\n,\n3,4\n'))] == [3, 5]
    book = openpyxl.Workbook()
    for values in (["a"], [None], [1]):
        book.active.append(values)
    path = file(b"", "b.xlsx")
    book.save(path)
    assert [line.number for line in rows(path)] == [3]


def test_invariant_6_a_formula_is_refused_with_its_cell(file):
    """6. A formula in a workbook is refused with its cell."""
    book = openpyxl.Workbook()
    other = book.create_sheet("second")
    for values in (["a", "b"], [1, "=A2+1"], [2.0, date(2018, 5, 1)], [3, datetime(2018, 5, 1, 12)], [None, " x "]):  # noqa: DTZ001
        other.append(values)
    path = file(b"", "c.xlsx")
    book.save(path)
    formula, *others = rows(path, sheet="second")
    assert isinstance(formula, InputError)
    assert "cell B2 is a formula" in formula.reason
    assert [tuple(row.cells.values()) for row in others] == [
        ("2", "2018-05-01"),
        ("3", "2018-05-01T12:00:00"),
        ("", "x"),
    ]
    with pytest.raises(InputError, match="has no sheet 'third'"):
        rows(path, sheet="third")


@pytest.mark.parametrize("header", ["a,a", "a,,b", ""])
def test_invariant_7_an_ambiguous_header_is_an_error(file, header):
    """7. A column that stands twice in the header, or has no name, is an error, never a guess."""
    with pytest.raises(InputError):
        rows(file(f"{header}\n1,2,3\n"))


@pytest.mark.parametrize(
    ("content", "cut"),
    [("a,b\n1,2\n3,4", 3), ("a,b\r\n1,2", 2), ("a,b\n1,2\n", None), ("a,b", None), ("a,b\n1,2\r", None), ('a,b\n1,"2\n"', 2)],
)
def test_invariant_8_a_last_line_without_an_end_is_told_of(file, content, cut):
    """8. A last line without a line end, where the lines before it have one, is told of: it may have been cut inside a cell."""
    assert [line.row for line in rows(file(content)) if isinstance(line, Unended)] == ([cut] if cut else [])


def test_without_a_header_one_line_alone_says_nothing_of_line_ends(file):
    assert [type(line) for line in rows(file("1,2"), columns=("a", "b"))] == [Row]
    assert [type(line) for line in rows(file("1,2\n3,4"), columns=("a", "b"))] == [Row, Row, Unended]


def test_rows_come_together_in_their_order_around_what_cannot_be_read(file, monkeypatch):
    monkeypatch.setattr(loaders.tables, "TOGETHER", 3)
    path = file("a,b\n1,2\n3,4\n5\n,6\n7,8\n9,10\n11,12\n13,\udcff\n".encode("utf-8", "surrogateescape"))
    parts = list(read_parts(path, Form(encoding="utf-8")))
    assert [part.numbers if isinstance(part, Rows) else type(part) for part in parts] == [
        Header, [2, 3], UnreadLine, [5], [6, 7, 8], UnreadLine,
    ]  # fmt: skip
    assert parts[4].column("b") == ["8", "10", "12"]
    assert parts[4].column("c") == ["", "", ""]
    assert parts[4].at([2]).row(0) == parts[4].row(2) == Row(8, {"a": "11", "b": "12"})


def test_other_formats(file):
    assert rows(file("a\tb\n1\t2,3\n", "a.tsv"))[0].cells == {"a": "1", "b": "2,3"}
    assert rows(file('{"a": 1.50, "b": null, "c": true}\n', "a.jsonl"))[0].cells == {"a": "1.50", "b": "", "c": "true"}
    with pytest.raises(InputError, match="none of csv, tsv, xlsx, jsonl"):
        rows(file("a\n", "a.pdf"))
    assert rows(file("a\n1\n", "a.txt"), form="csv") == [Row(2, {"a": "1"})]
    with pytest.raises(InputError, match="is not a file"):
        read_table(file("a\n").parent / "absent.csv")
    with pytest.raises(InputError, match="no encoding is called"):
        rows(file("a\n"), encoding="utf-99")


REPORT = """企业名：示例有限公司
网址：http://a.example/b
处罚：[{'文号': '1', '机关': '甲局', '更新': None}, {'文号': '2', '机关': '乙局', '有效': True}]
名单：[]

企业名: 样本有限公司
"""


def test_invariant_8_lists_inside_a_record_keep_their_records_apart(file):
    """8. A list inside a record keeps its records apart; what is no flat record inside it is an error, never a text."""
    first, second = rows(file(REPORT, "a.txt"), form="record")
    assert (first.number, first.cells) == (1, {"企业名": "示例有限公司", "网址": "http://a.example/b"})
    assert first.lists["处罚"] == (
        {"文号": "1", "机关": "甲局", "更新": ""},
        {"文号": "2", "机关": "乙局", "有效": "true"},
    )
    assert first.columns == ("企业名", "网址", "处罚.文号", "处罚.机关", "处罚.更新", "处罚.有效")
    assert second == Row(6, {"企业名": "样本有限公司"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("名单：[{'a': 1", "cannot be read, or was cut off"),
        ("名单：['a']", "whose parts are no records"),
        ("名单：[{'a': ['b']}]", "whose records hold lists"),
        ("名单：[__import__('os')]", "cannot be read"),
        ("名：一\n名：二", "stands twice in one record"),
        ("没有冒号", "no line `label：value`"),
        ("名：\0", "NUL byte"),
    ],
)
def test_a_record_that_cannot_be_read_is_an_error_and_the_next_is_read(file, text, reason):
    bad, good = rows(file(f"{text}\n\n名：三\n", "a.txt"), form="record")
    assert reason in bad.reason
    assert good.cells == {"名": "三"}


def test_a_record_is_bounded(file):
    long, good = rows(file("名：" + "长" * 200 + "\n\n名：三\n", "a.txt"), limits=Limits(line=100), form="record")
    assert "longer than 100" in long.reason
    assert good.cells == {"名": "三"}
    with pytest.raises(InputError, match="a record of more than 200 characters"):
        rows(file("".join(f"名{n}：{'长' * 50}\n" for n in range(9)), "a.txt"), limits=Limits(line=100), form="record")


def test_a_table_without_a_header_and_with_its_own_delimiter(file):
    text = '1 "示例 甲"\n2 乙\n'
    assert rows(file(text, "a.txt"), delimiter=" ", columns=("id", "name")) == [
        Row(1, {"id": "1", "name": "示例 甲"}),
        Row(2, {"id": "2", "name": "乙"}),
    ]
    assert rows(file("id name\n" + text, "a.txt"), delimiter=" ")[0].number == 2
