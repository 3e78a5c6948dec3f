// @ts-check
/** What is on the screen: parties, the statements between them, who brought whom. Knows nothing of pixels but where a party stands. */

import { heldOn } from "./dates.js";
import { today } from "./words.js";

/** Parties on the screen at most. */
export const ROOM = 150;
/** Parties of one kind of tie that are opened at a time. */
export const PAGE = 12;

/** @typedef {{since: string | null, status: string, from: string | null, until: string | null}} Stretch how something stands from a day on */
/** @typedef {{finding: string, outcome: string, origin: string, effect: string, status: string, rule: string, measures: string[], decision: string, number: string | null, decided: string | null, from: string | null, until: string | null, course?: Stretch[]}} Mark */
/** @typedef {{id: string, name: string, kind: string, marks: Mark[], by: Set<string>, opened: boolean, groups: any[], next: Record<string, string>, waiting: any[], count: number, x?: number, y?: number}} Node */
/** @typedef {{id: string, from: string, to: string, interest: string, label: string, period: string, share_least_percent: number | null, share_most_percent: number | null, source: string, file: string, row: number}} Edge */
/** @typedef {{id: string, from: string, to: string, both: boolean, edges: Edge[]}} Pair */

const BINDING = new Set(["in_force", "end_unknown"]);
/** What may come to bind, and what lapsed since: on a day within its term it was a proposal. */
const OPEN_STEPS = new Set(["derived", "proposed", "notified", "heard", "decided", "not_yet", "lapsed"]);
export const RANK = ["measure", "paused", "proposal", "lead", "record", "past", "none"];

/** Whether a last day lies before a day. @param {string | null | undefined} until @param {string} day */
export const isOver = (until, day) => Boolean(until && until !== "life" && until < day);

/**
 * How a finding or a measure stands on a day: status, first and last day of then. Without a course it is as it was answered, of the day
 * that was asked about. @template {{status: string, course?: Stretch[]}} T @param {T} mark @param {string} day @returns {T}
 */
export const stands = (mark, day) => ({ ...mark, ...(mark.course || []).filter((each) => !each.since || each.since <= day).at(-1) });

/** What one finding amounts to on a day. @param {Mark} given @param {string} day */
export function amounts(given, day) {
  const mark = stands(given, day);
  if (mark.decided && mark.decided.slice(0, day.length) > day) return "none";
  if (mark.outcome === "lead") return "lead";
  if (mark.outcome === "blocked") return "past";
  if (mark.effect !== "restrict") return "record";
  if (isOver(mark.until, day)) return "past"; // also a proposal: nobody can confirm it any more
  if (OPEN_STEPS.has(mark.status) && mark.origin !== "imposed") return "proposal";
  if (mark.from && mark.from > day) return "proposal";
  if (mark.status === "paused") return "paused";
  return BINDING.has(mark.status) || (mark.origin === "imposed" && mark.status === "expired") ? "measure" : "past";
}

/** What a measure amounts to on a day. @param {any} item @param {string} day */
export const ofMeasure = (item, day) => amounts({ outcome: "established", effect: "restrict", origin: item.grounds[0]?.origin, decided: null, ...item }, day);

/** Findings or measures of a card, each with how it stands on every day. @param {any} card @param {any[]} items */
export const onCourse = (card, items) => items.map((item) => ({ ...item, course: card.courses[item.id] }));

/** What a card tells of how parties stand, as the graph holds it. @param {any} card @returns {Record<string, Mark[]>} */
export function marksIn(card) {
  /** @type {Record<string, Mark[]>} */
  const marks = {};
  for (const f of onCourse(card, [...card.findings, ...card.answers])) {
    (marks[f.party.id] ??= []).push({ ...f, finding: f.id, rule: f.rule.id, measures: f.measures.map((/** @type {any} */ m) => m.name_zh), decision: f.decision.id, number: f.decision.number, decided: f.decision.date });
  }
  return marks;
}

/** How a party stands on a day: the strongest of its findings. @param {Mark[]} marks @param {string} day */
export function standing(marks, day) {
  return marks.map((mark) => amounts(mark, day)).reduce((a, b) => (RANK.indexOf(a) <= RANK.indexOf(b) ? a : b), "none");
}

/** When a statement held: on the day looked at, now, both, or neither. @param {Edge} edge @param {string} day */
export function heldThenAndNow(edge, day) {
  const then = heldOn(edge.period, day);
  const now = heldOn(edge.period, today());
  const how = then !== "no" ? (now !== "no" ? "both" : "then") : now !== "no" ? "now" : "former";
  return { then, now, how };
}

