"""The tables of a synthetic city, read back as records."""

from __future__ import annotations

from collections import defaultdict

from loaders.synthetic.city import City
from loaders.synthetic.columns import Table
from loaders.synthetic.records import CorporateHolding, Enterprise, Holding, Link, Named, Post, Ruling


def rows_of(tables: tuple[Table, ...], name: str) -> list[dict[str, str]]:
    """Return the rows of a table."""
    chunks = [chunk for each in tables if each.name == name for chunk in each.chunks(10_000)]
    return [dict(zip(chunk, row, strict=True)) for chunk in chunks for row in zip(*chunk.values(), strict=True)]


class Read:
    """A city with its tables read back."""

    def __init__(self, city: City) -> None:
        self.whole, self.cases = city, city.cases
        self.enterprises = [Enterprise(**row) for row in rows_of(city.register, "enterprises")]
        self.posts = [Post(**row) for row in rows_of(city.register, "posts")]
        self.holdings = [Holding(**row) for row in rows_of(city.register, "shareholders")]
        self.corporate = [CorporateHolding(**row) for row in rows_of(city.register, "corporate_shareholders")]
        self.rulings = [Ruling(**row) for row in rows_of(city.register, "decisions")]
        self.named = [Named(**row) for row in rows_of(city.register, "decision_people")]
        self.links = [Link(**row) for row in rows_of(city.register, "decision_links")]
        self.answers = [answer for case in city.cases for answer in case.answers]
        self.planted = {row.统一社会信用代码 for case in city.cases for row in case.enterprises}
        self.founded = {row.统一社会信用代码: row.成立日期 for row in self.enterprises}

    def rows(self, table: str) -> list[dict[str, str]]:
        """Return the rows of a table of the register or of the truth."""
        return rows_of((*self.whole.register, *self.whole.truth), table)

    def networks(self) -> dict[tuple[str, str], list[dict[str, str]]]:
        """Return the members of each network, by (kind, network)."""
        found: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
        for row in self.rows("networks"):
            found[row["kind"], row["network"]].append(row)
        return found


def firms(members: list[dict[str, str]]) -> list[str]:
    """Return the codes of the enterprises among the members of a network."""
    return [
        row["member"].removeprefix("uscc:") for row in members if row["member"].startswith("uscc:") and "#" not in row["member"]
    ]
