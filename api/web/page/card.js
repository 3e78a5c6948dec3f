// @ts-check
/** The card of a party: who it is, what it holds, who holds it, what was decided and what follows; each line leads to its source row. */

import { may } from "./api.js";
import { h, link, loading } from "./dom.js";
import { heldOn, partial } from "./dates.js";
import { amounts, isOver, ofMeasure, onCourse, RANK, stands } from "./model.js";
import { sourceLink } from "./source.js";
import { SIGNS } from "./graph_style.js";
import { called, cut, interest, label, measureName, percent, periodText, ruleName, spanText, t, territory, today, which } from "./words.js";

const SHOWN = 8;
/** Room for a name in the card: half signs. */
const LONG = 60;

/**
 * @param {any} card @param {string} day
 * @param {{open: (id: string) => void, finding: (id: string) => void, decision: (id: string) => void, whyNot: (decision: string, party: string) => void, claims: (host: any, id: string) => void}} act
 */
export function cardView(card, day, act) {
  return [
    head(card, day, act),
    section(t(may("decision.read") ? "card.decisions" : "card.published"), card.decisions, (d) => decision(d, act), { open: true, by: by(day, (d) => d.date) }),
    section(t("card.answers"), strongest(onCourse(card, card.answers), day), (f) => finding(f, day, act, f.party), { open: true, by: by(day, (f) => f.decision.date) }),
    section(t("card.measures"), together(onCourse(card, card.measures), day), (m) => measure(m, day, act), { open: true, by: by(day, (m) => m.from), count: card.measures.length }),
    section(t("card.findings"), strongest(onCourse(card, card.findings), day), (f) => finding(f, day, act), { by: by(day, (f) => f.decision.date) }),
    section(t("card.namings"), card.namings, (n) => naming(n, act), { by: by(day, (n) => n.decision.date) }),
    section(t("card.holders"), card.holders, (p) => post(p, p.party, day, act), { open: true, count: card.holders_count, cut: card.holders_count }),
    section(t("card.posts"), card.posts, (p) => post(p, p.company, day, act), { open: true }),
    card.warnings.length ? section(t("card.warnings"), card.warnings, (w) => h("span", null, "⚠ ", w.text), { open: true }) : null,
    card.party.kind === "person" ? claimSection(card, act) : null,
    section(t("card.events"), card.events, (e) => h("span", null, h("time", null, e.on), ` ${e.kind_text}`, e.number ? ` ${e.number}` : "", e.effect ? "" : ` — ${t("card.no_effect")}: ${e.why_none_text}`)),
  ];
}

/** Leaves out what certainly came after a day. @param {string} day @param {(item: any) => string | null} date */
const by = (day, date) => (/** @type {any} */ item) => !date(item) || partial(/** @type {string} */ (date(item)))[0] <= day;

function head(card, day, act) {
  const others = card.namesakes;
  const former = card.names.filter((name) => name.kind !== "full");
  const found = day === today() ? card.version : null;
  return h(
    "header",
    { class: "card-head" },
    h("p", { class: "kind-line" }, label("entity_kinds", card.entity_kind), standingBadge(card, day)),
    named(called(card.party)),
    h(
      "dl",
      { class: "facts" },
      card.identifiers.map((item) => [h("dt", null, label("scheme", item.scheme)), h("dd", null, h("code", null, item.value))]),
      former.map((name) => [h("dt", null, t(`name_kind.${["short", "former", "alias"].includes(name.kind) ? name.kind : "other"}`)), h("dd", null, name.text, name.period !== "unknown/open" ? ` (${periodText(name.period)})` : "")]),
      Object.entries(card.attributes).map(([name, value]) => [h("dt", null, label("attribute", name)), h("dd", null, stated(name, value))]),
      card.members.map((member) => [h("dt", null, t("card.same_person")), h("dd", null, link(called(member), () => act.open(member.id)), member.enterprise ? h("small", null, ` ${member.enterprise.name}`) : null)]),
      [h("dt", null, t("card.sources")), h("dd", null, card.sources.length ? card.sources.map((s) => h("span", { class: "origin" }, `${s.source} · `, sourceLink(s))) : t("card.sources_none"))],
    ),
    others.count ? h("p", { class: "namesakes" }, t(others.count === 1 && !others.more ? "card.namesake" : "card.namesakes", { count: others.more ? `${others.count}+` : others.count }), " ", h("span", null, others.items.slice(0, 5).map((/** @type {any} */ other, /** @type {number} */ index) => [index ? t("list.join") : "", link(`${other.enterprise?.name || other.id}${which(other.id)}`, () => act.open(other.id))]))) : null,
    found === null ? h("p", { class: "then" }, t("card.then", { day })) : null,
  );
}

