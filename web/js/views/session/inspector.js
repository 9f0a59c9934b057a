// @ts-check
// The inspector: what the session cost, its context, tools, files and findings; and of one item the
// record it is from, down to machine, file, bytes and hash.

import { get, isAborted } from "../../core/api.js";
import { line, stack } from "../../core/charts.js";
import { badge, copyButton, errorBlock, skeleton, stateBlock, tabs } from "../../core/components.js";
import { h, keepFocus, replace } from "../../core/dom.js";
import { bytes, clock, compact, duration, model, money, number, percent, plural, shortPath, time } from "../../core/format.js";
import { visibleText } from "../../core/markdown.js";
import { json } from "./text.js";

/** @typedef {"figures"|"context"|"tools"|"files"|"findings"|"item"} Panel */

const severities = /** @type {Record<string, string>} */ ({ critical: "bad", high: "bad", medium: "warn", low: "neutral" });

export class Inspector {
  /**
   * @param {{id: string, signal: AbortSignal, session: () => ApiSession|null, onPanel: (panel: string) => void,
   *   onTime: (timestamp: string) => void, onItem: (id: string) => void}} options
   */
  constructor(options) {
    this.options = options;
    this.id = options.id;
    /** @type {Panel} */
    this.panel = "figures";
    /** @type {ApiItem|null} */
    this.item = null;
    this.asked = 0;
    this.head = h("div", null);
    this.body = h("div", { class: "inspector-body", id: "inspector-body", role: "tabpanel", tabindex: "0", "aria-label": "Inspector" });
    this.element = h("aside", { class: "session-inspector", "aria-label": "Inspector" }, this.head, this.body);
  }

  /** @param {string|null} panel */
  select(panel) {
    const known = ["figures", "context", "tools", "files", "findings", "item"];
    this.panel = /** @type {Panel} */ (panel && known.includes(panel) ? panel : "figures");
    const session = this.options.session();
    keepFocus(this.head, () => replace(this.head, tabs({
      label: "Inspector", selected: this.panel, controls: "inspector-body", onSelect: (id) => this.options.onPanel(id),
      items: [
        { id: "figures", label: "Cost" }, { id: "context", label: "Context" }, { id: "tools", label: "Tools" },
        { id: "files", label: "Files" }, { id: "findings", label: "Findings", count: session?.findings || null },
        { id: "item", label: "Record" },
      ],
    })));
    void this.show();
  }

  /** Shows the record of an item. */
  inspect(/** @type {ApiItem} */ item) {
    this.item = item;
    if (this.panel === "item") void this.show();
  }

  async show() {
    const mine = (this.asked += 1);
    const draws = { figures: () => this.figures(), context: () => this.context(), tools: () => this.tools(), files: () => this.files(), findings: () => this.findings(), item: () => this.record() };
    const waits = setTimeout(() => mine === this.asked && replace(this.body, skeleton(8)), 150);
    try {
      const content = await draws[this.panel]();
      if (mine === this.asked) replace(this.body, content);
    } catch (error) {
      if (!isAborted(error) && mine === this.asked) replace(this.body, errorBlock(error, () => void this.show()));
    } finally {
      clearTimeout(waits);
    }
  }

  /**
   * @param {string} what
   * @returns {Promise<any>}
   */
  ask(what) {
    return get(`sessions/${this.id}/${what}`, {}, { signal: this.options.signal });
  }

  /** @returns {Promise<Children>} */
  async figures() {
    const answer = await this.ask("figures");
    const { total, cache, durations } = answer;
    const own = [["Input", total.input], ["Output", total.output], ["To the cache", total.cache_write_5m + total.cache_write_1h], ["From the cache", total.cache_read]];
    const unpriced = answer.with_subagents.unpriced;
    return [
      h("div", { class: "inspector-sums" }, sum("Cost", money(total.cost)), sum("Tokens", compact(total.tokens)),
        answer.with_subagents.tokens !== total.tokens ? [sum("With subagents", money(answer.with_subagents.cost)), sum("Their tokens too", compact(answer.with_subagents.tokens))] : null,
        sum("Cache hits", percent(cache.hit_rate, 1)), sum("Saved by the cache", money(cache.savings))),
      unpriced ? h("p", { class: "warn inspector-note" }, `${plural(unpriced, "response")} of models without a price are not in the cost.`) : null,
      h("h2", null, "Tokens"),
      stack({ label: "Tokens by class", parts: own.map(([name, value], index) => ({ name: String(name), value: Number(value), tone: ["accent", "violet", "warn", "good"][index] })), format: (value) => compact(value) }),
      h("h2", null, "Models"),
      small(["Model", "Responses", "Tokens", "Cost"], answer.usage.map((/** @type {any} */ one) => [h("span", { title: one.model }, model(one.model)), number(one.responses), compact(one.tokens), one.cost === null || one.unpriced === one.responses ? badge("unpriced", { tone: "warn" }) : money(one.cost)])),
      h("h2", null, "Time"),
      h("div", { class: "inspector-sums" }, sum("Active", duration(durations.active_ms), "Gaps of at most five minutes"), sum("In turns", duration(durations.turn_ms)), sum("In tools", duration(durations.tool_ms))),
      h("h2", null, "Contents"),
      small(["Kind", "Items", "Size"], answer.kinds.map((/** @type {any} */ one) => [one.kind.replaceAll("_", " "), number(one.count), bytes(one.bytes)])),
      answer.prices.length ? h("p", { class: "muted inspector-note" }, `Prices: ${answer.prices.join(", ")}`) : null,
    ];
  }

