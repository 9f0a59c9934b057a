// @ts-check
// Context: how full windows become, what fills them, what is in them twice, and when they are compacted.

import { get } from "../../core/api.js";
import { barList, bars, stack } from "../../core/charts.js";
import { h } from "../../core/dom.js";
import { bytes, compact, number, percent, plural, time } from "../../core/format.js";
import { navigate } from "../../core/router.js";
import { figures, linkOf, nothing, panel, place, sessionsOf, share, table } from "./parts.js";

/** @typedef {import("./parts.js").Ask} Ask */

const sampled = 200;

/**
 * @param {HTMLElement} body
 * @param {Ask} ask
 */
export async function draw(body, ask) {
  const mayRead = ask.me.role !== "viewer-aggregate";
  const [found, list, folded] = await Promise.all([
    get("analytics/context", ask.params({ compare: null }), { signal: ask.signal }),
    mayRead ? get("sessions", { ...ask.params({ compare: null, order: "tokens", limit: sampled }) }, { signal: ask.signal }).catch(() => null) : null,
    mayRead ? get("compactions", ask.params({ compare: null, limit: sampled, trigger: ask.query.get("trigger") }), { signal: ask.signal }).catch(() => null) : null,
  ]);
  const counted = found.peaks.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.sessions, 0);
  if (!counted) {
    body.append(h("div", { class: "card" }, nothing(ask, "sessions with a context")));
    return;
  }
  const made = { time: found.as_of, partial: ask.partial };
  const { pressure, compactions } = found;
  const composed = found.composition.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.tokens, 0);
  const round = (/** @type {number} */ value) => (value >= 1e6 ? `${value / 1e6}\u202fM` : value >= 1e3 ? `${value / 1e3}\u202fk` : String(value));
  body.append(h("div", { class: "panels" },
    h("section", { class: "card span-12", "aria-label": "In all" }, figures([
      { label: "Sessions", value: number(counted), href: linkOf(found, "sessions"), note: "and subagents, with a context" },
      { label: "Over 80 % of a window", value: number(pressure.red), href: linkOf(found, "pressure.red"), tone: pressure.red ? "bad" : undefined, note: share(pressure.red / counted) },
      { label: "Compactions", value: number(compactions.total), href: linkOf(found, "compactions.total"), note: `in ${plural(compactions.sessions, "session")}` },
      { label: "Growth per turn", value: compact(found.growth_per_turn.p50), note: `p95 ${compact(found.growth_per_turn.p95)} tokens` },
      { label: "Efficiency", value: share(found.efficiency.p50), note: `a tenth is below ${share(found.efficiency.p10)}`, title: "1 less what is redundant, of failed calls or of folders of no interest, of all tokens of tool results" },
      { label: "Redundancy", value: share(found.redundancy.p50), note: `a tenth is above ${share(found.redundancy.p90)}`, title: "Tokens of results and pasted texts that the window already held" },
      { label: "In per token out", value: number(found.output_ratio, 0), note: "tokens of context" },
    ], "Context")),
    panel({
      title: "Peak context of sessions", about: "How many sessions reached how many tokens at their fullest.", span: 7, ...made, rows: found.peaks, name: "context-peaks",
      content: bars({
        label: "Sessions by peak context", height: 230, heading: "Tokens", names: found.peaks.map((/** @type {any} */ one) => (one.to === null ? `over ${round(one.from)} tokens` : `${round(one.from)} to ${round(one.to)} tokens`)),
        short: found.peaks.map((/** @type {any} */ one) => (one.to === null ? `${round(one.from)}+` : `< ${round(one.to)}`)),
        series: [{ name: "sessions", values: found.peaks.map((/** @type {any} */ one) => one.sessions) }],
        onSelect: (index) => navigate(linkOf(found, "peaks[].sessions", found.peaks[index]) ?? ""),
      }),
    }),
    panel({
      title: "Pressure", about: "The fullest moment of each session, as a part of its model's window.", span: 5, ...made, rows: [{ ...pressure, ...compactions }], name: "context-pressure",
      content: [
        stack({ label: "Sessions by pressure", parts: [
          { name: "under 50 %", value: pressure.green, href: linkOf(found, "pressure.green"), tone: "good" }, { name: "50 to 80 %", value: pressure.amber, href: linkOf(found, "pressure.amber"), tone: "warn" }, { name: "over 80 %", value: pressure.red, href: linkOf(found, "pressure.red"), tone: "bad" },
        ].filter((part) => part.value) }),
        h("h3", { class: "panel-part" }, "Compactions"),
        h("dl", { class: "pairs" },
          pair("Automatic", number(compactions.automatic), "the window was full"), pair("By hand", number(compactions.manual), "/compact"),
          compactions.total > compactions.automatic + compactions.manual
            ? pair("Not told", number(compactions.total - compactions.automatic - compactions.manual), "the tool wrote no trigger") : null),
      ],
    }),
    panel({
      title: "Composition", about: "What the texts of sessions are made of, in estimated tokens.", span: list ? 5 : 12, ...made, rows: found.composition, name: "context-composition",
      content: [
        barList({
          label: "Composition", rows: found.composition.map((/** @type {any} */ one) => ({ name: one.part, value: one.tokens, text: `${compact(one.tokens)} · ${percent(one.tokens / Math.max(1, composed), 1)}`, tone: one.part === "other" ? "other" : "c1" })),
        }),
        h("p", { class: "panel-hint" }, `${bytes(found.composition.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.bytes, 0))} of text in all.`),
      ],
    }),
    list ? fullest(list.sessions, made, ask) : null, folded ? compacted(folded, made) : null));
  if (location.hash === "#compactions") document.getElementById("compactions")?.scrollIntoView();
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} note
 */
