// @ts-check
/**
 * Acts of people: a form that says on whom and on what it acts, what the act would do, and the act itself, done once however often it is
 * sent. What is typed is kept until then.
 */

import * as api from "./api.js";
import { dayField } from "./day_field.js";
import { button, dialog, forbidden, h, put, toast, wordsOf } from "./dom.js";
import { draft, mended, refusedField, valuesOf } from "./forms.js";
import { called, has, label, t, today } from "./words.js";

/**
 * @typedef {{name: string, area?: boolean, needed?: boolean, day?: boolean, options?: [string, string][], label?: string, unless?: string, value?: string}} Field `unless`: not sent with this outcome
 * @typedef {{title: string, path: string, fields: Field[], trial?: boolean, hint?: string, with?: Record<string, string>, of: string[]}} Act `with`: what goes along unseen; `of`: whom it is about, and then what
 */

const TEXT = { name: "text", area: true };
/** Acts that the table of the procedure wants a document number for, and those that it wants a reason for. */
const NUMBERED = ["notice", "decide", "suspend", "uphold", "lift-order", "release", "revoke", "annul", "repair grant", "repair fraud", "reinstate"];
const REASONED = ["reject", "object", "correct", "dismiss", "uphold", "repair refuse"];
/** Acts with a number or a text, either will do. */
const EITHER = ["statement", "waive-hearing", "hearing", "serve", "corrected-conduct", "pledge", "bar-repair"];
const TWO_PEOPLE = ["decide", "correct", "dismiss", "uphold", "repair grant", "repair fraud", "reinstate"];

/** An act on a case, as `zeren case` or `zeren repair` calls it. @param {string} word @param {string} finding @param {string[]} of @param {string} [on] the day on which it happened, where that is known @returns {Act} */
export const onCase = (word, finding, of, on) => ({
  title: t(`act.${word.replace(" ", "-")}`), trial: true,
  path: word.startsWith("repair ") ? `repairs/${encodeURIComponent(finding)}/${word.slice(7)}` : `cases/${encodeURIComponent(finding)}/${word}`,
  fields: [{ name: "number", needed: NUMBERED.includes(word) }, { name: "on", day: true, value: on }, { ...TEXT, needed: REASONED.includes(word) }],
  of,
  hint: TWO_PEOPLE.includes(word) ? t("act.hint.two_people") : EITHER.includes(word) ? t("act.hint.either") : undefined,
});
/** A ruling on a claim. @param {string} word @param {any} claim @returns {Act} */
export const onClaim = (word, claim) => ({
  title: t(`act.claim.${word}`),
  path: `identity/${encodeURIComponent(claim.id)}/${word}`,
  fields: [{ name: "reason", area: true, needed: true }],
  with: { party: claim.first.id },
  of: [`${called(claim.first)} ≟ ${called(claim.second)}`, ...new Set([claim.first.enterprise, claim.second.enterprise])],
});
/** What the own unit did with a task, in answer to the message that the list shows. @param {any} told @param {string[]} of @param {Record<string, string>} refusals the reasons that reports count @returns {Act} */
export const onTask = ({ task, message }, of, refusals) => ({
  title: t("act.feedback"),
  path: `tasks/${encodeURIComponent(task)}/feedback`, trial: true,
  fields: [
    { name: "outcome", options: ["executed", "refused", "not_applicable"].map((code) => [code, t(`task.${code}`)]) },
    { name: "reason", label: "code", options: [["", t("act.no_code")], ...Object.entries(refusals)], unless: "executed" }, { name: "on", day: true }, TEXT,
  ],
  with: { message },
  of,
});

/** A button that opens the form of an act. @param {Act} act @param {Changed} changed @param {string} [kind] */
export const actButton = (act, changed, kind = "") => button(act.title, () => ask(act, changed), { class: `button small ${kind}`, "aria-label": `${act.title}: ${act.of[0]}` });

