"""How a rule is written: the fields of an entry, and what contradicts itself.

The JSON Schema beside the rules (`rules/rule.schema.json`) is made from these classes, and their descriptions are what an editor
shows to whoever writes a rule.

Invariants (tests/unit/test_analytics_rule_format.py holds one test a number)
1. (`rule_measures`) A measure is mandatory only where the text says so.
2. By office answer only those whom the text names without a word of fault; directors, supervisors, shareholders, registered
   professionals and whoever exists only as a finding need a document (`when: named`).
3. What a clause asks a decision to contain, or to impose, is a coded act.
4. (`rule_terms`) A term is what its type says, and nothing else.
5. What is known from memory, or was not read at all, disables a clause if it is who answers, when, or with what.
6. Every article of a rule bears a mark: its own, else that of what it is cited for, the weakest where it is cited for several.
7. (`said`) What a rule says in words of its own stands in Chinese and English, or as one text that is told in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from analytics.responsibility.partial import Model, holds, read
from analytics.responsibility.rule_measures import MARKS, BasisRef, Id, Mark, MeasureRule, unknown_acts
from analytics.responsibility.rule_terms import InForce, TermRule
from analytics.responsibility.said import Label, Said
from graph import codes

RESPONDENT: Final = "respondent"
"""Role of the party that a decision is against."""

MARKED: Final = ("roles", "measures", "term", "in_force_from")
"""What a rule must say how it is known."""

BY_OFFICE: Final = frozenset(
    {"legal_representative", "principal_responsible_person", "person_in_charge", "senior_manager", "actual_controller"}
)
"""Roles that may answer by office where an instrument names them without a word of fault."""

Domain = Literal["D1", "D2", "D3", "D4"]


class Clause(Model):
    """Who is reached, under what condition, by which measures."""

    id: Id
    """Name of the clause within its rule; findings are told by it."""
    roles: tuple[str, ...] = Field(min_length=1)
    """Codes of `graph/codes/roles.yaml`, or `respondent`; any of them is enough."""
    when: Literal["respondent", "office_at_conduct", "office_at_listing", "named"]
    """How somebody comes to answer: the decision is against him, he held the office, or the document names and finds him."""
    timeline: Literal["legal", "register"] = "legal"
    """Which dates of an office count: those by law, or those of the register."""
    needs: tuple[Literal["personal_fault", "heard"], ...] = ()
    """What must be shown besides: that a document finds personal fault; that the party was told beforehand and could be heard."""
    acts: tuple[str, ...] = ()
    """Acts of the rule that this clause answers; empty: all of them."""
    circumstances: tuple[str, ...] = ()
    """Coded acts one of which the decision must contain as well; without it the finding is a lead."""
    penalised_by: tuple[str, ...] = ()
    """Coded acts one of which the decision must impose on the party himself (a ban that only a decision can make)."""
    either: bool = False
    """Of several offices the text asks for one (或者): where different people hold them, the one named first answers, unless the
    decision names the holder of another."""
    also_respondent: bool = False
    """With `when: named`: a decision against the person himself, not against an enterprise, reaches him as well."""
    effect: Literal["restrict", "record"]
    """`restrict` takes a right or adds a duty; `record` enters something in a file, and is no sanction."""
    measures: tuple[str, ...] = Field(min_length=1)
    """Ids of measures of this rule: all of one effect, and alike at the hierarchy gate."""
    term: TermRule | None = None
    """Where it differs from the rule's."""
    basis: tuple[BasisRef, ...] = ()
    """The article that names these people or sets the condition, where it is not that of the measure."""
    evidence: Mapping[Literal["role", "condition", "measures"], Mark] = {}
    """How role, condition and measures are known here, where not as the rule says; memory or not read disables the clause."""
    temporal_source: Literal["", "text", "silent", "case_law", "design_choice", "memory"] = ""
    """Where the day on which the office must be held comes from."""
    note: Said | None = None
    """What a reader should know of this clause."""
    disabled: str = ""
    """Reason why this clause never reaches anybody; empty for one that is in use."""

    def problems(self, acts: tuple[str, ...] | None, place: str) -> Iterator[str]:
        """Yield what contradicts itself or the acts of the rule (None: they could not be read)."""
        for role in read(lambda: self.roles, ()):
            yield from self._role_problems(role, place)
        if holds(lambda: (self.when == RESPONDENT) != (self.roles == (RESPONDENT,))):
            yield f"{place}.when: `when: respondent` goes with `roles: [respondent]` and nothing else"
        if holds(lambda: self.also_respondent and self.when != "named"):
            yield f"{place}.also_respondent: goes with `when: named` and nothing else"
        if holds(lambda: self.either and (len(self.roles) < 2 or not self.when.startswith("office"))):
            yield f"{place}.either: goes with two or more offices, by office"
        if acts is not None:
            yield from (f"{place}.acts: {act!r} is no act of the rule" for act in read(lambda: self.acts, ()) if act not in acts)
        yield from unknown_acts(read(lambda: self.circumstances, ()), f"{place}.circumstances")
        yield from unknown_acts(read(lambda: self.penalised_by, ()), f"{place}.penalised_by")
        term = read(lambda: self.term, None)
        yield from (f"{place}.{problem}" for problem in (term.problems() if term else ()))

    def _role_problems(self, role: str, place: str) -> Iterator[str]:
        if role != RESPONDENT and role not in codes.load("roles"):
            yield f"{place}.roles: {role!r} is not in codes/roles.yaml"
        elif holds(lambda: self.when.startswith("office")) and role not in {*BY_OFFICE, RESPONDENT}:
            yield f"{place}.when: {role} answers only where a document names and finds him: `when: named`"


