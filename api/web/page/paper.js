// @ts-check
/** What the page is on paper: the picture anew on a light ground, and of which day it speaks, as known when, who printed it, and when. */

import * as api from "./api.js";
import { h, put } from "./dom.js";
import { svgOf } from "./svg_export.js";
import { momentText, t } from "./words.js";

/** @type {WeakMap<HTMLElement, {before: () => void, after?: () => void}>} what is done with a node; it keeps none of those that left the page */
const papers = new WeakMap();
/** @type {Set<WeakRef<HTMLElement>>} */
const nodes = new Set();

/** Do something before each printing, and after it, as long as a node is on the page. @param {HTMLElement} node @param {() => void} before @param {() => void} [after] */
function atPrinting(node, before, after) {
  papers.set(node, { before, after });
  nodes.add(new WeakRef(node));
}

/** @param {"before" | "after"} when */
function each(when) {
  for (const ref of nodes) {
    const node = ref.deref();
    if (!node) nodes.delete(ref);
    else if (node.isConnected) papers.get(node)?.[when]?.();
  }
}
addEventListener("beforeprint", () => each("before"));
addEventListener("afterprint", () => each("after"));

/** Of which day the paper is, and who made it when: for paper alone, and true at the moment of printing. @param {() => {day: string, known: string | undefined}} when */
export function printed(when) {
  const node = h("p", { class: "printed" });
  const say = () => {
    const { day, known } = when();
    put(node, t("record.printed", { day, known: known ? t("record.known", { known }) : "", by: api.who()?.name || t("login.none"), at: momentText(new Date().toISOString()) }));
  };
  say();
  atPrinting(node, say);
  return node;
}

/** The graph for paper alone, drawn at the moment of printing. @param {any} screen */
export function printedGraph(screen) {
  const node = h("div", { class: "printed" });
  atPrinting(node, () => put(node, screen.graph.cy && screen.model.shown().length ? document.importNode(new DOMParser().parseFromString(svgOf(screen), "image/svg+xml").documentElement, true) : null), () => put(node));
  return node;
}
