"""Explanations, reasons and records as lines of text, in the words of one language."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from api.locales import Texts
from api.use_cases.citing import listed
from api.use_cases.describing import source_text

Document = dict[str, Any]


def explanation(document: Document, words: Texts) -> Iterator[str]:
    """Yield the lines of an explanation."""
    yield document["title"]
    yield document["summary"]
    yield document["is_not"]
    yield from _section(words, "explain.articles", listed(document["articles"], document["unverified"]))
    yield from _section(words, "explain.measures", (item["name"] for item in document["measures"]))
    yield from _section(words, "explain.premises", (line for item in document["premises"] for line in _premise(item, words)))
    blocked = document["finding"]["outcome"] == "blocked"
    if blocked:
        blocking = [*document["against"], *document["missing"]]
        yield from _section(words, "explain.blocked_by", (line for item in blocking for line in _missing(item, words)))
    else:
        yield from _section(words, "explain.missing", (line for item in document["missing"] for line in _missing(item, words)))
    yield from _section(words, "explain.documents", (_decision(item, words) for item in document["documents"]))
    yield from _section(words, "explain.path", (_evidence(item, words) for item in document["path"]))
    if not blocked:
        yield from _section(words, "explain.lifts", _lifts(document["lifts"], words))
    if document["ways_out"]:
        yield from _section(words, "ways_out.title", ways_out_lines(document["ways_out"], words))
    yield from _section(words, "explain.unverified", (item["label"] for item in document["unverified"]))


def _missing(item: Document, words: Texts) -> Iterator[str]:
    yield f"{item['label']}: {item['reason_text']}"
    yield "    " + words.say("explain.settled_by", text=item["settled_by"]["text"], about=", ".join(item["settled_by"]["about"]))


def _lifts(document: Document, words: Texts) -> Iterator[str]:
    """Yield one numbered set a change or several, and what each would leave."""
    for number, found in enumerate(document["sets"], 1):
        changes = found["changes"]
        one = changes[0]["label"] if changes else words.say("lift.already")
        yield f"{number}. {words.say('lift.all') if len(changes) > 1 else one}"
        for change in changes:
            head = f"{change['label']} · " if len(changes) > 1 else ""
            yield f"     {head}{_evidence(change['statement'], words)}"
        yield f"     → {found['leaves_text']}"
        if found["others_text"]:
            yield "       " + words.say("lift.others", others=words.words["list.join"].join(found["others_text"]))
    if not document["complete"]:
        yield words.say("lift.incomplete")


def ways_out_lines(document: Document, words: Texts) -> Iterator[str]:
    """Yield what ends the measures by the rule, and how they are repaired."""
    join = words.words["list.clause"].join
    yield words.say("ways_out.ends", ends=join(document["ends"]))
    basis = words.words["list.join"].join(document["basis"])
    yield words.say("ways_out.repair" if basis else "ways_out.repair_plain", repair=join(document["repair"]), basis=basis)


def reasons(document: Document, words: Texts) -> Iterator[str]:
    """Yield the lines that say why a party does not answer."""
    yield document["title"]
    yield document["summary"]
    yield from _section(words, "why_not.clauses", _clauses(document, words))


def _clauses(document: Document, words: Texts) -> Iterator[str]:
    """Yield every clause with its reason; what is shown for several of them stands under the first."""
    told: set[tuple[str, ...]] = set()
    for item in document["clauses"]:
        head, *shows = _clause(item, words, closest=item["reason"] == document["reason"])
        yield head
        yield from shows if tuple(shows) not in told else ()
        told.add(tuple(shows))


def record(document: Document, words: Texts) -> Iterator[str]:
    """Yield the lines of a credit record."""
    yield words.say("record.title", name=document["party"]["name"])
    yield from _section(words, "record.of_whom", _person(document, words))
    if document["members"]:
        yield from _section(words, "record.members", (f"{item['name']} [{item['id']}]" for item in document["members"]))
    yield from _section(words, "record.claims", (_claim(item, document["party"]["id"], words) for item in document["claims"]))
    yield from _section(words, "record.posts", (_post(item, words) for item in document["posts"]))
    yield from _section(words, "record.namings", (line for item in document["namings"] for line in _naming(item, words)))
    yield from _section(words, "record.restrictions", (_restriction(item, words) for item in document["restrictions"]))
    yield from _section(words, "record.warnings", (_warning(item, words) for item in document["warnings"]))
    yield from _section(words, "record.findings", (_finding(item, words) for item in document["findings"]))


def shown(document: Document, words: Texts) -> Iterator[str]:
    """Yield the lines of what stands behind an id."""
    yield f"{document['id']} ({document['kind']})"
    yield document["text"]
    if document["kind"] == "claim":
        yield from _shown_claim(document, words)
        return
    for each in document["history"]:
        place = source_text(each, words)
        yield f"  v{each['version']} {each['recorded_at']} {each['operation']} {each['reason']}".rstrip() + f" — {place}"
        yield from (f"    {field}: {_plain(value)}" for field, value in each["value"].items())
        if each["flags"]:
            yield f"    flags: {', '.join(each['flags'])}"
    for part in ("held", "holders", "decisions", "namings", "links"):
        for item in document.get(part, ()):
            yield f"  {item['text']} [{item['id']}]"


def _shown_claim(document: Document, words: Texts) -> Iterator[str]:
    state = words.label("claim_state", document["state"])
    yield words.say("claim.state", state=state, score=document["score"], count=document["name_count"], source=document["source"])
    if document["in_conflict"]:
        yield words.say("claim.conflict")
    yield from _section(words, "claim.features", document["features_text"])
    yield from _section(words, "claim.history", (_ruled(each, words) for each in document["history"]))


def _ruled(item: Document, words: Texts) -> str:
    value = item["value"]
    ruling = words.label("claim_state", value["ruling"])
    at = item["recorded_at"]
    return words.say("claim.ruled", version=item["version"], at=at, by=value["by"], ruling=ruling, reason=value["reason"]).rstrip()


def _plain(value: Any) -> str:
    """Return a value of a statement as text: a word as it is, anything with parts as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _section(words: Texts, title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield words.say(title)
    empty = True
    for line in lines:
        empty = False
        yield f"  {line}"
    if empty:
        yield f"  {words.say('explain.nothing')}"


def _premise(item: Document, words: Texts) -> Iterator[str]:
    yield f"{item['mark']} {item['label']}: {item['reason_text']}"
    yield from (f"    {pair['label']}: {pair['value']}" for pair in item["compared"])
    yield from (f"    {_evidence(each, words)}" for each in item["evidence"])


def _clause(item: Document, words: Texts, *, closest: bool) -> Iterator[str]:
    """Yield a clause's reason; only the closest ones are spelled out, for JSON has all of them."""
    yield f"{item['rule_title']} · {item['clause'] or words.say('why_not.whole_rule')}: {item['reason_text']}"
    if closest or item["reason"] == "out_of_force":
        if item["settled_by"]:
            yield "    " + words.say("why_not.settled_by", text=item["settled_by"])
        yield from (f"    {pair['label']}: {pair['value']}" for pair in item["compared"])
        yield from (f"    {_evidence(each, words)}" for each in item["evidence"])


def _evidence(item: Document, words: Texts) -> str:
    return f"{item['text']} — {source_text(item, words)} [{item['id']}]"


def _decision(item: Document, words: Texts) -> str:
    kind = words.code("decision_kinds", item["kind"] or "")
    parts = (kind, item["number"], item["date"] or words.say("date.unknown"), item.get("authority", ""))
    return " ".join(part for part in parts if part) + f" [{item['id']}]"


def _person(document: Document, words: Texts) -> Iterator[str]:
    yield f"{document['party']['id']}"
    yield from (
        words.say("record.stated", name=words.label("scheme", item["scheme"]), value=item["value"])
        for item in document["identifiers"]
    )
    yield from (words.stated(name, value) for name, value in document["attributes"].items())
    yield from dict.fromkeys(source_text(where, words) for where in document["sources"])


def _claim(item: Document, own: str, words: Texts) -> str:
    other = item["second"] if item["first"]["id"] == own else item["first"]
    return words.say(
        "record.claim",
        state=words.label("claim_state", item["state"]),
        other=f"{other['name']} [{other['id']}]",
        score=item["score"],
        count=item["name_count"],
        id=item["id"],
    )


def _post(item: Document, words: Texts) -> str:
    text = words.say("record.post", company=item["company"]["name"], interest=item["label"], period=item["period_text"])
    return f"{text} — {source_text(item, words)}"


def _naming(item: Document, words: Texts) -> Iterator[str]:
    decision = item["decision"]
    head = words.say(
        "record.naming",
        date=decision["date"] or words.say("date.unknown"),
        number=decision["number"] or decision["id"],
        kind=decision["kind_label"],
        company=item["company"]["name"],
    )
    yield f"{head} — {source_text(item, words)}"
    none = words.say("fact.none")
    yield "    " + words.say("record.posts_stated", posts=item["posts_text"] or none)
    yield "    " + words.say("record.found", found=item["found_text"] or none)
    yield "    " + words.say("record.imposed", imposed=item["imposed_text"] or none)


def _restriction(item: Document, words: Texts) -> str:
    until = {None: words.say("date.none"), "life": words.say("date.life")}.get(item["until"], item["until"])
    return words.say(
        "record.restriction",
        measure=item["label"],
        status=words.label("status", item["status"]),
        start=item["from"] or words.say("date.unknown"),
        until=until,
        findings=words.words["list.join"].join(item["findings"]),
    )


def preview(document: Document, words: Texts) -> Iterator[str]:
    """Yield the lines of what measures on a person would do to others."""
    yield words.say("preview.title", name=document["party"]["name"], day=document["day"])
    yield document["is_not"]
    yield from _section(words, "preview.measures", [*document["measures"], *(item["text"] for item in document["ended"])])
    yield from _section(words, "preview.offices", document["bars"] or [document["no_bar"]])
    yield from _section(words, "preview.companies", (line for item in document["companies"] for line in _company(item, words)))
    if document["open_claims"]:
        yield words.say("preview.open_claims", count=document["open_claims"])


def _company(item: Document, words: Texts) -> Iterator[str]:
    own = f" ({words.say('preview.respondent')})" if item["respondent"] else ""
    yield f"{item['name']}{own} [{item['id']}]"
    yield from (f"    {post['text']} — {source_text(post, words)}" for post in item["posts"])
    if item["share_percent"] is not None:
        yield "    " + words.say("preview.share", share=item["share_percent"])


def _warning(item: Document, words: Texts) -> str:
    join = words.words["list.join"].join
    values = join(f"{each['label']} {each['value']}" for each in item["values"])
    return f"{item['text']}{f' ({values})' if values else ''} — {join(item['findings'])}"


def _finding(item: Document, words: Texts) -> str:
    return words.say(
        "record.finding",
        id=item["id"],
        decision=item["decision"]["number"] or item["decision"]["id"],
        rule=item["rule"]["id"],
        outcome=words.label("outcome", item["outcome"]),
        status=words.label("status", item["status"]),
    )
