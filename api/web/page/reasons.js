// @ts-check
/** What the right of the investigator's screen shows: the reasons that the address asks for, and what of the graph they light up. */

import * as api from "./api.js";
import * as state from "./state.js";
import { button, empty, h, put, toast, wordsOf } from "./dom.js";
import { lights, showWhy, showWhyNot } from "./why.js";
import { t } from "./words.js";

/** Whose reasons an address asks for: of a finding, or why somebody does not answer for a decision. @param {state.State} now */
export const asksFor = (now) => (now.f ? `f ${now.f}` : now.n && now.d ? `n ${now.n} ${now.d}` : "");

/** Pages for whoever may not see reasons, with what each needs. */
const INSTEAD = [["check", "check.ask"], ["record", "person.read"], ["report", "report.read"]];

export class Reasons {
  /** @param {any} screen */
  constructor(screen) {
    this.screen = screen;
    this.seek = false;
    this.host = h("aside", { class: "panel why", id: "panel-why", "aria-label": t("panel.why") });
  }

  /** Show reasons that somebody asked for: the keys and the voice of a screen reader go where they appear. @param {state.State} patch */
  seekFor(patch) {
    this.seek = true;
    if (state.write({ ...state.get(), ...patch }) === state.write(state.get())) this.found();
    else state.set(patch);
  }

  found() {
    if (this.seek) /** @type {HTMLElement | null} */ (this.host.querySelector("h2"))?.focus();
    this.seek = false;
  }

  none() {
    if (api.may("finding.read") || api.visitor()) put(this.host, empty(t("why.none"), t("why.none_help")));
    else this.notYours();
  }

  /** Whoever may not see reasons is told where he finds what he may. */
  notYours() {
    const pages = INSTEAD.filter(([, permission]) => api.may(permission));
    put(this.host, empty(t("why.not_yours"), t(pages.length ? "why.not_yours_help" : "why.not_yours_none"), pages.length ? h("p", { class: "acts" }, pages.map(([page]) => button(t(`work.${page}`), () => state.set({ v: page }, { whole: true }), { class: "button small" }))) : null));
  }

  /** Show what the address asks for now. */
  async show() {
    const { screen, host } = this;
    const now = state.get();
    const wanted = asksFor(now);
    const still = () => asksFor(state.get()) === wanted;
    if (api.visitor()) {
      put(host, empty(t("why.login"), t("why.login_help"), button(t("login.go"), async () => (await api.hooks.login()) && location.reload(), { class: "button strong" })));
      return;
    }
    if (!wanted || host.dataset.shown !== wanted) this.light([]); // the path of other reasons
    if (!wanted || !api.may("finding.read")) {
      delete host.dataset.shown;
      this.none();
      return;
    }
    const told = await (now.f ? showWhy(host, now.f, screen.act) : showWhyNot(host, now.d, now.n, screen.act));
    this.found();
    if (!still()) return;
    if (!told) {
      if (!host.dataset.shown) this.light([]); // they could not be had
    } else if (now.f) {
      await screen.draw(told.finding.decision.id).catch((/** @type {any} */ error) => toast(wordsOf(error)));
      if (still()) this.light(lights(told));
    } else this.light(told.clauses.filter((/** @type {any} */ c) => c.reason === told.reason).flatMap((/** @type {any} */ c) => c.evidence.map((/** @type {any} */ e) => e.id)));
  }

  /** The evidence path lights up; everything else steps back. @param {string[]} ids */
  light(ids) {
    const { model, graph, tools } = this.screen;
    const lit = new Set(ids.filter((id) => model.edges.has(id)));
    for (const id of [...lit]) lit.add(model.edges.get(id).from).add(model.edges.get(id).to);
    graph.lit = lit;
    graph.restyle();
    tools.lit(lit.size > 0);
  }
}
