// @ts-check
/** The graph as a picture: draws the model, restyles it for a day, and never moves what stands. */

import { heldThenAndNow, shape, standing } from "./model.js";
import { place, ranked, ROW, SIZES, spread } from "./placing.js";
import { resting } from "./graph_rest.js";
import { PALETTES, SIGNS, style } from "./graph_style.js";
import { called, cut, nameOf, percent, periodText, plain, t, today, which, wide } from "./words.js";

/** Pixels left free around the picture. */
const EDGE = 18;
/** The zoom from which on names have 11 pixels and labels of lines 9, and up to how many parties a picture begins with it. */
const [READABLE, FEW] = [0.85, 36];
/** How large the labels of lines are, and where the picture is drawn small: then there is room for no more. */
const [LABEL, LARGEST] = [11, 13];
const VENDOR = "../vendor";
/** @type {Promise<any> | null} */
let library = null;

/** The library is fetched when the first picture is drawn: the page stands before. */
function cytoscape() {
  library ??= Promise.all([import(`${VENDOR}/cytoscape/cytoscape.esm.min.mjs`), import(`${VENDOR}/cytoscape-dagre/cytoscape-dagre.min.mjs`)]).then(
    ([core, dagre]) => {
      core.default.use(dagre.default);
      resting(core.default);
      return core.default;
    },
  );
  return library;
}

/** What a box holds of a name: signs of half width in a line, and lines, one of them for the sign of what it amounts to. @type {Record<string, [number, number]>} */
const ROOMS = { company: [22, 3], person: [15, 2], thing: [18, 2], decision: [24, 3] };

/** How large the letters of a box are: larger where the picture is drawn small, as long as all of them have room. @param {string} text @param {import("./model.js").Node} node @param {number} scale */
export function lettering(text, node, scale) {
  const [wide_, high] = SIZES[shape(node)];
  const least = 13;
  for (let size = Math.min(Math.floor(least * scale), 26); size > least; size -= 1) {
    const lines = text.split("\n").reduce((sum, line) => sum + Math.ceil((wide(line) * size * 0.53) / (wide_ - 12)), 0);
    if (lines * size * 1.2 <= high - 2) return size;
  }
  return least;
}

/** A long name is cut; it stands whole in the table, the card and what is chosen. @param {import("./model.js").Node} node @param {string} day @param {boolean} [together] whether it is marked as under the same control */
export function nodeLabel(node, day, together = false) {
  const how = standing(node.marks, day);
  const signs = [how === "none" ? "" : `${/** @type {any} */ (SIGNS)[how]} ${t(`standing_short.${how}`)}`, together ? `${SIGNS.together} ${t("group.short")}` : ""].filter(Boolean).join(" ");
  const [line, lines] = ROOMS[shape(node)];
  const [room, sign] = [line * (!signs || lines < 3 ? lines : lines - 1), which(node.id)];
  const name = `${cut(plain(nameOf(node.name)), room - wide(sign))}${sign}`;
  return signs ? `${name}\n${signs}` : name;
}

/** A period of two days takes two lines: no day is broken. */
const TWO_DAYS = /(\d .*) (?=\d{4}\S*$)/;

/** One label for parallel statements; dates are shown where they differ from the day looked at. @param {import("./model.js").Pair} pair @param {string} day */
export function pairLabel(pair, day) {
  /** @type {Map<string, string>} */
  const parts = new Map();
  const order = { both: 0, then: 1, now: 2, former: 3 };
  const edges = [...pair.edges].sort((a, b) => order[heldThenAndNow(a, day).how] - order[heldThenAndNow(b, day).how]);
  for (const edge of edges) {
    const { how, then } = heldThenAndNow(edge, day);
    const share = percent(edge.share_least_percent, edge.share_most_percent);
    const dates = edge.interest !== "decision" && edge.interest !== "naming" && (how !== "both" || then === "maybe") ? `\n${periodText(edge.period).replace(TWO_DAYS, "$1\n")}` : "";
    const text = `${edge.label}${share ? ` ${share}` : ""}${dates}`;
    if (![...parts.keys()].some((known) => known.startsWith(edge.label + share))) parts.set(edge.label + share, text);
  }
  const texts = [...parts.values()];
  return texts.length > 3 ? `${texts.slice(0, 3).join("\n")}\n…` : texts.join("\n");
}

