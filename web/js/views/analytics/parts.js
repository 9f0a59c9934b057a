// @ts-check
// What every panel of figures is made of: its frame, single figures, changes, costs that may be
// unpriced, and addresses of the sessions or matches that a number counts.

import { asOf, badge, downloadMenu, stateBlock, table as plainTable } from "../../core/components.js";
import { h } from "../../core/dom.js";
import { read } from "../../core/filters.js";
import { money, number, percent, plural } from "../../core/format.js";
import { beginning, rangeOf } from "./range.js";

/**
 * What a tab is given to draw with.
 * @typedef {object} Ask
 * @property {URLSearchParams} query
 * @property {import("./range.js").Range} range
 * @property {AbortSignal} signal
 * @property {string|null} partial what is not counted yet
 * @property {ApiMe} me
 * @property {(extra?: import("../../core/api.js").Params) => import("../../core/api.js").Params} params the filters and the range, and more
 * @property {(params: Record<string, string|null|string[]>) => void} set changes the URL, and draws again
 */

/**
 * A panel: its title, when it was made, what it lacks, its rows as CSV or JSON.
 * @param {{title: string, about?: string, content: Children, rows?: object[]|(() => object[]|Promise<object[]>), name?: string,
 *   time?: string|null, partial?: string|null, actions?: Children, span?: number, class?: string, id?: string}} options
 */
export function panel({ title, about, content, rows, name, time, partial, actions, span = 6, ...options }) {
  return h("section", { class: ["card panel", `span-${span}`, options.class], "aria-label": title, id: options.id },
    h("header", { class: "card-head" }, h("h2", null, title), rows && name ? downloadMenu(rows, `tailship-${name}`) : null,
      actions ? h("div", { class: "panel-actions" }, actions) : null),
    about ? h("p", { class: "panel-about" }, about) : null,
    h("div", { class: "card-body" }, content),
    time || partial ? asOf(h("p", { class: "panel-foot" }), time, partial) : null);
}

/**
 * A single figure.
 * @typedef {{label: string, value: Children, href?: string|null, note?: Children, change?: Child, title?: string, tone?: string, spark?: SVGElement|null}} Figure
 */

/** Figures side by side. */
export function figures(/** @type {(Figure|null)[]} */ list, label = "Figures") {
  const some = list.filter(Boolean);
  return h("dl", { class: ["figures", some.length % 2 && "is-odd"], "aria-label": label, style: { "--n": String(some.length), "--half": String(Math.ceil(some.length / 2)) } }, some.map((one) => one && h("div", { class: "figure", title: one.title },
    h("dt", null, one.label),
    h("dd", { class: ["figure-value", one.tone] }, one.href ? h("a", { href: one.href }, one.value) : one.value, one.change ?? null),
    one.note ? h("dd", { class: "figure-note" }, one.note) : null,
    one.spark ? h("dd", { class: "figure-spark" }, one.spark) : null)));
}

/**
 * How a figure has changed: an arrow, a share, and whether that is good.
 * @param {number|null|undefined} now
 * @param {number|null|undefined} before
 * @param {{better?: "more"|"less", format?: (value: number) => string, points?: boolean}} [options]
 */
export function change(now, before, options = {}) {
  const { better, format = number, points } = options;
  if (now === null || now === undefined || before === null || before === undefined) return null;
  const title = `before: ${format(before)}`;
  if (before === now) return h("span", { class: "change", title }, "±0");
  const up = now > before;
  const text = points ? `${up ? "+" : "−"}${Math.abs((now - before) * 100).toFixed(1)} pts`
    : before === 0 ? "new" : `${up ? "+" : "−"}${number(Math.abs(now / before - 1) * 100, Math.abs(now / before - 1) < 0.1 ? 1 : 0)}\u202f%`;
  const tone = !better ? null : (better === "more") === up ? "good" : "bad";
  return h("span", { class: ["change", tone], title }, text);
}

/**
 * A cost, with how many responses have no price: those are counted, they are not zero.
 * @param {{cost: number|null, unpriced?: number, responses?: number}} row
 * @param {{href?: string|null}} [options]
 */
export function cost(row, options = {}) {
  const count = row.unpriced ?? 0;
  const mark = count ? badge(`${number(count)} unpriced`, { tone: "warn", title: `${plural(count, "response")} of models without a price: not in the sum` }) : null;
  const none = row.cost === null || (row.cost === 0 && count > 0);
  const text = none ? null : options.href ? h("a", { href: options.href }, money(row.cost)) : money(row.cost);
  return mark ? h("span", { class: "cost" }, text, mark) : text ?? "–";
}

/**
 * An address with the present filters and range, and more.
 * @param {string} path
 * @param {URLSearchParams} query
 * @param {Record<string, string|number|null|undefined>} [extra] null takes a filter away
 */
