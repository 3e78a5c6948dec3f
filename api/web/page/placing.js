// @ts-check
/** Where parties stand: those who hold something to the left of it, what is held to the right. Whoever stands somewhere stays there. */

export const ROW = 62;
export const COLUMN = 264;
const DEEP = 5;

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
  while (waiting.length) {
    const left = waiting.filter((node) => !settle(model, node, taken, origins));
    if (left.length === waiting.length) {
      for (const node of left) stand(node, { x: 0, y: 0 }, free({ x: 0, y: 0 }, 0, taken), taken, origins);
      break;
    }
    waiting = left;
  }
  return origins;
}

/** @param {Model} model @param {any} node @param {Point[]} taken @param {Map<string, Point>} origins */
function settle(model, node, taken, origins) {
  const tie = [...model.edges.values()].find((edge) => {
    const other = edge.from === node.id ? edge.to : edge.to === node.id ? edge.from : "";
    return other && model.nodes.get(other)?.x !== undefined && !model.hidden.has(other);
  });
  if (!tie) return false;
  const parent = /** @type {any} */ (model.nodes.get(tie.from === node.id ? tie.to : tie.from));
  const side = node.kind === "decision" ? 0 : parent.kind === "decision" ? -1 : tie.from === node.id ? -1 : 1;
  stand(node, parent, free(parent, side, taken), taken, origins);
  return true;
}

function stand(node, from, at, taken, origins) {
  Object.assign(node, at);
  taken.push(at);
  origins.set(node.id, { x: from.x, y: from.y });
}

/** The first free place beside a point: column by column outwards, from the middle of each. @param {Point} from @param {number} side @param {Point[]} taken */
function free(from, side, taken) {
  for (let column = side === 0 ? 0 : 1; column < 40; column += 1) {
    for (let step = side === 0 ? 2 : 0; step < DEEP + (side === 0 ? 8 : 0); step += 1) {
      for (const sign of step ? [-1, 1] : [1]) {
        const at = { x: from.x + (side || 1) * column * COLUMN, y: from.y + (sign * step + (column % 2 === 0 && side ? 0.5 : 0)) * ROW };
        if (!taken.some((other) => Math.abs(other.x - at.x) < COLUMN * 0.72 && Math.abs(other.y - at.y) < ROW * 0.9)) return at;
      }
    }
  }
  return { x: from.x, y: from.y + (taken.length + 1) * ROW };
}
