// @ts-check
// One URL for each view, with all its state in it. Views are modules that are loaded when first
// shown: `mount(root, context)` answers what takes a new query and what ends it.

import { clear } from "./dom.js";

/**
 * @typedef {object} Context
 * @property {string} path
 * @property {Record<string, string>} params from the path's pattern
 * @property {URLSearchParams} query
 * @property {AbortSignal} signal aborted when the view ends
 */
/** @typedef {{update?: (query: URLSearchParams) => void, unmount?: () => void}} View */
/** @typedef {{mount: (root: HTMLElement, context: Context) => View|void|Promise<View|void>}} ViewModule */
/** @typedef {() => Promise<ViewModule>} Loader */

/** @type {{pattern: RegExp, names: string[], loader: Loader}[]} */
const routes = [];
/** @type {{key: string, view: View|null, abort: AbortController}|null} */
let current = null;
/** @type {HTMLElement} */
let root;
/** @type {{shown: (path: string) => void, failed: (error: unknown) => void, missing: (path: string) => void}} */
let hooks = { shown() {}, failed() {}, missing() {} };

/**
 * Registers a view: `/sessions/:id` gives `params.id`.
 * @param {string} pattern
 * @param {Loader} loader
 */
export function route(pattern, loader) {
  /** @type {string[]} */
  const names = [];
  const text = pattern.replace(/:(\w+)/g, (_, name) => {
    names.push(name);
    return "([^/]+)";
  });
  routes.push({ pattern: new RegExp(`^${text}/?$`), names, loader });
}

/** Loads the module of the present URL's view, so that it is there when it is to be shown. */
export function warm() {
  match(location.pathname)?.loader().catch(() => {});
}

/**
 * Begins: shows the view of the present URL and takes over the links of this page.
 * @param {HTMLElement} element
 * @param {typeof hooks} listeners
 */
export function start(element, listeners) {
  root = element;
  hooks = listeners;
  addEventListener("popstate", () => void show(false));
  document.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || !isPlain(event, link)) return;
    event.preventDefault();
    navigate(link.pathname + link.search + link.hash);
  });
  void show(false);
}

/**
 * Goes to a view of this page.
 * @param {string} url
 * @param {{replace?: boolean}} [options]
 */
export function navigate(url, options = {}) {
  const here = location.pathname + location.search + location.hash;
  if (options.replace || url === here) history.replaceState(null, "", url);
  else history.pushState(null, "", url);
  void show(true);
}

/**
 * Changes parameters of the present URL: null takes one away, a list repeats it. The view gets the
 * new query by its `update`, unless `silent`.
 * @param {Record<string, string|number|boolean|null|undefined|string[]>} params
 * @param {{replace?: boolean, silent?: boolean}} [options]
 */
export function setQuery(params, options = {}) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(params)) {
    query.delete(name);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "" && one !== false) {
        query.append(name, one === true ? "1" : String(one));
      }
    }
  }
  const text = query.toString();
  const url = location.pathname + (text ? `?${text}` : "");
  if (url === location.pathname + location.search) return;
  if (options.replace ?? true) history.replaceState(null, "", url);
  else history.pushState(null, "", url);
  if (!options.silent) current?.view?.update?.(query);
}

/** The present query. */
export function query() {
  return new URLSearchParams(location.search);
}

/** Shows the present view anew (after an error, or a login). */
export function reload() {
  if (current) end();
  void show(true);
}

/**
 * @param {MouseEvent} event
 * @param {HTMLAnchorElement} link
 */
function isPlain(event, link) {
  return !event.defaultPrevented && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey
    && !event.altKey && !link.target && !link.hasAttribute("download") && link.origin === location.origin
    && !link.pathname.startsWith("/api/") && !(link.hash && link.pathname === location.pathname && link.search === location.search);
}

function end() {
  current?.abort.abort();
  current?.view?.unmount?.();
  current = null;
}

/** @param {boolean} moved by this page, not by the browser's history */
async function show(moved) {
  const path = location.pathname;
  const found = match(path);
  const query = new URLSearchParams(location.search);
  if (current && found && current.key === found.key && current.view?.update) {
    current.view.update(query);
    return;
  }
  end();
  const abort = new AbortController();
  /** @type {NonNullable<typeof current>} */
  const mine = { key: found?.key ?? path, view: null, abort };
  current = mine;
  if (!found) {
    hooks.missing(path);
    return;
  }
  try {
    const module = await found.loader();
    if (abort.signal.aborted) return;
    clear(root);
    if (moved) scrollTo(0, 0);
    const view = await module.mount(root, { path, params: found.params, query, signal: abort.signal });
    if (abort.signal.aborted) {
      view?.unmount?.();
      return;
    }
    mine.view = view ?? {};
    hooks.shown(path);
  } catch (error) {
    if (!abort.signal.aborted) hooks.failed(error);
  }
}

/** @param {string} path */
function match(path) {
  for (const { pattern, names, loader } of routes) {
    const found = pattern.exec(path);
    if (!found) continue;
    /** @type {Record<string, string>} */
    const params = {};
    names.forEach((name, index) => (params[name] = decodeURIComponent(found[index + 1])));
    return { loader, params, key: path };
  }
  return null;
}
