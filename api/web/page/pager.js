// @ts-check
/** Long lists, page by page: what is there is counted, and the rest comes when it is asked for. */

import { button, failed, h, loading, put } from "./dom.js";
import { t } from "./words.js";

/**
 * @param {any} host @param {(cursor?: string) => Promise<any>} ask @param {(item: any) => any} show @param {any} none @param {string} [wait]
 * @param {(answer: any) => void} [told]
 */
export async function pager(host, ask, show, none, wait, told) {
  const items = h("div", { class: "items" });
  const foot = h("div", { class: "foot" });
  put(host, items, foot);
  const next = async (/** @type {string | undefined} */ cursor) => {
    put(foot, loading(wait));
    try {
      const answer = await ask(cursor);
      told?.(answer);
      items.append(...answer.items.map(show));
      put(foot, !items.childElementCount ? none : answer.next ? button(t("act.more"), () => next(answer.next)) : null);
    } catch (error) {
      put(foot, failed(error, () => next(cursor)));
    }
  };
  await next(undefined);
}
