// @ts-check
// Security: the inbox of findings, and by which rules, of which severity, on which machines they are;
// what dangerous commands did; which secrets' files were touched; which hosts were asked.

import { get } from "../../core/api.js";
import { badge } from "../../core/components.js";
import { barList, heatmap, stack } from "../../core/charts.js";
import { h } from "../../core/dom.js";
import { number, plural } from "../../core/format.js";
import { inbox } from "./findings.js";
import { figures, linkOf, panel, severityTone, table, words } from "./parts.js";

/** @typedef {import("./parts.js").Ask} Ask */

const severities = ["critical", "high", "medium", "low"];
const toneOf = /** @type {Record<string, string>} */ ({ critical: "bad", high: "c2", medium: "c1", low: "other" });

/**
 * @param {HTMLElement} body
 * @param {Ask} ask
 */
export async function draw(body, ask) {
  const found = await get("analytics/security", ask.params({ compare: null }), { signal: ask.signal });
  const made = { time: found.as_of, partial: ask.partial };
  const sum = (/** @type {(row: any) => number} */ of) => found.rules.reduce((/** @type {number} */ total, /** @type {any} */ row) => total + of(row), 0);
  const kind = (/** @type {string} */ name) => sum((row) => (row.kind === name ? row.count : 0));
  const here = (/** @type {Record<string, string|null>} */ params) => {
    const query = new URLSearchParams(ask.query);
    for (const name of ["state", "severity", "rule", "has"]) query.delete(name);
    for (const [name, value] of Object.entries(params)) if (value) query.set(name, value);
    return `/analytics/security?${query}`;
  };
  const counts = { new: sum((row) => row.new), triaged: sum((row) => row.triaged), false_positive: sum((row) => row.false_positive) };
  const mayRead = ask.me.role !== "viewer-aggregate";
  body.append(h("div", { class: "panels" },
    h("section", { class: "card span-12", "aria-label": "In all" }, figures([
      { label: "New findings", value: number(counts.new), tone: counts.new ? "warn" : "good", href: here({ state: "new" }) },
      ...severities.slice(0, 2).map((severity) => ({
        label: severity[0].toUpperCase() + severity.slice(1), value: number(sum((row) => (row.severity === severity ? row.count : 0))), href: here({ severity, state: "all" }),
        tone: severity === "critical" && sum((row) => (row.severity === severity ? row.new : 0)) ? "bad" : undefined,
      })),
      { label: "Secrets", value: number(kind("secret")), href: here({ has: "secret", state: "all" }), note: "values are masked" },
      { label: "Dangerous commands", value: number(found.dangerous.calls), href: linkOf(found, "dangerous.calls"), note: `${number(found.dangerous.ran)} ran` },
      { label: "Sensitive files", value: number(found.sensitive_files), href: mayRead ? linkOf(found, "sensitive_files") : null, note: h("a", { href: here({ has: "sensitive", state: "all" }) }, plural(kind("sensitive"), "finding")) },
      { label: "Hosts", value: number(found.hosts), note: "named in calls" },
    ], "Findings")),
    mayRead ? inbox(ask, counts, made) : null,
    h("div", { class: "panel-column span-4" },
      outcomes(found, made), machines(found, made, ask), sensitive(found, made, here), network(found, made)),
    rules(found, made, here)));
}

/**
 * @param {any} found
 * @param {{time: string, partial: string|null}} made
 */
function outcomes(found, made) {
  const { ran, denied, failed, unfinished, calls } = found.dangerous;
  return panel({
    title: "Dangerous commands", ...made, rows: [found.dangerous], name: "dangerous-commands",
    content: calls ? stack({
      label: "What became of them", parts: [
        { name: "ran", value: ran, tone: "bad", href: linkOf(found, "dangerous.ran") }, { name: "denied", value: denied, tone: "good", href: linkOf(found, "dangerous.denied") },
        { name: "failed", value: failed, tone: "warn", href: linkOf(found, "dangerous.failed") }, { name: "no result", value: unfinished, tone: "other", href: linkOf(found, "dangerous.unfinished") },
      ].filter((part) => part.value),
    }) : h("p", { class: "list-empty" }, "None in this range."),
  });
}

