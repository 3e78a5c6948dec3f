// @ts-check
/** What stands around the graph: its tools, what is chosen with what can be done to it, the filter, and the table of the same data. */

import * as api from "./api.js";
import * as state from "./state.js";
import { badge } from "./card.js";
import { CENTRES } from "./centres.js";
import { button, dated, dialog, h, link, put, toast, wordsOf } from "./dom.js";
import { exportMenu, ofDay } from "./exporting.js";
import { SIGNS } from "./graph_style.js";
import { amounts, heldThenAndNow, PAGE } from "./model.js";
import { sourceLink } from "./source.js";
import { showTable, tableView } from "./table.js";
import { called, cut, interest, label, listed, measureName, percent, periodText, ruleName, t } from "./words.js";

/** Roles that follow from a document or from a holding: they are no ties of their own. */
const NO_TIES = /found|responsible_|^directly_|^(branch_of|shareholder|named_person|convicted_person)$/;
/** Room for each part of what a button says: half signs. */
const WHY = 48;
const TABS = ["card", "graph", "why", "table"];

export class GraphTools {
  /** @param {any} screen */
  constructor(screen) {
    this.screen = screen;
    this.sort = { key: "", down: false };
    this.uncovered = "";
    const act = (/** @type {string} */ name, /** @type {any} */ picture, /** @type {() => void} */ run, more = {}) => button(t(`graph.${name}`), run, { icon: picture, ...more });
    this.groupButton = act("group", "group", () => this.group(), { "aria-pressed": "false" });
    this.filterButton = act("filter", "filter", () => this.filter());
    this.unlight = button(t("graph.unlight"), () => screen.reasons.light([]), { class: "button small", hidden: true });
    this.spin = h("span", { class: "spinner", hidden: true });
    this.centre = h("div", { class: "centre-tabs", role: "tablist", "aria-label": t("centre.label") }, CENTRES.map((name) => h("button", { type: "button", role: "tab", "data-centre": name, onclick: () => state.set({ c: name === "graph" ? undefined : name }) }, t(`centre.${name}`))));
    this.own = h("div", { class: "graph-tools", role: "toolbar", "aria-label": t("graph.tools"), "aria-orientation": "vertical" },
      act("tree", "tree", () => screen.graph.arrange("tree")), act("free", "free", () => screen.graph.arrange("free")), act("fit", "fit", () => screen.graph.fit()),
      act("zoom_in", "plus", () => this.zoom(1.25)), act("zoom_out", "minus", () => this.zoom(0.8)), this.filterButton, this.groupButton,
      act("former", "hide", () => state.set({ former: state.get().former === "0" ? undefined : "0" }), { "data-former": "1" }),
      act("export", "export", () => exportMenu(screen)));
    this.unhide = button("", () => state.set({ hide: undefined }), { class: "button small", hidden: true });
    this.exportButton = button(t("graph.export"), () => exportMenu(screen), { class: "button small", hidden: true });
    this.bar = h("div", { class: "graph-bar" }, this.centre, this.spin, h("span", { class: "bar-end" }, this.unhide, this.unlight, this.exportButton));
    this.groupNote = h("div", { class: "group-note", hidden: true, role: "status" });
    this.selection = h("div", { class: "selection", hidden: true, role: "region", "aria-label": t("graph.selection") });
    this.tabs = h("div", { class: "panel-tabs", role: "tablist", "aria-label": t("panel.label") }, TABS.map((name) => h("button", { type: "button", role: "tab", "data-tab": name, "aria-controls": `panel-${name}`, onclick: () => state.set({ tab: name }, { quiet: true }) }, t(`panel.${name}`))));
  }

  sync(now) {
    for (const tab of this.tabs.children) tab.setAttribute("aria-selected", String(tab.dataset.tab === (now.tab || "graph")));
    for (const tab of this.centre.children) tab.setAttribute("aria-selected", String(tab.dataset.centre === (now.c || "graph")));
    this.own.querySelector("[data-former]").setAttribute("aria-pressed", String(now.former === "0"));
    this.filterButton.setAttribute("aria-pressed", String(Boolean(now.role || now.share || now.certain || now.held)));
    const hidden = (now.hide || []).length;
    this.unhide.hidden = !hidden || Boolean(now.c && now.c !== "graph");
    this.unhide.textContent = t("graph.unhide", { count: hidden });
    this.exportButton.hidden = !now.c || now.c === "graph";
  }

  busy(on) {
    this.spin.hidden = !on;
  }

  lit(on) {
    this.unlight.hidden = !on;
  }

  zoom(by) {
    const { cy } = this.screen.graph;
    this.screen.graph.handled = true;
    cy?.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  }

  hide(id) {
    if (id && id !== this.screen.model.focus) state.set({ hide: [...(state.get().hide || []), id], s: undefined });
  }

