// @ts-check
// One consumer: its position, its lag over time, how it is configured, its dead letters, and its orders.

import { get, isAborted, pages } from "../../core/api.js";
import { errorBlock, icon, pager, stateBlock } from "../../core/components.js";
import { line } from "../../core/charts.js";
import { h, replace } from "../../core/dom.js";
import { clock, duration, number, relative, time } from "../../core/format.js";
import { eta, lagBytes, rate, stateBadge, states, track } from "../consumers.js";
import { figures, panel, table } from "../analytics/parts.js";
import { order } from "./orders.js";

/** @typedef {import("../consumers.js").Consumer} Consumer */
/** @typedef {import("../consumers.js").Head} Head */

const drawChartEvery = 10_000;

/**
 * @param {HTMLElement} body
 * @param {string} name
 * @param {ApiMe} who
 * @param {AbortSignal} signal
 * @param {() => void} refresh
 * @returns {{update: (one: Consumer|null, head: Head, trail: {at: number, lag: number}[]) => void}}
 */
export function detail(body, name, who, signal, refresh) {
  const isAdmin = who.role === "admin";
  const top = h("section", { class: "card span-12 consumer-top", "aria-label": "State" });
  const actions = h("div", { class: "consumer-actions" });
  const chart = h("div", { class: "consumer-chart" });
  const facts = h("div", null);
  const letters = h("div", null);
  const history = h("div", null);
  /** @type {{id: string}[]} */
  let dead = [];
  /** @type {Consumer|null} */
  let shown = null;
  let drawn = 0;
  let lettersSeen = -1;
  let stateSeen = "";

  const again = () => {
    refresh();
    lettersSeen = -1;
    void loadHistory();
  };

  function frame() {
    replace(body, h("div", { class: "panels" }, top,
      panel({ title: "Behind, over time", about: "Rows that were left, since this page was opened (and of its last commits, where it tells them).", span: 8, content: chart }),
      panel({ title: "How it is configured", span: 4, content: facts }),
      isAdmin ? panel({ title: "Dead letters", id: "dead-letters", span: 12, about: "Rows that the backend refused for good: they wait here, nothing else waits for them.", content: letters, rows: everyLetter, name: `${name}-dead-letters` }) : null,
      isAdmin ? panel({ title: "What was done to it", span: 12, content: history }) : null));
    if (isAdmin) void loadHistory();
  }

  async function everyLetter() {
    const rows = [];
    for await (const page of pages(`consumers/${encodeURIComponent(name)}/dead-letters`, { limit: 500 })) rows.push(...page.rows);
    return rows;
  }

  /** @param {Consumer} one */
  function drawActions(one) {
    if (!isAdmin) {
      replace(actions, h("p", { class: "muted" }, "Orders need the role admin."));
      return;
    }
    const button = (/** @type {string} */ text, /** @type {string} */ sign, /** @type {() => void} */ act, /** @type {Record<string, any>} */ more = {}) =>
      h("button", { class: "button", onclick: act, ...more }, icon(sign), text);
    replace(actions,
      one.state === "paused" ? button("Resume…", "play", () => order(one, "resume", again)) : button("Pause…", "pause", () => order(one, "pause", again)),
      button("Rewind…", "left", () => order(one, "rewind", again)),
      button("Skip a row…", "right", () => order(one, "skip", again)),
      button("Replay dead letters…", "copy", () => order(one, "replay", again), { disabled: !one.dead_letters, title: one.dead_letters ? null : "There are none" }));
  }

  /** @param {string|null} cursor */
  async function loadLetters(cursor) {
    try {
      const page = await get(`consumers/${encodeURIComponent(name)}/dead-letters`, { limit: 50, cursor }, { signal });
      dead = cursor ? [...dead, ...page.rows] : page.rows;
      if (!dead.length) {
        replace(letters, h("p", { class: "list-empty" }, "None: the backend has taken every row."));
        return;
      }
      replace(letters, table({
        caption: "Dead letters", rows: /** @type {any[]} */ (dead), rowKey: (row) => row.id,
        columns: [
          { key: "at", label: "When", render: (row) => time(row.at, "absolute") }, { key: "table", label: "Table", class: "mono" },
          { key: "row", label: "Row", class: "mono wide-only" }, { key: "rev", label: "Revision", align: "end", class: "wide-only" },
          { key: "text", label: "What the backend said", class: "main dead-text" }, { key: "attempts", label: "Attempts", align: "end" },
          { key: "replay", label: "Replay", hideLabel: true, align: "end", render: (row) => h("button", { class: "button small", onclick: () => shown && order(shown, "replay", again, { ids: [row.id] }) }, "Replay…") },
        ],
      }), pager({ next: page.next, shown: dead.length, total: shown?.dead_letters, noun: "dead letter", onNext: () => void loadLetters(page.next) }));
    } catch (error) {
      if (!isAborted(error)) replace(letters, errorBlock(error, () => void loadLetters(cursor)));
    }
  }

  async function loadHistory() {
    try {
      const page = await get("audit", { limit: 300 }, { signal });
      const rows = page.rows.filter((/** @type {any} */ row) => /consumer|dead letter|rewind|skip|replay|pause|resume/i.test(row.action) && String(row.detail).split(/[\s,:]+/).includes(name));
      replace(history, rows.length ? h("ul", { class: "audit-list" }, rows.slice(0, 30).map((/** @type {any} */ row) => h("li", null, time(row.at, "absolute"), h("b", null, row.action), h("span", { class: "muted" }, row.detail))))
        : h("p", { class: "list-empty" }, "The audit tells of none; every order is in the receiver's log."));
    } catch (error) {
      if (!isAborted(error)) replace(history, errorBlock(error, () => void loadHistory()));
    }
  }

  return {
    update(one, head, trail) {
      if (!one) {
        replace(body, h("div", { class: "card" }, stateBlock({
          kind: "empty", title: `There is no consumer ${name}.`, text: "It may have been taken out of receiver.conf.", action: h("a", { class: "button", href: "/consumers" }, "All consumers"),
        })));
        return;
      }
      if (!shown) frame();
      shown = one;
      replace(top, summary(one, head), actions);
      if (stateSeen !== `${one.state} ${one.dead_letters}`) {
        stateSeen = `${one.state} ${one.dead_letters}`;
        drawActions(one);
        drawFacts(facts, one);
      }
      if (Date.now() - drawn > drawChartEvery && trail.length > 1) {
        drawn = Date.now();
        replace(chart, line({
          label: "Rows behind", names: trail.map((seen) => clock(seen.at)), x: trail.map((seen) => seen.at), area: true, height: 190,
          series: [{ name: "rows behind", values: trail.map((seen) => seen.lag), tone: one.state === "ok" ? "c1" : "c2" }],
        }));
      } else if (trail.length < 2) replace(chart, h("p", { class: "list-empty" }, "Measuring …"));
      if (isAdmin && lettersSeen !== one.dead_letters) {
        lettersSeen = one.dead_letters;
        void loadLetters(null);
      }
    },
  };
}

