// @ts-check
/**
 * Long lists, page by page: what is there is counted, and the rest comes when it is asked for. Whoever works down a list goes on where he
 * is: what came stays as it stands when more comes, a matter that was acted on is read again in its place, and the keys go on there.
 */

import { button, failed, h, loading, put } from "./dom.js";
import { t } from "./words.js";

/**
 * @typedef {object} Long
 * @property {(cursor?: string) => Promise<any>} ask for a page
 * @property {(matter: any[], changed: (answer: any) => void) => any} view one matter, and what to call when it was acted on
 * @property {any} none what stands where there is nothing
 * @property {(items: any[]) => any[][]} [matters] which items are one matter; else each is one
 * @property {(item: any) => string} [unit] what is read again as a whole; else each item
 * @property {(item: any, answer: any) => boolean} [reached] whether an act reached an item, by the answer to it
 * @property {(items: any[]) => Promise<any[]>} [again] a unit as it is by now
 * @property {(answer: any) => void} [told] what an answer says besides
 * @property {string} [wait]
 */

/** @param {any} host @param {Long} long */
export async function pager(host, long) {
  const { matters = (all) => all.map((item) => [item]), unit = (item) => item.id, reached = () => false, again = async () => [] } = long;
  const items = h("div", { class: "items", tabindex: -1 });
  const foot = h("div", { class: "foot" });
  put(host, items, foot);
  /** @type {any[]} */
  let came = [];
  /** What is drawn, by what it was drawn of. @type {Map<string, {node: any, matter: any[]}>} */
  let drawn = new Map();
  /** @type {string | undefined} */
  let following;

  function draw() {
    const before = drawn;
    drawn = new Map(matters(came).map((matter) => {
      const sign = JSON.stringify(matter);
      return [sign, before.get(sign) || { node: long.view(matter, (answer) => changed(sign, answer)), matter }];
    }));
    const nodes = [...drawn.values()].map((each) => each.node);
    for (const each of [...items.children]) if (!nodes.includes(each)) each.remove();
    nodes.forEach((node, i) => items.children[i] === node || items.insertBefore(node, items.children[i] || null)); // what stands is not moved
    put(foot, following ? button(t("act.more"), () => next()) : !nodes.length ? long.none : null);
  }

  async function next() {
    const [first, keys] = [items.childElementCount, foot.contains(document.activeElement)];
    put(foot, loading(long.wait));
    try {
      const answer = await long.ask(following);
      long.told?.(answer);
      const known = new Set(came.map((item) => item.id));
      came.push(...answer.items.filter((/** @type {any} */ item) => !known.has(item.id)));
      following = answer.next;
      draw();
      if (keys) goOn(items.children[first] || items.lastElementChild);
    } catch (error) {
      put(foot, failed(error, next));
    }
  }

  /** The keys go to the first thing that can be done there, unless they went elsewhere meanwhile. @param {any} node */
  function goOn(node) {
    if (document.activeElement && document.activeElement !== document.body) return;
    (node?.querySelector(".acts button") || node?.querySelector("button, a") || items).focus();
  }

  /** Read again what was acted on, which offers nothing meanwhile. @param {string} sign @param {any} answer */
  async function changed(sign, answer) {
    const acted = drawn.get(sign);
    if (!acted) return; // it was read again meanwhile
    const { node, matter } = acted;
    const keys = node.contains(document.activeElement);
    const place = [...items.children].indexOf(node);
    const units = new Set(came.filter((item) => matter.includes(item) || reached(item, answer)).map(unit));
    const wait = h("div", { role: "status" });
    const read = async () => {
      put(wait, loading());
      node.inert = true;
      try {
        /** @type {Map<string, any[] | undefined>} */
        const told = new Map(await Promise.all([...units].map(async (each) => /** @type {[string, any[]]} */ ([each, await again(came.filter((item) => unit(item) === each))]))));
        for (const [each, old] of drawn) if (old.matter.some((item) => units.has(unit(item)))) drawn.delete(each);
        came = came.flatMap((item) => {
          const now = told.get(unit(item));
          told.set(unit(item), now && []);
          return now || [item];
        });
        draw();
        if (keys) goOn(items.children[place] || items.lastElementChild);
      } catch (error) {
        node.inert = false;
        put(wait, failed(error, read));
      }
    };
    node.querySelectorAll(".acts").forEach((/** @type {any} */ each) => each.remove());
    node.append(wait);
    await read();
  }

  await next();
}
