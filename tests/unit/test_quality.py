"""The invariants of `analytics.quality`, one test a number, and every check by a case of its own."""

from array import array
from datetime import date

import pytest

from analytics.quality.checks import LOOKED_AT, MOST
from analytics.quality.repeats import repeated, token
from analytics.quality.report import quality
from api.locales import texts
from api.use_cases.quality import sections
from graph.codec import make_fact
from graph.dates import PartialDate, Period
from graph.delivered import DeliveredTable, Delivery, DeliveryStatus, Doubts, Place
from graph.model import Decision, DecisionLink, Entity, Identifier, Name, Naming, Origin, PartyRef, Relationship, appearance
from graph.preference import Standing

TODAY = date(2026, 1, 1)


class World:
    """Statements of several sources."""

    def __init__(self):
        self.facts, self._row = [], 0

    def say(self, value, source="reg", flags=(), key=None):
        self._row += 1
        own = key or getattr(value, "id", str(self._row))
        self.facts.append(make_fact(value, own, Origin(source, "file.csv", self._row), flags))
        return self

    def firm(self, number, name="", source="reg", flags=(), attributes=(), own=None):
        names = (Name(name),) if name else ()
        entity = Entity(own or f"uscc:{number}", "company", names, (Identifier("uscc", number),), attributes)
        return self.say(entity, source, flags)

    def holds(self, person, firm, period, interest="director", source="reg", bearer=None, registered=None):
        party = PartyRef(appearance(f"uscc:{firm}", person), bearer)
        period, registered = Period.parse(period), Period.parse(registered) if registered else None
        return self.say(Relationship(party, PartyRef(f"uscc:{firm}"), interest, period, registered), source)

    def decides(self, number, firm, day="2025-01-01", conduct=None):
        value = Decision(
            f"reg:{number}",
            "penalty",
            ("fine",),
            PartyRef(f"uscc:{firm}"),
            "示例机关",
            date=PartialDate.parse(day),
            conduct=conduct,
        )
        return self.say(value)

    def read(self, kinds):
        return (fact for fact in self.facts if fact.key.partition("/")[0] in kinds)

    def report(self, preference=None, source=None, deliveries=()):
        return quality(self.read, preference or {}, TODAY, source, deliveries)

    def checks(self, source="reg"):
        (found,) = [each for each in self.report().sources if each.source == source]
        return {check.name: check for check in found.checks}

    def counts(self, source="reg"):
        return {name: check.count for name, check in self.checks(source).items() if check.count}


@pytest.fixture
def world():
    return World()


def test_1_every_repeated_value_is_found():
    """1. Eight bytes a value are held, however long it is; every repeated value is found."""
    words = [f"名称{number}" * 20 for number in range(500)]
    noted = array("q", [token(word) for word in words] + [token(words[3]), token(words[77])])
    assert noted.itemsize == 8
    assert repeated([noted]) == {token(words[3]), token(words[77])}
    assert repeated([array("q"), array("q", [1]), array("q", [1, 2])]) == {1}
    assert repeated([]) == frozenset()
    assert token("a", "b") != token("ab")


def test_2_of_how_many_and_nothing_where_there_is_nothing(world):
    """2. Every check says how many there are of how many looked at; a check of what the source does not have is left out."""
    world.firm("A", "示例甲有限公司").firm("B", "示例乙有限公司").holds("王示例", "A", "unknown/open").holds(
        "张示例", "A", "2019/open"
    )
    checks = world.checks()
    assert (checks["dates.start_unknown"].count, checks["dates.start_unknown"].of) == (1, 2)
    assert (checks["dates.day_unknown"].count, checks["duplicates.name"].of) == (1, 2)
    assert not [name for name in checks if LOOKED_AT[name] in ("decision", "naming", "link")]


def test_2_what_is_shared_is_no_enterprise(world):
    """2. Enterprises are counted apart from addresses, posts from where somebody is; numbers are of who bears one."""
    world.firm("A", "示例甲有限公司", flags=("bad_check",)).firm("B", "示例乙有限公司").holds("王示例", "A", "unknown/open")
    for number in "12":
        shared = Entity(f"reg:group-{number}", "address", (Name("示例路一号"),), (Identifier("reg", "7"),))
        at = Relationship(PartyRef("uscc:A"), PartyRef(shared.id), "is_at", Period.parse("unknown/open"))
        world.say(shared).say(at)
    world.say(Entity("reg:office", "authority", (Name("示例局"),)))
    (source,) = world.report().sources
    assert source.statements == {"enterprise": 2, "address": 2, "authority": 1, "relationship": 1, "sharing": 2}
    assert sum(source.statements.values()) == len(world.facts)  # each is counted under one key
    checks = {name: (check.count, check.of) for name, check in world.checks().items()}
    assert [checks[f"duplicates.{name}"] for name in ("identifier", "name", "legal_representative")] == [(0, 3)] * 3
    assert (checks["dates.start_unknown"], checks["dates.shared_start_unknown"]) == ((1, 1), (2, 2))
    # The numbers of addresses are codes too: who bears one is counted whatever it is.
    assert checks["flags.bad_check"] == (1, 4)


