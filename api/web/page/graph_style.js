// @ts-check
/** How the graph looks in light and dark: calm, one accent; red only for an active measure, amber for a lead, grey for what is over. */

import { lang } from "./words.js";

export const PALETTES = {
  light: { ground: "#f7f8fa", paper: "#ffffff", ink: "#1c2530", soft: "#5b6675", line: "#8b97a7", faint: "#c3cbd6", accent: "#1f5fa8", accentSoft: "#e8f0f9", red: "#b3261e", redSoft: "#fbeae8", amber: "#8a5a00", amberSoft: "#fdf3dc", greySoft: "#eceff3" },
  dark: { ground: "#12171e", paper: "#1b222c", ink: "#e8edf3", soft: "#a7b3c2", line: "#7a8798", faint: "#3f4a59", accent: "#7fb3ee", accentSoft: "#1d3048", red: "#ff8a80", redSoft: "#41201f", amber: "#f0b954", amberSoft: "#3b2f17", greySoft: "#262e39" },
};

/** Signs beside colours: nothing is told by colour alone; `together` is who was marked as under the same control. */
export const SIGNS = { measure: "■", paused: "‖", proposal: "◇", lead: "▲", record: "≡", past: "○", none: "", together: "◎" };

/** @param {"light" | "dark"} theme @returns {any[]} */
export function style(theme) {
  const c = PALETTES[theme];
  const font = '"Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "Segoe UI", system-ui, sans-serif';
  // What lines and chips say is of words: in English they break between them, and no number in itself.
  const breaks = lang() === "zh" ? "anywhere" : "whitespace";
  return [
    {
      selector: "node",
      style: {
        shape: "round-rectangle", width: 158, height: 52, label: "data(label)", "font-family": font, "font-size": "data(size)", color: c.ink,
        "text-wrap": "wrap", "text-max-width": "146px", "text-overflow-wrap": "anywhere", "text-valign": "center", "line-height": 1.15,
        "background-color": c.paper, "border-width": 1.2, "border-color": c.line, "min-zoomed-font-size": 5,
        "transition-property": "none",
      },
    },
    { selector: "node.person", style: { width: 112, height: 40, "text-max-width": "102px", "corner-radius": 19 } },
    { selector: "node.thing", style: { width: 136, height: 36, "background-color": c.ground, "border-style": "dashed", color: c.soft, "text-max-width": "128px" } },
    { selector: "node.decision", style: { shape: "cut-rectangle", width: 168, height: 48, "background-color": c.accentSoft, "border-color": c.accent } },
    { selector: "node.chip", style: { shape: "round-rectangle", width: "data(wide)", height: "data(high)", "background-color": c.ground, "border-style": "dotted", "border-color": c.accent, color: c.accent, "text-max-width": "data(room)", "text-overflow-wrap": breaks, "z-index": 8 } },
    { selector: "node.measure", style: { "border-color": c.red, "border-width": 2.4, "background-color": c.redSoft } },
    { selector: "node.paused", style: { "border-color": c.ink, "border-width": 2.4, "border-style": "dashed", "background-color": c.paper } },
    { selector: "node.proposal", style: { "border-color": c.accent, "border-width": 2 } },
    { selector: "node.lead", style: { "border-color": c.amber, "border-width": 2, "background-color": c.amberSoft } },
    { selector: "node.past", style: { "border-color": c.line, "border-width": 1.6, "background-color": c.greySoft, "border-style": "dashed" } },
    { selector: "node.focus", style: { "font-weight": 700, "border-width": 2.4 } },
    { selector: "node.together", style: { "underlay-color": c.line, "underlay-opacity": 0.2, "underlay-padding": 8 } },
    { selector: "node.pinned", style: { "border-style": "double", "border-width": 4 } },
    {
      selector: "edge",
      style: {
        width: 1.3, "line-color": c.line, "curve-style": "bezier", "target-arrow-shape": "triangle", "target-arrow-color": c.line, "arrow-scale": 0.8,
        "font-family": font, "font-size": "data(size)", color: c.soft, "text-background-color": c.ground, "text-background-opacity": 0.92,
        "text-background-padding": "2px", "text-wrap": "wrap", "text-max-width": "106px", "text-overflow-wrap": breaks, "min-zoomed-font-size": 8.9,
      },
    },
    { selector: "edge.middle", style: { label: "data(label)" } },
    { selector: "edge.at-from", style: { "source-label": "data(label)", "source-text-offset": "data(off)" } },
    { selector: "edge.at-to", style: { "target-label": "data(label)", "target-text-offset": "data(off)" } },
    { selector: "edge.both-ways", style: { "source-arrow-shape": "triangle", "source-arrow-color": c.line } },
    { selector: "edge.then", style: { "line-color": c.accent, "target-arrow-color": c.accent, width: 2.2, color: c.accent } },
    { selector: "edge.now", style: { "line-style": "dotted", "line-color": c.line, width: 1.6 } },
    { selector: "edge.former", style: { "line-style": "dashed", "line-color": c.faint, "target-arrow-color": c.faint } },
    { selector: "edge.maybe", style: { "line-style": "dashed", "line-dash-pattern": [8, 3] } },
    { selector: "edge.gone", style: { display: "none" } },
    { selector: "edge.act", style: { "line-color": c.accent, "target-arrow-color": c.accent, "target-arrow-shape": "vee" } },
    { selector: ".faded", style: { opacity: 0.36 } },
    { selector: "node.lit", style: { "underlay-color": c.accent, "underlay-opacity": 0.28, "underlay-padding": 7 } },
    { selector: "edge.lit", style: { width: 3.4, "line-color": c.accent, "target-arrow-color": c.accent, color: c.ink, "z-index": 9 } },
    { selector: "node.chosen", style: { "outline-color": c.accent, "outline-width": 3, "outline-offset": 3 } },
    { selector: "edge.chosen", style: { width: 3, "line-color": c.accent, "target-arrow-color": c.accent } },
  ];
}
