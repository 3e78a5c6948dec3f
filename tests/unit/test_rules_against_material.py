"""What ships against the source material, field by field: every difference is one that somebody wrote down here."""

from __future__ import annotations

import json
from typing import Any

from analytics.responsibility.catalogue import Rule
from api.use_cases.lawbook import articles_of
from graph.codes.roles import resolve
from tests.builder import shipped

WHEN = {"by_office_at_conduct": "office_at_conduct", "by_office_at_listing": "office_at_listing", "named_in_decision": "named"}
LEFT_OUT = {
    *((f"LY-D{number}", "actual_controller") for number in range(1, 5)),  # not in the city policy; marked by SD-31
    # A fine or a 处分 only, by decision: none of the measures listed.
    *(("D2-ACCOUNTING", which) for which in ("directly_responsible_supervisor", "other_directly_responsible")),
}
"""Roles of the material that no clause has."""
NAMED_INSTEAD = {(rule, role) for rule in ("D3-BANKRUPT", "MOU-CUSTOMS") for role in ("director", "supervisor", "senior_manager")}
"""By office in the material, and only by a document here: no board answers by office."""

CHANGED = {
    ("D2-WAGE", "D2-WAGE-04"): ("recommended", "market", "both"),  # lenders may be asked, never bound
    ("D3-EXIT", "D3-EXIT-01"): ("recommended", "administrative", "person"),  # 可以
    ("D3-TAXEXIT", "D3-TAXEXIT-01"): ("recommended", "administrative", "person"),  # 可以
    **{(f"LY-D{number}", "LY-A15"): ("mandatory", "administrative", "enterprise") for number in range(1, 5)},  # 要
    ("D1-SAFETY-LIST", "D1-SL-02"): ("mandatory", "market", "both"),  # the ban, of four measures in one
    ("D4-ORG", "D4-OG-02"): ("mandatory", "administrative", "person"),  # "penalty or 处分, not a listing"
    ("D4-ORG", "D4-OG-03"): ("mandatory", "administrative", "person"),
    ("D2-SECURITIES", "D2-SEC-02"): ("mandatory", "administrative", "both"),  # "fine where they organise or instruct"
    # The order is against the unit as well as those behind it.
    **{("D3-SPEND", f"D3-SP-0{number}"): ("mandatory", "market", "both") for number in range(1, 10)},
}
"""Where a measure is not what the material says: kind, category, target."""


PARTS = {
    "D1-SL-02": "D1-SL-01",
    "D1-SA-02": "D1-SA-01",
    "D3-BK-02": "D3-BK-01",
    "D4-OG-02": "D4-OG-01",
    "D4-OG-03": "D4-OG-01",
    "D2-SEC-02": "D2-SEC-01",
}
"""A measure that the material has as a part of another, and that a decision imposes or an article carries alone,
or that the material only tells of in a note -> the other."""
ENDED = {"D2-ABNORMAL": "2024-04-30"}
"""Where a rule ends and the material does not say so: its text was amended (as for D2-ENTINFO-2014), and version 2 goes on."""


OF_MEMORY = {
    "第10、11条（条号凭记忆）": {"第10、11条": "memory"},
    "第5-12、15、16、20条（第2、12条外凭记忆）": {"第12条": "secondary", "第5-11、15、16、20条": "memory"},
    "第3、4条及列入情形（第6、7条，条号凭记忆）": {"第3、4条": "secondary", "第6、7条（列入情形）": "memory"},
}
"""Articles whose name says in the material that they are from memory -> their names here, and the mark that says so instead."""


def first(rule: str) -> Rule:
    """The version of a rule that the material has; later ones are ours."""
    found = shipped().version(rule, 1)
    assert found is not None
    return found


def material_of(shared: Any) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((shared / "law" / "rules.json").read_text(encoding="utf-8"))
    return entries


def test_what_ships_has_every_instrument_of_the_material_at_its_level(shared):
    material = json.loads((shared / "law" / "instruments.json").read_text(encoding="utf-8"))["instruments"]
    assert dict(shipped().instruments.instruments) == {item["name"]: item["level"] for item in material}