export function to(path, query, extra = {}) {
  const found = read(query);
  const range = rangeOf(query);
  /** @type {[string, string][]} */
  const pairs = Object.entries(found.fields).flatMap(([name, values]) => (name in extra ? [] : values.map((value) => /** @type {[string, string]} */ ([name, value]))));
  if (!("since" in extra) && range.since !== beginning) pairs.push(["since", range.since]);
  if (!("until" in extra) && range.until) pairs.push(["until", range.until]);
  for (const [name, value] of Object.entries(extra)) if (value !== null && value !== undefined && value !== "") pairs.push([name, String(value)]);
  const text = new URLSearchParams(pairs).toString();
  return text ? `${path}?${text}` : path;
}

/** Sessions that a number counts. */
export const sessionsOf = (/** @type {URLSearchParams} */ query, /** @type {Record<string, string|number|null|undefined>} */ extra = {}) => to("/sessions", query, extra);
/** Matches that a number counts. */
export const matchesOf = (/** @type {URLSearchParams} */ query, /** @type {Record<string, string|number|null|undefined>} */ extra = {}) => to("/search", query, extra);

/** Where an item of a session is shown, or a call. */
export function place(/** @type {string} */ session, /** @type {string|null|undefined} */ item, /** @type {string|null} */ call = null) {
  const query = item ? `?item=${encodeURIComponent(item)}` : call ? `?call=${encodeURIComponent(call)}` : "";
  return `/sessions/${encodeURIComponent(session)}${query}`;
}

/** What shows the lists of the API. */
const shownAt = /** @type {Record<string, string>} */ ({
  "/api/search": "/search", "/api/sessions": "/sessions", "/api/findings": "/analytics/security", "/api/compactions": "/analytics/context",
  "/api/analytics/files": "/analytics/files", "/api/analytics/files/history": "/analytics/files",
});

/**
 * Where the rows are that a number counts, by the `links` of its answer (docs/api.md); undefined where it has none.
 * @param {any} answer
 * @param {string} number as "tools[].errors"
 * @param {any} [row] the object that the number stands in
 * @returns {string|undefined}
 */
export function linkOf(answer, number, row = {}) {
  const address = answer.links?.[number];
  if (!address) return undefined;
  const [path, rest] = address.split("#")[0].split("?");
  const pairs = rest.split("&").filter(Boolean).flatMap((/** @type {string} */ part) => {
    const [name, text] = part.split("=");
    const [place, verbatim, member] = /\{(=?)(\w+)\}/.exec(text) ?? [];
    if (!place) return [[name, decodeURIComponent(text)]];
    const value = row[member];
    if (value === null || value === undefined) return text === place ? [["q", `-${name}:*`]] : [];
    return [[name, decodeURIComponent(text.replace(place, "")) + (verbatim ? String(value) : exactly(String(value)))]];
  });
  const query = new URLSearchParams(pairs);
  query.delete("zone");
  if (query.get("since") === beginning && ["/api/search", "/api/sessions"].includes(path)) query.delete("since");
  if (path === "/api/sessions") query.set("automated", "1");
  if (path === "/api/findings" && !query.has("state")) query.set("state", "all");
  return `${shownAt[path]}?${query}${path === "/api/compactions" ? "#compactions" : ""}`;
}

/** A value that matches nothing else, whatever letters it has. */
function exactly(/** @type {string} */ text) {
  return /[*?]/.test(text) ? text.replace(/[*?[]/g, "[$&]") : text;
}

/**
 * What to show where a range has nothing: how to see more.
 * @param {Ask} ask
 * @param {string} what
 */
export function nothing(ask, what) {
  return stateBlock({
    kind: "empty", title: `No ${what} ${ask.range.label === "today" ? "today" : `in ${ask.range.label}`}.`,
    text: ask.range.isAll ? "When an agent ships sessions, they are counted here." : "There may be some outside this range.",
    action: ask.range.isAll ? h("a", { class: "button", href: "/fleet" }, "See the fleet")
      : h("button", { class: "button", onclick: () => ask.set({ since: beginning, until: null, compare: null }) }, "Show all time"),
  });
}

/** "error_class" → "error class". */
export function words(/** @type {string} */ name) {
  return name.replace(/_/g, " ");
}

/** The tone of a severity. */
export function severityTone(/** @type {string} */ severity) {
  return /** @type {Record<string, string>} */ ({ critical: "bad", high: "warn", medium: "accent", low: "neutral" })[severity] ?? "neutral";
}

/** A share with one decimal, or a dash. */
export const share = (/** @type {number|null|undefined} */ value) => percent(value, 1);

/**
 * How many of something, as a part of a total.
 * @param {{name: string, count: number}[]} list
 * @param {string} name
 */
export function countOf(list, name) {
  return list.find((one) => one.name === name)?.count ?? 0;
}

/**
 * A table that can be scrolled by keyboard even where nothing in it takes the focus.
 * @type {typeof plainTable}
 */
export function table(options) {
  const made = plainTable(options);
  if (!made.querySelector("tbody :is(a, button, input, [tabindex])")) {
    made.tabIndex = 0;
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", options.caption);
  }
  return made;
}
