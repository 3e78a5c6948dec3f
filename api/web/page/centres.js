// @ts-check
/** What the middle can show instead of the graph: ownership and control as trees, ways between parties, the life of a party. */

import * as api from "./api.js";
import * as state from "./state.js";
import { isDay } from "./dates.js";
import { button, dialog, empty, failed, h, link, loading, put } from "./dom.js";
import { ofDay } from "./exporting.js";
import { searchBox } from "./search.js";
import { sourceLink } from "./source.js";
import { showTable, tableView } from "./table.js";
import { rows as lifeRows, timeline } from "./time.js";
import { called, interest, percent, periodText, t, today } from "./words.js";

export const CENTRES = ["graph", "owners", "controls", "controlled", "paths", "time"];
/** Names of ends that are not on the screen. @type {Map<string, string>} */
const named = new Map();
const THRESHOLDS = { owners: ["cn_beneficial"], controls: ["cn_control", "cn_listed_control"], controlled: ["cn_control", "cn_listed_control"] };

/** @param {any} screen @param {state.State} now */
export async function centres(screen, now) {
  const which = CENTRES.includes(now.c) ? now.c : "graph";
  const host = screen.other;
  host.hidden = which === "graph";
  screen.canvas.parentElement.hidden = which !== "graph";
  screen.asked = (screen.asked || 0) + 1; // an answer that comes after the next question is shown to nobody
  if (which === "graph") return;
  if (which === "time") return life(screen);
  if (which === "paths") return paths(screen, now);
  await tree(screen, now, which);
}

/** The table of what the middle shows; it is also what leaves as CSV or Excel. @param {any} screen @param {string} title_ @param {any[]} columns_ @param {any[]} rows @param {any} [foot] */
function below(screen, title_, columns_, rows, foot = null) {
  screen.sheet = { title: title_, columns: columns_, rows };
  showTable(screen.tableHost, tableView(title_, columns_, rows, { also: ofDay(screen), foot }));
}

async function tree(screen, now, which) {
  const { other: host, asked } = screen;
  put(host, loading(t("centre.loading")));
  screen.sheet = null;
  put(screen.tableHost, loading(t("centre.loading")));
  try {
    const answer = await api.tree(now.p || now.g, which, { as_of: now.on, known_at: now.known, threshold: now.th });
    if (screen.asked !== asked) return;
    put(host, title(answer, which), answer.tree.length ? h("ul", { class: "tree", role: "tree", "aria-label": answer.title }, answer.tree.map((branch) => grown(branch, screen, ""))) : null, notes(answer));
    below(screen, t(`centre.${which}`), columns(which, screen), answer.rows.map((row) => ({ ...row, id: row.party?.id || row.controllers?.map((c) => c.id).join(" ") })));
  } catch (error) {
    if (screen.asked !== asked) return;
    put(host, failed(error, () => centres(screen, state.get())));
    put(screen.tableHost);
  }
}

function title(answer, which) {
  const options = /** @type {any} */ (THRESHOLDS)[which];
  const rule = answer.threshold;
  return h("header", { class: "centre-head" }, h("h2", null, answer.title),
    h("p", { class: "quiet" }, t("centre.threshold", { share: percent(rule.share_percent), basis: rule.basis }), " ",
      options.length > 1 ? options.map((name) => button(t(`threshold.${name}`), () => state.set({ th: name }), { class: "button small", "aria-pressed": String(rule.name === name) })) : null),
    h("p", { class: "hint" }, t("centre.screening")));
}

const notes = (/** @type {any} */ answer) => (answer.notes.length ? h("ul", { class: "notes" }, answer.notes.map((note) => h("li", null, note))) : null);

/** A branch with what is below it; each can be folded. */
function grown(branch, screen, above) {
  const share = percent(branch.share_least_percent, branch.share_most_percent);
  const children = branch.children.length ? h("ul", { role: "group" }, branch.children.map((child) => grown(child, screen, branch.party.id))) : null;
  const fold = children && h("button", { type: "button", class: "fold", "aria-label": t("centre.fold"), onclick: (/** @type {any} */ event) => {
    const item = event.target.closest("li");
    const open = item.getAttribute("aria-expanded") === "true";
    item.setAttribute("aria-expanded", String(!open));
    event.target.textContent = open ? "＋" : "－";
  } }, "－");
  return h("li", { role: "treeitem", "aria-expanded": children ? "true" : undefined, "aria-selected": "false" },
    h("span", { class: `branch kind-${branch.party.kind}` }, fold, share ? shareLink(branch, above, share) : null, link(called(branch.party), () => screen.act.open(branch.party.id)),
      branch.edge ? h("small", null, ` ${branch.edge.label} · ${periodText(branch.edge.period)} · `, sourceLink(branch.edge)) : null,
      branch.mark ? h("small", { class: "hint" }, ` ${t(`tree.${branch.mark}`)}`) : null, branch.left_out ? h("small", { class: "hint" }, ` ${t("graph.more", { count: branch.left_out, kind: "" })}`) : null),
    children);
}

