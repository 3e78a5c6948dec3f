// @ts-check
/** The rule matrix: measures by roles, and behind every cell the article, the rules, and why not further. */

import * as api from "./api.js";
import * as state from "./state.js";
import { dayField } from "./day_field.js";
import { dialog, h, loading, put } from "./dom.js";
import { printed } from "./paper.js";
import { label, lang, ruleName, t, today } from "./words.js";

const SIGNS = { established: "●", lead: "▲", disabled: "×", never: "·" };

/** @param {any} host @param {any} now */
export async function matrixPage(host, now) {
  const body = h("div", null, loading(t("matrix.loading")));
  const day = dayField({ value: now.on || today() }, (chosen) => state.set({ on: chosen || undefined })).node;
  put(host, h("h1", null, t("work.matrix")), h("p", { class: "lead-in" }, t("matrix.help")), printed(() => ({ day: now.on || today(), known: now.known })), h("div", { class: "filters" }, h("label", null, t("matrix.on"), day)), h("p", { class: "legend" }, Object.entries(SIGNS).map(([state_, sign]) => h("span", { class: `cell-key ${state_}` }, `${sign} ${t(`matrix.${state_}`)}`)), h("span", { class: "cell-key" }, t("matrix.by_office"))), body);
  const answer = await api.worded("matrix", { as_of: now.on, known_at: now.known });
  /** @type {Map<string, {measure: any, cells: Record<string, any>}>} */
  const lines = new Map();
  for (const cell of answer.cells) {
    const line = lines.get(cell.measure.id) || { measure: cell.measure, cells: {} };
    line.cells[cell.role] = cell;
    lines.set(cell.measure.id, line);
  }
  if (answer.not_yet) return void put(body, h("p", { class: "warn" }, answer.not_yet));
  put(body, h("div", { class: "scroll matrix", tabindex: 0, role: "region", "aria-label": t("work.matrix") }, h("table", null, h("caption", { class: "away" }, t("work.matrix")),
    h("thead", null, h("tr", null, h("th", { scope: "col" }, t("column.measure")), answer.columns.map((column) => h("th", { scope: "col", class: "role-head" }, h("span", null, column.label))))),
    h("tbody", null, [...lines.values()].map((line) => h("tr", null, h("th", { scope: "row" }, line.measure.name[lang()], h("small", null, ` ${t(`measure.${line.measure.kind}`)}`)), answer.columns.map((column) => h("td", null, cellButton(line, column)))))))));
}

function cellButton(line, column) {
  const cell = line.cells[column.code];
  const name = `${line.measure.name[lang()]} · ${column.label}: ${t(`matrix.${cell.state}`)}`;
  return h("button", { type: "button", class: `cell ${cell.state}`, "aria-label": name, title: name, onclick: () => dialog(name, () => behind(cell), { wide: true }) }, /** @type {any} */ (SIGNS)[cell.state], office(cell));
}

/** Whether the office alone is enough: by every article of the cell, by some, or by none. @param {any} cell */
const office = (cell) => (cell.reached.some((/** @type {any} */ group) => group.by_office) ? (cell.reached.length > 1 ? "(°)" : "°") : "");

/** Why it goes no further: what would settle it, where that is known, else what is known of its text. @param {any} way */
const lacks = (way) => (way.why && label("settle", way.why) !== way.why ? t("why.settled", { text: label("settle", way.why) }) : way.why_text || "");

/** Rules with what they say of the role, each once: clauses that differ in a code alone say the same. @param {any[]} ways @returns {[string, string, string][]} */
function ways(ways) {
  const said = ways.map((way) => /** @type {[string, string, string]} */ ([`${ruleName(way.rule)}${way.by_office ? "°" : ""}`, [t(`matrix.${way.state}`), lacks(way), way.articles.join(t("list.join"))].filter(Boolean).join(" · "), `${way.rule} · ${way.clause}`]));
  return said.filter(([rule, text], i) => said.findIndex((each) => each[0] === rule && each[1] === text) === i);
}

function behind(cell) {
  return [
    h("h3", null, t("why.articles")),
    cell.reached.length ? cell.reached.map((group) => [h("p", null, t(group.by_office ? "matrix.on_office" : "matrix.if_named")), h("ul", { class: "plain" }, group.articles.map((article) => h("li", null, article)))]) : h("ul", { class: "plain" }, cell.articles.map((article) => h("li", null, article))),
    cell.ways.length ? [h("h3", null, t("matrix.ways")), h("ul", { class: "plain" }, ways(cell.ways).map(([rule, text, title]) => h("li", null, h("strong", { title }, rule), ` ${text}`)))] : h("p", { class: "quiet" }, t("matrix.no_way")),
  ];
}
