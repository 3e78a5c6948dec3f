// @ts-check
/** Long lists, page by page: what is there is counted, and the rest comes when it is asked for. */

import { button, failed, h, loading, put } from "./dom.js";
import { t } from "./words.js";

/**
 * @param {any} host @param {(cursor?: string) => Promise<any>} ask @param {(items: any[]) => any[]} show all that came so far @param {any} none @param {string} [wait]
 * @param {(answer: any) => void} [told]
 */
export async function pager(host, ask, show, none, wait, told) {
  const items = h("div", { class: "items" });
  const foot = h("div", { class: "foot" });
  put(host, items, foot);
  /** @type {any[]} */
  const came = [];
  const next = async (/** @type {string | undefined} */ cursor) => {
    put(foot, loading(wait));
    try {
      const answer = await ask(cursor);
      told?.(answer);
      came.push(...answer.items);
      put(items, show(came));
      put(foot, answer.next ? button(t("act.more"), () => next(answer.next)) : !items.childElementCount ? none : null);
    } catch (error) {
      put(foot, failed(error, () => next(cursor)));
    }
  };
  await next(undefined);
}
