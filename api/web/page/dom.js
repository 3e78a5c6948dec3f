// @ts-check
/** Building blocks of the page. Text is only ever set as text: nothing that the service says becomes markup, or turns the writing round. */

import { plain, t } from "./words.js";

const SPOKEN = new Set(["title", "aria-label"]);
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag @param {Record<string, any> | null} [props] @param {...any} children
 * @returns {any}
 */
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** @param {string} tag @param {Record<string, any> | null} [props] @param {...any} children @returns {any} */
export function s(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") for (const [key, each] of Object.entries(value)) node.dataset[key] = each;
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : SPOKEN.has(name) ? plain(String(value)) : String(value));
  }
  append(node, children);
  return node;
}

export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false && child !== "") node.append(typeof child === "string" ? plain(child) : child);
  }
  return node;
}

/** Put other content into a node. @param {any} node @param {...any} children */
export function put(node, ...children) {
  node.replaceChildren();
  return append(node, children);
}

const ICONS = {
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 20 20",
  close: "M6 6 18 18M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  hide: "M4 4l16 16M10 6.2A9 9 0 0 1 21 12a13 13 0 0 1-2.5 3.3M6.3 7.5A13 13 0 0 0 3 12a9 9 0 0 0 11.5 5.3M10 10a3 3 0 0 0 4 4",
  pin: "M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v5",
  tree: "M4 12h5M9 5v14M9 5h4M9 12h4M9 19h4M15 3h5v4h-5zM15 10h5v4h-5zM15 17h5v4h-5z",
  free: "M6 5a2 2 0 1 0 0 4 2 2 0 0 0 0-4M18 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4M10 16a2 2 0 1 0 0 4 2 2 0 0 0 0-4M8 7.5l8 2M7 9l2.5 7M16.5 11.5 11.5 16.5",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  export: "M12 4v11M8 8l4-4 4 4M5 15v4h14v-4",
  star: "M12 4l2.5 5.2 5.5.7-4 4 1 5.6-5-2.7-5 2.7 1-5.6-4-4 5.5-.7z",
  group: "M5 8a3 3 0 0 1 3-3h8a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3zM9 10h6M9 14h6",
  copy: "M9 9h10v11H9zM5 15V4h10",
  filter: "M4 6h16l-6 7v6l-4-2v-4z",
  moon: "M19 14.5A7.5 7.5 0 0 1 9.5 5 7.5 7.5 0 1 0 19 14.5",
  calendar: "M5 6h14v14H5zM5 10h14M9 4v4M15 4v4",
  help: "M9.5 9a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .9-1 1.7M12 16.5v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
  menu: "M5 12h.01M12 12h.01M19 12h.01",
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  return s("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, s("path", { d: ICONS[name] }));
}

/** A button with words, or with an icon and the words as its name. @param {string} label @param {() => void} act */
export function button(label, act, props = {}) {
  const { icon: picture, ...more } = /** @type {any} */ (props);
  const inner = picture ? icon(picture) : label;
  const named = picture ? { "aria-label": label, title: label } : {};
  return h("button", { type: "button", class: picture ? "tool" : "button", ...named, ...more, onclick: act }, inner);
}

/** A link inside the page. @param {any} text @param {() => void} act */
export function link(text, act, props = {}) {
  return h("button", { type: "button", class: "link", ...props, onclick: act }, text);
}

/** A text whose days are not broken over two lines. @param {string} text */
export const dated = (text) => text.split(/(\d{4}-\d\d-\d\d)/).map((part, i) => (i % 2 ? h("span", { class: "nowrap" }, part) : part));

export const loading = (text = t("state.loading")) => h("p", { class: "state loading", role: "status" }, h("span", { class: "spinner" }), text);
/** @param {string} title @param {string} [help] @param {any} [more] */
export const empty = (title, help, more) => h("div", { class: "state" }, h("p", { class: "state-title" }, title), help && h("p", null, help), more);

const KNOWN = ["not_found", "invalid_input", "refused", "forbidden", "unreachable", "store_busy", "store_unavailable", "purpose_required", "unauthenticated", "not_sent", "no_answer"];
/** Whether somebody may not; who has only not said what for may, once he does. @param {any} error */
export const forbidden = (error) => error?.status === 403 && error.code !== "purpose_required";
/** What was asked cannot be answered: asked again it is answered the same. */
const WRONG = [400, 422];
const titleOf = (/** @type {any} */ error) => (forbidden(error) ? t("error.forbidden") : t(`error.${KNOWN.includes(error?.code) ? error.code : "other"}`));
/** An error in one line. @param {any} error */
export const wordsOf = (error) => (!forbidden(error) && error?.code !== "purpose_required" && error?.detail) || titleOf(error);

/** What to say of an error, and what to do. @param {any} error @param {() => void} [again] */
export function failed(error, again) {
  return h(
    "div",
    { class: "state error", role: "alert" },
    h("p", { class: "state-title" }, titleOf(error)),
    error?.detail && error.status !== 403 ? h("p", { class: "detail" }, error.detail) : null,
    again && !forbidden(error) && !WRONG.includes(error?.status) && button(t(error?.code === "purpose_required" ? "purpose.say" : "act.again"), again),
  );
}

let toastTimer = 0;
/** Say something in passing. @param {string} text */
export function toast(text) {
  const node = document.getElementById("toast");
  if (!node) return;
  node.textContent = plain(text);
  node.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => node.classList.remove("shown"), 4000);
}

/**
 * Open a dialog; what `build` returns is its content. Resolves with what `close` was given. It is about what the page shows, and closes
 * where the address becomes another one.
 * @param {string} title @param {(close: (value?: any) => void) => any} build
 * @param {{wide?: boolean, as?: "act" | "session"}} [how] `as`: a form that is kept where another person comes, or a question to who is there, which stays
 * @returns {Promise<any>}
 */
export function dialog(title, build, how = {}) {
  return new Promise((done) => {
    /** @type {any} */
    let value;
    const close = (/** @type {any} */ given) => {
      value = given;
      node.close();
    };
    const id = `title-${Math.random().toString(36).slice(2)}`;
    const head = h("header", null, h("h2", { id }, title), button(t("act.close"), () => close(), { icon: "close" }));
    const node = h("dialog", { class: how.wide ? "wide" : "", "aria-labelledby": id, "data-as": how.as }, head, h("div", { class: "dialog-body" }, build(close)));
    const gone = new AbortController();
    if (how.as !== "session") for (const moved of ["popstate", "hashchange"]) addEventListener(moved, () => close(), { signal: gone.signal });
    node.addEventListener("close", () => {
      gone.abort();
      node.remove();
      done(value);
    });
    /** A key that is held since before the dialog stood does nothing in it. */
    let held = true;
    node.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      held = held && event.repeat;
      if (held) event.preventDefault();
    }, true);
    /** Whether the mouse went down outside: who marks a text beyond the edge, or clicks twice, does not mean to close. */
    let outside = false;
    node.addEventListener("mousedown", (/** @type {MouseEvent} */ event) => { outside = event.target === node && event.detail === 1; });
    node.addEventListener("click", (/** @type {MouseEvent} */ event) => event.target === node && outside && close());
    document.body.append(node);
    node.showModal();
    /** @type {HTMLElement | null} */ (node.querySelector(".dialog-body :is(input, select, textarea)"))?.focus();
  });
}

/** Copy text, also where the clipboard is not allowed. @param {string} text */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { class: "away", value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(t("act.copied"));
}

/** Give a file to the person. @param {string} name @param {Blob} content */
export function save(name, content) {
  const url = URL.createObjectURL(content);
  const anchor = h("a", { href: url, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