/** @typedef {(answer: any) => void} Changed called with the answer when something was recorded */
/** @param {Act} act @param {Changed} changed */
async function ask(act, changed) {
  const typed = draft([act.path, ...Object.values(act.with || {})].join(" "));
  let by = api.who()?.name;
  const { kept } = typed;
  let sent = "";
  let key = "";
  let busy = false;
  let open = true;
  /** What comes of an act that is on its way, also of one whose form was closed meanwhile: the answer. @type {Promise<any> | null} */
  let sending = null;
  const recorded = await dialog(act.title, (close) => {
    const said = h("div", { role: "status", id: "act-said" });
    const fields = act.fields.map((each) => {
      const props = { id: `act-${each.name}`, name: each.name, required: each.needed, maxlength: 1000 };
      const node = each.day ? dayField({ ...props, max: today() }).node : each.options ? h("select", props, each.options.map(([value, text]) => h("option", { value }, text))) : each.area ? h("textarea", { ...props, rows: 3 }) : h("input", { ...props, autocomplete: "off" });
      if (each.value || kept[each.name]) (node.querySelector("[name]") || node).value = each.value || kept[each.name];
      return h("label", { for: props.id }, h("span", null, t(`act.field.${each.label || each.name}`), each.needed ? h("span", { class: "needed" }, ` ${t("act.needed")}`) : null), node);
    });
    const trying = button(t("act.trial"), () => form.reportValidity() && send(true));
    const recording = h("button", { type: "submit", class: "button strong" }, t("act.record"));
    const wait = (/** @type {boolean} */ on, /** @type {boolean} */ trial) => {
      busy = on;
      for (const each of [trying, recording]) each.disabled = on;
      put(trying, t(on && trial ? "act.trying" : "act.trial"));
      put(recording, t(on && !trial ? "act.recording" : "act.record"));
    };
    const form = h("form", { class: "form", oninput: (/** @type {any} */ event) => { mended(event); typed.keep(valuesOf(form)); }, onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); if (!busy) sending = send(false); } },
      h("p", { class: "act-on" }, h("strong", null, act.of[0]), act.of.slice(1).map((line) => h("span", null, line))),
      act.hint ? h("p", { class: "hint" }, act.hint) : null, fields, said, h("p", { class: "acts" }, act.trial ? trying : null, recording));
    const send = async (/** @type {boolean} */ trial) => {
      if (busy) return null;
      const values = valuesOf(form);
      for (const each of act.fields) if (each.unless && each.unless === values.outcome) delete values[each.name];
      const given = Object.entries({ ...values, ...act.with }).filter(([, text]) => text !== "");
      const body = { ...Object.fromEntries(given), ...(act.trial ? { dry_run: trial } : {}) };
      const text = JSON.stringify(body);
      if (text !== sent) [sent, key] = [text, api.newKey()]; // sent again as it was, it is the same act
      wait(true, trial);
      put(said);
      try {
        const answer = await api.ask(`/v1/${act.path}`, undefined, { method: "POST", body, key, by });
        by = api.who()?.name;
        if (!trial) close(answer);
        wait(false, trial);
        if (trial) put(said, h("p", null, t(answer.effective === false ? "act.would_not" : "act.would")), outcome(answer));
        return trial ? null : answer;
      } catch (error) {
        wait(false, trial);
        const why = forbidden(error) ? `${t("act.not_yours")} ${/** @type {any} */ (error).detail}` : wordsOf(error);
        (trial ? trying : recording).focus();
        const words = refusedField(form, why, "act-said") || spoken(why);
        if (/** @type {any} */ (error).code === "not_sent") { // another one is there: it is kept for whose it is
          close();
          toast(words);
        }
        const told = [words, error instanceof api.Problem && error.code === "unreachable" ? ` ${t("act.kept")}` : ""].join("");
        put(said, h("p", { class: "warn", role: "alert" }, told));
        if (!open && !trial) toast(t("act.not_done", { title: act.title, words: told }));
        return null;
      }
    };
    return form;
  }, { as: "act" });
  open = false;
  const answer = recorded || (await sending);
  if (!answer) return;
  typed.drop();
  toast(t("act.done"));
  changed(answer);
}

/** A refusal without its codes, acts called as on the buttons: the commands stand in brackets in Chinese, and bare in a list in English. @param {string} detail */
export function spoken(detail) {
  const called = (/** @type {string} */ word) => (has(`act.${word.replace(" ", "-")}`) ? t(`act.${word.replace(" ", "-")}`) : word);
  return detail
    .replace(/[^、：；（）]+（([a-z][a-z -]*)）/g, (_, word) => called(word))
    .replace(/。?代码 \[\w+\]$/, "")
    .replace(/refused \[\w+\]/, "refused")
    .replace(/(possible at it[^:]*: )([a-z ,-]+)$/, (_, head, words) => head + words.split(", ").map(called).join(", "));
}

/** How each finding that the act reaches stood before and stands after it. @param {any} answer */
function outcome(answer) {
  if (!answer.rows) return h("p", null, [t(`task.${answer.outcome}`), answer.on, answer.by].filter(Boolean).join(" · ")); // a task has no stages
  return h("ul", { class: "lines" }, answer.rows.map((/** @type {any} */ row) => h("li", null, `${label("status", row.before)} → ${label("status", row.after)}`, answer.rows.length > 1 ? h("small", null, ` ${row.decision}`) : null)));
}
