"""Draw how the figures of `bench/graph_speed.py` grow with the size of the city.

python bench/graph_plot.py FIGURES.json docs/performance.svg
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "zeren"
import matplotlib.pyplot as plt  # noqa: E402 - after the back end is chosen

SHOWN = (
    "20,000 decisions: holders on the day",
    "the same, up majority owners, down",
    "all ultimate owners of 25 %",
    "control of everybody",
)
COLOURS = {"zeren": "#1f5fbf", "pandas": "#c47f17", "networkx": "#8a8f98", "scipy": "#3f8f5f"}


def main(figures: str, out: str) -> None:
    """Draw one panel a question, both axes logarithmic."""
    results = json.loads(Path(figures).read_text(encoding="utf-8"))
    sizes = [result["enterprises"] for result in results]
    figure, panels = plt.subplots(2, 2, figsize=(10, 7), sharex=True)
    for panel, work in zip(panels.ravel(), SHOWN, strict=True):
        lines = [next(line for line in result["lines"] if line["work"] == work) for result in results]
        panel.plot(sizes, [line["ours"] for line in lines], "o-", color=COLOURS["zeren"], label="zeren", linewidth=2)
        for name in lines[0]["peers"]:
            asked = [(size, line["peers"][name][0]) for size, line in zip(sizes, lines, strict=True) if name in line["peers"]]
            panel.plot(*zip(*asked, strict=True), "o--", color=COLOURS[name], label=name)
        panel.set(title=work, xscale="log", yscale="log", ylabel="seconds of processor time")
        panel.grid(visible=True, which="major", alpha=0.3)
        panel.legend()
    for panel in panels[1]:
        panel.set_xlabel("enterprises")
    figure.tight_layout()
    figure.savefig(out, metadata={"Date": None})


if __name__ == "__main__":
    main(*sys.argv[1:])
