// @ts-check
/** Claims that two entries are one person: reasons for and against, and how many bear the name. */

import { actButton, onClaim } from "./acting.js";
import * as api from "./api.js";
import { copy, button, empty, failed, h, link, loading, put } from "./dom.js";
import * as state from "./state.js";
import { pager } from "./pager.js";
import { called, plain, t } from "./words.js";

/** @param {any} claim @param {(id: string) => void} open @param {import("./acting.js").Changed} changed @param {boolean} [past] whether it is told as it was known once: then nobody rules on it */
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
  put(host, h("h1", null, t("work.claims")), h("p", { class: "lead-in" }, t("claim.help")),
    act.filters("claims", now, [{ key: "who", label: t("claim.who") }, { key: "st", label: t("column.state"), options: ["open", "accepted", "rejected"].map((each) => [each, t(`claim.${each}`)]) }]), counted, list);
  await pager(list, {
    ask: (cursor) => api.worded("identity", { state: now.st, party: now.who, cursor, limit: 30 }),
    view: ([claim], changed) => claimView(claim, act.open, changed),
    // one that was ruled on stays where it stands, also where the list is of those that are open: it can be undone there
    again: async ([claim]) => (await api.worded("identity", { party: claim.first.id, limit: 500 })).items.filter((/** @type {any} */ each) => each.id === claim.id),
    told: (answer) => put(counted, t("claim.count", { count: answer.count })),
    none: empty(t("claim.none"), t("claim.none_help")), wait: t("claim.loading"),
  });
}
