// @ts-check
// Consumers: every backend that reads the same records, where it stands, what is in its way, and the
// orders that it takes. `/consumers` is all of them, `/consumers/NAME` is one.

import { get, isAborted, me } from "../core/api.js";
import { badge, errorBlock, skeleton, stateBlock } from "../core/components.js";
import { h, replace } from "../core/dom.js";
import { bytes, duration, number, plural, relative, time } from "../core/format.js";
import { sparkline } from "../core/charts.js";
import { detail } from "./consumers/detail.js";

const askEvery = 2_000;
const kept = 150;

/** @typedef {{name: string, backend: string, server: string|null, delivery: string, from: string, filter: string, redact: string,
 *   state: "ok"|"warn"|"stalled"|"stopped"|"paused"|"failed", epoch: string, rev: number, lag: {rows: number, bytes: number|null, seconds: number|null},
 *   rows_per_second: number|null, eta_seconds: number|null, delivered: number, retries: number, dead_letters: number,
 *   last_error: {at: string|null, text: string|null}|null, next_attempt: string|null, window: {at: string, rev: number, lag: number}[]}} Consumer */
/** @typedef {{epoch: string, rev: number}} Head */
/** @typedef {Map<string, {at: number, lag: number}[]>} Trails what was seen while this page was open */

/** What each state means, in a word, a colour and a sentence. */
export const states = /** @type {Record<string, {label: string, tone: string, says: string}>} */ ({
  ok: { label: "Ok", tone: "good", says: "It keeps up: it had nothing left to deliver at least once of late." },
  warn: { label: "Falling behind", tone: "warn", says: "It delivers, and what is left grows." },
  stalled: { label: "Stalled", tone: "bad", says: "It does not move although something waits." },
  stopped: { label: "Stopped", tone: "bad", says: "Nothing has been heard of it." },
  paused: { label: "Paused", tone: "neutral", says: "Somebody has paused it; nothing is lost meanwhile." },
  failed: { label: "Failed", tone: "bad", says: "It refuses to go on: see its error." },
});

/** @param {Consumer} one */
export function stateBadge(one) {
  const state = states[one.state] ?? { label: one.state, tone: "neutral", says: "" };
  return badge(state.label, { tone: state.tone, title: state.says });
}

/** How much is left, in bytes: nothing where nothing is left, a dash where it is not told. */
export function lagBytes(/** @type {Consumer} */ one) {
  return one.lag.rows && !one.lag.bytes ? "–" : bytes(one.lag.bytes);
}

/** How many rows it delivers in a second. */
export function rate(/** @type {Consumer} */ one) {
  return one.rows_per_second ? `${number(one.rows_per_second, one.rows_per_second < 10 ? 1 : 0)}/s` : "0/s";
}

/** When it will have caught up. */
export function eta(/** @type {Consumer} */ one) {
  if (!one.lag.rows) return "caught up";
  return one.eta_seconds === null || one.eta_seconds === undefined ? "–" : duration(one.eta_seconds * 1000);
}

/** How far it has read, of all there is. */
export function track(/** @type {Consumer} */ one, /** @type {Head} */ head) {
  const share = head.rev ? Math.max(0, Math.min(1, 1 - one.lag.rows / head.rev)) : 1;
  const tone = states[one.state]?.tone ?? "neutral";
  const shown = share > 0.995 && share < 1 ? 99.5 : share * 100;
  return h("div", {
    class: ["track", `track-${tone}`], role: "meter", "aria-label": `Position of ${one.name}`, "aria-valuemin": "0", "aria-valuemax": String(head.rev),
    "aria-valuenow": String(one.rev), "aria-valuetext": `${number(one.rev)} of ${number(head.rev)}`,
  }, h("span", { class: "track-fill", style: { width: `${shown}%` } }), h("span", { class: "track-head", style: { left: `${shown}%` } }));
}

/**
 * @param {HTMLElement} root
 * @param {import("../core/router.js").Context} context
 * @returns {Promise<import("../core/router.js").View>}
 */
export async function mount(root, context) {
  const who = await me();
  const name = context.params.name ?? null;
  const body = h("div", { class: "consumers-body" }, skeleton(8));
  const head = h("div", { class: "page-head" });
  replace(root, h("div", { class: "page consumers" }, head, body));
  replace(head, name ? h("h1", null, h("a", { class: "crumb", href: "/consumers" }, "Consumers"), h("span", { class: "crumb-sep" }, "/"), name) : h("h1", null, "Consumers"));
  /** @type {Trails} */
  const trails = new Map();
  const one = name ? detail(body, name, who, context.signal, () => void refresh()) : null;
  let isFirst = true;

  async function refresh() {
    try {
      const found = /** @type {{consumers: Consumer[], head: Head}} */ (await get("consumers", {}, { signal: context.signal }));
      remember(trails, found.consumers);
      if (one) one.update(found.consumers.find((other) => other.name === name) ?? null, found.head, trails.get(name ?? "") ?? []);
      else drawList(body, found.consumers, found.head, trails);
      isFirst = false;
    } catch (error) {
      if (!isAborted(error) && isFirst) replace(body, errorBlock(error, () => void refresh()));
    }
  }
  await refresh();
  const timer = setInterval(() => !document.hidden && void refresh(), askEvery);
  return { unmount: () => clearInterval(timer) };
}

