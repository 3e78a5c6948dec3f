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

/** Another day than today, as the address wants it. @param {any} now */
const another = (now) => (now.on && now.on !== today() ? now.on : undefined);
/** What stands below is of another day, and nobody acts on it. @param {any} now */
const past = (now) => (another(now) ? h("p", { class: "banner acts", role: "status" }, t("queue.past", { day: now.on }), " ", link(t("time.today"), () => state.set({ on: undefined }))) : null);

/** Restrictions as matters to act on, in a list. @param {(more: any) => Promise<any>} ask for some of them @param {any} now @param {any} act */
const matters = (ask, now, act) => ({
  ask: (/** @type {string | undefined} */ cursor) => ask({ cursor, limit: 60 }),
  matters: together,
  view: (/** @type {any[]} */ group, /** @type {import("./acting.js").Changed} */ changed) => caseView(group, act, changed, another(now)),
  unit: (/** @type {any} */ item) => item.party.id,
  reached: (/** @type {any} */ item, /** @type {any} */ answer) => item.grounds.some((/** @type {any} */ ground) => answer.rows?.some((/** @type {any} */ row) => row.finding === ground.finding)),
  again: async (/** @type {any[]} */ [item]) => (await ask({ party: item.party.id, limit: 500 })).items.filter((/** @type {any} */ each) => each.party.id === item.party.id),
});

/** @param {any} host @param {any} now @param {any} act */
export async function queuePage(host, now, act) {
  const counts = h("p", { class: "quiet", role: "status" });
  const list = h("div", { class: "stack" });
  const leads = now.st === LEADS;
  const states = [...PROPOSED, "paused", "in_force", "end_unknown", "repair_pending", "repaired", "expired", "released", "ended_with_listing", "lapsed", "revoked", "annulled", "rejected", "withdrawn", LEADS];
  put(host, h("h1", null, t("work.queue")), past(now), h("p", { class: "lead-in" }, t(leads ? "queue.leads" : "queue.help")),
    act.filters("queue", now, [...(leads ? [] : [{ key: "q", label: t("queue.find") }]), { key: "st", label: t("column.state"), none: now.who ? t("filter.all") : t("queue.waiting"), options: states.map((code) => [code, label("status", code)]) }, { key: "kind", label: t("column.kind"), options: ["person", "enterprise"].map((code) => [code, label("party", code)]) }]),
    now.who ? h("p", { class: "acts" }, t("queue.of_one"), link(t("queue.of_all"), () => state.set({ who: undefined }))) : null, counts, list);
  const none = empty(t("queue.none"), t("queue.none_help"));
  if (leads) {
    const ask = (/** @type {string | undefined} */ cursor) => api.list("findings", { outcome: "lead", effect: "restrict", kind: now.kind, [now.who?.includes("#") ? "person" : "company"]: now.who, cursor, limit: 25 });
    return pager(list, { ask, view: ([lead]) => leadView(lead, act), none });
  }
  const ask = (/** @type {any} */ more) => api.list("cases", { status: now.st ? [now.st] : now.who || now.q ? [] : PROPOSED, party: now.who, kind: now.kind, q: now.q, as_of: now.on, ...more });
  const told = (/** @type {any} */ answer) => put(counts, Object.entries(answer.counts).map(([code, count], i) => [i ? " · " : "", link(`${label("status", code)} ${count}`, () => state.set({ st: code }))]));
  const long = matters(ask, now, act);
  const again = async (/** @type {any[]} */ items) => {
    const [mine, all] = await Promise.all([long.again(items), ask({ limit: 1 })]);
    told(all);
    return mine;
  };
  return pager(list, { ...long, again, told, none });
}

/** @param {any} host @param {any} now @param {any} act */
export async function duePage(host, now, act) {
  const paused = h("div", { class: "stack" }, loading());
  const list = h("div", null, loading());
  put(host, h("h1", null, t("work.due")), past(now), h("p", { class: "lead-in" }, t("due.help")), h("h2", null, t("due.objections")), paused, h("h2", null, t("due.deadlines")), act.filters("due", now, [{ key: "every", label: t("due.which"), none: t("due.unmet"), options: [["1", t("due.every")]] }]), list);
  const long = matters((more) => api.list("cases", { status: ["paused"], as_of: now.on, ...more }), now, act);
  const again = async (/** @type {any[]} */ items) => {
    const [mine] = await Promise.all([long.again(items), deadlines(list, now, act)]);
    return mine;
  };
  await Promise.all([pager(paused, { ...long, again, none: h("p", { class: "hint" }, t("due.no_objection")) }), deadlines(list, now, act)]);
}

