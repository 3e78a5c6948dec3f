// @ts-check
/** Who is opened: kind of tie by kind of tie, as the address lists it. Whoever has no room is asked for later, and never lost. */

import * as api from "./api.js";
import * as state from "./state.js";
import { waysOf } from "./centres.js";
import { toast, wordsOf } from "./dom.js";
import { PAGE, ROOM } from "./model.js";
import { t } from "./words.js";

export class Opening {
  /** @param {any} screen */
  constructor(screen) {
    this.screen = screen;
    /** @type {Set<string>} */ this.done = new Set();
    /** @type {Promise<void>} */ this.last = Promise.resolve();
  }

  /** Some more of one kind of tie, as many as have room; the address says how many. @param {string} id @param {string} group @param {number} [most] */
  more(id, group, most = PAGE) {
    const [open, few] = [state.get().open || [], Math.min(most, this.screen.model.room)];
    if (few <= 0) toast(t("graph.no_room", { room: ROOM }));
    else state.set({ open: [...open, state.joined(id, group, open.length, ...(few === PAGE ? [] : [few]))] });
  }

  /** Open what the address lists and is not open yet, one after the other: two clicks are two pages. @param {string[]} entries */
  follow(entries) {
    this.last = this.last.then(() => this.all(entries));
    return this.last;
  }

  /** @param {string[]} entries */
  async all(entries) {
    const { model, tools, graph, turn } = this.screen;
    const before = this.done;
    for (const entry of entries) {
      if (turn !== this.screen.turn) return; // everything is asked anew meanwhile
      if (before.has(entry) && (entry.includes("~") || model.nodes.get(state.parted(entry)[0])?.opened)) continue;
      tools.busy(true);
      try {
        await this.open(entry);
      } catch (error) {
        toast(wordsOf(error));
      }
      tools.busy(false);
    }
    if (turn !== this.screen.turn) return;
    this.done = new Set(entries);
    graph.draw();
  }

  /** @param {string} entry */
  async open(entry) {
    const { model, turn } = this.screen;
    const [id, group, , most] = state.parted(entry);
    const node = model.nodes.get(id);
    if (!node) return;
    const start = performance.now();
    if (group) await this.goOn(node, group, +most || PAGE);
    else {
      const answer = await api.neighbours(id, this.screen.filters(state.get()));
      if (turn !== this.screen.turn) return; // it belongs to another picture
      this.without(model.open(answer));
    }
    this.done = new Set([...this.done, entry]);
    performance.measure("zeren-open", { start, end: performance.now() });
  }

  /** First those who came before and had no room; nobody is asked for who would have none. @param {any} node @param {string} group @param {number} most */
  async goOn(node, group, most) {
    const { model, turn } = this.screen;
    const limit = Math.min(most - model.take(node, group, most), model.room);
    const cursor = node.next[group];
    if (limit <= 0 || !cursor) return;
    const answer = await api.neighbours(node.id, { ...this.screen.filters(state.get()), group, cursor, limit });
    if (turn === this.screen.turn) this.without(model.open(answer, [group]));
  }

  /** Draw the ways between parties that the address lists; one whose end is gone is said, and keeps nothing else away. @param {string[]} entries */
  async ways(entries) {
    const { model, turn } = this.screen;
    let without = 0;
    for (const entry of entries) {
      const answer = await waysOf(entry, state.get()).catch((error) => {
        if (![404, 422].includes(error.status)) throw error;
        if (turn === this.screen.turn) toast(t("graph.way_gone", { ends: state.parted(entry).slice(0, 2).join(" ⇄ ") }));
        return null;
      });
      if (turn !== this.screen.turn) return;
      if (!answer) continue;
      without += model.walk(answer.rows, `way:${entry}`);
    }
    if (without) toast(t("graph.full_ways", { count: without, room: ROOM }));
  }

  /** @param {number} count */
  without(count) {
    if (count) toast(t("graph.full", { count, room: ROOM }));
  }
}
