// @ts-check
/** The graph as an SVG file, drawn anew from where everything stands: boxes, lines with their heads, and labels that stay text. */

import { caption, xml } from "./exporting.js";
import { labelled, nodeLabel, pairLabel } from "./graph.js";
import { PALETTES } from "./graph_style.js";
import { shape, standing } from "./model.js";
import { SIZES } from "./placing.js";
import { wide } from "./words.js";

const c = PALETTES.light; // for a paper, whatever the page looks like
/** Ground, line, its width and its dashes, by what a party amounts to. @type {Record<string, [string, string, number, string?]>} */
const WORN = { measure: [c.redSoft, c.red, 2.4], paused: [c.paper, c.ink, 2.4, "6 3"], proposal: [c.paper, c.accent, 2], lead: [c.amberSoft, c.amber, 2], record: [c.paper, c.line, 1.2], past: [c.greySoft, c.line, 1.6, "6 3"], none: [c.paper, c.line, 1.2] };

/** Break a label where a box would: between Chinese signs anywhere, and no day, number or word that has room in a line. @param {string} text @param {number} room @param {number} [size] */
export function wrapped(text, room, size = 12) {
  /** @type {string[]} */
  const lines = [];
  const long = (/** @type {string} */ part) => (wide(part) * size * 1.1) / 2;
  for (const part of text.split("\n")) {
    let line = "";
    for (const word of part.match(/[!-~]+|[^]/gu) || [""]) {
      for (const piece of long(word) > room ? word : [word]) {
        if (long(line + piece) > room && line) {
          lines.push(line.trimEnd());
          line = piece === " " ? "" : piece;
        } else line += piece;
      }
    }
    lines.push(line);
  }
  return lines;
}

/** Some lines of text around a place, on a ground of their own where lines run below. @param {string[]} lines @param {number} x @param {number} y @param {number} size @param {string} how @param {boolean} [ground] */
function text(lines, x, y, size, how, ground) {
  const [high, width] = [size * 1.2, Math.max(...lines.map((line) => (wide(line) * size * 1.05) / 2))];
  const below = ground ? `<rect x="${x - width / 2 - 2}" y="${y - (lines.length * high) / 2 - 1}" width="${width + 4}" height="${lines.length * high + 2}" fill="${c.ground}" fill-opacity="0.92"/>` : "";
  return below + lines.map((line, i) => `<text x="${x}" y="${y + (i - (lines.length - 1) / 2) * high + size * 0.35}" font-size="${size}" text-anchor="middle" ${how}>${xml(line)}</text>`).join("");
}

/** Where the line from one box to another leaves it. @param {any} from @param {any} to @param {number[]} box */
function edgeOf(from, to, [width, high]) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const part = Math.min(width / 2 / Math.abs(dx || 1e-9), high / 2 / Math.abs(dy || 1e-9), 1);
  return { x: from.x + dx * part, y: from.y + dy * part };
}

/** The head of a line at a place. @param {any} at @param {any} from @param {string} colour @param {number} width */
function head(at, from, colour, width) {
  const far = Math.hypot(at.x - from.x, at.y - from.y) || 1;
  const [ux, uy] = [(at.x - from.x) / far, (at.y - from.y) / far];
  const [long, half] = [7 + width * 1.5, 3.5 + width * 0.8];
  const [bx, by] = [at.x - ux * long, at.y - uy * long];
  return `<polygon class="head" points="${[[at.x, at.y], [bx - uy * half, by + ux * half], [bx + uy * half, by - ux * half]].map((point) => point.map((each) => each.toFixed(1)).join(",")).join(" ")}" fill="${colour}"/>`;
}

/** A line between two parties, and its label. @param {any} pair @param {any} screen @param {Map<string, number>} lines @param {(id: string) => any} boxOf */
function line(pair, screen, lines, boxOf) {
  const { model, day, graph } = screen;
  const how = new Set(graph.pairClasses(pair).split(" "));
  if (how.has("gone")) return { under: "", over: "" };
  const [a, b] = [model.nodes.get(pair.from), model.nodes.get(pair.to)];
  const [start, end] = [edgeOf(a, b, boxOf(a).size), edgeOf(b, a, boxOf(b).size)];
  const lit = how.has("lit");
  const colour = lit || how.has("then") || how.has("act") ? c.accent : how.has("former") ? c.faint : c.line;
  const width = lit ? 3.4 : how.has("then") ? 2.2 : 1.3;
  const dashes = how.has("now") ? "1.5 3" : how.has("maybe") ? "8 3" : how.has("former") ? "6 3" : "";
  const { where, off } = labelled(pair, lines, model);
  const far = Math.hypot(end.x - start.x, end.y - start.y) || 1;
  const along = where === "at-from" ? off / far : where === "at-to" ? 1 - off / far : 0.5;
  const faded = how.has("faded") ? ' opacity="0.36"' : "";
  return {
    under: `<g class="${lit ? "lit" : ""}"${faded}><line x1="${start.x.toFixed(1)}" y1="${start.y.toFixed(1)}" x2="${end.x.toFixed(1)}" y2="${end.y.toFixed(1)}" stroke="${colour}" stroke-width="${width}"${dashes ? ` stroke-dasharray="${dashes}"` : ""}/>${head(end, start, colour, width)}${how.has("both-ways") ? head(start, end, colour, width) : ""}</g>`,
    over: `<g${faded}>${text(wrapped(pairLabel(pair, day), 106, 11), start.x + (end.x - start.x) * along, start.y + (end.y - start.y) * along, 11, `fill="${lit ? c.ink : c.soft}"`, true)}</g>`,
  };
}

