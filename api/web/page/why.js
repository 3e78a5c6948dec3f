// @ts-check
/** The reasons on the right: premises with ticks, crosses and gaps, article, dates compared, documents, and what would lift it. */

import * as api from "./api.js";
import * as state from "./state.js";
import { button, copy, failed, h, link, loading, put } from "./dom.js";
import { amounts, isOver } from "./model.js";
import { badge } from "./card.js";
import { notThen } from "./not_then.js";
import { sourceLink } from "./source.js";
import { called, label, t, today } from "./words.js";

/** @typedef {{open: (id: string) => void, decision: (id: string) => void, light: (ids: string[]) => void, finding: (id: string) => void, whyNot: (decision: string, party: string) => void, day: () => string, when: () => api.When, moment: () => string, shown: () => string}} Act */

/** @param {HTMLElement} host @param {string} id @param {Act} act */
export const showWhy = (host, id, act) => show(host, act, (when) => api.explanation(id, when), why);

/**
 * Ask and show: for the day looked at and as known then. What stands there stays until the answer comes, for a day may change often.
 * @param {HTMLElement} host @param {Act} act @param {(when: api.When) => Promise<any>} ask @param {(told: any, act: Act) => any} view
 */
async function show(host, act, ask, view) {
  const when = act.when();
  const [moment, shown] = [act.moment(), act.shown()];
  if (host.dataset.shown !== shown) put(host, loading(t("why.loading")));
  host.dataset.shown = shown;
  const current = () => host.dataset.shown === shown && act.shown() === shown && moment === act.moment();
  try {
    const told = await ask(when);
    if (!current()) return null;
    put(host, view(told, act));
    return told;
  } catch (error) {
    if (!current()) return null;
    delete host.dataset.shown;
    put(host, when.known_at && /** @type {any} */ (error).code === "not_found" ? notThen(t("why.not_then"), t("why.not_then_help")) : failed(error, () => show(host, act, ask, view)));
    return null;
  }
}

function why(told, act) {
  const f = told.finding;
  const decided = f.decision.date;
  const toldOf = act.when().as_of || (act.day() < today() && !(decided > act.day()) ? today() : act.day()); // the status is of that day
  const how = amounts({ ...f, decided, finding: f.id, rule: f.rule.id }, toldOf);
  const over = f.outcome !== "blocked" && isOver(f.until, toldOf);
  return [
    h(
      "header",
      { class: "why-head" },
      h("p", null, badge(how === "none" ? "later" : how, over), " ", h("span", { class: "quiet" }, [label("outcome", f.outcome), label("origin", f.origin), over ? "" : label("status", f.status)].filter(Boolean).join(" · "))),
      h("h2", { tabindex: -1 }, link(called(f.party), () => act.open(f.party.id)), h("small", null, ` ${t("why.for")} `, link(f.decision.number || f.decision.id, () => act.decision(f.decision.id)))),
      h("p", { class: "summary" }, told.summary),
      act.day() === (act.when().as_of || today()) ? null : h("p", { class: "hint" }, t("why.of_today", { today: today() })),
      h("p", { class: "is-not" }, told.is_not),
      h(
        "p",
        { class: "acts" },
        button(t("why.light"), () => act.light(lights(told)), { class: "button small" }),
        f.effect === "restrict" && f.outcome === "established" && api.who() && (api.may("case.confirm") || api.may("case.object")) ? button(t("why.handle"), () => state.set({ v: "queue", who: f.party.id }, { whole: true }), { class: "button small" }) : null,
        button(t("why.copy"), () => copy(asText(told, toldOf)), { class: "button small" }),
        h("a", { class: "button small", href: api.letter(f.id, act.when()), target: "_blank", rel: "noopener" }, t("why.letter")),
      ),
    ),
    block(t("why.premises"), h("ol", { class: "premises" }, told.premises.map(premise))),
    block(t("why.articles"), h("ul", { class: "plain" }, told.articles.map((a) => h("li", null, h("strong", null, a.article), ` ${a.instrument}`)))),
    block(t("why.measures"), h("ul", { class: "plain" }, told.measures.map((m) => h("li", null, m.name)))),
    block(t("why.documents"), h("ul", { class: "plain" }, told.documents.map((d) => h("li", null, link(d.number || d.id, () => act.decision(d.id)), ` ${label("decision_kinds", d.kind)} ${d.date || ""} ${d.authority || ""}`)))),
    block(t("why.path"), h("ol", { class: "plain" }, told.path.map(evidence))),
    told.finding.outcome === "blocked" ? null : block(t("why.lifts"), lifts(told.lifts)),
    told.ways_out ? block(t("why.ways_out"), waysOut(told.ways_out)) : null,
    told.unverified.length ? block(t("why.unverified"), h("p", { class: "warn" }, "⚠ ", told.unverified.map((u) => u.label).join(t("list.join")))) : null,
  ];
}

const block = (/** @type {string} */ title, /** @type {any} */ content) => h("section", { class: "block" }, h("h3", null, title), content);