def test_3_a_few_examples_with_file_and_row(world):
    """3. At most `MOST` examples a check are kept, each with file and row."""
    for number in range(40):
        world.holds(f"王{number}", "A", "unknown/open")
    check = world.checks()["dates.start_unknown"]
    assert (check.count, len(check.examples)) == (40, MOST)
    assert [(each.file, each.row) for each in check.examples] == [("file.csv", number) for number in range(1, MOST + 1)]
    assert check.examples[0].text == "uscc:A#王0 → uscc:A director unknown/open"


def test_4_people_are_counted_by_name_and_never_duplicates(world):
    """4. Same name is not same person: people are counted by name and never called duplicates."""
    world.firm("A").firm("B").firm("C")
    for firm in "ABC":
        world.holds("王示例", firm, "2018-01-01/open", bearer=f"reg:{firm}")
    world.holds("王示例", "A", "2019-01-01/open", "supervisor", bearer="reg:other").holds("张示例", "A", "2018-01-01/open")
    checks = world.checks()
    assert (checks["names.shared"].count, checks["names.shared"].of) == (3, 4)
    assert [each.text for each in checks["names.shared"].examples] == ["王示例 × 3"]
    assert checks["names.within_enterprise"].count == 1
    assert not [name for name, count in world.counts().items() if name.startswith("duplicates") and count]


def test_5_a_conflict_names_values_sources_and_the_reason(world):
    """5. A conflict names both values, their sources, which one is shown and why."""
    world.firm("A", "示例甲有限公司", attributes=(("industry", "建筑"),))
    world.firm("A", "示例甲股份有限公司", "other", attributes=(("industry", "建筑"),))
    world.firm("B", "示例乙（临沂）有限公司").firm("B", "示例乙(临沂)有限公司", "other")
    world.holds("王示例", "B", "2018-01-01/open", "legal_representative")
    world.holds("张示例", "B", "2019-01-01/open", "legal_representative", "other")
    prefer_other = {"reg": Standing(0, 9), "other": Standing(1, 3)}
    found = world.report(prefer_other).conflicts
    assert [(each.entity, each.field, each.why) for each in found] == [
        ("uscc:A", "name", "precedence"),
        ("uscc:B", "legal_representative", "precedence"),
    ]
    assert found[0].values == (("other", "示例甲股份有限公司"), ("reg", "示例甲有限公司"))
    newer = world.report({"reg": Standing(0, 9), "other": Standing(0, 3)}).conflicts[0]
    assert (newer.values[0][0], newer.why) == ("reg", "delivered_last")
    assert world.report(source="nobody").sources == ()


