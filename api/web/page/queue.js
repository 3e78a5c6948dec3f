// @ts-check
/** What waits: proposals for officials, objections and deadlines, tasks of departments. */

import { actButton, onCase, onTask } from "./acting.js";
import * as api from "./api.js";
import { badge } from "./card.js";
import { button, copy, empty, h, link, loading, put } from "./dom.js";
import { pager } from "./pager.js";
import { tableView } from "./table.js";
import { label, t, untilText } from "./words.js";

const PROPOSED = ["derived", "proposed", "notified", "heard", "decided"];
/** The act that each state waits for, as the command line calls it. */
const NEXT = { derived: "propose", proposed: "notice", notified: "statement", heard: "decide", decided: "serve" };
/** What the party may say of a hearing before it is decided. */
const HEARING = { notified: ["request-hearing", "waive-hearing"], heard: ["request-hearing", "waive-hearing", "hearing"] };
const TOLD = new Set(["in_force", "end_unknown"]);
const how = (/** @type {string} */ status) => (TOLD.has(status) ? "measure" : [...PROPOSED, "not_yet"].includes(status) ? "proposal" : "past");

/** @param {any} host @param {any} now @param {any} act */
export async function queuePage(host, now, act) {
  const counts = h("p", { class: "quiet" });
  const list = h("div", { class: "stack" });
  const states = [...PROPOSED, "in_force", "end_unknown", "paused", "expired", "revoked", "repaired", "withdrawn"];
  put(host, h("h1", null, t("work.queue")), h("p", { class: "lead-in" }, t("queue.help")),
    act.filters("queue", now, [{ key: "st", label: t("column.state"), options: states.map((code) => [code, label("status", code)]) }, { key: "kind", label: t("column.kind"), options: ["person", "enterprise"].map((code) => [code, label("party", code)]) }]), counts, list);
  const ask = (/** @type {string | undefined} */ cursor) => api.list("cases", { status: now.st ? [now.st] : PROPOSED, kind: now.kind, as_of: now.on, cursor, limit: 25 });
  const told = (/** @type {any} */ answer) => put(counts, Object.entries(answer.counts).map(([code, count]) => `${label("status", code)} ${count}`).join(" · "));
  await pager(list, ask, (item) => proposal(item, act, () => queuePage(host, now, act)), empty(t("queue.none"), t("queue.none_help")), undefined, told);
}

/** @param {any} item @param {any} act @param {() => void} changed */
function proposal(item, act, changed) {
  const ground = item.grounds[0];
  const next = /** @type {any} */ (NEXT)[item.status];
  const command = `zeren case ${next} ${ground.finding} --text "…" --number "…"`;
  return h("article", { class: "case-item", "data-id": item.id },
    h("p", null, badge(how(item.status)), " ", h("span", { class: "quiet" }, label("status", item.status)), " ", link(item.party.name, () => act.open(item.party.id), { class: "link big-name" }), h("span", { class: "quiet" }, ` ${label("party", item.party.kind)}`)),
    h("p", null, item.measure.name_zh),
    h("p", { class: "quiet" }, `${t(`measure.${item.measure.kind}`)} · ${t("date.span", { from: item.from || t("date.unknown"), until: untilText(item.until) })}`),
    h("p", { class: "acts wrap" }, item.grounds.map((g) => button(`${t("card.why")} · ${g.rule}`, () => act.finding(g, item.party.id), { class: "button small" })), next && !api.may("case.confirm") ? h("span", { class: "act-elsewhere" }, t("queue.how"), " ", h("code", null, command), button(t("act.copy"), () => copy(command), { icon: "copy" })) : null,
      next && api.may("case.confirm") ? [actButton(onCase(next, ground.finding), changed, "strong"), actButton(onCase("reject", ground.finding), changed), (item.party.kind === "person" && /** @type {any} */ (HEARING)[item.status] || []).map((/** @type {string} */ word) => actButton(onCase(word, ground.finding), changed))] : null,
      TOLD.has(item.status) && api.may("case.object") ? actButton(onCase("object", ground.finding), changed) : null));
}

/** @param {any} host @param {any} now @param {any} act */
export async function duePage(host, now, act) {
  const list = h("div", null, loading());
  put(host, h("h1", null, t("work.due")), h("p", { class: "lead-in" }, t("due.help")), act.filters("due", now, [{ key: "every", label: t("due.which"), options: [["1", t("due.every")]] }]), list);
  const rows = (await api.whole("dues", { every: now.every === "1", as_of: now.on })).map((item, i) => ({ ...item, id: `${item.about}${i}` }));
  put(list, tableView(t("work.due"), [
    { key: "due", title: t("column.due"), text: (r) => r.due || "", cell: (r) => h("span", { class: r.state === "overdue" ? "overdue" : "" }, r.due || "—") },
    { key: "state", title: t("column.state"), text: (r) => t(`due.${r.state}`) + (r.days_left !== null ? ` (${t("due.left", { count: r.days_left })})` : "") },
    { key: "title", title: t("column.what"), text: (r) => r.title },
    { key: "party", title: t("column.party"), text: (r) => r.party.name, cell: (r) => link(r.party.name, () => act.open(r.party.id)) },
    { key: "who", title: t("column.who"), text: (r) => r.who },
    { key: "basis", title: t("column.basis"), text: (r) => r.basis },
  ], rows, { none: t("due.none") }));
}

/** @param {any} host @param {any} now @param {any} act */
export async function taskPage(host, now, act) {
  const list = h("div", null, loading());
  put(host, h("h1", null, t("work.tasks")), h("p", { class: "lead-in" }, t("tasks.help")), list);
  const [told, { units }] = await Promise.all([api.whole("tasks", { unit: now.unit, state: now.st, as_of: now.on }, api.list), api.worded("purposes")]);
  const rows = told.map((item) => ({ ...item, id: item.task }));
  put(list,
    act.filters("tasks", now, [...(api.may("unit.any") ? [{ key: "unit", label: t("column.unit"), options: Object.entries(units) }] : []), { key: "st", label: t("column.state"), options: ["open", "overdue", "executed", "refused", "not_applicable"].map((code) => [code, t(`task.${code}`)]) }]),
    tableView(t("work.tasks"), [
      { key: "due", title: t("column.due"), text: (r) => r.due || "", cell: (r) => h("span", { class: r.state === "overdue" ? "overdue" : "" }, r.due || "—") },
      { key: "state", title: t("column.state"), text: (r) => t(`task.${r.state}`) },
      { key: "unit", title: t("column.unit"), text: (r) => units[r.unit] || r.unit },
      { key: "action", title: t("column.action"), text: (r) => t(`task.${r.action}`) },
      { key: "party", title: t("column.party"), text: (r) => r.party.name, cell: (r) => (r.party.id ? link(r.party.name, () => act.open(r.party.id)) : r.party.name) },
      { key: "measure", title: t("column.measure"), text: (r) => r.measure },
      { key: "must", title: t("column.must"), text: (r) => t(r.must ? "measure.mandatory" : "measure.recommended") },
      { key: "reason", title: t("column.reason"), text: (r) => r.reason || "", cell: (r) => (["open", "overdue"].includes(r.state) && api.may("task.feedback") ? actButton(onTask(r.task, r.message), () => taskPage(host, now, act)) : r.reason || "") },
    ], rows, { none: t("tasks.none") }));
}
