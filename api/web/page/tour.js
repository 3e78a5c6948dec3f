// @ts-check
/** Three steps on the worked case: who answers, why, and why not the other one. Shown once, and again when asked for. */

import * as api from "./api.js";
import * as state from "./state.js";
import { button, h, put } from "./dom.js";
import { t, today } from "./words.js";

const SEEN = "zeren.tour";
const STEPS = 3;

class Tour {
  constructor() {
    this.step = 0;
    /** @type {any} */ this.case = null;
    this.host = h("section", { class: "tour", role: "region", "aria-live": "polite", hidden: true });
  }

  /** Begin, unless it was seen before, or somebody went elsewhere before it could. */
  offer() {
    if (localStorage.getItem(SEEN) !== "1") this.begin((id) => !state.get().v && [undefined, id].includes(state.get().p));
  }

  /** @param {(company: string) => boolean} [still] */
  async begin(still = () => true) {
    const begun = await api.start();
    this.case = begun.case;
    if (this.case && !still(this.case.company.id)) return false;
    if (!this.case?.party || !this.case.decision) return false; // none, or told to a visitor without the persons in it
    this.host.setAttribute("aria-label", t("tour.title"));
    if (!this.host.isConnected) document.body.append(this.host);
    this.go(1);
    return true;
  }

  /** @param {number} step */
  go(step) {
    this.step = step;
    const { company, decision, finding, not_party: other, party } = this.case;
    const at = { g: company.id, p: company.id, d: decision.id };
    const on = this.case.decision.date || undefined; // the day of the decision: whatever day it is now, the case stands as it was told
    if (step === 1) state.set({ ...at, f: finding, n: undefined, on, v: undefined, c: undefined });
    if (step === 2) state.set({ ...at, p: party.id, s: party.id, f: finding, n: undefined, on, v: undefined, c: undefined, tab: "why" });
    if (step === 3) state.set({ ...at, p: other.id, s: other.id, f: undefined, n: other.id, on, v: undefined, c: undefined, tab: "graph" });
    const values = { company: company.name, party: party.name, other: other.name, number: decision.number || decision.id };
    this.host.hidden = false;
    put(this.host, h("p", { class: "step-of" }, t("tour.of", { step, steps: STEPS, day: on || today() })), h("h2", null, t(`tour.title${step}`)), h("p", null, t(`tour.text${step}`, values)),
      h("p", { class: "acts" }, step > 1 ? button(t("tour.back"), () => this.go(step - 1)) : null, step < STEPS ? button(t("tour.next"), () => this.go(step + 1), { class: "button strong" }) : button(t("tour.done"), () => this.end(), { class: "button strong" }), step < STEPS ? button(t("tour.skip"), () => this.end()) : null));
  }

  end() {
    this.host.hidden = true;
    localStorage.setItem(SEEN, "1");
    state.set({ on: undefined });
  }
}

export const tour = new Tour();
