// @ts-check
/**
 * All network access of the page. Cookies, CSRF, purposes, sessions that ended and servers that restart are handled here and
 * nowhere else: whoever asks gets an answer, or a Problem with words in it.
 */

/** What went wrong, as the service says it (problem+json). */
export class Problem extends Error {
  /** @param {number} status @param {string} code @param {string} detail */
  constructor(status, code, detail) {
    super(detail);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Who is asked when the service wants a login or a purpose, or when somebody is about to send what another one typed; and told when it
 * cannot be reached or is slow to answer, or who is at the page by now: of a login, here or elsewhere in this browser.
 */
export const hooks = {
  /** @type {() => Promise<boolean>} */ login: async () => false,
  /** @type {(detail: string) => Promise<string>} */ purpose: async () => "",
  /** @type {(there: boolean) => void} */ reachable: () => undefined,
  /** @type {(waiting: boolean) => void} */ slow: () => undefined,
  /** @type {(before: string, elsewhere?: boolean) => void} */ met: () => undefined,
  /** @type {(before: string, now: string) => Promise<boolean>} */ inTheirName: async () => false,
};

const SAFE = new Set(["GET", "HEAD"]);
const PURPOSE = "zeren.purpose";
/** When it is said that the service is slow, and when it is no longer waited for (the first question of a large city takes seconds). */
const [SLOW, LONGEST] = [15_000, 120_000];
/** After so long without a question the login has ended by itself, unless another tab asked. */
const IDLE = 31 * 60_000;
/** Where somebody has several roles, whose home he lands on. */
const RANK = ["investigator", "official", "department", "clerk", "auditor", "administrator"];
let lang = "zh";
let csrf = "";
/** @type {{name: string, role: string, unit?: string, permissions: string[]} | null} */
let person = null;
let logins = true;
/** What whoever has not logged in may do. @type {string[]} */
let open = [];
/** Whether it is known who is at the page: what is asked before that is compared with nobody. */
let met = false;
/** @type {{code: string, label: string, reference: boolean}[]} */
let purposes = [];

/** What a natural person may be looked at for. */
export const mayBeFor = () => purposes;

/** @param {string} chosen */
export function speak(chosen) {
  lang = chosen;
}

/** Who is logged in; null where nobody is, or where the service has no logins. */
export function who() {
  return person;
}

/** Whether this service knows logins at all. */
export function hasLogins() {
  return logins;
}

/** Under which name something is kept in this browser: each person's own. @param {string} name */
export const own = (name) => (person ? `${name}@${person.name}` : name);

/** Whether nobody is logged in where the service has logins: such a visitor sees enterprises alone. */
export const visitor = () => logins && !person;

/** Whether the person may do something; without logins nothing is forbidden here, the service decides. */
export function may(/** @type {string} */ permission) {
  return !logins || (person ? person.permissions : open).includes(permission);
}

/** @param {string} path @param {Record<string, any>} [params] */
function address(path, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null && each !== "" && each !== false) query.append(name, String(each));
    }
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** @param {string} url @param {{method: string, body?: any, signal?: AbortSignal, accept?: string, key?: string}} how */
async function send(url, how) {
  /** @type {Record<string, string>} */
  const headers = { Accept: how.accept || "application/json", "Accept-Language": lang };
  const purpose = sessionStorage.getItem(PURPOSE);
  if (purpose) headers["Zeren-Purpose"] = purpose;
  if (!SAFE.has(how.method) && csrf) headers["X-CSRF-Token"] = csrf;
  if (how.key) headers["Idempotency-Key"] = how.key;
  if (how.body !== undefined) headers["Content-Type"] = "application/json";
  const body = how.body === undefined ? undefined : JSON.stringify(how.body);
  return inTime(how.signal, (signal) => fetch(url, { method: how.method, headers, body, signal, credentials: "same-origin" }));
}

let waiting = 0;
/** Nobody waits for ever: after a while it is said, and then given up. @param {AbortSignal | undefined} given @param {(signal: AbortSignal) => Promise<Response>} question */
async function inTime(given, question) {
  const end = new AbortController();
  const stop = () => end.abort();
  if (given?.aborted) stop();
  given?.addEventListener("abort", stop);
  let late = false;
  const say = setTimeout(() => { late = true; waiting += 1; hooks.slow(true); }, SLOW);
  const give = setTimeout(stop, LONGEST);
  try {
    return await question(end.signal);
  } catch (error) {
    throw end.signal.aborted && !given?.aborted ? new Problem(0, "no_answer", "") : error;
  } finally {
    clearTimeout(say);
    clearTimeout(give);
    given?.removeEventListener("abort", stop);
    if (late) waiting -= 1;
    if (late && !waiting) hooks.slow(false);
  }
}

let idle = 0;
let watching = false;
/** While the service is away, look whether it answers again: whoever waits is told at once, not after the next long question. */
async function watch() {
  if (watching) return;
  watching = true;
  for (let there = false; watching && !there; ) {
    await new Promise((done) => setTimeout(done, 1000));
    there = await fetch("/health").then(() => true, () => false);
    if (there) hooks.reachable(true);
  }
  watching = false;
}

/** Send, and while the service is away wait for it: what reads is asked again once it is back. */
async function patiently(url, how) {
  for (let tried = 0; ; tried += 1) {
    try {
      const answer = await send(url, how);
      clearTimeout(idle);
      idle = setTimeout(() => look().catch(() => {}), IDLE);
      watching = false;
      hooks.reachable(true);
      return answer;
    } catch (error) {
      if (error instanceof Problem || (error instanceof DOMException && error.name === "AbortError")) throw error;
      hooks.reachable(false);
      watch();
      if (!SAFE.has(how.method) || tried >= 60) throw new Problem(0, "unreachable", "");
      await new Promise((done) => setTimeout(done, Math.min(500 * (tried + 1), 3000)));
      if (how.signal?.aborted) throw new DOMException("", "AbortError");
    }
  }
}

async function problemOf(answer) {
  try {
    const body = await answer.json();
    return new Problem(answer.status, String(body.code || ""), String(body.detail || body.title || ""));
  } catch {
    return new Problem(answer.status, `http_${answer.status}`, answer.statusText);
  }
}

/** The header in which an answer says to whom it was given; an answer to the public has none. */
const GIVEN_TO = "Zeren-Principal";
/** Refusals that say that nobody is logged in, where they name nobody: others may come before it is known who asks. */
const OF_NOBODY = [403, 404];

/** Whether an answer was given to who is at the page; a login that began or ended in another tab shows in nothing else. @param {string} path @param {Response} answer */
function isOurs(path, answer) {
  if (!met || !logins || !path.startsWith("/v1/")) return true;
  const to = answer.headers.get(GIVEN_TO);
  if (to) return decodeURIComponent(to) === person?.name;
  return !person || !(answer.ok || OF_NOBODY.includes(answer.status));
}

/** @type {Promise<boolean> | null} */
let meeting = null;
/** Learn who is there now, once for all questions that find out together; what the former one looked for is not theirs. Whether somebody is. */
function meet() {
  meeting ??= (async () => {
    const before = person;
    let there = false;
    try {
      await session();
      there = Boolean(person);
    } finally {
      person ??= before; // until he or another one logs in, or nobody wants to, what is kept here is still his
      meeting = null;
    }
    if (there && person?.name !== before?.name) sessionStorage.removeItem(PURPOSE);
    if (there) hooks.met(before?.name || "", true);
    return there;
  })();
  return meeting;
}

/** Look whether who is at the page still is: he is asked to log in where nobody is, and the page is another's where another one is. */
export async function look() {
  if (met && logins && !(await meet()) && person) await hooks.login();
}

/** The same, before anything leaves the page: whether he still is. */
export async function still() {
  const before = person?.name;
  await look();
  return before === person?.name;
}

/** Nobody is at the page any more: he was asked to log in, and did not. An old cookie would let the page show nothing to anybody. */
export async function leave() {
  person = null;
  await patiently("/v1/session", { method: "DELETE" }); // of whoever is there by now it would need the token
}

/** Whether an answer that was given to another one, or names nobody, is to be taken; else the question is put again. @param {Response} answer @param {string} as */
async function stands(answer, as) {
  if (csrf !== as) return false; // found out meanwhile
  if (await meet()) return csrf === as && !answer.headers.has(GIVEN_TO); // he is there: what is no address names nobody to anybody
  if (person && (await hooks.login())) return false; // whoever just logged out is not asked
  throw new Problem(401, "unauthenticated", "");
}

/** What speaks of natural persons: refused to whoever sees them, as long as he has not said what for. */
const OF_PERSONS = /^\/v1\/(parties|graph|pictures|findings|decisions|cases|identity|tasks|dues|facts)\b/;

/** See that it is known what a person is looked at for, where who is at the page may see any: nothing is asked that would be refused. */
async function purposed() {
  if (!person?.permissions.includes("person.read") || sessionStorage.getItem(PURPOSE)) return;
  const said = await hooks.purpose("");
  if (!said) throw new Problem(403, "purpose_required", "");
  sessionStorage.setItem(PURPOSE, said);
}

/**
 * Ask the service; a login or a purpose that it wants is asked of the person, and the question is then put again.
 * @param {string} path
 * @param {Record<string, any>} [params]
 * @param {{method?: string, body?: any, signal?: AbortSignal, accept?: string, raw?: boolean, key?: string, by?: string}} [options] `by`: who typed it
 */
export async function ask(path, params, options = {}) {
  const how = { method: "GET", ...options };
  const asker = person?.name;
  let by = how.by ?? asker;
  for (let tried = 0; ; tried += 1) {
    if (!SAFE.has(how.method) && by && person && person.name !== by) {
      if (!(await hooks.inTheirName(by, person.name))) throw new Problem(0, "not_sent", "");
      by = person.name;
    }
    if (SAFE.has(how.method) && OF_PERSONS.test(path)) await purposed();
    const [as, purposeOf] = [csrf, sessionStorage.getItem(PURPOSE)];
    const answer = await patiently(address(path, params), how);
    if (!isOurs(path, answer) && !(await stands(answer, as))) {
      if (tried < 3) continue;
      throw new Problem(401, "unauthenticated", "");
    }
    if (answer.ok) return how.raw ? answer : answer.status === 204 ? null : answer.json();
    const problem = await problemOf(answer);
    if (problem.code === "csrf_required" && tried < 3) { // the same person logged in anew in another tab
      if (csrf === as) await meet();
      if (csrf !== as) continue;
    }
    // Of questions sent together the first one refused asks the person; what is known by then is not asked again for the others.
    const left = asker && !person; // he logged out while it was on its way
    if (answer.status === 401 && logins && !left && tried < 3 && ((person && csrf !== as) || (await hooks.login()))) continue;
    if (problem.code === "purpose_required" && tried < 3) {
      if (sessionStorage.getItem(PURPOSE) && sessionStorage.getItem(PURPOSE) !== purposeOf) continue;
      const purpose = await hooks.purpose(problem.detail);
      if (purpose) {
        sessionStorage.setItem(PURPOSE, purpose);
        continue;
      }
    }
    throw problem;
  }
}

/** The labels of codes; the same answer says whether the service knows logins, so that nobody asks in vain. */
export async function codes() {
  const answer = await ask("/v1/codes", { lang });
  if (!answer.logins) logins = false;
  purposes = answer.purposes;
  return answer;
}

/** Learn who is logged in; without logins everybody is who sits at the machine. */
export async function session() {
  if (!logins) return (person = null);
  const answer = await patiently("/v1/session", { method: "GET" });
  logins = answer.status !== 404;
  if (!answer.ok && ![401, 404].includes(answer.status)) throw await problemOf(answer); // not known is not nobody
  person = null;
  met = true;
  if (answer.ok) {
    const body = await answer.json();
    const roles = (body.roles || []).filter((/** @type {string} */ role) => role !== "public");
    // Nobody who has not logged in is anybody: the service answers him on enterprises alone.
    open = roles.length ? open : body.permissions || [];
    person = roles.length ? { name: body.name, role: RANK.find((role) => roles.includes(role)) || roles[0], unit: body.unit || undefined, permissions: body.permissions || [] } : null;
    csrf = body.csrf || "";
  }
  return person;
}

/** @param {string} name @param {string} password */
export async function login(name, password) {
  const answer = await patiently("/v1/session", { method: "POST", body: { name, password } });
  if (!answer.ok) throw await problemOf(answer);
  const before = person?.name;
  await session();
  if (before && before !== person?.name) sessionStorage.removeItem(PURPOSE); // it was what the other one looked for
  hooks.met(before || "");
  return person;
}

/** Log out who is at the page; whoever else has logged in meanwhile in another tab stays, and is shown: then this is not so. @returns {Promise<boolean>} */
export async function logout() {
  await meeting?.catch(() => {});
  const [before, as] = [person?.name, csrf];
  /** @type {any} */
  let answer;
  meeting = patiently("/v1/session", { method: "DELETE" }).then((told) => {
    answer = told;
    if (told.ok || told.status === 401) {
      sessionStorage.removeItem(PURPOSE); // what was typed and not sent waits for who typed it
      person = null;
    }
    return Boolean(person); // for whoever looks meanwhile: nobody is asked to log in again who just logs out
  }).finally(() => { meeting = null; });
  await meeting;
  if (answer.status === 403) {
    await meet();
    if (before !== person?.name) return false;
    if (csrf !== as) return logout();
  }
  if (person) throw await problemOf(answer);
  return true;
}

/** A key for one act, so that it is done once however often it is sent. */
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} id */
const part = (id) => encodeURIComponent(id);

