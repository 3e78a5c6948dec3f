// @ts-check
/** The credit record of a person or enterprise on one page, for reading and printing. */

import * as api from "./api.js";
import * as state from "./state.js";
import { cardView } from "./card.js";
import { claimLines } from "./claims.js";
import { button, empty, failed, h, loading, put } from "./dom.js";
import { searchBox } from "./search.js";
import { timeline } from "./time.js";
import { t, today } from "./words.js";

/** @param {any} host @param {any} now @param {any} act */
export async function recordPage(host, now, act) {
  const box = searchBox({ placeholder: t("record.search"), label: t("record.search"), pick: (item) => state.set({ p: item.id }) });
  const body = h("div", { class: "record-page" });
  put(host, h("h1", null, t("work.record")), box, body);
  if (!now.p) return put(body, empty(t("record.none"), t("record.none_help")));
  put(body, loading());
  try {
    const card = await api.party(now.p, { known_at: now.known, as_of: now.on });
    const day = now.on || today();
    const more = { open: act.open, finding: (/** @type {string} */ id) => act.finding({ finding: id, decision: card.findings.concat(card.answers).find((f) => f.id === id)?.decision.id }, now.p), decision: act.decision, whyNot: () => undefined, claims: (/** @type {any} */ into, /** @type {string} */ id) => claimLines(into, id, act.open) };
    put(body, h("p", { class: "acts" }, button(t("record.open"), () => act.open(now.p), { class: "button strong" }), button(t("record.print"), () => window.print())), h("div", { class: "record-card" }, cardView(card, day, more)), h("h2", null, t("time.timeline")), timeline(card, day, (on) => state.set({ on })));
    body.querySelectorAll("details").forEach((/** @type {any} */ part) => (part.open = part.querySelector("summary .number") !== null));
  } catch (error) {
    put(body, failed(error, () => recordPage(host, state.get(), act)));
  }
  return undefined;
}
