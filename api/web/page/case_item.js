// @ts-check
/** A case as an official works on it: what would be restricted, on what grounds, what happened so far, and what may be done next. */

import { actButton, onCase } from "./acting.js";
import * as api from "./api.js";
import { badge } from "./card.js";
import { dayField } from "./day_field.js";
import { button, copy, dialog, failed, h, link, loading, put } from "./dom.js";
import { ofMeasure } from "./model.js";
import { called, label, measureName, ruleName, spanText, t, today } from "./words.js";

/** @typedef {import("./acting.js").Changed} Changed */
/** What may be done at each stage, the usual step first. The service decides; what it refuses it refuses with the reason. */
const ACTS = {
  derived: ["propose"],
  proposed: ["notice", "reject"],
  notified: ["statement", "request-hearing", "waive-hearing", "hearing", "decide", "reject", "object"],
  heard: ["decide", "request-hearing", "waive-hearing", "hearing", "reject", "object"],
  decided: ["serve", "object", "review", "sue", "suspend"],
  active: ["object", "review", "sue", "suspend", "release", "revoke", "annul", "corrected-conduct", "pledge", "bar-repair", "repair apply", "reinstate"],
  repair_pending: ["repair grant", "repair refuse", "object", "review", "sue", "suspend", "release", "revoke", "annul", "bar-repair"],
  expired: ["revoke", "annul", "reinstate"], repaired: ["repair fraud", "revoke", "annul", "reinstate"], revoked: ["annul", "reinstate"],
  annulled: ["reinstate"], released: ["revoke", "annul", "reinstate"], ended_with_listing: ["revoke", "annul", "reinstate"],
};
/** What ends a pause, by what began it. What an authority or a court imposed is not lifted by an objection. */
const ENDS = { objection: ["correct", "dismiss", "uphold"], suspension_order: ["lift-order"] };
/** The usual way of a case. */
const STEPS = new Set(["propose", "notice", "statement", "decide", "serve", "repair grant"]);
/** What says no to the step before it, and stands beside it. */
const REFUSING = ["reject", "repair refuse"];
/** Every act on a measure; what answers an objection or an order stands where that does. */
const OFFERED = new Set(Object.values(ACTS).flat());
const OBJECTING = ["object", "review", "sue"];
/** A hearing is not for every measure, a repair not on every day: what of these is possible is asked, not told by the stage. */
const UNCERTAIN = ["request-hearing", "waive-hearing", "hearing", "repair apply", "repair fraud", "reinstate"];
/** Stages whose usual step may have to wait for a day or for somebody: what is possible is asked before a button is offered. */
const WAITING = ["heard", "repair_pending"];
/** What lets a decision be made that waits for a hearing. */
const FREEING = ["hearing", "waive-hearing"];
const right = (/** @type {string} */ word) => (OBJECTING.includes(word) ? "case.object" : word.startsWith("repair ") ? "repair.decide" : "case.confirm");

/** Cases that rest on the same and stand alike are one matter: an act reaches all of its measures. @param {any[]} items @returns {any[][]} */
export function together(items) {
  /** @type {Map<string, any[]>} */
  const found = new Map();
  for (const item of items) {
    const key = [item.party.id, item.status, ...item.grounds.map((/** @type {any} */ g) => `${g.finding}${g.status}${g.stage}`)].join(" ");
    found.set(key, [...(found.get(key) || []), item]);
  }
  return [...found.values()];
}

/** How it stands, in words: what is in force although a repair was applied for says that an application waits. @param {any} item @param {any} ground */
const standsSo = (item, ground) => label("status", ["in_force", "end_unknown"].includes(item.status) && ground.stage === "repair_pending" ? ground.stage : item.status);

