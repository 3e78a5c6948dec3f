// @ts-check
/** The mandatory check of a clerk: one question, one answer. It goes on record, so it is asked only where the service can record it. */

import * as api from "./api.js";
import { button, copy, failed, h, loading, put } from "./dom.js";
import { t } from "./words.js";

const DRAFT = "zeren.check";
/** @type {Promise<boolean> | null} */
let able = null;

/** Whether the service takes checks over HTTP: it says so itself. */
function canCheck() {
  able ??= api.ask("/openapi.json").then((doc) => Boolean(doc.paths["/v1/check"]?.post), () => false);
  return able;
}

/** @param {any} host */
export async function checkPage(host) {
  put(host, h("h1", null, t("work.check")), loading());
  const [known, here] = await Promise.all([api.worded("purposes", {}), canCheck()]);
  const draft = JSON.parse(sessionStorage.getItem(DRAFT) || "{}");
  const field = (/** @type {string} */ name, /** @type {any} */ node) => {
    node.id = `check-${name}`;
    node.name = name;
    if (draft[name]) node.value = draft[name];
    return h("label", { for: node.id }, t(`check.${name}`), node);
  };
  const options = (/** @type {Record<string, string>} */ given) => Object.entries(given).map(([value, text]) => h("option", { value }, text));
  const out = h("div", { "aria-live": "polite" });
  const fields = h("div", { class: "form" },
    field("uscc", h("input", { required: true, maxlength: 30, autocomplete: "off", spellcheck: "false" })), field("person", h("input", { maxlength: 200, autocomplete: "off" })),
    field("purpose", h("select", null, options(known.purposes))), field("unit", h("select", null, options(known.units))), field("why", h("textarea", { rows: 2, maxlength: 200, required: true })));
  const values = () => Object.fromEntries([...fields.querySelectorAll("input, select, textarea")].map((each) => [each.name, each.value.trim()]));
  const form = h("form", { class: "check", onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    const given = values();
    if (!here) return put(out, elsewhere(given));
    put(out, loading());
    try {
      const answer = await api.ask("/v1/check", undefined, { method: "POST", body: given });
      return put(out, verdict(answer));
    } catch (error) {
      return put(out, failed(error));
    }
  }, oninput: () => sessionStorage.setItem(DRAFT, JSON.stringify(values())) }, fields, h("p", { class: "acts" }, h("button", { type: "submit", class: "button strong" }, t(here ? "check.go" : "check.command")), button(t("check.clear"), () => { sessionStorage.removeItem(DRAFT); checkPage(host); })));
  put(host, h("h1", null, t("work.check")), h("p", { class: "lead-in" }, t("check.help")), form, out);
}

const quoted = (/** @type {string} */ text) => `'${text.replace(/'/g, "'\\''")}'`;

/** Where the service cannot record the look-up, the command that can. */
function elsewhere(given) {
  const command = `zeren check --uscc ${quoted(given.uscc)} --purpose ${given.purpose} --unit ${given.unit} --why ${quoted(given.why)}${given.person ? ` --person ${quoted(given.person)}` : ""}`;
  return h("div", { class: "state" }, h("p", null, t("check.elsewhere")), h("pre", { tabindex: 0 }, command), button(t("act.copy"), () => copy(command)));
}

function verdict(answer) {
  return h("section", { class: `verdict ${answer.answer}` }, h("h2", null, answer.answer_text), h("p", { class: "quiet" }, `${answer.on} · ${answer.purpose.label}${answer.subject ? ` · ${answer.subject.name}` : ""} · ${answer.lookup}`),
    answer.same_name_elsewhere && answer.answer !== "namesake" ? h("p", { class: "warn" }, t("check.namesakes")) : null,
    h("ul", { class: "lines" }, answer.restrictions.map((r) => h("li", null, h("strong", null, r.do), h("small", null, ` ${r.basis.map((b) => `${b.instrument} ${b.article}`).join(t("list.join"))}`)))));
}