  pin(id) {
    const pins = state.get().pin || [];
    state.set({ pin: pins.includes(id) ? pins.filter((/** @type {string} */ each) => each !== id) : [...pins, id] });
  }

  /** What is chosen, and what can be done to it. @param {string} id */
  select(id) {
    const { model } = this.screen;
    const node = model.nodes.get(id);
    const pair = node ? null : model.pairs().find((each) => each.id === id);
    this.selection.hidden = !node && !pair;
    if (node) put(this.selection, this.nodeTools(node));
    else if (pair) put(this.selection, h("strong", null, t("graph.statements", { count: pair.edges.length })), h("ul", { class: "plain" }, pair.edges.map((edge) => h("li", null, this.said(edge)))));
    if (node && id !== this.uncovered) this.screen.graph.uncover(id, this.selection); // once: whoever has moved the view since is left alone
    this.uncovered = id;
  }

  /** After everything was shown anew: what is chosen is not under its own tools. */
  reveal() {
    if (this.uncovered && !this.selection.hidden) this.screen.graph.uncover(this.uncovered, this.selection);
  }

  /** @param {string} id */
  named(id) {
    const node = this.screen.model.nodes.get(id);
    return node ? called(node) : id;
  }

  said(edge) {
    const name = (/** @type {string} */ id) => this.named(id);
    return [`${name(edge.from)} → ${edge.label} ${percent(edge.share_least_percent, edge.share_most_percent)} → ${name(edge.to)}`, h("small", null, ` ${periodText(edge.period)} · ${t(`held.how.${heldThenAndNow(edge, this.screen.day).how}`)} · `, sourceLink(edge))];
  }

  nodeTools(node) {
    const { screen } = this;
    const pinned = screen.model.pinned.has(node.id);
    const decision = node.kind === "decision";
    const d = state.get().d || [...screen.drawn][0];
    return [
      h("strong", null, called(node)),
      h("span", { class: "acts" },
        decision ? null : button(node.opened ? t("graph.close") : t("graph.open"), () => screen.toggle(node.id), { class: "button small" }),
        node.id === screen.model.focus ? null : button(t("graph.hide"), () => this.hide(node.id), { class: "button small" }),
        button(pinned ? t("graph.unpin") : t("graph.pin"), () => this.pin(node.id), { class: "button small", "aria-pressed": String(pinned) }),
        decision ? null : button(t("graph.root"), () => state.set({ g: node.id, p: node.id, s: node.id, open: undefined, hide: undefined, way: undefined, d: undefined, f: undefined, n: undefined }), { class: "button small" }),
        decision ? null : button(t("graph.path"), () => state.set({ c: "paths", to: [...new Set([...(state.get().to || []), node.id])] }), { class: "button small" }),
        node.marks.slice(0, 3).map((mark) => this.whyButton(mark, node.marks)),
        d && !decision && api.may("finding.read") && !node.marks.some((m) => m.decision === d) && (node.kind === "person" || node.kind === "company") ? button(t("why.not"), () => screen.act.whyNot(d, node.id), { class: "button small" }) : null),
      node.opened ? h("span", { class: "groups" }, this.others(node)) : null,
    ];
  }

  /** The way to the reasons of one finding; where others are under the same rule, with what tells it from them. @param {import("./model.js").Mark} mark @param {import("./model.js").Mark[]} all */
  whyButton(mark, all) {
    const alike = all.filter((each) => each.rule === mark.rule);
    const apart = (/** @type {(each: import("./model.js").Mark) => string} */ tell) => (new Set(alike.map(tell)).size > 1 ? tell(mark) : "");
    const told = [apart((each) => each.number || each.decision), apart((each) => each.decided || ""), apart((each) => measureName(each.measures[0] || "")) || apart((each) => each.measures.map(measureName).join(t("list.join"))), ruleName(mark.rule)].filter(Boolean);
    const sign = /** @type {any} */ (SIGNS)[amounts(mark, this.screen.day)] || "";
    return button([`${sign} ${t("card.why")}`, ...told.map((each) => cut(each, WHY))].join(" · "), () => this.screen.act.finding(mark.finding), { class: "button small strong", title: `${told.join(" · ")} (${mark.rule})` });
  }

  /** The ways on to whoever is not shown of an opened party: some more of a kind, or all where they have room. @param {any} node */
  others(node) {
    const { model, opening } = this.screen;
    return model.rest(node).map((group) => h("span", null, link(t("graph.more", { count: group.left, kind: group.label }), () => opening.more(node.id, group.group)),
      group.left > PAGE && group.left <= model.room ? [" · ", link(t("graph.all"), () => opening.more(node.id, group.group, group.left), { "aria-label": t("graph.all_of", { count: group.left, kind: group.label }) })] : null));
  }

