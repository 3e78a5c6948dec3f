"""The invariants of `loaders.known`, `altered`, `ingest` and `plan`, one test a number, and the modes of a source."""

from datetime import UTC, date, datetime

import pytest

from graph.errors import ConfigError
from graph.model import Operation
from graph.store import ahead, open_store
from graph.store.base import Act, Write
from loaders.base import Level
from loaders.given import GivenColumns
from loaders.ingest import load
from loaders.mapping_file import bundled_files, load_mapping, parse_mapping
from loaders.synthetic.city import build_city

MAPPING = """
source: reg
mode: {mode}
altered: {altered}
tables:
  - file: firms*.csv
    name: firms
    facts:
      - entity: {{kind: company, id: {{column: id}}, names: [name], attributes: {{industry: industry}}}}
  - file: posts*.csv
    name: posts
    facts:
      - relationship:
          party: {{name: person, at: &firm {{column: id}}}}
          subject: *firm
          interest: post
          start: from
          end: {{column: to, when_empty: open}}
  - file: cases*.csv
    name: cases
    facts:
      - decision:
          id: case
          kind: {{const: penalty}}
          acts: [{{const: fine}}]
          respondent: {{by_name: firm}}
          authority: by
      - link: {{decision: case, relation: same_conduct, other: same}}
"""
FIRMS = "id,name,industry\nA,示例甲有限公司,建筑\nB,示例乙有限公司,\n"
POSTS = "id,person,post,from,to\n"
FIRST, SECOND, THIRD = date(2020, 1, 31), date(2021, 1, 31), date(2022, 1, 31)


class Cut(Exception):
    """Stands for a power failure."""


class Desk:
    """A store and a folder to deliver files to."""

    def __init__(self, store, folder):
        self.store, self.folder = store, folder

    def load(self, day=FIRST, mode="snapshot", altered="refuse", **options):
        files = {name: options.pop(name) for name in list(options) if name.startswith(("firms", "posts", "cases"))}
        paths = []
        for name, text in files.items():
            paths.append(self.folder / f"{name}.csv")
            paths[-1].write_text(text, encoding="utf-8")
        options = {"act_by": "tester", "now": lambda: datetime(2026, 1, 1, tzinfo=UTC), "delivered": day} | options
        return load(self.store, parse_mapping(MAPPING.format(mode=mode, altered=altered)), paths, **options)

    def posts(self):
        values = [recorded.fact.value for recorded in self.store.facts(["relationship"])]
        return {value.interested_party.entity.partition("#")[2]: str(value.period) for value in values}

    def names(self, firm):
        names = self.store.get(f"entity/reg/reg:{firm}").fact.value.names
        return [(name.text, str(name.period)) for name in names]