def test_what_ships_has_the_articles_dates_and_measures_of_the_material(shared):
    material = {item["id"]: item for item in json.loads((shared / "law" / "rules.json").read_text(encoding="utf-8"))}
    assert shipped().rules.keys() == material.keys()
    for loaded in (first(name) for name in material):
        given = material[loaded.id]
        assert str(loaded.in_force.start) == str(given["in_force_from"])
        assert str(loaded.in_force.until or "None") == ENDED.get(loaded.id, str(given["in_force_until"]))
        articles = {(b["instrument"], name) for b in given["basis"] for name in OF_MEMORY.get(b["article"], (b["article"],))}
        assert {(b.instrument, b.article) for b in loaded.basis} == articles
        own = {m.id for m in loaded.measures} - PARTS.keys()
        assert own == {m["id"] for m in given["measures"]} - loaded.left_out.keys()
        assert loaded.left_out.keys() <= {m["id"] for m in given["measures"]}
        if loaded.id != "D3-SPEND":  # the material names the things that may not be done, the rule says 不得 as well
            whole = {m.name.zh for m in loaded.measures if m.id not in {*PARTS.keys(), *PARTS.values()}}
            assert whole <= {m["name_zh"] for m in given["measures"]}
        assert set(loaded.domains) == set(given["domains"])


def test_what_is_from_memory_stands_in_the_mark_of_an_article_and_not_in_its_name(shared):
    for entry in material_of(shared):
        marks = {(b.instrument, b.article): b.evidence for b in first(entry["id"]).basis}
        for given in entry["basis"]:
            for name, mark in OF_MEMORY.get(given["article"], {}).items():
                assert marks[given["instrument"], name] == mark
    assert not [b.article for rule in shipped().versions for b in articles_of(rule) if "记忆" in b.article]


def test_what_ships_says_must_and_may_as_the_material_does_but_where_the_text_says_otherwise(shared):
    material = json.loads((shared / "law" / "rules.json").read_text(encoding="utf-8"))
    given = {(item["id"], m["id"]): (m["kind"], m["category"], m["target"]) for item in material for m in item["measures"]}
    changed = {
        (rule.id, m.id): (m.kind, m.category, m.target)
        for rule in shipped().versions
        for m in rule.measures
        if given[rule.id, PARTS.get(m.id, m.id)] != (m.kind, m.category, m.target)
    }
    assert changed == CHANGED


def test_what_ships_reaches_the_roles_of_the_material_as_it_does(shared):
    left_out, otherwise = set(), set()
    for entry in material_of(shared):
        clauses = shipped().rules[entry["id"]].clauses
        for given in entry["extends_to"]:
            for role in resolve(given["role"]):
                ways = {clause.when for clause in clauses if role in clause.roles}
                if not ways:
                    left_out.add((entry["id"], role))
                elif WHEN[given["condition"]] not in ways:
                    otherwise.add((entry["id"], role))
    assert (left_out, otherwise) == (LEFT_OUT, NAMED_INSTEAD)


def test_no_rule_claims_to_be_known_better_than_the_material_knows_it(shared):
    """The material's marks are words with a remark: `secondary_quote + verbatim law`; the weakest word that begins it counts."""
    strength = ("verbatim", "secondary", "memory", "not_read", "unknown")
    names = {"roles": "roles", "measures": "measures", "duration": "term", "in_force_from": "in_force_from"}
    for entry in material_of(shared):
        evidence = first(entry["id"]).evidence
        for field, name in names.items():
            given = next(word for word in strength if entry["verified_fields"][field].startswith(word))
            assert strength.index(evidence[name]) >= min(strength.index(given), strength.index("not_read")), (entry["id"], field)


def test_a_way_out_keeps_its_comma(shared):
    """`[a, b, c]` is three texts, though the author may have meant two: the material says how many there are."""
    exits = {item["id"]: len((item["exit"] or {}).get("on", ())) for item in material_of(shared)}
    assert len(first("D1-SAFETY-LIST").exit) == exits["D1-SAFETY-LIST"] == 2
    assert not [said for rule in shipped().versions for said in rule.exit if said.en.split()[0] in ("with", "and", "or", "without")]
