// @ts-check
/** The page: begins, draws what stands around everything, and shows what the address says. */

import * as api from "./api.js";
import * as state from "./state.js";
import { button, failed, h, put, toast } from "./dom.js";
import { Investigate } from "./investigate.js";
import { searchBox } from "./search.js";
import { attend, whoIs } from "./session.js";
import { tour } from "./tour.js";
import { saveView } from "./views.js";
import { choose, lang, learn, plain, t } from "./words.js";
import { landing, workPage } from "./work.js";

const THEME = "zeren.theme";
const LANG = "zeren.lang";
const dark = matchMedia("(prefers-color-scheme: dark)");
/** @type {Investigate | null} */ let screen = null;
/** @type {state.State | null} */ let shown = null;

const theme = () => /** @type {"light" | "dark"} */ (document.documentElement.dataset.theme);
function dress() {
  const chosen = localStorage.getItem(THEME) || "";
  document.documentElement.dataset.theme = ["dark", "light"].includes(chosen) ? chosen : dark.matches ? "dark" : "light";
  screen?.graph.dress(theme());
}

state.refuseMasked(() => toast(t("state.masked")));

/** What stands above everything. */
function header() {
  const who = h("div", { class: "who" });
  whoIs(who, () => begin());
  const nav = (/** @type {string} */ v, /** @type {string} */ text) => h("a", { href: v ? `#v=${v}&lang=${lang()}` : `#lang=${lang()}`, "data-nav": v || "investigate" }, text);
  return [
    h("a", { class: "brand", href: `#lang=${lang()}` }, h("span", { class: "seal", "aria-hidden": "true" }, "责"), h("span", { class: "brand-name" }, t("page.name"))),
    searchBox({ placeholder: t("search.placeholder"), label: t("search.label"), id: "search", pick: (item) => state.set({ g: item.id, p: item.id, s: item.id, on: state.get().on, known: state.get().known }, { whole: true }) }),
    h("nav", { "aria-label": t("page.nav") }, nav("", t("nav.investigate")), nav("home", t("nav.work")), nav("matrix", t("nav.law"))),
    h("div", { class: "own" },
      button(t("views.save"), () => saveView(plain(screen?.card?.party.name || document.title)), { icon: "star" }),
      button(t("tour.again"), async () => { if (!(await tour.begin())) help(); }, { icon: "help" }),
      button(t("page.theme"), () => { localStorage.setItem(THEME, theme() === "dark" ? "light" : "dark"); dress(); }, { icon: "moon" }),
      h("button", { type: "button", class: "button small lang", lang: lang() === "zh" ? "en" : "zh-CN", onclick: () => state.set({ lang: lang() === "zh" ? "en" : "zh" }) }, lang() === "zh" ? "English" : "中文"), who),
  ];
}

const PANELS = ["card", "graph", "why", "table"];
/** Past everything else to one panel of the investigator's screen: the first stops of the Tab key. @param {string} panel */
const skipTo = (panel) => h("a", { class: "skip", href: "#main", data: { panel }, onclick: (/** @type {Event} */ event) => {
  event.preventDefault();
  state.set({ tab: panel }, { quiet: true });
  const place = /** @type {HTMLElement | null} */ (document.querySelector(panel === "graph" ? ".canvas" : `#panel-${panel}`));
  if (place && place.tabIndex < 0) place.tabIndex = -1;
  place?.focus();
} }, t("page.skip_to", { panel: t(`panel.${panel}`) }));

const help = () => import("./dom.js").then((dom) => dom.dialog(t("help.title"), () => h("div", null, h("p", null, t("help.text")), h("ul", null, ["search", "open", "keys", "time", "why"].map((each) => h("li", null, t(`help.${each}`)))))));

async function begin() {
  const wanted = state.get().lang || localStorage.getItem(LANG) || (navigator.language.startsWith("zh") ? "zh" : "en");
  choose(wanted);
  api.speak(lang());
  localStorage.setItem(LANG, lang());
  const away = h("p", { class: "away-banner", role: "alert", hidden: true });
  attend(away, { named: () => whoIs(/** @type {HTMLElement} */ (document.querySelector(".who")), begin), renew: begin });
  const main = h("main", { id: "main", tabindex: -1 });
  const top = h("header", { class: "top" }); // filled once, when it is known who asks: a search typed into one drawn before would be lost
  const app = /** @type {HTMLElement} */ (document.getElementById("app"));
  put(app, PANELS.map(skipTo), h("a", { class: "skip", href: "#main", onclick: (/** @type {Event} */ event) => { event.preventDefault(); main.focus(); } }, t("page.skip")), top, away, main, document.getElementById("toast") || h("div", { id: "toast", role: "status", "aria-live": "polite" }));
  document.body.classList.remove("left"); // nothing of whoever was here stands on it
  try {
    learn(await api.codes());
    await api.session();
  } catch (error) {
    put(main, failed(error, begin));
    return;
  } finally {
    put(top, header());
  }
  leave();
  shown = null;
  if (!location.hash.replace(/^#(lang=\w*)?$/, "") && landing()) state.set({ v: landing() }, { quiet: true });
  await show(state.get());
}

function leave() {
  screen?.graph.leave();
  screen = null;
}

/** @param {state.State} now */
async function show(now) {
  const main = /** @type {HTMLElement} */ (document.getElementById("main"));
  const before = shown;
  const odd = state.odd();
  if (odd.length) toast(t("state.odd", { what: odd.join(t("list.join")) }));
  document.querySelectorAll(".skip[data-panel]").forEach((each) => { /** @type {HTMLElement} */ (each).hidden = Boolean(now.v); });
  shown = now;
  document.querySelectorAll("[data-nav]").forEach((each) => {
    const name = /** @type {HTMLElement} */ (each).dataset.nav;
    const here = now.v ? (now.v === "matrix" ? "matrix" : "home") : "investigate";
    if (name === here) each.setAttribute("aria-current", "page");
    else each.removeAttribute("aria-current");
  });
  if (now.v) {
    leave();
    await workPage(main, now);
    return;
  }
  if (!screen) {
    screen = new Investigate(main, theme);
    await screen.sync(now, null);
    return;
  }
  const { on: dayNow, ...rest } = now;
  const { on: dayBefore, ...restBefore } = before || {};
  if (before && dayNow !== dayBefore && state.write(rest) === state.write(restBefore)) screen.dayChanged(now);
  else await screen.sync(now, before);
}

state.listen(async (now, before) => {
  if (now.lang && now.lang !== lang()) await begin();
  else await show(now);
});
addEventListener("keydown", (event) => {
  if (event.key === "/" && !(/** @type {HTMLElement} */ (event.target).closest("input, textarea, select"))) {
    event.preventDefault();
    document.getElementById("search")?.focus();
  }
});
dark.addEventListener("change", dress);
dress();
begin();
