// @ts-check
/** What waits: proposals and leads for officials, objections and deadlines, tasks of departments. */

import { actButton, onTask } from "./acting.js";
import * as api from "./api.js";
import { caseView, leadView, together } from "./case_item.js";
import * as state from "./state.js";
import { empty, failed, h, link, loading, put } from "./dom.js";
import { pager } from "./pager.js";
import { tableView } from "./table.js";
import { called, label, measureName, t, today } from "./words.js";

const PROPOSED = ["derived", "proposed", "notified", "heard", "decided"];
const LEADS = "to_review";

/** The page once more after an act; where that fails it says so, and can be tried again. @param {(host: any, now: any, act: any) => Promise<any>} page @param {[any, any, any]} given */
const anew = (page, ...given) => page(...given).catch((error) => { put(given[0], failed(error, () => anew(page, ...given))); });

/** Another day than today, as the address wants it. @param {any} now */
const another = (now) => (now.on && now.on !== today() ? now.on : undefined);
/** What stands below is of another day, and nobody acts on it. @param {any} now */
const past = (now) => (another(now) ? h("p", { class: "banner acts", role: "status" }, t("queue.past", { day: now.on }), " ", link(t("time.today"), () => state.set({ on: undefined }))) : null);

/** @param {any} host @param {any} now @param {any} act */
export async function queuePage(host, now, act) {
  const counts = h("p", { class: "quiet" });
  const list = h("div", { class: "stack" });
  const states = [...PROPOSED, "paused", "in_force", "end_unknown", "repair_pending", "repaired", "expired", "released", "ended_with_listing", "lapsed", "revoked", "annulled", "rejected", "withdrawn", LEADS];
  put(host, h("h1", null, t("work.queue")), past(now), h("p", { class: "lead-in" }, t(now.st === LEADS ? "queue.leads" : "queue.help")),
    act.filters("queue", now, [{ key: "st", label: t("column.state"), none: now.who ? t("filter.all") : t("queue.waiting"), options: states.map((code) => [code, label("status", code)]) }, { key: "kind", label: t("column.kind"), options: ["person", "enterprise"].map((code) => [code, label("party", code)]) }]),
    now.who ? h("p", { class: "acts" }, t("queue.of_one"), link(t("queue.of_all"), () => state.set({ who: undefined }))) : null, counts, list);
  const none = empty(t("queue.none"), t("queue.none_help"));
  if (now.st === LEADS) {
    const ask = (/** @type {string | undefined} */ cursor) => api.list("findings", { outcome: "lead", effect: "restrict", kind: now.kind, [now.who?.includes("#") ? "person" : "company"]: now.who, cursor, limit: 25 });
    return pager(list, ask, (leads) => leads.map((lead) => leadView(lead, act)), none);
  }
  const ask = (/** @type {string | undefined} */ cursor) => api.list("cases", { status: now.st ? [now.st] : now.who ? [] : PROPOSED, party: now.who, kind: now.kind, as_of: now.on, cursor, limit: 60 });
  const told = (/** @type {any} */ answer) => put(counts, Object.entries(answer.counts).map(([code, count], i) => [i ? " · " : "", link(`${label("status", code)} ${count}`, () => state.set({ st: code }))]));
  return pager(list, ask, (items) => together(items).map((group) => caseView(group, act, () => anew(queuePage, host, now, act), another(now))), none, undefined, told);
}