  /** @returns {Promise<Children>} */
  async context() {
    const answer = await this.ask("context");
    if (!answer.points.length) return stateBlock({ kind: "empty", title: "No figures of the context", text: "No response of this session tells how much it read." });
    const points = answer.points;
    const last = points[points.length - 1];
    const window = Math.max(...points.map((/** @type {any} */ point) => point.window ?? 0));
    const chart = line({
      label: "Tokens in the context", names: points.map((/** @type {any} */ point) => `${clock(point.timestamp)}`), height: 190, area: true, legend: false,
      series: [{ name: "Tokens", values: points.map((/** @type {any} */ point) => point.tokens), tone: "accent" }], format: (value) => compact(value),
      levels: window ? [{ value: window, label: `window ${compact(window)}`, tone: "bad" }] : [],
      marks: answer.compactions.map((/** @type {ApiCompaction} */ one) => ({
        x: Math.max(0, points.findIndex((/** @type {any} */ point) => (point.timestamp ?? "") >= (one.timestamp ?? ""))), label: `Compaction (${one.trigger ?? "?"})`,
      })),
      onSelect: (index) => this.options.onTime(points[index].timestamp),
    });
    return [
      h("div", { class: "inspector-sums" }, sum("Peak", compact(answer.peak)), sum("Now", compact(last.tokens)), sum("Window", compact(last.window)), sum("Use", percent(last.pressure)),
        sum("Seen before", percent(last.redundancy, 1), "Of the results: what had been read already"), sum("Efficiency", last.efficiency === null ? "–" : percent(last.efficiency))),
      h("h2", null, "Tokens in the context"), chart,
      h("p", { class: "muted inspector-note" }, "Select a point to go there."),
      answer.compactions.length ? [h("h2", null, "Compactions"), small(["When", "Why", "Before", "After"], answer.compactions.map((/** @type {ApiCompaction} */ one) => [
        h("button", { class: "link-button", onclick: () => one.timestamp && this.options.onTime(one.timestamp) }, time(one.timestamp, "absolute")), one.trigger ?? "–", compact(one.tokens_before), compact(one.tokens_after)]))] : null,
    ];
  }

  /** @returns {Promise<Children>} */
  async tools() {
    const { tools } = await this.ask("figures");
    if (!tools.length) return stateBlock({ kind: "empty", title: "No tools were used" });
    const name = this.options.session()?.session ?? this.id;
    return small(["Tool", "Calls", "Failed", "p50", "p95"], tools.map((/** @type {any} */ tool) => [
      h("a", { href: `/search?session=${encodeURIComponent(name)}&name=${encodeURIComponent(tool.name)}&kind=tool_use&order=oldest`, title: tool.name }, tool.name.replace(/^mcp__(.*?)__/, "$1 · ")),
      number(tool.calls),
      tool.errors || tool.denied ? h("span", { class: tool.errors ? "bad" : "warn", title: `${plural(tool.errors, "error")}, ${tool.denied} denied` }, number(tool.errors + tool.denied)) : h("span", { class: "faint" }, "0"),
      duration(tool.p50_ms), duration(tool.p95_ms)]));
  }

  /** @returns {Promise<Children>} */
  async files() {
    const { files } = await this.ask("files");
    if (!files.length) return stateBlock({ kind: "empty", title: "No files were touched" });
    const base = this.options.session()?.directory;
    return small(["File", "Read", "Changed", "Lines"], files.map((/** @type {any} */ file) => [
      h("a", { href: `/analytics/files?path=${encodeURIComponent(file.path)}`, title: file.path }, shortPath(base && file.path.startsWith(`${base}/`) ? file.path.slice(base.length + 1) : file.path, 34),
        file.sensitive ? [" ", badge("sensitive", { tone: "warn" })] : null),
      number(file.reads), number(file.edits + file.writes + file.deletes),
      file.lines_added || file.lines_removed ? [h("span", { class: "good" }, `+${number(file.lines_added)}`), " ", h("span", { class: "bad" }, `−${number(file.lines_removed)}`)] : "–"]));
  }

