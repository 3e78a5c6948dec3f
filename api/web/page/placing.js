// @ts-check
/** Where parties stand: those who hold something to the left of it, what is held to the right. Whoever stands somewhere stays there. */

import { shape } from "./model.js";

/** How wide and high each is drawn. @type {Record<string, [number, number]>} */
export const SIZES = { person: [112, 40], company: [158, 52], thing: [136, 36], decision: [168, 48] };
export const ROW = 58;
export const COLUMN = 250;
const DEEP = 4;
/** Rows above and below the middle of a column: the more are placed at a time, the higher it is. @param {number} count */
const deep = (count) => Math.max(DEEP, Math.round(Math.sqrt(count)));

/** @typedef {{x: number, y: number}} Point */
/** @typedef {import("./model.js").Model} Model */

/**
 * Give a place to everybody who has none, beside the one who brought them. Returns where each of them comes from.
 * @param {Model} model @returns {Map<string, Point>}
 */
export function place(model) {
  /** @type {Map<string, Point>} */
  const origins = new Map();
  const shown = model.shown();
  const taken = shown.filter((node) => node.x !== undefined).map((node) => /** @type {Point} */ ({ x: node.x, y: node.y }));
  const anchor = model.nodes.get(model.focus) || shown[0];
  if (anchor && anchor.x === undefined) {
    Object.assign(anchor, { x: 0, y: 0 });
    taken.push({ x: 0, y: 0 });
  }
  let waiting = shown.filter((node) => node.x === undefined);
  const rows = deep(waiting.length);
  while (waiting.length) {
    const left = waiting.filter((node) => !settle(model, node, taken, origins, rows));
    if (left.length === waiting.length) {
      for (const node of left) stand(node, { x: 0, y: 0 }, free({ x: 0, y: 0 }, 0, taken, rows), taken, origins);
      break;
    }
    waiting = left;
  }
  return origins;
}

/** @param {Model} model @param {any} node @param {Point[]} taken @param {Map<string, Point>} origins @param {number} rows */
function settle(model, node, taken, origins, rows) {
  const tie = [...model.edges.values()].find((edge) => {
    const other = edge.from === node.id ? edge.to : edge.to === node.id ? edge.from : "";
    return other && model.nodes.get(other)?.x !== undefined && !model.hidden.has(other);
  });
  if (!tie) return false;
  const parent = /** @type {any} */ (model.nodes.get(tie.from === node.id ? tie.to : tie.from));
  const side = node.kind === "decision" ? 0 : parent.kind === "decision" ? -1 : tie.from === node.id ? -1 : 1;
  stand(node, parent, free(parent, side, taken, rows), taken, origins);
  return true;
}

function stand(node, from, at, taken, origins) {
  Object.assign(node, at);
  taken.push(at);
  origins.set(node.id, { x: from.x, y: from.y });
}

/** The first free place beside a point: column by column outwards, from the middle of each. @param {Point} from @param {number} side @param {Point[]} taken @param {number} rows */
function free(from, side, taken, rows) {
  for (let column = side === 0 ? 0 : 1; column < 40; column += 1) {
    for (let step = side === 0 ? 2 : 0; step < rows + (side === 0 ? 8 : 0); step += 1) {
      for (const sign of step ? [-1, 1] : [1]) {
        const at = { x: from.x + (side || 1) * column * COLUMN, y: from.y + (sign * step + (column % 2 === 0 && side ? 0.5 : 0)) * ROW };
        if (!taken.some((other) => Math.abs(other.x - at.x) < COLUMN * 0.72 && Math.abs(other.y - at.y) < ROW * 0.9)) return at;
      }
    }
  }
  return { x: from.x, y: from.y + (taken.length + 1) * ROW };
}

const STEPS = 160;
/** Below this size nothing can be read: a picture that would be smaller is laid out closer. */
const READABLE = 0.6;
/** How much larger than its boxes a picture is that is spread freely. */
const SPARE = 1.5;
/** Between boxes of one rank, and between ranks, where the labels of the lines stand. */
const [GAP, BETWEEN] = [14, 130];
/** @typedef {{wide: number, high: number}} Room how large the picture may be */
const size = (/** @type {any} */ node) => SIZES[shape(node)];

/**
 * Ranks from left to right as they were laid out, and where that would be too high to be read, each long one in several columns: as many
 * as make the picture the largest. Whoever is pinned stays.
 * @param {Model} model @param {Room} room
 */
export function ranked(model, room) {
  const free = model.shown().filter((node) => !model.pinned.has(node.id));
  /** @type {Map<number, any[]>} */
  const found = new Map();
  for (const node of free) found.set(Math.round(node.x ?? 0), [...(found.get(Math.round(node.x ?? 0)) || []), node]);
  const ranks = [...found].sort((a, b) => a[0] - b[0]).map(([, nodes]) => ({
    nodes: nodes.sort((a, b) => a.y - b.y), wide: Math.max(...nodes.map((node) => size(node)[0])) + GAP, high: Math.max(...nodes.map((node) => size(node)[1])) + GAP,
  }));
  const longest = Math.max(...ranks.map((rank) => rank.nodes.length), 1);
  const whole = (/** @type {number} */ rows) => [
    ranks.reduce((sum, rank) => sum + Math.ceil(rank.nodes.length / rows) * rank.wide, (ranks.length - 1) * BETWEEN),
    Math.max(...ranks.map((rank) => Math.min(rank.nodes.length, rows) * rank.high)),
  ];
  const zoom = (/** @type {number} */ rows) => Math.min(room.wide / whole(rows)[0], room.high / whole(rows)[1]);
  if (zoom(longest) >= READABLE) return;
  let rows = longest;
  for (let each = 1; each < longest; each += 1) if (zoom(each) > zoom(rows)) rows = each;
  let left = 0;
  for (const rank of ranks) {
    const columns = Math.ceil(rank.nodes.length / rows);
    const lines = Math.ceil(rank.nodes.length / columns);
    rank.nodes.forEach((node, i) => Object.assign(node, { x: Math.round(left + ((i % columns) + 0.5) * rank.wide), y: Math.round((Math.floor(i / columns) - (lines - 1) / 2) * rank.high) }));
    left += columns * rank.wide + BETWEEN;
  }
  apart(model);
}

