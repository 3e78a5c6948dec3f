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
 * cannot be reached, or when another person has logged in.
 */
export const hooks = {
  /** @type {() => Promise<boolean>} */ login: async () => false,
  /** @type {(detail: string) => Promise<string>} */ purpose: async () => "",
  /** @type {(there: boolean) => void} */ reachable: () => undefined,
  /** @type {(before: string) => void} */ another: () => undefined,
  /** @type {(before: string, now: string) => Promise<boolean>} */ inTheirName: async () => false,
};

const SAFE = new Set(["GET", "HEAD"]);
const PURPOSE = "zeren.purpose";
/** Where somebody has several roles, whose home he lands on. */
const RANK = ["investigator", "official", "department", "clerk", "auditor", "administrator"];
let lang = "zh";
let csrf = "";
/** @type {{name: string, role: string, unit?: string, permissions: string[]} | null} */
let person = null;
let logins = true;
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
  return person ? person.permissions.includes(permission) : !logins;
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
  return fetch(url, { method: how.method, headers, body, signal: how.signal, credentials: "same-origin" });
}

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
      watching = false;
      hooks.reachable(true);
      return answer;
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
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

/**
 * Ask the service; a login or a purpose that it wants is asked of the person, and the question is then put again.
 * @param {string} path
 * @param {Record<string, any>} [params]
 * @param {{method?: string, body?: any, signal?: AbortSignal, accept?: string, raw?: boolean, key?: string, by?: string}} [options] `by`: who typed it
 */
export async function ask(path, params, options = {}) {
  const how = { method: "GET", ...options };
  let by = how.by ?? person?.name;
  for (let tried = 0; ; tried += 1) {
    if (!SAFE.has(how.method) && by && person && person.name !== by) {
      if (!(await hooks.inTheirName(by, person.name))) throw new Problem(0, "not_sent", "");
      by = person.name;
    }
    const [as, purposeOf] = [csrf, sessionStorage.getItem(PURPOSE)];
    const answer = await patiently(address(path, params), how);
    if (answer.ok) return how.raw ? answer : answer.status === 204 ? null : answer.json();
    const problem = await problemOf(answer);
    // Of questions sent together the first one refused asks the person; what is known by then is not asked again for the others.
    if (answer.status === 401 && logins && tried < 3 && ((person && csrf !== as) || (await hooks.login()))) continue;
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
  person = null;
  if (!logins) return person;
  const answer = await patiently("/v1/session", { method: "GET" });
  logins = answer.status !== 404;
  if (answer.ok) {
    const body = await answer.json();
    const roles = (body.roles || []).filter((/** @type {string} */ role) => role !== "public");
    // Nobody who has not logged in is anybody: the service answers him on enterprises alone.
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
  hooks.another(before || "");
  return person;
}

export async function logout() {
  await patiently("/v1/session", { method: "DELETE" });
  sessionStorage.clear(); // what was typed and not sent, and what somebody was looked at for, is for nobody else
  person = null;
}

/** A key for one act, so that it is done once however often it is sent. */
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} id */
const part = (id) => encodeURIComponent(id);

export const start = () => ask("/v1/start");
export const health = () => ask("/health");
/** @param {string} q @param {When} when @param {AbortSignal} [signal] */
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