/**
 * @param {any} found
 * @param {{time: string, partial: string|null}} made
 * @param {Ask} ask
 */
function machines(found, made, ask) {
  const names = /** @type {string[]} */ ([...new Set(found.machines.map((/** @type {any} */ one) => one.machine))]);
  const count = (/** @type {number} */ row, /** @type {number} */ column) =>
    found.machines.find((/** @type {any} */ one) => one.machine === names[row] && one.severity === severities[column])?.count ?? 0;
  return panel({
    title: "Machine × severity", ...made, rows: found.machines, name: "findings-by-machine",
    content: names.length ? heatmap({
      label: "Findings by machine and severity", rows: names, columns: severities, corner: "Machine", showValues: true,
      values: names.map((_, row) => severities.map((__, column) => count(row, column))),
      href: (row, column) => {
        const query = new URLSearchParams(ask.query);
        query.set("agent", names[row]);
        query.set("severity", severities[column]);
        query.set("state", "all");
        return `/analytics/security?${query}`;
      },
      shade: (row, column) => ({ share: Math.min(1, 0.25 + count(row, column) / 60), tone: toneOf[severities[column]] }),
    }) : h("p", { class: "list-empty" }, "No machine has a finding."),
  });
}

/**
 * @param {any} found
 * @param {{time: string, partial: string|null}} made
 * @param {(params: Record<string, string|null>) => string} here
 */
function sensitive(found, made, here) {
  const rows = found.rules.filter((/** @type {any} */ row) => row.kind === "sensitive");
  return panel({
    title: "Sensitive access", ...made, rows, name: "sensitive-access",
    content: barList({
      label: "Sensitive access", empty: "No file of secrets was touched.",
      rows: rows.map((/** @type {any} */ row) => ({ name: words(row.rule), value: row.count, tone: "c3", note: row.example, href: here({ rule: row.rule, state: "all" }), text: `${number(row.count)} in ${plural(row.sessions, "session")}` })),
    }),
  });
}

/**
 * @param {any} found
 * @param {{time: string, partial: string|null}} made
 */
function network(found, made) {
  return panel({
    title: "Network", ...made, rows: found.network, name: "network",
    content: barList({
      label: "Hosts in calls", empty: "No call names a host.",
      rows: found.network.slice(0, 15).map((/** @type {any} */ one) => ({ name: one.host, mono: true, value: one.calls, tone: "c8", href: linkOf(found, "network[].calls", one) })),
    }),
  });
}

/**
 * @param {any} found
 * @param {{time: string, partial: string|null}} made
 * @param {(params: Record<string, string|null>) => string} here
 */
function rules(found, made, here) {
  const rank = (/** @type {any} */ row) => severities.indexOf(row.severity);
  const rows = [...found.rules].sort((a, b) => rank(a) - rank(b) || b.count - a.count);
  return panel({
    title: "Rules", span: 12, ...made, rows, name: "findings-by-rule",
    content: table({
      caption: "Findings by rule", rows, rowKey: (row) => `${row.rule} ${row.severity}`, empty: "No rule found anything in this range.",
      columns: [
        { key: "severity", label: "Severity", render: (row) => badge(row.severity, { tone: severityTone(row.severity) }) },
        { key: "rule", label: "Rule", class: "main nowrap", render: (row) => h("a", { class: "row-anchor", href: here({ rule: row.rule, severity: row.severity, state: "all" }) }, words(row.rule)) },
        { key: "kind", label: "Kind" },
        { key: "example", label: "For example", class: "cell-name mono wide-only", render: (row) => h("span", { title: row.example }, row.example ?? "–") },
        { key: "new", label: "New", align: "end", render: (row) => (row.new ? h("b", { class: "warn" }, number(row.new)) : "0") },
        { key: "triaged", label: "Triaged", align: "end", class: "wide-only" }, { key: "false_positive", label: "False", align: "end", class: "wide-only" },
        { key: "count", label: "All", align: "end" }, { key: "sessions", label: "Sessions", align: "end" },
      ],
    }),
  });
}
