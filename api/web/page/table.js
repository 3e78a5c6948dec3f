// @ts-check
/** A table that can be sorted, copied and read by a screen reader: whatever a picture shows stands here too. */

import { button, copy, h, put } from "./dom.js";
import { t } from "./words.js";

/** @typedef {{key: string, title: string, text: (row: any) => string, cell?: (row: any) => any, sort?: (row: any) => any, narrow?: boolean}} Column */

/**
 * @param {string} caption @param {Column[]} columns @param {any[]} rows
 * @param {{chosen?: string, pick?: (row: any) => void, sort?: {key: string, down: boolean}, kept?: (sort: any) => void, tools?: any, foot?: any, none?: string, also?: Column[]}} [how] `also`: what a copy says besides
 */
export function tableView(caption, columns, rows, how = {}) {
  let sort = how.sort || { key: "", down: false };
  const body = h("tbody", null);
  const heads = columns.map((column) => h("th", { scope: "col", class: column.narrow ? "nowrap" : "" }, h("button", { type: "button", onclick: () => turn(column.key) }, column.title, h("span", { class: "sort", "aria-hidden": "true" }))));
  const counted = h("span", { class: "counted" }, t("table.rows", { count: rows.length }));

  function ordered() {
    const column = columns.find((each) => each.key === sort.key);
    if (!column) return rows;
    const value = column.sort || column.text;
    const order = (/** @type {any} */ a, /** @type {any} */ b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh"));
    return [...rows].sort((a, b) => (sort.down ? -1 : 1) * order(value(a), value(b)));
  }
  function fill() {
    heads.forEach((head, index) => {
      const mine = columns[index].key === sort.key;
      head.setAttribute("aria-sort", mine ? (sort.down ? "descending" : "ascending") : "none");
      head.querySelector(".sort").textContent = mine ? (sort.down ? " ▼" : " ▲") : "";
    });
    body.replaceChildren(...ordered().map(line));
  }
  function line(row) {
    const cells = columns.map((column, index) => h(index ? "td" : "th", { scope: index ? undefined : "row", class: column.narrow ? "nowrap" : undefined }, column.cell ? column.cell(row) : column.text(row)));
    const props = how.pick ? { class: row.id === how.chosen ? "picked" : "", onclick: (/** @type {any} */ e) => !e.target.closest("button, a") && how.pick?.(row) } : null;
    return h("tr", { ...props, "data-id": row.id }, cells);
  }
  function turn(key) {
    sort = { key, down: sort.key === key && !sort.down };
    how.kept?.(sort);
    fill();
  }
  fill();
  return h(
    "section",
    { class: "table" },
    h("div", { class: "table-tools" }, h("h2", null, caption), counted, how.tools, button(t("act.copy_table"), () => copy(tsv([...columns, ...(how.also || [])], ordered())), { icon: "copy" })),
    rows.length
      ? h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, h("table", null, h("caption", { class: "away" }, caption), h("thead", null, h("tr", null, heads)), body), how.foot)
      : h("p", { class: "state" }, how.none || t("table.none")),
  );
}

const clean = (/** @type {string} */ text) => text.replace(/[\t\r\n]+/g, " ");
/** Rows as text that spreadsheets take; nothing in a cell is ever a formula. @param {Column[]} columns @param {any[]} rows */
export const tsv = (columns, rows) => [columns.map((c) => c.title), ...rows.map((row) => columns.map((c) => tame(clean(c.text(row)))))].map((line) => line.join("\t")).join("\n");
const [BREAKS, UNSEEN] = ["\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029", "\\s\\x00-\\x1f\\x7f-\\x9f\\xad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff"];
const FORMULA = new RegExp(`(^|[${BREAKS}])(?=[${UNSEEN}]*[=+\\-@＝＋－＠])|^(?=[\\t\\r\\n])`, "g");
/** A quote before whatever a spreadsheet would calculate, on every line and behind whatever is not seen; as the exports of the service do. @param {string} text */
export const tame = (text) => text.replace(FORMULA, "$1'");

/** Put a table where another one stood; whoever had the keys in one of its rows has them in that row of the new one. @param {HTMLElement} host @param {any} node */
export function showTable(host, node) {
  const keys = document.activeElement;
  const row = host.contains(keys) ? /** @type {HTMLElement | null | undefined} */ (keys?.closest("tr[data-id]")) : null;
  const place = row ? [...row.querySelectorAll("button, a")].indexOf(/** @type {Element} */ (keys)) : -1;
  put(host, node);
  if (!row || place < 0) return;
  const same = /** @type {HTMLElement[]} */ ([...host.querySelectorAll("tr[data-id]")]).find((each) => each.dataset.id === row.dataset.id);
  /** @type {HTMLElement | undefined} */ (same?.querySelectorAll("button, a")[place])?.focus();
}