/** @param {any[]} group measures of one matter @param {any} act @param {Changed} changed @param {string} [day] another day than today, on which they stand so: then nobody acts on them */
export function caseView(group, act, changed, day) {
  const [item] = group;
  const ground = item.grounds[0];
  const over = item.status === "lapsed";
  const how = ofMeasure(item, day || today());
  return h("article", { class: "case-item", "data-id": item.id, "data-finding": ground.finding },
    h("p", null, badge(how, over, standsSo(item, ground)), " ", link(called(item.party), () => act.open(item.party.id), { class: "link big-name" }), h("span", { class: "quiet" }, ` ${label("party", item.party.kind)}`)),
    item.grounds.map((/** @type {any} */ g) => about(g, g.rule, item.party.id)),
    h("ul", { class: "plain" }, group.map((each) => h("li", { "data-id": each.id }, measureName(each.measure.name_zh), h("small", null, ` ${t(`measure.${each.measure.kind}`)} · ${spanText(each)}`)))),
    h("p", { class: "acts wrap" },
      item.grounds.map((/** @type {any} */ g) => button(item.grounds.length > 1 ? `${t("card.why")} · ${g.number || g.decision}` : t("card.why"), () => act.finding(g, item.party.id), { class: "button small", "aria-label": `${t("card.why")}: ${called(item.party)} ${g.number || g.decision}` })),
      ["derived", "proposed"].includes(item.status) ? button(t("queue.ask"), () => whatToAsk(ground.finding), { class: "button small", "aria-label": `${t("queue.ask")}: ${called(item.party)}` }) : null,
      day ? null : over ? h("span", { class: "hint" }, t("queue.over")) : acts(group, ground, changed)),
    pauses(ground, ofGroup(group), changed, day),
    history(ground.finding, day));
}

/** For which decision on which enterprise, under which rule: namesakes and matters of one person are told apart by it. @param {any} ground @param {string} rule @param {string} party */
const about = (ground, rule, party) => h("p", { class: "about", title: rule }, aboutText(ground, rule, party));

/** The same as text. @param {any} ground @param {string} rule @param {string} party */
function aboutText(ground, rule, party) {
  const told = [ground.company.id === party ? "" : ground.company.name, ground.number || ground.decision, ground.date, ruleName(rule)];
  return told.filter(Boolean).join(" · ");
}

/** On whom and on what an act on one matter acts: the party, what it rests on, and every measure that it reaches. @param {any[]} group @param {any[]} [measures] those alone @returns {string[]} */
function ofGroup(group, measures = group) {
  const [{ party, grounds }] = group;
  return [called(party), ...grounds.map((/** @type {any} */ g) => aboutText(g, g.rule, party.id)), measures.map((each) => measureName(each.measure.name_zh)).join(t("list.join"))];
}

/** What this person may do now. */
function acts(group, ground, changed) {
  const words = /** @type {any} */ (ACTS)[ground.stage] || [];
  const paused = group[0].status === "paused";
  const of = ofGroup(group);
  const mine = words.filter((/** @type {string} */ word) => api.may(right(word)));
  if (paused) return api.may("case.confirm") ? more(mine, ground.finding, of, changed, []) : null; // what ends the pause stands beside it
  if (!mine.length) return words.length && !api.may("case.confirm") ? elsewhere(words[0], ground.finding) : null;
  if (!api.may("case.confirm")) return objections(group, ground, changed);
  if (WAITING.includes(ground.stage)) return possibly(mine, ground.finding, of, changed);
  const [first, ...rest] = UNCERTAIN.includes(mine[0]) ? [undefined, ...mine] : mine;
  const main = REFUSING.includes(rest[0]) ? [first, ...rest.splice(0, 1)] : first ? [first] : [];
  const shown = ["derived", "proposed"].includes(group[0].status) ? [...main, ...rest.splice(0)] : main;
  return offer(shown, rest, ground.finding, of, changed);
}

/** Acts as buttons, the usual step strong, and the others behind them. @param {string[]} shown @param {string[]} rest @param {string} finding @param {string[]} of @param {Changed} changed @param {string[]} [certain] those of the rest that are known to be possible */
const offer = (shown, rest, finding, of, changed, certain) => [
  shown.map((word, i) => actButton(onCase(word, finding, of), changed, !i && STEPS.has(word) ? "strong" : "")),
  rest.length ? more(rest, finding, of, changed, certain) : null,
];

/** What is possible today, asked when it comes into view; where the usual step has to wait, for what. @param {string[]} words @param {string} finding @param {string[]} of @param {Changed} changed */
function possibly(words, finding, of, changed) {
  const host = h("span", { class: "acts wrap" });
  const ask = async () => {
    put(host, loading());
    try {
      const { possible, events } = await api.worded(`cases/${encodeURIComponent(finding)}`, { possible: "true" });
      const [step] = words;
      const able = words.filter((word) => possible.includes(word));
      const waits = able[0] !== step;
      const shown = able.filter((word) => (waits ? step === "decide" && FREEING.includes(word) : word === step) || (word !== "reject" && REFUSING.includes(word)));
      const rest = able.filter((word) => !shown.includes(word));
      put(host, waits ? h("span", { class: "hint waits" }, waitsFor(step, able, events)) : null, offer(shown, rest, finding, of, changed, rest));
    } catch (error) {
      put(host, failed(error, ask));
    }
  };
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    ask();
  });
  seen.observe(host);
  return host;
}

