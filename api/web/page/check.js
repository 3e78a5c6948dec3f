// @ts-check
/**
 * The mandatory check of a clerk: one question, one answer. It goes on record, so it is asked only where the service can record it, once
 * however often it is sent; a verdict stands under the form that asked for it and under no other, and says what was asked.
 */

import * as api from "./api.js";
import { button, copy, failed, h, loading, put } from "./dom.js";
import { draft, mended, refusedField, valuesOf } from "./forms.js";
import { label, t, untilText } from "./words.js";

const OTHER = "*";
/** @type {Promise<boolean> | null} */
let able = null;

/** Whether the service takes checks over HTTP: it says so itself. */
function canCheck() {
  able ??= api.ask("/openapi.json").then((doc) => Boolean(doc.paths["/v1/check"]?.post));
  able.catch(() => { able = null; }); // not known is not no: the page says so, and asks again
  return able;
}

/** @param {any} host */
export async function checkPage(host) {
  put(host, h("h1", null, t("work.check")), loading());
  const [known, here] = await Promise.all([api.worded("purposes", {}), canCheck()]);
  const typed = draft("check");
  const { kept } = typed;
  const by = api.who()?.name;
  const field = (/** @type {string} */ name, /** @type {any} */ node) => {
    node.id = `check-${name}`;
    node.name = name;
    if (kept[name]) node.value = kept[name];
    return h("label", { for: node.id }, t(`check.${name}`), node);
  };
  const options = (/** @type {Record<string, string>} */ given) => [h("option", { value: "" }, t("check.choose")), ...Object.entries(given).map(([value, text]) => h("option", { value }, text))];
  const chosen = h("select", { required: true, onchange: () => other() }, options(known.units), h("option", { value: OTHER }, t("check.other")));
  const named = h("input", { maxlength: 100, autocomplete: "off" });
  const other = () => { named.required = chosen.value === OTHER; named.parentElement.hidden = !named.required; };
  const out = h("div", { id: "check-said", "aria-live": "polite" });
  const go = h("button", { type: "submit", class: "button strong" }, t(here ? "check.go" : "check.command"));
  let [turn, sent, key] = [0, "", ""];
  /** What is asked from now on is another question: the verdict on the former goes. */
  const another = () => { turn += 1; go.disabled = false; put(out); };
  const fields = h("div", { class: "form" },
    field("uscc", h("input", { required: true, maxlength: 30, autocomplete: "off", spellcheck: "false" })), field("person", h("input", { maxlength: 200, autocomplete: "off" })),
    field("purpose", h("select", { required: true }, options(known.purposes))), field("unit", chosen), field("unit_name", named), field("why", h("textarea", { rows: 2, maxlength: 200, required: true })));
  const form = h("form", { class: "check", onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    const given = valuesOf(fields);
    if (!here) return put(out, elsewhere(given));
    if (go.disabled) return undefined;
    const text = JSON.stringify(given);
    if (text !== sent) [sent, key] = [text, api.newKey()]; // sent again after a failure, it is the same look-up
    const mine = turn += 1;
    go.disabled = true;
    put(out, loading());
    try {
      const { unit, unit_name: body, ...asked } = given;
      const answer = await api.ask("/v1/check", undefined, { method: "POST", by, key, body: { ...asked, ...(unit === OTHER ? { unit_name: body } : { unit }) } });
      if (mine !== turn) return undefined;
      sent = ""; // asked once more, it is a look-up of its own
      put(out, verdict(answer, given));
    } catch (error) {
      if (mine !== turn) return undefined;
      const words = refusedField(form, /** @type {any} */ (error).detail || "", out.id);
      put(out, words ? h("p", { class: "warn", role: "alert" }, words) : failed(error));
    }
    return (go.disabled = false);
  }, oninput: (/** @type {any} */ event) => { mended(event); another(); typed.keep(valuesOf(fields)); } }, fields, h("p", { class: "acts" }, go, button(t("check.clear"), () => { typed.drop(); checkPage(host); })));
  chosen.value = kept.unit || api.who()?.unit || ""; // whoever belongs to a department asks for it
  other();
  put(host, h("h1", null, t("work.check")), h("p", { class: "lead-in" }, t("check.help")), form, out);
}

const quoted = (/** @type {string} */ text) => `'${text.replace(/'/g, "'\\''")}'`;

/** Where the service cannot record the look-up, the command that can. */
function elsewhere(given) {
  const command = `zeren check --uscc ${quoted(given.uscc)} --purpose ${given.purpose} ${given.unit === OTHER ? `--unit-name ${quoted(given.unit_name)}` : `--unit ${given.unit}`} --why ${quoted(given.why)}${given.person ? ` --person ${quoted(given.person)}` : ""}`;
  return h("div", { class: "state" }, h("p", null, t("check.elsewhere")), h("pre", { tabindex: 0 }, command), button(t("act.copy"), () => copy(command)));
}

/** An article, with how well it is known. @param {any} basis */
const cited = (basis) => `${basis.instrument} ${basis.article}${basis.evidence === "verbatim" ? "" : label("article_mark", basis.evidence || "not_read")}`;

/** @param {any} answer @param {Record<string, string>} given what was asked: a name may be masked in the answer */
function verdict(answer, given) {
  return h("section", { class: `verdict ${answer.answer}` }, h("h2", null, answer.answer_text), h("p", { class: "asked" }, t("check.asked", { text: [given.uscc, given.person].filter(Boolean).join(" · ") })), h("p", { class: "quiet" }, `${answer.on} · ${answer.purpose.label}${answer.subject ? ` · ${answer.subject.name}` : ""} · ${answer.lookup}`),
    answer.taken ? h("p", { class: "warn" }, t("check.taken", { scheme: label("scheme", answer.taken.scheme), value: answer.taken.value })) : null,
    answer.paused ? h("p", { class: "warn" }, t("check.paused", { count: answer.paused })) : null,
    answer.same_name_here && answer.answer !== "namesake" ? h("p", { class: "warn" }, t("check.namesakes_here")) : null,
    answer.same_name_elsewhere && answer.answer !== "namesake" ? h("p", { class: "warn" }, t("check.namesakes")) : null,
    h("ul", { class: "lines" }, answer.restrictions.map((r) => h("li", null, h("strong", null, r.do), h("small", null, ` ${t("date.span", { from: r.from || t("date.none"), until: untilText(r.until) })}`), h("small", null, ` ${t("check.of", { authority: r.authority, number: r.number || r.decision })}`), h("small", null, ` ${r.basis.map(cited).join(t("list.join"))}`)))));
}
