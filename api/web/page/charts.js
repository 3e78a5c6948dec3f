// @ts-check
/** Small charts, drawn here: bars with their numbers, and the same numbers as text for whoever does not see them. */

import { h, s } from "./dom.js";

/** As much of a label as has room: a Chinese sign takes that of two others. @param {string} text */
function short(text) {
  let room = 30;
  const signs = [...text];
  const kept = signs.filter((sign) => (room -= sign > "\u2e80" ? 2 : 1) >= 0);
  return kept.length < signs.length ? `${kept.slice(0, -1).join("")}…` : text;
}

/**
 * Bars one below the other. @param {string} title @param {{label: string, value: number, tone?: string}[]} items
 */
export function bars(title, items) {
  const [left, width, line] = [190, 330, 26];
  const most = Math.max(...items.map((item) => item.value), 1);
  const told = items.map((item) => `${item.label} ${item.value}`).join(", ");
  return h("figure", { class: "chart" }, h("figcaption", null, title), s("svg", { viewBox: `0 0 ${left + width + 60} ${items.length * line + 4}`, role: "img", "aria-label": `${title}: ${told}` }, items.map((item, i) => [
    s("text", { x: left - 8, y: i * line + 17, class: "bar-name", "text-anchor": "end" }, short(item.label), s("title", null, item.label)),
    s("rect", { x: left, y: i * line + 4, width: Math.max((item.value / most) * width, item.value ? 2 : 0), height: 18, rx: 2, class: `bar ${item.tone || ""}` }),
    s("text", { x: left + (item.value / most) * width + 6, y: i * line + 17, class: "bar-value" }, String(item.value)),
  ])));
}
