// @ts-check
/** Search as you type, among the names of the day looked at and what was on record then: a list under the field, worked by keyboard; namesakes stand apart with what tells them apart. */

import * as api from "./api.js";
import * as state from "./state.js";
import { h, icon, put, wordsOf } from "./dom.js";
import { called, label, t, today } from "./words.js";

const WAIT = 60;
/** Answers that are shown, and those that "more" asks for: as many namesakes are counted. */
const [FEW, MANY] = [12, 200];
let count = 0;

/**
 * A field that finds parties.
 * @param {{placeholder: string, pick: (item: any) => void, label: string, keep?: boolean, id?: string}} how
 */
export function searchBox(how) {
  count += 1;
  const listId = `found-${count}`;
  const status = h("span", { class: "away", role: "status", "aria-live": "polite" });
  const list = h("ul", { id: listId, role: "listbox", class: "found", hidden: true, "aria-label": how.label });
  const input = h("input", {
    type: "search", id: how.id, placeholder: how.placeholder, "aria-label": how.label, autocomplete: "off", spellcheck: "false", maxlength: 200,
    role: "combobox", "aria-expanded": "false", "aria-controls": listId, "aria-autocomplete": "list",
  });
  /** @type {any[]} */ let items = [];
  /** What they answer: nobody is chosen from the answer to another text. */ let answered = "";
  /** Whether Enter was pressed before the answer came. */ let hurried = false;
  /** What is being asked: a dialog that closes gives the keys back to the field, and that is no new question. */ let pending = "";
  let most = FEW;
  let at = -1;
  let timer = 0;
  /** @type {AbortController | null} */ let asking = null;

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const show = (/** @type {any[]} */ children) => {
    put(list, children);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  const choose = (/** @type {number} */ index) => {
    const item = items[index];
    if (!item) {
      if (!items.length || index < items.length || most === MANY) return;
      most = MANY;
      ask(items.length);
      return;
    }
    input.value = answered = how.keep ? item.name : "";
    close();
    how.pick(item);
  };
  /** What Enter does: of several of one name nobody is taken without being pointed at. */
  const enter = () => {
    if (input.value.trim() !== answered) {
      clearTimeout(timer);
      hurried = true;
      ask();
    } else if (list.hidden) return;
    else if (at < 0 && items[0]?.namesakes > 1) mark(0);
    else choose(Math.max(at, 0));
  };
  const mark = (/** @type {number} */ index) => {
    const options = [...list.querySelectorAll('[role="option"]')];
    if (!options.length) return;
    at = (index + options.length) % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    input.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  };
  /** @param {number} [from] the answer to stand at, where more of them were asked for */
  const ask = async (from = -1) => {
    asking?.abort();
    const text = input.value.trim();
    answered = "";
    if (!text) return close();
    const mine = (asking = new AbortController());
    pending = text;
    try {
      const { on, known } = state.get();
      const answer = await api.search(text, { as_of: on, known_at: known, limit: most }, mine.signal);
      items = answer.items;
      answered = text;
      at = -1;
      status.textContent = t("search.count", { count: items.length });
      if (!items.length) show([h("li", { class: "none", role: "presentation" }, answer.version ? t("search.none", { text }) : t("start.empty"), h("small", null, on || known ? t("search.none_then", { day: on || today(), known: known || t("time.is_today") }) : t("search.none_help")))]);
      else show([
        ...items.map((item, index) => option(item, `${listId}-${index}`, items[index - 1], () => choose(index))),
        items.length < most ? null : most < MANY ? h("li", { role: "option", id: `${listId}-more`, "aria-selected": "false", class: "more", onmousedown: (/** @type {Event} */ e) => e.preventDefault(), onclick: () => choose(items.length) }, t("search.more"))
          : h("li", { class: "none", role: "presentation" }, h("small", null, t("search.narrow")))]);
      if (from >= 0) mark(from);
      if (hurried && items.length && document.activeElement === input) enter(); // whoever went on elsewhere meanwhile stays there
      hurried = false;
    } catch (error) {
      if (/** @type {any} */ (error).name !== "AbortError") show([h("li", { class: "none", role: "presentation" }, t("search.failed"), ["refused", "purpose_required"].includes(/** @type {any} */ (error).code) ? h("small", null, wordsOf(error)) : null)]);
    } finally {
      if (asking === mine) pending = "";
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    hurried = false;
    most = FEW;
    timer = window.setTimeout(() => ask(), WAIT);
  });
  input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else mark(event.key === "ArrowDown" ? at + 1 : Math.max(at, 0) - 1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      enter();
    } else if (event.key === "Escape") {
      if (!list.hidden) event.stopPropagation();
      close();
    }
  });
  input.addEventListener("blur", () => setTimeout(() => document.activeElement !== input && close(), 150)); // a field that has the keys again keeps its list
  input.addEventListener("focus", () => input.value.trim() && input.value.trim() !== pending && ask());
  return h("div", { class: "search", role: "search" }, icon("search"), input, list, status);
}

/** One answer; the first of several namesakes says how many there are. */
function option(item, id, before, choose) {
  const several = item.namesakes > 1;
  const first = several && before?.name !== item.name;
  const places = [item.enterprise, ...item.elsewhere].filter(Boolean).map((place) => place.name);
  const named = item.decisions.length ? t("search.named_in", { numbers: item.decisions.join(t("list.join")) }) : "";
  const told = [places.join(t("list.join")), item.posts.join(t("list.join")), named, ...item.numbers.filter((n) => n.value !== item.matched?.text).map((n) => `${label("scheme", n.scheme)} ${n.value}`)];
  return h(
    "li",
    { role: "option", id, "aria-selected": "false", class: several ? "several" : "", onmousedown: (/** @type {Event} */ e) => e.preventDefault(), onclick: choose },
    h("span", { class: `kind kind-${item.kind}`, "aria-hidden": "true" }, short(item.kind)),
    h(
      "span",
      { class: "what" },
      h("strong", null, called(item)),
      first && h("em", { class: "count" }, t("search.namesakes", { count: item.namesakes >= 200 ? "200+" : item.namesakes })),
      item.matched && h("small", null, t("search.matched", { kind: t(`name_kind.${known(item.matched.kind)}`), text: item.matched.text })),
      h("small", null, told.filter(Boolean).join(" · ") || label("entity_kinds", item.kind)),
    ),
  );
}

/** One sign for a kind. @param {string} kind */
const short = (kind) => (kind === "person" || kind === "company" ? t(`kind.${kind}_short`) : [...label("entity_kinds", kind)][0].toUpperCase());
const known = (/** @type {string} */ kind) => (["full", "short", "former", "alias", "uscc", "cn_stock", "registration"].includes(kind) ? kind : "other");