class Rule(Model):
    """One dated legal duty."""

    id: Id
    """Id of the rule; it stays the same in every version."""
    version: Annotated[int, Field(ge=1, strict=True)] = 1
    """Versions of one id follow each other: their days in force do not overlap, and one act is answered by one of them."""
    title: Label
    """What the rule is about, in Chinese and English."""
    authority: Said
    """Who decides under it."""
    domains: tuple[Domain, ...] = Field(min_length=1)
    """The four of item 10 of the city policy."""
    in_force: InForce
    """First and last day in force."""
    jurisdiction: Annotated[str, Field(pattern=r"^[0-9]{2}([0-9]{2}){0,2}$")] | None = None
    """Code of the territory, for local rules: two, four or six digits, of a province, a city or a county."""
    acts: tuple[str, ...] = Field(min_length=1)
    """Coded acts of a decision that trigger it (`graph/codes/acts.yaml`)."""
    law_of: Literal["conduct", "decision"] = "conduct"
    """Whose day decides whether the rule is law: the end of the conduct, or the decision (a list or order, whatever led to it)."""
    family: str | None = None
    """Name shared by rules that are versions of one duty under different ids."""
    cited_as: tuple[str, ...] = ()
    """Names of the instrument by which a decision cites this version; it is chosen only if it was law on the day."""
    milder_than: tuple[str, ...] = ()
    """Ids of earlier rules than which this one is milder, so that it prevails over them: a judgement of a lawyer."""
    basis: tuple[BasisRef, ...] = Field(min_length=1)
    """The articles that the rule rests on."""
    relation: Literal["accessory", "independent", "none", "unclear"]
    """Whether what reaches a person ends with the enterprise's listing (`accessory`) or keeps its own clock."""
    term: TermRule
    """How long the measures last, where a clause says nothing else."""
    exit: tuple[Said, ...] = ()
    """What ends the measures before or at the end of their term."""
    repair: Said | None = None
    """How credit may be restored under it."""
    objection: Said | None = None
    """How somebody may object under it."""
    not_reached: tuple[Said, ...] = ()
    """Who is not reached, though one might think so."""
    evidence: Mapping[Literal["roles", "measures", "term", "in_force_from", "in_force_until"], Mark]
    """How it is known: `verbatim`, `secondary`, `memory`, or `not_read`."""
    measures: tuple[MeasureRule, ...] = Field(min_length=1)
    """What may or must follow."""
    clauses: tuple[Clause, ...] = Field(min_length=1)
    """Who is reached, each with the condition and the measures."""
    left_out: Mapping[Id, Said] = {}
    """Measures that the source has under this rule and that are not here, each with the reason."""
    source: Said
    """Where the text was read."""
    notes: Said | None = None
    """What else a reader should know."""
    disabled: str = ""
    """Why the whole rule is not in use; empty for one that is."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [*self.problems()]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def problems(self) -> Iterator[str]:
        """Yield what contradicts itself, as far as the entry could be read."""
        yield from self._own_problems()
        yield from self._measure_problems()
        yield from self._clause_problems()

    def _own_problems(self) -> Iterator[str]:
        yield from unknown_acts(read(lambda: self.acts, ()), "acts")
        marks = read(lambda: self.evidence, None)
        yield from (f"evidence: no mark for {field}" for field in MARKED if marks is not None and field not in marks)
        if holds(self._ends_before_it_starts):
            yield "in_force: ends before it starts"
        term = read(lambda: self.term, None)
        yield from term.problems() if term else ()

    def _ends_before_it_starts(self) -> bool:
        first, last = self.in_force.start, self.in_force.until
        return first is not None and last is not None and last < first

    def _measure_problems(self) -> Iterator[str]:
        measures = read(lambda: self.measures, ())
        yield from (f"measures: {name} stands more than once" for name in _shared(measures))
        left_out = read(lambda: self.left_out, {})
        yield from (f"left_out.{name}: is among the measures" for measure in measures if (name := _id_of(measure)) in left_out)
        used = read(lambda: {measure for clause in self.clauses for measure in clause.measures}, None)
        for number, measure in enumerate(measures, 1):
            place = _place("measures", number, measure)
            yield from measure.problems(place)
            if used is not None and (name := _id_of(measure)) and name not in used:
                yield f"{place}: no clause uses it"

    def _clause_problems(self) -> Iterator[str]:
        clauses = read(lambda: self.clauses, ())
        yield from (f"clauses: {name} stands more than once" for name in _shared(clauses))
        for number, clause in enumerate(clauses, 1):
            place = _place("clauses", number, clause)
            yield from clause.problems(read(lambda: self.acts, None), place)
            yield from self._reference_problems(clause, place)

    def _reference_problems(self, clause: Clause, place: str) -> Iterator[str]:
        """Look at the measures of a clause: there are such, and they are all of its effect."""
        known = read(lambda: {m.id: m for m in self.measures}, None)
        if known is None:
            return
        for name in read(lambda: clause.measures, ()):
            if name not in known:
                yield f"{place}.measures: no measure {name!r}"
            elif _of_another_effect(known[name], clause):
                nature = known[name].nature
                yield f"{place}.effect: {name} is of nature {nature}: to record and to restrict are different effects"

    @property
    def unverified(self) -> tuple[str, ...]:
        """Fields that nobody read in the official text, as the whole or in a clause."""
        return tuple(sorted({field for clause in self.clauses for field in self.unverified_in(clause)}))

    def known(self, clause: Clause) -> dict[str, Mark]:
        """Return how each field is known where a clause is concerned."""
        own = {"roles": clause.evidence.get("role"), "measures": clause.evidence.get("measures")}
        return {field: own.get(field) or mark for field, mark in self.evidence.items()}

    def unverified_in(self, clause: Clause) -> tuple[str, ...]:
        """Return what of a clause nobody read in the official text: known from a copy, from memory, or not at all."""
        return tuple(sorted(field for field, mark in self.known(clause).items() if mark != "verbatim"))

    def marked(self) -> Self:
        """Return the rule with a mark on every article that bears none of its own."""
        roles, measures = self.evidence["roles"], self.evidence["measures"]
        known = {m.id: weakest(*self._marks_of(m), default=measures) for m in self.measures}
        return self.model_copy(
            update={
                "basis": _marked(self.basis, weakest(roles, measures)),
                "measures": tuple(m.model_copy(update={"basis": _marked(m.basis, known[m.id])}) for m in self.measures),
                "clauses": tuple(
                    c.model_copy(update={"basis": _marked(c.basis, c.evidence.get("role", roles))}) for c in self.clauses
                ),
            }
        )

    def _marks_of(self, measure: MeasureRule) -> list[Mark]:
        """Return how a measure is known in each clause that uses it."""
        own = self.evidence["measures"]
        return [clause.evidence.get("measures", own) for clause in self.clauses if measure.id in clause.measures]

    def measures_of(self, clause: Clause) -> list[MeasureRule]:
        """Return the measures of a clause, in its order."""
        known = {measure.id: measure for measure in self.measures}
        return [known[m] for m in clause.measures]

    def term_of(self, clause: Clause) -> TermRule:
        """Return the term of a clause: its own, else the rule's."""
        return clause.term or self.term

    def why_disabled(self, clause: Clause) -> str:
        """Return why a clause is not in use, empty where it is."""
        if self.disabled or clause.disabled:
            return self.disabled or clause.disabled
        if self.in_force.start is None:
            return "the day on which the rule came into force is unknown"
        marks = {
            "role": clause.evidence.get("role", self.evidence["roles"]),
            "condition": clause.evidence.get("condition"),
            "measures": clause.evidence.get("measures", self.evidence["measures"]),
        }
        for mark, told in (("memory", "known from memory only"), ("not_read", "the text was not read")):
            if weak := [name for name, found in marks.items() if found == mark]:
                return f"{told}: {', '.join(weak)}"
        return ""


