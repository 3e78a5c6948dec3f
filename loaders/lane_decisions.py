"""What the fast lane says of decisions, of the people they name and of how they relate to each other.

Invariants: 1 and 2 of `loaders.lane`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from graph.codec import as_plain, as_text
from graph.divisions import division_of
from graph.store.block import Names
from loaders.cell_specs import ActCell, Cell, FlagCell, ImposedAmountCell, LevelOf, TermCell
from loaders.cells import Cells, flag_of, imposed_of, meant_by, one_of
from loaders.fact_specs import DecisionSpec, LinkSpec, NamingSpec
from loaders.known import Known
from loaders.lane_columns import Columns, Read, Readers, Said, Say
from loaders.lane_texts import each_once, escaped_all, long, quoted
from loaders.mapping import Mapping
from loaders.references import normalise_name

Party = Callable[[Columns], tuple[list[str], list[str], list[str], list[Names]]]
"""Reads (JSON of the reference, its part of a key, enterprise, names) of the parties."""


class Decisions:
    """Turns what a mapping says of decisions into functions of columns; no decision is dated after `today`."""

    def __init__(self, mapping: Mapping, readers: Readers, known: Known, today: date) -> None:
        self._source, self._region, self._read, self._known, self._today = mapping.source, mapping.region, readers, known, today

    def decision(self, spec: DecisionSpec, respondent: Party) -> Say:
        """Return what says the decisions of rows."""
        read, source, level = self._read, self._source, spec.authority_level
        assert not isinstance(level, LevelOf)  # noqa: S101 - the caller looked
        own, acts = self._id(spec.id), read.together(spec.acts, lambda cells: _listed(_acts(spec, cells)))
        kind, authority, days = read.required(spec.kind), read.required(spec.authority), self._dated(spec)
        before = [self._one("authority_level", level), self._many("basis", spec.basis), self._many("cites", spec.cites)]
        conduct_text, basis = self._text("conduct_text", spec.conduct_text), self._one("date_basis", spec.date_basis)
        imposed = self._imposed(spec.imposed, spec.term, spec.amounts)
        after = [self._text("number", spec.number), self._flag("parties_complete", spec.parties_complete), self._place(spec)]
        valid = self._read.span(spec.valid)

        def say(columns: Columns) -> Said:
            refs, _, bases, _ = respondent(columns)
            ids, dated = own(columns), days(columns)
            parts = [
                [f'{{"acts":{said}' for said in acts(columns)],
                [f',"authority":{quoted(said)}' for said in authority(columns)],
                *(part(columns) for part in before),
                [f',"conduct":"{held}"' if held else "" for _, held in dated],
                conduct_text(columns),
                [f',"date":"{day}"' if day != "unknown" else "" for day, _ in dated],
                basis(columns),
                [f',"id":{quoted(said)}' for said in ids],
                imposed(columns),
                [f',"kind":{quoted(said)}' for said in kind(columns)],
                *(part(columns) for part in after),
                [f',"respondent":{{{ref}}}' for ref in refs],
                [f',"valid":"{said}"}}' if said else "}" for said, _, _ in valid(columns)],
            ]
            texts = list(map("".join, zip(*parts, strict=True)))
            columns.decided.append((ids, texts))
            return Said(columns.all, [f"decision/{source}/{said}" for said in ids], texts, _nobody(ids), each_once(ids, bases))

        return say

    def naming(self, spec: NamingSpec, party: Party) -> Say:
        """Return what says whom the decisions of rows name."""
        read, keyed, prefix = self._read, spec.key, f"naming/{self._source}/"
        of, name = self._id(spec.decision), read.text(spec.party.name)
        before = [
            self._many("found_as", spec.found_as),
            self._text("found_text", spec.found_as),
            self._imposed(spec.imposed, spec.term, spec.amounts),
        ]
        after = [self._text("post_text", spec.post_text), self._many("posts", spec.posts), self._responsible(spec)]
        text = self._text("text", spec.text)

        def say(columns: Columns) -> Said:
            decisions, called = of(columns), name(columns)
            self._see_that_they_are_known(columns, decisions)
            refs, _, bases, names = party(columns)
            parts = [
                [f'{{"decision":{quoted(said)}' for said in decisions],
                *(part(columns) for part in before),
                [f',"name":{quoted(said)},"party":{{{ref}}}' for said, ref in zip(called, refs, strict=True)],
                *(part(columns) for part in after),
                [f"{said}}}" for said in text(columns)],
            ]
            own = [columns.column(each) for each in keyed] if keyed else [list(map(normalise_name, called))]
            keys = map("/".join, zip(*map(escaped_all, [decisions, *own]), strict=True))
            texts = list(map("".join, zip(*parts, strict=True)))
            return Said(columns.all, [prefix + key for key in keys], texts, names, each_once(decisions, bases))

        return say

    def link(self, spec: LinkSpec) -> Say:
        """Return what says how the decisions of rows relate to others; a row without another is left."""
        source, dated = self._source, spec.since is not None
        of, other, since = self._id(spec.decision), self._parts(spec.other), self._read.date(spec.since)
        doubtful = ("rests_on", "annuls_from_now") if dated else ("rests_on",)  # what these relate to is looked at
        relation = self._read.of(spec.relation, lambda cells: _unless(one_of(spec.relation, cells), doubtful))

        def say(columns: Columns) -> Said:
            decisions, others, relations = of(columns), other(columns), relation(columns)
            there = [f"{source}:{said}" for said in others]
            days = [f',"since":"{day}"}}' for day, _, _ in since(columns)] if dated else ["}"] * len(there)
            shown = zip(map(quoted, decisions), map(quoted, there), map(quoted, relations), days, strict=True)
            texts = [f'{{"decision":{one},"other":{two},"relation":{said}{end}' for one, two, said, end in shown]
            parts = map("/".join, zip(*map(escaped_all, [decisions, relations, others]), strict=True))
            columns.linked.append((decisions, there))
            keys = [f"link/{source}/{key}" for key in parts]
            return Said(columns.all, keys, texts, _nobody(keys), each_once(decisions, there))

        return say

    def _see_that_they_are_known(self, columns: Columns, decisions: list[str]) -> None:
        """Leave rows whose decision neither they themselves nor anything before these rows told of."""
        if not (untold := self._known.untold(decisions)):
            return
        told = [ids for ids, _ in columns.decided]
        unsaid = {
            place: said
            for place, said in enumerate(decisions)
            if said in untold and not any(ids[place] == said for ids in told)
        }  # fmt: skip
        unknown = {said for said in set(unsaid.values()) if not self._known.has_decision(said)}
        columns.leave(place for place, said in unsaid.items() if said in unknown)

    # Ids

    def _id(self, cells: tuple[Cell, ...]) -> Read[str]:
        """Return what reads the id of a decision."""
        parts, source = self._parts(cells), self._source
        return lambda columns: [f"{source}:{said}" for said in parts(columns)]

    def _parts(self, cells: tuple[Cell, ...]) -> Read[str]:
        reads = list(map(self._read.required, cells))

        def read(columns: Columns) -> list[str]:
            found = [each(columns) for each in reads]
            if len(found) == 1:
                return found[0]
            together = list(map("/".join, zip(*map(escaped_all, found), strict=True)))
            columns.leave(long(together))
            return together

        return read

    # Dates

    def _dated(self, spec: DecisionSpec) -> Read[tuple[str, str]]:
        """Return what reads date and conduct; a date to come, and a conduct that is not before it, leave the row."""
        decided, conduct, today = self._read.date(spec.date), self._read.span(spec.conduct), self._today

        def read(columns: Columns) -> list[tuple[str, str]]:
            pairs = list(zip(decided(columns), conduct(columns), strict=True))
            columns.leave(
                place
                for place, ((_, first, last), (held, begun, ended)) in enumerate(pairs)
                if first > today or first == date.max or (held and (begun > min(last, today) or ended > last))
            )
            return [(day, held) for (day, _, _), (held, _, _) in pairs]

        return read

    # What is written of a cell: with a comma before it, and nothing where it is not said

    def _one(self, label: str, cell: Cell | None) -> Read[str]:
        return self._read.of(cell, lambda cells: _written(label, one_of(cell, cells)))

    def _text(self, label: str, cell: Cell | None) -> Read[str]:
        text = self._read.text(cell)
        return lambda columns: [f',"{label}":{quoted(said)}' if said else "" for said in text(columns)]

    def _many(self, label: str, cell: Cell | None) -> Read[str]:
        def read(cells: Cells) -> str:
            meant = meant_by(cell, cells)
            return f',"{label}":{_listed(meant)}' if meant else ""

        return self._read.of(cell, read)

    def _flag(self, label: str, cell: FlagCell | None) -> Read[str]:
        return self._read.of(cell, lambda cells: _answered(label, flag_of(cell, cells)))

    def _responsible(self, spec: NamingSpec) -> Read[str]:
        if spec.responsible is not None:
            return self._flag("responsible", spec.responsible)
        return self._read.of(
            spec.found_as, lambda cells: _answered("responsible", True if meant_by(spec.found_as, cells) else None)
        )

    def _place(self, spec: DecisionSpec) -> Read[str]:
        """Return what writes the code of the place; a text that is no place leaves the row."""

        def read(cells: Cells) -> str | None:
            said = one_of(spec.region, cells) if spec.region else self._region
            code = None if said is None else division_of(said)
            return None if said is not None and not code else _written("region", code)

        return self._read.of(spec.region, read)

    def _imposed(self, acts: ActCell | None, term: TermCell | None, amounts: tuple[ImposedAmountCell, ...]) -> Read[str]:
        def read(cells: Cells) -> str:
            found = imposed_of(acts, term, cells, amounts)
            return f',"imposed":{as_text([as_plain(each) for each in found])}' if found else ""

        return self._read.together([acts, term, *amounts], read)


def _acts(spec: DecisionSpec, cells: Cells) -> tuple[str, ...]:
    return tuple(dict.fromkeys(act for cell in spec.acts for act in meant_by(cell, cells)))


def _listed(meant: tuple[str, ...]) -> str:
    return as_text(list(meant))


def _written(label: str, said: str | None) -> str:
    return "" if said is None else f',"{label}":{quoted(said)}'


def _answered(label: str, answer: bool | None) -> str:
    return "" if answer is None else f',"{label}":{str(answer).lower()}'


def _unless(said: str | None, doubtful: tuple[str, ...]) -> str | None:
    return said if said and said not in doubtful else None


def _nobody(said: list[str]) -> list[Names]:
    return [()] * len(said)
