// @ts-check
/** Acts of people: a form, what the act would do, and the act itself, done once however often it is sent. What is typed is kept until then. */

import * as api from "./api.js";
import { button, dialog, h, put, toast } from "./dom.js";
import { label, t } from "./words.js";

/**
 * @typedef {{name: string, area?: boolean, needed?: boolean, options?: [string, string][]}} Field
 * @typedef {{title: string, path: string, fields: Field[], trial?: boolean, fixed?: Record<string, string>}} Act
 */

const NUMBER = { name: "number" };
const TEXT = { name: "text", area: true };

/** An act on a case, as `zeren case` calls it. @param {string} word @param {string} finding @returns {Act} */
export const onCase = (word, finding) => ({ title: t(`act.${word}`), path: `cases/${encodeURIComponent(finding)}/${word}`, fields: [NUMBER, TEXT], trial: true });
/** A ruling on a claim. @param {string} word @param {string} claim @returns {Act} */
export const onClaim = (word, claim) => ({ title: t(`act.claim.${word}`), path: `identity/${encodeURIComponent(claim)}/${word}`, fields: [{ name: "reason", area: true, needed: true }] });
/** What the own unit did with a task, in answer to the message that the list shows. @param {string} task @param {string} message @returns {Act} */
export const onTask = (task, message) => ({
  title: t("act.feedback"),
  path: `tasks/${encodeURIComponent(task)}/feedback`,
  fields: [{ name: "outcome", options: ["executed", "refused", "not_applicable"].map((code) => [code, t(`task.${code}`)]) }, TEXT],
  fixed: { message },
});

/** A button that opens the form of an act. @param {Act} act @param {() => void} changed @param {string} [kind] */
export const actButton = (act, changed, kind = "") => button(act.title, () => ask(act, changed), { class: `button small ${kind}` });

/** @param {Act} act @param {() => void} changed called when something was recorded */
async function ask(act, changed) {
  const draft = `zeren.act.${act.path}`;
  const kept = JSON.parse(sessionStorage.getItem(draft) || "{}");
  let sent = "";
  let key = "";
  const recorded = await dialog(act.title, (close) => {
    const said = h("div", { role: "status" });
    const fields = act.fields.map((each) => {
      const props = { id: `act-${each.name}`, name: each.name, required: each.needed, maxlength: 1000 };
      const node = each.options ? h("select", props, each.options.map(([value, text]) => h("option", { value }, text))) : each.area ? h("textarea", { ...props, rows: 3 }) : h("input", { ...props, autocomplete: "off" });
      if (kept[each.name]) node.value = kept[each.name];
      return h("label", { for: props.id }, t(`act.field.${each.name}`), node);
    });
    const form = h("form", { class: "form", oninput: () => sessionStorage.setItem(draft, JSON.stringify(values())), onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); send(false); } },
      fields, said, h("p", { class: "acts" }, act.trial ? button(t("act.trial"), () => send(true)) : null, h("button", { type: "submit", class: "button strong" }, t("act.record"))));
    const values = () => Object.fromEntries([...form.querySelectorAll("input, select, textarea")].map((each) => [each.name, each.value.trim()]));
    const send = async (/** @type {boolean} */ trial) => {
      const body = { ...values(), ...act.fixed, ...(act.trial ? { dry_run: trial } : {}) };
      const text = JSON.stringify(body);
      if (text !== sent) [sent, key] = [text, api.newKey()]; // sent again as it was, it is the same act
      try {
        const answer = await api.ask(`/v1/${act.path}`, undefined, { method: "POST", body, key });
        if (!trial) return close(true);
        put(said, h("p", null, t("act.would")), outcome(answer));
      } catch (error) {
        put(said, h("p", { class: "warn", role: "alert" }, /** @type {any} */ (error).detail || t("error.other")));
      }
    };
    return form;
  });
  if (!recorded) return;
  sessionStorage.removeItem(draft);
  toast(t("act.done"));
  changed();
}

/** How each finding that the act reaches stood before and stands after it. @param {any} answer */
function outcome(answer) {
  return h("ul", { class: "lines" }, answer.rows.map((/** @type {any} */ row) => h("li", null, `${label("status", row.before)} → ${label("status", row.after)}`, h("small", null, ` ${row.finding}`))));
}
