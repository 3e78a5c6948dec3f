"""A letter as an HTML page that prints on one sheet of A4, needs no network, and runs nothing.

What does not fit on the sheet goes into an annex, which the sheet names: first the evidence, then what was compared for each of the
reasons, then what else stands on the party.
The sheet stays complete in itself: what is said, every reason, the articles, and every way to object with its deadline.

Invariants (tests/unit/test_api_letter.py holds one test a number; tests/integration/test_letter_print.py prints it)
4. What a letter says is text: nothing in it becomes markup.
5. The page carries its own content security policy, which allows its one style sheet (by hash) and nothing else.
7. It prints on one page; with an annex, its first page is complete and the annex begins on a page of its own.
12. It has a place for who sends it (unit and seal, contact, telephone, address): as the settings say, else a line to fill in.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from hashlib import sha256
from math import ceil
from typing import Any, Final
from unicodedata import east_asian_width

from api.locales import texts
from api.rendering import ways_out_lines
from api.settings import Settings
from api.tables import escape

_STYLE = """\
body { font: 11px/1.45 "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", sans-serif; color: #1d2530; }
body { max-width: 180mm; margin: 1rem auto; }
h1 { font-size: 16px; text-align: center; margin: 0 0 .5rem; }
h2 { font-size: 12px; margin: .6rem 0 .15rem; }
p, ul, ol { margin: .15rem 0; }
ul, ol { padding-left: 1.8em; }
.marked { list-style: none; padding-left: .4em; }
.marked li { padding-left: 1.1em; text-indent: -1.1em; }
p, li, td, th { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { border: 1px solid #c4ccd6; padding: .15rem .3rem; text-align: left; vertical-align: top; }
.not { border: 1px solid #1d2530; padding: .2rem .4rem; font-weight: bold; }
.sender { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem 1rem; margin-top: .9rem; }
.sender div { display: flex; gap: .3em; }
.sender .line { flex: 1; border-bottom: 1px solid #1d2530; }
.end { text-align: right; margin-top: .6rem; }
.annex { border-top: 1px solid #c4ccd6; margin-top: 1.5rem; }
@page { size: A4; margin: 12mm 14mm; }
@media print {
  body { margin: 0; font-size: 9.5px; max-width: none; }
  .roomy { font-size: 11px; }
  .roomy h1 { font-size: 18px; }
  .roomy h2 { font-size: 13px; }
  .annex { break-before: page; border: 0; margin: 0; }
}
"""

_WIDE: Final = 68
"""Wide characters on a printed line, a few less than there is room for."""
_LINES: Final = 64
"""Lines of print on a sheet, a few less than there is room for; a heading counts as two."""
_ROOMY: Final = 46
"""Lines of small print up to which the sheet holds the same in larger print."""
_CELLS: Final = (11, 11, 18, 13, 17)
"""Wide characters on a line of each column of the ways to object, and how wide the columns are to each other."""


_HALF: Final = 26
"""Wide characters of a line of the sender beside its label, two of which stand on a printed line."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends letters; what is empty is a line to fill in by hand."""

    unit: str = ""
    contact: str = ""
    telephone: str = ""
    address: str = ""


def sender_of(settings: Settings) -> Sender:
    """Return who sends the letters of an installation."""
    return Sender(settings.letter_unit, settings.letter_contact, settings.letter_telephone, settings.letter_address)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What stands on the sheet, and what in the annex."""

    beside: Sequence[str]
    reasons: Sequence[str]
    measures: Sequence[str]
    evidence: Sequence[str]
    annex: Sequence[tuple[str, Sequence[str]]]
    roomy: bool = False


def letter_policy() -> str:
    """Return the content security policy of a letter."""
    style = f"\n{_STYLE}"
    return f"default-src 'none'; style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"


def letter_page(document: dict[str, Any], sender: Sender) -> str:
    """Return the page of a letter (see `api.use_cases.letter.letter`).

    The sender is no part of the document: of what a document says, a reader may be shown less.
    """
    words = texts("zh")
    style, policy = f"\n{_STYLE}", letter_policy()
    title = escape(document["title"])
    sheet = _laid_out(document, sender)
    parts = [
        f"<h1>{title}</h1>",
        *(f"<p>{escape(text)}</p>" for text in _head(document)),
        *(
            f'<p class="not">{escape(text)}</p>'
            for text in (document["then"], document["is_not"], document["nothing_follows"], document["over"])
            if text
        ),
        *([_part(words.say("letter.beside.title"), sheet.beside)] if sheet.beside else []),
        _part(words.say("letter.reasons"), sheet.reasons, marked=True),
        _part(words.say("letter.articles"), document["articles"]),
        *(f"<p>{escape(text)}</p>" for text in sheet.measures),
        _unverified(document["unverified"]),
        *([_part(words.say("ways_out.title"), _ways_out(document))] if document["ways_out"] else []),
        _part(words.say("letter.evidence"), sheet.evidence, "ol" if len(sheet.evidence) == len(document["evidence"]) else "ul"),
        f"<h2>{escape(words.say('letter.remedies'))}</h2>",
        _remedies(document["remedies"]),
        _sender(sender),
        f'<p class="end">{escape(words.say("letter.end", date=document["made"], id=document["finding"]))}</p>',
        _annex(document, sheet.annex),
    ]
    body = "\n".join(part for part in parts if part)
    return (
        '<!doctype html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n<style>{style}</style>\n</head>\n'
        f"<body{_class('roomy', given=sheet.roomy)}>\n{body}\n</body>\n</html>\n"
    )


def _head(document: dict[str, Any]) -> tuple[str, ...]:
    return texts("zh").say("letter.to", name=document["to"]), document["case"], document["about"], document["summary"]


def _laid_out(document: dict[str, Any], sender: Sender) -> _Sheet:
    """Move what does not fit into the annex, part by part, until the sheet holds the rest."""
    words = texts("zh")
    named = words.words["list.clause"].join(document["measures"])
    taken = f"letter.measures.{document['measures_stand']}"
    evidence = [_evidence(item) for item in document["evidence"]]
    beside = list(dict.fromkeys(item["text"] for item in document["beside"]))
    sheet = _Sheet(beside, document["reasons"], [words.say(taken, measures=named)], evidence, ())
    fixed = _lines_of_fixed(document, sender)
    if fixed + _lines(sheet) > _LINES and evidence:
        told = [words.say("letter.evidence_annexed", count=len(evidence))]
        sheet = replace(sheet, evidence=told, annex=[(words.say("letter.evidence"), evidence)])
    if fixed + _lines(sheet) > _LINES:
        short = [*document["reasons_short"], words.say("letter.annexed")]
        sheet = replace(sheet, reasons=short, annex=[(words.say("letter.reasons"), document["reasons"]), *sheet.annex])
    if fixed + _lines(sheet) > _LINES and len(beside) > 1:
        told = [words.say("letter.beside.annexed", count=len(beside))]
        sheet = replace(sheet, beside=told, annex=[(words.say("letter.beside.title"), beside), *sheet.annex])
    return replace(sheet, roomy=fixed + _lines(sheet) <= _ROOMY)


def _lines(sheet: _Sheet) -> int:
    told = sum(_lines_of(text) for text in (*sheet.beside, *sheet.reasons, *sheet.measures, *sheet.evidence))
    return told + (2 if sheet.beside else 0)


def _lines_of_fixed(document: dict[str, Any], sender: Sender) -> int:
    """Count the lines of what always stands on the sheet: headings, articles, the ways to object, who sends it."""
    texts_ = (
        *_head(document),
        document["then"] or "",
        document["is_not"],
        document["nothing_follows"] or "",
        document["over"] or "",
        *document["articles"],
        "".join(document["unverified"]),
        *_ways_out(document),
    )
    rows = [max(_lines_of(text, wide) for text, wide in zip(_cells(item), _CELLS, strict=True)) for item in document["remedies"]]
    signed = [_lines_of(text, _HALF) for text in astuple(sender)]
    return sum(map(_lines_of, texts_)) + sum(rows) + len(_HEADINGS) * 2 + len(rows) // 2 + max(signed[:2]) + max(signed[2:]) + 2


_HEADINGS: Final = ("title", "reasons", "articles", "ways out", "evidence", "remedies", "columns and last line")


def _ways_out(document: dict[str, Any]) -> list[str]:
    """Return the ordinary ways out, a line each; none where there is nothing to come out of."""
    return list(ways_out_lines(document["ways_out"], texts("zh"))) if document["ways_out"] else []


def _lines_of(text: str, wide: int = _WIDE) -> int:
    """Estimate on how many lines a text is printed: Chinese characters are twice as wide as Latin ones."""
    return max(1, ceil(sum(1 if east_asian_width(letter) in "WFA" else 0.6 for letter in text) / wide))


def _annex(document: dict[str, Any], parts: Sequence[tuple[str, Sequence[str]]]) -> str:
    if not parts:
        return ""
    title = texts("zh").say("letter.annex", id=document["finding"])
    inside = "\n".join(_part(name, lines, "ol") for name, lines in parts)
    return f'<div class="annex">\n<h1>{escape(title)}</h1>\n{inside}\n</div>'


def _part(title: str, lines: Iterable[str], tag: str = "ul", *, marked: bool = False) -> str:
    """Return a heading with its lines; `marked`: each begins with a mark of its own."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{escape(title)}</h2>\n<{tag}{_class('marked', given=marked)}>{items}</{tag}>"


def _class(name: str, *, given: bool) -> str:
    return f' class="{name}"' if given else ""


def _unverified(fields: list[str]) -> str:
    words = texts("zh")
    text = words.words["list.clause"].join(fields)
    return f"<p>{escape(words.say('letter.unverified', fields=text))}</p>" if fields else ""


def _sender(sender: Sender) -> str:
    """Return who sends the letter; a line that nobody has set is left to be filled in."""
    words = texts("zh")
    lines = [
        f"<div><span>{escape(words.say(f'letter.sender.{name}'))}：</span>"
        + (f"<span>{escape(value)}</span></div>" if value else '<span class="line"></span></div>')
        for name, value in asdict(sender).items()
    ]
    return f'<div class="sender">{"".join(lines)}</div>'


def _evidence(item: dict[str, str]) -> str:
    return f"{item['text']} — {item['source']}"


def _remedies(remedies: Sequence[dict[str, Any]]) -> str:
    words = texts("zh")
    if not remedies:
        return f"<p>{escape(words.say('letter.no_remedy'))}</p>"
    columns = "".join(f'<col width="{wide * 100 // sum(_CELLS)}%">' for wide in _CELLS)
    head = "".join(f'<th scope="col">{escape(words.label("letter_column", name))}</th>' for name in _COLUMNS)
    rows = "\n".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in _cells(item))}</tr>" for item in remedies)
    return f"<table>\n<colgroup>{columns}</colgroup>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


_COLUMNS = ("way", "to", "deadline", "effect", "basis")


def _cells(item: dict[str, Any]) -> tuple[str, ...]:
    words = texts("zh")
    deadline = item["deadline"]
    if item["earliest_last_day"]:
        deadline += words.say(f"letter.last_day.{item['counted_from']}", day=item["earliest_last_day"])
    deadline += item["no_last_day"] or ""
    return item["title"], item["to"], deadline, item["effect"], words.words["list.clause"].join(item["basis"])