  /** @returns {Promise<Children>} */
  async findings() {
    const { findings } = await this.ask("findings");
    if (!findings.length) return stateBlock({ kind: "empty", title: "No findings", text: "No secrets, dangerous commands or sensitive files were found here." });
    return h("ul", { class: "inspector-findings" }, findings.map((/** @type {ApiFinding} */ finding) => h("li", null,
      h("div", null, badge(finding.severity, { tone: severities[finding.severity] }), " ", h("strong", null, finding.rule.replaceAll("_", " ")), finding.state !== "new" ? [" ", badge(finding.state.replace("_", " "))] : null),
      finding.masked ? h("code", null, visibleText(finding.masked)) : null,
      h("button", { class: "link-button", onclick: () => (finding.item ? this.options.onItem(finding.item) : finding.timestamp && this.options.onTime(finding.timestamp)) }, time(finding.timestamp, "absolute")))));
  }

  /** @returns {Promise<Children>} */
  async record() {
    if (!this.item) return stateBlock({ kind: "empty", title: "No item is selected", text: "Each has a button to inspect it; “i” inspects what is at the top." });
    const item = this.item;
    const { entry, provenance, copies, raw, raw_truncated: cut } = await get(`entries/${item.entry}`, {}, { signal: this.options.signal });
    const from = provenance;
    const digest = /** @type {Record<string, [string, string]>} */ ({ verified: ["verified", "good"], unverified: ["not verified yet", "neutral"], mismatch: ["differs from the file", "bad"] })[from?.file_digest] ?? ["unknown", "neutral"];
    return [
      facts([
        ["Machine", from.machine], ["User", from.owner], ["Agent", from.source], ["File", [h("code", null, visibleText(from.path)), from.deleted ? [" ", badge("deleted there")] : null]],
        ["Bytes", [`${number(from.offset)} to ${number(from.offset + from.length)} `, h("span", { class: "muted" }, `(${bytes(from.length)})`)]],
        ["SHA-256", [h("code", { class: "hash" }, from.sha256), copyButton(from.sha256, "Copy the hash")]],
        ["Whole file", [badge(digest[0], { tone: digest[1] }), h("span", { class: "muted" }, ` ${from.file}.${from.generation}`)]],
        ["Event", time(entry.timestamp, "absolute")], ["Received", time(entry.received, "absolute")],
        ["Record", [`${entry.kind}, number ${number(entry.seq)} `, entry.status !== "ok" ? badge(entry.status, { tone: "warn", title: entry.reason ?? "" }) : null]],
        ["Identifier", h("code", null, visibleText(entry.uuid ?? "–"))],
        ["Copies", copies.length ? h("ul", null, copies.map((/** @type {any} */ one) => h("li", null, `${one.machine}: `, h("code", null, visibleText(shortPath(one.path, 40))), ` at ${number(one.offset)}`))) : "none"],
      ]),
      h("div", { class: "inspector-raw-head" }, h("h2", null, "Raw record"),
        copyButton(raw, "Copy the record"), h("a", { class: "button quiet small", href: `/api/entries/${entry.seq}/raw`, download: `entry-${entry.seq}.json` }, "Download")),
      json(raw.length > 300_000 ? raw.slice(0, 300_000) : raw), cut || raw.length > 300_000 ? h("p", { class: "muted inspector-note" }, "It is longer than is shown; the download has all.") : null,
    ];
  }
}

/**
 * @param {string} name
 * @param {any} value
 * @param {string} [title]
 */
function sum(name, value, title) {
  return h("div", { class: "inspector-sum", title }, h("span", { class: "muted" }, name), h("strong", null, value));
}

/** @param {[string, any][]} rows */
function facts(rows) {
  return h("dl", { class: "inspector-facts" }, rows.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value))));
}

/**
 * @param {string[]} heads
 * @param {any[][]} rows
 */
function small(heads, rows) {
  return h("div", { class: "scroll-x" }, h("table", { class: "table small-table" },
    h("thead", null, h("tr", null, heads.map((name, index) => h("th", { scope: "col", class: index ? "align-end" : null }, name)))),
    h("tbody", null, rows.map((row) => h("tr", null, row.map((value, index) => h("td", { class: index ? "align-end" : null }, value)))))));
}
