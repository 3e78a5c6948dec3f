"""Draw docs/case.png: one decision of the bundled data, its enterprise, the board and whom the decision names.

Colour marks a party with a finding, and nobody else: a colleague on the same board is drawn like any other. Names are the
pseudonyms of the bundled data; without a Chinese font they are drawn in pinyin. Needs the extra `notebooks`.
"""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import matplotlib as mpl
import networkx as nx
from matplotlib import font_manager
from matplotlib import pyplot as plt
from pypinyin import lazy_pinyin

from analytics.responsibility.catalogue import load_catalogue
from analytics.responsibility.propagation import propagate
from api.use_cases.acting import Actor
from api.use_cases.loading import load
from api.use_cases.reading import snapshot_of
from graph import codes
from graph.export.network import case_network
from graph.store import open_store

PICTURE = Path(__file__).resolve().parent / "case.png"
SOURCE = "cn_listed_demo"
DAY = datetime(2026, 1, 1, tzinfo=UTC)
CASE = f"{SOURCE}:CS-2"
FONTS = ("Noto Sans CJK SC", "Noto Sans SC", "Noto Serif CJK SC")
TITLE = "Who answers for this decision: only those whom it names and bans (blue). Grey: on the board, no finding"
BEHIND = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85}
FOUND, PLAIN = "#1f5fa8", "#d5d8dc"


def case() -> nx.MultiDiGraph:
    """Load the bundled data into a store of its own and return the case with its findings."""
    with TemporaryDirectory(prefix="zeren-picture-") as folder, open_store(f"sqlite:///{folder}/zeren.db", create=True) as store:
        load(store, Actor("picture", DAY), [SOURCE])
        snapshot = snapshot_of(store)
    return case_network(snapshot, CASE, propagate(snapshot, CASE, load_catalogue()))


def chinese_font() -> str | None:
    """Return a font that has Chinese characters, None where none is installed."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in FONTS if name in installed), None)


def spelled(text: str, *, chinese: bool) -> str:
    """Return a name as it can be drawn."""
    return text if chinese else "".join(part.capitalize() for part in lazy_pinyin(text)).replace("〔", "[").replace("〕", "]")


def posts(graph: nx.MultiDiGraph, person: str, company: str) -> str:
    """Return what somebody holds in the enterprise; for one not in the register, that the decision alone says so."""
    roles = codes.load("roles")
    held = [roles.get(edge["kind"]).en for edge in (graph.get_edge_data(person, company) or {}).values()]
    return ", ".join(held) or "not in the register"


def draw(graph: nx.MultiDiGraph) -> Any:
    """Return the figure: the decision on the left, the people in the middle, the enterprise on the right."""
    font = chinese_font()
    if font:
        mpl.rcParams["font.family"] = font
    (decision,) = [node for node, kind in graph.nodes(data="kind") if kind == "decision"]
    (company,) = [node for node, kind in graph.nodes(data="kind") if kind == "enterprise"]
    people = sorted((n for n in graph if n not in (decision, company)), key=lambda n: ("outcome" in graph.nodes[n], n))
    middle = (len(people) - 1) / 2
    place = {decision: (0.0, middle), company: (2.0, middle), **{person: (1.0, row) for row, person in enumerate(people)}}
    figure, axes = plt.subplots(figsize=(11, 6.2), dpi=110)
    lines = nx.DiGraph((a, b) for a, b in graph.edges() if (a, b) != (decision, company))
    nx.draw_networkx_edges(lines, place, ax=axes, edge_color="#95a5a6", arrowsize=9, node_size=420, width=0.9)
    colours = [FOUND if "outcome" in graph.nodes[node] else PLAIN for node in people]
    nx.draw_networkx_nodes(graph, place, people, 240, colours, ax=axes, edgecolors="#566573")
    nx.draw_networkx_nodes(graph, place, [decision, company], 700, "#ffffff", "s", ax=axes, edgecolors="#34495e", linewidths=1.6)
    for person in people:
        text = f"{spelled(graph.nodes[person]['label'], chinese=bool(font))}\n{posts(graph, person, company)}"
        axes.annotate(text, place[person], (10, 3), textcoords="offset points", fontsize=7.5, va="bottom", bbox=BEHIND)
    for node, kind in ((decision, "market ban"), (company, "enterprise")):
        text = f"{kind}\n{spelled(graph.nodes[node]['label'], chinese=bool(font))}\n{node}"
        axes.annotate(text, place[node], (0, -22), textcoords="offset points", fontsize=8, ha="center", va="top")
    axes.set_title(TITLE, fontsize=10)
    axes.set_xlim(-0.45, 2.45)
    axes.set_axis_off()
    figure.tight_layout()
    return figure


if __name__ == "__main__":
    ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter).parse_args()
    mpl.use("Agg")
    draw(case()).savefig(PICTURE, metadata={"Software": None})