/**
 * @param {Trails} trails
 * @param {Consumer[]} consumers
 */
function remember(trails, consumers) {
  for (const one of consumers) {
    const trail = trails.get(one.name) ?? one.window.map((seen) => ({ at: Date.parse(seen.at), lag: seen.lag }));
    trail.push({ at: Date.now(), lag: one.lag.rows });
    trails.set(one.name, trail.slice(-kept));
  }
}

/**
 * @param {HTMLElement} body
 * @param {Consumer[]} consumers
 * @param {Head} head
 * @param {Trails} trails
 */
function drawList(body, consumers, head, trails) {
  if (!consumers.length) {
    replace(body, h("div", { class: "card" }, stateBlock({
      kind: "empty", title: "No consumer is configured.",
      text: "A consumer delivers every record to a backend: ClickHouse, PostgreSQL, QuestDB, MongoDB, Neo4j, Parquet, files of lines, a webhook or a program. Add a [consumer.NAME] section to receiver.conf and restart the receiver.",
      action: h("a", { class: "button", href: "/settings#configuration" }, "See the configuration"),
    })));
    return;
  }
  const rank = (/** @type {Consumer} */ one) => ["failed", "stopped", "stalled", "warn", "paused", "ok"].indexOf(one.state);
  const rows = [...consumers].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  const troubled = rows.filter((one) => !["ok", "paused"].includes(one.state)).length;
  const focused = /** @type {HTMLElement|null} */ (document.activeElement)?.dataset?.consumer;
  replace(body,
    h("p", { class: "lead" }, `${plural(rows.length, "consumer")} of the same records, each at its own pace. The records end at revision `, h("b", { class: "num" }, number(head.rev)), ". ",
      troubled ? h("span", { class: "bad" }, `${troubled} ${troubled === 1 ? "needs" : "need"} a look.`) : "All are well."),
    h("ul", { class: "consumer-list" }, rows.map((one) => line(one, head, trails.get(one.name) ?? []))));
  if (focused) /** @type {HTMLElement|null} */ (body.querySelector(`[data-consumer="${CSS.escape(focused)}"]`))?.focus({ preventScroll: true });
}

/**
 * @param {Consumer} one
 * @param {Head} head
 * @param {{at: number, lag: number}[]} trail
 */
function line(one, head, trail) {
  const href = `/consumers/${encodeURIComponent(one.name)}`;
  const value = (/** @type {string} */ label, /** @type {Children} */ text, /** @type {string|null} */ tone = null) =>
    h("div", { class: "consumer-value" }, h("dt", null, label), h("dd", { class: ["num", tone] }, text));
  return h("li", { class: "card consumer" },
    h("div", { class: "consumer-name" }, h("a", { href, dataset: { consumer: one.name } }, one.name), stateBadge(one),
      h("p", { class: "muted" }, one.backend, one.server ? h("span", { class: "mono consumer-server" }, one.server) : null)),
    h("div", { class: "consumer-track" }, track(one, head), h("p", { class: "muted num" }, `${number(one.rev)} of ${number(head.rev)}`)),
    h("dl", { class: "consumer-values" },
      value("Rows behind", number(one.lag.rows), one.lag.rows && one.state !== "ok" ? "warn" : null),
      value("Bytes", lagBytes(one)), value("Behind for", one.lag.seconds ? duration(one.lag.seconds * 1000) : "–"),
      value("Rate", rate(one)), value("Caught up in", eta(one)),
      value("Delivered", number(one.delivered)),
      value("Dead letters", one.dead_letters ? h("a", { href: `${href}#dead-letters` }, number(one.dead_letters)) : "0", one.dead_letters ? "bad" : null)),
    h("div", { class: "consumer-spark" }, sparkline(trail.map((seen) => seen.lag), { label: `Rows that ${one.name} was behind`, width: 110, height: 30, tone: one.state === "ok" ? "c4" : "c2" })),
    one.last_error ? h("p", { class: "consumer-error" }, h("b", null, "Last error"), one.last_error.at ? [" ", time(one.last_error.at)] : null, ": ",
      h("span", null, one.last_error.text ?? "your role does not show it"), one.next_attempt ? h("span", { class: "muted" }, ` · next attempt ${relative(one.next_attempt)}`) : null) : null);
}
