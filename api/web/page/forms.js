// @ts-check
/** Forms: what is typed into one is kept in this tab until it is sent, and a refusal is called by the name of the field that it is about. */

import { own } from "./api.js";
import { t } from "./words.js";

/**
 * What is typed into a form and not sent: his own who is at the page, and of this matter alone.
 * @param {string} matter what the form would do, to whom
 */
export function draft(matter) {
  const place = own(`zeren.draft.${matter}`);
  return { kept: read(place), keep: (/** @type {any} */ values) => sessionStorage.setItem(place, JSON.stringify(values)), drop: () => sessionStorage.removeItem(place) };
}

/** What was kept, by field; nothing where that cannot be read. @param {string} place @returns {Record<string, any>} */
function read(place) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(place) || "{}");
    return kept && typeof kept === "object" ? kept : {};
  } catch {
    return {};
  }
}

/** What a form holds, by field. @param {any} form @returns {Record<string, string>} */
export const valuesOf = (form) => Object.fromEntries([...form.querySelectorAll("[name]")].map((each) => [each.name, each.value.trim()]));

/**
 * A refusal in the words of the form: the service calls a field by its name. The field is marked, and has the keys.
 * @param {any} form @param {string} detail @param {string} said the id of where it is told @returns {string | undefined} nothing where it is about no field
 */
export function refusedField(form, detail, said) {
  const [, name, reason] = /^(\w+)\s*[：:]\s*([^]*)$/.exec(detail) || [];
  const field = name ? form.querySelector(`[name="${name}"]`) : null;
  if (!field) return undefined;
  for (const [key, value] of Object.entries({ "aria-invalid": "true", "aria-describedby": said })) field.setAttribute(key, value);
  field.focus();
  const called = field.closest("label").firstChild.textContent;
  return t("act.refused", { field: called.replace(/\s*[（(].*$/, ""), reason });
}

/** Typed anew, it is not what was refused. @param {any} event */
export const mended = (event) => event.target.removeAttribute("aria-invalid");
