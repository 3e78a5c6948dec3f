// @ts-check
/** Saved views: an address with a name, kept in this browser for who is logged in; the address itself can be given to others. */

import { own } from "./api.js";
import * as state from "./state.js";
import { button, copy, dialog, h, link, put, toast } from "./dom.js";
import { momentText, t } from "./words.js";

const KEPT = "zeren.views";
/** @returns {{name: string, at: string, hash: string}[]} */
function kept() {
  try {
    const read = JSON.parse(localStorage.getItem(own(KEPT)) || "[]");
    return Array.isArray(read) ? read.filter((view) => typeof view?.name === "string" && typeof view.hash === "string") : [];
  } catch {
    return [];
  }
}
const keep = (/** @type {any[]} */ views) => localStorage.setItem(own(KEPT), JSON.stringify(views));

/** Give what is being looked at a name. @param {string} suggested */
export function saveView(suggested) {
  return dialog(t("views.save"), (close) => {
    const name = h("input", { id: "view-name", value: suggested, maxlength: 200, required: true });
    const said = h("p", { class: "warn", role: "alert" });
    return h("form", { class: "form", onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      const named = name.value.trim();
      if (kept().some((view) => view.name === named) && said.dataset.name !== named) {
        said.dataset.name = named;
        put(said, t("views.again", { name: named })); // pressed once more it is meant
        return;
      }
      keep([{ name: named, at: new Date().toISOString(), hash: location.hash }, ...kept().filter((view) => view.name !== named)]);
      toast(t("views.saved"));
      close();
    } }, h("p", null, t("views.help")), h("label", { for: "view-name" }, t("views.name"), name), said, h("p", { class: "acts" }, h("button", { type: "submit", class: "button strong" }, t("views.save")), button(t("export.link"), () => copy(location.href))), h("h3", null, t("views.title")), savedViews(close));
  });
}

/** The list of saved views. @param {() => void} [done] */
export function savedViews(done) {
  const list = h("ul", { class: "lines views" });
  const fill = () => put(list, kept().length ? kept().map((view) => h("li", null, link(view.name, () => { done?.(); state.set(state.read(view.hash), { whole: true }); }), h("small", null, ` ${momentText(view.at)} `), button(t("act.remove"), () => { keep(kept().filter((each) => each.name !== view.name)); fill(); }, { icon: "close" }))) : h("li", { class: "quiet" }, t("views.none")));
  fill();
  return list;
}
