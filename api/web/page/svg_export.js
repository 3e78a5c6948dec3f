// @ts-check
/** The graph as an SVG file, drawn anew from where everything stands: boxes, lines, and labels that stay text. */

import { xml } from "./exporting.js";
import { nodeLabel, pairLabel } from "./graph.js";
import { PALETTES } from "./graph_style.js";
import { standing } from "./model.js";

const WIDE = { person: 112, decision: 168 };

/** Break a label where a box would: Chinese anywhere, other words by their width. @param {string} text @param {number} room */
export function wrapped(text, room) {
  /** @type {string[]} */
  const lines = [];
  for (const part of text.split("\n")) {
    let line = "";
    let width = 0;
    for (const sign of part) {
      const wide = sign.charCodeAt(0) > 0x2e80 ? 12 : 6.6;
      if (width + wide > room && line) {
        lines.push(line);
        [line, width] = ["", 0];
      }
      line += sign;
      width += wide;
    }
    lines.push(line);
  }
  return lines;
}

/** @param {any} screen */
export function svgOf(screen) {
  const { model, day, graph } = screen;
  const c = PALETTES.light; // for a paper, whatever the page looks like
  const shown = model.shown();
  const [xs, ys] = [shown.map((n) => n.x), shown.map((n) => n.y)];
  const box = [Math.min(...xs) - 130, Math.min(...ys) - 60, Math.max(...xs) - Math.min(...xs) + 260, Math.max(...ys) - Math.min(...ys) + 120];
  const text = (/** @type {string[]} */ lines, /** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ size, /** @type {string} */ colour) =>
    lines.map((line, i) => `<text x="${x}" y="${y + (i - (lines.length - 1) / 2) * size * 1.2 + size * 0.35}" font-size="${size}" fill="${colour}" text-anchor="middle">${xml(line)}</text>`).join("");
  const edges = model.pairs().filter((pair) => !graph.pairClasses(pair).split(" ").includes("gone")).map((pair) => {
    const [a, b] = [model.nodes.get(pair.from), model.nodes.get(pair.to)];
    const lit = pair.edges.some((edge) => graph.lit.has(edge.id));
    return `<line x1="${a.x}" y1="${a.y}" x2="${b.x}" y2="${b.y}" stroke="${lit ? c.accent : c.line}" stroke-width="${lit ? 3 : 1.3}"${/\b(former|maybe|now)\b/.test(graph.pairClasses(pair)) ? ' stroke-dasharray="6 3"' : ""}/>${text(wrapped(pairLabel(pair, day), 142), (a.x + b.x) / 2, (a.y + b.y) / 2, 10, c.soft)}`;
  });
  const colours = { measure: c.red, paused: c.ink, lead: c.amber, proposal: c.accent, record: c.line, past: c.line, none: c.line };
  const nodes = shown.map((node) => {
    const width = /** @type {any} */ (WIDE)[node.kind] || 158;
    const lines = wrapped(nodeLabel(node, day), width - 12);
    const high = Math.max(40, lines.length * 15 + 10);
    const how = standing(node.marks, day);
    return `<rect x="${node.x - width / 2}" y="${node.y - high / 2}" width="${width}" height="${high}" rx="${node.kind === "person" ? high / 2 : 6}" fill="${c.paper}" stroke="${/** @type {any} */ (colours)[how]}" stroke-width="${how === "none" ? 1.2 : 2.2}"/>${text(lines, node.x, node.y, 12, c.ink)}`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box.join(" ")}" width="${box[2]}" height="${box[3]}" font-family="Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif">\n<rect x="${box[0]}" y="${box[1]}" width="${box[2]}" height="${box[3]}" fill="${c.ground}"/>\n${[...edges, ...nodes].join("\n")}\n</svg>\n`;
}
