// @ts-check
/** Time: a slider with marks where something changed, and the life of a party on one line each. */

import { dayOf, ends, isDay, number } from "./dates.js";
import { dayField } from "./day_field.js";
import { button, h, put, s } from "./dom.js";
import { SIGNS } from "./graph_style.js";
import { amounts, isOver } from "./model.js";
import { called, cut, measureName, periodText, t, today, untilText, wide as width } from "./words.js";

/** Days outside of these are slips of the hand, and would stretch the slider. */
const [FIRST, LAST] = ["1949-10-01", "2100-12-31"];

/** Years that the slider tells at most, and from where on, in per cent, one has no room behind its line. */
const [YEARS, NEAR_END] = [9, 93];

/** @typedef {{day: string, kind: "role" | "conduct" | "listing" | "measure" | "paused" | "proposal", text: string, until?: string | null}} Mark */

/** What happened when, from a card and from what is drawn. @param {any} card @param {any[]} edges @param {any[]} drawn decisions in the graph @returns {Mark[]} */
export function marksOf(card, edges, drawn) {
  /** @type {Mark[]} */
  const marks = [];
  const add = (/** @type {Mark["kind"]} */ kind, /** @type {string | null | undefined} */ day, /** @type {string} */ text, /** @type {any} */ until = undefined) => {
    if (day && isDay(day) && day > "1950" && day < "2079") marks.push({ kind, day, text, until });
  };
  for (const edge of edges) {
    if (!["decision", "naming"].includes(edge.interest) && !["is_at", "reached_at", "bids_in"].includes(edge.interest)) {
      const { from, until } = ends(edge.period);
      add("role", from, t("time.begins", { what: edge.label }));
      add("role", until, t("time.ends", { what: edge.label }));
    }
  }
  for (const item of [...drawn, ...(card ? [...card.decisions, ...card.namings.map((n) => n.decision)] : [])]) {
    add("listing", item.date, `${item.kind_label} ${item.number || ""}`);
    if (item.conduct) {
      const { from, until } = ends(item.conduct);
      add("conduct", from, t("time.conduct", { number: item.number || item.id }), until || from);
    }
  }
  for (const item of card ? card.findings : []) {
    for (const span of spans(card, item)) add(span.kind, span.from, measures(item), span.until === "life" ? dayOf(number(today()) + 365) : span.until);
  }
  const seen = new Set();
  return marks.filter((mark) => !seen.has(`${mark.kind}${mark.day}${mark.text}`) && seen.add(`${mark.kind}${mark.day}${mark.text}`)).sort((a, b) => (a.day < b.day ? -1 : 1));
}

const measures = (/** @type {any} */ item) => item.measures.map((/** @type {any} */ m) => measureName(m.name_zh)).join(t("list.join"));

/**
 * The days of what restricts: proposed, in force (red is for that alone), paused, each as it stood then.
 * @param {any} card @param {any} item a finding @returns {{kind: "measure" | "paused" | "proposal", from: string, until: string | null}[]}
 */
export function spans(card, item) {
  if (item.effect !== "restrict" || item.outcome !== "established") return [];
  /** @type {any[]} */
  const found = [];
  const course = card.courses[item.id];
  course.forEach((/** @type {any} */ each, /** @type {number} */ place) => {
    const next = course[place + 1]?.since;
    const from = [each.since, each.from].filter(Boolean).sort().at(-1);
    const until = next && (!each.until || each.until === "life" || next <= each.until) ? dayOf(number(next) - 1) : each.until;
    if (!from || isOver(until, from)) return;
    const kind = amounts({ ...item, decided: null, course: [each] }, from);
    const before = found.at(-1);
    if (before?.kind === kind && dayOf(number(before.until) + 1) === from) before.until = until;
    else if (["measure", "paused", "proposal"].includes(kind)) found.push({ kind, from, until });
  });
  return found;
}

/**
 * The slider: moving it changes the day at once; `known` asks what was on record on another day.
 * @param {{change: (day: string, quiet: boolean) => void, know: (text: string) => void}} act
 */