/** A party as a box in its shape and colours. @param {any} node @param {any} screen @param {any} box */
function party(node, screen, { kind, size: [width, high], lines }) {
  const how = new Set(screen.graph.nodeClasses(node).split(" "));
  const [ground, colour, thick, dashes] = kind === "decision" ? [c.accentSoft, c.accent, 1.2, ""] : WORN[standing(node.marks, screen.day)];
  const [x, y] = [node.x - width / 2, node.y - high / 2];
  const worn = `fill="${ground}" stroke="${colour}" stroke-width="${how.has("focus") ? Math.max(thick, 2.4) : thick}"${dashes || kind === "thing" ? ` stroke-dasharray="${dashes || "4 3"}"` : ""}`;
  const cut = 8;
  const corners = [[x + cut, y], [x + width - cut, y], [x + width, y + cut], [x + width, y + high - cut], [x + width - cut, y + high], [x + cut, y + high], [x, y + high - cut], [x, y + cut]];
  const under = how.has("lit") || how.has("together") ? `<rect x="${x - 7}" y="${y - 7}" width="${width + 14}" height="${high + 14}" rx="9" fill="${how.has("lit") ? c.accent : c.line}" fill-opacity="${how.has("lit") ? 0.28 : 0.2}"/>` : "";
  return `<g class="${kind}"${how.has("faded") ? ' opacity="0.36"' : ""}>${under}${kind === "decision" ? `<polygon points="${corners.map((corner) => corner.join(",")).join(" ")}" ${worn}/>` : `<rect x="${x}" y="${y}" width="${width}" height="${high}" rx="${kind === "person" ? Math.min(19, high / 2) : 6}" ${worn}/>`}${text(lines, node.x, node.y, 13, `fill="${kind === "thing" ? c.soft : c.ink}"${how.has("focus") ? ' font-weight="700"' : ""}`)}</g>`;
}

/** What is not shown of an opened party. @param {any} chip */
const rest = ({ position: { x, y }, data: { label } }) => `<g><rect x="${x - 59}" y="${y - 13}" width="118" height="26" rx="6" fill="${c.ground}" stroke="${c.accent}" stroke-dasharray="1.5 2.5"/>${text(wrapped(label, 112, 11), x, y, 11, `fill="${c.accent}"`)}</g>`;

/** @param {any} screen */
export function svgOf(screen) {
  const { model, day, graph } = screen;
  const shown = model.shown();
  const boxes = new Map(shown.map((node) => {
    const kind = shape(node);
    const [width, high] = SIZES[kind];
    const lines = wrapped(nodeLabel(node, day, graph.together.has(node.id)), width - 10, 13);
    return [node.id, { kind, lines, size: [width, Math.max(high, lines.length * 15 + 8)] }];
  }));
  const pairs = model.pairs();
  /** @type {Map<string, number>} */
  const ends = new Map();
  for (const end of pairs.flatMap((pair) => [pair.from, pair.to])) ends.set(end, (ends.get(end) || 0) + 1);
  const lines = pairs.map((pair) => line(pair, screen, ends, (node) => boxes.get(node.id))).sort((a, b) => +a.under.includes('"lit"') - +b.under.includes('"lit"'));
  const chips = graph.chips();
  const [xs, ys] = [[...shown.map((n) => n.x), ...chips.map((chip) => chip.position.x)], [...shown.map((n) => n.y), ...chips.map((chip) => chip.position.y)]];
  const box = [Math.min(...xs) - 130, Math.min(...ys) - 60, Math.max(...xs) - Math.min(...xs) + 260, Math.max(...ys) - Math.min(...ys) + 150];
  const parts = [...lines.map((each) => each.under), ...lines.map((each) => each.over), ...shown.map((node) => party(node, screen, boxes.get(node.id))), ...chips.map(rest)];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box.join(" ")}" width="${box[2]}" height="${box[3]}" font-family="Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif">\n<rect x="${box[0]}" y="${box[1]}" width="${box[2]}" height="${box[3]}" fill="${c.ground}"/>\n${parts.join("\n")}\n<text x="${box[0] + 12}" y="${box[1] + box[3] - 12}" font-size="12" fill="${c.soft}">${xml(caption(screen))}</text>\n</svg>\n`;
}
