"""Beneficial Ownership Data Standard 0.4: statements about parties and what they hold, as JSON lines or one JSON array.

Source: https://standard.openownership.org/en/0.4.0/. A record is a node or a statement of ours, so the same export has the same
record ids; each of them says in `source` where it was read. Decisions, findings, guarantees, telephones and bids have no word in
the standard and are counted as left out, and so is that another name of an enterprise is a former one. A date that nobody knows
exactly stands in `details`.

Invariants (tests/unit/test_export_formats.py holds one test a number)
1. What is written fulfils the JSON Schema of the standard.
2. A share known between bounds has `minimum` and `maximum`, or the exclusive ones where it lies beyond them; nothing that is not
   known is written as if it were.
3. What the standard cannot say is counted, by what it is.
4. An owner whom nobody names is an interested party without a record, with the reason that was given, never a person.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from graph import codes
from graph.dates import OPEN, UNKNOWN, PartialDate, Period
from graph.export import losses
from graph.export.extract import Extract
from graph.export.rows import interest_label
from graph.export.told import REGISTRATION, SCHEMES, UNLIKE_OTHERS, Edge, Node, schemes_of, schemes_unsaid
from graph.model import Identifier, Share, appearance_name

Record = dict[str, Any]
UNSPECIFIED: Final = "unspecified_owner"
"""Attribute of an enterprise of which somebody said that, and why, an owner is not named."""
ENTITY_TYPE: Final = "bods_entity_type"
"""Attribute of what the standard calls otherwise than any kind of ours does."""
UNSPECIFIED_ENTITY: Final = "unspecified_entity"
"""Attribute of an entity of which somebody said that, and why, it is not specified."""
_A_DAY: Final = len("2020-05-06")
_HUNDREDTH: Final = 100
"""Millionths in a hundredth of a percent."""
_CHINA: Final = {"code": "CN", "name": "China"}
_SCHEMES: Final = {"uscc": "统一社会信用代码 (GB 32100-2015)"}
_NAMES: Final = {"full": "legal", "former": "former"}


def write(extract: Extract, out: Path, today: date) -> dict[str, int]:
    """Write an extract; return how much of what was written, and as `without …` what the standard has no word for.

    Parameters
    ----------
    out : Path
        `….jsonl` becomes JSON lines, anything else one array.
    today : date
        Day of the statements.
    """
    counts: Counter[str] = Counter()
    lines = out.suffix == ".jsonl"
    with out.open("w", encoding="utf-8", newline="\n") as file:
        first = True
        for record in _statements(extract, today.isoformat(), counts):
            file.write(("" if lines else "[\n") if first else "\n" if lines else ",\n")
            file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
            first = False
        file.write("\n" if lines else "[]\n" if first else "\n]\n")
    return dict(counts)


def _statements(extract: Extract, today: str, counts: Counter[str]) -> Iterator[Record]:
    kinds = codes.load("entity_kinds")
    for node in extract.nodes():
        kind = kinds.get(node.kind)
        if not kind.bods or node.unread:
            counts["without unread_name" if node.unread else f"without {kind.code}"] += 1
            continue
        counts["parties"] += 1
        person = node.kind == "person"
        counts.update(_lost(node, person=person))
        details = _person(node) if person else _entity(node, kind.bods)
        subject = node.id.partition("#")[0]
        sources = [fact.origin for fact in node.facts]
        yield _statement("person" if person else "entity", node.id, subject, details, today, sources[:1])
        for name, said in node.attributes:
            if name == UNSPECIFIED:
                counts["relationships"] += 1
                yield _unspecified(node, said, today)
    for edge in extract.edges():
        interest = interest_of(edge)
        if interest is None or not all(kinds.get(kind).bods for kind in edge.kinds):
            counts[f"without {edge.value.interest}"] += 1
            continue
        counts["relationships"] += 1
        counts["without exact_date"] += not _said(edge.value.period)
        worded = edge.value.text in (interest["type"], interest_label(edge.value.interest, "zh"))
        counts.update(losses.of_edge(edge, worded=worded))
        details = {"isComponent": False, "subject": edge.subject, "interestedParty": edge.party, "interests": [interest]}
        yield _statement("relationship", edge.fact.key, edge.subject, details, today, [edge.fact.origin])
    counts.update(losses.of_cases(extract))


def _lost(node: Node, *, person: bool) -> Counter[str]:
    """Count what a statement about a party does not say; a former name of an enterprise is there as one more name."""
    whole = [day for day in losses.founded(node) if len(day) == _A_DAY]
    said = (
        (UNSPECIFIED,)
        if person
        else (UNSPECIFIED, ENTITY_TYPE, UNSPECIFIED_ENTITY, *SCHEMES, *((losses.FOUNDED,) if whole else ()))
    )
    lost = losses.of_node(node, said)
    lost["without kind_of_number"] += schemes_unsaid(node)
    if not person:
        lost["without that_a_name_is_former"] += sum(name.kind == "former" and name.text != node.label for name in node.names)
    return lost


def interest_of(edge: Edge) -> Record | None:
    """Return what a relationship is in the standard, None if it has no word for it."""
    value = edge.value
    roles, kinds = codes.load("roles"), codes.load("interests")
    code = value.interest
    word = (kinds.get(code) if code in kinds else roles.get(code)).bods if code in kinds or code in roles else ""
    if code == "linked_to" and value.text in CODELIST:
        word = value.text
    if not word:
        return None
    share = {"share": _share(value.share)} if value.share else {}
    return {"type": word, "directOrIndirect": "direct", **share, **_dates(value.period), "details": _details(edge)}


def _details(edge: Edge) -> str:
    value = edge.value
    label = f"{interest_label(value.interest, 'zh')} ({interest_label(value.interest, 'en')})"
    return label if _said(value.period) else f"{label}; {value.period}"


def _said(period: Period) -> bool:
    """Whether the standard can say a period: an unknown start has no date, but no date is also an end that has not come."""
    start, end = period.start, period.end
    return (bool(_day(start)) or start == UNKNOWN) and (bool(_day(end)) or end == OPEN)


def _dates(period: Period) -> Record:
    days = {"startDate": _day(period.start), "endDate": _day(period.end)}
    return {name: day for name, day in days.items() if day}


def _day(day: PartialDate) -> str:
    """Return a day that is known, nothing for any other date."""
    text = losses.sayable(str(day))
    return text if len(text) == _A_DAY else ""


def _share(share: Share) -> Record:
    least, most = share.minimum / 10_000, share.maximum / 10_000
    if least == most:
        return {"exact": least}
    # What is a millionth beyond a hundredth of a percent is said as beyond it: in whole millionths that is the same.
    above, below = share.minimum % _HUNDREDTH == 1, share.maximum % _HUNDREDTH == _HUNDREDTH - 1
    bottom = {"exclusiveMinimum": (share.minimum - 1) / 10_000} if above else {"minimum": least}
    return bottom | ({"exclusiveMaximum": (share.maximum + 1) / 10_000} if below else {"maximum": most})


def _entity(node: Node, kind: str) -> Record:
    numbers = [_number(node, number) | {"id": number.value} for number in node.identifiers]
    founded = next((day for day in losses.founded(node) if len(day) == _A_DAY), None)
    others = dict.fromkeys(name.text for name in node.names if name.text != node.label)
    said = dict(node.attributes)
    type_ = said.get(ENTITY_TYPE, "")
    made: Record = {"isComponent": False, "entityType": {"type": type_ if type_ in UNLIKE_OTHERS else kind}}
    made |= {"name": node.label} if node.label != node.id else {}
    made |= {"unspecifiedEntityDetails": _reason(said[UNSPECIFIED_ENTITY])} if UNSPECIFIED_ENTITY in said else {}
    made |= {"alternateNames": list(others)} if others else {}
    made |= {"identifiers": numbers} if numbers else {}
    made |= {"foundingDate": founded} if founded else {}
    return made | ({"jurisdiction": _CHINA} if any(n.scheme == "uscc" for n in node.identifiers) else {})


def _number(node: Node, number: Identifier) -> Record:
    """Return of what scheme a number is; one of a register is of the scheme that its source gave it."""
    if number.scheme in _SCHEMES:
        return {"schemeName": _SCHEMES[number.scheme]}
    given = schemes_of(node, number.value) if number.scheme == REGISTRATION else {}
    return given or {"scheme": number.scheme}


def _person(node: Node) -> Record:
    names = [{"type": _NAMES.get(name.kind, "alternative"), "fullName": name.text} for name in node.names]
    names = names or [{"type": "legal", "fullName": appearance_name(node.id) or node.label}]
    return {"isComponent": False, "personType": "knownPerson", "names": names}


def _unspecified(node: Node, said: str, today: str) -> Record:
    details = {"isComponent": False, "subject": node.id, "interestedParty": _reason(said)}
    return _statement("relationship", f"{node.id}/{said}", node.id, details, today, [fact.origin for fact in node.facts][:1])


def _reason(said: str) -> Record:
    reason, _, description = said.partition(": ")
    return {"reason": reason if reason in REASONS else "unknown"} | ({"description": description} if description else {})


def _statement(kind: str, record: str, subject: str, details: Record, today: str, origins: list[Any]) -> Record:
    read = "; ".join(f"{origin.source}: {origin.file}, {origin.row}" for origin in origins)
    own = hashlib.sha256(json.dumps([kind, record, today, details], ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return {
        "statementId": own[:40],
        "declarationSubject": subject,
        "statementDate": today,
        "publicationDetails": {"publicationDate": today, "bodsVersion": "0.4", "publisher": {"name": "Zeren"}},
        **({"source": {"type": ["thirdParty"], "description": read}} if read else {}),
        "recordId": record,
        "recordStatus": "new",
        "recordType": kind,
        "recordDetails": details,
    }


CODELIST: Final = frozenset((
    "shareholding", "votingRights", "appointmentOfBoard", "otherInfluenceOrControl", "seniorManagingOfficial", "settlor", "trustee",
    "protector", "beneficiaryOfLegalArrangement", "rightsToSurplusAssetsOnDissolution", "rightsToProfitOrIncome",
    "rightsGrantedByContract", "conditionalRightsGrantedByContract", "controlViaCompanyRulesOrArticles", "controlByLegalFramework",
    "boardMember", "boardChair", "unknownInterest", "unpublishedInterest", "enjoymentAndUseOfAssets",
    "rightToProfitOrIncomeFromAssets", "nominee", "nominator",
))  # fmt: skip
"""Kinds of interest of the standard."""
REASONS: Final = frozenset((
    "noBeneficialOwners", "subjectUnableToConfirmOrIdentifyBeneficialOwner", "interestedPartyHasNotProvidedInformation",
    "subjectExemptFromDisclosure", "interestedPartyExemptFromDisclosure", "unknown", "informationUnknownToPublisher",
))  # fmt: skip
"""Reasons of the standard why an interested party is not named."""
