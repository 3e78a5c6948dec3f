// @ts-check
/** Small charts, drawn here: bars with their numbers, and the same numbers as text for whoever does not see them. */

import { h, s } from "./dom.js";
import { cut, t } from "./words.js";

/** Bars of a chart at most. */
const MOST = 12;

/**
 * Bars one below the other; of many the first, and how many the others are. @param {string} title @param {{label: string, value: number, tone?: string}[]} all
 */
export function bars(title, all) {
  const [items, others] = [all.slice(0, MOST), all.slice(MOST)];
  const [left, width, line] = [190, 330, 26];
  const most = Math.max(...items.map((item) => item.value), 1);
  const told = items.map((item) => `${item.label} ${item.value}`).join(", ");
  return h("figure", { class: "chart" }, h("figcaption", null, title), s("svg", { viewBox: `0 0 ${left + width + 60} ${items.length * line + 4}`, role: "img", "aria-label": `${title}: ${told}` }, items.map((item, i) => [
    s("text", { x: left - 8, y: i * line + 17, class: "bar-name", "text-anchor": "end" }, cut(item.label, 30), s("title", null, item.label)),
    s("rect", { x: left, y: i * line + 4, width: Math.max((item.value / most) * width, item.value ? 2 : 0), height: 18, rx: 2, class: `bar ${item.tone || ""}` }),
    s("text", { x: left + (item.value / most) * width + 6, y: i * line + 17, class: "bar-value" }, String(item.value)),
  ])), others.length ? h("p", { class: "hint" }, t("report.others", { count: others.length, sum: others.reduce((sum, item) => sum + item.value, 0) })) : null);
}