/** The name as the title of the card; a very long one is folded after some lines. @param {string} name */
function named(name) {
  const title = h("h1", { id: "card-title", tabindex: -1, title: name }, name);
  if (cut(name, LONG) === name) return title;
  title.classList.add("folded");
  const unfold = link(t("card.whole_name"), () => unfold.setAttribute("aria-expanded", String(!title.classList.toggle("folded"))), { class: "link quiet", "aria-expanded": "false" });
  return [title, unfold];
}

/** A party by its name; a long one is cut, and stands whole on its own card. @param {{id: string, name: string}} party @param {any} act */
const partyLink = (party, act) => link(cut(called(party), LONG), () => act.open(party.id), { title: cut(called(party), LONG) === called(party) ? undefined : called(party) });

/** What an attribute says; territory and sex are told in words. @param {string} name @param {string} value */
const stated = (name, value) => (name === "district" ? territory(value) : ["gender", "sex"].includes(name) ? label("sex", value) : value);

const onDay = (/** @type {any} */ f, /** @type {string} */ day) => amounts({ ...f, decided: f.decision.date, finding: f.id, rule: f.rule.id }, day);
/** The strongest first, as they stand on a day. @param {any[]} findings @param {string} day */
const strongest = (findings, day) => [...findings].sort((a, b) => RANK.indexOf(onDay(a, day)) - RANK.indexOf(onDay(b, day)));

function standingBadge(card, day) {
  if (!may("finding.read")) return null; // that no finding is shown says nothing of how it stands
  const how = onCourse(card, card.findings).map((f) => onDay(f, day)).reduce((a, b) => (RANK.indexOf(a) <= RANK.indexOf(b) ? a : b), "none");
  return how !== "none" ? badge(how) : h("span", { class: "badge none" }, t("standing.none"));
}

/** @param {string} how @param {boolean} [over] whether it is past because its last day is @param {string} [words] what it says, where somebody knows it more exactly */
export const badge = (how, over = false, words = t(`standing.${over && how === "past" ? "over" : how}`)) => h("span", { class: `badge ${how}` }, h("span", { "aria-hidden": "true" }, /** @type {any} */ (SIGNS)[how] || ""), words);

/** A part of the card: its number of lines stands in its title, long ones are opened step by step. */
function section(title, all, line, how = {}) {
  const items = how.by ? all.filter(how.by) : all;
  if (!all.length) return null;
  const count = items.length === all.length ? how.count ?? items.length : items.length;
  const list = h("ul", { class: "lines" }, items.slice(0, SHOWN).map((item) => h("li", null, line(item))));
  const rest = items.length - SHOWN;
  const more = rest > 0 && link(t("card.more", { count: rest }), () => {
    list.append(...items.slice(SHOWN).map((item) => h("li", null, line(item))));
    more.remove();
  });
  return h("details", { class: "part", open: how.open ?? false }, h("summary", null, h("span", null, title), h("span", { class: "number" }, String(count))), list, more, all.length > items.length ? h("p", { class: "hint" }, t("card.later", { count: all.length - items.length })) : null, how.cut > items.length ? h("p", { class: "hint" }, t("card.cut", { count: how.cut - items.length })) : null);
}

function post(item, other, day, act) {
  const then = heldOn(item.period, day);
  const now = heldOn(item.period, today());
  const how = then === "no" ? "gone" : then === "maybe" ? "maybe" : now === "no" && day !== today() ? "then" : "held";
  const share = item.share_percent !== undefined ? percent(item.share_percent) : percent(item.share_least_percent, item.share_most_percent);
  return h(
    "div",
    { class: `post ${how}` },
    h("span", { class: "role" }, item.label, share ? ` ${share}` : ""),
    partyLink(other, act),
    h("small", null, periodText(item.period), how === "gone" ? ` · ${t("held.no")}` : how === "maybe" ? ` · ${t("held.maybe")}` : how === "then" ? ` · ${t("held.then")}` : "", item.registered && item.registered !== item.period ? ` · ${t("card.registered")} ${periodText(item.registered)}` : "", " · ", sourceLink(item)),
  );
}