const ACTS = ["decision", "naming"];

/** Half of what a label is wide at most, with some room beside the box. */
const ASIDE = 58;

/**
 * Where a line has its label: beside the box at the end that has fewer lines, so that those of a hub do not lie upon each other, and far
 * enough along a steep line not to lie under the box above or below.
 * @param {import("./model.js").Pair} pair @param {Map<string, number>} lines @param {import("./model.js").Model} model
 */
export function labelled(pair, lines, model) {
  const at = (lines.get(pair.from) || 0) <= (lines.get(pair.to) || 0) ? "from" : "to";
  const [own, other] = at === "from" ? [model.nodes.get(pair.from), model.nodes.get(pair.to)] : [model.nodes.get(pair.to), model.nodes.get(pair.from)];
  const [dx, dy] = [Math.abs((own?.x ?? 0) - (other?.x ?? 0)), Math.abs((own?.y ?? 0) - (other?.y ?? 0))];
  const [half, far] = [own, other].map((node) => (node?.kind === "person" ? 56 : 79));
  const aside = Math.min(ASIDE, (dx - half - far) / 2); // never beyond the middle of the gap
  if (ACTS.includes(pair.edges[0].interest) || aside < 24) return { where: "middle", off: 0 };
  const leaves = dy ? Math.min(half, (24 * dx) / dy) : half; // how far from its middle the line leaves the box
  return { where: `at-${at}`, off: Math.round(((half + aside - leaves) * Math.hypot(dx, dy)) / dx) };
}

export class GraphView {
  /**
   * @param {HTMLElement} host @param {import("./model.js").Model} model
   * @param {{select: (id: string) => void, toggle: (id: string) => void, more: (id: string, group: string) => void, fitted: () => void}} act
   */
  constructor(host, model, act) {
    this.host = host;
    this.model = model;
    this.act = act;
    /** @type {any} */ this.cy = null;
    this.day = today();
    /** @type {Set<string>} */ this.lit = new Set();
    /** @type {Set<string>} */ this.together = new Set();
    this.chosen = "";
    this.unseen = false;
    /** Whether somebody moved the view: then it stays as it was left. */ this.handled = false;
    /** Whether everything has to be seen, however small. */ this.whole = false;
    this.scale = 1;
    this.former = true;
    this.left = false;
    this.sized = new ResizeObserver(() => this.resized());
    /** @type {Map<string, string>} what each element is dressed in: only what changes is touched */ this.worn = new Map();
    /** @type {"light" | "dark"} */ this.theme = "light";
  }

  async begin() {
    if (this.cy) return;
    const make = await cytoscape();
    if (this.cy) return;
    this.cy = make({
      container: this.host, style: style(this.theme), layout: { name: "preset" }, minZoom: 0.15, maxZoom: 2.5,
      boxSelectionEnabled: false, autounselectify: true, pixelRatio: Math.max(window.devicePixelRatio || 1, 1),
    });
    this.cy.on("tap", "node", (/** @type {any} */ event) => this.tapped(event.target));
    this.cy.on("tap", "edge", (/** @type {any} */ event) => this.act.select(event.target.data("pair")));
    this.cy.on("tap", (/** @type {any} */ event) => event.target === this.cy && this.act.select(""));
    this.cy.on("dbltap", "node", (/** @type {any} */ event) => !event.target.hasClass("chip") && this.act.toggle(event.target.id()));
    this.cy.on("mouseover", "node", (/** @type {any} */ event) => (this.host.title = this.told(event.target.id())));
    this.cy.on("mouseout", "node", () => (this.host.title = ""));
    this.cy.on("dragpan scrollzoom pinchzoom", () => (this.handled = true));
    this.cy.on("zoom", () => this.zoomed());
    this.cy.on("dragfree", "node", (/** @type {any} */ event) => this.dragged(event.target));
    this.sized.observe(this.host);
    if (this.left) this.leave();
  }

