"""A register that delivers again and again, for the tests of deliveries."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from graph.delivered import Delivery
from graph.model import Operation
from graph.store.base import Store
from loaders.base import Report
from loaders.deliveries import deliveries, value_of
from loaders.ingest import load
from loaders.mapping_file import parse_mapping
from loaders.undoing import Undoing, Undone, undo
from loaders.vanishing import Terms

MAPPING = """
source: reg
mode: {mode}
altered: correction
shrinkage: {shrinkage}
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
          interest: {{const: director}}
          start: from
          end: {{column: to, when_empty: open}}
"""
DAYS = (date(2020, 1, 31), date(2021, 1, 31), date(2022, 1, 31), date(2023, 1, 31))


class Desk:
    """A store and a folder to deliver files to."""

    def __init__(self, store: Store, folder: Path, mode: str = "snapshot", shrinkage: float = 1.0) -> None:
        self.store, self.folder = store, folder
        self.mapping = parse_mapping(MAPPING.format(mode=mode, shrinkage=shrinkage))

    def load(
        self,
        day: date | None = DAYS[0],
        *,
        firms: str | None = None,
        posts: str | None = None,
        terms: Terms | None = None,
        **options: object,
    ) -> Report:
        """Deliver `firms` (rows id,name,industry) and `posts` (rows id,person,from,to), rows set apart by spaces."""
        paths = []
        for name, header, rows in (("firms", "id,name,industry", firms), ("posts", "id,person,from,to", posts)):
            if rows is not None:
                paths.append(self.folder / f"{name}-{day}.csv")
                paths[-1].write_text("\n".join([header, *rows.split(), ""]), encoding="utf-8")
        arguments = {"act_by": "tester", "now": now, "delivered": day, "terms": terms} | options
        return load(self.store, self.mapping, paths, **arguments)  # type: ignore[arg-type]

    def undo(self, delivery: str | None, reason: str = "damaged", **options: object) -> Undone:
        """Undo a delivery."""
        assert delivery
        return undo(self.store, delivery, Undoing("tester", now, reason, **options))  # type: ignore[arg-type]

    def current(self) -> dict[str, tuple[str, ...]]:
        """Return key -> wording of all that is current and not a delivery."""
        return {r.fact.key: (r.fact.id, *r.fact.flags) for r in self.store.facts() if r.operation is not Operation.RETRACTION
                and not isinstance(r.fact.value, Delivery)}  # fmt: skip

    def deliveries(self) -> list[Delivery]:
        """Return the deliveries on record."""
        return [value_of(each) for each in deliveries(self.store)]


def now() -> datetime:
    """Return the time at which everything is recorded."""
    return datetime(2026, 1, 1, tzinfo=UTC)