/** @param {any} host @param {any} now @param {any} act */
export async function duePage(host, now, act) {
  const paused = h("div", { class: "stack" }, loading());
  const list = h("div", null, loading());
  put(host, h("h1", null, t("work.due")), past(now), h("p", { class: "lead-in" }, t("due.help")), h("h2", null, t("due.objections")), paused, h("h2", null, t("due.deadlines")), act.filters("due", now, [{ key: "every", label: t("due.which"), none: t("due.unmet"), options: [["1", t("due.every")]] }]), list);
  const again = () => anew(duePage, host, now, act);
  const ask = (/** @type {string | undefined} */ cursor) => api.list("cases", { status: ["paused"], as_of: now.on, cursor, limit: 60 });
  const [, rows] = await Promise.all([
    pager(paused, ask, (items) => together(items).map((group) => caseView(group, act, again, another(now))), h("p", { class: "hint" }, t("due.no_objection"))),
    api.whole("dues", { every: now.every === "1", as_of: now.on }),
  ]);
  put(list, tableView(t("due.deadlines"), [
    { key: "due", title: t("column.due"), narrow: true, text: (r) => r.due || "", cell: (r) => h("span", { class: r.state === "overdue" ? "overdue" : "" }, r.due || "—") },
    { key: "state", title: t("column.state"), text: (r) => t(`due.${r.state}`) + (r.days_left !== null ? ` (${r.days_left < 0 ? t("due.late", { count: -r.days_left }) : t("due.left", { count: r.days_left })})` : "") },
    { key: "title", title: t("due.what"), text: (r) => r.title },
    { key: "party", title: t("column.party"), text: (r) => called(r.party), cell: (r) => link(called(r.party), () => act.open(r.party.id)) },
    { key: "who", title: t("column.who"), text: (r) => t(`due.who.${r.who}`) },
    { key: "basis", title: t("column.basis"), text: (r) => r.basis },
    { key: "case", title: t("column.case"), text: (r) => r.finding, cell: (r) => link(t("due.handle"), () => state.set({ v: "queue", who: r.party.id }, { whole: true })) },
  ], rows.map((item, i) => ({ ...item, id: `${item.about}${i}` })), { none: t("due.none") }));
  if (rows.some((item) => item.state === "no_calendar")) list.append(h("p", { class: "hint" }, t("due.calendar")));
}

/** @param {any} party of whom the message may have told the name alone */
const named = (party) => (party.id ? called(party) : party.name);

/** @param {any} host @param {any} now @param {any} act */
export async function taskPage(host, now, act) {
  const list = h("div", null, loading());
  put(host, h("h1", null, t("work.tasks")), past(now), h("p", { class: "lead-in" }, t("tasks.help")), list);
  const [told, { units, refusals }] = await Promise.all([api.whole("tasks", { unit: now.unit, state: now.st, as_of: now.on }, api.list), api.worded("purposes")]);
  const rows = told.map((item) => ({ ...item, id: item.task }));
  put(list,
    act.filters("tasks", now, [...(api.may("unit.any") ? [{ key: "unit", label: t("column.unit"), options: Object.entries(units) }] : []), { key: "st", label: t("column.state"), options: ["open", "overdue", "executed", "refused", "not_applicable"].map((code) => [code, t(`task.${code}`)]) }]),
    tableView(t("work.tasks"), [
      { key: "due", title: t("column.due"), narrow: true, text: (r) => r.due || "", cell: (r) => h("span", { class: r.state === "overdue" ? "overdue" : "" }, r.due || "—") },
      { key: "state", title: t("column.state"), narrow: true, text: (r) => t(`task.${r.state}`) },
      { key: "unit", title: t("column.unit"), text: (r) => units[r.unit] || r.unit },
      { key: "action", title: t("column.action"), text: (r) => t(`task.${r.action}`) },
      { key: "party", title: t("column.party"), text: (r) => named(r.party), cell: (r) => (r.party.id ? link(called(r.party), () => act.open(r.party.id)) : r.party.name) },
      { key: "measure", title: t("column.measure"), text: (r) => measureName(r.measure) },
      { key: "document", title: t("column.document"), text: (r) => [r.decision.number || r.decision.id, r.document?.number].filter(Boolean).join(" · ") },
      { key: "basis", title: t("column.basis"), text: (r) => r.basis.map((/** @type {any} */ b) => `${b.instrument} ${b.article}`).join(t("list.join")) },
      { key: "must", title: t("column.must"), narrow: true, text: (r) => t(r.must ? "measure.mandatory" : "measure.recommended") },
      { key: "reason", title: t("column.reason"), text: (r) => r.reason || "", cell: (r) => (["open", "overdue"].includes(r.state) && api.may("task.feedback") && !another(now) ? actButton({ ...onTask(r.task, r.message, refusals), of: named(r.party) }, () => anew(taskPage, host, now, act)) : r.reason || "") },
    ], rows, { none: t("tasks.none") }));
}
