// @ts-check
/** Casework: a home for each role, and the pages that it leads to. What is typed into a form is kept until it is sent or cleared. */

import * as api from "./api.js";
import * as state from "./state.js";
import { claimPage } from "./claims.js";
import { checkPage } from "./check.js";
import { button, failed, h, link, loading, put } from "./dom.js";
import { duePage, queuePage, taskPage } from "./queue.js";
import { matrixPage } from "./matrix.js";
import { recordPage } from "./record.js";
import { reportPage } from "./report.js";
import { savedViews } from "./views.js";
import { known, ROLES } from "./session.js";
import { label, t } from "./words.js";

const PAGES = { home: homePage, queue: queuePage, due: duePage, claims: claimPage, tasks: taskPage, check: checkPage, record: recordPage, matrix: matrixPage, report: reportPage };
/** Where each role begins, and what it has in front of it. */
export const HOMES = {
  investigator: ["", ["queue", "claims", "record", "report", "matrix"]], official: ["queue", ["queue", "due", "claims", "tasks", "record", "report", "matrix"]], clerk: ["check", ["check", "record"]],
  department: ["tasks", ["tasks", "due", "queue", "check"]], auditor: ["report", ["report", "record", "matrix"]], administrator: ["matrix", ["matrix"]], other: ["home", ["queue", "due", "claims", "tasks", "check", "record", "matrix", "report"]],
};
const ROLE = "zeren.role";

/** What a page needs; a page that somebody may not see is not offered. */
const NEEDS = { queue: "finding.read", due: "finding.read", claims: "finding.read", tasks: "task.read", check: "check.ask", record: "person.read", matrix: "rules.read", report: "report.read" };
const offered = (/** @type {string} */ name) => !(name in NEEDS) || api.may(/** @type {any} */ (NEEDS)[name]);

/** The role of whoever is logged in; without logins the one that was chosen. */
export const role = () => (api.who() ? known(/** @type {any} */ (api.who()).role) : localStorage.getItem(ROLE) || "other");
/** Where somebody lands who comes without an address. */
export const landing = () => (api.who() || localStorage.getItem(ROLE) ? /** @type {any} */ (HOMES)[role()]?.[0] ?? "" : "");

/** Open a party, a finding or a decision in the investigator's screen. */
const act = {
  open: (/** @type {string} */ id) => state.set({ g: id, p: id, s: id, on: state.get().on, known: state.get().known }, { whole: true }),
  finding: (/** @type {any} */ ground, /** @type {string} */ party) => state.set({ g: party, p: party, s: party, d: ground.decision, f: ground.finding || ground.id }, { whole: true }),
  decision: (/** @type {string} */ id) => state.set({ d: id }, { whole: true }),
  filters,
};

/** @param {HTMLElement} host @param {any} now */
export async function workPage(host, now) {
  const page = /** @type {any} */ (PAGES)[now.v] || homePage;
  const body = h("section", { class: "work", "aria-label": t(`work.${now.v}`) });
  put(host, h("div", { class: "workbench" }, h("nav", { class: "side", "aria-label": t("work.nav") }, Object.keys(PAGES).filter(offered).map((name) => h("a", { href: `#v=${name}&lang=${now.lang || ""}`, "aria-current": name === now.v ? "page" : undefined }, t(`work.${name}`)))), body));
  try {
    if (api.visitor() && !offered(now.v)) await api.hooks.login();
    if (!offered(now.v)) throw api.visitor() ? new api.Problem(401, "unauthenticated", "") : new api.Problem(403, "forbidden", "");
    await page(body, now, act);
  } catch (error) {
    put(body, failed(error, () => workPage(host, state.get())));
  }
}

/** A line of choices that live in the address; one without options is typed. @param {string} name @param {any} now @param {{key: string, label: string, none?: string, options?: string[][]}[]} given */
function filters(name, now, given) {
  const typed = given.filter((each) => !each.options);
  const find = (/** @type {any} */ event) => {
    event.preventDefault();
    state.set(Object.fromEntries(typed.map(({ key }) => [key, event.target.elements[key].value.trim() || undefined])));
  };
  return h(typed.length ? "form" : "div", { class: "filters", role: typed.length ? "search" : "group", "aria-label": t("filter.title"), onsubmit: find }, given.map((each) => {
    const id = `${name}-${each.key}`;
    if (!each.options) return [h("label", { for: id }, each.label, h("input", { id, name: each.key, type: "search", value: now[each.key] || "", maxlength: 200 })), h("button", { type: "submit", class: "button small" }, t("filter.find"))];
    const select = h("select", { id, onchange: (/** @type {any} */ event) => state.set({ [each.key]: event.target.value || undefined }) }, h("option", { value: "" }, each.none || t("filter.all")), each.options.map(([value, text]) => h("option", { value, selected: now[each.key] === value }, text)));
    return h("label", { for: id }, each.label, select);
  }));
}

async function homePage(host, now) {
  const mine = role();
  const choose = h("label", { for: "role" }, t("home.role"), h("select", { id: "role", onchange: (/** @type {any} */ event) => {
    localStorage.setItem(ROLE, event.target.value);
    const [place] = /** @type {any} */ (HOMES)[event.target.value];
    state.set({ v: place || undefined }, { whole: true });
  } }, ["other", ...ROLES].map((each) => h("option", { value: each, selected: each === mine }, t(`role.${each}`)))));
  const counts = h("div", { class: "tiles" }, loading());
  put(host, h("h1", null, t("home.title")), api.who() ? null : h("p", { class: "lead-in" }, choose, " ", t("home.role_help")), counts, h("h2", null, t("views.title")), savedViews());
  const pages = /** @type {any} */ (HOMES)[mine][1].filter(offered);
  const wanted = (/** @type {string} */ name, /** @type {string} */ permission) => pages.includes(name) && api.may(permission);
  const [queue, due, tasks] = await Promise.all([
    api.may("finding.read") ? api.list("cases", { limit: 1 }) : { counts: {} },
    wanted("due", "finding.read") ? api.whole("dues") : null,
    wanted("tasks", "task.read") ? api.whole("tasks", {}, api.list) : null,
  ]);
  /** @type {Record<string, number>} */
  const figures = {};
  if (pages.includes("queue")) figures.queue = (queue.counts.derived || 0) + (queue.counts.proposed || 0);
  if (due) figures.due = due.filter((item) => item.state === "overdue").length;
  if (tasks) figures.tasks = tasks.filter((item) => ["open", "overdue"].includes(item.state)).length;
  put(counts, pages.map((name) => h("a", { class: "tile", href: `#v=${name}&lang=${now.lang || ""}` }, h("strong", null, t(`work.${name}`)), name in figures ? h("span", { class: "big" }, String(figures[name])) : null, h("small", null, t(`home.${name}`)))));
  const stands = Object.keys(queue.counts).length > 0;
  host.append(stands ? h("h2", null, t("home.stands")) : "", h("ul", { class: "status-counts" }, Object.entries(queue.counts).map(([code, count]) => h("li", null, link(`${label("status", code)} ${count}`, () => state.set({ v: "queue", st: code }, { whole: true }))))), button(t("tour.again"), () => import("./tour.js").then((m) => m.tour.begin())));
}