/** A share in a tree, down to the rows that say so. @param {any} branch @param {string} above @param {string} share */
function shareLink(branch, above, share) {
  if (branch.edge || !above) return h("b", { class: "share" }, share);
  const name = `${called(branch.party)} ${share}`;
  return link(share, () => dialog(t("centre.share_of", { name }), () => {
    const host = h("div", null, loading());
    const holding = api.neighbours(branch.party.id, { ever: true, known_at: state.get().known, role: ["shareholding"], limit: 150 });
    holding.then((found) => {
      const rows = found.items.filter((item) => item.party.id === above).flatMap((item) => item.edges);
      put(host, rows.length ? h("ul", { class: "lines" }, rows.map((edge) => h("li", null, `${edge.label} ${percent(edge.share_least_percent, edge.share_most_percent)} · ${periodText(edge.period)} · `, sourceLink(edge)))) : h("p", { class: "hint" }, t("centre.share_none")));
    }, (error) => put(host, failed(error)));
    return host;
  }), { class: "link share", "aria-label": t("centre.share_of", { name }) });
}

function columns(which, screen) {
  const who = { key: "name", title: t("column.name"), text: (/** @type {any} */ r) => (r.party ? [r.party] : r.controllers).map(called).join(t("list.join")), cell: (/** @type {any} */ r) => (r.party ? [r.party] : r.controllers).map((p) => link(called(p), () => screen.act.open(p.id))) };
  const answer = { key: "answer", title: t("column.answer"), text: (/** @type {any} */ r) => t(`answer.${r.answer || "yes"}`) };
  const votes = { key: "votes", title: t("column.votes"), text: (/** @type {any} */ r) => percent(r.votes_percent), sort: (/** @type {any} */ r) => r.votes_percent };
  const chain = { key: "chain", title: t("column.chain"), text: (/** @type {any} */ r) => (r.steps || [r]).map((step) => `${step.through.map((x) => `${called(x.party)} ${percent(x.share_percent)}`).join(" + ")} → ${called(step.party)} (${percent(step.votes_percent)})`).join("; ") };
  if (which === "owners") return [who, { key: "share", title: t("column.effective"), text: (/** @type {any} */ r) => percent(r.share_least_percent, r.share_most_percent), sort: (/** @type {any} */ r) => r.share_most_percent }, answer];
  return [who, votes, answer, chain];
}

/** The ways between two parties on a day, as the address lists what is drawn of them: one end, the other, the day. @param {string} entry @param {state.State} now */
export function waysOf(entry, now) {
  const [one, other, on] = state.parted(entry);
  return api.tree(one, "paths", { to: other, as_of: on, known_at: now.known, role: now.role, share: now.share, certain: now.certain === "1", hops: 8, most: 3 });
}

async function paths(screen, now) {
  const { other: host, asked } = screen;
  const from = now.p || now.g;
  const to = (now.to || []).filter((/** @type {string} */ id) => id !== from);
  const box = searchBox({ placeholder: t("paths.add"), label: t("paths.add"), pick: (item) => named.set(item.id, called(item)) && state.set({ to: [...new Set([...to, item.id])] }) });
  let meanwhile = ""; // an id tells nobody anything while the name is on its way
  const name = (/** @type {string} */ id) => (screen.model.nodes.has(id) ? called(screen.model.nodes.get(id)) : screen.card?.party.id === id ? called(screen.card.party) : named.get(id) || meanwhile || id.split("#").pop());
  const chosen = h("p", { class: "chosen-ends" });
  const chosenEnds = () => put(chosen, h("strong", null, name(from)), to.map((/** @type {string} */ id) => [" ⇄ ", h("span", { class: "end" }, name(id), button(t("act.remove"), () => state.set({ to: to.filter((/** @type {string} */ each) => each !== id) }), { icon: "close" }))]));
  chosenEnds();
  const out = h("div", null);
  const typing = host.contains(document.activeElement);
  put(host, h("header", { class: "centre-head" }, h("h2", null, t("centre.paths")), chosen, box, filtered(now, screen), h("p", { class: "hint" }, t("paths.help"))), out);
  if (typing) box.querySelector("input").focus(); // the field was drawn anew
  below(screen, t("centre.paths"), pathColumns(screen), []);
  if (!to.length) return put(out, empty(t("paths.none"), t("paths.none_help")));
  put(out, loading(t("centre.loading")));
  meanwhile = "…";
  chosenEnds();
  meanwhile = "";
  const ends = [from, ...to];
  const entries = ends.flatMap((a, i) => ends.slice(i + 1).map((b) => state.joined(a, b, now.on || "")));
  try {
    const asks = await Promise.all(entries.map((entry) => waysOf(entry, now).catch((error) => ({ error, title: state.parted(entry).slice(0, 2).map(name).join(" ⇄ "), rows: [], parties: [], notes: [] }))));
    if (screen.asked !== asked) return undefined;
    const answers = /** @type {any[]} */ (asks); // an end that is gone keeps no other pair away
    for (const party of answers.flatMap((answer) => answer.parties)) named.set(party.id, called(party));
    chosenEnds();
    const found = answers.flatMap((answer, i) => answer.rows.map((row) => ({ ...row, id: `${i}.${row.path}.${row.step}`, way: `${i + 1}.${row.path}` })));
    put(out, answers.map((answer, i) => [h("h3", null, answer.title), answer.error ? failed(answer.error, () => centres(screen, state.get())) : null, answer.rows.length ? ways(answer, i, screen) : null, notes(answer)]),
      found.length ? button(t("paths.draw"), () => state.set({ c: undefined, way: [...new Set([...(state.get().way || []), ...entries.filter((_, i) => !answers[i].error)])] }), { class: "button strong" }) : null);
    return below(screen, t("centre.paths"), pathColumns(screen), found);
  } catch (error) {
    return screen.asked === asked ? put(out, failed(error, () => centres(screen, state.get()))) : undefined;
  }
}

