// @ts-check
/**
 * Who is at the page: the login, the purpose of looking at a person, and the service being away. Nothing typed is lost by any of them.
 * Whether who is there still is, is looked at when the page is shown again, when another tab says that somebody came or went, and before
 * anything leaves the page. What was shown to somebody is seen by nobody else: it is hidden until he is back, or drawn anew for who is there.
 */

import * as api from "./api.js";
import { button, dialog, h, put, toast, wordsOf } from "./dom.js";
import { t } from "./words.js";

/** @type {Promise<boolean> | null} */
let asking = null;
/** @type {Promise<string> | null} */
let purposing = null;
/** Ends the question for a login: somebody came. */
let came = () => {};
/** Whether whoever was there did not log in again, and whether the page is being drawn for nobody: it does not ask what he just declined. */
let [refused, declined] = [false, false];
/** Whether the page still stands as it was for somebody else. */
let stale = false;
/** Draws all of it. @type {() => any} */
let renew = () => {};
/** Tells the other tabs of this browser that somebody came or went. */
const tabs = new BroadcastChannel("zeren.who");
const look = () => api.look().catch(() => {}); // where the service is away the page says so
tabs.addEventListener("message", look);
addEventListener("focus", look);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());

/** Hide what was shown to somebody who is not there: he may come back to it. */
const cover = () => document.body.classList.toggle("left", stale || Boolean(asking && api.who()));

/** Ask for name and password, in a dialog above whatever is being worked on. */
function askLogin() {
  asking ??= dialog(t("login.title"), (close) => {
    let busy = false;
    came = () => {
      asking = null;
      cover(); // the keys go back to where they were, which has to be seen by then
      close(true);
    };
    const name = h("input", { id: "login-name", autocomplete: "username", required: true, value: api.who()?.name || "" });
    const password = h("input", { id: "login-password", type: "password", autocomplete: "current-password", required: true });
    const said = h("p", { class: "warn", role: "alert" });
    const submit = async (/** @type {Event} */ event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      put(said);
      try {
        await api.login(name.value, password.value);
        tabs.postMessage("in");
        came();
      } catch (error) {
        busy = false;
        password.value = "";
        put(said, /** @type {any} */ (error).status === 401 ? t("login.wrong") : /** @type {any} */ (error).detail || t("error.other"));
        password.focus();
      }
    };
    return h("form", { class: "form", onsubmit: submit }, h("p", null, t("login.help")), h("p", { class: "quiet" }, t("login.first")), h("label", { for: "login-name" }, t("login.name"), name), h("label", { for: "login-password" }, t("login.password"), password), said, h("p", { class: "acts" }, h("button", { type: "submit", class: "button strong" }, t("login.go"))));
  }, { as: "session" }).then((value) => {
    asking = null;
    came = () => {};
    if (!value && api.who()) gone();
    cover();
    return Boolean(value);
  });
  cover();
  return asking;
}

/** Ask what a look at a natural person is for; it goes on record with every look. */
function askPurpose() {
  purposing ??= dialog(t("purpose.title"), (close) => {
    const number = h("input", { id: "purpose-number", maxlength: 200, autocomplete: "off" });
    const chosen = h("select", { id: "purpose-kind" }, api.mayBeFor().map((each) => h("option", { value: each.code }, each.label)));
    const needed = () => { number.required = Boolean(api.mayBeFor().find((each) => each.code === chosen.value)?.reference); };
    chosen.addEventListener("change", needed);
    needed();
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      const reference = number.value.trim();
      close(reference ? `${chosen.value}; ${encodeURIComponent(reference)}` : chosen.value);
    };
    return h("form", { class: "form", onsubmit: submit }, h("p", null, t("purpose.help")), h("label", { for: "purpose-kind" }, t("purpose.kind"), chosen), h("label", { for: "purpose-number" }, t("purpose.number"), number), h("p", { class: "acts" }, h("button", { type: "submit", class: "button strong" }, t("purpose.go")), button(t("act.cancel"), () => close(""))));
  }, { as: "session" }).then((value) => {
    purposing = null;
    return String(value || "");
  });
  return purposing;
}