/** A decision by its number; a link for whoever may read decisions. @param {any} item @param {any} act */
const decisionLink = (item, act) => (may("decision.read") ? link(item.number || item.id, () => act.decision(item.id)) : h("span", null, item.number || item.id));

/** "Why", for whoever may read the reasons. @param {string} id @param {any} act @param {string} [about] */
const whyLink = (id, act, about) => (may("finding.read") ? h("span", { class: "on-screen" }, " · ", link(t("card.why"), () => act.finding(id), { class: "link why", "aria-label": about ? `${t("card.why")}: ${about}` : undefined })) : null);

/** Measures that rest on the same and last as long stand together, as they stand on a day. @param {any[]} measures @param {string} day */
function together(measures, day) {
  /** @type {Map<string, any>} */
  const found = new Map();
  for (const item of measures.map((each) => stands(each, day))) {
    const key = JSON.stringify([item.status, item.from, item.again, item.until, item.measure.kind, item.grounds.map((g) => g.finding)]);
    const known = found.get(key);
    if (known) known.names.push(measureName(item.measure.name_zh));
    else found.set(key, { ...item, names: [measureName(item.measure.name_zh)] });
  }
  return [...found.values()];
}

function measure(item, day, act) {
  const how = ofMeasure(item, day);
  return h(
    "div",
    { class: "finding" },
    h("p", null, badge(how, isOver(item.until, day)), " ", item.names.join(t("list.join"))),
    h("small", null, `${label("status", item.status)} · ${spanText(item)} · ${t(`measure.${item.measure.kind}`)}`, item.grounds.map((g) => whyLink(g.finding, act))),
  );
}

function finding(item, day, act, other) {
  const how = onDay(item, day);
  return h(
    "div",
    { class: "finding" },
    h("p", null, badge(how === "none" ? "later" : how, item.outcome !== "blocked" && isOver(item.until, day)), " ", other ? partyLink(other, act) : null, other ? " " : "", interest(item.role) === item.role ? label("party", item.role) : interest(item.role)),
    item.measures.length ? h("small", { class: "quiet", title: item.measures.map((/** @type {any} */ m) => measureName(m.name_zh)).join(t("list.join")) }, cut(measureName(item.measures[0].name_zh), LONG), item.measures.length > 1 ? ` ${t("card.and_more", { count: item.measures.length - 1 })}` : null) : null,
    h("small", { title: item.rule.id }, [ruleName(item.rule.id), item.decision.number || item.decision.id, item.decision.date].filter(Boolean).join(" · "), whyLink(item.id, act, `${called(item.party)} ${ruleName(item.rule.id)}`)),
  );
}

function decision(item, act) {
  return h(
    "div",
    { class: "decision" },
    h("p", null, h("strong", null, item.kind_label), " ", decisionLink(item, act)),
    h("small", null, [item.authority, item.date, item.acts_text, item.conduct ? t("card.conduct", { period: periodText(item.conduct) }) : ""].filter(Boolean).join(" · "), " · ", sourceLink({ ...item, id: item.fact })),
  );
}

function naming(item, act) {
  return h(
    "div",
    { class: "decision" },
    h("p", null, decisionLink(item.decision, act), " ", item.found_text || item.posts_text),
    h("small", null, [item.imposed_text, item.company.name, item.decision.date].filter(Boolean).join(" · "), " · ", sourceLink(item)),
  );
}

/** Claims need the whole graph, so they are asked for when they are opened. */
function claimSection(card, act) {
  const host = h("div", null, loading());
  let asked = false;
  return h("details", { class: "part", ontoggle: (/** @type {any} */ event) => {
    if (event.target.open && !asked) {
      asked = true;
      act.claims(host, card.party.id);
    }
  } }, h("summary", null, h("span", null, t("card.claims"))), host);
}
