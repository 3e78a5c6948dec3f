// @ts-check
/** Where parties stand: those who hold something to the left of it, what is held to the right. Whoever stands somewhere stays there. */

export const ROW = 64;
export const COLUMN = 288;
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

/**
 * Spread everybody freely: those who are tied draw together, boxes push each other apart. From the places they have, always the same way.
 * @param {Model} model
 */
export function spread(model) {
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
  for (const each of nodes) if (!model.pinned.has(each.node.id)) Object.assign(each.node, { x: Math.round(each.x), y: Math.round(each.y) });
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