export function slider(act) {
  let first = 0;
  let last = 1;
  let looked = number(today());
  /** @type {Mark[]} */ let marks = [];
  const range = h("input", { type: "range", min: 0, max: 1, step: 1, "aria-label": t("time.slider"), class: "range" });
  const field = dayField({ "aria-label": t("time.day"), min: FIRST, max: LAST }, (day) => day && act.change(day, false));
  const scale = h("div", { class: "years", "aria-hidden": "true" });
  const picture = s("svg", { class: "marks", "aria-hidden": "true", preserveAspectRatio: "none" });
  const known = dayField({ "aria-label": t("time.known"), min: FIRST, max: today() }, act.know);
  const where = h("output", { class: "then-now", "aria-live": "polite" });

  range.addEventListener("input", () => act.change(dayOf(+range.value), true));
  range.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "PageUp" || event.key === "PageDown") {
      event.preventDefault();
      jump(event.key === "PageUp" ? 1 : -1);
    }
  });

  const stops = () => [...new Set(marks.flatMap((m) => (m.until && isDay(m.until) ? [m.day, m.until] : [m.day])))].sort();
  function jump(/** @type {number} */ way) {
    const now = dayOf(+range.value);
    const days = stops();
    const next = way > 0 ? days.find((day) => day > now) : days.reverse().find((day) => day < now);
    if (next) act.change(next, false);
  }
  function paint() {
    const at = (/** @type {string} */ day) => ((Math.min(Math.max(number(day), first), last) - first) / (last - first || 1)) * 1000;
    const years = Array.from({ length: +dayOf(last).slice(0, 4) - +dayOf(first).slice(0, 4) }, (_, i) => +dayOf(first).slice(0, 4) + i + 1);
    const every = Math.ceil(years.length / YEARS);
    put(scale, years.filter((year) => year % every === 0).map((year) => {
      const place = at(`${year}-01-01`) / 10;
      const before = place > NEAR_END; // a label that has no room behind its line stands before it
      const told = h("span", { class: before ? "before" : "" }, String(year));
      if (before) told.style.right = `${100 - place}%`;
      else told.style.left = `${place}%`;
      return told;
    }));
    const title = (/** @type {Mark} */ mark) => s("title", null, `${mark.day} ${mark.text}`);
    picture.setAttribute("viewBox", "0 0 1000 22");
    put(
      picture,
      marks.filter((m) => ["conduct", "measure", "paused", "proposal"].includes(m.kind)).map((m) => s("rect", { class: m.kind, x: at(m.day), y: m.kind === "conduct" ? 4 : 13, width: Math.max(at(m.until && isDay(m.until) ? m.until : dayOf(last)) - at(m.day), 3), height: 6 }, title(m))),
      marks.filter((m) => m.kind === "role").map((m) => s("rect", { class: "role", x: at(m.day) - 0.8, y: 0, width: 1.6, height: 9 }, title(m))),
      marks.filter((m) => m.kind === "listing").map((m) => s("rect", { class: "listing", x: at(m.day) - 2, y: 8, width: 4, height: 14 }, title(m))),
      s("rect", { class: "today", x: at(today()) - 0.7, y: 0, width: 1.4, height: 22 }),
    );
  }
  const node = h(
    "section",
    { class: "time", "aria-label": t("time.title") },
    h("div", { class: "time-row" }, h("label", null, t("time.day"), field.node), button(t("time.before"), () => jump(-1), { class: "button small", "aria-label": t("time.before_long") }), button(t("time.after"), () => jump(1), { class: "button small", "aria-label": t("time.after_long") }), button(t("time.today"), () => act.change(today(), false), { class: "button small" }), h("label", { class: "known" }, t("time.known"), known.node)),
    h("div", { class: "track" }, range, picture, scale),
    h("p", { class: "legend" }, ["role", "conduct", "listing", "measure", "paused", "proposal", "today"].map((kind) => h("span", { class: `key ${kind}` }, h("i", { "aria-hidden": "true" }), t(`time.key.${kind}`))), where),
  );
  return {
    node,
    /** @param {Mark[]} given */
    marks(given) {
      marks = given;
      const days = [...marks.flatMap((m) => [number(m.day), m.until && isDay(m.until) ? number(m.until) : number(m.day)]), number(today())];
      first = Math.min(...days) - 90;
      last = Math.max(...days, number(today())) + 60;
      if (looked < first) first = looked - 90; // the day looked at keeps its place on the axis
      if (looked > last) last = looked + 60;
      Object.assign(range, { min: String(first), max: String(last), value: String(looked) });
      paint();
    },
    /** @param {string} day @param {string | undefined} knownAt */
    show(day, knownAt) {
      looked = number(day);
      if (looked < first || looked > last) {
        first = Math.min(first, looked);
        last = Math.max(last, looked);
        Object.assign(range, { min: String(first), max: String(last) });
        paint();
      }
      range.value = String(looked);
      range.setAttribute("aria-valuetext", day);
      field.input.value = day;
      known.input.value = knownAt && isDay(knownAt) ? knownAt : "";
      where.textContent = day === today() ? t("time.looks_today") : t("time.is_then");
      where.classList.toggle("past", day !== today());
    },
  };
}