class RuleFile(Model):
    """One file: the instrument it is about, and its rules."""

    instrument: str
    """As it stands in `instruments.yaml`."""
    rules: tuple[Rule, ...] = Field(min_length=1)
    """The rules of the instrument, one at least."""


def _id_of(item: MeasureRule | Clause) -> str | None:
    return read(lambda: item.id, None)


def _place(part: str, number: int, item: MeasureRule | Clause) -> str:
    """Name a measure or clause by its id, else by its place."""
    name = _id_of(item)
    return f"{part}.{name}" if name else f"{part}[{number}]"


def _shared(items: Iterable[MeasureRule | Clause]) -> list[str]:
    """Return the ids that two bear."""
    ids = [name for item in items if (name := _id_of(item))]
    return [name for name in dict.fromkeys(ids) if ids.count(name) > 1]


def _of_another_effect(measure: MeasureRule, clause: Clause) -> bool:
    return holds(lambda: (measure.nature == "record") != (clause.effect == "record"))


def weakest(*marks: Mark, default: Mark = "not_read") -> Mark:
    """Return the weakest of some marks."""
    return max(marks, key=MARKS.index, default=default)


def _marked(bases: tuple[BasisRef, ...], mark: Mark) -> tuple[BasisRef, ...]:
    return tuple(basis if basis.evidence else basis.model_copy(update={"evidence": mark}) for basis in bases)
