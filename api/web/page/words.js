// @ts-check
/** The words of the page in the language chosen, and the labels of codes as the service gives them. */

import { WORDS } from "./dictionary.js";
import { WORK_WORDS } from "./dictionary_work.js";

const ALL = { ...WORDS, ...WORK_WORDS };
const LANGS = ["zh", "en"];
let place = 0;
/** @type {Record<string, Record<string, string>>} */
let labels = {};
let todays = new Date().toISOString().slice(0, 10);

/** @param {string} lang */
export function choose(lang) {
  place = Math.max(LANGS.indexOf(lang), 0);
  document.documentElement.lang = LANGS[place] === "zh" ? "zh-CN" : "en";
  document.title = t("page.title");
}

export const lang = () => LANGS[place];
/** The day of the service: what "now" means. */
export const today = () => todays;

/** @param {string} key @param {Record<string, any>} [values] */
export function t(key, values = {}) {
  const entry = /** @type {Record<string, string[]>} */ (ALL)[key];
  if (!entry) {
    console.error(`no words for ${key}`);
    return key;
  }
  return entry[place].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** Signs that nobody sees, and those that turn the writing round: a name with one would be read as another name. */
const UNSEEN = new RegExp("(?![\\t\\n\\r])[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\p{Zl}\\p{Zp}\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180d\\u180f\\u2800\\u3164\\ufe00-\\ufe0f\\uffa0]", "gu");
/** A text as it is shown: what nobody sees is told by its number. @param {string} text */
export const plain = (text) => text.replace(UNSEEN, (sign) => `[U+${/** @type {number} */ (sign.codePointAt(0)).toString(16).toUpperCase().padStart(4, "0")}]`);

/** Which one of several people of one name at one enterprise: what stands behind `@` in the id. Of one begun by `?` nothing tells who it is. @param {string} id */
export function which(id) {
  const found = /#[^@]*@([^]+)$/.exec(id);
  return found ? `〔${found[1].startsWith("?") ? t("name.unsettled") : found[1].split(":").pop()}〕` : "";
}
/** A name as it is told; what the public is not shown says so in words. @param {string} name */
export const nameOf = (name) => name.replace(/█+/g, t("name.hidden"));
/** What a party is called: of several people of one name at one enterprise with which one it is. @param {{id: string, name: string}} party */
export const called = (party) => `${nameOf(party.name)}${which(party.id)}`;

/** The room of a text: a Chinese sign takes that of two others. @param {string} text */
export const wide = (text) => [...text].reduce((sum, sign) => sum + (sign > "\u2e80" ? 2 : 1), 0);
/** As much of a text as has room. @param {string} text @param {number} room */
export function cut(text, room) {
  let left = room;
  const signs = [...text];
  const kept = signs.filter((sign) => (left -= wide(sign)) >= 0);
  return kept.length < signs.length ? `${kept.slice(0, -1).join("")}…` : text;
}

/** When something was recorded, written like the days of the page in either language. @param {string} text */
export const momentText = (text) => new Date(text).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" }); // 2026-11-28 10:32:05, where the days of the page are those of China

/** Whether there are words. @param {string} key */
export const has = (key) => key in ALL;

/** @param {{lists: Record<string, Record<string, string>>, today: string}} answer */
export function learn(answer) {
  labels = answer.lists;
  todays = answer.today;
}

/** The label of a code; the code itself where the list does not have it. @param {string} list @param {string | null | undefined} code */
export const label = (list, code) => (code ? labels[list]?.[code] ?? code : "");
/** What a measure is called: answers hold its Chinese name. @param {string} name */
export const measureName = (name) => label("measures", name);
/** What a rule is called; its id where the rules in use do not have it. @param {string} id */
export const ruleName = (id) => label("rules", id);
/** What a territory is called; one without a name here is told by where it lies. @param {string} code */
export function territory(code) {
  const above = /^\d{6}$/.test(code) ? [code, code.slice(0, 4), code.slice(0, 2)].find((part) => labels.divisions?.[part]) : undefined;
  return above && above !== code ? t("place.within", { place: label("divisions", above), code }) : label("divisions", code);
}
/** The codes of a list with their labels. @param {string} list */
export const listed = (list) => Object.entries(labels[list] ?? {});
/** The label of an office or another interest. @param {string} code */
export const interest = (code) => labels.roles?.[code] ?? labels.interests?.[code] ?? code;
/** A percentage. @param {number | null | undefined} least @param {number | null | undefined} [most] */
export function percent(least, most = least) {
  if (least === null || least === undefined) return "";
  const show = (/** @type {number} */ value) => `${Number(value.toFixed(4))}`;
  const [low, high] = [show(least), show(most ?? least)];
  return low === high ? `${low}%` : `${low}–${high}%`;
}
/** A period in words. @param {string | null | undefined} text */
export function periodText(text) {
  if (!text) return "";
  const [from, until] = text.split("/");
  const say = (/** @type {string} */ part) => (part === "open" ? t("date.open") : part === "unknown" ? t("date.unknown") : part);
  if (until === "open" && from !== "open") return t("date.since", { from: say(from) });
  return until === undefined || from === until ? say(from) : t("date.period", { from: say(from), until: say(until) });
}
/** The last day of a measure in words. @param {string | null | undefined} until */
export const untilText = (until) => (until === "life" ? t("date.life") : until || t("date.none"));
/** How long a measure lasts, in words: what was void never did, and what was restored stands again from that day. @param {{status: string, from: string | null, until: string | null, again?: string | null}} item */
export function spanText(item) {
  const span = t("date.span", { from: item.from || t("date.unknown"), until: untilText(item.until) });
  if (item.status === "annulled") return t("date.never", { span });
  return item.again ? t("date.again", { span, again: item.again }) : span;
}
