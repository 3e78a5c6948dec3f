"""A letter as one HTML page that prints on A4, needs no network, and runs nothing.

Invariants (tests/unit/test_api_letter.py holds one test a number)
4. What a letter says is text: nothing in it becomes markup.
5. The page carries its own content security policy, which allows its one style sheet (by hash) and nothing else.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from typing import Any

from api.locales import texts

_STYLE = """\
body { font: 11px/1.45 "Noto Sans SC", "Microsoft YaHei", sans-serif; max-width: 180mm; margin: 1rem auto; color: #1d2530; }
h1 { font-size: 16px; text-align: center; margin: 0 0 .5rem; }
h2 { font-size: 12px; margin: .6rem 0 .15rem; }
p, ul, ol { margin: .15rem 0; }
li, td, th { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #c4ccd6; padding: .15rem .3rem; text-align: left; vertical-align: top; }
.not { border: 1px solid #1d2530; padding: .2rem .4rem; font-weight: bold; }
.end { text-align: right; margin-top: .6rem; }
@page { size: A4; margin: 12mm 14mm; }
@media print { body { margin: 0; font-size: 9.5px; max-width: none; } }
"""


def letter_policy() -> str:
    """Return the content security policy of a letter."""
    style = f"\n{_STYLE}"
    return f"default-src 'none'; style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"


def letter_page(document: dict[str, Any]) -> str:
    """Return the page of a letter (see `api.use_cases.letter.letter`)."""
    words = texts("zh")
    style, policy = f"\n{_STYLE}", letter_policy()
    title = escape(document["title"])
    measures = words.words["list.join"].join(document["measures"])
    parts = [
        f"<h1>{title}</h1>",
        f"<p>{escape(words.say('letter.to', name=document['to']))}</p>",
        f"<p>{escape(document['about'])}</p>",
        f"<p>{escape(document['summary'])}</p>",
        f'<p class="not">{escape(document["is_not"])}</p>',
        _part(words.say("letter.reasons"), document["reasons"]),
        _part(words.say("letter.articles"), document["articles"]),
        f"<p>{escape(words.say('letter.measures', measures=measures))}</p>",
        _unverified(document["unverified"]),
        _part(words.say("letter.evidence"), (_evidence(item) for item in document["evidence"]), "ol"),
        f"<h2>{escape(words.say('letter.remedies'))}</h2>",
        _remedies(document["remedies"]),
        f'<p class="end">{escape(words.say("letter.end", date=document["date"], id=document["finding"]))}</p>',
    ]
    body = "\n".join(part for part in parts if part)
    return (
        '<!doctype html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n<style>{style}</style>\n</head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _part(title: str, lines: Iterable[str], tag: str = "ul") -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{escape(title)}</h2>\n<{tag}>{items}</{tag}>"


def _unverified(fields: list[str]) -> str:
    words = texts("zh")
    text = words.words["list.join"].join(fields)
    return f"<p>{escape(words.say('letter.unverified', fields=text))}</p>" if fields else ""


def _evidence(item: dict[str, str]) -> str:
    return f"{item['text']} — {item['source']} [{item['id']}]"


def _remedies(remedies: Iterable[dict[str, Any]]) -> str:
    words = texts("zh")
    head = "".join(f'<th scope="col">{escape(words.label("letter_column", name))}</th>' for name in _COLUMNS)
    rows = "\n".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in _cells(item))}</tr>" for item in remedies)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


_COLUMNS = ("way", "to", "deadline", "effect", "basis")


def _cells(item: dict[str, Any]) -> tuple[str, ...]:
    words = texts("zh")
    deadline = item["deadline"]
    if item["earliest_last_day"]:
        deadline += words.say("letter.last_day", day=item["earliest_last_day"])
    basis = words.words["list.join"].join(item["basis"])
    if item["unverified"]:
        basis += words.say("letter.weak")
    return item["title"], item["to"], deadline, item["effect"], basis