/** The life of a party: one line a role, conduct, decision, measure. @param {any} card @param {string} day @param {(day: string) => void} go @param {number} [room] pixels that it may be wide */
export function timeline(card, day, go, room = 880) {
  const lanes = rows(card);
  if (!lanes.length) return h("p", { class: "state" }, t("time.nothing"));
  const days = lanes.flatMap((lane) => [lane.from, lane.until]).filter((each) => each && isDay(each)).map((each) => number(/** @type {string} */ (each)));
  const first = Math.min(...days, number(day)) - 120;
  const last = Math.max(...days, number(today())) + 120;
  const wide = Math.max(room, 480);
  const left = Math.round(Math.min(250, wide * 0.36));
  const [width, line] = [wide - left - 10, 24];
  const x = (/** @type {string} */ each) => left + ((Math.min(Math.max(number(each), first), last) - first) / (last - first)) * width;
  const years = [];
  for (let year = +dayOf(first).slice(0, 4) + 1; year <= +dayOf(last).slice(0, 4); year += 1) years.push(year);
  const every = Math.ceil(years.length / (width / 48));
  const high = lanes.length * line + 30;
  const key = ["measure", "paused", "proposal"].filter((kind) => lanes.some((lane) => lane.kind === kind));
  return h(
    "div",
    { class: "scroll timeline", tabindex: 0, role: "region", "aria-label": t("time.timeline") },
    s(
      "svg",
      { viewBox: `0 0 ${left + width + 10} ${high}`, width: left + width + 10, height: high, role: "img", "aria-label": t("time.timeline") },
      years.filter((year, i) => i % every === 0 && x(`${year}-01-01`) < left + width - 30).map((year) => [s("line", { class: "grid", x1: x(`${year}-01-01`), x2: x(`${year}-01-01`), y1: 18, y2: high }), s("text", { class: "year", x: x(`${year}-01-01`) + 3, y: 13 }, String(year))]),
      lanes.map((lane, i) => bar(lane, i * line + 22, x, dayOf(first), dayOf(last), go, Math.floor(left / 6))),
      s("line", { class: "looked-at", x1: x(day), x2: x(day), y1: 16, y2: high }),
    ),
    key.length ? h("p", { class: "legend" }, key.map((kind) => h("span", null, `${signOf(kind)}${t(`time.key.${kind}`)}`))) : null,
  );
}

/** The sign beside the colour of what restricts. @param {string} kind */
const signOf = (kind) => (["measure", "paused", "proposal"].includes(kind) ? `${/** @type {any} */ (SIGNS)[kind]} ` : "");

function bar(lane, y, x, first, last, go, signs) {
  const from = lane.from || first;
  const until = lane.until || last;
  const wide = Math.max(x(until) - x(from), 4);
  return s(
    "g",
    { class: `lane ${lane.kind}`, onclick: () => go(isDay(lane.from || "") ? lane.from : from) },
    s("title", null, `${t(`time.kind.${lane.kind}`)}: ${lane.text} · ${lane.dates}`),
    s("text", { x: 0, y: y + 12, class: "name" }, fitted(lane, signs)),
    s("rect", { x: x(from), y: y + 2, width: wide, height: 13, rx: 2 }),
    lane.from ? null : s("text", { class: "edge", x: x(from) + 2, y: y + 12 }, "?"),
  );
}

/** The label of a line in the room that there is, in half signs: where it has none for all, the name stays and the office is cut. @param {any} lane @param {number} room */
function fitted(lane, room) {
  const text = signOf(lane.kind) + lane.text;
  if (!lane.who || cut(text, room) === text) return cut(text, room);
  const who = cut(lane.who, room - 8);
  return `${cut(lane.what, Math.max(room - 3 - width(who), 5))} · ${who}`;
}

/** Everything with days, for the picture and the table below it. @param {any} card */
export function rows(card) {
  /** @type {any[]} */
  const found = [];
  const period = (/** @type {any} */ item, /** @type {string} */ kind, /** @type {string} */ what, /** @type {any} */ source, who = "") => {
    const { from, until } = ends(item);
    found.push({ id: `${source.id}${kind}`, kind, text: who ? `${what} · ${who}` : what, what, who, from, until, dates: periodText(item), source: source.file ? source : null });
  };
  for (const post of card.posts) if (!["is_at", "reached_at", "bids_in"].includes(post.interest)) period(post.period, "role", post.label, post, post.company.name);
  for (const held of card.holders) period(held.period, "role", held.label, held, called(held.party));
  for (const item of [...card.decisions, ...card.namings.map((n) => n.decision)]) {
    if (item.conduct) period(item.conduct, "conduct", t("time.conduct", { number: item.number || item.id }), { ...item, id: item.fact });
    if (item.date) period(item.date, "listing", `${item.kind_label} ${item.number || item.id}`, { ...item, id: item.fact });
  }
  for (const item of card.findings) {
    const line = item.effect === "restrict" && item.outcome === "established" ? spans(card, item) : item.from ? [{ kind: "finding", from: item.from, until: item.until }] : [];
    for (const { kind, from, until } of line) found.push({ id: `${item.id}${from}`, kind, text: measures(item), from, until: until === "life" ? null : until, dates: t("date.span", { from, until: untilText(until) }) });
  }
  for (const event of card.events) found.push({ id: event.id, kind: "event", text: event.kind_text, from: event.on, until: event.on, dates: event.on });
  return found.sort((a, b) => (a.from || "").localeCompare(b.from || "")); // those of one day stay in their order
}
