// @ts-check
/** The investigator's screen: card on the left, graph in the middle, reasons on the right, the same data as a table below. */

import * as api from "./api.js";
import * as state from "./state.js";
import { cardView } from "./card.js";
import { centres } from "./centres.js";
import { claimLines } from "./claims.js";
import { empty, failed, h, link, loading, put, toast, wordsOf } from "./dom.js";
import { GraphView } from "./graph.js";
import { GraphTools } from "./graph_tools.js";
import { notThen } from "./not_then.js";
import { marksIn, Model, PAGE } from "./model.js";
import { Opening } from "./opening.js";
import { printed, printedGraph } from "./paper.js";
import { asksFor, Reasons } from "./reasons.js";
import { marksOf, slider } from "./time.js";
import { tour } from "./tour.js";
import { windowOn } from "./window_on.js";
import { t, today } from "./words.js";

const PANELS = ["card", "graph", "why", "table"];
const RELOAD = ["g", "known", "lang", "role", "share", "certain", "held"];

export class Investigate {
  /** @param {HTMLElement} host @param {() => "light" | "dark"} theme */
  constructor(host, theme) {
    this.model = new Model();
    this.opening = new Opening(this);
    this.card = null;
    this.turn = 0;
    /** The last question for a card; an answer to another one is shown to nobody. */ this.askedCard = 0;
    /** Whether a card is on its way. */ this.waits = false;
    /** @type {any} what the table shows: title, columns, rows */ this.sheet = null;
    this.theme = theme;
    /** @type {Set<string>} */ this.drawn = new Set();
    /** @type {any[]} */ this.decisions = [];
    this.act = {
      open: (/** @type {string} */ id) => this.open(id),
      finding: (/** @type {string} */ f) => this.reasons.seekFor({ f, n: undefined, tab: "why" }),
      decision: (/** @type {string} */ d) => this.decision(d),
      whyNot: (/** @type {string} */ d, /** @type {string} */ n) => this.reasons.seekFor({ d, n, f: undefined, tab: "why" }),
      light: (/** @type {string[]} */ ids) => this.reasons.light(ids),
      claims: (/** @type {any} */ into, /** @type {string} */ id) => claimLines(into, id, this.act.open),
      day: () => this.day,
      when: () => this.when,
      moment: () => `${this.day} ${state.get().known || ""}`,
      shown: () => asksFor(state.get()),
    };
    this.cardHost = h("aside", { class: "panel card", id: "panel-card", "aria-label": t("panel.card") });
    this.reasons = new Reasons(this);
    this.canvas = h("div", { class: "canvas", tabindex: 0, role: "application", "aria-label": t("graph.label"), "aria-describedby": "graph-help" });
    this.over = h("div", { class: "over" });
    this.other = h("div", { class: "centre-other", hidden: true });
    this.tableHost = h("div", { class: "panel table-host", id: "panel-table" });
    this.slider = slider({ change: (on, quiet) => this.look(on, quiet), know: (known) => state.set({ known: known || undefined }) });
    this.graph = new GraphView(this.canvas, this.model, {
      select: (id) => this.select(id), toggle: (id) => this.toggle(id), more: (id, group) => this.opening.more(id, group), fitted: () => this.tools.reveal(),
    });
    this.tools = new GraphTools(this);
    this.heading = h("h1", { class: "panel-name" });
    this.banner = h("div", { class: "banner", role: "status", hidden: true });
    this.centre = h(
      "section",
      { class: "panel centre", id: "panel-graph", "aria-label": t("panel.graph") },
      this.tools.bar, this.banner, this.tools.groupNote, h("div", { class: "stage" }, this.canvas, this.tools.own, this.over, printedGraph(this), this.tools.selection), this.other,
      h("p", { class: "away", id: "graph-help" }, t("graph.help")), this.slider.node,
    );
    put(host, h("div", { class: "investigate", data: { tab: state.get().tab || "graph" } }, this.tools.tabs, this.heading, printed(() => ({ day: this.day, known: state.get().known })), this.cardHost, this.centre, this.reasons.host, this.tableHost));
    this.frame = /** @type {HTMLElement} */ (host.firstElementChild);
    windowOn(this);
    this.canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.key(event));
  }

  get day() {
    return state.get().on || today();
  }

  /** For when reasons are asked: the day looked at, from that of the decision to yesterday (else as it stands today), and what was known when. */
  get when() {
    const { f, d, known } = state.get();
    const found = this.card && [...this.card.answers, ...this.card.findings].find((each) => each.id === f);
    const decided = (found ? found.decision : this.decisions.find((each) => each.id === d))?.date;
    return { as_of: decided && decided <= this.day && this.day < today() ? this.day : undefined, known_at: known };
  }

  /** Show what the address says. @param {state.State} now @param {state.State | null} before */
  async sync(now, before) {
    this.frame.dataset.tab = now.tab || "graph";
    this.heading.hidden = now.tab === "card"; // where one panel stands at a time it is the only heading
    put(this.heading, t(`panel.${PANELS.includes(now.tab) ? now.tab : "graph"}`));
    this.tools.sync(now);
    if (!now.g && !now.d && !now.p) return this.nothing();
    const first = !before || state.differs(now, before, RELOAD) || before.v;
    this.graph.day = this.day;
    this.graph.former = now.former !== "0";
    if (first) await this.load(now);
    else await this.follow(now, before);
    if (first || asksFor(now) !== asksFor(/** @type {any} */ (before)) || (asksFor(now) && now.on !== before?.on)) await this.reasons.show();
  }

  async follow(now, before) {
    if ((before.way || []).some((/** @type {string} */ entry) => !(now.way || []).includes(entry))) return this.load(now);
    if (now.held === "1" && now.on !== before.on) await this.again(now);
    else if (now.d && now.d !== before.d) await this.drawOrSay(now.d);
    if (state.differs(now, before, ["way"])) await this.drawWays((now.way || []).slice((before.way || []).length));
    if (state.differs(now, before, ["open"])) await this.opening.follow(now.open || []);
    if (state.differs(now, before, ["hide", "pin"])) this.marked(now, true);
    if (now.p !== before.p) await this.loadCard(now);
    else if (now.on !== before.on) this.paintCard(); // how somebody stands is that of the day looked at
    if (now.on !== before.on) this.tools.ungroup();
    const then = state.get(); // whatever was chosen meanwhile
    if (state.differs(now, before, ["c", "to", "th"]) || (now.c && state.differs(now, before, ["p", "on"]))) await centres(this, then);
    return this.paint(then);
  }

  /** Everything anew: another root, another knowledge, other filters. */
  async load(now) {
    const turn = ++this.turn;
    this.clear(now);
    this.graph.lit.clear();
    this.tools.ungroup();
    this.emptied();
    put(this.cardHost, loading());
    put(this.over, loading(t("graph.loading")));
    this.known(now);
    this.slider.show(this.day, now.known);
    try {
      const [there] = await Promise.all([this.fill(now, turn), this.graph.begin(), this.loadCard(now)]);
      if (!there) return;
      put(this.over);
      this.graph.dress(this.theme());
      this.graph.draw(false);
      this.graph.fit(false);
      await centres(this, state.get());
      this.paint(state.get());
    } catch (error) {
      if (turn === this.turn) await this.lost(error);
    }
  }

  /** Nothing of whoever was there before stands in picture and table while the next is asked for, or where he cannot be had. */
  emptied() {
    this.sheet = null;
    put(this.other, loading());
    put(this.tableHost, loading());
    this.slider.marks([]); // neither another party's, nor what is known now of what was not known then
    if (this.graph.cy) this.graph.draw(false);
  }

  /** The graph cannot be had: said where it would stand. The trees, ways and lives are asked for on their own. @param {any} error */
  async lost(error) {
    this.model.clear();
    this.emptied();
    const now = state.get();
    put(this.over, now.known && error.code === "not_found" ? this.notThen(now) : failed(error, () => this.load(state.get())));
    this.tools.table();
    await centres(this, state.get());
  }

  /** @param {state.State} now */
  notThen(now) {
    return notThen(t("card.not_then"), t("card.not_then_help", { known: now.known }));
  }

  clear(now) {
    this.model.clear(Boolean(now.known));
    this.drawn.clear();
    this.decisions = [];
    this.opening.done = new Set();
    this.model.focus = now.g || now.p || now.d;
    this.marked(now, false);
  }

  /** Ask for everybody whom the address lists; whether nothing else was asked for meanwhile. @param {state.State} now @param {number} turn */
  async fill(now, turn) {
    const root = now.g || now.p;
    const answer = root ? await api.neighbours(root, this.filters(now)) : null;
    if (turn !== this.turn) return false;
    this.clear(now);
    if (answer) this.opening.without(this.model.open(answer));
    if (now.d) await this.draw(now.d, false);
    for (const entry of now.open || []) await this.opening.open(entry);
    await this.opening.ways(now.way || []);
    return turn === this.turn;
  }

  /** Another day, where only what held on it is opened: who is tied to whom is asked anew; whoever stays keeps his place. @param {state.State} now */
  async again(now) {
    const turn = ++this.turn;
    const stood = this.model.places();
    this.tools.busy(true);
    try {
      if (!(await this.fill(now, turn))) return;
      this.model.stand(stood);
      this.graph.draw(false);
      this.paint(state.get());
    } catch (error) {
      if (turn === this.turn) await this.lost(error); // those of the former day are not those of this one
    } finally {
      this.tools.busy(false);
    }
  }

  async drawWays(entries) {
    await this.opening.ways(entries).catch((error) => toast(wordsOf(error)));
    this.graph.draw(false);
    this.graph.fit();
  }

  filters(now) {
    return { ever: now.held !== "1", as_of: now.held === "1" ? this.day : undefined, known_at: now.known, role: now.role, share: now.share, certain: now.certain === "1", limit: PAGE };
  }

  async loadCard(now) {
    const id = now.p || now.g;
    const meant = () => id === (state.get().p || state.get().g) && now.known === state.get().known;
    if (!meant()) return undefined; // another one is asked for by now
    const asked = (this.askedCard += 1);
    const wanted = () => asked === this.askedCard && meant();
    this.waits = Boolean(id);
    const searched = document.activeElement?.id === "search";
    if (!id) {
      this.card = null;
      return put(this.cardHost, empty(t("card.none")));
    }
    try {
      const card = await api.party(id, { known_at: now.known });
      if (!wanted()) return undefined;
      this.card = card;
      this.paintCard();
      const box = /** @type {HTMLInputElement | null} */ (document.activeElement);
      if (searched && box?.id === "search" && !box.value) document.getElementById("card-title")?.focus(); // whoever searched by keyboard goes on in what was found
    } catch (error) {
      if (!wanted()) return undefined;
      this.card = null;
      const gone = /** @type {any} */ (error).code === "not_found";
      put(this.cardHost, gone && now.known ? this.notThen(now) : gone ? h("div", { class: "state", role: "alert" }, h("p", { class: "state-title" }, t("card.gone")), h("p", null, t("card.gone_help"))) : failed(error, () => this.loadCard(state.get())));
    }
    this.waits = false;
    if (state.get().c === "time") await centres(this, state.get());
    return undefined;
  }

  paintCard() {
    if (!this.card) return;
    const titled = (/** @type {any} */ part) => part.querySelector("summary > span")?.textContent;
    const open = new Map([...this.cardHost.querySelectorAll("details")].map((part) => [titled(part), /** @type {any} */ (part).open]));
    const top = this.cardHost.scrollTop;
    const same = this.cardHost.dataset.party === this.card.party.id;
    put(this.cardHost, cardView(this.card, this.day, this.act));
    this.cardHost.dataset.party = this.card.party.id;
    if (!same) return;
    this.cardHost.querySelectorAll("details").forEach((part) => (/** @type {any} */ (part).open = open.get(titled(part)) ?? /** @type {any} */ (part).open));
    this.cardHost.scrollTop = top;
  }

  /** Draw what the model holds for the day, and the table beside it. */
  paint(now) {
    if (now.known && this.card) this.model.tell(this.card.party.id, marksIn(this.card)); // at a past version nothing else tells how anybody stood
    this.graph.chosen = now.s || "";
    this.graph.restyle();
    this.tools.select(now.s || "");
    this.tools.table();
    this.slider.marks(marksOf(this.card, this.model.ties(), this.decisions));
    this.slider.show(this.day, now.known);
  }

  /** Another day: nothing is asked of the service, so the picture follows the hand. @param {string} on @param {boolean} quiet */
  look(on, quiet) {
    if (!quiet || on !== this.graph.day) {
      state.set({ on: on === today() ? undefined : on }, { quiet });
    }
  }

  /** Called for a change of the day alone. */
  dayChanged(now) {
    const start = performance.now();
    this.graph.day = this.day;
    this.tools.ungroup();
    this.graph.restyle();
    this.slider.show(this.day, now.known);
    performance.measure("zeren-day", { start, end: performance.now() });
    clearTimeout(this.later);
    this.later = window.setTimeout(async () => {
      if (now.held === "1") await this.again(state.get());
      this.paintCard();
      this.tools.table();
      this.tools.select(state.get().s || "");
      centres(this, state.get());
      if (asksFor(state.get())) this.reasons.show();
    }, 120);
  }

  async draw(id, show = true) {
    if (this.drawn.has(id) || api.visitor()) return;
    if (!api.may("decision.read")) return void toast(t("graph.no_decision"));
    const { turn } = this;
    const found = await api.picture(id, { known_at: state.get().known });
    if (turn !== this.turn || this.drawn.has(id)) return; // it would stand in the graph of another party, or of what was known at another time
    this.drawn.add(id);
    this.decisions.push(found.decision);
    this.model.draw(found);
    if (!this.model.focus) this.model.focus = found.company.id;
    if (show) {
      this.graph.draw(false);
      this.graph.fit(false);
      this.paint(state.get()); // the table and the marks of the slider hold what the picture shows
    }
  }

  /** What could not be drawn is said, and the rest goes on. @param {string} id */
  drawOrSay(id) {
    return this.draw(id).catch((error) => toast(wordsOf(error)));
  }

  /** Draw a decision that somebody pointed at: also one that the address has and that could not be drawn before. @param {string} d */
  decision(d) {
    if (state.get().d === d) this.drawOrSay(d);
    state.set({ d, c: undefined, tab: "graph" });
  }

  /** @param {string} id */
  open(id) {
    const there = this.model.nodes.has(id) && !this.model.hidden.has(id);
    if (there) state.set({ p: id, s: id, tab: undefined });
    else state.set({ v: undefined, g: id, p: id, s: id, d: undefined, f: undefined, n: undefined, open: undefined, hide: undefined, pin: undefined, way: undefined, c: undefined, to: undefined, tab: undefined });
  }

  /** @param {string} id */
  select(id) {
    const node = this.model.nodes.get(id);
    state.set(node && node.kind !== "decision" ? { s: id, p: id } : { s: id || undefined });
  }

  /** @param {string} id */
  toggle(id) {
    const node = this.model.nodes.get(id);
    if (!node || node.kind === "decision") return;
    const open = (state.get().open || []).filter((/** @type {string} */ entry) => state.parted(entry)[0] !== id);
    if (node.opened) {
      this.model.close(id);
      this.graph.draw();
      state.set({ open, s: id });
      this.tools.table();
    } else state.set({ open: [...open, state.joined(id)], s: id });
  }

  marked(now, redraw) {
    this.model.hidden = new Set(now.hide || []);
    this.model.pinned = new Set((now.pin || []).map((/** @type {string} */ each) => each));
    if (redraw) this.graph.draw();
  }

  /** What was known when; said at the top of the picture. */
  known(now) {
    this.banner.hidden = !now.known;
    if (now.known) put(this.banner, t("time.known_banner", { known: now.known }), " ", api.may("finding.read") ? t("time.known_standing") : "", " ", link(t("time.known_end"), () => state.set({ known: undefined })));
  }

  async nothing() {
    this.model.clear();
    put(this.cardHost, empty(t("start.card"), t("start.card_help")));
    this.reasons.none();
    this.tools.table();
    put(this.over, loading());
    try {
      const begin = await api.start();
      if (state.get().v || state.get().g || state.get().p || state.get().d) return;
      if (begin.case) {
        tour.offer();
        const { company, decision, finding } = begin.case;
        state.set({ g: company.id, p: company.id, ...(api.visitor() ? {} : { d: decision?.id, f: finding }) }, { quiet: true });
      } else if (begin.empty) put(this.over, empty(t("start.empty"), t("start.empty_help"), h("pre", null, "zeren demo\nzeren load FILE… --mapping FILE")));
      else put(this.over, empty(t("start.search"), t("start.search_help")));
    } catch (error) {
      put(this.over, failed(error, () => this.nothing()));
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const chosen = state.get().s || this.model.focus;
    if (event.key.startsWith("Arrow")) {
      const next = this.graph.beside(chosen, event.key);
      if (next) this.select(next);
    } else if (event.key === "Enter") this.toggle(chosen);
    else if (event.key === "h" || event.key === "Delete") this.tools.hide(chosen);
    else if (event.key === "p") this.tools.pin(chosen);
    else if (event.key === "Escape") this.reasons.light([]);
    else return;
    event.preventDefault();
  }
}