/** Why the usual step is not possible today: until when a hearing may be asked for, and who may waive it. @param {string} step @param {string[]} able @param {any[]} events */
function waitsFor(step, able, events) {
  const day = events.filter((each) => each.effect && each.kind === "notice").at(-1)?.details.hearing;
  if (step === "decide" && able.includes("hearing")) return t("queue.waits_held");
  if (step === "decide" && day && able.includes("waive-hearing")) return t("queue.waits_asked", { day });
  return t("queue.waits", { act: t(`act.${step.replace(" ", "-")}`) });
}

/** A department objects to what it executes: to single measures, or to all at once where it executes every one of the finding. */
function objections(/** @type {any[]} */ group, /** @type {any} */ ground, /** @type {Changed} */ changed) {
  const own = group.filter((item) => !item.objects || item.objects.includes(item.id));
  const all = own.length > 1 && own.every((item) => item.objects?.includes(ground.finding));
  if (!own.length) return h("span", { class: "hint" }, t("queue.not_yours"));
  return [
    all ? actButton({ ...onCase("object", ground.finding, ofGroup(group, own)), title: t("act.object_all", { count: own.length }) }, changed, "strong") : null,
    own.map((item) => actButton({ ...onCase("object", item.id, ofGroup(group, [item])), title: `${t("act.object")} · ${measureName(item.measure.name_zh)}` }, changed)),
  ];
}

/**
 * What else may be done; which acts on a hearing or a repair are possible is asked when it is opened, of what is paused which are at all.
 * What happened on an earlier day and is entered late was possible then: asked about that day, other acts are offered.
 * @param {string[]} words @param {string} finding @param {string[]} of @param {Changed} changed @param {string[]} [certain] those that need not be asked about
 */
function more(words, finding, of, changed, certain = words.filter((word) => !UNCERTAIN.includes(word))) {
  let day = "";
  const buttons = (/** @type {string[]} */ chosen) => chosen.map((word) => actButton(onCase(word, finding, of, day || undefined), changed));
  const host = h("span", { class: "acts wrap" }, buttons(certain));
  let asked = certain.length === words.length;
  const ask = async () => {
    asked = true;
    const wanted = day;
    try {
      const { possible } = await api.worded(`cases/${encodeURIComponent(finding)}`, { possible: "true", as_of: wanted || undefined });
      if (wanted !== day) return;
      const offered = day ? possible.filter((/** @type {string} */ word) => OFFERED.has(word) && api.may(right(word))) : words.filter((word) => certain.includes(word) || possible.includes(word));
      put(host, offered.length ? buttons(offered) : h("span", { class: "hint" }, t("queue.none_possible")));
    } catch (error) {
      if (wanted === day) put(host, failed(error, ask));
    }
  };
  const since = dayField({ "aria-label": t("queue.happened_on"), max: today() }, (chosen) => { day = chosen && chosen !== today() ? chosen : ""; ask(); });
  return h("details", { class: "more-acts", ontoggle: (/** @type {any} */ event) => event.target.open && !asked && ask() }, h("summary", null, t("queue.more")), host, h("label", { class: "hint" }, t("queue.happened_on"), " ", since.node));
}

/** The command, for whoever reads and may not act. */
function elsewhere(word, finding) {
  const command = `zeren ${word.startsWith("repair ") ? word : `case ${word}`} ${finding} --text "…" --number "…"`;
  return h("span", { class: "act-elsewhere" }, t("queue.how"), " ", h("code", null, command), button(t("act.copy"), () => copy(command), { icon: "copy" }));
}

/** Objections and orders that pause it, each with what ends it. */
function pauses(ground, of, changed, day) {
  if (!ground.paused_by.length) return null;
  const host = h("div", { class: "pauses" }, loading());
  api.worded(`cases/${encodeURIComponent(ground.finding)}`, { as_of: day }).then((told) => {
    const open = told.events.filter((/** @type {any} */ event) => ground.paused_by.includes(event.id));
    put(host, ground.paused_by.includes("identity") ? h("p", { class: "warn" }, t("queue.doubted")) : null, open.map((/** @type {any} */ event) => h("p", { class: "acts wrap" }, h("strong", null, `${event.kind_text} ${event.on}`), event.text || "", api.may("case.confirm") && !day
      ? (/** @type {any} */ (ENDS)[event.kind] || []).filter((/** @type {string} */ word) => word !== "uphold" || ground.origin !== "imposed").map((/** @type {string} */ word) => answer(word, event, of, changed)) : null)));
  }, (error) => put(host, failed(error)));
  return host;
}