function pair(name, value, note) {
  return h("div", { class: "pair" }, h("dt", null, name), h("dd", null, h("b", { class: "num" }, value), h("span", { class: "muted" }, note)));
}

/**
 * The compactions themselves, newest first.
 * @param {any} folded
 * @param {{time: string, partial: string|null}} made
 */
function compacted(folded, made) {
  const rows = folded.compactions;
  return panel({
    title: "Compactions", id: "compactions", span: 12, ...made, rows, name: "compactions",
    about: `${number(folded.total)} in ${plural(folded.sessions, "session")}${folded.next ? `: the newest ${sampled}` : ""}.`,
    content: table({
      caption: "Compactions", rows, rowKey: (row) => row.id, rowHref: (row) => place(row.session, row.item), empty: "No context was compacted in this range.",
      columns: [
        { key: "title", label: "Session", class: "main cell-name", render: (row) => row.title ?? row.session },
        { key: "trigger", label: "Trigger", render: (row) => row.trigger ?? "not told" },
        { key: "tokens_before", label: "Tokens before", align: "end", render: (row) => compact(row.tokens_before) },
        { key: "tokens_after", label: "After", align: "end", render: (row) => compact(row.tokens_after) },
        { key: "machine", label: "Machine", class: "wide-only" }, { key: "timestamp", label: "When", align: "end", render: (row) => time(row.timestamp) },
      ],
    }),
  });
}

/**
 * @param {ApiSession[]} sessions
 * @param {{time: string, partial: string|null}} made
 * @param {Ask} ask
 */
function fullest(sessions, made, ask) {
  const rows = [...sessions].filter((one) => one.peak_context).sort((a, b) => (b.peak_context ?? 0) - (a.peak_context ?? 0)).slice(0, 12);
  const most = rows[0]?.peak_context ?? 1;
  return panel({
    title: "Fullest sessions", span: 7, ...made, rows, name: "fullest-sessions",
    about: sessions.length >= sampled ? `Of the ${sampled} sessions with the most tokens.` : undefined,
    actions: h("a", { class: "button small", href: sessionsOf(ask.query, { order: "tokens" }) }, "All"),
    content: table({
      caption: "Fullest sessions", rows, rowKey: (row) => row.id, rowHref: (row) => `/sessions/${row.id}`,
      columns: [
        { key: "title", label: "Session", class: "main cell-name", render: (row) => row.title ?? row.short },
        { key: "bar", label: "Share", hideLabel: true, class: "cell-bar", render: (row) => h("span", { class: "inline-bar", "aria-hidden": "true", style: { "--share": String((row.peak_context ?? 0) / most) } }) },
        { key: "peak_context", label: "Peak", align: "end", render: (row) => compact(row.peak_context) },
        { key: "compactions", label: "Compactions", align: "end" },
        { key: "tokens", label: "Tokens", align: "end", render: (row) => compact(row.tokens) },
        { key: "ended", label: "Last", align: "end", class: "wide-only", render: (row) => time(row.ended) },
      ],
    }),
  });
}