  /** Whom the table lacks as the picture does, with the same way to them. */
  foot() {
    const open = this.screen.model.shown().filter((node) => this.screen.model.rest(node).length);
    return open.length ? h("div", { class: "table-foot" }, open.map((node) => h("p", null, h("strong", null, called(node)), this.others(node)))) : null;
  }

  /** The table of what the middle shows. */
  table() {
    const { screen } = this;
    const now = state.get();
    this.legend();
    if (now.c && now.c !== "graph") return;
    const which = now.t || "ties";
    const tools = h("div", { class: "switch", role: "group", "aria-label": t("table.which") }, ["ties", "parties"].map((each) => h("button", { type: "button", "aria-pressed": String(each === which), onclick: () => { state.set({ t: each === "ties" ? undefined : each }, { quiet: true }); this.table(); } }, t(`table.${each}`))));
    const how = { tools, also: ofDay(screen), foot: this.foot(), sort: this.sort, kept: (/** @type {any} */ sort) => (this.sort = sort), chosen: now.s, pick: (/** @type {any} */ row) => screen.select(row.id) };
    screen.sheet = which === "ties" ? { title: t("table.ties"), columns: this.tieColumns(), rows: this.tieRows() } : { title: t("table.parties"), columns: this.partyColumns(), rows: screen.model.shown() };
    showTable(screen.tableHost, tableView(screen.sheet.title, screen.sheet.columns, screen.sheet.rows, which === "ties" ? { ...how, pick: undefined } : how));
  }

  tieRows() {
    const { model, day } = this.screen;
    const former = state.get().former !== "0";
    return model.ties().map((edge) => ({ ...edge, ...heldThenAndNow(edge, day) })).filter((edge) => former || edge.how === "both" || edge.how === "then");
  }

  tieColumns() {
    const { screen } = this;
    const name = (/** @type {string} */ id) => this.named(id);
    const open = (/** @type {string} */ id) => (screen.model.nodes.get(id)?.kind === "decision" ? name(id) : link(name(id), () => screen.act.open(id)));
    return [
      { key: "from", title: t("column.from"), text: (/** @type {any} */ r) => name(r.from), cell: (/** @type {any} */ r) => open(r.from) },
      { key: "what", title: t("column.what"), text: (/** @type {any} */ r) => r.label },
      { key: "share", title: t("column.share"), text: (/** @type {any} */ r) => percent(r.share_least_percent, r.share_most_percent), sort: (/** @type {any} */ r) => r.share_most_percent ?? -1 },
      { key: "to", title: t("column.to"), text: (/** @type {any} */ r) => name(r.to), cell: (/** @type {any} */ r) => open(r.to) },
      { key: "period", title: t("column.period"), cell: (/** @type {any} */ r) => dated(periodText(r.period)), text: (/** @type {any} */ r) => periodText(r.period), sort: (/** @type {any} */ r) => r.period },
      { key: "held", title: t("column.held"), text: (/** @type {any} */ r) => t(`held.how.${r.how}`) + (r.then === "maybe" ? t("held.unsure") : "") },
      { key: "source", title: t("column.source"), text: (/** @type {any} */ r) => `${r.source} · ${r.file} ${r.row} [${r.id}]`, cell: sourceLink },
    ];
  }

  partyColumns() {
    const { screen } = this;
    const stands = (/** @type {any} */ r) => screen.model.stands(r, screen.day);
    const count = (/** @type {any} */ r) => screen.model.ties().filter((e) => e.from === r.id || e.to === r.id).length;
    return [
      { key: "name", title: t("column.name"), text: called, cell: (/** @type {any} */ r) => (r.kind === "decision" ? r.name : link(called(r), () => screen.act.open(r.id))) },
      { key: "kind", title: t("column.kind"), text: (/** @type {any} */ r) => (r.kind === "decision" ? t("kind.decision") : label("entity_kinds", r.kind)) },
      ...(api.may("finding.read") ? [{ key: "standing", title: t("column.standing"), text: (/** @type {any} */ r) => (stands(r) ? t(`standing.${stands(r)}`) : t("table.empty")), cell: (/** @type {any} */ r) => (stands(r) ? badge(stands(r) === "untold" ? "none" : stands(r), false, t(`standing.${stands(r)}`)) : t("table.empty")) }] : []), // that no finding is shown says nothing of how anybody stands
      ...(screen.graph.together.size ? [{ key: "together", title: t("column.together"), text: (/** @type {any} */ r) => (screen.graph.together.has(r.id) ? t("answer.yes") : t("table.empty")), cell: (/** @type {any} */ r) => (screen.graph.together.has(r.id) ? `${SIGNS.together} ${t("answer.yes")}` : t("table.empty")) }] : []),
      { key: "ties", title: t("column.ties"), text: (/** @type {any} */ r) => String(count(r)), sort: count },
      { key: "id", title: t("column.id"), text: (/** @type {any} */ r) => r.id, cell: (/** @type {any} */ r) => h("code", null, r.id) },
    ];
  }