@pytest.fixture
def desk(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        yield Desk(store, tmp_path)


def posts(*rows):
    return POSTS + "".join(f"{row}\n" for row in rows)


WANG, ZHANG = "A,王示例,director,2018,", "A,张示例,chairman,2019-03-01,"


def test_invariant_1_a_name_finds_an_enterprise_only_if_one_bears_it(desk):
    """1. An enterprise is found by its full name only if exactly one bears it."""
    cases = "case,firm,by,same\n1,示例甲有限公司,示例机关,\n2,同名有限公司,示例机关,\n3,无此有限公司,示例机关,\n"
    firms = FIRMS + "C,同名有限公司,\nD,同名有限公司,\n"
    desk.load(firms=firms)
    report = desk.load(cases=cases)
    assert [(issue.row, issue.column) for issue in report.issues] == [(3, "firm"), (4, "firm")]
    assert "several enterprises" in report.issues[0].reason
    assert "unknown company" in report.issues[1].reason
    (decision,) = desk.store.facts(["decision"])
    assert decision.fact.value.respondent.entity == "reg:A"


def test_invariant_2_only_an_open_end_may_be_closed(desk):
    """2. A newer delivery may end what was open, and add to an entity; anything else alters the past."""
    desk.load(firms=FIRMS, posts=posts(WANG, ZHANG))
    report = desk.load(SECOND, posts=posts(WANG + "2020-05-01", ZHANG.replace("2019-03-01", "2019-04-01")))
    issue = report.issues[0]
    assert (issue.level, issue.row) == (Level.REFUSED, 3)
    assert "a correction only if the source says so" in issue.reason
    assert desk.posts() == {"王示例": "2018/2020-05-01", "张示例": "2019-03-01/open"}
    desk.load(SECOND, altered="correction", posts=posts(WANG + "2020-05-01", ZHANG.replace("2019-03-01", "2019-04-01 ")))
    assert desk.posts()["张示例"] == "2019-04-01/open"
    assert [r.operation for r in desk.store.history("relationship/reg/posts/reg:A#张示例@/reg:A/chairman")][
        -1
    ] is Operation.CORRECTION


def test_entity_is_added_to_and_not_altered(desk):
    desk.load(firms=FIRMS)
    desk.load(SECOND, firms=FIRMS.replace("乙有限公司,", "乙有限公司,矿业"))
    assert desk.store.get("entity/reg/reg:B").fact.value.attributes == (("industry", "矿业"),)
    assert "industry of reg:A differ" in desk.load(SECOND, firms=FIRMS.replace("建筑", "农业")).issues[0].reason
    assert not desk.load(SECOND, altered="correction", firms=FIRMS.replace("建筑", "渔业")).failed
    assert desk.store.get("entity/reg/reg:A").fact.value.attributes == (("industry", "渔业"),)


def test_invariant_3_two_names_conflict_in_one_delivery_and_rename_in_the_next(desk):
    """3. Two names for one id within one delivery are a conflict; in a newer one it was renamed on an unknown day between."""
    report = desk.load(firms=FIRMS + "A,另名有限公司,\n")
    assert "name_conflict" in report.issues[0].reason
    assert "row 2 of firms.csv" in report.issues[0].reason
    desk.load(firms=FIRMS)
    desk.load(SECOND, firms=FIRMS.replace("示例甲", "改名甲"))
    between = "2020-01-31..2021-01-31"
    assert desk.names("A") == [("示例甲有限公司", f"unknown/{between}"), ("改名甲有限公司", f"{between}/open")]
    assert desk.names("B") == [("示例乙有限公司", "unknown/open")]


@pytest.mark.parametrize("cut_at", [1, 2, 4])
def test_invariant_4_a_load_that_was_cut_goes_on(desk, cut_at):
    """4. Every transaction holds whole rows and the mark how far the file was read."""
    text = posts(*(f"A,人{number},director,2018," for number in range(10)))
    calls = []

    def progress(file, row):
        calls.append((file, row))
        if len(calls) == cut_at:
            raise Cut

    with pytest.raises(Cut):
        desk.load(firms=FIRMS, posts=text, batch=3, progress=progress)
    assert calls[0] == ("firms.csv", 3)
    assert len(desk.posts()) == 3 * (cut_at - 1)
    report = desk.load(firms=FIRMS, posts=text, batch=3)
    assert not report.failed
    assert len(desk.posts()) == 10
    assert report.tables["posts"].known == 3 * (cut_at - 1)
    assert report.tables["posts"].accepted == 10 - report.tables["posts"].known


def test_invariant_5_a_file_loaded_before_records_and_undoes_nothing(desk):
    """5. A file that was loaded before records nothing again, and undoes nothing that was recorded since."""
    first = {"firms": FIRMS, "posts": posts(WANG, ZHANG)}
    desk.load(**first)
    version = desk.store.version()
    report = desk.load(**first)
    assert desk.store.version() == version
    assert (report.tables["posts"].known, report.failed, report.total_issues) == (2, False, 0)
    gone = desk.store.get("relationship/reg/posts/reg:A#王示例@/reg:A/director").fact
    desk.load(SECOND, posts=posts(ZHANG))
    desk.store.append([Write(gone, Operation.CORRECTION)], Act(datetime(2026, 1, 2, tzinfo=UTC), "tester", "put right"))
    now = desk.store.get(gone.key).fact
    desk.store.append([Write(now, Operation.RETRACTION)], Act(datetime(2026, 1, 2, tzinfo=UTC), "tester", "was wrong"))
    version = desk.store.version()
    assert not desk.load(**first).failed
    assert desk.store.version() == version
    assert set(desk.posts()) == {"张示例"}


def test_invariant_6_rows_around_a_refused_one_are_recorded(desk):
    """6. A row that cannot be taken is refused with row, column and reason; the rows around it are recorded."""
    report = desk.load(firms=FIRMS, posts=posts(WANG, "A,坏示例,director,2018-02-30,", ZHANG))
    (issue,) = report.issues
    assert (issue.file, issue.row, issue.column, issue.value) == ("posts.csv", 3, "from", "2018-02-30")
    assert set(desk.posts()) == {"王示例", "张示例"}


def test_invariant_7_an_absent_row_of_a_snapshot_ended_between_two_deliveries(desk):
    """7. In a snapshot an absent row has ended on an unknown day between two deliveries, if no refused row can be that row."""
    desk.load(firms=FIRMS, posts=posts(WANG, ZHANG))
    report = desk.load(SECOND, posts=posts(ZHANG, "Z,坏示例,director,2018,"))
    assert "may stand in the rows that could not be read (1)" in report.issues[-1].reason
    assert desk.posts()["王示例"] == "2018/open"
    report = desk.load(SECOND, posts=posts(ZHANG))
    assert (report.failed, report.tables["posts"].ended) == (False, 1)
    assert desk.posts() == {"王示例": "2018/2020-01-31..2021-01-31", "张示例": "2019-03-01/open"}
    assert desk.load(THIRD, posts=posts(ZHANG)).tables["posts"].ended == 0
    assert "before the delivery of 2022-01-31" in desk.load(SECOND, posts=posts(WANG, ZHANG, "")).issues[0].reason
    assert desk.load(THIRD, dry_run=True, posts=POSTS).issues[0].level is Level.SIGNAL
    assert desk.posts()["张示例"] == "2019-03-01/open"


def test_a_file_cut_inside_its_last_cell_ends_nothing(desk):
    """7. ... and only if this one was read to its end: a last line without a line end may have been cut."""
    desk.load(firms=FIRMS, posts=posts(WANG, ZHANG))
    report = desk.load(SECOND, posts=posts(ZHANG).removesuffix("\n"))
    assert [(issue.level, issue.row) for issue in report.issues] == [(Level.FLAGGED, 2), (Level.SIGNAL, None)]
    assert "does not end with a line end" in report.issues[0].reason
    assert "were not taken as ended" in report.issues[1].reason
    assert desk.posts()["王示例"] == "2018/open"
    assert desk.load(SECOND, posts=posts(ZHANG)).tables["posts"].ended == 1


def test_row_listed_again_takes_back_the_end_that_was_only_inferred(desk):
    desk.load(firms=FIRMS, posts=posts(WANG, ZHANG))
    desk.load(SECOND, posts=posts(ZHANG))
    assert not desk.load(THIRD, posts=posts(WANG, ZHANG)).failed
    assert desk.posts() == {"王示例": "2018/open", "张示例": "2019-03-01/open"}
    desk.load(date(2023, 1, 31), posts=posts(ZHANG + "2022-06-30"))
    assert desk.posts() == {"王示例": "2018/2022-01-31..2023-01-31", "张示例": "2019-03-01/2022-06-30"}
    assert "a correction only if the source says so" in desk.load(date(2024, 1, 31), posts=posts(ZHANG)).issues[0].reason


def test_absent_rows_mean_nothing_in_a_delta(desk):
    desk.load(mode="delta", firms=FIRMS, posts=posts(WANG, ZHANG))
    desk.load(SECOND, mode="delta", posts=posts(ZHANG + "2020-05-01"))
    assert desk.posts() == {"王示例": "2018/open", "张示例": "2019-03-01/2020-05-01"}


def test_events_are_only_added(desk):
    desk.load(mode="events", firms=FIRMS, posts=posts(WANG))
    report = desk.load(SECOND, mode="events", posts=posts(WANG + "2020", ZHANG))
    (issue,) = report.issues
    assert (issue.row, issue.column, issue.value) == (2, "to", "2020")
    assert "another wording (row 2 of posts.csv) (to: open there, 2020 here); events are only added to" in issue.reason
    assert desk.posts() == {"王示例": "2018/open", "张示例": "2019-03-01/open"}


def test_invariant_8_two_rows_that_word_one_statement_differently(desk):
    """8. Two rows of one load that word one statement differently are not both taken: the later is refused, naming both."""
    report = desk.load(firms=FIRMS, posts=posts(WANG, WANG, WANG + "2020"))
    (issue,) = report.issues
    assert (issue.row, issue.column, issue.value) == (4, "to", "2020")
    assert "row 3 of posts.csv, which is about the same (to: open there, 2020 here)" in issue.reason
    counts = report.tables["posts"]
    assert (counts.accepted, counts.known, counts.refused) == (1, 1, 1)


def test_row_refused_for_want_of_its_company_is_taken_when_the_file_comes_again(desk):
    text = posts(WANG, ZHANG.replace("A,", "C,"))
    assert desk.load(firms=FIRMS, posts=text).tables["posts"].refused == 1
    report = desk.load(firms2="id,name,industry\nC,示例丙有限公司,\n", posts=text)
    assert not report.failed
    assert set(desk.posts()) == {"王示例", "张示例"}


def test_dry_run_says_the_same_and_records_nothing(desk):
    files = {"firms": FIRMS + "A,另名有限公司,\n", "posts": posts(WANG, WANG + "2020", ZHANG), "batch": 1}
    dry = desk.load(dry_run=True, **files)
    assert desk.store.version() == 0
    assert desk.store.progress("delivery/reg/firms") is None
    wet = desk.load(**files)
    assert (dry.tables, dry.issues) == (wet.tables, wet.issues)


BOARDS = """
source: reg
mode: {mode}
tables:
  - {{file: people.csv, looked_up_only: true}}
  - {{file: firms.csv, facts: [{{entity: {{kind: company, id: {{column: id}}}}}}]}}
  - file: "board_{{delivered}}.txt"
    name: board
    format: csv
    delimiter: " "
    columns: [firm, person]
    facts:
      - relationship:
          party:
            name: {{column: name, lookup: {{table: people, key: id, by: person}}}}
            at: &firm {{column: firm}}
            bearer: person
          subject: *firm
          interest: {{const: director}}
          start: {{const: listed}}
          end: {{const: open}}
"""


class Boards:
    """Deliveries of boards by day: each is the file of its day in one folder of all."""

    def __init__(self, store, folder):
        self.store, self.folder = store, folder
        (folder / "people.csv").write_text("id,name\n1,王示例\n2,张示例\n3,李示例\n", encoding="utf-8")
        (folder / "firms.csv").write_text("id\nA\nB\n", encoding="utf-8")

    def load(self, day, rows=None, **options):
        if rows is not None:
            (self.folder / f"board_{day}.txt").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
        options = {"act_by": "tester", "now": lambda: datetime(2026, 1, 1, tzinfo=UTC), "delivered": day} | options
        return load(self.store, parse_mapping(BOARDS.format(mode="snapshot")), [self.folder], **options)

    def terms(self):
        found = {}
        for recorded in self.store.facts(["relationship"]):
            value = recorded.fact.value
            found.setdefault(value.interested_party.entity, []).append(str(value.period))
        return {party.partition(":")[2]: sorted(periods) for party, periods in found.items()}


@pytest.fixture
def boards(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        yield Boards(store, tmp_path)


def test_invariant_9_who_is_known_only_from_deliveries_began_between_two_and_comes_back_anew(boards):
    """9. Began between the last delivery without it and the first with it; one that comes back is a new term."""
    assert not boards.load(FIRST, ["A 1", "A 2"]).failed
    assert boards.terms() == {"A#王示例": ["..2020-01-31/open"], "A#张示例": ["..2020-01-31/open"]}
    report = boards.load(SECOND, ["A 1", "A 3"])
    assert (report.failed, report.tables["board"].known, report.tables["board"].ended) == (False, 1, 1)
    gone = "..2020-01-31/2020-01-31..2021-01-31"
    assert boards.terms() == {
        "A#王示例": ["..2020-01-31/open"],
        "A#张示例": [gone],
        "A#李示例": ["2020-02-01..2021-01-31/open"],
    }
    boards.load(THIRD, ["A 1", "A 2", "A 3"])
    assert boards.terms()["A#张示例"] == [gone, "2021-02-01..2022-01-31/open"]
    assert boards.load(date(2023, 1, 31), ["A 1", "A 2"]).tables["board"].known == 2
    boards.load(date(2024, 1, 31), ["A 1"])
    assert boards.terms()["A#张示例"] == [gone, "2021-02-01..2022-01-31/2023-01-31..2024-01-31"]
    boards.load(date(2025, 1, 31), ["A 2"])
    assert boards.terms()["A#张示例"][-1] == "2024-02-01..2025-01-31/open"


def test_what_was_delivered_before_makes_no_new_term_and_a_corrected_file_of_the_day_takes_an_end_back(boards):
    boards.load(FIRST, ["A 1", "A 2"])
    boards.load(SECOND, ["A 1"])
    version, terms = boards.store.version(), boards.terms()
    assert not boards.load(SECOND).failed
    boards.load(FIRST)
    assert (boards.store.version(), boards.terms()) == (version, terms)
    boards.load(SECOND, ["A 1", "A 2", "B 3"])
    assert boards.terms() == {
        "A#王示例": ["..2020-01-31/open"],
        "A#张示例": ["..2020-01-31/open"],
        "B#李示例": ["..2021-01-31/open"],
    }


def test_a_load_of_listings_that_was_cut_goes_on(boards):
    boards.load(FIRST, ["A 1"])
    boards.load(SECOND, ["B 2"])

    def progress(file, row):
        if file.startswith("board") and row:
            raise Cut

    with pytest.raises(Cut):
        boards.load(THIRD, ["A 1", "A 3", "B 2"], batch=1, progress=progress)
    boards.load(THIRD)
    back = ["..2020-01-31/2020-01-31..2021-01-31", "2021-02-01..2022-01-31/open"]
    assert boards.terms() == {
        "A#王示例": back,
        "A#李示例": ["2021-02-01..2022-01-31/open"],
        "B#张示例": ["2020-02-01..2021-01-31/open"],
    }


def test_the_file_of_a_delivery_is_that_of_its_day(boards):
    boards.load(FIRST, ["A 1"])
    (boards.folder / "board_2021-01-31.txt").write_text("A 9\n", encoding="utf-8")
    assert not boards.load(FIRST).failed
    assert "no row of people has '9' in id" in boards.load(SECOND).issues[0].reason
    with pytest.raises(ConfigError, match=r"board_2021-01-31\.txt fits no table of reg; it has .*board_2020-01-31\.txt"):
        load(
            boards.store,
            parse_mapping(BOARDS.format(mode="snapshot")),
            [boards.folder / "board_2021-01-31.txt"],
            act_by="tester",
            now=lambda: datetime(2026, 1, 1, tzinfo=UTC),
            delivered=FIRST,
        )


def test_link_to_a_decision_nobody_told_of_is_a_signal(desk):
    cases = "case,firm,by,same\n1,示例甲有限公司,示例机关,2\n2,示例甲有限公司,示例机关,3\n"
    (issue,) = desk.load(firms=FIRMS, cases=cases).issues
    assert (issue.level, issue.row) == (Level.SIGNAL, 3)


def test_snapshot_without_a_day_is_refused(desk):
    with pytest.raises(ConfigError, match="say as of which day"):
        desk.load(None, firms=FIRMS)
    with pytest.raises(ConfigError, match="no file to load"):
        desk.load(FIRST)


@pytest.mark.slow
def test_a_row_is_compared_by_one_question_and_reads_only_the_term_that_it_may_go_on_with(desk, monkeypatch):
    monkeypatch.setitem(globals(), "MAPPING", MAPPING.replace("start: from", "start: {{const: listed}}"))
    given = {"firms": FIRMS, "posts": POSTS + "A,张示例,director,,\nA,李示例,supervisor,,\n"}
    desk.load(**given)
    asked, get = [], type(desk.store).get
    monkeypatch.setattr(type(desk.store), "get", lambda store, key: asked.append(key) or get(store, key))
    assert desk.load(**given).tables["posts"].known == 2
    read = [key for key in asked if not key.startswith("delivery/")]
    assert len(read) == 2
    assert [key for key in read if not key.startswith("relationship/") or key.endswith("/2")] == []


def test_bundled_data_load_as_their_readme_says(tmp_path):
    mapping = load_mapping("cn_listed_demo")
    with open_store(f"sqlite:///{tmp_path / 'demo.db'}") as store:
        files = bundled_files("cn_listed_demo")
        report = load(store, mapping, files, act_by="tester", now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
        assert report.total_issues == 0, report.as_text()
        assert {name: counts.accepted for name, counts in report.tables.items()} == {
            "companies": 3188,
            "posts": 24775,
            "decisions": 29,
            "named_people": 132,
        }
        namings = [recorded.fact.value for recorded in store.facts(["naming"])]
        assert sum(naming.party is None for naming in namings) == 14
        bans = {
            (naming.decision.partition(":")[2], naming.name)
            for naming in namings
            for one in naming.imposed
            if one.act == "securities_market_ban" and one.term.life
        }
        assert ("CS-2", "高某077") in bans
        assert not any(case == "ZZ-3" for case, _ in bans)
        # Four whose term could not be read are banned for an unknown time, not for life.
        assert not any(case in ("TJ-2", "KDI-2") for case, _ in bans)
        subsidiary = store.get("decision/cn_listed_demo/cn_listed_demo:CS-3").fact.value
        assert subsidiary.respondent.entity == "cn_listed_demo:长春长生生物科技有限责任公司"
        assert {naming.party.entity for naming in namings if naming.decision.endswith("CS-3")} == {"cn_stock:002680#高某077"}


def test_a_load_on_two_cores_is_the_same_hash_by_hash_and_goes_on_where_it_was_cut(tmp_path, monkeypatch):
    """4. Every transaction holds whole rows and the mark how far the file was read, whoever records it."""
    city = build_city(1_000, 1)

    def delivered(store, progress=lambda _file, _row: None):
        given = [GivenColumns(f"{table.name}.csv", "a city", table.chunks) for table in city.register]
        at = datetime(2026, 1, 1, tzinfo=UTC)
        mapping = load_mapping("synthetic_city")
        return load(store, mapping, given, act_by="tester", now=lambda: at, batch=300, progress=progress)

    told = []

    def cut(file, row):
        told.append((file, row))
        if len(told) == 12:
            raise Cut

    with open_store(f"sqlite:///{tmp_path / 'one.db'}") as store:
        alone = delivered(store)
        expected = [*store.audit()], {*store.changes_since(0)}, store.marks()
    monkeypatch.setattr(ahead, "_LARGE", 200)
    monkeypatch.setattr(ahead, "_WORTH_STARTING", 1)
    monkeypatch.setattr(ahead, "cores", lambda: 2)
    with open_store(f"sqlite:///{tmp_path / 'two.db'}") as store:
        assert delivered(store) == alone
        assert ([*store.audit()], {*store.changes_since(0)}, store.marks()) == expected
        assert store.verify() is None
    with open_store(f"sqlite:///{tmp_path / 'three.db'}") as store:
        with pytest.raises(Cut):
            delivered(store, cut)
        assert len(told) == 12
        report = delivered(store)
        assert {table: counts.rows for table, counts in report.tables.items()} == {t: c.rows for t, c in alone.tables.items()}
        assert {recorded.fact for recorded in store.facts() if recorded.fact.key.split("/")[0] != "delivery"} == {
            each.fact for each in expected[1] if each.fact.key.split("/")[0] != "delivery"
        }
        assert store.verify() is None