/** A button that answers what pauses; what came by way of the decision that this one rests on is answered there. */
function answer(word, event, of, changed) {
  const to = [...of, [event.kind_text, event.on, event.text].filter(Boolean).join(" · ")];
  const above = event.details.ground;
  const refers = above ? event.id.slice(0, event.id.lastIndexOf("@")) : event.id;
  return actButton({ ...onCase(word, above || event.about, to), with: { refers } }, changed);
}

/** What happened so far, asked for when it is opened. @param {string} about @param {string} [day] */
function history(about, day) {
  const host = h("div", null);
  const ask = async () => {
    put(host, loading());
    try {
      const told = await api.worded(`cases/${encodeURIComponent(about)}`, { as_of: day });
      put(host, told.events.length ? h("ol", { class: "plain" }, told.events.map(happened)) : h("p", { class: "hint" }, t("queue.no_history")));
    } catch (error) {
      put(host, failed(error, ask));
    }
  };
  return h("details", { class: "history", ontoggle: (/** @type {any} */ event) => event.target.open && !host.childElementCount && ask() }, h("summary", null, t("card.events")), host);
}

const happened = (/** @type {any} */ event) => h("li", null, h("time", null, event.on), ` ${event.kind_text}`, h("small", null, [event.number, event.by, event.text].filter(Boolean).map((text) => ` · ${text}`).join("")), event.effect ? null : h("small", { class: "warn" }, ` ${t("card.no_effect")}: ${event.why_none_text}`));

/** What is missing, and which document would settle it: to be asked of whoever has it. @param {string} finding */
export function whatToAsk(finding) {
  return dialog(t("queue.ask"), () => {
    const host = h("div", null, loading(t("why.loading")));
    api.explanation(finding).then((told) => put(host, asked(told)), (error) => put(host, failed(error)));
    return host;
  }, { wide: true });
}

function asked(told) {
  const open = told.premises.filter((/** @type {any} */ premise) => premise.state === "missing");
  const lines = open.map((/** @type {any} */ premise) => `${premise.label}：${premise.reason_text}${premise.settled_by ? ` ${t("why.settled", { text: premise.settled_by.text })}` : ""}`);
  if (!lines.length) return [h("p", null, t("queue.ask_nothing")), told.lifts.sets.length ? h("p", { class: "hint" }, t("queue.ask_lifts")) : null];
  const text = [t("queue.ask_head", { party: called(told.finding.party), number: told.finding.decision.number || told.finding.decision.id }), ...lines.map((/** @type {string} */ line, /** @type {number} */ i) => `${i + 1}. ${line}`)].join("\n");
  return [h("p", { class: "hint" }, t("queue.ask_help")), h("pre", { tabindex: 0 }, text), h("p", { class: "acts" }, button(t("act.copy"), () => copy(text), { class: "button strong" }))];
}

/** A lead: nothing follows from it until somebody has looked. @param {any} lead @param {any} act */
export function leadView(lead, act) {
  const open = lead.premises.filter((/** @type {any} */ premise) => premise.state === "missing");
  return h("article", { class: "case-item", "data-id": lead.id },
    h("p", null, badge("lead"), " ", link(called(lead.party), () => act.open(lead.party.id), { class: "link big-name" }), h("span", { class: "quiet" }, ` ${label("party", lead.party.kind)}`)),
    about({ company: lead.company, ...lead.decision, decision: lead.decision.id }, lead.rule.id, lead.party.id),
    h("p", null, lead.measures.map((/** @type {any} */ m) => measureName(m.name_zh)).join(t("list.join"))),
    open.length ? h("p", { class: "gap" }, t("queue.gaps", { text: open.map((/** @type {any} */ premise) => label("premise", premise.name)).join(t("list.join")) })) : null,
    h("p", { class: "acts wrap" }, button(t("card.why"), () => act.finding({ finding: lead.id, decision: lead.decision.id }, lead.party.id), { class: "button small", "aria-label": `${t("card.why")}: ${called(lead.party)}` }), button(t("queue.ask"), () => whatToAsk(lead.id), { class: "button small", "aria-label": `${t("queue.ask")}: ${called(lead.party)}` })));
}
