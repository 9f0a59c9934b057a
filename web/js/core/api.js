// @ts-check
// Questions to the receiver. Answers are kept with their ETag, so that asking again costs a 304.

/** @typedef {Record<string, string|number|boolean|null|undefined|Array<string|number>>} Params */

/** An answer that is none: the status, and what the receiver says can be done about it. */
export class ApiError extends Error {
  /**
   * @param {number} status 0 when the receiver could not be reached
   * @param {string} code
   * @param {string} message
   * @param {string|null} remedy
   */
  constructor(status, code, message, remedy) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.remedy = remedy;
  }
}

const keptAnswers = 60;
const longestKept = 2_000_000;
/** @type {Map<string, {etag: string, value: any}>} */
const answers = new Map();

/** The most sessions that an answer lacked since `takePending` was called. */
let pending = 0;

/** How many sessions the answers since the last call did not count yet: right after a start figures are still being made. */
export function takePending() {
  const most = pending;
  pending = 0;
  return most;
}

/** What to do when nobody is logged in; the frame sets it. */
let loggedOut = () => {};

/** Sets what happens on 401. */
export function onLoggedOut(/** @type {() => void} */ handler) {
  loggedOut = handler;
}

/** Forgets every answer: after a login or a logout they may be another's. */
export function forget() {
  answers.clear();
}

/**
 * The address of an endpoint: `/api/` + path, lists repeated, null and "" left out.
 * @param {string} path
 * @param {Params|URLSearchParams|null} [params]
 */
export function address(path, params) {
  const query = params instanceof URLSearchParams ? new URLSearchParams(params) : new URLSearchParams();
  if (params && !(params instanceof URLSearchParams)) {
    for (const [name, value] of Object.entries(params)) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (one !== null && one !== undefined && one !== "" && one !== false) {
          query.append(name, one === true ? "1" : String(one));
        }
      }
    }
  }
  const text = query.toString();
  return `/api/${path.replace(/^\/(api\/)?/, "")}${text ? `?${text}` : ""}`;
}

/**
 * Asks, and reads the answer as JSON.
 * @param {string} path
 * @param {Params|URLSearchParams|null} [params]
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
export async function get(path, params, options = {}) {
  const url = address(path, params);
  const kept = answers.get(url);
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (kept) headers["If-None-Match"] = kept.etag;
  const response = await send(url, { headers, signal: options.signal, cache: "no-store" });
  if (response.status === 304 && kept) {
    answers.delete(url);
    answers.set(url, kept);
    return kept.value;
  }
  if (!response.ok) throw await failure(response);
  const text = await response.text();
  const value = JSON.parse(text);
  pending = Math.max(pending, value?.pending_sessions ?? 0);
  const etag = response.headers.get("ETag");
  answers.delete(url);
  if (etag && text.length <= longestKept) {
    answers.set(url, { etag, value });
    if (answers.size > keptAnswers) answers.delete(/** @type {string} */ (answers.keys().next().value));
  }
  return value;
}

/**
 * Changes something: POST with a JSON body.
 * @param {string} path
 * @param {object} [body]
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
export function post(path, body = {}, options = {}) {
  return change("POST", path, body, options);
}

/**
 * Replaces something: PUT with a JSON body.
 * @param {string} path
 * @param {object} body
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
export function put(path, body, options = {}) {
  return change("PUT", path, body, options);
}

/**
 * Removes something.
 * @param {string} path
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
export function del(path, options = {}) {
  return change("DELETE", path, null, options);
}

/**
 * Every page of a list, one after the other.
 * @param {string} path
 * @param {Params} [params]
 * @param {{signal?: AbortSignal}} [options]
 * @returns {AsyncGenerator<any, void, void>}
 */
export async function* pages(path, params = {}, options = {}) {
  /** @type {string|null} */
  let cursor = null;
  do {
    /** @type {any} */
    const page = await get(path, { ...params, cursor }, options);
    yield page;
    cursor = page.next ?? null;
  } while (cursor);
}

/** @type {Promise<ApiMe>|null} */
let who = null;

/**
 * Who asks, and as what: asked for once, and anew after a login.
 * @param {{fresh?: boolean}} [options]
 * @returns {Promise<ApiMe>}
 */
export function me(options = {}) {
  if (options.fresh || !who) {
    who = get("me");
    who.catch(() => (who = null));
  }
  return who;
}

/** Whether an error only says that its question is no longer wanted. */
export function isAborted(/** @type {unknown} */ error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object|null} body
 * @param {{signal?: AbortSignal}} options
 */
async function change(method, path, body, options) {
  const response = await send(address(path), {
    method,
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-Tailship": "1" },
    body: body === null ? undefined : JSON.stringify(body),
    signal: options.signal,
  });
  if (!response.ok) throw await failure(response);
  return response.json();
}

/**
 * @param {string} url
 * @param {RequestInit} init
 */
async function send(url, init) {
  try {
    return await fetch(url, { credentials: "same-origin", ...init });
  } catch (error) {
    if (isAborted(error)) throw error;
    throw new ApiError(0, "unreachable", "The receiver does not answer.",
      "See that it runs (systemctl status tailship-receiver) and that this machine reaches it; this page tries again.");
  }
}

/** @param {Response} response */
async function failure(response) {
  /** @type {any} */
  let body = null;
  try {
    body = (await response.json()).error;
  } catch {
    // No JSON: a proxy's page, perhaps. The status says enough.
  }
  if (response.status === 401) loggedOut();
  return new ApiError(response.status, body?.code ?? "internal",
    body?.message ?? `The receiver answered ${response.status}.`, body?.remedy ?? null);
}