/** @param {any} list @param {any} now @param {any} act */
async function deadlines(list, now, act) {
  const rows = await api.whole("dues", { every: now.every === "1", as_of: now.on });
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

/** What a task is about, in lines: of whom, which measure, by which document, and what is to be done. @param {any} row @returns {string[]} */
const ofTask = (row) => [named(row.party), `${t(`task.${row.action}`)}: ${measureName(row.measure)}`, documentOf(row)];
const documentOf = (/** @type {any} */ row) => [row.decision.number || row.decision.id, row.document?.number].filter(Boolean).join(" · ");

/** @param {any} host @param {any} now @param {any} act */
export async function taskPage(host, now, act) {
  const list = h("div", null, loading());
  put(host, h("h1", null, t("work.tasks")), past(now), h("p", { class: "lead-in" }, t("tasks.help")), list);
  const { units, refusals } = await api.worded("purposes");
  list.before(act.filters("tasks", now, [...(api.may("unit.any") ? [{ key: "unit", label: t("column.unit"), options: Object.entries(units) }] : []), { key: "st", label: t("column.state"), options: ["open", "overdue", "executed", "refused", "not_applicable"].map((code) => [code, t(`task.${code}`)]) }]));
  /** @type {any} */
  let sort;
  const answers = (/** @type {any} */ row) => ["open", "overdue"].includes(row.state) && api.may("task.feedback") && !another(now);
  const draw = async () => {
    const rows = (await api.whole("tasks", { unit: now.unit, state: now.st, as_of: now.on }, api.list)).map((item) => ({ ...item, id: item.task }));
    put(list, tableView(t("work.tasks"), [
      { key: "due", title: t("column.due"), narrow: true, text: (r) => r.due || "", cell: (r) => h("span", { class: r.state === "overdue" ? "overdue" : "" }, r.due || "—") },
      { key: "state", title: t("column.state"), narrow: true, text: (r) => t(`task.${r.state}`) },
      { key: "unit", title: t("column.unit"), text: (r) => units[r.unit] || r.unit },
      { key: "action", title: t("column.action"), text: (r) => t(`task.${r.action}`) },
      { key: "party", title: t("column.party"), text: (r) => named(r.party), cell: (r) => (r.party.id ? link(called(r.party), () => act.open(r.party.id)) : r.party.name) },
      { key: "measure", title: t("column.measure"), text: (r) => measureName(r.measure) },
      { key: "document", title: t("column.document"), text: documentOf },
      { key: "basis", title: t("column.basis"), text: (r) => r.basis.map((/** @type {any} */ b) => `${b.instrument} ${b.article}`).join(t("list.join")) },
      { key: "must", title: t("column.must"), narrow: true, text: (r) => t(r.must ? "measure.mandatory" : "measure.recommended") },
      { key: "reason", title: t("column.feedback"), text: (r) => r.reason || "", cell: (r) => (answers(r) ? actButton(onTask(r, ofTask(r), refusals), () => again(r)) : r.reason || "") },
    ], rows, { none: t(now.st ? "tasks.none_so" : api.may("unit.any") ? "tasks.none_sent" : "tasks.none"), sort, kept: (chosen) => { sort = chosen; } }));
  };
  /** Read again after an act, where it stands. @param {any} row */
  const again = async (row) => {
    const [line, frame] = [list.querySelector(`tr[data-id="${CSS.escape(row.id)}"]`), list.querySelector(".scroll")];
    const [place, left] = [line.sectionRowIndex, frame.scrollLeft];
    put(line.lastElementChild, loading());
    try {
      await draw();
    } catch (error) {
      return put(line.lastElementChild, failed(error, () => again(row)));
    }
    const lines = list.querySelectorAll("tbody tr");
    if (list.querySelector(".scroll")) list.querySelector(".scroll").scrollLeft = left;
    return (lines[place] || lines[lines.length - 1])?.querySelector("button")?.focus();
  };
  await draw();
}
