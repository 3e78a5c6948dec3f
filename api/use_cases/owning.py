"""Who owns and who controls: answers by rules of a threshold, with what they rest on. Screening facts, never responsibility.

Invariants (tests/integration/test_graph_commands.py holds one test a number)
3. A share that is not known for certain gives "depends", never yes or no; what is flagged stands in the notes.
4. A drawn tree ends at loops and limits, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from analytics.ownership.control import (
    Controlled,
    Step,
    concert_groups,
    control_groups,
    controlled,
    ultimate_controllers,
)
from analytics.ownership.integrated import NEAR, Owner, flags_above, owners_of, owns
from analytics.ownership.stakes import Flag, Stakes
from analytics.ownership.thresholds import PRESETS, Threshold
from api.use_cases import choosing
from api.use_cases.acting import today
from api.use_cases.exploring import branch
from api.use_cases.graph import Document, Graph
from graph.dates import Truth
from graph.snapshot.rows import MAYBE, YES

ANSWERS = {Truth.YES: "yes", Truth.MAYBE: "depends", Truth.NO: "no"}
_DEEPEST = 12
"""Steps of a drawn tree at most."""
_BRANCHES = 20
"""Branches of one node of a drawn tree at most."""


def threshold_of(name: str) -> Threshold:
    """Return a rule of a threshold by its name.

    Raises
    ------
    NoChoice
        There is none of that name.
    """
    return PRESETS[choosing.one_of("threshold", name, PRESETS.keys())]


def owners(
    graph: Graph, stakes: Stakes, text: str, as_of: date | None, *, threshold: str = "cn_beneficial", limit: int = 100
) -> Document:
    """Return the ultimate owners of an enterprise, direct and through others, and whether each meets a threshold.

    Raises
    ------
    InputError, NotFound, Refused
        See `Graph.find` and `threshold_of`.
    """
    rule, subject = threshold_of(threshold), graph.find(text)
    found = owners_of(stakes, subject)
    shown = found.owners[:limit]
    named = graph.name(owner.node for owner in shown)
    rows = [
        {
            "party": named[owner.node],
            "share_least_percent": _percent(owner.least),
            "share_most_percent": _percent(owner.most),
            "answer": ANSWERS[_meets(stakes, subject, owner, rule)],
        }
        for owner in shown
    ]
    notes = _flagged(graph, found.flags)
    if found.left > 1:
        notes.append(graph.words.say("graph.left", percent=f"{found.left / 10_000:.4g}"))
    if not rows:
        notes.append(graph.words.say("graph.no_owner"))
    return _answer(
        graph, "owners", [subject], as_of, rule, rows, [_above(graph, stakes, subject)], notes, len(found.owners) - len(shown)
    )


def _percent(share_ppm: float) -> float:
    """Return a share in percent without the digits that only rounding made."""
    return round(share_ppm / 10_000, 8)


def _meets(stakes: Stakes, subject: int, owner: Owner, rule: Threshold) -> Truth:
    """Decide by the bounds; only what lies at the threshold itself is worked out in fractions."""
    share = rule.share_ppm
    if owner.least > share + NEAR or owner.most < share - NEAR:
        return Truth.YES if owner.least > share else Truth.NO
    return owns(stakes, owner.node, subject, rule)


def controls(
    graph: Graph, stakes: Stakes, text: str, as_of: date | None, *, threshold: str = "cn_control", limit: int = 100
) -> Document:
    """Return who ultimately controls an enterprise, alone or in concert, each with the chain that proves it, and who only may.

    Raises
    ------
    InputError, NotFound, Refused
        See `Graph.find`, `threshold_of` and `analytics.ownership.control.ultimate_controllers`.
    """
    rule, subject, day = threshold_of(threshold), graph.find(text), as_of or today()
    concert, maybe = (concert_groups(graph.columns, day, least=least) for least in (YES, MAYBE))
    chains = ultimate_controllers(stakes, subject, rule, concert=concert, maybe_concert=maybe)
    shown = chains[:limit]
    named = graph.name({subject, *(n for c in shown for n in c.controllers), *_of_steps(s for c in shown for s in c.steps)})
    rows = [
        {
            "controllers": [named[node] for node in chain.controllers],
            "votes_percent": chain.votes_ppm / 10_000,
            "answer": "yes" if chain.certain else "depends",
            "steps": [_step(step, named) for step in chain.steps],
        }
        for chain in shown
    ]
    tree = [_proof(subject, {step.subject: step for step in chain.steps}, named, None, ()) for chain in shown if chain.certain]
    may = [chain.controllers for chain in shown if not chain.certain]  # several are one answer, and stand in one tree
    tree += [branch(named[subject], children=[branch(named[node], mark="depends") for node in several]) for several in may]
    notes = _flagged(graph, flags_above(stakes, subject))
    if not any(chain.certain for chain in chains):
        notes.append(graph.words.say("graph.no_controller"))
    return _answer(graph, "controls", [subject], as_of, rule, rows, tree, notes, len(chains) - len(shown))


def controlled_by(
    graph: Graph, stakes: Stakes, texts: Sequence[str], as_of: date | None, *, threshold: str = "cn_control", limit: int = 100
) -> Document:
    """Return what a party controls; of several parties, what they control in concert.

    Raises
    ------
    InputError, NotFound, Refused
        See `Graph.find` and `threshold_of`.
    """
    rule, group = threshold_of(threshold), [graph.find(text) for text in texts]
    found = controlled(stakes, group, rule)
    rows, tree, left_out = _spread(graph, stakes, found, limit)
    notes = _flagged(graph, _over_full(stakes, found)) or ([] if rows else [graph.words.say("graph.nothing_controlled")])
    return _answer(graph, "controlled", group, as_of, rule, rows, tree, notes, left_out)


def group(
    graph: Graph, stakes: Stakes, text: str, as_of: date | None, *, threshold: str = "cn_control", limit: int = 100
) -> Document:
    """Return the group that a party belongs to: who stands at the top, and everything under the same control.

    Raises
    ------
    InputError, NotFound, Refused
        See `Graph.find`, `threshold_of`; a threshold of a half and less has no groups.
    """
    rule, node = threshold_of(threshold), graph.find(text)
    groups = control_groups(stakes, rule)
    head = int(groups.head[node])
    found = controlled(stakes, [head], rule)
    rows, tree, left_out = _spread(graph, stakes, found, limit)
    words, name = graph.words, graph.name([head])[head]
    notes = [words.say("graph.head", name=name["name"], count=1 + len(found.nodes))]
    notes += [words.say("graph.circular")] if groups.circular[head] else []
    notes += [words.say("graph.undecided")] if _over_full(stakes, found) else []
    return _answer(graph, "group", [node], as_of, rule, rows, tree, notes, left_out, head=name)


def _over_full(stakes: Stakes, found: Controlled) -> Flag:
    """Return the flag where shares in something that is controlled sum over the whole: others could control it too."""
    return Flag.OVER_FULL if any(stakes.flags[node] & Flag.OVER_FULL for node in found.nodes) else Flag(0)


def _spread(graph: Graph, stakes: Stakes, found: Controlled, limit: int) -> tuple[list[Document], list[Document], int]:
    """Return what is controlled as rows, with all votes in each, and as a tree in which each hangs below its largest holder."""
    steps, inside = found.steps[:limit], {*found.group, *found.nodes}
    rows_of = {s.subject: [(h, low) for h, low, _ in stakes.row(s.subject) if low and h in inside] for s in steps}
    whole = [Step(subject, tuple(held), sum(low for _, low in held)) for subject, held in rows_of.items()]
    possible = found.possible[: max(0, limit - len(steps))]
    named = graph.name({*found.group, *_of_steps(whole), *possible})
    rows: list[Document] = [{**_step(step, named), "answer": "yes"} for step in whole]
    rows += [
        {"party": named[n], "votes_percent": found.votes.get(n, 0) / 10_000, "answer": "depends", "through": []} for n in possible
    ]
    below: dict[int, list[Step]] = {}
    for step in steps:
        below.setdefault(max(step.holders, key=lambda item: (item[1], -item[0]))[0], []).append(step)
    votes = {step.subject: step.votes_ppm for step in whole}
    tree = [_tree_below(graph, node, votes, below, named, 0) for node in found.group]
    return rows, tree, len(found.steps) + len(found.possible) - len(steps) - len(possible)


def _tree_below(
    graph: Graph, node: int, votes: dict[int, int], below: dict[int, list[Step]], named: dict[int, Document], depth: int
) -> Document:
    steps = below.get(node, [])
    shown = steps[:_BRANCHES] if depth < _DEEPEST else []
    children = [_tree_below(graph, step.subject, votes, below, named, depth + 1) for step in shown]
    share = (votes[node], votes[node]) if depth else None
    return branch(named[node], share=share, children=children, left_out=len(steps) - len(shown))


def _above(graph: Graph, stakes: Stakes, subject: int) -> Document:
    """Return the holders of an enterprise, theirs, and so on: largest first; each is followed where it is met first."""
    seen: set[int] = set()

    def grown(node: int, share: tuple[int, int] | None, path: tuple[int, ...]) -> Document:
        mark = "loop" if node in path else "above" if node in seen and stakes.row(node) else None
        seen.add(node)
        held = sorted(stakes.row(node), key=lambda item: (-item[2], -item[1], item[0])) if mark is None else []
        shown = held[:_BRANCHES] if len(path) < _DEEPEST else []
        children = [grown(holder, (low, high), (*path, node)) for holder, low, high in shown]
        return branch(graph.name([node])[node], share=share, mark=mark, children=children, left_out=len(held) - len(shown))

    return grown(subject, None, ())


def _proof(
    node: int, steps: dict[int, Step], named: dict[int, Document], share: tuple[int, int] | None, path: tuple[int, ...]
) -> Document:
    """Return the holders by which an enterprise is controlled, and theirs, up to those who are asked about."""
    step = steps.get(node) if node not in path and len(path) < _DEEPEST else None
    children = [_proof(holder, steps, named, (held, held), (*path, node)) for holder, held in step.holders] if step else []
    return branch(named[node], share=share, mark="loop" if node in path else None, children=children)


def _step(step: Step, named: dict[int, Document]) -> Document:
    return {"party": named[step.subject], "votes_percent": step.votes_ppm / 10_000, "through": _holders(step, named)}


def _holders(step: Step, named: dict[int, Document]) -> list[Document]:
    return [{"party": named[holder], "share_percent": share / 10_000} for holder, share in step.holders]


def _of_steps(steps: Iterable[Step]) -> set[int]:
    return {node for step in steps for node in (step.subject, *(holder for holder, _ in step.holders))}


def _flagged(graph: Graph, flags: Flag) -> list[str]:
    return [graph.words.say(f"graph.flag.{str(flag.name).lower()}") for flag in Flag if flag in flags]


def _answer(
    graph: Graph,
    question: str,
    asked: Sequence[int],
    as_of: date | None,
    rule: Threshold,
    rows: list[Document],
    tree: list[Document],
    notes: list[str],
    left_out: int,
    **more: Any,
) -> Document:
    said = [graph.words.say("graph.rows_left_out", count=left_out)] if left_out else []
    return graph.answer(
        question,
        asked,
        as_of,
        threshold={
            "name": rule.name,
            "share_percent": rule.share_ppm / 10_000,
            "inclusive": rule.inclusive,
            "basis": graph.words.pick(rule),
        },
        rows=rows,
        tree=tree,
        rows_left_out=left_out,
        **more,
    ) | {"notes": [*notes, *said]}