/** Before it is sent by whoever logged in meanwhile, what another one typed. @param {string} before @param {string} now @returns {Promise<boolean>} */
async function inTheirName(before, now) {
  const chosen = await dialog(t("login.another"), (close) => [
    h("p", { class: "warn" }, t("login.typed_by", { before, now })),
    h("p", { class: "acts" }, button(t("login.not_mine"), () => close(false), { class: "button strong" }), button(t("login.mine", { now }), () => close(true)))], { as: "session" });
  if (chosen) {
    stale = formOpen(); // else the answer would be wiped away
    cover();
  }
  return Boolean(chosen);
}

const formOpen = () => Boolean(document.querySelector("dialog[open]"));
document.addEventListener("close", () => setTimeout(renewed), true); // of any dialog

/** The page stood for somebody else: what shows anything of it goes, but for a form that was typed into. */
function outdated() {
  stale = true;
  cover();
  for (const each of document.querySelectorAll("dialog[open]:not([data-as])")) /** @type {HTMLDialogElement} */ (each).close();
  setTimeout(renewed);
}

/** Who was there is gone: what he typed is kept for him, and nothing else. */
async function gone() {
  refused = true;
  stale = true;
  await api.leave().catch(() => {}); // where the service is away the page says so
  outdated();
}

/** The page is drawn for who is there now, once no form stands open that would be lost. */
async function renewed() {
  if (!stale || formOpen()) return;
  stale = false;
  [refused, declined] = [false, refused];
  try {
    await renew();
  } finally {
    declined = false;
  }
}

/** A page of the service opens in a tab of its own, once it is known who asks for it: there nobody could log in. @param {MouseEvent} event */
async function letters(event) {
  const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest?.('a[target="_blank"][href^="/v1/"]'));
  if (!link) return;
  event.preventDefault();
  try {
    if (await api.still()) window.open(link.href, "_blank", "noopener");
  } catch (error) {
    toast(wordsOf(error));
  }
}

/** @param {HTMLElement} away where to say that the service cannot be reached @param {{named: () => void, renew: () => void}} draw who is at the page, and all of it */
export function attend(away, draw) {
  renew = draw.renew;
  api.hooks.inTheirName = inTheirName;
  api.hooks.met = (before, elsewhere) => {
    draw.named();
    const now = api.who()?.name || "";
    if (elsewhere) came();
    if (before === now || (!before && !elsewhere)) return;
    outdated();
    setTimeout(() => toast(before ? t("login.now", { before, now }) : t("login.now_in", { now })));
  };
  api.hooks.login = async () => !declined && askLogin();
  api.hooks.purpose = askPurpose;
  let [there, slow] = [true, false];
  const say = () => {
    const text = !there ? t("error.away") : slow ? t("error.slow") : "";
    if (away.textContent === text) return;
    away.hidden = !text;
    put(away, text);
  };
  api.hooks.reachable = (now) => { there = now; say(); };
  api.hooks.slow = (now) => { slow = now; say(); };
  document.removeEventListener("click", letters);
  document.addEventListener("click", letters);
}

/** Who is logged in, with the way out. @param {HTMLElement} host @param {() => void} changed */
export function whoIs(host, changed) {
  const person = api.who();
  put(host, person ? [h("span", { class: "person" }, person.name, h("small", null, ` · ${t(`role.${known(person.role)}`)}`)), button(t("login.out"), async () => {
    try {
      if (!(await api.logout())) return; // the page is drawn anew for who is there
      tabs.postMessage("out");
    } catch (error) {
      toast(t("login.still_in", { why: wordsOf(error) })); // and everything stays: nothing typed is lost
      return;
    }
    changed();
  }, { class: "button small" })]
    : api.hasLogins() ? button(t("login.go"), async () => { if (await askLogin()) changed(); }, { class: "button small" }) : h("span", { class: "quiet" }, t("login.none")));
}

export const ROLES = ["investigator", "official", "clerk", "department", "auditor", "administrator"];
/** @param {string} role */
export const known = (role) => (ROLES.includes(role) ? role : "other");
