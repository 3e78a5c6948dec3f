// @ts-check
/** What was not on record at the time chosen: that is an answer, and the way back stands beside it. */

import { button, h } from "./dom.js";
import * as state from "./state.js";
import { t } from "./words.js";

/** @param {string} title @param {string} help */
export const notThen = (title, help) => h("div", { class: "state", role: "status" }, h("p", { class: "state-title" }, title), h("p", null, help), button(t("time.known_end"), () => state.set({ known: undefined })));