/**
 * Spread everybody freely: those who are tied draw together, boxes push each other apart. From the places they have, always the same way;
 * a picture too large to be read is drawn closer, in the shape of its room, and no box lies upon another.
 * @param {Model} model @param {Room} room
 */
export function spread(model, room) {
  const nodes = model.shown().map((node) => ({ node, x: node.x ?? 0, y: node.y ?? 0, dx: 0, dy: 0 }));
  const at = new Map(nodes.map((each) => [each.node.id, each]));
  const pairs = model.pairs().map((pair) => [at.get(pair.from), at.get(pair.to)]);
  for (let step = 0; step < STEPS; step += 1) {
    const heat = 40 * (1 - step / STEPS) + 1;
    for (let i = 0; i < nodes.length; i += 1) {
      for (let j = i + 1; j < nodes.length; j += 1) push(nodes[i], nodes[j], i - j);
    }
    for (const [a, b] of pairs) if (a && b) pull(a, b);
    for (const each of nodes) {
      const size = Math.hypot(each.dx, each.dy) || 1;
      const by = Math.min(size, heat) / size;
      if (!model.pinned.has(each.node.id)) Object.assign(each, { x: each.x + each.dx * by, y: each.y + each.dy * by });
      Object.assign(each, { dx: 0, dy: 0 });
    }
  }
  const free = nodes.filter((each) => !model.pinned.has(each.node.id));
  const [wide, high] = [nodes.map((each) => each.x), nodes.map((each) => each.y)].map((all) => Math.max(...all) - Math.min(...all) || 1);
  const closer = Math.min(room.wide / wide, room.high / high) < READABLE;
  const area = nodes.reduce((sum, { node }) => sum + (size(node)[0] + GAP) * (size(node)[1] + GAP), 0) * SPARE;
  const by = closer ? Math.sqrt(area / (room.wide * room.high)) : 1; // as large as its boxes need
  const to = (/** @type {number} */ at, /** @type {number} */ long, /** @type {number} */ most) => Math.round(closer ? (at * most * by) / long : at);
  for (const each of free) Object.assign(each.node, { x: to(each.x, wide, room.wide), y: to(each.y, high, room.high) });
  apart(model);
}

function push(a, b, seed) {
  const [dx, dy] = [a.x - b.x || seed * 0.1, (a.y - b.y) * 2.6 || seed * 0.1]; // boxes are wider than high
  const far = dx * dx + dy * dy;
  const force = 26_000 / Math.max(far, 400);
  const size = Math.sqrt(far) || 1;
  a.dx += (dx / size) * force;
  b.dx -= (dx / size) * force;
  a.dy += (dy / size) * force * 0.6;
  b.dy -= (dy / size) * force * 0.6;
}

function pull(a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const size = Math.hypot(dx, dy) || 1;
  const force = (size - 270) * 0.045;
  a.dx += (dx / size) * force;
  a.dy += (dy / size) * force;
  b.dx -= (dx / size) * force;
  b.dy -= (dy / size) * force;
}

/** Push boxes apart that lie upon each other, each the shorter way; whoever is pinned stays. @param {Model} model */
function apart(model) {
  const boxes = model.shown().map((node) => ({ node, at: [node.x ?? 0, node.y ?? 0], room: size(node).map((side) => side / 2 + GAP / 2 - 1), still: model.pinned.has(node.id) }));
  for (let round = 0, moved = true; moved && round < 400; round += 1) {
    moved = false;
    for (let i = 0; i < boxes.length; i += 1) {
      for (let j = i + 1; j < boxes.length; j += 1) moved = parted(boxes[i], boxes[j]) || moved;
    }
  }
  for (const { node, at: [x, y], still } of boxes) if (!still) Object.assign(node, { x: Math.round(x), y: Math.round(y) });
}

/** @typedef {{at: number[], room: number[], still: boolean}} Box @param {Box} a @param {Box} b whether they lay upon each other */
function parted(a, b) {
  const over = [a.room[0] + b.room[0] - Math.abs(a.at[0] - b.at[0]), a.room[1] + b.room[1] - Math.abs(a.at[1] - b.at[1])];
  if (over[0] <= 0 || over[1] <= 0 || (a.still && b.still)) return false;
  const along = over[0] / (a.room[0] + b.room[0]) < over[1] / (a.room[1] + b.room[1]) ? 0 : 1;
  const by = (over[along] + 1) * (a.at[along] <= b.at[along] ? 1 : -1);
  a.at[along] -= a.still ? 0 : b.still ? by : by / 2;
  b.at[along] += b.still ? 0 : a.still ? by : by / 2;
  return true;
}