  /** Which ties are opened at all: asked before, so that nothing has to be taken away after. */
  async filter() {
    const now = state.get();
    const chosen = new Set(now.role || []);
    const offices = new Map([...listed("interests").filter(([code]) => code !== "office"), ...listed("roles").filter(([code]) => !NO_TIES.test(code))]);
    await dialog(t("filter.title"), (close) => {
      const share = h("input", { type: "number", min: 0, max: 100, step: "any", value: now.share || "", id: "filter-share" });
      const certain = h("input", { type: "checkbox", id: "filter-certain", ...(now.certain === "1" ? { checked: true } : {}) });
      const held = h("input", { type: "checkbox", id: "filter-held", ...(now.held === "1" ? { checked: true } : {}) });
      const boxes = [...offices.keys()].map((code) => h("label", { class: "check" }, h("input", { type: "checkbox", name: "role", "data-code": code, ...(chosen.has(code) ? { checked: true } : {}) }), interest(code)));
      const apply = (/** @type {boolean} */ all) => {
        const role = all ? [] : boxes.map((box) => box.querySelector("input")).filter((box) => box.checked).map((box) => box.dataset.code);
        state.set({ role: role.length ? role : undefined, share: all ? undefined : share.value || undefined, certain: !all && certain.checked ? "1" : undefined, held: !all && held.checked ? "1" : undefined });
        close();
      };
      return h("form", { class: "filter", onsubmit: (/** @type {Event} */ e) => { e.preventDefault(); apply(false); } },
        h("p", null, t("filter.help")),
        h("fieldset", null, h("legend", null, t("filter.roles")), h("div", { class: "boxes" }, boxes)),
        h("label", { for: "filter-share" }, t("filter.share"), " ", share, " %"), h("label", { class: "check" }, held, t("filter.held", { day: this.screen.day })), h("label", { class: "check" }, certain, t("filter.certain")),
        h("p", { class: "acts" }, h("button", { type: "submit", class: "button strong" }, t("filter.apply")), button(t("filter.none"), () => apply(true))));
    }, { wide: true });
  }

  /** Who is under the same control is so on a day, and as known then: of another one nothing is said. */
  ungroup() {
    this.grouped(null);
  }

  /** @param {any} found the group of the root, or null: nobody is marked */
  grouped(found) {
    const { graph } = this.screen;
    this.found = found;
    graph.together = new Set(found ? [found.head.id, ...found.rows.map((/** @type {any} */ row) => row.party.id)] : []);
    this.groupButton.setAttribute("aria-pressed", String(graph.together.size > 0));
    this.legend();
  }

  /** Whom the sign marks, how many of them the picture lacks, and the way to these. */
  legend() {
    const { graph, model } = this.screen;
    this.groupNote.hidden = !graph.together.size || Boolean(state.get().c && state.get().c !== "graph");
    if (this.groupNote.hidden) return;
    const there = new Set(model.shown().map((node) => node.id));
    const without = [...graph.together].filter((id) => !there.has(id) && !model.hidden.has(id));
    put(this.groupNote, h("span", null, `${SIGNS.together} ${t("group.legend")} ${this.found.notes[0] || ""}`), without.length ? [" ", button(t("group.show", { count: without.length }), () => this.bring(without), { class: "button small" })] : null);
  }

  /** Draw how those of the group whom the picture lacks are tied to its head, some at a time; the address holds it. @param {string[]} without */
  bring(without) {
    const { head } = this.found;
    const { on, way } = state.get();
    const ends = (/** @type {string} */ id) => state.joined(id === head.id ? this.screen.model.focus : head.id, id, on || "");
    state.set({ way: [...new Set([...(way || []), ...without.slice(0, PAGE).map(ends)])] });
  }

  /** Tint whoever is under the same control as the root. */
  async group() {
    const { screen } = this;
    const { on, known } = state.get();
    const asked = () => [screen.model.focus, state.get().on, state.get().known].join(" ");
    const question = asked();
    if (screen.graph.together.size) this.grouped(null);
    else {
      this.busy(true);
      try {
        const found = await api.tree(screen.model.focus, "group", { limit: 1000, as_of: on, known_at: known });
        if (asked() !== question) return;
        this.grouped(found);
        if (found.rows.length < 2) toast(found.notes[0] || t("graph.group_none"));
      } catch (error) {
        toast(wordsOf(error));
      } finally {
        this.busy(false);
      }
    }
    screen.graph.restyle();
    this.table();
  }
}
