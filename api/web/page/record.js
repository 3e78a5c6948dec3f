// @ts-check
/**
 * The credit record of a person or enterprise on one page, for reading and printing. Nothing of it is folded or cut: paper has no "more".
 * On paper it says of which day it speaks, as known when, who printed it, and when.
 */

import * as api from "./api.js";
import * as state from "./state.js";
import { cardView } from "./card.js";
import { claimLines } from "./claims.js";
import { button, empty, failed, h, loading, put } from "./dom.js";
import { printed } from "./paper.js";
import { searchBox } from "./search.js";
import { timeline } from "./time.js";
import { t, today } from "./words.js";

/** @param {any} host @param {any} now @param {any} act */
export async function recordPage(host, now, act) {
  const body = h("div", { class: "record-page" });
  const pick = (/** @type {any} */ item) => {
    state.set({ p: item.id });
    if (state.get().p === now.p && item.id !== now.p) put(body, empty(t("record.masked", { name: item.name }), t("record.masked_help"))); // nobody masked is opened
  };
  put(host, h("h1", null, t("work.record")), searchBox({ placeholder: t("record.search"), label: t("record.search"), pick }), body);
  if (!now.p) return put(body, empty(t("record.none"), t("record.none_help")));
  put(body, loading());
  try {
    const card = await api.party(now.p, { known_at: now.known });
    const day = now.on || today();
    /** @type {Promise<any>} */
    let claimed = Promise.resolve();
    const more = { open: act.open, finding: (/** @type {string} */ id) => act.finding({ finding: id, decision: card.findings.concat(card.answers).find((f) => f.id === id)?.decision.id }, now.p), decision: act.decision, whyNot: () => undefined, claims: (/** @type {any} */ into, /** @type {string} */ id) => { claimed = claimLines(into, id, act.open); } };
    const print = async () => {
      await claimed; // they come later than the rest
      window.print();
    };
    put(body, h("p", { class: "acts" }, button(t("record.open"), () => act.open(now.p), { class: "button strong" }), button(t("record.print"), print)), printed(() => ({ day, known: now.known })),
      h("div", { class: "record-card" }, cardView(card, day, more)), h("h2", null, t("time.timeline")), timeline(card, day, (on) => state.set({ on })));
    unfold(body);
  } catch (error) {
    put(body, failed(error, () => recordPage(host, state.get(), act)));
  }
  return undefined;
}

/** Open every part, show every line of it, and tell in full what the card cuts for want of room. @param {any} body */
function unfold(body) {
  body.querySelectorAll("details").forEach((/** @type {any} */ part) => (part.open = true));
  body.querySelectorAll(".part > .link").forEach((/** @type {any} */ more) => more.click());
  body.querySelectorAll(".finding > small.quiet[title], .part .link[title]:not(.source)").forEach((/** @type {any} */ cut) => put(cut, cut.title));
}