/**
 * @param {Consumer} one
 * @param {Head} head
 */
function summary(one, head) {
  return h("div", null,
    h("div", { class: "consumer-state" }, stateBadge(one), h("span", null, states[one.state]?.says ?? ""),
      one.last_error ? h("p", { class: "consumer-error" }, h("b", null, "Last error"), one.last_error.at ? [" ", time(one.last_error.at)] : null, ": ", one.last_error.text ?? "your role does not show it",
        one.next_attempt ? h("span", { class: "muted" }, ` · next attempt ${relative(one.next_attempt)}`) : "") : null,
      track(one, head), h("p", { class: "muted num consumer-pos" }, h("span", null, `revision ${number(one.rev)}`), h("span", null, `of ${number(head.rev)}`))),
    figures([
      { label: "Rows behind", value: number(one.lag.rows), tone: one.lag.rows && one.state !== "ok" ? "warn" : undefined },
      { label: "Bytes behind", value: lagBytes(one) },
      { label: "Behind for", value: one.lag.seconds ? duration(one.lag.seconds * 1000) : "–" },
      { label: "Rate", value: rate(one) },
      { label: "Caught up in", value: eta(one) },
      { label: "Delivered", value: number(one.delivered) },
      { label: "Retries", value: number(one.retries) },
      { label: "Dead letters", value: number(one.dead_letters), tone: one.dead_letters ? "bad" : undefined },
    ], `State of ${one.name}`));
}

/**
 * @param {HTMLElement} holder
 * @param {Consumer} one
 */
function drawFacts(holder, one) {
  const pair = (/** @type {string} */ label, /** @type {Children} */ value) => h("div", { class: "pair" }, h("dt", null, label), h("dd", null, h("span", { class: "break" }, value)));
  replace(holder, h("dl", { class: "pairs" },
    pair("Backend", one.backend), pair("Server", one.server ? h("span", { class: "mono" }, one.server) : "–"),
    pair("Delivery", one.delivery), pair("From", one.from || "the beginning"), pair("Filter", one.filter || "everything"),
    pair("Redaction", one.redact || "none"), pair("Epoch", h("span", { class: "mono" }, one.epoch))),
  h("p", { class: "panel-hint" }, "In receiver.conf under ", h("code", null, `[consumer.${one.name}]`), "."));
}