function premise(item) {
  return h(
    "li",
    { class: `premise ${item.state}` },
    h("p", null, h("span", { class: "sign", "aria-hidden": "true" }, { proved: "✓", refuted: "✗", missing: "?" }[item.state]), h("span", { class: "away" }, t(`premise.${item.state}`)), h("strong", null, item.label)),
    h("p", { class: "reason" }, item.reason_text),
    item.compared.length ? h("dl", { class: "compared" }, item.compared.map((c) => [h("dt", null, c.label), h("dd", null, c.value)])) : null,
    item.settled_by ? h("p", { class: "gap" }, t("why.settled", { text: item.settled_by.text })) : null,
    item.evidence.length ? h("details", null, h("summary", null, t("why.evidence", { count: item.evidence.length })), h("ul", { class: "plain" }, item.evidence.map(evidence))) : null,
  );
}

const evidence = (/** @type {any} */ item) => h("li", { class: "evidence" }, item.text, " ", sourceLink(item));

/** Sentences as one: each without the stop that it ends in. @param {string[]} texts */
const inOne = (texts) => texts.map((text) => text.replace(/[。.；;]+$/, "")).join(t("sentence.join"));

/** What ends the measures by their rule, and how they are repaired. @param {{ends: string[], repair: string[], basis: string[]}} ways */
function waysOut(ways) {
  const line = (/** @type {string} */ key, /** @type {string[]} */ texts) => h("p", null, h("strong", null, t(key)), inOne(texts));
  return [line("why.ends", ways.ends), line("why.repair", [...ways.repair, ...ways.basis])];
}

function lifts(found) {
  if (!found.sets.length) return h("p", { class: "quiet" }, t("why.lifts_none"));
  return [
    h("ol", { class: "lifts" }, found.sets.map((set) => h("li", null, set.changes.map((c) => h("div", null, h("strong", null, c.label), h("div", { class: "evidence" }, c.statement.text, " ", sourceLink(c.statement)))), h("p", { class: "then" }, "→ ", set.leaves_text)))),
    found.complete ? null : h("p", { class: "hint" }, t("why.lifts_incomplete")),
  ];
}

/** The statements that a finding rests on: what lights up in the graph. @param {any} told */
export function lights(told) {
  return [...new Set([...told.path.map((e) => e.id), ...told.premises.flatMap((p) => p.evidence.map((e) => e.id))])];
}

/** The explanation as text, for a memo, with the day of the status. @param {any} told @param {string} day */
function asText(told, day) {
  const signs = { proved: "✓", refuted: "✗", missing: "?" };
  return [
    told.title, told.summary, told.is_not, t("why.as_of", { day }), "",
    ...told.premises.map((p) => `${signs[p.state]} ${p.label}: ${p.reason_text}${p.compared.map((c) => `\n    ${c.label}: ${c.value}`).join("")}${p.evidence.map((e) => `\n    ${e.text} — ${e.source} · ${e.file} ${e.row} [${e.id}]`).join("")}`),
    "", ...told.articles.map((a) => `${a.instrument} ${a.article}`),
  ].join("\n");
}

/** Why somebody does not answer. @param {HTMLElement} host @param {string} decision @param {string} party @param {Act} act */
export const showWhyNot = (host, decision, party, act) => show(host, act, (when) => api.whyNot(decision, party, when), whyNot);

function whyNot(told, act) {
  return [
    h(
      "header",
      { class: "why-head" },
      h("p", null, h("span", { class: `badge ${["does_not_answer", "over"].includes(told.outcome) ? "none" : "lead"}` }, t(`why_not.${told.outcome}`))),
      h("h2", { tabindex: -1 }, link(called(told.party), () => act.open(told.party.id)), h("small", null, ` ${t("why.for")} `, link(told.decision.number || told.decision.id, () => act.decision(told.decision.id)))),
      h("p", { class: "summary" }, told.summary),
      told.findings.length ? h("p", null, told.findings.map((id, i) => link(t("why.finding", { number: i + 1 }), () => act.finding(id)))) : null,
      h("p", { class: "acts" }, button(t("why.light"), () => act.light([...told.clauses.flatMap((c) => c.evidence.map((e) => e.id))]), { class: "button small" })),
    ),
    block(t("why.clauses"), h("ol", { class: "premises" }, told.clauses.map((c) => h(
      "li",
      { class: "premise refuted" },
      h("p", null, h("span", { class: "sign", "aria-hidden": "true" }, "✗"), h("strong", null, c.rule_title)),
      h("p", { class: "reason" }, c.reason_text),
      c.compared.length ? h("dl", { class: "compared" }, c.compared.map((x) => [h("dt", null, x.label), h("dd", null, x.value)])) : null,
      c.settled_by ? h("p", { class: "gap" }, t("why.settled", { text: c.settled_by })) : null,
      c.evidence.length ? h("ul", { class: "plain" }, c.evidence.map(evidence)) : null,
    )))),
  ];
}
