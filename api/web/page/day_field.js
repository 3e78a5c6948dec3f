// @ts-check
/**
 * A field for a day, written `2024-05-01` in every language of the page. The browser's own date fields follow the language of the
 * browser; its calendar opens from a button beside the field. What an official may type (`2024/5/1`, `2024年5月1日`) is read too.
 */

import { isDay, readDay } from "./dates.js";
import { h, icon } from "./dom.js";
import { t } from "./words.js";

/**
 * @param {Record<string, any>} props of the field; `max` and `min` are days
 * @param {(day: string) => void} [chosen] called with a day that can be read, or with nothing when the field was emptied
 * @returns {{node: any, input: any}} what to put into the page, and the field whose `value` is the day
 */
export function dayField(props, chosen = () => {}) {
  const { max, min, value, ...more } = props;
  const input = h("input", { ...more, type: "text", inputmode: "numeric", autocomplete: "off", placeholder: t("day.form"), size: 10, maxlength: 20, class: `day ${more.class || ""}`.trim(), value: value || "" });
  const picker = h("input", { type: "date", class: "picker", tabindex: -1, "aria-hidden": "true", max, min });
  let last = input.value;
  const wrong = () => {
    const day = readDay(input.value);
    if (!input.value.trim()) return "";
    if (!day) return t("day.unread");
    return max && day > max ? t("day.late", { day: max }) : min && day < min ? t("day.early", { day: min }) : "";
  };
  const look = () => {
    input.setCustomValidity(wrong());
    input.setAttribute("aria-invalid", String(!input.validity.valid));
  };
  const take = () => {
    look();
    if (!input.validity.valid && input.value.trim()) return input.reportValidity();
    input.value = readDay(input.value) || "";
    if (input.value !== last) chosen((last = input.value));
  };
  input.addEventListener("focus", () => (last = readDay(input.value) || ""));
  input.addEventListener("input", () => (isDay(input.value) ? take() : look()));
  input.addEventListener("change", take);
  picker.addEventListener("change", () => {
    input.value = picker.value;
    take();
    input.dispatchEvent(new Event("input", { bubbles: true })); // a form that keeps what was typed hears of it
  });
  const open = h("button", { type: "button", class: "open-picker", "aria-label": t("day.pick"), title: t("day.pick"), onclick: () => {
    last = readDay(input.value) || "";
    picker.value = last;
    picker.showPicker();
  } }, icon("calendar"));
  return { node: h("span", { class: "day-field" }, input, picker, open), input };
}