/** What the search leaves out, and where that is changed. @param {state.State} now @param {any} screen */
function filtered(now, screen) {
  const told = [...(now.role || []).map(interest), now.share ? `${t("filter.share")} ${now.share}%` : "", now.certain === "1" ? t("filter.certain") : ""].filter(Boolean);
  return h("p", { class: "acts" }, told.length ? h("span", { class: "warn" }, t("paths.filtered", { text: told.join(t("list.join")) })) : null, button(t("filter.title"), () => screen.tools.filter(), { class: "button small" }));
}

function ways(answer, index, screen) {
  const numbers = [...new Set(answer.rows.map((row) => row.path))];
  return h("ol", { class: "ways" }, numbers.map((number) => {
    const steps = answer.rows.filter((row) => row.path === number);
    return h("li", null, link(called(steps[0].from), () => screen.act.open(steps[0].from.id)), steps.map((step) => [
      h("span", { class: "step" }, `${arrow(step.edge)} `, step.edge.label, " ", percent(step.edge.share_least_percent, step.edge.share_most_percent), h("small", null, ` ${periodText(step.edge.period)}`)),
      link(called(step.party), () => screen.act.open(step.party.id))]));
  }));
}

/** Which way a tie goes: whoever holds may stand on either side of it. @param {any} edge */
const arrow = (edge) => (edge.way === "up" ? "←" : "→");

const pathColumns = (/** @type {any} */ screen) => [
  { key: "way", title: t("column.way"), text: (/** @type {any} */ r) => r.way },
  { key: "step", title: t("column.step"), text: (/** @type {any} */ r) => String(r.step), sort: (/** @type {any} */ r) => r.step },
  { key: "from", title: t("column.from"), text: (/** @type {any} */ r) => called(r.from), cell: (/** @type {any} */ r) => link(called(r.from), () => screen.act.open(r.from.id)) },
  { key: "what", title: t("column.what"), text: (/** @type {any} */ r) => `${arrow(r.edge)} ${r.edge.label} ${percent(r.edge.share_least_percent, r.edge.share_most_percent)}` },
  { key: "to", title: t("column.to"), text: (/** @type {any} */ r) => called(r.party), cell: (/** @type {any} */ r) => link(called(r.party), () => screen.act.open(r.party.id)) },
  { key: "period", title: t("column.period"), narrow: true, text: (/** @type {any} */ r) => periodText(r.edge.period) },
  { key: "source", title: t("column.source"), text: (/** @type {any} */ r) => `${r.edge.source} · ${r.edge.file} ${r.edge.row}`, cell: (/** @type {any} */ r) => sourceLink(r.edge) },
];

function life(screen) {
  const { card } = screen;
  if (!card || screen.waits) {
    screen.sheet = null;
    put(screen.tableHost);
    return put(screen.other, screen.waits ? loading() : empty(t("time.nothing")));
  }
  const left = card.holders_count - card.holders.length;
  const without = () => (left > 0 ? h("p", { class: "hint" }, t("card.cut", { count: left })) : null); // the card holds the first alone
  const go = (/** @type {string} */ day) => state.set({ on: day === today() ? undefined : day });
  put(screen.other, h("header", { class: "centre-head" }, h("h2", null, t("time.of", { name: called(card.party) }))), timeline(card, screen.day, go, screen.other.clientWidth - 36), without());
  return below(screen, t("centre.time"), [
    { key: "from", title: t("column.start"), narrow: true, text: (/** @type {any} */ r) => r.from || t("date.unknown"), cell: (/** @type {any} */ r) => (isDay(r.from) ? link(r.from, () => go(r.from)) : r.from || t("date.unknown")) },
    { key: "kind", title: t("column.kind"), narrow: true, text: (/** @type {any} */ r) => t(`time.kind.${r.kind}`) },
    { key: "what", title: t("column.what"), text: (/** @type {any} */ r) => r.text },
    { key: "dates", title: t("column.period"), text: (/** @type {any} */ r) => r.dates },
    { key: "source", title: t("column.source"), text: (/** @type {any} */ r) => (r.source ? `${r.source.source} · ${r.source.file} ${r.source.row}` : ""), cell: (/** @type {any} */ r) => (r.source ? sourceLink(r.source) : "") },
  ], lifeRows(card), without());
}