  /** Let go of the page: what would keep the picture alive when it is shown no more. Late answers still find a graph. */
  leave() {
    this.left = true;
    this.sized.disconnect();
    this.cy?.unmount();
  }

  /** The whole name, for the pointer. @param {string} id */
  told(id) {
    const node = this.model.nodes.get(id);
    return node ? plain(called(node)) : "";
  }

  tapped(target) {
    if (target.hasClass("chip")) this.act.more(target.data("of"), target.data("group"));
    else this.act.select(target.id());
  }

  moved(target) {
    const node = this.model.nodes.get(target.id());
    if (node) Object.assign(node, target.position());
  }

  /** Somebody dragged a party. @param {any} target */
  dragged(target) {
    this.moved(target);
    this.restyle();
  }

  /** Draw the model: what is new appears at its parent and glides to its place; what was there stays. @param {boolean} [glide] */
  draw(glide = true) {
    const origins = place(this.model);
    const wanted = new Map([...this.elements(), ...this.chips()].map((element) => [element.data.id, element]));
    this.cy.batch(() => {
      this.cy.elements().forEach((/** @type {any} */ element) => {
        if (wanted.has(element.id())) return;
        this.worn.delete(element.id());
        element.remove();
      });
      for (const [id, element] of wanted) {
        const there = this.cy.getElementById(id);
        if (there.empty()) this.cy.add(element);
        else if (there.hasClass("chip")) there.data(element.data).position(element.position);
      }
    });
    this.restyle();
    const still = !glide || matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const [id, from] of still ? [] : origins) {
      const drawn = this.cy.getElementById(id);
      const node = this.model.nodes.get(id);
      if (drawn.nonempty() && node) drawn.position(from).animate({ position: { x: node.x, y: node.y } }, { duration: 180 });
    }
  }

  elements() {
    const nodes = this.model.shown().map((node) => ({
      group: "nodes", data: { id: node.id, label: plain(called(node)), size: 13 }, position: { x: node.x ?? 0, y: node.y ?? 0 },
      classes: shape(node),
    }));
    const edges = this.model.pairs().map((pair) => ({
      group: "edges", data: { id: pair.id, pair: pair.id, source: pair.from, target: pair.to, label: "", off: 0, size: LABEL },
    }));
    return [...nodes, ...edges];
  }

  /** "+37 more" of each kind, beside the party that was opened. */
  chips() {
    /** @type {any[]} */
    const chips = [];
    for (const node of this.model.shown()) {
      const sides = { up: 0, down: 0 };
      for (const group of this.model.rest(node)) {
        const way = /** @type {"up" | "down"} */ (group.way);
        const { scale } = this;
        const x = (node.x ?? 0) + (way === "up" ? -1 : 1) * 60 * scale;
        const y = (node.y ?? 0) + 33 + 13 * scale + sides[way] * ROW * 0.5 * scale;
        sides[way] += 1;
        chips.push({
          group: "nodes", classes: "chip", grabbable: false, position: { x, y },
          data: { id: `more:${node.id}:${group.group}`, of: node.id, group: group.group, label: t("graph.more", { count: group.left, kind: group.label }), wide: 118 * scale, high: 26 * scale, size: 11 * scale, room: `${112 * scale}px` },
        });
      }
    }
    return chips;
  }

  /** Where the view is drawn small the ways to more stay as large as can be read, and names as large as they have room. */
  zoomed() {
    const scale = Math.round(Math.min(Math.max(1, 0.9 / this.cy.zoom()), 6) * 4) / 4;
    if (scale === this.scale) return;
    this.scale = scale;
    this.cy.batch(() => this.chips().forEach((chip) => this.cy.getElementById(chip.data.id).data(chip.data).position(chip.position)));
    this.restyle();
  }

  /** Show another day, other light, another selection: colours and labels change, places never. */
  restyle() {
    if (!this.cy) return;
    this.cy.batch(() => {
      for (const node of this.model.shown()) {
        const text = nodeLabel(node, this.day, this.together.has(node.id));
        this.dressed(node.id, this.nodeClasses(node), text, { size: lettering(text, node, this.scale) });
      }
      const pairs = this.model.pairs();
      /** @type {Map<string, number>} */
      const lines = new Map();
      for (const end of pairs.flatMap((pair) => [pair.from, pair.to])) lines.set(end, (lines.get(end) || 0) + 1);
      for (const pair of pairs) {
        const { where, off } = labelled(pair, lines, this.model);
        this.dressed(pair.id, `${this.pairClasses(pair)} ${where}`, pairLabel(pair, this.day), { off, size: Math.min(LABEL * this.scale, LARGEST) });
      }
    });
  }

  /** Change an element only where it differs. @param {string} id @param {string} classes @param {string} text @param {{off?: number, size: number}} data how far along a line its label is, how large the letters are */
  dressed(id, classes, text, data) {
    const wanted = `${classes}|${text}|${Object.values(data)}`;
    if (this.worn.get(id) === wanted) return;
    const drawn = this.cy.getElementById(id);
    if (drawn.empty()) return;
    this.worn.set(id, wanted);
    drawn.data(data);
    drawn.classes(classes);
    if (drawn.data("label") !== text) drawn.data("label", text);
  }

  /** @param {import("./model.js").Node} node */
  nodeClasses(node) {
    const { lit } = this;
    const also = { focus: node.id === this.model.focus, pinned: this.model.pinned.has(node.id), together: this.together.has(node.id), lit: lit.has(node.id), chosen: this.chosen === node.id, faded: lit.size > 0 && !lit.has(node.id) };
    return [shape(node), standing(node.marks, this.day), ...Object.entries(also).filter(([, on]) => on).map(([name]) => name)].join(" ");
  }

  /** @param {import("./model.js").Pair} pair */
  pairClasses(pair) {
    const held = pair.edges.map((edge) => heldThenAndNow(edge, this.day));
    const best = ["both", "then", "now", "former"].find((how) => held.some((each) => each.how === how)) || "former";
    const isLit = pair.edges.some((edge) => this.lit.has(edge.id));
    const gone = best === "former" || best === "now";
    const also = {
      "both-ways": pair.both, act: ACTS.includes(pair.edges[0].interest), maybe: !gone && !held.some((each) => each.then === "yes"),
      lit: isLit, chosen: this.chosen === pair.id, faded: this.lit.size > 0 && !isLit, gone: !this.former && gone && !isLit,
    };
    return [best, ...Object.entries(also).filter(([, on]) => on).map(([name]) => name)].join(" ");
  }

  /** Arrange everything anew, because somebody asked for it. @param {"tree" | "free"} kind */
  arrange(kind) {
    if (kind === "free") spread(this.model, this.room);
    else {
      const parts = this.cy.elements().not(".chip").filter((/** @type {any} */ each) => !(each.isNode() && this.model.pinned.has(each.id())));
      parts.layout({ name: "dagre", rankDir: "LR", ranker: "longest-path", nodeSep: 18, rankSep: 130, edgeSep: 8, animate: false, fit: false }).run();
      this.cy.nodes().forEach((/** @type {any} */ drawn) => this.moved(drawn));
      ranked(this.model, this.room);
    }
    this.cy.batch(() => this.model.shown().forEach((node) => this.cy.getElementById(node.id).position({ x: node.x, y: node.y })));
    this.draw(false);
    this.fit();
  }

  /** How large the picture may be: all beside the tools. */
  get room() {
    const tools = /** @type {HTMLElement | null} */ (this.host.nextElementSibling)?.offsetWidth || 0;
    return { wide: this.cy.width() - 2 * EDGE - tools - 8, high: this.cy.height() - 2 * EDGE };
  }

  /**
   * Show everything, beside the tools; a picture that has no room yet (its panel is not shown) waits until it has.
   * @param {boolean} [whole] whether that goes before what can be read: else a picture of few is no smaller, and the one asked about stands in its middle
   */
  fit(whole = true) {
    this.whole = whole;
    const { wide, high } = this.room;
    this.unseen = wide < 50 || high < 50;
    if (this.unseen || this.cy.elements().empty()) return;
    this.handled = false;
    const box = this.cy.elements().not(".chip").boundingBox();
    for (const chip of this.chips()) {
      const { x, y } = chip.position;
      Object.assign(box, { x1: Math.min(box.x1, x - 60), x2: Math.max(box.x2, x + 60), y1: Math.min(box.y1, y - 14), y2: Math.max(box.y2, y + 14) });
    }
    Object.assign(box, { w: box.x2 - box.x1, h: box.y2 - box.y1 });
    const least = whole || this.model.shown().length > FEW ? this.cy.minZoom() : READABLE;
    const zoom = Math.max(Math.min(wide / box.w, high / box.h, 1.15), least);
    const { x = box.x1 + box.w / 2, y = box.y1 + box.h / 2 } = this.model.nodes.get(this.model.focus) || {};
    const shift = (/** @type {number} */ room, /** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ at) => {
      const spare = room - (to - from) * zoom;
      return EDGE + (spare >= 0 ? spare / 2 - from * zoom : Math.min(Math.max(room / 2 - at * zoom, room - to * zoom), -from * zoom));
    };
    this.cy.viewport({ zoom, pan: { x: shift(wide, box.x1, box.x2, x), y: shift(high, box.y1, box.y2, y) } });
  }

  /** The panel has another size: a view that nobody moved is shown again as it was. */
  resized() {
    this.cy.resize();
    if (this.handled && !this.unseen) return;
    this.fit(this.whole);
    this.act.fitted();
  }

  /** The picture for a paper: on a light ground, whatever the page looks like. @returns {Promise<Blob>} */
  async png() {
    const { theme } = this;
    if (theme !== "light") this.dress("light");
    try {
      return await this.cy.png({ output: "blob-promise", full: true, scale: 2, bg: PALETTES.light.ground });
    } finally {
      if (theme !== "light") this.dress(theme);
    }
  }

  /** Move the view, and nobody in it, so that what is chosen is seen, and not under its own tools. @param {string} id @param {HTMLElement} panel */
  uncover(id, panel) {
    const drawn = this.cy?.getElementById(id);
    if (!drawn?.nonempty() || panel.hidden || !drawn.isNode()) return;
    const box = drawn.renderedBoundingBox({ includeLabels: false, includeOverlays: false });
    const beside = box.x1 > panel.offsetLeft + panel.offsetWidth;
    const into = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ end) => (from < EDGE ? EDGE - from : Math.min(0, Math.max(end - EDGE / 2 - to, EDGE - from)));
    this.cy.panBy({ x: into(box.x1, box.x2, this.cy.width()), y: into(box.y1, box.y2, beside ? this.cy.height() : panel.offsetTop) });
  }

  /** @param {"light" | "dark"} theme */
  dress(theme) {
    this.theme = theme;
    if (!this.cy) return;
    this.cy.style(style(theme));
    this.worn.clear();
    this.restyle();
  }

  /** The party nearest to the chosen one in a direction. @param {string} from @param {string} key */
  beside(from, key) {
    const [dx, dy] = /** @type {any} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] })[key];
    const start = this.model.nodes.get(from) || this.model.nodes.get(this.model.focus);
    if (!start) return "";
    let best = "";
    let least = Infinity;
    for (const node of this.model.shown()) {
      const along = ((node.x ?? 0) - (start.x ?? 0)) * dx + ((node.y ?? 0) - (start.y ?? 0)) * dy;
      const across = Math.abs(((node.x ?? 0) - (start.x ?? 0)) * dy) + Math.abs(((node.y ?? 0) - (start.y ?? 0)) * dx);
      if (along > 5 && along + 2 * across < least) [best, least] = [node.id, along + 2 * across];
    }
    return best;
  }
}
