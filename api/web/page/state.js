// @ts-check
/**
 * What is being looked at, as the part of the address after `#`: it is never sent to the service, and whoever is given the address
 * sees the same picture.
 */

import { isDay } from "./dates.js";

/** Keys that may stand more than once. */
const MANY = new Set(["open", "hide", "pin", "role", "to", "way"]);
/** @typedef {Record<string, any>} State */

/** Pages of casework. */
export const PAGES = ["home", "queue", "due", "claims", "tasks", "check", "record", "matrix", "report"];
const number = (/** @type {string} */ text) => /^\d+(\.\d+)?$/.test(text);
const one = (/** @type {string[]} */ ...those) => (/** @type {string} */ text) => those.includes(text);
/** What a value has to look like; one that does not is left out, and said. @type {Map<string, (text: string) => boolean>} */
const SHAPES = new Map(Object.entries({
  on: isDay, since: isDay, until: isDay, known: (text) => isDay(text.split("T")[0]) || /^\d+$/.test(text), share: (text) => number(text) && +text <= 100,
  lang: one("zh", "en"), v: one(...PAGES), tab: one("card", "graph", "why", "table"), c: one("graph", "owners", "controls", "controlled", "paths", "time"), t: one("ties", "parties"),
}));
/** @type {Set<string>} */
const unread = new Set();

/** @type {State} */
let current = read(location.hash);
/** @type {Array<(now: State, before: State) => void>} */
const listeners = [];

/** @param {string} hash @returns {State} */
export function read(hash) {
  /** @type {State} */
  const found = Object.create(null); // a key of any name is only a key
  for (const [key, value] of new URLSearchParams(hash.replace(/^#/, ""))) {
    if (!(SHAPES.get(key)?.(value) ?? true)) unread.add(`${key}=${value}`);
    else if (MANY.has(key)) (found[key] = found[key] || []).push(value);
    else found[key] = value;
  }
  return found;
}

/** What of addresses could not be read since this was asked last. @returns {string[]} */
export function odd() {
  const found = [...unread];
  unread.clear();
  return found;
}

const escaped = (/** @type {any} */ part) => String(part).replaceAll("%", "%25").replaceAll("~", "%7E");
/** Parts of an entry as one text, whatever stands in them. @param {...any} parts */
export const joined = (...parts) => parts.map(escaped).join("~");
/** The parts of an entry. @param {string} entry */
export const parted = (entry) => entry.split("~").map((part) => part.replaceAll("%7E", "~").replaceAll("%25", "%"));

/** @param {State} state */
export function write(state) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(state)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null && each !== "" && each !== false) query.append(key, String(each));
    }
  }
  return `#${query}`;
}

export function get() {
  return current;
}

/** What is called whose id whoever looks may not know, a person or a telephone: nothing can be asked by it. */
const MASKED = /^(person|telephone)-[0-9a-f]+(~|$)/;
let refuse = () => {};

/** Say what happens where somebody masked is to be looked at. @param {() => void} act */
export function refuseMasked(act) {
  refuse = act;
}

/**
 * Change something; everybody who listens is told. `quiet` replaces the entry of the history instead of adding one.
 * @param {State} patch @param {{quiet?: boolean, whole?: boolean}} [how]
 */
export function set(patch, how = {}) {
  if (Object.values(patch).flat().some((value) => typeof value === "string" && MASKED.test(value))) return refuse();
  const before = current;
  const next = how.whole ? { lang: before.lang, ...patch } : { ...before, ...patch };
  const address = write(next);
  if (address === write(before)) return;
  current = read(address);
  if (how.quiet) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  for (const listener of listeners) listener(current, before);
}

/** @param {(now: State, before: State) => void} listener */
export function listen(listener) {
  listeners.push(listener);
}

function moved() {
  const before = current;
  const next = read(location.hash);
  if (write(next) === write(before)) return;
  current = next;
  for (const listener of listeners) listener(current, before);
}

addEventListener("popstate", moved);
addEventListener("hashchange", moved);

/** Whether any of these keys differ between two states. @param {State} a @param {State} b @param {string[]} keys */
export function differs(a, b, keys) {
  return keys.some((key) => String(a[key] ?? "") !== String(b[key] ?? ""));
}