def test_every_check_finds_its_case(world):
    world.firm("A", "示例甲有限公司").firm("B", "示例甲有限公司", flags=("bad_check",))
    world.firm("A", own="reg:7")
    world.holds("王示例", "A", "unknown/unknown").holds("王示例", "A", "2019-01/2020-01-01").holds("李示例", "A", "2030-01-01/open")
    world.holds("赵示例", "A", "2018-01-01/open", "legal_representative", registered="2018-03-01/open")
    world.holds("钱示例", "A", "2018-01-01/open", "legal_representative")
    world.holds("孙示例", "A", "2018-01-01/open").holds("孙示例", "A", "2018-06-01/2019-06-01")
    world.holds("周示例", "A", "2018-01-01/open", bearer="reg:1").holds("周示例", "A", "2018-01-01/open", "manager", bearer="reg:2")
    world.firm("C").holds("周示例", "C", "2018-01-01/open").holds("吴示例", "C", "0001-01-01/2020-01-01")
    world.holds("郑示例", "C", "2018-01-05..2018-03-10/open")
    world.decides("1", "A", "unknown").decides("2", "NOBODY", conduct=Period.parse("2024/2024"))
    world.say(Naming("reg:1", None, "某某"), key="reg:1/x").say(Naming("reg:9", None, "某某"), key="reg:9/x")
    world.say(DecisionLink("reg:1", "same_conduct", "reg:8"), key="reg:1/reg:8")
    counts = world.counts()
    assert set(counts) == {*LOOKED_AT, "flags.bad_check"} - {"dates.shared_start_unknown"}
    assert counts["orphans.unnamed"] == 2
    assert {name for name, count in counts.items() if count == 1} >= {
        "dates.end_unknown", "dates.in_future", "dates.day_unknown", "dates.start_between",
        "dates.before_1900", "dates.registered_later", "dates.decision_undated", "dates.conduct_unknown",
        "orphans.respondent", "orphans.naming", "orphans.link", "duplicates.identifier", "duplicates.name",
        "duplicates.legal_representative", "flags.bad_check",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("period", "found"),
    [
        ("unknown/open", {"dates.start_unknown"}),
        ("..2019-04-30/open", {"dates.start_unknown"}),
        ("2019-04-30../open", {"dates.start_unknown"}),
        ("..2019-04-30/2019-04-30..", {"dates.start_unknown", "dates.end_unknown"}),
        ("2019/open", {"dates.day_unknown"}),
        ("2019-04/2020", {"dates.day_unknown"}),
        ("2019-04-02..2019-04-30/open", {"dates.start_between"}),
        ("1899-12-30/open", {"dates.before_1900"}),
        ("1900/open", {"dates.day_unknown"}),
        ("2019-04-30/open", set()),
    ],
)
def test_a_start_is_vague_in_one_way(world, period, found):
    world.firm("A").holds("王示例", "A", period)
    assert {name for name in world.counts() if name.startswith("dates")} == found


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("2019-03-01/open", "2016-04-01/open", {"start.director": [("other", "2016-04-01"), ("reg", "2019-03-01")]}),
        ("2019-03-01/open", "2019-03-01/2020-01-01", {"end.director": [("other", "2020-01-01"), ("reg", "open")]}),
        ("2019-03-01/open", "2019-03/open", {}),
        ("2019-03-01/open", "..2019-04-30/open", {}),
        ("2019-03-01/2019-12-31", "2020-01-01/open", {}),
    ],
)
def test_6_dates_contradict_each_other_where_no_day_fits_both(world, one, other, found):
    """6. Dates contradict each other only where no day fits both, in terms that may be one."""
    world.firm("A").holds("王示例", "A", one).holds("王示例", "A", other, source="other")
    world.holds("张示例", "A", one).holds("王示例", "A", one, "supervisor")
    conflicts = world.report({"reg": Standing(0, 9), "other": Standing(1, 3)}).conflicts
    assert {each.field: list(each.values) for each in conflicts} == found
    assert {(each.entity, each.why) for each in conflicts} <= {("uscc:A#王示例", "precedence")}


def test_6_of_several_of_one_name_nobody_knows_who_is_meant(world):
    """6. Where a source tells several of a name apart, another source may mean either."""
    world.firm("A").holds("王示例", "A", "2019-03-01/open", bearer="reg:1").holds("王示例", "A", "2018-03-01/open", bearer="reg:2")
    world.holds("王示例", "A", "2016-03-01/open", source="other")
    assert world.report().conflicts == ()


def test_7_what_a_delivery_passed_over_is_counted_once(world):
    """7. Of rows whose statements bear no flag the deliveries tell: of a snapshot the last, else all of them."""
    masked = Doubts("masked", 2, (Place("a.csv", 3), Place("a.csv", 9)))
    table = DeliveredTable("posts", rows=20, doubts=(masked,))
    world.firm("A").firm("A", source="other")
    every = [
        Delivery(f"{source}{day}", source, mode, DeliveryStatus.COMPLETE, "x", date(2020, 1, day), (), (table,))
        for source, mode in (("reg", "snapshot"), ("other", "delta"))
        for day in (1, 2)
    ]
    found = {s.source: {c.name: c for c in s.checks} for s in world.report(deliveries=every).sources}
    assert [(found[source]["rows.masked"].count, found[source]["rows.masked"].of) for source in ("reg", "other")] == [
        (2, 20),
        (4, 40),
    ]
    assert [(each.file, each.row) for each in found["reg"]["rows.masked"].examples] == [("a.csv", 3), ("a.csv", 9)]


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        (
            "uscc:A#王示例 → uscc:A legal_representative ..2019-04-30/open",
            "uscc:A#王示例 → uscc:A 法定代表人 2019-04-30 或之前 至今",
        ),
        ("a → b director 2018/2019-01-05..2019-02-05", "a → b 董事 2018 至 2019-01-05 与 2019-02-05 之间"),
        ("a → b director unknown/2019-01-05..", "a → b 董事 日期不详 至 2019-01-05 或之后"),
        ("王示例 × 3", "王示例 × 3"),
        ("uscc:A", "uscc:A"),
    ],
)
def test_a_page_has_its_examples_in_words(text, zh):
    check = {"name": "dates.start_unknown", "count": 1, "of": 1, "share": 1.0, "examples": [{"text": text, "file": "", "row": 0}]}
    source = {"source": "reg", "statements": {}, "appearances": 1, "names": 1, "deliveries": [], "checks": [check]}
    report = {"sources": [source], "conflicts": [], "conflict_count": 0}
    found = next(each for each in sections(report, texts("zh")) if each.rows and len(each.rows[0]) == 5)
    assert found.rows[0][-1] == zh
