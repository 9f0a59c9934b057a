// @ts-check
// Beside the stream: alerts, each machine's last quarter of an hour, ship latency, files that change.

import { get, isAborted } from "../../core/api.js";
import { badge } from "../../core/components.js";
import { h, replace, s } from "../../core/dom.js";
import { bytes, compact, duration, number, plural, shortPath, time } from "../../core/format.js";

const refreshEvery = 15_000;
const filesEvery = 5_000;
const machinesEvery = 3_000;
const filesShown = 12;
const stripHeight = 22;

/**
 * Sixty bars of a quarter of an hour.
 * @param {number[]} counts
 * @param {number} most
 * @param {string} label
 */
function strip(counts, most, label) {
  const scale = (/** @type {number} */ count) => (count ? Math.max(2, Math.sqrt(count / most) * stripHeight) : 1);
  return s("svg", { class: "strip", viewBox: `0 0 ${counts.length * 4} ${stripHeight}`, preserveAspectRatio: "none", role: "img", "aria-label": label },
    counts.map((count, index) => s("rect", {
      x: index * 4, width: 3, y: stripHeight - scale(count), height: scale(count), class: count ? "strip-bar" : "strip-none",
    })));
}

export class Side {
  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.signal = signal;
    this.filesAsked = 0;
    this.machinesAsked = 0;
    this.alerts = h("div", { class: "live-alerts" });
    this.machines = h("div", { class: "card-body machines-list" }, placeholder(3, "machine-line"));
    this.latency = h("div", { class: "card-body latency" }, placeholder(1, "latency-line"));
    this.files = h("div", { class: "card-body" }, placeholder(8, "file-line"));
    this.filesCount = h("span", { class: "muted" });
    this.element = h("aside", { class: "live-side", "aria-label": "Machines and files" },
      this.alerts,
      card("Machines", "/fleet", this.machines, h("span", { class: "muted" }, "15 min")),
      card("Ship latency", null, this.latency, h("span", { class: "muted", title: "From the time of the event to its receipt, of what arrived within ten minutes" }, "15 min")),
      card("Files", "/analytics/files", this.files, this.filesCount));
    this.timer = setInterval(() => void this.refresh(), refreshEvery);
    void this.refresh();
    void this.askFiles();
  }

  close() {
    clearInterval(this.timer);
  }

  /** @param {ApiLive} numbers */
  set(numbers) {
    const { p50_ms: p50, p95_ms: p95, p99_ms: p99, count } = numbers.latency;
    replace(this.latency, h("dl", { class: "latency-figures" },
      ([["p50", p50], ["p95", p95], ["p99", p99]]).map(([name, value]) => h("div", null, h("dt", null, String(name)),
        h("dd", null, duration(/** @type {number|null} */ (value))))),
      h("div", null, h("dt", null, "of"), h("dd", null, compact(count)))),
    numbers.ingest.failure ? h("p", { class: "bad" }, numbers.ingest.failure)
      : numbers.ingest.pending ? h("p", { class: "muted" }, `${bytes(numbers.ingest.pending)} being read`) : null);
    if (Date.now() - this.filesAsked > filesEvery) void this.askFiles();
    if (Date.now() - this.machinesAsked > machinesEvery) void this.askMachines();
  }

  async refresh() {
    if (document.hidden) return;
    await Promise.all([this.askMachines(), this.askAlerts()]);
  }

  async askMachines() {
    this.machinesAsked = Date.now();
    try {
      const answer = await get("live/machines", {}, { signal: this.signal });
      const most = Math.max(1, ...answer.machines.flatMap((/** @type {any} */ machine) => machine.counts));
      const machines = [...answer.machines].sort((a, b) => Number(b.online) - Number(a.online) || b.messages - a.messages);
      replace(this.machines, machines.length ? machines.map((machine) => h("a", {
        class: ["machine-line", !machine.online && "is-offline"], href: `/?agent=${encodeURIComponent(machine.name)}`,
        title: `Show the stream of ${machine.name} only`,
      },
      h("span", { class: ["dot", machine.online ? "dot-working" : "dot-quiet"], role: "img", "aria-label": machine.online ? "online" : "offline" }),
      h("span", { class: "machine-name truncate" }, machine.name),
      h("span", { class: "machine-last muted" }, machine.messages ? compact(machine.messages) : time(machine.last)),
      strip(machine.counts, most, `${plural(machine.messages, "message")} in 15 minutes`)))
        : h("p", { class: "muted" }, "No machine yet. ", h("a", { href: "/fleet" }, "Enrol one"), "."));
    } catch (error) {
      if (!isAborted(error)) replace(this.machines, h("p", { class: "muted" }, "The machines cannot be had now."));
    }
  }

  async askAlerts() {
    try {
      const { alerts } = await get("alerts", {}, { signal: this.signal });
      replace(this.alerts, alerts.map((/** @type {any} */ alert) => h(alert.link ? "a" : "div", {
        class: ["live-alert", alert.severity === "critical" || alert.severity === "high" ? "is-bad" : "is-warn"], href: alert.link,
      }, badge(alert.kind, { tone: alert.severity === "critical" || alert.severity === "high" ? "bad" : "warn" }), h("span", null, alert.text),
      alert.since ? time(alert.since) : null)));
    } catch {
      // The rest of the page says whether the receiver answers.
    }
  }

  async askFiles() {
    this.filesAsked = Date.now();
    try {
      const answer = await get("live/files", { limit: filesShown }, { signal: this.signal });
      const { today } = answer;
      replace(this.filesCount, `${number(answer.tracked)} tracked`);
      const figures = /** @type {[string, any, string?][]} */ ([
        ["Log files changed in the last hour", number(answer.changed_last_hour)], ["Log files changed today", number(answer.changed_today)],
        ["Edited by agents today", number(today.edits + today.writes)], ["Lines today", [h("span", { class: "good" }, `+${compact(today.lines_added)}`), " ", h("span", { class: "bad" }, `−${compact(today.lines_removed)}`)]],
        ["Read today", number(today.reads)], ["Size", bytes(answer.bytes)],
      ]);
      replace(this.files, h("dl", { class: "files-figures" }, figures.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value)))),
        h("ul", { class: "files-recent" }, answer.recent.map((/** @type {any} */ file) => h("li", { class: "file-line", title: file.path },
          h("span", { class: "truncate" }, shortPath(file.path ?? file.source, 40)),
          file.behind_bytes ? badge(`${bytes(file.behind_bytes)} behind`, { tone: "warn" }) : h("span", { class: "muted" }, bytes(file.bytes)),
          time(file.last_change)))));
    } catch (error) {
      if (!isAborted(error)) replace(this.files, h("p", { class: "muted" }, "The files cannot be had now."));
    }
  }
}

/**
 * @param {string} title
 * @param {string|null} href
 * @param {HTMLElement} body
 * @param {HTMLElement} aside
 */
function card(title, href, body, aside) {
  return h("section", { class: "card" }, h("header", { class: "card-head" }, h("h2", null, href ? h("a", { class: "plain-link", href }, title) : title), aside), body);
}

/**
 * @param {number} count
 * @param {string} name
 */
function placeholder(count, name) {
  return Array.from({ length: count }, () => h("span", { class: [name, "is-placeholder"], "aria-hidden": "true" }));
}