/** What to show first; of a worked case the persons are told once it is known what for. */
export async function start() {
  const begun = await ask("/v1/start");
  if (!begun.case || sessionStorage.getItem(PURPOSE) || !person?.permissions.includes("person.read")) return begun;
  await purposed();
  return ask("/v1/start");
}
export const health = () => ask("/health");
/** @param {string} q @param {When & {limit?: number}} when @param {AbortSignal} [signal] */
export const search = (q, when, signal) => ask("/v1/search", { q, ...when, lang }, { signal });
/** @param {string} id @param {Record<string, any>} [params] @param {AbortSignal} [signal] */
export const party = (id, params, signal) => ask(`/v1/parties/${part(id)}`, { ...params, lang }, { signal });
/** @param {string} id @param {Record<string, any>} [params] */
export const neighbours = (id, params) => ask(`/v1/parties/${part(id)}/neighbours`, { ...params, lang });
/** @param {string} id @param {Record<string, any>} [params] */
export const picture = (id, params) => ask(`/v1/pictures/${part(id)}`, { ...params, lang });
/** @typedef {{as_of?: string, known_at?: string}} When the day asked about, and the day up to whose end something had to be on record */
/** @param {string} id @param {When} [when] */
export const explanation = (id, when) => ask(`/v1/findings/${part(id)}/explanation`, { ...when, lang });
/** @param {string} decision @param {string} who_ @param {When} [when] */
export const whyNot = (decision, who_, when) => ask(`/v1/decisions/${part(decision)}/why-not`, { party: who_, ...when, lang });
/** @param {string} id */
export const fact = (id) => ask(`/v1/facts/${part(id)}`, { lang });
/** @param {string} id @param {When} [when] */
export const letter = (id, when) => address(`/v1/findings/${part(id)}/letter`, { purpose: sessionStorage.getItem(PURPOSE), ...when });
/** @param {string} id @param {string} question @param {Record<string, any>} [params] */
export const tree = (id, question, params) => ask(`/v1/graph/${part(id)}/${question}`, { ...params, lang });
/** @param {string} name @param {Record<string, any>} [params] */
export const list = (name, params) => ask(`/v1/${name}`, { ...params });
/** @param {string} name @param {Record<string, any>} [params] */
export const worded = (name, params) => ask(`/v1/${name}`, { ...params, lang });

/** The whole of a list that comes page by page. @param {string} name @param {Record<string, any>} [params] @param {typeof list} [by] */
export async function whole(name, params, by = worded) {
  const items = [];
  for (let cursor = ""; ; ) {
    const answer = await by(name, { ...params, cursor, limit: 500 });
    items.push(...answer.items);
    if (!answer.next) return items;
    cursor = answer.next;
  }
}