const THINGS = new Set(["address", "telephone", "tender", "vessel", "aircraft"]);
/** As what a party is drawn; findings are on people and enterprises alone. @param {{kind: string}} node @returns {"person" | "decision" | "thing" | "company"} */
export const shape = (node) => (node.kind === "person" ? "person" : node.kind === "decision" ? "decision" : THINGS.has(node.kind) ? "thing" : "company");

/** Whether a party that waits for room is tied in a way. @param {any} item @param {string} group */
const waits = (item, group) => item.edges.some((/** @type {any} */ edge) => `${edge.way}.${edge.interest}` === group);

export class Model {
  constructor() {
    /** @type {Map<string, Node>} */ this.nodes = new Map();
    /** @type {Map<string, Edge>} */ this.edges = new Map();
    /** @type {Set<string>} */ this.hidden = new Set();
    /** @type {Set<string>} */ this.pinned = new Set();
    this.focus = "";
    /** Of whom it is known how they stand; null: of everybody. @type {Set<string> | null} */ this.told = null;
  }

  /** @param {boolean} [past] whether nobody is told of before a card is, for how they stood at a past version no list of parties says */
  clear(past) {
    this.nodes.clear();
    this.edges.clear();
    this.told = past ? new Set() : null;
  }

  /** @param {{id: string, name: string, kind: string}} party @param {string} [by] */
  node(party, by) {
    let node = this.nodes.get(party.id);
    if (!node) {
      node = { id: party.id, name: party.name, kind: party.kind, marks: [], by: new Set(), opened: false, groups: [], next: {}, waiting: [], count: 0 };
      this.nodes.set(party.id, node);
    }
    if (by && by !== party.id) node.by.add(by);
    return node;
  }

  /** @param {Edge} edge */
  edge(edge) {
    if (!this.edges.has(edge.id)) this.edges.set(edge.id, edge);
  }

  /** @param {Record<string, Mark[]>} marks */
  mark(marks) {
    for (const [id, found] of Object.entries(marks)) {
      const node = this.nodes.get(id);
      if (node) node.marks = found;
    }
  }

  /** Take in what the card of a party tells of it and of others. @param {string} party @param {Record<string, Mark[]>} marks */
  tell(party, marks) {
    this.mark({ [party]: [], ...marks });
    for (const id of [party, ...Object.keys(marks)]) this.told?.add(id);
  }

  /** How somebody stands on a day; "untold" where nothing says so, nothing for a decision, an address or a thing. @param {Node} node @param {string} day */
  stands(node, day) {
    if (["decision", "thing"].includes(shape(node))) return "";
    return this.told && !this.told.has(node.id) ? "untold" : standing(node.marks, day);
  }

  get room() {
    return ROOM - this.shown().length;
  }

  /** Take in an answer about who is tied to a party; returns how many had no room: they wait for some. @param {any} answer @param {string[]} [asked] */
  open(answer, asked) {
    const centre = this.node(answer.party);
    centre.opened = true;
    centre.count = answer.count;
    if (!asked) [centre.next, centre.waiting] = [answer.next, []];
    else for (const group of asked) if (answer.next[group]) centre.next[group] = answer.next[group]; else delete centre.next[group];
    centre.groups = answer.groups;
    let without = 0;
    for (const item of answer.items) {
      const kept = { ...item, marks: answer.marks[item.party.id] };
      if (this.nodes.has(item.party.id) || this.room > 0) this.place(centre, kept);
      else without = centre.waiting.push(kept) && without + 1;
    }
    this.mark(answer.marks);
    this.join();
    return without;
  }

  /** @param {Node} centre @param {any} item a party with the statements that tie it to the centre */
  place(centre, item) {
    const node = this.node(item.party, centre.id);
    if (item.marks) node.marks = item.marks;
    for (const edge of item.edges) {
      const [from, to] = edge.way === "up" ? [item.party.id, centre.id] : [centre.id, item.party.id];
      this.edge({ ...edge, from, to });
    }
  }

  /** Whoever waited for room and came another way has its ties here too. */
  join() {
    for (const centre of this.nodes.values()) {
      for (const item of centre.waiting) if (this.nodes.has(item.party.id)) this.place(centre, item);
      if (centre.waiting.length) centre.waiting = centre.waiting.filter((item) => !this.nodes.has(item.party.id));
    }
  }

