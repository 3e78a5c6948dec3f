// @ts-check
/** What leaves the page: picture, table, graph and letter; every file says of which day it is, and up to when something had to be on record. */

import * as api from "./api.js";
import * as state from "./state.js";
import { button, copy, dialog, h, save, toast, wordsOf } from "./dom.js";
import { PALETTES } from "./graph_style.js";
import { heldThenAndNow } from "./model.js";
import { svgOf } from "./svg_export.js";
import { tame } from "./table.js";
import { percent, periodText, t, today } from "./words.js";
import { workbook } from "./xlsx.js";

/** The day that a table is of, and what was known when, as columns of what leaves; a life is of no day. @param {any} screen @returns {import("./table.js").Column[]} */
export function ofDay(screen) {
  const { c, known } = state.get();
  const said = [...(c === "time" ? [] : [["as_of", screen.day]]), ...(known ? [["known_at", known]] : [])];
  return said.map(([key, text]) => ({ key, title: t(`column.${key}`), text: (_) => text }));
}

/** The same in one line, with the day on which the file was made. @param {any} screen */
export const caption = (screen) => [...ofDay(screen).map((column) => `${column.title} ${column.text(/** @type {any} */ (null))}`), `${t("export.made")} ${today()}`].join(" · ");

/** Around a picture, in its dots. */
const MARGIN = 48;
/** A picture with the line below it. @param {Blob} picture @param {string} line */
async function captioned(picture, line) {
  const drawn = await createImageBitmap(picture);
  const canvas = h("canvas", { width: Math.max(drawn.width + 2 * MARGIN, 900), height: drawn.height + 2 * MARGIN + 20 });
  const pen = canvas.getContext("2d");
  Object.assign(pen, { fillStyle: PALETTES.light.ground, font: "24px sans-serif" });
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(drawn, MARGIN, MARGIN);
  pen.fillStyle = PALETTES.light.soft;
  pen.fillText(line, 24, canvas.height - 24);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** @param {any} screen */
export async function exportMenu(screen) {
  if (!screen.sheet || !(screen.sheet.rows.length || screen.model.shown().length)) return toast(t("export.nothing"));
  const drawn = !state.get().c || state.get().c === "graph"; // trees, ways and lives leave as tables
  const name = () => `zeren-${(screen.card?.party.name || screen.model.focus).replace(/[^\p{L}\p{N}]+/gu, "_").slice(0, 40)}-${screen.day}${state.get().known ? `-${t("export.known")}-${state.get().known}` : ""}`.replace(/[:]/g, "");
  const file = (/** @type {string} */ ending, /** @type {() => Promise<Blob> | Blob} */ make) => async () => {
    try {
      if (await api.still()) save(`${name()}.${ending}`, await make());
    } catch (error) {
      toast(wordsOf(error));
    }
  };
  const text = (/** @type {string} */ content, /** @type {string} */ type) => new Blob([content], { type: `${type};charset=utf-8` });
  const f = state.get().f;
  return dialog(t("export.title"), () => h("div", { class: "export" },
    h("p", null, t("export.help")),
    h("div", { class: "acts wrap" },
      drawn && button("PNG", file("png", async () => captioned(await screen.graph.png(), caption(screen)))),
      drawn && button("SVG", file("svg", () => text(svgOf(screen), "image/svg+xml"))),
      button("CSV", file("csv", () => text(`\ufeff${csv(grid(screen))}`, "text/csv"))),
      button("Excel", file("xlsx", () => workbook(screen.sheet.title, grid(screen)))),
      drawn && button("GraphML", file("graphml", () => text(graphml(screen), "application/xml"))),
      button(t("export.link"), () => copy(location.href)),
      f ? h("a", { class: "button", href: api.letter(f, screen.when), target: "_blank", rel: "noopener" }, t("why.letter")) : null),
    h("p", { class: "hint" }, t("export.hint"))));
}

/** What the table shows, as rows of text; the first is the head. @param {any} screen @returns {string[][]} */
export function grid(screen) {
  const { rows } = screen.sheet;
  const columns = [...screen.sheet.columns, ...ofDay(screen)];
  return [columns.map((c) => c.title), ...rows.map((row) => columns.map((c) => c.text(row)))];
}

/** @param {string[][]} rows */
export function csv(rows) {
  return `${rows.map((row) => row.map((cell) => `"${tame(cell).replace(/"/g, '""')}"`).join(",")).join("\r\n")}\r\n`;
}

// Characters that no XML may hold.
const UNFIT = new RegExp("[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]", "g");
/** @param {any} text */
export const xml = (text) => String(text).replace(UNFIT, "").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

/** The graph as GraphML: parties and statements as they are shown. @param {any} screen */
export function graphml(screen) {
  const { model, day, graph: { together } } = screen;
  const told = api.may("finding.read"); // that no finding is shown says nothing of how anybody stands
  const keys = { graph: ["made", ...ofDay(screen).map((column) => column.key)], node: ["name", "kind", ...(told ? ["standing"] : []), ...(together.size ? ["together"] : [])], edge: ["interest", "label", "period", "period_text", "share", "held", "source", "file", "row"] };
  const data = (/** @type {Record<string, any>} */ values) => Object.entries(values).map(([key, value]) => (value === "" || value === null ? "" : `<data key="${key}">${xml(value)}</data>`)).join("");
  const head = Object.entries(keys).flatMap(([on, names]) => names.map((name) => `<key id="${name}" for="${on}" attr.name="${name}" attr.type="string"/>`));
  const nodes = model.shown().map((n) => `<node id="${xml(n.id)}">${data({ name: n.name, kind: n.kind, ...(told ? { standing: model.stands(n, day) } : {}), ...(together.has(n.id) ? { together: "yes" } : {}) })}</node>`);
  const edges = screen.tools.tieRows().map((e) => `<edge id="${xml(e.id)}" source="${xml(e.from)}" target="${xml(e.to)}">${data({ interest: e.interest, label: e.label, period: e.period, period_text: periodText(e.period), share: percent(e.share_least_percent, e.share_most_percent), held: heldThenAndNow(e, day).how, source: e.source, file: e.file, row: e.row })}</edge>`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n${head.join("\n")}\n<graph edgedefault="directed">\n${data({ made: today(), ...Object.fromEntries(ofDay(screen).map((column) => [column.key, column.text(null)])) })}\n${[...nodes, ...edges].join("\n")}\n</graph>\n</graphml>\n`;
}
