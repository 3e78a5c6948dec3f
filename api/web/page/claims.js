// @ts-check
/** Claims that two entries are one person: reasons for and against, and how many bear the name. */

import { actButton, onClaim } from "./acting.js";
import * as api from "./api.js";
import { copy, button, empty, failed, h, link, loading, put } from "./dom.js";
import * as state from "./state.js";
import { pager } from "./pager.js";
import { called, plain, t } from "./words.js";

/** A claim that is drawn anew where it stands once it was ruled on: whoever works down a list goes on there. @param {any} claim @param {(id: string) => void} open */
function standing(claim, open) {
  const again = () => reread().catch((/** @type {any} */ error) => { put(node.querySelector(".acts"), failed(error, again)); });
  const reread = async () => {
    const { items } = await api.worded("identity", { party: claim.first.id, limit: 500 });
    const now = items.find((/** @type {any} */ each) => each.id === claim.id);
    if (!now) return node.remove();
    const anew = standing(now, open);
    node.replaceWith(anew);
    return anew.querySelector(".acts button")?.focus();
  };
  const node = claimView(claim, open, again);
  return node;
}

/** @param {any} claim @param {(id: string) => void} open @param {() => void} changed @param {boolean} [past] whether it is told as it was known once: then nobody rules on it */
export function claimView(claim, open, changed, past = false) {
  const where = (/** @type {any} */ side) => [link(called(side), () => open(side.id)), h("small", null, ` ${side.enterprise}`)];
  return h("article", { class: "claim" },
    h("p", null, h("span", { class: `badge ${claim.state === "accepted" ? "proposal" : claim.state === "rejected" ? "past" : "none"}` }, t(`claim.${claim.state}`)), " ", where(claim.first), " ≟ ", where(claim.second), claim.in_conflict ? h("strong", { class: "warn" }, ` ⚠ ${t("claim.conflict")}`) : null),
    h("p", { class: "quiet" }, t("claim.bearers", { count: claim.name_count }), " · ", t("claim.score", { score: claim.score.toFixed(2) }), " · ", claim.source),
    h("ul", { class: "features" }, claim.features.map((f) => h("li", { class: f.result }, h("span", { class: "sign", "aria-hidden": "true" }, f.result === "differs" ? "✗" : "✓"), f.text))),
    claim.ruled ? h("p", { class: "quiet" }, t(`claim.ruled_${claim.ruled.ruling}`, { by: claim.ruled.by, on: claim.ruled.on || "", reason: plain(claim.ruled.reason) })) : null,
    past ? null : api.may("identity.rule") ? h("p", { class: "acts" }, (claim.state === "open" ? ["accept", "reject"] : ["undo"]).map((word) => actButton(onClaim(word, claim), changed)))
    : claim.state === "open" ? h("p", { class: "act-elsewhere" }, t("claim.how"), " ", h("code", null, `zeren identity accept ${claim.id} --reason …`), button(t("act.copy"), () => copy(`zeren identity accept ${claim.id} --reason "…"`), { icon: "copy" })) : null);
}

/** The claims on one party, of the day looked at and as known then, into a part of its card. @param {any} host @param {string} id @param {(id: string) => void} open */
export async function claimLines(host, id, open) {
  const { on, known } = state.get();
  const again = () => claimLines(host, id, open);
  put(host, loading(t("claim.loading")));
  try {
    const items = await api.whole("identity", { party: id, as_of: on, known_at: known });
    put(host, items.length ? items.map((claim) => claimView(claim, open, again, Boolean(known))) : h("p", { class: "hint" }, t("claim.none")));
  } catch (error) {
    put(host, failed(error, again));
  }
}

/** The page of all claims. @param {any} host @param {any} now @param {any} act */
export async function claimPage(host, now, act) {
  const list = h("div", { class: "stack" });
  const counted = h("p", { class: "quiet", role: "status" });
  const named = h("input", { id: "claims-who", type: "search", value: now.who || "", maxlength: 200 });
  const find = h("form", { class: "filters", role: "search", onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); state.set({ who: named.value.trim() || undefined }); } }, h("label", { for: "claims-who" }, t("claim.who"), named), h("button", { type: "submit", class: "button small" }, t("claim.find")));
  put(host, h("h1", null, t("work.claims")), h("p", { class: "lead-in" }, t("claim.help")), find, act.filters("claims", now, [{ key: "st", label: t("column.state"), options: ["open", "accepted", "rejected"].map((each) => [each, t(`claim.${each}`)]) }]), counted, list);
  await pager(list, (cursor) => api.worded("identity", { state: now.st, party: now.who, cursor, limit: 30 }), (claims) => claims.map((claim) => standing(claim, act.open)), empty(t("claim.none"), t("claim.none_help")), t("claim.loading"), (answer) => put(counted, t("claim.count", { count: answer.count })));
}
