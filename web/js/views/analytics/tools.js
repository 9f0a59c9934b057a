// @ts-check
// Tools: how often they are called, how often they fail and why, how long they take, and where.

import { get } from "../../core/api.js";
import { badge } from "../../core/components.js";
import { barList, heatmap } from "../../core/charts.js";
import { h } from "../../core/dom.js";
import { duration, number, percent, plural, time } from "../../core/format.js";
import { change, figures, linkOf, nothing, panel, place, share, table, words } from "./parts.js";

/** @typedef {import("./parts.js").Ask} Ask */

const mostRows = 24;
const mostColumns = 12;

/**
 * @param {HTMLElement} body
 * @param {Ask} ask
 */
export async function draw(body, ask) {
  const found = await get("analytics/tools", ask.params(), { signal: ask.signal });
  if (!found.tools.length) {
    body.append(h("div", { class: "card" }, nothing(ask, "tool calls")));
    return;
  }
  const made = { time: found.as_of, partial: ask.partial };
  const now = rates(found.total);
  const before = found.before ? rates(found.before.total) : null;
  const link = (/** @type {string} */ number) => linkOf(found, number);
  body.append(h("div", { class: "panels" },
    h("section", { class: "card span-12", "aria-label": "In all" }, figures([
      { label: "Calls", value: number(now.calls), href: link("total.calls"), change: change(now.calls, before?.calls) },
      { label: "Success", value: share(now.success), change: change(now.success, before?.success, { better: "more", points: true, format: share }), title: "Of the calls that have a result: 1 − errors ÷ paired; what the user denied is counted apart" },
      { label: "Errors", value: number(now.errors), href: link("total.errors"), change: change(now.errors, before?.errors, { better: "less" }) },
      { label: "Denied", value: number(now.denied), href: link("total.denied"), change: change(now.denied, before?.denied), note: "by the user" },
      { label: "Without a result", value: number(now.unpaired), href: link("total.unpaired"), note: `${share(now.completion)} complete` },
      { label: "Retries", value: number(found.retries), href: link("retries"), note: "same call again in a row" },
      { label: "Loops", value: number(found.loops), href: link("loops"), note: "sessions that fail over and over" },
      { label: "Over 10 min", value: number(now.over_10_minutes), href: link("total.over_10_minutes"), note: "waiting included" },
    ], "Tools")),
    calls(found, made), errors(found, made), slowest(found, made), commands(found, made), matrix(found, made)));
}

/** @param {any} total */
function rates(total) {
  return { ...total, success: total.paired ? 1 - total.errors / total.paired : null, completion: total.calls ? total.paired / total.calls : null };
}

/**
 * @param {any} found
 * @param {{time: string, partial: string|null}} made
 */
function calls(found, made) {
  const before = new Map((found.before?.tools ?? []).map((/** @type {any} */ one) => [one.name, one]));
  const most = Math.max(...found.tools.map((/** @type {any} */ one) => one.calls), 1);
  const hasLast = found.tools.some((/** @type {any} */ one) => one.p99_ms !== undefined);
  const count = (/** @type {string} */ key, /** @type {any} */ row) => (row[key] ? h("a", { href: linkOf(found, `tools[].${key}`, row) }, number(row[key])) : "0");
  const latency = (/** @type {string} */ key, /** @type {string} */ label) => ({
    key, label, align: /** @type {"end"} */ ("end"), class: key === "p99_ms" ? "wide-only" : undefined,
    render: (/** @type {any} */ row) => duration(row[key]), title: "From call to result, waiting for the user included; of calls in parallel an upper bound",
  });
  return panel({
    title: "Tools", span: 8, ...made, rows: found.tools, name: "tools", class: "panel-tall",
    content: table({
      caption: "Tools", rows: found.tools, rowKey: (row) => row.name,
      columns: [
        { key: "name", label: "Tool", class: "main cell-name cell-tool", render: (row) => h("a", { href: linkOf(found, "tools[].calls", row), class: "row-anchor", title: row.name }, row.name) },
        { key: "share", label: "Share", hideLabel: true, class: "cell-bar", render: (row) => h("span", { class: "inline-bar", "aria-hidden": "true", style: { "--share": String(row.calls / most) } }) },
        { key: "calls", label: "Calls", align: "end", render: (row) => [number(row.calls), found.before ? [" ", change(row.calls, before.get(row.name)?.calls ?? 0)] : null] },
        { key: "success_rate", label: "Success", align: "end", render: (row) => h("span", { class: row.success_rate === null ? "muted" : row.success_rate < 0.9 ? "bad" : row.success_rate < 0.95 ? "warn" : null }, share(row.success_rate)) },
        { key: "errors", label: "Errors", align: "end", render: (row) => count("errors", row) },
        { key: "denied", label: "Denied", align: "end", class: "wide-only", render: (row) => count("denied", row) },
        { key: "unpaired", label: "No result", align: "end", class: "wide-only", render: (row) => count("unpaired", row) },
        latency("p50_ms", "p50"), latency("p95_ms", "p95"), ...(hasLast ? [latency("p99_ms", "p99")] : []),
        { key: "over_10_minutes", label: "> 10 min", align: "end", class: "wide-only", render: (row) => (row.over_10_minutes ? badge(row.over_10_minutes, { tone: "warn", title: "Includes waiting" }) : "0") },
      ],
    }),
  });
}

