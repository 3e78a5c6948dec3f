"""Which of the statements of one BODS record counts, wherever it stands in the file, and what ends a record."""

from itertools import permutations

import pytest

from graph.model import Relationship
from tests.unit.test_loaders_standards import company, holds, loaded, not_kept, refused, statement, written

PARTIES = (company("a"), company("b"))


def on(day, each, **more):
    return each | {"statementDate": day} | more


def office(day, *interests, status="new", **more):
    return (
        on(day, statement("relationship", "r", subject="b", interestedParty="a", interests=list(interests)), recordStatus=status)
        | more
    )


def held(tmp_path, *given):
    store, report = loaded("bods", written(tmp_path, *PARTIES, *given))
    assert not refused(report), report.issues
    with store:
        edges = [r.fact.value for r in store.facts(["relationship"]) if isinstance(r.fact.value, Relationship)]
    return sorted((edge.interest, str(edge.period)) for edge in edges)


CHAIR = {"type": "boardChair", "startDate": "2020-02-29"}
OVER = CHAIR | {"endDate": "2025-02-28"}


def test_the_statement_of_the_later_date_counts_wherever_it_stands(tmp_path):
    new, closed = office("2024-01-01", CHAIR), office("2025-03-01", OVER, status="closed")
    for given in permutations((new, closed)):
        assert held(tmp_path, *given) == [("chairman", "2020-02-29/2025-02-28")]


def test_a_party_is_called_as_the_statement_of_the_later_date_says(tmp_path):
    old, new = on("2023-01-01", company("c")), on("2024-01-01", company("c")) | {
        "recordDetails": {"entityType": {"type": "registeredEntity"}, "name": "Renamed Ltd"}
    }  # fmt: skip
    stakes = [on(f"202{n}-01-01", holds("s", "a", "c", share={"exact": n * 10})) for n in (1, 2)]
    for given in permutations((old, new, *stakes)):
        store, report = loaded("bods", written(tmp_path, *PARTIES, *given))
        assert not refused(report), report.issues
        with store:
            assert {n.text for r in store.facts(["entity"]) for n in r.fact.value.names} == {"a Ltd", "b Ltd", "Renamed Ltd"}
            assert [r.fact.value.share.minimum for r in store.facts(["relationship"])] == [200_000]


def test_of_one_date_the_later_publication_counts_then_the_later_in_the_file(tmp_path):
    def published(day, *interests):
        return office("2024-01-01", *interests, publicationDetails={"publicationDate": day})

    for given in permutations((published("2024-02-01", {"type": "boardMember"}), published("2024-03-01", CHAIR))):
        assert [word for word, _ in held(tmp_path, *given)] == ["chairman"]
    member, chair = office("2024-01-01", {"type": "boardMember"}), office("2024-01-01", CHAIR)
    assert [word for word, _ in held(tmp_path, member, chair)] == ["chairman"]
    assert [word for word, _ in held(tmp_path, chair, member)] == ["director"]
    # Of moments the later one, whatever clock they are of; without a date the place counts.
    late, early = office("2024-01-01T08:00:00Z", CHAIR), office("2024-01-01T15:00:00+08:00", {"type": "boardMember"})
    assert [word for word, _ in held(tmp_path, late, early)] == ["chairman"]
    undated = office("2024-01-01", {"type": "boardMember"})
    del undated["statementDate"]
    assert [word for word, _ in held(tmp_path, chair, undated)] == ["director"]
    assert [word for word, _ in held(tmp_path, chair, undated, office("2023-01-01", CHAIR))] == ["director"]


@pytest.mark.parametrize("more", [{"statementDate": "2024-13-01"}, {"publicationDetails": {"publicationDate": "soon"}}])
def test_a_date_that_does_not_exist_refuses_the_statement(tmp_path, more):
    _, report = loaded("bods", written(tmp_path, *PARTIES, office("2024-01-01", CHAIR) | more))
    column = ".".join(("publicationDetails", "publicationDate") if "publicationDetails" in more else ("statementDate",))
    assert [(issue.row, issue.column) for issue in report.issues] == [(3, column)]


def test_a_status_that_the_standard_does_not_know_refuses_the_statement(tmp_path):
    _, report = loaded("bods", written(tmp_path, *PARTIES, office("2024-01-01", CHAIR) | {"recordStatus": "Closed"}))
    (issue,) = report.issues
    assert (issue.row, issue.column) == (3, "recordStatus")
    assert "'Closed' is none of new, updated, closed" in issue.reason


def test_a_closed_statement_without_interests_ends_what_the_record_said_before(tmp_path):
    said = office("2024-01-01", CHAIR, {"type": "seniorManagingOfficial", "endDate": "2024-06-30"})
    closed = office("2025-03-01", status="closed")
    ended = [("chairman", "2020-02-29/..2025-03-01"), ("senior_manager", "unknown/2024-06-30")]
    earlier, later = office("2023-01-01", {"type": "boardMember"}), office("2025-02-01", status="closed")
    for given in permutations((said, closed)):
        assert held(tmp_path, *given) == ended
    for given in permutations((earlier, said, later, closed)):
        assert held(tmp_path, *given) == ended


def test_a_record_that_is_told_anew_after_its_end_holds_again(tmp_path):
    for given in permutations((office("2024-01-01", CHAIR), office("2025-03-01", status="closed"), office("2025-04-01", CHAIR))):
        assert held(tmp_path, *given) == [("chairman", "2020-02-29/open")]


def test_of_a_record_of_which_nothing_but_its_end_is_known_it_is_kept_that_it_is_over(tmp_path):
    assert held(tmp_path, office("2025-03-01", status="closed")) == [("linked_to", "unknown/..2025-03-01")]
    undated = office("2025-03-01", CHAIR, status="closed")
    del undated["statementDate"]
    assert held(tmp_path, undated) == [("chairman", "2020-02-29/unknown")]


def test_what_a_statement_says_that_does_not_count_is_not_counted_as_lost(tmp_path):
    old, new = (on(f"202{n}-01-01", company("c", addresses=[{"address": "x"}] * (n == 3))) for n in (3, 4))
    _, report = loaded("bods", written(tmp_path, new, old))
    assert not report.issues
    _, report = loaded("bods", written(tmp_path, old))
    assert not_kept(report) == "1 addresses"