  /** Place some of those of a kind of tie that came before and had no room; returns how many. @param {Node} centre @param {string} group @param {number} most */
  take(centre, group, most) {
    const found = centre.waiting.filter((item) => waits(item, group)).slice(0, Math.max(Math.min(most, this.room), 0));
    for (const item of found) this.place(centre, item);
    this.join();
    return found.length;
  }

  /** Take in the picture of a decision. @param {any} picture */
  draw(picture) {
    const id = picture.decision.id;
    for (const edge of picture.edges) {
      const important = edge.from.kind === "decision" || picture.marks[edge.from.id]; // the others can be opened at the enterprise
      if (!important && !this.nodes.has(edge.from.id) && this.room <= 0) continue;
      this.node(edge.from, edge.from.kind === "decision" ? undefined : id);
      this.node(edge.to, id);
      this.edge({ ...edge, from: edge.from.id, to: edge.to.id });
    }
    this.mark(picture.marks);
    this.join();
  }

  /** Take in ways between two parties, each whole or not at all; returns how many had no room. @param {any[]} rows @param {string} by what lists them */
  walk(rows, by) {
    let without = 0;
    for (const number of new Set(rows.map((row) => row.path))) {
      const way = rows.filter((row) => row.path === number);
      const parties = new Map(way.flatMap((row) => [row.from, row.party]).map((party) => [party.id, party]));
      if ([...parties.keys()].filter((id) => !this.nodes.has(id)).length > Math.max(this.room, 0)) {
        without += 1;
        continue;
      }
      for (const party of parties.values()) this.node(party, by);
      for (const row of way) {
        const [from, to] = row.edge.way === "up" ? [row.party.id, row.from.id] : [row.from.id, row.party.id];
        this.edge({ ...row.edge, from, to });
      }
    }
    this.join();
    return without;
  }

  /** Where everybody stands, so that they stand there again after all was asked anew. @returns {Map<string, {x?: number, y?: number}>} */
  places() {
    return new Map([...this.nodes.values()].map((node) => [node.id, { x: node.x, y: node.y }]));
  }

  /** @param {Map<string, {x?: number, y?: number}>} places */
  stand(places) {
    for (const node of this.nodes.values()) Object.assign(node, places.get(node.id));
  }

  /** Take away whom opening a party brought, unless pinned, opened, or brought by another too. @param {string} id */
  close(id) {
    const centre = this.nodes.get(id);
    if (!centre) return;
    centre.opened = false;
    centre.waiting = [];
    for (const node of [...this.nodes.values()]) {
      if (!node.by.delete(id)) continue;
      if (node.by.size || node.opened || this.pinned.has(node.id) || node.id === this.focus) continue;
      this.drop(node.id);
    }
  }

  /** @param {string} id */
  drop(id) {
    this.nodes.delete(id);
    for (const edge of [...this.edges.values()]) if (edge.from === id || edge.to === id) this.edges.delete(edge.id);
  }

  /** @returns {Node[]} */
  shown() {
    return [...this.nodes.values()].filter((node) => !this.hidden.has(node.id));
  }

  /** The statements between parties that are shown. @returns {Edge[]} */
  ties() {
    const there = new Set(this.shown().map((node) => node.id));
    return [...this.edges.values()].filter((edge) => there.has(edge.from) && there.has(edge.to));
  }

  /** Parallel statements merged: one line between two parties. @returns {Pair[]} */
  pairs() {
    /** @type {Map<string, Pair>} */
    const found = new Map();
    for (const edge of this.ties()) {
      const key = [edge.from, edge.to].sort().join("\u001f");
      const pair = found.get(key);
      if (!pair) found.set(key, { id: `pair:${key}`, from: edge.from, to: edge.to, both: false, edges: [edge] });
      else {
        pair.edges.push(edge);
        pair.both = pair.both || edge.from !== pair.from;
      }
    }
    return [...found.values()];
  }

  /** How many more parties of a kind of tie an opened party has. @param {Node} node */
  rest(node) {
    if (!node.opened) return [];
    const there = [...this.edges.values()];
    return node.groups
      .map((group) => {
        const shown = new Set(
          there.filter((e) => e.interest === group.interest && (group.way === "up" ? e.to : e.from) === node.id).map((e) => (group.way === "up" ? e.from : e.to)),
        );
        return { ...group, left: group.count - shown.size };
      })
      .filter((group) => group.left > 0 && (node.next[group.group] || node.waiting.some((item) => waits(item, group.group))));
  }
}