/**
 * @param {any} found
 * @param {{time: string, partial: string|null}} made
 */
function errors(found, made) {
  const before = new Map((found.before?.errors ?? []).map((/** @type {any} */ one) => [one.class, one.count]));
  const all = found.errors.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.count, 0);
  return panel({
    title: "Errors by class", span: 4, class: "panel-scroll", ...made, rows: found.errors, name: "error-classes",
    content: barList({
      label: "Errors by class", empty: "No call failed in this range.",
      rows: found.errors.map((/** @type {any} */ one) => ({
        name: words(one.class), value: one.count, tone: "c2", note: one.tools, href: linkOf(found, "errors[].count", one),
        text: `${number(one.count)} · ${percent(one.count / all)}`, title: found.before ? `before: ${number(before.get(one.class) ?? 0)}` : undefined,
      })),
    }),
  });
}

/**
 * @param {any} found
 * @param {{time: string, partial: string|null}} made
 */
function slowest(found, made) {
  return panel({
    title: "Slowest calls", span: 8, ...made, rows: found.slowest, name: "slowest-calls",
    content: table({
      caption: "Slowest calls", rows: found.slowest.slice(0, 15), rowKey: (row) => row.id, rowHref: (row) => place(row.session, null, row.id),
      empty: "No call of this range has a duration, or your role does not show calls.",
      columns: [
        { key: "name", label: "Tool", render: (row) => h("b", { class: "tool-name" }, row.name) },
        { key: "argument", label: "What", class: "main cell-name mono", render: (row) => row.argument ?? row.command ?? row.file_path ?? row.query ?? "–" },
        { key: "outcome", label: "Outcome", render: (row) => outcome(row.outcome) },
        { key: "timestamp", label: "When", class: "wide-only", render: (row) => time(row.timestamp, "absolute") },
        { key: "duration_ms", label: "Took", align: "end", render: (row) => h("span", { title: row.measured ? "As the tool measured it" : "From the call to its result, waiting included" }, row.measured ? "" : "≤ ", duration(row.duration_ms)) },
      ],
    }),
  });
}

/** The outcome of a call, in colour. */
export function outcome(/** @type {string|null} */ name) {
  const tone = /** @type {Record<string, string>} */ ({ success: "good", error: "bad", denied: "warn", interrupted: "warn" })[name ?? ""];
  return name ? badge(name, { tone }) : h("span", { class: "muted" }, "no result");
}

/**
 * @param {any} found
 * @param {{time: string, partial: string|null}} made
 */
function commands(found, made) {
  return panel({
    title: "Commands", about: "By their first two words.", span: 4, ...made, rows: found.commands, name: "commands", class: "panel-scroll",
    content: barList({
      label: "Commands", empty: "No command ran, or your role does not show them.",
      rows: found.commands.slice(0, 30).map((/** @type {any} */ one) => ({
        name: one.command, mono: true, value: one.calls, text: one.errors ? `${number(one.calls)} · ${plural(one.errors, "error")}` : number(one.calls),
        href: linkOf(found, "commands[].calls", one),
        parts: [{ value: one.calls - one.errors, tone: "c1" }, { value: one.errors, tone: "bad" }],
      })),
    }),
  });
}

/**
 * @param {any} found
 * @param {{time: string, partial: string|null}} made
 */
function matrix(found, made) {
  const sum = (/** @type {"tool"|"project"} */ key) => {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const one of found.matrix) counts.set(one[key] ?? "", (counts.get(one[key] ?? "") ?? 0) + one.calls);
    return [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  };
  const tools = sum("tool").slice(0, mostColumns);
  const projects = sum("project").slice(0, mostRows);
  const cells = new Map(found.matrix.map((/** @type {any} */ one) => [`${one.project ?? ""}\u0000${one.tool}`, one]));
  const at = (/** @type {number} */ row, /** @type {number} */ column) => cells.get(`${projects[row]}\u0000${tools[column]}`);
  return panel({
    title: "Tool × project", about: "Calls; the darker the more, and the redder the more of them failed.", span: 12, ...made, rows: found.matrix, name: "tool-by-project",
    content: [
      heatmap({
        label: "Calls by project and tool", rows: projects.map((name) => name || "no project"), columns: tools, showValues: true, corner: "Project",
        values: projects.map((_, row) => tools.map((__, column) => at(row, column)?.calls ?? 0)),
        href: (row, column) => linkOf(found, "matrix[].calls", { tool: tools[column], project: projects[row] || null }) ?? null,
        rowHref: (row) => (projects[row] ? `/sessions?project=${encodeURIComponent(projects[row])}` : null),
        title: (row, column) => `${projects[row] || "no project"}, ${tools[column]}: ${plural(at(row, column)?.calls ?? 0, "call")}, ${plural(at(row, column)?.errors ?? 0, "error")}`,
        shade: (row, column) => {
          const one = at(row, column);
          const most = Math.max(...found.matrix.map((/** @type {any} */ other) => other.calls), 1);
          const rate = one?.calls ? one.errors / one.calls : 0;
          return { share: one ? Math.sqrt(one.calls / most) : 0, tone: rate >= 0.15 ? "bad" : rate >= 0.07 ? "c2" : "c1" };
        },
      }),
      found.matrix.length > tools.length * projects.length ? h("p", { class: "panel-hint" }, "The most used only: the download has all.") : null,
    ],
  });
}

