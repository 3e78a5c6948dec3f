// @ts-check
/**
 * Days and periods as the service writes them: `2016`, `2016-03`, `2016-03-05`, `a..b`, `open`, `unknown`. A comparison answers yes,
 * no or maybe, as the service does: an unknown end is not an open end.
 */

const FIRST = "0001-01-01";
const LAST = "9999-12-31";
/** @typedef {[string, string]} Span earliest and latest possible day */
/** @type {Map<string, {start: Span, end: Span}>} */
const known = new Map();

/** @param {string} text @returns {Span} */
export function partial(text) {
  if (text === "open") return [LAST, LAST];
  if (text === "unknown" || !text) return [FIRST, LAST];
  if (text.includes("..")) {
    const [from, to] = text.split("..");
    return [from ? partial(from)[0] : FIRST, to ? partial(to)[1] : LAST];
  }
  const [year, month, day] = text.split("-");
  if (day) return [text, text];
  if (month) return [`${text}-01`, `${text}-${String(new Date(Date.UTC(+year, +month, 0)).getUTCDate()).padStart(2, "0")}`];
  return [`${year}-01-01`, `${year}-12-31`];
}

/** @param {string} text */
export function period(text) {
  let found = known.get(text);
  if (!found) {
    const [start, end] = text.split("/");
    found = { start: partial(start), end: partial(end ?? start) };
    known.set(text, found);
  }
  return found;
}

/** Whether something held on a day. @param {string} text @param {string} day @returns {"yes" | "no" | "maybe"} */
export function heldOn(text, day) {
  const { start, end } = period(text);
  if (start[0] > day || end[1] < day) return "no";
  return start[1] <= day && end[0] >= day ? "yes" : "maybe";
}

/** The first and last day that are stated, null where none is. @param {string} text */
export function ends(text) {
  const { start, end } = period(text);
  const from = start[0] !== FIRST ? start[0] : start[1] !== LAST ? start[1] : null;
  const until = end[0] === LAST ? null : end[1] !== LAST ? end[1] : end[0] !== FIRST ? end[0] : null;
  return { from, until, open: end[0] === LAST };
}

/** @param {string} day */
export const number = (day) => Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000);
/** @param {number} count */
export const dayOf = (count) => new Date(count * 86_400_000).toISOString().slice(0, 10);
/** @param {string | undefined} text */
export const isDay = (text) => Boolean(text && /^\d{4}-\d\d-\d\d$/.test(text) && text >= FIRST && !Number.isNaN(number(text)) && dayOf(number(text)) === text);

/** The day that a person wrote, whichever signs part year, month and day; null where it is none. @param {string} text */
export function readDay(text) {
  const found = /^(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d\d)(\d\d))$/.exec(text.replaceAll(/\s/g, ""));
  if (!found) return null;
  const [year, month, day] = found.slice(1).filter((part) => part !== undefined);
  const read = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return isDay(read) ? read : null;
}
